//! The edit of a file that suppresses one of its findings: a comment with a place for the reason.

use crate::ir::{Lowered, Node};
use crate::lines::LINE_ENDS;
use crate::span::Span;
use crate::suppression::marker::is_about_a_line;
use crate::suppression::written::{CommentForm, CommentForms, REASON};
use crate::suppression::{DIRECTIVE, stands_after_code};

/// A text to insert into a file, which suppresses a finding once it gives a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SuppressionEdit {
    /// The byte in the file at which the text is inserted.
    pub at: u32,
    /// The text, with the indentation and the end of its line.
    pub text: String,
    /// The place of [`REASON`] in the text, which somebody has to replace.
    pub reason: Span,
}

impl SuppressionEdit {
    /// An edit whose text has the word for the reason once it is written.
    fn new(at: u32, before: &str, comment: &str, after: &str) -> Option<Self> {
        let text = format!("{before}{comment}{after}");
        let start = (before.len() + comment.rfind(REASON)?) as u32;
        Some(Self { at, text, reason: Span::new(start, start + REASON.len() as u32) })
    }

    /// The text of the file after the edit, with a reason.
    pub fn applied(&self, text: &str, reason: &str) -> String {
        let (before, after) = text.split_at(self.at as usize);
        let (opening, closing) = (&self.text[..self.reason.start as usize], &self.text[self.reason.end as usize..]);
        [before, opening, reason, closing, after].concat()
    }

    /// The edits that may suppress a finding at a place of a file, the best first. Only a check of the edited file shows
    /// which of them do.
    pub(crate) fn candidates(file: &Lowered, span: Span, rule: &str) -> Vec<Self> {
        let mut edits = Vec::new();
        let form = CommentForms::of(file).at(span);
        if let Some(form) = form {
            edits.extend(if form.is_above {
                Self::above(file, span, rule, form)
            } else {
                Self::behind(file, span, rule, form)
            });
        }
        let Some(dialect) = file.tree_around(span).map(crate::ir::Tree::dialect) else { return edits };
        for syntax in dialect.language.syntax().comments.iter().filter(|syntax| !syntax.doc) {
            let behind = CommentForm::behind(syntax);
            if Some(behind) != form {
                edits.extend(Self::behind(file, span, rule, behind));
            }
        }
        edits.extend(Self::of_file(file, span, rule));
        edits
    }

    /// A comment on the line above, and above the comments there that are about the next line.
    fn above(file: &Lowered, span: Span, rule: &str, form: CommentForm) -> Option<Self> {
        let (lines, text) = (file.source.lines(), file.source.text());
        let tree = file.tree_around(span)?;
        let mut at = tree.line_start(lines, span.start);
        while let Some(comment) = comment_on_line_above(file, at) {
            at = comment.tree().line_start(lines, comment.start());
        }
        if is_continued(&text[..at as usize]) {
            return None;
        }
        // The first line of a script stays the first one.
        if at == 0 && is_script(text) {
            return None;
        }
        // A byte order mark stays the first character.
        let line = text.get(at as usize..)?;
        let at = at + if line.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() as u32 } else { 0 };
        let line = text.get(at as usize..)?;
        let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        let edit = Self::new(at, indent, &form.comment(rule), line_end(text, at))?;
        if !tree.is_embedded() {
            return Some(edit);
        }
        // The host may put a prefix before each line.
        let (span, text) = tree.edit_in_host(text, Span::empty(edit.at), edit.text)?;
        Self::new(span.start, "", &text, "").filter(|_| span.is_empty())
    }

    /// A comment behind the code of the line.
    fn behind(file: &Lowered, span: Span, rule: &str, form: CommentForm) -> Option<Self> {
        let (lines, text) = (file.source.lines(), file.source.text());
        let line = lines.span(text, lines.line(span.start));
        let code = text.get(line.range())?.trim_end();
        if is_continued(code) {
            return None;
        }
        Self::new(line.start + code.len() as u32, " ", &form.comment(rule), "")
    }

    /// A comment for the whole file below its first line, for a finding at its start where that line must stay the first one.
    fn of_file(file: &Lowered, span: Span, rule: &str) -> Option<Self> {
        let text = file.source.text();
        let at = text.find('\n')? as u32 + 1;
        // Only a finding about the file as a whole starts there: at no other place is that much to be suppressed.
        let start = (text.len() - text.trim_start_matches('\u{FEFF}').len()) as u32;
        if span.start > start {
            return None;
        }
        let comment = CommentForm::above(file.tree()?.dialect())?.comment(rule);
        let comment = comment.replacen(DIRECTIVE, &format!("{DIRECTIVE}-file"), 1);
        Self::new(at, "", &comment, line_end(text, at))
    }
}

/// The comment on the line above a place that is about the line below it.
fn comment_on_line_above(file: &Lowered, at: u32) -> Option<Node<'_>> {
    let lines = file.source.lines();
    let above = lines.line(at).checked_sub(1).filter(|line| *line > 0)?;
    let last = file.comments.partition_point(|comment| comment.span.start < at).checked_sub(1)?;
    let comment = file.comment_node(&file.comments[last]);
    let ends_above = lines.line(comment.part_span(0..comment.text().trim_end().len()).end) == above;
    let is_alone = lines.line(comment.start()) == above && !stands_after_code(file, comment);
    (ends_above && is_alone && is_about_a_line(comment, false, &file.context.suppressions)).then_some(comment)
}

/// True for a text whose first line names the program that runs it, and is no attribute.
fn is_script(text: &str) -> bool {
    matches!(text.as_bytes(), [b'#', b'!', third, ..] if *third != b'[')
}

/// True if a text ends with a line that a backslash joins to the next one: a comment between them would end it.
fn is_continued(text: &str) -> bool {
    text.trim_end_matches(LINE_ENDS).ends_with('\\')
}

/// The characters that end the line of a place; where it is the last one, those of the line before it.
fn line_end(text: &str, at: u32) -> &'static str {
    let (before, after) = text.split_at(at as usize);
    let end = after.find(LINE_ENDS).map(|end| &after[end..]);
    let end = end.or_else(|| {
        let last = before.rfind(LINE_ENDS)?;
        Some(&before[if before[..last].ends_with('\r') { last - 1 } else { last }..])
    });
    match end {
        Some(end) if end.starts_with("\r\n") => "\r\n",
        Some(end) if end.starts_with('\r') => "\r",
        _ => "\n",
    }
}
