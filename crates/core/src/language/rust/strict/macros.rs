//! Macros: token trees as the grammar sees them, in calls and in `macro_rules!` definitions.

use syn::parse::{ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{Attribute, Block, Expr, Macro, Token};

use super::super::grammar_workarounds::is_primitive;
use super::super::macros::{READINGS, Reading};
use super::control::is_chain;
use super::lexer::TokenKind;
use super::lower::{Lower, deep};
use crate::span::Span;

/// The keywords that are tokens of their own within token trees; all others are identifiers there.
const KEYWORDS: &[&str] = &[
    "_", "as", "async", "await", "break", "const", "continue", "default", "enum", "fn", "for", "gen", "if", "impl",
    "let", "loop", "match", "mod", "pub", "return", "static", "struct", "trait", "type", "union", "unsafe", "use",
    "where", "while",
];

/// What kind of token tree it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trees {
    /// Of a call: `$` is a token.
    Call,
    /// The right side of a rule.
    Body,
    /// The left side of a rule.
    Pattern,
}

impl Lower<'_> {
    /// A macro call without a semicolon.
    pub(super) fn macro_invocation(&mut self, call: &Macro, field: u16) {
        self.node(self.kind.macro_invocation, field, |this| {
            this.token_path(this.field.macro_);
            this.pass_text("!");
            deep(|| this.call_tokens(call));
        });
    }

    /// The token tree of a call: what its tokens can be read as, or the grammar's tokens.
    fn call_tokens(&mut self, call: &Macro) {
        let end = self.token().mate as usize;
        if self.token().kind != TokenKind::Open || end <= self.at || self.bad.is_some() {
            self.give_up("tokens and syntax tree disagree on a token tree");
            return;
        }
        self.node(self.kind.token_tree, 0, |this| {
            this.pass();
            let place = this.place();
            let read = READINGS.iter().any(|reading| {
                this.calls += 1;
                let read = this.may_be(*reading, end) && this.read(*reading, call);
                this.calls -= 1;
                if read && this.bad.is_none() && this.at == end {
                    return true;
                }
                this.back_to(place);
                false
            });
            if !read {
                this.tree_tokens(Trees::Call, end);
            }
            this.pass();
        });
    }

    /// A cheap look at the tokens up to `end`, so that syn is not asked in vain.
    fn may_be(&self, reading: Reading, end: usize) -> bool {
        let (mut at, mut semicolon) = (self.at, false);
        while at < end {
            let token = self.token_at(at);
            let next = self.token_at(at + 1);
            match (token.kind, token.byte) {
                (TokenKind::Open, _) => at = token.mate.max(at as u32) as usize,
                (TokenKind::Punct, b'$') => return false,
                (TokenKind::Punct, b'=') if next.byte == b'>' && next.start == token.end => return false,
                (TokenKind::Punct, b'#') if !matches!(next.byte, b'[' | b'!') => return false,
                (TokenKind::Punct, b';') => semicolon = true,
                _ => {}
            }
            at += 1;
        }
        match reading {
            Reading::List => !semicolon,
            Reading::Repeat => semicolon,
            Reading::Statements => true,
        }
    }

    /// Parses the tokens of a call so and lowers what that gives; whether they parse.
    fn read(&mut self, reading: Reading, call: &Macro) -> bool {
        let tokens = call.tokens.clone();
        match reading {
            Reading::List => {
                let parsed = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(tokens);
                parsed.ok().filter(|list| !list.iter().any(is_condition)).is_some_and(|list| {
                    self.elements(list.iter(), |this, element| this.expression(element, 0));
                    true
                })
            }
            Reading::Repeat => {
                let pair = |input: ParseStream<'_>| {
                    let element: Expr = input.parse()?;
                    input.parse::<Token![;]>()?;
                    Ok((element, input.parse::<Expr>()?))
                };
                let parsed = pair.parse2(tokens).ok();
                parsed.filter(|(element, length)| !is_condition(element) && !is_condition(length)).is_some_and(|pair| {
                    let (element, length) = pair;
                    self.expression(&element, 0);
                    self.pass_text(";");
                    self.expression(&length, 0);
                    true
                })
            }
            Reading::Statements => {
                let statements = |input: ParseStream<'_>| {
                    input.call(Attribute::parse_inner)?;
                    input.call(Block::parse_within)
                };
                statements.parse2(tokens).is_ok_and(|statements| {
                    self.inner_attributes();
                    self.statements(&statements);
                    true
                })
            }
        }
    }

    /// The token tree of an attribute, brackets included.
    pub(super) fn token_tree(&mut self, field: u16) {
        self.trees(Trees::Call, field);
    }

    /// `macro_rules! name { … }`.
    pub(super) fn macro_definition(&mut self) {
        self.node(self.kind.macro_definition, 0, |this| {
            this.pass_word("macro_rules");
            this.pass_text("!");
            this.word(this.kind.identifier, this.field.name);
            let end = this.token().mate as usize;
            let braces = this.sees(0, b'{');
            this.pass();
            while this.at < end {
                this.node(this.kind.macro_rule, 0, |this| {
                    this.trees(Trees::Pattern, this.field.left);
                    this.pass_text("=>");
                    this.trees(Trees::Body, this.field.right);
                });
                this.pass_if(b';');
                if this.bad.is_some() {
                    return;
                }
            }
            this.pass();
            if !braces {
                this.pass_text(";");
            }
        });
    }

    /// A bracketed run of tokens.
    fn trees(&mut self, trees: Trees, field: u16) {
        let end = self.token().mate as usize;
        if self.token().kind != TokenKind::Open || end <= self.at {
            self.give_up("tokens and syntax tree disagree on a token tree");
            return;
        }
        let kind = if trees == Trees::Pattern { self.kind.token_tree_pattern } else { self.kind.token_tree };
        deep(|| {
            self.node(kind, field, |this| {
                this.pass();
                this.tree_tokens(trees, end);
                this.pass();
            });
        });
    }

    fn tree_tokens(&mut self, trees: Trees, end: usize) {
        while self.at < end {
            let token = self.token();
            match token.kind {
                TokenKind::Open => self.trees(trees, 0),
                TokenKind::Lifetime => {
                    // The grammar sees a quote and a word, which may be a keyword.
                    let name = self.text_of(token).get(1..).unwrap_or_default();
                    if !KEYWORDS.contains(&name) {
                        let kind = if is_primitive(name) { self.kind.primitive_type } else { self.kind.identifier };
                        self.builder.leaf(kind, 0, Span::new(token.start + 1, token.end));
                    }
                    self.pass();
                }
                TokenKind::Punct if token.byte == b'$' && trees != Trees::Call => self.dollar(trees),
                TokenKind::Punct | TokenKind::Close | TokenKind::End => self.pass(),
                TokenKind::Ident => self.tree_word(),
                TokenKind::Integer if token.byte == b'.' => {
                    // `x.0.1`: two fields for an expression, a number for a macro.
                    let end = self.token_at(self.at + 2).end;
                    self.builder.leaf(self.kind.float_literal, 0, Span::new(token.start, end));
                    self.at += 3;
                }
                _ => self.literal(0),
            }
            if self.bad.is_some() {
                return;
            }
        }
    }

    fn tree_word(&mut self) {
        let word = self.text_of(self.token());
        match word {
            "true" | "false" => self.literal(0),
            "mut" => self.leaf(self.kind.mutable_specifier, 0),
            "self" | "super" | "crate" => self.name(0),
            _ if KEYWORDS.contains(&word) => self.pass(),
            _ if is_primitive(word) && !self.calls_macro() => self.leaf(self.kind.primitive_type, 0),
            _ => self.leaf(self.kind.identifier, 0),
        }
    }

    /// Whether the next word is followed by `!` and a bracket.
    fn calls_macro(&self) -> bool {
        self.sees(1, b'!') && self.token_at(self.at + 2).kind == TokenKind::Open
    }

    /// `$x`, `$x:kind`, `$(…)…`.
    fn dollar(&mut self, trees: Trees) {
        let next = self.token_at(self.at + 1);
        if self.sees(1, b'(') {
            self.repetition(trees, next.mate as usize);
        } else if next.kind != TokenKind::Ident {
            // `$$`, `${…}`, or a rule for the sign itself: a token like others.
            self.pass();
        } else if trees == Trees::Pattern && self.sees(2, b':') && !self.sees(3, b':') {
            self.node(self.kind.token_binding_pattern, 0, |this| {
                this.metavariable(this.field.name);
                this.pass_text(":");
                this.node(this.kind.fragment_specifier, this.field.type_, Self::pass);
            });
        } else {
            self.metavariable(0);
        }
    }

    fn metavariable(&mut self, field: u16) {
        let (dollar, name) = (self.token(), self.token_at(self.at + 1));
        self.builder.leaf(self.kind.metavariable, field, Span::new(dollar.start, name.end));
        self.pass();
        self.pass();
    }

    fn repetition(&mut self, trees: Trees, end: usize) {
        let pattern = trees == Trees::Pattern;
        let kind = if pattern { self.kind.token_repetition_pattern } else { self.kind.token_repetition };
        let start = self.token().start;
        self.builder.open_custom_tokens_at(kind, 0, start);
        self.pass();
        self.pass();
        self.tree_tokens(trees, end);
        self.pass();
        // A separator is any one token; one of several characters is several here.
        let mut left = 4;
        while !(self.sees(0, b'*') || self.sees(0, b'+') || self.sees(0, b'?')) {
            self.pass();
            left -= 1;
            if left == 0 || self.token().kind == TokenKind::Close {
                self.give_up("a repetition of another shape");
                break;
            }
        }
        self.pass();
        self.close();
    }
}

/// Whether it is a condition with `let`, which is an expression nowhere else.
fn is_condition(expression: &Expr) -> bool {
    matches!(expression, Expr::Let(_)) || is_chain(expression)
}
