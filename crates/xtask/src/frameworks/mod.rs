//! The frameworks that run the hooks of git, with the hook of lawbook: pre-commit, prek, lefthook and husky, each in repositories
//! in every state that a commit can find, beside what git itself commits there.

mod repository;
mod scenarios;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::npm::{self, Package};
use crate::places::WorkspaceFolders;
use crate::pypi::{self, PypiPackage};
use repository::{TrialRepository, UserVariables};
use scenarios::{COMMITS, Commit, FIXES, LINT_STAGED, PUSHES, Push, RUNS, RunByHand};

/// The frameworks, and the installer that prek uses.
const TOOLS: &[PypiPackage] = &[
    PypiPackage { name: "pre-commit", version: "4.7.0" },
    PypiPackage { name: "prek", version: "0.5.11" },
    PypiPackage { name: "lefthook", version: "2.2.2" },
    PypiPackage { name: "uv", version: "0.13.9" },
];

/// Those of npm.
const NODE_TOOLS: &[Package] =
    &[Package { name: "husky", version: "9.1.7" }, Package { name: "lint-staged", version: "17.6.1" }];

/// What the repository of the hook is built with: its `pyproject.toml` says so.
const BUILD: &[PypiPackage] = &[PypiPackage { name: "setuptools", version: "80.9.0" }];

/// One framework.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Framework {
    PreCommit,
    Prek,
    Lefthook,
    Husky,
}

impl Framework {
    const ALL: [Self; 4] = [Self::PreCommit, Self::Prek, Self::Lefthook, Self::Husky];

    fn name(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::Prek => "prek",
            Self::Lefthook => "lefthook",
            Self::Husky => "husky",
        }
    }

    /// The command that has git run it.
    fn install(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit install --hook-type pre-commit --hook-type pre-push",
            Self::Prek => "prek install --hook-type pre-commit --hook-type pre-push",
            Self::Lefthook => "lefthook install --force",
            Self::Husky => "husky",
        }
    }

    /// True if it passes files and ranges, and so runs the hook of the repository of the hook.
    fn takes_files(self) -> bool {
        matches!(self, Self::PreCommit | Self::Prek)
    }
}

/// The results of all scenarios.
#[derive(Debug, Default)]
pub struct FrameworkOutcome {
    passed: usize,
    /// The scenarios that ended otherwise than git's truth says.
    pub failures: Vec<String>,
}

impl FrameworkOutcome {
    /// The numbers in a line.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let _ = writeln!(text, "{} scenarios as expected, {} not", self.passed, self.failures.len());
        text
    }

    fn add(&mut self, framework: Framework, name: &str, result: Result<(), String>) {
        match result {
            Ok(()) => self.passed += 1,
            Err(why) => self.failures.push(format!("{}, {name}: {why}", framework.name())),
        }
    }
}

/// Runs every scenario with every framework. The hook is installed from its repository with this wheel alone, without an
/// index of packages.
///
/// # Errors
/// The tools cannot be installed, or a repository cannot be made.
pub fn run(places: &WorkspaceFolders, wheel: &Path) -> Result<FrameworkOutcome, String> {
    let folder = places.e2e().join("frameworks");
    let tools = pypi::venv(&folder.join("tools"), TOOLS)?;
    let node_tools = folder.join("node");
    npm::install(&node_tools, NODE_TOOLS)?;
    let wheels = folder.join("wheels");
    pypi::download(&wheels, BUILD)?;
    place_wheel(wheel, &wheels)?;
    let work = folder.join("work");
    let _ = fs::remove_dir_all(&work);
    fs::create_dir_all(work.join("home")).map_err(|error| format!("{}: {error}", work.display()))?;
    let program = pypi::venv_of_wheel(&work.join("lawbook"), wheel)?;
    let environment = UserVariables::new(&work, &[tools, node_tools.join("node_modules/.bin")], &wheels);
    let mirror = environment.mirror(places, &work.join("mirror"))?;
    let repository = TrialRepository::base(&environment, &work.join("base"), &mirror)?;
    let mut outcome = FrameworkOutcome::default();
    for framework in Framework::ALL {
        // Without files, it runs the program on the `PATH`.
        let environment =
            if framework.takes_files() { environment.clone() } else { environment.with_programs(&program) };
        let base = Base { environment: &environment, repository: &repository, work: &work, framework };
        for scenario in COMMITS {
            outcome.add(framework, scenario.name, base.commit(scenario));
        }
        if framework.takes_files() {
            for scenario in PUSHES {
                outcome.add(framework, scenario.name, base.push(scenario));
            }
            for scenario in RUNS {
                outcome.add(framework, scenario.name, base.run(scenario));
            }
            outcome.add(framework, "a fix is a commit that is not made", base.fix());
        }
        if framework == Framework::Husky {
            outcome.add(framework, "lint-staged commits what is fixed", base.fix_by_lint_staged());
        }
    }
    Ok(outcome)
}

/// Puts a wheel into a folder, in place of older ones.
fn place_wheel(wheel: &Path, wheels: &Path) -> Result<(), String> {
    let failed = |error| format!("{}: {error}", wheel.display());
    for entry in fs::read_dir(wheels).map_err(failed)?.flatten() {
        if entry.file_name().to_string_lossy().starts_with("lawbook-") {
            fs::remove_file(entry.path()).map_err(failed)?;
        }
    }
    let name = wheel.file_name().ok_or("a wheel has a name")?;
    fs::copy(wheel, wheels.join(name)).map(drop).map_err(failed)
}

/// What scenarios of one framework start from.
struct Base<'a> {
    environment: &'a UserVariables,
    repository: &'a TrialRepository<'a>,
    work: &'a Path,
    framework: Framework,
}

impl Base<'_> {
    /// A copy of the base in which a script has run.
    fn prepared(&self, name: &str, setup: &str) -> Result<TrialRepository<'_>, String> {
        let at: PathBuf = self.work.join(name);
        let repository = self.repository.cloned(self.environment, &at)?;
        repository.script(setup)?;
        Ok(repository)
    }

    /// A commit is made exactly if git commits no new finding, and one that is not made leaves all as it was.
    fn commit(&self, scenario: &Commit) -> Result<(), String> {
        let bare = self.prepared("truth", scenario.setup)?.inside(scenario.folder);
        let old = bare.head();
        bare.script(scenario.command)?;
        if bare.head() == old {
            return Err("the scenario commits nothing".to_owned());
        }
        let is_bad = scenario.weakens_law || bare.brings_findings("HEAD", &bare.parents("HEAD")?)?;
        let hooked = self.prepared("hooked", scenario.setup)?.inside(scenario.folder);
        hooked.script(self.framework.install())?;
        let (old, state) = (hooked.head(), hooked.state()?);
        let said = hooked.try_script(scenario.command);
        let is_made = hooked.head() != old;
        if is_made == is_bad {
            let verb = if is_made { "made" } else { "not made" };
            return Err(format!("the commit was {verb}\n{}", said.text));
        }
        if !is_made && !said.text.contains(if scenario.weakens_law { "weakened-law" } else { "no-debugger" }) {
            return Err(format!("the commit was not made for another reason\n{}", said.text));
        }
        if !is_made && hooked.state()? != state {
            return Err(format!("the commit was not made, and left another state\n{}", said.text));
        }
        Ok(())
    }

    /// A push is made exactly if what it brings has no new finding.
    fn push(&self, scenario: &Push) -> Result<(), String> {
        let hooked = self.prepared("hooked", scenario.setup)?;
        let is_bad = hooked.brings_findings(scenario.pushed, &[scenario.known.to_owned()])?;
        hooked.script(self.framework.install())?;
        let said = hooked.try_script(scenario.command);
        if said.is_success != is_bad {
            return Ok(());
        }
        Err(format!("the push {}\n{}", if is_bad { "was made" } else { "was not made" }, said.text))
    }

    /// A run by hand ends as the scenario says.
    fn run(&self, scenario: &RunByHand) -> Result<(), String> {
        let hooked = self.prepared("hooked", scenario.setup)?;
        let said = hooked.try_script(&format!("{} {}", self.framework.name(), scenario.args));
        let counted = said.text.matches("a breakpoint left in the code").count();
        if said.is_success == (scenario.findings == 0) && counted == scenario.findings {
            return Ok(());
        }
        Err(format!("{counted} findings in place of {}\n{}", scenario.findings, said.text))
    }

    /// What is fixed is committed at once, and what is not staged stays as it was.
    fn fix_by_lint_staged(&self) -> Result<(), String> {
        let hooked = self.prepared("hooked", LINT_STAGED.setup)?;
        hooked.script(self.framework.install())?;
        let old = hooked.head();
        let said = hooked.try_script(LINT_STAGED.command);
        if !said.is_success || hooked.brings_findings("HEAD", &[old])? {
            return Err(format!("what is fixed was not committed\n{}", said.text));
        }
        hooked.script(LINT_STAGED.then).map(drop)
    }

    /// What is fixed is staged by hand, and then committed.
    fn fix(&self) -> Result<(), String> {
        let hooked = self.prepared("hooked", FIXES.setup)?;
        hooked.script(self.framework.install())?;
        let old = hooked.head();
        let said = hooked.try_script(FIXES.command);
        if hooked.head() != old || !said.text.contains("files were modified by this hook") {
            return Err(format!("the fix did not stop the commit\n{}", said.text));
        }
        hooked.script(FIXES.then)?;
        if hooked.head() == old || hooked.brings_findings("HEAD", &[old])? {
            return Err("what was fixed was not committed".to_owned());
        }
        Ok(())
    }
}
