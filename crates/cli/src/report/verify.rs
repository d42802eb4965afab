//! The commands that verify a fix: they check again if a finding is gone, or repeat the whole run.

use std::borrow::Cow;
use std::path::Path;

use lawbook_core::rule::engine_ids;

/// The arguments of this run that decide what is found, as words for further `lawbook check` commands.
#[derive(Clone, Debug, Default)]
pub(crate) struct VerifyCommands {
    /// The arguments that decide which rules exist.
    pub(crate) law: Vec<String>,
    /// The arguments that decide which findings are reported and fail the run.
    pub(crate) narrowing: Vec<String>,
    /// The files and folders to check.
    pub(crate) paths: Vec<String>,
    /// The root, where a command finds another one from the working directory.
    pub(crate) root: Option<RootOfCommands>,
    /// The path of the text on standard input, if that was checked. The commands read it from there again.
    pub(crate) stdin: Option<String>,
}

/// The folder to run commands in.
#[derive(Clone, Debug)]
pub(crate) struct RootOfCommands {
    /// Its path from the working directory.
    pub(crate) at: String,
    /// The arguments that decide which rules exist, for commands that run there.
    pub(crate) law: Vec<String>,
}

/// The option of `check` that says what a refused rule does; other commands do not know it.
pub(crate) const STRICT_RULES: &str = "--strict-rules";

impl VerifyCommands {
    /// The command that checks if one finding is gone; `shown` is the path of its file relative to the working
    /// directory, and `path` relative to the root.
    pub(crate) fn for_finding(&self, rule: &str, shown: &str, path: &str) -> String {
        // The suppression budget counts the suppressions of all rules in all files, so only the whole run can check it.
        if rule.rsplit('/').next() == Some(engine_ids::SUPPRESSION_BUDGET) {
            return self.for_run();
        }
        let mut command = String::with_capacity(128);
        // The root of a file that is not below the working directory is found from the file.
        let root = self.root.as_ref().filter(|_| self.stdin.is_none() && !shown.starts_with("../"));
        command.push_str(&root.map_or_else(String::new, RootOfCommands::change_there));
        command.push_str("lawbook check");
        let law = root.map_or(&self.law, |root| &root.law).iter().map(|word| quoted(word));
        let shown = if root.is_some() { path } else { shown };
        let place = match &self.stdin {
            Some(path) => vec![Cow::Borrowed("--stdin-filename"), quoted(path)],
            None => vec![Cow::Owned(quoted(&unlike_option(shown)).into_owned())],
        };
        for word in law.chain([Cow::Borrowed("--rule"), quoted(rule)]).chain(place) {
            command.push(' ');
            command.push_str(&word);
        }
        command
    }

    /// The command that prints the page of a rule.
    pub(crate) fn explain(&self, rule: &str) -> String {
        let law = self.root.as_ref().map_or(&self.law, |root| &root.law);
        let law = law.iter().filter(|word| *word != STRICT_RULES).map(|word| quoted(word));
        let words = ["lawbook", "explain"].map(Cow::Borrowed).into_iter().chain(law).chain([quoted(rule)]);
        let there = self.root.as_ref().map_or_else(String::new, RootOfCommands::change_there);
        there + &words.collect::<Vec<_>>().join(" ")
    }

    /// The options that fix what this run reports. What is staged is in git's index, where nothing is fixed.
    pub(crate) fn fix_options(&self) -> &'static str {
        if self.narrowing.iter().any(|word| word == "--staged") { "--changed --fix" } else { "--fix" }
    }

    /// The command that repeats the whole run.
    pub(crate) fn for_run(&self) -> String {
        let words = ["lawbook", "check"].map(str::to_owned).into_iter();
        let stdin = self.stdin.iter().flat_map(|path| ["--stdin-filename".to_owned(), path.clone()]);
        let rest = self.law.iter().chain(&self.narrowing).chain(&self.paths).cloned().chain(stdin);
        let rest = rest.map(|word| quoted(&word).into_owned());
        words.chain(rest).collect::<Vec<_>>().join(" ")
    }
}

impl RootOfCommands {
    /// The start of a command that runs there.
    fn change_there(&self) -> String {
        format!("cd {} && ", quoted(&unlike_option(&self.at)))
    }
}

/// A path as an argument that cannot be mistaken for an option.
pub(crate) fn path_word(path: &Path) -> String {
    unlike_option(&path.to_string_lossy()).into_owned()
}

/// Adds `./` to a path that starts with `-`.
fn unlike_option(path: &str) -> Cow<'_, str> {
    if path.starts_with('-') { Cow::Owned(format!("./{path}")) } else { Cow::Borrowed(path) }
}

/// Quotes a word for a POSIX shell if necessary.
fn quoted(word: &str) -> Cow<'_, str> {
    let is_plain = |c: char| {
        c.is_ascii_alphanumeric()
            || matches!(c, '_' | '-' | '.' | '/' | ':' | '@' | '%' | '+' | '=' | ',')
            || (!c.is_ascii() && c.is_alphanumeric())
    };
    if !word.is_empty() && word.chars().all(is_plain) {
        return Cow::Borrowed(word);
    }
    Cow::Owned(format!("'{}'", word.replace('\'', "'\\''")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_survive_a_shell() {
        let verify = VerifyCommands::default();
        assert_eq!(verify.for_finding("a/no-x", "src/a.ts", "src/a.ts"), "lawbook check --rule a/no-x src/a.ts");
        assert_eq!(
            verify.for_finding("no-x", "it's; rm -rf.ts", ""),
            "lawbook check --rule no-x 'it'\\''s; rm -rf.ts'"
        );
        assert_eq!(verify.for_finding("no-x", "-a.ts", ""), "lawbook check --rule no-x ./-a.ts");
        assert_eq!(verify.for_finding("no-x", "[id].ts", ""), "lawbook check --rule no-x '[id].ts'");
    }
}
