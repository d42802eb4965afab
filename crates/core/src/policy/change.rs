//! Findings that were known before a change.

use std::collections::HashSet;

use crate::diagnostic::Diagnostic;
use crate::ir::symbol::innermost;
use crate::policy::baseline::may_be_known;
use crate::policy::pairs::{Keyed, Pairs};
use crate::policy::{Knowledge, count_of};
use crate::report::LineText;
use crate::source::RelPath;

/// A finding after a change, with what git's comparison of the two texts says of its place.
#[derive(Clone, Copy, Debug)]
pub struct FindingNow<'a> {
    /// The finding.
    pub found: &'a Diagnostic,
    /// The path of its file before the change.
    pub old_path: &'a RelPath,
    /// The number before the change of the line where it starts, if that is unchanged.
    pub old_line: Option<u32>,
    /// The same of the line after that one.
    pub old_line_after: Option<u32>,
    /// True if all its lines are unchanged.
    pub is_unchanged: bool,
    /// The line where it starts.
    pub line_text: &'a LineText,
}

/// A finding before a change.
#[derive(Clone, Copy, Debug)]
pub struct FindingBefore<'a> {
    /// The finding.
    pub found: &'a Diagnostic,
    /// The number of the line where it starts.
    pub line: u32,
    /// That line.
    pub line_text: &'a LineText,
}

/// Returns for each finding whether it was there before the change, in the file that git calls the same, and the number of
/// the one that it was.
///
/// Findings on unchanged lines are paired first, so that git decides which of several equal findings is the new one. Then
/// come those with the same fingerprint, and then those with another one: in a definition with another name, in another
/// definition on the same line of code, and on lines of which none has changed.
///
/// `is_defined` returns true if the new text of a file, given by its old path, still has a definition of this symbol path.
pub fn known_before(
    now: &[FindingNow<'_>],
    before: &[FindingBefore<'_>],
    is_defined: &mut dyn FnMut(&RelPath, &str) -> bool,
) -> Vec<(Knowledge, Option<usize>)> {
    let mut pairs = Pairs::new(now.len(), before.len());
    for step in Step::ALL {
        if !pairs.may_go_on() {
            break;
        }
        let open = (0..now.len()).filter(|at| pairs.is_open(*at) && may_be_known(now[*at].found));
        let open: Vec<Keyed<Key<'_>>> =
            open.filter_map(|at| Some((at, step.key(&now[at])?, count_of(now[at].found)))).collect();
        let wanted: HashSet<Key<'_>> = open.iter().map(|(_, key, _)| *key).collect();
        let mut left = Vec::new();
        for (at, old) in before.iter().enumerate().filter(|(at, _)| pairs.is_left(*at)) {
            let key = step.key_before(old).filter(|key| wanted.contains(key));
            let mut is_free = |found: &Diagnostic| {
                !step.is_about_names() || !found.symbol.is_empty() && !is_defined(&found.path, &found.symbol)
            };
            left.extend(key.filter(|_| is_free(old.found)).map(|key| (at, key, count_of(old.found))));
        }
        pairs.step(open, left);
    }
    let knowledge = now.iter().zip(pairs.older).map(|(now, older)| {
        let Some(at) = older else { return (Knowledge::New, None) };
        let older = before[at].found.measure.as_ref();
        (Knowledge::of_older(now.found, older.map(|older| (older.value, &*older.unit))), Some(at))
    });
    knowledge.collect()
}

/// The parts that must be equal in a step: the path before, the fingerprint or the rule, a text, and a line.
type Key<'a> = (&'a RelPath, &'a str, &'a str, u32);

/// The steps of pairing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// It stands on the same, unchanged line.
    SameLine,
    /// It has the same fingerprint.
    SameFingerprint,
    /// A definition around the one that encloses it got another name.
    RenamedAround,
    /// The definition that it is about got another name: the line of the name is another one, the next is as before.
    Renamed,
    /// The definition around it got another name, which stands on the same line.
    RenamedOnLine,
    /// Its line was moved within the file.
    MovedLine,
    /// None of its lines has changed, so it is what the rule found there before, whatever the rule calls it.
    SameCode,
}

impl Step {
    const ALL: [Self; 7] = [
        Self::SameLine,
        Self::SameFingerprint,
        Self::RenamedAround,
        Self::Renamed,
        Self::RenamedOnLine,
        Self::MovedLine,
        Self::SameCode,
    ];

    /// True if the symbol path of the older finding must be gone.
    fn is_about_names(self) -> bool {
        matches!(self, Self::RenamedAround | Self::Renamed | Self::RenamedOnLine)
    }

    fn key<'a>(self, now: &FindingNow<'a>) -> Option<Key<'a>> {
        let found = now.found;
        let line = match self {
            Self::SameLine => now.old_line?,
            Self::Renamed => now.old_line_after?,
            Self::SameCode if now.is_unchanged => now.old_line?,
            Self::SameCode => return None,
            _ => 0,
        };
        self.key_of(found, now.old_path, line, now.line_text)
    }

    fn key_before<'a>(self, old: &FindingBefore<'a>) -> Option<Key<'a>> {
        let line = match self {
            Self::SameLine | Self::SameCode => old.line,
            Self::Renamed => old.line + 1,
            _ => 0,
        };
        self.key_of(old.found, &old.found.path, line, old.line_text)
    }

    fn key_of<'a>(self, found: &'a Diagnostic, path: &'a RelPath, line: u32, text: &'a LineText) -> Option<Key<'a>> {
        let subject = found.subject_fingerprint.as_str();
        match self {
            Self::SameLine => Some((path, subject, "", line)),
            Self::SameFingerprint => Some((path, &found.fingerprint, "", 0)),
            Self::RenamedAround if found.symbol.is_empty() => None,
            Self::RenamedAround => Some((path, subject, innermost(&found.symbol), 0)),
            Self::Renamed => found.is_about_definition.then_some((path, subject, "", line)),
            Self::RenamedOnLine | Self::MovedLine => {
                let is_code = !found.is_about_definition && !text.nameless.is_empty();
                let fits = is_code && text.has_names == (self == Self::RenamedOnLine);
                fits.then_some((path, subject, &*text.nameless, 0))
            }
            Self::SameCode => Some((path, &found.rule, "", line)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Measure;
    use crate::policy::testing::finding;

    /// A finding of a test: `path fingerprint [symbol [subject]]`, and where it stands.
    struct Written {
        found: Diagnostic,
        line: u32,
        old_line: Option<u32>,
        old_line_after: Option<u32>,
        text: LineText,
    }

    /// A finding on a line, which was the line `old_line` if it is unchanged; `#` stands for a name in its text.
    fn at(written: &str, line: u32, old_line: Option<u32>, text: &'static str) -> Written {
        let (nameless, has_names) = (text.replace('#', "\0"), text.contains('#'));
        let text = LineText { nameless, has_names };
        Written { found: finding(written), line, old_line, old_line_after: None, text }
    }

    impl Written {
        fn counted(mut self, count: u32) -> Self {
            self.found.measure = Some(Measure::new(count, 10, "lines"));
            self
        }

        /// The same about a definition; the line after its name was this one.
        fn of_definition(mut self, old_line_after: Option<u32>) -> Self {
            self.found.is_about_definition = true;
            self.old_line_after = old_line_after;
            self
        }
    }

    /// Checks the lines of the new findings; `renames` are `old new`, `defined` the symbols of the new texts.
    #[track_caller]
    fn check(before: &[Written], now: &[Written], renames: &[&str], defined: &[&str], expected: &[u32]) {
        let known = known(before, now, renames, defined);
        let new = now.iter().zip(known).filter(|(_, known)| *known == Knowledge::New).map(|(found, _)| found.line);
        assert_eq!(new.collect::<Vec<_>>(), expected);
    }

    fn known(before: &[Written], now: &[Written], renames: &[&str], defined: &[&str]) -> Vec<Knowledge> {
        let renames: Vec<(RelPath, RelPath)> = renames
            .iter()
            .filter_map(|pair| pair.split_once(' '))
            .map(|(old, new)| (RelPath::new(old), RelPath::new(new)))
            .collect();
        let old_path = |path| renames.iter().find(|(_, new)| new == path).map_or(path, |(old, _)| old);
        let now: Vec<FindingNow<'_>> = now
            .iter()
            .map(|written| FindingNow {
                found: &written.found,
                old_path: old_path(&written.found.path),
                old_line: written.old_line,
                old_line_after: written.old_line_after,
                is_unchanged: written.old_line.is_some(),
                line_text: &written.text,
            })
            .collect();
        let before: Vec<FindingBefore<'_>> = before
            .iter()
            .map(|written| FindingBefore { found: &written.found, line: written.line, line_text: &written.text })
            .collect();
        known_before(&now, &before, &mut |_, symbol| defined.contains(&symbol))
            .into_iter()
            .map(|(known, _)| known)
            .collect()
    }

    #[test]
    fn what_was_there_is_not_new() {
        check(&[at("a 2", 1, None, "x")], &[at("a 2", 1, Some(1), "x")], &[], &[], &[]);
        check(&[at("a 2", 1, None, "x")], &[at("b 2", 1, None, "x")], &["a b"], &[], &[]);
        check(&[at("a 2", 1, None, "x")], &[at("a 2", 5, None, "y"), at("a 3", 6, None, "z")], &[], &[], &[6]);
    }

    #[test]
    fn what_was_deleted_in_another_file_is_new() {
        check(&[at("a 2", 1, None, "x")], &[at("b 2", 1, None, "x")], &[], &[], &[1]);
    }

    #[test]
    fn of_equal_findings_that_on_a_changed_line_is_new() {
        let before = [at("a 2", 1, None, "x")];
        check(&before, &[at("a 2", 1, None, "x"), at("a 2", 2, Some(1), "x")], &[], &[], &[1]);
        // The old one is in another definition now, and the new one has its fingerprint.
        let before = [at("a 2 one 9", 1, None, "x")];
        let now = [at("a 2 one 9", 1, None, "x"), at("a 3 two 9", 5, Some(1), "x")];
        check(&before, &now, &[], &["one", "two"], &[1]);
    }

    #[test]
    fn a_definition_that_got_another_name_keeps_what_is_in_it() {
        let before = [at("a 2 A.m 9", 3, None, "x")];
        check(&before, &[at("a 3 B.m 9", 3, None, "x y")], &[], &["B", "B.m"], &[]);
        check(&before, &[at("a 3 B.m 9", 3, None, "x y")], &[], &["A.m", "B.m"], &[3]);
        check(&before, &[at("a 3 B.n 9", 3, None, "x y")], &[], &["B.n"], &[3]);
    }

    #[test]
    fn a_renamed_definition_stays_where_the_lines_after_it_stay() {
        let before = [at("a 2 f 9", 3, None, "f").of_definition(None)];
        let renamed = |after| [at("a 3 g 9", 5, None, "g").of_definition(Some(after))];
        check(&before, &renamed(4), &[], &["g"], &[]);
        check(&before, &renamed(8), &[], &["g"], &[5]);
        check(&before, &renamed(4), &[], &["f", "g"], &[5]);
    }

    #[test]
    fn a_line_with_the_name_of_its_definition_is_known_under_another_name() {
        let before = [at("a 2 f 9", 3, None, "#(x: any)")];
        check(&before, &[at("a 3 g 9", 3, None, "#(x: any)")], &[], &["g"], &[]);
        check(&before, &[at("a 3 g 9", 3, None, "#(x: any)")], &[], &["f", "g"], &[3]);
        check(&before, &[at("a 3 g 9", 3, None, "#(y: any)")], &[], &["g"], &[3]);
    }

    #[test]
    fn a_line_that_was_moved_within_its_file_is_known() {
        let before = [at("a 2 f 9", 3, None, "// HACK")];
        check(&before, &[at("a 3 g 9", 9, None, "// HACK")], &[], &["f", "g"], &[]);
        check(&before, &[at("a 3 g 9", 9, None, "b(); // HACK")], &[], &["f", "g"], &[9]);
    }

    #[test]
    fn on_an_unchanged_line_a_rule_finds_what_it_found() {
        let before = [at("a 2 f 8", 3, None, "x")];
        check(&before, &[at("a 3 f 9", 4, Some(3), "x")], &[], &["f"], &[]);
        check(&before, &[at("a 3 f 9", 4, Some(5), "x")], &[], &["f"], &[4]);
    }

    #[test]
    fn a_count_that_has_grown_is_reported_again() {
        let before = [at("a 2", 1, None, "x").counted(20)];
        let of = |count| known(&before, &[at("a 2", 1, Some(1), "x").counted(count)], &[], &[])[0];
        assert_eq!([of(19), of(20), of(21)], [Knowledge::Known, Knowledge::Known, Knowledge::Grown(20)]);
    }

    #[test]
    fn an_unchecked_file_is_always_reported() {
        check(&[at("a 0", 1, None, "x")], &[at("a 0", 1, Some(1), "x")], &[], &[], &[1]);
    }
}
