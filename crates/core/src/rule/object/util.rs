//! `utils` and `matches`: rule objects with a name, each compiled after those that it is made of.

use crate::data::{Data, Entry, Value};
use crate::rule::object::{Compiler, Term};

/// References that nest deeper are not followed; the rule that holds them is refused for its depth.
const MAX_DEPTH: usize = 128;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}

impl Compiler<'_> {
    /// Compiles the named rule objects, before what refers to them.
    pub(crate) fn utils(&mut self, value: &Value) {
        let Some(entries) = self.map(value, "`utils`") else { return };
        self.util_names = entries.iter().map(|entry| entry.key.clone()).collect();
        self.utils = entries.iter().map(|_| None).collect();
        let mut states = vec![State::New; entries.len()];
        for first in 0..entries.len() {
            // A path through the references, each with those that it has still to see.
            let mut path: Vec<(usize, Vec<usize>)> = Vec::new();
            self.open(first, entries, &mut states, &mut path);
            while let Some((util, pending)) = path.last_mut() {
                if let Some(next) = pending.pop() {
                    self.open(next, entries, &mut states, &mut path);
                    continue;
                }
                let util = *util;
                path.pop();
                let term = self.rule(&entries[util].value, 0);
                self.utils[util] = Some(term);
                states[util] = State::Done;
            }
        }
    }

    fn open(&mut self, util: usize, entries: &[Entry], states: &mut [State], path: &mut Vec<(usize, Vec<usize>)>) {
        match states[util] {
            State::Done => {}
            State::New => {
                states[util] = State::Open;
                let mut found = Vec::new();
                self.references(&entries[util].value, 0, &mut found);
                found.reverse();
                path.push((util, found));
            }
            State::Open => {
                let from = path.iter().position(|(open, _)| *open == util).unwrap_or(0);
                let mut names: Vec<&str> = path[from..].iter().map(|(open, _)| &*entries[*open].key).collect();
                names.push(&entries[util].key);
                let message = format!("utils refer to each other in a circle: {}", names.join(" → "));
                self.mistakes.add(entries[util].key_span, message);
            }
        }
    }

    /// The utils that are asked about the very node that the rule is asked about. Those below a relation are asked
    /// about others, so they may lead back.
    fn references(&self, value: &Value, depth: usize, found: &mut Vec<usize>) {
        let (Data::Map(entries), true) = (&value.data, depth < MAX_DEPTH) else { return };
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
        let Some(util) = self.util_names.iter().position(|known| known == name) else {
            self.mistakes.add_unknown(value.span, "util", name, self.util_names.iter().map(String::as_str));
            return Term::Never;
        };
        let kinds = self.utils.get(util).and_then(Option::as_ref).and_then(Term::kinds);
        Term::Matches(util, kinds)
    }
}
