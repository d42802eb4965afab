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

/// The kinds of lists whose pairs get one finding together, since a writer who says one name twice says all of them twice.
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
            // A pair with a comment between its names gets no fix, and so a finding of its own.
            let (commented, plain): (Vec<RepeatedName<'_>>, Vec<RepeatedName<'_>>) =
                pairs.into_iter().partition(|pair| pair.has_comment);
            report(&plain);
            for pair in &commented {
                report(std::slice::from_ref(pair));
            }
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

/// The safety of fixes in the file of a node. A script that uses nothing as young as the shorter form may be for engines
/// that do not know it.
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

/// A pair of the same name twice.
struct RepeatedName<'t> {
    node: Node<'t>,
    name: &'t str,
    /// The text that the shorter form does without.
    dropped: Span,
    /// True if a comment stands in that text.
    has_comment: bool,
}

impl<'t> RepeatedName<'t> {
    fn of(node: Node<'t>, cx: &Cx<'_>) -> Option<Self> {
        let (kind, first, second) = PAIRS.iter().find(|(kind, ..)| *kind == node.raw_name())?;
        let (first, second) = (cx.child_by_field(node, first)?, cx.child_by_field(node, second)?);
        let first = last_name(first, cx)?;
        // The default of a pattern stands behind the second name.
        let second =
            if second.raw_name() == "assignment_pattern" { cx.child_by_field(second, "left")? } else { second };
        let is_name = |node: &Node<'_>| is_name(*node, kind);
        let first = Some(first).filter(is_name)?;
        let value = second;
        let second = without_parentheses(value, cx).filter(is_name)?;
        let name = plain(first, cx);
        if !is_same_name(name, plain(second, cx)) || name == "__proto__" {
            return None;
        }
        if WITH_MORE_BEFORE.contains(kind) && node.start() != first.start() || cx.file().is_macro_code(node) {
            return None;
        }
        let comments = comments(first, value, cx);
        if comments == Comments::Type {
            return None;
        }
        // Of a string and a plain name the plain one stays.
        let drops_first = first.raw_name() == "string" && second.raw_name() != "string";
        let dropped =
            if drops_first { Span::new(first.start(), second.start()) } else { Span::new(first.end(), value.end()) };
        Some(Self { node, name, dropped, has_comment: comments == Comments::Other })
    }
}

/// Reports pairs of one list in one finding, at the first of them; none of tests and examples.
fn report(pairs: &[RepeatedName<'_>], cx: &Cx<'_>, safety: impl FnOnce() -> Safety) {
    let Some(first) = pairs.first() else { return };
    if cx.file().context.example || is_in_test(cx.file(), first.node) {
        return;
    }
    let edits = pairs.iter().map(|pair| Edit::new(pair.dropped, "")).collect();
    let more = pairs.len() - 1;
    let names = if more == 0 { format!("`{}`", first.name) } else { format!("`{}` and {more} more", first.name) };
    let fix = Some(edits).filter(|_| !first.has_comment);
    let fix = fix.and_then(|edits| Fix::new(format!("Write {names} once"), safety(), edits));
    let found = Finding::new(first.node.span()).fix(fix);
    cx.report(if more == 0 {
        found
    } else {
        found.message(format!("the same name twice, and {more} more of this list"))
    });
}

/// The most nodes of a value that are searched for the name of its field.
const MAX_VALUE_NODES: usize = 64;

/// True for a field with a value that is calculated from the variable of its own name: `x: x + 1`.
fn is_made_of_its_name(field: Node<'_>, cx: &Cx<'_>) -> bool {
    let (Some(key), Some(value)) = (cx.child_by_field(field, "key"), cx.child_by_field(field, "value")) else {
        return false;
    };
    matches!(value.kind(), Kind::Binary | Kind::Unary)
        && is_name(key, field.raw_name())
        && (cx.descendants(value).take(MAX_VALUE_NODES))
            .any(|inner| inner.raw_name() == "identifier" && cx.text(inner) == cx.text(key))
}

/// The kinds whose names may be strings.
const WITH_STRINGS: [&str; 2] = ["import_specifier", "export_specifier"];

/// What the comments between two names say.
#[derive(PartialEq, Eq)]
enum Comments {
    None,
    /// The type of the value, which must stand behind it in parentheses: `/** @type {A} */ (a)`.
    Type,
    Other,
}

/// The comments from the end of the first name to the end of the value.
fn comments(first: Node<'_>, value: Node<'_>, cx: &Cx<'_>) -> Comments {
    let text = cx.slice(Span::new(first.end(), value.end()));
    if !text.contains("/*") && !text.contains("//") {
        Comments::None
    } else if text.contains("@type") || text.contains("@satisfies") {
        Comments::Type
    } else {
        Comments::Other
    }
}

/// The value in parentheses, or the value itself.
fn without_parentheses<'t>(value: Node<'t>, cx: &Cx<'_>) -> Option<Node<'t>> {
    let mut inner = value;
    while inner.raw_name() == "parenthesized_expression" {
        inner = cx.children(inner).find(|child| child.is_named() && child.kind() != Kind::Comment)?;
    }
    Some(inner)
}

/// The last name of a path; anything else as it is.
fn last_name<'t>(path: Node<'t>, cx: &Cx<'_>) -> Option<Node<'t>> {
    if path.raw_name() == "scoped_identifier" { cx.child_by_field(path, "name") } else { Some(path) }
}

/// True for a plain name, not a number or a computed key, and for a string where it may be a name.
fn is_name(node: Node<'_>, kind: &str) -> bool {
    match node.raw_name() {
        "identifier" | "property_identifier" | "field_identifier" | "type_identifier" => true,
        "string" => WITH_STRINGS.contains(&kind),
        _ => false,
    }
}

/// The text of a name, without the quotes of a string.
fn plain<'t>(name: Node<'t>, cx: &Cx<'_>) -> &'t str {
    let text = cx.text(name);
    let quotes = ['"', '\''];
    text.strip_prefix(quotes).map_or(text, |rest| rest.strip_suffix(quotes).unwrap_or(rest))
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
