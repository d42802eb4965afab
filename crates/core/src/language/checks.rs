//! Check functions that the tests of all languages share. Each takes code and what a view, a scan or a parser must give
//! for it.

use crate::ir::compare::compare;
use crate::ir::view::{ViewAnswer, ViewKey, ask};
use crate::ir::{Depth, FileInput, Kind, Lowered, Node, symbol};
use crate::language::{self, lower_strict, lower_tolerant};
use crate::names::{calls, refers_to_import};
use crate::source::{RelPath, SourceFile};

/// Lowers code of a dialect by its tag.
pub(crate) fn lower(tag: &str, code: &str) -> Lowered {
    let dialect = language::of_tag(tag).unwrap();
    let source = SourceFile::new(RelPath::new("block"), code).unwrap();
    language::lower(FileInput::of_dialect(source, dialect))
}

/// The node that `place` names: `kind` for the first node of a raw kind, `kind@2` for the second one, `kind=text` for
/// the one of that text.
pub(crate) fn find<'t>(file: &'t Lowered, place: &str) -> Node<'t> {
    let tree = file.tree().unwrap();
    let of_kind = |raw: &str, test: &dyn Fn(usize, Node<'t>) -> bool| {
        let found = tree.nodes().filter(|node| node.raw_name() == raw).enumerate().find(|(at, node)| test(*at, *node));
        found.map(|(_, node)| node)
    };
    let found = if let Some((raw, number)) = place.split_once('@') {
        of_kind(raw, &|at, _| at + 1 == number.parse::<usize>().unwrap())
    } else if let Some((raw, text)) = place.split_once('=') {
        of_kind(raw, &|_, node| node.text() == text)
    } else {
        of_kind(place, &|_, _| true)
    };
    found.unwrap_or_else(|| {
        let kinds: Vec<_> = tree.nodes().filter(|node| node.is_named()).collect();
        panic!("no {place} in {:?}: {kinds:?}", file.source.text())
    })
}

/// An answer as text: `-` for none, lists in brackets.
pub(crate) fn answer_text(answer: Option<ViewAnswer<'_>>) -> String {
    match answer {
        None => "-".to_owned(),
        Some(ViewAnswer::Bool(yes)) => yes.to_string(),
        Some(ViewAnswer::Number(count)) => count.to_string(),
        Some(ViewAnswer::Text(text)) => text.into_owned(),
        Some(ViewAnswer::List(list)) => format!("[{}]", list.join(", ")),
    }
}

#[track_caller]
pub(crate) fn check_view(tag: &str, code: &str, place: &str, key: &str, expected: &str) {
    let file = lower(tag, code);
    let node = find(&file, place);
    assert_eq!(answer_text(ask(&file, node, ViewKey::named(key).unwrap())), expected, "{key} of {place} in {code}");
}

#[track_caller]
pub(crate) fn check_views(tag: &str, place: &str, key: &str, cases: &[(&str, &str)]) {
    for (code, expected) in cases {
        check_view(tag, code, place, key, expected);
    }
}

#[track_caller]
pub(crate) fn check_kind(tag: &str, code: &str, place: &str, expected: Kind) {
    let file = lower(tag, code);
    assert_eq!(find(&file, place).kind(), expected, "{place} in {code}");
}

#[track_caller]
pub(crate) fn check_import(tag: &str, code: &str, place: &str, module: &str, expected: bool) {
    let file = lower(tag, code);
    let node = find(&file, place);
    assert_eq!(refers_to_import(&file, node, module), expected, "{place} from {module} in {code}");
}

#[track_caller]
pub(crate) fn check_calls(tag: &str, code: &str, place: &str, wanted: &str, expected: bool) {
    let file = lower(tag, code);
    assert_eq!(calls(&file, find(&file, place), wanted), expected, "{place} is {wanted} in {code}");
}

#[track_caller]
pub(crate) fn check_symbol(tag: &str, code: &str, place: &str, expected: &str) {
    let file = lower(tag, code);
    assert_eq!(symbol::path(find(&file, place)), expected, "{place} in {code}");
}

/// The result of a dialect's depth scan.
pub(crate) fn depth(tag: &str, text: &str) -> Depth {
    let dialect = language::of_tag(tag).unwrap();
    dialect.language.depth(dialect, text)
}

/// Asserts that a shape nests: a strict parser gets only few levels of it, and no parser gets 20,000.
#[track_caller]
pub(crate) fn check_deep(tag: &str, before: &str, open: &str, close: &str) {
    for (count, strict) in [(20, true), (1100, false), (20_000, false)] {
        let text = format!("{before}{}a{}", open.repeat(count), close.repeat(count));
        let found = depth(tag, &text);
        assert!(found.strict_ok == strict, "{open} x {count}: {found:?}");
        assert!(found.tolerant_ok == (count < 20_000) || count == 1100, "{open} x {count}: {found:?}");
    }
}

/// Asserts that repeated lines do not nest.
#[track_caller]
pub(crate) fn check_flat(tag: &str, line: &str) {
    let found = depth(tag, &line.repeat(400));
    assert!(found.strict_ok && found.unclosed == 0 && found.nesting < 20, "{line}: {found:?}");
}

/// Asserts that the scan gives the text to the strict parser, or does not.
#[track_caller]
pub(crate) fn check_strict_ok(tag: &str, text: &str, strict: bool) {
    let found = depth(tag, text);
    assert!(found.tolerant_ok && found.strict_ok == strict, "{found:?}");
}

fn source(extension: &str, code: &str) -> SourceFile {
    SourceFile::new(RelPath::new(format!("a.{extension}")), code).unwrap()
}

/// Lowers by the strict parser; an error if a part of the file is degraded or has a problem.
fn strict(extension: &str, code: &str) -> Result<Lowered, String> {
    let strict = lower_strict(source(extension, code)).map_err(|refusal| refusal.reason)?;
    match (strict.problems.first(), strict.degraded.first()) {
        (None, None) => Ok(strict),
        (problem, item) => Err(format!("{problem:?} {item:?}")),
    }
}

/// Checks that both parsers give the same tree for each construct.
#[track_caller]
pub(crate) fn check_same_trees(extensions: &[&str], table: &[(&str, &str)]) {
    let mut failures = Vec::new();
    for (construct, code) in table {
        for extension in extensions {
            let tolerant = lower_tolerant(source(extension, code));
            let outcome = strict(extension, code).and_then(|strict| match tolerant.problems.first() {
                Some(problem) => Err(format!("the grammar: {problem:?}")),
                None => Ok(compare(tolerant.tree().unwrap(), strict.tree().unwrap()).0),
            });
            if outcome != Ok(Vec::new()) {
                failures.push(format!("{construct} ({extension}): {code}\n{outcome:?}"));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Checks that the strict parser gives this outline for each construct, and that tree-sitter's grammar does not know
/// it.
#[track_caller]
pub(crate) fn check_beyond_grammar(extension: &str, table: &[(&str, &str, &str)]) {
    let mut failures = Vec::new();
    for (construct, code, expected) in table {
        let found = strict(extension, code).map(|strict| outline(strict.tree().unwrap().root()));
        if found.as_deref() != Ok(*expected) {
            failures.push(format!("{construct}: {code}\n{found:?}"));
        }
        if lower_tolerant(source(extension, code)).problems.is_empty() {
            failures.push(format!("{construct}: {code}: the grammar knows it now"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// The named nodes below a node, each as `field: kind`, or `field: (kind …)` with its own children.
fn outline(node: Node<'_>) -> String {
    let parts: Vec<String> = node
        .children()
        .map(|child| {
            let field = child.field().map(|field| format!("{field}: ")).unwrap_or_default();
            let inner = outline(child);
            let kind = child.raw_name();
            if inner.is_empty() { format!("{field}{kind}") } else { format!("{field}({kind} {inner})") }
        })
        .collect();
    parts.join(" ")
}
