//! Code that a change takes out of the law without an edit of the law itself: by the places of files, by lists of git, and
//! by lines that run lawbook.

mod files;
mod places;

use lawbook_core::mistake::Mistake;
use lawbook_core::report::{Report, Weakening};

use crate::files::Snapshot;
use crate::git;
use crate::inputs::Batch;
use crate::law::Law;
use crate::sides::ChangeBatch;

/// The effects of a change on the law, as far as they follow from the present law.
#[derive(Debug)]
pub(crate) struct ChangedLaw {
    /// The state before the change.
    pub(crate) base: Snapshot,
    /// The parts of the change that take files out of the law.
    pub(crate) weakenings: Vec<Weakening>,
}

impl Law {
    /// The effects of the change of a run on the law; `None` if the run is over no change, or by rules that are not those
    /// of the project.
    ///
    /// # Errors
    /// Git fails.
    pub(crate) fn changed_law(&self, batch: &Batch<'_>, report: &Report) -> Result<Option<ChangedLaw>, Vec<Mistake>> {
        let Some((change, before)) = batch.change.as_ref().and_then(ChangeBatch::git) else { return Ok(None) };
        // The law of a repository inside of this one is no part of the change.
        let top = change.git.top();
        let is_of_other = self.root().starts_with(top) && git::top_above(self.root()).is_some_and(|own| own != top);
        if !self.places.is_of_project || is_of_other {
            return Ok(None);
        }
        let mut weakenings = self.weakened_places(change, before, batch.files.files(), report);
        weakenings.extend(self.weakened_files(change, before)?);
        Ok(Some(ChangedLaw { base: change.base.clone(), weakenings }))
    }
}
