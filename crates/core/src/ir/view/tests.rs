//! Questions put to pieces of code, with the answers they must have.

use super::{Answer, Key, ask, calls, refers_to_import};
use crate::ir::{Kind, Lowered, Node, symbol};
use crate::language;
use crate::source::{RelPath, SourceFile};

/// Lowers code of a dialect by its tag.
pub(crate) fn lower(tag: &str, code: &str) -> Lowered {
    let dialect = language::of_tag(tag).unwrap();
    let source = SourceFile::new(RelPath::new("block"), code).unwrap().with_dialect(dialect);
    language::lower(source)
}

/// The node that `place` names: a raw kind, `kind@2` for the second one, `kind=text` for the one of that text.
pub(crate) fn find<'t>(file: &'t Lowered, place: &str) -> Node<'t> {
    let tree = file.tree().unwrap();
    let of_kind = |raw: &str, test: &dyn Fn(usize, Node<'t>) -> bool| {
        let found = tree.nodes().filter(|node| node.raw_name() == raw).enumerate().find(|(at, node)| test(*at, *node));
        found.map(|(_, node)| node)
    };
    let found = if let Some((raw, number)) = place.split_once('@') {
        of_kind(raw, &|at, _| at + 1 == number.parse().unwrap())
    } else if let Some((raw, text)) = place.split_once('=') {
        of_kind(raw, &|_, node| node.text() == text)
    } else {
        of_kind(place, &|_, _| true)
    };
    found.unwrap_or_else(|| {
        let kinds: Vec<_> = tree.nodes().filter(|node| node.is_named()).collect();
        panic!("no {place} in {:?}: {kinds:?}", file.source.text())
    })
}

/// An answer as text: `-` for none, lists in brackets.
fn shown(answer: Option<Answer<'_>>) -> String {
    match answer {
        None => "-".to_owned(),
        Some(Answer::Bool(yes)) => yes.to_string(),
        Some(Answer::Number(count)) => count.to_string(),
        Some(Answer::Text(text)) => text.into_owned(),
        Some(Answer::List(list)) => format!("[{}]", list.join(", ")),
    }
}

#[track_caller]
fn check_view(tag: &str, code: &str, place: &str, key: &str, expected: &str) {
    let file = lower(tag, code);
    let node = find(&file, place);
    assert_eq!(shown(ask(&file, node, Key::named(key).unwrap())), expected, "{key} of {place} in {code}");
}

#[track_caller]
fn check_views(tag: &str, place: &str, key: &str, cases: &[(&str, &str)]) {
    for (code, expected) in cases {
        check_view(tag, code, place, key, expected);
    }
}

#[track_caller]
fn check_kind(tag: &str, code: &str, place: &str, expected: Kind) {
    let file = lower(tag, code);
    assert_eq!(find(&file, place).kind(), expected, "{place} in {code}");
}

#[track_caller]
fn check_import(tag: &str, code: &str, place: &str, module: &str, expected: bool) {
    let file = lower(tag, code);
    let node = find(&file, place);
    assert_eq!(refers_to_import(&file, node, module), expected, "{place} from {module} in {code}");
}

#[track_caller]
fn check_calls(tag: &str, code: &str, place: &str, wanted: &str, expected: bool) {
    let file = lower(tag, code);
    assert_eq!(calls(&file, find(&file, place), wanted), expected, "{place} is {wanted} in {code}");
}

#[track_caller]
fn check_symbol(tag: &str, code: &str, place: &str, expected: &str) {
    let file = lower(tag, code);
    assert_eq!(symbol::path(find(&file, place)), expected, "{place} in {code}");
}

#[test]
fn keys_are_found_by_name_and_say_their_kinds() {
    assert_eq!(Key::named("lines"), Some(Key::Lines));
    assert_eq!(Key::named("colour"), None);
    assert!(Key::Async.kinds().contains(&Kind::Lambda));
    assert!(Key::Test.kinds().is_empty() && Key::Import.kinds().is_empty());
    assert_eq!(Key::names().count(), Key::ALL.len());
    // A node whose view lacks the key has no answer.
    check_view("ts", "f()", "call_expression", "async", "-");
}

#[test]
fn the_parent_decides_the_kind() {
    check_kind("rust", "fn a() {}", "function_item", Kind::Function);
    check_kind("rust", "impl A { fn a() {} }", "function_item", Kind::Method);
    check_kind("rust", "trait A { fn a(); }", "function_signature_item", Kind::Method);
    check_kind("rust", "extern \"C\" { fn a(); }", "function_signature_item", Kind::Function);
    check_kind("rust", "fn f() { let g = |(a, b), c| a; }", "tuple_pattern", Kind::Parameter);
    check_kind("rust", "fn f() { let (a, b) = c; }", "tuple_pattern", Kind::Other);
    check_kind("rust", "struct A { b: C }", "type_identifier=A", Kind::Identifier);
    check_kind("rust", "struct A { b: C }", "type_identifier=C", Kind::Type);
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
fn names_are_those_of_the_definition_or_of_what_holds_it() {
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
    check_view("rust", "fn f() { let g = |x| x; }", "closure_expression", "name", "g");
    check_view("rust", "fn f() { let mut x = 1; }", "let_declaration", "name", "x");
    check_view("rust", "impl A { fn b(&mut self) {} }", "self_parameter", "name", "self");
    check_view("rust", "fn f() { println!(\"a\"); }", "macro_invocation", "name", "println");
    check_view("rust", "#[tokio::test] fn f() {}", "attribute_item", "name", "tokio::test");
}

#[test]
fn exported_in_rust_is_bare_pub_and_the_owner_too() {
    check_views(
        "rust",
        "function_item",
        "exported",
        &[
            ("pub fn f() {}", "true"),
            ("fn f() {}", "false"),
            ("pub(crate) fn f() {}", "false"),
            ("impl A { pub fn f() {} }", "true"),
            ("struct A; impl A { pub fn f() {} }", "false"),
            ("pub struct A; impl A { pub fn f() {} }", "true"),
            ("impl A { fn f() {} }", "false"),
            ("impl T for A { fn f() {} }", "false"),
            ("pub trait T { fn f() {} }", "true"),
            ("trait T { fn f() {} }", "false"),
        ],
    );
    check_view("rust", "pub struct A { pub b: C }", "field_declaration", "exported", "true");
    check_view("rust", "struct A { pub b: C }", "field_declaration", "exported", "false");
    check_view("rust", "pub const A: u8 = 1;", "const_item", "exported", "true");
}

#[test]
fn exported_in_typescript_is_by_statement_list_default_or_owner() {
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
    check_views(
        "rust",
        "function_item",
        "documented",
        &[
            ("/// Doc.\nfn f() {}", "true"),
            ("/// Doc.\n#[inline]\n// note\npub fn f() {}", "true"),
            ("#[doc = \"Doc.\"]\nfn f() {}", "true"),
            ("/** Doc. */ fn f() {}", "true"),
            ("// No doc.\nfn f() {}", "false"),
            ("//// No doc.\nfn f() {}", "false"),
            ("//! Of the file.\nfn f() {}", "false"),
            ("/// Of S.\nstruct S;\nfn f() {}", "false"),
        ],
    );
    check_view("rust", "mod a {\n    //! Doc.\n}", "mod_item", "documented", "true");
    check_view("rust", "//! Doc.\n\nuse a;", "source_file", "documented", "true");
    check_view(
        "rust",
        "struct A {\n    /// Doc.\n    b: C,\n    d: E,\n}",
        "field_declaration@2",
        "documented",
        "false",
    );
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
    check_view("rust", "fn f(&self, a: A, (b, c): B) {}", "function_item", "parameters", "[self, a, (b, c): B]");
    check_view("rust", "fn f() { |a, mut b: B| a }", "closure_expression", "parameters", "[a, b]");
}

#[test]
fn callables_say_how_they_run() {
    check_view("ts", "const f = async () => {}", "arrow_function", "async", "true");
    check_view("ts", "class A { async *b() {} }", "method_definition", "async", "true");
    check_view("ts", "class A { async *b() {} }", "method_definition", "generator", "true");
    check_view("ts", "function* f() {}", "generator_function_declaration", "generator", "true");
    check_view("rust", "pub async fn f() {}", "function_item", "async", "true");
    check_view("rust", "fn f() { async move || {} }", "closure_expression", "async", "true");
    check_view("rust", "fn f() { async {} }", "function_item", "async", "false");
}

#[test]
fn attributes_are_listed_by_name() {
    check_view(
        "rust",
        "#[derive(A, B)]\n/// Doc.\n#[cfg(test)]\nstruct C;",
        "struct_item",
        "attributes",
        "[derive, cfg]",
    );
    check_view("rust", "#[a] fn f() {} fn g() {}", "function_item@2", "attributes", "[]");
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
    check_view("rust", "enum A { B, C(D), E { f: G } }", "enum_item", "members", "[B, C, E]");
    check_view("rust", "struct A { b: C, d: E }", "struct_item", "members", "[b, d]");
    check_view("rust", "struct A(B, C);", "struct_item", "members", "[0, 1]");
    check_view("rust", "trait A: B + c::D<E> + 'static { fn f(); const G: u8; }", "trait_item", "extends", "[B, c::D]");
    check_view("rust", "trait A { fn f(); const G: u8; type H; }", "trait_item", "members", "[f, G, H]");
    check_view(
        "rust",
        "#[derive(B)] struct A<T>; impl<T> fmt::C for A<T> {}",
        "struct_item",
        "implements",
        "[B, fmt::C]",
    );
}

#[test]
fn variables_say_whether_they_change_and_what_they_hold() {
    check_views(
        "ts",
        "variable_declarator",
        "mutable",
        &[("let a = 1", "true"), ("var a = 1", "true"), ("const a = 1", "false")],
    );
    check_view("ts", "class A { readonly b = 1 }", "public_field_definition", "mutable", "false");
    check_view("js", "class A { b = 1 }", "field_definition", "mutable", "true");
    check_view("ts", "const a = b + 1", "variable_declarator", "value", "b + 1");
    check_view("rust", "fn f() { let mut a = 1; }", "let_declaration", "mutable", "true");
    check_view("rust", "fn f() { let a = 1; }", "let_declaration", "mutable", "false");
    check_view("rust", "static mut A: u8 = 1;", "static_item", "mutable", "true");
    check_view("rust", "const A: u8 = 1;", "const_item", "value", "1");
}

#[test]
fn literals_hold_what_stands_between_their_quotes() {
    check_view("ts", "'a\\n'", "string", "value", "a\\n");
    check_view("ts", "''", "string", "value", "");
    check_view("ts", "`a${b}`", "template_string", "value", "a${b}");
    check_view("ts", "/a/g", "regex", "value", "a");
    check_view("ts", "/a/g", "regex", "raw", "/a/g");
    check_view("ts", "0x1F", "number", "value", "0x1F");
    check_view("rust", "const A: &str = r#\"a\"b\"#;", "raw_string_literal", "value", "a\"b");
    check_view("rust", "const A: &[u8] = b\"ab\";", "string_literal", "value", "ab");
    check_view("rust", "const A: &str = \"\";", "string_literal", "value", "");
}

#[test]
fn callees_are_plain_names() {
    check_views(
        "ts",
        "call_expression",
        "callee",
        &[
            ("a?.b ( 1 )", "a.b"),
            ("a\n  .b<T>(1)", "a.b"),
            ("a!.b()", "a.b"),
            ("a?.()", "a"),
            ("a?.[0]()", "a[0]"),
            ("(await a).b()", "(await a).b"),
            ("a /* c */ .b()", "a.b"),
            ("tag`x`", "tag"),
            ("require('m')", "require"),
            ("import('m')", "import"),
        ],
    );
    check_view("ts", "new a.B<T>(1, c)", "new_expression", "callee", "a.B");
    check_view("ts", "new a.B<T>(1, c)", "new_expression", "arguments", "[1, c]");
    check_view("ts", "a.b?.c(d)", "call_expression", "receiver", "a.b");
    check_view("ts", "c(d)", "call_expression", "receiver", "-");
    check_view("ts", "tag`x`", "call_expression", "arguments", "[`x`]");
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
fn imports_and_exports_say_what_passes() {
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
    let tree = "pub use std::{fs::{self, read as r}, io::*, fmt};";
    check_view("rust", tree, "use_declaration", "source", "[std::fs, std::fs::read, std::io, std::fmt]");
    check_view("rust", tree, "use_declaration", "names", "[fs, read, *, fmt]");
    check_view("rust", tree, "use_declaration", "reexport", "true");
    check_view("rust", "use a::b;", "use_declaration", "source", "a::b");
    check_view("rust", "use a;", "use_declaration", "source", "a");
    check_view("rust", "extern crate a as b;", "extern_crate_declaration", "names", "[a]");
}

#[test]
fn comments_are_read_without_their_signs() {
    check_view("ts", "// a b", "comment", "text", "a b");
    check_view("ts", "/**\n * a\n *  b\n */", "comment", "text", "a\n b");
    check_view("ts", "/** a */", "comment", "style", "doc");
    check_view("ts", "/**/", "comment", "style", "block");
    check_view("ts", "/**/", "comment", "text", "");
    check_view("ts", "// a", "comment", "style", "line");
    check_view("rust", "/// a\nfn f() {}", "line_comment", "text", "a");
    check_view("rust", "/// a\nfn f() {}", "line_comment", "style", "doc");
    check_view("rust", "/// a\nfn f() {}", "line_comment", "lines", "1");
    check_view("rust", "//// a\nfn f() {}", "line_comment", "style", "line");
    check_view("rust", "/*! a */", "block_comment", "style", "doc");
    check_view("ts", "a() // b", "comment", "trailing", "true");
    check_view("ts", "  // b", "comment", "trailing", "false");
    check_view("ts", "/* a */ /* b */ // c", "comment@3", "trailing", "false");
    check_view("ts", "f() /* a */ // c", "comment@2", "trailing", "true");
    check_view("ts", "/* a\n b */ // c", "comment@2", "trailing", "false");
    check_views(
        "ts",
        "comment",
        "marker",
        &[
            ("// TODO: a", "TODO"),
            ("// TODO(me) a", "TODO"),
            ("// todo a", "-"),
            ("// not a TODO", "-"),
            ("/*\n * a\n * FIXME b\n */", "FIXME"),
            ("// eslint-disable-next-line a", "eslint-disable-next-line"),
            ("// @ts-expect-error: a", "@ts-expect-error"),
            ("// lawbook-ignore a: b", "lawbook-ignore"),
        ],
    );
}

#[test]
fn sizes_are_counted() {
    check_view("ts", "function f() {\n\n}", "function_declaration", "lines", "3");
    check_view("ts", "function f() {\r\n}", "function_declaration", "lines", "2");
    check_views(
        "ts",
        "function_declaration",
        "statements",
        &[
            ("function f() {}", "0"),
            ("function f() { a(); b(); }", "2"),
            ("function f() { if (a) { b() } else if (c) d(); else { e() } }", "4"),
            ("function f() { for (let i = 0; i < 1; i++) { a() } }", "2"),
            ("function f() { const g = () => { a(); b() }; return g }", "2"),
            ("function f() { switch (a) { case 1: b(); break; default: c() } }", "4"),
        ],
    );
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
    check_views(
        "ts",
        "function_declaration",
        "nesting",
        &[
            ("function f() { a() }", "0"),
            ("function f() { if (a) { for (;;) { while (b) {} } } }", "3"),
            ("function f() { if (a) {} else if (b) {} else if (c) {} }", "1"),
            ("function f() { try { a ? b : c } catch { } }", "2"),
            ("function f() { if (a) { g(() => { if (b) {} }) } }", "1"),
        ],
    );
    check_view("rust", "fn f() { match a { _ => loop { if b {} } } }", "function_item", "nesting", "3");
}

#[test]
fn decisions_are_counted() {
    check_views(
        "ts",
        "function_declaration",
        "cyclomatic",
        &[
            ("function f() {}", "1"),
            ("function f() { if (a && b || c) {} else if (d) {} else {} }", "5"),
            ("function f() { switch (a) { case 1: case 2: break; default: } }", "3"),
            ("function f() { try {} catch {} return a ?? (b ? c : d) }", "4"),
            ("function f() { for (const a of b) while (c) do {} while (d) }", "4"),
            ("function f() { return () => a && b }", "1"),
        ],
    );
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
    // The examples of the definition.
    let primes = "function sumOfPrimes(max) {
        let total = 0;
        OUT: for (let i = 1; i <= max; ++i) {
            for (let j = 2; j < i; ++j) {
                if (i % j === 0) { continue OUT; }
            }
            total += i;
        }
        return total;
    }";
    check_view("ts", primes, "function_declaration", "cognitive", "7");
    let words = "function getWords(number) { switch (number) { case 1: return 'one'; case 2: return 'a couple'; default: return 'lots'; } }";
    check_view("ts", words, "function_declaration", "cognitive", "1");
    let nested = "function myMethod() {
        try {
            if (condition1) {
                for (let i = 0; i < 10; i++) { while (condition2) {} }
            }
        } catch (e) { if (condition2) {} }
    }";
    check_view("ts", nested, "function_declaration", "cognitive", "9");
    check_views(
        "ts",
        "function_declaration",
        "cognitive",
        &[
            ("function f() { if (a) {} else if (b) {} else {} }", "3"),
            ("function f() { if (a) { if (b) {} else {} } }", "4"),
            ("function f() { if (a) {} else { if (b) {} } }", "4"),
            ("function f() { return a && b && c }", "1"),
            ("function f() { return a && b && c || d || e && f }", "3"),
            ("function f() { return a && !(b && c) }", "2"),
            ("function f() { return a ?? b }", "0"),
            ("function f() { g(() => { if (a) {} }) }", "2"),
            ("function f() { return a ? b : c ? d : e }", "3"),
        ],
    );
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
fn tests_are_known_from_all_that_is_in_them() {
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
    check_views(
        "ts",
        "identifier=a",
        "test",
        &[
            ("describe('x', () => { a })", "true"),
            ("it.only('x', async () => { a })", "true"),
            ("test.each([1])('x', () => { a })", "true"),
            ("it.each`x`('y', () => a)", "true"),
            ("beforeEach(() => { a })", "true"),
            ("test.describe('x', () => a)", "true"),
            ("test(a)", "false"),
            ("re.test(a)", "false"),
            ("describe('x', () => {}); a", "false"),
        ],
    );
    let file = lower("ts", "a");
    let marked = language::lower(file.source.clone().with_test(true));
    assert_eq!(shown(ask(&marked, find(&marked, "identifier"), Key::Test)), "true");
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
fn used_paths_are_followed() {
    for (code, place, expected) in [
        ("use std::fs; fn f() { fs::read() }", "call_expression", true),
        ("use std::fs::read; fn f() { read() }", "call_expression", true),
        ("use std::fs::read as r; fn f() { r() }", "call_expression", true),
        ("use std::{io, fs::{self}}; fn f() { fs::read() }", "call_expression", true),
        ("use std; use std::fs::File; fn f() -> File { }", "type_identifier", true),
        ("fn f() { std::fs::read() }", "call_expression", true),
        ("fn f() { ::std::fs::read() }", "call_expression", true),
        ("fn f() { std::fsx::read() }", "call_expression", false),
        ("fn f() { std::io::read() }", "call_expression", false),
        ("use std::fs; fn f() { g!(fs::read(a)) }", "identifier=fs", false),
        ("use std::fs; fn f() { g!(fs::read(a)) }", "identifier@4", true),
        ("use std::fs; mod a { fn f() { fs::read() } }", "call_expression", false),
        ("use std::fs; mod a { use super::*; fn f() { fs::read() } }", "call_expression", true),
        ("mod a { use std::fs; } fn f() { fs::read() }", "call_expression", false),
        ("fn f() { use std::fs; fs::read() } ", "call_expression", true),
        ("use std::fs::read; fn f(read: A) { read() }", "call_expression", false),
        ("use std::fs::read; fn f() { let read = read(); read() }", "call_expression", true),
        ("use std::fs::read; fn f() { let read = read(); read() }", "call_expression@2", false),
        ("use std::fs::read; fn f() { |read| read() }", "call_expression", false),
        ("use std::fs; fn f(fs: A) { fs::read() }", "call_expression", true),
        ("use std::fs; fn f() { mod fs {} fs::read() }", "call_expression", false),
        ("use std as s; use s::fs; fn f() { fs::read() }", "call_expression", true),
        ("use std::fs::read; fn f() { match a { read => read() } }", "call_expression", false),
        ("use std::fs::read; fn f() { if let Some(read) = a { read() } }", "call_expression", false),
        ("use std::fs::read; fn f() { if let Some(read) = a { } read() }", "call_expression", true),
        ("use std::fs::*;", "use_declaration", true),
        ("use std::io;", "use_declaration", false),
        ("use std::fs::{File, read};", "use_declaration", true),
        ("fn f() { x.fs() }", "call_expression", false),
    ] {
        check_import("rust", code, place, "std::fs", expected);
    }
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
    check_calls("rust", "use std::process; fn f() { process::exit(1) }", "call_expression", "std::process#exit", true);
    check_calls("rust", "fn f() { std::process::exit(1) }", "call_expression", "std::process#exit", true);
    let command = "use std::process::Command; fn f() { Command::new(1) }";
    check_calls("rust", command, "call_expression", "std::process#Command.new", true);
    check_calls("rust", command, "call_expression", "std::process::Command#new", true);
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
    check_symbol("rust", "mod m { impl T for a::A<B> { fn b() { c } } }", "identifier=c", "m.A.b");
    check_symbol("rust", "fn f() { fn g() { let h = || c; } }", "identifier=c", "f.g.h");
    check_symbol("rust", "fn f() { let h = c; }", "identifier=c", "f");
    check_symbol("rust", "trait A { fn b() { c } }", "identifier=c", "A.b");
}

#[test]
fn deep_and_broken_code_is_answered_too() {
    let deep = format!("{}x{}", "(".repeat(3000), ")".repeat(3000));
    for code in [
        deep.as_str(),
        "class {",
        "function (",
        "import { from",
        "a?.",
        "export",
        "\u{FEFF}//",
        "use a::{",
        "#[",
        "impl",
    ] {
        for tag in ["ts", "tsx", "js", "rust"] {
            let file = lower(tag, code);
            for node in file.tree().unwrap().nodes().take(500) {
                for key in Key::ALL {
                    ask(&file, node, *key);
                }
                refers_to_import(&file, node, "m");
                calls(&file, node, "m#x");
                symbol::path(node);
            }
        }
    }
}
