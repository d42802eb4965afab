//! A name written twice where the language allows it once, as in `{ a: a }`.

use std::cell::OnceCell;

use lawbook_core::diagnostic::{Edit, Finding, Fix, Safety};
use lawbook_core::ir::view::is_in_test;
use lawbook_core::ir::{Dialect, Kind, Node, RawKind};
use lawbook_core::rule::{Cx, Interest, Nodes, Rule};
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

/// The kinds whose pairs get one finding together: a writer who says one of them twice says all of them twice.
const LISTS: [&str; 4] = ["object", "object_pattern", "named_imports", "export_clause"];

impl Rule for NoRedundantName {
    fn interest(&self, dialect: &'static Dialect) -> Interest {
        let kinds = PAIRS.iter().map(|(kind, ..)| *kind).chain(LISTS);
        let kinds = kinds.filter_map(|kind| dialect.vocabulary().kind(kind));
        Interest::raw_kinds(kinds.collect::<Vec<RawKind>>())
    }

    fn check_each(&self, nodes: Nodes<'_>, cx: &mut Cx<'_>) {
        let safety = OnceCell::new();
        for node in nodes {
            if cx.exhausted() {
                return;
            }
            let report =
                |pairs: &[RepeatedName<'_>]| report(pairs, cx, || *safety.get_or_init(|| safety_of_fixes(node, cx)));
            if !LISTS.contains(&node.raw_name()) {
                let is_listed = node.parent().is_some_and(|parent| LISTS.contains(&parent.raw_name()));
                report(if is_listed { None } else { RepeatedName::of(node, cx) }.as_slice());
                continue;
            }
            let pairs: Vec<RepeatedName<'_>> =
                cx.children(node).filter_map(|child| RepeatedName::of(child, cx)).collect();
            if !pairs.is_empty() && cx.children(node).any(|child| is_made_of_its_name(child, cx)) {
                continue;
            }
            // What a comment says of one name takes its fix out of those of the others.
            let (commented, plain): (Vec<RepeatedName<'_>>, Vec<RepeatedName<'_>>) =
                pairs.into_iter().partition(|pair| cx.slice(pair.second).contains('/'));
            report(&plain);
            commented.iter().for_each(|pair| report(std::slice::from_ref(pair)));
        }
    }
}

/// Kinds of syntax as young as the shorter form.
const YOUNG_SYNTAX: [&str; 9] = [
    "arrow_function",
    "class_declaration",
    "export_statement",
    "import_statement",
    "lexical_declaration",
    "object_pattern",
    "shorthand_property_identifier",
    "spread_element",
    "template_string",
];

/// The safety of fixes in the file of a node. A script without any syntax of its age may be for engines that do not know
/// the shorter form.
fn safety_of_fixes(node: Node<'_>, cx: &Cx<'_>) -> Safety {
    let dialect = node.dialect();
    if dialect.name != "javascript" {
        return Safety::Safe;
    }
    let young = YOUNG_SYNTAX.map(|kind| dialect.vocabulary().kind(kind));
    let Some(root) = cx.ancestors(node).last() else { return Safety::Safe };
    let is_young = cx.descendants(root).any(|node| young.contains(&Some(node.raw())));
    if is_young { Safety::Safe } else { Safety::Unsafe }
}

/// A pair that says the same name twice.
struct RepeatedName<'t> {
    node: Node<'t>,
    name: &'t str,
    /// What the shorter form is without.
    second: Span,
}

impl<'t> RepeatedName<'t> {
    fn of(node: Node<'t>, cx: &Cx<'_>) -> Option<Self> {
        let (kind, first, second) = PAIRS.iter().find(|(kind, ..)| *kind == node.raw_name())?;
        let (first, second) = (cx.child_by_field(node, first)?, cx.child_by_field(node, second)?);
        let first = last_name(first, cx)?;
        // The default of a pattern stands behind the second name.
        let second =
            if second.raw_name() == "assignment_pattern" { cx.child_by_field(second, "left")? } else { second };
        if !is_name(&first) || !is_name(&second) {
            return None;
        }
        let name = first.text();
        if !is_same_name(name, second.text()) || name == "__proto__" {
            return None;
        }
        if WITH_MORE_BEFORE.contains(kind) && node.start() != first.start() || cx.file().is_macro_code(node) {
            return None;
        }
        Some(Self { node, name, second: Span::new(first.end(), second.end()) })
    }
}

/// Reports pairs of one list in one finding, at the first of them.
fn report(pairs: &[RepeatedName<'_>], cx: &Cx<'_>, safety: impl FnOnce() -> Safety) {
    let Some(first) = pairs.first() else { return };
    if cx.file().context.example || is_in_test(cx.file(), first.node) {
        return;
    }
    let edits = pairs.iter().map(|pair| Edit::new(pair.second, "")).collect();
    let more = pairs.len() - 1;
    let names = if more == 0 { format!("`{}`", first.name) } else { format!("`{}` and {more} more", first.name) };
    let found = Finding::new(first.node.span()).fix(Fix::new(format!("Write {names} once"), safety(), edits));
    cx.report(if more == 0 {
        found
    } else {
        found.message(format!("the same name twice, and {more} more of this list"))
    });
}

/// True for a field with a value that is calculated from the variable of its own name: `x: x + 1`.
fn is_made_of_its_name(field: Node<'_>, cx: &Cx<'_>) -> bool {
    let (Some(key), Some(value)) = (cx.child_by_field(field, "key"), cx.child_by_field(field, "value")) else {
        return false;
    };
    matches!(value.kind(), Kind::Binary | Kind::Unary)
        && is_name(&key)
        && cx.descendants(value).any(|inner| inner.raw_name() == "identifier" && inner.text() == key.text())
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
