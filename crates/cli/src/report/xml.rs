//! XML 1.0 in which every text comes back as it was, but for characters that XML cannot hold, which are made visible.

use std::fmt::Write as _;

use crate::text::Text;

/// The line that starts a document.
pub(super) const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// Adds an attribute: ` name="value"`.
pub(super) fn attribute(name: &str, value: &str, text: &mut Text) {
    text.add_rendered(" ")
        .add_rendered(name)
        .add_rendered("=\"")
        .add_rendered(&escaped(value, false))
        .add_rendered("\"");
}

/// Adds an attribute whose value is a number.
pub(super) fn number(name: &str, value: usize, text: &mut Text) {
    attribute(name, &value.to_string(), text);
}

/// Adds the content of an element.
pub(super) fn content(value: &str, text: &mut Text) {
    text.add_rendered(&escaped(value, true));
}

/// Adds a line with a comment.
pub(super) fn comment(value: &str, text: &mut Text) {
    let mut value = escaped(value, true);
    while value.contains("--") {
        value = value.replace("--", "- -");
    }
    text.add_rendered("<!-- ").add_rendered(&value).add_rendered(" -->\n");
}

/// The text with references for the signs of XML, for white space that a reader would change, and for what could control a
/// terminal.
fn escaped(value: &str, keeps_lines: bool) -> String {
    let mut written = String::with_capacity(value.len() + 8);
    for c in value.chars() {
        match c {
            '&' => written.push_str("&amp;"),
            '<' => written.push_str("&lt;"),
            '>' => written.push_str("&gt;"),
            '"' => written.push_str("&quot;"),
            '\n' | '\t' if keeps_lines => written.push(c),
            '\n' | '\t' | '\r' => write_reference(c, &mut written),
            // No reference can stand for these.
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
                // Writing to a string cannot fail.
                let _ = write!(written, "\\u{{{:x}}}", u32::from(c));
            }
            c if crate::text::is_unsafe(c) => write_reference(c, &mut written),
            c => written.push(c),
        }
    }
    written
}

fn write_reference(c: char, written: &mut String) {
    let _ = write!(written, "&#{};", u32::from(c));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_comes_back_or_is_visible() {
        let text = "a&<]]>\"'\t\r\n\u{9b}\u{202e}\u{1b}\u{ffff}𐐀";
        assert_eq!(escaped(text, false), "a&amp;&lt;]]&gt;&quot;'&#9;&#13;&#10;&#155;&#8238;\\u{1b}\\u{ffff}𐐀");
        assert_eq!(escaped("a\n\tb\r\n", true), "a\n\tb&#13;\n");
    }

    #[test]
    fn a_comment_ends_where_it_should() {
        let mut text = Text::new(false);
        comment("a --> b --- c", &mut text);
        assert_eq!(text.as_str(), "<!-- a - -&gt; b - - - c -->\n");
    }
}
