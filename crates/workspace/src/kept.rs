//! The answers of single files that are kept from one run to the next.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use lawbook_core::engine::FileAnswer;
use lawbook_core::ir::FileContext;
use lawbook_core::source::RelPath;

use crate::stamp::FileStamp;

/// The answers of single files, kept from one run to the next by the requests that share the value.
///
/// An answer is used again while the law is the same, the metadata of the file are the same, and what its check takes from
/// other files is the same. What is about several files (rules about the project, the baseline, the counts) is made anew by
/// each run, so that its report is that of a run without kept answers.
#[derive(Debug, Default)]
pub struct KeptAnswers {
    state: Mutex<KeptState>,
}

/// The answers by one law.
#[derive(Debug, Default)]
pub(crate) struct KeptState {
    /// The number of the law.
    law: Option<u64>,
    /// By path, the answers.
    pub(crate) answers: HashMap<RelPath, KeptAnswer>,
    /// The files that are checked anew, whatever their metadata say.
    pub(crate) forgotten: HashSet<RelPath>,
}

/// The answer of a file, and what it depends on.
#[derive(Debug)]
pub(crate) struct KeptAnswer {
    pub(crate) stamp: FileStamp,
    /// The context of the file, if that may depend on other files.
    pub(crate) context: Option<FileContext>,
    pub(crate) answer: FileAnswer,
}

impl KeptAnswers {
    /// Has the next run check a file anew, whatever its metadata say. Metadata cannot tell two writes within one tick of the
    /// clock apart.
    pub fn forget(&self, path: &RelPath) {
        self.lock().forgotten.insert(path.clone());
    }

    /// The same for all files.
    pub fn forget_all(&self) {
        let mut state = self.lock();
        let paths: Vec<RelPath> = state.answers.keys().cloned().collect();
        state.forgotten.extend(paths);
    }

    /// The answers by the law with this number.
    pub(crate) fn of_law(&self, law: u64) -> MutexGuard<'_, KeptState> {
        let mut state = self.lock();
        if state.law != Some(law) {
            *state = KeptState { law: Some(law), ..KeptState::default() };
        }
        state
    }

    fn lock(&self) -> MutexGuard<'_, KeptState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
