//! The proof of a fix by the code of one file before and after it: what is not edited stays what it was, and what is
//! taken over does too.

use std::collections::HashSet;

use crate::diagnostic::edges::token_across;
use crate::diagnostic::emptied::{EMPTY_BLOCK, block_of_deletion, is_code};
use crate::diagnostic::{Edit, KeptCode};
use crate::fix::shift::Shift;
use crate::ir::{Kind, LeadingString, Lowered, Node, RawKind, Tree};
use crate::span::Span;

/// One file before and after the edits of fixes.
pub(super) struct EditedFile<'f> {
    pub(super) old: &'f Lowered,
    pub(super) new: &'f Lowered,
    pub(super) shift: &'f Shift,
    /// The edits as the rules give them, sorted, which may overlap where the bytes that they change do not.
    pub(super) edits: &'f [&'f Edit],
}

/// The numbers of parse problems of a file, by kind: no tree at all, problems of parsers, error and missing nodes,
/// items that only the tolerant parser could parse.
pub(super) fn parse_faults(file: &Lowered) -> [usize; 4] {
    let nodes = file.trees.iter().flat_map(Tree::nodes);
    let errors = nodes.filter(|node| node.is_error() || node.is_missing()).count();
    [usize::from(file.trees.is_empty()), file.problems.len(), errors, file.degraded.len()]
}

impl EditedFile<'_> {
    /// Checks the code. The error is the reason why it does not hold.
    pub(super) fn check(&self) -> Result<(), String> {
        let (faults_before, faults_after) = (parse_faults(self.old), parse_faults(self.new));
        if faults_before.iter().zip(faults_after).any(|(before, after)| after > *before) {
            let problem = self.new.problems.first().map(|problem| problem.message.as_str());
            let reason = problem.or_else(|| self.new.degraded.last().map(|item| item.reason.as_str()));
            return Err(format!("the file would no longer parse: {}", reason.unwrap_or("a hole in the tree")));
        }
        if self.edits.iter().any(|edit| self.joins_tokens(edit.span)) {
            return Err("its text and the code beside it would be read as one word or sign".to_owned());
        }
        // With fewer faults than before, nodes may be gone that only error recovery had made.
        if faults_after == faults_before {
            if !self.untouched_code_is_same() || !self.edits.iter().all(|edit| self.stands_in_same_code(edit)) {
                return Err("the code around it would mean something else".to_owned());
            }
            if let Some(changed) = self.edits.iter().find_map(|edit| self.changed_capture(edit)) {
                return Err(format!("`{changed}` would mean something else"));
            }
        }
        if self.edits.iter().any(|edit| self.empties_block(edit)) {
            return Err(EMPTY_BLOCK.to_owned());
        }
        self.check_directives()
    }

    /// True if a token of the new text starts in the new code of a span and ends after it, or the other way round.
    fn joins_tokens(&self, span: Span) -> bool {
        let (Some(old_tree), Some(new_tree)) = (self.old.tree_around(span), self.tree_after(span)) else {
            return false;
        };
        let text_kinds = new_tree.dialect().language.syntax().text_kinds;
        let new = self.shift.replaced(span);
        [(span.start, new.start), (span.end, new.end)].into_iter().any(|(old, new)| {
            let joined = token_across(new_tree, new).filter(|token| !text_kinds.contains(&token.raw_name()));
            joined.is_some() && token_across(old_tree, old).is_none()
        })
    }

    /// True if the nodes that touch no replaced span have the same kinds and (shifted) places as before, and the new code
    /// of each replaced span consists of whole nodes.
    fn untouched_code_is_same(&self) -> bool {
        let touched = self.touched();
        let (old, new) = (&self.old.trees, &self.new.trees);
        let new_code = self.edits.iter().map(|edit| self.shift.replaced(edit.span)).filter(|span| !span.is_empty());
        old.len() == new.len()
            && old.iter().zip(new).all(|(old, new)| untouched_nodes_are_same(old, new, self.shift, &touched))
            && new_code.into_iter().all(|span| self.new.tree_around(span).is_none_or(|tree| is_whole_nodes(tree, span)))
    }

    /// True unless the edit replaces a whole node by code, and the node around it is another one then.
    fn stands_in_same_code(&self, edit: &Edit) -> bool {
        if edit.span.is_empty() || edit.text.trim().is_empty() {
            return true;
        }
        let (Some(old), Some(new)) = (self.old.tree_around(edit.span), self.tree_after(edit.span)) else { return true };
        let mut node = old.covering(edit.span);
        if !nodes_at(old, edit.span).any(Node::is_named) {
            return true;
        }
        while node.span() == edit.span {
            let Some(parent) = node.parent() else { return true };
            node = parent;
        }
        // What other edits put in at the borders of the node may belong to it or not.
        let places = [self.shift.span(node.span()), self.shift.replaced(node.span())];
        let is_same = |place: Span| kinds_at(new, self.without_blanks(place)).any(|kind| kind == node.raw());
        node.parent().is_none() || places.into_iter().any(is_same)
    }

    /// A span of the new text without the white space at its ends, which belongs to no node.
    fn without_blanks(&self, place: Span) -> Span {
        let text = self.new.source.slice(place);
        let (start, end) = (text.len() - text.trim_start().len(), text.trim_end().len());
        Span::new(place.start + start as u32, place.start + end as u32)
    }

    /// The first code that an edit takes over and that is another kind of node in its new place, or has other tokens.
    fn changed_capture(&self, edit: &Edit) -> Option<String> {
        let narrow = edit.narrowed(self.old.source.text());
        let new_tree = self.tree_after(edit.span)?;
        let kept = edit.kept.iter().find(|kept| {
            let Some(old_tree) = self.old.tree_around(kept.old) else { return false };
            !is_same_code(old_tree, kept.old, new_tree, self.place_of(**kept, edit, &narrow))
        })?;
        let code = self.old.source.slice(kept.old);
        let first = code.lines().next().unwrap_or_default();
        let shown: String = first.chars().take(MAX_SHOWN_CHARS).collect();
        Some(if shown.len() < code.len() { format!("{shown}…") } else { shown })
    }

    /// The bytes of a piece of an edit's text after all edits, of which others may lie in what this one leaves as it was.
    fn place_of(&self, kept: KeptCode, edit: &Edit, narrow: &Edit) -> Span {
        let before = narrow.span.start - edit.span.start;
        let changed = Span::new(before, before + narrow.text.len() as u32);
        let base = self.shift.replaced(narrow.span).start;
        let moved = |at: u32, moved: fn(&Shift, u32) -> u32| {
            if at < changed.start {
                moved(self.shift, edit.span.start + at)
            } else if at > changed.end {
                moved(self.shift, edit.span.end - (edit.text.len() as u32 - at))
            } else {
                base + (at - changed.start)
            }
        };
        Span::new(moved(kept.new.start, Shift::start), moved(kept.new.end, Shift::end))
    }

    /// True if an edit deletes the last code of a block.
    fn empties_block(&self, edit: &Edit) -> bool {
        let (Some(old), Some(new)) = (self.old.tree_around(edit.span), self.tree_after(edit.span)) else {
            return false;
        };
        let Some(block) = block_of_deletion(old, edit) else { return false };
        // A grammar may end an empty block elsewhere: in JavaScript behind a comment beside it.
        let start = self.shift.start(block.start());
        let starting = std::iter::successors(Some(new.last_starting(start)), |node| node.parent());
        let mut same = starting.take_while(|node| node.start() == start).filter(|node| node.raw() == block.raw());
        same.any(|block| !block.children().any(|child| is_code(&child)))
    }

    /// Checks that no string becomes or stops being a directive.
    fn check_directives(&self) -> Result<(), String> {
        let touched = self.touched();
        let is_touched = |span: Span| {
            let first = touched.partition_point(|touched| touched.end <= span.start);
            touched.get(first).is_some_and(|touched| touched.start < span.end)
        };
        for (old, new) in self.old.trees.iter().zip(&self.new.trees) {
            let language = old.dialect().language;
            let (before, after) = (language.leading_strings(old), language.leading_strings(new));
            let moved: HashSet<Span> = before.iter().map(|string| self.shift.span(string.span)).collect();
            let mut made = after.iter().filter(|string| !moved.contains(&string.span));
            if made.any(|string| !(string.documents && self.is_written(*string))) {
                return Err("a string would come first and become a directive".to_owned());
            }
            let after: HashSet<Span> = after.iter().map(|string| string.span).collect();
            let mut untouched = before.iter().filter(|string| !is_touched(string.span));
            if untouched.any(|string| !after.contains(&self.shift.span(string.span))) {
                return Err("a directive would no longer come first".to_owned());
            }
        }
        Ok(())
    }

    /// True if the template of a fix, and no code that it takes over, is this string.
    fn is_written(&self, string: LeadingString) -> bool {
        let starts = |edit: &&Edit| self.shift.replaced(edit.span).start <= string.span.start;
        let last = self.edits.partition_point(starts).checked_sub(1).map(|last| self.edits[last]);
        last.is_some_and(|edit| self.shift.replaced(edit.span).contains(string.span) && edit.kept.is_empty())
    }

    /// The spans that the edits replace, joined where they touch.
    fn touched(&self) -> Vec<Span> {
        let mut touched: Vec<Span> = Vec::new();
        for span in self.edits.iter().map(|edit| edit.span) {
            match touched.last_mut() {
                Some(last) if span.start <= last.end => *last = last.cover(span),
                _ => touched.push(span),
            }
        }
        touched
    }

    /// The tree after the edits of the tree around a span.
    fn tree_after(&self, span: Span) -> Option<&Tree> {
        self.new.trees.get(self.old.tree_around(span)?.number() as usize)
    }
}

/// The most characters of code in a reason.
const MAX_SHOWN_CHARS: usize = 40;

/// True if all named nodes of the old tree that touch no span of `touched` are in the new tree too.
fn untouched_nodes_are_same(old: &Tree, new: &Tree, shift: &Shift, touched: &[Span]) -> bool {
    let place = |node: Node<'_>, span: Span| (node.raw(), span.start, span.end);
    // Nodes of running text (such as JSX text) merge with their neighbors when the code between them is deleted.
    let text_kinds = old.dialect().language.syntax().text_kinds;
    let is_compared = |node: &Node<'_>| node.is_named() && !text_kinds.contains(&node.raw_name());
    let places_after: HashSet<_> = new.nodes().filter(is_compared).map(|node| place(node, node.span())).collect();
    let is_apart = |node: &Node<'_>| {
        let first = touched.partition_point(|span| span.end < node.start());
        touched.get(first).is_none_or(|span| span.start > node.end())
    };
    old.nodes()
        .filter(is_compared)
        .filter(is_apart)
        .all(|node| places_after.contains(&place(node, shift.span(node.span()))))
}

/// True if no node is partly inside the span and partly outside of it.
fn is_whole_nodes(tree: &Tree, span: Span) -> bool {
    let mut node = tree.last_starting(span.start.saturating_sub(1));
    while !node.span().contains(span) {
        if node.start() < span.start && span.start < node.end() {
            return false;
        }
        let Some(parent) = node.parent() else { break };
        node = parent;
    }
    tree.outermost_in(span).all(|node| node.end() <= span.end)
}

/// The stored nodes with exactly this span, the innermost first.
fn nodes_at(tree: &Tree, span: Span) -> impl Iterator<Item = Node<'_>> {
    std::iter::successors(Some(tree.covering(span)), |node| node.parent()).take_while(move |node| node.span() == span)
}

fn kinds_at(tree: &Tree, span: Span) -> impl Iterator<Item = RawKind> {
    nodes_at(tree, span).map(Node::raw)
}

/// True if code stands in another place as the same kind of node with the same tokens. A name may become another kind of
/// name, and code may become a part of a text.
fn is_same_code(old_tree: &Tree, old: Span, new_tree: &Tree, new: Span) -> bool {
    let around = new_tree.covering(new);
    let is_text = new_tree.dialect().language.syntax().text_kinds.contains(&around.raw_name());
    if is_text || around.span() != new && around.is_leaf() {
        return true;
    }
    let before: Vec<Node<'_>> = nodes_at(old_tree, old).collect();
    if before.is_empty() {
        return true;
    }
    let same = nodes_at(new_tree, new).find(|node| before.iter().any(|before| before.raw() == node.raw()));
    let Some(same) = same else { return is_name(old_tree, old) && nodes_at(new_tree, new).next().is_some() };
    if old_tree.slice(old) == new_tree.slice(new) {
        return true;
    }
    let code = |node: Node<'_>| !node.is_extra() && node.kind() != Kind::Comment;
    let was = before[0].tokens().filter(|token| code(*token)).map(Node::text);
    was.eq(same.tokens().filter(|token| code(*token)).map(Node::text))
}

/// True if code is a name, perhaps with the names of its modules or members.
fn is_name(tree: &Tree, span: Span) -> bool {
    let syntax = tree.dialect().language.syntax();
    let separators = [syntax.names.separator, syntax.modules.separator, "."];
    tree.slice(span).chars().all(|c| {
        let is_letter = c.is_alphanumeric() || c == '_' || syntax.names.letters.contains(&c);
        is_letter || separators.iter().any(|separator| separator.contains(c))
    })
}
