//! A name written twice where the language allows it once, as in `{ a: a }`.

use lawbook_core::diagnostic::{Edit, Finding, Fix, Safety};
use lawbook_core::ir::{Dialect, Node, RawKind};
use lawbook_core::rule::{Cx, Interest, Rule};
use lawbook_core::span::Span;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(crate) struct NoRedundantName {}

/// Raw kinds with the fields of their two names.
const PAIRS: [(&str, &str, &str); 6] = [
    ("import_specifier", "name", "alias"),
    ("export_specifier", "name", "alias"),
    ("pair", "key", "value"),
    ("pair_pattern", "key", "value"),
    ("field_initializer", "field", "value"),
    ("field_pattern", "name", "pattern"),
];

impl Rule for NoRedundantName {
    fn interest(&self, dialect: &'static Dialect) -> Interest {
        let kinds = PAIRS.iter().filter_map(|(kind, ..)| dialect.vocabulary().kind(kind));
        Interest::raw_kinds(kinds.collect::<Vec<RawKind>>())
    }

    fn check(&self, node: Node<'_>, cx: &mut Cx<'_>) {
        let Some((kind, first, second)) = PAIRS.iter().find(|(kind, ..)| *kind == node.raw_name()) else { return };
        let (first, second) = (cx.child_by_field(node, first), cx.child_by_field(node, second));
        let (Some(first), Some(second)) = (first.filter(is_name), second.filter(is_name)) else { return };
        let name = cx.text(first);
        if name != cx.text(second) || name == "__proto__" {
            return;
        }
        // A node with `ref` or attributes holds more than the two names.
        if !kind.ends_with("specifier") && node.start() != first.start() {
            return;
        }
        let span = Span::new(first.end(), second.end());
        let edit = Edit::new(span, "");
        let fix = Fix::new(format!("Write `{name}` once"), Safety::Safe, vec![edit]);
        cx.report(Finding::new(node.span()).fix(fix));
    }
}

/// True for a plain name: not a string, a number or a computed key.
fn is_name(node: &Node<'_>) -> bool {
    matches!(node.raw_name(), "identifier" | "property_identifier" | "field_identifier" | "type_identifier")
}
