//! The commands that prove a finding, or a whole run, gone.

use std::borrow::Cow;
use std::path::Path;

use lawbook_core::rule::engine_ids;

/// How this run was asked for, as far as it decides what is found: the arguments of `lawbook check` as words.
#[derive(Clone, Debug, Default)]
pub(crate) struct Verify {
    /// Which rules there are.
    pub(crate) law: Vec<String>,
    /// Which of the findings count.
    pub(crate) narrowing: Vec<String>,
    /// What is checked.
    pub(crate) paths: Vec<String>,
}

impl Verify {
    /// The command that proves one finding gone; `shown` is its file from the working directory.
    pub(crate) fn finding(&self, rule: &str, shown: &str) -> String {
        // A budget is held by all files together, and by the comments of all rules.
        if rule.rsplit('/').next() == Some(engine_ids::SUPPRESSION_BUDGET) {
            return self.run();
        }
        let mut command = String::with_capacity(128);
        command.push_str("lawbook check");
        let law = self.law.iter().map(|word| quoted(word));
        let path = unlike_option(shown);
        for word in law.chain([Cow::Borrowed("--rule"), quoted(rule), quoted(&path)]) {
            command.push(' ');
            command.push_str(&word);
        }
        command
    }

    /// The command that proves the work done.
    pub(crate) fn run(&self) -> String {
        let words = ["lawbook", "check"].map(str::to_owned).into_iter();
        let rest = self.law.iter().chain(&self.narrowing).chain(&self.paths).map(|word| quoted(word).into_owned());
        words.chain(rest).collect::<Vec<_>>().join(" ")
    }
}

/// A path as an argument that is no option.
pub(crate) fn path_word(path: &Path) -> String {
    unlike_option(&path.to_string_lossy()).into_owned()
}

/// A name that starts like an option is none behind `./`.
fn unlike_option(path: &str) -> Cow<'_, str> {
    if path.starts_with('-') { Cow::Owned(format!("./{path}")) } else { Cow::Borrowed(path) }
}

/// A word that a POSIX shell takes as it is.
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
        let verify = Verify::default();
        assert_eq!(verify.finding("a/no-x", "src/a.ts"), "lawbook check --rule a/no-x src/a.ts");
        assert_eq!(verify.finding("no-x", "it's; rm -rf.ts"), "lawbook check --rule no-x 'it'\\''s; rm -rf.ts'");
        assert_eq!(verify.finding("no-x", "-a.ts"), "lawbook check --rule no-x ./-a.ts");
        assert_eq!(verify.finding("no-x", "[id].ts"), "lawbook check --rule no-x '[id].ts'");
    }
}
