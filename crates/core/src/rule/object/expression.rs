//! Regular expressions of rules, built when they are first asked: building costs more than checking a small file.

use std::sync::OnceLock;

use regex::Regex;
use regex::bytes;
use regex_syntax::hir::{Class, Hir, HirKind, Look};

use crate::budget::Steps;
use crate::ir::Node;

/// A regular expression that is known to be right.
#[derive(Debug)]
pub(crate) struct Expression {
    text: String,
    syntax: Hir,
    /// Whether all that it tells apart is ASCII, so that it means the same with and without the tables of Unicode.
    is_only_ascii: bool,
    /// The bytes that a text must have for it to be found there, at least and at most.
    least: usize,
    most: usize,
    /// The bytes that a text can begin with to match, where it must match from its start.
    first: Option<FirstBytes>,
    /// The one text that it matches, where there is no more to it.
    whole: Option<Box<[u8]>>,
    full: OnceLock<Option<Regex>>,
    ascii: OnceLock<Option<bytes::Regex>>,
}

/// Up to this length, and without counted repetitions, an expression is never too large to be built.
const SURELY_SMALL: usize = 200;

/// Up to this weight neither: what is built takes at most a few tens of bytes for each, and may take ten megabytes.
const SURELY_LIGHT: u64 = 100_000;

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn new(text: &str) -> Result<Self, String> {
        let reason = |error: String| error.rsplit("error: ").next().unwrap_or(&error).trim().to_owned();
        let syntax = regex_syntax::parse(text).map_err(|error| reason(error.to_string()))?;
        let is_only_ascii = is_only_ascii(&syntax);
        let first = first_bytes(&syntax);
        let whole = whole_text(&syntax);
        let (full, ascii) = (OnceLock::new(), OnceLock::new());
        let properties = syntax.properties();
        // What matches nothing has no lengths.
        let least = properties.minimum_len().unwrap_or(0);
        let is_whole =
            properties.look_set_prefix().contains(Look::Start) && properties.look_set_suffix().contains(Look::End);
        let most = properties.maximum_len().filter(|_| is_whole).unwrap_or(usize::MAX);
        let expression = Self { text: text.to_owned(), syntax, is_only_ascii, least, most, first, whole, full, ascii };
        if (text.len() > SURELY_SMALL || text.contains('{')) && weight(&expression.syntax) > SURELY_LIGHT {
            let built = Regex::new(text).map_err(|error| reason(error.to_string()))?;
            expression.full.get_or_init(|| Some(built));
        }
        Ok(expression)
    }

    /// What it is made of.
    pub(crate) fn syntax(&self) -> &Hir {
        &self.syntax
    }

    /// Whether it can only be found at the start of a text, so that looking for it is quick.
    pub(super) fn is_anchored(&self) -> bool {
        self.syntax.properties().look_set_prefix().contains(Look::Start)
    }

    /// Whether it is found in the text of a node. Most texts are told by their length and first byte.
    #[inline]
    pub(super) fn matches(&self, node: Node<'_>, steps: &Steps) -> bool {
        if !self.may_match_node(node) {
            return false;
        }
        let text = node.text();
        // Some expressions take twice as long for a byte as comparing it does.
        steps.take_text(2 * text.len()) && self.is_match(text)
    }

    /// Whether it may be found in the text of a node, by a glance at that.
    #[inline]
    pub(crate) fn may_match_node(&self, node: Node<'_>) -> bool {
        self.may_match(node.text_len(), || node.first_byte())
    }

    /// Whether it may be found in a text of this length that begins with this byte, if with any.
    #[inline]
    fn may_match(&self, len: usize, first: impl FnOnce() -> Option<u8>) -> bool {
        if len < self.least || len > self.most {
            return false;
        }
        // No expression that says how a text begins matches an empty one.
        self.first.as_ref().is_none_or(|bytes| len > 0 && first().is_some_and(|first| bytes[usize::from(first)]))
    }

    /// Whether it may be found in a text that begins with this byte.
    pub(super) fn may_begin_with(&self, first: u8) -> bool {
        self.first.as_ref().is_none_or(|bytes| bytes[usize::from(first)])
    }

    /// Whether it is found in the text.
    pub(super) fn is_match(&self, text: &str) -> bool {
        if !self.may_match(text.len(), || text.bytes().next()) {
            return false;
        }
        if let Some(whole) = &self.whole {
            return text.as_bytes() == &**whole;
        }
        // Most text is ASCII, where `\w` and its like mean the same without the tables of Unicode, which take long to build.
        if self.text.is_ascii() && (self.is_only_ascii || text.is_ascii()) {
            let build = || bytes::RegexBuilder::new(&self.text).unicode(false).build().ok();
            if let Some(regex) = self.ascii.get_or_init(build) {
                return regex.is_match(text.as_bytes());
            }
        }
        self.full.get_or_init(|| Regex::new(&self.text).ok()).as_ref().is_some_and(|regex| regex.is_match(text))
    }
}

/// At most how many states and transitions the expression is built into.
fn weight(syntax: &Hir) -> u64 {
    // A range of characters is up to seven sequences of up to four bytes.
    let of_ranges = |count: usize| 32 * count as u64;
    match syntax.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len() as u64,
        HirKind::Class(Class::Unicode(class)) => of_ranges(class.ranges().len()),
        HirKind::Class(Class::Bytes(class)) => of_ranges(class.ranges().len()),
        HirKind::Capture(capture) => weight(&capture.sub).saturating_add(2),
        HirKind::Repetition(repetition) => {
            let copies = repetition.max.unwrap_or(repetition.min.saturating_add(1)).max(1);
            weight(&repetition.sub).saturating_add(2).saturating_mul(u64::from(copies))
        }
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().map(weight).fold(2, u64::saturating_add),
    }
}

/// By byte, whether a text may begin with it.
type FirstBytes = Box<[bool; 256]>;

/// What the text begins with that an expression with `^` matches; none without it, or when it matches an empty text.
fn first_bytes(syntax: &Hir) -> Option<FirstBytes> {
    let HirKind::Concat(parts) = syntax.kind() else { return None };
    let (first, rest) = parts.split_first()?;
    let mut bytes = Box::new([false; 256]);
    (*first.kind() == HirKind::Look(Look::Start) && add_first(rest, &mut bytes)).then_some(bytes)
}

/// The text of an expression such as `^any$`.
fn whole_text(syntax: &Hir) -> Option<Box<[u8]>> {
    let HirKind::Concat(parts) = syntax.kind() else { return None };
    let [first, middle, last] = &parts[..] else { return None };
    let is_whole = *first.kind() == HirKind::Look(Look::Start) && *last.kind() == HirKind::Look(Look::End);
    match middle.kind() {
        HirKind::Literal(literal) if is_whole => Some(literal.0.clone()),
        _ => None,
    }
}

/// Adds what a sequence can begin with; whether it surely begins with one of these.
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
            // Each choice adds its own, whatever the others say.
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

/// Whether neither a class nor a border of words in it asks about characters beyond ASCII.
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
            let (own, full) = (Expression::new(expression).unwrap(), Regex::new(expression).unwrap());
            for text in texts {
                assert_eq!(own.is_match(text), full.is_match(text), "{expression:?} in {text:?}");
            }
        }
    }
}
