//! The places that git takes the hooks of a repository from.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use lawbook_core::mistake::Mistake;

use super::{path_from_git, process};

/// The places that git takes the hooks of a repository from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitHooks {
    /// The top of the working tree.
    pub top: PathBuf,
    /// The folder with the programs that git runs as hooks; it may be missing.
    pub folder: PathBuf,
    /// The setting that names the folder; `None` if it is git's own.
    pub hooks_path: Option<HooksPath>,
    /// The configuration file of the repository.
    pub config: PathBuf,
    /// True if this git takes hooks from its configuration too: from version 2.54 on.
    pub has_configured_hooks: bool,
}

/// The setting `core.hooksPath`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HooksPath {
    /// Its value, as it is written.
    pub value: String,
    /// The place of the setting: the path of a file, or `the command line`.
    pub origin: String,
    /// True if it is a setting of this repository, and not of the user or the system.
    pub is_of_repository: bool,
}

impl GitHooks {
    /// Asks git, run in a folder.
    ///
    /// # Errors
    /// The folder is in no working tree, or git cannot be run.
    pub fn find(folder: &Path) -> Result<Self, Vec<Mistake>> {
        let ask = |args: &[&str]| {
            let args: Vec<&OsStr> = args.iter().map(OsStr::new).collect();
            process::run_with_hooks_path(folder, &args)
        };
        let question =
            ["rev-parse", "--is-bare-repository", "--git-path", "hooks", "--git-common-dir", "--show-toplevel"];
        let answer = ask(&question)?;
        let lines: Vec<&[u8]> = answer.stdout.split(|byte| *byte == b'\n').collect();
        if lines.first() == Some(&&b"true"[..]) {
            let message = "this repository has no working tree, so nothing is committed in it";
            return Err(vec![Mistake::new(message).with_help("run it in a clone that has files")]);
        }
        let [_, hooks, common, top, ..] = lines[..] else {
            return Err(answer.into_success("find the hooks of this folder").err().unwrap_or_default());
        };
        let absolute = |path: &[u8]| {
            let path = folder.join(path_from_git(path));
            // The folder may be missing; then the part of the path that exists is made absolute.
            let real = path
                .ancestors()
                .find_map(|above| Some(above.canonicalize().ok()?.join(path.strip_prefix(above).ok()?)));
            real.unwrap_or(path)
        };
        let version = String::from_utf8_lossy(&ask(&["version"])?.into_success("say its version")?).into_owned();
        let found = ask(&["config", "--show-scope", "--show-origin", "-z", "--get", "core.hooksPath"])?;
        let hooks_path = if found.code == Some(0) { hooks_path(&found.stdout) } else { None };
        Ok(Self {
            top: absolute(top),
            folder: absolute(hooks),
            hooks_path,
            config: absolute(common).join("config"),
            has_configured_hooks: has_configured_hooks(&version),
        })
    }
}

/// Parses what `git config --show-scope --show-origin -z` prints: scope, origin and value, with a NUL behind each.
fn hooks_path(printed: &[u8]) -> Option<HooksPath> {
    let printed = String::from_utf8_lossy(printed);
    let mut fields = printed.split('\0');
    let (scope, origin, value) = (fields.next()?, fields.next()?, fields.next()?);
    let origin = match origin.split_once(':') {
        Some(("file", path)) => path.to_owned(),
        _ => "the command line".to_owned(),
    };
    Some(HooksPath { value: value.to_owned(), origin, is_of_repository: matches!(scope, "local" | "worktree") })
}

/// True if a git of this version (`git version 2.54.0`) takes hooks from its configuration.
fn has_configured_hooks(version: &str) -> bool {
    /// The first version, major and minor.
    const FIRST: (u32, u32) = (2, 54);
    let number = version.trim().trim_start_matches("git version ");
    let mut parts = number.split('.').map(str::parse);
    match (parts.next(), parts.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => (major, minor) >= FIRST,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hooks_are_configured_from_a_version_on() {
        for (version, expected) in [
            ("git version 2.54.0\n", true),
            ("git version 2.54.0.windows.1\n", true),
            ("git version 2.61.2 (Apple Git-160)\n", true),
            ("git version 3.0.1\n", true),
            ("git version 2.53.9\n", false),
            ("git version 2.9.5\n", false),
            ("git version 2.54-rc1\n", false),
            ("something else\n", false),
        ] {
            assert_eq!(has_configured_hooks(version), expected, "{version}");
        }
    }

    #[test]
    fn the_setting_is_read_with_its_origin() {
        let read = |printed: &str| hooks_path(printed.as_bytes()).unwrap();
        let local = read("local\0file:.git/config\0.githooks\0");
        assert_eq!((local.value.as_str(), local.origin.as_str()), (".githooks", ".git/config"));
        assert!(local.is_of_repository && read("worktree\0file:x\0y\0").is_of_repository);
        assert!(!read("global\0file:/home/a/.gitconfig\0~/hooks\0").is_of_repository);
        assert_eq!(read("command\0command line:\0/dev/null\0").origin, "the command line");
    }
}
