//! Texts with metavariables: messages, titles of fixes, and the code of fixes.

use crate::diagnostic::KeptCode;
use crate::ir::{Node, Tree};
use crate::lines::split_lines;
use crate::mistake::{Mistakes, unknown_name_help};
use crate::pattern::{Env, VarId, Variables, is_name_char, is_name_start};
use crate::rule::page::{OptionValue, Options};
use crate::span::Span;

/// A text, split at its metavariables.
#[derive(Debug)]
pub(crate) struct Template {
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    Text(String),
    /// The capture of `$NAME` or, with `many`, of `$$$NAME`. `var` is none when the rule has no such metavariable;
    /// `indent` is the indentation in the template's line.
    Hole {
        var: Option<VarId>,
        many: bool,
        indent: usize,
    },
}

/// A metavariable in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mention<'s> {
    /// The name without sigils.
    pub(crate) name: &'s str,
    /// True for `$$$NAME`.
    pub(crate) many: bool,
    start: usize,
    end: usize,
}

/// The metavariables in a text, in order.
pub(crate) fn mentions(text: &str) -> impl Iterator<Item = Mention<'_>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let start = from + text.get(from..)?.find('$')?;
            let sigils = text[start..].bytes().take(3).take_while(|byte| *byte == b'$').count();
            let name = &text[start + sigils..];
            let name = &name[..name.find(|c| !is_name_char(c)).unwrap_or(name.len())];
            if name.is_empty() {
                from = start + 1;
                continue;
            }
            from = start + sigils + name.len();
            return Some(Mention { name, many: sigils == 3, start, end: from });
        }
    })
}

/// The names behind a `$` that are in small letters, which make no metavariable of them, each with its `$`.
pub(crate) fn small_mentions(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('$').filter_map(|(at, _)| {
        let name = &text[at + 1..];
        let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len());
        let is_small = name.starts_with(|c: char| c.is_ascii_lowercase());
        (is_small && !text[..at].ends_with('\\')).then(|| &text[at..at + 1 + end])
    })
}

/// Adds a mistake for each metavariable in a message or title that the rule does not have. `span` is that of the text,
/// with its quotes.
pub(crate) fn check_mentions(text: &str, span: Span, variables: &Variables, mistakes: &mut Mistakes) {
    let written = mistakes.text().clone();
    let written = written.get(span.range()).unwrap_or_default();
    for name in small_mentions(text) {
        let capitals = name[1..].to_uppercase();
        if variables.has(&capitals) {
            let help = format!("write `${capitals}`, or `\\{name}` for the text itself");
            mistakes.add_with_help(span, format!("`{name}` is no metavariable: these are in capitals"), help);
        }
    }
    for (_, name, many) in variables.iter() {
        let sigil = if many { "$$$" } else { "$" };
        let foreign =
            [format!("{{{{{name}}}}}"), format!("{{{{ {name} }}}}"), format!("${{{name}}}"), format!("{{{name}}}")];
        if let Some(foreign) = foreign.iter().find(|foreign| text.contains(*foreign)) {
            let message = format!("`{foreign}` is no metavariable here");
            mistakes.add_with_help(span, message, format!("write `{sigil}{name}`"));
        }
    }
    for mention in mentions(text) {
        let is_name = mention.name.starts_with(is_name_start);
        let is_escaped = text[..mention.start].ends_with('\\');
        if !is_escaped && mention.name.bytes().all(|byte| byte.is_ascii_digit()) {
            let written = &text[mention.start..mention.end];
            let help = format!("write the name of one, such as `$NAME`, or `\\{written}` for the text itself");
            mistakes.add_with_help(span, format!("`{written}` is no metavariable: these have names"), help);
        }
        if !is_name || is_escaped || variables.get(mention.name, mention.many).is_some() {
            continue;
        }
        let name = &text[mention.start..mention.end];
        let place = written.find(name).map_or(span, |at| {
            let start = span.start + at as u32;
            Span::new(start, start + name.len() as u32)
        });
        let literal = format!("for the text itself write `\\{name}`");
        let help = if mention.name.starts_with('_') {
            format!("a name that begins with `_` captures nothing: rename it here and in the pattern; {literal}")
        } else if variables.has(mention.name) {
            let sigil = if mention.many { "$" } else { "$$$" };
            format!("the rule has it as `{sigil}{}`", mention.name)
        } else if variables.names().next().is_none() {
            format!("the rule has no metavariable: capture one with a `pattern`; {literal}")
        } else {
            let sigil = |many| if many { "$$$" } else { "$" };
            let known: Vec<String> = variables.iter().map(|(_, name, many)| format!("{}{name}", sigil(many))).collect();
            let help = unknown_name_help(name, known.iter().map(String::as_str));
            format!("{}; {literal}", help.trim_end_matches('?'))
        };
        mistakes.add_with_help(place, format!("unknown metavariable `{name}`"), help);
    }
}

impl Template {
    /// A message or title. Metavariables of the rule and `{option}`s that are declared are filled in, and `\$` is a `$`; all
    /// else stays as written.
    pub(crate) fn message(text: &str, variables: &Variables, options: &Options) -> Self {
        let mut parts = Vec::new();
        let mut at = 0;
        for mention in mentions(text) {
            if let Some(before) = text[at..mention.start].strip_suffix('\\') {
                parts.push(Part::Text(fill_options(before, options)));
                at = mention.start;
                continue;
            }
            let Some(var) = variables.get(mention.name, mention.many) else { continue };
            parts.push(Part::Text(fill_options(&text[at..mention.start], options)));
            parts.push(Part::Hole { var: Some(var), many: mention.many, indent: 0 });
            at = mention.end;
        }
        parts.push(Part::Text(fill_options(&text[at..], options)));
        Self { parts }
    }

    /// The code of a fix. Every metavariable is filled in.
    pub(crate) fn code(text: &str, variables: &Variables) -> Self {
        let mut parts = Vec::new();
        let mut at = 0;
        for mention in mentions(text) {
            parts.push(Part::Text(text[at..mention.start].to_owned()));
            let var = variables.get(mention.name, mention.many);
            parts.push(Part::Hole { var, many: mention.many, indent: indent_of(&text[..mention.start]) });
            at = mention.end;
        }
        parts.push(Part::Text(text[at..].to_owned()));
        Self { parts }
    }

    /// The text, if it has no metavariables.
    pub(crate) fn fixed(&self) -> Option<&str> {
        match &*self.parts {
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The message with the first lines of captures filled in, each cut at [`MAX_SHOWN_CAPTURE`] characters.
    pub(crate) fn fill_message(&self, env: &Env, tree: &Tree) -> String {
        let mut result = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => result.push_str(text),
                Part::Hole { var, many, .. } => {
                    let text = captured(*var, *many, env, tree).unwrap_or_default();
                    let line = split_lines(text).next().unwrap_or_default();
                    let end = line.char_indices().nth(MAX_SHOWN_CAPTURE).map_or(line.len(), |(end, _)| end);
                    let shown = line[..end].trim_end();
                    result.push_str(shown);
                    if shown.len() < text.trim_end().len() {
                        result.push('…');
                    }
                }
            }
        }
        result
    }

    /// The code that replaces `node`. Captures of several lines keep their relative indentation and are shifted to that
    /// of their new place. None if a metavariable has no capture.
    pub(crate) fn fill_code(&self, env: &Env, node: Node<'_>) -> Option<FilledCode> {
        let tree = node.tree();
        let base = indent_of(tree.text_before(node.start()));
        let mut filled = FilledCode::default();
        for part in &self.parts {
            match part {
                Part::Text(text) => push_indented(&mut filled.text, text, 0, base, |_, _| {}),
                Part::Hole { var, many, indent } => {
                    let nodes = captured_nodes((*var)?, *many, env, tree)?;
                    filled.push(&nodes, tree, base + *indent);
                }
            }
        }
        Some(filled)
    }
}

/// The most characters of a capture in a message, of its first line. Nobody reads more, and the messages of nested findings
/// would hold most of the file each.
const MAX_SHOWN_CAPTURE: usize = 80;

/// The code of a fix with its captures filled in.
#[derive(Debug, Default)]
pub(crate) struct FilledCode {
    pub(crate) text: String,
    /// The nodes of the captures.
    pub(crate) kept: Vec<KeptCode>,
}

impl FilledCode {
    /// Appends siblings, from the first to the last, with the lines after the first indented by `indent`.
    fn push(&mut self, nodes: &[Node<'_>], tree: &Tree, indent: usize) {
        let (Some(first), Some(last)) = (nodes.first(), nodes.last()) else { return };
        let span = first.span().cover(last.span());
        let code = tree.slice(span);
        let was = if code.contains('\n') { indent_of(tree.text_before(span.start)) } else { 0 };
        // The bytes at which lines start, in the code and in the new text.
        let mut lines = vec![(0, self.text.len())];
        push_indented(&mut self.text, code, was, indent, |old, new| lines.push((old, new)));
        let moved = |at: u32| {
            let at = tree.slice(Span::new(span.start, at)).len();
            let (old, new) = lines[lines.partition_point(|(old, _)| *old <= at).saturating_sub(1)];
            (new + at - old) as u32
        };
        let named = nodes.iter().filter(|node| node.is_named() && !node.is_extra());
        self.kept.extend(named.map(|node| {
            let old = node.span();
            KeptCode { old, new: Span::new(moved(old.start), moved(old.end)) }
        }));
    }
}

/// The nodes of a capture: one, or the nodes and tokens of a list.
fn captured_nodes<'t>(var: VarId, many: bool, env: &Env, tree: &'t Tree) -> Option<Vec<Node<'t>>> {
    if many { Some(env.many(var, tree)?.collect()) } else { Some(vec![env.one(var, tree)?]) }
}

/// The text of a capture: of one node, or of a list from its first to its last node.
fn captured<'t>(var: Option<VarId>, many: bool, env: &Env, tree: &'t Tree) -> Option<&'t str> {
    if !many {
        return Some(env.one(var?, tree)?.text());
    }
    let mut nodes = env.many(var?, tree)?;
    let first = nodes.next()?;
    Some(tree.slice(first.span().cover(nodes.last().unwrap_or(first).span())))
}

/// The most bytes that the start of a line is searched for backwards.
const MAX_INDENT_LOOKBACK_BYTES: usize = 512;

/// The number of spaces at the start of the last line of `before`; 0 when that start is too far away.
fn indent_of(before: &str) -> usize {
    let from = before.len().saturating_sub(MAX_INDENT_LOOKBACK_BYTES);
    let near = &before.as_bytes()[from..];
    let line = match near.iter().rposition(|byte| *byte == b'\n') {
        Some(end) => &near[end + 1..],
        None if from == 0 => near,
        None => return 0,
    };
    line.iter().take_while(|byte| **byte == b' ').count()
}

/// Appends `text`, whose first line was indented by `was` spaces and now is by `now`, with its other lines shifted by
/// the difference. `at_line` gets the bytes at which the code of each of these starts in `text` and in the result.
fn push_indented(result: &mut String, text: &str, was: usize, now: usize, mut at_line: impl FnMut(usize, usize)) {
    let mut at = 0;
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            result.push('\n');
            result.extend(std::iter::repeat_n(' ', now.saturating_sub(was)));
        }
        let surplus = was.saturating_sub(now);
        let outdented = line.len() >= surplus && line.as_bytes()[..surplus].iter().all(|byte| *byte == b' ');
        let removed = if outdented { surplus } else { 0 };
        if number > 0 {
            at_line(at + removed, result.len());
        }
        result.push_str(&line[removed..]);
        at += line.len() + 1;
    }
}

/// Replaces each `{option}` that is declared by its value.
pub(crate) fn fill_options(text: &str, options: &Options) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let (before, after) = rest.split_at(open);
        result.push_str(before);
        let named = after[1..].split_once('}').and_then(|(name, rest)| Some((options.get(name)?, rest)));
        if let Some((value, after)) = named {
            result.push_str(&shown(value));
            rest = after;
        } else {
            result.push('{');
            rest = &after[1..];
        }
    }
    result.push_str(rest);
    result
}

fn shown(value: &OptionValue) -> String {
    match value {
        OptionValue::Bool(value) => value.to_string(),
        OptionValue::Int(value) => value.to_string(),
        OptionValue::String(value) => value.clone(),
        OptionValue::List(items) => items.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_text_mentions() {
        let found = |text: &'static str| mentions(text).map(|mention| (mention.name, mention.many)).collect::<Vec<_>>();
        assert_eq!(found("f($A, $$$B, $$C)$D"), [("A", false), ("B", true), ("C", false), ("D", false)]);
        assert_eq!(found("`${a}` costs $ or $x or $$$"), []);
        assert_eq!(found("$A$B$"), [("A", false), ("B", false)]);
        assert_eq!(found("$$$$A"), [("A", true)]);
    }

    #[test]
    fn messages_keep_what_is_no_variable() {
        let mut variables = Variables::default();
        variables.intern("A", false);
        let mut options = Options::new();
        options.insert("max".to_owned(), OptionValue::Int(3));
        let template = Template::message("$HOME is {max}, {min} { {max}", &variables, &options);
        assert_eq!(template.fixed(), Some("$HOME is 3, {min} { 3"));
        assert_eq!(Template::message("see $A", &variables, &options).fixed(), None);
    }

    #[test]
    fn indentation_is_that_of_the_line() {
        assert_eq!(indent_of("  a"), 2);
        assert_eq!(indent_of("x\n   "), 3);
        assert_eq!(indent_of("\t"), 0);
        assert_eq!(indent_of(&" ".repeat(600)), 0);
        let moved = |was, now| {
            let mut result = String::new();
            push_indented(&mut result, "a(\n      b\n    )", was, now, |_, _| {});
            result
        };
        assert_eq!(moved(4, 0), "a(\n  b\n)");
        assert_eq!(moved(4, 4), "a(\n      b\n    )");
        assert_eq!(moved(0, 2), "a(\n        b\n      )");
    }
}
