//! Stored answers compared with the same searches without tables, and the growth of cost with the size of a tree.

use super::*;
use crate::budget::Steps;
use crate::data::Value;
use crate::ir::Lowered;
use crate::language;
use crate::mistake::Mistakes;
use crate::pattern::Env;
use crate::rule::object::Compiler;
use crate::rule::object::tests::read;
use crate::source::{RelPath, SourceFile};

/// A rule compiled for one dialect.
struct CompiledRule {
    term: Term,
    utils: Vec<Term>,
    vars: Vec<VarId>,
}

fn compile(tag: &str, text: &str) -> CompiledRule {
    let dialect = language::of_tag(tag).unwrap();
    let value: Value = read(text);
    let (claimed, mut mistakes) = ([dialect], Mistakes::new("rule", text));
    let mut compiler = Compiler::new(dialect, &claimed, true, &mut mistakes);
    if let Some(utils) = value.get("utils") {
        compiler.utils(utils);
    }
    let term = compiler.rule(value.get("rule").unwrap_or(&value), 0);
    let vars = compiler.variables.iter().map(|(var, ..)| var).collect();
    let (utils, _) = compiler.into_utils();
    let shown: Vec<_> = mistakes.into_vec().iter().map(ToString::to_string).collect();
    assert_eq!(shown, [""; 0], "{text}");
    CompiledRule { term, utils, vars }
}

fn lower(tag: &str, code: &str) -> Lowered {
    let file = SourceFile::new(RelPath::new("a"), code).unwrap();
    language::lower(crate::ir::FileInput::of_dialect(file, language::of_tag(tag).unwrap()))
}

/// The matches of a rule, each with its captures, and the steps that were taken; none when the budget was spent.
fn run(rule: &CompiledRule, file: &Lowered, mode: MemoMode) -> Option<(Vec<String>, u64)> {
    let steps = Steps::default();
    let found = run_within(rule, file, mode, &steps)?;
    Some((found, Steps::DEFAULT_LIMIT - steps.left()))
}

/// The matches of a rule within a budget; none when it was spent.
fn run_within(rule: &CompiledRule, file: &Lowered, mode: MemoMode, steps: &Steps) -> Option<Vec<String>> {
    let mut env = Env::default();
    let mut memo = Memo { mode, ..Memo::default() };
    let mut found = Vec::new();
    let tree = file.tree().unwrap();
    for node in tree.root().subtree() {
        env.clear();
        let (utils, env, memo) = (&rule.utils, &mut env, &mut memo);
        let mut search = Search { file, utils, env, steps, memo, calls: 0 };
        if rule.term.matches(node, &mut search) {
            let bound: Vec<_> = rule.vars.iter().map(|var| search.env.one(*var, tree)).collect();
            found.push(format!("{node:?} {bound:?}"));
        }
    }
    (!steps.exhausted()).then_some(found)
}

fn matches(rule: &CompiledRule, file: &Lowered, mode: MemoMode) -> Option<Vec<String>> {
    run(rule, file, mode).map(|(found, _)| found)
}

/// A pseudo-random generator (LCG) with the same numbers on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % limit
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    fn rule(&mut self, depth: usize) -> String {
        let atoms = [
            "kind: call_expression",
            "kind: identifier",
            "kind: arguments",
            "regex: '^[+]$'",
            "regex: '^,$'",
            "pattern: f($A)",
            "pattern: '$A + $B'",
            "pattern: $A",
            "pattern: $B",
            "pattern: '[$$$L, $A]'",
            "regex: b",
            "regex: '^f'",
        ];
        if depth == 0 || self.below(4) == 0 {
            return format!("{{{}}}", self.pick(&atoms));
        }
        match self.below(9) {
            0 => format!("{{all: [{}, {}]}}", self.rule(depth - 1), self.rule(depth - 1)),
            1 => format!("{{any: [{}, {}]}}", self.rule(depth - 1), self.rule(depth - 1)),
            2 => format!("{{not: {}, {}}}", self.rule(depth - 1), self.pick(&atoms)),
            3 => {
                let (position, reverse) = (self.pick(&["1", "2", "2n+1"]), self.pick(&["true", "false"]));
                let rule = self.rule(depth - 1);
                format!("{{nthChild: {{position: '{position}', reverse: {reverse}, ofRule: {rule}}}}}")
            }
            4 => "{matches: it}".to_owned(),
            way => {
                let key = ["has", "inside", "follows", "precedes", "has"][way - 5 + self.below(1)];
                let stop = match self.below(3) {
                    0 => String::new(),
                    1 => format!(", stopBy: {}", self.rule(depth - 1)),
                    _ => ", stopBy: end".to_owned(),
                };
                let field = match key {
                    "has" | "inside" if self.below(3) == 0 => ", field: arguments",
                    _ => "",
                };
                let first = if self.below(2) == 0 { format!("{}, ", self.pick(&atoms)) } else { String::new() };
                format!("{{{first}{key}: {{all: [{}]{stop}{field}}}}}", self.rule(depth - 1))
            }
        }
    }

    fn code(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.pick(&["a", "b", "f", "1"]).to_owned();
        }
        match self.below(4) {
            0 => format!("{} + {}", self.code(depth - 1), self.code(depth - 1)),
            1 => format!("[{}, {}, {}]", self.code(depth - 1), self.code(0), self.code(depth - 1)),
            2 => format!("{}({})", self.pick(&["f", "g"]), self.code(depth - 1)),
            _ => self.code(depth - 1),
        }
    }
}

#[test]
fn kept_answers_are_those_of_a_search() {
    let mut random = Random(7);
    let (mut compared, mut found, mut bound) = (0, 0, 0);
    for number in 0..1_500 {
        let code: Vec<String> = (0..3).map(|_| format!("{};", random.code(4))).collect();
        // The strict tree, whose tokens are not stored, and the tolerant one.
        let strict = lower("ts", &code.join("\n"));
        let tolerant = language::lower_tolerant(strict.input());
        let text = format!(
            "{{rule: {}, utils: {{it: {}}}}}",
            random.rule(3),
            random.rule(2).replace("matches: it", "kind: array")
        );
        let rule = compile("ts", &text);
        for file in [&strict, &tolerant] {
            let naive = matches(&rule, file, MemoMode::Never);
            for mode in [MemoMode::Always, MemoMode::Backwards] {
                let kept = matches(&rule, file, mode);
                assert_eq!(kept, naive, "rule {number}, {mode:?}: {text}\n{}", code.join("\n"));
            }
            compared += 1;
            found += naive.as_ref().map_or(0, Vec::len);
            bound += naive.unwrap_or_default().iter().filter(|found| found.contains("Some")).count();
        }
    }
    assert!(compared == 3_000 && found > 5_000 && bound > 1_000, "{compared} {found} {bound}");
}

/// Checks that twice the code costs about twice the steps.
fn check_growth(rule: &str, code: impl Fn(usize) -> String) {
    let rule = compile("js", rule);
    let cost = |size| {
        let file = lower("js", &code(size));
        run(&rule, &file, MemoMode::AfterSteps).expect("within the budget").1
    };
    let (half, whole) = (cost(1_000), cost(2_000));
    assert!(half > 1_000 && whole < half * 5 / 2, "{half} steps, then {whole}");
}

fn nested(size: usize) -> String {
    format!("x = {}1{};", "f(".repeat(size), ")".repeat(size))
}

fn wide(size: usize) -> String {
    format!("x = [{}2];", "1, ".repeat(size))
}

#[test]
fn deep_searches_cost_one_pass() {
    check_growth("{kind: call_expression, has: {kind: string, stopBy: end}}", nested);
    check_growth("{kind: call_expression, has: {pattern: g($A), stopBy: end}}", nested);
    check_growth("{kind: call_expression, not: {has: {pattern: g($A), stopBy: end}}}", nested);
    check_growth("{kind: call_expression, has: {kind: string, stopBy: {kind: class}}}", nested);
    check_growth(
        "{kind: call_expression, has: {has: {has: {kind: string, stopBy: end}, stopBy: end}, stopBy: end}}",
        nested,
    );
    check_growth("{kind: call_expression, inside: {kind: string, stopBy: end}}", nested);
    check_growth("{kind: call_expression, inside: {any: [{kind: class}, {pattern: g($A)}], stopBy: end}}", nested);
    check_growth("{kind: call_expression, inside: {inside: {kind: string, stopBy: end}, stopBy: end}}", nested);
    check_growth("{kind: call_expression, inside: {has: {kind: string, stopBy: end}, stopBy: end}}", nested);
}

#[test]
fn utils_that_call_themselves_cost_one_pass() {
    let down = "{rule: {kind: call_expression, matches: it}, utils: {it: {any: [{kind: string}, {has: {matches: it, stopBy: end}}]}}}";
    check_growth(down, nested);
    let up = "{rule: {kind: call_expression, matches: it}, utils: {it: {any: [{kind: string}, {inside: {matches: it, stopBy: end}}]}}}";
    check_growth(up, nested);
    let on = "{rule: {kind: number, matches: it}, utils: {it: {any: [{kind: string}, {precedes: {matches: it, stopBy: end}}]}}}";
    check_growth(on, wide);
}

#[test]
fn wide_searches_cost_one_pass() {
    check_growth("{kind: number, precedes: {kind: string, stopBy: end}}", wide);
    check_growth("{kind: number, follows: {kind: string, stopBy: end}}", wide);
    check_growth("{kind: number, follows: {pattern: $A, kind: string, stopBy: end}}", wide);
    check_growth("{kind: number, nthChild: 3}", wide);
    check_growth("{kind: number, nthChild: {position: '2n', reverse: true, ofRule: {kind: number}}}", wide);
}

#[test]
fn lists_in_lists_of_a_pattern_are_looked_at_once() {
    let depth = 30;
    let pattern = format!("{}a{}", "f($$$, ".repeat(depth), ")".repeat(depth));
    let rule = compile("js", &format!("{{pattern: '{pattern}'}}"));
    let code = format!("{}a{};", "f(1, ".repeat(depth), ")".repeat(depth));
    let (found, steps) = run(&rule, &lower("js", &code), MemoMode::AfterSteps).unwrap();
    assert!(found.len() == 1 && steps < 20_000, "{} {steps}", found.len());
}

/// Checks that a rule ends within `max_steps` without exhausting its budget, and has `found` matches.
#[track_caller]
fn check_ends(rule: &str, file: &Lowered, max_steps: u64, found: usize) {
    let (matches, steps) = run(&compile("js", rule), file, MemoMode::AfterSteps).expect(rule);
    assert!(matches.len() == found && steps <= max_steps, "{} found in {steps} steps: {rule}", matches.len());
}

/// Checks that a spent budget ends a rule that would need many times the limit: no further step is taken, and no
/// partial result is returned.
#[track_caller]
fn check_is_ended(rule: &str, file: &Lowered) {
    let limit = 100_000;
    let rule_text = rule;
    let rule = compile("js", rule);
    let steps = Steps::new(limit);
    assert_eq!(run_within(&rule, file, MemoMode::AfterSteps, &steps), None, "{rule_text}");
    assert!(steps.exhausted());
    let left = steps.left();
    // A rule whose budget is spent takes no further step when it is run again.
    assert_eq!(run_within(&rule, file, MemoMode::AfterSteps, &steps), None);
    assert_eq!(steps.left(), left);
}

#[test]
fn adversarial_rules_end() {
    let file = lower("js", &format!("{}{}", nested(150), wide(2_000)));
    check_ends("{pattern: '[$$$A, $$$B, $$$C, $$$D, 3]'}", &file, 40_000, 0);
    check_ends("{pattern: '[$$$A, $X, $$$B, $X, $$$C, $X, $$$D, 2]'}", &file, 40_000, 1);
    check_ends(
        "{not: {not: {not: {not: {has: {not: {inside: {not: {has: {pattern: $A, stopBy: end}}, stopBy: end}}, stopBy: end}}}}}}",
        &file,
        120_000,
        306,
    );
    check_ends(
        "{any: [{has: {any: [{has: {pattern: $A + $B, stopBy: end}}, {inside: {pattern: $A, stopBy: end}}], stopBy: end}}]}",
        &file,
        60_000,
        306,
    );
    check_ends(
        "{pattern: $A, follows: {pattern: $A, stopBy: end}, precedes: {pattern: $A, stopBy: end}}",
        &file,
        80_000,
        1_998,
    );
}

#[test]
fn the_budget_ends_what_does_not_end_by_itself() {
    let file = lower("js", &format!("{}{}", nested(150), wide(2_000)));
    // An earlier capture has to be compared with every node, so answers cannot be stored.
    check_is_ended("{pattern: $A, has: {pattern: $A, stopBy: end}}", &file);
    check_is_ended("{pattern: $F($$$A), has: {pattern: $F($$$A), stopBy: end}}", &file);
    check_is_ended("{pattern: $A, nthChild: {position: 2n, ofRule: {pattern: $A}}}", &file);
}
