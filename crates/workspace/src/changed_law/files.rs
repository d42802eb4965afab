//! Lists of git that hide code from now on, and lines that run lawbook and are gone.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use lawbook_core::mistake::Mistake;
use lawbook_core::policy::weakened::{may_run_lawbook, weakened_lines};
use lawbook_core::report::Weakening;
use lawbook_core::source::RelPath;
use lawbook_core::span::Span;

use crate::change::{Change, GITATTRIBUTES_NAME, WatchedFile};
use crate::files::GitFiles;
use crate::gitignore::{GITIGNORE_NAME, IgnoreList};
use crate::law::Law;

/// Attributes of git that hide the changes of a file from those who review them, or change what git stores.
const HIDING_ATTRIBUTES: &[&str] =
    &["linguist-generated", "linguist-vendored", "linguist-documentation", "-diff", "binary", "-text"];

impl Law {
    /// The weakened lists and lines among the files of a change that are no code.
    ///
    /// # Errors
    /// Git fails.
    pub(super) fn weakened_files(
        &self,
        change: &Change,
        before: &GitFiles<'_>,
    ) -> Result<Vec<Weakening>, Vec<Mistake>> {
        let watched = &change.watched;
        let is_list = |file: &&WatchedFile| list_name(&file.at).is_some();
        let mut found = Vec::new();
        for file in watched.iter().filter(|file| !is_list(file)) {
            let of_repository = file.at.strip_prefix(change.git.top()).unwrap_or(&file.at).to_string_lossy();
            if let Some(before) = file.before.as_ref().filter(|_| may_run_lawbook(&of_repository)) {
                let path = RelPath::new(self.path_from_root(&file.at));
                let lines = weakened_lines(&path, before, file.now.as_deref());
                if file.now.is_none() && watched.iter().any(|other| takes_place(other, file, &path, before)) {
                    continue;
                }
                found.extend(lines);
            }
        }
        if !watched.iter().any(|file| is_list(&file)) {
            return Ok(found);
        }
        let code = self.code_of(change, before)?;
        for file in watched.iter().filter(is_list) {
            let Some(now) = &file.now else { continue };
            let Some(folder) = file.at.parent() else { continue };
            let below: Vec<(&RelPath, String)> = code
                .iter()
                .filter_map(|path| {
                    let at = self.root().join(path.as_str());
                    let below = at.strip_prefix(folder).ok()?.to_str()?.replace('\\', "/");
                    Some((path, below))
                })
                .collect();
            let path = RelPath::new(self.path_from_root(&file.at));
            let before = file.before.as_deref().unwrap_or_default();
            let is_ignore = list_name(&file.at) == Some(GITIGNORE_NAME);
            found.extend(if is_ignore {
                ignored(&path, before, now, &below)
            } else {
                hidden(&path, before, now, &below)
            });
        }
        Ok(found)
    }

    /// The code of both sides of a change, and the files of its law.
    fn code_of(&self, change: &Change, before: &GitFiles<'_>) -> Result<Vec<RelPath>, Vec<Mistake>> {
        let is_code = |path: &RelPath| self.checker.filter().dialect(path).is_some();
        let mut code: Vec<RelPath> = before.find(&is_code)?.into_iter().map(|(path, _)| path).collect();
        code.extend(change.files.iter().map(|file| file.path.clone()));
        let law = self.places.configs.iter().chain(&self.places.packs);
        code.extend(law.filter_map(|at| Some(self.paths.below(at)?.0)));
        code.extend(self.baseline().file_paths()?.iter().filter_map(|at| Some(self.paths.below(at)?.0)));
        code.sort();
        code.dedup();
        Ok(code)
    }
}

/// True if a new file runs all that a file that is gone ran: it lies in the same folder and has the same extension, so that
/// the same program reads it.
fn takes_place(new: &WatchedFile, gone: &WatchedFile, path: &RelPath, before: &str) -> bool {
    let is_beside = new.at.parent() == gone.at.parent() && new.at.extension() == gone.at.extension();
    // A name decides outside of a folder whose files all run.
    let is_of_folder =
        gone.at.extension().is_some() && gone.at.parent().is_some_and(|folder| folder.ends_with("workflows"));
    let now = new.now.as_deref().filter(|_| new.before.is_none() && is_beside && is_of_folder);
    now.is_some_and(|now| weakened_lines(path, before, Some(now)).is_empty())
}

/// The name of a list of git.
fn list_name(at: &Path) -> Option<&'static str> {
    let name = at.file_name()?;
    [GITIGNORE_NAME, GITATTRIBUTES_NAME].into_iter().find(|known| name == *known)
}

/// The lines of a text that another one lacks, with their places.
fn new_lines<'t>(before: &str, now: &'t str) -> Vec<(&'t str, Span)> {
    let older: HashSet<&str> = before.lines().map(str::trim_end).collect();
    let mut start = 0;
    let mut found = Vec::new();
    for line in now.split_inclusive('\n') {
        let text = line.trim_end();
        if !text.is_empty() && !older.contains(text) {
            let of = |at: usize| u32::try_from(at).unwrap_or_default();
            found.push((text, Span::new(of(start), of(start + text.len()))));
        }
        start += line.len();
    }
    found
}

/// The patterns that are new in a `.gitignore` and match code or law. `below` are their paths, as the root and as the folder
/// of the list call them.
fn ignored(path: &RelPath, before: &str, now: &Arc<str>, below: &[(&RelPath, String)]) -> Vec<Weakening> {
    let (list_before, list_now) = (IgnoreList::parse(before.as_bytes()), IgnoreList::parse(now.as_bytes()));
    let mut hidden: Vec<&(&RelPath, String)> =
        below.iter().filter(|(_, path)| ignores(&list_now, path) && !ignores(&list_before, path)).collect();
    let mut found = Vec::new();
    for (line, span) in new_lines(before, now) {
        let list = IgnoreList::parse(line.as_bytes());
        let (of_line, others): (Vec<_>, Vec<_>) = hidden.into_iter().partition(|(_, path)| ignores(&list, path));
        hidden = others;
        if let Some((first, _)) = of_line.first() {
            let message = format!("git ignores {} from now on, by `{line}`", counted(first, of_line.len()));
            found.push(Weakening::in_text(path.clone(), now.clone(), span, line, message));
        }
    }
    if let Some((first, _)) = hidden.first() {
        let message = format!("git ignores {} from now on: a line with `!` is gone", counted(first, hidden.len()));
        found.push(Weakening::in_text(path.clone(), now.clone(), Span::default(), "!", message));
    }
    found
}

/// The lines that are new in a `.gitattributes` and hide the changes of code.
fn hidden(path: &RelPath, before: &str, now: &Arc<str>, below: &[(&RelPath, String)]) -> Vec<Weakening> {
    let mut found = Vec::new();
    for (line, span) in new_lines(before, now) {
        let mut words = line.split_whitespace();
        let Some(pattern) = words.next().filter(|word| !word.starts_with('#')) else { continue };
        let attribute = words.find(|word| HIDING_ATTRIBUTES.contains(&word.strip_suffix("=true").unwrap_or(word)));
        let Some(attribute) = attribute else { continue };
        let list = IgnoreList::parse(pattern.trim_matches('"').as_bytes());
        let of_line: Vec<&(&RelPath, String)> =
            below.iter().filter(|(_, path)| list.ignores(path.as_bytes(), false) == Some(true)).collect();
        if let Some((first, _)) = of_line.first() {
            let code = counted(first, of_line.len());
            let message = format!("`{attribute}` hides the changes of {code} from those who review them");
            found.push(Weakening::in_text(path.clone(), now.clone(), span, line, message));
        }
    }
    found
}

/// True if a list ignores a file or a folder above it.
fn ignores(list: &IgnoreList, path: &str) -> bool {
    let folders = path.match_indices('/').map(|(end, _)| (&path[..end], true));
    folders.chain([(path, false)]).any(|(path, is_folder)| list.ignores(path.as_bytes(), is_folder) == Some(true))
}

/// A path and the number of others.
fn counted(first: &RelPath, count: usize) -> String {
    match count - 1 {
        0 => format!("`{first}`"),
        1 => format!("`{first}` and 1 more file"),
        more => format!("`{first}` and {more} more files"),
    }
}
