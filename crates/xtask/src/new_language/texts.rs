//! The files of a new language's folder: each compiles, and its comments describe what is to be added.

use super::NewLanguage;

/// The names and texts of the files.
pub(super) fn of(language: &NewLanguage) -> Vec<(&'static str, String)> {
    [("mod.rs", MODULE), ("kinds.rs", KINDS), ("syntax.rs", SYNTAX), ("views.rs", VIEWS), ("tests/mod.rs", TESTS)]
        .map(|(file, text)| (file, filled(text, language)))
        .to_vec()
}

/// A template in which `@name` and the other placeholders are replaced by the names of a language.
fn filled(text: &str, language: &NewLanguage) -> String {
    let tags = if language.extension == language.name {
        format!("\"{}\"", language.name)
    } else {
        format!("\"{}\", \"{}\"", language.name, language.extension)
    };
    text.replace("@tags", &tags)
        .replace("@name", &language.name)
        .replace("@extension", &language.extension)
        .replace("@Type", &language.type_name())
        .replace("@CONSTANT", &language.constant())
        .replace("@grammar", &language.grammar_module())
}

const MODULE: &str = r#"//! @Type.

mod kinds;
mod syntax;
#[cfg(test)]
mod tests;
mod views;

use crate::ir::view::Views;
use crate::ir::{Dialect, DialectParts, Kind, Language, Node, Syntax};

/// @Type, which is its own only dialect.
#[derive(Debug)]
pub(super) struct @Type;

static @CONSTANT: Dialect = Dialect::new(DialectParts {
    name: "@name",
    language: &@Type,
    extensions: &["@extension"],
    tags: &[@tags],
    editor_ids: &["@name"],
    ast_grep_names: &["@name"],
    grammar: || @grammar::LANGUAGE.into(),
});

impl Language for @Type {
    fn name(&self) -> &'static str {
        "@name"
    }

    fn dialects(&self) -> &'static [&'static Dialect] {
        static DIALECTS: &[&Dialect] = &[&@CONSTANT];
        DIALECTS
    }

    fn syntax(&self) -> &'static Syntax {
        &syntax::SYNTAX
    }

    fn expando(&self) -> char {
        'µ'
    }

    fn keywords(&self) -> &'static [(&'static str, &'static str)] {
        kinds::KEYWORDS
    }

    fn kinds(&self) -> &'static [(&'static str, &'static [Kind])] {
        kinds::TABLE
    }

    fn refine(&self, node: Node<'_>) -> Kind {
        kinds::refine(node)
    }

    fn views(&self) -> &'static dyn Views {
        &views::@TypeViews
    }

    #[cfg(test)]
    fn sample(&self) -> &'static str {
        tests::SAMPLE
    }

    #[cfg(test)]
    fn more_samples(&self) -> &'static [(&'static str, &'static str)] {
        tests::MORE_SAMPLES
    }
}
"#;

const KINDS: &str = r#"//! The raw kinds of the @Type grammar in the shared layer.

use crate::ir::{Kind, Node};

/// The raw kinds (`src/node-types.json` of the grammar's crate) that have a shared kind, in order of name.
pub(super) const TABLE: &[(&str, &[Kind])] = &[("comment", &[Kind::Comment]), ("identifier", &[Kind::Identifier])];

/// Decides where the table lists several kinds.
pub(super) fn refine(_: Node<'_>) -> Kind {
    Kind::Other
}

/// Keywords that every node of a kind holds; [`crate::ir::Language::keywords`] says which may stand here.
pub(super) const KEYWORDS: &[(&str, &str)] = &[];
"#;

const SYNTAX: &str = r#"//! The signs, words and raw kinds of @Type that code for all languages must know.

use crate::ir::{CommentSyntax, Syntax};

pub(super) static SYNTAX: Syntax = Syntax {
    comments: &[CommentSyntax::line("//"), CommentSyntax::block("/*", "*/")],
    logical_operators: &["&&", "||"],
    ..Syntax::PLAIN
};
"#;

const VIEWS: &str = r#"//! The answers of @Type to the typed views.

use crate::ir::Node;
use crate::ir::view::Views;

/// The answers of @Type; `ir/view/mod.rs` says what each view must answer.
pub(super) struct @TypeViews;

impl Views for @TypeViews {
    fn name_node<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        node.child_by_field("name")
    }

    fn body<'t>(&self, node: Node<'t>) -> Option<Node<'t>> {
        node.child_by_field("body")
    }
}
"#;

const TESTS: &str = r#"//! Expected kinds and views of @Type, and its samples for the checklist.

use crate::ir::Kind;
use crate::language::checks::check_kind;

/// `testing/languages.rs` says what must stand in it; its tests fail until all of that does.
pub(super) const SAMPLE: &str = "
";

/// Code by tag that shows the shared kinds which the sample does not.
pub(super) const MORE_SAMPLES: &[(&str, &str)] = &[];

#[test]
fn comments_are_comments() {
    check_kind("@name", "// a\n", "comment", Kind::Comment);
}
"#;
