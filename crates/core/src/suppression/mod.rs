//! Suppressions: comments that take findings out of the report, and the lines that they cover.
//!
//! `lawbook-ignore RULE[, RULE] [until=DATE] [owner=…] [ticket=…]: reason`, and the same with `-file`, `-start` and
//! `-end`.

pub mod ast_grep;
mod directive;
mod edit;
pub(crate) mod example;
pub mod marker;
mod reach;
pub mod reason;
#[cfg(test)]
#[cfg(feature = "ecmascript")]
mod tests;
pub mod written;

use crate::date::Date;
use crate::ir::{CommentSyntax, Lowered, Node, SuppressionLimits as Limits};
use crate::lines::LINE_ENDS;
use crate::span::Span;
use directive::{DirectiveForm, directives};
use example::Examples;
use reach::LineReach;

/// The word that every suppression starts with.
pub use crate::literals::directives::SUPPRESSION as DIRECTIVE;
pub use crate::literals::directives::may_suppress;
pub use edit::SuppressionEdit;

/// A valid suppression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// The names of its rules, as written, each with its place.
    pub rules: Vec<(String, Span)>,
    /// It suppresses findings that start in this span.
    pub scope: Span,
    /// It suppresses findings that start in this span too: the comments directly below one on a line of its own.
    pub comments: Span,
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
    /// The bytes to delete so that it is gone, with the end of its region, sorted; none where that is not clear.
    pub removal: Vec<Span>,
}

impl Suppression {
    /// The spans in which it suppresses the findings that start there.
    pub(crate) fn reach(&self) -> impl Iterator<Item = Span> + use<> {
        [self.scope].into_iter().chain(Some(self.comments).filter(|comments| !comments.is_empty()))
    }
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
    if !may_suppress(file.source.text()) {
        return found;
    }
    let examples = Examples::of(file);
    let mut reader = Reader { file, reach: LineReach::default(), open: Vec::new(), first_code: None };
    // A region ends in the tree in which it starts.
    for comments in file.comments.chunk_by(|a, b| a.tree == b.tree) {
        reader.first_code = None;
        for node in comments.iter().map(|comment| file.comment_node(comment)) {
            for directive in directives(node).filter(|directive| !examples.contain(directive.span.start)) {
                let parsed = directive.parse(&file.context.suppressions);
                let added = parsed.and_then(|(form, suppression)| reader.add(form, suppression, node, &mut found));
                if let Err(message) = added {
                    found.malformed.push(Malformed { span: directive.span, message });
                }
            }
        }
        found.malformed.extend(reader.open.drain(..).map(|region| {
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

/// Reads the suppressions of one file.
struct Reader<'f> {
    file: &'f Lowered,
    reach: LineReach,
    open: Vec<OpenRegion>,
    /// The byte where the code of the current tree starts, once it is known.
    first_code: Option<u32>,
}

impl Reader<'_> {
    /// Computes the scope of a suppression, or opens or closes a region, and adds the result to `found`. The error is the
    /// message about a directive at a wrong place.
    fn add(
        &mut self,
        form: DirectiveForm,
        mut suppression: Suppression,
        comment: Node<'_>,
        found: &mut Suppressions,
    ) -> Result<(), String> {
        suppression.removal = removal(self.file, comment, suppression.span).into_iter().collect();
        match form {
            DirectiveForm::Line => {
                (suppression.scope, suppression.comments) =
                    self.reach.of_directive(self.file, comment, suppression.span);
                found.valid.push(suppression);
            }
            DirectiveForm::File => {
                let tree = comment.tree();
                let first = *self.first_code.get_or_insert_with(|| marker::first_code(self.file, tree));
                if comment.start() > first {
                    let message =
                        "it holds for the whole file and stands after its first code; move it to the top of the file";
                    return Err(message.to_owned());
                }
                suppression.scope = if tree.is_embedded() { tree.span() } else { Span::new(0, u32::MAX) };
                found.valid.push(suppression);
            }
            DirectiveForm::Start if self.open.len() >= MAX_OPEN_REGIONS => {
                return Err(format!("more than {MAX_OPEN_REGIONS} regions are open here"));
            }
            DirectiveForm::Start => self.open.push(OpenRegion::new(suppression)),
            DirectiveForm::End => {
                let names_all_rules = |region: &OpenRegion| {
                    suppression.rules.iter().all(|(name, _)| region.names.binary_search(name).is_ok())
                };
                let Some(at) = self.open.iter().rposition(names_all_rules) else {
                    return Err(format!("`{DIRECTIVE}-end` without a `{DIRECTIVE}-start` before it"));
                };
                let mut started = self.open.remove(at).suppression;
                started.scope = Span::new(started.span.end, suppression.span.start);
                if started.removal.len() + suppression.removal.len() < 2 {
                    started.removal.clear();
                } else {
                    started.removal.append(&mut suppression.removal);
                }
                found.valid.push(started);
            }
        }
        Ok(())
    }
}

/// True if a comment has a directive without suffix, which covers one line.
fn covers_a_line(comment: Node<'_>, limits: &Limits) -> bool {
    directives(comment).any(|directive| directive.parse(limits).is_ok_and(|(form, _)| form == DirectiveForm::Line))
}

/// The bytes to delete so that a directive is gone: its comment, or its line in a comment of several lines; none where
/// that is not clear.
fn removal(file: &Lowered, comment: Node<'_>, directive: Span) -> Option<Span> {
    let tree = comment.tree();
    if tree.is_embedded() {
        return None;
    }
    let (text, start) = (comment.text(), comment.start());
    let before = text.get(..(directive.start - start) as usize)?;
    let after = text.get((directive.end - start) as usize..)?;
    let has_words = |text: &str| text.contains(char::is_alphanumeric);
    if has_words(before) || has_words(after) {
        // A line between the first and the last one has nothing but the directive.
        let (from, end) = (before.rfind(LINE_ENDS)? + 1, after.find(LINE_ENDS)?);
        let end_len = if after[end..].starts_with("\r\n") { 2 } else { 1 };
        let is_alone = !before[from..].contains(char::is_alphanumeric);
        return is_alone.then(|| Span::new(start + from as u32, directive.end + (end + end_len) as u32));
    }
    let mut place = comment.span();
    if let Some(closing) = closing_sign_after(file, comment) {
        let rest = &file.source.text()[place.end as usize..];
        place.end += (rest.find(closing)? + closing.len()) as u32;
        place.start = text_before(file, comment).len() as u32 + tree.line_start(file.source.lines(), start);
        let (opening, _) = CommentSyntax::exact(comment.language().syntax().comments, text)?.around?;
        place.start -= opening.len() as u32;
    }
    if stands_after_code(file, comment) {
        let line_start = tree.line_start(file.source.lines(), start);
        let rest = file.source.text()[place.end as usize..].trim_start_matches([' ', '\t']);
        let code_end = line_start + text_before(file, comment).len() as u32;
        // Between code and code the white space stays.
        let is_last = rest.is_empty() || rest.starts_with(LINE_ENDS);
        return Some(if is_last { Span::new(code_end, place.end) } else { place });
    }
    let whole = tree.with_lines(place);
    if whole != place {
        return Some(whole);
    }
    // Code follows on the line.
    let rest = &file.source.text()[place.end as usize..];
    let spaces = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    Some(Span::new(place.start, place.end + spaces as u32))
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
