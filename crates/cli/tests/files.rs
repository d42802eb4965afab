//! The files that are checked and those that are left out: in a run over all files, of named paths, and without git. A
//! change is the matter of `left_out_in_changes.rs`.

#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use std::fs;

use support::git::{check_with, command, commit, found, found_with, git, lawbook, repository};
use support::{Project, Ran};

const VAR: &str = "var a = 1\n";

/// The entries that a JSON report lists as left out, as `path: reason`.
fn left_out(ran: &Ran) -> Vec<String> {
    let report = ran.json();
    let entries = report["skipped"].as_array().unwrap().iter();
    entries.map(|one| format!("{}: {}", one["path"].as_str().unwrap(), one["reason"].as_str().unwrap())).collect()
}

fn check(project: &Project, args: &[&str]) -> Ran {
    check_with(project, args, &[])
}

#[test]
fn what_git_tracks_is_checked_although_a_list_ignores_it() {
    for list in ["gen/\n", "*\n", "gen/?.ts\n", "*.ts\n", "/gen/**\n"] {
        let project = repository(&[("gen/a.ts", VAR)]).file(".gitignore", list).file("gen/b.ts", VAR);
        let expected = ["gen/a.ts no-var".to_owned()];
        assert_eq!(found(&project, &[]), expected, "{list}");
        git(&project, &["add", "--force", "gen/b.ts"]);
        assert_eq!(found(&project, &[]).len(), 2, "{list}");
        git(&project, &["rm", "--cached", "--quiet", "gen/b.ts"]);
        assert_eq!(found(&project, &["gen/b.ts"]).len(), 1, "what is named is checked");
    }
    let nested = repository(&[("src/deep/a.ts", VAR)]).file("src/.gitignore", "deep\n").file("src/deep/b.ts", VAR);
    assert_eq!(found(&nested, &[]), ["src/deep/a.ts no-var"]);
    let report = check(&nested, &[]).json();
    assert_eq!(report["summary"]["ignored"], 1, "the folder, which holds an ignored file");
}

#[test]
fn git_is_asked_only_where_something_may_be_tracked() {
    // Without a program called git, a run that needs none is the same, and one that would ask leaves ignored files out.
    let project = repository(&[("src/a.ts", VAR), ("ignored.ts", VAR)]);
    let nowhere = [("PATH", "/nowhere")];
    let run = |variables: &[(&str, &str)]| project.run_with(".", &["check", "--format", "json"], variables, "");
    assert_eq!(run(&nowhere).findings().len(), 2);
    let project = project.file(".gitignore", "ignored.ts\n");
    let run = |variables: &[(&str, &str)]| project.run_with(".", &["check", "--format", "json"], variables, "");
    assert_eq!((run(&nowhere).findings().len(), run(&[]).findings().len()), (1, 2));
}

#[test]
fn folders_that_are_no_part_of_the_project_are_one_entry_each() {
    let folders = ["node_modules/p", "vendor/q", ".yarn/releases", "target/debug", "dist/assets", "src/node_modules/p"];
    let files = |mut project: Project| {
        for folder in folders {
            for name in ["a.ts", "b.ts"] {
                project = project.file(&format!("{folder}/{name}"), VAR);
            }
        }
        project.file("src/c.ts", VAR)
    };
    let expected = [
        ".yarn: vendored",
        "dist: build-output",
        "node_modules: dependencies",
        "src/node_modules: dependencies",
        "target: build-output",
        "vendor: vendored",
    ];
    let without_git = files(Project::with_law());
    let ran = without_git.run(&["check", "--format", "json"]);
    assert_eq!((left_out(&ran), ran.findings().len()), (expected.map(str::to_owned).to_vec(), 1));
    assert_eq!(ran.json()["summary"]["skipped"], 6);
    without_git.run(&["check"]).shows("node_modules: left out, dependencies").shows("(6 left out");
    let in_git = files(repository(&[]));
    assert_eq!(left_out(&check(&in_git, &[])), expected);
    git(&in_git, &["add", "--force", "target/debug/a.ts", "dist", "vendor", "node_modules"]);
    let ran = check(&in_git, &[]);
    assert_eq!(left_out(&ran), [&expected[..1], &expected[2..4], &expected[5..]].concat());
    // A folder in which git tracks something is like any other: what is not ignored in it is checked.
    assert_eq!(ran.findings().len(), 5);
}

#[test]
fn only_folders_below_what_is_named_count() {
    let project = Project::new().file("vendor/target/p/law/no-var.md", support::NO_VAR);
    let project = project.file("vendor/target/p/lawbook.toml", "extends = [\"./law\"]\n");
    let project = project.file("vendor/target/p/a.ts", VAR).file("vendor/target/p/node_modules/q/b.ts", VAR);
    let run = |cwd: &str, args: &[&str]| {
        let args = [&["check", "--format", "json"], args].concat();
        project.run_with(cwd, &args, &[], "").findings().len()
    };
    assert_eq!(run("vendor/target/p", &[]), 1);
    assert_eq!(run("vendor/target/p/node_modules", &[]), 1);
    assert_eq!(run("vendor/target/p", &["node_modules/q"]), 1);
    assert_eq!(run("vendor/target/p", &["node_modules/q/b.ts", "a.ts"]), 2);
    assert_eq!(run("vendor/target/p", &[".", "node_modules/q"]), 2);
}

#[test]
fn a_file_that_is_named_is_checked_whatever_it_holds() {
    let minified = format!("{};{VAR}", "a=1;".repeat(2000));
    let project = Project::with_law().file("gen/a.ts", "// @generated\nvar a = 1\n").file("gen/b.ts", minified);
    let project = project.file("gen/c.ts", "let b = 2;\n");
    let run = |args: &[&str]| project.run(&[&["check", "--format", "json"], args].concat());
    assert_eq!(left_out(&run(&["gen"])), ["gen/a.ts: generated", "gen/b.ts: minified"]);
    assert_eq!(run(&["gen/a.ts"]).findings().len(), 1);
    assert_eq!(run(&["gen/a.ts", "gen/b.ts", "gen"]).findings().len(), 2);
    let text = project.run_with(".", &["check", "--stdin-filename", "gen/a.ts"], &[], "// @generated\nvar a = 1\n");
    text.exits(2).says("`gen/a.ts` is left out, generated");
}

#[test]
fn other_repositories_inside_of_one_are_left_out() {
    let other = repository(&[("s.ts", VAR)]);
    let project = repository(&[("a.ts", "let b\n")]);
    let from = other.path("").display().to_string();
    git(&project, &["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &from, "module"]);
    git(&project, &["clone", "--quiet", &from, "tools/clone"]);
    git(&project, &["worktree", "add", "--quiet", ".claude/worktrees/one", "-b", "one"]);
    let project = project.file(".claude/worktrees/one/b.ts", VAR);
    let expected =
        [".claude/worktrees/one: other-repository", "module: other-repository", "tools/clone: other-repository"];
    let ran = check(&project, &[]);
    assert_eq!((left_out(&ran), ran.findings().len()), (expected.map(str::to_owned).to_vec(), 0));
    for named in ["module", "tools/clone", "tools/clone/s.ts", ".claude/worktrees/one"] {
        assert_eq!(found(&project, &[named]).len(), 1, "{named}");
    }
    // A folder does not get out of what is checked by a repository that is made in it.
    commit(&project, "more");
    let hidden = repository(&[("src/a.ts", VAR)]);
    fs::create_dir(hidden.path("src/.git")).unwrap();
    assert_eq!(found(&hidden, &[]), ["src/a.ts no-var"]);
    // Where the root is in no repository, all of them are checked.
    let folder = Project::with_law().file("one/a.ts", VAR).file("two/b.ts", VAR);
    for name in ["one", "two"] {
        assert!(command(&folder, &["init", "--quiet", name]).status().unwrap().success());
    }
    assert_eq!(folder.run(&["check", "--format", "json"]).findings().len(), 2);
}

#[test]
fn a_glob_that_takes_back_wins_over_those_before_it_and_over_defaults() {
    let exclude = "extends = [\"./law\"]\n[files]\nexclude = [\n\"src/**\", \"!src/keep.ts\", \"!vendor/ours\",\n]\n";
    let project = Project::with_law().file("lawbook.toml", exclude);
    let project = ["src/keep.ts", "src/b.ts", "vendor/ours/c.ts", "vendor/d.ts"]
        .into_iter()
        .fold(project, |project, path| project.file(path, VAR));
    let ran = project.run(&["check", "--format", "json"]);
    let found: Vec<String> = ran.findings().into_iter().map(|(path, _)| path).collect();
    assert_eq!(found, ["src/keep.ts", "vendor/ours/c.ts"]);
    assert_eq!(left_out(&ran), ["src/b.ts: excluded", "vendor/d.ts: vendored"]);
    assert_eq!(ran.json()["skipped"][0]["by"], "lawbook.toml:4");
    project.run(&["check", "src/b.ts", "src/keep.ts"]).exits(1).shows("src/b.ts: left out, excluded by lawbook.toml:4");
}

#[test]
fn a_folder_means_its_files_in_every_list_of_globs() {
    let law = |glob: &str| {
        let text =
            format!("extends = [\"./law\"]\n[[overrides]]\nfiles = [\"{glob}\"]\nrules = {{ no-var = \"off\" }}\n");
        Project::with_law().file("lawbook.toml", text).file("src/b/a.ts", VAR).file("c.ts", VAR)
    };
    for glob in ["src", "src/", "./src", "src/b", "b", "s*"] {
        let ran = law(glob).run(&["check", "--format", "json"]);
        assert_eq!(ran.findings(), [("c.ts".to_owned(), "no-var".to_owned())], "{glob}");
    }
    for (glob, written) in [("src\\\\b", "`src/b`"), ("src/@(b|c)", "`{b,c}`"), ("!src", "takes nothing back")] {
        law(glob).run(&["check"]).exits(2).says("lawbook.toml:3:10").says(written);
    }
    let page = support::NO_VAR.replace("severity", "ignores: [gen]\nseverity");
    let project = Project::with_law().file("law/no-var.md", page).file("gen/x/a.ts", VAR).file("b.ts", VAR);
    let ran = project.run(&["check", "--format", "json"]);
    assert_eq!(ran.findings(), [("b.ts".to_owned(), "no-var".to_owned())]);
}

#[test]
fn the_case_of_an_extension_does_not_count() {
    let project = Project::with_law().file("a.TS", VAR).file("b.Mts", VAR).file("c.TXT", VAR);
    assert_eq!(project.run(&["check", "--format", "json"]).findings().len(), 2);
}

#[test]
fn a_run_that_checks_nothing_says_so() {
    let project = Project::with_law().file("notes.txt", "").file("src/a.ts", "let b\n");
    fs::create_dir(project.path("empty")).unwrap();
    for (args, said) in [
        (&["notes.txt"][..], "nothing was checked in `notes.txt`"),
        (&["empty"], "nothing was checked in `empty`"),
        (&["--stdin-filename", "notes.txt"], "nothing was checked in `notes.txt`"),
        (&["src/**/*.rs"], "`src/**/*.rs`"),
    ] {
        project.run(&[&["check"], args].concat()).exits(2).says(said);
    }
    project.run(&["check", "notes.txt", "src"]).exits(0).shows("no findings in 1 file");
    let large = project.file("large.ts", VAR.repeat(300));
    large.run(&["check", "--max-file-size", "1K", "large.ts"]).exits(2).says("`large.ts` is left out, too large");
    for format in ["pretty", "agent"] {
        let ran = large.run(&["check", "--max-file-size", "1K", "--format", format, "large.ts", "src"]);
        ran.exits(0).shows("large.ts: left out, too large");
    }
    let only = Project::with_law().file("vendor/a.ts", VAR);
    only.run(&["check"]).exits(0).shows("vendor: left out, vendored").shows("nothing was checked");
    Project::with_law().run(&["check"]).exits(2).says("nothing was checked in the working directory");
}

#[test]
fn what_a_sparse_checkout_leaves_out_is_not_gone() {
    let project = repository(&[("a/x.ts", VAR), ("b/y.ts", VAR)]);
    assert_eq!(check_with(&project, &["--no-baseline"], &[]).findings().len(), 2);
    project.run(&["baseline", "create"]).exits(0);
    commit(&project, "baseline");
    git(&project, &["sparse-checkout", "set", "--cone", "a", "law", ".lawbook"]);
    let check_all = || {
        for args in [&["--fail-stale"][..], &["--changed"], &["--since", "HEAD"], &["--staged"]] {
            assert_eq!(check(&project, args).exits(0).json()["summary"]["stale"], 0, "{args:?}");
        }
        let before = fs::read_to_string(project.path(".lawbook/baseline/b/baseline.txt")).ok();
        project.run(&["baseline", "prune"]).exits(0);
        assert_eq!(fs::read_to_string(project.path(".lawbook/baseline/b/baseline.txt")).ok(), before);
    };
    check_all();
    git(&project, &["sparse-checkout", "reapply", "--sparse-index"]);
    check_all();
    // One that is deleted is.
    git(&project, &["sparse-checkout", "disable"]);
    fs::remove_file(project.path("b/y.ts")).unwrap();
    assert_eq!(check(&project, &["--fail-stale"]).exits(1).json()["summary"]["stale"], 1);
}

#[test]
fn variables_of_git_are_relative_to_the_working_directory_or_to_the_top() {
    let project = repository(&[("sub/a.ts", "let b\n")]).file("sub/a.ts", VAR).file(".gitignore", "a.ts\n");
    git(&project, &["add", "--update"]);
    let top = project.path("").display().to_string();
    let top = top.trim_end_matches('/');
    let git_folder = format!("{top}/.git");
    let run = |cwd: &str, args: &[&str], variables: &[(&str, &str)]| {
        let ran = project.run_with(cwd, &[&["check", "--format", "json"], args].concat(), variables, "");
        let found = ran.findings_in_code();
        assert_eq!(found, [("sub/a.ts".to_owned(), "no-var".to_owned())], "{cwd} {args:?} {variables:?}");
    };
    for args in [&["--staged"][..], &["--changed"], &[]] {
        run("sub", args, &[("GIT_DIR", "../.git"), ("GIT_WORK_TREE", "..")]);
        run("sub", args, &[("GIT_DIR", ".git")]);
        run("sub", args, &[("GIT_DIR", &git_folder), ("GIT_WORK_TREE", top)]);
        run("sub", args, &[("GIT_INDEX_FILE", ".git/index")]);
        run(".", args, &[("GIT_DIR", "./.git/"), ("GIT_INDEX_FILE", ".git/index")]);
    }
    assert_eq!(found_with(&project, &["--staged"], &[("GIT_DIR", ".git")]).len(), 1);
}

#[test]
#[cfg(target_os = "linux")]
fn a_tracked_name_that_is_no_text_is_reported() {
    use std::os::unix::ffi::OsStrExt as _;
    let project = repository(&[]).file(".gitignore", "n*\n");
    fs::write(project.path("").join(std::ffi::OsStr::from_bytes(b"n\xff.ts")), VAR).unwrap();
    git(&project, &["add", "--force", "."]);
    for args in [&[][..], &["--staged"], &["--changed"]] {
        let found = found(&project, args);
        assert!(found.iter().any(|found| found.ends_with("unchecked-file")), "{args:?} {found:?}");
    }
}

#[test]
#[cfg(unix)]
fn symbolic_links_are_counted_and_named_where_the_run_is_about_them() {
    let project = Project::with_law().file("a.ts", "let a\n");
    for number in 0..12 {
        std::os::unix::fs::symlink("a.ts", project.path(&format!("l{number}.ts"))).unwrap();
    }
    let ran = project.run(&["check"]);
    ran.exits(0).shows("12 symbolic links left out (--format json names them)\n");
    assert!(!ran.stdout.contains("l1.ts"), "{ran:?}");
    // A link that a change brings is named.
    git(&project, &["init", "--quiet"]);
    git(&project, &["add", "lawbook.toml", "law", "a.ts"]);
    git(&project, &["commit", "--quiet", "-m", "code"]);
    lawbook(&project, &["check", "--changed"], &[]).exits(0).shows("l1.ts: left out, symbolic link\n");
    let skipped = project.run(&["check", "--format", "json"]).json()["skipped"].as_array().unwrap().len();
    assert_eq!(skipped, 12);
}
