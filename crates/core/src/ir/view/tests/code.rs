//! Questions about what code does, says and measures.

use super::{check_view, check_views, find, lower, shown};
use crate::ir::view::{Key, ask};
use crate::ir::{FileInput, Kind, symbol};
use crate::language;
use crate::names::{calls, refers_to_import};

#[test]
fn keys_are_found_by_name_and_say_their_kinds() {
    assert_eq!(Key::named("lines"), Some(Key::Lines));
    assert_eq!(Key::named("colour"), None);
    assert!(Key::Async.kinds().contains(&Kind::Lambda));
    assert!(Key::Test.kinds().is_empty() && Key::Import.kinds().is_empty());
    assert_eq!(Key::names().count(), Key::ALL.len());
    // A node whose view lacks the key has no answer.
    check_view("ts", "f()", "call_expression", "async", "-");
}

#[test]
fn literals_hold_what_stands_between_their_quotes() {
    check_view("ts", "'a\\n'", "string", "value", "a\\n");
    check_view("ts", "''", "string", "value", "");
    check_view("ts", "`a${b}`", "template_string", "value", "a${b}");
    check_view("ts", "/a/g", "regex", "value", "a");
    check_view("ts", "/a/g", "regex", "raw", "/a/g");
    check_view("ts", "0x1F", "number", "value", "0x1F");
    check_view("rust", "const A: &str = r#\"a\"b\"#;", "raw_string_literal", "value", "a\"b");
    check_view("rust", "const A: &[u8] = b\"ab\";", "string_literal", "value", "ab");
    check_view("rust", "const A: &str = \"\";", "string_literal", "value", "");
}

#[test]
fn callees_are_plain_names() {
    check_views(
        "ts",
        "call_expression",
        "callee",
        &[
            ("a?.b ( 1 )", "a.b"),
            ("a\n  .b<T>(1)", "a.b"),
            ("a!.b()", "a.b"),
            ("a?.()", "a"),
            ("a?.[0]()", "a[0]"),
            ("(await a).b()", "(await a).b"),
            ("a /* c */ .b()", "a.b"),
            ("tag`x`", "tag"),
            ("require('m')", "require"),
            ("import('m')", "import"),
        ],
    );
    check_view("ts", "new a.B<T>(1, c)", "new_expression", "callee", "a.B");
    check_view("ts", "new a.B<T>(1, c)", "new_expression", "arguments", "[1, c]");
    check_view("ts", "a.b?.c(d)", "call_expression", "receiver", "a.b");
    check_view("ts", "c(d)", "call_expression", "receiver", "-");
    check_view("ts", "tag`x`", "call_expression", "arguments", "[`x`]");
    check_views(
        "rust",
        "call_expression",
        "callee",
        &[
            ("fn f() { a::b::<T>() }", "a::b"),
            ("fn f() { x.y(1) }", "x.y"),
            ("fn f() { x.y::<T>(1) }", "x.y"),
            ("fn f() { Vec::<T>::new() }", "Vec::new"),
        ],
    );
    check_view("rust", "fn f() { x.y::<T>(1, /* a */ z) }", "call_expression", "receiver", "x");
    check_view("rust", "fn f() { x.y::<T>(1, /* a */ z) }", "call_expression", "arguments", "[1, z]");
    check_view("rust", "fn f() { std::println!(1) }", "macro_invocation", "callee", "std::println");
}

#[test]
fn comments_are_read_without_their_signs() {
    check_view("ts", "// a b", "comment", "text", "a b");
    check_view("ts", "/**\n * a\n *  b\n */", "comment", "text", "a\n b");
    check_view("ts", "/** a */", "comment", "style", "doc");
    check_view("ts", "/**/", "comment", "style", "block");
    check_view("ts", "/**/", "comment", "text", "");
    check_view("ts", "// a", "comment", "style", "line");
    check_view("rust", "/// a\nfn f() {}", "line_comment", "text", "a");
    check_view("rust", "/// a\nfn f() {}", "line_comment", "style", "doc");
    check_view("rust", "/// a\nfn f() {}", "line_comment", "lines", "1");
    check_view("rust", "//// a\nfn f() {}", "line_comment", "style", "line");
    check_view("rust", "/*! a */", "block_comment", "style", "doc");
    check_view("ts", "a() // b", "comment", "trailing", "true");
    check_view("ts", "  // b", "comment", "trailing", "false");
    check_view("ts", "/* a */ /* b */ // c", "comment@3", "trailing", "false");
    check_view("ts", "f() /* a */ // c", "comment@2", "trailing", "true");
    check_view("ts", "/* a\n b */ // c", "comment@2", "trailing", "false");
    check_views(
        "ts",
        "comment",
        "marker",
        &[
            ("// TODO: a", "TODO"),
            ("// TODO(me) a", "TODO"),
            ("// todo a", "-"),
            ("// not a TODO", "-"),
            ("/*\n * a\n * FIXME b\n */", "FIXME"),
            ("// eslint-disable-next-line a", "eslint-disable-next-line"),
            ("// @ts-expect-error: a", "@ts-expect-error"),
            ("// lawbook-ignore a: b", "lawbook-ignore"),
        ],
    );
}

#[test]
fn sizes_are_counted() {
    check_view("ts", "function f() {\n\n}", "function_declaration", "lines", "3");
    check_view("ts", "function f() {\r\n}", "function_declaration", "lines", "2");
    check_views(
        "ts",
        "function_declaration",
        "statements",
        &[
            ("function f() {}", "0"),
            ("function f() { a(); b(); }", "2"),
            ("function f() { if (a) { b() } else if (c) d(); else { e() } }", "4"),
            ("function f() { for (let i = 0; i < 1; i++) { a() } }", "2"),
            ("function f() { const g = () => { a(); b() }; return g }", "2"),
            ("function f() { switch (a) { case 1: b(); break; default: c() } }", "4"),
        ],
    );
    check_views(
        "rust",
        "function_item",
        "statements",
        &[
            ("fn f() {}", "0"),
            ("fn f() { let a = 1; b(); a }", "3"),
            ("fn f() { if a { b(); } // c\n }", "2"),
            ("fn f() { let g = || { a(); b() }; }", "1"),
        ],
    );
    check_views(
        "ts",
        "function_declaration",
        "nesting",
        &[
            ("function f() { a() }", "0"),
            ("function f() { if (a) { for (;;) { while (b) {} } } }", "3"),
            ("function f() { if (a) {} else if (b) {} else if (c) {} }", "1"),
            ("function f() { try { a ? b : c } catch { } }", "2"),
            ("function f() { if (a) { g(() => { if (b) {} }) } }", "1"),
        ],
    );
    check_view("rust", "fn f() { match a { _ => loop { if b {} } } }", "function_item", "nesting", "3");
}

#[test]
fn decisions_are_counted() {
    check_views(
        "ts",
        "function_declaration",
        "cyclomatic",
        &[
            ("function f() {}", "1"),
            ("function f() { if (a && b || c) {} else if (d) {} else {} }", "5"),
            ("function f() { switch (a) { case 1: case 2: break; default: } }", "3"),
            ("function f() { try {} catch {} return a ?? (b ? c : d) }", "4"),
            ("function f() { for (const a of b) while (c) do {} while (d) }", "4"),
            ("function f() { return () => a && b }", "1"),
        ],
    );
    check_views(
        "rust",
        "function_item",
        "cyclomatic",
        &[
            ("fn f() { a()?; }", "1"),
            ("fn f() { match a { 1 | 2 => b, 3 if c => d, _ => e } }", "3"),
            ("fn f() { if let Some(a) = b && c { } }", "3"),
            ("fn f() { for a in b { while c { loop {} } } }", "4"),
        ],
    );
}

#[test]
fn cognitive_complexity_is_as_defined() {
    // The examples of the definition.
    let primes = "function sumOfPrimes(max) {
        let total = 0;
        OUT: for (let i = 1; i <= max; ++i) {
            for (let j = 2; j < i; ++j) {
                if (i % j === 0) { continue OUT; }
            }
            total += i;
        }
        return total;
    }";
    check_view("ts", primes, "function_declaration", "cognitive", "7");
    let words = "function getWords(number) { switch (number) { case 1: return 'one'; case 2: return 'a couple'; default: return 'lots'; } }";
    check_view("ts", words, "function_declaration", "cognitive", "1");
    let nested = "function myMethod() {
        try {
            if (condition1) {
                for (let i = 0; i < 10; i++) { while (condition2) {} }
            }
        } catch (e) { if (condition2) {} }
    }";
    check_view("ts", nested, "function_declaration", "cognitive", "9");
    check_views(
        "ts",
        "function_declaration",
        "cognitive",
        &[
            ("function f() { if (a) {} else if (b) {} else {} }", "3"),
            ("function f() { if (a) { if (b) {} else {} } }", "4"),
            ("function f() { if (a) {} else { if (b) {} } }", "4"),
            ("function f() { return a && b && c }", "1"),
            ("function f() { return a && b && c || d || e && f }", "3"),
            ("function f() { return a && !(b && c) }", "2"),
            ("function f() { return a ?? b }", "0"),
            ("function f() { g(() => { if (a) {} }) }", "2"),
            ("function f() { return a ? b : c ? d : e }", "3"),
        ],
    );
    check_views(
        "rust",
        "function_item",
        "cognitive",
        &[
            ("fn f() { if a && b { } else if c { } else { } }", "4"),
            ("fn f() { match a { 1 => if b { }, _ => {} } }", "3"),
            ("fn f() { 'a: loop { break 'a; } }", "2"),
            ("fn f() { let g = || if a { }; }", "2"),
        ],
    );
}

#[test]
fn tests_are_known_from_all_that_is_in_them() {
    check_views(
        "rust",
        "call_expression",
        "test",
        &[
            ("#[test] fn f() { a() }", "true"),
            ("#[tokio::test]\n#[ignore]\nasync fn f() { a() }", "true"),
            ("#[rstest] fn f() { a() }", "true"),
            ("#[cfg(test)] mod tests { fn f() { a() } }", "true"),
            ("#[cfg(all(test, unix))] fn f() { a() }", "true"),
            ("#[cfg(not(test))] fn f() { a() }", "false"),
            ("#[cfg(any(test, unix))] fn f() { a() }", "false"),
            ("#[cfg(feature = \"test\")] fn f() { a() }", "false"),
            ("#![cfg(test)]\nfn f() { a() }", "true"),
            ("#[test] fn f() {} fn g() { a() }", "false"),
            ("fn g() { a() } #[test] fn f() {}", "false"),
        ],
    );
    check_view("rust", "#[ignore] #[test] fn f() {}", "attribute_item", "test", "true");
    check_views(
        "ts",
        "identifier=a",
        "test",
        &[
            ("describe('x', () => { a })", "true"),
            ("it.only('x', async () => { a })", "true"),
            ("test.each([1])('x', () => { a })", "true"),
            ("it.each`x`('y', () => a)", "true"),
            ("beforeEach(() => { a })", "true"),
            ("test.describe('x', () => a)", "true"),
            ("test(a)", "false"),
            ("re.test(a)", "false"),
            ("describe('x', () => {}); a", "false"),
        ],
    );
    let file = lower("ts", "a");
    let marked = language::lower(FileInput { context: file.context.clone().with_test(true), ..file.input() });
    assert_eq!(shown(ask(&marked, find(&marked, "identifier"), Key::Test)), "true");
}

#[test]
fn deep_and_broken_code_is_answered_too() {
    let deep = format!("{}x{}", "(".repeat(2000), ")".repeat(2000));
    for code in [
        deep.as_str(),
        "class {",
        "function (",
        "import { from",
        "a?.",
        "export",
        "\u{FEFF}//",
        "use a::{",
        "#[",
        "impl",
    ] {
        for tag in ["ts", "tsx", "js", "rust"] {
            let file = lower(tag, code);
            for node in file.tree().into_iter().flat_map(|tree| tree.nodes().take(500)) {
                for key in Key::ALL {
                    ask(&file, node, *key);
                }
                refers_to_import(&file, node, "m");
                calls(&file, node, "m#x");
                symbol::path(node);
            }
        }
    }
}
