//! Checks every built-in page and preset and compiles them into one index, so that a start-up parses no YAML.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::disallowed_methods)]

#[path = "src/index.rs"]
mod index;

use std::env;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use index::{Index, IndexEntry};
use lawbook_core::mistake::unknown_name_help;
use lawbook_core::pack::Pack;

/// Folders here that hold no pages.
const NO_TOPICS: &[&str] = &["src", "target", "tests"];

type File = (String, String, Arc<str>);

fn main() -> ExitCode {
    match build() {
        Ok(mistakes) if mistakes.is_empty() => ExitCode::SUCCESS,
        Ok(mistakes) => {
            for mistake in &mistakes {
                eprintln!("{mistake}");
            }
            eprintln!("{} mistakes in built-in pages", mistakes.len());
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn build() -> Result<Vec<String>, Box<dyn Error>> {
    let root = env::var("CARGO_MANIFEST_DIR")?;
    // The whole folder: a new topic must be seen too.
    println!("cargo::rerun-if-changed={root}");
    let (pack, mistakes) = Pack::from_files("lawbook", files(Path::new(&root))?);
    let mut mistakes: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    for preset in &pack.presets {
        for rule in preset.rules.iter().filter(|rule| pack.pages.iter().all(|page| *page.id != *rule.name)) {
            let help = unknown_name_help(&rule.name, pack.pages.iter().map(|page| &*page.id));
            mistakes.push(format!("rulesets/presets/{}.toml: unknown rule `{}` ({help})", preset.name, rule.name));
        }
    }
    if mistakes.is_empty() {
        let bytes = encode(&pack)?;
        fs::write(Path::new(&env::var("OUT_DIR")?).join("index.postcard"), bytes)?;
    }
    Ok(mistakes)
}

/// The files of all topics and presets, in no order.
fn files(root: &Path) -> Result<Vec<File>, Box<dyn Error>> {
    let mut files = Vec::new();
    for topic in fs::read_dir(root)? {
        let topic = topic?;
        let name = topic.file_name().to_string_lossy().into_owned();
        if !topic.file_type()?.is_dir() || NO_TOPICS.contains(&&*name) || name.starts_with('.') {
            continue;
        }
        for file in fs::read_dir(topic.path())? {
            let file = file?;
            let path = format!("{name}/{}", file.file_name().to_string_lossy());
            if file.file_type()?.is_dir() {
                return Err(format!("rulesets/{path}: a topic holds no folders").into());
            }
            if matches!(file.path().extension().and_then(|ending| ending.to_str()), Some("md" | "toml")) {
                // Pages are compared byte for byte, whatever line ends a checkout has.
                let text = fs::read_to_string(file.path())?.replace("\r\n", "\n");
                files.push((path.clone(), format!("rulesets/{path}"), Arc::from(text)));
            }
        }
    }
    Ok(files)
}

fn encode(pack: &Pack) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut pages = Vec::new();
    let mut entries = Vec::new();
    for entry in &pack.pages {
        let start = u32::try_from(pages.len())?;
        pages.extend(postcard::to_stdvec(&**entry.page())?);
        entries.push(IndexEntry {
            id: &entry.id,
            formerly: entry.formerly.iter().map(|id| &**id).collect(),
            bytes: start..u32::try_from(pages.len())?,
        });
    }
    let index = Index { entries, presets: pack.presets.clone(), pages: &pages };
    let bytes = postcard::to_stdvec(&index)?;
    let read: Index<'_> = postcard::from_bytes(&bytes)?;
    for entry in &read.entries {
        let bytes = read.pages.get(entry.bytes.start as usize..entry.bytes.end as usize).unwrap_or_default();
        postcard::from_bytes::<lawbook_core::rule::page::Page>(bytes)?;
    }
    Ok(bytes)
}
