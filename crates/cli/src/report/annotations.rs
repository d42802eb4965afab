//! The findings that a service shows beside the code, where it takes only some from the log of a run.

use lawbook_core::diagnostic::{Diagnostic, Severity};

use crate::report::{ReportView, levels_in_words};

/// The most annotations of a level that a step of GitHub Actions and a task of Azure Pipelines can make. What is more is lost
/// there without a word.
const MAX_OF_LEVEL: usize = 10;

/// The findings to annotate.
pub(super) struct Annotations<'a> {
    /// They, the worst first.
    pub(super) shown: Vec<&'a Diagnostic>,
    /// By level from the highest on, the numbers of those that are left out.
    left: [usize; 3],
}

/// The path of a finding in a command; none for the project as a whole, and for a name with a sign that could control a
/// terminal or turn its text around. No service has an escape for these, and one of our own would name another file.
pub(super) fn path_in_command(view: ReportView<'_>, found: &Diagnostic) -> Option<String> {
    let has_no_form = |c: char| match c {
        '\t' | '\n' | '\r' => false,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        c => c.is_control(),
    };
    let path = (!found.path.is_root()).then(|| view.in_repository(&found.path));
    path.filter(|path| !path.contains(has_no_form))
}

impl<'a> Annotations<'a> {
    /// Those of a report from a level on.
    pub(super) fn of(view: &ReportView<'a>, lowest: Severity) -> Self {
        let mut annotations = Self { shown: Vec::new(), left: [0; 3] };
        for (number, severity) in [Severity::Error, Severity::Warning, Severity::Info].into_iter().enumerate() {
            let of_level = view.report.diagnostics.iter().filter(|found| found.severity == severity);
            let room = if severity >= lowest { MAX_OF_LEVEL } else { 0 };
            annotations.left[number] = of_level.clone().count().saturating_sub(room);
            annotations.shown.extend(of_level.take(room).map(|found| &**found));
        }
        annotations
    }

    /// The numbers of those that are left out; none if there are none.
    pub(super) fn left_in_words(&self) -> Option<String> {
        (self.left != [0; 3]).then(|| levels_in_words(self.left))
    }
}
