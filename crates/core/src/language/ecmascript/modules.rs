//! Imports and exports, of ECMAScript modules and of `CommonJS`.

use std::borrow::Cow;

use super::names::plain;
use crate::ir::Node;
use crate::ir::view::{ImportItem, ImportView, LocalName};

/// The view of an import, an export, `require("m")` or `import("m")`.
pub(super) fn import(node: Node<'_>) -> Option<ImportView<'_>> {
    match node.raw_name() {
        "import_statement" => Some(import_statement(node)),
        "import_alias" => {
            let mut names = node.children().filter(|child| !child.is_extra());
            let (_, source) = (names.next()?, names.next()?);
            let source = Some(Cow::Borrowed(source.text()));
            Some(ImportView { source, ..ImportView::default() })
        }
        "export_statement" => Some(export_statement(node)),
        "call_expression" => dynamic_import(node),
        _ => None,
    }
}

fn import_item<'t>(name: impl Into<Cow<'t, str>>, local: Option<Node<'t>>) -> ImportItem<'t> {
    ImportItem { source: None, bound: None, name: name.into(), local: local.map(LocalName::at) }
}

fn import_statement(node: Node<'_>) -> ImportView<'_> {
    let mut view = ImportView {
        source: node.child_by_field("source").map(|source| Cow::Borrowed(plain(source))),
        type_only: node.has_token("type") || node.has_token("typeof"),
        ..ImportView::default()
    };
    // `import fs = require("fs")`
    if let Some(clause) = node.child_of_raw_kind("import_require_clause") {
        view.source = clause.child_by_field("source").map(|source| Cow::Borrowed(plain(source)));
        view.items.push(import_item("*", clause.child_of_raw_kind("identifier")));
        return view;
    }
    let Some(clause) = node.child_of_raw_kind("import_clause") else { return view };
    let mut values = 0;
    for part in clause.children() {
        match part.raw_name() {
            "identifier" => {
                values += 1;
                view.items.push(import_item("default", Some(part)));
            }
            "namespace_import" => {
                values += 1;
                view.items.push(import_item("*", part.child_of_raw_kind("identifier")));
            }
            "named_imports" => {
                for specifier in part.children().filter(|part| part.raw_name() == "import_specifier") {
                    let Some(name) = specifier.child_by_field("name") else { continue };
                    values += usize::from(!specifier.has_token("type"));
                    let local = specifier.child_by_field("alias").unwrap_or(name);
                    view.items.push(import_item(plain(name), Some(local)));
                }
            }
            _ => {}
        }
    }
    view.type_only |= values == 0 && !view.items.is_empty();
    view
}

fn export_statement(node: Node<'_>) -> ImportView<'_> {
    let source = node.child_by_field("source").map(|source| Cow::Borrowed(plain(source)));
    let mut view = ImportView { reexport: source.is_some(), source, ..ImportView::default() };
    view.type_only = node.has_token("type");
    if node.has_token("default") || node.has_token("=") {
        view.items.push(import_item("default", None));
        return view;
    }
    if let Some(clause) = node.child_of_raw_kind("export_clause") {
        let mut specifiers = 0;
        let mut types = 0;
        for specifier in clause.children().filter(|part| part.raw_name() == "export_specifier") {
            specifiers += 1;
            types += usize::from(specifier.has_token("type"));
            let name = specifier.child_by_field("alias").or_else(|| specifier.child_by_field("name"));
            view.items.extend(name.map(|name| import_item(plain(name), None)));
        }
        view.type_only |= specifiers > 0 && types == specifiers;
    } else if let Some(namespace) = node.child_of_raw_kind("namespace_export") {
        let name = namespace.children().find(|child| !child.is_extra());
        view.items.extend(name.map(|name| import_item(plain(name), None)));
    } else if node.has_token("*") {
        view.items.push(import_item("*", None));
    } else if let Some(declaration) = node.child_by_field("declaration") {
        add_declared(declaration, &mut view);
    }
    view
}

/// Adds the names of an exported declaration to a view.
fn add_declared<'t>(declaration: Node<'t>, view: &mut ImportView<'t>) {
    let mut declaration = declaration;
    if declaration.raw_name() == "ambient_declaration"
        && let Some(inner) = declaration.children().find(|child| !child.is_extra())
    {
        declaration = inner;
    }
    view.type_only |= matches!(declaration.raw_name(), "interface_declaration" | "type_alias_declaration");
    if let Some(name) = declaration.child_by_field("name") {
        view.items.push(import_item(plain(name), None));
        return;
    }
    for variable in declaration.children().filter(|child| child.raw_name() == "variable_declarator") {
        let Some(pattern) = variable.child_by_field("name") else { continue };
        let leaves = pattern
            .subtree()
            .filter(|leaf| matches!(leaf.raw_name(), "identifier" | "shorthand_property_identifier_pattern"));
        view.items.extend(leaves.map(|leaf| import_item(leaf.text(), None)));
    }
}

/// The view of `require("m")` or `import("m")`, with the names that its value gets.
fn dynamic_import(node: Node<'_>) -> Option<ImportView<'_>> {
    let function = node.child_by_field("function")?;
    let is_import = function.raw_name() == "import";
    let is_require = function.raw_name() == "identifier" && function.text() == "require";
    if !(is_import || is_require) {
        return None;
    }
    let argument = node.child_by_field("arguments")?.children().find(|argument| !argument.is_extra());
    let literal = argument.filter(|argument| {
        let fixed =
            argument.raw_name() == "template_string" && argument.child_of_raw_kind("template_substitution").is_none();
        argument.raw_name() == "string" || fixed
    });
    if literal.is_none() && !is_import {
        return None;
    }
    let source = literal.map(|literal| Cow::Borrowed(plain(literal)));
    Some(ImportView { source, items: destructured_names(node), dynamic: true, ..ImportView::default() })
}

/// The names that the value of a call gets: those of the variable, of a pattern's parts or of one member.
fn destructured_names(call: Node<'_>) -> Vec<ImportItem<'_>> {
    let mut at = call;
    let mut member = None;
    let target = loop {
        let Some(parent) = at.parent() else { return Vec::new() };
        match parent.raw_name() {
            "await_expression"
            | "parenthesized_expression"
            | "as_expression"
            | "satisfies_expression"
            | "non_null_expression" => at = parent,
            "member_expression" if member.is_none() && at.field() == Some("object") => {
                member = parent.child_by_field("property");
                at = parent;
            }
            "variable_declarator" if at.field() == Some("value") => break parent.child_by_field("name"),
            _ => return member.map(|member| import_item(member.text(), None)).into_iter().collect(),
        }
    };
    // A variable that holds one member (`const x = require("m").y`) is a name for that member.
    match (target, member) {
        (Some(name), Some(member)) if name.raw_name() == "identifier" => vec![import_item(member.text(), Some(name))],
        (_, Some(member)) => vec![import_item(member.text(), None)],
        (Some(name), None) if name.raw_name() == "identifier" => vec![import_item("*", Some(name))],
        (Some(pattern), None) if pattern.raw_name() == "object_pattern" => {
            pattern.children().filter_map(|part| destructured_item(part)).collect()
        }
        _ => Vec::new(),
    }
}

/// The item of one part of an object pattern.
fn destructured_item(part: Node<'_>) -> Option<ImportItem<'_>> {
    match part.raw_name() {
        "shorthand_property_identifier_pattern" => Some(import_item(part.text(), Some(part))),
        "object_assignment_pattern" => destructured_item(part.child_by_field("left")?),
        "pair_pattern" => {
            let value = part.child_by_field("value")?;
            let value = if value.raw_name() == "assignment_pattern" { value.child_by_field("left")? } else { value };
            let local = (value.raw_name() == "identifier").then_some(value);
            Some(import_item(plain(part.child_by_field("key")?), local))
        }
        "rest_pattern" => Some(import_item("*", part.children().find(|child| child.raw_name() == "identifier"))),
        _ => None,
    }
}
