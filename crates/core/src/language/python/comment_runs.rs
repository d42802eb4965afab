//! Long runs of comment lines. To find the next indentation, the scanner of the grammar reads to the end of a run, and does
//! so at each of its lines. So the grammar gets a long run as one comment, and the tree gets one for each line again.

use crate::ir::{Node, Tree, TreeBuilder};
use crate::span::Span;

/// The longest run, in lines, that the grammar gets as it is: its lines are read a few times each.
const MAX_PLAIN_LINES: usize = 16;

/// The text with a space in place of each line end within a long run; none if it has no long run.
pub(super) fn joined(text: &str) -> Option<String> {
    let mut run = CommentRun::default();
    let mut ends = Vec::new();
    let mut start = 0;
    // The line before ends with a backslash, so that this one may be part of a string.
    let mut is_continued = false;
    while start < text.len() {
        let end = memchr::memchr(b'\n', &text.as_bytes()[start..]).map_or(text.len(), |end| start + end);
        let line = &text[start..end];
        let continues = line.trim_end_matches('\r').ends_with('\\');
        let indent = line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        // What closes a string may stand in its middle lines.
        let is_comment =
            line.as_bytes().get(indent) == Some(&b'#') && !line.contains("\"\"\"") && !line.contains("'''");
        if is_comment && !continues && !is_continued {
            run.add(&line[..indent], end, &mut ends);
        } else if is_blank(line) && !is_continued {
            run.add_blank(end);
        } else {
            run.finish(&mut ends);
        }
        is_continued = continues;
        start = end + 1;
    }
    run.finish(&mut ends);
    if ends.is_empty() {
        return None;
    }
    let mut bytes = text.as_bytes().to_vec();
    for end in ends {
        bytes[end] = b' ';
    }
    String::from_utf8(bytes).ok()
}

fn is_blank(line: &str) -> bool {
    line.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\r'))
}

/// Comment lines of one indentation, with nothing but blank lines between them.
#[derive(Default)]
struct CommentRun<'t> {
    indent: &'t str,
    /// The number of comments.
    lines: usize,
    /// The line ends between the comments.
    between: Vec<usize>,
    /// The line ends after the last comment.
    after: Vec<usize>,
}

impl<'t> CommentRun<'t> {
    fn add(&mut self, indent: &'t str, end: usize, joined: &mut Vec<usize>) {
        if indent != self.indent {
            self.finish(joined);
            self.indent = indent;
        }
        self.lines += 1;
        self.between.append(&mut self.after);
        self.after.push(end);
    }

    fn add_blank(&mut self, end: usize) {
        if self.lines > 0 {
            self.after.push(end);
        }
    }

    /// Ends the run; if it is long, adds the line ends between its comments to `joined`.
    fn finish(&mut self, joined: &mut Vec<usize>) {
        if self.lines > MAX_PLAIN_LINES {
            joined.append(&mut self.between);
        }
        self.lines = 0;
        self.between.clear();
        self.after.clear();
    }
}

/// The tree with a comment for each line of those that were joined.
pub(super) fn split(tree: Tree) -> Tree {
    let is_joined = |node: &Node<'_>| node.dialect().vocabulary().is_comment(node.raw()) && node.text().contains('\n');
    if !tree.nodes().any(|node| is_joined(&node)) {
        return tree;
    }
    let mut builder = TreeBuilder::like(&tree, 2 * tree.len());
    let mut open: Vec<Node<'_>> = Vec::new();
    for node in tree.nodes() {
        while open.pop_if(|last| !last.encloses(node)).is_some() {
            builder.close();
        }
        let field = node.field_id().map_or(0, |field| field.0);
        if !is_joined(&node) {
            builder.open(node.raw().0, field, node.flags(), node.span());
            open.push(node);
            continue;
        }
        let mut at = node.start();
        for line in node.text().split('\n') {
            let indent = (line.len() - line.trim_start_matches([' ', '\t']).len()) as u32;
            let end = at + line.len() as u32;
            if !is_blank(line) {
                builder.leaf(node.raw().0, field, node.flags(), Span::new(at + indent, end));
            }
            at = end + 1;
        }
    }
    builder.finish()
}
