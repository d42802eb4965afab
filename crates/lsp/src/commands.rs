//! The commands that code lenses and code actions run.

use std::sync::Arc;

use crossbeam_channel::Sender;
use lawbook_core::span::Span;
use lawbook_core::suppression::DIRECTIVE;
use lawbook_core::suppression::written::REASON;
use lsp_server::{ErrorCode, Message, ResponseError};
use serde_json::{Value, json};

use crate::check::Shared;
use crate::client::{MessageLevel, error, notify};
use crate::document::Document;
use crate::lens;

/// Runs the blocks of a rule page; its argument is the address of the page.
pub(crate) const RUN_PAGE: &str = "lawbook.runPage";

/// Puts the cursor where the reason of a suppression is to be written; its arguments are the address of the document and
/// the range of the reason.
pub(crate) const SHOW_REASON: &str = "lawbook.showReason";

/// All commands.
pub(crate) const NAMES: [&str; 2] = [RUN_PAGE, SHOW_REASON];

/// Runs the blocks of a page, shows the result, and answers with it.
pub(crate) fn run_page(shared: &Shared, document: &Document, client: &Sender<Message>) -> Result<Value, ResponseError> {
    let Some(tested) = lens::tested(shared, document) else {
        return Err(error(ErrorCode::InvalidParams, format!("`{}` is no rule page", document.uri)));
    };
    let name = tested.rules.first().map_or_else(|| document.uri.to_string(), ToString::to_string);
    let blocks = lens::blocks_in_words(tested.blocks.len());
    let (level, message) = match (tested.mistakes.first(), tested.failures.first()) {
        (Some(mistake), _) => (MessageLevel::Error, format!("the page cannot run: {}", mistake.in_words())),
        (None, Some(first)) => {
            let more = match tested.failures.len() - 1 {
                0 => String::new(),
                more => format!(" (and {more} more)"),
            };
            (MessageLevel::Warning, format!("line {}: {}{more}", first.line, first.message))
        }
        (None, None) => (MessageLevel::Info, format!("{blocks} as the page says")),
    };
    let shown = json!({ "type": level as i32, "message": format!("lawbook: `{name}`: {message}") });
    notify(client, "window/showMessage", shown);
    let failures = tested.failures.iter().map(|failure| json!({ "line": failure.line, "message": failure.message }));
    let mistakes = tested.mistakes.iter().map(|mistake| json!({ "message": mistake.to_string() }));
    Ok(json!({
        "rules": tested.rules.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "blocks": tested.blocks.len(),
        "failures": failures.collect::<Vec<_>>(),
        "mistakes": mistakes.collect::<Vec<_>>()
    }))
}

/// The parameters of `window/showDocument` for the arguments of [`SHOW_REASON`]: an address and a range, or an address alone
/// for the first suppression of the document whose reason is still to be written; null if there is none.
pub(crate) fn reason_place(
    arguments: Vec<Value>,
    document: impl FnOnce(&str) -> Option<Arc<Document>>,
) -> Result<Value, ResponseError> {
    let wrong = || error(ErrorCode::InvalidParams, format!("`{SHOW_REASON}` takes an address and a range"));
    let mut arguments = arguments.into_iter();
    let (uri, range) = (arguments.next(), arguments.next());
    let Some(Value::String(uri)) = uri else { return Err(wrong()) };
    let range = match range {
        Some(range @ Value::Object(_)) => range,
        Some(_) => return Err(wrong()),
        None => {
            let place =
                document(&uri).and_then(|document| Some(document.text.range(open_reason(&document.text.text)?)));
            match place {
                Some(range) => json!(range),
                None => return Ok(Value::Null),
            }
        }
    };
    Ok(json!({ "uri": uri, "selection": range, "takeFocus": true }))
}

/// The place of the first reason in a text that is still to be written.
fn open_reason(text: &str) -> Option<Span> {
    let wanted = format!(": {REASON}");
    let mut found = text.match_indices(&wanted).map(|(at, _)| at);
    let at = found.find(|at| {
        let line = text[..*at].rsplit('\n').next().unwrap_or_default();
        line.contains(DIRECTIVE)
    })?;
    let start = (at + wanted.len() - REASON.len()) as u32;
    Some(Span::new(start, start + REASON.len() as u32))
}
