//! Marks in test blocks (`// error`): parses them, and compares findings with them.

use crate::ir::CommentSyntax;

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
}

impl ExpectedFinding {
    /// Expects a finding anywhere on a line.
    pub fn on(line: u32) -> Self {
        Self { line, columns: None, text: None }
    }
}

/// One finding of the rule.
#[derive(Clone, Debug)]
pub(super) struct ActualFinding {
    pub line: u32,
    pub column: u32,
    pub message: String,
}

/// Parses the marks of a block, which are comments in one of these syntaxes.
pub(super) fn read(code: &str, comments: &[CommentSyntax]) -> MarkedCode {
    let mut marked = MarkedCode::default();
    // The last line that is not a line of carets, which belong to the line above.
    let mut above = 0;
    for (at, whole) in code.split_inclusive('\n').enumerate() {
        let number = at as u32 + 1;
        let line = whole.trim_end_matches(['\n', '\r']);
        let (rest, marks) = strip(line, comments);
        let below = rest.trim().is_empty() && marks.iter().any(|mark| mark.carets.is_some());
        if !below {
            above = number;
        }
        for mark in marks {
            let columns = mark.carets.filter(|_| below);
            marked.marks.push(ExpectedFinding { line: above, columns, text: mark.text });
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
    /// The 1-based columns of its carets, both included.
    carets: Option<(u32, u32)>,
    text: Option<String>,
}

/// Splits a line into its code and the marks at its end, leftmost first.
fn strip<'l>(line: &'l str, comments: &[CommentSyntax]) -> (&'l str, Vec<LineMark>) {
    let mut rest = line;
    let mut marks = Vec::new();
    while let Some(mark) = last_mark(rest, comments) {
        rest = &rest[..mark.start];
        marks.push(mark);
    }
    marks.reverse();
    (rest, marks)
}

/// The mark at the end of a line, if there is one.
fn last_mark(line: &str, comments: &[CommentSyntax]) -> Option<LineMark> {
    let line = line.trim_end();
    let plain = || comments.iter().filter(|syntax| syntax.is_plain_among(comments));
    for syntax in plain() {
        if let Some(closing) = syntax.close
            && let Some((around, before)) = without_close(line, syntax, closing)
        {
            let start = before.rfind(syntax.open)?;
            let end = start + syntax.open.len();
            let start = line[..start].strip_suffix(around)?.len();
            return mark(line, start, end, before.len());
        }
    }
    let signs = plain().filter(|syntax| syntax.close.is_none()).map(|syntax| syntax.open);
    let candidates = signs.flat_map(|sign| line.rmatch_indices(sign));
    let marks = candidates.filter_map(|(start, sign)| {
        // A doubled sign (`///`) is another comment syntax.
        let doubled = line[..start].ends_with(&sign[..1]) || line[start + sign.len()..].starts_with(&sign[..1]);
        if doubled { None } else { mark(line, start, start + sign.len(), line.len()) }
    });
    marks.max_by_key(|mark| mark.start)
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
    let first = line[..from + (said.len() - body.len())].chars().count() as u32 + 1;
    Some(LineMark { start, carets: (carets > 0).then(|| (first, first + carets as u32 - 1)), text })
}

/// Compares findings with marks. Returns a message for each mismatch, with its 1-based line in the block.
pub(super) fn compare(marks: &[ExpectedFinding], mut findings: Vec<ActualFinding>) -> Vec<(u32, String)> {
    let marked: Vec<u32> = marks.iter().map(|mark| mark.line).collect();
    let mut marks: Vec<&ExpectedFinding> = marks.iter().collect();
    // Marks with more conditions are matched first.
    marks.sort_by_key(|mark| std::cmp::Reverse(u8::from(mark.columns.is_some()) * 2 + u8::from(mark.text.is_some())));
    let mut unmet = Vec::new();
    for mark in marks {
        match findings.iter().position(|found| meets(mark, found)) {
            Some(at) => drop(findings.remove(at)),
            None => unmet.push(mark),
        }
    }
    let mut mismatches = Vec::new();
    for mark in unmet {
        let near = findings.iter().position(|found| found.line == mark.line).map(|at| findings.remove(at));
        mismatches.push((mark.line, why_unmet(mark, near.as_ref())));
    }
    mismatches.extend(findings.into_iter().map(|found| {
        let mark = if marked.contains(&found.line) { "without a mark of its own" } else { "not marked" };
        (found.line, format!("finding {mark}: {}", found.message))
    }));
    mismatches
}

fn in_columns(mark: &ExpectedFinding, found: &ActualFinding) -> bool {
    mark.columns.is_none_or(|(first, last)| (first..=last).contains(&found.column))
}

fn meets(mark: &ExpectedFinding, found: &ActualFinding) -> bool {
    let said = mark.text.as_ref().is_none_or(|text| found.message.contains(text.as_str()));
    mark.line == found.line && in_columns(mark, found) && said
}

fn why_unmet(mark: &ExpectedFinding, near: Option<&ActualFinding>) -> String {
    let Some(found) = near else { return "expected a finding here, found none".to_owned() };
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

    fn check_compare(marks: &[ExpectedFinding], findings: &[(u32, u32, &str)], expected: &[(u32, &str)]) {
        let found = |(line, column, message): &(u32, u32, &str)| ActualFinding {
            line: *line,
            column: *column,
            message: (*message).to_owned(),
        };
        let mismatches = compare(marks, findings.iter().map(found).collect());
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
