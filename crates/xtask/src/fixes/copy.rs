//! Copies of real sources, which fixes may change.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::WalkBuilder;
use lawbook_core::language;
use lawbook_core::rule::page::{BlockRole, Page};
use lawbook_core::source::RelPath;

/// A folder with copies of sources and a `lawbook.toml` of its own.
#[derive(Debug)]
pub struct SourceCopy {
    folder: PathBuf,
}

/// A `lawbook.toml` in which every rule is on.
pub fn law(rules: &[String]) -> String {
    let mut law = "[rules]\n".to_owned();
    for rule in rules {
        let _ = writeln!(law, "{rule} = \"warning\"");
    }
    law
}

/// Deletes a folder, if it is there.
pub fn clear(folder: &Path) -> Result<(), String> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(format!("{}: {error}", folder.display())),
        _ => Ok(()),
    }
}

impl SourceCopy {
    /// Makes an empty one, in place of what stands there.
    pub fn new(folder: PathBuf, law: &str) -> Result<Self, String> {
        clear(&folder)?;
        let made = fs::create_dir_all(&folder).and_then(|()| fs::write(folder.join("lawbook.toml"), law));
        made.map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(Self { folder })
    }

    /// The path of the folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Copies every file of a known language below some folders.
    pub fn take_sources(&self, dirs: &[PathBuf]) -> Result<(), String> {
        for (number, dir) in dirs.iter().enumerate() {
            for entry in WalkBuilder::new(dir).hidden(false).build() {
                let entry = entry.map_err(|error| error.to_string())?;
                let Ok(below) = entry.path().strip_prefix(dir) else { continue };
                let is_source = below.to_str().is_some_and(|path| language::of_path(&RelPath::new(path)).is_some());
                if is_source && entry.file_type().is_some_and(|kind| kind.is_file()) {
                    self.put(&Path::new(&number.to_string()).join(below), entry.path())?;
                }
            }
        }
        Ok(())
    }

    /// Copies the bad blocks of all pages in a folder, so that every rule has a finding.
    pub fn take_blocks(&self, rulesets: &Path) -> Result<(), String> {
        for entry in WalkBuilder::new(rulesets).build() {
            let entry = entry.map_err(|error| error.to_string())?;
            let id = entry.path().file_stem().and_then(OsStr::to_str).unwrap_or_default();
            let is_page = entry.path().extension().is_some_and(|extension| extension == "md");
            let Some(text) = is_page.then(|| fs::read_to_string(entry.path()).ok()).flatten() else { continue };
            let Ok(page) = Page::parse(id, id, "", Arc::from(text)) else { continue };
            for (number, block) in page.blocks.iter().enumerate().filter(|(_, block)| block.role == BlockRole::Bad) {
                let Some(dialect) = language::of_tag(&block.tag) else { continue };
                let Some(extension) = dialect.extensions.first() else { continue };
                let to = self.folder.join(format!("blocks/{id}-{number}.{extension}"));
                let made = fs::create_dir_all(self.folder.join("blocks")).and_then(|()| fs::write(&to, &block.code));
                made.map_err(|error| format!("{}: {error}", to.display()))?;
            }
        }
        Ok(())
    }

    /// Copies some files of another copy.
    pub fn take<'p>(&self, other: &Self, paths: impl Iterator<Item = &'p str>) -> Result<(), String> {
        for path in paths {
            self.put(Path::new(path), &other.folder.join(path))?;
        }
        Ok(())
    }

    /// Writes the bytes of a file to a path of the copy.
    fn put(&self, path: &Path, from: &Path) -> Result<(), String> {
        let to = self.folder.join(path);
        let made = to.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::read(from));
        // `fs::copy` would copy the permissions too, and the original may be read-only.
        made.and_then(|bytes| fs::write(&to, bytes)).map_err(|error| format!("{}: {error}", to.display()))
    }

    /// The texts of all sources, by path.
    pub fn texts(&self) -> Result<BTreeMap<String, String>, String> {
        let mut texts = BTreeMap::new();
        for entry in WalkBuilder::new(&self.folder).standard_filters(false).build() {
            let entry = entry.map_err(|error| error.to_string())?;
            let Some(path) = entry.path().strip_prefix(&self.folder).ok().and_then(Path::to_str) else { continue };
            if entry.file_type().is_some_and(|kind| kind.is_file()) {
                let bytes = fs::read(entry.path()).map_err(|error| format!("{path}: {error}"))?;
                texts.insert(path.to_owned(), String::from_utf8_lossy(&bytes).into_owned());
            }
        }
        Ok(texts)
    }
}
