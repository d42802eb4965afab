//! The texts that every match of a regular expression contains at least one of.

use regex_syntax::hir::literal::{ExtractKind, Extractor};
use regex_syntax::hir::{Hir, HirKind, Look};

use crate::literals::{NeededTexts, TextRelation};

/// The maximum number of parts of a concatenation at which a literal prefix is searched for.
const MAX_CONCAT_PARTS: usize = 64;

/// The condition on a file for the expression to match an answer that has this relation to the file's text.
pub(crate) fn of_regex(hir: &Hir, relation: TextRelation) -> Option<NeededTexts> {
    match hir.kind() {
        HirKind::Literal(literal) => relation.needed(std::str::from_utf8(&literal.0).ok()?),
        HirKind::Capture(capture) => of_regex(&capture.sub, relation),
        HirKind::Repetition(repetition) if repetition.min > 0 => of_regex(&repetition.sub, relation),
        HirKind::Alternation(choices) => {
            let each = NeededTexts::any(choices.iter().map(|choice| of_regex(choice, relation)));
            NeededTexts::all([each, from_prefixes(hir, relation)])
        }
        HirKind::Concat(parts) => {
            let each = parts.iter().map(|part| of_regex(part, relation));
            // The literal prefixes of the rest from each part on: `a(b|c)` gives `ab` and `ac`.
            let starts = (0..parts.len().min(MAX_CONCAT_PARTS)).filter(|start| can_have_prefix(&parts[*start]));
            let runs = starts.map(|start| from_prefixes(&Hir::concat(parts[start..].to_vec()), relation));
            NeededTexts::all(each.chain(runs))
        }
        HirKind::Empty | HirKind::Class(_) | HirKind::Look(_) | HirKind::Repetition(_) => None,
    }
}

/// The words of an expression that matches only whole names from a list: `^(a|b)$`.
pub(crate) fn words_of_regex(regex: &Hir) -> Option<NeededTexts> {
    let HirKind::Concat(parts) = regex.kind() else { return None };
    let [first, middle @ .., last] = parts.as_slice() else { return None };
    let is_whole = matches!((first.kind(), last.kind()), (HirKind::Look(Look::Start), HirKind::Look(Look::End)));
    let list = Hir::concat(middle.to_vec());
    let texts = Extractor::new().kind(ExtractKind::Prefix).limit_class(1).extract(&list);
    let texts =
        texts.literals().filter(|texts| is_whole && texts.iter().all(regex_syntax::hir::literal::Literal::is_exact))?;
    NeededTexts::any(texts.iter().map(|text| NeededTexts::word(std::str::from_utf8(text.as_bytes()).ok()?)))
}

/// True if the matches of a part may have literal prefixes. Those of a character class are too many, and an optional part
/// has none.
fn can_have_prefix(part: &Hir) -> bool {
    !matches!(part.kind(), HirKind::Class(_) | HirKind::Look(_) | HirKind::Empty)
        && part.properties().minimum_len().is_some_and(|length| length > 0)
}

/// The condition from the literal prefixes of all matches, if they are known and few.
fn from_prefixes(hir: &Hir, relation: TextRelation) -> Option<NeededTexts> {
    // `limit_class(1)`: a letter in both cases is a class of two, so parts that ignore case have no prefixes.
    let prefixes = Extractor::new().kind(ExtractKind::Prefix).limit_class(1).extract(hir);
    let texts = prefixes.literals()?;
    NeededTexts::any(texts.iter().map(|text| relation.needed(std::str::from_utf8(text.as_bytes()).ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::literals::Literals;

    fn check(regex: &str, relation: TextRelation, expected: &[&str]) {
        let found = Literals::from(of_regex(&regex_syntax::parse(regex).unwrap(), relation));
        let mut expected = Literals::any(expected.iter().copied());
        if expected == Literals::Any(Vec::new()) {
            expected = Literals::EveryFile;
        }
        assert_eq!(found, expected, "{regex}");
    }

    #[test]
    fn the_most_selective_texts_of_an_expression_are_kept() {
        let whole = TextRelation::Whole;
        check("^any$", whole, &["any"]);
        check("abc|defg", whole, &["abc", "defg"]);
        check("abc|d*", whole, &[]);
        check("(abc)+x?", whole, &["abc"]);
        check("(abc)?x", whole, &["x"]);
        check("[ab]cd.*efg", whole, &["efg"]);
        check("^((std|core)::)?(todo|unimplemented)!", whole, &["todo!", "unimplemented!"]);
        check("foo|far", whole, &["foo", "far"]);
        check(r"\bunsafe\b", whole, &["unsafe"]);
        check("", whole, &[]);
        check(".", whole, &[]);
        check("é+", whole, &["é"]);
    }

    #[test]
    fn a_list_of_whole_names_gives_words() {
        let check = |regex: &str, expected: Option<Literals>| {
            let found = words_of_regex(&regex_syntax::parse(regex).unwrap());
            assert_eq!(found.map(|needed| Literals::from(Some(needed))), expected, "{regex}");
        };
        check("^any$", Some(Literals::any_word(["any"])));
        check("^(?:it|test|x)$", Some(Literals::any_word(["it", "test", "x"])));
        check("^any", None);
        check("any$", None);
        check(r"^an\w$", None);
    }

    #[test]
    fn parts_that_ignore_case_give_no_texts() {
        check("(?i)todo", TextRelation::Whole, &[]);
        check("(?i:to)do", TextRelation::Whole, &["do"]);
        check("(?i)throw|x", TextRelation::Whole, &[]);
    }

    #[test]
    fn of_a_normalised_answer_only_whole_words_or_lines_are_in_the_text() {
        check(r"^(window\.|globalThis\.)?console\.\w+$", TextRelation::Words, &["console"]);
        check(r"^(describe|it)(\.\w+)*\.only(\.\w+)*$", TextRelation::Words, &["only"]);
        check(r"\.\(", TextRelation::Words, &[]);
        check("ab\ncde", TextRelation::Lines, &["cde"]);
    }
}
