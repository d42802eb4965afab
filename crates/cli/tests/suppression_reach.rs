//! The code and comments that suppressions hold for, and the explanations that they are not.

#![allow(clippy::unwrap_used, reason = "a list that is not as it should be fails its test")]
#![cfg(feature = "all-languages")]

mod support;

use serde_json::Value;
use support::{NO_DEBUGGER, Project};

const CONFIG: &str = "extends = ['recommended', 'agents', './law']\n[rules]\nundocumented-export = 'off'\n";

/// A rule about functions by their names, so that a finding starts on the line of the definition.
const NO_OLD: &str = "---\nsummary: No old name.\nlanguages: all\nseverity: warning\nrule:\n  node: identifier\n  \
                      regex: '^(old|Old)$'\n---\nWhy.\n";

fn project(path: &str, text: &str) -> Project {
    let project = Project::new().file("lawbook.toml", CONFIG).file(path, text);
    project.file("law/no-debugger.md", NO_DEBUGGER).file("law/no-old.md", NO_OLD)
}

/// The findings of a text as `line rule`, and their messages.
fn found(path: &str, text: &str) -> (Vec<String>, Vec<String>) {
    let ran = project(path, text).run(&["check", "--format", "json", "--today", "2026-01-31"]);
    assert_ne!(ran.code, 2, "{ran:?}");
    let report = ran.json();
    let diagnostics = report["diagnostics"].as_array().unwrap();
    let line = |one: &Value| format!("{} {}", one["range"]["start"]["line"], one["rule"].as_str().unwrap());
    let message = |one: &Value| one["message"].as_str().unwrap().to_owned();
    (diagnostics.iter().map(line).collect(), diagnostics.iter().map(message).collect())
}

#[track_caller]
fn check(path: &str, text: &str, expected: &[&str]) {
    assert_eq!(found(path, text).0, expected, "{text}");
}

/// Asserts that a suppression with this head, written for `@` in a text, takes out the one finding of its rule, whatever
/// the words of its reason.
#[track_caller]
fn check_explains_nothing(path: &str, rule: &str, text: &str) {
    let without = found(path, &text.replace('@', "")).0;
    assert!(matches!(&without[..], [one] if one.ends_with(rule)), "{text}: {without:?}");
    for reason in [
        "the lock cannot fail here, as it never panics",
        "errors are ignored because #12 may throw",
        "subclasses override this, needed until the server is skipped",
    ] {
        for head in [format!("lawbook-ignore {rule}"), format!("lawbook-ignore {rule} ticket=AB-12 owner=me")] {
            check(path, &text.replace('@', &format!("{head}: {reason}")), &[]);
        }
    }
}

#[test]
fn a_suppression_is_no_explanation_for_the_rule_that_it_names() {
    check_explains_nothing("a.rs", "no-unwrap", "fn f() {\n    // @\n    lock().unwrap();\n}\n");
    check_explains_nothing("a.rs", "no-unwrap", "fn f() {\n    lock().unwrap(); // @\n}\n");
    check_explains_nothing("a.rs", "no-unwrap", "fn f() {\n    /*\n     * @\n     */\n    lock().unwrap();\n}\n");
    check_explains_nothing("a.rs", "no-skipped-test", "// @\n#[ignore]\n#[test]\nfn f() {}\n");
    check_explains_nothing("a.rs", "no-skipped-test", "#[test]\n// @\n#[ignore]\nfn f() {}\n");
    check_explains_nothing("a.test.ts", "no-skipped-test", "// @\nit.skip(\"a\", () => {});\n");
    check_explains_nothing("a.ts", "no-empty-catch", "try { save(); } catch { // @\n}\n");
    check_explains_nothing("a.ts", "no-empty-catch", "// @\ntry { save(); } catch {}\n");
    check_explains_nothing("a.ts", "no-empty-catch", "save().catch(() => { /* @ */ });\n");
    check_explains_nothing("a.ts", "todo-without-ticket", "// @\n// TODO: handle zero\nsave();\n");
    check_explains_nothing("a.py", "todo-without-ticket", "# @\n# TODO: handle zero\nsave()\n");
    check_explains_nothing("a.py", "no-unreasoned-suppression", "# @\n# pylint: disable-next=invalid-name\nsave()\n");
}

#[test]
fn a_suppression_is_no_documentation() {
    for (path, text) in [
        ("a.ts", "/** lawbook-ignore no-old: the format wants it */\nexport function f() {}\n"),
        ("a.rs", "/// lawbook-ignore no-old: the format wants it\npub fn f() {}\n"),
    ] {
        let config = "extends = ['./law']\n[rules]\nundocumented-export = 'warning'\nunused-suppression = 'off'\n";
        let ran = project(path, text).file("lawbook.toml", config).run(&["check", "--format", "json"]);
        assert_eq!(ran.json()["diagnostics"][0]["rule"], "undocumented-export", "{ran:?}");
    }
}

#[test]
fn one_on_its_own_line_holds_for_the_comments_directly_below() {
    let own = "lawbook-ignore todo-without-ticket: the upstream owns this marker";
    check("a.ts", &format!("// {own}\n// words\n// TODO: handle zero\nsave();\n"), &[]);
    check("a.ts", &format!("/* {own} */\n/*\n * TODO: handle zero\n */\n\nsave();\n"), &[]);
    check("a.ts", &format!("/*\n * {own}\n * TODO: handle zero\n */\nsave();\n"), &[]);
    check("a.tsx", &format!("a = <p>\n{{/* {own} */}}\n{{/* TODO: handle zero */}}\n<b/></p>;\n"), &[]);
    check("a.py", &format!("def f():\n    # {own}\n    # TODO: handle zero\n    save()\n"), &[]);
    check("a.rs", &format!("fn f() {{\n    // {own}\n    // TODO: handle zero\n}}\n"), &[]);
    let apart = ["1 unused-suppression", "3 todo-without-ticket"];
    check("a.ts", &format!("// {own}\n\n// TODO: handle zero\nsave();\n"), &apart);
    check("a.py", &format!("# {own}\n\n# TODO: handle zero\nsave()\n"), &apart);
    check("a.ts", &format!("// {own}\nsave();\n// TODO: handle zero\n"), &apart);
    check("a.ts", &format!("/* {own} */ save();\n// w\n// TODO: handle zero\n"), &apart);
    check("a.ts", &format!("save(); // {own}\n// w\n// TODO: handle zero\n"), &apart);
    check(
        "a.ts",
        &format!("// TODO: handle zero\n// {own}\nsave();\n"),
        &["1 todo-without-ticket", "2 unused-suppression"],
    );
}

#[test]
fn the_comment_printed_for_a_finding_in_a_comment_suppresses_it() {
    for (path, text, expected) in [
        ("a.ts", "save();\n// TODO: handle zero\n", "// lawbook-ignore todo-without-ticket: REASON"),
        ("a.ts", "/*\n * TODO: handle zero\n */\n", "* lawbook-ignore todo-without-ticket: REASON"),
        ("a.rs", "/*\nTODO: handle zero\n*/\n", "lawbook-ignore todo-without-ticket: REASON"),
        ("a.py", "save()\n# TODO: handle zero\n", "# lawbook-ignore todo-without-ticket: REASON"),
    ] {
        let stdout = project(path, text).run(&["check", "--format", "agent"]).stdout;
        assert!(stdout.contains(&format!("Then above the line: {expected}\n")), "{stdout}");
        let comment = expected.replace("REASON", "the upstream owns this marker");
        let at = text.find('\n').map_or(0, |end| end + 1);
        check(path, &format!("{}{comment}\n{}", &text[..at], &text[at..]), &[]);
    }
}

#[test]
fn one_above_attributes_holds_for_the_line_of_the_definition() {
    let own = "lawbook-ignore no-old: the format wants it";
    check("a.rs", &format!("// {own}\n#[inline]\nfn old() {{}}\n"), &[]);
    check("a.rs", &format!("// {own}\n/// Words.\n#[inline]\n#[cfg(\n    unix\n)]\n// more\npub fn old() {{}}\n"), &[]);
    check("a.py", &format!("# {own}\n@deco\n@other(1)\ndef old():\n    return 1\n"), &[]);
    check("a.py", &format!("class A:\n    # {own}\n    @property\n    def old(self):\n        return 1\n"), &[]);
    check("a.ts", &format!("// {own}\n@deco()\nexport class A<old> {{}}\n"), &[]);
    check("a.ts", &format!("// {own}\n@deco({{\n  a: 1,\n}})\n@more\nclass A extends old {{}}\n"), &[]);
    let below = ["1 unused-suppression", "4 no-old"];
    check("a.rs", &format!("// {own}\n#[inline]\nfn f() {{\n    old()\n}}\n"), &below);
    check("a.py", &format!("# {own}\n@deco\ndef f():\n    old()\n"), &below);
    check(
        "a.rs",
        &format!("// {own}\n#![allow(clippy::x)]\n\nfn old() {{}}\n"),
        &["1 unused-suppression", "2 no-unreasoned-suppression", "4 no-old"],
    );
}

#[test]
fn an_unused_one_names_the_line_nearby_where_its_rule_finds_something() {
    let own = "lawbook-ignore no-old: the format wants it";
    let text = format!("// {own}\nsave(\n  old,\n);\n");
    let (lines, messages) = found("a.ts", &text);
    assert_eq!(lines, ["1 unused-suppression", "3 no-old"]);
    assert!(messages[0].contains("finds nothing here, but in line 3;"), "{messages:?}");
    // It is not deleted, since it is to be moved.
    let project = project("a.ts", &text);
    project.run(&["check", "--fix"]);
    assert_eq!(project.read("a.ts"), text);
    let far = found("a.ts", &format!("// {own}\nsave();{}old();\n", "\n".repeat(7))).1;
    assert!(far[0].contains("finds nothing here; delete"), "{far:?}");
}

#[test]
fn a_suppression_beyond_several_limits_is_one_finding() {
    let limits = "[suppressions]\nmax = 0\n[[suppressions.budgets]]\nrule = 'no-old'\nmax = 1\n";
    let one =
        "save(); // lawbook-ignore no-old, no-debugger: the format wants it\n".replace("save()", "old(); debugger");
    let project = project("a.ts", &one.repeat(2)).file("lawbook.toml", format!("extends = ['./law']\n{limits}"));
    let report = project.run(&["check", "--format", "json"]).json();
    let messages: Vec<&str> =
        report["diagnostics"].as_array().unwrap().iter().map(|one| one["message"].as_str().unwrap()).collect();
    let all = "there are 4 suppressions, and 0 may be (lawbook.toml:3)";
    let both = format!("{all}; there are 2 suppressions of `no-old`, and 1 may be (lawbook.toml:6)");
    assert_eq!(messages, [all, &both]);
}
