//! Makes the module list and the registry from the folder: `src/<topic>/<snake_id>.rs` is the rule `<kebab-id>`.
#![allow(clippy::disallowed_methods, reason = "a build script reads the folder it is made from")]

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let source = Path::new(&env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?).join("src");
    println!("cargo:rerun-if-changed={}", source.display());
    let mut files = Vec::new();
    for topic in fs::read_dir(&source)? {
        let topic = topic?.path();
        if topic.is_dir() {
            for file in fs::read_dir(topic)? {
                files.push(file?.path());
            }
        }
    }
    files.sort();
    let (mut modules, mut entries) = (String::new(), String::new());
    for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "rs")) {
        let Some(stem) = file.file_stem().and_then(|stem| stem.to_str()) else { continue };
        let id = stem.replace('_', "-");
        let name: String = stem.split('_').map(capitalised).collect();
        writeln!(modules, "#[path = {:?}]\nmod {stem};", file.display().to_string()).map_err(io::Error::other)?;
        writeln!(entries, "        Native::of_options::<{stem}::{name}>({id:?}),").map_err(io::Error::other)?;
    }
    let function = "fn registered() -> Vec<Native>";
    let registry = format!("{modules}\n{function} {{\n    vec![\n{entries}    ]\n}}\n");
    fs::write(Path::new(&env::var("OUT_DIR").map_err(io::Error::other)?).join("registry.rs"), registry)
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
