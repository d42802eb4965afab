//! The library as a program of one's own uses it.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod support;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use lawbook::core::diagnostic::{Finding, Safety, Subject};
use lawbook::core::facts::{ChangeView, FactKind, ProjectView};
use lawbook::core::fix::Choice;
use lawbook::core::ir::Dialect;
use lawbook::core::pack::Pack;
use lawbook::core::plan::Selection;
use lawbook::core::policy::baseline;
use lawbook::core::report::BaselineEntry;
use lawbook::core::rule::{Interest, ProjectCx, Rule, RuleNeeds};
use lawbook::core::source::RelPath;
use lawbook::core::span::Span;
use lawbook::{BaselineMode, Extent, FixMode, Inputs, Opening, Progress, ReportScope, Request, Run, Workspace};
use support::Project;
use support::git::{commit, git, lawbook, repository};

const SAFE: Choice = Choice::AtLeast(Safety::Safe);
const UNSAFE: Choice = Choice::AtLeast(Safety::Unsafe);

fn open(project: &Project) -> Workspace {
    Workspace::open(&project.path("."), Opening::default()).unwrap()
}

fn text(path: &str, text: &str) -> Request {
    Request::text(RelPath::new(path), text.as_bytes())
}

fn found(run: &Run) -> Vec<String> {
    run.report.diagnostics.iter().map(|found| format!("{} {}", found.path, found.rule)).collect()
}

/// Runs a request that can be answered and asserts what is found.
#[track_caller]
fn check(workspace: &Workspace, request: &Request, expected: &[&str]) -> Run {
    let run = workspace.run(request).unwrap();
    assert_eq!(found(&run), expected);
    run
}

#[test]
fn a_workspace_checks_what_it_was_opened_with_and_other_paths_and_texts() {
    let project = Project::with_law().file("src/a.ts", "var a = 1\ndebugger\n").file("lib/b.ts", "debugger\n");
    let workspace = Workspace::open(&project.path("src"), Opening::default()).unwrap();
    assert_eq!(workspace.root(), project.path(""));
    check(&workspace, &Request::opened(), &["src/a.ts no-var", "src/a.ts no-debugger"]);
    check(&workspace, &Request::paths([RelPath::new("lib")]), &["lib/b.ts no-debugger"]);
    check(&workspace, &Request::paths([RelPath::new("lib/b.ts"), RelPath::new("lib")]), &["lib/b.ts no-debugger"]);
    assert_eq!(workspace.run(&Request::paths([RelPath::new("")])).unwrap().report.diagnostics.len(), 3);
    check(&workspace, &text("lib/b.ts", "let b\n"), &[]);
    let texts = [("x.ts", "debugger\n"), ("y.ts", "var a = 1\n")];
    let texts = texts.map(|(path, text)| (RelPath::new(path), Arc::from(text.as_bytes())));
    let both = Request { inputs: Inputs::Texts(texts.to_vec()), ..Request::default() };
    check(&workspace, &both, &["x.ts no-debugger", "y.ts no-var"]);
}

#[test]
fn paths_that_are_not_there_or_lead_elsewhere_are_mistakes() {
    let project = Project::with_law().file("a.ts", "debugger\n");
    let workspace = open(&project);
    let paths = ["none.ts", "../a.ts", "./a.ts", "a//b.ts"].map(RelPath::new);
    let mistakes = workspace.run(&Request::paths(paths)).unwrap_err();
    let messages: Vec<&str> = mistakes.iter().map(|mistake| mistake.message.as_str()).collect();
    assert_eq!(messages.len(), 4, "{messages:?}");
    assert!(messages[0].starts_with("`none.ts` cannot be checked: "), "{messages:?}");
    assert_eq!(messages[1], "`../a.ts` is no path below the root");
}

#[test]
fn an_opening_narrows_the_run_and_mistakes_come_back() {
    let project = Project::with_law().file("a.ts", "var a = 1\ndebugger\n");
    let only = |rule: &str| Selection::of_rules([rule]);
    let opening = Opening { selection: only("no-debugger"), threads: Some(1), ..Opening::default() };
    let report = Workspace::open(&project.path("."), opening).unwrap().run(&Request::opened()).unwrap().report;
    assert_eq!((report.summary.errors, report.summary.warnings), (0, 1));
    let opening = Opening { selection: only("no-debuger"), ..Opening::default() };
    let mistakes = Workspace::open(&project.path("."), opening).unwrap_err();
    assert!(mistakes[0].to_string().contains("no-debugger"), "{mistakes:?}");
}

#[test]
fn fixes_are_shown_or_written() {
    let project = Project::with_law().file("a.ts", "var a = 1\ndebugger\n");
    let workspace = open(&project);
    let path = RelPath::new("a.ts");
    for request in [Request::opened(), text("a.ts", "var a = 1\ndebugger\n")] {
        let run = check(&workspace, &request.clone().with_fixes(FixMode::Show(UNSAFE)), &["a.ts no-debugger"]);
        assert_eq!(run.fixes.unwrap().text_of(&path), Some("let a = 1\ndebugger\n"));
        assert_eq!(project.read("a.ts"), "var a = 1\ndebugger\n");
        let run = check(&workspace, &request.with_fixes(FixMode::Show(SAFE)), &["a.ts no-var", "a.ts no-debugger"]);
        assert_eq!(run.fixes.unwrap().text_of(&path), None);
    }
    let run = check(&workspace, &Request::opened().with_fixes(FixMode::Write(UNSAFE)), &["a.ts no-debugger"]);
    assert_eq!((run.report.summary.fixed, project.read("a.ts").as_str()), (1, "let a = 1\ndebugger\n"));
    let refused = workspace.run(&text("a.ts", "var a = 1\n").with_fixes(FixMode::Write(UNSAFE))).unwrap_err();
    assert!(refused[0].message.contains("not written"), "{refused:?}");
}

#[test]
fn a_change_is_checked_as_its_scope_says() {
    let project = repository(&[("a.ts", "var a = 1\nlet b\n")]).file("a.ts", "var a = 1\ndebugger\n");
    let workspace = open(&project);
    let staged = Request::change(Extent::Staged);
    check(&workspace, &staged, &[]);
    git(&project, &["add", "a.ts"]);
    let project = project.file("a.ts", "let c\n");
    check(&workspace, &staged, &["a.ts no-debugger"]);
    check(&workspace, &staged.clone().with_scope(ReportScope::All), &["a.ts no-var", "a.ts no-debugger"]);
    check(&workspace, &Request::change(Extent::Changed), &[]);
    commit(&project, "second");
    let project = project.file("a.ts", "let c\ndebugger\n");
    check(&workspace, &Request::change(Extent::Since("HEAD~1".to_owned())), &["a.ts no-debugger"]);
    assert!(workspace.run(&Request::change(Extent::Since("none".to_owned()))).is_err());
    drop(project);
}

#[test]
fn the_baseline_hides_or_is_compared_or_is_left_unread() {
    let project = repository(&[("a.ts", "var a = 1\n")]);
    lawbook(&project, &["baseline", "create"], &[]).exits(0);
    let project = project.file("a.ts", "var a = 1\ndebugger\n");
    let workspace = open(&project);
    for request in [Request::opened(), text("a.ts", "var a = 1\ndebugger\n")] {
        let run = check(&workspace, &request, &["a.ts no-debugger"]);
        assert_eq!((run.report.summary.known, run.comparison), (1, None));
        let compared = request.clone().with_baseline(BaselineMode::Compare);
        let run = check(&workspace, &compared, &["a.ts no-var", "a.ts no-debugger"]);
        let known: Vec<bool> = run.comparison.unwrap().known.iter().map(Option::is_some).collect();
        assert_eq!(known, [true, false]);
        let ignored = request.with_baseline(BaselineMode::Ignore);
        check(&workspace, &ignored, &["a.ts no-var", "a.ts no-debugger"]);
    }
}

#[test]
fn a_run_sees_the_files_that_its_inputs_are_of() {
    let project = repository(&[("a.ts", "let a\n"), ("b.json", "{}")]);
    git(&project, &["add", "a.ts"]);
    let project = project.file("a.ts", "let b\n");
    git(&project, &["add", "a.ts"]);
    let project = project.file("a.ts", "let c\n");
    let workspace = open(&project);
    let read = |inputs: &Inputs, path: &str| {
        let files = workspace.files(inputs).unwrap();
        files.read_with(&RelPath::new(path), 100, |bytes| String::from_utf8_lossy(bytes).into_owned())
    };
    let buffer = text("a.ts", "let d\n").inputs;
    let staged = Inputs::Change(Extent::Staged);
    for (inputs, expected) in [(&Inputs::Opened, "let c\n"), (&staged, "let b\n"), (&buffer, "let d\n")] {
        assert_eq!(read(inputs, "a.ts").unwrap(), expected);
        assert_eq!(read(inputs, "b.json").unwrap(), "{}");
        assert!(read(inputs, "c.ts").is_err());
        let files = workspace.files(inputs).unwrap();
        let entries: Vec<(String, u64)> =
            files.entries().map(|entry| (entry.path.as_str().to_owned(), entry.size)).collect();
        let expected =
            [("a.ts", 6), ("b.json", 2), ("law/no-debugger.md", 0), ("law/no-var.md", 0), ("lawbook.toml", 22)];
        assert_eq!(entries.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>(), expected.map(|(path, _)| path));
        assert_eq!(entries[0].1, expected[0].1);
    }
}

/// A page of a rule in Rust with this scope.
fn page(scope: &str) -> String {
    format!(
        "---\nsummary: Keep one entry.\nlanguages: [typescript]\nseverity: error\nnative: true\nscope: {scope}\n---\nWhy.\n"
    )
}

/// Finds, in all files together, every `main.ts` but the first.
#[derive(Debug)]
struct OneEntry;

impl Rule for OneEntry {
    fn interest(&self, _: &'static Dialect) -> Interest {
        Interest::kinds([])
    }

    fn needs(&self) -> RuleNeeds {
        RuleNeeds::project([FactKind::Imports])
    }

    fn conclude(&self, _: &ProjectView, cx: &mut ProjectCx<'_>) {
        for (path, _) in cx.files().filter(|(path, _)| path.file_name() == "main.ts").skip(1) {
            cx.report(Finding::new(Span::default()).at_path(path.clone()).subject(Subject::Named("entry".to_owned())));
        }
    }
}

/// Finds every file of a change, with the name that it had before.
#[derive(Debug)]
struct EveryChange;

impl Rule for EveryChange {
    fn interest(&self, _: &'static Dialect) -> Interest {
        Interest::kinds([])
    }

    fn needs(&self) -> RuleNeeds {
        RuleNeeds::change([FactKind::Imports])
    }

    fn check_change(&self, view: &ChangeView, cx: &mut ProjectCx<'_>) {
        for file in &view.files {
            let old = file.before.as_ref().map_or("new", |before| before.path.as_str());
            let now = file.now.as_ref().and_then(|now| now.source.as_ref()).map_or("gone", |source| source.text());
            let found = Finding::new(Span::default()).at_path(file.path.clone());
            cx.report(found.message(format!("{old}: {}", now.trim())).subject(Subject::Named("change".to_owned())));
        }
    }
}

/// Opens a project with the rules that look beyond single files.
fn open_with_wide_rules(project: &Project) -> Workspace {
    let file = |id: &str, scope: &str| (format!("{id}.md"), format!("{id}.md"), Arc::from(page(scope)));
    let files = vec![file("one-entry", "project"), file("every-change", "change")];
    let (pack, mistakes) = Pack::from_files("ours", files);
    assert_eq!(mistakes, []);
    let pack = pack.with_native("one-entry", |_| Ok(OneEntry)).with_native("every-change", |_| Ok(EveryChange));
    let pack = pack.with_all_on();
    Workspace::open(&project.path("."), Opening { packs: vec![pack], ..Opening::default() }).unwrap()
}

#[test]
fn rules_about_all_files_see_them_in_a_run_over_the_whole_root_only() {
    let project = Project::with_law().file("a/main.ts", "let a\n").file("b/main.ts", "let b\n");
    let workspace = open_with_wide_rules(&project);
    let run = check(&workspace, &Request::opened(), &["b/main.ts one-entry"]);
    check(&workspace, &Request::paths([RelPath::new("b")]), &[]);
    check(&workspace, &text("b/main.ts", "let b\n"), &[]);
    let entry = BaselineEntry::of(&run.report.diagnostics[0], None, None);
    let project = project.file(".lawbook/baseline/b/baseline.txt", baseline::print(&[entry]));
    let workspace = open_with_wide_rules(&project);
    let run = check(&workspace, &Request::opened(), &[]);
    assert_eq!((run.report.summary.known, run.report.summary.stale), (1, 0));
    for request in [Request::paths([RelPath::new("b")]), text("b/main.ts", "let b\n")] {
        assert_eq!(check(&workspace, &request, &[]).report.summary.stale, 0, "{request:?}");
    }
}

#[test]
fn rules_about_a_change_see_it_with_the_old_names() {
    let text = "let a\nlet b\nlet c\n";
    let project = repository(&[("old.ts", text), ("gone.ts", "let x\nlet y\nlet z\n"), ("same.ts", "let s\n")]);
    git(&project, &["mv", "old.ts", "moved.ts"]);
    git(&project, &["rm", "--quiet", "gone.ts"]);
    let project = project.file("new.ts", "let n\n");
    git(&project, &["add", "--all"]);
    let workspace = open_with_wide_rules(&project);
    let expected = ["gone.ts gone.ts: gone", "moved.ts old.ts: let a\nlet b\nlet c", "new.ts new: let n"];
    for extent in [Extent::Staged, Extent::Changed] {
        for scope in [ReportScope::New, ReportScope::Lines, ReportScope::All] {
            let run = workspace.run(&Request::change(extent.clone()).with_scope(scope)).unwrap();
            let found = run.report.diagnostics.iter().map(|found| format!("{} {}", found.path, found.message));
            assert_eq!(found.collect::<Vec<_>>(), expected, "{extent:?} {scope:?}");
        }
    }
    check(&workspace, &Request::opened(), &[]);
}

#[test]
fn a_run_counts_its_files_and_ends_when_it_is_cancelled() {
    let project = Project::with_law().file("a.ts", "let a\n").file("b.ts", "debugger\n");
    let workspace = open(&project);
    let progress = Arc::new(Progress::default());
    let run = workspace.run(&Request::opened().with_progress(progress.clone())).unwrap();
    assert_eq!((progress.files(), progress.done()), (2, 2));
    assert_eq!(run.answers.len(), run.report.summary.files);
    let refused = workspace.run(&Request::opened().cancelled_by(Arc::new(AtomicBool::new(true)))).unwrap_err();
    assert_eq!(refused[0].message, "the run was cancelled");
}
