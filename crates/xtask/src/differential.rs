//! The check over real code that a language's strict and tolerant parsers give one tree.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a chore talks to the terminal")]

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use clap::Args;
use lawbook_core::ir::compare::{Mismatch, Seen, compare};
use lawbook_core::language;
use lawbook_core::source::{RelPath, SourceFile};

/// The share of differing nodes that the listed exceptions may have together, in percent.
const LIMIT: f64 = 0.05;

#[derive(Debug, Args)]
pub(crate) struct Differential {
    /// Files and directories of real code.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Only files of this language or dialect.
    #[arg(long)]
    language: Option<String>,
    /// The table of differences that are known defects of a grammar.
    #[arg(long, default_value = "docs/ir-exceptions.md")]
    exceptions: PathBuf,
    /// How many groups of differences to print.
    #[arg(long, default_value_t = 40)]
    top: usize,
    /// How many examples of each group to print.
    #[arg(long, default_value_t = 1)]
    examples: usize,
}

#[expect(clippy::cast_precision_loss, reason = "a percentage is for people")]
fn share(part: usize, of: usize) -> f64 {
    if of == 0 { 0.0 } else { 100.0 * part as f64 / of as f64 }
}

/// What kind of difference: dialect, context, left and right kind.
type Key = (&'static str, &'static str, String, String);

#[derive(Debug, Default)]
struct Tally {
    files: usize,
    tolerant_errors: usize,
    refused: Vec<String>,
    problems: Vec<String>,
    panicked: Vec<String>,
    compared: usize,
    bytes: usize,
    strict_time: Duration,
    tolerant_time: Duration,
    nodes: usize,
    differing_files: usize,
    groups: BTreeMap<Key, Group>,
}

#[derive(Debug, Default)]
struct Group {
    count: usize,
    examples: Vec<String>,
}

impl Tally {
    fn merge(&mut self, other: Self, examples: usize) {
        self.files += other.files;
        self.tolerant_errors += other.tolerant_errors;
        self.refused.extend(other.refused);
        self.problems.extend(other.problems);
        self.panicked.extend(other.panicked);
        self.compared += other.compared;
        self.bytes += other.bytes;
        self.strict_time += other.strict_time;
        self.tolerant_time += other.tolerant_time;
        self.nodes += other.nodes;
        self.differing_files += other.differing_files;
        for (key, group) in other.groups {
            let known = self.groups.entry(key).or_default();
            known.count += group.count;
            known.examples.extend(group.examples);
            known.examples.sort();
            known.examples.truncate(examples);
        }
    }
}

impl Differential {
    /// The check over these folders, every language, with the usual output.
    pub(crate) fn over(paths: Vec<PathBuf>, exceptions: PathBuf) -> Self {
        Self { paths, language: None, exceptions, top: 10, examples: 1 }
    }

    pub(crate) fn run(&self) -> ExitCode {
        let exceptions = Exceptions::read(&self.exceptions);
        let files = self.files();
        let next = AtomicUsize::new(0);
        let worker = || {
            let mut tally = Tally::default();
            while let Some(path) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                self.file(path, &mut tally);
            }
            tally
        };
        let mut tally = Tally::default();
        thread::scope(|scope| {
            let workers: Vec<_> = (0..2).map(|_| scope.spawn(worker)).collect();
            for worker in workers {
                if let Ok(part) = worker.join() {
                    tally.merge(part, self.examples);
                }
            }
        });
        self.print(&tally, &exceptions)
    }

    fn files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        for path in &self.paths {
            // Real code is wanted wherever it lies, so ignore files say nothing here.
            let walk = ignore::WalkBuilder::new(path).standard_filters(false).build();
            let found = walk.flatten().filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()));
            files.extend(found.map(ignore::DirEntry::into_path));
        }
        files.sort();
        files
    }

    fn file(&self, path: &Path, tally: &mut Tally) {
        let name = path.to_string_lossy().replace('\\', "/");
        let rel = RelPath::new(name.as_str());
        let Some(dialect) = language::of_path(&rel) else { return };
        let wanted = |wanted: &String| wanted == dialect.name || wanted == dialect.language.name();
        if self.language.as_ref().is_some_and(|language| !wanted(language)) {
            return;
        }
        let Ok(bytes) = fs::read(path) else { return };
        let Ok(source) = SourceFile::decode(rel, bytes) else { return };
        tally.files += 1;
        let start = Instant::now();
        let strict = match catch_unwind(AssertUnwindSafe(|| language::lower_strict(source.clone()))) {
            Ok(Ok(strict)) => strict,
            Ok(Err(refusal)) => {
                tally.refused.push(format!("{name}: {}", refusal.reason));
                return;
            }
            Err(_) => {
                tally.panicked.push(name);
                return;
            }
        };
        let strict_time = start.elapsed();
        let tolerant = language::lower_tolerant(source.clone());
        tally.bytes += source.text().len();
        tally.strict_time += strict_time;
        tally.tolerant_time += start.elapsed().saturating_sub(strict_time);
        let (Some(left), Some(right)) = (tolerant.tree(), strict.tree()) else { return };
        if left.nodes().any(|node| node.is_error() || node.is_missing()) {
            tally.tolerant_errors += 1;
            return;
        }
        if let Some(problem) = strict.problems.first() {
            tally.problems.push(format!("{name}:{}: {}", source.position(problem.span.start).line, problem.message));
        }
        let compared = catch_unwind(AssertUnwindSafe(|| compare(left, right)));
        let Ok((mismatches, nodes)) = compared else {
            tally.panicked.push(name);
            return;
        };
        tally.compared += 1;
        tally.nodes += nodes;
        tally.differing_files += usize::from(!mismatches.is_empty());
        for mismatch in mismatches {
            let kind = |seen: &Option<Seen>| seen.as_ref().map_or("–", |seen| seen.kind).to_owned();
            let key = (dialect.name, mismatch.context, kind(&mismatch.left), kind(&mismatch.right));
            let group = tally.groups.entry(key).or_default();
            group.count += 1;
            if group.examples.len() < self.examples {
                group.examples.push(example(&source, &mismatch));
            }
        }
    }

    fn print(&self, tally: &Tally, exceptions: &Exceptions) -> ExitCode {
        let strict = tally.files - tally.refused.len() - tally.panicked.len();
        println!("files             {}", tally.files);
        println!("strict            {strict} ({:.2} %)", share(strict, tally.files));
        println!("tolerant errors   {} (not compared)", tally.tolerant_errors);
        println!("parse errors      {} (compared)", tally.problems.len());
        println!("compared          {}, of which {} differ", tally.compared, tally.differing_files);
        println!("nodes             {}", tally.nodes);
        let speed = |time: Duration| tally.bytes / 1000 / (time.as_millis() as usize).max(1);
        eprintln!("MB/s a thread     strict {}, tolerant {}", speed(tally.strict_time), speed(tally.tolerant_time));
        for (title, list) in [("refused", &tally.refused), ("panicked", &tally.panicked), ("error", &tally.problems)] {
            for line in list.iter().take(self.top) {
                println!("  {title}: {line}");
            }
        }
        let mut groups: Vec<_> = tally.groups.iter().collect();
        groups.sort_by_key(|(_, group)| std::cmp::Reverse(group.count));
        let known: usize = groups.iter().filter(|(key, _)| exceptions.covers(key)).map(|(_, group)| group.count).sum();
        let all: usize = groups.iter().map(|(_, group)| group.count).sum();
        for (key, group) in groups.iter().take(self.top) {
            let mark = if exceptions.covers(key) { "listed " } else { "" };
            println!("{:>8} {mark}{} {}: {} | {}", group.count, key.0, key.1, key.2, key.3);
            for example in &group.examples {
                println!("             {example}");
            }
        }
        println!("mismatches        {all} ({:.4} % of nodes), {known} listed", share(all, tally.nodes));
        if all > known || !tally.panicked.is_empty() || share(all, tally.nodes) > LIMIT {
            return ExitCode::FAILURE;
        }
        ExitCode::SUCCESS
    }
}

fn example(source: &SourceFile, mismatch: &Mismatch) -> String {
    let side = |seen: &Option<Seen>| {
        let Some(seen) = seen else { return "–".to_owned() };
        let text: String = source.slice(seen.span).chars().take(60).collect();
        let field = seen.field.map(|field| format!("{field}: ")).unwrap_or_default();
        format!("{field}{} {}..{} {text:?}", seen.kind, seen.span.start, seen.span.end)
    };
    let first = mismatch.left.as_ref().or(mismatch.right.as_ref());
    let line = first.map_or(0, |seen| source.position(seen.span.start).line);
    format!("{}:{line}  {}  |  {}", source.path(), side(&mismatch.left), side(&mismatch.right))
}

/// The rows of `docs/ir-exceptions.md`.
#[derive(Debug)]
struct Exceptions(Vec<[String; 3]>);

impl Exceptions {
    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap_or_default();
        let rows = text.lines().filter_map(|line| {
            let line = line.trim().strip_prefix('|')?.strip_suffix('|')?;
            let mut cells = line.split('|').map(|cell| cell.trim().trim_matches('`').to_owned());
            Some([cells.next()?, cells.next()?, cells.next()?])
        });
        Self(rows.filter(|[language, ..]| language != "language" && !language.starts_with('-')).collect())
    }

    /// Whether a row names the language or dialect, the context, and the kinds on both sides; `*` is any.
    fn covers(&self, (dialect, context, left, right): &Key) -> bool {
        let language = language::dialects().find(|known| known.name == *dialect).map(|known| known.language.name());
        let fits = |row: &str, found: &str| row == "*" || row == found;
        self.0.iter().any(|[of, within, kind]| {
            let fits_kinds = match kind.split_once(" / ") {
                Some((row_left, row_right)) => fits(row_left, left) && fits(row_right, right),
                None => kind == left || kind == right,
            };
            (of == dialect || Some(of.as_str()) == language) && fits(within, context) && fits_kinds
        })
    }
}
