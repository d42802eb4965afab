//! What holds for every language: its table of kinds and the numbers of its names.

use crate::language;

#[test]
fn every_mapped_kind_is_one_of_a_grammar_of_the_family() {
    for language in language::all() {
        let family = language::all().iter().filter(|other| other.family() == language.family());
        let dialects: Vec<_> = family.flat_map(|other| other.dialects()).collect();
        for (raw, kinds) in language.kinds() {
            assert!(!kinds.is_empty(), "{raw} of {} has no kind", language.name());
            let known = dialects.iter().any(|dialect| dialect.vocabulary().kind(raw).is_some());
            assert!(known, "no grammar of {} has `{raw}`", language.family());
        }
    }
}

#[test]
fn every_kind_is_mapped_once() {
    for language in language::all() {
        let mut names: Vec<_> = language.kinds().iter().map(|(raw, _)| *raw).collect();
        names.sort_unstable();
        let before = names.len();
        names.dedup();
        assert_eq!(names.len(), before, "{} maps a kind twice", language.name());
    }
}
