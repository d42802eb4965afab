//! Strings, templates and regular expressions, whose parts are nodes in the grammar.

use oxc_ast::ast::{NumericLiteral, RegExpLiteral, StringLiteral, TemplateLiteral};

use crate::language::ecmascript::strict::emit::{Emit, NO_FIELD, span};
use crate::span::Span;

impl Emit<'_> {
    pub(super) fn number(&mut self, number: &NumericLiteral<'_>, field: u16) {
        self.leaf(self.kinds().number, field, span(number));
    }

    pub(super) fn string(&mut self, string: &StringLiteral<'_>, field: u16) {
        let at = span(string);
        self.open(self.kinds().string, field, at);
        self.fragments(Span::new(at.start + 1, at.end.saturating_sub(1)));
        self.close();
    }

    /// Adds the fragments and escapes of a text.
    fn fragments(&mut self, within: Span) {
        let mut start = within.start;
        while let Some(at) = self.find(b'\\', Span::new(start, within.end)) {
            self.fragment(start, at);
            let end = self.escape_end(at).min(within.end);
            self.leaf(self.kinds().escape_sequence, NO_FIELD, Span::new(at, end));
            start = end;
        }
        self.fragment(start, within.end);
    }

    fn fragment(&mut self, start: u32, end: u32) {
        if start < end {
            self.leaf(self.kinds().string_fragment, NO_FIELD, Span::new(start, end));
        }
    }

    /// The end of the escape whose backslash is at `at`.
    fn escape_end(&self, at: u32) -> u32 {
        let from = at + 1;
        match self.byte(from) {
            b'x' => from + 3,
            b'u' if self.byte(from + 1) == b'{' => {
                let digits = |at: &u32| self.byte(*at).is_ascii_hexdigit();
                from + 3 + (from + 2..from + 12).take_while(digits).count() as u32
            }
            b'u' => from + 5,
            b'0'..=b'7' => {
                let octal = |at: &u32| matches!(self.byte(*at), b'0'..=b'7');
                from + (from..from + 3).take_while(octal).count() as u32
            }
            b'\r' if self.byte(from + 1) == b'\n' => from + 2,
            first => from + utf8_len(first),
        }
    }

    pub(super) fn template(&mut self, template: &TemplateLiteral<'_>, field: u16) {
        self.open(self.kinds().template_string, field, span(template));
        let mut expressions = template.expressions.iter();
        let mut quasis = template.quasis.iter().peekable();
        while let Some(quasi) = quasis.next() {
            let text = span(quasi);
            self.fragments(text);
            if let (Some(expression), Some(next)) = (expressions.next(), quasis.peek()) {
                let next = span(*next);
                self.open(self.kinds().template_substitution, NO_FIELD, Span::new(text.end, next.start));
                self.expression(expression, NO_FIELD);
                self.close();
            }
        }
        self.close();
    }

    pub(super) fn regex(&mut self, regex: &RegExpLiteral<'_>, field: u16) {
        let at = span(regex);
        self.open(self.kinds().regex, field, at);
        let end = at.start + 1 + regex.regex.pattern.text.len() as u32;
        self.leaf(self.kinds().regex_pattern, self.fields().pattern, Span::new(at.start + 1, end));
        if end + 1 < at.end {
            self.leaf(self.kinds().regex_flags, self.fields().flags, Span::new(end + 1, at.end));
        }
        self.close();
    }
}

fn utf8_len(first: u8) -> u32 {
    match first {
        0..=0x7F => 1,
        0x80..=0xDF => 2,
        0xE0..=0xEF => 3,
        _ => 4,
    }
}
