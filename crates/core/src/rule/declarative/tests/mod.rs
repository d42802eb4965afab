//! Pages as rules: findings, messages, fixes, labels, and mistakes.

mod literals;

use super::*;
use crate::budget::Steps;
use crate::ir::Lowered;
use crate::rule::object::tests::read;
use crate::rule::page::{Claims, OptionSpec, OptionValue};
use crate::source::{RelPath, SourceFile};

/// A rule for these dialects from its parts, written as in the tests of the rule object.
fn declarative(dialects: &[&str], text: &str) -> Declarative {
    let head = read(text);
    let part = |key: &str| head.get(key).cloned();
    let claims = match dialects {
        [] => Claims::All,
        names => Claims::Dialects(names.iter().map(|name| (*name).to_owned()).collect()),
    };
    let message = part("message").and_then(|value| value.as_str().map(str::to_owned));
    let variant = Variant {
        claims: claims.clone(),
        rule: part("rule").unwrap(),
        utils: part("utils"),
        constraints: part("constraints"),
        fix: part("fix"),
        labels: part("labels"),
        message: None,
        step: None,
    };
    let max = OptionSpec { name: "max".to_owned(), default: OptionValue::Int(3), doc: String::new(), looser: None };
    let page = Page {
        path: "a-rule.md".into(),
        text: text.into(),
        summary: "Do not.".to_owned(),
        message: message.unwrap_or_else(|| "Do not.".to_owned()),
        claims,
        body: Body::Declarative(vec![variant]),
        options: vec![max],
        ..Page::empty("a-rule")
    };
    let options = page.default_options();
    Declarative::new(Arc::new(page), options)
}

fn lower(path: &str, code: &str) -> Lowered {
    language::lower(SourceFile::new(RelPath::new(path), code).unwrap())
}

fn findings(rule: &Declarative, file: &Lowered) -> Vec<Finding> {
    let tree = file.tree().unwrap();
    let interest = rule.interest(tree.dialect());
    assert!(!interest.every_node);
    let mut cx = Cx::new(file);
    for node in tree.nodes().filter(|node| interest.raw_kinds.contains(&node.raw())) {
        rule.check(node, &mut cx);
    }
    assert!(!cx.exhausted());
    cx.take()
}

fn found(text: &str, code: &str) -> Vec<Finding> {
    let rule = declarative(&["typescript"], text);
    assert_eq!(rule.compile_all(), []);
    findings(&rule, &lower("a.ts", code))
}

/// The code after the first fix of the first finding.
fn check_fix(text: &str, code: &str, expected: &str) {
    let findings = found(text, code);
    assert_eq!(crate::diagnostic::apply(code, findings[0].fixes[0].edits()), expected);
}

fn check_mistakes(text: &str, expected: &[&str]) {
    let shown: Vec<_> = declarative(&["typescript"], text).compile_all().iter().map(ToString::to_string).collect();
    let shown: Vec<_> = shown.iter().map(|line| line.trim_start_matches("a-rule.md:1:")).collect();
    assert_eq!(shown, expected, "{text}");
}

#[test]
fn a_finding_has_the_captures_in_order_of_name() {
    let findings = found("{rule: {pattern: '$F($$$A)'}}", "g(1, x)");
    assert_eq!(findings.len(), 1);
    let [(a, many), (f, one)] = &findings[0].captures[..] else { panic!("{findings:?}") };
    let Capture::Many(nodes) = many else { panic!("{many:?}") };
    let nodes: Vec<(&str, u32)> = nodes.iter().map(|(text, span)| (text, span.start)).collect();
    assert_eq!((&**a, &*nodes), ("A", &[("1", 2), (",", 3), ("x", 5)][..]));
    assert_eq!((&**f, one), ("F", &Capture::One(CapturedNode::new("g", Span::new(0, 1)))));
    assert_eq!((many.node_count(), many.text_len(), one.node_count(), one.text_len()), (3, 3, 1, 1));
    assert_eq!((&findings[0].message, &findings[0].subject), (&None, &Subject::Tokens));
}

#[test]
fn messages_are_filled() {
    let findings = found("{message: 'no $F of {max} in $HOME', rule: {pattern: '$F()'}}", "a.\n  b()");
    assert_eq!(findings[0].message.as_deref(), Some("no a.… of 3 in $HOME"));
    assert_eq!(found("{message: 'no', rule: {pattern: '$F()'}}", "a()")[0].message, None);
}

#[test]
fn constraints_are_asked_of_what_the_rule_captured() {
    let text = "{rule: {pattern: '$F($X)'}, constraints: {X: {pattern: '$Y.length'}, Y: {regex: never}}}";
    let findings = found(text, "f(a.length); f(b)");
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].captures.last().map(|(name, _)| &**name), Some("Y"));
}

#[test]
fn labels_show_other_places() {
    let text = "{rule: {pattern: '$F($X)'}, labels: {X: {style: secondary, message: 'this'}, F: {style: primary}}}";
    let related = &found(text, "f(b)")[0].related;
    assert_eq!(related.len(), 1);
    assert_eq!((related[0].span.start, &*related[0].message), (2, "this"));
    for (label, message) in [("{message: 'this'}", "this"), ("{}", "`$X` is here")] {
        let related = &found(&format!("{{rule: {{pattern: '$F($X)'}}, labels: {{X: {label}}}}}"), "f(b)")[0].related;
        assert_eq!((related[0].span.start, &*related[0].message), (2, message), "{label}");
    }
}

#[test]
fn fixes_keep_indentation() {
    let code = "{\n  if (a) {\n    b(\n      c)\n  }\n}";
    let rule = "{rule: {pattern: 'if ($C) { $$$B }'}, fix: 'when($C, () => {\n    $$$B\n})'}";
    check_fix(rule, code, "{\n  when(a, () => {\n      b(\n        c)\n  })\n}");
    check_fix("{rule: {pattern: 'f($$$A)'}, fix: 'g($$$A)'}", "f()", "g()");
}

#[test]
fn fixes_may_take_siblings_with_them() {
    let rule = "{rule: {kind: pair, regex: '^a'}, fix: {template: '', expandEnd: {regex: ','}}}";
    check_fix(rule, "x = {a: 1, b: 2}", "x = { b: 2}");
    let rule = "{rule: {kind: pair, regex: '^b'}, fix: {template: '', expandStart: {kind: pair, stopBy: end}}}";
    check_fix(rule, "x = {a: 1, b: 2}", "x = {}");
}

#[test]
fn fixes_have_titles_and_safety() {
    let fixes = &found("{rule: {pattern: 'f($A)'}, fix: '$A'}", "f(1)")[0].fixes;
    assert_eq!((fixes[0].title(), fixes[0].safety().name()), ("Write `1`", "unsafe"));
    let list = "{rule: {pattern: 'f($A)'}, fix: [{template: a, title: 'T $A', safety: safe}, {template: b, title: U}]}";
    let fixes = &found(list, "f(1)")[0].fixes;
    assert_eq!((fixes[0].title(), fixes[0].safety().name(), fixes[1].title()), ("T 1", "safe", "U"));
}

#[test]
fn what_is_never_defined_is_a_mistake() {
    check_mistakes(
        "{rule: {pattern: 'f($ARG, $$$REST)'}, fix: '$ARGS $REST', constraints: {B: {kind: number}}, labels: {RST: {style: third}}}",
        &[
            "73: unknown metavariable `B` (expected one of: ARG, REST)",
            "44: unknown metavariable `$ARGS` in the fix (did you mean `ARG`?)",
            "44: unknown metavariable `$REST` in the fix (the rule has `$$$REST`)",
            "102: unknown metavariable `RST` (did you mean `REST`?)",
        ],
    );
    check_mistakes(
        "{rule: {kind: number}, fix: [{template: a}, {titel: b, title: c}]}",
        &[
            "30: each fix of a list needs a `title`",
            "46: unknown key of a fix `titel` (did you mean `title`?)",
            "45: a fix needs a `template`",
        ],
    );
    check_mistakes(
        "{rule: {kind: number}, fix: {template: a, safety: save}}",
        &["51: unknown safety `save` (did you mean `safe`?)"],
    );
}

#[test]
fn a_constraint_on_a_list_is_a_mistake() {
    let mistake = |at: u32, name: &str| {
        format!(
            "{at}: a constraint asks one node, but the rule has `{name}` only as the list `$$${name}` \
             (capture one node with `${name}`, or ask the list in the rule, with `has` or `not`)"
        )
    };
    let check = |text: &str, name: &str| {
        check_mistakes(text, &[&mistake(text.rfind(&format!("{name}:")).unwrap() as u32 + 1, name)]);
    };
    check("{rule: {pattern: 'f($$$ARGS)'}, constraints: {ARGS: {regex: a}}}", "ARGS");
    check("{rule: {kind: call_expression, has: {pattern: '[$$$L]'}}, constraints: {L: {kind: number}}}", "L");
    check(
        "{rule: {matches: u}, utils: {u: {pattern: 'f($A, $$$B)'}}, constraints: {A: {regex: a}, B: {regex: b}}}",
        "B",
    );
    check_mistakes(
        "{rule: {pattern: 'f($$$B)'}, constraints: {$$$B: {regex: b}}}",
        &["44: a constraint asks one node, and `$$$B` is a list (ask the list in the rule, with `has` or `not`)"],
    );
    let both = "{rule: {any: [{pattern: 'f($A)'}, {pattern: 'f($$$A)'}]}, constraints: {A: {regex: a}}}";
    assert_eq!(declarative(&["typescript"], both).compile_all(), []);
}

#[test]
#[cfg(feature = "all-languages")]
fn each_dialect_is_compiled_for_itself() {
    let rule = declarative(&["typescript", "tsx"], "{rule: {pattern: '<$T />'}, fix: '<b>$T</b>'}");
    assert_eq!(rule.compile_all(), []);
    assert_eq!(findings(&rule, &lower("a.tsx", "x = <a />")).len(), 1);
    assert_eq!(rule.interest(language::of_tag("ts").unwrap()), Interest::none());
    assert_eq!(rule.interest(language::of_tag("rust").unwrap()), Interest::none());
    let all = declarative(&[], "{rule: {node: call}}");
    assert_eq!(all.compile_all(), []);
    assert_eq!(findings(&all, &lower("a.rs", "fn f() { g() }")).len(), 1);
    assert_eq!(findings(&all, &lower("a.js", "g()")).len(), 1);
}

#[test]
fn findings_about_a_definition_are_known_by_its_name() {
    let about = |text: &str| is_about_definitions(&read(text));
    assert!(about("{node: callable, where: {lines: {gt: 3}}}"));
    assert!(about("{node: [class, interface], where: {exported: true, documented: false}}"));
    assert!(!about("{node: callable, where: {exported: true}}"));
    assert!(!about("{node: [function, call], where: {lines: 3}}"));
    assert!(!about("{node: callable}"));
}

#[test]
fn a_spent_budget_is_reported() {
    let rule = declarative(&["javascript"], "{rule: {kind: number, inside: {kind: array, regex: x, stopBy: end}}}");
    let file = lower("a.js", &format!("{}1{}", "[".repeat(50), "]".repeat(50)));
    let mut cx = Cx::new(&file).with_steps(Steps::new(20));
    file.tree().unwrap().nodes().for_each(|node| rule.check(node, &mut cx));
    assert!(cx.exhausted() && cx.take().is_empty());
}
