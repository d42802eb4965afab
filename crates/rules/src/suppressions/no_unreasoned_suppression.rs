//! A suppression comment or attribute of another tool without a reason.

use lawbook_core::diagnostic::{Finding, Subject};
use lawbook_core::facts::Marker;
use lawbook_core::ir::{Dialect, Kind, Node, view};
use lawbook_core::rule::{Cx, Interest, Literals, Rule};
use lawbook_core::span::Span;
use lawbook_core::suppression::marker;
use regex::Regex;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

#[derive(Debug, Deserialize)]
pub(crate) struct NoUnreasonedSuppression {
    #[serde(deserialize_with = "known_tools")]
    tools: Vec<String>,
    tests: bool,
    plain: Vec<String>,
    uncovered: CodeExpressions,
}

/// Regular expressions for code. A wrong one is a mistake.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Vec<String>")]
struct CodeExpressions(Vec<Regex>);

impl TryFrom<Vec<String>> for CodeExpressions {
    type Error = regex::Error;

    fn try_from(texts: Vec<String>) -> Result<Self, regex::Error> {
        texts.iter().map(|text| Regex::new(text)).collect::<Result<_, _>>().map(Self)
    }
}

impl CodeExpressions {
    fn match_in(&self, code: &str) -> bool {
        self.0.iter().any(|expression| expression.is_match(code))
    }
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
                && !self.is_never_run(&marker, cx)
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

impl NoUnreasonedSuppression {
    /// True if a marker leaves code out of the coverage that shows by itself that tests do not run it.
    fn is_never_run(&self, marker: &Marker, cx: &Cx<'_>) -> bool {
        marker.tool == COVERAGE && self.uncovered.match_in(&code_beside(marker, cx))
    }
}

/// The tool whose markers leave code out of the coverage.
const COVERAGE: &str = "coverage";

/// The code before a marker on its line; where that opens a block, the first line of the block too, after a space.
fn code_beside(marker: &Marker, cx: &Cx<'_>) -> String {
    let (file, lines) = (cx.file(), cx.file().source.lines());
    let line = lines.line(marker.span.start);
    let after = file.comments.partition_point(|comment| comment.span.start <= marker.span.start);
    let end = after.checked_sub(1).map_or(marker.span.start, |at| file.comments[at].span.start);
    let start = lines.start(line);
    let before = cx.slice(Span::new(start, end.max(start))).trim();
    if !before.ends_with(':') || line >= lines.count() {
        return before.to_owned();
    }
    let last = file.tree().map_or(marker.span.end, |tree| tree.span().end);
    let end = if line + 1 < lines.count() { lines.start(line + 2) } else { last };
    let next = Span::new(lines.start(line + 1), end);
    let comment = file.comments[after..].first().map(|comment| comment.span.start);
    let code = cx.slice(Span::new(next.start, comment.unwrap_or(end).clamp(next.start, end)));
    format!("{before} {}", code.trim())
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
