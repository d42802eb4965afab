//! Reads ast-grep's own rule files as pages: each YAML document is one rule.

use std::sync::Arc;

use crate::data::reader::{self, Table};
use crate::data::{Value, yaml};
use crate::mistake::{Mistake, Mistakes};
use crate::rule::page::variant::{self, VariantParts};
use crate::rule::page::{Body, Page, claims, head};
use crate::span::Span;

/// Every key of a rule file.
const KEYS: &[&str] = &[
    "id",
    "language",
    "rule",
    "constraints",
    "utils",
    "fix",
    "message",
    "note",
    "severity",
    "labels",
    "files",
    "ignores",
    "url",
    "metadata",
];

/// Reads every rule of a file. Returns those without mistakes, each with the place of its id, and all mistakes.
pub(crate) fn read(path: &str, topic: &str, text: &Arc<str>) -> (Vec<(Page, Span)>, Vec<Mistake>) {
    let path: Arc<str> = Arc::from(path);
    let mut mistakes = Mistakes::new(path.clone(), text.clone());
    let documents = match yaml::parse_all(text, 0) {
        Ok(documents) => documents,
        Err(error) => {
            error.add_to(&mut mistakes);
            return (Vec::new(), mistakes.into_vec());
        }
    };
    if documents.is_empty() {
        mistakes.add(Span::empty(0), "expected an ast-grep rule, found nothing");
    }
    let mut pages = Vec::new();
    for document in &documents {
        let before = mistakes.len();
        let page = rule(document, &path, topic, text, &mut mistakes);
        if mistakes.len() == before {
            pages.extend(page);
        }
    }
    (pages, mistakes.into_vec())
}

fn rule(
    document: &Value,
    path: &Arc<str>,
    topic: &str,
    text: &Arc<str>,
    mistakes: &mut Mistakes,
) -> Option<(Page, Span)> {
    if let Some(rules) = document.as_map().and_then(|entries| entries.iter().find(|entry| entry.key == "rules"))
        && rules.value.as_list().is_some()
    {
        let help = "write a document for each with `id`, `language` and `rule`, and `---` between them";
        mistakes.add_with_help(
            rules.key_span,
            "a file of ast-grep has no list of `rules`, as one of semgrep has",
            help,
        );
        return None;
    }
    if document.as_list().is_some() {
        let help = "write each rule without `- ` as a document of its own, with a line `---` between two";
        mistakes.add_with_help(document.span, "a rule of ast-grep is a mapping, not a list", help);
        return None;
    }
    let table = Table::open_with("an ast-grep rule", document, KEYS, variant::UNSUPPORTED_KEYS, mistakes)?;
    let id_entry = table.required("id", mistakes);
    let id = id_entry.and_then(|entry| reader::string("id", &entry.value, mistakes));
    if let (Some(entry), Some(id)) = (id_entry, id)
        && !is_id(id)
    {
        mistakes.add_with_help(
            entry.value.span,
            format!("`{id}` cannot be a rule's id"),
            "a suppression could not name it: it holds white space, `,`, `:` or `/`",
        );
    }
    let claims = table.required("language", mistakes).and_then(|e| claims::read_ast_grep(&e.value, mistakes));
    let rule = table.required("rule", mistakes).and_then(|entry| variant::rule_object(entry, mistakes));
    let severity = match table.get("severity") {
        Some(entry) => head::severity(&entry.value, true, mistakes)?,
        None => Some(crate::diagnostic::Severity::Info),
    };
    let note = table.get("note").and_then(|entry| reader::string("note", &entry.value, mistakes));
    let parts = VariantParts::read(&table, true, mistakes);
    let common = head::common(&table, mistakes);
    let (id, claims, rule) = (id?, claims?, rule?);
    let message = parts.message.clone().unwrap_or_else(|| id.to_owned());
    let parts = VariantParts { message: None, ..parts };
    let body = Body::Declarative(vec![parts.variant(claims.clone(), rule, &VariantParts::default())]);
    let page = Page {
        topic: topic.to_owned(),
        path: path.clone(),
        text: text.clone(),
        summary: message.lines().next().unwrap_or_default().to_owned(),
        message,
        claims,
        severity,
        body,
        url: common.url,
        files: common.files,
        ignores: common.ignores,
        metadata: common.metadata,
        help: note.unwrap_or_default().trim().to_owned(),
        ast_grep: true,
        ..Page::empty(id)
    };
    Some((page, id_entry.map_or(document.span, |entry| entry.value.span)))
}

fn is_id(id: &str) -> bool {
    !id.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, ',' | ':' | '/'))
}
