//! Code actions: what an editor offers to do about a finding.

use gen_lsp_types as lsp;
use lawbook_core::diagnostic::{Diagnostic, Fix, Safety};
use lsp_server::{ErrorCode, ResponseError};
use serde_json::{Value, json};

use crate::check::{CheckedBy, CheckedDocument, Shared};
use crate::client::error;

/// The kind of an action about one finding.
pub(crate) const QUICK_FIX_KIND: &str = "quickfix";

/// The kind of the action that applies all safe fixes of a document.
pub(crate) const FIX_ALL_KIND: &str = "source.fixAll.lawbook";

/// The actions at a range of a document.
pub(crate) fn list(
    shared: &Shared,
    checked: &CheckedDocument,
    params: &lsp::CodeActionParams,
) -> Result<Value, ResponseError> {
    let Some(by) = &checked.by else { return Ok(json!([])) };
    let range = checked.document.text.span(params.range);
    let own = by.report.diagnostics.iter().zip(0..).filter(|(found, _)| found.path == by.file.path);
    let touched = own.filter(|(found, _)| found.span.start <= range.end && range.start <= found.span.end);
    let mut actions = Vec::new();
    for (found, _) in touched {
        let item =
            checked.items.iter().find(|item| item.data.as_ref() == Some(&json!({ "fingerprint": found.fingerprint })));
        for fix in &found.fixes {
            actions.extend(quick_fix(shared, checked, by, (found, item), fix));
        }
    }
    Ok(json!(actions))
}

fn quick_fix(
    _shared: &Shared,
    checked: &CheckedDocument,
    _by: &CheckedBy,
    (_, item): (&Diagnostic, Option<&lsp::Diagnostic>),
    fix: &Fix,
) -> Option<Value> {
    if !fix.files().is_empty() || fix.edits().iter().any(|edit| edit.path.is_some()) {
        return None;
    }
    let text = &checked.document.text;
    let edits: Vec<Value> =
        fix.edits().iter().map(|edit| json!({ "range": text.range(edit.span), "newText": edit.text })).collect();
    let document = json!({ "uri": checked.document.uri, "version": checked.document.version });
    Some(json!({
        "title": fix.title(),
        "kind": QUICK_FIX_KIND,
        "diagnostics": item.into_iter().collect::<Vec<_>>(),
        "isPreferred": fix.safety() == Safety::Safe,
        "edit": { "documentChanges": [{ "textDocument": document, "edits": edits }] }
    }))
}

/// The address of the document that an action is about.
pub(crate) fn document_of(action: &lsp::CodeAction) -> Result<lsp::Uri, ResponseError> {
    let uri = action.data.as_ref().and_then(|data| data.get("uri")?.as_str());
    uri.map(lsp::Uri::from)
        .ok_or_else(|| error(ErrorCode::InvalidParams, "the action is not one of lawbook: its `data` lacks `uri`"))
}

/// An action with its edit.
pub(crate) fn resolve(_: &Shared, _: &CheckedDocument, action: lsp::CodeAction) -> Result<Value, ResponseError> {
    Ok(json!(action))
}
