//! Pieces of real code as patterns: what ast-grep and lawbook find with them in the files that they come from.
//!
//! A piece is counted once without a metavariable and once with `$A` in place of one of its names. It is equal if both
//! tools find the same places with the same captures, or both refuse it. Files that ast-grep's grammar reads with an error
//! and the tokens of Rust's macro calls are set apart as in every comparison.

mod pieces;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use lawbook_core::ir::Dialect;
use lawbook_core::language;
use lawbook_core::pattern::{Pattern, Variables};

use super::{ParityRequest, ParityTools};
use crate::chance::Chance;
use crate::places::WorkspaceFolders;
use pieces::CodePiece;

/// The share of equal pieces, in percent, below which a dialect fails.
const MIN_EQUAL: f64 = 99.0;
/// The same for pieces with a metavariable.
const MIN_EQUAL_WITH_VARIABLE: f64 = 97.0;

/// The exit code of ast-grep for a rule that it refuses.
const REFUSED: i32 = 8;

/// The pieces to compare.
#[derive(Debug)]
pub struct SelfMatch {
    /// The number of pieces of each dialect.
    pub pieces: usize,
    /// The number of files of each dialect, from which the pieces are taken and in which they are searched for.
    pub files: usize,
    /// The seed of the choice.
    pub seed: u64,
    /// A language or dialect; all of them without it.
    pub language: Option<String>,
    /// Folders of source.
    pub dirs: Vec<PathBuf>,
}

/// The results of one dialect.
#[derive(Debug)]
pub struct SelfMatchOutcome {
    dialect: &'static str,
    files: usize,
    kinds: usize,
    plain: PatternTally,
    with_variable: PatternTally,
}

/// The counts of patterns of one form.
#[derive(Debug, Default)]
struct PatternTally {
    /// Patterns that at least one tool takes.
    taken: usize,
    /// Patterns that both refuse.
    refused: usize,
    /// Patterns with which ast-grep finds something.
    finding: usize,
    /// The patterns that differ, each with what differs.
    different: Vec<String>,
}

impl PatternTally {
    #[expect(clippy::cast_precision_loss, reason = "a percentage is for people")]
    fn share(&self) -> f64 {
        if self.taken == 0 { 100.0 } else { (self.taken - self.different.len()) as f64 * 100.0 / self.taken as f64 }
    }

    fn line(&self, title: &str) -> String {
        format!(
            "  {title}: {} of {} equal ({:.2} %); ast-grep finds something with {}; both refuse {} more\n",
            self.taken - self.different.len(),
            self.taken,
            self.share(),
            self.finding,
            self.refused
        )
    }
}

impl SelfMatchOutcome {
    /// The results as lines of text.
    pub fn text(&self) -> String {
        let mut text = format!("  {}: pieces of {} kinds in {} files\n", self.dialect, self.kinds, self.files);
        for (title, tally) in [("as they are", &self.plain), ("with $A", &self.with_variable)] {
            text += &tally.line(title);
            for different in &tally.different {
                let _ = writeln!(text, "    {different}");
            }
        }
        text
    }

    /// The reasons for which the dialect does not pass.
    pub fn failures(&self) -> Vec<String> {
        let parts = [(&self.plain, MIN_EQUAL, ""), (&self.with_variable, MIN_EQUAL_WITH_VARIABLE, " with $A")];
        let failing = parts.into_iter().filter(|(tally, min, _)| tally.share() < *min);
        failing
            .map(|(tally, min, form)| {
                format!("{}: {:.2} % of the pieces{form} are equal, {min} % are required", self.dialect, tally.share())
            })
            .collect()
    }
}

/// Compares the pieces of every dialect that the folders have files of.
///
/// # Errors
/// A tool failed, or the folders hold no file that parses.
pub fn run(
    places: &WorkspaceFolders,
    tools: &ParityTools,
    request: &SelfMatch,
) -> Result<Vec<SelfMatchOutcome>, String> {
    let is_selected = |dialect: &&Dialect| {
        request.language.as_ref().is_none_or(|name| name == dialect.name || name == dialect.language.name())
    };
    let mut outcomes = Vec::new();
    for dialect in language::dialects().filter(is_selected) {
        let extensions: BTreeSet<&str> = dialect.extensions.iter().copied().collect();
        let files = super::source_files(&request.dirs, &extensions)?;
        let sizes = (request.files, request.pieces);
        let chosen = pieces::choose(dialect, files, sizes, &mut Chance::new(request.seed));
        if !chosen.pieces.is_empty() {
            outcomes.push(compare(places, tools, dialect, &chosen)?);
        }
    }
    if outcomes.is_empty() { Err("the folders hold no file to take pieces from".to_owned()) } else { Ok(outcomes) }
}

/// A pattern made of a piece.
struct PiecePattern<'p> {
    id: String,
    text: &'p str,
    piece: &'p CodePiece,
    has_variable: bool,
}

/// Runs both tools with the pieces of one dialect.
fn compare(
    places: &WorkspaceFolders,
    tools: &ParityTools,
    dialect: &'static Dialect,
    chosen: &pieces::ChosenCode,
) -> Result<SelfMatchOutcome, String> {
    let kinds: BTreeSet<&str> = chosen.pieces.iter().map(|piece| piece.kind).collect();
    let mut outcome = SelfMatchOutcome {
        dialect: dialect.name,
        files: chosen.files.len(),
        kinds: kinds.len(),
        plain: PatternTally::default(),
        with_variable: PatternTally::default(),
    };
    let plain = chosen.pieces.iter().map(|piece| (piece, false, piece.text.as_str()));
    let others = chosen.pieces.iter().filter_map(|piece| Some((piece, true, piece.with_variable.as_deref()?)));
    let mut taken = Vec::new();
    for (piece, has_variable, text) in plain.chain(others) {
        let id = if has_variable { format!("{}-a", piece.id) } else { piece.id.clone() };
        let pattern = PiecePattern { id, text, piece, has_variable };
        let tally = outcome.tally(&pattern);
        match (refusal_of_lawbook(dialect, text), refusal_of_ast_grep(&tools.ast_grep, dialect, text)?) {
            (None, None) => taken.push(pattern),
            (Some(_), Some(_)) => tally.refused += 1,
            (Some(reason), None) => tally.differ(&pattern, &format!("only lawbook refuses it: {reason}")),
            (None, Some(reason)) => tally.differ(&pattern, &format!("only ast-grep refuses it: {reason}")),
        }
    }
    let name = format!("self-match-{}", dialect.name);
    let rules = places.e2e().join("parity").join(format!("{name}.yml"));
    write_rules(&rules, dialect, &taken)?;
    let request = ParityRequest { name: &name, rules: vec![rules], dirs: chosen.files.clone() };
    let found = super::run(places, tools, &request)?;
    let silent: BTreeSet<&str> = found.silent.iter().map(String::as_str).collect();
    let differences: BTreeMap<&str, _> =
        found.comparison.sound.differences.iter().map(|(id, list)| (id.as_str(), list)).collect();
    for pattern in &taken {
        let tally = outcome.tally(pattern);
        tally.finding += usize::from(!silent.contains(pattern.id.as_str()));
        match differences.get(pattern.id.as_str()) {
            None => tally.taken += 1,
            Some(list) => {
                let first = list.first().map(ToString::to_string).unwrap_or_default();
                tally.differ(pattern, &format!("{} findings differ: {first}", list.len()));
            }
        }
    }
    Ok(outcome)
}

impl SelfMatchOutcome {
    fn tally(&mut self, pattern: &PiecePattern<'_>) -> &mut PatternTally {
        if pattern.has_variable { &mut self.with_variable } else { &mut self.plain }
    }
}

impl PatternTally {
    fn differ(&mut self, pattern: &PiecePattern<'_>, why: &str) {
        self.taken += 1;
        let PiecePattern { text, piece, .. } = pattern;
        self.different.push(format!("{} {}: {text:?}\n      {why}", piece.kind, piece.place));
    }
}

/// Writes the patterns as rules for both tools.
fn write_rules(path: &Path, dialect: &Dialect, patterns: &[PiecePattern<'_>]) -> Result<(), String> {
    let failed = |error| format!("{}: {error}", path.display());
    let rules: Vec<String> = patterns.iter().map(|pattern| rule(&pattern.id, dialect, pattern.text)).collect();
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(path, rules.join("---\n")).map_err(failed)
}

/// The text of a rule with one pattern.
fn rule(id: &str, dialect: &Dialect, pattern: &str) -> String {
    // A string of JSON is one of YAML too.
    let quoted = serde_json::Value::from(pattern);
    format!("id: {id}\nlanguage: {}\nseverity: info\nrule:\n  pattern: {quoted}\n", dialect.ast_grep_names[0])
}

/// The reason for which lawbook refuses a pattern as a rule; none if it takes it.
fn refusal_of_lawbook(dialect: &'static Dialect, pattern: &str) -> Option<String> {
    match Pattern::compile(pattern, dialect, &mut Variables::default()) {
        Ok(pattern) if pattern.root_kinds().is_none() => Some("it may match a node of any kind".to_owned()),
        Ok(_) => None,
        Err(error) => Some(error.to_string()),
    }
}

/// The reason for which ast-grep refuses a pattern as a rule; none if it takes it.
fn refusal_of_ast_grep(binary: &Path, dialect: &Dialect, pattern: &str) -> Result<Option<String>, String> {
    let output = Command::new(binary)
        .args(["scan", "--stdin", "--inline-rules"])
        .arg(rule("piece", dialect, pattern))
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{} could not be started: {error}", binary.display()))?;
    let said = String::from_utf8_lossy(&output.stderr);
    match output.status.code() {
        Some(0 | 1) => Ok(None),
        Some(REFUSED) => {
            let cause = said.lines().filter_map(|line| line.strip_prefix("╰▻ ")).next_back();
            Ok(Some(cause.unwrap_or("without a cause").to_owned()))
        }
        _ => Err(format!("ast-grep failed ({}) with the pattern {pattern:?}\n{}", output.status, said.trim_end())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(equal: usize, different: usize) -> SelfMatchOutcome {
        let tally = || PatternTally {
            taken: equal + different,
            different: vec!["call_expression a.ts:1: \"f()\"".to_owned(); different],
            ..PatternTally::default()
        };
        SelfMatchOutcome { dialect: "typescript", files: 1, kinds: 1, plain: tally(), with_variable: tally() }
    }

    #[test]
    fn a_dialect_fails_below_its_shares_and_names_what_differs() {
        assert!(outcome(0, 0).failures().is_empty() && outcome(99, 1).failures().is_empty());
        let [plain] = &outcome(98, 2).failures()[..] else { panic!("not one failure") };
        assert_eq!(plain, "typescript: 98.00 % of the pieces are equal, 99 % are required");
        assert_eq!(outcome(96, 4).failures().len(), 2);
        let text = outcome(98, 2).text();
        assert_eq!(text.matches("call_expression a.ts:1").count(), 4);
        assert!(text.contains("as they are: 98 of 100 equal (98.00 %)"), "{text}");
    }

    #[test]
    fn rules_hold_any_piece_and_what_may_be_of_any_kind_is_refused() {
        let dialect = language::of_tag("py").unwrap();
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("rules/a.yml");
        let piece = CodePiece {
            id: "piece-0000".to_owned(),
            kind: "string",
            place: "a.py:1".to_owned(),
            text: "\"é\\n\"  # b\n---\n\t%".to_owned(),
            with_variable: None,
        };
        let patterns = [false, true].map(|has_variable| PiecePattern {
            id: if has_variable { "piece-0000-a" } else { "piece-0000" }.to_owned(),
            text: &piece.text,
            piece: &piece,
            has_variable,
        });
        write_rules(&path, dialect, &patterns).unwrap();
        let stage = super::super::Stage::set(&dir.path().join("stage"), &[path]).unwrap();
        let ids: Vec<&str> = stage.rules().map(|rule| rule.id.as_str()).collect();
        assert_eq!(ids, ["piece-0000", "piece-0000-a"]);
        assert_eq!(refusal_of_lawbook(dialect, "f(a)"), None);
        assert!(refusal_of_lawbook(dialect, "a; b").is_some() && refusal_of_lawbook(dialect, "**a").is_some());
    }
}
