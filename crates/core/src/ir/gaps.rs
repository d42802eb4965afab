//! The tokens of a tree that stores only named nodes: lexed on demand from the gaps between children.
//!
//! A gap never holds a name or a literal, since those are named nodes, so the longest match over the grammar's own
//! anonymous tokens can_give the tokens that the grammar's parser would have stored.

use crate::ir::{FieldId, Flags, Node, RawKind, TokenField, Vocabulary};

/// The anonymous tokens of one grammar, by first byte, the longest first.
#[derive(Debug)]
pub(crate) struct GapLexer {
    by_first: Vec<Vec<(&'static str, RawKind)>>,
    /// Sorted by parent; a token without text stands for every token of the parent.
    fields: Vec<(RawKind, Option<RawKind>, FieldId)>,
}

/// What a language's own rule says of a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnToken {
    /// There are no more tokens in it.
    None,
    /// The token, by its text in the grammar, and the bytes that it stands in here.
    Found(&'static str, crate::span::Span),
    /// The usual rule, the longest match, holds in this part of it.
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
    pub(crate) fn new(
        tokens: impl Iterator<Item = (&'static str, RawKind)>,
        fields: impl Iterator<Item = (RawKind, Option<RawKind>, FieldId)>,
    ) -> Self {
        let mut by_first = vec![Vec::new(); 256];
        for (text, kind) in tokens {
            if let Some(first) = text.bytes().next() {
                let list: &mut Vec<(&str, RawKind)> = &mut by_first[usize::from(first)];
                // Several numbers may carry one text; nodes bear the lowest.
                if !list.iter().any(|(known, _)| *known == text) {
                    list.push((text, kind));
                }
            }
        }
        for list in &mut by_first {
            list.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
        }
        let mut fields: Vec<_> = fields.collect();
        fields.sort_unstable();
        Self { by_first, fields }
    }

    /// The first token of `parent` in the gap `from..to` between two of its children.
    pub(crate) fn token_in_gap(&self, parent: Node<'_>, from: u32, to: u32) -> Option<GapToken> {
        if !parent.flags().has(Flags::OWN_RULE) {
            return self.next(&parent.tree().text, from, to);
        }
        match parent.language().token_in_gap(parent, from, to) {
            OwnToken::None => None,
            OwnToken::Within(from, to) => self.next(&parent.tree().text, from, to),
            OwnToken::Found(text, span) => {
                let first = text.bytes().next()?;
                let (_, kind) = self.by_first[usize::from(first)].iter().find(|(token, _)| *token == text)?;
                Some(GapToken { kind: *kind, start: span.start, end: span.end })
            }
        }
    }

    /// The first token in `text[from..to]`; bytes that start none are passed over.
    pub(crate) fn next(&self, text: &str, from: u32, to: u32) -> Option<GapToken> {
        let bytes = text.as_bytes().get(..to as usize)?;
        let mut at = from as usize;
        while let Some(byte) = bytes.get(at) {
            let candidates = &self.by_first[usize::from(*byte)];
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

    /// Whether a token of this parent can have the field.
    pub(crate) fn can_give(&self, parent: RawKind, field: FieldId) -> bool {
        let start = self.fields.partition_point(|(kind, ..)| *kind < parent);
        self.fields[start..].iter().take_while(|(kind, ..)| *kind == parent).any(|(.., known)| *known == field)
    }

    /// The field of a token in its parent; 0 for none.
    pub(crate) fn field(&self, parent: RawKind, token: RawKind) -> u16 {
        let start = self.fields.partition_point(|(kind, ..)| *kind < parent);
        let own = self.fields[start..].iter().take_while(|(kind, ..)| *kind == parent);
        let fits = |(_, of, _): &&(RawKind, Option<RawKind>, FieldId)| of.is_none_or(|of| of == token);
        own.filter(fits).map(|(_, _, field)| field.0).last().unwrap_or(0)
    }
}

/// Reads a language's table of token fields in the numbers of one grammar; names that it lacks are left out.
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

/// Whether a word that ends at `at` would be longer; some white space is not ASCII. A `$` is no part of it: names
/// never stand in a gap, and in `$a:ty$(,)?` it starts a token.
fn word_continues(text: &str, at: usize) -> bool {
    let next = text.get(at..).and_then(|rest| rest.chars().next());
    next.is_some_and(|c| c.is_alphanumeric() || c == '_')
}
