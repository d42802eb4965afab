//! All safe fixes of a document together, proved as the command line proves them.

use std::sync::Arc;

use lawbook_core::diagnostic::Safety;
use lawbook_core::fix::Choice;
use lawbook_workspace::{FixMode, Request, text_edits};
use serde_json::Value;

use crate::actions::workspace_edit::{FileEdits, workspace_edit};
use crate::actions::{ActionName, ActionPlace, FIX_ALL_KIND, OfferedAction};

/// The action; none if no finding has a safe fix.
pub(super) fn offer(place: ActionPlace<'_>) -> Option<OfferedAction<'_>> {
    let is_safe = |safety| safety == Safety::Safe;
    let mut fixes = place.all().flat_map(|finding| &finding.found.fixes);
    let title = "Apply all safe fixes of lawbook in this file".to_owned();
    fixes.any(|fix| is_safe(fix.safety())).then(|| place.later((title, FIX_ALL_KIND), ActionName::FixAll, None))
}

/// The edit; none if no fix holds.
pub(super) fn edit(place: ActionPlace<'_>) -> Option<Value> {
    let (document, file) = (&place.checked.document, &place.by.file);
    let old = &document.text.text;
    let bytes: Arc<[u8]> = Arc::from(old.as_bytes());
    let request = Request::text(file.path.clone(), bytes).with_fixes(FixMode::Show(Choice::AtLeast(Safety::Safe)));
    let run = file.root.workspace.run(&request).ok()?;
    let fixes = run.fixes?;
    let new = fixes.text_of(&file.path)?;
    let edits = text_edits(old, new).into_iter().map(|edit| (edit.span, edit.text));
    workspace_edit(&place.shared.features, vec![FileEdits::of_document(document, edits)], Vec::new())
}
