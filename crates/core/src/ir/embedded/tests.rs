//! Embedded trees: their nodes, offsets, edits and lines compared with those of the same code alone.

use super::*;
use crate::ir::{FileContext, FileInput, Lowered};
use crate::language;
use crate::source::{RelPath, SourceFile};

const CODE: &[(&str, &str)] = &[
    ("ts", "const a = `x\n  ${b(1)}\n`;\n/* c\n * d */\nexport function e(f: string) {\n\n  return [f, a]; // g\n}\n"),
    ("js", "let a = <p>\n  {/* b */}\n  c\n</p>\n"),
    (
        "rust",
        "/// a\n/// b\nfn c<'d>(e: &'d str) -> usize {\n    println!(\"f\n    {}\", e);\n    let g = |h: usize,\n        i| h + i;\n\n    g(1, 2)\n}\n",
    ),
    ("rust", "macro_rules! a {\n    ($($b:expr),* $(,)?) => {\n        [$($b),*]\n    };\n}\n"),
    ("ts", "let a = ;\n(((\n"),
];

/// The text before and with the opening fence, the prefix of each line of code, and the closing fence.
const PLACES: &[(&str, &str, &str)] = &[
    ("```", "", "```"),
    ("é 𐐀\n\n  ~~~", "  ", "  ~~~"),
    ("> a\n> ```", "> ", "> ```"),
    ("1. a\n\n   ```", "   ", "   ```\n   b"),
    ("- > ```", "  > ", "  > ```"),
];

fn lower_markdown(text: &str) -> Lowered {
    let path = RelPath::new("a.md");
    let context = FileContext::of(language::host_of_path(&path));
    language::lower(FileInput::new(SourceFile::new(path, text).unwrap(), context))
}

/// A Markdown text with a block of the code.
fn around(code: &str, tag: &str, place: (&str, &str, &str), line_end: &str) -> String {
    let (open, prefix, close) = place;
    let code: String = code.split_inclusive('\n').flat_map(|line| [&*prefix, line]).collect();
    format!("# a\n\n{open}{tag} title=\"b\"\n{code}{close}\n\nc\n").replace('\n', line_end)
}

/// Runs `check` with each code parsed alone and embedded in each place.
fn in_every_place(check: impl Fn(&Lowered, &Lowered)) {
    for (tag, code) in CODE {
        for (place, line_end) in PLACES.iter().flat_map(|place| [(*place, "\n"), (*place, "\r\n")]) {
            let code = code.replace('\n', line_end);
            let alone = FileInput::of_dialect(
                SourceFile::new(RelPath::new("a"), code.as_str()).unwrap(),
                language::of_tag(tag).unwrap(),
            );
            let embedded = lower_markdown(&around(&code.replace("\r\n", "\n"), tag, place, line_end));
            assert_eq!(embedded.trees.len(), 2, "{}", embedded.source.text());
            check(&language::lower(alone), &embedded);
        }
    }
}

/// The properties of all nodes of a tree without their offsets.
fn outline(tree: &Tree) -> Vec<String> {
    let all = tree.root().subtree();
    all.map(|node| format!("{} {:?} {} {:?}", node.raw_name(), node.field(), node.is_named(), node.text())).collect()
}

#[test]
#[cfg(feature = "all-languages")]
fn an_embedded_tree_is_the_tree_of_its_text() {
    in_every_place(|alone, embedded| {
        let (own, tree) = (alone.tree().unwrap(), &embedded.trees[1]);
        assert_eq!(outline(tree), outline(own), "{}", embedded.source.text());
        assert_eq!(tree.parser(), own.parser());
        let spoken = |file: &Lowered| {
            let comments = file.comments.iter().map(|comment| file.comment_node(comment).text().to_owned());
            comments.collect::<Vec<_>>()
        };
        assert_eq!(spoken(embedded), spoken(alone));
    });
}

#[test]
#[cfg(feature = "all-languages")]
fn offsets_are_those_of_the_file() {
    in_every_place(|_, embedded| {
        let (text, tree) = (embedded.source.text(), &embedded.trees[1]);
        for node in tree.root().subtree() {
            let first_line = node.text().lines().next().unwrap_or_default();
            assert!(text[node.start() as usize..].starts_with(first_line), "{node:?} in {text}");
            assert!(tree.span().contains(node.span()), "{node:?} in {text}");
            let covering = tree.covering(node.span()).span();
            assert!(node.is_lexed() || covering == node.span(), "{node:?} in {text}");
            let parent = node.parent().map_or(tree.span(), Node::span);
            assert!(parent.contains(node.span()), "{node:?} in {text}");
            // Each character of the node has the right offset in the file.
            for (at, c) in node.text().char_indices() {
                let part = node.part_span(at..at + c.len_utf8());
                assert_eq!(text[part.start as usize..].chars().next(), Some(c), "{node:?} in {text}");
                assert_eq!(tree.slice(part), c.to_string(), "{node:?} in {text}");
            }
        }
        for comment in &embedded.comments {
            assert_eq!(comment.span, embedded.comment_node(comment).span());
        }
    });
}

#[test]
fn embedded_trees_have_no_parent_and_are_found_by_span() {
    let file = lower_markdown("```ts\na\n```\n```ts\nb\n```\n```sh\nc\n```\n");
    let trees: Vec<_> = file.trees.iter().map(|tree| (tree.dialect().name, tree.root().text())).collect();
    assert_eq!(trees, [("markdown", &**file.source.text()), ("typescript", "a\n"), ("typescript", "b\n")]);
    for tree in &file.trees {
        assert_eq!(tree.root().parent(), None);
        let known = file.tables(tree.root()).map(|(known, _)| std::ptr::eq(known, tree));
        assert_eq!(known, Some(true));
        let around = file.tree_around(tree.span()).unwrap();
        assert!(std::ptr::eq(around, tree), "{tree:?}");
    }
    assert_eq!(file.tree_around(Span::new(0, 8)).unwrap().dialect().name, "markdown");
    assert_eq!(file.tree_around(Span::new(7, 20)).unwrap().dialect().name, "markdown");
}

#[test]
#[cfg(feature = "all-languages")]
fn embedded_code_that_does_not_parse_is_no_error_of_the_file() {
    let file = lower_markdown("```ts\nlet a = ;\n```\n> ```rust\n> fn (\n> ```\n");
    assert_eq!((file.trees.len(), file.problems.len(), file.degraded.len()), (3, 0, 0));
    let deep = lower_markdown(&format!("```js\n{}\n```\n", "(".repeat(100_000)));
    let problems: Vec<_> = deep.problems.iter().map(|problem| (problem.kind, problem.span.start)).collect();
    assert_eq!(problems, [(crate::ir::ProblemKind::TooDeep, 6)]);
}

/// The code of the first block after an edit of it, applied to the text of the file.
fn edited(file: &Lowered, span: Span, put_in: &str) -> Option<String> {
    let host = file.source.text();
    let (span, text) = file.trees[1].edit_in_host(host, span, put_in.to_owned())?;
    let result = format!("{}{text}{}", &host[..span.start as usize], &host[span.end as usize..]);
    let pieces = file.trees[0].dialect().language.embedded(&result);
    let [piece] = &pieces[..] else { panic!("{result}") };
    Some(piece.text(&result))
}

#[test]
#[cfg(feature = "all-languages")]
fn an_edit_does_to_the_host_what_it_does_to_the_code() {
    in_every_place(|alone, embedded| {
        let code = alone.source.text();
        let nodes = alone.tree().unwrap().root().subtree().map(Node::span);
        let spans: std::collections::BTreeSet<Span> = nodes.flat_map(|span| [span, Span::empty(span.start)]).collect();
        let tree = &embedded.trees[1];
        let place = |own: u32| tree.offset_after(tree.span().start, own as usize);
        for span in spans {
            for put_in in ["", "x", "x\n  y\n\nz", "x;\n"] {
                let expected = format!("{}{put_in}{}", &code[..span.start as usize], &code[span.end as usize..]);
                let host_span = Span::new(place(span.start), place(span.end));
                // Without a line end, the closing fence would be in the last line of the code.
                if let Some(result) = edited(embedded, host_span, put_in) {
                    assert_eq!(result, expected, "{put_in:?} at {span:?} in {}", embedded.source.text());
                } else {
                    let is_end = span.end as usize == code.len() && !put_in.ends_with('\n');
                    assert!(is_end, "{put_in:?} at {span:?} in {}", embedded.source.text());
                }
            }
        }
    });
}

#[test]
fn lines_are_deleted_with_their_prefixes() {
    let check = |text: &str, deleted: &str, expected: &str| {
        let file = lower_markdown(text);
        let start = text.find(deleted).unwrap() as u32;
        let span = file.trees[1].with_lines(Span::new(start, start + deleted.len() as u32));
        let (span, put_in) = file.trees[1].edit_in_host(text, span, String::new()).unwrap();
        assert_eq!(format!("{}{put_in}{}", &text[..span.start as usize], &text[span.end as usize..]), expected);
    };
    check("> ```ts\n> a;\n>   b;\n> c;\n> ```\n", "b;", "> ```ts\n> a;\n> c;\n> ```\n");
    check("> ```ts\n> a;\n> b;\n> ```\n", "b;", "> ```ts\n> a;\n> ```\n");
    check("> ```ts\n> a;\n> ```\n", "a;", "> ```ts\n> ```\n");
    check("```ts\na;\n```\n", "a;", "```ts\n```\n");
    check("> ```ts\n> a; b;\n> ```\n", "b;", "> ```ts\n> a;\n> ```\n");
}

#[test]
fn an_edit_without_an_equivalent_in_the_host_is_refused() {
    let check = |text: &str, replaced: &str, put_in: &str| {
        let file = lower_markdown(text);
        let start = text.find(replaced).unwrap() as u32;
        let span = Span::new(start, start + replaced.len() as u32);
        assert_eq!(file.trees[1].edit_in_host(text, span, put_in.to_owned()), None, "{put_in:?} in {text}");
    };
    check("```ts\na;\n```\n", "a;\n", "b;");
    check("```ts\na; b;\n```\n", " b;\n", "");
    check("> ```ts\n>a;\n> ```\n", "a;", "  b;");
    check("> ```ts\n>a b;\n> ```\n", "a", "");
    check("> ```ts\n> a;\n> ```\n", "a", "b\rc");
    check("a ```\n```ts\nb;\n```\n", "a", "");
}
