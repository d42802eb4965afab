//! Pages that are gone or find less than before.

use std::collections::{BTreeMap, BTreeSet};

use crate::data::{Data, Value};
use crate::language;
use crate::plan::PlannedRule;
use crate::policy::weakened::{LawSide, level_name, names};
use crate::report::Weakening;
use crate::rule::page::{Block, BlockRole, Body, Claims, FileGlob, Page};
use crate::source::RelPath;
use crate::span::Span;

/// Compares the pages of the rules that were on.
pub(super) fn compare(before: &LawSide<'_>, now: &LawSide<'_>, found: &mut Vec<Weakening>) {
    let mut gone: BTreeMap<RelPath, Vec<&PlannedRule>> = BTreeMap::new();
    for old in before.plan.rules().iter().filter(|rule| rule.is_on) {
        match now.same_rule(old) {
            Some(rule) if rule.page().text == old.page().text && rule.page_id() == old.page_id() => {}
            Some(rule) => compare_pages(now, old.page(), rule.page(), found),
            None => gone.entry((before.place)(&old.page().path)).or_default().push(old),
        }
    }
    let has_pack = |rule: &PlannedRule| now.plan.rules().iter().any(|other| other.pack == rule.pack);
    let (removed, dropped): (Vec<_>, Vec<_>) = gone.into_iter().partition(|(_, rules)| has_pack(rules[0]));
    for (path, rules) in removed {
        let message = format!("the page of {} is gone", names(&ids(&rules)));
        found.push(Weakening::at_path(path, "page", message));
    }
    let mut packs: BTreeMap<&str, Vec<&PlannedRule>> = BTreeMap::new();
    for rule in dropped.iter().flat_map(|(_, rules)| rules) {
        packs.entry(&rule.pack).or_default().push(rule);
    }
    for (pack, rules) in packs {
        let message = format!("the rules of `{pack}` are no part of the law any more: {}", names(&ids(&rules)));
        let subject = format!("pack {pack}");
        found.push(match now.layers.first().filter(|layer| !layer.settings.path.is_empty()) {
            Some(layer) => {
                let span = layer.settings.extends_at.unwrap_or_default();
                now.in_settings(layer, span, subject, message)
            }
            None => Weakening::at_path((before.place)(&rules[0].page().path), subject, message),
        });
    }
}

fn ids<'r>(rules: &[&'r PlannedRule]) -> Vec<&'r str> {
    rules.iter().map(|rule| &**rule.page_id()).collect()
}

/// Reports each part of a page by which it may find less than before.
fn compare_pages(now: &LawSide<'_>, old: &Page, page: &Page, found: &mut Vec<Weakening>) {
    let mut add = |key: &str, message: String| {
        let path = (now.place)(&page.path);
        found.push(Weakening::in_text(path, page.text.clone(), place_of(&page.text, key), key, message));
    };
    let id = &page.id;
    if page.severity < old.severity {
        let (is, before) = (level_name(page.severity), level_name(old.severity));
        add("severity", format!("`severity` of `{id}` is `{is}`, before `{before}`"));
    }
    if !is_same_body(&old.body, &page.body) || page.scope != old.scope {
        add("rule", format!("what `{id}` looks for is changed, and nobody can say that it finds as much as before"));
    }
    let lost = lost_dialects(&old.claims, &page.claims);
    if !lost.is_empty() {
        add("languages", format!("`{id}` does not hold for {} any more", names(&lost)));
    }
    let (files_before, files) = (globs(&old.files), globs(&page.files));
    if files_before != files && !files.is_empty() && (files_before.is_empty() || !files.is_superset(&files_before)) {
        add("files", format!("`files` of `{id}` names fewer files than before"));
    }
    let new_ignores: Vec<&str> = globs(&page.ignores).difference(&globs(&old.ignores)).copied().collect();
    if !new_ignores.is_empty() {
        add("ignores", format!("`{id}` does not hold for {} any more: `ignores` is new", names(&new_ignores)));
    }
    if page.suppressible && !old.suppressible {
        add("suppressible", format!("comments may suppress `{id}` now"));
    }
    if page.exceptions.is_some() && old.exceptions.is_none() {
        add(
            "exceptions",
            format!("`exceptions` of `{id}` is new: suppressing it with a reason is no warning any more"),
        );
    }
    let must_find = |block: &&Block| matches!(block.role, BlockRole::Bad | BlockRole::Fixed);
    let kept = |block: &&Block| page.blocks.iter().any(|other| has_block(other, block));
    let missing = old.blocks.iter().filter(must_find).filter(|block| !kept(block)).count();
    if missing > 0 {
        let blocks = if missing == 1 { "a block".to_owned() } else { format!("{missing} blocks") };
        add(
            "blocks",
            format!(
                "{blocks} that `{id}` must find or fix {} gone or changed",
                if missing == 1 { "is" } else { "are" }
            ),
        );
    }
}

/// The line of a key in the head of a page; the first line if it is not there.
fn place_of(text: &str, key: &str) -> Span {
    let mut start = 0;
    let mut first = Span::default();
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let end = start + line.trim_end().len();
        let span = Span::new(u32::try_from(start).unwrap_or_default(), u32::try_from(end).unwrap_or_default());
        if number == 0 {
            first = span;
        }
        let is_key = |key: &str| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':'));
        // Several rule objects stand under `rules`.
        if is_key(key) || (key == "rule" && is_key("rules")) {
            return span;
        }
        start += line.len();
    }
    first
}

fn globs(files: &[FileGlob]) -> BTreeSet<&str> {
    files.iter().map(|file| &*file.glob).collect()
}

/// The dialects that a page claimed and does not claim any more.
fn lost_dialects(before: &Claims, now: &Claims) -> Vec<&'static str> {
    language::dialects()
        .filter(|dialect| before.includes(dialect.name) && !now.includes(dialect.name))
        .map(|dialect| dialect.name)
        .collect()
}

/// True if two checks are the same, whatever their places in their pages.
fn is_same_body(a: &Body, b: &Body) -> bool {
    match (a, b) {
        (Body::Declarative(a), Body::Declarative(b)) => {
            let is_same_option = |a: &Option<Value>, b: &Option<Value>| match (a, b) {
                (Some(a), Some(b)) => is_same_value(a, b),
                (None, None) => true,
                _ => false,
            };
            a.len() == b.len()
                && a.iter().zip(b).all(|(a, b)| {
                    is_same_value(&a.rule, &b.rule)
                        && is_same_option(&a.utils, &b.utils)
                        && is_same_option(&a.constraints, &b.constraints)
                        && (a.claims == b.claims || lost_dialects(&a.claims, &b.claims).is_empty())
                })
        }
        (Body::Native, Body::Native) | (Body::Engine, Body::Engine) => true,
        _ => false,
    }
}

/// True if two values are the same, whatever their places.
fn is_same_value(a: &Value, b: &Value) -> bool {
    match (&a.data, &b.data) {
        (Data::List(a), Data::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same_value(a, b)),
        (Data::Map(a), Data::Map(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.key == b.key && is_same_value(&a.value, &b.value))
        }
        (a, b) => a == b,
    }
}

/// True if a block that must be found or fixed tests all that an older one does: each line of that is still there, in its
/// order, and there may be more between them.
fn has_block(now: &Block, before: &Block) -> bool {
    let rest_of = |block: &Block| Block { span: Span::default(), code: String::new(), ..block.clone() };
    if rest_of(now) != rest_of(before) {
        return false;
    }
    let mut lines = now.code.lines();
    before.code.lines().all(|line| lines.any(|other| other == line))
}
