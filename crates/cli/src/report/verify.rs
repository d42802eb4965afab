//! The commands that verify a fix: they check again if a finding is gone, or repeat the whole run.

use std::borrow::Cow;
use std::path::Path;

use lawbook_core::diagnostic::Diagnostic;
use lawbook_core::report::Report;
use lawbook_core::rule::engine_ids;
use lawbook_core::rule::page::Scope;

/// The arguments of this run that decide what is found, as words for further `lawbook check` commands.
#[derive(Clone, Debug, Default)]
pub(crate) struct VerifyCommands {
    /// The arguments that decide which rules exist.
    pub(crate) law: Vec<String>,
    /// The packs that the run is limited to.
    pub(crate) packs: Vec<String>,
    /// The rules that the run is limited to.
    pub(crate) rules: Vec<String>,
    /// The rules that the run is without.
    pub(crate) ignored: Vec<String>,
    /// The globs of files that the run is without, as options relative to the working directory.
    pub(crate) excluded: Vec<String>,
    /// The change that the run is about, and which of its findings it reports.
    pub(crate) change: Vec<String>,
    /// The other arguments that decide which findings there are: those about the baseline, the files and the day.
    pub(crate) inputs: Vec<String>,
    /// The arguments that decide what fails the run.
    pub(crate) failing: Vec<String>,
    /// The files and folders to check.
    pub(crate) paths: Vec<String>,
    /// The root, where a command finds another one from the working directory.
    pub(crate) root: Option<RootOfCommands>,
    /// The path of the text on standard input, if that was checked. The commands read it from there again.
    pub(crate) stdin: Option<String>,
    /// True if rules about the project or a change run, whose findings no run over one file has.
    pub(crate) has_phases: bool,
}

/// A finding, with what decides which command finds it again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct VerifiedFinding<'a> {
    /// The id of its rule in reports.
    rule: &'a str,
    /// The id of the page of its rule.
    page_id: &'a str,
    scope: Scope,
    /// The path of its file from the working directory.
    shown: &'a str,
    /// The path of its file from the root.
    path: &'a str,
    /// True if only a run about the change checks the file.
    is_leaving: bool,
    /// True if only a run about the change has the rule as it was.
    is_by_older_law: bool,
}

impl<'a> VerifiedFinding<'a> {
    /// A finding of a report; `shown` is the path of its file from the working directory.
    pub(crate) fn new(report: &'a Report, found: &'a Diagnostic, shown: &'a str) -> Self {
        let page = report.rules.get(&found.rule).map(|rule| &rule.page);
        Self {
            rule: &found.rule,
            page_id: page.map_or(&found.rule, |page| &page.id),
            scope: page.map_or(Scope::File, |page| page.scope),
            shown,
            path: found.path.as_str(),
            is_by_older_law: report.is_by_older_law(found),
            is_leaving: report.leaving.iter().any(|leaving| leaving.path == found.path),
        }
    }

    /// True if the engine itself reports it: whether it does depends on the other rules that run.
    fn is_of_engine(&self) -> bool {
        engine_ids::ALL.contains(&self.page_id)
    }

    /// True if no run over its file alone has the finding.
    fn needs_all_files(&self, has_phases: bool) -> bool {
        // A file that is left out for its place is checked only with its whole change, in which it may have another name. A
        // name that is not Unicode cannot be written in a command.
        if self.is_leaving
            || self.is_by_older_law
            || self.scope != Scope::File
            || self.shown.contains(char::REPLACEMENT_CHARACTER)
        {
            return true;
        }
        // The budget counts the suppressions of all files, a rule that is refused is none of the files, and a suppression is
        // new, and law weakened, in a change. Only a run of all rules can tell that a suppression of a rule about the project is unused.
        let of_all = [
            engine_ids::SUPPRESSION_BUDGET,
            engine_ids::REFUSED_RULE,
            engine_ids::NEW_SUPPRESSION,
            engine_ids::WEAKENED_LAW,
        ];
        of_all.contains(&self.page_id) || (has_phases && self.page_id == engine_ids::UNUSED_SUPPRESSION)
    }
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
    /// The command that checks if one finding is gone: as long as it stands, the command reports it.
    pub(crate) fn for_finding(&self, found: &VerifiedFinding<'_>) -> String {
        let of_rule = ["--rule".to_owned(), found.rule.to_owned()];
        let rules = if found.is_of_engine() || found.is_by_older_law { &self.rules[..] } else { &of_rule };
        if found.needs_all_files(self.has_phases) {
            return self.for_files_of_run(rules, &[]);
        }
        let mut command = String::with_capacity(128);
        // The root of a file that is not below the working directory is found from the file.
        let root = self.root.as_ref().filter(|_| self.stdin.is_none() && !found.shown.starts_with("../"));
        command.push_str(&root.map_or_else(String::new, RootOfCommands::change_there));
        command.push_str("lawbook check");
        let law = root.map_or(&self.law, |root| &root.law);
        let shown = if root.is_some() { found.path } else { found.shown };
        // What the engine reports depends on the other rules that run.
        let ignored = if found.is_of_engine() { &self.ignored[..] } else { &[] };
        let words = [law, &self.packs, rules, ignored, &self.inputs].into_iter().flatten().map(|word| quoted(word));
        let place = match &self.stdin {
            Some(path) => vec![Cow::Borrowed("--stdin-filename"), quoted(path)],
            None => vec![Cow::Owned(quoted(&unlike_option(shown)).into_owned())],
        };
        for word in words.chain(place) {
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

    /// True if the run is about what is staged.
    pub(crate) fn is_staged(&self) -> bool {
        self.change.iter().any(|word| word == "--staged")
    }

    /// The options that fix what this run reports. What is staged is in git's index and the end of a range in a commit, where
    /// nothing is fixed.
    pub(crate) fn fix_options(&self) -> String {
        let end = self.change.iter().position(|word| word == "--until");
        let is_of_files = |at: usize| end.is_none_or(|end| at != end && at != end + 1);
        let change = self.change.iter().enumerate().filter(|(at, _)| is_of_files(*at)).map(|(_, word)| word);
        let change = change.map(|word| if word == "--staged" { "--changed" } else { word });
        change.chain(["--fix"]).map(quoted).collect::<Vec<_>>().join(" ")
    }

    /// The command that repeats the whole run.
    pub(crate) fn for_run(&self) -> String {
        self.for_files_of_run(&self.rules, &self.failing)
    }

    /// The command that shows the findings of one rule in this run.
    pub(crate) fn for_rule(&self, rule: &str) -> String {
        self.for_files_of_run(&["--rule".to_owned(), rule.to_owned()], &[])
    }

    /// The command that runs some rules over the files of this run.
    fn for_files_of_run(&self, rules: &[String], failing: &[String]) -> String {
        // A rule that is named is not one that the run is without.
        let ignored = if rules.is_empty() || rules == self.rules { &self.ignored[..] } else { &[] };
        let narrowed = [&self.law[..], &self.packs, rules, ignored, &self.excluded];
        let parts = narrowed.into_iter().chain([&self.change[..], &self.inputs, failing, &self.paths]);
        let stdin = self.stdin.iter().flat_map(|path| ["--stdin-filename", path]);
        let words = parts.flatten().map(String::as_str).chain(stdin).map(quoted);
        ["lawbook", "check"].map(Cow::Borrowed).into_iter().chain(words).collect::<Vec<_>>().join(" ")
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
        let command = |rule, shown| {
            let (page_id, scope) = (rule, Scope::File);
            let (is_leaving, is_by_older_law) = (false, false);
            verify.for_finding(&VerifiedFinding {
                rule,
                page_id,
                scope,
                shown,
                path: shown,
                is_leaving,
                is_by_older_law,
            })
        };
        assert_eq!(command("a/no-x", "src/a.ts"), "lawbook check --rule a/no-x src/a.ts");
        assert_eq!(command("no-x", "it's; rm -rf.ts"), "lawbook check --rule no-x 'it'\\''s; rm -rf.ts'");
        assert_eq!(command("no-x", "-a.ts"), "lawbook check --rule no-x ./-a.ts");
        assert_eq!(command("no-x", "[id].ts"), "lawbook check --rule no-x '[id].ts'");
    }

    #[test]
    fn the_hint_to_fix_names_the_change_of_the_run() {
        let of = |change: &[&str]| {
            let change = change.iter().map(|word| (*word).to_owned()).collect();
            VerifyCommands { change, ..VerifyCommands::default() }.fix_options()
        };
        assert_eq!(of(&[]), "--fix");
        assert_eq!(of(&["--staged"]), "--changed --fix");
        assert_eq!(of(&["--changed", "--lines-only"]), "--changed --lines-only --fix");
        assert_eq!(of(&["--since", "a b"]), "--since 'a b' --fix");
        assert_eq!(of(&["--since", "a", "--until", "b", "--lines-only"]), "--since a --lines-only --fix");
    }
}
