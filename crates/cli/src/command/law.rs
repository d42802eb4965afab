//! The lines that commands print about the law: files that are not read, and what the settings take away.

use lawbook_core::diagnostic::Severity;
use lawbook_core::ir::SuppressionLimits;
use lawbook_core::plan::{PlannedRule, TakenAway};
use lawbook_core::report::{SkipReason, Skipped};
use lawbook_core::settings::{SettingsLayer, SuppressionSettings};
use lawbook_workspace::{BASELINE_FOLDER, Law};

use crate::output::Output;
use crate::text::counted;

/// The preset that holds what nearly every project wants.
const USUAL_PRESET: &str = "recommended";

/// The most items of one list in a line.
const MAX_LISTED: usize = 12;

/// Notes what is not read, a line each.
pub(super) fn note(law: &Law, output: &mut Output<'_>) {
    for line in law.notes() {
        output.note(format_args!("{line}"));
    }
    for rule in law.plan().refused().iter().filter(|rule| rule.ast_grep) {
        note_skipped(&rule.id, &rule.reason(), output);
    }
    for (rule, reason) in law.plan().rules_skipped() {
        output.note(format_args!("the rule `{rule}` runs on some of its languages only: {reason}"));
    }
}

/// Notes a rule of ast-grep that does not run.
pub(super) fn note_skipped(rule: &str, reason: &str, output: &mut Output<'_>) {
    output.note(format_args!("the rule `{rule}` of ast-grep does not run: {reason}"));
}

/// Notes the rules that cannot run, for commands without a report.
pub(super) fn note_refused(law: &Law, output: &mut Output<'_>) {
    for rule in law.plan().refused().iter().filter(|rule| !rule.ast_grep) {
        let reasons: Vec<String> = rule.mistakes.iter().map(ToString::to_string).collect();
        output.note(format_args!("the rule `{}` cannot run: {}", rule.id, reasons.join("; ")));
    }
}

/// Notes in one line what the settings take away from the presets, and what may make rules find less, if they do. The
/// report names what `exclude` leaves out, so that the settings which do that are not repeated.
pub(super) fn note_taken_away(law: &Law, skipped: &[Skipped], output: &mut Output<'_>) {
    let taken = law.plan().taken_away();
    let mut parts: Vec<String> = Vec::new();
    let place = |taken: &TakenAway| {
        let files = taken.files.as_ref().map_or_else(String::new, |files| format!(" in `{files}`"));
        format!("{}{files} ({}:{}", taken.rule, taken.path, taken.line)
    };
    let off = taken.iter().filter(|taken| taken.to.is_none()).map(|taken| format!("{})", place(taken)));
    let off: Vec<String> = off.chain(off_by_page(law)).collect();
    let lower = taken.iter().filter_map(|taken| Some((taken, taken.to?)));
    let lower: Vec<String> = lower
        .map(|(taken, to): (&TakenAway, Severity)| {
            format!("{}, {} for {})", place(taken), to.name(), taken.from.name())
        })
        .collect();
    let lists = [
        ("off", off),
        ("lower", lower),
        ("with options", options(law)),
        ("looser", looser_limits(law)),
        ("set apart", globs(law, skipped)),
        ("without", presets(law)),
    ];
    for (what, list) in lists {
        if !list.is_empty() {
            parts.push(format!("{what}: {}", shortened(&list)));
        }
    }
    if !parts.is_empty() {
        let on = counted(law.plan().rules_on(), "rule");
        output.note(format_args!("law: {on} on; {}", parts.join("; ")));
    }
}

/// The rules of folders of the project that their own pages turn off.
fn off_by_page(law: &Law) -> impl Iterator<Item = String> {
    let is_off_by_page = move |rule: &&PlannedRule| {
        rule.page().severity.is_none()
            && rule.origin == format!("pack {}", rule.pack)
            && level_somewhere(law, rule).0.is_none()
    };
    law.plan().rules().iter().filter(is_off_by_page).map(|rule| format!("{} (its page in `{}`)", rule.id, rule.pack))
}

/// The rules that have options in the settings, which may make them find nothing.
fn options(law: &Law) -> Vec<String> {
    let mut found = Vec::new();
    for layer in law.layers() {
        let of_overrides = layer.settings.overrides.iter().flat_map(|over| &over.rules);
        let with_options = layer.settings.rules.iter().chain(of_overrides).filter(|rule| !rule.options.is_empty());
        found.extend(with_options.map(|rule| format!("{} ({})", rule.name, layer.settings.place(rule.span))));
    }
    found
}

/// The limits of suppressions that allow more than they do by default.
fn looser_limits(law: &Law) -> Vec<String> {
    let usual = SuppressionLimits::default();
    let mut found = Vec::new();
    for layer in law.layers() {
        let SuppressionSettings { min_words, max_days, .. } = layer.settings.suppressions;
        let min_words =
            min_words.filter(|words| *words < usual.min_words).map(|words| format!("`min_words = {words}`"));
        let max_days = max_days.filter(|days| *days > usual.max_days).map(|days| format!("`max_days = {days}`"));
        found.extend(min_words.into_iter().chain(max_days).map(|limit| format!("{limit} ({})", layer.settings.path)));
    }
    found
}

/// The most folders of one rule that are named.
const MAX_FOLDERS: usize = 3;

/// The level of a rule in the folder of the root or, if it is off there, in the first folder below where it is on, and
/// the place that set it, with the folders below that have another level.
pub(super) fn level_somewhere(law: &Law, rule: &PlannedRule) -> (Option<Severity>, String) {
    let nested = law.layers().iter().skip(1).filter(|_| rule.level.is_none());
    for folder in nested.map(|layer| &layer.folder) {
        if let (Some(level), origin) = law.plan().level_in(folder, rule) {
            return (Some(level), format!("in {folder}: {origin}"));
        }
    }
    let mut origin = rule.origin.clone();
    let below = law.layers().iter().skip(1).map(|layer| (&layer.folder, law.plan().level_in(&layer.folder, rule)));
    let differing: Vec<_> = below.filter(|(_, (level, _))| *level != rule.level).collect();
    for (folder, (level, set_by)) in differing.iter().take(MAX_FOLDERS) {
        let level = level.map_or("off", Severity::name);
        origin = format!("{origin}; {level} in {folder}: {set_by}");
    }
    if differing.len() > MAX_FOLDERS {
        origin = format!("{origin}; and in {} more folders", differing.len() - MAX_FOLDERS);
    }
    (rule.level, origin)
}

/// The globs by which the settings set files apart, and the folders for which those above do not hold.
fn globs(law: &Law, skipped: &[Skipped]) -> Vec<String> {
    let mut found = Vec::new();
    for layer in law.layers() {
        let files = &layer.settings.files;
        if let Some(span) = layer.settings.root_at.filter(|_| layer.settings.root && !layer.folder.is_root()) {
            found.push(format!("`root` ({})", layer.settings.place(span)));
        }
        let is_empty = |key: &str| match key {
            "exclude" => files.exclude.is_empty() || is_said(layer, skipped),
            "tests" => files.tests.is_empty(),
            "examples" => files.examples.is_empty(),
            _ => true,
        };
        let given = files.given.iter().filter(|(key, _)| !is_empty(key));
        found.extend(given.map(|(key, span)| format!("`{key}` ({})", layer.settings.place(*span))));
    }
    found
}

/// True if a report names what a glob of these settings leaves out.
fn is_said(layer: &SettingsLayer, skipped: &[Skipped]) -> bool {
    let is_of_layer = |by: &str| by.rsplit_once(':').is_some_and(|(path, _)| *path == *layer.settings.path);
    skipped.iter().filter_map(|skipped| skipped.by.as_deref()).any(is_of_layer)
}

/// Notes the other repositories that a glob tries to take back.
pub(super) fn note_other_repositories(law: &Law, skipped: &[Skipped], output: &mut Output<'_>) {
    let is_other = |reason| matches!(reason, SkipReason::Submodule | SkipReason::OtherRepository);
    for skipped in skipped.iter().filter(|skipped| is_other(skipped.reason)) {
        if law.takes_back(skipped.path.as_str()) {
            let shown = law.paths().shown(skipped.path.as_str());
            output.note(format_args!(
                "`[files] exclude` cannot take `{shown}` back: another repository has a law of its own"
            ));
        }
    }
}

/// The usual preset, with the place where it is left out.
fn presets(law: &Law) -> Vec<String> {
    let is_without = |layer: &&SettingsLayer| {
        layer.is_topmost && layer.settings.extends.iter().all(|(name, _)| name != USUAL_PRESET)
    };
    let without = law.layers().iter().filter(is_without);
    let at = |layer: &SettingsLayer| {
        let span = layer.settings.extends_at?;
        Some(format!("the preset `{USUAL_PRESET}` ({})", layer.settings.place(span)))
    };
    without.filter_map(at).collect()
}

/// Notes the files of the law that differ from `base`, if there are any.
pub(super) fn note_changed(changed: &[String], base: &str, output: &mut Output<'_>) {
    let (baseline, mut rest): (Vec<String>, Vec<String>) =
        changed.iter().cloned().partition(|path| path.starts_with(BASELINE_FOLDER));
    match baseline.len() {
        0..=3 => rest.extend(baseline),
        count => rest.push(format!("{BASELINE_FOLDER} ({count} files)")),
    }
    if !rest.is_empty() {
        output.note(format_args!("the law differs from {base}: {}", shortened(&rest)));
    }
}

fn shortened(list: &[String]) -> String {
    match list.len().checked_sub(MAX_LISTED) {
        None | Some(0) => list.join(", "),
        Some(more) => format!("{} and {more} more", list[..MAX_LISTED].join(", ")),
    }
}
