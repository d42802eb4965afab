//! Regular expressions of rules. They are parsed with the rule, and built when first used: building one costs more than
//! checking a small file.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use regex::{Regex, RegexBuilder, bytes};
use regex_syntax::hir::{Class, Hir, HirKind, Look};

use crate::budget::Steps;
use crate::ir::{Lowered, Node};

/// A regular expression that parses.
#[derive(Debug)]
pub(crate) struct Expression {
    text: String,
    syntax: Hir,
    /// True if it distinguishes only ASCII characters, so that it means the same with and without Unicode tables.
    is_only_ascii: bool,
    /// The least and most bytes of a text that it can match in. The most is known only with both `^` and `$`.
    min_len: usize,
    max_len: usize,
    /// With `^`: the bytes that a matching text can begin with.
    first: Option<FirstBytes>,
    /// True if every text that it matches has a `#`.
    needs_hash_sign: bool,
    /// Of `^text$`: the one text that it matches.
    exact_text: Option<Box<[u8]>>,
    /// Built with Unicode tables.
    full: OnceLock<Option<Regex>>,
    /// Built without Unicode tables, for ASCII texts.
    ascii: OnceLock<Option<bytes::Regex>>,
}

/// The longest expression without `{n}` that is accepted without a trial build: it cannot exceed the size limit of the
/// `regex` crate.
const MAX_UNCHECKED_BYTES: usize = 200;

/// The most [`built_bytes`] of an expression that is accepted without a trial build: a quarter of what the `regex` crate
/// allows, since they are an estimate.
const MAX_UNCHECKED_BUILT_BYTES: u64 = MAX_BUILT_BYTES / 4;

/// The longest expression, in bytes. A class of two bytes (`\w`) is parsed into thousands.
const MAX_EXPRESSION_BYTES: usize = 64 << 10;

/// The bytes that a thread may keep for matching one expression, each way (forwards and backwards): the cache of its
/// lazily built automaton, which is emptied when it is full.
const MAX_MATCHING_BYTES: usize = 256 << 10;

/// The expressions of the rules of a plan, each once, however many rules and dialects have it.
#[derive(Debug, Default)]
pub(crate) struct ExpressionPool {
    expressions: HashMap<String, Arc<Expression>>,
    /// The bytes that all of them take when they are built.
    built_bytes: u64,
    /// True once an expression was refused because the others leave no room for it.
    is_full: bool,
}

/// The most bytes that all expressions of a plan may take when they are built. It is enough for five thousand different
/// ones with a `\w`.
pub(super) const MAX_POOL_BYTES: u64 = 256 << 20;

/// The most bytes that one expression takes when it is built: the size limit of the `regex` crate.
const MAX_BUILT_BYTES: u64 = 10 << 20;

impl ExpressionPool {
    /// The expression of a text.
    ///
    /// # Errors
    /// It is wrong, or there is no room for it.
    pub(super) fn get(&mut self, text: &str) -> Result<Arc<Expression>, ExpressionError> {
        if let Some(known) = self.expressions.get(text) {
            return Ok(known.clone());
        }
        let expression = Expression::parse(text).map_err(ExpressionError::Wrong)?;
        let bytes = built_bytes(&expression.syntax).min(MAX_BUILT_BYTES);
        if self.built_bytes + bytes > MAX_POOL_BYTES {
            let is_first = !std::mem::replace(&mut self.is_full, true);
            return Err(ExpressionError::NoRoom { is_first });
        }
        expression.check_size().map_err(ExpressionError::Wrong)?;
        self.built_bytes += bytes;
        Ok(self.expressions.entry(text.to_owned()).or_insert(Arc::new(expression)).clone())
    }
}

/// The reason why an expression is refused.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ExpressionError {
    /// It is no expression, or too large by itself.
    Wrong(String),
    /// The expressions of a plan may take no more bytes.
    NoRoom {
        /// True for the first expression of the plan that is refused for this.
        is_first: bool,
    },
}

/// True if every match of an expression has this ASCII byte.
fn needs_byte(hir: &Hir, byte: u8) -> bool {
    match hir.kind() {
        HirKind::Literal(literal) => literal.0.contains(&byte),
        HirKind::Capture(capture) => needs_byte(&capture.sub, byte),
        HirKind::Repetition(repetition) => repetition.min > 0 && needs_byte(&repetition.sub, byte),
        HirKind::Alternation(choices) => choices.iter().all(|choice| needs_byte(choice, byte)),
        HirKind::Concat(parts) => parts.iter().any(|part| needs_byte(part, byte)),
        HirKind::Empty | HirKind::Class(_) | HirKind::Look(_) => false,
    }
}

/// The message of an error of the `regex` crate, without the drawing before it.
fn reason(error: &dyn std::fmt::Display) -> String {
    let error = error.to_string();
    error.rsplit("error: ").next().unwrap_or(&error).trim().to_owned()
}

/// Builds the form with Unicode tables.
fn build_full(text: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(text).dfa_size_limit(MAX_MATCHING_BYTES).build()
}

impl Expression {
    /// Parses an expression.
    fn parse(text: &str) -> Result<Self, String> {
        if text.len() > MAX_EXPRESSION_BYTES {
            return Err(format!("it is longer than {MAX_EXPRESSION_BYTES} bytes"));
        }
        let syntax = regex_syntax::parse(text).map_err(|error| reason(&error))?;
        let is_only_ascii = is_only_ascii(&syntax);
        let first = first_bytes(&syntax);
        let exact_text = exact_text_of(&syntax);
        let needs_hash_sign = needs_byte(&syntax, b'#');
        let (full, ascii) = (OnceLock::new(), OnceLock::new());
        let properties = syntax.properties();
        // An expression that matches nothing has no minimum length.
        let min_len = properties.minimum_len().unwrap_or(0);
        let is_whole =
            properties.look_set_prefix().contains(Look::Start) && properties.look_set_suffix().contains(Look::End);
        let max_len = properties.maximum_len().filter(|_| is_whole).unwrap_or(usize::MAX);
        Ok(Self {
            text: text.to_owned(),
            syntax,
            is_only_ascii,
            min_len,
            max_len,
            first,
            needs_hash_sign,
            exact_text,
            full,
            ascii,
        })
    }

    /// Builds the expression if it may be larger than the `regex` crate allows.
    fn check_size(&self) -> Result<(), String> {
        let may_be_large = self.text.len() > MAX_UNCHECKED_BYTES || self.text.contains('{');
        if may_be_large && built_bytes(&self.syntax) > MAX_UNCHECKED_BUILT_BYTES {
            let built = build_full(&self.text).map_err(|error| reason(&error))?;
            self.full.get_or_init(|| Some(built));
        }
        Ok(())
    }

    /// True if every text that it matches has a `#`.
    pub(super) fn needs_hash_sign(&self) -> bool {
        self.needs_hash_sign
    }

    /// The parsed expression.
    pub(crate) fn syntax(&self) -> &Hir {
        &self.syntax
    }

    /// True if it begins with `^`, so that it is matched at one place of a text only.
    pub(super) fn is_anchored(&self) -> bool {
        self.syntax.properties().look_set_prefix().contains(Look::Start)
    }

    /// True if it matches in the text of a node, without lawbook's directives unless it names them. Length and first byte
    /// rule out most texts.
    #[inline]
    pub(super) fn matches(&self, node: Node<'_>, file: &Lowered, steps: &Steps) -> bool {
        if !self.may_match_node(node) {
            return false;
        }
        // Some expressions take twice as long for a byte as a comparison does.
        if !steps.take_text(2 * node.text_len()) {
            return false;
        }
        if self.text.contains(OWN_NAME) {
            return self.is_match(node.text());
        }
        file.text_for_rules(node).is_some_and(|text| self.is_match(&text))
    }

    /// True if the length and first byte of a node's text fit the expression.
    #[inline]
    pub(crate) fn may_match_node(&self, node: Node<'_>) -> bool {
        self.may_match(node.text_len(), || node.first_byte())
    }

    /// True if a text of this length, with this first byte if it is not empty, may match.
    #[inline]
    fn may_match(&self, len: usize, first: impl FnOnce() -> Option<u8>) -> bool {
        if len < self.min_len || len > self.max_len {
            return false;
        }
        // An expression with known first bytes does not match an empty text.
        self.first.as_ref().is_none_or(|bytes| len > 0 && first().is_some_and(|first| bytes[usize::from(first)]))
    }

    /// True if a text that begins with this byte may match.
    pub(super) fn may_begin_with(&self, first: u8) -> bool {
        self.first.as_ref().is_none_or(|bytes| bytes[usize::from(first)])
    }

    /// True if it matches in the text.
    pub(super) fn is_match(&self, text: &str) -> bool {
        if !self.may_match(text.len(), || text.bytes().next()) {
            return false;
        }
        if let Some(exact_text) = &self.exact_text {
            return text.as_bytes() == &**exact_text;
        }
        // In ASCII text `\w` and the like mean the same without Unicode tables, which take long to build.
        if self.text.is_ascii() && (self.is_only_ascii || text.is_ascii()) {
            let build =
                || bytes::RegexBuilder::new(&self.text).unicode(false).dfa_size_limit(MAX_MATCHING_BYTES).build().ok();
            if let Some(regex) = self.ascii.get_or_init(build) {
                return regex.is_match(text.as_bytes());
            }
        }
        self.full.get_or_init(|| build_full(&self.text).ok()).as_ref().is_some_and(|regex| regex.is_match(text))
    }
}

/// The name in an expression that is about lawbook's directives.
const OWN_NAME: &str = "lawbook";

/// An estimate of the bytes that an expression takes when it is built: a state for each byte of a literal, and an automaton
/// for the UTF-8 of each class.
fn built_bytes(syntax: &Hir) -> u64 {
    const STATE: u64 = 32;
    match syntax.kind() {
        HirKind::Empty | HirKind::Look(_) => STATE,
        HirKind::Literal(literal) => STATE * literal.0.len() as u64,
        HirKind::Class(Class::Unicode(class)) if class.is_ascii() => STATE + 8 * class.ranges().len() as u64,
        HirKind::Class(Class::Unicode(class)) => 20 * STATE + 2 * STATE * class.ranges().len() as u64,
        HirKind::Class(Class::Bytes(class)) => STATE + 8 * class.ranges().len() as u64,
        HirKind::Capture(capture) => built_bytes(&capture.sub).saturating_add(2 * STATE),
        HirKind::Repetition(repetition) => {
            let copies = repetition.max.unwrap_or(repetition.min).max(1);
            built_bytes(&repetition.sub).saturating_add(2 * STATE).saturating_mul(u64::from(copies))
        }
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().map(built_bytes).fold(2 * STATE, u64::saturating_add)
        }
    }
}

/// By byte, true if a text may begin with it.
type FirstBytes = Box<[bool; 256]>;

/// The bytes that a match of an expression with `^` can begin with; none without `^`, or when it matches an empty text.
fn first_bytes(syntax: &Hir) -> Option<FirstBytes> {
    let HirKind::Concat(parts) = syntax.kind() else { return None };
    let (first, rest) = parts.split_first()?;
    let mut bytes = Box::new([false; 256]);
    (*first.kind() == HirKind::Look(Look::Start) && add_first(rest, &mut bytes)).then_some(bytes)
}

/// The text of an expression such as `^any$`.
fn exact_text_of(syntax: &Hir) -> Option<Box<[u8]>> {
    let HirKind::Concat(parts) = syntax.kind() else { return None };
    let [first, middle, last] = &parts[..] else { return None };
    let is_whole = *first.kind() == HirKind::Look(Look::Start) && *last.kind() == HirKind::Look(Look::End);
    match middle.kind() {
        HirKind::Literal(literal) if is_whole => Some(literal.0.clone()),
        _ => None,
    }
}

/// Adds the bytes that a match of the sequence can begin with. True if the sequence matches no empty text, so that no
/// later part can be the first.
fn add_first(parts: &[Hir], bytes: &mut FirstBytes) -> bool {
    parts.iter().any(|part| match part.kind() {
        HirKind::Literal(literal) => literal.0.first().is_some_and(|byte| {
            bytes[usize::from(*byte)] = true;
            true
        }),
        HirKind::Class(Class::Unicode(class)) => {
            for range in class.iter() {
                let byte = |c: char| u8::try_from(c).ok().filter(u8::is_ascii);
                for at in byte(range.start()).unwrap_or(0x80)..=byte(range.end()).unwrap_or(0xFF) {
                    bytes[usize::from(at)] = true;
                }
            }
            true
        }
        HirKind::Capture(capture) => add_first(std::slice::from_ref(&capture.sub), bytes),
        HirKind::Repetition(repetition) => {
            add_first(std::slice::from_ref(&repetition.sub), bytes) && repetition.min > 0
        }
        HirKind::Alternation(choices) => {
            // No short-circuit: every alternative has to add its bytes.
            let sure = choices.iter().filter(|choice| add_first(std::slice::from_ref(*choice), bytes)).count();
            sure == choices.len()
        }
        HirKind::Concat(inner) => add_first(inner, bytes),
        HirKind::Class(Class::Bytes(class)) => {
            for range in class.iter() {
                (range.start()..=range.end()).for_each(|byte| bytes[usize::from(byte)] = true);
            }
            true
        }
        HirKind::Empty | HirKind::Look(_) => false,
    })
}

/// True if no character class and no word boundary in it depends on characters beyond ASCII.
fn is_only_ascii(syntax: &Hir) -> bool {
    match syntax.kind() {
        HirKind::Empty | HirKind::Literal(_) => true,
        HirKind::Class(Class::Unicode(class)) => class.iter().all(|range| range.end().is_ascii()),
        HirKind::Class(Class::Bytes(class)) => class.is_ascii(),
        HirKind::Look(look) => matches!(look, Look::Start | Look::End | Look::StartLF | Look::EndLF),
        HirKind::Repetition(repetition) => is_only_ascii(&repetition.sub),
        HirKind::Capture(capture) => is_only_ascii(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().all(is_only_ascii),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_expressions_are_one() {
        let mut pool = ExpressionPool::default();
        let first = pool.get(r"^\w{1,40}$").unwrap();
        let taken = pool.built_bytes;
        assert!(Arc::ptr_eq(&first, &pool.get(r"^\w{1,40}$").unwrap()));
        assert_eq!(pool.built_bytes, taken);
        pool.get(r"^\w{1,41}$").unwrap();
        assert!(pool.built_bytes > taken);
    }

    #[test]
    fn what_is_accepted_without_a_trial_can_be_built() {
        for part in [r"\w", r"\pL", ".", "[^a]", "abcdefgh", "(a|b)", "[\u{10001}-\u{1FFFE}]", r"(?i:ſ)", r"\b", "a*"]
        {
            let text = (1..20).map(|power| format!("(?:{part}){{{}}}", 1 << power));
            let text =
                text.take_while(|text| built_bytes(&regex_syntax::parse(text).unwrap()) <= MAX_UNCHECKED_BUILT_BYTES);
            if let Some(largest) = text.last() {
                assert!(build_full(&largest).is_ok(), "{largest}");
            }
        }
    }

    #[test]
    fn all_expressions_together_have_a_limit() {
        let mut pool = ExpressionPool::default();
        let error = (0..10_000).find_map(|number| pool.get(&format!(r"^\w{{1,40}}{number}$")).err()).unwrap();
        assert_eq!(error, ExpressionError::NoRoom { is_first: true });
        assert_eq!(pool.get(r"^\w{1,40}$").unwrap_err(), ExpressionError::NoRoom { is_first: false });
        // What is there already stays, and a small one still has room.
        assert!(pool.get(r"^\w{1,40}0$").is_ok() && pool.get("^a$").is_ok());
    }

    #[test]
    fn what_honest_rules_need_is_within_the_limit() {
        let mut pool = ExpressionPool::default();
        for number in 0..5_000 {
            pool.get(&format!(r"^use\w+{number}$")).unwrap();
        }
    }

    #[test]
    fn an_expression_as_long_as_a_file_is_refused_before_it_is_parsed() {
        let error = ExpressionPool::default().get(&r"\w".repeat(100_000)).unwrap_err();
        assert_eq!(error, ExpressionError::Wrong("it is longer than 65536 bytes".to_owned()));
    }

    #[test]
    fn in_ascii_the_small_form_finds_what_the_full_one_finds() {
        let expressions = [
            r"^\w+$",
            "^any$",
            "^é$",
            "^(any)$",
            "^any",
            "(?m)^b",
            r"\bany\b",
            "(?i)K[^a-z]",
            r"\s",
            "^.$",
            r"\d{2}",
            r"[[:alpha:]]\W",
            r"\p{Lu}",
            "(?i)straSSe",
            "a.b",
            "[^x]",
            "",
            "$",
            r"(?s).\z",
            r"(?m)^b$",
            r"\x{61}",
            r"(?u:\w)",
            r"[\w--a]",
            r"\B",
        ];
        let texts = [
            "",
            "a",
            "any",
            "many",
            "any!",
            "é",
            "K1",
            "k_",
            " \t",
            "ab",
            "42",
            "A!",
            "STRASSE",
            "x",
            "a\nb",
            "b\n",
            "\u{b}",
            "aé",
            "\u{212a}1",
        ];
        for expression in expressions {
            let (own, full) = (Expression::parse(expression).unwrap(), Regex::new(expression).unwrap());
            for text in texts {
                assert_eq!(own.is_match(text), full.is_match(text), "{expression:?} in {text:?}");
            }
        }
    }
}
