//! Tests of the planner with rules that find words and replace them.

use super::*;
use crate::diagnostic::{Confidence, FileChange, Severity};
use crate::ir::{FileInput, Lowered};

/// A rule that finds a word and replaces it by a text, perhaps with an insertion at the start of another file.
#[derive(Clone, Copy)]
struct WordRule {
    rule: &'static str,
    severity: Severity,
    find: &'static str,
    put: &'static str,
    beside: Option<&'static str>,
    files: fn() -> Vec<FileChange>,
}

const fn error(rule: &'static str, find: &'static str, put: &'static str) -> WordRule {
    WordRule { rule, severity: Severity::Error, find, put, beside: None, files: Vec::new }
}

struct Words(Vec<WordRule>);

impl Verifier for Words {
    fn input(&self, source: SourceFile) -> FileInput {
        source.into()
    }

    fn lower(&self, input: FileInput) -> Lowered {
        crate::language::lower(input)
    }

    fn check(&self, files: &[&Lowered]) -> Vec<Arc<Diagnostic>> {
        let mut found = Vec::new();
        for file in files {
            for word in &self.0 {
                found.extend(
                    file.source.text().match_indices(word.find).map(|(at, _)| Arc::new(word.found(&file.source, at))),
                );
            }
        }
        found.sort_by(|a, b| a.order(b));
        found
    }
}

impl WordRule {
    fn found(self, source: &SourceFile, at: usize) -> Diagnostic {
        let span = Span::new(at as u32, (at + self.find.len()) as u32);
        let beside = self.beside.map(|path| Edit::new(Span::empty(0), "/* moved */").at_path(RelPath::new(path)));
        let edits = [Edit::new(span, self.put)].into_iter().chain(beside);
        Diagnostic {
            rule: self.rule.into(),
            severity: self.severity,
            confidence: Confidence::High,
            message: format!("no {}", self.find),
            path: source.path().clone(),
            span,
            step: None,
            measure: None,
            captures: Vec::new(),
            related: Vec::new(),
            fixes: self.fix(edits.collect()).into_iter().collect(),
            fingerprint: format!("{} {}", self.rule, self.find),
            subject_fingerprint: String::new(),
            is_about_definition: false,
            symbol: String::new(),
        }
    }
}

impl WordRule {
    fn fix(self, edits: Vec<Edit>) -> Option<Fix> {
        let files = (self.files)();
        if files.is_empty() {
            return Fix::new("t", Safety::Safe, edits);
        }
        let edits = if self.put == self.find { Vec::new() } else { edits };
        Fix::of_files("t", Safety::Safe, edits, files)
    }
}

fn file(path: &str, text: &str) -> SourceFile {
    SourceFile::new(RelPath::new(path), text).unwrap()
}

fn plan_of(words: &[WordRule], text: &str) -> FixOutcome {
    let request = FixRequest {
        files: vec![file("a.ts", text).into()],
        choice: Choice::AtLeast(Safety::Safe),
        known: Vec::new(),
        open: &mut |path| match path.as_str() {
            "b.ts" => Opened::File(file("b.ts", "b();\n").into()),
            "c.ts" => Opened::Refused,
            _ => Opened::Absent,
        },
    };
    plan(&Words(words.to_vec()), request)
}

/// Checks the text after all fixes, the number of fixes, and the reasons of those that were rolled back.
#[track_caller]
fn check(words: &[WordRule], text: &str, expected: &str, applied: usize, reasons: &[&str]) {
    let outcome = plan_of(words, text);
    let after = outcome.files.first().map_or(text, |file| file.after.as_ref().unwrap().text());
    let found: Vec<&str> = outcome.rolled_back.iter().map(|fix| fix.reason.as_str()).collect();
    assert_eq!((after, outcome.applied.len(), &found[..]), (expected, applied, reasons), "{outcome:#?}");
    assert!(outcome.undoing.is_empty() && outcome.unfinished.is_empty(), "{outcome:#?}");
}

#[test]
fn fixes_are_applied_until_there_are_none() {
    check(&[error("r", "bad", "good")], "bad(bad); bad", "good(good); good", 3, &[]);
    let nested = [error("r", "f(g)", "g"), WordRule { severity: Severity::Warning, ..error("s", "g", "h") }];
    check(&nested, "f(g); f(g);", "h; h;", 4, &[]);
}

#[test]
fn what_breaks_the_file_is_rolled_back_alone() {
    let words = [error("r", "bad", "good"), error("s", "worse", "(")];
    let reason = "the file would no longer parse: `(` is never closed";
    check(&words, "bad(); worse(); bad();", "good(); worse(); good();", 2, &[reason]);
}

#[test]
fn fixes_that_pass_only_apart_are_applied_in_turn() {
    let reason = "`s` would find something new in line 1: no bb";
    check(&[error("r", "aa", "b"), error("s", "bb", "c")], "aaaa;", "baa;", 1, &[reason]);
}

#[test]
fn what_changes_the_code_around_it_is_rolled_back() {
    let reason = "the code around it would mean something else";
    check(&[error("r", "bad", "a + b")], "x = bad * c;", "x = bad * c;", 0, &[reason]);
    check(&[error("r", "bad", "(a + b)")], "x = bad * c;", "x = (a + b) * c;", 1, &[]);
    check(&[error("r", "debugger\n", "")], "a = b\ndebugger\n(c)\n", "a = b\ndebugger\n(c)\n", 0, &[reason]);
    check(&[error("r", "debugger\n", "")], "a = b\ndebugger\nc()\n", "a = b\nc()\n", 1, &[]);
}

#[test]
fn a_fix_must_remove_its_finding() {
    check(&[error("r", "bad", "bad2")], "bad();", "bad();", 0, &["`r` would still find it"]);
    check(&[error("r", "bad", "bad")], "bad();", "bad();", 0, &["it changes nothing"]);
}

#[test]
fn a_fix_brings_nothing_as_bad() {
    let warning = WordRule { severity: Severity::Warning, ..error("s", "good", "fine") };
    let reason = "`s` would find something new in line 1: no good";
    check(&[error("r", "bad", "good"), error("s", "good", "good")], "bad();", "bad();", 0, &[reason]);
    check(&[error("r", "bad", "good"), warning], "bad();", "fine();", 2, &[]);
    // An earlier finding that moves is not new.
    check(
        &[error("r", "bad", "better"), error("s", "good", "good")],
        "bad(good);",
        "better(good);",
        1,
        &["it changes nothing"],
    );
}

#[test]
fn rules_that_want_opposite_things_are_named() {
    let there = [error("to-b", "aa", "bb"), error("to-a", "bb", "aa")];
    check(&there, "aa();", "aa();", 0, &["`to-a` would find something new in line 1: no bb"]);
    check(&there, "bb();", "bb();", 0, &["`to-b` would find something new in line 1: no aa"]);
}

#[test]
fn a_circle_of_texts_ends_where_it_began() {
    // Each fix leads to a finding of another rule with a lower severity, so that none counts as worse.
    let step = |rule, severity, find, put| WordRule { severity, ..error(rule, find, put) };
    let words = [
        step("one", Severity::Error, "aa", "bb"),
        step("two", Severity::Warning, "bb", "cc"),
        step("three", Severity::Info, "cc", "aa"),
    ];
    check(&words, "aa();", "cc();", 2, &["`one` would find something new in line 1: no aa"]);
}

#[test]
fn comments_are_never_deleted_as_safe() {
    let words = [error("r", "bad /* why */", "good")];
    check(&words, "bad /* why */ ();", "bad /* why */ ();", 0, &["it would delete a comment in `a.ts`"]);
}

#[test]
fn known_findings_are_left_alone() {
    let request = FixRequest {
        files: vec![file("a.ts", "bad(); bad(); bad();").into()],
        choice: Choice::AtLeast(Safety::Safe),
        known: [0, 2].map(|number| known("r bad", number, 3)).into(),
        open: &mut |_| Opened::Refused,
    };
    let outcome = plan(&Words(vec![error("r", "bad", "good")]), request);
    assert_eq!(&**outcome.files[0].after.as_ref().unwrap().text(), "bad(); good(); bad();");
}

fn known(fingerprint: &str, number: usize, count: usize) -> KnownFinding {
    KnownFinding { path: RelPath::new("a.ts"), fingerprint: fingerprint.to_owned(), number, count }
}

#[test]
fn a_fix_over_two_files_is_made_in_both_or_in_none() {
    let moved = |put, beside| [WordRule { beside: Some(beside), ..error("r", "bad", put) }];
    let outcome = plan_of(&moved("good", "b.ts"), "bad();");
    let texts: Vec<&str> = outcome.files.iter().map(|file| &**file.after.as_ref().unwrap().text()).collect();
    assert_eq!((texts, outcome.joined), (vec!["good();", "/* moved */b();\n"], true));
    let outcome = plan_of(&moved("(", "b.ts"), "bad();");
    assert_eq!((outcome.files.len(), outcome.rolled_back.len()), (0, 1));
    let outcome = plan_of(&moved("good", "c.ts"), "bad();");
    assert_eq!(outcome.rolled_back[0].reason, "it edits `c.ts`, which is no file to be edited in this run");
}

#[test]
fn what_is_rolled_back_is_found_in_both_texts() {
    let words = [error("r", "bad;\n", ""), error("s", "worse", "(")];
    let outcome = plan_of(&words, "bad;\nbad;\nworse();");
    let rolled_back = &outcome.rolled_back[0];
    assert_eq!((rolled_back.line_before, rolled_back.line_after, rolled_back.span), (3, 1, Span::new(0, 5)));
}

/// The files after a fix of `bad` in `a.ts` with the file changes `files`, each with its old path, or the reason why it
/// was rolled back.
#[track_caller]
fn check_files(put: &'static str, files: fn() -> Vec<FileChange>, expected: &[&str]) {
    let outcome = plan_of(&[WordRule { files, ..error("r", "bad", put) }], "bad();");
    let shown = outcome.files.iter().map(|file| {
        let side = |side: &Option<SourceFile>| {
            side.as_ref().map_or("nothing".to_owned(), |file| format!("{}={}", file.path(), file.text().trim_end()))
        };
        format!("{} -> {}", side(&file.before), side(&file.after))
    });
    let reasons = outcome.rolled_back.iter().map(|fix| fix.reason.clone());
    assert_eq!(shown.chain(reasons).collect::<Vec<_>>(), expected);
    assert!(outcome.files.is_empty() || outcome.joined, "all or none");
}

fn create(path: &str, text: &str) -> FileChange {
    FileChange::Create { path: RelPath::new(path), text: text.to_owned() }
}

fn rename(from: &str, to: &str) -> FileChange {
    FileChange::Rename { from: RelPath::new(from), to: RelPath::new(to) }
}

fn delete(path: &str) -> FileChange {
    FileChange::Delete { path: RelPath::new(path) }
}

#[test]
fn a_fix_creates_renames_and_deletes_files() {
    check_files("good", || vec![create("new.ts", "x();")], &["a.ts=bad(); -> a.ts=good();", "nothing -> new.ts=x();"]);
    check_files("good", || vec![rename("a.ts", "d/z.ts")], &["a.ts=bad(); -> d/z.ts=good();"]);
    check_files("good", || vec![delete("b.ts")], &["a.ts=bad(); -> a.ts=good();", "b.ts=b(); -> nothing"]);
    check_files("bad", || vec![delete("a.ts")], &["a.ts=bad(); -> nothing"]);
}

#[test]
#[cfg(feature = "all-languages")]
fn a_change_of_files_that_does_not_hold_is_rolled_back() {
    let taken = "it writes `b.ts`, where something is already";
    check_files("good", || vec![create("b.ts", "")], &[taken]);
    check_files("good", || vec![rename("a.ts", "b.ts")], &[taken]);
    check_files("good", || vec![create("c.ts", "")], &["it writes `c.ts`, where something is already"]);
    let unread = "it deletes `c.ts`, which is no file to be edited in this run";
    check_files("good", || vec![delete("c.ts")], &[unread]);
    for path in [|| vec![create("../x.ts", "")], || vec![create(".git/x.ts", "")], || vec![create("/x.ts", "")]] {
        let FileChange::Create { path: named, .. } = &path()[0] else { unreachable!() };
        check_files("good", path, &[&format!("it writes `{named}`, which is no path of the project")]);
    }
    let unknown = "it writes `x.sh`, which is of no language that could be checked";
    check_files("good", || vec![create("x.sh", "")], &[unknown]);
    check_files("good", || vec![create("x.ts", "(")], &["the new file `x.ts` would not parse"]);
    check_files("good", || vec![create("x.ts", "bad();")], &["`r` would find something new in x.ts:1: no bad"]);
    check_files("bad", || vec![rename("a.ts", "x.ts")], &["`r` would still find it"]);
    check_files("good", || vec![rename("a.ts", "x.rs")], &["`a.ts` would not parse as `x.rs`"]);
}

#[test]
fn fixes_about_one_file_wait_for_each_other() {
    let words =
        [WordRule { files: || vec![rename("a.ts", "z.ts")], ..error("r", "bad", "good") }, error("s", "worse", "fine")];
    let outcome = plan_of(&words, "bad(); worse();");
    let [FixedFile { before: Some(before), after: Some(after) }] = &outcome.files[..] else { panic!("{outcome:#?}") };
    assert_eq!((before.path().as_str(), after.path().as_str()), ("a.ts", "z.ts"));
    assert_eq!((&**after.text(), outcome.applied.len()), ("good(); fine();", 2));
}

/// Counts the files that are parsed.
struct Counting<'w>(&'w Words, std::cell::Cell<usize>);

impl Verifier for Counting<'_> {
    fn input(&self, source: SourceFile) -> FileInput {
        self.0.input(source)
    }

    fn lower(&self, input: FileInput) -> Lowered {
        self.1.set(self.1.get() + 1);
        self.0.lower(input)
    }

    fn check(&self, files: &[&Lowered]) -> Vec<Arc<Diagnostic>> {
        self.0.check(files)
    }
}

/// The number of parses, of fixes that were made, and of those that were not, for a text of `count` lines.
fn cost(words: &[WordRule], line: &str, count: usize) -> (usize, usize, usize) {
    let request = FixRequest {
        files: vec![file("a.ts", &line.repeat(count)).into()],
        choice: Choice::AtLeast(Safety::Safe),
        known: Vec::new(),
        open: &mut |_| Opened::Refused,
    };
    let words = Words(words.to_vec());
    let counting = Counting(&words, std::cell::Cell::new(0));
    let outcome = plan(&counting, request);
    (counting.1.get(), outcome.applied.len(), outcome.rolled_back.len())
}

/// Checks that twice the lines take hardly more proofs.
#[track_caller]
fn check_cost(words: &[WordRule], line: &str) {
    let (few, many) = (cost(words, line, 400), cost(words, line, 800));
    assert!(many.0 <= few.0 + 12, "{few:?} {many:?}");
}

#[test]
fn a_rule_whose_fixes_never_hold_is_given_up() {
    let never = error("r", "bad", "bad2");
    check_cost(&[never], "bad();\n");
    let (_, applied, rolled_back) = cost(&[never], "bad();\n", 400);
    assert_eq!((applied, rolled_back), (0, 400));
    let two = [never, error("s", "worse", "better")];
    check_cost(&two, "bad(); worse();\n");
    assert_eq!(cost(&two, "bad(); worse();\n", 400).1, 400);
    check_cost(&[error("s", "worse", "("), never], "bad(); worse();\n");
}
