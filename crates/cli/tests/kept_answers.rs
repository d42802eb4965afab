//! Runs that keep the answers of unchanged files report what a fresh run does, after any edits.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use lawbook_core::diagnostic::{Finding, Subject};
use lawbook_core::facts::{FactKind, ProjectView};
use lawbook_core::ir::Dialect;
use lawbook_core::mistake::MistakeList;
use lawbook_core::pack::Pack;
use lawbook_core::rule::{Interest, ProjectCx, Rule, RuleNeeds};
use lawbook_core::source::RelPath;
use lawbook_core::span::Span;
use lawbook_workspace::{KeptAnswers, Opening, Request, Run, Workspace};
use support::edits::Edits;
use support::{NO_DEBUGGER, Project};

/// A rule about the project: every `main` but the first.
#[derive(Debug)]
struct LoneEntry;

impl Rule for LoneEntry {
    fn interest(&self, _: &'static Dialect) -> Interest {
        Interest::kinds([])
    }

    fn needs(&self) -> RuleNeeds {
        RuleNeeds::project([FactKind::Imports])
    }

    fn conclude(&self, _: &ProjectView, cx: &mut ProjectCx<'_>) {
        for (path, _) in cx.files().filter(|(path, _)| path.file_name().starts_with("a.")).skip(1) {
            cx.report(Finding::new(Span::default()).at_path(path.clone()).subject(Subject::Named("entry".to_owned())));
        }
    }
}

const ONE_ENTRY: &str =
    "---\nsummary: One entry.\nlanguages: all\nseverity: warning\nnative: true\nscope: project\n---\n";

fn opening() -> Opening {
    let (pack, mistakes) =
        Pack::from_files("ours", vec![("one-entry.md".to_owned(), "one-entry.md".to_owned(), Arc::from(ONE_ENTRY))]);
    assert_eq!(mistakes, []);
    Opening::default().with_packs(vec![pack.with_native("one-entry", |_| Ok(LoneEntry)).with_all_on()])
}

/// Everything that a run says.
fn said(run: &Result<Run, MistakeList>) -> String {
    let run = match run {
        Ok(run) => run,
        Err(mistakes) => return mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
    };
    let mut said = String::new();
    for found in run.report.located() {
        let _ = writeln!(said, "{found}");
    }
    for found in &run.report.suppressed {
        let _ = writeln!(said, "suppressed {} {}", found.path, found.rule);
    }
    for skipped in &run.report.skipped {
        let _ = writeln!(said, "skipped {skipped:?}");
    }
    for entry in &run.report.stale {
        let _ = writeln!(said, "stale {} {}", entry.path, entry.rule);
    }
    let _ = writeln!(said, "{:?} {:?}", run.report.summary, run.report.without_rules);
    said
}

/// Makes random edits, and compares a run that keeps answers with a fresh one after each. Returns the number of files that
/// were checked, and of those that a fresh run has checked.
fn compare(seed: u64, rounds: usize) -> [usize; 2] {
    let project = Project::new();
    let mut edits = Edits::new(seed, project.path(""));
    let baseline = |project: &Project, command: &str| {
        let mut lawbook = Command::new(env!("CARGO_BIN_EXE_lawbook"));
        lawbook.args(["baseline", command]).current_dir(project.path("")).env_clear();
        support::run(lawbook, "");
    };
    edits.start();
    let workspace = Workspace::open(&project.path(""), opening()).unwrap();
    let kept = Arc::new(KeptAnswers::default());
    let request = Request::opened().with_reload().with_kept(kept.clone());
    let mut checked = [0, 0];
    for round in 0..rounds {
        let mut done: Vec<PathBuf> = edits.some();
        if round % 16 == 7 {
            baseline(&project, if round % 32 == 7 { "create" } else { "prune" });
            done.push(project.path(".lawbook"));
        }
        // As notices of the file system do: two writes within one tick leave the same metadata.
        for path in &done {
            let below = path.strip_prefix(project.path("")).unwrap();
            kept.forget(&RelPath::new(below.to_str().unwrap()));
        }
        let again = workspace.run(&request);
        let fresh = Workspace::open(&project.path(""), opening()).and_then(|fresh| fresh.run(&Request::opened()));
        assert_eq!(said(&again), said(&fresh), "seed {seed}, round {round}: {:?}", edits.log());
        if let (Ok(again), Ok(fresh)) = (&again, &fresh) {
            checked[0] += again.rechecked.len();
            checked[1] += fresh.files.len();
        }
    }
    checked
}

#[test]
fn kept_answers_change_no_report() {
    let mut checked = [0, 0];
    for seed in 1..=6 {
        let [again, fresh] = compare(seed, 60);
        checked = [checked[0] + again, checked[1] + fresh];
    }
    assert!(checked[1] > 2_000, "{checked:?}");
    assert!(checked[0] * 2 < checked[1], "{checked:?}");
}

#[test]
#[ignore = "10,000 rounds take minutes: `cargo test --test kept_answers -- --ignored`"]
fn kept_answers_change_no_report_over_thousands_of_edits() {
    for seed in 101..=140 {
        compare(seed, 250);
    }
}

#[test]
fn an_unchanged_file_is_not_checked_again() {
    let project = Project::new()
        .file("lawbook.toml", "extends = [\"./law\"]\n")
        .file("law/no-debugger.md", NO_DEBUGGER)
        .file("a.ts", "debugger\n")
        .file("b.ts", "debugger\n");
    let workspace = Workspace::open(&project.path(""), Opening::default()).unwrap();
    let request = Request::opened().with_reload().with_kept(Arc::default());
    let rechecked = || {
        let run = workspace.run(&request).unwrap();
        let paths = run.rechecked.iter().map(|path| path.as_str().to_owned());
        (paths.collect::<Vec<_>>().join(" "), run.report.diagnostics.len())
    };
    assert_eq!(rechecked(), ("a.ts b.ts".to_owned(), 2));
    assert_eq!(rechecked(), (String::new(), 2));
    fs::write(project.path("b.ts"), "let b = 1\n").unwrap();
    assert_eq!(rechecked(), ("b.ts".to_owned(), 1));
    fs::rename(project.path("a.ts"), project.path("c.ts")).unwrap();
    assert_eq!(rechecked(), ("a.ts c.ts".to_owned(), 1));
    fs::write(project.path("lawbook.toml"), "extends = [\"./law\"]\n[files]\nexclude = [\"c.ts\"]\n").unwrap();
    assert_eq!(rechecked(), ("b.ts".to_owned(), 0));
    assert_eq!(rechecked(), (String::new(), 0));
}

/// The kind of a file may be written in another one, whose check finds nothing.
#[test]
fn a_file_is_checked_again_when_another_one_makes_it_test_code() {
    let project = Project::new()
        .file("lawbook.toml", "extends = []\n[rules]\nno-unwrap = \"error\"\n")
        .file("src/lib.rs", "mod kit;\n")
        .file("src/kit.rs", "pub fn first(of: &[u8]) -> u8 { *of.first().unwrap() }\n");
    let workspace = Workspace::open(&project.path(""), Opening::default()).unwrap();
    let request = Request::opened().with_reload().with_kept(Arc::default());
    let found = || workspace.run(&request).unwrap().report.diagnostics.len();
    assert_eq!(found(), 1);
    fs::write(project.path("src/lib.rs"), "#[cfg(test)]\nmod kit;\n").unwrap();
    assert_eq!(found(), 0);
    fs::write(project.path("src/lib.rs"), "mod kit;\n").unwrap();
    assert_eq!(found(), 1);
}
