//! A name written twice where the language allows it once, as in `{ a: a }`.

use lawbook_core::diagnostic::{Edit, Finding, Fix, Safety};
use lawbook_core::ir::{Dialect, Kind, Node, RawKind};
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
        let is_name = |node: &Node<'_>| is_name(*node, kind);
        let (Some(first), Some(value)) = (Some(first).filter(is_name), second) else { return };
        let Some(second) = without_parentheses(value, cx).filter(is_name) else { return };
        let name = plain(first, cx);
        if !is_same_name(name, plain(second, cx)) || name == "__proto__" {
            return;
        }
        if WITH_MORE_BEFORE.contains(kind) && node.start() != first.start() || is_for_unknown_macro(node, cx) {
            return;
        }
        let comments = comments(first, value, cx);
        if comments == Comments::Type {
            return;
        }
        // Of a string and a plain name the plain one stays.
        let drops_first = first.raw_name() == "string" && second.raw_name() != "string";
        let span = if drops_first {
            Span::new(first.start(), second.start())
        } else {
            Span::new(first.end(), value.end())
        };
        let fix = Fix::new(format!("Write `{name}` once"), Safety::Safe, vec![Edit::new(span, "")]);
        cx.report(Finding::new(node.span()).fix(fix.filter(|_| comments == Comments::None)));
    }
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

/// True inside of a macro that is defined, or of one that may not know the shorter form.
fn is_for_unknown_macro(node: Node<'_>, cx: &Cx<'_>) -> bool {
    let known = node.language().syntax().expression_macros;
    let mut macros = cx.ancestors(node).filter(|above| above.kind() == Kind::Macro);
    macros.any(|found| {
        let name = cx.child_by_field(found, "macro").and_then(|path| last_name(path, cx));
        name.is_none_or(|name| !known.contains(&cx.text(name)))
    })
}
