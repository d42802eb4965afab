//! A run over all files of a project, one after the other: no threads, no disk access, no git.

use std::borrow::Borrow;

use crate::engine::{Contexts, Engine, FileAnswer, UncheckedReason};
use crate::facts::ProjectView;
use crate::ir::FileInput;
use crate::report::{Report, SkipReason};
use crate::source::{DecodeError, FileEntry, FileType, Files, SourceFile};

/// Checks all files, sorted by path, and returns their answers and the report. Files of more than `max_bytes` bytes are
/// skipped; symbolic links are ignored.
pub fn check(engine: &Engine, files: &dyn Files, max_bytes: u64) -> (Vec<FileAnswer>, Report) {
    let entries = files.entries().filter(|entry| entry.file_type != FileType::Symlink);
    let contexts = engine.contexts(files);
    let answers: Vec<FileAnswer> = entries.map(|entry| check_file(engine, &entry, &contexts, max_bytes)).collect();
    let mut concluded = engine.conclude(&view(&answers));
    concluded.read_sources(files, max_bytes);
    let report = engine.merge(&answers, &concluded);
    (answers, report)
}

/// The view of the project for rules, made from the answers of its files.
pub fn view<A: Borrow<FileAnswer>>(answers: &[A]) -> ProjectView {
    let mut view = ProjectView::default();
    for answer in answers.iter().map(Borrow::borrow) {
        view.insert(answer.path().clone(), answer.facts().cloned());
    }
    view
}

fn check_file(engine: &Engine, entry: &FileEntry, contexts: &Contexts<'_>, max_bytes: u64) -> FileAnswer {
    let path = entry.path.clone();
    match entry.file_type {
        FileType::Submodule => return engine.skipped(path, SkipReason::Submodule),
        FileType::Regular | FileType::Symlink | FileType::Other => {}
    }
    let Some(dialect) = engine.plan().dialect(&path) else { return engine.unsupported(path) };
    if !engine.must_read(&path, dialect) {
        return engine.prefiltered(path);
    }
    match contexts.files().read_with(&path, max_bytes, |bytes| SourceFile::decode(path.clone(), bytes)) {
        Ok(Ok(source)) => engine.check_input(FileInput::new(source, contexts.of(&path))),
        Ok(Err(error)) => {
            let reason = match error {
                DecodeError::NotText => UncheckedReason::NotText,
                DecodeError::TooLarge => UncheckedReason::TooLarge,
            };
            engine.unchecked(path, reason, &format!("it is {error}"))
        }
        Err(error) => engine.unread(path, &error),
    }
}
