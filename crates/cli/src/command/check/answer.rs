//! The answer of a check: its report or its diff, where each is written, and the outcome.

use std::path::Path;

use lawbook_core::mistake::Mistake;
use lawbook_core::report::Report;
use lawbook_workspace::{Fixes, Law, Run};

use super::notes;
use super::verify::verify;
use crate::args::CheckArgs;
use crate::command::{CommandOutcome, CommandResult, Context};
use crate::report::{self, DEFAULT_BUDGET, Format, ReportView};
use crate::text::Text;

/// Prints the report, and the fixed text if there is one.
pub(super) fn report(
    run: &Run,
    fixed_text: Option<&[u8]>,
    law: &Law,
    args: &CheckArgs,
    context: &mut Context<'_>,
) -> CommandResult {
    let format = args.format.unwrap_or_else(|| choose_format(context));
    let verify = verify(args, law);
    let view = ReportView {
        report: &run.report,
        paths: law.paths(),
        verify: &verify,
        is_change: args.change.selection().is_some(),
        has_statistics: args.statistics,
        budget: args.budget.unwrap_or(DEFAULT_BUDGET),
        width: context.environment.width,
        workers: law.workers(),
    };
    let text = match (&args.output_file, fixed_text) {
        (Some(_), _) => Text::new(false),
        (None, Some(_)) => context.output.stderr_text(),
        (None, None) => context.output.text(),
    };
    if args.statistics && format == Format::Json {
        let mut table = context.output.stderr_text();
        report::render_statistics(&run.report, &mut table);
        context.output.print_to_stderr(&table);
    }
    let text = report::render(format, view, text)
        .map_err(|error| vec![Mistake::new(format!("the report cannot be written as JSON: {error}"))])?;
    match (&args.output_file, fixed_text) {
        (Some(file), _) => write_file(file, &text, context)?,
        (None, Some(_)) => context.output.print_to_stderr(&text),
        (None, None) => context.answer(&text)?,
    }
    if let Some(fixed) = fixed_text {
        context.print_bytes(fixed)?;
    }
    notes::note_failure(&run.report, args, context);
    Ok(outcome_of(&run.report, args))
}

/// Prints the changes of the fixes as a diff.
pub(super) fn show_diff(fixes: &Fixes, law: &Law, context: &mut Context<'_>) -> CommandResult {
    let diff = fixes.diff(law.paths());
    context.print_bytes(diff.as_bytes())?;
    Ok(if diff.is_empty() { CommandOutcome::Clean } else { CommandOutcome::Findings })
}

/// The outcome of a run by its report, `--fail-level`, `--max-warnings` and `--fail-stale`.
fn outcome_of(report: &Report, args: &CheckArgs) -> CommandOutcome {
    let level = args.fail_level.severity();
    // If fixes could not be written, the run fails even if no other finding is left.
    let fails = !report.unwritten.is_empty()
        || report.diagnostics.iter().any(|found| found.severity >= level)
        || args.max_warnings.is_some_and(|max| report.summary.warnings > max)
        || (args.fail_stale && report.summary.stale > 0);
    if fails { CommandOutcome::Findings } else { CommandOutcome::Clean }
}

/// The format of the report if `--format` is not given.
fn choose_format(context: &mut Context<'_>) -> Format {
    let Some(variable) = context.environment.agent else { return Format::Pretty };
    context.output.note(format_args!("format `agent`, because {variable} is set; --format chooses another"));
    Format::Agent
}

fn write_file(file: &Path, text: &Text, context: &mut Context<'_>) -> Result<(), Vec<Mistake>> {
    let shown = file.display();
    let at = context.environment.cwd.as_deref().map_or_else(|| file.to_owned(), |cwd| cwd.join(file));
    lawbook_workspace::write_file(&at, text.as_str().as_bytes())
        .map_err(|error| vec![Mistake::new(format!("`{shown}` cannot be written: {error}"))])?;
    context.output.note(format_args!("the report is in {shown}"));
    Ok(())
}
