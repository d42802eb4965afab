//! The names that imports declare, each with the module or member that it stands for.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::ir::ModuleSyntax;
use crate::ir::view::{ImportView, LocalName};
use crate::names::table::outermost_first;
use crate::names::{Resolved, Target};

/// The most names that are followed from one to the next: `const a = console; const b = a; …`.
pub(super) const MAX_ALIASES: usize = 8;

/// The target of a local name.
#[derive(Clone, Debug)]
pub(super) struct ImportTarget {
    module: String,
    member: Option<String>,
}

impl ImportTarget {
    /// The member of what is imported at the end of a path that has the last part first.
    pub(super) fn member(&self, path: Vec<Cow<'_, str>>) -> Target {
        let path = self.member.iter().cloned().chain(outermost_first(path)).collect();
        Target::Imported(Resolved { module: self.module.clone(), path })
    }

    /// The first name of its path, if more names follow.
    pub(super) fn first_name(&self, syntax: &ModuleSyntax) -> Option<&str> {
        let (first, rest) = self.module.split_once(syntax.separator)?;
        (!first.is_empty() && !rest.is_empty()).then_some(first)
    }
}

/// The targets of all names that the imports of a tree declare, in order, as the imports name them.
#[derive(Debug, Default)]
pub(super) struct ImportTargets(Vec<ImportTarget>);

impl ImportTargets {
    /// Adds a target and returns its index.
    pub(super) fn push(&mut self, target: ImportTarget) -> usize {
        self.0.push(target);
        self.0.len() - 1
    }

    pub(super) fn get(&self, import: usize) -> &ImportTarget {
        &self.0[import]
    }

    /// `target` with the path of the import `start` in the place of its first name, which that import declares: in `use
    /// std::fs; use fs::read;` the second import is `std::fs::read`. `at` is the import whose path `target` starts with.
    /// None for a name that an import gives to itself (`use fs;`), which starts no other path.
    pub(super) fn starting_at(
        &self,
        target: &ImportTarget,
        at: usize,
        start: usize,
        syntax: &ModuleSyntax,
    ) -> Option<ImportTarget> {
        let first = target.first_name(syntax)?;
        let path = &self.get(start).module;
        let is_same =
            path.strip_prefix(first).is_some_and(|left| left.is_empty() || left.starts_with(syntax.separator));
        let module = [path, &target.module[first.len()..]].concat();
        (at != start && !is_same).then(|| ImportTarget { module, member: target.member.clone() })
    }

    /// The target of an import behind all names of other imports at which its path starts; `starts` has the import of
    /// such a name for each.
    pub(super) fn through(
        &self,
        import: usize,
        starts: &HashMap<usize, usize>,
        syntax: &ModuleSyntax,
    ) -> Cow<'_, ImportTarget> {
        let mut target = Cow::Borrowed(self.get(import));
        let mut at = import;
        for _ in 0..MAX_ALIASES {
            let Some(start) = starts.get(&at) else { break };
            let Some(through) = self.starting_at(&target, at, *start, syntax) else { break };
            (target, at) = (Cow::Owned(through), *start);
        }
        target
    }
}

/// The names that an import declares, each with its target.
pub(super) fn local_names<'i, 't>(
    import: &'i ImportView<'t>,
    syntax: &'i ModuleSyntax,
) -> impl Iterator<Item = (LocalName<'t>, ImportTarget)> + use<'i, 't> {
    import.items.iter().filter_map(move |item| {
        let source = item.bound.as_ref().or(item.source.as_ref()).or(import.source.as_ref())?;
        // If the item has a path of its own, the path includes the member.
        let member = (item.source.is_none() && item.name != "*").then(|| item.name.clone().into_owned());
        Some((item.local?, ImportTarget { module: syntax.bare(source).to_owned(), member }))
    })
}
