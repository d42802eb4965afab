//! Lists and limits of settings that leave more files, or more suppressions, out of the law than before.

use crate::policy::weakened::{LawSide, folders_of, glob_names, glob_texts, in_folder};
use crate::report::Weakening;
use crate::settings::{AcceptedBy, Budget, FileSettings, Settings, SettingsLayer};
use crate::source::RelPath;
use crate::span::Span;

/// A list of `[files]`.
struct FileList {
    key: &'static str,
    /// The effect of an entry on a file, in words.
    effect: &'static str,
    of: fn(&FileSettings) -> &Vec<(String, Span)>,
    /// True if an entry that starts with `!` takes back what others match.
    takes_back: bool,
}

/// The lists of `[files]` by which less of the law holds for a file.
const LISTS: &[FileList] = &[
    FileList { key: "exclude", effect: "is not checked", of: |files| &files.exclude, takes_back: true },
    FileList { key: "tests", effect: "counts as test code", of: |files| &files.tests, takes_back: true },
    FileList { key: "examples", effect: "counts as an example", of: |files| &files.examples, takes_back: true },
    FileList { key: "skip", effect: "is skipped", of: |files| &files.skip, takes_back: false },
];

/// Compares `[files]` and `[suppressions]` of each folder that has settings.
pub(super) fn compare(before: &LawSide<'_>, now: &LawSide<'_>, found: &mut Vec<Weakening>) {
    let nothing = SettingsLayer::topmost(Settings::default());
    for folder in folders_of(before, now) {
        let old = before.layer_in(folder).unwrap_or(&nothing);
        let new = now.layer_in(folder).unwrap_or(&nothing);
        for list in LISTS {
            compare_list(now, list, folder, (old, new), found);
        }
        compare_fences(now, folder, (old, new), found);
        compare_limits((before, now), folder, new, found);
        compare_suppressions(now, folder, (old, new), found);
        if new.settings.law.accept != AcceptedBy::Command && old.settings.law.accept == AcceptedBy::Command {
            let message = "a commit may accept a weaker law by itself: `accept` is new in `[law]`".to_owned();
            let span = new.settings.law.accept_at.unwrap_or_default();
            found.push(now.in_settings(new, span, "accept".to_owned(), message));
        }
    }
}

/// The entries of a list that a file gives; those of the root hold by default.
fn entries<'s>(list: &FileList, layer: &'s SettingsLayer, folder: &RelPath) -> &'s [(String, Span)] {
    let files = &layer.settings.files;
    if folder.is_root() || files.gives(list.key) { (list.of)(files) } else { &[] }
}

fn compare_list(
    now: &LawSide<'_>,
    list: &FileList,
    folder: &RelPath,
    (old, new): (&SettingsLayer, &SettingsLayer),
    found: &mut Vec<Weakening>,
) {
    let (old, entries_now) = (entries(list, old, folder), entries(list, new, folder));
    let is_taking_back = |glob: &str| list.takes_back && glob.starts_with('!');
    let has = |list: &[(String, Span)], glob: &str| list.iter().any(|(other, _)| other == glob);
    let key = list.key;
    for (glob, span) in entries_now.iter().filter(|(glob, _)| !is_taking_back(glob) && !has(old, glob)) {
        let message =
            format!("what matches `{glob}`{} {} now: it is new in `files.{key}`", in_folder(folder), list.effect);
        found.push(now.in_settings(new, *span, format!("{key} {glob}"), message));
    }
    for (glob, _) in old.iter().filter(|(glob, _)| is_taking_back(glob) && !has(entries_now, glob)) {
        let message = format!("what matches `{}` {} now: `{glob}` is gone from `files.{key}`", &glob[1..], list.effect);
        found.push(now.in_settings(new, place_of(new, key), format!("{key} {glob}"), message));
    }
    // The last glob that matches decides, so the order is law where globs take back.
    let kept = |list: &[(String, Span)], other: &[(String, Span)]| {
        list.iter().map(|(glob, _)| glob.clone()).filter(|glob| has(other, glob)).collect::<Vec<String>>()
    };
    let (order_before, order_now) = (kept(old, entries_now), kept(entries_now, old));
    if order_before != order_now && order_now.iter().any(|glob| is_taking_back(glob)) {
        let message = format!("the globs of `files.{key}` stand in another order, and the last that matches decides");
        found.push(now.in_settings(new, place_of(new, key), format!("{key} order"), message));
    }
}

/// The place of a key of `[files]`, if the file gives it.
fn place_of(layer: &SettingsLayer, key: &str) -> Span {
    layer.settings.files.given.iter().find(|(given, _)| *given == key).map_or(Span::default(), |(_, span)| *span)
}

fn compare_fences(
    now: &LawSide<'_>,
    folder: &RelPath,
    (old, new): (&SettingsLayer, &SettingsLayer),
    found: &mut Vec<Weakening>,
) {
    if old.settings.files.fences && !new.settings.files.fences {
        let message = format!("code in fenced blocks of Markdown{} is not checked any more", in_folder(folder));
        found.push(now.in_settings(new, place_of(new, "fences"), "fences".to_owned(), message));
    }
}

/// Compares what single suppressions must say in a folder, by its settings or by those above.
fn compare_limits(
    (before, now): (&LawSide<'_>, &LawSide<'_>),
    folder: &RelPath,
    new: &SettingsLayer,
    found: &mut Vec<Weakening>,
) {
    let inside = RelPath::new(format!("{folder}/x"));
    let (old, limits) = (before.plan.suppression_limits(&inside), now.plan.suppression_limits(&inside));
    let mut add = |key: &str, is: String, was: String| {
        let message = format!("`{key}` of `[suppressions]` is {is}{}, before {was}", in_folder(folder));
        found.push(now.in_settings(new, Span::default(), key.to_owned(), message));
    };
    if limits.min_words < old.min_words {
        add("min_words", limits.min_words.to_string(), old.min_words.to_string());
    }
    if limits.max_days > old.max_days {
        add("max_days", limits.max_days.to_string(), old.max_days.to_string());
    }
}

fn compare_suppressions(
    now: &LawSide<'_>,
    folder: &RelPath,
    (old, new): (&SettingsLayer, &SettingsLayer),
    found: &mut Vec<Weakening>,
) {
    let (before, after) = (&old.settings.suppressions, &new.settings.suppressions);
    let mut add = |span: Span, subject: &str, message: String| {
        let message = format!("{message}{}", in_folder(folder));
        found.push(now.in_settings(new, span, subject.to_owned(), message));
    };
    for limit in &before.budgets {
        match after.budgets.iter().find(|other| is_same(other, limit)) {
            Some(other) if other.max > limit.max => {
                let message = format!("{} may be {}, before {}", words_of(limit), other.max, limit.max);
                add(other.span, &words_of(limit), message);
            }
            Some(_) => {}
            None => {
                let message = format!("the limit of {} {} is gone", limit.max, words_of(limit));
                add(Span::default(), &words_of(limit), message);
            }
        }
    }
    for limit in &after.budgets {
        if limit.max > 0 && !before.budgets.iter().any(|other| is_same(other, limit)) {
            add(limit.span, &words_of(limit), format!("a limit that allows {} {} is new", limit.max, words_of(limit)));
        }
    }
}

/// True if two limits are about the same rule and files.
fn is_same(a: &Budget, b: &Budget) -> bool {
    a.rule.as_ref().map(|(rule, _)| rule) == b.rule.as_ref().map(|(rule, _)| rule)
        && glob_texts(&a.files) == glob_texts(&b.files)
}

/// The suppressions that a limit counts, in words.
fn words_of(limit: &Budget) -> String {
    let rule = limit.rule.as_ref().map_or(String::new(), |(rule, _)| format!(" of `{rule}`"));
    let files = if limit.files.is_empty() { String::new() } else { format!(" in {}", glob_names(&limit.files)) };
    format!("suppressions{rule}{files}")
}
