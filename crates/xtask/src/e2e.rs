//! The end-to-end run: steps that need foreign tools or real code, each of which passes or fails.

use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::corpus;
use crate::differential::Differential;
use crate::dist;
use crate::editor;
use crate::features;
use crate::fixes;
use crate::frameworks;
use crate::history;
use crate::hostile;
use crate::kill;
use crate::mcp;
use crate::mutants::{self, MutantSeries};
use crate::neovim;
use crate::new_language;
use crate::npm;
use crate::packages;
use crate::parity::self_match::{self, SelfMatch};
use crate::parity::{self, ParityRequest, ParityTools};
use crate::places::WorkspaceFolders;
use crate::public_api;
use crate::readers;
use crate::vscode;

/// The committed rule files, each a parity step of its own.
const RULE_FILES: [&str; 4] = ["rust", "typescript", "tsx", "javascript"];

/// Runs every step; true if all passed.
pub fn run(places: &WorkspaceFolders, lawbook: Option<PathBuf>) -> bool {
    let mut tally = StepTally::default();
    let binary = tally.step("lawbook, release build", || places.lawbook(lawbook));
    let ast_grep = tally.step("ast-grep, pinned", || npm::ast_grep(places));
    let crates = tally.step("sources of crates", || corpus::crate_folders(places));
    let packages = tally.step("sources of npm packages", || corpus::npm_folders(places));

    tally.step("the core with each language alone", || features::check(places));
    tally.step("the public API as it is committed", || {
        let differences = public_api::run(places, false)?;
        if differences.is_empty() { Ok(()) } else { Err(differences.join("\n")) }
    });
    tally.step("the crates as packages, and their examples", || packages::check(places));
    tally.step("a new language compiles", || new_language::check(places));
    tally.step("hostile inputs, a share of them", || {
        let lawbook = binary.as_ref().ok_or("not run: a step that it needs failed")?;
        let series = hostile::HostileSeries {
            depths: vec![1000, 100_000],
            stacks: vec![480],
            only: None,
            sample: (1, 0),
            jobs: 2,
        };
        let outcome = hostile::run(places, lawbook, &series)?;
        print_outcome(&outcome.text(), &outcome.failures)
    });
    tally.step("fixes of every rule over real code", || {
        let (Some(lawbook), Some(crates), Some(packages)) = (&binary, &crates, &packages) else {
            return Err("not run: a step that it needs failed".to_owned());
        };
        let folders: Vec<PathBuf> = crates.iter().chain(packages).cloned().collect();
        let outcome = fixes::run(places, lawbook, &folders)?;
        print_outcome(&outcome.text(), &outcome.failures)
    });
    tally.step("kills of commands that write, a share of them", || {
        let lawbook = binary.as_ref().ok_or("not run: a step that it needs failed")?;
        let outcome = kill::run(places, lawbook, 40, 300)?;
        print_outcome(&outcome.text(), &outcome.failures)
    });
    tally.step("reports, read by other programs", || {
        let lawbook = binary.as_ref().ok_or("not run: a step that it needs failed")?;
        let outcome = readers::run(places, lawbook, 10_000)?;
        print_outcome(&outcome.text(), &outcome.failures)
    });
    tally.step("history, a share of it", || {
        let (Some(lawbook), Some(packages)) = (&binary, &packages) else {
            return Err("not run: a step that it needs failed".to_owned());
        };
        let sources = packages.first().ok_or("no package has sources")?;
        let outcome =
            history::run(places, lawbook, sources, history::HistoryPlan { commits: 60, branches: 4, seed: 1 })?;
        print_outcome(&outcome.text(), &outcome.failures)
    });
    tally.step("differential, both parsers over a share of the corpora", || {
        let (Some(crates), Some(packages)) = (&crates, &packages) else {
            return Err("not run: a step that it needs failed".to_owned());
        };
        let folders = crates.iter().chain(packages).cloned().collect();
        let holds = Differential::over(folders).run(places)?;
        if holds { Ok(()) } else { Err("the trees differ outside of docs/ir-exceptions.md".to_owned()) }
    });
    let tools = binary.clone().zip(ast_grep).map(|(lawbook, ast_grep)| ParityTools { ast_grep, lawbook });
    for name in RULE_FILES {
        let dirs = if name == "rust" { &crates } else { &packages };
        tally.step(&format!("parity, {name}"), || {
            let (Some(tools), Some(dirs)) = (&tools, dirs) else {
                return Err("not run: a step that it needs failed".to_owned());
            };
            let rules = vec![places.root().join(format!("crates/xtask/parity-rules/{name}.yml"))];
            let outcome = parity::run(places, tools, &ParityRequest { name, rules, dirs: dirs.clone() })?;
            print!("{}", outcome.text());
            let failures = outcome.failures(parity::DEFAULT_MIN, true);
            if failures.is_empty() { Ok(()) } else { Err(failures.join("\n")) }
        });
    }
    tally.step("parity of pieces of code as patterns, a share of them", || {
        let (Some(tools), Some(crates), Some(packages)) = (&tools, &crates, &packages) else {
            return Err("not run: a step that it needs failed".to_owned());
        };
        let dirs = crates.iter().chain(packages).cloned().chain(corpus::python_files(places)?).collect();
        let request = SelfMatch { pieces: 100, files: 60, seed: 1, language: None, dirs };
        let outcomes = self_match::run(places, tools, &request)?;
        let mut failures = Vec::new();
        for outcome in outcomes {
            print!("{}", outcome.text());
            failures.extend(outcome.failures());
        }
        if failures.is_empty() { Ok(()) } else { Err(failures.join("\n")) }
    });
    tally.step("mutants of real code, a share of them", || {
        let (Some(lawbook), Some(crates), Some(packages)) = (&binary, &crates, &packages) else {
            return Err("not run: a step that it needs failed".to_owned());
        };
        let dirs = crates.iter().chain(packages).cloned().collect();
        let outcome = mutants::check(places, lawbook, &MutantSeries { count: 1_000, seed: 1, dirs })?;
        print_outcome(&outcome.text(), &outcome.failures)
    });
    editors(places, binary.as_deref(), &mut tally);
    distribution(places, &mut tally);
    println!("{}", tally.line());
    tally.failed == 0
}

/// The steps with the servers for editors and agents.
fn editors(places: &WorkspaceFolders, lawbook: Option<&Path>, tally: &mut StepTally) {
    tally.step("official clients of the Model Context Protocol", || {
        let lawbook = lawbook.ok_or("not run: a step that it needs failed")?;
        let outcome = mcp::run(places, lawbook)?;
        print_outcome(&outcome.text(), &outcome.failures)
    });
    for (name, run) in editor::SHARES {
        tally.step(name, || {
            let lawbook = lawbook.ok_or("not run: a step that it needs failed")?;
            let outcome = run(places, lawbook)?;
            print_outcome(&outcome.text, &outcome.failures)
        });
    }
    tally.step("the extension for VS Code", || {
        let lawbook = lawbook.ok_or("not run: a step that it needs failed")?;
        println!("{}", vscode::check(places, lawbook)?);
        Ok(())
    });
    tally.step("the language server in Neovim", || {
        let lawbook = lawbook.ok_or("not run: a step that it needs failed")?;
        let outcome = neovim::run(places, lawbook)?;
        print_outcome(&outcome.text(), &outcome.failures)
    });
}

/// The steps with what users install.
fn distribution(places: &WorkspaceFolders, tally: &mut StepTally) {
    let built = tally.step("the wheel, the npm packages and the archive", || dist::for_this_machine(places));
    tally.step("each of them, installed and run by another user", || {
        dist::try_as_a_user(places, built.as_ref().ok_or("not run: a step that it needs failed")?)
    });
    tally.step("the files for the CI of others", || {
        dist::check_workflows(places, built.as_ref().ok_or("not run: a step that it needs failed")?.wheel())
    });
    tally.step("frameworks of hooks, with the hook installed from the wheel", || {
        let wheel = built.as_ref().ok_or("not run: a step that it needs failed")?.wheel();
        let outcome = frameworks::run(places, wheel)?;
        print_outcome(&outcome.text(), &outcome.failures)
    });
}

/// Prints the results of a step; an error is what failed in it.
fn print_outcome(text: &str, failures: &[String]) -> Result<(), String> {
    print!("{text}");
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n")) }
}

/// The numbers of steps that passed and failed.
#[derive(Debug, Default)]
struct StepTally {
    passed: usize,
    failed: usize,
}

impl StepTally {
    /// Runs one step and prints how it ended.
    fn step<T>(&mut self, name: &str, run: impl FnOnce() -> Result<T, String>) -> Option<T> {
        println!("== {name}");
        let begin = Instant::now();
        let result = run();
        let seconds = begin.elapsed().as_secs_f64();
        match result {
            Ok(value) => {
                self.passed += 1;
                println!("ok: {name} ({seconds:.1} s)");
                Some(value)
            }
            Err(message) => {
                self.failed += 1;
                println!("FAILED: {name} ({seconds:.1} s): {message}");
                None
            }
        }
    }

    fn line(&self) -> String {
        format!("{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_counted() {
        let mut tally = StepTally::default();
        assert_eq!(tally.step("one", || Ok(1)), Some(1));
        assert_eq!(tally.step("two", || Err::<(), _>("no".to_owned())), None);
        assert_eq!(tally.line(), "1 passed, 1 failed");
    }
}
