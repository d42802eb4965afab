//! Targets of names, by form and language.

use std::cmp::Reverse;

use crate::ir::view::Call;
use crate::language;
use crate::names::{Target, target, target_if, target_with_start};
use crate::source::{RelPath, SourceFile};

/// The target of the last call in a text that has a target: a name as text, `local`, or `none`.
#[track_caller]
fn last_call(extension: &str, text: &str) -> String {
    let source = SourceFile::new(RelPath::new(format!("a.{extension}")), text).unwrap();
    let file = language::lower(source);
    assert!(file.problems.is_empty(), "{text}: {:?}", file.problems);
    let calls = file.trees[0].nodes().filter(|node| node.is_named() && Call::cast(*node).is_some());
    let call = calls.min_by_key(|call| (Reverse(call.end()), call.start())).unwrap();
    let found = target(&file, call);
    assert_eq!(target_if(&file, call, |target| Some(target) == found.as_ref()), found, "{text}");
    assert_eq!(target_if(&file, call, |_| false), None, "{text}");
    let found_text = found.as_ref().and_then(|target| target.text(call.language().syntax()));
    let may_start = |_: &str, start: &str| {
        // A default export has no name of its own in the text of its members.
        let start = start.strip_suffix("#default").unwrap_or(start);
        found_text.as_ref().is_none_or(|text| text.starts_with(start))
    };
    // The start is that of the callee; the target of `f.call.call(g)` is an argument.
    if !["call.", "apply."].iter().any(|method| text.contains(method)) {
        assert_eq!(target_with_start(&file, call, may_start), found, "{text}");
    }
    match found {
        Some(Target::Local) => "local".to_owned(),
        Some(target) => target.text(call.language().syntax()).unwrap_or_default(),
        None => "none".to_owned(),
    }
}

#[track_caller]
fn check(extension: &str, cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(last_call(extension, text), *expected, "{text}");
    }
}

#[test]
#[cfg(feature = "ecmascript")]
fn forms_of_a_global_name() {
    check(
        "ts",
        &[
            ("console.log(1)", "console.log"),
            ("console?.log?.(1)", "console.log"),
            ("console[\"log\"](1)", "console.log"),
            ("console[`log`](1)", "console.log"),
            ("(console).log(1)", "console.log"),
            ("(console as any).log(1)", "console.log"),
            ("(console satisfies Console).log(1)", "console.log"),
            ("(<any>console).log(1)", "console.log"),
            ("console!.log!(1)", "console.log"),
            ("(console.log)(1)", "console.log"),
            ("(0, console.log)(1)", "console.log"),
            ("(0, 1, (console as any)!.log)(1)", "console.log"),
            ("console.log<number>(1)", "console.log"),
            ("globalThis.console.log(1)", "console.log"),
            ("globalThis[\"console\"].log(1)", "console.log"),
            ("window.self.console.log(1)", "console.log"),
            ("global.eval(x)", "eval"),
            ("new Function(x)", "Function"),
            ("new Function", "Function"),
            ("new globalThis.Function(x)", "Function"),
            ("eval?.(x)", "eval"),
            ("console.log.call(console, 1)", "console.log"),
            ("console.log.apply(console, [1])", "console.log"),
            ("console.log.bind(console)", "console.log"),
            ("console.log.call.call(console.log, 1)", "console.log"),
            ("Function.call.bind(a.b)", "a.b"),
            ("Function.call.bind(a().b)", "none"),
            ("Function.prototype.call.call(eval, null, x)", "eval"),
            ("a.apply.call(eval, null, [x])", "eval"),
            ("a.call.bind()", "a.call.bind"),
            ("Function.call.call(Function, x)", "Function"),
            ("Reflect.apply(console.log, console, [1])", "console.log"),
            ("Reflect.construct(Function, [x])", "Function"),
            ("globalThis.Reflect.construct(window.Function, [x])", "Function"),
            ("console[`log${x}`](1)", "none"),
            ("console[name](1)", "none"),
            ("f().log(1)", "none"),
            ("this.console.log(1)", "none"),
            ("tag`x`", "tag"),
        ],
    );
}

#[test]
#[cfg(feature = "ecmascript")]
fn names_that_the_file_binds() {
    check(
        "ts",
        &[
            ("const run = (eval: F) => eval(1)", "local"),
            ("function f(console: L) { console.log(1) }", "local"),
            ("function f({ console }: L) { console.log(1) }", "local"),
            ("function f({ a: [console = b] }: L) { console.log(1) }", "local"),
            ("function f() { console.log(1); var console; }", "local"),
            ("{ console.log(1); function console() {} }", "local"),
            ("try {} catch (console) { console.log(1) }", "local"),
            ("for (const console of all) { console.log(1) }", "local"),
            ("class Function {}\nnew Function(x)", "local"),
            ("enum Function { A }\nFunction(x)", "local"),
            ("(function eval() { eval(1) })", "local"),
            ("const run = (eval: F) => eval;\neval(1)", "eval"),
            ("interface Function {}\nnew Function(x)", "Function"),
            ("type Function = 1;\nnew Function(x)", "Function"),
            ("import type { Function } from \"m\";\nnew Function(x)", "Function"),
            ("import { type Function } from \"m\";\nnew Function(x)", "Function"),
            ("function f<Function>() { new Function(x) }", "Function"),
            ("declare const console: Console;\nconsole.log(1)", "console.log"),
            ("declare function fit(name: string): void;\nfit(1)", "fit"),
            ("import { Function } from \"./m\";\nnew Function(x)", "./m#Function"),
            ("import console from \"./m\";\nconsole.log(1)", "./m#log"),
            ("import { a as eval } from \"m\";\neval(1)", "m#a"),
            ("import * as console from \"m\";\nconsole.log(1)", "m#log"),
            ("import console = require(\"m\");\nconsole.log(1)", "m#log"),
            ("const console = require(\"m\");\nconsole.log(1)", "m#log"),
            ("const { eval: e } = require(\"m\");\ne(1)", "m#eval"),
            ("const e = require(\"m\").eval;\ne(1)", "m#eval"),
            ("const window = f();\nwindow.eval(1)", "local"),
        ],
    );
}

#[test]
#[cfg(feature = "ecmascript")]
fn other_names_for_a_thing() {
    check(
        "ts",
        &[
            ("const log = console.log;\nlog(1)", "console.log"),
            ("const c = console;\nc.log(1)", "console.log"),
            ("const c = console, log = c.log;\nlog(1)", "console.log"),
            ("const { log } = console;\nlog(1)", "console.log"),
            ("const { log: l } = console;\nl(1)", "console.log"),
            ("const { \"log\": l } = console;\nl(1)", "console.log"),
            ("const { [\"log\"]: l } = console;\nl(1)", "console.log"),
            ("const { log = f } = console;\nlog(1)", "console.log"),
            ("const { console: { log: l } } = globalThis;\nl(1)", "console.log"),
            ("let log = (0, console.log as any)!;\nlog(1)", "console.log"),
            ("var log = console[\"log\"];\nfunction f() { log(1) }", "console.log"),
            ("let log = console.log;\nlog = f;\nlog(1)", "local"),
            ("let log = console.log;\n({ log } = f);\nlog(1)", "local"),
            ("let log = console.log;\n[log] = f;\nlog(1)", "local"),
            ("let log = console.log;\nfor (log of all) {}\nlog(1)", "local"),
            ("let n = eval;\nn++;\nn(1)", "local"),
            ("var log = console.log;\nvar log = f;\nlog(1)", "local"),
            ("let log = console.log;\n{ let log; log = f; }\nlog(1)", "local"),
            ("const log = console.log;\nfunction f(log) { log(1) }", "local"),
            ("const log = on ? console.log : f;\nlog(1)", "local"),
            ("const log = console.log();\nlog(1)", "local"),
            ("const log = new Function;\nlog(1)", "local"),
            ("var a = b, b = a;\na(1)", "local"),
            ("const eval = eval;\neval(1)", "local"),
            ("import fs from \"node:fs\";\nconst { readFile: r } = fs.promises;\nr(1)", "fs#promises.readFile"),
            ("import console from \"node:console\";\nconsole.log(1)", "console.log"),
            ("import { log } from \"console\";\nlog(1)", "console.log"),
            ("import { test as check } from \"vitest\";\ncheck.only(1)", "test.only"),
            ("import run from \"node:test\";\nrun.only(1)", "test.only"),
            ("import { it as run } from \"node:test\";\nrun.only(1)", "test.it.only"),
            ("const { test } = require(\"node:test\");\ntest.only(1)", "test.only"),
            ("const test = require(\"node:test\");\ntest.only(1)", "test.only"),
            ("import { test } from \"@playwright/test\";\ntest.only(1)", "test.only"),
            ("const own = test.extend({ a });\nown.only(1)", "test.extend.only"),
            ("const own = test.each({ a });\nown.only(1)", "local"),
        ],
    );
}

#[test]
#[cfg(feature = "python")]
fn names_in_python() {
    check(
        "py",
        &[
            ("eval(x)", "eval"),
            ("(eval)(x)", "eval"),
            ("def f(eval):\n    eval(x)", "local"),
            ("def f():\n    eval(x)\n    eval = 1", "local"),
            ("class A:\n    eval = 1\n    def f(self):\n        eval(x)", "eval"),
            ("from m import eval\neval(x)", "m.eval"),
            ("from m import a as eval\neval(x)", "m.a"),
            ("import builtins\nbuiltins.eval(x)", "eval"),
            ("from builtins import eval as e\ne(x)", "eval"),
            ("__builtins__.eval(x)", "eval"),
            ("e = eval\ne(x)", "eval"),
            ("e: F = (eval)\ne(x)", "eval"),
            ("if (e := eval):\n    e(x)", "eval"),
            ("e = eval\ne = f\ne(x)", "local"),
            ("e = eval\ndef g():\n    global e\n    e = f\ne(x)", "local"),
            ("e = eval\ndef g():\n    def e(): pass\ne(x)", "eval"),
            ("import os.path\nos.path.join(x)", "os.path.join"),
            ("import os.path as p\np.join(x)", "os.path.join"),
            ("from os import path\njoin = path.join\njoin(x)", "os.path.join"),
            ("f().eval(x)", "none"),
        ],
    );
}

#[test]
#[cfg(feature = "rust")]
fn paths_in_rust_start_at_other_imports() {
    check(
        "rs",
        &[
            ("use shapes as s;\nuse s::area;\nfn f() { area() }", "shapes::area"),
            ("use shapes as s;\nuse s::area as a;\nfn f() { a() }", "shapes::area"),
            ("extern crate shapes as s;\nuse s::area;\nfn f() { area() }", "shapes::area"),
            ("use shapes as s;\nuse s::flat as p;\nuse p::area as a;\nfn f() { a() }", "shapes::flat::area"),
            ("use shapes::{self as s, flat as p};\nuse p::{area as a, side};\nfn f() { a() }", "shapes::flat::area"),
            ("use std as s;\nuse s::println as p;\nfn f() { p!(1) }", "println"),
            ("use shapes as s;\nfn f() { use s::area; area() }", "shapes::area"),
            ("mod m { use shapes as s; }\nuse s::area;\nfn f() { area() }", "s::area"),
            ("use shapes;\nuse shapes::area;\nfn f() { area() }", "shapes::area"),
            ("use s::area;\nuse area::s;\nfn f() { m::n(area) }", "m::n"),
        ],
    );
}
