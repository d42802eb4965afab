//! The page of the rule whose finding is under the cursor.

use gen_lsp_types as lsp;
use lsp_server::ResponseError;
use serde_json::{Value, json};

use crate::check::{CheckedDocument, Shared};

/// The hover at a position; null where there is no finding.
pub(crate) fn at(_: &Shared, checked: &CheckedDocument, position: lsp::Position) -> Result<Value, ResponseError> {
    let Some(by) = &checked.by else { return Ok(Value::Null) };
    let offset = checked.document.text.offset(position);
    let own = by.report.diagnostics.iter().filter(|found| found.path == by.file.path);
    let mut here = own.filter(|found| found.span.start <= offset && offset <= found.span.end);
    let Some(found) = here.next() else { return Ok(Value::Null) };
    let Some(rule) = by.report.rules.get(&found.rule) else { return Ok(Value::Null) };
    let page = &rule.page;
    let value = format!("**{}** — {}\n\n{}\n\n{}", page.id, page.summary, page.why, page.help);
    let range = checked.document.text.range(found.span);
    Ok(json!({ "contents": { "kind": "markdown", "value": value }, "range": range }))
}
