//! How deep a text nests, told by a scan of its tokens before any parser sees it.
//!
//! Parsers and the code behind them are only as safe as the deepest tree they are given. The scan knows strings,
//! comments, templates, regular expressions and JSX text well enough to count brackets and operators of code alone;
//! where a text is no code it may count too much, never for long too little.

pub mod bound;
pub(super) mod ecmascript;
mod retries;
pub(super) mod rust;

use crate::ir::{Depth, Problem, ProblemKind};
use crate::span::Span;

/// The stack that a strict parser gets for a text that the scan passes on: by `cargo xtask hostile-limits` two times what
/// the worst shapes take in a debug build, and more (nested types in Rust, of which 512 KiB hold 62 of 196).
pub const STACK: usize = 6 << 20;
/// Open brackets, elements, prefixes and arms at one place, up to which a strict parser gets the text.
pub const STRICT_NESTING: u32 = 200;
/// Links of the chains that are open at one place (`a + a + a`, `a.b().c()`), up to which a strict parser gets the text.
pub const STRICT_CHAIN: u32 = 1_000;
/// The nesting up to which a text is parsed at all.
pub const TOLERANT_NESTING: u32 = 2_500;
/// The chain up to which a text is parsed at all.
pub const TOLERANT_CHAIN: u32 = 10_000;

/// What parsing a file may take of memory, in bytes, so that a run with such files stays within 512 MiB. Languages bound
/// their tokens by it and by what is measured of the shapes that take most for each.
pub(super) const MEMORY: u32 = 460 << 20;

/// How many links a call counts for: rules look at a callee link by link.
const CALL: u32 = 4;

/// That a limit was passed, as something for the report.
pub(super) fn problem(depth: &Depth, kind: ProblemKind) -> Problem {
    let (nesting, chain) = match kind {
        ProblemKind::TooDeep => (TOLERANT_NESTING, TOLERANT_CHAIN),
        _ => (STRICT_NESTING, STRICT_CHAIN),
    };
    let message = if kind == ProblemKind::TooDeep && depth.unclosed > TOLERANT_NESTING {
        format!("more than {TOLERANT_NESTING} of its brackets have no partner")
    } else if depth.nesting > nesting {
        format!("it nests deeper than {nesting} levels")
    } else if depth.chain > chain {
        format!("its expressions are chains of more than {chain} links")
    } else {
        "too much of it stands in parentheses that may hold parameters or between signs that may enclose types"
            .to_owned()
    };
    Problem { kind, span: Span::new(depth.at, depth.at), message }
}

/// What a level is opened by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Opener {
    /// The text as a whole.
    File,
    Paren,
    /// `(` after `if`, `for`, `while`: what follows its end starts anew.
    Control,
    Bracket,
    Brace,
    /// The text of a template literal.
    Template,
    /// `<a …` up to its `>`.
    Tag,
    /// Between `<a>` and `</a>`.
    Element,
}

/// What has been opened and not been closed, with the chains at that place.
#[derive(Clone, Copy, Debug)]
struct Level {
    opener: Opener,
    /// Between the `|` of a closure's parameters; in ECMAScript, in a type alias.
    inner: bool,
    /// Binary operators, members, calls.
    chain: u32,
    /// Prefix operators, arrows: nesting that a comma ends.
    prefixes: u32,
    /// `else`, closures: nesting that the end of the statement ends.
    links: u32,
    /// `<` that may open a list of types.
    angles: u32,
    /// Members of a union.
    flat: u32,
    /// It opens what is read again when it is no list of parameters.
    tried: bool,
    /// Types of results, if that is what they are, whose functions are read again.
    results: u32,
}

impl Level {
    fn new(opener: Opener) -> Self {
        Self { opener, inner: false, chain: 0, prefixes: 0, links: 0, angles: 0, flat: 0, tried: false, results: 0 }
    }
}

/// Why a scan need not go on.
struct Beyond;

/// The levels of a scan and their sums.
struct Gauge {
    levels: Vec<Level>,
    top: Level,
    nesting: u32,
    chain: u32,
    /// Where the token starts that is looked at, where that is kept.
    now: usize,
    /// What is open here and tried first as something that it may not be.
    tries: u32,
    /// Where `tries` became what it is.
    tries_since: usize,
    /// The bytes that are read again, once for each that is open.
    retried: u64,
    depth: Depth,
}

impl Gauge {
    fn new() -> Self {
        Self {
            levels: Vec::with_capacity(64),
            top: Level::new(Opener::File),
            nesting: 0,
            chain: 0,
            now: 0,
            tries: 0,
            tries_since: 0,
            retried: 0,
            depth: Depth::SHALLOW,
        }
    }

    /// Scans with `scan`, and says what came of it.
    fn measure(scan: impl FnOnce(&mut Self) -> Result<(), Beyond>) -> Depth {
        let mut gauge = Self::new();
        // Being beyond the limit is noted where it is found.
        let _ = scan(&mut gauge);
        gauge.tally();
        if gauge.retried > retries::MOST && gauge.depth.strict_ok {
            gauge.depth.strict_ok = false;
            gauge.depth.at = gauge.tries_since as u32;
        }
        gauge.depth.unclosed += gauge.levels.len() as u32;
        // A parser that recovers at every bracket without a partner takes seconds for a megabyte of them.
        if gauge.depth.unclosed > TOLERANT_NESTING {
            gauge.depth.strict_ok = false;
            gauge.depth.tolerant_ok = false;
        }
        gauge.depth
    }

    #[inline]
    fn push(&mut self, opener: Opener, at: usize) -> Result<(), Beyond> {
        self.levels.push(self.top);
        self.top = Level::new(opener);
        self.nesting += 1;
        self.look(at)
    }

    #[inline]
    fn pop(&mut self) {
        if let Some(below) = self.levels.pop() {
            self.reset();
            if self.top.tried {
                self.tally();
                self.tries -= 1;
            }
            self.top = below;
            self.nesting -= 1;
        }
    }

    /// A closing bracket; whether it was one of `openers`, and which.
    #[inline]
    fn close(&mut self, openers: [Opener; 2]) -> Option<Opener> {
        let top = self.top.opener;
        if top == openers[0] || top == openers[1] {
            self.pop();
            return Some(top);
        }
        self.close_other(openers)
    }

    /// A bracket that does not close the last one that is open.
    #[cold]
    fn close_other(&mut self, openers: [Opener; 2]) -> Option<Opener> {
        let is_soft = |opener| matches!(opener, Opener::Paren | Opener::Control | Opener::Bracket);
        // A brace ends all that is open within; another bracket is only believed when few others are in between.
        let most = if openers[0] == Opener::Brace { usize::MAX } else { 4 };
        let mut between = 0;
        let mut opener = self.top.opener;
        while !openers.contains(&opener) {
            if !is_soft(opener) || between == most {
                self.depth.unclosed += 1;
                return None;
            }
            between += 1;
            opener = self.levels[self.levels.len() - between].opener;
            if openers[0] == Opener::Brace && opener == Opener::File {
                self.depth.unclosed += 1;
                return None;
            }
        }
        for _ in 0..=between {
            self.pop();
        }
        self.depth.unclosed += between as u32;
        Some(opener)
    }

    #[inline]
    fn link(&mut self, count: u32, at: usize) -> Result<(), Beyond> {
        self.top.chain += count;
        self.chain += count;
        self.look(at)
    }

    #[inline]
    fn prefix(&mut self, count: u32, at: usize) -> Result<(), Beyond> {
        self.top.prefixes += count;
        self.nesting += count;
        self.look(at)
    }

    #[inline]
    fn arm(&mut self, at: usize) -> Result<(), Beyond> {
        self.top.links += 1;
        self.nesting += 1;
        self.look(at)
    }

    /// Notes the bytes up to here for all that is tried.
    fn tally(&mut self) {
        self.retried += u64::from(self.tries) * (self.now - self.tries_since) as u64;
        self.tries_since = self.now;
    }

    /// The level opened last is tried as parameters.
    fn try_parameters(&mut self) {
        self.tally();
        self.tries += 1;
        self.top.tried = true;
    }

    /// What follows is tried as a result's type and a function's body.
    fn try_result(&mut self) {
        self.tally();
        self.tries += 1;
        self.top.results += 1;
    }

    /// Nothing is tried any more but what the level itself is.
    #[inline]
    fn drop_results(&mut self) {
        if self.top.results > 0 {
            self.tally();
            self.tries -= self.top.results;
            self.top.results = 0;
        }
    }

    #[inline]
    fn angle(&mut self, at: usize) -> Result<(), Beyond> {
        self.tally();
        self.tries += 1;
        self.top.angles += 1;
        self.nesting += 1;
        self.look(at)
    }

    /// Takes `>` for the end of a list of types, if one is open.
    #[inline]
    fn close_angle(&mut self) -> bool {
        let open = self.top.angles > 0;
        self.tally();
        self.tries -= u32::from(open);
        self.top.angles -= u32::from(open);
        self.nesting -= u32::from(open);
        open
    }

    /// No list of types was open after all.
    #[inline]
    fn drop_angles(&mut self) {
        if self.top.angles > 0 {
            self.tally();
            self.tries -= self.top.angles;
            self.nesting -= self.top.angles;
            self.top.angles = 0;
        }
    }

    /// The next element of a list.
    #[inline]
    fn comma(&mut self) {
        self.chain -= self.top.chain;
        self.nesting -= self.top.prefixes;
        self.top.chain = 0;
        self.top.flat = 0;
        self.top.prefixes = 0;
        self.drop_results();
    }

    /// The next arm of the same statement.
    #[inline]
    fn next_arm(&mut self) {
        self.comma();
        self.drop_angles();
    }

    /// The next statement.
    #[inline]
    fn reset(&mut self) {
        self.next_arm();
        self.drop_links();
        self.top.inner = false;
    }

    /// The closures of a list's element end with it.
    #[inline]
    fn drop_links(&mut self) {
        self.nesting -= self.top.links;
        self.top.links = 0;
    }

    /// A link of a chain that strict parsers keep in a list.
    fn flat(&mut self, at: usize) -> Result<(), Beyond> {
        self.top.flat += 1;
        if self.top.flat > TOLERANT_CHAIN {
            self.chain += self.top.flat;
            self.top.chain += self.top.flat;
            self.top.flat = 0;
        }
        self.look(at)
    }

    #[inline]
    fn look(&mut self, at: usize) -> Result<(), Beyond> {
        let depth = &mut self.depth;
        if self.nesting > depth.nesting {
            depth.nesting = self.nesting;
        }
        if self.chain > depth.chain {
            depth.chain = self.chain;
        }
        if self.nesting > STRICT_NESTING || self.chain > STRICT_CHAIN {
            return self.beyond(at);
        }
        Ok(())
    }

    #[cold]
    fn beyond(&mut self, at: usize) -> Result<(), Beyond> {
        if self.depth.strict_ok {
            self.depth.strict_ok = false;
            self.depth.at = at as u32;
        }
        if self.nesting > TOLERANT_NESTING || self.chain > TOLERANT_CHAIN {
            self.depth.tolerant_ok = false;
            return Err(Beyond);
        }
        Ok(())
    }
}

/// What stands before a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
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
enum Byte {
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

const BYTES: [Byte; 256] = {
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
const WORD: [bool; 256] = {
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
fn word_end(text: &[u8], mut at: usize) -> usize {
    while at < text.len() && WORD[text[at] as usize] {
        at += 1;
    }
    at
}

/// One past the number that starts at `at`.
#[inline]
fn number_end(text: &[u8], at: usize) -> usize {
    let mut end = word_end(text, at);
    while text.get(end) == Some(&b'.') && text.get(end + 1).is_some_and(u8::is_ascii_digit) {
        end = word_end(text, end + 1);
    }
    end
}

/// The end of the line that `at` lies on.
#[inline]
fn line_end(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len())
}

/// How many bytes of an operator after an operand are one token.
#[inline]
fn operator_end(text: &[u8], at: usize) -> usize {
    let first = text[at];
    let mut end = at + 1;
    while end < at + 4 && text.get(end).is_some_and(|byte| *byte == first || *byte == b'=' || *byte == b'>') {
        end += 1;
    }
    end
}

#[cfg(test)]
mod tests;
