//! A replay of the last commits of repositories: each is checked against its parent, and every finding that is reported as new
//! though the commit touched none of its lines is listed. What was counted in a definition that the commit changed is
//! listed apart. Lines with known findings are doubled now and then: the twin must be new.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use lawbook_core::language;
use lawbook_core::source::{RelPath, SourceFile};
use lawbook_core::span::Span;

use crate::chance::Chance;
use crate::places::WorkspaceFolders;
use crate::report_json::{DiagnosticJson, ReportJson};

/// The size of a replay.
#[derive(Clone, Copy, Debug)]
pub struct ReplayPlan {
    /// The number of commits of each repository.
    pub commits: usize,
    /// The share of commits, in percent, after which a line with a known finding is doubled.
    pub twins: usize,
    /// The seed of the random numbers.
    pub seed: u64,
}

/// The results of a replay.
#[derive(Debug, Default)]
pub struct ReplayOutcome {
    /// The results of each repository as lines of text.
    pub text: String,
    commits: usize,
    with_untouched: usize,
    new: usize,
    untouched: usize,
    counted: usize,
    grown: usize,
    twins: usize,
    twins_hidden: usize,
}

impl ReplayOutcome {
    fn add(&mut self, other: &Self) {
        self.commits += other.commits;
        self.with_untouched += other.with_untouched;
        self.new += other.new;
        self.untouched += other.untouched;
        self.counted += other.counted;
        self.grown += other.grown;
        self.twins += other.twins;
        self.twins_hidden += other.twins_hidden;
    }

    /// The counts in one line.
    pub fn summary(&self) -> String {
        format!(
            "{} commits, {} new findings, of these {} on untouched lines in {} commits ({} in a thousand) and {} that count in a \
             changed definition ({} grown, the others over the limit now); {} of {} twins hidden",
            self.commits,
            self.new,
            self.untouched,
            self.with_untouched,
            self.with_untouched * 1000 / self.commits.max(1),
            self.counted,
            self.grown,
            self.twins_hidden,
            self.twins
        )
    }

    /// True if at most 2 % of the commits have a new finding on an untouched line, and no twin was hidden.
    pub fn is_good(&self) -> bool {
        self.with_untouched * 50 <= self.commits && self.twins_hidden == 0
    }
}

/// Replays the last commits of each repository in a clone.
pub fn run(
    places: &WorkspaceFolders,
    lawbook: &Path,
    repositories: &[PathBuf],
    plan: ReplayPlan,
) -> Result<ReplayOutcome, String> {
    let mut all = ReplayOutcome::default();
    for (number, repository) in repositories.iter().enumerate() {
        let at = repository.canonicalize().map_err(|error| format!("{}: {error}", repository.display()))?;
        let folder = places.e2e().join("replay").join(number.to_string());
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let mut replay = Replay { lawbook, folder, chance: Chance::new(plan.seed), outcome: ReplayOutcome::default() };
        replay.repository(&at, plan)?;
        let _ = fs::remove_dir_all(&replay.folder);
        let _ = writeln!(all.text, "{}: {}", at.display(), replay.outcome.summary());
        all.text.push_str(&replay.outcome.text);
        all.add(&replay.outcome);
    }
    Ok(all)
}

struct Replay<'p> {
    lawbook: &'p Path,
    folder: PathBuf,
    chance: Chance,
    outcome: ReplayOutcome,
}

impl Replay<'_> {
    fn repository(&mut self, at: &Path, plan: ReplayPlan) -> Result<(), String> {
        let from = at.display().to_string();
        self.git(&["clone", "--quiet", "--shared", "--no-checkout", &from, "."])?;
        // Only what lawbook reads: other files may be large, or missing in a partial clone.
        let extensions = ["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs", "rs", "py"];
        let patterns: Vec<String> = extensions.iter().map(|extension| format!("*.{extension}")).collect();
        let patterns = patterns.iter().map(String::as_str).chain([".gitignore"]);
        let set: Vec<&str> = ["sparse-checkout", "set", "--no-cone"].into_iter().chain(patterns).collect();
        self.git(&set)?;
        let count = plan.commits.to_string();
        let commits = self.git(&["log", "--no-merges", "--format=%H %P", "-n", &count])?;
        for line in commits.lines() {
            // The first commit has no parent to be compared with.
            if let Some((commit, _)) = line.split_once(' ').filter(|(_, parent)| !parent.is_empty()) {
                self.switch(commit)?;
                self.commit(commit)?;
                if self.chance.percent(plan.twins) {
                    self.twin(commit)?;
                }
            }
        }
        Ok(())
    }

    fn switch(&self, commit: &str) -> Result<(), String> {
        self.git(&["checkout", "--quiet", "--force", "--detach", commit])?;
        self.git(&["clean", "--quiet", "-ffdx"])?;
        let toml = self.folder.join("lawbook.toml");
        let text = "extends = [\"recommended\", \"agents\"]\n";
        fs::write(&toml, text).map_err(|error| format!("{}: {error}", toml.display()))
    }

    /// Compares a commit with its parent.
    fn commit(&mut self, commit: &str) -> Result<(), String> {
        self.outcome.commits += 1;
        let report = self.check(&["--since", "HEAD~1"])?;
        let touched = self.touched()?;
        let mut is_good = true;
        for found in &report.diagnostics {
            self.outcome.new += 1;
            let hunks = touched.get(&found.path).map_or(&[][..], Vec::as_slice);
            let (first, last) = found.lines();
            if hunks.iter().any(|hunk| hunk.touches(first, last)) {
                continue;
            }
            let place = format!("{} {}:{first} {}: {}", &commit[..10], found.path, found.rule, found.message);
            let is_changed = || {
                let (first, last) = self.lines_of_definition(found);
                hunks.iter().any(|hunk| hunk.changes(first, last))
            };
            if found.measure.is_some() && is_changed() {
                self.outcome.counted += 1;
                self.outcome.grown += usize::from(found.message.contains(" before the change, "));
                let _ = writeln!(self.outcome.text, "  changed {place}");
            } else {
                is_good = false;
                self.outcome.untouched += 1;
                let _ = writeln!(self.outcome.text, "  {place}");
            }
        }
        self.outcome.with_untouched += usize::from(!is_good);
        Ok(())
    }

    /// The first and the last line of the definition that a finding is about, or of its file.
    fn lines_of_definition(&self, found: &DiagnosticJson) -> (u32, u32) {
        let text = fs::read_to_string(self.folder.join(&found.path)).unwrap_or_default();
        let Ok(source) = SourceFile::new(RelPath::new(found.path.as_str()), text.as_str()) else {
            return (1, u32::MAX);
        };
        let file = language::lower(source);
        let lines = file.source.lines();
        let span = Span::new(found.span.start as u32, found.span.end as u32);
        let node = file.tree().map(|tree| tree.covering(span));
        let definition =
            node.and_then(|node| [node].into_iter().chain(node.ancestors()).find(|node| node.kind().is_definition()));
        definition.map_or((1, u32::MAX), |node| (lines.line(node.start()), lines.line(node.end())))
    }

    /// The parts that the commit has changed, by path.
    fn touched(&self) -> Result<BTreeMap<String, Vec<Hunk>>, String> {
        let diff = self.git(&["-c", "core.quotePath=off", "diff", "-U0", "-M", "--no-color", "HEAD~1", "HEAD"])?;
        Ok(touched_lines(&diff))
    }

    /// Doubles a line with a finding and expects the twin to be new.
    fn twin(&mut self, commit: &str) -> Result<(), String> {
        let report = self.check(&[])?;
        let on_one_line: Vec<&DiagnosticJson> =
            report.diagnostics.iter().filter(|found| found.lines().0 == found.lines().1).collect();
        let Some(found) = self.chance.pick(&on_one_line).copied() else { return Ok(()) };
        let at = self.folder.join(&found.path);
        let Ok(text) = fs::read_to_string(&at) else { return Ok(()) };
        let line = found.lines().0 as usize;
        let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
        if line > lines.len() || !lines[line - 1].ends_with('\n') {
            return Ok(());
        }
        lines.insert(line, lines[line - 1]);
        // A baseline that knows the finding must not know its twin.
        self.run(self.lawbook, &["baseline", "create"], &[0])?;
        fs::write(&at, lines.concat()).map_err(|error| format!("{}: {error}", at.display()))?;
        let of_rule = |report: &ReportJson| {
            let mut found_there = report.diagnostics.iter().filter(|other| other.path == found.path).peekable();
            let is_broken = found_there.peek().is_none();
            let count = found_there.filter(|other| other.rule == found.rule).count();
            if is_broken { 0 } else { count }
        };
        // The double may be no code at all, or stand where the rule does not look.
        let after = self.check(&["--no-baseline"])?;
        let is_parsed = |report: &ReportJson| {
            report.diagnostics.iter().filter(|other| other.path == found.path && other.rule == "parse-error").count()
        };
        let more = of_rule(&after).saturating_sub(of_rule(&report));
        if more > 0 && is_parsed(&after) == is_parsed(&report) {
            self.outcome.twins += 1;
            let known = of_rule(&self.check(&["--changed"])?);
            let reported = of_rule(&self.check(&["--changed", "--no-baseline"])?).min(known);
            if reported < more || of_rule(&self.check(&[])?) < more {
                self.outcome.twins_hidden += 1;
                let _ = writeln!(
                    self.outcome.text,
                    "  HIDDEN twin {} {}:{line} {}: {reported} of {more} reported",
                    &commit[..10],
                    found.path,
                    found.rule
                );
            }
        }
        self.git(&["checkout", "--quiet", "--force", "HEAD", "--", &found.path]).map(drop)
    }

    fn check(&self, args: &[&str]) -> Result<ReportJson, String> {
        let text = self.run(self.lawbook, &[&["check", "--format", "json"], args].concat(), &[0, 1])?;
        ReportJson::parse(text.as_bytes())
    }

    fn git(&self, args: &[&str]) -> Result<String, String> {
        self.run(Path::new("git"), args, &[0])
    }

    fn run(&self, program: &Path, args: &[&str], good: &[i32]) -> Result<String, String> {
        let mut command = Command::new(program);
        command.args(args).current_dir(&self.folder).stdin(Stdio::null());
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_LFS_SKIP_SMUDGE", "1");
        let output = command.output().map_err(|error| format!("{}: {error}", program.display()))?;
        if output.status.code().is_some_and(|code| good.contains(&code)) {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(format!("{} {args:?}: {}", program.display(), String::from_utf8_lossy(&output.stderr)))
    }
}

/// A part of a text that a commit has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Hunk {
    /// The first new line; if there is none, the line before those that were deleted.
    start: u32,
    /// The number of new lines.
    count: u32,
}

impl Hunk {
    /// True if one of these lines is new.
    fn touches(self, first: u32, last: u32) -> bool {
        self.count > 0 && self.start <= last && self.start + self.count > first
    }

    /// True if one of these lines is new, or others were deleted between them.
    fn changes(self, first: u32, last: u32) -> bool {
        self.touches(first, last) || self.count == 0 && first <= self.start && self.start < last
    }
}

/// The changed parts of the new side of a diff without context, by path.
fn touched_lines(diff: &str) -> BTreeMap<String, Vec<Hunk>> {
    let mut touched: BTreeMap<String, Vec<Hunk>> = BTreeMap::new();
    let mut path = None;
    let mut left = (0, 0);
    for line in diff.lines() {
        // Lines of the texts may look like heads.
        if left.0 > 0 && line.starts_with('-') {
            left.0 -= 1;
        } else if left.1 > 0 && line.starts_with('+') {
            left.1 -= 1;
        } else if let Some(new) = line.strip_prefix("+++ ") {
            path = new.trim_end_matches('\t').strip_prefix("b/").map(str::to_owned);
        } else if let Some(ranges) = line.strip_prefix("@@ -") {
            let mut ranges = ranges.split(' ');
            let range = |range: Option<&str>| -> (u32, u32) {
                let range = range.unwrap_or_default().trim_start_matches('+');
                let (start, count) = range.split_once(',').unwrap_or((range, "1"));
                (start.parse().unwrap_or_default(), count.parse().unwrap_or_default())
            };
            let (old, new) = (range(ranges.next()), range(ranges.next()));
            left = (old.1, new.1);
            if let Some(path) = &path {
                touched.entry(path.clone()).or_default().push(Hunk { start: new.0, count: new.1 });
            }
        }
    }
    touched
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_new_side_of_a_diff_is_touched() {
        let diff = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1,2 @@ f\n-a\n+++ b/y\n+b\n@@ -9,2 +10,0 @@\n-c\n-d\n\
                    diff --git a/z b/z\n--- /dev/null\n+++ b/z\n@@ -0,0 +1 @@\n+e\n";
        let touched = touched_lines(diff);
        let hunk = |start, count| Hunk { start, count };
        assert_eq!(
            (&touched["x"], &touched["z"], touched.len()),
            (&vec![hunk(1, 2), hunk(10, 0)], &vec![hunk(1, 1)], 2)
        );
    }

    #[test]
    fn a_definition_changes_where_lines_in_it_are_new_or_gone() {
        let of = |start, count| {
            let hunk = Hunk { start, count };
            (hunk.touches(5, 7), hunk.changes(5, 7))
        };
        assert_eq!(
            [of(3, 2), of(4, 2), of(7, 1), of(8, 1)],
            [(false, false), (true, true), (true, true), (false, false)]
        );
        assert_eq!(
            [of(4, 0), of(5, 0), of(6, 0), of(7, 0)],
            [(false, false), (false, true), (false, true), (false, false)]
        );
    }
}
