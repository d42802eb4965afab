//! Reads the head of a page: a closed set of keys, each with a type.

use std::sync::Arc;

use crate::data::reader::{self, Table};
use crate::data::{Data, Entry, Value};
use crate::diagnostic::{Confidence, Severity};
use crate::mistake::Mistakes;
use crate::rule::engine_ids;
use crate::rule::page::unused;
use crate::rule::page::variant::{self, VariantParts};
use crate::rule::page::{Body, Claims, FileGlob, Looser, OptionSpec, OptionValue, Scope, Variant, claims};
use crate::span::Span;

/// Every key of a head.
pub(super) const KEYS: &[&str] = &[
    "summary",
    "message",
    "do",
    "languages",
    "severity",
    "confidence",
    "scope",
    "rule",
    "rules",
    "native",
    "constraints",
    "utils",
    "labels",
    "files",
    "ignores",
    "url",
    "metadata",
    "fix",
    "options",
    "suppressible",
    "exceptions",
    "formerly",
    "tags",
];

const CONFIDENCES: &[(&str, Confidence)] =
    &[("high", Confidence::High), ("medium", Confidence::Medium), ("low", Confidence::Low)];

/// The values of a head.
#[derive(Debug)]
pub(super) struct Head {
    pub summary: String,
    pub message: String,
    pub step: Option<String>,
    pub claims: Claims,
    pub severity: Option<Severity>,
    pub confidence: Confidence,
    pub scope: Scope,
    pub body: Body,
    pub options: Vec<OptionSpec>,
    pub suppressible: bool,
    pub exceptions: Option<String>,
    pub formerly: Vec<Arc<str>>,
    pub common: Common,
}

/// The keys that a head and an ast-grep rule share.
#[derive(Debug, Default)]
pub(super) struct Common {
    pub tags: Vec<String>,
    pub url: Option<String>,
    pub files: Vec<FileGlob>,
    pub ignores: Vec<FileGlob>,
    pub metadata: Option<Value>,
}

/// Reads a head, and adds all mistakes. What is wrong in it has its default then, so that the rest of the page is read too;
/// none when so much is missing that no rule can be made.
pub(super) fn read(value: &Value, id: &str, topic: &str, mistakes: &mut Mistakes) -> Option<Head> {
    if value.data == Data::Null {
        let help = "write `summary`, `languages`, `severity` and `rule` between the two lines `---`";
        mistakes.add_with_help(value.span, "the head is empty", help);
        return None;
    }
    let table = Table::open_with("the head", value, KEYS, variant::UNSUPPORTED_KEYS, mistakes)?;
    for entry in value.as_map().unwrap_or_default() {
        if entry.value.data == Data::Null && KEYS.contains(&&*entry.key) {
            let message = format!("`{}` is empty", entry.key);
            let is_text = ["summary", "message", "do", "url", "exceptions", "severity"].contains(&&*entry.key);
            let help = if is_text {
                "write its value, in quotes if it begins with `#`, or leave the key out"
            } else {
                "write its value behind it, or indented on the lines below it, or leave the key out"
            };
            mistakes.add_with_help(entry.key_span, message, help);
        }
    }
    let text = |entry: Option<&Entry>, what: &str, mistakes: &mut Mistakes| {
        entry.and_then(|entry| reader::string(what, &entry.value, mistakes)).map(str::to_owned)
    };
    let summary_entry = table.required("summary", mistakes);
    let summary = text(summary_entry, "summary", mistakes);
    if let (Some(entry), Some(summary)) = (summary_entry, &summary)
        && summary.trim_end().contains('\n')
    {
        let help = "write more of it below the head, as the first paragraph";
        mistakes.add_with_help(
            first_line(entry.value.span, mistakes),
            "summary: expected one sentence on one line",
            help,
        );
    }
    let claims = table.required("languages", mistakes).and_then(|entry| claims::read(&entry.value, mistakes));
    let severity = table.required("severity", mistakes).and_then(|entry| severity(&entry.value, false, mistakes));
    let confidence =
        table.get("confidence").and_then(|entry| reader::one_of("confidence", &entry.value, CONFIDENCES, mistakes));
    let options = table.get("options").map(|entry| options(&entry.value, mistakes)).unwrap_or_default();
    let parts = VariantParts::read(&table, false, mistakes);
    let body = body(&table, id, topic, claims.as_ref(), &parts, mistakes);
    let scope = scope(&table, body.as_ref(), mistakes);
    let suppressible =
        table.get("suppressible").and_then(|entry| reader::boolean("suppressible", &entry.value, mistakes));
    let exceptions = exceptions(&table, suppressible, mistakes);
    let formerly = table.get("formerly").map(|entry| formerly(&entry.value, id, mistakes)).unwrap_or_default();
    let common = common(&table, mistakes);
    if let Some(Body::Declarative(variants)) = &body {
        check_variants(variants, claims.as_ref(), &options, mistakes);
        if mistakes.is_empty() {
            unused::check(&table, mistakes);
        }
    }
    check_messages(&table, &options, mistakes);
    let summary = summary.unwrap_or_default();
    Some(Head {
        step: parts.step,
        message: parts.message.unwrap_or_else(|| summary.clone()),
        summary: summary.trim().to_owned(),
        claims: claims?,
        severity: severity.unwrap_or_default(),
        confidence: confidence.unwrap_or_default(),
        scope,
        body: body?,
        options,
        suppressible: suppressible.unwrap_or(true),
        exceptions,
        formerly,
        common,
    })
}

/// Reads the keys whose meaning a page shares with ast-grep.
pub(super) fn common(table: &Table<'_>, mistakes: &mut Mistakes) -> Common {
    let tags = table.get("tags").map(|entry| reader::strings("tags", &entry.value, mistakes)).unwrap_or_default();
    let url = table.get("url").and_then(|entry| reader::string("url", &entry.value, mistakes));
    let mut globs = |key: &str| table.get(key).map(|entry| globs(key, &entry.value, mistakes)).unwrap_or_default();
    let (files, ignores) = (globs("files"), globs("ignores"));
    let metadata = table.get("metadata").map(|entry| {
        reader::entries("metadata", &entry.value, mistakes);
        entry.value.clone()
    });
    Common {
        tags: tags.into_iter().map(|(tag, _)| tag.to_owned()).collect(),
        url: url.map(str::to_owned),
        files,
        ignores,
        metadata,
    }
}

/// Reads `severity`: the outer none is a mistake, the inner none is `off`.
#[allow(clippy::option_option, reason = "unreadable and `off` are two things")]
pub(super) fn severity(value: &Value, ast_grep: bool, mistakes: &mut Mistakes) -> Option<Option<Severity>> {
    let names = [
        ("error", Some(Severity::Error)),
        ("warning", Some(Severity::Warning)),
        ("info", Some(Severity::Info)),
        ("off", None),
        ("hint", Some(Severity::Info)),
    ];
    if !ast_grep && value.as_str() == Some("hint") {
        mistakes.add_with_help(value.span, "unknown severity `hint`", "did you mean `info`?");
        return None;
    }
    reader::one_of("severity", value, if ast_grep { &names } else { &names[..4] }, mistakes)
}

/// True if a text consists of lower-case words with hyphens between them.
pub(super) fn is_kebab_case(id: &str) -> bool {
    id.starts_with(|c: char| c.is_ascii_lowercase())
        && id
            .split('-')
            .all(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()))
}

fn first_line(span: Span, mistakes: &Mistakes) -> Span {
    let written = mistakes.text().get(span.range()).unwrap_or_default();
    Span::new(span.start, span.start + written.lines().next().unwrap_or_default().len() as u32)
}

fn body(
    table: &Table<'_>,
    id: &str,
    topic: &str,
    claims: Option<&Claims>,
    parts: &VariantParts,
    mistakes: &mut Mistakes,
) -> Option<Body> {
    let (rule, rules, native) = (table.get("rule"), table.get("rules"), table.get("native"));
    let given: Vec<&Entry> = [rule, rules, native].into_iter().flatten().collect();
    if let [_, second, ..] = given.as_slice() {
        let help = "keep one: `rules` lists an item with `languages` and `rule` for each language";
        mistakes.add_with_help(second.key_span, "a page has only one of `rule`, `rules` and `native`", help);
        return None;
    }
    if let Some(entry) = rule {
        let rule = variant::rule_object(entry, mistakes)?;
        let parts = VariantParts { message: None, ..parts.clone() };
        return Some(Body::Declarative(vec![parts.variant(claims?.clone(), rule, &VariantParts::default())]));
    }
    if let Some(entry) = rules {
        return Some(Body::Declarative(variant::rules(entry, claims, parts, mistakes)));
    }
    if let Some((key, value)) = parts.any() {
        let help = "say what the rule finds, such as `rule: { pattern: eval($X) }`";
        mistakes.add_with_help(first_line(value.span, mistakes), format!("`{key}` needs a `rule` or `rules`"), help);
    }
    if let Some(entry) = native {
        if reader::boolean("native", &entry.value, mistakes)? {
            return Some(Body::Native);
        }
        mistakes.add_with_help(entry.value.span, "`native` can only be `true`", "leave it out");
        return None;
    }
    if topic == "engine" && engine_ids::ALL.contains(&id) {
        if claims.is_some_and(|claims| *claims != Claims::All) {
            mistakes.add(table.span, "a page of the engine is for `languages: all`");
        }
        return Some(Body::Engine);
    }
    if !["rule", "rules", "native"].iter().any(|key| table.is_misspelt(key, mistakes) || table.has_empty(key)) {
        let help = "say what it finds, such as `rule: { pattern: eval($X) }`";
        mistakes.add_with_help(table.span, "one of the keys `rule`, `rules` and `native` is missing", help);
    }
    None
}

/// Reads `scope`. Only native rules may have one: rule objects always check single files.
fn scope(table: &Table<'_>, body: Option<&Body>, mistakes: &mut Mistakes) -> Scope {
    let Some(entry) = table.get("scope") else { return Scope::File };
    let names = [Scope::File, Scope::Project, Scope::Change].map(|scope| (scope.name(), scope));
    if entry.value.as_str() == Some("repository") {
        let help = "write `scope: project` for rules about all files, `scope: change` for rules about a change";
        mistakes.add_with_help(entry.value.span, "there is no scope `repository`", help);
        return Scope::File;
    }
    let scope = reader::one_of("scope", &entry.value, &names, mistakes).unwrap_or_default();
    if scope != Scope::File && body.is_some_and(|body| !matches!(body, Body::Native)) {
        let message = format!("`scope: {}` needs code, and this page has none", scope.name());
        let help = "leave `scope` out, or write the rule in Rust and say `native: true` here";
        mistakes.add_with_help(entry.value.span, message, help);
        return Scope::File;
    }
    scope
}

fn options(value: &Value, mistakes: &mut Mistakes) -> Vec<OptionSpec> {
    let mut specs = Vec::new();
    if let Some(items) = value.as_list() {
        // The names of a list are declared all the same, so that their uses are no mistakes too.
        let names = items.iter().filter_map(Value::as_str);
        specs.extend(names.map(|name| OptionSpec {
            name: name.to_owned(),
            default: OptionValue::Int(0),
            doc: String::new(),
            looser: None,
        }));
    }
    if value.as_map().is_none() {
        let message = format!("options: expected a mapping, found {}", value.describe());
        let name = specs.first().map_or("NAME", |spec| &spec.name);
        let help = format!("write `{name}: {{ default: 3, doc: … }}` on a line below `options:` for each");
        mistakes.add_with_help(first_line(value.span, mistakes), message, help);
        return specs;
    }
    for entry in value.as_map().unwrap_or_default() {
        if !variant::is_option_name(&entry.key) {
            mistakes.add_with_help(
                entry.key_span,
                format!("`{}` cannot be an option's name", entry.key),
                "lower-case words with `_` between them",
            );
        }
        if entry.key == "level" {
            mistakes.add(entry.key_span, "`level` cannot be an option: settings use it for the rule's level");
        }
        let what = format!("options.{}", entry.key);
        let is_value = !matches!(entry.value.data, Data::Map(_) | Data::Null);
        let known = OptionValue::from_value(&entry.value).filter(|_| is_value);
        if let Some(default) = known {
            let written = mistakes.text().get(entry.value.span.range()).unwrap_or_default().to_owned();
            let message = format!("{what}: expected a mapping, found {}", entry.value.describe());
            let help = format!("write `{}: {{ default: {written}, doc: … }}`", entry.key);
            mistakes.add_with_help(first_line(entry.value.span, mistakes), message, help);
            specs.push(OptionSpec { name: entry.key.clone(), default, doc: String::new(), looser: None });
            continue;
        }
        let Some(table) = Table::open(&what, &entry.value, &["default", "doc", "looser"], mistakes) else { continue };
        let default = match table.required("default", mistakes) {
            Some(default) => option_value(&default.value, mistakes),
            None => None,
        };
        let doc = table.required("doc", mistakes).and_then(|doc| reader::string("doc", &doc.value, mistakes));
        // With a mistake of its own it is declared all the same, so that its uses are none.
        let default = default.unwrap_or(OptionValue::Int(0));
        let doc = doc.unwrap_or_default().trim().to_owned();
        let looser = table.get("looser").and_then(|looser| looser_value(&looser.value, &default, mistakes));
        specs.push(OptionSpec { name: entry.key.clone(), default, doc, looser });
    }
    specs
}

/// Reads `looser` of an option with this default.
fn looser_value(value: &Value, default: &OptionValue, mistakes: &mut Mistakes) -> Option<Looser> {
    let name = match &value.data {
        Data::Bool(value) => value.to_string(),
        Data::String(text) => text.clone(),
        _ => String::new(),
    };
    let looser = Looser::named(&name, default);
    if looser.is_none() {
        let fitting: Vec<&str> =
            Looser::NAMES.iter().copied().filter(|name| Looser::named(name, default).is_some()).collect();
        let help = match &fitting[..] {
            [] => format!("delete it: any change of a {} counts as looser", default.type_name()),
            names => format!("write `{}`", names.join("` or `")),
        };
        let message = format!("looser: no value for an option that is a {}", default.type_name());
        mistakes.add_with_help(value.span, message, help);
    }
    looser
}

fn option_value(value: &Value, mistakes: &mut Mistakes) -> Option<OptionValue> {
    let read = OptionValue::from_value(value);
    if read.is_none() {
        reader::expected("default", "a boolean, a whole number, a string or a list of strings", value, mistakes);
    }
    read
}

/// Reads `exceptions`: when it is right to suppress a finding.
fn exceptions(table: &Table<'_>, suppressible: Option<bool>, mistakes: &mut Mistakes) -> Option<String> {
    let entry = table.get("exceptions")?;
    let text = reader::string("exceptions", &entry.value, mistakes)?.trim();
    let place = first_line(entry.value.span, mistakes);
    if text.is_empty() || text.contains('\n') {
        mistakes.add(place, "exceptions: expected one sentence on one line, which says when a suppression is right");
        return None;
    }
    if suppressible == Some(false) {
        mistakes.add_with_help(place, "a rule that no comment suppresses has no `exceptions`", "leave one of both out");
    }
    Some(text.to_owned())
}

fn formerly(value: &Value, id: &str, mistakes: &mut Mistakes) -> Vec<Arc<str>> {
    let mut ids: Vec<Arc<str>> = Vec::new();
    for (name, span) in reader::strings("formerly", value, mistakes) {
        if !is_kebab_case(name) {
            mistakes.add(span, format!("`{name}` cannot be a rule's id: expected lower-case words with hyphens"));
        } else if name == id {
            mistakes.add(span, format!("`{name}` is the page's own id"));
        } else if ids.iter().any(|known| **known == *name) {
            mistakes.add(span, format!("`{name}` stands twice"));
        } else {
            ids.push(Arc::from(name));
        }
    }
    ids
}

fn globs(what: &str, value: &Value, mistakes: &mut Mistakes) -> Vec<FileGlob> {
    let mut globs = Vec::new();
    for item in reader::list(what, value, mistakes).unwrap_or_default() {
        let (glob, case_insensitive) = if item.as_map().is_some() {
            let Some(table) = Table::open(what, item, &["glob", "caseInsensitive"], mistakes) else { continue };
            let Some(glob) = table.required("glob", mistakes) else { continue };
            let case =
                table.get("caseInsensitive").and_then(|e| reader::boolean("caseInsensitive", &e.value, mistakes));
            (&glob.value, case.unwrap_or(false))
        } else {
            (item, false)
        };
        let Some(text) = reader::string(what, glob, mistakes) else { continue };
        match crate::glob::check(text) {
            Ok(()) if crate::glob::takes_back(text) && globs.is_empty() => {
                let help = "write the glob that it takes something back from before it";
                mistakes.add_with_help(glob.span, format!("the glob `{text}` takes nothing back"), help);
            }
            Ok(()) => globs.push(FileGlob { glob: text.to_owned(), case_insensitive, span: glob.span }),
            Err(reason) => mistakes.add(glob.span, format!("the glob `{text}` matches nothing: {reason}")),
        }
    }
    globs
}

fn check_variants(variants: &[Variant], claims: Option<&Claims>, options: &[OptionSpec], mistakes: &mut Mistakes) {
    for variant in variants {
        if claims == Some(&Claims::All) {
            variant::check_grammar_free(variant, mistakes);
        }
        for part in [Some(&variant.rule), variant.utils.as_ref(), variant.constraints.as_ref()].into_iter().flatten() {
            variant::check_option_values(part, options, mistakes);
        }
    }
}

/// Checks the placeholders in messages, steps and the titles of fixes.
fn check_messages(table: &Table<'_>, options: &[OptionSpec], mistakes: &mut Mistakes) {
    let message = table.get("message").or_else(|| table.get("summary"));
    let variants = table.get("rules").and_then(|entry| entry.value.as_list()).unwrap_or_default();
    let of_variants = variants.iter().flat_map(|variant| [variant.get("message"), variant.get("do")]).flatten();
    let of_page = message.into_iter().chain(table.get("do")).map(|entry| &entry.value);
    for value in of_page.chain(of_variants) {
        variant::check_placeholders(value, options, mistakes);
    }
    let fixes = table.get("fix").map(|entry| &entry.value).into_iter();
    for fix in fixes.chain(variants.iter().filter_map(|variant| variant.get("fix"))) {
        for fix in fix.as_list().unwrap_or(std::slice::from_ref(fix)) {
            if let Some(title) = fix.get("title") {
                variant::check_placeholders(title, options, mistakes);
            }
        }
    }
}
