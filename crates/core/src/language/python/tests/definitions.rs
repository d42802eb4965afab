//! Tests of views about definitions.

use crate::ir::Kind;
use crate::language::checks::{check_kind, check_view, check_views};

#[test]
fn the_parent_decides_the_kind() {
    check_kind("py", "def f(): pass", "function_definition", Kind::Function);
    check_kind("py", "class A:\n    def f(self): pass", "function_definition", Kind::Method);
    check_kind("py", "class A:\n    @b\n    def f(self): pass", "function_definition", Kind::Method);
    check_kind("py", "class A:\n    def f(self):\n        def g(): pass", "function_definition@2", Kind::Function);
    check_kind("py", "a = 1", "assignment", Kind::Variable);
    check_kind("py", "a.b = 1", "assignment", Kind::Assignment);
    check_kind("py", "class A:\n    b = 1", "assignment", Kind::Field);
    check_kind("py", "class A:\n    b: int", "assignment", Kind::Field);
    check_kind("py", "def f():\n    a = 1", "assignment", Kind::Assignment);
    check_kind("py", "def f():\n    a: int = 1", "assignment", Kind::Variable);
    check_kind("py", "def f(a, *b, c=1, d: int, **e): pass", "identifier=a", Kind::Parameter);
    check_kind("py", "def f(a, *b, c=1, d: int, **e): pass", "list_splat_pattern", Kind::Parameter);
    check_kind("py", "*a, b = c", "list_splat_pattern", Kind::Other);
    check_kind("py", "lambda a: a", "identifier", Kind::Parameter);
    check_kind("py", "f'{a}'", "string", Kind::Template);
    check_kind("py", "f'a'", "string", Kind::String);
    check_kind("py", "importlib.import_module('m')", "call", Kind::Import);
    check_kind("py", "importlib.import_module(m)", "call", Kind::Call);
    check_kind("py", "f(a=1)", "keyword_argument", Kind::Pair);
}

#[test]
fn names_are_those_of_the_definition_or_its_holder() {
    check_views(
        "py",
        "lambda",
        "name",
        &[("f = lambda: 1", "f"), ("o = {'a b': lambda: 1}", "a b"), ("g(h=lambda: 1)", "h"), ("g(lambda: 1)", "-")],
    );
    check_view("py", "a, b = c", "assignment", "name", "-");
    check_view("py", "type A[B] = C", "type_alias_statement", "name", "A");
    check_view("py", "type A = C", "type_alias_statement", "name", "A");
    check_view("py", "@a.b(c)\ndef f(): pass", "decorator", "name", "a.b");
    check_view("py", "class A(B): pass", "class_definition", "name", "A");
}

#[test]
fn exported_names_have_no_underscore_or_are_listed() {
    check_views(
        "py",
        "function_definition",
        "exported",
        &[
            ("def f(): pass", "true"),
            ("def _f(): pass", "false"),
            ("if a:\n    def f(): pass", "true"),
            ("try:\n    pass\nexcept A:\n    def f(): pass", "true"),
            ("__all__ = ['f']\ndef f(): pass", "true"),
            ("__all__ = ['g']\ndef f(): pass", "false"),
            ("__all__ = ['_f']\ndef _f(): pass", "true"),
            ("__all__ = ['g']\n__all__ += ('f',)\ndef f(): pass", "true"),
            ("__all__ = []\n__all__.append('f')\ndef f(): pass", "true"),
            ("__all__ = []\ndef f(): pass", "false"),
            ("__all__ = ['g'] + m.__all__\ndef f(): pass", "true"),
            ("__all__ = m.__all__ + ['_f']\ndef _f(): pass", "true"),
            ("class A:\n    def f(self): pass", "true"),
            ("class A:\n    def _f(self): pass", "false"),
            ("class A:\n    def __init__(self): pass", "false"),
            ("class _A:\n    def f(self): pass", "false"),
            ("__all__ = ['A']\nclass A:\n    def f(self): pass", "true"),
            ("class A:\n    class B:\n        def f(self): pass", "true"),
        ],
    );
    check_view("py", "def f():\n    def g(): pass", "function_definition@2", "exported", "false");
    check_view("py", "def f():\n    class A:\n        def g(self): pass", "function_definition@2", "exported", "false");
    check_view("py", "f = lambda: 1", "lambda", "exported", "true");
    check_view("py", "g(lambda: 1)", "lambda", "exported", "false");
    check_view("py", "A, _b = 1, 2", "assignment", "exported", "true");
    check_view("py", "_A = 1", "assignment", "exported", "false");
}

#[test]
fn docstrings_are_documentation() {
    check_views(
        "py",
        "function_definition",
        "documented",
        &[
            ("def f():\n    \"\"\"Doc.\"\"\"", "true"),
            ("def f():\n    # note\n    'Doc.'\n    return 1", "true"),
            ("def f(): 'Doc.'", "true"),
            ("def f():\n    'Doc.' 'More.'", "true"),
            ("# No doc.\ndef f(): pass", "false"),
            ("def f():\n    a()\n    'No doc.'", "false"),
            ("def f():\n    f'No doc {a}.'", "false"),
            ("@overload\ndef f(a: int): ...\n@overload\ndef f(a: str): ...\ndef f(a):\n    'Doc.'", "true"),
            ("def f():\n    pass\ndef g():\n    'Doc.'", "false"),
        ],
    );
    let property = "class A:\n    @property\n    def b(self):\n        'Doc.'\n    @b.setter\n    def b(self, c): pass";
    check_view("py", property, "function_definition@2", "documented", "true");
    check_view("py", "class A:\n    'Doc.'\n    b = 1", "class_definition", "documented", "true");
    check_view("py", "class A:\n    b = 1", "class_definition", "documented", "false");
    check_view("py", "#!/usr/bin/python\n'Doc.'\nimport a", "module", "documented", "true");
    check_view("py", "import a\n'No doc.'", "module", "documented", "false");
    check_views(
        "py",
        "assignment",
        "documented",
        &[
            ("#: Doc.\na = 1", "true"),
            ("a = 1  #: Doc.", "true"),
            ("a = 1\n'Doc.'", "true"),
            ("#: Elsewhere.\n\na = 1", "false"),
            ("# No doc.\na = 1", "false"),
            ("class A:\n    #: Doc.\n    b = 1\n    c = 2", "true"),
        ],
    );
}

#[test]
fn parameters_are_listed_by_name() {
    check_view(
        "py",
        "def f(self, a, /, b: int, *c, d=1, e: int = 2, **g): pass",
        "function_definition",
        "parameters",
        "[self, a, b, c, d, e, g]",
    );
    check_view("py", "def f(a, *, b): pass", "function_definition", "parameters", "[a, b]");
    check_view("py", "lambda a, b=1: a", "lambda", "parameters", "[a, b]");
    check_view("py", "lambda: 1", "lambda", "parameters", "[]");
}

#[test]
fn callables_are_async_or_generators() {
    check_view("py", "async def f(): pass", "function_definition", "async", "true");
    check_view("py", "def f(): pass", "function_definition", "async", "false");
    check_view("py", "def f():\n    for a in b:\n        yield a", "function_definition", "generator", "true");
    check_view("py", "def f():\n    c = yield from a", "function_definition", "generator", "true");
    check_view("py", "def f():\n    def g():\n        yield 1", "function_definition", "generator", "false");
}

#[test]
fn decorators_are_listed_by_name() {
    check_view("py", "@a\n@b.c(1)\ndef f(): pass", "function_definition", "attributes", "[a, b.c]");
    check_view("py", "@dataclass\nclass A: pass", "class_definition", "attributes", "[dataclass]");
    check_view("py", "class A: pass", "class_definition", "attributes", "[]");
}

#[test]
fn classes_list_members_and_bases() {
    let class = "class A(b.C, D[E], metaclass=F):\n    'Doc.'\n    g = 1\n    h: int\n    @i\n    def j(self): pass\n    def j(self, k): pass\n    class L: pass";
    check_view("py", class, "class_definition", "members", "[g, h, j, L]");
    check_view("py", class, "class_definition", "extends", "[b.C, D]");
}

#[test]
fn variables_have_mutability_and_value() {
    check_view("py", "a = 1", "assignment", "mutable", "true");
    check_view("py", "a: Final = 1", "assignment", "mutable", "false");
    check_view("py", "a: Final[int] = 1", "assignment", "mutable", "false");
    check_view("py", "a = b + 1", "assignment", "value", "b + 1");
    check_view("py", "a: int", "assignment", "value", "-");
    check_view("py", "f(a=b)", "keyword_argument", "value", "b");
}
