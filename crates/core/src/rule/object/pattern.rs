//! Compiles `pattern` of a rule object.

use crate::data::{Data, Value};
use crate::ir::Dialect;
use crate::pattern::{Pattern, PatternError, Variables};
use crate::rule::object::{Compiler, Term};

impl Compiler<'_> {
    /// Compiles `pattern`.
    pub(super) fn pattern(&mut self, value: &Value) -> Term {
        let mut selector = None;
        let source = match &value.data {
            Data::String(source) => source,
            Data::Map(entries) => {
                let mut context = None;
                for entry in entries {
                    match &*entry.key {
                        "context" => context = self.text(&entry.value, "`context`"),
                        "selector" => {
                            let Some(name) = self.text(&entry.value, "`selector`") else { return Term::Never };
                            selector = Some((&entry.value, name));
                        }
                        "strictness" if entry.value.as_str() == Some("smart") => {}
                        "strictness" => {
                            self.mistakes.add(entry.key_span, "`strictness` other than `smart` is not supported yet");
                        }
                        key => {
                            let known = ["context", "selector"];
                            self.mistakes.add_unknown(entry.key_span, "key of a pattern", key, known);
                        }
                    }
                }
                let Some(context) = context else {
                    let help = "add `context`; if this is the code itself, put it in quotes";
                    self.mistakes.add_with_help(value.span, "a pattern written as a mapping needs a `context`", help);
                    return Term::Never;
                };
                context
            }
            _ => {
                let message = format!("a pattern is a string, not {}", value.describe());
                let help = match value.data {
                    Data::List(_) => {
                        "write a rule for each: `any: [{ pattern: … }, { pattern: … }]`; code that begins with `[` stands in quotes"
                    }
                    _ => "put the code in quotes",
                };
                self.mistakes.add_with_help(value.span, message, help);
                return Term::Never;
            }
        };
        let compile = |dialect: &'static Dialect, variables: &mut Variables| match selector {
            Some((_, selector)) => Pattern::contextual(source, selector, dialect, variables),
            None => Pattern::compile(source, dialect, variables),
        };
        let strict = self.strict;
        let has_mistake = |result: &Result<Pattern, PatternError>| match result {
            Ok(pattern) => strict && pattern.has_error(),
            Err(_) => true,
        };
        let result = compile(self.dialect, &mut self.variables);
        if has_mistake(&result) {
            let others = self.claimed.iter().filter(|dialect| **dialect != self.dialect);
            for other in others {
                let mut variables = self.variables.clone();
                let there = compile(other, &mut variables);
                if !has_mistake(&there) {
                    // Messages and fixes may still name the variables.
                    self.variables = variables;
                    self.captures.add(there.iter().flat_map(Pattern::variables));
                    return Term::Never;
                }
            }
        }
        match result {
            Ok(pattern) if strict && pattern.has_error() => {
                // No dialect parses it, so one mistake is enough for all.
                let names: Vec<&str> = self.claimed.iter().map(|dialect| dialect.name).collect();
                let message = format!("the pattern does not parse as {}", names.join(" or "));
                let help = foreign_sign(source).map_or_else(
                    || "write a complete piece of code, or cut it out of one with `context` and `selector`".to_owned(),
                    |(sign, meant)| format!("`{sign}` is no sign of patterns here: write {meant}"),
                );
                self.mistakes.add_with_help(value.span, message, help);
                Term::Never
            }
            Ok(pattern) => {
                if pattern.has_error() {
                    self.broken_pattern = Some(value.span);
                }
                self.captures.add(pattern.variables());
                Term::Pattern(pattern)
            }
            Err(error) => {
                self.pattern_error(value, selector.map(|(value, _)| value), &error);
                Term::Never
            }
        }
    }

    fn pattern_error(&mut self, value: &Value, selector: Option<&Value>, error: &PatternError) {
        let help = match error {
            PatternError::UnknownSelector(name) => {
                let known = self.claimed.iter().flat_map(|dialect| dialect.vocabulary().kind_names());
                let span = selector.unwrap_or(value).span;
                self.mistakes.add_unknown(span, "kind", name, known);
                return;
            }
            PatternError::MultipleNodes => {
                "write one expression or statement, or cut it out with `context` and `selector`"
            }
            PatternError::ListAlone => "write `$VAR`, or what stands around the list",
            PatternError::SelectorNotFound(_) => "the context parses differently: try it in a file of its own",
            PatternError::NoContent | PatternError::TooDeep => {
                self.mistakes.add(value.span, error.to_string());
                return;
            }
        };
        self.mistakes.add_with_help(selector.unwrap_or(value).span, error.to_string(), help);
    }
}

/// A sign that other tools have in their patterns, and what is written for it.
pub(crate) fn foreign_sign(source: &str) -> Option<(&'static str, &'static str)> {
    const SIGNS: &[(&str, &str)] = &[
        ("$...", "`$$$ARGS` for any number of nodes"),
        ("...", "`$$$` for any number of nodes"),
        (":[", "`$NAME` for a node"),
        ("${", "`$NAME` for a node"),
    ];
    if source.len() > 2 && source.starts_with('`') && source.ends_with('`') {
        return Some(("`…`", "the code without them"));
    }
    SIGNS.iter().find(|(sign, _)| source.contains(sign)).copied()
}
