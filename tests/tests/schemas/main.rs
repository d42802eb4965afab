//! The committed schemas of `lawbook.toml` and of rule pages say what their readers do: every key, every type.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot read the project has failed")]

mod draft;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use lawbook_core::data::{Data, Value as Read, toml, yaml};
use lawbook_core::mistake::Mistake;
use lawbook_core::prelude::Lawbook;
use serde_json::{Map, Value, json};

use draft::is_valid;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn schema(name: &str) -> Value {
    let path = root().join("crates/cli/schema").join(name);
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// A schema with the reader that it describes.
struct Described {
    schema: Value,
    /// All mistakes of the reader in a document.
    read: fn(&Value) -> Vec<Mistake>,
}

impl Described {
    fn config() -> Self {
        Self { schema: schema("config-v1.json"), read: |value| mistakes(None, &as_toml(value)) }
    }

    fn page() -> Self {
        Self { schema: schema("page-v1.json"), read: |value| mistakes(Some(&as_page(value)), "") }
    }

    fn is_valid(&self, value: &Value) -> bool {
        is_valid(&self.schema, &self.schema, value)
    }
}

/// The mistakes of a law with a page and settings beside the built-in rules.
fn mistakes(page: Option<&str>, settings: &str) -> Vec<Mistake> {
    let builder =
        Lawbook::builder().pack(lawbook_rulesets::pack()).natives(lawbook_rules::natives()).settings(settings);
    let builder = match page {
        Some(page) => builder.page("no-this", page),
        None => builder.folder("./law", [("no-this.md", as_page(&other_pages()[1]))]),
    };
    builder.build().err().map(|mistakes| mistakes.into_iter().collect()).unwrap_or_default()
}

/// Mistakes in words.
fn shown(mistakes: &[Mistake]) -> Vec<String> {
    mistakes.iter().map(ToString::to_string).collect()
}

/// A document as TOML: each table in one line.
fn as_toml(value: &Value) -> String {
    fn inline(value: &Value) -> String {
        let list = |items: Vec<String>| items.join(", ");
        match value {
            Value::Object(object) => {
                let entry =
                    |(key, value): (&String, &Value)| format!("{} = {}", Value::from(key.as_str()), inline(value));
                format!("{{ {} }}", list(object.iter().map(entry).collect()))
            }
            Value::Array(items) => format!("[{}]", list(items.iter().map(inline).collect())),
            other => other.to_string(),
        }
    }
    let object = value.as_object().unwrap();
    let line = |(key, value): (&String, &Value)| format!("{} = {}\n", Value::from(key.as_str()), inline(value));
    object.iter().map(line).collect::<Vec<_>>().concat()
}

/// A head as a page, in JSON, which is YAML.
fn as_page(head: &Value) -> String {
    let object = head.as_object().unwrap();
    let lines = object.iter().map(|(key, value)| format!("{key}: {value}\n")).collect::<Vec<_>>().concat();
    format!("---\n{lines}---\nIt is wrong.\n")
}

/// Settings with every key.
fn whole_config() -> Value {
    json!({
        "root": true,
        "extends": ["recommended", "./law"],
        "files": {
            "exclude": ["dist/**", "!dist/keep.ts"], "tests": ["spec/**"], "examples": ["demo"],
            "skip": ["vendored"], "fences": true,
        },
        "law": { "accept": "trailer" },
        "suppressions": {
            "max": 4, "min_words": 2, "max_days": 9,
            "budgets": [{ "rule": "no-eval", "files": ["a/**"], "max": 0 }],
        },
        "protected": [{ "files": ["db"], "action": "ask", "reason": "live data" }],
        "rules": {
            "no-eval": "off", "lawbook/no-unwrap": { "level": "warning", "allow": "x" },
            "max-function-lines": { "max": 9 },
        },
        "overrides": [{ "files": ["x"], "rules": { "no-eval": "info" } }],
    })
}

/// A head with nearly every key; the others are in [`other_pages`].
fn whole_page() -> Value {
    json!({
        "summary": "Write it in another way.",
        "languages": ["typescript", "javascript"],
        "severity": "warning",
        "confidence": "low",
        "scope": "file",
        "message": "`$A` is more than {most}",
        "do": "Write `$A` in another way.",
        "rule": {
            "node": ["call", "callable"],
            "pattern": { "context": "f($A)", "selector": "call_expression", "strictness": "smart" },
            "kind": "call_expression",
            "regex": "^f",
            "nthChild": { "position": "2n+1", "ofRule": { "node": "call" }, "reverse": true },
            "all": [{ "node": "call" }],
            "any": [{ "pattern": "f($A)" }, { "nthChild": 1, "node": "call" }],
            "not": { "node": "callable", "where": { "exported": { "not": { "eq": true } } } },
            "matches": "one",
            "inside": { "node": "block", "stopBy": "end", "field": "body" },
            "has": { "node": "identifier", "stopBy": { "node": "block" }, "field": "function" },
            "precedes": { "node": "call", "stopBy": "neighbor" },
            "follows": { "node": "call", "stopBy": "end" },
            "where": {
                "test": false, "lines": { "gt": { "option": "most" }, "ge": 1, "lt": 99, "le": 98, "ne": 7 },
                "callee": { "eq": "f", "ne": "h", "in": ["f", "g"], "regex": "f", "not": { "eq": "k" } },
                "arguments": { "gt": 0, "not": { "regex": "z" } },
                "import": ["fs"],
            },
        },
        "constraints": { "A": { "regex": "a" } },
        "utils": { "one": { "node": "call" } },
        "fix": [{ "title": "Take g", "template": "g($A)", "safety": "manual", "at": "A",
            "expandStart": { "node": "call", "stopBy": "end" }, "expandEnd": { "regex": "," } }],
        "labels": { "A": { "style": "secondary", "message": "it is here" } },
        "options": { "most": { "default": 3, "doc": "The most.", "looser": "higher" } },
        "files": ["src/**", { "glob": "lib/**", "caseInsensitive": true }],
        "ignores": ["src/gen/**"],
        "suppressible": true,
        "exceptions": "Something else needs it.",
        "formerly": ["no-that"],
        "tags": ["a"],
        "url": "https://example.org",
        "metadata": { "owner": ["a", 1, true] },
    })
}

fn other_pages() -> Vec<Value> {
    let rules = json!([
        { "languages": ["python"], "rule": { "pattern": "f($A)" }, "message": "of python", "do": "Leave it.",
          "fix": "g($A)", "labels": { "A": {} }, "constraints": { "A": { "node": "string" } },
          "utils": { "one": { "node": "call" } } },
        { "languages": ["rust"], "rule": { "matches": "two" }, "utils": { "two": { "node": "macro" } },
          "fix": { "template": "" } },
    ]);
    let rules = rules.as_array().unwrap().iter().cloned().map(|mut rule| {
        if rule["languages"][0] == "python" {
            rule["rule"]["matches"] = "one".into();
        }
        rule
    });
    let rules: Vec<Value> = rules.collect();
    vec![
        json!({ "summary": "Two.", "languages": ["python", "rust"], "severity": "info", "rules": rules }),
        json!({ "summary": "All.", "languages": "all", "severity": "error", "suppressible": false,
            "rule": { "node": "callable", "where": { "name": { "regex": "^x" }, "lines": 3 } } }),
    ]
}

#[test]
fn whole_documents_are_accepted_by_both() {
    let (config, page) = (Described::config(), Described::page());
    assert_eq!(shown(&(config.read)(&whole_config())), [""; 0], "{}", as_toml(&whole_config()));
    assert!(config.is_valid(&whole_config()));
    for head in other_pages().iter().chain([&whole_page()]) {
        assert_eq!(shown(&(page.read)(head)), [""; 0], "{head}");
        assert!(page.is_valid(head), "{head}");
    }
}

/// The parts of a schema that allow no other keys, by pointer, without those that are only referred to.
fn closed_parts(schema: &Value, at: &str, found: &mut BTreeSet<String>) {
    if schema["additionalProperties"] == Value::Bool(false) {
        found.insert(at.to_owned());
    }
    for (key, part) in schema.as_object().into_iter().flatten() {
        closed_parts(part, &format!("{at}/{key}"), found);
    }
}

/// Asserts that a table of a schema has the keys that the reader lists for an unknown one, put into a document at this
/// pointer.
#[track_caller]
fn check_keys(described: &Described, part: &str, document: &Value, place: &str, also: &[&str]) {
    const UNKNOWN: &str = "no-such-key";
    let mut document = document.clone();
    document.pointer_mut(place).unwrap()[UNKNOWN] = json!(1);
    assert!(!described.is_valid(&document), "{part}: {document}");
    let found = (described.read)(&document);
    let listed = found.iter().find(|mistake| mistake.message.ends_with(&format!("`{UNKNOWN}`")));
    let listed = listed.unwrap_or_else(|| panic!("{part}: {found:?}"));
    let known: BTreeSet<&str> = listed.expected.iter().map(String::as_str).chain(also.iter().copied()).collect();
    let part = described.schema.pointer(part).unwrap()["properties"].as_object().unwrap();
    assert_eq!(part.keys().map(String::as_str).collect::<BTreeSet<_>>(), known);
}

#[test]
fn schemas_have_the_keys_of_their_readers() {
    let config = Described::config();
    let places = [
        ("", ""),
        ("/properties/files", "/files"),
        ("/properties/law", "/law"),
        ("/properties/suppressions", "/suppressions"),
        ("/properties/suppressions/properties/budgets/items", "/suppressions/budgets/0"),
        ("/properties/protected/items", "/protected/0"),
        ("/properties/overrides/items", "/overrides/0"),
    ];
    for (part, place) in places {
        check_keys(&config, part, &whole_config(), place, &[]);
    }
    let mut closed = BTreeSet::new();
    closed_parts(&config.schema, "", &mut closed);
    assert_eq!(closed, places.iter().map(|(part, _)| (*part).to_owned()).collect());

    let page = Described::page();
    let (whole, others) = (whole_page(), other_pages());
    let places: [(&str, &Value, &str, &[&str]); 16] = [
        ("", &whole, "", &[]),
        ("/definitions/ruleObject", &whole, "/rule", &[]),
        ("/definitions/relation", &whole, "/rule/has", &[]),
        ("/definitions/siblingRelation", &whole, "/rule/follows", &[]),
        ("/definitions/patternInContext", &whole, "/rule/pattern", &["strictness"]),
        ("/definitions/nthChild", &whole, "/rule/nthChild", &[]),
        ("/definitions/where", &whole, "/rule/where", &[]),
        ("/definitions/fix", &whole, "/fix/0", &[]),
        ("/definitions/label", &whole, "/labels/A", &[]),
        ("/definitions/optionSpec", &whole, "/options/most", &[]),
        ("/definitions/fileGlob", &whole, "/files/1", &[]),
        ("/definitions/variant", &others[0], "/rules/0", &[]),
        ("/definitions/textTests", &whole, "/rule/where/callee", &["gt", "ge", "lt", "le"]),
        ("/definitions/numberTests", &whole, "/rule/where/lines", &["regex"]),
        ("/definitions/listTests", &whole, "/rule/where/arguments", &[]),
        ("/definitions/boolTests", &whole, "/rule/not/where/exported", &["gt", "ge", "lt", "le", "regex"]),
    ];
    let mut closed = BTreeSet::new();
    closed_parts(&page.schema, "", &mut closed);
    assert!(closed.remove("/definitions/option"));
    assert_eq!(closed, places.iter().map(|(part, ..)| (*part).to_owned()).collect());
    for (part, document, place, also) in places {
        // Comparisons that no answer of a type passes are refused by the reader for another reason.
        if part.ends_with("Tests") {
            let known = page.schema.pointer(part).unwrap()["properties"].as_object().unwrap();
            for key in also {
                assert!(!known.contains_key(*key), "{part}: {key}");
            }
            let all = ["gt", "ge", "lt", "le", "eq", "ne", "in", "not", "regex"];
            let expected: BTreeSet<&str> = all.into_iter().filter(|key| !also.contains(key)).collect();
            assert_eq!(known.keys().map(String::as_str).collect::<BTreeSet<_>>(), expected, "{part}");
            continue;
        }
        check_keys(&page, part, document, place, also);
    }
}

/// The pointers of all values in a document.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(object) => {
            object.iter().for_each(|(key, part)| places(part, &format!("{at}/{}", key.replace('/', "~1")), found));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(number, part)| places(part, &format!("{at}/{number}"), found));
        }
        _ => {}
    }
}

/// The type of a value, of which there is one other in each of the values that are tried.
fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Asserts that both refuse the same documents among those in which one value is another one, or a key is left out.
/// `lenient` are the pointers at which the reader may refuse what the schema accepts: it knows more than types.
#[track_caller]
fn check_variants(described: &Described, document: &Value, lenient: &[&str]) {
    let others = [
        json!(true),
        json!(7),
        json!(-1),
        json!(1.5),
        json!(""),
        json!("qq zz"),
        json!([]),
        json!([7]),
        json!({}),
        json!({ "qq": 1 }),
    ];
    let mut found = Vec::new();
    places(document, "", &mut found);
    let (mut refused, mut wrong) = (0, Vec::new());
    let mut check = |place: &str, variant: &Value, is_other_type: bool| {
        let (valid, mistakes) = (described.is_valid(variant), (described.read)(variant));
        refused += usize::from(!valid);
        let is_lenient = !is_other_type || lenient.contains(&place);
        if (!valid && mistakes.is_empty()) || (valid && !mistakes.is_empty() && !is_lenient) {
            let value = variant.pointer(place);
            wrong.push(format!("{place} = {value:?}: the schema says {valid}, the reader {:?}", shown(&mistakes)));
        }
    };
    for place in found.iter().filter(|place| !place.is_empty()) {
        for other in &others {
            let mut variant = document.clone();
            let value = variant.pointer_mut(place).unwrap();
            let is_other_type = type_of(value) != type_of(other);
            if value == other {
                continue;
            }
            *value = other.clone();
            check(place, &variant, is_other_type);
        }
        let (above, key) = place.rsplit_once('/').unwrap();
        let mut variant = document.clone();
        if let Some(object) = variant.pointer_mut(above).and_then(Value::as_object_mut) {
            object.remove(&key.replace("~1", "/")).unwrap();
            check(place, &variant, false);
        }
    }
    assert_eq!(wrong, [""; 0], "\n{}", wrong.join("\n"));
    assert!(refused > 4 * found.len(), "{refused} of {} places", found.len());
}

/// The options of rules in [`whole_config`], which only the pages of their rules know.
const OF_RULES: [&str; 4] = [
    "/rules/no-eval",
    "/overrides/0/rules/no-eval",
    "/rules/lawbook~1no-unwrap/allow",
    "/rules/max-function-lines/max",
];

/// Values in [`whole_page`] that must fit others in it.
const OF_PAGE: [&str; 3] = ["/rule/pattern", "/options/most/default", "/options/most/looser"];

#[test]
fn values_of_another_type_are_refused_by_both() {
    check_variants(&Described::config(), &whole_config(), &OF_RULES);
    for page in other_pages().iter().chain([&whole_page()]) {
        check_variants(&Described::page(), page, &OF_PAGE);
    }
}

/// What was read from TOML or YAML, as JSON.
fn as_json(value: &Read) -> Value {
    match &value.data {
        Data::Null => Value::Null,
        Data::Bool(value) => json!(value),
        Data::Int(value) => json!(value),
        Data::Float(value) => json!(value),
        Data::String(value) => json!(value),
        Data::List(items) => items.iter().map(as_json).collect(),
        Data::Map(entries) => {
            Value::Object(entries.iter().map(|entry| (entry.key.clone(), as_json(&entry.value))).collect::<Map<_, _>>())
        }
    }
}

/// The files below a folder whose names end in one of these ways.
fn files(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let at = entry.unwrap().path();
        let name = at.file_name().unwrap().to_str().unwrap();
        if at.is_dir() && !name.starts_with('.') && name != "target" {
            files(&at, endings, found);
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            found.push(at);
        }
    }
}

#[test]
fn settings_and_pages_of_the_repository_are_valid() {
    let (config, page) = (Described::config(), Described::page());
    let (mut configs, mut heads) = (0, 0);
    let mut found = Vec::new();
    files(&root(), &["lawbook.toml", ".md"], &mut found);
    for at in found {
        let text = fs::read_to_string(&at).unwrap();
        let shown = at.display();
        if at.extension().is_some_and(|extension| extension == "toml") {
            configs += 1;
            assert!(config.is_valid(&as_json(&toml::parse(&text, 0).unwrap())), "{shown}");
            continue;
        }
        let head = text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
        if let Some((head, _)) = head.filter(|(head, _)| head.contains("summary:")) {
            heads += 1;
            assert!(page.is_valid(&as_json(&yaml::parse(head, 0).unwrap())), "{shown}");
        }
        if shown.to_string().ends_with("configuration.md") {
            for example in text.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()) {
                configs += 1;
                assert!(config.is_valid(&as_json(&toml::parse(example, 0).unwrap())), "{example}");
            }
        }
    }
    assert!(configs >= 6 && heads >= 40, "{configs} {heads}");
}

#[test]
fn schemas_are_of_draft_seven() {
    for entry in fs::read_dir(root().join("crates/cli/schema")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert_eq!(schema(&name)["$schema"], "http://json-schema.org/draft-07/schema#", "{name}");
    }
}
