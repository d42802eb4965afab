//! The agents that have lawbook judge what they do.

use std::path::{Path, PathBuf};

use super::{Examined, Observation, text_of};
use crate::install::{AGENTS, Agent, HookCommand, SettingsFile};

/// Looks at the settings of each agent that is used here or has lawbook in its settings.
pub(super) fn agents(subject: &Examined<'_>) -> Vec<Observation> {
    let used: Vec<&str> = subject.survey.agents().map(|agent| agent.name).collect();
    let mut found = Vec::new();
    for agent in AGENTS.iter().copied() {
        let of_project =
            agent.files.iter().map(|file| (file, subject.survey.folder().join(file.project), file.project.to_owned()));
        let mut observed: Vec<Observation> =
            of_project.filter_map(|(file, at, shown)| in_file(agent, file, &at, &shown)).collect();
        if observed.is_empty() {
            let of_user = agent.files.iter().filter_map(|file| {
                let (folder, shown) = user_folder(agent, subject)?;
                in_file(agent, file, &folder.join(file.user), &format!("{shown}/{}", file.user))
            });
            observed.extend(of_user.filter(|one| one.state == super::Health::Good));
        }
        let mut named = agent.files.iter().map(|file| file.project).filter(|path| {
            subject.survey.text(path).is_some_and(|text| text.contains(&format!(" hook {}", agent.name)))
        });
        if observed.is_empty()
            && let Some(path) = named.next()
        {
            let message = format!("{}: {path} runs a hook that is none of lawbook's", agent.title);
            let fix = format!("take it out there, then `lawbook install {}`", agent.name);
            observed.push(Observation::broken(message, fix));
        } else if observed.is_empty() && used.contains(&agent.name) {
            let message = format!("{} is used here, and has no hook of lawbook", agent.title);
            observed.push(Observation::note(message).with_fix(format!("lawbook install {}", agent.name)));
        }
        found.extend(observed);
    }
    if found.iter().any(|seen| seen.state == super::Health::Good) {
        found.extend(for_agents(subject));
    }
    found
}

/// What is for agents beside their hooks, and is not there.
fn for_agents(subject: &Examined<'_>) -> Vec<Observation> {
    /// The preset with what holds for code that agents write.
    const PRESET: &str = "agents";
    let mut found = Vec::new();
    let first = subject.law.as_ref().ok().and_then(|law| law.layers().first());
    if first.is_some_and(|layer| layer.settings.extends.iter().all(|(name, _)| name != PRESET)) {
        let message = format!("agents work here, and `extends` does not have the preset `{PRESET}`");
        found.push(Observation::note(message).with_fix(format!("write \"{PRESET}\" into `extends` of lawbook.toml")));
    }
    let read = ["AGENTS.md", "CLAUDE.md", ".claude/CLAUDE.md", "GEMINI.md"];
    if !read.iter().any(|path| subject.survey.text(path).is_some_and(|text| text.contains("lawbook"))) {
        let message = "no file that agents read at their start (AGENTS.md) speaks of lawbook";
        found.push(Observation::note(message).with_fix("lawbook init --only instructions"));
    }
    found
}

/// The part of a changed command line for which it is no hook of the agent, or its answer does not count.
fn wrong_command(text: &str, agent: &str) -> Option<String> {
    let plain = text.replace("\\\"", "'");
    for (at, found) in plain.match_indices(" hook ") {
        let rest = plain[at + found.len()..].split(['"', '\n']).next().unwrap_or_default();
        let program = plain[..at].rsplit(['"', '\n', ' ']).next().unwrap_or_default();
        if !program.contains("lawbook") {
            continue;
        }
        let name = rest.split([' ', '\'', ';', '|', '&']).next().unwrap_or_default();
        if name != agent {
            return Some(format!("`lawbook hook {name}` is no hook of {agent}"));
        }
        let is_ended = ["||", "; true", ";true", "; exit 0", "; :"].iter().any(|end| rest.contains(end));
        if is_ended && !rest.contains("exit 2") {
            return Some(format!("the answer of `lawbook hook {rest}` does not count"));
        }
    }
    None
}

/// What one file with settings says; `None` if it is not there or has nothing of lawbook.
fn in_file(agent: &Agent, file: &SettingsFile, at: &Path, shown: &str) -> Option<Observation> {
    let text = text_of(at)?;
    let again = format!("lawbook install {}", agent.name);
    let without = match agent.uninstall(file, shown, &text) {
        Ok(without) => without,
        Err(mistake) => {
            // A file that cannot be read gives the agent no hooks at all.
            return Some(Observation::broken(mistake.message, format!("put {shown} right, then `{again}`")));
        }
    };
    if without.text.as_deref() == Some(&*text) && without.kept.is_empty() {
        return None;
    }
    let commands = [false, true].into_iter().flat_map(|fails_closed| {
        let programs = [None, program_in(&text, agent.name)];
        programs.map(|program| HookCommand::new(program.as_deref(), fails_closed))
    });
    let results: Vec<_> =
        commands.filter_map(|command| agent.install(file, shown, Some(&text), &command).ok()).collect();
    if results.iter().any(|result| result.text.as_deref() == Some(&*text) && result.kept.is_empty()) {
        return Some(Observation::good(format!(
            "{}: before and after edits, and at the end of a turn ({shown})",
            agent.title
        )));
    }
    if results.iter().all(|result| !result.kept.is_empty()) {
        let fix = format!("delete these entries, then: {again}");
        if let Some(wrong) = wrong_command(&text, agent.name) {
            return Some(Observation::broken(format!("{}: {wrong} ({shown})", agent.title), fix));
        }
        let message = format!("{}: its hooks of lawbook were changed by hand ({shown})", agent.title);
        return Some(Observation::note(message).with_fix(fix));
    }
    Some(Observation::broken(format!("{}: not all hooks of lawbook are in {shown}", agent.title), again))
}

/// The path of the program in front of ` hook NAME` in settings.
fn program_in(text: &str, agent: &str) -> Option<PathBuf> {
    let end = text.find(&format!(" hook {agent}"))?;
    let start = text[..end].rfind(['"', '\'']).map_or(0, |at| at + 1);
    let program = text.get(start..end).filter(|program| program.contains(['/', '\\']))?;
    Some(PathBuf::from(program))
}

/// The folder with the settings of the user, and how it is shown.
fn user_folder(agent: &Agent, subject: &Examined<'_>) -> Option<(PathBuf, String)> {
    let places = &agent.user_folder;
    let named =
        places.variable.and_then(|(variable, below)| Some(subject.environment.folder_in(variable)?.join(below)));
    if let Some(folder) = named {
        let shown = folder.display().to_string();
        return Some((folder, shown));
    }
    let home = subject.environment.home.as_ref()?;
    Some((home.join(places.below_home), format!("~/{}", places.below_home)))
}
