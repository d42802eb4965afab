//! The line of code where a finding stands, with and without the names of the definitions around it.

use std::borrow::Cow;

use crate::diagnostic::Diagnostic;
use crate::ir::symbol::segments;
use crate::source::SourceFile;
use crate::span::Span;

/// The most bytes of a line that are read on each side of the start of a finding: lines of minified files have megabytes.
const MAX_BYTES_BESIDE: u32 = 1024;

/// The sign in place of a name.
const NAME_SIGN: &str = "\0";

/// The line where a finding starts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineText {
    /// Its words, with a sign for each name of the finding's symbol path. A line with the name of a definition is the same
    /// line when the definition gets another name.
    pub nameless: String,
    /// True if it has such names.
    pub has_names: bool,
}

impl LineText {
    /// The line of a finding in its file.
    pub fn of(found: &Diagnostic, source: &SourceFile) -> Self {
        Self::under(&found.symbol, found, source)
    }

    /// The same line with a sign for each name of another symbol path than that of the finding.
    pub fn under(symbol: &str, found: &Diagnostic, source: &SourceFile) -> Self {
        let line = source.lines().span(source.text(), source.lines().line(found.span.start));
        let start = line.start.max(found.span.start.saturating_sub(MAX_BYTES_BESIDE));
        let end = line.end.min(found.span.start.saturating_add(MAX_BYTES_BESIDE));
        let text = source.text();
        let near =
            Span::new(text.floor_char_boundary(start as usize) as u32, text.floor_char_boundary(end as usize) as u32);
        let words: Vec<&str> = source.slice(near).split_whitespace().collect();
        let line = words.join(" ");
        let mut nameless = Cow::Borrowed(line.as_str());
        for name in names(symbol) {
            if nameless.contains(name) {
                nameless = Cow::Owned(without(&nameless, name));
            }
        }
        Self { has_names: nameless.contains(NAME_SIGN), nameless: nameless.into_owned() }
    }

    /// True if a name of this symbol path may stand in it.
    pub fn may_name(&self, symbol: &str) -> bool {
        names(symbol).any(|name| self.nameless.contains(name))
    }

    /// A digest of it: 16 hexadecimal digits.
    pub fn digest(&self) -> String {
        crate::fingerprint::of("line", "", &self.nameless)[2..18].to_owned()
    }
}

/// The names and titles of a symbol path.
fn names(symbol: &str) -> impl Iterator<Item = &str> {
    segments(symbol).map(title_or_name).filter(|name| !name.is_empty())
}

/// The title in a segment such as `it("adds")`, else the segment.
fn title_or_name(segment: &str) -> &str {
    let title = segment.split_once("(\"").and_then(|(_, rest)| rest.strip_suffix("\")"));
    title.unwrap_or(segment)
}

/// A text with a sign for each place where the name stands alone.
fn without(text: &str, name: &str) -> String {
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let mut new = String::with_capacity(text.len());
    let mut rest = text;
    let mut last = None;
    while let Some(at) = rest.find(name) {
        let (before, after) = (&rest[..at], &rest[at + name.len()..]);
        let is_in_word =
            |outer: Option<char>, own: Option<char>| outer.is_some_and(is_word) && own.is_some_and(is_word);
        let is_part = is_in_word(before.chars().next_back().or(last), name.chars().next())
            || is_in_word(after.chars().next(), name.chars().next_back());
        new.push_str(before);
        new.push_str(if is_part { name } else { NAME_SIGN });
        last = name.chars().next_back();
        rest = after;
    }
    new.push_str(rest);
    new
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Severity;
    use crate::source::RelPath;

    fn finding(symbol: &str) -> Diagnostic {
        let mut found = Diagnostic::new("no-x", Severity::Error, RelPath::new("a.ts"), Span::default(), "");
        symbol.clone_into(&mut found.symbol);
        found
    }

    #[track_caller]
    fn check(symbol: &str, text: &str, expected: &str) {
        let found = finding(symbol);
        let source = SourceFile::new(RelPath::new("a.ts"), text).unwrap();
        let line = LineText::of(&found, &source);
        assert_eq!(line.nameless.replace(NAME_SIGN, "#"), expected);
        assert_eq!(line.has_names, expected.contains('#'));
    }

    #[test]
    fn names_are_left_out_where_they_are_words() {
        check("A.read", "  read(reader: any,  ready, read) {", "#(reader: any, ready, #) {");
        check("describe(\"a b\").it(\"c\")", "it(\"c\", () => eval(cc));", "it(\"#\", () => eval(cc));");
        check("", "eval(x)", "eval(x)");
        check("f", "f(f2f, f_f, ff)", "#(f2f, f_f, ff)");
    }

    #[test]
    fn a_line_may_be_read_under_another_symbol_path() {
        let source = SourceFile::new(RelPath::new("a.ts"), "f(x, g)").unwrap();
        let under = |symbol: &str| LineText::under(symbol, &finding("g"), &source).nameless.replace(NAME_SIGN, "#");
        assert_eq!([under("f"), under("g"), under("A.h")], ["#(x, g)", "f(x, #)", "f(x, g)"]);
        let line = LineText::of(&finding("g"), &source);
        assert_eq!(["A.f", "it(\"x\")", "h", ""].map(|symbol| line.may_name(symbol)), [true, true, false, false]);
    }

    #[test]
    fn the_digest_does_not_see_layout_and_names() {
        let digest = |symbol: &str, text: &str| {
            LineText::of(&finding(symbol), &SourceFile::new(RelPath::new("a.ts"), text).unwrap()).digest()
        };
        assert_eq!(digest("f", "f( x )"), digest("g", "  g( x )\n"));
        assert_ne!(digest("f", "f( x )"), digest("g", "g(y)"));
    }
}
