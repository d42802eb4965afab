//! A trial of the report for agents: findings are picked by chance over many rules, a reader that sees nothing but the report
//! fixes them, and a second run says which are gone, which are new, and how much there was to read.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::Args;
use serde::{Deserialize, Serialize};

use crate::chance::Chance;
use crate::places::WorkspaceFolders;
use crate::report_json::{DiagnosticJson, ReportJson};

/// The budget of a run that shows everything, in tokens.
const WITHOUT_BUDGET: &str = "100000000";

#[derive(Debug, Args)]
pub(crate) struct Obey {
    /// The lawbook to run; by default the release build, brought up to date first.
    #[arg(long, value_name = "FILE")]
    lawbook: Option<PathBuf>,
    /// Picks this number of findings, and prints the report about their files.
    #[arg(long, value_name = "COUNT", required_unless_present = "judge", conflicts_with = "judge", requires = "out")]
    pick: Option<usize>,
    /// The seed of the choice.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The most findings of one rule.
    #[arg(long, value_name = "COUNT", default_value_t = 4)]
    quota: usize,
    /// The file that keeps the picked findings and all findings from before.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Judges the folder as it is now against what was kept.
    #[arg(long, value_name = "FILE")]
    judge: Option<PathBuf>,
    /// The folder of source, which the reader changes: a copy.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
}

/// The data that is kept between the two runs.
#[derive(Debug, Serialize, Deserialize)]
struct ObeyTrial {
    seed: u64,
    picks: Vec<Pick>,
    /// The findings before, counted: by path, by rule and fingerprint.
    before: CountsByPath,
    read: ReadText,
    /// By rule, the size of each further finding of it, in bytes.
    further: BTreeMap<String, usize>,
}

/// A finding that was picked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Pick {
    rule: String,
    path: String,
    line: u32,
    column: u32,
    message: String,
    fingerprint: String,
}

type CountsByPath = BTreeMap<String, BTreeMap<String, usize>>;

/// The length of what a reader reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct ReadText {
    bytes: usize,
    chars: usize,
}

impl ReadText {
    fn add(&mut self, text: &str) {
        self.bytes += text.len();
        self.chars += text.chars().count();
    }

    /// Its length in tokens of 4 bytes and of 4 characters.
    fn in_words(self, findings: usize) -> String {
        let (bytes, chars) = (self.bytes / 4, self.chars / 4);
        format!("{bytes} tokens (bytes/4), {chars} (characters/4), {} a picked finding", bytes / findings.max(1))
    }
}

impl Obey {
    /// Picks findings, or judges what became of them; true if all picked ones are gone and there is no new one.
    pub(crate) fn run(self, places: &WorkspaceFolders) -> Result<bool, String> {
        let lawbook = places.lawbook(self.lawbook.clone())?;
        let dir = self.dir.canonicalize().map_err(|error| format!("{}: {error}", self.dir.display()))?;
        let source = CheckedFolder { lawbook: &lawbook, dir: &dir };
        match (self.judge, self.out) {
            (Some(kept), _) => {
                let text = fs::read(&kept).map_err(|error| format!("{}: {error}", kept.display()))?;
                let trial: ObeyTrial =
                    serde_json::from_slice(&text).map_err(|error| format!("{}: {error}", kept.display()))?;
                let after = source.findings()?;
                let (_, read) = source.read(&trial.picks)?;
                let verdict = ObeyVerdict::of(&trial, &after);
                print!("{}", verdict.text(&trial, read));
                Ok(verdict.is_good())
            }
            (None, Some(out)) => {
                let before = source.findings()?;
                let picks = pick(&before, self.pick.unwrap_or_default(), self.quota, self.seed);
                let (report, read) = source.read(&picks)?;
                let further = source.further(&before)?;
                let trial = ObeyTrial { seed: self.seed, picks, before: counts(&before), read, further };
                let json = serde_json::to_string_pretty(&trial).map_err(|error| error.to_string())?;
                fs::write(&out, json).map_err(|error| format!("{}: {error}", out.display()))?;
                print!("{report}");
                println!("picked {} of {} findings, {}", trial.picks.len(), before.len(), trial.overview());
                println!("read: {}", trial.read.in_words(trial.picks.len()));
                Ok(true)
            }
            (None, None) => Err("needs --out or --judge".to_owned()),
        }
    }
}

impl ObeyTrial {
    fn overview(&self) -> String {
        let paths: BTreeSet<&str> = self.picks.iter().map(|pick| &*pick.path).collect();
        let rules: BTreeSet<&str> = self.picks.iter().map(|pick| &*pick.rule).collect();
        format!("of {} rules in {} files", rules.len(), paths.len())
    }
}

/// A folder that is checked.
#[derive(Clone, Copy)]
struct CheckedFolder<'f> {
    lawbook: &'f Path,
    dir: &'f Path,
}

impl CheckedFolder<'_> {
    fn findings(self) -> Result<Vec<DiagnosticJson>, String> {
        Ok(ReportJson::parse(self.check(&["--format", "json"])?.as_bytes())?.diagnostics)
    }

    /// The text that a reader reads for these findings, with its length: the report about their files within the usual budget, and the
    /// narrow one that it names for each finding that the budget leaves out.
    fn read(self, picks: &[Pick]) -> Result<(String, ReadText), String> {
        let paths: BTreeSet<&str> =
            picks.iter().map(|pick| &*pick.path).filter(|path| self.dir.join(path).exists()).collect();
        let mut all = self.check(&[&["--format", "agent"], &*paths.iter().copied().collect::<Vec<_>>()].concat())?;
        let mut asked = BTreeSet::new();
        for pick in picks {
            let is_hidden = !shown(&all).contains(&(pick.path.clone(), pick.rule.clone(), pick.line, pick.column));
            if is_hidden && paths.contains(&*pick.path) && asked.insert((&pick.rule, &pick.path)) {
                all.push_str(&self.check(&["--format", "agent", "--rule", &pick.rule, &pick.path])?);
            }
        }
        let mut read = ReadText::default();
        read.add(&all);
        Ok((all, read))
    }

    /// By rule, the bytes of the report that a further finding takes: the difference between the report of one file with
    /// findings of the rule and the report of all, by the number of findings that this adds.
    fn further(self, findings: &[DiagnosticJson]) -> Result<BTreeMap<String, usize>, String> {
        let mut rules: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
        for found in findings {
            *rules.entry(&found.rule).or_default().entry(&found.path).or_default() += 1;
        }
        let mut further = BTreeMap::new();
        for (rule, paths) in rules {
            let (total, least) = (paths.values().sum::<usize>(), paths.iter().min_by_key(|(_, count)| **count));
            let Some((path, count)) = least.filter(|(_, count)| **count < total) else { continue };
            let args = ["--format", "agent", "--budget", WITHOUT_BUDGET, "--rule", rule];
            let (one, all) = (self.check(&[&args[..], &[*path]].concat())?, self.check(&args)?);
            further.insert(rule.to_owned(), all.len().saturating_sub(one.len()) / (total - count));
        }
        Ok(further)
    }

    fn check(self, args: &[&str]) -> Result<String, String> {
        let mut command = Command::new(self.lawbook);
        command.arg("check").args(args).current_dir(self.dir).stdin(Stdio::null());
        let output = command.output().map_err(|error| format!("{}: {error}", self.lawbook.display()))?;
        if matches!(output.status.code(), Some(0 | 1)) {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(format!("lawbook check {args:?}: {}", String::from_utf8_lossy(&output.stderr)))
    }
}

/// The findings that a report for agents shows: path, rule, line and column.
fn shown(report: &str) -> BTreeSet<(String, String, u32, u32)> {
    let mut shown = BTreeSet::new();
    let mut head = None;
    for line in report.lines() {
        let Some(found) = line.strip_prefix("  ") else {
            let mut words = line.split(' ');
            let of_head = words.next().zip(words.nth(1)).map(|(path, rule)| (path, rule.trim_end_matches(':')));
            head = of_head;
            continue;
        };
        let place = found.split(' ').next().and_then(|place| place.split_once(':'));
        let numbers = place.and_then(|(line, column)| Some((line.parse().ok()?, column.parse().ok()?)));
        if let (Some((path, rule)), Some((line, column))) = (head, numbers) {
            shown.insert((path.to_owned(), rule.to_owned(), line, column));
        }
    }
    shown
}

/// Picks findings by chance: one of each rule in turn, until there are enough or each rule has its quota.
fn pick(findings: &[DiagnosticJson], count: usize, quota: usize, seed: u64) -> Vec<Pick> {
    let mut chance = Chance::new(seed);
    let mut rules: BTreeMap<&str, Vec<&DiagnosticJson>> = BTreeMap::new();
    for found in findings {
        rules.entry(&found.rule).or_default().push(found);
    }
    let mut rules: Vec<Vec<&DiagnosticJson>> = rules.into_values().collect();
    let mut picks = Vec::new();
    for _ in 0..quota {
        for open in rules.iter_mut().filter(|open| !open.is_empty()) {
            if picks.len() < count {
                let found = open.swap_remove(chance.below(open.len()));
                let at = found.range.start;
                picks.push(Pick {
                    rule: found.rule.clone(),
                    path: found.path.clone(),
                    line: at.line,
                    column: at.column,
                    message: found.message.clone(),
                    fingerprint: found.fingerprint.clone(),
                });
            }
        }
    }
    picks.sort_by(|a, b| (&a.path, a.line, a.column, &a.rule).cmp(&(&b.path, b.line, b.column, &b.rule)));
    picks
}

fn key(rule: &str, fingerprint: &str) -> String {
    format!("{rule} {fingerprint}")
}

fn counts(findings: &[DiagnosticJson]) -> CountsByPath {
    let mut counts = CountsByPath::new();
    for found in findings {
        let of_path = counts.entry(found.path.clone()).or_default();
        *of_path.entry(key(&found.rule, &found.fingerprint)).or_default() += 1;
    }
    counts
}

/// The fate of the picked findings.
#[derive(Debug)]
struct ObeyVerdict {
    /// By pick, true if it is gone.
    gone: Vec<bool>,
    /// The findings that were not there before.
    new: Vec<String>,
}

impl ObeyVerdict {
    fn of(trial: &ObeyTrial, after: &[DiagnosticJson]) -> Self {
        let now = counts(after);
        let count = |counts: &CountsByPath, path: &str, key: &str| {
            counts.get(path).and_then(|of_path| of_path.get(key)).copied().unwrap_or_default()
        };
        // Of equal findings of a file, as many are gone as there are fewer of them.
        let mut left: BTreeMap<(&str, String), usize> = BTreeMap::new();
        let gone = trial.picks.iter().map(|pick| {
            let key = key(&pick.rule, &pick.fingerprint);
            let fewer = count(&trial.before, &pick.path, &key).saturating_sub(count(&now, &pick.path, &key));
            let left = left.entry((&pick.path, key)).or_insert(fewer);
            let is_gone = *left > 0;
            *left = left.saturating_sub(1);
            is_gone
        });
        let gone = gone.collect();
        let mut more: BTreeMap<(&str, String), usize> = BTreeMap::new();
        for (path, of_path) in &now {
            for (key, now) in of_path {
                more.insert((path, key.clone()), now.saturating_sub(count(&trial.before, path, key)));
            }
        }
        let new = after.iter().rev().filter(|found| {
            let left = more.get_mut(&(&*found.path, key(&found.rule, &found.fingerprint)));
            left.is_some_and(|left| {
                let is_new = *left > 0;
                *left = left.saturating_sub(1);
                is_new
            })
        });
        let mut new: Vec<String> = new
            .map(|found| format!("{}:{} {}: {}", found.path, found.range.start.line, found.rule, found.message))
            .collect();
        new.reverse();
        Self { gone, new }
    }

    fn is_good(&self) -> bool {
        self.new.is_empty() && self.gone.iter().all(|gone| *gone)
    }

    fn text(&self, trial: &ObeyTrial, read_after: ReadText) -> String {
        let mut text = String::new();
        let mut rules: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
        for (pick, gone) in trial.picks.iter().zip(&self.gone) {
            let [picked, of_gone] = rules.entry(&pick.rule).or_default();
            *picked += 1;
            *of_gone += usize::from(*gone);
            if !gone {
                let _ = writeln!(text, "still there: {}:{} {}: {}", pick.path, pick.line, pick.rule, pick.message);
            }
        }
        for new in &self.new {
            let _ = writeln!(text, "new: {new}");
        }
        let _ = writeln!(text, "{:<32} picked   gone   tokens of a further one", "rule");
        for (rule, [picked, gone]) in rules {
            let further = trial.further.get(rule).map_or("-".to_owned(), |bytes| (bytes / 4).to_string());
            let _ = writeln!(text, "{rule:<32} {picked:>6} {gone:>6} {further:>8}");
        }
        let gone = self.gone.iter().filter(|gone| **gone).count();
        let picked = trial.picks.len();
        let _ = writeln!(text, "{gone} of {picked} gone, {} new", self.new.len());
        let _ = writeln!(text, "read before: {}", trial.read.in_words(picked));
        let _ = writeln!(text, "read after: {}", read_after.in_words(picked));
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Findings written as `rule path line fingerprint`.
    fn findings(written: &[&str]) -> Vec<DiagnosticJson> {
        let json = |line: &&str| {
            let words: Vec<&str> = line.split(' ').collect();
            let at = format!(r#"{{"line": {}, "column": 1}}"#, words[2]);
            format!(
                r#"{{"rule": "{}", "path": "{}", "message": "m", "span": {{"start": 0, "end": 1}},
                "range": {{"start": {at}, "end": {at}}}, "measure": null, "symbol": "", "captures": {{}}, "fixes": [],
                "fingerprint": "{}"}}"#,
                words[0], words[1], words[3]
            )
        };
        let all: Vec<String> = written.iter().map(json).collect();
        serde_json::from_str(&format!("[{}]", all.join(","))).unwrap()
    }

    #[test]
    fn each_rule_has_its_turn_and_a_seed_gives_one_choice() {
        let many: Vec<String> = (1..40).map(|line| format!("a x.ts {line} f{line}")).collect();
        let mut many: Vec<&str> = many.iter().map(String::as_str).collect();
        many.extend(["b x.ts 1 g", "c y.ts 1 h"]);
        let found = findings(&many);
        let picks = pick(&found, 5, 4, 7);
        let of = |rule: &str| picks.iter().filter(|pick| pick.rule == rule).count();
        assert_eq!((of("a"), of("b"), of("c")), (3, 1, 1));
        assert_eq!(picks, pick(&found, 5, 4, 7));
        assert_ne!(picks, pick(&found, 5, 4, 8));
        assert_eq!(pick(&found, 50, 4, 7).len(), 6);
    }

    #[test]
    fn what_is_gone_and_what_is_new_is_counted_by_path() {
        let before = findings(&["a x.ts 1 f", "a x.ts 2 f", "a x.ts 3 g", "b y.ts 1 h"]);
        let picks = pick(&before, 4, 4, 1);
        let (read, further) = (ReadText::default(), BTreeMap::new());
        let trial = ObeyTrial { seed: 1, picks, before: counts(&before), read, further };
        let verdict = ObeyVerdict::of(&trial, &findings(&["a x.ts 1 f", "b y.ts 4 h", "c y.ts 4 h", "a y.ts 9 f"]));
        assert_eq!(verdict.gone, [true, false, true, false]);
        assert_eq!(verdict.new, ["y.ts:4 c: m", "y.ts:9 a: m"]);
        let text = verdict.text(&trial, ReadText { bytes: 40, chars: 36 });
        assert!(text.contains("2 of 4 gone, 2 new\n"), "{text}");
        assert!(text.contains("read after: 10 tokens (bytes/4), 9 (characters/4), 2 a picked finding"), "{text}");
        assert!(ObeyVerdict::of(&trial, &[]).is_good());
    }

    #[test]
    fn the_findings_of_a_report_are_read() {
        let report =
            "src/a.ts warning no-x: message\n  3:5 | code\n    do: it\n  12:1\n  why: because\nlawbook: 2 findings\n";
        let place = |line, column| ("src/a.ts".to_owned(), "no-x".to_owned(), line, column);
        assert_eq!(shown(report), BTreeSet::from([place(3, 5), place(12, 1)]));
    }
}
