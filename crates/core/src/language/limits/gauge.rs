//! The levels of a scan: what has been opened and not been closed, with the sums that are held against the limits.

use super::{MAX_REREAD, STRICT_CHAIN, STRICT_NESTING, TOLERANT_CHAIN, TOLERANT_NESTING};
use crate::ir::Depth;

/// What a level is opened by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opener {
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
    /// Lines that stand further in than the one before them.
    Indent,
}

/// What has been opened and not been closed, with the chains at that place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Level {
    pub(crate) opener: Opener,
    /// Between the `|` of a closure's parameters; in ECMAScript, in a type alias.
    pub(crate) inner: bool,
    /// Binary operators, members, calls.
    pub(crate) chain: u32,
    /// Prefix operators, arrows: nesting that a comma ends.
    pub(crate) prefixes: u32,
    /// `else`, closures: nesting that the end of the statement ends.
    pub(crate) links: u32,
    /// `<` that may open a list of types.
    pub(crate) angles: u32,
    /// Members of a union.
    pub(crate) flat: u32,
    /// It opens what is read again when it is no list of parameters.
    pub(crate) tried: bool,
    /// Types of results, if that is what they are, whose functions are read again.
    pub(crate) results: u32,
}

impl Level {
    fn new(opener: Opener) -> Self {
        Self { opener, inner: false, chain: 0, prefixes: 0, links: 0, angles: 0, flat: 0, tried: false, results: 0 }
    }
}

/// Why a scan need not go on.
pub(crate) struct LimitExceeded;

/// The levels of a scan and their sums.
pub(crate) struct Gauge {
    levels: Vec<Level>,
    pub(crate) top: Level,
    nesting: u32,
    chain: u32,
    /// Where the token starts that is looked at, where that is kept.
    pub(crate) now: usize,
    /// What is open here and tried first as something that it may not be.
    tries: u32,
    /// Where `tries` became what it is.
    tries_since: usize,
    /// The bytes that are read again, once for each that is open.
    reread: u64,
    pub(crate) depth: Depth,
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
            reread: 0,
            depth: Depth::UNKNOWN,
        }
    }

    /// Scans with `scan`, and says what came of it.
    pub(crate) fn measure(scan: impl FnOnce(&mut Self) -> Result<(), LimitExceeded>) -> Depth {
        let mut gauge = Self::new();
        // Being beyond the limit is noted where it is found. What is open there may be closed further on.
        let is_whole = scan(&mut gauge).is_ok();
        gauge.add_reread();
        if gauge.reread > MAX_REREAD && gauge.depth.strict_ok {
            gauge.depth.strict_ok = false;
            gauge.depth.at = gauge.tries_since as u32;
        }
        if is_whole {
            gauge.depth.unclosed += gauge.levels.len() as u32;
        }
        // A parser that recovers at every bracket without a partner takes seconds for a megabyte of them.
        if gauge.depth.unclosed > TOLERANT_NESTING {
            gauge.depth.strict_ok = false;
            gauge.depth.tolerant_ok = false;
        }
        gauge.depth
    }

    #[inline]
    pub(crate) fn push(&mut self, opener: Opener, at: usize) -> Result<(), LimitExceeded> {
        self.levels.push(self.top);
        self.top = Level::new(opener);
        self.nesting += 1;
        self.check_limits(at)
    }

    #[inline]
    pub(crate) fn pop(&mut self) {
        if let Some(below) = self.levels.pop() {
            self.next_statement();
            if self.top.tried {
                self.add_reread();
                self.tries -= 1;
            }
            self.top = below;
            self.nesting -= 1;
        }
    }

    /// A closing bracket; whether it was one of `openers`, and which.
    #[inline]
    pub(crate) fn close(&mut self, openers: [Opener; 2]) -> Option<Opener> {
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
    pub(crate) fn chain_link(&mut self, count: u32, at: usize) -> Result<(), LimitExceeded> {
        self.top.chain += count;
        self.chain += count;
        self.check_limits(at)
    }

    #[inline]
    pub(crate) fn open_prefix(&mut self, count: u32, at: usize) -> Result<(), LimitExceeded> {
        self.top.prefixes += count;
        self.nesting += count;
        self.check_limits(at)
    }

    #[inline]
    pub(crate) fn open_arm(&mut self, at: usize) -> Result<(), LimitExceeded> {
        self.top.links += 1;
        self.nesting += 1;
        self.check_limits(at)
    }

    /// Notes the bytes up to here for all that is tried.
    fn add_reread(&mut self) {
        self.reread += u64::from(self.tries) * (self.now - self.tries_since) as u64;
        self.tries_since = self.now;
    }

    /// The level opened last is tried as parameters.
    pub(crate) fn try_parameters(&mut self) {
        self.add_reread();
        self.tries += 1;
        self.top.tried = true;
    }

    /// What follows is tried as a result's type and a function's body.
    pub(crate) fn try_result(&mut self) {
        self.add_reread();
        self.tries += 1;
        self.top.results += 1;
    }

    /// Nothing is tried any more but what the level itself is.
    #[inline]
    fn drop_results(&mut self) {
        if self.top.results > 0 {
            self.add_reread();
            self.tries -= self.top.results;
            self.top.results = 0;
        }
    }

    #[inline]
    pub(crate) fn open_angle(&mut self, at: usize) -> Result<(), LimitExceeded> {
        self.add_reread();
        self.tries += 1;
        self.top.angles += 1;
        self.nesting += 1;
        self.check_limits(at)
    }

    /// Takes `>` for the end of a list of types, if one is open.
    #[inline]
    pub(crate) fn close_angle(&mut self) -> bool {
        let open = self.top.angles > 0;
        self.add_reread();
        self.tries -= u32::from(open);
        self.top.angles -= u32::from(open);
        self.nesting -= u32::from(open);
        open
    }

    /// No list of types was open after all.
    #[inline]
    pub(crate) fn drop_angles(&mut self) {
        if self.top.angles > 0 {
            self.add_reread();
            self.tries -= self.top.angles;
            self.nesting -= self.top.angles;
            self.top.angles = 0;
        }
    }

    /// The next element of a list.
    #[inline]
    pub(crate) fn next_element(&mut self) {
        self.chain -= self.top.chain;
        self.nesting -= self.top.prefixes;
        self.top.chain = 0;
        self.top.flat = 0;
        self.top.prefixes = 0;
        self.drop_results();
    }

    /// The next arm of the same statement.
    #[inline]
    pub(crate) fn next_arm(&mut self) {
        self.next_element();
        self.drop_angles();
    }

    /// The next statement.
    #[inline]
    pub(crate) fn next_statement(&mut self) {
        self.next_arm();
        self.close_arms();
        self.top.inner = false;
    }

    /// The closures of a list's element end with it.
    #[inline]
    pub(crate) fn close_arms(&mut self) {
        self.nesting -= self.top.links;
        self.top.links = 0;
    }

    /// A link of a chain that strict parsers keep in a list.
    pub(crate) fn list_item(&mut self, at: usize) -> Result<(), LimitExceeded> {
        self.top.flat += 1;
        if self.top.flat > TOLERANT_CHAIN {
            self.chain += self.top.flat;
            self.top.chain += self.top.flat;
            self.top.flat = 0;
        }
        self.check_limits(at)
    }

    #[inline]
    fn check_limits(&mut self, at: usize) -> Result<(), LimitExceeded> {
        let depth = &mut self.depth;
        if self.nesting > depth.nesting {
            depth.nesting = self.nesting;
        }
        if self.chain > depth.chain {
            depth.chain = self.chain;
        }
        if self.nesting > STRICT_NESTING || self.chain > STRICT_CHAIN {
            return self.exceed(at);
        }
        Ok(())
    }

    #[cold]
    fn exceed(&mut self, at: usize) -> Result<(), LimitExceeded> {
        if self.depth.strict_ok {
            self.depth.strict_ok = false;
            self.depth.at = at as u32;
        }
        if self.nesting > TOLERANT_NESTING || self.chain > TOLERANT_CHAIN {
            self.depth.tolerant_ok = false;
            return Err(LimitExceeded);
        }
        Ok(())
    }
}
