//! The state of the strict lowering, and its basic steps: passing tokens and opening, closing and adding nodes.

use std::sync::Arc;

use crate::ir::{BuilderMark, DegradedItem, Problem, StrictBuilder};
use crate::span::Span;

use super::code::StrippedCode;
use super::lexer::{Token, TokenKind};
use super::names::{RustFields, RustKinds};

/// The lowering of one text: goes through syn's syntax tree and the list of tokens side by side, and builds the tree.
///
/// To pass a token is to go on to the token after it. A node starts at the next token and ends where the last passed
/// token ends. Fields are given by number; 0 is none.
pub(super) struct Lower<'t> {
    pub(super) text: &'t Arc<str>,
    /// The text that syn parsed.
    pub(super) code: StrippedCode,
    pub(super) tokens: Vec<Token>,
    /// The index of the next token.
    pub(super) at: usize,
    pub(super) kind: &'static RustKinds,
    pub(super) field: &'static RustFields,
    pub(super) builder: StrictBuilder,
    /// The reason why the current item cannot be lowered here; none as long as it can.
    pub(super) failure: Option<&'static str>,
    /// The number of macro calls around the current place that are read as code.
    pub(super) macro_depth: u32,
    pub(super) degraded: Vec<DegradedItem>,
    pub(super) problem: Option<Problem>,
}

/// A state to which the walk can return.
#[derive(Clone, Copy)]
pub(super) struct Checkpoint {
    at: usize,
    mark: BuilderMark,
}

impl Lower<'_> {
    pub(super) fn checkpoint(&self) -> Checkpoint {
        Checkpoint { at: self.at, mark: self.builder.mark() }
    }

    /// Undoes everything since a checkpoint.
    pub(super) fn back_to(&mut self, checkpoint: Checkpoint) {
        self.at = checkpoint.at;
        self.builder.rollback(checkpoint.mark);
        self.failure = None;
    }

    /// Records that the current item cannot be lowered here; the first reason is kept.
    pub(super) fn give_up(&mut self, reason: &'static str) {
        self.failure.get_or_insert(reason);
    }

    /// The token with index `at`; after the last one, a token of kind [`TokenKind::End`].
    pub(super) fn token_at(&self, at: usize) -> Token {
        let end = self.text.len() as u32;
        let none = Token { kind: TokenKind::End, byte: 0, start: end, end, mate: at as u32 };
        self.tokens.get(at).copied().unwrap_or(none)
    }

    /// The next token.
    pub(super) fn token(&self) -> Token {
        self.token_at(self.at)
    }

    /// The end of the last passed token.
    pub(super) fn last_end(&self) -> u32 {
        if self.at == 0 { 0 } else { self.token_at(self.at - 1).end }
    }

    pub(super) fn text_of(&self, token: Token) -> &str {
        self.text.get(token.start as usize..token.end as usize).unwrap_or_default()
    }

    /// True if the token `ahead` places after the next one is this character of an operator, or this bracket.
    pub(super) fn token_is(&self, ahead: usize, byte: u8) -> bool {
        let token = self.token_at(self.at + ahead);
        token.byte == byte && matches!(token.kind, TokenKind::Punct | TokenKind::Open | TokenKind::Close)
    }

    /// True if the next token is this word.
    pub(super) fn next_is_word(&self, word: &str) -> bool {
        self.word_at(self.at) == Some(word)
    }

    /// The text of the token with index `at` if it is a word.
    pub(super) fn word_at(&self, at: usize) -> Option<&str> {
        let token = self.token_at(at);
        (token.kind == TokenKind::Ident).then(|| self.text_of(token))
    }

    /// Passes the next token.
    pub(super) fn pass(&mut self) {
        if self.token().kind == TokenKind::End {
            self.give_up("the tokens end before the syntax tree does");
        } else {
            self.at += 1;
        }
    }

    /// Passes an operator or bracket.
    pub(super) fn pass_text(&mut self, text: &str) {
        for byte in text.bytes() {
            if self.token_is(0, byte) {
                self.at += 1;
            } else {
                self.give_up("tokens and syntax tree disagree on an operator");
            }
        }
    }

    /// Passes an optional character of an operator; returns whether it was there.
    pub(super) fn pass_if(&mut self, byte: u8) -> bool {
        let seen = self.token_is(0, byte);
        self.at += usize::from(seen);
        seen
    }

    /// Passes a keyword.
    pub(super) fn pass_word(&mut self, word: &str) {
        if self.next_is_word(word) {
            self.at += 1;
        } else {
            self.give_up("tokens and syntax tree disagree on a word");
        }
    }

    /// Opens a node at the next token.
    pub(super) fn open(&mut self, kind: u16, field: u16) {
        let start = self.token().start;
        self.builder.open_at(kind, field, start);
    }

    /// Closes a node behind the last passed token.
    pub(super) fn close(&mut self) {
        let end = self.last_end();
        self.builder.close_at(end);
    }

    /// Adds a node around the tokens that `body` passes.
    pub(super) fn node(&mut self, kind: u16, field: u16, body: impl FnOnce(&mut Self)) {
        self.open(kind, field);
        body(self);
        self.close();
    }

    /// Adds a node of the next token alone.
    pub(super) fn leaf(&mut self, kind: u16, field: u16) {
        let token = self.token();
        self.builder.leaf(kind, field, Span::new(token.start, token.end));
        self.pass();
    }

    /// Adds a node of the next token, which must be a word.
    pub(super) fn word(&mut self, kind: u16, field: u16) {
        if self.token().kind != TokenKind::Ident {
            self.give_up("tokens and syntax tree disagree on a name");
        }
        self.leaf(kind, field);
    }

    /// Adds a name; `self`, `super` and `crate` have kinds of their own.
    pub(super) fn name(&mut self, field: u16) {
        let kind = match self.word_at(self.at) {
            Some("self") => self.kind.self_,
            Some("super") => self.kind.super_,
            Some("crate") => self.kind.crate_,
            _ => self.kind.identifier,
        };
        self.word(kind, field);
    }

    /// Adds a name after `::`.
    pub(super) fn name_after_colons(&mut self) {
        let kind = if self.next_is_word("super") { self.kind.super_ } else { self.kind.identifier };
        self.word(kind, self.field.name);
    }

    /// Adds a node of `mut`, if it is next.
    pub(super) fn optional_mut(&mut self) {
        if self.next_is_word("mut") {
            self.leaf(self.kind.mutable_specifier, 0);
        }
    }

    /// Adds `'a` as a lifetime or label.
    pub(super) fn lifetime_or_label(&mut self, kind: u16, field: u16) {
        let token = self.token();
        if token.kind != TokenKind::Lifetime {
            self.give_up("tokens and syntax tree disagree on a lifetime");
        }
        self.builder.open(kind, field, Span::new(token.start, token.end));
        self.builder.leaf(self.kind.identifier, 0, Span::new(token.start + 1, token.end));
        self.builder.close();
        self.pass();
    }

    pub(super) fn lifetime(&mut self, field: u16) {
        self.lifetime_or_label(self.kind.lifetime, field);
    }

    /// Adds a list: an opening bracket, elements with commas between them, the closing bracket.
    pub(super) fn list<T>(&mut self, open: &str, elements: impl Iterator<Item = T>, each: impl FnMut(&mut Self, T)) {
        self.pass_text(open);
        self.elements(elements, each);
        let close = match open {
            "(" => ")",
            "[" => "]",
            "<" => ">",
            _ => "}",
        };
        self.pass_text(close);
    }

    /// Adds elements with commas between them.
    pub(super) fn elements<T>(&mut self, elements: impl Iterator<Item = T>, mut each: impl FnMut(&mut Self, T)) {
        for element in elements {
            each(self, element);
            self.pass_if(b',');
        }
    }
}
