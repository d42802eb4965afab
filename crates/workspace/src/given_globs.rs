//! Globs of the caller that leave files out of a run, relative to the working directory, as globs relative to the root.

use lawbook_core::glob::{self, GlobSyntax, PathGlobs};
use lawbook_core::mistake::Mistake;
use lawbook_core::source::RelPath;

use crate::paths::RootPaths;

/// The globs that a caller gives in addition to those of the settings.
#[derive(Clone, Debug, Default)]
pub(crate) struct GivenGlobs {
    /// Relative to the root.
    globs: PathGlobs,
    /// Each glob relative to the root, with its text as the caller wrote it.
    typed: Vec<(String, String)>,
}

impl GivenGlobs {
    /// Reads globs as the caller wrote them.
    ///
    /// # Errors
    /// A glob that matches no path below the root.
    pub(crate) fn new(typed: &[String], paths: &RootPaths) -> Result<Self, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let mut globs = Vec::new();
        for written in typed {
            match from_root(written, paths).and_then(|glob| glob::check(&glob).map(|()| glob)) {
                Ok(glob) => globs.push((glob, written.clone())),
                Err(reason) => mistakes.push(Mistake::new(format!("bad glob `{written}`: {reason}"))),
            }
        }
        let pairs = globs.iter().map(|(glob, _)| (glob.as_str(), false));
        match PathGlobs::new(pairs, GlobSyntax::Lawbook) {
            Ok(read) if mistakes.is_empty() => Ok(Self { globs: read, typed: globs }),
            Ok(_) => Err(mistakes),
            Err((at, reason)) => {
                mistakes.push(Mistake::new(format!("bad glob `{}`: {reason}", globs[at].1)));
                Err(mistakes)
            }
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.globs.is_empty()
    }

    /// True if one of them leaves files out, and does not only take back what the settings leave out.
    pub(crate) fn leaves_out(&self) -> bool {
        self.typed.iter().any(|(glob, _)| !glob::takes_back(glob))
    }

    /// The globs, relative to the root.
    pub(crate) fn globs(&self) -> &PathGlobs {
        &self.globs
    }

    /// The text of a glob as the caller wrote it.
    pub(crate) fn typed(&self, glob: &str) -> Option<&str> {
        self.typed.iter().rfind(|(read, _)| read == glob).map(|(_, written)| &**written)
    }
}

/// A glob relative to the working directory as one relative to the root. One without a `/` matches at any depth, and stays
/// as it is unless it would match the working directory.
fn from_root(written: &str, paths: &RootPaths) -> Result<String, String> {
    let (sign, plain) = if glob::takes_back(written) { written.split_at(1) } else { ("", written) };
    if !plain.trim_end_matches('/').contains('/') {
        let folders = paths.folders_to_working_directory();
        let name = PathGlobs::new([(plain.trim_end_matches('/'), false)], GlobSyntax::Lawbook)
            .map_err(|(_, reason)| reason)?;
        // What is in the working directory is meant, and not the directory itself or one above it.
        if sign.is_empty() && folders.iter().any(|folder| name.matches(&RelPath::new(folder.as_str()))) {
            let folders: Vec<String> = folders.iter().map(|folder| escaped(folder)).collect();
            return Ok(format!("{}/**/{plain}", folders.join("/")));
        }
        return Ok(written.to_owned());
    }
    let root = paths.root().to_string_lossy();
    let below_root = plain.strip_prefix(&*root).filter(|rest| rest.starts_with('/')).map(|rest| &rest[1..]);
    let mut parts: Vec<String> = match below_root {
        Some(_) => Vec::new(),
        None => paths.folders_to_working_directory().iter().map(|name| escaped(name)).collect(),
    };
    let plain = below_root.unwrap_or(plain);
    if plain.starts_with('/') {
        return Err(format!("it is outside of the root `{root}`"));
    }
    // A part that exists is no glob, whatever signs it has.
    let mut existing = Some(if below_root.is_some() { paths.root() } else { paths.working_directory() }.to_owned());
    for part in plain.split('/') {
        existing = existing.map(|folder| folder.join(part)).filter(|at| at.symlink_metadata().is_ok());
        match part {
            "." => {}
            ".." => drop(parts.pop().ok_or_else(|| format!("it leads out of the root `{root}`"))?),
            part if existing.is_some() => parts.push(escaped(part)),
            part => parts.push(part.to_owned()),
        }
    }
    parts.retain(|part| !part.is_empty());
    Ok(match parts.as_slice() {
        // A glob without a `/` would match at any depth.
        [one] if !one.contains(['{', '}', ',', '\\']) => format!("{sign}{{{one},{one}/**}}"),
        parts => format!("{sign}{}", parts.join("/")),
    })
}

/// A name as a glob that matches it alone.
fn escaped(name: &str) -> String {
    let mut glob = String::new();
    for c in name.chars() {
        if matches!(c, '*' | '?' | '[' | ']' | '{' | '}' | '!' | '\\') {
            glob.push('\\');
        }
        glob.push(c);
    }
    glob
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;

    #[test]
    fn a_name_that_exists_is_no_glob() {
        let folder = std::env::temp_dir().join(format!("lawbook-given-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("app/[id]")).unwrap();
        let root = folder.canonicalize().unwrap();
        let paths = RootPaths::new(root.clone(), &root.join("app"));
        assert_eq!(from_root("./[id]/*.ts", &paths).as_deref(), Ok("app/\\[id\\]/*.ts"));
        assert_eq!(from_root("./[ab]/*.ts", &paths).as_deref(), Ok("app/[ab]/*.ts"));
        std::fs::remove_dir_all(folder).unwrap();
    }

    fn check(cwd: &str, written: &str, expected: Result<&str, &str>) {
        let paths = RootPaths::new(PathBuf::from("/r"), Path::new(cwd));
        let read = from_root(written, &paths);
        match (&read, expected) {
            (Ok(glob), Ok(expected)) => assert_eq!(glob, expected, "{written} in {cwd}"),
            (Err(reason), Err(expected)) => assert!(reason.contains(expected), "{reason}"),
            _ => panic!("{written} in {cwd}: {read:?}"),
        }
    }

    #[test]
    fn globs_are_read_from_the_working_directory() {
        check("/r", "src/gen/**", Ok("src/gen/**"));
        check("/r", "*.gen.ts", Ok("*.gen.ts"));
        check("/r/app", "gen/*.ts", Ok("app/gen/*.ts"));
        check("/r/app", "gen", Ok("gen"));
        check("/r/app", "app", Ok("app/**/app"));
        check("/r/app/sub", "app", Ok("app/sub/**/app"));
        check("/r/app/sub", "s*", Ok("app/sub/**/s*"));
        check("/r/app", "!app", Ok("!app"));
        check("/r/app", "app/", Ok("app/**/app/"));
        check("/r/app", "!gen/*.ts", Ok("!app/gen/*.ts"));
        check("/r/app/[id]", "gen/*.ts", Ok("app/\\[id\\]/gen/*.ts"));
        check("/r/app", "./gen/../a/*", Ok("app/a/*"));
        check("/r/app", "../lib/*", Ok("lib/*"));
        check("/r/app", "/r/lib/*", Ok("lib/*"));
        check("/r/app", "../lib", Ok("{lib,lib/**}"));
        check("/r", "./lib", Ok("{lib,lib/**}"));
        check("/r", "lib/", Ok("lib/"));
        check("/r/app", "../../x/*", Err("leads out of the root"));
        check("/r", "/other/*", Err("outside of the root"));
        check("/elsewhere", "src/*", Ok("src/*"));
    }
}
