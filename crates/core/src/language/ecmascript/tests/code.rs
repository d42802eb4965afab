//! Tests of views about calls, literals, comments, sizes and tests.

use crate::ir::FileInput;
use crate::ir::view::{ViewKey, ask};
use crate::language;
use crate::language::checks::{answer_text, check_view, check_views, find, lower};

#[test]
fn literals_are_given_without_quotes() {
    check_view("ts", "'a\\n'", "string", "value", "a\\n");
    check_view("ts", "''", "string", "value", "");
    check_view("ts", "`a${b}`", "template_string", "value", "a${b}");
    check_view("ts", "/a/g", "regex", "value", "a");
    check_view("ts", "/a/g", "regex", "raw", "/a/g");
    check_view("ts", "0x1F", "number", "value", "0x1F");
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
}

#[test]
fn comments_are_read_without_their_signs() {
    check_view("ts", "// a b", "comment", "text", "a b");
    check_view("ts", "/**\n * a\n *  b\n */", "comment", "text", "a\n b");
    check_view("ts", "/** a */", "comment", "style", "doc");
    check_view("ts", "/**/", "comment", "style", "block");
    check_view("ts", "/**/", "comment", "text", "");
    check_view("ts", "// a", "comment", "style", "line");
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
            ("// lawbook-ignore a: the format wants it", "lawbook-ignore"),
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
}

#[test]
fn code_in_tests_is_recognized() {
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
    assert_eq!(answer_text(ask(&marked, find(&marked, "identifier"), ViewKey::Test)), "true");
}

#[test]
fn a_view_that_lacks_the_key_has_no_answer() {
    check_view("ts", "f()", "call_expression", "async", "-");
}
