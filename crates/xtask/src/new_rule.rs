//! The skeleton of a rule: a page on which `lawbook test` holds, with the words left to write, and the code of a native
//! rule.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::skeleton;

use lawbook_core::ir::{Dialect, FileInput};
use lawbook_core::language;
use lawbook_core::source::{RelPath, SourceFile};

/// Candidates for code in which the placeholder rule finds something; for each language, the first that parses is taken.
const BAD: &[&str] = &["forbidden(1)", "fn main() { forbidden(1) }", "package a\n\nvar a = forbidden(1)"];

/// The name of the function that the placeholder rule finds, and of one that it does not find.
const NAMES: (&str, &str) = ("forbidden", "allowed");

/// The form of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A rule object in the page.
    Page,
    /// Code beside the page.
    Native,
}

/// Writes `rulesets/<topic>/<id>.md`, and of a native rule `crates/rules/src/<topic>/<snake_id>.rs`; never over a file
/// that is there.
pub fn create(root: &Path, topic: &str, id: &str, languages: &[String], form: Form) -> Result<Vec<PathBuf>, String> {
    for name in [topic, id] {
        if !is_kebab_case(name) {
            return Err(format!("{name:?} is not kebab-case: lower-case words joined by single hyphens"));
        }
    }
    let mut files = vec![(PathBuf::from("rulesets").join(topic).join(format!("{id}.md")), page(languages, form)?)];
    if form == Form::Native {
        let (folder, file) = (snake_case(topic), format!("{}.rs", snake_case(id)));
        files.push((PathBuf::from("crates/rules/src").join(folder).join(file), code(id)));
    }
    if let Some((there, _)) = files.iter().find(|(path, _)| root.join(path).exists()) {
        return Err(format!("{} is there already", there.display()));
    }
    skeleton::write(root, files)
}

fn snake_case(name: &str) -> String {
    name.replace('-', "_")
}

/// The name of the rule's type: that of the rule in camel case.
fn type_name(id: &str) -> String {
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    id.split('-').map(capital).collect()
}

/// The code of a native rule, which finds what the blocks of the page mark.
fn code(id: &str) -> String {
    let (name, (forbidden, _)) = (type_name(id), NAMES);
    format!(
        "//! Say what is forbidden.

use lawbook_core::prelude::*;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(crate) struct {name} {{}}

impl Rule for {name} {{
    fn interest(&self, _: &'static Dialect) -> Interest {{
        Interest::kinds([Kind::Call])
    }}

    fn check(&self, node: Node<'_>, cx: &mut Cx<'_>) {{
        if Call::cast(node).and_then(Call::callee_text).is_some_and(|callee| callee == \"{forbidden}\") {{
            cx.report(Finding::new(node.span()));
        }}
    }}
}}
"
    )
}

/// Lower-case words of letters and digits, the first starting with a letter, joined by single hyphens.
fn is_kebab_case(name: &str) -> bool {
    let word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    name.starts_with(|first: char| first.is_ascii_lowercase()) && name.split('-').all(word)
}

/// The page for these languages: its placeholder rule holds on its placeholder blocks, one of each for each family.
fn page(names: &[String], form: Form) -> Result<String, String> {
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
        let code = example(dialect).ok_or_else(|| format!("no example for {name}: add one to `BAD`"))?;
        let comment = language.syntax().comments.first().map_or("", |comment| comment.open);
        let tag = dialect.tags.first().copied().unwrap_or(name);
        let _ = write!(bad, "```{tag}\n{code} {comment} error\n```\n");
        let _ = write!(good, "```{tag}\n{}\n```\n", code.replace(NAMES.0, NAMES.1));
    }
    if families.is_empty() {
        return Err("a page claims at least one language".to_owned());
    }
    let rule = match form {
        Form::Page => "rule:\n  pattern: forbidden($$$ARGS)\n",
        Form::Native => "native: true\n",
    };
    Ok(format!(
        "---\n\
         summary: Say in one sentence what to do instead.\n\
         languages: [{}]\n\
         severity: warning\n\
         {rule}\
         ---\n\
         Say why: what goes wrong for whom when this is written.\n\n\
         ## Help\n\
         Say how to write it instead.\n\n\
         ## Bad\n{bad}\n\
         ## Good\n{good}",
        names.join(", ")
    ))
}

/// Code in which the placeholder rule finds something.
fn example(dialect: &'static Dialect) -> Option<String> {
    // A call that is no file by itself may be one in the context of patterns.
    let (before, after) = dialect.language.pattern_context().unwrap_or_default();
    let in_context = format!("{before}{}{after}", BAD[0]);
    BAD.iter().copied().chain([&*in_context]).find(|code| parses(code, dialect)).map(str::to_owned)
}

/// True if a dialect parses a piece of code as a whole file.
fn parses(code: &str, dialect: &'static Dialect) -> bool {
    let source = SourceFile::new(RelPath::new("example"), code);
    source.is_ok_and(|source| language::lower(FileInput::of_dialect(source, dialect)).problems.is_empty())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn owned(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn the_page_has_blocks_for_every_family() {
        let text = page(&owned(&["typescript", "javascript", "rust", "python"]), Form::Page).unwrap();
        assert!(text.starts_with("---\nsummary: "));
        assert!(text.contains("languages: [typescript, javascript, rust, python]\n"));
        assert_eq!(text.matches("```ts\n").count(), 2);
        assert_eq!(text.matches("```rust\n").count(), 2);
        assert_eq!(text.matches("// error\n").count(), 2);
        assert_eq!(text.matches("```python\nforbidden(1) # error\n").count(), 1);
        assert!(text.contains("rule:\n  pattern: forbidden($$$ARGS)\n---\n"));
    }

    #[test]
    fn there_is_an_example_for_every_language() {
        for language in language::all() {
            let text = page(&owned(&[language.name()]), Form::Page);
            assert!(text.is_ok(), "{text:?}");
        }
    }

    #[test]
    fn an_unknown_language_is_refused() {
        assert!(page(&owned(&["cobol"]), Form::Page).unwrap_err().contains("rust, typescript, javascript"));
        assert!(page(&[], Form::Page).is_err());
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
        let paths = create(root.path(), "style", "no-thing", &languages, Form::Page).unwrap();
        assert_eq!(paths, [Path::new("rulesets/style/no-thing.md")]);
        assert!(root.path().join(&paths[0]).is_file());
        let again = create(root.path(), "style", "no-thing", &languages, Form::Native);
        assert!(again.unwrap_err().contains("already"));
        assert!(!root.path().join("crates/rules/src/style/no_thing.rs").exists());
    }

    #[test]
    fn a_native_rule_has_a_page_and_code_of_its_name() {
        let root = tempfile::tempdir().unwrap();
        let paths = create(root.path(), "code-style", "no-2-things", &owned(&["rust"]), Form::Native).unwrap();
        let expected = ["rulesets/code-style/no-2-things.md", "crates/rules/src/code_style/no_2_things.rs"];
        assert_eq!(paths, expected.map(Path::new));
        let text = |at: usize| fs::read_to_string(root.path().join(&paths[at])).unwrap();
        assert!(text(0).contains("severity: warning\nnative: true\n---\n"));
        assert!(text(1).contains("pub(crate) struct No2Things {}\n"));
        let source = SourceFile::new(RelPath::new("a.rs"), text(1)).unwrap();
        assert_eq!(language::lower(source).problems, []);
    }
}
