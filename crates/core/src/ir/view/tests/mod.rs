//! Questions put to pieces of code, with the answers they must have.

mod code;
mod definitions;
mod modules;

use super::{Answer, Key, ask};
use crate::ir::{FileInput, Kind, Lowered, Node, symbol};
use crate::language;
use crate::names::{calls, refers_to_import};
use crate::source::{RelPath, SourceFile};

/// Lowers code of a dialect by its tag.
pub(crate) fn lower(tag: &str, code: &str) -> Lowered {
    let dialect = language::of_tag(tag).unwrap();
    let source = SourceFile::new(RelPath::new("block"), code).unwrap();
    language::lower(FileInput::of_dialect(source, dialect))
}

/// The node that `place` names: a raw kind, `kind@2` for the second one, `kind=text` for the one of that text.
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
fn shown(answer: Option<Answer<'_>>) -> String {
    match answer {
        None => "-".to_owned(),
        Some(Answer::Bool(yes)) => yes.to_string(),
        Some(Answer::Number(count)) => count.to_string(),
        Some(Answer::Text(text)) => text.into_owned(),
        Some(Answer::List(list)) => format!("[{}]", list.join(", ")),
    }
}

#[track_caller]
fn check_view(tag: &str, code: &str, place: &str, key: &str, expected: &str) {
    let file = lower(tag, code);
    let node = find(&file, place);
    assert_eq!(shown(ask(&file, node, Key::named(key).unwrap())), expected, "{key} of {place} in {code}");
}

#[track_caller]
fn check_views(tag: &str, place: &str, key: &str, cases: &[(&str, &str)]) {
    for (code, expected) in cases {
        check_view(tag, code, place, key, expected);
    }
}

#[track_caller]
fn check_kind(tag: &str, code: &str, place: &str, expected: Kind) {
    let file = lower(tag, code);
    assert_eq!(find(&file, place).kind(), expected, "{place} in {code}");
}

#[track_caller]
fn check_import(tag: &str, code: &str, place: &str, module: &str, expected: bool) {
    let file = lower(tag, code);
    let node = find(&file, place);
    assert_eq!(refers_to_import(&file, node, module), expected, "{place} from {module} in {code}");
}

#[track_caller]
fn check_calls(tag: &str, code: &str, place: &str, wanted: &str, expected: bool) {
    let file = lower(tag, code);
    assert_eq!(calls(&file, find(&file, place), wanted), expected, "{place} is {wanted} in {code}");
}

#[track_caller]
fn check_symbol(tag: &str, code: &str, place: &str, expected: &str) {
    let file = lower(tag, code);
    assert_eq!(symbol::path(find(&file, place)), expected, "{place} in {code}");
}
