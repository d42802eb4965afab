//! The means of lowering: opening and closing nodes, and finding the tokens between them in the text.

use std::sync::Arc;

use oxc_ast::ast::{Program, Statement};
use oxc_span::GetSpan;

use crate::ir::{Comment, Dialect, StrictBuilder, Tree};
use crate::language::ecmascript::strict::asi::Before;
use crate::language::ecmascript::strict::names::{Fields, Kinds, Names};
use crate::span::Span;

/// The stack that one step into a node needs at most, and what is added when less is left.
const STACK: (usize, usize) = (96 * 1024, 1024 * 1024);

/// No field.
pub(super) const NONE: u16 = 0;

/// The lowering of one text.
#[derive(Debug)]
pub(super) struct Emit<'t> {
    text: &'t str,
    names: &'static Names,
    /// The comments' spans in order.
    comments: Vec<Span>,
    builder: StrictBuilder,
}

/// A span of oxc's as one of ours.
pub(super) fn span(node: &impl GetSpan) -> Span {
    let span = node.span();
    Span::new(span.start, span.end)
}

impl<'t> Emit<'t> {
    pub(super) fn new(
        text: &'t Arc<str>,
        dialect: &'static Dialect,
        names: &'static Names,
        program: &Program<'_>,
    ) -> Self {
        let comments: Vec<Span> = program.comments.iter().map(span).collect();
        let kind = |at: &Span| match text.as_bytes().get(at.start as usize) {
            Some(b'/') => names.kinds.comment,
            _ => names.kinds.html_comment,
        };
        let placed = comments.iter().map(|at| (kind(at), *at)).collect();
        Self { text, names, builder: StrictBuilder::new(text.clone(), dialect, placed), comments }
    }

    pub(super) fn program(mut self, program: &Program<'_>) -> (Tree, Vec<Comment>) {
        // Like the grammar's, the tree starts at its first token and ends with the text.
        let first = self.skip_space(0);
        let start = self.comments.first().map_or(first, |comment| comment.start.min(first));
        self.open(self.k().program, NONE, Span::new(start, self.text.len() as u32));
        if let Some(hashbang) = &program.hashbang {
            self.leaf(self.k().hash_bang_line, NONE, span(hashbang));
        }
        self.directives(&program.directives);
        self.statements(&program.body, NONE);
        self.close();
        self.builder.finish()
    }

    pub(super) fn statements(&mut self, statements: &[Statement<'_>], field: u16) {
        for statement in statements {
            self.statement(statement, field);
        }
    }

    pub(super) fn k(&self) -> &'static Kinds {
        &self.names.kinds
    }

    pub(super) fn f(&self) -> &'static Fields {
        &self.names.fields
    }

    pub(super) fn names(&self) -> &'static Names {
        self.names
    }

    pub(super) fn typescript(&self) -> bool {
        self.names.typescript
    }

    /// Runs `step` with enough stack for what it may call.
    pub(super) fn deeper<R>(&mut self, step: impl FnOnce(&mut Self) -> R) -> R {
        stacker::maybe_grow(STACK.0, STACK.1, || step(self))
    }

    pub(super) fn open(&mut self, kind: u16, field: u16, span: Span) {
        self.builder.open(kind, field, span);
    }

    pub(super) fn close(&mut self) {
        self.builder.close();
    }

    pub(super) fn leaf(&mut self, kind: u16, field: u16, span: Span) {
        self.builder.leaf(kind, field, span);
    }

    pub(super) fn token(&mut self, kind: u16, field: u16, span: Span) {
        self.builder.token(kind, field, span);
    }

    /// A named node that holds tokens only.
    pub(super) fn tokens(&mut self, kind: u16, field: u16, span: Span) {
        self.open(kind, field, span);
        self.close();
    }

    /// The end of what was closed last.
    pub(super) fn last_end(&self) -> u32 {
        self.builder.last_end()
    }

    /// Closes a statement: with its `;`, or with the automatic one.
    pub(super) fn close_statement(&mut self, end: u32, before: Before) {
        let end = end.max(self.last_end());
        let ends = end > 0 && self.byte(end - 1) == b';';
        let end = if ends { end } else { self.automatic_semicolon(end, before).unwrap_or(end) };
        self.builder.close_at(end);
    }

    /// Closes a node that takes an automatic semicolon when there is one.
    pub(super) fn close_block(&mut self, end: u32, before: Before) {
        let end = self.automatic_semicolon(end, before).unwrap_or(end);
        self.builder.close_at(end);
    }

    /// The byte at an offset; 0 at the end.
    pub(super) fn byte(&self, at: u32) -> u8 {
        self.text.as_bytes().get(at as usize).copied().unwrap_or(0)
    }

    pub(super) fn starts_with(&self, at: u32, text: &str) -> bool {
        self.text.as_bytes().get(at as usize..).is_some_and(|rest| rest.starts_with(text.as_bytes()))
    }

    pub(super) fn text_of(&self, start: u32, end: u32) -> &'t str {
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }

    /// Where the byte stands first.
    pub(super) fn find(&self, byte: u8, within: Span) -> Option<u32> {
        let bytes = self.text.as_bytes().get(within.range())?;
        memchr::memchr(byte, bytes).map(|at| within.start + at as u32)
    }

    /// Past white space.
    pub(super) fn skip_space(&self, from: u32) -> u32 {
        // Mostly there is none.
        if self.byte(from).is_ascii_graphic() {
            return from;
        }
        let rest = self.text.get(from as usize..).unwrap_or_default();
        let trimmed = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
        from + (rest.len() - trimmed.len()) as u32
    }

    /// The end of the comment that starts there.
    pub(super) fn comment_at(&self, at: u32) -> Option<u32> {
        // `//`, `/*`, `<!--` and `-->`: the search is for these only.
        if !matches!(self.byte(at), b'/' | b'<' | b'-') {
            return None;
        }
        let found = self.comments.binary_search_by_key(&at, |comment| comment.start).ok()?;
        self.comments.get(found).map(|comment| comment.end)
    }

    /// Past white space and comments.
    pub(super) fn skip(&self, from: u32) -> u32 {
        let mut at = self.skip_space(from);
        while self.byte(at) == b'/'
            && let Some(after) = self.comment_at(at)
        {
            at = self.skip_space(after);
        }
        at
    }

    /// Back over white space and comments: where the token before ends.
    pub(super) fn skip_back(&self, from: u32) -> u32 {
        let mut at = from;
        loop {
            if !self.byte(at.wrapping_sub(1)).is_ascii_graphic() {
                let before = self.text.get(..at as usize).unwrap_or_default();
                at = before.trim_end_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}').len() as u32;
            }
            // A comment ends with `*/` or where its line does; `byte` tells the end of the text by 0.
            let may_end = matches!(self.byte(at), 0 | b'\n' | b'\r' | 0x80..) || self.byte(at.wrapping_sub(1)) == b'/';
            if !may_end {
                return at;
            }
            match self.comments.binary_search_by_key(&at, |comment| comment.end) {
                Ok(found) => at = self.comments.get(found).map_or(at, |comment| comment.start),
                Err(_) => return at,
            }
        }
    }

    /// Past `token`, which is the next one after `from`; `from` itself when it is not.
    pub(super) fn after(&self, from: u32, token: &str) -> u32 {
        let at = self.skip(from);
        if self.starts_with(at, token) { at + token.len() as u32 } else { from }
    }

    /// The start of `token`, which is the one before `from`; `from` itself when it is not.
    pub(super) fn before(&self, from: u32, token: &str) -> u32 {
        let end = self.skip_back(from);
        let start = end.saturating_sub(token.len() as u32);
        if self.starts_with(start, token) { start } else { from }
    }

    /// The word or single character at an offset, which ends before `to`.
    pub(super) fn word(&self, at: u32, to: u32) -> &'t str {
        let rest = self.text_of(at, to);
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).unwrap_or(rest.len());
        let first = rest.chars().next().map_or(0, char::len_utf8);
        rest.get(..end.max(first)).unwrap_or_default()
    }
}
