//! The fixes of one finding.

use std::collections::BTreeMap;

use lawbook_core::diagnostic::{FileChange, Fix, Safety};
use lawbook_core::source::RelPath;
use lawbook_core::span::Span;
use serde_json::{Value, json};

use crate::actions::workspace_edit::{FileEdits, creation, workspace_edit};
use crate::actions::{ActionName, ActionPlace, OfferedAction, QUICK_FIX_KIND, ShownFinding, caution};

/// The actions for the fixes of a finding.
pub(super) fn all<'a>(place: ActionPlace<'a>, finding: ShownFinding<'a>) -> Vec<OfferedAction<'a>> {
    let fixes = finding.found.fixes.iter().enumerate();
    fixes.filter_map(|(number, fix)| offer(place, finding, number, fix)).collect()
}

fn offer<'a>(place: ActionPlace<'a>, finding: ShownFinding<'a>, number: usize, fix: &Fix) -> Option<OfferedAction<'a>> {
    let title = format!("{}{}", fix.title(), caution(fix.safety()));
    let mut action = place.later((title, QUICK_FIX_KIND), ActionName::Fix(number), Some(finding));
    if fix.safety() == Safety::Safe {
        action.json["isPreferred"] = json!(true);
    }
    let is_of_document = fix.files().is_empty() && fix.edits().iter().all(|edit| edit.path.is_none());
    if !is_of_document {
        // Its edit is in files that have to be read.
        return place.made(action);
    }
    action.json["edit"] = edit(place, fix)?;
    Some(OfferedAction { lacks: None, ..action })
}

/// The edit of a fix; none if a file that it edits cannot be read, or if the client cannot change files.
pub(super) fn edit(place: ActionPlace<'_>, fix: &Fix) -> Option<Value> {
    let (features, root) = (&place.shared.features, place.by.law.root());
    let own = &place.by.file.path;
    let mut by_file: BTreeMap<&RelPath, Vec<(Span, String)>> = BTreeMap::new();
    for edit in fix.edits() {
        by_file.entry(edit.path.as_ref().unwrap_or(own)).or_default().push((edit.span, edit.text.clone()));
    }
    let mut edits = Vec::new();
    for (path, own_edits) in by_file {
        if path == own {
            edits.push(FileEdits::of_document(&place.checked.document, own_edits));
        } else {
            let at = root.join(path.as_str());
            let text = std::fs::read_to_string(&at).ok()?;
            edits.push(FileEdits::of_file(place.shared, &at, &text, own_edits)?);
        }
    }
    let mut changes = Vec::new();
    for change in fix.files() {
        let uri = |path: &RelPath| place.shared.roots.uri_of(&root.join(path.as_str()));
        match change {
            FileChange::Create { path, text } => {
                changes.extend(creation(place.shared, &root.join(path.as_str()), text)?);
            }
            FileChange::Rename { from, to } => {
                changes.push(json!({ "kind": "rename", "oldUri": uri(from)?, "newUri": uri(to)? }));
            }
            FileChange::Delete { path } => changes.push(json!({ "kind": "delete", "uri": uri(path)? })),
        }
    }
    workspace_edit(features, edits, changes)
}
