//! The walk: where it stands among the tokens, and the few ways to make a node there.

use std::sync::Arc;

use crate::ir::{BuilderMark, DegradedItem, Problem, StrictBuilder};
use crate::span::Span;

use super::code::Code;
use super::lexer::{Token, TokenKind};
use super::names::{Fields, Kinds};

/// Walks syn's tree and the table of tokens in lockstep and fills the tree.
///
/// A node starts where the next token starts and ends where the last one passed ended.
pub(super) struct Lower<'t> {
    pub(super) text: &'t Arc<str>,
    /// What syn got of the text.
    pub(super) code: Code,
    pub(super) tokens: Vec<Token>,
    /// The next token.
    pub(super) at: usize,
    pub(super) kind: &'static Kinds,
    pub(super) field: &'static Fields,
    pub(super) builder: StrictBuilder,
    /// Why the item at hand cannot be lowered here.
    pub(super) bad: Option<&'static str>,
    /// How many macro calls are being read as code.
    pub(super) calls: u32,
    pub(super) degraded: Vec<DegradedItem>,
    pub(super) problem: Option<Problem>,
}

/// A place to which the walk returns.
#[derive(Clone, Copy)]
pub(super) struct Place {
    at: usize,
    mark: BuilderMark,
}

impl Lower<'_> {
    pub(super) fn place(&self) -> Place {
        Place { at: self.at, mark: self.builder.mark() }
    }

    pub(super) fn back_to(&mut self, place: Place) {
        self.at = place.at;
        self.builder.rollback(place.mark);
        self.bad = None;
    }

    /// Gives the item at hand up.
    pub(super) fn give_up(&mut self, reason: &'static str) {
        self.bad.get_or_insert(reason);
    }

    pub(super) fn token_at(&self, at: usize) -> Token {
        let end = self.text.len() as u32;
        let none = Token { kind: TokenKind::End, byte: 0, start: end, end, mate: at as u32 };
        self.tokens.get(at).copied().unwrap_or(none)
    }

    pub(super) fn token(&self) -> Token {
        self.token_at(self.at)
    }

    /// Where the last token passed ended.
    pub(super) fn last_end(&self) -> u32 {
        if self.at == 0 { 0 } else { self.token_at(self.at - 1).end }
    }

    pub(super) fn text_of(&self, token: Token) -> &str {
        self.text.get(token.start as usize..token.end as usize).unwrap_or_default()
    }

    /// Whether the token `ahead` of the next is this character of an operator or this bracket.
    pub(super) fn sees(&self, ahead: usize, byte: u8) -> bool {
        let token = self.token_at(self.at + ahead);
        token.byte == byte && matches!(token.kind, TokenKind::Punct | TokenKind::Open | TokenKind::Close)
    }

    /// Whether the next token is this word.
    pub(super) fn sees_word(&self, word: &str) -> bool {
        self.word_at(self.at) == Some(word)
    }

    /// The word that is the token at `at`.
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
            if self.sees(0, byte) {
                self.at += 1;
            } else {
                self.give_up("tokens and syntax tree disagree on an operator");
            }
        }
    }

    /// Passes an operator that may be left out.
    pub(super) fn pass_if(&mut self, byte: u8) -> bool {
        let seen = self.sees(0, byte);
        self.at += usize::from(seen);
        seen
    }

    /// Passes a keyword.
    pub(super) fn pass_word(&mut self, word: &str) {
        if self.sees_word(word) {
            self.at += 1;
        } else {
            self.give_up("tokens and syntax tree disagree on a word");
        }
    }

    pub(super) fn open(&mut self, kind: u16, field: u16) {
        let start = self.token().start;
        self.builder.open_at(kind, field, start);
    }

    pub(super) fn close(&mut self) {
        let end = self.last_end();
        self.builder.close_at(end);
    }

    /// A node that is what `body` passes.
    pub(super) fn node(&mut self, kind: u16, field: u16, body: impl FnOnce(&mut Self)) {
        self.open(kind, field);
        body(self);
        self.close();
    }

    /// A node of the next token alone.
    pub(super) fn leaf(&mut self, kind: u16, field: u16) {
        let token = self.token();
        self.builder.leaf(kind, field, Span::new(token.start, token.end));
        self.pass();
    }

    /// A node of the next token, which must be a word.
    pub(super) fn word(&mut self, kind: u16, field: u16) {
        if self.token().kind != TokenKind::Ident {
            self.give_up("tokens and syntax tree disagree on a name");
        }
        self.leaf(kind, field);
    }

    /// A name; `self`, `super` and `crate` are kinds of their own.
    pub(super) fn name(&mut self, field: u16) {
        let kind = match self.word_at(self.at) {
            Some("self") => self.kind.self_,
            Some("super") => self.kind.super_,
            Some("crate") => self.kind.crate_,
            _ => self.kind.identifier,
        };
        self.word(kind, field);
    }

    /// A name after `::`.
    pub(super) fn later_name(&mut self) {
        let kind = if self.sees_word("super") { self.kind.super_ } else { self.kind.identifier };
        self.word(kind, self.field.name);
    }

    /// `mut` as a node, if it is next.
    pub(super) fn mutable(&mut self) {
        if self.sees_word("mut") {
            self.leaf(self.kind.mutable_specifier, 0);
        }
    }

    /// `'a` as a lifetime or label.
    pub(super) fn quoted(&mut self, kind: u16, field: u16) {
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
        self.quoted(self.kind.lifetime, field);
    }

    /// A list: an opening bracket, elements with commas between them, the closing bracket.
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

    /// Elements with commas between them.
    pub(super) fn elements<T>(&mut self, elements: impl Iterator<Item = T>, mut each: impl FnMut(&mut Self, T)) {
        for element in elements {
            each(self, element);
            self.pass_if(b',');
        }
    }
}

/// Runs `body` with enough stack below it.
pub(super) fn deep<R>(body: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(96 * 1024, 1024 * 1024, body)
}
