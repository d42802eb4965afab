//! The parts of a project that the front door works on: fixes within one text, and files that settings do not exclude.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Fix};
use crate::engine::Engine;
use crate::fix::Verifier;
use crate::ir::{FileInput, Lowered};
use crate::plan::ScopedGlobs;
use crate::source::{FileEntry, Files, ReadError, RelPath, SourceFile};

/// An engine whose findings keep only fixes within their own text.
pub(super) struct OneTextVerifier<'e>(pub(super) &'e Engine);

impl Verifier for OneTextVerifier<'_> {
    fn input(&self, source: SourceFile) -> FileInput {
        Verifier::input(self.0, source)
    }

    fn lower(&self, input: FileInput) -> Lowered {
        Verifier::lower(self.0, input)
    }

    fn check(&self, files: &[&Lowered]) -> Vec<Arc<Diagnostic>> {
        let mut found = Verifier::check(self.0, files);
        for diagnostic in &mut found {
            let path = diagnostic.path.clone();
            let is_within = |fix: &Fix| fix.files().is_empty() && fix.other_files().all(|other| *other == path);
            if !diagnostic.fixes.iter().all(is_within) {
                Arc::make_mut(diagnostic).fixes.retain(is_within);
            }
        }
        found
    }
}

/// Files without those that settings exclude.
#[derive(Debug)]
pub(super) struct IncludedFiles<'f> {
    pub(super) files: &'f dyn Files,
    pub(super) exclude: &'f ScopedGlobs,
}

impl IncludedFiles<'_> {
    /// True for a path that a glob matches, itself or by a folder above it.
    fn excludes(&self, path: &RelPath) -> bool {
        self.exclude.match_with_parents(path.as_str()).is_some()
    }
}

impl Files for IncludedFiles<'_> {
    fn entries(&self) -> Box<dyn Iterator<Item = FileEntry> + '_> {
        Box::new(self.files.entries().filter(|entry| !self.excludes(&entry.path)))
    }

    fn entry(&self, path: &RelPath) -> Option<FileEntry> {
        self.files.entry(path).filter(|_| !self.excludes(path))
    }

    fn read(&self, path: &RelPath, max_bytes: u64, reader: &mut dyn FnMut(&[u8])) -> Result<(), ReadError> {
        if self.excludes(path) {
            return Err(ReadError::NotFound);
        }
        self.files.read(path, max_bytes, reader)
    }
}
