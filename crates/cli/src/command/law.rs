//! The lines that commands print about the law: files that are not read, and what the settings take away.

use lawbook_core::diagnostic::Severity;
use lawbook_core::plan::{PlannedRule, TakenAway};
use lawbook_core::settings::SettingsLayer;
use lawbook_core::source::RelPath;
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
        output.note(format_args!("the rule `{}` of ast-grep does not run: {}", rule.id, rule.reason()));
    }
    for (rule, reason) in law.plan().rules_skipped() {
        output.note(format_args!("the rule `{rule}` runs on some of its languages only: {reason}"));
    }
}

/// Notes the rules that cannot run, for commands without a report.
pub(super) fn note_refused(law: &Law, output: &mut Output<'_>) {
    for rule in law.plan().refused().iter().filter(|rule| !rule.ast_grep) {
        let reasons: Vec<String> = rule.mistakes.iter().map(ToString::to_string).collect();
        output.note(format_args!("the rule `{}` cannot run: {}", rule.id, reasons.join("; ")));
    }
}

/// Notes in one line what the settings take away from the presets, if they do.
pub(super) fn note_taken_away(law: &Law, output: &mut Output<'_>) {
    let taken = law.plan().taken_away();
    let mut parts: Vec<String> = Vec::new();
    let place = |taken: &TakenAway| {
        let files = taken.files.as_ref().map_or_else(String::new, |files| format!(" in `{files}`"));
        format!("{}{files} ({}:{}", taken.rule, taken.path, taken.line)
    };
    let off: Vec<String> =
        taken.iter().filter(|taken| taken.to.is_none()).map(|taken| format!("{})", place(taken))).collect();
    let lower = taken.iter().filter_map(|taken| Some((taken, taken.to?)));
    let lower: Vec<String> = lower
        .map(|(taken, to): (&TakenAway, Severity)| {
            format!("{}, {} for {})", place(taken), to.name(), taken.from.name())
        })
        .collect();
    for (what, list) in [("off", off), ("lower", lower), ("set apart", globs(law)), ("without", presets(law))] {
        if !list.is_empty() {
            parts.push(format!("{what}: {}", shortened(&list)));
        }
    }
    if !parts.is_empty() {
        let on = counted(law.plan().rules_on(), "rule");
        output.note(format_args!("law: {on} on; {}", parts.join("; ")));
    }
}

/// The level of a rule in the folder of the root or, if it is off there, in the first folder below where it is on, and
/// the place that set it.
pub(super) fn level_somewhere(law: &Law, rule: &PlannedRule) -> (Option<Severity>, String) {
    let nested = law.layers().iter().skip(1).filter(|_| rule.level.is_none());
    for folder in nested.map(|layer| &layer.folder) {
        if let (Some(level), origin) = level_in(law, folder, rule) {
            return (Some(level), format!("in {folder}: {origin}"));
        }
    }
    (rule.level, rule.origin.clone())
}

/// The level of a rule in a folder, and the place that set it.
pub(super) fn level_in<'l>(law: &'l Law, folder: &RelPath, rule: &PlannedRule) -> (Option<Severity>, &'l str) {
    // No file has this name, so that only overrides for all files of the folder apply.
    law.plan().level_on(&RelPath::new(format!("{folder}/\u{0}")), rule)
}

/// The globs by which the settings set files apart, and the folders for which those above do not hold.
fn globs(law: &Law) -> Vec<String> {
    let mut found = Vec::new();
    for layer in law.layers() {
        let files = &layer.settings.files;
        if let Some(span) = layer.settings.root_at.filter(|_| layer.settings.root && !layer.folder.is_root()) {
            found.push(format!("`root` ({})", layer.settings.place(span)));
        }
        let is_empty = |key: &str| match key {
            "exclude" => files.exclude.is_empty(),
            "tests" => files.tests.is_empty(),
            "examples" => files.examples.is_empty(),
            _ => true,
        };
        let given = files.given.iter().filter(|(key, _)| !is_empty(key));
        found.extend(given.map(|(key, span)| format!("`{key}` ({})", layer.settings.place(*span))));
    }
    found
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
