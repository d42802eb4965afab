//! The things that a fix must not do besides removing its finding, for fixes of pages in several languages.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::fmt::Write as _;

use lawbook_core::Lawbook;
use lawbook_core::diagnostic::Safety;

/// A page with this rule object and fix.
fn page(language: &str, rule: &str, fix: &str) -> String {
    format!("---\nsummary: S.\nlanguages: [{language}]\nseverity: error\nrule: {rule}\nfix: {fix}\n---\nWhy.\n")
}

/// The path of a file of a language.
fn path(language: &str) -> String {
    let extension = match language {
        "typescript" => "ts",
        "rust" => "rs",
        "python" => "py",
        "javascript" => "js",
        other => other,
    };
    format!("src/a.{extension}")
}

/// A law with the language of its files.
struct PageLaw<'l> {
    book: Lawbook,
    language: &'l str,
}

impl PageLaw<'_> {
    /// Checks the text after all fixes.
    #[track_caller]
    fn fixes(&self, text: &str, expected: &str) {
        let fixed = self.book.fix_up_to(path(self.language), text, Safety::Unsafe);
        let mut reasons = String::new();
        for fix in &fixed.rolled_back {
            let _ = writeln!(reasons, "{}", fix.reason);
        }
        assert_eq!(&*fixed.text, expected, "{text}\n{reasons}");
    }

    /// Checks that a fix is tried and rolled back.
    #[track_caller]
    fn rolls_back(&self, text: &str, reason: &str) {
        let fixed = self.book.fix_up_to(path(self.language), text, Safety::Unsafe);
        let reasons: Vec<&str> = fixed.rolled_back.iter().map(|fix| fix.reason.as_str()).collect();
        assert_eq!(&*fixed.text, text, "{reasons:?}");
        assert!(reasons.iter().any(|found| found.contains(reason)), "{text}: {reasons:?}");
    }

    /// Checks that no fix is offered.
    #[track_caller]
    fn offers_nothing(&self, at: &str, text: &str) {
        let found = self.book.check(at, text);
        assert!(!found.is_empty(), "{text}");
        let fixed = self.book.fix_up_to(at, text, Safety::Unsafe);
        assert_eq!((&*fixed.text, fixed.rolled_back.len()), (text, 0));
    }
}

fn of<'l>(language: &'l str, rule: &str, fix: &str) -> PageLaw<'l> {
    PageLaw { book: Lawbook::builder().page("r", page(language, rule, fix)).build().unwrap(), language }
}

/// A rule that deletes statements which call `log`.
fn no_log(language: &str) -> PageLaw<'_> {
    let call = if language == "rust" { "log!($$$)" } else { "log($$$)" };
    of(language, &format!("{{ kind: expression_statement, has: {{ pattern: {call} }} }}"), "\"\"")
}

#[test]
fn what_is_put_in_does_not_merge_with_the_code_beside_it() {
    let parentheses = of("typescript", "{ kind: parenthesized_expression, pattern: ($A) }", "$A");
    parentheses.fixes("const t = typeof(a);\n", "const t = typeof a;\n");
    parentheses.fixes("const same = () => { return(a); };\n", "const same = () => { return a; };\n");
    parentheses.fixes("let y = a/(/x/.lastIndex)\nlet z = 1\n", "let y = a/ /x/.lastIndex\nlet z = 1\n");
    parentheses.fixes("let y = -(-x);\n", "let y = - -x;\n");
    parentheses.fixes("for (const k of(a)) {}\n", "for (const k of a) {}\n");
    let parentheses = of("rust", "{ kind: parenthesized_expression, pattern: ($A) }", "$A");
    parentheses.fixes("fn f() -> u8 { return(a) }\n", "fn f() -> u8 { return a }\n");
    let parentheses = of("python", "{ kind: parenthesized_expression, pattern: ($A) }", "$A");
    parentheses.fixes("x = not(a)\n", "x = not a\n");
    parentheses.fixes("x = 1 if(a)else 2\n", "x = 1 if a else 2\n");
}

#[test]
fn what_is_taken_over_stays_what_it_was() {
    let wrap = of("typescript", "{ pattern: wrap($X) }", "$X");
    wrap.rolls_back("const make = () => wrap({ a: 1 });\n", "`{ a: 1 }` would mean something else");
    wrap.rolls_back("const make = async () => wrap({ b });\n", "mean something else");
    wrap.rolls_back("if (k) wrap({ a });\n", "mean something else");
    wrap.rolls_back("const make = () => wrap({});\n", "mean something else");
    wrap.fixes("const f = (x: number) => wrap(x + 1);\n", "const f = (x: number) => x + 1;\n");
    wrap.fixes("send(wrap({ a: 1 }));\n", "send({ a: 1 });\n");
    wrap.fixes("wrap(wrap({ a: 1 }).b);\n", "wrap({ a: 1 }).b;\n");
    let double = of("typescript", "{ pattern: double($X) }", "$X * 2");
    double.rolls_back("y = double(a + b);\n", "`a + b` would mean something else");
    double.fixes("y = double(f(a)) + 1;\n", "y = f(a) * 2 + 1;\n");
    let outer = of("typescript", "{ pattern: wrap($X) }", "\"outer(\\n    $X,\\n)\"");
    outer.fixes("wrap({\n  a: 1,\n});\n", "outer(\n    {\n      a: 1,\n    },\n);\n");
    outer.rolls_back("wrap(`a\n  b`);\n", "mean something else");
    let text = of("typescript", "{ pattern: wrap($X) }", "'told(\"$X\")'");
    text.fixes("wrap(a.b);\n", "told(\"a.b\");\n");
    text.fixes("wrap(f(x));\n", "told(\"f(x)\");\n");
}

#[test]
fn no_string_becomes_a_directive() {
    let log = no_log("typescript");
    log.rolls_back("function f() {\n  log();\n  \"use strict\";\n  return this;\n}\n", "become a directive");
    log.rolls_back("log(); \"use strict\"; a = 1;\n", "become a directive");
    log.rolls_back("const f = () => {\n  log();\n  'x';\n};\n", "become a directive");
    log.rolls_back("class A {\n  m() {\n    'a';\n    log();\n    'use strict';\n  }\n}\n", "become a directive");
    log.fixes("go();\nlog();\n\"use strict\";\n", "go();\n\"use strict\";\n");
    log.fixes("function f() {\n  'use strict';\n  log();\n  g();\n}\n", "function f() {\n  'use strict';\n  g();\n}\n");
    log.fixes("{\n  log();\n  'x';\n}\n", "{\n  'x';\n}\n");
    let wrap = of("typescript", "{ pattern: wrap($X) }", "$X");
    wrap.rolls_back("function f() { wrap('use strict'); return this; }\n", "become a directive");
    wrap.fixes("function f() { go(); wrap('a'); }\n", "function f() { go(); 'a'; }\n");
    no_log("python").rolls_back("def f():\n    log()\n    \"words\"\n    return 1\n", "become a directive");
    let documented = of("python", "{ pattern: todo() }", "'\"\"\"Words.\"\"\"'");
    documented.fixes("def f():\n    todo()\n    return 1\n", "def f():\n    \"\"\"Words.\"\"\"\n    return 1\n");
}

#[test]
fn what_stands_on_a_deleted_statement_is_not_left_to_the_next_one() {
    let log = no_log("rust");
    let text = "fn f() {\n    #[cfg(a)]\n    #[allow(b)]\n    log!(x);\n    g();\n}\n";
    log.fixes(text, "fn f() {\n    g();\n}\n");
    log.fixes(
        "fn f() {\n    log!(x);\n    #[cfg(a)]\n    let x = 1;\n}\n",
        "fn f() {\n    #[cfg(a)]\n    let x = 1;\n}\n",
    );
    log.rolls_back("fn f() {\n    /// Words.\n    log!(x);\n    let x = 1;\n}\n", "the comment above");
    log.rolls_back("fn f() {\n    #[cfg(a)]\n    // why\n    log!(x);\n    g();\n}\n", "attribute");
    let log = no_log("typescript");
    log.rolls_back("// @ts-ignore\nlog();\nconst n: number = 'x';\n", "the comment above");
    log.rolls_back("// eslint-disable-next-line no-eval\nlog();\neval(x);\n", "the comment above");
    log.rolls_back("// lawbook-ignore no-eval: the format wants it\nlog();\neval(x);\n", "the comment above");
    log.rolls_back("// @ts-ignore\n// words\nlog();\ng();\n", "the comment above");
    log.rolls_back("/** Words. */\nlog();\nfunction f() {}\n", "the comment above");
    log.rolls_back("log(); // lawbook-ignore no-eval: the format wants it\neval(x);\n", "the comment beside it");
    log.fixes("/* eslint-disable */\nlog();\ng();\n", "/* eslint-disable */\ng();\n");
    log.fixes("// words\nlog();\ng();\n", "// words\ng();\n");
    log.fixes("eval(x); // eslint-disable-line\nlog();\ng();\n", "eval(x); // eslint-disable-line\ng();\n");
    let method = of("typescript", "{ kind: method_definition, has: { field: name, regex: ^old$ } }", "\"\"");
    method.fixes("class A {\n  @dec()\n  old() {}\n  next() {}\n}\n", "class A {\n  next() {}\n}\n");
}

#[test]
fn a_directive_for_the_next_code_is_not_left_to_other_code() {
    let log = no_log("typescript");
    for directive in [
        "// prettier-ignore",
        "/* prettier-ignore */",
        "/**\n * deno-fmt-ignore\n */",
        "// dprint-ignore: a table",
        "// @ts-expect-error",
        "// eslint-disable-next-line",
        "// biome-ignore lint/a: words",
        "/* istanbul ignore next */",
        "// $FlowFixMe[a]",
        "// tslint:disable-next-line: no-eval",
        "// noinspection JSUnusedLocalSymbols",
    ] {
        log.rolls_back(&format!("{directive}\nlog();\nconst m = [\n  1, 0,\n];\n"), "the comment above");
        log.rolls_back(&format!("{directive}\n\n// words\nlog();\ng();\n"), "the comment above");
    }
    log.rolls_back("/* @__PURE__ */ log();\ng();\n", "the comment above");
    log.rolls_back("log(); // NOSONAR\ng();\n", "the comment beside it");
    for region in ["// prettier-ignore-start", "// #region a", "// prettier is not asked here", "// dprint-ignore-file"]
    {
        log.fixes(&format!("{region}\nlog();\ng();\n"), &format!("{region}\ng();\n"));
    }
    log.fixes("// prettier-ignore\nf();\nlog();\ng();\n", "// prettier-ignore\nf();\ng();\n");
    let box_ = of("typescript", "{ kind: jsx_self_closing_element, pattern: <Box /> }", "\"\"");
    let box_ = PageLaw { language: "tsx", ..box_ };
    box_.rolls_back("x = <p>\n  {/* prettier-ignore */}\n  <Box />\n  <A  b />\n</p>;\n", "the comment above");
    box_.fixes("x = <p>\n  {/* words */}\n  <Box />\n</p>;\n", "x = <p>\n  {/* words */}\n</p>;\n");
    let log = no_log("python");
    for text in ["log()  # fmt: skip\nx = [1,0]\n", "log()  # words # fmt: skip\ng()\n", "log()  # type: ignore\ng()\n"]
    {
        log.rolls_back(text, "the comment beside it");
    }
    log.rolls_back("# nosec\nlog()\ng()\n", "the comment above");
    log.fixes("# fmt: off\nlog()\ng()\n", "# fmt: off\ng()\n");
}

#[test]
fn no_comment_vanishes() {
    let old = of("typescript", "{ pattern: 'old($A, $B)' }", "neu($A, $B)");
    old.offers_nothing("src/a.ts", "old(1, /* in ms */ 2);\n");
    old.offers_nothing("src/a.ts", "old(\n  1, // one\n  2,\n);\n");
    old.fixes("old(f(/* in ms */ 1), 2);\n", "neu(f(/* in ms */ 1), 2);\n");
    let old = of("typescript", "{ pattern: old($$$ARGS) }", "neu($$$ARGS)");
    old.fixes("old(1, /* in ms */ 2);\n", "neu(1, /* in ms */ 2);\n");
    no_log("typescript").offers_nothing("src/a.ts", "log(/* words */ 1);\n");
    let outer = of("typescript", "{ pattern: wrap($X) }", "\"outer(\\n    $X,\\n)\"");
    outer.fixes("wrap({\n  /* a\n     b */\n});\n", "outer(\n    {\n      /* a\n         b */\n    },\n);\n");
}

#[test]
fn a_finding_without_the_metavariables_of_the_fix_has_none() {
    let any = of("typescript", "{ any: [{ pattern: old($A) }, { pattern: older($B) }] }", "neu($A)");
    any.offers_nothing("src/a.ts", "older(2);\n");
    any.fixes("old(1);\nolder(2);\n", "neu(1);\nolder(2);\n");
    let list = of("typescript", "{ pattern: old($$$ARGS) }", "neu($$$ARGS)");
    list.fixes("old();\n", "neu();\n");
}

#[test]
fn a_fix_takes_what_a_match_captures() {
    #[track_caller]
    fn check(page: String, says: &str) {
        let mistakes = Lawbook::builder().page("r", page).build().unwrap_err().to_string();
        assert!(mistakes.contains(says), "{mistakes}");
    }
    let never = "which no match captures";
    check(page("typescript", "{ pattern: old($A), not: { pattern: old($B) } }", "neu($B)"), never);
    check(
        page("typescript", "{ pattern: old($A), not: { matches: u } }\nutils: { u: { pattern: old($B) } }", "neu($B)"),
        never,
    );
    check(
        page("typescript", "{ pattern: old($A), inside: { kind: program, stopBy: { pattern: $B } } }", "neu($B)"),
        never,
    );
    check(page("typescript", "{ pattern: old($$$A) }", "neu($A)"), "the rule has `$$$A`");
    check(page("typescript", "{ pattern: old($A) }", "neu($$$A)"), "the rule has `$A`");
    check(page("typescript", "{ pattern: old($A) }", "neu($C)"), "unknown metavariable `$C`");
    let util = of("typescript", "{ matches: u }\nutils: { u: { pattern: old($B) } }", "neu($B)");
    util.fixes("old(1);\n", "neu(1);\n");
}

#[test]
fn the_arguments_of_macros_that_are_not_known_stay() {
    let old = of("rust", "{ pattern: old($A) }", "neu($A)");
    old.offers_nothing("src/a.rs", "fn f() { my!(old(1)); }\n");
    old.fixes(
        "fn f() { my!(old(1)); println!(\"{}\", old(2)); old(3); }\n",
        "fn f() { my!(old(1)); println!(\"{}\", neu(2)); neu(3); }\n",
    );
}

#[test]
fn nothing_is_offered_that_leaves_no_code() {
    let log = no_log("typescript");
    for text in [
        "if (a) { log(); }\n",
        "while (a) {\n  log();\n}\n",
        "if (a) b(); else { log(); }\n",
        "try { log(); } catch {}\n",
        "try { b(); } catch { log(); }\n",
        "try { b(); } finally { log(); }\n",
        "function f() {\n  log();\n}\n",
        "const f = () => { log(); };\n",
        "class A { static { log(); } m() { b(); } }\n",
        "switch (a) { case 1: log(); break; default: b(); }\n",
        "switch (a) { case 1: { log(); } }\n",
        "switch (a) { default: log(); }\n",
        // In the place of one statement.
        "if (a) log();\n",
        "if (a) b(); else log();\n",
        "for (const b of a) log();\n",
        "do log(); while (a);\n",
        "a: log();\n",
        // All of a function but a directive, and of a file but its imports.
        "function f() {\n  \"use strict\";\n  log();\n}\n",
        "import { log } from \"a\";\n\nlog();\nlog(1);\n",
        "if (a) {\n  log();\n  log();\n}\n",
    ] {
        log.offers_nothing("src/a.ts", text);
    }
    log.offers_nothing("src/a.tsx", "const a = <a onClick={() => { log(); }} />;\n");
    // A comment behind a block may belong to it or not, and that may depend on what is left in the block.
    for language in ["typescript", "javascript"] {
        for text in [
            "if (a) { log(); } // why\n",
            "if (a) { log(); } /* why */ f();\n",
            "if (a) {\n  log();\n} // why\nf();\n",
            "for (;;) { log(); } // why\n",
            "if (a) { log(); /* why */ }\n",
            "a: { log(); } // why",
        ] {
            no_log(language).offers_nothing(&path(language), text);
        }
    }
    for text in [
        "fn f() { if a { log!(x); } // why\n}\n",
        "fn f() { loop { log!(x); } }\n",
        "fn f() { match a { _ => { log!(x); } } }\n",
        "fn f() { a(|| { log!(x); }); }\n",
        "fn f() { if a { b(); } else { log!(x); } }\n",
        "fn f() { let Some(a) = b else { log!(x); }; }\n",
    ] {
        no_log("rust").offers_nothing("src/a.rs", text);
    }
    for text in [
        "if a:\n    log()\nb()\n",
        "try:\n    b()\nexcept E:\n    log()\n",
        "def f():\n    \"\"\"Says it.\"\"\"\n    log()\n",
        "for a in b:\n    log()\nelse:\n    c()\n",
        "with a:\n    log()\n    log(1)\n",
        "match a:\n    case 1:\n        log()\n",
    ] {
        no_log("python").offers_nothing("src/a.py", text);
    }
    log.fixes("if (a) {\n  log();\n\n  b();\n}\n", "if (a) {\n  b();\n}\n");
    log.fixes(
        "switch (a) {\n  case 1:\n    log();\n    b();\n    break;\n}\n",
        "switch (a) {\n  case 1:\n    b();\n    break;\n}\n",
    );
    log.fixes("import { a } from \"a\";\n\nlog();\na();\n", "import { a } from \"a\";\n\na();\n");
    no_log("python").fixes("def f():\n    log()\n    a()\n", "def f():\n    a()\n");
}

#[test]
fn deletions_side_by_side_leave_no_doubled_blank_lines() {
    let log = no_log("typescript");
    log.fixes("a();\n\nlog();\nlog();\n\nb();\n", "a();\n\nb();\n");
    log.fixes("f(() => {\n  log();\n  log();\n\n  b();\n});\n", "f(() => {\n  b();\n});\n");
    log.fixes("if (a) {\n  b();\n\n  log();\n  log();\n}\n", "if (a) {\n  b();\n}\n");
    log.fixes("a();\n\n\nlog();\nlog();\nlog();\nb();\n", "a();\n\n\nb();\n");
}

#[test]
fn nothing_is_offered_in_code_of_others() {
    let old = of("typescript", "{ pattern: old($A) }", "neu($A)");
    old.offers_nothing("vendor/a.ts", "old(1);\n");
    old.offers_nothing("src/a.min.ts", "old(1);\n");
    old.offers_nothing("src/a.ts", "// @generated\nold(1);\n");
}

#[test]
fn a_script_for_old_engines_is_not_rewritten_with_younger_syntax() {
    let pack = lawbook_rulesets::pack();
    let builder = Lawbook::builder().pack(pack).natives(lawbook_rules::natives()).extends("recommended");
    let book = builder.build().unwrap();
    let fixed = |text: &str| book.fix_up_to("src/a.js", text, Safety::Safe).text.to_string();
    let old = "var a = { b: b };\n";
    assert_eq!(fixed(old), old);
    assert_eq!(fixed("const a = { b: b };\n"), "const a = { b };\n");
    assert_eq!(fixed("f(() => {});\nvar a = { b: b, c: c };\n"), "f(() => {});\nvar a = { b, c };\n");
}
