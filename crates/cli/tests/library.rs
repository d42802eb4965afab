//! The library as a program of one's own uses it.

mod support;

use lawbook::core::plan::Selection;
use lawbook::core::source::RelPath;
use lawbook::{Opening, Workspace};
use support::Project;

#[test]
fn a_workspace_checks_files_and_texts() {
    let project = Project::with_law().file("src/a.ts", "var a = 1\ndebugger\n");
    let workspace = Workspace::open(&project.path("src"), Opening::default()).unwrap();
    assert_eq!(workspace.root(), project.path(""));
    let found: Vec<_> = workspace.check().diagnostics.iter().map(|found| found.rule.to_string()).collect();
    assert_eq!(found, ["no-var", "no-debugger"]);
    let report = workspace.check_text(RelPath::new("src/b.ts"), b"debugger\n");
    assert_eq!(report.summary.warnings, 1);
}

#[test]
fn an_opening_narrows_the_run_and_mistakes_come_back() {
    let project = Project::with_law().file("a.ts", "var a = 1\ndebugger\n");
    let only = |rule: &str| Selection { rules: vec![rule.to_owned()], packs: Vec::new() };
    let opening = Opening { selection: only("no-debugger"), threads: Some(1), ..Opening::default() };
    let report = Workspace::open(&project.path("."), opening).unwrap().check();
    assert_eq!((report.summary.errors, report.summary.warnings), (0, 1));
    let opening = Opening { selection: only("no-debuger"), ..Opening::default() };
    let mistakes = Workspace::open(&project.path("."), opening).unwrap_err();
    assert!(mistakes[0].to_string().contains("no-debugger"), "{mistakes:?}");
}
