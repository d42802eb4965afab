//! `lawbook check`: the run and its outcome.

mod answer;
#[cfg(feature = "mcp")]
mod asked;
mod exit;
mod list;
mod narrowed;
mod notes;
mod outputs;
mod patterns;
mod pre_commit;
mod targets;
mod verify;
mod watch;

use std::io::Read as _;
use std::sync::Arc;

use lawbook_core::mistake::{Mistake, MistakeList};
use lawbook_core::pack::Pack;
use lawbook_core::source::RelPath;
use lawbook_workspace::{BaselineMode, ChangeSelection, FixMode, Opening, Request, Run, Stopwatch, Workspace};

use crate::args::CheckArgs;
use crate::command::{CommandResult, Context, fixes, law, opening, run_with_progress};
use crate::environment::ACCEPT_LAW_VARIABLE;
use exit::Exit;

#[cfg(feature = "mcp")]
pub(super) use asked::{Checked, check_as_asked};
pub(super) use notes::off_in_words;
pub(super) use targets::remove_old_of_unread;

/// Runs the command.
pub(crate) fn run(packs: Vec<Pack>, mut args: Box<CheckArgs>, context: &mut Context<'_>) -> CommandResult {
    outputs::take_sign_of_output(&mut args);
    if args.outcome.quiet {
        context.output.set_quiet();
    }
    let outcome = run_with(packs, &mut args, context);
    if outcome.is_err() {
        targets::remove_old(&args, context);
    }
    outcome
}

fn run_with(packs: Vec<Pack>, args: &mut CheckArgs, context: &mut Context<'_>) -> CommandResult {
    take_sign_of_input(args)?;
    outputs::refuse_same_places(args, context)?;
    outputs::refuse_on_stderr(args)?;
    targets::refuse(args, context)?;
    if args.watch {
        return watch::run(packs, args, context);
    }
    if args.change.selection.pre_commit {
        return pre_commit::run(packs, args, context);
    }
    check(packs, args, context)
}

/// Checks one selection of files.
fn check(packs: Vec<Pack>, args: &CheckArgs, context: &mut Context<'_>) -> CommandResult {
    let mut stopwatch = Stopwatch::start();
    refuse_contradictions(args)?;
    let mut opening = opening_of(packs, args);
    let is_unmatched = if args.as_found {
        false
    } else {
        opening.paths.clone_from(&args.paths);
        patterns::expand(&mut opening, args, context)?
    };
    if args.selection.list_files {
        return list::run(opening, args, context);
    }
    let (workspace, subject) = open(opening, args, &mut stopwatch, context)?;
    targets::refuse_of_law(&workspace.law(), args, context)?;
    let request = request(&subject, args, context)?;
    let mut run = run_with_progress(&workspace, request, context)?;
    // Settings of folders below are read by the run.
    targets::refuse_of_law(&run.law, args, context)?;
    if is_unmatched {
        patterns::describe_unmatched(&mut run.report);
    }
    let law = run.law.clone();
    stopwatch.laps.extend(&run.phases);
    stopwatch.skip();
    note(&run, args, context)?;
    let exit = match &run.fixes {
        Some(fixes) if args.fix.diff => Exit::of_diff(&fixes.diff(law.paths())),
        _ => Exit::of(&run.report, args),
    };
    let not_shown = args.outcome.min_level.map_or(0, |level| run.report.hide_below(level.severity()));
    match (&run.fixes, &subject) {
        (Some(fixes), _) if args.fix.diff => answer::show_diff(fixes, &law, context)?,
        (Some(fixes), CheckSubject::Text(path, text)) => {
            // The fixed text is the answer, so the report goes to standard error.
            let fixed = fixes.text_of(path).map_or(&**text, str::as_bytes);
            answer::report(&run, None, not_shown, Some(fixed), &law, args, context)?;
        }
        _ => answer::report(&run, None, not_shown, None, &law, args, context)?,
    }
    let outcome = exit.conclude(!run.report.diagnostics.is_empty(), args, context);
    stopwatch.lap("report");
    if args.timings {
        notes::note_timings(&stopwatch.laps, context);
    }
    if context.environment.is_own_process {
        // The process ends now. Freeing the memory of the run piece by piece would only delay that.
        std::mem::forget((workspace, law, run));
    }
    Ok(outcome)
}

/// Takes `-` out of the paths, which says that the text on standard input is checked. Its name says how.
fn take_sign_of_input(args: &mut CheckArgs) -> Result<(), Vec<Mistake>> {
    let count = args.paths.len();
    args.paths.retain(|path| path.as_os_str() != "-");
    let (has_sign, has_paths) = (args.paths.len() < count, !args.paths.is_empty());
    let mistake = match (has_sign, &args.stdin_filename) {
        (true, None) if has_paths => Mistake::new("`-` cannot be checked together with other paths")
            .with_help("`-` is the text on standard input; run a check of its own for it"),
        (true, None) => Mistake::new("`-` cannot be checked without a name")
            .with_help("text on standard input needs the name of its file: `--stdin-filename src/a.ts`"),
        (_, Some(_)) if has_paths => {
            Mistake::new("`--stdin-filename` cannot be used with `PATHS`").with_help("leave one of them out")
        }
        _ => return Ok(()),
    };
    Err(vec![mistake])
}

/// The subject of a check.
enum CheckSubject {
    /// The text on standard input, as a file.
    Text(RelPath, Arc<[u8]>),
    /// Files that a program has named.
    Found(Vec<RelPath>),
    /// A change, or the paths of the command line.
    Opened,
}

/// Opens the workspace, and reads standard input where it is what is checked.
fn open(
    opening: Opening,
    args: &CheckArgs,
    stopwatch: &mut Stopwatch,
    context: &mut Context<'_>,
) -> Result<(Workspace, CheckSubject), MistakeList> {
    if let Some(name) = &args.stdin_filename {
        let max_file_size = opening.max_file_size;
        let (workspace, path) = Workspace::open_for_file(context.cwd()?, name, opening)?;
        stopwatch.lap("open");
        let text = read_input(max_file_size, context)?;
        stopwatch.lap("read");
        return Ok((workspace, CheckSubject::Text(path, text)));
    }
    let opened = if args.as_found {
        let (workspace, paths) = Workspace::open_for_files(context.cwd()?, &args.paths, opening)?;
        (workspace, CheckSubject::Found(pre_commit::below_root(&args.paths, paths)?))
    } else {
        (Workspace::open(context.cwd()?, opening)?, CheckSubject::Opened)
    };
    stopwatch.lap("open");
    Ok(opened)
}

/// The request of a check.
fn request(subject: &CheckSubject, args: &CheckArgs, context: &mut Context<'_>) -> Result<Request, MistakeList> {
    let request = match (subject, args.change.selection()) {
        (CheckSubject::Text(path, text), _) => Request::text(path.clone(), text.clone()),
        (CheckSubject::Found(paths), _) => Request::files(paths.clone()),
        (CheckSubject::Opened, Some(selection)) => Request::change(selection).with_scope(args.change.scope()),
        (CheckSubject::Opened, None) => Request::opened(),
    };
    let request = match accepted_law(args, context)? {
        Some(reason) => request.with_accepted_law(reason),
        None => request,
    };
    let request = request.with_fixes(match args.fix.choice() {
        Some(choice) if args.fix.diff || matches!(subject, CheckSubject::Text(..)) => FixMode::Show(choice),
        Some(choice) => FixMode::Write(choice),
        None => FixMode::List,
    });
    Ok(request.with_baseline(if args.no_baseline { BaselineMode::Ignore } else { BaselineMode::Hide }))
}

/// Notes what the report does not say.
fn note(run: &Run, args: &CheckArgs, context: &mut Context<'_>) -> Result<(), MistakeList> {
    let law = &run.law;
    law::note(law, &mut context.output);
    for line in &run.notes {
        context.output.note(format_args!("{line}"));
    }
    notes::note_narrowed(law, &run.report, args, context);
    if args.law.rule.is_empty() && args.law.pack.is_empty() {
        law::note_taken_away(law, &run.report.skipped, &mut context.output);
    }
    law::note_changed(&run.report.law_changed, args.change.base(), &mut context.output);
    law::note_other_repositories(law, &run.report.skipped, &mut context.output);
    notes::note_outside(run, args, context);
    if args.as_found {
        notes::note_nothing_checked(&run.report, context);
    } else if args.change.selection().is_none() {
        notes::expect_checked(law, &run.report, args)?;
    }
    notes::note_stale(law, &run.report, args, context);
    if args.fix.diff || run.fixes.is_none() {
        fixes::note_unfinished(law, &mut context.output);
    }
    if let Some(fixes) = &run.fixes {
        fixes::note(fixes, args.fix.diff, law.paths(), &mut context.output);
        // The report of other runs counts them in its summary.
        if args.fix.diff && !args.fix.unsafe_fixes {
            fixes::note_unsafe(&run.report, fixes.files.is_empty(), &mut context.output);
        }
    }
    Ok(())
}

/// The options of a workspace for the arguments of a check, without its paths.
fn opening_of(packs: Vec<Pack>, args: &CheckArgs) -> Opening {
    let mut opening = opening(packs, &args.law);
    opening.selection = opening.selection.without(args.selection.ignore_rule.clone());
    opening.exclude.clone_from(&args.selection.exclude);
    opening.today = args.today;
    opening.parse_all = args.parse_all;
    opening.prefilter = !args.no_prefilter;
    opening.threads = args.threads.map(usize::from);
    opening.max_file_size = args.max_file_size;
    opening.stack_size = args.stack_size.and_then(|size| usize::try_from(size).ok());
    match args.change.selection() {
        Some(ChangeSelection::Staged) => opening.from_index = true,
        Some(ChangeSelection::Commits { to, .. }) => opening.from_commit = Some(to),
        _ => {}
    }
    opening
}

/// Refuses options that contradict each other in ways that clap cannot say.
fn refuse_contradictions(args: &CheckArgs) -> Result<(), Vec<Mistake>> {
    list::refuse_formats(args)?;
    if let Some(both) = args.selection.ignore_rule.iter().find(|rule| args.law.rule.contains(rule)) {
        let message = format!("`{both}` is named by `--rule` and by `--ignore-rule`");
        return Err(vec![Mistake::new(message).with_help("leave it out of one of them")]);
    }
    if args.change.is_staged() && args.fix.choice().is_some() {
        let option = if args.fix.fix { "--fix" } else { "--diff" };
        let message =
            format!("`{option}` cannot be used with `--staged`: what is staged is in git's index, not in files");
        let help =
            format!("`lawbook check --changed {option}` works on the files; then stage them again with `git add`");
        return Err(vec![Mistake::new(message).with_help(help)]);
    }
    if args.change.until.is_some() && args.fix.choice().is_some() {
        let option = if args.fix.fix { "--fix" } else { "--diff" };
        let message = format!("`{option}` cannot be used with `--until`: a commit is not changed");
        return Err(vec![Mistake::new(message).with_help("leave out `--until`, to work on the files")]);
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

/// Reads standard input to its end, at most `max_file_size` bytes and one more.
fn read_input(max_file_size: u64, context: &mut Context<'_>) -> Result<Arc<[u8]>, Vec<Mistake>> {
    let mut bytes = Vec::new();
    match context.input.take(max_file_size.saturating_add(1)).read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes.into()),
        Err(error) => Err(vec![Mistake::new(format!("standard input cannot be read: {error}"))]),
    }
}
