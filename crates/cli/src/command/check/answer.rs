//! The answer of a check: its report or its diff, where each is written, and the outcome.

use std::path::Path;

use lawbook_core::mistake::Mistake;
use lawbook_workspace::{Fixes, Law, Run};

use super::verify::verify;
use crate::args::CheckArgs;
use crate::command::Context;
use crate::report::{self, DEFAULT_BUDGET, Format, ReportView};
use crate::text::Text;

/// Prints the report, and the fixed text if there is one.
pub(super) fn report(
    run: &Run,
    not_shown: usize,
    fixed_text: Option<&[u8]>,
    law: &Law,
    args: &CheckArgs,
    context: &mut Context<'_>,
) -> Result<(), Vec<Mistake>> {
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
        is_quiet: args.outcome.quiet,
        not_shown,
        links: context.environment.links.as_ref(),
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
    Ok(())
}

/// Prints the changes of the fixes as a diff.
pub(super) fn show_diff(fixes: &Fixes, law: &Law, context: &mut Context<'_>) -> Result<(), Vec<Mistake>> {
    context.print_bytes(fixes.diff(law.paths()).as_bytes())
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
