//! The instances that are called in one dialect, each with the raw kinds of the nodes that it is called for.

use crate::ir::{Dialect, Kind, Node, RawKind};
use crate::plan::{Instance, PlannedRule};

/// The instances that are called in one dialect.
#[derive(Debug)]
pub(crate) struct DialectRules {
    called: Vec<CalledInstance>,
}

/// An instance that is called in the dialect.
#[derive(Debug)]
pub(crate) struct CalledInstance {
    pub(crate) instance: usize,
    /// True if it is called for every node and token.
    pub(crate) every_node: bool,
    /// Else the kinds that it is called for, each once.
    pub(crate) kinds: Vec<WantedKind>,
    /// True if it is called for tokens.
    pub(crate) tokens: bool,
    /// True if it is called for the file as a whole.
    pub(crate) file: bool,
}

/// A raw kind. If shared kinds are listed, the node must be of one of them.
#[derive(Debug)]
pub(crate) struct WantedKind {
    pub(crate) raw: RawKind,
    kinds: Vec<Kind>,
}

impl WantedKind {
    /// True if every node of the raw kind is wanted.
    pub(crate) fn matches_every_node(&self) -> bool {
        self.kinds.is_empty()
    }

    /// True if a node of the raw kind is wanted.
    pub(crate) fn matches(&self, node: Node<'_>) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&node.kind())
    }
}

impl DialectRules {
    pub(crate) fn new(instances: &[Instance], rules: &[PlannedRule], dialect: &'static Dialect) -> Self {
        let claimed = instances.iter().enumerate();
        let claimed = claimed.filter(|(_, instance)| rules[instance.rule].page().claims.includes(dialect.name));
        let called = claimed.filter_map(|(at, instance)| CalledInstance::new(at, instance, dialect)).collect();
        Self { called }
    }

    /// The instances in their order.
    pub(crate) fn called(&self) -> &[CalledInstance] {
        &self.called
    }
}

impl CalledInstance {
    fn new(at: usize, instance: &Instance, dialect: &'static Dialect) -> Option<Self> {
        let interest = instance.check.interest(dialect);
        let (every_node, file) = (interest.every_node, interest.file);
        let mut called = Self { instance: at, every_node, kinds: Vec::new(), tokens: every_node, file };
        if !every_node {
            for raw in &interest.raw_kinds {
                called.add(*raw, None);
            }
            let vocabulary = dialect.vocabulary();
            for kind in &interest.kinds {
                for raw in dialect.raw_kinds(*kind) {
                    // If all nodes of the raw kind have one shared kind, the node's own kind need not be computed.
                    called.add(*raw, Some(*kind).filter(|_| vocabulary.shared_kinds(*raw).len() > 1));
                }
            }
            called.tokens = called.kinds.iter().any(|wanted| !vocabulary.is_named(wanted.raw));
        }
        (every_node || file || !called.kinds.is_empty()).then_some(called)
    }

    fn add(&mut self, raw: RawKind, kind: Option<Kind>) {
        match (self.kinds.iter_mut().find(|wanted| wanted.raw == raw), kind) {
            // An interest in the raw kind includes nodes of all its shared kinds.
            (Some(wanted), None) => wanted.kinds.clear(),
            (Some(wanted), Some(kind)) if !wanted.kinds.is_empty() => wanted.kinds.push(kind),
            (Some(_), Some(_)) => {}
            (None, kind) => self.kinds.push(WantedKind { raw, kinds: kind.into_iter().collect() }),
        }
    }

    /// Its interest in a raw kind.
    pub(crate) fn wanted(&self, raw: RawKind) -> Option<&WantedKind> {
        self.kinds.iter().find(|wanted| wanted.raw == raw)
    }
}
