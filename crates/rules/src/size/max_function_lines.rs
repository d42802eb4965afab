//! A function with more lines of code than a limit.

use lawbook_core::diagnostic::{Finding, Measure, Subject};
use lawbook_core::ir::{Dialect, Kind, Node, view};
use lawbook_core::rule::{Cx, Interest, Nodes, Rule};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(crate) struct MaxFunctionLines {
    max: u32,
}

impl Rule for MaxFunctionLines {
    fn interest(&self, _: &'static Dialect) -> Interest {
        Interest::kinds([Kind::Function, Kind::Method, Kind::Lambda])
    }

    fn check_each(&self, nodes: Nodes<'_>, cx: &mut Cx<'_>) {
        let mut code_lines = None;
        for node in nodes {
            if cx.exhausted() {
                return;
            }
            let (first, last) = lines(node, cx);
            // Most functions are short even with their comments, so the lines of code are rarely counted.
            if last - first < self.max {
                continue;
            }
            let code = code_lines.get_or_insert_with(|| CodeLines::of(cx)).between(first, last);
            if code > self.max && !view::is_in_test(cx.file(), node) {
                let name = view::name_node(node);
                let what = name.map_or("this function".to_owned(), |name| format!("`{}`", cx.text(name)));
                let message = format!("{what} has {code} lines of code, {} more than {}", code - self.max, self.max);
                let span = name.unwrap_or(node).span();
                let measure = Measure::new(code, self.max, "lines");
                cx.report(Finding::new(span).message(message).subject(Subject::Definition).measure(measure));
            }
        }
    }
}

/// The first and the last line of a node.
fn lines(node: Node<'_>, cx: &Cx<'_>) -> (u32, u32) {
    let lines = &cx.file().source.lines();
    let first = lines.line(node.start());
    (first, lines.line(node.end().saturating_sub(1)).max(first))
}

/// The lines of a file that hold code: more than white space and comments.
struct CodeLines {
    /// By line, the number of lines of code before it.
    before: Vec<u32>,
}

impl CodeLines {
    fn of(cx: &Cx<'_>) -> Self {
        let (text, file) = (cx.source_text(), cx.file());
        let lines = file.source.lines();
        let mut comments = file.comments.iter().map(|comment| comment.span).peekable();
        let (mut before, mut count) = (Vec::with_capacity(lines.count() as usize + 1), 0);
        for number in 1..=lines.count() {
            before.push(count);
            let line = lines.span(text, number);
            let mut at = line.start;
            let mut has_code = false;
            while at < line.end {
                // A comment that ends on this line is passed; one that goes on is asked again by the next line.
                while comments.next_if(|comment| comment.end <= at).is_some() {}
                let comment = comments.peek().copied().filter(|comment| comment.start < line.end);
                let end = comment.map_or(line.end, |comment| comment.start.max(at));
                let part = text.get(at as usize..end as usize).unwrap_or_default();
                has_code |= part.chars().any(|c| !c.is_whitespace());
                at = comment.map_or(line.end, |comment| comment.end.max(end));
            }
            count += u32::from(has_code);
        }
        before.push(count);
        Self { before }
    }

    /// The number of lines of code from one line to another, both included.
    fn between(&self, first: u32, last: u32) -> u32 {
        let before = |line: u32| self.before.get(line as usize).copied().unwrap_or_default();
        before(last).saturating_sub(before(first - 1))
    }
}
