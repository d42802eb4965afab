//! Patterns: code with metavariables, compiled to a list of goals that a node and its descendants have to match.
//!
//! A pattern is written in the language that it searches, with `$A` for one node, `$$A` for one node or token and `$$$A`
//! for any number of siblings. A name that starts with `_` captures nothing. Patterns have the meaning of ast-grep with
//! its `smart` strictness: comments, and tokens of the code that the pattern lacks, are skipped.

mod env;
mod literals;
mod matching;
mod same;
mod variable;

use std::fmt;
use std::sync::Arc;

pub use env::Env;
pub(crate) use env::SavedCaptures;
pub use variable::{VarId, Variables};
pub(crate) use variable::{is_name_char, is_name_start};

use crate::budget::Steps;
use crate::ir::{Dialect, Node, RawKind};
use crate::language::tolerant;
use crate::span::Span;
use variable::Metavariable;

/// The maximum nesting of a pattern. Matching recurses on the depth of the pattern, never on that of the code.
const MAX_PATTERN_DEPTH: usize = 200;

/// A compiled pattern of one dialect.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// The goals in pre-order, the root first.
    goals: Box<[Goal]>,
    /// The raw kind that a match must have, for a pattern that was selected from a context.
    root: Option<RawKind>,
    /// True if the pattern has a syntax error.
    has_error: bool,
}

/// One node of a pattern, to be matched by a node of the code.
#[derive(Clone, Debug)]
struct Goal {
    kind: GoalKind,
    /// The index one past the last goal below this one.
    end: usize,
}

/// The condition of a goal.
#[derive(Clone, Debug)]
enum GoalKind {
    /// One named node of any kind; with `any_token` also a token.
    One { var: Option<VarId>, any_token: bool },
    /// Any number of siblings.
    Many { var: Option<VarId> },
    /// A token of this kind.
    Token(RawKind),
    /// A named node of this kind without children and with this text.
    Leaf(RawKind, Box<str>),
    /// A node of this kind whose children match the goals below.
    Inner(RawKind),
}

/// The reason why a text cannot be used as a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatternError {
    /// The text contains no code.
    NoContent,
    /// The text is parsed as several nodes.
    MultipleNodes,
    /// The text is only `$$$` or `$$$A`, which stands for a list, but a pattern matches one node.
    ListAlone,
    /// The grammar has no kind of this name.
    UnknownSelector(String),
    /// The context contains no node of this kind.
    SelectorNotFound(String),
    /// The pattern is nested more than `MAX_PATTERN_DEPTH` levels.
    TooDeep,
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoContent => f.write_str("the pattern is empty"),
            Self::MultipleNodes => f.write_str("the pattern is more than one piece of code"),
            Self::ListAlone => f.write_str("`$$$` alone matches no node; it stands for a list inside a larger pattern"),
            Self::UnknownSelector(name) => write!(f, "unknown selector `{name}`"),
            Self::SelectorNotFound(name) => write!(f, "the context holds no `{name}`"),
            Self::TooDeep => write!(f, "the pattern is nested deeper than {MAX_PATTERN_DEPTH} levels"),
        }
    }
}

impl std::error::Error for PatternError {}

impl Pattern {
    /// Compiles a pattern; its metavariables are added to `variables`.
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
        // The pattern is the innermost node that covers its whole code: `f()` is the call, not the file or the statement.
        while let Some(only) = only_child(node) {
            node = only;
        }
        if node == tree.root() {
            return Err(PatternError::MultipleNodes);
        }
        Self::from_node(node, None, variables)
    }

    /// Compiles a pattern that is parsed between the two texts of a context
    /// ([`Language::pattern_context`](crate::ir::Language::pattern_context)). None if it is not exactly one node there.
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
        if let Some(Goal { kind: GoalKind::Many { .. }, .. }) = goals.first() {
            return Err(PatternError::ListAlone);
        }
        let has_error = node.subtree().any(Node::is_error);
        Ok(Self { goals: goals.into(), root, has_error })
    }

    /// True if the pattern has a syntax error in this dialect, so that it probably does not match what its author meant.
    pub fn has_error(&self) -> bool {
        self.has_error
    }

    /// The raw kinds that a match can have; none if it can have any.
    pub fn root_kinds(&self) -> Option<Vec<RawKind>> {
        let kind = match &self.goals.first()?.kind {
            GoalKind::One { .. } | GoalKind::Many { .. } => self.root?,
            // An ERROR node with children matches a node of any kind with the same children.
            GoalKind::Inner(kind) if *kind == RawKind::ERROR => return None,
            GoalKind::Token(kind) | GoalKind::Leaf(kind, _) | GoalKind::Inner(kind) => *kind,
        };
        Some(vec![kind])
    }

    /// The raw kinds that nodes in every match have.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = RawKind> {
        self.goals.iter().filter_map(|goal| match goal.kind {
            // ERROR matches any kind, and a token directly after a list is optional.
            GoalKind::Leaf(kind, _) | GoalKind::Inner(kind) if kind != RawKind::ERROR => Some(kind),
            _ => None,
        })
    }

    /// The metavariables that a match captures.
    pub fn variables(&self) -> impl Iterator<Item = VarId> {
        self.goals.iter().filter_map(|goal| match goal.kind {
            GoalKind::One { var, .. } | GoalKind::Many { var } => var,
            _ => None,
        })
    }

    /// Returns true if the node matches; its captures are then added to `env`. Otherwise `env` is unchanged.
    pub fn match_node(&self, node: Node<'_>, env: &mut Env, steps: &Steps) -> bool {
        if self.root.is_some_and(|kind| kind != node.raw()) {
            return false;
        }
        let mark = env.mark();
        let found = matching::matches_root(&self.goals, node, env, steps);
        if !found {
            env.rollback(mark);
        }
        found
    }
}

/// The only child of a node, ignoring a second one that is MISSING or has no text.
fn only_child(node: Node<'_>) -> Option<Node<'_>> {
    let mut children = node.children_with_tokens();
    let first = children.next()?;
    let second = children.next();
    let lone = second.is_none_or(|second| second.is_missing() || second.raw_name().is_empty());
    (lone && children.next().is_none()).then_some(first)
}

/// Appends the goals for a node of the parsed pattern and its descendants.
fn convert(node: Node<'_>, goals: &mut Vec<Goal>, variables: &mut Variables, depth: usize) -> Result<(), PatternError> {
    if depth > MAX_PATTERN_DEPTH {
        return Err(PatternError::TooDeep);
    }
    let at = goals.len();
    let meta = variable::read(node.text(), node.language().expando());
    let mut inner = false;
    let kind = match meta {
        Some(Metavariable::One { name, any_token }) => {
            GoalKind::One { var: name.map(|name| variables.intern(name, false)), any_token }
        }
        Some(Metavariable::Many { name }) => GoalKind::Many { var: name.map(|name| variables.intern(name, true)) },
        None if !node.is_leaf() => {
            inner = true;
            GoalKind::Inner(node.raw())
        }
        None if node.is_named() => GoalKind::Leaf(node.raw(), node.text().into()),
        None => GoalKind::Token(node.raw()),
    };
    goals.push(Goal { kind, end: 0 });
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
