//! The environment of a command: the working directory, the variables and the terminals of the process. Only this
//! module reads them, once.

use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use crate::args::ColorChoice;

/// The variables that coding agents set for the commands that they run.
const AGENT_VARIABLES: &[&str] = &[
    "CLAUDECODE",
    "CLAUDE_CODE",
    "CURSOR_AGENT",
    "GEMINI_CLI",
    "CODEX_SANDBOX",
    "CODEX_THREAD_ID",
    "OPENCODE",
    "AUGMENT_AGENT",
    "GOOSE_PROVIDER",
    "JUNIE_DATA",
    "REPL_ID",
    "AI_AGENT",
];

/// The variable with the reason for which a person accepts a weaker law.
pub(crate) const ACCEPT_LAW_VARIABLE: &str = "LAWBOOK_ACCEPT_LAW";

/// The variables in which pre-commit and prek name the commits of a range.
pub(crate) const RANGE_VARIABLES: [&str; 2] = ["PRE_COMMIT_FROM_REF", "PRE_COMMIT_TO_REF"];

/// Those of [`AGENT_VARIABLES`] that are set in the shells of people too: settings of an agent, and of an editor.
const OF_PEOPLE_TOO: &[&str] = &["GOOSE_PROVIDER", "JUNIE_DATA", "REPL_ID"];

/// The environment of a command.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is an independent fact")]
pub(crate) struct Environment {
    /// The working directory without symbolic links; `None` if it was deleted.
    pub(crate) cwd: Option<PathBuf>,
    /// The variable of [`AGENT_VARIABLES`] that is set, if any.
    pub(crate) agent: Option<&'static str>,
    /// The variable that is set and that an agent sets for the commands that it runs, and no person or shell does.
    pub(crate) agent_of_commands: Option<&'static str>,
    /// The reason in [`ACCEPT_LAW_VARIABLE`], if it is set.
    pub(crate) accepted_law: Option<String>,
    /// The commits that a framework of hooks names as the first and the last of a range: the variables `PRE_COMMIT_FROM_REF`
    /// and `PRE_COMMIT_TO_REF`.
    pub(crate) hook_range: [Option<String>; 2],
    /// The folder in which programs keep what they know of the user's work, by the conventions of the system.
    pub(crate) state_home: Option<PathBuf>,
    /// The variable `GIT_DIR`.
    pub(crate) git_dir: Option<PathBuf>,
    /// True in continuous integration: the variable `CI` is set.
    pub(crate) is_ci: bool,
    /// True if the process ends after the command, so that its memory need not be freed.
    pub(crate) is_own_process: bool,
    /// The path of this program; `None` inside of another one.
    pub(crate) program: Option<PathBuf>,
    /// The home folder of the user.
    pub(crate) home: Option<PathBuf>,
    /// The folders in which programs are looked for.
    program_folders: Vec<PathBuf>,
    /// True if standard input is a terminal.
    pub(crate) stdin_is_terminal: bool,
    /// True if standard output is a terminal.
    pub(crate) stdout_is_terminal: bool,
    /// True if standard error is a terminal that can overwrite a line.
    pub(crate) stderr_is_live: bool,
    /// True if standard error shows colours by default.
    stderr_colors: bool,
    /// True if standard output shows colours by default.
    stdout_colors: bool,
    /// The width that excerpts are clipped to, in columns.
    pub(crate) width: usize,
}

/// The width if the variable `COLUMNS` is not set, in columns.
const DEFAULT_WIDTH: usize = 120;

impl Environment {
    /// An environment in a folder, without terminals and variables.
    pub(crate) fn in_folder(cwd: &Path) -> Self {
        Self {
            cwd: cwd.canonicalize().ok(),
            agent: None,
            agent_of_commands: None,
            accepted_law: None,
            hook_range: [None, None],
            state_home: None,
            git_dir: None,
            is_ci: false,
            is_own_process: false,
            program: None,
            home: None,
            program_folders: Vec::new(),
            stdin_is_terminal: false,
            stdout_is_terminal: false,
            stderr_is_live: false,
            stderr_colors: false,
            stdout_colors: false,
            width: DEFAULT_WIDTH,
        }
    }

    /// The environment of this process.
    pub(crate) fn of_process() -> Self {
        let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let (stdout, stderr) = (std::io::stdout().is_terminal(), std::io::stderr().is_terminal());
        let dumb = variable("TERM").is_some_and(|term| term == "dumb");
        let width = variable("COLUMNS").and_then(|columns| columns.to_str()?.parse().ok()).unwrap_or(DEFAULT_WIDTH);
        Self {
            cwd: std::env::current_dir().and_then(|cwd| cwd.canonicalize()).ok(),
            agent: AGENT_VARIABLES.iter().copied().find(|name| variable(name).is_some()),
            agent_of_commands: AGENT_VARIABLES
                .iter()
                .copied()
                .filter(|name| !OF_PEOPLE_TOO.contains(name))
                .find(|name| variable(name).is_some()),
            accepted_law: variable(ACCEPT_LAW_VARIABLE).map(|reason| reason.to_string_lossy().into_owned()),
            hook_range: RANGE_VARIABLES.map(|name| Some(variable(name)?.to_string_lossy().into_owned())),
            state_home: state_home(&variable),
            git_dir: variable("GIT_DIR").map(PathBuf::from),
            is_ci: variable("CI").is_some_and(|value| value != "false" && value != "0"),
            is_own_process: true,
            program: std::env::current_exe().ok(),
            home: variable("HOME").or_else(|| variable("USERPROFILE")).map(PathBuf::from),
            program_folders: variable("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default(),
            stdin_is_terminal: std::io::stdin().is_terminal(),
            stdout_is_terminal: stdout,
            stderr_is_live: stderr && !dumb,
            stderr_colors: shows_colors(stderr, &variable),
            stdout_colors: shows_colors(stdout, &variable),
            width: usize::clamp(width, 40, 240),
        }
    }

    /// The folder that a variable names.
    pub(crate) fn folder_in(&self, variable: &str) -> Option<PathBuf> {
        let value = std::env::var_os(variable).filter(|value| self.is_own_process && !value.is_empty());
        value.map(PathBuf::from)
    }

    /// True if a program of this name is found on the `PATH`.
    pub(crate) fn finds_program(&self, name: &str) -> bool {
        let names = [name.to_owned(), format!("{name}{}", std::env::consts::EXE_SUFFIX)];
        self.program_folders.iter().any(|folder| names.iter().any(|name| folder.join(name).is_file()))
    }

    /// True if standard output is coloured.
    pub(crate) fn stdout_colors(&self, choice: ColorChoice) -> bool {
        is_colored(choice, self.stdout_colors)
    }

    /// True if standard error is coloured.
    pub(crate) fn stderr_colors(&self, choice: ColorChoice) -> bool {
        is_colored(choice, self.stderr_colors)
    }
}

/// The folder for state: `XDG_STATE_HOME`, else `LOCALAPPDATA`, else `.local/state` in the home folder.
fn state_home(variable: &dyn Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let named = ["XDG_STATE_HOME", "LOCALAPPDATA"].into_iter().find_map(variable).map(PathBuf::from);
    let named = named.filter(|folder| folder.is_absolute());
    named.or_else(|| Some(PathBuf::from(variable("HOME")?).join(".local/state")))
}

fn is_colored(choice: ColorChoice, auto: bool) -> bool {
    match choice {
        ColorChoice::Auto => auto,
        ColorChoice::Always => true,
        ColorChoice::Never => false,
    }
}

/// True if output is coloured by the conventions for `NO_COLOR`, `FORCE_COLOR`, `CLICOLOR_FORCE`, `CLICOLOR` and
/// `TERM`. `variable` returns a variable if it is set and not empty.
fn shows_colors(is_terminal: bool, variable: &dyn Fn(&str) -> Option<OsString>) -> bool {
    let is_set = |name: &str| variable(name).is_some_and(|value| value != "0");
    if variable("NO_COLOR").is_some() {
        return false;
    }
    if is_set("FORCE_COLOR") || is_set("CLICOLOR_FORCE") {
        return true;
    }
    let is_disabled = variable("FORCE_COLOR").is_some() || variable("CLICOLOR").is_some_and(|value| value == "0");
    is_terminal && !is_disabled && variable("TERM").is_none_or(|term| term != "dumb")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_colors(is_terminal: bool, variables: &[(&str, &str)], expected: bool) {
        let variable =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value));
        assert_eq!(shows_colors(is_terminal, &variable), expected, "{is_terminal} {variables:?}");
    }

    #[test]
    fn colours_follow_the_conventions() {
        check_colors(true, &[], true);
        check_colors(false, &[], false);
        check_colors(true, &[("NO_COLOR", "1"), ("FORCE_COLOR", "1")], false);
        check_colors(false, &[("FORCE_COLOR", "1")], true);
        check_colors(true, &[("FORCE_COLOR", "0")], false);
        check_colors(false, &[("CLICOLOR_FORCE", "1")], true);
        check_colors(true, &[("CLICOLOR", "0")], false);
        check_colors(true, &[("TERM", "dumb")], false);
    }
}
