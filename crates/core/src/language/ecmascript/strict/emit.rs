//! Building blocks of strict lowering: opening and closing nodes, and finding tokens in the text.

use std::sync::Arc;

use oxc_ast::ast::{Program, Statement};
use oxc_span::GetSpan;

use crate::ir::{Comment, Dialect, StrictBuilder, Tree};
use crate::language::ecmascript::strict::asi::BeforeSemicolon;
use crate::language::ecmascript::strict::names::{EcmaScriptFields, EcmaScriptIds, EcmaScriptKinds};
use crate::language::stack::with_step_stack;
use crate::span::Span;

/// The id of no field.
pub(super) const NO_FIELD: u16 = 0;

/// The lowering of one text.
#[derive(Debug)]
pub(super) struct Emit<'t> {
    text: &'t str,
    ids: &'static EcmaScriptIds,
    /// The spans of the comments, in order.
    comments: Vec<Span>,
    /// The `#!` line.
    hashbang: Option<Span>,
    builder: StrictBuilder,
}

/// The span of a node of oxc.
pub(super) fn span(node: &impl GetSpan) -> Span {
    let span = node.span();
    Span::new(span.start, span.end)
}

/// True for what oxc and the grammars take for white space: Unicode's, a byte order mark and a space of no width.
fn is_white_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200B}' | '\u{FEFF}')
}

impl<'t> Emit<'t> {
    pub(super) fn new(
        text: &'t Arc<str>,
        dialect: &'static Dialect,
        ids: &'static EcmaScriptIds,
        program: &Program<'_>,
    ) -> Self {
        let mut comments: Vec<Span> = program.comments.iter().map(span).collect();
        let is_hashbang = |first: &Span| text.as_bytes().get(first.start as usize) == Some(&b'#');
        let hashbang = match &program.hashbang {
            Some(hashbang) => Some(span(hashbang)),
            // Behind a byte order mark it was shown to oxc as a comment.
            None => comments.first().is_some_and(is_hashbang).then(|| comments.remove(0)),
        };
        let kind = |at: &Span| match text.as_bytes().get(at.start as usize) {
            Some(b'/') => ids.kinds.comment,
            _ => ids.kinds.html_comment,
        };
        let placed = comments.iter().map(|at| (kind(at), *at)).collect();
        Self { text, ids, builder: StrictBuilder::new(text.clone(), dialect, placed), comments, hashbang }
    }

    /// The tree of a program, its comments, and true if it has a node of a kind that the grammar lacks.
    pub(super) fn program(mut self, program: &Program<'_>) -> (Tree, Vec<Comment>, bool) {
        // As in tree-sitter, the root starts at the first token and ends with the text.
        let first = self.skip_space(0);
        let start = self.comments.first().map_or(first, |comment| comment.start.min(first));
        self.open(self.kinds().program, NO_FIELD, Span::new(start, self.text.len() as u32));
        if let Some(hashbang) = self.hashbang {
            self.leaf(self.kinds().hash_bang_line, NO_FIELD, hashbang);
        }
        self.directives(&program.directives);
        self.statements(&program.body, NO_FIELD);
        self.close();
        self.builder.finish()
    }

    pub(super) fn statements(&mut self, statements: &[Statement<'_>], field: u16) {
        for statement in statements {
            self.statement(statement, field);
        }
    }

    /// The ids of the grammar's named kinds.
    pub(super) fn kinds(&self) -> &'static EcmaScriptKinds {
        &self.ids.kinds
    }

    /// The ids of the grammar's fields.
    pub(super) fn fields(&self) -> &'static EcmaScriptFields {
        &self.ids.fields
    }

    pub(super) fn ids(&self) -> &'static EcmaScriptIds {
        self.ids
    }

    /// True if the grammar is one of TypeScript's.
    pub(super) fn typescript(&self) -> bool {
        self.ids.typescript
    }

    /// Runs one step of the recursion with enough stack.
    pub(super) fn with_stack<R>(&mut self, step: impl FnOnce(&mut Self) -> R) -> R {
        with_step_stack(|| step(self))
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

    /// Adds a named node that holds only tokens.
    pub(super) fn tokens(&mut self, kind: u16, field: u16, span: Span) {
        self.open(kind, field, span);
        self.close();
    }

    /// The end of the last closed node.
    pub(super) fn last_end(&self) -> u32 {
        self.builder.last_end()
    }

    /// Closes a statement behind its `;`, or where the automatic semicolon ends.
    pub(super) fn close_statement(&mut self, end: u32, before: BeforeSemicolon) {
        let end = end.max(self.last_end());
        let ends = end > 0 && self.byte(end - 1) == b';';
        let end = if ends { end } else { self.automatic_semicolon(end, before).unwrap_or(end) };
        self.builder.close_at(end);
    }

    /// Closes a node that includes an automatic semicolon, if there is one.
    pub(super) fn close_block(&mut self, end: u32, before: BeforeSemicolon) {
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

    /// The place of the first such byte in a span.
    pub(super) fn find(&self, byte: u8, within: Span) -> Option<u32> {
        let bytes = self.text.as_bytes().get(within.range())?;
        memchr::memchr(byte, bytes).map(|at| within.start + at as u32)
    }

    /// The place behind white space.
    pub(super) fn skip_space(&self, from: u32) -> u32 {
        // Usually there is none.
        if self.byte(from).is_ascii_graphic() {
            return from;
        }
        let rest = self.text.get(from as usize..).unwrap_or_default();
        let trimmed = rest.trim_start_matches(is_white_space);
        from + (rest.len() - trimmed.len()) as u32
    }

    /// The end of the comment that starts at a place.
    pub(super) fn comment_at(&self, at: u32) -> Option<u32> {
        // Comments start with `//`, `/*`, `<!--` or `-->`.
        if !matches!(self.byte(at), b'/' | b'<' | b'-') {
            return None;
        }
        let found = self.comments.binary_search_by_key(&at, |comment| comment.start).ok()?;
        self.comments.get(found).map(|comment| comment.end)
    }

    /// The place behind white space and comments.
    pub(super) fn skip(&self, from: u32) -> u32 {
        let mut at = self.skip_space(from);
        while self.byte(at) == b'/'
            && let Some(after) = self.comment_at(at)
        {
            at = self.skip_space(after);
        }
        at
    }

    /// The end of the token before a place: back over white space and comments.
    pub(super) fn skip_back(&self, from: u32) -> u32 {
        let mut at = from;
        loop {
            if !self.byte(at.wrapping_sub(1)).is_ascii_graphic() {
                let before = self.text.get(..at as usize).unwrap_or_default();
                at = before.trim_end_matches(is_white_space).len() as u32;
            }
            // A comment ends with `*/` or with its line; at the end of the text `byte` gives 0.
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

    /// The end of `token` if it is the next one after `from`; otherwise `from`.
    pub(super) fn after(&self, from: u32, token: &str) -> u32 {
        let at = self.skip(from);
        if self.starts_with(at, token) { at + token.len() as u32 } else { from }
    }

    /// The start of `token` if it is the one before `from`; otherwise `from`.
    pub(super) fn before(&self, from: u32, token: &str) -> u32 {
        let end = self.skip_back(from);
        let start = end.saturating_sub(token.len() as u32);
        if self.starts_with(start, token) { start } else { from }
    }

    /// The word or single character at a place, which ends before `to`.
    pub(super) fn word(&self, at: u32, to: u32) -> &'t str {
        let rest = self.text_of(at, to);
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).unwrap_or(rest.len());
        let first = rest.chars().next().map_or(0, char::len_utf8);
        rest.get(..end.max(first)).unwrap_or_default()
    }
}
