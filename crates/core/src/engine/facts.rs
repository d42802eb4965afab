//! The facts of one file, collected from its trees as plain data.

use crate::facts::{
    AttributeFact, DefinitionFact, ExportFact, FactKind, FactSet, Facts, ImportFact, ImportedName, ReferenceFact,
    TestFact,
};
use crate::ir::view::{self, Call, Callable, Definition, Import};
use crate::ir::{Kind, Lowered, Node, NodeId, Tree, symbol};
use crate::names;
use crate::suppression::marker;

/// The wanted facts of a lowered file; the other lists stay empty.
pub(super) fn collect(file: &Lowered, wanted: FactSet) -> Facts {
    let mut facts = Facts::default();
    if wanted.has(FactKind::Suppressions) {
        facts.suppressions = marker::all(file);
    }
    let (imports, exports) = (wanted.has(FactKind::Imports), wanted.has(FactKind::Exports));
    let (definitions, references) = (wanted.has(FactKind::Definitions), wanted.has(FactKind::References));
    let (tests, attributes) = (wanted.has(FactKind::Tests), wanted.has(FactKind::Attributes));
    let mut group = None;
    for node in file.trees.iter().flat_map(Tree::nodes).filter(|node| node.is_named()) {
        match node.kind() {
            Kind::Import | Kind::Export if imports || exports => add_import(&mut facts, node),
            Kind::Attribute if attributes => facts.attributes.extend(
                view::name_node(node)
                    .map(|name| AttributeFact { name: view::compact(name).into_owned(), span: node.span() }),
            ),
            kind if (definitions || exports) && (kind.is_definition() || kind == Kind::Module) => {
                add_definition(&mut facts, file, node);
            }
            _ => {}
        }
        if references {
            add_reference(&mut facts, file, node);
        }
        if tests && is_test(node, &mut group) {
            facts.tests.push(TestFact { symbol: symbol::path_in(file, node), span: node.span() });
        }
    }
    // Import and export statements give both, and so do exported definitions.
    if !imports {
        facts.imports.clear();
    }
    if !exports {
        facts.exports.clear();
    }
    if !definitions {
        facts.definitions.clear();
    }
    facts
}

/// Whether the node is a test. Whether the one around it is a test too is kept in `group`: many nodes ask for the same.
fn is_test(node: Node<'_>, group: &mut Option<((u32, NodeId), bool)>) -> bool {
    let views = node.language().views();
    views.is_test_among(node, &mut |outer| {
        let key = (outer.tree().number(), outer.id());
        let known = group.filter(|(known, _)| *known == key);
        group.insert(known.unwrap_or_else(|| (key, views.is_test(outer)))).1
    })
}

fn add_import(facts: &mut Facts, node: Node<'_>) {
    let Some(Import { view, .. }) = Import::cast(node) else { return };
    let span = node.span();
    if node.kind() == Kind::Export {
        let source = view.source.as_ref().map(ToString::to_string);
        facts.exports.extend(view.items.iter().map(|item| ExportFact {
            name: item.name.to_string(),
            source: source.clone(),
            type_only: view.type_only,
            span,
        }));
    }
    let named = |source: &str| {
        let of_source = view.items.iter().filter(move |item| item.source.as_deref().is_none_or(|of| of == source));
        let name = |item: &view::ImportItem<'_>| ImportedName {
            name: item.name.to_string(),
            local: item.local.map(|local| local.name.to_owned()),
        };
        of_source.map(name).collect()
    };
    facts.imports.extend(view.sources().iter().map(|source| ImportFact {
        source: source.to_string(),
        names: named(source),
        type_only: view.type_only,
        dynamic: view.dynamic,
        reexport: view.reexport,
        span,
    }));
}

fn add_definition(facts: &mut Facts, file: &Lowered, node: Node<'_>) {
    let Some(definition) = Definition::cast(node) else { return };
    let (Some(name), Some(name_node)) = (definition.name(), definition.name_node()) else { return };
    let exported = definition.is_exported(file);
    // Without export statements it is the definition that exports.
    if exported && node.dialect().raw_kinds(Kind::Export).is_empty() {
        let type_only = matches!(node.kind(), Kind::Interface | Kind::TypeAlias);
        facts.exports.push(ExportFact { name: name.to_owned(), source: None, type_only, span: node.span() });
    }
    facts.definitions.push(DefinitionFact {
        kind: node.kind(),
        name: name.to_owned(),
        symbol: definition.symbol(file),
        exported,
        test: view::is_in_test(file, node),
        span: node.span(),
        name_span: name_node.span(),
        metrics: Callable::cast(node).and_then(|callable| callable.metrics(file)),
    });
}

/// The longest path at a place is the reference; its parts and the call around it are not others.
fn add_reference(facts: &mut Facts, file: &Lowered, node: Node<'_>) {
    if matches!(node.kind(), Kind::Import | Kind::Export | Kind::Jsx) || Call::cast(node).is_some() {
        return;
    }
    if facts.references.last().is_some_and(|last| last.span.contains(node.span())) {
        return;
    }
    if let Some(resolved) = names::resolve(file, node) {
        facts.references.push(ReferenceFact { module: resolved.module, path: resolved.path, span: node.span() });
    }
}

#[cfg(test)]
mod tests {
    use super::collect;
    use crate::facts::{FactSet, Facts, ImportedName};
    use crate::language::checks::lower;

    /// Each fact as one line.
    fn lines(facts: &Facts) -> Vec<String> {
        let imports = facts.imports.iter().map(|import| {
            let name = |name: &ImportedName| match &name.local {
                Some(local) if *local != name.name => format!("{} as {local}", name.name),
                _ => name.name.clone(),
            };
            let names: Vec<_> = import.names.iter().map(name).collect();
            format!("import {{{}}} of {}", names.join(", "), import.source)
        });
        let exports = facts.exports.iter().map(|export| format!("export {}", export.name));
        let definitions = facts.definitions.iter().map(|definition| {
            let exported = if definition.exported { " exported" } else { "" };
            let metrics = definition.metrics.map_or(String::new(), |metrics| format!(" of {}", metrics.statements));
            format!("{} {}{exported}{metrics}", definition.kind, definition.symbol)
        });
        let references = facts.references.iter().map(|reference| {
            format!("use {} {} at {}", reference.module, reference.path.join("."), reference.span.start)
        });
        let tests = facts.tests.iter().map(|test| format!("test {}", test.symbol));
        let attributes = facts.attributes.iter().map(|attribute| format!("attribute {}", attribute.name));
        let suppressions = facts.suppressions.iter().map(|marker| format!("{} {}", marker.tool, marker.directive));
        let named = imports.chain(exports).chain(definitions).chain(references).chain(tests).chain(attributes);
        named.chain(suppressions).collect()
    }

    #[test]
    fn every_language_gives_the_facts_of_its_sample() {
        for dialect in crate::language::dialects() {
            let found = lines(&collect(&lower(dialect.tags[0], dialect.language.sample()), FactSet::ALL));
            // A language may say by a capital letter who can use a name, and import whole modules alone.
            let found: Vec<_> = found.iter().map(|line| line.to_lowercase()).collect();
            let has = |start: &str, rest: &str| {
                let is_it = |line: &String| line.strip_prefix(start).is_some_and(|found| found.contains(rest));
                assert!(found.iter().any(is_it), "no {start}…{rest} in {}: {found:#?}", dialect.name);
            };
            has("import {", "} of sample_module");
            has("export documented", "");
            has("export thing", "");
            has("function documented exported of 2", "");
            has("method thing.act", "");
            has("use sample_module", "");
            has("test ", "");
        }
    }

    #[track_caller]
    fn check_facts(tag: &str, code: &str, expected: &[&str]) {
        assert_eq!(lines(&collect(&lower(tag, code), FactSet::ALL)), expected, "{code}");
    }

    #[test]
    #[cfg(feature = "all-languages")]
    fn a_module_tells_what_it_takes_gives_and_defines() {
        check_facts(
            "ts",
            "import { a as b } from 'm';\nexport function f() { b.c(1); }\nexport * from 'n'",
            &[
                "import {a as b} of m",
                "import {*} of n",
                "export f",
                "export *",
                "function f exported of 1",
                "use m a.c at 50",
            ],
        );
        check_facts(
            "rust",
            "use a::{b, c as d};\n#[derive(b)] pub struct S;\nimpl S { fn f() { d::e(); } }",
            &[
                "import {b} of a::b",
                "import {c as d} of a::c",
                "export S",
                "class S exported",
                "method S.f of 1",
                "use a::b  at 29",
                "use a::c e at 65",
                "attribute derive",
            ],
        );
    }

    #[test]
    #[cfg(feature = "ecmascript")]
    fn what_silences_tools_is_told() {
        check_facts(
            "ts",
            "a // lawbook-ignore x: y\n// @ts-ignore\nb",
            &["lawbook lawbook-ignore", "typescript @ts-ignore"],
        );
    }

    #[test]
    #[cfg(feature = "all-languages")]
    fn tests_are_told_by_their_paths() {
        check_facts(
            "ts",
            "describe('a', () => { it('b', () => {}) })",
            &["test describe(\"a\")", "test describe(\"a\").it(\"b\")"],
        );
        check_facts("rust", "#[test] fn f() {}", &["function f of 0", "test f", "attribute test"]);
    }
}
