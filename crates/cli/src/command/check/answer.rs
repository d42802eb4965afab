//! The answer of a check: its report or its diff, where each is written, and the outcome.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use lawbook_core::mistake::Mistake;
use lawbook_core::report::Report;
use lawbook_workspace::{Fixes, Law, Run, top_above};

use super::narrowed;
use super::outputs::{self, ReportOutput};
use super::verify::verify;
use crate::args::CheckArgs;
use crate::command::Context;
use crate::report::{self, DEFAULT_BUDGET, GITHUB, JSON, ReportView};
use crate::text::Text;

/// Prints the report, and the fixed text if there is one. `shown` is what people and agents see of the report on standard
/// output, if that is a part of it.
pub(super) fn report(
    run: &Run,
    shown: Option<&Report>,
    not_shown: usize,
    fixed_text: Option<&[u8]>,
    law: &Law,
    args: &CheckArgs,
    context: &mut Context<'_>,
) -> Result<(), Vec<Mistake>> {
    let outputs = outputs::of(args, context);
    let verify = verify(args, law);
    let top = top_of_checked(law, args, context);
    let above_repository = top.as_deref().map_or_else(String::new, |top| folders_between(law.root(), top));
    let below_repository = top_above(law.root()).map_or_else(String::new, |top| folders_between(top, law.root()));
    let narrowed = narrowed::lines(law, &run.report, args);
    let view = ReportView {
        report: &run.report,
        paths: law.paths(),
        below_repository: &below_repository,
        above_repository: &above_repository,
        narrowed: &narrowed,
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
    if args.statistics && !outputs.iter().any(|output| output.format.has_statistics) {
        let mut table = context.output.stderr_text();
        report::render_statistics(&run.report, &mut table);
        context.output.print_to_stderr(&table);
    }
    if outputs.iter().any(|output| output.format.name == GITHUB.name) {
        add_step_summary(view, context);
    }
    if !outputs.iter().any(|output| output.format.says_outcome()) {
        context.output.note(format_args!("{}", report::summary_in_words(view)));
    }
    for ReportOutput { format, file } in outputs {
        let text = match (&file, fixed_text) {
            (Some(_), _) => Text::new(false),
            (None, Some(_)) => context.output.stderr_text(),
            (None, None) => context.output.text(),
        };
        let part = shown.filter(|_| file.is_none() && format.name != JSON.name);
        let text = format
            .render(part.map_or(view, |report| ReportView { report, ..view }), text)
            .map_err(|error| vec![Mistake::new(format!("the report cannot be written as JSON: {error}"))])?;
        match (&file, fixed_text) {
            (Some(file), _) => write_file(file, &text, context)?,
            (None, Some(_)) => context.output.print_to_stderr(&text),
            (None, None) => context.answer(&text)?,
        }
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

/// The most bytes of the summary of a step; GitHub shows none that is longer.
const MAX_STEP_SUMMARY: usize = 1 << 20;

/// Adds the report to the summary of the step that GitHub Actions shows on the page of the run. That it cannot be written is no
/// reason to fail: the log has everything.
fn add_step_summary(view: ReportView<'_>, context: &mut Context<'_>) {
    let Some(file) = &context.environment.step_summary else { return };
    let added = || {
        let mut file = OpenOptions::new().create(true).append(true).open(file)?;
        let before = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
        // What a command before has written may lack a line end, and a table needs an empty line above it.
        let gap = if before == 0 { "" } else { "\n\n" };
        let room = MAX_STEP_SUMMARY.saturating_sub(before).saturating_sub(gap.len());
        let text = report::step_summary(view, room);
        if text.as_str().is_empty() { Ok(()) } else { file.write_all(format!("{gap}{}", text.as_str()).as_bytes()) }
    };
    let added: io::Result<()> = added();
    if let Err(error) = added {
        context.output.note(format_args!("the summary of the step cannot be written: {error}"));
    }
}

/// The top of the repository that is checked, if it is another one than that of the root and lies below it.
fn top_of_checked(law: &Law, args: &CheckArgs, context: &Context<'_>) -> Option<PathBuf> {
    // Of a glob, and of a file that need not exist, the folder is there.
    let real = |path: &PathBuf| context.at(path).ancestors().find_map(|at| at.canonicalize().ok());
    let mut tops = args.paths.iter().chain(&args.stdin_filename).map(|path| Some(top_above(&real(path)?)?.to_owned()));
    let top = tops.next()??;
    let is_of_all = tops.all(|other| other.as_ref() == Some(&top));
    (is_of_all && top != law.root() && top.starts_with(law.root())).then_some(top)
}

/// The folders from one down to another, each with a `/` behind it.
fn folders_between(from: &Path, to: &Path) -> String {
    let folders = to.strip_prefix(from).unwrap_or(Path::new("")).components();
    folders.fold(String::new(), |path, folder| path + &folder.as_os_str().to_string_lossy() + "/")
}

fn write_file(file: &Path, text: &Text, context: &mut Context<'_>) -> Result<(), Vec<Mistake>> {
    let shown = file.display();
    lawbook_workspace::write_file(&context.at(file), text.as_str().as_bytes())
        .map_err(|error| vec![Mistake::new(format!("`{shown}` cannot be written: {error}"))])?;
    context.output.note(format_args!("the report is in {shown}"));
    Ok(())
}
