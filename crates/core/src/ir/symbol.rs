//! Symbol paths: the enclosing definitions and titled tests of a place, never the file.

use crate::ir::Node;

/// The path of the place: enclosing definitions and titled tests from the outside in, `node` included when it is one
/// (`Class.method`, `describe("a").it("b")`).
pub fn path(node: Node<'_>) -> String {
    let _ = node;
    String::new()
}
