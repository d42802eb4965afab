//! `lawbook check`: the run, its report and its outcome.

use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use lawbook_core::diagnostic::Severity;
use lawbook_core::language;
use lawbook_core::mistake::Mistake;
use lawbook_core::pack::Pack;
use lawbook_core::report::{Report, SkipReason};
use lawbook_core::rule::page::Scope;
use lawbook_workspace::{BaselineMode, ChangeSelection, FixMode, Fixes, Law, Request, Run, Stopwatch, Workspace};

use crate::args::CheckArgs;
use crate::command::{CommandOutcome, CommandResult, Context, fixes, law, opening, run_with_progress};
use crate::environment::ACCEPT_LAW_VARIABLE;
use crate::report::{self, DEFAULT_BUDGET, Format, ReportView, RootOfCommands, STRICT_RULES, VerifyCommands};
use crate::text::{Text, counted};

/// Runs the command.
pub(crate) fn run(packs: Vec<Pack>, args: &CheckArgs, context: &mut Context<'_>) -> CommandResult {
    let mut stopwatch = Stopwatch::start();
    refuse_contradictions(args)?;
    let mut opening = opening(packs, &args.law);
    opening.paths.clone_from(&args.paths);
    opening.today = args.today;
    opening.parse_all = args.parse_all;
    opening.prefilter = !args.no_prefilter;
    opening.threads = args.threads.map(usize::from);
    opening.max_file_size = args.max_file_size;
    opening.from_index = args.change.selection() == Some(ChangeSelection::Staged);
    opening.stack_size = args.stack_size.and_then(|size| usize::try_from(size).ok());
    let (workspace, text) = if let Some(name) = &args.stdin_filename {
        let max_file_size = opening.max_file_size;
        let (workspace, path) = Workspace::open_for_file(context.cwd()?, name, opening)?;
        stopwatch.lap("open");
        let text = read_input(max_file_size, context)?;
        stopwatch.lap("read");
        (workspace, Some((path, text)))
    } else {
        let workspace = Workspace::open(context.cwd()?, opening)?;
        stopwatch.lap("open");
        (workspace, None)
    };
    let request = match (&text, args.change.selection()) {
        (Some((path, text)), _) => Request::text(path.clone(), text.clone()),
        (None, Some(selection)) => Request::change(selection).with_scope(args.change.scope()),
        (None, None) => Request::opened(),
    };
    let request = match accepted_law(args, context)? {
        Some(reason) => request.with_accepted_law(reason),
        None => request,
    };
    let request = request.with_fixes(match args.fix.choice() {
        Some(choice) if args.fix.diff || text.is_some() => FixMode::Show(choice),
        Some(choice) => FixMode::Write(choice),
        None => FixMode::List,
    });
    let request = request.with_baseline(if args.no_baseline { BaselineMode::Ignore } else { BaselineMode::Hide });
    let run = run_with_progress(&workspace, request, context)?;
    let law = run.law.clone();
    stopwatch.laps.extend(&run.phases);
    stopwatch.skip();
    law::note(&law, &mut context.output);
    for line in &run.notes {
        context.output.note(format_args!("{line}"));
    }
    if args.law.rule.is_empty() && args.law.pack.is_empty() {
        law::note_taken_away(&law, &run.report.skipped, &mut context.output);
    }
    law::note_changed(&run.report.law_changed, args.change.base(), &mut context.output);
    law::note_other_repositories(&law, &run.report.skipped, &mut context.output);
    note_outside(&run, args, context);
    if args.change.selection().is_none() {
        expect_checked(&law, &run.report, args)?;
    }
    note_stale(&law, &run.report, args, context);
    if args.fix.diff || run.fixes.is_none() {
        fixes::note_unfinished(&law, &mut context.output);
    }
    if let Some(fixes) = &run.fixes {
        fixes::note(fixes, args.fix.diff, law.paths(), &mut context.output);
        // The report of other runs counts them in its summary.
        if args.fix.diff && !args.fix.unsafe_fixes {
            fixes::note_unsafe(&run.report, fixes.files.is_empty(), &mut context.output);
        }
    }
    let outcome = match (&run.fixes, &text) {
        (Some(fixes), _) if args.fix.diff => show_diff(fixes, &law, context)?,
        (Some(fixes), Some((path, text))) => {
            // The fixed text is the answer, so the report goes to standard error.
            let fixed = fixes.text_of(path).map_or(&**text, str::as_bytes);
            report(&run, Some(fixed), &law, args, context)?
        }
        _ => report(&run, None, &law, args, context)?,
    };
    stopwatch.lap("report");
    if args.timings {
        note_timings(&stopwatch.laps, context);
    }
    if context.environment.is_own_process {
        // The process ends now. Freeing the memory of the run piece by piece would only delay that.
        std::mem::forget((workspace, law, run));
    }
    Ok(outcome)
}

/// Refuses options that contradict each other in ways that clap cannot say.
fn refuse_contradictions(args: &CheckArgs) -> Result<(), Vec<Mistake>> {
    if args.change.is_staged() && args.fix.choice().is_some() {
        let option = if args.fix.fix { "--fix" } else { "--diff" };
        let message =
            format!("`{option}` cannot be used with `--staged`: what is staged is in git's index, not in files");
        let help =
            format!("`lawbook check --changed {option}` works on the files; then stage them again with `git add`");
        return Err(vec![Mistake::new(message).with_help(help)]);
    }
    Ok(())
}

/// The reason for which a person accepts a weaker law, from the command line or the environment.
fn accepted_law(args: &CheckArgs, context: &mut Context<'_>) -> Result<Option<String>, Vec<Mistake>> {
    let of_environment = context.environment.accepted_law.as_ref().filter(|_| args.change.selection().is_some());
    let (reason, source) = match (&args.change.accept_law, of_environment) {
        (Some(reason), _) => (reason, "--accept-law"),
        (None, Some(reason)) => (reason, ACCEPT_LAW_VARIABLE),
        (None, None) => return Ok(None),
    };
    if let Some(variable) = context.environment.agent_of_commands {
        let message = format!("`{source}` is refused where an agent runs lawbook, and `{variable}` is set");
        if source == ACCEPT_LAW_VARIABLE {
            // It may have been set for all commands; what is weakened is reported.
            context.output.note(format_args!("{message}: the change is judged by both laws"));
            return Ok(None);
        }
        let help = "only a person accepts a weaker law: take the change of the law back, or ask for it";
        return Err(vec![Mistake::new(message).with_help(help)]);
    }
    Ok(Some(reason.clone()))
}

/// Notes the changed files that the run was not about.
fn note_outside(run: &Run, args: &CheckArgs, context: &mut Context<'_>) {
    let (count, lie) = match run.report.summary.outside {
        0 => return,
        1 => ("1 more changed file".to_owned(), "lies"),
        more => (format!("{more} more changed files"), "lie"),
    };
    let place = if args.paths.is_empty() {
        format!("the root `{}`", run.law.paths().shown_root())
    } else {
        "the paths that were given".to_owned()
    };
    context.output.note(format_args!("not checked: {count} {lie} outside of {place}"));
}

/// Says why the exit code is 1 where the level of the findings alone does not.
fn note_failure(report: &Report, args: &CheckArgs, context: &mut Context<'_>) {
    let level = args.fail_level.severity();
    let has_errors = report.summary.errors > 0;
    if !has_errors && level != Severity::Error && report.diagnostics.iter().any(|found| found.severity >= level) {
        context.output.note(format_args!("exit code 1: there are findings at level {level} (--fail-level {level})"));
    }
    if let Some(max) = args.max_warnings.filter(|max| report.summary.warnings > *max) {
        let warnings = counted(report.summary.warnings, "warning");
        context.output.note(format_args!("exit code 1: {warnings}, and --max-warnings allows {max}"));
    }
    if args.fail_stale && report.summary.stale > 0 {
        context.output.note(format_args!("exit code 1: the baseline has stale entries (--fail-stale)"));
    }
}

/// Reads standard input to its end, at most `max_file_size` bytes and one more.
fn read_input(max_file_size: u64, context: &mut Context<'_>) -> Result<Arc<[u8]>, Vec<Mistake>> {
    let mut bytes = Vec::new();
    match context.input.take(max_file_size.saturating_add(1)).read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes.into()),
        Err(error) => Err(vec![Mistake::new(format!("standard input cannot be read: {error}"))]),
    }
}

/// Fails if no file was checked: a run without findings would say that the code has no faults. A change may have no files,
/// and a run over all files may leave all of them out, which its report says.
fn expect_checked(law: &Law, report: &Report, args: &CheckArgs) -> Result<(), Vec<Mistake>> {
    let summary = &report.summary;
    let given: Vec<String> =
        args.paths.iter().chain(&args.stdin_filename).map(|path| format!("`{}`", path.display())).collect();
    let leaves_out = given.is_empty() && summary.skipped + summary.ignored > 0;
    if summary.checked + summary.prefiltered > 0 || leaves_out {
        return Ok(());
    }
    let requested = report.skipped.iter().filter(|skipped| skipped.is_requested);
    let named: Vec<Mistake> = requested
        .take(MAX_UNCHECKED)
        .map(|skipped| {
            let shown = law.paths().shown(skipped.path.as_str());
            let by = skipped.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
            let message = format!("nothing was checked: `{shown}` is left out, {}{by}", skipped.reason.in_words());
            Mistake::new(message).with_help(help_for(skipped.reason))
        })
        .collect();
    if !named.is_empty() {
        return Err(named);
    }
    let place = match given.as_slice() {
        [] => "the working directory".to_owned(),
        [first, .., last] if given.len() > 4 => format!("{first} … {last}"),
        given => given.join(", "),
    };
    let help = format!("lawbook reads files with these extensions: {}", known_extensions().join(", "));
    let rest = report::rest_in_words(summary);
    let rest = if rest.is_empty() { "there is no file of a known language".to_owned() } else { rest };
    Err(vec![Mistake::new(format!("nothing was checked in {place}: {rest}")).with_help(help)])
}

/// The extensions of the files that are read, sorted.
fn known_extensions() -> Vec<&'static str> {
    let mut extensions: Vec<&str> = language::dialects().flat_map(|dialect| dialect.extensions).copied().collect();
    extensions.sort_unstable();
    extensions.dedup();
    extensions
}

/// The number of files that are named if nothing was checked.
const MAX_UNCHECKED: usize = 10;

/// The next step for a file that the user has named and that is left out.
fn help_for(reason: SkipReason) -> &'static str {
    match reason {
        SkipReason::Excluded => "`[files] exclude` leaves it out; `!` and its path at the end of the list take it back",
        SkipReason::TooLarge => "--max-file-size allows larger files",
        SkipReason::Generated | SkipReason::Minified | SkipReason::Vendored => {
            "`[files] skip` lists the kinds of files to leave out"
        }
        _ => "name other files, or the folder that they are in",
    }
}

/// Prints the report, and the fixed text if there is one.
fn report(
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
    note_failure(&run.report, args, context);
    Ok(outcome_of(&run.report, args))
}

/// The arguments that decide which rules exist, with paths relative to `base`.
fn law_words(args: &CheckArgs, base: &Path) -> Vec<String> {
    let word = |name: &str| name.to_owned();
    let mut words = Vec::new();
    if args.law.no_config {
        words.push(word("--no-config"));
    }
    if let Some(config) = &args.law.config {
        words.extend([word("--config"), report::path_word(&base.join(config))]);
    }
    if args.law.strict_rules {
        words.push(word(STRICT_RULES));
    }
    for rules in &args.law.rules {
        words.extend([word("--rules"), report::path_word(&base.join(rules))]);
    }
    words
}

/// The arguments that decide what is found, for the commands that check again.
fn verify(args: &CheckArgs, law: &Law) -> VerifyCommands {
    let word = |name: &str| name.to_owned();
    let mut verify = VerifyCommands { law: law_words(args, Path::new("")), ..VerifyCommands::default() };
    if !law.is_found_from_working_directory() {
        let law_there = law_words(args, law.working_directory());
        verify.root = Some(RootOfCommands { at: law.paths().shown_root(), law: law_there });
    }
    verify.packs = args.law.pack.iter().flat_map(|pack| [word("--pack"), pack.clone()]).collect();
    verify.rules = args.law.rule.iter().flat_map(|rule| [word("--rule"), rule.clone()]).collect();
    verify.change = args.change.words();
    verify.has_phases = law.plan().has_phase(Scope::Project) || law.plan().has_phase(Scope::Change);
    for (is_set, name) in [(args.no_baseline, "--no-baseline"), (args.parse_all, "--parse-all")] {
        if is_set {
            verify.inputs.push(word(name));
        }
    }
    if args.max_file_size > CheckArgs::DEFAULT_MAX_FILE_SIZE {
        verify.inputs.extend([word("--max-file-size"), args.max_file_size.to_string()]);
    }
    if let Some(today) = args.today {
        verify.inputs.extend([word("--today"), today.to_string()]);
    }
    if args.fail_stale {
        verify.failing.push(word("--fail-stale"));
    }
    if args.fail_level.severity() != Severity::Error {
        verify.failing.extend([word("--fail-level"), word(args.fail_level.severity().name())]);
    }
    if let Some(max) = args.max_warnings {
        verify.failing.extend([word("--max-warnings"), max.to_string()]);
    }
    verify.paths = args.paths.iter().map(|path| report::path_word(path)).collect();
    verify.stdin = args.stdin_filename.as_ref().map(|path| path.to_string_lossy().into_owned());
    verify
}

/// Prints the changes of the fixes as a diff.
fn show_diff(fixes: &Fixes, law: &Law, context: &mut Context<'_>) -> CommandResult {
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

/// The most stale entries that are listed.
const MAX_STALE: usize = 10;

/// Notes the number of stale entries of the baseline, and lists them if they fail the run or in continuous integration.
fn note_stale(law: &Law, report: &Report, args: &CheckArgs, context: &mut Context<'_>) {
    if let Some(off) = off_in_words(report.summary.off) {
        context.output.note(format_args!("{off}"));
    }
    if report.stale.is_empty() {
        return;
    }
    if args.fail_stale || context.environment.is_ci {
        for entry in report.stale.iter().take(MAX_STALE) {
            let shown = law.paths().shown(entry.path.as_str());
            context.output.note(format_args!("stale in the baseline: {shown}: {}: {}", entry.rule, entry.excerpt));
        }
        if let Some(more) = report.stale.len().checked_sub(MAX_STALE).filter(|more| *more > 0) {
            context.output.note(format_args!("stale in the baseline: {more} more (--format json names them)"));
        }
    }
    let count = report.stale.len();
    let what = if count == 1 { "entry of the baseline matches" } else { "entries of the baseline match" };
    context.output.note(format_args!("{count} {what} no finding any more; `lawbook baseline prune` removes them"));
}

/// The entries of rules that are off, in words; none if there are none.
pub(super) fn off_in_words(count: usize) -> Option<String> {
    match count {
        0 => None,
        1 => Some("1 entry of the baseline is of a rule that is off; it stays".to_owned()),
        count => Some(format!("{count} entries of the baseline are of rules that are off; they stay")),
    }
}

fn note_timings(laps: &[(&str, Duration)], context: &mut Context<'_>) {
    let words: Vec<String> =
        laps.iter().map(|(name, time)| format!("{name} {:.1} ms", time.as_secs_f64() * 1000.0)).collect();
    context.output.note(format_args!("{}", words.join(", ")));
}

fn write_file(file: &Path, text: &Text, context: &mut Context<'_>) -> Result<(), Vec<Mistake>> {
    let shown = file.display();
    let at = context.environment.cwd.as_deref().map_or_else(|| file.to_owned(), |cwd| cwd.join(file));
    lawbook_workspace::write_file(&at, text.as_str().as_bytes())
        .map_err(|error| vec![Mistake::new(format!("`{shown}` cannot be written: {error}"))])?;
    context.output.note(format_args!("the report is in {shown}"));
    Ok(())
}
