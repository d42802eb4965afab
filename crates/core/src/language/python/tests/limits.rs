//! Tests of the depth scan: texts that are deep, and texts that are not.

use crate::language::checks::{check_deep, check_flat, depth};

#[test]
fn nested_code_is_deep() {
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{", "}"),
        ("f(", ")"),
        ("a+", ""),
        ("a.", ""),
        ("a=", ""),
        ("not ", ""),
        ("-", ""),
        ("await ", ""),
        ("a and ", ""),
        ("a if b else ", ""),
        ("lambda: ", ""),
        ("lambda a, b: ", ""),
        ("f'{", "}'"),
        ("{a: ", "}"),
        ("a[", "]"),
    ] {
        check_deep("py", "x=", open, close);
    }
}

#[test]
fn blocks_nest_by_their_indentation() {
    let line = |level| " ".repeat(level) + "if a:\n";
    let nested = |count: usize| (0..count).map(line).collect::<String>();
    assert_eq!(depth("py", &nested(50)).nesting, 49);
    assert!(!depth("py", &nested(3_000)).tolerant_ok);
    let shallow = "if a:\n\n    # c\n  # d\n    b(\nc)\n    '''\nd'''\ne\n";
    assert_eq!((depth("py", shallow).nesting, depth("py", shallow).unclosed), (2, 0));
}

#[test]
fn repeated_code_is_flat() {
    for line in [
        "a = b + c\n",
        "a.b(c).d()\n",
        "if a: b()\nelif c: d()\nelse: e()\n",
        "if a:\n    b()\nelif c:\n    d()\nelse:\n    e()\n",
        "f = lambda a, b: a + b\n",
        "x = '(' + \"[\" + r'{'\n",
        "x = '''( [\n{'''\n",
        "x = f'({a:>{b}} {{ {c!r}'\n",
        "# ( [ {\n",
        "x = a \\\n    + b\n",
        "def f(a: int = 1, *b, c=lambda: d) -> e: pass\n",
        "class A(B):\n    c: int = 1\n    def d(self): return not self.e\n",
        "@a.b(c)\ndef f(): yield 1\n",
        "x = [a for b in c if not d]\n",
        "x = {'a': 1, **b}\n",
        "f(not a, -b, lambda: c, d if e else g)\n",
        "'unclosed\n",
        "return a\r\n",
    ] {
        check_flat("py", line);
    }
    let list = |one: &str| depth("py", &format!("x = [{}]", one.repeat(3_000)));
    for one in ["lambda a, b: a, ", "not a, ", "a if b else c, ", "f'{a}', "] {
        assert!(list(one).strict_ok, "{one}");
    }
}
