//! The rules about the project or a change, and the facts that they need of the files of each dialect.

use crate::facts::FactSet;
use crate::language;
use crate::plan::{Instance, PlannedRule};
use crate::rule::RuleNeeds;
use crate::rule::page::Scope;

/// The instances of rules with `scope: project` or `scope: change`.
#[derive(Debug)]
pub(crate) struct Phases {
    /// Their numbers, ascending, with what they need.
    instances: Vec<(usize, RuleNeeds)>,
    /// The facts that they need, by dialect.
    by_dialect: Vec<WantedFacts>,
}

/// The facts that are collected of one dialect's files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct WantedFacts {
    /// The lists that some rule needs.
    pub(crate) lists: FactSet,
    /// The instances that collect facts of their own, ascending.
    pub(crate) collectors: Vec<usize>,
}

impl WantedFacts {
    /// True if there is nothing to collect.
    pub(crate) fn is_empty(&self) -> bool {
        self.lists.is_empty() && self.collectors.is_empty()
    }
}

impl Phases {
    pub(super) fn new(instances: &[Instance], rules: &[PlannedRule]) -> Self {
        let needs = instances.iter().map(|instance| instance.check.needs()).enumerate();
        let instances: Vec<(usize, &PlannedRule, RuleNeeds)> = needs
            .filter(|(_, needs)| needs.scope != Scope::File)
            .map(|(at, needs)| (at, &rules[instances[at].rule], needs))
            .collect();
        let by_dialect = language::dialects_and_hosts().map(|dialect| {
            let mut wanted = WantedFacts::default();
            for (at, _, needs) in instances.iter().filter(|(_, rule, _)| rule.page().claims.includes(dialect.name)) {
                wanted.lists = wanted.lists.union(needs.facts);
                wanted.collectors.extend(needs.collects.then_some(*at));
            }
            wanted
        });
        Self {
            by_dialect: by_dialect.collect(),
            instances: instances.into_iter().map(|(at, _, needs)| (at, needs)).collect(),
        }
    }

    /// The instances with this scope, ascending.
    pub(crate) fn of(&self, scope: Scope) -> impl Iterator<Item = usize> {
        self.instances.iter().filter(move |(_, needs)| needs.scope == scope).map(|(at, _)| *at)
    }

    /// All instances with their scopes.
    pub(crate) fn instances(&self) -> impl Iterator<Item = (usize, Scope)> {
        self.instances.iter().map(|(at, needs)| (*at, needs.scope))
    }

    /// True if there is no such instance.
    pub(crate) fn is_empty(&self) -> bool {
        self.instances.is_empty()
    }

    /// The facts that are needed of files of the dialect with this number.
    pub(super) fn wanted(&self, dialect: usize) -> &WantedFacts {
        &self.by_dialect[dialect]
    }
}
