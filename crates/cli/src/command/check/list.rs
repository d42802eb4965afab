//! `lawbook check --list-files`: the files that would be checked.

use std::collections::BTreeMap;

use lawbook_core::mistake::Mistake;
use lawbook_core::report::{Report, SkipReason, Skipped};
use lawbook_core::source::FileEntry;
use lawbook_workspace::{Law, Opening, Request, RunTask, Workspace};
use serde::Serialize;

use crate::args::CheckArgs;
use crate::command::{CommandOutcome, CommandResult, Context, law};
use crate::report::{self, JSON};
use crate::text::{Text, counted};

/// The most files and folders left out for one reason that are named.
const MAX_NAMED: usize = 10;

/// The request that lists the files of a check.
pub(super) fn request(args: &CheckArgs) -> Request {
    let mut request = match args.change.selection() {
        Some(selection) => Request::change(selection),
        None => Request::opened(),
    };
    request.task = RunTask::List;
    request
}

/// Lists the files of a check.
pub(super) fn run(opening: Opening, args: &CheckArgs, context: &mut Context<'_>) -> CommandResult {
    let workspace = Workspace::open(context.cwd()?, opening)?;
    let mut run = workspace.run(&request(args))?;
    law::note(&run.law, &mut context.output);
    let paths = run.law.paths();
    let (too_large, found): (Vec<FileEntry>, _) =
        run.files.into_iter().partition(|file| file.size > args.max_file_size);
    run.report.summary.skipped += too_large.len();
    run.report.skipped.extend(too_large.into_iter().map(|file| Skipped::new(file.path, SkipReason::TooLarge)));
    let mut files: Vec<String> = found.iter().map(|file| paths.shown(file.path.as_str())).collect();
    files.sort_unstable();
    // A check reports them, so that no caller may miss them.
    for found in &run.report.diagnostics {
        let shown = paths.shown(found.path.as_str());
        context.output.warn(format_args!("{shown}: not listed, since it cannot be checked: {}", found.message));
    }
    if is_json(args) {
        let unchecked = run.report.diagnostics.iter().map(|found| SkippedFileV1 {
            path: paths.shown(found.path.as_str()),
            reason: found.rule.to_string(),
            by: None,
        });
        let skipped = skipped(&run.report, &run.law).into_iter().chain(unchecked).collect();
        let list = FileListV1 { version: 1, root: paths.shown_root(), files: &files, skipped };
        let text = Text::json(&list)
            .map_err(|error| vec![Mistake::new(format!("the list cannot be written as JSON: {error}"))])?;
        context.answer(&text)?;
        return Ok(CommandOutcome::Clean);
    }
    if args.selection.null {
        let bytes: Vec<u8> = files.iter().flat_map(|file| file.bytes().chain([0])).collect();
        context.print_bytes(&bytes)?;
    } else {
        let mut text = context.output.text();
        for file in &files {
            text.add(file).end_line();
        }
        context.answer(&text)?;
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for SkippedFileV1 { path, reason, by } in skipped(&run.report, &run.law) {
        let count = counts.entry(reason.clone()).or_default();
        *count += 1;
        if *count <= MAX_NAMED {
            let by = by.map(|by| format!(" by {by}")).unwrap_or_default();
            context.output.note(format_args!("{path}: left out, {}{by}", reason.replace('-', " ")));
        }
    }
    for (reason, count) in counts.into_iter().filter(|(_, count)| *count > MAX_NAMED) {
        let (more, reason) = (count - MAX_NAMED, reason.replace('-', " "));
        context.output.note(format_args!("{more} more left out, {reason} (--format json names them)"));
    }
    let rest = report::rest_in_words(&run.report.summary);
    let rest = if rest.is_empty() { rest } else { format!(" ({rest})") };
    context.output.note(format_args!("{} would be checked{rest}", counted(files.len(), "file")));
    Ok(CommandOutcome::Clean)
}

/// Refuses the formats of reports: a list has no findings.
pub(super) fn refuse_formats(args: &CheckArgs) -> Result<(), Vec<Mistake>> {
    let mut formats = args.format.iter().filter(|_| args.selection.list_files);
    let other = formats.find(|choice| choice.format.name != JSON.name || choice.path.is_some());
    let Some(choice) = other else { return Ok(()) };
    let message = match &choice.path {
        Some(path) => format!("`--list-files` cannot be written to `{}`", path.display()),
        None => format!("`--list-files` has no format `{}`", choice.format.name),
    };
    let help = "a line for each file is printed, or with `--format json` one line of JSON for programs";
    Err(vec![Mistake::new(message).with_help(help)])
}

/// True if the list is asked for as JSON.
fn is_json(args: &CheckArgs) -> bool {
    args.format.iter().any(|choice| choice.format.name == JSON.name && choice.path.is_none())
}

/// The files of a check, for programs. Paths are relative to the working directory.
#[derive(Serialize)]
struct FileListV1<'a> {
    version: u32,
    root: String,
    files: &'a [String],
    skipped: Vec<SkippedFileV1>,
}

/// A file or folder that is left out.
#[derive(Serialize)]
struct SkippedFileV1 {
    path: String,
    reason: String,
    by: Option<String>,
}

fn skipped(report: &Report, law: &Law) -> Vec<SkippedFileV1> {
    let skipped = report.skipped.iter().map(|skipped| SkippedFileV1 {
        path: law.paths().shown(skipped.path.as_str()),
        reason: skipped.reason.name().to_owned(),
        by: skipped.by.as_deref().map(str::to_owned),
    });
    skipped.collect()
}
