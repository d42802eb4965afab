//! Mutants of real files: nearly code, lowered and checked. None may end a run, lose text or depend on the threads.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use clap::Args;
use lawbook_core::ir::{Kind, Lowered, Node};
use lawbook_core::language;
use lawbook_core::source::{RelPath, SourceFile};
use lawbook_core::span::Span;

use crate::chance::Chance;
use crate::places::WorkspaceFolders;
use crate::report_json::ReportJson;

/// The longest file that is mutated, in bytes.
const MAX_FILE_BYTES: usize = 24 << 10;
/// The mutants that one run of lawbook checks.
const BATCH: usize = 500;
/// The most changes of one mutant.
const MAX_CHANGES: usize = 3;
/// The mutants that are made for each that is wanted: most do not parse.
const TRIES: usize = 60;
/// Of the mutants that do not parse, one of so many is checked too.
const BROKEN_INTERVAL: usize = 16;
/// Characters that no language begins a statement with.
const STRAY: [&str; 12] = ["#", "#!", "\0", "\u{8}", "\u{FEFF}", "\u{200B}", "`", "\"", "'", "/*", "\\", "€"];

/// The arguments of `cargo xtask mutants`.
#[derive(Debug, Args)]
pub struct Mutants {
    /// The lawbook to run; by default the release build, brought up to date first.
    #[arg(long, value_name = "FILE")]
    lawbook: Option<PathBuf>,
    /// The number of mutants that parse.
    #[arg(long, value_name = "COUNT", default_value_t = 20_000)]
    count: usize,
    /// The seed of the changes.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Folders of source.
    #[arg(required = true, value_name = "DIR")]
    dirs: Vec<PathBuf>,
}

impl Mutants {
    /// Checks and prints the results; true if nothing failed.
    ///
    /// # Errors
    /// The mutants could not be made or checked.
    pub fn run(self, places: &WorkspaceFolders) -> Result<bool, String> {
        let Self { lawbook, count, seed, dirs } = self;
        let outcome = check(places, &places.lawbook(lawbook)?, &MutantSeries { count, seed, dirs })?;
        print!("{}", outcome.text());
        Ok(outcome.failures.is_empty())
    }
}

/// The mutants to make.
#[derive(Debug)]
pub struct MutantSeries {
    /// The number of mutants that parse, of all languages together.
    pub count: usize,
    /// The seed of the choice.
    pub seed: u64,
    /// Folders of source.
    pub dirs: Vec<PathBuf>,
}

/// The results.
#[derive(Debug, Default)]
pub struct MutantOutcome {
    /// The number of mutants that parse by dialect, and of those that do not.
    checked: BTreeMap<&'static str, [usize; 2]>,
    /// The expectations that failed.
    pub failures: Vec<String>,
}

impl MutantOutcome {
    /// The results as lines of text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (dialect, [sound, broken]) in &self.checked {
            let _ = writeln!(text, "  {dialect}: {sound} mutants that parse, {broken} that do not");
        }
        for failure in &self.failures {
            let _ = writeln!(text, "  FAILED: {failure}");
        }
        text
    }

    fn merge(&mut self, other: Self) {
        for (dialect, [sound, broken]) in other.checked {
            let counts = self.checked.entry(dialect).or_default();
            *counts = [counts[0] + sound, counts[1] + broken];
        }
        self.failures.extend(other.failures);
    }
}

/// Makes mutants of the files below the folders and checks each by itself and all by lawbook.
///
/// # Errors
/// The folders hold no code, or files could not be written.
pub fn check(places: &WorkspaceFolders, lawbook: &Path, series: &MutantSeries) -> Result<MutantOutcome, String> {
    let groups = grouped(sources(&series.dirs));
    if groups.is_empty() {
        return Err("the folders hold no code".to_owned());
    }
    let folder = places.e2e().join(format!("mutants-{}", std::process::id()));
    let batches = series.count.div_ceil(BATCH);
    let next = AtomicUsize::new(0);
    let work = || -> Result<MutantOutcome, String> {
        let mut outcome = MutantOutcome::default();
        loop {
            let batch = next.fetch_add(1, Ordering::Relaxed);
            if batch >= batches {
                return Ok(outcome);
            }
            let count = BATCH.min(series.count - batch * BATCH);
            let chance = Chance::new(series.seed.wrapping_mul(1_000_003).wrapping_add(batch as u64));
            let inner = folder.join(batch.to_string());
            outcome.merge(run_batch(&inner, lawbook, &groups, count, chance)?);
            if outcome.failures.is_empty() {
                let _ = fs::remove_dir_all(&inner);
            }
        }
    };
    let parts: Vec<Result<MutantOutcome, String>> = thread::scope(|scope| {
        let workers: Vec<_> = (0..2).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap_or_else(|_| Err("a thread panicked".to_owned())))
            .collect()
    });
    let mut outcome = MutantOutcome::default();
    for part in parts {
        outcome.merge(part?);
    }
    if outcome.failures.is_empty() {
        let _ = fs::remove_dir_all(&folder);
    }
    Ok(outcome)
}

/// Files of one dialect, with the places of their tokens.
type DialectFiles = Vec<(SourceFile, Vec<Span>)>;

/// The files below the folders that are neither too long nor broken.
fn sources(dirs: &[PathBuf]) -> Vec<Lowered> {
    let mut files = Vec::new();
    for dir in dirs {
        let walk = ignore::WalkBuilder::new(dir).standard_filters(false).sort_by_file_path(Path::cmp).build();
        for path in walk.flatten().map(ignore::DirEntry::into_path) {
            let rel = RelPath::new(path.to_string_lossy().replace('\\', "/"));
            if language::of_path(&rel).is_none() || !path.is_file() {
                continue;
            }
            let Ok(bytes) = fs::read(&path) else { continue };
            let Ok(source) = SourceFile::decode(rel, &bytes) else { continue };
            if source.text().len() <= MAX_FILE_BYTES {
                files.push(source);
            }
        }
    }
    let lowered = files.into_iter().map(language::lower_tolerant);
    lowered.filter(|file| file.problems.is_empty() && file.tree().is_some()).collect()
}

/// The files by dialect.
fn grouped(files: Vec<Lowered>) -> Vec<DialectFiles> {
    let mut groups: BTreeMap<&str, DialectFiles> = BTreeMap::new();
    for file in files {
        let Some(tree) = file.tree() else { continue };
        let tokens: Vec<Span> = tree.root().tokens().map(Node::span).filter(|span| !span.is_empty()).collect();
        if !tokens.is_empty() {
            groups.entry(tree.dialect().name).or_default().push((file.source.clone(), tokens));
        }
    }
    groups.into_values().collect()
}

/// Makes one batch of mutants, with an equal share of every dialect, and checks it.
fn run_batch(
    folder: &Path,
    lawbook: &Path,
    groups: &[DialectFiles],
    count: usize,
    mut chance: Chance,
) -> Result<MutantOutcome, String> {
    let failed = |error| format!("{}: {error}", folder.display());
    let mut outcome = MutantOutcome::default();
    fs::create_dir_all(folder).map_err(failed)?;
    let mut written = 0;
    for number in 0..count {
        let Some(group) = groups.get(number % groups.len()) else { break };
        for tried in 0..TRIES {
            let Some((source, text)) = mutant(group, &mut chance) else { continue };
            let Some(dialect) = language::of_path(source.path()) else { break };
            let name = format!("{number:03}-{tried:02}.{}", source.path().extension().unwrap_or_default());
            let Ok(file) = SourceFile::new(RelPath::new(&*name), text.as_str()) else { continue };
            let faults = catch_unwind(AssertUnwindSafe(|| fault_of(&file)));
            let Ok((is_sound, fault)) = faults else {
                fs::write(folder.join(&name), &text).map_err(failed)?;
                outcome.failures.push(format!("{}: a mutant ends the lowering", folder.join(&name).display()));
                continue;
            };
            if let Some(fault) = fault {
                outcome.failures.push(format!("{}, of {}: {fault}", folder.join(&name).display(), source.path()));
            }
            if is_sound || tried % BROKEN_INTERVAL == 0 {
                fs::write(folder.join(&name), &text).map_err(failed)?;
                outcome.checked.entry(dialect.name).or_default()[usize::from(!is_sound)] += 1;
                written += 1;
            }
            if is_sound {
                break;
            }
        }
    }
    match [1, 2].map(|threads| answer(lawbook, folder, threads)) {
        [Ok(one), Ok(two)] => {
            if one != two {
                outcome.failures.push(format!("{}: one thread and two give another report", folder.display()));
            }
            let report = ReportJson::parse(&one)?;
            if report.summary.files != written {
                let of = report.summary.files;
                outcome.failures.push(format!("{}: {of} of {written} files were found", folder.display()));
            }
            let broken = report.diagnostics.iter().filter(|found| found.rule == "internal-error");
            let lines = broken.map(|found| format!("{}: internal-error", folder.join(&found.path).display()));
            outcome.failures.extend(lines);
        }
        [one, two] => {
            let errors = [one.err(), two.err()].into_iter().flatten();
            outcome.failures.extend(errors.map(|error| format!("{}: {error}", folder.display())));
        }
    }
    Ok(outcome)
}

/// A file of the group with some changes.
fn mutant<'g>(group: &'g DialectFiles, chance: &mut Chance) -> Option<(&'g SourceFile, String)> {
    let (source, tokens) = chance.pick(group)?;
    let mut text = source.text().to_string();
    // Places of later changes may be off by then, which makes cuts within tokens.
    for _ in 0..=chance.below(MAX_CHANGES) {
        change(&mut text, tokens, group, chance)?;
    }
    (text != **source.text()).then_some((source, text))
}

/// Makes one change; none if a place of it is gone.
fn change(text: &mut String, tokens: &[Span], group: &DialectFiles, chance: &mut Chance) -> Option<()> {
    let place = |chance: &mut Chance| chance.pick(tokens).map(|span| span.range());
    let is_whole = |text: &str, at: &std::ops::Range<usize>| text.get(at.clone()).is_some();
    let one = place(chance).filter(|at| is_whole(text, at))?;
    let line = line_around(text, one.start);
    match chance.below(9) {
        0 | 1 => text.replace_range(one, ""),
        2 => {
            let twice = text.get(one.clone())?.repeat(2);
            text.replace_range(one, &twice);
        }
        3 => {
            let at = chance.below(tokens.len().saturating_sub(1).max(1));
            let (first, second) = (tokens.get(at)?.range(), tokens.get(at + 1)?.range());
            let pieces = [text.get(second.clone())?, text.get(first.end..second.start)?, text.get(first.clone())?];
            let swapped = pieces.concat();
            text.replace_range(first.start..second.end, &swapped);
        }
        4 => text.replace_range(line, ""),
        5 => {
            let twice = text.get(line.clone())?.repeat(2);
            text.replace_range(line, &twice);
        }
        6 => {
            let other = place(chance).filter(|at| is_whole(text, at))?;
            let other = line_around(text, other.start);
            let moved = text.get(other)?.to_owned();
            text.insert_str(line.start, &moved);
        }
        7 => {
            let (other, places) = chance.pick(group)?;
            let piece = chance.pick(places)?.range();
            let piece = if chance.percent(50) { line_around(other.text(), piece.start) } else { piece };
            text.replace_range(one, other.text().get(piece)?);
        }
        _ => text.insert_str(if chance.percent(30) { line.start } else { one.start }, chance.pick(&STRAY)?),
    }
    Some(())
}

/// The line around a place, with its end.
fn line_around(text: &str, at: usize) -> std::ops::Range<usize> {
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let end = text.get(at..).and_then(|after| after.find('\n')).map_or(text.len(), |end| at + end + 1);
    start..end
}

/// Lowers a mutant; true if its language's strict parser, if there is one, reads all of it without an error. Also what
/// is wrong with its tree.
fn fault_of(file: &SourceFile) -> (bool, Option<String>) {
    let lowered = language::lower(file.clone());
    let is_sound = lowered.problems.is_empty() && lowered.degraded.is_empty();
    let lost = uncovered(&lowered);
    if lost.is_empty() || !is_sound {
        return (is_sound, None);
    }
    // Some grammars pass over text themselves, and a strict parser may take what no grammar does.
    let tolerant = language::lower_tolerant(file.clone());
    if !tolerant.problems.is_empty() {
        return (is_sound, None);
    }
    let known = uncovered(&tolerant);
    let is_known = |span: &Span| known.iter().any(|other| other.contains(*span));
    // The grammar of Rust has no token for the separator of a repetition in a macro.
    let is_separator = |span: &Span| {
        lowered.tree().is_some_and(|tree| tree.covering(*span).raw_name().starts_with("token_repetition"))
    };
    let fault = lost.into_iter().find(|span| !is_known(span) && !is_separator(span));
    (is_sound, fault.map(|span| format!("no node has {:?} at {}", file.slice(span), span.start)))
}

/// The text between the nodes and tokens of a tree that is neither white space nor in a comment or a
/// string.
fn uncovered(file: &Lowered) -> Vec<Span> {
    let Some(tree) = file.tree() else { return Vec::new() };
    let mut lost = Vec::new();
    let mut look = |from: u32, to: u32| {
        let text = if from < to { file.source.slice(Span::new(from, to)) } else { "" };
        let is_blank = |c: char| c.is_whitespace() || matches!(c, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{FEFF}');
        let start = text.len() - text.trim_start_matches(is_blank).len();
        let end = text.trim_end_matches(is_blank).len();
        if start < end {
            lost.push(Span::new(from + start as u32, from + end as u32));
        }
    };
    look(0, tree.root().start());
    let is_searched = |node: &Node<'_>| !node.is_leaf() && !matches!(node.kind(), Kind::Comment | Kind::String);
    for node in tree.nodes().filter(is_searched) {
        let mut at = node.start();
        for child in node.children_with_tokens() {
            look(at, child.start());
            at = at.max(child.end());
        }
        look(at, node.end());
    }
    look(tree.root().end(), file.source.text().len() as u32);
    lost
}

/// The report of lawbook over a folder.
fn answer(lawbook: &Path, folder: &Path, threads: usize) -> Result<Vec<u8>, String> {
    let output = Command::new(lawbook)
        .args(["check", "--no-config", "--parse-all", "--format", "json", "--threads", &threads.to_string(), "."])
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("lawbook could not be started: {error}"))?;
    if matches!(output.status.code(), Some(0 | 1)) {
        return Ok(output.stdout);
    }
    Err(format!("lawbook ended with {}\n{}", output.status, String::from_utf8_lossy(&output.stderr).trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, code: &str) -> SourceFile {
        SourceFile::new(RelPath::new(name), code).unwrap()
    }

    #[test]
    fn text_outside_of_nodes_is_seen_and_tokens_are_not() {
        for (name, code) in
            [("a.ts", "a<b>(c, {d}); // e\n"), ("a.rs", "fn a() { b!(c, \"d\") }\n"), ("a.py", "a = f'{b}'\n")]
        {
            let lowered = language::lower(file(name, code));
            assert_eq!(uncovered(&lowered), [], "{code}");
        }
        // The grammar has no token for the separator of a repetition.
        let skipped = language::lower(file("a.rs", "macro_rules! a { ($($b:expr)c*) => {} }\n"));
        let texts: Vec<&str> = uncovered(&skipped).into_iter().map(|span| skipped.source.slice(span)).collect();
        assert_eq!(texts, ["c"]);
    }

    #[test]
    fn a_mutant_differs_from_its_file_and_is_the_same_for_the_same_seed() {
        let code = "function f(a) {\n  return a + 1;\n}\nf(2);\n";
        let groups = grouped(vec![language::lower_tolerant(file("a.ts", code))]);
        let texts = |seed| {
            let mut chance = Chance::new(seed);
            (0..50).filter_map(|_| mutant(&groups[0], &mut chance)).map(|(_, text)| text).collect::<Vec<_>>()
        };
        assert_eq!(texts(1), texts(1));
        assert!(texts(1).len() > 30 && texts(1).iter().all(|text| text != code));
    }
}
