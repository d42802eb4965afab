//! What services read in the log: paths of files, why a check could not run, and no command that code has written.

#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use support::git::git;
use support::{NO_DEBUGGER, Project};

const SERVICES: [(&str, &str); 2] = [("GITHUB_ACTIONS", "github"), ("TF_BUILD", "azure")];

#[test]
#[cfg(unix)]
fn a_path_in_a_command_is_the_name_of_the_file() {
    let names = ["tab\there.ts", "mark\u{200f}.ts", "sep\u{2028}.ts"];
    let project = names.iter().fold(Project::with_law(), |project, name| project.file(name, "debugger\n"));
    let project = project.file("bell\u{7}.ts", "debugger\n");
    for (_, format) in SERVICES {
        let ran = project.run(&["check", "--format", format]);
        let (start, end) = if format == "github" { ("file=", ',') } else { ("sourcepath=", ';') };
        let commands = ran.stdout.lines().filter(|line| line.starts_with("::warning ") || line.starts_with("##vso["));
        let found: Vec<Option<&str>> =
            commands.map(|line| Some(line.split_once(start)?.1.split_once(end)?.0)).collect();
        assert_eq!(found.len(), 4, "{ran:?}");
        for name in names {
            assert!(found.contains(&Some(name)), "{name:?} {found:?}");
        }
        // There is no form for this name: no path is better than that of another file.
        assert!(found.contains(&None), "{found:?}");
        ran.is_harmless();
    }
}

#[test]
fn a_check_that_could_not_run_is_an_error_of_the_service() {
    let project = Project::with_law().file("a.ts", "let a = 1;\n");
    for (variable, format) in SERVICES {
        let start = if format == "github" { "::error title=lawbook::" } else { "##vso[task.logissue type=error;]" };
        for wrong in [["--rule", "no-such"], ["--no-such", "x"]] {
            let by_service = project.run_with(".", &[&["check"][..], &wrong].concat(), &[(variable, "true")], "");
            let by_option = project.run(&[&["check", "--format", format][..], &wrong].concat());
            for ran in [by_service, by_option] {
                assert_eq!(ran.stderr.lines().filter(|line| line.starts_with(start)).count(), 1, "{ran:?}");
                ran.exits(2).says("no-such");
            }
        }
        let ran =
            project.run_with(".", &["check", "--format", "pretty", "--rule", "no-such"], &[(variable, "true")], "");
        assert!(!ran.exits(2).stderr.contains(start), "{ran:?}");
    }
}

#[test]
#[cfg(unix)]
fn notes_hold_no_command() {
    let settings = "extends = [\"./law\"]\n[files]\nexclude = [\"src\"]\n# ::add-mask::x\n";
    let name = "##[error]x ##vso[task.complete]y.ts";
    let project = Project::with_law().file("lawbook.toml", settings).file(name, "debugger\n").file("a.ts", "");
    let args = ["check", "--exclude", "*y.ts", "--format", "json"];
    for (variable, _) in SERVICES {
        let ran = project.run_with(".", &args, &[(variable, "true")], "");
        ran.exits(0).says("left out by --exclude: ##\\u{5b}error]x ##vso\\u{5b}task.complete]y.ts");
        assert!(!ran.stderr.contains("##["), "{ran:?}");
    }
    project.run(&args).exits(0).says("left out by --exclude: ##[error]x");
}

#[test]
fn paths_count_from_the_repository_that_is_checked() {
    let project = Project::new()
        .file("path/repo/lawbook.toml", "extends = [\"./law\"]\n")
        .file("path/repo/law/no-debugger.md", NO_DEBUGGER)
        .file("path/repo/a/b.ts", "debugger\n")
        .file("path/other/c.ts", "debugger\n");
    let path = project.path("path/repo");
    std::fs::create_dir_all(project.path("away")).unwrap();
    git(&project, &["init", "--quiet", "path/repo"]);
    let whole = path.join("a/b.ts");
    for outer in [false, true] {
        if outer {
            // The working directory is in another repository.
            git(&project, &["init", "--quiet"]);
        }
        let run = |folder: &str, target: &str, format: &str| {
            project.run_with(folder, &["check", target, "--format", format], &[], "")
        };
        for target in ["path/repo", "path/repo/a", "path/repo/a/b.ts", "path/repo/**/*.ts", whole.to_str().unwrap()] {
            run(".", target, "github").shows("file=a/b.ts,");
            run(".", target, "sarif").shows("\"uri\":\"a/b.ts\"").shows("\"id\":\"lawbook/\"");
        }
        run("away", whole.to_str().unwrap(), "gitlab").shows("\"path\":\"a/b.ts\"");
        run("away", "../path/repo", "junit").shows("file=\"a/b.ts\"");
    }
}
