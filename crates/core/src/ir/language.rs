//! What a tree asks of its language: the seam behind which each language lives.
//!
//! A [`Language`] maps its grammars' raw kinds to the shared ones, gives its signs and words as data ([`Syntax`]) and
//! answers the typed views; each of its [`Dialect`]s has a grammar of its own.

use std::fmt;
use std::sync::OnceLock;

use crate::ir::gaps::{self, GapLexer, OwnToken};
use crate::ir::view::Views;
use crate::ir::{Embedded, FileInput, Kind, Lowered, Node, RawKind, Syntax, Tree, Vocabulary};

/// Why a strict parser has no tree for a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// For people.
    pub reason: String,
}

/// One language: its grammars, the meaning of their kinds, and its answers to the views.
///
/// A language that has no strict parser gives `name`, `dialects`, `kinds`, `refine`, `syntax` and `views`, and
/// `keywords` and `expando` where its grammar allows; everything else is for the strict parser or for grammars that
/// need help. CONTRIBUTING.md says how to add one.
pub trait Language: fmt::Debug + Send + Sync + 'static {
    /// The name in rule pages and configuration.
    fn name(&self) -> &'static str;

    /// The family whose members share rule pages' test blocks: a block of one is run in the others too.
    fn family(&self) -> &'static str {
        self.name()
    }

    /// Its dialects, one for each grammar, the plainest first.
    fn dialects(&self) -> &'static [&'static Dialect];

    /// Its signs, words and raw kinds that code for all languages must know.
    fn syntax(&self) -> &'static Syntax;

    /// The character that stands for `$` when a pattern is parsed: one that an identifier may hold anywhere and that
    /// no code has; `$` itself where identifiers may hold it.
    fn expando(&self) -> char {
        '$'
    }

    /// What stands before and after a pattern while it is parsed, for a grammar that reads code by itself in another way
    /// than in its place (Go's `a.b(c)`, at the top of a file a conversion). A pattern that does not fit there is parsed
    /// by itself.
    fn pattern_context(&self) -> Option<(&'static str, &'static str)> {
        None
    }

    /// Raw kinds with a keyword that each of their nodes holds. The pre-filter does not parse a file without the keyword
    /// for a rule that asks only for the kind, so a wrong entry hides findings. List a keyword only if no form of the
    /// construct lacks it and tree-sitter never makes it up (a MISSING node) when it recovers from an error: where the
    /// kind begins with the keyword, a name would fit there too and is what the parser makes up.
    fn keywords(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// The shared kinds that a raw kind can have. One: that is it. Several: [`Language::refine`] decides.
    /// A raw kind that is not listed is [`Kind::Other`].
    fn kinds(&self) -> &'static [(&'static str, &'static [Kind])];

    /// Raw kinds of constructs that its grammar has no words for, named in its style; only strict trees hold them.
    fn kinds_beyond_grammar(&self) -> &'static [&'static str] {
        &[]
    }

    /// Globs of the files that hold tests by the language's own custom (`**/test_*.py`), beside those of every language.
    fn test_files(&self) -> &'static [&'static str] {
        &[]
    }

    /// Raw kinds of which every node is one name or keyword, after which no letter, digit or `_` follows: the pre-filter
    /// then looks for whole words.
    fn word_kinds(&self) -> &'static [&'static str] {
        &[]
    }

    /// Decides among the several kinds that [`Language::kinds`] lists for the node's raw kind.
    fn refine(&self, node: Node<'_>) -> Kind;

    /// The fields that tokens have in their parents, for trees that store only named nodes.
    fn token_fields(&self) -> &'static [TokenField] {
        &[]
    }

    /// The first token in the gap `from..to` between two children of a node whose tokens the usual rule does not find.
    fn token_in_gap(&self, node: Node<'_>, from: u32, to: u32) -> OwnToken {
        let _ = node;
        OwnToken::Within(from, to)
    }

    /// A text of the same length for tree-sitter to read in place of this one, when the grammar lacks words that the
    /// language has; tokens keep their places.
    fn text_for_grammar(&self, text: &str) -> Option<String> {
        let _ = text;
        None
    }

    /// What the language makes of a tree that tree-sitter gave; none when that takes more steps than a file may take.
    fn finish_tolerant(&self, tree: Tree) -> Option<Tree> {
        Some(tree)
    }

    /// The most tokens that a file may have to be parsed at all.
    fn max_tokens(&self) -> u32 {
        u32::MAX
    }

    /// Whether the language has a strict parser.
    fn has_strict(&self) -> bool {
        false
    }

    /// The file's trees by a strict parser, if the language has one and it accepts the text.
    ///
    /// # Errors
    /// Why there is no tree.
    fn lower_strict(&self, input: FileInput, dialect: &'static Dialect) -> Result<Lowered, Refusal> {
        let _ = (input, dialect);
        Err(Refusal { reason: "no strict parser".to_owned() })
    }

    /// Whether its texts may hold code of other languages, so that files of it are of interest to rules of these.
    fn is_host(&self) -> bool {
        false
    }

    /// The code of other languages in a text, in order of place.
    fn embedded(&self, text: &str) -> Vec<Embedded> {
        let _ = text;
        Vec::new()
    }

    /// The most units of stack (`language::limits::bound::STACK_UNIT_BYTES` bytes each) that its strict parser takes for the text,
    /// whatever it is, by counts of its bytes; none when only [`Language::depth`] can tell.
    fn stack_units(&self, text: &str) -> Option<usize> {
        let _ = text;
        None
    }

    /// How deep a text of one of its dialects nests, before anything parses it. Without an answer every text is parsed:
    /// safe for tree-sitter, whose trees are built and walked without recursion, as long as parsing takes no longer than
    /// the length of the text allows (`cargo xtask hostile` measures it); a strict parser that recurses needs one.
    fn depth(&self, dialect: &Dialect, text: &str) -> Depth {
        let _ = (dialect, text);
        Depth::UNKNOWN
    }

    /// Its answers to the typed views.
    fn views(&self) -> &'static dyn Views;

    /// Code for the checklist of all languages (`testing/languages.rs`), which says what must stand in it.
    #[cfg(test)]
    fn sample(&self) -> &'static str;

    /// Parts of the sample that the language has no words for (`async`); the checklist says which may be lacking.
    #[cfg(test)]
    fn sample_lacks(&self) -> &'static [&'static str] {
        &[]
    }

    /// Code by tag that shows the shared kinds which the sample does not.
    #[cfg(test)]
    fn more_samples(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }
}

/// A token of a kind of node that has a field: the `+` of a `binary_expression` is its `operator`.
#[derive(Clone, Copy, Debug)]
pub struct TokenField {
    /// The raw kind of the node.
    pub parent: &'static str,
    /// The token's text; none for every token of the node.
    pub token: Option<&'static str>,
    /// The field.
    pub field: &'static str,
}

/// One grammar of a language, with the files it is for. Dialects are statics: compare them by address.
pub struct Dialect {
    /// Its name (`tsx`), unique among all dialects.
    pub name: &'static str,
    /// The language it belongs to.
    pub language: &'static dyn Language,
    /// Its file extensions, without the dot.
    pub extensions: &'static [&'static str],
    /// What a fenced code block may call it; the first is the usual one.
    pub tags: &'static [&'static str],
    /// What an ast-grep rule file may call it, in lower case.
    pub ast_grep_names: &'static [&'static str],
    /// Its tree-sitter grammar; none for a language whose trees are made without one.
    grammar: Option<fn() -> tree_sitter::Language>,
    vocabulary: OnceLock<Vocabulary>,
    gap_lexer: OnceLock<GapLexer>,
}

/// What a [`Dialect`] is made of.
#[derive(Clone, Copy)]
#[allow(missing_debug_implementations, reason = "it is taken apart at once")]
pub struct DialectParts {
    /// Its name (`tsx`), unique among all dialects.
    pub name: &'static str,
    /// The language it belongs to.
    pub language: &'static dyn Language,
    /// Its file extensions, without the dot.
    pub extensions: &'static [&'static str],
    /// Tags of fenced code blocks; the first is the usual one.
    pub tags: &'static [&'static str],
    /// Names in ast-grep rule files, in lower case.
    pub ast_grep_names: &'static [&'static str],
    /// Its tree-sitter grammar.
    pub grammar: fn() -> tree_sitter::Language,
}

impl Dialect {
    /// A dialect, to be kept in a static.
    pub const fn new(parts: DialectParts) -> Self {
        let DialectParts { name, language, extensions, tags, ast_grep_names, grammar } = parts;
        Self {
            name,
            language,
            extensions,
            tags,
            ast_grep_names,
            grammar: Some(grammar),
            vocabulary: OnceLock::new(),
            gap_lexer: OnceLock::new(),
        }
    }

    /// A dialect whose language makes its trees without a grammar, of kinds that it lists as beyond the grammar. No page
    /// or code block may name it.
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
            ast_grep_names: &[],
            grammar: None,
            vocabulary: OnceLock::new(),
            gap_lexer: OnceLock::new(),
        }
    }

    /// The names of its raw kinds and fields.
    pub fn vocabulary(&'static self) -> &'static Vocabulary {
        self.vocabulary.get_or_init(|| Vocabulary::new(self.grammar.map(|grammar| grammar()), self.language))
    }

    /// What finds the tokens of trees that store only named nodes.
    pub(crate) fn gap_lexer(&'static self) -> &'static GapLexer {
        self.gap_lexer.get_or_init(|| {
            let vocabulary = self.vocabulary();
            let split = self.language.syntax().split_tokens;
            let tokens = vocabulary.tokens().filter(|(text, _)| !split.contains(text));
            GapLexer::new(tokens, gaps::resolve_fields(self.language.token_fields(), vocabulary))
        })
    }

    /// The raw kinds whose nodes can be of the shared kind; ask [`Node::kind`] for the verdict.
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

/// What a scan found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Depth {
    /// Whether a strict parser may have the text.
    pub strict_ok: bool,
    /// Whether any parser may have it. The scan ends where this becomes false.
    pub tolerant_ok: bool,
    /// The deepest nesting.
    pub nesting: u32,
    /// The longest chain.
    pub chain: u32,
    /// The tokens, about.
    pub tokens: u32,
    /// Brackets that are open at the end, that another kind of bracket closed, or that close nothing.
    pub unclosed: u32,
    /// The byte at which the first limit was passed; 0 when none was.
    pub at: u32,
}

impl Depth {
    /// For languages that do not scan their texts: nothing is refused.
    pub const UNKNOWN: Self =
        Self { strict_ok: true, tolerant_ok: true, nesting: 0, chain: 0, tokens: 0, unclosed: 0, at: 0 };
}
