//! The patterns of a `.gitignore`: the last one that matches a path decides, as in git.

mod chain;
mod wild;

pub(crate) use chain::{GITIGNORE_NAME, IgnoreProblem, IgnoreReader, Ignores, are_ignoring, bytes, enter};

use std::collections::HashMap;

use wild::{Parsed, Wildcards};

/// The patterns of one `.gitignore`. Most patterns are a name, an ending or a path without wildcards; these are looked
/// up, so that a long list costs little.
#[derive(Debug, Default)]
pub(crate) struct IgnoreList {
    rules: Vec<IgnoreRule>,
    /// Plain names at any depth, with the indices of their rules in `rules`, ascending.
    names: HashMap<Box<[u8]>, Vec<usize>>,
    /// `*` and a plain ending, at any depth.
    endings: HashMap<Box<[u8]>, Vec<usize>>,
    /// The lengths of the endings in bytes, each once.
    ending_lengths: Vec<usize>,
    /// Plain paths from the folder of the file.
    paths: HashMap<Box<[u8]>, Vec<usize>>,
    /// All other patterns, ascending.
    wild: Vec<WildRule>,
}

/// The effect of a pattern on the paths that it matches.
#[derive(Clone, Copy, Debug)]
struct IgnoreRule {
    /// True if it ignores, false if it takes back what an earlier pattern ignores (`!`).
    ignores: bool,
    /// True if it is about folders only (`/` at its end).
    folders_only: bool,
}

/// A pattern with wildcards.
#[derive(Debug)]
struct WildRule {
    rule: usize,
    /// True if it is compared with the name alone, at any depth.
    is_name: bool,
    pattern: Wildcards,
}

impl IgnoreList {
    /// Parses the bytes of a `.gitignore`. No line is a mistake: one that git does not understand matches nothing.
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        let mut list = Self::default();
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        for line in bytes.split(|byte| *byte == b'\n') {
            list.add_line(line);
        }
        list
    }

    fn add_line(&mut self, line: &[u8]) {
        if line.starts_with(b"#") {
            return;
        }
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let line = line.split(|byte| *byte == 0).next().unwrap_or_default();
        let line = without_spaces_at_end(line);
        let (ignores, line) = line.strip_prefix(b"!").map_or((true, line), |line| (false, line));
        let (folders_only, line) = line.strip_suffix(b"/").map_or((false, line), |line| (true, line));
        let is_name = !line.contains(&b'/');
        let line = line.strip_prefix(b"/").unwrap_or(line);
        let Some(parsed) = wild::parse(line).filter(|_| !line.is_empty()) else { return };
        let rule = self.rules.len();
        self.rules.push(IgnoreRule { ignores, folders_only });
        match parsed {
            Parsed::Plain(text) if is_name => self.names.entry(text.into()).or_default().push(rule),
            Parsed::Plain(text) => self.paths.entry(text.into()).or_default().push(rule),
            Parsed::Ending(text) if is_name => {
                if !self.ending_lengths.contains(&text.len()) {
                    self.ending_lengths.push(text.len());
                }
                self.endings.entry(text.into()).or_default().push(rule);
            }
            // `/*.log`: an ending in the folder of the file alone.
            Parsed::Ending(text) => self.add_wild(rule, false, wild::ending(&text)),
            Parsed::Wild(pattern) => self.add_wild(rule, is_name, pattern),
        }
    }

    fn add_wild(&mut self, rule: usize, is_name: bool, pattern: Wildcards) {
        self.wild.push(WildRule { rule, is_name, pattern });
    }

    /// True if the list has no pattern.
    pub(crate) fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// True if the list ignores a path, given from the folder of its `.gitignore` with `/`; false if it takes the path
    /// back; `None` if no pattern matches.
    pub(crate) fn ignores(&self, path: &[u8], is_folder: bool) -> Option<bool> {
        let name_start = path.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
        let name = &path[name_start..];
        let counts = |rule: &usize| is_folder || !self.rules[*rule].folders_only;
        let last = |rules: Option<&Vec<usize>>| rules?.iter().rev().find(|rule| counts(rule)).copied();
        let mut best = if self.names.is_empty() { None } else { last(self.names.get(name)) };
        if !self.paths.is_empty() {
            best = best.max(last(self.paths.get(path)));
        }
        for length in self.ending_lengths.iter().filter(|length| **length <= name.len()) {
            best = best.max(last(self.endings.get(&name[name.len() - length..])));
        }
        for wild in self.wild.iter().rev() {
            if best.is_some_and(|best| best > wild.rule) {
                break;
            }
            if counts(&wild.rule) && wild.pattern.matches(if wild.is_name { name } else { path }) {
                best = Some(wild.rule);
                break;
            }
        }
        best.map(|rule| self.rules[rule].ignores)
    }
}

/// A line without the spaces at its end; one behind a backslash stays.
fn without_spaces_at_end(line: &[u8]) -> &[u8] {
    let (mut end, mut at) = (0, 0);
    while let Some(byte) = line.get(at) {
        match byte {
            b' ' => {}
            b'\\' if at + 1 == line.len() => return line,
            b'\\' => {
                at += 1;
                end = at + 1;
            }
            _ => end = at + 1,
        }
        at += 1;
    }
    &line[..end]
}

#[cfg(test)]
mod tests;
