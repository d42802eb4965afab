//! The rules for these tests: one for each phase, and some that fail in one.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::budget::Steps;
use crate::diagnostic::{Finding, Related, Subject};
use crate::facts::{ChangeView, FactKind, ProjectView, RuleFact};
use crate::ir::{Dialect, Kind, Node, Tree};
use crate::pack::Native;
use crate::rule::{Cx, Interest, ProjectCx, Rule, RuleNeeds};
use crate::source::RelPath;
use crate::span::Span;

/// The page of a test rule, as a file of a pack.
pub(super) fn page(id: &str) -> (String, String, Arc<str>) {
    let (summary, more) = match id {
        "no-call" => ("A call.", "rule: {node: call}"),
        "points-elsewhere" => ("Something elsewhere.", "native: true"),
        "duplicate-export" => ("Two files export one name.", "native: true\nscope: project"),
        "duplicate-route" => ("Two calls name one route.", "native: true\nscope: project"),
        "missing-readme" => ("There is no README.md.", "native: true\nscope: project"),
        "panics-at-end" => ("It panics.", "native: true\nscope: project"),
        "endless-at-end" => ("It does not come to an end.", "native: true\nscope: project"),
        "too-many-files" => ("The change touches too many files.", "native: true\nscope: change"),
        "changed-names" => ("The change gives other names.", "native: true\nscope: change"),
        "wrong-scope" => ("Its page and its code differ.", "native: true\nscope: change"),
        _ => panic!("there is no rule {id}"),
    };
    let text = format!("---\nsummary: {summary}\nlanguages: all\nseverity: warning\n{more}\n---\n");
    (format!("{id}.md"), format!("{id}.md"), text.into())
}

/// The code of the test rules.
pub(super) fn natives() -> Vec<Native> {
    vec![
        Native::new("points-elsewhere", |_| Ok(PointsElsewhere)),
        Native::new("duplicate-export", |_| Ok(DuplicateExport)),
        Native::new("duplicate-route", |_| Ok(DuplicateRoute)),
        Native::new("missing-readme", |_| Ok(MissingReadme)),
        Native::new("panics-at-end", |_| Ok(Misbehaves { panics: true })),
        Native::new("endless-at-end", |_| Ok(Misbehaves { panics: false })),
        Native::new("too-many-files", |_| Ok(TooManyFiles)),
        Native::new("changed-names", |_| Ok(ChangedNames)),
        Native::new("wrong-scope", |_| Ok(DuplicateExport)),
    ]
}

/// Reports each call in another file.
struct PointsElsewhere;

impl Rule for PointsElsewhere {
    fn interest(&self, _: &'static Dialect) -> Interest {
        Interest::kinds([Kind::Call])
    }

    fn check(&self, _: Node<'_>, cx: &mut Cx<'_>) {
        cx.report(Finding::new(Span::empty(0)).at_path(RelPath::new("to.ts")));
    }
}

/// Reports every file but the first of those that export the same name.
struct DuplicateExport;

impl Rule for DuplicateExport {
    fn interest(&self, _: &'static Dialect) -> Interest {
        Interest::none()
    }

    fn needs(&self) -> RuleNeeds {
        RuleNeeds::project([FactKind::Exports])
    }

    fn conclude(&self, _: &ProjectView, cx: &mut ProjectCx<'_>) {
        let mut first: BTreeMap<&str, (&RelPath, Span)> = BTreeMap::new();
        for (path, facts) in cx.files() {
            for export in facts.into_iter().flat_map(|facts| &facts.facts.exports) {
                let (other, span) = *first.entry(&export.name).or_insert((path, export.span));
                if other != path {
                    let related = Related::new(span, "exported here too").at_path(other.clone());
                    let finding = Finding::new(export.span).at_path(path.clone()).related(related);
                    cx.report(finding.subject(Subject::Named(export.name.clone())));
                }
            }
        }
    }
}

/// Reports every call but the first of equal calls `route(NAME)`.
struct DuplicateRoute;

impl Rule for DuplicateRoute {
    fn interest(&self, _: &'static Dialect) -> Interest {
        Interest::none()
    }

    fn needs(&self) -> RuleNeeds {
        RuleNeeds::project([]).collecting()
    }

    fn collect(&self, cx: &mut Cx<'_>) -> Vec<RuleFact> {
        let nodes = cx.file().tree().into_iter().flat_map(Tree::nodes);
        let calls = nodes.filter(|node| node.kind() == Kind::Call && node.text().starts_with("route("));
        let fact = |node: Node<'_>| RuleFact { key: "route".into(), value: node.text().into(), span: node.span() };
        calls.map(fact).collect()
    }

    fn conclude(&self, _: &ProjectView, cx: &mut ProjectCx<'_>) {
        let mut seen = BTreeMap::new();
        for (path, fact) in cx.collected() {
            if seen.insert(&fact.value, path).is_some() {
                cx.report(Finding::new(fact.span).at_path(path.clone()).message(format!("again {}", fact.value)));
            }
        }
    }
}

/// Reports a project that lacks a file.
struct MissingReadme;

impl Rule for MissingReadme {
    fn interest(&self, _: &'static Dialect) -> Interest {
        Interest::none()
    }

    fn needs(&self) -> RuleNeeds {
        RuleNeeds::project([])
    }

    fn conclude(&self, view: &ProjectView, cx: &mut ProjectCx<'_>) {
        if !view.contains(&RelPath::new("README.md")) {
            cx.report(Finding::of_project().subject(Subject::Named("README.md".to_owned())));
        }
    }
}

/// Reports a finding, then panics or takes more steps than its budget has.
struct Misbehaves {
    panics: bool,
}

impl Rule for Misbehaves {
    fn interest(&self, _: &'static Dialect) -> Interest {
        Interest::none()
    }

    fn needs(&self) -> RuleNeeds {
        RuleNeeds::project([])
    }

    fn conclude(&self, _: &ProjectView, cx: &mut ProjectCx<'_>) {
        cx.report(Finding::of_project());
        assert!(!self.panics, "too much for me");
        cx.steps().take(Steps::DEFAULT_LIMIT + 1);
    }
}

/// Reports a change of more than two files.
struct TooManyFiles;

impl Rule for TooManyFiles {
    fn interest(&self, _: &'static Dialect) -> Interest {
        Interest::none()
    }

    fn needs(&self) -> RuleNeeds {
        RuleNeeds::change([])
    }

    fn check_change(&self, view: &ChangeView, cx: &mut ProjectCx<'_>) {
        let count = view.files.len();
        if count > 2 {
            cx.report(Finding::of_project().message(format!("{count} files, 2 are allowed")));
        }
    }
}

/// Reports a file whose definitions have other names than before the change.
struct ChangedNames;

impl Rule for ChangedNames {
    fn interest(&self, _: &'static Dialect) -> Interest {
        Interest::none()
    }

    fn needs(&self) -> RuleNeeds {
        RuleNeeds::change([FactKind::Definitions])
    }

    fn check_change(&self, view: &ChangeView, cx: &mut ProjectCx<'_>) {
        for file in &view.files {
            let names = |version: &crate::facts::FileVersion| {
                let facts = version.facts.as_ref().map(|facts| &facts.facts.definitions);
                facts.into_iter().flatten().map(|one| one.name.clone()).collect::<Vec<_>>()
            };
            let (Some(before), Some(now)) = (&file.before, &file.now) else { continue };
            if names(before) != names(now) {
                cx.report(Finding::new(Span::empty(0)).at_path(file.path.clone()));
            }
        }
    }
}
