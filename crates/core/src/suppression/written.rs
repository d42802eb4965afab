//! The comment that suppresses a finding, as it has to be written at its place.

use crate::ir::{CommentSyntax, Dialect, FileInput, Kind, Lowered, Node};
use crate::language;
use crate::source::SourceFile;
use crate::span::Span;
use crate::suppression::DIRECTIVE;

/// The word that stands for the reason in a comment that somebody has to complete.
pub const REASON: &str = "REASON";

/// The signs around a suppression at one place, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommentForm {
    around: (&'static str, &'static str),
    open: &'static str,
    close: Option<&'static str>,
    /// True if it stands on the line above the finding; false if it stands behind the finding on its line.
    pub is_above: bool,
}

impl CommentForm {
    /// A comment on the line above: a line comment if the language has one. None if it has no comments.
    pub fn above(dialect: &'static Dialect) -> Option<Self> {
        let plain = |syntax: &&CommentSyntax| !syntax.doc;
        let all = dialect.language.syntax().comments;
        let line = all.iter().filter(plain).find(|syntax| syntax.close.is_none());
        line.or_else(|| all.iter().find(plain)).map(Self::of)
    }

    /// A line of a block comment, which begins with a star where its other lines do.
    const fn in_block(has_stars: bool) -> Self {
        Self { around: ("", ""), open: if has_stars { "*" } else { "" }, close: None, is_above: true }
    }

    fn of(syntax: &CommentSyntax) -> Self {
        Self { around: ("", ""), open: syntax.open, close: syntax.close, is_above: true }
    }

    /// A comment behind the code of a line.
    pub(crate) fn behind(syntax: &CommentSyntax) -> Self {
        Self { is_above: false, ..Self::of(syntax) }
    }

    /// The comment that suppresses a rule, with [`REASON`] in place of the reason.
    pub fn comment(&self, rule: &str) -> String {
        let Self { around: (before, after), open, close, .. } = self;
        let close = close.map_or_else(String::new, |close| format!(" {close}"));
        let space = if open.is_empty() { "" } else { " " };
        format!("{before}{open}{space}{DIRECTIVE} {rule}: {REASON}{close}{after}")
    }
}

/// The forms of comments at the places of one file.
pub(crate) struct CommentForms<'f> {
    file: &'f Lowered,
    /// The last line that was tried, and the form that holds there.
    last: Option<(u32, Option<CommentForm>)>,
    /// The number of lines that may still be tried.
    trials: usize,
}

/// The most lines of a file at which a comment is tried, since each is a parse of the file.
const MAX_TRIALS: usize = 4;

impl<'f> CommentForms<'f> {
    pub(crate) fn of(file: &'f Lowered) -> Self {
        Self { file, last: None, trials: MAX_TRIALS }
    }

    /// The form of a comment that suppresses a finding at this place; none if there is none.
    pub(crate) fn at(&mut self, span: Span) -> Option<CommentForm> {
        let tree = self.file.tree_around(span)?;
        let above = CommentForm::above(tree.dialect())?;
        let line = self.file.source.lines().line(span.start);
        let line_start = tree.line_start(self.file.source.lines(), span.start);
        let indent = tree.slice(Span::new(line_start, span.start));
        let code = line_start + (indent.len() - indent.trim_start().len()) as u32;
        let around = tree.covering(Span::new(span.start, span.start));
        if around.kind() == Kind::Comment && around.start() < line_start {
            return Some(CommentForm::in_block(indent.trim_start().starts_with('*')));
        }
        if tree.is_embedded() || code == 0 || !is_unusual(tree.covering(Span::new(code - 1, code + 1))) {
            return Some(above);
        }
        if let Some((_, known)) = self.last.filter(|(known, _)| *known == line) {
            return known;
        }
        if self.trials == 0 {
            return None;
        }
        self.trials -= 1;
        let form = self.try_all(above, line_start, line);
        self.last = Some((line, form));
        form
    }

    /// Tries the forms of comments at a line: plain or in brackets above it, then in a block behind it.
    fn try_all(&self, above: CommentForm, line_start: u32, line: u32) -> Option<CommentForm> {
        let (all, lines) = (self.file.trees.first()?.dialect().language.syntax().comments, self.file.source.lines());
        let bracketed = all.iter().find_map(|syntax| Some((syntax.around?, CommentForm::of(syntax))));
        let bracketed = bracketed.map(|(around, form)| CommentForm { around, ..form });
        let mut forms = [Some(above), bracketed].into_iter().flatten();
        if let Some(form) = forms.find(|form| self.holds(*form, line_start, "\n")) {
            return Some(form);
        }
        let block = all.iter().find(|syntax| syntax.close.is_some() && !syntax.doc)?;
        let text = self.file.source.text();
        let end = lines.span(text, line).end;
        let behind = CommentForm::behind(block);
        self.holds(behind, end, "").then_some(behind)
    }

    /// True if a suppression at this place is read as one.
    fn holds(&self, form: CommentForm, at: u32, after: &str) -> bool {
        let text = self.file.source.text();
        let (before, rest) = text.split_at(at as usize);
        let comment = form.comment("a");
        let tried = format!("{before}{comment}{after}{rest}");
        let Ok(source) = SourceFile::new(self.file.source.path().clone(), tried) else { return false };
        let tried = language::lower(FileInput::new(source, self.file.context.clone()));
        let place = Span::new(at, at + comment.len() as u32);
        let is_there = tried.comments.iter().any(|comment| place.contains(comment.span));
        is_there && tried.problems.len() <= self.file.problems.len()
    }
}

/// True if a node around the start of a line is text or markup, where a comment may be no comment.
fn is_unusual(around: Node<'_>) -> bool {
    let syntax = around.language().syntax();
    let is_text = |node: Node<'_>| {
        matches!(node.kind(), Kind::Jsx | Kind::String | Kind::Template) || syntax.text_kinds.contains(&node.raw_name())
    };
    is_text(around) || around.parent().is_some_and(is_text)
}
