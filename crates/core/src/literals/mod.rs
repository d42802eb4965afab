//! The texts that a file must hold before a rule can find anything in it.

pub mod directives;
mod regular;

use crate::language;
pub(crate) use regular::{of_regex, words_of_regex};

/// What a file must hold for a rule to find anything in it, as far as the text alone tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literals {
    /// Nothing is known: every file may hold a finding.
    EveryFile,
    /// At least one of these; without any, no file holds a finding.
    Any(Vec<Literal>),
}

/// A text that a file may hold, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Literal {
    /// The text.
    pub text: String,
    /// Whether only the end of a word counts, because it is a name or a keyword.
    pub is_word: bool,
}

impl Literals {
    /// At least one of these texts, wherever they stand.
    pub fn any<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::Any(texts.into_iter().map(|text| Literal { text: text.into(), is_word: false }).collect())
    }

    /// At least one of these names or keywords, none of them as the beginning of a longer name.
    pub fn any_word<T: Into<String>>(words: impl IntoIterator<Item = T>) -> Self {
        Self::Any(words.into_iter().map(|text| Literal { text: text.into(), is_word: true }).collect())
    }
}

impl Literal {
    /// Whether an occurrence in `file` counts. No parser ends a name within a word, yet one that recovers from an error
    /// may begin one there; and of what is not ASCII nobody knows here whether it belongs to a name.
    pub(crate) fn counts_at(&self, file: &[u8], start: usize) -> bool {
        !self.is_word || !file.get(start + self.text.len()).is_some_and(|next| is_word_byte(*next))
    }

    /// Whether a file in which this one counts is one in which `other` does.
    fn implies(&self, other: &Self) -> bool {
        if other.is_word { self == other } else { self.text.contains(&other.text) }
    }
}

/// More texts than these tell little of a file.
const MAX_NEEDED_TEXTS: usize = 64;

/// Whether a word stands in most files of some language, so that it tells little.
fn is_common(word: &str) -> bool {
    language::all().iter().any(|language| language.syntax().common_words.contains(&word))
}

/// Whether a character belongs to words in every language. Where others do too, a word is looked for in its parts.
fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Texts of which a file must hold one, with how much that tells. The empty set is one that no file meets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NeededTexts {
    texts: Vec<Literal>,
    rank: usize,
}

impl NeededTexts {
    /// One text; none when it is empty.
    pub(crate) fn text(text: &str) -> Option<Self> {
        Self::literal(text, false)
    }

    /// One name or keyword that stands alone; any text where it is none.
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

    /// What no file meets.
    pub(crate) fn never() -> Self {
        Self { texts: Vec::new(), rank: usize::MAX }
    }

    /// All of these must be met; any one says so, and the most telling one is kept.
    pub(crate) fn all(needed: impl IntoIterator<Item = Option<Self>>) -> Option<Self> {
        needed.into_iter().flatten().reduce(|best, other| if other.score() > best.score() { other } else { best })
    }

    /// One of these must be met; nothing is known when nothing is known of one.
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

    /// A text that holds another one of the set adds nothing to it.
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

/// How an answer about code hangs together with the code's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextRelation {
    /// It stands there as it is.
    Whole,
    /// Each of its lines does, apart from white space around it.
    Lines,
    /// Each of its words does.
    Words,
}

impl TextRelation {
    /// What a file must hold for an answer to hold `text`.
    pub(crate) fn needed(self, text: &str) -> Option<NeededTexts> {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        match self {
            Self::Whole => NeededTexts::text(text),
            Self::Lines => NeededTexts::all(text.split(['\n', '\r']).map(|line| NeededTexts::text(line.trim()))),
            Self::Words => NeededTexts::all(text.split(|c| !is_word(c)).map(NeededTexts::text)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_no_beginning_of_a_longer_name() {
        let counts = |text: &str| {
            Literal { text: "eval".to_owned(), is_word: true }.counts_at(text.as_bytes(), text.find("eval").unwrap())
        };
        assert!(counts("eval") && counts("(eval(") && counts("1eval x") && counts("evalé") && counts("31meval"));
        assert!(!counts("evaluate") && !counts("medieval_") && !counts("eval2"));
        // Only some languages have names with such signs in them.
        assert!(counts("eval$"));
    }

    #[test]
    fn a_word_takes_the_place_of_no_text() {
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
    fn of_several_that_must_be_met_the_most_telling_one_is_kept() {
        let all = NeededTexts::all(["console", "log", "export"].map(NeededTexts::text));
        assert_eq!(Literals::from(all), Literals::any(["console"]));
        assert_eq!(Literals::from(NeededTexts::all([None, NeededTexts::text("x")])), Literals::any(["x"]));
        assert_eq!(Literals::from(NeededTexts::all([None, None])), Literals::EveryFile);
    }

    #[test]
    fn of_several_of_which_one_must_be_met_all_are_kept() {
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
