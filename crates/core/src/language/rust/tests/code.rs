//! Tests of views about calls, literals, comments, sizes and tests.

use crate::language::checks::{check_view, check_views};

#[test]
fn literals_are_given_without_quotes() {
    check_view("rust", "const A: &str = r#\"a\"b\"#;", "raw_string_literal", "value", "a\"b");
    check_view("rust", "const A: &[u8] = b\"ab\";", "string_literal", "value", "ab");
    check_view("rust", "const A: &str = \"\";", "string_literal", "value", "");
}

#[test]
fn callees_are_plain_names() {
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
    check_view("rust", "/// a\nfn f() {}", "line_comment", "text", "a");
    check_view("rust", "/// a\nfn f() {}", "line_comment", "style", "doc");
    check_view("rust", "/// a\nfn f() {}", "line_comment", "lines", "1");
    check_view("rust", "//// a\nfn f() {}", "line_comment", "style", "line");
    check_view("rust", "/*! a */", "block_comment", "style", "doc");
}

#[test]
fn sizes_are_counted() {
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
    check_view("rust", "fn f() { match a { _ => loop { if b {} } } }", "function_item", "nesting", "3");
}

#[test]
fn decisions_are_counted() {
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
fn code_in_tests_is_recognized() {
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
}
