//! The open levels of a depth scan, and the sums that are compared with the limits.

use super::{MAX_REREAD_BYTES, MAX_STRICT_CHAIN, MAX_STRICT_NESTING, MAX_TOLERANT_CHAIN, MAX_TOLERANT_NESTING};
use crate::ir::Depth;

/// The construct that opened a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opener {
    /// The text as a whole.
    File,
    Paren,
    /// `(` after `if`, `for`, `while`: a new statement follows its end.
    Control,
    Bracket,
    Brace,
    /// The text of a template literal.
    Template,
    /// `<a …` before its `>`.
    Tag,
    /// Between `<a>` and `</a>`.
    Element,
    /// Lines that are indented deeper than the one before them.
    Indent,
}

/// An open level: what opened it, and what is open directly in it. The counts are subtracted from the sums of the gauge
/// when the level closes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OpenLevel {
    pub(crate) opener: Opener,
    /// In Rust, between the `|` of a closure's parameters; in Python, in a lambda's parameters; in ECMAScript, in a
    /// type alias.
    pub(crate) in_parameters_or_alias: bool,
    /// Links of the chain: binary operators, members, calls.
    pub(crate) chain: u32,
    /// Prefix operators and arrows: nesting that a comma ends.
    pub(crate) prefixes: u32,
    /// `else` and closures: nesting that the end of the statement ends.
    pub(crate) arms: u32,
    /// Open `<` that may start a list of types.
    pub(crate) angles: u32,
    /// Items of a chain that strict parsers keep in a list: members of a union, attributes.
    pub(crate) list_items: u32,
    /// The parser first reads the level as parameters, and reads it again when it is something else.
    pub(crate) tries_parameters: bool,
    /// Open attempts of the parser to read a `:` after parentheses as the result type of an arrow function
    /// (`(a): T => b`), which it repeats as something else when no arrow follows.
    pub(crate) result_attempts: u32,
}

impl OpenLevel {
    fn new(opener: Opener) -> Self {
        Self {
            opener,
            in_parameters_or_alias: false,
            chain: 0,
            prefixes: 0,
            arms: 0,
            angles: 0,
            list_items: 0,
            tries_parameters: false,
            result_attempts: 0,
        }
    }
}

/// The error that stops a scan: the text exceeds the tolerant limits, so it is given to no parser.
pub(crate) struct LimitExceeded;

/// The maximum number of unclosed brackets between a closing bracket and the opening one that it is matched with.
const MAX_UNCLOSED_BETWEEN: usize = 4;

/// Measures how deep a text nests: keeps the open levels and adds up what is open at one place.
pub(crate) struct Gauge {
    levels: Vec<OpenLevel>,
    pub(crate) top: OpenLevel,
    /// The nesting of all open levels.
    nesting: u32,
    /// The links of all open chains.
    chain: u32,
    /// The byte at which the current token starts. Only scans of languages whose parser backtracks set it; in others it
    /// stays 0.
    pub(crate) token_start: usize,
    /// The open attempts of a backtracking parser: constructs that it may have to read again as something else.
    open_attempts: u32,
    /// The byte up to which `reread_bytes` is up to date; `open_attempts` last changed there.
    attempts_counted_to: usize,
    /// The bytes that the parser may read again: each byte once for every attempt that is open there.
    reread_bytes: u64,
    pub(crate) depth: Depth,
}

impl Gauge {
    fn new() -> Self {
        Self {
            levels: Vec::with_capacity(64),
            top: OpenLevel::new(Opener::File),
            nesting: 0,
            chain: 0,
            token_start: 0,
            open_attempts: 0,
            attempts_counted_to: 0,
            reread_bytes: 0,
            depth: Depth::UNKNOWN,
        }
    }

    /// Runs `scan` on a new gauge and returns what it measured.
    pub(crate) fn measure(scan: impl FnOnce(&mut Self) -> Result<(), LimitExceeded>) -> Depth {
        let mut gauge = Self::new();
        // A scan that stopped early has not seen the rest, which may close what is open.
        let is_whole = scan(&mut gauge).is_ok();
        gauge.add_reread();
        if gauge.reread_bytes > MAX_REREAD_BYTES && gauge.depth.strict_ok {
            gauge.depth.strict_ok = false;
            gauge.depth.at = gauge.attempts_counted_to as u32;
        }
        if is_whole {
            gauge.depth.unclosed += gauge.levels.len() as u32;
        }
        // A parser that recovers at every bracket without a partner takes seconds for a megabyte of such brackets.
        if gauge.depth.unclosed > MAX_TOLERANT_NESTING {
            gauge.depth.strict_ok = false;
            gauge.depth.tolerant_ok = false;
        }
        gauge.depth
    }

    /// Opens a level.
    #[inline]
    pub(crate) fn push(&mut self, opener: Opener, at: usize) -> Result<(), LimitExceeded> {
        self.levels.push(self.top);
        self.top = OpenLevel::new(opener);
        self.nesting += 1;
        self.check_limits(at)
    }

    /// Closes the innermost level with everything that is open in it.
    #[inline]
    pub(crate) fn pop(&mut self) {
        if let Some(below) = self.levels.pop() {
            self.next_statement();
            if self.top.tries_parameters {
                self.add_reread();
                self.open_attempts -= 1;
            }
            self.top = below;
            self.nesting -= 1;
        }
    }

    /// Closes the level of a closing bracket: the innermost one that was opened by one of `openers`, which is returned;
    /// none for a bracket without a partner.
    #[inline]
    pub(crate) fn close(&mut self, openers: [Opener; 2]) -> Option<Opener> {
        let top = self.top.opener;
        if top == openers[0] || top == openers[1] {
            self.pop();
            return Some(top);
        }
        self.close_other(openers)
    }

    /// Handles a closing bracket that does not match the innermost level.
    #[cold]
    fn close_other(&mut self, openers: [Opener; 2]) -> Option<Opener> {
        // Parentheses and brackets may lack their closing one: the end of an outer bracket then closes them.
        let is_closed_by_outer = |opener| matches!(opener, Opener::Paren | Opener::Control | Opener::Bracket);
        // A brace closes all that is open in it; another bracket is matched only across a few unclosed ones.
        let max_between = if openers[0] == Opener::Brace { usize::MAX } else { MAX_UNCLOSED_BETWEEN };
        let mut between = 0;
        let mut opener = self.top.opener;
        while !openers.contains(&opener) {
            if !is_closed_by_outer(opener) || between == max_between {
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

    /// Adds links to the chain of the innermost level.
    #[inline]
    pub(crate) fn chain_link(&mut self, count: u32, at: usize) -> Result<(), LimitExceeded> {
        self.top.chain += count;
        self.chain += count;
        self.check_limits(at)
    }

    /// Opens nesting that lasts until the next comma or the end of the level.
    #[inline]
    pub(crate) fn open_prefix(&mut self, count: u32, at: usize) -> Result<(), LimitExceeded> {
        self.top.prefixes += count;
        self.nesting += count;
        self.check_limits(at)
    }

    /// Opens nesting that lasts until the end of the statement: an `else` or a closure.
    #[inline]
    pub(crate) fn open_arm(&mut self, at: usize) -> Result<(), LimitExceeded> {
        self.top.arms += 1;
        self.nesting += 1;
        self.check_limits(at)
    }

    /// Adds the bytes since the last change of the open attempts, once for each of these.
    fn add_reread(&mut self) {
        self.reread_bytes += u64::from(self.open_attempts) * (self.token_start - self.attempts_counted_to) as u64;
        self.attempts_counted_to = self.token_start;
    }

    /// Opens an attempt to read the innermost level as parameters.
    pub(crate) fn try_parameters(&mut self) {
        self.add_reread();
        self.open_attempts += 1;
        self.top.tries_parameters = true;
    }

    /// Opens an attempt to read what follows as a result type and a function's body.
    pub(crate) fn try_result(&mut self) {
        self.add_reread();
        self.open_attempts += 1;
        self.top.result_attempts += 1;
    }

    /// Closes the attempts to read a result type that were opened in the innermost level.
    #[inline]
    fn close_result_attempts(&mut self) {
        if self.top.result_attempts > 0 {
            self.add_reread();
            self.open_attempts -= self.top.result_attempts;
            self.top.result_attempts = 0;
        }
    }

    /// Opens a `<` that may start a list of types.
    #[inline]
    pub(crate) fn open_angle(&mut self, at: usize) -> Result<(), LimitExceeded> {
        self.add_reread();
        self.open_attempts += 1;
        self.top.angles += 1;
        self.nesting += 1;
        self.check_limits(at)
    }

    /// Closes a list of types if one is open; returns whether one was.
    #[inline]
    pub(crate) fn close_angle(&mut self) -> bool {
        let open = self.top.angles > 0;
        self.add_reread();
        self.open_attempts -= u32::from(open);
        self.top.angles -= u32::from(open);
        self.nesting -= u32::from(open);
        open
    }

    /// Drops all open `<`: they were comparisons.
    #[inline]
    pub(crate) fn drop_angles(&mut self) {
        if self.top.angles > 0 {
            self.add_reread();
            self.open_attempts -= self.top.angles;
            self.nesting -= self.top.angles;
            self.top.angles = 0;
        }
    }

    /// Ends the element of a list: its chain and its prefixes.
    #[inline]
    pub(crate) fn next_element(&mut self) {
        self.chain -= self.top.chain;
        self.nesting -= self.top.prefixes;
        self.top.chain = 0;
        self.top.list_items = 0;
        self.top.prefixes = 0;
        self.close_result_attempts();
    }

    /// Ends the arm of a statement, such as the block before an `else`.
    #[inline]
    pub(crate) fn next_arm(&mut self) {
        self.next_element();
        self.drop_angles();
    }

    /// Ends a statement.
    #[inline]
    pub(crate) fn next_statement(&mut self) {
        self.next_arm();
        self.close_arms();
        self.top.in_parameters_or_alias = false;
    }

    /// Ends the `else` branches and closures that are open in the innermost level.
    #[inline]
    pub(crate) fn close_arms(&mut self) {
        self.nesting -= self.top.arms;
        self.top.arms = 0;
    }

    /// Adds an item to a chain that strict parsers keep in a list, so that only the tolerant limit holds for it.
    pub(crate) fn list_item(&mut self, at: usize) -> Result<(), LimitExceeded> {
        self.top.list_items += 1;
        if self.top.list_items > MAX_TOLERANT_CHAIN {
            self.chain += self.top.list_items;
            self.top.chain += self.top.list_items;
            self.top.list_items = 0;
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
        if self.nesting > MAX_STRICT_NESTING || self.chain > MAX_STRICT_CHAIN {
            return self.record_excess(at);
        }
        Ok(())
    }

    /// Records the first place beyond the strict limits; an error beyond the tolerant ones.
    #[cold]
    fn record_excess(&mut self, at: usize) -> Result<(), LimitExceeded> {
        if self.depth.strict_ok {
            self.depth.strict_ok = false;
            self.depth.at = at as u32;
        }
        if self.nesting > MAX_TOLERANT_NESTING || self.chain > MAX_TOLERANT_CHAIN {
            self.depth.tolerant_ok = false;
            return Err(LimitExceeded);
        }
        Ok(())
    }
}
