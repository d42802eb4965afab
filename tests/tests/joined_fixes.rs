//! A fix over two files by a team's own binary: both are written or none, also when the run is killed.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const OLD: [&str; 2] = ["oldName();\n", "export const one = 1;\n"];
const NEW: [&str; 2] = ["newName();\n", "export function newName() {}\nexport const one = 1;\n"];

fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("lawbook.toml"), "[rules]\nno-old-name = \"warning\"\n").unwrap();
    write(folder.path(), OLD);
    folder
}

fn write(folder: &Path, texts: [&str; 2]) {
    fs::write(folder.join("use.ts"), texts[0]).unwrap();
    fs::write(folder.join("names.ts"), texts[1]).unwrap();
}

fn texts(folder: &Path) -> [String; 2] {
    ["use.ts", "names.ts"].map(|name| fs::read_to_string(folder.join(name)).unwrap())
}

fn fix(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_own-pack"));
    command.args(["check", "--fix"]).current_dir(folder).stdin(Stdio::null());
    command
}

#[track_caller]
fn says(output: &Output, text: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains(text), "no {text:?} in {said}");
}

#[test]
fn both_files_are_written_through_the_journal() {
    let folder = project();
    says(&fix(folder.path()).output().unwrap(), "fixed 1 finding in 2 files");
    assert_eq!(texts(folder.path()), NEW);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
}

#[test]
fn when_one_file_cannot_be_written_neither_is() {
    let folder = project();
    let mut permissions = fs::metadata(folder.path().join("names.ts")).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(folder.path().join("names.ts"), permissions).unwrap();
    let output = fix(folder.path()).output().unwrap();
    says(
        &output,
        "not written: use.ts: its fixes can only be written together with those of other files, and `names.ts`: the file is read-only",
    );
    assert_eq!((output.status.code(), texts(folder.path())), (Some(1), OLD.map(str::to_owned)));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
}

#[test]
fn a_killed_run_is_finished_or_undone_by_the_next() {
    let folder = project();
    let begin = Instant::now();
    fix(folder.path()).output().unwrap();
    let whole = begin.elapsed();
    for turn in 0..60_u32 {
        write(folder.path(), OLD);
        let mut child = fix(folder.path()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // Moments from the start to the end of a run.
        thread::sleep(Duration::from_micros(whole.as_micros() as u64 * u64::from(turn * 37 % 60) / 60));
        let _ = child.kill();
        child.wait().unwrap();
        let [own, other] = texts(folder.path());
        assert!(own == OLD[0] || own == NEW[0], "{own}");
        assert!(other == OLD[1] || other == NEW[1], "{other}");
        assert!(fix(folder.path()).output().unwrap().status.success());
        assert_eq!(texts(folder.path()), NEW);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
    }
}

/// A project whose one fix renames, creates and deletes files.
fn moving_project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in MOVED_BEFORE {
        fs::write(folder.path().join(path), text).unwrap();
    }
    folder
}

const MOVED_BEFORE: [(&str, &str); 2] = [("use.ts", "oldFile();\n"), ("gone.ts", "gone();\n")];
const MOVED_AFTER: [(&str, &str); 2] =
    [("moved/new.ts", "newFile();\n"), ("made/index.ts", "export * from '../moved/new';\n")];

#[track_caller]
fn check_files(folder: &Path, there: [(&str, &str); 2], not_there: [(&str, &str); 2]) {
    for (path, text) in there {
        assert_eq!(fs::read_to_string(folder.join(path)).unwrap(), text, "{path}");
    }
    for (path, _) in not_there {
        assert!(!folder.join(path).exists(), "{path}");
    }
}

#[test]
fn files_are_renamed_created_and_deleted_together() {
    let folder = moving_project();
    let output = fix(folder.path()).arg("--diff").output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout).matches("rename").count(), 0, "the fix is unsafe");
    check_files(folder.path(), MOVED_BEFORE, MOVED_AFTER);
    let output = fix(folder.path()).arg("--unsafe-fixes").output().unwrap();
    says(&output, "fixed 1 finding in 3 files");
    check_files(folder.path(), MOVED_AFTER, MOVED_BEFORE);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn a_diff_of_changed_files_is_one_that_git_applies() {
    let folder = moving_project();
    let run = |program: &str, arguments: &[&str]| {
        Command::new(program).args(arguments).current_dir(folder.path()).output().unwrap()
    };
    assert!(run("git", &["init", "-q"]).status.success());
    let mut command = Command::new(env!("CARGO_BIN_EXE_own-pack"));
    let diff = command.args(["check", "--diff", "--unsafe-fixes"]).current_dir(folder.path()).output().unwrap();
    fs::write(folder.path().join("fix.diff"), &diff.stdout).unwrap();
    let applied = run("git", &["apply", "fix.diff"]);
    assert!(applied.status.success(), "{}", String::from_utf8_lossy(&applied.stderr));
    check_files(folder.path(), MOVED_AFTER, MOVED_BEFORE);
}

#[test]
fn when_a_new_file_cannot_be_created_nothing_changes() {
    let folder = moving_project();
    fs::write(folder.path().join("made"), "a file where a folder is wanted").unwrap();
    let output = fix(folder.path()).arg("--unsafe-fixes").output().unwrap();
    says(
        &output,
        "not written: use.ts: its fixes can only be written together with those of other files, and `made/index.ts`: ",
    );
    assert_eq!(output.status.code(), Some(1));
    check_files(folder.path(), MOVED_BEFORE, MOVED_AFTER);
}

#[test]
fn a_killed_run_that_moves_files_is_finished_or_undone_by_the_next() {
    let begin = Instant::now();
    fix(moving_project().path()).arg("--unsafe-fixes").output().unwrap();
    let whole = begin.elapsed();
    for turn in 0..40_u32 {
        let folder = moving_project();
        let mut child =
            fix(folder.path()).arg("--unsafe-fixes").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_micros(whole.as_micros() as u64 * u64::from(turn * 37 % 40) / 40));
        let _ = child.kill();
        child.wait().unwrap();
        assert!(fix(folder.path()).arg("--unsafe-fixes").output().unwrap().status.success());
        check_files(folder.path(), MOVED_AFTER, MOVED_BEFORE);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left over");
    }
}
