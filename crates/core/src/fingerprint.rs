//! Fingerprints: the identity of a finding, which stays the same when the code around it moves.

use crate::budget;
use crate::diagnostic::Subject;
use crate::ir::{Kind, Lowered, Node, view};
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
            let tokens = node.map(|node| tokens(node, span, file)).unwrap_or_default();
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

/// The tokens of a span joined by single spaces, without comments and without bodies, since an edit in the body of what
/// is found does not make another finding; with the bodies if nothing else is in the span. Empty if the span is inside a
/// comment.
fn tokens(start: Node<'_>, span: Span, file: &Lowered) -> String {
    let vocabulary = start.dialect().vocabulary();
    let is_comment = |node: Node<'_>| vocabulary.is_comment(node.raw());
    // The nodes inside a comment are nested at most a few levels deep.
    if start.ancestors().take(4).chain([start]).any(is_comment) {
        return String::new();
    }
    let head = joined(start, span, |node| is_comment(node) || is_body(node, span, file));
    if head.is_empty() { joined(start, span, is_comment) } else { head }
}

/// True if a node in the span is the body of something in it: of a definition, the content of an element, or a block, a
/// literal of an object or a list, a text or an element of more than one line. A closure on one line is no body: it is an
/// argument like others, and often all that distinguishes two calls.
fn is_body(node: Node<'_>, span: Span, file: &Lowered) -> bool {
    // The code that is found is never the body of something else.
    if node.is_leaf() && node.text_len() < 2 || node.span() == span {
        return false;
    }
    let lines = file.source.lines();
    let last_line = || lines.line(node.end().saturating_sub(1).max(node.start()));
    let has_lines = || lines.line(node.start()) != last_line();
    let parent = node.parent();
    if let Some(parent) = parent.filter(|parent| span.contains(parent.span())) {
        let is_callable_body = || view::Callable::cast(parent).and_then(view::Callable::body) == Some(node);
        match parent.kind() {
            Kind::Function | Kind::Method if is_callable_body() => return true,
            Kind::Lambda if lines.line(parent.start()) != last_line() && is_callable_body() => return true,
            Kind::Class | Kind::Interface | Kind::Enum if is_in_brackets(node) => return true,
            Kind::Jsx if parent.children_with_tokens().next().is_some_and(|first| !first.is_leaf()) => {
                // The opening and the closing part of an element.
                return node.prev_sibling().is_some() && node.next_sibling().is_some();
            }
            _ => {}
        }
    }
    let is_long = match node.kind() {
        Kind::Block | Kind::Object | Kind::Array | Kind::Template | Kind::String | Kind::Jsx => true,
        _ => node.is_named() && is_in_brackets(node),
    };
    is_long && has_lines()
}

/// True if a node is a list or a block in brackets. Arguments in parentheses are a part of the head: they say what is
/// called.
fn is_in_brackets(node: Node<'_>) -> bool {
    let text = node.text();
    (text.starts_with('{') && text.ends_with('}')) || (text.starts_with('[') && text.ends_with(']'))
}

/// The tokens of a span joined by single spaces, without those in nodes that are left out.
fn joined<'t>(start: Node<'t>, span: Span, is_left_out: impl Fn(Node<'t>) -> bool) -> String {
    let mut text = String::new();
    let mut open = vec![start];
    while let Some(node) = open.pop() {
        let own = node.span();
        if own.is_empty() || own.end <= span.start || own.start >= span.end || is_left_out(node) {
            continue;
        }
        // Each token is copied and hashed.
        budget::count(1);
        if !node.is_leaf() {
            let first = open.len();
            open.extend(node.children_with_tokens());
            open[first..].reverse();
        } else if span.contains(own) {
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
    #[cfg(feature = "all-languages")]
    fn the_subject_has_no_bodies() {
        let whole = |path: &str, text: &str| subject(path, text, text);
        let page = "export default function Page() {\n  return 1;\n}";
        assert_eq!(whole("a.ts", page), "export default function Page ( )");
        assert_eq!(whole("a.ts", "class A extends B { x = 1; f() { g() } }"), "class A extends B");
        assert_eq!(whole("a.ts", "f(1, () => {\n  g();\n})"), "f ( 1 , ( ) => )");
        assert_eq!(whole("a.ts", "f(1, () => g(2))"), "f ( 1 , ( ) => g ( 2 ) )");
        assert_eq!(whole("a.ts", "f(x =>\n  g(2)\n)"), "f ( x => )");
        assert_eq!(whole("a.ts", "f({\n  a: 1,\n}, `a\n${b}`, [\n 1 ])"), "f ( , , )");
        assert_eq!(whole("a.ts", "if (a) {\n  b();\n} else {\n  c();\n}"), "if ( a ) else");
        assert_eq!(whole("a.tsx", "<A\n  b={1}\n>\n  text {c}\n</A>"), "< A b = { 1 } > </ A >");
        assert_eq!(whole("a.tsx", "<A b={1} />"), "< A b = { 1 } />");
        assert_eq!(
            subject("a.rs", "fn f() { a(|s| {\n s.b(1);\n}).unwrap() }", "a(|s| {\n s.b(1);\n}).unwrap()"),
            "a ( | s | ) . unwrap ( )"
        );
        assert_eq!(whole("a.rs", "impl A for B {\n  fn f() {}\n}"), "impl A for B");
        assert_eq!(whole("a.py", "def f(a):\n  return 1\n".trim_end()), "def f ( a ) :");
    }

    #[test]
    #[cfg(feature = "all-languages")]
    fn where_bodies_are_all_that_there_is_they_are_the_subject() {
        assert_eq!(subject("a.ts", "x = {\n  a: 1\n}", "{\n  a: 1\n}"), "{ a : 1 }");
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
