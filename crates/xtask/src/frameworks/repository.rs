//! Repositories in which scripts run, with the environment of a user who has the frameworks and no index of packages.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::places::WorkspaceFolders;

/// The files of the base. `.mts` is there because the frameworks know no type of it.
const FILES: &[(&str, &str)] = &[
    ("lawbook.toml", "extends = [\"recommended\"]\n\n[files]\nexclude = [\"skip\"]\n"),
    ("a.ts", "export const a = 1;\nexport const b = 2;\nexport const c = 3;\nexport const d = 4;\n"),
    ("b.ts", "export const b = 1;\n"),
    ("src/c.mts", "export const c = 1;\n"),
    ("skip/d.ts", "export const d = 1;\n"),
    ("README.md", "Base\n"),
    (".husky/pre-commit", "lawbook check --staged\n"),
    ("lefthook.yml", "pre-commit:\n  jobs:\n    - name: lawbook\n      run: lawbook check --staged\n"),
];

/// The variables of a user.
#[derive(Clone, Debug)]
pub(super) struct UserVariables(Vec<(&'static str, OsString)>);

impl UserVariables {
    pub(super) fn new(work: &Path, tools: &[PathBuf], wheels: &Path) -> Self {
        let path = env::var_os("PATH").unwrap_or_default();
        let folders = tools.iter().cloned().chain(env::split_paths(&path));
        Self(vec![
            ("PATH", env::join_paths(folders).unwrap_or(path)),
            ("HOME", work.join("home").into()),
            ("LC_ALL", "C.UTF-8".into()),
            ("PRE_COMMIT_HOME", work.join("pre-commit").into()),
            ("PREK_HOME", work.join("prek").into()),
            ("PIP_NO_INDEX", "1".into()),
            ("PIP_FIND_LINKS", wheels.into()),
            ("UV_NO_INDEX", "1".into()),
            ("UV_OFFLINE", "1".into()),
            ("UV_FIND_LINKS", wheels.into()),
            ("UV_CACHE_DIR", work.join("uv").into()),
            ("GIT_CONFIG_GLOBAL", "/dev/null".into()),
            ("GIT_CONFIG_NOSYSTEM", "1".into()),
            ("GIT_AUTHOR_NAME", "Ada".into()),
            ("GIT_AUTHOR_EMAIL", "ada@example.com".into()),
            ("GIT_COMMITTER_NAME", "Ada".into()),
            ("GIT_COMMITTER_EMAIL", "ada@example.com".into()),
        ])
    }

    /// The same with a folder of programs in front of all others.
    pub(super) fn with_programs(&self, folder: &Path) -> Self {
        let mut variables = self.0.clone();
        for (_, value) in variables.iter_mut().filter(|(name, _)| *name == "PATH") {
            let folders = [folder.to_owned()].into_iter().chain(env::split_paths(value));
            *value = env::join_paths(folders).unwrap_or_else(|_| value.clone());
        }
        Self(variables)
    }

    /// Makes the repository of the hook from its folder, with the tag of this version.
    pub(super) fn mirror(&self, places: &WorkspaceFolders, at: &Path) -> Result<PathBuf, String> {
        let failed = |error| format!("{}: {error}", at.display());
        fs::create_dir_all(at).map_err(failed)?;
        for entry in fs::read_dir(places.root().join("packaging/pre-commit")).map_err(failed)?.flatten() {
            fs::copy(entry.path(), at.join(entry.file_name())).map_err(failed)?;
        }
        let mirror = TrialRepository { environment: self, at: at.to_owned() };
        mirror.script(&format!("{INIT}; git tag v{}", env!("CARGO_PKG_VERSION")))?;
        Ok(at.to_owned())
    }
}

/// Commits all that is in a folder as the first commit of a repository.
const INIT: &str = "git init --quiet --initial-branch=main; git add --all; git commit --quiet --message=first";

/// A folder with a repository.
pub(super) struct TrialRepository<'e> {
    environment: &'e UserVariables,
    at: PathBuf,
}

/// The end of a script and what it has printed.
pub(super) struct FrameworkAnswer {
    pub(super) is_success: bool,
    pub(super) text: String,
}

impl<'e> TrialRepository<'e> {
    /// The repository that all scenarios start from.
    pub(super) fn base(environment: &'e UserVariables, at: &Path, mirror: &Path) -> Result<Self, String> {
        let config = format!(
            "repos:\n  - repo: {}\n    rev: v{}\n    hooks:\n      - id: lawbook\n",
            mirror.display(),
            env!("CARGO_PKG_VERSION")
        );
        for (path, text) in FILES.iter().copied().chain([(".pre-commit-config.yaml", config.as_str())]) {
            let file = at.join(path);
            let folder = file.parent().unwrap_or(at);
            fs::create_dir_all(folder).and_then(|()| fs::write(&file, text)).map_err(|error| error.to_string())?;
        }
        let base = Self { environment, at: at.to_owned() };
        base.script(INIT)?;
        Ok(base)
    }

    /// A copy, in place of what was there, whose remote `origin` is a bare copy.
    pub(super) fn cloned<'o>(&self, environment: &'o UserVariables, at: &Path) -> Result<TrialRepository<'o>, String> {
        let remote = at.with_extension("git");
        for folder in [at, &remote] {
            let _ = fs::remove_dir_all(folder);
        }
        let script = format!(
            "git clone --quiet --bare . '{remote}'; git clone --quiet '{remote}' '{at}'",
            remote = remote.display(),
            at = at.display()
        );
        self.script(&script)?;
        Ok(TrialRepository { environment, at: at.to_owned() })
    }

    /// The repository in a folder below.
    pub(super) fn inside(self, folder: &str) -> Self {
        Self { at: self.at.join(folder), ..self }
    }

    /// Runs a script for `sh` that stops at the first command that fails.
    pub(super) fn script(&self, script: &str) -> Result<String, String> {
        let said = self.try_script(script);
        if said.is_success { Ok(said.text) } else { Err(format!("`{script}` failed\n{}", said.text)) }
    }

    /// The same for a script that may fail.
    pub(super) fn try_script(&self, script: &str) -> FrameworkAnswer {
        let mut command = Command::new("sh");
        command.args(["-e", "-c", &format!("exec 2>&1\n{script}")]).current_dir(&self.at).env_clear();
        command.envs(self.environment.0.iter().cloned()).stdin(Stdio::null());
        match command.output() {
            Ok(output) => FrameworkAnswer {
                is_success: output.status.success(),
                text: String::from_utf8_lossy(&output.stdout).into_owned(),
            },
            Err(error) => FrameworkAnswer { is_success: false, text: format!("sh could not be started: {error}") },
        }
    }

    /// The commit that is checked out; an empty text before the first.
    pub(super) fn head(&self) -> String {
        self.try_script("git rev-parse --quiet --verify HEAD || true").text.trim().to_owned()
    }

    /// The parents of a commit.
    pub(super) fn parents(&self, commit: &str) -> Result<Vec<String>, String> {
        let line = self.script(&format!("git rev-list --parents --max-count=1 {commit}"))?;
        Ok(line.split_whitespace().skip(1).map(str::to_owned).collect())
    }

    /// True if git has more findings in a commit than in each of some older ones. They are counted by git alone: a finding is
    /// a line `debugger` in a script that is not left out.
    pub(super) fn brings_findings(&self, commit: &str, older: &[String]) -> Result<bool, String> {
        let count = |commit: &str| -> Result<usize, String> {
            let pathspecs = "'*.ts' '*.mts' ':!skip' ':!*/skip'";
            let lines =
                self.script(&format!("git grep --count '^debugger$' {commit} -- {pathspecs} || test $? = 1"))?;
            let counts = lines.lines().filter_map(|line| line.rsplit(':').next()?.parse::<usize>().ok());
            Ok(counts.sum())
        };
        let mut most = 0;
        for older in older {
            most = most.max(count(older)?);
        }
        Ok(count(commit)? > most)
    }

    /// What is staged and what is not, as git says it.
    pub(super) fn state(&self) -> Result<String, String> {
        self.script("git status --porcelain --untracked-files=all; git diff --cached; git diff; git stash list")
    }
}
