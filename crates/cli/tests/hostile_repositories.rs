//! Repositories made to run a program, to write or read elsewhere, to hang or to fool a terminal. Each is set up whole,
//! and every command that meets a repository is run in it.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod support;

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use support::git::{command, commit, git, lawbook, repository};
use support::{Project, make_pipe};

/// What each is run with.
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

/// No command may take longer; most take milliseconds.
const TIME: Duration = Duration::from_secs(20);

/// A repository, and a folder outside of it that holds a program which must never run.
struct Place {
    project: Project,
    outside: Project,
}

impl Place {
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

    /// Sets a setting of the repository to the program.
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

    /// A file of so many bytes that take no room.
    fn sparse(&self, path: &str, size: u64) {
        self.write(path, "");
        File::create(self.project.path(path)).unwrap().set_len(size).unwrap();
    }

    /// Everything outside, with its content.
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

/// Runs every command and asserts that it ends soon, tells nothing a terminal obeys, and leaves the world as it was.
#[track_caller]
fn check(name: &str, set_up: impl FnOnce(&Place)) {
    check_commands(name, COMMANDS, TIME, set_up);
}

#[track_caller]
fn check_commands(name: &str, commands: &[&[&str]], time: Duration, set_up: impl FnOnce(&Place)) {
    let place = Place::new();
    set_up(&place);
    // Git itself may have run it while the repository was made.
    let _ = fs::remove_file(place.outside.path("ran"));
    let before = place.seen_outside();
    for args in commands {
        let begin = Instant::now();
        let ran = lawbook(&place.project, args, &[]);
        assert!(begin.elapsed() < time, "{name}: {args:?} took {:?}", begin.elapsed());
        assert!(matches!(ran.code, 0..=2), "{name}: {args:?}: {ran:?}");
        assert!(!ran.stderr.contains("panicked"), "{name}: {args:?}: {ran:?}");
        ran.is_harmless();
        assert!(!place.outside.path("ran").exists(), "{name}: {args:?} ran a program");
        assert_eq!(place.seen_outside(), before, "{name}: {args:?} wrote outside of the root");
    }
}

#[test]
fn settings_that_name_programs() {
    check("filters", |place| {
        place.write(".gitattributes", "*.ts filter=evil\n");
        place.sets(&["filter.evil.clean", "filter.evil.smudge"]);
    });
    check("a filter process", |place| {
        place.write(".gitattributes", "* filter=evil\n");
        place.sets(&["filter.evil.process"]);
        git(&place.project, &["config", "filter.evil.required", "true"]);
    });
    check("filters of the repository's own attributes", |place| {
        place.write(".git/info/attributes", "*.ts filter=evil diff=evil\n");
        place.sets(&["filter.evil.clean", "diff.evil.textconv", "diff.evil.command"]);
    });
    check("a file system monitor", |place| place.sets(&["core.fsmonitor"]));
    check("an external diff", |place| place.sets(&["diff.external"]));
    check("a diff driver", |place| {
        place.write(".gitattributes", "*.ts diff=evil\n");
        place.sets(&["diff.evil.command", "diff.evil.textconv"]);
    });
    check("pagers and editors", |place| {
        place.sets(&["core.pager", "core.editor", "pager.diff-index", "pager.rev-parse", "pager.ls-tree"]);
    });
    check("aliases", |place| {
        for name in ["diff-index", "rev-parse", "cat-file", "ls-tree", "merge-base"] {
            git(&place.project, &["config", &format!("alias.{name}"), &format!("!{}", place.program())]);
        }
    });
    check("credentials and askers", |place| {
        place.sets(&["core.askPass", "credential.helper", "core.sshCommand", "gpg.program", "core.gitProxy"]);
    });
}

#[test]
fn hooks() {
    let names = ["pre-commit", "post-index-change", "post-checkout", "fsmonitor-watchman", "reference-transaction"];
    check("hooks", |place| {
        for name in names {
            fs::create_dir_all(place.project.path(".git/hooks")).unwrap();
            fs::copy(place.outside.path("program"), place.project.path(".git/hooks").join(name)).unwrap();
        }
    });
    check("hooks elsewhere", |place| {
        for name in names {
            fs::create_dir_all(place.project.path("hooks")).unwrap();
            fs::copy(place.outside.path("program"), place.project.path("hooks").join(name)).unwrap();
        }
        git(&place.project, &["config", "core.hooksPath", "hooks"]);
    });
}

#[test]
fn objects_that_are_elsewhere() {
    let lose = |place: &Place| {
        for path in [":a.ts", "HEAD:a.ts", "HEAD:src/b.ts"] {
            let name = git(&place.project, &["rev-parse", path]);
            let name = name.trim();
            let at = place.project.path(&format!(".git/objects/{}/{}", &name[..2], &name[2..]));
            fs::remove_file(at).unwrap();
        }
    };
    check("a remote that is a command", |place| {
        git(&place.project, &["config", "core.repositoryFormatVersion", "1"]);
        git(&place.project, &["config", "extensions.partialClone", "origin"]);
        git(&place.project, &["config", "remote.origin.promisor", "true"]);
        git(&place.project, &["config", "remote.origin.url", &format!("ext::{} %S", place.program())]);
        git(&place.project, &["config", "protocol.ext.allow", "always"]);
        lose(place);
    });
    check("a remote with a program of its own", |place| {
        git(&place.project, &["config", "core.repositoryFormatVersion", "1"]);
        git(&place.project, &["config", "extensions.partialClone", "origin"]);
        git(&place.project, &["config", "remote.origin.promisor", "true"]);
        git(&place.project, &["config", "remote.origin.url", "ssh://nowhere/x"]);
        place.sets(&["remote.origin.uploadpack", "core.sshCommand"]);
        lose(place);
    });
    check("objects that are lost", lose);
}

#[test]
fn repositories_that_are_not_what_they_seem() {
    check("a working tree elsewhere", |place| {
        let outside = place.outside.path("").display().to_string();
        git(&place.project, &["config", "core.worktree", &outside]);
    });
    check("a repository elsewhere", |place| {
        fs::rename(place.project.path(".git"), place.project.path("git")).unwrap();
        place.write(".git", format!("gitdir: {}\n", place.outside.path("").display()));
    });
    check("a head that paints", |place| place.write(".git/HEAD", "ref: refs/heads/\u{1b}[31mred\n"));
    check("an index of noise", |place| place.write(".git/index", "DIRC\u{1b}[31mnoise".repeat(1000)));
    check("settings that include what never ends", |place| {
        git(&place.project, &["config", "include.path", "/dev/zero"]);
    });
}

#[test]
fn a_git_that_never_answers() {
    check_commands("settings that wait", &[&["check", "--staged"]], Duration::from_mins(1), |place| {
        git(&place.project, &["config", "include.path", "../pipe"]);
        place.pipe("pipe");
    });
}

#[test]
fn laws_that_lead_out_or_never_end() {
    check("extends above", |place| place.write("lawbook.toml", "extends = [\"../../..\"]\n"));
    check("extends through a link", |place| {
        place.link(place.outside.path("law"), "evil");
        place.write("lawbook.toml", "extends = [\"./evil\"]\n");
    });
    check("settings that are a link", |place| {
        fs::write(place.outside.path("lawbook.toml"), "extends = [\"recommended\"]\n").unwrap();
        place.link(place.outside.path("lawbook.toml"), "lawbook.toml");
    });
    check("settings that are a pipe", |place| place.pipe("lawbook.toml"));
    check("giant settings", |place| place.sparse("lawbook.toml", 8 << 30));
    check("a giant page", |place| place.sparse("law/giant.md", 8 << 30));
    check("a page that waits", |place| place.pipe("law/wait.md"));
}

#[test]
fn names_that_paint() {
    let names =
        ["a\nb.ts", "\u{1b}[31mred.ts", "\u{9b}2J.ts", "\u{202e}st.a.ts", "-rf.ts", "'; touch x;.ts", "$(id).ts"];
    check("names of files", |place| {
        for name in names {
            place.write(name, "var a = 1\n\u{1b}[31mdebugger\u{7}\n");
        }
        git(&place.project, &["add", "--all"]);
    });
    check("names of folders", |place| {
        for name in names {
            place.write(&format!("{name}/\u{1b}]0;x\u{7}/a.ts"), "var a = 1\n");
        }
        commit(&place.project, "names");
        place.write("a\nb.ts/c.ts", "var a = 1\n");
    });
}

#[test]
fn files_that_are_elsewhere_or_never_end() {
    check("links out", |place| {
        place.link(place.outside.path("secret.ts"), "out.ts");
        place.link(place.outside.path(""), "out");
        place.link("/dev/zero", "zero.ts");
        git(&place.project, &["add", "--all"]);
    });
    check("pipes in place of files", |place| {
        place.pipe("a.ts");
        place.pipe("src/b.ts");
    });
    check("a link in place of a folder", |place| {
        fs::remove_dir_all(place.project.path("src")).unwrap();
        place.link(place.outside.path(""), "src");
    });
    check("giant files", |place| place.sparse("giant.ts", 1 << 40));
    check("a giant staged file", |place| {
        place.sparse("giant.ts", 100 << 20);
        git(&place.project, &["-c", "core.compression=1", "add", "giant.ts"]);
    });
    check("lists of ignored files that never end", |place| {
        place.pipe("src/.gitignore");
        place.pipe(".gitignore");
        place.link("/dev/zero", "more/.gitignore");
        place.write("more/a.ts", "var a = 1\n");
    });
}

#[test]
fn baselines_that_lead_out_or_never_end() {
    check("a link in place of the folder", |place| {
        fs::create_dir_all(place.outside.path("baseline")).unwrap();
        place.link(place.outside.path(""), ".lawbook");
    });
    check("a link in place of a file", |place| {
        fs::write(place.outside.path("b.txt"), "a.ts\n  no-var 1:00112233445566778899aabbccddeeff 1\n").unwrap();
        place.link(place.outside.path("b.txt"), ".lawbook/baseline/src/baseline.txt");
    });
    check("a link in place of a source folder", |place| {
        place.write(".lawbook/baseline/baseline.txt", "");
        place.link(place.outside.path(""), ".lawbook/baseline/src");
    });
    check("a pipe", |place| place.pipe(".lawbook/baseline/x.txt"));
    check("a giant", |place| place.sparse(".lawbook/baseline/x.txt", 1 << 40));
    check("paths that lead out", |place| {
        let entry = "../../../etc/passwd\n  no-var 1:00112233445566778899aabbccddeeff 1\n  | \u{1b}[31m\n";
        place.write(".lawbook/baseline/x.txt", entry);
    });
    check("text that paints", |place| {
        let entry =
            "\u{1b}[31m.ts\n  no-\u{1b}var 1:00112233445566778899aabbccddeeff 1\n  | \u{1b}[31m\n  reason: \u{7}\n";
        place.write(".lawbook/baseline/x.txt", entry);
        let mut add = command(&place.project, &["add", "--all"]);
        assert!(add.status().unwrap().success());
    });
}
