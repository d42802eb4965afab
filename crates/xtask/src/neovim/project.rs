//! The project that Neovim opens, and the user who runs it.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::places::WorkspaceFolders;

/// The files of the project.
const FILES: &[(&str, &str)] = &[
    (
        "lawbook.toml",
        "# The law of this project.\nextends = [\"recommended\", \"./law\"]\n\n[files]\nexclude = [\"src/made/**\"]\n",
    ),
    ("src/app.ts", APP),
    ("src/other.ts", "function other() {\n  debugger;\n}\nother();\n"),
    ("src/third.ts", "debugger;\n"),
    ("src/eval.ts", "eval(\"1\");\n"),
    ("src/default.ts", "export default 1;\n"),
    ("src/made/kept.ts", "export {};\n"),
    ("law/export-by-name.md", PAGE),
];

const APP: &str = "function first(list: string[]) {
  if (!!list.length) {
    debugger;
    return list[0];
  }
  eval(\"1\");
}
first([]);
if (true) { debugger; first([]); }
";

const PAGE: &str = "---
summary: Export by name, so that one search finds every use.
languages: [typescript]
severity: warning
rule:
  pattern: export default $X
---
A default export has no name of its own.

## Help
Export the declaration by name.

## Bad
```ts
export default function loadUser() {}       // error
```

## Good
```ts
export function loadUser() {}
```
";

/// The way in which the configuration of the server reaches Neovim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InstalledLawbook {
    /// Its file is copied into the user's own configuration.
    Copied,
    /// Its folder stands on the runtime path.
    Plugin,
    /// The user starts the server by a line of Lua, as in Neovim 0.10.
    Started,
}

/// A project in a folder, beside a repository without a law, and a user's own folders.
pub(super) struct TrialProject {
    home: PathBuf,
    lawbook: PathBuf,
}

impl TrialProject {
    /// Makes all of it anew.
    pub(super) fn new(
        places: &WorkspaceFolders,
        work: &Path,
        lawbook: &Path,
        installed: InstalledLawbook,
        is_watched: bool,
    ) -> Result<Self, String> {
        let _ = fs::remove_dir_all(work);
        let project = Self { home: work.to_owned(), lawbook: lawbook.to_owned() };
        for (path, text) in FILES {
            write(&project.root().join(path), text)?;
        }
        write(&work.join("bare/a.ts"), "debugger;\n")?;
        for repository in [project.root(), work.join("bare")] {
            let git =
                Command::new("git").args(["init", "--quiet"]).current_dir(&repository).stdin(Stdio::null()).status();
            if !git.is_ok_and(|status| status.success()) {
                return Err(format!("{} could not be made a repository", repository.display()));
            }
        }
        project.configure(places, installed, is_watched)?;
        Ok(project)
    }

    /// Writes the user's configuration of Neovim, which consists of what `docs/editors.md` says.
    fn configure(
        &self,
        places: &WorkspaceFolders,
        installed: InstalledLawbook,
        is_watched: bool,
    ) -> Result<(), String> {
        let document = read(&places.root().join("docs/editors.md"))?;
        let editor = places.root().join("editors/nvim");
        let mut init = Vec::new();
        match installed {
            InstalledLawbook::Copied => {
                let text = read(&editor.join("lsp/lawbook.lua"))?;
                write(&self.home.join("config/nvim/lsp/lawbook.lua"), &text)?;
            }
            InstalledLawbook::Plugin => init.push(format!("vim.opt.runtimepath:append([[{}]])\n", editor.display())),
            InstalledLawbook::Started => {}
        }
        let mut parts = vec!["vim.lsp.codelens.refresh("];
        parts.extend(is_watched.then_some("didChangeWatchedFiles"));
        parts.push(if installed == InstalledLawbook::Started { "vim.lsp.start(" } else { "vim.lsp.enable('lawbook')" });
        for part in parts {
            init.push(lua_block(&document, part)?.to_owned());
        }
        write(&self.home.join("config/nvim/init.lua"), &init.concat())
    }

    pub(super) fn root(&self) -> PathBuf {
        self.home.join("project")
    }

    /// The file that the script writes its results into.
    pub(super) fn results(&self) -> PathBuf {
        self.home.join("results.jsonl")
    }

    /// The file that the script writes the process of the server into.
    pub(super) fn server_pid(&self) -> PathBuf {
        self.home.join("server.pid")
    }

    /// The environment of the user: nothing of the one of this process but the programs.
    pub(super) fn variables(&self) -> Vec<(&'static str, OsString)> {
        let path = env::var_os("PATH").unwrap_or_default();
        let folder = self.lawbook.parent().map(Path::to_owned);
        let folders = folder.into_iter().chain(env::split_paths(&path));
        let in_home = |name: &str| OsString::from(self.home.join(name));
        vec![
            ("PATH", env::join_paths(folders).unwrap_or(path)),
            ("HOME", in_home("home")),
            ("XDG_CONFIG_HOME", in_home("config")),
            ("XDG_DATA_HOME", in_home("data")),
            ("XDG_STATE_HOME", in_home("state")),
            ("XDG_CACHE_HOME", in_home("cache")),
            ("XDG_CONFIG_DIRS", in_home("none")),
            ("LC_ALL", "C.UTF-8".into()),
            ("LAWBOOK_RESULTS", self.results().into()),
            ("LAWBOOK_SERVER_PID", self.server_pid().into()),
        ]
    }
}

/// The block of Lua in a document that has this text.
fn lua_block<'d>(document: &'d str, text: &str) -> Result<&'d str, String> {
    let mut blocks = document.split("```lua\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.find(|block| block.contains(text)).ok_or_else(|| format!("docs/editors.md has no block with `{text}`"))
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    let made = path.parent().map_or(Ok(()), fs::create_dir_all);
    made.and_then(|()| fs::write(path, text)).map_err(|error| format!("{}: {error}", path.display()))
}
