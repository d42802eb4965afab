//! lawbook beside ast-grep on the same rules and folders, whole process: `cargo run --release -p lawbook-benches -- DIR…`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line for developers: its output is the product"
)]

mod measure;
mod table;
mod tools;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;

use measure::{Measured, alternate, peak_memory};
use table::Row;
use tools::{Language, Tools};

/// Whole runs of both tools in turn, with five equal rules in each language that the folders hold.
///
/// The release build of lawbook is brought up to date and the pinned ast-grep installed through `cargo xtask tools`.
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
    /// Folders of source.
    #[arg(required = true, value_name = "DIR")]
    dirs: Vec<PathBuf>,
}

fn main() -> ExitCode {
    match run(Args::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            eprintln!("side-by-side: lawbook finds less than ast-grep: these times do not compare");
            ExitCode::FAILURE
        }
        Err(message) => {
            eprintln!("side-by-side: {message}");
            ExitCode::from(2)
        }
    }
}

/// Prints the table; whether lawbook found as much everywhere (in the arguments of Rust's macros it finds more).
fn run(args: Args) -> Result<bool, String> {
    let tools = Tools::find(args.lawbook, args.ast_grep)?;
    let dirs: Vec<PathBuf> = args
        .dirs
        .iter()
        .map(|dir| dir.canonicalize().map_err(|error| format!("{}: {error}", dir.display())))
        .collect::<Result<_, _>>()?;
    let mut rows = Vec::new();
    for language in Language::ALL {
        let size = tools::size(&dirs, language)?;
        if size.files > 0 {
            rows.push(five_rules(&tools, language, language.name(), &dirs, size, args.runs)?);
        }
    }
    if rows.is_empty() {
        return Err("the folders hold no file in a language of the rules".to_owned());
    }
    for language in Language::ALL {
        let file = tools.small_file(language);
        let size = tools::size(std::slice::from_ref(&file), language)?;
        let what = format!("one small file, {}", language.name());
        rows.push(five_rules(&tools, language, &what, std::slice::from_ref(&file), size, args.runs)?);
        rows.push(recommended(&tools, language, &file, size, args.runs)?);
    }
    print!("{}", table::render(&rows, args.runs));
    Ok(rows.iter().all(Row::is_fair))
}

/// Both tools with the five rules.
fn five_rules(
    tools: &Tools,
    language: Language,
    what: &str,
    paths: &[PathBuf],
    size: tools::Size,
    runs: u32,
) -> Result<Row, String> {
    let lawbook = || tools.lawbook_five(language, paths);
    let ast_grep = || tools.ast_grep_five(language, paths);
    // Counting is also the warm-up.
    let findings = (tools::count_lawbook(&mut lawbook())?, tools::count_ast_grep(&mut ast_grep())?);
    let times = alternate(runs, lawbook, ast_grep)?;
    let memory = Measured { lawbook: peak_memory(&mut lawbook())?, ast_grep: peak_memory(&mut ast_grep())? };
    Ok(Row { what: format!("{what}, five rules"), size, findings: Some(findings), times, memory })
}

/// What a user types, beside ast-grep with the five rules.
fn recommended(tools: &Tools, language: Language, file: &Path, size: tools::Size, runs: u32) -> Result<Row, String> {
    let lawbook = || tools.lawbook_recommended(file);
    let ast_grep = || tools.ast_grep_five(language, &[file.to_path_buf()]);
    tools::run(&mut lawbook())?;
    let times = alternate(runs, lawbook, ast_grep)?;
    let memory = Measured { lawbook: peak_memory(&mut lawbook())?, ast_grep: peak_memory(&mut ast_grep())? };
    let what = format!("one small file, {}, `recommended` (ast-grep: five rules)", language.name());
    Ok(Row { what, size, findings: None, times, memory })
}
