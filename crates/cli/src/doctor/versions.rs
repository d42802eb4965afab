//! The program that hooks find, and the versions that files of the project name.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::{Examined, Observation, text_of};
use crate::install::git;

/// The version of this program.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The `lawbook` on the `PATH`, and the programs at paths that hooks name: that they are there, and of this version.
pub(super) fn program(subject: &Examined<'_>) -> Vec<Observation> {
    let environment = subject.environment;
    let mut found = Vec::new();
    if let Some(at) = environment.find_program("lawbook") {
        found.push(of_version(&at, environment.program.as_deref(), "hooks and agents run"));
    } else {
        let message = "`lawbook` is not on the PATH, where hooks of agents and of git look for it";
        let doors = doors_on_path(subject);
        let named = if doors.is_empty() { "git".to_owned() } else { doors.join(" ") };
        let fix = format!("put the program on the PATH, or name it: lawbook install {named} --absolute");
        found.push(if doors.is_empty() {
            Observation::note(message).with_fix(fix)
        } else {
            Observation::broken(message, fix)
        });
    }
    for named in absolute_programs(subject) {
        found.push(if !named.is_file() {
            let message = format!("a hook names {}, which is gone", named.display());
            Observation::broken(
                message,
                "lawbook install git   # and each agent, with --absolute if it is not on the PATH",
            )
        } else if environment.program.as_deref().is_some_and(|this| is_same(this, &named)) {
            Observation::good(format!("a hook runs {} ({VERSION})", named.display()))
        } else {
            // A program that a repository names is not run.
            Observation::note(format!("a hook runs {}, which is not this program", named.display()))
        });
    }
    found
}

/// The texts that hooks stand in: the hook of git, its settings, the settings of agents.
fn hook_texts(subject: &Examined<'_>) -> Vec<String> {
    let git = subject.hooks.iter().flat_map(|hooks| [hooks.folder.join(git::HOOK_NAME), hooks.config.clone()]);
    let agents = crate::install::AGENTS.iter().flat_map(|agent| agent.files);
    let agents = agents.map(|file| subject.survey.folder().join(file.project));
    git.chain(agents).filter_map(|at| text_of(&at)).collect()
}

/// The programs at absolute paths that the hook of git names.
fn absolute_programs(subject: &Examined<'_>) -> Vec<PathBuf> {
    let mut programs: Vec<PathBuf> =
        hook_texts(subject).iter().filter_map(|text| git::program_of(text)).map(PathBuf::from).collect();
    programs.retain(|program| program.is_absolute());
    programs.dedup();
    programs
}

/// The agents, and git, whose hooks find their program on the `PATH`, as `lawbook install` names them.
fn doors_on_path(subject: &Examined<'_>) -> Vec<&'static str> {
    let texts = hook_texts(subject);
    let is_named = |agent: &&&crate::install::Agent| {
        let line = format!("lawbook hook {}", agent.name);
        let words = format!("\"lawbook\",\"hook\",\"{}\"", agent.name);
        texts.iter().any(|text| {
            let starts = text.match_indices(&line).any(|(at, _)| !text[..at].ends_with(['/', '\\']));
            starts || text.replace(' ', "").contains(&words)
        })
    };
    let agents = crate::install::AGENTS.iter().filter(is_named).map(|agent| agent.name);
    let is_git = texts.iter().any(|text| git::program_of(text).is_some_and(|program| program == "lawbook"));
    agents.chain(is_git.then_some("git")).collect()
}

/// True if two paths lead to one program.
fn is_same(one: &Path, other: &Path) -> bool {
    one.canonicalize().is_ok_and(|one| other.canonicalize().is_ok_and(|other| one == other))
}

/// Compares the version of a program with that of this one.
fn of_version(at: &Path, this: Option<&Path>, who: &str) -> Observation {
    let version = if this.is_some_and(|this| is_same(this, at)) { Some(VERSION.to_owned()) } else { version_of(at) };
    match version {
        Some(version) if version == VERSION => Observation::good(format!("{who} {} ({VERSION})", at.display())),
        Some(version) => {
            let message = format!("{who} {}, which is version {version}; this is {VERSION}", at.display());
            Observation::broken(message, "install one of them only, or put the right one first on the PATH")
        }
        None => Observation::broken(
            format!("{who} {}, which does not say its version", at.display()),
            "install lawbook again",
        ),
    }
}

/// The version that a program says; `None` if it is another one, or does not answer in time.
fn version_of(at: &Path) -> Option<String> {
    /// The waits for an answer, and how long each takes.
    const WAITS: (u32, Duration) = (100, Duration::from_millis(50));
    let mut child = Command::new(at)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut is_over = false;
    for _ in 0..WAITS.0 {
        is_over = child.try_wait().ok()?.is_some();
        if is_over {
            break;
        }
        std::thread::sleep(WAITS.1);
    }
    if !is_over {
        // It may have ended meanwhile.
        let _ = child.kill();
    }
    let output = child.wait_with_output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(text.trim().strip_prefix("lawbook ")?.to_owned())
}

/// The files that name a version of lawbook, beside those of CI systems.
const PINNING: &[&str] = &[
    "package.json",
    "node_modules/lawbook/package.json",
    "pyproject.toml",
    "requirements.txt",
    "requirements-dev.txt",
    "dev-requirements.txt",
    ".pre-commit-config.yaml",
    ".pre-commit-config.yml",
    ".mise.toml",
    "mise.toml",
    ".tool-versions",
];

/// Files of the project that name another version than this one.
pub(super) fn pins(subject: &Examined<'_>) -> Vec<Observation> {
    let ci = subject.survey.ci_files().into_iter().map(|file| (file.path, file.text));
    let pinning = PINNING.iter().filter_map(|path| Some(((*path).to_owned(), subject.survey.text(path)?)));
    let mut found = Vec::new();
    for (path, text) in pinning.chain(ci) {
        for version in versions_in(&path, &text) {
            found.push(if version == VERSION {
                Observation::good(format!("{path} names this version"))
            } else {
                let message = format!("{path} names version {version}, and this is {VERSION}");
                Observation::broken(message, format!("write {VERSION} there, or run version {version} here"))
            });
        }
    }
    found.dedup();
    found
}

/// The exact versions of lawbook that a text names. A range names none.
fn versions_in(path: &str, text: &str) -> Vec<String> {
    if path.ends_with("package.json") {
        return serde_json::from_str(text).ok().map(|json| of_package(path, &json)).unwrap_or_default();
    }
    let mut found = Vec::new();
    let mut is_of_lawbook = false;
    for line in text.lines().map(str::trim) {
        if let Some(repository) = line.trim_start_matches("- ").strip_prefix("repo:") {
            is_of_lawbook = repository.contains("lawbook");
        }
        if let Some(rev) = line.strip_prefix("rev:").filter(|_| is_of_lawbook) {
            found.extend(version_at_start(rev.trim().trim_matches(['"', '\''])));
        }
        for (at, name) in line.match_indices("lawbook") {
            let rest = &line[at + name.len()..];
            let behind = ["==", "@", " = \"", "\" = \"", " "].iter().find_map(|sign| rest.strip_prefix(sign));
            let is_plain = !rest.starts_with(' ') || path == ".tool-versions";
            found.extend(behind.filter(|_| is_plain && !line.starts_with('#')).and_then(version_at_start));
        }
    }
    found
}

/// The version of a package: of lawbook itself, or the one that a project depends on.
fn of_package(path: &str, json: &serde_json::Value) -> Vec<String> {
    if path.starts_with("node_modules/") {
        return json.get("version").and_then(|version| version.as_str()).map(str::to_owned).into_iter().collect();
    }
    let lists = ["dependencies", "devDependencies", "optionalDependencies"];
    let named = lists.iter().filter_map(|list| json.get(list)?.get("lawbook")?.as_str());
    named.filter_map(version_at_start).collect()
}

/// The version that a text starts with, with a `v` or without: three numbers.
fn version_at_start(text: &str) -> Option<String> {
    let text = text.strip_prefix('=').unwrap_or(text);
    let text = text.strip_prefix('v').unwrap_or(text);
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !".-+".contains(c)).unwrap_or(text.len());
    let version = &text[..end];
    let numbers = version.split(['-', '+']).next()?.split('.').filter(|part| part.parse::<u32>().is_ok()).count();
    (numbers == 3).then(|| version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_versions_are_read_from_every_file() {
        let cases = [
            ("requirements.txt", "ruff==1.0.0\nlawbook==0.9.1\n# lawbook==0.8.0\n", &["0.9.1"][..]),
            ("pyproject.toml", "dev = [\"lawbook==0.9.1\", \"lawbook>=0.1\"]\n", &["0.9.1"]),
            ("package.json", r#"{"devDependencies": {"lawbook": "0.9.1", "x": "1.0.0"}}"#, &["0.9.1"]),
            ("package.json", r#"{"devDependencies": {"lawbook": "^0.9.1"}}"#, &[]),
            ("node_modules/lawbook/package.json", r#"{"version": "0.9.1"}"#, &["0.9.1"]),
            (
                ".pre-commit-config.yaml",
                "repos:\n- repo: https://a/ruff\n  rev: v1.0.0\n- repo: https://a/lawbook-pre-commit\n  rev: v0.9.1\n",
                &["0.9.1"],
            ),
            (
                ".github/workflows/a.yml",
                "- run: npx lawbook@0.9.1 check\n- uses: o/lawbook@v0.9.2\n",
                &["0.9.1", "0.9.2"],
            ),
            (".tool-versions", "lawbook 0.9.1\n", &["0.9.1"]),
            ("mise.toml", "\"npm:lawbook\" = \"0.9.1\"\n", &["0.9.1"]),
            (".github/workflows/a.yml", "- run: lawbook check 1.2.3\n", &[]),
        ];
        for (path, text, expected) in cases {
            assert_eq!(versions_in(path, text), expected, "{path}: {text}");
        }
    }
}
