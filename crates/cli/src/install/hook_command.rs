//! The command line of a hook: the same words over all versions, because some agents trust a hook by a hash of it.

use std::path::Path;

/// The command line of the hook of an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HookCommand {
    /// `lawbook`, or the absolute path of a program.
    program: String,
    fails_closed: bool,
}

/// The option that makes a hook block what it cannot judge.
const FAIL_CLOSED: &str = "--fail-closed";

impl HookCommand {
    /// The command that finds the program on the `PATH`, or is it at this absolute path.
    pub(crate) fn new(program: Option<&Path>, fails_closed: bool) -> Self {
        let program = program.map_or_else(|| "lawbook".to_owned(), |path| path.display().to_string());
        Self { program, fails_closed }
    }

    /// The words of the command for an agent.
    pub(crate) fn words(&self, agent: &str) -> Vec<String> {
        let mut words = vec![self.program.clone(), "hook".to_owned(), agent.to_owned()];
        if self.fails_closed {
            words.push(FAIL_CLOSED.to_owned());
        }
        words
    }

    /// The command for an agent as a line for a shell.
    pub(crate) fn line(&self, agent: &str) -> String {
        self.words(agent).iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
    }

    /// The command that a line is, if `lawbook install` may have written it for the agent.
    pub(crate) fn parse(line: &str, agent: &str) -> Option<Self> {
        let (program, rest) = match line.strip_prefix('\'') {
            Some(quoted) => quoted.split_once('\'')?,
            None => line.split_at(line.find(' ')?),
        };
        let rest = rest.strip_prefix(" hook ")?.strip_prefix(agent)?;
        let fails_closed = match rest {
            "" => false,
            _ => rest.strip_prefix(' ')? == FAIL_CLOSED,
        };
        let parsed = Self { program: program.to_owned(), fails_closed };
        // Only a line that is written the same way again is one of ours.
        (is_lawbook(program) && parsed.line(agent) == line).then_some(parsed)
    }

    /// True if a line runs a hook of lawbook, in whatever way.
    pub(crate) fn is_in(line: &str) -> bool {
        let mut words = line.split([' ', '\t', '\n', ';', '|', '&', '(', ')']).filter(|word| !word.is_empty());
        let mut after_program = words.by_ref().skip_while(|word| !is_lawbook(word.trim_matches(['"', '\''])));
        after_program.next().is_some() && after_program.next() == Some("hook")
    }
}

/// True if a program is `lawbook`, at any path.
fn is_lawbook(program: &str) -> bool {
    let name = program.rsplit(['/', '\\']).next().unwrap_or(program);
    matches!(name, "lawbook" | "lawbook.exe")
}

/// A word as a shell takes it for one word. `'` in it is written as `'\''`.
pub(crate) fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@%,=\\".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_it_was_written() {
        for program in [None, Some("/usr/bin/lawbook"), Some("/opt/my tools/lawbook"), Some("C:\\bin\\lawbook.exe")] {
            for fails_closed in [false, true] {
                let command = HookCommand::new(program.map(Path::new), fails_closed);
                let line = command.line("codex");
                assert_eq!(HookCommand::parse(&line, "codex"), Some(command), "{line}");
                assert!(HookCommand::is_in(&line) && HookCommand::parse(&line, "cursor").is_none(), "{line}");
            }
        }
        assert_eq!(HookCommand::new(None, false).line("codex"), "lawbook hook codex");
    }

    #[test]
    fn other_lines_are_of_the_user() {
        for line in ["lawbook hook codex | tee log", "cd x && lawbook hook codex", "npx lawbook hook codex"] {
            assert!(HookCommand::is_in(line) && HookCommand::parse(line, "codex").is_none(), "{line}");
        }
        for line in ["lawbook check", "mylawbook hook codex", "echo lawbook", "", "hook codex"] {
            assert!(!HookCommand::is_in(line), "{line}");
        }
    }
}
