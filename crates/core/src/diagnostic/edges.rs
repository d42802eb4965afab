//! The edges of an edit: tokens that its text would form with the code beside it, and the space that prevents it.
//!
//! `return!!a` without `!!` is not `returna`, and `a/(/x/)` without its parentheses does not start a comment.

use crate::diagnostic::Edit;
use crate::ir::{Node, Tree};
use crate::span::Span;

/// The token that contains both the byte before `at` and the byte after it; none if a token starts or ends there.
pub(crate) fn token_across(tree: &Tree, at: u32) -> Option<Node<'_>> {
    let around = Span::new(at.checked_sub(1)?, at + 1);
    if !tree.span().contains(around) {
        return None;
    }
    // The innermost stored node around both bytes, and its last child that starts before them.
    let mut before = None;
    let mut node = tree.last_starting(around.start);
    while !node.span().contains(around) {
        before = Some(node);
        node = node.parent()?;
    }
    let mut tokens = match before {
        Some(before) => before.next_siblings(),
        None if node.is_leaf() => return Some(node),
        None => node.children_with_tokens(),
    };
    tokens.find(|token| token.end() > at || token.start() >= at).filter(|token| token.start() < at && token.is_leaf())
}

/// Adds a space to the start and to the end of the text of an edit where it would form one token with the code beside it.
pub(super) fn set_apart(edit: &mut Edit, tree: &Tree) {
    let extent = tree.span();
    if edit.span.is_empty() && edit.text.is_empty() || !extent.contains(edit.span) {
        return;
    }
    let near = |span: Span| tree.slice(span);
    let before = near(Span::new(floor(tree, edit.span.start), edit.span.start));
    let after = near(Span::new(edit.span.end, ceiling(tree, edit.span.end)));
    // What is put into the middle of a token (a part of a string) belongs to it.
    if edit.text.is_empty() {
        let is_within = || [edit.span.start, edit.span.end].into_iter().any(|at| token_across(tree, at).is_some());
        if forms_token(before, after, tree) && !is_within() {
            edit.text.push(' ');
        }
        return;
    }
    if forms_token(before, &edit.text, tree) && token_across(tree, edit.span.start).is_none() {
        edit.text.insert(0, ' ');
        for kept in &mut edit.kept {
            kept.new = kept.new.shifted(1);
        }
    }
    if forms_token(&edit.text, after, tree) && token_across(tree, edit.span.end).is_none() {
        edit.text.push(' ');
    }
}

/// The most bytes of a token that is no word, and of a character.
const MAX_SIGN_BYTES: u32 = 4;

/// The start of a piece of the tree's text that ends at `at` and has at least one whole character.
fn floor(tree: &Tree, at: u32) -> u32 {
    let from = at.saturating_sub(MAX_SIGN_BYTES).max(tree.span().start);
    (from..at).find(|from| !tree.slice(Span::new(*from, at)).is_empty()).unwrap_or(at)
}

/// The end of a piece of the tree's text that starts at `at` and has at least one whole character.
fn ceiling(tree: &Tree, at: u32) -> u32 {
    let to = (at + MAX_SIGN_BYTES).min(tree.span().end);
    (at + 1..=to).rev().find(|to| !tree.slice(Span::new(at, *to)).is_empty()).unwrap_or(at)
}

/// True if a token may consist of the end of one text and the start of the other: a word, a sign of the grammar, or the
/// sign of a comment.
fn forms_token(first: &str, second: &str, tree: &Tree) -> bool {
    let (Some(last), Some(next)) = (first.chars().next_back(), second.chars().next()) else { return false };
    let language = tree.dialect().language;
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || language.syntax().names.letters.contains(&c);
    if is_word(last) && is_word(next) {
        return true;
    }
    if is_word(last) || is_word(next) || last.is_whitespace() || next.is_whitespace() {
        return false;
    }
    let signs = tree.dialect().vocabulary().tokens().map(|(sign, _)| sign);
    let comments = language.syntax().comments.iter().map(|comment| comment.open);
    signs.chain(comments).any(|sign| {
        let mut cuts = (1..sign.len()).filter(|cut| sign.is_char_boundary(*cut));
        cuts.any(|cut| first.ends_with(&sign[..cut]) && second.starts_with(&sign[cut..]))
    })
}

#[cfg(test)]
#[cfg(feature = "ecmascript")]
mod tests {
    use super::*;
    use crate::source::{RelPath, SourceFile};

    /// Checks the text after `[…]` in `text` is replaced by `put`, with the spaces that it needs.
    #[track_caller]
    fn check(path: &str, text: &str, put: &str, expected: &str) {
        let (start, end) = (text.find('[').unwrap() as u32, text.find(']').unwrap() as u32 - 1);
        let text = text.replace(['[', ']'], "");
        let file = crate::language::lower(SourceFile::new(RelPath::new(path), text.as_str()).unwrap());
        let span = Span::new(start, end);
        let mut edit = Edit::new(span, put);
        set_apart(&mut edit, file.tree_around(span).unwrap());
        assert_eq!(crate::diagnostic::apply(&text, &[edit]), expected, "{text}");
    }

    #[test]
    fn a_text_is_set_apart_from_words_and_signs_that_it_would_extend() {
        check("a.ts", "return[!!a] ? 1 : 2", "a", "return a ? 1 : 2");
        check("a.ts", "x = [(a)]in b", "a", "x = a in b");
        check("a.ts", "x = [(a)]instanceof(b)", "a", "x = a instanceof(b)");
        check("a.ts", "y = a/[(/x/.n)]", "/x/.n", "y = a/ /x/.n");
        check("a.ts", "y = -[(-x)]", "-x", "y = - -x");
        check("a.ts", "y = x[(++)]+z", "+", "y = x+ +z");
        check("a.ts", "y = -[(x)]", "x", "y = -x");
        check("a.ts", "y = ![(!x)]", "!x", "y = !!x");
        check("a.ts", "y = [!!a]", "a", "y = a");
        check("a.ts", "y = \"a[b]c\"", "d", "y = \"adc\"");
        check("a.ts", "y = \"a[b]c\"", "", "y = \"ac\"");
        check("a.ts", "return[!!]a", "", "return a");
        check("a.ts", "y = a[/* b */]/ c", "", "y = a/ c");
        check("a.ts", "y = +[(1) -]+2", "", "y = + +2");
        check("a.ts", "y = été[(!!a)]", "ä", "y = été ä");
        check("a.ts", "[it.only](\"\")", "it", "it(\"\")");
        check("a.ts", "[a]", "b", "b");
    }

    #[test]
    #[cfg(feature = "all-languages")]
    fn every_language_has_words_and_signs() {
        check("a.py", "return[(a)]", "a", "return a");
        check("a.py", "x = 1 if[(a)]else 2", "a", "x = 1 if a else 2");
        check("a.rs", "fn f() { return[(a)] }", "a", "fn f() { return a }");
        check("a.rs", "fn f() { a /[(*b)] }", "*b", "fn f() { a / *b }");
    }

    #[test]
    fn the_token_around_a_byte() {
        let file = SourceFile::new(RelPath::new("a.ts"), "foo(a==b, 'x y'); // c d\n").unwrap();
        let file = crate::language::lower(file);
        let tree = file.tree().unwrap();
        let across = |at| token_across(tree, at).map(Node::text);
        let found = [0, 1, 3, 4, 5, 6, 7, 9, 12, 17, 22].map(across);
        let comment = Some("// c d");
        assert_eq!(found, [None, Some("foo"), None, None, None, Some("=="), None, None, Some("x y"), None, comment]);
    }
}
