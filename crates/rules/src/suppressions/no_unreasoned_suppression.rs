//! A suppression comment or attribute of another tool without a reason.

use lawbook_core::diagnostic::{Finding, Subject};
use lawbook_core::facts::Marker;
use lawbook_core::ir::{Dialect, view};
use lawbook_core::rule::{Cx, Interest, Literals, Rule};
use lawbook_core::suppression::marker;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(crate) struct NoUnreasonedSuppression {
    tools: Vec<String>,
    tests: bool,
}

impl Rule for NoUnreasonedSuppression {
    fn interest(&self, _: &'static Dialect) -> Interest {
        Interest::file()
    }

    fn literals(&self, dialect: &'static Dialect) -> Literals {
        Literals::any(marker::literals(dialect))
    }

    fn check_file(&self, cx: &mut Cx<'_>) {
        for marker in marker::read(cx.file()) {
            if marker.reason.is_none() && self.covers_tool_of(&marker) && (self.tests || !is_in_test(cx, &marker)) {
                let rules = marker.rules.join(", ");
                let of = if rules.is_empty() { String::new() } else { format!(" of {rules}") };
                let message = format!("`{}`{of} gives no reason", marker.directive);
                let subject = Subject::Named(format!("{} {rules}", marker.directive));
                cx.report(Finding::new(marker.span).message(message).subject(subject));
            }
        }
    }
}

impl NoUnreasonedSuppression {
    /// True if the rule's options cover the marker's tool.
    fn covers_tool_of(&self, marker: &Marker) -> bool {
        self.tools.is_empty() || self.tools.contains(&marker.tool)
    }
}

fn is_in_test(cx: &Cx<'_>, marker: &Marker) -> bool {
    let file = cx.file();
    file.trees.first().is_some_and(|tree| view::is_in_test(file, tree.covering(marker.span)))
}
