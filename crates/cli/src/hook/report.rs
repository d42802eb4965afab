//! The findings of a hook as text for the agent.

use lawbook_core::source::RelPath;
use lawbook_workspace::{Law, Run};

use crate::hook::session::Place;
use crate::report::{DEFAULT_BUDGET, Format, ReportView, VerifyCommands, path_word, render as render_report};
use crate::text::Text;

/// The width of lines; the format for agents does not depend on it.
const WIDTH: usize = 120;

/// The number of digits of a commit in a command.
const COMMIT_DIGITS: usize = 12;

/// The command that checks some files again.
pub(crate) fn of_files<'p>(place: &Place, law: &Law, files: impl Iterator<Item = &'p RelPath>) -> VerifyCommands {
    let mut verify = VerifyCommands::default();
    if place.repository.is_some() {
        verify.change = vec!["--changed".to_owned()];
    }
    verify.paths = files.map(|path| path_word(law.paths().shown(path.as_str()).as_ref())).collect();
    verify
}

/// The command that checks everything since a commit again.
pub(crate) fn since(head: Option<&str>) -> VerifyCommands {
    let mut verify = VerifyCommands::default();
    if let Some(head) = head {
        verify.change = vec!["--since".to_owned(), head[..head.len().min(COMMIT_DIGITS)].to_owned()];
    }
    verify
}

/// The findings of a run in the format for agents.
pub(crate) fn render(run: &Run, law: &Law, verify: &VerifyCommands) -> String {
    let view = ReportView {
        report: &run.report,
        paths: law.paths(),
        verify,
        is_change: true,
        has_statistics: false,
        budget: DEFAULT_BUDGET,
        width: WIDTH,
        workers: law.workers(),
    };
    render_report(Format::Agent, view, Text::new(false)).map(|text| text.as_str().to_owned()).unwrap_or_default()
}
