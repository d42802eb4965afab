//! Examples in comments: text that shows a directive and is none.

use crate::ir::directive::{CommentLine, line_at};
use crate::ir::{Comment, CommentSyntax, Lowered, Node};
use crate::span::Span;

/// The texts without which no comment has an example of several lines.
const LITERALS: [&str; 3] = ["```", "~~~", EXAMPLE_TAG];

/// The tag of documentation before an example, which ends at the next tag.
const EXAMPLE_TAG: &str = "@example";

/// The places in the comments of a file that are examples, sorted and disjoint.
#[derive(Debug, Default)]
pub(crate) struct Examples(Vec<Span>);

impl Examples {
    /// The examples between fences and behind `@example`. Line comments below each other are one text.
    pub(crate) fn of(file: &Lowered) -> Self {
        let text = file.source.text();
        if !LITERALS.iter().any(|literal| text.contains(literal)) {
            return Self::default();
        }
        let lines = file.source.lines();
        let mut found = Vec::new();
        let mut state = State::default();
        let mut last: Option<(&Comment, &CommentSyntax, u32)> = None;
        for comment in &file.comments {
            let node = file.comment_node(comment);
            let all = node.language().syntax().comments;
            let Some(syntax) = CommentSyntax::exact(all, node.text()) else { continue };
            let line = lines.line(node.start());
            let continues = last.is_some_and(|(above, of_above, line_above)| {
                let is_alike = syntax == of_above && syntax.close.is_none() && comment.tree == above.tree;
                is_alike && line == line_above + 1
            });
            if !continues {
                state = State::default();
            }
            last = Some((comment, syntax, line));
            for line in CommentLine::all(node) {
                if state.is_example(line.behind_sign()) {
                    found.push(line.span());
                }
            }
        }
        Self(found)
    }

    /// True if a place is in an example.
    pub(crate) fn contain(&self, at: u32) -> bool {
        let after = self.0.partition_point(|span| span.start <= at);
        after.checked_sub(1).is_some_and(|before| at <= self.0[before].end)
    }
}

/// The state between two lines of a text.
#[derive(Debug, Default)]
struct State {
    /// The character and the length of the fence that is open.
    fence: Option<(char, usize)>,
    /// True behind `@example`.
    is_tagged: bool,
}

impl State {
    /// True if the next line of the text is part of an example.
    fn is_example(&mut self, line: &str) -> bool {
        let first = line.chars().next().unwrap_or_default();
        let len = line.len() - line.trim_start_matches(first).len();
        // Three backticks with others behind them on the line are inline code, and no fence.
        let is_fence = len >= 3 && (first == '~' || first == '`' && !line[len..].contains('`'));
        match self.fence {
            Some((open, open_len)) => {
                if is_fence && first == open && len >= open_len && line[len..].trim().is_empty() {
                    self.fence = None;
                }
                return true;
            }
            None if is_fence => {
                self.fence = Some((first, len));
                return true;
            }
            None => {}
        }
        if let Some(rest) = line.strip_prefix('@')
            && rest.starts_with(char::is_alphabetic)
            && !rest.starts_with("ts-")
        {
            self.is_tagged = line.starts_with(EXAMPLE_TAG);
        }
        self.is_tagged
    }
}

/// True if a place in a comment of documentation stands behind a second sign, or in indented code: it is quoted there.
pub(crate) fn is_quoted(comment: Node<'_>, at: usize) -> bool {
    let syntax = CommentSyntax::exact(comment.language().syntax().comments, comment.text());
    let documents = syntax.is_some_and(|syntax| syntax.documents(comment.text()));
    documents && line_at(comment, at).is_some_and(|line| line.words().is_none())
}
