//! The help of commands: options under headings, and examples. It is put together only where help is asked for, so that no
//! other run takes time for it.

use std::ffi::OsString;

use clap::Command;
use clap::error::ErrorKind;

/// Of `check`, the headings of its options, in the order in which they are shown.
const HEADINGS: &[(&str, &[&str])] = &[
    ("Rules", &["rule", "ignore-rule", "pack", "rules", "config", "no-config", "strict-rules"]),
    ("Files", &["exclude", "list-files", "null", "stdin-filename", "max-file-size", "parse-all"]),
    ("Changes", &["staged", "changed", "since", "until", "pre-commit", "lines-only", "all", "accept-law"]),
    ("Fixes", &["fix", "unsafe-fixes", "diff"]),
    (
        "Report",
        &["format", "output-file", "budget", "quiet", "min-level", "no-baseline", "statistics", "timings", "watch"],
    ),
    ("Exit code", &["fail-level", "max-warnings", "fail-stale", "exit-zero"]),
    ("Others", &["today", "threads", "no-prefilter"]),
];

/// By the words of a command behind the name of the program, its examples: each with what it does. The first ones are in the
/// short help too.
const EXAMPLES: &[(&str, &[(&str, &str)])] = &[
    (
        "",
        &[
            ("lawbook check", "check what is in this folder"),
            ("lawbook check --fix src", "and apply the fixes that are proved"),
            ("lawbook check --staged", "what the next commit brings"),
            ("lawbook explain no-eval", "why a rule is there"),
            ("lawbook init", "set a project up"),
        ],
    ),
    (
        "check",
        &[
            ("lawbook check", "everything in this folder"),
            ("lawbook check src/a.ts 'lib/**/*.ts'", "a file, and what a glob matches"),
            ("lawbook check --since main", "what this branch brings"),
            ("lawbook check --rule no-eval,no-empty-catch", "two rules"),
            ("lawbook check --ignore-rule no-eval --exclude gen", "without a rule, without a folder"),
            ("lawbook check --changed --fix", "fix what differs from HEAD"),
            ("lawbook check --watch src", "again with every change"),
            ("lawbook check --fail-level warning --max-warnings 0", "warnings fail too"),
            ("lawbook check --quiet --min-level error", "errors, and nothing else"),
            ("lawbook check --list-files --staged", "the files, unchecked"),
            ("lawbook check - --stdin-filename src/a.ts < a.ts", "a text as that file"),
        ],
    ),
    (
        "baseline",
        &[("lawbook baseline create", "accept the findings of today"), ("lawbook baseline show", "count them")],
    ),
    (
        "baseline create",
        &[
            ("lawbook baseline create", "accept what is there"),
            ("lawbook baseline create --accept-new --reason 'goes with the new parser' src", "and more, later"),
        ],
    ),
    ("baseline prune", &[("lawbook baseline prune", "remove what is fixed")]),
    ("baseline show", &[("lawbook baseline show --format json", "every entry")]),
    ("lsp", &[("lawbook lsp", "what an editor runs")]),
    (
        "explain",
        &[
            ("lawbook explain no-eval", "the page of a rule"),
            ("lawbook explain no-var --rules law", "of one in a folder"),
        ],
    ),
    (
        "rules",
        &[("lawbook rules", "all, with their levels"), ("lawbook rules --for src/a.ts", "those that run on a file")],
    ),
    (
        "suppressions",
        &[("lawbook suppressions src", "those in a folder"), ("lawbook suppressions --format json", "for programs")],
    ),
    ("test", &[("lawbook test", "all pages of the project"), ("lawbook test law/no-var.md", "one page")]),
    (
        "init",
        &[
            ("lawbook init", "look at the project, propose, and ask"),
            ("lawbook init --only config --yes", "write a lawbook.toml and nothing else"),
        ],
    ),
    ("doctor", &[("lawbook doctor", "what is on, what is missing, what is broken")]),
    ("schema", &[("lawbook schema config > .lawbook.schema.json", "for the editor of lawbook.toml")]),
    ("hook", &[("lawbook hook claude-code < event.json", "what the agent would be told")]),
    (
        "mcp",
        &[
            ("lawbook mcp", "serve this folder, as an agent starts it"),
            ("lawbook mcp --root services/api", "another folder"),
        ],
    ),
    (
        "install",
        &[("lawbook install git", "the pre-commit hook"), ("lawbook install claude-code --yes", "without asking")],
    ),
    ("uninstall", &[("lawbook uninstall git", "the pre-commit hook")]),
    (
        "inspect",
        &[("lawbook inspect src/a.ts", "its tree"), ("lawbook inspect x.txt --language typescript", "as TypeScript")],
    ),
    ("config", &[("lawbook config explain src/a.ts", "what holds for a file")]),
    ("config explain", &[("lawbook config explain src/a.ts", "each setting, and what has set it")]),
    (
        "completions",
        &[
            ("lawbook completions bash > ~/.local/share/bash-completion/completions/lawbook", "bash"),
            ("lawbook completions zsh > ~/.zfunc/_lawbook", "zsh, with ~/.zfunc in fpath"),
            ("lawbook completions fish > ~/.config/fish/completions/lawbook.fish", "fish"),
        ],
    ),
    (
        "man",
        &[
            ("lawbook man > lawbook.1", "the page of lawbook"),
            ("lawbook man ~/.local/share/man/man1", "and all others"),
        ],
    ),
];

/// The number of examples in the short help.
const EXAMPLES_IN_SHORT_HELP: usize = 3;

/// The help that an error of clap stands for, with headings and examples; none if it is no help.
pub(crate) fn asked_for(error: &clap::Error, args: &[OsString], command_line: fn() -> Command) -> Option<clap::Error> {
    if error.kind() != ErrorKind::DisplayHelp {
        return None;
    }
    arranged(command_line()).try_get_matches_from(args).err()
}

/// The command line with options under headings and with examples.
pub(crate) fn arranged(command: Command) -> Command {
    with_examples(command, "").mut_subcommand("check", with_headings)
}

fn with_headings(command: Command) -> Command {
    let place = |long: &str| {
        let names = HEADINGS.iter().flat_map(|(heading, names)| names.iter().map(move |name| (*heading, *name)));
        names.enumerate().find(|(_, (_, name))| *name == long).map(|(at, (heading, _))| (at, heading))
    };
    let order = |arg: &clap::Arg| arg.get_long().and_then(place);
    // Headings are shown in the order of the first options below them.
    let mut args: Vec<clap::Arg> = command.get_arguments().cloned().collect();
    args.sort_by_key(|arg| order(arg).map(|(at, _)| at));
    let mut arranged = command;
    for arg in args {
        let Some((at, heading)) = order(&arg) else { continue };
        arranged = arranged.mut_arg(arg.get_id(), |arg| arg.help_heading(heading).display_order(at));
    }
    arranged
}

fn with_examples(command: Command, path: &str) -> Command {
    let examples = EXAMPLES.iter().find(|(words, _)| *words == path).map_or(&[][..], |(_, examples)| examples);
    let codes = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let all = [in_words(examples), codes].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n");
    let words = if path.is_empty() { "lawbook COMMAND".to_owned() } else { format!("lawbook {path}") };
    let more = format!("`{words} --help` says more.");
    let short = in_words(&examples[..examples.len().min(EXAMPLES_IN_SHORT_HELP)]);
    let short = if short.is_empty() { more } else { format!("{short}\n\n{more}") };
    let command = command.after_help(short).after_long_help(all);
    let below: Vec<String> = command.get_subcommands().map(|one| one.get_name().to_owned()).collect();
    below.into_iter().fold(command, |command, name| {
        let path = if path.is_empty() { name.clone() } else { format!("{path} {name}") };
        command.mut_subcommand(name, |below| with_examples(below, &path))
    })
}

/// Examples, a line each, or two where the first is long.
fn in_words(examples: &[(&str, &str)]) -> String {
    if examples.is_empty() {
        return String::new();
    }
    let width = examples.iter().map(|(line, _)| line.len()).filter(|length| *length <= MAX_ALIGNED).max().unwrap_or(0);
    let shown = |(line, meaning): &(&str, &str)| {
        if line.len() > MAX_ALIGNED {
            format!("  {line}\n  {:width$}  # {meaning}", "")
        } else {
            format!("  {line:width$}  # {meaning}")
        }
    };
    let lines: Vec<String> = examples.iter().map(shown).collect();
    format!("Examples:\n{}", lines.join("\n"))
}

/// The length up to which a line of an example stands beside what it does, in bytes.
const MAX_ALIGNED: usize = 52;

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::args::Cli;

    fn check_command() -> Command {
        let root = arranged(Cli::command());
        root.find_subcommand("check").cloned().unwrap()
    }

    #[test]
    fn every_option_of_a_check_stands_below_a_heading() {
        let command = check_command();
        let shown = command.get_arguments().filter(|arg| !arg.is_hide_set() && !arg.is_positional());
        let without: Vec<&str> =
            shown.filter(|arg| arg.get_help_heading().is_none()).filter_map(clap::Arg::get_long).collect();
        assert_eq!(without, [""; 0]);
        let known = |name: &&str| command.get_arguments().any(|arg| arg.get_long() == Some(*name));
        let gone: Vec<&str> =
            HEADINGS.iter().flat_map(|(_, names)| *names).copied().filter(|name| !known(name)).collect();
        assert_eq!(gone, [""; 0]);
    }

    #[test]
    fn every_command_has_examples_and_each_is_right() {
        fn paths(command: &Command, path: &str, found: &mut Vec<String>) {
            found.push(path.to_owned());
            for below in command.get_subcommands() {
                let name = below.get_name();
                paths(below, &if path.is_empty() { name.to_owned() } else { format!("{path} {name}") }, found);
            }
        }
        let mut commands = Vec::new();
        paths(&Cli::command(), "", &mut commands);
        let lacking: Vec<&String> =
            commands.iter().filter(|path| !EXAMPLES.iter().any(|(words, _)| words == path)).collect();
        assert_eq!(lacking, [""; 0]);
        for (path, examples) in EXAMPLES {
            assert!(commands.iter().any(|command| command == path), "{path}");
            for (line, _) in *examples {
                let line = line.split(['<', '>']).next().unwrap().replace("'goes with the new parser'", "goes");
                let parsed =
                    Cli::command().try_get_matches_from(line.split_whitespace().map(|word| word.trim_matches('\'')));
                assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
            }
        }
    }
}
