//! Automatic semicolon insertion: where a statement without `;` ends, as tree-sitter's scanners decide it.
//!
//! The scanners look at the next few characters, and so does this module. Comments between the last token and the
//! automatic semicolon become children of the statement.

use crate::language::ecmascript::strict::emit::Emit;

/// The construct before the place where a semicolon may be inserted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BeforeSemicolon {
    /// An expression, which an operator could follow.
    Expression,
    /// Anything else.
    Other,
    /// A function without a body, which a block could follow.
    Signature,
}

/// The most comments before an automatic semicolon; more are not searched, so that a long run of them costs little.
const MAX_COMMENTS_BEFORE_SEMICOLON: usize = 200;

/// The result of a scan over white space and comments, named as in the grammar's scanner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CommentScan {
    Reject,
    NoNewline,
    Accept,
}

impl Emit<'_> {
    /// The end of a node whose last token ends at `end` and that an automatic semicolon follows: behind the comments
    /// before the semicolon. None if no semicolon is inserted.
    pub(super) fn automatic_semicolon(&self, end: u32, before: BeforeSemicolon) -> Option<u32> {
        let mut end = end;
        for _ in 0..MAX_COMMENTS_BEFORE_SEMICOLON {
            let added =
                if self.typescript() { self.scan_typescript(end, before) } else { self.scan_javascript(end, before) };
            if added {
                return Some(end);
            }
            end = self.comment_at(self.skip_space(end))?;
        }
        None
    }

    fn scan_typescript(&self, from: u32, before: BeforeSemicolon) -> bool {
        let operator = before == BeforeSemicolon::Expression;
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
            b'{' => before != BeforeSemicolon::Signature,
            b'(' | b'[' => !operator,
            _ => self.starts_statement(at),
        }
    }

    fn scan_javascript(&self, from: u32, before: BeforeSemicolon) -> bool {
        let operator = before == BeforeSemicolon::Expression;
        let mut at = from;
        loop {
            if self.byte(at) == 0 {
                return true;
            }
            if self.byte(at) == b'/' {
                let (scan, next) = self.scan_comments(at, false);
                at = next;
                match scan {
                    CommentScan::Reject => return false,
                    CommentScan::Accept if !operator && !matches!(self.byte(at), b',' | b'=') => return true,
                    CommentScan::Accept | CommentScan::NoNewline => {}
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
        if scan == CommentScan::Reject {
            return false;
        }
        match self.byte(at) {
            b'`' | b',' | b':' | b';' | b'*' | b'%' | b'>' | b'<' | b'=' | b'[' | b'(' | b'?' | b'^' | b'|' | b'&'
            | b'/' => false,
            b'.' => self.byte(at + 1).is_ascii_digit(),
            _ => self.starts_statement(at),
        }
    }

    /// True if the text at a place cannot continue the expression before it.
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

    fn scan_comments(&self, from: u32, consume: bool) -> (CommentScan, u32) {
        let mut newline = false;
        let mut at = from;
        loop {
            at = self.skip_space(at);
            if self.byte(at) != b'/' {
                return (CommentScan::Accept, at);
            }
            let Some(after) = self.comment_at(at) else { return (CommentScan::Reject, at) };
            if self.byte(at + 1) == b'*' {
                newline |= self.text_of(at, after).contains('\n');
                if !consume && self.byte(after) != b'/' {
                    return (if newline { CommentScan::Accept } else { CommentScan::NoNewline }, after);
                }
            }
            at = after;
        }
    }
}

fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0x0B
}
