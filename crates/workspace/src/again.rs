//! A check that takes the answers of unchanged files from an earlier run.

use std::collections::HashMap;

use lawbook_core::engine::{Contexts, FileAnswer};
use lawbook_core::ir::FileContext;
use lawbook_core::mistake::Mistake;
use lawbook_core::rule::engine_ids;
use lawbook_core::source::{FileEntry, RelPath, SourceFile};

use crate::checker::ContentKind;
use crate::inputs::Batch;
use crate::kept::{KeptAnswer, KeptAnswers};
use crate::law::Law;
use crate::request::Request;
use crate::stamp::FileStamp;

/// The answers of single files.
pub(crate) struct Answers {
    pub(crate) answers: Vec<FileAnswer>,
    /// The files that were checked now or are gone, if the other answers are those of an earlier run; sorted.
    pub(crate) rechecked: Vec<RelPath>,
}

impl Law {
    /// Checks the files of a batch that have changed since their answers were kept, and keeps the new ones.
    ///
    /// # Errors
    /// The run was cancelled; nothing is kept then.
    pub(crate) fn check_again(
        &self,
        batch: &mut Batch<'_>,
        request: &Request,
        kept: &KeptAnswers,
    ) -> Result<Answers, Vec<Mistake>> {
        let mut kept = kept.of_law(self.number);
        let mut before = std::mem::take(&mut kept.answers);
        let mut answers = std::mem::take(&mut batch.answers);
        let files = batch.files.files();
        let contexts = self.checker.contexts(files);
        let with_states: Vec<(FileEntry, FileStamp, Option<FileContext>)> =
            self.workers.each(&batch.entries, |entry| {
                let stamp = batch.files.disk_file(&entry.path).map(|file| file.stamp).unwrap_or_default();
                (entry.clone(), stamp, context_of_files(&contexts, &entry.path))
            });
        let forgotten = std::mem::take(&mut kept.forgotten);
        let mut open: Vec<FileEntry> = Vec::new();
        // The old answers of files that are forgotten and look unchanged.
        let mut suspected: HashMap<RelPath, FileAnswer> = HashMap::new();
        let mut states: HashMap<RelPath, (FileStamp, Option<FileContext>)> = HashMap::new();
        for (entry, stamp, context) in with_states {
            let known = before.remove(&entry.path).filter(|known| known.stamp == stamp && known.context == context);
            match known {
                Some(same) if !forgotten.contains(&entry.path) => {
                    answers.push(same.answer.clone());
                    kept.answers.insert(entry.path.clone(), same);
                }
                known => {
                    suspected.extend(known.map(|known| (entry.path.clone(), known.answer)));
                    states.insert(entry.path.clone(), (stamp, context));
                    open.push(entry);
                }
            }
        }
        // The largest first, whatever the order of the threads was.
        open.sort_by(|a, b| b.size.cmp(&a.size).then_with(|| a.path.cmp(&b.path)));
        if let Some(progress) = &request.progress {
            progress.start(open.len());
        }
        let keeps = |source: &SourceFile| batch.keeps(self, source);
        let progress = request.progress.as_deref();
        let checked = self.check_each(&open, files, ContentKind::WorkingTree, request, progress, &keeps)?;
        for answer in &checked {
            // A file that could not be read may be readable without a trace in the metadata.
            let is_unread = answer.diagnostics().any(|found| *found.rule == *engine_ids::UNCHECKED_FILE);
            if let Some((stamp, context)) = states.remove(answer.path()).filter(|_| !is_unread) {
                kept.answers.insert(answer.path().clone(), KeptAnswer { stamp, context, answer: answer.clone() });
            }
        }
        let mut rechecked: Vec<RelPath> = open.into_iter().map(|entry| entry.path).chain(before.into_keys()).collect();
        for answer in &checked {
            // Nobody has written it since, or nothing of what was written can be seen.
            let is_same = |old: &FileAnswer| old.diagnostics().eq(answer.diagnostics());
            if suspected.get(answer.path()).is_some_and(is_same) {
                rechecked.retain(|path| path != answer.path());
            }
        }
        rechecked.sort_unstable();
        answers.extend(checked);
        Ok(Answers { answers, rechecked })
    }
}

/// The context of a file, if that may depend on the texts of others.
fn context_of_files(contexts: &Contexts<'_>, path: &RelPath) -> Option<FileContext> {
    contexts.depends_on_files(path).then(|| contexts.of(path))
}
