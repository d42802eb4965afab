//! A name written twice where the language allows it once, as in `{ a: a }`.

use lawbook_core::diagnostic::{Edit, Finding, Fix, Safety};
use lawbook_core::ir::{Dialect, Node, RawKind};
use lawbook_core::rule::{Cx, Interest, Rule};
use lawbook_core::span::Span;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(crate) struct NoRedundantName {}

/// Raw kinds with the fields of their two names.
const PAIRS: [(&str, &str, &str); 8] = [
    ("import_specifier", "name", "alias"),
    ("export_specifier", "name", "alias"),
    ("pair", "key", "value"),
    ("pair_pattern", "key", "value"),
    ("field_initializer", "field", "value"),
    ("field_pattern", "name", "pattern"),
    ("use_as_clause", "path", "alias"),
    ("extern_crate_declaration", "name", "alias"),
];

/// The kinds that may hold more than the two names before them: `ref` or attributes. What stands there belongs to the
/// longer form.
const WITH_MORE_BEFORE: [&str; 4] = ["pair", "pair_pattern", "field_initializer", "field_pattern"];

impl Rule for NoRedundantName {
    fn interest(&self, dialect: &'static Dialect) -> Interest {
        let kinds = PAIRS.iter().filter_map(|(kind, ..)| dialect.vocabulary().kind(kind));
        Interest::raw_kinds(kinds.collect::<Vec<RawKind>>())
    }

    fn check(&self, node: Node<'_>, cx: &mut Cx<'_>) {
        let Some((kind, first, second)) = PAIRS.iter().find(|(kind, ..)| *kind == node.raw_name()) else { return };
        let (first, second) = (cx.child_by_field(node, first), cx.child_by_field(node, second));
        let (Some(first), Some(second)) = (first.and_then(|path| last_name(path, cx)), second) else { return };
        // The default of a pattern stands behind the second name.
        let second =
            if second.raw_name() == "assignment_pattern" { cx.child_by_field(second, "left") } else { Some(second) };
        let (Some(first), Some(second)) = (Some(first).filter(is_name), second.filter(is_name)) else { return };
        let name = cx.text(first);
        if !is_same_name(name, cx.text(second)) || name == "__proto__" {
            return;
        }
        if WITH_MORE_BEFORE.contains(kind) && node.start() != first.start() || cx.file().is_macro_code(node) {
            return;
        }
        let span = Span::new(first.end(), second.end());
        let edit = Edit::new(span, "");
        let fix = Fix::new(format!("Write `{name}` once"), Safety::Safe, vec![edit]);
        cx.report(Finding::new(node.span()).fix(fix));
    }
}

/// The last name of a path; anything else as it is.
fn last_name<'t>(path: Node<'t>, cx: &Cx<'_>) -> Option<Node<'t>> {
    if path.raw_name() == "scoped_identifier" { cx.child_by_field(path, "name") } else { Some(path) }
}

/// True for a plain name: not a string, a number or a computed key.
fn is_name(node: &Node<'_>) -> bool {
    matches!(node.raw_name(), "identifier" | "property_identifier" | "field_identifier" | "type_identifier")
}

/// True if two names are equal, whether a letter is written as itself or as an escape.
fn is_same_name(first: &str, second: &str) -> bool {
    first == second
        || ((first.contains('\\') || second.contains('\\'))
            && letters(first).is_some_and(|all| Some(all) == letters(second)))
}

/// The letters of a name, with its escapes (`\u0061`, `\u{61}`) resolved; none if one is wrong.
fn letters(name: &str) -> Option<String> {
    let mut parts = name.split("\\u");
    let mut all = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, rest) = match part.strip_prefix('{') {
            Some(braced) => braced.split_once('}')?,
            None => part.split_at_checked(4)?,
        };
        all.push(char::from_u32(u32::from_str_radix(code, 16).ok()?)?);
        all.push_str(rest);
    }
    Some(all)
}
