//! The metavariables that a match may capture: those of patterns that do not stand under `not`.

use std::collections::BTreeSet;

use crate::pattern::VarId;

/// Collects, while a rule is compiled, where its patterns and references to utils stand.
#[derive(Debug, Default)]
pub(crate) struct Captures {
    /// The util that is being compiled; none for the rule itself and its constraints.
    util: Option<usize>,
    /// The number of `not`s, and of other rule objects that only probe, around the present one.
    probes: usize,
    /// The metavariables of patterns that capture, each with the util that it stands in.
    variables: BTreeSet<(Option<usize>, VarId)>,
    /// The utils that are matched so that they capture, each with the util that refers to it.
    references: BTreeSet<(Option<usize>, usize)>,
}

impl Captures {
    /// Marks the start or, with none, the end of a util.
    pub(super) fn enter_util(&mut self, util: Option<usize>) {
        self.util = util;
    }

    /// Marks the start of a rule object that captures nothing.
    pub(super) fn enter_probe(&mut self) {
        self.probes += 1;
    }

    /// Marks the end of a rule object that captures nothing.
    pub(super) fn leave_probe(&mut self) {
        self.probes -= 1;
    }

    /// Adds the metavariables of a pattern.
    pub(super) fn add(&mut self, variables: impl Iterator<Item = VarId>) {
        if self.probes == 0 {
            self.variables.extend(variables.map(|var| (self.util, var)));
        }
    }

    /// Adds a reference to a util.
    pub(super) fn add_reference(&mut self, util: usize) {
        if self.probes == 0 {
            self.references.insert((self.util, util));
        }
    }

    /// True if a match may capture the metavariable, in the rule or in a util that it refers to.
    pub(crate) fn may_capture(&self, var: VarId) -> bool {
        let mut reached = BTreeSet::from([None]);
        let mut open = vec![None];
        while let Some(util) = open.pop() {
            if self.variables.contains(&(util, var)) {
                return true;
            }
            let next = self.references.iter().filter(|(of, _)| *of == util).map(|(_, util)| Some(*util));
            open.extend(next.filter(|util| reached.insert(*util)));
        }
        false
    }
}
