//! Runs the blocks of a page through the engine, with the rule under test alone.

use std::cell::RefCell;

use crate::date::Date;
use crate::engine::{Engine, FileAnswer, RunOptions};
use crate::facts::{ChangeView, ChangedFile, FileVersion};
use crate::ir::{FileContext, FileInput};
use crate::mistake::Mistake;
use crate::pack::{Native, Pack, PageEntry};
use crate::plan::{Plan, Selection};
use crate::project;
use crate::rule::page::{Body, Page};
use crate::settings::Settings;
use crate::source::MemoryFiles;
use crate::testing::{Failure, check_page};

/// Tests a page against its own blocks. A page of the engine has no blocks.
///
/// # Errors
/// The mistakes of the page and of the settings of its projects.
pub fn run_page(page: &Page, natives: &[Native], today: Date) -> Result<Vec<Failure>, Vec<Mistake>> {
    if matches!(page.body, Body::Engine) {
        return Ok(Vec::new());
    }
    let engine = |settings: &Settings| -> Result<Engine, Vec<Mistake>> {
        let pages = vec![PageEntry::ready(page.clone())];
        let natives = natives.iter().filter(|native| *native.id() == page.id).cloned().collect();
        let alone = Pack { name: "tested".into(), pages, natives, extended: true, ..Pack::default() };
        let selection = Selection::of_rules([page.id.to_string()]);
        let plan = Plan::new(settings, vec![alone], &selection)?;
        Ok(Engine::new(plan, RunOptions::new(today)))
    };
    let usual = engine(&Settings::default())?;
    let mistakes = RefCell::new(Vec::new());
    let run = |files: &[FileInput], settings: Option<&Settings>| {
        let own = settings.map(&engine).transpose().unwrap_or_else(|found| {
            mistakes.borrow_mut().extend(found);
            None
        });
        let engine = own.as_ref().unwrap_or(&usual);
        let bytes = |file: &FileInput| (file.source.path().clone(), file.source.text().as_bytes().to_vec());
        let together: MemoryFiles = files.iter().map(bytes).collect();
        let contexts = engine.contexts(&together);
        let check = |file: &FileInput| {
            let context = FileContext { dialect: file.context.dialect, ..contexts.of(file.source.path()) };
            engine.check_input(FileInput::new(file.source.clone(), context))
        };
        let answers: Vec<FileAnswer> = files.iter().map(check).collect();
        // For rules about a change, the blocks are a change that adds their files.
        let mut concluded = engine.conclude(&project::view(&answers));
        concluded = concluded.and(engine.check_change(&ChangeView::new(added(files, &answers), today)));
        engine.merge(&answers, &concluded).diagnostics
    };
    let failures = check_page(page, &run);
    let mistakes = mistakes.into_inner();
    if mistakes.is_empty() { Ok(failures) } else { Err(mistakes) }
}

/// The change that adds these files.
fn added(files: &[FileInput], answers: &[FileAnswer]) -> Vec<ChangedFile> {
    let added = files.iter().zip(answers).map(|(file, answer)| {
        let (path, source) = (file.source.path().clone(), Some(file.source.clone()));
        let now = FileVersion { path: path.clone(), source, facts: answer.facts().cloned() };
        ChangedFile { path, before: None, now: Some(now) }
    });
    added.collect()
}
