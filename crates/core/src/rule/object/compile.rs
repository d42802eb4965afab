//! Compiles rule objects for one dialect, and collects every mistake with its place.

use std::sync::{Arc, OnceLock};

use crate::data::{Data, Entry, Value};
use crate::ir::view::{AnswerType, ViewKey};
use crate::ir::{Dialect, Kind, RawKind};
use crate::language;
use crate::mistake::{Mistake, Mistakes};
use crate::pattern::Variables;
use crate::rule::object::captures::Captures;
use crate::rule::object::expression::{Expression, ExpressionError, ExpressionPool, MAX_POOL_BYTES};
use crate::rule::object::nth_child::{NthChild, NthPosition};
use crate::rule::object::relation::{Relation, Stop};
use crate::rule::object::{KindSet, Term};
use crate::span::Span;

/// The deepest nesting of rule objects; deeper ones are a mistake.
const MAX_OBJECT_DEPTH: usize = 64;

/// The keys of a rule object.
const KEYS: &[&str] = &[
    "pattern", "kind", "regex", "nthChild", "all", "any", "not", "matches", "inside", "has", "precedes", "follows",
    "node", "where",
];

/// Keys that belong beside `rule`, not into it.
const KEYS_BESIDE_RULE: &[&str] =
    &["constraints", "utils", "transform", "rewriters", "fix", "labels", "message", "languages"];

/// Compiles the parts of one rule for one dialect.
pub(crate) struct Compiler<'c> {
    pub(crate) dialect: &'static Dialect,
    /// All dialects that the rule is for. A kind or pattern that only some of them have is no mistake; it never matches
    /// in the others.
    pub(crate) claimed: &'c [&'static Dialect],
    /// True if a pattern that does not parse is a mistake. False for ast-grep rules, since ast-grep accepts such
    /// patterns.
    pub(crate) strict: bool,
    pub(crate) mistakes: &'c mut Mistakes,
    /// The regular expressions of all rules that were compiled so far.
    pub(crate) expressions: ExpressionPool,
    pub(crate) variables: Variables,
    /// The metavariables that a match may capture, as far as the rule is compiled.
    pub(crate) captures: Captures,
    /// A pattern that does not parse and is no mistake by itself.
    pub(super) broken_pattern: Option<Span>,
    /// The number of relations so far.
    relations: usize,
    pub(super) util_names: Vec<String>,
    pub(super) utils: Vec<Option<Term>>,
}

/// The position of a rule object, which decides on the additional keys that it may have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum KeyContext {
    Plain,
    /// The value of `precedes` or `follows`: `stopBy`.
    PrecedesOrFollows,
    /// The value of `inside` or `has`: `stopBy` and `field`.
    InsideOrHas,
}

impl<'c> Compiler<'c> {
    pub(crate) fn new(
        dialect: &'static Dialect,
        claimed: &'c [&'static Dialect],
        strict: bool,
        mistakes: &'c mut Mistakes,
    ) -> Self {
        let (variables, captures, util_names, utils, expressions) = Default::default();
        Self {
            dialect,
            claimed,
            strict,
            mistakes,
            expressions,
            variables,
            captures,
            broken_pattern: None,
            relations: 0,
            util_names,
            utils,
        }
    }

    /// The utils by number, and the metavariables, once everything is compiled.
    pub(crate) fn into_utils(self) -> (Vec<Term>, Variables) {
        (self.utils.into_iter().map(|util| util.unwrap_or(Term::Never)).collect(), self.variables)
    }

    /// Compiles the object of a whole rule, which must restrict the kinds of its matches.
    pub(crate) fn top(&mut self, value: &Value) -> Term {
        let before = self.mistakes.added();
        let term = self.rule(value, 0);
        if self.mistakes.added() > before {
            return term;
        }
        let keys = value.as_map().unwrap_or_default();
        if keys.iter().all(|entry| entry.key == "where") {
            self.mistakes.add_with_help(
                value.span,
                "`where` alone does not say what to look at",
                "put `node`, `kind` or `pattern` beside it",
            );
        } else if let Some(span) = self.broken_pattern.filter(|_| term.kinds().is_none()) {
            let names: Vec<&str> = self.claimed.iter().map(|dialect| dialect.name).collect();
            let message = format!("the pattern does not parse as {}", names.join(" or "));
            self.mistakes.add_with_help(span, message, "write a complete piece of code");
        } else if term.kinds().is_none() {
            self.mistakes.add_with_help(
                value.span,
                "the rule does not say what kinds of nodes it can match",
                "add `node` or `kind`",
            );
        }
        term
    }

    /// Compiles a rule object inside another one, or in `utils` or `constraints`.
    pub(crate) fn rule(&mut self, value: &Value, depth: usize) -> Term {
        self.object(value, depth, KeyContext::Plain)
    }

    /// Compiles a rule object whose captures are discarded.
    fn probe(&mut self, value: &Value, depth: usize) -> Term {
        self.captures.enter_probe();
        let term = self.rule(value, depth);
        self.captures.leave_probe();
        term
    }

    fn object(&mut self, value: &Value, depth: usize, context: KeyContext) -> Term {
        if depth > MAX_OBJECT_DEPTH {
            self.mistakes.add(value.span, format!("rules are nested deeper than {MAX_OBJECT_DEPTH} levels"));
            return Term::Never;
        }
        let Some(entries) = value.as_map() else {
            let help = self.object_help(value);
            let message = format!("a rule object is a mapping, not {}", value.describe());
            self.mistakes.add_with_help(value.span, message, help);
            return Term::Never;
        };
        let before = self.mistakes.added();
        for entry in entries {
            self.check_key(entry, context);
        }
        let has_wrong_keys = self.mistakes.added() > before;
        let get = |key: &str| entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value);
        let mut terms = Vec::with_capacity(1);
        // Terms about the node itself come first, relations last, so that the node's own code sets the captures.
        terms.extend(get("node").map(|value| self.node(value)));
        terms.extend(get("pattern").map(|value| self.pattern(value)));
        terms.extend(get("kind").map(|value| self.kind(value)));
        terms.extend(get("regex").and_then(|value| self.regex(value)).map(Term::Regex));
        terms.extend(get("nthChild").map(|value| self.nth_child(value, depth)));
        // `where` is inserted here, before the terms that are more work.
        let after_own_terms = terms.len();
        if let Some(value) = get("all") {
            let all = self.list(value, "all", depth);
            terms.push(Term::all(all));
        }
        if let Some(value) = get("any") {
            let any = self.list(value, "any", depth);
            terms.push(Term::any(any));
        }
        terms.extend(get("not").map(|value| Term::Not(Box::new(self.probe(value, depth + 1)))));
        terms.extend(get("matches").map(|value| self.matches(value)));
        if let Some(value) = get("where") {
            let condition = self.conditions(value, get("node"), &terms);
            terms.insert(after_own_terms, condition);
        }
        terms.extend(get("inside").map(|value| self.relation(value, depth, KeyContext::InsideOrHas, Term::Inside)));
        terms.extend(get("has").map(|value| self.relation(value, depth, KeyContext::InsideOrHas, Term::Has)));
        terms.extend(
            get("precedes").map(|value| self.relation(value, depth, KeyContext::PrecedesOrFollows, Term::Precedes)),
        );
        terms.extend(
            get("follows").map(|value| self.relation(value, depth, KeyContext::PrecedesOrFollows, Term::Follows)),
        );
        if !has_wrong_keys && !entries.iter().any(|entry| KEYS.contains(&&*entry.key)) {
            self.mistakes.add_with_help(
                value.span,
                "the rule says nothing about a node",
                "add `node`, `pattern`, `kind`, or another key of a rule object",
            );
        }
        match terms.len() {
            0 => Term::Never,
            1 => terms.remove(0),
            _ => Term::all(terms),
        }
    }

    /// The rule object that a value of another type is meant as.
    fn object_help(&self, value: &Value) -> String {
        match value.as_str() {
            Some(name) if Kind::named(name).is_some() => format!("write `{{ node: {name} }}`"),
            Some(name) if self.is_raw_kind(name) => format!("write `{{ kind: {name} }}`"),
            Some(name) if self.util_names.iter().any(|util| util == name) => format!("write `{{ matches: {name} }}`"),
            Some(name) if ViewKey::named(name).is_some_and(|key| key.answer_type() == AnswerType::Bool) => {
                format!("write `{{ where: {{ {name}: true }} }}`")
            }
            Some(text) if text.starts_with('^') || text.ends_with('$') || text.contains(".*") => {
                format!("write `{{ regex: {} }}`", in_quotes(text))
            }
            Some(text) if text.len() <= 60 && !text.contains('\n') => {
                format!("write `{{ pattern: {} }}`, or another key of a rule object", in_quotes(text))
            }
            None if value.as_list().is_some() => {
                "put the list under `any`, of which one must match, or under `all`".to_owned()
            }
            _ => "write a key of a rule object, such as `{ pattern: eval($X) }`".to_owned(),
        }
    }

    fn check_key(&mut self, entry: &Entry, context: KeyContext) {
        let key = &*entry.key;
        let known = KEYS.contains(&key)
            || (key == "stopBy" && context != KeyContext::Plain)
            || (key == "field" && context == KeyContext::InsideOrHas);
        if known {
            return;
        }
        let span = entry.key_span;
        match key {
            "range" | "strictness" => self.mistakes.add(span, format!("`{key}` is not supported yet")),
            "field" if context == KeyContext::PrecedesOrFollows => {
                self.mistakes
                    .add(span, "`field` belongs to `inside` and `has` only: siblings have no role for each other");
            }
            "stopBy" | "field" => {
                self.mistakes
                    .add(span, format!("`{key}` belongs into `inside` or `has`, beside the rule that is searched"));
            }
            key if KEYS_BESIDE_RULE.contains(&key) => {
                self.mistakes.add(span, format!("`{key}` belongs beside `rule`, not into it"));
            }
            key => {
                let extra: &[&str] = match context {
                    KeyContext::Plain => &[],
                    KeyContext::PrecedesOrFollows => &["stopBy"],
                    KeyContext::InsideOrHas => &["stopBy", "field"],
                };
                self.mistakes.add_unknown(span, "key of a rule object", key, KEYS.iter().chain(extra).copied());
            }
        }
    }

    fn list(&mut self, value: &Value, key: &str, depth: usize) -> Vec<Term> {
        let Some(items) = value.as_list() else {
            let message = format!("`{key}` takes a list of rule objects, not {}", value.describe());
            let help = format!("put it in brackets: `{key}: [{{ pattern: … }}]`, or `- ` before each rule");
            self.mistakes.add_with_help(value.span, message, help);
            return Vec::new();
        };
        if items.is_empty() && self.strict {
            let (message, help) = match key {
                "any" => ("`any` lists no rule, so that nothing matches", "list the rules of which one must match"),
                _ => (
                    "`all` lists no rule, so that it asks nothing",
                    "list the rules that must all match, or leave it out",
                ),
            };
            self.mistakes.add_with_help(value.span, message, help);
        }
        items.iter().map(|item| self.rule(item, depth + 1)).collect()
    }

    fn node(&mut self, value: &Value) -> Term {
        let kinds = self.node_kinds(value);
        let raw = kinds.iter().flat_map(|kind| self.dialect.raw_kinds(*kind)).copied().collect();
        Term::Node(raw, kinds)
    }

    /// The shared kinds that `node` names.
    pub(super) fn node_kinds(&mut self, value: &Value) -> Vec<Kind> {
        let one = std::slice::from_ref(value);
        let items = value.as_list().unwrap_or(one);
        let mut kinds: Vec<Kind> = Vec::new();
        for item in items {
            let Some(name) = self.text(item, "a kind") else { continue };
            match Kind::named(name) {
                Some(named) => kinds.extend(named),
                None if self.is_raw_kind(name) => self.mistakes.add_with_help(
                    item.span,
                    format!("`{name}` is a kind of the grammar, and `node` takes shared ones"),
                    "put it under `kind`",
                ),
                None if self.is_raw_kind(&snake_case(name)) => self.mistakes.add_with_help(
                    item.span,
                    format!("unknown kind `{name}`"),
                    format!(
                        "in the grammar it is `kind: {}`; `node` takes shared kinds, such as `call`",
                        snake_case(name)
                    ),
                ),
                None => self.mistakes.add_unknown(item.span, "kind", name, Kind::names()),
            }
        }
        if items.is_empty() {
            self.mistakes.add_with_help(value.span, "`node` names no kind", "name one, such as `call`");
        }
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    fn kind(&mut self, value: &Value) -> Term {
        let Some(name) = self.text(value, "`kind`") else { return Term::Never };
        if let Some(kind) = self.dialect.vocabulary().kind(name) {
            return Term::Kind(kind);
        }
        let plain = name.replace('-', "_");
        if name.contains('-') && self.is_raw_kind(&plain) {
            let help = format!("did you mean `{plain}`?");
            self.mistakes.add_with_help(value.span, format!("unknown kind `{name}`"), help);
        } else if name.contains(|c: char| !c.is_alphanumeric() && c != '_') {
            self.mistakes.add_with_help(
                value.span,
                "selectors in `kind` are not supported yet",
                "name one kind, and say the rest with `inside`, `has`, `follows` or `any`",
            );
        } else {
            self.unknown_kind(value, name);
        }
        Term::Never
    }

    /// Adds a mistake for a kind that none of the claimed dialects has.
    fn unknown_kind(&mut self, value: &Value, name: &str) {
        if self.is_raw_kind(name) {
            return;
        }
        if Kind::named(name).is_some() {
            self.mistakes.add_with_help(
                value.span,
                format!("`{name}` is a shared kind, and `kind` takes one of the grammar"),
                "put it under `node`",
            );
        } else {
            let known = self.claimed.iter().flat_map(|dialect| dialect.vocabulary().kind_names());
            let mistake = Mistake::unknown("kind", name, known);
            let is_near = mistake.help.as_ref().is_some_and(|help| help.starts_with("did you mean"));
            let mistake = match self.kind_elsewhere(name) {
                _ if is_near => mistake,
                Some(help) => mistake.with_help(help),
                None => mistake.with_help("`lawbook inspect FILE` prints the kinds of the code in a file"),
            };
            self.mistakes.add_mistake(value.span, mistake);
        }
    }

    /// The kinds of the claimed dialects that stand for the same as a kind of another grammar.
    fn kind_elsewhere(&self, name: &str) -> Option<String> {
        let others = language::dialects().filter(|dialect| !self.claimed.contains(dialect));
        let mut found = others.filter_map(|dialect| Some((dialect, dialect.vocabulary().kind(name)?)));
        let (other, raw) = found.next()?;
        let shared = other.vocabulary().shared_kinds(raw).first();
        let Some(shared) = shared.filter(|kind| !matches!(kind, Kind::Other | Kind::Error)) else {
            return Some(format!("that is a kind of {}; `lawbook inspect FILE` prints those of a file", other.name));
        };
        let kind_of = |raw: &RawKind| format!("`kind: {}`", self.dialect.vocabulary().kind_name(*raw));
        let here: Vec<String> = self.dialect.raw_kinds(*shared).iter().take(3).map(kind_of).collect();
        let here = if here.is_empty() { String::new() } else { format!(", such as {}", here.join(", ")) };
        Some(format!("that is a kind of {}; here it is `node: {}`{here}", other.name, shared.name()))
    }

    /// True if the grammar of a claimed dialect has a kind of this name.
    fn is_raw_kind(&self, name: &str) -> bool {
        self.claimed.iter().any(|dialect| dialect.vocabulary().kind(name).is_some())
    }

    pub(super) fn regex(&mut self, value: &Value) -> Option<Arc<Expression>> {
        let text = self.text(value, "`regex`")?;
        match self.expressions.get(text) {
            Ok(expression) => Some(expression),
            Err(ExpressionError::Wrong(reason)) => {
                let help = if reason.contains("look-around") {
                    "say what must not match by itself: `not: { regex: … }`"
                } else if reason.contains("backreferences") {
                    "write out the texts that it would repeat"
                } else {
                    "write one of Rust's crate `regex`; a sign that is meant as itself has a `\\` before it"
                };
                self.mistakes.add_with_help(value.span, format!("this regular expression is wrong: {reason}"), help);
                None
            }
            Err(ExpressionError::NoRoom { is_first }) => {
                // One mistake is enough for all that find no room.
                if is_first {
                    let limit = MAX_POOL_BYTES >> 20;
                    self.mistakes.add_with_help(
                        value.span,
                        format!("with this one, the regular expressions of all rules take more than {limit} MiB"),
                        "repetitions of large classes (`\\w{1,40}`) take most of it: repeat less, or name the characters \
                         (`[A-Za-z0-9_]`)",
                    );
                }
                None
            }
        }
    }

    fn nth_child(&mut self, value: &Value, depth: usize) -> Term {
        let number = self.next_number();
        let (position, vars) = (NthPosition { step: 0, offset: 0 }, OnceLock::new());
        let mut nth = NthChild { number, position, of_rule: None, reverse: false, vars };
        let mut position = Some(value);
        if let Data::Map(entries) = &value.data {
            position = None;
            for entry in entries {
                match &*entry.key {
                    "position" => position = Some(&entry.value),
                    "ofRule" => nth.of_rule = Some(self.rule(&entry.value, depth + 1)),
                    "reverse" => match entry.value.data {
                        Data::Bool(reverse) => nth.reverse = reverse,
                        _ => self.mistakes.add(entry.value.span, "`reverse` is `true` or `false`"),
                    },
                    key => {
                        let known = ["position", "ofRule", "reverse"];
                        self.mistakes.add_unknown(entry.key_span, "key of `nthChild`", key, known);
                    }
                }
            }
        }
        let Some(position) = position else {
            self.mistakes.add(value.span, "`nthChild` needs a `position`");
            return Term::Never;
        };
        match &position.data {
            Data::Int(index @ 0..) => nth.position.offset = *index,
            Data::String(text) => match NthPosition::parse(text) {
                Ok(parsed) => nth.position = parsed,
                Err(why) => {
                    let help = "write a number from 1 on, or a formula such as `2n+1` for odd places";
                    self.mistakes.add_with_help(position.span, why, help);
                }
            },
            _ => {
                let what = match position.data {
                    Data::Int(number) => number.to_string(),
                    _ => position.describe().to_owned(),
                };
                let help = "write a number from 1 on, or a formula such as `2n+1` for odd places";
                let message = format!("a position is a number from 1 on or `An+B`, not {what}");
                self.mistakes.add_with_help(position.span, message, help);
            }
        }
        Term::NthChild(Box::new(nth))
    }

    fn relation(&mut self, value: &Value, depth: usize, context: KeyContext, make: fn(Box<Relation>) -> Term) -> Term {
        match self.relation_parts(value, depth, context) {
            Some(relation) => make(Box::new(relation)),
            None => Term::Never,
        }
    }

    /// Compiles `expandStart` or `expandEnd` of a fix: a rule that siblings are searched for.
    pub(crate) fn sibling_relation(&mut self, value: &Value) -> Option<Relation> {
        self.captures.enter_probe();
        let relation = self.relation_parts(value, 0, KeyContext::PrecedesOrFollows);
        self.captures.leave_probe();
        relation
    }

    fn relation_parts(&mut self, value: &Value, depth: usize, context: KeyContext) -> Option<Relation> {
        let stop = match value.get("stopBy") {
            None => Stop::Neighbor,
            Some(stop) => match &stop.data {
                Data::String(word) if word == "neighbor" => Stop::Neighbor,
                Data::String(word) if word == "end" => Stop::End,
                Data::Map(_) => Stop::At(self.probe(stop, depth + 1)),
                Data::String(word) => {
                    self.mistakes.add_unknown(stop.span, "way to stop", word, ["neighbor", "end"]);
                    Stop::Neighbor
                }
                _ => {
                    self.mistakes.add(stop.span, "`stopBy` is `neighbor`, `end` or a rule object");
                    Stop::Neighbor
                }
            },
        };
        let term = self.object(value, depth + 1, context);
        let mut field = None;
        if let Some(value) = value.get("field").filter(|_| context == KeyContext::InsideOrHas) {
            let name = self.text(value, "`field`")?;
            field = self.dialect.vocabulary().field(name);
            if field.is_none() {
                let known = || self.claimed.iter().flat_map(|dialect| dialect.vocabulary().field_names());
                if !known().any(|known| known == name) {
                    let known: Vec<_> = known().collect();
                    self.mistakes.add_unknown(value.span, "field", name, known);
                }
                return None;
            }
        }
        Some(Relation::new(self.next_number(), term, stop, field, self.dialect.vocabulary()))
    }

    fn next_number(&mut self) -> usize {
        self.relations += 1;
        self.relations - 1
    }

    pub(crate) fn map<'v>(&mut self, value: &'v Value, what: &str) -> Option<&'v [Entry]> {
        let entries = value.as_map();
        if entries.is_none() {
            let help = match value.data {
                Data::List(_) => "write its keys without brackets and without `- `: `key: value`",
                _ => "write `key: value` in braces, or on the lines below",
            };
            self.mistakes.add_with_help(value.span, format!("{what} is a mapping, not {}", value.describe()), help);
        }
        entries
    }

    pub(crate) fn text<'v>(&mut self, value: &'v Value, what: &str) -> Option<&'v str> {
        let text = value.as_str();
        if text.is_none() {
            let message = format!("{what} is a string, not {}", value.describe());
            let written = self.mistakes.text().get(value.span.range()).unwrap_or_default().trim();
            let help = match &value.data {
                Data::List(items) if items.len() == 1 => "write it without brackets".to_owned(),
                Data::List(_) => "write one; for several put a rule with each under `any`".to_owned(),
                Data::Int(_) | Data::Float(_) | Data::Bool(_) => format!("put it in quotes: `\"{written}\"`"),
                _ => "write one text".to_owned(),
            };
            self.mistakes.add_with_help(value.span, message, help);
        }
        text
    }

    /// The raw kinds of shared kinds.
    pub(super) fn raw_kinds(&self, kinds: &[Kind]) -> KindSet {
        kinds.iter().flat_map(|kind| self.dialect.raw_kinds(*kind)).copied().collect()
    }
}

/// A text as a value of YAML.
fn in_quotes(text: &str) -> String {
    if text.contains(['"', '\\']) { format!("'{}'", text.replace('\'', "''")) } else { format!("\"{text}\"") }
}

/// A name in camel case as one in snake case.
fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}
