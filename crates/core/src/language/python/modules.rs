//! Imports: `import`, `from … import` and calls like `importlib.import_module`.

use std::borrow::Cow;

use super::names::plain;
use crate::ir::view::{ImportItem, ImportView, LocalName, compact};
use crate::ir::{Kind, Node};

/// The view of an import.
pub(super) fn import(node: Node<'_>) -> Option<ImportView<'_>> {
    let (source, items) = match node.raw_name() {
        "import_statement" => (None, node.children_by_field("name").filter_map(whole_module).collect()),
        "import_from_statement" => (Some(compact(node.child_by_field("module_name")?)), imported_names(node)),
        "future_import_statement" => (Some(Cow::Borrowed("__future__")), imported_names(node)),
        "call" => return dynamic_import(node),
        _ => return None,
    };
    let mut names = node.children_by_field("name").peekable();
    let reexport = names.peek().is_some() && names.all(keeps_name);
    Some(ImportView { source, items, type_only: is_for_types(node), dynamic: false, reexport })
}

/// The item of a whole module: `a.b`, which declares `a`, or `a.b as c`.
fn whole_module(name: Node<'_>) -> Option<ImportItem<'_>> {
    let (path, local) = alias(name)?;
    let first = path.children().find(|part| !part.is_extra());
    let binds_start = local.is_none() && path.children().nth(1).is_some();
    let bound = first.filter(|_| binds_start).map(|first| Cow::Borrowed(first.text()));
    Some(ImportItem {
        source: Some(compact(path)),
        bound,
        name: compact(path),
        local: local.or(first).map(LocalName::at),
    })
}

/// The items of `from m import …`.
fn imported_names(statement: Node<'_>) -> Vec<ImportItem<'_>> {
    if statement.child_of_raw_kind("wildcard_import").is_some() {
        return vec![ImportItem { source: None, bound: None, name: Cow::Borrowed("*"), local: None }];
    }
    let item = |name| {
        let (path, local) = alias(name)?;
        let local = local.or_else(|| path.children().find(|part| !part.is_extra()));
        Some(ImportItem { source: None, bound: None, name: compact(path), local: local.map(LocalName::at) })
    };
    statement.children_by_field("name").filter_map(item).collect()
}

/// The path of one imported name and its alias.
fn alias(name: Node<'_>) -> Option<(Node<'_>, Option<Node<'_>>)> {
    match name.raw_name() {
        "aliased_import" => Some((name.child_by_field("name")?, name.child_by_field("alias"))),
        _ => Some((name, None)),
    }
}

/// True for an alias that equals the name, which by convention re-exports it: `from m import a as a`.
fn keeps_name(name: Node<'_>) -> bool {
    let (path, alias) = (name.child_by_field("name"), name.child_by_field("alias"));
    path.zip(alias).is_some_and(|(path, alias)| path.text() == alias.text())
}

/// The blocks around an import that are searched for a condition.
const MAX_BLOCKS_AROUND_IMPORT: usize = 8;

/// True for an import that only type checkers run: under `if TYPE_CHECKING:`.
fn is_for_types(import: Node<'_>) -> bool {
    let is_block = |(inner, outer): &(Node<'_>, Node<'_>)| {
        outer.raw_name() == "if_statement" && inner.field() == Some("consequence")
    };
    let inner = std::iter::once(import).chain(import.ancestors());
    inner.zip(import.ancestors()).take(MAX_BLOCKS_AROUND_IMPORT).filter(is_block).any(|(_, condition)| {
        let condition = condition.child_by_field("condition").map_or("", Node::text);
        matches!(condition, "TYPE_CHECKING" | "typing.TYPE_CHECKING" | "t.TYPE_CHECKING")
    })
}

/// The view of `importlib.import_module("m")`, with the variable that its value is assigned to.
fn dynamic_import(node: Node<'_>) -> Option<ImportView<'_>> {
    if node.kind() != Kind::Import {
        return None;
    }
    let argument = node.child_by_field("arguments")?.children().find(|argument| !argument.is_extra())?;
    let source = (argument.kind() == Kind::String).then(|| Cow::Borrowed(plain(argument)));
    let holder = node.parent().filter(|parent| parent.raw_name() == "assignment" && node.field() == Some("right"));
    let local = holder.and_then(|holder| holder.child_by_field("left"));
    let local = local.filter(|local| local.raw_name() == "identifier");
    let item = |local| {
        let local = Some(LocalName::at(local));
        ImportItem { source: None, bound: None, name: Cow::Borrowed("*"), local }
    };
    Some(ImportView { source, items: local.map(item).into_iter().collect(), dynamic: true, ..ImportView::default() })
}
