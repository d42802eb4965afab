//! The files of a crate by module, and every path that one of them names.

use std::collections::{BTreeMap, BTreeSet};

use crate::imports::file::{self, ModulePath};

/// The file of the root module.
const ROOT: &str = "lib.rs";

/// A crate without its test code.
#[derive(Debug, Default)]
pub(super) struct CrateSource {
    /// The modules with a file of their own.
    pub modules: BTreeMap<ModulePath, ModuleFile>,
    /// The modules of the root by floor.
    pub floors: Vec<Vec<String>>,
    /// The paths that modules name, the root apart.
    pub references: Vec<Reference>,
    /// Files that no `mod` leads to.
    pub unreached: Vec<String>,
}

/// The file of a module.
#[derive(Debug)]
pub(super) struct ModuleFile {
    /// Its path below the folder of the crate.
    pub path: String,
    /// The number of its lines with code.
    pub lines: usize,
}

/// A path of the crate that a file names.
#[derive(Debug)]
pub(super) struct Reference {
    /// The module of the file.
    pub from: ModulePath,
    pub to: Vec<String>,
    pub line: usize,
}

impl CrateSource {
    /// Reads a crate; `files` are the texts of its files by their path below its folder.
    pub fn read(files: &BTreeMap<String, String>) -> Result<Self, String> {
        let mut source = Self::default();
        let mut unreached: BTreeSet<&str> = files.keys().map(String::as_str).collect();
        let mut open = vec![(Vec::new(), ROOT.to_owned(), false)];
        while let Some((module, path, is_test)) = open.pop() {
            unreached.remove(&*path);
            let text = files.get(&path).ok_or_else(|| format!("{path} is missing"))?;
            let found = file::read(text, &module, is_test).map_err(|error| format!("{path}:{error}"))?;
            if module.is_empty() {
                source.floors = floors(text, &found.children);
            }
            for child in found.children {
                let child_path = child_path(&path, &child.path[module.len()..], files)
                    .ok_or_else(|| format!("{path}:{}: `mod {}` has no file", child.line, child.path.join("::")))?;
                open.push((child.path, child_path, is_test || child.is_test));
            }
            if !is_test && !module.is_empty() {
                let references = found.references.into_iter();
                source.references.extend(references.map(|reference| Reference {
                    from: module.clone(),
                    to: reference.to,
                    line: reference.line,
                }));
                source.modules.insert(module, ModuleFile { path, lines: found.code_lines });
            }
        }
        source.unreached = unreached.into_iter().map(str::to_owned).collect();
        source.references.sort_by(|a, b| (&a.from, a.line).cmp(&(&b.from, b.line)));
        Ok(source)
    }

    /// The module with a file that a path leads into.
    pub fn module_of<'p>(&self, path: &'p [String]) -> Option<&'p [String]> {
        (1..=path.len()).rev().map(|length| &path[..length]).find(|path| self.modules.contains_key(*path))
    }
}

/// The file of a module that the file at `path` declares, `below` being its path from there on.
fn child_path(path: &str, below: &[String], files: &BTreeMap<String, String>) -> Option<String> {
    let (folder, name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (folder, name));
    let stem = name.strip_suffix(".rs").filter(|stem| !matches!(*stem, "mod" | "lib"));
    let below =
        [folder].into_iter().chain(stem).filter(|part| !part.is_empty()).chain(below.iter().map(String::as_str));
    let base = below.collect::<Vec<_>>().join("/");
    [format!("{base}.rs"), format!("{base}/mod.rs")].into_iter().find(|path| files.contains_key(path))
}

/// The modules of the root in the order of their lines; a blank line between two of them begins a floor.
fn floors(text: &str, modules: &[file::ChildModule]) -> Vec<Vec<String>> {
    let lines: Vec<&str> = text.lines().collect();
    let mut floors: Vec<Vec<String>> = Vec::new();
    let mut last = 0;
    for module in modules.iter().filter(|module| !module.is_test) {
        let is_apart = lines.get(last..module.line).unwrap_or_default().iter().any(|line| line.trim().is_empty());
        let name = module.path.join("::");
        match floors.last_mut().filter(|_| !is_apart) {
            Some(floor) => floor.push(name),
            None => floors.push(vec![name]),
        }
        last = module.line;
    }
    floors
}
