//! The syntax of a language, as far as code for all languages must know it: plain data that the language gives.

use std::fmt;

use crate::ir::{CommentSyntax, Node};

/// The writing of one language. Code outside of the languages' folders knows no sign, word or raw kind but these.
#[derive(Debug)]
pub struct Syntax {
    /// Every way to write a comment. Suppressions, markers and documentation are found by these signs alone.
    pub comments: &'static [CommentSyntax],
    /// The naming of modules and their members.
    pub modules: ModuleSyntax,
    /// The rules by which the text of an expression becomes a name that can be compared.
    pub names: NameSyntax,
    /// The tokens that join two conditions (`&&`, `or`); runs of one of them count once in cognitive complexity.
    pub logical_operators: &'static [&'static str],
    /// Raw kinds that only put parentheses around an expression.
    pub parentheses: &'static [&'static str],
    /// Raw kinds of running text, whose nodes become others when a neighbour is taken out.
    pub text_kinds: &'static [&'static str],
    /// Tokens of the grammar that never stand as one token between two nodes of a strict tree.
    pub split_tokens: &'static [&'static str],
    /// Keywords and names that stand in most files, so that a search for them rules few files out. They rank texts of
    /// the pre-filter and decide nothing.
    pub common_words: &'static [&'static str],
    /// The tools (`suppression::marker::tools`) that read directives in comments of the language, besides those that
    /// read the comments of every language.
    pub marker_tools: &'static [&'static str],
    /// The attributes that tell one of the language's own tools to ignore something; none where there are none.
    pub attribute_markers: Option<AttributeMarkers>,
}

impl Syntax {
    /// Nothing known but that names have members (`a.b`): what a language starts from and overrides.
    pub const PLAIN: Self = Self {
        comments: &[],
        modules: ModuleSyntax::FLAT,
        names: NameSyntax::VERBATIM,
        logical_operators: &[],
        parentheses: &[],
        text_kinds: &[],
        split_tokens: &[],
        common_words: &[],
        marker_tools: &[],
        attribute_markers: None,
    };
}

/// The naming of modules and their members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModuleSyntax {
    /// The sign between the parts of a module's name: the `/` of `fs/promises`, the `.` of `os.path`.
    pub separator: &'static str,
    /// True if a module is a member of the one that the start of its name names: `a` and then `b` is `a.b`. Members are
    /// then joined by `separator`, too.
    pub nested: bool,
    /// True if a path needs no import, because it may start at a module that is always there (`std::fs::read`), and
    /// the path of an import may start at a name that an earlier import made.
    pub paths_are_resolved: bool,
    /// Prefixes of a module's name that do not change its meaning: `node:`, a leading `::`.
    pub idle_prefixes: &'static [&'static str],
    /// The member through which a module may be reached as a whole: `default`.
    pub default_member: Option<&'static str>,
}

impl ModuleSyntax {
    /// Modules with names that have nothing to do with each other.
    pub const FLAT: Self =
        Self { separator: "/", nested: false, paths_are_resolved: false, idle_prefixes: &[], default_member: None };

    /// A module's name without a prefix that changes nothing.
    pub(crate) fn bare<'m>(&self, module: &'m str) -> &'m str {
        self.idle_prefixes.iter().find_map(|prefix| module.strip_prefix(prefix)).unwrap_or(module)
    }
}

/// The rules by which the text of an expression becomes a name: `a?.b<T> ()` is compared as `a.b()`.
#[derive(Clone, Copy, Debug)]
pub struct NameSyntax {
    /// The sign before a member: `.`, `::`. It is dropped before a bracket and where a part was left out.
    pub separator: &'static str,
    /// Raw kinds that are left out, with all that is in them: type arguments.
    pub left_out: &'static [&'static str],
    /// Tokens that are written in another way: `?.` as `.`.
    pub rewritten: &'static [Rewrite],
    /// Raw kinds in which white space means something: templates.
    pub spaced: &'static [&'static str],
    /// Characters beside letters, digits and `_` that a name may hold.
    pub letters: &'static [char],
    /// Characters of which a text without white space holds one if any of the above applies to it, or a comment.
    pub signs: &'static [char],
}

/// A token that is written in another way in a name.
#[derive(Clone, Copy, Debug)]
pub struct Rewrite {
    /// The token as it stands.
    pub token: &'static str,
    /// The raw kind of its parent; none for any.
    pub parent: Option<&'static str>,
    /// The text that it becomes.
    pub written: &'static str,
}

impl NameSyntax {
    /// A name is its text without white space and comments; members stand behind a `.`.
    pub const VERBATIM: Self =
        Self { separator: ".", left_out: &[], rewritten: &[], spaced: &[], letters: &[], signs: &[] };
}

/// The attributes by which code tells one of its language's own tools to ignore something: Rust's `#[allow(…)]`.
#[derive(Clone, Copy)]
pub struct AttributeMarkers {
    /// The tool, by the name that lists have.
    pub tool: &'static str,
    /// A file with such an attribute holds one of these texts.
    pub literals: &'static [&'static str],
    /// The directives of one attribute.
    pub read: for<'t> fn(Node<'t>) -> Vec<AttributeMarker>,
}

impl fmt::Debug for AttributeMarkers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttributeMarkers").field("tool", &self.tool).finish_non_exhaustive()
    }
}

/// One directive in an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeMarker {
    /// The tool's word for it, with the signs of the attribute: `#[allow]`.
    pub directive: String,
    /// The rules that it names.
    pub rules: Vec<String>,
    /// Texts that may be its reason, the best one first.
    pub reasons: Vec<String>,
    /// True if it holds for the whole file, and not only for the item that it stands on.
    pub of_file: bool,
}
