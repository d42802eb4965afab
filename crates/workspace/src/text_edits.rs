//! The edits that turn one text into another, as small as lines and words allow.

use imara_diff::{Algorithm, Diff, InternedInput};

use lawbook_core::span::Span;

/// A part of a text and what replaces it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TextEdit {
    /// The bytes that are replaced; empty where something is inserted.
    pub span: Span,
    /// The text in their place.
    pub text: String,
}

impl TextEdit {
    /// A text in place of some bytes.
    pub fn new(span: Span, text: impl Into<String>) -> Self {
        Self { span, text: text.into() }
    }

    /// A text after edits that are sorted and do not overlap.
    pub fn apply_all(edits: &[Self], text: &str) -> String {
        let (mut edited, mut at) = (String::with_capacity(text.len()), 0);
        for edit in edits {
            edited.push_str(&text[at..edit.span.start as usize]);
            edited.push_str(&edit.text);
            at = edit.span.end as usize;
        }
        edited + &text[at..]
    }
}

/// The edits from one text to another, sorted and without overlap. None starts or ends within a character, or between the
/// two characters of a line end. Both texts have less than 4 GiB.
pub fn text_edits(old: &str, new: &str) -> Vec<TextEdit> {
    if old == new {
        return Vec::new();
    }
    let (before, after) = (lines(old), lines(new));
    let mut input: InternedInput<&str> = InternedInput::default();
    input.update_before(before.iter().copied());
    input.update_after(after.iter().copied());
    let mut found = Diff::compute(Algorithm::Histogram, &input);
    found.postprocess_lines(&input);
    let (old_starts, new_starts) = (starts(&before), starts(&after));
    let hunks = found.hunks().map(|hunk| {
        let at = |starts: &[usize], line: u32| starts[line as usize];
        let span = at(&old_starts, hunk.before.start)..at(&old_starts, hunk.before.end);
        let text = &new[at(&new_starts, hunk.after.start)..at(&new_starts, hunk.after.end)];
        trimmed(old, span, text)
    });
    hunks.collect()
}

/// The lines of a text with their ends.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// The byte at which each line starts, and that at which the last one ends.
fn starts(lines: &[&str]) -> Vec<usize> {
    let mut at = 0;
    let ends = lines.iter().map(|line| {
        at += line.len();
        at
    });
    [0].into_iter().chain(ends).collect()
}

/// An edit without the characters that both texts have at the start and at the end.
fn trimmed(whole: &str, span: std::ops::Range<usize>, text: &str) -> TextEdit {
    let old = &whole[span.clone()];
    let shared = |(a, b): &(char, char)| a == b;
    let mut start: usize = old.chars().zip(text.chars()).take_while(shared).map(|(c, _)| c.len_utf8()).sum();
    if is_within_line_end(old, start) || is_within_line_end(text, start) {
        start -= 1;
    }
    let (old_rest, rest) = (&old[start..], &text[start..]);
    let reversed = old_rest.chars().rev().zip(rest.chars().rev());
    let mut end: usize = reversed.take_while(shared).map(|(c, _)| c.len_utf8()).sum();
    let is_split = |rest: &str| is_within_line_end(rest, rest.len() - end);
    if is_split(old_rest) || is_split(rest) {
        end -= 1;
    }
    let span = Span::new((span.start + start) as u32, (span.end - end) as u32);
    TextEdit::new(span, &rest[..rest.len() - end])
}

/// True between the two characters of a line end.
fn is_within_line_end(text: &str, at: usize) -> bool {
    at > 0 && text[..at].ends_with('\r') && text[at..].starts_with('\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(old: &str, new: &str, expected: &[(&str, &str)]) {
        let edits = text_edits(old, new);
        assert_eq!(TextEdit::apply_all(&edits, old), new);
        let shown: Vec<(&str, &str)> = edits.iter().map(|edit| (&old[edit.span.range()], edit.text.as_str())).collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn edits_are_small() {
        check("a\nb\nc\n", "a\nb\nc\n", &[]);
        check("let a = 1;\nlet b = 2;\n", "let a = 1;\nconst b = 2;\n", &[("le", "cons")]);
        check("a\nb\nc\n", "a\nc\n", &[("b\n", "")]);
        check("a\nc\n", "a\nb\nc\n", &[("", "b\n")]);
        check("", "a\n", &[("", "a\n")]);
        check("a", "", &[("a", "")]);
        check("x1\ny\nz1\n", "x2\ny\nz2\n", &[("1", "2"), ("1", "2")]);
    }

    #[test]
    fn edits_lie_between_characters() {
        check("„é“\n", "„è“\n", &[("é", "è")]);
        check("😀\n", "😁\n", &[("😀", "😁")]);
        check("a\r\nb", "a\nb", &[("\r\n", "\n")]);
        check("a\nb", "a\r\nb", &[("\n", "\r\n")]);
        check("a\rb\n", "a\r\nb\n", &[("\r", "\r\n")]);
    }

    #[test]
    fn edits_of_any_texts_lead_from_one_to_the_other() {
        let parts = ["a\n", "b\r\n", "c", "\n", "é\n", "\r", "a b\n", "😀"];
        let mut state = 1_u32;
        let mut text = || {
            let mut text = String::new();
            for _ in 0..8 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                text.push_str(parts[(state >> 16) as usize % parts.len()]);
            }
            text
        };
        for _ in 0..2_000 {
            let (old, new) = (text(), text());
            let edits = text_edits(&old, &new);
            assert_eq!(TextEdit::apply_all(&edits, &old), new, "{old:?}");
            for edit in edits {
                assert!(!is_within_line_end(&old, edit.span.start as usize), "{old:?} {new:?}");
                assert!(!is_within_line_end(&old, edit.span.end as usize), "{old:?} {new:?}");
            }
        }
    }
}
