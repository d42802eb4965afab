//! The environment of a command: the working directory, the variables and the terminals of the process. Only this
//! module reads them, once.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use crate::args::ColorChoice;
use crate::links::FileLinks;
use crate::terminal::{DEFAULT_WIDTH, TerminalVariables, shows_colors, shows_links, width};

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

/// A service of continuous integration whose logs or reports have a form of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CiService {
    /// GitHub Actions, and services that do the same.
    GitHub,
    /// GitLab CI/CD.
    GitLab,
    /// Azure Pipelines.
    Azure,
}

/// The variables that services set for the commands that they run; the first that is set counts. GitLab comes last, since it
/// has no format for the log.
const CI_VARIABLES: &[(&str, CiService)] =
    &[("GITHUB_ACTIONS", CiService::GitHub), ("TF_BUILD", CiService::Azure), ("GITLAB_CI", CiService::GitLab)];

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
    /// The service that runs the command, if it is known, with the variable that says so.
    pub(crate) ci: Option<(&'static str, CiService)>,
    /// The file to which a step of GitHub Actions may add its summary.
    pub(crate) step_summary: Option<PathBuf>,
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
    /// True if standard output is a terminal that can be cleared.
    #[cfg_attr(not(feature = "watch"), allow(dead_code, reason = "only a run that goes on asks"))]
    pub(crate) stdout_is_live: bool,
    /// True if standard error is a terminal that can overwrite a line.
    pub(crate) stderr_is_live: bool,
    /// True if standard error shows colours by default.
    stderr_colors: bool,
    /// True if standard output shows colours by default.
    stdout_colors: bool,
    /// The width of standard output that excerpts are clipped to, in columns.
    pub(crate) width: usize,
    /// The width of standard error, in columns.
    pub(crate) stderr_width: usize,
    /// The links to files that the terminal at standard output shows; none if it shows none.
    pub(crate) links: Option<FileLinks>,
}

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
            ci: None,
            step_summary: None,
            is_own_process: false,
            program: None,
            home: None,
            program_folders: Vec::new(),
            stdin_is_terminal: false,
            stdout_is_terminal: false,
            stdout_is_live: false,
            stderr_is_live: false,
            stderr_colors: false,
            stdout_colors: false,
            width: DEFAULT_WIDTH,
            stderr_width: DEFAULT_WIDTH,
            links: None,
        }
    }

    /// The environment of this process.
    pub(crate) fn of_process() -> Self {
        let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let is_on = |name: &str| variable(name).is_some_and(|value| value != "false" && value != "0");
        let (stdout, stderr) = (std::io::stdout().is_terminal(), std::io::stderr().is_terminal());
        let dumb = variable("TERM").is_some_and(|term| term == "dumb");
        let columns = |(width, _): (terminal_size::Width, terminal_size::Height)| usize::from(width.0);
        let stdout_columns = terminal_size::terminal_size_of(std::io::stdout()).filter(|_| stdout).map(columns);
        let stderr_columns = terminal_size::terminal_size_of(std::io::stderr()).filter(|_| stderr).map(columns);
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
            is_ci: is_on("CI"),
            ci: CI_VARIABLES.iter().copied().find(|(name, _)| is_on(name)),
            step_summary: variable("GITHUB_STEP_SUMMARY").map(PathBuf::from),
            is_own_process: true,
            program: std::env::current_exe().ok(),
            home: variable("HOME").or_else(|| variable("USERPROFILE")).map(PathBuf::from),
            program_folders: variable("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default(),
            stdin_is_terminal: std::io::stdin().is_terminal(),
            stdout_is_terminal: stdout,
            stdout_is_live: stdout && !dumb,
            stderr_is_live: stderr && !dumb,
            stderr_colors: shows_colors(stderr, &variable),
            stdout_colors: shows_colors(stdout, &variable),
            width: width(stdout_columns, &variable),
            stderr_width: width(stderr_columns, &variable),
            links: shows_links(stdout, &variable).then(|| host(&variable)).flatten().map(|host| FileLinks { host }),
        }
    }

    /// The folder that a variable names.
    pub(crate) fn folder_in(&self, variable: &str) -> Option<PathBuf> {
        let value = std::env::var_os(variable).filter(|value| self.is_own_process && !value.is_empty());
        value.map(PathBuf::from)
    }

    /// True if a program of this name is found on the `PATH`.
    pub(crate) fn finds_program(&self, name: &str) -> bool {
        self.find_program(name).is_some()
    }

    /// The path of the first program of this name on the `PATH`.
    pub(crate) fn find_program(&self, name: &str) -> Option<PathBuf> {
        let names = [name.to_owned(), format!("{name}{}", std::env::consts::EXE_SUFFIX)];
        let candidates = self.program_folders.iter().flat_map(|folder| names.iter().map(move |name| folder.join(name)));
        candidates.into_iter().find(|at| at.is_absolute() && at.is_file())
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
fn state_home(variable: &TerminalVariables<'_>) -> Option<PathBuf> {
    let named = ["XDG_STATE_HOME", "LOCALAPPDATA"].into_iter().find_map(variable).map(PathBuf::from);
    let named = named.filter(|folder| folder.is_absolute());
    named.or_else(|| Some(PathBuf::from(variable("HOME")?).join(".local/state")))
}

/// The name of this machine for links, which may be empty where the terminal is on the same machine. None if it is not and
/// the name is unknown: a link would lead to a file of the other machine.
fn host(variable: &TerminalVariables<'_>) -> Option<String> {
    let of_system = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let known = of_system.or_else(|| variable("HOSTNAME")?.into_string().ok()).map(|name| name.trim().to_owned());
    let is_name = |name: &String| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    let is_remote = ["SSH_CONNECTION", "SSH_TTY"].into_iter().any(|name| variable(name).is_some());
    known.filter(is_name).or_else(|| (!is_remote).then(String::new))
}

fn is_colored(choice: ColorChoice, auto: bool) -> bool {
    match choice {
        ColorChoice::Auto => auto,
        ColorChoice::Always => true,
        ColorChoice::Never => false,
    }
}
