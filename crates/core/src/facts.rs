//! What one file tells the project: plain data with spans, in the order of the file.

use serde::{Deserialize, Serialize};

use crate::ir::view::{self, Call, Callable, Definition, Import, Metrics};
use crate::ir::{Kind, Lowered, Node, symbol};
use crate::span::Span;
use crate::suppression::marker::{self, Marker};

/// The facts of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// What it takes from elsewhere.
    pub imports: Vec<ImportFact>,
    /// What it gives to others.
    pub exports: Vec<ExportFact>,
    /// What it defines.
    pub definitions: Vec<DefinitionFact>,
    /// Where it uses what it imported.
    pub references: Vec<ReferenceFact>,
    /// Its tests that have a title or a name.
    pub tests: Vec<TestFact>,
    /// Its attributes and decorators.
    pub attributes: Vec<AttributeFact>,
    /// Where it tells a tool to look away, lawbook and others.
    pub suppressions: Vec<Marker>,
}

/// One import of one module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportFact {
    /// The module or path.
    pub source: String,
    /// The names that are taken from it; none when it is run for its effects.
    pub names: Vec<ImportedName>,
    /// Whether only types are taken.
    pub type_only: bool,
    /// Whether it is a call that runs when it is reached.
    pub dynamic: bool,
    /// Whether it is given on to others.
    pub reexport: bool,
    /// The statement or call.
    pub span: Span,
}

/// One name of an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedName {
    /// What the module calls it; `default` and `*` are names too.
    pub name: String,
    /// What this file calls it, if anything.
    pub local: Option<String>,
}

/// One exported name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportFact {
    /// The name that others see; `default` and `*` are names too.
    pub name: String,
    /// The module that it comes from, when it is not of this file.
    pub source: Option<String>,
    /// Whether it is only a type.
    pub type_only: bool,
    /// The export statement or the definition.
    pub span: Span,
}

/// One definition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefinitionFact {
    /// What it is.
    #[serde(with = "kind_name")]
    pub kind: Kind,
    /// What it is called.
    pub name: String,
    /// Its symbol path.
    pub symbol: String,
    /// Whether others can use it.
    pub exported: bool,
    /// Whether it is, or lies in, a test.
    pub test: bool,
    /// All of it.
    pub span: Span,
    /// Its name.
    pub name_span: Span,
    /// The numbers of a callable.
    pub metrics: Option<Metrics>,
}

/// A use of something that was imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferenceFact {
    /// The module (of Rust the whole path that was bound).
    pub module: String,
    /// The members from the module inwards.
    pub path: Vec<String>,
    /// Where.
    pub span: Span,
}

/// A test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestFact {
    /// Its symbol path (`describe("a").it("b")`).
    pub symbol: String,
    /// All of it.
    pub span: Span,
}

/// An attribute or decorator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributeFact {
    /// Its name.
    pub name: String,
    /// All of it.
    pub span: Span,
}

impl Facts {
    /// The facts of a lowered file.
    pub fn of(file: &Lowered) -> Self {
        let mut facts = Self { suppressions: marker::all(file), ..Self::default() };
        for node in file.trees.iter().flat_map(crate::ir::Tree::nodes).filter(|node| node.is_named()) {
            match node.kind() {
                Kind::Import | Kind::Export => facts.add_import(node),
                Kind::Attribute => facts.attributes.extend(
                    view::name_node(node)
                        .map(|name| AttributeFact { name: view::compact(name).into_owned(), span: node.span() }),
                ),
                kind if kind.is_definition() || kind == Kind::Module => facts.add_definition(file, node),
                _ => {}
            }
            facts.add_reference(file, node);
            if node.language().views().is_test(node) {
                facts.tests.push(TestFact { symbol: symbol::path(node), span: node.span() });
            }
        }
        facts
    }

    fn add_import(&mut self, node: Node<'_>) {
        let Some(Import { view, .. }) = Import::cast(node) else { return };
        let span = node.span();
        if node.kind() == Kind::Export {
            let source = view.source.as_ref().map(ToString::to_string);
            self.exports.extend(view.items.iter().map(|item| ExportFact {
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
                local: item.local.map(|local| local.text().to_owned()),
            };
            of_source.map(name).collect()
        };
        self.imports.extend(view.sources().iter().map(|source| ImportFact {
            source: source.to_string(),
            names: named(source),
            type_only: view.type_only,
            dynamic: view.dynamic,
            reexport: view.reexport,
            span,
        }));
    }

    fn add_definition(&mut self, file: &Lowered, node: Node<'_>) {
        let Some(definition) = Definition::cast(node) else { return };
        let (Some(name), Some(name_node)) = (definition.name(), definition.name_node()) else { return };
        let exported = definition.is_exported(file);
        // Rust says at the definition that it is exported.
        if exported && node.language().views().path_separator() == "::" {
            let type_only = matches!(node.kind(), Kind::Interface | Kind::TypeAlias);
            self.exports.push(ExportFact { name: name.to_owned(), source: None, type_only, span: node.span() });
        }
        self.definitions.push(DefinitionFact {
            kind: node.kind(),
            name: name.to_owned(),
            symbol: definition.symbol(),
            exported,
            test: view::is_in_test(file, node),
            span: node.span(),
            name_span: name_node.span(),
            metrics: Callable::cast(node).and_then(|callable| callable.metrics(file)),
        });
    }

    /// The longest path at a place is the reference; its parts and the call around it are not others.
    fn add_reference(&mut self, file: &Lowered, node: Node<'_>) {
        if matches!(node.kind(), Kind::Import | Kind::Export | Kind::Jsx) || Call::cast(node).is_some() {
            return;
        }
        if self.references.last().is_some_and(|last| last.span.contains(node.span())) {
            return;
        }
        if let Some(resolved) = view::resolve(file, node) {
            self.references.push(ReferenceFact { module: resolved.module, path: resolved.path, span: node.span() });
        }
    }
}

/// A kind is written by its name.
mod kind_name {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::ir::Kind;

    // The signature is serde's.
    #[allow(clippy::trivially_copy_pass_by_ref)]
    pub(super) fn serialize<S: Serializer>(kind: &Kind, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(kind.name())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Kind, D::Error> {
        let name = std::borrow::Cow::<'de, str>::deserialize(from)?;
        let kind = Kind::ALL.iter().copied().find(|kind| kind.name() == name);
        kind.ok_or_else(|| D::Error::custom(format!("there is no kind `{name}`")))
    }
}

#[cfg(test)]
mod tests {
    use super::Facts;
    use crate::ir::view::tests::lower;

    /// Each fact as one line.
    fn lines(facts: &Facts) -> Vec<String> {
        let imports = facts.imports.iter().map(|import| {
            let name = |name: &super::ImportedName| match &name.local {
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

    #[track_caller]
    fn check_facts(tag: &str, code: &str, expected: &[&str]) {
        assert_eq!(lines(&Facts::of(&lower(tag, code))), expected, "{code}");
    }

    #[test]
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
    fn what_silences_tools_is_told() {
        check_facts(
            "ts",
            "a // lawbook-ignore x: y\n// @ts-ignore\nb",
            &["lawbook lawbook-ignore", "typescript @ts-ignore"],
        );
    }

    #[test]
    fn tests_are_told_by_their_paths() {
        check_facts(
            "ts",
            "describe('a', () => { it('b', () => {}) })",
            &["test describe(\"a\")", "test describe(\"a\").it(\"b\")"],
        );
        check_facts("rust", "#[test] fn f() {}", &["function f of 0", "test f", "attribute test"]);
    }
}
