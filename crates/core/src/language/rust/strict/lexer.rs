//! The lexer of the strict lowering: a flat table of tokens, from which nodes get their spans.
//!
//! syn's tree is walked in lockstep with the table, so it splits the text as `proc_macro2` does: punctuation by
//! character, everything else by token. Doc comments are comments here.

use crate::span::Span;

/// The kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum TokenKind {
    /// A name or keyword, also a raw one (`r#a`).
    Ident,
    /// `'a`.
    Lifetime,
    /// A string with escapes, with any prefix.
    String,
    /// A raw string, with any prefix.
    RawString,
    /// `'c'`, `b'c'`.
    Char,
    /// A number without a fraction or an exponent.
    Integer,
    /// A number with a fraction or an exponent.
    Float,
    /// One character of an operator.
    Punct,
    /// `(`, `[` or `{`.
    Open,
    /// `)`, `]` or `}`.
    Close,
    /// The end of the text.
    End,
}

/// A token of the table.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Token {
    pub(in super::super) kind: TokenKind,
    /// The first byte of the token; of the number of a tuple's field what [`Lexer::tuple_index`] returns.
    pub(in super::super) byte: u8,
    pub(in super::super) start: u32,
    pub(in super::super) end: u32,
    /// The index of a bracket's partner; for other tokens, and for a bracket without one, the token's own index.
    pub(in super::super) mate: u32,
}

/// A comment of the text.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct CommentSpan {
    pub(super) block: bool,
    pub(super) span: Span,
}

/// The tokens and comments of `text[from..]`.
pub(in super::super) fn lex(text: &str, from: u32) -> (Vec<Token>, Vec<CommentSpan>) {
    let mut lexer = Lexer { bytes: text.as_bytes(), text, at: from as usize };
    let mut tokens = Vec::with_capacity(text.len() / 4);
    let mut comments = Vec::new();
    let mut open: Vec<u32> = Vec::new();
    while let Some(byte) = lexer.skip_blanks(&mut comments) {
        let start = lexer.at;
        let own = tokens.len() as u32;
        let mut byte = byte;
        let kind = if byte.is_ascii_digit() && ends_with_dot(&tokens) {
            byte = lexer.tuple_index();
            TokenKind::Integer
        } else {
            lexer.token(byte)
        };
        let mut mate = own;
        if kind == TokenKind::Open {
            open.push(own);
        } else if kind == TokenKind::Close
            && let Some(partner) = open.pop()
        {
            mate = partner;
            if let Some(token) = tokens.get_mut(partner as usize) {
                let token: &mut Token = token;
                token.mate = own;
            }
        }
        tokens.push(Token { kind, byte, start: start as u32, end: lexer.at as u32, mate });
    }
    let (end, mate) = (text.len() as u32, tokens.len() as u32);
    tokens.push(Token { kind: TokenKind::End, byte: 0, start: end, end, mate });
    (tokens, comments)
}

/// True if the last token is a lone dot, behind which a number is the name of a field.
fn ends_with_dot(tokens: &[Token]) -> bool {
    let dot = |token: &Token| token.kind == TokenKind::Punct && token.byte == b'.';
    match tokens {
        [.., before, last] => dot(last) && !(dot(before) && before.end == last.start),
        _ => false,
    }
}

struct Lexer<'t> {
    bytes: &'t [u8],
    text: &'t str,
    at: usize,
}

impl Lexer<'_> {
    fn byte(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// Passes white space and comments; returns the first byte of the next token.
    fn skip_blanks(&mut self, comments: &mut Vec<CommentSpan>) -> Option<u8> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            match byte {
                b' ' | 9..=13 => self.at += 1,
                b'/' if self.byte(1) == b'/' => {
                    let start = self.at;
                    self.line_comment();
                    comments.push(CommentSpan { block: false, span: Span::new(start as u32, self.at as u32) });
                }
                b'/' if self.byte(1) == b'*' => {
                    let start = self.at;
                    self.block_comment();
                    comments.push(CommentSpan { block: true, span: Span::new(start as u32, self.at as u32) });
                }
                0x80.. => {
                    let first = self.text.get(self.at..)?.chars().next()?;
                    if !(first.is_whitespace() || matches!(first, '\u{200E}' | '\u{200F}')) {
                        return Some(byte);
                    }
                    self.at += first.len_utf8();
                }
                _ => return Some(byte),
            }
        }
    }

    /// Passes a line comment; in the grammar a doc comment includes its line break.
    fn line_comment(&mut self) {
        let third = self.byte(2);
        let doc = third == b'!' || (third == b'/' && self.byte(3) != b'/');
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at = match memchr::memchr(b'\n', rest) {
            Some(length) => self.at + length + usize::from(doc),
            None => self.bytes.len(),
        };
    }

    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        while self.at < self.bytes.len() {
            match (self.byte(0), self.byte(1)) {
                (b'/', b'*') => {
                    depth += 1;
                    self.at += 2;
                }
                (b'*', b'/') => {
                    depth -= 1;
                    self.at += 2;
                    if depth == 0 {
                        return;
                    }
                }
                _ => self.at += 1,
            }
        }
    }

    fn token(&mut self, byte: u8) -> TokenKind {
        match byte {
            b'(' | b'[' | b'{' => self.advance(TokenKind::Open),
            b')' | b']' | b'}' => self.advance(TokenKind::Close),
            b'"' => self.string(1),
            b'\'' => self.quote(),
            b'0'..=b'9' => self.number(),
            b'r' => self.raw_or_word(1),
            b'b' | b'c' => match (self.byte(1), byte) {
                (b'"', _) => self.string(2),
                (b'\'', b'b') => self.char(2),
                (b'r', _) => self.raw_or_word(2),
                _ => self.word(),
            },
            _ if is_word(byte) => self.word(),
            _ => self.advance(TokenKind::Punct),
        }
    }

    fn advance(&mut self, kind: TokenKind) -> TokenKind {
        self.at += 1;
        kind
    }

    fn skip_word(&mut self) {
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            self.at += rest.iter().position(|byte| !IS_ASCII_WORD_BYTE[usize::from(*byte)]).unwrap_or(rest.len());
            if self.byte(0) < 0x80 {
                return;
            }
            // Non-ASCII white space ends a word, too.
            let Some(next) = self.text.get(self.at..).and_then(|rest| rest.chars().next()) else { return };
            if next.is_whitespace() || matches!(next, '\u{200E}' | '\u{200F}') {
                return;
            }
            self.at += next.len_utf8();
        }
    }

    fn word(&mut self) -> TokenKind {
        let start = self.at;
        self.skip_word();
        self.at = self.at.max(start + 1);
        TokenKind::Ident
    }

    fn string(&mut self, prefix: usize) -> TokenKind {
        self.at += prefix;
        while let Some(next) = memchr::memchr2(b'\\', b'"', self.bytes.get(self.at..).unwrap_or_default()) {
            self.at += next;
            if self.byte(0) == b'"' {
                self.at += 1;
                self.skip_word();
                return TokenKind::String;
            }
            self.at += 2;
        }
        self.at = self.bytes.len();
        TokenKind::String
    }

    /// Passes a raw string, a raw name or a plain word whose `r` is `prefix - 1` bytes ahead.
    fn raw_or_word(&mut self, prefix: usize) -> TokenKind {
        let mut hashes = 0;
        while self.byte(prefix + hashes) == b'#' {
            hashes += 1;
        }
        if self.byte(prefix + hashes) != b'"' {
            if hashes == 1 && prefix == 1 && is_word(self.byte(2)) {
                self.at += 2;
            }
            return self.word();
        }
        self.at += prefix + hashes + 1;
        while let Some(next) = memchr::memchr(b'"', self.bytes.get(self.at..).unwrap_or_default()) {
            self.at += next + 1;
            if (0..hashes).all(|at| self.byte(at) == b'#') {
                self.at += hashes;
                self.skip_word();
                return TokenKind::RawString;
            }
        }
        self.at = self.bytes.len();
        TokenKind::RawString
    }

    /// Passes a lifetime, a character or a lone quote.
    fn quote(&mut self) -> TokenKind {
        let rest = self.text.get(self.at + 1..).unwrap_or_default();
        let mut chars = rest.chars();
        let first = chars.next().unwrap_or('\0');
        if first == '\\' || chars.next() == Some('\'') {
            return self.char(1);
        }
        if first.is_ascii() && !is_word(first as u8) || first.is_ascii_digit() {
            return self.advance(TokenKind::Punct);
        }
        self.at += 1;
        if rest.starts_with("r#") {
            self.at += 2;
        }
        self.skip_word();
        TokenKind::Lifetime
    }

    fn char(&mut self, prefix: usize) -> TokenKind {
        self.at += prefix;
        while self.at < self.bytes.len() {
            match self.byte(0) {
                b'\\' => self.at += 2,
                b'\'' => {
                    self.at += 1;
                    break;
                }
                _ => self.at += 1,
            }
        }
        self.at = self.at.min(self.bytes.len());
        self.skip_word();
        TokenKind::Char
    }

    fn number(&mut self) -> TokenKind {
        let radix = self.byte(0) == b'0' && matches!(self.byte(1), b'x' | b'o' | b'b');
        if radix {
            self.at += 2;
            self.skip_word();
            return TokenKind::Integer;
        }
        let mut kind = TokenKind::Integer;
        self.skip_digits();
        let next = self.byte(1);
        if self.byte(0) == b'.' && (next.is_ascii_digit() || next != b'.' && !is_word(next)) {
            kind = TokenKind::Float;
            self.at += 1;
            self.skip_digits();
        }
        if matches!(self.byte(0), b'e' | b'E') {
            let sign = usize::from(matches!(self.byte(1), b'+' | b'-'));
            let mut digit = 1 + sign;
            while self.byte(digit) == b'_' {
                digit += 1;
            }
            if self.byte(digit).is_ascii_digit() {
                kind = TokenKind::Float;
                self.at += digit;
            }
        }
        self.skip_word();
        kind
    }

    /// Passes the number of a tuple's field; returns `.` if another one follows directly (`x.0.1`), since macros see
    /// one number.
    fn tuple_index(&mut self) -> u8 {
        self.skip_digits();
        let followed = self.byte(0) == b'.' && self.byte(1).is_ascii_digit();
        self.skip_word();
        if followed { b'.' } else { b'0' }
    }

    fn skip_digits(&mut self) {
        while self.byte(0).is_ascii_digit() || self.byte(0) == b'_' {
            self.at += 1;
        }
    }
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// For each byte, true for an ASCII byte that a word may contain.
static IS_ASCII_WORD_BYTE: [bool; 256] = {
    let mut word = [false; 256];
    let mut byte = 0;
    while byte < 0x80 {
        word[byte] = is_word(byte as u8);
        byte += 1;
    }
    word
};
