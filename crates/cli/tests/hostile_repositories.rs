//! Repositories made to run a program, to write or read outside of the root, to hang, or to control the terminal. In
//! each of them, all commands that use a repository are run.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod support;

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use support::git::{command, commit, git, lawbook, repository};
use support::{Project, make_pipe};

/// The commands that are run in each repository.
const COMMANDS: &[&[&str]] = &[
    &["check"],
    &["check", "--format", "json"],
    &["check", "--staged"],
    &["check", "--changed", "--lines-only", "--format", "agent"],
    &["check", "--since", "HEAD"],
    &["baseline", "create"],
    &["baseline", "create", "--accept-new", "--reason", "because"],
    &["baseline", "prune"],
    &["baseline", "prune", "--tidy"],
    &["baseline", "show"],
];

/// The maximum duration of a command; most take milliseconds.
const MAX_COMMAND_TIME: Duration = Duration::from_secs(20);

/// A repository, and a folder outside of it that holds a program which must never run.
struct HostileRepository {
    project: Project,
    outside: Project,
}

impl HostileRepository {
    fn new() -> Self {
        let outside = Project::new().file("secret.ts", "var a = 1\n").file("law/no-var.md", support::NO_VAR);
        let program = format!("#!/bin/sh\ntouch '{}'\ncat\n", outside.path("ran").display());
        let outside = outside.file("program", program);
        fs::set_permissions(outside.path("program"), Permissions::from_mode(0o755)).unwrap();
        let project = repository(&[("a.ts", "let b\n"), ("src/b.ts", "debugger\n")]);
        let project = project.file("a.ts", "var a = 1\n");
        git(&project, &["add", "--all"]);
        let project = project.file("src/b.ts", "debugger\nvar a = 1\n");
        Self { project, outside }
    }

    fn program(&self) -> String {
        self.outside.path("program").display().to_string()
    }

    /// Sets settings of the repository to the program.
    fn sets(&self, names: &[&str]) {
        for name in names {
            git(&self.project, &["config", name, &self.program()]);
        }
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let at = self.project.path(path);
        fs::create_dir_all(at.parent().unwrap()).unwrap();
        fs::write(at, text).unwrap();
    }

    fn link(&self, to: impl AsRef<Path>, path: &str) {
        let at = self.project.path("").join(path);
        let _ = fs::remove_file(&at);
        fs::create_dir_all(at.parent().unwrap()).unwrap();
        symlink(to, at).unwrap();
    }

    fn pipe(&self, path: &str) {
        let at = self.project.path("").join(path);
        let _ = fs::remove_file(&at);
        fs::create_dir_all(at.parent().unwrap()).unwrap();
        make_pipe(&at);
    }

    /// Creates a sparse file of this size in bytes.
    fn sparse(&self, path: &str, size: u64) {
        self.write(path, "");
        File::create(self.project.path(path)).unwrap().set_len(size).unwrap();
    }

    /// All files outside of the repository, with their contents.
    fn seen_outside(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut open = vec![self.outside.path("")];
        let mut seen = Vec::new();
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let at = entry.unwrap().path();
                if at.is_dir() {
                    open.push(at);
                } else {
                    let content = fs::read(&at).unwrap();
                    seen.push((at, content));
                }
            }
        }
        seen.sort();
        seen
    }
}

/// Runs every command and asserts that it ends in time, prints no control characters, and changes nothing outside.
#[track_caller]
fn check(name: &str, set_up: impl FnOnce(&HostileRepository)) {
    check_commands(name, COMMANDS, MAX_COMMAND_TIME, set_up);
}

#[track_caller]
fn check_commands(name: &str, commands: &[&[&str]], time: Duration, set_up: impl FnOnce(&HostileRepository)) {
    let repository = HostileRepository::new();
    set_up(&repository);
    // Git itself may have run the program while the repository was set up.
    let _ = fs::remove_file(repository.outside.path("ran"));
    let before = repository.seen_outside();
    for args in commands {
        let begin = Instant::now();
        let ran = lawbook(&repository.project, args, &[]);
        assert!(begin.elapsed() < time, "{name}: {args:?} took {:?}", begin.elapsed());
        assert!(matches!(ran.code, 0..=2), "{name}: {args:?}: {ran:?}");
        assert!(!ran.stderr.contains("panicked"), "{name}: {args:?}: {ran:?}");
        ran.is_harmless();
        assert!(!repository.outside.path("ran").exists(), "{name}: {args:?} ran a program");
        assert_eq!(repository.seen_outside(), before, "{name}: {args:?} wrote outside of the root");
    }
}

#[test]
fn settings_that_name_programs() {
    check("filters", |repository| {
        repository.write(".gitattributes", "*.ts filter=evil\n");
        repository.sets(&["filter.evil.clean", "filter.evil.smudge"]);
    });
    check("a filter process", |repository| {
        repository.write(".gitattributes", "* filter=evil\n");
        repository.sets(&["filter.evil.process"]);
        git(&repository.project, &["config", "filter.evil.required", "true"]);
    });
    check("filters of the repository's own attributes", |repository| {
        repository.write(".git/info/attributes", "*.ts filter=evil diff=evil\n");
        repository.sets(&["filter.evil.clean", "diff.evil.textconv", "diff.evil.command"]);
    });
    check("a file system monitor", |repository| repository.sets(&["core.fsmonitor"]));
    check("an external diff", |repository| repository.sets(&["diff.external"]));
    check("a diff driver", |repository| {
        repository.write(".gitattributes", "*.ts diff=evil\n");
        repository.sets(&["diff.evil.command", "diff.evil.textconv"]);
    });
    check("pagers and editors", |repository| {
        repository.sets(&["core.pager", "core.editor", "pager.diff-index", "pager.rev-parse", "pager.ls-tree"]);
    });
    check("aliases", |repository| {
        for name in ["diff-index", "rev-parse", "cat-file", "ls-tree", "merge-base"] {
            git(&repository.project, &["config", &format!("alias.{name}"), &format!("!{}", repository.program())]);
        }
    });
    check("credentials and askers", |repository| {
        repository.sets(&["core.askPass", "credential.helper", "core.sshCommand", "gpg.program", "core.gitProxy"]);
    });
}

#[test]
fn hooks() {
    let names = ["pre-commit", "post-index-change", "post-checkout", "fsmonitor-watchman", "reference-transaction"];
    check("hooks", |repository| {
        for name in names {
            fs::create_dir_all(repository.project.path(".git/hooks")).unwrap();
            fs::copy(repository.outside.path("program"), repository.project.path(".git/hooks").join(name)).unwrap();
        }
    });
    check("hooks elsewhere", |repository| {
        for name in names {
            fs::create_dir_all(repository.project.path("hooks")).unwrap();
            fs::copy(repository.outside.path("program"), repository.project.path("hooks").join(name)).unwrap();
        }
        git(&repository.project, &["config", "core.hooksPath", "hooks"]);
    });
}

#[test]
fn objects_that_are_elsewhere() {
    let lose = |repository: &HostileRepository| {
        for path in [":a.ts", "HEAD:a.ts", "HEAD:src/b.ts"] {
            let name = git(&repository.project, &["rev-parse", path]);
            let name = name.trim();
            let at = repository.project.path(&format!(".git/objects/{}/{}", &name[..2], &name[2..]));
            fs::remove_file(at).unwrap();
        }
    };
    check("a remote that is a command", |repository| {
        git(&repository.project, &["config", "core.repositoryFormatVersion", "1"]);
        git(&repository.project, &["config", "extensions.partialClone", "origin"]);
        git(&repository.project, &["config", "remote.origin.promisor", "true"]);
        git(&repository.project, &["config", "remote.origin.url", &format!("ext::{} %S", repository.program())]);
        git(&repository.project, &["config", "protocol.ext.allow", "always"]);
        lose(repository);
    });
    check("a remote with a program of its own", |repository| {
        git(&repository.project, &["config", "core.repositoryFormatVersion", "1"]);
        git(&repository.project, &["config", "extensions.partialClone", "origin"]);
        git(&repository.project, &["config", "remote.origin.promisor", "true"]);
        git(&repository.project, &["config", "remote.origin.url", "ssh://nowhere/x"]);
        repository.sets(&["remote.origin.uploadpack", "core.sshCommand"]);
        lose(repository);
    });
    check("objects that are lost", lose);
}

#[test]
fn repositories_that_are_not_what_they_seem() {
    check("a working tree elsewhere", |repository| {
        let outside = repository.outside.path("").display().to_string();
        git(&repository.project, &["config", "core.worktree", &outside]);
    });
    check("a repository elsewhere", |repository| {
        fs::rename(repository.project.path(".git"), repository.project.path("git")).unwrap();
        repository.write(".git", format!("gitdir: {}\n", repository.outside.path("").display()));
    });
    check("a head that paints", |repository| repository.write(".git/HEAD", "ref: refs/heads/\u{1b}[31mred\n"));
    check("an index of noise", |repository| repository.write(".git/index", "DIRC\u{1b}[31mnoise".repeat(1000)));
    check("settings that include what never ends", |repository| {
        git(&repository.project, &["config", "include.path", "/dev/zero"]);
    });
}

#[test]
fn a_git_that_never_answers() {
    let commands: &[&[&str]] = &[&["check", "--staged"], &["suppressions"]];
    check_commands("settings that wait", commands, Duration::from_secs(15), |repository| {
        git(&repository.project, &["config", "include.path", "../pipe"]);
        repository.pipe("pipe");
    });
    check_commands("a head that waits", commands, Duration::from_secs(15), |repository| repository.pipe(".git/HEAD"));
}

#[test]
fn laws_that_lead_out_or_never_end() {
    check("extends above", |repository| repository.write("lawbook.toml", "extends = [\"../../..\"]\n"));
    check("extends through a link", |repository| {
        repository.link(repository.outside.path("law"), "evil");
        repository.write("lawbook.toml", "extends = [\"./evil\"]\n");
    });
    check("settings that are a link", |repository| {
        fs::write(repository.outside.path("lawbook.toml"), "extends = [\"recommended\"]\n").unwrap();
        repository.link(repository.outside.path("lawbook.toml"), "lawbook.toml");
    });
    check("settings that are a pipe", |repository| repository.pipe("lawbook.toml"));
    check("giant settings", |repository| repository.sparse("lawbook.toml", 8 << 30));
    check("a giant page", |repository| repository.sparse("law/giant.md", 8 << 30));
    check("a page that waits", |repository| repository.pipe("law/wait.md"));
}

#[test]
fn names_that_paint() {
    let names =
        ["a\nb.ts", "\u{1b}[31mred.ts", "\u{9b}2J.ts", "\u{202e}st.a.ts", "-rf.ts", "'; touch x;.ts", "$(id).ts"];
    check("names of files", |repository| {
        for name in names {
            repository.write(name, "var a = 1\n\u{1b}[31mdebugger\u{7}\n");
        }
        git(&repository.project, &["add", "--all"]);
    });
    check("names of folders", |repository| {
        for name in names {
            repository.write(&format!("{name}/\u{1b}]0;x\u{7}/a.ts"), "var a = 1\n");
        }
        commit(&repository.project, "names");
        repository.write("a\nb.ts/c.ts", "var a = 1\n");
    });
}

#[test]
fn files_that_are_elsewhere_or_never_end() {
    check("links out", |repository| {
        repository.link(repository.outside.path("secret.ts"), "out.ts");
        repository.link(repository.outside.path(""), "out");
        repository.link("/dev/zero", "zero.ts");
        git(&repository.project, &["add", "--all"]);
    });
    check("pipes in repository of files", |repository| {
        repository.pipe("a.ts");
        repository.pipe("src/b.ts");
    });
    check("a link in repository of a folder", |repository| {
        fs::remove_dir_all(repository.project.path("src")).unwrap();
        repository.link(repository.outside.path(""), "src");
    });
    check("giant files", |repository| repository.sparse("giant.ts", 1 << 40));
    check("a giant staged file", |repository| {
        repository.sparse("giant.ts", 100 << 20);
        git(&repository.project, &["-c", "core.compression=1", "add", "giant.ts"]);
    });
    check("lists of ignored files that never end", |repository| {
        repository.pipe("src/.gitignore");
        repository.pipe(".gitignore");
        repository.link("/dev/zero", "more/.gitignore");
        repository.write("more/a.ts", "var a = 1\n");
    });
    let folder: &[&[&str]] =
        &[&["check", "src"], &["check", "src/b.ts"], &["check", "--changed", "src"], &["suppressions", "src"]];
    check_commands("a list above that never ends", folder, Duration::from_secs(15), |repository| {
        repository.pipe(".gitignore");
    });
    check_commands("a list above that is elsewhere", folder, Duration::from_secs(15), |repository| {
        repository.link("/dev/zero", ".gitignore");
    });
}

#[test]
fn baselines_that_lead_out_or_never_end() {
    check("a link in repository of the folder", |repository| {
        fs::create_dir_all(repository.outside.path("baseline")).unwrap();
        repository.link(repository.outside.path(""), ".lawbook");
    });
    check("a link in repository of a file", |repository| {
        fs::write(repository.outside.path("b.txt"), "a.ts\n  no-var 1:00112233445566778899aabbccddeeff 1\n").unwrap();
        repository.link(repository.outside.path("b.txt"), ".lawbook/baseline/src/baseline.txt");
    });
    check("a link in repository of a source folder", |repository| {
        repository.write(".lawbook/baseline/baseline.txt", "");
        repository.link(repository.outside.path(""), ".lawbook/baseline/src");
    });
    check("a pipe", |repository| repository.pipe(".lawbook/baseline/x.txt"));
    check("a giant", |repository| repository.sparse(".lawbook/baseline/x.txt", 1 << 40));
    check("paths that lead out", |repository| {
        let entry = "../../../etc/passwd\n  no-var 1:00112233445566778899aabbccddeeff 1\n  | \u{1b}[31m\n";
        repository.write(".lawbook/baseline/x.txt", entry);
    });
    check("text that paints", |repository| {
        let entry =
            "\u{1b}[31m.ts\n  no-\u{1b}var 1:00112233445566778899aabbccddeeff 1\n  | \u{1b}[31m\n  reason: \u{7}\n";
        repository.write(".lawbook/baseline/x.txt", entry);
        let mut add = command(&repository.project, &["add", "--all"]);
        assert!(add.status().unwrap().success());
    });
}
