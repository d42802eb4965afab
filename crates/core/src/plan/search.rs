//! Which of some texts a file holds, told by one search for all of them.

use std::sync::OnceLock;

use aho_corasick::packed::{self, MatchKind, Searcher};
use aho_corasick::{AhoCorasick, Span};
use memchr::memmem::Finder;

use crate::rule::Literal;

/// Finds out which of its texts, called by their numbers, occur in a file; occurrences may overlap.
#[derive(Debug)]
pub(crate) struct TextSearch {
    texts: Vec<Literal>,
    /// The vectorised search, where the machine has one for as many texts.
    packed: Option<Packed>,
    automaton: OnceLock<Option<AhoCorasick>>,
}

/// After so many occurrences that say nothing new, stopping at each costs more than looking for what is left by other
/// means does.
const PATIENCE: u32 = 64;

/// So few texts are looked for one after the other: that takes less than an automaton that stops nowhere.
const FEW: usize = 8;

#[derive(Debug)]
struct Packed {
    searcher: Searcher,
    /// For each text: the texts that it starts with, so that they occur wherever it does.
    beginnings: Vec<Vec<usize>>,
}

impl TextSearch {
    /// A search for texts that are not empty, each once.
    pub(crate) fn new(texts: Vec<Literal>) -> Self {
        let packed = Packed::new(&texts);
        Self { texts, packed, automaton: OnceLock::new() }
    }

    /// For each text: whether `file` holds it. Ends early when all are found.
    pub(crate) fn found(&self, file: &str) -> Vec<bool> {
        let mut found = Found {
            file: file.as_bytes(),
            texts: &self.texts,
            seen: vec![false; self.texts.len()],
            left: self.texts.len(),
        };
        let from = match &self.packed {
            Some(packed) => packed.search(file, &mut found),
            None => Some(0),
        };
        match from {
            Some(from) if found.left <= FEW => found.search_each(from),
            Some(from) => self.search_on(file, from, &mut found),
            None => {}
        }
        found.seen
    }

    fn search_on(&self, file: &str, from: usize, found: &mut Found<'_>) {
        let texts = || self.texts.iter().map(|literal| literal.text.as_bytes());
        let automaton = self.automaton.get_or_init(|| AhoCorasick::new(texts()).ok());
        let rest = &file.as_bytes()[from..];
        let Some(matches) = automaton.as_ref().and_then(|search| search.try_find_overlapping_iter(rest).ok()) else {
            // So many texts that no automaton holds them.
            for (number, literal) in self.texts.iter().enumerate() {
                // Occurrences may overlap.
                for at in (0..rest.len()).filter(|at| rest[*at..].starts_with(literal.text.as_bytes())) {
                    found.see(number, from + at);
                }
            }
            return;
        };
        for one in matches {
            found.see(one.pattern().as_usize(), from + one.start());
            if found.left == 0 {
                return;
            }
        }
    }
}

struct Found<'a> {
    file: &'a [u8],
    texts: &'a [Literal],
    seen: Vec<bool>,
    left: usize,
}

impl Found<'_> {
    /// Looks for each text that is not seen yet, from a place on.
    fn search_each(&mut self, from: usize) {
        for (number, literal) in self.texts.iter().enumerate() {
            if self.seen[number] {
                continue;
            }
            let finder = Finder::new(literal.text.as_bytes());
            let mut at = from;
            // Occurrences may overlap.
            while let Some(next) = finder.find(&self.file[at..]) {
                if self.see(number, at + next) {
                    break;
                }
                at += next + 1;
            }
        }
    }

    /// Notes an occurrence; whether it is the first of its text that counts.
    fn see(&mut self, text: usize, start: usize) -> bool {
        let is_new = !self.seen[text] && self.texts[text].counts_at(self.file, start);
        self.seen[text] |= is_new;
        self.left -= usize::from(is_new);
        is_new
    }
}

impl Packed {
    fn new(texts: &[Literal]) -> Option<Self> {
        let mut builder = packed::Config::new().match_kind(MatchKind::LeftmostLongest).builder();
        let searcher = builder.extend(texts.iter().map(|literal| literal.text.as_bytes())).build()?;
        // Without a least length it is no vectorised one.
        (searcher.minimum_len() > 0).then_some(())?;
        let starts = |(number, text): (usize, &Literal)| {
            let others = texts.iter().enumerate().filter(|(other, _)| *other != number);
            others.filter(|(_, other)| text.text.starts_with(&other.text)).map(|(at, _)| at).collect()
        };
        Some(Self { searcher, beginnings: texts.iter().enumerate().map(starts).collect() })
    }

    /// Searches from the start; where the search is to go on by other means, if it is.
    fn search(&self, file: &str, found: &mut Found<'_>) -> Option<usize> {
        let (mut at, mut idle) = (0, 0);
        while found.left > 0 {
            let one = self.searcher.find_in(file, Span { start: at, end: file.len() })?;
            let text = one.pattern().as_usize();
            // The longest text at a place implies all that it starts with; what overlaps it starts later.
            let mut is_new = found.see(text, one.start());
            for beginning in &self.beginnings[text] {
                is_new |= found.see(*beginning, one.start());
            }
            at = one.start() + 1;
            idle = if is_new { 0 } else { idle + 1 };
            if idle == PATIENCE {
                return Some(at);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(texts: &[&str], file: &str) {
        // Each text twice: anywhere, and as a word.
        let both =
            texts.iter().flat_map(|text| [false, true].map(|is_word| Literal { text: (*text).to_owned(), is_word }));
        let literals: Vec<Literal> = both.collect();
        let holds = |literal: &Literal| {
            let mut starts = (0..file.len()).filter(|at| file.as_bytes()[*at..].starts_with(literal.text.as_bytes()));
            starts.any(|at| literal.counts_at(file.as_bytes(), at))
        };
        let naive: Vec<bool> = literals.iter().map(holds).collect();
        assert_eq!(TextSearch::new(literals).found(file), naive, "{texts:?} in {file:?}");
    }

    #[test]
    fn the_search_says_what_a_search_for_each_text_says() {
        let texts = ["unwrap", "un", "wrap(", "eval", "é", "a", "xx", "xxx"];
        let words = ["unwr", "unwrap", "un", "wrap(", "eva", "eval", "é", "b", "xxx", "x", "xx", " "];
        // Every pair and triple of words, in a file long enough for vectors.
        for (i, first) in words.iter().enumerate() {
            for second in words {
                let third = words[(i * 7 + second.len()) % words.len()];
                check(&texts, &format!("{}{first}{second}{third}{}", "-".repeat(i * 9), "-".repeat(40)));
            }
        }
    }

    #[test]
    fn texts_that_overlap_are_all_found() {
        check(&["ab", "bc", "abcd", "cd"], &format!("{}abcd", "-".repeat(64)));
        check(&["aa", "aaa"], &"a".repeat(100));
    }

    #[test]
    fn a_text_that_is_everywhere_hides_no_other() {
        check(&["é", "rare", "gone"], &format!("{}rare", "é".repeat(1_000)));
        // And with more texts than are looked for one after the other.
        let many = ["é", "rare", "gone", "a1", "a2", "a3", "a4", "a5", "a6", "a7"];
        check(&many, &format!("{}rare{}a5", "é".repeat(1_000), "é".repeat(100)));
    }

    #[test]
    fn any_number_of_texts_is_searched_for() {
        let texts: Vec<String> = (0..500).map(|number| format!("<{number}>")).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        check(&texts, "<7><499><77");
        check(&[], "anything");
    }
}
