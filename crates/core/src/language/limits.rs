//! How deep a text nests, told by a scan of its tokens before any parser sees it.
//!
//! Parsers and the code behind them are only as safe as the deepest tree they are given. The scan of a language, in its
//! folder, knows what is no code there (strings, comments) well enough to count brackets and operators of code alone;
//! where a text is no code it may count too much, never for long too little. Here stands what all scans share.

pub mod bound;
mod bytes;
mod gauge;

pub(super) use bytes::{BYTES, Before, Byte, WORD, line_end, number_end, operator_end, word_end};
pub(super) use gauge::{Gauge, LimitExceeded, Opener};

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
pub(super) const CALL_LINKS: u32 = 4;

/// The most bytes that a parser which backtracks may read again: each takes up to 130 bytes of memory and 200 ns.
pub(super) const MAX_REREAD: u64 = 2_500_000;

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
