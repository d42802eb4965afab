//! The texts that a file must contain for a rule to have a finding in it. The pre-filter skips files without them.

pub mod directives;
mod regular;

use crate::ir::{GlobalModule, Syntax};
use crate::language;
pub(crate) use regular::{of_regex, words_of_regex};

/// A condition on the text of a file that is necessary for a rule to have a finding in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literals {
    /// Nothing is known: every file can have a finding.
    EveryFile,
    /// The file must contain at least one of these texts. With an empty list, no file can have a finding.
    Any(Vec<Literal>),
}

/// A text that is searched in files, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Literal {
    /// The text.
    pub text: String,
    /// True if an occurrence counts only where it is a whole word, because the text is a name or keyword.
    pub is_word: bool,
}

impl Literals {
    /// At least one of these texts, anywhere in the file.
    pub fn any<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::Any(texts.into_iter().map(|text| Literal { text: text.into(), is_word: false }).collect())
    }

    /// At least one of these names or keywords; an occurrence in a longer name does not count.
    pub fn any_word<T: Into<String>>(words: impl IntoIterator<Item = T>) -> Self {
        Self::Any(words.into_iter().map(|text| Literal { text: text.into(), is_word: true }).collect())
    }
}

impl Literal {
    /// True if the occurrence at `start` in `file` counts. A byte that is not ASCII ends a word here, because it depends on
    /// the language if such a character belongs to a name.
    pub(crate) fn counts_at(&self, file: &[u8], start: usize) -> bool {
        !self.is_word
            || !file.get(start + self.text.len()).is_some_and(|next| is_word_byte(*next)) && may_start_word(file, start)
    }

    /// True if every file with an occurrence of this text that counts also has one of `other`.
    fn implies(&self, other: &Self) -> bool {
        if other.is_word { self == other } else { self.text.contains(&other.text) }
    }
}

/// The maximum number of alternative texts. With more, nearly every file contains one, and nothing is gained.
const MAX_NEEDED_TEXTS: usize = 64;

/// True if a word occurs in most files of some language, so that searching for it rules out few files.
fn is_common(word: &str) -> bool {
    language::all().iter().any(|language| language.syntax().common_words.contains(&word))
}

/// The most bytes before a place that are read for the start of its word.
const MAX_WORD_BYTES_BEFORE: usize = 32;

/// True if a word may start here. No parser starts a name in the middle of a name. It may do so in the middle of a number
/// that it cannot read and behind an escape, so those before the place are no part of its word.
fn may_start_word(file: &[u8], start: usize) -> bool {
    let before = &file[start.saturating_sub(MAX_WORD_BYTES_BEFORE)..start];
    let word = before.iter().rev().take_while(|byte| is_word_byte(**byte)).count();
    let (rest, word) = before.split_at(before.len() - word);
    let is_behind_escape = rest.last().is_some_and(|before| *before == b'\\' || !before.is_ascii());
    let is_cut = word.len() == MAX_WORD_BYTES_BEFORE;
    is_behind_escape || is_cut || word.first().is_none_or(u8::is_ascii_digit)
}

/// True for a byte that belongs to words in every language. A name with other characters is searched as plain text.
fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Texts of which a file must contain at least one, with an estimate of how many files they rule out. No file meets the
/// empty list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NeededTexts {
    texts: Vec<Literal>,
    /// A higher rank rules out more files: the length of the shortest text, with corrections for words and common words.
    rank: usize,
}

impl NeededTexts {
    /// One text; none if it is empty.
    pub(crate) fn text(text: &str) -> Option<Self> {
        Self::literal(text, false)
    }

    /// One whole name or keyword. A text with characters that are no word bytes is searched as plain text.
    pub(crate) fn word(text: &str) -> Option<Self> {
        Self::literal(text, text.bytes().all(is_word_byte))
    }

    fn literal(text: &str, is_word: bool) -> Option<Self> {
        let rank = if is_common(text) { text.len().div_ceil(2) } else { text.len() };
        (rank > 0).then(|| Self {
            texts: vec![Literal { text: text.to_owned(), is_word }],
            rank: rank + usize::from(is_word),
        })
    }

    /// The condition that no file meets.
    pub(crate) fn never() -> Self {
        Self { texts: Vec::new(), rank: usize::MAX }
    }

    /// A necessary condition for all of `needed` to hold: the one of them that rules out most files. `None` entries are
    /// unknown conditions.
    pub(crate) fn all(needed: impl IntoIterator<Item = Option<Self>>) -> Option<Self> {
        needed.into_iter().flatten().reduce(|best, other| if other.score() > best.score() { other } else { best })
    }

    /// A necessary condition for one of `needed` to hold: the union of their texts. None if one of them is unknown or there
    /// are too many texts.
    pub(crate) fn any(needed: impl IntoIterator<Item = Option<Self>>) -> Option<Self> {
        let mut any = Self::never();
        for one in needed {
            let one = one?;
            any.rank = any.rank.min(one.rank);
            for text in one.texts {
                any.add(text);
            }
        }
        (any.texts.len() <= MAX_NEEDED_TEXTS).then_some(any)
    }

    /// Adds a text unless another one already covers it: with `an`, `many` is superfluous.
    fn add(&mut self, text: Literal) {
        if !self.texts.iter().any(|known| text.implies(known)) {
            self.texts.retain(|known| !known.implies(&text));
            self.texts.push(text);
        }
    }

    fn score(&self) -> (usize, std::cmp::Reverse<usize>) {
        (self.rank, std::cmp::Reverse(self.texts.len()))
    }
}

impl From<Option<NeededTexts>> for Literals {
    fn from(needed: Option<NeededTexts>) -> Self {
        needed.map_or(Self::EveryFile, |needed| Self::Any(needed.texts))
    }
}

/// The relation between an answer of a view and the text of the code: which parts of the answer are verbatim in it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum TextRelation {
    /// The whole answer is a part of the code's text.
    Whole,
    /// Each line of the answer is, without white space around it.
    Lines,
    /// Each word of the answer is.
    Words,
    /// Each word of the answer is, except for names that an import gives to what it imports.
    Target(&'static Syntax),
}

impl TextRelation {
    /// The condition on a file for one of its answers to contain `text`.
    pub(crate) fn needed(self, text: &str) -> Option<NeededTexts> {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        match self {
            Self::Whole => NeededTexts::text(text),
            Self::Lines => NeededTexts::all(text.split(['\n', '\r']).map(|line| NeededTexts::text(line.trim()))),
            Self::Words => NeededTexts::all(text.split(|c| !is_word(c)).map(NeededTexts::text)),
            Self::Target(syntax) => {
                NeededTexts::all(text.split(|c| !is_word(c)).map(|word| part_of_target(word, syntax)))
            }
        }
    }
}

/// The condition on a file for a target in it to have a part that contains `word`.
fn part_of_target(word: &str, syntax: &Syntax) -> Option<NeededTexts> {
    // A default export has no name in the file that imports it.
    if syntax.modules.default_member.is_some_and(|name| name.contains(word)) {
        return None;
    }
    // Whatever the file calls a module of global names, it names the module.
    let is_whole = |module: &&GlobalModule| module.whole.iter().any(|part| part.contains(word));
    let modules = syntax.globals.modules.iter().filter(is_whole).map(|module| NeededTexts::text(module.name));
    NeededTexts::any(std::iter::once(NeededTexts::text(word)).chain(modules))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_needs_no_name_that_its_import_gives() {
        use crate::ir::{GlobalSyntax, ModuleSyntax};

        static SYNTAX: Syntax = Syntax {
            modules: ModuleSyntax { default_member: Some("default"), ..ModuleSyntax::FLAT },
            globals: GlobalSyntax { modules: &[GlobalModule { name: "ava", whole: &["test"] }], ..GlobalSyntax::NONE },
            ..Syntax::PLAIN
        };
        let texts = |target| Literals::from(TextRelation::Target(&SYNTAX).needed(target));
        assert_eq!(texts("test"), Literals::any(["test", "ava"]));
        assert_eq!(texts("test.only"), Literals::any(["only"]));
        assert_eq!(texts("m#default"), Literals::any(["m"]));
        assert_eq!(texts("default"), Literals::EveryFile);
    }

    #[test]
    fn a_word_does_not_count_in_a_longer_name() {
        let counts = |text: &str| {
            Literal { text: "eval".to_owned(), is_word: true }.counts_at(text.as_bytes(), text.find("eval").unwrap())
        };
        assert!(counts("eval") && counts("(eval(") && counts("1eval x") && counts("evalé") && counts("31meval"));
        assert!(!counts("evaluate") && !counts("medieval_") && !counts("eval2"));
        assert!(!counts("medieval") && !counts("_eval()") && !counts(&format!("{}eval", "m".repeat(31))));
        // Only some languages have names with such characters.
        assert!(counts("eval$") && counts("$eval") && counts("éeval"));
        // A string or a name goes on behind an escape.
        assert!(counts("\\neval") && counts("\\u{6d}eval") && counts("\\x6deval"));
        assert!(counts(&format!("{}eval", "m".repeat(32))));
    }

    #[test]
    fn a_word_does_not_replace_a_plain_text() {
        let any = NeededTexts::any([
            NeededTexts::word("any"),
            NeededTexts::text("many"),
            NeededTexts::word("any"),
            NeededTexts::text("an"),
        ]);
        assert_eq!(Literals::from(any), Literals::any(["an"]));
        let any = Literals::from(NeededTexts::any([NeededTexts::word("any"), NeededTexts::text("many")]));
        assert_eq!(
            any,
            Literals::Any(vec![
                Literal { text: "any".to_owned(), is_word: true },
                Literal { text: "many".to_owned(), is_word: false },
            ])
        );
    }

    #[test]
    fn of_several_conditions_that_all_must_hold_the_most_selective_one_is_kept() {
        let all = NeededTexts::all(["console", "log", "export"].map(NeededTexts::text));
        assert_eq!(Literals::from(all), Literals::any(["console"]));
        assert_eq!(Literals::from(NeededTexts::all([None, NeededTexts::text("x")])), Literals::any(["x"]));
        assert_eq!(Literals::from(NeededTexts::all([None, None])), Literals::EveryFile);
    }

    #[test]
    fn of_several_alternative_conditions_all_are_kept() {
        let any = NeededTexts::any(["log", "console.log", "warn"].map(NeededTexts::text));
        assert_eq!(Literals::from(any), Literals::any(["log", "warn"]));
        assert_eq!(Literals::from(NeededTexts::any([None, NeededTexts::text("x")])), Literals::EveryFile);
        assert_eq!(Literals::from(NeededTexts::any([])), Literals::Any(Vec::new()));
        assert_eq!(
            Literals::from(NeededTexts::any([Some(NeededTexts::never()), NeededTexts::text("x")])),
            Literals::any(["x"])
        );
    }
}
