//! The files of CI systems that run lawbook.

use super::{Examined, Observation};
use crate::survey::{CiFile, CiSystem};

/// Says which files run lawbook.
pub(super) fn runs(subject: &Examined<'_>) -> Vec<Observation> {
    let files = subject.survey.ci_files();
    let running: Vec<&CiFile> = files.iter().filter(|file| file.runs_lawbook()).collect();
    if let Some(system) = files.first().filter(|_| running.is_empty()).map(|file| file.system) {
        let message = format!("{} does not run lawbook", system.name());
        return vec![Observation::note(message).with_fix("lawbook init --only ci")];
    }
    if running.is_empty() {
        return vec![Observation::note("no file of a CI system is here")];
    }
    running.iter().map(|file| Observation::good(format!("{}: {}", file.system.name(), file.path))).collect()
}

/// Files that ask for a change and fetch no history to compare with.
pub(super) fn history(subject: &Examined<'_>) -> Vec<Observation> {
    let files = subject.survey.ci_files();
    let shallow = files.iter().filter(|file| file.runs_lawbook() && file.text.contains("--since") && is_shallow(file));
    let broken = |file: &CiFile| {
        let message =
            format!("{} runs `lawbook check --since` in a clone without the history that it needs", file.path);
        Observation::broken(message, fix(file.system))
    };
    shallow.map(broken).collect()
}

/// True if a file leaves the number of commits that are fetched to its system, which fetches few.
fn is_shallow(file: &CiFile) -> bool {
    let plain: String = file.text.chars().filter(|c| !matches!(c, ' ' | '"' | '\'')).collect();
    let fetches_more = ["unshallow", "--deepen", "fetch-depth:0", "fetchDepth:0", "GIT_DEPTH:0"];
    let is_certain = match file.system {
        CiSystem::GitHub => plain.contains("actions/checkout"),
        CiSystem::GitLab | CiSystem::Azure => true,
        CiSystem::Other(_) => false,
    };
    is_certain && !fetches_more.iter().any(|more| plain.contains(more))
}

fn fix(system: CiSystem) -> &'static str {
    match system {
        CiSystem::GitHub | CiSystem::Other(_) => "write `fetch-depth: 0` below `with:` of actions/checkout",
        CiSystem::GitLab => "write `GIT_DEPTH: \"0\"` below `variables:` of the job",
        CiSystem::Azure => "write `fetchDepth: 0` below `- checkout: self`",
    }
}
