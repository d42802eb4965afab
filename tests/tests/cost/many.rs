//! Work on many mistakes, marks, suppressions and regions grows with their number and not with its square.
//!
//! None of it takes steps, so times are compared: of one number, twice and four times the number. Work that grows with the
//! square takes four times as long on twice the number, however often it is tried.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use lawbook_core::date::Date;
use lawbook_core::engine::Concluded;
use lawbook_core::mistake::Mistake;
use lawbook_core::pack::Pack;
use lawbook_core::plan::{Plan, Selection};
use lawbook_core::rule::page::Page;
use lawbook_core::settings::Settings;
use lawbook_core::testing;

use super::{engine_of, lower, shipped};

/// The factor by which the time may grow, at most, where the number of things doubles.
const MAX_GROWTH: u32 = 3;
/// The greatest number of tries, of which the shortest times count. The first that show linear work are enough; more are
/// needed where other programs take the processor.
const TRIES: usize = 24;

/// The time of a piece of work.
fn time<R>(work: impl FnOnce() -> R) -> Duration {
    let begin = Instant::now();
    black_box(work());
    begin.elapsed()
}

/// Asserts that the time of work on `count`, twice and four times as many things grows less than [`MAX_GROWTH`] times with
/// each doubling.
#[track_caller]
fn check_doubling<T, R>(name: &str, count: usize, input: impl Fn(usize) -> T, work: impl Fn(&T) -> R) {
    let inputs = [1, 2, 4].map(|factor| input(factor * count));
    let mut fastest = [Duration::MAX; 3];
    let is_linear = (0..TRIES).any(|_| {
        for (input, fastest) in inputs.iter().zip(&mut fastest) {
            *fastest = (*fastest).min(time(|| work(input)));
        }
        fastest.windows(2).all(|pair| pair[1] < pair[0] * MAX_GROWTH)
    });
    assert!(is_linear, "{name}: {count}, twice and four times as many took {fastest:?}");
}

/// A text with a line for each number; a `§` stands for the number.
fn repeated(before: &str, line: &str, count: usize, after: &str) -> String {
    let mut text = before.to_owned();
    for number in 0..count {
        text.push_str(&line.replace('§', &number.to_string()));
    }
    text + after
}

/// The mistakes of a text, drawn as the command line does and as lines. There is one for each repetition.
fn draw(mistakes: &[Mistake], count: usize) -> String {
    assert!(mistakes.len() >= count, "{} mistakes, not {count}", mistakes.len());
    let mut text = lawbook::render_mistakes(mistakes, false);
    // A program without a drawing of its own prints each as a line.
    let _ = write!(text, "{}", lawbook_core::mistake::MistakeList::from(mistakes.to_vec()));
    text
}

/// The mistakes of settings, those of the plan that is made of them too.
fn settings_mistakes(text: &str) -> Vec<Mistake> {
    let (settings, mut mistakes) = Settings::read("lawbook.toml", text);
    mistakes.extend(Plan::new(&settings, vec![shipped()], &Selection::default()).err().unwrap_or_default());
    mistakes
}

/// The mistakes of a page or of a file of ast-grep rules, those of its kinds, expressions and patterns too.
fn page_mistakes(name: &str, text: &str) -> Vec<Mistake> {
    let (mut pack, mut mistakes) = Pack::from_files("p", vec![(name.to_owned(), name.to_owned(), text.into())]);
    pack.extended = true;
    let plan = Plan::new(&Settings::default(), vec![pack], &Selection::default());
    mistakes.extend(plan.err().unwrap_or_default());
    mistakes
}

#[test]
fn six_thousand_mistakes_of_settings_are_drawn_in_linear_time() {
    for (name, before, line, after) in [
        ("unknown keys", "", "key-§ = 1\n", ""),
        ("unknown rules", "[rules]\n", "no-such-§ = \"error\"\n", ""),
        ("unknown presets", "extends = [\n", "\"preset-§\",\n", "]\n"),
        ("bad globs of one line", "[files]\nexclude = [", "\"[§\", ", "]\n"),
        ("unknown rules of overrides", "", "[[overrides]]\nfiles = [\"a§\"]\nrules = { no-such-§ = \"off\" }\n", ""),
    ] {
        let input = |count| (repeated(before, line, count, after), count);
        check_doubling(name, 1_500, input, |(text, count)| draw(&settings_mistakes(text), *count));
    }
}

#[test]
fn settings_of_any_length_are_planned_in_linear_time() {
    for (name, line) in [
        ("overrides of levels", "[[overrides]]\nfiles = [\"a§/**\"]\nrules = { no-eval = \"off\" }\n"),
        ("overrides of options", "[[overrides]]\nfiles = [\"a§/**\"]\nrules = { max-function-lines = { max = § } }\n"),
        ("limits of suppressions", "[[suppressions.budgets]]\nfiles = [\"a§/**\"]\nmax = §\n"),
    ] {
        let input = |count| repeated("", line, count, "");
        check_doubling(name, 1_500, input, |text| assert_eq!(settings_mistakes(text), []));
    }
}

#[test]
fn six_thousand_mistakes_of_a_page_are_drawn_in_linear_time() {
    let head = "---\nsummary: S.\nseverity: warning\n";
    for (name, before, line, after) in [
        ("unknown keys", "languages: [typescript]\nrule: { pattern: a }\n", "key-§: 1\n", ""),
        ("unknown languages", "rule: { pattern: a }\nlanguages: [", "lang§, ", "]\n"),
        ("unknown keys of rules", "languages: [typescript]\nrule:\n  any:\n", "    - { kin§: a }\n", ""),
        ("bad expressions of one line", "languages: [typescript]\nrule: { any: [", "{ regex: '(§' }, ", "] }\n"),
    ] {
        let input = |count| (repeated(&format!("{head}{before}"), line, count, &format!("{after}---\nWhy.\n")), count);
        check_doubling(name, 1_500, input, |(text, count)| draw(&page_mistakes("p.md", text), *count));
    }
    let input = |count| (repeated("", "id: a§\nlanguage: ts\nrule: { kind: no_such_§ }\n---\n", count, ""), count);
    check_doubling("rules of one file", 1_500, input, |(text, count)| draw(&page_mistakes("r.yml", text), *count));
}

#[test]
fn marks_of_blocks_are_compared_in_linear_time() {
    let head =
        "---\nsummary: S.\nlanguages: [typescript]\nseverity: warning\nrule: { pattern: foo($A) }\n---\nWhy.\n\n";
    for (name, before, line, after) in [
        ("marked findings", "## Bad\n```ts\n", "foo(§); // error\n", "```\n"),
        ("marks without a finding", "## Bad\n```ts\n", "bar(§); // error\n", "```\n"),
        ("findings without a mark", "## Bad\n```ts\n", "foo(§);\n", "```\n"),
        ("findings of one line", "## Bad\n```ts\n", "foo(§); ", "// error\n```\n"),
        ("findings of good code", "## Good\n```ts\n", "foo(§);\n", "```\n"),
    ] {
        let input = |count| {
            let text = repeated(&format!("{head}{before}"), line, count, after);
            Page::parse("p.md", "p", "", text).unwrap()
        };
        let run = |page: &Page| testing::run_page(page, &[], Date::from_unix_seconds(0)).unwrap();
        check_doubling(name, 2_000, input, run);
    }
}

#[test]
fn blocks_are_run_in_linear_time() {
    let head =
        "---\nsummary: S.\nlanguages: [typescript]\nseverity: warning\nrule: { pattern: foo($A) }\n---\nWhy.\n\n";
    for (name, before, block) in [
        ("blocks", "## Bad\n", "```ts\nfoo(§); // error\n```\n"),
        ("blocks that fail", "## Good\n", "```ts\nfoo(§);\n```\n"),
        ("blocks under headings", "## Bad\n", "### Case §\n```ts\nfoo(§); // error\n```\n"),
    ] {
        let input = |count| {
            let text = repeated(&format!("{head}{before}"), block, count, "");
            Page::parse("p.md", "p", "", text).unwrap()
        };
        let run = |page: &Page| testing::run_page(page, &[], Date::from_unix_seconds(0)).unwrap();
        check_doubling(name, 150, input, run);
    }
}

/// The shapes of files with many suppressions: a name, and the texts before the repeated line, of the line and after it.
type ManyShape = (&'static str, [&'static str; 3]);

/// Asserts that a check of files with many suppressions takes linear time, the report included.
fn check_suppressions(count: usize, shapes: &[ManyShape]) {
    let engine = engine_of(vec![shipped()], None);
    for (name, [before, line, after]) in shapes {
        let input = |count| lower("ts", repeated(before, line, count, after));
        check_doubling(name, count, input, |file| engine.merge(&[engine.check(file)], &Concluded::default()));
    }
}

#[test]
fn suppressions_are_applied_in_linear_time() {
    const SHAPES: &[ManyShape] = &[
        ("used", ["", "eval(a); // lawbook-ignore no-eval: the format wants it\n", ""]),
        ("unused", ["", "// lawbook-ignore no-eval: the format wants it\na();\n", ""]),
        ("malformed", ["", "// lawbook-ignore\n", ""]),
        ("expired", ["", "eval(a); // lawbook-ignore no-eval until=1969-01-01: the format wants it\n", ""]),
        ("of the file", ["", "// lawbook-ignore-file no-eval: the format wants it\n", "eval(a);"]),
        ("of the file with many findings", ["// lawbook-ignore-file no-eval: the format wants it\n", "eval(a);\n", ""]),
        ("of one line", ["", "/* lawbook-ignore no-eval: the format wants it */ ", "eval(a);"]),
        ("of one block", ["/*\n", " * lawbook-ignore no-eval: the format wants it\n", " */\neval(a);"]),
        ("of many rules", ["eval(a); // lawbook-ignore ", "rule-§, ", "no-eval: the format wants it"]),
        ("of another tool", ["", "// eslint-disable-next-line a\nb();\n", ""]),
    ];
    check_suppressions(1_000, SHAPES);
}

#[test]
fn regions_are_applied_in_linear_time() {
    const START: &str = "// lawbook-ignore-start no-eval: the format wants it\n";
    const END: &str = "// lawbook-ignore-end no-eval\n";
    let starts: &'static str = Box::leak(START.repeat(300).into_boxed_str());
    let ends: &'static str = Box::leak(END.repeat(300).into_boxed_str());
    let shapes = [
        (
            "in a row",
            ["", "// lawbook-ignore-start no-eval: the format wants it\neval(a);\n// lawbook-ignore-end no-eval\n", ""],
        ),
        ("without an end", ["", START, "eval(a);"]),
        ("without a start", ["eval(a);\n", END, ""]),
        ("many findings of one", [START, "eval(a);\n", END]),
        ("many findings of many", [starts, "eval(a);\n", ends]),
        (
            "of many rules",
            [
                "",
                "// lawbook-ignore-start rule-§: the format wants it\n// lawbook-ignore-start no-eval: the format wants it\neval(a);\n",
                END,
            ],
        ),
    ];
    check_suppressions(1_000, &shapes);
}
