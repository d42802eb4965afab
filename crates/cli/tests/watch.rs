//! `check --watch`: in a pipe, and on a terminal.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up has failed")]

mod support;

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use serde_json::Value;
use support::Project;
use support::edits::Edits;
use support::git::{ENVIRONMENT, repository};

/// The longest time for which a test waits for what must come.
const DEADLINE: Duration = Duration::from_mins(1);

/// A program that watches, and the lines that it prints.
struct Watching {
    child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
}

impl Watching {
    fn start(mut command: Command) -> Self {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, lines) = mpsc::channel();
        let streams: [Box<dyn Read + Send>; 2] =
            [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
        for stream in streams {
            let sender = sender.clone();
            thread::spawn(move || {
                for line in BufReader::new(stream).lines() {
                    let Ok(line) = line else { return };
                    let _ = sender.send(line);
                }
            });
        }
        Self { child, lines, seen: Vec::new() }
    }

    fn of(project: &Project, args: &[&str]) -> Self {
        // Both streams are one pipe, so that lines come in the order in which they are printed. `exec` keeps the process.
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "exec \"$0\" check --watch \"$@\" 2>&1", env!("CARGO_BIN_EXE_lawbook")]).args(args);
        command.current_dir(project.path("")).env_clear().envs(ENVIRONMENT);
        Self::start(command)
    }

    /// Waits for a line that is wanted, and returns it.
    #[track_caller]
    fn wait_for(&mut self, is_wanted: impl Fn(&str) -> bool) -> String {
        let end = Instant::now() + DEADLINE;
        loop {
            match self.lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    self.seen.push(line.clone());
                    if is_wanted(&line) {
                        return line;
                    }
                }
                Err(error) => {
                    panic!("{error}; the last lines: {:#?}", &self.seen[self.seen.len().saturating_sub(20)..])
                }
            }
        }
    }

    /// Waits for a line that contains a text.
    #[track_caller]
    fn says(&mut self, text: &str) -> String {
        self.wait_for(|line| line.contains(text))
    }

    /// Asserts that nothing is said for a while, apart from what was on its way.
    #[track_caller]
    fn is_silent(&mut self) {
        while let Ok(line) = self.lines.recv_timeout(Duration::from_millis(200)) {
            assert!(!line.contains("checked again"), "{line}");
        }
        let more = self.lines.recv_timeout(Duration::from_millis(700));
        assert_eq!(more, Err(RecvTimeoutError::Timeout));
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn what_changes_is_checked_again_and_everything_is_counted() {
    let project = Project::with_law().file("src/a.ts", "debugger\n").file("src/b.ts", "debugger\n");
    let mut watching = Watching::of(&project, &[]);
    watching.says("2 warnings in 2 files");
    watching.says("watching ");
    fs::write(project.path("src/a.ts"), "var a = 1\n").unwrap();
    watching.says("src/a.ts:1:1: error");
    watching.says("1 error, 1 warning in 2 files");
    watching.says("src/a.ts checked again: 1 new, 1 gone; 1 finding not shown: src/b.ts (1); watching");
    // Nothing that is found changes, which is said too.
    fs::write(project.path("src/a.ts"), "\nvar a = 1\n").unwrap();
    watching.says("src/a.ts:2:1: error");
    watching.says("src/a.ts checked again: nothing new");
    fs::create_dir_all(project.path("lib/deep")).unwrap();
    fs::write(project.path("lib/deep/c.ts"), "debugger\n").unwrap();
    watching.says("lib/deep/c.ts checked again: 1 new, 0 gone");
    fs::rename(project.path("lib"), project.path("libs")).unwrap();
    watching.says("libs/deep/c.ts checked again: 1 new, 1 gone");
    fs::write(project.path("libs/deep/c.ts"), "let c = 1\n").unwrap();
    watching.says("libs/deep/c.ts checked again: 0 new, 1 gone");
    fs::write(project.path("libs/deep/notes.txt"), "debugger\n").unwrap();
    watching.is_silent();
}

#[test]
fn a_mistake_in_the_law_is_shown_and_the_next_change_is_waited_for() {
    let project = Project::with_law().file("a.ts", "debugger\n");
    let mut watching = Watching::of(&project, &[]);
    watching.says("watching ");
    fs::write(project.path("lawbook.toml"), "extend = 1\n").unwrap();
    watching.says("unknown key");
    watching.says("not checked");
    fs::write(project.path("a.ts"), "let a = 1\n").unwrap();
    fs::write(project.path("lawbook.toml"), "extends = [\"./law\"]\n[rules]\nno-var = \"off\"\n").unwrap();
    watching.says("no findings in 1 file");
    watching.says("0 new, 1 gone");
    // A page is part of the law.
    let page = project.read("law/no-debugger.md").replace("pattern: debugger", "pattern: let a = 1");
    fs::write(project.path("law/no-debugger.md"), page).unwrap();
    watching.says("1 new, 0 gone");
    fs::write(project.path(".gitignore"), "a.ts\n").unwrap();
    fs::write(project.path("b.ts"), "let b = 1\n").unwrap();
    watching.says("0 new, 1 gone");
}

/// The lines of a JSON report that are the state of the files.
fn state(report: &Value) -> [&Value; 4] {
    ["diagnostics", "summary", "skipped", "stale"].map(|key| &report[key])
}

#[test]
fn each_report_is_that_of_a_fresh_check() {
    let project = repository(&[]);
    let mut edits = Edits::new(7, project.path(""));
    edits.start();
    fs::write(project.path("marker.ts"), "debugger\n").unwrap();
    let mut watching = Watching::of(&project, &["--format", "json"]);
    watching.says("\"diagnostics\"");
    for round in 0..24 {
        edits.some();
        // The last edit is one that every report shows, whatever the others were.
        fs::write(project.path(".gitignore"), format!("# {round}\n")).unwrap();
        fs::write(project.path("lawbook.toml"), format!("# {round}\nextends = [\"./law\"]\n")).unwrap();
        let count = 2 + round % 5;
        fs::write(project.path("marker.ts"), "debugger\n".repeat(count)).unwrap();
        let is_of_marker = |found: &&Value| found["path"] == "marker.ts";
        let line = watching.wait_for(|line| {
            let Ok(report) = serde_json::from_str::<Value>(line) else { return false };
            let found = report["diagnostics"].as_array();
            found.is_some_and(|found| found.iter().filter(is_of_marker).count() == count)
        });
        let fresh = project.run(&["check", "--format", "json"]).json();
        let shown: Value = serde_json::from_str(&line).unwrap();
        if state(&shown) == state(&fresh) {
            continue;
        }
        // A part of the edits may have come later than a first look.
        let same = watching
            .wait_for(|line| serde_json::from_str::<Value>(line).is_ok_and(|report| state(&report) == state(&fresh)));
        assert!(!same.is_empty(), "{:?}", edits.log());
    }
}

#[test]
fn fixes_are_written_once() {
    let project = Project::with_law().file("a.ts", "let b = 2\n");
    let mut watching = Watching::of(&project, &["--fix", "--unsafe-fixes"]);
    watching.says("watching ");
    fs::write(project.path("a.ts"), "var a = 1\n").unwrap();
    watching.says("fixed 1 finding in 1 file");
    watching.says("a.ts checked again");
    assert_eq!(project.read("a.ts"), "let a = 1\n");
    watching.is_silent();
}

#[test]
fn reports_in_files_are_written_anew_and_do_not_cause_a_run() {
    let project = Project::with_law().file("a.ts", "debugger\n");
    let mut watching = Watching::of(&project, &["--format", "sarif=out.sarif"]);
    watching.says("watching ");
    assert!(project.read("out.sarif").contains("no-debugger"));
    watching.is_silent();
    fs::write(project.path("a.ts"), "var a = 1\n").unwrap();
    watching.says("1 new, 1 gone");
    assert!(project.read("out.sarif").contains("no-var"));
    watching.is_silent();
}

#[test]
fn two_watchers_and_a_check_work_at_once() {
    let project = Project::with_law().file("a.ts", "let a = 2\n");
    let mut both = [Watching::of(&project, &["--fix", "--unsafe-fixes"]), Watching::of(&project, &[])];
    for watching in &mut both {
        watching.says("watching ");
    }
    fs::write(project.path("a.ts"), "debugger\nvar a = 1\n").unwrap();
    assert!(project.run(&["check"]).code <= 1);
    both[0].says("fixed 1 finding in 1 file");
    both[1].says("a.ts checked again");
    fs::write(project.path("a.ts"), "let a = 2\n").unwrap();
    for watching in &mut both {
        watching.says("no findings in 1 file");
    }
}

/// The number of folders that the system watches for a process.
#[cfg(target_os = "linux")]
fn count_watches(child: &Child) -> usize {
    let files = fs::read_dir(format!("/proc/{}/fdinfo", child.id())).unwrap();
    let texts = files.map(|file| fs::read_to_string(file.unwrap().path()).unwrap_or_default());
    texts.map(|text| text.lines().filter(|line| line.starts_with("inotify wd:")).count()).sum()
}

#[test]
#[cfg(target_os = "linux")]
fn what_is_left_out_is_not_watched() {
    let project = repository(&[(".gitignore", "node_modules\n"), ("src/a.ts", "debugger\n"), ("src/b/c/d.ts", "")]);
    for number in 0..40 {
        for folder in ["node_modules", "target", ".git/objects", "src/node_modules"] {
            fs::create_dir_all(project.path(&format!("{folder}/{number}/deep"))).unwrap();
        }
    }
    let mut watching = Watching::of(&project, &[]);
    watching.says("watching 5 folders");
    // The root, `law`, `src`, `src/b` and `src/b/c`.
    assert_eq!(count_watches(&watching.child), 5);
    fs::create_dir_all(project.path("src/new/node_modules/x/y")).unwrap();
    fs::write(project.path("src/new/e.ts"), "debugger\n").unwrap();
    watching.says("src/new/e.ts checked again");
    // The one that has come is watched by now, or is in a moment.
    fs::write(project.path("src/new/e.ts"), "let e = 1\n").unwrap();
    watching.says("src/new/e.ts checked again: 0 new, 1 gone");
    assert_eq!(count_watches(&watching.child), 6);
    fs::remove_dir_all(project.path("src/new")).unwrap();
    watching.says("src/new/e.ts checked again");
    assert_eq!(count_watches(&watching.child), 5);
}

#[test]
fn it_ends_by_a_signal_and_when_nobody_reads() {
    let project = Project::with_law().file("a.ts", "debugger\n");
    for signal in [Signal::INT, Signal::TERM] {
        let mut watching = Watching::of(&project, &[]);
        watching.says("watching ");
        watching.signal(signal);
        assert_eq!(watching.child.wait().unwrap().signal(), Some(signal.as_raw()));
    }
    let mut command = Command::new("sh");
    let program = env!("CARGO_BIN_EXE_lawbook");
    command.args(["-c", &format!("'{program}' check --watch | head -n 1")]).current_dir(project.path(""));
    let mut watching = Watching::start(command);
    watching.says("a.ts:1:1: warning");
    let end = Instant::now() + DEADLINE;
    let mut number = 0;
    while watching.child.try_wait().unwrap().is_none() {
        assert!(Instant::now() < end);
        number += 1;
        fs::write(project.path("a.ts"), format!("debugger\nlet a = {number}\n")).unwrap();
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_terminal_is_cleared_and_coloured() {
    let project = Project::with_law().file("a.ts", "debugger\n");
    let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&terminal).unwrap();
    unlockpt(&terminal).unwrap();
    let name = ptsname(&terminal, Vec::new()).unwrap();
    let side = File::options().read(true).write(true).open(name.to_str().unwrap()).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_lawbook"));
    command.args(["check", "--watch"]).current_dir(project.path("")).env_clear().env("TERM", "xterm-256color");
    command.stdin(side.try_clone().unwrap()).stdout(side.try_clone().unwrap()).stderr(side);
    let mut child = command.spawn().unwrap();
    drop(command);
    let (sender, pieces) = mpsc::channel();
    let mut reader = File::from(terminal);
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = reader.read(&mut buffer) {
            let _ = sender.send(String::from_utf8_lossy(&buffer[..count]).into_owned());
        }
    });
    let mut screen = String::new();
    let mut wait_for = |wanted: &str| {
        let end = Instant::now() + DEADLINE;
        while !screen.contains(wanted) {
            screen += &pieces.recv_timeout(end.saturating_duration_since(Instant::now())).unwrap();
        }
        std::mem::take(&mut screen)
    };
    let first = wait_for("Ctrl-C ends it");
    assert!(first.contains("\u{1b}[2J\u{1b}[H") && first.contains("no-debugger"), "{first:?}");
    fs::write(project.path("a.ts"), "var a = 1\n").unwrap();
    let second = wait_for("a.ts checked again");
    assert!(second.contains("\u{1b}[2J\u{1b}[H") && second.contains("no-var"), "{second:?}");
    assert!(second.contains("\u{1b}[1m") || second.contains("\u{1b}[31m"), "{second:?}");
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    assert_eq!(child.wait().unwrap().signal(), Some(Signal::INT.as_raw()));
}

#[test]
fn what_does_not_go_on_is_refused() {
    let project = Project::with_law().file("src/a.ts", "debugger\n");
    let refused: [(&[&str], &str); 8] = [
        (&["--staged"], "--staged"),
        (&["--pre-commit"], "--pre-commit"),
        (&["--since", "a", "--until", "b"], "--until"),
        (&["--list-files"], "--list-files"),
        (&["--diff"], "--diff"),
        (&["--stdin-filename", "a.ts"], "--stdin-filename"),
        (&["--format", "junit"], "junit=PATH"),
        (&["src/*.ts"], "no globs"),
    ];
    for (args, expected) in refused {
        let all: Vec<&str> = ["check", "--watch"].iter().chain(args).copied().collect();
        project.run(&all).exits(2).says(expected);
    }
}
