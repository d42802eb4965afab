//! The scan of Python.

use crate::ir::Depth;
use crate::language::limits::{
    BYTES, Before, Byte, CALL_LINKS, Gauge, LimitExceeded, Opener, line_end, number_end, operator_end, word_end,
};

/// Measures a text.
pub(super) fn depth(text: &str) -> Depth {
    Gauge::measure(|gauge| {
        let text = text.as_bytes();
        Scan { text, at: 0, before: Before::End, indents: Vec::new(), templates: Vec::new(), gauge }.run()
    })
}

struct Scan<'a> {
    text: &'a [u8],
    at: usize,
    before: Before,
    /// The widths of the indented blocks that are open.
    indents: Vec<usize>,
    /// The quotes of the strings with holes that are open.
    templates: Vec<Quotes>,
    gauge: &'a mut Gauge,
}

/// The quotes that end a string.
#[derive(Clone, Copy)]
struct Quotes {
    quote: u8,
    is_triple: bool,
}

impl Quotes {
    /// The quotes that open at a place.
    fn at(text: &[u8], at: usize) -> Self {
        let quote = text[at];
        Self { quote, is_triple: text.get(at + 1) == Some(&quote) && text.get(at + 2) == Some(&quote) }
    }

    fn width(self) -> usize {
        if self.is_triple { 3 } else { 1 }
    }

    /// True where they close; a line's end closes single ones.
    fn close(self, text: &[u8], at: usize) -> bool {
        let is_quote = |at: usize| text.get(at) == Some(&self.quote);
        if self.is_triple {
            is_quote(at) && is_quote(at + 1) && is_quote(at + 2)
        } else {
            is_quote(at) || text[at] == b'\n'
        }
    }
}

impl Scan<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.text.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn run(&mut self) -> Result<(), LimitExceeded> {
        self.indentation()?;
        while self.at < self.text.len() {
            if self.gauge.top.opener == Opener::Template { self.template()? } else { self.token()? }
        }
        self.dedent(0);
        Ok(())
    }

    #[allow(clippy::too_many_lines, reason = "an arm for each class of bytes")]
    fn token(&mut self) -> Result<(), LimitExceeded> {
        let (text, at) = (self.text, self.at);
        let byte = text[at];
        let class = BYTES[byte as usize];
        self.gauge.depth.tokens += u32::from(!matches!(class, Byte::Space | Byte::NewLine));
        match class {
            Byte::Space | Byte::Tick => self.at += 1,
            Byte::NewLine => {
                self.at += 1;
                return self.indentation();
            }
            Byte::Word => {
                self.at = word_end(text, at + 1);
                return self.word(at);
            }
            Byte::Digit => {
                self.before = Before::Operand;
                self.at = number_end(text, at);
            }
            Byte::Quote => self.string(at, false)?,
            Byte::OpenParen => {
                self.call()?;
                self.open(Opener::Paren)?;
            }
            Byte::OpenBracket => {
                self.call()?;
                self.open(Opener::Bracket)?;
            }
            Byte::OpenBrace => self.open(Opener::Brace)?,
            Byte::CloseParen => self.close(Opener::Paren),
            Byte::CloseBracket => self.close(Opener::Bracket),
            Byte::CloseBrace => self.close(Opener::Brace),
            Byte::Comma => {
                self.at += 1;
                self.before = Before::Open;
                // The parameters of a lambda are within it.
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
            Byte::Dot => {
                self.at += 1;
                self.before = Before::Open;
                return self.gauge.chain_link(1, at);
            }
            Byte::Slash | Byte::Less | Byte::Greater | Byte::Operator => return self.operator(),
            Byte::Other => match byte {
                b'#' => self.at = line_end(text, at),
                // The line goes on below.
                b'\\' => self.at += 1 + usize::from(self.peek(1) == b'\r') + usize::from(self.peek(1) != 0),
                b'@' if self.before == Before::Operand => return self.operator(),
                _ => self.at += 1,
            },
        }
        Ok(())
    }

    /// The start of a line: outside of brackets a new statement, in a deeper block, the same or an outer one.
    fn indentation(&mut self) -> Result<(), LimitExceeded> {
        let text = self.text;
        if !matches!(self.gauge.top.opener, Opener::File | Opener::Indent) {
            return Ok(());
        }
        let start = self.at;
        while matches!(self.peek(0), b' ' | b'\t' | 0x0C) {
            self.at += 1;
        }
        // Lines without code belong to no block.
        if matches!(self.peek(0), b'\n' | b'\r' | b'#' | 0) {
            return Ok(());
        }
        self.gauge.next_statement();
        self.before = Before::End;
        // A statement is a node of its own.
        self.gauge.depth.tokens += 1;
        let width = text[start..self.at].iter().map(|byte| if *byte == b'\t' { 8 } else { 1 }).sum();
        self.dedent(width);
        if width > self.indents.last().copied().unwrap_or(0) {
            self.indents.push(width);
            self.gauge.push(Opener::Indent, self.at)?;
        }
        Ok(())
    }

    /// Closes the blocks that stand further in.
    fn dedent(&mut self, width: usize) {
        while self.gauge.top.opener == Opener::Indent && self.indents.pop_if(|indent| *indent > width).is_some() {
            self.gauge.pop();
        }
    }

    fn word(&mut self, start: usize) -> Result<(), LimitExceeded> {
        let text = &self.text[start..self.at];
        if matches!(self.peek(0), b'"' | b'\'') && text.len() <= 2 && text.is_ascii() {
            let has_holes = text.iter().any(|letter| matches!(letter, b'f' | b'F' | b't' | b'T'));
            return self.string(self.at, has_holes);
        }
        match text {
            b"not" | b"await" | b"yield" | b"return" | b"from" | b"del" | b"assert" | b"raise" => {
                self.before = Before::Open;
                self.gauge.open_prefix(1, start)
            }
            b"lambda" => {
                self.before = Before::Open;
                self.gauge.top.inner = true;
                self.gauge.open_arm(start)
            }
            // A choice nests in the one before it; an arm of a statement does not.
            b"if" | b"else" if self.before == Before::Operand => {
                self.before = Before::Open;
                self.gauge.open_prefix(1, start)
            }
            b"and" | b"or" | b"in" | b"is" | b"as" | b"for" => {
                self.before = Before::Open;
                self.gauge.chain_link(1, start)
            }
            _ => {
                self.before = Before::Operand;
                Ok(())
            }
        }
    }

    /// A string whose quotes open at a place; of one with holes only what opens it.
    fn string(&mut self, at: usize, has_holes: bool) -> Result<(), LimitExceeded> {
        let quotes = Quotes::at(self.text, at);
        self.at = at + quotes.width();
        self.before = Before::Operand;
        // Its quotes and what they enclose are nodes.
        self.gauge.depth.tokens += 2;
        if has_holes {
            self.templates.push(quotes);
            return self.gauge.push(Opener::Template, at);
        }
        let stop = |byte: &u8| *byte == quotes.quote || *byte == b'\\' || (*byte == b'\n' && !quotes.is_triple);
        while let Some(found) = self.text.get(self.at..).and_then(|rest| rest.iter().position(stop)) {
            self.at += found;
            if self.text[self.at] == b'\\' {
                self.at += 2;
            } else if quotes.close(self.text, self.at) {
                // The end of the line is its own token.
                self.at += if self.text[self.at] == b'\n' { 0 } else { quotes.width() };
                return Ok(());
            } else {
                self.at += 1;
            }
        }
        self.at = self.text.len();
        Ok(())
    }

    /// The text of a string with holes, up to its end or its next hole.
    fn template(&mut self) -> Result<(), LimitExceeded> {
        let Some(quotes) = self.templates.last().copied() else { return Ok(()) };
        while self.at < self.text.len() {
            match self.text[self.at] {
                b'\\' => self.at += 2,
                b'{' if self.peek(1) == b'{' => self.at += 2,
                b'{' => return self.open(Opener::Brace),
                _ if quotes.close(self.text, self.at) => {
                    self.at += if self.text[self.at] == b'\n' { 0 } else { quotes.width() };
                    self.templates.pop();
                    self.gauge.pop();
                    self.before = Before::Operand;
                    return Ok(());
                }
                _ => self.at += 1,
            }
        }
        self.at = self.text.len();
        Ok(())
    }

    /// A bracket directly after an operand opens a call or an index.
    fn call(&mut self) -> Result<(), LimitExceeded> {
        if self.before == Before::Operand { self.gauge.chain_link(CALL_LINKS, self.at) } else { Ok(()) }
    }

    fn open(&mut self, opener: Opener) -> Result<(), LimitExceeded> {
        self.gauge.push(opener, self.at)?;
        self.at += 1;
        self.before = Before::Open;
        Ok(())
    }

    fn close(&mut self, opener: Opener) {
        self.at += 1;
        self.gauge.close([opener, opener]);
        self.before = Before::Operand;
    }

    fn operator(&mut self) -> Result<(), LimitExceeded> {
        let at = self.at;
        if self.before != Before::Operand {
            self.at += 1;
            self.before = Before::Open;
            if self.text[at] == b':' {
                self.gauge.top.inner = false;
                return Ok(());
            }
            return self.gauge.open_prefix(1, at);
        }
        self.at = operator_end(self.text, at);
        self.before = Before::Open;
        match &self.text[at..self.at] {
            // The end of a lambda's parameters, of what opens a block, of a key.
            b":" => {
                let ends_line = matches!(self.gauge.top.opener, Opener::File | Opener::Indent) && !self.gauge.top.inner;
                self.gauge.top.inner = false;
                if ends_line {
                    self.gauge.next_statement();
                    self.before = Before::End;
                }
                Ok(())
            }
            b"=" | b":=" => self.gauge.open_prefix(1, at),
            b"->" => Ok(()),
            _ => self.gauge.chain_link(1, at),
        }
    }
}
