//! What the raw kinds of the TypeScript and JavaScript grammars are in the shared layer.

use crate::ir::{Kind, Node};

/// A raw kind that only one of the grammars has is simply never met in the other.
pub(super) const TABLE: &[(&str, &[Kind])] = &[
    ("program", &[Kind::Module]),
    ("comment", &[Kind::Comment]),
    ("call_expression", &[Kind::Call]),
    ("function_declaration", &[Kind::Function]),
    ("identifier", &[Kind::Identifier]),
];

/// Decides where the table names several kinds.
pub(super) fn refine(node: Node<'_>) -> Kind {
    let _ = node;
    Kind::Other
}
