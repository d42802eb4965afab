//! The only file that calls core's engine: it reads a file, decides if it is skipped, and returns the engine's answer.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use lawbook_core::date::Date;
use lawbook_core::diagnostic::Diagnostic;
use lawbook_core::engine::{Concluded, Contexts, Engine, FileAnswer, FileOutcome, RunOptions, UncheckedReason};
use lawbook_core::facts::{ChangeView, ChangedFile};
use lawbook_core::fix::{self, FixOutcome, FixRequest, NarrowedVerifier};
use lawbook_core::ir::FileInput;
use lawbook_core::language;
use lawbook_core::mistake::Mistake;
use lawbook_core::pack::Pack;
use lawbook_core::plan::{Plan, Selection};
use lawbook_core::project;
use lawbook_core::report::{Report, SkipReason, Weakening};
use lawbook_core::rule::page::Scope;
use lawbook_core::settings::SettingsLayer;
use lawbook_core::source::{DecodeError, FileEntry, FileType, Files, ReadError, RelPath, SourceFile};
use lawbook_core::suppression::SuppressionEdit;

use crate::change::UncheckedInChange;
use crate::content::{content_reason, is_lfs_pointer};
use crate::discover::{Discovery, DiscoveryError, LeftOutPath};
use crate::filter::FileFilter;
use crate::given_globs::GivenGlobs;

/// The engine, with the file settings that decide which contents are checked. A clone shares the plan.
#[derive(Clone, Debug)]
pub(crate) struct Checker {
    engine: Engine,
    full_engine: Arc<FullEngine>,
    filter: Arc<FileFilter>,
    today: Date,
    max_file_size: u64,
    /// True if the rules are not those that the project itself chooses.
    is_in_place_of_another: bool,
}

/// The origin of a file's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContentKind {
    /// The working tree: the file as it is edited.
    WorkingTree,
    /// The repository, which may store a git-lfs pointer in place of the content.
    Repository,
}

/// Returns true for the text of a file that is checked although its content leaves it out.
pub(crate) type Keeps<'a> = dyn Fn(&SourceFile) -> bool + Sync + 'a;

/// The engine of all rules that are on. A run that is limited to some rules verifies its fixes with it, so that a fix
/// of one rule cannot add findings of another.
#[derive(Debug)]
struct FullEngine {
    /// The inputs of its plan; `None` if the run is not limited to some rules.
    inputs: Option<(Vec<SettingsLayer>, Vec<Pack>, RunOptions)>,
    engine: OnceLock<Option<Engine>>,
}

impl FullEngine {
    /// The engine, made at the first call. `None` if the run is not limited, or if the full plan has mistakes in rules
    /// that are not selected; then fixes are verified by the selected rules only.
    fn engine(&self) -> Option<&Engine> {
        let (layers, packs, options) = self.inputs.as_ref()?;
        let make = || {
            let plan = Plan::of_layers(layers, packs.clone(), &Selection::default()).ok()?;
            Some(Engine::new(plan, options.clone()))
        };
        self.engine.get_or_init(make).as_ref()
    }
}

impl Checker {
    /// Plans the rules.
    ///
    /// # Errors
    /// All mistakes that show when settings and pages are resolved against each other.
    pub(crate) fn new(
        layers: &[SettingsLayer],
        packs: Vec<Pack>,
        selection: &Selection,
        options: RunOptions,
        max_file_size: u64,
    ) -> Result<Self, Vec<Mistake>> {
        let is_narrowed = !selection.is_all();
        let inputs = is_narrowed.then(|| (layers.to_vec(), packs.clone(), options.clone()));
        let plan = Plan::of_layers(layers, packs, selection)?;
        let filter = Arc::new(FileFilter::new(layers, &plan));
        let today = options.today;
        Ok(Self {
            engine: Engine::new(plan, options),
            full_engine: Arc::new(FullEngine { inputs, engine: OnceLock::new() }),
            filter,
            today,
            max_file_size,
            is_in_place_of_another: false,
        })
    }

    /// The same without the files that globs of the caller leave out.
    pub(crate) fn excluding(mut self, given: GivenGlobs) -> Self {
        if !given.is_empty() {
            self.filter = Arc::new(FileFilter::clone(&self.filter).with_given(Arc::new(given)));
        }
        self
    }

    /// The same for rules that the command line has put in the place of those of the project. What such a run does not find
    /// is fixed only if the rule is on.
    pub(crate) fn in_place_of_another(self, is_in_place_of_another: bool) -> Self {
        Self { is_in_place_of_another, ..self }
    }

    /// A copy for one run whose checks end soon after the flag is set.
    pub(crate) fn cancelled_by(&self, flag: Arc<AtomicBool>) -> Self {
        Self { engine: self.engine.cancelled_by(flag), ..self.clone() }
    }

    /// The rules of the run, resolved.
    pub(crate) fn plan(&self) -> &Plan {
        self.engine.plan()
    }

    /// The filter that decides which files are checked.
    pub(crate) fn filter(&self) -> &FileFilter {
        &self.filter
    }

    /// The day that the expiry of suppressions is measured against.
    pub(crate) fn today(&self) -> Date {
        self.today
    }

    /// The maximum size of a file to check, in bytes.
    pub(crate) fn max_file_size(&self) -> u64 {
        self.max_file_size
    }

    /// The contexts of the files of a run.
    pub(crate) fn contexts<'f>(&self, files: &'f dyn Files) -> Contexts<'f> {
        self.engine.contexts(files)
    }

    /// Reads and checks one file. A file that its content leaves out is checked if `keeps` is true for it.
    pub(crate) fn check_file(
        &self,
        entry: &FileEntry,
        contexts: &Contexts<'_>,
        kind: ContentKind,
        keeps: &Keeps<'_>,
    ) -> FileAnswer {
        let path = &entry.path;
        if entry.file_type == FileType::Submodule {
            return self.engine.skipped(path.clone(), SkipReason::Submodule);
        }
        if entry.size > self.max_file_size {
            return self.engine.skipped(path.clone(), SkipReason::TooLarge);
        }
        let Some(dialect) = self.filter.dialect(path) else { return self.engine.unsupported(path.clone()) };
        // A file that no rule is called for is not read: the plan decides that faster than a read.
        if !self.engine.must_read(path, dialect) {
            return self.engine.prefiltered(path.clone());
        }
        let check = |bytes: &[u8]| self.check_bytes(path, bytes, contexts, kind, keeps);
        let answer = contexts.files().read_with(path, self.max_file_size, check);
        answer.unwrap_or_else(|error| self.engine.unread(path.clone(), &error))
    }

    fn check_bytes(
        &self,
        path: &RelPath,
        bytes: &[u8],
        contexts: &Contexts<'_>,
        kind: ContentKind,
        keeps: &Keeps<'_>,
    ) -> FileAnswer {
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
                return self.engine.unchecked(path.clone(), reason, decode_error_message(error));
            }
        };
        match content_reason(self.filter.skip(source.path().as_str()), &source) {
            Some(reason) if !keeps(&source) => self.engine.skipped(path.clone(), reason),
            _ => self.check_source(source, contexts),
        }
    }

    /// Checks a file even if the settings skip it.
    pub(crate) fn check_source(&self, source: SourceFile, contexts: &Contexts<'_>) -> FileAnswer {
        self.engine.check_input(contexts.input(source))
    }

    /// The edit of a file that suppresses a finding in it.
    pub(crate) fn suppression_edit(&self, input: FileInput, found: &Diagnostic) -> Option<SuppressionEdit> {
        self.engine.suppression_edit(&language::lower(input), found)
    }

    /// Reads a file that a fix edits in addition to the file of its finding; `None` if it cannot be read or decoded.
    pub(crate) fn input_to_edit(&self, path: &RelPath, contexts: &Contexts<'_>) -> Option<FileInput> {
        let decode = |bytes: &[u8]| SourceFile::decode(path.clone(), bytes).ok();
        let source = contexts.files().read_with(path, self.max_file_size, decode).ok()??;
        Some(contexts.input(source))
    }

    /// Plans fixes and verifies them by checking the fixed texts.
    pub(crate) fn plan_fixes(&self, request: FixRequest<'_>) -> FixOutcome {
        match self.full_engine.engine() {
            Some(whole) => fix::plan(&NarrowedVerifier { narrowed: &self.engine, full: whole }, request),
            None => fix::plan(&self.engine, request),
        }
    }

    /// Reads the text of a file; `None` if its content leaves it out.
    ///
    /// # Errors
    /// The reason why the file cannot be read, in words.
    pub(crate) fn read_text(&self, entry: &FileEntry, files: &dyn Files) -> Result<Option<SourceFile>, String> {
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
        Ok(content_reason(self.filter.skip(source.path().as_str()), &source).is_none().then_some(source))
    }

    /// The answers for the files that a search has found and that are not read.
    pub(crate) fn unread_answers(&self, discovery: &Discovery) -> Vec<FileAnswer> {
        let unsupported = discovery.unsupported.iter().map(|path| self.engine.unsupported(path.clone()));
        let errors = discovery.errors.iter().map(|(path, error, detail)| {
            let reason = match error {
                DiscoveryError::Unreadable => UncheckedReason::Unreadable,
                DiscoveryError::NotRegular => UncheckedReason::NotRegular,
                DiscoveryError::NotUnicodeName => UncheckedReason::Name,
            };
            self.engine.unchecked(path.clone(), reason, detail)
        });
        unsupported.chain(errors).chain(self.left_out_answers(&discovery.left_out)).collect()
    }

    /// The answers for what is left out on purpose.
    pub(crate) fn left_out_answers(&self, left_out: &[LeftOutPath]) -> impl Iterator<Item = FileAnswer> {
        left_out.iter().map(|left_out| self.engine.skipped(left_out.path.clone(), left_out.left_out.reason))
    }

    /// The answer for a path of a change that is not checked.
    pub(crate) fn unchecked_answer(&self, path: RelPath, unchecked: UncheckedInChange) -> FileAnswer {
        match unchecked {
            UncheckedInChange::Unsupported => self.engine.unsupported(path),
            UncheckedInChange::NotUnicodeName => {
                self.engine.unchecked(path, UncheckedReason::Name, "its name is not Unicode")
            }
        }
    }

    /// Runs the rules about the project.
    pub(crate) fn conclude(&self, answers: &[FileAnswer], files: &dyn Files) -> Concluded {
        if !self.plan().has_phase(Scope::Project) {
            return Concluded::default();
        }
        // A folder that is left out is no file of the project, and neither are files that are left out for their place.
        let is_of_project = |answer: &&FileAnswer| match answer.outcome() {
            FileOutcome::Skipped(reason) => !reason.is_of_place(),
            _ => true,
        };
        let answers: Vec<&FileAnswer> = answers.iter().filter(is_of_project).collect();
        let mut concluded = self.engine.conclude(&project::view(&answers));
        concluded.read_sources(files, self.max_file_size);
        concluded
    }

    /// True if a file of a change may have a new suppression, by its text alone.
    pub(crate) fn may_have_new_suppressions(&self, source: &SourceFile) -> bool {
        self.engine.may_have_new_suppressions(source)
    }

    /// Runs the rules about a change.
    pub(crate) fn check_change(&self, changed: Vec<ChangedFile>, files: &dyn Files) -> Concluded {
        let mut concluded = self.engine.check_change(&ChangeView::new(changed, self.today));
        concluded.read_sources(files, self.max_file_size);
        concluded
    }

    /// The scope of the rule called `name`: single files, the project, or a change.
    pub(crate) fn scope_of(&self, name: &str) -> Scope {
        self.plan().find(name).map_or(Scope::File, |at| self.plan().rules()[at].page().scope)
    }

    /// True if the settings turn the rule called `name` off on a file.
    pub(crate) fn is_off_on(&self, path: &RelPath, name: &str) -> bool {
        self.plan().is_off_on(path, name)
    }

    /// Returns whether a run reports every finding of the rule called `name` in its files, so that a missing finding is
    /// a fixed one. For a rule of project scope only a run over the whole project does, and for a rule of change scope
    /// no run does.
    pub(crate) fn reports_all_of(&self, name: &str, is_whole_project: bool) -> bool {
        let ran = match self.scope_of(name) {
            Scope::File => true,
            Scope::Project => is_whole_project,
            Scope::Change => false,
        };
        let plan = self.plan();
        ran && plan.reports_all_of(name) && (!self.is_in_place_of_another || plan.runs(name))
    }

    /// Counts the files in which nothing can be found, because no rule is on for them. A run that is limited to rules of the
    /// engine looks for these in every file.
    pub(crate) fn count_without_rules(&self, answers: &[FileAnswer], report: &mut Report) {
        if self.plan().selects_engine_rules() {
            return;
        }
        let read =
            |answer: &&FileAnswer| matches!(answer.outcome(), FileOutcome::Checked { .. } | FileOutcome::Prefiltered);
        for path in answers.iter().filter(read).map(FileAnswer::path).filter(|path| !self.plan().has_rules_on(path)) {
            if let Some(dialect) = self.filter.dialect(path) {
                *report.without_rules.entry(dialect.language.name()).or_default() += 1;
                report.summary.without_rules += 1;
            }
        }
    }

    /// Adds the rules that cannot run to a report whose known findings are hidden.
    pub(crate) fn report_refused(&self, report: &mut Report) {
        self.engine.report_refused(report);
    }

    /// Adds the weakened parts of the law to a report, as errors unless they are accepted for a reason.
    pub(crate) fn report_weakened(&self, found: Vec<Weakening>, accepted: Option<&str>, report: &mut Report) {
        self.engine.report_weakened(found, accepted, report);
    }

    /// Merges the answers of the files into the report of a run.
    pub(crate) fn merge(&self, answers: &[FileAnswer], concluded: &Concluded) -> Report {
        self.engine.merge(answers, concluded)
    }
}

/// The message for bytes that cannot be decoded.
fn decode_error_message(error: DecodeError) -> &'static str {
    match error {
        DecodeError::NotText => "it is neither UTF-8 nor UTF-16 with a mark",
        DecodeError::TooLarge => "it has 4 GiB or more",
    }
}
