//! Lines that run lawbook: in the files of CI, of hooks and of agents.

use std::sync::Arc;

use crate::report::Weakening;
use crate::source::RelPath;
use crate::span::Span;

/// The name that a line runs lawbook by.
pub(super) const PROGRAM: &str = "lawbook";

/// Names of files that run commands in CI or in hooks, in any folder.
const FILE_NAMES: &[&str] = &[
    ".gitlab-ci.yml",
    ".gitlab-ci.yaml",
    ".pre-commit-config.yaml",
    ".pre-commit-config.yml",
    ".travis.yml",
    ".drone.yml",
    ".cirrus.yml",
    "azure-pipelines.yml",
    "azure-pipelines.yaml",
    "bitbucket-pipelines.yml",
    "appveyor.yml",
    "Jenkinsfile",
    "Makefile",
    "makefile",
    "GNUmakefile",
    "justfile",
    "Justfile",
    ".justfile",
    "Taskfile.yml",
    "Taskfile.yaml",
    "mise.toml",
    ".mise.toml",
    "package.json",
    "lefthook.yml",
    "lefthook.yaml",
    "lefthook.toml",
    "lefthook.json",
    ".lefthook.yml",
    ".lefthook.yaml",
    "lefthook-local.yml",
    "prek.toml",
    "hk.pkl",
    ".overcommit.yml",
    ".simple-git-hooks.json",
    ".simple-git-hooks.js",
    ".simple-git-hooks.cjs",
    "simple-git-hooks.json",
    ".huskyrc",
    ".lintstagedrc",
    ".lintstagedrc.cjs",
    ".lintstagedrc.js",
    ".lintstagedrc.json",
    ".lintstagedrc.mjs",
    ".lintstagedrc.yaml",
    ".lintstagedrc.yml",
    "lint-staged.config.cjs",
    "lint-staged.config.js",
    "lint-staged.config.mjs",
    "lint-staged.config.ts",
];

/// Folders whose files run commands in CI or in hooks, or set up agents.
const FOLDERS: &[&str] = &[
    ".github",
    ".gitlab",
    ".circleci",
    ".buildkite",
    ".woodpecker",
    ".husky",
    ".githooks",
    ".hooks",
    "githooks",
    ".ci",
    "ci",
    ".claude",
    ".codex",
    ".cursor",
    ".gemini",
    ".factory",
    ".opencode",
];

/// Keys of YAML that keep the commands beside and below them from running, or their failure from counting.
pub(super) const HOLDING_KEYS: &[&str] = &[
    "continue-on-error: true",
    "continue_on_error: true",
    "allow_failure: true",
    "if: false",
    "when: manual",
    "when: never",
    "skip: true",
    "stages: [manual",
];

/// Other parts of lines that may keep a failure from counting.
const EXCUSES: &[&str] =
    &["paths-ignore:", "branches-ignore:", "exit 0", "set +e", "disableallhooks", "lawbook_accept_law"];

/// The folder of the workflows of GitHub, and what starts one of them without a person.
const WORKFLOWS: &str = ".github/workflows/";
const TRIGGERS: &[&str] = &["push", "pull_request", "pull_request_target", "merge_group"];

/// True for a file of CI, of hooks or of an agent's settings, which may run lawbook. `path` counts from the top of the
/// repository.
pub fn may_run_lawbook(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    FILE_NAMES.contains(&name) || path.split('/').rev().skip(1).any(|folder| FOLDERS.contains(&folder))
}

/// The lines that ran lawbook and are gone, and lines that keep its result from counting. `now` is none if the file is gone.
pub fn weakened_lines(path: &RelPath, before: &str, now: Option<&str>) -> Vec<Weakening> {
    let ran: Vec<&str> = before.lines().map(str::trim).filter(|line| runs(line)).collect();
    if ran.is_empty() {
        return Vec::new();
    }
    let Some(text) = now else {
        let message = format!("the file is gone, and with it `{}`", clipped(ran[0]));
        return vec![Weakening::at_path(path.clone(), "gone", message)];
    };
    let shared: Arc<str> = text.into();
    let mut kept: Vec<&str> = text.lines().map(str::trim).filter(|line| runs(line)).collect();
    let mut found = Vec::new();
    for line in ran {
        let is_same = |other: &&str| command_of(path, other) == command_of(path, line);
        if let Some(at) = kept.iter().position(is_same) {
            let other = kept.swap_remove(at);
            if is_conditional(path, text, other) && !is_conditional(path, before, line) {
                let message = format!("`{}` runs only under a condition now", clipped(other));
                found.push(Weakening::in_text(path.clone(), text, place_of(text, other), line, message));
            }
        } else {
            let message = format!("the line `{}` is gone or changed, which runs lawbook", clipped(line));
            let place = kept.first().map_or(Span::default(), |line| place_of(text, line));
            found.push(Weakening::in_text(path.clone(), shared.clone(), place, line, message));
        }
    }
    for excuse in HOLDING_KEYS.iter().chain(EXCUSES) {
        let count = |text: &str| text.to_ascii_lowercase().matches(excuse).count();
        if count(text) > count(before) {
            let message = format!("`{excuse}` is new in a file that runs lawbook, so that its result may not count");
            let line = text.lines().rfind(|line| line.to_ascii_lowercase().contains(excuse)).unwrap_or_default();
            found.push(Weakening::in_text(path.clone(), shared.clone(), place_of(text, line.trim()), *excuse, message));
        }
    }
    if is_started(path.as_str(), before) && !is_started(path.as_str(), text) {
        let message = "no push and no pull request starts this file any more, which runs lawbook".to_owned();
        found.push(Weakening::in_text(path.clone(), text, place_of(text, "on:"), "on", message));
    }
    found
}

/// True for a line of YAML whose item of a list has a condition.
fn is_conditional(path: &RelPath, text: &str, line: &str) -> bool {
    let lines: Vec<&str> = text.lines().collect();
    let Some(at) = lines.iter().position(|other| other.trim() == line).filter(|_| is_yaml(path.as_str())) else {
        return false;
    };
    let key = |line: &str| line.trim_start().trim_start_matches("- ").to_owned();
    let column = |line: &str| line.len() - key(line).len();
    let begins = |line: &&str| line.trim_start().starts_with("- ");
    let start = lines[..=at].iter().rposition(&begins).unwrap_or_default();
    let after = lines[at + 1..].iter().take_while(|other| !begins(other) && column(other) >= column(lines[at]));
    lines[start..=at].iter().chain(after).any(|line| key(line).starts_with("if:"))
}

pub(super) fn is_yaml(path: &str) -> bool {
    [".yml", ".yaml"].iter().any(|ending| path.ends_with(ending))
}

pub(super) fn is_makefile(path: &str) -> bool {
    matches!(path.rsplit('/').next(), Some("Makefile" | "makefile" | "GNUmakefile"))
}

/// True for a workflow of GitHub.
pub(super) fn is_workflow(path: &str) -> bool {
    path.contains(WORKFLOWS)
}

/// True for a workflow that starts at a push or a pull request. What is no workflow does not say when it starts.
pub(super) fn is_started(path: &str, text: &str) -> bool {
    let head = text.split("\njobs:").next().unwrap_or_default();
    let code = head.lines().filter(|line| !line.trim_start().starts_with('#'));
    let mut words = code.flat_map(|line| line.split(|c: char| !c.is_alphanumeric() && c != '_'));
    is_workflow(path) && words.any(|word| TRIGGERS.contains(&word))
}

/// What a line runs, without signs that say nothing about its result: a comma at the end of a line of JSON, the dash of a
/// list of YAML, whose item may have got a name above it, and the sign by which make does not print a command. A dash in a
/// makefile has make ignore a failure.
fn command_of<'l>(path: &RelPath, line: &'l str) -> &'l str {
    let line = line.trim_end_matches(',');
    let rest = if is_yaml(path.as_str()) { line.strip_prefix("- ") } else { line.strip_prefix('@') };
    rest.map_or(line, str::trim_start)
}

/// True for a line that names the program as a word and is no comment.
fn runs(line: &str) -> bool {
    !line.starts_with('#') && places_of_program(line).next().is_some()
}

/// The places in a line at which the program is named as a word.
pub(super) fn places_of_program(line: &str) -> impl Iterator<Item = usize> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let stands_alone = move |at: &usize| {
        let (before, after) = (&line[..*at], &line[*at + PROGRAM.len()..]);
        // `lawbook.toml` is a file, and `lawbook-rules` another program.
        !before.ends_with(is_part) && !after.starts_with(is_part) && !after.starts_with(".toml")
    };
    line.match_indices(PROGRAM).map(|(at, _)| at).filter(stands_alone)
}

/// The place of a line in a text; the start if it is not there.
fn place_of(text: &str, line: &str) -> Span {
    let start = text.find(line).filter(|_| !line.is_empty()).unwrap_or_default();
    let end = if line.is_empty() { start } else { start + line.len() };
    let of = |at: usize| u32::try_from(at).unwrap_or_default();
    Span::new(of(start), of(end))
}

/// The start of a line, for messages.
fn clipped(line: &str) -> String {
    const MAX_CHARS: usize = 80;
    let shown: String = line.chars().take(MAX_CHARS).collect();
    if shown.len() < line.len() { format!("{shown}…") } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asserts the messages about a file with these texts.
    #[track_caller]
    fn check(before: &str, now: Option<&str>, expected: &[&str]) {
        let found = weakened_lines(&RelPath::new(".github/workflows/ci.yml"), before, now);
        let messages: Vec<&str> = found.iter().map(|found| found.message.as_str()).collect();
        assert_eq!(messages, expected);
    }

    #[test]
    fn lines_that_run_lawbook_stay() {
        let ci = "steps:\n  - run: npm test\n  - run: lawbook check\n";
        check(ci, Some(ci), &[]);
        check(ci, Some("steps:\n    - run: lawbook check\n    - run: npm run all\n"), &[]);
        check(
            ci,
            Some("steps:\n  - run: npm test\n"),
            &["the line `- run: lawbook check` is gone or changed, which runs lawbook"],
        );
        check(
            ci,
            Some("steps:\n  - run: npm test\n  # - run: lawbook check\n"),
            &["the line `- run: lawbook check` is gone or changed, which runs lawbook"],
        );
        check(
            ci,
            Some("steps:\n  - run: lawbook check || true\n"),
            &["the line `- run: lawbook check` is gone or changed, which runs lawbook"],
        );
        check(ci, Some("steps:\n  - name: Law\n    run: lawbook check\n"), &[]);
        check(
            ci,
            Some("steps:\n  - name: Law\n    if: inputs.strict\n    run: lawbook check\n"),
            &["`run: lawbook check` runs only under a condition now"],
        );
        check(ci, Some("steps:\n  - run: lawbook check\n  - run: deploy\n    if: inputs.all\n"), &[]);
        let accepted = "steps:\n  - env:\n      LAWBOOK_ACCEPT_LAW: yes\n    run: lawbook check\n";
        let message = "`lawbook_accept_law` is new in a file that runs lawbook, so that its result may not count";
        check(ci, Some(accepted), &[message]);
        let ignored = "on:\n  push:\n    paths-ignore: [src/**]\nsteps:\n  - run: lawbook check\n";
        let message = "`paths-ignore:` is new in a file that runs lawbook, so that its result may not count";
        check(ci, Some(ignored), &[message]);
        let started = "on: [push, pull_request]\njobs:\n  - run: lawbook check\n";
        check(started, Some(&started.replace("push, ", "")), &[]);
        check(
            started,
            Some(&started.replace("push, pull_request", "workflow_dispatch")),
            &["no push and no pull request starts this file any more, which runs lawbook"],
        );
        check(ci, None, &["the file is gone, and with it `- run: lawbook check`"]);
        let excused = "steps:\n  - run: lawbook check\n    continue-on-error: true\n";
        let message = "`continue-on-error: true` is new in a file that runs lawbook, so that its result may not count";
        check(ci, Some(excused), &[message]);
        check(excused, Some(ci), &[]);
    }

    #[test]
    fn a_sign_of_make_that_hides_a_failure_counts() {
        let messages =
            |now: &str| weakened_lines(&RelPath::new("Makefile"), "lint:\n\tlawbook check\n", Some(now)).len();
        assert_eq!(messages("lint:\n\t@lawbook check\n"), 0);
        assert_eq!(messages("lint:\n\t-lawbook check\n"), 1);
        assert_eq!(messages("lint:\n\t- lawbook check\n"), 1);
    }

    #[test]
    fn other_files_and_words_are_free() {
        check("- run: npm test\n# lawbook is great\n", Some("- run: npm t\n"), &[]);
        check("paths: [lawbook.toml]\n- run: my_lawbook x\n", Some(""), &[]);
        for (path, expected) in [
            (".github/workflows/ci.yml", true),
            ("app/package.json", true),
            (".husky/pre-commit", true),
            ("README.md", false),
            ("src/ci.rs", false),
        ] {
            assert_eq!(may_run_lawbook(path), expected, "{path}");
        }
    }
}
