//! What a change takes out of the law without touching the law itself: files by their places, lists of git, and lines that
//! run lawbook.

mod files;
mod places;

use lawbook_core::mistake::Mistake;
use lawbook_core::report::{Report, Weakening};

use crate::files::Snapshot;
use crate::git;
use crate::inputs::Batch;
use crate::law::Law;
use crate::sides::ChangeBatch;

/// What a change does to the law, as far as the present law can say.
#[derive(Debug)]
pub(crate) struct ChangedLaw {
    /// The state before the change.
    pub(crate) base: Snapshot,
    /// What takes files out of the law.
    pub(crate) weakenings: Vec<Weakening>,
}

impl Law {
    /// What the change of a run does to the law; `None` if the run is over no change, or by rules that are not those of the
    /// project.
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
