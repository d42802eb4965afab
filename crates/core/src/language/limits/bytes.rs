//! Classes of bytes and ends of tokens, which the depth scans share.

/// The kind of the last token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LastToken {
    /// An operator, an opening bracket or a keyword: an operand comes next.
    Open,
    /// An operand: an operator comes next, or a new statement.
    Operand,
    /// `}`: the end of a block or an object.
    Block,
    /// `;`: a new statement comes next, or its `else`.
    End,
}

/// The classes of bytes that the scans distinguish.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum ByteClass {
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

/// The class of each byte.
pub(crate) const BYTE_CLASSES: [ByteClass; 256] = {
    let mut table = [ByteClass::Other; 256];
    let mut at = 0;
    while at < 256 {
        let byte = at as u8;
        table[at] = match byte {
            b' ' | b'\t' | 0x0B | 0x0C => ByteClass::Space,
            b'\n' | b'\r' => ByteClass::NewLine,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' | 0x80.. => ByteClass::Word,
            b'0'..=b'9' => ByteClass::Digit,
            b'"' | b'\'' => ByteClass::Quote,
            b'`' => ByteClass::Tick,
            b'/' => ByteClass::Slash,
            b'(' => ByteClass::OpenParen,
            b')' => ByteClass::CloseParen,
            b'[' => ByteClass::OpenBracket,
            b']' => ByteClass::CloseBracket,
            b'{' => ByteClass::OpenBrace,
            b'}' => ByteClass::CloseBrace,
            b',' => ByteClass::Comma,
            b';' => ByteClass::Semicolon,
            b'<' => ByteClass::Less,
            b'>' => ByteClass::Greater,
            b'.' => ByteClass::Dot,
            b'+' | b'-' | b'*' | b'%' | b'=' | b'!' | b'&' | b'|' | b'^' | b'~' | b'?' | b':' => ByteClass::Operator,
            _ => ByteClass::Other,
        };
        at += 1;
    }
    table
};

/// For each byte, true if a word may contain it.
pub(crate) const IS_WORD_BYTE: [bool; 256] = {
    let mut table = [false; 256];
    let mut at = 0;
    while at < 256 {
        table[at] = matches!(BYTE_CLASSES[at], ByteClass::Word | ByteClass::Digit);
        at += 1;
    }
    table
};

/// The end of the word that `at` lies in.
#[inline]
pub(crate) fn word_end(text: &[u8], mut at: usize) -> usize {
    while at < text.len() && IS_WORD_BYTE[text[at] as usize] {
        at += 1;
    }
    at
}

/// The end of the number that starts at `at`.
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

/// The end of the operator that starts at `at`, behind an operand: up to four bytes, each the first one again, `=` or
/// `>`.
#[inline]
pub(crate) fn operator_end(text: &[u8], at: usize) -> usize {
    let first = text[at];
    let mut end = at + 1;
    while end < at + 4 && text.get(end).is_some_and(|byte| *byte == first || *byte == b'=' || *byte == b'>') {
        end += 1;
    }
    end
}
