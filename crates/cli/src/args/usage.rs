//! Mistakes in arguments: what clap refuses, in the words and forms of all other mistakes.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory as _};
use lawbook_core::mistake::Mistake;

use crate::args::Cli;
use crate::args::foreign::{self, Meaning};
use crate::args::format::REASON;

/// The mistake that clap has found in the arguments, of which the first is the name of the program.
pub(crate) fn mistake(error: &clap::Error, args: &[OsString]) -> Mistake {
    let root = Cli::command();
    let (command, path) = command_of(&root, args);
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    match error.kind() {
        ErrorKind::InvalidSubcommand => unknown_command(text(ContextKind::InvalidSubcommand), command, &path),
        ErrorKind::UnknownArgument => unknown_argument(text(ContextKind::InvalidArg), args, command, &path),
        ErrorKind::InvalidValue => invalid_value(error, text(ContextKind::InvalidArg), text(ContextKind::InvalidValue)),
        ErrorKind::ValueValidation => {
            let (option, value) = (text(ContextKind::InvalidArg), text(ContextKind::InvalidValue));
            let name = name_of(option.unwrap_or_default());
            let reason = std::error::Error::source(error);
            let message = format!("`{}` is no value of `{name}`", value.unwrap_or_default());
            // The message of the parser of whole numbers is about characters, and does not name what is expected.
            if let Some(reason) = text(REASON) {
                return Mistake::new(message).with_help(reason);
            }
            match reason.filter(|reason| !reason.is::<std::num::ParseIntError>()) {
                Some(reason) => Mistake::new(format!("{message}: {reason}")).with_help(see_help(&path)),
                None if name == "--threads" => {
                    Mistake::new(message).with_help("write a whole number, 1 or greater; without it, one per core")
                }
                None => Mistake::new(message).with_help("write a whole number, 0 or greater"),
            }
        }
        ErrorKind::TooManyValues => {
            let name = name_of(text(ContextKind::InvalidArg).unwrap_or_default());
            Mistake::new(format!("`{name}` takes no value")).with_help(format!("write `{name}` alone"))
        }
        ErrorKind::MissingRequiredArgument => missing_argument(error, args, &path),
        ErrorKind::ArgumentConflict => conflict(error, args, &path),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let known = command_names(command);
            let mut mistake = Mistake::unknown("command", "", known.iter().map(String::as_str));
            mistake.message = format!("`{path}` needs a command");
            mistake
        }
        _ => {
            let text = error.render().to_string();
            let first = text.lines().next().unwrap_or_default();
            let first = first.strip_prefix("error: ").unwrap_or(first);
            Mistake::new(first.trim_end_matches('.')).with_help(see_help(&path))
        }
    }
}

/// The command that the arguments name, and its words from the name of the program on.
fn command_of<'c>(root: &'c Command, args: &[OsString]) -> (&'c Command, String) {
    let (mut command, mut path) = (root, root.get_name().to_owned());
    // An option of the program itself, such as `--color`, may stand between the names of commands, with its value.
    let mut is_value = false;
    for word in args.iter().skip(1).map_while(|word| word.to_str()) {
        match command.find_subcommand(word) {
            Some(next) => {
                command = next;
                path = format!("{path} {word}");
            }
            None if word.starts_with('-') => is_value = !word.contains('='),
            None if is_value => is_value = false,
            None => break,
        }
        if !command.has_subcommands() {
            break;
        }
    }
    (command, path)
}

fn see_help(path: &str) -> String {
    format!("`{path} --help` says what it takes")
}

fn command_names(command: &Command) -> Vec<String> {
    command.get_subcommands().filter(|command| !command.is_hide_set()).map(|one| one.get_name().to_owned()).collect()
}

fn option_names(command: &Command) -> Vec<String> {
    let shown = command.get_arguments().filter(|arg| !arg.is_hide_set());
    let mut names: Vec<String> = shown.filter_map(|arg| Some(format!("--{}", arg.get_long()?))).collect();
    names.extend(["--color", "--help"].map(str::to_owned));
    if command.get_version().is_some() {
        names.push("--version".to_owned());
    }
    names
}

fn unknown_command(name: Option<&str>, command: &Command, path: &str) -> Mistake {
    let name = name.unwrap_or_default();
    let known = command_names(command);
    let mistake = Mistake::unknown("command", name, known.iter().map(String::as_str));
    let is_path = name.contains(['/', '\\', '.', '*']);
    match foreign::command(name, command.get_name()) {
        Some(Meaning::Name(meant)) if known.iter().any(|name| name == meant) => {
            mistake.with_help(format!("did you mean `{path} {meant}`?"))
        }
        Some(Meaning::Advice(advice)) => mistake.with_help(*advice),
        _ if is_path && known.iter().any(|name| name == "check") => {
            mistake.with_help(format!("did you mean `{path} check {name}`?"))
        }
        _ => mistake,
    }
}

fn unknown_argument(word: Option<&str>, args: &[OsString], command: &Command, path: &str) -> Mistake {
    let word = word.unwrap_or_default();
    if let Some(number) = negative_value(word, args) {
        return number;
    }
    if !word.starts_with('-') || word == "-" {
        let message = format!("`{path}` does not take the argument `{word}`");
        if command.get_name() == "rules" && ["list", "ls", "all", "show"].contains(&word) {
            return Mistake::new(message).with_help(format!("`{path}` alone lists all rules"));
        }
        if command.get_name() == "rules" && word != "-" {
            let help =
                format!("`lawbook explain {word}` prints the page of a rule, `{path} --for PATH` what runs on a file");
            return Mistake::new(message).with_help(help);
        }
        return Mistake::new(message).with_help(see_help(path));
    }
    let word = word.split('=').next().unwrap_or(word);
    let known = option_names(command);
    if let Some(long) = single_dash(word, args, &known) {
        return Mistake::new(format!("unknown option `-{}`", long.trim_start_matches('-')))
            .with_help(format!("did you mean `{long}`?"));
    }
    let mistake = Mistake::unknown("option", word, known.iter().map(String::as_str));
    let elsewhere = || {
        let root = Cli::command();
        let owner = root.get_subcommands().find(|other| option_names(other).iter().any(|name| name == word))?;
        let owner = owner.get_name();
        let is_before = command.get_name() == root.get_name()
            && args.iter().any(|arg| root.get_subcommands().any(|one| arg.to_str() == Some(one.get_name())));
        if is_before {
            return Some(format!("write it behind the command: `lawbook {owner} {word}`"));
        }
        Some(format!("it is an option of `lawbook {owner}`"))
    };
    if let Some(argument) = named_argument(word, command) {
        return mistake.with_help(format!("write it without the option: `{path} {argument}`"));
    }
    match foreign::option(word) {
        Some(Meaning::Name(meant)) if known.iter().any(|name| meant.split(' ').next() == Some(name)) => {
            mistake.with_help(format!("did you mean `{meant}`?"))
        }
        Some(Meaning::Advice(advice)) => mistake.with_help(*advice),
        _ => match elsewhere() {
            Some(help) => mistake.with_help(help),
            None => mistake,
        },
    }
}

/// The known option that was written with one `-`, such as `-fix`, of which clap names only the first letter.
fn single_dash(word: &str, args: &[OsString], known: &[String]) -> Option<String> {
    let mut given = args.iter().filter_map(|arg| arg.to_str()).filter(|arg| arg.len() > 2 && !arg.starts_with("--"));
    let whole = given.find(|arg| arg.starts_with(word) && word.len() == 2)?;
    let long = format!("-{}", whole.split('=').next().unwrap_or(whole));
    known.contains(&long).then_some(long)
}

/// The argument that a command takes without an option, if the option has a name of it.
fn named_argument(option: &str, command: &Command) -> Option<String> {
    let names = ["--path", "--paths", "--file", "--files", "--dir", "--directory", "--id", "--input", "--name"];
    let is_named = names.contains(&option) || (option == "--rules" && command.get_name() == "test");
    let argument = command.get_positionals().next().filter(|_| is_named)?;
    let is_id = matches!(option, "--id" | "--name");
    let shown = argument.get_value_names()?.first()?.to_string();
    (is_id == (shown == "ID")).then_some(shown)
}

/// The mistake of a number below 0 behind an option, which looks like an option itself.
fn negative_value(word: &str, args: &[OsString]) -> Option<Mistake> {
    let whole = args.iter().position(|arg| arg.to_str().is_some_and(|arg| arg.starts_with(word)))?;
    args[whole].to_str()?.parse::<f64>().ok()?;
    let option = args.get(whole.checked_sub(1)?)?.to_str().filter(|option| option.starts_with("--"))?;
    let message = format!("`{}` is no value of `{option}`", args[whole].to_str()?);
    Some(Mistake::new(message).with_help("write a whole number, 0 or greater"))
}

fn invalid_value(error: &clap::Error, option: Option<&str>, value: Option<&str>) -> Mistake {
    let known: Vec<&str> = match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(known)) => known.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    };
    let name = name_of(option.unwrap_or_default());
    let value = value.unwrap_or_default();
    let mut mistake = Mistake::unknown("value", value, known.iter().copied());
    if let Some(meant) = foreign::value(name, value).filter(|meant| known.contains(meant)) {
        mistake.help = Some(format!("did you mean `{meant}`?"));
    }
    mistake.message =
        if value.is_empty() { format!("`{name}` needs a value") } else { format!("`{value}` is no value of `{name}`") };
    if known.is_empty() {
        mistake.help = option.map(|usage| format!("write `{usage}`"));
    }
    mistake
}

/// The options that need another one: those with `requires` in their definitions.
const NEED_OTHERS: &[&str] =
    &["--unsafe-fixes", "--lines-only", "--all", "--until", "--accept-new", "--reason", "--null"];

fn missing_argument(error: &clap::Error, args: &[OsString], path: &str) -> Mistake {
    let missing = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::Strings(missing)) => missing.as_slice(),
        _ => &[],
    };
    // A group of alternatives is `<--a|--b>`.
    let words: Vec<String> = missing.iter().map(|one| alternatives(one)).collect();
    let needed = words.join(" and ");
    let is_option = missing.iter().all(|one| one.contains("--"));
    match given_options(args).into_iter().find(|option| NEED_OTHERS.contains(option)).filter(|_| is_option) {
        Some(option) => Mistake::new(format!("`{option}` needs {needed}")).with_help(format!("add {needed}")),
        _ => Mistake::new(format!("`{path}` needs {needed}")).with_help(see_help(path)),
    }
}

/// A required argument of a usage line in words.
fn alternatives(usage: &str) -> String {
    let inner = usage.strip_prefix('<').and_then(|usage| usage.strip_suffix('>')).filter(|inner| inner.contains("--"));
    let Some(inner) = inner else { return format!("`{usage}`") };
    let words: Vec<String> = inner.split('|').map(|word| format!("`{word}`")).collect();
    words.join(" or ")
}

fn conflict(error: &clap::Error, args: &[OsString], path: &str) -> Mistake {
    let mut words: Vec<&str> = Vec::new();
    for kind in [ContextKind::InvalidArg, ContextKind::PriorArg] {
        match error.get(kind) {
            Some(ContextValue::String(word)) => words.push(word),
            Some(ContextValue::Strings(more)) => words.extend(more.iter().map(String::as_str)),
            _ => {}
        }
    }
    let given = given_options(args);
    let mut names: Vec<&str> = words.iter().map(|word| name_of(word)).collect();
    names.retain(|name| !name.starts_with("--") || given.iter().any(|option| option == name));
    names.dedup();
    for name in &mut names {
        // A positional argument is `[PATHS]...` in a usage line.
        *name = name.trim_matches(|c| matches!(c, '[' | ']' | '.'));
    }
    match names.as_slice() {
        [one] => Mistake::new(format!("`{one}` cannot be given twice")).with_help("leave one of them out"),
        [one, others @ ..] => {
            let others: Vec<String> = others.iter().map(|other| format!("`{other}`")).collect();
            let message = format!("`{one}` cannot be used with {}", others.join(" and "));
            Mistake::new(message).with_help("leave one of them out")
        }
        [] => Mistake::new("these arguments contradict each other").with_help(see_help(path)),
    }
}

/// The names of the options that were given.
fn given_options(args: &[OsString]) -> Vec<&str> {
    let words = args.iter().skip(1).filter_map(|word| word.to_str()).take_while(|word| *word != "--");
    words.filter(|word| word.starts_with("--")).map(|word| word.split('=').next().unwrap_or(word)).collect()
}

/// The name in the usage of an option: `--format` of `--format <FORMAT>`.
fn name_of(usage: &str) -> &str {
    usage.split(' ').next().unwrap_or(usage)
}
