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
        "not written: use.ts: its fixes go together with those of other files, and `names.ts`: the file is read-only",
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
        // From the start to the end of a run, in steps that are no multiple of anything in it.
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
