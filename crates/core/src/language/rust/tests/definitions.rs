//! Tests of views about definitions.

use crate::ir::Kind;
use crate::language::checks::{check_kind, check_view, check_views};

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
}

#[test]
fn names_are_those_of_the_definition_or_its_holder() {
    check_view("rust", "fn f() { let g = |x| x; }", "closure_expression", "name", "g");
    check_view("rust", "fn f() { let mut x = 1; }", "let_declaration", "name", "x");
    check_view("rust", "impl A { fn b(&mut self) {} }", "self_parameter", "name", "self");
    check_view("rust", "fn f() { println!(\"a\"); }", "macro_invocation", "name", "println");
    check_view("rust", "#[tokio::test] fn f() {}", "attribute_item", "name", "tokio::test");
}

#[test]
fn exported_items_are_bare_pub_with_a_public_owner() {
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
fn items_that_nobody_outside_can_name_are_not_exported() {
    check_views(
        "rust",
        "function_item",
        "exported",
        &[
            ("mod a { pub fn f() {} }", "false"),
            ("pub(crate) mod a { pub mod b { pub fn f() {} } }", "false"),
            ("pub mod a { pub fn f() {} }", "true"),
            ("const A: u8 = { pub fn f() {} 1 };", "false"),
            ("mod a { pub fn f() {} } pub use a::f;", "true"),
            ("mod a { pub fn f() {} } pub use self::a::{g, f as h};", "true"),
            ("mod a { pub fn f() {} } pub use a::*;", "true"),
            ("mod a { pub fn f() {} } pub(crate) use a::f; use a::*;", "false"),
            ("mod a { pub mod b { pub fn f() {} } } pub use a::b;", "true"),
            ("mod a { pub mod b { pub fn f() {} } } pub use a::b::f;", "true"),
            ("mod a { pub struct B; impl B { pub fn f() {} } }", "false"),
            ("mod a { pub struct B; } pub use a::B; mod c { impl super::B { pub fn f() {} } }", "true"),
            ("mod a { pub trait B { fn f(); fn f() {} } }", "false"),
        ],
    );
}

#[test]
fn documentation_stands_directly_above() {
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
            ("///\nfn f() {}", "false"),
            ("///\n/// Doc.\nfn f() {}", "true"),
            ("/** . */ fn f() {}", "false"),
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
    check_view("rust", "fn f(&self, a: A, (b, c): B) {}", "function_item", "parameters", "[self, a, (b, c): B]");
    check_view("rust", "fn f() { |a, mut b: B| a }", "closure_expression", "parameters", "[a, b]");
}

#[test]
fn callables_are_async_or_generators() {
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
}

#[test]
fn types_list_members_and_relations() {
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
fn variables_have_mutability_and_value() {
    check_view("rust", "fn f() { let mut a = 1; }", "let_declaration", "mutable", "true");
    check_view("rust", "fn f() { let a = 1; }", "let_declaration", "mutable", "false");
    check_view("rust", "static mut A: u8 = 1;", "static_item", "mutable", "true");
    check_view("rust", "const A: u8 = 1;", "const_item", "value", "1");
}
