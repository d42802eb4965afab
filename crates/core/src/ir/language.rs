//! The interface of a language: the trait that each folder in `language/` implements.
//!
//! A [`Language`] maps the raw kinds of its grammars to shared kinds, describes its tokens and keywords as data
//! ([`Syntax`]) and answers the views ([`Views`]). Each of its [`Dialect`]s has a grammar of its own: the language
//! `typescript` has the dialects `typescript` and `tsx`.

use std::fmt;
use std::sync::OnceLock;

use crate::ir::gaps::{self, GapLexer, TokenInGap};
use crate::ir::view::Views;
use crate::ir::{
    DeclaredModules, DeclaringFiles, Embedded, FileInput, Kind, Lowered, Node, RawKind, Syntax, Tree, Vocabulary,
};
use crate::source::RelPath;
use crate::span::Span;

/// The reason why a strict parser gives no tree for a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The reason as a text for people.
    pub reason: String,
}

/// One language: its grammars, the meaning of their kinds, and its answers to the views.
///
/// A language without a strict parser implements `name`, `dialects`, `kinds`, `refine`, `syntax` and `views`, and if its
/// grammar allows also `keywords` and `expando`. All other methods are for strict parsers or for grammars with
/// peculiarities. CONTRIBUTING.md describes the steps to add a language.
pub trait Language: fmt::Debug + Send + Sync + 'static {
    /// The name in rule pages and configuration: `rust`.
    fn name(&self) -> &'static str;

    /// The name of the family of languages that share test blocks in rule pages: a block of one member is also run as code
    /// of the others (`ecmascript` for JavaScript and TypeScript). By default the language is the only member.
    fn family(&self) -> &'static str {
        self.name()
    }

    /// Its dialects, one for each grammar, the most basic one first: `typescript` before `tsx`.
    fn dialects(&self) -> &'static [&'static Dialect];

    /// The tokens, keywords and raw kinds that code for all languages must know: the signs of comments, the separator of
    /// module names.
    fn syntax(&self) -> &'static Syntax;

    /// The character that replaces the `$` of metavariables when a pattern is parsed. It must be allowed anywhere in an
    /// identifier and must not occur in real code: with `µ`, the pattern `$A.f()` is parsed as `µA.f()`. `$` itself if
    /// identifiers of the language can contain it.
    fn expando(&self) -> char {
        '$'
    }

    /// The text that is put before and after a pattern while it is parsed, such as `func _() { ` and ` }`. It is for a
    /// grammar that parses code at the top of a file in another way than in a function. A pattern that does not parse in
    /// this context is parsed alone.
    fn pattern_context(&self) -> Option<(&'static str, &'static str)> {
        None
    }

    /// Raw kinds, each with a keyword that every node of the kind contains: `("while_statement", "while")`.
    ///
    /// A file without the keyword is not parsed for a rule that matches only nodes of the kind, so a wrong entry hides
    /// findings. List a keyword only if every form of the construct contains it and tree-sitter never inserts it as a
    /// MISSING node when it recovers from an error: the tree would then have a node of the kind although the keyword is not
    /// in the file.
    fn keywords(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// Raw kinds, each with the shared kinds that its nodes can have: `("call_expression", &[Kind::Call])`. If there are
    /// several, [`Language::refine`] chooses one. A raw kind that is not listed is [`Kind::Other`].
    fn kinds(&self) -> &'static [(&'static str, &'static [Kind])];

    /// Additional raw kinds for constructs that the grammar does not know, named in its style. Only strict trees have
    /// nodes of these kinds.
    fn kinds_beyond_grammar(&self) -> &'static [&'static str] {
        &[]
    }

    /// Globs of the files that are test code by a convention of this language (`**/test_*.py`), in addition to the globs
    /// for all languages.
    fn test_files(&self) -> &'static [&'static str] {
        &[]
    }

    /// The files that may declare the file at a path as a module of theirs (`src/a.rs` for `src/a/b.rs`). Empty if the
    /// language does not declare its files in others.
    fn declaring_files(&self, path: &RelPath) -> DeclaringFiles {
        let _ = path;
        DeclaringFiles::default()
    }

    /// True if the text of a file may declare others for tests only. A quick search for words; only if it is true,
    /// [`Language::declared_modules`] is asked.
    fn may_declare_tests(&self, text: &str) -> bool {
        let _ = text;
        false
    }

    /// The files that the file at a path declares as modules, with those that are test code because of it.
    fn declared_modules(&self, path: &RelPath, text: &str) -> DeclaredModules {
        let _ = (path, text);
        DeclaredModules::default()
    }

    /// Raw kinds whose nodes are each one whole name or keyword, not followed by a letter, digit or `_`: `identifier`. The
    /// pre-filter searches for their texts as whole words. A wrong entry hides findings.
    fn word_kinds(&self) -> &'static [&'static str] {
        &[]
    }

    /// Chooses among the kinds that [`Language::kinds`] lists for the raw kind of the node: a Rust `function_item` is a
    /// [`Kind::Method`] in an `impl` and else a [`Kind::Function`]. Called for every such node of a file, so it must look
    /// only at nodes nearby.
    fn refine(&self, node: Node<'_>) -> Kind;

    /// The fields of tokens, for trees that store only named nodes: the `+` of a `binary_expression` is its `operator`.
    fn token_fields(&self) -> &'static [TokenField] {
        &[]
    }

    /// The first token in the bytes `from..to` between two children of `node`. Called only for nodes that the strict parser
    /// flagged because longest match over the grammar's tokens gives wrong tokens in them, such as doc comments in Rust.
    fn token_in_gap(&self, node: Node<'_>, from: u32, to: u32) -> TokenInGap {
        let _ = node;
        TokenInGap::Within(from, to)
    }

    /// A replacement text for tree-sitter to parse if the grammar cannot parse some construct of the language. It must have
    /// the same length, and all tokens must keep their offsets. None if the text can be parsed as it is.
    fn text_for_grammar(&self, text: &str) -> Option<String> {
        let _ = text;
        None
    }

    /// Changes a tree after tree-sitter built it, for example to add nodes inside macro calls. None if that exceeds the
    /// parse budget of a file.
    fn finish_tolerant(&self, tree: Tree) -> Option<Tree> {
        Some(tree)
    }

    /// The maximum number of tokens of a file; a file with more is not parsed.
    fn max_tokens(&self) -> u32 {
        u32::MAX
    }

    /// True if the language implements [`Language::lower_strict`].
    fn has_strict(&self) -> bool {
        false
    }

    /// Builds the trees of a file with the strict parser of the language.
    ///
    /// # Errors
    /// The language has no strict parser, or it rejects the text. The file is then parsed by tree-sitter.
    fn lower_strict(&self, input: FileInput, dialect: &'static Dialect) -> Result<Lowered, Refusal> {
        let _ = (input, dialect);
        Err(Refusal { reason: "no strict parser".to_owned() })
    }

    /// True if files of the language can contain code of other languages (Markdown), so that rules for those apply to
    /// them.
    fn is_host(&self) -> bool {
        false
    }

    /// The code of other languages in a text, in order of position: the fenced code blocks of Markdown.
    fn embedded(&self, text: &str) -> Vec<Embedded> {
        let _ = text;
        Vec::new()
    }

    /// An upper bound of the stack that the strict parser needs for the text, in units of
    /// `language::limits::bound::STACK_UNIT_BYTES` bytes. It is computed by counting bytes, which is faster than
    /// [`Language::depth`]. None if only that scan can give a bound.
    fn stack_units(&self, text: &str) -> Option<usize> {
        let _ = text;
        None
    }

    /// Scans a text of a dialect for its nesting before it is parsed, so that a text that would overflow the stack of a
    /// parser is refused.
    ///
    /// By default every text is parsed. This is safe for tree-sitter, because its trees are built and walked without
    /// recursion, if parsing time stays proportional to the length of the text (`cargo xtask hostile` measures it). A
    /// language with a recursive strict parser must implement it.
    fn depth(&self, dialect: &Dialect, text: &str) -> Depth {
        let _ = (dialect, text);
        Depth::UNKNOWN
    }

    /// The code of a tree whose meaning only a macro knows, as disjoint spans in order: the arguments of a macro call that
    /// are read as expressions although the macro may take anything. Rules look at it, and no fix changes it.
    fn macro_code(&self, tree: &Tree) -> Vec<Span> {
        let _ = tree;
        Vec::new()
    }

    /// The strings of a tree that are directives or documentation because they come first, in order. A fix must neither
    /// make nor unmake one.
    fn leading_strings(&self, tree: &Tree) -> Vec<LeadingString> {
        let _ = tree;
        Vec::new()
    }

    /// Its answers to the views: name, callee, parameters, …
    fn views(&self) -> &'static dyn Views;

    /// Code for the checklist of all languages (`testing/languages.rs`); that file lists what it must contain.
    #[cfg(test)]
    fn sample(&self) -> &'static str;

    /// Parts of the sample that the language cannot express (`async`); the checklist says which may be missing.
    #[cfg(test)]
    fn sample_lacks(&self) -> &'static [&'static str] {
        &[]
    }

    /// Further code samples, each with the tag of its dialect, for the shared kinds that the sample lacks.
    #[cfg(test)]
    fn more_samples(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }
}

/// A statement that means something by its place alone: a string that is a directive (`"use strict"`) or documentation
/// because it comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeadingString {
    /// Its bytes.
    pub span: Span,
    /// True if it documents what it stands in and has no other effect.
    pub documents: bool,
}

/// The field of a token in nodes of one kind: the `+` of a `binary_expression` is its `operator`.
#[derive(Clone, Copy, Debug)]
pub struct TokenField {
    /// The raw kind of the node.
    pub parent: &'static str,
    /// The text of the token; none if all tokens of the node have the field.
    pub token: Option<&'static str>,
    /// The name of the field.
    pub field: &'static str,
}

/// One grammar of a language and the names of its files. Dialects are statics and are compared by address.
pub struct Dialect {
    /// Its name (`tsx`), unique among all dialects.
    pub name: &'static str,
    /// The language it belongs to.
    pub language: &'static dyn Language,
    /// Its file extensions, without the dot.
    pub extensions: &'static [&'static str],
    /// Its tags in fenced code blocks, the preferred one first: `ts`, `typescript`.
    pub tags: &'static [&'static str],
    /// Its identifiers in the Language Server Protocol, by which an editor names the language of a text without a file.
    pub editor_ids: &'static [&'static str],
    /// Its names in ast-grep rule files, in lower case.
    pub ast_grep_names: &'static [&'static str],
    /// Its tree-sitter grammar; none if its trees are built without one.
    grammar: Option<fn() -> tree_sitter::Language>,
    vocabulary: OnceLock<Vocabulary>,
    gap_lexer: OnceLock<GapLexer>,
}

/// The arguments of [`Dialect::new`].
#[derive(Clone, Copy)]
#[allow(missing_debug_implementations, reason = "it exists only as an argument")]
pub struct DialectParts {
    /// Its name (`tsx`), unique among all dialects.
    pub name: &'static str,
    /// The language it belongs to.
    pub language: &'static dyn Language,
    /// Its file extensions, without the dot.
    pub extensions: &'static [&'static str],
    /// Its tags in fenced code blocks, the preferred one first.
    pub tags: &'static [&'static str],
    /// Its identifiers in the Language Server Protocol.
    pub editor_ids: &'static [&'static str],
    /// Its names in ast-grep rule files, in lower case.
    pub ast_grep_names: &'static [&'static str],
    /// Its tree-sitter grammar.
    pub grammar: fn() -> tree_sitter::Language,
}

impl Dialect {
    /// A dialect, for the initialiser of a static.
    pub const fn new(parts: DialectParts) -> Self {
        let DialectParts { name, language, extensions, tags, editor_ids, ast_grep_names, grammar } = parts;
        Self {
            name,
            language,
            extensions,
            tags,
            editor_ids,
            ast_grep_names,
            grammar: Some(grammar),
            vocabulary: OnceLock::new(),
            gap_lexer: OnceLock::new(),
        }
    }

    /// A dialect without a tree-sitter grammar (Markdown). Its language builds the trees itself, with kinds from
    /// [`Language::kinds_beyond_grammar`]. It has no names for pages and code blocks.
    pub(crate) const fn without_grammar(
        name: &'static str,
        language: &'static dyn Language,
        extensions: &'static [&'static str],
    ) -> Self {
        Self {
            name,
            language,
            extensions,
            tags: &[],
            editor_ids: &[],
            ast_grep_names: &[],
            grammar: None,
            vocabulary: OnceLock::new(),
            gap_lexer: OnceLock::new(),
        }
    }

    /// The names and numbers of its raw kinds and fields, computed on first use.
    pub fn vocabulary(&'static self) -> &'static Vocabulary {
        self.vocabulary.get_or_init(|| Vocabulary::new(self.grammar.map(|grammar| grammar()), self.language))
    }

    /// The lexer that finds the tokens of trees that store only named nodes.
    pub(crate) fn gap_lexer(&'static self) -> &'static GapLexer {
        self.gap_lexer.get_or_init(|| {
            let vocabulary = self.vocabulary();
            let split = self.language.syntax().split_tokens;
            let tokens = vocabulary.tokens().filter(|(text, _)| !split.contains(text));
            GapLexer::new(tokens, gaps::resolve_fields(self.language.token_fields(), vocabulary))
        })
    }

    /// The raw kinds whose nodes can have the shared kind. Whether a certain node has it is [`Node::kind`]'s answer.
    pub fn raw_kinds(&'static self, kind: Kind) -> &'static [RawKind] {
        self.vocabulary().raw_kinds(kind)
    }

    pub(crate) fn shared_kind(&'static self, node: Node<'_>) -> Kind {
        match self.vocabulary().shared_kinds(node.raw()) {
            [] => Kind::Other,
            [kind] => *kind,
            _ => self.language.refine(node),
        }
    }
}

impl PartialEq for &'static Dialect {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(*self, *other)
    }
}

impl fmt::Debug for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Dialect").field(&self.name).finish()
    }
}

/// The result of [`Language::depth`]: the nesting of a text, measured before it is parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Depth {
    /// True if the text is within the limits of a strict parser.
    pub strict_ok: bool,
    /// True if the text is within the limits of tree-sitter. The scan ends where this becomes false.
    pub tolerant_ok: bool,
    /// The maximum number of constructs that are open at one place.
    pub nesting: u32,
    /// The maximum number of links of the chains that are open at one place (`a + b + c`, `a.b().c()`).
    pub chain: u32,
    /// The approximate number of tokens.
    pub tokens: u32,
    /// The number of brackets without a partner: open at the end, closed by another kind of bracket, or closing nothing.
    pub unclosed: u32,
    /// The offset at which the first limit was exceeded; 0 if none was.
    pub at: u32,
}

impl Depth {
    /// The result for a language without a scan: every text is parsed.
    pub const UNKNOWN: Self =
        Self { strict_ok: true, tolerant_ok: true, nesting: 0, chain: 0, tokens: 0, unclosed: 0, at: 0 };
}
