//! The skeleton of a rule page: everything that `lawbook test` asks for, with the words left to write.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// A family of languages whose dialects share blocks.
struct Family {
    /// The names that a page may claim.
    names: &'static [&'static str],
    /// The info string of its blocks.
    tag: &'static str,
    /// Its comment sign.
    comment: &'static str,
    /// What the placeholder pattern finds.
    bad: &'static str,
    /// What it does not find.
    good: &'static str,
}

const FAMILIES: [Family; 2] = [
    Family {
        names: &["typescript", "javascript"],
        tag: "ts",
        comment: "//",
        bad: "forbidden(1);",
        good: "allowed(1);",
    },
    Family {
        names: &["rust"],
        tag: "rust",
        comment: "//",
        bad: "fn main() { forbidden(1) }",
        good: "fn main() { allowed(1) }",
    },
];

/// Writes `rulesets/<topic>/<id>.md`; never over a page that is there.
pub fn create(root: &Path, topic: &str, id: &str, languages: &[String]) -> Result<PathBuf, String> {
    for name in [topic, id] {
        if !is_kebab_case(name) {
            return Err(format!("{name:?} is not kebab-case: lower-case words joined by single hyphens"));
        }
    }
    let text = page(languages)?;
    let relative = PathBuf::from("rulesets").join(topic).join(format!("{id}.md"));
    let path = root.join(&relative);
    if path.exists() {
        return Err(format!("{} is there already", relative.display()));
    }
    let failed = |error| format!("{}: {error}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(&path, text).map_err(failed)?;
    Ok(relative)
}

/// Lower-case words of letters and digits, the first starting with a letter, joined by single hyphens.
fn is_kebab_case(name: &str) -> bool {
    let word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    name.starts_with(|first: char| first.is_ascii_lowercase()) && name.split('-').all(word)
}

/// The page for these languages: its placeholder rule holds on its placeholder blocks.
fn page(languages: &[String]) -> Result<String, String> {
    let mut families: Vec<&Family> = Vec::new();
    for language in languages {
        let Some(family) = FAMILIES.iter().find(|family| family.names.contains(&language.as_str())) else {
            let known: Vec<_> = FAMILIES.iter().flat_map(|family| family.names).copied().collect();
            return Err(format!("{language:?} is not one of {}", known.join(", ")));
        };
        if !families.iter().any(|seen| seen.tag == family.tag) {
            families.push(family);
        }
    }
    if families.is_empty() {
        return Err("a page claims at least one language".to_owned());
    }
    let mut bad = String::new();
    let mut good = String::new();
    for Family { tag, comment, bad: wrong, good: right, .. } in families {
        let _ = write!(bad, "```{tag}\n{wrong} {comment} error\n```\n");
        let _ = write!(good, "```{tag}\n{right}\n```\n");
    }
    Ok(format!(
        "---\n\
         summary: Say in one sentence what to do instead.\n\
         languages: [{}]\n\
         severity: warning\n\
         rule:\n  pattern: forbidden($$$ARGS)\n\
         ---\n\
         Say why: what goes wrong for whom when this is written.\n\n\
         ## Help\n\
         Say how to mend it.\n\n\
         ## Bad\n{bad}\n\
         ## Good\n{good}",
        languages.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn the_page_has_blocks_for_every_family() {
        let text = page(&owned(&["typescript", "javascript", "rust"])).unwrap();
        assert!(text.starts_with("---\nsummary: "));
        assert!(text.contains("languages: [typescript, javascript, rust]\n"));
        assert_eq!(text.matches("```ts\n").count(), 2);
        assert_eq!(text.matches("```rust\n").count(), 2);
        assert_eq!(text.matches("// error\n").count(), 2);
        assert!(text.contains("rule:\n  pattern: forbidden($$$ARGS)\n---\n"));
    }

    #[test]
    fn an_unknown_language_is_refused() {
        assert!(page(&owned(&["cobol"])).unwrap_err().contains("typescript, javascript, rust"));
        assert!(page(&[]).is_err());
    }

    #[test]
    fn names_are_kebab_case() {
        for good in ["no-default-export", "a", "no-2-things"] {
            assert!(is_kebab_case(good), "{good}");
        }
        for bad in ["", "-a", "a--b", "a-", "NoExport", "no_export", "../x", "1-a"] {
            assert!(!is_kebab_case(bad), "{bad}");
        }
    }

    #[test]
    fn a_page_is_never_overwritten() {
        let root = tempfile::tempdir().unwrap();
        let languages = owned(&["rust"]);
        let path = create(root.path(), "style", "no-thing", &languages).unwrap();
        assert_eq!(path, Path::new("rulesets/style/no-thing.md"));
        assert!(root.path().join(path).is_file());
        assert!(create(root.path(), "style", "no-thing", &languages).unwrap_err().contains("already"));
    }
}
