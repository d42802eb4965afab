//! The syntax of a language as data, as far as code for all languages must know it.

use std::fmt;

use crate::ir::{CommentSyntax, Node};

/// The syntax of one language. Code outside the folder of a language uses no token, keyword or raw kind but these.
#[derive(Debug)]
pub struct Syntax {
    /// Every way to write a comment. Suppressions, markers and documentation are recognised by these signs.
    pub comments: &'static [CommentSyntax],
    /// The naming of modules and their members.
    pub modules: ModuleSyntax,
    /// The rules for normalising the text of an expression to a name that can be compared.
    pub names: NameSyntax,
    /// The names that need no declaration, and what calls a function by another name.
    pub globals: GlobalSyntax,
    /// The tokens that join two conditions (`&&`, `or`); runs of one of them count once in cognitive complexity.
    pub logical_operators: &'static [&'static str],
    /// Raw kinds that only put parentheses around an expression.
    pub parentheses: &'static [&'static str],
    /// Raw kinds of running text (JSX text, the text of a string), which merges with its neighbours when a node between them
    /// is deleted.
    pub text_kinds: &'static [&'static str],
    /// The macros of the standard library whose arguments are expressions or patterns as the language writes them. What
    /// another macro takes is up to its arms.
    pub expression_macros: &'static [&'static str],
    /// Tokens of the grammar that consist of several words (`static get`) and are never one token in a gap of a strict
    /// tree.
    pub split_tokens: &'static [&'static str],
    /// Keywords and names that occur in most files. The pre-filter prefers to search for other texts; this has no effect
    /// on findings.
    pub common_words: &'static [&'static str],
    /// The tools (`suppression::marker::tools`) that read directives in comments of the language, besides those that
    /// read the comments of every language.
    pub marker_tools: &'static [&'static str],
    /// The attributes that suppress findings of a tool of the language (`#[allow(…)]`); none if it has none.
    pub attribute_markers: Option<AttributeMarkers>,
}

impl Syntax {
    /// A minimal syntax in which names have members (`a.b`) and nothing else is known. Languages start from it and
    /// override fields.
    pub const PLAIN: Self = Self {
        comments: &[],
        modules: ModuleSyntax::FLAT,
        names: NameSyntax::VERBATIM,
        globals: GlobalSyntax::NONE,
        logical_operators: &[],
        parentheses: &[],
        text_kinds: &[],
        expression_macros: &[],
        split_tokens: &[],
        common_words: &[],
        marker_tools: &[],
        attribute_markers: None,
    };
}

/// The naming of modules and their members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModuleSyntax {
    /// The separator of the parts of a module name: the `/` of `fs/promises`, the `.` of `os.path`.
    pub separator: &'static str,
    /// True if modules are members of other modules: the module `a.b` is the member `b` of the module `a`. Members are
    /// then also separated by `separator`.
    pub nested: bool,
    /// True if a path can be used without an import, because it starts at a module that is always visible
    /// (`std::fs::read`). The path of an import can then also start at a name that another import declares.
    pub paths_are_resolved: bool,
    /// Prefixes of module names that do not change their meaning: `node:`, a leading `::`.
    pub idle_prefixes: &'static [&'static str],
    /// The member that stands for the whole module: `default`.
    pub default_member: Option<&'static str>,
}

impl ModuleSyntax {
    /// The syntax of a language in which modules are not members of other modules.
    pub const FLAT: Self =
        Self { separator: "/", nested: false, paths_are_resolved: false, idle_prefixes: &[], default_member: None };

    /// The name of a module without a prefix of `idle_prefixes`.
    pub(crate) fn bare<'m>(&self, module: &'m str) -> &'m str {
        self.idle_prefixes.iter().find_map(|prefix| module.strip_prefix(prefix)).unwrap_or(module)
    }
}

/// The rules for normalising the text of an expression to a name: `a?.b<T> ()` becomes `a.b()`.
#[derive(Clone, Copy, Debug)]
pub struct NameSyntax {
    /// The separator before a member: `.`, `::`. It is removed before a bracket and before a part that is left out.
    pub separator: &'static str,
    /// Raw kinds whose nodes are left out: type arguments.
    pub left_out: &'static [&'static str],
    /// Tokens that are replaced by others: `?.` by `.`.
    pub rewritten: &'static [Rewrite],
    /// Raw kinds whose white space belongs to the text, so that no space is inserted between their words: templates.
    pub verbatim_spacing: &'static [&'static str],
    /// Characters that a name can contain besides letters, digits and `_`: `$`.
    pub letters: &'static [char],
    /// Characters that show that normalising may change a text: if a text contains neither one of them nor white space, it
    /// has no comment and nothing to leave out or replace, and is used as it is.
    pub signs: &'static [char],
}

/// A token that is replaced when a text is normalised to a name.
#[derive(Clone, Copy, Debug)]
pub struct Rewrite {
    /// The text of the token.
    pub token: &'static str,
    /// The raw kind that its parent must have; none if any parent will do.
    pub parent: Option<&'static str>,
    /// The text that replaces it.
    pub written: &'static str,
}

impl NameSyntax {
    /// Only white space and comments are removed; members are separated by `.`.
    pub const VERBATIM: Self =
        Self { separator: ".", left_out: &[], rewritten: &[], verbatim_spacing: &[], letters: &[], signs: &[] };
}

/// The names that a file can use without a declaration, and the ways to call a function other than by its name.
#[derive(Clone, Copy, Debug)]
pub struct GlobalSyntax {
    /// The names of the object whose members are the global names: `globalThis`.
    pub objects: &'static [&'static str],
    /// The modules whose members are global names as well.
    pub modules: &'static [GlobalModule],
    /// The methods of a function that call it or give it back: `call`, `bind`.
    pub callers: &'static [&'static str],
    /// The global functions that call their first argument: `Reflect.apply`.
    pub appliers: &'static [&'static [&'static str]],
    /// The methods whose result is called as their object is: `test.extend({ … })` gives another `test`.
    pub derivers: &'static [&'static str],
}

/// A module whose members are global names as well: those of `console` are the members of the global `console`.
#[derive(Clone, Copy, Debug)]
pub struct GlobalModule {
    /// Its name, without an idle prefix ([`ModuleSyntax::idle_prefixes`]).
    pub name: &'static str,
    /// The global name that the whole module is; empty if its members are global names by themselves.
    pub whole: &'static [&'static str],
}

impl GlobalSyntax {
    /// Global names have no other form.
    pub const NONE: Self = Self { objects: &[], modules: &[], callers: &[], appliers: &[], derivers: &[] };
}

/// The attributes by which code suppresses findings of a tool of its language: Rust's `#[allow(…)]`.
#[derive(Clone, Copy)]
pub struct AttributeMarkers {
    /// The name of the tool in lists of suppressions.
    pub tool: &'static str,
    /// Texts of which every file with such an attribute contains at least one.
    pub literals: &'static [&'static str],
    /// A function that reads the directives of one attribute.
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
    /// The keyword of the directive, written as an attribute: `#[allow]`.
    pub directive: String,
    /// The rules that it names.
    pub rules: Vec<String>,
    /// Texts that may be its reason, the best one first.
    pub reasons: Vec<String>,
    /// True if it applies to the whole file and not only to the item after it.
    pub of_file: bool,
}
