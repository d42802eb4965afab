//! The skeleton of a rule page: everything that `lawbook test` asks for, with the words left to write.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use lawbook_core::ir::{Dialect, FileInput};
use lawbook_core::language;
use lawbook_core::source::{RelPath, SourceFile};

/// Code in which the placeholder pattern finds something, by what languages make of it: the first that parses is taken.
const BAD: &[&str] = &["forbidden(1);", "fn main() { forbidden(1) }"];

/// What the placeholder pattern finds, and what it does not.
const NAMES: (&str, &str) = ("forbidden", "allowed");

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

/// The page for these languages: its placeholder rule holds on its placeholder blocks, one of each for each family.
fn page(names: &[String]) -> Result<String, String> {
    let mut families = Vec::new();
    let (mut bad, mut good) = (String::new(), String::new());
    for name in names {
        let Some(language) = language::named(name) else {
            let known: Vec<_> = language::all().iter().map(|language| language.name()).collect();
            return Err(format!("{name:?} is not one of {}", known.join(", ")));
        };
        if families.contains(&language.family()) {
            continue;
        }
        families.push(language.family());
        let dialect = *language.dialects().first().ok_or_else(|| format!("{name} has no dialect"))?;
        let code = BAD.iter().find(|code| parses(code, dialect)).ok_or_else(|| format!("no example for {name}"))?;
        let comment = language.syntax().comments.first().map_or("", |comment| comment.open);
        let tag = dialect.tags.first().copied().unwrap_or(name);
        let _ = write!(bad, "```{tag}\n{code} {comment} error\n```\n");
        let _ = write!(good, "```{tag}\n{}\n```\n", code.replace(NAMES.0, NAMES.1));
    }
    if families.is_empty() {
        return Err("a page claims at least one language".to_owned());
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
        names.join(", ")
    ))
}

/// Whether a language takes a piece of code for a whole file.
fn parses(code: &str, dialect: &'static Dialect) -> bool {
    let source = SourceFile::new(RelPath::new("example"), code);
    source.is_ok_and(|source| language::lower(FileInput::of_dialect(source, dialect)).problems.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn the_page_has_blocks_for_every_family() {
        let text = page(&owned(&["typescript", "javascript", "rust", "python"])).unwrap();
        assert!(text.starts_with("---\nsummary: "));
        assert!(text.contains("languages: [typescript, javascript, rust, python]\n"));
        assert_eq!(text.matches("```ts\n").count(), 2);
        assert_eq!(text.matches("```rust\n").count(), 2);
        assert_eq!(text.matches("// error\n").count(), 2);
        assert_eq!(text.matches("```python\nforbidden(1); # error\n").count(), 1);
        assert!(text.contains("rule:\n  pattern: forbidden($$$ARGS)\n---\n"));
    }

    #[test]
    fn an_unknown_language_is_refused() {
        assert!(page(&owned(&["cobol"])).unwrap_err().contains("rust, typescript, javascript"));
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
