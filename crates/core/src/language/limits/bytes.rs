//! The bytes of code as scans tell them apart, and how far the tokens of a text reach.

/// What stands before a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Before {
    /// An operator, an opening bracket, a keyword: an operand comes next.
    Open,
    /// An operand: an operator comes next, or a new statement.
    Operand,
    /// `}`: a block's or an object's end.
    Block,
    /// `;`: a new statement comes next, or its `else`.
    End,
}

/// The sorts of bytes that both scanners tell apart.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Byte {
    Space,
    NewLine,
    Word,
    Digit,
    Quote,
    Tick,
    Slash,
    OpenParen,
    CloseParen,
    OpenBracket,
    CloseBracket,
    OpenBrace,
    CloseBrace,
    Comma,
    Semicolon,
    Less,
    Greater,
    Dot,
    /// Any other operator.
    Operator,
    /// `#`, `@`, `\`: nothing by itself.
    Other,
}

pub(crate) const BYTES: [Byte; 256] = {
    let mut table = [Byte::Other; 256];
    let mut at = 0;
    while at < 256 {
        let byte = at as u8;
        table[at] = match byte {
            b' ' | b'\t' | 0x0B | 0x0C => Byte::Space,
            b'\n' | b'\r' => Byte::NewLine,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' | 0x80.. => Byte::Word,
            b'0'..=b'9' => Byte::Digit,
            b'"' | b'\'' => Byte::Quote,
            b'`' => Byte::Tick,
            b'/' => Byte::Slash,
            b'(' => Byte::OpenParen,
            b')' => Byte::CloseParen,
            b'[' => Byte::OpenBracket,
            b']' => Byte::CloseBracket,
            b'{' => Byte::OpenBrace,
            b'}' => Byte::CloseBrace,
            b',' => Byte::Comma,
            b';' => Byte::Semicolon,
            b'<' => Byte::Less,
            b'>' => Byte::Greater,
            b'.' => Byte::Dot,
            b'+' | b'-' | b'*' | b'%' | b'=' | b'!' | b'&' | b'|' | b'^' | b'~' | b'?' | b':' => Byte::Operator,
            _ => Byte::Other,
        };
        at += 1;
    }
    table
};

/// What may stand in a word, by byte.
pub(crate) const WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut at = 0;
    while at < 256 {
        table[at] = matches!(BYTES[at], Byte::Word | Byte::Digit);
        at += 1;
    }
    table
};

/// One past the word that goes on at `at`.
#[inline]
pub(crate) fn word_end(text: &[u8], mut at: usize) -> usize {
    while at < text.len() && WORD[text[at] as usize] {
        at += 1;
    }
    at
}

/// One past the number that starts at `at`.
#[inline]
pub(crate) fn number_end(text: &[u8], at: usize) -> usize {
    let mut end = word_end(text, at);
    while text.get(end) == Some(&b'.') && text.get(end + 1).is_some_and(u8::is_ascii_digit) {
        end = word_end(text, end + 1);
    }
    end
}

/// The end of the line that `at` lies on.
#[inline]
pub(crate) fn line_end(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len())
}

/// How many bytes of an operator after an operand are one token.
#[inline]
pub(crate) fn operator_end(text: &[u8], at: usize) -> usize {
    let first = text[at];
    let mut end = at + 1;
    while end < at + 4 && text.get(end).is_some_and(|byte| *byte == first || *byte == b'=' || *byte == b'>') {
        end += 1;
    }
    end
}
