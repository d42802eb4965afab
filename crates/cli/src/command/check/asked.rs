//! A check whose report a program asks for in parts: the run of the command line, with its notes and without a report.

use lawbook_core::mistake::MistakeList;
use lawbook_core::pack::Pack;
use lawbook_workspace::{Request, Run, Stopwatch};

use super::{narrowed, note, open, opening_of, patterns, refuse_contradictions, request, verify};
use crate::args::CheckArgs;
use crate::command::Context;
use crate::report::{ReportView, VerifyCommands};

/// The width of lines; the formats that are asked for do not depend on it.
const WIDTH: usize = 120;

/// A check that was run.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) run: Run,
    verify: VerifyCommands,
    narrowed: Vec<String>,
    is_change: bool,
}

/// Runs the check of some arguments. Its notes go to standard error of the context; `watched` says how the run is watched.
///
/// # Errors
/// Those of `lawbook check`.
pub(crate) fn check_as_asked(
    packs: Vec<Pack>,
    args: &CheckArgs,
    watched: impl FnOnce(Request) -> Request,
    context: &mut Context<'_>,
) -> Result<Checked, MistakeList> {
    refuse_contradictions(args)?;
    let mut opening = opening_of(packs, args);
    opening.paths.clone_from(&args.paths);
    let is_unmatched = patterns::expand(&mut opening, args, context)?;
    let (workspace, subject) = open(opening, args, &mut Stopwatch::start(), context)?;
    let request = watched(request(&subject, args, context)?);
    let mut run = workspace.run(&request)?;
    if is_unmatched {
        patterns::describe_unmatched(&mut run.report);
    }
    note(&run, args, context)?;
    let narrowed = narrowed::lines(&run.law, &run.report, args);
    let verify = verify::verify(args, &run.law);
    Ok(Checked { run, verify, narrowed, is_change: args.change.selection().is_some() })
}

impl Checked {
    /// The report with what its rendering depends on. Paths are relative to the working directory.
    pub(crate) fn view(&self, budget: usize) -> ReportView<'_> {
        ReportView {
            report: &self.run.report,
            paths: self.run.law.paths(),
            below_repository: "",
            above_repository: "",
            narrowed: &self.narrowed,
            verify: &self.verify,
            is_change: self.is_change,
            has_statistics: false,
            budget,
            width: WIDTH,
            is_quiet: false,
            not_shown: 0,
            links: None,
            workers: self.run.law.workers(),
        }
    }
}
