//! Directives: the strings that come first in a program or in a function, such as `"use strict"`.

use crate::ir::{LeadingString, Node, Tree};

/// The directives of a tree, in order.
pub(super) fn of(tree: &Tree) -> Vec<LeadingString> {
    let vocabulary = tree.dialect().vocabulary();
    let (program, block) = (vocabulary.kind("program"), vocabulary.kind("statement_block"));
    let may_have = |node: &Node<'_>| {
        let kind = Some(node.raw());
        kind == program || kind == block && node.parent().is_some_and(|parent| parent.kind().is_callable())
    };
    tree.nodes().filter(may_have).flat_map(prologue).collect()
}

/// The directives at the start of one program or body.
fn prologue(body: Node<'_>) -> impl Iterator<Item = LeadingString> {
    let code = body.children().filter(|child| !child.is_extra() && child.raw_name() != "hash_bang_line");
    code.take_while(|statement| {
        let mut parts = statement.children();
        statement.raw_name() == "expression_statement"
            && parts.next().is_some_and(|first| first.raw_name() == "string")
            && parts.all(Node::is_extra)
    })
    .map(|statement| LeadingString { span: statement.span(), documents: false })
}
