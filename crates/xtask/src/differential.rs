//! The comparison of the trees of a language's strict and tolerant parsers over real code.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a chore talks to the terminal")]

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use clap::Args;
use lawbook_core::ir::compare::{Mismatch, NodeSummary, compare};
use lawbook_core::ir::{Node, Tree};
use lawbook_core::language;
use lawbook_core::source::{RelPath, SourceFile};

use crate::corpus;
use crate::exceptions::{DifferenceKey, Exceptions};
use crate::places::WorkspaceFolders;

/// The share of differing nodes that the listed exceptions may have together, in percent.
const MAX_LISTED_PERCENT: f64 = 0.05;

#[derive(Debug, Args)]
pub(crate) struct Differential {
    /// Files and directories of real code; by default the full corpora, fetched when missing.
    #[arg(value_name = "DIR")]
    paths: Vec<PathBuf>,
    /// Only files of this language or dialect.
    #[arg(long)]
    language: Option<String>,
    /// The page of differences that are known defects of a grammar; by default that of the workspace.
    #[arg(long, value_name = "FILE")]
    exceptions: Option<PathBuf>,
    /// The number of groups of differences to print.
    #[arg(long, default_value_t = 40)]
    top: usize,
    /// The number of examples of each group to print.
    #[arg(long, default_value_t = 1)]
    examples: usize,
}

#[expect(clippy::cast_precision_loss, reason = "a percentage is for people")]
fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { 100.0 * part as f64 / whole as f64 }
}

/// The counts and messages over the compared files.
#[derive(Debug, Default)]
struct DifferentialTally {
    files: usize,
    /// Files that the tolerant parser reads with errors; they are not compared.
    tolerant_errors: usize,
    /// Files that the strict parser refuses, each with the reason.
    refused: Vec<String>,
    /// Files with an item that the tolerant parser lowered, each with the first such item.
    degraded: Vec<String>,
    /// Compared files that the strict parser reads with an error, each with its first one.
    problems: Vec<String>,
    panicked: Vec<String>,
    compared: usize,
    /// Differences in macro calls whose tokens the grammar reads neither as expressions nor as statements.
    unread: Vec<String>,
    bytes: usize,
    strict_time: Duration,
    tolerant_time: Duration,
    nodes: usize,
    differing_files: usize,
    groups: BTreeMap<DifferenceKey, Group>,
}

/// The differences of one class.
#[derive(Debug, Default)]
struct Group {
    count: usize,
    examples: Vec<String>,
}

impl DifferentialTally {
    fn merge(&mut self, other: Self, examples: usize) {
        self.files += other.files;
        self.tolerant_errors += other.tolerant_errors;
        self.refused.extend(other.refused);
        self.degraded.extend(other.degraded);
        self.problems.extend(other.problems);
        self.panicked.extend(other.panicked);
        self.compared += other.compared;
        self.unread.extend(other.unread);
        self.bytes += other.bytes;
        self.strict_time += other.strict_time;
        self.tolerant_time += other.tolerant_time;
        self.nodes += other.nodes;
        self.differing_files += other.differing_files;
        for (key, group) in other.groups {
            let merged = self.groups.entry(key).or_default();
            merged.count += group.count;
            merged.examples.extend(group.examples);
            merged.examples.sort();
            merged.examples.truncate(examples);
        }
    }
}

impl Differential {
    /// The check over these folders, every language, with the usual output.
    pub(crate) fn over(paths: Vec<PathBuf>) -> Self {
        Self { paths, language: None, exceptions: None, top: 10, examples: 1 }
    }

    /// Compares and prints the results; true if the trees differ only as the page says.
    pub(crate) fn run(&self, places: &WorkspaceFolders) -> Result<bool, String> {
        let page = places.root().join("docs/ir-exceptions.md");
        let exceptions = Exceptions::read(self.exceptions.as_deref().unwrap_or(&page))?;
        let files = if self.paths.is_empty() { files(&corpus::full(places)?) } else { files(&self.paths) };
        let next = AtomicUsize::new(0);
        let worker = || {
            let mut tally = DifferentialTally::default();
            while let Some(path) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                self.compare_file(path, &mut tally);
            }
            tally
        };
        let mut tally = DifferentialTally::default();
        thread::scope(|scope| {
            let workers: Vec<_> = (0..2).map(|_| scope.spawn(worker)).collect();
            for worker in workers {
                match worker.join() {
                    Ok(part) => tally.merge(part, self.examples),
                    Err(_) => tally.panicked.push("a thread of the comparison".to_owned()),
                }
            }
        });
        Ok(self.print(&tally, &exceptions))
    }

    /// Compares the trees of one file.
    fn compare_file(&self, path: &Path, tally: &mut DifferentialTally) {
        let name = path.to_string_lossy().replace('\\', "/");
        let rel = RelPath::new(name.as_str());
        let Some(dialect) = language::of_path(&rel) else { return };
        let is_selected = |name: &String| name == dialect.name || name == dialect.language.name();
        if self.language.as_ref().is_some_and(|language| !is_selected(language)) {
            return;
        }
        let Ok(bytes) = fs::read(path) else { return };
        let Ok(source) = SourceFile::decode(rel, &bytes) else { return };
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
        if let Some(item) = strict.degraded.first() {
            tally.degraded.push(format!("{name}:{}: {}", source.position(item.span.start).line, item.reason));
        }
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
        let (unread, mismatches): (Vec<_>, Vec<_>) = mismatches.into_iter().partition(|found| is_unread(right, found));
        tally.unread.extend(unread.iter().map(|mismatch| example(&source, mismatch)));
        tally.differing_files += usize::from(!mismatches.is_empty());
        for mismatch in mismatches {
            let key = key(dialect.name, &mismatch);
            let group = tally.groups.entry(key).or_default();
            group.count += 1;
            if group.examples.len() < self.examples {
                group.examples.push(example(&source, &mismatch));
            }
        }
    }

    fn print(&self, tally: &DifferentialTally, exceptions: &Exceptions) -> bool {
        let strict = tally.files - tally.refused.len() - tally.degraded.len() - tally.panicked.len();
        println!("files             {}", tally.files);
        println!("strict            {strict} ({:.2} %)", percent(strict, tally.files));
        println!("tolerant errors   {} (not compared)", tally.tolerant_errors);
        println!("parse errors      {} (compared)", tally.problems.len());
        println!("compared          {}, of which {} differ", tally.compared, tally.differing_files);
        println!("nodes             {}", tally.nodes);
        println!("unread macros     {} (tokens that the grammar cannot read, not compared)", tally.unread.len());
        let speed = |time: Duration| tally.bytes / 1000 / (time.as_millis() as usize).max(1);
        eprintln!("MB/s a thread     strict {}, tolerant {}", speed(tally.strict_time), speed(tally.tolerant_time));
        for (title, list) in [
            ("refused", &tally.refused),
            ("degraded", &tally.degraded),
            ("panicked", &tally.panicked),
            ("error", &tally.problems),
            ("unread", &tally.unread),
        ] {
            for line in list.iter().take(self.top) {
                println!("  {title}: {line}");
            }
        }
        let mut groups: Vec<_> = tally.groups.iter().collect();
        groups.sort_by_key(|(_, group)| std::cmp::Reverse(group.count));
        let listed: usize = groups.iter().filter(|(key, _)| exceptions.covers(key)).map(|(_, group)| group.count).sum();
        let all: usize = groups.iter().map(|(_, group)| group.count).sum();
        for (key, group) in groups.iter().take(self.top) {
            let label = if exceptions.covers(key) { "listed " } else { "" };
            println!("{:>8} {label}{} {}: {} | {}", group.count, key.0, key.1, key.2, key.3);
            for example in &group.examples {
                println!("             {example}");
            }
        }
        println!("mismatches        {all} ({:.4} % of nodes), {listed} listed", percent(all, tally.nodes));
        all == listed && tally.panicked.is_empty() && percent(all, tally.nodes) <= MAX_LISTED_PERCENT
    }
}

/// The files below these paths.
fn files(paths: &[PathBuf]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in paths {
        // Ignore files do not count: a corpus may lie in an ignored folder.
        let walk = ignore::WalkBuilder::new(path).standard_filters(false).build();
        let found = walk.flatten().filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()));
        files.extend(found.map(ignore::DirEntry::into_path));
    }
    files.sort();
    files
}

/// The class of a difference.
fn key(dialect: &'static str, mismatch: &Mismatch) -> DifferenceKey {
    let kind = |seen: &Option<NodeSummary>| seen.as_ref().map_or("–", |seen| seen.kind).to_owned();
    (dialect, mismatch.context, kind(&mismatch.left), kind(&mismatch.right))
}

/// The named kinds of nodes in a macro call whose tokens are not read as code.
const UNREAD_CALL_KINDS: [&str; 18] = [
    "block_comment",
    "boolean_literal",
    "char_literal",
    "crate",
    "escape_sequence",
    "float_literal",
    "identifier",
    "integer_literal",
    "line_comment",
    "metavariable",
    "mutable_specifier",
    "primitive_type",
    "raw_string_literal",
    "self",
    "string_content",
    "string_literal",
    "super",
    "token_tree",
];

/// True if the difference lies in a macro call whose tokens only the strict tree reads as code. The tolerant tree leaves
/// them as tokens when the grammar reads them with an error as arguments, as elements and as statements.
fn is_unread(strict: &Tree, mismatch: &Mismatch) -> bool {
    let Some(seen) = mismatch.right.as_ref().or(mismatch.left.as_ref()) else { return false };
    if mismatch.context != "token_tree" || strict.dialect().name != "rust" {
        return false;
    }
    let covering = strict.covering(seen.span);
    let is_call = |node: &Node<'_>| {
        node.raw_name() == "token_tree" && node.parent().is_some_and(|parent| parent.raw_name() == "macro_invocation")
    };
    let Some(call) = [covering].into_iter().chain(covering.ancestors()).find(is_call) else { return false };
    if call.descendants().all(|node| !node.is_named() || UNREAD_CALL_KINDS.contains(&node.raw_name())) {
        return false;
    }
    let text = call.text();
    let Some(tokens) = text.get(1..text.len().saturating_sub(1)) else { return false };
    // A call, a list and a block, in which the tokens are read as arguments, elements and statements.
    let frames = [("fn f(){f(", ")}"), ("fn f(){[", "]}"), ("fn f(){", "}")];
    frames.into_iter().all(|(before, after)| {
        let Ok(file) = SourceFile::new(RelPath::new("frame.rs"), format!("{before}{tokens}{after}")) else {
            return false;
        };
        !language::lower_tolerant(file).problems.is_empty()
    })
}

/// The differences of a snippet that both parsers must read without an error.
#[cfg(test)]
pub(crate) fn differences(source: &SourceFile) -> Result<Vec<DifferenceKey>, String> {
    let tolerant = language::lower_tolerant(source.clone());
    let strict = language::lower_strict(source.clone()).map_err(|refusal| refusal.reason)?;
    if let Some(problem) = tolerant.problems.first().or(strict.problems.first()) {
        return Err(format!("{problem:?}"));
    }
    if !strict.degraded.is_empty() {
        return Err("an item is not strict".to_owned());
    }
    let (Some(left), Some(right)) = (tolerant.tree(), strict.tree()) else { return Err("no tree".to_owned()) };
    let dialect = left.dialect().name;
    Ok(compare(left, right)
        .0
        .iter()
        .filter(|found| !is_unread(right, found))
        .map(|found| key(dialect, found))
        .collect())
}

/// A line that shows a difference with its place and both sides.
fn example(source: &SourceFile, mismatch: &Mismatch) -> String {
    let side = |seen: &Option<NodeSummary>| {
        let Some(seen) = seen else { return "–".to_owned() };
        let text: String = source.slice(seen.span).chars().take(60).collect();
        let field = seen.field.map(|field| format!("{field}: ")).unwrap_or_default();
        format!("{field}{} {}..{} {text:?}", seen.kind, seen.span.start, seen.span.end)
    };
    let first = mismatch.left.as_ref().or(mismatch.right.as_ref());
    let line = first.map_or(0, |seen| source.position(seen.span.start).line);
    format!("{}:{line}  {}  |  {}", source.path(), side(&mismatch.left), side(&mismatch.right))
}
