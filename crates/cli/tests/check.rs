//! `lawbook check`: its findings, exit codes and files.

mod support;

use support::{NO_DEBUGGER, Project};

#[test]
fn exit_codes_follow_the_levels() {
    let project = Project::with_law().file("a.ts", "debugger\n");
    project.run(&["check"]).exits(0);
    project.run(&["check", "--fail-level", "warning"]).exits(1);
    project.run(&["check", "--max-warnings", "0"]).exits(1);
    project.run(&["check", "--max-warnings", "1"]).exits(0);
    Project::with_law().file("a.ts", "var a = 1\n").run(&["check"]).exits(1);
}

#[test]
fn bad_usage_exits_2_and_prints_nothing() {
    let project = Project::with_law();
    project.run(&["check", "--bogus"]).exits(2).says("--bogus");
    project.run(&["check", "gone.ts"]).exits(2).says("`gone.ts` cannot be checked");
    project.run(&["check", "--rule", "no-debuger"]).exits(2).says("no-debugger");
    project.run(&["check", "--max-file-size", "big"]).exits(2).says("16M");
    project.run(&["check", "--today", "tomorrow"]).exits(2).says("2026-01-31");
}

#[test]
fn mistakes_in_the_configuration_are_shown_with_their_places() {
    let project = Project::new().file("lawbook.toml", "extends = [\"recommended\"]\n[rulez]\n");
    project.run(&["check"]).exits(2).says("lawbook.toml:2:").says("rulez").says("rules");
}

#[test]
fn a_run_without_rules_says_so() {
    let note = "no rule is on";
    let off = "extends = [\"recommended\"]\n[rules]\nno-eval = \"off\"\n";
    for (settings, args) in [
        ("extends = []\n", &["check"][..]),
        ("extends = []\n[files]\nexclude = [\"out\"]\n", &["check", "a.ts"]),
        ("extends = []\n[rules]\nno-eval = \"off\"\n", &["check", "--no-baseline"]),
        (off, &["check", "--pack", "engine"]),
    ] {
        let ran = Project::new().file("lawbook.toml", settings).file("a.ts", "debugger\n").run(args);
        ran.exits(2).says(note);
    }
    let some = "[[overrides]]\nfiles = [\"b.ts\"]\nrules = { no-eval = \"error\" }\n";
    for project in [Project::with_law(), Project::new(), Project::new().file("lawbook.toml", some)] {
        let ran = project.file("a.ts", "let b = 2;\n").run(&["check"]);
        assert!(!ran.stderr.contains(note), "{}", ran.stderr);
    }
}

#[test]
fn a_named_file_is_excluded_like_any_other() {
    let project = Project::with_law()
        .file("lawbook.toml", "extends = [\"./law\"]\n[files]\nexclude = [\"dist/**\"]\n")
        .file("dist/a.ts", "var a = 1\n")
        .file("b.ts", "var a = 1\n");
    let ran = project.run(&["check", "--format", "json", "dist/a.ts", "b.ts"]);
    assert_eq!(ran.exits(1).findings(), [("b.ts".to_owned(), "no-var".to_owned())]);
    let skipped = &ran.json()["skipped"][0];
    assert_eq!((&skipped["path"], &skipped["by"]), (&"dist/a.ts".into(), &"lawbook.toml:3".into()));
    project.run(&["check", "dist/a.ts", "b.ts"]).shows("dist/a.ts: left out, excluded by lawbook.toml:3");
    let nothing = "is left out, excluded by lawbook.toml:3";
    project.run(&["check", "dist"]).exits(2).says("nothing was checked").says("`dist`").says(nothing);
}

#[test]
fn hidden_folders_are_read_and_git_is_not() {
    let project = Project::with_law().file(".agent/a.ts", "var a = 1\n").file(".git/b.ts", "var a = 1\n");
    let ran = project.run(&["check", "--format", "json"]);
    assert_eq!(ran.findings(), [(".agent/a.ts".to_owned(), "no-var".to_owned())]);
}

#[test]
fn a_run_that_finds_only_ignored_files_says_so() {
    let project =
        Project::new().file(".gitignore", "*\n!lawbook.toml\n").file("lawbook.toml", "").file("src/a.ts", "x");
    project.run(&["check"]).exits(0).shows("nothing was checked").shows("2 ignored by `.gitignore`");
    let report = project.run(&["check", "--format", "json"]).json();
    assert_eq!(report["summary"]["ignored"], 2, "the list itself and the folder");
}

#[test]
fn a_report_that_cannot_be_written_leaves_the_old_one() {
    let project = Project::with_law().file("a.ts", "var a = 1\n").file("report.json", "old");
    project.run(&["check", "--output-file", "report.json"]).exits(1);
    assert!(project.read("report.json").contains("a.ts:1:1"));
    project.run(&["check", "--output-file", "none/report.json"]).exits(2).says("cannot be written");
    project.run(&["check", "--output-file", "/dev/null"]).exits(1);
}

#[test]
fn gitignore_is_honoured_without_git_and_named_files_are_not_ignored() {
    let project = Project::with_law().file(".gitignore", "out/\n").file("out/a.ts", "var a = 1\n");
    project.run(&["check"]).exits(0);
    project.run(&["check", "out/a.ts"]).exits(1);
}

#[test]
fn paths_elsewhere_bring_their_own_root() {
    let project = Project::new()
        .file("one/lawbook.toml", "extends = [\"./law\"]\n")
        .file("one/law/no-debugger.md", NO_DEBUGGER)
        .file("one/src/a.ts", "debugger\n")
        .file("two/x.txt", "");
    let ran = project.run_with("two", &["check", "--format", "json", "../one/src/a.ts"], &[], "");
    let report = ran.json();
    assert_eq!(report["root"], "../one");
    assert_eq!(report["diagnostics"][0]["path"], "src/a.ts");
    assert_eq!(report["diagnostics"][0]["verify"], "lawbook check --rule no-debugger ../one/src/a.ts");
    let ran = project.run_with("two", &["check", "--format", "agent", "../one/src"], &[], "");
    ran.shows("../one/src/a.ts warning no-debugger: Leave no breakpoint behind.");
}

#[test]
fn a_mistake_in_a_nested_configuration_stops_the_runs_that_cover_its_folder() {
    let project = Project::with_law().file("pkg/lawbook.toml", "nonsense").file("pkg/a.ts", "let b = 2;\n");
    let project = project.file("lib/a.ts", "");
    project.run(&["check"]).exits(2).says("pkg/lawbook.toml:1");
    project.run(&["check", "pkg/a.ts"]).exits(2).says("pkg/lawbook.toml:1");
    project.run(&["check", "lib"]).exits(0);
}

#[test]
fn no_config_reads_none() {
    let project = Project::with_law().file("lawbook.toml", "nonsense").file("a.ts", "var a = 1\n");
    project.run(&["check"]).exits(2);
    let ran = project.run(&["check", "--no-config", "--rules", "law", "--format", "json"]);
    assert_eq!(ran.exits(1).findings(), [("a.ts".to_owned(), "no-var".to_owned())]);
    assert_eq!(ran.json()["diagnostics"][0]["verify"], "lawbook check --no-config --rules law --rule no-var a.ts");
}

#[test]
fn standard_input_is_checked_as_a_file() {
    let project = Project::with_law();
    let ran =
        project.run_with(".", &["check", "--stdin-filename", "src/new.ts", "--format", "json"], &[], "var a = 1\n");
    assert_eq!(ran.exits(1).findings(), [("src/new.ts".to_owned(), "no-var".to_owned())]);
    project.run(&["check", "--stdin-filename", "a.ts", "b.ts"]).exits(2);
}

#[test]
fn what_cannot_be_checked_is_a_finding() {
    let project = Project::with_law().file("a.ts", b"var a\xff = 1\n".as_slice());
    let ran = project.run(&["check", "--format", "json"]);
    assert_eq!(ran.exits(1).findings(), [("a.ts".to_owned(), "unchecked-file".to_owned())]);
}

#[test]
fn large_files_are_left_out_and_listed() {
    let project = Project::with_law().file("a.ts", "var a = 1\n".repeat(200)).file("b.ts", "let b\n");
    let report = project.run(&["check", "--format", "json", "--max-file-size", "1K"]).exits(0).json();
    assert_eq!(report["skipped"][0]["reason"], "too-large");
    assert_eq!(report["summary"]["skipped"], 1);
}

#[test]
fn generated_files_are_left_out() {
    let project = Project::with_law().file("a.ts", "// @generated\nvar a = 1\n");
    let report = project.run(&["check", "--format", "json"]).exits(0).json();
    assert_eq!(report["skipped"][0]["reason"], "generated");
}

#[test]
fn what_nobody_in_the_project_wrote_is_left_out_and_counted() {
    let bundle = "a=1;".repeat(2000);
    let files = |project: Project| {
        project.file(".yarn/releases/yarn-4.cjs", "var a = 1\n").file("out.js", &bundle).file("a.min.js", "var a = 1\n")
    };
    let ran = files(Project::with_law()).run(&["check", "--format", "json"]);
    let report = ran.exits(1).json();
    let skipped = report["skipped"].as_array().unwrap();
    let reasons: Vec<_> =
        skipped.iter().map(|one| (one["path"].as_str().unwrap(), one["reason"].as_str().unwrap())).collect();
    assert_eq!(reasons, [(".yarn", "vendored"), ("out.js", "minified")]);
    assert_eq!(ran.findings(), [("a.min.js".to_owned(), "no-var".to_owned())]);
    files(Project::with_law()).run(&["check"]).exits(1).shows("2 left out");
    let project = Project::with_law().file("lawbook.toml", "extends = [\"./law\"]\n[files]\nskip = []\n");
    assert_eq!(files(project).run(&["check", "--format", "json"]).json()["summary"]["skipped"], 0);
}

#[test]
#[cfg(unix)]
fn pipes_are_never_opened() {
    let project = Project::with_law();
    support::make_pipe(&project.path("pipe.ts"));
    project.run(&["check"]).exits(2).says("nothing was checked");
    let ran = project.run(&["check", "--format", "json", "pipe.ts"]);
    assert_eq!(ran.exits(1).findings(), [("pipe.ts".to_owned(), "unchecked-file".to_owned())]);
    ran.shows("a named pipe");
}

#[test]
#[cfg(unix)]
fn links_are_not_followed_and_never_lead_out() {
    let outside = Project::new().file("secret.ts", "var a = 1\n").file("law/no-var.md", support::NO_VAR);
    let project = Project::with_law();
    std::os::unix::fs::symlink(outside.path("secret.ts"), project.path("link.ts")).unwrap();
    project.run(&["check"]).exits(0);
    let ran = project.run(&["check", "--format", "json", "link.ts"]);
    assert_eq!(ran.exits(1).findings(), [("link.ts".to_owned(), "unchecked-file".to_owned())]);
    std::os::unix::fs::symlink(outside.path("law/no-var.md"), project.path("law/linked.md")).unwrap();
    project.run(&["check"]).exits(2).says("leads out of");
}

#[test]
fn extends_never_leaves_the_root() {
    let project = Project::new()
        .file("law/no-debugger.md", NO_DEBUGGER)
        .file("in/lawbook.toml", "extends = [\"../law\"]\n")
        .file("in/a.ts", "");
    project.run_with("in", &["check"], &[], "").exits(2).says("../law").says("lawbook.toml:1:12");
}

#[test]
#[cfg(target_os = "linux")]
fn a_name_that_is_not_unicode_is_a_finding() {
    use std::os::unix::ffi::OsStrExt as _;
    let project = Project::with_law();
    std::fs::write(project.path("").join(std::ffi::OsStr::from_bytes(b"a\xff.ts")), "var a = 1\n").unwrap();
    let ran = project.run(&["check", "--format", "json"]);
    assert_eq!(ran.exits(1).findings(), [("a\u{fffd}.ts".to_owned(), "unchecked-file".to_owned())]);
}

#[test]
fn threads_change_no_byte() {
    let mut project = Project::with_law();
    for number in 0..60 {
        project = project.file(&format!("src/{number}.ts"), "var a = 1\ndebugger\n".repeat(number % 7 + 1));
    }
    for format in ["json", "agent", "pretty"] {
        let one = project.run(&["check", "--format", format, "--threads", "1"]);
        let eight = project.run(&["check", "--format", format, "--threads", "8"]);
        assert_eq!(one.exits(1).stdout, eight.exits(1).stdout);
    }
}

#[test]
fn one_rule_runs_alone() {
    let project = Project::with_law().file("a.ts", "var a = 1\ndebugger\n");
    let ran = project.run(&["check", "--format", "json", "--rule", "no-debugger"]);
    assert_eq!(ran.exits(0).findings(), [("a.ts".to_owned(), "no-debugger".to_owned())]);
}
