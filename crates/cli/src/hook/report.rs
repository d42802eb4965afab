//! The findings of a hook as text for the agent.

use lawbook_core::source::RelPath;
use lawbook_workspace::{Law, Run};

use crate::hook::session::EventPlace;
use crate::report::{AGENT, ReportView, VerifyCommands, path_word};
use crate::text::Text;

/// The width of lines; the format for agents does not depend on it.
const WIDTH: usize = 120;

/// The most bytes of an answer, about 2,000 tokens: some agents cut what is longer.
const MAX_BYTES: usize = 7_900;

/// The fewest tokens of the report in an answer, and the length of a token in bytes.
const MIN_BUDGET: usize = 400;
const TOKEN_BYTES: usize = 4;

/// The number of digits of a commit in a command.
const COMMIT_DIGITS: usize = 12;

/// The command that checks some files again.
pub(crate) fn of_files<'p>(place: &EventPlace, law: &Law, files: impl Iterator<Item = &'p RelPath>) -> VerifyCommands {
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
        verify.change = vec!["--since".to_owned(), head.get(..COMMIT_DIGITS).unwrap_or(head).to_owned()];
    }
    verify
}

/// Adds the findings of a run to an answer, in the format for agents.
pub(crate) fn add(run: &Run, law: &Law, verify: &VerifyCommands, answer: &mut String) {
    let view = ReportView {
        report: &run.report,
        paths: law.paths(),
        below_repository: "",
        above_repository: "",
        narrowed: &[],
        verify,
        is_change: true,
        has_statistics: false,
        budget: (MAX_BYTES.saturating_sub(answer.len()) / TOKEN_BYTES).max(MIN_BUDGET),
        width: WIDTH,
        is_quiet: false,
        not_shown: 0,
        links: None,
        workers: law.workers(),
    };
    // Only JSON can fail.
    if let Ok(text) = AGENT.render(view, Text::new(false)) {
        answer.push_str(text.as_str());
    }
}
