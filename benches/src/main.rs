//! lawbook beside its peers and beside itself, whole process: `cargo run --release -p lawbook-benches -- DIR…`.
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
use table::{Own, Row, milliseconds};
use tools::{Language, Tools};

/// The allocator of lawbook's binary, asked in the same way, so that bare parsing has no other.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[global_allocator]
static ALLOCATOR: std::alloc::System = std::alloc::System;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
use mimalloc as _;

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Sizes of grown corpora, in bytes, between which the cost of a byte must not change.
const SIZES: [u64; 3] = [10_000_000, 50_000_000, 200_000_000];

/// Whole runs in turn: lawbook and ast-grep with five equal rules in each language that the folders hold, lawbook and
/// oxlint likewise, one small file, two hundred rules and five, lawbook and bare parsing, ten megabytes and two hundred.
///
/// The release build of lawbook is brought up to date and the pinned peers installed through `cargo xtask tools`.
#[derive(Debug, Parser)]
#[command(name = "side-by-side")]
struct Args {
    /// How many timed runs each tool gets.
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
    bare: Option<Language>,
    /// Folders of source.
    #[arg(required = true, value_name = "DIR")]
    dirs: Vec<PathBuf>,
}

fn main() -> ExitCode {
    let args = Args::parse();
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
fn run(args: Args) -> Result<(), String> {
    let tools = Tools::find(args.lawbook, args.ast_grep, args.oxlint)?;
    let absolute = |dir: &PathBuf| dir.canonicalize().map_err(|error| format!("{}: {error}", dir.display()));
    let dirs = args.dirs.iter().map(absolute).collect::<Result<Vec<PathBuf>, _>>()?;
    let [lawbook, ast_grep, oxlint] = start_ups(&tools, args.runs)?;
    let bench = Bench { tools: &tools, runs: args.runs, lawbook, ast_grep, oxlint };
    let (mut rows, mut own) = (Vec::new(), Vec::new());
    for language in Language::ALL {
        if corpus::size(&dirs, language)?.files == 0 {
            continue;
        }
        rows.push(bench.five_rules(language, language.name(), &dirs)?);
        if language == Language::TypeScript {
            rows.push(bench.beside_oxlint(&dirs)?);
        }
        own.extend(bench.beside_itself(language, &dirs)?);
    }
    if rows.is_empty() {
        return Err("the folders hold no file in a language of the rules".to_owned());
    }
    for language in Language::ALL {
        let file = tools.small_file(language);
        let what = format!("one small file, {}", language.name());
        rows.push(bench.five_rules(language, &what, std::slice::from_ref(&file))?);
        rows.push(bench.recommended(language, &file)?);
    }
    println!("{}\n{}", table::render(&rows, args.runs), table::render_own(&own));
    Ok(())
}

fn start_ups(tools: &Tools, runs: u32) -> Result<[Duration; 3], String> {
    let start = |number: usize| {
        move || {
            let [lawbook, ast_grep, oxlint] = tools.versions();
            [lawbook, ast_grep, oxlint].into_iter().nth(number).unwrap_or_else(|| Command::new("true"))
        }
    };
    let times = alternate(runs, &[&start(0), &start(1), &start(2)])?;
    times.try_into().map_err(|_| "not three times".to_owned())
}

struct Bench<'a> {
    tools: &'a Tools,
    runs: u32,
    lawbook: Duration,
    ast_grep: Duration,
    oxlint: Duration,
}

impl Bench<'_> {
    fn pair(&self, first: &dyn Fn() -> Command, second: &dyn Fn() -> Command) -> Result<(Duration, Duration), String> {
        let times = alternate(self.runs, &[first, second])?;
        Ok((times[0], times[1]))
    }

    /// lawbook and ast-grep with the five rules.
    fn five_rules(&self, language: Language, what: &str, paths: &[PathBuf]) -> Result<Row, String> {
        let lawbook = || self.tools.lawbook_five(language, paths);
        let ast_grep = || self.tools.ast_grep_five(language, paths);
        // Counting is also the warm-up.
        let counts = tools::count_lawbook(&mut lawbook())?;
        let theirs = tools::count_ast_grep(&mut ast_grep())?;
        if counts.findings < theirs {
            // In the arguments of Rust's macros it finds more; where it finds less, the times do not compare.
            return Err(format!("{what}: lawbook finds {}, ast-grep {theirs}", counts.findings));
        }
        Ok(Row {
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
    fn beside_oxlint(&self, paths: &[PathBuf]) -> Result<Row, String> {
        let lawbook = || self.tools.lawbook_as_oxlint(paths);
        let oxlint = || self.tools.oxlint_five(paths);
        let counts = tools::count_lawbook(&mut lawbook())?;
        // oxlint obeys the comments of ESLint, so it finds less.
        let theirs = tools::count_oxlint(&mut oxlint())?;
        Ok(Row {
            what: "TypeScript and JavaScript, five rules".to_owned(),
            peer: "oxlint",
            size: corpus::size(paths, Language::TypeScript)?,
            parsed: counts.parsed,
            findings: Some((counts.findings, theirs)),
            times: self.pair(&lawbook, &oxlint)?,
            start_ups: (self.lawbook, self.oxlint),
            memory: peak_memory(&mut lawbook())?,
        })
    }

    /// What a user types, beside ast-grep with the five rules.
    fn recommended(&self, language: Language, file: &Path) -> Result<Row, String> {
        let paths = [file.to_path_buf()];
        let lawbook = || self.tools.lawbook_recommended(file);
        let ast_grep = || self.tools.ast_grep_five(language, &paths);
        let parsed = tools::count_lawbook(&mut lawbook())?.parsed;
        Ok(Row {
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

    fn beside_itself(&self, language: Language, dirs: &[PathBuf]) -> Result<Vec<Own>, String> {
        let name = language.name();
        let folder = tempfile::tempdir().map_err(|error| format!("a temporary folder: {error}"))?;
        let many = folder.path().join("many.yml");
        fs::write(&many, many::rules(language)).map_err(|error| format!("{}: {error}", many.display()))?;
        let five = || self.tools.lawbook_five(language, dirs);
        let mut own = Vec::new();
        let mut compare = |what: String, times: (Duration, Duration)| {
            own.push(Own { what, times, ratio: milliseconds(times.0) / milliseconds(times.1) });
        };

        tools::run(&mut self.tools.lawbook_with(&many, dirs))?;
        let times = self.pair(&|| self.tools.lawbook_with(&many, dirs), &five)?;
        compare(format!("{name}: 200 rules / five rules"), times);

        let bare = Tools::bare(language, dirs)?;
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
        own.push(Own {
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
