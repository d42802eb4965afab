//! Tests of views about calls, literals, comments, sizes and tests.

use crate::language::checks::{check_view, check_views};

#[test]
fn literals_are_given_without_quotes() {
    check_views(
        "py",
        "string",
        "value",
        &[("'a\\n'", "a\\n"), ("''", ""), ("rb\"a'b\"", "a'b"), ("'''a\nb'''", "a\nb"), ("f'a{b}c'", "a{b}c")],
    );
    check_view("py", "0x1F", "integer", "value", "0x1F");
    check_view("py", "'a'", "string", "raw", "'a'");
    check_view("py", "None", "none", "value", "None");
}

#[test]
fn callees_are_plain_names() {
    check_views(
        "py",
        "call",
        "callee",
        &[
            ("a.b ( 1 )", "a.b"),
            ("(a\n  .b(1))", "a.b"),
            ("a['b']()", "a['b']"),
            ("(await a).b()", "(await a).b"),
            ("(a # c\n .b())", "a.b"),
            ("a(b)(c)", "a(b)"),
        ],
    );
    check_view("py", "a.b(c, d=1, *e, **f)", "call", "arguments", "[c, d=1, *e, **f]");
    check_view("py", "f(a for a in b)", "call", "arguments", "[(a for a in b)]");
    check_view("py", "a.b.c(d)", "call", "receiver", "a.b");
    check_view("py", "c(d)", "call", "receiver", "-");
}

#[test]
fn comments_are_read_without_their_signs() {
    check_view("py", "# a b", "comment", "text", "a b");
    check_view("py", "#a", "comment", "style", "line");
    check_view("py", "#: a\nb = 1", "comment", "style", "doc");
    check_view("py", "#: a\nb = 1", "comment", "text", "a");
    check_view("py", "a() # b", "comment", "trailing", "true");
    check_view("py", "  # b", "comment", "trailing", "false");
    check_views(
        "py",
        "comment",
        "marker",
        &[
            ("# TODO: a", "TODO"),
            ("# todo a", "-"),
            ("## FIXME a", "FIXME"),
            ("a  # noqa: E501", "noqa"),
            ("# lawbook-ignore a: the format wants it", "lawbook-ignore"),
        ],
    );
}

#[test]
fn sizes_are_counted() {
    check_views(
        "py",
        "function_definition",
        "statements",
        &[
            ("def f(): pass", "0"),
            ("def f():\n    '''Doc.'''\n    a()\n    b(); c()", "3"),
            ("def f():\n    if a:\n        b()\n    elif c:\n        d()\n    else:\n        e()", "4"),
            ("def f():\n    def g():\n        a()\n        b()\n    return g", "2"),
            ("def f():\n    match a:\n        case 1:\n            b()\n        case _:\n            c()", "3"),
        ],
    );
    check_views(
        "py",
        "function_definition",
        "nesting",
        &[
            ("def f():\n    a()", "0"),
            ("def f():\n    if a:\n        for b in c:\n            while d:\n                pass", "3"),
            ("def f():\n    if a: pass\n    elif b: pass\n    else: pass", "1"),
            ("def f():\n    try:\n        b if a else c\n    except D:\n        pass", "2"),
        ],
    );
    check_view("py", "def f():\n\n    pass", "function_definition", "lines", "3");
}

#[test]
fn decisions_are_counted() {
    check_views(
        "py",
        "function_definition",
        "cyclomatic",
        &[
            ("def f(): pass", "1"),
            ("def f():\n    if a and b or c: pass\n    elif d: pass\n    else: pass", "5"),
            ("def f():\n    match a:\n        case 1: pass\n        case 2 if b: pass\n        case _: pass", "3"),
            ("def f():\n    try: pass\n    except A: pass\n    except B: pass\n    return c if d else e", "4"),
            ("def f():\n    for a in b:\n        while c: pass", "3"),
            ("def f(): return [a for a in b if c if d]", "4"),
            ("def f(): return lambda: a and b", "1"),
        ],
    );
}

#[test]
fn cognitive_complexity_is_as_defined() {
    check_views(
        "py",
        "function_definition",
        "cognitive",
        &[
            ("def f():\n    if a: pass\n    elif b: pass\n    else: pass", "3"),
            ("def f():\n    if a:\n        if b: pass\n        else: pass", "4"),
            ("def f(): return a and b and c", "1"),
            ("def f(): return a and b and c or d or e and f", "3"),
            ("def f(): return a and not (b and c)", "2"),
            ("def f():\n    g(lambda: b if a else c)", "2"),
            ("def f(): return [a for a in b if c]", "0"),
            ("def f():\n    for a in b: pass\n    else: pass", "2"),
            ("def f():\n    try: pass\n    except A:\n        if b: pass\n    else: pass\n    finally: pass", "3"),
        ],
    );
}

#[test]
fn code_in_tests_is_recognized() {
    check_views(
        "py",
        "identifier=a",
        "test",
        &[
            ("def test_x():\n    a", "true"),
            ("async def test_x():\n    a", "true"),
            ("class TestX:\n    def test_y(self): pass\n    def helper(self):\n        a", "true"),
            ("class TestClient:\n    def __init__(self): pass\n    def test(self):\n        a", "false"),
            ("class Testament:\n    def test_y(self):\n        a", "false"),
            ("class X(unittest.TestCase):\n    def setUp(self):\n        a", "true"),
            ("class X(TestCase):\n    def setUp(self):\n        a", "true"),
            ("@pytest.fixture()\ndef x():\n    a", "true"),
            ("@pytest.mark.parametrize('x', a)\ndef test_x(x): pass", "true"),
            ("def tested():\n    a", "false"),
            ("def f():\n    def test_x():\n        a", "false"),
            ("class X:\n    def test_x(self):\n        a", "false"),
            ("def test_x(): pass\na", "false"),
        ],
    );
}
