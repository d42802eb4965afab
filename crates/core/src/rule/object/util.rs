//! `utils` and `matches`: named rule objects, each compiled after those that it refers to.

use crate::data::{Data, Entry, Value};
use crate::rule::object::{Compiler, Term};

/// The deepest nesting in which references to utils are followed; the compiler refuses rules that nest as deep.
const MAX_REFERENCE_DEPTH: usize = 128;

#[derive(Clone, Copy, PartialEq, Eq)]
enum UtilState {
    New,
    Open,
    Done,
}

impl Compiler<'_> {
    /// Compiles the named rule objects in topological order (depth-first, without recursion).
    pub(crate) fn utils(&mut self, value: &Value) {
        let Some(entries) = self.map(value, "`utils`") else { return };
        if self.strict {
            self.check_utils(value, entries);
        }
        self.util_names = entries.iter().map(|entry| entry.key.clone()).collect();
        self.utils = entries.iter().map(|_| None).collect();
        let mut states = vec![UtilState::New; entries.len()];
        for first in 0..entries.len() {
            // The current path through the references, each util with those of its references that are not visited yet.
            let mut path: Vec<(usize, Vec<usize>)> = Vec::new();
            self.open(first, entries, &mut states, &mut path);
            while let Some((util, pending)) = path.last_mut() {
                if let Some(next) = pending.pop() {
                    self.open(next, entries, &mut states, &mut path);
                    continue;
                }
                let util = *util;
                path.pop();
                self.captures.enter_util(Some(util));
                let term = self.rule(&entries[util].value, 0);
                self.captures.enter_util(None);
                self.utils[util] = Some(term);
                states[util] = UtilState::Done;
            }
        }
    }

    /// Adds mistakes for a list without utils, and for utils with parameters.
    fn check_utils(&mut self, value: &Value, entries: &[Entry]) {
        if entries.is_empty() {
            self.mistakes.add_with_help(value.span, "`utils` names no rule", "leave it out");
        }
        for entry in entries.iter().filter(|entry| entry.key.contains('(')) {
            let message = format!("`{}`: utils with parameters are not supported", entry.key);
            let help = "write a util for each value, and name them without parentheses";
            self.mistakes.add_with_help(entry.key_span, message, help);
        }
    }

    fn open(&mut self, util: usize, entries: &[Entry], states: &mut [UtilState], path: &mut Vec<(usize, Vec<usize>)>) {
        match states[util] {
            UtilState::Done => {}
            UtilState::New => {
                states[util] = UtilState::Open;
                let mut found = Vec::new();
                self.references(&entries[util].value, 0, &mut found);
                found.reverse();
                path.push((util, found));
            }
            UtilState::Open => {
                let from = path.iter().position(|(open, _)| *open == util).unwrap_or(0);
                let mut names: Vec<&str> = path[from..].iter().map(|(open, _)| &*entries[*open].key).collect();
                names.push(&entries[util].key);
                let message = format!("utils refer to each other in a circle: {}", names.join(" → "));
                self.mistakes.add(entries[util].key_span, message);
            }
        }
    }

    /// Collects the utils that are matched at the same node as the rule itself; a circle of these would never end.
    /// Utils inside relations are matched at other nodes, so they may refer back.
    fn references(&self, value: &Value, depth: usize, found: &mut Vec<usize>) {
        let (Data::Map(entries), true) = (&value.data, depth < MAX_REFERENCE_DEPTH) else { return };
        for entry in entries {
            match (&*entry.key, &entry.value.data) {
                ("matches", Data::String(name)) => {
                    found.extend(self.util_names.iter().position(|known| known == name));
                }
                ("all" | "any", Data::List(items)) => {
                    for item in items {
                        self.references(item, depth + 1, found);
                    }
                }
                ("not", _) => self.references(&entry.value, depth + 1, found),
                ("nthChild", _) => {
                    if let Some(rule) = entry.value.get("ofRule") {
                        self.references(rule, depth + 1, found);
                    }
                }
                _ => {}
            }
        }
    }

    pub(super) fn matches(&mut self, value: &Value) -> Term {
        if let Data::Map(_) = value.data {
            self.mistakes.add(value.span, "utils with arguments are not supported yet");
            return Term::Never;
        }
        let Some(name) = self.text(value, "`matches`") else { return Term::Never };
        if name.contains('(') {
            let help = "write a util for each value, and name them without parentheses";
            self.mistakes.add_with_help(value.span, "utils with parameters are not supported", help);
            return Term::Never;
        }
        let Some(util) = self.util_names.iter().position(|known| known == name) else {
            self.mistakes.add_unknown(value.span, "util", name, self.util_names.iter().map(String::as_str));
            return Term::Never;
        };
        self.captures.add_reference(util);
        let kinds = self.utils.get(util).and_then(Option::as_ref).and_then(Term::kinds);
        Term::Matches(util, kinds)
    }
}
