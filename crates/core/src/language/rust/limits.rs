//! The scan of Rust.

use crate::ir::Depth;
use crate::language::limits::{
    BYTES, Before, Byte, CALL_LINKS, Gauge, LimitExceeded, Opener, line_end, number_end, operator_end, word_end,
};

/// Measures a text.
pub(super) fn depth(text: &str) -> Depth {
    Gauge::measure(|gauge| Scan { text: text.as_bytes(), at: 0, before: Before::End, gauge }.run())
}

struct Scan<'a> {
    text: &'a [u8],
    at: usize,
    before: Before,
    gauge: &'a mut Gauge,
}

impl Scan<'_> {
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
            let class = BYTES[byte as usize];
            self.gauge.depth.tokens += u32::from(!matches!(class, Byte::Space | Byte::NewLine));
            match class {
                Byte::Space | Byte::Tick => self.at += 1,
                Byte::NewLine => {
                    self.at += 1;
                    while self.at < text.len() && text[self.at] == b' ' {
                        self.at += 1;
                    }
                }
                Byte::Word => {
                    self.at = word_end(text, at + 1);
                    self.word(at)?;
                }
                Byte::Digit => {
                    self.operand();
                    self.at = number_end(text, at);
                    // `a.0.0.0` is a chain of members.
                    let dots = memchr::memchr_iter(b'.', &text[at..self.at]).count() as u32;
                    if dots > 1 {
                        self.gauge.chain_link(dots, at)?;
                    }
                }
                Byte::Quote => {
                    self.operand();
                    self.at = if byte == b'"' { string_end(text, at) } else { tick_end(text, at) };
                }
                Byte::Slash => match self.peek(1) {
                    b'/' => {
                        self.at = line_end(text, at);
                        // Documentation is an attribute of six tokens.
                        self.gauge.depth.tokens += 5;
                    }
                    b'*' => {
                        self.at = comment_end(text, at);
                        self.gauge.depth.tokens += 2;
                    }
                    _ => self.operator()?,
                },
                Byte::OpenParen => {
                    self.call()?;
                    self.open(Opener::Paren)?;
                }
                Byte::OpenBracket => {
                    self.call()?;
                    self.open(Opener::Bracket)?;
                }
                Byte::OpenBrace => {
                    if matches!(self.before, Before::Block | Before::End) {
                        self.gauge.next_statement();
                    }
                    self.open(Opener::Brace)?;
                }
                Byte::CloseParen => self.close(Opener::Paren, Before::Operand),
                Byte::CloseBracket => self.close(Opener::Bracket, Before::Operand),
                Byte::CloseBrace => self.close(Opener::Brace, Before::Block),
                Byte::Comma => {
                    self.at += 1;
                    self.before = Before::Open;
                    if !self.gauge.top.inner {
                        self.gauge.next_element();
                        self.gauge.close_arms();
                    }
                }
                Byte::Semicolon => {
                    self.at += 1;
                    self.gauge.next_statement();
                    self.before = Before::End;
                }
                Byte::Less => {
                    self.at += 1;
                    self.before = Before::Open;
                    self.gauge.open_angle(at)?;
                }
                Byte::Greater => {
                    self.at += 1;
                    if self.gauge.close_angle() {
                        self.before = Before::Operand;
                    } else {
                        self.at = operator_end(text, at);
                        self.infix(at)?;
                    }
                }
                Byte::Dot => self.dot()?,
                Byte::Operator => self.operator()?,
                Byte::Other => {
                    self.at += 1;
                    match byte {
                        b'#' => {
                            if self.before == Before::Block {
                                self.gauge.next_statement();
                            }
                            self.before = Before::Open;
                            self.gauge.list_item(at)?;
                        }
                        b'@' => {
                            self.before = Before::Open;
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
    fn operand(&mut self) {
        if self.before == Before::Block {
            self.gauge.next_statement();
        }
        self.before = Before::Operand;
    }

    #[inline]
    fn word(&mut self, start: usize) -> Result<(), LimitExceeded> {
        let text = &self.text[start..self.at];
        // Prefixes of strings are words too.
        if text.len() <= 2 && matches!(self.peek(0), b'"' | b'#' | b'\'') && self.literal(start) {
            return Ok(());
        }
        match text {
            b"else" => {
                self.gauge.next_arm();
                self.before = Before::Open;
                self.gauge.open_arm(start)
            }
            b"as" => {
                self.before = Before::Open;
                self.gauge.chain_link(1, start)
            }
            b"if" | b"in" | b"for" | b"mut" | b"dyn" | b"let" | b"move" | b"loop" | b"impl" | b"while" | b"match"
            | b"break" | b"const" | b"yield" | b"return" | b"unsafe" | b"ref" => {
                self.operand();
                self.before = Before::Open;
                self.gauge.open_prefix(1, start)
            }
            _ => {
                self.operand();
                Ok(())
            }
        }
    }

    /// A string or character whose prefix was read as a word; whether it is one.
    fn literal(&mut self, start: usize) -> bool {
        let text = self.text;
        let prefix = &text[start..self.at];
        let end = match (prefix, self.peek(0)) {
            (b"b" | b"c", b'"') => string_end(text, self.at),
            (b"b", b'\'') => tick_end(text, self.at),
            (b"r" | b"br" | b"cr", b'"' | b'#') => {
                let hashes = text[self.at..].iter().take_while(|byte| **byte == b'#').count();
                if self.peek(hashes) != b'"' {
                    return false;
                }
                raw_end(text, self.at + hashes + 1, hashes)
            }
            _ => return false,
        };
        self.operand();
        self.at = end;
        true
    }

    #[inline]
    fn call(&mut self) -> Result<(), LimitExceeded> {
        if self.before == Before::Operand { self.gauge.chain_link(CALL_LINKS, self.at) } else { Ok(()) }
    }

    #[inline]
    fn open(&mut self, opener: Opener) -> Result<(), LimitExceeded> {
        self.gauge.push(opener, self.at)?;
        self.at += 1;
        self.before = Before::Open;
        Ok(())
    }

    #[inline]
    fn close(&mut self, opener: Opener, before: Before) {
        self.at += 1;
        self.gauge.close([opener, opener]);
        self.before = before;
    }

    #[inline]
    fn infix(&mut self, at: usize) -> Result<(), LimitExceeded> {
        self.before = Before::Open;
        self.gauge.chain_link(1, at)
    }

    fn dot(&mut self) -> Result<(), LimitExceeded> {
        let at = self.at;
        self.at += 1;
        if self.peek(0) == b'.' {
            while matches!(self.peek(0), b'.' | b'=') {
                self.at += 1;
            }
            self.before = Before::Open;
            return self.gauge.open_prefix(1, at);
        }
        self.infix(at)
    }

    fn operator(&mut self) -> Result<(), LimitExceeded> {
        let at = self.at;
        let byte = self.text[at];
        match byte {
            b'|' => return self.pipe(),
            // A macro's name, or the type that never is.
            b'!' if self.before == Before::Operand && self.peek(1) != b'=' => {
                self.at += 1;
                self.before = Before::Open;
                return Ok(());
            }
            b'?' if self.before != Before::Open => {
                self.at += 1;
                self.before = Before::Operand;
                return self.gauge.chain_link(1, at);
            }
            _ => {}
        }
        if self.before == Before::Open || self.before == Before::End {
            self.at += 1;
            self.before = Before::Open;
            return if byte == b':' { Ok(()) } else { self.gauge.open_prefix(1, at) };
        }
        // After a block `*`, `&` and `-` begin a statement.
        if self.before == Before::Block && matches!(byte, b'*' | b'&' | b'-' | b'!') && self.peek(1) != b'>' {
            self.gauge.next_statement();
            self.before = Before::Open;
            self.at += 1;
            return self.gauge.open_prefix(1, at);
        }
        self.at = operator_end(self.text, at);
        self.before = Before::Open;
        match &self.text[at..self.at] {
            b"=>" => {
                self.gauge.top.inner = false;
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

    /// `|`: a closure's, a pattern's or an operator.
    fn pipe(&mut self) -> Result<(), LimitExceeded> {
        let at = self.at;
        self.at += 1;
        let was = std::mem::replace(&mut self.before, Before::Open);
        if self.gauge.top.inner {
            self.gauge.top.inner = false;
            return Ok(());
        }
        if was == Before::Operand {
            if self.peek(0) == b'|' {
                self.at += 1;
                self.gauge.drop_angles();
            }
            return self.gauge.chain_link(1, at);
        }
        if was == Before::Block {
            self.gauge.next_statement();
        }
        self.gauge.top.inner = true;
        self.gauge.open_arm(at)
    }
}

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

/// One past a raw string whose text starts at `at`.
fn raw_end(text: &[u8], mut at: usize, hashes: usize) -> usize {
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let Some(found) = memchr::memchr(b'"', rest) else { return text.len() };
        at += found + 1;
        let closing = text[at..].iter().take(hashes).take_while(|byte| **byte == b'#').count();
        if closing == hashes {
            return at + hashes;
        }
        // Its signs are read once only, however often a quote stands among them.
        at += closing;
    }
}

/// One past a character literal or a lifetime.
fn tick_end(text: &[u8], at: usize) -> usize {
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

/// One past the block comment that starts at `at`; they nest.
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
