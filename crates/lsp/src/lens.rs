//! Code lenses of rule pages.

use lsp_server::ResponseError;
use serde_json::{Value, json};

use crate::check::Shared;
use crate::document::Document;

/// The lenses of a document; none unless it is a rule page.
pub(crate) fn of(_: &Shared, _: &Document) -> Result<Value, ResponseError> {
    Ok(json!([]))
}
