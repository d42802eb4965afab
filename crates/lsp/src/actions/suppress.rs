//! A comment that suppresses a finding, with the cursor where its reason is to be written.

use lawbook_core::diagnostic::Diagnostic;
use lawbook_core::rule::engine_ids;
use lawbook_core::span::Span;
use serde_json::{Value, json};

use crate::actions::workspace_edit::{FileEdits, workspace_edit};
use crate::actions::{ActionName, ActionPlace, OfferedAction, QUICK_FIX_KIND, ShownFinding};
use crate::commands::SHOW_REASON;

/// The action; none for a rule that no comment suppresses.
pub(super) fn offer<'a>(place: ActionPlace<'a>, finding: ShownFinding<'a>) -> Option<OfferedAction<'a>> {
    let rule = &finding.found.rule;
    let page = &place.by.report.rules.get(rule)?.page;
    // Such a comment would be unused itself.
    let is_about_comments = [engine_ids::UNUSED_SUPPRESSION, engine_ids::EXPIRED_SUPPRESSION].contains(&&*page.id);
    if !page.suppressible || is_about_comments {
        return None;
    }
    let title = format!("Suppress `{rule}` here, with a reason");
    let mut action = place.later((title, QUICK_FIX_KIND), ActionName::Suppress, Some(finding));
    let features = &place.shared.features;
    // lsp-mode runs an action that has a command as it is, and does not ask for its edit.
    if !(features.resolves_edits && features.resolves_commands) {
        add_command(place, &mut action.json);
    }
    Some(action)
}

/// Adds what follows the edit: the client is asked to show the place of the reason.
pub(super) fn add_command(place: ActionPlace<'_>, action: &mut Value) {
    if !is_snippet(place) && place.shared.features.shows_documents {
        let arguments = json!([place.checked.document.uri]);
        action["command"] = json!({ "title": "Write the reason", "command": SHOW_REASON, "arguments": arguments });
    }
}

/// True if the client selects the reason as a part of the edit.
fn is_snippet(place: ActionPlace<'_>) -> bool {
    place.shared.features.snippet_edits && place.shared.features.document_changes
}

/// The edit; none if no comment suppresses the finding.
pub(super) fn edit(place: ActionPlace<'_>, found: &Diagnostic) -> Option<Value> {
    let document = &place.checked.document;
    let edit = place.by.law.suppression_edit(&place.by.file.path, document.text.text.clone(), found)?;
    let edits = if is_snippet(place) {
        FileEdits::snippet(document, edit.at, &edit.text, edit.reason)
    } else {
        FileEdits::of_document(document, [(Span::empty(edit.at), edit.text)])
    };
    workspace_edit(&place.shared.features, vec![edits], Vec::new())
}
