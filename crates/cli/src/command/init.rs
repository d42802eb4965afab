//! `lawbook init`: writes a commented `lawbook.toml` to start from.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use lawbook_core::ir::SuppressionLimits;
use lawbook_core::mistake::Mistake;
use lawbook_core::settings::{default_examples, default_tests};
use lawbook_workspace::CONFIG_NAME;

use crate::command::{CommandOutcome, CommandResult, Context};

/// The text of the file. `TESTS` and `EXAMPLES` are replaced by the default globs of `files.tests` and `files.examples`,
/// `MIN_WORDS` and `MAX_DAYS` by the default limits of suppressions.
const CONFIG_TEMPLATE: &str = r#"# The law of this repository. `lawbook rules` lists what is on; `lawbook explain ID` says why.

# It holds for this folder and all below; a lawbook.toml in one of these says what differs there.

# Presets, and folders of rule pages of your own. "recommended" holds what every healthy code base keeps, "agents" what
# it adds to that for code that agents write: ["recommended", "agents", "./law"]
extends = ["recommended"]

[files]
# Not checked, even if named on the command line. `.gitignore` is honoured too. Relative to this file.
exclude = []                            # such as ["dist/**", "**/*.generated.ts"]
# Where tests live, for rules that treat them differently.
# tests = [TESTS]
# Code that nobody ships (examples, measurements, inputs of tests), for rules that leave it alone.
# examples = [EXAMPLES]
# Kinds of files to skip, unless set all three: "vendored" (put there by a package manager), "minified", "generated" (a
# comment says so).
# skip = ["vendored"]
# Check the code in fenced blocks of Markdown files (`.md`, `.markdown`) too, in the language of the block's tag.
# fences = true

# The maximum number of `lawbook-ignore` comments: in all, for a rule, in a folder. Their reasons have at least
# `min_words` words, and an `until=DATE` is at most `max_days` days away.
# [suppressions]
# max = 40
# min_words = MIN_WORDS
# max_days = MAX_DAYS
# [[suppressions.budgets]]
# rule = "no-unwrap"
# files = ["src/legacy/**"]
# max = 3

[rules]
# A level is "off", "info", "warning" or "error"; options are set beside it.
# no-skipped-test = "off"
# max-function-lines = { level = "warning", max = 60 }

# Other levels for some files; later ones win.
# [[overrides]]
# files = ["scripts/**"]
# rules = { no-eval = "off" }
"#;

fn template() -> String {
    let list = |globs: Vec<&str>| globs.iter().map(|glob| format!("\"{glob}\"")).collect::<Vec<_>>().join(", ");
    let text = CONFIG_TEMPLATE.replace("TESTS", &list(default_tests().collect()));
    let limits = SuppressionLimits::default();
    text.replace("EXAMPLES", &list(default_examples().collect()))
        .replace("MIN_WORDS", &limits.min_words.to_string())
        .replace("MAX_DAYS", &limits.max_days.to_string())
}

/// The path of a folder from the top of the repository that it is in; `None` for the top itself and outside of one.
fn folder_below_repository(folder: Option<&Path>) -> Option<String> {
    let folder = folder?;
    let top = lawbook_workspace::top_above(folder)?;
    let below = folder.strip_prefix(top).ok().filter(|below| !below.as_os_str().is_empty())?;
    Some(below.display().to_string())
}

/// Writes the file, unless there is one.
pub(crate) fn run(context: &mut Context<'_>) -> CommandResult {
    let path = context.cwd()?.join(CONFIG_NAME);
    // Created in one step and only if it is new, so that no file is ever overwritten.
    let made = OpenOptions::new().write(true).create_new(true).open(&path);
    let written = made.and_then(|mut file| {
        // A part of the template is removed: it would be another configuration than the whole.
        file.write_all(template().as_bytes()).inspect_err(|_| drop(fs::remove_file(&path)))
    });
    match written {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let message = format!("there is a {CONFIG_NAME} here already; it was not changed");
            return Err(Mistake::new(message).with_help("edit it, or move it away first").into());
        }
        Err(error) => return Err(Mistake::new(format!("{CONFIG_NAME} cannot be written: {error}")).into()),
    }
    let mut text = context.output.text();
    if let Some(folder) = folder_below_repository(path.parent()) {
        text.line(format_args!(
            "This is the folder {folder} of a repository; run `lawbook init` at its top for all of it."
        ));
    }
    text.add_lines(
        "Wrote lawbook.toml.\nNext:\n  lawbook check              check this folder\n  \
         lawbook rules              see what is on, and why\n  \
         lawbook baseline create    accept today's findings, so that only new ones are reported\n  \
         lawbook install git        check what is committed; `lawbook install AGENT` has an agent check its edits\n\
         Commit lawbook.toml, and .lawbook where there is a baseline; agents and people then follow the same law.\n\
         docs/adoption.md of lawbook's repository has these steps in full.\n",
    );
    context.answer(&text)?;
    Ok(CommandOutcome::Clean)
}
