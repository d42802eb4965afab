//! Texts of which a regular expression needs one, whatever it matches.

use regex_syntax::hir::literal::{ExtractKind, Extractor};
use regex_syntax::hir::{Hir, HirKind, Look};

use crate::literals::{NeededTexts, TextRelation};

/// Longer sequences are not searched from each of their parts.
const MAX_CONCAT_PARTS: usize = 64;

/// What a file must hold for the expression to match an answer that stands in it as `relation` says.
pub(crate) fn of_regex(hir: &Hir, relation: TextRelation) -> Option<NeededTexts> {
    match hir.kind() {
        HirKind::Literal(literal) => relation.needed(std::str::from_utf8(&literal.0).ok()?),
        HirKind::Capture(capture) => of_regex(&capture.sub, relation),
        HirKind::Repetition(repetition) if repetition.min > 0 => of_regex(&repetition.sub, relation),
        HirKind::Alternation(choices) => {
            let each = NeededTexts::any(choices.iter().map(|choice| of_regex(choice, relation)));
            NeededTexts::all([each, extracted(hir, relation)])
        }
        HirKind::Concat(parts) => {
            let each = parts.iter().map(|part| of_regex(part, relation));
            // From each part on, as far as the text is sure: so that `a(b|c)` gives `ab` and `ac`.
            let starts = (0..parts.len().min(MAX_CONCAT_PARTS)).filter(|start| begins_surely(&parts[*start]));
            let runs = starts.map(|start| extracted(&Hir::concat(parts[start..].to_vec()), relation));
            NeededTexts::all(each.chain(runs))
        }
        HirKind::Empty | HirKind::Class(_) | HirKind::Look(_) | HirKind::Repetition(_) => None,
    }
}

/// The words that the expression lists, where a whole name must be one of them: `^(a|b)$`.
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

/// Whether matches can be known to begin with some text. A class has too many, and what may be missing has none.
fn begins_surely(part: &Hir) -> bool {
    !matches!(part.kind(), HirKind::Class(_) | HirKind::Look(_) | HirKind::Empty)
        && part.properties().minimum_len().is_some_and(|length| length > 0)
}

/// How all matches begin, if that is a few sure texts.
fn extracted(hir: &Hir, relation: TextRelation) -> Option<NeededTexts> {
    // A letter in both cases is a class of two, so what ignores case gives nothing.
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
    fn the_longest_sure_text_of_an_expression() {
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
    fn a_list_of_whole_names_is_one_of_words() {
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
    fn what_ignores_case_gives_nothing() {
        check("(?i)todo", TextRelation::Whole, &[]);
        check("(?i:to)do", TextRelation::Whole, &["do"]);
        check("(?i)throw|x", TextRelation::Whole, &[]);
    }

    #[test]
    fn of_an_answer_that_is_put_together_only_whole_words_are_sure() {
        check(r"^(window\.|globalThis\.)?console\.\w+$", TextRelation::Words, &["console"]);
        check(r"^(describe|it)(\.\w+)*\.only(\.\w+)*$", TextRelation::Words, &["only"]);
        check(r"\.\(", TextRelation::Words, &[]);
        check("ab\ncde", TextRelation::Lines, &["cde"]);
    }
}
