//! The one walk over a tree in which every rule is called for the nodes of its interest.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::engine::places::Places;
use crate::engine::{Engine, FileReport, UncheckedReason};
use crate::ir::{Lowered, Node, Tree};
use crate::plan::Levels;
use crate::rule::{Cx, engine_ids};
use crate::span::Span;

/// Runs every rule that is on for the file. A rule that panics is reported and left out; the others are run again.
pub(super) fn walk(engine: &Engine, file: &Lowered, tree: &Tree, levels: &Levels, report: &mut FileReport) {
    let mut levels = levels.clone();
    loop {
        let cx = Cx::of_rules(file, levels.len());
        let places = std::mem::take(&mut report.places);
        let mut pass = Pass { engine, file, levels: &levels, cx, report: Vec::new(), current: 0, places };
        // What a panicking pass leaves behind is thrown away with it, so nothing half-made is seen.
        let outcome = catch_unwind(AssertUnwindSafe(|| pass.run(tree)));
        let Err(payload) = outcome else {
            report.findings.append(&mut pass.report);
            report.places = pass.places;
            for (at, instance) in engine.plan.instances().iter().enumerate() {
                pass.cx.turn_to(at);
                if pass.cx.exhausted() {
                    over_budget(engine, file, &engine.plan.rules()[instance.rule].id, report);
                }
            }
            return;
        };
        let current = pass.current;
        let rule = &engine.plan.rules()[engine.plan.instances()[current].rule];
        let what = payload
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "no message".to_owned());
        let message = format!("rule `{}` failed on this file: {what}", rule.id);
        engine.engine_finding(engine_ids::INTERNAL_ERROR, file, Span::default(), &rule.id, &message, report);
        levels[current] = None;
    }
}

fn over_budget(engine: &Engine, file: &Lowered, rule: &str, report: &mut FileReport) {
    let code = format!("{} {rule}", UncheckedReason::Budget.code());
    let message = format!("not checked to the end: rule `{rule}` needs more steps than it may take on one file");
    engine.engine_finding(engine_ids::UNCHECKED_FILE, file, Span::default(), &code, &message, report);
}

struct Pass<'a> {
    engine: &'a Engine,
    file: &'a Lowered,
    levels: &'a Levels,
    cx: Cx<'a>,
    report: Vec<super::Found>,
    /// The instance that is being called, for naming it when it panics.
    current: usize,
    places: Places,
}

impl<'a> Pass<'a> {
    fn run(&mut self, tree: &'a Tree) {
        let plan = &self.engine.plan;
        let buckets = plan.buckets(tree.dialect());
        // A token that is not stored is met only by asking for it.
        let nodes: Box<dyn Iterator<Item = Node<'a>>> = if tree.has_gaps() && buckets.wants_tokens(tree.dialect()) {
            Box::new(tree.root().subtree())
        } else {
            Box::new(tree.nodes())
        };
        for node in nodes {
            for call in buckets.of(node.raw()) {
                if self.starts(call.instance) && call.wants(node) {
                    plan.instances()[self.current].check.check(node, &mut self.cx);
                    self.collect();
                }
            }
            for instance in buckets.every() {
                if self.starts(*instance) {
                    plan.instances()[self.current].check.check(node, &mut self.cx);
                    self.collect();
                }
            }
        }
        for instance in buckets.file() {
            if self.starts(*instance) {
                plan.instances()[self.current].check.check_file(&mut self.cx);
                self.collect();
            }
        }
    }

    fn starts(&mut self, instance: u32) -> bool {
        self.current = instance as usize;
        self.cx.turn_to(self.current);
        // A rule whose budget is spent finds nothing more.
        self.levels[self.current].is_some() && !self.cx.exhausted()
    }

    fn collect(&mut self) {
        if !self.cx.has_findings() {
            return;
        }
        let Some(severity) = self.levels[self.current] else { return };
        for finding in self.cx.take() {
            let found = self.engine.diagnostic(finding, self.current, severity, self.file, &mut self.places);
            self.report.push(found);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::date::Date;
    use crate::diagnostic::Finding;
    use crate::engine::{Engine, RunOptions};
    use crate::ir::{Kind, Node};
    use crate::language::Dialect;
    use crate::pack::{Native, Pack};
    use crate::pattern::Steps;
    use crate::plan::{Plan, Selection};
    use crate::rule::{Cx, Interest, Rule};
    use crate::settings::Settings;
    use crate::source::{RelPath, SourceFile};

    /// Reports each call, and takes more steps than there are at the second one, or panics there.
    struct Greedy {
        panics: bool,
    }

    impl Rule for Greedy {
        fn interest(&self, _: &'static Dialect) -> Interest {
            Interest::kinds([Kind::Call])
        }

        fn check(&self, node: Node<'_>, cx: &mut Cx<'_>) {
            if node.text() == "b()" {
                assert!(!self.panics, "too much for me");
                cx.steps().take(Steps::LIMIT + 1);
            }
            cx.report(Finding::new(node.span()));
        }
    }

    const GREEDY: &str = "---\nsummary: A call.\nlanguages: all\nseverity: error\nnative: true\n---";
    const CALLS: &str = "---\nsummary: A call.\nlanguages: all\nseverity: warning\nrule: {node: call}\n---";

    /// The findings in `a(); b(); c();`, each with its rule, place and message, with a greedy rule or without it.
    fn found(greedy: Option<Greedy>) -> Vec<String> {
        let page = |id: &str, text: &str| (format!("{id}.md"), format!("{id}.md"), Arc::from(text));
        let mut pages = vec![page("calls", CALLS)];
        pages.extend(greedy.is_some().then(|| page("greedy", GREEDY)));
        let (pack, mistakes) = Pack::from_files("mine", pages);
        assert_eq!(mistakes, []);
        let build = if greedy.is_some_and(|greedy| greedy.panics) {
            |_: &_| Ok(Box::new(Greedy { panics: true }) as _)
        } else {
            |_: &_| Ok(Box::new(Greedy { panics: false }) as _)
        };
        let pack = Pack { extended: true, natives: vec![Native { id: "greedy", build }], ..pack };
        let plan = Plan::new(&Settings::default(), vec![pack], &Selection::default()).unwrap();
        let engine = Engine::new(plan, RunOptions::new(Date::from_unix_seconds(0)));
        let source = SourceFile::new(RelPath::new("a.js"), "a(); b(); c();").unwrap();
        let report = engine.conclude(vec![engine.check_source(source)]);
        report.diagnostics.iter().map(|it| format!("{} {} {}", it.rule, it.span.start, it.message)).collect()
    }

    /// Checks what a greedy rule leaves: of its own findings these, and all of the other rule's.
    fn check_others_stay(greedy: Greedy, own: &[&str]) {
        let alone = found(None);
        assert_eq!(alone, ["calls 0 A call.", "calls 5 A call.", "calls 10 A call."]);
        let (others, of_greedy): (Vec<_>, Vec<_>) =
            found(Some(greedy)).into_iter().partition(|found| found.starts_with("calls"));
        assert_eq!(others, alone);
        assert_eq!(of_greedy, own);
    }

    #[test]
    fn a_rule_over_its_budget_is_named_and_takes_nothing_from_the_others() {
        let named =
            "unchecked-file 0 not checked to the end: rule `greedy` needs more steps than it may take on one file";
        check_others_stay(Greedy { panics: false }, &[named, "greedy 0 A call.", "greedy 5 A call."]);
    }

    #[test]
    fn a_rule_that_panics_is_named_and_takes_nothing_from_the_others() {
        let named = "internal-error 0 rule `greedy` failed on this file: too much for me";
        check_others_stay(Greedy { panics: true }, &[named]);
    }
}
