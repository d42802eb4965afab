//! The parts of a rule that stay data until they are compiled for a dialect (`rule`, `utils`, `fix`, …). Their outer
//! shape is validated here.

use crate::data::reader::{self, Table};
use crate::data::{Data, Entry, Value};
use crate::diagnostic::Safety;
use crate::mistake::Mistakes;
use crate::rule::page::{Claims, OptionSpec, Variant, claims};
use crate::rule::repair::{AST_GREP_FIX_KEYS, FIX_KEYS};

/// The keys that a page, a variant and an ast-grep rule share.
pub(super) const PART_KEYS: &[&str] = &["utils", "constraints", "fix", "labels", "message", "do"];

/// Keys of ast-grep that are not supported.
pub(super) const UNSUPPORTED_KEYS: &[&str] = &["transform", "rewriters"];

/// The parts beside the rule object, from one mapping.
#[derive(Clone, Debug, Default)]
pub(super) struct VariantParts {
    pub utils: Option<Value>,
    pub constraints: Option<Value>,
    pub fix: Option<Value>,
    pub labels: Option<Value>,
    pub message: Option<String>,
    pub step: Option<String>,
}

impl VariantParts {
    /// Reads the parts of `table`; with `ast_grep` a fix may have only the keys that ast-grep knows.
    pub fn read(table: &Table<'_>, ast_grep: bool, mistakes: &mut Mistakes) -> Self {
        for key in UNSUPPORTED_KEYS {
            if let Some(entry) = table.get(key) {
                mistakes.add(entry.key_span, format!("`{key}` is not supported yet"));
            }
        }
        let mut mapping = |key: &str| {
            let entry = table.get(key)?;
            reader::entries(key, &entry.value, mistakes)?;
            Some(entry.value.clone())
        };
        let (utils, constraints, labels) = (mapping("utils"), mapping("constraints"), mapping("labels"));
        let fix = table.get("fix").map(|entry| {
            check_fix(&entry.value, ast_grep, mistakes);
            entry.value.clone()
        });
        let mut text = |key: &str| {
            let text = table.get(key).and_then(|entry| reader::string(key, &entry.value, mistakes));
            text.map(|text| text.trim_end().to_owned())
        };
        let (message, step) = (text("message"), if ast_grep { None } else { text("do") });
        Self { utils, constraints, fix, labels, message, step }
    }

    /// The first part other than the message, for the mistake of a page that may not have any.
    pub fn any(&self) -> Option<(&'static str, &Value)> {
        let parts =
            [("utils", &self.utils), ("constraints", &self.constraints), ("fix", &self.fix), ("labels", &self.labels)];
        parts.into_iter().find_map(|(key, value)| Some((key, value.as_ref()?)))
    }

    /// The variant with these parts; missing ones are taken from `page`.
    pub fn variant(self, claims: Claims, rule: Value, page: &Self) -> Variant {
        Variant {
            claims,
            rule,
            utils: self.utils.or_else(|| page.utils.clone()),
            constraints: self.constraints.or_else(|| page.constraints.clone()),
            fix: self.fix.or_else(|| page.fix.clone()),
            labels: self.labels.or_else(|| page.labels.clone()),
            message: self.message,
            step: self.step.or_else(|| page.step.clone()),
        }
    }
}

/// Reads the value of `rule`.
pub(super) fn rule_object(entry: &Entry, mistakes: &mut Mistakes) -> Option<Value> {
    let help = "say what it finds, such as `rule: { pattern: eval($X) }`";
    let Some(entries) = entry.value.as_map() else {
        let help = match entry.value.data {
            Data::List(_) => {
                "put the list under `any`, of which one must match, or under `all`: `rule: { any: [ … ] }`"
            }
            Data::String(ref text) if let Some(help) = key_without_colon(text) => {
                let message = "rule: expected a mapping, found a string";
                mistakes.add_with_help(entry.value.span, message, help);
                return None;
            }
            _ if mistakes.text()[..entry.value.span.start as usize].trim_end().ends_with('|') => "delete the `|`",
            _ => help,
        };
        let message = format!("rule: expected a mapping, found {}", entry.value.describe());
        mistakes.add_with_help(entry.value.span, message, help);
        return None;
    };
    if entries.is_empty() {
        mistakes.add_with_help(entry.key_span, "`rule` is empty", help);
        return None;
    }
    Some(entry.value.clone())
}

/// The advice for a rule object that is read as text, because its key has no `: ` behind it.
fn key_without_colon(text: &str) -> Option<String> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric())?;
    let (key, value) = (&text[..end], text[end..].trim_start_matches([' ', ':', '=']));
    let is_key = ["pattern", "kind", "node", "regex", "matches", "any", "all", "not", "inside", "has"].contains(&key);
    let is_apart = text[end..].starts_with([' ', ':', '=']);
    (is_key && is_apart && !value.contains('\n')).then(|| format!("write a `: ` behind the key: `{key}: {value}`"))
}

/// Reads the items of `rules`. Their languages must be disjoint, and together those of the page.
pub(super) fn rules(
    entry: &Entry,
    page_claims: Option<&Claims>,
    page: &VariantParts,
    mistakes: &mut Mistakes,
) -> Vec<Variant> {
    let keys: Vec<&str> = ["languages", "rule"].iter().chain(PART_KEYS).copied().collect();
    if page_claims == Some(&Claims::All) {
        mistakes.add_with_help(
            entry.key_span,
            "`rules` needs languages by name",
            "a rule for `languages: all` has one `rule`",
        );
        return Vec::new();
    }
    let is_one = entry.value.as_map().is_some_and(|keys| {
        keys.iter().any(|entry| ["pattern", "kind", "node", "any", "all", "regex", "matches"].contains(&&*entry.key))
    });
    if is_one {
        let message = "rules: expected a list, found a mapping";
        mistakes.add_with_help(entry.key_span, message, "write `rule:`: the rule of a page is one rule object");
        return Vec::new();
    }
    let mut variants: Vec<Variant> = Vec::new();
    for item in reader::list("rules", &entry.value, mistakes).unwrap_or_default() {
        let Some(table) = Table::open_with("rules", item, &keys, UNSUPPORTED_KEYS, mistakes) else { continue };
        let languages = table.required("languages", mistakes);
        let claims = languages.and_then(|entry| claims::read(&entry.value, mistakes));
        let rule = table.required("rule", mistakes).and_then(|entry| rule_object(entry, mistakes));
        let parts = VariantParts::read(&table, false, mistakes);
        if let (Some(languages), Some(claims), Some(page_claims)) = (languages, &claims, page_claims) {
            check_item_languages(&languages.value, claims, page_claims, &variants, mistakes);
        }
        if let (Some(claims), Some(rule)) = (claims, rule) {
            variants.push(parts.variant(claims, rule, page));
        }
    }
    if let Some(Claims::Dialects(names)) = page_claims
        && let Some(name) = names.iter().find(|name| !variants.iter().any(|variant| variant.claims.includes(name)))
        && mistakes.is_empty()
    {
        let message = format!("no item of `rules` is for `{name}`, which `languages` names");
        mistakes.add_with_help(
            entry.key_span,
            message,
            format!("write an item for `{name}`, or take it out of `languages`"),
        );
    }
    variants
}

/// Checks that the languages of an item are among the page's, and that no earlier item has them.
fn check_item_languages(
    place: &Value,
    claims: &Claims,
    page_claims: &Claims,
    before: &[Variant],
    mistakes: &mut Mistakes,
) {
    let Claims::Dialects(names) = claims else {
        mistakes.add_with_help(place.span, "an item of `rules` is for languages by name", "list them");
        return;
    };
    if let Some(name) = names.iter().find(|name| !page_claims.includes(name)) {
        let help = format!("add `{name}` to `languages` of the page, or take it out here");
        mistakes.add_with_help(place.span, format!("`{name}` is not among the page's `languages`"), help);
    }
    if let Some(name) = names.iter().find(|name| before.iter().any(|variant| variant.claims.includes(name))) {
        let help = "keep it in one of them";
        mistakes.add_with_help(place.span, format!("another item of `rules` is for `{name}` too"), help);
    }
}

/// Checks the shape of `fix`: a template, a mapping with one, or a list of such mappings.
fn check_fix(value: &Value, ast_grep: bool, mistakes: &mut Mistakes) {
    match &value.data {
        Data::String(_) => {}
        Data::Map(_) => check_fix_object(value, ast_grep, false, mistakes),
        Data::List(items) if items.is_empty() => mistakes.add(value.span, "fix: expected at least one"),
        Data::List(items) => {
            for item in items {
                if item.as_str().is_some() {
                    let written = mistakes.text().get(item.span.range()).unwrap_or_default().to_owned();
                    let help =
                        format!("write `{{ title: …, template: {written} }}`; a single fix stands without a list");
                    mistakes.add_with_help(item.span, "each fix of a list is a mapping with a `title`", help);
                    continue;
                }
                check_fix_object(item, ast_grep, true, mistakes);
            }
        }
        _ => reader::expected("fix", "a template, a mapping or a list of mappings", value, mistakes),
    }
}

fn check_fix_object(value: &Value, ast_grep: bool, alternative: bool, mistakes: &mut Mistakes) {
    let keys = if ast_grep { AST_GREP_FIX_KEYS } else { FIX_KEYS };
    let Some(table) = Table::open("fix", value, keys, mistakes) else { return };
    if let Some(entry) = table.required("template", mistakes)
        && entry.value.as_str().is_none()
    {
        reader::expected("template", "a string", &entry.value, mistakes);
    }
    let title = if alternative { table.required("title", mistakes) } else { table.get("title") };
    if let Some(entry) = title {
        reader::string("title", &entry.value, mistakes);
    }
    if let Some(entry) = table.get("at") {
        reader::string("at", &entry.value, mistakes);
    }
    for key in ["expandStart", "expandEnd"] {
        if let Some(entry) = table.get(key) {
            reader::entries(key, &entry.value, mistakes);
        }
    }
    if let Some(entry) = table.get("safety") {
        let known = Safety::ALL.map(|safety| (safety.name(), safety));
        reader::one_of("safety", &entry.value, &known, mistakes);
    }
}

/// Checks that the rule objects of a variant use no words of one grammar, which a page for `languages: all` may not.
pub(super) fn check_grammar_free(variant: &Variant, mistakes: &mut Mistakes) {
    check_grammar_words(&variant.rule, mistakes);
    for named in [&variant.utils, &variant.constraints].into_iter().flatten() {
        for entry in named.as_map().unwrap_or_default() {
            check_grammar_words(&entry.value, mistakes);
        }
    }
    let fixes = match &variant.fix {
        Some(Value { data: Data::List(items), .. }) => items.as_slice(),
        Some(fix) => std::slice::from_ref(fix),
        None => &[],
    };
    for expansion in fixes.iter().flat_map(|fix| [fix.get("expandStart"), fix.get("expandEnd")]).flatten() {
        check_grammar_words(expansion, mistakes);
    }
}

fn check_grammar_words(value: &Value, mistakes: &mut Mistakes) {
    match &value.data {
        Data::List(items) => {
            for item in items {
                check_grammar_words(item, mistakes);
            }
        }
        Data::Map(entries) => {
            for entry in entries {
                match entry.key.as_str() {
                    "pattern" | "kind" | "field" => mistakes.add_with_help(
                        entry.key_span,
                        format!("`{}` speaks of one grammar, but the rule is for all languages", entry.key),
                        "use `node` and `where`, or name the languages",
                    ),
                    // The keys of `where` are names of views, never of a grammar.
                    "where" => {}
                    _ => check_grammar_words(&entry.value, mistakes),
                }
            }
        }
        _ => {}
    }
}

/// Checks that every `{option: name}` in a rule names a declared option.
pub(super) fn check_option_values(value: &Value, options: &[OptionSpec], mistakes: &mut Mistakes) {
    match &value.data {
        Data::List(items) => {
            for item in items {
                check_option_values(item, options, mistakes);
            }
        }
        Data::Map(entries) => {
            if let [Entry { key, value, .. }] = entries.as_slice()
                && key == "option"
                && let Some(name) = value.as_str()
                && !options.iter().any(|option| option.name == name)
            {
                mistakes.add_unknown(value.span, "option", name, options.iter().map(|option| option.name.as_str()));
            }
            for entry in entries {
                check_option_values(&entry.value, options, mistakes);
            }
        }
        _ => {}
    }
}

/// Checks that every `{name}` in a message or title names a declared option.
pub(super) fn check_placeholders(value: &Value, options: &[OptionSpec], mistakes: &mut Mistakes) {
    let Some(text) = value.as_str() else { return };
    if let Some(foreign) = ["%s", "{0}"].into_iter().find(|foreign| text.contains(foreign)) {
        let help = "write the metavariable that is meant, such as `$NAME`, or leave it out";
        mistakes.add_with_help(value.span, format!("`{foreign}` stands for nothing in a message"), help);
    }
    let known = || options.iter().map(|option| option.name.as_str());
    for name in placeholders(text) {
        if options.is_empty() {
            let help = format!("declare it under `options`, or write `{{ {name} }}` if it is meant as text");
            mistakes.add_with_help(value.span, format!("unknown option `{name}`"), help);
        } else if known().all(|option| option != name) {
            mistakes.add_unknown(value.span, "option", name, known());
        }
    }
}

/// The names in braces in a message or title.
fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| {
        let name = rest.split('}').next().filter(|name| name.len() < rest.len())?;
        is_option_name(name).then_some(name)
    })
}

/// True if a text can be an option's name: snake case.
pub(super) fn is_option_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}
