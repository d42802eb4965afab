//! `lawbook mcp`: the tools of the server for coding agents. Each runs the code of a command in the folder that is served, so
//! that both find the same.

mod check;
mod explain;
mod fix_preview;
mod rules_for_path;
mod schema;
mod subject;
mod suppressions;

use std::io;
use std::path::Path;

use lawbook_core::mistake::MistakeList;
use lawbook_core::pack::Pack;

use crate::args::McpArgs;
use crate::command::{CommandOutcome, CommandResult, Context};
use crate::environment::Environment;
use crate::mcp::{self, Argument, ArgumentKind, Call, McpTool, ServedFolder};
use crate::output::Output;

/// The tools, in the order in which an agent needs them.
const TOOLS: &[McpTool] = &[check::TOOL, fix_preview::TOOL, rules_for_path::TOOL, explain::TOOL, suppressions::TOOL];

/// The text about the server that clients give to their models.
const INSTRUCTIONS: &str = "lawbook checks code against the rules of this repository, which stand in pages of prose. \
    Before you write in a file, `rules_for_path` says what holds there. After an edit, call `check` with `changed: true`: \
    it reports what your change has brought, the worst first, each finding with the step that resolves it. `fix_preview` \
    shows what the proved fixes would write; `explain` gives the reason for a rule. Change the code, not the law: do not \
    turn rules off or write suppressions unless the page of the rule says that the case is an exception, and then with \
    that as the reason. Nothing here writes a file; `lawbook check --fix` does. Paths are relative to the folder that is \
    served and do not leave it. A long answer has pages: call again with the same arguments and its `nextCursor`.";

/// The most lines that a run notes beside its findings, and the most bytes of each.
const MAX_NOTES: usize = 8;
const MAX_NOTE_BYTES: usize = 400;

/// The argument that names the page of an answer.
const CURSOR: Argument = Argument::new(
    "cursor",
    ArgumentKind::Text,
    "The `nextCursor` of the answer before, with the same arguments, for its next page.",
);

/// Serves the client on the standard streams.
pub(crate) fn run(packs: Vec<Pack>, args: &McpArgs, context: &mut Context<'_>) -> CommandResult {
    let root = args.root.as_deref().unwrap_or(Path::new("."));
    let folder = ServedFolder::open(context.cwd()?, root).map_err(|mistake| vec![mistake])?;
    if context.environment.stdin_is_terminal {
        context.output.note(format_args!(
            "speaks the Model Context Protocol on standard input and output; agents start it by themselves, and the end \
             of the input ends it"
        ));
    }
    mcp::serve(TOOLS, INSTRUCTIONS, folder, packs).map_err(|mistake| vec![mistake])?;
    Ok(CommandOutcome::Clean)
}

/// Runs something as a command does in the folder that is served, with a text on standard input. Returns what it returns, and
/// the lines that it has noted.
fn as_command<T>(
    call: &Call<'_>,
    input: &str,
    run: impl FnOnce(&mut Context<'_>) -> Result<T, MistakeList>,
) -> Result<(T, Vec<String>), MistakeList> {
    let environment = Environment::in_folder(call.folder.path());
    let (mut stderr, mut input) = (Vec::new(), input.as_bytes());
    let output = Output::new(Box::new(io::sink()), Box::new(&mut stderr), &environment);
    let result = run(&mut Context { environment: &environment, input: &mut input, output })?;
    let noted = String::from_utf8_lossy(&stderr).into_owned();
    let short = |line: &str| {
        let line = line.strip_prefix("lawbook: ").unwrap_or(line);
        let end = line.floor_char_boundary(MAX_NOTE_BYTES);
        if end < line.len() { format!("{}…", &line[..end]) } else { line.to_owned() }
    };
    Ok((result, noted.lines().take(MAX_NOTES).map(short).collect()))
}

/// The notes of a run as lines of its answer.
fn notes_in_words(notes: &[String]) -> String {
    notes.iter().flat_map(|note| ["note: ", note.as_str(), "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_clients_accept_and_every_argument_is_told() {
        for tool in TOOLS {
            assert!(tool.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{}", tool.name);
            assert!(tool.arguments.iter().any(|argument| argument.name == CURSOR.name), "{}", tool.name);
            for argument in tool.arguments {
                assert!(argument.doc.ends_with('.'), "{}: {}", tool.name, argument.name);
            }
            assert!(INSTRUCTIONS.contains(tool.name) || tool.name == "suppressions", "{}", tool.name);
        }
    }
}
