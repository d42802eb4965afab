//! The filter of a search for files: which are left out by their place and why, and which dialect the others have.

use std::sync::Arc;

use lawbook_core::ir::{self, Dialect};
use lawbook_core::plan::{FileDialects, Plan, ScopedGlobs};
use lawbook_core::report::SkipReason;
use lawbook_core::settings::{Settings, SettingsLayer};
use lawbook_core::source::RelPath;

use crate::given_globs::GivenGlobs;

/// The folders that builds fill. Where git tracks files in one, it is a folder like any other.
const BUILD_FOLDERS: &[&str] = &["dist", "target"];

/// The files that a package manager puts among those of the project.
const VENDORED_FILES: &[&str] = &[".pnp.cjs", ".pnp.loader.mjs"];

/// Decides which files are checked.
#[derive(Clone, Debug, Default)]
pub(crate) struct FileFilter {
    dialects: FileDialects,
    exclude: ScopedGlobs,
    /// The files of settings that `exclude` is from, by layer.
    settings: Vec<Settings>,
    /// The globs of the caller, which are the last of `exclude`.
    given: Option<Arc<GivenGlobs>>,
    /// By folder, the outermost first, the kinds of files that the settings skip there.
    skip: Vec<(RelPath, SkipKinds)>,
}

/// The kinds of files that the settings skip.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SkipKinds {
    pub(crate) generated: bool,
    pub(crate) minified: bool,
    pub(crate) vendored: bool,
}

/// The decision about a file or folder, and the number of the glob of `exclude` that has decided last; 0 for none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// The reason for which it is left out; `None` if it is not.
    pub(crate) reason: Option<SkipReason>,
    decided_by: usize,
}

impl Verdict {
    /// The same about a folder that git tracks files in: it is no folder of a build then.
    pub(crate) fn of_tracked(self) -> Self {
        Self { reason: self.reason.filter(|reason| *reason != SkipReason::BuildOutput), ..self }
    }
}

/// A reason to leave something out, and the place of the setting behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LeftOut {
    pub(crate) reason: SkipReason,
    pub(crate) by: Option<Arc<str>>,
}

impl From<SkipReason> for LeftOut {
    fn from(reason: SkipReason) -> Self {
        Self { reason, by: None }
    }
}

impl FileFilter {
    /// The filter for the settings of a project and the plan that was made from them.
    pub(crate) fn new(layers: &[SettingsLayer], plan: &Plan) -> Self {
        Self::with_globs(layers, plan.dialects().clone(), plan.exclude().clone())
    }

    /// The filter for older settings of the same files. What the caller leaves out is left out by it too.
    pub(crate) fn of_older(&self, layers: &[SettingsLayer]) -> Self {
        let exclude = ScopedGlobs::of_settings(layers, "exclude", |files| &files.exclude);
        let older = Self::with_globs(layers, self.dialects.clone(), exclude);
        match &self.given {
            Some(given) => older.with_given(given.clone()),
            None => older,
        }
    }

    /// The same with globs of the caller, which decide over those of the settings.
    pub(crate) fn with_given(mut self, given: Arc<GivenGlobs>) -> Self {
        self.exclude = self.exclude.with_last(given.globs().clone());
        self.given = Some(given);
        self
    }

    /// True if globs of the caller leave files out.
    pub(crate) fn is_limited(&self) -> bool {
        self.given.as_ref().is_some_and(|given| given.leaves_out())
    }

    fn with_globs(layers: &[SettingsLayer], dialects: FileDialects, exclude: ScopedGlobs) -> Self {
        let kinds = |kinds: Vec<&str>| SkipKinds {
            generated: kinds.contains(&"generated"),
            minified: kinds.contains(&"minified"),
            vendored: kinds.contains(&"vendored"),
        };
        let skip = SettingsLayer::skipped_kinds(layers).into_iter();
        let skip = skip.map(|(folder, names)| (folder.clone(), kinds(names))).collect();
        let settings = layers.iter().filter(|_| !exclude.is_empty()).map(|layer| layer.settings.clone()).collect();
        Self { dialects, exclude, settings, given: None, skip }
    }

    /// The dialect of a file; `None` for a file that is not checked.
    pub(crate) fn dialect(&self, path: &RelPath) -> Option<&'static Dialect> {
        self.dialects.of(path)
    }

    /// The kinds of files that the settings skip at a path.
    pub(crate) fn skip(&self, path: &str) -> SkipKinds {
        self.skip.iter().rfind(|(folder, _)| folder.holds(path)).map(|(_, kinds)| *kinds).unwrap_or_default()
    }

    /// The glob of `files.exclude` that matches this file or folder, or a folder above it.
    pub(crate) fn excluding(&self, path: &str) -> Option<&str> {
        self.exclude.match_with_parents(path)
    }

    /// True if the last glob of `files.exclude` that matches this folder takes it back.
    pub(crate) fn takes_back(&self, path: &str) -> bool {
        self.exclude.deciding(path, true, 0).is_some_and(|number| self.exclude.is_taking_back(number))
    }

    /// The decision about an entry of a folder, given the one about the folder.
    pub(crate) fn entry(&self, above: Verdict, path: &str, is_folder: bool) -> Verdict {
        let mut verdict = above;
        if verdict.reason.is_none() {
            let name = path.rsplit('/').next().unwrap_or(path);
            verdict.reason = if is_folder { self.folder_reason(path, name) } else { self.file_reason(path, name) };
        }
        self.by_globs(above, path, is_folder).unwrap_or(verdict)
    }

    /// The decision of the globs of `exclude` about an entry, if one of them matches it that comes after the one that has
    /// decided about the folder.
    fn by_globs(&self, above: Verdict, path: &str, is_folder: bool) -> Option<Verdict> {
        let number = self.exclude.deciding(path, is_folder, above.decided_by)?;
        let reason = if self.exclude.is_taking_back(number) { None } else { Some(SkipReason::Excluded) };
        Some(Verdict { reason, decided_by: number })
    }

    /// The reason for which a folder with this name is left out wherever it is.
    fn folder_reason(&self, path: &str, name: &str) -> Option<SkipReason> {
        if ir::is_packages_folder(name) {
            return Some(SkipReason::Dependencies);
        }
        if BUILD_FOLDERS.contains(&name) {
            return Some(SkipReason::BuildOutput);
        }
        (ir::is_vendor_folder(name) && self.skip(path).vendored).then_some(SkipReason::Vendored)
    }

    fn file_reason(&self, path: &str, name: &str) -> Option<SkipReason> {
        (VENDORED_FILES.contains(&name) && self.skip(path).vendored).then_some(SkipReason::Vendored)
    }

    /// The decision about a path by its own name and the names of the folders above it, as far as they are below the
    /// folder `start`. The globs of `exclude` are compared with all of its path. For a path that the user has named,
    /// `start` is the path itself.
    pub(crate) fn path(&self, start: &str, path: &str, is_folder: bool) -> Verdict {
        self.fold(start, path, is_folder, |verdict| verdict)
    }

    /// The decision about a file that git tracks: as [`FileFilter::path`], but a folder of a build that git tracks files
    /// in is one like any other.
    pub(crate) fn tracked_file(&self, start: &str, path: &str) -> Verdict {
        self.fold(start, path, false, Verdict::of_tracked)
    }

    fn fold(&self, start: &str, path: &str, is_folder: bool, change: impl Fn(Verdict) -> Verdict) -> Verdict {
        let mut verdict = Verdict::default();
        let ends = path.match_indices('/').map(|(end, _)| (end, true)).chain([(path.len(), is_folder)]);
        for (end, is_folder) in ends.filter(|(end, _)| *end > 0) {
            let part = &path[..end];
            verdict = if start.is_empty() || end > start.len() {
                change(self.entry(verdict, part, is_folder))
            } else {
                self.by_globs(verdict, part, is_folder).unwrap_or(verdict)
            };
        }
        verdict
    }

    /// True if something in a folder that is left out may be taken back by a glob of `exclude`.
    pub(crate) fn may_take_back_below(&self, verdict: Verdict, folder: &str) -> bool {
        let by_name = verdict.reason != Some(SkipReason::Excluded);
        self.exclude.may_take_back_below(folder, verdict.decided_by, by_name)
    }

    /// The reason of a decision with the place of the setting behind it.
    pub(crate) fn left_out(&self, verdict: Verdict) -> Option<LeftOut> {
        let reason = verdict.reason?;
        let by = if reason == SkipReason::Excluded { self.place(verdict.decided_by) } else { None };
        Some(LeftOut { reason, by })
    }

    /// The place of a glob of `exclude`, such as `lawbook.toml:3`; of one of the caller, its option.
    fn place(&self, number: usize) -> Option<Arc<str>> {
        let (layer, glob) = self.exclude.place(number)?;
        if layer == ScopedGlobs::OF_CALLER {
            return Some(format!("--exclude {}", self.given.as_ref()?.typed(glob)?).into());
        }
        let settings = self.settings.get(layer)?;
        let (_, span) = settings.files.exclude.iter().rfind(|(written, _)| written == glob)?;
        Some(settings.place(*span).into())
    }
}

#[cfg(test)]
mod tests {
    use lawbook_core::plan::Selection;
    use lawbook_core::span::Span;

    use super::*;

    fn filter(globs: &[&str]) -> FileFilter {
        let mut settings = Settings::default();
        settings.files.exclude = globs.iter().map(|glob| ((*glob).to_owned(), Span::default())).collect();
        let plan = Plan::new(&settings, Vec::new(), &Selection::default()).unwrap();
        FileFilter::new(&[SettingsLayer::topmost(settings)], &plan)
    }

    #[track_caller]
    fn check(globs: &[&str], path: &str, is_folder: bool, expected: Option<SkipReason>) {
        assert_eq!(filter(globs).path("", path, is_folder).reason, expected, "{globs:?} on {path}");
    }

    #[test]
    fn folders_whose_content_is_excluded_are_not_visited() {
        let excluded = Some(SkipReason::Excluded);
        check(&["out/**"], "out", true, excluded);
        check(&["./out/**/*"], "out", true, excluded);
        check(&["**/out/**"], "src/out", true, excluded);
        check(&["out"], "src/out", true, excluded);
        check(&["out/**"], "src/out", true, None);
        check(&["out/*.js"], "out", true, None);
    }

    #[test]
    fn files_are_excluded_with_their_folders() {
        assert_eq!(filter(&["dist/**"]).excluding("dist/a/b.js"), Some("dist/**"));
        assert_eq!(filter(&["dist/"]).excluding("dist/a.js"), Some("dist/"));
        assert_eq!(filter(&["src/*.ts"]).excluding("src/b/a.ts"), None);
    }

    #[test]
    fn folders_of_others_are_left_out_below_the_start() {
        check(&[], "a/node_modules/b/c.js", false, Some(SkipReason::Dependencies));
        check(&[], "vendor/c.js", false, Some(SkipReason::Vendored));
        check(&[], "a/dist", true, Some(SkipReason::BuildOutput));
        check(&[], ".pnp.cjs", false, Some(SkipReason::Vendored));
        for path in ["vendor.js", "a/dist", "a/vendors/c.js", "node_modules"] {
            check(&[], path, false, None);
        }
        let filter = filter(&[]);
        assert_eq!(filter.path("node_modules/a", "node_modules/a/b.js", false).reason, None);
        assert_eq!(
            filter.path("node_modules/a", "node_modules/a/vendor/b.js", false).reason,
            Some(SkipReason::Vendored)
        );
        assert_eq!(filter.tracked_file("", "dist/a.js").reason, None);
        assert_eq!(filter.tracked_file("", "dist/vendor/a.js").reason, Some(SkipReason::Vendored));
    }

    #[test]
    fn what_is_left_out_without_a_setting_is_taken_back_by_one() {
        check(&["!vendor"], "vendor/a.js", false, None);
        check(&["!vendor/ours/**"], "vendor/ours/a.js", false, None);
        check(&["!vendor/ours/**"], "vendor/a.js", false, Some(SkipReason::Vendored));
        check(&["!src"], "src/vendor/a.js", false, Some(SkipReason::Vendored));
        let filter = filter(&["!vendor/ours", "!keep.ts"]);
        let vendor = filter.path("", "vendor", true);
        assert!(filter.may_take_back_below(vendor, "vendor"));
        assert!(!filter.may_take_back_below(filter.path("", "node_modules", true), "node_modules"));
    }
}
