//! Tests: two laws, and the messages about what is weaker.

use crate::pack::Pack;
use crate::plan::{Plan, Selection};
use crate::policy::baseline::{self, BaselineFile};
use crate::policy::testing::entries;
use crate::policy::weakened::{LawSide, weakenings};
use crate::settings::{Settings, SettingsLayer};
use crate::source::RelPath;

/// A page about every language.
const PAGE: &str = "---
summary: No x.
languages: all
severity: error
rule:
  node: function
  where: { parameters: { gt: { option: max } } }
  not: { where: { name: { in: { option: names } } } }
options:
  max: { default: 3, doc: The most., looser: higher }
  names: { default: [a], doc: The names. }
---
X is over.
";

/// Settings by folder, and pages by id.
type LawTexts<'a> = (&'a [(&'a str, &'a str)], &'a [(&'a str, &'a str)]);

/// Asserts the weakenings between two laws, as `path: message`.
#[track_caller]
fn check(before: LawTexts<'_>, now: LawTexts<'_>, expected: &[&str]) {
    let plan = |(settings, pages): LawTexts<'_>| {
        let layers: Vec<SettingsLayer> = settings
            .iter()
            .map(|(folder, text)| {
                let path = if folder.is_empty() { "lawbook.toml".to_owned() } else { format!("{folder}/lawbook.toml") };
                let settings = Settings::parse(&path, *text).unwrap();
                if folder.is_empty() {
                    SettingsLayer::topmost(settings)
                } else {
                    SettingsLayer::nested(RelPath::new(*folder), settings)
                }
            })
            .collect();
        let (mut pack, mistakes) = Pack::from_pages("law", pages.iter().map(|(id, text)| (*id, (*text).to_owned())));
        assert!(mistakes.is_empty(), "{mistakes:?}");
        pack.extended = true;
        let plan = Plan::of_layers(&layers, vec![pack], &Selection::default()).unwrap();
        assert!(plan.refused().is_empty(), "{:?}", plan.refused());
        (layers, plan)
    };
    let ((layers_before, plan_before), (layers, plan)) = (plan(before), plan(now));
    let place = |shown: &str| RelPath::new(shown);
    let old = LawSide { layers: &layers_before, plan: &plan_before, baseline: &[], place: &place };
    let new = LawSide { layers: &layers, plan: &plan, baseline: &[], place: &place };
    let found = weakenings(&old, &new, &|_| false);
    let found: Vec<String> = found.iter().map(|found| format!("{}: {}", found.path, found.message)).collect();
    assert_eq!(found, expected);
}

/// Asserts the weakenings between two texts of `lawbook.toml` over the rules `no-x` and `no-y`.
#[track_caller]
fn check_settings(before: &str, now: &str, expected: &[&str]) {
    let pages = [("no-x", PAGE), ("no-y", PAGE)];
    let expected: Vec<String> = expected.iter().map(|message| format!("lawbook.toml: {message}")).collect();
    let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    check((&[("", before)], &pages), (&[("", now)], &pages), &expected);
}

#[test]
fn rules_that_are_lower_are_weaker() {
    check_settings("", "[rules]\nno-x = \"off\"\n", &["`no-x` is `off`, before `error`"]);
    check_settings("", "[rules]\nno-x = \"info\"\n", &["`no-x` is `info`, before `error`"]);
    check_settings("[rules]\nno-x = \"info\"\n", "[rules]\nno-x = \"warning\"\n", &[]);
    check_settings("[rules]\nno-x = \"off\"\n", "", &[]);
    check_settings("[rules]\nno-x = \"error\"\n", "# in other words\n[rules.no-x]\nlevel = \"error\"\n", &[]);
    let lost = "a setting is removed: `no-x` is off";
    let off = PAGE.replace("severity: error", "severity: off");
    let pages = [("no-x", &*off)];
    let on = "[rules]\nno-x = \"error\"\n";
    check((&[("", on)], &pages), (&[("", "# none\n")], &pages), &[&format!("lawbook.toml: {lost}")]);
}

#[test]
fn options_are_weaker_in_the_direction_that_the_page_names() {
    let max = |max: u32| format!("[rules]\nno-x = {{ max = {max} }}\n");
    check_settings("", &max(4), &["`max` of `no-x` is 4, before 3"]);
    check_settings(&max(9), "", &[]);
    check_settings("", &max(2), &[]);
    check_settings(&max(2), "", &["`max` of `no-x` is 3, before 2"]);
    // Nothing says which names let more pass.
    check_settings(
        "",
        "[rules]\nno-x = { names = [\"a\", \"b\"] }\n",
        &["`names` of `no-x` is [\"a\", \"b\"], before [\"a\"]"],
    );
}

#[test]
fn overrides_are_weaker_where_they_lower() {
    let change = |files: &str, rules: &str| format!("[[overrides]]\nfiles = [\"{files}\"]\nrules = {{ {rules} }}\n");
    let off = change("src/**", "no-x = \"off\"");
    check_settings("", &off, &["`no-x` is `off` for `src/**`, before `error`: the override is new"]);
    check_settings(&off, "", &[]);
    check_settings(&off, &off.replace("[[", "\n[["), &[]);
    let wider = change("**", "no-x = \"off\"");
    check_settings(&off, &wider, &["`no-x` is `off` for `**`, before `error`: the override is new"]);
    let up = "[rules]\nno-x = \"info\"\n".to_owned() + &change("src/**", "no-x = \"error\"");
    check_settings(
        &up,
        "[rules]\nno-x = \"info\"\n",
        &["`no-x` is `info` for `src/**`, before `error`: the override is gone"],
    );
    check_settings("[rules]\nno-x = \"info\"\n", &up, &[]);
    let max = change("a/**", "no-x = { max = 9 }");
    check_settings("", &max, &["`max` of `no-x` is 9 for `a/**`, before 3: the override is new"]);
    check_settings("", &change("a/**", "no-x = { max = 1 }"), &[]);
    let two = off.clone() + &change("src/a/**", "no-x = \"error\"");
    let swapped = change("src/a/**", "no-x = \"error\"") + &off;
    check_settings(&two, &swapped, &["two overrides of `no-x` stand in another order, and the later one holds"]);
}

#[test]
fn lists_and_limits_are_weaker_where_they_let_more_out() {
    let exclude = |globs: &str| format!("[files]\nexclude = [{globs}]\n");
    check_settings(
        "",
        &exclude("\"gen/**\""),
        &["what matches `gen/**` is not checked now: it is new in `files.exclude`"],
    );
    check_settings(&exclude("\"gen/**\", \"b\""), &exclude("\"b\""), &[]);
    check_settings(
        &exclude("\"gen/**\", \"!gen/a.ts\""),
        &exclude("\"gen/**\""),
        &["what matches `gen/a.ts` is not checked now: `!gen/a.ts` is gone from `files.exclude`"],
    );
    check_settings("", "[suppressions]\nmin_words = 1\n", &["`min_words` of `[suppressions]` is 1, before 3"]);
    check_settings("[suppressions]\nmin_words = 5\n", "", &["`min_words` of `[suppressions]` is 3, before 5"]);
    check_settings("", "[suppressions]\nmax_days = 9000\n", &["`max_days` of `[suppressions]` is 9000, before 366"]);
    check_settings("[suppressions]\nmax = 5\n", "[suppressions]\nmax = 6\n", &["suppressions may be 6, before 5"]);
    check_settings("[suppressions]\nmax = 5\n", "[suppressions]\nmax = 4\n", &[]);
    check_settings("[suppressions]\nmax = 5\n", "", &["the limit of 5 suppressions is gone"]);
    check_settings(
        "",
        "[law]\naccept = \"trailer\"\n",
        &["a commit may accept a weaker law by itself: `accept` is new in `[law]`"],
    );
}

#[test]
fn protections_are_weaker_where_agents_may_edit_more() {
    let entry = |files: &str, action: &str| format!("[[protected]]\nfiles = [\"{files}\"]\naction = \"{action}\"\n");
    let deny = entry("migrations/**", "deny");
    let gone = "agents may edit `migrations/**`: an entry of `[[protected]]` is gone or weaker";
    check_settings(&deny, "", &[gone]);
    check_settings(&deny, &entry("migrations/**", "remind"), &[gone]);
    check_settings(&entry("migrations/**", "ask"), &deny, &[]);
    check_settings("", &entry("src/**", "remind"), &[]);
    check_settings(
        "",
        &entry("*.toml", "remind"),
        &["agents may edit `lawbook.toml`, which is law, by this entry of `[[protected]]`"],
    );
}

#[test]
fn settings_of_folders_count_for_their_folder() {
    let pages = [("no-x", PAGE)];
    let top = ("", "# the top\n");
    check(
        (&[top], &pages),
        (&[top, ("src", "[rules]\nno-x = \"off\"\n")], &pages),
        &["src/lawbook.toml: `no-x` is `off` in `src`, before `error`"],
    );
    check((&[top], &pages), (&[top, ("src", "[rules]\nno-x = { max = 1 }\n")], &pages), &[]);
    let stricter = ("src", "[rules]\nno-x = { max = 1 }\n");
    check(
        (&[top, stricter], &pages),
        (&[top], &pages),
        &[
            "src/lawbook.toml: `max` of `no-x` is 3 in `src`, before 1",
            "src/lawbook.toml: `src/lawbook.toml` is removed, and what it said about the rules",
        ],
    );
    check(
        (&[("", "[rules]\nno-x = \"off\"\n"), ("src", "[rules]\nno-x = \"error\"\n")], &pages),
        (&[("", "[rules]\nno-x = \"off\"\n")], &pages),
        &["src/lawbook.toml: `src/lawbook.toml` is removed: `no-x` is off in `src`"],
    );
    // A weakening that holds for the top is not reported for each folder again.
    check(
        (&[top, ("src", "# a\n")], &pages),
        (&[("", "[rules]\nno-x = \"off\"\n"), ("src", "# a\n")], &pages),
        &["lawbook.toml: `no-x` is `off`, before `error`"],
    );
}

#[test]
fn pages_are_weaker_where_they_may_find_less() {
    let (plain, top) = (PAGE, [("", "# the law\n")]);
    let check_page = |now: &str, expected: &[&str]| {
        let expected: Vec<String> = expected.iter().map(|message| format!("no-x.md: {message}")).collect();
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        check((&top, &[("no-x", plain), ("no-y", plain)]), (&top, &[("no-x", now), ("no-y", plain)]), &expected);
    };
    check_page(&plain.replace("No x.", "No y."), &[]);
    check_page(
        &plain.replace("severity: error", "severity: warning"),
        &["`severity` of `no-x` is `warning`, before `error`"],
    );
    check_page(
        &plain.replace("languages: all", "languages: all\nignores: [\"src/**\"]"),
        &["`no-x` does not hold for `src/**` any more: `ignores` is new"],
    );
    check_page(
        &plain.replace("languages: all", "languages: all\nfiles: [\"src/**\"]"),
        &["`files` of `no-x` names fewer files than before"],
    );
    check_page(
        &plain.replace("node: function", "node: method"),
        &["what `no-x` looks for is changed, and nobody can say that it finds as much as before"],
    );
    check_page(&plain.replace("default: 3", "default: 9"), &["`max` of `no-x` is 9, before 3"]);
    check_page(&plain.replace("default: 3", "default: 2"), &[]);
    check(
        (&top, &[("no-x", plain), ("no-y", plain)]),
        (&top, &[("no-y", plain)]),
        &["no-x.md: the page of `no-x` is gone"],
    );
    // A page under another name that says so is the same.
    let renamed = plain.replace("languages: all", "languages: all\nformerly: [no-x]");
    check((&top, &[("no-x", plain), ("no-y", plain)]), (&top, &[("no-z", &renamed), ("no-y", plain)]), &[]);
}

/// Asserts the weakenings between the entries of a baseline, written as in `policy::testing`.
#[track_caller]
fn check_baseline(before: &[&str], now: &[&str], gone: &[&str], expected: &[&str]) {
    let file = |written: &[&str]| -> Vec<(RelPath, BaselineFile)> {
        let mut entries = entries(written);
        for entry in &mut entries {
            entry.line = Some("0123456789abcdef".to_owned());
        }
        let file = baseline::read("b.txt", baseline::print(&entries)).unwrap();
        vec![(RelPath::new(".lawbook/baseline/b.txt"), file)]
    };
    let mut found = Vec::new();
    super::baseline::compare(&file(before), &file(now), &|path| gone.contains(&path.as_str()), &mut found);
    let found: Vec<String> = found.iter().map(|found| found.message.clone()).collect();
    assert_eq!(found, expected);
}

#[test]
fn new_entries_of_a_baseline_are_weaker() {
    let new = |path: &str| format!("the entry for `no-x` in `{path}` is new: it is not reported any more");
    check_baseline(&["a.ts 1"], &["a.ts 1", "a.ts 2"], &[], &[&new("a.ts")]);
    check_baseline(&["a.ts 1", "a.ts 2"], &["a.ts 2"], &[], &[]);
    check_baseline(&["a.ts 1"], &["a.ts 1", "a.ts 1"], &[], &[&new("a.ts")]);
    // Moved to another file, whose old one is gone or not.
    check_baseline(&["a.ts 1"], &["b.ts 1"], &["a.ts"], &[]);
    check_baseline(&["a.ts 1"], &["b.ts 1"], &[], &[&new("b.ts")]);
    // Under another name of what encloses it.
    check_baseline(&["a.ts 1 f 9"], &["a.ts 2 g 9"], &[], &[]);
    let many = ["a.ts 1", "a.ts 2", "a.ts 3", "a.ts 4"];
    let message = "4 entries are new, so these findings are not reported any more, the first for `no-x` in `a.ts`";
    check_baseline(&[], &many, &[], &[message]);
}
