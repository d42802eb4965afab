//! `lawbook baseline`: creates, prunes and shows the baseline.

use std::collections::{BTreeMap, BTreeSet};

use lawbook_core::mistake::{Mistake, MistakeList};
use lawbook_core::pack::Pack;
use lawbook_core::report::BaselineEntry;
use lawbook_core::source::RelPath;
use lawbook_workspace::{
    BASELINE_FOLDER, BaselineChange, BaselineMode, CONFIG_NAME, Law, Repository, Request, Workspace, baseline_entries,
};
use serde::Serialize;

use crate::args::{BaselineCommand, BaselineFormat, CreateBaselineArgs, PruneBaselineArgs, ShowBaselineArgs};
use crate::command::{CommandOutcome, CommandResult, Context, check, opening, run_with_progress};
use crate::environment::ACCEPT_LAW_VARIABLE;
use crate::text::{Text, TextStyle, counted};

/// Runs the command.
pub(crate) fn run(packs: Vec<Pack>, command: &BaselineCommand, context: &mut Context<'_>) -> CommandResult {
    match command {
        BaselineCommand::Create(args) => create(packs, args, context),
        BaselineCommand::Prune(args) => prune(packs, args, context),
        BaselineCommand::Show(args) => show(args, context),
    }
}

pub(super) fn create(packs: Vec<Pack>, args: &CreateBaselineArgs, context: &mut Context<'_>) -> CommandResult {
    let mut opening = opening(packs, &args.law).with_paths(args.paths.clone());
    // Without one of the rules, its findings would be no part of the baseline.
    opening.strict_rules = true;
    let workspace = Workspace::open(context.cwd()?, opening)?;
    let mode = BaselineMode::Accept { extend: args.accept_new, reason: args.reason.clone() };
    let change = write(&workspace, Request::opened().with_baseline(mode), context)?;
    let mut text = context.output.text();
    if change.accepted == 0 {
        text.line(format_args!("There are no findings outside of the baseline; nothing was written."));
    } else {
        let findings = counted(change.accepted, "finding");
        let files = counted(change.written, "file");
        text.line(format_args!("{findings} added to the baseline: {files} in {BASELINE_FOLDER}. Commit them."));
        if has_committed_law(&workspace.law(), context) {
            let commit = format!("{ACCEPT_LAW_VARIABLE}=\"the reason\" git commit");
            text.line(format_args!("They make the law weaker, so that a person commits them: `{commit}`"));
        }
        text.line(format_args!("From now on, `lawbook check` reports only new findings."));
    }
    let law = workspace.law();
    for found in &change.refused {
        text.line(format_args!("Not added: {}: {}: {}", shown(&law, &found.path), found.rule, found.message));
    }
    context.answer(&text)?;
    // Findings that cannot be accepted fail every further run too.
    Ok(if change.refused.is_empty() { CommandOutcome::Clean } else { CommandOutcome::Findings })
}

/// True if the law is committed already: then what a commit adds to the baseline is refused as a weaker law.
fn has_committed_law(law: &Law, context: &Context<'_>) -> bool {
    let repository = Repository::around(law.root(), context.environment.git_dir.as_deref());
    let config = law.root().join(CONFIG_NAME);
    repository.is_some_and(|git| git.head().is_some_and(|head| git.bytes_at(&head, &config).is_some()))
}

fn prune(packs: Vec<Pack>, args: &PruneBaselineArgs, context: &mut Context<'_>) -> CommandResult {
    let mut opening = opening(packs, &args.law);
    // Without one of the rules, its entries would be removed.
    opening.strict_rules = true;
    let workspace = Workspace::open(context.cwd()?, opening)?;
    // The whole root is checked, because code may have been moved anywhere below it.
    let request = Request::paths([RelPath::new("")]).with_baseline(BaselineMode::Prune { tidy: args.tidy });
    let change = write(&workspace, request, context)?;
    let law = workspace.law();
    let mut text = context.output.text();
    let mut moves: BTreeMap<(String, String), BTreeMap<&str, usize>> = BTreeMap::new();
    let mut gone = BTreeSet::new();
    for moved in &change.moved {
        let files = (shown(&law, &moved.from), shown(&law, &moved.to));
        if law.root().join(moved.from.as_str()).symlink_metadata().is_err() {
            gone.insert(files.0.clone());
        }
        *moves.entry(files).or_default().entry(&moved.rule).or_default() += 1;
    }
    for ((from, to), rules) in &moves {
        let of_rule = |(rule, count): (&&str, &usize)| match count {
            1 => (*rule).to_owned(),
            count => format!("{rule} ({count})"),
        };
        let rules: Vec<String> = rules.iter().map(of_rule).collect();
        let rules = rules.join(", ");
        if gone.contains(from) {
            text.line(format_args!("{from} is now {to}: {rules}"));
        } else {
            text.line(format_args!("moved from {from} to {to}: {rules}"));
        }
    }
    let entries = |count| counted(count, "entry");
    let (removed, moved) = (entries(change.removed), change.moved.len());
    let rewritten = [(change.lowered, "lowered"), (change.renamed, "renamed")];
    let rewritten = rewritten.into_iter().filter(|(count, _)| *count > 0);
    let counts = [format!("{removed} removed"), format!("{moved} moved with the code")];
    let counts = counts.into_iter().chain(rewritten.map(|(count, what)| format!("{count} {what}")));
    text.line(format_args!("{}, {} left.", counts.collect::<Vec<_>>().join(", "), change.left));
    if let Some(off) = check::off_in_words(change.off) {
        context.output.note(format_args!("{off}"));
    }
    context.answer(&text)?;
    Ok(CommandOutcome::Clean)
}

/// Runs a request that writes the baseline.
fn write(workspace: &Workspace, request: Request, context: &Context<'_>) -> Result<BaselineChange, MistakeList> {
    Ok(run_with_progress(workspace, request, context)?.baseline_change.unwrap_or_default())
}

fn shown(law: &Law, path: &RelPath) -> String {
    law.paths().shown(path.as_str())
}

/// The entries as JSON, version 1.
#[derive(Debug, Serialize)]
struct BaselineListV1<'a> {
    version: u32,
    entries: Vec<BaselineEntryV1<'a>>,
}

#[derive(Debug, Serialize)]
struct BaselineEntryV1<'a> {
    path: &'a str,
    rule: &'a str,
    fingerprint: &'a str,
    count: u32,
    excerpt: &'a str,
    reason: Option<&'a str>,
}

fn show(args: &ShowBaselineArgs, context: &mut Context<'_>) -> CommandResult {
    let entries = baseline_entries(context.cwd()?)?;
    let text = match args.format {
        BaselineFormat::Json => as_json(&entries)?,
        BaselineFormat::Text => as_text(&entries, context.output.text()),
    };
    context.answer(&text)?;
    Ok(CommandOutcome::Clean)
}

fn as_json(entries: &[BaselineEntry]) -> Result<Text, Vec<Mistake>> {
    let shown = entries.iter().map(|entry| BaselineEntryV1 {
        path: entry.path.as_str(),
        rule: &entry.rule,
        fingerprint: &entry.fingerprint,
        count: entry.count,
        excerpt: &entry.excerpt,
        reason: entry.reason.as_deref(),
    });
    Text::json(&BaselineListV1 { version: 1, entries: shown.collect() })
        .map_err(|error| vec![Mistake::new(format!("the baseline cannot be written as JSON: {error}"))])
}

fn as_text(entries: &[BaselineEntry], mut text: Text) -> Text {
    if entries.is_empty() {
        text.line(format_args!("The baseline is empty: every finding is reported."));
        return text;
    }
    text.paint(TextStyle::Strong, &format!("{} in the baseline", counted(entries.len(), "finding"))).end_line();
    table("by rule", entries.iter().map(|entry| entry.rule.as_str()), &mut text);
    let folders = entries.iter().map(BaselineEntry::folder);
    table("by folder", folders.map(|folder| if folder.is_empty() { "." } else { folder }), &mut text);
    let reasons: Vec<&str> = entries.iter().filter_map(|entry| entry.reason.as_deref()).collect();
    if !reasons.is_empty() {
        table("accepted later, because", reasons.into_iter(), &mut text);
    }
    text
}

/// Adds a table of the names with the number of times that each occurs, the most frequent first.
fn table<'a>(title: &str, names: impl Iterator<Item = &'a str>, text: &mut Text) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    text.end_line().paint(TextStyle::Faint, title).end_line();
    for (name, count) in counts {
        text.line(format_args!("{count:>7}  {name}"));
    }
}
