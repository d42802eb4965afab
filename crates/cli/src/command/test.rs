//! `lawbook test`: tests rule pages against their own code blocks.

use lawbook_core::pack::Pack;
use lawbook_workspace::test_pages;

use crate::args::TestArgs;
use crate::command::{CommandOutcome, CommandResult, Context, law};
use crate::text::{TextStyle, counted};

/// Tests the pages that the arguments name, or those of the folders in `extends`.
pub(crate) fn run(given: &[Pack], args: &TestArgs, context: &mut Context<'_>) -> CommandResult {
    let tests = test_pages(context.cwd()?, &args.paths, given)?;
    for (rule, reason) in &tests.skipped {
        law::note_skipped(rule, reason, &mut context.output);
    }
    let mut text = context.output.text();
    for failure in &tests.failures {
        let place = format!("{}:{}", failure.path, failure.line);
        text.paint(TextStyle::Strong, &place).add(": ").add_lines(&failure.message).end_line();
    }
    let pages = counted(tests.pages, "page");
    if tests.failures.is_empty() {
        text.paint(TextStyle::Good, &format!("{pages} passed"));
    } else {
        text.paint(TextStyle::Error, &counted(tests.failures.len(), "failure")).add(" in ").add(&pages);
    }
    text.end_line();
    context.answer(&text)?;
    if !tests.outdated.is_empty() {
        let ids: Vec<String> = tests.outdated.iter().map(|id| format!("`{id}`")).collect();
        context.output.note(format_args!(
            "this program was built with an earlier text of {}: run `cargo xtask rulesets` and build again",
            ids.join(", ")
        ));
    }
    Ok(if tests.failures.is_empty() { CommandOutcome::Clean } else { CommandOutcome::Findings })
}
