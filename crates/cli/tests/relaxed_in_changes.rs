//! A change names the files to which less of the law applies than before, because of their place.

#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use std::fs;

use serde_json::{Value, json};
use support::Project;
use support::git::{check, commit, git, repository};

const CODE: &str = "export const one = 1;\nexport const two = 2;\nexport const three = 3;\n";

/// The modes of a change, each with the commit to compare with.
const MODES: [&[&str]; 3] = [&["--staged"], &["--changed"], &["--since", "HEAD"]];

fn write(project: &Project, path: &str, text: &str) {
    fs::create_dir_all(project.path(path).parent().unwrap()).unwrap();
    fs::write(project.path(path), text).unwrap();
}

fn relaxed(path: &str, was: Option<&str>, counts_as: Option<&str>, rules: &[&str]) -> Value {
    json!({ "path": path, "was": was, "copy_of": null, "counts_as": counts_as, "rules": rules })
}

/// Asserts what all modes say of a change of a repository with these files, and the line of the formats for people and
/// agents.
#[track_caller]
fn check_relaxed(before: &[(&str, &str)], change: impl Fn(&Project), expected: &[Value], line: &str) {
    let project = repository(before);
    change(&project);
    let found = |mode: &[&str]| check(&project, mode).json()["relaxed"].clone();
    assert_eq!(found(&["--changed"]), json!(expected), "not staged");
    git(&project, &["add", "--all"]);
    for mode in MODES {
        assert_eq!(found(mode), json!(expected), "{mode:?}");
    }
    commit(&project, "second");
    assert_eq!(found(&["--since", "HEAD~1"]), json!(expected), "committed");
    for format in ["pretty", "agent"] {
        let ran = project.run_with(".", &["check", "--since", "HEAD~1", "--format", format], &[], "");
        if line.is_empty() {
            assert!(!ran.stdout.contains("from now on"), "{}", ran.stdout);
        } else {
            ran.shows(line);
        }
    }
}

/// Moves a file and adds a line.
fn moved(from: &'static str, to: &'static str) -> impl Fn(&Project) {
    move |project| {
        fs::remove_file(project.path(from)).unwrap();
        write(project, to, &format!("{CODE}export const four = 4;\n"));
    }
}

#[test]
fn a_file_that_moves_to_where_it_counts_as_test_code_or_an_example_is_named() {
    for (to, role) in [
        ("src/a.test.ts", "test code"),
        ("tests/a.ts", "test code"),
        ("pkg/tests/other.ts", "test code"),
        ("examples/a.ts", "an example"),
    ] {
        let expected = [relaxed(to, Some("src/a.ts"), Some(role), &[])];
        let line = format!("{to}: was src/a.ts, counts as {role} from now on");
        check_relaxed(&[("src/a.ts", CODE)], moved("src/a.ts", to), &expected, &line);
    }
    check_relaxed(&[("src/a.ts", CODE)], moved("src/a.ts", "lib/a.ts"), &[], "");
    check_relaxed(&[("tests/a.ts", CODE)], moved("tests/a.ts", "pkg/tests/b.ts"), &[], "");
    // A new test is nothing to name.
    let test = "import { one } from \"../src/a\";\ntest(\"one\", () => expect(one).toBe(1));\n";
    check_relaxed(&[("src/a.ts", CODE)], |project| write(project, "tests/a.ts", test), &[], "");
}

#[test]
fn a_file_whose_place_starts_to_count_as_test_code_is_named() {
    let line = "src/a.ts: counts as test code from now on";
    for (path, toml) in [
        ("lawbook.toml", "extends = [\"./law\"]\n[files]\ntests = [\"src/a.*\"]\n"),
        ("src/lawbook.toml", "[files]\ntests = [\"**\"]\n"),
    ] {
        let change = |project: &Project| {
            write(project, path, toml);
            write(project, "src/a.ts", &format!("{CODE}\n"));
        };
        let expected = [relaxed("src/a.ts", None, Some("test code"), &[])];
        check_relaxed(&[("src/a.ts", CODE)], change, &expected, line);
        // A file that counted so before stays what it was.
        let older = [("src/a.ts", CODE), (path, toml)];
        let edit = |project: &Project| {
            write(project, path, &format!("{toml}examples = [\"demo/**\"]\n"));
            write(project, "src/a.ts", &format!("{CODE}\n"));
        };
        check_relaxed(&older, edit, &[], "");
    }
    let declared = |project: &Project| {
        write(project, "src/lib.rs", "#[cfg(test)]\nmod a;\n");
        write(project, "src/a.rs", "pub fn a() {}\n");
    };
    let expected = [relaxed("src/a.rs", None, Some("test code"), &[])];
    let before = [("src/lib.rs", "mod a;\n"), ("src/a.rs", "fn a() {}\n")];
    check_relaxed(&before, declared, &expected, "src/a.rs: counts as test code from now on");
}

#[test]
fn a_file_that_moves_to_where_rules_are_off_or_lower_is_named() {
    let off = "extends = [\"./law\"]\n[[overrides]]\nfiles = [\"scripts/**\"]\nrules = { no-var = \"off\" }\n";
    let lower = off.replace("\"off\"", "\"info\"");
    let nested = "[rules]\nno-var = \"off\"\n";
    for (path, toml) in [("lawbook.toml", off), ("lawbook.toml", &lower), ("scripts/lawbook.toml", nested)] {
        let expected = [relaxed("scripts/b.ts", Some("src/a.ts"), None, &["no-var"])];
        let line = "scripts/b.ts: was src/a.ts, off or lower here: no-var";
        let before = [("src/a.ts", CODE), (path, toml)];
        check_relaxed(&before, moved("src/a.ts", "scripts/b.ts"), &expected, line);
        let back = [("scripts/a.ts", CODE), (path, toml)];
        check_relaxed(&back, moved("scripts/a.ts", "src/b.ts"), &[], "");
    }
}

#[test]
fn nested_settings_leave_nothing_out_in_the_change_that_brings_them() {
    let exclude = "[files]\nexclude = [\"a.ts\"]\n";
    let kept = |before: &[(&str, &str)], change: &dyn Fn(&Project)| {
        let project = repository(&[&[("src/a.ts", CODE)], before].concat());
        write(&project, "src/a.ts", &format!("{CODE}var a = 1\n"));
        change(&project);
        git(&project, &["add", "--all"]);
        for mode in MODES {
            let ran = check(&project, mode);
            assert_eq!(ran.findings_in_code(), [("src/a.ts".to_owned(), "no-var".to_owned())], "{mode:?}");
            assert_eq!(ran.json()["leaving"][0]["reason"], "excluded", "{mode:?}");
        }
    };
    kept(&[], &|project| write(project, "src/lawbook.toml", exclude));
    let edited = |project: &Project| write(project, "src/lawbook.toml", exclude);
    kept(&[("src/lawbook.toml", "[files]\nexclude = [\"b.ts\"]\n")], &edited);
    // The file above takes back what is excluded, until it does not.
    let both = |project: &Project| {
        write(project, "lawbook.toml", "extends = [\"./law\"]\n[files]\nexclude = [\"src\"]\n");
        write(project, "src/lawbook.toml", "[files]\nskip = []\n");
    };
    kept(&[("src/lawbook.toml", "[files]\nskip = [\"generated\"]\n")], &both);
}

/// Writes a file with the code of another one and a line more, and something else in place of that one, if given.
fn copied(to: &'static str, left: Option<&'static str>) -> impl Fn(&Project) {
    move |project| {
        write(project, to, &format!("{CODE}export const four = 4;\n"));
        if let Some(left) = left {
            write(project, "src/a.ts", left);
        }
    }
}

#[test]
fn code_that_moves_out_of_a_file_that_stays_is_named() {
    let toml = "extends = [\"./law\"]\n[[overrides]]\nfiles = [\"old/**\"]\nrules = { no-var = \"off\" }\n";
    let before = [("src/a.ts", CODE), ("lawbook.toml", toml)];
    for (to, role, rules) in [
        ("src/a.test.ts", Some("test code"), &[][..]),
        ("examples/other.ts", Some("an example"), &[]),
        ("old/b.ts", None, &["no-var"]),
    ] {
        let left = "export * from \"./elsewhere\";\n";
        let expected = [relaxed(to, Some("src/a.ts"), role, rules)];
        check_relaxed(&before, copied(to, Some(left)), &expected, &format!("{to}: was src/a.ts"));
    }
}

#[test]
fn a_copy_in_a_place_with_less_law_is_named() {
    let toml = "extends = [\"./law\"]\n[[overrides]]\nfiles = [\"old/**\"]\nrules = { no-var = \"info\" }\n";
    let before = [("src/a.ts", CODE), ("lawbook.toml", toml)];
    let copy = |path: &str, role: Option<&str>, rules: &[&str]| json!({ "path": path, "was": null, "copy_of": "src/a.ts", "counts_as": role, "rules": rules });
    let edited = "export const one = 1;\nexport const two = 2;\nexport const three = 4;\n";
    let check = |to: &'static str, left: Option<&'static str>, role: Option<&str>, rules: &[&str]| {
        let line = format!("{to}: has the code of src/a.ts");
        check_relaxed(&before, copied(to, left), &[copy(to, role, rules)], &line);
    };
    check("tests/a.ts", None, Some("test code"), &[]);
    check("examples/a.b.ts", None, Some("an example"), &[]);
    check("old/a.ts", None, None, &["no-var"]);
    check("old/b.ts", Some(edited), None, &["no-var"]);
    // Where the law is the same, a copy is a file like any other.
    check_relaxed(&before, copied("lib/a.ts", None), &[], "");
}

#[test]
fn a_file_that_moves_within_tests_is_no_copy_of_code() {
    let before = [("src/a.ts", CODE), ("tests/a.ts", CODE), ("src/b.ts", CODE)];
    check_relaxed(&before, moved("tests/a.ts", "tests/inner/a.ts"), &[], "");
}
