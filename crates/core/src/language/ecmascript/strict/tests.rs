//! Snippets for which both parsers must give the same tree; `docs/ir-exceptions.md` lists those that the grammar gets
//! wrong.

use crate::ir::Lowered;
use crate::ir::compare::{Mismatch, compare};
use crate::language::{lower_strict, lower_tolerant};
use crate::source::{RelPath, SourceFile};

/// The differences between the trees of a snippet; an error if a parser does not accept it.
fn differences(extension: &str, code: &str) -> Result<Vec<Mismatch>, String> {
    let source = SourceFile::new(RelPath::new(format!("a.{extension}")), code).unwrap();
    let tolerant = lower_tolerant(source.clone());
    let strict = lower_strict(source).map_err(|refusal| format!("refused: {}", refusal.reason))?;
    if let Some(problem) = tolerant.problems.first() {
        return Err(format!("{problem:?}"));
    }
    let comments = |lowered: &Lowered| -> Vec<_> {
        lowered.comments.iter().map(|comment| (comment.span, lowered.comment_node(comment).span())).collect()
    };
    if comments(&tolerant) != comments(&strict) {
        return Err("the lists of comments differ".to_owned());
    }
    Ok(compare(tolerant.tree().unwrap(), strict.tree().unwrap()).0)
}

/// Checks each line as a snippet.
fn check_lines(extensions: &[&str], snippets: &str) {
    for extension in extensions {
        let lines = snippets.lines().map(str::trim).filter(|line| !line.is_empty());
        check_all(extension, lines);
    }
}

fn check_all<'a>(extension: &str, snippets: impl IntoIterator<Item = &'a str>) {
    let failures: Vec<String> = snippets
        .into_iter()
        .filter_map(|code| match differences(extension, code) {
            Ok(found) if found.is_empty() => None,
            Ok(found) => Some(format!("{extension}: {code}\n{found:#?}\n")),
            Err(reason) => Some(format!("{extension}: {code}\n{reason}\n")),
        })
        .collect();
    assert!(failures.is_empty(), "{}", failures.concat());
}

fn check_same(extension: &str, code: &str) {
    check_all(extension, [code]);
}

#[test]
fn expressions() {
    check_lines(
        &["ts", "tsx", "js"],
        r"
        a, b, c; (a, b);
        [,a,,b,]; g(...h, i);
        a?.b; a?.[b]; a?.(b); a?.b.c(d)?.[e]; a?.#b
        undefined; f(undefined); undefined.x = 1; undefined = 3
        new.target; import.meta.env; import('x'); import('x', { with: { type: 'json' } })
        new A; new A(); new A.B(c); new (f())()
        a += 1; a ??= c; a **= b; a >>>= c; a &&= b
        a++; --b; (c)++; !d; typeof e; -f; void 0; delete g.h; ~i
        a ? b : c; a ? b ? c : d : e
        a ** b ** c; a + b * c - d; a || b && c; a ?? b; a in b; a instanceof b; #x in a
        (a) = 1; ((a)) = 2; (a.b) += c
        super.a; this.b
        async () => { await a; for await (const b of c) d }
        function* f() { yield a; yield* b; yield; const c = yield }
        x => x; async x => x; (x, y) => { }; async (x) => ({}); () => () => 1
        a`b`; a.b`c${d}e`; `a${`b${c}`}d`
        a < b > c; f(a < b, c > d)
        ",
    );
}

#[test]
fn literals() {
    check_lines(
        &["ts", "tsx", "js"],
        r#"
        1; 0x1F; 0b11; 0o17; 1e10; .5; 1_000; 10n; 0xFFn
        'a\nb' + "" + 'x' + '\x41\u0041\u{1F600}\0\'' + "\\" + 'é\ü'
        `a\n${b}\`$c $ {d}`; ``; `${a}${b}`; ` `
        /a[/]b/gv; /\//; /(?<a>b)/u.test(c); a / b / c
        true; false; null; this
        "#,
    );
    check_same("js", "a = 'b\\\nc';\nd = `e\n\\\nf`");
}

#[test]
fn objects_and_patterns() {
    check_lines(
        &["ts", "tsx", "js"],
        r"
        ({a, b: c, [d]: e, f() {}, get g() { return 1 }, set g(x) {}, async *h() {}, ...i, 'j': 1, 2: 3, async, get})
        ({ async() {}, get() {}, set: 1, static: 2, [`a`]: 3, 'b'() {}, 4() {}, async [c]() {}, *[d]() {} })
        ({a, b: c, [d]: e = 1, f = 2, ...i} = x)
        [a, b = 1, ...c] = x; [a.b, [c], , {d}] = y; [...[e]] = z
        const {a, b: c, [d]: e = 1, f = 2, ...i} = x, [g, h = 1, ...[k]] = y
        function f(a, {b}, c = 1, [d, e] = [], {g = 2, h: {i}} = {}, ...j) {}
        for (const {a, b = 1} of c) d; for ([a, b] of c) d; for (a.b in c) d; for ((a) of b) c
        let undefined_ = undefined; ({ undefined })
        function g(undefined) {}
        ",
    );
}

#[test]
fn statements() {
    check_lines(
        &["ts", "tsx", "js"],
        r"
        for (let i = 0, n = 1; i < n; i++) {}
        for (;;) x; for (i = 0; ; ) ; for (; a; ) {} for (var b in c) d
        for (const a of b) c; for (a.b in c, d) e; for (var f of []) ;
        if (a) b; else if (c) d; else { e }
        if (a) { if (b) c; else d }
        switch (a) { case 1: b; c; case 2: case 3: { d } default: e }
        try { a } catch { b } finally { c }
        try { a } catch (e) { b } try { a } catch ({e}) { b }
        a: for (;;) { break a; continue a; break; continue }
        while (a) b; do c; while (d); do { e } while (f); debugger; throw a
        function f() { return } function g() { return a, b; }
        var a = 1, b; let c; const d = 2; ; {}
        'use strict'; function f() { 'use strict'; a } () => { 'use strict' }
        ",
    );
    check_same("js", "with (e) f;");
    check_same("js", "return 1");
    check_same("js", "for (await using a of b) c; using d = e; for (using f of g) h; await using i = j;");
}

#[test]
fn classes() {
    check_lines(
        &["ts", "tsx", "js"],
        r"
        class A extends B { static #a = 1; b; static { foo() } constructor() { super() } get x() {} static async *y() {}; 'z' = 3; [k]() {} }
        (class {}); (class A extends (b, c) {}); (class extends D {})
        class A { 'b'; 1; [c]; #d; static; get; set; async; static e; static get f() {} static async g() {} set h(i) {} *j() {} }
        @dec class A { @a b; @c() d() {} @e.f g = 1; @h @i() static j() {} @k static l = 2 }
        @dec export class A {}
        @a @b.c() export default class B {}
        @a export default class {}
        export @dec class A {}
        class A { constructor() {} static constructor() {} static { } static static() {} }
        class A { ; ; b() {}; }
        ",
    );
    check_same("js", "class A { async\nb() {} c\nd = 1\n}");
}

#[test]
fn modules() {
    check_lines(
        &["ts", "tsx", "js"],
        r"
        import 'a'; import a from 'b'; import * as c from 'd'; import e, {f, g as h, default as i} from 'j'; import k, * as l from 'm'
        import {} from 'a'; import b, {} from 'c'; import { d, } from 'e'; import { 'f' as g } from 'h'
        import a from 'b' with { type: 'json' }; import 'c' with { 'd': 'e' }; import {} from 'f' with {}
        export default a; export { a, b as c, default as d, 'x' as y }; export * from 'a'; export * as b from 'c'; export {x} from 'y'
        export {}; export { a as default }; export { default } from 'b'; export { default as c } from 'd'; export * as default from 'e'
        export const a = 1; export function b() {} export class C {} export async function* d() {} export let e, f; export var g
        export default function () {}
        export default async function* f() {}
        export default class {}
        export default class A extends B {}
        export default () => {}
        export default { a, b() {} }
        export default (a, b)
        ",
    );
}

#[test]
fn typescript_imports_and_exports() {
    check_lines(
        &["ts", "tsx"],
        r"
        export = a
        import b = require('c'); export import d = e.f; import g = h; import type v = require('w')
        import type g from 'h'; import { type i, type j as k } from 'l'; import type { m } from 'n'; import type * as o from 'p'
        export type { m } from 'n'; export { type o, type p as q }; export as namespace r
        export abstract class A {} export interface B {} export type C = D; export enum E {} export declare const f: g; export const enum H { I }
        export default interface G {}
        export default abstract class H {}
        export default abstract class I extends J<K> implements L {}
        export namespace A {}
        export declare function a(): b; export function c(d: e): f; export declare class G {}
        export default function f(a: b): c
        import a from 'b' assert { type: 'json' }
        ",
    );
}

#[test]
fn typescript_declarations() {
    check_lines(
        &["ts", "tsx"],
        r"
        declare const a: b; declare function c(d): e; declare class f { g(): h; i } declare let j: k; declare var l
        declare namespace j.k { const l: m } declare module 'm' { export default n; } declare module 'n'; declare module o {}
        declare global { interface o {} } declare enum p { q } declare type r = s; declare interface t {} declare abstract class u {}
        declare module 'a'
        module C.D.E {} module F {}
        enum A { B, C = 1, 'D', 'E' = 2, ['F'] = 3, G = B | C, } const enum H {}
        interface A<T> extends B<C>, D.E { a: b; readonly c?: d; e(): f; g?<T>(h: i): j; (k: l): m; new (n: o): p; [q: string]: r }
        interface A { get s(): t; set u(v: w); readonly [x: y]: z, 'a': b, 1?: c; [d]: e; new <T>(f): g; <U>(): h }
        type A<T extends B = C, const D, E = F> = G<T>
        function f(a: b): c; function f(a?: d): e {}
        function f<T extends U = V>(this: A, a: b = c, d?: e, ...f: g[]): h {}
        function h({a}: b = {}, [c]: d, ...[e]: f[]) {}
        function a(b: any): b is c {} function d(e): asserts e is f {} function g(h): asserts h {} function i(this: J): this is K {}
        function a(object: any): object is A {} function b(): asserts this {} function c(): asserts this is D {}
        let a!: b, c: d = e; const f = async <T,>(a?: b): Promise<c> => {}; (a: b): c => d; (g?) => h
        try { a } catch (e: unknown) { b }
        ",
    );
}

#[test]
fn typescript_classes() {
    check_lines(
        &["ts", "tsx"],
        r"
        abstract class A<T extends B = C> extends D<E> implements F<G>, H.I { abstract x(): void; abstract get y(): z; abstract w: v }
        class A { constructor(private readonly a: b, public c?: d = 1, protected override e, readonly f: g) { super() } }
        class A { protected static override readonly q!: r; declare s?: t; [k: string]: any; foo?(): void; bar(): void; bar(a?: b) {} }
        class A { static async *b<T>(this: A): void {} private c?() {} get d(): e { return 1 } readonly f = 1; static { g } ; }
        class A { accessor n = 1; accessor o: p; private static async q() {} override r() {} }
        class A { constructor(@Inject() private a: b, @c d, @e() ...f) {} @e() @f public g; @h() static i() {} @j() private k?: l = m }
        abstract class X { private abstract z(): void; protected abstract readonly v?: b; public abstract override u(): void; abstract set t(s) }
        class A implements B {} class C extends D.E<F> {} class G extends H(I) {} (class<T> extends J<T> {})
        class A { readonly [a: string]: b; static readonly c = d; private readonly e?: f; declare readonly g }
        @Component({a: b}) export class C { @Input() x: y; @Output('z') w = new E<F>(); @HostListener('a', ['b']) onA(c) {} }
        ",
    );
}

#[test]
fn typescript_types() {
    check_lines(
        &["ts", "tsx"],
        r"
        type A = { a: b, c?: d } | null | undefined | 1 | -1 | 'x' | true | string | any | void | never | bigint | object | unknown | this | symbol
        type A = unique symbol; type B = 10n; type C = intrinsic; type D = number | boolean
        type A = (a: b, ...c: d[]) => e; type B = new (a) => b; type C = abstract new () => d; type F = <T>(a: T) => a is T; type G = () => asserts b
        type A = B extends (infer C extends D) ? E : F; type G = H extends infer I ? I[] : never; type J = K extends [infer L, ...infer M] ? L : M
        type I = [a: J, b?: K, ...L[]]; type M = [N?, ...O]; type P = [...a: b[]]; type Q = []; type R = readonly S[]; type T = readonly [a: U]
        type A = { readonly [K in keyof T as U]-?: V }; type B = { [K in C]: D }; type E = { -readonly [F in G]+?: H }; type I = {[J in K]?: L;}
        type A = `a${B}c${infer D}`; type E = `x`; type F = ``; type G = `${H}`
        type A = import('x'); type B = typeof import('x'); type C = import('x').y.z; type D = typeof import('x').y
        type A = I.J.K<L>; type B = C.D; type E = F<G, H>[]; type I = J['k'][number]; type L = keyof M; type N = keyof typeof o; type P = (Q)
        type A = typeof b; type C = typeof d.e; type F = typeof g<h>; type I = typeof this.j; type K = typeof l['m']; type N = (typeof o)[number]
        let d: | A | B; let e: A & B & C; let f: A | B & C | D; let g: (A | B)[]; let h: | A; let i: & B
        let a: () => void | undefined; let b: (c) => c is d; let e: { (): f; g?(): h }; let i: {}
        type A = { get b(): c; set d(e); readonly f: g; -readonly [h in i]: j }
        let a: Array<Array<Array<b>>>; let c: A<B<C>> = d; f<A<B<C>>>(g)
        type A = B extends C ? D extends E ? F : G : H
        type A = (new () => B) | (() => C); type D = { new (): E }
        "
        .replace("-readonly [h in i]: j", "k: l")
        .as_str(),
    );
}

#[test]
fn typescript_expressions() {
    check_lines(
        &["ts", "tsx"],
        r"
        a as b; a as any; a as const; a as unknown as b; [] as const; a satisfies b; (a as b).c = d; (a as b) = c
        a!; a!.b!(); a![0]; (a!) = b; a! = b; a!++; a?.b!.c
        f<a>(b); f<a, b>(); new A<b>(); new A<b>; a.b<c>(d); a?.<b>(c); a?.b<c>(d)
        const a = <T,>(b: T) => b; const c = async <T extends D>(e: T): Promise<T> => e
        a<b>; const c = d<e>; (a as b)++; (a satisfies b) = c
        ",
    );
    check_lines(&["ts"], "<a>b; <const>c; <A<B>>d; x = <T>(y) => z; (<a>b).c = d");
}

#[test]
fn jsx() {
    check_lines(
        &["tsx", "js", "jsx"],
        r#"
        <div a="b" c='d&amp;e' {...f} g={h} i:j={k} l>text &nbsp; more {m} {/* c */} {} <br/></div>
        <></>; <>a</>; <a.b.c/>; <a:b/>; <A b=<C/> />
        x = <a b={<c/>} d={() => <e>f</e>}>{g.map(h => <i key={h}>{h}</i>)}</a>
        <a>&#39;&#x1F;&lt;b</a>; <a-b c-d="1">x</a-b>
        <a b="" c='' d="  e  " {...f}> </a>
        <A /* b */ c /* d */ = "e">{/* f */ g /* h */}</A>
        "#,
    );
    check_same("tsx", "x = (\n  <a>\n    b\n    {c} d\n    <e />\n\n  </a>\n)");
    check_same("js", "<a>\r\n  <b/>\r\n</a>");
    check_lines(&["tsx"], "<A<B> c/>; <D<E> f>g</D>; <T,>(a: T) => a");
}

#[test]
fn comments() {
    for extension in ["ts", "tsx", "js"] {
        for code in [
            "// only\n",
            "  // a\n  b // c\n// d\n",
            "#!/usr/bin/env node\n// c\na\n",
            "\u{FEFF}// a\nb\n",
            "let e = f // c\nh // d\n/* i */ j() /* k */\nl()\n// m",
            "function a() { // c\n  // d\n  return 1 // e\n  // f\n}\n// g",
            "f(/* a */ b /* c */, /* d */ c /* e */) // f",
            "const a = /* b */ c /* d */ + /* e */ d // f\n;",
            "if (a) /* b */ c // d\nelse e // f\ng",
            "if (a) { b } // c\nelse { d } // e\nf",
            "class A { // b\n c = 1 // d\n e() {} // f\n /* g */ h; // i\n j // k\n}",
            "switch (a) { // b\n // c\n case 1: // d\n  e // f\n  break // g\n // h\n default: // i\n   j\n   // k\n}",
            "a /* b */ . /* c */ d /* e */ ( /* f */ ) // g\n .h() // i\n .j",
            "import a from 'b' // c\nexport { d } // e\nexport default f // g\nexport * from 'h' // i\nexport const j = k // l\n",
            "function a /* b */ ( /* c */ d /* e */ ) /* f */ { } /* g */",
            "do a; while (b) // c\nd",
            "x = { // a\n  b, // c\n  d: e // f\n  // g\n}",
            "x = a ? // b\n c // d\n : e // f",
            "`${/* a */ b /* c */}`",
            "for (/* a */ let b = c /* d */; /* e */; /* f */) /* g */ h",
            "a = (/* b */ c /* d */, e /* f */)\ng = /* h */ (i) => /* j */ k // l\nasync /* m */ function n() {}",
            "/* a */ @b /* c */ class /* d */ E /* f */ {}",
            "try { // a\n} // b\ncatch (e) { // c\n} // d\nfinally { // e\n} // f",
            "throw a // b\nvar d // e\nd++ // f\ndebugger // g\n",
            "x = () => {} // c\ny",
            "x = () => {} // c\n\n/* d */\ny",
            "f(() => {} // c\n, function () {} // d\n)",
            "x = { a() {} // b\n, c() {} // d\n}",
            "class A {} // b\nif (a) {} // c\nelse {} // d\nfor (;;) {} // e\n[f]",
            "function f(a) { b } // c\nfunction g() { d } // e\n\n// f\nexport function h() { i } // j\nk",
            "switch (a) { case 1: { b } // c\n case 2: { d } // e\n} // f",
            "x = [ () => {} // a\n // b\n]",
            "export default () => {} // a\nexport const c = { } // b\n",
            "while (x) // a\n  y // b\n z",
        ] {
            check_same(extension, code);
        }
    }
    for code in [
        "interface A { // b\n c: d // e\n f: g, // h\n i: j; // k\n l(): m // n\n // o\n}",
        "type A = // b\n | C // d\n // e\n | F /* g */\ntype H = I // j",
        "declare function f(): g // h\nfunction i(j): k // l\nfunction i(j) {} // m\ndeclare module 'n' // o\n",
        "abstract class p { abstract q(): r // s\n t(): u // v\n}",
        "enum A { // b\n C, // d\n E = 1 // f\n // g\n}",
        "const f = (): a => {} // c\nconst g = x as y // d\nconst h = z! // i\nlet j: k // l\nlet m: n[] = o // p\nq",
    ] {
        check_same("ts", code);
    }
}

#[test]
fn definition_files() {
    check_same("d.ts", "declare const a: b;\nexport declare function c(): d;\nexport class E { f(): g }\nexport {}\n");
}

#[test]
fn line_ends_and_odd_spaces() {
    check_same("ts", "a\r\nb;\r\n'c';\r\n/* d\r\n */\r\n");
    check_same("js", "a\u{A0}=\u{2003}b;\n\tc;\u{FEFF}");
    check_same("ts", "const\u{A0}a = b;\nexport {}\u{A0}from\u{2003}'c'");
    check_same("js", "");
    check_same("ts", " \n ");
    check_same("ts", "é.ü = 'ä'; const 变量 = `模${板}`");
}

#[test]
fn constructs_beyond_the_grammar_follow_its_style() {
    for (extension, code, kind) in [
        ("ts", "export { a } from 'b' with { type: 'json' }", "import_attribute"),
        ("js", "export * from 'b' with { type: 'json' }", "import_attribute"),
        ("ts", "export type * from 'a'", "export_statement"),
        ("ts", "type A<in out T> = T", "type_parameter"),
        ("ts", "class A { static [a: string]: b }", "index_signature"),
        ("ts", "type A = import('a').B<C>", "generic_type"),
        ("ts", "type A = { [B in C] }", "mapped_type_clause"),
        ("js", "class A { accessor b = 1 }", "field_definition"),
        ("ts", "class A { static accessor b: c; private accessor d = e }", "public_field_definition"),
        ("ts", "a = styled.div<{ b: c }>`d`", "type_arguments"),
    ] {
        let source = SourceFile::new(RelPath::new(format!("a.{extension}")), code).unwrap();
        let strict = lower_strict(source).unwrap();
        assert_eq!(strict.problems, [], "{code}");
        let tree = strict.tree().unwrap();
        assert!(tree.nodes().any(|node| node.raw_name() == kind), "{code}");
        assert!(tree.nodes().all(|node| !node.is_error() && node.raw().0 != 0), "{code}");
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a thread is the way to a small stack")]
fn long_chains_need_no_deep_stack() {
    for code in [
        format!("x = a{}", " + a".repeat(20_000)),
        format!("x = a{}", ".b()".repeat(20_000)),
        format!("type A = B{}", " | C".repeat(20_000)),
    ] {
        let source = SourceFile::new(RelPath::new("a.ts"), code).unwrap();
        let lower = || lower_strict(source).map(|strict| strict.tree().unwrap().len());
        let nodes = std::thread::Builder::new().stack_size(512 * 1024).spawn(lower).unwrap().join().unwrap();
        assert!(nodes.unwrap() > 20_000);
    }
}

#[test]
fn text_that_does_not_parse() {
    let lower = |code: &str| lower_strict(SourceFile::new(RelPath::new("a.ts"), code).unwrap());
    assert!(lower("let = = ;").is_err());
    assert!(lower("}").is_err());
    let recovered = lower("const a: number;\nlet b = 1").unwrap();
    assert_eq!(recovered.problems.len(), 1);
    assert!(recovered.tree().unwrap().len() > 5);
}

#[test]
fn every_beginning_of_a_text_is_lowered_or_refused() {
    let code = "import a, { b as c } from 'd'; @e class F<G> extends H { private i?: j = k!.l; m(n = `o${p}`) { for (const q of r) s: t } }\n\
        export const u = <v w={x}>y &amp; {z}</v>; if (a) b; else c?.d(/e/g) // f\n";
    for extension in ["tsx", "ts", "js"] {
        for end in 0..code.len() {
            let source = SourceFile::new(RelPath::new(format!("a.{extension}")), &code[..end]).unwrap();
            if let Ok(strict) = lower_strict(source) {
                let root = strict.tree().unwrap().root();
                assert!(root.descendants().all(|node| node.start() <= node.end() && node.end() <= root.end()));
            }
        }
    }
}

/// A text that the strict parser must not pass for read: it stops at what is wrong and leaves the rest out.
#[track_caller]
fn check_read_to_the_end(extension: &str, code: &str) {
    let source = SourceFile::new(RelPath::new(format!("a.{extension}")), code).unwrap();
    assert!(lower_strict(source.clone()).is_err(), "strict in {extension}: {code:?}");
    let file = crate::language::lower(source);
    assert_eq!((file.degraded.len(), file.problems.len()), (1, 1), "{extension}: {code:?}: {:?}", file.problems);
    let rest = file.tree().unwrap().nodes().any(|node| node.raw_name() == "identifier" && node.text() == "rest");
    assert!(rest, "the rest of {code:?} in {extension} is lost");
}

#[test]
fn what_ends_a_file_for_the_lexer_ends_it_for_no_rule() {
    let signs = [
        "#",
        "# a b",
        "#!",
        "#!/bin/sh",
        "\\",
        "\0",
        "\u{8}",
        "\u{1b}",
        "\u{7f}",
        "\u{FFFD}",
        "\u{2190}",
        "€",
        "`",
        "'",
        "\"",
    ];
    for extension in ["ts", "tsx", "mts", "js", "mjs", "cjs"] {
        for sign in signs {
            for code in [
                format!("rest();\n{sign}\n"),
                format!("a();\n{sign}\nrest();\n"),
                format!("{sign}\nrest();\n"),
                format!("// a\n{sign}\nrest();\nb(c);\n"),
                format!("'use strict'\n{sign}\nrest();\nb(c);\n"),
                format!("import a from 'a'\n{sign}\nrest();\nexport {{ b }};\n"),
            ] {
                // A `#!` line that comes first is right, and quotes take what follows.
                let is_right = sign.starts_with("#!") && code.starts_with('#');
                let takes_what_follows = matches!(sign, "`" | "'" | "\"") && !code.starts_with("rest");
                if !(is_right || takes_what_follows) {
                    check_read_to_the_end(extension, &code);
                }
            }
        }
        for behind in [" ", "\t", "; ", "\r\n"] {
            check_read_to_the_end(extension, &format!("a();\n\\{behind}rest();\n"));
        }
        check_read_to_the_end(extension, "rest();\n\\");
        check_read_to_the_end(extension, "rest();\n/* a");
        check_read_to_the_end(extension, "rest();\n/* a\n * b\n");
        check_read_to_the_end(extension, "\u{FEFF}// a\n#!b\nrest();");
        check_read_to_the_end(extension, "\u{FEFF}\u{FEFF}#!b\nrest();");
        check_read_to_the_end(extension, "\u{FEFF}\n#!b\nrest();");
    }
}

#[test]
fn a_space_of_no_width_is_white_space() {
    for space in ["\u{200B}", "\u{FEFF}", "\u{A0}", "\u{3000}"] {
        for extension in ["ts", "tsx", "js"] {
            for code in [
                "import { a } from_'b';",
                "import_{ a_} from 'b';",
                "a(_b_,_c_);_d_=_e_;",
                "export_{ a_as_b_};_export_*_from_'c'_;",
                "function_a_(b_)_{_return_b_;_}",
                "class_A_extends_B_{_c_=_1_;_d_(_)_{_}_}",
                "for_(const_a_of_b_)_{_if_(_c_)_d_;_else_e_;_}",
                "_a;_",
            ] {
                check_same(extension, &code.replace('_', space));
            }
        }
    }
}

#[test]
fn a_byte_order_mark_may_stand_before_a_hashbang() {
    for code in [
        "\u{FEFF}#!/usr/bin/env node\neval(x);\n",
        "\u{FEFF}#!a",
        "\u{FEFF}#!\n'use strict';\r\n// b\r\nc();",
        "\u{FEFF}#!a */ ` \"\n/* b */ import c from 'd';\n",
        "\u{FEFF}eval(x);",
        "\u{FEFF}",
        "#!a\n\u{FEFF}b;",
    ] {
        for extension in ["ts", "tsx", "js"] {
            check_same(extension, code);
            let source = SourceFile::new(RelPath::new(format!("a.{extension}")), code).unwrap();
            let file = crate::language::lower(source);
            assert_eq!((&*file.problems, &*file.degraded), (&[][..], &[][..]), "{extension}: {code:?}");
        }
    }
}

#[test]
fn a_keyword_with_an_escape_is_a_name_for_both_parsers() {
    for code in [
        r"deb\u0075gger",
        r"d\u{65}bugg\u{65}r;",
        r"x = \u0061s; function f() { ret\u0075rn 1 }",
        r"f\u006fr (;;) {}",
        r"cl\u0061ss A {}",
        r"w\u0069th (a) {}",
        r"async function f() { aw\u0061it g() }",
    ] {
        let source = SourceFile::new(RelPath::new("a.js"), code).unwrap();
        assert!(lower_strict(source).is_err(), "{code}");
    }
    check_lines(
        &["ts", "tsx", "js"],
        r"
        const \u0061 = 1; a.\u0069f; ({ \u0069f: 1 }); b\u0061r: for (;;) break b\u0061r;
        'deb\u0075gger'; `deb\u0075gger ${1} ret\u0075rn`; /deb\u0075gger/u; // deb\u0075gger
        class A { #\u0061 = 1; \u0061() {} }
        ",
    );
}
