//! Searches a file for several texts at once: a vectorized search (Teddy, of the `aho-corasick` crate) first, then an
//! Aho-Corasick automaton or, for few texts, one `memmem` search each.

use std::sync::OnceLock;

use aho_corasick::packed::{self, MatchKind, Searcher};
use aho_corasick::{AhoCorasick, AhoCorasickKind, Span};
use memchr::memmem::Finder;

use crate::rule::Literal;

/// A search for several texts, which are identified by their numbers. Occurrences may overlap.
#[derive(Debug)]
pub(crate) struct TextSearch {
    texts: Vec<Literal>,
    /// The vectorized search, if the machine has one for this number of texts.
    packed: Option<Packed>,
    automaton: OnceLock<Option<AhoCorasick>>,
}

/// The number of consecutive occurrences of texts that were found before, after which the vectorized search is replaced
/// by another one: it stops at every occurrence, which is then slower than the others.
const MAX_IDLE_OCCURRENCES: u32 = 64;

/// The most texts that are searched for one after the other, which is quicker than the automaton.
const MAX_SEQUENTIAL_TEXTS: usize = 8;

/// The vectorized search.
#[derive(Debug)]
struct Packed {
    searcher: Searcher,
    /// By text, the texts that are prefixes of it and so occur wherever it does.
    prefixes: Vec<Vec<usize>>,
}

impl TextSearch {
    /// Builds the search. The texts must be distinct and not empty.
    pub(crate) fn new(texts: Vec<Literal>) -> Self {
        let packed = Packed::new(&texts);
        Self { texts, packed, automaton: OnceLock::new() }
    }

    /// By text, true if it occurs in `file`. Ends early when all are found.
    pub(crate) fn found(&self, file: &str) -> Vec<bool> {
        let mut found = TextMatches {
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
            Some(from) if found.left <= MAX_SEQUENTIAL_TEXTS => found.search_each(from),
            Some(from) => self.search_automaton(file, from, &mut found),
            None => {}
        }
        found.seen
    }

    fn search_automaton(&self, file: &str, from: usize, found: &mut TextMatches<'_>) {
        let automaton = self.automaton.get_or_init(|| automaton(&self.texts));
        let rest = &file.as_bytes()[from..];
        let Some(matches) = automaton.as_ref().and_then(|search| search.try_find_overlapping_iter(rest).ok()) else {
            // There are too many texts for an automaton.
            for (number, literal) in self.texts.iter().enumerate() {
                // Occurrences may overlap.
                for at in (0..rest.len()).filter(|at| rest[*at..].starts_with(literal.text.as_bytes())) {
                    found.record(number, from + at);
                }
            }
            return;
        };
        for occurrence in matches {
            found.record(occurrence.pattern().as_usize(), from + occurrence.start());
            if found.left == 0 {
                return;
            }
        }
    }
}

/// The most bytes of texts for which the automaton is a table of all its states and bytes, which is the quickest one. With
/// as many, it takes a few megabytes.
const MAX_TABLE_BYTES: usize = 8 << 10;

/// The automaton of some texts; none if they are too many.
fn automaton(texts: &[Literal]) -> Option<AhoCorasick> {
    let bytes: usize = texts.iter().map(|literal| literal.text.len()).sum();
    // Left alone, the crate takes the table only for up to a hundred texts.
    let kind = (bytes <= MAX_TABLE_BYTES).then_some(AhoCorasickKind::DFA);
    let texts = texts.iter().map(|literal| literal.text.as_bytes());
    AhoCorasick::builder().kind(kind).build(texts).ok()
}

/// The texts that were found in a file so far.
struct TextMatches<'a> {
    file: &'a [u8],
    texts: &'a [Literal],
    seen: Vec<bool>,
    left: usize,
}

impl TextMatches<'_> {
    /// Searches for each text that is not found yet, from byte `from` on.
    fn search_each(&mut self, from: usize) {
        for (number, literal) in self.texts.iter().enumerate() {
            if self.seen[number] {
                continue;
            }
            let finder = Finder::new(literal.text.as_bytes());
            let mut at = from;
            // Occurrences may overlap.
            while let Some(next) = finder.find(&self.file[at..]) {
                if self.record(number, at + next) {
                    break;
                }
                at += next + 1;
            }
        }
    }

    /// Records an occurrence. True if it is the first valid one of its text (a word must not be part of a longer word).
    fn record(&mut self, text: usize, start: usize) -> bool {
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
        // A search without a minimum length is not vectorized.
        (searcher.minimum_len() > 0).then_some(())?;
        let starts = |(number, text): (usize, &Literal)| {
            let others = texts.iter().enumerate().filter(|(other, _)| *other != number);
            others.filter(|(_, other)| text.text.starts_with(&other.text)).map(|(at, _)| at).collect()
        };
        Some(Self { searcher, prefixes: texts.iter().enumerate().map(starts).collect() })
    }

    /// Searches from the start. Returns the byte from which on another search has to continue, none when all is done.
    fn search(&self, file: &str, found: &mut TextMatches<'_>) -> Option<usize> {
        let (mut at, mut idle) = (0, 0);
        while found.left > 0 {
            let occurrence = self.searcher.find_in(file, Span { start: at, end: file.len() })?;
            let text = occurrence.pattern().as_usize();
            // A match implies all of its prefixes; texts that overlap it start later.
            let mut is_new = found.record(text, occurrence.start());
            for prefix in &self.prefixes[text] {
                is_new |= found.record(*prefix, occurrence.start());
            }
            at = occurrence.start() + 1;
            idle = if is_new { 0 } else { idle + 1 };
            if idle == MAX_IDLE_OCCURRENCES {
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
        // Each text twice: as any text, and as a word.
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
        // With more texts than `MAX_SEQUENTIAL_TEXTS`.
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
