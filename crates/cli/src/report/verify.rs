//! The commands that prove a finding, or a whole run, gone.

use std::borrow::Cow;
use std::path::Path;

use lawbook_core::diagnostic::Severity;
use lawbook_core::rule::engine_ids;

use crate::args::CheckArgs;

/// How this run was asked for, as far as it decides what is found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Verify {
    law: Vec<String>,
    narrowing: Vec<String>,
    paths: Vec<String>,
}

impl Verify {
    /// The words of a run.
    pub(crate) fn new(args: &CheckArgs) -> Self {
        let mut law = Vec::new();
        let mut narrowing = Vec::new();
        if args.law.no_config {
            law.push("--no-config".to_owned());
        }
        for rules in &args.law.rules {
            law.extend(["--rules".to_owned(), quoted_path(rules)]);
        }
        for pack in &args.law.pack {
            narrowing.extend(["--pack".to_owned(), quoted(pack).into_owned()]);
        }
        for rule in &args.law.rule {
            narrowing.extend(["--rule".to_owned(), quoted(rule).into_owned()]);
        }
        narrowing.extend(args.change.words().iter().map(|word| quoted(word).into_owned()));
        if args.no_baseline {
            narrowing.push("--no-baseline".to_owned());
        }
        if args.fail_stale {
            narrowing.push("--fail-stale".to_owned());
        }
        if args.parse_all {
            narrowing.push("--parse-all".to_owned());
        }
        if args.fail_level.severity() != Severity::Error {
            narrowing.extend(["--fail-level".to_owned(), args.fail_level.severity().name().to_owned()]);
        }
        if let Some(most) = args.max_warnings {
            narrowing.extend(["--max-warnings".to_owned(), most.to_string()]);
        }
        let paths = args.paths.iter().chain(&args.stdin_filename).map(|path| quoted_path(path)).collect();
        Self { law, narrowing, paths }
    }

    /// The command that proves one finding gone; `shown` is its file from the working directory.
    pub(crate) fn finding(&self, rule: &str, shown: &str) -> String {
        // A budget is held by all files together, and by the comments of all rules.
        if rule.rsplit('/').next() == Some(engine_ids::SUPPRESSION_BUDGET) {
            return self.run();
        }
        let mut command = String::with_capacity(128);
        command.push_str("lawbook check");
        for word in self.law.iter().map(String::as_str).chain(["--rule", &quoted(rule), &quoted_text(shown)]) {
            command.push(' ');
            command.push_str(word);
        }
        command
    }

    /// The command that proves the work done.
    pub(crate) fn run(&self) -> String {
        let words = ["lawbook".to_owned(), "check".to_owned()].into_iter();
        let rest = self.law.iter().chain(&self.narrowing).chain(&self.paths).cloned();
        words.chain(rest).collect::<Vec<_>>().join(" ")
    }
}

fn quoted_path(path: &Path) -> String {
    quoted_text(&path.to_string_lossy()).into_owned()
}

/// The text of a path, as an argument that is no option.
fn quoted_text(path: &str) -> Cow<'_, str> {
    // A name that starts like an option is none behind `./`.
    if path.starts_with('-') { Cow::Owned(quoted(&format!("./{path}")).into_owned()) } else { quoted(path) }
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
