//! Known and new findings: each edit has the same new ones in a change, in a commit and beside a baseline.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]
#![cfg(feature = "all-languages")]

mod support;

use support::Project;
use support::git::{check, commit, found, git, lawbook};

/// A repository with all built-in rules and one file.
fn repository(path: &str, text: &str) -> Project {
    let project = Project::new().file("lawbook.toml", "extends = [\"recommended\", \"agents\"]\n").file(path, text);
    git(&project, &["init", "--quiet", "--initial-branch=main"]);
    commit(&project, "first");
    project
}

/// Asserts that an edit of a file brings this number of new findings of a rule that finds something before it.
#[track_caller]
fn check_new(path: &str, before: &str, after: &str, rule: &str, expected: usize) {
    let count = |project: &Project, args: &[&str]| found(project, &[&["--rule", rule], args].concat()).len();
    let project = repository(path, before);
    assert!(count(&project, &[]) > 0, "nothing is known");
    let project = project.file(path, after);
    assert_eq!(count(&project, &["--changed"]), expected, "--changed");
    commit(&project, "second");
    assert_eq!(count(&project, &["--since", "HEAD~1"]), expected, "--since");
    let project = repository(path, before);
    lawbook(&project, &["baseline", "create"], &[]).exits(0);
    assert_eq!(count(&project, &[]), 0, "the baseline knows all");
    commit(&project, "baseline");
    let project = project.file(path, after);
    assert_eq!(count(&project, &[]), expected, "the baseline");
    assert_eq!(count(&project, &["--changed"]), expected, "--changed beside the baseline");
    lawbook(&project, &["baseline", "prune"], &[]).exits(0);
    assert_eq!(count(&project, &[]), expected, "the baseline after pruning");
}

/// The same for an edit that replaces a text.
#[track_caller]
fn check_edit(path: &str, text: &str, old: &str, new: &str, rule: &str, expected: usize) {
    assert!(text.contains(old));
    check_new(path, text, &text.replace(old, new), rule, expected);
}

#[test]
fn an_edit_in_a_body_keeps_what_spans_it() {
    let page = "export default function Page() {\n  const all = list.map((one) => {\n    return one + 1;\n  });\n  return all;\n}\n";
    check_edit("a.ts", page, "one + 1", "one + 2", "no-default-export", 0);
    let object = "export default {\n  name: \"a\",\n  rules: {\n    one: 1,\n  },\n};\n";
    check_edit("a.ts", &format!("const b = 1;\n{object}"), "const b = 1", "const b = 2", "no-default-export", 0);
    let wrapped = "export default define({\n  name: \"a\",\n});\n";
    check_edit("a.ts", wrapped, "\"a\"", "\"b\"", "no-default-export", 0);
    let template = "console.log(`\n  one\n  ${two}\n`);\n";
    check_edit("a.ts", template, "one", "three", "no-debug-output", 0);
    let suite = "describe.skip(\"x\", () => {\n  it(\"y\", () => {\n    expect(1).toBe(1);\n  });\n});\n";
    check_edit("a.test.ts", suite, "toBe(1)", "toBe(2)", "no-skipped-test", 0);
    let element = "console.log(\n  <p>\n    one\n  </p>,\n);\n";
    check_edit("a.tsx", element, "one", "two", "no-debug-output", 0);
    let closure = "fn f() {\n    let v = scope(|s| {\n        s.spawn(|| {\n            run(1);\n        });\n    })\n    .unwrap();\n}\n";
    check_edit("a.rs", closure, "run(1)", "run(2)", "no-unwrap", 0);
    let literal = "fn f() {\n    let v = make(Options {\n        depth: 1,\n    })\n    .unwrap();\n}\n";
    check_edit("a.rs", literal, "depth: 1", "depth: 2", "no-unwrap", 0);
}

#[test]
fn another_name_of_what_encloses_a_finding_keeps_it() {
    let class = "class Parser {\n  one() {\n    eval(a);\n  }\n  two() {\n    eval(a);\n  }\n}\n";
    check_edit("a.ts", class, "Parser", "Reader", "no-eval", 0);
    check_edit("a.ts", class, "one", "three", "no-eval", 0);
    check_edit("a.ts", "function f(value: any) {\n  g(value);\n}\n", "f(", "h(", "no-explicit-any", 0);
    check_edit("a.ts", "const f = (value: any) => value;\n", "f =", "h =", "no-explicit-any", 0);
    let suite = "describe(\"old\", () => {\n  it.skip(\"a\", () => {\n    b();\n  });\n});\n";
    check_edit("a.test.ts", suite, "old", "new name", "no-skipped-test", 0);
    let rust =
        "mod m {\n    impl Load for Store {\n        fn load() {\n            a.unwrap();\n        }\n    }\n}\n";
    for (old, new) in [("mod m", "mod n"), ("Load for", "Read for"), ("Store", "Shop"), ("fn load", "fn read")] {
        check_edit("src/a.rs", rust, old, new, "no-unwrap", 0);
    }
}

#[test]
fn another_name_of_what_a_finding_is_about_keeps_it() {
    let long = format!("function long() {{\n{}}}\n", "  f();\n".repeat(120));
    check_edit("a.ts", &long, "long", "longer", "max-function-lines", 0);
    let class = format!("class A {{\n  long() {{\n{}  }}\n}}\n", "    f();\n".repeat(120));
    check_edit("a.ts", &class, "class A", "class B", "max-function-lines", 0);
}

#[test]
fn a_twin_of_a_known_finding_is_new() {
    let one = "function one() {\n  eval(a);\n}\n";
    let two = "function two() {\n  eval(a);\n}\n";
    check_new("a.ts", one, &format!("{one}{two}"), "no-eval", 1);
    check_new("a.ts", one, &format!("{two}{one}"), "no-eval", 1);
    check_edit("a.ts", one, "  eval(a);\n", "  eval(a);\n  eval(a);\n", "no-eval", 1);
    // The old one has another name now, and the twin has the old name.
    check_new("a.ts", one, &format!("{one}{}", one.replace("one", "three")), "no-eval", 1);
    let suite = "describe.skip(\"x\", () => {\n  it(\"y\", () => {});\n});\n";
    check_new("a.test.ts", suite, &format!("{suite}{}", suite.replace('x', "z")), "no-skipped-test", 1);
}

#[test]
fn what_is_fixed_here_does_not_hide_what_is_new_there() {
    let text = "function one(a: any) {\n  f(a);\n}\nfunction two(b: string) {\n  f(b);\n}\n";
    let other = text.replace(": any", ": string").replace("b: string", "b: any");
    check_new("a.ts", text, &other, "no-explicit-any", 1);
    let text = "/** Said. */\nexport function two() {}\nexport function one() {}\n";
    let other = "/** Said. */\nexport function one() {}\nexport function two() {}\n";
    check_new("a.ts", text, other, "undocumented-export", 1);
}

#[test]
fn a_count_that_has_grown_is_reported_with_both_numbers() {
    let long = |lines: usize| format!("function long() {{\n{}}}\n", "  f();\n".repeat(lines));
    check_new("a.ts", &long(148), &long(140), "max-function-lines", 0);
    check_new("a.ts", &long(148), &long(273), "max-function-lines", 1);
    let project = repository("a.ts", &long(148)).file("a.ts", long(273));
    check(&project, &["--changed"]).shows("150 lines before the change, 275 now");
    git(&project, &["checkout", "--quiet", "--", "."]);
    lawbook(&project, &["baseline", "create"], &[]).exits(0);
    let project = project.file("a.ts", long(273));
    let ran = check(&project, &[]);
    ran.shows("150 lines in the baseline, 275 now");
    let report = ran.json();
    assert_eq!(report["diagnostics"][0]["measure"], serde_json::json!({"value": 275, "limit": 100, "unit": "lines"}));
    // The higher count is accepted in place of the lower one.
    lawbook(&project, &["baseline", "create", "--accept-new", "--reason", "split next month"], &[]).exits(0);
    assert_eq!(check(&project, &[]).json()["summary"]["known"], 1);
    assert_eq!(check(&project, &[]).json()["summary"]["stale"], 0);
    // A lower count is noted when the baseline is pruned, and holds from then on.
    let project = project.file("a.ts", long(200));
    lawbook(&project, &["baseline", "prune"], &[]).exits(0);
    let project = project.file("a.ts", long(201));
    check(&project, &[]).shows("202 lines in the baseline, 203 now");
}

#[test]
fn a_page_that_sets_a_limit_has_a_measure() {
    let page = "---\nsummary: Take few parameters.\nmessage: too many parameters\nlanguages: [typescript]\nseverity: warning\noptions:\n  max: {default: 2, doc: The most.}\nrule:\n  node: function\n  where: {parameters: {gt: {option: max}}}\n---\nWhy.\n\n## Bad\n```ts\nfunction f(a, b, c) {} // error\n```\n\n## Good\n```ts\nfunction f(a, b) {}\n```\n";
    let project = Project::new()
        .file("lawbook.toml", "extends = [\"./law\"]\n[rules]\nfew-parameters = { max = 3 }\n")
        .file("law/few-parameters.md", page)
        .file("a.ts", "function f(a, b, c, d, e) {}\n");
    let report = project.run(&["check", "--format", "json"]).json();
    assert_eq!(report["diagnostics"][0]["measure"], serde_json::json!({"value": 5, "limit": 3, "unit": "parameters"}));
    project.run(&["check", "--format", "agent"]).shows("5 parameters, 3 allowed");
    project.run(&["check", "--format", "pretty"]).shows("5 parameters, 3 allowed");
}

#[test]
fn a_baseline_of_an_older_version_is_read() {
    let project = repository("a.ts", "function one() {\n  eval(a);\n}\n");
    lawbook(&project, &["baseline", "create"], &[]).exits(0);
    let path = ".lawbook/baseline/baseline.txt";
    let text = project.read(path);
    let older: String = text.split_inclusive('\n').filter(|line| !line.starts_with("  at ")).collect();
    assert_ne!(older, text);
    let project = project.file(path, older);
    assert_eq!(check(&project, &["--rule", "no-eval"]).json()["summary"]["known"], 1);
    let project = project.file("a.ts", "function two() {\n  eval(a);\n}\n");
    assert_eq!(check(&project, &["--rule", "no-eval"]).json()["summary"]["known"], 0);
}

#[test]
fn a_full_check_beside_a_baseline_names_the_new_one_of_equal_findings() {
    let (before, after) = ("function f(a) {\n  const x = eval(a);\n  g(x);\n  return eval(a);\n}\n", "  g(eval(a));\n");
    let project = repository("a.ts", before);
    lawbook(&project, &["baseline", "create"], &[]).exits(0);
    commit(&project, "a baseline");
    let project = project.file("a.ts", before.replace("  g(x);\n", after));
    for args in [&["check"][..], &["check", "--changed"]] {
        lawbook(&project, args, &[]).exits(1).shows("a.ts:3:5: error").shows("1 error in 1 file");
    }
}

#[test]
fn a_merge_in_progress_brings_nothing_new() {
    let text = |version: u8, body: &str| {
        format!("export const VERSION = {version};\n\nfunction one() {{\n  {body}\n}}\n\nfunction two() {{}}\n")
    };
    let project = repository("a.ts", &text(1, "return 1;"));
    git(&project, &["checkout", "--quiet", "-b", "side"]);
    let project = project.file("a.ts", text(2, "// @ts-ignore\n  return eval(x);")).file("b.ts", "eval(b);\n");
    commit(&project, "side");
    git(&project, &["checkout", "--quiet", "main"]);
    let project = project.file("a.ts", text(3, "return 1;"));
    commit(&project, "ours");
    assert_ne!(support::git::try_git(&project, &["merge", "--quiet", "side"]).code, 0, "a conflict");
    let project = project.file("a.ts", text(3, "// @ts-ignore\n  return eval(x);"));
    git(&project, &["add", "--all"]);
    check(&project, &["--staged"]).exits(0).says("a merge is in progress");
    check(&project, &["--changed"]).exits(0);
    let project = project.file("a.ts", text(3, "// @ts-ignore\n  return eval(x) + eval(y);"));
    git(&project, &["add", "--all"]);
    assert_eq!(found(&project, &["--staged"]), ["a.ts no-eval"]);
}
