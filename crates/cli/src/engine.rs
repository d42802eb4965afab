//! The only file that calls the core's plan and engine: files go in, one report comes out.

use std::sync::OnceLock;

use lawbook_core::date::Date;
use lawbook_core::engine::{Concluded, Engine, FileAnswer, RunOptions, UncheckedReason};
use lawbook_core::fix::{self, NarrowedBench, Outcome, Request};
use lawbook_core::ir::FileInput;
use lawbook_core::language;
use lawbook_core::mistake::Mistake;
use lawbook_core::pack::{Native, Pack};
use lawbook_core::plan::{Plan, Selection};
use lawbook_core::report::{Report, SkipReason};
use lawbook_core::rule::page::Page;
use lawbook_core::settings::Settings;
use lawbook_core::source::{DecodeError, RelPath, SourceFile};
use lawbook_core::testing;

use crate::change::Aside;
use crate::discover::{self, Discovery, Found, Trouble};
use crate::git::Blob;
use crate::globs::FileGlobs;
use crate::read;

/// The engine with what a client adds: reading, and the file settings.
#[derive(Debug)]
pub(crate) struct Checker {
    engine: Engine,
    whole: Whole,
    globs: FileGlobs,
    max_file_size: u64,
    skip_generated: bool,
    skip_minified: bool,
}

/// The engine of all rules that are on, beside a narrowed one: fixes are proved by them all.
#[derive(Debug)]
struct Whole {
    /// What it is made of; none when the run is not narrowed.
    law: Option<(Settings, Vec<Pack>, RunOptions)>,
    engine: OnceLock<Option<Engine>>,
}

impl Whole {
    /// Made when first asked for. A law that is wrong where the narrowed run does not look proves nothing.
    fn engine(&self) -> Option<&Engine> {
        let (settings, packs, options) = self.law.as_ref()?;
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
        let law = is_narrowed.then(|| (settings.clone(), packs.clone(), options.clone()));
        let plan = Plan::new(settings, packs, selection)?;
        let globs = FileGlobs::new(settings, plan.exclude().clone());
        let skips = |sort: &str| settings.files.skip.iter().any(|(name, _)| name == sort);
        Ok(Self {
            engine: Engine::new(plan, options),
            whole: Whole { law, engine: OnceLock::new() },
            globs,
            max_file_size,
            skip_generated: skips("generated"),
            skip_minified: skips("minified"),
        })
    }

    /// What runs where.
    pub(crate) fn plan(&self) -> &Plan {
        self.engine.plan()
    }

    /// The globs of `[files]`.
    pub(crate) fn globs(&self) -> &FileGlobs {
        &self.globs
    }

    /// Reads and checks one file.
    pub(crate) fn check_file(&self, file: &Found) -> FileAnswer {
        // Plans are cheap to ask and files are not: what no rule looks at is not read.
        let unwanted = language::of_path(&file.path).is_some_and(|dialect| !self.engine.wants(&file.path, dialect));
        if file.size > self.max_file_size {
            return self.engine.skipped(file.path.clone(), SkipReason::TooLarge);
        }
        if unwanted {
            return self.engine.prefiltered(file.path.clone());
        }
        let check = |bytes: &[u8]| self.check_bytes(file.path.clone(), bytes);
        read::with(&file.at, file.size, self.max_file_size, check).unwrap_or_else(|error| {
            self.engine.unchecked(file.path.clone(), UncheckedReason::Unreadable, &discover::plain(&error))
        })
    }

    /// Checks the bytes of one file.
    pub(crate) fn check_bytes(&self, path: RelPath, bytes: &[u8]) -> FileAnswer {
        if bytes.len() as u64 > self.max_file_size {
            return self.engine.skipped(path, SkipReason::TooLarge);
        }
        if language::of_path(&path).is_none() {
            return self.engine.unsupported(path);
        }
        let source = match SourceFile::decode(path.clone(), bytes) {
            Ok(source) => source,
            Err(DecodeError::NotText) => {
                return self.engine.unchecked(
                    path,
                    UncheckedReason::NotText,
                    "it is neither UTF-8 nor UTF-16 with a mark",
                );
            }
            Err(DecodeError::TooLarge) => {
                return self.engine.unchecked(path, UncheckedReason::TooLarge, "it has 4 GiB or more");
            }
        };
        if self.skip_minified && is_minified(source.text()) {
            return self.engine.skipped(path, SkipReason::Minified);
        }
        if self.skip_generated && is_generated(&source) {
            return self.engine.skipped(path, SkipReason::Generated);
        }
        self.engine.check_source(source)
    }

    /// Checks a text again, as it is after fixes.
    pub(crate) fn check_source(&self, source: SourceFile) -> FileAnswer {
        self.engine.check_source(source)
    }

    /// Plans and proves fixes.
    pub(crate) fn plan_fixes(&self, request: Request<'_>) -> Outcome {
        match self.whole.engine() {
            Some(whole) => fix::plan(&NarrowedBench { narrowed: &self.engine, whole }, request),
            None => fix::plan(&self.engine, request),
        }
    }

    /// A file that a fix edits beside the one of its finding; none for one that may not be edited.
    pub(crate) fn input_to_edit(&self, file: &Found) -> Option<FileInput> {
        let bytes = read::whole(&file.at, file.size, self.max_file_size).ok()?;
        let fits = bytes.len() as u64 <= self.max_file_size;
        SourceFile::decode(file.path.clone(), &bytes).ok().filter(|_| fits).map(|source| self.engine.input(source))
    }

    /// A text that was checked, with its context.
    pub(crate) fn input(&self, source: SourceFile) -> FileInput {
        self.engine.input(source)
    }

    /// Checks a file whose content is in the repository.
    pub(crate) fn check_blob(&self, path: RelPath, blob: Option<&Blob>) -> FileAnswer {
        match blob {
            Some(Blob::Bytes(bytes)) if is_lfs_pointer(bytes) => self.engine.skipped(path, SkipReason::LfsPointer),
            Some(Blob::Bytes(bytes)) => self.check_bytes(path, bytes),
            Some(Blob::TooLarge) => self.engine.skipped(path, SkipReason::TooLarge),
            Some(Blob::Missing) | None => {
                self.engine.unchecked(path, UncheckedReason::Unreadable, "this clone does not have its content")
            }
        }
    }

    /// Accounts for a part of a change that is not read.
    pub(crate) fn leave_aside(&self, path: RelPath, aside: Aside) -> FileAnswer {
        match aside {
            Aside::Unsupported => self.engine.unsupported(path),
            Aside::Submodule => self.engine.skipped(path, SkipReason::Submodule),
            Aside::NotUnicodeName => self.engine.unchecked(path, UncheckedReason::Name, "its name is not Unicode"),
        }
    }

    /// The size above which files are left out, in bytes.
    pub(crate) fn max_file_size(&self) -> u64 {
        self.max_file_size
    }

    /// Reads the text of a file that is not left out.
    ///
    /// # Errors
    /// Why there is none to look into.
    pub(crate) fn read_text(&self, file: &Found) -> Result<SourceFile, String> {
        let too_large = || SkipReason::TooLarge.name().to_owned();
        if file.size > self.max_file_size {
            return Err(too_large());
        }
        let bytes = read::whole(&file.at, file.size, self.max_file_size).map_err(|error| discover::plain(&error))?;
        if bytes.len() as u64 > self.max_file_size {
            return Err(too_large());
        }
        let source = SourceFile::decode(file.path.clone(), &bytes)
            .map_err(|_| "it is neither UTF-8 nor UTF-16 with a mark, or too long".to_owned())?;
        if self.skip_minified && is_minified(source.text()) {
            return Err(SkipReason::Minified.name().to_owned());
        }
        if self.skip_generated && is_generated(&source) {
            return Err(SkipReason::Generated.name().to_owned());
        }
        Ok(source)
    }

    /// Accounts for what is not read.
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

    /// Makes the report of the run.
    pub(crate) fn conclude(&self, files: &[FileAnswer]) -> Report {
        self.engine.merge(files, &Concluded::default())
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

/// What generated files say.
const GENERATED: [&str; 2] = ["@generated", "DO NOT EDIT"];

/// `@generated` or `DO NOT EDIT` in a comment of the first 1 KiB.
fn is_generated(source: &SourceFile) -> bool {
    let text = source.text();
    let head = text.floor_char_boundary(1024);
    if !GENERATED.iter().any(|mark| text[..head].contains(mark)) {
        return false;
    }
    language::lower(source.clone()).comments.iter().take_while(|comment| (comment.span.start as usize) < head).any(
        |comment| {
            let end = (comment.span.end as usize).min(head);
            let said = text.get(comment.span.start as usize..end).unwrap_or_default();
            GENERATED.iter().any(|mark| said.contains(mark))
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
