//! Tests that every language gives the answers that language-independent code relies on, on a sample.
//!
//! A sample (`Language::sample`) is code that every dialect of the language parses without problems. It contains, in
//! any order: documentation of the module; an import of `imported` from `sample_module`; an exported function
//! `documented` with documentation and one parameter, which calls `imported` with the string `a string`, the number
//! `42` and a boolean; a function `hidden` or `_hidden` that is neither exported nor documented and takes nothing; a
//! function `branching` of a loop around an `if` with two conditions around a call of `hidden`; an `async` function
//! `waits` that calls the method `act` of `thing`; a class `Thing` with a field `size`, and its method `act`; a test
//! that calls `in_test`. `Language::more_samples` has examples of all further kinds in the language's table, by tag.
//!
//! Names may begin with a capital letter or `_` if that decides on visibility in the language. A language that imports
//! only whole modules imports `sample_module` and calls `sample_module.imported`. A language whose functions are in
//! classes has them where its grammar allows them outside (the compact source files of Java). `Language::sample_lacks`
//! names the parts that the language has no syntax for.

use std::collections::BTreeSet;

use super::marks;
use crate::budget::Steps;
use crate::ir::compare::compare;
use crate::ir::view::{self, Call, Callable, CommentNode, Definition, Type, ViewAnswer, ViewKey};
use crate::ir::{Dialect, Kind, Language, Lowered, Node, symbol};
use crate::language;
use crate::language::checks::lower;
use crate::names;
use crate::pattern::{Env, Pattern, Variables};
use crate::source::{RelPath, SourceFile};
use crate::suppression::{self, marker};

/// Calls `check` with the sample of each dialect.
#[track_caller]
fn for_each(mut check: impl FnMut(&'static Dialect, &Lowered)) {
    for dialect in language::dialects() {
        check(dialect, &lower(dialect.tags[0], dialect.language.sample()));
    }
}

/// Parts of the sample that a language may lack.
const OPTIONAL: &[&str] = &["async"];

/// True if two names are equal apart from capital letters and leading underscores.
fn is_name(found: &str, name: &str) -> bool {
    found.trim_start_matches('_').eq_ignore_ascii_case(name)
}

/// The definition with this name.
fn definition<'t>(file: &'t Lowered, kind: Kind, name: &str) -> Node<'t> {
    let is_it = |node: &Node<'_>| node.kind() == kind && view::name(*node).is_some_and(|found| is_name(found, name));
    let found = file.tree().unwrap().nodes().find(is_it);
    found.unwrap_or_else(|| panic!("no {kind} {name} in {}", file.source.text()))
}

/// The call of this callee, perhaps through the imported module.
fn call<'t>(file: &'t Lowered, callee: &str) -> Node<'t> {
    let is_it = |node: &Node<'_>| {
        let Some(found) = Call::cast(*node).and_then(Call::callee_text) else { return false };
        let member =
            found.strip_prefix("sample_module").map(|rest| rest.trim_start_matches(|c: char| !c.is_alphanumeric()));
        is_name(member.unwrap_or(&found), callee)
    };
    let found = file.tree().unwrap().nodes().find(is_it);
    found.unwrap_or_else(|| panic!("no call of {callee} in {}", file.source.text()))
}

fn answer(file: &Lowered, node: Node<'_>, key: &str) -> String {
    match view::ask(file, node, ViewKey::named(key).unwrap()) {
        Some(ViewAnswer::Bool(yes)) => yes.to_string(),
        Some(ViewAnswer::Number(count)) => count.to_string(),
        Some(ViewAnswer::Text(text)) => text.into_owned(),
        Some(ViewAnswer::List(list)) => list.join(", "),
        None => "nothing".to_owned(),
    }
}

/// Asserts the answers to some keys.
#[track_caller]
fn check(file: &Lowered, node: Node<'_>, expected: &[(&str, &str)]) {
    for (key, expected) in expected {
        let language = node.language().name();
        assert_eq!(answer(file, node, key), *expected, "{key} of {node:?} in {language}");
    }
}

#[test]
fn samples_parse_and_both_parsers_agree() {
    for_each(|dialect, file| {
        assert_eq!((file.problems.first(), file.degraded.first()), (None, None), "{}", dialect.name);
        let tolerant = language::lower_tolerant(file.input());
        assert_eq!(tolerant.problems, [], "{}", dialect.name);
        assert_eq!(compare(tolerant.tree().unwrap(), file.tree().unwrap()).0, [], "{}", dialect.name);
    });
}

#[test]
fn every_kind_of_a_languages_table_has_an_example() {
    // Languages of one family may share a table, of which each uses only a part.
    let mut lacking: BTreeSet<(&str, Kind)> = BTreeSet::new();
    for language in language::all() {
        let kinds = language.kinds().iter().flat_map(|(_, kinds)| kinds.iter().copied());
        lacking.extend(kinds.map(|kind| (language.family(), kind)));
    }
    let more = language::all().iter().flat_map(|language| language.more_samples());
    let samples = language::dialects().map(|dialect| (dialect.tags[0], dialect.language.sample()));
    for (tag, code) in samples.chain(more.copied()) {
        let file = lower(tag, code);
        assert_eq!(file.problems, [], "{code}");
        for node in file.tree().unwrap().nodes() {
            lacking.remove(&(node.language().family(), node.kind()));
        }
    }
    lacking.retain(|(_, kind)| *kind != Kind::Other);
    assert!(lacking.is_empty(), "no sample has code of these kinds: {lacking:?}");
}

#[test]
fn definitions_are_named_exported_and_documented() {
    for_each(|_, file| {
        check(file, file.tree().unwrap().root(), &[("documented", "true")]);
        let function = definition(file, Kind::Function, "documented");
        check(file, function, &[("exported", "true"), ("documented", "true"), ("parameters", "parameter")]);
        check(file, function, &[("symbol", view::name(function).unwrap()), ("async", "false"), ("test", "false")]);
        assert!(Callable::cast(function).and_then(Callable::body).is_some());
        let hidden = definition(file, Kind::Function, "hidden");
        check(file, hidden, &[("exported", "false"), ("documented", "false"), ("parameters", "")]);
        let lacks = file.tree().unwrap().dialect().language.sample_lacks();
        assert!(lacks.iter().all(|part| OPTIONAL.contains(part)), "{lacks:?}");
        let is_async = if lacks.contains(&"async") { "false" } else { "true" };
        check(file, definition(file, Kind::Function, "waits"), &[("async", is_async)]);
        let class = Type::cast(definition(file, Kind::Class, "Thing")).unwrap();
        assert!(class.members().iter().any(|member| member == "size"), "{:?}", class.members());
        let method = definition(file, Kind::Method, "act");
        assert_eq!(symbol::path(method), "Thing.act");
        assert!(Definition::cast(method).and_then(Definition::name_node).is_some());
        let field = definition(file, Kind::Field, "size");
        assert_eq!(symbol::path(field), "Thing.size");
    });
}

#[test]
fn calls_are_read_and_followed_to_imports() {
    for_each(|_, file| {
        let imported = call(file, "imported");
        let callee = Call::cast(imported).and_then(Call::callee_text).unwrap();
        let member = callee.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap();
        assert!(names::calls(file, imported, &format!("sample_module#{member}")), "{callee}");
        assert!(names::calls(file, imported, &callee), "{callee}");
        assert!(names::refers_to_import(file, imported, "sample_module"));
        assert!(!names::refers_to_import(file, imported, "sample_modul"));
        assert_eq!(Call::cast(imported).unwrap().arguments().len(), 3);
        let own = call(file, "hidden");
        assert!(!names::refers_to_import(file, own, "sample_module"));
        check(file, call(file, "thing.act"), &[("receiver", "thing")]);
        let mut imports = file.tree().unwrap().nodes().filter(|node| node.kind() == Kind::Import);
        assert!(imports.any(|import| names::refers_to_import(file, import, "sample_module")));
    });
}

#[test]
fn literals_are_read() {
    for_each(|dialect, file| {
        let values: BTreeSet<(Kind, String)> =
            file.tree().unwrap().nodes().map(|node| (node.kind(), answer(file, node, "value"))).collect();
        for expected in [(Kind::String, "a string"), (Kind::Number, "42")] {
            assert!(values.contains(&(expected.0, expected.1.to_owned())), "{expected:?} in {}", dialect.name);
        }
        assert!(values.iter().any(|(kind, _)| *kind == Kind::Boolean), "{}", dialect.name);
    });
}

#[test]
fn decisions_are_counted() {
    for_each(|_, file| {
        let branching = definition(file, Kind::Function, "branching");
        check(file, branching, &[("statements", "3"), ("nesting", "2"), ("cyclomatic", "4"), ("cognitive", "4")]);
    });
}

#[test]
fn tests_are_known() {
    for_each(|dialect, file| {
        check(file, call(file, "in_test"), &[("test", "true")]);
        check(file, call(file, "imported"), &[("test", "false")]);
        let views = dialect.language.views();
        assert!(file.tree().unwrap().nodes().any(|node| views.is_test(node)), "{}", dialect.name);
    });
}

/// The sample below a comment in one of the language's syntaxes.
fn commented(dialect: &Dialect, open: &str, close: &str, text: &str) -> Lowered {
    lower(dialect.tags[0], &format!("{open} {text} {close}\n{}", dialect.language.sample()))
}

#[test]
fn comments_of_every_syntax_are_read_and_suppress() {
    for dialect in language::dialects() {
        let syntaxes = dialect.language.syntax().comments;
        assert!(!syntaxes.is_empty(), "{} has no comments", dialect.name);
        for syntax in syntaxes {
            let (open, close) = (syntax.open, syntax.close.unwrap_or_default());
            let file = commented(dialect, open, close, "TODO: some words");
            let first = file.comments.first().unwrap_or_else(|| panic!("no {open} in {}", dialect.name));
            let comment = CommentNode::cast(file.comment_node(first)).unwrap();
            assert_eq!(
                (&*comment.text(), comment.marker()),
                ("TODO: some words", Some("TODO")),
                "{open} in {}",
                dialect.name
            );
            assert_eq!(
                comment.style() == view::CommentStyle::Doc,
                syntax.doc,
                "{open} in {} is documentation: {}",
                dialect.name,
                syntax.doc
            );

            let file = commented(dialect, open, close, "lawbook-ignore some-rule: the format wants it");
            let found = suppression::read(&file);
            assert_eq!(found.malformed, [], "{open} in {}", dialect.name);
            let [one] = &found.valid[..] else { panic!("{open} in {}: {found:?}", dialect.name) };
            assert_eq!(
                (&*one.rules[0].0, &*one.reason),
                ("some-rule", "the format wants it"),
                "{open} in {}",
                dialect.name
            );
            let covers_code = one.scope.start > one.span.end && !one.scope.is_empty();
            assert!(covers_code, "{open} in {} suppresses nothing in {}", dialect.name, file.source.text());
        }
    }
}

#[test]
fn plain_comments_hold_markers_of_tools_and_of_test_blocks() {
    for dialect in language::dialects() {
        let syntaxes = dialect.language.syntax().comments;
        for syntax in syntaxes.iter().filter(|syntax| syntax.is_plain_among(syntaxes)) {
            let (open, close) = (syntax.open, syntax.close.unwrap_or_default());
            let found = marker::read(&commented(dialect, open, close, "nosemgrep: some-rule"));
            assert_eq!(found.len(), 1, "{open} in {}", dialect.name);
            assert_eq!((&*found[0].tool, &found[0].rules[..]), ("semgrep", &["some-rule".to_owned()][..]));
            let marked = marks::read(&format!("x {open} error {close}\n"), syntaxes);
            assert_eq!((&*marked.clean, marked.marks.len()), ("x\n", 1), "{open} in {}", dialect.name);
        }
    }
}

#[test]
fn patterns_match_calls() {
    for_each(|dialect, file| {
        let mut variables = Variables::default();
        let callee = Call::cast(call(file, "imported")).and_then(Call::callee_text).unwrap();
        let pattern = Pattern::compile(&format!("{callee}($$$ARGS)"), dialect, &mut variables).unwrap();
        let (mut env, steps) = (Env::default(), Steps::default());
        let tree = file.tree().unwrap();
        let found = tree.nodes().filter(|node| pattern.match_node(*node, &mut env, &steps)).count();
        assert_eq!(found, 1, "{}", dialect.name);
    });
}

#[test]
fn names_of_dialects_are_unique() {
    let mut seen = BTreeSet::new();
    for dialect in language::dialects() {
        assert_eq!(language::named(dialect.language.name()).map(Language::name), Some(dialect.language.name()));
        assert!(dialect.extensions.iter().all(|extension| seen.insert(format!(".{extension}"))), "{}", dialect.name);
        assert!(dialect.tags.iter().all(|tag| seen.insert((*tag).to_owned())), "{}", dialect.name);
        assert!(dialect.editor_ids.iter().all(|id| seen.insert(format!("editor: {id}"))), "{}", dialect.name);
        assert!(language::unsupported_names().all(|name| name != dialect.name), "{}", dialect.name);
        for extension in dialect.extensions {
            assert_eq!(language::of_path(&RelPath::new(format!("a.{extension}"))), Some(dialect));
        }
        let source = SourceFile::new(RelPath::new("a.unknown"), "").unwrap();
        assert!(language::of_path(source.path()).is_none());
    }
}
