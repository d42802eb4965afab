//! Lexing of tokens on demand, for trees that store only named nodes: tokens are found in the gaps between children.
//!
//! Names and literals are named nodes, so a gap contains only anonymous tokens of the grammar. The longest match over
//! these gives the same tokens that tree-sitter would have stored.

use crate::ir::{FieldId, Flags, Node, RawKind, TokenField, Vocabulary};

/// A lexer for the anonymous tokens of one grammar.
#[derive(Debug)]
pub(crate) struct GapLexer {
    /// The tokens by their first byte, the longest first.
    by_first_byte: Vec<Vec<(&'static str, RawKind)>>,
    /// Parent, token and field, sorted; an entry without a token holds for all tokens of the parent.
    fields: Vec<(RawKind, Option<RawKind>, FieldId)>,
}

/// The answer of a language about the first token in a gap, see [`crate::ir::Language::token_in_gap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenInGap {
    /// The gap contains no more tokens.
    None,
    /// The text of the token in the grammar, and its bytes in the file.
    Found(&'static str, crate::span::Span),
    /// The longest match in this part of the gap (start and end offset).
    Within(u32, u32),
}

/// A token found in a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct GapToken {
    pub(crate) kind: RawKind,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl GapLexer {
    /// A lexer for these tokens, each text once ([`Vocabulary::tokens`]).
    pub(crate) fn new(
        tokens: impl Iterator<Item = (&'static str, RawKind)>,
        fields: impl Iterator<Item = (RawKind, Option<RawKind>, FieldId)>,
    ) -> Self {
        let mut by_first_byte: Vec<Vec<(&str, RawKind)>> = vec![Vec::new(); 256];
        for (text, kind) in tokens {
            if let Some(first) = text.bytes().next() {
                by_first_byte[usize::from(first)].push((text, kind));
            }
        }
        for list in &mut by_first_byte {
            list.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
        }
        let mut fields: Vec<_> = fields.collect();
        fields.sort_unstable();
        Self { by_first_byte, fields }
    }

    /// The first token of `parent` in the gap `from..to` between two of its children.
    pub(crate) fn token_in_gap(&self, parent: Node<'_>, from: u32, to: u32) -> Option<GapToken> {
        if !parent.flags().has(Flags::CUSTOM_TOKENS) {
            return self.next(&parent.tree().text, from, to);
        }
        match parent.language().token_in_gap(parent, from, to) {
            TokenInGap::None => None,
            TokenInGap::Within(from, to) => self.next(&parent.tree().text, from, to),
            TokenInGap::Found(text, span) => {
                let first = text.bytes().next()?;
                let (_, kind) = self.by_first_byte[usize::from(first)].iter().find(|(token, _)| *token == text)?;
                Some(GapToken { kind: *kind, start: span.start, end: span.end })
            }
        }
    }

    /// The first token in `text[from..to]`; bytes that start no token are skipped.
    pub(crate) fn next(&self, text: &str, from: u32, to: u32) -> Option<GapToken> {
        let bytes = text.as_bytes().get(..to as usize)?;
        let mut at = from as usize;
        while let Some(byte) = bytes.get(at) {
            let candidates = &self.by_first_byte[usize::from(*byte)];
            let found = candidates.iter().find(|(token, _)| {
                let token = token.as_bytes();
                bytes[at..].starts_with(token)
                    && !(token[token.len() - 1].is_ascii_alphanumeric() && word_continues(text, at + token.len()))
            });
            if let Some((token, kind)) = found {
                return Some(GapToken { kind: *kind, start: at as u32, end: (at + token.len()) as u32 });
            }
            at += 1;
        }
        None
    }

    /// True if a token in a parent of this kind can have the field.
    pub(crate) fn can_have_field(&self, parent: RawKind, field: FieldId) -> bool {
        let start = self.fields.partition_point(|(kind, ..)| *kind < parent);
        self.fields[start..].iter().take_while(|(kind, ..)| *kind == parent).any(|(.., known)| *known == field)
    }

    /// The field of a token in its parent; 0 for none.
    pub(crate) fn field(&self, parent: RawKind, token: RawKind) -> u16 {
        let start = self.fields.partition_point(|(kind, ..)| *kind < parent);
        let own = self.fields[start..].iter().take_while(|(kind, ..)| *kind == parent);
        let fits = |(_, only, _): &&(RawKind, Option<RawKind>, FieldId)| only.is_none_or(|only| only == token);
        own.filter(fits).map(|(_, _, field)| field.0).last().unwrap_or(0)
    }
}

/// Converts the names in a language's table of token fields to the numbers of one grammar. Entries with names that the
/// grammar does not have are left out.
pub(crate) fn resolve_fields<'v>(
    table: &'static [TokenField],
    vocabulary: &'v Vocabulary,
) -> impl Iterator<Item = (RawKind, Option<RawKind>, FieldId)> + 'v {
    table.iter().filter_map(|entry| {
        let token = match entry.token {
            Some(text) => Some(vocabulary.token(text)?),
            None => None,
        };
        Some((vocabulary.kind(entry.parent)?, token, vocabulary.field(entry.field)?))
    })
}

/// True if a word that ends at `at` continues there. A `$` does not continue it: a gap contains no names, and in
/// `$a:ty$(,)?` the `$` starts a token.
fn word_continues(text: &str, at: usize) -> bool {
    let next = text.get(at..).and_then(|rest| rest.chars().next());
    next.is_some_and(|c| c.is_alphanumeric() || c == '_')
}
