//! Snippets for which both parsers must give the same tree.

use crate::ir::Lowered;
use crate::ir::compare::compare;
use crate::language::{lower_strict, lower_tolerant};
use crate::source::{RelPath, SourceFile};

fn source(code: &str) -> SourceFile {
    SourceFile::new(RelPath::new("a.rs"), code).unwrap()
}

/// A difference between the trees of both parsers, or an error of one of them.
fn difference(code: &str) -> Option<String> {
    let tolerant = lower_tolerant(source(code));
    let strict = lower_strict(source(code)).unwrap();
    let spans = |file: &Lowered| file.comments.iter().map(|comment| comment.span).collect::<Vec<_>>();
    if !(tolerant.problems.is_empty() && strict.problems.is_empty() && strict.degraded.is_empty()) {
        return Some(format!("{code}: {:?} {:?} {:?}", tolerant.problems, strict.problems, strict.degraded));
    }
    if spans(&tolerant) != spans(&strict) {
        return Some(format!("{code}: {:?} {:?}", spans(&tolerant), spans(&strict)));
    }
    if strict.comments.iter().any(|comment| strict.comment_node(comment).span() != comment.span) {
        return Some(format!("{code}: a comment is another node"));
    }
    let (mismatches, _) = compare(tolerant.tree()?, strict.tree()?);
    (!mismatches.is_empty()).then(|| format!("{code}: {mismatches:#?}"))
}

#[track_caller]
fn check_same(code: &str) {
    if let Some(difference) = difference(code) {
        panic!("{difference}");
    }
}

/// Checks each line as a file, or with `in_body` as the body of a function.
#[track_caller]
fn check_lines(lines: &str, in_body: bool) {
    let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
    let codes = lines.map(|line| if in_body { format!("fn f() {{ {line} }}") } else { line.to_owned() });
    let differences: Vec<String> = codes.filter_map(|code| difference(&code)).collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn items() {
    let lines = r#"
        fn f() {}
        pub fn f<'a, T: A + 'a, const N: usize = 3>(x: &'a T, mut y: [T; N]) -> Vec<T> where T: B, 'a: 'static {}
        pub(crate) const unsafe extern "C" fn f(self, &x: &u8, (a, b): (u8, u8), _: u8) -> ! { loop {} }
        async fn f(#[a] x: u8) {}
        extern fn f() {}
        pub(in a::b) fn f(_: impl Fn()) {} pub(super) fn g() {} pub(self) fn h() {}
        const A: u8 = 1; const _: () = (); pub static B: u8 = 2; static mut C: u8 = 3;
        struct A; struct B(u8, pub C, #[a] pub(crate) D); struct C { a: u8, #[b] pub c: D, }
        struct A<T = u8>(T) where T: B; struct C<'a: 'b, #[x] T: B = C> where T: X { a: &'a T }
        struct A {} enum B {} union C { a: u8, b: f32 }
        pub union U<T> where T: Copy { a: T }
        enum E { A, #[a] B(u8) = 1, C { a: u8 }, D = -1, }
        type A = B; type A<T> where T: X = B; pub type C<'a> = &'a str;
        trait A {} pub unsafe trait B<T>: C + 'static + ?Sized where T: D { }
        trait A { type T; type U: X + Y; type V<'a>: X where Self: 'a; type W = u8; const B: u8; const C: u8 = 1; }
        trait A { fn a(self); fn b(&self) {} fn c(&'a mut self); fn d(self: Box<Self>); fn e(mut self: &Self); m!(); m! {} }
        impl A {} impl<T> A<T> for B<T> where T: X {} unsafe impl A for B {} impl !A for B {}
        impl A { #![a] #[b] pub const fn a() {} type T = u8; const A: u8 = 1; m!(x); m! {} pub(crate) fn b(self) {} }
        impl<T: ?Sized> a::A<T> for &mut [T] { default fn x() {} }
        impl A for fn(u8) -> u8 {} impl A for (u8, u8) {} impl A for dyn B + 'static {} impl<F: Fn(u8) -> u8> A for F {}
        extern "C" { fn a(x: u8, ...); pub static mut A: u8; static B: u8; type T; }
        unsafe extern "C" { pub fn a(); } extern { }
        mod a; pub mod b { #![x] use c; mod d { fn e() {} } } mod e {}
        use a; use a::b; use ::a::b; use a::{self, b as c, d::*, e::{f, g}}; use *; use {a, b}; use a::b as _; use self::a;
        use super::super::a; use crate::{a, b::c}; pub use r#try::r#fn; use ::{a, b};
        extern crate a; extern crate a as b; extern crate self as c; pub extern crate d as _;
        m!(); m! { a } m![a]; a::b!(c); thread_local! { static A: u8 = 1; }
        #![a] #![b(c)] #[d] #[e = "f"] #[g(h, i = "j")] #[k::l] #[unsafe(no_mangle)] #[doc = include_str!("x")] fn f() {}
        #[cfg(a)] mod b { #[c] fn d() {} }
        fn f<T>() where [T; 1]: A, for<'a> &'a T: B<'a>, (T,): C, T::X: D, <T as E>::F: G, *const T: H,  {}
    "#;
    check_lines(lines, false);
}

#[test]
fn types() {
    let lines = r#"
        fn f(a: u8, b: &str, c: &'a mut T, d: *const u8, e: *mut dyn A, f: [u8; 3], g: [u8], h: (u8,), i: (u8), j: ()) {}
        fn f(a: A<u8, 'a, 3, { N }, T = u8, "x", true>, b: A<B<C<D>>>, c: a::b::C<D>, d: ::a::B, e: A<T>::B, f: _) {}
        fn f(a: <T as A>::B, b: <T>::B, c: <T as a::A<u8>>::B::C, d: Self::A, e: crate::A, f: super::A, g: self::A) {}
        fn f(a: impl A, b: impl A + B + 'a, c: impl for<'a> A<'a>, d: impl Fn(u8, &str) -> u8, e: impl a::A<T = u8> + '_) {}
        fn f(a: dyn A, b: &(dyn A + Send), c: Box<dyn A + 'static>, d: dyn for<'a> Fn(&'a u8), e: &dyn Fn() -> u8) {}
        fn f(a: fn(), b: fn(u8, x: u8, _: u8) -> u8, c: unsafe extern "C" fn(u8, ...), d: for<'a> fn(&'a u8) -> &'a u8) {}
        fn f(a: m!(), b: a::m![x], c: impl Sized + use<'a, T>, d: impl use<T> + Sized, e: !, f: &&u8, g: &[&str]) {}
        fn f<T: A<B: C>>() -> impl Iterator<Item = impl A> + Send { }
        fn f<T>(x: T) where T: for<'a> Fn(&'a u8) -> &'a u8 + Send, for<'a, 'b> F: Fn(&'a u8), T: ?Sized + 'a {}
        fn f(a: Vec<_>, b: [u8; { 1 + 2 }], c: [[u8; 2]; N * 2], d: Option<Box<dyn Fn(u8) -> Result<u8, ()> + Send>>) {}
        fn f<F: Fn(_) -> u8, G: Fn(u8) -> _>(b: A<'_>, c: A<'static>, d: std::primitive::u8) {}
        struct A(Box<dyn FnOnce() + 'static>); type B = fn(&'static str) -> (); type C = dyn D<E = F> + G;
    "#;
    check_lines(lines, false);
}

#[test]
fn statements_and_blocks() {
    let lines = r"
        let x; let x = 1; let mut x: u8 = 1; let _ = 1; let _: u8 = 2; let (a, mut b) = c; let A { a, .. } = b;
        let Some(x) = a else { return }; let x = if a { b } else { c }; let ref x = 1; let ref mut x = 1; let &x = y;
        ; ;; a; a;; {} {}; { a } { a; } 'a: { break 'a } 'b: {};
        if a {} if a {} else {} if a {} else if b {} else { c } if let A = b {}; if a { b } else { c }
        if let A = b && c && let D = e && f {} if a && b && let C = d {} if let A(x) = y && x == 1 {} if (a) {}
        while a {} while let Some(x) = y {} 'a: while a { continue 'a; } while let A = b && c {}
        for i in 0..1 {} for (a, b) in c {} 'a: for _ in d {} for &x in y.iter() {} for i in (0..n).rev() {}
        loop {} 'a: loop { break; break 'a; break 'a 1; break 1; continue; }
        match a {} match a { b => c, _ => {} } match (a, b) { (c, d) if e => f, }
        match a { _ if let b = c => d, A | B => {}, | C => 1, #[x] D => 2, #[y] E if f => { 3 } }
        match a { b => {} c => (), d => if e { f } else { g } h => unsafe { 1 } i => {}, }
        match a { #![b] c => d } match a { b => c, } match a { b => c } match a { b => || c, d => return, e => m!() }
        unsafe {} unsafe { a }; const { 1 } async {}; async move { a }; async { b }.await; try { a };
        fn g() {} struct A; use b; const C: u8 = 1; macro_rules! d { () => {} } impl E {} static F: u8 = 1; mod g {}
        m!(); m![]; m! {} m! {}; m! { a } a::m!(b); m!() 
        #[a] b; #[c] let d = e; #[f] fn g() {} #[h] m!(); #[i] return 1; #[j] { k } #[l] if m {} 
        match a {}.b(); if a { b } else { c }.d(); unsafe { a }.b; m! {}.a; { a }.b();
        return; return a; a? ; a.await?; yield; yield a
        #![a] #![b] c
    ";
    check_lines(lines, true);
}

#[test]
fn expressions() {
    let lines = r###"
        a + b * c - d / e % f; a & b | c ^ d; a << b >> c; a && b || c; a == b; a != b; a < b; a > b; a <= b; a >= b;
        a = b; a += b; a -= b; a *= b; a /= b; a %= b; a ^= b; a &= b; a |= b; a <<= b; a >>= b; *a = b; a.b = c; _ = d;
        -a; !a; *a; &a; &mut a; &&a; &raw const a; &raw mut a; --a; !!a; -1; -a.b(); !a as u8; &a[..]; &*a; *&a; &-a;
        a as u8; a as *const u8 as usize; a as Vec<u8>; (a as u8) < b; a as u8 + b;
        a..b; a..; ..b; ..; a..=b; a + 1..b; (a..b).c(); a[..]; a[b..]; a[..b]; a[b..c];
        a.b; a.b.c; a.0; a.0.1; a.0.1.2; a.b(); a.b::<C>(); a.b::<C>(d).e(); a?.b; a.await; a.0.await; a.b.0(c); (a.b)(c);
        a(); a(b, c,); a(b)(c); a[b]; a[b][c]; a::b(); a::b::<C>(); a::<B>; a::<B>::c(); A::<B>::C::<D>::e(); (a)();
        <T>::a(); <T as A>::b(); <T as a::B<C>>::d::<E>(); <[T]>::a; <dyn A>::b; <Vec<u8> as A>::b; <&T>::c(); <(A, B)>::d;
        ::a::b(); crate::a; self::a; super::a; super::super::b; Self::a; Self; self; self.a; u8::MAX; str::len; Self(a); Self {};
        A {}; A { a }; A { a: b, c }; A { a, ..b }; A { ..Default::default() }; a::B { c: d }; A::<B> { c }; A { 0: b }; Self { a };
        A { #[x] a: b, #[y] c }; A { a: B { c: D {} } };
        []; [a]; [a, b,]; [a; 3]; [[a; 1]; 2]; (); (a,); (a, b); (a); ((a)); [(); 3]; [#[x] a, b]; 
        || a; || {}; |a| b; |a, b| c; |a: u8| b; |a: &u8, _, mut c, (d, e), F { g }, &h| i; |_| (); || -> u8 { 1 }; |&a| b;
        move || a; async || a; async move |x| -> u8 { x }; |a| |b| c; || || a; |_: u8| _;
        |mut a: u8| b; |ref a| b; || return; || a = b; || a..b; f(|x| x + 1, |y| { y });
        x = if a { b } else { c }; f(if a { b } else { c }); let x = match a { b => c }; [if a { b } else { c }];
        return a + b; return a && b; break a + b; return (a); return [a]; return -1; return &a; return *b;
        1; 1u8; 0xff; 0b1; 0o7; 1_000; 1.0; 1.; 1e5; 1.0e-5; 1f32; 1.0f64; 1.max(2); 1..2; 1.0.floor(); 0xE+1; 1_f64; 2e+3;
        'a'; '\n'; '\''; '\\'; '\u{1F600}'; 'é'; b'a'; b'\x00'; '"'; b'\''; ' ';
        ""; "a"; "a\nb"; "\"\\"; "\u{1}a\x41"; b"a\0"; c"a"; "é"; "// no"; "/* no */";
        r""; r"a\"; r#"a"b"#; br"a"; br#"a"#; cr"a"; r##"a"#b"##; true; false; !true;
        a.b(|c| d).e(f)?; a.b::<Vec<_>>(); a.r#type; r#fn(); a.b.c[d].e.await?.f(); x.y::<{ 3 }>(); x.y::<'a, 3>();
        m!(a, b); m![]; m! { a }; a::m!(b).c; m!(a)?; m!(a) + m!(b); x(m!());
    "###;
    check_lines(lines, true);
}

#[test]
fn patterns() {
    let lines = r#"
        match a { A => 1, a::B => 2, A(b) => 3, a::B(c, ..) => 4, A { b } => 5, A { b: c, .. } => 6, A {} => 7, A() => 8 }
        match a { A { ref b, mut c, ref mut d } => 1, a::A { b: B(c) } => 2, A::<B>(c) => 3, A::<B> => 4, A::<B>::C => 5 }
        match a { 1 => 1, -1 => 2, 1.0 => 3, "a" => 4, 'a' => 5, true => 6, b"a" => 7, r"a" => 8, -1.0 => 9, _ => 10 }
        match a { 1..=2 => 1, 1..2 => 2, 1.. => 3, ..=2 => 4, 'a'..='z' => 5, A..=B => 6, -1..=-2 => 7, a::B..=c::D => 8, 1...2 => 9 }
        match a { (a, b) => 1, (a,) => 2, () => 3, (a) => 4, (.., a) => 5, [a, b] => 6, [a, ..] => 7, [a, b @ ..] => 8, [] => 9 }
        match a { &a => 1, &mut a => 2, &&a => 3, ref a => 4, ref mut a => 5, mut a => 6, a @ b => 7, ref a @ b => 8, mut a @ 1..=2 => 9 }
        match a { A | B => 1, (A | B) => 2, A(B | C) => 3, | A | B | C => 4, &(A | B) => 5, [A | B, ..] => 6, a @ (B | C) => 7 }
        match a { m!() => 1, const { 1 } => 2, a::m![x] => 3, <T as A>::B => 4, Self::A => 5, Self { a } => 6, Self(b) => 7, u8::MAX => 8 }
        let [a, b] = c; let (A(x) | B(x)) = y; let A(_, (b, _)) = c; if let A | B = c {} let x @ A { .. } = y;
    "#;
    check_lines(lines, true);
}

#[test]
fn macros() {
    let lines = r##"
        m!(a 'b 'static '_ 1 1.0 -1 "c" 'd' b"e" r#"f"# c"g" true _ _h self Self super crate mut u8 str);
        m!(-> => ..= ... .. && || << >> <<= >>= += :: : ; , . # ! ? @ % ^ | & * / + - = == != <= >= < > $ $a $(b) $crate);
        m!(as async await break const continue default enum fn for gen if impl let loop match mod pub return static struct);
        m!(trait type union unsafe use where while else in ref dyn move extern try yield macro box raw auto safe);
        m!((a) [b] {c} ((d)) {[(e)]}); m![]; m! {} m!(a.0.1, b.0.1.2, c.0); m!(a => b, c => d;); m!("{}", a.unwrap());
        m!(/* a */ b // c
        );
    "##;
    check_lines(lines.rsplit_once("m!(/*").map_or(lines, |(before, _)| before), true);
    check_same("fn f() { m!(/* a */ b // c )\n ) }");
    check_lines(
        r"
        macro_rules! m { () => {} }
        macro_rules! m { () => {}; }
        macro_rules! m ( () => () );
        macro_rules! m [ () => []; (a) => {} ];
        macro_rules! m { ($a:expr) => { $a }; ($a:ident, $($b:ty),*) => { $a $($b),* } }
        macro_rules! m { ($($a:tt)*) => { $($a)* }; ($($a:pat)|+ $(,)?) => {}; ($(#[$m:meta])* $v:vis $l:lifetime) => {} }
        macro_rules! m { ($a:block $b:expr_2021 $c:item $d:literal $e:pat_param $f:path $g:stmt) => { $crate::a!($a) } }
        macro_rules! m { ($(($a:expr, $b:expr)),+ $(,)?) => { $( f($a, $b); )+ } }
        macro_rules! m { ($($($a:ident)+);*) => { $($($a)+);* }; ([$a:tt] {$b:tt}) => { [$a] {$b} 'a 'static 1.0 } }
        macro_rules! m { ($(a => b)=>*) => { $(x.y)&&* $(z)::* $(w) +* } }
        macro_rules! m { ($a:tt) => { macro_rules! n { ($b:tt) => { $a $b } } } }
        #[macro_export] macro_rules! m { (@a $x:expr) => { m!(@b $x) }; (else in ref) => { mut self true u8 _ } }
        ",
        false,
    );
}

#[test]
fn comments() {
    for code in [
        "// a\nfn f() {} // b\n// c",
        "/* a */ fn /* b */ f /* c */ ( /* d */ a /* e */ : /* f */ u8 /* g */ ) /* h */ { /* i */ a /* j */ ; /* k */ } /* l */",
        "/// a\n/// b\nfn f() {}\n",
        "//! a\n//! b\n\nfn f() {}\n",
        "//// a\n//\n///\n///\nfn f() {}",
        "/*! a */ /*!*/ /** b */ /*** c */ /**/ /***/ /* a /* b */ c */ fn f() {}",
        "struct A {\n    /// a\n    a: u8, // b\n    /* c */\n}",
        "enum A {\n    /// a\n    B, // c\n    C,\n}",
        "fn f() {\n    a(\n        // b\n        c, // d\n        e,\n    ) // f\n    .g() // h\n    ;\n}",
        "fn f() { match a { // b\n c => d, // e\n // f\n g => h // i\n } }",
        "fn f() { if a /* b */ { } /* c */ else /* d */ { } }",
        "fn f() { let x /* a */ = /* b */ 1 /* c */ + /* d */ 2; }",
        "fn f() { a /* b */ . /* c */ d /* e */ ( /* f */ ) }",
        "mod a { //! b\n /* c */ fn d() {} /* e */ }\n",
        "macro_rules! m { /* a */ ($x:expr) /* b */ => /* c */ { /* d */ $x } ; /* e */ }",
        "use a::{ /* b */ c, // d\n e };",
        "#[a] /* b */ #[c] // d\nfn f() {}",
        "fn f<T /* a */>(/* b */) -> /* c */ u8 where /* d */ T: /* e */ A /* f */ {}",
        "fn f() { |/* a */ b /* c */| d; || /* e */ f; }",
        "fn f() { \"a // b\" ; r\"/* c */\"; '/' ; }",
    ] {
        check_same(code);
    }
}

#[test]
fn files() {
    let crlf = "fn f() {}\r\n// a\r\n/// b\r\nfn g() {}\r\n";
    for code in ["", "\n", "  \n fn f() {}\n\n", "#!/usr/bin/env x\nfn f() {}\n", "\u{FEFF}fn f() {}", crlf] {
        check_same(code);
    }
}

/// The raw kinds of the top-level nodes.
fn top(file: &Lowered) -> Vec<&'static str> {
    file.tree().unwrap().root().children_with_tokens().map(crate::ir::Node::raw_name).collect()
}

#[test]
fn a_front_matter_is_one_node_before_the_code() {
    for (code, kinds) in [
        ("---\n[package]\n---\nfn f() {}", &["frontmatter", "function_item"][..]),
        ("#!/usr/bin/env x\n---- toml\n---\n----\nfn f() {}", &["shebang", "frontmatter", "function_item"]),
    ] {
        let strict = lower_strict(source(code)).unwrap();
        assert_eq!((&*top(&strict), &*strict.degraded), (kinds, &[][..]), "{code}");
        let frontmatter = strict.tree().unwrap().nodes().find(|node| node.raw_name() == "frontmatter").unwrap();
        assert!(frontmatter.text().starts_with("---") && frontmatter.text().ends_with("---"), "{code}");
    }
}

#[test]
fn items_that_syn_refuses_are_spliced_in() {
    for code in [
        "fn a() {} /* 0 */ fn b(c: /* 1 */ Fn(D)) {} /* 2 */ fn e() {}",
        "mod a { fn b() {} /// c\n fn d(e: Fn(F)) { g! { h } } /* i */ }",
        "#[a] fn b(c: Fn(D)) { \"e\" } const F: u8 = { 1 };",
    ] {
        let (tolerant, strict) = (lower_tolerant(source(code)), lower_strict(source(code)).unwrap());
        assert_eq!((strict.degraded.len(), &*strict.problems), (1, &[][..]), "{code}");
        let (mismatches, _) = compare(tolerant.tree().unwrap(), strict.tree().unwrap());
        assert_eq!(mismatches, [], "{code}");
        let spans = |file: &Lowered| file.comments.iter().map(|comment| comment.span).collect::<Vec<_>>();
        assert_eq!(spans(&tolerant), spans(&strict), "{code}");
    }
}

#[test]
fn one_broken_item_leaves_the_others_strict() {
    let code = "fn a() {}\nfn b() { let = 1; }\nmod c { fn d() {} fn e() { ) } }\n";
    assert!(lower_strict(source(code)).is_err(), "unbalanced brackets");
    let strict = lower_strict(source(&code.replace("{ ) }", "{ + }"))).unwrap();
    let degraded: Vec<&str> = strict.degraded.iter().map(|item| strict.source.slice(item.span)).collect();
    assert_eq!(degraded, ["fn b() { let = 1; }", "fn e() { + }"]);
    assert_eq!(strict.problems.len(), 1);
    assert_eq!(strict.source.slice(strict.problems[0].span), "=");
    assert_eq!(top(&strict), ["function_item", "function_item", "mod_item"]);
}

/// Checks that a file with statements among its items has the tree that the grammar gives, and which parts are degraded.
#[track_caller]
fn check_file_of_statements(code: &str, degraded: &[&str]) {
    let (tolerant, strict) = (lower_tolerant(source(code)), lower_strict(source(code)).unwrap());
    assert_eq!(compare(tolerant.tree().unwrap(), strict.tree().unwrap()).0, [], "{code}");
    let spans = |file: &Lowered| file.comments.iter().map(|comment| comment.span).collect::<Vec<_>>();
    assert_eq!(spans(&tolerant), spans(&strict), "{code}");
    assert_eq!(tolerant.problems.is_empty(), strict.problems.is_empty(), "{code}");
    let parts: Vec<&str> = strict.degraded.iter().map(|item| strict.source.slice(item.span)).collect();
    assert_eq!(parts, degraded, "{code}");
}

#[test]
fn a_statement_among_items_is_not_cut_at_its_braces() {
    for statement in [
        "if p { q() } else { r() }",
        "if p { q() } else if s { t() } else { r() }",
        "if let Some(p) = q { r() } else { s() }",
        "#[cfg(a)] if p { q() } else { r() }",
        "match p { q => r, _ => {} }",
        "match p { q => r, _ => {} }.s();",
        "loop { break }",
        "'a: loop { break 'a }",
        "unsafe { p() }",
        "unsafe { p() }.q();",
        "const { p() }",
        "async { p() }.await;",
        "async move { p() };",
        "for p in q { r() }",
        "while let Some(p) = q { r() }",
        "{ p(); q() }",
        "let Some(p) = q else { return };",
        "let p = if q { r } else { s };",
        "p = if q { r } else { s };",
        "P { q: 1 }.r();",
        "p! { q }.r();",
        "p! { q }?;",
        "p(|q| { r }).s(move || { t });",
        "if p { q } /* r */ else /* s */ { t }",
        "return P {};",
        "static || {};",
        "p.q()?;",
    ] {
        check_file_of_statements(statement, &[statement]);
        let around =
            format!("fn a() {{}}\n/// b\n{statement} // c\nfn d() {{ {{ }} }}\n{statement}\nstruct E {{ f: u8 }}\n");
        let (tolerant, strict) = (lower_tolerant(source(&around)), lower_strict(source(&around)).unwrap());
        assert_eq!(compare(tolerant.tree().unwrap(), strict.tree().unwrap()).0, [], "{around}");
        assert_eq!(strict.degraded.len(), 2, "{around}");
    }
}

#[test]
fn statements_in_a_row_are_one_part_and_end_at_an_item() {
    check_file_of_statements("if p {} else {}\nlet q = 1;\nr();\n", &["if p {} else {}\nlet q = 1;\nr();"]);
    check_file_of_statements("let p = 1; fn q() {} p + 1; const R: u8 = 1; r!(); s!();", &["let p = 1;", "p + 1;"]);
    check_file_of_statements("if p {} unsafe fn q() {} if r {} pub struct S;", &["if p {}", "if r {}"]);
    check_file_of_statements(
        "fn a(b: Fn(C)) {} if p {} else {} fn d(e: Fn(F)) {}",
        &["fn a(b: Fn(C)) {}", "if p {} else {}", "fn d(e: Fn(F)) {}"],
    );
    check_file_of_statements("p! { q } if r { s } else { t } u! { v }", &["if r { s } else { t }"]);
    check_file_of_statements("p.q()", &["p.q()"]);
}

#[test]
fn unstable_syntax_is_degraded_without_a_parse_error() {
    let strict = lower_strict(source("fn a() {}\ntrait B = C;\nfn d() {}")).unwrap();
    assert_eq!((strict.degraded.len(), strict.problems.len()), (1, 0));
}

#[test]
fn a_string_with_a_suffix_is_left_to_the_tolerant_parser() {
    for code in
        ["fn a() { b(\"c\"d); }", "fn a() { b!(\"\"c); }", "fn a() { b!(r\"c\"d, r#\"e\"#f); }", "a! { \"b\"c }"]
    {
        let strict = lower_strict(source(code)).unwrap();
        assert_eq!(strict.degraded.len(), 1, "{code}");
    }
}

/// The named children of the token tree of the first macro call, by both parsers.
#[track_caller]
fn check_read(call: &str, expected: &[&str]) {
    let code = format!("fn f() {{ {call} }}");
    check_same(&code);
    let strict = lower_strict(source(&code)).unwrap();
    let tokens = strict.tree().unwrap().nodes().find(|node| node.raw_name() == "token_tree").unwrap();
    let kinds: Vec<&str> = tokens.children().map(crate::ir::Node::raw_name).collect();
    assert_eq!(kinds, expected, "{code}");
}

#[test]
fn macro_arguments_are_read_as_code() {
    check_read("println!(\"{}\", a.unwrap());", &["string_literal", "call_expression"]);
    check_read("a!(b = c, d = |e| { f },);", &["assignment_expression", "assignment_expression"]);
    check_read("a![b::new(); 2];", &["call_expression", "integer_literal"]);
    check_read("a! { let b = c; d(b) }", &["let_declaration", "call_expression"]);
    check_read("a! { #![b] #[c] fn d(&self) {} }", &["inner_attribute_item", "attribute_item", "function_item"]);
    check_read("a! { fn b() {} /* c */ struct D; }", &["function_item", "block_comment", "struct_item"]);
    check_read("a!(b!(c!(d, e.f())));", &["macro_invocation"]);
    check_read("a!(/* b */ c, // d\n e);", &["block_comment", "identifier", "line_comment", "identifier"]);
    check_read("a!();", &[]);
    check_read("a!(_);", &["identifier"]);
}

/// The texts of all macro calls in the body of a function, by both parsers.
#[track_caller]
fn check_calls(call: &str, expected: &[&str]) {
    let code = format!("fn f() {{ {call} }}");
    check_same(&code);
    let strict = lower_strict(source(&code)).unwrap();
    let calls = strict.tree().unwrap().nodes().filter(|node| node.raw_name() == "macro_invocation");
    let calls: Vec<&str> = calls.skip(1).map(crate::ir::Node::text).collect();
    assert_eq!(calls, expected, "{code}");
}

#[test]
fn macros_that_are_called_among_tokens_are_calls() {
    check_calls("a! { b = c => { d!(e); } }", &["d!(e)"]);
    check_calls("a!(b => c!(d!(e)), f!{g => h!()});", &["c!(d!(e))", "d!(e)", "f!{g => h!()}", "h!()"]);
    check_calls("a!(b => c::d!(e), => ::f::g![], crate::h::i! {});", &["c::d!(e)", "::f::g![]", "crate::h::i! {}"]);
    check_calls("a!(b => [c!()] { d!(/* e */ f, \"g\") });", &["c!()", "d!(/* e */ f, \"g\")"]);
    check_calls("a!(=> ..b!(), = c!(d => #[e(f)] g!()));", &["b!()", "c!(d => #[e(f)] g!())", "g!()"]);
    check_calls("a! { /// b\n #[c] d => { e!(f) } }", &["e!(f)"]);
}

#[test]
fn tokens_that_call_no_macro_stay_flat() {
    check_calls("a!(b => c != (d), if !(e), return !(f), 'g !(h), i.j!(k), u8!(l));", &[]);
    check_calls("a! { b => macro_rules! c { () => { d!() } } }", &[]);
    check_calls("a!(b => #[c(d!())] e, f::<g>!(h), i! j);", &["d!()"]);
    check_calls("a!(b => c::d::e::f::g::h::i::j::k!());", &[]);
}

#[test]
fn common_defects_of_the_grammar_are_worked_around() {
    check_lines(
        r##"
        r" a"; br"  b"; r#"   "#; m!(r" c"); m!(d => r" e"); r"
f";
        str![]; str!["a"]; u8!(b); a(str![c], d); m!(str![]); m!(str![].b(), c(str![[d]])); m!(a => str![b], c as u8);
        "##
        .replace("\nf", "")
        .as_str(),
        true,
    );
    check_lines("macro_rules! m { ($a:ty) => { str![$a]; 'u8: loop { break 'u8 } a as u8 != b } }", false);
}

#[test]
fn a_fragment_is_one_before_a_repetition_without_a_space() {
    check_lines("macro_rules! m { ($a:ty$(, $b:expr)?) => { impl$(<$a>)? B {} } }", false);
}

#[test]
fn a_sum_that_starts_with_a_lifetime_is_the_trait_of_the_impl() {
    check_lines("fn f(a: impl 'a + A, b: impl 'a + A + B + C, c: impl use<'a> + A + B, d: impl A + 'a + B) {}", false);
}

#[test]
fn macro_syntax_beyond_rust_is_read_by_neither_parser() {
    check_read("a! { b { c: d, ..e, } }", &["identifier", "token_tree"]);
    check_read("a! { break 'b: loop {} }", &["identifier", "token_tree"]);
    check_read("a!(b..c..d);", &["identifier"; 3]);
    check_read("a! { break 'b 'c: loop {} }", &["break_expression"]);
}

#[test]
fn macro_arguments_that_are_no_code_stay_tokens() {
    check_read("a!(b => c);", &["identifier", "identifier"]);
    check_read("a!(b, C { .. });", &["identifier", "identifier", "token_tree"]);
    check_read("a!(b, c(|d| C { .. }));", &["identifier", "identifier", "token_tree"]);
    check_read("a!(-b --c <D> \"e\");", &["identifier", "identifier", "identifier", "string_literal"]);
    check_read("a!(b, C(d) if e);", &["identifier", "identifier", "token_tree", "identifier"]);
    check_read("a! { static ref B: C = d; }", &["identifier", "identifier", "identifier", "identifier"]);
    check_read("a! { fn b(); }", &["identifier", "token_tree"]);
    check_read("a! { enum B { pub C } }", &["identifier", "token_tree"]);
    check_read("a![fn];", &[]);
    check_read("a!(let b = c);", &["identifier", "identifier"]);
    check_read("a!('b'..='c' | 'd'..='e');", &["char_literal"; 4]);
    check_read("a!(b; c; d => e);", &["identifier", "identifier", "identifier", "identifier"]);
    check_read("a!(#b);", &["identifier"]);
}
