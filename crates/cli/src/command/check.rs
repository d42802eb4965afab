//! `lawbook check`: the run, its report, its verdict.

use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

use lawbook_core::mistake::Mistake;
use lawbook_core::pack::Pack;
use lawbook_core::report::Report;

use crate::args::CheckArgs;
use crate::command::{Context, Outcome, Verdict, opening};
use crate::fix::{self, Fixes, Mode};
use crate::mistakes::mistake;
use crate::report::{self, Format, Verify, View};
use crate::text::Text;
use crate::workspace::{Clock, Opening, Run, Workspace};

/// Checks what the arguments name.
pub(crate) fn run(packs: Vec<Pack>, args: &CheckArgs, context: &mut Context<'_>) -> Outcome {
    let mut clock = Clock::start();
    let opening = Opening {
        paths: args.paths.clone(),
        today: args.today,
        parse_all: args.parse_all,
        prefilter: !args.no_prefilter,
        threads: args.threads.map(usize::from),
        max_file_size: args.max_file_size,
        baseline: !args.no_baseline,
        stack_size: args.stack_size.and_then(|size| usize::try_from(size).ok()),
        ..opening(packs, &args.law)
    };
    let mode = if args.fix.diff { Mode::Show } else { Mode::Write };
    let (workspace, run) = if let Some(name) = &args.stdin_filename {
        check_stdin(name, opening, args, context, &mut clock)?
    } else {
        let workspace = Workspace::open(context.cwd()?, opening)?;
        clock.lap("open");
        let live = context.environment.stderr_is_live;
        let run = match (args.fix.choice(), args.change.asked()) {
            (Some(choice), _) => workspace.run_fixing(live, choice, mode)?,
            (None, Some(asked)) => workspace.run_change(&asked, context.cwd()?, live)?,
            (None, None) => workspace.run(live),
        };
        (workspace, run)
    };
    clock.laps.extend(&run.phases);
    clock.skip();
    tell_nested(&workspace, &run, context);
    tell_stale(&workspace, &run.report, args, context);
    if mode == Mode::Show || run.fixes.is_none() {
        fix::tell_unfinished(workspace.paths(), context.output);
    }
    if let Some(fixes) = &run.fixes {
        fix::tell(fixes, mode, workspace.paths(), context.output);
    }
    let verdict = match &run.fixes {
        Some(fixes) if args.fix.diff => show_diff(fixes, &workspace, context)?,
        fixes => {
            // The text that was asked for is the answer; the report is then what is said beside it.
            let fixed_text = fixes.as_ref().filter(|_| args.stdin_filename.is_some());
            report(&run, fixed_text, &workspace, args, context)?
        }
    };
    clock.lap("report");
    if args.timings {
        tell_timings(&clock.laps, context);
    }
    // The process ends with its answer; to free what the run held, piece by piece, would only delay it.
    std::mem::forget((workspace, run));
    Ok(verdict)
}

/// Shows the report, or beside a fixed text both.
fn report(
    run: &Run,
    fixed_text: Option<&Fixes>,
    workspace: &Workspace,
    args: &CheckArgs,
    context: &mut Context<'_>,
) -> Outcome {
    let format = args.format.unwrap_or_else(|| choose_format(context));
    let verify = Verify::new(args);
    let view = View {
        report: &run.report,
        paths: workspace.paths(),
        verify: &verify,
        width: context.environment.width,
        threads: workspace.threads(),
    };
    let text = match (&args.output_file, fixed_text) {
        (Some(_), _) => Text::new(false),
        (None, Some(_)) => context.output.remark_text(),
        (None, None) => context.output.text(),
    };
    let text = report::render(format, view, text)
        .map_err(|error| vec![mistake(format!("the report cannot be written as JSON: {error}"))])?;
    match (&args.output_file, fixed_text) {
        (Some(file), _) => write_file(file, &text, context)?,
        (None, Some(_)) => context.output.remark(&text),
        (None, None) => context.answer(&text)?,
    }
    if let Some(fixes) = fixed_text {
        context.answer_bytes(&fixes.text)?;
    }
    Ok(verdict(&run.report, args))
}

fn show_diff(fixes: &Fixes, workspace: &Workspace, context: &mut Context<'_>) -> Outcome {
    let diff = fixes.diff(workspace.paths());
    context.answer_bytes(diff.as_bytes())?;
    Ok(if diff.is_empty() { Verdict::Clean } else { Verdict::Findings })
}

fn check_stdin(
    name: &Path,
    opening: Opening,
    args: &CheckArgs,
    context: &Context<'_>,
    clock: &mut Clock,
) -> Result<(Workspace, Run), Vec<Mistake>> {
    let most = opening.max_file_size;
    let (workspace, path) = Workspace::open_virtual(context.cwd()?, name, opening)?;
    clock.lap("open");
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .take(most.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| vec![mistake(format!("standard input cannot be read: {error}"))])?;
    clock.lap("read");
    let (report, fixes) = match args.fix.choice() {
        Some(choice) => {
            let (report, fixes) = workspace.fix_text(path, bytes, choice);
            (report, Some(fixes))
        }
        None => (workspace.check_text(path, &bytes), None),
    };
    clock.lap("check");
    Ok((workspace, Run { report, nested: Vec::new(), fixes, phases: Vec::new() }))
}

fn verdict(report: &Report, args: &CheckArgs) -> Verdict {
    let level = args.fail_level.severity();
    // Who asked for fixes must hear of it when a file was not written, whatever is left in the others.
    let fails = !report.unwritten.is_empty()
        || report.diagnostics.iter().any(|found| found.severity >= level)
        || args.max_warnings.is_some_and(|most| report.summary.warnings > most)
        || (args.fail_stale && report.summary.stale > 0);
    if fails { Verdict::Findings } else { Verdict::Clean }
}

fn choose_format(context: &mut Context<'_>) -> Format {
    let Some(variable) = context.environment.agent else { return Format::Pretty };
    context.output.note(format_args!("format `agent`, because {variable} is set; --format chooses another"));
    Format::Agent
}

fn tell_nested(workspace: &Workspace, run: &Run, context: &mut Context<'_>) {
    let names: Vec<String> = run.nested.iter().map(|path| workspace.paths().shown(path.as_str())).collect();
    if !names.is_empty() {
        let root = workspace.paths().shown_root();
        context.output.note(format_args!("not read, because the root is `{root}`: {}", names.join(", ")));
    }
}

/// Names the entries of the baseline that match nothing any more: each where that fails the run or a machine asks.
fn tell_stale(workspace: &Workspace, report: &Report, args: &CheckArgs, context: &mut Context<'_>) {
    if report.stale.is_empty() {
        return;
    }
    if args.fail_stale || context.environment.is_ci {
        for entry in &report.stale {
            let shown = workspace.paths().shown(entry.path.as_str());
            context.output.note(format_args!("stale in the baseline: {shown}: {}: {}", entry.rule, entry.excerpt));
        }
    }
    let count = report.stale.len();
    let what = if count == 1 { "entry of the baseline matches" } else { "entries of the baseline match" };
    context.output.note(format_args!("{count} {what} nothing any more; `lawbook baseline prune` takes them out"));
}

fn tell_timings(laps: &[(&str, Duration)], context: &mut Context<'_>) {
    let words: Vec<String> =
        laps.iter().map(|(name, time)| format!("{name} {:.1} ms", time.as_secs_f64() * 1000.0)).collect();
    context.output.note(format_args!("{}", words.join(", ")));
}

fn write_file(file: &Path, text: &Text, context: &mut Context<'_>) -> Result<(), Vec<Mistake>> {
    let shown = file.display();
    std::fs::write(file, text.as_str())
        .map_err(|error| vec![mistake(format!("`{shown}` cannot be written: {error}"))])?;
    context.output.note(format_args!("the report is in {shown}"));
    Ok(())
}
