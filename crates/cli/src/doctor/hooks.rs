//! The hook that judges a commit.

use std::path::Path;

use lawbook_workspace::GitHooks;

use super::{Examined, Observation, text_of};
use crate::install::git::{self, HOOK_NAME};

/// Looks for lawbook in the hook that git runs, in the file of the tool that manages hooks, and in git's settings.
pub(super) fn git(subject: &Examined<'_>) -> Vec<Observation> {
    let Some(hooks) = &subject.hooks else {
        return vec![Observation::note("no repository with a working tree: nothing is committed here")];
    };
    let at = hooks.folder.join(HOOK_NAME);
    let shown = shown(&at, hooks);
    let program = text_of(&at);
    let in_program = program.as_deref().filter(|text| runs_lawbook(text));
    let configured = text_of(&hooks.config).filter(|text| text.contains("[hook \"lawbook\"]"));
    let is_off = hooks.hooks_path.as_ref().is_some_and(|path| path.value == "/dev/null" || path.value.is_empty());
    if let Some(text) = configured {
        if hooks.has_configured_hooks {
            let program = git::program_of(&text).unwrap_or_else(|| "lawbook".to_owned());
            return vec![Observation::good(format!(
                "git: `{program} check --staged` before a commit (a hook in its settings)"
            ))];
        }
        let message = "the hook stands in git's settings, and this git reads it only from version 2.54 on";
        return vec![Observation::broken(message, "lawbook uninstall git && lawbook install git")];
    }
    if is_off {
        let message = "`core.hooksPath` switches all hooks of git off, so no commit is judged";
        let scope = if hooks.hooks_path.as_ref().is_some_and(|path| path.is_of_repository) { "" } else { " --global" };
        return vec![Observation::broken(message, format!("git config --unset{scope} core.hooksPath"))];
    }
    if let Some(text) = in_program {
        if !is_executable(&at) {
            return vec![Observation::broken(
                format!("{shown} is not executable, so git does not run it"),
                format!("chmod +x {shown}"),
            )];
        }
        let program = git::program_of(text).unwrap_or_else(|| "lawbook".to_owned());
        return vec![Observation::good(format!("git: `{program} check --staged` before a commit ({shown})"))];
    }
    if let Some(manager) = git::manager_state(program.as_deref(), &|path| subject.survey.has(path)) {
        let named = git::naming_files(&|path| subject.survey.text(path)).next();
        return vec![match named {
            Some(path) if manager.has_hook => {
                Observation::good(format!("git: lawbook before a commit, by {} ({path})", manager.name))
            }
            Some(path) => {
                let message = format!("{path} names lawbook, and the hook of {} is not in this clone", manager.name);
                Observation::broken(message, manager.then)
            }
            None => Observation::note(format!("no commit is judged: {} runs the hooks, without lawbook", manager.name))
                .with_fix(format!("lawbook install git   # shows the lines to add to {}", manager.takes)),
        }];
    }
    let elsewhere = subject.survey.repository().map(|repository| repository.common().join("hooks").join(HOOK_NAME));
    let elsewhere = elsewhere.filter(|other| *other != at && text_of(other).is_some_and(|text| runs_lawbook(&text)));
    if let (Some(other), Some(path)) = (elsewhere, &hooks.hooks_path) {
        let message = format!(
            "{} runs lawbook, and git takes its hooks from `{}` (core.hooksPath)",
            self::shown(&other, hooks),
            path.value
        );
        return vec![Observation::broken(message, "lawbook install git")];
    }
    vec![
        Observation::note("no commit is judged: no hook of git runs lawbook in this clone")
            .with_fix("lawbook install git"),
    ]
}

/// True if a script or the settings of a tool run lawbook.
fn runs_lawbook(text: &str) -> bool {
    text.lines().any(|line| {
        !line.trim_start().starts_with("//") && line.contains("lawbook") && !line.trim_start().starts_with('#')
    })
}

/// A path as it is shown: from the top of the working tree, if it is below it.
fn shown(at: &Path, hooks: &GitHooks) -> String {
    at.strip_prefix(&hooks.top).unwrap_or(at).display().to_string()
}

#[cfg(unix)]
fn is_executable(at: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    at.metadata().is_ok_and(|metadata| metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(_: &Path) -> bool {
    true
}
