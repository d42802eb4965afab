//! Comparison of two sets of findings: identical ones, those of one tool alone, those with different captures.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A finding in the form that both tools' findings are brought to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ParityFinding {
    /// The rule's id.
    pub rule: String,
    /// The absolute path of the file, with `/`.
    pub path: String,
    /// Its first byte.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
    /// The matches of its metavariables, by name.
    pub captures: BTreeMap<String, ParityCapture>,
}

/// The match of a metavariable.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ParityCapture {
    /// One node.
    Single(Piece),
    /// Zero or more nodes.
    Multi(Vec<Piece>),
    /// The result of a transformation.
    Text(String),
}

/// A piece of a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Piece {
    /// Its text.
    pub text: String,
    /// Its first byte.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
}

/// A difference between the tools.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// A finding of ast-grep alone.
    OnlyAstGrep(ParityFinding),
    /// A finding of lawbook alone.
    OnlyLawbook(ParityFinding),
    /// Findings of both at the same place, with different captures.
    Captures {
        /// That of ast-grep.
        ast_grep: ParityFinding,
        /// That of lawbook.
        lawbook: ParityFinding,
    },
}

/// The counts over some files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// The number of files.
    pub files: usize,
    /// The number of findings of ast-grep.
    pub ast_grep: usize,
    /// The number of findings of lawbook.
    pub lawbook: usize,
    /// The number of findings that are equal in rule, path, bytes and captures.
    pub identical: usize,
    /// The differences by rule.
    pub differences: BTreeMap<String, Vec<Difference>>,
}

impl Figures {
    /// The share of identical findings among all that either tool has, in percent; 100 when there are none.
    pub fn share(&self) -> f64 {
        let different: usize = self.differences.values().map(Vec::len).sum();
        let all = self.identical + different;
        if all == 0 {
            return 100.0;
        }
        percent(self.identical, all)
    }

    fn differ(&mut self, rule: &str, difference: Difference) {
        self.differences.entry(rule.to_owned()).or_default().push(difference);
    }
}

#[allow(clippy::cast_precision_loss, reason = "counts of findings are far below 2^52")]
fn percent(part: usize, all: usize) -> f64 {
    part as f64 * 100.0 / all as f64
}

/// The counts of files that ast-grep parses without an error, and of the others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParityComparison {
    /// Files without an `ERROR` node.
    pub sound: Figures,
    /// Files with one.
    pub broken: Figures,
}

/// Compares the findings on these files; files in `broken` are counted separately.
pub fn compare(
    files: &BTreeSet<String>,
    broken: &BTreeSet<String>,
    ast_grep: Vec<ParityFinding>,
    lawbook: Vec<ParityFinding>,
) -> ParityComparison {
    let mut comparison = ParityComparison::default();
    comparison.broken.files = files.intersection(broken).count();
    comparison.sound.files = files.len() - comparison.broken.files;
    let mut places: BTreeMap<FindingKey, Pair> = BTreeMap::new();
    for finding in ast_grep {
        places.entry(key_of(&finding)).or_default().ast_grep.push(finding);
    }
    for finding in lawbook {
        places.entry(key_of(&finding)).or_default().lawbook.push(finding);
    }
    for ((rule, path, ..), pair) in places {
        let figures = if broken.contains(&path) { &mut comparison.broken } else { &mut comparison.sound };
        compare_place(&rule, pair, figures);
    }
    comparison
}

/// Rule, path, first byte and the byte after the last.
type FindingKey = (String, String, usize, usize);

/// The findings of one rule at one place.
#[derive(Default)]
struct Pair {
    ast_grep: Vec<ParityFinding>,
    lawbook: Vec<ParityFinding>,
}

fn key_of(finding: &ParityFinding) -> FindingKey {
    (finding.rule.clone(), finding.path.clone(), finding.start, finding.end)
}

/// Counts the findings of one rule at one place: equal findings are paired first, then the others as far as there are two,
/// and the rest is of one tool alone.
fn compare_place(rule: &str, pair: Pair, figures: &mut Figures) {
    let Pair { ast_grep: theirs, lawbook: mut ours } = pair;
    figures.ast_grep += theirs.len();
    figures.lawbook += ours.len();
    let mut unequal = Vec::new();
    for finding in theirs {
        if let Some(at) = ours.iter().position(|other| *other == finding) {
            ours.remove(at);
            figures.identical += 1;
        } else {
            unequal.push(finding);
        }
    }
    let mut ours = ours.into_iter();
    for ast_grep in unequal {
        let difference = match ours.next() {
            Some(lawbook) => Difference::Captures { ast_grep, lawbook },
            None => Difference::OnlyAstGrep(ast_grep),
        };
        figures.differ(rule, difference);
    }
    for finding in ours {
        figures.differ(rule, Difference::OnlyLawbook(finding));
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            out,
            "  {} files; findings: ast-grep {}, lawbook {}, identical {} ({:.3} %)",
            self.files,
            self.ast_grep,
            self.lawbook,
            self.identical,
            self.share()
        )?;
        for (rule, differences) in &self.differences {
            let count = |is_counted: fn(&Difference) -> bool| differences.iter().filter(|one| is_counted(one)).count();
            writeln!(
                out,
                "    {rule}: {} only ast-grep, {} only lawbook, {} other captures",
                count(|one| matches!(one, Difference::OnlyAstGrep(_))),
                count(|one| matches!(one, Difference::OnlyLawbook(_))),
                count(|one| matches!(one, Difference::Captures { .. })),
            )?;
            if let Some(example) = differences.first() {
                writeln!(out, "      {example}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OnlyAstGrep(finding) => write!(out, "only ast-grep: {finding}"),
            Self::OnlyLawbook(finding) => write!(out, "only lawbook: {finding}"),
            Self::Captures { ast_grep, lawbook } => {
                write!(out, "{}:{}..{}", ast_grep.path, ast_grep.start, ast_grep.end)?;
                let names: BTreeSet<_> = ast_grep.captures.keys().chain(lawbook.captures.keys()).collect();
                for name in names {
                    let (theirs, ours) = (ast_grep.captures.get(name), lawbook.captures.get(name));
                    if theirs != ours {
                        write!(out, "; {name}: ast-grep {}, lawbook {}", shown(theirs), shown(ours))?;
                    }
                }
                Ok(())
            }
        }
    }
}

impl fmt::Display for ParityFinding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}..{}", self.path, self.start, self.end)?;
        for (name, capture) in &self.captures {
            write!(out, " {name}={}", shown(Some(capture)))?;
        }
        Ok(())
    }
}

/// A capture in one short line.
fn shown(capture: Option<&ParityCapture>) -> String {
    let piece = |piece: &Piece| format!("{}@{}..{}", short(&piece.text), piece.start, piece.end);
    match capture {
        None => "nothing".to_owned(),
        Some(ParityCapture::Single(one)) => piece(one),
        Some(ParityCapture::Multi(many)) => format!("[{}]", many.iter().map(piece).collect::<Vec<_>>().join(" ")),
        Some(ParityCapture::Text(text)) => short(text),
    }
}

fn short(text: &str) -> String {
    const MAX_SHOWN_CHARS: usize = 40;
    if text.chars().count() <= MAX_SHOWN_CHARS {
        return format!("{text:?}");
    }
    let cut: String = text.chars().take(MAX_SHOWN_CHARS).collect();
    format!("{cut:?}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(rule: &str, path: &str, start: usize, captures: &[(&str, ParityCapture)]) -> ParityFinding {
        let captures = captures.iter().map(|(name, capture)| ((*name).to_owned(), capture.clone())).collect();
        ParityFinding { rule: rule.into(), path: path.into(), start, end: start + 3, captures }
    }

    fn single(text: &str, start: usize) -> ParityCapture {
        ParityCapture::Single(Piece { text: text.into(), start, end: start + text.len() })
    }

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    fn sound(ast_grep: Vec<ParityFinding>, lawbook: Vec<ParityFinding>) -> Figures {
        compare(&names(&["a", "b"]), &names(&[]), ast_grep, lawbook).sound
    }

    #[test]
    fn nothing_found_by_both_is_all_the_same() {
        let figures = sound(vec![], vec![]);
        assert!((figures.share() - 100.0).abs() < f64::EPSILON);
        assert_eq!(figures.files, 2);
    }

    #[test]
    fn order_does_not_matter() {
        let (one, two) = (finding("r", "a", 1, &[("X", single("f", 1))]), finding("r", "b", 9, &[]));
        let figures = sound(vec![one.clone(), two.clone()], vec![two, one]);
        assert_eq!((figures.identical, figures.differences.len()), (2, 0));
    }

    #[test]
    fn a_finding_of_one_tool_is_named_with_it() {
        let (one, two) = (finding("r", "a", 1, &[]), finding("q", "a", 1, &[]));
        let figures = sound(vec![one.clone()], vec![two.clone()]);
        assert_eq!(figures.differences["r"], [Difference::OnlyAstGrep(one)]);
        assert_eq!(figures.differences["q"], [Difference::OnlyLawbook(two)]);
        assert!(figures.share() < f64::EPSILON);
    }

    #[test]
    fn other_bytes_or_kinds_of_capture_differ() {
        let ours = [single("f", 2), single("g", 1), ParityCapture::Text("f".into()), ParityCapture::Multi(vec![])];
        for capture in ours {
            let (theirs, ours) =
                (finding("r", "a", 1, &[("X", single("f", 1))]), finding("r", "a", 1, &[("X", capture)]));
            let figures = sound(vec![theirs.clone()], vec![ours.clone()]);
            assert_eq!(figures.differences["r"], [Difference::Captures { ast_grep: theirs, lawbook: ours }]);
        }
    }

    #[test]
    fn a_capture_that_one_tool_lacks_differs() {
        let figures = sound(vec![finding("r", "a", 1, &[("X", single("f", 1))])], vec![finding("r", "a", 1, &[])]);
        let text = figures.differences["r"][0].to_string();
        assert_eq!(text, "a:1..4; X: ast-grep \"f\"@1..2, lawbook nothing");
    }

    #[test]
    fn equals_at_one_place_pair_before_others_do() {
        let (plain, named) = (finding("r", "a", 1, &[]), finding("r", "a", 1, &[("X", single("f", 1))]));
        let figures = sound(vec![plain.clone(), named.clone()], vec![named.clone()]);
        assert_eq!(figures.identical, 1);
        assert_eq!(figures.differences["r"], [Difference::OnlyAstGrep(plain)]);
        let twice = sound(vec![named.clone()], vec![named.clone(), named.clone()]);
        assert_eq!((twice.identical, twice.lawbook), (1, 2));
        assert_eq!(twice.differences["r"], [Difference::OnlyLawbook(named)]);
    }

    #[test]
    fn files_that_do_not_parse_are_counted_apart() {
        let lists = |path| vec![finding("r", path, 1, &[])];
        let comparison = compare(&names(&["a", "b"]), &names(&["b", "elsewhere"]), lists("b"), lists("a"));
        assert_eq!((comparison.sound.files, comparison.sound.ast_grep, comparison.sound.lawbook), (1, 0, 1));
        assert_eq!((comparison.broken.files, comparison.broken.ast_grep, comparison.broken.lawbook), (1, 1, 0));
    }

    #[test]
    fn the_share_counts_every_disagreement_once() {
        let many = |count: usize| (0..count).map(|at| finding("r", "a", at, &[])).collect::<Vec<_>>();
        let figures = sound(many(200), many(199));
        assert!((figures.share() - 99.5).abs() < 1e-9);
        assert!(figures.to_string().contains("identical 199 (99.500 %)"));
    }
}
