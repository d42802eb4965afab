//! Takes out the findings that comments silence, and says which of the comments are of no use.

use std::collections::{BTreeMap, HashMap};

use crate::engine::budget::Exception;
use crate::engine::{Engine, FileReport, Found};
use crate::rule::engine_ids;
use crate::suppression::Suppression;
use crate::suppression::ast_grep::Ignore;

/// Applies the suppressions of a file to its findings; how many it silences.
pub(super) fn silence(engine: &Engine, file: &mut FileReport) -> usize {
    let suppressions = std::mem::take(&mut file.suppressions);
    let ignores = std::mem::take(&mut file.ignores);
    if suppressions.is_empty() && ignores.is_empty() {
        return 0;
    }
    let mut silencer = Silencer { engine, findings: BTreeMap::new(), count: 0, names: HashMap::new() };
    silencer.take(file);
    let mut silenced = 0;
    for suppression in &suppressions {
        let expired = suppression.until.filter(|until| *until < engine.options.today);
        if let Some(until) = expired {
            let message =
                format!("this suppression ended on {until}: mend the finding, or give it a new date and reason");
            silencer.say(file, engine_ids::EXPIRED_SUPPRESSION, suppression, None, &message);
            continue;
        }
        for (name, span) in &suppression.rules {
            let found = silencer.remove(file, suppression, name);
            silenced += found;
            if let Meaning::Rule { rule, .. } = *silencer.meaning(file, name) {
                file.exceptions.push(Exception { span: *span, rule: Some(rule) });
            }
            if let Some(message) = silencer.complaint(file, name, found) {
                let place = Some((&**name, *span));
                silencer.say(file, engine_ids::UNUSED_SUPPRESSION, suppression, place, &message);
            }
        }
    }
    silenced += silencer.ignore(file, &ignores);
    file.findings = silencer.into_findings();
    // Said last, so that no comment silences it together with what it stands for.
    engine.say_how_many_more(None, file);
    silenced
}

/// The findings of a file by rule and place, so that many comments cost no more than many findings.
struct Silencer<'e> {
    engine: &'e Engine,
    /// Each with its number in the order in which they were found.
    findings: BTreeMap<(usize, u32), Vec<(usize, Found)>>,
    count: usize,
    /// What the names in comments mean, since the same ones stand in many.
    names: HashMap<String, Meaning>,
}

/// What a name in a comment stands for.
#[derive(Clone, Debug)]
enum Meaning {
    /// A rule that a comment may silence, and whether it runs on this file.
    Rule { rule: usize, runs: bool },
    /// Nothing that can be silenced, and what is to be said of that.
    Other(Option<String>),
}

impl Silencer<'_> {
    /// Takes the findings out of the file.
    fn take(&mut self, file: &mut FileReport) {
        for found in file.findings.drain(..) {
            let place = (found.rule, found.diagnostic.span.start);
            self.findings.entry(place).or_default().push((self.count, found));
            self.count += 1;
        }
    }

    fn into_findings(self) -> Vec<Found> {
        let mut findings: Vec<_> = self.findings.into_values().flatten().collect();
        findings.sort_unstable_by_key(|(number, _)| *number);
        findings.into_iter().map(|(_, found)| found).collect()
    }

    fn meaning(&mut self, file: &FileReport, name: &str) -> &Meaning {
        if !self.names.contains_key(name) {
            let meaning = meaning(self.engine, file, name);
            self.names.insert(name.to_owned(), meaning);
        }
        &self.names[name]
    }

    /// Removes the findings of rules written for ast-grep that its own comments mean; how many.
    fn ignore(&mut self, file: &mut FileReport, ignores: &[Ignore]) -> usize {
        if ignores.is_empty() {
            return 0;
        }
        let plan = &self.engine.plan;
        let mut rules: Vec<usize> = plan.instances().iter().map(|instance| instance.rule).collect();
        rules.dedup();
        rules.retain(|rule| plan.rules()[*rule].page().ast_grep);
        let mut silenced = 0;
        for ignore in ignores {
            let mut meant = 0;
            for rule in rules.iter().copied().filter(|rule| ignore.means(plan.rules()[*rule].page_id())) {
                let found = self.remove_rule(rule, ignore.scope);
                silenced += found;
                if found > 0 || ignore.rules.is_some() {
                    file.exceptions.push(Exception { span: ignore.span, rule: Some(rule) });
                    meant += 1;
                }
            }
            if meant == 0 && ignore.rules.is_none() {
                file.exceptions.push(Exception { span: ignore.span, rule: None });
            }
        }
        silenced
    }

    /// Removes the findings of the named rule that a suppression means; how many.
    fn remove(&mut self, file: &FileReport, suppression: &Suppression, name: &str) -> usize {
        match *self.meaning(file, name) {
            Meaning::Rule { rule, .. } => self.remove_rule(rule, suppression.scope),
            Meaning::Other(_) => 0,
        }
    }

    /// Removes the findings of a rule that start in `scope`; how many.
    fn remove_rule(&mut self, rule: usize, scope: crate::span::Span) -> usize {
        let mut removed = 0;
        while let Some((place, _)) = self.findings.range((rule, scope.start)..=(rule, scope.end)).next() {
            let place = *place;
            removed += self.findings.remove(&place).map_or(0, |found| found.len());
        }
        removed
    }

    /// What is to be said of a suppression that silenced so many findings of the rule it names.
    fn complaint(&mut self, file: &FileReport, name: &str, silenced: usize) -> Option<String> {
        let narrowed = self.engine.plan.is_narrowed();
        match self.meaning(file, name) {
            Meaning::Other(complaint) => complaint.clone(),
            Meaning::Rule { .. } if silenced > 0 => None,
            Meaning::Rule { runs: true, .. } => Some(format!("`{name}` finds nothing here; delete this suppression")),
            Meaning::Rule { runs: false, .. } => {
                (!narrowed).then(|| format!("`{name}` does not run on this file; delete this suppression"))
            }
        }
    }

    fn say(
        &mut self,
        file: &mut FileReport,
        id: &'static str,
        suppression: &Suppression,
        rule: Option<(&str, crate::span::Span)>,
        message: &str,
    ) {
        let span = rule.map_or(suppression.span, |(_, span)| span);
        let code = rule.map_or_else(|| suppression.rules[0].0.as_str(), |(name, _)| name).to_owned();
        self.engine.push_engine_finding(id, None, span, &code, message, file);
        self.take(file);
    }
}

fn meaning(engine: &Engine, file: &FileReport, name: &str) -> Meaning {
    let plan = &engine.plan;
    let Some(rule) = plan.find(name) else {
        let known = plan.rules().iter().map(|rule| &**rule.page_id());
        let help = crate::mistake::unknown_name_help(name, known);
        return Meaning::Other((!plan.is_narrowed()).then(|| format!("no rule is called `{name}` here ({help})")));
    };
    if !plan.rules()[rule].page().suppressible {
        return Meaning::Other(Some(format!("`{name}` cannot be silenced by a comment")));
    }
    let mut instances = plan.instances().iter().zip(&*file.active);
    Meaning::Rule { rule, runs: instances.any(|(instance, level)| instance.rule == rule && level.is_some()) }
}
