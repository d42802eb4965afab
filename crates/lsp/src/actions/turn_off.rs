//! Edits of `lawbook.toml` that turn a rule off for a file, its folder, or everywhere.

use std::path::PathBuf;
use std::sync::Arc;

use lawbook_core::diagnostic::Diagnostic;
use lawbook_core::rule::engine_ids;
use lawbook_workspace::{CONFIG_NAME, OffReach};
use serde_json::Value;

use crate::actions::workspace_edit::{FileEdits, creation, workspace_edit};
use crate::actions::{ActionName, ActionPlace, OfferedAction, QUICK_FIX_KIND, ShownFinding};

/// The actions; none for a rule that is always on, and none where there are no settings.
pub(super) fn offers<'a>(place: ActionPlace<'a>, finding: ShownFinding<'a>) -> Vec<OfferedAction<'a>> {
    let rule = &finding.found.rule;
    let has_settings = place.by.law.layers().iter().any(|layer| !layer.settings.path.is_empty());
    if engine_ids::ALWAYS.contains(&&**rule) || !has_settings {
        return Vec::new();
    }
    let path = place.by.file.path.as_str();
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let mut reaches = Vec::new();
    // A document without a file has a path that no file will have.
    if place.checked.document.path.is_some() {
        reaches.push((OffReach::File, format!("in `{name}`")));
        if !folder.is_empty() {
            reaches.push((OffReach::Folder, format!("in the folder `{folder}`")));
        }
    }
    reaches.push((OffReach::Root, "everywhere".to_owned()));
    let offer = |(reach, place_of_files): (OffReach, String)| {
        let title = format!("Turn `{rule}` off {place_of_files} ({CONFIG_NAME})");
        place.later((title, QUICK_FIX_KIND), ActionName::TurnOff(reach), Some(finding))
    };
    reaches.into_iter().map(offer).collect()
}

/// The edit; none if no settings can turn the rule off.
pub(super) fn edit(place: ActionPlace<'_>, found: &Diagnostic, reach: OffReach) -> Option<Value> {
    let features = &place.shared.features;
    let buffers: Vec<(PathBuf, Arc<str>)> = place.shared.law_buffers().into_iter().collect();
    let file = &place.by.file;
    let off = file.root.workspace.turn_off(&file.path, &found.rule, reach, &buffers)?;
    if off.is_new {
        return workspace_edit(features, Vec::new(), creation(place.shared, &off.at, &off.edit.text)?.to_vec());
    }
    let edits = FileEdits::of_file(place.shared, &off.at, &off.before, [(off.edit.span, off.edit.text)])?;
    workspace_edit(features, vec![edits], Vec::new())
}
