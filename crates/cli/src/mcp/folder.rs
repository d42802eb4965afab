//! The folder that a server serves: no path of a call leads out of it.

use std::path::{Component, Path, PathBuf};

use lawbook_core::mistake::Mistake;

/// The folder that a server serves, without symbolic links.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ServedFolder(PathBuf);

impl ServedFolder {
    /// The folder at a path relative to the working directory.
    ///
    /// # Errors
    /// It is no folder, or cannot be read.
    pub(crate) fn open(cwd: &Path, typed: &Path) -> Result<Self, Mistake> {
        let refuse = |reason: String| {
            let message = format!("`{}` cannot be served: {reason}", typed.display());
            Mistake::new(message).with_help("name a folder that exists")
        };
        let real = cwd.join(typed).canonicalize().map_err(|error| refuse(error.to_string()))?;
        if real.is_dir() { Ok(Self(real)) } else { Err(refuse("it is no folder".to_owned())) }
    }

    /// The absolute path of the folder.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Refuses a path that leads out of the folder: by `..`, from the top of the file system, or through a symbolic link.
    /// The file need not exist, and the path may be a glob.
    ///
    /// # Errors
    /// The path leads out of the folder, or is empty.
    pub(crate) fn hold(&self, typed: &str) -> Result<(), Mistake> {
        if typed.is_empty() {
            return Err(Mistake::new("a path is empty").with_help("`.` is all of the folder"));
        }
        let is_held = self.holds(&resolved(&self.0, typed)) && self.holds(&normalized(&self.0, typed));
        if is_held { Ok(()) } else { Err(self.outside(typed)) }
    }

    /// True if what there is of a path lies in the folder, by whatever name it is reached.
    fn holds(&self, at: &Path) -> bool {
        let real = at.ancestors().find_map(|at| at.canonicalize().ok());
        real.is_some_and(|real| real.starts_with(&self.0))
    }

    fn outside(&self, typed: &str) -> Mistake {
        let message = format!("`{typed}` lies outside of the folder that is served, `{}`", self.0.display());
        Mistake::new(message).with_help("name a path below it; `lawbook mcp --root DIR` serves another folder")
    }
}

/// The path as the system reads it: `..` behind a symbolic link is the folder above the one that it leads to.
fn resolved(folder: &Path, typed: &str) -> PathBuf {
    let mut at = folder.to_owned();
    for part in Path::new(typed).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                at.pop();
            }
            part => {
                at.push(part);
                at = at.canonicalize().unwrap_or(at);
            }
        }
    }
    at
}

/// The path as the names of files that need not exist are read: `..` takes away the name before it.
fn normalized(folder: &Path, typed: &str) -> PathBuf {
    let mut at = folder.to_owned();
    for part in Path::new(typed).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                at.pop();
            }
            part => at.push(part),
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn no_path_leads_out() {
        let place = tempfile::tempdir().unwrap();
        let (inside, outside) = (place.path().join("in"), place.path().join("out"));
        fs::create_dir_all(inside.join("src")).unwrap();
        fs::create_dir_all(&outside).unwrap();
        fs::write(outside.join("a.ts"), "").unwrap();
        let folder = ServedFolder::open(&inside, Path::new(".")).unwrap();
        let own = folder.path().join("src");
        for held in [".", "src", "src/a.ts", "src/new/b.ts", "src/../src", "src/**/*.ts", own.to_str().unwrap()] {
            assert_eq!(folder.hold(held), Ok(()), "{held}");
        }
        for refused in ["", "..", "../out", "src/../../out", "/", "src/**/../../../out", "../in2", "/etc/passwd"] {
            assert!(folder.hold(refused).is_err(), "{refused}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(&outside, inside.join("link")).unwrap();
            std::os::unix::fs::symlink(outside.join("a.ts"), inside.join("a.ts")).unwrap();
            std::os::unix::fs::symlink("src", inside.join("same")).unwrap();
            std::os::unix::fs::symlink(&inside, inside.join("src/top")).unwrap();
            let through =
                ["link", "link/a.ts", "link/new.ts", "link/*.ts", "a.ts", "link/../out/a.ts", "src/top/../out"];
            for refused in through {
                assert!(folder.hold(refused).is_err(), "{refused}");
            }
            assert_eq!(folder.hold("same/a.ts"), Ok(()));
            // A client may know the folder by another name.
            let other = place.path().join("other");
            std::os::unix::fs::symlink(&inside, &other).unwrap();
            for held in [other.join("src/a.ts"), other.join("new.ts"), other.clone()] {
                assert_eq!(folder.hold(held.to_str().unwrap()), Ok(()), "{}", held.display());
            }
            assert!(folder.hold(other.join("link/a.ts").to_str().unwrap()).is_err());
        }
        assert!(ServedFolder::open(&inside, Path::new("none")).is_err());
        assert!(ServedFolder::open(&outside, Path::new("a.ts")).is_err());
    }
}
