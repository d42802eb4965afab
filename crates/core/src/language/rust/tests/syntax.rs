//! Syntax coverage by construct. The strict parser must accept each and give the grammar's tree, or a tree in the
//! grammar's style where the grammar does not know the construct.

use crate::language::checks::{check_beyond_grammar, check_same_trees};

#[test]
fn known_to_the_grammar() {
    check_same_trees(
        &["rs"],
        &[
            ("let chains", "fn f() { if let A(b) = c && d && let E = g {} while let H = i && j {} }"),
            ("async closures", "fn f() { async || a.await; async move |b: u8| { b } }"),
            ("async traits", "async fn f(a: impl AsyncFn(u8) -> u8) where B: AsyncFnOnce() {}"),
            ("C strings", "fn f() { c\"a\"; cr\"b\"; cr#\"c\"#; }"),
            ("byte strings", "fn f() { b\"a\\x00\"; br#\"b\"#; b'c'; }"),
            ("raw strings", "fn f() { r\"  a\"; r##\"b\"#c\"##; }"),
            ("raw identifiers", "mod r#type { fn r#fn<'r#a>(r#in: &'r#a u8) -> r#Self_ { r#in.r#match } }"),
            (
                "bodies of macro_rules!",
                "macro_rules! m { ($($a:expr),* $(,)?) => { $( f($a); )* }; (@b $c:ty) => { $c } }",
            ),
            ("fragments of 2024", "macro_rules! m { ($a:expr_2021, $b:pat_param, $c:literal) => {} }"),
            ("calls in macro calls", "fn f() { println!(\"{}\", a.unwrap()); vec![b!(c); 2]; d! { let e = 1; e } }"),
            ("macros called like types", "fn f() { assert_eq!(a, str![\"b\"]); }"),
            (
                "attributes on items",
                "#[a] #[b(c = \"d\")] #[unsafe(no_mangle)] #[doc = include_str!(\"e\")] pub fn f() {}",
            ),
            ("inner attributes", "#![a] mod b { #![c] } fn f() { #![d] match e { #![g] h => i } }"),
            ("attributes on statements", "fn f() { #[a] let b = c; #[d] e; #[g] { h } #[i] if j {} #[k] return l; }"),
            ("attributes on parameters", "fn f<#[a] 'b, #[c] D, #[e] const G: u8>(#[h] self, #[i] j: u8) {}"),
            (
                "attributes on parts",
                "struct A { #[b] c: u8 } enum D { #[e] G } fn f() { match h { #[i] j => k } A { #[l] c: m } }",
            ),
            ("attributes on elements", "fn f() { a(#[b] c); [#[d] e]; (#[g] h, i); }"),
            ("doc comments", "//! a\n/// b\n/** c */\nfn f() {\n    /// d\n    let e = 1;\n}"),
            ("let else", "fn f() { let Some(a) = b else { return }; }"),
            (
                "generic associated types",
                "trait A { type B<'a>: C where Self: 'a; } impl A for D { type B<'a> = &'a u8; }",
            ),
            ("const generics", "struct A<const B: usize = 3, const C: bool = { true }>; fn f() { g::<{ 1 + 2 }>() }"),
            ("inline const", "fn f() { const { a() }; match b { const { 1 } => c, _ => d } }"),
            ("raw borrows", "fn f() { &raw const a; &raw mut b.c; }"),
            ("precise captures", "fn f<'a, T>() -> impl Sized + use<'a, T> {}"),
            (
                "ranges in patterns",
                "fn f() { match a { 1.. => b, ..=2 => c, 3..4 => d, -5..=A => e, 'a'..='z' => g } }",
            ),
            ("labelled blocks", "fn f() { let a = 'b: { break 'b 1 }; }"),
            (
                "higher-ranked bounds",
                "fn f<T: for<'a> Fn(&'a u8) -> &'a u8>(a: for<'b> fn(&'b u8)) where for<'c> T: D<'c> {}",
            ),
            ("associated bounds", "fn f(a: impl Iterator<Item: B + 'static>, c: Box<dyn D<E = u8, G: H>>) {}"),
            ("unsafe extern blocks", "unsafe extern \"C\" { pub fn a(); static B: u8; type C; }"),
            ("or patterns", "fn f() { let (A(x) | B(x)) = y; match z { | C | D => e, [G | H, ..] => i } }"),
            ("byte order mark, shell line", "\u{FEFF}#!/usr/bin/env a\nfn f() {}"),
        ],
    );
}

#[test]
fn beyond_the_grammar() {
    check_beyond_grammar(
        "rs",
        &[
            (
                "a macro's rule for a dollar",
                "macro_rules! m { [$] => { a![$] }; }",
                "(macro_definition name: identifier (macro_rule left: token_tree_pattern right: (token_tree identifier token_tree)))",
            ),
            (
                "frontmatter",
                "---\n[a]\n---\nfn f() {}",
                "frontmatter (function_item name: identifier parameters: parameters body: block)",
            ),
            (
                "safe foreign items",
                "unsafe extern \"C\" { pub safe fn a(); safe static B: u8; unsafe fn c(); }",
                "(foreign_mod_item (extern_modifier (string_literal string_content)) body: (declaration_list (function_signature_item visibility_modifier function_modifiers name: identifier parameters: parameters) (static_item name: identifier type: primitive_type) (function_signature_item function_modifiers name: identifier parameters: parameters)))",
            ),
            (
                "attributes on closures' parameters",
                "fn f() { |#[a] b: u8| c; }",
                "(function_item name: identifier parameters: parameters body: (block (expression_statement (closure_expression parameters: (closure_parameters (attribute_item (attribute identifier)) (parameter pattern: identifier type: primitive_type)) body: identifier))))",
            ),
            (
                "negative const arguments",
                "fn f() { a::<-1>(); }",
                "(function_item name: identifier parameters: parameters body: (block (expression_statement (call_expression function: (generic_function function: identifier type_arguments: (type_arguments (negative_literal integer_literal))) arguments: arguments))))",
            ),
            (
                "a lifetime first in dyn",
                "fn f(a: Box<dyn 'b + C>) {}",
                "(function_item name: identifier parameters: (parameters (parameter pattern: identifier type: (generic_type type: type_identifier type_arguments: (type_arguments (bounded_type (dynamic_type trait: (lifetime identifier)) type_identifier))))) body: block)",
            ),
            (
                "turbofish in a type",
                "fn f() { <A::<B> as C>::d(); }",
                "(function_item name: identifier parameters: parameters body: (block (expression_statement (call_expression function: (scoped_identifier path: (bracketed_type (qualified_type type: (generic_type type: type_identifier type_arguments: (type_arguments type_identifier)) alias: type_identifier)) name: identifier) arguments: arguments))))",
            ),
            (
                "empty bounds",
                "trait A { type B: ; }",
                "(trait_item name: type_identifier body: (declaration_list (associated_type name: type_identifier bounds: trait_bounds)))",
            ),
        ],
    );
}
