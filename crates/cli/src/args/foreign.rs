//! Commands and options of other tools, and their names here. They are looked up before names that are spelled alike,
//! which may do something else.

/// The meaning of a foreign word.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Meaning {
    /// It has another name, perhaps with a value.
    Name(&'static str),
    /// It has no equal; this says what to do.
    Advice(&'static str),
}

use Meaning::{Advice, Name};

/// By the command that it was written below, the foreign commands.
const COMMANDS: &[(&str, &[&str], Meaning)] = &[
    ("lawbook", &["lint", "scan", "run", "ci", "analyze", "analyse", "verify", "report"], Name("check")),
    (
        "lawbook",
        &["fix", "autofix", "apply"],
        Advice("`lawbook check --fix` applies the fixes, `lawbook check --diff` shows them"),
    ),
    ("lawbook", &["diff"], Advice("`lawbook check --diff` shows what the fixes would change")),
    ("lawbook", &["format", "fmt"], Advice("lawbook does not format code; `lawbook check` checks it")),
    ("lawbook", &["version", "-v"], Advice("`lawbook --version` prints it")),
    (
        "lawbook",
        &["help", "usage"],
        Advice("`lawbook --help` lists the commands, `lawbook COMMAND --help` its options"),
    ),
    (
        "lawbook",
        &["ignore", "suppress", "disable", "allow"],
        Advice(
            "write the comment `lawbook-ignore RULE: reason` in the code, or set the rule to \"off\" under `[rules]` in \
             lawbook.toml; `lawbook suppressions` lists the comments",
        ),
    ),
    (
        "lawbook",
        &["new", "add", "create", "generate", "new-rule"],
        Advice("write a rule as a page `law/ID.md` and list \"./law\" in `extends` of lawbook.toml"),
    ),
    ("lawbook", &["list", "ls", "rule-list", "list-rules", "show"], Name("rules")),
    ("lawbook", &["rule", "why", "docs", "doc", "info"], Name("explain")),
    ("lawbook", &["settings", "configuration", "show-config", "print-config"], Name("config")),
    ("lawbook", &["parse", "ast", "tree", "dump", "debug"], Name("inspect")),
    ("lawbook", &["validate", "test-rules", "tests"], Name("test")),
    ("lawbook", &["setup"], Name("init")),
    ("lawbook", &["install-hooks", "install-hook", "hooks", "integrate"], Name("install")),
    ("lawbook", &["remove", "uninstall-hooks", "uninstall-hook"], Name("uninstall")),
    ("lawbook", &["snapshot", "accept"], Name("baseline")),
    ("lawbook", &["lawbook"], Advice("write the name of the program once")),
    (
        "baseline",
        &["update", "accept", "add", "refresh", "extend"],
        Advice(
            "`lawbook baseline create --accept-new --reason TEXT` adds findings, `lawbook baseline prune` removes entries",
        ),
    ),
    ("baseline", &["list", "ls", "status", "print"], Name("show")),
    ("baseline", &["clean", "remove", "delete", "gc"], Name("prune")),
    ("baseline", &["init", "new", "write", "generate"], Name("create")),
    ("config", &["show", "print", "list", "get", "dump"], Name("explain")),
];

/// The foreign options, of any command.
const OPTIONS: &[(&[&str], Meaning)] = &[
    (&["--output-format", "--reporter", "--formatter", "-f"], Name("--format")),
    (&["--json"], Name("--format json")),
    (&["--output", "--out", "-o"], Name("--output-file")),
    (&["--autofix", "--write", "--apply", "--fix-all", "--auto-correct", "-a", "-w"], Name("--fix")),
    (&["--fix-dry-run", "--dry-run", "--check", "--show-fixes", "--preview"], Name("--diff")),
    (&["--unsafe", "--apply-unsafe", "--fix-suggestions", "--fix-dangerously"], Name("--unsafe-fixes")),
    (&["--select", "--only", "--filter", "--rule-id", "-r"], Name("--rule")),
    (
        &["--ignore", "--skip", "--disable", "--extend-ignore", "-A"],
        Advice("set the rule to \"off\" under `[rules]` in lawbook.toml; `--rule ID` runs only the named ones"),
    ),
    (
        &["--exclude", "--ignore-pattern", "--ignore-path", "--extend-exclude"],
        Advice("leave files out with `exclude` under `[files]` in lawbook.toml"),
    ),
    (&["--no-ignore", "--no-gitignore"], Advice("name the files on the command line to check them in any case")),
    (&["--base", "--diff-base", "--from", "--ref", "--against", "--since-ref"], Name("--since REF")),
    (&["--cached", "--index"], Name("--staged")),
    (&["--modified", "--dirty", "--uncommitted"], Name("--changed")),
    (&["--deny-warnings", "--error-on-warnings", "--fail-on-warnings", "-D"], Name("--fail-level warning")),
    (&["--fail-on", "--severity", "--error-level", "--fail-severity"], Name("--fail-level")),
    (&["--no-color", "--no-colour", "--no-colors"], Name("--color never")),
    (&["--colors", "--colour"], Name("--color")),
    (&["--jobs", "-j", "--parallel", "--workers", "--concurrency"], Name("--threads")),
    (&["--stdin", "--stdin-filepath", "--stdin-file-path", "--stdin-path"], Name("--stdin-filename PATH")),
    (&["--isolated", "--no-eslintrc", "--no-config-lookup", "--no-lawbook-toml"], Name("--no-config")),
    (&["--rulesdir", "--rules-dir", "--rule-dir", "--rule-path"], Name("--rules")),
    (&["--print-config", "--show-settings", "--show-config"], Advice("`lawbook config explain PATH` shows it")),
    (&["--explain"], Advice("`lawbook explain ID` prints the page of a rule")),
    (&["--list-rules", "--show-rules"], Advice("`lawbook rules` lists them")),
    (&["--init"], Advice("`lawbook init` writes a lawbook.toml")),
    (&["--version", "-V"], Advice("`lawbook --version` prints it")),
    (&["--time", "--timing", "--stats", "--verbose", "--debug", "-v"], Name("--timings")),
    (&["--baseline", "--use-baseline"], Advice("the baseline is used by itself; `lawbook baseline create` makes one")),
    (&["-c", "--config-file", "--config-path", "--conf", "--configuration"], Name("--config")),
    (
        &["--quiet", "-q", "--silent", "-s"],
        Advice("`--format agent` is short; without any output only the exit code is left: `> /dev/null`"),
    ),
    (
        &["--error", "--strict", "--exit-code", "--error-on-findings"],
        Advice("the exit code is 1 by itself when there are errors; `--fail-level warning` counts warnings too"),
    ),
    (
        &["--exit-zero", "--no-error", "--no-exit-code"],
        Advice("warnings exit with 0; set levels under `[rules]` in lawbook.toml"),
    ),
    (
        &["--preset", "--presets", "--extends"],
        Advice("`extends = [\"recommended\"]` in lawbook.toml turns presets on; `--rules` adds a folder of pages"),
    ),
    (&["--cache", "--no-cache"], Advice("nothing is cached: leave it out")),
    (
        &["--update-baseline", "--create-baseline", "--write-baseline", "--generate-baseline"],
        Advice("`lawbook baseline create` makes the baseline, `lawbook baseline prune` removes what is fixed"),
    ),
    (&["--no-fix"], Advice("nothing is fixed without `--fix`")),
    (&["--watch", "-W"], Advice("run the command again after a change; it takes a fraction of a second")),
    (&["--accept", "--add", "--update", "--force"], Name("--accept-new")),
    (&["-y", "--no-input", "--assume-yes"], Name("--yes")),
    (&["--global", "-g"], Name("--user")),
    (&["--ext", "--extensions", "--lang", "--language"], Advice("the extension of a file decides on its language")),
    (&["--all-files", "--workspace"], Advice("without paths the working directory is checked")),
];

/// The meaning of a foreign command below a command.
pub(crate) fn command(word: &str, below: &str) -> Option<&'static Meaning> {
    let lowercase = word.to_lowercase();
    let found = COMMANDS.iter().find(|(command, words, _)| *command == below && words.contains(&&*lowercase));
    found.map(|(.., meaning)| meaning)
}

/// The meaning of a foreign option.
pub(crate) fn option(word: &str) -> Option<&'static Meaning> {
    OPTIONS.iter().find(|(words, _)| words.contains(&word)).map(|(_, meaning)| meaning)
}

/// By the option, the foreign values and their names here.
const VALUES: &[(&str, &[&str], &str)] = &[
    ("--format", &["text", "human", "default", "full", "stylish", "compact", "concise", "visual", "console"], "pretty"),
    ("--format", &["json-v1", "json-lines", "jsonl", "ndjson"], "json"),
    ("--format", &["ai", "llm", "plain"], "agent"),
    ("--format", &["sarif-v2", "sarif2.1.0"], "sarif"),
    ("--format", &["github-actions", "gha", "actions"], "github"),
    ("--format", &["codeclimate", "code-climate", "codequality", "code-quality"], "gitlab"),
    ("--format", &["junit-xml", "junitxml", "xunit"], "junit"),
    ("--format", &["md", "gfm"], "markdown"),
    ("--format", &["reviewdog", "rdf"], "rdjson"),
    ("--format", &["gcc", "emacs", "vim", "line", "lines", "parsable"], "unix"),
    ("--format", &["ado", "azure-pipelines", "azure-devops", "vso"], "azure"),
];

/// The name here of a foreign value of an option.
pub(crate) fn value(option: &str, word: &str) -> Option<&'static str> {
    let lowercase = word.to_lowercase();
    let found = VALUES.iter().find(|(name, words, _)| *name == option && words.contains(&&*lowercase));
    found.map(|(.., meant)| *meant)
}
