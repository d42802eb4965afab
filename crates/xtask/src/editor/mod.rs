//! The checks of the language server: its speed beside others, random edits, malformed messages, its capabilities, and
//! several processes at once.

pub mod agreement;
pub mod capabilities;
pub mod client;
pub mod differential;
pub mod edits;
pub mod endings;
pub mod findings;
pub mod gestures;
pub mod latency;
pub mod law;
pub mod malformed;
pub mod peers;
pub mod text;
pub mod together;

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use crate::chance::Chance;
use crate::corpus;
use crate::editor::differential::EditSeries;
use crate::editor::edits::EditScript;
use crate::places::WorkspaceFolders;

/// The arguments of `cargo xtask editor`.
#[derive(Debug, Args)]
pub struct Editor {
    /// The lawbook to run; by default the release build, brought up to date first.
    #[arg(long, global = true, value_name = "FILE")]
    lawbook: Option<PathBuf>,
    #[command(subcommand)]
    task: EditorTask,
}

#[derive(Debug, Subcommand)]
enum EditorTask {
    /// Measures the time from a keystroke to the diagnostics, beside the servers of oxlint, biome and ast-grep.
    ///
    /// Without --history, lines of files of the corpora are typed again.
    Latency {
        /// A git repository and a file in it, whose last versions are typed; may be repeated.
        #[arg(long, num_args = 1, value_name = "REPOSITORY:PATH")]
        history: Vec<String>,
        /// The number of edits of each file.
        #[arg(long, default_value_t = 2000)]
        edits: usize,
        /// Only lawbook.
        #[arg(long)]
        alone: bool,
        /// The number of times that each file is typed; the shortest time of an edit counts.
        #[arg(long, value_name = "COUNT", default_value_t = 1)]
        times: usize,
        /// The seed of the random numbers.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Makes random edits in three encodings, and compares the findings with those of fresh processes.
    Edits {
        /// The number of edits in each of the encodings.
        #[arg(long, default_value_t = 3334)]
        edits: usize,
        /// After every so many edits the findings are compared.
        #[arg(long, default_value_t = 5)]
        every: usize,
        /// The seed of the random numbers.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Sends messages that are malformed, and expects the errors of the protocol and a server that goes on.
    Malformed,
    /// Uses every capability that the server advertises, and ends it in every way.
    Capabilities,
    /// Runs two servers and command lines that check and write at once on one project.
    Together {
        /// More projects, of which copies are used.
        #[arg(value_name = "DIR")]
        dirs: Vec<PathBuf>,
    },
    /// Opens every file of a corpus, and compares with the findings of the command line.
    Agreement {
        /// Every so many files of the corpus.
        #[arg(long, default_value_t = 1)]
        every: usize,
    },
}

/// The results of a check.
#[derive(Debug, Default)]
pub struct EditorOutcome {
    /// The steps that were done, as lines of text.
    pub text: String,
    /// The failures.
    pub failures: Vec<String>,
}

impl Editor {
    /// Runs a check; true if it holds.
    pub fn run(self, places: &WorkspaceFolders) -> Result<bool, String> {
        let lawbook = places.lawbook(self.lawbook)?;
        let outcome = match self.task {
            EditorTask::Latency { history, edits, alone, times, seed } => {
                latency_of(places, &lawbook, &scripts(places, &history, edits, seed)?, !alone, (times, 1.0))?
            }
            EditorTask::Edits { edits, every, seed } => {
                let files = edited_files(places)?;
                differential::run(places, &lawbook, &files, EditSeries { edits, every, seed })?
            }
            EditorTask::Malformed => malformed::run(places, &lawbook)?,
            EditorTask::Capabilities => capabilities::run(places, &lawbook)?,
            EditorTask::Together { dirs } => together::run(places, &lawbook, &dirs)?,
            EditorTask::Agreement { every } => agreement::run(places, &lawbook, every)?,
        };
        print!("{}", outcome.text);
        for failure in &outcome.failures {
            println!("FAILED: {failure}");
        }
        Ok(outcome.failures.is_empty())
    }
}

/// The shares of the checks that every end-to-end run makes, by name.
pub type Share = (&'static str, fn(&WorkspaceFolders, &Path) -> Result<EditorOutcome, String>);

/// These shares.
pub const SHARES: [Share; 6] = [
    ("the server's speed, a share of the edits", |places, lawbook| {
        // A machine that does other things too is slower.
        latency_of(places, lawbook, &scripts(places, &[], 60, 1)?, true, (1, 3.0))
    }),
    ("the server after random edits, a share of them", |places, lawbook| {
        let files = edited_files(places)?;
        differential::run(places, lawbook, &files, EditSeries { edits: 150, every: 5, seed: 1 })
    }),
    ("malformed messages to the server", malformed::run),
    ("the server's capabilities", capabilities::run),
    ("servers and command lines at once", |places, lawbook| together::run(places, lawbook, &[])),
    ("the server's findings over a share of the corpora", |places, lawbook| agreement::run(places, lawbook, 8)),
];

/// Measures each of the scripts.
fn latency_of(
    places: &WorkspaceFolders,
    lawbook: &Path,
    scripts: &[EditScript],
    with_peers: bool,
    measuring: (usize, f64),
) -> Result<EditorOutcome, String> {
    let mut all = EditorOutcome::default();
    for script in scripts {
        let servers = peers::set_up(places, lawbook, with_peers, (&script.name, &script.start))?;
        let outcome = latency::measure(script, &servers, measuring)?;
        all.text.push_str(&outcome.text);
        all.failures.extend(outcome.failures);
    }
    Ok(all)
}

/// The scripts of these histories, else of files of the corpora.
fn scripts(places: &WorkspaceFolders, history: &[String], edits: usize, seed: u64) -> Result<Vec<EditScript>, String> {
    let mut chance = Chance::new(seed);
    let mut scripts = Vec::new();
    for one in history {
        let (repository, path) = one.rsplit_once(':').ok_or_else(|| format!("{one}: no REPOSITORY:PATH"))?;
        scripts.push(edits::from_history(Path::new(repository), path, edits, &mut chance)?);
    }
    if !history.is_empty() {
        return Ok(scripts);
    }
    let rust = corpus::crate_folders(places)?;
    for (folders, extension) in [(corpus::npm_folders(places)?, "ts"), (rust, "rs")] {
        let path = nearest_to(&folders, extension, 3000)?;
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        scripts.push(edits::retyped(&name, &text, edits * 3 / 4, &mut chance));
        scripts.push(edits::inside_words(&name, &text, edits / 4, &mut chance));
    }
    Ok(scripts)
}

/// The file of code of an extension whose number of lines is nearest to this one.
fn nearest_to(folders: &[PathBuf], extension: &str, lines: usize) -> Result<PathBuf, String> {
    let distance = |path: PathBuf| {
        let text = fs::read_to_string(&path).ok()?;
        let blocks = text.lines().filter(|line| line.ends_with('{')).count();
        let count = text.lines().count();
        // Neither tables of data, nor declarations without bodies, nor tests, for which many rules are off.
        let name = path.to_string_lossy().into_owned();
        let is_code = blocks * 40 > count && !name.ends_with(".d.ts") && !name.contains(".test.");
        is_code.then_some((count.abs_diff(lines), path))
    };
    let nearest = files_of(folders, &[extension]).into_iter().filter_map(distance).min();
    nearest.map(|(_, path)| path).ok_or_else(|| format!("the corpora hold no .{extension}"))
}

/// The files below these folders with one of the extensions, sorted.
pub fn files_of(folders: &[PathBuf], extensions: &[&str]) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = Vec::new();
    for folder in folders {
        let walk = ignore::WalkBuilder::new(folder).standard_filters(false).build();
        let found = walk.flatten().filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()));
        files.extend(found.map(ignore::DirEntry::into_path).filter(|path| {
            path.extension().is_some_and(|found| extensions.iter().any(|extension| found == *extension))
        }));
    }
    files.sort();
    files
}

/// Files of each language that are neither short nor long, for random edits.
fn edited_files(places: &WorkspaceFolders) -> Result<Vec<PathBuf>, String> {
    let folders: Vec<PathBuf> =
        corpus::npm_folders(places)?.into_iter().chain(corpus::crate_folders(places)?).collect();
    let python = corpus::python_files(places)?;
    let mut chosen = Vec::new();
    for (extension, count) in [("ts", 3), ("tsx", 2), ("js", 2), ("rs", 3), ("py", 1)] {
        let files = if extension == "py" { python.clone() } else { files_of(&folders, &[extension]) };
        let size = |path: &PathBuf| fs::metadata(path).map_or(0, |data| data.len());
        let fitting: Vec<PathBuf> = files.into_iter().filter(|path| (3_000..40_000).contains(&size(path))).collect();
        // Spread over the packages.
        let step = (fitting.len() / count).max(1);
        chosen.extend(fitting.into_iter().step_by(step).take(count));
    }
    Ok(chosen)
}
