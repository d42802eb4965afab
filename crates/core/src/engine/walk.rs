//! One pass over a tree: groups its nodes by kind, and calls every rule with the nodes of its interest.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::budget::StopReason;
use crate::diagnostic::Severity;
use crate::engine::answer::AnswerDraft;
use crate::engine::engine_findings::EngineFinding;
use crate::engine::places::NodeLocator;
use crate::engine::{Engine, UncheckedReason, panic_message};
use crate::ir::{KindCounts, Lowered, Node, NodeId, NodeKey, NodesByKind, Tree};
use crate::plan::CalledInstance;
use crate::rule::{Cx, Nodes, engine_ids};
use crate::span::Span;

/// The cost of an instance on one tree, in steps; see [`crate::engine::RuleCost`].
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cost {
    pub(super) steps: u64,
    pub(super) text: u64,
    pub(super) reporting: u64,
    pub(super) stopped: Option<StopReason>,
    /// True if it panicked.
    pub(super) failed: bool,
}

/// Runs every rule that is on for the file on one tree, and calls `costs`, if given, with the cost of each instance.
/// The findings of a rule that panics are dropped, and the panic is reported. A cancelled run ends after the current
/// rule.
pub(super) fn run_rules_on_tree(
    engine: &Engine,
    file: &Lowered,
    tree: &Tree,
    levels: &[Option<Severity>],
    draft: &mut AnswerDraft,
    mut costs: Option<&mut dyn FnMut(usize, Cost)>,
) {
    let called = engine.plan.dialect_rules(tree.dialect()).called().iter();
    let mut called: Vec<(&CalledInstance, Severity)> =
        called.filter_map(|called| levels[called.instance].map(|severity| (called, severity))).collect();
    if called.is_empty() {
        return;
    }
    let counts = KindCounts::of(tree);
    called.retain(|(called, _)| called.file || has_nodes_for(called, tree, &counts));
    let wanted = called.iter().flat_map(|(called, _)| called.kinds.iter().map(|wanted| wanted.raw));
    let mut pass = TreePass {
        engine,
        file,
        tree,
        by_kind: NodesByKind::new(tree, &counts, wanted),
        counts,
        nodes_and_tokens: nodes_and_tokens(tree, called.iter().map(|(called, _)| *called)),
        ids: Vec::new(),
        places: Vec::new(),
    };
    let context = || Cx::new(file).with_steps(engine.new_budget());
    let mut cx = context();
    for (called, severity) in called {
        if engine.is_cancelled() {
            return;
        }
        cx.start_next_rule(draft.bytes_left.half());
        // `check_file` is called with the first tree of the file that the rule is called for.
        let is_called_for_file = called.file && !draft.called_for_file.contains(&called.instance);
        draft.called_for_file.extend(is_called_for_file.then_some(called.instance));
        let rule = || &*engine.plan.rules()[engine.plan.instances()[called.instance].rule].id;
        let before = draft.findings.len();
        // Unwind safety: the context, the findings and the locator are reset after a panic.
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            pass.run(called, is_called_for_file, &mut cx);
            let mut cost = Cost { stopped: cx.steps().stopped(), ..Cost::default() };
            if costs.is_some() {
                (cost.steps, cost.text) = (cx.steps().taken(), cx.steps().taken_for_text());
            }
            if cx.has_findings() {
                pass.make_diagnostics(called, severity, &mut cx, draft);
                cost.reporting = cx.steps().taken();
                cost.stopped = cost.stopped.or(cx.steps().stopped());
                draft.bytes_left = draft.bytes_left.less(cx.finding_bytes());
            }
            cost
        }));
        if let Some(costs) = &mut costs {
            let failed = Cost { failed: true, ..Cost::default() };
            costs(called.instance, outcome.as_ref().copied().unwrap_or(failed));
        }
        match outcome {
            Ok(cost) => {
                if cost.stopped == Some(StopReason::Spent) {
                    let over = if cx.holds_too_much() { OverBudget::Memory } else { OverBudget::Steps };
                    report_over_budget(engine, file, rule(), over, draft);
                }
            }
            Err(payload) => {
                cx = context();
                draft.findings.truncate(before);
                draft.locator = NodeLocator::default();
                let message = format!("rule `{}` failed on this file: {}", rule(), panic_message(&*payload));
                let (id, code) = (engine_ids::INTERNAL_ERROR, rule());
                let found = EngineFinding { id, span: Span::default(), subject: code, message: &message };
                draft.add_engine_finding(engine, Some(file), found);
            }
        }
    }
}

/// True if the tree may contain a node that the rule is called for.
fn has_nodes_for(called: &CalledInstance, tree: &Tree, counts: &KindCounts) -> bool {
    (called.tokens && tree.has_gaps())
        || called.every_node
        || called.kinds.iter().any(|kind| counts.of_kind(kind.raw) > 0)
}

/// In trees that do not store tokens: the nodes and tokens that rules with an interest in tokens are called for, in
/// pre-order.
fn nodes_and_tokens<'c>(tree: &Tree, called: impl Iterator<Item = &'c CalledInstance>) -> Vec<NodeKey> {
    let with_tokens: Vec<&CalledInstance> = called.filter(|called| called.tokens && tree.has_gaps()).collect();
    if with_tokens.is_empty() {
        return Vec::new();
    }
    let is_wanted =
        |node: &Node<'_>| with_tokens.iter().any(|called| called.every_node || called.wanted(node.raw()).is_some());
    tree.root().subtree().filter(is_wanted).map(NodeKey::of).collect()
}

/// The budget that a rule has spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OverBudget {
    Steps,
    /// The memory of its findings.
    Memory,
}

/// Reports a rule that exhausted its budget on the file.
pub(super) fn report_over_budget(
    engine: &Engine,
    file: &Lowered,
    rule: &str,
    over: OverBudget,
    draft: &mut AnswerDraft,
) {
    let code = format!("{} {rule}", UncheckedReason::Budget.code());
    let why = match over {
        OverBudget::Steps => "needs more steps than it may take on one file",
        OverBudget::Memory => "finds more code than its findings in one file may hold",
    };
    let message = format!("not checked to the end: rule `{rule}` {why}");
    let (id, span) = (engine_ids::UNCHECKED_FILE, Span::default());
    draft.add_engine_finding(engine, Some(file), EngineFinding { id, span, subject: &code, message: &message });
}

/// The state of the pass over one tree.
struct TreePass<'a> {
    engine: &'a Engine,
    file: &'a Lowered,
    tree: &'a Tree,
    counts: KindCounts,
    by_kind: NodesByKind,
    nodes_and_tokens: Vec<NodeKey>,
    /// The nodes of one rule, if no list in `by_kind` consists of exactly these. The memory is reused for the next rule.
    ids: Vec<NodeId>,
    /// The same for a rule that is called for tokens too.
    places: Vec<NodeKey>,
}

impl TreePass<'_> {
    /// Calls the methods of one rule.
    fn run(&mut self, called: &CalledInstance, is_called_for_file: bool, cx: &mut Cx<'_>) {
        let check = &self.engine.plan.instances()[called.instance].check;
        check.check_each(self.nodes(called), cx);
        if is_called_for_file && !cx.exhausted() {
            check.check_file(cx);
        }
    }

    /// The nodes that a rule is called for.
    fn nodes(&mut self, called: &CalledInstance) -> Nodes<'_> {
        let tree = self.tree;
        if called.tokens && tree.has_gaps() {
            let is_wanted = |place: &NodeKey| {
                let node = place.within(tree);
                called.every_node || called.wanted(node.raw()).is_some_and(|wanted| wanted.matches(node))
            };
            self.places.clear();
            self.places.extend(self.nodes_and_tokens.iter().copied().filter(is_wanted));
            return Nodes::shown(tree, &self.counts, &self.places);
        }
        if called.every_node {
            self.ids.clear();
            self.ids.extend((0..tree.len() as u32).map(NodeId));
            return Nodes::stored(tree, &self.counts, &self.ids);
        }
        let mut lists = called.kinds.iter().map(|wanted| (wanted, self.by_kind.of_kind(wanted.raw, &self.counts)));
        let mut lists = lists.by_ref().filter(|(_, ids)| !ids.is_empty());
        let (first, second) = (lists.next(), lists.next());
        if let (Some((wanted, ids)), None) = (first, second)
            && wanted.matches_every_node()
        {
            return Nodes::stored(tree, &self.counts, ids);
        }
        self.ids.clear();
        for (wanted, ids) in first.into_iter().chain(second).chain(lists) {
            self.ids
                .extend(ids.iter().copied().filter(|id| wanted.matches_every_node() || wanted.matches(tree.node(*id))));
        }
        // The stable sort is quick on concatenated sorted lists.
        self.ids.sort();
        Nodes::stored(tree, &self.counts, &self.ids)
    }

    /// Makes diagnostics of the rule's findings, with a budget of its own.
    fn make_diagnostics(&self, called: &CalledInstance, severity: Severity, cx: &mut Cx<'_>, draft: &mut AnswerDraft) {
        cx.restart_budget_for_reporting();
        for finding in cx.take() {
            if cx.exhausted() {
                break;
            }
            let has_own_message = finding.message.is_some();
            let found = match finding.path.clone().filter(|path| *path != draft.path) {
                None => self.engine.finding_in_file(finding, called.instance, severity, self.file, &mut draft.locator),
                Some(path) => {
                    let Some(severity) = self.engine.plan.levels(&path)[called.instance] else { continue };
                    self.engine.finding_at_path(finding, called.instance, severity, path)
                }
            };
            let diagnostic = found.diagnostic();
            let message = if has_own_message { 0 } else { diagnostic.message.len() };
            if !cx.hold(message + diagnostic.symbol.len()) {
                break;
            }
            draft.findings.push(found);
        }
    }
}

#[cfg(test)]
#[cfg(feature = "ecmascript")]
mod tests {
    use std::sync::Arc;

    use crate::budget::Steps;
    use crate::date::Date;
    use crate::diagnostic::Finding;
    use crate::engine::{Concluded, Engine, RunOptions};
    use crate::ir::{Dialect, Kind, Node};
    use crate::pack::Pack;
    use crate::plan::{Plan, Selection};
    use crate::rule::{Cx, Interest, Rule};
    use crate::settings::Settings;
    use crate::source::{RelPath, SourceFile};

    /// Reports each call. At the second one it takes more steps than its budget has, or panics.
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
                cx.steps().take(Steps::DEFAULT_LIMIT + 1);
            }
            cx.report(Finding::new(node.span()));
        }
    }

    const GREEDY: &str = "---\nsummary: A call.\nlanguages: all\nseverity: error\nnative: true\n---";
    const CALLS: &str = "---\nsummary: A call.\nlanguages: all\nseverity: warning\nrule: {node: call}\n---";

    /// The findings in `a(); b(); c();` as `rule start message`, with or without a greedy rule.
    fn found(greedy: Option<Greedy>) -> Vec<String> {
        let page = |id: &str, text: &str| (format!("{id}.md"), format!("{id}.md"), Arc::from(text));
        let mut pages = vec![page("calls", CALLS)];
        pages.extend(greedy.is_some().then(|| page("greedy", GREEDY)));
        let (pack, mistakes) = Pack::from_files("mine", pages);
        assert_eq!(mistakes, []);
        let panics = greedy.is_some_and(|greedy| greedy.panics);
        let pack = pack.with_native("greedy", move |_| Ok(Greedy { panics })).with_all_on();
        let plan = Plan::new(&Settings::default(), vec![pack], &Selection::default()).unwrap();
        let engine = Engine::new(plan, RunOptions::new(Date::from_unix_seconds(0)));
        let source = SourceFile::new(RelPath::new("a.js"), "a(); b(); c();").unwrap();
        let report = engine.merge(&[engine.check_source(source)], &Concluded::default());
        report.diagnostics.iter().map(|it| format!("{} {} {}", it.rule, it.span.start, it.message)).collect()
    }

    /// Checks the findings that a greedy rule keeps, and that the other rule keeps all of its findings.
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
        // Findings that it reports after the budget is spent are dropped.
        check_others_stay(Greedy { panics: false }, &[named, "greedy 0 A call."]);
    }

    #[test]
    fn a_rule_that_panics_is_named_and_takes_nothing_from_the_others() {
        let named = "internal-error 0 rule `greedy` failed on this file: too much for me";
        check_others_stay(Greedy { panics: true }, &[named]);
    }
}
