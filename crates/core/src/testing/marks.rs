//! Marks in test blocks (`// error`): parses them, and compares findings with them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::ir::CommentSyntax;
use crate::lines::{LINE_ENDS, split_lines_inclusive};

/// A block, split into code and marks.
#[derive(Clone, Debug, Default)]
pub(super) struct MarkedCode {
    /// The code with marks replaced by spaces, so that all bytes keep their places.
    pub code: String,
    /// The code without marks, and without lines that contain nothing else.
    pub clean: String,
    /// The expected findings, sorted by line.
    pub marks: Vec<ExpectedFinding>,
}

/// One expected finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ExpectedFinding {
    /// The 1-based line of the block on which it starts.
    pub line: u32,
    /// The 1-based columns, both included, in which it starts; none for any column.
    pub columns: Option<(u32, u32)>,
    /// The text that its message must contain.
    pub text: Option<String>,
    /// True if the mark stands on a line without code.
    pub is_alone: bool,
}

impl ExpectedFinding {
    /// Expects a finding anywhere on a line.
    pub fn on(line: u32) -> Self {
        Self { line, columns: None, text: None, is_alone: false }
    }
}

/// One finding of the rule.
#[derive(Clone, Debug)]
pub(super) struct ActualFinding {
    pub line: u32,
    pub column: u32,
    pub message: String,
}

/// The signs of the comments that can be marks.
struct MarkSigns<'s> {
    /// The syntaxes with a closing sign.
    closed: Vec<(&'s CommentSyntax, &'s str)>,
    /// The signs of comments that end with their line.
    open: Vec<&'s str>,
}

impl<'s> MarkSigns<'s> {
    fn of(comments: &'s [CommentSyntax]) -> Self {
        let plain = || comments.iter().filter(|syntax| syntax.is_plain_among(comments));
        Self {
            closed: plain().filter_map(|syntax| Some((syntax, syntax.close?))).collect(),
            open: plain().filter(|syntax| syntax.close.is_none()).map(|syntax| syntax.open).collect(),
        }
    }
}

/// Parses the marks of a block, which are comments in one of these syntaxes.
pub(super) fn read(code: &str, comments: &[CommentSyntax]) -> MarkedCode {
    let signs = MarkSigns::of(comments);
    let mut marked = MarkedCode::default();
    // The last line that is not a line of carets, which belong to the line above.
    let mut above = 0;
    for (at, whole) in split_lines_inclusive(code).enumerate() {
        let number = at as u32 + 1;
        let line = whole.trim_end_matches(LINE_ENDS);
        let (rest, marks) = strip(line, &signs);
        let below = rest.trim().is_empty() && marks.iter().any(|mark| mark.carets > 0);
        if !below {
            above = number;
        }
        // The characters up to a place, counted from one mark to the next.
        let (mut counted, mut column) = (0, 1);
        for mark in marks {
            column += line[counted..mark.body].chars().count() as u32;
            counted = mark.body;
            let columns = (below && mark.carets > 0).then(|| (column, column + mark.carets - 1));
            let is_alone = !below && rest.trim().is_empty();
            marked.marks.push(ExpectedFinding { line: above, columns, text: mark.text, is_alone });
        }
        let end = &whole[line.len()..];
        marked.code.push_str(rest);
        marked.code.extend(std::iter::repeat_n(' ', line.len() - rest.len()));
        marked.code.push_str(end);
        if !below {
            marked.clean.push_str(if rest.len() < line.len() { rest.trim_end() } else { rest });
            marked.clean.push_str(end);
        }
    }
    marked
}

/// A mark as written at the end of a line.
struct LineMark {
    /// The byte at which its comment starts.
    start: usize,
    /// The byte at which its carets or its word start.
    body: usize,
    /// The number of its carets.
    carets: u32,
    text: Option<String>,
}

/// Splits a line into its code and the marks at its end, leftmost first.
fn strip<'l>(line: &'l str, signs: &MarkSigns<'_>) -> (&'l str, Vec<LineMark>) {
    let mut rest = line;
    let mut marks = Vec::new();
    while let Some(mark) = last_mark(rest, signs) {
        rest = &rest[..mark.start];
        marks.push(mark);
    }
    marks.reverse();
    (rest, marks)
}

/// The mark at the end of a line, if there is one.
fn last_mark(line: &str, signs: &MarkSigns<'_>) -> Option<LineMark> {
    let line = line.trim_end();
    for (syntax, closing) in &signs.closed {
        if let Some((around, before)) = without_close(line, syntax, closing) {
            let start = before.rfind(syntax.open)?;
            let end = start + syntax.open.len();
            let start = line[..start].strip_suffix(around)?.len();
            return mark(line, start, end, before.len());
        }
    }
    // From the end, so that many marks on one line are not each searched from its start.
    (0..line.len()).rev().find_map(|start| {
        signs.open.iter().filter(|sign| line.as_bytes()[start..].starts_with(sign.as_bytes())).find_map(|sign| {
            // A doubled sign (`///`) is another comment syntax.
            let doubled = line[..start].ends_with(&sign[..1]) || line[start + sign.len()..].starts_with(&sign[..1]);
            if doubled { None } else { mark(line, start, start + sign.len(), line.len()) }
        })
    })
}

/// A line without the closing sign of a comment at its end, and the text that has to precede such a comment: the `{` of
/// `{/* … */}`.
fn without_close<'l>(line: &'l str, syntax: &CommentSyntax, closing: &str) -> Option<(&'static str, &'l str)> {
    let around = syntax.around.and_then(|(before, after)| Some((before, line.strip_suffix(after)?)));
    let within = around.and_then(|(before, rest)| Some((before, rest.strip_suffix(closing)?)));
    within.or_else(|| Some(("", line.strip_suffix(closing)?)))
}

/// Parses the comment that starts at `start` and has the text `line[from..to]`.
fn mark(line: &str, start: usize, from: usize, to: usize) -> Option<LineMark> {
    let said = line.get(from..to)?;
    let body = said.trim_start();
    if body.len() == said.len() && !body.starts_with('^') {
        // `#error` is a preprocessor directive, not a mark.
        return None;
    }
    let carets = body.bytes().take_while(|byte| *byte == b'^').count();
    let word = body[carets..].trim_start().strip_prefix("error")?.trim_end();
    let text = match word.strip_prefix(':') {
        Some(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Some(_) => None,
        None if word.is_empty() => None,
        None => return None,
    };
    Some(LineMark { start, body: from + (said.len() - body.len()), carets: carets as u32, text })
}

/// The most different conditions (columns and texts) that marks may put on the findings of one line: each is held
/// against every finding there.
const MAX_CONDITIONS_PER_LINE: usize = 200;

/// Compares findings with marks. Returns a message for each mismatch, with its 1-based line in the block.
pub(super) fn compare(marks: &[ExpectedFinding], findings: &[ActualFinding]) -> Vec<(u32, String)> {
    let mut lines: HashMap<u32, LineFindings<'_>> = HashMap::new();
    for (number, found) in findings.iter().enumerate() {
        lines.entry(found.line).or_default().findings.push((number, found));
    }
    let mut marks_on: HashMap<u32, usize> = HashMap::new();
    for mark in marks {
        *marks_on.entry(mark.line).or_default() += 1;
    }
    let mut is_met = vec![false; findings.len()];
    let mut mismatches = Vec::new();
    let mut marks: Vec<&ExpectedFinding> = marks.iter().collect();
    // Marks with more conditions are matched first.
    marks.sort_by_key(|mark| std::cmp::Reverse(u8::from(mark.columns.is_some()) * 2 + u8::from(mark.text.is_some())));
    let mut unmet = Vec::new();
    for mark in marks {
        let line = lines.entry(mark.line).or_default();
        line.is_marked = true;
        let conditions = line.next_of.len();
        match line.next_of.entry((mark.columns, mark.text.as_deref())) {
            Entry::Vacant(_) if conditions == MAX_CONDITIONS_PER_LINE => {
                let message = format!("more than {MAX_CONDITIONS_PER_LINE} different marks belong to this line");
                mismatches.push((mark.line, message));
            }
            // A finding that does not meet a condition once never does, so equal marks go on behind it.
            next => {
                let next = next.or_default();
                let rest = line.findings.get(*next..).unwrap_or_default();
                let found = rest.iter().position(|(number, found)| !is_met[*number] && meets(mark, found));
                *next += found.map_or(rest.len(), |at| at + 1);
                match found {
                    Some(at) => is_met[rest[at].0] = true,
                    None => unmet.push(mark),
                }
            }
        }
    }
    for mark in unmet {
        let Some(line) = lines.get_mut(&mark.line) else { continue };
        let rest = &line.findings[line.next_unmet..];
        let near = rest.iter().position(|(number, _)| !is_met[*number]);
        line.next_unmet += near.map_or(rest.len(), |at| at + 1);
        let all = line.findings.len();
        let near = near.map(|at| rest[at]);
        if let Some((number, _)) = near {
            is_met[number] = true;
        }
        let marks = marks_on.get(&mark.line).copied().unwrap_or_default();
        let why = match near {
            None if all > 0 => {
                let findings = if all == 1 { "finding" } else { "findings" };
                format!(
                    "{marks} marks name {all} {findings} here: each mark stands for a finding of its own, and a line of \
                     `^^^ error` stands instead of `error` at the end of the line above"
                )
            }
            near => why_unmet(mark, near.map(|(_, found)| found)),
        };
        mismatches.push((mark.line, why));
    }
    let left = findings.iter().zip(is_met).filter(|(_, is_met)| !is_met);
    mismatches.extend(left.map(|(found, _)| {
        let is_marked = lines.get(&found.line).is_some_and(|line| line.is_marked);
        let mark = if is_marked { "without a mark of its own" } else { "not marked" };
        (found.line, format!("finding {mark}: {}", found.message))
    }));
    mismatches.dedup();
    mismatches
}

/// The columns and the text of a mark, as far as it has them.
type MarkConditions<'f> = (Option<(u32, u32)>, Option<&'f str>);

/// The findings on one line, and how far they were held against marks.
#[derive(Default)]
struct LineFindings<'f> {
    /// Each with its number among all.
    findings: Vec<(usize, &'f ActualFinding)>,
    is_marked: bool,
    /// By the conditions of marks (columns and text), the first finding that was not held against them.
    next_of: HashMap<MarkConditions<'f>, usize>,
    /// The first finding that may be shown for a mark that none meets.
    next_unmet: usize,
}

fn in_columns(mark: &ExpectedFinding, found: &ActualFinding) -> bool {
    mark.columns.is_none_or(|(first, last)| (first..=last).contains(&found.column))
}

fn meets(mark: &ExpectedFinding, found: &ActualFinding) -> bool {
    let said = mark.text.as_ref().is_none_or(|text| found.message.contains(text.as_str()));
    mark.line == found.line && in_columns(mark, found) && said
}

fn why_unmet(mark: &ExpectedFinding, near: Option<&ActualFinding>) -> String {
    let Some(found) = near else {
        let place = if mark.is_alone { ": a mark stands at the end of the line of its finding" } else { "" };
        return format!("expected a finding here, found none{place}");
    };
    match (mark.columns, &mark.text) {
        (Some((first, last)), _) if !in_columns(mark, found) => {
            format!("expected a finding that starts in columns {first} to {last}, found one in column {}", found.column)
        }
        (_, Some(text)) => format!("expected a message that holds `{text}`, found: {}", found.message),
        _ => "expected a finding here, found none".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language;

    fn check(code: &str, blanked: &str, clean: &str, expected: &[&str]) {
        let marked = read(code, language::COMMON_COMMENT_SIGNS);
        let show = |mark: &ExpectedFinding| {
            let columns = mark.columns.map(|(first, last)| format!(" {first}-{last}")).unwrap_or_default();
            let text = mark.text.as_ref().map(|text| format!(" {text}")).unwrap_or_default();
            format!("{}{columns}{text}", mark.line)
        };
        assert_eq!(marked.marks.iter().map(show).collect::<Vec<_>>(), expected, "{code}");
        assert_eq!((&*marked.code, &*marked.clean), (blanked, clean), "{code}");
        assert_eq!(marked.code.len(), code.len());
    }

    #[test]
    fn markers_end_lines_in_any_comment() {
        check("a // error\nb\n", "a         \nb\n", "a\nb\n", &["1"]);
        check("a # error", "a        ", "a", &["1"]);
        check("a -- error: x y ", "a               ", "a", &["1 x y"]);
        check("a /* error */\r\n", "a            \r\n", "a\r\n", &["1"]);
        check("{/* error */}", "             ", "", &["1"]);
        check("{ a /* error */}", "{ a /* error */}", "{ a /* error */}", &[]);
        check("<a/> {/* error: é */}\n", &format!("<a/>{}\n", " ".repeat(18)), "<a/>\n", &["1 é"]);
        check("<a> <!-- error -->", &format!("<a>{}", " ".repeat(15)), "<a>", &["1"]);
    }

    #[test]
    fn twice_means_two() {
        check("a // error // error", &format!("a{}", " ".repeat(18)), "a", &["1", "1"]);
        check("a // error: b // error: c", &format!("a{}", " ".repeat(24)), "a", &["1 b", "1 c"]);
        check("a /* error */ // error", &format!("a{}", " ".repeat(21)), "a", &["1", "1"]);
    }

    #[test]
    fn carets_stand_under_columns() {
        let code = "abc def\n//  ^^^ error\n//^^ error: x\ng\n";
        let blanked = format!("abc def\n{}\n{}\ng\n", " ".repeat(13), " ".repeat(13));
        check(code, &blanked, "abc def\ng\n", &["1 5-7", "1 3-4 x"]);
        check("ab // ^^ error", &format!("ab{}", " ".repeat(12)), "ab", &["1"]);
    }

    #[test]
    fn other_comments_stay() {
        for code in
            ["a // errors", "a // error handling", "#error", "/// error", "a // an error", "\"// error\";", "é //"]
        {
            check(code, code, code, &[]);
        }
        check("a // error: see http://x", &format!("a{}", " ".repeat(23)), "a", &["1 see http://x"]);
    }

    #[test]
    fn many_marks_on_one_line_are_read_in_one_pass() {
        // Searching or counting from the start of the line for each would take minutes.
        let line = format!("é {}", "// ^ error # error: x ".repeat(50_000));
        let marked = read(&line, language::COMMON_COMMENT_SIGNS);
        assert_eq!((marked.marks.len(), marked.clean.as_str()), (100_000, "é"));
        let line = format!("a\n  {}", "// ^ error ".repeat(100_000));
        let marked = read(&line, language::COMMON_COMMENT_SIGNS);
        assert_eq!(marked.marks[0], ExpectedFinding { columns: Some((6, 6)), ..ExpectedFinding::on(1) });
        assert_eq!(marked.marks[99_999].columns.unwrap().0, 6 + 99_999 * 11);
    }

    #[test]
    fn many_findings_are_held_against_many_marks_in_one_pass() {
        let finding = |line| ActualFinding { line, column: 1, message: "a".to_owned() };
        let marks: Vec<_> = (1..=200_000).map(ExpectedFinding::on).collect();
        let findings: Vec<_> = (1..=200_000).rev().map(finding).collect();
        assert_eq!(compare(&marks, &findings), []);
        let marks = vec![ExpectedFinding::on(1); 200_000];
        let findings: Vec<_> = (0..200_000).map(|_| finding(1)).collect();
        assert_eq!(compare(&marks, &findings), []);
        let text = |text: &str| ExpectedFinding { text: Some(text.to_owned()), ..ExpectedFinding::on(1) };
        let marks = vec![text("b"); 200_000];
        assert_eq!(compare(&marks, &findings).len(), 1, "equal mismatches are one");
        let marks: Vec<_> = (0..200_000).map(|number| text(&number.to_string())).collect();
        let mismatches = compare(&marks, &findings);
        assert!(mismatches.contains(&(1, "more than 200 different marks belong to this line".to_owned())));
    }

    #[test]
    fn a_line_of_a_block_ends_at_a_lone_cr_too() {
        check("a // error\rb\r\nc # error", "a         \rb\r\nc        ", "a\rb\r\nc", &["1", "3"]);
    }

    fn check_compare(marks: &[ExpectedFinding], findings: &[(u32, u32, &str)], expected: &[(u32, &str)]) {
        let found = |(line, column, message): &(u32, u32, &str)| ActualFinding {
            line: *line,
            column: *column,
            message: (*message).to_owned(),
        };
        let findings: Vec<ActualFinding> = findings.iter().map(found).collect();
        let mismatches = compare(marks, &findings);
        let shown: Vec<(u32, &str)> = mismatches.iter().map(|(line, message)| (*line, &**message)).collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn findings_are_held_against_marks() {
        let text = |text: &str| ExpectedFinding { text: Some(text.to_owned()), ..ExpectedFinding::on(1) };
        let columns = ExpectedFinding { columns: Some((3, 5)), ..ExpectedFinding::on(1) };
        check_compare(&[ExpectedFinding::on(1), text("b")], &[(1, 1, "b"), (1, 9, "a")], &[]);
        check_compare(&[ExpectedFinding::on(1)], &[], &[(1, "expected a finding here, found none")]);
        check_compare(
            &[ExpectedFinding::on(1)],
            &[(1, 1, "a"), (1, 1, "b")],
            &[(1, "finding without a mark of its own: b")],
        );
        check_compare(&[text("x")], &[(1, 1, "a")], &[(1, "expected a message that holds `x`, found: a")]);
        check_compare(std::slice::from_ref(&columns), &[(1, 5, "a")], &[]);
        check_compare(
            &[columns],
            &[(1, 6, "a")],
            &[(1, "expected a finding that starts in columns 3 to 5, found one in column 6")],
        );
        check_compare(
            &[ExpectedFinding::on(1)],
            &[(2, 1, "a")],
            &[(1, "expected a finding here, found none"), (2, "finding not marked: a")],
        );
    }
}
