//! The languages, and the seam behind which each one lives.
//!
//! A [`Language`] says how its grammar's raw kinds map to the shared ones and answers the typed views; each of its
//! [`Dialect`]s has a grammar of its own. Adding a language is one file here and one line in [`all`].

mod ecmascript;
pub mod limits;
mod room;
mod rust;
#[cfg(test)]
mod today;
pub(crate) mod tolerant;
mod vocabulary;

use std::fmt;
use std::sync::OnceLock;

pub use limits::Depth;
pub use room::with_room;
pub use vocabulary::Vocabulary;

pub use crate::ir::gaps::OwnToken;
use crate::ir::gaps::{self, GapLexer};
use crate::ir::view::Views;
use crate::ir::{DegradedItem, Kind, Lowered, Node, Problem, ProblemKind, RawKind, Tree};
use crate::source::{RelPath, SourceFile};
use crate::span::Span;

/// Every language of this library.
pub fn all() -> &'static [&'static dyn Language] {
    static ALL: &[&dyn Language] = &[&rust::Rust, &ecmascript::TYPESCRIPT, &ecmascript::JAVASCRIPT];
    ALL
}

/// Every dialect of every language; a dialect's place here never changes while the program runs.
pub fn dialects() -> impl Iterator<Item = &'static Dialect> {
    all().iter().flat_map(|language| language.dialects().iter().copied())
}

/// The language that a rule page calls `name`.
pub fn named(name: &str) -> Option<&'static dyn Language> {
    all().iter().copied().find(|language| language.name() == name)
}

/// The dialect of a file by its extension.
pub fn of_path(path: &RelPath) -> Option<&'static Dialect> {
    let extension = path.extension()?;
    dialects().find(|dialect| dialect.extensions.contains(&extension))
}

/// The dialect that a fenced code block calls `tag` (`ts`, `tsx`, `rust`, …).
pub fn of_tag(tag: &str) -> Option<&'static Dialect> {
    dialects().find(|dialect| dialect.tags.contains(&tag))
}

/// Makes the trees of a file. Never fails: what could not be done is in [`Lowered::problems`] and
/// [`Lowered::degraded`].
///
/// What the strict parser may recurse into is bounded first: by counts of the text's bytes where they are few enough,
/// otherwise by a scan of its tokens. What the parser refuses goes to the tolerant one.
pub fn lower(source: SourceFile) -> Lowered {
    let Some(dialect) = source.dialect() else { return tolerant::lower(source) };
    let language = dialect.language;
    let units = language.stack_units(source.text());
    let unscanned = units
        .and_then(|units| room::with_stack(room::of_units(units), || language.lower_strict(source.clone(), dialect)));
    match unscanned {
        // What nests deeper than this counts as deep only if the scan says so too: it knows lists and chains.
        Some(Ok(lowered)) if lowered.trees.iter().all(|tree| tree.depth() <= limits::STRICT_NESTING) => lowered,
        unscanned => lower_scanned(source, dialect, unscanned),
    }
}

/// The trees of a file that the scan has to look at, with what its strict parser said where it has been asked already.
fn lower_scanned(
    source: SourceFile,
    dialect: &'static Dialect,
    unscanned: Option<Result<Lowered, Refusal>>,
) -> Lowered {
    let language = dialect.language;
    let depth = language.depth(dialect, source.text());
    if !depth.tolerant_ok {
        return Lowered::new(source, Vec::new(), Vec::new(), vec![depth.problem(ProblemKind::TooDeep)]);
    }
    if depth.tokens > language.most_tokens() {
        let message = format!("it has more than {} tokens, too many to parse", language.most_tokens());
        let problem = Problem { kind: ProblemKind::OverBudget, span: Span::default(), message };
        return Lowered::new(source, Vec::new(), Vec::new(), vec![problem]);
    }
    if !language.has_strict() {
        return tolerant::lower(source);
    }
    let (reason, limit) = if depth.strict_ok {
        match unscanned.unwrap_or_else(|| lower_strict_of(source.clone(), dialect)) {
            Ok(lowered) => return lowered,
            Err(refusal) => (refusal.reason, None),
        }
    } else {
        ("it nests too deep for the strict parser".to_owned(), Some(depth.problem(ProblemKind::NestingLimit)))
    };
    let whole = DegradedItem { span: Span::new(0, source.text().len() as u32), reason };
    let mut lowered = tolerant::lower(source).with_degraded(vec![whole]);
    lowered.problems.extend(limit);
    lowered
}

/// The trees of a file by the tolerant parser, whatever a strict one would say.
pub fn lower_tolerant(source: SourceFile) -> Lowered {
    tolerant::lower(source)
}

/// The trees of a file by its language's strict parser; the reason when there is none or it refuses the file.
///
/// # Errors
/// Why the strict parser has no tree for the file.
pub fn lower_strict(source: SourceFile) -> Result<Lowered, Refusal> {
    let Some(dialect) = source.dialect() else { return Err(Refusal { reason: "no language".to_owned() }) };
    lower_strict_of(source, dialect)
}

/// The trees of a file that the scan passed on.
fn lower_strict_of(source: SourceFile, dialect: &'static Dialect) -> Result<Lowered, Refusal> {
    room::with_stack(limits::STACK, || dialect.language.lower_strict(source, dialect))
        .unwrap_or_else(|| Err(Refusal { reason: "there is no memory for the strict parser's stack".to_owned() }))
}

/// Why a strict parser has no tree for a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Said for people.
    pub reason: String,
}

/// One language: the meaning of its grammars' kinds, and its answers to the views.
pub trait Language: fmt::Debug + Send + Sync + 'static {
    /// The name in rule pages and configuration (`typescript`).
    fn name(&self) -> &'static str;

    /// The family whose members share rule pages' test blocks (`typescript` and `javascript` are one).
    fn family(&self) -> &'static str {
        self.name()
    }

    /// Its dialects, the plainest first.
    fn dialects(&self) -> &'static [&'static Dialect];

    /// The character that stands for `$` when a pattern is parsed; `$` itself where identifiers may hold it.
    fn expando(&self) -> char {
        '$'
    }

    /// Keywords that every node of a raw kind holds for sure, by kind: what a file without them cannot have.
    fn keywords(&self) -> &'static [(&'static str, &'static str)];

    /// The shared kinds that a raw kind can have. One: that is it. Several: [`Language::refine`] decides.
    /// A raw kind that is not listed is [`Kind::Other`].
    fn kinds(&self) -> &'static [(&'static str, &'static [Kind])];

    /// Raw kinds of constructs that its grammar has no words for, named in its style; only strict trees hold them.
    fn kinds_beyond_grammar(&self) -> &'static [&'static str] {
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
    fn most_tokens(&self) -> u32 {
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
    fn lower_strict(&self, source: SourceFile, dialect: &'static Dialect) -> Result<Lowered, Refusal> {
        let _ = (source, dialect);
        Err(Refusal { reason: "no strict parser".to_owned() })
    }

    /// The most units of stack ([`limits::bound::UNIT`]) that its strict parser takes for the text, whatever it is, by
    /// counts of its bytes; none when only [`Language::depth`] can tell.
    fn stack_units(&self, text: &str) -> Option<usize> {
        let _ = text;
        None
    }

    /// How deep a text of one of its dialects nests, before anything parses it.
    fn depth(&self, dialect: &Dialect, text: &str) -> Depth {
        let _ = (dialect, text);
        Depth::SHALLOW
    }

    /// Its answers to the typed views.
    fn views(&self) -> &'static dyn Views;
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
    /// Its tree-sitter grammar.
    grammar: fn() -> tree_sitter::Language,
    vocabulary: OnceLock<Vocabulary>,
    gap_lexer: OnceLock<GapLexer>,
}

impl Dialect {
    /// The names of its raw kinds and fields.
    pub fn vocabulary(&'static self) -> &'static Vocabulary {
        self.vocabulary.get_or_init(|| {
            Vocabulary::new((self.grammar)(), self.language.kinds(), self.language.kinds_beyond_grammar())
        })
    }

    /// What finds the tokens of trees that store only named nodes.
    pub(crate) fn gap_lexer(&'static self) -> &'static GapLexer {
        self.gap_lexer.get_or_init(|| {
            let vocabulary = self.vocabulary();
            GapLexer::new(vocabulary.tokens(), gaps::resolve_fields(self.language.token_fields(), vocabulary))
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
