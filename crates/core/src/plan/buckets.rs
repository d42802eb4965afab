//! The rules of one dialect, each with the raw kinds that it wants to see, so that it is called only where it may act.

use crate::ir::{Dialect, Kind, Node, RawKind};
use crate::plan::{Instance, PlannedRule};

/// Who is called for which nodes.
#[derive(Debug)]
pub(crate) struct Buckets {
    called: Vec<Called>,
}

/// An instance that is called in the dialect.
#[derive(Debug)]
pub(crate) struct Called {
    pub(crate) instance: usize,
    /// Whether it sees every node and token.
    pub(crate) every_node: bool,
    /// Else the kinds that it sees, each once.
    pub(crate) kinds: Vec<WantedKind>,
    /// Whether tokens are among what it sees.
    pub(crate) tokens: bool,
    /// Whether it sees the file as a whole.
    pub(crate) file: bool,
}

/// A raw kind, and the shared kinds that its node must be of if any are listed.
#[derive(Debug)]
pub(crate) struct WantedKind {
    pub(crate) raw: RawKind,
    kinds: Vec<Kind>,
}

impl WantedKind {
    /// Whether every node of the raw kind is wanted.
    pub(crate) fn wants_all(&self) -> bool {
        self.kinds.is_empty()
    }

    pub(crate) fn wants(&self, node: Node<'_>) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&node.kind())
    }
}

impl Buckets {
    pub(crate) fn new(instances: &[Instance], rules: &[PlannedRule], dialect: &'static Dialect) -> Self {
        let claimed = instances.iter().enumerate();
        let claimed = claimed.filter(|(_, instance)| rules[instance.rule].page().claims.includes(dialect.name));
        let called = claimed.filter_map(|(at, instance)| Called::new(at, instance, dialect)).collect();
        Self { called }
    }

    /// Every instance that is called for anything, in their order.
    pub(crate) fn called(&self) -> &[Called] {
        &self.called
    }
}

impl Called {
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
                    // Where the raw kind alone decides, the node need not be asked.
                    called.add(*raw, Some(*kind).filter(|_| vocabulary.shared_kinds(*raw).len() > 1));
                }
            }
            called.tokens = called.kinds.iter().any(|wanted| !vocabulary.is_named(wanted.raw));
        }
        (every_node || file || !called.kinds.is_empty()).then_some(called)
    }

    fn add(&mut self, raw: RawKind, kind: Option<Kind>) {
        match (self.kinds.iter_mut().find(|wanted| wanted.raw == raw), kind) {
            // One interest without a shared kind wants the node whatever it is.
            (Some(wanted), None) => wanted.kinds.clear(),
            (Some(wanted), Some(kind)) if !wanted.kinds.is_empty() => wanted.kinds.push(kind),
            (Some(_), Some(_)) => {}
            (None, kind) => self.kinds.push(WantedKind { raw, kinds: kind.into_iter().collect() }),
        }
    }

    /// What it wants of the nodes of a raw kind.
    pub(crate) fn wanted(&self, raw: RawKind) -> Option<&WantedKind> {
        self.kinds.iter().find(|wanted| wanted.raw == raw)
    }
}
