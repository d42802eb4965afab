//! The text that counts as a reason: enough words, of which one says something.

mod fillers;
pub(crate) mod prose;

use std::collections::BTreeSet;
use std::fmt;

use crate::budget;
use crate::ir::Lowered;

/// The fault of a text that is to be a reason and is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReasonFault {
    /// It has no words.
    Missing,
    /// It has fewer words than a reason needs.
    TooShort {
        /// Its words.
        words: usize,
        /// The fewest words that a reason needs.
        needed: usize,
    },
    /// None of its words says anything: placeholders, or one word again and again.
    Empty,
    /// It has no words but those of what it suppresses.
    Repetition,
    /// It is code or a directive, and no prose.
    NoProse,
}

impl fmt::Display for ReasonFault {
    /// A predicate about the reason: `says nothing`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("is missing"),
            Self::TooShort { words: 1, needed } => write!(f, "has 1 word, and at least {needed} are needed"),
            Self::TooShort { words, needed } => write!(f, "has {words} words, and at least {needed} are needed"),
            Self::Empty => f.write_str("says nothing"),
            Self::Repetition => f.write_str("only repeats what is suppressed"),
            Self::NoProse => f.write_str("is code or a directive of a tool"),
        }
    }
}

/// The number of letters that counts as three words in a script without spaces.
const SPACELESS_LETTERS_OF_THREE_WORDS: usize = 8;

/// The most distinct words that a reason must have, whatever the number of words that the settings ask for.
const MAX_DISTINCT_WORDS: usize = 3;

/// The most bytes of a reason that are looked at.
const MAX_JUDGED_BYTES: usize = 1024;

/// The fault of a text as the reason for suppressing `named` (rules, a tool, a directive); none if it is a reason.
pub fn fault<'n>(text: &str, named: impl IntoIterator<Item = &'n str>, min_words: usize) -> Option<ReasonFault> {
    let text = text.get(..text.floor_char_boundary(MAX_JUDGED_BYTES)).unwrap_or_default();
    let words = words(text);
    let spaceless: Vec<char> = words.iter().flat_map(|word| word.chars()).filter(|c| is_spaceless(*c)).collect();
    if words.is_empty() {
        return Some(ReasonFault::Missing);
    }
    let has_letters = spaceless.len() * 3 >= min_words * SPACELESS_LETTERS_OF_THREE_WORDS;
    if words.len() < min_words && !has_letters {
        return Some(ReasonFault::TooShort { words: words.len(), needed: min_words });
    }
    let distinct: BTreeSet<&str> = words.iter().map(String::as_str).collect();
    let letters: BTreeSet<char> = spaceless.into_iter().collect();
    let enough = min_words.min(MAX_DISTINCT_WORDS);
    if distinct.len() < enough && letters.len() <= enough {
        return Some(ReasonFault::Empty);
    }
    let mut saying = words.iter().filter(|word| !is_filler(word)).peekable();
    if saying.peek().is_none() {
        return Some(ReasonFault::Empty);
    }
    let named: BTreeSet<String> = named.into_iter().flat_map(name_parts).collect();
    if saying.all(|word| name_parts(word).all(|part| named.contains(&part) || is_filler(&part))) {
        return Some(ReasonFault::Repetition);
    }
    (!prose::is_prose(text)).then_some(ReasonFault::NoProse)
}

/// The fault of a text as the reason for leaving out `named` at some place of a file, by the settings for that file; none if
/// it is a reason.
pub fn fault_in<'n>(file: &Lowered, text: &str, named: impl IntoIterator<Item = &'n str>) -> Option<ReasonFault> {
    budget::count_text(text.len());
    fault(text, named, file.context.suppressions.min_words)
}

/// True if a text says what another one says: its words are a run of the other's words.
pub(crate) fn repeats(text: &str, other: &str) -> bool {
    let (words, other) = (words(text), words(other));
    !words.is_empty() && other.windows(words.len()).any(|run| *run == *words)
}

/// The words of a text in lower case, without invisible characters and in the common form of wide letters: letters,
/// digits and `_`, with apostrophes between them.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut chars = text.chars().filter(|c| !is_invisible(*c)).map(narrow).peekable();
    while let Some(c) = chars.next() {
        let is_inside =
            matches!(c, '\'' | '’') && !word.is_empty() && chars.peek().is_some_and(|c| c.is_alphanumeric());
        if c.is_alphanumeric() || c == '_' || is_inside {
            word.extend(c.to_lowercase());
        } else if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
    }
    words.extend((!word.is_empty()).then_some(word));
    words.retain(|word| word.contains(char::is_alphanumeric));
    words
}

/// The parts of a name: those of `no-debug-output`, `clippy::type_complexity`.
fn name_parts(name: &str) -> impl Iterator<Item = String> {
    words(name).into_iter().flat_map(|word| word.split('_').map(str::to_owned).collect::<Vec<_>>())
}

/// The usual form of a letter of full width (`Ｔ`).
fn narrow(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// True for characters that show nothing; some of them are letters for Unicode.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// True for letters of scripts that put no spaces between words: Thai and Lao, Burmese, Khmer, Kana, Han.
fn is_spaceless(c: char) -> bool {
    let is_of_script = matches!(c,
        '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{3040}'..='\u{30FF}'
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}');
    is_of_script && c.is_alphabetic()
}

/// True for a word that says nothing about the code: a word of grammar, of an excuse, of a placeholder, or no word.
fn is_filler(word: &str) -> bool {
    if word.contains(is_spaceless) {
        return false;
    }
    word.chars().filter(|c| c.is_alphabetic()).nth(1).is_none()
        || word.split('_').all(|part| part.is_empty() || fillers::contain(part))
        || is_typed_at_random(word)
}

/// True for one character again and again (`aaa`), and for keys beside each other (`asdf`).
fn is_typed_at_random(word: &str) -> bool {
    let first = word.chars().next();
    let rows = ["qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghij"];
    word.chars().all(|c| Some(c) == first) || word.len() >= 4 && rows.iter().any(|row| row.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<ReasonFault> {
        fault(text, ["no-debug-output", "clippy::type_complexity"], 3)
    }

    #[track_caller]
    fn check_refused(texts: &[&str]) {
        for text in texts {
            assert!(shown(text).is_some(), "{text:?} is a reason");
        }
    }

    #[track_caller]
    fn check_taken(texts: &[&str]) {
        for text in texts {
            assert_eq!(shown(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_reason_has_enough_words() {
        check_refused(&["", "x", "-", "...", "—", "no", "the framework", "42 43", "#1234"]);
        check_taken(&["the name of the API", "see https://example.com/issues/12", "needed by serde's derive"]);
        assert_eq!(fault("the framework", [], 2), None);
        assert_eq!(fault("framework", [], 1), None);
        assert_eq!(fault("ok", [], 1), Some(ReasonFault::Empty));
        assert_eq!(fault("one word", [], 3), Some(ReasonFault::TooShort { words: 2, needed: 3 }));
    }

    #[test]
    fn letters_count_where_a_script_has_no_spaces() {
        check_refused(&["必要です", "啊啊啊啊啊啊啊啊啊啊", "テスト"]);
        check_taken(&["このファイルは外部のツールが生成する", "这里的类型由框架决定", "โค้ดนี้ถูกสร้างโดยเครื่องมือ"]);
        check_taken(&["имя задано внешним протоколом", "이름은 외부 규격에서 정한다"]);
    }

    #[test]
    fn placeholders_say_nothing_however_long_they_are() {
        check_refused(&[
            "todo: fix later",
            "this is needed",
            "it is a false positive",
            "no reason",
            "TODO FIXME XXX",
            "fix fix fix",
            "build build build",
            "asdf qwer zxcv",
            "aaa bbb ccc",
            "lorem ipsum dolor sit amet",
            "because the rule is wrong here",
            "not needed, trust me",
            "a b c d e",
            "add reason here",
            "won't fix, leave as is",
            "the rule does not apply here",
        ]);
        check_taken(&["false positive: the handler is async", "todo: remove with the old API"]);
    }

    #[test]
    fn the_name_of_the_rule_is_no_reason() {
        check_refused(&["no-debug-output", "no debug output here", "debug_output is ok", "type complexity is needed"]);
        check_taken(&["the debug output of this tool is its purpose to users"]);
        assert_eq!(shown("the debug output is needed"), Some(ReasonFault::Repetition));
        assert!(repeats("Export by name.", "Export by name, so that one search finds it."));
        assert!(!repeats("the search finds it", "Export by name, so that one search finds it."));
    }

    #[test]
    fn invisible_and_wide_letters_hide_nothing() {
        check_refused(&[
            "\u{200b}\u{200b}",
            "\u{202e}",
            "\u{3164} \u{115F} \u{FFA0}",
            "t\u{200b}odo f\u{2060}ix later",
        ]);
        check_refused(&["ＴＯＤＯ ｆｉｘ ｌａｔｅｒ", "\u{e0041}\u{e0042} \u{ad}\u{ad} \u{2800}"]);
    }

    #[test]
    fn code_and_directives_are_no_reason() {
        check_refused(&[
            "const old = call(a);",
            "eslint-disable-next-line no-eval, no-alert",
            "prettier-ignore as a table",
        ]);
    }
}
