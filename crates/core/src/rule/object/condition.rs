//! `where`: conditions on what views answer about a node.

use std::sync::Arc;

use crate::data::{Data, Value};
use crate::diagnostic::Measure;
use crate::ir::view::{self, AnswerType, CommentStyle, ViewAnswer, ViewKey};
use crate::ir::{Kind, Lowered, Node};
use crate::mistake::Mistake;
use crate::names;
use crate::rule::object::expression::Expression;
use crate::rule::object::{Compiler, KindSet, Term};

/// One key of `where` with the tests of its answer.
#[derive(Debug)]
pub(crate) enum Condition {
    /// The node is an import of one of these modules, or a name that refers to one.
    Import(Vec<String>),
    /// The node has the key, and its answer passes all tests.
    Ask(ViewKey, Vec<Test>),
}

/// One comparison with the answer to a key.
#[derive(Debug)]
pub(crate) enum Test {
    Equals(ConditionValue),
    Differs(ConditionValue),
    Among(Vec<ConditionValue>),
    Above(i64),
    AtLeast(i64),
    Below(i64),
    AtMost(i64),
    Regex(Arc<Expression>),
    /// Not all of these hold.
    Not(Vec<Test>),
}

/// A value that an answer is compared with.
#[derive(Debug)]
pub(crate) enum ConditionValue {
    Bool(bool),
    Int(i64),
    Text(String),
}

const TESTS: &[&str] = &["gt", "ge", "lt", "le", "eq", "ne", "in", "not", "regex"];

impl Condition {
    /// True if the node meets the condition.
    pub(super) fn holds(&self, file: &Lowered, node: Node<'_>) -> bool {
        match self {
            Self::Import(modules) => modules.iter().any(|module| names::refers_to_import(file, node, module)),
            Self::Ask(ViewKey::Target, tests) => target_passes(file, node, tests),
            Self::Ask(ViewKey::Callee, tests) if !may_be_callee(node, tests) => false,
            Self::Ask(key, tests) => {
                view::ask(file, node, *key).is_some_and(|answer| tests.iter().all(|test| test.holds(&answer)))
            }
        }
    }

    /// The count of the condition at a node that meets it, if it sets an upper limit. A limit of 0 counts nothing: it asks
    /// if there is any.
    fn measure(&self, file: &Lowered, node: Node<'_>) -> Option<Measure> {
        let Self::Ask(key, tests) = self else { return None };
        let limits = tests.iter().filter_map(|test| match test {
            Test::Above(limit) => u32::try_from(*limit).ok(),
            Test::AtLeast(limit) => u32::try_from(limit - 1).ok(),
            _ => None,
        });
        let limit = limits.max().filter(|limit| *limit > 0)?;
        let value = match view::ask(file, node, *key)? {
            ViewAnswer::Number(number) => number,
            ViewAnswer::List(items) => items.len() as u32,
            ViewAnswer::Bool(_) | ViewAnswer::Text(_) => return None,
        };
        Some(Measure::new(value, limit, key.name()))
    }

    /// True unless no node of the file meets the condition.
    pub(super) fn may_hold_in(&self, file: &Lowered) -> bool {
        let Self::Ask(key, tests) = self else { return true };
        key.answer_for_file(file).is_none_or(|answer| tests.iter().all(|test| test.holds(&answer)))
    }

    /// True if the answer depends on all code around the node, which is slow to find.
    pub(super) fn asks_about_surroundings(&self) -> bool {
        matches!(self, Self::Ask(ViewKey::Test, _))
    }
}

impl Term {
    /// The count of the first condition with an upper limit at a node that the term matches. Conditions about other
    /// nodes, and those of which only one must hold, count nothing of the node itself.
    pub(crate) fn measure(&self, file: &Lowered, node: Node<'_>) -> Option<Measure> {
        match self {
            Self::Where(conditions, _) => conditions.iter().find_map(|condition| condition.measure(file, node)),
            Self::All(terms, _) => terms.iter().find_map(|term| term.measure(file, node)),
            _ => None,
        }
    }

    /// True if [`Term::measure`] may count something.
    pub(crate) fn measures(&self) -> bool {
        let has_limit = |test: &Test| matches!(test, Test::Above(_) | Test::AtLeast(_));
        match self {
            Self::Where(conditions, _) => {
                conditions.iter().any(|each| matches!(each, Condition::Ask(_, tests) if tests.iter().any(has_limit)))
            }
            Self::All(terms, _) => terms.iter().any(Self::measures),
            _ => false,
        }
    }
}

/// True if what a node names passes all tests. The start of the name rules out most nodes.
fn target_passes(file: &Lowered, node: Node<'_>, tests: &[Test]) -> bool {
    let may_begin_with = |first: u8| tests.iter().all(|test| test.may_begin_with(first));
    let needs_import = || tests.iter().any(Test::needs_import);
    let passes = |text: String| {
        let answer = ViewAnswer::Text(text.into());
        tests.iter().all(|test| test.holds(&answer))
    };
    let may_pass = match names::start(file, node) {
        names::TargetStart::None => false,
        names::TargetStart::Name(name) => {
            name.as_bytes().first().is_some_and(|first| may_begin_with(*first))
                && !needs_import()
                && names::global_text(node).is_none_or(passes)
        }
        names::TargetStart::Renamed(_, heads) => {
            let mut starts = heads.texts.iter().filter_map(|text| text.as_bytes().first());
            (heads.is_import || !needs_import()) && starts.any(|first| may_begin_with(*first))
        }
        names::TargetStart::Unknown => true,
    };
    if !may_pass {
        return false;
    }
    let syntax = node.language().syntax();
    names::target_if(file, node, |target| target.text(syntax).is_some_and(passes)).is_some()
}

/// True if the first byte of a callee fits the tests. Rules out most calls before the callee is normalized for
/// comparison, which is slow.
fn may_be_callee(node: Node<'_>, tests: &[Test]) -> bool {
    let Some(start) = view::Call::cast(node).and_then(view::Call::callee_start) else { return false };
    match start.text().as_bytes().first() {
        // The normalized form of a callee begins with the same word.
        Some(first) if first.is_ascii_alphabetic() => tests.iter().all(|test| test.may_begin_with(*first)),
        _ => true,
    }
}

impl Test {
    /// True if a text that begins with this byte may pass the test.
    fn may_begin_with(&self, first: u8) -> bool {
        let begins = |literal: &ConditionValue| match literal {
            ConditionValue::Text(text) => text.as_bytes().first() == Some(&first),
            ConditionValue::Bool(_) | ConditionValue::Int(_) => false,
        };
        match self {
            Self::Equals(literal) => begins(literal),
            Self::Among(literals) => literals.iter().any(begins),
            Self::Regex(regex) => regex.may_begin_with(first),
            _ => true,
        }
    }

    /// True if only the text of an imported target may pass the test: one with a `#` between module and member.
    fn needs_import(&self) -> bool {
        let has_sign = |literal: &ConditionValue| matches!(literal, ConditionValue::Text(text) if text.contains('#'));
        match self {
            Self::Equals(literal) => has_sign(literal),
            Self::Among(literals) => literals.iter().all(has_sign),
            Self::Regex(regex) => regex.needs_hash_sign(),
            _ => false,
        }
    }

    /// True if answers of a type can pass the test and can fail it.
    fn fits(&self, answers: AnswerType) -> bool {
        let fits = |value: &ConditionValue| {
            matches!(
                (value, answers),
                (ConditionValue::Bool(_), AnswerType::Bool)
                    | (ConditionValue::Int(_), AnswerType::Number | AnswerType::List)
                    | (ConditionValue::Text(_), AnswerType::Text | AnswerType::List)
            )
        };
        match self {
            Self::Equals(value) | Self::Differs(value) => fits(value),
            Self::Among(values) => values.iter().all(fits),
            Self::Above(_) | Self::AtLeast(_) | Self::Below(_) | Self::AtMost(_) => {
                matches!(answers, AnswerType::Number | AnswerType::List)
            }
            Self::Regex(_) => matches!(answers, AnswerType::Text | AnswerType::List),
            Self::Not(tests) => tests.iter().all(|test| test.fits(answers)),
        }
    }

    /// True if it compares with a number below 0.
    fn is_about_negative(&self) -> bool {
        let is_negative = |value: &ConditionValue| matches!(value, ConditionValue::Int(..=-1));
        match self {
            Self::Equals(value) | Self::Differs(value) => is_negative(value),
            Self::Among(values) => values.iter().any(is_negative),
            Self::Above(limit) | Self::AtLeast(limit) | Self::Below(limit) | Self::AtMost(limit) => *limit < 0,
            Self::Regex(_) => false,
            Self::Not(tests) => tests.iter().any(Self::is_about_negative),
        }
    }

    /// True if the answer passes the test.
    pub(super) fn holds(&self, answer: &ViewAnswer<'_>) -> bool {
        let count = || match answer {
            ViewAnswer::Number(number) => Some(i64::from(*number)),
            ViewAnswer::List(items) => Some(length(items)),
            _ => None,
        };
        match self {
            Self::Equals(literal) => literal.matches(answer),
            Self::Differs(literal) => !literal.matches(answer),
            Self::Among(literals) => literals.iter().any(|literal| literal.matches(answer)),
            Self::Above(limit) => count().is_some_and(|count| count > *limit),
            Self::AtLeast(limit) => count().is_some_and(|count| count >= *limit),
            Self::Below(limit) => count().is_some_and(|count| count < *limit),
            Self::AtMost(limit) => count().is_some_and(|count| count <= *limit),
            Self::Regex(regex) => match answer {
                ViewAnswer::Text(text) => regex.is_match(text),
                ViewAnswer::List(items) => items.iter().any(|item| regex.is_match(item)),
                _ => false,
            },
            Self::Not(tests) => !tests.iter().all(|test| test.holds(answer)),
        }
    }
}

fn length<T>(items: &[T]) -> i64 {
    i64::try_from(items.len()).unwrap_or(i64::MAX)
}

impl ConditionValue {
    /// True if the answer equals the value. A number is also compared with the length of a list, and a text with each of
    /// its items.
    fn matches(&self, answer: &ViewAnswer<'_>) -> bool {
        match (self, answer) {
            (Self::Bool(expected), ViewAnswer::Bool(found)) => expected == found,
            (Self::Int(expected), ViewAnswer::Number(found)) => *expected == i64::from(*found),
            (Self::Int(expected), ViewAnswer::List(items)) => *expected == length(items),
            (Self::Text(expected), ViewAnswer::Text(found)) => expected == found,
            (Self::Text(expected), ViewAnswer::List(items)) => items.iter().any(|item| item == expected),
            _ => false,
        }
    }
}

impl Compiler<'_> {
    /// Compiles `where` of a rule object that also has `terms` and perhaps `node`.
    pub(super) fn conditions(&mut self, value: &Value, node: Option<&Value>, terms: &[Term]) -> Term {
        let Some(entries) = self.map(value, "`where`") else { return Term::Never };
        let listed = self.listed_kinds(node, terms);
        let mut conditions = Vec::with_capacity(entries.len());
        let mut kinds: Option<KindSet> = None;
        for entry in entries {
            if entry.key == "import" {
                conditions.push(Condition::Import(self.modules(&entry.value)));
                continue;
            }
            let Some(key) = ViewKey::named(&entry.key) else {
                let known = ViewKey::names().chain(["import"]);
                let mistake = Mistake::unknown("key of `where`", &entry.key, known);
                let is_variable = entry.key.trim_start_matches('$').starts_with(|c: char| c.is_ascii_uppercase());
                let is_variable = is_variable && !entry.key.contains(|c: char| c.is_ascii_lowercase());
                let mistake = match comparison_in_key(&entry.key) {
                    None if is_variable => {
                        let name = entry.key.trim_start_matches('$');
                        mistake.with_help(format!(
                            "what a metavariable must match stands beside `rule`: `constraints: {{ {name}: {{ kind: … }} }}`"
                        ))
                    }
                    Some(help) => mistake.with_help(help),
                    None => mistake,
                };
                self.mistakes.add_mistake(entry.key_span, mistake);
                continue;
            };
            if !key.kinds().is_empty() {
                let kinds_with_key = self.raw_kinds(key.kinds());
                kinds = Some(kinds.map_or_else(|| kinds_with_key.clone(), |kinds| kinds.intersection(&kinds_with_key)));
                if let Some(listed) = &listed
                    && !listed.iter().any(|kind| key.kinds().contains(kind))
                {
                    let names: Vec<_> = key.kinds().iter().map(|kind| kind.name()).collect();
                    self.mistakes.add_with_help(
                        entry.key_span,
                        format!("no node that is meant here has `{}`", entry.key),
                        format!("only these have it: {}", names.join(", ")),
                    );
                }
            }
            if let Some(help) = meant_comparison(&entry.key, &entry.value, key.answer_type()) {
                let message = format!("`{}` is compared with this very text, which no answer is", entry.key);
                self.mistakes.add_with_help(entry.value.span, message, help);
                continue;
            }
            let tests = self.tests(&entry.value, &entry.key, 0);
            if key == ViewKey::Style && self.has_wrong_style(&entry.value, &tests) {
                continue;
            }
            self.check_fit(&entry.key, &entry.value, key.answer_type(), &tests);
            conditions.push(Condition::Ask(key, tests));
        }
        if entries.is_empty() {
            let help = "ask a key of the node, such as `test: false`, or leave `where` out";
            self.mistakes.add_with_help(value.span, "`where` asks nothing", help);
        }
        // The answers that are slow to find come last.
        conditions.sort_by_key(Condition::asks_about_surroundings);
        Term::Where(conditions, kinds)
    }

    /// Adds a mistake for a text that `style` is compared with and that no comment has as its style.
    fn has_wrong_style(&mut self, value: &Value, tests: &[Test]) -> bool {
        let known = || CommentStyle::ALL.iter().map(|style| style.name());
        let texts = tests.iter().flat_map(|test| match test {
            Test::Equals(value) | Test::Differs(value) => std::slice::from_ref(value),
            Test::Among(values) => values,
            _ => &[],
        });
        let mut wrong = texts.filter_map(|value| match value {
            ConditionValue::Text(text) => Some(text),
            _ => None,
        });
        let Some(wrong) = wrong.find(|text| known().all(|known| known != *text)) else { return false };
        self.mistakes.add_unknown(value.span, "style of comments", wrong, known());
        true
    }

    /// Checks that answers to a key can pass the tests of its value.
    fn check_fit(&mut self, key: &str, value: &Value, answers: AnswerType, tests: &[Test]) {
        if !tests.iter().all(|test| test.fits(answers)) {
            let (wanted, help) = match answers {
                AnswerType::Bool => {
                    ("`true` or `false`", format!("write `{key}: true` or `{key}: false`, without quotes"))
                }
                AnswerType::Number => (
                    "a whole number",
                    format!(
                        "write a number without quotes, `{key}: 3`, or a comparison with one, `{key}: {{ gt: 3 }}`"
                    ),
                ),
                AnswerType::Text => (
                    "a text",
                    format!("write a text in quotes, `{key}: \"3\"`, or a comparison, `{key}: {{ regex: '^a' }}`"),
                ),
                AnswerType::List => (
                    "a list of texts",
                    format!("compare it with one of its texts, `{key}: a`, or with their number, `{key}: {{ gt: 3 }}`"),
                ),
            };
            let message = format!("this comparison never holds: the answer to `{key}` is {wanted}");
            self.mistakes.add_with_help(value.span, message, help);
        } else if matches!(answers, AnswerType::Number | AnswerType::List) && tests.iter().any(Test::is_about_negative)
        {
            let message = format!("`{key}` is a count and never below 0, so this comparison says nothing");
            self.mistakes.add_with_help(value.span, message, "compare it with 0 or more");
        } else if bounds(tests).is_some_and(|(least, most)| least > most) {
            let message = format!("these comparisons never hold together: no `{key}` passes all of them");
            let help = "write one of them, or put each into a `where` of its own under `any`";
            self.mistakes.add_with_help(value.span, message, help);
        }
    }

    /// The shared kinds that the rule object with this `where` can match; none when it may be any.
    fn listed_kinds(&mut self, node: Option<&Value>, terms: &[Term]) -> Option<Vec<Kind>> {
        if let Some(node) = node {
            return Some(self.node_kinds(node)).filter(|kinds| !kinds.is_empty());
        }
        let raw = terms.iter().filter_map(Term::kinds).reduce(|all, kinds| all.intersection(&kinds))?;
        let kinds = |raw| match self.dialect.vocabulary().shared_kinds(raw) {
            [] => &[Kind::Other],
            kinds => kinds,
        };
        let kinds: Vec<Kind> = raw.iter().flat_map(|raw| kinds(raw).iter().copied()).collect();
        // An empty list means that only another dialect has the kind.
        Some(kinds).filter(|kinds| !kinds.is_empty())
    }

    /// The modules of the key `import`: one, or a list.
    fn modules(&mut self, value: &Value) -> Vec<String> {
        let one = std::slice::from_ref(value);
        let items = value.as_list().unwrap_or(one);
        items.iter().filter_map(|item| self.text(item, "a module").map(str::to_owned)).collect()
    }

    /// The tests of a value: a literal, or a mapping of tests that must all hold.
    pub(super) fn tests(&mut self, value: &Value, key: &str, depth: usize) -> Vec<Test> {
        let Data::Map(entries) = &value.data else {
            return self.literal(value, key).map(Test::Equals).into_iter().collect();
        };
        if depth > 8 {
            self.mistakes.add(value.span, "`not` is nested too deep");
            return Vec::new();
        }
        let mut tests = Vec::with_capacity(entries.len());
        for entry in entries {
            let value = &entry.value;
            let test = match &*entry.key {
                "gt" => self.number(value).map(Test::Above),
                "ge" => self.number(value).map(Test::AtLeast),
                "lt" => self.number(value).map(Test::Below),
                "le" => self.number(value).map(Test::AtMost),
                "eq" => self.literal(value, key).map(Test::Equals),
                "ne" => self.literal(value, key).map(Test::Differs),
                "regex" => self.regex(value).map(Test::Regex),
                "not" => Some(Test::Not(self.tests(value, key, depth + 1))),
                "in" => self.literals(value, key).map(Test::Among),
                unknown => {
                    self.mistakes.add_unknown(entry.key_span, "comparison", unknown, TESTS.iter().copied());
                    None
                }
            };
            tests.extend(test);
        }
        if entries.is_empty() {
            let help = format!("write what it is compared with: `{key}: {{ eq: … }}`");
            self.mistakes.add_with_help(value.span, format!("`{key}` is compared with nothing"), help);
        }
        tests
    }

    fn number(&mut self, value: &Value) -> Option<i64> {
        if let Data::Int(number) = value.data {
            return Some(number);
        }
        if let Some(option) = option_at(value, self.mistakes.text()) {
            let message = format!("a whole number is needed here, and the option `{option}` is {}", value.describe());
            let help = format!("give `{option}` a number as its default, without quotes: `default: 3`");
            self.mistakes.add_with_help(value.span, message, help);
            return None;
        }
        let help = "write a number without quotes, or `{ option: max }` for an option of the page";
        let message = format!("a whole number is needed here, not {}", value.describe());
        self.mistakes.add_with_help(value.span, message, help);
        None
    }

    fn literals(&mut self, value: &Value, key: &str) -> Option<Vec<ConditionValue>> {
        let items = value.as_list();
        if items.is_none() {
            let message = format!("`in` takes a list, not {}", value.describe());
            self.mistakes.add_with_help(value.span, message, "write `in: [a, b]`, or `eq: a` for a single value");
        }
        Some(items?.iter().filter_map(|item| self.literal(item, key)).collect())
    }

    fn literal(&mut self, value: &Value, key: &str) -> Option<ConditionValue> {
        match &value.data {
            Data::Bool(found) => Some(ConditionValue::Bool(*found)),
            Data::Int(found) => Some(ConditionValue::Int(*found)),
            Data::String(text) if key == "callee" && text.contains('#') => {
                self.mistakes
                    .add(value.span, "`callee` is the text of a call; `target` asks what it names (`module#member`)");
                None
            }
            Data::String(text) => Some(ConditionValue::Text(text.clone())),
            Data::List(items) => {
                let help = if items.is_empty() {
                    format!("write `{key}: 0` for none of them")
                } else {
                    "write `in: [...]`".to_owned()
                };
                self.mistakes.add_with_help(value.span, "a list is no value to compare with", help);
                None
            }
            _ => {
                let found = value.describe();
                self.mistakes.add(value.span, format!("a boolean, number or string is needed here, not {found}"));
                None
            }
        }
    }
}

/// The signs of comparisons, each with its word; the longer ones come first.
const SIGNS: [(&str, &str); 7] =
    [(">=", "ge"), ("<=", "le"), ("==", "eq"), ("!=", "ne"), (">", "gt"), ("<", "lt"), ("=", "eq")];

/// The advice for a comparison with a sign in the place of a key: `lines > 3`.
fn comparison_in_key(key: &str) -> Option<String> {
    let at = key.find(['<', '>', '=', '!'])?;
    let (name, rest) = (key[..at].trim(), &key[at..]);
    ViewKey::named(name)?;
    let (sign, word) = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign))?;
    let value = rest[sign.len()..].trim();
    Some(match *word {
        _ if value.is_empty() => format!("write `{name}: {{ {word}: … }}`"),
        "eq" => format!("write `{name}: {value}`"),
        _ => format!("write `{name}: {{ {word}: {value} }}`"),
    })
}

/// The comparison that a text is meant as, if it has the signs of one: those of a regular expression, of a glob, or of an
/// order of numbers.
fn meant_comparison(key: &str, value: &Value, answers: AnswerType) -> Option<String> {
    let text = value.as_str()?.trim();
    if matches!(answers, AnswerType::Number | AnswerType::List) {
        let (sign, word) = SIGNS.iter().find(|(sign, _)| text.starts_with(sign))?;
        let number = text[sign.len()..].trim();
        return number.parse::<i64>().ok().map(|number| format!("write `{key}: {{ {word}: {number} }}`"));
    }
    // No name holds these signs.
    let is_name = matches!(key, "name" | "symbol" | "callee" | "receiver");
    if let Some(regex) = text.strip_prefix('/').and_then(|text| text.strip_suffix('/')).filter(|_| is_name) {
        return Some(format!("write `{key}: {{ regex: '{regex}' }}`"));
    }
    let mut names = text.split('|');
    let is_word = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
    if is_name && text.contains('|') && names.all(is_word) {
        return Some(format!("write `{key}: {{ in: [{}] }}`", text.replace('|', ", ")));
    }
    let is_regex = text.starts_with('^') || text.contains(".*") || text.contains(".+") || text.contains('|');
    if is_name && key != "callee" && is_regex || key == "callee" && text.starts_with('^') {
        return Some(format!("write a regular expression: `{key}: {{ regex: '{text}' }}`"));
    }
    let is_glob = matches!(key, "name" | "symbol") && text.contains('*');
    is_glob.then(|| format!("write a regular expression: `{key}: {{ regex: '^{}$' }}`", text.replace('*', ".*")))
}

/// The option whose value stands at a place, `{ option: NAME }`, if it does.
fn option_at(value: &Value, text: &str) -> Option<String> {
    let written = text.get(value.span.range())?.trim();
    // The span of a mapping in braces may end before its brace.
    let inner = written.strip_prefix('{')?.trim_end_matches('}').trim();
    let name = inner.strip_prefix("option")?.trim_start().strip_prefix(':')?.trim();
    (!name.contains([',', ':'])).then(|| name.to_owned())
}

/// The bounds of numbers that pass all tests; none for tests of other kinds.
fn bounds(tests: &[Test]) -> Option<(i64, i64)> {
    let mut bounds = (i64::MIN, i64::MAX);
    for test in tests {
        match test {
            Test::Above(number) => bounds.0 = bounds.0.max(number.saturating_add(1)),
            Test::AtLeast(number) => bounds.0 = bounds.0.max(*number),
            Test::Below(number) => bounds.1 = bounds.1.min(number.saturating_sub(1)),
            Test::AtMost(number) => bounds.1 = bounds.1.min(*number),
            Test::Equals(ConditionValue::Int(number)) => {
                bounds = (bounds.0.max(*number), bounds.1.min(*number));
            }
            _ => return None,
        }
    }
    Some(bounds)
}
