//! The depth scan of Rust.

use crate::ir::Depth;
use crate::language::limits::{
    BYTE_CLASSES, ByteClass, Gauge, LINKS_PER_CALL, LastToken, LimitExceeded, Opener, line_end, number_end,
    operator_end, word_end,
};

/// Measures the depth of a text.
pub(super) fn depth(text: &str) -> Depth {
    Gauge::measure(|gauge| RustDepthScan { text: text.as_bytes(), at: 0, last: LastToken::End, gauge }.run())
}

/// A scan at one place of a text.
struct RustDepthScan<'a> {
    text: &'a [u8],
    at: usize,
    last: LastToken,
    gauge: &'a mut Gauge,
}

impl RustDepthScan<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.text.get(self.at + ahead).copied().unwrap_or(0)
    }

    #[allow(clippy::too_many_lines, reason = "one loop with an arm for each class of bytes")]
    fn run(&mut self) -> Result<(), LimitExceeded> {
        let text = self.text;
        if text.starts_with(b"#!") && text.get(2) != Some(&b'[') {
            self.at = line_end(text, 0);
        }
        while self.at < text.len() {
            let at = self.at;
            let byte = text[at];
            let class = BYTE_CLASSES[byte as usize];
            self.gauge.depth.tokens += u32::from(!matches!(class, ByteClass::Space | ByteClass::NewLine));
            match class {
                ByteClass::Space | ByteClass::Tick => self.at += 1,
                ByteClass::NewLine => {
                    self.at += 1;
                    while self.at < text.len() && text[self.at] == b' ' {
                        self.at += 1;
                    }
                }
                ByteClass::Word => {
                    self.at = word_end(text, at + 1);
                    self.scan_word(at)?;
                }
                ByteClass::Digit => {
                    self.note_operand();
                    self.at = number_end(text, at);
                    // `a.0.0.0` is a chain of members.
                    let dots = memchr::memchr_iter(b'.', &text[at..self.at]).count() as u32;
                    if dots > 1 {
                        self.gauge.chain_link(dots, at)?;
                    }
                }
                ByteClass::Quote => {
                    self.note_operand();
                    self.at = if byte == b'"' { string_end(text, at) } else { apostrophe_end(text, at) };
                }
                ByteClass::Slash => match self.peek(1) {
                    b'/' => {
                        self.at = line_end(text, at);
                        // syn turns a doc comment into an attribute of six tokens.
                        self.gauge.depth.tokens += 5;
                    }
                    b'*' => {
                        self.at = comment_end(text, at);
                        self.gauge.depth.tokens += 2;
                    }
                    _ => self.scan_operator()?,
                },
                ByteClass::OpenParen => {
                    self.note_call()?;
                    self.open(Opener::Paren)?;
                }
                ByteClass::OpenBracket => {
                    self.note_call()?;
                    self.open(Opener::Bracket)?;
                }
                ByteClass::OpenBrace => {
                    if matches!(self.last, LastToken::Block | LastToken::End) {
                        self.gauge.next_statement();
                    }
                    self.open(Opener::Brace)?;
                }
                ByteClass::CloseParen => self.close(Opener::Paren, LastToken::Operand),
                ByteClass::CloseBracket => self.close(Opener::Bracket, LastToken::Operand),
                ByteClass::CloseBrace => self.close(Opener::Brace, LastToken::Block),
                ByteClass::Comma => {
                    self.at += 1;
                    self.last = LastToken::Open;
                    if !self.gauge.top.in_parameters_or_alias {
                        self.gauge.next_element();
                        self.gauge.close_arms();
                    }
                }
                ByteClass::Semicolon => {
                    self.at += 1;
                    self.gauge.next_statement();
                    self.last = LastToken::End;
                }
                ByteClass::Less => {
                    self.at += 1;
                    self.last = LastToken::Open;
                    self.gauge.open_angle(at)?;
                }
                ByteClass::Greater => {
                    self.at += 1;
                    if self.gauge.close_angle() {
                        self.last = LastToken::Operand;
                    } else {
                        self.at = operator_end(text, at);
                        self.note_infix(at)?;
                    }
                }
                ByteClass::Dot => self.scan_dot()?,
                ByteClass::Operator => self.scan_operator()?,
                ByteClass::Other => {
                    self.at += 1;
                    match byte {
                        b'#' => {
                            if self.last == LastToken::Block {
                                self.gauge.next_statement();
                            }
                            self.last = LastToken::Open;
                            self.gauge.list_item(at)?;
                        }
                        b'@' => {
                            self.last = LastToken::Open;
                            self.gauge.open_prefix(1, at)?;
                        }
                        _ => {}
                    }
                }
            }
        }
        Ok(())
    }

    #[inline]
    fn note_operand(&mut self) {
        if self.last == LastToken::Block {
            self.gauge.next_statement();
        }
        self.last = LastToken::Operand;
    }

    #[inline]
    fn scan_word(&mut self, start: usize) -> Result<(), LimitExceeded> {
        let text = &self.text[start..self.at];
        // Prefixes of strings are words too.
        if text.len() <= 2 && matches!(self.peek(0), b'"' | b'#' | b'\'') && self.scan_literal(start) {
            return Ok(());
        }
        match text {
            b"else" => {
                self.gauge.next_arm();
                self.last = LastToken::Open;
                self.gauge.open_arm(start)
            }
            b"as" => {
                self.last = LastToken::Open;
                self.gauge.chain_link(1, start)
            }
            b"if" | b"in" | b"for" | b"mut" | b"dyn" | b"let" | b"move" | b"loop" | b"impl" | b"while" | b"match"
            | b"break" | b"const" | b"yield" | b"return" | b"unsafe" | b"ref" => {
                self.note_operand();
                self.last = LastToken::Open;
                self.gauge.open_prefix(1, start)
            }
            _ => {
                self.note_operand();
                Ok(())
            }
        }
    }

    /// Scans a string or character whose prefix was read as a word; returns false if there is none.
    fn scan_literal(&mut self, start: usize) -> bool {
        let text = self.text;
        let prefix = &text[start..self.at];
        let end = match (prefix, self.peek(0)) {
            (b"b" | b"c", b'"') => string_end(text, self.at),
            (b"b", b'\'') => apostrophe_end(text, self.at),
            (b"r" | b"br" | b"cr", b'"' | b'#') => {
                let hashes = text[self.at..].iter().take_while(|byte| **byte == b'#').count();
                if self.peek(hashes) != b'"' {
                    return false;
                }
                raw_string_end(text, self.at + hashes + 1, hashes)
            }
            _ => return false,
        };
        self.note_operand();
        self.at = end;
        true
    }

    #[inline]
    fn note_call(&mut self) -> Result<(), LimitExceeded> {
        if self.last == LastToken::Operand { self.gauge.chain_link(LINKS_PER_CALL, self.at) } else { Ok(()) }
    }

    #[inline]
    fn open(&mut self, opener: Opener) -> Result<(), LimitExceeded> {
        self.gauge.push(opener, self.at)?;
        self.at += 1;
        self.last = LastToken::Open;
        Ok(())
    }

    #[inline]
    fn close(&mut self, opener: Opener, last: LastToken) {
        self.at += 1;
        self.gauge.close([opener, opener]);
        self.last = last;
    }

    #[inline]
    fn note_infix(&mut self, at: usize) -> Result<(), LimitExceeded> {
        self.last = LastToken::Open;
        self.gauge.chain_link(1, at)
    }

    fn scan_dot(&mut self) -> Result<(), LimitExceeded> {
        let at = self.at;
        self.at += 1;
        if self.peek(0) == b'.' {
            while matches!(self.peek(0), b'.' | b'=') {
                self.at += 1;
            }
            self.last = LastToken::Open;
            return self.gauge.open_prefix(1, at);
        }
        self.note_infix(at)
    }

    fn scan_operator(&mut self) -> Result<(), LimitExceeded> {
        let at = self.at;
        let byte = self.text[at];
        match byte {
            b'|' => return self.scan_pipe(),
            // The `!` of a macro call, or the never type.
            b'!' if self.last == LastToken::Operand && self.peek(1) != b'=' => {
                self.at += 1;
                self.last = LastToken::Open;
                return Ok(());
            }
            b'?' if self.last != LastToken::Open => {
                self.at += 1;
                self.last = LastToken::Operand;
                return self.gauge.chain_link(1, at);
            }
            _ => {}
        }
        if self.last == LastToken::Open || self.last == LastToken::End {
            self.at += 1;
            self.last = LastToken::Open;
            return if byte == b':' { Ok(()) } else { self.gauge.open_prefix(1, at) };
        }
        // After a block `*`, `&` and `-` begin a statement.
        if self.last == LastToken::Block && matches!(byte, b'*' | b'&' | b'-' | b'!') && self.peek(1) != b'>' {
            self.gauge.next_statement();
            self.last = LastToken::Open;
            self.at += 1;
            return self.gauge.open_prefix(1, at);
        }
        self.at = operator_end(self.text, at);
        self.last = LastToken::Open;
        match &self.text[at..self.at] {
            b"=>" => {
                self.gauge.top.in_parameters_or_alias = false;
                Ok(())
            }
            b":" | b"->" => Ok(()),
            b"=" => self.gauge.open_prefix(1, at),
            b"&&" | b"==" => {
                self.gauge.drop_angles();
                self.gauge.chain_link(1, at)
            }
            _ => self.gauge.chain_link(1, at),
        }
    }

    /// Scans a `|`: of a closure, of a pattern or an operator.
    fn scan_pipe(&mut self) -> Result<(), LimitExceeded> {
        let at = self.at;
        self.at += 1;
        let last = std::mem::replace(&mut self.last, LastToken::Open);
        if self.gauge.top.in_parameters_or_alias {
            self.gauge.top.in_parameters_or_alias = false;
            return Ok(());
        }
        if last == LastToken::Operand {
            if self.peek(0) == b'|' {
                self.at += 1;
                self.gauge.drop_angles();
            }
            return self.gauge.chain_link(1, at);
        }
        if last == LastToken::Block {
            self.gauge.next_statement();
        }
        self.gauge.top.in_parameters_or_alias = true;
        self.gauge.open_arm(at)
    }
}

/// The end of the string whose quote is at `at`.
fn string_end(text: &[u8], at: usize) -> usize {
    let mut end = at + 1;
    while let Some(rest) = text.get(end..)
        && let Some(found) = memchr::memchr2(b'\\', b'"', rest)
    {
        if rest[found] == b'"' {
            return end + found + 1;
        }
        end += found + 2;
    }
    text.len()
}

/// The end of the raw string whose content starts at `at`.
fn raw_string_end(text: &[u8], mut at: usize, hashes: usize) -> usize {
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let Some(found) = memchr::memchr(b'"', rest) else { return text.len() };
        at += found + 1;
        let closing = text[at..].iter().take(hashes).take_while(|byte| **byte == b'#').count();
        if closing == hashes {
            return at + hashes;
        }
        // Skipping the counted signs keeps the scan linear when many quotes stand among them.
        at += closing;
    }
}

/// The end of the character literal or lifetime that starts at `at`.
fn apostrophe_end(text: &[u8], at: usize) -> usize {
    let next = text.get(at + 1).copied().unwrap_or(0);
    if next == b'\\' {
        // `'\''`, `'\u{1F600}'`.
        let rest = text.get(at + 3..).unwrap_or_default();
        let length = rest.iter().take(16).position(|byte| *byte == b'\'');
        return length.map_or(at + 2, |length| at + length + 4).min(text.len());
    }
    let width = match next {
        0xF0.. => 4,
        0xE0.. => 3,
        0xC0.. => 2,
        _ => 1,
    };
    if text.get(at + 1 + width) == Some(&b'\'') { at + width + 2 } else { word_end(text, at + 1) }
}

/// The end of the block comment that starts at `at`; block comments nest.
fn comment_end(text: &[u8], at: usize) -> usize {
    let mut depth = 0_u32;
    let mut end = at;
    while end < text.len() {
        match (text[end], text.get(end + 1)) {
            (b'/', Some(b'*')) => {
                depth += 1;
                end += 2;
            }
            (b'*', Some(b'/')) => {
                depth -= 1;
                end += 2;
                if depth == 0 {
                    return end;
                }
            }
            _ => end += 1,
        }
    }
    end
}
