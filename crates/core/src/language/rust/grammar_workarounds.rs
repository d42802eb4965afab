//! Workarounds for two common defects of the tree-sitter grammar, so that tolerant trees agree with strict ones.

use crate::ir::Tree;
use crate::span::Span;

/// The text with other names of the same length for macros that are named like a primitive type (`str![…]`), since the
/// grammar has no such macros; none if there are none.
pub(super) fn text(text: &str) -> Option<String> {
    let mut replaced: Option<String> = None;
    for (at, _) in text.match_indices('!') {
        let opens = text[at + 1..].trim_start().starts_with(['(', '[', '{']);
        let before = text[..at].trim_end();
        let word = before.rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default();
        if opens && is_primitive(word) {
            let start = before.len() - word.len();
            replaced.get_or_insert_with(|| text.to_owned())[start..=start].make_ascii_uppercase();
        }
    }
    replaced
}

/// Moves the start of a raw string's content back to its quote: the grammar's scanner skips white space there.
pub(super) fn raw_strings(tree: &mut Tree) {
    let vocabulary = tree.dialect().vocabulary();
    let (Some(string), Some(content)) = (vocabulary.kind("raw_string_literal"), vocabulary.kind("string_content"))
    else {
        return;
    };
    for id in 1..tree.kinds.len() {
        // The content is the first child, so it comes right after its parent.
        if tree.kinds[id] == content.0 && tree.kinds[id - 1] == string.0 {
            let (start, end) = (tree.rows[id - 1].start, tree.rows[id].start);
            if let Some(quote) = tree.slice(Span::new(start, end)).find('"') {
                tree.rows[id].start = start + quote as u32 + 1;
            }
        }
    }
}

/// True for a name of a primitive type, which has a kind of its own in the grammar.
pub(super) fn is_primitive(name: &str) -> bool {
    matches!(
        name,
        "u8" | "i8"
            | "u16"
            | "i16"
            | "u32"
            | "i32"
            | "u64"
            | "i64"
            | "u128"
            | "i128"
            | "isize"
            | "usize"
            | "f32"
            | "f64"
            | "bool"
            | "str"
            | "char"
    )
}
