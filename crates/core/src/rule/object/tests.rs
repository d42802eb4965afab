//! Rule objects against code: each key, and each mistake with its place.

use super::*;
use crate::data::{Data, Entry, Value};

use crate::ir::view::ViewKey;
use crate::ir::{Dialect, Kind, RawKind};
use crate::language;
use crate::mistake::Mistakes;
use crate::rule::page::{OptionValue, Options};
use crate::source::{RelPath, SourceFile};
use crate::span::Span;

/// Parses a rule as flow YAML, with spans: `{key: value, …}`, `[…]`, `'text'`, words, numbers.
pub(crate) fn read(text: &str) -> Value {
    let mut at = 0;
    let value = read_at(text, &mut at);
    assert!(text[at..].trim().is_empty(), "left over: {}", &text[at..]);
    value
}

fn skip_space(text: &str, at: &mut usize) {
    *at += text[*at..].len() - text[*at..].trim_start().len();
}

fn read_at(text: &str, at: &mut usize) -> Value {
    skip_space(text, at);
    let start = *at;
    let data = match text.as_bytes()[start] {
        open @ (b'{' | b'[') => {
            let close = if open == b'{' { '}' } else { ']' };
            let (mut entries, mut items) = (Vec::new(), Vec::new());
            *at += 1;
            loop {
                skip_space(text, at);
                if text[*at..].starts_with(close) {
                    *at += 1;
                    break;
                }
                if open == b'{' {
                    let from = *at;
                    *at += text[from..].find(':').unwrap();
                    let key_span = Span::new(from as u32, *at as u32);
                    let key = text[key_span.range()].to_owned();
                    *at += 1;
                    entries.push(Entry { key, key_span, value: read_at(text, at) });
                } else {
                    items.push(read_at(text, at));
                }
                skip_space(text, at);
                *at += usize::from(text[*at..].starts_with(','));
            }
            if open == b'{' { Data::Map(entries) } else { Data::List(items) }
        }
        b'\'' => {
            let len = text[start + 1..].find('\'').unwrap();
            *at += len + 2;
            Data::String(text[start + 1..start + 1 + len].to_owned())
        }
        _ => {
            *at += text[start..].find([',', '}', ']']).unwrap_or(text.len() - start);
            let word = text[start..*at].trim_end();
            *at = start + word.len();
            match (word, word.parse()) {
                ("true", _) => Data::Bool(true),
                ("false", _) => Data::Bool(false),
                (_, Ok(number)) => Data::Int(number),
                _ => Data::String(word.to_owned()),
            }
        }
    };
    Value { span: Span::new(start as u32, *at as u32), data }
}

fn options() -> Options {
    let mut options = Options::new();
    options.insert("names".to_owned(), OptionValue::String("^b".to_owned()));
    options
}

/// The texts of a rule's matches; `rule` has the keys `rule` and perhaps `utils`.
fn matches(tag: &str, rule: &str, code: &str) -> Vec<String> {
    let dialect = language::of_tag(tag).unwrap();
    let claimed = [dialect];
    let mut mistakes = Mistakes::new("rule", rule);
    let value = substitute(&read(rule), &options(), &mut mistakes);
    let mut compiler = Compiler::new(dialect, &claimed, true, &mut mistakes);
    if let Some(utils) = value.get("utils") {
        compiler.utils(utils);
    }
    let term = compiler.top(value.get("rule").unwrap_or(&value));
    let (utils, _) = compiler.into_utils();
    let shown: Vec<_> = mistakes.into_vec().iter().map(ToString::to_string).collect();
    assert_eq!(shown, [""; 0], "{rule}");
    let file = SourceFile::new(RelPath::new("a"), code).unwrap();
    let file = language::lower(crate::ir::FileInput::of_dialect(file, dialect));
    let (mut env, steps, mut memo) = (Env::default(), Steps::default(), Memo::default());
    let kinds = term.kinds().unwrap();
    let mut found = Vec::new();
    for node in file.tree().unwrap().nodes() {
        env.clear();
        let mut search = Search { file: &file, utils: &utils, env: &mut env, steps: &steps, memo: &mut memo, calls: 0 };
        if term.matches(node, &mut search) {
            assert!(kinds.contains(node.raw()));
            found.push(node.text().to_owned());
        }
    }
    found
}

fn check_rule(tag: &str, rule: &str, code: &str, expected: &[&str]) {
    assert_eq!(matches(tag, rule, code), expected, "{rule} in {code}");
}

/// The mistakes of a rule for these dialects, each as `column: message (help)`.
#[track_caller]
fn check_mistakes(tags: &[&str], rule: &str, expected: &[&str]) {
    assert_eq!(mistakes_of(tags, rule), expected, "{rule}");
}

fn mistakes_of(tags: &[&str], rule: &str) -> Vec<String> {
    let claimed: Vec<&'static Dialect> = tags.iter().map(|tag| language::of_tag(tag).unwrap()).collect();
    let mut mistakes = Mistakes::new("", rule);
    let value = substitute(&read(rule), &options(), &mut mistakes);
    let compiled = if mistakes.is_empty() { &*claimed } else { &[] };
    for dialect in compiled {
        let mut compiler = Compiler::new(dialect, &claimed, true, &mut mistakes);
        if let Some(utils) = value.get("utils") {
            compiler.utils(utils);
        }
        compiler.top(value.get("rule").unwrap_or(&value));
    }
    let shown: Vec<_> = mistakes.into_vec().iter().map(ToString::to_string).collect();
    shown.iter().map(|line| line.trim_start_matches(":1:").to_owned()).collect()
}

#[test]
fn atomic_rules() {
    check_rule("ts", "{kind: number}", "f(1, 'a', 2)", &["1", "2"]);
    check_rule("ts", "{pattern: 'f($A)', regex: 'b'}", "f(a); f(b)", &["f(b)"]);
    check_rule("ts", "{pattern: {context: '({a: $X})', selector: pair}}", "x = {a: 1, b: 2}", &["a: 1"]);
    check_rule("ts", "{kind: identifier, regex: {option: names}}", "a(b, bc)", &["b", "bc"]);
    check_rule("ts", "{kind: ERROR}", "let = 5 5;", &["5"]);
}

#[test]
fn places_among_siblings() {
    check_rule("ts", "{kind: number, nthChild: 2}", "[1, 2, 3]", &["2"]);
    check_rule("ts", "{kind: number, nthChild: '2n+1'}", "[1, 2, 3]", &["1", "3"]);
    check_rule("ts", "{kind: number, nthChild: {position: 1, reverse: true}}", "[1, 2, 3]", &["3"]);
    check_rule("ts", "{nthChild: {position: 2, ofRule: {kind: number}}}", "['a', 1, 'b', 2]", &["2"]);
    check_rule("ts", "{nthChild: {position: 1, reverse: true, ofRule: {kind: number}}}", "[1, 2, 'a']", &["2"]);
    check_rule("ts", "{nthChild: {position: 2, ofRule: {kind: number, pattern: '$N'}}}", "[1, 2, 3]", &["2"]);
}

#[test]
fn rules_made_of_rules() {
    check_rule("ts", "{any: [{kind: number}, {kind: string}]}", "f(1, 'a', b)", &["1", "'a'"]);
    check_rule("ts", "{all: [{kind: identifier}, {regex: '^a'}]}", "ab(a, b)", &["ab", "a"]);
    check_rule("ts", "{kind: identifier, not: {regex: '^a'}}", "ab(a, b)", &["b"]);
    check_rule("ts", "{all: [{pattern: '$A + $B'}, {pattern: '$A + 1'}]}", "x + 1; y + 2", &["x + 1"]);
    check_rule("ts", "{any: [{pattern: '$A + 1'}, {pattern: '$B + $A'}], has: {pattern: '$A'}}", "1 + x", &["1 + x"]);
    check_mistakes(
        &["ts"],
        "{any: [], kind: number, all: []}",
        &[
            "30: `all` lists no rule, so that it asks nothing (list the rules that must all match, or leave it out)",
            "7: `any` lists no rule, so that nothing matches (list the rules of which one must match)",
        ],
    );
}

#[test]
fn inside_looks_up() {
    let code = "function f() { g(() => { await_(1) }) }";
    check_rule("ts", "{kind: number, inside: {kind: arguments}}", code, &["1"]);
    check_rule("ts", "{kind: number, inside: {kind: function_declaration}}", code, &[]);
    check_rule("ts", "{kind: number, inside: {kind: function_declaration, stopBy: end}}", code, &["1"]);
    let stop = "{kind: number, inside: {kind: function_declaration, stopBy: {kind: arrow_function}}}";
    check_rule("ts", stop, code, &[]);
    let inclusive = "{kind: number, inside: {kind: arrow_function, stopBy: {kind: arrow_function}}}";
    check_rule("ts", inclusive, code, &["1"]);
    let field = "{kind: identifier, inside: {kind: pair, field: value}}";
    check_rule("ts", field, "x = {a: b, c}", &["b"]);
    let deep = "{kind: number, inside: {kind: if_statement, field: condition, stopBy: end}}";
    check_rule("ts", deep, "if (a > 1) { f(2) }", &["1"]);
}

#[test]
fn has_looks_down() {
    let code = "f(g(1)); h(2)";
    check_rule("ts", "{kind: arguments, has: {kind: number}}", code, &["(1)", "(2)"]);
    check_rule("ts", "{kind: arguments, has: {kind: number, stopBy: end}}", code, &["(g(1))", "(1)", "(2)"]);
    let stop = "{kind: expression_statement, has: {kind: number, stopBy: {pattern: 'g($$$)'}}}";
    check_rule("ts", stop, code, &["h(2)"]);
    check_rule("ts", "{kind: call_expression, has: {field: function, regex: '^h$'}}", code, &["h(2)"]);
    let field = "{kind: call_expression, has: {field: arguments, kind: number, stopBy: end}}";
    check_rule("ts", field, code, &["f(g(1))", "g(1)", "h(2)"]);
    let one_level = "{kind: call_expression, has: {field: arguments, kind: number, stopBy: {kind: string}}}";
    check_rule("ts", one_level, code, &["g(1)", "h(2)"]);
}

#[test]
fn stopping_sees_no_bindings() {
    // The capture of `$A` has no effect on where the search stops.
    let rule = "{pattern: 'f($A)', inside: {kind: program, stopBy: {pattern: '{ $A }'}}}";
    check_rule("ts", rule, "{ f(1) }", &[]);
}

#[test]
fn siblings_are_searched_both_ways() {
    let code = "a(); b(); c();";
    let statement = |rule: &str| format!("{{kind: expression_statement, {rule}}}");
    let check = |rule: &str, expected: &[&str]| check_rule("ts", &statement(rule), code, expected);
    check("precedes: {regex: '^b'}", &["a();"]);
    check("precedes: {regex: '^c', stopBy: end}", &["a();", "b();"]);
    check("follows: {regex: '^a'}", &["b();"]);
    check("follows: {regex: '^a', stopBy: end}", &["b();", "c();"]);
    check("follows: {regex: '^a', stopBy: {regex: '^b'}}", &["b();"]);
}

#[test]
fn a_failed_branch_binds_nothing() {
    let rule =
        "{kind: call_expression, has: {stopBy: end, all: [{pattern: '$A'}, {kind: number}]}, not: {pattern: 'f($A)'}}";
    check_rule("ts", rule, "g(1); f(1)", &["g(1)"]);
    let rule = "{pattern: 'f($A)', any: [{pattern: 'f($B)', regex: 'z'}, {has: {stopBy: end, pattern: '$B.c'}}]}";
    check_rule("ts", rule, "f(a.c)", &["f(a.c)"]);
}

#[test]
fn utils_are_rules_with_names() {
    let rule =
        "{rule: {matches: value}, utils: {value: {any: [{matches: text}, {kind: number}]}, text: {kind: string}}}";
    check_rule("ts", rule, "f(1, 'a', b)", &["1", "'a'"]);
    // Inside a relation a util may call itself, since it is matched at another node.
    let nested = "{rule: {kind: parenthesized_expression, matches: one}, utils: {one: {any: [{kind: number}, {has: {matches: one}}]}}}";
    check_rule("ts", nested, "((1)); ((a))", &["((1))", "(1)"]);
}

/// Returns whether a rule exhausts its budget on code, run on a small stack.
#[expect(clippy::disallowed_methods, reason = "a small stack is what is tested")]
fn spends_its_budget(rule: &'static str, code: String) -> bool {
    let asked = move || {
        let (dialect, rule) = (language::of_tag("js").unwrap(), read(rule));
        let (claimed, mut mistakes) = ([dialect], Mistakes::new("", ""));
        let mut compiler = Compiler::new(dialect, &claimed, true, &mut mistakes);
        compiler.utils(rule.get("utils").unwrap());
        let term = compiler.top(rule.get("rule").unwrap());
        let (utils, _) = compiler.into_utils();
        let file = language::lower(SourceFile::new(RelPath::new("a.js"), code).unwrap());
        let (mut env, steps, mut memo) = (Env::default(), Steps::default(), Memo::default());
        for node in file.tree().unwrap().nodes() {
            let mut search =
                Search { file: &file, utils: &utils, env: &mut env, steps: &steps, memo: &mut memo, calls: 0 };
            assert!(!term.matches(node, &mut search));
        }
        steps.exhausted()
    };
    std::thread::Builder::new().stack_size(512 * 1024).spawn(asked).unwrap().join().unwrap()
}

#[test]
fn utils_that_call_themselves_end() {
    let up = "{rule: {kind: number, matches: up}, utils: {up: {any: [{kind: string}, {inside: {matches: up}}]}}}";
    assert!(!spends_its_budget(up, format!("{}1{}", "[".repeat(2000), "]".repeat(2000))));
    // Searches with a `field` store no answers, and are stopped when they nest too deep.
    let down = "{rule: {kind: binary_expression, matches: down}, \
                utils: {down: {any: [{kind: string}, {has: {field: left, matches: down}}]}}}";
    assert!(spends_its_budget(down, format!("x = {}a", "a + ".repeat(2000))));
}

#[test]
#[cfg(feature = "all-languages")]
fn shared_kinds_need_no_grammar() {
    check_rule("ts", "{node: call}", "f(1)", &["f(1)"]);
    check_rule("rust", "{node: call}", "fn g() { f(1) }", &["f(1)"]);
    check_rule("ts", "{node: [call, identifier], regex: '^f'}", "f(g)", &["f(g)", "f"]);
    assert_eq!(Kind::named("callable").map(<[Kind]>::len), Some(3));
}

#[test]
#[cfg(feature = "all-languages")]
fn views_are_asked_beside_any_rule() {
    let code = "function f(a, b) {\n  g(a);\n}\nexport function h() {}";
    check_rule("ts", "{node: callable, where: {parameters: {ge: 1}}}", code, &["function f(a, b) {\n  g(a);\n}"]);
    check_rule("ts", "{kind: function_declaration, where: {exported: true}}", code, &["function h() {}"]);
    check_rule("ts", "{pattern: '$F($X)', where: {callee: g, arguments: 1, test: false}}", code, &["g(a)"]);
    check_rule("ts", "{node: callable, not: {where: {lines: {gt: 1}}}}", code, &["function h() {}"]);
    check_rule("rust", "{node: function, where: {name: {regex: '^m'}}}", "fn main() {} fn f() {}", &["fn main() {}"]);
    let key = "{node: call, where: {cyclomatic: 3}}";
    check_mistakes(
        &["ts"],
        key,
        &["22: no node that is meant here has `cyclomatic` (only these have it: function, method, lambda)"],
    );
    check_mistakes(
        &["ts"],
        "{node: call, where: {callee: 'm#x'}}",
        &["30: `callee` is the text of a call; `target` asks what it names (`module#member`)"],
    );
}

#[test]
fn a_key_that_is_written_wrong_is_one_mistake() {
    check_mistakes(&["ts"], "{patern: f}", &["2: unknown key of a rule object `patern` (did you mean `pattern`?)"]);
    check_mistakes(
        &["ts"],
        "{has: {knd: a, stopBy: end}}",
        &["8: unknown key of a rule object `knd` (did you mean `kind`?)"],
    );
    check_mistakes(&["ts"], "{fix: a}", &["2: `fix` belongs beside `rule`, not into it"]);
}

#[test]
fn all_mistakes_are_reported_at_once() {
    check_mistakes(
        &["ts"],
        "{pattern: 'a b', kind: call_expresion, regx: 'a', all: [{regex: '('}, {}]}",
        &[
            "40: unknown key of a rule object `regx` (did you mean `regex`?)",
            "11: the pattern is more than one piece of code (write one expression or statement, or cut it out with `context` and `selector`)",
            "24: unknown kind `call_expresion` (did you mean `call_expression`?)",
            "65: this regular expression is wrong: unclosed group (write one of Rust's crate `regex`; a sign that is meant as itself has a `\\` before it)",
            "71: the rule says nothing about a node (add `node`, `pattern`, `kind`, or another key of a rule object)",
        ],
    );
}

#[test]
fn keys_in_the_wrong_place() {
    check_mistakes(
        &["ts"],
        "{kind: number, stopBy: end, utils: {a: {kind: number}}, range: {}, precedes: {kind: number, field: a}}",
        &[
            "16: `stopBy` belongs into `inside` or `has`, beside the rule that is searched",
            "29: `utils` belongs beside `rule`, not into it",
            "57: `range` is not supported yet",
            "93: `field` belongs to `inside` and `has` only: siblings have no role for each other",
        ],
    );
}

#[test]
fn a_rule_must_say_what_kinds_it_matches() {
    let vague = "1: the rule does not say what kinds of nodes it can match (add `node` or `kind`)";
    for rule in ["{regex: a}", "{pattern: '$A'}", "{not: {kind: number}}", "{has: {kind: number}}", "{nthChild: 1}"] {
        check_mistakes(&["ts"], rule, &[vague]);
    }
    check_mistakes(&["ts"], "{any: [{kind: number}, {regex: a}]}", &[vague]);
    check_mistakes(&["ts"], "{all: [{kind: number}, {regex: a}]}", &[]);
}

#[test]
fn names_are_checked_against_all_dialects_of_the_rule() {
    check_mistakes(&["ts", "tsx"], "{kind: jsx_element}", &[]);
    check_mistakes(&["ts", "js"], "{kind: call_expression, has: {field: type_arguments, regex: a}}", &[]);
    check_mistakes(&["ts", "tsx"], "{pattern: '<$T />'}", &[]);
    check_mistakes(
        &["ts"],
        "{kind: call_expression, has: {field: functoin, regex: a}}",
        &["38: unknown field `functoin` (did you mean `function`?)"],
    );
    check_mistakes(
        &["ts", "tsx"],
        "{kind: jsx_elemnt}",
        &["8: unknown kind `jsx_elemnt` (did you mean `jsx_element`?)"],
    );
}

#[test]
fn mistakes_in_patterns_have_their_place() {
    let advice = "write a complete piece of code, or cut it out of one with `context` and `selector`";
    check_mistakes(
        &["ts"],
        "{pattern: 'foo('}",
        &[&format!("11: the pattern does not parse as typescript ({advice})")],
    );
    check_mistakes(
        &["ts"],
        "{pattern: {context: 'a', selector: pairs, strictness: cst, extra: 1}}",
        &[
            "43: `strictness` other than `smart` is not supported yet",
            "60: unknown key of a pattern `extra` (expected one of: context, selector)",
            "36: unknown kind `pairs` (did you mean `pair`?)",
        ],
    );
    check_mistakes(
        &["ts"],
        "{pattern: '$$$A'}",
        &[
            "11: `$$$` alone matches no node; it stands for a list inside a larger pattern (write `$VAR`, or what stands around the list)",
        ],
    );
}

#[test]
fn mistakes_in_utils() {
    check_mistakes(
        &["ts"],
        "{rule: {kind: number, matches: bb}, utils: {aa: {not: {matches: bc}}, bc: {any: [{matches: aa}]}}}",
        &["45: utils refer to each other in a circle: aa → bc → aa", "32: unknown util `bb` (did you mean `bc`?)"],
    );
    check_mistakes(&["ts"], "{kind: number, matches: {a: {}}}", &["25: utils with arguments are not supported yet"]);
}

#[test]
fn keys_of_where_in_the_rule_object_are_told_where_they_belong() {
    for key in ViewKey::ALL.iter().map(|key| key.name()).filter(|key| !["kind"].contains(key)) {
        let mistakes = mistakes_of(&["ts"], &format!("{{node: call, {key}: a}}"));
        assert!(mistakes.iter().any(|mistake| mistake.contains("it belongs into `where`")), "{key}: {mistakes:?}");
    }
}

#[test]
fn mistakes_in_where() {
    let alone = "1: `where` alone does not say what to look at (put `node`, `kind` or `pattern` beside it)";
    check_mistakes(&["ts"], "{where: {test: false}}", &[alone]);
    check_mistakes(
        &["ts"],
        "{node: function, where: {name: {regex: '[', gtt: 1, in: a, not: {}}}}",
        &[
            "40: this regular expression is wrong: unclosed character class (write one of Rust's crate `regex`; a sign that is meant as itself has a `\\` before it)",
            "45: unknown comparison `gtt` (did you mean `gt`?)",
            "57: `in` takes a list, not a string (write `in: [a, b]`, or `eq: a` for a single value)",
            "65: `name` is compared with nothing (write what it is compared with: `name: { eq: … }`)",
        ],
    );
    check_mistakes(
        &["ts"],
        "{node: function, where: {name: [a]}}",
        &["32: a list is no value to compare with (write `in: [...]`)"],
    );
    let text = "`target` is a text";
    for (condition, expected) in [
        ("target: true", text),
        ("target: 3", text),
        ("target: {in: [eval, 3]}", text),
        ("target: {not: {eq: 3}}", text),
        ("target: {gt: 3}", text),
        ("test: {gt: 3}", "`test` is `true` or `false`"),
        ("test: 'yes'", "`test` is `true` or `false`"),
        ("lines: '3'", "`lines` is a whole number"),
        ("lines: {regex: '3'}", "`lines` is a whole number"),
        ("arguments: true", "`arguments` is a list of texts"),
    ] {
        let at = condition.find(": ").unwrap() + 24;
        let rule = format!("{{node: call, where: {{{condition}}}}}");
        let expected = format!("{at}: this comparison never holds: the answer to {expected} (");
        let found = mistakes_of(&["ts"], &rule);
        assert!(found.len() == 1 && found[0].starts_with(&expected), "{rule}: {found:?}");
    }
    let shared = "8: `call_expression` is a kind of the grammar, and `node` takes shared ones (put it under `kind`)";
    check_mistakes(&["ts"], "{node: call_expression}", &[shared]);
    let raw = "8: `call` is a shared kind, and `kind` takes one of the grammar (put it under `node`)";
    check_mistakes(&["ts"], "{kind: call}", &[raw]);
    check_mistakes(&["ts"], "{node: functon}", &["8: unknown kind `functon` (did you mean `function`?)"]);
}

#[test]
fn other_mistakes() {
    check_mistakes(
        &["ts"],
        "{kind: 'a > b'}",
        &[
            "8: selectors in `kind` are not supported yet (name one kind, and say the rest with `inside`, `has`, `follows` or `any`)",
        ],
    );
    check_mistakes(
        &["ts"],
        "{kind: number, regex: {option: name}}",
        &["32: unknown option `name` (did you mean `names`?)"],
    );
    check_mistakes(
        &["ts"],
        "{kind: number, nthChild: odd}",
        &["26: `o` has no place in a position (write a number from 1 on, or a formula such as `2n+1` for odd places)"],
    );
    check_mistakes(
        &["ts"],
        "{kind: number, inside: {kind: number, stopBy: ned}}",
        &["47: unknown way to stop `ned` (did you mean `end`?)"],
    );
    let deep = format!("{}{{kind: number}}{}", "{not: ".repeat(80), "}".repeat(80));
    check_mistakes(&["ts"], &deep, &["391: rules are nested deeper than 64 levels"]);
}

#[test]
fn comparisons_of_answers() {
    use crate::ir::view::ViewAnswer;
    let check = |written: &str, answer: ViewAnswer<'_>, expected: bool| {
        let dialect = language::of_tag("ts").unwrap();
        let (claimed, mut mistakes) = ([dialect], Mistakes::new("", written));
        let mut compiler = Compiler::new(dialect, &claimed, true, &mut mistakes);
        let tests = compiler.tests(&read(written), "name", 0);
        assert!(mistakes.is_empty());
        assert_eq!(tests.iter().all(|test| test.holds(&answer)), expected, "{written} of {answer:?}");
    };
    let list = || ViewAnswer::List(vec!["a".into(), "bc".into()]);
    check("true", ViewAnswer::Bool(true), true);
    check("true", ViewAnswer::Number(1), false);
    check("3", ViewAnswer::Number(3), true);
    check("2", list(), true);
    check("a", list(), true);
    check("b", list(), false);
    check("a", ViewAnswer::Text("a".into()), true);
    check("{gt: 1, le: 2}", list(), true);
    check("{ge: 3}", ViewAnswer::Number(2), false);
    check("{lt: 3, ne: 1}", ViewAnswer::Number(2), true);
    check("{lt: 3}", ViewAnswer::Text("2".into()), false);
    check("{in: [a, b]}", ViewAnswer::Text("b".into()), true);
    check("{in: [x, bc]}", list(), true);
    check("{regex: '^b'}", list(), true);
    check("{not: {regex: '^z'}}", ViewAnswer::Text("z".into()), false);
    check("{not: a}", ViewAnswer::Text("b".into()), true);
    check("{eq: a}", ViewAnswer::Text("b".into()), false);
}

#[test]
fn a_kind_of_another_dialect_never_matches() {
    let (ts, tsx) = (language::of_tag("ts").unwrap(), language::of_tag("tsx").unwrap());
    let (claimed, mut mistakes) = ([ts, tsx], Mistakes::new("", ""));
    let mut compiler = Compiler::new(ts, &claimed, true, &mut mistakes);
    let term = compiler.top(&read("{kind: jsx_element}"));
    assert!(term.kinds().unwrap().iter().next().is_none() && matches!(term, Term::Never | Term::Kind(RawKind(_))));
}
