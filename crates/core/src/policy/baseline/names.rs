//! Pairs the findings and entries that a comparison leaves over, without the names of the definitions around them.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::diagnostic::Diagnostic;
use crate::ir::symbol::innermost;
use crate::policy::baseline::{EntryAt, PresentTexts};
use crate::policy::count_of;
use crate::policy::pairs::{Keyed, Pairs};
use crate::report::{BaselineEntry, LineText};
use crate::source::RelPath;

/// The findings and entries that have no partner.
pub(super) struct LeftOver<'a> {
    pub(super) findings: Vec<OpenFinding<'a>>,
    /// The entries with their numbers in the pairs, each with the present path of its file.
    pub(super) entries: &'a [(EntryAt, &'a BaselineEntry, &'a RelPath)],
}

/// A finding without a partner.
pub(super) struct OpenFinding<'a> {
    pub(super) at: usize,
    pub(super) found: &'a Diagnostic,
    pub(super) line: LineText,
    pub(super) digest: String,
}

/// A file and a symbol path in it.
type Place<'a> = (&'a RelPath, &'a str);

/// The degree to which a new symbol path fits an old one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Likeness {
    /// The number of entries that would get a partner.
    pairs: usize,
    /// True if the innermost names are equal.
    has_same_name: bool,
    /// The number of entries that would get one on the same line of code, names aside.
    lines: usize,
}

impl<'a> LeftOver<'a> {
    /// Pairs the entries of each definition that is gone with the findings in the one definition that fits best: it got
    /// another name, or what encloses it did. It fits only if its own name is the same, if an equal line of code is in it,
    /// or if the finding is about the definition itself.
    pub(super) fn pair_renamed(&self, pairs: &mut Pairs, texts: &mut dyn PresentTexts) {
        let mut by_symbol: BTreeMap<Place<'a>, Vec<usize>> = BTreeMap::new();
        for (at, (_, entry, path)) in self.entries.iter().enumerate() {
            if !entry.symbol.is_empty() {
                by_symbol.entry((path, &entry.symbol)).or_default().push(at);
            }
        }
        by_symbol.retain(|(path, symbol), _| !texts.is_defined(path, symbol));
        if by_symbol.is_empty() {
            return;
        }
        let mut by_path: HashMap<&RelPath, Vec<&OpenFinding<'a>>> = HashMap::new();
        for open in self.findings.iter().filter(|open| !open.found.symbol.is_empty()) {
            by_path.entry(&open.found.path).or_default().push(open);
        }
        let findings = |path: &RelPath| by_path.get(path).map_or(&[][..], Vec::as_slice);
        let mut likely: Vec<(Likeness, Place<'a>, Place<'a>)> = Vec::new();
        for (old, entries) in &by_symbol {
            likely.extend(
                self.likenesses(*old, entries, findings(old.0), texts)
                    .into_iter()
                    .map(|(new, likeness)| (likeness, *old, new)),
            );
        }
        likely.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2))));
        let (mut old_taken, mut new_taken) = (HashSet::new(), HashSet::new());
        for (_, old, new) in likely {
            if old_taken.contains(&old) || new_taken.contains(&new) {
                continue;
            }
            old_taken.insert(old);
            new_taken.insert(new);
            let of_new = findings(new.0).iter().filter(|open| open.found.symbol == new.1);
            let now: Vec<Keyed<&str>> =
                of_new.map(|open| (open.at, &*open.found.subject_fingerprint, count_of(open.found))).collect();
            let entries = by_symbol.get(&old).into_iter().flatten();
            let left: Vec<Keyed<&str>> = entries
                .map(|at| (*at, self.entries[*at].1.subject_fingerprint(), self.entries[*at].1.value()))
                .collect();
            pairs.step(now, left);
        }
    }

    /// The symbol paths that the definition of these entries may have in the present text.
    fn likenesses(
        &self,
        (path, symbol): Place<'a>,
        entries: &[usize],
        findings: &[&OpenFinding<'a>],
        texts: &mut dyn PresentTexts,
    ) -> Vec<(Place<'a>, Likeness)> {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        let mut lines: HashSet<(&str, &str)> = HashSet::new();
        for at in entries {
            let entry = self.entries[*at].1;
            *counts.entry(entry.subject_fingerprint()).or_default() += 1;
            lines.extend(entry.line.as_deref().map(|line| (entry.subject_fingerprint(), line)));
        }
        let mut shares: BTreeMap<&'a str, (HashMap<&str, usize>, usize, bool)> = BTreeMap::new();
        for open in findings {
            let subject = open.found.subject_fingerprint.as_str();
            if counts.contains_key(subject) {
                let (subjects, same_lines, is_definition) = shares.entry(open.found.symbol.as_str()).or_default();
                *subjects.entry(subject).or_default() += 1;
                let mut is_as_before = || {
                    // A line that calls the definition has its old name still if only the declaration got the new one.
                    let line = open.line.may_name(symbol).then(|| texts.line_under(symbol, open.found)).flatten();
                    line.is_some_and(|line| line.has_names && lines.contains(&(subject, &*line.digest())))
                };
                *same_lines += usize::from(lines.contains(&(subject, &*open.digest)) || is_as_before());
                *is_definition |= open.found.is_about_definition;
            }
        }
        let mut likenesses = Vec::new();
        for (new, (subjects, lines, is_definition)) in shares {
            let pairs = subjects.into_iter().map(|(subject, count)| count.min(counts[subject])).sum();
            let has_same_name = innermost(new) == innermost(symbol);
            if has_same_name || lines > 0 || is_definition {
                likenesses.push(((path, new), Likeness { pairs, has_same_name, lines }));
            }
        }
        likenesses
    }

    /// Pairs what is on an equal line in another definition: the line was moved. A line with the name of its definition
    /// is not the same in another one.
    pub(super) fn pair_moved(&self, pairs: &mut Pairs) {
        let mut now: Vec<Keyed<(&RelPath, &str, String)>> = Vec::new();
        for open in &self.findings {
            let is_code = !open.found.is_about_definition && !open.line.has_names && !open.line.nameless.is_empty();
            if is_code && pairs.is_open(open.at) {
                let key = (&open.found.path, &*open.found.subject_fingerprint, open.digest.clone());
                now.push((open.at, key, count_of(open.found)));
            }
        }
        let mut left: Vec<Keyed<(&RelPath, &str, String)>> = Vec::new();
        for (at, (_, entry, path)) in self.entries.iter().enumerate().filter(|(at, _)| pairs.is_left(*at)) {
            let key = entry.line.clone().map(|line| (*path, entry.subject_fingerprint(), line));
            left.extend(key.map(|key| (at, key, entry.value())));
        }
        pairs.step(now, left);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::policy::baseline::{Baseline, Comparison, print, read};
    use crate::policy::testing::{counted, finding};

    /// Texts in which these symbol paths are defined. The line of a finding is its message.
    struct Texts<'a>(&'a [&'a str]);

    impl PresentTexts for Texts<'_> {
        fn line_under(&mut self, symbol: &str, found: &Diagnostic) -> Option<LineText> {
            let nameless = found.message.replace(symbol, "#");
            Some(LineText { has_names: nameless.contains('#'), nameless })
        }

        fn is_defined(&mut self, _: &RelPath, symbol: &str) -> bool {
            self.0.contains(&symbol)
        }
    }

    /// A finding `path fingerprint symbol subject`, on a line behind `|` if there is one.
    fn made(written: &str) -> Arc<Diagnostic> {
        let (written, line) = written.split_once('|').unwrap_or((written, "code"));
        let mut found = finding(written);
        found.message = line.to_owned();
        found.is_about_definition = line == "definition";
        Arc::new(found)
    }

    /// Checks the new findings, where these symbol paths are defined now.
    #[track_caller]
    fn check(entries: &[&str], found: &[&str], defined: &[&str], new: &[&str]) {
        let entry = |written: &&str| {
            let found = made(written);
            let line = Texts(defined).line(&found).map(|line| line.digest());
            BaselineEntry { line, ..BaselineEntry::of(&found, None, None) }
        };
        let written = counted(entries.iter().map(entry));
        let baseline = Baseline::new([read("b.txt", print(&written)).unwrap()]);
        let findings: Vec<Arc<Diagnostic>> = found.iter().map(|written| made(written)).collect();
        let mut comparison = Comparison::in_place(&baseline, &findings, &[], &mut Texts(defined));
        comparison.follow_names(&baseline, &findings, &mut Texts(defined));
        let new_names = found.iter().zip(&comparison.known).filter(|(_, known)| known.is_none());
        assert_eq!(new_names.map(|(written, _)| *written).collect::<Vec<_>>(), new);
    }

    #[test]
    fn entries_follow_what_encloses_them_to_its_new_name() {
        check(&["a 2 A.m 9|x"], &["a 3 B.m 9|y"], &["B", "B.m"], &[]);
        check(&["a 2 A.m 9|x"], &["a 3 B.m 9|y"], &["A.m", "B.m"], &["a 3 B.m 9|y"]);
        check(&["a 2 A.m 9", "a 3 A.n 9"], &["a 4 B.n 9", "a 5 B.m 9", "a 6 B.o 9"], &[], &["a 6 B.o 9"]);
        check(&["a 2 f 9"], &["b 3 g 9"], &["g"], &["b 3 g 9"]);
    }

    #[test]
    fn entries_follow_a_definition_to_its_new_name() {
        check(&["a 2 f 9"], &["a 3 g 9"], &["g"], &[]);
        check(&["a 2 f 9|x"], &["a 3 g 9|y"], &["g"], &["a 3 g 9|y"]);
        check(&["a 2 f 9", "a 3 f 8|x"], &["a 4 g 9", "a 5 g 8|y"], &["g"], &[]);
        check(&["a 2 f 9|definition"], &["a 3 g 9|definition"], &["g"], &[]);
        check(&["a 2 f 9|definition"], &["a 3 g 9|definition"], &["f", "g"], &["a 3 g 9|definition"]);
    }

    #[test]
    fn a_line_with_the_old_name_of_its_definition_is_as_before() {
        check(&["a 2 ff 9|ff(x)"], &["a 3 gg 9|ff(x)"], &["gg"], &[]);
        check(&["a 2 ff 9|ff(x)"], &["a 3 gg 9|gg(x)"], &["gg"], &[]);
        check(&["a 2 ff 9|ff(x)"], &["a 3 gg 9|ff(y)"], &["gg"], &["a 3 gg 9|ff(y)"]);
        check(&["a 2 ff 9|ff(x)"], &["a 3 gg 9|ff(x)"], &["ff", "gg"], &["a 3 gg 9|ff(x)"]);
    }

    #[test]
    fn a_definition_has_one_new_name() {
        check(&["a 2 f 9", "a 3 f 8", "a 4 f 7"], &["a 5 g 9", "a 6 g 8", "a 7 h 7|y"], &["g", "h"], &["a 7 h 7|y"]);
        check(&["a 2 f 9"], &["a 3 g 9", "a 4 h 9"], &["g", "h"], &["a 4 h 9"]);
    }

    #[test]
    fn entries_follow_a_line_that_was_moved_within_its_file() {
        check(&["a 2 f 9|x"], &["a 3 g 9|x"], &["f", "g"], &[]);
        check(&["a 2 f 9|x"], &["a 3 g 9|y"], &["f", "g"], &["a 3 g 9|y"]);
        check(&["a 2 f 9|x"], &["b 3 g 9|x"], &["f", "g"], &["b 3 g 9|x"]);
    }

    #[test]
    fn of_equal_findings_those_on_the_lines_of_the_entries_are_known() {
        check(&["a 2 f 9|x", "a 2 f 9|y"], &["a 2 f 9|x", "a 2 f 9|new", "a 2 f 9|y"], &["f"], &["a 2 f 9|new"]);
        check(&["a 2 f 9|x", "a 2 f 9|y"], &["a 2 f 9|new", "a 2 f 9|y"], &["f"], &[]);
    }

    #[test]
    fn of_equal_findings_of_a_change_those_that_were_there_before_are_known() {
        let known = |entries: &[&str], found: &[&str], before: &[Option<&str>]| {
            let written = counted(entries.iter().map(|written| BaselineEntry::of(&made(written), None, None)));
            let baseline = Baseline::new([read("b.txt", print(&written)).unwrap()]);
            let found: Vec<Arc<Diagnostic>> = found.iter().map(|written| made(written)).collect();
            let before: Vec<Option<Arc<Diagnostic>>> = before.iter().map(|written| written.map(made)).collect();
            let comparison = Comparison::in_place(&baseline, &found, &before, &mut Texts(&["f", "g"]));
            comparison.known.iter().map(Option::is_some).collect::<Vec<_>>()
        };
        let (old, other) = (Some("a 2 f 9"), Some("a 3 f 8"));
        assert_eq!(known(&["a 2 f 9"], &["a 2 f 9", "a 2 f 9"], &[None, old]), [false, true]);
        assert_eq!(known(&["a 2 f 9"; 2], &["a 2 f 9", "a 2 f 9"], &[None, old]), [true, true]);
        // The old one is in a definition with another name now, or in a file with another path.
        assert_eq!(known(&["a 2 f 9"], &["a 2 f 9", "a 3 g 9"], &[None, old]), [false, true]);
        assert_eq!(known(&["a 2 f 9"], &["a 2 f 9", "b 2 f 9"], &[None, old]), [false, true]);
        assert_eq!(known(&["a 2 f 9"], &["a 2 f 9", "a 3 f 8"], &[None, other]), [true, false]);
    }

    #[test]
    fn an_entry_of_an_older_version_has_no_names_to_follow() {
        let text = format!("a\n  no-x 1:{:0>32} 1\n", 2);
        let baseline = Baseline::new([read("b.txt", text).unwrap()]);
        let findings = [made("a 3 g 9"), made("a 2 g 9")];
        let mut comparison = Comparison::in_place(&baseline, &findings, &[], &mut Texts(&[]));
        comparison.follow_names(&baseline, &findings, &mut Texts(&[]));
        assert_eq!([0, 1].map(|at| comparison.known[at].is_some()), [false, true]);
    }
}
