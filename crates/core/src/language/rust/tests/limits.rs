//! Tests of the depth scan: texts that are deep, and texts that are not.

use crate::language::checks::{check_deep, check_flat, check_strict_ok};

#[test]
fn nested_code_is_deep() {
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
fn repeated_code_is_flat() {
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
fn comparisons_around_a_megabyte_are_read_once() {
    let long = format!("[{}]", "1,".repeat(200_000));
    check_strict_ok("rust", &format!("fn f() {{ let x = {}{long}; }}", "a<".repeat(20)), true);
}
