//! The rules of one run, copied to one folder so that both tools read the same files.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use lawbook_core::ir::Dialect;
use lawbook_core::language;
use serde::Deserialize;

/// The start of the ids of rules that find the `ERROR` nodes of a language.
const ERROR_ID: &str = "parity-error-node-";
/// The id of the rule that finds Rust's token trees.
const TOKEN_TREE_ID: &str = "parity-token-tree";

/// An ast-grep rule, as far as a run reads it.
#[derive(Debug)]
pub struct StagedRule {
    /// Its id.
    pub id: String,
    /// The dialect of its language.
    pub dialect: &'static Dialect,
}

/// The folder of one run, with its rules.
#[derive(Debug)]
pub struct Stage {
    folder: PathBuf,
    rules: Vec<StagedRule>,
}

impl Stage {
    /// Copies the rules to `<folder>/rules`, and writes the error rules and the project file for ast-grep beside it.
    pub fn set(folder: &Path, sources: &[PathBuf]) -> Result<Self, String> {
        if folder.exists() {
            fs::remove_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        }
        let stage = Self { folder: folder.to_path_buf(), rules: Vec::new() };
        let mut rules = Vec::new();
        for (number, file) in rule_files(sources)?.iter().enumerate() {
            let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
            rules.extend(read_rules(&text).map_err(|error| format!("{}: {error}", file.display()))?);
            let stem = file.file_stem().unwrap_or_default().to_string_lossy();
            write(&stage.rules_folder().join(format!("{number:04}-{stem}.yml")), &text)?;
        }
        if rules.is_empty() {
            return Err("the rule files hold no rule".to_owned());
        }
        let languages: BTreeSet<&str> = rules.iter().map(|rule| rule.dialect.ast_grep_names[0]).collect();
        for name in languages {
            let id = format!("{ERROR_ID}{name}");
            let text = format!("id: {id}\nlanguage: {name}\nseverity: info\nrule: {{ kind: ERROR }}\n");
            write(&folder.join("errors").join(format!("{id}.yml")), &text)?;
            if name == "rust" {
                let text =
                    format!("id: {TOKEN_TREE_ID}\nlanguage: {name}\nseverity: info\nrule: {{ kind: token_tree }}\n");
                write(&folder.join("errors").join(format!("{TOKEN_TREE_ID}.yml")), &text)?;
            }
        }
        write(&stage.project_file(), "ruleDirs: [rules, errors]\n")?;
        Ok(Self { rules, ..stage })
    }

    /// The rules for both tools.
    pub fn rules_folder(&self) -> PathBuf {
        self.folder.join("rules")
    }

    /// The project file for ast-grep, which adds the error rules.
    pub fn project_file(&self) -> PathBuf {
        self.folder.join("sgconfig.yml")
    }

    /// The rules, in the order they were read.
    pub fn rules(&self) -> impl Iterator<Item = &StagedRule> {
        self.rules.iter()
    }

    /// True if one of them has this id.
    pub fn has_rule(&self, id: &str) -> bool {
        self.rules.iter().any(|rule| rule.id == id)
    }

    /// The extensions of all files that a rule is for.
    pub fn extensions(&self) -> BTreeSet<&'static str> {
        self.rules.iter().flat_map(|rule| rule.dialect.extensions).copied().collect()
    }
}

/// True for the rule whose findings are Rust's token trees, the contents of which only lawbook reads.
pub fn is_token_tree_rule(id: &str) -> bool {
    id == TOKEN_TREE_ID
}

/// True for the rules whose findings say that the file does not parse.
pub fn is_error_rule(id: &str) -> bool {
    id.starts_with(ERROR_ID)
}

/// The `.yml` and `.yaml` files among the sources and below them.
fn rule_files(sources: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    for source in sources {
        if source.is_dir() {
            for entry in ignore::WalkBuilder::new(source).sort_by_file_path(Path::cmp).build() {
                let path = entry.map_err(|error| format!("{}: {error}", source.display()))?.into_path();
                if path.extension().is_some_and(|end| end == "yml" || end == "yaml") {
                    files.push(path);
                }
            }
        } else if source.is_file() {
            files.push(source.clone());
        } else {
            return Err(format!("{}: no such rule file or folder", source.display()));
        }
    }
    Ok(files)
}

/// The ids and languages of a rule file's documents.
fn read_rules(text: &str) -> Result<Vec<StagedRule>, String> {
    #[derive(Deserialize)]
    struct Document {
        id: String,
        language: String,
    }
    let documents: Vec<Document> = serde_saphyr::from_multiple(text).map_err(|error| error.to_string())?;
    let rule = |Document { id, language }| {
        let name = language.to_lowercase();
        match language::dialects().find(|dialect| dialect.ast_grep_names.contains(&name.as_str())) {
            Some(dialect) => Ok(StagedRule { id, dialect }),
            None => Err(format!("{id}: {language} is not a language of both tools")),
        }
    };
    documents.into_iter().map(rule).collect()
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    let failed = |error| format!("{}: {error}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(path, text).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_document_is_a_rule() {
        let rules =
            read_rules("# head\nid: a\nlanguage: ts\nrule: {kind: x}\n---\nid: \"b\"\nlanguage: Rust\n").unwrap();
        let read: Vec<_> = rules.iter().map(|rule| (rule.id.as_str(), rule.dialect.name)).collect();
        assert_eq!(read, [("a", "typescript"), ("b", "rust")]);
        assert!(read_rules("id: a\nlanguage: cobol\n").unwrap_err().contains("cobol"));
    }

    #[test]
    fn the_stage_adds_error_rules_for_ast_grep_alone() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.yml");
        fs::write(&file, "id: a\nlanguage: Tsx\nrule: {kind: x}\n").unwrap();
        let stage = Stage::set(&dir.path().join("stage"), &[file]).unwrap();
        let names =
            |folder: &Path| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>();
        assert_eq!(names(&stage.rules_folder()), ["0000-a.yml"]);
        assert_eq!(names(&dir.path().join("stage/errors")), ["parity-error-node-tsx.yml"]);
        assert!(stage.has_rule("a") && !stage.has_rule("parity-error-node-tsx"));
        assert_eq!(stage.extensions(), BTreeSet::from(["tsx"]));
    }

    #[test]
    fn the_committed_rules_are_many_and_of_distinct_ids() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("parity-rules");
        let stage = Stage::set(&tempfile::tempdir().unwrap().path().join("stage"), &[folder]).unwrap();
        let ids: BTreeSet<_> = stage.rules().map(|rule| rule.id.as_str()).collect();
        assert_eq!(ids.len(), stage.rules().count());
        assert!(ids.len() >= 80, "{} rules", ids.len());
    }
}
