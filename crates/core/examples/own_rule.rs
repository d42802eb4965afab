//! A rule written as a page and one written in Rust, over a string: findings, columns for editors, a fix, a page.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use lawbook_core::prelude::*;

const NO_EVAL: &str = "---
summary: No eval.
languages: all
severity: error
rule: {node: call, where: {callee: eval}}
---
Code from strings is seen by no reviewer.
";

const NO_TINY_NAME: &str = "---
summary: Name it in two letters or more.
languages: all
severity: warning
native: true
---
One letter says nothing.
";

/// Finds functions with tiny names, and counts all functions for the program.
struct NoTinyName {
    functions: Arc<AtomicUsize>,
}

impl Rule for NoTinyName {
    fn interest(&self, _: &'static Dialect) -> Interest {
        Interest::kinds([Kind::Function])
    }

    fn check(&self, node: Node<'_>, cx: &mut Cx<'_>) {
        self.functions.fetch_add(1, Ordering::Relaxed);
        let Some(name) = Definition::cast(node).and_then(Definition::name_node) else { return };
        if name.text().len() < 2 {
            let fix = Fix::new("Double it", Safety::Unsafe, vec![Edit::new(name.span(), name.text().repeat(2))]);
            let message = format!("`{}` is a tiny name", name.text());
            cx.report(Finding::new(name.span()).message(message).fix(fix));
        }
    }
}

/// The lines that the program prints.
fn run(text: &str) -> Result<Vec<String>, MistakeList> {
    let functions = Arc::new(AtomicUsize::new(0));
    let shared = Arc::clone(&functions);
    let lawbook = Lawbook::builder()
        .page("no-eval", NO_EVAL)
        .rule("no-tiny-name", NO_TINY_NAME, move |_| Ok(NoTinyName { functions: Arc::clone(&shared) }))
        .build()?;
    let mut lines = Vec::new();
    for found in lawbook.check("src/a.js", text) {
        let column = found.range(ColumnUnit::Utf16).start.column;
        lines.push(format!("{found}, in an editor column {column}"));
    }
    lines.push(format!("functions: {}", functions.load(Ordering::Relaxed)));
    // `fix` applies only safe fixes.
    lines.push(lawbook.fix_up_to("src/a.js", text, Safety::Unsafe).text.to_string());
    lines.extend(lawbook.explain("no-tiny-name").map(|page| page.to_string()));
    Ok(lines)
}

#[allow(clippy::print_stdout, reason = "an example shows what it finds")]
fn main() -> Result<(), MistakeList> {
    for line in run("function f() {\n  /* 🦀 */ eval(a);\n}\n")? {
        println!("{line}");
    }
    Ok(())
}

#[test]
fn state_columns_fixes_and_pages_are_shown() {
    let lines = run("function f() {\n  /* 🦀 */ eval(a);\n}\n").unwrap();
    assert_eq!(lines[0], "src/a.js:1:10: warning: `f` is a tiny name [no-tiny-name], in an editor column 10");
    assert_eq!(lines[1], "src/a.js:2:11: error: No eval. [no-eval], in an editor column 12");
    assert_eq!(lines[2], "functions: 1");
    assert!(lines[3].starts_with("function ff() {"), "{lines:?}");
    assert!(lines[4].starts_with("no-tiny-name: Name it in two letters or more."), "{lines:?}");
}
