//! Where a statement ends that no `;` ends: the grammar's automatic semicolon takes the comments before it along.
//!
//! The grammars' scanners decide by the next few characters, and so does this; a comment on the line of the
//! statement's end becomes the statement's last child.

use crate::language::ecmascript::strict::emit::Emit;

/// What stands before the place where a semicolon may be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Before {
    /// An expression, which an operator could follow.
    Expression,
    /// Anything else.
    Other,
    /// A function without a body, which a block could follow.
    Signature,
}

/// How a scan over white space and comments ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scan {
    Reject,
    NoNewline,
    Accept,
}

impl Emit<'_> {
    /// The end of a node whose last token ends at `end` when an automatic semicolon belongs to it: beyond the comments
    /// that stand before the semicolon. None when no semicolon would be added.
    pub(super) fn automatic_semicolon(&self, end: u32, before: Before) -> Option<u32> {
        let mut end = end;
        loop {
            let added =
                if self.typescript() { self.scan_typescript(end, before) } else { self.scan_javascript(end, before) };
            if added {
                return Some(end);
            }
            let next = self.skip_space(end);
            let after = self.comment_at(next)?;
            end = after;
        }
    }

    fn scan_typescript(&self, from: u32, before: Before) -> bool {
        let operator = before == Before::Expression;
        let mut at = from;
        loop {
            match self.byte(at) {
                0 => return true,
                b'}' => {
                    let next = self.skip_space(at + 1);
                    return self.byte(next) != b':' || operator;
                }
                b'\n' => break,
                byte if is_space(byte) => at += 1,
                _ => return false,
            }
        }
        let mut at = self.skip_space(at);
        while let Some(after) = self.comment_at(at) {
            at = self.skip_space(after);
        }
        match self.byte(at) {
            b'`' | b',' | b'.' | b';' | b'*' | b'%' | b'>' | b'<' | b'=' | b'?' | b'^' | b'|' | b'&' | b'/' | b':' => {
                false
            }
            b'{' => before != Before::Signature,
            b'(' | b'[' => !operator,
            _ => self.starts_statement(at),
        }
    }

    fn scan_javascript(&self, from: u32, before: Before) -> bool {
        let operator = before == Before::Expression;
        let mut at = from;
        loop {
            if self.byte(at) == 0 {
                return true;
            }
            if self.byte(at) == b'/' {
                let (scan, next) = self.scan_comments(at, false);
                at = next;
                match scan {
                    Scan::Reject => return false,
                    Scan::Accept if !operator && !matches!(self.byte(at), b',' | b'=') => return true,
                    Scan::Accept | Scan::NoNewline => {}
                }
            }
            match self.byte(at) {
                b'}' => return true,
                b'\n' => break,
                byte if is_space(byte) => at += 1,
                _ => return false,
            }
        }
        let (scan, at) = self.scan_comments(at + 1, true);
        if scan == Scan::Reject {
            return false;
        }
        match self.byte(at) {
            b'`' | b',' | b':' | b';' | b'*' | b'%' | b'>' | b'<' | b'=' | b'[' | b'(' | b'?' | b'^' | b'|' | b'&'
            | b'/' => false,
            b'.' => self.byte(at + 1).is_ascii_digit(),
            _ => self.starts_statement(at),
        }
    }

    /// Whether what stands there cannot go on with the expression before it.
    fn starts_statement(&self, at: u32) -> bool {
        match self.byte(at) {
            b'+' => self.byte(at + 1) == b'+',
            b'-' => self.byte(at + 1) == b'-',
            b'!' => self.byte(at + 1) != b'=',
            b'i' if self.byte(at + 1) == b'n' => {
                if !self.byte(at + 2).is_ascii_alphabetic() {
                    return false;
                }
                let keyword = self.starts_with(at + 2, "stanceof");
                !keyword || self.byte(at + 10).is_ascii_alphabetic()
            }
            _ => true,
        }
    }

    fn scan_comments(&self, from: u32, consume: bool) -> (Scan, u32) {
        let mut newline = false;
        let mut at = from;
        loop {
            at = self.skip_space(at);
            if self.byte(at) != b'/' {
                return (Scan::Accept, at);
            }
            let Some(after) = self.comment_at(at) else { return (Scan::Reject, at) };
            if self.byte(at + 1) == b'*' {
                newline |= self.text_of(at, after).contains('\n');
                if !consume && self.byte(after) != b'/' {
                    return (if newline { Scan::Accept } else { Scan::NoNewline }, after);
                }
            }
            at = after;
        }
    }
}

fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0x0B
}
