//! Suppressions: comments that take findings out of the report, and the lines that they cover.
//!
//! `lawbook-ignore RULE[, RULE] [until=DATE] [owner=…] [ticket=…]: reason`, and the same with `-file`, `-start` and
//! `-end`.

pub mod ast_grep;
pub mod marker;

use crate::date::Date;
use crate::ir::{CommentSyntax, Lowered, Node, Tree};
use crate::lines::LINE_ENDS;
use crate::span::Span;

/// The word that every suppression starts with.
pub use crate::literals::directives::SUPPRESSION as DIRECTIVE;

/// A valid suppression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// The names of its rules, as written, each with its place.
    pub rules: Vec<(String, Span)>,
    /// It suppresses findings that start in this span.
    pub scope: Span,
    /// The place of the directive in its comment.
    pub span: Span,
    /// The last day on which it is valid.
    pub until: Option<Date>,
    /// The person or team that is responsible for it.
    pub owner: Option<String>,
    /// The issue or task that will resolve it.
    pub ticket: Option<String>,
    /// The reason.
    pub reason: String,
}

/// A comment that begins like a suppression but is not valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The place of the directive in its comment.
    pub span: Span,
    /// The mistake in it, and the right way to write it.
    pub message: String,
}

/// All suppressions of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Suppressions {
    /// The valid ones.
    pub valid: Vec<Suppression>,
    /// The others.
    pub malformed: Vec<Malformed>,
}

/// Parses the suppressions of a file.
pub fn read(file: &Lowered) -> Suppressions {
    let mut found = Suppressions::default();
    if !file.source.text().contains(DIRECTIVE) {
        return found;
    }
    let mut open: Vec<OpenRegion> = Vec::new();
    let mut gap = Gap::default();
    // A region ends in the tree in which it starts.
    for comments in file.comments.chunk_by(|a, b| a.tree == b.tree) {
        for node in comments.iter().map(|comment| file.comment_node(comment)) {
            for (span, text) in directives(node) {
                match parse(text, span) {
                    Err(message) => found.malformed.push(Malformed { span, message }),
                    Ok((form, suppression)) => {
                        add_suppression(form, suppression, file, node, &mut gap, &mut open, &mut found);
                    }
                }
            }
        }
        found.malformed.extend(open.drain(..).map(|region| {
            let message = format!("`{DIRECTIVE}-start` without a `{DIRECTIVE}-end` after it");
            Malformed { span: region.suppression.span, message }
        }));
    }
    found
}

/// The most regions (`-start` … `-end`) that may be open at one place.
const MAX_OPEN_REGIONS: usize = 1_000;

/// A region whose `-end` is not met yet.
struct OpenRegion {
    suppression: Suppression,
    /// The names of its rules, sorted.
    names: Vec<String>,
}

impl OpenRegion {
    fn new(suppression: Suppression) -> Self {
        let mut names: Vec<String> = suppression.rules.iter().map(|(name, _)| name.clone()).collect();
        names.sort_unstable();
        Self { suppression, names }
    }
}

/// The form of a directive: without suffix, `-file`, `-start` or `-end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DirectiveForm {
    Line,
    File,
    Start,
    End,
}

/// Computes the scope of a suppression, or opens or closes a region, and adds the result to `found`.
fn add_suppression(
    form: DirectiveForm,
    mut suppression: Suppression,
    file: &Lowered,
    comment: Node<'_>,
    gap: &mut Gap,
    open: &mut Vec<OpenRegion>,
    found: &mut Suppressions,
) {
    match form {
        DirectiveForm::Line => {
            suppression.scope = line_scope(file, comment, gap);
            found.valid.push(suppression);
        }
        DirectiveForm::File => {
            let tree = comment.tree();
            suppression.scope = if tree.is_embedded() { tree.span() } else { Span::new(0, u32::MAX) };
            found.valid.push(suppression);
        }
        DirectiveForm::Start => {
            let region = OpenRegion::new(suppression);
            if open.len() >= MAX_OPEN_REGIONS {
                let message = format!("more than {MAX_OPEN_REGIONS} regions are open here");
                found.malformed.push(Malformed { span: region.suppression.span, message });
            } else {
                open.push(region);
            }
        }
        DirectiveForm::End => {
            let names_all_rules = |region: &OpenRegion| {
                suppression.rules.iter().all(|(name, _)| region.names.binary_search(name).is_ok())
            };
            if let Some(at) = open.iter().rposition(names_all_rules) {
                let mut started = open.remove(at).suppression;
                started.scope = Span::new(started.span.end, suppression.span.start);
                found.valid.push(started);
            } else {
                let message = format!("`{DIRECTIVE}-end` without a `{DIRECTIVE}-start` before it");
                found.malformed.push(Malformed { span: suppression.span, message });
            }
        }
    }
}

/// True if a comment has a directive without suffix, which covers one line.
fn covers_a_line(comment: Node<'_>) -> bool {
    directives(comment).any(|(span, text)| parse(text, span).is_ok_and(|(form, _)| form == DirectiveForm::Line))
}

/// The directives in a comment, without comment signs, each with its place: every line may start with one.
fn directives(comment: Node<'_>) -> impl Iterator<Item = (Span, &str)> {
    let text = comment.text();
    let all = comment.language().syntax().comments;
    let syntax = CommentSyntax::exact(all, text);
    // A line ends here wherever a language or an editor ends one, so that none hides a directive.
    let ends_line =
        |c: char| LINE_ENDS.contains(&c) || matches!(c, '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}');
    text.split(ends_line).filter_map(move |line| {
        let start = line.as_ptr() as usize - text.as_ptr() as usize;
        let is_sign = |c| syntax.is_some_and(|syntax| syntax.is_sign_among(all, c));
        let directive = line.trim_start_matches(|c: char| c.is_whitespace() || is_sign(c));
        if !directive.starts_with(DIRECTIVE) {
            return None;
        }
        let start = start + (line.len() - directive.len());
        let directive = directive.trim_end();
        let close = syntax.and_then(|syntax| syntax.close).unwrap_or_default();
        let directive = directive.strip_suffix(close).unwrap_or(directive).trim_end();
        Some((comment.part_span(start..start + directive.len()), directive))
    })
}

const USAGE: &str = "write `lawbook-ignore RULE: reason`";

/// Parses a directive; the error is a message.
fn parse(text: &str, span: Span) -> Result<(DirectiveForm, Suppression), String> {
    let rest = &text[DIRECTIVE.len()..];
    let word_len = rest.find(|c: char| c.is_whitespace() || c == ':').unwrap_or(rest.len());
    let (suffix, rest) = rest.split_at(word_len);
    let form = match suffix {
        "" => DirectiveForm::Line,
        "-file" => DirectiveForm::File,
        "-start" => DirectiveForm::Start,
        "-end" => DirectiveForm::End,
        _ => return Err(format!("`{DIRECTIVE}{suffix}` is no directive; {USAGE}, or -file, -start, -end")),
    };
    // The reason begins after the first colon before white space: a value may contain colons (`ticket=https://…`).
    let colon = rest.match_indices(':').map(|(at, _)| at).find(|at| {
        let after = rest[at + 1..].chars().next();
        after.is_none_or(char::is_whitespace)
    });
    let (head, reason) = match colon.or_else(|| rest.find(':')) {
        Some(at) => (&rest[..at], rest[at + 1..].trim()),
        None => (rest, ""),
    };
    let mut suppression = Suppression {
        rules: Vec::new(),
        scope: Span::default(),
        span,
        until: None,
        owner: None,
        ticket: None,
        reason: reason.to_owned(),
    };
    let head_start = span.start + (DIRECTIVE.len() + word_len) as u32;
    for (offset, word) in words(head) {
        let at = head_start + offset;
        if let Some((key, value)) = word.split_once('=') {
            set_field(&mut suppression, key, value)?;
        } else if word.chars().all(|c| c.is_ascii_alphanumeric() || "-_/.".contains(c)) {
            suppression.rules.push((word.to_owned(), Span::new(at, at + word.len() as u32)));
        } else {
            return Err(format!("`{word}` is no rule; {USAGE}"));
        }
    }
    if form == DirectiveForm::End {
        return Ok((form, suppression));
    }
    if suppression.rules.is_empty() {
        return Err(format!("it names no rule, and suppressing all of them is not possible; {USAGE}"));
    }
    if suppression.reason.is_empty() {
        let names: Vec<&str> = suppression.rules.iter().map(|(name, _)| name.as_str()).collect();
        return Err(format!("it gives no reason; write `{DIRECTIVE}{suffix} {}: reason`", names.join(", ")));
    }
    Ok((form, suppression))
}

fn set_field(suppression: &mut Suppression, key: &str, value: &str) -> Result<(), String> {
    if value.is_empty() {
        return Err(format!("`{key}=` has no value"));
    }
    match key {
        "until" => {
            let date = Date::parse(value).ok_or_else(|| format!("`{value}` is no date; write `until=YYYY-MM-DD`"))?;
            suppression.until = Some(date);
        }
        "owner" => suppression.owner = Some(value.to_owned()),
        "ticket" => suppression.ticket = Some(value.to_owned()),
        _ => return Err(format!("unknown setting `{key}`; there are until=, owner= and ticket=")),
    }
    Ok(())
}

/// The words of a text, separated by white space and commas, each with its offset in bytes.
fn words(text: &str) -> impl Iterator<Item = (u32, &str)> {
    text.split(|c: char| c.is_whitespace() || c == ',')
        .filter(|word| !word.is_empty())
        .map(|word| ((word.as_ptr() as usize - text.as_ptr() as usize) as u32, word))
}

/// The last stretch of white space and comments that was skipped. Cached, because consecutive comments lead to the same
/// code.
#[derive(Debug, Default)]
struct Gap {
    from: u32,
    /// The start of the next code, or the end of the tree's text.
    to: u32,
}

impl Gap {
    /// The first byte of a tree's text from `at` on that is neither white space nor comment.
    fn end(&mut self, file: &Lowered, tree: &Tree, mut at: u32) -> u32 {
        if (self.from..self.to).contains(&at) {
            return self.to;
        }
        let text_end = tree.span().end;
        let first = file.comments.partition_point(|other| other.span.start < at);
        self.from = at;
        let mut comments = file.comments[first..].iter().peekable();
        loop {
            let rest = tree.slice(Span::new(at, text_end));
            at = tree.offset_after(at, rest.len() - rest.trim_start().len());
            let Some(other) = comments.next_if(|other| other.span.start <= at) else { break };
            at = at.max(other.span.end);
        }
        self.to = at;
        at
    }
}

/// The line that a suppression without suffix covers: its own if there is code before it, else the next line with code.
fn line_scope(file: &Lowered, comment: Node<'_>, gap: &mut Gap) -> Span {
    let lines = file.source.lines();
    let text = file.source.text();
    if stands_after_code(file, comment) {
        return lines.span(text, lines.line(comment.start()));
    }
    let mut at = comment.end();
    if let Some(after) = closing_sign_after(file, comment) {
        at += (text[at as usize..].find(after).unwrap_or_default() + after.len()) as u32;
    }
    // The text is searched instead of the tree, so that the result is the same for every parser.
    let tree = comment.tree();
    let at = gap.end(file, tree, at);
    if at >= tree.span().end { Span::empty(comment.end()) } else { lines.span(text, lines.line(at)) }
}

/// True if there is code before a comment on its line.
pub(crate) fn stands_after_code(file: &Lowered, comment: Node<'_>) -> bool {
    !text_before(file, comment).is_empty() && closing_sign_after(file, comment).is_none()
}

/// The closing sign after a comment that stands between signs which are no code: the `}` of `{/* … */}`.
fn closing_sign_after(file: &Lowered, comment: Node<'_>) -> Option<&'static str> {
    let after = file.source.text()[comment.end() as usize..].trim_start_matches([' ', '\t']);
    let syntax = CommentSyntax::exact(comment.language().syntax().comments, comment.text())?;
    let (opening, closing) = syntax.around?;
    let is_opened = text_before(file, comment).strip_suffix(opening).is_some_and(|rest| trim_end(rest).is_empty());
    (is_opened && after.starts_with(closing)).then_some(closing)
}

/// The text before a comment on its line, without white space at its end. The trailing white space is trimmed from the
/// comment backwards, so that many comments in one long line do not each read the whole line.
fn text_before<'f>(file: &'f Lowered, comment: Node<'_>) -> &'f str {
    let line = Span::new(comment.tree().line_start(file.source.lines(), comment.start()), comment.start());
    trim_end(file.source.slice(line))
}

fn trim_end(text: &str) -> &str {
    text.trim_end_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}')
}

#[cfg(test)]
#[cfg(feature = "ecmascript")]
mod tests {
    use super::*;
    use crate::source::{RelPath, SourceFile};

    fn read_text(path: &str, text: &str) -> (Lowered, Suppressions) {
        let file = crate::language::lower(SourceFile::new(RelPath::new(path), text).unwrap());
        let found = read(&file);
        (file, found)
    }

    /// Checks that the one suppression of `text` names `rules` and covers exactly `scope`.
    fn check_scope(path: &str, text: &str, rules: &[&str], scope: &str) {
        let (file, found) = read_text(path, text);
        assert_eq!(found.malformed, [], "{text}");
        let [one] = &found.valid[..] else { panic!("{found:?}") };
        assert_eq!(one.rules.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), rules, "{text}");
        assert_eq!(file.source.slice(one.scope), scope, "{text}");
        for (name, span) in &one.rules {
            assert_eq!(file.source.slice(*span), name);
        }
    }

    fn check_malformed(text: &str, expected: &str) {
        let (_, found) = read_text("a.ts", text);
        assert_eq!(found.valid, [], "{text}");
        let messages: Vec<_> = found.malformed.iter().map(|malformed| malformed.message.as_str()).collect();
        assert!(matches!(messages[..], [message] if message.contains(expected)), "{text}: {messages:?}");
    }

    #[test]
    #[cfg(feature = "all-languages")]
    fn a_trailing_comment_means_its_line_and_one_alone_the_next_line_with_code() {
        check_scope("a.ts", "a();\nb(); // lawbook-ignore x: why\nc();", &["x"], "b(); // lawbook-ignore x: why");
        check_scope("a.ts", "// lawbook-ignore x, p/y: why\n\n// more\nb();\nc();", &["x", "p/y"], "b();");
        check_scope("a.rs", "fn a() {\n    /* lawbook-ignore x: why */\n    b()\n}", &["x"], "    b()");
        check_scope("a.tsx", "a = <p>\n{/* lawbook-ignore x: why */}\n<b/></p>", &["x"], "<b/></p>");
        check_scope("a.ts", "b();\n// lawbook-ignore x: nothing follows", &["x"], "");
    }

    #[test]
    fn a_line_of_a_block_comment_counts() {
        check_scope("a.ts", "/*\n * why this\n * lawbook-ignore x: why\n */\nb();", &["x"], "b();");
    }

    #[test]
    #[cfg(feature = "all-languages")]
    fn a_line_ends_at_a_lone_cr_too() {
        check_scope("a.ts", "/* why\r * lawbook-ignore x: why\r */\rb();\rc();", &["x"], "b();");
        check_scope("a.ts", "/* why\r\n * lawbook-ignore x: why\r\n */\r\nb();\r\nc();", &["x"], "b();");
        check_scope("a.ts", "a(); /* lawbook-ignore x: why\rmore */\rb();", &["x"], "a(); /* lawbook-ignore x: why");
        check_scope("a.rs", "/* why\r lawbook-ignore x: why */\rfn b() {}", &["x"], "fn b() {}");
        check_malformed("/* why\r * lawbook-ignore x\r */\rb();", "gives no reason");
        for end in ["\u{2028}", "\u{2029}", "\u{b}", "\u{c}", "\u{85}"] {
            check_scope("a.ts", &format!("/* why{end} * lawbook-ignore x: why{end} */\nb();"), &["x"], "b();");
        }
        let start = "/*\rlawbook-ignore-start x: why\r*/\ra();\r/*\rlawbook-ignore-end x\r*/\rb();";
        check_scope("a.ts", start, &["x"], "\r*/\ra();\r/*\r");
    }

    #[test]
    fn start_and_end_reach_from_one_to_the_other() {
        let text = "// lawbook-ignore-start x: why\na();\n// lawbook-ignore-end x\nb();";
        check_scope("a.ts", text, &["x"], "\na();\n// ");
        check_malformed("// lawbook-ignore-start x: why\na();", "without a `lawbook-ignore-end`");
        check_malformed("// lawbook-ignore-end x\na();", "without a `lawbook-ignore-start`");
    }

    #[test]
    fn settings_are_read() {
        let (_, found) =
            read_text("a.ts", "// lawbook-ignore x until=2026-01-31 owner=@me ticket=https://t/1: why: so\nb();");
        let one = &found.valid[0];
        assert_eq!(one.until, Date::parse("2026-01-31"));
        assert_eq!(one.owner.as_deref(), Some("@me"));
        assert_eq!(one.ticket.as_deref(), Some("https://t/1"));
        assert_eq!(one.reason, "why: so");
    }

    #[test]
    fn malformed_ones_suppress_nothing() {
        check_malformed("// lawbook-ignore\nb();", "names no rule");
        check_malformed("// lawbook-ignore: because\nb();", "names no rule");
        check_malformed("// lawbook-ignore x\nb();", "gives no reason");
        check_malformed("// lawbook-ignore x:\nb();", "gives no reason");
        check_malformed("// lawbook-ignore x until=soon: why\nb();", "is no date");
        check_malformed("// lawbook-ignore x by=me: why\nb();", "unknown setting `by`");
        check_malformed("// lawbook-ignore x (really): why\nb();", "`(really)` is no rule");
        check_malformed("// lawbook-ignore-line x: why\nb();", "is no directive");
    }

    #[test]
    fn other_comments_and_strings_are_left_alone() {
        let (_, found) = read_text("a.ts", "const a = '// lawbook-ignore x'; // see lawbook-ignore\n/* b */");
        assert_eq!(found, Suppressions::default());
    }
}
