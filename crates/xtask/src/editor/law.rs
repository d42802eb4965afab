//! The law of the projects that servers are tried on: many rules, so that nearly every edit changes a finding.

use std::fs;
use std::path::Path;

use crate::editor::peers::write;
use crate::places::WorkspaceFolders;

/// The settings: what is recommended, what is asked of agents, a low limit, and the rules of the folder.
const LAWBOOK_TOML: &str = "extends = [\"recommended\", \"agents\", \"./rules\"]\n\n[rules]\nno-bare-builtin-import = \
                            \"warning\"\nmax-function-lines = { level = \"warning\", max = 12 }\n";

/// Writes the settings of a project, and the rules of parity as its own.
pub fn set_up(places: &WorkspaceFolders, folder: &Path) -> Result<(), String> {
    write(&folder.join("lawbook.toml"), LAWBOOK_TOML)?;
    let rules = places.root().join("crates/xtask/parity-rules");
    for name in ["rust.yml", "typescript.yml", "tsx.yml", "javascript.yml"] {
        let from = rules.join(name);
        let text = fs::read_to_string(&from).map_err(|error| format!("{}: {error}", from.display()))?;
        write(&folder.join("rules").join(name), &text)?;
    }
    Ok(())
}
