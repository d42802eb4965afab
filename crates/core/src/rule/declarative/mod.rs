//! The implementation of [`Rule`] for pages with rule objects.

use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::data::Value;
use crate::diagnostic::{Capture, CapturedNode, CapturedNodes, Finding, Related, Subject};
use crate::ir::{Dialect, Kind, Lowered, Node, view};
use crate::language;
use crate::mistake::{Mistake, Mistakes};
use crate::pattern::{Env, VarId, Variables};
use crate::rule::object::{Compiler, ExpressionPool, KindNeeds, KindSet, Needs, Search, Term, substitute};
use crate::rule::page::{Body, Options, Page, Variant};
use crate::rule::repair::FixTemplate;
use crate::rule::template::{self, Template};
use crate::rule::{Cx, Interest, Literals, Nodes, Rule, Work};
use crate::span::Span;

/// The rule of a page with rule objects. They are compiled for a dialect when its first file is checked.
pub struct Declarative {
    page: Arc<Page>,
    options: Options,
    /// By dialect, in their order; none where the page does not claim the dialect, or has mistakes.
    compiled: Vec<OnceLock<Option<Compiled>>>,
}

/// A variant compiled for one dialect.
#[derive(Debug)]
struct Compiled {
    term: Term,
    kinds: Option<KindSet>,
    needs: KindNeeds,
    utils: Vec<Term>,
    variables: Variables,
    constraints: Vec<(VarId, Term)>,
    labels: Vec<Label>,
    message: Message,
    /// The step to take.
    step: Option<Template>,
    fixes: Vec<FixTemplate>,
    /// True if findings are about a definition as a whole, see [`MEASURES`].
    definition: bool,
    /// True if the rule sets a limit to something that is counted.
    measures: bool,
}

/// The message of the findings.
#[derive(Debug)]
enum Message {
    /// The message of the page, without metavariables.
    Page,
    Own(Template),
}

/// A label: a related place of the finding, at the capture of a metavariable.
#[derive(Debug)]
struct Label {
    var: VarId,
    many: bool,
    message: String,
}

/// The keys of `where` that measure a definition as a whole. The fingerprint of a finding about one of these is made of
/// the definition's name, not of its text.
const MEASURES: [&str; 8] =
    ["lines", "statements", "nesting", "cyclomatic", "cognitive", "parameters", "documented", "members"];

impl Declarative {
    /// Creates the rule of a page with these options.
    pub fn new(page: Arc<Page>, options: Options) -> Self {
        let compiled = language::dialects().map(|_| OnceLock::new()).collect();
        Self { page, options, compiled }
    }

    /// The page.
    pub fn page(&self) -> &Arc<Page> {
        &self.page
    }

    /// Compiles every variant for every dialect that it claims, and returns all mistakes, each once.
    pub fn compile_all(&self) -> Vec<Mistake> {
        self.compile_all_with(&mut ExpressionPool::default())
    }

    /// Like [`Declarative::compile_all`], with the regular expressions of the other rules of the plan.
    pub(crate) fn compile_all_with(&self, expressions: &mut ExpressionPool) -> Vec<Mistake> {
        let mut found: Vec<Mistake> = Vec::new();
        for (at, dialect) in language::dialects().enumerate() {
            let mut mistakes = Mistakes::new(self.page.path.clone(), self.page.text.clone());
            let compiled = self.compile(dialect, &mut mistakes, expressions);
            if let Some(slot) = self.compiled.get(at) {
                // If a file of the dialect was checked before, an equal value is there already.
                let _ = slot.set(compiled);
            }
            // A place has one mistake, though dialects may have other words for it.
            let known: HashSet<Option<Span>> = found.iter().map(place_of).collect();
            found.extend(mistakes.into_vec().into_iter().filter(|mistake| !known.contains(&place_of(mistake))));
        }
        if found.is_empty() && !self.page.ast_grep {
            found.extend(self.contradictions());
        }
        found
    }

    /// A mistake for each variant whose parts ask for kinds that no node has together, in any of its dialects.
    fn contradictions(&self) -> Vec<Mistake> {
        let Body::Declarative(variants) = &self.page.body else { return Vec::new() };
        let matches_nothing = |variant: &&Variant| {
            let claimed = language::dialects().filter(|dialect| variant.claims.includes(dialect.name));
            let kinds: Vec<_> = claimed.filter_map(|dialect| self.compiled(dialect)).map(|made| &made.kinds).collect();
            !kinds.is_empty()
                && kinds.iter().all(|kinds| kinds.as_ref().is_some_and(|kinds| kinds.iter().next().is_none()))
        };
        let contradictory = variants.iter().filter(matches_nothing);
        contradictory
            .map(|variant| {
                Mistake::new("no node matches all parts of this rule: each asks for another kind of node")
                    .with_help("leave one of them out, or ask for what is around or in the node with `inside` or `has`")
                    .with_place(self.page.path.clone(), self.page.text.clone(), variant.rule.span)
            })
            .collect()
    }

    fn compiled(&self, dialect: &'static Dialect) -> Option<&Compiled> {
        let at = language::dialects().position(|other| other == dialect)?;
        let slot = self.compiled.get(at)?;
        slot.get_or_init(|| {
            let mut mistakes = Mistakes::new(self.page.path.clone(), self.page.text.clone());
            self.compile(dialect, &mut mistakes, &mut ExpressionPool::default())
        })
        .as_ref()
    }

    fn compile(
        &self,
        dialect: &'static Dialect,
        mistakes: &mut Mistakes,
        expressions: &mut ExpressionPool,
    ) -> Option<Compiled> {
        let Body::Declarative(variants) = &self.page.body else { return None };
        let variant = variants.iter().find(|variant| variant.claims.includes(dialect.name))?;
        let before = mistakes.added();
        let compiled = self.compile_variant(variant, dialect, mistakes, expressions)?;
        (mistakes.added() == before).then_some(compiled)
    }

    fn compile_variant(
        &self,
        variant: &Variant,
        dialect: &'static Dialect,
        mistakes: &mut Mistakes,
        expressions: &mut ExpressionPool,
    ) -> Option<Compiled> {
        let before = mistakes.added();
        let mut with_options = |value: &Value| substitute(value, &self.options, mistakes);
        let rule = with_options(&variant.rule);
        let [utils, constraints, fix, labels] = [&variant.utils, &variant.constraints, &variant.fix, &variant.labels]
            .map(|value| value.as_ref().map(&mut with_options));
        if mistakes.added() > before {
            return None;
        }
        let claimed: Vec<_> = language::dialects().filter(|dialect| variant.claims.includes(dialect.name)).collect();
        let mut compiler = Compiler::new(dialect, &claimed, !self.page.ast_grep, mistakes);
        std::mem::swap(&mut compiler.expressions, expressions);
        if let Some(utils) = &utils {
            compiler.utils(utils);
        }
        let term = compiler.top(&rule);
        let constraints = constraints.map_or_else(Vec::new, |value| compile_constraints(&value, &mut compiler));
        let fixes = fix.map_or_else(Vec::new, |fix| FixTemplate::compile_all(&fix, &self.options, &mut compiler));
        let labels = labels.map_or_else(Vec::new, |labels| compile_labels(&labels, &mut compiler));
        let text = variant.message.as_ref().unwrap_or(&self.page.message);
        for text in [Some(text), variant.step.as_ref()].into_iter().flatten() {
            if compiler.strict
                && text.contains(['$', '{'])
                && let Some(span) = self.page.text_span(text)
            {
                template::check_mentions(text, span, &compiler.variables, compiler.mistakes);
            }
        }
        let step = variant.step.as_ref().map(|step| Template::message(step, &compiler.variables, &self.options));
        let message = Template::message(text, &compiler.variables, &self.options);
        let message = if message.fixed() == Some(&*self.page.message) { Message::Page } else { Message::Own(message) };
        std::mem::swap(&mut compiler.expressions, expressions);
        let (utils, variables) = compiler.into_utils();
        let definition = is_about_definitions(&rule);
        let kinds = term.kinds();
        let needs = KindNeeds::of(&term, dialect.vocabulary());
        let measures = term.measures();
        Some(Compiled {
            term,
            kinds,
            needs,
            utils,
            variables,
            constraints,
            labels,
            message,
            step,
            fixes,
            definition,
            measures,
        })
    }
}

/// The bytes of the page in which a mistake is.
fn place_of(mistake: &Mistake) -> Option<Span> {
    mistake.place.as_ref().map(|place| place.span)
}

/// Compiles `constraints`: rule objects for single captures, checked after the rule has matched.
fn compile_constraints(value: &Value, compiler: &mut Compiler<'_>) -> Vec<(VarId, Term)> {
    let entries = compiler.map(value, "`constraints`").unwrap_or_default();
    let terms: Vec<Term> = entries.iter().map(|entry| compiler.rule(&entry.value, 0)).collect();
    let mut constraints = Vec::new();
    for (entry, term) in entries.iter().zip(terms) {
        if let Some(list) = entry.key.strip_prefix("$$$") {
            let message = format!("a constraint asks one node, and `$$${list}` is a list");
            compiler.mistakes.add_with_help(entry.key_span, message, "ask the list in the rule, with `has` or `not`");
        } else if !compiler.variables.has(&entry.key) {
            let known: Vec<String> = compiler.variables.names().map(str::to_owned).collect();
            let known = known.iter().map(String::as_str);
            compiler.mistakes.add_unknown(entry.key_span, "metavariable", &entry.key, known);
        } else if let Some(var) = compiler.variables.get(&entry.key, false) {
            constraints.push((var, term));
        } else {
            let name = &entry.key;
            let message = format!("a constraint asks one node, but the rule has `{name}` only as the list `$$${name}`");
            let help = format!("capture one node with `${name}`, or ask the list in the rule, with `has` or `not`");
            compiler.mistakes.add_with_help(entry.key_span, message, help);
        }
    }
    constraints
}

fn compile_labels(value: &Value, compiler: &mut Compiler<'_>) -> Vec<Label> {
    let mut labels = Vec::new();
    for entry in compiler.map(value, "`labels`").unwrap_or_default() {
        let single = compiler.variables.get(&entry.key, false);
        let Some(var) = single.or_else(|| compiler.variables.get(&entry.key, true)) else {
            let known: Vec<String> = compiler.variables.names().map(str::to_owned).collect();
            let known = known.iter().map(String::as_str);
            compiler.mistakes.add_unknown(entry.key_span, "metavariable", &entry.key, known);
            continue;
        };
        let mut message = None;
        let mut style = None;
        if let Some(text) = entry.value.as_str() {
            let style = if compiler.strict { "" } else { ", style: secondary" };
            let help = format!("write `{}: {{ message: \"{text}\"{style} }}`", entry.key);
            compiler.mistakes.add_with_help(entry.value.span, "a label is a mapping, not a string", help);
            continue;
        }
        for part in compiler.map(&entry.value, "a label").unwrap_or_default() {
            match &*part.key {
                "style" => {
                    style = compiler.text(&part.value, "`style`");
                    if let Some(unknown) = style.filter(|style| !["primary", "secondary"].contains(style)) {
                        let known = ["primary", "secondary"];
                        compiler.mistakes.add_unknown(part.value.span, "style", unknown, known);
                    }
                }
                "message" => message = compiler.text(&part.value, "`message`"),
                key => compiler.mistakes.add_unknown(part.key_span, "key of a label", key, ["style", "message"]),
            }
        }
        let is_map = entry.value.as_map().is_some();
        if style.is_none() && is_map && !compiler.strict {
            let help = "add `style: secondary`; `style: primary` is for the match itself";
            compiler.mistakes.add_with_help(entry.value.span, "a label of ast-grep needs a `style`", help);
        }
        // The match itself is the primary label already; in a page, a label is secondary unless it says otherwise.
        if style.map_or(is_map && compiler.strict, |style| style == "secondary") || message.is_some() {
            let message = message.map_or_else(|| format!("`${}` is here", entry.key), str::to_owned);
            labels.push(Label { var, many: single.is_none(), message });
        }
    }
    labels
}

/// True if the rule finds definitions by one of [`MEASURES`].
fn is_about_definitions(rule: &Value) -> bool {
    let (Some(node), Some(conditions)) = (rule.get("node"), rule.get("where").and_then(Value::as_map)) else {
        return false;
    };
    let one = std::slice::from_ref(node);
    let mut kinds = node.as_list().unwrap_or(one).iter().map(|name| name.as_str().and_then(Kind::named));
    let is_definition = |kind: &Kind| kind.is_definition() || *kind == Kind::Module;
    kinds.all(|kinds| kinds.is_some_and(|kinds| kinds.iter().all(is_definition)))
        && conditions.iter().any(|entry| MEASURES.contains(&&*entry.key))
}

impl Rule for Declarative {
    fn interest(&self, dialect: &'static Dialect) -> Interest {
        match self.compiled(dialect) {
            None => Interest::none(),
            Some(Compiled { kinds: Some(kinds), .. }) => Interest::raw_kinds(kinds.iter().collect::<Vec<_>>()),
            Some(Compiled { kinds: None, .. }) => Interest::every_node(),
        }
    }

    fn literals(&self, dialect: &'static Dialect) -> Literals {
        let Some(compiled) = self.compiled(dialect) else { return Literals::Any(Vec::new()) };
        Needs::new(dialect, &compiled.utils).rule(&compiled.term, &compiled.constraints).into()
    }

    fn check(&self, node: Node<'_>, cx: &mut Cx<'_>) {
        let Some(compiled) = self.compiled(node.dialect()) else { return };
        if compiled.kinds.as_ref().is_some_and(|kinds| !kinds.contains(node.raw())) {
            return;
        }
        let Work { steps, memo } = &mut cx.work;
        let mut search = Search { file: cx.file, utils: &compiled.utils, env: &mut cx.env, steps, memo, calls: 0 };
        if compiled.matches(node, &mut search)
            && let Some(finding) = compiled.finding(node, &mut search)
        {
            cx.findings.get_mut().add(finding, search.steps);
        }
    }

    fn check_each(&self, nodes: Nodes<'_>, cx: &mut Cx<'_>) {
        let Some(compiled) = self.compiled(nodes.tree().dialect()) else { return };
        if !compiled.needs.are_met(nodes.kinds()) || !compiled.may_match_in(cx.file) {
            return;
        }
        let Work { steps, memo } = &mut cx.work;
        let mut search = Search { file: cx.file, utils: &compiled.utils, env: &mut cx.env, steps, memo, calls: 0 };
        let expression = compiled.term.first_expression();
        for node in nodes {
            // Length and first byte of the text rule out most nodes before the search is set up.
            if expression.is_some_and(|expression| !expression.may_match_node(node)) {
                continue;
            }
            if compiled.matches(node, &mut search)
                && let Some(finding) = compiled.finding(node, &mut search)
            {
                cx.findings.get_mut().add(finding, search.steps);
            }
        }
    }
}

impl Compiled {
    /// True unless no node of the file matches.
    fn may_match_in(&self, file: &Lowered) -> bool {
        /// The most terms that are asked.
        const MAX_TERMS: u32 = 256;
        self.term.may_match_in(file, &self.utils, &mut { MAX_TERMS })
    }

    /// True if the rule matches a node, which is of its kinds.
    #[allow(clippy::inline_always, reason = "every rule calls it for every node of its kinds")]
    #[inline(always)]
    fn matches<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        search.env.clear();
        self.term.matches_kind(node, search)
    }

    /// The finding for a node that the rule matches; none if a constraint does not hold.
    fn finding<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> Option<Finding> {
        // Captures that one constraint adds are not checked by another.
        let mark = search.env.mark();
        for (var, term) in &self.constraints {
            if let Some(captured) = search.env.one_at(*var, mark, node.tree())
                && !term.matches(captured, search)
            {
                return None;
            }
        }
        if search.steps.exhausted() {
            return None;
        }
        let mut finding = Finding::new(node.span());
        if self.definition {
            finding.subject = Subject::Definition;
            finding.span = view::name_node(node).unwrap_or(node).span();
        }
        if self.measures {
            finding.measure = self.term.measure(search.file, node);
        }
        if let Message::Own(message) = &self.message {
            finding.message = Some(message.fill_message(search.env, node.tree()));
        }
        finding.step = self.step.as_ref().map(|step| step.fill_message(search.env, node.tree()));
        finding.captures = self.captures(node, search.env);
        finding.related = self.labels.iter().filter_map(|label| label.related(node, search.env)).collect();
        finding.fixes = self.fixes.iter().filter_map(|fix| fix.fix(node, search)).collect();
        Some(finding)
    }

    fn captures(&self, node: Node<'_>, env: &Env) -> Vec<(Arc<str>, Capture)> {
        let tree = node.tree();
        let mut captures: Vec<_> = self
            .variables
            .iter()
            .filter_map(|(var, name, many)| {
                let capture = if many {
                    Capture::Many(CapturedNodes::of(env.many(var, tree)?))
                } else {
                    Capture::One(CapturedNode::of(env.one(var, tree)?))
                };
                Some((name.clone(), capture))
            })
            .collect();
        captures.sort_by(|(a, _), (b, _)| a.cmp(b));
        captures
    }
}

impl Label {
    fn related(&self, node: Node<'_>, env: &Env) -> Option<Related> {
        let tree = node.tree();
        let span = if self.many {
            env.many(self.var, tree)?.map(Node::span).reduce(Span::cover)?
        } else {
            env.one(self.var, tree)?.span()
        };
        Some(Related { path: None, span, message: self.message.clone() })
    }
}

impl fmt::Debug for Declarative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Declarative").field("page", &self.page.id).finish_non_exhaustive()
    }
}

#[cfg(test)]
#[cfg(feature = "ecmascript")]
mod tests;
