//! The text for syn: the file's text without comments and without the contents of strings.
//!
//! Both are read from our own table of tokens. syn turns a doc comment into an attribute, and refuses one that
//! documents nothing. Of a string it needs only that it is one, but would read and copy it several times.

use std::ops::Range;

use super::lexer::{CommentSpan, Token, TokenKind};

/// A text in which blanks and comments are cut down to one space and strings to their quotes. It splits into the same
/// tokens as the file's text.
#[derive(Debug)]
pub(super) struct StrippedCode {
    text: String,
    cuts: Vec<Cut>,
    /// The starts of its lines if all of it is ASCII, as is usual without comments and strings.
    lines: Option<Vec<u32>>,
}

/// A place where both texts continue after a cut.
#[derive(Clone, Copy, Debug)]
struct Cut {
    /// The byte in the stripped text.
    here: u32,
    /// The byte in the file's text.
    in_file: u32,
}

/// The shortest string that is cut: a shorter one is read faster than cut.
const MIN_CUT_STRING_BYTES: usize = 6;

impl StrippedCode {
    /// Strips `file[from..]`, which has these tokens and comments.
    pub(super) fn new(file: &str, from: u32, tokens: &[Token], comments: &[CommentSpan]) -> Self {
        let text = String::with_capacity(file.len() / 2);
        let mut code = Self { text, cuts: Vec::with_capacity(tokens.len() / 4), lines: None };
        code.cuts.push(Cut { here: 0, in_file: from });
        let file_end = file.len() as u32;
        // A block comment at the end of the text may be unclosed: it is kept so that syn reports the error.
        let unclosed = comments.last().filter(|last| last.block && last.span.end == file_end);
        let end = unclosed.map_or(file_end, |comment| comment.span.start);
        let (mut at, mut last_end) = (from, from);
        for token in tokens {
            let start = token.start.min(end);
            if start > last_end + 1 {
                at = code.cut(file, at, last_end..start, " ");
            }
            last_end = token.end;
            if token.end - token.start < MIN_CUT_STRING_BYTES as u32 {
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

    /// Copies the file's text from `at` to `out`, puts `filler` in place of `out` and returns its end.
    fn cut(&mut self, file: &str, at: u32, out: Range<u32>, filler: &str) -> u32 {
        self.text.push_str(file.get(at as usize..out.start as usize).unwrap_or_default());
        self.text.push_str(filler);
        self.cuts.push(Cut { here: self.text.len() as u32, in_file: out.end });
        out.end
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The byte of the file for the start of a span of syn.
    pub(super) fn in_file(&self, place: proc_macro2::Span) -> u32 {
        let here = match &self.lines {
            // Spans of proc_macro2 count characters; `byte_range` would have to walk over the text.
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

/// True for a string without prefix and suffix that is certainly valid.
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

/// True for a raw string without suffix that is certainly valid.
fn is_plain_raw_string(text: &str) -> bool {
    let Some(text) = text.strip_prefix('r') else { return false };
    let (fence, text) = text.split_at(text.bytes().take_while(|byte| *byte == b'#').count());
    let content = text.strip_suffix(fence).and_then(|text| text.strip_prefix('"')?.strip_suffix('"'));
    content.is_some_and(|content| memchr::memchr(b'\r', content.as_bytes()).is_none())
        && fence.len() <= MAX_RAW_STRING_HASHES
}

/// The most `#` around a raw string that Rust allows.
const MAX_RAW_STRING_HASHES: usize = 255;

#[cfg(test)]
mod tests {
    use proc_macro2::{TokenStream, TokenTree};

    use super::super::lexer::lex;
    use super::*;

    fn code_of(file: &str) -> StrippedCode {
        let (tokens, comments) = lex(file, 0);
        StrippedCode::new(file, 0, &tokens, &comments)
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
    fn strings_and_comments_with_possible_errors_stay() {
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
        fn starts(stream: TokenStream, code: &StrippedCode, found: &mut Vec<u32>) {
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
