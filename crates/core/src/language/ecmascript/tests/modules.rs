//! Tests of imports, references and symbol paths.

use crate::language::checks::{check_calls, check_import, check_symbol, check_view, check_views};

#[test]
fn imports_and_exports_list_their_items() {
    let import = "import a, { b as c, type d } from 'm'";
    check_view("ts", import, "import_statement", "source", "m");
    check_view("ts", import, "import_statement", "names", "[default, b, d]");
    check_view("ts", import, "import_statement", "type_only", "false");
    check_view("ts", "import 'm'", "import_statement", "names", "[]");
    check_view("ts", "import * as a from \"m\"", "import_statement", "names", "[*]");
    check_view("ts", "import a = require('m')", "import_statement", "source", "m");
    check_views(
        "ts",
        "import_statement",
        "type_only",
        &[
            ("import type { a } from 'm'", "true"),
            ("import { type a, type b } from 'm'", "true"),
            ("import 'm'", "false"),
        ],
    );
    check_views(
        "ts",
        "export_statement",
        "names",
        &[
            ("export { a as b, c }", "[b, c]"),
            ("export * from 'm'", "[*]"),
            ("export * as n from 'm'", "[n]"),
            ("export const a = 1, { b, c: d } = e", "[a, b, d]"),
            ("export default a", "[default]"),
            ("export class A {}", "[A]"),
        ],
    );
    check_view("ts", "export { a } from 'm'", "export_statement", "reexport", "true");
    check_view("ts", "export { a } from 'm'", "export_statement", "source", "m");
    check_view("ts", "export { a }", "export_statement", "reexport", "false");
    check_views(
        "ts",
        "call_expression",
        "names",
        &[
            ("require('m')", "[]"),
            ("const a = require('m')", "[*]"),
            ("const { a, b: c, d = 1 } = await import('m')", "[a, b, d]"),
            ("const x = require('m').a", "[a]"),
        ],
    );
    check_view("ts", "import('m')", "call_expression", "dynamic", "true");
    check_view("ts", "import(m)", "call_expression", "source", "-");
}

#[test]
fn imported_names_are_followed() {
    for (code, place, expected) in [
        ("import { readFile as r } from 'node:fs'; r()", "identifier@3", true),
        ("import { readFile as r } from 'node:fs'; r()", "identifier@2", false),
        ("import { readFile as r } from 'node:fs'; r()", "call_expression", true),
        ("import fs from 'fs'; fs.a.b()", "call_expression", true),
        ("import * as fs from 'fs'; fs.a", "member_expression", true),
        ("import 'fs'", "import_statement", true),
        ("import 'fs/promises'", "import_statement", false),
        ("export * from 'fs'", "export_statement", true),
        ("const fs = require('fs'); fs.a()", "call_expression@2", true),
        ("const { a: { b }, c } = require('fs'); c()", "call_expression@2", true),
        ("const { a } = await import('fs'); a()", "call_expression@2", true),
        ("require('fs').a()", "call_expression", true),
        ("import { a } from 'fs'; function f(a) { a() }", "call_expression", false),
        ("import { a } from 'fs'; { const a = 1; } a()", "call_expression", true),
        ("import { a } from 'fs'; { a(); const a = 1 }", "call_expression", false),
        ("import { a } from 'fs'; try {} catch (a) { a() }", "call_expression", false),
        ("import { a } from 'fs'; const f = ({ b: a }) => a()", "call_expression", false),
        ("import { a } from 'fs'; for (const a of b) a()", "call_expression", false),
        ("import { a } from 'fs'; function f() { { var a } a() }", "call_expression", false),
        ("import { a } from 'fs'; x.a()", "call_expression", false),
        ("import { a } from 'fs'; g({ a })", "shorthand_property_identifier", true),
        ("import { a } from 'other'; a()", "call_expression", false),
        ("a(); import { a } from 'fs'", "call_expression", true),
        ("import a = require('fs'); a.b()", "call_expression", true),
        ("import type { A } from 'fs'; let b: A", "type_identifier", true),
        ("import type { A } from 'fs'; function f<A>(b: A) {}", "type_identifier@2", false),
        ("import * as n from 'fs'; let b: n.A<c>", "nested_type_identifier", true),
        ("import { a } from 'fs'; export { a }", "identifier@2", true),
    ] {
        check_import("ts", code, place, "fs", expected);
    }
    check_import("ts", "import { a } from 'fs'; a()", "call_expression", "node:fs", true);
    check_import("tsx", "import { A } from 'm'; const b = <A />", "jsx_self_closing_element", "m", true);
    check_import("js", "import { a } from 'fs'; function f(a) { a() }", "call_expression", "fs", false);
    check_import("js", "const f = require('fs'); f.b()", "call_expression@2", "fs", true);
}

#[test]
fn callees_are_resolved_through_imports() {
    let exec = "child_process#exec";
    check_calls("ts", "import { exec as e } from 'node:child_process'; e(a)", "call_expression", exec, true);
    check_calls("ts", "import * as cp from 'child_process'; cp.exec(a)", "call_expression", exec, true);
    check_calls("ts", "import cp from 'child_process'; cp.exec(a)", "call_expression", exec, true);
    check_calls("ts", "require('child_process').exec(a)", "call_expression", exec, true);
    check_calls("ts", "const { exec } = require('child_process'); exec(a)", "call_expression@2", exec, true);
    check_calls("ts", "import * as cp from 'child_process'; cp.execFile(a)", "call_expression", exec, false);
    check_calls("ts", "import { exec } from 'other'; exec(a)", "call_expression", exec, false);
    check_calls("ts", "exec(a)", "call_expression", exec, false);
    check_calls("ts", "import a from 'm'; a()", "call_expression", "m#default", true);
    check_calls(
        "ts",
        "import { promises as p } from 'fs'; p.readFile()",
        "call_expression",
        "fs#promises.readFile",
        true,
    );
    check_calls("ts", "console?.log(a)", "call_expression", "console.log", true);
}

#[test]
fn symbol_paths_name_what_encloses_a_place() {
    check_symbol("ts", "class A { b() { c } }", "identifier=c", "A.b");
    check_symbol(
        "ts",
        "describe('a', () => { it.only('b', () => { c }) })",
        "identifier=c",
        "describe(\"a\").it(\"b\")",
    );
    check_symbol("ts", "const f = () => { c }", "identifier=c", "f");
    check_symbol("ts", "const o = { f() { c }, g: () => d }", "identifier=c", "o.f");
    check_symbol("ts", "const o = { f() { c }, g: () => d }", "identifier=d", "o.g");
    check_symbol("ts", "function f() { const x = c }", "identifier=c", "f");
    check_symbol("ts", "function f() { const x = c }", "variable_declarator", "f.x");
    check_symbol("ts", "const x = c", "identifier=c", "x");
    check_symbol("ts", "export default () => { c }", "identifier=c", "default");
    check_symbol("ts", "namespace N { class A { b = c } }", "identifier=c", "N.A.b");
    check_symbol("ts", "c", "identifier=c", "");
}
