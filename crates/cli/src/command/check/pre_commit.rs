//! `lawbook check --pre-commit`: the check that pre-commit and prek run.
//!
//! They pass files, and say nothing of what the files are: those of a commit, those of a range, or all. What is judged is
//! what git will have. Before a commit that is the index, whichever files are passed: a deletion and a change of the law are
//! not among them. Where a range is named, it is the last commit of the range. Files that are passed and not staged are
//! judged as they are on the disk.

use std::path::PathBuf;

use lawbook_core::fix::Choice;
use lawbook_core::mistake::{Mistake, MistakeList};
use lawbook_core::pack::Pack;
use lawbook_core::source::RelPath;
use lawbook_workspace::{ChangeSelection, FixMode, Request, Staged, Workspace};

use super::{accepted_law, answer, notes, opening_of};
use crate::args::CheckArgs;
use crate::command::{CommandOutcome, CommandResult, Context, fixes, run_with_progress};
use crate::environment::RANGE_VARIABLES;
use crate::text::counted;

/// Runs the check of the range, of what is staged, or of the files.
pub(super) fn run(packs: Vec<Pack>, args: &CheckArgs, context: &mut Context<'_>) -> CommandResult {
    if args.fix.diff {
        let help = "`lawbook check --changed --diff` shows what would be fixed";
        return Err(Mistake::new("`--diff` cannot be used with `--pre-commit`").with_help(help).into());
    }
    let mut plain = args.clone();
    plain.change.selection.pre_commit = false;
    if let Some([from, to]) = range(context)? {
        if plain.fix.choice().is_some() {
            context.output.note(format_args!("nothing is fixed: the range from {from} to {to} is committed"));
            (plain.fix.fix, plain.fix.unsafe_fixes) = (false, false);
        }
        plain.paths.clear();
        (plain.change.selection.since, plain.change.until) = (Some(from), Some(to));
        return super::check(packs, &plain, context);
    }
    let staged = Staged::find(context.cwd()?)?;
    // In a merge the files with a conflict are passed, also those that are resolved to what HEAD has.
    let is_other = |path: &&PathBuf| !staged.is_merge() && !staged.has(path);
    let others: Vec<PathBuf> = args.paths.iter().filter(is_other).cloned().collect();
    let mut outcome = CommandOutcome::Clean;
    if !staged.is_empty() || staged.is_merge() {
        let mut of_index = plain.clone();
        of_index.paths.clear();
        outcome = check_staged(packs.clone(), of_index, &staged, context)?;
    } else if others.is_empty() {
        context.output.warn(format_args!("nothing was checked: nothing is staged, and no file was named"));
    }
    if !others.is_empty() {
        let mut of_files = plain;
        (of_files.paths, of_files.as_found) = (others, true);
        (of_files.change.lines_only, of_files.change.all, of_files.change.accept_law) = (false, false, None);
        let of_files = super::check(packs, &of_files, context)?;
        if outcome == CommandOutcome::Clean {
            outcome = of_files;
        }
    }
    Ok(outcome)
}

/// The first and the last commit of the range that the environment names.
fn range(context: &Context<'_>) -> Result<Option<[String; 2]>, Mistake> {
    match context.environment.hook_range.clone() {
        [Some(from), Some(to)] => Ok(Some([from, to])),
        [None, None] => Ok(None),
        [from, _] => {
            let [first, last] = RANGE_VARIABLES;
            let (set, other) = if from.is_some() { (first, last) } else { (last, first) };
            Err(Mistake::new(format!("`{set}` is set, and `{other}` is not")).with_help("set both, or none"))
        }
    }
}

/// Checks what is staged. With `--fix`, findings are fixed in the files of the working tree that are as they are staged:
/// then what is staged is older than they are, and the run fails.
fn check_staged(packs: Vec<Pack>, mut args: CheckArgs, staged: &Staged, context: &mut Context<'_>) -> CommandResult {
    if let Some(choice) = args.fix.choice() {
        (args.fix.fix, args.fix.unsafe_fixes) = (false, false);
        let mut of_disk = args.clone();
        of_disk.change.selection.changed = true;
        if fix_staged(packs.clone(), &of_disk, choice, staged, context)? {
            return Ok(CommandOutcome::Findings);
        }
    }
    args.change.selection.staged = true;
    super::check(packs, &args, context)
}

/// Fixes staged files in the working tree, and reports what is left of them; true if anything was fixed.
fn fix_staged(
    packs: Vec<Pack>,
    args: &CheckArgs,
    choice: Choice,
    staged: &Staged,
    context: &mut Context<'_>,
) -> Result<bool, MistakeList> {
    let workspace = Workspace::open(context.cwd()?, opening_of(packs, args))?;
    let (files, others) = staged.same_on_disk(workspace.law().paths());
    if others > 0 {
        let files = counted(others, "staged file");
        context.output.note(format_args!("not fixed: {files} with other changes in the working tree"));
    }
    if files.is_empty() {
        return Ok(false);
    }
    let mut request = Request::change(ChangeSelection::Changed).with_scope(args.change.scope());
    request = request.with_limit(files).with_fixes(FixMode::Write(choice));
    if let Some(reason) = accepted_law(args, context)? {
        request = request.with_accepted_law(reason);
    }
    let mut run = run_with_progress(&workspace, request, context)?;
    let not_shown = args.outcome.min_level.map_or(0, |level| run.report.hide_below(level.severity()));
    let Some(fixes) = run.fixes.as_ref().filter(|fixes| !fixes.files.is_empty()) else { return Ok(false) };
    fixes::note(fixes, false, run.law.paths(), &mut context.output);
    notes::note_stale(&run.law, &run.report, args, context);
    answer::report(&run, None, not_shown, None, &run.law, args, context)?;
    context.output.note(format_args!("exit code 1: what is staged is not fixed yet; stage the files with `git add`"));
    Ok(true)
}

/// The paths below the root of files that a program has named.
pub(super) fn below_root(typed: &[PathBuf], paths: Vec<Option<RelPath>>) -> Result<Vec<RelPath>, Vec<Mistake>> {
    let below = typed.iter().zip(paths).map(|(typed, path)| {
        let outside = || Mistake::new(format!("`{}` lies outside of the root", typed.display()));
        path.ok_or_else(|| vec![outside().with_help("name files of the repository")])
    });
    below.collect()
}
