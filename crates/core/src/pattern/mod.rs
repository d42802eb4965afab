//! Patterns: code with holes, compiled to a list of goals that a node and what is below it have to meet.
//!
//! A pattern is written in the language it searches, with `$A` for one node, `$$A` for one node or token, `$$$A` for
//! any number of siblings, and `_` as the first letter of a name that captures nothing. It means what it means to
//! ast-grep with its `smart` strictness: tokens of the code that the pattern lacks are passed over, and so are comments.

mod env;
mod literals;
mod matching;
mod same;
mod variable;

use std::fmt;
use std::sync::Arc;

pub(crate) use env::Bound;
pub use env::Env;
pub(crate) use variable::is_name_char;
pub use variable::{VarId, Variables};

use crate::budget::Steps;
use crate::ir::{Dialect, Node, RawKind};
use crate::language::tolerant;
use crate::span::Span;
use variable::Meta;

/// Patterns that nest deeper are refused: matching recurses on a pattern's depth, never on that of the code.
const MAX_DEPTH: usize = 200;

/// A compiled pattern of one dialect.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// In pre-order, the root first.
    goals: Box<[Goal]>,
    /// The raw kind that the match itself must have, for a pattern cut out of its context.
    root: Option<RawKind>,
    has_error: bool,
}

/// One node of a pattern.
#[derive(Clone, Debug)]
struct Goal {
    shape: Shape,
    /// One past the last goal below this one.
    end: usize,
}

#[derive(Clone, Debug)]
enum Shape {
    /// One node of any kind; a token too with `any_token`.
    One { var: Option<VarId>, any_token: bool },
    /// Any number of siblings.
    Many { var: Option<VarId> },
    /// A token.
    Token(RawKind),
    /// A named node without children, by its text.
    Leaf(RawKind, Box<str>),
    /// A node whose children have to meet the goals below.
    Inner(RawKind),
}

/// Why a text is no pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatternError {
    /// Nothing is there to match.
    NoContent,
    /// The text parses as several nodes side by side.
    MultipleNodes,
    /// `$$$` alone stands for a list, and a pattern matches one node.
    ListAlone,
    /// The grammar has no such kind.
    UnknownSelector(String),
    /// The context holds no node of the kind.
    SelectorNotFound(String),
    /// More levels than a pattern may have.
    TooDeep,
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoContent => f.write_str("the pattern is empty"),
            Self::MultipleNodes => f.write_str("the pattern is more than one piece of code"),
            Self::ListAlone => {
                f.write_str(concat!("`$$$` alone matches no node", ": it stands for a list inside a larger pattern"))
            }
            Self::UnknownSelector(name) => write!(f, "unknown selector `{name}`"),
            Self::SelectorNotFound(name) => write!(f, "the context holds no `{name}`"),
            Self::TooDeep => write!(f, "the pattern is nested deeper than {MAX_DEPTH} levels"),
        }
    }
}

impl std::error::Error for PatternError {}

impl Pattern {
    /// Compiles a pattern that is code of its own; its metavariables are added to `variables`.
    pub fn compile(source: &str, dialect: &'static Dialect, variables: &mut Variables) -> Result<Self, PatternError> {
        let within = dialect.language.pattern_context();
        if let Some(pattern) = within.and_then(|context| Self::compile_within(source, context, dialect, variables)) {
            return pattern;
        }
        let text: Arc<str> = variable::with_expando(source, dialect.language).into();
        let tree = tolerant::parse(&text, dialect);
        let mut node = tree.root();
        if node.is_leaf() {
            return Err(PatternError::NoContent);
        }
        // The root, and all that only wraps one thing, is not meant.
        while let Some(only) = only_child(node) {
            node = only;
        }
        if node == tree.root() {
            return Err(PatternError::MultipleNodes);
        }
        Self::from_node(node, None, variables)
    }

    /// Compiles a pattern from the one node that it is between the two texts of a context; none when it is not one there.
    fn compile_within(
        source: &str,
        (before, after): (&str, &str),
        dialect: &'static Dialect,
        variables: &mut Variables,
    ) -> Option<Result<Self, PatternError>> {
        let pattern = variable::with_expando(source.trim(), dialect.language);
        let span = Span::new(before.len() as u32, (before.len() + pattern.len()) as u32);
        let tree = tolerant::parse(&format!("{before}{pattern}{after}").into(), dialect);
        if pattern.is_empty() || tree.nodes().any(|node| node.is_error() || node.is_missing()) {
            return None;
        }
        let mut node = tree.nodes().find(|node| node.span() == span)?;
        while let Some(only) = only_child(node) {
            node = only;
        }
        Some(Self::from_node(node, None, variables))
    }

    /// Compiles the first node of the kind `selector` in `context`; its metavariables are added to `variables`.
    pub fn contextual(
        context: &str,
        selector: &str,
        dialect: &'static Dialect,
        variables: &mut Variables,
    ) -> Result<Self, PatternError> {
        let unknown = || PatternError::UnknownSelector(selector.to_owned());
        let kind = dialect.vocabulary().kind(selector).ok_or_else(unknown)?;
        let text: Arc<str> = variable::with_expando(context, dialect.language).into();
        let tree = tolerant::parse(&text, dialect);
        let node = tree.nodes().find(|node| node.raw() == kind);
        let node = node.ok_or_else(|| PatternError::SelectorNotFound(selector.to_owned()))?;
        Self::from_node(node, Some(kind), variables)
    }

    fn from_node(node: Node<'_>, root: Option<RawKind>, variables: &mut Variables) -> Result<Self, PatternError> {
        let mut goals = Vec::new();
        convert(node, &mut goals, variables, 0)?;
        if let Some(Goal { shape: Shape::Many { .. }, .. }) = goals.first() {
            return Err(PatternError::ListAlone);
        }
        let has_error = node.subtree().any(Node::is_error);
        Ok(Self { goals: goals.into(), root, has_error })
    }

    /// Whether the text did not parse in this dialect, so that the pattern hardly matches what was meant.
    pub fn has_error(&self) -> bool {
        self.has_error
    }

    /// The raw kinds that a match can have; none when any.
    pub fn root_kinds(&self) -> Option<Vec<RawKind>> {
        let kind = match &self.goals.first()?.shape {
            Shape::One { .. } | Shape::Many { .. } => self.root?,
            // An ERROR with something inside matches whatever holds the same.
            Shape::Inner(kind) if *kind == RawKind::ERROR => return None,
            Shape::Token(kind) | Shape::Leaf(kind, _) | Shape::Inner(kind) => *kind,
        };
        Some(vec![kind])
    }

    /// The raw kinds of nodes that every match is made of.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = RawKind> {
        self.goals.iter().filter_map(|goal| match goal.shape {
            // An ERROR stands for any kind, and right after a list a token need not be there.
            Shape::Leaf(kind, _) | Shape::Inner(kind) if kind != RawKind::ERROR => Some(kind),
            _ => None,
        })
    }

    /// The metavariables that a match binds.
    pub fn variables(&self) -> impl Iterator<Item = VarId> {
        self.goals.iter().filter_map(|goal| match goal.shape {
            Shape::One { var, .. } | Shape::Many { var } => var,
            _ => None,
        })
    }

    /// Whether the node matches; if so, `env` holds what the metavariables are bound to, else it is as before.
    pub fn match_node(&self, node: Node<'_>, env: &mut Env, steps: &Steps) -> bool {
        if self.root.is_some_and(|kind| kind != node.raw()) {
            return false;
        }
        let mark = env.mark();
        let found = matching::matches_root(&self.goals, node, env, steps);
        if !found {
            env.back_to(mark);
        }
        found
    }
}

/// The child of a node that has just one, apart from one that the parser made up.
fn only_child(node: Node<'_>) -> Option<Node<'_>> {
    let mut children = node.children_with_tokens();
    let first = children.next()?;
    let second = children.next();
    let lone = second.is_none_or(|second| second.is_missing() || second.raw_name().is_empty());
    (lone && children.next().is_none()).then_some(first)
}

fn convert(node: Node<'_>, goals: &mut Vec<Goal>, variables: &mut Variables, depth: usize) -> Result<(), PatternError> {
    if depth > MAX_DEPTH {
        return Err(PatternError::TooDeep);
    }
    let at = goals.len();
    let meta = variable::read(node.text(), node.language().expando());
    let mut inner = false;
    let shape = match meta {
        Some(Meta::One { name, any_token }) => {
            Shape::One { var: name.map(|name| variables.intern(name, false)), any_token }
        }
        Some(Meta::Many { name }) => Shape::Many { var: name.map(|name| variables.intern(name, true)) },
        None if !node.is_leaf() => {
            inner = true;
            Shape::Inner(node.raw())
        }
        None if node.is_named() => Shape::Leaf(node.raw(), node.text().into()),
        None => Shape::Token(node.raw()),
    };
    goals.push(Goal { shape, end: 0 });
    if inner {
        for child in node.children_with_tokens().filter(|child| !child.is_missing()) {
            convert(child, goals, variables, depth + 1)?;
        }
    }
    let end = goals.len();
    if let Some(goal) = goals.get_mut(at) {
        goal.end = end;
    }
    Ok(())
}

#[cfg(test)]
#[cfg(feature = "ecmascript")]
mod tests;
