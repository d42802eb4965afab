//! A language of one's own: Starlark, whose files the grammar of Python can read. A grammar, the signs of comments and a
//! table of shared kinds are enough for rules that hold for every language, for patterns and for suppressions.

use lawbook_core::ir::view::Views;
use lawbook_core::ir::{CommentSyntax, DialectParts, Language, Syntax};
use lawbook_core::prelude::*;

#[derive(Debug)]
struct Starlark;

static STARLARK: Dialect = Dialect::new(DialectParts {
    name: "starlark",
    language: &Starlark,
    extensions: &["star", "bzl"],
    tags: &["starlark"],
    editor_ids: &["starlark"],
    ast_grep_names: &["starlark"],
    grammar: || tree_sitter_python::LANGUAGE.into(),
});

static SYNTAX: Syntax = Syntax { comments: &[CommentSyntax::line("#")], ..Syntax::PLAIN };

impl Language for Starlark {
    fn name(&self) -> &'static str {
        "starlark"
    }

    fn dialects(&self) -> &'static [&'static Dialect] {
        const { &[&STARLARK] }
    }

    fn syntax(&self) -> &'static Syntax {
        &SYNTAX
    }

    fn expando(&self) -> char {
        'µ'
    }

    fn kinds(&self) -> &'static [(&'static str, &'static [Kind])] {
        &[
            ("call", &[Kind::Call]),
            ("comment", &[Kind::Comment]),
            ("function_definition", &[Kind::Function]),
            ("identifier", &[Kind::Identifier]),
            ("string", &[Kind::String]),
        ]
    }

    fn refine(&self, _: Node<'_>) -> Kind {
        // No raw kind above has two shared kinds to choose from.
        Kind::Other
    }

    fn views(&self) -> &'static dyn Views {
        &StarlarkViews
    }
}

struct StarlarkViews;

impl Views for StarlarkViews {
    fn name_node<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        node.child_by_field("name")
    }

    fn callee<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        node.child_by_field("function")
    }
}

const NO_PRINT: &str = "---
summary: No output while a build is planned.
languages: [starlark]
severity: warning
rule: {node: call, where: {callee: print}}
fix: {title: Drop it, template: pass}
---
What is printed here is read by nobody.
";

const NO_GLOB: &str = "---
summary: Name the files.
languages: [starlark]
severity: error
rule: {pattern: glob($$$FILES)}
---
A glob takes in what somebody forgot.
";

fn check() -> Result<Vec<String>, Box<dyn std::error::Error>> {
    // Before anything else: pages and paths are read by the languages that there are.
    lawbook_core::language::register(&Starlark)?;
    let lawbook = Lawbook::builder().page("no-print", NO_PRINT).page("no-glob", NO_GLOB).build()?;
    let text =
        "def f(name):\n    print(name)\n\nfiles = glob(['*.c'])  # lawbook-ignore no-glob: all of them are meant\n";
    let fixed = lawbook.fix_up_to("BUILD.bzl", text, Safety::Unsafe);
    let found = lawbook.check("BUILD.bzl", text);
    Ok(found.iter().map(ToString::to_string).chain([fixed.text.to_string()]).collect())
}

#[allow(clippy::print_stdout, reason = "an example shows what it finds")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    for line in check()? {
        println!("{line}");
    }
    Ok(())
}

#[test]
fn rules_hold_for_the_language() {
    let [found, fixed] = &check().unwrap()[..] else { panic!("one finding and a text") };
    assert_eq!(found, "BUILD.bzl:2:5: warning: No output while a build is planned. [no-print]");
    assert!(fixed.starts_with("def f(name):\n    pass\n"), "{fixed}");
    assert!(lawbook_core::language::register(&Starlark).is_err(), "languages are in use by now");
}
