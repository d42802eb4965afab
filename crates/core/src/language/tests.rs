//! Tests that hold for every language: its table of kinds, its scan, its answers on broken code.

use crate::ir::symbol;
use crate::ir::view::{ViewKey, ask};
use crate::language;
use crate::language::checks::lower;
use crate::language::tolerant;
use crate::names::{calls, refers_to_import};

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

#[test]
fn a_token_of_several_numbers_has_the_one_that_nodes_of_trees_have() {
    for dialect in language::dialects() {
        let mut unseen = dialect.vocabulary().ambiguous_tokens();
        let samples = dialect.language.more_samples().iter().filter(|(tag, _)| dialect.tags.contains(tag));
        for code in [dialect.language.sample()].into_iter().chain(samples.map(|(_, code)| *code)) {
            let tree = tolerant::parse(&code.into(), dialect);
            for token in tree.nodes().filter(|node| !node.is_named()) {
                unseen.remove(token.raw_name());
                let lexed = dialect.gap_lexer().next(token.raw_name(), 0, token.raw_name().len() as u32);
                assert_eq!(lexed.map(|lexed| lexed.kind), Some(token.raw()), "{token:?} in {}", dialect.name);
            }
        }
        assert!(unseen.is_empty(), "no sample of {} contains {unseen:?}", dialect.name);
    }
}

#[test]
fn scans_accept_strange_texts() {
    for text in [
        "",
        "'",
        "\"",
        "`",
        "/",
        "<",
        "\\",
        "r#",
        "b'",
        "'\\",
        "/*",
        "}",
        ")",
        "`${",
        "<a",
        "é",
        "#!",
        "$",
        "1.",
        "'\u{1F600}",
    ] {
        for dialect in language::dialects() {
            for end in 1..=3 {
                assert!(dialect.language.depth(dialect, &text.repeat(end)).tolerant_ok, "{text} in {}", dialect.name);
            }
        }
    }
}

#[test]
fn brackets_without_partners_are_bounded() {
    // A language without a scan leaves them to the limits of the tolerant parser.
    let scanned = language::dialects().filter(|dialect| dialect.language.depth(dialect, "(((").nesting > 0);
    for dialect in scanned {
        let depth = |text: &str| dialect.language.depth(dialect, text);
        for bracket in [")", "]", "}"] {
            assert!(depth(&bracket.repeat(100)).tolerant_ok, "{bracket} in {}", dialect.name);
            assert!(!depth(&bracket.repeat(100_000)).tolerant_ok, "{bracket} in {}", dialect.name);
        }
    }
}

#[test]
fn brackets_that_nest_too_deep_are_not_counted_as_unclosed() {
    for dialect in language::dialects().filter(|dialect| dialect.language.depth(dialect, "(((").nesting > 0) {
        let depth = dialect.language.depth(dialect, &format!("{}{}", "(".repeat(5_000), ")".repeat(5_000)));
        assert!(!depth.tolerant_ok && depth.unclosed == 0, "{depth:?} in {}", dialect.name);
    }
}

#[test]
fn views_answer_on_deep_and_broken_code() {
    let deep = format!("{}x{}", "(".repeat(2000), ")".repeat(2000));
    for code in [
        deep.as_str(),
        "class {",
        "function (",
        "import { from",
        "a?.",
        "export",
        "\u{FEFF}//",
        "use a::{",
        "#[",
        "impl",
    ] {
        for dialect in language::dialects() {
            let file = lower(dialect.tags[0], code);
            for node in file.tree().into_iter().flat_map(|tree| tree.nodes().take(500)) {
                for key in ViewKey::ALL {
                    ask(&file, node, *key);
                }
                refers_to_import(&file, node, "m");
                calls(&file, node, "m#x");
                symbol::path(node);
            }
        }
    }
}
