//! Methods of [`Cx`] that walk trees and read texts. Each takes its cost from the rule's budget; when that is spent,
//! walks end and texts are empty.

use crate::budget::Metered;
use crate::diagnostic::Edit;
use crate::ir::{Children, Descendants, Node};
use crate::rule::Cx;
use crate::span::Span;

impl Cx<'_> {
    /// The descendants of a node in pre-order, with tokens, without the node itself.
    pub fn descendants<'t>(&self, node: Node<'t>) -> Metered<'_, Descendants<'t>> {
        self.steps().walk(node.descendants())
    }

    /// A node and its descendants in pre-order, with tokens.
    pub fn subtree<'t>(&self, node: Node<'t>) -> impl Iterator<Item = Node<'t>> {
        self.steps().walk(node.subtree())
    }

    /// The parent of a node, that one's parent, and so on to the root.
    pub fn ancestors<'t>(&self, node: Node<'t>) -> impl Iterator<Item = Node<'t>> {
        self.steps().walk(node.ancestors())
    }

    /// The named children of a node in order, comments included.
    pub fn children<'t>(&self, node: Node<'t>) -> impl Iterator<Item = Node<'t>> {
        self.steps().walk(node.children())
    }

    /// The children and tokens of a node in order.
    pub fn children_with_tokens<'t>(&self, node: Node<'t>) -> Metered<'_, Children<'t>> {
        self.steps().walk(node.children_with_tokens())
    }

    /// The siblings after a node in order, with tokens.
    pub fn next_siblings<'t>(&self, node: Node<'t>) -> Metered<'_, Children<'t>> {
        self.steps().walk(node.next_siblings())
    }

    /// The siblings before a node, nearest first, with tokens.
    pub fn prev_siblings<'t>(&self, node: Node<'t>) -> impl Iterator<Item = Node<'t>> {
        self.steps().walk(node.prev_siblings())
    }

    /// A node and its stored descendants in pre-order: every named node, and tokens only in trees that store them. The
    /// quickest walk where tokens do not matter.
    pub fn nodes<'t>(&self, node: Node<'t>) -> impl Iterator<Item = Node<'t>> {
        node.stored().take_while(|_| self.steps().take(1))
    }

    /// The first child or token of a node with this field; none when the dialect has no such field.
    pub fn child_by_field<'t>(&self, node: Node<'t>, field: &str) -> Option<Node<'t>> {
        if self.exhausted() { None } else { node.child_by_field(field) }
    }

    /// The first named child of a node with this raw kind.
    pub fn child_of_raw_kind<'t>(&self, node: Node<'t>, raw: &str) -> Option<Node<'t>> {
        self.children(node).find(|child| child.raw_name() == raw)
    }

    /// True if a direct child of the node is a token with this text.
    pub fn has_token(&self, node: Node<'_>, text: &str) -> bool {
        !self.exhausted() && node.has_token(text)
    }

    /// The text of a node; empty when the budget is spent.
    pub fn text<'t>(&self, node: Node<'t>) -> &'t str {
        let text = node.text();
        if self.steps().take_text(text.len()) { text } else { "" }
    }

    /// The text of a span of the file; empty when the budget is spent.
    pub fn slice(&self, span: Span) -> &str {
        let file = self.file();
        let text = file.tree_around(span).map_or(file.source.slice(span), |tree| tree.slice(span));
        if self.steps().take_text(text.len()) { text } else { "" }
    }

    /// The text of the whole file; empty when the budget is spent.
    pub fn source_text(&self) -> &str {
        let text = self.file().source.text();
        if self.steps().take_text(text.len()) { text } else { "" }
    }

    /// The edit that deletes a span of the file, with the attributes of a node that has this span, and its lines if they
    /// contain nothing else.
    pub fn deletion(&self, span: Span) -> Edit {
        let whole = self.file().tree_around(span).map_or(span, |tree| tree.deletion(span));
        self.steps().take_text((whole.len() - span.len()) as usize);
        Edit::new(whole, "")
    }
}

impl Metered<'_, Descendants<'_>> {
    /// Skips the descendants of the node that was returned last.
    pub fn skip_below(&mut self) {
        self.inner().skip_below();
    }
}

#[cfg(test)]
#[cfg(feature = "ecmascript")]
mod tests {
    use super::*;
    use crate::budget::Steps;
    use crate::diagnostic::Finding;
    use crate::ir::{Kind, Lowered};
    use crate::language;
    use crate::source::{RelPath, SourceFile};

    fn lower(code: &str) -> Lowered {
        language::lower(SourceFile::new(RelPath::new("a.js"), code).unwrap())
    }

    #[test]
    fn a_rule_walks_in_a_walk_and_reports_meanwhile() {
        let file = lower("a(b(c)); d(e);");
        let mut cx = Cx::new(&file);
        let root = file.tree().unwrap().root();
        for call in cx.descendants(root).filter(|node| node.kind() == Kind::Call) {
            for name in cx.descendants(call).filter(|node| node.kind() == Kind::Identifier) {
                cx.report(Finding::new(name.span()));
            }
        }
        assert_eq!(cx.take().len(), 7);
        assert!(cx.steps().taken() >= 20, "{}", cx.steps().taken());
    }

    #[test]
    fn walks_end_with_the_budget_and_what_is_reported_then_is_dropped() {
        let file = lower(&"a;".repeat(100));
        let mut cx = Cx::new(&file).with_steps(Steps::new(50));
        let root = file.tree().unwrap().root();
        cx.report(Finding::new(root.span()));
        let met = cx.children(root).count();
        assert!((40..=51).contains(&met), "{met}");
        cx.report(Finding::new(root.span()));
        assert!(cx.exhausted() && cx.text(root).is_empty() && cx.ancestors(root).next().is_none());
        assert_eq!(cx.take().len(), 1);
    }

    #[test]
    fn a_part_of_the_tree_can_be_passed_over() {
        let file = lower("a(b); c;");
        let cx = Cx::new(&file);
        let mut walk = cx.descendants(file.tree().unwrap().root());
        let mut names = Vec::new();
        while let Some(node) = walk.next() {
            match node.kind() {
                Kind::Call => walk.skip_below(),
                Kind::Identifier => names.push(node.text()),
                _ => {}
            }
        }
        assert_eq!(names, ["c"]);
    }
}
