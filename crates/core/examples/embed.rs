//! A rule written as a page, checked over a string.

use lawbook_core::prelude::*;

const NO_EVAL: &str = "---
summary: No eval.
languages: all
severity: error
rule: {node: call, where: {callee: eval}}
---
Code from strings is seen by no reviewer.
";

#[allow(clippy::print_stdout, reason = "an example shows what it finds")]
fn main() -> Result<(), MistakeList> {
    let lawbook = Lawbook::builder().page("no-eval", NO_EVAL).build()?;
    for found in lawbook.check("src/a.js", "let a;\neval(a);\n") {
        println!("{found}");
    }
    Ok(())
}

#[test]
fn it_runs() {
    main().unwrap();
}
