//! The globs and other settings about files.

use crate::glob::{self, PathGlobs};
use crate::ir::SuppressionLimits;
use crate::mistake::Mistake;
use crate::plan::PlannedBudget;
use crate::plan::layers;
use crate::plan::resolve::Resolver;
use crate::plan::scoped::{GlobScope, ScopedGlobs};
use crate::settings::{Budget, FileSettings, SettingsLayer};
use crate::span::Span;

/// The maximum size of all globs of a plan together. What is built of them then takes less than a gigabyte.
const MAX_GLOBS_SIZE: usize = 1_000_000;

impl Resolver<'_> {
    /// The globs of all layers under one key of `[files]`. The topmost file has the default where it gives none, and
    /// those below add theirs.
    pub(super) fn scoped(&mut self, key: &str, list: fn(&FileSettings) -> &[(String, Span)]) -> ScopedGlobs {
        let mut parts = Vec::new();
        for (at, layer) in self.layers.iter().enumerate() {
            if self.chains[at].len() > 1 && !layer.settings.files.gives(key) {
                continue;
            }
            let globs = self.globs(list(&layer.settings.files), at);
            parts.push(GlobScope::new(self.layers, &self.chains, at, globs));
        }
        ScopedGlobs::new(parts)
    }

    /// True if fenced code is checked in the files of a layer.
    pub(super) fn fences(&self, layer: usize) -> bool {
        let chain = self.chains[layer].iter().map(|above| &self.layers[*above].settings.files).enumerate();
        let given = chain.filter(|(at, files)| *at == 0 || files.gives("fences"));
        given.max_by_key(|(at, _)| *at).is_some_and(|(_, files)| files.fences)
    }

    /// The limits of single suppressions in the files of a layer.
    pub(super) fn suppression_limits(&self, layer: usize) -> SuppressionLimits {
        self.chains[layer].iter().fold(SuppressionLimits::default(), |limits, above| {
            let given = &self.layers[*above].settings.suppressions;
            SuppressionLimits {
                min_words: given.min_words.unwrap_or(limits.min_words),
                max_days: given.max_days.unwrap_or(limits.max_days),
                ..limits
            }
        })
    }

    pub(super) fn budget(&mut self, budget: &Budget, layer: usize) -> Option<PlannedBudget> {
        let mut what = String::new();
        let rule = match &budget.rule {
            Some((name, span)) => {
                let on: Vec<bool> = self.states[layer].iter().map(|rule| rule.level.is_some()).collect();
                let at = self.resolve_name(name, *span, layer, &|rule| on[rule])?;
                if !self.rules[at].page().suppressible {
                    let message = format!("no comment can suppress `{name}`, so it needs no budget");
                    self.mistakes[layer].add_with_help(*span, message, "delete this budget");
                    return None;
                }
                what = format!(" of `{name}`");
                Some(at)
            }
            None => None,
        };
        let files = (!budget.files.is_empty()).then(|| self.globs(&budget.files, layer));
        let SettingsLayer { folder, base, .. } = &self.layers[layer];
        let in_base = |glob: &str| if base.is_root() { format!("`{glob}`") } else { format!("`{base}/{glob}`") };
        if files.is_some() {
            let names: Vec<String> = budget.files.iter().map(|(glob, _)| in_base(glob)).collect();
            what = format!("{what} in {}", names.join(", "));
        } else if !folder.is_root() {
            what = format!("{what} in `{folder}`");
        }
        let except = layers::exceptions(self.layers, &self.chains, layer);
        let (folder, base) = (folder.clone(), base.clone());
        let origin = self.place(layer, budget.span);
        Some(PlannedBudget { rule, folder, base, except, files, max: budget.max, what, origin })
    }

    /// Builds the globs of a list in the settings of a layer.
    pub(super) fn globs(&mut self, list: &[(String, Span)], layer: usize) -> PathGlobs {
        let list = if self.has_room(list.iter().map(|(glob, _)| &**glob)) { list } else { &[] };
        let pairs = list.iter().map(|(glob, _)| (glob.as_str(), false));
        PathGlobs::new(pairs, glob::GlobSyntax::Lawbook).unwrap_or_else(|(at, reason)| {
            self.mistakes[layer].add(list[at].1, format!("bad glob: {reason}"));
            PathGlobs::default()
        })
    }

    /// True if these globs may be built in addition to those so far. The first that may not are a mistake, the others not.
    pub(super) fn has_room<'g>(&mut self, globs: impl Iterator<Item = &'g str>) -> bool {
        let had_room = self.globs_size <= MAX_GLOBS_SIZE;
        self.globs_size += globs.map(glob::size).sum::<usize>();
        let has_room = self.globs_size <= MAX_GLOBS_SIZE;
        if had_room && !has_room {
            self.other_mistakes.push(Mistake::new("there are too many globs, or too many wildcards in them"));
        }
        has_room
    }
}
