//! The identity of a finding: what stays the same when code around it moves.

use crate::budget;
use crate::diagnostic::Subject;
use crate::ir::{CommentSyntax, Kind, Lowered, Node, Tree};
use crate::span::Span;

/// `1:` and 32 hexadecimal digits of blake3 over the rule's oldest id, the symbol path and the subject.
///
/// Equal fingerprints in one file are told apart by their count alone.
pub fn of(rule: &str, symbol: &str, subject: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in [rule, symbol, subject] {
        // A length before each part keeps ("ab", "c") and ("a", "bc") apart.
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    format!("1:{}", &hasher.finalize().to_hex()[..32])
}

/// The text that a subject stands for, of a finding whose span `node` is the smallest one to cover.
pub(crate) fn subject_text(subject: &Subject, file: &Lowered, node: Option<Node<'_>>, span: Span) -> String {
    match subject {
        Subject::Named(name) => name.clone(),
        Subject::Definition => String::new(),
        Subject::Tokens => {
            let tokens = node.map(|node| tokens(node, span)).unwrap_or_default();
            let tree = node.map(Node::tree);
            if tokens.is_empty() { folded(file, tree, span) } else { tokens }
        }
    }
}

/// Longer subjects are cut, so that findings in each other cost no more than findings beside each other.
const LONGEST: usize = 64 << 10;

/// The tokens of a span joined by one space, without comments; empty when the span lies in one.
fn tokens(start: Node<'_>, span: Span) -> String {
    let mut text = String::new();
    let mut comment_end = 0;
    // Comments have few levels.
    if start.ancestors().take(4).chain([start]).any(|node| node.kind() == Kind::Comment) {
        return text;
    }
    for node in start.subtree() {
        if node.kind() == Kind::Comment {
            comment_end = comment_end.max(node.end());
        }
        let inside = span.contains(node.span()) && node.end() > comment_end;
        if inside && node.is_leaf() && node.kind() != Kind::Comment && !node.span().is_empty() {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(node.text());
            if text.len() > LONGEST {
                break;
            }
        }
    }
    text
}

/// A text without the signs of the comment that it lies in, white space folded.
fn folded(file: &Lowered, tree: Option<&Tree>, span: Span) -> String {
    budget::count_text(span.range().len());
    let at = file.comments.partition_point(|comment| comment.span.start <= span.start);
    let comment = at.checked_sub(1).map(|at| file.comment_node(&file.comments[at]));
    let comment = comment.filter(|comment| comment.span().contains(span));
    let all = comment.map_or(&[][..], |comment| comment.language().syntax().comments);
    let own = comment.and_then(|comment| CommentSyntax::exact(all, comment.text()));
    let mut words = Vec::new();
    for line in tree.map_or(file.source.slice(span), |tree| tree.slice(span)).lines() {
        let line = line.trim().trim_start_matches(|c| own.is_some_and(|own| own.is_sign_among(all, c)));
        let close = own.and_then(|own| own.close).unwrap_or_default();
        words.extend(line.strip_suffix(close).unwrap_or(line).split_whitespace());
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
    fn parts_of_an_identity_do_not_run_together() {
        assert_ne!(of("ab", "c", ""), of("a", "bc", ""));
        assert_eq!(of("a", "b", "c").len(), 34);
    }
}
