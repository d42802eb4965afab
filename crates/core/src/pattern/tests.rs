//! Patterns against code: what they match, what they capture, and which are refused.

use super::*;
use crate::language;

fn compile(tag: &str, source: &str) -> Result<(Pattern, Variables), PatternError> {
    let mut variables = Variables::default();
    let pattern = Pattern::compile(source, language::of_tag(tag).unwrap(), &mut variables)?;
    Ok((pattern, variables))
}

/// The matches in order of position, each as `text` or `text A=… B=[…, …]` with its captures.
fn matches(tag: &str, pattern: &Pattern, variables: &Variables, code: &str) -> Vec<String> {
    let tree = tolerant::parse(&code.into(), language::of_tag(tag).unwrap());
    let (mut env, steps) = (Env::default(), Steps::default());
    let mut found = Vec::new();
    for node in tree.nodes() {
        env.clear();
        if !pattern.match_node(node, &mut env, &steps) {
            assert!(
                variables.iter().all(|(var, ..)| env.many(var, &tree).is_none()),
                "a failed match captures nothing"
            );
            continue;
        }
        assert!(pattern.root_kinds().is_none_or(|kinds| kinds.contains(&node.raw())));
        let mut shown = node.text().to_owned();
        for (var, name, many) in variables.iter() {
            if many && let Some(nodes) = env.many(var, &tree) {
                let texts: Vec<_> = nodes.map(Node::text).collect();
                shown = format!("{shown} {name}=[{}]", texts.join(" "));
            } else if !many && let Some(node) = env.one(var, &tree) {
                shown = format!("{shown} {name}={}", node.text());
            }
        }
        found.push(shown);
    }
    found
}

fn check_pattern(tag: &str, source: &str, code: &str, expected: &[&str]) {
    let (pattern, variables) = compile(tag, source).unwrap();
    assert_eq!(matches(tag, &pattern, &variables, code), expected, "{source} in {code}");
}

fn check_error(tag: &str, source: &str, expected: &PatternError) {
    assert_eq!(compile(tag, source).map(|_| ()).unwrap_err(), *expected, "{source}");
}

#[test]
fn code_without_metavariables_matches_itself() {
    check_pattern("ts", "foo(1)", "foo( 1 ); foo(2); bar(1)", &["foo( 1 )"]);
    check_pattern("ts", "export default 42", "export default 42;\nexport default 43;", &["export default 42;"]);
    check_pattern("js", "'a'", "f('a', \"a\")", &["'a'"]);
}

#[cfg(feature = "python")]
#[test]
fn a_pattern_may_be_parsed_in_a_context() {
    let within = |source: &str| {
        let (dialect, mut variables) = (language::of_tag("py").unwrap(), Variables::default());
        let pattern = Pattern::compile_within(source, ("def f():\n  ", "\n  pass"), dialect, &mut variables)?;
        Some((pattern.unwrap(), variables))
    };
    let check = |source: &str, code: &str, expected: &[&str]| {
        let (pattern, variables) = within(source).unwrap();
        assert_eq!(matches("py", &pattern, &variables, code), expected, "{source} in {code}");
    };
    check(" f($A) ", "f(1)", &["f(1) A=1"]);
    check("return $A", "def g(): return 1", &["return 1 A=1"]);
    for other in ["f(\n  g)\n  h()", "else: f()", "f(", ")", ""] {
        assert!(within(other).is_none(), "{other}");
    }
}

#[test]
fn a_metavariable_matches_one_named_node() {
    check_pattern("ts", "f($A)", "f(x); f(x, y); f(); f(g(1))", &["f(x) A=x", "f(g(1)) A=g(1)"]);
    check_pattern("ts", "f($_, $_B)", "f(x, y)", &["f(x, y)"]);
    check_pattern("ts", "return $X", "function f() { return a + b }", &["return a + b X=a + b"]);
}

#[test]
fn two_sigils_also_match_a_token() {
    let (pattern, variables) = compile("ts", "$$A").unwrap();
    assert_eq!(matches("ts", &pattern, &variables, "f()").iter().filter(|shown| *shown == "( A=(").count(), 1);
    let (pattern, variables) = compile("ts", "$A").unwrap();
    assert!(!matches("ts", &pattern, &variables, "f()").contains(&"( A=(".to_owned()));
}

#[test]
fn equal_names_match_equal_code() {
    check_pattern("ts", "$A === $A", "a.b === a . b; a === b", &["a.b === a . b A=a . b"]);
    check_pattern("ts", "$F($X, $X)", "f(g(1), g(1)); f(g(1), g(2)); f(g(1), h(1))", &["f(g(1), g(1)) F=f X=g(1)"]);
    // If one of two nodes has no children, their texts are compared.
    check_pattern("ts", "($P) => $F($P)", "(x) => bar(x)", &["(x) => bar(x) P=x F=bar"]);
}

#[test]
fn equal_lists_match_equal_named_nodes() {
    check_pattern(
        "ts",
        "f($$$A) + g($$$A)",
        "f(a, b) + g(a, b); f(a, b) + g(a); f(a) + g(a, b)",
        &["f(a, b) + g(a, b) A=[a , b]"],
    );
}

#[test]
fn a_list_matches_any_number_of_nodes() {
    check_pattern("ts", "f($$$)", "f(); f(1, 2)", &["f()", "f(1, 2)"]);
    check_pattern("ts", "f($$$A)", "f(); f(1, 2)", &["f() A=[]", "f(1, 2) A=[1 , 2]"]);
    check_pattern("ts", "f($A, $$$B)", "f(); f(1); f(1, 2, 3)", &["f(1, 2, 3) A=1 B=[2 , 3]"]);
    check_pattern("ts", "f($$$A, $B)", "f(1); f(1, 2)", &["f(1) A=[] B=1"]);
    check_pattern("ts", "f($$$A, 3, $$$B)", "f(1, 2, 3, 4)", &["f(1, 2, 3, 4) A=[1 , 2] B=[4]"]);
    check_pattern(
        "ts",
        "{ $$$A\n return $X }",
        "function f() { a; b; return 1 }",
        &["{ a; b; return 1 } A=[a; b;] X=1"],
    );
}

#[test]
fn failed_attempts_at_the_end_of_a_list_capture_nothing() {
    // `$B(1)` is tried on `f(2)` first; that attempt must not leave `f` captured as `$B`.
    check_pattern("ts", "[$$$A, $B(1)]", "[f(2), g(1)]", &["[f(2), g(1)] A=[f(2)] B=g"]);
}

#[test]
fn comments_of_the_code_are_skipped() {
    check_pattern("ts", "f($A, $B)", "f(/* a */ 1, /* b */ 2 /* c */)", &["f(/* a */ 1, /* b */ 2 /* c */) A=1 B=2"]);
    check_pattern("ts", "f(1)", "f(// a\n 1)", &["f(// a\n 1)"]);
    // A comment before code with inner structure prevents the match, as in ast-grep.
    check_pattern("ts", "f(g($A))", "f(/* a */ g(1)); f(g(1) /* a */)", &["f(g(1) /* a */) A=1"]);
    check_pattern("ts", "$A", "/* a */", &["/* a */ A=/* a */", "/* a */ A=/* a */"]);
}

#[test]
fn tokens_that_the_pattern_lacks_are_skipped() {
    check_pattern("ts", "x = { a: $A }", "x = { a: 1, }", &["x = { a: 1, } A=1"]);
    check_pattern("ts", "f($A)", "f(1,)", &["f(1,) A=1"]);
    check_pattern("ts", "function $F() {}", "async function f() {}", &["async function f() {} F=f"]);
    check_pattern("ts", "foo()", "foo();", &["foo()"]);
}

#[test]
#[cfg(feature = "rust")]
fn rust_patterns_use_a_letter_for_the_sigil() {
    check_pattern("rust", "$X.unwrap()", "fn f() { a.unwrap(); b.expect(1); }", &["a.unwrap() X=a"]);
    check_pattern("rust", "let $X = $Y;", "fn f() { let mut a = 1; let b = 2; }", &["let b = 2; X=b Y=2"]);
    check_pattern("rust", "println!($$$A)", "fn f() { println!(\"{}\", x); }", &["println!(\"{}\", x) A=[\"{}\" , x]"]);
}

#[test]
fn each_dialect_parses_a_pattern_by_its_own_grammar() {
    check_pattern("tsx", "<$T $$$A />", "x = <a b={1} />", &["<a b={1} /> T=a A=[b={1}]"]);
    assert!(compile("ts", "<$T $$$A />").is_ok_and(|(pattern, _)| pattern.has_error()));
    check_pattern("ts", "<$T>$X", "y = <any>x", &["<any>x T=any X=x"]);
}

#[test]
fn a_pattern_may_be_selected_from_a_context() {
    let dialect = language::of_tag("ts").unwrap();
    let mut variables = Variables::default();
    let field = "public_field_definition";
    let pattern = Pattern::contextual("class A { $F = $V }", field, dialect, &mut variables).unwrap();
    assert_eq!(matches("ts", &pattern, &variables, "class B { b = 1 } let b = 1"), ["b = 1 F=b V=1"]);
    let name = Pattern::contextual("class A { $F }", "property_identifier", dialect, &mut variables).unwrap();
    assert_eq!(name.root_kinds(), Some(vec![dialect.vocabulary().kind("property_identifier").unwrap()]));
    let mut error = |context, selector| Pattern::contextual(context, selector, dialect, &mut variables).unwrap_err();
    assert_eq!(error("a", "nope"), PatternError::UnknownSelector("nope".to_owned()));
    assert_eq!(error("a", field), PatternError::SelectorNotFound(field.to_owned()));
}

#[test]
#[cfg(feature = "all-languages")]
fn texts_that_are_no_pattern_are_refused() {
    check_error("ts", "", &PatternError::NoContent);
    check_error("ts", "a; b", &PatternError::MultipleNodes);
    check_error("ts", "$$$", &PatternError::ListAlone);
    check_error("rust", "$$$A", &PatternError::ListAlone);
    check_error("ts", &format!("{}a{}", "(".repeat(300), ")".repeat(300)), &PatternError::TooDeep);
    let (broken, _) = compile("ts", "123 +").unwrap();
    assert!(broken.has_error() && broken.root_kinds().is_none());
}

#[test]
fn deep_code_is_compared_without_recursion() {
    let deep = format!("{}a{}", "(".repeat(20_000), ")".repeat(20_000));
    let (pattern, variables) = compile("js", "$A + $A").unwrap();
    assert_eq!(matches("js", &pattern, &variables, &format!("{deep} + {deep}")).len(), 1);
}

#[test]
fn a_spent_budget_ends_the_search() {
    let dialect = language::of_tag("js").unwrap();
    let (pattern, _) = compile("js", "f($$$A, 1)").unwrap();
    let tree = tolerant::parse(&format!("f({}1)", "0, ".repeat(1000)).into(), dialect);
    let (mut env, steps) = (Env::default(), Steps::new(500));
    assert!(!tree.nodes().any(|node| pattern.match_node(node, &mut env, &steps)));
    assert!(steps.exhausted() && !steps.take(0));
}
