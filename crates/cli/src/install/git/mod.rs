//! The hook that git runs before a commit: where it goes, and its text.
//!
//! Only `pre-commit` is written. A merge without a conflict runs `pre-merge-commit`, with an index that is what git made of
//! two commits: nothing in it is new. A merge with a conflict ends in `git commit`, which runs `pre-commit`.

mod configured;
mod hook_tools;
mod script;

use std::path::Path;

use lawbook_core::mistake::Mistake;
use lawbook_workspace::GitHooks;

pub(crate) use configured::{add_section, remove_section};
pub(crate) use hook_tools::{is_published, manager_files, manager_state, managers, naming_files};
pub(crate) use script::{extend, is_for_sh, remove_block};

use super::hook_command::quoted;

/// The name of the hook.
pub(crate) const HOOK_NAME: &str = "pre-commit";

/// True if git can run a file as a hook.
#[cfg(unix)]
pub(crate) fn is_executable(at: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    at.metadata().is_ok_and(|metadata| metadata.permissions().mode() & 0o111 != 0)
}

/// True: this system has no mark for programs.
#[cfg(not(unix))]
pub(crate) fn is_executable(_: &Path) -> bool {
    true
}

/// The place of the hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HookPlace {
    /// A program in the folder of hooks.
    Program,
    /// A section of the configuration of the repository.
    Configuration,
}

/// Decides on the place of the hook. `program` is the text of the program that is there now, and `exists` says whether
/// there is a file or folder at a path below the top of the working tree.
///
/// # Errors
/// Another tool writes the hook, or it holds for other repositories too. The help has the lines to add.
pub(crate) fn place(
    hooks: &GitHooks,
    program: Option<&str>,
    exists: &dyn Fn(&str) -> bool,
) -> Result<HookPlace, Mistake> {
    let hooks_path = hooks.hooks_path.as_ref().map_or("", |path| &path.value);
    if let Some(mistake) = hook_tools::refuse(program, hooks_path, exists) {
        return Err(mistake);
    }
    if program.is_some_and(|program| script::lines_of_block(program).is_some()) {
        return Ok(HookPlace::Program);
    }
    // A folder that the repository names itself is often committed, and then holds for all who work on it.
    let has_own_folder = hooks.hooks_path.as_ref().is_some_and(|path| path.is_of_repository);
    if hooks.has_configured_hooks && program.is_none() && !has_own_folder {
        return Ok(HookPlace::Configuration);
    }
    if let Some(path) = hooks.hooks_path.as_ref().filter(|path| !path.is_of_repository) {
        let message = format!(
            "`core.hooksPath` of {} names the hooks of all repositories, so nothing was written to {}",
            path.origin, path.value
        );
        let help = format!(
            "add `{CHECK}` to {HOOK_NAME} there, or give this repository its own hooks: \
             `git config core.hooksPath \"$(git rev-parse --git-common-dir)/hooks\"`, then run it again"
        );
        return Err(Mistake::new(message).with_help(help));
    }
    Ok(HookPlace::Program)
}

/// The command that the hook runs.
const CHECK: &str = "lawbook check --staged";

/// The commands of the hook: the test for the program, the check, and what is said where the program is missing.
#[derive(Debug)]
struct HookLines {
    is_there: String,
    check: String,
    say_missing: String,
}

/// The commands of the hook for `lawbook` on the `PATH`, or a program at an absolute path.
fn hook_lines(program: Option<&str>) -> HookLines {
    let (program, place) = match program {
        Some(program) => (quoted(program), "where it was"),
        None => ("lawbook".to_owned(), "on the PATH that git has"),
    };
    let missing = format!(
        "lawbook is not {place}, so this commit is not checked and not made. Put it there, or commit with --no-verify."
    );
    HookLines {
        is_there: format!("command -v {program} >/dev/null 2>&1"),
        check: format!("{program} check --staged"),
        say_missing: format!("echo '{missing}' >&2"),
    }
}

/// The program that a hook runs, if `lawbook install` has written the hook: `lawbook`, or a path. The text is that of a
/// script, or of the configuration of a repository.
pub(crate) fn program_of(text: &str) -> Option<String> {
    let start = text.find("# >>> lawbook").or_else(|| text.find("[hook \"lawbook\"]"))?;
    program_in(&text[start..].replace("\\\"", "\"").replace(r"\\", "\\"))
}

/// True if a hook has lines that `lawbook install` has written and somebody has changed. The text is that of a script, or
/// of the configuration of a repository.
pub(crate) fn is_changed(text: &str) -> bool {
    [remove_block(text), remove_section(text)].iter().any(|without| !without.kept.is_empty())
}

/// The program in commands that [`hook_lines`] gave.
fn program_in(commands: &str) -> Option<String> {
    let (program, _) = commands.split_once("command -v ")?.1.split_once(" >/dev/null")?;
    let bare = program.strip_prefix('\'').and_then(|program| program.strip_suffix('\'')).unwrap_or(program);
    Some(bare.replace(r"'\''", "'"))
}
