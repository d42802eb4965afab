//! The flags of `check` that choose what is shown, what is left out, and the exit code.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod support;

use std::fs;

use serde_json::json;
use support::git::{commit, git, repository};
use support::{NO_DEBUGGER, NO_VAR, Project, Ran};

/// A project with an error, a warning, and a file of another folder with both.
fn project() -> Project {
    Project::with_law()
        .file("src/a.ts", "var a = 1\n")
        .file("src/b.ts", "debugger\n")
        .file("src/gen/c.ts", "var a = 1\ndebugger\n")
}

fn check(project: &Project, args: &[&str]) -> Ran {
    project.run(&[&["check"], args].concat())
}

/// Asserts which findings in code a check reports, as `path rule`.
#[track_caller]
fn check_found(project: &Project, args: &[&str], expected: &[&str]) -> Ran {
    let ran = check(project, &[args, &["--format", "json"]].concat());
    let found: Vec<String> = ran.findings().into_iter().map(|(path, rule)| format!("{path} {rule}")).collect();
    assert_eq!(found, expected, "{args:?} {}", ran.stderr);
    ran
}

#[test]
fn the_exit_code_of_all_flags_together() {
    let warning = Project::with_law().file("a.ts", "debugger\ndebugger\n");
    let error = Project::with_law().file("a.ts", "var a = 1\n");
    let clean = Project::with_law().file("a.ts", "let a\n");
    for (project, args, code) in [
        (&clean, &["--exit-zero"][..], 0),
        (&clean, &["--max-warnings", "0", "--fail-level", "info"], 0),
        (&warning, &[], 0),
        (&warning, &["--max-warnings", "2"], 0),
        (&warning, &["--max-warnings", "1"], 1),
        (&warning, &["--fail-level", "warning"], 1),
        (&warning, &["--fail-level", "warning", "--max-warnings", "9"], 1),
        (&warning, &["--fail-level", "warning", "--exit-zero"], 0),
        (&warning, &["--max-warnings", "1", "--exit-zero"], 0),
        (&warning, &["--min-level", "error", "--max-warnings", "1"], 1),
        (&warning, &["--min-level", "error", "--fail-level", "warning"], 1),
        (&error, &["--min-level", "error", "--quiet"], 1),
        (&error, &["--exit-zero", "--quiet"], 0),
        (&error, &["--exit-zero", "--statistics"], 0),
        (&error, &["--exit-zero", "--diff", "--unsafe-fixes"], 0),
        (&error, &["--diff", "--unsafe-fixes"], 1),
        (&error, &["--exit-zero", "--rule", "no-such"], 2),
        (&error, &["--exit-zero", "nowhere"], 2),
        (&error, &["--exit-zero", "--fix", "--staged"], 2),
    ] {
        let ran = check(project, args);
        assert_eq!(ran.code, code, "{args:?} {ran:?}");
        let is_changed = ran.stderr.contains("exit code 0 instead of 1 (--exit-zero)");
        let without: Vec<&str> = args.iter().copied().filter(|arg| *arg != "--exit-zero").collect();
        let expected = code == 0 && check(project, &without).code == 1;
        assert_eq!(is_changed, expected, "{args:?} {ran:?}");
    }
}

#[test]
fn quiet_shows_findings_and_what_was_asked_for() {
    let project = project().file("README.md", "# a\n");
    let loud = check(&project, &[]);
    assert!(loud.stdout.contains("2 errors, 2 warnings in 3 files") && loud.stderr.contains("lawbook: "), "{loud:?}");
    for flag in ["--quiet", "-q"] {
        let ran = check(&project, &[flag]);
        assert_eq!((ran.code, &*ran.stderr), (1, ""), "{ran:?}");
        assert!(loud.stdout.starts_with(ran.stdout.trim_end()), "{ran:?}");
        assert!(ran.stdout.trim_end().ends_with("| ^^^^^^^^"), "{ran:?}");
    }
    let ran = check(&project, &["-q", "--rule", "no-var", "--statistics"]);
    assert!(ran.stdout.trim_end().ends_with("2 no-var error in 2 files"), "{ran:?}");
    let ran = check(&project, &["-q", "--rule", "no-var", "src/b.ts"]);
    assert_eq!((ran.code, &*ran.stdout), (0, ""));
    assert_eq!(ran.stderr, "lawbook: only these rules ran: no-var (--rule)\n");
    // What the command line leaves out is said in any case, and why a run fails that shows nothing.
    let ran =
        check(&project, &["-q", "--ignore-rule", "no-var,no-debugger", "--rule", "parse-error", "--exclude", "gen"]);
    assert_eq!(ran.stdout, "", "{ran:?}");
    assert_eq!(ran.stderr.lines().count(), 3, "{ran:?}");
    let ran = check(&project, &["-q", "--min-level", "error", "--max-warnings", "0", "src/b.ts"]);
    assert_eq!((&*ran.stdout, &*ran.stderr), ("", "lawbook: exit code 1: 1 warning, and --max-warnings allows 0\n"));
    // Agents run a command again that says nothing.
    let ran = check(&project, &["-q", "--format", "agent", "--rule", "no-var", "src/b.ts"]);
    assert!(ran.stdout.starts_with("lawbook: no findings in 1 file; verify: "), "{ran:?}");
}

/// No output of a quiet run means that there are no findings, so that it says where nobody has looked for any.
#[test]
fn a_quiet_run_says_where_nobody_has_looked() {
    let large = format!("let a = \"{}\"\n", "a".repeat(2000));
    let law = "extends = [\"./law\"]\n[files]\nexclude = [\"**/*.ts\"]\n";
    let nothing = Project::with_law().file("lawbook.toml", law).file("a.ts", "debugger\n");
    let change = repository(&[("a.ts", "let a\n")]).file("lawbook.toml", law);
    commit(&change, "law");
    let change = change.file("new.ts", "debugger\n");
    let without = Project::with_law().file("b.py", "b = 1\n");
    let partly = Project::with_law().file("a.ts", "let a\n").file("b.py", "b = 1\n");
    let named = Project::with_law().file("a.ts", "let a\n").file("large.ts", &large);
    for (project, args, line) in [
        (&nothing, &[][..], "nothing was checked (1 left out"),
        (&change, &["--changed"], "new.ts: left out, excluded"),
        (&without, &[], "nothing was looked for: no rule is on for 1 python file"),
        (&partly, &[], "1 python file: no rule is on for it"),
        (&named, &["a.ts", "large.ts", "--max-file-size", "1K"], "large.ts: left out, too large"),
    ] {
        for format in ["pretty", "github", "azure"] {
            let ran = check(project, &[args, &["--quiet", "--format", format]].concat());
            assert!(ran.code == 0 && ran.stdout.contains(line), "{args:?} {format} {ran:?}");
        }
    }
    let clean = check(&Project::with_law().file("a.ts", "let a\n"), &["--quiet"]);
    assert_eq!((clean.code, &*clean.stdout, &*clean.stderr), (0, "", ""));
}

/// A limit below the usual one leaves files out as `--exclude` does.
#[test]
fn a_lower_limit_of_size_is_announced_and_repeated() {
    let large = format!("debugger\nlet a = \"{}\"\n", "a".repeat(2000));
    let project = project().file("src/large.ts", &large);
    let in_src = |args: &[&str]| project.run_with("src", &[&["check"], args].concat(), &[], "");
    in_src(&["-q", "--max-file-size", "1K"]).says("lawbook: left out by --max-file-size: large.ts");
    assert!(!in_src(&["-q", "--max-file-size", "1M"]).stderr.contains("left out"));
    in_src(&["--max-file-size", "1K", "--format", "agent"]).shows("--max-file-size 1024");
    let list = |args: &[&str]| check(&project, &[&["--list-files"], args].concat());
    let ran = list(&["--max-file-size", "1K"]);
    assert!(!ran.stdout.contains("large.ts"), "{ran:?}");
    ran.says("src/large.ts: left out, too large");
    let listed = list(&["--max-file-size", "1K", "--format", "json"]).json();
    assert_eq!(listed["skipped"][0], json!({ "path": "src/large.ts", "reason": "too-large", "by": null }));
}

#[test]
fn a_run_that_its_own_options_leave_without_files_cannot_run() {
    let project = project();
    for options in [&["--exclude", "**"][..], &["--exclude", "*.ts"], &["--max-file-size", "1"]] {
        for paths in [&[][..], &["."], &["src"]] {
            let ran = check(&project, &[options, paths].concat());
            ran.exits(2).says("nothing was checked").says(options[0]);
        }
    }
}

#[test]
fn an_excluded_name_is_none_of_the_working_directory() {
    let project = project().file("src/src/d.ts", "debugger\n");
    let in_src = |args: &[&str]| project.run_with("src", &[&["check", "--format", "unix"], args].concat(), &[], "");
    let ran = in_src(&["--exclude", "src"]);
    ran.says("left out by --exclude: src");
    assert!(ran.stdout.contains("b.ts:1:1") && !ran.stdout.contains("d.ts"), "{ran:?}");
    let ran = project.run_with("src/gen", &["check", "--exclude", "s*", "--format", "unix"], &[], "");
    ran.says("`--exclude s*` leaves nothing out here").shows("c.ts:1:1");
}

#[test]
fn a_level_hides_findings_below_and_counts_them() {
    let project = project();
    let ran = check_found(&project, &["--min-level", "error"], &["src/a.ts no-var", "src/gen/c.ts no-var"]);
    let report = ran.json();
    assert_eq!((&report["summary"]["errors"], &report["summary"]["warnings"]), (&json!(2), &json!(2)));
    assert_eq!(report["rules"].as_array().unwrap().len(), 1);
    check(&project, &["--min-level", "error"])
        .shows("2 errors, 2 warnings in 3 files (3 more of no known language); 2 not shown for --min-level");
    let ran = check(&project, &["--min-level", "warning"]);
    assert!(ran.stdout.contains("no-debugger") && !ran.stdout.contains("not shown"), "{ran:?}");
    check(&project, &["--min-level", "error", "--format", "agent"]).shows("--min-level error");
}

#[test]
fn ignored_rules_do_not_run_and_are_named() {
    let project = project();
    let without = &["src/a.ts no-var", "src/gen/c.ts no-var"];
    let ran = check_found(&project, &["--ignore-rule", "no-debugger"], without);
    ran.says("lawbook: without no-debugger (--ignore-rule)");
    assert_eq!(ran.json()["ignored_rules"], json!(["no-debugger"]));
    check_found(&project, &["--ignore-rule", "law/no-debugger"], without);
    for both in [&["--ignore-rule", "no-debugger,no-var"][..], &["--ignore-rule=no-debugger", "--ignore-rule=no-var"]] {
        let ran = check(&project, both);
        assert_eq!(ran.code, 2, "{ran:?}");
        ran.says("no rule is on");
    }
    assert_eq!(check_found(&project, &["--rule", "no-var"], without).json()["ignored_rules"], json!([]));
    // An override does not turn it on again.
    let settings = "extends = [\"./law\"]\n[[overrides]]\nfiles = [\"src/**\"]\nrules = { no-debugger = \"error\" }\n";
    let overridden = self::project().file("lawbook.toml", settings);
    check_found(&overridden, &["--ignore-rule", "no-debugger"], without);
    // Nor does a folder below.
    let nested = self::project().file("src/gen/lawbook.toml", "[rules]\nno-debugger = \"error\"\n");
    check_found(&nested, &["--ignore-rule", "no-debugger"], without);
}

#[test]
fn a_suppression_and_an_entry_of_an_ignored_rule_are_not_judged() {
    let text = "// lawbook-ignore no-debugger: the format wants it so\ndebugger\n";
    let project = Project::with_law().file("a.ts", text).file("b.ts", "debugger\nvar a = 1\n");
    check_found(&project, &["--ignore-rule", "no-debugger"], &["b.ts no-var"]);
    project.run(&["baseline", "create"]).exits(0);
    let ran = check(&project, &["--ignore-rule", "no-debugger", "--fail-stale"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    // A fix may not bring findings of a rule that is ignored.
    let page = NO_VAR.replace("fix: let a = 1", "fix: debugger").replace("pattern: var a = 1", "pattern: old()");
    let page = page.replace("var a = 1 // error", "old() // error").replace("severity: error", "severity: info");
    let project = Project::with_law().file("law/no-old.md", page).file("c.ts", "old()\n");
    check(&project, &["--fix", "--ignore-rule", "no-debugger"]);
    assert_eq!(project.read("c.ts"), "old()\n");
}

#[test]
fn ignoring_a_rule_hides_no_weakened_law() {
    let project = repository(&[("src/a.ts", "debugger\n")]);
    let project = project
        .file("law/no-debugger.md", NO_DEBUGGER.replace("severity: warning", "severity: error"))
        .file("lawbook.toml", "extends = [\"./law\"]\n");
    commit(&project, "law");
    let project = project.file("lawbook.toml", "extends = [\"./law\"]\n[rules]\nno-debugger = \"off\"\n");
    for args in [&["--changed"][..], &["--changed", "--ignore-rule", "no-debugger"]] {
        let ran = check(&project, &[args, &["--format", "json"]].concat());
        assert_eq!((ran.code, ran.weakened()), (1, vec!["lawbook.toml".to_owned()]), "{args:?}");
    }
    let ran = check(&project, &["--changed", "--ignore-rule", "weakened-law"]);
    assert_eq!(ran.code, 2, "{ran:?}");
}

#[test]
fn excluded_files_are_left_out_and_named() {
    let project = project();
    let rest = &["src/a.ts no-var", "src/b.ts no-debugger"];
    for glob in ["gen", "gen/", "src/gen", "src/gen/**", "./src/gen", "**/gen/**", "c.ts", "src/**/c.*"] {
        let ran = check_found(&project, &["--exclude", glob], rest);
        ran.says("lawbook: left out by --exclude: src/gen");
        let skipped = ran.json()["skipped"].as_array().unwrap().clone();
        assert_eq!(skipped.len(), 1, "{glob}");
        assert_eq!(
            (&skipped[0]["reason"], &skipped[0]["by"]),
            (&json!("excluded"), &json!(format!("--exclude {glob}")))
        );
    }
    // Relative to the working directory, over named paths and over the settings, and taken back by a later one.
    let in_src = |args: &[&str]| project.run_with("src", &[&["check"], args].concat(), &[], "");
    in_src(&["--exclude", "gen/*"]).says("left out by --exclude: gen");
    in_src(&["--exclude", "src/gen"]).says("`--exclude src/gen` leaves nothing out here");
    in_src(&["--exclude", "../src/gen"]).says("left out by --exclude: gen");
    check(&project, &["src/gen/c.ts", "--exclude", "gen"]).exits(2).says("excluded by --exclude gen");
    check_found(&project, &["--exclude", "src", "--exclude", "!src/a.ts"], &rest[..1]);
    let settings = "extends = [\"./law\"]\n[files]\nexclude = [\"!src/gen\"]\n";
    let project = self::project().file("lawbook.toml", settings);
    check_found(&project, &["--exclude", "gen"], rest);
    let ran =
        project.run_with(".", &["check", "--stdin-filename", "src/gen/x.ts", "--exclude", "gen"], &[], "debugger\n");
    ran.exits(2).says("--exclude gen");
}

#[test]
fn what_a_change_brings_is_not_excluded_in_silence() {
    let project = repository(&[("src/a.ts", "let a\n"), ("src/b.ts", "let b\n")]);
    let project = project.file("src/a.ts", "let a\ndebugger\n").file("src/new.ts", "debugger\n");
    git(&project, &["add", "--all"]);
    for change in [&["--changed"][..], &["--staged"], &["--since", "HEAD"]] {
        for format in ["pretty", "json", "agent"] {
            let args = [change, &["--exclude", "src/*", "--format", format]].concat();
            let ran = check(&project, &args);
            ran.says("lawbook: left out by --exclude: src/a.ts, src/new.ts");
            assert!(!ran.stdout.contains("leaving\":[{"), "{args:?} {ran:?}");
        }
        let ran = check(&project, &[change, &["--exclude", "new.ts"]].concat());
        assert!(ran.stdout.contains("src/a.ts:2:1") && ran.stdout.contains("src/new.ts: left out"), "{ran:?}");
    }
}

#[test]
fn a_baseline_keeps_the_entries_of_excluded_files() {
    let project = project();
    project.run(&["baseline", "create"]).exits(0);
    fs::remove_file(project.path("src/b.ts")).unwrap();
    check(&project, &["--fail-stale", "--exclude", "gen"]).exits(0);
    check(&project, &["--fail-stale"]).exits(1);
}

#[test]
fn the_files_of_a_check_are_listed_and_not_checked() {
    let project = repository(&[("src/a.ts", "let a\n"), ("b.ts", "let b\n"), ("README.md", "a\n")]);
    let project =
        project.file("src/a.ts", "debugger }{\n").file("src/it's.ts", "let c\n").file("node_modules/x.ts", "let x\n");
    let list = |args: &[&str]| check(&project, &[&["--list-files"], args].concat());
    let ran = list(&[]);
    assert_eq!((ran.code, &*ran.stdout), (0, "b.ts\nsrc/a.ts\nsrc/it's.ts\n"), "{ran:?}");
    ran.says("node_modules: left out, dependencies").says("3 files would be checked");
    assert_eq!(list(&["--null", "src"]).stdout, "src/a.ts\0src/it's.ts\0");
    assert_eq!(list(&["-0", "-q", "b.ts"]).stdout, "b.ts\0");
    assert_eq!(list(&["--changed"]).stdout, "src/a.ts\nsrc/it's.ts\n");
    assert_eq!(list(&["--staged"]).stdout, "");
    git(&project, &["add", "src/a.ts"]);
    assert_eq!(list(&["--staged", "-q"]).stdout, "src/a.ts\n");
    assert_eq!(list(&["--exclude", "src"]).stdout, "b.ts\n");
    let report = list(&["--format", "json", "--exclude", "src"]).json();
    assert_eq!(report["files"], json!(["b.ts"]));
    assert_eq!(report["skipped"][1], json!({ "path": "src", "reason": "excluded", "by": "--exclude src" }));
    let ran = project.run_with("src", &["check", "--list-files", "..", "-q"], &[], "");
    assert_eq!((&*ran.stdout, &*ran.stderr), ("../b.ts\na.ts\nit's.ts\n", ""));
    for format in ["sarif", "gitlab=a.json", "json=a.json", "agent", "pretty"] {
        let ran = list(&["--format", format]);
        // Agents read mistakes on standard output.
        let mistakes = ran.stdout.clone() + &ran.stderr;
        assert!(ran.code == 2 && mistakes.contains("`--list-files`") && mistakes.contains("--format json"), "{ran:?}");
    }
}

/// A file that a check reports as not checked is not passed over by the list either.
#[test]
#[cfg(unix)]
fn files_that_cannot_be_checked_are_named_in_the_list() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    let project = Project::with_law().file("a.ts", "let a\n");
    fs::write(project.path("").join(OsStr::from_bytes(b"b\xff.ts")), "debugger\n").unwrap();
    for args in [&["--list-files"][..], &["--list-files", "-0", "-q"]] {
        let ran = check(&project, args);
        assert!(ran.code == 0 && !ran.stdout.contains("b\u{fffd}"), "{ran:?}");
        ran.says("b\u{fffd}.ts: not listed, since it cannot be checked").says("not Unicode");
    }
    let list = check(&project, &["--list-files", "--format", "json"]).json();
    assert_eq!(list["skipped"][0], json!({ "path": "b\u{fffd}.ts", "reason": "unchecked-file", "by": null }));
}

#[test]
fn text_on_standard_input_is_a_path_of_its_own() {
    let project = Project::with_law();
    let run = |args: &[&str]| project.run_with(".", &[&["check"], args].concat(), &[], "debugger\n");
    for args in [&["-", "--stdin-filename", "a.ts"][..], &["--stdin-filename=a.ts", "-"], &["--stdin-filename", "a.ts"]]
    {
        run(args).exits(0).shows("a.ts:1:1: warning");
    }
    run(&["-", "--stdin-filename", "a.ts", "--format", "agent"]).shows("verify: lawbook check --stdin-filename a.ts");
    run(&["-"]).exits(2).says("`--stdin-filename src/a.ts`");
    run(&["-", "-", "b.ts"]).exits(2).says("`-` cannot be checked together with other paths");
    run(&["-", "b.ts", "--stdin-filename", "a.ts"]).exits(2).says("cannot be used with `PATHS`");
    let project = Project::with_law().file("-", "debugger\n").file("x.ts", "let a\n");
    project.run(&["check", "./-"]).says("of no known language");
}

#[test]
fn lists_of_rules_and_packs_are_split_at_commas() {
    let project = project().file("src/d.ts", "try { f() } catch {}\n");
    let all = ["src/a.ts no-var", "src/b.ts no-debugger", "src/gen/c.ts no-var", "src/gen/c.ts no-debugger"];
    check_found(&project, &["--rule", "no-var,no-debugger"], &all);
    check_found(&project, &["--rule", "no-var", "--rule", "no-debugger,parse-error"], &all);
    check_found(&project, &["--pack", "law,engine"], &all);
    let ran = check(&project, &["--rule", "no-var,no-debugger", "--format", "agent"]);
    ran.shows("verify: lawbook check --rule no-var --rule no-debugger");
    for empty in ["no-var,", ",no-var", ""] {
        check(&project, &["--rule", empty]).exits(2);
    }
}

#[test]
fn help_is_short_or_long_and_pages_are_written() {
    let project = Project::new();
    let (short, long) = (project.run(&["check", "-h"]), project.run(&["check", "--help"]));
    assert!(short.code == 0 && long.code == 0 && short.stdout.len() * 2 < long.stdout.len(), "{short:?}");
    for help in [&short.stdout, &long.stdout] {
        let headings = ["Rules:", "Files:", "Changes:", "Fixes:", "Report:", "Exit code:", "Examples:"];
        let places: Vec<Option<usize>> = headings.iter().map(|heading| help.find(&format!("\n{heading}\n"))).collect();
        assert!(places.is_sorted() && places[0].is_some(), "{places:?} {help}");
    }
    assert!(long.stdout.contains("Exit codes:") && !short.stdout.contains("Exit codes:"), "{long:?}");
    let widest = |columns: &str| {
        let ran = project.run_with(".", &["check", "--help"], &[("COLUMNS", columns)], "");
        ran.stdout.lines().map(|line| line.chars().count()).max()
    };
    assert!(widest("100") <= Some(100));
    project.run(&["man"]).exits(0).shows(".TH lawbook 1");
    project.run(&["man", "share/man1"]).exits(0).says("the pages are in share/man1");
    for (page, text) in [
        ("lawbook", "lawbook\\-check(1)"),
        ("lawbook-check", "ignore\\-rule"),
        ("lawbook-baseline-create", "accept\\-new"),
    ] {
        let page = project.read(&format!("share/man1/{page}.1"));
        assert!(page.contains(text) && page.contains("Examples"), "{page}");
    }
    project.run(&["completions", "bash"]).exits(0).shows("_lawbook()");
}

#[test]
fn the_ids_of_rules_are_listed_for_completions() {
    let ran = project().run(&["rules", "--format", "ids"]);
    assert!(ran.stdout.lines().any(|id| id == "no-var") && ran.stdout.lines().all(|id| !id.contains(' ')), "{ran:?}");
}
