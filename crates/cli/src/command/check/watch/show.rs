//! The report of each run while folders are watched: what has changed, and the counts of everything.

use std::sync::Arc;

use lawbook_core::diagnostic::Diagnostic;
use lawbook_core::mistake::{Mistake, MistakeList};
use lawbook_core::report::Report;
use lawbook_workspace::{RootPaths, Run};

use super::super::exit::Exit;
use super::super::{answer, notes, outputs};
use super::delta::{self, FindingDelta, WatchedCounts};
use super::folders::WatchedFolders;
use crate::args::CheckArgs;
use crate::command::{CommandOutcome, Context, fixes};
use crate::report::JSON;
use crate::report::mistakes::{self, MistakeFormat};
use crate::text::{Text, TextStyle, counted};

/// The most files with findings that are named without these.
const MAX_ELSEWHERE: usize = 5;

/// The most checked files that are named.
const MAX_CHECKED: usize = 3;

/// The parts of a run that are shown.
pub(super) struct Shown<'s> {
    pub(super) is_first: bool,
    /// True if the run before could not run.
    pub(super) is_recovered: bool,
    /// True if something has changed for certain.
    pub(super) is_sure: bool,
    /// The findings of the run before.
    pub(super) before: Option<&'s WatchedCounts>,
    pub(super) folders: &'s WatchedFolders,
}

impl Shown<'_> {
    /// Shows a run, and returns its findings and its outcome.
    pub(super) fn report(
        &self,
        mut run: Run,
        args: &CheckArgs,
        context: &mut Context<'_>,
    ) -> Result<(WatchedCounts, CommandOutcome), Vec<Mistake>> {
        let counts = WatchedCounts::of(&run.report);
        let outcome = Exit::of(&run.report, args).outcome(args);
        let delta = self.before.map(|before| before.delta(&run.report)).unwrap_or_default();
        let is_change = args.change.selection().is_some();
        let is_whole = self.is_first || self.is_recovered || run.is_reloaded || is_change;
        let is_checked = self.is_sure && (is_change || !run.rechecked.is_empty());
        let is_same = self.before == Some(&counts) && run.fixes.as_ref().is_none_or(|fixes| fixes.applied.is_empty());
        if is_same && !self.is_first && !self.is_recovered && !run.is_reloaded && !is_checked {
            return Ok((counts, outcome));
        }
        let clears = context.environment.stdout_is_live;
        if clears {
            let cleared = context.output.clear_screen();
            cleared.map_err(|error| vec![Mistake::new(format!("standard output cannot be written: {error}"))])?;
        }
        if is_whole || clears {
            super::super::note(&run, args, context).map_err(|mistakes| mistakes.iter().cloned().collect::<Vec<_>>())?;
        } else if let Some(fixes) = &run.fixes {
            fixes::note(fixes, false, run.law.paths(), &mut context.output);
        }
        let is_shown: Vec<bool> = run
            .report
            .diagnostics
            .iter()
            .enumerate()
            .map(|(number, found)| is_whole || delta.is_new[number] || run.rechecked.binary_search(&found.path).is_ok())
            .collect();
        let line = self.line(&run, &delta, is_whole, &is_shown);
        let part = (!is_whole).then(|| part(&run.report, &is_shown, args));
        let not_shown = args.outcome.min_level.map_or(0, |level| run.report.hide_below(level.severity()));
        answer::report(&run, part.as_ref(), not_shown, None, &run.law, args, context)?;
        if args.timings {
            notes::note_timings(&run.phases, context);
        }
        print_line(&line, args, context)?;
        Ok((counts, outcome))
    }

    /// The line below the report: what was checked again, what has changed, and where else there are findings.
    fn line(&self, run: &Run, delta: &FindingDelta, is_whole: bool, is_shown: &[bool]) -> String {
        let watching = match self.folders.problem() {
            Some(problem) => format!("looking for changes every 2 seconds: {problem}"),
            None => format!("watching {}, Ctrl-C ends it", counted(self.folders.count(), "folder")),
        };
        if self.is_first {
            return watching;
        }
        let changes = match (delta.new, delta.gone) {
            (0, 0) => "nothing new".to_owned(),
            (new, gone) => format!("{new} new, {gone} gone"),
        };
        let elsewhere = delta::elsewhere(&run.report, is_shown);
        let count: usize = elsewhere.iter().map(|(_, count)| count).sum();
        let elsewhere = match count {
            0 => String::new(),
            count => {
                let named = elsewhere.iter().take(MAX_ELSEWHERE);
                let named = named.map(|(path, count)| format!("{} ({count})", run.law.paths().shown(path.as_str())));
                let more = elsewhere.len().saturating_sub(MAX_ELSEWHERE);
                let more = if more == 0 { String::new() } else { format!(" and {more} more files") };
                format!("; {} not shown: {}{more}", counted(count, "finding"), named.collect::<Vec<_>>().join(", "))
            }
        };
        let checked = if is_whole { "checked again".to_owned() } else { checked_in_words(run, run.law.paths()) };
        let watching = if self.folders.problem().is_some() { "looking every 2 seconds" } else { "watching" };
        format!("{checked}: {changes}{elsewhere}; {watching}")
    }
}

/// The files that were checked again: `src/a.ts checked again`.
fn checked_in_words(run: &Run, paths: &RootPaths) -> String {
    match run.rechecked.as_slice() {
        [] => "no file has changed".to_owned(),
        few if few.len() <= MAX_CHECKED => {
            let named: Vec<String> = few.iter().map(|path| paths.shown(path.as_str())).collect();
            format!("{} checked again", named.join(", "))
        }
        many => format!("{} checked again", counted(many.len(), "file")),
    }
}

/// A report with some of its findings. Its summary counts all of them.
fn part(report: &Report, is_shown: &[bool], args: &CheckArgs) -> Report {
    let mut part = report.clone();
    let shown = report.diagnostics.iter().zip(is_shown).filter(|(_, is_shown)| **is_shown);
    part.diagnostics = shown.map(|(found, _)| found.clone()).collect::<Vec<Arc<Diagnostic>>>();
    // The first run says which files are left out.
    part.skipped.retain(|skipped| skipped.is_requested);
    part.degraded.clear();
    if let Some(level) = args.outcome.min_level {
        part.hide_below(level.severity());
    }
    part
}

/// Prints the line below a report: beside a report for programs, on standard error.
fn print_line(line: &str, args: &CheckArgs, context: &mut Context<'_>) -> Result<(), Vec<Mistake>> {
    let is_json = args.format.iter().any(|choice| choice.path.is_none() && choice.format.name == JSON.name);
    if is_json || args.output_file.is_some() {
        context.output.note(format_args!("{line}"));
        return Ok(());
    }
    let mut text: Text = context.output.text();
    text.paint(TextStyle::Faint, &format!("lawbook: {line}")).end_line();
    context.answer(&text)
}

/// Fails if no file was checked, as a check does that ends.
pub(super) fn expect_checked(run: &Run, args: &CheckArgs) -> Result<(), Vec<Mistake>> {
    if args.change.selection().is_some() {
        return Ok(());
    }
    notes::expect_checked(&run.law, &run.report, args)
}

/// Shows why a run could not run; the next change is waited for.
pub(super) fn mistakes(found: &[Mistake], args: &CheckArgs, context: &mut Context<'_>) -> Result<(), MistakeList> {
    if context.environment.stdout_is_live {
        let cleared = context.output.clear_screen();
        cleared.map_err(|error| vec![Mistake::new(format!("standard output cannot be written: {error}"))])?;
    }
    let outputs = outputs::of(args, context);
    let name = outputs.iter().find(|output| output.file.is_none()).map(|output| output.format.name);
    let format = match name {
        Some("json") => MistakeFormat::Json,
        Some("agent") => MistakeFormat::Agent,
        _ => MistakeFormat::Pretty,
    };
    mistakes::show(found, format, &mut context.output);
    Ok(print_line("not checked: see above; watching", args, context)?)
}
