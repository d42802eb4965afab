//! The cost of every rule in steps at most doubles when the file doubles, for files of many shapes.

#![allow(clippy::unwrap_used, reason = "helpers of a test")]

mod many;
mod probes;
mod shapes;

use std::collections::BTreeMap;
use std::sync::Arc;

use lawbook_core::budget::Steps;
use lawbook_core::date::Date;
use lawbook_core::engine::{Concluded, Engine, FileCosts, RunOptions};
use lawbook_core::ir::{Lowered, Node};
use lawbook_core::language;
use lawbook_core::pack::Pack;
use lawbook_core::plan::{Plan, Selection};
use lawbook_core::rule::page::Scope;
use lawbook_core::settings::Settings;
use lawbook_core::source::{RelPath, SourceFile};
use shapes::{CostShape, Nesting, SHAPES};

/// The tolerance of the doubled cost: a relation takes some thousands of steps before it keeps its answers, and work that
/// is done once for a file weighs more in a small one.
const TOLERANCE_PERCENT: u64 = 110;
const SPARE_STEPS: u64 = 20_000;

/// The numbers of repetitions that are doubled, for flat shapes: the first of which the doubled file goes to the same
/// parser.
const FLAT_REPETITIONS: &[usize] = &[500, 400];
/// The same for nested shapes within the limits of a strict parser.
const NESTED_REPETITIONS: &[usize] = &[90, 60, 40, 20];
/// The same for nested shapes beyond these limits and within those of the tolerant parser. They are the smallest that
/// are, since work on the texts of nested nodes takes long.
const DEEP_REPETITIONS: &[usize] = &[70, 105, 210, 300, 510, 1_010];

fn shipped() -> Pack {
    lawbook_rulesets::pack().with_natives(lawbook_rules::natives()).with_all_on()
}

fn engine_of(packs: Vec<Pack>, only: Option<&str>) -> Engine {
    let selection = Selection::of_rules(only);
    let plan = Plan::new(&Settings::default(), packs, &selection).unwrap();
    Engine::new(plan, RunOptions::new(Date::from_unix_seconds(0)))
}

fn lower(extension: &str, code: String) -> Lowered {
    language::lower(SourceFile::new(RelPath::new(format!("a.{extension}")), code).unwrap())
}

/// The steps of each rule on a file, by what they are spent on; none where they exceed the budget.
type Costs = BTreeMap<(Arc<str>, &'static str), Option<u64>>;

fn costs(engine: &Engine, file: &Lowered) -> Costs {
    let within = |steps: u64| (steps < Steps::DEFAULT_LIMIT).then_some(steps);
    let FileCosts { rules, shared } = engine.costs(file);
    let shared = (("tables".into(), "walking"), Some(shared));
    let all = rules.into_iter().flat_map(|cost| {
        let walking = within(cost.steps).map(|steps| steps - cost.text);
        let (text, reporting) = (within(cost.steps).map(|_| cost.text), within(cost.reporting));
        [("walking", walking), ("text", text), ("reporting", reporting)]
            .map(|(what, steps)| ((cost.rule.clone(), what), steps))
    });
    all.chain([shared]).collect()
}

/// The parser that reads a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Parser {
    Strict,
    Tolerant,
}

/// The parser that files of an extension go to first.
fn first_parser(extension: &str) -> Parser {
    let dialect = language::of_path(&RelPath::new(format!("a.{extension}"))).unwrap();
    if dialect.language.has_strict() { Parser::Strict } else { Parser::Tolerant }
}

/// The tree of a shape and the parser that read it; none where the code is beyond all limits.
fn parsed(shape: &CostShape, extension: &str, repetitions: usize) -> Option<(Lowered, Parser)> {
    let file = lower(extension, shape.code(repetitions));
    let is_code = !file.tree()?.nodes().any(Node::is_error);
    assert!(is_code, "{} {extension} is no code", shape.name);
    let tolerant = first_parser(extension) == Parser::Tolerant || !file.degraded.is_empty();
    Some((file, if tolerant { Parser::Tolerant } else { Parser::Strict }))
}

/// Pairs of files of a shape, the second of twice the size and for the same parser: one pair for each parser that takes
/// the doubled shape.
fn pairs(shape: &CostShape, extension: &str) -> Vec<(usize, [Lowered; 2])> {
    let pair = |sizes: &[usize], wanted: Parser| {
        sizes.iter().find_map(|size| {
            let (once, parser) = parsed(shape, extension, *size)?;
            let (twice, same) = parsed(shape, extension, 2 * size)?;
            (parser == wanted && same == wanted).then_some((*size, [once, twice]))
        })
    };
    let (sizes, deeper): (_, &[usize]) =
        if shape.nests() { (NESTED_REPETITIONS, DEEP_REPETITIONS) } else { (FLAT_REPETITIONS, &[]) };
    let (first, deeper) = (pair(sizes, first_parser(extension)), pair(deeper, Parser::Tolerant));
    let expected = (true, shape.nesting == Nesting::Deep);
    assert_eq!((first.is_some(), deeper.is_some()), expected, "two sizes of {} {extension}", shape.name);
    first.into_iter().chain(deeper).collect()
}

/// Messages on costs that more than double on twice the file. Nested texts and findings hold the same code again and
/// again, so for nested shapes the cost of reading and reporting them may grow with the square of the nesting, which the
/// limits of parsing bound. A message has the cost on a file of four times the size too, to show how it grows on.
fn superlinear(engine: &Engine, shape: &CostShape, extension: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (repetitions, [once, twice]) in pairs(shape, extension) {
        let (once, twice) = (costs(engine, &once), costs(engine, &twice));
        let mut fourfold = None;
        for ((rule, what), twice) in &twice {
            let once = once.get(&(rule.clone(), *what)).copied().unwrap_or(Some(0));
            let factor = if shape.nests() && *what != "walking" { 4 } else { 2 };
            let most = once.map(|once| once * factor * TOLERANCE_PERCENT / 100 + SPARE_STEPS);
            if twice.is_some_and(|twice| most.is_some_and(|most| twice <= most)) {
                continue;
            }
            let fourfold =
                fourfold.get_or_insert_with(|| costs(engine, &lower(extension, shape.code(4 * repetitions))));
            let last = fourfold.get(&(rule.clone(), *what)).copied().flatten();
            let name = shape.name;
            found.push(format!("{rule}, {what} on {name} {extension} x {repetitions}: {once:?} {twice:?} {last:?}"));
        }
    }
    found
}

/// The extensions with most shapes, which have tests of their own.
const ECMASCRIPT: &[&str] = &["ts", "tsx", "js"];

fn check_growth(engine: &Engine, is_wanted: fn(&str) -> bool) {
    let mut found = Vec::new();
    for shape in SHAPES {
        for extension in shape.extensions.iter().filter(|extension| is_wanted(extension)) {
            found.extend(superlinear(engine, shape, extension));
        }
    }
    assert!(found.is_empty(), "{} cost more than twice as much on twice the file:\n{}", found.len(), found.join("\n"));
}

#[test]
fn no_shipped_rule_costs_more_than_twice_as_much_on_twice_the_ecmascript() {
    check_growth(&engine_of(vec![shipped()], None), |extension| ECMASCRIPT.contains(&extension));
}

#[test]
fn no_shipped_rule_costs_more_than_twice_as_much_on_twice_the_code_of_others() {
    check_growth(&engine_of(vec![shipped()], None), |extension| !ECMASCRIPT.contains(&extension));
}

#[test]
fn no_probe_costs_more_than_twice_as_much_on_twice_the_ecmascript() {
    check_growth(&engine_of(vec![probes::pack()], None), |extension| ECMASCRIPT.contains(&extension));
}

#[test]
fn no_probe_costs_more_than_twice_as_much_on_twice_the_code_of_others() {
    check_growth(&engine_of(vec![probes::pack()], None), |extension| !ECMASCRIPT.contains(&extension));
}

#[test]
fn every_language_has_shapes() {
    for language in language::all() {
        let mut extensions = language.dialects().iter().flat_map(|dialect| dialect.extensions);
        let has_shape = extensions.any(|own| SHAPES.iter().any(|shape| shape.extensions.contains(own)));
        assert!(has_shape, "no shape of {}", language.name());
    }
}

#[test]
fn every_rule_is_asked_by_some_shape() {
    let engine = engine_of(vec![shipped(), probes::pack()], None);
    // A rule about all files or about a change may look at no single file.
    let rules = engine.plan().rules().iter().filter(|rule| rule.page().scope == Scope::File);
    let mut unasked: Vec<&str> = rules.map(|rule| &*rule.id).collect();
    for shape in SHAPES {
        for extension in shape.extensions {
            let costs = costs(&engine, &lower(extension, shape.code(3)));
            unasked.retain(|rule| !costs.keys().any(|(known, _)| **known == **rule));
        }
    }
    unasked.retain(|rule| !lawbook_core::rule::engine_ids::ALL.contains(rule));
    assert_eq!(unasked, [""; 0]);
}

/// To be run by hand in a release build: `cargo test --release -p lawbook-tests --test cost -- --ignored --nocapture`; with
/// `EXTENSION=py` for the files of one extension.
#[test]
#[ignore = "takes minutes, and times say something in a release build only"]
fn a_megabyte_takes_each_shipped_rule_two_seconds_or_is_named() {
    check_times(&[shipped()]);
}

/// The same of the probes.
#[test]
#[ignore = "takes minutes, and times say something in a release build only"]
fn a_megabyte_takes_each_probe_two_seconds_or_is_named() {
    check_times(&[probes::pack()]);
}

#[allow(clippy::print_stdout, reason = "run by hand to see what takes how long")]
fn check_times(packs: &[Pack]) {
    let only_rule = |id: &str| (id.to_owned(), engine_of(packs.to_vec(), Some(id)));
    let all = engine_of(packs.to_vec(), None);
    let engines: Vec<(String, Engine)> = all.plan().rules().iter().map(|rule| only_rule(&rule.id)).collect();
    let only = std::env::var("EXTENSION").ok();
    let mut slow = Vec::new();
    for shape in SHAPES {
        for extension in shape.extensions.iter().filter(|known| only.as_ref().is_none_or(|only| only == *known)) {
            for file in megabytes(shape, extension) {
                for (id, engine) in &engines {
                    let begin = std::time::Instant::now();
                    let answer = engine.check(&file);
                    let is_named = answer.diagnostics().any(|found| &*found.rule == "unchecked-file");
                    let report = engine.merge(&[answer], &Concluded::default());
                    let (time, found) = (begin.elapsed().as_millis(), report.diagnostics.len());
                    if time > 300 {
                        let what = format!("{time:6} ms {id} on {} {extension}: {found} {is_named}", shape.name);
                        println!("{what}");
                        slow.extend((time > 2_000 && !is_named).then_some(what));
                    }
                }
            }
        }
    }
    assert!(slow.is_empty(), "{} are slow:\n{}", slow.len(), slow.join("\n"));
}

/// Files of a megabyte of a shape: a flat one, or several that are nested as deep as each parser takes.
fn megabytes(shape: &CostShape, extension: &str) -> Vec<Lowered> {
    let unit = shape.code(2).len() - shape.code(1).len();
    if !shape.nests() {
        return vec![lower(extension, shape.code((1 << 20) / unit))];
    }
    let code = |depth: usize| {
        let one = shape.code(depth) + "\n";
        one.repeat((1 << 20) / one.len() + 1)
    };
    [90, 180, 900, 2_400]
        .map(|depth| lower(extension, code(depth)))
        .into_iter()
        .filter(|file| file.tree().is_some())
        .collect()
}
