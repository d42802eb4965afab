//! The tree that rules see: one shape for every language, no parser's types.

mod by_kind;
mod comment_syntax;
pub mod compare;
mod context;
mod embedded;
pub(crate) mod gaps;
mod kind;
mod language;
mod node;
mod strict;
pub mod symbol;
mod syntax;
mod tables;
mod tree;
pub mod view;
mod vocabulary;

pub(crate) use by_kind::{KindCounts, NodesByKind};
pub use comment_syntax::CommentSyntax;
pub use context::{FileContext, FileInput};
pub use embedded::Embedded;
pub use gaps::OwnToken;
pub use kind::{GROUPS, Kind};
pub use language::{Depth, Dialect, DialectParts, Language, Refusal, TokenField};
pub(crate) use node::NodeKey;
pub use node::{Children, Descendants, Node};
pub(crate) use strict::{BuilderMark, CommentPart, StrictBuilder};
pub use syntax::{AttributeMarker, AttributeMarkers, ModuleSyntax, NameSyntax, Rewrite, Syntax};
pub use tree::{FieldId, NodeId, ParserKind, RawKind, Tree};
pub(crate) use tree::{Flags, TreeBuilder};
pub use vocabulary::Vocabulary;

use crate::source::SourceFile;
use crate::span::Span;

/// A file with its trees: everything that checking needs, and nothing of a parser. Immutable once made.
#[derive(Debug)]
pub struct Lowered {
    /// The file as it was read.
    pub source: SourceFile,
    /// What the check of it takes from elsewhere.
    pub context: FileContext,
    /// The host tree first, then embedded ones in order of place; empty when the file has no language here or could not
    /// be lowered.
    pub trees: Vec<Tree>,
    /// Every comment of every tree, in order of place.
    pub comments: Vec<Comment>,
    /// What lowering has to tell: at most one parse error a file, the first of its host tree.
    pub problems: Vec<Problem>,
    /// The items that the tolerant parser had to lower in a tree of the strict one, in order of place.
    pub degraded: Vec<DegradedItem>,
    /// One for each tree.
    tables: Vec<tables::TreeTables>,
}

/// An item that the tolerant parser had to lower in a tree of the strict one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DegradedItem {
    /// Its bytes in the file.
    pub span: Span,
    /// Why, said for people.
    pub reason: String,
}

impl Lowered {
    /// A file with what lowering made of it.
    pub fn new(input: FileInput, mut trees: Vec<Tree>, comments: Vec<Comment>, problems: Vec<Problem>) -> Self {
        trees.iter_mut().zip(0..).for_each(|(tree, number)| tree.number = number);
        let tables = trees.iter().map(|_| tables::TreeTables::default()).collect();
        let FileInput { source, context } = input;
        Self { source, context, trees, comments, problems, degraded: Vec::new(), tables }
    }

    /// The same with items that the tolerant parser had to lower.
    #[must_use]
    pub fn with_degraded(self, degraded: Vec<DegradedItem>) -> Self {
        Self { degraded, ..self }
    }

    /// Adds what lowering made of code that is embedded in this file, in order of place. A piece of code that does not
    /// parse is no error of the file, which may show it for that.
    pub(crate) fn embed(&mut self, inner: Self, at: &Embedded) {
        let known = |kind: ProblemKind| kind != ProblemKind::ParseError;
        let problems = inner.problems.into_iter().filter(|problem| known(problem.kind));
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

    /// The tree that the node is of, with the tables that are made of it once; none for a node of another file.
    pub(crate) fn tables(&self, node: Node<'_>) -> Option<(&Tree, &tables::TreeTables)> {
        let number = node.tree().number as usize;
        let tree = self.trees.get(number).filter(|tree| std::ptr::eq(*tree, node.tree()))?;
        Some((tree, self.tables.get(number)?))
    }

    /// The tables of the host tree, which hold what is of the whole file.
    pub(crate) fn host_tables(&self) -> Option<&tables::TreeTables> {
        self.tables.first()
    }

    /// The file as it was handed in.
    pub fn input(&self) -> FileInput {
        FileInput::new(self.source.clone(), self.context.clone())
    }

    /// The host tree.
    pub fn tree(&self) -> Option<&Tree> {
        self.trees.first()
    }

    /// The innermost tree around a span: the host where none is embedded there.
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

/// Where a comment stands; what it says is asked of its node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// The number of its tree in [`Lowered::trees`].
    pub tree: usize,
    /// Its node there.
    pub node: NodeId,
    /// Its bytes in the file.
    pub span: Span,
}

/// Something that lowering could not do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What.
    pub kind: ProblemKind,
    /// Where.
    pub span: Span,
    /// Said for people.
    pub message: String,
}

/// The sorts of [`Problem`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// The text does not parse there.
    ParseError,
    /// From there on it nests deeper than a strict parser may follow.
    NestingLimit,
    /// It nests deeper than any parser may follow: there is no tree.
    TooDeep,
    /// Parsing took more steps than a file may take: there is no tree.
    OverBudget,
}
