//! Runs the `git` program, with settings that keep the repository from running other programs, and with a timeout.

use std::ffi::{OsStr, OsString};
use std::io::{BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use lawbook_core::mistake::Mistake;

/// The time without any output after which git is killed: the repository may have been made to hang it.
const MAX_SECONDS_WITHOUT_OUTPUT: u32 = 30;

/// The time without any output, all of it in one wait, after which git is killed: it waits for a pipe that nobody writes.
const MAX_SECONDS_ASLEEP: u32 = 4;

/// Settings given on git's command line. They override those of the repository, which could run a program.
const OVERRIDING_SETTINGS: [&str; 5] = [
    "core.fsmonitor=false",
    "core.attributesFile=/dev/null",
    "core.untrackedCache=false",
    "core.quotePath=false",
    "diff.external=",
];

/// The setting that keeps git from running hooks.
const NO_HOOKS: &str = "core.hooksPath=/dev/null";

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

/// Reads all of the standard output of git.
pub(super) fn read_all(stdout: &mut Stdout<'_>) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    stdout.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Runs git in a folder with `input` on standard input, and calls `read` to read its standard output. `variables` are
/// set in its environment, or removed from it.
pub(super) fn run<T>(
    folder: &Path,
    args: &[&OsStr],
    variables: &[(&str, Option<OsString>)],
    input: &[u8],
    read: impl FnOnce(&mut Stdout<'_>) -> std::io::Result<T>,
) -> Result<GitOutput<T>, Vec<Mistake>> {
    let mut command = command(folder, &[NO_HOOKS], args);
    for (name, value) in variables {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    finish(command, input, |stdin, stdout| {
        // Closed at once, an empty input has its end.
        drop(stdin);
        read(stdout)
    })
}

/// Runs git in a folder, and calls `talk` to write its standard input and read its standard output. Git must not print
/// before it has read all that is written, or both would wait for each other.
pub(super) fn converse<T>(
    folder: &Path,
    args: &[&OsStr],
    talk: impl FnOnce(&mut dyn Write, &mut Stdout<'_>) -> std::io::Result<T>,
) -> Result<GitOutput<T>, Vec<Mistake>> {
    finish(command(folder, &[NO_HOOKS], args), b"", |stdin, stdout| match stdin {
        Some(mut stdin) => talk(&mut stdin, stdout),
        None => Err(std::io::Error::other("it has no standard input")),
    })
}

/// Runs git in a folder with the `core.hooksPath` of the repository, for commands that run no hook.
pub(super) fn run_with_hooks_path(folder: &Path, args: &[&OsStr]) -> Result<GitOutput<Vec<u8>>, Vec<Mistake>> {
    finish(command(folder, &[], args), b"", |stdin, stdout| {
        drop(stdin);
        read_all(stdout)
    })
}

/// Starts a git command, gives it its input, reads its output and waits for its end. `read` gets standard input too if
/// `input` is empty.
fn finish<T>(
    mut command: Command,
    input: &[u8],
    read: impl FnOnce(Option<ChildStdin>, &mut Stdout<'_>) -> std::io::Result<T>,
) -> Result<GitOutput<T>, Vec<Mistake>> {
    let mut child = command.spawn().map_err(|error| {
        vec![
            Mistake::new(format!("git cannot be started: {error}"))
                .with_help("--staged, --changed and --since need the `git` program"),
        ]
    })?;
    let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let child = Mutex::new(child);
    let Ok((read_result, error_text, hung)) = communicate(&child, pipes, input, read) else {
        let _ = lock(&child).kill();
        let _ = lock(&child).wait();
        return Err(vec![
            Mistake::new("git cannot be run: the system gives no thread to read its output")
                .with_help("raise the limits of processes and of memory (`ulimit -u`, `ulimit -v`)"),
        ]);
    };
    let status = lock(&child).wait();
    if let Some(seconds) = hung {
        let help = "look at the repository's .git folder: something in it may never end";
        return Err(vec![Mistake::new(format!("git printed nothing for {seconds} s")).with_help(help)]);
    }
    let code = status.map_err(|error| refusal(&error))?.code();
    match read_result {
        Ok(read_result) => Ok(GitOutput { stdout: read_result, code, error_text }),
        Err(error) if code == Some(0) || error_text.is_empty() => Err(refusal(&error)),
        Err(_) => Err(vec![Mistake::new(format!("git failed: {}", error_text.trim()))]),
    }
}

/// The result of `read`, standard error, and the seconds after which a hung git was killed.
type Communicated<T> = (std::io::Result<T>, String, Option<u32>);

/// Talks to git. Each pipe has a thread, so that git never blocks on a full pipe while another one is being read, and
/// one more kills git when it hangs.
///
/// # Errors
/// A thread cannot be started.
fn communicate<T>(
    child: &Mutex<Child>,
    (stdin, stdout, stderr): (Option<ChildStdin>, Option<ChildStdout>, Option<ChildStderr>),
    input: &[u8],
    read: impl FnOnce(Option<ChildStdin>, &mut Stdout<'_>) -> std::io::Result<T>,
) -> std::io::Result<Communicated<T>> {
    let bytes_read = AtomicU64::new(0);
    thread::scope(|scope| {
        let start = thread::Builder::new;
        let (finish, finished) = mpsc::channel::<()>();
        let bytes_read = &bytes_read;
        let watchdog = start().spawn_scoped(scope, move || watch(child, bytes_read, &finished))?;
        // The threads that have started end when git does.
        let kill = |_: &std::io::Error| drop(lock(child).kill());
        let read_stderr = move || {
            let mut text = Vec::new();
            let _ = stderr.map(|stderr| stderr.take(64 << 10).read_to_end(&mut text));
            String::from_utf8_lossy(&text).into_owned()
        };
        let error_text = start().spawn_scoped(scope, read_stderr).inspect_err(kill)?;
        let mut stdin = stdin;
        if !input.is_empty() {
            let stdin = stdin.take();
            let write_stdin = move || stdin.map(|mut stdin| stdin.write_all(input));
            start().spawn_scoped(scope, write_stdin).inspect_err(kill)?;
        }
        let read_result = match stdout {
            Some(stdout) => {
                let mut stdout = BufReader::with_capacity(64 << 10, CountedStdout { stdout, bytes_read });
                let read_result = read(stdin, &mut stdout);
                // The rest is read and dropped, so that git does not block on a full pipe.
                let _ = std::io::copy(&mut stdout, &mut std::io::sink());
                read_result
            }
            None => Err(std::io::Error::other("it has no standard output")),
        };
        let error_text = error_text.join().unwrap_or_default();
        drop(finish);
        Ok((read_result, error_text, watchdog.join().unwrap_or_default()))
    })
}

/// Kills git when it prints nothing for too long, and returns after how many seconds; `None` if it has finished.
fn watch(child: &Mutex<Child>, bytes_read: &AtomicU64, finished: &Receiver<()>) -> Option<u32> {
    let id = lock(child).id();
    let (mut bytes_before, mut waits_before) = (0, None);
    let (mut silent, mut asleep) = (0, 0);
    while finished.recv_timeout(Duration::from_secs(1)) == Err(RecvTimeoutError::Timeout) {
        let (bytes, waits) = (bytes_read.load(Ordering::Relaxed), waits_of_sleeper(id));
        silent = if bytes == bytes_before { silent + 1 } else { 0 };
        asleep = if silent > 0 && waits.is_some() && waits == waits_before { asleep + 1 } else { 0 };
        (bytes_before, waits_before) = (bytes, waits);
        if silent >= MAX_SECONDS_WITHOUT_OUTPUT || asleep >= MAX_SECONDS_ASLEEP {
            return lock(child).kill().is_ok().then_some(silent);
        }
    }
    None
}

/// The number of times that a process which waits, and not for the disk, has begun to wait; `None` for one that works, and where the
/// system does not say it. The same number twice means one and the same wait.
fn waits_of_sleeper(id: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let value = |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    let is_asleep = value("State:").is_some_and(|state| state.starts_with('S'));
    is_asleep.then(|| value("voluntary_ctxt_switches:")?.parse().ok()).flatten()
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
fn command(folder: &Path, settings: &[&str], args: &[&OsStr]) -> Command {
    let mut command = Command::new("git");
    command.current_dir(folder).args(["--no-pager", "--no-optional-locks", "--literal-pathspecs"]);
    for setting in OVERRIDING_SETTINGS.iter().chain(settings) {
        command.args(["-c", setting]);
    }
    command
        .args(args)
        // Missing objects are not fetched, because the address of a remote can be a command.
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_ALLOW_PROTOCOL", "none")
        // A replaced object would make a new finding one that the base has.
        .env("GIT_NO_REPLACE_OBJECTS", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("LC_ALL", "C")
        .env_remove("GIT_EXTERNAL_DIFF")
        .env_remove("GIT_DIFF_OPTS")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}
