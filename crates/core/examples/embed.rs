//! A rule written as a page, checked over a string: all that a program needs, in fifteen lines.

use lawbook_core::prelude::*;

const NO_EVAL: &str = "---
summary: No eval.
languages: all
severity: error
rule: {node: call, where: {callee: eval}}
---
Code from strings is seen by no reviewer.
";

fn findings(path: &str, text: &str) -> Result<Vec<String>, MistakeList> {
    let lawbook = Lawbook::builder().page("no-eval", NO_EVAL).build()?;
    Ok(lawbook.check(path, text).iter().map(ToString::to_string).collect())
}

#[allow(clippy::print_stdout, reason = "an example shows what it finds")]
fn main() -> Result<(), MistakeList> {
    for finding in findings("src/a.js", "let a;\neval(a);\n")? {
        println!("{finding}");
    }
    Ok(())
}

#[test]
fn a_finding_has_its_place() {
    assert_eq!(findings("src/a.js", "let a;\neval(a);\n").unwrap(), ["src/a.js:2:1: error: No eval. [no-eval]"]);
}
