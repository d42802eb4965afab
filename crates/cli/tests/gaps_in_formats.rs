//! No format looks as if all were well where files could not be checked, were left out, or nothing was checked.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot read a report has failed")]

mod support;

use serde_json::Value;
use support::git::{commit, git, repository};
use support::{NO_VAR, Project, Ran, text};

/// The answer of a check in a format.
#[track_caller]
fn ran(project: &Project, format: &str, args: &[&str], code: i32) -> Ran {
    let ran = project.run(&[&["check", "--format", format], args].concat());
    ran.exits(code).is_harmless();
    ran
}

fn issues(ran: &Ran) -> Vec<Value> {
    ran.json().as_array().unwrap().clone()
}

fn diagnostics(ran: &Ran) -> Vec<Value> {
    ran.json()["diagnostics"].as_array().unwrap().clone()
}

/// What a run hides is said in the same words wherever its outcome is.
#[test]
fn every_outcome_has_the_numbers_of_what_is_hidden() {
    let text = "// lawbook-ignore no-debugger: the format wants it so\ndebugger\n";
    let project = Project::with_law().file("a.ts", text).file("b.ts", "debugger\n");
    project.run(&["baseline", "create"]).exits(0);
    let hidden = "no findings in 2 files (3 more of no known language); 1 suppressed, 1 known before";
    for format in ["pretty", "agent", "unix", "markdown", "junit", "checkstyle"] {
        ran(&project, format, &[], 0).shows(hidden);
    }
    for format in ["gitlab", "rdjson", "rdjsonl", "sarif"] {
        ran(&project, format, &[], 0).says(hidden);
    }
}

#[test]
fn a_clean_run_has_a_test_that_passes_and_no_finding() {
    let project = Project::with_law().file("src/a.ts", "let a = 1;\n").file("dist.min.ts", "let a = 1;\n");
    let junit = ran(&project, "junit", &["src"], 0);
    let document = roxmltree::Document::parse(&junit.stdout).unwrap();
    let cases: Vec<_> = document.descendants().filter(|node| node.has_tag_name("testcase")).collect();
    assert_eq!(cases.len(), 1, "{}", junit.stdout);
    assert!(cases[0].children().all(|node| !node.has_tag_name("skipped") && !node.has_tag_name("failure")));
    junit.shows("<system-out>no findings in 1 file</system-out>");
    assert_eq!(ran(&project, "gitlab", &["src"], 0).says("lawbook: no findings in 1 file").stdout, "[]\n");
    assert_eq!(
        diagnostics(ran(&project, "rdjson", &["src"], 0).says("lawbook: no findings in 1 file")),
        [Value::Null; 0]
    );
    assert_eq!(ran(&project, "rdjsonl", &["src"], 0).says("lawbook: no findings in 1 file").stdout, "");
    let checkstyle = ran(&project, "checkstyle", &["src"], 0);
    assert!(!checkstyle.shows("<!-- lawbook: no findings in 1 file -->").stdout.contains("<file"));
    assert_eq!(ran(&project, "markdown", &["src"], 0).stdout, "**lawbook**: no findings in 1 file\n");
    assert_eq!(ran(&project, "unix", &["src"], 0).stdout, "lawbook: no findings in 1 file\n");
}

/// Asserts that every format says that nothing was checked, in these words, and that those of findings have one of level info.
#[track_caller]
fn check_nothing(project: &Project, words: &str) {
    for format in ["unix", "checkstyle", "markdown"] {
        ran(project, format, &[], 0).shows(words);
    }
    let junit = ran(project, "junit", &[], 0);
    junit.shows(&format!("<skipped message=\"{words}")).shows("skipped=\"1\"");
    let issues = issues(&ran(project, "gitlab", &[], 0));
    let [issue] = &*issues else { panic!("{issues:?}") };
    assert_eq!((text(&issue["severity"]), text(&issue["location"]["path"])), ("info".to_owned(), ".".to_owned()));
    assert!(text(&issue["description"]).starts_with(words), "{issue}");
    let diagnostics = diagnostics(&ran(project, "rdjson", &[], 0));
    let [diagnostic] = &*diagnostics else { panic!("{diagnostics:?}") };
    assert!(text(&diagnostic["message"]).starts_with(words), "{diagnostic}");
    assert_eq!(diagnostic["severity"], "INFO");
    ran(project, "checkstyle", &[], 0).shows("severity=\"info\"");
}

#[test]
fn a_run_that_checked_nothing_says_so() {
    let settings = "extends = [\"./law\"]\n[files]\nexclude = [\"src\"]\n";
    let project = Project::with_law().file("lawbook.toml", settings).file("src/a.ts", "var a = 1\n");
    check_nothing(&project, "nothing was checked (1 left out");
}

#[test]
fn a_run_without_rules_for_its_files_says_so() {
    let project = Project::with_law().file("a.py", "a = 1\n");
    check_nothing(&project, "nothing was looked for: no rule is on for 1 python file");
}

#[test]
fn what_is_left_out_is_counted() {
    let settings = "extends = [\"./law\"]\n[files]\nexclude = [\"src\"]\n";
    let project = Project::with_law().file("lawbook.toml", settings).file("src/a.ts", "a").file("b.ts", "let b = 1;\n");
    for format in ["junit", "checkstyle", "markdown", "unix"] {
        ran(&project, format, &[], 0).shows("no findings in 1 file (1 left out");
    }
    for format in ["gitlab", "rdjson", "rdjsonl"] {
        ran(&project, format, &[], 0).says("no findings in 1 file (1 left out");
    }
}

#[test]
fn files_without_rules_are_named_beside_others() {
    let project = Project::with_law().file("a.py", "a = 1\n").file("b.ts", "let b = 1;\n");
    for format in ["junit", "checkstyle", "markdown", "unix", "gitlab", "rdjson", "rdjsonl"] {
        ran(&project, format, &[], 0).shows("1 python file: no rule is on for it");
    }
}

#[test]
fn a_file_that_could_not_be_checked_is_a_finding_everywhere() {
    let project = Project::with_law().file("a.ts", b"let a = '\xe9';\n");
    for format in ["junit", "checkstyle", "markdown", "unix", "gitlab", "rdjson", "rdjsonl"] {
        ran(&project, format, &[], 1).shows("unchecked-file").shows("a.ts");
    }
}

#[test]
fn new_files_that_a_change_leaves_out_are_named() {
    let project = repository(&[("a.ts", "let a = 1;\n")])
        .file("lib/b.ts", format!("// @generated\n{NO_VAR}"))
        .file("vendor/c.ts", "var a = 1\n")
        .file("a.ts", "let a = 2;\n");
    git(&project, &["add", "--all"]);
    commit(&project, "second");
    let args = ["--since", "HEAD~1"];
    for format in ["junit", "checkstyle", "markdown", "unix", "gitlab", "rdjson", "rdjsonl"] {
        ran(&project, format, &args, 0).shows("vendor/c.ts: left out").shows("lib/b.ts: left out");
    }
    ran(&project, "junit", &args, 0).shows("failures=\"0\"").shows("<skipped message=\"vendor/c.ts: left out");
}

#[test]
fn what_the_command_line_leaves_out_is_said() {
    let project = Project::with_law()
        .file("a.ts", "let a = 1;\n")
        .file("b.ts", "let b = 1;\n")
        .file("large.ts", format!("// {}\n", "x".repeat(300)));
    let cases: [(&[&str], &str); 5] = [
        (&["--rule", "no-var"], "only these rules ran: no-var (--rule)"),
        (&["--pack", "law"], "only the rules of these packs ran: law (--pack)"),
        (&["--ignore-rule", "no-var"], "without no-var (--ignore-rule)"),
        (&["--exclude", "b.ts"], "left out by --exclude: b.ts"),
        (&["--max-file-size", "200"], "left out by --max-file-size: large.ts"),
    ];
    for (args, words) in cases {
        let formats = ["sarif", "junit", "checkstyle", "gitlab", "rdjson", "rdjsonl", "unix", "github", "azure"];
        for format in formats {
            let ran = ran(&project, format, args, 0);
            let said = ran.stdout.replace("- -", "--");
            assert!(said.contains(words), "{format}: {ran:?}");
        }
        // In Markdown and in the comment of XML some signs are written in another way.
        let plain = words.split(" (").next().unwrap().split("--").next().unwrap();
        let markdown = ran(&project, "markdown", args, 0);
        assert!(markdown.stdout.lines().next().unwrap().contains(&format!("; {plain}")), "{markdown:?}");
        assert!(ran(&project, "unix", args, 0).stdout.lines().last().unwrap().contains(words));
        if args[0] != "--max-file-size" {
            ran(&project, "pretty", &[args, &["--quiet"]].concat(), 0).says(words);
        }
    }
    let junit = ran(&project, "junit", &["--rule", "no-var"], 0);
    junit.shows("</system-out>").shows("skipped=\"0\"");
}

#[test]
fn paths_are_those_below_the_top_of_the_repository() {
    let settings = "root = true\nextends = [\"./law\"]\n";
    let files = [("sub/lawbook.toml", settings), ("sub/law/no-var.md", NO_VAR), ("sub/in/a.ts", "var a = 1\n")];
    let project = repository(&files);
    let expected = ["\"path\":\"sub/in/a.ts\"", "file=\"sub/in/a.ts\"", "name=\"sub/in/a.ts\""];
    for (format, path) in ["gitlab", "junit", "checkstyle"].into_iter().zip(expected) {
        project.run_with("sub/in", &["check", "--format", format], &[], "").exits(1).shows(path);
    }
    // reviewdog and editors run in the working directory.
    project.run_with("sub/in", &["check", "--format", "rdjson"], &[], "").shows("\"path\":\"a.ts\"");
    project.run_with("sub/in", &["check", "--format", "unix"], &[], "").shows("a.ts:1:1: error: ");
}
