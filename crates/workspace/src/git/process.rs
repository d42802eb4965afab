//! Runs the `git` program, with settings that keep the repository from running other programs, and with a timeout.

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

/// The time without any output after which git is killed: the repository may have been made to hang it.
const MAX_TIME_WITHOUT_OUTPUT: Duration = Duration::from_secs(30);

/// Settings given on git's command line. They override those of the repository, which could run a program.
const OVERRIDING_SETTINGS: [&str; 6] = [
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.attributesFile=/dev/null",
    "core.untrackedCache=false",
    "core.quotePath=false",
    "diff.external=",
];

/// The output of one run of git.
#[derive(Debug)]
pub(super) struct GitOutput<T> {
    /// Standard output, as `read` has returned it.
    pub(super) stdout: T,
    /// The exit code; `None` if a signal ended the process.
    pub(super) code: Option<i32>,
    /// Standard error: a message for people.
    pub(super) error_text: String,
}

impl<T> GitOutput<T> {
    /// Standard output if the exit code is 0, else a mistake that says that git cannot do `what`.
    pub(super) fn into_success(self, what: &str) -> Result<T, Vec<Mistake>> {
        if self.code == Some(0) {
            return Ok(self.stdout);
        }
        let error_text = self.error_text.trim();
        let error_text = error_text.strip_prefix("fatal: ").unwrap_or(error_text);
        Err(vec![Mistake::new(format!(
            "git cannot {what}: {}",
            if error_text.is_empty() { "it does not say why" } else { error_text }
        ))])
    }
}

/// Runs git in a folder with `input` on standard input, and calls `read` to read its standard output.
pub(super) fn run<T>(
    folder: &Path,
    args: &[&OsStr],
    input: &[u8],
    read: impl FnOnce(&mut Stdout<'_>) -> std::io::Result<T>,
) -> Result<GitOutput<T>, Vec<Mistake>> {
    let mut child = command(folder, args).spawn().map_err(|error| {
        vec![
            Mistake::new(format!("git cannot be started: {error}"))
                .with_help("--staged, --changed and --since need the `git` program"),
        ]
    })?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let child = Mutex::new(child);
    let bytes_read = AtomicU64::new(0);
    let outcome = thread::scope(|scope| {
        let (finish, finished) = mpsc::channel::<()>();
        // Each pipe has a thread, so that git never blocks on a full pipe while another one is being read.
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
        let error_text = scope.spawn(move || {
            let mut text = Vec::new();
            let _ = stderr.map(|stderr| stderr.take(64 << 10).read_to_end(&mut text));
            String::from_utf8_lossy(&text).into_owned()
        });
        let (child, bytes_read) = (&child, &bytes_read);
        let watchdog = scope.spawn(move || {
            let mut before = 0;
            while finished.recv_timeout(MAX_TIME_WITHOUT_OUTPUT) == Err(RecvTimeoutError::Timeout) {
                let now = bytes_read.load(Ordering::Relaxed);
                if now == before {
                    return lock(child).kill().is_ok();
                }
                before = now;
            }
            false
        });
        let read_result = match stdout {
            Some(stdout) => {
                let mut stdout = BufReader::with_capacity(64 << 10, CountedStdout { stdout, bytes_read });
                let read_result = read(&mut stdout);
                // The rest is read and dropped, so that git does not block on a full pipe.
                let _ = std::io::copy(&mut stdout, &mut std::io::sink());
                read_result
            }
            None => Err(std::io::Error::other("it has no standard output")),
        };
        let error_text = error_text.join().unwrap_or_default();
        drop(finish);
        (read_result, error_text, watchdog.join().unwrap_or_default())
    });
    let (read_result, error_text, hung) = outcome;
    let status = lock(&child).wait();
    if hung {
        let help = "look at the repository's .git/config: it may name something that never ends";
        return Err(vec![
            Mistake::new(format!("git printed nothing for {} s", MAX_TIME_WITHOUT_OUTPUT.as_secs())).with_help(help),
        ]);
    }
    let code = status.map_err(|error| refusal(&error))?.code();
    match read_result {
        Ok(read_result) => Ok(GitOutput { stdout: read_result, code, error_text }),
        Err(error) if code == Some(0) || error_text.is_empty() => Err(refusal(&error)),
        Err(_) => Err(vec![Mistake::new(format!("git failed: {}", error_text.trim()))]),
    }
}

/// Standard output of git.
pub(super) type Stdout<'s> = BufReader<CountedStdout<'s>>;

/// Standard output that counts the bytes read, so that a git that still prints is not killed.
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
    vec![Mistake::new(format!("the output of git cannot be read: {error}"))]
}

fn lock(child: &Mutex<Child>) -> std::sync::MutexGuard<'_, Child> {
    child.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The git command with protections against settings and objects of a hostile repository.
fn command(folder: &Path, args: &[&OsStr]) -> Command {
    let mut command = Command::new("git");
    command.current_dir(folder).args(["--no-pager", "--no-optional-locks", "--literal-pathspecs"]);
    for setting in OVERRIDING_SETTINGS {
        command.args(["-c", setting]);
    }
    command
        .args(args)
        // Missing objects are not fetched, because the address of a remote can be a command.
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
