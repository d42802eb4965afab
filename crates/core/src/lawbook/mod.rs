//! The front door: rules that are planned once, and texts that they check, fix and explain.
//!
//! Everything here goes through the settings, the plan and the engine that a client of the parts uses too.

mod builder;
mod explain;
mod one_text;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use builder::LawbookBuilder;
pub use explain::{ExplainedOption, Explanation};

use crate::diagnostic::Safety;
use crate::engine::{Concluded, Engine, FileAnswer, UncheckedReason};
use crate::fix::{Applied, Choice, FixRequest, Opened};
use crate::lawbook::one_text::{IncludedFiles, OneTextVerifier};
use crate::project;
use crate::report::{LocatedDiagnostic, Report, RolledBack};
use crate::source::{Files, RelPath, SourceFile};

/// Rules, ready to check texts. A clone shares them, and one value serves all threads.
///
/// ```
/// use lawbook_core::Lawbook;
///
/// const NO_EVAL: &str = "---
/// summary: No eval.
/// languages: all
/// severity: error
/// rule: {node: call, where: {callee: eval}}
/// ---
/// Code from strings is seen by no reviewer.
/// ";
///
/// # #[cfg(feature = "ecmascript")]
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let lawbook = Lawbook::builder().page("no-eval", NO_EVAL).build()?;
/// let found = lawbook.check("src/a.js", "let a;\neval(b);\n");
/// assert_eq!(found.len(), 1);
/// assert_eq!(found[0].to_string(), "src/a.js:2:1: error: No eval. [no-eval]");
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "ecmascript"))]
/// # fn main() {}
/// ```
#[derive(Clone, Debug)]
pub struct Lawbook {
    engine: Engine,
}

impl Lawbook {
    /// A lawbook without rules, to which pages, rules, packs and settings are added.
    pub fn builder() -> LawbookBuilder {
        LawbookBuilder::default()
    }

    /// The findings in one text, suppressed ones left out, in the order of their places.
    ///
    /// `path` is relative to the root, with `/` between its parts. It decides by its extension which language the text
    /// is read as, and which of the settings hold. A path of no language, or one that `[files] exclude` names, gives
    /// nothing; a text that cannot be checked is a finding. Rules about all files or about a change are not run:
    /// [`Lawbook::check_files`] runs those about all files.
    pub fn check(&self, path: impl AsRef<str>, text: &str) -> Vec<LocatedDiagnostic> {
        let path = relative(path.as_ref());
        if self.is_excluded(&path) {
            return Vec::new();
        }
        let report = self.engine.merge(&[self.answer(path, text)], &Concluded::default());
        report.located().collect()
    }

    /// The report about several files, with the findings of rules about all files. Files of any size are read, one after
    /// the other, and those that `[files] exclude` names are left out.
    pub fn check_files(&self, files: &dyn Files) -> Report {
        let included = IncludedFiles { files, exclude: self.engine.plan().exclude() };
        project::check(&self.engine, &included, u64::MAX).1
    }

    /// The text with its safe fixes applied: [`Lawbook::fix_up_to`] with [`Safety::Safe`].
    ///
    /// ```
    /// use lawbook_core::Lawbook;
    ///
    /// const DOUBLE: &str = "---
    /// summary: Say it once.
    /// languages: [javascript]
    /// severity: warning
    /// rule: {pattern: f(f($A))}
    /// fix: {title: Drop one, template: f($A), safety: safe}
    /// ---
    /// Twice is once too often.
    /// ";
    ///
    /// # #[cfg(feature = "ecmascript")]
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let lawbook = Lawbook::builder().page("no-double", DOUBLE).build()?;
    /// let fixed = lawbook.fix("a.js", "f(f(1));\n");
    /// assert_eq!(&*fixed.text, "f(1);\n");
    /// assert_eq!(fixed.applied.len(), 1);
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "ecmascript"))]
    /// # fn main() {}
    /// ```
    pub fn fix(&self, path: impl AsRef<str>, text: &str) -> FixedText {
        self.fix_up_to(path, text, Safety::Safe)
    }

    /// The text with every fix applied that is at least as safe as `safety`, until none is left. Of several fixes of a
    /// finding the first one is taken.
    ///
    /// A fix is kept only if the text has no more syntax errors than before, its finding is gone, and there is no new
    /// finding of the same or a higher level; other fixes are in [`FixedText::rolled_back`]. Fixes that edit, create,
    /// rename or delete other files are not applied.
    pub fn fix_up_to(&self, path: impl AsRef<str>, text: &str, safety: Safety) -> FixedText {
        let path = relative(path.as_ref());
        let unchanged = || FixedText { text: Arc::from(text), applied: Vec::new(), rolled_back: Vec::new() };
        if self.is_excluded(&path) {
            return unchanged();
        }
        let Ok(source) = SourceFile::new(path, text) else { return unchanged() };
        let request = FixRequest {
            files: vec![self.engine.input(source)],
            choice: Choice::AtLeast(safety),
            known: Vec::new(),
            open: &mut |_| Opened::Refused,
        };
        let outcome = crate::fix::plan(&OneTextVerifier(&self.engine), request);
        let after = outcome.files.into_iter().find_map(|file| file.after);
        FixedText {
            text: after.map_or_else(|| Arc::from(text), |after| after.text().clone()),
            applied: outcome.applied,
            rolled_back: outcome.rolled_back,
        }
    }

    /// The content of a rule's page, and the settings of the rule. `id` is the rule's id, `pack/id`, or an earlier id; none
    /// when no rule or more than one has this id.
    ///
    /// ```
    /// use lawbook_core::Lawbook;
    ///
    /// const PAGE: &str = "---
    /// summary: No eval.
    /// languages: all
    /// severity: error
    /// rule: {node: call, where: {callee: eval}}
    /// ---
    /// Code from strings is seen by no reviewer.
    /// ";
    ///
    /// let lawbook = Lawbook::builder().page("no-eval", PAGE).build()?;
    /// let page = lawbook.explain("no-eval").expect("it was just given");
    /// assert_eq!(page.why, "Code from strings is seen by no reviewer.");
    /// assert!(page.to_string().starts_with("no-eval: No eval."));
    /// # Ok::<(), lawbook_core::mistake::MistakeList>(())
    /// ```
    pub fn explain(&self, id: &str) -> Option<Explanation> {
        let plan = self.engine.plan();
        Some(Explanation::of(&plan.rules()[plan.find(id)?]))
    }

    /// The engine, for operations that this type does not offer: single stages, cancelling, the plan.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    fn answer(&self, path: RelPath, text: &str) -> FileAnswer {
        match SourceFile::new(path.clone(), text) {
            Ok(source) => self.engine.check_source(source),
            Err(error) => self.engine.unchecked(path, UncheckedReason::TooLarge, &format!("it is {error}")),
        }
    }

    fn is_excluded(&self, path: &RelPath) -> bool {
        self.engine.plan().exclude().match_with_parents(path.as_str()).is_some()
    }
}

/// A text after its fixes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FixedText {
    /// The text; the one that was given when nothing was fixed.
    pub text: Arc<str>,
    /// The applied fixes, in the order in which they were applied.
    pub applied: Vec<Applied>,
    /// The fixes that failed the proof and were undone, by place.
    pub rolled_back: Vec<RolledBack>,
}

/// A path without a `./` before it.
fn relative(path: &str) -> RelPath {
    RelPath::new(path.strip_prefix("./").unwrap_or(path))
}
