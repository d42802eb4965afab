//! The baseline, and whether git keeps what the law is made of.

use std::path::PathBuf;

use lawbook_core::rule::engine_ids;
use lawbook_workspace::{BASELINE_FOLDER, CONFIG_NAME, baseline_entries};

use super::{Examined, Observation};
use crate::text::counted;

/// The entries of the baseline, and those that match nothing any more.
pub(super) fn baseline(subject: &Examined<'_>) -> Vec<Observation> {
    let entries = match baseline_entries(&subject.root) {
        Ok(entries) => entries.len(),
        // Mistakes in settings are shown once, where the settings are.
        Err(_) if subject.law.is_err() => return Vec::new(),
        Err(mistakes) => return mistakes.iter().map(Observation::of_mistake).collect(),
    };
    let Some(run) = subject.run() else { return Vec::new() };
    let summary = &run.report.summary;
    // A file that cannot be checked is no finding that a baseline takes; another check names it.
    let open = run.report.diagnostics.iter().filter(|found| *found.rule != *engine_ids::UNCHECKED_FILE).count();
    if entries == 0 && open == 0 && !run.report.diagnostics.is_empty() {
        return Vec::new();
    }
    if entries == 0 && is_gone(subject) {
        let message = format!("git has a baseline, and {BASELINE_FOLDER} is gone here");
        return vec![Observation::broken(message, "git restore .lawbook")];
    }
    let mut found = vec![match (entries, open) {
        (0, 0) => Observation::good("no finding, and no baseline"),
        (0, open) => Observation::note(format!("no baseline: {} today", counted(open, "finding")))
            .with_fix("lawbook baseline create"),
        (entries, 0) => {
            Observation::good(format!("{} in the baseline, and no other finding", counted(entries, "finding")))
        }
        (entries, open) => Observation::note(format!(
            "{} in the baseline, and {} beside it",
            counted(entries, "finding"),
            counted(open, "finding")
        ))
        .with_fix("lawbook check"),
    }];
    if summary.stale > 0 {
        let message = format!("{} of the baseline match no finding any more", counted(summary.stale, "entry"));
        found.push(Observation::broken(message, "lawbook baseline prune"));
    }
    found
}

/// True if git tracks files of the baseline and their folder is not there.
fn is_gone(subject: &Examined<'_>) -> bool {
    let Some(repository) = subject.survey.repository() else { return false };
    let at = subject.root.join(BASELINE_FOLDER);
    let from_top = at.strip_prefix(repository.top()).unwrap_or(&at).to_string_lossy().replace('\\', "/") + "/";
    at.symlink_metadata().is_err() && subject.survey.paths().iter().any(|path| path.starts_with(&from_top))
}

/// What git has of `lawbook.toml`, where it is not what is there.
fn unstaged(subject: &Examined<'_>) -> Option<Observation> {
    let at = subject.root.join(CONFIG_NAME);
    let text = super::text_of(&at)?;
    let staged = subject.survey.repository()?.bytes_in_index(&at);
    let message = match staged {
        None => format!("git does not have {CONFIG_NAME} yet: commits are judged without it"),
        // git may store other line ends.
        Some(bytes) if !String::from_utf8_lossy(&bytes).lines().eq(text.lines()) => {
            format!("{CONFIG_NAME} has changes that are not staged: commits are judged by what git has of it")
        }
        Some(_) => return None,
    };
    Some(Observation::note(message).with_fix(format!("git add {CONFIG_NAME}")))
}

/// Parts of the law that a `.gitignore` leaves out of the repository.
pub(super) fn ignored(subject: &Examined<'_>) -> Vec<Observation> {
    let Some(repository) = subject.survey.repository() else { return Vec::new() };
    let parts = [CONFIG_NAME, BASELINE_FOLDER];
    let from_top = |path: &str| {
        let at = first_file(subject.root.join(path));
        at.strip_prefix(repository.top()).unwrap_or(&at).to_string_lossy().replace('\\', "/")
    };
    let is_there = |path: &str| subject.root.join(path).symlink_metadata().is_ok();
    let ignored = parts.into_iter().filter(|path| is_there(path) && repository.ignores(&from_top(path)));
    let broken = |path: &str| {
        let at = from_top(path);
        let message = format!("git leaves `{path}` out, so others and CI do not have it");
        Observation::broken(message, format!("git check-ignore -v {at}   # names the line to take out"))
    };
    let mut found: Vec<Observation> = ignored.map(broken).collect();
    if !repository.ignores(&from_top(CONFIG_NAME)) {
        found.extend(unstaged(subject));
    }
    found
}

/// The path that git is asked for: of a folder, the first file in it, because a folder may be left out by its files.
fn first_file(at: PathBuf) -> PathBuf {
    /// The most folders, one in the other.
    const MAX_DEPTH: usize = 4;
    let mut at = at;
    for _ in 0..MAX_DEPTH {
        match std::fs::read_dir(&at).ok().and_then(|mut entries| entries.next()?.ok()) {
            Some(entry) => at = entry.path(),
            None => break,
        }
    }
    at
}
