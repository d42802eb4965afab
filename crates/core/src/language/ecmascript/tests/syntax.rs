//! Syntax coverage by construct. The strict parser must accept each and give the grammar's tree, or a tree in the
//! grammar's style where the grammar does not know the construct.

use crate::ir::{Node, ParserKind, Tree};
use crate::language::checks::{check_beyond_grammar, check_same_trees, lower};

#[test]
fn javascript() {
    check_same_trees(
        &["js", "ts", "tsx"],
        &[
            ("optional chains", "a?.b; a?.[b]; a?.(b); a?.b.c(d)?.[e]; delete a?.b"),
            ("nullish and logical assignment", "a ??= b; a ||= c; a &&= d; e = f ?? g"),
            (
                "private names",
                "class A { #b = 1; #c() {} get #d() { return this.#b } static #e; has(f) { return #b in f } }",
            ),
            ("static blocks", "class A { static { this.b = 1 } static c = 2 }"),
            (
                "class fields",
                "class A { b; 'c' = 1; 2 = 3; [d] = 4; static async *e() {} get f() { return 1 } set f(g) {} }",
            ),
            ("decorators", "@a @b.c @d(e) class F { @g h; @i() j() {} @k static l = 1; @m get n() { return 1 } }"),
            ("decorators and export", "@a export class B {}"),
            ("import attributes", "import a from 'b' with { type: 'json' }; import('c', { with: { type: 'json' } })"),
            (
                "string names in modules",
                "import { 'a-b' as c } from 'd'; export { c as 'e f' }; export * as g from 'h'",
            ),
            ("import.meta, new.target", "import.meta.url; function A() { new.target }"),
            ("top-level await", "export const a = await b; for await (const c of d) e(c)"),
            ("numbers", "1_000n; 0b1n; 0o7; .5e-3; 0xFF_FF"),
            ("regular expressions", "/(?<a>b)\\k<a>/dgimsuy; /[\\p{L}--[a-z]]/v; /(?<=a)b/"),
            ("templates", "a`b${c}d`; `e${`f${g}`}`; h.i`\\u{1}`"),
            ("destructuring", "const { a, b: { c = 1 }, ...d } = e; [f, , [g] = h, ...i] = j"),
            (
                "generators, async iteration",
                "async function* a() { yield* b; yield await c; for await (const d of e) {} }",
            ),
            (
                "accessor properties",
                "x = { get a() { return 1 }, set a(b) {}, async *c() {}, [d]: 1, 'e'() {}, get, set, async }",
            ),
            ("catch without a name", "try { a } catch { b } finally { c }"),
            ("hashbang", "#!/usr/bin/env node\na()"),
            ("labels, comma, void", "a: for (;;) { if (b) continue a; break a } c = (d, e); void 0"),
        ],
    );
    check_same_trees(
        &["js"],
        &[("using", "using a = b; { await using c = d } for (using e of f) g; for (await using h of i) j")],
    );
}

#[test]
fn javascript_beyond_the_grammar() {
    check_beyond_grammar(
        "js",
        &[
            (
                "accessor",
                "class A { accessor b = 1; static accessor #c }",
                "(class_declaration name: identifier body: (class_body member: (field_definition property: property_identifier value: number) member: (field_definition property: private_property_identifier)))",
            ),
            (
                "attributes of an export",
                "export { a } from 'b' with { type: 'json' }",
                "(export_statement (export_clause (export_specifier name: identifier)) source: (string string_fragment) (import_attribute (object (pair key: property_identifier value: (string string_fragment)))))",
            ),
            (
                "deferred imports",
                "import defer * as a from 'b'",
                "(import_statement (import_clause (namespace_import identifier)) source: (string string_fragment))",
            ),
            (
                "source imports",
                "import source a from 'b'",
                "(import_statement (import_clause identifier) source: (string string_fragment))",
            ),
        ],
    );
}

#[test]
fn typescript() {
    check_same_trees(
        &["ts", "tsx"],
        &[
            ("satisfies, as const", "a = { b: 1 } satisfies C; d = ['e'] as const; f = g as unknown as H"),
            ("accessor", "class A { accessor b = 1; accessor c: D }"),
            (
                "decorators of parameters",
                "class A { constructor(@B() private c: D, @E f?: G) {} @H() i(@J() k) {} @L m: N }",
            ),
            (
                "namespaces",
                "namespace A.B { export const c = 1 } declare namespace D { let e: F } declare global { interface G {} }",
            ),
            ("overloads", "function a(b: string): void; function a(b: number): void; function a(b) {}"),
            ("overloads of methods", "class A { b(c: string): void; b(c: number): void; b(c) {} }"),
            ("import attributes", "import a from 'b' with { type: 'json' }"),
            (
                "type imports",
                "import type { A } from 'b'; import { type C, type D as E } from 'f'; export type { G } from 'h'",
            ),
            ("const type parameters", "function f<const T extends readonly unknown[]>(a: T) {}"),
            (
                "abstract classes",
                "abstract class A<T> extends B<T> implements C, D.E { abstract f(): void; protected abstract get g(): H }",
            ),
            (
                "override, declare, readonly",
                "class A extends B { override c() {} declare d: E; static readonly f = 1; private g?: H; i!: J }",
            ),
            (
                "assertion signatures",
                "function a(b): asserts b is C {} function d(e): asserts e {} function f(g): g is H {}",
            ),
            ("conditional types", "type A<T> = T extends [infer B extends string, ...infer C] ? [B, C] : never"),
            (
                "mapped types",
                "type A<T> = { readonly [K in keyof T as `get${B<K>}`]-?: T[K] }; type C = { -readonly [K in D]+?: E }",
            ),
            ("tuples", "type A = [a: string, b?: number, ...c: boolean[]]; type B = readonly [C, D?]"),
            ("template literal types", "type A = `${B}-${C<'d'>}`"),
            ("unique symbol, bigint", "declare const a: unique symbol; type B = 10n | -1 | 'c'"),
            ("enums", "enum A { B, C = 'd', E = 1 << 2 } declare const enum F { G }"),
            ("index signatures", "interface A { [b: string]: C; readonly [d: number]: E }"),
            ("signatures", "interface A { (b: C): D; new (e: F): G; get h(): I; set h(j: K); l?(): M }"),
            ("constructor types", "type A = new (b: C) => D; type E = abstract new () => F"),
            ("type queries", "type A = typeof b.c; type D = typeof import('e'); type F = import('g').H"),
            ("import and export of commonjs", "import a = require('b'); import c = d.e; export = a"),
            ("global names", "export as namespace A"),
            ("instantiation expressions", "const a = b<C>; new D<E>; f?.<G>(h)"),
            ("non-null", "a!; a!.b!(); a![0]; a! = b"),
            ("optional and this parameters", "function f(this: A, b?: C, ...d: E[]) {}"),
            ("generic arrows", "const a = <T,>(b: T): T => b; const c = async <T extends D>(e: T) => e"),
            ("ambient modules", "declare module 'a' { export default b } declare module '*.css'"),
            ("triple-slash comments", "/// <reference types=\"a\" />\nb"),
            ("optional catch with a type", "try { a } catch (b: unknown) { c }"),
        ],
    );
    check_same_trees(&["ts"], &[("type assertions", "<A>b; <const>c; d = <T>(e: T) => e")]);
}

#[test]
fn typescript_beyond_the_grammar() {
    check_beyond_grammar(
        "ts",
        &[
            (
                "accessor after modifiers",
                "class A { static accessor b: C; @d private accessor e = 1 }",
                "(class_declaration name: type_identifier body: (class_body (public_field_definition name: property_identifier type: (type_annotation type_identifier)) (public_field_definition decorator: (decorator identifier) accessibility_modifier name: property_identifier value: number)))",
            ),
            (
                "export type *",
                "export type * from 'a'; export type * as B from 'c'",
                "(export_statement source: (string string_fragment)) (export_statement (namespace_export identifier) source: (string string_fragment))",
            ),
            (
                "attributes of an export",
                "export * from 'b' with { type: 'json' }",
                "(export_statement source: (string string_fragment) (import_attribute (object (pair key: property_identifier value: (string string_fragment)))))",
            ),
            (
                "variance",
                "interface A<in T, out U, in out V> {}",
                "(interface_declaration name: type_identifier type_parameters: (type_parameters (type_parameter name: type_identifier) (type_parameter name: type_identifier) (type_parameter name: type_identifier)) body: interface_body)",
            ),
            (
                "generics of a tag with members",
                "a = styled.div<{ b: c }>`d`",
                "(expression_statement (assignment_expression left: identifier right: (call_expression function: (member_expression object: identifier property: property_identifier) type_arguments: (type_arguments (object_type (property_signature name: property_identifier type: (type_annotation type_identifier)))) arguments: (template_string string_fragment))))",
            ),
            (
                "type arguments of an import type",
                "type A = import('a').B<C>",
                "(type_alias_declaration name: type_identifier value: (generic_type name: (member_expression object: (call_expression function: import arguments: (arguments (string string_fragment))) property: property_identifier) type_arguments: (type_arguments type_identifier)))",
            ),
            (
                "static index signatures",
                "class A { static [b: string]: C }",
                "(class_declaration name: type_identifier body: (class_body (index_signature name: identifier index_type: predefined_type type: (type_annotation type_identifier))))",
            ),
            (
                "deferred imports",
                "import defer * as a from 'b'",
                "(import_statement (import_clause (namespace_import identifier)) source: (string string_fragment))",
            ),
        ],
    );
}

#[test]
fn jsx() {
    check_same_trees(
        &["tsx", "js", "jsx"],
        &[
            ("elements", "<a b=\"c\" d={e} {...f} g-h i:j='k'><l.m.n/>{o}</a>"),
            ("fragments", "<><a/>b</>"),
            ("comments", "<a /* b */ c={/* d */ e}>{/* f */}{\n// g\n}</a>"),
            ("entities", "<a b=\"&quot;\">&nbsp;&#39;&#x1F; &unknown; c</a>"),
            ("text", "<a>\n  it's {b} \"quoted\"\n  // no comment\n</a>"),
            ("children", "<a>{...b}{c && <d/>}{e.map(f => <g key={f}/>)}</a>"),
            ("elements as attributes", "<a b=<c/> d={<></>} />"),
        ],
    );
    check_same_trees(&["tsx"], &[("type arguments", "<A<B> c={d}/>; <E<F, G>>h</E>")]);
}

/// Checks that code with syntax of TypeScript is read as JavaScript around it: `eval(a)` is a call, and the file has an error.
#[track_caller]
fn check_foreign(code: &str) {
    let file = lower("js", code);
    let call =
        file.tree().unwrap().nodes().find(|node| node.raw_name() == "call_expression" && node.text() == "eval(a)");
    assert!(call.is_some(), "{code}: {file:?}");
    assert!(!file.problems.is_empty(), "{code} has no problem");
    let tree = file.tree().unwrap();
    assert!(tree.nodes().any(Node::is_error), "{code}");
    for node in tree.nodes().filter(|node| node.is_error()) {
        assert!(node.parent().is_none_or(|parent| parent.span().contains(node.span())), "{code}");
    }
    assert!(tree.root().tokens().all(|token| tree.span().contains(token.span())), "{code}");
}

#[test]
fn typescript_in_javascript_is_an_error_and_the_code_around_it_is_read() {
    for code in [
        "function f(a: string): void { eval(a) }",
        "const b = c as string; eval(a)",
        "const b = c satisfies string; eval(a)",
        "b!; eval(a)",
        "interface A { b: string }\neval(a)",
        "enum A { B = 1 }\neval(a)",
        "class A { private b: string; c?: number; readonly d = 1; m(): void { eval(a) } }",
        "abstract class A { abstract b(): void; [c: string]: D }\neval(a)",
        "class A extends B<C> implements D { constructor(private e: F) { super(); eval(a) } }",
        "import type { A } from 'a';\neval(a)",
        "import b = require('b');\neval(a)",
        "type A<T> = { [K in keyof T]?: T[K] } | [b?: C, ...d: E[]];\neval(a)",
        "let b: unique symbol, c: typeof d, e: (f: G) => asserts f is H;\neval(a)",
        "function f<T>(this: T, b?: T): b is string;\nfunction f() { eval(a) }",
        "declare module 'x' { export const b: string }\neval(a)",
        "namespace A.B { eval(a) }",
        "(b as C).d(eval(a) as E)",
        "export import b = c.d;\neval(a)",
    ] {
        check_foreign(code);
    }
    // This is JavaScript: two comparisons.
    assert!(lower("js", "f<string>('x')").problems.is_empty());
}

#[test]
fn a_second_declare_is_no_error_of_syntax() {
    for inner in ["function f(): void;", "const a: string;", "class B {}"] {
        let file = lower("ts", &format!("declare module 'm' {{ declare {inner} }}"));
        assert!(file.problems.is_empty(), "{inner}: {:?}", file.problems);
        assert_eq!(file.tree().map(Tree::parser), Some(ParserKind::Strict), "{inner}");
    }
    assert!(!lower("ts", "declare module 'm' { declare function }").problems.is_empty());
    assert!(!lower("ts", "declare module 'm' { declare const a: b }; const c;").problems.is_empty());
}
