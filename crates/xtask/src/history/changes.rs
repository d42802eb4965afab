//! The changes that a simulated commit makes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::oracle::{ReportedFinding, count, more};
use super::{BranchState, Simulation, edit, has_extension, write};

impl Simulation<'_> {
    /// Changes one file; returns the name of the change, none if it was not possible.
    pub(super) fn change(&mut self, state: &mut BranchState) -> Result<Option<&'static str>, String> {
        self.next += 1;
        self.last_rename = None;
        let files = self.sources()?;
        let mut with_findings: Vec<String> = state.found.iter().map(|found| found.path.clone()).collect();
        with_findings.dedup();
        // In half of the cases a file with findings, since nothing can go wrong elsewhere.
        let from = if self.chance.percent(50) { &with_findings } else { &files };
        let Some(path) = self.chance.pick(from).cloned() else { return Ok(None) };
        let at = self.folder.join(&path);
        let text = fs::read_to_string(&at).map_err(|error| format!("{path}: {error}"))?;
        let (next, rust, chance) = (self.next, has_extension(&path, "rs"), &mut self.chance);
        let (what, new) = match chance.below(100) {
            0..25 => ("edit", edit::add_line(&text, next, rust, chance)),
            25..40 => ("move", edit::swap(&text, chance)),
            40..50 => ("indent", edit::indent(&text, chance)),
            50..62 => return self.rename(&path).map(Some),
            62..69 => return self.edit_inside(&path, &text),
            69..77 => return self.rename_definition(&path, &text, state),
            77..80 => return self.move_out(&path, &text, &files),
            80..90 => {
                let here: Vec<ReportedFinding> =
                    state.found.iter().filter(|found| found.path == path).cloned().collect();
                let most = 1 + chance.below(3);
                ("fix", edit::fix(&text, &here, most, chance))
            }
            _ => {
                // A file has three names at most, so that equal functions with equal findings come up.
                let stem: String = path.chars().filter(char::is_ascii_alphanumeric).collect();
                let name = format!("added_{stem}_{}", chance.below(3));
                ("add findings", edit::add_findings(&text, &name, rust, chance))
            }
        };
        let Some(new) = new.filter(|new| *new != text) else { return Ok(None) };
        write(&at, &new)?;
        Ok(Some(what))
    }

    /// Adds lines to a block; not possible where the parser then stumbles, since such a file is not wholly checked.
    fn edit_inside(&mut self, path: &str, text: &str) -> Result<Option<&'static str>, String> {
        let rust = has_extension(path, "rs");
        let Some(new) = edit::edit_inside(text, self.next, rust, &mut self.chance) else { return Ok(None) };
        let at = self.folder.join(path);
        write(&at, &new)?;
        if self.is_broken(path)? {
            write(&at, text)?;
            return Ok(None);
        }
        Ok(Some("edit inside"))
    }

    /// True if a file has an error of syntax.
    fn is_broken(&mut self, path: &str) -> Result<bool, String> {
        Ok(self.check_raw(&["--no-baseline", path])?.iter().any(|found| found.rule == "parse-error"))
    }

    /// Gives a definition another name and notes the fingerprints of the findings in it. Not possible where only some of
    /// several equal findings get another fingerprint, or where entries are left whose findings are gone: then the commits do
    /// not say which findings must be known.
    fn rename_definition(
        &mut self,
        path: &str,
        text: &str,
        state: &BranchState,
    ) -> Result<Option<&'static str>, String> {
        let stale = more(&self.now(&state.accepted), &count(&state.found));
        let Some(new) = edit::rename_definition(text, self.next, &mut self.chance) else { return Ok(None) };
        if stale.keys().any(|(of, _)| of == path) {
            return Ok(None);
        }
        let at = self.folder.join(path);
        let raw_before = self.check_raw(&["--no-baseline", path])?;
        write(&at, &new)?;
        let raw_after = self.check_raw(&["--no-baseline", path])?;
        let is_same = raw_before.len() == raw_after.len();
        let mut prints: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (old, new) in raw_before.iter().zip(&raw_after) {
            prints.entry(&old.fingerprint).or_default().insert(&new.fingerprint);
        }
        let known: BTreeSet<&String> = self.first_prints.keys().collect();
        let is_clear = prints.iter().all(|(old, new)| {
            let new: Vec<&&str> = new.iter().collect();
            new.len() == 1 && (new[0] == old || !known.contains(&(*new[0]).to_owned()))
        });
        let rules =
            |found: &[ReportedFinding]| found.iter().map(|found| (found.rule.clone(), found.line)).collect::<Vec<_>>();
        // A finding about the name itself is another finding under another name.
        let is_in_symbols = raw_before
            .iter()
            .zip(&raw_after)
            .all(|(old, new)| old.fingerprint == new.fingerprint || old.symbol != new.symbol);
        if !is_same || !is_clear || !is_in_symbols || rules(&raw_before) != rules(&raw_after) {
            write(&at, text)?;
            return Ok(None);
        }
        for (old, new) in raw_before.iter().zip(&raw_after).filter(|(old, new)| old.fingerprint != new.fingerprint) {
            let first = self.first_prints.get(&old.fingerprint).cloned().unwrap_or_else(|| old.fingerprint.clone());
            self.first_prints.insert(new.fingerprint.clone(), first);
            self.outcome.renamed += 1;
        }
        Ok(Some("rename a definition"))
    }

    /// Moves a statement to another file of the same language.
    fn move_out(&mut self, path: &str, text: &str, files: &[String]) -> Result<Option<&'static str>, String> {
        let extension = |path: &str| Path::new(path).extension().map(std::ffi::OsStr::to_owned);
        let others: Vec<&String> =
            files.iter().filter(|other| *other != path && extension(other) == extension(path)).collect();
        let Some(other) = self.chance.pick(&others).copied() else { return Ok(None) };
        let at = self.folder.join(other);
        let to = fs::read_to_string(&at).map_err(|error| format!("{other}: {error}"))?;
        let Some((left, to)) = edit::move_out(text, &to, &mut self.chance) else { return Ok(None) };
        let from = self.folder.join(path);
        let to_before = fs::read_to_string(&at).map_err(|error| format!("{other}: {error}"))?;
        write(&from, &left)?;
        write(&at, &to)?;
        if self.is_broken(path)? || self.is_broken(other)? {
            write(&from, text)?;
            write(&at, &to_before)?;
            return Ok(None);
        }
        Ok(Some("move out"))
    }

    /// The path that a file of the last commit has now.
    pub(super) fn moved_to<'n>(&'n self, path: &'n str) -> &'n str {
        self.last_rename.as_ref().filter(|(old, _)| old == path).map_or(path, |(_, new)| new)
    }

    fn rename(&mut self, path: &str) -> Result<&'static str, String> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let new_name = format!("r{}_{name}", self.next);
        let new = match (folder.is_empty(), self.chance.percent(50)) {
            (true, _) => new_name,
            (false, true) => format!("{folder}/{new_name}"),
            (false, false) => format!("{folder}/moved{}/{name}", self.next),
        };
        let at = self.folder.join(&new);
        let made = at.parent().map_or(Ok(()), fs::create_dir_all);
        made.map_err(|error| format!("{new}: {error}"))?;
        self.git(&["mv", "--", path, &new])?;
        let first = self.first_names.get(path).cloned().unwrap_or_else(|| path.to_owned());
        self.first_names.insert(new.clone(), first);
        self.last_rename = Some((path.to_owned(), new));
        Ok("rename")
    }
}
