//! Random changes of a text: what people, formatters and other tools do to it, and what only chance does.

use crate::chance::Chance;
use crate::editor::text::TextChange;

/// Pieces that open and close what parsers and suppressions look at, in several scripts and line ends.
const PIECES: [&str; 44] = [
    "\n",
    "\r\n",
    "\r",
    " ",
    "\t",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "<",
    ">",
    "\"",
    "'",
    "`",
    "${",
    "/*",
    "*/",
    "// ",
    "#",
    ";",
    ",",
    ".",
    "=>",
    "=",
    "debugger;\n",
    "eval(x);",
    "const x: any = 1;",
    "fn f() { a.unwrap(); }\n",
    "dbg!(x);",
    "console.log(1);\n",
    "// lawbook-ignore no-eval: the text is part of the program\n",
    "// lawbook-ignore no-such-rule: a reason\n",
    "// lawbook-ignore\n",
    "# lawbook-ignore no-eval: a reason\n",
    "// TODO: later\n",
    "é",
    "日本語",
    "\u{1f600}",
    "\u{1d4b3}",
    "e\u{301}",
    "\u{2028}",
    "\u{feff}",
];

/// A byte between two characters, and not between CR and LF, where no position points to.
fn place(text: &str, chance: &mut Chance) -> usize {
    let mut at = chance.below(text.len() + 1);
    while !is_place(text, at) {
        at -= 1;
    }
    at
}

fn is_place(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let is_inside = at > 0 && bytes[at - 1] == b'\r' && bytes.get(at) == Some(&b'\n');
    text.is_char_boundary(at) && !is_inside
}

/// A span of at most a number of bytes.
fn span(text: &str, most: usize, chance: &mut Chance) -> std::ops::Range<usize> {
    let start = place(text, chance);
    let mut end = (start + 1 + chance.below(most)).min(text.len());
    while !is_place(text, end) {
        end += 1;
    }
    start..end
}

/// A piece of text to insert: one of the list, or a part of another file.
fn piece(donors: &[String], chance: &mut Chance) -> String {
    let donor = chance.pick(donors).filter(|donor| !donor.is_empty()).cloned();
    match donor {
        Some(donor) if chance.percent(35) => {
            let taken = span(&donor, 300, chance);
            donor[taken].to_owned()
        }
        _ => chance.pick(&PIECES).copied().unwrap_or_default().to_owned(),
    }
}

/// One random change.
pub fn change(text: &str, donors: &[String], chance: &mut Chance) -> TextChange {
    match chance.below(10) {
        0..5 => {
            let at = place(text, chance);
            TextChange { span: at..at, text: piece(donors, chance) }
        }
        5..8 => TextChange { span: span(text, 80, chance), text: String::new() },
        8 => TextChange { span: span(text, 80, chance), text: piece(donors, chance) },
        // A line moves within the text as a copy.
        _ => {
            let taken = span(text, 120, chance);
            let at = place(text, chance);
            TextChange { span: at..at, text: text[taken].to_owned() }
        }
    }
}

/// The text with another form of line ends.
pub fn other_line_ends(text: &str) -> String {
    if text.contains("\r\n") { text.replace("\r\n", "\n") } else { text.replace('\n', "\r\n") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_stand_between_characters() {
        let mut chance = Chance::new(3);
        let mut text = "a\r\né\u{1f600}\r\nb".to_owned();
        for _ in 0..2000 {
            let change = change(&text, &["日本\r\n語".to_owned()], &mut chance);
            assert!(is_place(&text, change.span.start) && is_place(&text, change.span.end));
            change.apply(&mut text);
            if text.len() > 400 {
                text.clear();
            }
        }
    }
}
