//! Tests of imports, references and symbol paths.

use crate::language::checks::{check_calls, check_import, check_symbol, check_view, check_views};

#[test]
fn imports_list_their_items() {
    check_views(
        "py",
        "import_statement",
        "source",
        &[("import a", "a"), ("import a.b as c", "a.b"), ("import a, b.c", "[a, b.c]")],
    );
    check_view("py", "import a.b as c, d", "import_statement", "names", "[a.b, d]");
    check_views(
        "py",
        "import_from_statement",
        "source",
        &[
            ("from a.b import c", "a.b"),
            ("from . import c", "."),
            ("from .. import c", ".."),
            ("from .a import c", ".a"),
            ("from m import *", "m"),
        ],
    );
    check_view("py", "from m import (a, b as c)", "import_from_statement", "names", "[a, b]");
    check_view("py", "from m import *", "import_from_statement", "names", "[*]");
    check_view("py", "from m import a as a", "import_from_statement", "reexport", "true");
    check_view("py", "from m import a as b", "import_from_statement", "reexport", "false");
    check_view("py", "from m import *", "import_from_statement", "reexport", "false");
    check_view("py", "from __future__ import annotations", "future_import_statement", "source", "__future__");
    check_view("py", "if TYPE_CHECKING:\n    import a", "import_statement", "type_only", "true");
    check_view("py", "if TYPE_CHECKING:\n    b\nelse:\n    import a", "import_statement", "type_only", "false");
    check_view("py", "m = importlib.import_module('a.b')", "call", "source", "a.b");
    check_view("py", "m = importlib.import_module('a.b')", "call", "dynamic", "true");
}

#[test]
fn imported_names_are_followed() {
    for (code, place, expected) in [
        ("import os.path\nos.path.join(a)", "call", true),
        ("import os.path\nos.getcwd()", "call", false),
        ("import os.path as p\np.join(a)", "call", true),
        ("import os\nos.path.join(a)", "call", true),
        ("from os.path import join\njoin(a)", "call", true),
        ("from os.path import join as j\nj(a)", "call", true),
        ("from os import path\npath.join(a)", "call", true),
        ("from os import path as p\np.join(a)", "call", true),
        ("from os import getcwd\ngetcwd()", "call", false),
        ("from os import path", "import_from_statement", true),
        ("from os.path import *", "import_from_statement", true),
        ("import os.path", "import_statement", true),
        ("import os", "import_statement", false),
        ("import os.path\ndef f(os):\n    os.path.join(a)", "call", false),
        ("import os.path\ndef f(a=os.path.join(b), os=1): pass", "call", true),
        ("import os.path\ndef f():\n    os.path.join(a)\n    os = 1", "call", false),
        ("import os.path\ndef f():\n    for os in a:\n        os.path.join(b)", "call", false),
        ("import os.path\n[os.path.join(a) for os in b]", "call", false),
        ("import os.path\nwith a as os: pass\ndef f():\n    os.path.join(b)", "call", true),
        ("import os.path\nclass A:\n    os = 1\n    def f(self):\n        os.path.join(a)", "call", true),
        ("import os.path\nclass A:\n    os = 1\n    b = os.path.join(a)", "call", false),
        ("import os.path\nlambda os: os.path.join(a)", "call", false),
        ("import os.path\nmatch a:\n    case b:\n        os.path.join(b)", "call", true),
        ("def f():\n    import os.path\n    os.path.join(a)", "call", true),
        ("def f():\n    import os.path\nos.path.join(a)", "call", false),
        ("try:\n    import os.path\nexcept ImportError:\n    os = None\nos.path.join(a)", "call", true),
        ("import os.path\na.os.path.join(b)", "call", false),
        ("import os.path\nf(os=1).path", "call", false),
        ("p = importlib.import_module('os.path')\np.join(a)", "call@2", true),
        ("import os.path\nclass A(os.path.B): pass", "attribute", true),
        ("import os.path\na: os.path.B", "attribute", true),
    ] {
        check_import("py", code, place, "os.path", expected);
    }
    check_import("py", "import os.path\nos.getcwd()", "call", "os", true);
    check_import("py", "import os.path", "import_statement", "os", true);
    check_import("py", "from . import a\na.b()", "call", ".", true);
}

#[test]
fn callees_are_resolved_through_imports() {
    let run = "subprocess#run";
    check_calls("py", "import subprocess\nsubprocess.run(a)", "call", run, true);
    check_calls("py", "import subprocess as s\ns.run(a)", "call", run, true);
    check_calls("py", "from subprocess import run as r\nr(a)", "call", run, true);
    check_calls("py", "from subprocess import Popen\nPopen(a)", "call", run, false);
    check_calls("py", "run(a)", "call", run, false);
    check_calls("py", "import os\nos.path.join(a)", "call", "os.path#join", true);
    check_calls("py", "import os\nos.path.join(a)", "call", "os#path.join", true);
    check_calls("py", "from os import path\npath.join(a)", "call", "os.path#join", true);
    check_calls("py", "import os.path as p\np.join(a)", "call", "os#path.join", true);
    check_calls("py", "print(a)", "call", "print", true);
}

#[test]
fn symbol_paths_name_what_encloses_a_place() {
    check_symbol("py", "class A:\n    def b(self):\n        c", "identifier=c", "A.b");
    check_symbol("py", "class A:\n    @d\n    def b(self):\n        c", "identifier=c", "A.b");
    check_symbol("py", "f = lambda: c", "identifier=c", "f");
    check_symbol("py", "x = c", "identifier=c", "x");
    check_symbol("py", "class A:\n    x = c", "identifier=c", "A.x");
    check_symbol("py", "def f():\n    x = c", "identifier=c", "f");
    check_symbol("py", "def f():\n    x: int = c", "identifier=c", "f");
    check_symbol("py", "def f():\n    g = lambda: c", "identifier=c", "f.g");
    check_symbol("py", "c", "identifier=c", "");
}
