//! The workspace library, as other programs use it.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod support;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use lawbook::Streams;
use lawbook_core::diagnostic::{Finding, Safety, Subject};
use lawbook_core::facts::{ChangeView, FactKind, ProjectView};
use lawbook_core::fix::Choice;
use lawbook_core::ir::Dialect;
use lawbook_core::pack::Pack;
use lawbook_core::plan::Selection;
use lawbook_core::policy::baseline;
use lawbook_core::report::BaselineEntry;
use lawbook_core::rule::{Interest, ProjectCx, Rule, RuleNeeds};
use lawbook_core::source::RelPath;
use lawbook_core::span::Span;
use lawbook_workspace::{
    BaselineMode, ChangeSelection, FixMode, Inputs, Opening, Progress, ReportScope, Request, Run, Workspace,
};
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

/// Runs a request and asserts its findings.
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
    assert_eq!(workspace.law().root(), project.path(""));
    check(&workspace, &Request::opened(), &["src/a.ts no-var", "src/a.ts no-debugger"]);
    check(&workspace, &Request::paths([RelPath::new("lib")]), &["lib/b.ts no-debugger"]);
    check(&workspace, &Request::paths([RelPath::new("lib/b.ts"), RelPath::new("lib")]), &["lib/b.ts no-debugger"]);
    assert_eq!(workspace.run(&Request::paths([RelPath::new("")])).unwrap().report.diagnostics.len(), 3);
    check(&workspace, &text("lib/b.ts", "let b\n"), &[]);
    let texts = [("x.ts", "debugger\n"), ("y.ts", "var a = 1\n")];
    let texts = texts.map(|(path, text)| (RelPath::new(path), Arc::from(text.as_bytes())));
    let both = Request::texts(texts);
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
    let opening = Opening::default().with_selection(only("no-debugger")).with_threads(1);
    let report = Workspace::open(&project.path("."), opening).unwrap().run(&Request::opened()).unwrap().report;
    assert_eq!((report.summary.errors, report.summary.warnings), (0, 1));
    let opening = Opening::default().with_selection(only("no-debuger"));
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
    let staged = Request::change(ChangeSelection::Staged);
    check(&workspace, &staged, &[]);
    git(&project, &["add", "a.ts"]);
    let project = project.file("a.ts", "let c\n");
    check(&workspace, &staged, &["a.ts no-debugger"]);
    check(&workspace, &staged.clone().with_scope(ReportScope::All), &["a.ts no-var", "a.ts no-debugger"]);
    check(&workspace, &Request::change(ChangeSelection::Changed), &[]);
    commit(&project, "second");
    let project = project.file("a.ts", "let c\ndebugger\n");
    check(&workspace, &Request::change(ChangeSelection::Since("HEAD~1".to_owned())), &["a.ts no-debugger"]);
    assert!(workspace.run(&Request::change(ChangeSelection::Since("none".to_owned()))).is_err());
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
    let law = open(&project).law();
    let read = |inputs: &Inputs, path: &str| {
        let files = law.files(inputs).unwrap();
        files.read_with(&RelPath::new(path), 100, |bytes| String::from_utf8_lossy(bytes).into_owned())
    };
    let buffer = text("a.ts", "let d\n").inputs;
    let staged = Inputs::Change(ChangeSelection::Staged);
    for (inputs, expected) in [(&Inputs::Opened, "let c\n"), (&staged, "let b\n"), (&buffer, "let d\n")] {
        assert_eq!(read(inputs, "a.ts").unwrap(), expected);
        assert_eq!(read(inputs, "b.json").unwrap(), "{}");
        assert!(read(inputs, "c.ts").is_err());
        let files = law.files(inputs).unwrap();
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

/// A rule of project scope that reports every `main.ts` but the first.
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

/// A rule of change scope that reports every file of a change, with its old name.
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

/// Opens a project with the rules of project and change scope.
fn open_with_project_rules(project: &Project) -> Workspace {
    let file = |id: &str, scope: &str| (format!("{id}.md"), format!("{id}.md"), Arc::from(page(scope)));
    let files = vec![file("one-entry", "project"), file("every-change", "change")];
    let (pack, mistakes) = Pack::from_files("ours", files);
    assert_eq!(mistakes, []);
    let pack = pack.with_native("one-entry", |_| Ok(OneEntry)).with_native("every-change", |_| Ok(EveryChange));
    let pack = pack.with_all_on();
    Workspace::open(&project.path("."), Opening::default().with_packs(vec![pack])).unwrap()
}

#[test]
fn rules_about_all_files_see_them_in_a_run_over_the_whole_root_only() {
    let project = Project::with_law().file("a/main.ts", "let a\n").file("b/main.ts", "let b\n");
    let workspace = open_with_project_rules(&project);
    let run = check(&workspace, &Request::opened(), &["b/main.ts one-entry"]);
    check(&workspace, &Request::paths([RelPath::new("b")]), &[]);
    check(&workspace, &text("b/main.ts", "let b\n"), &[]);
    let entry = BaselineEntry::of(&run.report.diagnostics[0], None, None);
    let project = project.file(".lawbook/baseline/b/baseline.txt", baseline::print(&[entry]));
    let workspace = open_with_project_rules(&project);
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
    let workspace = open_with_project_rules(&project);
    let expected = ["gone.ts gone.ts: gone", "moved.ts old.ts: let a\nlet b\nlet c", "new.ts new: let n"];
    for selection in [ChangeSelection::Staged, ChangeSelection::Changed] {
        for scope in [ReportScope::New, ReportScope::Lines, ReportScope::All] {
            let run = workspace.run(&Request::change(selection.clone()).with_scope(scope)).unwrap();
            let found = run.report.diagnostics.iter().map(|found| format!("{} {}", found.path, found.message));
            assert_eq!(found.collect::<Vec<_>>(), expected, "{selection:?} {scope:?}");
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

#[test]
fn a_list_names_the_files_and_checks_none() {
    let project = Project::with_law().file("a.ts", "debugger\n").file("b.rb", "").file("dist/c.ts", "debugger\n");
    let project = project.file("lawbook.toml", "extends = [\"./law\"]\nfiles.exclude = [\"dist/**\"]\n");
    let run = check(&open(&project), &Request::list(), &[]);
    let paths: Vec<&str> = run.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!((paths, run.report.summary.checked), (vec!["a.ts"], 0));
    assert!(run.report.summary.unsupported > 0);
}

/// Opens a project, changes its files, and asserts the findings before and after a reload.
#[track_caller]
fn check_reload(files: &[(&str, &str)], before: &[&str], after: Result<&[&str], &str>) {
    let mut project = Project::with_law().file("a.ts", "var a = 1\ndebugger\n");
    let workspace = open(&project);
    for (path, text) in files {
        project = project.file(path, text);
    }
    check(&workspace, &Request::opened(), before);
    match after {
        Ok(after) => {
            let run = check(&workspace, &Request::opened().with_reload(), after);
            assert_eq!(run.is_reloaded, before != after);
            assert!(!workspace.run(&Request::opened().with_reload()).unwrap().is_reloaded, "nothing has changed since");
            check(&workspace, &Request::opened(), after);
        }
        Err(message) => {
            let mistakes = workspace.run(&Request::opened().with_reload()).unwrap_err();
            assert!(mistakes.to_string().contains(message), "{mistakes}");
            check(&workspace, &Request::opened(), before);
        }
    }
}

#[test]
fn a_reload_reads_settings_pages_and_baseline_again() {
    let both = ["a.ts no-var", "a.ts no-debugger"];
    check_reload(&[], &both, Ok(&both));
    let off = "extends = [\"./law\"]\nrules.no-var = \"off\"\n";
    check_reload(&[("lawbook.toml", off)], &both, Ok(&both[1..]));
    check_reload(&[("lawbook.toml", "extends = 1\n")], &both, Err("extends"));
    let page =
        support::NO_VAR.replace("pattern: var a = 1", "pattern: var b = 1").replace("var a = 1 //", "var b = 1 //");
    check_reload(&[("law/no-var.md", &page)], &both, Ok(&both[1..]));
    check_reload(&[("law/no-var.md", "no page")], &both, Ok(&[both[1], "law/no-var.md refused-rule"]));
    let project = Project::with_law().file("a.ts", "debugger\n");
    let workspace = open(&project);
    check(&workspace, &Request::opened(), &["a.ts no-debugger"]);
    lawbook(&project, &["baseline", "create"], &[]).exits(0);
    check(&workspace, &Request::opened().with_reload(), &[]);
}

#[test]
fn findings_are_accepted_and_pruned_without_a_command_line() {
    let project = Project::with_law().file("src/a.ts", "var a = 1\ndebugger\n");
    let workspace = open(&project);
    let accept = |extend| BaselineMode::Accept { extend, reason: Some("before the rule".to_owned()) };
    let run = workspace.run(&Request::opened().with_baseline(accept(false))).unwrap();
    assert_eq!(run.baseline_change.map(|change| (change.accepted, change.left)), Some((2, 2)));
    check(&workspace, &Request::opened(), &[]);
    let refused = workspace.run(&Request::opened().with_baseline(accept(false))).unwrap_err();
    assert!(refused.to_string().contains("there is a baseline"), "{refused}");
    let project = project.file("src/a.ts", "debugger\n").file("b.ts", "debugger\n");
    let run = workspace.run(&Request::opened().with_baseline(accept(true))).unwrap();
    assert_eq!(run.baseline_change.map(|change| (change.accepted, change.left)), Some((1, 3)));
    let part = Request::paths([RelPath::new("src")]).with_baseline(BaselineMode::Prune { tidy: false });
    assert!(workspace.run(&part).unwrap_err().to_string().contains("whole root"));
    let run = workspace.run(&Request::opened().with_baseline(BaselineMode::Prune { tidy: false })).unwrap();
    assert_eq!(run.baseline_change.map(|change| (change.removed, change.left)), Some((1, 2)));
    let entries = lawbook_workspace::baseline_entries(&project.path("src")).unwrap();
    assert_eq!(entries.iter().map(|entry| entry.path.as_str()).collect::<Vec<_>>(), ["b.ts", "src/a.ts"]);
    assert!(entries.iter().all(|entry| entry.reason.as_deref() == Some("before the rule")));
}

#[test]
fn a_command_line_runs_in_any_folder_with_streams_of_the_caller() {
    let project = Project::with_law().file("a.ts", "debugger\n");
    for (args, stdin, code) in [
        (vec!["lawbook", "check", "--format", "json"], "", 0),
        (vec!["lawbook", "check", "--fail-level", "warning"], "", 1),
        (vec!["lawbook", "check", "--stdin-filename", "b.ts", "--fail-level", "warning"], "debugger\n", 1),
        (vec!["lawbook", "check", "none.ts"], "", 2),
        (vec!["lawbook", "--nothing"], "", 2),
    ] {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let streams = Streams { stdin: &mut stdin.as_bytes(), stdout: &mut stdout, stderr: &mut stderr };
        let ran = lawbook::run_in(Vec::new(), args.iter().map(Into::into), &project.path("."), streams);
        let ours = project.run_with(".", &args[1..], &[], stdin);
        assert_eq!(i32::from(ran), code, "{args:?}");
        assert_eq!((ours.code, &ours.stdout, &ours.stderr), (code, &text_of(stdout), &text_of(stderr)), "{args:?}");
    }
}

fn text_of(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}
