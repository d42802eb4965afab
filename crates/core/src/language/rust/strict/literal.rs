//! Literals: strings have their content and escapes as children, all others are one token.

use crate::span::Span;

use super::lexer::TokenKind;
use super::lower::Lower;

impl Lower<'_> {
    /// Adds the literal that is the next token. The caller handles a minus before it.
    pub(super) fn literal(&mut self, field: u16) {
        let token = self.token();
        match token.kind {
            TokenKind::String | TokenKind::RawString if !self.text_of(token).ends_with(['"', '#']) => {
                self.give_up("a string with a suffix");
            }
            TokenKind::String => {
                self.builder.open_custom_tokens_at(self.kind.string_literal, field, token.start);
                self.string_parts(token.start, token.end);
                self.pass();
                self.close();
            }
            TokenKind::RawString => {
                self.builder.open_custom_tokens_at(self.kind.raw_string_literal, field, token.start);
                let text = self.text_of(token);
                let hashes = text.bytes().rev().take_while(|byte| *byte == b'#').count() as u32;
                let quote = text.find('"').unwrap_or(0) as u32;
                let content = Span::new(token.start + quote + 1, token.end.saturating_sub(hashes + 1));
                self.builder.leaf(self.kind.string_content, 0, content);
                self.pass();
                self.close();
            }
            TokenKind::Char => self.leaf(self.kind.char_literal, field),
            TokenKind::Integer => self.leaf(self.kind.integer_literal, field),
            TokenKind::Float => self.leaf(self.kind.float_literal, field),
            TokenKind::Ident if matches!(self.text_of(token), "true" | "false") => {
                self.node(self.kind.boolean_literal, field, Self::pass);
            }
            _ => self.give_up("tokens and syntax tree disagree on a literal"),
        }
    }

    /// Adds the next literal with its minus, as in patterns.
    pub(super) fn signed_literal(&mut self, field: u16) {
        if self.token_is(0, b'-') {
            self.node(self.kind.negative_literal, field, |this| {
                this.pass();
                this.literal(0);
            });
        } else {
            self.literal(field);
        }
    }

    /// Adds a leaf for each escape of the string token from `start` to `end`, and one for each run of text between
    /// them.
    fn string_parts(&mut self, start: u32, end: u32) {
        let text = self.text.clone();
        let bytes = text.as_bytes();
        let byte = |at: u32| bytes.get(at as usize).copied().unwrap_or(b'"');
        let mut at = start;
        while byte(at) != b'"' {
            at += 1;
        }
        at += 1;
        let mut content = at;
        while at < end {
            match byte(at) {
                b'"' => break,
                b'\\' => {
                    if content < at {
                        self.builder.leaf(self.kind.string_content, 0, Span::new(content, at));
                    }
                    // The length of the escape: `\x41`, `\u{41}`, a backslash before a character of several bytes, `\n`.
                    let length = match byte(at + 1) {
                        b'x' => 4,
                        b'u' => {
                            let mut length = 2;
                            while at + length < end && !matches!(byte(at + length), b'}' | b'"') {
                                length += 1;
                            }
                            length + 1
                        }
                        0x80.. => {
                            let mut length = 2;
                            while byte(at + length) & 0xC0 == 0x80 {
                                length += 1;
                            }
                            length
                        }
                        _ => 2,
                    };
                    self.builder.leaf(self.kind.escape_sequence, 0, Span::new(at, at + length));
                    at += length;
                    content = at;
                }
                _ => at += 1,
            }
        }
        if content < at {
            self.builder.leaf(self.kind.string_content, 0, Span::new(content, at));
        }
    }
}
