//! The commands that code lenses and code actions run.

use crossbeam_channel::Sender;
use lsp_server::{ErrorCode, Message, ResponseError};
use serde_json::{Value, json};

use crate::check::Shared;
use crate::client::error;
use crate::document::Document;

/// Runs the blocks of a rule page; its argument is the address of the page.
pub(crate) const RUN_PAGE: &str = "lawbook.runPage";

/// Puts the cursor where the reason of a suppression is to be written; its arguments are the address of the document and
/// the range of the reason.
pub(crate) const SHOW_REASON: &str = "lawbook.showReason";

/// All commands.
pub(crate) const NAMES: [&str; 2] = [RUN_PAGE, SHOW_REASON];

/// Runs the blocks of a page.
pub(crate) fn run_page(_: &Shared, _: &Document, _: &Sender<Message>) -> Result<Value, ResponseError> {
    Ok(Value::Null)
}

/// The parameters of `window/showDocument` for the arguments of [`SHOW_REASON`].
pub(crate) fn reason_place(arguments: Vec<Value>) -> Result<Value, ResponseError> {
    match <[Value; 2]>::try_from(arguments) {
        Ok([uri @ Value::String(_), range @ Value::Object(_)]) => {
            Ok(json!({ "uri": uri, "selection": range, "takeFocus": true }))
        }
        _ => Err(error(ErrorCode::InvalidParams, format!("`{SHOW_REASON}` takes an address and a range"))),
    }
}
