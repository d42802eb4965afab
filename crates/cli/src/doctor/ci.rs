//! The files of CI systems that run lawbook.

use lawbook_core::policy::weakened::{DoorLines, door_lines};

use super::{Examined, Observation, doors};
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
    let running: Vec<(&CiFile, DoorLines)> =
        running.into_iter().map(|file| (file, door_lines(&file.path, &file.text))).collect();
    let is_judged = running.iter().any(|(_, lines)| lines.counted > 0);
    let branch = subject.survey.remote_branch();
    let mut found = Vec::new();
    for (file, lines) in &running {
        if lines.counted == 0 {
            let fix = "let the line fail when `lawbook check` fails, at each push or pull request";
            found.extend(doors::uncounted(&file.path, lines, fix, is_judged));
            continue;
        }
        found.push(Observation::good(format!("{}: {}", file.system.name(), file.path)));
        let pushed = pushed_branches(file).filter(|branches| !branches.is_empty());
        if let (Some(branches), Some(branch)) = (pushed, &branch)
            && !branches.iter().any(|other| other == branch || other.contains('*'))
        {
            let message = format!("{} runs at pushes to {}, and not to `{branch}`", file.path, branches.join(", "));
            found.push(Observation::note(message).with_fix(format!("write `branches: [{branch}]` below `push:`")));
        }
    }
    found
}

/// The branches below `push:` in a workflow of GitHub; `None` where it names none.
fn pushed_branches(file: &CiFile) -> Option<Vec<String>> {
    let head = file.text.split("\njobs:").next().filter(|_| file.system == CiSystem::GitHub)?;
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut lines = head.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    let push = indent(lines.find(|line| line.trim() == "push:")?);
    let mut below = lines.take_while(|line| indent(line) > push);
    let branches = below.find_map(|line| line.trim().strip_prefix("branches:"))?;
    let listed = below.map_while(|line| line.trim().strip_prefix("- "));
    let names = branches.split(',').chain(listed);
    let bare = |name: &str| name.trim_matches(|c: char| " []\"'".contains(c)).to_owned();
    Some(names.map(bare).filter(|name| !name.is_empty()).collect())
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
