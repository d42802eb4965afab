//! Limits of nesting: a scan of a text's tokens measures how deep it nests before a parser gets it.
//!
//! Parsers and the code that walks their trees recurse, so a deep text could overflow the stack. Each language has a
//! scan in its own folder. It knows strings and comments well enough to count brackets and operators of code alone; in
//! a text that is not valid code it may count too much, but not too little for long. This module holds what all scans
//! share.

pub mod bound;
mod bytes;
mod gauge;

pub(super) use bytes::{
    BYTE_CLASSES, ByteClass, IS_WORD_BYTE, LastToken, line_end, number_end, operator_end, word_end,
};
pub(super) use gauge::{Gauge, LimitExceeded, Opener};

use crate::ir::{Depth, Problem, ProblemKind};
use crate::span::Span;

/// The stack, in bytes, of a strict parser for a text that its scan accepts. By `cargo xtask hostile-limits` it is at
/// least twice what the worst shape takes in a debug build: of the 196 levels of nested types in Rust that the scan
/// accepts, 512 KiB hold 62.
pub const STRICT_STACK_BYTES: usize = 6 << 20;
/// The most open brackets, elements, prefixes and arms at one place of a text that a strict parser gets.
pub const MAX_STRICT_NESTING: u32 = 200;
/// The most links of all chains that are open at one place (`a + a + a`, `a.b().c()`) of a text that a strict parser
/// gets.
pub const MAX_STRICT_CHAIN: u32 = 1_000;
/// The deepest nesting of a text that is parsed at all.
pub const MAX_TOLERANT_NESTING: u32 = 2_500;
/// The longest chain of a text that is parsed at all.
pub const MAX_TOLERANT_CHAIN: u32 = 10_000;

/// The memory, in bytes, that parsing one file may take, so that a run with such files stays within 512 MiB. The most
/// tokens of a language are this, divided by the measured memory of its most expensive token.
pub(super) const MAX_PARSE_MEMORY: u32 = 460 << 20;

/// The links of a chain that a call counts for: rules read a callee link by link.
pub(super) const LINKS_PER_CALL: u32 = 4;

/// The most bytes that a backtracking parser may read again: each takes up to 130 bytes of memory and 200 ns.
pub(super) const MAX_REREAD_BYTES: u64 = 2_500_000;

/// The problem to report for a text that exceeds a limit.
pub(super) fn problem(depth: &Depth, kind: ProblemKind) -> Problem {
    let (nesting, chain) = match kind {
        ProblemKind::TooDeep => (MAX_TOLERANT_NESTING, MAX_TOLERANT_CHAIN),
        _ => (MAX_STRICT_NESTING, MAX_STRICT_CHAIN),
    };
    let message = if kind == ProblemKind::TooDeep && depth.unclosed > MAX_TOLERANT_NESTING {
        format!("more than {MAX_TOLERANT_NESTING} of its brackets have no partner")
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
