//! Tests of views about definitions.

use crate::ir::Kind;
use crate::language::checks::{check_kind, check_view, check_views};

#[test]
fn the_parent_decides_the_kind() {
    check_kind("ts", "import('m')", "call_expression", Kind::Import);
    check_kind("ts", "const a = require('m')", "call_expression", Kind::Import);
    check_kind("ts", "require(m)", "call_expression", Kind::Call);
    check_kind("js", "function f(a, { b }, ...c) {}", "identifier=a", Kind::Parameter);
    check_kind("js", "function f(a, { b }, ...c) {}", "object_pattern", Kind::Parameter);
    check_kind("js", "const { b } = c", "object_pattern", Kind::Other);
    check_kind("ts", "const f = x => x", "identifier=x", Kind::Parameter);
    check_kind("ts", "let a: B = undefined", "undefined", Kind::Null);
    check_kind("ts", "let a: B = undefined", "type_identifier", Kind::Type);
    check_kind("tsx", "const a = <b c='d' />", "jsx_self_closing_element", Kind::Jsx);
}

#[test]
fn names_are_those_of_the_definition_or_its_holder() {
    check_views(
        "ts",
        "arrow_function",
        "name",
        &[
            ("const f = () => {}", "f"),
            ("const f = (async () => {}) as F", "f"),
            ("const o = { 'a b': () => {} }", "a b"),
            ("class A { f = () => {} }", "f"),
            ("exports.f = () => {}", "f"),
            ("g(() => {})", "-"),
        ],
    );
    check_view("js", "class A { f = () => {} }", "arrow_function", "name", "f");
    check_view("js", "class A { #f = 1 }", "field_definition", "name", "#f");
    check_view("ts", "class A { constructor(private b?: C) {} }", "optional_parameter", "name", "b");
    check_view("ts", "class A { constructor(private b: C = 1) {} }", "required_parameter", "name", "b");
    check_view("js", "function f(...rest) {}", "rest_pattern", "name", "rest");
    check_view("ts", "const { a } = b", "variable_declarator", "name", "-");
    check_view("ts", "interface A { b(): void }", "method_signature", "name", "b");
}

#[test]
fn exported_by_statement_list_default_or_owner() {
    check_views(
        "ts",
        "function_declaration",
        "exported",
        &[
            ("export function f() {}", "true"),
            ("export default function f() {}", "true"),
            ("function f() {} export { f }", "true"),
            ("export { f as g }; function f() {}", "true"),
            ("export { f } from 'm'; function f() {}", "false"),
            ("function f() {} export default f", "true"),
            ("function f() {} export = f", "true"),
            ("function f() {}", "false"),
            ("export function g() { function f() {} }", "true"),
            ("function g() {} export const h = () => { function f() {} }", "false"),
            ("export namespace N { export function f() {} }", "true"),
            ("namespace N { export function f() {} }", "false"),
            ("export namespace N { function f() {} }", "false"),
        ],
    );
    check_view("ts", "export function g() { function f() {} }", "function_declaration@2", "exported", "false");
    check_views(
        "ts",
        "method_definition",
        "exported",
        &[
            ("export class A { b() {} }", "true"),
            ("export class A { private b() {} }", "false"),
            ("export class A { #b() {} }", "false"),
            ("class A { b() {} } export { A }", "true"),
            ("class A { b() {} }", "false"),
            ("export const A = class { b() {} }", "true"),
            ("export default class { b() {} }", "true"),
            ("export const o = { b() {} }", "false"),
        ],
    );
    check_view("ts", "export const f = () => {}", "arrow_function", "exported", "true");
    check_view("ts", "export const f = () => {}", "variable_declarator", "exported", "true");
    check_view("ts", "export const { a, b: c } = d", "variable_declarator", "exported", "true");
    check_view("ts", "const { a, b: c } = d; export { c }", "variable_declarator", "exported", "true");
    check_view("ts", "export default () => {}", "arrow_function", "exported", "true");
    check_view("ts", "export default (() => {}) satisfies F", "arrow_function", "exported", "true");
    check_view("ts", "export default (() => {})()", "arrow_function", "exported", "false");
    check_view("ts", "export default (class { b() {} })", "method_definition", "exported", "true");
    check_view("ts", "export declare function f(): void", "function_signature", "exported", "true");
    check_view("ts", "export interface A { b: C }", "property_signature", "exported", "true");
    check_view("js", "function f() {} export { f }", "function_declaration", "exported", "true");
}

#[test]
fn documentation_stands_directly_above() {
    check_views(
        "ts",
        "function_declaration",
        "documented",
        &[
            ("/** Doc. */\nfunction f() {}", "true"),
            ("/** Doc. */\nexport function f() {}", "true"),
            ("/** Doc. */\n// note\nexport default function f() {}", "true"),
            ("/* No doc. */\nfunction f() {}", "false"),
            ("/** */\nfunction f() {}", "false"),
            ("/**\n * .\n */\nfunction f() {}", "false"),
            ("/** Elsewhere. */\n\nfunction f() {}", "false"),
            ("/** Of g. */ function g() {}\nfunction f() {}", "true"),
            (
                "/** Doc. */\nexport function f(a: A): void;\nexport function f(a: B): void;\nexport function f(a) {}",
                "true",
            ),
        ],
    );
    let overloads =
        "/** Doc. */\nexport function f(a: A): void;\nexport function f(a: B): void;\nexport function f(a) {}";
    check_view("ts", overloads, "function_signature@2", "documented", "true");
    let overloads = "export function f(a: string): void;\nexport function f(a: number): void;\nexport function f() {}";
    check_view("ts", overloads, "function_signature", "documented", "false");
    check_view("ts", overloads, "function_signature@2", "documented", "true");
    check_view("ts", overloads, "function_declaration", "documented", "true");
    check_view("ts", "@Dec()\n/** Doc. */\nexport class A {}", "class_declaration", "documented", "true");
    check_view("ts", "@Dec()\nexport class A { /** Doc. */ b() {} }", "class_declaration", "documented", "false");
    check_view("ts", "/** Of g. */ function g() {}\nfunction f() {}", "function_declaration@2", "documented", "false");
    check_view("ts", "/** Doc. */\nexport const f = () => {}", "arrow_function", "documented", "true");
    check_view("ts", "/** Doc. */\nexport const f = () => {}", "variable_declarator", "documented", "true");
    check_view("ts", "/** Doc. */\n@Dec()\nexport class A {}", "class_declaration", "documented", "true");
    check_view("ts", "class A {\n  /** Doc. */\n  @Dec() b() {}\n}", "method_definition", "documented", "true");
    check_view(
        "ts",
        "class A {\n  /** Doc. */\n  b = 1;\n  c = 2;\n}",
        "public_field_definition@2",
        "documented",
        "false",
    );
    check_view("ts", "interface A { /** Doc. */ b: C }", "property_signature", "documented", "true");
    check_view("ts", "/** @file Doc. */\nf()", "program", "documented", "true");
}

#[test]
fn parameters_are_listed_by_name() {
    check_view("ts", "export function f(a, b) {}", "function_declaration", "parameters", "[a, b]");
    check_view(
        "ts",
        "function f(this: A, b?: B, { c }: C, ...d) {}",
        "function_declaration",
        "parameters",
        "[b, { c }: C, d]",
    );
    check_view("js", "const f = (a = 1, { b }, /* c */ ...d) => a", "arrow_function", "parameters", "[a, { b }, d]");
    check_view("js", "const f = a => a", "arrow_function", "parameters", "[a]");
}

#[test]
fn callables_are_async_or_generators() {
    check_view("ts", "const f = async () => {}", "arrow_function", "async", "true");
    check_view("ts", "class A { async *b() {} }", "method_definition", "async", "true");
    check_view("ts", "class A { async *b() {} }", "method_definition", "generator", "true");
    check_view("ts", "function* f() {}", "generator_function_declaration", "generator", "true");
}

#[test]
fn attributes_are_listed_by_name() {
    check_view("ts", "@A() @b.C class D {}", "class_declaration", "attributes", "[A, b.C]");
    check_view("ts", "@A() export class D {}", "class_declaration", "attributes", "[A]");
    check_view("ts", "class D { @A() b() {} @C() d = 1 }", "method_definition", "attributes", "[A]");
    check_view("ts", "class D { @A() b() {} @C() d = 1 }", "public_field_definition", "attributes", "[C]");
    check_view("js", "class D { @A() b() {} }", "method_definition", "attributes", "[A]");
}

#[test]
fn types_list_members_and_relations() {
    let class = "class A extends B.C<D> implements E, F<G> { h; i() {} get j() {} set j(k) {} }";
    check_view("ts", class, "class_declaration", "members", "[h, i, j]");
    check_view("ts", class, "class_declaration", "extends", "[B.C]");
    check_view("ts", class, "class_declaration", "implements", "[E, F]");
    check_view("js", "class A extends B.C { #d = 1 }", "class_declaration", "extends", "[B.C]");
    check_view("js", "class A extends B.C { #d = 1 }", "class_declaration", "members", "[#d]");
    check_view("ts", "interface A extends B, C<D> { e: F }", "interface_declaration", "extends", "[B, C]");
    check_view("ts", "enum A { B, C = 1, 'D' }", "enum_declaration", "members", "[B, C, D]");
}

#[test]
fn variables_have_mutability_and_value() {
    check_views(
        "ts",
        "variable_declarator",
        "mutable",
        &[("let a = 1", "true"), ("var a = 1", "true"), ("const a = 1", "false")],
    );
    check_view("ts", "class A { readonly b = 1 }", "public_field_definition", "mutable", "false");
    check_view("js", "class A { b = 1 }", "field_definition", "mutable", "true");
    check_view("ts", "const a = b + 1", "variable_declarator", "value", "b + 1");
}
