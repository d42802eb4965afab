//! `lawbook baseline`: keeps the findings of today, takes out what is fixed, counts what is left.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use lawbook_core::diagnostic::Diagnostic;
use lawbook_core::mistake::Mistake;
use lawbook_core::pack::Pack;
use lawbook_core::policy::baseline::{Comparison, EntryAt, may_be_known};
use lawbook_core::report::BaselineEntry;
use serde::Serialize;

use crate::args::{AddArgs, BaselineCommand, PruneArgs, ShowArgs, ShowFormat};
use crate::command::{CommandResult, Context, Verdict, opening, run_with_progress};
use crate::text::{Style, Text};
use crate::workspace::baseline::{BaselinePart, FOLDER, Store};
use crate::workspace::mistakes::{mistake, mistake_with_help};
use crate::workspace::workers::Workers;
use crate::workspace::{BaselineMode, Opening, Request, Run, Workspace, root_of};

/// Does what the arguments say.
pub(crate) fn run(packs: Vec<Pack>, command: &BaselineCommand, context: &mut Context<'_>) -> CommandResult {
    match command {
        BaselineCommand::Create(args) => create(packs, args, context),
        BaselineCommand::Prune(args) => prune(packs, args, context),
        BaselineCommand::Show(args) => show(args, context),
    }
}

fn create(packs: Vec<Pack>, args: &AddArgs, context: &mut Context<'_>) -> CommandResult {
    let opening = Opening { paths: args.paths.clone(), ..opening(packs, &args.law) };
    let workspace = Workspace::open(context.cwd()?, opening)?;
    workspace.baseline().read(&BaselinePart::Whole)?;
    let is_first = workspace.baseline().baseline().files().is_empty();
    if !is_first && !args.accept_new {
        let help = "`lawbook baseline prune` takes out what is fixed; `lawbook baseline create --accept-new --reason \
                    \"…\"` adds what is new";
        return Err(vec![mistake_with_help(format!("there is a baseline in `{FOLDER}` already"), help)]);
    }
    let (run, comparison) = compared(&workspace, context)?;
    let found = run.report.diagnostics.iter().zip(&comparison.known);
    let (new, refused): (Vec<_>, Vec<_>) =
        found.filter(|(_, known)| known.is_none()).map(|(found, _)| found).partition(|found| may_be_known(found));
    let sources = &run.report.sources;
    let entry = |found: &Arc<Diagnostic>| BaselineEntry::of(found, sources.get(&found.path), args.reason.as_deref());
    let mut entries: Vec<BaselineEntry> = new.into_iter().map(entry).collect();
    let store = workspace.baseline();
    number(&mut entries, store.baseline().entries().map(|(_, entry)| entry));
    let count = entries.len();
    let written = store.write_new(entries, is_first && !args.accept_new)?.len();
    let mut text = context.output.text();
    if count == 0 {
        text.line(format_args!("Nothing is found that the baseline does not know; nothing was written."));
    } else {
        let findings = counted(count, "finding", "findings");
        let files = counted(written, "file", "files");
        text.line(format_args!("{findings} taken into the baseline: {files} in {FOLDER}. Commit them."));
        text.line(format_args!("`lawbook check` reports only what is new from now on."));
    }
    for found in refused {
        let shown = workspace.paths().shown(found.path.as_str());
        text.line(format_args!("Not taken: {shown}: {}: {}", found.rule, found.message));
    }
    context.answer(&text)?;
    Ok(Verdict::Clean)
}

fn prune(packs: Vec<Pack>, args: &PruneArgs, context: &mut Context<'_>) -> CommandResult {
    let (root, _) = root_of(context.cwd()?, &[])?;
    // Code may have gone anywhere, so all of it is looked at.
    let opening = Opening { paths: vec![root.folder], ..opening(packs, &args.law) };
    let workspace = Workspace::open(context.cwd()?, opening)?;
    let (run, mut comparison) = compared(&workspace, context)?;
    let (report, store) = (&run.report, workspace.baseline());
    let baseline = store.baseline();
    comparison.follow_moves(baseline, &report.diagnostics);
    let moved: Vec<(EntryAt, usize)> = comparison.moved(baseline, &report.diagnostics).collect();
    let mut text = context.output.text();
    let mut followed = Vec::new();
    for (at, number) in &moved {
        let (old, found) = (baseline.entry(*at), &report.diagnostics[*number]);
        followed.push(BaselineEntry::of(found, report.sources.get(&found.path), old.reason.as_deref()));
        let (from, to) = (workspace.paths().shown(old.path.as_str()), workspace.paths().shown(found.path.as_str()));
        text.line(format_args!("{}: {from} is now {to}", found.rule));
    }
    let mut gone: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let taken = comparison.stale.iter().copied().chain(moved.iter().map(|(at, _)| *at));
    for at in baseline.copies(taken) {
        gone.entry(at.file).or_default().push(at.entry);
    }
    let left = baseline.len() - comparison.stale.len();
    if args.tidy {
        let stays =
            |(at, _): &(EntryAt, &BaselineEntry)| !gone.get(&at.file).is_some_and(|gone| gone.contains(&at.entry));
        let mut entries: Vec<BaselineEntry> =
            baseline.distinct().filter(stays).map(|(_, entry)| entry.clone()).collect();
        entries.append(&mut followed);
        number(&mut entries, std::iter::empty());
        for file in 0..baseline.files().len() {
            store.replace(file, None)?;
        }
        store.write_new(entries, true)?;
    } else {
        for (file, gone) in &gone {
            let text = baseline.files()[*file].without(gone);
            store.replace(*file, Some(&text))?;
        }
        let stays = baseline.entries().filter(|(at, _)| !moved.iter().any(|(moved, _)| moved == at));
        number(&mut followed, stays.map(|(_, entry)| entry));
        store.write_new(followed, false)?;
    }
    let (stale, moved) = (comparison.stale.len(), moved.len());
    let entries = |count| counted(count, "entry", "entries");
    text.line(format_args!("{} taken out, {moved} moved with the code, {left} left.", entries(stale)));
    context.answer(&text)?;
    Ok(Verdict::Clean)
}

/// All findings, and what the baseline says of them.
fn compared(workspace: &Workspace, context: &Context<'_>) -> Result<(Run, Comparison), Vec<Mistake>> {
    let request = Request::opened().with_baseline(BaselineMode::Compare);
    let mut run = run_with_progress(workspace, request, context)?;
    let comparison = run.comparison.take().unwrap_or_default();
    Ok((run, comparison))
}

/// Numbers equal entries on from those that are there.
fn number<'a>(entries: &mut [BaselineEntry], there: impl Iterator<Item = &'a BaselineEntry>) {
    let mut last: HashMap<(&str, &str), u32> = HashMap::new();
    for entry in there {
        let count = last.entry((entry.path.as_str(), &entry.fingerprint)).or_default();
        *count = entry.count.max(*count);
    }
    let mut own: HashMap<(String, String), u32> = HashMap::new();
    for entry in entries {
        let before = last.get(&(entry.path.as_str(), entry.fingerprint.as_str())).copied().unwrap_or_default();
        let count = own.entry((entry.path.as_str().to_owned(), entry.fingerprint.clone())).or_insert(before);
        *count += 1;
        entry.count = *count;
    }
}

/// The entries as programs read them.
#[derive(Debug, Serialize)]
struct ShownV1<'a> {
    version: u32,
    entries: Vec<EntryV1<'a>>,
}

#[derive(Debug, Serialize)]
struct EntryV1<'a> {
    path: &'a str,
    rule: &'a str,
    fingerprint: &'a str,
    count: u32,
    excerpt: &'a str,
    reason: Option<&'a str>,
}

fn show(args: &ShowArgs, context: &mut Context<'_>) -> CommandResult {
    let (_, paths) = root_of(context.cwd()?, &[])?;
    let mut store = Store::new(&paths, Workers::new(None, None));
    store.read(&BaselinePart::Whole)?;
    let mut entries: Vec<&BaselineEntry> = store.baseline().distinct().map(|(_, entry)| entry).collect();
    entries.sort();
    let text = match args.format {
        ShowFormat::Json => as_json(&entries)?,
        ShowFormat::Text => as_text(&entries, context.output.text()),
    };
    context.answer(&text)?;
    Ok(Verdict::Clean)
}

fn as_json(entries: &[&BaselineEntry]) -> Result<Text, Vec<Mistake>> {
    let shown = entries.iter().map(|entry| EntryV1 {
        path: entry.path.as_str(),
        rule: &entry.rule,
        fingerprint: &entry.fingerprint,
        count: entry.count,
        excerpt: &entry.excerpt,
        reason: entry.reason.as_deref(),
    });
    Text::json(&ShownV1 { version: 1, entries: shown.collect() })
        .map_err(|error| vec![mistake(format!("the baseline cannot be written as JSON: {error}"))])
}

fn as_text(entries: &[&BaselineEntry], mut text: Text) -> Text {
    if entries.is_empty() {
        text.line(format_args!("The baseline is empty: every finding counts."));
        return text;
    }
    text.paint(Style::Strong, &format!("{} in the baseline", counted(entries.len(), "finding", "findings"))).end_line();
    table("by rule", entries.iter().map(|entry| entry.rule.as_str()), &mut text);
    let folders = entries.iter().map(|entry| entry.folder());
    table("by folder", folders.map(|folder| if folder.is_empty() { "." } else { folder }), &mut text);
    let reasons: Vec<&str> = entries.iter().filter_map(|entry| entry.reason.as_deref()).collect();
    if !reasons.is_empty() {
        table("accepted later, because", reasons.into_iter(), &mut text);
    }
    text
}

/// Adds how often each name occurs, the most frequent first.
fn table<'a>(title: &str, names: impl Iterator<Item = &'a str>, text: &mut Text) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    text.end_line().paint(Style::Faint, title).end_line();
    for (name, count) in counts {
        text.line(format_args!("{count:>7}  {name}"));
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
