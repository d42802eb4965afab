//! `lawbook baseline`: keeps the findings of today, takes out what is fixed, counts what is left.

use std::collections::BTreeMap;

use lawbook_core::mistake::{Mistake, MistakeList};
use lawbook_core::pack::Pack;
use lawbook_core::report::BaselineEntry;
use lawbook_core::source::RelPath;
use lawbook_workspace::{
    BASELINE_FOLDER, BaselineChange, BaselineMode, Law, Opening, Request, Workspace, baseline_entries,
};
use serde::Serialize;

use crate::args::{AddArgs, BaselineCommand, PruneArgs, ShowArgs, ShowFormat};
use crate::command::{CommandResult, Context, Verdict, opening, run_with_progress};
use crate::text::{Style, Text};

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
    let mode = BaselineMode::Accept { extend: args.accept_new, reason: args.reason.clone() };
    let change = write(&workspace, Request::opened().with_baseline(mode), context)?;
    let mut text = context.output.text();
    if change.accepted == 0 {
        text.line(format_args!("Nothing is found that the baseline does not know; nothing was written."));
    } else {
        let findings = counted(change.accepted, "finding", "findings");
        let files = counted(change.written, "file", "files");
        text.line(format_args!("{findings} taken into the baseline: {files} in {BASELINE_FOLDER}. Commit them."));
        text.line(format_args!("`lawbook check` reports only what is new from now on."));
    }
    let law = workspace.law();
    for found in change.refused {
        text.line(format_args!("Not taken: {}: {}: {}", shown(&law, &found.path), found.rule, found.message));
    }
    context.answer(&text)?;
    Ok(Verdict::Clean)
}

fn prune(packs: Vec<Pack>, args: &PruneArgs, context: &mut Context<'_>) -> CommandResult {
    let workspace = Workspace::open(context.cwd()?, opening(packs, &args.law))?;
    // Code may have moved anywhere below the root.
    let request = Request::paths([RelPath::new("")]).with_baseline(BaselineMode::Prune { tidy: args.tidy });
    let change = write(&workspace, request, context)?;
    let law = workspace.law();
    let mut text = context.output.text();
    for moved in &change.moved {
        text.line(format_args!("{}: {} is now {}", moved.rule, shown(&law, &moved.from), shown(&law, &moved.to)));
    }
    let entries = |count| counted(count, "entry", "entries");
    let (removed, moved) = (entries(change.removed), change.moved.len());
    text.line(format_args!("{removed} taken out, {moved} moved with the code, {} left.", change.left));
    context.answer(&text)?;
    Ok(Verdict::Clean)
}

/// Runs a request that writes the baseline.
fn write(workspace: &Workspace, request: Request, context: &Context<'_>) -> Result<BaselineChange, MistakeList> {
    Ok(run_with_progress(workspace, request, context)?.baseline_change.unwrap_or_default())
}

fn shown(law: &Law, path: &RelPath) -> String {
    law.paths().shown(path.as_str())
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
    let entries = baseline_entries(context.cwd()?)?;
    let text = match args.format {
        ShowFormat::Json => as_json(&entries)?,
        ShowFormat::Text => as_text(&entries, context.output.text()),
    };
    context.answer(&text)?;
    Ok(Verdict::Clean)
}

fn as_json(entries: &[BaselineEntry]) -> Result<Text, Vec<Mistake>> {
    let shown = entries.iter().map(|entry| EntryV1 {
        path: entry.path.as_str(),
        rule: &entry.rule,
        fingerprint: &entry.fingerprint,
        count: entry.count,
        excerpt: &entry.excerpt,
        reason: entry.reason.as_deref(),
    });
    Text::json(&ShownV1 { version: 1, entries: shown.collect() })
        .map_err(|error| vec![Mistake::new(format!("the baseline cannot be written as JSON: {error}"))])
}

fn as_text(entries: &[BaselineEntry], mut text: Text) -> Text {
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
