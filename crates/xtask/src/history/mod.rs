//! A simulated history: many branches that edit, move, rename, fix and add code, merged by plain `git merge`, with every
//! report of lawbook compared with the one that the simulated commits require.

mod changes;
mod edit;
mod entries;
mod expected;
mod oracle;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use lawbook_core::language;
use lawbook_core::source::RelPath;

use crate::chance::Chance;
use crate::places::WorkspaceFolders;
use entries::EntryInFile;
use oracle::{
    FindingCounts, ReportedFinding, anywhere, both, count, followed, more, renamed, total, unknown_in_change, values_of,
};

/// The size of a simulation.
#[derive(Clone, Copy, Debug)]
pub struct HistoryPlan {
    /// The number of commits on the branches, merges not counted.
    pub commits: usize,
    /// The number of branches beside the one that they start from.
    pub branches: usize,
    /// The seed of the random numbers.
    pub seed: u64,
}

/// The results of a simulation.
#[derive(Debug, Default)]
pub struct HistoryOutcome {
    commits: BTreeMap<&'static str, usize>,
    known_at_first: i64,
    merges: usize,
    source_conflicts: usize,
    baseline_conflicts: usize,
    known_reported: i64,
    new_hidden: i64,
    miscounted: i64,
    outlived: i64,
    back: i64,
    twins: i64,
    grown: i64,
    unfollowed: i64,
    moved_out: i64,
    renamed: i64,
    lost: i64,
    staged_wrong: i64,
    checks: usize,
    left: i64,
    /// The expectations that failed.
    pub failures: Vec<String>,
}

impl HistoryOutcome {
    /// The results as lines of text.
    pub fn text(&self) -> String {
        let done: usize = self.commits.values().sum();
        let mut text = format!("{} findings at first, {} known at the end\n", self.known_at_first, self.left);
        let _ = writeln!(text, "{done} commits {:?}, {} merges, {} checks", self.commits, self.merges, self.checks);
        let _ = writeln!(text, "conflicts in sources: {}", self.source_conflicts);
        let _ = writeln!(text, "conflicts in baseline files: {}", self.baseline_conflicts);
        let _ = writeln!(text, "known findings reported as new: {}", self.known_reported);
        let _ = writeln!(text, "new findings hidden: {}", self.new_hidden);
        let _ = writeln!(text, "entries that nothing accounts for, or that are missing: {}", self.miscounted);
        let _ = writeln!(text, "entries that a merge kept though one side took an equal one out: {}", self.outlived);
        let _ = writeln!(text, "  that know what a source conflict brought back: {}", self.back);
        let _ = writeln!(text, "  that know an equal twin: {}", self.twins);
        let _ = writeln!(text, "fingerprints lost by edits, moves, indents and renames: {}", self.lost);
        let _ = writeln!(text, "wrong answers of --staged: {}", self.staged_wrong);
        let _ = writeln!(text, "findings whose definition got another name: {}", self.renamed);
        let _ = writeln!(text, "findings that were moved to another file, which is new: {}", self.moved_out);
        let _ = writeln!(text, "findings that are reported again, since their count has grown: {}", self.grown);
        let _ = writeln!(
            text,
            "findings whose file and definition both got other names, which are new: {}",
            self.unfollowed
        );
        text
    }
}

/// The simulated state of a branch.
#[derive(Clone, Debug, Default)]
struct BranchState {
    /// The findings that its baseline must hold, each under the path that its file had when the entry was written.
    accepted: FindingCounts,
    /// The entries of its baseline.
    entries: BTreeSet<EntryInFile>,
    /// The findings in its code.
    found: Vec<ReportedFinding>,
}

struct Simulation<'p> {
    lawbook: &'p Path,
    folder: PathBuf,
    chance: Chance,
    branches: HashMap<String, BranchState>,
    /// The state of the branch at each commit.
    commits: HashMap<String, BranchState>,
    /// The findings that were reported though known (false) or hidden though new (true), by path and fingerprint, and
    /// have been counted.
    wrong_reports: BTreeSet<(bool, String, String)>,
    /// The findings whose entries nothing leads to any more, which have been counted.
    lost_entries: BTreeSet<(String, String)>,
    /// The first path of each file, by every path that it got.
    first_names: BTreeMap<String, String>,
    /// The old and the new path of the file that the commit at hand renames.
    last_rename: Option<(String, String)>,
    /// The first fingerprint of each finding, by every other one that it got by renames of what encloses it.
    first_prints: BTreeMap<String, String>,
    next: usize,
    outcome: HistoryOutcome,
}

/// Simulates over a copy of a folder of sources.
pub fn run(
    places: &WorkspaceFolders,
    lawbook: &Path,
    sources: &Path,
    plan: HistoryPlan,
) -> Result<HistoryOutcome, String> {
    let folder = places.e2e().join("history");
    let _ = fs::remove_dir_all(&folder);
    copy(sources, &folder)?;
    write(&folder.join("lawbook.toml"), "extends = [\"recommended\", \"agents\"]\n")?;
    let mut simulation = Simulation {
        lawbook,
        folder,
        chance: Chance::new(plan.seed),
        branches: HashMap::new(),
        commits: HashMap::new(),
        wrong_reports: BTreeSet::new(),
        lost_entries: BTreeSet::new(),
        first_names: BTreeMap::new(),
        first_prints: BTreeMap::new(),
        last_rename: None,
        next: 0,
        outcome: HistoryOutcome::default(),
    };
    simulation.begin(plan.branches)?;
    let mut done = 0;
    // Not every edit is possible in every file.
    let mut tries = plan.commits * 20;
    while done < plan.commits && tries > 0 {
        tries -= 1;
        let branch = format!("b{}", simulation.chance.below(plan.branches));
        simulation.switch(&branch)?;
        if simulation.commit(&branch)? {
            done += 1;
            if simulation.chance.percent(12) {
                let to_main = simulation.chance.percent(60);
                let (into, from) = if to_main { ("main", branch.as_str()) } else { (branch.as_str(), "main") };
                simulation.merge(into, from)?;
            }
        }
    }
    for branch in 0..plan.branches {
        simulation.merge("main", &format!("b{branch}"))?;
    }
    simulation.outcome.left = total(&simulation.branches["main"].accepted);
    let mut outcome = simulation.outcome;
    if done < plan.commits {
        outcome.failures.push(format!("only {done} commits were possible"));
    }
    if outcome.baseline_conflicts > 0 {
        outcome.failures.push(format!("{} conflicts in baseline files", outcome.baseline_conflicts));
    }
    Ok(outcome)
}

impl Simulation<'_> {
    fn begin(&mut self, branches: usize) -> Result<(), String> {
        self.git(&["init", "--quiet", "--initial-branch=main"])?;
        // Else a merge gives a file of a renamed folder a path that no commit has named.
        self.git(&["config", "merge.directoryRenames", "false"])?;
        self.save("sources")?;
        self.lawbook(&["baseline", "create"])?;
        self.save("baseline")?;
        let found = self.check(&["--no-baseline"])?;
        let mut state = BranchState { accepted: count(&found), entries: BTreeSet::new(), found };
        self.check_entries("the first baseline", &mut state)?;
        self.outcome.known_at_first = total(&state.accepted);
        self.check_report("the first check", &state)?;
        for name in (0..branches).map(|number| format!("b{number}")).chain(["main".to_owned()]) {
            if name != "main" {
                self.git(&["branch", &name])?;
            }
            self.branches.insert(name, state.clone());
        }
        let head = self.head()?;
        self.commits.insert(head, state);
        Ok(())
    }

    /// Makes one change on a branch and commits it; false if it was not possible.
    fn commit(&mut self, branch: &str) -> Result<bool, String> {
        let mut state = self.branches[branch].clone();
        let Some(what) = self.change(&mut state)? else { return Ok(false) };
        self.git(&["add", "--all"])?;
        let before = std::mem::take(&mut state.found);
        state.found = self.check(&["--no-baseline"])?;
        let (was, is) = (count(&before), count(&state.found));
        let keeps = !matches!(what, "fix" | "add findings" | "move out");
        if what == "move out" {
            self.outcome.moved_out += total(&more(&is, &was));
        }
        let lost = total(&more(&anywhere(&was), &anywhere(&is)));
        if keeps && lost > 0 {
            self.outcome.lost += lost;
            self.fail(format!("{what} on {branch} lost {lost} fingerprints"));
        }
        let staged = self.check(&["--staged", "--no-baseline"])?;
        // Only what moves within its file, or with its file, is not new. A count that has grown is.
        let values_were = values_of(&before, |path| self.moved_to(path));
        let expected = unknown_in_change(&state.found, &values_were);
        let staged = count(&staged);
        self.outcome.grown +=
            total(&more(&expected, &more(&is, &renamed(&was, |path| self.moved_to(path).to_owned()))));
        if staged != expected {
            self.outcome.staged_wrong += 1;
            self.fail(format!("--staged after {what} on {branch} reports {staged:?} and not {expected:?}"));
        }
        self.check_report(&format!("{what} on {branch}"), &state)?;
        let (prunes, accepts) = match what {
            "fix" => (60, 0),
            "add findings" => (5, 60),
            "rename" | "rename a definition" => (40, 0),
            "move out" => (0, 50),
            "edit inside" => (5, 30),
            _ => (5, 0),
        };
        if self.chance.percent(prunes) {
            let lost = self.find_entries(&state.found)?.lost;
            self.lawbook(&["baseline", "prune"])?;
            // The entries that are left are written under the present paths; those of code in another file follow it.
            let accepted = more(&self.now(&state.accepted), &lost);
            let kept = both(&accepted, &is);
            state.accepted = followed(kept, &accepted, &state.found);
            self.check_report(&format!("pruning after {what} on {branch}"), &state)?;
        }
        if self.chance.percent(accepts) {
            let lost = self.find_entries(&state.found)?.lost;
            let reason = format!("accepted by commit {} of the history", self.next);
            self.lawbook(&["baseline", "create", "--accept-new", "--reason", &reason])?;
            for (key, count) in more(&is, &more(&self.now(&state.accepted), &lost)) {
                *state.accepted.entry(key).or_default() += count;
            }
            // An entry whose count has grown is written anew, under the present path of its file.
            let there = self.first_counts(entries::count(&entries::read(&self.folder)?));
            if self.now(&there) == self.now(&state.accepted) {
                state.accepted = there;
            }
            self.check_report(&format!("accepting after {what} on {branch}"), &state)?;
        }
        self.check_entries(&format!("{what} on {branch}"), &mut state)?;
        self.save(what)?;
        let head = self.head()?;
        self.commits.insert(head, state.clone());
        self.branches.insert(branch.to_owned(), state);
        *self.outcome.commits.entry(what).or_default() += 1;
        Ok(true)
    }

    fn merge(&mut self, into: &str, from: &str) -> Result<(), String> {
        self.switch(into)?;
        let base = self.git(&["merge-base", into, from])?.trim().to_owned();
        let base = self.commits.get(&base).cloned().ok_or("a merge base that was never made")?;
        let (ours, theirs) = (self.branches[into].clone(), self.branches[from].clone());
        self.outcome.merges += 1;
        let merged_well = self.git(&["merge", "--quiet", "--no-edit", from]).is_ok();
        let mut disputed = if merged_well { BTreeSet::new() } else { self.resolve()? };
        disputed.extend(self.delete_second_names()?);
        // Entries are merged one by one: what either side wrote or took out is written or taken out. Of equal findings
        // the sides may have taken out the same one or two; only the entries show which.
        let merge = entries::merged(&base.entries, &ours.entries, &theirs.entries);
        let accepted = self.first_counts(entries::count(&merge));
        let mut state = BranchState { accepted, entries: merge, found: self.check(&["--no-baseline"])? };
        let when = format!("merging {from} into {into}");
        let anew = self.first_counts(entries::count(&entries::accepted_since(&base.entries, &state.entries)));
        self.explain_kept(&when, [&base, &ours, &theirs], &anew, &state, &disputed);
        self.check_entries(&when, &mut state)?;
        self.check_report(&when, &state)?;
        let head = self.head()?;
        self.commits.insert(head, state.clone());
        self.branches.insert(into.to_owned(), state);
        Ok(())
    }

    /// The first path of a file.
    fn first_name<'n>(&'n self, path: &'n str) -> &'n str {
        self.first_names.get(path).map_or(path, String::as_str)
    }

    /// The same numbers by the present paths of the files.
    fn now(&self, counts: &FindingCounts) -> FindingCounts {
        renamed(counts, |path| name_now(path, &self.first_names, &|path| self.folder.join(path).is_file()))
    }

    /// The same numbers by the first fingerprints.
    fn first_counts(&self, counts: FindingCounts) -> FindingCounts {
        let mut all = FindingCounts::new();
        for ((path, mut print), count) in counts {
            self.first_print(&mut print);
            *all.entry((path, print)).or_default() += count;
        }
        all
    }

    /// Takes our side of the paths that git could not merge and counts them; returns these paths.
    fn resolve(&mut self) -> Result<BTreeSet<String>, String> {
        let unmerged = self.git(&["ls-files", "--unmerged", "-z"])?;
        let mut paths: BTreeMap<String, bool> = BTreeMap::new();
        for entry in unmerged.split('\0').filter(|entry| !entry.is_empty()) {
            let (head, path) = entry.split_once('\t').ok_or("git ls-files says something else")?;
            *paths.entry(path.to_owned()).or_default() |= head.ends_with(" 2");
        }
        if paths.is_empty() {
            return Err("git merge failed without a conflict".to_owned());
        }
        let disputed = paths.keys().cloned().collect();
        for (path, is_ours) in paths {
            if path.starts_with(".lawbook/") {
                self.outcome.baseline_conflicts += 1;
                self.fail(format!("a conflict in {path}"));
            } else {
                self.outcome.source_conflicts += 1;
            }
            if is_ours {
                // Of a file that both sides have renamed, git calls its own mixture of both texts ours.
                if self.git(&["checkout", "--quiet", "HEAD", "--", &path]).is_err() {
                    self.git(&["checkout", "--quiet", "--ours", "--", &path])?;
                }
                self.git(&["add", "--", &path])?;
            } else {
                self.git(&["rm", "--quiet", "--force", "--", &path])?;
            }
        }
        self.git(&["commit", "--quiet", "--no-edit"])?;
        Ok(disputed)
    }

    /// Deletes files that a merge has left under the names of both sides, except under the name of our side, and commits
    /// that; returns the deleted paths. Git does not see that a file was renamed if little of it stayed the same, and an
    /// edit of a line that is the whole file leaves little. With two files of one first name, nobody could say which of
    /// them the entries of an earlier name belong to.
    fn delete_second_names(&mut self) -> Result<Vec<String>, String> {
        let ours = self.git(&["ls-tree", "-r", "--name-only", "-z", "HEAD^1"])?;
        let ours: BTreeSet<&str> = ours.split('\0').collect();
        let sources = self.sources()?;
        let second = second_names(&sources, |path| self.first_name(path), |path| ours.contains(path));
        if !second.is_empty() {
            self.outcome.source_conflicts += second.len();
            let paths: Vec<&str> = second.iter().map(String::as_str).collect();
            self.git(&[&["rm", "--quiet", "--force", "--"], &paths[..]].concat())?;
            self.git(&["commit", "--quiet", "--amend", "--no-edit"])?;
        }
        Ok(second)
    }

    fn fail(&mut self, why: String) {
        self.outcome.failures.push(why);
    }

    fn switch(&self, branch: &str) -> Result<(), String> {
        self.git(&["checkout", "--quiet", "--force", branch])?;
        self.git(&["clean", "--quiet", "-fd"]).map(drop)
    }

    fn save(&self, message: &str) -> Result<(), String> {
        self.git(&["add", "--all"])?;
        self.git(&["commit", "--quiet", "--allow-empty", "-m", message]).map(drop)
    }

    fn head(&self) -> Result<String, String> {
        Ok(self.git(&["rev-parse", "HEAD"])?.trim().to_owned())
    }

    /// The sources that are committed.
    fn sources(&self) -> Result<Vec<String>, String> {
        let listed = self.git(&["ls-files", "-z"])?;
        let is_source = |path: &&str| language::of_path(&RelPath::new(*path)).is_some();
        Ok(listed.split('\0').filter(is_source).map(str::to_owned).collect())
    }

    /// Checks; the findings have the fingerprints that they had first.
    fn check(&mut self, args: &[&str]) -> Result<Vec<ReportedFinding>, String> {
        let mut found = self.check_raw(args)?;
        for found in &mut found {
            self.first_print(&mut found.fingerprint);
        }
        Ok(found)
    }

    /// Replaces a fingerprint by the first one of its finding.
    fn first_print(&self, print: &mut String) {
        if let Some(first) = self.first_prints.get(print) {
            print.clone_from(first);
        }
    }

    fn check_raw(&mut self, args: &[&str]) -> Result<Vec<ReportedFinding>, String> {
        self.outcome.checks += 1;
        let report = self.run(self.lawbook, &[&["check", "--format", "json"], args].concat(), &[0, 1])?;
        oracle::read(report.as_bytes())
    }

    fn lawbook(&self, args: &[&str]) -> Result<String, String> {
        self.run(self.lawbook, args, &[0])
    }

    fn git(&self, args: &[&str]) -> Result<String, String> {
        self.run(Path::new("git"), args, &[0])
    }

    fn run(&self, program: &Path, args: &[&str], good: &[i32]) -> Result<String, String> {
        let mut command = Command::new(program);
        command.args(args).current_dir(&self.folder).stdin(Stdio::null());
        for (name, value) in ENVIRONMENT {
            command.env(name, value);
        }
        let output = command.output().map_err(|error| format!("{}: {error}", program.display()))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.code().is_some_and(|code| good.contains(&code)) {
            return Ok(text);
        }
        Err(format!("{} {args:?}: {text}{}", program.display(), String::from_utf8_lossy(&output.stderr)))
    }
}

/// The environment of git, free of the user's settings.
const ENVIRONMENT: [(&str, &str); 6] = [
    ("GIT_CONFIG_GLOBAL", "/dev/null"),
    ("GIT_CONFIG_NOSYSTEM", "1"),
    ("GIT_AUTHOR_NAME", "Ada"),
    ("GIT_AUTHOR_EMAIL", "ada@example.com"),
    ("GIT_COMMITTER_NAME", "Ada"),
    ("GIT_COMMITTER_EMAIL", "ada@example.com"),
];

/// The present path of a file, if it is there under any path that it got on any branch.
fn name_now(path: &str, first_names: &BTreeMap<String, String>, exists: &dyn Fn(&str) -> bool) -> String {
    if exists(path) {
        return path.to_owned();
    }
    let first = first_names.get(path).map_or(path, String::as_str);
    let others = first_names.iter().filter(|(_, of)| *of == first).map(|(name, _)| name.as_str());
    let now = [first].into_iter().chain(others).find(|name| exists(name));
    now.unwrap_or(path).to_owned()
}

/// The paths of files that are there under another name too: of the paths with one first name all but one, which is one of
/// our side if it has any.
fn second_names<'p>(
    paths: &'p [String],
    first_name: impl Fn(&'p str) -> &'p str,
    is_ours: impl Fn(&str) -> bool,
) -> Vec<String> {
    let mut by_first: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
    for path in paths {
        by_first.entry(first_name(path)).or_default().push(path);
    }
    let mut second = Vec::new();
    for names in by_first.values_mut().filter(|names| names.len() > 1) {
        let kept = names.iter().position(|path| is_ours(path)).unwrap_or_default();
        names.swap_remove(kept);
        second.extend(names.iter().map(|path| (*path).clone()));
    }
    second
}

/// Copies the sources of a folder.
fn copy(from: &Path, to: &Path) -> Result<(), String> {
    for entry in ignore::WalkBuilder::new(from).hidden(true).build() {
        let entry = entry.map_err(|error| error.to_string())?;
        let below = entry.path().strip_prefix(from).map_err(|error| error.to_string())?;
        let is_source = below.to_str().is_some_and(|path| language::of_path(&RelPath::new(path)).is_some());
        if entry.file_type().is_some_and(|kind| kind.is_file()) && is_source {
            let at = to.join(below);
            at.parent().map_or(Ok(()), fs::create_dir_all).map_err(|error| error.to_string())?;
            fs::copy(entry.path(), at).map_err(|error| format!("{}: {error}", below.display()))?;
        }
    }
    Ok(())
}

fn write(at: &Path, text: &str) -> Result<(), String> {
    at.parent().map_or(Ok(()), fs::create_dir_all).map_err(|error| error.to_string())?;
    fs::write(at, text).map_err(|error| format!("{}: {error}", at.display()))
}

fn has_extension(path: &str, extension: &str) -> bool {
    Path::new(path).extension().is_some_and(|found| found == extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_followed_through_all_its_names() {
        let names = BTreeMap::from([("b".to_owned(), "a".to_owned()), ("c".to_owned(), "a".to_owned())]);
        assert_eq!(name_now("a", &names, &|path| path == "c"), "c");
        assert_eq!(name_now("b", &names, &|path| path == "c"), "c");
        assert_eq!(name_now("c", &names, &|path| path == "a"), "a");
        assert_eq!(name_now("a", &names, &|_| false), "a");
    }

    #[test]
    fn of_a_file_with_two_names_that_of_our_side_stays() {
        let names = BTreeMap::from([("b", "a"), ("c", "a"), ("e", "d")]);
        let paths = ["b", "c", "e", "f"].map(str::to_owned);
        let first_name = |path| names.get(path).copied().unwrap_or(path);
        let second = |ours: &str| second_names(&paths, first_name, |path| path == ours);
        assert_eq!(second("c"), ["b"]);
        assert_eq!(second("b"), ["c"]);
        assert_eq!(second("f"), ["c"]);
    }
}
