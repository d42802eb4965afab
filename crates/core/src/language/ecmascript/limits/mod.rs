//! The scan of TypeScript and JavaScript, with JSX or without.

mod backtracking;

use crate::ir::Depth;
use crate::language::limits::{
    BYTES, Before, Byte, CALL_LINKS, Gauge, LimitExceeded, MAX_REREAD, Opener, WORD, bound, line_end, number_end,
    operator_end, word_end,
};

/// The longest text that is parsed on the strength of its bound: most files are shorter, and shorter ones take no more
/// time than they may however often a parser looks at each of their levels.
const MAX_UNSCANNED_BYTES: usize = 64 << 10;

/// The most units of stack that parsing takes; none when counts cannot tell, or parsing could take too long.
pub(super) fn stack_units(text: &[u8]) -> Option<usize> {
    let is_quick = text.len() <= MAX_UNSCANNED_BYTES && backtracking::max_reread(text) <= MAX_REREAD;
    is_quick.then(|| bound::units(text))
}

/// Measures a text; `jsx` says that `<a>` may be an element.
pub(super) fn depth(text: &str, jsx: bool) -> Depth {
    Gauge::measure(|gauge| {
        Scan { text: text.as_bytes(), at: 0, jsx, before: Before::End, control: false, void: false, gauge }.run()
    })
}

struct Scan<'a> {
    text: &'a [u8],
    at: usize,
    jsx: bool,
    before: Before,
    /// The word before is one whose parenthesis is followed by a statement.
    control: bool,
    /// The word before is `void`, which may be a type or a prefix.
    void: bool,
    gauge: &'a mut Gauge,
}

/// What a word does to what comes after it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    /// It is an operand, or as good as one.
    Plain,
    /// An operand follows.
    Prefix,
    /// Between two operands.
    Infix,
    /// A parenthesis and a statement follow.
    Control,
    Else,
    /// It goes on with the statement that a block seemed to end.
    Continues,
    Case,
    Type,
}

fn word(word: &[u8]) -> Word {
    match word {
        b"as" | b"in" | b"of" | b"is" | b"instanceof" | b"satisfies" | b"extends" | b"implements" => Word::Infix,
        b"if" | b"for" | b"while" | b"with" | b"switch" => Word::Control,
        b"do" | b"new" | b"void" | b"await" | b"yield" | b"throw" | b"return" | b"typeof" | b"delete" | b"keyof"
        | b"infer" | b"unique" | b"asserts" | b"readonly" => Word::Prefix,
        b"else" => Word::Else,
        b"case" | b"default" => Word::Case,
        b"from" | b"catch" | b"finally" => Word::Continues,
        b"type" => Word::Type,
        _ => Word::Plain,
    }
}

/// Whether a parenthesis and a statement follow the word.
fn is_control(text: &[u8]) -> bool {
    word(text) == Word::Control
}

impl Scan<'_> {
    fn run(&mut self) -> Result<(), LimitExceeded> {
        if self.text.starts_with(b"#!") {
            self.at = line_end(self.text, 0);
        }
        while self.at < self.text.len() {
            match self.gauge.top.opener {
                Opener::Template => self.template()?,
                Opener::Tag => self.tag()?,
                Opener::Element => self.element()?,
                _ => self.code()?,
            }
        }
        self.gauge.now = self.text.len();
        Ok(())
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.text.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// Code, up to where something else begins.
    #[allow(clippy::too_many_lines, reason = "one loop with an arm for each class of bytes")]
    fn code(&mut self) -> Result<(), LimitExceeded> {
        let text = self.text;
        let mut new_line = false;
        while self.at < text.len() {
            let at = self.at;
            let byte = text[at];
            self.gauge.now = at;
            match BYTES[byte as usize] {
                Byte::Space => {
                    self.at += 1;
                    continue;
                }
                Byte::NewLine => {
                    self.at += 1;
                    // Most lines begin with spaces.
                    while self.at < text.len() && text[self.at] == b' ' {
                        self.at += 1;
                    }
                    new_line = true;
                    continue;
                }
                Byte::Word => {
                    self.at = word_end(text, at + 1);
                    self.word(at, new_line)?;
                }
                Byte::Digit => {
                    self.operand(new_line);
                    self.at = number_end(text, at);
                }
                Byte::Quote => {
                    self.operand(new_line);
                    self.at = string_end(text, at);
                }
                Byte::Slash => match self.peek(1) {
                    b'/' => {
                        self.at = line_end(text, at);
                        continue;
                    }
                    b'*' => {
                        self.at = comment_end(text, at);
                        continue;
                    }
                    _ => self.slash(new_line)?,
                },
                Byte::OpenParen => {
                    let may_be_tried = self.before != Before::Operand || text[..at].ends_with(b"async");
                    self.call()?;
                    let opener = if self.control { Opener::Control } else { Opener::Paren };
                    self.open(opener)?;
                    if may_be_tried && !self.control && backtracking::is_ambiguous(text, at) {
                        self.gauge.try_parameters();
                    }
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
                Byte::Tick => {
                    self.call()?;
                    self.open(Opener::Template)?;
                    return Ok(());
                }
                Byte::CloseParen => {
                    self.at += 1;
                    let was_tried = self.gauge.top.tried;
                    let closed = self.gauge.close([Opener::Paren, Opener::Control]);
                    if was_tried && backtracking::is_typed(text, self.at) {
                        self.gauge.try_result();
                    }
                    self.before = if closed == Some(Opener::Control) { Before::Open } else { Before::Operand };
                }
                Byte::CloseBracket => {
                    self.at += 1;
                    self.gauge.close([Opener::Bracket, Opener::Bracket]);
                    self.before = Before::Operand;
                }
                Byte::CloseBrace => {
                    self.at += 1;
                    self.gauge.close([Opener::Brace, Opener::Brace]);
                    self.before = Before::Block;
                    if matches!(self.gauge.top.opener, Opener::Template | Opener::Tag | Opener::Element) {
                        return Ok(());
                    }
                }
                Byte::Comma => {
                    self.at += 1;
                    self.gauge.next_element();
                    self.before = Before::Open;
                }
                Byte::Semicolon => {
                    self.at += 1;
                    self.before = Before::End;
                }
                Byte::Less => {
                    if self.less()? {
                        return Ok(());
                    }
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
                Byte::Operator => self.operator(new_line)?,
                Byte::Other => {
                    self.at += 1;
                    if byte == b'@' {
                        if self.before != Before::Open && (new_line || self.before != Before::Operand) {
                            self.gauge.next_statement();
                        }
                        self.before = Before::Open;
                        self.gauge.open_prefix(1, at)?;
                    }
                }
            }
            self.gauge.depth.tokens += 1;
            if BYTES[byte as usize] == Byte::Word {
                let is_keyword = self.before == Before::Open;
                self.control = is_keyword && is_control(&text[at..self.at]);
                self.void = is_keyword && text[at..self.at] == *b"void";
            } else {
                self.control = false;
                self.void = false;
            }
            new_line = false;
        }
        Ok(())
    }

    /// An operand begins; after another one it begins a statement.
    #[inline]
    fn operand(&mut self, new_line: bool) {
        match self.before {
            Before::Open => {}
            Before::Operand if !new_line => {}
            _ => self.gauge.next_statement(),
        }
        self.before = Before::Operand;
    }

    #[inline]
    fn word(&mut self, start: usize, new_line: bool) -> Result<(), LimitExceeded> {
        let text = &self.text[start..self.at];
        let word = if (2..=10).contains(&text.len()) { word(text) } else { Word::Plain };
        match word {
            Word::Plain => {
                if text == b"import" || text == b"export" {
                    // oxc keeps a record of each.
                    self.gauge.depth.tokens += 9;
                }
                if new_line && self.void && self.is_member_name() {
                    self.gauge.next_statement();
                }
                self.operand(new_line);
            }
            // Names of members and of properties may be any words.
            _ if start > 0 && self.text[start - 1] == b'.' => self.before = Before::Operand,
            Word::Prefix | Word::Control => {
                if new_line || self.before != Before::Operand {
                    self.operand(new_line);
                }
                self.before = Before::Open;
                self.gauge.open_prefix(1, start)?;
            }
            Word::Infix => {
                if self.before == Before::End {
                    self.gauge.next_statement();
                }
                self.before = Before::Open;
                self.gauge.open_prefix(1, start)?;
            }
            Word::Else => {
                self.gauge.next_arm();
                self.before = Before::Open;
                self.gauge.open_arm(start)?;
            }
            Word::Continues => {
                if self.before == Before::End {
                    self.gauge.next_statement();
                }
                self.before = Before::Operand;
            }
            Word::Case => {
                self.gauge.next_statement();
                self.before = Before::Open;
            }
            Word::Type => {
                self.operand(new_line);
                let follows = self.text[self.at..].iter().find(|byte| **byte != b' ');
                if self.gauge.top.chain == 0 && follows.is_some_and(|byte| BYTES[*byte as usize] == Byte::Word) {
                    self.gauge.top.inner = true;
                }
            }
        }
        Ok(())
    }

    /// Whether the word before is the name of a member in a type: `a:`, `a?:`, `a(`.
    fn is_member_name(&self) -> bool {
        matches!((self.peek(0), self.peek(1)), (b':' | b'(' | b'<', _) | (b'?', b':'))
    }

    /// What follows an operand directly is a call, an index or a tag.
    #[inline]
    fn call(&mut self) -> Result<(), LimitExceeded> {
        match self.before {
            Before::Operand => self.gauge.chain_link(CALL_LINKS, self.at),
            Before::End => {
                self.gauge.next_statement();
                Ok(())
            }
            Before::Open | Before::Block => Ok(()),
        }
    }

    #[inline]
    fn open(&mut self, opener: Opener) -> Result<(), LimitExceeded> {
        self.gauge.push(opener, self.at)?;
        // What brackets enclose is a node of its own.
        self.gauge.depth.tokens += 1;
        self.at += 1;
        self.before = Before::Open;
        Ok(())
    }

    #[inline]
    fn infix(&mut self, at: usize) -> Result<(), LimitExceeded> {
        self.before = Before::Open;
        self.gauge.chain_link(1, at)
    }

    fn slash(&mut self, new_line: bool) -> Result<(), LimitExceeded> {
        let starts = match self.before {
            Before::Open | Before::End => true,
            Before::Block => new_line,
            Before::Operand => false,
        };
        if starts && let Some(end) = regex_end(self.text, self.at) {
            self.operand(new_line);
            self.at = end;
            return Ok(());
        }
        self.gauge.drop_angles();
        let at = self.at;
        self.at += 1;
        self.infix(at)
    }

    fn dot(&mut self) -> Result<(), LimitExceeded> {
        let at = self.at;
        if self.peek(1) == b'.' {
            self.at += 1;
            while self.peek(0) == b'.' {
                self.at += 1;
            }
            self.before = Before::Open;
            return Ok(());
        }
        if self.before == Before::Open && self.peek(1).is_ascii_digit() {
            self.at = number_end(self.text, at + 1);
            self.before = Before::Operand;
            return Ok(());
        }
        self.at += 1;
        self.infix(at)
    }

    fn operator(&mut self, new_line: bool) -> Result<(), LimitExceeded> {
        let at = self.at;
        let byte = self.text[at];
        if matches!(byte, b'+' | b'-') && self.peek(1) == byte {
            self.at += 2;
            return match self.before {
                Before::Operand if !new_line => Ok(()),
                Before::Open => self.gauge.open_prefix(1, at),
                _ => {
                    self.operand(new_line);
                    self.before = Before::Open;
                    Ok(())
                }
            };
        }
        match self.before {
            Before::Open => {
                self.at += 1;
                // A type may begin with the sign that divides it.
                if byte == b'|' && self.peek(0) != b'|' { Ok(()) } else { self.gauge.open_prefix(1, at) }
            }
            Before::Operand | Before::Block if byte == b'!' && self.peek(1) != b'=' => {
                self.at += 1;
                self.gauge.chain_link(1, at)
            }
            Before::End => {
                self.gauge.next_statement();
                self.before = Before::Open;
                self.at += 1;
                self.gauge.open_prefix(1, at)
            }
            Before::Operand | Before::Block => {
                self.at = operator_end(self.text, at);
                match &self.text[at..self.at] {
                    b"=>" | b"?" | b"=" | b":" => {
                        self.before = Before::Open;
                        self.gauge.open_prefix(1, at)
                    }
                    b"|" | b"&" if self.gauge.top.inner => {
                        self.before = Before::Open;
                        self.gauge.list_item(at)
                    }
                    b"|" | b"&" | b"-" => self.infix(at),
                    _ => {
                        self.gauge.drop_angles();
                        self.infix(at)
                    }
                }
            }
        }
    }

    /// `<`: a list of types, a comparison, or an element; whether it is the last.
    fn less(&mut self) -> Result<bool, LimitExceeded> {
        let at = self.at;
        let next = self.peek(1);
        if self.before == Before::Operand {
            if matches!(next, b'=' | b'<') {
                self.at = operator_end(self.text, at);
                // `A<<B>…` may be both; as lists of types it is the deeper one.
                self.gauge.open_angle(at)?;
                self.before = Before::Open;
                return Ok(false);
            }
            self.at += 1;
            self.before = Before::Open;
            self.gauge.open_angle(at)?;
            return Ok(false);
        }
        let is_name = next == b'>' || BYTES[next as usize] == Byte::Word;
        if self.jsx && is_name && !self.is_generic() {
            if matches!(self.before, Before::End | Before::Block) {
                self.gauge.next_statement();
            }
            self.open(Opener::Tag)?;
            return Ok(true);
        }
        self.at += 1;
        self.before = Before::Open;
        self.gauge.open_prefix(1, at)?;
        Ok(false)
    }

    /// Whether the `<` before a name opens parameters of types: `<T,`, `<T =`, `<T extends`, `<T>(`.
    fn is_generic(&self) -> bool {
        let end = word_end(self.text, self.at + 1);
        let rest = self.text.get(end..).unwrap_or_default().trim_ascii_start();
        rest.starts_with(b",")
            || rest.starts_with(b"=")
            || rest.starts_with(b"extends ")
            || (rest.starts_with(b">(") && self.text[self.at + 1].is_ascii_uppercase())
    }

    /// The text of a template, up to its end or its next piece of code.
    fn template(&mut self) -> Result<(), LimitExceeded> {
        while let Some(rest) = self.text.get(self.at..)
            && let Some(found) = memchr::memchr3(b'\\', b'`', b'$', rest)
        {
            self.at += found + 1;
            match rest[found] {
                b'\\' => self.at += 1,
                b'`' => {
                    self.gauge.pop();
                    self.before = Before::Operand;
                    return Ok(());
                }
                _ if self.peek(0) == b'{' => return self.open(Opener::Brace),
                _ => {}
            }
        }
        self.at = self.text.len();
        Ok(())
    }

    /// `<a b="c" …`, up to its `>` or its next piece of code.
    fn tag(&mut self) -> Result<(), LimitExceeded> {
        while let Some(byte) = self.text.get(self.at).copied() {
            let at = self.at;
            match byte {
                b'"' | b'\'' => {
                    let rest = &self.text[at + 1..];
                    self.at += 2 + memchr::memchr(byte, rest).unwrap_or(rest.len());
                }
                byte if WORD[byte as usize] => {
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
                        self.leave();
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

    /// An element's text, up to its end, its next piece of code or the next element.
    fn element(&mut self) -> Result<(), LimitExceeded> {
        while let Some(byte) = self.text.get(self.at) {
            match byte {
                b'{' => return self.open(Opener::Brace),
                b'<' if self.peek(1) == b'/' => {
                    let rest = &self.text[self.at..];
                    self.at += 1 + rest.iter().position(|byte| *byte == b'>').unwrap_or(rest.len());
                    self.leave();
                    return Ok(());
                }
                b'<' if self.peek(1) == b'>' || BYTES[self.peek(1) as usize] == Byte::Word => {
                    return self.open(Opener::Tag);
                }
                _ => self.at += 1,
            }
        }
        Ok(())
    }

    /// The end of an element.
    fn leave(&mut self) {
        self.gauge.depth.tokens += 2;
        self.gauge.pop();
        self.before = Before::Operand;
    }
}

/// One past the string that starts at `at`; it ends with its line at the latest.
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

/// One past the block comment that starts at `at`.
fn comment_end(text: &[u8], at: usize) -> usize {
    let rest = text.get(at + 2..).unwrap_or_default();
    memchr::memmem::find(rest, b"*/").map_or(text.len(), |found| at + found + 4)
}

/// One past the regular expression that starts at `at`; none when its line ends first.
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
