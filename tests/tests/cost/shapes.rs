//! The shapes of code that are doubled: long lists, deep nesting, and one thing that many others refer to.

/// Code of any size: `before`, a number of `open`, `middle`, as many `close`, `after`. A `§` stands for the number of the
/// repetition.
pub struct CostShape {
    pub name: &'static str,
    /// The extensions of the files that it is tried as.
    pub extensions: &'static [&'static str],
    texts: [&'static str; 5],
    pub nesting: Nesting,
}

/// The way in which the code grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// The repetitions stand beside each other.
    Flat,
    /// The repetitions nest, and the tolerant parser takes more than twice the depth that the strict one takes.
    Deep,
    /// The repetitions nest, and the tolerant parser takes less, since parsing needs too many steps.
    Shallow,
}

impl CostShape {
    pub fn nests(&self) -> bool {
        self.nesting != Nesting::Flat
    }

    /// The code with a number of repetitions.
    pub fn code(&self, repetitions: usize) -> String {
        let [before, open, middle, close, after] = self.texts;
        let numbered = |text: &str, number: usize| text.replace('§', &number.to_string());
        let mut code = before.to_owned();
        for number in 0..repetitions {
            code.push_str(&numbered(open, number));
        }
        code.push_str(middle);
        for number in (0..repetitions).rev() {
            code.push_str(&numbered(close, number));
        }
        code + after
    }
}

const ECMA: &[&str] = &["ts", "js"];
const TYPED: &[&str] = &["ts"];
const JSX: &[&str] = &["tsx"];
const RUST: &[&str] = &["rs"];
const PYTHON: &[&str] = &["py"];

const fn flat(name: &'static str, extensions: &'static [&'static str], texts: [&'static str; 5]) -> CostShape {
    CostShape { name, extensions, texts, nesting: Nesting::Flat }
}

const fn nested(name: &'static str, extensions: &'static [&'static str], texts: [&'static str; 5]) -> CostShape {
    CostShape { name, extensions, texts, nesting: Nesting::Deep }
}

const fn shallow(name: &'static str, extensions: &'static [&'static str], texts: [&'static str; 5]) -> CostShape {
    CostShape { name, extensions, texts, nesting: Nesting::Shallow }
}

pub const SHAPES: &[CostShape] = &[
    // Statements and what stands in them.
    flat("statements", ECMA, ["", "a(b);\n", "", "", ""]),
    flat("statements of a function", ECMA, ["function f() {\n", "a(b);\n", "", "", "}"]),
    flat("assignments of one name", ECMA, ["", "a = a;\n", "", "", ""]),
    flat("additions of one name", ECMA, ["x = ", "a + ", "a", "", ";"]),
    flat("breakpoints", ECMA, ["", "debugger;\n", "", "", ""]),
    flat("breakpoints of one line", ECMA, ["", "debugger;", "", "", ""]),
    flat("debug output", ECMA, ["", "console.log(a);\n", "", "", ""]),
    flat("empty catches", ECMA, ["", "try { a(); } catch {}\n", "", "", ""]),
    flat("unfinished code", ECMA, ["", "throw new Error('not implemented');\n", "", "", ""]),
    flat("double negations", ECMA, ["", "if (!!a) {}\n", "", "", ""]),
    nested("negations", ECMA, ["x = ", "!!", "a", "", ";"]),
    flat("evals", ECMA, ["", "eval(a); new Function(b);\n", "", "", ""]),
    nested("evals in evals", ECMA, ["", "eval(", "a", ")", ";"]),
    nested("blocks", ECMA, ["", "{ a();\n", "", "}", ""]),
    nested("conditions in conditions", ECMA, ["", "if (a) { b();\n", "", "}", ""]),
    nested("else ifs", ECMA, ["", "if (a) { b(); } else ", "{}", "", ""]),
    nested("loops", ECMA, ["", "for (const a of b) { c();\n", "", "}", ""]),
    nested("switches", ECMA, ["", "switch (a) { case 1: b(); break; default:\n", "", "}", ""]),
    nested("tries in catches", ECMA, ["", "try { a(); } catch { b();\n", "", "}", ""]),
    nested("throws of functions", ECMA, ["", "throw new Error(() => {", "", "});", ""]),
    // Waiting.
    flat(
        "waits of a loop",
        ECMA,
        ["async function f() { for (const x of xs) {\n", "let v§ = 0; v§ = await g(x);\n", "", "", "} }"],
    ),
    flat("waits for one name", ECMA, ["async () => { for (const x of xs) {\n", "await x;\n", "", "", "} }"]),
    nested(
        "waits of loops",
        ECMA,
        ["async () => {\n", "for (a of b) { await c(); let v§ = 1; v§ = 2;\n", "", "}", "}"],
    ),
    nested("waits of loops of functions", ECMA, ["", "async () => { for (a of b) { await c();\n", "", "} };", ""]),
    nested("waits of waits", ECMA, ["async () => { for (a of b) { ", "await f(", "a", ")", "; } }"]),
    nested("waits of blocks", ECMA, ["async () => { for (a of b) ", "{ await c();", "", "}", "}"]),
    // Functions and classes.
    flat("functions", ECMA, ["", "function f() { return 1; }\n", "", "", ""]),
    flat("exported functions", ECMA, ["", "export function f§() { return a && b; }\n", "", "", ""]),
    nested("functions in functions", ECMA, ["", "function f() { if (a && b) c();\n", "", "}", ""]),
    nested("arrows in calls", ECMA, ["", "f(() => { a();\n", "", "});", ""]),
    nested("named arrows", ECMA, ["", "const f = () => { a();\n", "", "};", ""]),
    nested("classes in classes", ECMA, ["x = ", "class A { m() { return ", "1", "} }", ";"]),
    flat("members", ECMA, ["export class A {\n", "m() { a(); }\n", "", "", "}"]),
    flat("members of one name", ECMA, ["class A {\n", "/** a */ m = 1;\n", "", "", "}"]),
    flat("overloads", TYPED, ["", "export function f(a): b;\n", "export function f(a) {}", "", ""]),
    nested("namespaces", TYPED, ["", "export namespace a { export function f() {}\n", "", "}", ""]),
    flat("decorators", TYPED, ["", "@a() ", "export class A {}", "", ""]),
    flat("decorated members", TYPED, ["class A {\n", "@a b() {}\n", "", "", "}"]),
    flat("parameters", ECMA, ["function f(", "a§, ", "b", "", ") {}"]),
    flat("functions of one statement", ECMA, ["", "// a\n", "export const z = 1", ", a§ = () => {}", ";"]),
    // Values.
    flat("variables of one statement", ECMA, ["const ", "a = 1, ", "b = 2", "", ";"]),
    flat("variables of one name", ECMA, ["", "var a = 1; b(a);\n", "", "", ""]),
    flat("types of one name", TYPED, ["", "type A = B; var A; let a: A.B;\n", "", "", ""]),
    flat("elements", ECMA, ["x = [", "1, ", "", "", "];"]),
    flat("pairs", ECMA, ["x = {", "a: a, ", "", "", "};"]),
    nested("objects in objects", ECMA, ["x = ", "{ a: ", "1", "}", ";"]),
    nested("patterns in patterns", ECMA, ["const ", "{ a: ", "b", "}", " = c;"]),
    flat("a long string", ECMA, ["f('", "abcdefgh", "", "", "');"]),
    flat("a long title", ECMA, ["describe('", "abcdefgh", "', () => {", "debugger;", "});"]),
    flat("holes of a template", ECMA, ["x = `", "a${b}", "", "", "`;"]),
    nested("templates in templates", ECMA, ["x = ", "`${", "a", "}`", ";"]),
    // Chains.
    nested("members of members", ECMA, ["x = a", ".b", "", "", ";"]),
    nested("calls of calls", ECMA, ["console.log()", ".a(b)", "", "", ";"]),
    nested("focused tests", ECMA, ["it", ".only", "('a', () => {})", "", ";"]),
    nested("optional members", ECMA, ["x = a", "?.b?.()", "", "", ";"]),
    nested("calls in calls", ECMA, ["x = ", "f(a, ", "b", ")", ";"]),
    nested("conditional values", ECMA, ["x = ", "a ? b : ", "c", "", ";"]),
    nested("conditions joined", ECMA, ["function f() { if (", "a && ", "b", "", ") {} }"]),
    nested("conditions in parentheses", ECMA, ["function f() { x = ", "(a || (b && ", "c", "))", "; }"]),
    nested("elements in elements", JSX, ["x = ", "<a>", "", "</a>", ";"]),
    flat("elements in a row", JSX, ["x = <a>", "{/* TODO */}<b c={d} />\n", "", "", "</a>;"]),
    nested("types in types", TYPED, ["type X<T extends A> = ", "A<any, ", "B", ">", ";"]),
    nested("types in bounds", TYPED, ["function f<T extends ", "A<any, ", "B", ">", ">() {}"]),
    flat("types of anything", TYPED, ["", "let a: any;\n", "", "", ""]),
    // Modules.
    flat("imports", ECMA, ["", "import a§ from 'fs';\n", "", "", ""]),
    flat("imports of one name", ECMA, ["", "import { a as b } from 'm';\n", "", "b.c();\n", ""]),
    flat("names of one import", ECMA, ["import { ", "a as a, ", "", "", "} from 'm';"]),
    flat("names that are used", ECMA, ["import { ", "a§, ", "} from 'm';\n", "a§();\n", ""]),
    flat("calls of require", ECMA, ["", "const { a: a } = require('path');\n", "", "", ""]),
    flat("default exports", ECMA, ["", "export default a;\n", "", "", ""]),
    flat("names of one export", ECMA, ["function a() {}\nexport { ", "a, ", "", "", "};"]),
    flat("exports that are listed", ECMA, ["", "const a§ = () => {};\n", "", "export { a§ };\n", ""]),
    // Comments.
    flat("comments", ECMA, ["", "// TODO a\n", "", "", ""]),
    flat("comments of one line", ECMA, ["", "/* TODO a */ ", "", "", ""]),
    flat("comments above functions", ECMA, ["", "/** a */\n// b\nexport function f§() {}\n", "", "", ""]),
    flat("comments above one function", ECMA, ["", "// a\n", "export function f() {}", "", ""]),
    flat("comments behind blanks", ECMA, ["", "        ", "", "/* eslint-disable-line a */ ", ""]),
    flat("suppressions", ECMA, ["", "// eslint-disable-next-line a\na;\n", "", "", ""]),
    flat("suppressions under one comment", ECMA, ["/* ", "abcdefgh ", "*/\n", "/* eslint-disable-line */ ", ""]),
    flat(
        "own suppressions",
        ECMA,
        ["", "// lawbook-ignore no-debugger-statement: the format wants it\ndebugger;\n", "", "", ""],
    ),
    flat("suppressions in one comment", ECMA, ["/*\n", "biome-ignore a: b\n", "", "", "*/"]),
    // Tests.
    flat("tests", ECMA, ["", "it('a', () => { b(); });\n", "", "", ""]),
    nested("tests in tests", ECMA, ["", "describe('a', () => { it('b', () => {});\n", "", "});", ""]),
    flat("skipped tests", ECMA, ["", "it.skip('a', () => { b(); });\n", "", "", ""]),
    // Rust.
    flat("statements", RUST, ["fn f() {\n", "a(b);\n", "", "", "}"]),
    flat("functions", RUST, ["", "pub fn f§() -> u8 { if a && b { 1 } else { 2 } }\n", "", "", ""]),
    nested("functions in functions", RUST, ["", "fn f() { if a && b {}\n", "", "}", ""]),
    nested("modules", RUST, ["", "pub mod a { use b::c; fn f() { c(); }\n", "", "}", ""]),
    flat("modules in a row", RUST, ["use a::b;\n", "mod m§ { fn f() { b::c(); } }\n", "", "fn g§() { b::c(); }\n", ""]),
    nested("blocks", RUST, ["fn f() ", "{ a();", "", "}", ""]),
    nested("conditions in conditions", RUST, ["fn f() { ", "if a { b();", "", "}", "}"]),
    nested("else ifs", RUST, ["fn f() { ", "if a { b(); } else ", "{}", "", "}"]),
    nested("matches", RUST, ["fn f() { ", "match a { b => {} _ => { c();", "", "}}", "}"]),
    flat("arms", RUST, ["fn f() { match a { ", "b => c,", "", "", "} }"]),
    nested("closures", RUST, ["fn f() { x = ", "|a| { b();", "", "}", "; }"]),
    nested("unwraps", RUST, ["fn f() { a", ".unwrap()", "", "", "; }"]),
    flat("unwraps in a row", RUST, ["fn f() {\n", "a.unwrap();\n", "", "", "}"]),
    nested("calls in calls", RUST, ["fn f() { ", "a(b, ", "c", ")", "; }"]),
    nested("conditions joined", RUST, ["fn f() { if ", "a && ", "b", "", "{} }"]),
    flat("macros", RUST, ["fn f() {\n", "println!(); todo!(); dbg!(a);\n", "", "", "}"]),
    shallow("macros in macros", RUST, ["fn f() { ", "dbg!(", "a", ")", "; }"]),
    flat("imports", RUST, ["", "use a::b§;\n", "", "fn f§() { b§::c(); }\n", ""]),
    flat("names of one import", RUST, ["use a::{", "b§, ", "", "", "};"]),
    nested("lists of one import", RUST, ["use ", "a::{b, ", "c", "}", ";"]),
    flat("a long path", RUST, ["use ", "abcdefgh", "::{", "b, ", "};"]),
    nested("paths", RUST, ["fn f() { ", "a::", "b", "", "; }"]),
    flat("variables of one name", RUST, ["fn f() {\n", "let a = a;\n", "", "", "}"]),
    flat("types", RUST, ["", "pub struct A§ { pub a: B }\n", "", "impl C for A§ {}\n", ""]),
    flat("implementations of one type", RUST, ["struct A;\n", "impl B§ for A {}\n", "", "", ""]),
    flat("fields", RUST, ["fn f() { A { ", "a: a, ", "", "", "}; }"]),
    flat("variants", RUST, ["enum A { ", "B§, ", "", "", "}"]),
    flat("elements", RUST, ["const A: [u8; 1] = [", "1, ", "", "", "];"]),
    flat("a long string", RUST, ["const A: &str = \"", "abcdefgh", "", "", "\";"]),
    flat("docs", RUST, ["", "/// TODO a\n", "pub fn f() {}", "", ""]),
    flat("docs of functions", RUST, ["", "/// a\n#[must_use]\npub fn f§() {}\n", "", "", ""]),
    flat("attributes", RUST, ["", "#[a]\n", "pub fn f() {}", "", ""]),
    flat("allowed lints", RUST, ["", "#[allow(a)]\nfn f() {}\n", "", "", ""]),
    flat("allowed lints of one attribute", RUST, ["#[allow(", "a, ", "", "", ")]\nfn f() {}"]),
    flat("allowed lints under a condition", RUST, ["#[cfg_attr(a, ", "allow(b), ", "", "", ")]\nfn f() {}"]),
    flat("tests", RUST, ["", "#[test]\n#[ignore]\nfn f() { a(); }\n", "", "", ""]),
    nested("conditions of tests", RUST, ["#[cfg(not(", "all(test, ", "a", ")", "))]\nfn f() { b(); }"]),
    nested("tests in modules", RUST, ["", "#[cfg(a)] mod m { #[test] fn f() {}\n", "", "}", ""]),
    flat("comments of one line", RUST, ["", "/* TODO a */ ", "", "", ""]),
    // Python.
    flat("statements", PYTHON, ["", "a(b)\n", "", "", ""]),
    flat("functions", PYTHON, ["", "def f§():\n    return a and b\n", "", "", ""]),
    flat("functions of one name", PYTHON, ["", "@a\ndef f():\n    'b'\n", "", "", ""]),
    flat("members", PYTHON, ["class A:\n", "    def m(self):\n        a()\n", "", "", ""]),
    flat(
        "tests of a class with a constructor",
        PYTHON,
        ["class TestA:\n", "    def test_a(self): a()\n", "    def __init__(self): b()\n", "", ""],
    ),
    flat("tests", PYTHON, ["", "def test_a():\n    b()\n", "", "", ""]),
    flat("variables of one name", PYTHON, ["", "a = a.b\n", "", "", ""]),
    flat("imports", PYTHON, ["", "import a§.b\n", "", "a§.b.c()\n", ""]),
    flat("imports of one name", PYTHON, ["", "from m import a as b\n", "", "b.c()\n", ""]),
    flat("names of one import", PYTHON, ["from m import (", "a§, ", ")\n", "a§()\n", ""]),
    flat("names that are listed", PYTHON, ["", "def a§(): pass\n", "__all__ = [", "'a§', ", "]\n"]),
    flat("elements", PYTHON, ["x = [", "1, ", "", "", "]\n"]),
    flat("pairs", PYTHON, ["x = {", "'a': b, ", "", "", "}\n"]),
    flat("holes of a string", PYTHON, ["x = f'", "a{b}", "", "", "'\n"]),
    flat("comments", PYTHON, ["", "# TODO a\n", "", "", ""]),
    flat("suppressions of one line", PYTHON, ["a ", "# noqa ", "", "", "\n"]),
    flat("docs", PYTHON, ["", "#: TODO a\n", "a = 1\n", "", ""]),
    flat("decorators", PYTHON, ["", "@a\n", "def f(): pass\n", "", ""]),
    flat("arms", PYTHON, ["match a:\n", "    case b: c()\n", "", "", ""]),
    flat("else ifs", PYTHON, ["if a: b()\n", "elif c: d()\n", "", "", ""]),
    nested("calls in calls", PYTHON, ["", "f(a, ", "b", ")", "\n"]),
    nested("calls of calls", PYTHON, ["a", ".b(c)", "", "", "\n"]),
    nested("conditions joined", PYTHON, ["def f():\n    if ", "a and ", "b", "", ": pass\n"]),
    nested("lambdas", PYTHON, ["x = ", "lambda a: ", "b", "", "\n"]),
    nested("conditional values", PYTHON, ["x = ", "a if b else ", "c", "", "\n"]),
    nested("lists in lists", PYTHON, ["x = ", "[", "a", "]", "\n"]),
];
