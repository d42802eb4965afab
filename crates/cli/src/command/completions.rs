//! `lawbook completions` and `lawbook man`: the command line as shells and readers of manuals take it.

use std::fmt::Write as _;
use std::path::Path;

use clap::Command;
use clap::ValueHint;
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap_complete::Shell;
use lawbook_core::mistake::Mistake;

use crate::args::help;
use crate::command::{CommandOutcome, CommandResult, Context};

/// The name of the program.
const PROGRAM: &str = "lawbook";

/// The word that stands for the ids of rules until the script is written: no value of an option has it.
const IDS: &str = "__lawbook_ids";

/// The command that prints the ids of rules. A shell runs it when ids are completed, so that those of the project are among
/// them.
const PRINT_IDS: &str = "lawbook rules --format ids 2>/dev/null";

/// Prints the script for a shell.
pub(crate) fn print(shell: Shell, command: Command, context: &mut Context<'_>) -> CommandResult {
    let script = script(shell, command);
    let mut text = context.output.text();
    text.add_lines(&script);
    context.answer(&text)?;
    Ok(CommandOutcome::Clean)
}

fn script(shell: Shell, command: Command) -> String {
    let mut bytes = Vec::new();
    let mut command = with_values(command, shell);
    clap_complete::generate(shell, &mut command, PROGRAM, &mut bytes);
    let mut script = String::from_utf8_lossy(&bytes).into_owned();
    match shell {
        Shell::Bash => with_values_behind_signs(&script).replace(IDS, &format!("$({PRINT_IDS})")),
        Shell::Zsh => with_function(&script.replace(&format!("({IDS})"), "_lawbook_ids")),
        Shell::Fish => {
            script.push_str(&arguments_for_fish(&command));
            script.replace(&format!("{IDS}\\t''"), IDS).replace(IDS, &format!("({PRINT_IDS})"))
        }
        _ => script,
    }
}

/// The script for bash, which has the sign of `--format=sarif` for a word of its own, that completes the value behind it too.
fn with_values_behind_signs(script: &str) -> String {
    let previous = "    prev=\"$3\"\n";
    let of_option = "    if [[ \"${prev}\" == \"=\" && \"${COMP_CWORD}\" -ge 2 ]]; then\n        \
                     prev=\"${COMP_WORDS[COMP_CWORD-2]}\"\n    fi\n";
    script.replacen(previous, &format!("{previous}{of_option}"), 1)
}

/// The script for zsh with the function that completes ids.
fn with_function(script: &str) -> String {
    let function = format!(
        "(( $+functions[_lawbook_ids] )) ||\n_lawbook_ids() {{\n    local -a ids\n    \
         ids=(${{(f)\"$({PRINT_IDS})\"}})\n    compadd -a ids\n}}\n\n"
    );
    let end = script.rfind("if [ \"$funcstack[1]\"").unwrap_or(script.len());
    format!("{}{function}{}", &script[..end], &script[end..])
}

/// The lines for fish that complete the arguments of commands without an option, which the script lacks.
fn arguments_for_fish(command: &Command) -> String {
    let mut lines = String::new();
    for below in command.get_subcommands() {
        for argument in below.get_positionals() {
            let values = argument.get_possible_values();
            let values: Vec<&str> =
                values.iter().filter(|value| !value.is_hide_set()).map(PossibleValue::get_name).collect();
            if !values.is_empty() {
                let (name, values) = (below.get_name(), values.join(" "));
                // Writing to a string cannot fail.
                let _ = writeln!(
                    lines,
                    "complete -c {PROGRAM} -n \"__fish_{PROGRAM}_using_subcommand {name}\" -f -a \"{values}\""
                );
            }
        }
    }
    lines
}

/// The command line with what shells complete for values: ids for ids, paths for paths, and nothing for what is neither.
fn with_values(command: Command, shell: Shell) -> Command {
    let completes_ids = matches!(shell, Shell::Bash | Shell::Zsh | Shell::Fish);
    let command = command.mut_args(|arg| {
        let is_id = arg.get_value_names().is_some_and(|names| names.iter().any(|name| name == "ID"));
        if is_id && completes_ids {
            return arg.value_parser(PossibleValuesParser::new([IDS]));
        }
        match arg.get_value_hint() {
            ValueHint::Unknown if arg.get_action().takes_values() => arg.value_hint(ValueHint::Other),
            _ => arg,
        }
    });
    let below: Vec<String> = command.get_subcommands().map(|one| one.get_name().to_owned()).collect();
    below.into_iter().fold(command, |command, name| command.mut_subcommand(name, |below| with_values(below, shell)))
}

/// Prints the manual page, or writes those of all commands to a folder.
pub(crate) fn man(folder: Option<&Path>, command: Command, context: &mut Context<'_>) -> CommandResult {
    let command = help::arranged(command);
    let Some(folder) = folder else {
        let mut page = Vec::new();
        let refuse = |error| vec![Mistake::new(format!("the page cannot be written: {error}"))];
        clap_mangen::Man::new(command).render(&mut page).map_err(refuse)?;
        let mut text = context.output.text();
        text.add_lines(&String::from_utf8_lossy(&page));
        context.answer(&text)?;
        return Ok(CommandOutcome::Clean);
    };
    let at = context.cwd()?.join(folder);
    let shown = folder.display();
    let refuse = |error| vec![Mistake::new(format!("`{shown}` cannot be written: {error}"))];
    std::fs::create_dir_all(&at).map_err(refuse)?;
    clap_mangen::generate_to(command, &at).map_err(refuse)?;
    context.output.note(format_args!("the pages are in {shown}"));
    Ok(CommandOutcome::Clean)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::args::Cli;

    #[test]
    fn every_script_is_whole() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell, Shell::Elvish] {
            let script = script(shell, Cli::command());
            let has_ids = script.contains(PRINT_IDS);
            assert_eq!(has_ids, matches!(shell, Shell::Bash | Shell::Zsh | Shell::Fish), "{shell}");
            assert!(!script.contains(IDS) && script.contains("ignore-rule"), "{shell}");
        }
        let bash = script(Shell::Bash, Cli::command());
        assert!(bash.contains("prev=\"${COMP_WORDS[COMP_CWORD-2]}\""), "{bash}");
        let fish = script(Shell::Fish, Cli::command());
        assert!(fish.contains("using_subcommand explain\" -f -a \"(lawbook rules"), "{fish}");
        assert!(fish.contains("using_subcommand completions\" -f -a \"bash elvish fish"), "{fish}");
        let zsh = script(Shell::Zsh, Cli::command());
        let (function, end) = (zsh.find("\n_lawbook_ids() {"), zsh.find("if [ \"$funcstack[1]\""));
        assert!(function.is_some() && function < end, "{zsh}");
    }
}
