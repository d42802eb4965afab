//! The hook that judges a commit.

use std::path::Path;

use lawbook_core::policy::weakened::door_lines;
use lawbook_workspace::GitHooks;

use super::{Examined, Observation, doors, text_of};
use crate::install::git::{self, HOOK_NAME};

/// Looks for lawbook in the hook that git runs, in the file of the tool that manages hooks, and in git's settings.
pub(super) fn git(subject: &Examined<'_>) -> Vec<Observation> {
    let Some(hooks) = &subject.hooks else {
        if let Some(mistake) = &subject.unread {
            let message = format!("a `.git` is here, and git gives no hooks: {}", mistake.message);
            return vec![Observation::broken(
                message,
                mistake.help.as_deref().unwrap_or("git status   # says what is wrong"),
            )];
        }
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
            if git::is_changed(&text) {
                let message = "the hook of lawbook in git's settings was changed by hand";
                let fix = "git config --remove-section hook.lawbook && lawbook install git   # writes it anew";
                return vec![Observation::note(message).with_fix(fix)];
            }
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
        return of_program(&at, &shown, text);
    }
    if let Some(manager) = git::manager_state(program.as_deref(), &|path| subject.survey.has(path)) {
        let named = git::naming_files(&|path| subject.survey.text(path)).next();
        if let Some((path, text)) = named.and_then(|path| Some((path, subject.survey.text(path)?))) {
            let wrong = doors::uncounted(path, &door_lines(path, &text), "let the line fail when lawbook fails", false);
            if !wrong.is_empty() {
                return wrong;
            }
        }
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
    let exists = |path: &str| subject.survey.has(path);
    let refused = || match git::place(hooks, program.as_deref(), &exists) {
        Err(mistake) => Some(mistake),
        Ok(_) => git::extend(&shown, Some(program.as_deref()?), None).err(),
    };
    let fix = match refused().and_then(|mistake| mistake.help) {
        Some(help) => help,
        None if program.is_some() && !git::is_executable(&at) => format!("chmod +x {shown} && lawbook install git"),
        None => "lawbook install git".to_owned(),
    };
    vec![Observation::note("no commit is judged: no hook of git runs lawbook in this clone").with_fix(fix)]
}

/// The program that git runs as the hook, which names lawbook.
fn of_program(at: &Path, shown: &str, text: &str) -> Vec<Observation> {
    if !git::is_executable(at) {
        return vec![Observation::broken(
            format!("{shown} is not executable, so git does not run it"),
            format!("chmod +x {shown}"),
        )];
    }
    let is_changed = git::is_changed(text);
    let fix = if is_changed {
        "delete the lines from `# >>> lawbook` to `# <<< lawbook`, then: lawbook install git"
    } else if git::program_of(text).is_some() {
        "lawbook uninstall git && lawbook install git   # puts the lines of lawbook first"
    } else {
        "put `lawbook check --staged || exit` above all else in it"
    };
    if git::is_for_sh(text) {
        let wrong = doors::uncounted(shown, &door_lines(HOOK_NAME, text), fix, false);
        if !wrong.is_empty() {
            return wrong;
        }
    }
    let program = git::program_of(text).unwrap_or_else(|| "lawbook".to_owned());
    let mut found = vec![Observation::good(format!("git: `{program} check --staged` before a commit ({shown})"))];
    if is_changed {
        let message = format!("the lines of lawbook in {shown} were changed by hand");
        found.push(Observation::note(message).with_fix(fix));
    }
    found
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
