//! The language servers that lawbook's one is measured beside, each with an ordinary configuration.

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::{Path, PathBuf};

use crate::editor::client::ServerCommand;
use crate::npm::{self, Package};
use crate::places::WorkspaceFolders;

/// The biome that speed is measured against.
const BIOME: Package = Package { name: "@biomejs/biome", version: "2.6.8" };

/// A server under measurement.
#[derive(Debug)]
pub struct MeasuredServer {
    /// Its name in the table.
    pub name: &'static str,
    /// Its command.
    pub command: ServerCommand,
}

/// The settings of lawbook in the measurement.
const LAWBOOK_TOML: &str = "extends = [\"recommended\", \"agents\"]\n";

/// Makes a folder for each server that reads files of this name, with its configuration and this text of the file.
pub fn set_up(
    places: &WorkspaceFolders,
    lawbook: &Path,
    with_peers: bool,
    (name, text): (&str, &str),
) -> Result<Vec<MeasuredServer>, String> {
    let is_rust = Path::new(name).extension().is_some_and(|extension| extension == "rs");
    let base = places.e2e().join("editor").join("latency");
    let folder = |server: &str, files: &[(&str, &str)]| {
        let folder = base.join(server);
        let _ = fs::remove_dir_all(&folder);
        for (path, text) in files.iter().chain(&[(name, text)]) {
            write(&folder.join(path), text)?;
        }
        Ok::<PathBuf, String>(folder)
    };
    let at = folder("lawbook", &[("lawbook.toml", LAWBOOK_TOML)])?;
    let mut servers = vec![MeasuredServer { name: "lawbook lsp", command: ServerCommand::lawbook(lawbook, &at) }];
    if !with_peers {
        return Ok(servers);
    }
    if !is_rust {
        let at = folder("oxlint", &[(".oxlintrc.json", "{}\n")])?;
        let command = ServerCommand::new(&npm::oxlint(places)?, &["--lsp"], &at);
        servers.push(MeasuredServer { name: "oxlint --lsp", command });
        let at = folder("biome", &[("biome.json", "{ \"linter\": { \"rules\": { \"recommended\": true } } }\n")])?;
        let command = ServerCommand::new(&biome(places)?, &["lsp-proxy"], &at);
        servers.push(MeasuredServer { name: "biome lsp-proxy", command });
    }
    let rules = if is_rust { "rust.yml" } else { "typescript.yml" };
    let rules = places.root().join("crates/xtask/parity-rules").join(rules);
    let rules = fs::read_to_string(&rules).map_err(|error| format!("{}: {error}", rules.display()))?;
    let at = folder("ast-grep", &[("sgconfig.yml", "ruleDirs: [rules]\n"), ("rules/rules.yml", &rules)])?;
    let command = ServerCommand::new(&npm::ast_grep(places)?, &["lsp"], &at);
    servers.push(MeasuredServer { name: "ast-grep lsp", command });
    Ok(servers)
}

/// The pinned biome's own binary, installed when missing.
fn biome(places: &WorkspaceFolders) -> Result<PathBuf, String> {
    let prefix = places.e2e().join("biome");
    npm::install(&prefix, &[BIOME])?;
    let scope = prefix.join("node_modules/@biomejs");
    let folders = fs::read_dir(&scope).map_err(|error| format!("{}: {error}", scope.display()))?;
    let mut binaries = folders.flatten().map(|folder| folder.path().join(format!("biome{EXE_SUFFIX}")));
    // Of the packages for other systems npm installs none; that with musl is not needed beside that with glibc.
    binaries.find(|path| path.is_file()).ok_or_else(|| format!("npm install left no binary in {}", scope.display()))
}

/// Writes a file and the folders around it.
pub fn write(path: &Path, text: &str) -> Result<(), String> {
    let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
    folder.and_then(|()| fs::write(path, text)).map_err(|error| format!("{}: {error}", path.display()))
}
