//! Collects the facts of one file from its trees.

use std::collections::HashMap;

use crate::engine::test_facts;
use crate::facts::{
    AttributeFact, DefinitionFact, ExportFact, FactKind, FactSet, Facts, ImportFact, ImportedName, ReferenceFact,
    TestFact,
};
use crate::ir::view::{self, Call, Callable, Definition, Import};
use crate::ir::{Kind, Lowered, Node, NodeId, Tree, symbol};
use crate::names;
use crate::span::Span;
use crate::suppression::marker;

/// The bytes of text that the facts of any file may hold, in addition to those for its length. Many facts may repeat one
/// long text, such as the module that each use of a name is resolved to.
const MIN_FACT_BYTES: usize = 8 << 20;
/// The bytes of text that facts may hold for each byte of their file.
const FACT_BYTES_PER_BYTE: usize = 64;

/// The bytes of text that further facts may hold; none once a fact was left out for want of them.
struct FactBytesLeft(Option<usize>);

impl FactBytesLeft {
    /// Takes the bytes of a fact. Returns false if fewer are left, and from then on always.
    fn take(&mut self, bytes: usize) -> bool {
        self.0 = self.0.and_then(|left| left.checked_sub(bytes));
        self.0.is_some()
    }
}

/// The tests of a lowered file.
pub fn tests_in(file: &Lowered) -> Vec<TestFact> {
    collect(file, FactSet::from([FactKind::Tests])).unwrap_or_default().tests
}

/// Collects the wanted facts of a lowered file; the other lists stay empty. None if they hold too much text.
pub(super) fn collect(file: &Lowered, wanted: FactSet) -> Option<Facts> {
    let mut facts = Facts::default();
    let mut left = FactBytesLeft(Some(MIN_FACT_BYTES + FACT_BYTES_PER_BYTE * file.source.text().len()));
    if wanted.has(FactKind::Suppressions) {
        facts.suppressions = marker::all(file);
    }
    let (imports, exports) = (wanted.has(FactKind::Imports), wanted.has(FactKind::Exports));
    let (definitions, references) = (wanted.has(FactKind::Definitions), wanted.has(FactKind::References));
    let (tests, attributes) = (wanted.has(FactKind::Tests), wanted.has(FactKind::Attributes));
    let mut group = None;
    let mut found_tests = Vec::new();
    for node in file.trees.iter().flat_map(Tree::nodes).filter(|node| node.is_named()) {
        match node.kind() {
            Kind::Import | Kind::Export if imports || exports => add_import(&mut facts, node, &mut left),
            Kind::Attribute if attributes => {
                let name = view::name_node(node).map(|name| view::compact(name).into_owned());
                let name = name.filter(|name| left.take(name.len()));
                facts.attributes.extend(name.map(|name| AttributeFact { name, span: node.span() }));
            }
            kind if (definitions || exports) && (kind.is_definition() || kind == Kind::Module) => {
                add_definition(&mut facts, file, node, &mut left);
            }
            _ => {}
        }
        if references {
            add_reference(&mut facts, file, node, &mut left);
        }
        if tests && is_test(node, &mut group) {
            let symbol = symbol::path_in(file, node);
            if left.take(symbol.len()) {
                found_tests.push((node, symbol));
            }
        }
        left.0?;
    }
    facts.tests = test_facts::facts_of(file, &found_tests);
    // Export statements add imports too, and definitions add exports, even if these are not wanted.
    if !imports {
        facts.imports.clear();
    }
    if !exports {
        facts.exports.clear();
    }
    if !definitions {
        facts.definitions.clear();
    }
    Some(facts)
}

/// True if the node is a test. `group` caches the answer for the enclosing node, which many nodes share.
fn is_test(node: Node<'_>, group: &mut Option<((u32, NodeId), bool)>) -> bool {
    let views = node.language().views();
    views.is_test_with(node, &mut |outer| {
        let key = (outer.tree().number(), outer.id());
        let known = group.filter(|(known, _)| *known == key);
        group.insert(known.unwrap_or_else(|| (key, views.is_test(outer)))).1
    })
}

fn add_import(facts: &mut Facts, node: Node<'_>, left: &mut FactBytesLeft) {
    let Some(Import { view, .. }) = Import::cast(node) else { return };
    let span = node.span();
    if node.kind() == Kind::Export {
        let source_len = view.source.as_ref().map_or(0, |source| source.len());
        let items = view.items.iter().take_while(|item| left.take(item.name.len() + source_len));
        facts.exports.extend(items.map(|item| ExportFact {
            name: item.name.to_string(),
            source: view.source.as_ref().map(ToString::to_string),
            type_only: view.type_only,
            span,
        }));
    }
    let (own, common): (Vec<_>, Vec<_>) = view.items.iter().partition(|item| item.source.is_some());
    let mut by_source: HashMap<Option<&str>, Vec<&view::ImportItem<'_>>> = HashMap::new();
    for item in own {
        by_source.entry(item.source.as_deref()).or_default().push(item);
    }
    for source in view.sources() {
        if !left.take(source.len()) {
            return;
        }
        let own = by_source.get(&Some(&*source)).into_iter().flatten();
        let of_source = common.iter().chain(own).copied();
        let name = |item: &view::ImportItem<'_>| ImportedName {
            name: item.name.to_string(),
            local: item.local.map(|local| local.name.to_owned()),
        };
        let fits = |name: &ImportedName| left.take(name.name.len() + name.local.as_ref().map_or(0, String::len));
        facts.imports.push(ImportFact {
            source: source.to_string(),
            names: of_source.map(name).take_while(fits).collect(),
            type_only: view.type_only,
            dynamic: view.dynamic,
            reexport: view.reexport,
            span,
        });
    }
}

fn add_definition(facts: &mut Facts, file: &Lowered, node: Node<'_>, left: &mut FactBytesLeft) {
    let Some(definition) = Definition::cast(node) else { return };
    let (Some(name), Some(name_node)) = (definition.name(), definition.name_node()) else { return };
    let exported = definition.is_exported(file);
    // In languages without export statements the definition itself exports.
    if exported && node.dialect().raw_kinds(Kind::Export).is_empty() {
        let type_only = matches!(node.kind(), Kind::Interface | Kind::TypeAlias);
        facts.exports.push(ExportFact { name: name.to_owned(), source: None, type_only, span: node.span() });
    }
    let symbol = definition.symbol(file);
    if !left.take(2 * name.len() + symbol.len()) {
        return;
    }
    facts.definitions.push(DefinitionFact {
        kind: node.kind(),
        name: name.to_owned(),
        symbol,
        exported,
        test: view::is_in_test(file, node),
        span: node.span(),
        name_span: name_node.span(),
        metrics: Callable::cast(node).and_then(|callable| callable.metrics(file)),
    });
}

/// Adds the reference at a node. Only the longest path at a place is one, not its parts or the call around it.
fn add_reference(facts: &mut Facts, file: &Lowered, node: Node<'_>, left: &mut FactBytesLeft) {
    if matches!(node.kind(), Kind::Import | Kind::Export | Kind::Jsx) {
        return;
    }
    let Some(span) = path_span(node) else { return };
    if facts.references.last().is_some_and(|last| last.span.contains(span)) {
        return;
    }
    if let Some(resolved) = names::resolve(file, node)
        && left.take(resolved.module.len() + resolved.path.iter().map(String::len).sum::<usize>())
    {
        facts.references.push(ReferenceFact { module: resolved.module, path: resolved.path, span });
    }
}

/// The part of a node that may be a path. A call has none, since its callee is a node of its own, except in grammars
/// where a callee `a.b` has no node.
fn path_span(node: Node<'_>) -> Option<Span> {
    let Some(call) = Call::cast(node) else { return Some(node.span()) };
    let object = node.language().views().callee_object(node)?;
    Some(Span::new(object.start(), call.callee()?.end()))
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
            let found = lines(&collect(&lower(dialect.tags[0], dialect.language.sample()), FactSet::ALL).unwrap());
            // Languages may use capital letters for visibility, and import only whole modules.
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
        assert_eq!(lines(&collect(&lower(tag, code), FactSet::ALL).unwrap()), expected, "{code}");
    }

    #[test]
    #[cfg(feature = "ecmascript")]
    fn facts_that_repeat_a_long_text_are_too_many() {
        let module = "m".repeat(100_000);
        for code in [
            format!("import a from '{module}';\n{}", "a;".repeat(10_000)),
            format!("export {{ {} }} from '{module}';", "a, ".repeat(10_000)),
        ] {
            assert_eq!(collect(&lower("ts", &code), FactSet::ALL), None);
            assert!(collect(&lower("ts", &code.replace(&module, "m")), FactSet::ALL).is_some());
        }
    }

    #[test]
    #[cfg(feature = "all-languages")]
    fn imports_exports_and_definitions_are_facts() {
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
    fn markers_of_tools_are_facts() {
        check_facts(
            "ts",
            "a // lawbook-ignore x: the format wants it\n// @ts-ignore\nb",
            &["lawbook lawbook-ignore", "typescript @ts-ignore"],
        );
    }

    #[test]
    #[cfg(feature = "all-languages")]
    fn tests_are_facts_with_their_paths() {
        check_facts(
            "ts",
            "describe('a', () => { it('b', () => {}) })",
            &["test describe(\"a\")", "test describe(\"a\").it(\"b\")"],
        );
        check_facts("rust", "#[test] fn f() {}", &["function f of 0", "test f", "attribute test"]);
    }

    /// Python with a grammar that has no node for `a.b` in `a.b()`, like that of Java.
    #[cfg(feature = "python")]
    mod apart {
        use std::borrow::Cow;

        use crate::ir::view::{Call, Declaration, ImportView, Namespace, Views};
        use crate::ir::{Dialect, DialectParts, FileInput, Kind, Language, Lowered, Node, Syntax};
        use crate::language;
        use crate::names::calls;
        use crate::source::{RelPath, SourceFile};

        #[derive(Debug)]
        struct Apart;

        static APART: Dialect = Dialect::new(DialectParts {
            name: "apart",
            language: &Apart,
            extensions: &[],
            tags: &[],
            editor_ids: &[],
            ast_grep_names: &[],
            grammar: || tree_sitter_python::LANGUAGE.into(),
        });

        fn python() -> &'static dyn Language {
            language::named("python").unwrap()
        }

        impl Language for Apart {
            fn name(&self) -> &'static str {
                "apart"
            }

            fn dialects(&self) -> &'static [&'static Dialect] {
                &[]
            }

            fn syntax(&self) -> &'static Syntax {
                python().syntax()
            }

            fn kinds(&self) -> &'static [(&'static str, &'static [Kind])] {
                python().kinds()
            }

            fn refine(&self, node: Node<'_>) -> Kind {
                python().refine(node)
            }

            fn views(&self) -> &'static dyn Views {
                &ApartViews
            }

            fn sample(&self) -> &'static str {
                ""
            }
        }

        struct ApartViews;

        impl Views for ApartViews {
            fn callee<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
                let whole = python().views().callee(node)?;
                Some(whole.child_by_field("attribute").unwrap_or(whole))
            }

            fn callee_object<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
                python().views().receiver(node)
            }

            fn import<'t>(&self, node: Node<'t>) -> Option<ImportView<'t>> {
                python().views().import(node)
            }

            fn declaration(&self, leaf: Node<'_>) -> Option<Declaration> {
                python().views().declaration(leaf)
            }

            fn reference<'t>(
                &self,
                node: Node<'t>,
                path: Option<&mut Vec<Cow<'t, str>>>,
            ) -> Option<(Node<'t>, Namespace)> {
                // Only the call contains the path.
                let is_path = node.raw_name() == "attribute";
                if is_path { None } else { python().views().reference(node, path) }
            }
        }

        pub(super) fn lower(code: &str) -> Lowered {
            let source = SourceFile::new(RelPath::new("a"), code).unwrap();
            language::lower(FileInput::of_dialect(source, &APART))
        }

        #[test]
        fn a_callee_without_a_node_of_its_own_is_read_with_its_object() {
            let file = lower("import m\nm . n . f(x)(y)\ng(z)");
            let found = file.tree().unwrap().nodes().filter_map(Call::cast);
            let texts: Vec<_> = found.filter_map(Call::callee_text).collect();
            assert_eq!(texts, ["m.n.f(x)", "m.n.f", "g"]);
            let call = file.tree().unwrap().nodes().find(|node| node.text() == "m . n . f(x)").unwrap();
            assert!(calls(&file, call, "m#n.f") && calls(&file, call, "m.n.f"));
            let start = Call::cast(call).and_then(Call::callee_start);
            assert_eq!(start.map(Node::text), Some("m . n"));
        }

        #[test]
        fn a_callee_whose_object_is_too_long_for_a_name_has_no_text() {
            let file = lower(&format!("a{}.f()", ".b".repeat(3_000)));
            let found = file.tree().unwrap().nodes().find_map(Call::cast).unwrap();
            assert_eq!(found.callee_text(), None);
        }
    }

    #[test]
    #[cfg(feature = "python")]
    fn a_call_whose_callee_has_no_node_of_its_own_is_a_use_of_all_of_its_path() {
        let facts = collect(&apart::lower("import m\nm.n.f(m.g())"), FactSet::ALL).unwrap();
        let expected = ["import {m} of m", "use m n.f at 9", "use m g at 15"];
        assert_eq!(lines(&facts), expected);
    }
}
