//! The skeleton of a language: its folder, which compiles, and its lines in the files that list languages.

mod lines;
mod texts;

use std::fs;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use crate::places::WorkspaceFolders;
use crate::skeleton;

/// A language to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLanguage {
    /// Its name, which is also that of its folder, its module and its cargo feature.
    name: String,
    /// The extension of its files, without the dot.
    extension: String,
    /// The crate of its tree-sitter grammar.
    grammar: String,
    /// The exact version of that crate.
    version: String,
}

impl NewLanguage {
    /// Reads what was typed; `grammar` is `CRATE@VERSION`.
    ///
    /// # Errors
    /// One of the names has characters that are not allowed.
    pub fn new(name: &str, extension: &str, grammar: &str) -> Result<Self, String> {
        if !is_plain(name) || !name.starts_with(|first: char| first.is_ascii_lowercase()) {
            return Err(format!("{name:?} cannot name a language: lower-case letters and digits, a letter first"));
        }
        if !is_plain(extension) {
            return Err(format!("{extension:?} is no extension: lower-case letters and digits, without the dot"));
        }
        let is_crate = |name: &str| name.split('-').all(is_plain);
        let is_version = |version: &str| version.split('.').count() == 3 && version.split('.').all(is_plain);
        let (crate_name, version) = grammar
            .split_once('@')
            .filter(|(crate_name, version)| is_crate(crate_name) && is_version(version))
            .ok_or_else(|| format!("{grammar:?} is no grammar: write CRATE@VERSION, such as tree-sitter-go@0.25.0"))?;
        Ok(Self {
            name: name.to_owned(),
            extension: extension.to_owned(),
            grammar: crate_name.to_owned(),
            version: version.to_owned(),
        })
    }

    /// The name of its type: its name with a capital letter.
    fn type_name(&self) -> String {
        self.name[..1].to_uppercase() + &self.name[1..]
    }

    /// The name of its constants.
    fn constant(&self) -> String {
        self.name.to_uppercase()
    }

    /// The grammar's crate as a path in code.
    fn grammar_module(&self) -> String {
        self.grammar.replace('-', "_")
    }
}

/// True for a word of lower-case letters and digits.
fn is_plain(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

/// Writes the folder of the language and its lines in other files, and returns the paths of all of them. Nothing is
/// written when a file that lists languages has not the expected form, or the language is there already.
///
/// # Errors
/// The language exists, or a file cannot be read or written.
pub fn create(root: &Path, language: &NewLanguage) -> Result<Vec<PathBuf>, String> {
    let folder = Path::new("crates/core/src/language").join(&language.name);
    if root.join(&folder).exists() {
        return Err(format!("{} is there already", folder.display()));
    }
    let mut files: Vec<(PathBuf, String)> =
        texts::of(language).into_iter().map(|(file, text)| (folder.join(file), text)).collect();
    for (path, edit) in lines::EDITS {
        let failed = |error: String| format!("{path}: {error}");
        let text = fs::read_to_string(root.join(path)).map_err(|error| failed(error.to_string()))?;
        files.push((PathBuf::from(path), edit(&text, language).map_err(failed)?));
    }
    skeleton::write(root, files)
}

/// Adds a language to a copy of the workspace and lets clippy check the core with that language alone.
///
/// # Errors
/// A new language does not compile, or the check cannot be made.
pub fn check(places: &WorkspaceFolders) -> Result<(), String> {
    let copy = places.e2e().join("new-language");
    if copy.exists() {
        fs::remove_dir_all(&copy).map_err(|error| format!("{}: {error}", copy.display()))?;
    }
    for entry in WalkBuilder::new(places.root()).require_git(false).build() {
        let entry = entry.map_err(|error| error.to_string())?;
        let Ok(below) = entry.path().strip_prefix(places.root()) else { continue };
        let to = copy.join(below);
        let copied =
            if entry.path().is_dir() { fs::create_dir_all(&to) } else { fs::copy(entry.path(), &to).map(drop) };
        copied.map_err(|error| format!("{}: {error}", to.display()))?;
    }
    // A grammar that is there already, so that nothing has to be fetched.
    let manifest = fs::read_to_string(copy.join("Cargo.toml")).map_err(|error| format!("Cargo.toml: {error}"))?;
    let version = manifest.split("\ntree-sitter-python = \"=").nth(1).and_then(|rest| rest.split('"').next());
    let grammar = format!("tree-sitter-python@{}", version.ok_or("Cargo.toml has no tree-sitter-python")?);
    create(&copy, &NewLanguage::new("probe", "probe", &grammar)?)?;
    let clippy = ["clippy", "--quiet", "--package", "lawbook-core", "--lib", "--tests"];
    let features = ["--no-default-features", "--features", "probe", "--", "-D", "warnings"];
    for arguments in [&["fmt", "--all", "--check"][..], &[&clippy[..], &features[..]].concat()] {
        let mut command = places.cargo();
        command.current_dir(&copy).env("CARGO_TARGET_DIR", places.e2e().join("new-language-target"));
        let status =
            command.args(arguments).status().map_err(|error| format!("cargo could not be started: {error}"))?;
        if !status.success() {
            return Err(format!("cargo {} fails with a new language in {}", arguments[0], copy.display()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use lawbook_core::data::toml;
    use lawbook_core::language;
    use lawbook_core::source::{RelPath, SourceFile};

    use super::*;

    fn go() -> NewLanguage {
        NewLanguage::new("go", "go", "tree-sitter-go@0.25.0").unwrap()
    }

    /// A folder with the files of this workspace that list languages.
    fn copy() -> tempfile::TempDir {
        let (root, copy) = (WorkspaceFolders::find().unwrap(), tempfile::tempdir().unwrap());
        for (path, _) in lines::EDITS {
            let to = copy.path().join(path);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(root.root().join(path), to).unwrap();
        }
        copy
    }

    #[test]
    fn a_new_language_stands_where_the_documents_say() {
        let root = copy();
        let before = |path: &str| fs::read_to_string(WorkspaceFolders::find().unwrap().root().join(path)).unwrap();
        let paths = create(root.path(), &go()).unwrap();
        let written: Vec<String> = paths.iter().map(|path| path.to_string_lossy().replace('\\', "/")).collect();
        let contributing = before("CONTRIBUTING.md");
        let section = contributing.split("## Add a language\n").nth(1).unwrap().split("\n## ").next().unwrap();
        for path in &written {
            let named = match path.strip_prefix("crates/core/src/language/go/") {
                Some(_) => "`crates/core/src/language/go/`".to_owned(),
                None => format!("`{path}`"),
            };
            assert!(section.contains(&named), "CONTRIBUTING.md does not name {named}");
        }
        for (path, lines) in [
            ("Cargo.toml", &["tree-sitter-go = \"=0.25.0\"\n", "[profile.dev.package.tree-sitter-go]\n"][..]),
            (
                "crates/core/Cargo.toml",
                &[
                    "\"go\"",
                    "go = [\"dep:tree-sitter-go\"]\n",
                    "tree-sitter-go = { workspace = true, optional = true }\n",
                ],
            ),
            (
                "crates/core/src/language/mod.rs",
                &["#[cfg(feature = \"go\")]\nmod go;\n", "    #[cfg(feature = \"go\")]\n    &go::Go,\n"],
            ),
            ("crates/xtask/src/hostile/shapes.rs", &["const GO: &str = \"go\";\n", " go\";\n", "    // Go.\n"]),
            ("tests/tests/cost/shapes.rs", &["const GO: &[&str] = &[\"go\"];\n", "    // Go.\n"]),
            ("docs/design/tree.md", &["| `go` | none | tree-sitter-go |\n"]),
        ] {
            let text = fs::read_to_string(root.path().join(path)).unwrap();
            for line in lines {
                assert!(text.contains(line), "{path} has no {line:?}");
                assert!(!before(path).contains(line), "{path} had {line:?} already");
            }
        }
    }

    #[test]
    fn what_is_written_is_code_and_the_manifests_can_be_read() {
        let root = copy();
        for path in create(root.path(), &go()).unwrap() {
            let text = fs::read_to_string(root.path().join(&path)).unwrap();
            match path.extension().and_then(|extension| extension.to_str()) {
                Some("rs") => {
                    assert!(text.starts_with("//! "), "{}", path.display());
                    let source = SourceFile::new(RelPath::new("a.rs"), text).unwrap();
                    assert_eq!(language::lower(source).problems, [], "{}", path.display());
                }
                Some("toml") => assert!(toml::parse(&text, 0).is_ok(), "{}", path.display()),
                _ => assert!(path.ends_with("tree.md"), "{}", path.display()),
            }
        }
    }

    #[test]
    fn a_language_is_never_overwritten_and_nothing_is_half_written() {
        let root = copy();
        create(root.path(), &go()).unwrap();
        assert!(create(root.path(), &go()).unwrap_err().contains("is there already"));

        let root = copy();
        fs::write(root.path().join("docs/design/tree.md"), "# The tree\n").unwrap();
        assert!(create(root.path(), &go()).unwrap_err().starts_with("docs/design/tree.md: "));
        assert!(!root.path().join("crates/core/src/language/go").exists());
    }

    #[test]
    fn a_grammar_that_is_there_is_not_listed_again() {
        let root = copy();
        let probe = NewLanguage::new("probe", "probe", "tree-sitter-python@0.25.0").unwrap();
        create(root.path(), &probe).unwrap();
        for path in ["Cargo.toml", "crates/core/Cargo.toml"] {
            let text = fs::read_to_string(root.path().join(path)).unwrap();
            assert_eq!(text.matches("\ntree-sitter-python = ").count(), 1, "{path}");
            assert!(text.matches("[profile.dev.package.tree-sitter-python]").count() <= 1, "{path}");
        }
    }

    #[test]
    fn names_are_checked() {
        assert!(NewLanguage::new("c2", "c2", "tree-sitter-c-2@1.0.0").is_ok());
        for (name, extension, grammar) in [
            ("Go", "go", "tree-sitter-go@0.25.0"),
            ("../go", "go", "tree-sitter-go@0.25.0"),
            ("2c", "go", "tree-sitter-go@0.25.0"),
            ("", "go", "tree-sitter-go@0.25.0"),
            ("go", ".go", "tree-sitter-go@0.25.0"),
            ("go", "go", "tree-sitter-go"),
            ("go", "go", "tree-sitter-go@0.25"),
            ("go", "go", "@0.25.0"),
        ] {
            assert!(NewLanguage::new(name, extension, grammar).is_err(), "{name} {extension} {grammar}");
        }
    }
}
