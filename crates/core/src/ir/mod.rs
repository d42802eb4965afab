//! The tree that rules see: the same types for every language and parser.

mod by_kind;
mod comment_syntax;
pub mod compare;
mod context;
mod declared;
pub(crate) mod directive;
mod embedded;
pub(crate) mod gaps;
mod kind;
mod language;
mod node;
mod origin;
mod strict;
pub mod symbol;
mod syntax;
mod tables;
mod tree;
pub mod view;
mod vocabulary;

pub(crate) use by_kind::{KindCounts, NodesByKind};
pub use comment_syntax::CommentSyntax;
pub use context::{FileContext, FileInput, SuppressionLimits};
pub use declared::{DeclaredModules, DeclaringFiles};
pub use embedded::Embedded;
pub use gaps::TokenInGap;
pub use kind::{GROUPS, Kind};
pub use language::{Depth, Dialect, DialectParts, Language, LeadingString, Refusal, TokenField};
pub(crate) use node::NodeKey;
pub use node::{Children, Descendants, Node};
pub use origin::{is_minified, is_packages_folder, is_vendor_folder, may_be_generated};
pub(crate) use strict::{BuilderMark, CommentPart, StrictBuilder};
pub use syntax::{
    AttributeMarker, AttributeMarkers, GlobalModule, GlobalSyntax, ModuleSyntax, NameSyntax, Rewrite, Syntax,
};
pub use tree::{FieldId, NodeId, ParserKind, RawKind, Tree};
pub(crate) use tree::{Flags, TreeBuilder};
pub use vocabulary::Vocabulary;

use crate::source::SourceFile;
use crate::span::Span;

/// A parsed file: its text and trees, with everything that a check needs and without types of a parser.
#[derive(Debug)]
pub struct Lowered {
    /// The file as it was read.
    pub source: SourceFile,
    /// The inputs of the check that are not in the text.
    pub context: FileContext,
    /// The host tree first, then embedded ones in order of position. Empty if the language of the file is unknown or the
    /// file could not be parsed.
    pub trees: Vec<Tree>,
    /// Every comment of every tree, in order of position.
    pub comments: Vec<Comment>,
    /// The problems of parsing, with at most one parse error: the first of the host tree.
    pub problems: Vec<Problem>,
    /// The items of a strict tree that the strict parser rejected and tree-sitter parsed, in order of position.
    pub degraded: Vec<DegradedItem>,
    /// The tables of each tree.
    tables: Vec<tables::TreeTables>,
}

/// An item of a strict tree that the strict parser rejected and tree-sitter parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DegradedItem {
    /// Its bytes in the file.
    pub span: Span,
    /// The reason as a text for people.
    pub reason: String,
}

impl Lowered {
    /// A parsed file from its input and the results of parsing.
    pub fn new(input: FileInput, mut trees: Vec<Tree>, comments: Vec<Comment>, problems: Vec<Problem>) -> Self {
        trees.iter_mut().zip(0..).for_each(|(tree, number)| tree.number = number);
        let tables = trees.iter().map(|_| tables::TreeTables::default()).collect();
        let FileInput { source, context } = input;
        Self { source, context, trees, comments, problems, degraded: Vec::new(), tables }
    }

    /// The same file with the items that tree-sitter parsed in place of the strict parser.
    #[must_use]
    pub fn with_degraded(self, degraded: Vec<DegradedItem>) -> Self {
        Self { degraded, ..self }
    }

    /// Adds the trees of code that is embedded in this file. Must be called in order of position. Parse errors of the
    /// embedded code are dropped: a document may show incomplete code on purpose.
    pub(crate) fn embed(&mut self, inner: Self, at: &Embedded) {
        let problems = inner.problems.into_iter().filter(|problem| problem.kind != ProblemKind::ParseError);
        self.problems.extend(problems.map(|problem| Problem { span: at.span(), ..problem }));
        let mut comments: Vec<NodeId> = inner.comments.iter().map(|comment| comment.node).collect();
        for tree in inner.trees {
            let number = self.trees.len();
            let mut tree = tree.embed(self.source.text(), at, &mut comments);
            tree.number = number as u32;
            let placed = |node: &NodeId| Comment { tree: number, node: *node, span: tree.node(*node).span() };
            self.comments.extend(comments.iter().map(placed));
            self.trees.push(tree);
            self.tables.push(tables::TreeTables::default());
        }
    }

    /// The tree of the node and its tables; none for a node of another file.
    pub(crate) fn tables(&self, node: Node<'_>) -> Option<(&Tree, &tables::TreeTables)> {
        let number = node.tree().number as usize;
        let tree = self.trees.get(number).filter(|tree| std::ptr::eq(*tree, node.tree()))?;
        Some((tree, self.tables.get(number)?))
    }

    /// The tables of the host tree, which also hold the tables about the whole file.
    pub(crate) fn host_tables(&self) -> Option<&tables::TreeTables> {
        self.tables.first()
    }

    /// The input from which the file was parsed.
    pub fn input(&self) -> FileInput {
        FileInput::new(self.source.clone(), self.context.clone())
    }

    /// The host tree; none if there is no tree.
    pub fn tree(&self) -> Option<&Tree> {
        self.trees.first()
    }

    /// The innermost tree that contains a span: an embedded tree, or else the host tree.
    pub fn tree_around(&self, span: Span) -> Option<&Tree> {
        let (host, embedded) = self.trees.split_first()?;
        let after = embedded.partition_point(|tree| tree.span().start <= span.start);
        let last = after.checked_sub(1).map(|at| &embedded[at]);
        Some(last.filter(|tree| tree.span().contains(span)).unwrap_or(host))
    }

    /// The node of a comment.
    pub fn comment_node(&self, comment: &Comment) -> Node<'_> {
        self.trees[comment.tree].node(comment.node)
    }
}

/// The location of a comment. Its text and style are answers of its node ([`view::CommentNode`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// The index of its tree in [`Lowered::trees`].
    pub tree: usize,
    /// Its node there.
    pub node: NodeId,
    /// Its bytes in the file.
    pub span: Span,
}

/// A problem of parsing a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Its kind.
    pub kind: ProblemKind,
    /// Its location.
    pub span: Span,
    /// Its description for people.
    pub message: String,
}

/// The kinds of [`Problem`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// The text has a syntax error.
    ParseError,
    /// The text nests too deeply for the strict parser, so tree-sitter parsed it.
    NestingLimit,
    /// The text nests too deeply for any parser: there is no tree.
    TooDeep,
    /// Parsing exceeded the budget of a file: there is no tree.
    OverBudget,
}
