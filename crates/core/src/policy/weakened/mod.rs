//! Weakened law: the parts of the law that a change takes away or loosens, so that it lets more pass than before.
//!
//! The law of both sides is compared as it is resolved, so that a setting may move or be written in another way. What is
//! tighter is no weakening. Where it cannot be decided which of two versions is tighter, as with a rule object, any
//! difference counts.

mod baseline;
mod doors;
mod levels;
mod lines;
mod lists;
mod overrides;
mod pages;
mod protected;
#[cfg(test)]
mod tests;

pub use doors::{DoorLines, UncountedLine, door_lines};
pub use lines::{may_run_lawbook, weakened_lines};

use std::collections::BTreeSet;

use crate::diagnostic::Severity;
use crate::plan::{Plan, PlannedRule};
use crate::policy::baseline::BaselineFile;
use crate::report::Weakening;
use crate::settings::{Level, SettingsLayer};
use crate::source::RelPath;
use crate::span::Span;

/// The law on one side of a change.
#[derive(Clone, Copy)]
#[allow(missing_debug_implementations, reason = "it holds a function")]
pub struct LawSide<'a> {
    /// The settings, sorted by their folders.
    pub layers: &'a [SettingsLayer],
    /// The rules with these settings.
    pub plan: &'a Plan,
    /// The files of the baseline that differ between the sides.
    pub baseline: &'a [(RelPath, BaselineFile)],
    /// Converts a path as messages show it to one below the root.
    pub place: &'a dyn Fn(&str) -> RelPath,
}

/// The parts of the law that let more pass than before, in the order of their places. `is_gone` is true for a source file
/// that is not there any more.
pub fn weakenings(before: &LawSide<'_>, now: &LawSide<'_>, is_gone: &dyn Fn(&RelPath) -> bool) -> Vec<Weakening> {
    let mut found = Vec::new();
    levels::compare(before, now, &mut found);
    lists::compare(before, now, &mut found);
    overrides::compare(before, now, &mut found);
    protected::compare(before, now, &mut found);
    pages::compare(before, now, &mut found);
    baseline::compare(before.baseline, now.baseline, is_gone, &mut found);
    found.sort_by(|a, b| (&a.path, a.span.start, &a.subject).cmp(&(&b.path, b.span.start, &b.subject)));
    found.dedup_by(|a, b| (&a.path, a.span, &a.message) == (&b.path, b.span, &b.message));
    found
}

impl<'a> LawSide<'a> {
    /// The settings of this very folder, from a file or by default.
    fn layer_in(&self, folder: &RelPath) -> Option<&'a SettingsLayer> {
        self.layers.iter().find(|layer| layer.folder == *folder)
    }

    /// The settings of this very folder, if a file gives them.
    fn layer_of(&self, folder: &RelPath) -> Option<&'a SettingsLayer> {
        self.layer_in(folder).filter(|layer| !layer.settings.path.is_empty())
    }

    /// The settings that hold in a folder, the innermost first.
    fn chain_of(&self, folder: &RelPath) -> Vec<&'a SettingsLayer> {
        let mut chain: Vec<&SettingsLayer> = Vec::new();
        for layer in self.layers.iter().rev() {
            if layer.folder == *folder || layer.folder.holds(folder.as_str()) || layer.folder.is_root() {
                chain.push(layer);
                if layer.is_topmost {
                    break;
                }
            }
        }
        chain
    }

    /// The rule that is this one on the other side of the change.
    fn same_rule(&self, other: &PlannedRule) -> Option<&'a PlannedRule> {
        let is_in_pack = |rule: &&PlannedRule| rule.pack == other.pack && rule.page_id() == other.page_id();
        let was = |rule: &&PlannedRule| rule.page().formerly.contains(other.page_id());
        let rules = self.plan.rules();
        rules.iter().find(is_in_pack).or_else(|| rules.iter().find(was))
    }

    /// The path of the file that gives these settings.
    fn path_of(&self, layer: &SettingsLayer) -> RelPath {
        (self.place)(&layer.settings.path)
    }

    /// A weakening by what is gone from the settings of a folder, which this side may have no file for.
    fn gone_from(
        &self,
        layer: Option<&SettingsLayer>,
        folder: &RelPath,
        subject: String,
        message: String,
    ) -> Weakening {
        match layer {
            Some(layer) => self.in_settings(layer, Span::default(), subject, message),
            None => Weakening::at_path(folder.clone(), subject, message),
        }
    }

    /// A weakening at a place in settings of this side.
    fn in_settings(&self, layer: &SettingsLayer, span: Span, subject: String, message: String) -> Weakening {
        if layer.settings.path.is_empty() {
            return Weakening::at_path(RelPath::root(), subject, message);
        }
        if span == Span::default() {
            // What is gone has no line to show.
            return Weakening::at_path(self.path_of(layer), subject, message);
        }
        Weakening::in_text(self.path_of(layer), layer.settings.text.clone(), span, subject, message)
    }
}

/// The folders that have settings on either side, in order.
fn folders_of<'a>(before: &LawSide<'a>, now: &LawSide<'a>) -> BTreeSet<&'a RelPath> {
    before.layers.iter().chain(now.layers).map(|layer| &layer.folder).collect()
}

/// The name of a level in messages.
fn level_name(level: Option<Severity>) -> &'static str {
    level.map_or("off", Severity::name)
}

/// The level that a setting gives, in words.
fn level_of(level: Level) -> &'static str {
    level_name(level.severity())
}

/// The rules in a message: the first few by name.
fn names(rules: &[&str]) -> String {
    const MAX_NAMES: usize = 5;
    let shown: Vec<String> = rules.iter().take(MAX_NAMES).map(|rule| format!("`{rule}`")).collect();
    match rules.len().saturating_sub(MAX_NAMES) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// The texts of some globs of settings.
fn glob_texts(globs: &[(String, Span)]) -> BTreeSet<&str> {
    globs.iter().map(|(glob, _)| &**glob).collect()
}

/// Some globs of settings in a message.
fn glob_names(globs: &[(String, Span)]) -> String {
    let names: Vec<String> = globs.iter().map(|(glob, _)| format!("`{glob}`")).collect();
    names.join(", ")
}

/// The words that name a folder in messages; none for the root.
fn in_folder(folder: &RelPath) -> String {
    if folder.is_root() { String::new() } else { format!(" in `{folder}`") }
}
