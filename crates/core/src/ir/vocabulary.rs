//! The vocabulary of a grammar: names and numbers of its raw kinds and fields, and the shared kinds of each raw kind.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::ir::{FieldId, Kind, Language, RawKind};

/// The vocabulary of one grammar. Most lists are indexed by raw kind.
#[derive(Debug, Default)]
pub struct Vocabulary {
    grammar: Option<tree_sitter::Language>,
    /// The kinds of the language that the grammar does not have; their numbers follow those of the grammar.
    beyond: &'static [&'static str],
    /// The name of each raw kind.
    names: Vec<&'static str>,
    /// The raw kind of each name; the flag is true for a named kind, false for a token.
    numbers: HashMap<(&'static str, bool), u16>,
    /// For each raw kind, true if it is a named kind.
    named: Vec<bool>,
    /// For each raw kind, true if it is a token.
    anonymous: Vec<bool>,
    fields: FieldNames,
    /// The shared kinds that nodes of each raw kind can have.
    shared: Vec<&'static [Kind]>,
    /// For each raw kind, true if it is a comment.
    comments: Vec<bool>,
    /// For each raw kind, true if it is in [`Language::word_kinds`].
    words: Vec<bool>,
    /// For each shared kind, the raw kinds whose nodes can have it.
    raw: OnceLock<Vec<Vec<RawKind>>>,
}

impl Vocabulary {
    /// The kinds of the grammar, if there is one, followed by [`Language::kinds_beyond_grammar`].
    pub(crate) fn new(grammar: Option<tree_sitter::Language>, language: &'static dyn Language) -> Self {
        let mut new = grammar.map_or_else(Self::default, Self::of_grammar);
        new.beyond = language.kinds_beyond_grammar();
        new.names.extend(new.beyond);
        let count = new.names.len();
        new.named.resize(count, true);
        new.anonymous.resize(count, false);
        let same_name = KindIdsByName::of(&new.names, &new.named);
        new.shared = vec![&[]; count];
        for (raw, kinds) in language.kinds() {
            same_name.each(raw, |id| new.shared[id] = kinds);
        }
        new.comments = new.shared.iter().map(|kinds| kinds.first() == Some(&Kind::Comment)).collect();
        new.words = vec![false; count];
        language.word_kinds().iter().for_each(|raw| same_name.each(raw, |id| new.words[id] = true));
        new
    }

    /// The names of the grammar itself.
    fn of_grammar(grammar: tree_sitter::Language) -> Self {
        // The tables of a grammar are statics; leaking the handle makes the compiler see its names as `'static`.
        let leaked: &'static tree_sitter::Language = Box::leak(Box::new(grammar.clone()));
        let ids = 0..leaked.node_kind_count() as u16;
        let names: Vec<&'static str> = ids.clone().map(|id| leaked.node_kind_for_id(id).unwrap_or("")).collect();
        let visible = ids.clone().map(|id| leaked.node_kind_is_named(id) && leaked.node_kind_is_visible(id));
        let named: Vec<bool> = visible.collect();
        // Number 0 is the end of the input.
        let tokens = ids.clone().map(|id| id != 0 && leaked.node_kind_is_visible(id) && !leaked.node_kind_is_named(id));
        let anonymous = tokens.collect();
        let is_shown = |id: u16| leaked.node_kind_is_visible(id) || leaked.node_kind_is_supertype(id);
        let mut numbers = HashMap::with_capacity(names.len());
        for (id, name) in ids.zip(&names).filter(|(id, _)| *id != 0 && is_shown(*id)) {
            let named = leaked.node_kind_is_named(id) || leaked.node_kind_is_supertype(id);
            let ask = |known: &mut u16| *known = leaked.id_for_node_kind(name, named);
            // If several numbers share a name, the grammar says which of them nodes have. Its search is slow, so it is not
            // asked about the other names.
            numbers.entry((*name, named)).and_modify(ask).or_insert(id);
        }
        // Field numbers start at 1.
        let fields = (0..=leaked.field_count() as u16).map(|id| leaked.field_name_for_id(id).unwrap_or(""));
        let fields = FieldNames::of(fields.collect());
        Self { grammar: Some(grammar), names, numbers, named, anonymous, fields, ..Self::default() }
    }

    /// The raw kind of a named kind. If several numbers share the name, it is the one that nodes have.
    pub fn kind(&self, name: &str) -> Option<RawKind> {
        match name {
            "ERROR" => Some(RawKind::ERROR),
            _ => self.id(name, true).or_else(|| {
                let at = self.beyond.iter().position(|known| *known == name)?;
                Some(RawKind((self.names.len() - self.beyond.len() + at) as u16))
            }),
        }
    }

    /// The raw kind of a token, by its text.
    pub fn token(&self, text: &str) -> Option<RawKind> {
        self.id(text, false)
    }

    fn id(&self, name: &str, named: bool) -> Option<RawKind> {
        self.numbers.get(&(name, named)).copied().map(RawKind)
    }

    /// The name of a raw kind.
    pub fn kind_name(&self, kind: RawKind) -> &'static str {
        if kind == RawKind::ERROR { "ERROR" } else { self.names.get(kind.0 as usize).copied().unwrap_or("") }
    }

    /// The names of all named kinds, sorted and each once.
    pub fn kind_names(&self) -> Vec<&'static str> {
        let mut names: Vec<_> =
            self.names.iter().zip(&self.named).filter(|(_, named)| **named).map(|(name, _)| *name).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The number of raw kinds: one past the highest number. [`RawKind::ERROR`] is not counted.
    pub fn kind_count(&self) -> usize {
        self.names.len()
    }

    /// The number of a field. It is inlined so that the hash of a literal name is computed at compile time.
    #[inline]
    pub fn field(&self, name: &str) -> Option<FieldId> {
        self.fields.number(name).map(FieldId)
    }

    /// The name of a field.
    pub fn field_name(&self, field: FieldId) -> &'static str {
        self.fields.names.get(field.0 as usize).copied().unwrap_or("")
    }

    /// The names of all fields.
    pub fn field_names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.fields.names.iter().copied().filter(|name| !name.is_empty())
    }

    /// The texts of all tokens that have one, each once, with the number that nodes have. A grammar may have several
    /// numbers for one text (a `"` that opens and one that closes), and shows all of them as one.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = (&'static str, RawKind)> + '_ {
        let all = (0u16..).map(RawKind).zip(self.names.iter().zip(&self.anonymous));
        let tokens = all.filter(|(_, (name, anonymous))| **anonymous && !name.is_empty());
        tokens.filter(|(id, (name, _))| self.token(name) == Some(*id)).map(|(id, (name, _))| (*name, id))
    }

    /// The texts of the tokens for which the grammar has several numbers.
    #[cfg(test)]
    pub(crate) fn ambiguous_tokens(&self) -> std::collections::BTreeSet<&'static str> {
        let all = (0u16..).map(RawKind).zip(self.names.iter().zip(&self.anonymous));
        let tokens = all.filter(|(_, (name, anonymous))| **anonymous && !name.is_empty());
        tokens.filter(|(id, (name, _))| self.token(name) != Some(*id)).map(|(_, (name, _))| *name).collect()
    }

    pub(crate) fn grammar(&self) -> Option<&tree_sitter::Language> {
        self.grammar.as_ref()
    }

    pub(crate) fn shared_kinds(&self, kind: RawKind) -> &'static [Kind] {
        if kind == RawKind::ERROR { &[Kind::Error] } else { self.shared.get(kind.0 as usize).copied().unwrap_or(&[]) }
    }

    /// True if this raw kind is a named kind and not a token.
    pub(crate) fn is_named(&self, kind: RawKind) -> bool {
        self.named.get(kind.0 as usize).copied().unwrap_or(true)
    }

    /// True if every node of this raw kind is one whole word of code, see [`Language::word_kinds`].
    pub(crate) fn is_word_kind(&self, kind: RawKind) -> bool {
        self.words.get(kind.0 as usize).copied().unwrap_or(false)
    }

    /// True if nodes of this raw kind are comments.
    pub(crate) fn is_comment(&self, kind: RawKind) -> bool {
        self.comments.get(kind.0 as usize).copied().unwrap_or(false)
    }

    pub(crate) fn raw_kinds(&self, kind: Kind) -> &[RawKind] {
        let raw = self.raw.get_or_init(|| {
            let mut raw = vec![Vec::new(); Kind::ALL.len()];
            for kind in (0..self.names.len() as u16).map(RawKind).chain([RawKind::ERROR]) {
                match self.shared_kinds(kind) {
                    [] if self.named[kind.0 as usize] => raw[Kind::Other as usize].push(kind),
                    kinds => kinds.iter().for_each(|shared| raw[*shared as usize].push(kind)),
                }
            }
            raw
        });
        raw.get(kind as usize).map_or(&[], Vec::as_slice)
    }
}

/// The names of fields by number, and the numbers by name in a small hash table: views look up fields by name at every
/// node.
#[derive(Debug, Default)]
struct FieldNames {
    /// The name of each number; number 0 is no field.
    names: Vec<&'static str>,
    /// For each hash, the lowest number whose name has it; 0 if there is none.
    slots: Vec<u16>,
    /// For each number, the next number whose name has the same hash; 0 at the end.
    next: Vec<u16>,
}

impl FieldNames {
    const FIELD_SLOTS: usize = 64;

    fn of(names: Vec<&'static str>) -> Self {
        let (mut slots, mut next) = (vec![0; Self::FIELD_SLOTS], vec![0; names.len()]);
        for (id, name) in names.iter().enumerate().skip(1).rev().filter(|(_, name)| !name.is_empty()) {
            next[id] = std::mem::replace(&mut slots[Self::slot(name)], id as u16);
        }
        Self { names, slots, next }
    }

    /// The hash of a name: its length and its first and last byte, mixed.
    #[inline]
    fn slot(name: &str) -> usize {
        let [first, last] = [name.as_bytes().first(), name.as_bytes().last()];
        let [first, last] = [first, last].map(|byte| byte.copied().unwrap_or_default() as usize);
        (name.len() * 7 + first + last * 3) % Self::FIELD_SLOTS
    }

    #[inline]
    fn number(&self, name: &str) -> Option<u16> {
        let mut id = *self.slots.get(Self::slot(name))?;
        while id != 0 {
            if self.names[id as usize] == name {
                return Some(id);
            }
            id = self.next[id as usize];
        }
        None
    }
}

/// The numbers of named kinds by name; several numbers can have the same name.
struct KindIdsByName {
    /// The lowest number of each name.
    first: HashMap<&'static str, usize>,
    /// For each number, the next one with the same name.
    next: Vec<Option<usize>>,
}

impl KindIdsByName {
    fn of(names: &[&'static str], named: &[bool]) -> Self {
        let mut first = HashMap::with_capacity(names.len());
        let mut next = vec![None; names.len()];
        for id in (0..names.len()).rev().filter(|id| named[*id]) {
            next[id] = first.insert(names[id], id);
        }
        Self { first, next }
    }

    fn each(&self, name: &str, mut visit: impl FnMut(usize)) {
        let mut at = self.first.get(name).copied();
        while let Some(id) = at {
            visit(id);
            at = self.next[id];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language;

    #[test]
    fn a_field_has_the_number_that_the_grammar_gives_it() {
        for dialect in language::all().iter().flat_map(|language| language.dialects()) {
            let vocabulary = dialect.vocabulary();
            // Markdown has no grammar.
            let Some(grammar) = vocabulary.grammar() else { continue };
            assert!(vocabulary.field_names().next().is_some(), "{}", dialect.name);
            for name in vocabulary.field_names() {
                let expected = grammar.field_id_for_name(name).map(|id| FieldId(id.get()));
                assert_eq!(vocabulary.field(name), expected, "{name} in {}", dialect.name);
            }
            assert_eq!((vocabulary.field(""), vocabulary.field("no_such_field")), (None, None));
        }
    }

    #[test]
    fn a_name_has_the_number_that_the_grammar_gives_it() {
        for dialect in language::all().iter().flat_map(|language| language.dialects()) {
            let vocabulary = dialect.vocabulary();
            // A grammar may have a token for the end of a text, whose name is empty; tree-sitter takes that for ERROR.
            for name in vocabulary.names.iter().filter(|name| !name.is_empty()) {
                for named in [true, false] {
                    let expected = vocabulary.grammar().unwrap().id_for_node_kind(name, named);
                    let found = vocabulary.id(name, named).map_or(0, |kind| kind.0);
                    assert_eq!(found, expected, "{name} in {}", dialect.name);
                }
            }
        }
    }
}
