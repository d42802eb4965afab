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
            let code_lines = code_lines.get_or_insert_with(|| CodeLines::of(cx));
            let code = code_lines.between(first, last);
            if code > self.max && !view::is_in_test(cx.file(), node) {
                let name = view::name_node(node);
                let what = name.map_or("this function".to_owned(), |name| format!("`{}`", cx.text(name)));
                let excess = code - self.max;
                let message = format!("{what} has {code} lines of code, {excess} more than {}", self.max);
                let span = name.unwrap_or(node).span();
                let lines = lines_to_move(excess);
                let step = step(lines, most_of_piece(self.max), &pieces(node, lines, self.max, code_lines, cx));
                let finding = Finding::new(span).message(message).subject(Subject::Definition).step(step);
                cx.report(finding.measure(Measure::new(code, self.max, "lines")));
            }
        }
    }
}

/// The lines of code that have to leave a function with so many more than are allowed: more than these, since calls take the
/// place of what leaves.
fn lines_to_move(excess: u32) -> u32 {
    const CALL_LINES: u32 = 4;
    excess + excess / 5 + CALL_LINES
}

/// The most lines of code that fit with a head of their own into a function of `max` lines.
fn most_of_piece(max: u32) -> u32 {
    max * 4 / 5
}

/// The step that takes `lines` out of a function with these pieces.
fn step(lines: u32, most: u32, pieces: &[FunctionPiece]) -> String {
    let step = format!("move {lines}+ lines into functions of up to {most}");
    if pieces.is_empty() {
        return step;
    }
    let pieces: Vec<String> =
        pieces.iter().map(|piece| format!("{}-{} ({})", piece.first, piece.last, piece.code)).collect();
    format!("{step}: {}", pieces.join(", "))
}

/// A part of a function that may be one of its own.
#[derive(Clone, Copy, Debug)]
struct FunctionPiece {
    first: u32,
    last: u32,
    /// Its lines of code.
    code: u32,
}

/// The most pieces that a step names.
const MAX_PIECES: usize = 3;

/// The field of the code of a function. Its parameters are no piece of it.
const BODY: &str = "body";

/// The fewest lines of code of a piece: a function of less saves little.
const MIN_PIECE: u32 = 8;

/// The most nodes of a function that are looked at for pieces.
const MAX_PIECE_NODES: usize = 4_096;

/// The largest pieces of a function that together have so many lines, in their order: whole nodes that are not small and
/// fit into a function of `max` lines. A function in it that is too long itself has pieces of its own, so it is not looked
/// into; else functions in functions would be walked again and again.
fn pieces(function: Node<'_>, lines_to_move: u32, max: u32, code_lines: &CodeLines, cx: &Cx<'_>) -> Vec<FunctionPiece> {
    let most = most_of_piece(max);
    let body = cx.child_by_field(function, BODY).unwrap_or(function);
    let (mut pieces, mut open, mut visited) = (Vec::new(), vec![body], 0);
    while let Some(node) = open.pop() {
        for child in cx.children(node).filter(|child| child.kind() != Kind::Comment) {
            visited += 1;
            let (first, last) = lines(child, cx);
            let code = code_lines.between(first, last);
            if code > most && visited < MAX_PIECE_NODES {
                let is_reported_itself = code > max && child.kind().is_callable();
                open.extend((!is_reported_itself).then_some(child));
            } else if code >= MIN_PIECE && code <= most {
                pieces.push(FunctionPiece { first, last, code });
            }
        }
    }
    pieces.sort_by_key(|piece| (std::cmp::Reverse(piece.code), piece.first));
    let mut left = lines_to_move;
    pieces.retain(|piece| {
        let is_needed = left > 0;
        left = left.saturating_sub(piece.code);
        is_needed
    });
    pieces.truncate(MAX_PIECES);
    pieces.sort_by_key(|piece| piece.first);
    pieces
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
