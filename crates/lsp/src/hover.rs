//! The page of a rule: of the findings under the cursor, or of the rule whose name stands there in settings or in a
//! suppression.

use std::fmt::Write as _;

use gen_lsp_types as lsp;
use lawbook_core::rule::page::Page;
use lawbook_core::source::RelPath;
use lawbook_core::span::Span;
use lawbook_core::suppression::DIRECTIVE;
use lawbook_workspace::{CONFIG_NAME, Law};
use serde_json::{Value, json};

use crate::check::{CheckedDocument, Shared};
use crate::uri;

/// The hover at a position; null where there is neither a finding nor the name of a rule.
pub(crate) fn at(shared: &Shared, checked: &CheckedDocument, position: lsp::Position) -> Value {
    let offset = checked.document.text.offset(position);
    let found = of_findings(checked, offset).or_else(|| of_name(shared, checked, offset));
    let Some((text, span)) = found else { return Value::Null };
    let (kind, value) =
        if shared.features.markdown { ("markdown", text) } else { ("plaintext", text.replace(['*', '#'], "")) };
    let range = checked.document.text.range(span);
    json!({ "contents": { "kind": kind, "value": value }, "range": range })
}

/// The pages of the findings at a byte, each once, and the place of the first one.
fn of_findings(checked: &CheckedDocument, offset: u32) -> Option<(String, Span)> {
    let by = checked.by.as_ref()?;
    let own = by.report.diagnostics.iter().filter(|found| found.path == by.file.path);
    let mut here: Vec<_> = own.filter(|found| found.span.start <= offset && offset <= found.span.end).collect();
    here.sort_by_key(|found| found.span.len());
    let span = here.first()?.span;
    let mut rules: Vec<&str> = Vec::new();
    for found in here {
        if !rules.contains(&&*found.rule) {
            rules.push(&found.rule);
        }
    }
    let pages = rules.iter().filter_map(|rule| Some(in_words(rule, &by.report.rules.get(*rule)?.page)));
    let pages: Vec<String> = pages.collect();
    (!pages.is_empty()).then(|| (pages.join("\n\n---\n\n"), span))
}

/// The page of the rule whose name stands at a byte of settings or of a suppression.
fn of_name(shared: &Shared, checked: &CheckedDocument, offset: u32) -> Option<(String, Span)> {
    let text = &checked.document.text.text;
    let (name, span) = name_at(text, offset)?;
    let path = uri::to_path(&checked.document.uri)?;
    let is_settings = path.ends_with(CONFIG_NAME);
    let line_start = text[..span.start as usize].rfind('\n').map_or(0, |at| at + 1);
    if !is_settings && !text[line_start..span.start as usize].contains(DIRECTIVE) {
        return None;
    }
    let placed = shared.roots.place(&path).ok()?;
    let law = placed.root.workspace.law();
    Some((page_of(&law, &placed.path, name)?, span))
}

fn page_of(law: &Law, path: &RelPath, name: &str) -> Option<String> {
    let rule = &law.plan().rules()[law.plan().find_in(path, name)?];
    Some(in_words(&rule.id, rule.page()))
}

/// The word at a byte that may be the name of a rule, and its place.
fn name_at(text: &str, offset: u32) -> Option<(&str, Span)> {
    let is_in_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/' | '.');
    let (before, after) = text.split_at_checked(offset as usize)?;
    let start = before.trim_end_matches(is_in_name).len();
    let end = offset as usize + (after.len() - after.trim_start_matches(is_in_name).len());
    (start < end).then(|| (&text[start..end], Span::new(start as u32, end as u32)))
}

/// A page in Markdown: the law, why, what to do, and when it is right to suppress a finding.
fn in_words(id: &str, page: &Page) -> String {
    let mut text = format!("**{id}**: {}", page.summary);
    let mut add = |title: &str, body: &str| {
        if !body.trim().is_empty() {
            let _ = write!(text, "\n\n{title}{}", body.trim());
        }
    };
    add("", &page.why);
    add("### Help\n\n", &page.help);
    add("### Exceptions\n\n", page.exceptions.as_deref().unwrap_or_default());
    for option in &page.options {
        add("", &format!("- option `{}`: {}", option.name, option.doc));
    }
    if let Some(url) = &page.url {
        add("", &format!("[{url}]({url})"));
    }
    text
}
