//! The only file that calls the core's engine: the content of a file goes in, its answer comes out.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use lawbook_core::date::Date;
use lawbook_core::engine::{Concluded, Engine, FileAnswer, RunOptions, UncheckedReason};
use lawbook_core::facts::{ChangeView, ChangedFile};
use lawbook_core::fix::{self, FixOutcome, FixRequest, NarrowedVerifier};
use lawbook_core::ir::FileInput;
use lawbook_core::language;
use lawbook_core::mistake::Mistake;
use lawbook_core::pack::{Native, Pack};
use lawbook_core::plan::{Plan, Selection};
use lawbook_core::project;
use lawbook_core::report::{Report, SkipReason};
use lawbook_core::rule::page::{Page, Scope};
use lawbook_core::settings::Settings;
use lawbook_core::source::{DecodeError, FileEntry, FileType, Files, ReadError, RelPath, SourceFile};
use lawbook_core::testing;

use crate::workspace::change::Aside;
use crate::workspace::discover::{Discovery, Trouble};
use crate::workspace::filter::FileFilter;

/// The engine with what a client adds: reading, and the file settings. A clone shares the plan.
#[derive(Clone, Debug)]
pub(crate) struct Checker {
    engine: Engine,
    full_engine: Arc<FullEngine>,
    filter: Arc<FileFilter>,
    today: Date,
    max_file_size: u64,
    skip_generated: bool,
    skip_minified: bool,
}

/// What the bytes of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContentKind {
    /// The file as people work on it.
    WorkingTree,
    /// What the repository stores for it, which may be a pointer to the file.
    Repository,
}

/// The engine of all rules that are on, beside a narrowed one: fixes are proved by them all.
#[derive(Debug)]
struct FullEngine {
    /// What it is made of; none when the run is not narrowed.
    inputs: Option<(Settings, Vec<Pack>, RunOptions)>,
    engine: OnceLock<Option<Engine>>,
}

impl FullEngine {
    /// Made when first asked for. If the full plan has mistakes outside of the selected rules, fixes are proved by the
    /// selected rules only.
    fn engine(&self) -> Option<&Engine> {
        let (settings, packs, options) = self.inputs.as_ref()?;
        let make = || {
            let plan = Plan::new(settings, packs.clone(), &Selection::default()).ok()?;
            Some(Engine::new(plan, options.clone()))
        };
        self.engine.get_or_init(make).as_ref()
    }
}

impl Checker {
    /// Plans the run.
    ///
    /// # Errors
    /// All mistakes in settings and pages that only show when they meet.
    pub(crate) fn new(
        settings: &Settings,
        packs: Vec<Pack>,
        selection: &Selection,
        options: RunOptions,
        max_file_size: u64,
    ) -> Result<Self, Vec<Mistake>> {
        let is_narrowed = !selection.rules.is_empty() || !selection.packs.is_empty();
        let inputs = is_narrowed.then(|| (settings.clone(), packs.clone(), options.clone()));
        let plan = Plan::new(settings, packs, selection)?;
        let filter = Arc::new(FileFilter::new(settings, &plan));
        let skips = |kind: &str| settings.files.skip.iter().any(|(name, _)| name == kind);
        let today = options.today;
        Ok(Self {
            engine: Engine::new(plan, options),
            full_engine: Arc::new(FullEngine { inputs, engine: OnceLock::new() }),
            filter,
            today,
            max_file_size,
            skip_generated: skips("generated"),
            skip_minified: skips("minified"),
        })
    }

    /// The same for one run, given up soon after the flag is set.
    pub(crate) fn cancelled_by(&self, flag: Arc<AtomicBool>) -> Self {
        Self { engine: self.engine.cancelled_by(flag), ..self.clone() }
    }

    /// What runs where.
    pub(crate) fn plan(&self) -> &Plan {
        self.engine.plan()
    }

    /// Which files are checked.
    pub(crate) fn filter(&self) -> &FileFilter {
        &self.filter
    }

    /// The size above which files are left out, in bytes.
    pub(crate) fn max_file_size(&self) -> u64 {
        self.max_file_size
    }

    /// Reads and checks one file.
    pub(crate) fn check_file(&self, entry: &FileEntry, files: &dyn Files, kind: ContentKind) -> FileAnswer {
        let path = &entry.path;
        if entry.file_type == FileType::Submodule {
            return self.engine.skipped(path.clone(), SkipReason::Submodule);
        }
        if entry.size > self.max_file_size {
            return self.engine.skipped(path.clone(), SkipReason::TooLarge);
        }
        let Some(dialect) = self.filter.dialect(path) else { return self.engine.unsupported(path.clone()) };
        // Plans are cheap to ask and files are not: what no rule looks at is not read.
        if !self.engine.must_read(path, dialect) {
            return self.engine.prefiltered(path.clone());
        }
        let check = |bytes: &[u8]| self.check_bytes(path, bytes, files, kind);
        let answer = files.read_with(path, self.max_file_size, check);
        answer.unwrap_or_else(|error| self.engine.unread(path.clone(), &error))
    }

    fn check_bytes(&self, path: &RelPath, bytes: &[u8], files: &dyn Files, kind: ContentKind) -> FileAnswer {
        if kind == ContentKind::Repository && is_lfs_pointer(bytes) {
            return self.engine.skipped(path.clone(), SkipReason::LfsPointer);
        }
        let source = match SourceFile::decode(path.clone(), bytes) {
            Ok(source) => source,
            Err(error) => {
                let reason = match error {
                    DecodeError::NotText => UncheckedReason::NotText,
                    DecodeError::TooLarge => UncheckedReason::TooLarge,
                };
                return self.engine.unchecked(path.clone(), reason, not_decoded(error));
            }
        };
        match self.skip_reason(&source) {
            Some(reason) => self.engine.skipped(path.clone(), reason),
            None => self.check_source(source, files),
        }
    }

    /// Why a text is left out by the settings, if it is.
    fn skip_reason(&self, source: &SourceFile) -> Option<SkipReason> {
        if self.skip_minified && is_minified(source.text()) {
            return Some(SkipReason::Minified);
        }
        (self.skip_generated && is_generated(source)).then_some(SkipReason::Generated)
    }

    /// Checks a text, whatever is left out.
    pub(crate) fn check_source(&self, source: SourceFile, files: &dyn Files) -> FileAnswer {
        self.engine.check_input(self.input(source, files))
    }

    /// A text that is to be checked, with what it takes from other files.
    pub(crate) fn input(&self, source: SourceFile, files: &dyn Files) -> FileInput {
        let context = self.engine.context(source.path(), files);
        FileInput::new(source, context)
    }

    /// A file that a fix edits beside the one of its finding; none for one that may not be edited.
    pub(crate) fn input_to_edit(&self, path: &RelPath, files: &dyn Files) -> Option<FileInput> {
        let decode = |bytes: &[u8]| SourceFile::decode(path.clone(), bytes).ok();
        let source = files.read_with(path, self.max_file_size, decode).ok()??;
        Some(self.input(source, files))
    }

    /// Plans and proves fixes.
    pub(crate) fn plan_fixes(&self, request: FixRequest<'_>) -> FixOutcome {
        match self.full_engine.engine() {
            Some(whole) => fix::plan(&NarrowedVerifier { narrowed: &self.engine, full: whole }, request),
            None => fix::plan(&self.engine, request),
        }
    }

    /// Reads the text of a file that is not left out.
    ///
    /// # Errors
    /// Why there is none to look into.
    pub(crate) fn read_text(&self, entry: &FileEntry, files: &dyn Files) -> Result<SourceFile, String> {
        let too_large = || SkipReason::TooLarge.name().to_owned();
        if entry.size > self.max_file_size {
            return Err(too_large());
        }
        let decode = |bytes: &[u8]| SourceFile::decode(entry.path.clone(), bytes);
        let source = files.read_with(&entry.path, self.max_file_size, decode).map_err(|error| match error {
            ReadError::TooLarge => too_large(),
            error => error.to_string(),
        })?;
        let source = source.map_err(|_| "it is neither UTF-8 nor UTF-16 with a mark, or too long".to_owned())?;
        self.skip_reason(&source).map_or(Ok(source), |reason| Err(reason.name().to_owned()))
    }

    /// Accounts for what a search found and nobody reads.
    pub(crate) fn account(&self, discovery: &Discovery) -> Vec<FileAnswer> {
        let unsupported = discovery.unsupported.iter().map(|path| self.engine.unsupported(path.clone()));
        let troubles = discovery.troubles.iter().map(|(path, trouble, detail)| {
            let reason = match trouble {
                Trouble::Unreadable => UncheckedReason::Unreadable,
                Trouble::NotRegular => UncheckedReason::NotRegular,
                Trouble::NotUnicodeName => UncheckedReason::Name,
            };
            self.engine.unchecked(path.clone(), reason, detail)
        });
        unsupported.chain(troubles).collect()
    }

    /// Accounts for a part of a change that is not read.
    pub(crate) fn leave_aside(&self, path: RelPath, aside: Aside) -> FileAnswer {
        match aside {
            Aside::Unsupported => self.engine.unsupported(path),
            Aside::Submodule => self.engine.skipped(path, SkipReason::Submodule),
            Aside::NotUnicodeName => self.engine.unchecked(path, UncheckedReason::Name, "its name is not Unicode"),
        }
    }

    /// What rules find in all files of the project together.
    pub(crate) fn conclude(&self, answers: &[FileAnswer], files: &dyn Files) -> Concluded {
        if !self.plan().has_phase(Scope::Project) {
            return Concluded::default();
        }
        let mut concluded = self.engine.conclude(&project::view(answers));
        concluded.read_sources(files, self.max_file_size);
        concluded
    }

    /// What rules find that look at a change as a whole.
    pub(crate) fn check_change(&self, changed: Vec<ChangedFile>, files: &dyn Files) -> Concluded {
        let mut concluded = self.engine.check_change(&ChangeView::new(changed, self.today));
        concluded.read_sources(files, self.max_file_size);
        concluded
    }

    /// What the rule called `name` looks at.
    pub(crate) fn scope_of(&self, name: &str) -> Scope {
        self.plan().find(name).map_or(Scope::File, |at| self.plan().rules()[at].page().scope)
    }

    /// Whether a run reports every finding of the rule called `name` in the files that it looks at, so that one that is
    /// missing is fixed. Of rules that look at all files only a run over the whole project does, and none does of those
    /// that look at changes.
    pub(crate) fn reports_all_of(&self, name: &str, is_whole_project: bool) -> bool {
        let ran = match self.scope_of(name) {
            Scope::File => true,
            Scope::Project => is_whole_project,
            Scope::Change => false,
        };
        ran && self.plan().reports_all_of(name)
    }

    /// Makes the report of a run.
    pub(crate) fn merge(&self, answers: &[FileAnswer], concluded: &Concluded) -> Report {
        self.engine.merge(answers, concluded)
    }
}

/// Why bytes are no text, in words that follow a colon.
fn not_decoded(error: DecodeError) -> &'static str {
    match error {
        DecodeError::NotText => "it is neither UTF-8 nor UTF-16 with a mark",
        DecodeError::TooLarge => "it has 4 GiB or more",
    }
}

/// What a page's own blocks say of it: the line in the page and what is wrong.
///
/// # Errors
/// A page that cannot be planned, or whose code is not in this binary.
pub(crate) fn test_page(page: &Page, natives: &[Native], today: Date) -> Result<Vec<(u32, String)>, Vec<Mistake>> {
    let failures = testing::run_page(page, natives, today)?;
    Ok(failures.into_iter().map(|failure| (failure.line, failure.message)).collect())
}

/// A line over 5,000 bytes and under 7 % white space.
fn is_minified(text: &str) -> bool {
    let has_long_line = text.len() > 5000 && text.split(['\n', '\r']).any(|line| line.len() > 5000);
    has_long_line && text.bytes().filter(u8::is_ascii_whitespace).count() * 100 < text.len() * 7
}

/// The few lines that stand for a file which git-lfs keeps elsewhere.
fn is_lfs_pointer(bytes: &[u8]) -> bool {
    bytes.len() < 1024 && bytes.starts_with(b"version https://git-lfs.github.com/spec/")
}

/// The words that mark a generated file.
const GENERATED_MARKS: [&str; 2] = ["@generated", "DO NOT EDIT"];

/// `@generated` or `DO NOT EDIT` in a comment of the first 1 KiB.
fn is_generated(source: &SourceFile) -> bool {
    let text = source.text();
    let head = text.floor_char_boundary(1024);
    if !GENERATED_MARKS.iter().any(|mark| text[..head].contains(mark)) {
        return false;
    }
    language::lower(source.clone()).comments.iter().take_while(|comment| (comment.span.start as usize) < head).any(
        |comment| {
            let end = (comment.span.end as usize).min(head);
            let comment = text.get(comment.span.start as usize..end).unwrap_or_default();
            GENERATED_MARKS.iter().any(|mark| comment.contains(mark))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_generated(text: &str, expected: bool) {
        let source = SourceFile::new(RelPath::new("a.ts"), text).unwrap();
        assert_eq!(is_generated(&source), expected, "{text:.40}");
    }

    #[test]
    fn generated_files_say_so_in_a_comment_at_the_top() {
        check_generated("// @generated by x\nlet a = 1;", true);
        check_generated("/* Code made by x. DO NOT EDIT. */", true);
        check_generated("let a = '@generated';", false);
        check_generated(&format!("{}// @generated", "let a = 1;\n".repeat(200)), false);
    }

    #[test]
    fn minified_files_have_a_long_line_and_little_white_space() {
        assert!(is_minified(&"a=1;".repeat(2000)));
        assert!(!is_minified(&"a = 1; ".repeat(2000)));
        assert!(!is_minified(&"a=1;\n".repeat(2000)));
    }
}
