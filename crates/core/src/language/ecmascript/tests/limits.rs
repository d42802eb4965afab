//! Tests of the depth scan: texts that are deep, and texts that are not.

use crate::ir::ProblemKind;
use crate::language;
use crate::language::checks::{check_deep, check_flat, check_strict_ok, depth};
use crate::source::{RelPath, SourceFile};

#[test]
fn nested_code_is_deep() {
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
}

#[test]
fn repeated_code_is_flat() {
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
}

#[test]
fn unions_of_types_are_lists() {
    let union = format!("type X = {}'z';", "'a' | ".repeat(5000));
    assert!(depth("ts", &union).strict_ok);
    assert!(!depth("ts", &format!("x = {}z;", "a | ".repeat(5000))).strict_ok);
}

#[test]
fn nested_attempts_around_long_text_are_refused() {
    let long = format!("[{}]", "1,".repeat(200_000));
    for tag in ["ts", "tsx", "js"] {
        let nested = |open: &str, close: &str| format!("x={}{long}{};", open.repeat(20), close.repeat(20));
        check_strict_ok(tag, &nested("(a=", ")"), false);
        check_strict_ok(tag, &nested("async(a,", ")"), false);
        check_strict_ok(tag, &nested("({a:", "})"), false);
        check_strict_ok(tag, &nested("a?(b):c=>", ""), false);
        // These cannot be parameters of an arrow function.
        check_strict_ok(tag, &nested("(", ")"), true);
        check_strict_ok(tag, &nested("f(a,", ")"), true);
        check_strict_ok(tag, &nested("(function(){", "})()"), true);
        check_strict_ok(tag, &nested("(()=>{", "})()"), true);
    }
    check_strict_ok("ts", &format!("x={}{long};", "a<".repeat(20)), false);
}

#[test]
fn unscanned_texts_have_the_problems_of_scanned_ones() {
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
fn elements_and_attributes_count_as_tokens() {
    for (one, tokens) in [("<b/>", 4), ("<b></b>", 4), ("<b c/>", 6), ("<b c='d'/>", 6)] {
        let text = format!("x=<a>{}</a>;", one.repeat(1000));
        assert!(depth("tsx", &text).tokens >= 1000 * tokens, "{one}");
    }
}

#[test]
fn slow_texts_have_no_stack_bound() {
    let units = |text: &str| language::of_tag("ts").unwrap().language.stack_units(text);
    assert_eq!(units("f(a)"), Some(7));
    assert_eq!(units(&"1".repeat((64 << 10) + 1)), None);
    assert_eq!(units(&"(a=".repeat(1500)), None);
}
