//! Files that agents may edit and might not before.

use crate::glob::{GlobSyntax, PathGlobs};
use crate::policy::weakened::{LawSide, folders_of, glob_names, glob_texts, in_folder};
use crate::report::Weakening;
use crate::settings::{ProtectedAction, ProtectedFiles};

/// Files that are protected without a setting.
const PROTECTED: &[&str] = &["lawbook.toml", ".lawbook/baseline/baseline.txt"];

/// Compares `[[protected]]` of each folder that has settings.
pub(super) fn compare(before: &LawSide<'_>, now: &LawSide<'_>, found: &mut Vec<Weakening>) {
    let pages = before.plan.rules().iter().map(|rule| (before.place)(&rule.page().path).as_str().to_owned());
    let protected: Vec<String> = PROTECTED.iter().map(|path| (*path).to_owned()).chain(pages).collect();
    for folder in folders_of(before, now) {
        let old = before.layer_in(folder).map_or(&[][..], |layer| &layer.settings.protected);
        let new_layer = now.layer_in(folder);
        let new = new_layer.map_or(&[][..], |layer| &layer.settings.protected);
        for entry in old {
            let kept = |other: &&ProtectedFiles| {
                other.action >= entry.action && glob_texts(&entry.files).is_subset(&glob_texts(&other.files))
            };
            if new.iter().any(|other| kept(&other)) {
                continue;
            }
            let message = format!(
                "agents may edit {}{}: an entry of `[[protected]]` is gone or weaker",
                glob_names(&entry.files),
                in_folder(folder)
            );
            let subject = format!("protected {}", glob_names(&entry.files));
            found.push(now.gone_from(new_layer, folder, subject, message));
        }
        for entry in new.iter().filter(|entry| entry.action < ProtectedAction::Deny && !old.contains(entry)) {
            let Some(layer) = new_layer else { continue };
            let written = entry.files.iter().map(|(glob, _)| (glob.as_str(), false));
            let written = PathGlobs::new(written, GlobSyntax::Lawbook).unwrap_or_default();
            let seen = |path: &&String| layer.base.below(path).is_some_and(|seen| written.first_match(seen).is_some());
            let is_same = |other: &ProtectedFiles| {
                other.action == entry.action && glob_texts(&other.files) == glob_texts(&entry.files)
            };
            if let Some(path) = protected.iter().find(seen).filter(|_| !old.iter().any(is_same)) {
                let message = format!("agents may edit `{path}`, which is law, by this entry of `[[protected]]`");
                found.push(now.in_settings(layer, entry.span, format!("protected {path}"), message));
            }
        }
    }
}
