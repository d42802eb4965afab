//! Every rule is bounded: its cost in steps doubles at most when the file doubles, whatever shape the file has.

#![allow(clippy::unwrap_used, reason = "helpers of a test")]

mod probes;
mod shapes;

use std::collections::BTreeMap;
use std::sync::Arc;

use lawbook_core::budget::StopReason;
use lawbook_core::date::Date;
use lawbook_core::engine::{Concluded, Engine, RunOptions};
use lawbook_core::ir::Lowered;
use lawbook_core::language;
use lawbook_core::pack::Pack;
use lawbook_core::plan::{Plan, Selection};
use lawbook_core::settings::Settings;
use lawbook_core::source::{RelPath, SourceFile};
use shapes::{SHAPES, Shape};

/// How much more than twice the cost may be for twice the file: what is done once for a file weighs more in a small one,
/// and a relation keeps its answers only once it was asked much.
const TOLERANCE: f64 = 1.1;
const SPARE_STEPS: u64 = 1_000;

/// The repetitions that are doubled: of what goes on, and of what nests within the limits of the strict parser and of the
/// tolerant one.
const LONG: &[usize] = &[500];
const DEEP: &[usize] = &[45, 400];

fn packs() -> Vec<Pack> {
    let built_in = Pack { natives: lawbook_rules::natives().to_vec(), extended: true, ..lawbook_rulesets::pack() };
    vec![built_in, probes::pack()]
}

/// All rules together, or one alone.
fn engine(only: Option<&str>) -> Engine {
    let selection = Selection { rules: only.map(str::to_owned).into_iter().collect(), packs: Vec::new() };
    let plan = Plan::new(&Settings::default(), packs(), &selection).unwrap();
    Engine::new(plan, RunOptions::new(Date::from_unix_seconds(0)))
}

fn lower(extension: &str, code: String) -> Lowered {
    language::lower(SourceFile::new(RelPath::new(format!("a.{extension}")), code).unwrap())
}

/// What each rule costs on a file: its steps, or none when it goes over its budget.
fn costs(engine: &Engine, file: &Lowered) -> BTreeMap<Arc<str>, Option<u64>> {
    let within = |stopped: Option<StopReason>, steps| stopped.is_none().then_some(steps);
    let all = engine.costs(file).into_iter();
    all.map(|cost| (cost.rule, within(cost.stopped, cost.steps), within(cost.stopped, cost.reporting)))
        .flat_map(|(r, a, b)| [(r.clone(), a), (format!("REP {r}").into(), b)])
        .collect()
}

/// The rules that cost more than twice as much on twice the file.
fn superlinear(engine: &Engine, shape: &Shape, extension: &str, repetitions: usize) -> Vec<String> {
    let once = lower(extension, shape.code(repetitions));
    let twice = lower(extension, shape.code(2 * repetitions));
    let (Some(small), Some(_)) = (once.tree(), twice.tree()) else { return Vec::new() };
    assert!(small.root().kind() != lawbook_core::ir::Kind::Error, "{} {extension} is no code", shape.name);
    let (once, twice) = (costs(engine, &once), costs(engine, &twice));
    let mut found = Vec::new();
    for (rule, twice) in &twice {
        let once = once.get(rule).copied().unwrap_or(Some(0));
        let most = once.map(|once| (2.0 * TOLERANCE * once as f64) as u64 + SPARE_STEPS);
        if once.is_some() && twice.is_none_or(|twice| Some(twice) > most) {
            found.push(format!("{rule} on {} {extension} x {repetitions}: {once:?} steps, then {twice:?}", shape.name));
        }
    }
    found
}

#[test]
fn no_rule_costs_more_than_twice_as_much_on_twice_the_file() {
    let engine = engine(None);
    let mut found = Vec::new();
    for shape in SHAPES {
        for extension in shape.extensions {
            for repetitions in if shape.nests { DEEP } else { LONG } {
                let b = std::time::Instant::now();
                found.extend(superlinear(&engine, shape, extension, *repetitions));
                println!("TIME {:6} {} {extension} {repetitions}", b.elapsed().as_millis(), shape.name);
            }
        }
    }
    assert!(found.is_empty(), "{} rules:\n{}", found.len(), found.join("\n"));
}

#[test]
fn every_rule_is_asked_by_some_shape() {
    let engine = engine(None);
    let mut unasked: Vec<&str> = engine.plan().rules().iter().map(|rule| &*rule.id).collect();
    for shape in SHAPES {
        for extension in shape.extensions {
            let costs = costs(&engine, &lower(extension, shape.code(3)));
            unasked.retain(|rule| !costs.contains_key(*rule));
        }
    }
    unasked.retain(|rule| !lawbook_core::rule::engine_ids::ALL.contains(rule));
    assert_eq!(unasked, [""; 0]);
}

/// By hand, in a release build: `cargo test --release --test cost -- --ignored --nocapture`.
#[test]
#[ignore = "takes minutes, and times say something in a release build only"]
fn a_megabyte_takes_each_rule_two_seconds_or_is_named() {
    let ids: Vec<String> = engine(None).plan().rules().iter().map(|rule| rule.id.to_string()).collect();
    let engines: Vec<(String, Engine)> = ids.into_iter().map(|id| (id.clone(), engine(Some(&id)))).collect();
    let mut slow = Vec::new();
    for shape in SHAPES {
        for extension in shape.extensions {
            for file in megabytes(shape, extension) {
                for (id, engine) in &engines {
                    let begin = std::time::Instant::now();
                    let report = engine.check(&file);
                    let found = report.diagnostics().count();
                    let stopped = report.diagnostics().any(|found| &*found.rule == "unchecked-file");
                    let report = engine.merge(&[report], &Concluded::default());
                    let (time, left) = (begin.elapsed().as_millis(), report.diagnostics.len());
                    if time > 300 {
                        let what = format!("{time:6} ms {id} on {} {extension}: {found} {left} {stopped}", shape.name);
                        println!("{what}");
                        slow.extend((time > 2_000).then_some(what));
                    }
                }
            }
        }
    }
    assert!(slow.is_empty(), "{} are slow:\n{}", slow.len(), slow.join("\n"));
}

/// Files of a megabyte: one that goes on, or many that nest as deep as each parser takes.
fn megabytes(shape: &Shape, extension: &str) -> Vec<Lowered> {
    let unit = shape.code(2).len() - shape.code(1).len();
    if !shape.nests {
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
