//! The files of a run over edits: their present contents on the disk, and their older ones from the request.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use lawbook_core::source::RelPath;

use crate::discover;
use crate::inputs::{Batch, Coverage};
use crate::law::Law;
use crate::request::FileBefore;
use crate::sides::{ChangeBatch, ChangedPath, EditedFiles};

impl Law {
    /// Finds edited files. Of several edits of a file, the first has the text before all of them.
    pub(crate) fn find_edits(&self, edits: &[FileBefore]) -> Batch<'_> {
        let mut before: BTreeMap<RelPath, Option<Arc<[u8]>>> = BTreeMap::new();
        for edit in edits {
            before.entry(edit.path.clone()).or_insert_with(|| edit.before.clone());
        }
        let filter = self.checker.filter();
        let paths: Vec<RelPath> = before.keys().cloned().collect();
        let mut found = discover::discover_single(&self.paths, filter, &paths);
        for left_out in &mut found.left_out {
            left_out.is_requested = true;
        }
        let is_gone = |path: &RelPath| {
            let is_in_place = filter.dialect(path).is_some() && filter.path("", path.as_str(), false).reason.is_none();
            is_in_place && self.paths.metadata(path).is_none()
        };
        let on_disk: HashSet<&RelPath> = found.files.iter().map(|file| &file.path).collect();
        let changed = before.iter().filter_map(|(path, older)| {
            let is_now = on_disk.contains(path);
            let is_before = older.is_some();
            let is_changed = is_now || is_before && is_gone(path);
            is_changed.then(|| ChangedPath { path: path.clone(), is_now, is_before })
        });
        let changed: Vec<ChangedPath> = changed.collect();
        // In the order of `before`, so sorted by path.
        before.retain(|path, _| changed.binary_search_by(|file| file.path.cmp(path)).is_ok());
        let base = EditedFiles::new(self.disk([]), before);
        let change = ChangeBatch::of_edits(changed, base, filter);
        self.found(found, Coverage::Paths(paths.into_iter().collect()), Some(change))
    }
}
