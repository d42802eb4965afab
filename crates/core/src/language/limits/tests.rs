//! What the scan counts, and what it must not count.

use super::*;
use crate::language;
use crate::source::{RelPath, SourceFile};

fn depth(tag: &str, text: &str) -> Depth {
    let dialect = language::of_tag(tag).unwrap();
    dialect.language.depth(dialect, text)
}

fn check_deep(tag: &str, before: &str, open: &str, close: &str) {
    for (count, strict) in [(20, true), (1100, false), (20_000, false)] {
        let text = format!("{before}{}a{}", open.repeat(count), close.repeat(count));
        let found = depth(tag, &text);
        assert!(found.strict_ok == strict, "{open} x {count}: {found:?}");
        assert!(found.tolerant_ok == (count < 20_000) || count == 1100, "{open} x {count}: {found:?}");
    }
}

fn check_flat(tag: &str, line: &str) {
    let found = depth(tag, &line.repeat(400));
    assert!(found.strict_ok && found.unclosed == 0 && found.nesting < 20, "{line}: {found:?}");
}

#[test]
fn what_nests_is_deep() {
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{", "}"),
        ("f(", ")"),
        ("`${", "}`"),
        ("A<", ">"),
        ("a+", ""),
        ("a=>", ""),
        ("a?b:", ""),
        ("!", ""),
        ("await ", ""),
        ("new ", ""),
        ("a.", ""),
        ("a=", ""),
        ("if(a)", ""),
        ("if(a)b();else ", ""),
        ("if(a){b()}else ", ""),
        ("for(;;)", ""),
        ("A<B,", ""),
        ("{a:", "}"),
        ("-", ""),
        ("readonly ", ""),
        ("@", ""),
    ] {
        check_deep("ts", "x=", open, close);
        check_deep("tsx", "x=", open, close);
        check_deep("js", "x=", open, close);
    }
    check_deep("js", "x=", "<a>", "</a>");
    check_deep("tsx", "x=", "<a b={", "}/>");
    for (open, close) in [
        ("(", ")"),
        ("{", "}"),
        ("A<", ">"),
        ("&", ""),
        ("!", ""),
        ("a+", ""),
        ("|a|", ""),
        ("|a,b|", ""),
        ("a::", ""),
        ("if a {} else ", ""),
        ("match a{b=>", "}"),
        ("if let A=b {", "}"),
        ("m!(", ")"),
        ("a.", ""),
        ("return ", ""),
        ("*const ", ""),
        ("a@", ""),
        ("a.0.0", ""),
    ] {
        check_deep("rust", "let x=", open, close);
    }
}

#[test]
fn what_goes_on_is_flat() {
    for line in [
        "a = b + c\n",
        "a.b(c).d()\n",
        "if (a) b()\n",
        "if (a) { b() } else { c() }\n",
        "const f = (a) => a + 1;\n",
        "x = '(' + \"[\" + `{`;\n",
        "// ( [ {\n",
        "/* ( */\n",
        "x = /[(]\\/(/g.test(a)\n",
        "x = a / b / c;\n",
        "i++\n",
        "switch (a) { case 1: case 2: b(); default: c }\n",
        "for (let i = 0; i < n; i++) a()\n",
        "label: a()\n",
        "export default 1\n",
        "return a\n",
        "x = await b\n",
        "f(a < b, c > d)\n",
        "x = { a: 1, b: [2], c() {} }\n",
        "class A { @a b() {} @c() d() {} }\n",
    ] {
        check_flat("ts", line);
        check_flat("tsx", line);
        check_flat("js", line);
    }
    check_flat("ts", "interface A { a: string\n b?: (c: D) => void\n e: F<G<H>>\n }\n");
    check_flat("ts", "x = <A>b;\n");
    check_flat("tsx", "x = <p className=\"(\">don't :( {a} <b/></p>;\n");
    check_flat("tsx", "const f = <T,>(a: T) => a;\nconst g = <T extends B>(a: T) => a;\n");
    for line in [
        "let x: A<'a, B<C>> = b;\n",
        "fn f<'a>(a: &'a str) -> Option<&'a str> { a }\n",
        "let c = ['(', '\\'', 'é'];\n",
        "let s = r#\"(\"(\"#;\n",
        "let s = b\"(\\\"(\";\n",
        "/* ( /* [ */ */\n",
        "f(|a, b| a + b, |c| c);\n",
        "if a < b { c() } else if d { e() }\n",
        "#[a]\nfn f() {}\n",
        "match a { A | B => c, | D => e, _ => f }\n",
        "a.b()?.c();\n",
        "*a = b;\n",
        "impl<T: A> B for C<T> where T: D {}\n",
        "'a: loop { break 'a; }\n",
        "x = 1.0 + 2.5;\n",
        "const A: *const u8 = b;\n",
        "match a { b @ 1 => c, d @ 2 => e }\n",
    ] {
        check_flat("rust", line);
    }
}

#[test]
fn unions_of_types_are_lists() {
    let union = format!("type X = {}'z';", "'a' | ".repeat(5000));
    assert!(depth("ts", &union).strict_ok);
    assert!(!depth("ts", &format!("x = {}z;", "a | ".repeat(5000))).strict_ok);
}

#[test]
fn no_text_is_too_strange() {
    for text in [
        "",
        "'",
        "\"",
        "`",
        "/",
        "<",
        "\\",
        "r#",
        "b'",
        "'\\",
        "/*",
        "}",
        ")",
        "`${",
        "<a",
        "é",
        "#!",
        "$",
        "1.",
        "'\u{1F600}",
    ] {
        for tag in ["ts", "tsx", "js", "rust"] {
            for end in 1..=3 {
                assert!(depth(tag, &text.repeat(end)).tolerant_ok);
            }
        }
    }
}

#[test]
fn brackets_without_partners_are_bounded() {
    for tag in ["ts", "tsx", "js", "rust"] {
        for bracket in [")", "]", "}"] {
            assert!(depth(tag, &bracket.repeat(100)).tolerant_ok, "{tag} {bracket}");
            assert!(!depth(tag, &bracket.repeat(100_000)).tolerant_ok, "{tag} {bracket}");
        }
    }
}

/// Asserts that the strict parser may have the text, or may not.
#[track_caller]
fn check_tried(tag: &str, text: &str, strict: bool) {
    let found = depth(tag, text);
    assert!(found.tolerant_ok && found.strict_ok == strict, "{found:?}");
}

#[test]
fn parentheses_around_a_megabyte_are_not_read_again_and_again() {
    let long = format!("[{}]", "1,".repeat(200_000));
    for tag in ["ts", "tsx", "js"] {
        let nested = |open: &str, close: &str| format!("x={}{long}{};", open.repeat(20), close.repeat(20));
        check_tried(tag, &nested("(a=", ")"), false);
        check_tried(tag, &nested("async(a,", ")"), false);
        check_tried(tag, &nested("({a:", "})"), false);
        check_tried(tag, &nested("a?(b):c=>", ""), false);
        // These are no parameters.
        check_tried(tag, &nested("(", ")"), true);
        check_tried(tag, &nested("f(a,", ")"), true);
        check_tried(tag, &nested("(function(){", "})()"), true);
        check_tried(tag, &nested("(()=>{", "})()"), true);
    }
    check_tried("ts", &format!("x={}{long};", "a<".repeat(20)), false);
    check_tried("rust", &format!("fn f() {{ let x = {}{long}; }}", "a<".repeat(20)), true);
}

#[test]
fn short_texts_that_are_parsed_unscanned_are_answered_as_the_scan_says() {
    for (open, close) in [("(", ")"), ("[", "]"), ("`${", "}`"), ("a=>", ""), ("!", ""), ("a.b().", ""), ("a+", "")] {
        for count in [50, 150, 300, 1500, 4000] {
            let text = format!("x={}a{};", open.repeat(count), close.repeat(count));
            let source = SourceFile::new(RelPath::new("a.ts"), text.clone()).unwrap();
            let problems: Vec<_> = language::lower(source).problems.iter().map(|problem| problem.kind).collect();
            let found = depth("ts", &text);
            let expected = match (found.strict_ok, found.tolerant_ok) {
                (true, _) => vec![],
                (_, true) => vec![ProblemKind::NestingLimit],
                (_, false) => vec![ProblemKind::TooDeep],
            };
            assert_eq!(problems, expected, "{open} x {count}");
        }
    }
}

#[test]
fn megabytes_of_elements_and_attributes_are_tokens_too() {
    for (one, tokens) in [("<b/>", 4), ("<b></b>", 4), ("<b c/>", 6), ("<b c='d'/>", 6)] {
        let text = format!("x=<a>{}</a>;", one.repeat(1000));
        assert!(depth("tsx", &text).tokens >= 1000 * tokens, "{one}");
    }
}
