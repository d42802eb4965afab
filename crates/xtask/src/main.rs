//! The chores of the workspace as one command line: `cargo xtask parity | corpus | differential | hostile | fixes | kill | e2e | …`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line for developers: its output is the product"
)]

mod chance;
mod corpus;
mod differential;
mod dist;
mod e2e;
mod editor;
mod exceptions;
mod features;
mod fixes;
mod frameworks;
mod history;
mod hostile;
mod kill;
mod mcp;
mod mutants;
mod neovim;
mod new_language;
mod new_rule;
mod npm;
mod obey;
mod packages;
mod parity;
mod places;
mod public_api;
mod pypi;
mod readers;
mod replay;
mod report_json;
mod skeleton;
mod vscode;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::{imports, rulesets};

use crate::places::WorkspaceFolders;

/// The command line.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "Chores of the lawbook workspace")]
struct XtaskArgs {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Runs ast-grep and lawbook with the same rules on the same files and compares what they find.
    ///
    /// Example: `cargo xtask parity --rules crates/xtask/parity-rules --rules more.yml -- src ../other/src`
    ///
    /// With --self-match the rules are pieces of the code itself, chosen by chance and the same for the same seed.
    Parity {
        /// An ast-grep `.yml` file or a folder of them; may be repeated.
        #[arg(long, required_unless_present = "self_match", num_args = 1, value_name = "PATH")]
        rules: Vec<PathBuf>,
        /// Makes pieces of the code patterns, as they are and with `$A` in place of a name, and looks for them.
        #[arg(long, conflicts_with_all = ["rules", "min", "every_rule"])]
        self_match: bool,
        /// The number of pieces of each dialect.
        #[arg(long, requires = "self_match", value_name = "COUNT", default_value_t = 400)]
        pieces: usize,
        /// The number of files of each dialect.
        #[arg(long, requires = "self_match", value_name = "COUNT", default_value_t = 300)]
        files: usize,
        /// The seed of the choice of files and pieces.
        #[arg(long, requires = "self_match", default_value_t = 1)]
        seed: u64,
        /// Only pieces of this language or dialect.
        #[arg(long, requires = "self_match")]
        language: Option<String>,
        /// The smallest share of identical findings, in percent, that passes.
        #[arg(long, default_value_t = parity::DEFAULT_MIN, value_name = "PERCENT")]
        min: f64,
        /// Also fails when a rule finds nothing with ast-grep.
        #[arg(long)]
        every_rule: bool,
        /// The lawbook to run; by default the release build, brought up to date first.
        #[arg(long, value_name = "FILE")]
        lawbook: Option<PathBuf>,
        /// Folders (or files) of source.
        #[arg(required = true, value_name = "DIR")]
        dirs: Vec<PathBuf>,
    },
    /// Fetches the sources that both parsers are compared over, and prints where they are and how large.
    Corpus,
    /// Lowers real code by both parsers and compares the trees.
    Differential(differential::Differential),
    /// Builds what users install: a wheel, the packages for npm and an archive, all of one build.
    ///
    /// The tools that it needs are installed from PyPI; Python 3 and Node.js with npm have to be there.
    Dist(dist::Dist),
    /// Runs everything that needs tools from npm; the last line says how many steps passed and failed.
    E2e {
        /// The lawbook to run; by default the release build, brought up to date first.
        #[arg(long, value_name = "FILE")]
        lawbook: Option<PathBuf>,
    },
    /// Checks the language server as editors use it.
    Editor(editor::Editor),
    /// Runs lawbook on hostile inputs, and prints the slowest runs and the failures.
    Hostile {
        /// The lawbook to run; by default the release build, brought up to date first.
        #[arg(long, value_name = "FILE")]
        lawbook: Option<PathBuf>,
        /// The depths to try.
        #[arg(long, value_delimiter = ',', default_value = "100,190,240,990,1000,2400,9900,10000,100000,1000000")]
        depths: Vec<usize>,
        /// Only shapes with this in their name.
        #[arg(long, value_name = "TEXT")]
        only: Option<String>,
        /// Runs only every COUNT-th shape.
        #[arg(long, value_name = "COUNT", default_value_t = 1)]
        every: usize,
        /// The number of the first shape, from 0 on.
        #[arg(long, value_name = "NUMBER", default_value_t = 0)]
        first: usize,
        /// The stacks to try, in KiB. From 512 on, the C library may use one of 2 MiB again.
        #[arg(long, value_delimiter = ',', default_value = "480,2048,8192")]
        stacks: Vec<usize>,
        /// The number of runs at one time.
        #[arg(long, value_name = "COUNT", default_value_t = 2)]
        jobs: usize,
    },
    /// Checks mutants of real code: each has to be read to its end, and to give the same report on one thread and on two.
    Mutants(mutants::Mutants),
    /// Checks the core without a language and with each language alone, and runs its unit tests with each.
    Features,
    /// Applies every fix of every rule to copies of real sources, alone and in pairs, and checks the results.
    Fixes {
        /// The lawbook to run; by default the release build, brought up to date first.
        #[arg(long, value_name = "FILE")]
        lawbook: Option<PathBuf>,
        /// Folders of source.
        #[arg(required = true, value_name = "DIR")]
        dirs: Vec<PathBuf>,
    },
    /// Kills `--fix`, `baseline create` and `baseline prune` at random moments and checks that each file then has its old
    /// or its new text.
    Kill {
        /// The lawbook to run; by default the release build, brought up to date first.
        #[arg(long, value_name = "FILE")]
        lawbook: Option<PathBuf>,
        /// The number of kills.
        #[arg(long, default_value_t = 1000)]
        count: usize,
        /// The number of files.
        #[arg(long, default_value_t = 1000)]
        files: usize,
    },
    /// Has other programs read the reports about a project with hostile names, and compares what they found in them.
    Readers {
        /// The lawbook to run; by default the release build, brought up to date first.
        #[arg(long, value_name = "FILE")]
        lawbook: Option<PathBuf>,
        /// The number of findings.
        #[arg(long, default_value_t = 10_000)]
        count: usize,
    },
    /// Has the official clients of the Model Context Protocol speak with `lawbook mcp`, and compares what they are told with the
    /// report of the command line.
    Mcp {
        /// The lawbook to run; by default the release build, brought up to date first.
        #[arg(long, value_name = "FILE")]
        lawbook: Option<PathBuf>,
    },
    /// Drives the language server through Neovim without a window, as its user would, and prints how each step ended.
    ///
    /// Neovim is installed from PyPI; Python 3 has to be there.
    Neovim {
        /// The lawbook to run; by default the release build, brought up to date first.
        #[arg(long, value_name = "FILE")]
        lawbook: Option<PathBuf>,
    },
    /// Checks, tests and packs the extension for VS Code; Node.js with npm has to be there.
    Vscode {
        /// Also uses it in VS Code itself, which npm brings as code-server with a browser (700 MB, Linux on x86-64 only).
        #[arg(long)]
        editor: bool,
        /// The lawbook to test against; by default the release build, brought up to date first.
        #[arg(long, value_name = "FILE")]
        lawbook: Option<PathBuf>,
    },
    /// Simulates a history of many branches over a copy of sources, merges them, and compares the baseline with what was done.
    History {
        /// The lawbook to run; by default the release build, brought up to date first.
        #[arg(long, value_name = "FILE")]
        lawbook: Option<PathBuf>,
        /// The number of commits, merges not counted.
        #[arg(long, default_value_t = 500)]
        commits: usize,
        /// The number of branches.
        #[arg(long, default_value_t = 8)]
        branches: usize,
        /// The seed of the random numbers.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// The folder of sources.
        #[arg(value_name = "DIR")]
        dir: PathBuf,
    },
    /// Checks the last commits of repositories against their parents: what is new on lines that a commit did not touch.
    Replay {
        /// The lawbook to run; by default the release build, brought up to date first.
        #[arg(long, value_name = "FILE")]
        lawbook: Option<PathBuf>,
        /// The number of commits of each repository, merges not counted.
        #[arg(long, default_value_t = 150)]
        commits: usize,
        /// The share of commits, in percent, after which a line with a known finding is doubled.
        #[arg(long, default_value_t = 20)]
        twins: usize,
        /// The seed of the random numbers.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// The repositories.
        #[arg(value_name = "DIR", required = true)]
        repositories: Vec<PathBuf>,
    },
    /// Picks findings for a reader of the report for agents to fix, and counts which of them are gone.
    ///
    /// Example: `cargo xtask obey DIR --pick 48 --seed 1 --out trial.json`, then `cargo xtask obey DIR --judge trial.json`
    Obey(obey::Obey),
    /// Finds how deep each shape may nest before strict lowering, without the scan before it, overflows a stack.
    HostileLimits {
        /// The languages, by extension.
        #[arg(long, value_delimiter = ',', default_value = "ts,tsx,rs")]
        extensions: Vec<String>,
        /// Only shapes with this in their name.
        #[arg(long, value_name = "TEXT", default_value = "")]
        only: String,
        /// The stack, in KiB.
        #[arg(long, default_value_t = 512)]
        stack: usize,
    },
    /// Lowers one shape, for `hostile-limits`; the process ends when the stack does not suffice.
    #[command(hide = true)]
    HostileProbe { shape: usize, extension: String, depth: usize, stack: usize },
    /// Installs the pinned ast-grep and oxlint when they are missing and prints where each is.
    Tools,
    /// Compares the public API of the crates that are published with the lists in `docs/api`.
    PublicApi {
        /// Writes the lists instead.
        #[arg(long)]
        write: bool,
    },
    /// Packs the crates that are published, and tests the examples of the libraries outside of the workspace.
    Packages,
    /// Runs pre-commit, prek and lefthook from PyPI with the hook of lawbook, in repositories in every state that a commit
    /// can find, and compares with what git commits.
    Frameworks {
        /// The wheel that the hook is installed with.
        #[arg(value_name = "WHEEL")]
        wheel: PathBuf,
    },
    /// Prints the rooms of core by floor with what each imports of others, and the dependencies between the crates.
    ///
    /// Fails when rooms import in a circle, or a room imports one of a higher floor, or a crate depends on one that
    /// does not stand below it. The floors of core are the groups of lines in `crates/core/src/lib.rs`.
    Imports,
    /// Checks the built-in pages and presets and writes their index, `rulesets/index.txt`.
    Rulesets,
    /// Writes the skeleton of a rule: its page, `rulesets/<topic>/<id>.md`, and with --native its code.
    NewRule {
        /// The folder below `rulesets/`.
        topic: String,
        /// The id: kebab-case, names what is forbidden.
        id: String,
        /// The languages that the rule claims.
        #[arg(long, value_delimiter = ',', default_value = "typescript,javascript")]
        languages: Vec<String>,
        /// Writes also `crates/rules/src/<topic>/<snake_id>.rs`, for a rule that needs code.
        #[arg(long)]
        native: bool,
    },
    /// Writes the skeleton of a language: its folder in the core, and its lines in the files that list languages.
    ///
    /// Example: `cargo xtask new-language go --extension go --grammar tree-sitter-go@0.25.0`
    NewLanguage {
        /// The name: that of the folder, the module and the cargo feature.
        name: String,
        /// The extension of its files, without the dot.
        #[arg(long)]
        extension: String,
        /// The crate of its tree-sitter grammar, with the exact version.
        #[arg(long, value_name = "CRATE@VERSION")]
        grammar: String,
    },
}

fn main() -> ExitCode {
    if let Some(code) = public_api::run_as_rustdoc() {
        return code;
    }
    match run(XtaskArgs::parse().task) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::from(2)
        }
    }
}

/// Runs the frameworks of hooks and prints what ended otherwise than it had to.
fn run_frameworks(places: &WorkspaceFolders, wheel: &Path) -> Result<bool, String> {
    let outcome = frameworks::run(places, wheel)?;
    print!("{}", outcome.text());
    for failure in &outcome.failures {
        println!("{failure}");
    }
    Ok(outcome.failures.is_empty())
}

/// Prints the rooms and crates with what each imports.
fn print_imports(places: &WorkspaceFolders) -> Result<bool, String> {
    let (rooms, crates) = (imports::of_rooms(places.root())?, imports::of_crates(places.root())?);
    println!("{}\n{}", rooms.overview, crates.overview);
    let faults = [rooms.faults, crates.faults].concat();
    for fault in &faults {
        println!("{fault}");
    }
    println!("{} circles, arrows that run up and strays", faults.len());
    Ok(faults.is_empty())
}

fn run_readers(places: &WorkspaceFolders, lawbook: &Path, count: usize) -> Result<bool, String> {
    let outcome = readers::run(places, lawbook, count)?;
    print!("{}", outcome.text());
    Ok(outcome.failures.is_empty())
}

fn run_mcp(places: &WorkspaceFolders, lawbook: &Path) -> Result<bool, String> {
    let outcome = mcp::run(places, lawbook)?;
    print!("{}", outcome.text());
    Ok(outcome.failures.is_empty())
}

/// Runs a task; true if it holds.
///
/// # Errors
/// The task could not run.
fn run(task: Task) -> Result<bool, String> {
    let places = WorkspaceFolders::find()?;
    match task {
        Task::Corpus => {
            print!("{}", corpus::describe(&places)?);
            Ok(true)
        }
        Task::Differential(differential) => differential.run(&places),
        Task::Parity { self_match: true, pieces, files, seed, language, lawbook, dirs, .. } => {
            let request = parity::self_match::SelfMatch { pieces, files, seed, language, dirs };
            compare_pieces(&places, lawbook, &request)
        }
        Task::Parity { rules, min, every_rule, lawbook, dirs, .. } => {
            let request = parity::ParityRequest { name: "parity", rules, dirs };
            compare_findings(&places, lawbook, &request, (min, every_rule))
        }
        Task::Dist(dist) => {
            dist.run(&places)?;
            Ok(true)
        }
        Task::E2e { lawbook } => Ok(e2e::run(&places, lawbook)),
        Task::Editor(editor) => editor.run(&places),
        Task::Hostile { lawbook, depths, only, every, first, stacks, jobs } => {
            let series = hostile::HostileSeries { depths, stacks, only, sample: (every, first), jobs };
            let outcome = hostile::run(&places, &places.lawbook(lawbook)?, &series)?;
            print!("{}", outcome.text());
            Ok(outcome.failures.is_empty())
        }
        Task::Mutants(series) => series.run(&places),
        Task::Features => {
            features::check(&places)?;
            Ok(true)
        }
        Task::Fixes { lawbook, dirs } => {
            let outcome = fixes::run(&places, &places.lawbook(lawbook)?, &dirs)?;
            print!("{}", outcome.text());
            Ok(outcome.failures.is_empty())
        }
        Task::Kill { lawbook, count, files } => {
            let outcome = kill::run(&places, &places.lawbook(lawbook)?, count, files)?;
            print!("{}", outcome.text());
            Ok(outcome.failures.is_empty())
        }
        Task::Readers { lawbook, count } => run_readers(&places, &places.lawbook(lawbook)?, count),
        Task::Mcp { lawbook } => run_mcp(&places, &places.lawbook(lawbook)?),
        Task::Vscode { editor, lawbook } => vscode::run_task(&places, lawbook, editor),
        Task::Neovim { lawbook } => neovim::run_task(&places, lawbook),
        Task::History { lawbook, commits, branches, seed, dir } => {
            let plan = history::HistoryPlan { commits, branches, seed };
            let outcome = history::run(&places, &places.lawbook(lawbook)?, &dir, plan)?;
            Ok(print_history(&outcome))
        }
        Task::Replay { lawbook, commits, twins, seed, repositories } => {
            run_replay(&places, &places.lawbook(lawbook)?, &repositories, replay::ReplayPlan { commits, twins, seed })
        }
        Task::Obey(trial) => trial.run(&places),
        Task::HostileLimits { extensions, only, stack } => {
            let (text, all_hold) = hostile::overflow::table(&extensions, stack, |shape| shape.0.contains(&only))?;
            print!("{text}");
            Ok(all_hold)
        }
        Task::HostileProbe { shape, extension, depth, stack } => {
            hostile::overflow::Probe { shape, extension: &extension, depth, stack }.lower()?;
            Ok(true)
        }
        Task::Tools => {
            println!("ast-grep {}", npm::ast_grep(&places)?.display());
            println!("oxlint {}", npm::oxlint(&places)?.display());
            Ok(true)
        }
        Task::Imports => print_imports(&places),
        Task::PublicApi { write } => compare_public_api(&places, write),
        Task::Packages => {
            packages::check(&places)?;
            Ok(true)
        }
        Task::Frameworks { wheel } => run_frameworks(&places, &wheel),
        Task::Rulesets => Ok(write_index(&places)),
        Task::NewRule { topic, id, languages, native } => {
            let form = if native { new_rule::Form::Native } else { new_rule::Form::Page };
            let paths = new_rule::create(places.root(), &topic, &id, &languages, form)?;
            for path in &paths {
                println!("wrote {}", path.display());
            }
            let is_written = write_index(&places);
            if let Some(page) = paths.first() {
                println!("fill it in, then run: cargo run -p lawbook -- test {}", page.display());
            }
            Ok(is_written)
        }
        Task::NewLanguage { name, extension, grammar } => {
            let language = new_language::NewLanguage::new(&name, &extension, &grammar)?;
            for path in new_language::create(places.root(), &language)? {
                println!("wrote {}", path.display());
            }
            println!("fill it in, then run: cargo test -p lawbook-core --lib; CONTRIBUTING.md says how to go on");
            Ok(true)
        }
    }
}

/// Compares the findings of rules with those of ast-grep; true if enough of them are equal.
fn compare_findings(
    places: &WorkspaceFolders,
    lawbook: Option<PathBuf>,
    request: &parity::ParityRequest<'_>,
    (min, every_rule): (f64, bool),
) -> Result<bool, String> {
    let tools = parity::ParityTools { ast_grep: npm::ast_grep(places)?, lawbook: places.lawbook(lawbook)? };
    let outcome = parity::run(places, &tools, request)?;
    print!("{}", outcome.text());
    let failures = outcome.failures(min, every_rule);
    for failure in &failures {
        println!("FAILED: {failure}");
    }
    Ok(failures.is_empty())
}

/// Compares what pieces of code find as patterns with what they find with ast-grep; true if enough of them are equal.
fn compare_pieces(
    places: &WorkspaceFolders,
    lawbook: Option<PathBuf>,
    request: &parity::self_match::SelfMatch,
) -> Result<bool, String> {
    let tools = parity::ParityTools { ast_grep: npm::ast_grep(places)?, lawbook: places.lawbook(lawbook)? };
    let mut holds = true;
    for outcome in parity::self_match::run(places, &tools, request)? {
        print!("{}", outcome.text());
        for failure in outcome.failures() {
            println!("FAILED: {failure}");
            holds = false;
        }
    }
    Ok(holds)
}

/// Compares the public API with the committed lists, or writes them; true if nothing differs.
fn compare_public_api(places: &WorkspaceFolders, write: bool) -> Result<bool, String> {
    let differences = public_api::run(places, write)?;
    for difference in &differences {
        println!("{difference}");
    }
    if !differences.is_empty() {
        println!("{} differences; if they are meant: cargo xtask public-api --write", differences.len());
    }
    Ok(differences.is_empty())
}

/// Brings the index of the built-in pages up to date; false when pages are wrong.
fn write_index(places: &WorkspaceFolders) -> bool {
    match rulesets::update_index(places.root()) {
        Ok(true) => println!("wrote {}", rulesets::INDEX),
        Ok(false) => println!("{} is up to date", rulesets::INDEX),
        Err(mistakes) => {
            for mistake in &mistakes {
                eprintln!("{mistake}");
            }
            eprintln!("{} mistakes in built-in pages; {} is as it was", mistakes.len(), rulesets::INDEX);
            return false;
        }
    }
    true
}

/// Prints the results of a simulated history; true if nothing failed.
fn print_history(outcome: &history::HistoryOutcome) -> bool {
    print!("{}", outcome.text());
    for failure in outcome.failures.iter().take(20) {
        println!("FAILED: {failure}");
    }
    outcome.failures.is_empty()
}

/// Replays commits and prints the results; true if they are good.
fn run_replay(
    places: &WorkspaceFolders,
    lawbook: &Path,
    repositories: &[PathBuf],
    plan: replay::ReplayPlan,
) -> Result<bool, String> {
    let outcome = replay::run(places, lawbook, repositories, plan)?;
    print!("{}", outcome.text);
    println!("{}", outcome.summary());
    Ok(outcome.is_good())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_repeat_and_folders_follow() {
        let args =
            XtaskArgs::try_parse_from(["xtask", "parity", "--rules", "a.yml", "--rules", "b", "src", "lib"]).unwrap();
        let Task::Parity { rules, dirs, min, .. } = args.task else { panic!("not parity") };
        assert_eq!(rules, [PathBuf::from("a.yml"), PathBuf::from("b")]);
        assert_eq!(dirs, [PathBuf::from("src"), PathBuf::from("lib")]);
        assert!((min - 99.5).abs() < f64::EPSILON);
    }
}
