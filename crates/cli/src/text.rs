//! Text to print. Everything that comes from an input is printed through this type, which makes control characters
//! visible, so that no input can control the terminal.

use std::fmt::{self, Write as _};

use serde::Serialize;
use unicode_width::UnicodeWidthChar;

/// The style of a piece of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextStyle {
    /// Headings and messages.
    Strong,
    /// Less important text.
    Faint,
    /// An error and its underline.
    Error,
    /// A warning and its underline.
    Warning,
    /// An info and its underline.
    Info,
    /// A good result.
    Good,
}

impl TextStyle {
    /// The escape sequence that turns the style on.
    const fn code(self) -> &'static str {
        match self {
            Self::Strong => "\u{1b}[1m",
            Self::Faint => "\u{1b}[2m",
            Self::Error => "\u{1b}[1;31m",
            Self::Warning => "\u{1b}[1;33m",
            Self::Info => "\u{1b}[1;36m",
            Self::Good => "\u{1b}[1;32m",
        }
    }
}

/// Text that is safe to print: every method that adds input makes its control characters visible.
///
/// Text written with `write!` stays on one line, because line ends in it are made visible too.
#[derive(Clone, Debug, Default)]
pub(crate) struct Text {
    written: String,
    colors: bool,
    links: bool,
}

impl Text {
    /// An empty text; styles have an effect only with `colors`.
    pub(crate) fn new(colors: bool) -> Self {
        Self { written: String::new(), colors, links: false }
    }

    /// An empty text without colours, with a capacity in bytes.
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self { written: String::with_capacity(bytes), ..Self::default() }
    }

    /// A value as JSON on one line.
    pub(crate) fn json(value: &impl Serialize) -> Result<Self, serde_json::Error> {
        let mut text = Self::json_part(value)?;
        text.end_line();
        Ok(text)
    }

    /// A value as JSON without a line end, to be inserted into other JSON.
    pub(crate) fn json_part(value: &impl Serialize) -> Result<Self, serde_json::Error> {
        let json = serde_json::to_string(value)?;
        Ok(Self { written: escaped(&json).unwrap_or(json), ..Self::default() })
    }

    /// Adds text to the line; line ends and tabs in it are made visible.
    pub(crate) fn add(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            if is_unsafe(c) || matches!(c, '\n' | '\t') { self.escape(c) } else { self.written.push(c) }
        }
        self
    }

    /// Adds text whose line ends and tabs are kept; CRLF becomes LF.
    pub(crate) fn add_lines(&mut self, text: &str) -> &mut Self {
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            if c == '\r' && chars.peek() == Some(&'\n') {
                continue;
            }
            if is_unsafe(c) { self.escape(c) } else { self.written.push(c) }
        }
        self
    }

    /// Adds text to the line in a style.
    pub(crate) fn paint(&mut self, style: TextStyle, text: &str) -> &mut Self {
        if !self.colors {
            return self.add(text);
        }
        self.written.push_str(style.code());
        self.add(text);
        self.written.push_str("\u{1b}[0m");
        self
    }

    /// The same with links that have an effect.
    pub(crate) fn with_links(self, links: bool) -> Self {
        Self { links, ..self }
    }

    /// Adds what `add` adds, as a link to an address if there is one. An address is of plain ASCII signs, and none that
    /// `add` writes ends the link early.
    pub(crate) fn link(
        &mut self,
        address: impl FnOnce() -> Option<String>,
        add: impl FnOnce(&mut Self) -> &mut Self,
    ) -> &mut Self {
        let address = if self.links { address() } else { None };
        let Some(address) = address.filter(|address| address.bytes().all(|byte| byte.is_ascii_graphic())) else {
            add(self);
            return self;
        };
        self.written.push_str("\u{1b}]8;;");
        self.written.push_str(&address);
        self.written.push_str("\u{1b}\\");
        add(self);
        self.written.push_str("\u{1b}]8;;\u{1b}\\");
        self
    }

    /// Adds text as it is. It must come from a renderer of this crate that has made the control characters of inputs
    /// visible.
    pub(crate) fn add_rendered(&mut self, rendered: &str) -> &mut Self {
        self.written.push_str(rendered);
        self
    }

    /// Ends the line.
    pub(crate) fn end_line(&mut self) -> &mut Self {
        self.written.push('\n');
        self
    }

    /// Adds one whole line.
    pub(crate) fn line(&mut self, line: fmt::Arguments<'_>) -> &mut Self {
        // Writing to a string cannot fail.
        let _ = self.write_fmt(line);
        self.end_line()
    }

    /// True if styles have an effect.
    pub(crate) fn has_colors(&self) -> bool {
        self.colors
    }

    /// The text with its escape sequences, as it is printed.
    pub(crate) fn as_str(&self) -> &str {
        &self.written
    }

    fn escape(&mut self, c: char) {
        let _ = write!(self.written, "\\u{{{:x}}}", u32::from(c));
    }
}

impl fmt::Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.add(text);
        Ok(())
    }
}

/// JSON in which the characters that could control a terminal are replaced by escapes; `None` if it has none. Such
/// characters occur only inside of strings, where the escape means the same.
fn escaped(json: &str) -> Option<String> {
    let mut written = String::new();
    let (mut copied, mut at) = (0, 0);
    while let Some(next) = json.as_bytes().get(at..).and_then(first_candidate) {
        at += next;
        let Some(c) = json.get(at..).and_then(|rest| rest.chars().next()) else { break };
        let end = at + c.len_utf8();
        if is_unsafe(c) {
            written.push_str(&json[copied..at]);
            // Writing to a string cannot fail.
            let _ = write!(written, "\\u{:04x}", u32::from(c));
            copied = end;
        }
        at = end;
    }
    (copied > 0).then(|| {
        written.push_str(&json[copied..]);
        written
    })
}

/// The offset of the first byte from 0x7f on, which could start an unsafe character. `serde_json` has escaped the
/// control characters below 0x20.
fn first_candidate(json: &[u8]) -> Option<usize> {
    // Chunks of 64 bytes are tested as a whole: the compiler vectorizes the loop, and nearly all chunks are plain.
    let is_plain = |run: &&[u8]| run.iter().fold(0, |most, byte| most.max(*byte)) < 0x7f;
    let from = json.chunks(64).take_while(is_plain).count() * 64;
    json.get(from..)?.iter().position(|byte| *byte >= 0x7f).map(|at| from + at)
}

/// Makes the control characters of a text visible, except line ends and tabs.
pub(crate) fn visible(text: &str) -> String {
    let mut visible = Text::default();
    visible.add_lines(text);
    visible.written
}

/// True for control characters, the separators of lines and paragraphs, which end a line for some readers, and characters that
/// change the direction of text.
pub(crate) fn is_unsafe(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The width of a character on a terminal, in columns. Terminals draw a sequence of characters that makes one picture
/// (`👨‍👩‍👧`) each in its own way; what is measured is what its characters take one by one.
pub(crate) fn columns(c: char) -> usize {
    UnicodeWidthChar::width(c).unwrap_or(0)
}

/// A count with its noun: `1 file`, `2 files`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    match noun.strip_suffix('y') {
        _ if count == 1 => format!("1 {noun}"),
        Some(stem) => format!("{count} {stem}ies"),
        None => format!("{count} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_line(text: &str, expected: &str) {
        assert_eq!(Text::new(true).add(text).as_str(), expected);
    }

    #[test]
    fn one_line_stays_one_line() {
        check_line("a\u{1b}[31mb", "a\\u{1b}[31mb");
        check_line("a\nb\tc\r", "a\\u{a}b\\u{9}c\\u{d}");
        check_line("é\u{202e}x\u{9b}", "é\\u{202e}x\\u{9b}");
        check_line("\u{61c}\u{7f}\u{2066}", "\\u{61c}\\u{7f}\\u{2066}");
        check_line("a\u{2028}b\u{2029}", "a\\u{2028}b\\u{2029}");
    }

    #[test]
    fn several_lines_keep_their_ends_and_nothing_else() {
        assert_eq!(visible("a\r\nb\tc\rd\u{7}"), "a\nb\tc\\u{d}d\\u{7}");
    }

    #[test]
    fn formatting_cannot_break_a_line() {
        let mut text = Text::default();
        text.line(format_args!("<{}>", "x\ny"));
        assert_eq!(text.as_str(), "<x\\u{a}y>\n");
    }

    #[test]
    fn json_has_no_control_characters() {
        let text = Text::json(&["a\u{1b}\u{9b}\u{202e}\u{7f}é\n"]).unwrap();
        assert_eq!(text.as_str(), "[\"a\\u001b\\u009b\\u202e\\u007fé\\n\"]\n");
        let back: Vec<String> = serde_json::from_str(text.as_str()).unwrap();
        assert_eq!(back, ["a\u{1b}\u{9b}\u{202e}\u{7f}é\n"]);
    }

    #[test]
    fn links_stand_around_unchanged_text() {
        let with_link = |links: bool, address: &str| {
            let mut text = Text::new(false).with_links(links);
            text.link(|| Some(address.to_owned()), |text| text.add("a.ts:1"));
            text.as_str().to_owned()
        };
        assert_eq!(with_link(true, "file:///a.ts"), "\u{1b}]8;;file:///a.ts\u{1b}\\a.ts:1\u{1b}]8;;\u{1b}\\");
        assert_eq!(with_link(false, "file:///a.ts"), "a.ts:1");
        assert_eq!(with_link(true, "file:///a\u{1b}\\.ts"), "a.ts:1");
        assert_eq!(Text::new(true).link(|| Some("x".to_owned()), |text| text.add("a")).as_str(), "a");
    }

    #[test]
    fn characters_are_as_wide_as_a_terminal_draws_them() {
        for (text, width) in [("a漢", 3), ("e\u{301}", 1), ("🦀", 2), ("한", 2), ("ｱ", 1), ("Ａ", 2), ("\u{200d}", 0)]
        {
            assert_eq!(text.chars().map(columns).sum::<usize>(), width, "{text}");
        }
    }

    #[test]
    fn only_styles_make_colours() {
        assert_eq!(Text::new(true).paint(TextStyle::Error, "a\u{1b}").as_str(), "\u{1b}[1;31ma\\u{1b}\u{1b}[0m");
        assert_eq!(Text::new(false).paint(TextStyle::Error, "a").as_str(), "a");
    }
}
