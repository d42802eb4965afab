//! The index of the built-in pages and presets: made of the folder `rulesets`, and written into it.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use lawbook_core::mistake::unknown_name_help;
use lawbook_core::pack::Pack;
use lawbook_rulesets::index;

/// The index, from the root of the workspace on.
pub const INDEX: &str = "rulesets/index.txt";

/// Folders of `rulesets` that hold no pages.
const NO_TOPICS: &[&str] = &["src", "target", "tests"];

/// A file by its path below `rulesets`, its path for messages, and its text.
type PackFile = (String, String, Arc<str>);

/// Checks every built-in page and preset and makes their index.
///
/// # Errors
/// Everything that is wrong with a page or preset, or why one cannot be read.
pub fn make_index(root: &Path) -> Result<String, Vec<String>> {
    let files = pack_files(&root.join("rulesets")).map_err(|error| vec![error])?;
    let (pack, mistakes) = Pack::from_files(lawbook_rulesets::NAME, files);
    let mut mistakes: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    for preset in &pack.presets {
        let file = format!("rulesets/presets/{}.toml", preset.name);
        if preset.rules.is_empty() {
            mistakes.push(format!("{file}: a preset sets at least one rule"));
        }
        for rule in preset.rules.iter().filter(|rule| pack.pages.iter().all(|page| *page.id != *rule.name)) {
            let help = unknown_name_help(&rule.name, pack.pages.iter().map(|page| &*page.id));
            mistakes.push(format!("{file}: unknown rule `{}` ({help})", rule.name));
        }
    }
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    index::write(&pack).map_err(|error| vec![format!("{INDEX}: {error}")])
}

/// Makes the index anew and writes it if it has changed; true if it has.
///
/// # Errors
/// As of [`make_index`], or why the file cannot be written.
pub fn update_index(root: &Path) -> Result<bool, Vec<String>> {
    let index = make_index(root)?;
    let path = root.join(INDEX);
    // Cargo compiles again what includes a file that was written, the same or not.
    if fs::read(&path).is_ok_and(|committed| committed == index.as_bytes()) {
        return Ok(false);
    }
    fs::write(&path, index).map_err(|error| vec![format!("{INDEX}: {error}")])?;
    Ok(true)
}

/// The files of all topics and presets, in no order.
fn pack_files(rulesets: &Path) -> Result<Vec<PackFile>, String> {
    let failed = |error| format!("{}: {error}", rulesets.display());
    let mut files = Vec::new();
    for topic in fs::read_dir(rulesets).map_err(failed)? {
        let topic = topic.map_err(failed)?;
        let name = topic.file_name().to_string_lossy().into_owned();
        if !topic.path().is_dir() || NO_TOPICS.contains(&&*name) || name.starts_with('.') {
            continue;
        }
        for file in fs::read_dir(topic.path()).map_err(failed)? {
            let file = file.map_err(failed)?.path();
            let path = format!("{name}/{}", file.file_name().unwrap_or_default().to_string_lossy());
            if file.is_dir() {
                return Err(format!("rulesets/{path}: a topic holds no folders"));
            }
            if matches!(file.extension().and_then(|extension| extension.to_str()), Some("md" | "toml")) {
                // Pages are compared byte for byte, whatever line ends a checkout has.
                let text = fs::read_to_string(&file).map_err(|error| format!("rulesets/{path}: {error}"))?;
                files.push((path.clone(), format!("rulesets/{path}"), Arc::from(text.replace("\r\n", "\n"))));
            }
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "---\nsummary: S.\nlanguages: [rust]\nseverity: error\nrule: {node: call}\n---\nWhy.\n";

    fn check(files: &[(&str, &str)], mistakes: &[&str]) {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = root.path().join("rulesets").join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        match update_index(root.path()) {
            Ok(changed) => {
                assert!(changed && mistakes.is_empty());
                assert_eq!(update_index(root.path()), Ok(false));
            }
            Err(found) => {
                assert_eq!(found, mistakes);
                assert!(!root.path().join(INDEX).exists());
            }
        }
    }

    #[test]
    fn the_index_is_written_once() {
        check(&[("size/a.md", PAGE), ("presets/p.toml", "[rules]\na = 'error'\n"), ("src/b.md", "no page")], &[]);
    }

    #[test]
    fn mistakes_leave_the_index_as_it_is() {
        check(
            &[("size/a.md", "Hello"), ("presets/p.toml", "[rules]\n"), ("presets/q.toml", "[rules]\nb = 'off'\n")],
            &[
                "rulesets/size/a.md:1:1: expected a rule page, which starts with a head between two lines `---` \
                 (only README.md may be another kind of page here)",
                "rulesets/presets/p.toml: a preset sets at least one rule",
                "rulesets/presets/q.toml: unknown rule `b` (none is declared here)",
            ],
        );
        check(&[("size/deep/a.md", PAGE)], &["rulesets/size/deep: a topic holds no folders"]);
    }
}
