//! Macros: calls whose tokens are read as code where possible, and `macro_rules!` definitions.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{Attribute, Block, Expr, Macro, Token};

use super::super::grammar_workarounds::is_primitive;
use super::super::macros::{MACRO_READINGS, MAX_CALL_SEGMENTS, MacroReading, is_keyword};
use super::control::is_chain;
use super::lexer::TokenKind;
use super::lower::Lower;
use crate::language::stack::with_step_stack;
use crate::span::Span;

/// The keywords that are tokens of their own in token trees; all others are identifiers there.
const TOKEN_TREE_KEYWORDS: &[&str] = &[
    "_", "as", "async", "await", "break", "const", "continue", "default", "enum", "fn", "for", "gen", "if", "impl",
    "let", "loop", "match", "mod", "pub", "return", "static", "struct", "trait", "type", "union", "unsafe", "use",
    "where", "while",
];

/// The place of a token tree, which decides the meaning of `$`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TokenTreeKind {
    /// A call: `$` is a token, and calls of other macros are nodes.
    Call,
    /// An attribute, or a definition among the tokens of a call: `$` is a token.
    Plain,
    /// The right side of a rule: `$` starts a metavariable or a repetition.
    Body,
    /// The left side of a rule: metavariables also have fragment specifiers.
    Pattern,
}

impl Lower<'_> {
    /// Adds a macro call without its semicolon.
    pub(super) fn macro_invocation(&mut self, call: &Macro, field: u16) {
        self.node(self.kind.macro_invocation, field, |this| {
            this.token_path(this.field.macro_);
            this.pass_text("!");
            with_step_stack(|| this.call_tokens(Some(&call.tokens)));
        });
    }

    /// Adds the token tree of a call, with its tokens as code if a reading fits. Without the tokens of syn they stay
    /// flat.
    fn call_tokens(&mut self, call: Option<&TokenStream>) {
        let end = self.token().mate as usize;
        if self.token().kind != TokenKind::Open || end <= self.at || self.failure.is_some() {
            self.give_up("tokens and syntax tree disagree on a token tree");
            return;
        }
        self.node(self.kind.token_tree, 0, |this| {
            this.pass();
            let checkpoint = this.checkpoint();
            let read = MACRO_READINGS.iter().any(|reading| {
                this.macro_depth += 1;
                let read = call.is_some_and(|call| this.may_read(*reading, end) && this.read_as(*reading, call));
                this.macro_depth -= 1;
                if read && this.failure.is_none() && this.at == end {
                    return true;
                }
                this.back_to(checkpoint);
                false
            });
            if !read {
                this.tree_tokens(TokenTreeKind::Call, end, &mut Groups::of(call));
            }
            this.pass();
        });
    }

    /// True if a reading may fit the tokens up to `end`. This cheap check avoids attempts of syn that must fail.
    fn may_read(&self, reading: MacroReading, end: usize) -> bool {
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
            MacroReading::List => !semicolon,
            MacroReading::Repeat => semicolon,
            MacroReading::Statements => true,
        }
    }

    /// Parses the tokens of a call in one way and lowers the result; returns false if they do not parse.
    fn read_as(&mut self, reading: MacroReading, call: &TokenStream) -> bool {
        let tokens = call.clone();
        match reading {
            MacroReading::List => {
                let parsed = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(tokens);
                parsed.ok().filter(|list| !list.iter().any(is_condition)).is_some_and(|list| {
                    self.elements(list.iter(), |this, element| this.expression(element, 0));
                    true
                })
            }
            MacroReading::Repeat => {
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
            MacroReading::Statements => {
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

    /// Adds the token tree of an attribute, with its brackets.
    pub(super) fn token_tree(&mut self, field: u16) {
        self.trees(TokenTreeKind::Plain, field, None);
    }

    /// Adds a `macro_rules! name { … }`.
    pub(super) fn macro_definition(&mut self) {
        self.node(self.kind.macro_definition, 0, |this| {
            this.pass_word("macro_rules");
            this.pass_text("!");
            this.word(this.kind.identifier, this.field.name);
            let end = this.token().mate as usize;
            let braces = this.token_is(0, b'{');
            this.pass();
            while this.at < end {
                this.node(this.kind.macro_rule, 0, |this| {
                    this.trees(TokenTreeKind::Pattern, this.field.left, None);
                    this.pass_text("=>");
                    this.trees(TokenTreeKind::Body, this.field.right, None);
                });
                this.pass_if(b';');
                if this.failure.is_some() {
                    return;
                }
            }
            this.pass();
            if !braces {
                this.pass_text(";");
            }
        });
    }

    /// Adds a token tree with its brackets; `group` are its tokens as syn has them.
    fn trees(&mut self, trees: TokenTreeKind, field: u16, group: Option<&TokenStream>) {
        let end = self.token().mate as usize;
        if self.token().kind != TokenKind::Open || end <= self.at {
            self.give_up("tokens and syntax tree disagree on a token tree");
            return;
        }
        let kind = if trees == TokenTreeKind::Pattern { self.kind.token_tree_pattern } else { self.kind.token_tree };
        with_step_stack(|| {
            self.node(kind, field, |this| {
                this.pass();
                this.tree_tokens(trees, end, &mut Groups::of(group));
                this.pass();
            });
        });
    }

    fn tree_tokens(&mut self, trees: TokenTreeKind, end: usize, groups: &mut Groups) {
        // The index of the body of a `macro_rules!`, in which nothing is called.
        let mut definition = None;
        while self.at < end {
            let token = self.token();
            if trees == TokenTreeKind::Call && self.starts_call() {
                self.call_in_tokens(groups);
                continue;
            }
            match token.kind {
                TokenKind::Open if definition == Some(self.at) => self.trees(TokenTreeKind::Plain, 0, None),
                TokenKind::Open => {
                    let group = groups.next_at(self);
                    self.trees(trees, 0, group.as_ref());
                }
                TokenKind::Lifetime => {
                    // To the grammar it is a quote and a word, which may be a keyword.
                    let name = self.text_of(token).get(1..).unwrap_or_default();
                    if !TOKEN_TREE_KEYWORDS.contains(&name) {
                        let kind = if is_primitive(name) { self.kind.primitive_type } else { self.kind.identifier };
                        self.builder.leaf(kind, 0, Span::new(token.start + 1, token.end));
                    }
                    self.pass();
                }
                TokenKind::Punct
                    if token.byte == b'$' && matches!(trees, TokenTreeKind::Body | TokenTreeKind::Pattern) =>
                {
                    self.dollar(trees);
                }
                TokenKind::Punct | TokenKind::Close | TokenKind::End => self.pass(),
                TokenKind::Ident => {
                    let defines =
                        trees == TokenTreeKind::Call && self.next_is_word("macro_rules") && self.token_is(1, b'!');
                    definition = definition.or(defines.then_some(self.at + 3));
                    self.tree_word();
                }
                TokenKind::Integer if token.byte == b'.' => {
                    // `x.0.1`: in an expression two fields, in a token tree one number.
                    let end = self.token_at(self.at + 2).end;
                    self.builder.leaf(self.kind.float_literal, 0, Span::new(token.start, end));
                    self.at += 3;
                }
                _ => self.literal(0),
            }
            if self.failure.is_some() {
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
            _ if TOKEN_TREE_KEYWORDS.contains(&word) => self.pass(),
            _ if is_primitive(word) && !self.calls_macro() => self.leaf(self.kind.primitive_type, 0),
            _ => self.leaf(self.kind.identifier, 0),
        }
    }

    /// True if the next tokens among those of a call call another macro: a path, `!` and a bracket.
    fn starts_call(&self) -> bool {
        let leading = self.is_colons(self.at);
        let first = if leading { self.at + 2 } else { self.at };
        if self.word_at(first).is_none() || self.continues_path(leading) {
            return false;
        }
        let mut at = first;
        for _ in 0..MAX_CALL_SEGMENTS {
            if self.word_at(at).is_none_or(|word| is_keyword(word) || is_primitive(word)) {
                return false;
            }
            if self.token_at(at + 1).byte == b'!' {
                return self.token_at(at + 2).kind == TokenKind::Open;
            }
            if !self.is_colons(at + 1) {
                return false;
            }
            at += 3;
        }
        false
    }

    /// True if the next token belongs to what stands before it: a field, or the rest of a path.
    fn continues_path(&self, leading: bool) -> bool {
        let Some(before) = self.at.checked_sub(1) else { return false };
        let token = self.token_at(before);
        if leading {
            let is_word = |word: &str| !TOKEN_TREE_KEYWORDS.contains(&word);
            return match token.kind {
                TokenKind::Punct | TokenKind::Open => false,
                TokenKind::Ident => is_word(self.text_of(token)),
                _ => true,
            };
        }
        let is_double = |byte: u8| {
            let earlier = before.checked_sub(1).map(|earlier| self.token_at(earlier));
            earlier.is_some_and(|earlier| earlier.byte == byte && earlier.end == token.start)
        };
        token.kind == TokenKind::Punct
            && ((token.byte == b'.' && !is_double(b'.')) || (token.byte == b':' && is_double(b':')))
    }

    /// True if `::` stands at an index.
    fn is_colons(&self, at: usize) -> bool {
        let (first, second) = (self.token_at(at), self.token_at(at + 1));
        first.byte == b':' && second.byte == b':' && first.end == second.start
    }

    /// Adds a macro call among the tokens of another one.
    fn call_in_tokens(&mut self, groups: &mut Groups) {
        self.node(self.kind.macro_invocation, 0, |this| {
            this.token_path(this.field.macro_);
            this.pass_text("!");
            let group = groups.next_at(this);
            with_step_stack(|| this.call_tokens(group.as_ref()));
        });
    }

    /// True if the next word is followed by `!` and a bracket.
    fn calls_macro(&self) -> bool {
        self.token_is(1, b'!') && self.token_at(self.at + 2).kind == TokenKind::Open
    }

    /// Adds `$x`, `$x:kind` or `$(…)…`.
    fn dollar(&mut self, trees: TokenTreeKind) {
        let next = self.token_at(self.at + 1);
        if self.token_is(1, b'(') {
            self.repetition(trees, next.mate as usize);
        } else if next.kind != TokenKind::Ident {
            // In `$$`, `${…}` or before other tokens the sign is a token.
            self.pass();
        } else if trees == TokenTreeKind::Pattern && self.token_is(2, b':') && !self.token_is(3, b':') {
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

    fn repetition(&mut self, trees: TokenTreeKind, end: usize) {
        let pattern = trees == TokenTreeKind::Pattern;
        let kind = if pattern { self.kind.token_repetition_pattern } else { self.kind.token_repetition };
        let start = self.token().start;
        self.builder.open_custom_tokens_at(kind, 0, start);
        self.pass();
        self.pass();
        self.tree_tokens(trees, end, &mut Groups::of(None));
        self.pass();
        // A separator is one token of Rust, which may be several characters and so several tokens here.
        let mut left = 4;
        while !(self.token_is(0, b'*') || self.token_is(0, b'+') || self.token_is(0, b'?')) {
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

/// The groups in brackets among the tokens that syn has for a token tree, in order.
struct Groups {
    trees: proc_macro2::token_stream::IntoIter,
}

impl Groups {
    /// Those of some tokens; none without tokens.
    fn of(tokens: Option<&TokenStream>) -> Self {
        Self { trees: tokens.cloned().unwrap_or_default().into_iter() }
    }

    /// The tokens in the group at the next bracket of the table, if both agree on it.
    fn next_at(&mut self, lower: &Lower<'_>) -> Option<TokenStream> {
        let before = |ahead: usize| lower.at.checked_sub(ahead).map_or(0, |at| lower.token_at(at).byte);
        let is_attribute = before(1) == b'#' || (before(1) == b'!' && before(2) == b'#');
        let mut sign = false;
        loop {
            match self.trees.next()? {
                // To syn a doc comment is an attribute.
                TokenTree::Group(group) if sign && !is_attribute && group.delimiter() == Delimiter::Bracket => {
                    sign = false;
                }
                TokenTree::Group(group) => return is_opened_by(&group, lower.token().byte).then(|| group.stream()),
                TokenTree::Punct(punct) => sign = punct.as_char() == '#' || (sign && punct.as_char() == '!'),
                _ => sign = false,
            }
        }
    }
}

/// True if this bracket opens the group.
fn is_opened_by(group: &Group, bracket: u8) -> bool {
    match group.delimiter() {
        Delimiter::Parenthesis => bracket == b'(',
        Delimiter::Bracket => bracket == b'[',
        Delimiter::Brace => bracket == b'{',
        Delimiter::None => false,
    }
}

/// True for a condition with `let`, which is no expression outside of `if` and `while`.
fn is_condition(expression: &Expr) -> bool {
    matches!(expression, Expr::Let(_)) || is_chain(expression)
}
