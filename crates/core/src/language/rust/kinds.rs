//! What the raw kinds of the Rust grammar are in the shared layer.

use crate::ir::{Kind, Node};

pub(super) const TABLE: &[(&str, &[Kind])] = &[
    ("source_file", &[Kind::Module]),
    ("line_comment", &[Kind::Comment]),
    ("block_comment", &[Kind::Comment]),
    ("call_expression", &[Kind::Call]),
    ("function_item", &[Kind::Function, Kind::Method]),
    ("identifier", &[Kind::Identifier]),
];

/// Decides where the table names several kinds.
pub(super) fn refine(node: Node<'_>) -> Kind {
    let _ = node;
    Kind::Function
}
