//! The rules for the files of one folder: their levels and options there, and the overrides.

use crate::diagnostic::Severity;
use crate::glob::PathGlobs;
use crate::ir::SuppressionLimits;
use crate::plan::{Instance, InstanceChange, Levels};
use crate::rule::page::Options;
use crate::settings::SettingsLayer;
use crate::source::RelPath;

/// The rules of a file of settings and of those above it.
#[derive(Debug)]
pub(super) struct PlannedLayer {
    /// The folder that it holds for, without the folders of other layers below.
    pub(super) folder: RelPath,
    /// By rule.
    pub(super) rules: Vec<RuleInLayer>,
    /// By instance, the level on a file that no override applies to.
    pub(super) levels: Levels,
    /// Those of the files above first.
    pub(super) overrides: Vec<PlannedOverride>,
    pub(super) fences: bool,
    pub(super) suppression_limits: SuppressionLimits,
}

/// A rule in a layer.
#[derive(Clone, Debug, Default)]
pub(super) struct RuleInLayer {
    /// Its level before overrides; none when it is off.
    pub(super) level: Option<Severity>,
    /// The values of its options before overrides; empty for a rule that is off.
    pub(super) options: Options,
    /// The place where the level was set, for messages.
    pub(super) origin: String,
    /// Its instance; none if it is off, also in overrides.
    pub(super) instance: Option<usize>,
}

/// `[[overrides]]`.
#[derive(Clone, Debug)]
pub(super) struct PlannedOverride {
    /// The folder that the globs are relative to.
    pub(super) base: RelPath,
    pub(super) files: PathGlobs,
    /// The number of a rule, and its change.
    pub(super) changes: Vec<(usize, InstanceChange)>,
    pub(super) origin: String,
}

impl PlannedOverride {
    pub(super) fn applies_to(&self, path: &RelPath) -> bool {
        let seen = self.base.below(path.as_str());
        seen.is_some_and(|seen| self.files.first_match(seen).is_some())
    }
}

impl PlannedLayer {
    /// The levels of the instances without overrides.
    pub(super) fn base_levels(rules: &[RuleInLayer], instances: &[Instance]) -> Levels {
        let level = |(at, instance): (usize, &Instance)| {
            let rule = &rules[instance.rule];
            rule.level.filter(|_| rule.instance == Some(at))
        };
        instances.iter().enumerate().map(level).collect()
    }

    /// The number of the layer that holds for a path.
    pub(super) fn of(layers: &[Self], path: &RelPath) -> usize {
        let holds = |layer: &Self| layer.folder.holds(path.as_str());
        layers.iter().rposition(holds).unwrap_or_default()
    }
}

/// The folders below that of a layer in which its settings do not hold, since a layer there inherits nothing from above.
pub(super) fn exceptions(layers: &[SettingsLayer], chains: &[Vec<usize>], layer: usize) -> Vec<RelPath> {
    let lies_in = |other: &SettingsLayer| {
        layers[layer].folder.is_root() && !other.folder.is_root() || layers[layer].folder.holds(other.folder.as_str())
    };
    let others = layers.iter().enumerate().filter(|(at, other)| lies_in(other) && !chains[*at].contains(&layer));
    others.map(|(_, other)| other.folder.clone()).collect()
}
