//! The text of a document, and its places as the protocol counts them.

use std::ops::Range;

use serde_json::{Value, json};

/// The unit of a character's number in a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LspEncoding {
    /// Bytes of UTF-8.
    Utf8,
    /// Units of UTF-16.
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

impl LspEncoding {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Utf8, Self::Utf16, Self::Utf32];

    /// Its name in the protocol.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16 => "utf-16",
            Self::Utf32 => "utf-32",
        }
    }

    /// The encoding with a name; UTF-16 for no name, as the protocol says.
    pub fn named(name: Option<&str>) -> Self {
        Self::ALL.into_iter().find(|encoding| Some(encoding.name()) == name).unwrap_or(Self::Utf16)
    }

    /// The number of units of a text.
    pub fn units(self, text: &str) -> usize {
        match self {
            Self::Utf8 => text.len(),
            Self::Utf16 => text.chars().map(char::len_utf16).sum(),
            Self::Utf32 => text.chars().count(),
        }
    }
}

/// A replacement of bytes of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextChange {
    /// The bytes that go.
    pub span: Range<usize>,
    /// The text that comes.
    pub text: String,
}

impl TextChange {
    /// Makes the change; the result is the change that takes it back.
    pub fn apply(&self, text: &mut String) -> Self {
        let old = text[self.span.clone()].to_owned();
        text.replace_range(self.span.clone(), &self.text);
        Self { span: self.span.start..self.span.start + self.text.len(), text: old }
    }

    /// The change in the form of the protocol, for the text before it.
    pub fn content_change(&self, before: &str, encoding: LspEncoding) -> Value {
        let starts = line_starts(before);
        let range = range(before, &starts, &self.span, encoding);
        json!({ "range": range, "text": self.text })
    }
}

/// The byte at which each line starts. A line ends at LF, at CR LF and at CR alone.
pub fn line_starts(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let ends =
        (0..bytes.len()).filter(|at| bytes[*at] == b'\n' || (bytes[*at] == b'\r' && bytes.get(at + 1) != Some(&b'\n')));
    std::iter::once(0).chain(ends.map(|at| at + 1)).collect()
}

/// The range of a span in the form of the protocol.
pub fn range(text: &str, starts: &[usize], span: &Range<usize>, encoding: LspEncoding) -> Value {
    let bytes = text.as_bytes();
    let position = |offset: usize| {
        // Nothing can point between CR and LF: the line ends before both.
        let is_inside = offset > 0 && bytes[offset - 1] == b'\r' && bytes.get(offset) == Some(&b'\n');
        let offset = if is_inside { offset - 1 } else { offset };
        let line = starts.partition_point(|start| *start <= offset).saturating_sub(1);
        json!({ "line": line, "character": encoding.units(&text[starts[line]..offset]) })
    };
    json!({ "start": position(span.start), "end": position(span.end) })
}

/// The byte at which a position of the protocol stands; none if it is no position.
pub fn offset(text: &str, starts: &[usize], position: &Value, encoding: LspEncoding) -> Option<usize> {
    let line = usize::try_from(position["line"].as_u64()?).ok()?;
    let wanted = usize::try_from(position["character"].as_u64()?).ok()?;
    let Some(start) = starts.get(line).copied() else { return Some(text.len()) };
    let end = starts.get(line + 1).copied().unwrap_or(text.len());
    let content = text[start..end].trim_end_matches(['\r', '\n']);
    let mut units = 0;
    for (at, character) in content.char_indices() {
        if units >= wanted {
            return Some(start + at);
        }
        units += encoding.units(character.encode_utf8(&mut [0; 4]));
    }
    Some(start + content.len())
}

/// The text after the edits of a list in the form of the protocol; none if one of them has no range.
pub fn edited(text: &str, edits: &Value, encoding: LspEncoding) -> Option<String> {
    let starts = line_starts(text);
    let mut changes = Vec::new();
    for edit in edits.as_array()? {
        let start = offset(text, &starts, &edit["range"]["start"], encoding)?;
        let end = offset(text, &starts, &edit["range"]["end"], encoding)?;
        // A snippet marks places for the cursor, which nothing here fills in.
        let new = edit["newText"].as_str().or_else(|| edit["snippet"]["value"].as_str())?;
        changes.push(TextChange { span: start..end, text: new.to_owned() });
    }
    // Edits do not overlap; of those at one place the first comes first.
    changes.reverse();
    changes.sort_by_key(|change| std::cmp::Reverse((change.span.start, change.span.end)));
    let mut text = text.to_owned();
    for change in changes {
        change.apply(&mut text);
    }
    Some(text)
}

/// The last border between characters at or before a byte.
pub fn floor_border(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_follow_the_encoding() {
        let text = "a\r\n\u{1f600}é\rb";
        let starts = line_starts(text);
        assert_eq!(starts, [0, 3, 10]);
        let of = |encoding| range(text, &starts, &(7..11), encoding)["start"]["character"].clone();
        assert_eq!(
            [of(LspEncoding::Utf8), of(LspEncoding::Utf16), of(LspEncoding::Utf32)],
            [json!(4), json!(2), json!(1)]
        );
        assert_eq!(range(text, &starts, &(7..11), LspEncoding::Utf8)["end"], json!({ "line": 2, "character": 1 }));
    }

    #[test]
    fn edits_are_made_from_the_end() {
        let at = |line: u32, from: u32, to: u32| json!({ "start": { "line": line, "character": from }, "end": { "line": line, "character": to } });
        let edits = json!([
            { "range": at(0, 2, 3), "newText": "" },
            { "range": at(1, 0, 0), "newText": "x" },
            { "range": at(1, 0, 0), "newText": "y" },
        ]);
        assert_eq!(edited("\u{1f600}a\nb", &edits, LspEncoding::Utf16).as_deref(), Some("\u{1f600}\nxyb"));
    }

    #[test]
    fn a_change_is_taken_back() {
        let mut text = "one two".to_owned();
        let back = TextChange { span: 4..7, text: "three".to_owned() }.apply(&mut text);
        assert_eq!(text, "one three");
        back.apply(&mut text);
        assert_eq!(text, "one two");
    }
}
