//! Random edits of a project: files and folders come, change, move and go, and so do settings, pages and ignore files.

use std::fs;
use std::path::{Path, PathBuf};

use super::{NO_DEBUGGER, NO_VAR};

const FOLDERS: [&str; 5] = ["", "src", "src/deep", "lib", "lib/tests"];
const NAMES: [&str; 7] = ["a.ts", "b.ts", "a.rs", "lib.rs", "kit.rs", "notes.txt", "gen.min.js"];
const TEXTS: [&str; 9] = [
    "let a = 1\n",
    "debugger\n",
    "var a = 1\n",
    "debugger\nvar a = 1\n\ndebugger\n",
    "// lawbook-ignore no-debugger: the demo stops here on purpose\ndebugger\n",
    "// lawbook-ignore no-var: this one is not there any more at all\nlet b = 2\n",
    "mod kit;\nfn f(of: Option<u8>) -> u8 { of.unwrap() }\n",
    "#[cfg(test)]\nmod kit;\n",
    "fn broken( {\n",
];
const SETTINGS: [&str; 6] = [
    "extends = [\"./law\"]\n",
    "extends = [\"./law\"]\n[rules]\nno-unwrap = \"error\"\nno-var = \"warning\"\n",
    "extends = [\"./law\"]\n[rules]\nno-debugger = \"off\"\nno-unwrap = \"warning\"\n",
    "extends = [\"./law\"]\n[files]\nexclude = [\"lib\"]\n",
    "extends = [\"./law\"]\n[files]\ntests = [\"src/**\"]\n[rules]\nno-unwrap = \"error\"\n",
    "extend = 1\n",
];
const NESTED: [&str; 3] =
    ["[rules]\nno-var = \"off\"\n", "[rules]\nno-debugger = \"info\"\n", "root = true\nextends = [\"../law\"]\n"];
const IGNORED: [&str; 5] = ["", "*.ts\n", "deep\n", "lib/\n!lib/a.ts\n", "notes.txt\n/src/a.*\n"];

/// A source of random edits below a folder.
#[derive(Debug)]
pub struct Edits {
    state: u64,
    root: PathBuf,
    log: Vec<String>,
}

impl Edits {
    pub fn new(seed: u64, root: PathBuf) -> Self {
        Self { state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1, root, log: Vec::new() }
    }

    /// The last edits, in words.
    pub fn log(&self) -> &[String] {
        &self.log[self.log.len().saturating_sub(12)..]
    }

    fn number(&mut self, below: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state % below as u64).unwrap()
    }

    fn one<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[self.number(of.len())]
    }

    /// Writes a project to begin with.
    pub fn start(&mut self) {
        let root = self.root.clone();
        write(&root.join("lawbook.toml"), SETTINGS[0]);
        write(&root.join("law/no-debugger.md"), NO_DEBUGGER);
        write(&root.join("law/no-var.md"), NO_VAR);
        for _ in 0..12 {
            self.write_file();
        }
    }

    /// Makes one to four edits, and returns the paths that they are about.
    pub fn some(&mut self) -> Vec<PathBuf> {
        let count = 1 + self.number(4);
        (0..count).flat_map(|_| self.edit()).collect()
    }

    fn edit(&mut self) -> Vec<PathBuf> {
        match self.number(20) {
            0..=8 => vec![self.write_file()],
            9 | 10 => vec![self.remove()],
            11 | 12 => self.rename_file(),
            13 => self.rename_folder(),
            14 => self.replace_folder(),
            15 => {
                let text = self.one(&SETTINGS);
                vec![self.write("lawbook.toml", text)]
            }
            16 => {
                let text = self.one(&NESTED);
                if self.number(2) == 0 {
                    vec![self.remove_at("lib/lawbook.toml")]
                } else {
                    vec![self.write("lib/lawbook.toml", text)]
                }
            }
            17 => {
                let at = self.one(&[".gitignore", "src/.gitignore"]);
                let text = self.one(&IGNORED);
                vec![self.write(at, text)]
            }
            18 => {
                let severity = self.one(&["error", "warning", "info"]);
                let page = NO_DEBUGGER.replace("severity: warning", &format!("severity: {severity}"));
                vec![self.write("law/no-debugger.md", &page)]
            }
            _ if self.number(2) == 0 => vec![self.remove_at("law/no-var.md")],
            _ => vec![self.write("law/no-var.md", NO_VAR)],
        }
    }

    fn path(&mut self) -> String {
        let (folder, name) = (self.one(&FOLDERS), self.one(&NAMES));
        if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
    }

    fn write_file(&mut self) -> PathBuf {
        let (path, text) = (self.path(), self.one(&TEXTS));
        self.write(&path, text)
    }

    fn write(&mut self, path: &str, text: &str) -> PathBuf {
        self.log.push(format!("write {path}: {text:?}"));
        let at = self.root.join(path);
        write(&at, text);
        at
    }

    fn remove(&mut self) -> PathBuf {
        let path = self.path();
        self.remove_at(&path)
    }

    fn remove_at(&mut self, path: &str) -> PathBuf {
        self.log.push(format!("remove {path}"));
        let at = self.root.join(path);
        let _ = fs::remove_file(&at);
        at
    }

    fn rename_file(&mut self) -> Vec<PathBuf> {
        let (from, to) = (self.path(), self.path());
        self.rename(&from, &to)
    }

    fn rename_folder(&mut self) -> Vec<PathBuf> {
        let from = self.one(&["src", "src/deep", "lib/tests", "moved"]);
        let to = self.one(&["moved", "src/deep", "lib/tests"]);
        self.rename(from, to)
    }

    fn rename(&mut self, from: &str, to: &str) -> Vec<PathBuf> {
        self.log.push(format!("rename {from} {to}"));
        let (from, to) = (self.root.join(from), self.root.join(to));
        // A folder is not moved into itself or onto one with files, which changes nothing.
        let _ = fs::create_dir_all(to.parent().unwrap());
        let _ = fs::rename(&from, &to);
        vec![from, to]
    }

    /// Removes a folder and makes another one in its place.
    fn replace_folder(&mut self) -> Vec<PathBuf> {
        let folder = self.one(&["src", "src/deep", "lib"]);
        self.log.push(format!("replace {folder}"));
        let at = self.root.join(folder);
        let _ = fs::remove_dir_all(&at);
        let text = self.one(&TEXTS);
        write(&at.join("a.ts"), text);
        vec![at.clone(), at.join("a.ts")]
    }
}

fn write(at: &Path, text: &str) {
    fs::create_dir_all(at.parent().unwrap()).unwrap();
    fs::write(at, text).unwrap();
}
