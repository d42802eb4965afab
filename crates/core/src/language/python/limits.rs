//! The depth scan of Python.

use crate::ir::Depth;
use crate::language::limits::{
    BYTE_CLASSES, ByteClass, Gauge, LINKS_PER_CALL, LastToken, LimitExceeded, Opener, line_end, number_end,
    operator_end, word_end,
};

/// Measures the depth of a text.
pub(super) fn depth(text: &str) -> Depth {
    Gauge::measure(|gauge| {
        let text = text.as_bytes();
        PythonDepthScan { text, at: 0, last: LastToken::End, indents: Vec::new(), templates: Vec::new(), gauge }.run()
    })
}

/// A scan at one place of a text.
struct PythonDepthScan<'a> {
    text: &'a [u8],
    at: usize,
    last: LastToken,
    /// The indentation of each open block.
    indents: Vec<usize>,
    /// The quotes of each open string with holes (`f"…{…}…"`).
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
    /// The quotes at a place.
    fn at(text: &[u8], at: usize) -> Self {
        let quote = text[at];
        Self { quote, is_triple: text.get(at + 1) == Some(&quote) && text.get(at + 2) == Some(&quote) }
    }

    fn width(self) -> usize {
        if self.is_triple { 3 } else { 1 }
    }

    /// True at a place where they close; the end of a line closes single ones.
    fn close(self, text: &[u8], at: usize) -> bool {
        let is_quote = |at: usize| text.get(at) == Some(&self.quote);
        if self.is_triple {
            is_quote(at) && is_quote(at + 1) && is_quote(at + 2)
        } else {
            is_quote(at) || text[at] == b'\n'
        }
    }
}

impl PythonDepthScan<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.text.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn run(&mut self) -> Result<(), LimitExceeded> {
        self.scan_indentation()?;
        while self.at < self.text.len() {
            if self.gauge.top.opener == Opener::Template { self.scan_template()? } else { self.scan_token()? }
        }
        self.dedent(0);
        Ok(())
    }

    #[allow(clippy::too_many_lines, reason = "an arm for each class of bytes")]
    fn scan_token(&mut self) -> Result<(), LimitExceeded> {
        let (text, at) = (self.text, self.at);
        let byte = text[at];
        let class = BYTE_CLASSES[byte as usize];
        self.gauge.depth.tokens += u32::from(!matches!(class, ByteClass::Space | ByteClass::NewLine));
        match class {
            ByteClass::Space | ByteClass::Tick => self.at += 1,
            ByteClass::NewLine => {
                self.at += 1;
                return self.scan_indentation();
            }
            ByteClass::Word => {
                self.at = word_end(text, at + 1);
                return self.scan_word(at);
            }
            ByteClass::Digit => {
                self.last = LastToken::Operand;
                self.at = number_end(text, at);
            }
            ByteClass::Quote => self.scan_string(at, false)?,
            ByteClass::OpenParen => {
                self.note_call()?;
                self.open(Opener::Paren)?;
            }
            ByteClass::OpenBracket => {
                self.note_call()?;
                self.open(Opener::Bracket)?;
            }
            ByteClass::OpenBrace => self.open(Opener::Brace)?,
            ByteClass::CloseParen => self.close(Opener::Paren),
            ByteClass::CloseBracket => self.close(Opener::Bracket),
            ByteClass::CloseBrace => self.close(Opener::Brace),
            ByteClass::Comma => {
                self.at += 1;
                self.last = LastToken::Open;
                // The parameters of a lambda do not end it.
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
            ByteClass::Dot => {
                self.at += 1;
                self.last = LastToken::Open;
                return self.gauge.chain_link(1, at);
            }
            ByteClass::Slash | ByteClass::Less | ByteClass::Greater | ByteClass::Operator => {
                return self.scan_operator();
            }
            ByteClass::Other => match byte {
                b'#' => self.at = line_end(text, at),
                // The statement continues on the next line.
                b'\\' => self.at += 1 + usize::from(self.peek(1) == b'\r') + usize::from(self.peek(1) != 0),
                b'@' if self.last == LastToken::Operand => return self.scan_operator(),
                _ => self.at += 1,
            },
        }
        Ok(())
    }

    /// Scans the start of a line. Outside of brackets it is a new statement, and its indentation opens or closes
    /// blocks.
    fn scan_indentation(&mut self) -> Result<(), LimitExceeded> {
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
        self.last = LastToken::End;
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

    /// Closes the blocks that are indented deeper than `width`.
    fn dedent(&mut self, width: usize) {
        while self.gauge.top.opener == Opener::Indent && self.indents.pop_if(|indent| *indent > width).is_some() {
            self.gauge.pop();
        }
    }

    fn scan_word(&mut self, start: usize) -> Result<(), LimitExceeded> {
        let text = &self.text[start..self.at];
        if matches!(self.peek(0), b'"' | b'\'') && text.len() <= 2 && text.is_ascii() {
            let has_holes = text.iter().any(|letter| matches!(letter, b'f' | b'F' | b't' | b'T'));
            return self.scan_string(self.at, has_holes);
        }
        match text {
            b"not" | b"await" | b"yield" | b"return" | b"from" | b"del" | b"assert" | b"raise" => {
                self.last = LastToken::Open;
                self.gauge.open_prefix(1, start)
            }
            b"lambda" => {
                self.last = LastToken::Open;
                self.gauge.top.in_parameters_or_alias = true;
                self.gauge.open_arm(start)
            }
            // Conditional expressions nest; the arms of a statement do not.
            b"if" | b"else" if self.last == LastToken::Operand => {
                self.last = LastToken::Open;
                self.gauge.open_prefix(1, start)
            }
            b"and" | b"or" | b"in" | b"is" | b"as" | b"for" => {
                self.last = LastToken::Open;
                self.gauge.chain_link(1, start)
            }
            _ => {
                self.last = LastToken::Operand;
                Ok(())
            }
        }
    }

    /// Scans a string whose quotes open at a place; of one with holes only the quotes.
    fn scan_string(&mut self, at: usize, has_holes: bool) -> Result<(), LimitExceeded> {
        let quotes = Quotes::at(self.text, at);
        self.at = at + quotes.width();
        self.last = LastToken::Operand;
        // The quotes and the content are nodes.
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

    /// Scans the text of a string with holes up to its end or its next hole.
    fn scan_template(&mut self) -> Result<(), LimitExceeded> {
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
                    self.last = LastToken::Operand;
                    return Ok(());
                }
                _ => self.at += 1,
            }
        }
        self.at = self.text.len();
        Ok(())
    }

    /// Notes an opening bracket: directly after an operand it is a call or an index.
    fn note_call(&mut self) -> Result<(), LimitExceeded> {
        if self.last == LastToken::Operand { self.gauge.chain_link(LINKS_PER_CALL, self.at) } else { Ok(()) }
    }

    fn open(&mut self, opener: Opener) -> Result<(), LimitExceeded> {
        self.gauge.push(opener, self.at)?;
        self.at += 1;
        self.last = LastToken::Open;
        Ok(())
    }

    fn close(&mut self, opener: Opener) {
        self.at += 1;
        self.gauge.close([opener, opener]);
        self.last = LastToken::Operand;
    }

    fn scan_operator(&mut self) -> Result<(), LimitExceeded> {
        let at = self.at;
        if self.last != LastToken::Operand {
            self.at += 1;
            self.last = LastToken::Open;
            if self.text[at] == b':' {
                self.gauge.top.in_parameters_or_alias = false;
                return Ok(());
            }
            return self.gauge.open_prefix(1, at);
        }
        self.at = operator_end(self.text, at);
        self.last = LastToken::Open;
        match &self.text[at..self.at] {
            // The end of a lambda's parameters, of a block's header, of a key.
            b":" => {
                let ends_line = matches!(self.gauge.top.opener, Opener::File | Opener::Indent)
                    && !self.gauge.top.in_parameters_or_alias;
                self.gauge.top.in_parameters_or_alias = false;
                if ends_line {
                    self.gauge.next_statement();
                    self.last = LastToken::End;
                }
                Ok(())
            }
            b"=" | b":=" => self.gauge.open_prefix(1, at),
            b"->" => Ok(()),
            _ => self.gauge.chain_link(1, at),
        }
    }
}
