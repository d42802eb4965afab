//! Measurements of whole processes, lawbook beside its peers and beside itself: `cargo run --release -p lawbook-benches -- DIR…`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line for developers: its output is the product"
)]

mod bare;
mod corpus;
mod many;
mod measure;
mod table;
mod tools;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use clap::Parser;

use corpus::Size;
use measure::{alternate, peak_memory};
use table::{OwnRow, PeerRow, milliseconds};
use tools::{BenchLanguage, BenchTools};

/// The allocator of lawbook's binary, so that bare parsing has the same.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[global_allocator]
static ALLOCATOR: std::alloc::System = std::alloc::System;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
use mimalloc as _;

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Sizes of grown corpora, in bytes, to compare the cost of a byte between.
const SIZES: [u64; 3] = [10_000_000, 50_000_000, 200_000_000];

/// Alternating runs: lawbook and ast-grep with five equal rules in each language that the folders hold, lawbook and
/// oxlint likewise, one small file, two hundred rules and five, lawbook and bare parsing, ten megabytes and two hundred.
///
/// The release build of lawbook is brought up to date and the pinned peers installed through `cargo xtask tools`.
#[derive(Debug, Parser)]
#[command(name = "side-by-side")]
struct BenchArgs {
    /// The number of timed runs of each tool.
    #[arg(long, default_value_t = 11, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// The lawbook to run.
    #[arg(long, value_name = "FILE")]
    lawbook: Option<PathBuf>,
    /// The ast-grep to run.
    #[arg(long, value_name = "FILE")]
    ast_grep: Option<PathBuf>,
    /// The oxlint to run.
    #[arg(long, value_name = "FILE")]
    oxlint: Option<PathBuf>,
    /// Only parse the files of a language.
    #[arg(long, hide = true, value_enum)]
    bare: Option<BenchLanguage>,
    /// Folders of source.
    #[arg(required = true, value_name = "DIR")]
    dirs: Vec<PathBuf>,
}

fn main() -> ExitCode {
    let args = BenchArgs::parse();
    let outcome = match args.bare {
        Some(language) => bare::run(language, &args.dirs).map(|bytes| println!("{bytes} bytes")),
        None => run(args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("side-by-side: {message}");
            ExitCode::from(2)
        }
    }
}

/// Prints both tables.
fn run(args: BenchArgs) -> Result<(), String> {
    let tools = BenchTools::find(args.lawbook, args.ast_grep, args.oxlint)?;
    let absolute = |dir: &PathBuf| dir.canonicalize().map_err(|error| format!("{}: {error}", dir.display()));
    let dirs = args.dirs.iter().map(absolute).collect::<Result<Vec<PathBuf>, _>>()?;
    let [lawbook, ast_grep, oxlint] = start_ups(&tools, args.runs)?;
    let bench = BenchRun { tools: &tools, runs: args.runs, lawbook, ast_grep, oxlint };
    let (mut rows, mut own) = (Vec::new(), Vec::new());
    for language in BenchLanguage::ALL {
        if corpus::size(&dirs, language)?.files == 0 {
            continue;
        }
        rows.push(bench.five_rules(language, language.name(), &dirs)?);
        if language == BenchLanguage::TypeScript {
            rows.push(bench.beside_oxlint(&dirs)?);
        }
        own.extend(bench.beside_itself(language, &dirs)?);
    }
    if rows.is_empty() {
        return Err("the folders hold no file in a language of the rules".to_owned());
    }
    for language in BenchLanguage::ALL {
        let file = tools.small_file(language);
        let what = format!("one small file, {}", language.name());
        rows.push(bench.five_rules(language, &what, std::slice::from_ref(&file))?);
        rows.push(bench.recommended(language, &file)?);
    }
    println!("{}\n{}", table::render(&rows, args.runs), table::render_own(&own));
    Ok(())
}

fn start_ups(tools: &BenchTools, runs: u32) -> Result<[Duration; 3], String> {
    let start = |number: usize| {
        move || {
            let [lawbook, ast_grep, oxlint] = tools.versions();
            [lawbook, ast_grep, oxlint].into_iter().nth(number).unwrap_or_else(|| Command::new("true"))
        }
    };
    let times = alternate(runs, &[&start(0), &start(1), &start(2)])?;
    times.try_into().map_err(|_| "not three times".to_owned())
}

struct BenchRun<'a> {
    tools: &'a BenchTools,
    runs: u32,
    lawbook: Duration,
    ast_grep: Duration,
    oxlint: Duration,
}

impl BenchRun<'_> {
    fn pair(&self, first: &dyn Fn() -> Command, second: &dyn Fn() -> Command) -> Result<(Duration, Duration), String> {
        let times = alternate(self.runs, &[first, second])?;
        Ok((times[0], times[1]))
    }

    /// lawbook and ast-grep with the five rules.
    fn five_rules(&self, language: BenchLanguage, what: &str, paths: &[PathBuf]) -> Result<PeerRow, String> {
        let lawbook = || self.tools.lawbook_five(language, paths);
        let ast_grep = || self.tools.ast_grep_five(language, paths);
        // The run that counts is also the warm-up.
        let counts = tools::count_lawbook(&mut lawbook())?;
        let theirs = tools::count_ast_grep(&mut ast_grep())?;
        if counts.findings < theirs {
            // lawbook finds more in the arguments of Rust's macros; where it finds less, the times cannot be compared.
            return Err(format!("{what}: lawbook finds {}, ast-grep {theirs}", counts.findings));
        }
        Ok(PeerRow {
            what: format!("{what}, five rules"),
            peer: "ast-grep",
            size: corpus::size(paths, language)?,
            parsed: counts.parsed,
            findings: Some((counts.findings, theirs)),
            times: self.pair(&lawbook, &ast_grep)?,
            start_ups: (self.lawbook, self.ast_grep),
            memory: peak_memory(&mut lawbook())?,
        })
    }

    /// lawbook and oxlint with five rules, on TypeScript and JavaScript.
    fn beside_oxlint(&self, paths: &[PathBuf]) -> Result<PeerRow, String> {
        let lawbook = || self.tools.lawbook_as_oxlint(paths);
        let oxlint = || self.tools.oxlint_five(paths);
        let counts = tools::count_lawbook(&mut lawbook())?;
        // oxlint takes out findings that comments of ESLint suppress, so it has fewer.
        let theirs = tools::count_oxlint(&mut oxlint())?;
        Ok(PeerRow {
            what: "TypeScript and JavaScript, five rules".to_owned(),
            peer: "oxlint",
            size: corpus::size(paths, BenchLanguage::TypeScript)?,
            parsed: counts.parsed,
            findings: Some((counts.findings, theirs)),
            times: self.pair(&lawbook, &oxlint)?,
            start_ups: (self.lawbook, self.oxlint),
            memory: peak_memory(&mut lawbook())?,
        })
    }

    /// lawbook with its default rules, beside ast-grep with the five rules.
    fn recommended(&self, language: BenchLanguage, file: &Path) -> Result<PeerRow, String> {
        let paths = [file.to_path_buf()];
        let lawbook = || self.tools.lawbook_recommended(file);
        let ast_grep = || self.tools.ast_grep_five(language, &paths);
        let parsed = tools::count_lawbook(&mut lawbook())?.parsed;
        Ok(PeerRow {
            what: format!("one small file, {}, `recommended` (ast-grep: five rules)", language.name()),
            peer: "ast-grep",
            size: corpus::size(&paths, language)?,
            parsed,
            findings: None,
            times: self.pair(&lawbook, &ast_grep)?,
            start_ups: (self.lawbook, self.ast_grep),
            memory: peak_memory(&mut lawbook())?,
        })
    }

    fn beside_itself(&self, language: BenchLanguage, dirs: &[PathBuf]) -> Result<Vec<OwnRow>, String> {
        let name = language.name();
        let folder = tempfile::tempdir().map_err(|error| format!("a temporary folder: {error}"))?;
        let many = folder.path().join("many.yml");
        fs::write(&many, many::rules(language)).map_err(|error| format!("{}: {error}", many.display()))?;
        let five = || self.tools.lawbook_five(language, dirs);
        let mut own = Vec::new();
        let mut compare = |what: String, times: (Duration, Duration)| {
            own.push(OwnRow { what, times, ratio: milliseconds(times.0) / milliseconds(times.1) });
        };

        tools::run(&mut self.tools.lawbook_with(&many, dirs))?;
        let times = self.pair(&|| self.tools.lawbook_with(&many, dirs), &five)?;
        compare(format!("{name}: 200 rules / five rules"), times);

        let bare = BenchTools::bare(language, dirs)?;
        let again = || {
            let mut command = Command::new(bare.get_program());
            command.args(bare.get_args());
            command
        };
        tools::run(&mut again())?;
        compare(format!("{name}: five rules / walk, read and parse alone"), self.pair(&five, &again)?);

        let files = corpus::files(dirs, language)?;
        let mut grown = Vec::new();
        for bytes in SIZES {
            let place = folder.path().join(bytes.to_string());
            grown.push((corpus::grow(&files, &place, bytes)?, place));
        }
        let runs: Vec<_> = grown
            .iter()
            .map(|(_, place)| move || self.tools.lawbook_five(language, std::slice::from_ref(place)))
            .collect();
        let starts: Vec<measure::Start<'_>> = runs.iter().map(|run| run as measure::Start<'_>).collect();
        let times = alternate(self.runs.min(5), &starts)?;
        let slope = |from: usize, to: usize| {
            let (from, to) = ((&grown[from].0, times[from]), (&grown[to].0, times[to]));
            (milliseconds(to.1) - milliseconds(from.1)) / (to.0.megabytes() - from.0.megabytes())
        };
        let shown = |size: &Size| format!("{:.0} MB", size.megabytes());
        own.push(OwnRow {
            what: format!(
                "{name}: cost of a MB from {1} to {2} / from {0} to {1} (times: {2} and {0})",
                shown(&grown[0].0),
                shown(&grown[1].0),
                shown(&grown[2].0)
            ),
            times: (times[2], times[0]),
            ratio: slope(1, 2) / slope(0, 1),
        });
        Ok(own)
    }
}
