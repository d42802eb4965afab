//! Strict lowering with syn, item by item. Items that syn refuses are parsed by tree-sitter and spliced in.

mod attributes;
mod code;
mod control;
mod expression;
mod gaps;
mod item;
pub(super) mod lexer;
mod literal;
mod lower;
mod macros;
mod member;
mod names;
mod path;
mod pattern;
mod statement;
mod types;

use std::sync::Arc;

use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::discouraged::Speculative as _;
use syn::parse::{ParseBuffer, ParseStream, Parser as _};
use syn::{Attribute, Ident, Item, Token, Visibility};

use self::code::StrippedCode;
pub(super) use self::gaps::{TOKEN_FIELDS, token_in_gap};
use self::item::ItemContext;
use self::lexer::TokenKind;
use self::lower::Lower;
use self::names::ids;
use crate::ir::{DegradedItem, Dialect, FileInput, Lowered, Problem, ProblemKind, Refusal, StrictBuilder};
use crate::language::stack::with_step_stack;
use crate::language::tolerant;
use crate::span::Span;

/// Lowers a file; an error if its text does not split into tokens.
pub(super) fn lower(input: FileInput, dialect: &'static Dialect) -> Result<Lowered, Refusal> {
    let result = lower_file(input, dialect);
    // Otherwise proc_macro2 would keep a copy of every text that the thread has parsed.
    proc_macro2::extra::invalidate_current_thread_spans();
    result
}

fn lower_file(input: FileInput, dialect: &'static Dialect) -> Result<Lowered, Refusal> {
    let text = input.source.text().clone();
    let prologue = Prologue::of(&text);
    let (tokens, comments) = lexer::lex(&text, prologue.end);
    let code = StrippedCode::new(&text, prologue.end, &tokens, &comments);
    let stream: TokenStream =
        code.text().parse().map_err(|error: proc_macro2::LexError| Refusal { reason: error.to_string() })?;
    let ids = ids();
    let comments: Vec<(u16, Span)> = comments
        .iter()
        .map(|comment| (if comment.block { ids.kind.block_comment } else { ids.kind.line_comment }, comment.span))
        .collect();
    let start = match (prologue.shebang.or(prologue.frontmatter), comments.first(), tokens.first()) {
        (Some(first), ..) => first.start,
        (None, Some((_, comment)), Some(token)) => comment.start.min(token.start),
        (None, _, token) => token.map_or(0, |token| token.start),
    };
    let builder = StrictBuilder::new(text.clone(), dialect, comments).with_comment_parts(gaps::comment_parts);
    let mut lower = Lower {
        text: &text,
        code,
        tokens,
        at: 0,
        kind: &ids.kind,
        field: &ids.field,
        builder,
        failure: None,
        macro_depth: 0,
        degraded: Vec::new(),
        problem: None,
    };
    lower.builder.open_at(ids.kind.source_file, 0, start);
    if let Some(shebang) = prologue.shebang {
        lower.builder.leaf(ids.kind.shebang, 0, shebang);
    }
    if let Some(frontmatter) = prologue.frontmatter {
        lower.builder.leaf(ids.kind.frontmatter, 0, frontmatter);
    }
    // syn reports tokens that are left over as an error, but all items have been lowered.
    let _ = (|input: ParseStream<'_>| {
        lower.file(input, dialect);
        Ok(())
    })
    .parse2(stream);
    if lower.degraded.len() > MAX_DEGRADED_ITEMS {
        return Err(Refusal { reason: format!("more than {MAX_DEGRADED_ITEMS} of its items do not parse") });
    }
    lower.builder.close_at(text.len() as u32);
    let (degraded, problem) = (lower.degraded, lower.problem);
    let (tree, comments, has_foreign) = lower.builder.finish();
    debug_assert!(!has_foreign, "a kind that the grammar lacks");
    Ok(Lowered::new(input, vec![tree], comments, problem.into_iter().collect()).with_degraded(degraded))
}

/// The most items that are parsed by tree-sitter one by one; with more of them the strict parser refuses the file.
const MAX_DEGRADED_ITEMS: usize = 1_000;

/// The text before the code: a byte order mark, a shebang line, a front matter.
struct Prologue {
    shebang: Option<Span>,
    /// With its fences.
    frontmatter: Option<Span>,
    end: u32,
}

impl Prologue {
    fn of(text: &str) -> Self {
        let mark = if text.starts_with('\u{FEFF}') { 3 } else { 0 };
        let code = text.get(mark..).unwrap_or_default();
        let line = |code: &str| code.find('\n').map_or(code.len(), |at| at + 1);
        let mut end = mark;
        if let Some(after) = code.strip_prefix("#!") {
            // `#![…]` is an attribute, even with white space inside.
            if !after.trim_start().starts_with('[') {
                end += line(code);
            }
        }
        let shebang = (end > mark).then(|| Span::new(mark as u32, end as u32));
        let rest = text.get(end..).unwrap_or_default();
        let before = rest.len() - rest.trim_start().len();
        let dashes = rest.trim_start().bytes().take_while(|byte| *byte == b'-').count();
        let mut frontmatter = None;
        if dashes >= 3 {
            let fence = "-".repeat(dashes);
            let body = rest.get(before + dashes..).unwrap_or_default();
            if let Some(close) = body.find(&format!("\n{fence}")) {
                let close = before + dashes + close + 1 + dashes;
                frontmatter = Some(Span::new((end + before) as u32, (end + close) as u32));
                end += close + line(rest.get(close..).unwrap_or_default());
            }
        }
        Self { shebang, frontmatter, end: end as u32 }
    }
}

/// The visibility of a module with a body, and a parser for the body.
fn module_head<'a>(input: &ParseBuffer<'a>) -> syn::Result<(Visibility, ParseBuffer<'a>)> {
    input.call(Attribute::parse_outer)?;
    let visibility = input.parse()?;
    input.parse::<Token![mod]>()?;
    input.call(Ident::parse_any)?;
    let content;
    syn::braced!(content in input);
    content.call(Attribute::parse_inner)?;
    Ok((visibility, content))
}

/// Parses an item. A macro call in braces is none if it is the start of an expression (`m! {}.a()`).
fn item(input: ParseStream<'_>) -> syn::Result<Item> {
    let item = input.parse()?;
    let is_call = matches!(&item, Item::Macro(call) if call.ident.is_none() && call.semi_token.is_none());
    let goes_on = input.peek(Token![.]) && !input.peek(Token![..]) || input.peek(Token![?]);
    if is_call && goes_on { Err(input.error("expected an item")) } else { Ok(item) }
}

impl Lower<'_> {
    fn file(&mut self, input: ParseStream<'_>, dialect: &'static Dialect) {
        let ahead = input.fork();
        let checkpoint = self.checkpoint();
        if ahead.call(Attribute::parse_inner).is_ok() {
            self.inner_attributes();
            if self.failure.is_some() {
                self.back_to(checkpoint);
            } else {
                input.advance_to(&ahead);
            }
        }
        self.items(input, ItemContext::Statements, dialect);
    }

    fn items(&mut self, input: ParseStream<'_>, within: ItemContext, dialect: &'static Dialect) {
        while !input.is_empty()
            && !matches!(self.token().kind, TokenKind::Close | TokenKind::End)
            && self.degraded.len() <= MAX_DEGRADED_ITEMS
        {
            let checkpoint = self.checkpoint();
            if self.module(input, dialect) {
                continue;
            }
            let ahead = input.fork();
            let first = self.at;
            let parsed = with_step_stack(|| item(&ahead));
            match parsed {
                Ok(item) => {
                    self.item(&item, within);
                    if self.failure.is_none() && !self.agrees_with(&ahead) {
                        self.give_up("tokens and syntax tree disagree on the end of an item");
                    }
                    if let Some(reason) = self.failure {
                        self.back_to(checkpoint);
                        self.skip_to(&ahead);
                        self.degrade(first, reason.to_owned(), None, dialect);
                    }
                    input.advance_to(&ahead);
                }
                Err(error) => {
                    self.back_to(checkpoint);
                    let is_item = self.starts_item();
                    self.skip_item(input);
                    // The parts of a statement belong together: `else {}` is none without its `if`.
                    while !is_item
                        && !matches!(self.token().kind, TokenKind::Close | TokenKind::End)
                        && !self.starts_item()
                        && with_step_stack(|| item(&input.fork())).is_err()
                    {
                        self.skip_item(input);
                    }
                    let at = self.code.in_file(error.span());
                    self.degrade(first, error.to_string(), Some(at), dialect);
                }
            }
        }
    }

    /// Lowers a module with a body, whose items are parsed one by one, too; returns false if there is none.
    fn module(&mut self, input: ParseStream<'_>, dialect: &'static Dialect) -> bool {
        let mut at = self.behind_attributes();
        if self.word_at(at) == Some("pub") {
            at += 1;
            if self.token_at(at).byte == b'(' {
                at = self.token_at(at).mate as usize + 1;
            }
        }
        if self.word_at(at) != Some("mod") || self.token_at(at + 2).byte != b'{' {
            return false;
        }
        let ahead = input.fork();
        let Ok((visibility, content)) = module_head(&ahead) else { return false };
        let checkpoint = self.checkpoint();
        self.outer_attributes();
        self.open(self.kind.mod_item, 0);
        self.visibility(&visibility);
        self.pass_word("mod");
        self.word(self.kind.identifier, self.field.name);
        self.open(self.kind.declaration_list, self.field.body);
        let close = self.token().mate as usize;
        self.pass_text("{");
        self.inner_attributes();
        if self.failure.is_some() || self.token_at(close).kind != TokenKind::Close {
            self.back_to(checkpoint);
            return false;
        }
        with_step_stack(|| self.items(&content, ItemContext::List, dialect));
        // Only doc comments that document nothing are left.
        self.at = close;
        self.pass();
        self.close();
        self.close();
        input.advance_to(&ahead);
        true
    }

    /// The byte of the file at which the next token of `input` starts.
    fn next_of(&self, input: &ParseBuffer<'_>) -> u32 {
        self.code.in_file(input.span())
    }

    /// True if the next token of the table is the next one of `input`, not counting doc comments.
    fn agrees_with(&self, input: &ParseBuffer<'_>) -> bool {
        let token = self.token();
        if input.is_empty() {
            return matches!(token.kind, TokenKind::Close | TokenKind::End);
        }
        let at = self.next_of(input);
        self.last_end() <= at && at <= token.start
    }

    /// True if the next token of `input` is not before the end of the last passed token.
    fn is_reached(&self, input: &ParseBuffer<'_>) -> bool {
        self.next_of(input) >= self.last_end()
    }

    /// Passes tokens up to the next one of `input`.
    fn skip_to(&mut self, input: &ParseBuffer<'_>) {
        let end = if input.is_empty() { u32::MAX } else { self.next_of(input) };
        while self.token().start < end && !matches!(self.token().kind, TokenKind::Close | TokenKind::End) {
            self.at = self.token().mate.max(self.at as u32) as usize + 1;
        }
    }

    /// Passes one item, or a part of a statement that stands among items, in the tokens and in `input`.
    fn skip_item(&mut self, input: ParseStream<'_>) {
        self.skip_item_tokens();
        while !input.is_empty() && !self.is_reached(input) {
            if input.parse::<TokenTree>().is_err() {
                break;
            }
        }
    }

    /// The index of the next token behind attributes.
    fn behind_attributes(&self) -> usize {
        let mut at = self.at;
        while self.token_at(at).byte == b'#' && self.token_at(at + 1).byte == b'[' {
            at = self.token_at(at + 1).mate as usize + 1;
        }
        at
    }

    /// True if an item starts here by its words, whether or not it is valid; false for a statement.
    fn starts_item(&self) -> bool {
        let at = self.behind_attributes();
        let [first, second] = [at, at + 1].map(|at| self.word_at(at));
        match first {
            Some("pub" | "fn" | "struct" | "enum" | "trait" | "impl" | "mod" | "use" | "extern" | "type") => true,
            Some("macro_rules") => self.token_at(at + 1).byte == b'!',
            Some("async") => matches!(second, Some("fn" | "unsafe" | "extern")),
            // Blocks and closures may start with the same words: `const {}`, `unsafe {}`, `static move || {}`.
            Some("const" | "static") => {
                second.is_some_and(|second| second != "move" && second != "async")
                    || matches!([second, self.word_at(at + 2)], [Some("async"), Some("fn" | "unsafe" | "extern")])
            }
            Some("unsafe" | "union" | "auto" | "default" | "macro") => second.is_some(),
            _ => false,
        }
    }

    /// Passes one item by its tokens alone: to its semicolon or its braces.
    fn skip_item_tokens(&mut self) {
        let is_item = self.starts_item();
        self.at = self.behind_attributes();
        if self.next_is_word("pub") {
            self.at += 1;
        }
        let by_semicolon = self.next_is_word("let")
            || is_item && matches!(self.word_at(self.at), Some("use" | "static" | "type"))
            || is_item
                && self.next_is_word("const")
                && !matches!(self.word_at(self.at + 1), Some("fn" | "unsafe" | "extern" | "async"));
        loop {
            let token = self.token();
            match token.kind {
                TokenKind::End | TokenKind::Close => return,
                TokenKind::Open => {
                    self.at = token.mate.max(self.at as u32) as usize + 1;
                    if token.byte == b'{' && !by_semicolon {
                        return;
                    }
                }
                _ => {
                    self.at += 1;
                    if token.kind == TokenKind::Punct && token.byte == b';' {
                        return;
                    }
                }
            }
        }
    }

    /// Parses the tokens from `first` up to here by tree-sitter; `error` is the byte of syn's error, if there is one.
    fn degrade(&mut self, first: usize, reason: String, error: Option<u32>, dialect: &'static Dialect) {
        if self.at == first {
            self.pass();
            self.failure = None;
        }
        let span = Span::new(self.token_at(first).start, self.last_end());
        let slice: Arc<str> = self.text.get(span.range()).unwrap_or_default().into();
        let tree = tolerant::parse(&slice, dialect);
        if let Some(at) = error
            && self.problem.is_none()
            && tree.nodes().any(|node| node.is_error() || node.is_missing())
        {
            let at = if span.contains(Span::empty(at)) { at } else { span.start };
            let end = self.tokens.iter().find(|token| token.start == at).map_or(at, |token| token.end);
            let kind = ProblemKind::ParseError;
            self.problem = Some(Problem { kind, span: Span::new(at, end), message: reason.clone() });
        }
        self.builder.splice(&tree, span.start);
        self.degraded.push(DegradedItem { span, reason });
    }
}

#[cfg(test)]
mod tests;
