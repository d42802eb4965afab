//! The texts that rules need, for every key that can require one.

use super::*;
use crate::rule::Literal;

/// The texts that a rule needs in a file, whole words after `=`; `EVERY` when it may match in every file.
fn check_literals(text: &str, dialect: &str, expected: &[&str]) {
    let dialect = language::of_tag(dialect).unwrap();
    let names: Vec<_> = language::dialects().map(|dialect| dialect.name).collect();
    let claimed = if text.contains("predefined_type") { &names[..] } else { &[dialect.name] };
    let rule = declarative(claimed, text);
    let mistakes: Vec<_> = rule.compile_all().into_iter().map(|mistake| mistake.message).collect();
    assert_eq!(mistakes, Vec::<String>::new(), "{text}");
    let literal = |text: &&str| {
        let word = text.strip_prefix('=');
        Literal { text: word.unwrap_or(text).to_owned(), is_word: word.is_some() }
    };
    let expected =
        if expected == EVERY { Literals::EveryFile } else { Literals::Any(expected.iter().map(literal).collect()) };
    assert_eq!(rule.literals(dialect), expected, "{text}");
}

const EVERY: &[&str] = &["(every file)"];

fn check_ts(rule: &str, expected: &[&str]) {
    check_literals(&format!("{{rule: {rule}}}"), "ts", expected);
}

#[test]
#[cfg(feature = "all-languages")]
fn a_pattern_needs_its_longest_name_or_word() {
    check_ts("{pattern: 'console.log($A)'}", &["=console"]);
    check_ts("{pattern: 'export default $A'}", &["=default"]);
    check_ts("{pattern: '$A as any'}", &["=any"]);
    check_ts("{pattern: 'f(\"a\\nbcd\")'}", &["bcd"]);
    check_ts("{pattern: '$A = $B'}", EVERY);
    check_ts("{pattern: '$A!'}", EVERY);
    check_ts("{pattern: '($$$A) => $B'}", EVERY);
    check_ts("{pattern: {context: 'class A { $M() {} }', selector: method_definition}}", EVERY);
    check_literals("{rule: {pattern: '$A.unwrap()'}}", "rs", &["=unwrap"]);
    check_literals("{rule: {pattern: 'panic!($$$A)'}}", "rs", &["=panic"]);
}

#[test]
fn a_token_after_a_list_need_not_be_there() {
    check_ts("{pattern: '$$$A instanceof $B'}", EVERY);
    check_ts("{pattern: '$A instanceof $B'}", &["=instanceof"]);
}

#[test]
fn kinds_need_their_keyword_where_that_is_sure() {
    check_ts("{kind: catch_clause}", &["=catch"]);
    check_ts("{kind: call_expression}", EVERY);
    check_ts("{node: throw}", &["=throw"]);
    check_ts("{node: call}", EVERY);
    check_ts("{any: [{kind: catch_clause}, {kind: throw_statement}]}", &["=catch", "=throw"]);
}

#[test]
fn of_all_one_is_enough_and_any_needs_each() {
    check_ts("{kind: identifier, regex: ^foo}", &["foo"]);
    check_ts("{all: [{pattern: 'f($A)'}, {has: {pattern: longName}}]}", &["=longName"]);
    check_ts("{any: [{pattern: 'foo($A)'}, {pattern: 'bar($A)'}]}", &["=foo", "=bar"]);
    check_ts("{any: [{pattern: 'foo($A)'}, {kind: identifier}]}", EVERY);
    check_ts("{any: [{pattern: 'foo($A)'}, {pattern: 'foobar($A)'}]}", &["=foo", "=foobar"]);
}

#[test]
fn what_stands_around_is_needed_too() {
    for key in ["inside", "has", "precedes", "follows"] {
        check_ts(&format!("{{kind: identifier, {key}: {{pattern: foo, stopBy: end}}}}"), &["=foo"]);
        check_ts(&format!("{{kind: identifier, {key}: {{kind: identifier, stopBy: {{pattern: foo}}}}}}"), EVERY);
    }
}

#[test]
fn what_is_excluded_is_never_needed() {
    check_ts("{kind: identifier, not: {regex: foo}}", EVERY);
    check_ts("{kind: identifier, not: {not: {regex: foo}}}", EVERY);
    check_ts("{kind: identifier, nthChild: {position: 1, ofRule: {pattern: foo}}}", EVERY);
    check_ts("{kind: identifier, regex: (?i)foo}", EVERY);
    check_ts("{node: comment, where: {text: {not: {regex: foo}}}}", EVERY);
    check_ts("{node: method, where: {name: {ne: foo}}}", EVERY);
}

#[test]
fn utils_are_needed_where_they_are_asked() {
    let utils = "utils: {a: {pattern: foo}, b: {any: [{matches: a}, {pattern: bar}]}, c: {pattern: unused}}";
    check_literals(&format!("{{rule: {{kind: identifier, matches: b}}, {utils}}}"), "ts", &["=foo", "=bar"]);
    let circle = "utils: {a: {any: [{pattern: foo}, {kind: array, has: {matches: a}}]}}";
    check_literals(&format!("{{rule: {{kind: array, has: {{matches: a}}}}, {circle}}}"), "ts", EVERY);
}

#[test]
fn constraints_are_needed_when_their_metavariable_is_always_bound() {
    let check = |rule: &str, expected| {
        check_literals(&format!("{{rule: {rule}, constraints: {{A: {{regex: ^foo}}}}}}"), "ts", expected);
    };
    check("{pattern: 'f($A)'}", &["foo"]);
    check("{kind: call_expression, has: {pattern: $A}}", &["foo"]);
    check("{any: [{pattern: 'f($A)'}, {pattern: 'gg($B)'}]}", &["=f", "=gg"]);
    check("{any: [{pattern: 'f($A)'}, {pattern: 'gg($$$A)'}]}", &["=f", "=gg"]);
    check("{kind: call_expression, not: {pattern: 'g($A)'}}", EVERY);
}

#[test]
#[cfg(feature = "all-languages")]
fn answers_that_stand_in_the_text_are_needed() {
    let check = |node: &str, asked: &str, expected| {
        check_ts(&format!("{{node: {node}, where: {{{asked}}}}}"), expected);
    };
    check("call", "callee: console.log", &["console"]);
    check("call", "callee: {in: [fit, a.fdescribe]}", &["fit", "fdescribe"]);
    check("call", "callee: {regex: '^(it|test)\\.only$'}", &["only"]);
    check("call", "callee: {regex: .}", EVERY);
    check("method", "name: constructor", &["constructor"]);
    check("method", "name: {regex: '^(get|set)_'}", &["get_", "set_"]);
    check("comment", "marker: {in: [TODO, FIXME]}", &["TODO", "FIXME"]);
    check("comment", "text: {regex: 'eslint-disable'}", &["eslint-disable"]);
    check("string", "value: secret", EVERY);
    check("call", "import: 'node:fs/promises'", &["promises"]);
    check("call", "import: [child_process, '@scope/pkg']", &["child_process", "pkg"]);
    check("method", "test: false, lines: {gt: 3}", EVERY);
    let rust = "{rule: {node: import, where: {import: 'std::process'}}}";
    check_literals(rust, "rs", &["process"]);
}

#[test]
fn what_a_dialect_lacks_is_in_no_file() {
    check_literals("{rule: {kind: predefined_type, regex: ^any$}}", "js", &[]);
    check_literals("{rule: {any: [{kind: predefined_type}, {kind: catch_clause}]}}", "js", &["=catch"]);
}
