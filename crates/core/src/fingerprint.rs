//! Fingerprints: the identity of a finding, which stays the same when the code around it moves.

use crate::budget;
use crate::diagnostic::Subject;
use crate::ir::{Lowered, Node};
use crate::language::COMMON_COMMENT_SIGNS;
use crate::lines::split_lines;
use crate::span::Span;

/// Computes a fingerprint: `1:` and 32 hexadecimal digits of blake3 over the rule's oldest id, the symbol path and the
/// subject.
///
/// Several findings of one file may have the same fingerprint; only their number is known then.
pub fn of(rule: &str, symbol: &str, subject: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in [rule, symbol, subject] {
        // The length before each part makes ("ab", "c") and ("a", "bc") different.
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    format!("1:{}", &hasher.finalize().to_hex()[..32])
}

/// The text of a subject; `node` is the smallest node that covers the span of the finding.
pub(crate) fn subject_text(subject: &Subject, file: &Lowered, node: Option<Node<'_>>, span: Span) -> String {
    match subject {
        Subject::Named(name) => name.clone(),
        Subject::Definition => String::new(),
        Subject::Tokens => {
            let tokens = node.map(|node| tokens(node, span)).unwrap_or_default();
            if tokens.is_empty() {
                folded(node.map_or(file.source.slice(span), |node| node.tree().slice(span)))
            } else {
                tokens
            }
        }
    }
}

/// The most bytes of a subject. Longer ones are cut, so that the cost of nested findings is bounded.
const MAX_SUBJECT_BYTES: usize = 64 << 10;

/// The tokens of a span joined by single spaces, without comments; empty if the span is inside a comment.
fn tokens(start: Node<'_>, span: Span) -> String {
    let vocabulary = start.dialect().vocabulary();
    let is_comment = |node: Node<'_>| vocabulary.is_comment(node.raw());
    let mut text = String::new();
    let mut comment_end = 0;
    // The nodes inside a comment are nested at most a few levels deep.
    if start.ancestors().take(4).chain([start]).any(is_comment) {
        return text;
    }
    for node in start.subtree() {
        if is_comment(node) {
            comment_end = comment_end.max(node.end());
            continue;
        }
        let own = node.span();
        if own.end > comment_end && span.contains(own) && node.is_leaf() && !own.is_empty() {
            // Each token is copied and hashed.
            budget::count(1);
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(node.text());
            if text.len() > MAX_SUBJECT_BYTES {
                break;
            }
        }
    }
    text
}

/// A text without comment signs at the start of its lines, with white space folded. The signs of all languages are
/// removed, whatever the file's language, so that fingerprints do not change when more is known about a language.
fn folded(text: &str) -> String {
    budget::count_text(text.len());
    let is_sign = |c| COMMON_COMMENT_SIGNS.iter().any(|syntax| syntax.open.contains(c));
    let mut words = Vec::new();
    for line in split_lines(text) {
        let mut line = line.trim().trim_start_matches(is_sign);
        for close in COMMON_COMMENT_SIGNS.iter().filter_map(|syntax| syntax.close) {
            line = line.trim_end_matches(close);
        }
        words.extend(line.split_whitespace());
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{RelPath, SourceFile};

    fn subject(path: &str, text: &str, of: &str) -> String {
        let file = crate::language::lower(SourceFile::new(RelPath::new(path), text).unwrap());
        let start = text.find(of).unwrap() as u32;
        let span = Span::new(start, start + of.len() as u32);
        subject_text(&Subject::Tokens, &file, file.tree().map(|tree| tree.covering(span)), span)
    }

    #[test]
    #[cfg(feature = "all-languages")]
    fn the_subject_is_the_tokens_without_comments_and_layout() {
        assert_eq!(subject("a.ts", "foo( 1,\n /* x */ b )", "foo( 1,\n /* x */ b )"), "foo ( 1 , b )");
        assert_eq!(subject("a.rs", "fn a() { /* x */ b() }", "b()"), "b ( )");
    }

    #[test]
    fn in_a_comment_the_subject_is_its_words() {
        assert_eq!(subject("a.ts", "// TODO  mend\nx", "// TODO  mend"), "TODO mend");
        assert_eq!(subject("a.rs", "/* TODO\n * mend\n */", "/* TODO\n * mend\n */"), "TODO mend");
        assert_eq!(subject("a.rs", "// a TODO b", "TODO"), "TODO");
    }

    #[test]
    fn code_in_a_comment_loses_the_signs_of_any_language() {
        let text = "/*\n * TODO mend\n *\n#[cfg(x)]\nmod y {}\n */";
        assert_eq!(subject("a.rs", text, text), "TODO mend [cfg(x)] mod y {}");
    }

    #[test]
    fn parts_of_an_identity_do_not_run_together() {
        assert_ne!(of("ab", "c", ""), of("a", "bc", ""));
        assert_eq!(of("a", "b", "c").len(), 34);
    }
}
