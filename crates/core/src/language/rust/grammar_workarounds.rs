//! Two defects of the grammar that are common enough to be mended in tolerant trees, so that both parsers are right.

use crate::ir::Tree;
use crate::span::Span;

/// The text with macros that are called like a primitive type (`str![…]`) called by another word of that length, for
/// the grammar knows no such macro; none when there are none.
pub(super) fn text(text: &str) -> Option<String> {
    let mut mended: Option<String> = None;
    for (at, _) in text.match_indices('!') {
        let opens = text[at + 1..].trim_start().starts_with(['(', '[', '{']);
        let before = text[..at].trim_end();
        let word = before.rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default();
        if opens && is_primitive(word) {
            let start = before.len() - word.len();
            mended.get_or_insert_with(|| text.to_owned())[start..=start].make_ascii_uppercase();
        }
    }
    mended
}

/// Lets the content of a raw string start at its quote: the grammar's scanner passes over white space there.
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

/// The names of types that are kinds of their own.
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
