//! The rules of one dialect by the raw kinds that they want to see, so that a walk calls each only where it may act.

use crate::ir::{Kind, Node, RawKind};
use crate::language::Dialect;
use crate::plan::{Instance, PlannedRule};

/// Who is called for which node.
#[derive(Debug)]
pub(crate) struct Buckets {
    /// By raw kind; the last one is ERROR's.
    by_kind: Vec<Vec<Call>>,
    every: Vec<u32>,
    file: Vec<u32>,
}

/// One call: the instance, and the shared kinds that its node must be of if any are listed.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) instance: u32,
    kinds: Vec<Kind>,
}

impl Call {
    pub(crate) fn wants(&self, node: Node<'_>) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&node.kind())
    }
}

impl Buckets {
    pub(crate) fn new(instances: &[Instance], rules: &[PlannedRule], dialect: &'static Dialect) -> Self {
        let count = dialect.vocabulary().kind_count();
        let mut buckets = Self { by_kind: vec![Vec::new(); count + 1], every: Vec::new(), file: Vec::new() };
        for (at, instance) in (0u32..).zip(instances) {
            if !rules[instance.rule].page().claims.holds(dialect.name) {
                continue;
            }
            let interest = instance.check.interest(dialect);
            if interest.every_node {
                buckets.every.push(at);
            } else {
                for raw in &interest.raw_kinds {
                    buckets.add(*raw, at, None);
                }
                for kind in &interest.kinds {
                    for raw in dialect.raw_kinds(*kind) {
                        buckets.add(raw, at, Some(*kind));
                    }
                }
            }
            if interest.file {
                buckets.file.push(at);
            }
        }
        buckets
    }

    fn add(&mut self, raw: RawKind, instance: u32, kind: Option<Kind>) {
        let last = self.by_kind.len() - 1;
        let bucket = &mut self.by_kind[usize::from(raw.0).min(last)];
        match (bucket.iter_mut().find(|call| call.instance == instance), kind) {
            // One interest without a shared kind wants the node whatever it is.
            (Some(call), None) => call.kinds.clear(),
            (Some(call), Some(kind)) if !call.kinds.is_empty() => call.kinds.push(kind),
            (Some(_), Some(_)) => {}
            (None, kind) => bucket.push(Call { instance, kinds: kind.into_iter().collect() }),
        }
    }

    /// The calls for a raw kind.
    pub(crate) fn of(&self, raw: RawKind) -> &[Call] {
        let last = self.by_kind.len() - 1;
        &self.by_kind[usize::from(raw.0).min(last)]
    }

    /// Whether some instance is called for tokens.
    pub(crate) fn wants_tokens(&self, dialect: &'static Dialect) -> bool {
        let vocabulary = dialect.vocabulary();
        let of_token = |(kind, calls): (u16, &Vec<Call>)| !calls.is_empty() && !vocabulary.is_named(RawKind(kind));
        !self.every.is_empty() || (0u16..).zip(&self.by_kind).take(vocabulary.kind_count()).any(of_token)
    }

    /// Instances that see every node.
    pub(crate) fn every(&self) -> &[u32] {
        &self.every
    }

    /// Instances that see the file as a whole.
    pub(crate) fn file(&self) -> &[u32] {
        &self.file
    }

    /// Every instance that is called for anything.
    pub(crate) fn instances(&self) -> impl Iterator<Item = u32> + '_ {
        let by_kind = self.by_kind.iter().flatten().map(|call| call.instance);
        by_kind.chain(self.every.iter().copied()).chain(self.file.iter().copied())
    }
}
