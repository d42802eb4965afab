//! `lawbook test`: pages against their own blocks.

use lawbook_core::pack::Pack;
use lawbook_workspace::test_pages;

use crate::args::TestArgs;
use crate::command::{CommandResult, Context, Verdict};
use crate::text::Style;

/// Tests the pages that the arguments name, or those of the folders in `extends`.
pub(crate) fn run(given: &[Pack], args: &TestArgs, context: &mut Context<'_>) -> CommandResult {
    let tests = test_pages(context.cwd()?, &args.paths, given)?;
    let mut text = context.output.text();
    for failure in &tests.failures {
        let place = format!("{}:{}", failure.path, failure.line);
        text.paint(Style::Strong, &place).add(": ").add_lines(&failure.message).end_line();
    }
    let count = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let pages = count(tests.pages, "page");
    if tests.failures.is_empty() {
        text.paint(Style::Good, &format!("{pages} held"));
    } else {
        text.paint(Style::Error, &count(tests.failures.len(), "failure")).add(" in ").add(&pages);
    }
    text.end_line();
    context.answer(&text)?;
    if !tests.outdated.is_empty() {
        let ids: Vec<String> = tests.outdated.iter().map(|id| format!("`{id}`")).collect();
        context.output.note(format_args!(
            "other commands of this build have an earlier text of {}: run `cargo xtask rulesets` and build again",
            ids.join(", ")
        ));
    }
    Ok(if tests.failures.is_empty() { Verdict::Clean } else { Verdict::Findings })
}
