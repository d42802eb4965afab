//! The text as syn gets it, without what is read from our own table of tokens alone.
//!
//! To syn a documentation comment is an attribute with a string, and an error where it documents nothing; here it is a
//! comment. Of a string it asks no more than that it is one, and yet reads and copies it several times.

use std::ops::Range;

use super::lexer::{CommentSpan, Token, TokenKind};

/// A text with blanks and comments cut down to one space and strings to their quotes, which splits into the same tokens.
#[derive(Debug)]
pub(super) struct Code {
    text: String,
    cuts: Vec<Cut>,
    /// Where its lines start, when all of it is ASCII, as it mostly is without comments and strings.
    lines: Option<Vec<u32>>,
}

/// Where the file's text goes on after something was cut out.
#[derive(Clone, Copy, Debug)]
struct Cut {
    here: u32,
    in_file: u32,
}

/// Strings of fewer bytes are read faster than cut.
const SHORTEST: usize = 6;

impl Code {
    /// The code of `file[from..]`, which has these tokens and comments.
    pub(super) fn new(file: &str, from: u32, tokens: &[Token], comments: &[CommentSpan]) -> Self {
        let text = String::with_capacity(file.len() / 2);
        let mut code = Self { text, cuts: Vec::with_capacity(tokens.len() / 4), lines: None };
        code.cuts.push(Cut { here: 0, in_file: from });
        let file_end = file.len() as u32;
        // A comment that ends with the text may lack its end, which is an error that must be seen.
        let unclosed = comments.last().filter(|last| last.block && last.span.end == file_end);
        let end = unclosed.map_or(file_end, |comment| comment.span.start);
        let (mut at, mut last_end) = (from, from);
        for token in tokens {
            let start = token.start.min(end);
            if start > last_end + 1 {
                at = code.cut(file, at, last_end..start, " ");
            }
            last_end = token.end;
            if token.end - token.start < SHORTEST as u32 {
                continue;
            }
            let text = || file.get(token.start as usize..token.end as usize).unwrap_or_default();
            if token.kind == TokenKind::String && is_plain_string(text()) {
                at = code.cut(file, at, token.start + 1..token.end - 1, "");
            } else if token.kind == TokenKind::RawString && is_plain_raw_string(text()) {
                at = code.cut(file, at, token.start + 1..token.end, "\"\"");
            }
        }
        code.text.push_str(file.get(at as usize..).unwrap_or_default());
        code.lines = code.text.is_ascii().then(|| {
            let breaks = memchr::memchr_iter(b'\n', code.text.as_bytes());
            std::iter::once(0).chain(breaks.map(|at| at as u32 + 1)).collect()
        });
        code
    }

    /// Takes over the file's text from `at` to what is cut out, puts `filler` in place of that, and tells where it ends.
    fn cut(&mut self, file: &str, at: u32, out: Range<u32>, filler: &str) -> u32 {
        self.text.push_str(file.get(at as usize..out.start as usize).unwrap_or_default());
        self.text.push_str(filler);
        self.cuts.push(Cut { here: self.text.len() as u32, in_file: out.end });
        out.end
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Where what starts at a place of the code starts in the file.
    pub(super) fn in_file(&self, place: proc_macro2::Span) -> u32 {
        let here = match &self.lines {
            // A span counts in characters; to tell its bytes it would have to walk over them.
            Some(lines) => {
                let place = place.start();
                let line = place.line.checked_sub(1).and_then(|line| lines.get(line));
                line.map_or(0, |start| start + place.column as u32)
            }
            None => place.byte_range().start as u32,
        };
        let after = self.cuts.partition_point(|cut| cut.here <= here);
        let cut = after.checked_sub(1).and_then(|last| self.cuts.get(last));
        cut.map_or(0, |cut| cut.in_file + (here - cut.here))
    }
}

/// Whether it is a string without prefix and suffix that needs no other check than that it ends.
fn is_plain_string(text: &str) -> bool {
    let content = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    content.is_some_and(|content| {
        let mut rest = content.as_bytes();
        while let Some(at) = memchr::memchr2(b'\\', b'\r', rest) {
            match rest.get(at..at + 2) {
                Some([b'\\', b'n' | b'r' | b't' | b'0' | b'\\' | b'\'' | b'"']) => rest = &rest[at + 2..],
                _ => return false,
            }
        }
        true
    })
}

/// The same of a raw string.
fn is_plain_raw_string(text: &str) -> bool {
    let Some(text) = text.strip_prefix('r') else { return false };
    let (fence, text) = text.split_at(text.bytes().take_while(|byte| *byte == b'#').count());
    let content = text.strip_suffix(fence).and_then(|text| text.strip_prefix('"')?.strip_suffix('"'));
    content.is_some_and(|content| memchr::memchr(b'\r', content.as_bytes()).is_none()) && fence.len() <= MOST_HASHES
}

/// The most signs that may stand around a raw string.
const MOST_HASHES: usize = 255;

#[cfg(test)]
mod tests {
    use proc_macro2::{TokenStream, TokenTree};

    use super::super::lexer::lex;
    use super::*;

    fn code_of(file: &str) -> Code {
        let (tokens, comments) = lex(file, 0);
        Code::new(file, 0, &tokens, &comments)
    }

    #[track_caller]
    fn check(file: &str, code: &str) {
        assert_eq!(code_of(file).text(), code);
    }

    #[test]
    fn blanks_comments_and_strings_are_cut() {
        check("/// a\n    fn  f() {\n}\n\n", " fn f() {\n} ");
        check("a/**/b /* c /* d */ */ !", "a b !");
        check("a(\"b c d e\", r##\"b\"c d e\"##)", "a(\"\", r\"\")");
        check("a(\"\\n b\\t\\\"\\\\ \")", "a(\"\")");
    }

    #[test]
    fn what_may_be_wrong_stays() {
        for file in [
            "a(\"b c d \\q\")",
            "a(\"b c d \r e\")",
            "a(r\"b c d \r e\")",
            "a(\"b c d e\"f)",
            "a(b\"b c d é\")",
            "a(\"b c d e",
            "a(r#\"b c d e\"",
            "a() /* b",
            "a() /** b */",
            "a() \u{FEFF} b",
        ] {
            check(file, file);
        }
    }

    /// Checks that every token of the code is found where the file's table of tokens has one.
    #[track_caller]
    fn check_places(file: &str, ascii: bool) {
        fn starts(stream: TokenStream, code: &Code, found: &mut Vec<u32>) {
            for tree in stream {
                match tree {
                    TokenTree::Group(group) => {
                        found.push(code.in_file(group.span_open()));
                        starts(group.stream(), code, found);
                        found.push(code.in_file(group.span_close()));
                    }
                    tree => found.push(code.in_file(tree.span())),
                }
            }
        }
        let code = code_of(file);
        assert_eq!(code.text().is_ascii(), ascii);
        let mut found = Vec::new();
        starts(code.text().parse().unwrap(), &code, &mut found);
        found.push(file.len() as u32);
        assert_eq!(found, lex(file, 0).0.iter().map(|token| token.start).collect::<Vec<_>>());
    }

    #[test]
    fn places_lead_back_to_the_file() {
        check_places(
            "//! é\n\n/* ü */ fn f(a: u8) {\n    g(\"é ä ö ü\", a) // ö\n        + h(b\"x\ny z\");\n}\n",
            true,
        );
        check_places("/// é\nfn größe() {\n    g(\"é\", 'ä', \"long enough\") /* ü */ + é\n}\n\nfn b() {}", false);
    }
}
