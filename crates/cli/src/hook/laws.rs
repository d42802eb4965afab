//! The laws of a path in a few lines: what an agent has to know before it writes there.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use lawbook_core::plan::RuleOnFile;
use lawbook_core::rule::page::{Body, Scope};
use lawbook_core::source::RelPath;
use lawbook_workspace::Law;

/// The most bytes of all laws that are told at once: about 600 tokens.
const MAX_BYTES: usize = 2_400;

/// The most bytes of one law.
const MAX_LAW_BYTES: usize = 240;

/// The laws of some paths that are not told yet, the most important first, and the ids of their rules. None if all of them
/// are told.
pub(crate) fn untold(law: &Law, paths: &[RelPath], told: &BTreeSet<String>) -> Option<(String, Vec<String>)> {
    let mut rules: Vec<RuleOnFile<'_>> = Vec::new();
    let mut taken: BTreeSet<Arc<str>> = BTreeSet::new();
    let mut told_here = false;
    let is_read = |path: &&RelPath| law.excluding_glob(path.as_str()).is_none();
    for path in paths.iter().filter(is_read) {
        for on_file in law.plan().rules_for(path) {
            let id = &on_file.rule.id;
            let claims =
                law.plan().dialect(path).is_some_and(|dialect| on_file.rule.page().claims.includes(dialect.name));
            let is_of_engine = matches!(on_file.rule.page().body, Body::Engine);
            if !claims || is_of_engine || on_file.rule.page().scope != Scope::File {
                continue;
            }
            if told.contains(&**id) {
                told_here = true;
            } else if taken.insert(id.clone()) {
                rules.push(on_file);
            }
        }
    }
    if rules.is_empty() {
        return None;
    }
    let is_built_in = |on_file: &RuleOnFile<'_>| law.is_built_in(on_file.rule);
    rules.sort_by(|a, b| {
        let key = |on_file: &RuleOnFile<'_>| (std::cmp::Reverse(on_file.severity), is_built_in(on_file));
        key(a).cmp(&key(b)).then_with(|| a.rule.id.cmp(&b.rule.id))
    });
    let shown: Vec<String> = paths.iter().map(|path| law.paths().shown(path.as_str())).collect();
    let more = if told_here { " in addition to those that were told" } else { "" };
    let mut text = format!("lawbook: the law for {}{more}:\n", shown.join(", "));
    let mut left_out = 0;
    for on_file in &rules {
        let line = line(on_file);
        if left_out > 0 || text.len() + line.len() > MAX_BYTES {
            left_out += 1;
        } else {
            text.push_str(&line);
        }
    }
    if left_out > 0 {
        let _ = writeln!(
            text,
            "… and {left_out} more: `lawbook rules` lists them, `lawbook explain ID` has the page of one"
        );
    }
    Some((text, rules.iter().map(|on_file| on_file.rule.id.to_string()).collect()))
}

/// A law on one line: `- error no-eval: Run no text as code. Do: …`.
fn line(on_file: &RuleOnFile<'_>) -> String {
    let page = on_file.rule.page();
    let step = page.step.as_deref().filter(|step| !step.contains(['$', '{'])).map(str::to_owned);
    let step = step.unwrap_or_else(|| lawbook_core::report::first_sentence(&page.help).to_owned());
    let mut text = format!("- {} {}: {}", on_file.severity, on_file.rule.id, page.summary);
    if !step.is_empty() {
        let _ = write!(text, " Do: {step}");
    }
    let mut text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.len() > MAX_LAW_BYTES {
        text.truncate(text.floor_char_boundary(MAX_LAW_BYTES));
        text.push('…');
    }
    text.push('\n');
    text
}
