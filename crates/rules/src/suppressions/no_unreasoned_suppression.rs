//! A suppression comment or attribute of another tool without a reason.

use lawbook_core::diagnostic::{Finding, Subject};
use lawbook_core::facts::Marker;
use lawbook_core::ir::{Dialect, Kind, Node, view};
use lawbook_core::rule::{Cx, Interest, Literals, Rule};
use lawbook_core::suppression::marker;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

#[derive(Debug, Deserialize)]
pub(crate) struct NoUnreasonedSuppression {
    #[serde(deserialize_with = "known_tools")]
    tools: Vec<String>,
    tests: bool,
    plain: Vec<String>,
}

/// Names of tools; an unknown one is a mistake, since it would leave every marker alone.
fn known_tools<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    let tools = Vec::<String>::deserialize(from)?;
    match tools.iter().find(|tool| !marker::tools().any(|known| known == *tool)) {
        Some(unknown) => {
            let help = lawbook_core::mistake::unknown_name_help(unknown, marker::tools());
            Err(D::Error::custom(format!("no tool is called `{unknown}` ({help})")))
        }
        None => Ok(tools),
    }
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
            if marker.reason.is_none()
                && self.covers_tool_of(&marker)
                && !self.is_plain(&marker, cx)
                && (self.tests || !is_in_test(cx, &marker))
            {
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

    /// True if the code beside the marker is its reason: all rules are in the list, or the item that uses what is
    /// deprecated is deprecated itself.
    fn is_plain(&self, marker: &Marker, cx: &Cx<'_>) -> bool {
        let is_listed =
            |rule: &String| self.plain.contains(rule) || (rule == DEPRECATED && is_on_deprecated(marker, cx));
        !marker.rules.is_empty() && marker.rules.iter().all(is_listed)
    }
}

/// The lint about what is deprecated, and the attribute that deprecates.
const DEPRECATED: &str = "deprecated";

/// The most attributes of an item that are looked at on each side.
const MAX_ATTRIBUTES: usize = 16;

/// True if an attribute with this marker stands on an item that is deprecated.
fn is_on_deprecated(marker: &Marker, cx: &Cx<'_>) -> bool {
    let Some(tree) = cx.file().tree_around(marker.span) else { return false };
    let covering = tree.covering(marker.span);
    let Some(attribute) =
        [covering].into_iter().chain(cx.ancestors(covering)).find(|node| node.kind() == Kind::Attribute)
    else {
        return false;
    };
    let is_beside = |node: &Node<'_>| matches!(node.kind(), Kind::Attribute | Kind::Comment);
    let before = cx.prev_siblings(attribute).take(MAX_ATTRIBUTES).take_while(is_beside);
    let after = cx.next_siblings(attribute).take(MAX_ATTRIBUTES).take_while(is_beside);
    before.chain(after).any(|beside| view::name(beside) == Some(DEPRECATED))
}

fn is_in_test(cx: &Cx<'_>, marker: &Marker) -> bool {
    let file = cx.file();
    file.trees.first().is_some_and(|tree| view::is_in_test(file, tree.covering(marker.span)))
}
