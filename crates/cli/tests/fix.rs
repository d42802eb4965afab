//! `check --fix`, `--unsafe-fixes` and `--diff`: which files are written, and which findings remain.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod support;

use std::fs;

use support::{Project, Ran};

/// A page with a safe fix that renames a call.
const NO_BAD: &str = "---
summary: Write good.
languages: [typescript]
severity: warning
rule: { pattern: bad, kind: identifier }
fix: { template: good, safety: safe }
---
Bad is bad.

## Bad
```ts
bad(); // error
```

## Good
```ts
good();
```
";

fn project() -> Project {
    Project::with_law().file("law/no-bad.md", NO_BAD)
}

fn fix(project: &Project) -> Ran {
    project.run(&["check", "--fix"])
}

/// Asserts that the folder of the project holds these names and nothing else.
#[track_caller]
fn check_names(project: &Project, expected: &[&str]) {
    let entries = fs::read_dir(project.path("")).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, expected);
}

#[test]
fn safe_fixes_are_written_and_the_rest_is_reported() {
    let project = project().file("a.ts", "bad();\nvar a = 1\n");
    let ran = fix(&project);
    ran.exits(1)
        .says("lawbook: fixed 1 finding in 1 file")
        .shows("a.ts:2:1")
        .shows("1 fixed, 1 fixable with `--fix --unsafe-fixes`");
    assert_eq!(project.read("a.ts"), "good();\nvar a = 1\n");
    project.run(&["check", "--fix", "--unsafe-fixes"]).exits(0).says("fixed 1 finding");
    assert_eq!(project.read("a.ts"), "good();\nlet a = 1\n");
    fix(&project).exits(0).notes_nothing();
    check_names(&project, &["a.ts", "law", "lawbook.toml"]);
}

#[test]
fn the_exit_code_counts_what_remains() {
    let project = project().file("a.ts", "var a = 1\n");
    project.run(&["check"]).exits(1);
    project.run(&["check", "--fix"]).exits(1);
    project.run(&["check", "--fix", "--unsafe-fixes"]).exits(0);
}

#[test]
fn one_rule_is_fixed_alone() {
    let project = project().file("a.ts", "bad();\nvar a = 1\n");
    project.run(&["check", "--fix", "--unsafe-fixes", "--rule", "no-var"]).exits(0);
    assert_eq!(project.read("a.ts"), "bad();\nlet a = 1\n");
}

#[test]
fn the_report_counts_what_was_fixed() {
    let project = project().file("a.ts", "bad(bad);\nx = bad * 2;\n");
    let report = project.run(&["check", "--fix", "--format", "json"]).json();
    assert_eq!(report["summary"]["fixed"], 3);
    assert_eq!(report["rolled_back"].as_array().unwrap().len(), 0);
}

#[test]
fn a_fix_that_fails_is_rolled_back_and_reported() {
    let page = NO_BAD.replace("template: good", "template: \"(\"");
    let project = project().file("law/no-bad.md", page).file("a.ts", "let b = 1;\nbad();\n");
    let ran = project.run(&["check", "--fix", "--format", "json"]);
    ran.exits(0).says("lawbook: not fixed: a.ts:2 no-bad: the file would no longer parse");
    let report = ran.json();
    assert_eq!(report["rolled_back"][0]["rule"], "no-bad");
    assert_eq!((&report["rolled_back"][0]["line"], &report["summary"]["fixed"]), (&2.into(), &0.into()));
    assert_eq!(project.read("a.ts"), "let b = 1;\nbad();\n");
}

#[test]
fn a_fix_of_one_rule_is_verified_by_all() {
    let no_good =
        NO_BAD.replace("bad", "good").replace("Write good", "Write bad").replace("template: good", "template: bad");
    let project = project().file("law/no-good.md", no_good).file("a.ts", "bad();\n");
    for args in [&["check", "--fix", "--rule", "no-bad"][..], &["check", "--fix"]] {
        project.run(args).says("not fixed: a.ts:1 no-bad: `no-good` would find something new in line 1: Write bad.");
    }
    assert_eq!(project.read("a.ts"), "bad();\n");
}

#[test]
fn what_is_suppressed_is_not_fixed() {
    let text = "bad(); // lawbook-ignore no-bad: the name of the API\n";
    let project = project().file("a.ts", text);
    fix(&project).exits(0).notes_nothing();
    assert_eq!(project.read("a.ts"), text);
}

#[test]
fn what_the_baseline_knows_is_not_fixed() {
    let project = project().file("a.ts", "bad();\n");
    project.run(&["baseline", "create"]).exits(0);
    fix(&project).exits(0).notes_nothing();
    assert_eq!(project.run(&["check", "--diff"]).exits(0).stdout, "");
    assert_eq!(project.read("a.ts"), "bad();\n");
    let project = project.file("a.ts", "bad();\nf(bad);\n").file("b.ts", "bad();\n");
    fix(&project).exits(0).says("fixed 2 findings in 2 files").shows("1 known");
    assert_eq!((project.read("a.ts"), project.read("b.ts")), ("bad();\nf(good);\n".into(), "good();\n".into()));
    project.run(&["check", "--fix", "--no-baseline"]).exits(0).says("fixed 1 finding in 1 file");
    assert_eq!(project.read("a.ts"), "good();\nf(good);\n");
}

#[test]
fn unsafe_fixes_that_were_not_asked_for_are_named() {
    let project = project().file("a.ts", "var a = 1\n{ var a = 1 }\n").file("b.ts", "bad();\n");
    project.run(&["check", "--diff", "b.ts"]).exits(1).shows("+good();");
    let ran = project.run(&["check", "--diff", "a.ts"]);
    ran.exits(0).says("no safe fixes; 2 findings have a fix that is not marked safe; `--unsafe-fixes` shows it too");
    assert_eq!(ran.stdout, "");
    assert!(!project.run(&["check", "--diff", "--unsafe-fixes"]).stderr.contains("not marked safe"));
}

#[test]
fn a_fix_without_a_title_is_shown_once() {
    let ran = project().file("a.ts", "bad();\n").run(&["check"]);
    assert_eq!(ran.stdout.matches("`good`").count(), 1, "{}", ran.stdout);
}

#[test]
fn a_diff_is_shown_and_nothing_is_written() {
    let project = project().file("src/a b.ts", "1;\r\nbad();\r\n2;").file("c.ts", "good();\n");
    let ran = project.run(&["check", "--diff"]);
    ran.exits(1).says("would fix 1 finding in 1 file");
    let expected = "--- a/src/a b.ts\t\n+++ b/src/a b.ts\t\n@@ -1,3 +1,3 @@\n 1;\r\n-bad();\r\n+good();\r\n 2;\n\\ No newline at end of file\n";
    assert_eq!(ran.stdout, expected);
    assert_eq!(project.read("src/a b.ts"), "1;\r\nbad();\r\n2;");
    assert_eq!(project.run(&["check", "--diff", "c.ts"]).exits(0).stdout, "");
    project.run_with("src", &["check", "--diff", "--fix"], &[], "").exits(1).shows("--- a/a b.ts");
}

#[test]
fn git_applies_a_diff() {
    let files = [
        (
            "a.ts",
            "bad();\nlet a = 1;\nlet b = 2;\nlet c = 3;\nlet d = 4;\nlet e = 5;\nlet f = 6;\nlet g = 7;\nbad();\n",
        ),
        ("b c.ts", "bad();\r\nx;\r\n\"\u{1b}\";"),
        ("é\"\\.ts", "\u{feff}bad();\rbad();"),
    ];
    let project = files.iter().fold(project(), |project, (name, text)| project.file(name, text));
    let twin = files.iter().fold(self::project(), |project, (name, text)| project.file(name, text));
    let diff = project.run(&["check", "--diff"]).exits(1).stdout.clone();
    let mut git = std::process::Command::new("git");
    git.args(["apply", "--whitespace=nowarn", "-"]).current_dir(project.path(""));
    let ran = support::run(git, &diff);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{diff}");
    fix(&twin).exits(0);
    for (name, text) in files {
        assert_eq!(project.read(name), twin.read(name));
        assert_ne!(project.read(name), text);
    }
}

#[test]
fn fixed_text_of_standard_input_is_printed() {
    let project = project();
    let args = ["check", "--stdin-filename", "a.ts", "--fix"];
    let ran = project.run_with(".", &args, &[], "bad();\r\nvar a = 1;");
    assert_eq!(ran.exits(1).stdout, "good();\r\nvar a = 1;");
    ran.says("a.ts:2:1").says("fixed 1 finding");
    let ran = project.run_with(".", &["check", "--stdin-filename", "a.ts", "--diff"], &[], "bad();\n");
    assert_eq!(ran.exits(1).stdout, "--- a/a.ts\n+++ b/a.ts\n@@ -1 +1 @@\n-bad();\n+good();\n");
    check_names(&project, &["law", "lawbook.toml"]);
}

#[test]
fn bytes_outside_of_a_fix_do_not_change() {
    let project = project().file("crlf.ts", "\u{feff}bad();\r\nx;\r\n").file("cr.ts", "x;\rbad();\rno = end");
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain("bad();".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let project = project.file("utf16.ts", &utf16);
    fix(&project).exits(0).says("fixed 2 findings in 2 files").shows("utf16.ts:1:1");
    assert_eq!(project.read("crlf.ts"), "\u{feff}good();\r\nx;\r\n");
    assert_eq!(project.read("cr.ts"), "x;\rgood();\rno = end");
    assert_eq!(fs::read(project.path("utf16.ts")).unwrap(), utf16);
}

#[test]
fn unsafe_fixes_require_fix_or_diff() {
    let project = project().file("a.ts", "var a = 1;\n");
    project.run(&["check", "--unsafe-fixes"]).exits(2).says("--fix");
    assert_eq!(project.read("a.ts"), "var a = 1;\n");
}

#[test]
fn files_with_the_name_of_a_leftover_are_files_of_the_project() {
    let project =
        project().file("a.ts", "bad();\n").file(".lawbook-tmp-x", "bad()").file("b/.lawbook-tmp-y.ts", "bad();\n");
    let report = project.run(&["check", "--format", "json"]).exits(0).json();
    assert_eq!(report["summary"]["warnings"], 2, "both are checked");
    fix(&project).exits(0);
    assert_eq!([".lawbook-tmp-x", "b/.lawbook-tmp-y.ts"].map(|path| project.read(path)), ["bad()", "good();\n"]);
    check_names(&project, &[".lawbook-tmp-x", "a.ts", "b", "law", "lawbook.toml"]);
}

#[test]
fn a_journal_that_came_with_the_project_is_refused_by_name() {
    for journal in [
        r#"{"version":3,"mark":"","files":[{"path":"a.ts","before":"bad();\n","after":"evil();\n"}]}"#,
        r#"{"version":2,"files":[{"path":"a.ts","before":"bad();\n","after":"evil();\n"}]}"#,
        "{}",
        "",
    ] {
        let project = project().file("a.ts", "bad();\n").file(".lawbook-journal", journal);
        project.run(&["check"]).exits(0).is_harmless();
        fix(&project).exits(2).says("`.lawbook-journal` is not a journal that a --fix in this folder has written");
        assert_eq!([project.read("a.ts"), project.read(".lawbook-journal")], ["bad();\n", journal]);
    }
}

#[cfg(unix)]
mod unix {
    use std::fs::{File, Permissions};
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
    use std::process::Command;

    use super::*;

    /// Asserts that the file was not written, for the reason `text`, and that the exit code is 1.
    #[track_caller]
    fn check_refused(project: &Project, ran: &Ran, text: &str) {
        ran.exits(1).says("lawbook: not written: a.ts: ").says(text).is_harmless();
        assert_eq!(project.read("a.ts"), "bad();\n");
        let leftovers = fs::read_dir(project.path(""))
            .unwrap()
            .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with(".lawbook"));
        assert_eq!(leftovers.count(), 0);
    }

    #[test]
    fn modes_and_attributes_are_kept() {
        let project = project().file("a.ts", "bad();\n");
        let at = project.path("a.ts");
        fs::set_permissions(&at, Permissions::from_mode(0o751)).unwrap();
        // Not every file system has extended attributes.
        let has_attributes = xattr::set(&at, "user.note", b"mine").is_ok();
        let before = fs::metadata(&at).unwrap();
        fix(&project).exits(0);
        let after = fs::metadata(&at).unwrap();
        assert_eq!(after.permissions().mode() & 0o7777, 0o751);
        assert_eq!((after.uid(), after.gid()), (before.uid(), before.gid()));
        if has_attributes {
            assert_eq!(xattr::get(&at, "user.note").unwrap().as_deref(), Some(&b"mine"[..]));
        }
    }

    #[test]
    fn a_link_stays_and_its_target_is_written() {
        let project = project().file("real/a.ts", "bad();\n");
        symlink("real/a.ts", project.path("b.ts")).unwrap();
        project.run(&["check", "--fix", "b.ts"]).exits(0);
        assert_eq!(project.read("real/a.ts"), "good();\n");
        assert!(project.path("b.ts").symlink_metadata().unwrap().file_type().is_symlink());
        check_names(&project, &["b.ts", "law", "lawbook.toml", "real"]);
        // A file under two names is written once: when the second change is made, the old text is gone.
        let project = project.file("real/a.ts", "bad();\n");
        project.run(&["check", "--fix", "b.ts", "real/a.ts"]);
        assert_eq!(project.read("real/a.ts"), "good();\n");
    }

    #[test]
    fn a_link_out_of_the_root_is_not_written() {
        let outside = Project::new().file("a.ts", "bad();\n");
        let project = project();
        symlink(outside.path("a.ts"), project.path("b.ts")).unwrap();
        project.run(&["check", "--fix", "b.ts"]).exits(1);
        assert_eq!(outside.read("a.ts"), "bad();\n");
    }

    #[test]
    fn a_hard_link_is_refused() {
        let project = project().file("a.ts", "bad();\n");
        fs::hard_link(project.path("a.ts"), project.path("other.txt")).unwrap();
        check_refused(&project, &fix(&project), "the file has 2 hard links");
    }

    #[test]
    fn a_read_only_file_is_refused() {
        let project = project().file("a.ts", "bad();\n");
        fs::set_permissions(project.path("a.ts"), Permissions::from_mode(0o444)).unwrap();
        check_refused(&project, &fix(&project), "the file is read-only");
    }

    #[test]
    fn a_read_only_folder_is_refused() {
        let project = project().file("a.ts", "bad();\n");
        fs::set_permissions(project.path(""), Permissions::from_mode(0o555)).unwrap();
        // The superuser can write there too.
        let binds = File::create(project.path("probe")).is_err();
        if binds {
            check_refused(&project, &fix(&project), "the new text cannot be written beside it");
        }
        fs::set_permissions(project.path(""), Permissions::from_mode(0o755)).unwrap();
        if !binds {
            eprintln!("not tested: this user writes into read-only folders");
        }
    }

    #[test]
    fn a_full_disk_is_named_and_loses_nothing() {
        let project = project().file("a.ts", "bad();\n").file("b.ts", format!("bad();\n// {}\n", "x".repeat(4000)));
        let mut shell = Command::new("sh");
        // No file may grow beyond two blocks of 512 bytes, and the signal that comes with it is ignored.
        let script = format!("trap '' XFSZ; ulimit -f 2; exec '{}' check --fix", env!("CARGO_BIN_EXE_lawbook"));
        shell.args(["-c", &script]).current_dir(project.path(""));
        let ran = support::run(shell, "");
        ran.exits(1).says("not written: b.ts: the new text cannot be written beside it: file too large");
        assert_eq!(project.read("a.ts"), "good();\n");
        assert!(project.read("b.ts").starts_with("bad();"));
        check_names(&project, &["a.ts", "b.ts", "law", "lawbook.toml"]);
    }

    #[test]
    fn only_one_run_writes_at_a_time() {
        let project = project().file("a.ts", "bad();\n");
        let held = File::open(project.path("")).unwrap();
        held.lock().unwrap();
        fix(&project).exits(2).says("another run is writing fixes or the baseline in `.`, so nothing was done");
        project.run(&["check", "--diff"]).exits(1);
        assert_eq!(project.read("a.ts"), "bad();\n");
        drop(held);
        fix(&project).exits(0);
    }

    #[test]
    fn many_runs_at_once_lose_nothing() {
        let mut project = project();
        for number in 0..200 {
            project = project.file(&format!("{number}.ts"), "bad(bad);\n");
        }
        let runs: Vec<Ran> = std::thread::scope(|scope| {
            let runs: Vec<_> = (0..4).map(|_| scope.spawn(|| fix(&project))).collect();
            runs.into_iter().map(|run| run.join().unwrap()).collect()
        });
        assert!(runs.iter().all(|ran| ran.code == 0 || ran.stderr.contains("another run is writing")), "{runs:?}");
        for number in 0..200 {
            assert_eq!(project.read(&format!("{number}.ts")), "good(good);\n");
        }
    }
}
