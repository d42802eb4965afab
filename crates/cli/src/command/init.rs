//! `lawbook init`: a commented `lawbook.toml` to start from.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};

use lawbook_core::mistake::Mistake;
use lawbook_core::settings::default_tests;
use lawbook_workspace::CONFIG_NAME;

use crate::command::{CommandResult, Context, Verdict};

/// `TESTS` stands for the globs that are there without it.
const TEMPLATE: &str = r#"# The law of this repository. `lawbook rules` lists what is on; `lawbook explain ID` says why.

# Presets, and folders of rule pages of your own.
extends = ["recommended"]               # for one more: ["recommended", "./law"]

[files]
# Left out, also when named on the command line. `.gitignore` is honoured anyway. Relative to this file.
exclude = []                            # such as ["dist/**", "**/*.generated.ts"]
# Where tests live, for rules that treat them differently.
# tests = [TESTS]
# Sorts of files to leave out: "generated" (a comment at the top says so), "minified".
# skip = ["generated", "minified"]
# Whether code in fenced blocks of Markdown files (`.md`, `.markdown`) is checked too, by the tag of the block.
# fences = true

# How many `lawbook-ignore` comments there may be: in all, of a rule, in a folder.
# [suppressions]
# max = 40
# [[suppressions.budgets]]
# rule = "no-unwrap"
# files = ["src/legacy/**"]
# max = 3

[rules]
# A level is "off", "info", "warning" or "error"; options stand beside it.
# no-default-export = "off"
# max-function-lines = { level = "warning", max = 60 }

# Other levels for some files; later ones win.
# [[overrides]]
# files = ["scripts/**"]
# rules = { no-debug-output = "off" }
"#;

fn template() -> String {
    let tests: Vec<String> = default_tests().map(|glob| format!("\"{glob}\"")).collect();
    TEMPLATE.replace("TESTS", &tests.join(", "))
}

/// Writes the file, unless there is one.
pub(crate) fn run(context: &mut Context<'_>) -> CommandResult {
    let path = context.cwd()?.join(CONFIG_NAME);
    // Made only if it is new, in one step, so that nothing is ever overwritten.
    let made = OpenOptions::new().write(true).create_new(true).open(path);
    match made.and_then(|mut file| file.write_all(template().as_bytes())) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let message = format!("there is a {CONFIG_NAME} here already, and it stays as it is");
            return Err(Mistake::new(message).with_help("edit it, or move it away first").into());
        }
        Err(error) => return Err(Mistake::new(format!("{CONFIG_NAME} cannot be written: {error}")).into()),
    }
    let mut text = context.output.text();
    text.add_lines(
        "Wrote lawbook.toml.\nNext:\n  lawbook check    check this folder\n  lawbook rules    see what is on, and why\n\
         Commit lawbook.toml; agents and people then read the same law.\n",
    );
    context.answer(&text)?;
    Ok(Verdict::Clean)
}
