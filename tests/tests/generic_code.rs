//! Code of the core outside of the languages' folders knows no language: no name of one, no sign of a comment, no raw
//! kind, nothing of how modules are written. What it needs, it takes from `Language::syntax` and the views.

#![allow(clippy::unwrap_used, reason = "a test that cannot read the project has failed")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use lawbook_core::ir::view::{self, ViewKey};
use lawbook_core::ir::{Dialect, Kind, Lowered, Node};
use lawbook_core::language;
use lawbook_core::source::{RelPath, SourceFile};

/// Literals that look like knowledge of a language and are none: file, literal, reason.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    ("suppression/marker/tools/mod.rs", "typescript", "the name of a tool, as its users know it"),
    ("suppression/reason/prose.rs", "clippy::", "how a directive of a tool begins"),
    ("suppression/reason/prose.rs", "rustfmt::", "how a directive of a tool begins"),
    ("suppression/reason/prose.rs", "node:coverage", "how a directive of a tool begins"),
    ("suppression/marker/tools/code_directives.rs", "node:coverage ignore next", "how a directive of a tool begins"),
    ("suppression/marker/mod.rs", "#!", "how a line begins that names an interpreter, the same for every language"),
    ("policy/weakened/doors.rs", "//", "the sign of a comment in files of CI and of hooks, which no language reads"),
    ("policy/weakened/doors.rs", "#!", "how a hook begins that names its interpreter"),
    ("data/toml/advice.rs", "//", "the sign of a comment in other formats, which TOML refuses"),
    ("data/toml/advice.rs", "/*", "the sign of a comment in other formats, which TOML refuses"),
    ("language/known.rs", "*", "the vocabulary of rule files, for languages that a binary lacks"),
];

/// Methods whose argument is the name of a raw kind, a token or a field.
const TAKE_RAW_NAMES: &[&str] =
    &["child_of_raw_kind", "has_token", "child_by_field", "children_by_field", "raw_kind", "token"];

/// Methods that return the name of a raw kind or a field.
const GIVE_RAW_NAMES: &[&str] = &["raw_name", "kind_name", "field", "field_name"];

#[test]
fn generic_code_of_the_core_knows_no_language() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("crates/core/src");
    let mut unused: BTreeSet<_> = EXCEPTIONS.iter().map(|(file, literal, _)| (*file, *literal)).collect();
    let mut found = Vec::new();
    for path in generic_files(&source) {
        let file = path.strip_prefix(&source).unwrap().to_string_lossy().replace('\\', "/");
        for (line, literal, what) in knowledge(&fs::read_to_string(&path).unwrap()) {
            let excused = EXCEPTIONS.iter().find(|(of, which, _)| file == *of && (*which == "*" || literal == *which));
            match excused {
                Some((of, which, _)) => drop(unused.remove(&(*of, *which))),
                None => found.push(format!("{file}:{line}: {what}: {literal:?}")),
            }
        }
    }
    assert_eq!(found, [""; 0]);
    assert_eq!(unused, BTreeSet::new(), "exceptions without a case");
}

/// The source files that are in no language's folder and hold more than tests.
fn generic_files(source: &Path) -> Vec<PathBuf> {
    let mut open = vec![source.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let is_language = path.join("syntax.rs").exists() && path.parent().unwrap().ends_with("language");
            if path.is_dir() && !is_language && !path.ends_with("tests") {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs")
                && !path.ends_with("tests.rs")
                && !path.ends_with("language/checks.rs")
                && !path.ends_with("testing/languages.rs")
            {
                files.push(path);
            }
        }
    }
    files.sort();
    assert!(files.len() > 100, "{files:?}");
    files
}

/// The literals in Rust code outside of tests that are knowledge of a language: line, literal, kind of knowledge.
fn knowledge(text: &str) -> Vec<(u32, String, &'static str)> {
    let file = language::lower(SourceFile::new(RelPath::new("generic.rs"), text).unwrap());
    let mut found = Vec::new();
    for node in file.tree().unwrap().nodes().filter(|node| node.is_named()) {
        if view::is_in_test(&file, node) || node.ancestors().any(|outer| outer.kind() == Kind::Attribute) {
            continue;
        }
        if let Some(literal) = literal(&file, node)
            && let Some(what) = known_literal(&literal)
        {
            found.push((line(&file, node), literal, what));
        }
        for literal in compared(&file, node) {
            found.push((line(&file, node), literal, "a raw name"));
        }
    }
    found.sort();
    found.dedup();
    found
}

fn line(file: &Lowered, node: Node<'_>) -> u32 {
    file.source.position(node.start()).line
}

/// The value of a string or character.
fn literal(file: &Lowered, node: Node<'_>) -> Option<String> {
    match node.raw_name() {
        "char_literal" => Some(node.text().trim_start_matches('b').trim_matches('\'').to_owned()),
        _ if node.kind() == Kind::String => match view::ask(file, node, ViewKey::Value)? {
            view::ViewAnswer::Text(text) => Some(text.into_owned()),
            _ => None,
        },
        _ => None,
    }
}

/// The kind of knowledge that a literal is anywhere in code; none for others.
fn known_literal(literal: &str) -> Option<&'static str> {
    let is_name = |dialect: &Dialect| {
        literal == dialect.name || literal == dialect.language.name() || literal == dialect.language.family()
    };
    if language::dialects().any(is_name) {
        return Some("the name of a language");
    }
    for language in language::all() {
        let syntax = language.syntax();
        let signs = syntax.comments.iter().flat_map(|comment| [Some(comment.open), comment.close]).flatten();
        // One character means many things; an address has two slashes, and globs have stars and slashes.
        let plain = if literal.starts_with("**/") || literal.ends_with("/**") {
            String::new()
        } else {
            literal.replace("://", "").replace("/**", "")
        };
        if signs.filter(|sign| sign.len() > 1).any(|sign| plain.contains(sign)) {
            return Some("the sign of a comment");
        }
        let separator = syntax.modules.separator;
        let prefixes = syntax.modules.idle_prefixes.iter().chain((separator.len() > 1).then_some(&separator));
        // With a space behind it, such a sign is a key of a page.
        let written = prefixes
            .into_iter()
            .any(|sign| literal.match_indices(&**sign).any(|(at, sign)| !literal[at + sign.len()..].starts_with(' ')));
        if written {
            return Some("how a module is written");
        }
    }
    // Most raw kinds are two words; those of one word are words of pages, too.
    let is_raw_kind = |dialect: &Dialect| dialect.language.kinds().iter().any(|(raw, _)| *raw == literal);
    let is_word_of_pages = Kind::names().any(|name| name == literal) || ViewKey::named(literal).is_some();
    (literal.contains('_') && !is_word_of_pages && language::dialects().any(is_raw_kind)).then_some("a raw kind")
}

/// The literals that a call of a method about raw names takes or is compared with.
fn compared(file: &Lowered, call: Node<'_>) -> Vec<String> {
    let Some(function) = call.child_by_field("function").filter(|_| call.kind() == Kind::Call) else {
        return Vec::new();
    };
    let Some(method) = function.child_by_field("field").map(Node::text) else { return Vec::new() };
    if TAKE_RAW_NAMES.contains(&method) {
        let arguments = call.child_by_field("arguments").into_iter().flat_map(Node::children);
        return arguments.filter_map(|argument| literal(file, argument)).collect();
    }
    // These take nothing, unlike what writes a field for debugging.
    let takes = call.child_by_field("arguments").is_some_and(|arguments| arguments.children().next().is_some());
    if takes || !GIVE_RAW_NAMES.contains(&method) {
        return Vec::new();
    }
    // The answer is compared by what stands around it: `==`, `matches!`, `match`, a method of the text.
    let is_part = |outer: &Node<'_>| {
        let raw = outer.raw_name();
        matches!(outer.kind(), Kind::Binary | Kind::Call | Kind::Member | Kind::Macro | Kind::Match | Kind::Unary)
            || matches!(raw, "arguments" | "token_tree")
    };
    let around = call.ancestors().take_while(is_part).last();
    let nodes = around.into_iter().flat_map(Node::subtree).filter(|node| node.is_named());
    let is_compared = |node: &Node<'_>| {
        let in_match = node.ancestors().find(|outer| outer.kind() == Kind::Match && around.unwrap().encloses(*outer));
        in_match.is_none() || node.ancestors().any(|outer| outer.raw_name() == "match_pattern")
    };
    let literals = nodes.filter(is_compared).filter_map(|node| literal(file, node));
    // A text with holes is one to be written, not compared.
    literals.filter(|literal| !literal.is_empty() && !literal.contains("{}")).collect()
}

#[test]
fn knowledge_of_a_language_is_found_wherever_it_hides() {
    let check = |code: &str, expected: &[&str]| {
        let found: Vec<_> = knowledge(code).into_iter().map(|(_, literal, what)| format!("{literal} {what}")).collect();
        assert_eq!(found, expected, "{code}");
    };
    check("fn f(n: Node) { n.raw_name() == \"block\" }", &["block a raw name"]);
    check("fn f(n: Node) { matches!(n.raw_name(), \"a\" | \"b\") }", &["a a raw name", "b a raw name"]);
    check("fn f(n: Node) { match n.raw_name() { \"a\" => \"x\", _ => \"y\" } }", &["a a raw name"]);
    check("fn f(n: Node) { n.raw_name().ends_with(\"a\") }", &["a a raw name"]);
    check("fn f(n: Node) { [\"a\"].contains(&n.raw_name()) }", &["a a raw name"]);
    check("fn f(n: Node) { n.child_of_raw_kind(\"a\").has_token(\"b\") }", &["a a raw name", "b a raw name"]);
    check("const A: &str = \"call_expression\";", &["call_expression a raw kind"]);
    check("fn f() { if language.name() == \"rust\" {} }", &["rust the name of a language"]);
    check("const A: &[&str] = &[\"ecmascript\"];", &["ecmascript the name of a language"]);
    check("fn f() { text.starts_with(\"/*\") }", &["/* the sign of a comment"]);
    check("const A: &str = \"///\";", &["/// the sign of a comment"]);
    check("fn f() { path.split(\"::\") }", &[":: how a module is written"]);
    check("fn f() { module.strip_prefix(\"node:\") }", &["node: how a module is written"]);
    check(
        "fn f(n: Node) { n.raw_name() == names.first(); \"block\"; \"https://a\"; 'a' }\n\
         #[doc = \"// a\"] fn g() {}\n\
         #[cfg(test)] mod tests { fn f() { n.raw_name() == \"block\"; \"rust\" } }",
        &[],
    );
}
