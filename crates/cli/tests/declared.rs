//! Files of Rust that another file declares for tests only, in runs of each kind.

mod support;

use support::Project;
use support::git::{ENVIRONMENT, commit, git};

/// A rule that reports a call of `bad` outside of tests.
const NO_BAD: &str = "---
summary: Call nothing bad.
languages: [rust]
severity: error
rule: { pattern: bad(), where: { test: false } }
---
It is bad.

## Bad
```rust
fn f() { bad(); } // error
```

## Good
```rust
fn f() {}
```
";

const BAD: &str = "fn f() { bad(); }\n";

/// A project of a crate that declares `fakes` and `kit::deep` for tests, and `plain` for all.
fn project() -> Project {
    Project::new()
        .file("lawbook.toml", "extends = [\"./law\"]\n")
        .file("law/no-bad.md", NO_BAD)
        .file("src/lib.rs", "#[cfg(test)]\nmod fakes;\nmod kit;\nmod plain;\n")
        .file("src/kit/mod.rs", "#[cfg(test)] pub(crate) mod deep;\n")
        .file("src/fakes.rs", BAD)
        .file("src/kit/deep.rs", BAD)
        .file("src/plain.rs", BAD)
}

/// The paths of the findings of a run, each once.
fn found(project: &Project, args: &[&str], stdin: &str) -> Vec<String> {
    let args = [&["check", "--format", "json"], args].concat();
    let path = std::env::var("PATH").unwrap_or_default();
    let variables = [&[("PATH", path.as_str())], &ENVIRONMENT[..]].concat();
    let ran = project.run_with(".", &args, &variables, stdin);
    let mut paths: Vec<String> = ran.findings().into_iter().map(|(path, _)| path).collect();
    paths.dedup();
    paths
}

#[test]
fn a_file_is_test_code_whether_its_owner_is_checked_or_not() {
    let project = project();
    assert_eq!(found(&project, &[], ""), ["src/plain.rs"]);
    assert_eq!(found(&project, &["src/fakes.rs", "src/kit/deep.rs", "src/plain.rs"], ""), ["src/plain.rs"]);
    assert_eq!(found(&project, &["src/kit"], ""), [""; 0]);
}

#[test]
fn a_text_on_standard_input_has_the_owner_on_the_disk() {
    let project = project();
    assert_eq!(found(&project, &["--stdin-filename", "src/kit/deep.rs"], BAD), [""; 0]);
    assert_eq!(found(&project, &["--stdin-filename", "src/kit/other.rs"], BAD), ["src/kit/other.rs"]);
}

#[test]
fn a_staged_file_has_the_owner_in_the_index() {
    let project = project();
    git(&project, &["init", "--quiet", "--initial-branch=main"]);
    commit(&project, "all");
    let project = project.file("src/lib.rs", "mod fakes;\nmod kit;\nmod plain;\n");
    let twice = "fn f() { bad(); bad(); }\n";
    let project = project.file("src/fakes.rs", twice).file("src/kit/deep.rs", twice).file("src/plain.rs", twice);
    git(&project, &["add", "src/fakes.rs", "src/kit", "src/plain.rs"]);
    assert_eq!(found(&project, &["--staged"], ""), ["src/plain.rs"]);
    git(&project, &["add", "src/lib.rs"]);
    assert_eq!(found(&project, &["--staged"], ""), ["src/fakes.rs", "src/plain.rs"]);
}
