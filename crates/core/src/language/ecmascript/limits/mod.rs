//! The depth scan of TypeScript and JavaScript, with or without JSX.

mod backtracking;

use crate::ir::Depth;
use crate::language::limits::{
    BYTE_CLASSES, ByteClass, Gauge, IS_WORD_BYTE, LINKS_PER_CALL, LastToken, LimitExceeded, MAX_REREAD_BYTES, Opener,
    bound, line_end, number_end, operator_end, word_end,
};

/// The longest text that may be parsed without a scan. Most files are shorter, and in these no nesting makes a parser
/// that reads levels again too slow.
const MAX_UNSCANNED_BYTES: usize = 64 << 10;

/// The most units of stack that parsing takes; none if the text needs a scan.
pub(super) fn stack_units(text: &[u8]) -> Option<usize> {
    let is_quick = text.len() <= MAX_UNSCANNED_BYTES && backtracking::max_reread(text) <= MAX_REREAD_BYTES;
    is_quick.then(|| bound::units(text))
}

/// Measures the depth of a text; `jsx` is true if `<a>` may be an element.
pub(super) fn depth(text: &str, jsx: bool) -> Depth {
    Gauge::measure(|gauge| {
        let (text, last) = (text.as_bytes(), LastToken::End);
        EcmaScriptDepthScan { text, at: 0, jsx, last, after_control: false, after_void: false, gauge }.run()
    })
}

/// A scan at one place of a text.
struct EcmaScriptDepthScan<'a> {
    text: &'a [u8],
    at: usize,
    jsx: bool,
    last: LastToken,
    /// The preceding word is one like `if`, whose parentheses are followed by a statement.
    after_control: bool,
    /// The preceding word is `void`, which may be a type or a prefix.
    after_void: bool,
    gauge: &'a mut Gauge,
}

/// The effect of a word on the tokens after it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum WordEffect {
    /// It is an operand, or counts as one.
    Plain,
    /// An operand follows.
    Prefix,
    /// It stands between two operands.
    Infix,
    /// A parenthesis and a statement follow.
    Control,
    Else,
    /// It continues the statement that a block seemed to end.
    Continues,
    Case,
    Type,
}

fn word_effect(word: &[u8]) -> WordEffect {
    match word {
        b"as" | b"in" | b"of" | b"is" | b"instanceof" | b"satisfies" | b"extends" | b"implements" => WordEffect::Infix,
        b"if" | b"for" | b"while" | b"with" | b"switch" => WordEffect::Control,
        b"do" | b"new" | b"void" | b"await" | b"yield" | b"throw" | b"return" | b"typeof" | b"delete" | b"keyof"
        | b"infer" | b"unique" | b"asserts" | b"readonly" => WordEffect::Prefix,
        b"else" => WordEffect::Else,
        b"case" | b"default" => WordEffect::Case,
        b"from" | b"catch" | b"finally" => WordEffect::Continues,
        b"type" => WordEffect::Type,
        _ => WordEffect::Plain,
    }
}

/// True for a word that is followed by parentheses and a statement.
fn is_control(text: &[u8]) -> bool {
    word_effect(text) == WordEffect::Control
}

impl EcmaScriptDepthScan<'_> {
    fn run(&mut self) -> Result<(), LimitExceeded> {
        if self.text.starts_with(b"#!") {
            self.at = line_end(self.text, 0);
        }
        while self.at < self.text.len() {
            match self.gauge.top.opener {
                Opener::Template => self.scan_template()?,
                Opener::Tag => self.scan_tag()?,
                Opener::Element => self.scan_element()?,
                _ => self.scan_code()?,
            }
        }
        self.gauge.token_start = self.text.len();
        Ok(())
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.text.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// Scans code up to a template, a tag or an element.
    #[allow(clippy::too_many_lines, reason = "one loop with an arm for each class of bytes")]
    fn scan_code(&mut self) -> Result<(), LimitExceeded> {
        let text = self.text;
        let mut new_line = false;
        while self.at < text.len() {
            let at = self.at;
            let byte = text[at];
            self.gauge.token_start = at;
            match BYTE_CLASSES[byte as usize] {
                ByteClass::Space => {
                    self.at += 1;
                    continue;
                }
                ByteClass::NewLine => {
                    self.at += 1;
                    // Most lines begin with spaces.
                    while self.at < text.len() && text[self.at] == b' ' {
                        self.at += 1;
                    }
                    new_line = true;
                    continue;
                }
                ByteClass::Word => {
                    self.at = word_end(text, at + 1);
                    self.scan_word(at, new_line)?;
                }
                ByteClass::Digit => {
                    self.note_operand(new_line);
                    self.at = number_end(text, at);
                }
                ByteClass::Quote => {
                    self.note_operand(new_line);
                    self.at = string_end(text, at);
                }
                ByteClass::Slash => match self.peek(1) {
                    b'/' => {
                        self.at = line_end(text, at);
                        continue;
                    }
                    b'*' => {
                        self.at = comment_end(text, at);
                        continue;
                    }
                    _ => self.scan_slash(new_line)?,
                },
                ByteClass::OpenParen => {
                    let may_be_tried = self.last != LastToken::Operand || text[..at].ends_with(b"async");
                    self.note_call()?;
                    let opener = if self.after_control { Opener::Control } else { Opener::Paren };
                    self.open(opener)?;
                    if may_be_tried && !self.after_control && backtracking::is_ambiguous(text, at) {
                        self.gauge.try_parameters();
                    }
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
                ByteClass::Tick => {
                    self.note_call()?;
                    self.open(Opener::Template)?;
                    return Ok(());
                }
                ByteClass::CloseParen => {
                    self.at += 1;
                    let was_tried = self.gauge.top.tries_parameters;
                    let closed = self.gauge.close([Opener::Paren, Opener::Control]);
                    if was_tried && backtracking::is_typed(text, self.at) {
                        self.gauge.try_result();
                    }
                    self.last = if closed == Some(Opener::Control) { LastToken::Open } else { LastToken::Operand };
                }
                ByteClass::CloseBracket => {
                    self.at += 1;
                    self.gauge.close([Opener::Bracket, Opener::Bracket]);
                    self.last = LastToken::Operand;
                }
                ByteClass::CloseBrace => {
                    self.at += 1;
                    self.gauge.close([Opener::Brace, Opener::Brace]);
                    self.last = LastToken::Block;
                    if matches!(self.gauge.top.opener, Opener::Template | Opener::Tag | Opener::Element) {
                        return Ok(());
                    }
                }
                ByteClass::Comma => {
                    self.at += 1;
                    self.gauge.next_element();
                    self.last = LastToken::Open;
                }
                ByteClass::Semicolon => {
                    self.at += 1;
                    self.last = LastToken::End;
                }
                ByteClass::Less => {
                    if self.scan_less()? {
                        return Ok(());
                    }
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
                ByteClass::Operator => self.scan_operator(new_line)?,
                ByteClass::Other => {
                    self.at += 1;
                    if byte == b'@' {
                        if self.last != LastToken::Open && (new_line || self.last != LastToken::Operand) {
                            self.gauge.next_statement();
                        }
                        self.last = LastToken::Open;
                        self.gauge.open_prefix(1, at)?;
                    }
                }
            }
            self.gauge.depth.tokens += 1;
            if BYTE_CLASSES[byte as usize] == ByteClass::Word {
                let is_keyword = self.last == LastToken::Open;
                self.after_control = is_keyword && is_control(&text[at..self.at]);
                self.after_void = is_keyword && text[at..self.at] == *b"void";
            } else {
                self.after_control = false;
                self.after_void = false;
            }
            new_line = false;
        }
        Ok(())
    }

    /// Notes an operand; one after another operand starts a statement.
    #[inline]
    fn note_operand(&mut self, new_line: bool) {
        match self.last {
            LastToken::Open => {}
            LastToken::Operand if !new_line => {}
            _ => self.gauge.next_statement(),
        }
        self.last = LastToken::Operand;
    }

    #[inline]
    fn scan_word(&mut self, start: usize, new_line: bool) -> Result<(), LimitExceeded> {
        let text = &self.text[start..self.at];
        let word = if (2..=10).contains(&text.len()) { word_effect(text) } else { WordEffect::Plain };
        match word {
            WordEffect::Plain => {
                if text == b"import" || text == b"export" {
                    // oxc keeps a record of each import and export.
                    self.gauge.depth.tokens += 9;
                }
                if new_line && self.after_void && self.is_member_name() {
                    self.gauge.next_statement();
                }
                self.note_operand(new_line);
            }
            // A name of a member or a property may be any word.
            _ if start > 0 && self.text[start - 1] == b'.' => self.last = LastToken::Operand,
            WordEffect::Prefix | WordEffect::Control => {
                if new_line || self.last != LastToken::Operand {
                    self.note_operand(new_line);
                }
                self.last = LastToken::Open;
                self.gauge.open_prefix(1, start)?;
            }
            WordEffect::Infix => {
                if self.last == LastToken::End {
                    self.gauge.next_statement();
                }
                self.last = LastToken::Open;
                self.gauge.open_prefix(1, start)?;
            }
            WordEffect::Else => {
                self.gauge.next_arm();
                self.last = LastToken::Open;
                self.gauge.open_arm(start)?;
            }
            WordEffect::Continues => {
                if self.last == LastToken::End {
                    self.gauge.next_statement();
                }
                self.last = LastToken::Operand;
            }
            WordEffect::Case => {
                self.gauge.next_statement();
                self.last = LastToken::Open;
            }
            WordEffect::Type => {
                self.note_operand(new_line);
                let follows = self.text[self.at..].iter().find(|byte| **byte != b' ');
                if self.gauge.top.chain == 0
                    && follows.is_some_and(|byte| BYTE_CLASSES[*byte as usize] == ByteClass::Word)
                {
                    self.gauge.top.in_parameters_or_alias = true;
                }
            }
        }
        Ok(())
    }

    /// True if the word just read is the name of a member in a type: `a:`, `a?:`, `a(`.
    fn is_member_name(&self) -> bool {
        matches!((self.peek(0), self.peek(1)), (b':' | b'(' | b'<', _) | (b'?', b':'))
    }

    /// Notes an opening bracket or tick: directly after an operand it is a call, an index or a tagged template.
    #[inline]
    fn note_call(&mut self) -> Result<(), LimitExceeded> {
        match self.last {
            LastToken::Operand => self.gauge.chain_link(LINKS_PER_CALL, self.at),
            LastToken::End => {
                self.gauge.next_statement();
                Ok(())
            }
            LastToken::Open | LastToken::Block => Ok(()),
        }
    }

    #[inline]
    fn open(&mut self, opener: Opener) -> Result<(), LimitExceeded> {
        self.gauge.push(opener, self.at)?;
        // The content of brackets is a node of its own.
        self.gauge.depth.tokens += 1;
        self.at += 1;
        self.last = LastToken::Open;
        Ok(())
    }

    #[inline]
    fn note_infix(&mut self, at: usize) -> Result<(), LimitExceeded> {
        self.last = LastToken::Open;
        self.gauge.chain_link(1, at)
    }

    fn scan_slash(&mut self, new_line: bool) -> Result<(), LimitExceeded> {
        let starts = match self.last {
            LastToken::Open | LastToken::End => true,
            LastToken::Block => new_line,
            LastToken::Operand => false,
        };
        if starts && let Some(end) = regex_end(self.text, self.at) {
            self.note_operand(new_line);
            self.at = end;
            return Ok(());
        }
        self.gauge.drop_angles();
        let at = self.at;
        self.at += 1;
        self.note_infix(at)
    }

    fn scan_dot(&mut self) -> Result<(), LimitExceeded> {
        let at = self.at;
        if self.peek(1) == b'.' {
            self.at += 1;
            while self.peek(0) == b'.' {
                self.at += 1;
            }
            self.last = LastToken::Open;
            return Ok(());
        }
        if self.last == LastToken::Open && self.peek(1).is_ascii_digit() {
            self.at = number_end(self.text, at + 1);
            self.last = LastToken::Operand;
            return Ok(());
        }
        self.at += 1;
        self.note_infix(at)
    }

    fn scan_operator(&mut self, new_line: bool) -> Result<(), LimitExceeded> {
        let at = self.at;
        let byte = self.text[at];
        if matches!(byte, b'+' | b'-') && self.peek(1) == byte {
            self.at += 2;
            return match self.last {
                LastToken::Operand if !new_line => Ok(()),
                LastToken::Open => self.gauge.open_prefix(1, at),
                _ => {
                    self.note_operand(new_line);
                    self.last = LastToken::Open;
                    Ok(())
                }
            };
        }
        match self.last {
            LastToken::Open => {
                self.at += 1;
                // A union type may begin with `|`.
                if byte == b'|' && self.peek(0) != b'|' { Ok(()) } else { self.gauge.open_prefix(1, at) }
            }
            LastToken::Operand | LastToken::Block if byte == b'!' && self.peek(1) != b'=' => {
                self.at += 1;
                self.gauge.chain_link(1, at)
            }
            LastToken::End => {
                self.gauge.next_statement();
                self.last = LastToken::Open;
                self.at += 1;
                self.gauge.open_prefix(1, at)
            }
            LastToken::Operand | LastToken::Block => {
                self.at = operator_end(self.text, at);
                match &self.text[at..self.at] {
                    b"=>" | b"?" | b"=" | b":" => {
                        self.last = LastToken::Open;
                        self.gauge.open_prefix(1, at)
                    }
                    b"|" | b"&" if self.gauge.top.in_parameters_or_alias => {
                        self.last = LastToken::Open;
                        self.gauge.list_item(at)
                    }
                    b"|" | b"&" | b"-" => self.note_infix(at),
                    _ => {
                        self.gauge.drop_angles();
                        self.note_infix(at)
                    }
                }
            }
        }
    }

    /// Scans a `<`: a list of types, a comparison or an element; returns true for an element.
    fn scan_less(&mut self) -> Result<bool, LimitExceeded> {
        let at = self.at;
        let next = self.peek(1);
        if self.last == LastToken::Operand {
            if matches!(next, b'=' | b'<') {
                self.at = operator_end(self.text, at);
                // `A<<B>…` may be a shift or lists of types; it counts as the latter, which nest.
                self.gauge.open_angle(at)?;
                self.last = LastToken::Open;
                return Ok(false);
            }
            self.at += 1;
            self.last = LastToken::Open;
            self.gauge.open_angle(at)?;
            return Ok(false);
        }
        let is_name = next == b'>' || BYTE_CLASSES[next as usize] == ByteClass::Word;
        if self.jsx && is_name && !self.is_generic() {
            if matches!(self.last, LastToken::End | LastToken::Block) {
                self.gauge.next_statement();
            }
            self.open(Opener::Tag)?;
            return Ok(true);
        }
        self.at += 1;
        self.last = LastToken::Open;
        self.gauge.open_prefix(1, at)?;
        Ok(false)
    }

    /// True if the `<` before a name opens type parameters: `<T,`, `<T =`, `<T extends`, `<T>(`.
    fn is_generic(&self) -> bool {
        let end = word_end(self.text, self.at + 1);
        let rest = self.text.get(end..).unwrap_or_default().trim_ascii_start();
        rest.starts_with(b",")
            || rest.starts_with(b"=")
            || rest.starts_with(b"extends ")
            || (rest.starts_with(b">(") && self.text[self.at + 1].is_ascii_uppercase())
    }

    /// Scans the text of a template up to its end or its next `${`.
    fn scan_template(&mut self) -> Result<(), LimitExceeded> {
        while let Some(rest) = self.text.get(self.at..)
            && let Some(found) = memchr::memchr3(b'\\', b'`', b'$', rest)
        {
            self.at += found + 1;
            match rest[found] {
                b'\\' => self.at += 1,
                b'`' => {
                    self.gauge.pop();
                    self.last = LastToken::Operand;
                    return Ok(());
                }
                _ if self.peek(0) == b'{' => return self.open(Opener::Brace),
                _ => {}
            }
        }
        self.at = self.text.len();
        Ok(())
    }

    /// Scans a tag, `<a b="c" …`, up to its `>` or its next `{`.
    fn scan_tag(&mut self) -> Result<(), LimitExceeded> {
        while let Some(byte) = self.text.get(self.at).copied() {
            let at = self.at;
            match byte {
                b'"' | b'\'' => {
                    let rest = &self.text[at + 1..];
                    self.at += 2 + memchr::memchr(byte, rest).unwrap_or(rest.len());
                }
                byte if IS_WORD_BYTE[byte as usize] => {
                    self.at = word_end(self.text, at);
                    self.gauge.depth.tokens += 2;
                }
                b'{' => return self.open(Opener::Brace),
                b'/' if self.peek(1) == b'*' => self.at = comment_end(self.text, at),
                b'/' if self.peek(1) == b'/' => self.at = line_end(self.text, at),
                b'<' => {
                    self.at += 1;
                    self.gauge.open_angle(at)?;
                }
                b'>' => {
                    self.at += 1;
                    let arrow = self.text[at - 1] == b'=';
                    if arrow || self.gauge.close_angle() {
                        continue;
                    }
                    if self.text[at - 1] == b'/' {
                        self.close_element();
                    } else {
                        self.gauge.top.opener = Opener::Element;
                    }
                    return Ok(());
                }
                _ => self.at += 1,
            }
        }
        Ok(())
    }

    /// Scans the text of an element up to its end, its next `{` or the next element.
    fn scan_element(&mut self) -> Result<(), LimitExceeded> {
        while let Some(byte) = self.text.get(self.at) {
            match byte {
                b'{' => return self.open(Opener::Brace),
                b'<' if self.peek(1) == b'/' => {
                    let rest = &self.text[self.at..];
                    self.at += 1 + rest.iter().position(|byte| *byte == b'>').unwrap_or(rest.len());
                    self.close_element();
                    return Ok(());
                }
                b'<' if self.peek(1) == b'>' || BYTE_CLASSES[self.peek(1) as usize] == ByteClass::Word => {
                    return self.open(Opener::Tag);
                }
                _ => self.at += 1,
            }
        }
        Ok(())
    }

    /// Closes an element.
    fn close_element(&mut self) {
        self.gauge.depth.tokens += 2;
        self.gauge.pop();
        self.last = LastToken::Operand;
    }
}

/// The end of the string that starts at `at`; it ends with its line at the latest.
fn string_end(text: &[u8], at: usize) -> usize {
    let quote = text[at];
    let mut end = at + 1;
    while let Some(byte) = text.get(end) {
        match *byte {
            b'\\' if text.get(end + 1) == Some(&b'\r') && text.get(end + 2) == Some(&b'\n') => end += 3,
            b'\\' => end += 2,
            b'\n' | b'\r' => return end,
            byte if byte == quote => return end + 1,
            _ => end += 1,
        }
    }
    end.min(text.len())
}

/// The end of the block comment that starts at `at`.
fn comment_end(text: &[u8], at: usize) -> usize {
    let rest = text.get(at + 2..).unwrap_or_default();
    memchr::memmem::find(rest, b"*/").map_or(text.len(), |found| at + found + 4)
}

/// The end of the regular expression that starts at `at`; none if its line ends first.
fn regex_end(text: &[u8], at: usize) -> Option<usize> {
    let mut class = false;
    let mut end = at + 1;
    loop {
        match *text.get(end)? {
            b'\\' => end += 1,
            b'[' => class = true,
            b']' => class = false,
            b'/' if !class => return Some(word_end(text, end + 1)),
            b'\n' | b'\r' => return None,
            _ => {}
        }
        end += 1;
    }
}
