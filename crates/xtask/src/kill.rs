//! Kills the commands that write at random moments: each file then has its complete old or new text, no entry of a
//! baseline is lost, and the next run completes the work and leaves nothing over.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::chance::Chance;
use crate::places::WorkspaceFolders;

/// The number of source files in a folder.
const FILES_IN_FOLDER: usize = 10;

/// The results of all kills.
#[derive(Debug, Default)]
pub struct KillOutcome {
    kills: usize,
    /// Kills at which some files were new and some old.
    mixed: usize,
    /// Kills after the run had ended.
    late: usize,
    /// Kills that left temporary files.
    leftovers: usize,
    /// The expectations that failed.
    pub failures: Vec<String>,
}

impl KillOutcome {
    /// The results as lines of text.
    pub fn text(&self) -> String {
        let mut text = format!(
            "{} kills: {} amid the writing, {} after the end, {} left temporary files; {} failures\n",
            self.kills,
            self.mixed,
            self.late,
            self.leftovers,
            self.failures.len()
        );
        for failure in &self.failures {
            let _ = writeln!(text, "FAILED: {failure}");
        }
        text
    }
}

/// The texts of the files below a folder, by path.
type Texts = BTreeMap<PathBuf, String>;

/// A command that is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Series {
    Fix,
    Create,
    Prune,
    Tidy,
}

impl Series {
    const ALL: [Self; 4] = [Self::Fix, Self::Create, Self::Prune, Self::Tidy];

    fn args(self) -> &'static [&'static str] {
        match self {
            Self::Fix => &["check", "--fix"],
            Self::Create => &["baseline", "create"],
            Self::Prune => &["baseline", "prune"],
            Self::Tidy => &["baseline", "prune", "--tidy"],
        }
    }
}

/// The folder of a series, and its files before and after an undisturbed run.
struct KilledProject<'p> {
    series: Series,
    lawbook: &'p Path,
    folder: PathBuf,
    old: Texts,
    new: Texts,
}

/// Runs the commands over a number of files and kills them a number of times, each command equally often.
pub fn run(places: &WorkspaceFolders, lawbook: &Path, kills: usize, files: usize) -> Result<KillOutcome, String> {
    let mut outcome = KillOutcome::default();
    let mut chance = Chance::new(1);
    for (number, series) in Series::ALL.into_iter().enumerate() {
        let folder = places.e2e().join("kill").join(series.args().concat());
        let _ = fs::remove_dir_all(&folder);
        let (project, whole) = KilledProject::set_up(series, lawbook, folder, files)?;
        for _ in 0..(kills + number) / Series::ALL.len() {
            let micros = chance.below((whole.as_micros() as usize).max(1));
            project.kill_once(Duration::from_micros(micros as u64), &mut outcome)?;
        }
        let _ = fs::remove_dir_all(&project.folder);
    }
    Ok(outcome)
}

impl<'p> KilledProject<'p> {
    /// Makes the files, and runs the command undisturbed; also returns how long that took.
    fn set_up(series: Series, lawbook: &'p Path, folder: PathBuf, files: usize) -> Result<(Self, Duration), String> {
        let mut project = Self { series, lawbook, folder, old: Texts::new(), new: Texts::new() };
        project.old.insert("lawbook.toml".into(), "[rules]\nno-debugger-statement = \"warning\"\n".to_owned());
        for number in 0..files {
            project.old.insert(source_path(number), source(number, true));
        }
        project.reset()?;
        if matches!(series, Series::Prune | Series::Tidy) {
            project.finish(&["baseline", "create"])?;
            project.old = read(&project.folder)?;
            for number in (0..files).step_by(2) {
                project.old.insert(source_path(number), source(number, false));
            }
        }
        if series == Series::Tidy {
            let names: Vec<PathBuf> = project.old.keys().filter(|at| at.starts_with(".lawbook")).cloned().collect();
            for at in names {
                if let Some(text) = project.old.remove(&at) {
                    project.old.insert(at.with_file_name("of-a-branch.txt"), text);
                }
            }
        }
        project.reset()?;
        let begin = Instant::now();
        project.finish(series.args())?;
        let whole = begin.elapsed();
        project.new = read(&project.folder)?;
        if project.new == project.old {
            return Err(format!("{series:?} changes nothing"));
        }
        Ok((project, whole))
    }

    /// Kills one run after a delay, and lets the next run finish.
    fn kill_once(&self, delay: Duration, outcome: &mut KillOutcome) -> Result<(), String> {
        self.reset()?;
        let mut fail = |what: String| outcome.failures.push(format!("{:?} after {delay:?}: {what}", self.series));
        let mut child = self.start(self.series.args())?;
        thread::sleep(delay);
        let is_late = child.try_wait().is_ok_and(|status| status.is_some());
        let _ = child.kill();
        child.wait().map_err(|error| format!("cannot be waited for: {error}"))?;
        let found = read(&self.folder)?;
        let changed = || self.old.keys().chain(self.new.keys()).filter(|at| self.old.get(*at) != self.new.get(*at));
        let at_new = changed().filter(|at| found.get(*at) == self.new.get(*at)).count();
        let at_old = changed().filter(|at| found.get(*at) == self.old.get(*at)).count();
        if at_old + at_new != changed().count() {
            fail("a file is neither old nor new".to_owned());
        }
        if self.series == Series::Create && at_old > 0 && at_new > 0 {
            fail("there is a part of a baseline".to_owned());
        }
        let lost = entries(&self.new).difference(&entries(&found)).count();
        if lost > 0 && self.series != Series::Create {
            fail(format!("{lost} entries are lost"));
        }
        let is_created = self.series == Series::Create && at_old == 0;
        if !is_created && let Err(why) = self.finish(self.series.args()) {
            fail(format!("the next run: {why}"));
        }
        let finished = read(&self.folder)?;
        if let Some(at) = finished.keys().chain(self.new.keys()).find(|at| finished.get(*at) != self.new.get(*at)) {
            fail(format!("{} is not as after an undisturbed run", at.display()));
        }
        outcome.kills += 1;
        outcome.late += usize::from(is_late);
        outcome.mixed += usize::from(at_old > 0 && at_new > 0);
        let is_known = |at: &PathBuf| self.old.contains_key(at) || self.new.contains_key(at);
        outcome.leftovers += usize::from(!found.keys().all(is_known));
        Ok(())
    }

    /// Gives all files their old texts, and deletes all others.
    fn reset(&self) -> Result<(), String> {
        let refuse = |at: &Path, error: &std::io::Error| format!("{}: {error}", at.display());
        if self.series != Series::Fix && self.folder.join(".lawbook").exists() {
            fs::remove_dir_all(self.folder.join(".lawbook")).map_err(|error| refuse(&self.folder, &error))?;
        }
        for (path, text) in &self.old {
            let at = self.folder.join(path);
            if let Some(folder) = at.parent() {
                fs::create_dir_all(folder).map_err(|error| refuse(folder, &error))?;
            }
            fs::write(&at, text).map_err(|error| refuse(&at, &error))?;
        }
        Ok(())
    }

    /// Runs lawbook to its end.
    fn finish(&self, args: &[&str]) -> Result<(), String> {
        let status = self.start(args)?.wait().map_err(|error| format!("it cannot be waited for: {error}"))?;
        if status.success() { Ok(()) } else { Err(format!("`{}` ended with {status}", args.join(" "))) }
    }

    /// Starts lawbook in the folder.
    fn start(&self, args: &[&str]) -> Result<Child, String> {
        Command::new(self.lawbook)
            .args(args)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("lawbook cannot be started: {error}"))
    }
}

fn source_path(number: usize) -> PathBuf {
    format!("d{}/{number}.js", number / FILES_IN_FOLDER).into()
}

/// The text of a file; the number decides its length.
fn source(number: usize, has_breakpoint: bool) -> String {
    let breakpoint = if has_breakpoint { "  debugger;\n" } else { "" };
    let body = "  total += width * height;\n".repeat(number % 97 + 1);
    format!("function area{number}(width, height) {{\n  let total = 0;\n{breakpoint}{body}  return total;\n}}\n")
        .repeat(number % 5 + 1)
}

/// The texts of all files below a folder. An empty folder, of which nothing may be left either, counts as a file.
fn read(folder: &Path) -> Result<Texts, String> {
    let mut texts = Texts::new();
    let mut open = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        let refuse = |error: std::io::Error| format!("{}: {error}", at.display());
        let entries: Vec<_> = fs::read_dir(&at).map_err(refuse)?.collect::<Result<_, _>>().map_err(refuse)?;
        let path = |at: &Path| at.strip_prefix(folder).unwrap_or(at).to_owned();
        if entries.is_empty() {
            texts.insert(path(&at), String::new());
        }
        for entry in entries {
            if entry.file_type().map_err(refuse)?.is_dir() {
                open.push(entry.path());
            } else {
                let bytes = fs::read(entry.path()).map_err(refuse)?;
                texts.insert(path(&entry.path()), String::from_utf8_lossy(&bytes).into_owned());
            }
        }
    }
    Ok(texts)
}

/// The entries in the files of the baseline, without the comments between them.
fn entries(texts: &Texts) -> BTreeSet<String> {
    let files = texts.iter().filter(|(at, _)| at.extension().is_some_and(|extension| extension == "txt"));
    let entry = |block: &str| block.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n");
    files.flat_map(|(_, text)| text.split("\n\n")).filter(|block| block.contains("\n  | ")).map(entry).collect()
}
