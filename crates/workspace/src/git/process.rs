//! Runs the `git` program: with nothing in its environment that lets a repository name another program, and with an end.

use std::ffi::OsStr;
use std::io::{BufReader, Read, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use lawbook_core::mistake::Mistake;

/// When git says nothing for so long, the repository is taken for one that was made to hang it.
const PATIENCE: Duration = Duration::from_secs(30);

/// What git says of settings of a repository that would run a program; ours stand over them.
const SETTINGS: [&str; 6] = [
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.attributesFile=/dev/null",
    "core.untrackedCache=false",
    "core.quotePath=false",
    "diff.external=",
];

/// What one run of git gave.
#[derive(Debug)]
pub(super) struct Answer<T> {
    /// What was made of standard output.
    pub(super) made: T,
    /// The exit code; none when a signal ended it.
    pub(super) code: Option<i32>,
    /// Standard error, for people.
    pub(super) complaint: String,
}

impl<T> Answer<T> {
    /// What was made, if git ended well.
    pub(super) fn good(self, what: &str) -> Result<T, Vec<Mistake>> {
        if self.code == Some(0) {
            return Ok(self.made);
        }
        let complaint = self.complaint.trim();
        let complaint = complaint.strip_prefix("fatal: ").unwrap_or(complaint);
        Err(vec![Mistake::new(format!(
            "git cannot {what}: {}",
            if complaint.is_empty() { "it does not say why" } else { complaint }
        ))])
    }
}

/// Runs git in a folder, gives it `input`, and lets `read` make something of what it prints.
pub(super) fn run<T>(
    folder: &Path,
    args: &[&OsStr],
    input: &[u8],
    read: impl FnOnce(&mut Stdout<'_>) -> std::io::Result<T>,
) -> Result<Answer<T>, Vec<Mistake>> {
    let mut child = command(folder, args).spawn().map_err(|error| {
        vec![
            Mistake::new(format!("git cannot be started: {error}"))
                .with_help("--staged, --changed and --since ask the `git` program"),
        ]
    })?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let child = Mutex::new(child);
    let bytes_read = AtomicU64::new(0);
    let outcome = thread::scope(|scope| {
        let (done, waiting) = mpsc::channel::<()>();
        // Each pipe has its own thread, so that none of them can fill up while another is waited for.
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
        let complaint = scope.spawn(move || {
            let mut text = Vec::new();
            let _ = stderr.map(|stderr| stderr.take(64 << 10).read_to_end(&mut text));
            String::from_utf8_lossy(&text).into_owned()
        });
        let (child, bytes_read) = (&child, &bytes_read);
        let watch = scope.spawn(move || {
            let mut before = 0;
            while waiting.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                let now = bytes_read.load(Ordering::Relaxed);
                if now == before {
                    return lock(child).kill().is_ok();
                }
                before = now;
            }
            false
        });
        let made = match stdout {
            Some(stdout) => {
                let mut stdout = BufReader::with_capacity(64 << 10, CountedStdout { stdout, bytes_read });
                let made = read(&mut stdout);
                // What nobody wants to read must not keep it from ending.
                let _ = std::io::copy(&mut stdout, &mut std::io::sink());
                made
            }
            None => Err(std::io::Error::other("it has no standard output")),
        };
        let complaint = complaint.join().unwrap_or_default();
        drop(done);
        (made, complaint, watch.join().unwrap_or_default())
    });
    let (made, complaint, hung) = outcome;
    let status = lock(&child).wait();
    if hung {
        let help = "look at the repository's .git/config: it may name something that never ends";
        return Err(vec![Mistake::new(format!("git said nothing for {} s", PATIENCE.as_secs())).with_help(help)]);
    }
    let code = status.map_err(|error| refusal(&error))?.code();
    match made {
        Ok(made) => Ok(Answer { made, code, complaint }),
        Err(error) if code == Some(0) || complaint.is_empty() => Err(refusal(&error)),
        Err(_) => Err(vec![Mistake::new(format!("git failed: {}", complaint.trim()))]),
    }
}

/// Standard output of git.
pub(super) type Stdout<'s> = BufReader<CountedStdout<'s>>;

/// Standard output that counts what is read, so that a git which still prints is not taken for one that hangs.
#[derive(Debug)]
pub(super) struct CountedStdout<'s> {
    stdout: ChildStdout,
    bytes_read: &'s AtomicU64,
}

impl Read for CountedStdout<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.stdout.read(buffer)?;
        self.bytes_read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

fn refusal(error: &std::io::Error) -> Vec<Mistake> {
    vec![Mistake::new(format!("what git says cannot be read: {error}"))]
}

fn lock(child: &Mutex<Child>) -> std::sync::MutexGuard<'_, Child> {
    child.lock().unwrap_or_else(PoisonError::into_inner)
}

fn command(folder: &Path, args: &[&OsStr]) -> Command {
    let mut command = Command::new("git");
    command.current_dir(folder).args(["--no-pager", "--no-optional-locks", "--literal-pathspecs"]);
    for setting in SETTINGS {
        command.args(["-c", setting]);
    }
    command
        .args(args)
        // A missing object is not fetched: a remote's address can be a command.
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_ALLOW_PROTOCOL", "none")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("LC_ALL", "C")
        .env_remove("GIT_EXTERNAL_DIFF")
        .env_remove("GIT_DIFF_OPTS")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}
