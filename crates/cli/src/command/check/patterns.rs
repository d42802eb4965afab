//! Paths of the command line that are globs, because no shell has expanded them.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use lawbook_core::glob::{self, GlobSyntax, PathGlobs};
use lawbook_core::mistake::{Mistake, MistakeList};
use lawbook_core::report::Report;
use lawbook_core::source::RelPath;
use lawbook_workspace::{Opening, Workspace};

use super::list;
use crate::args::CheckArgs;
use crate::command::Context;
use crate::text::counted;

/// The signs of globs.
const SIGNS: [char; 4] = ['*', '?', '[', '{'];

/// A path that is a glob: the folder that its plain start names, and the rest as a glob in that folder.
struct PathPattern<'a> {
    typed: &'a Path,
    folder: PathBuf,
    globs: PathGlobs,
    /// The number of files that it matches.
    matched: usize,
}

/// Replaces the globs among the paths of a check by the files that they match: those that would be checked in their folders.
///
/// Returns true for a change of which no file matches.
///
/// # Errors
/// A glob cannot be read, or matches no file, or the files cannot be listed.
pub(super) fn expand(opening: &mut Opening, args: &CheckArgs, context: &mut Context<'_>) -> Result<bool, MistakeList> {
    let cwd = context.cwd()?.to_owned();
    let is_glob =
        |typed: &&PathBuf| typed.to_string_lossy().contains(SIGNS) && cwd.join(typed).symlink_metadata().is_err();
    let globs: Vec<&PathBuf> = args.paths.iter().filter(is_glob).collect();
    if globs.is_empty() {
        return Ok(false);
    }
    let (mut patterns, mut mistakes) = (Vec::new(), Vec::new());
    for typed in globs {
        match PathPattern::new(typed, &cwd) {
            Ok(pattern) => patterns.push(pattern),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    if !mistakes.is_empty() {
        return Err(mistakes.into());
    }
    let folders: Vec<PathBuf> = patterns.iter().map(|pattern| pattern.folder.clone()).collect();
    // What the command line excludes is left out, and named, by the check itself.
    let listing = opening.clone().with_paths(folders).with_exclude([]);
    let workspace = Workspace::open(&cwd, listing)?;
    let run = workspace.run(&list::request(args))?;
    let mut matched: Vec<PathBuf> = Vec::new();
    for file in &run.files {
        let at = run.law.root().join(file.path.as_str());
        let mut is_matched = false;
        for pattern in &mut patterns {
            if pattern.matches(&at) {
                pattern.matched += 1;
                is_matched = true;
            }
        }
        if is_matched {
            matched.push(at);
        }
    }
    let is_change = args.change.selection().is_some();
    for PathPattern { typed, matched, folder, .. } in &patterns {
        let shown = typed.display();
        if *matched > 0 {
            let (files, verb) = (counted(*matched, "file"), if *matched == 1 { "matches" } else { "match" });
            context.output.note(format_args!("`{shown}` is a glob that no shell has expanded: {files} {verb} it"));
        } else if is_change {
            context.output.note(format_args!("`{shown}` is a glob that no file of the change matches"));
        } else {
            let relative = folder.strip_prefix(&cwd).ok().filter(|folder| *folder != Path::new(""));
            let place = relative.map_or_else(|| ".".to_owned(), |folder| folder.display().to_string());
            let message = format!("no file that would be checked matches the glob `{shown}`");
            let help = format!("`lawbook check --list-files {place}` lists these files");
            mistakes.push(Mistake::new(message).with_help(help));
        }
    }
    if !mistakes.is_empty() {
        return Err(mistakes.into());
    }
    let is_expanded = |typed: &PathBuf| patterns.iter().any(|pattern| pattern.typed == typed);
    opening.paths.retain(|typed| !is_expanded(typed));
    matched.sort_unstable();
    matched.dedup();
    let is_unmatched = matched.is_empty() && opening.paths.is_empty();
    if is_unmatched {
        // A change without such files has none to check, and not all of its files.
        opening.paths.extend(patterns.iter().map(|pattern| pattern.folder.clone()));
        opening.exclude.push(ALL.to_owned());
    }
    opening.paths.extend(matched.iter().cloned());
    opening.matched = matched;
    Ok(is_unmatched)
}

/// The glob that leaves out all files of a change of which none matches.
const ALL: &str = "**";

/// Counts the files of a change that no glob among the paths matches as lying outside of the paths, where none does.
pub(super) fn describe_unmatched(report: &mut Report) {
    let before = report.skipped.len();
    report.skipped.retain(|skipped| skipped.by.as_ref().is_none_or(|by| by.strip_prefix("--exclude ") != Some(ALL)));
    let outside = before - report.skipped.len();
    report.summary.skipped = report.summary.skipped.saturating_sub(outside);
    report.summary.outside += outside;
}

impl<'a> PathPattern<'a> {
    /// Splits a path at its first part that does not exist. A part that exists is no glob, whatever signs it has.
    fn new(typed: &'a Path, cwd: &Path) -> Result<Self, Mistake> {
        let mut folder = cwd.to_owned();
        let mut rest: Vec<&OsStr> = Vec::new();
        for part in typed.components() {
            match part {
                Component::CurDir => {}
                Component::Normal(name) if !rest.is_empty() || folder.join(name).symlink_metadata().is_err() => {
                    rest.push(name);
                }
                Component::ParentDir if !rest.is_empty() => rest.push(OsStr::new("..")),
                part => folder.push(part),
            }
        }
        let mistake = |reason: String| Mistake::new(format!("`{}` cannot be checked: {reason}", typed.display()));
        let names: Option<Vec<&str>> = rest.iter().map(|name| name.to_str()).collect();
        let Some(names) = names else { return Err(mistake("its name is not Unicode".to_owned())) };
        if let Some(first) = names.first().filter(|name| !name.contains(SIGNS)) {
            let missing = format!("there is no `{first}` in `{}`", folder.display());
            return Err(mistake(missing).with_help("a glob begins with folders that exist"));
        }
        let folder = folder.canonicalize().map_err(|error| mistake(error.to_string()))?;
        let rest = format!("{FOLDER}/{}", names.join("/"));
        glob::check(&rest).map_err(mistake)?;
        let globs = PathGlobs::new([(&*rest, false)], GlobSyntax::Lawbook).map_err(|(_, reason)| mistake(reason))?;
        Ok(Self { typed, folder, globs, matched: 0 })
    }

    /// True if the file of an absolute path is one that the glob matches.
    fn matches(&self, at: &Path) -> bool {
        let below = at.strip_prefix(&self.folder).ok().and_then(Path::to_str);
        below.is_some_and(|below| self.globs.matches(&RelPath::new(format!("{FOLDER}/{below}"))))
    }
}

/// The name that stands for the folder of a glob: one without a `/` would match at any depth, and in a shell it does not.
const FOLDER: &str = "_";
