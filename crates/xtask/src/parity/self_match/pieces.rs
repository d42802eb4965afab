//! Pieces of real code that are made patterns, chosen by seeded chance.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use lawbook_core::ir::{Dialect, FileInput, Kind, Lowered, Node};
use lawbook_core::language;
use lawbook_core::source::{RelPath, SourceFile};

use crate::chance::Chance;

/// The longest piece, in bytes.
const MAX_PIECE_BYTES: usize = 400;
/// The longest file that pieces are taken from and searched for in, in bytes.
const MAX_FILE_BYTES: usize = 256 << 10;
/// The nodes that are looked at for each piece that is wanted.
const TRIES_PER_PIECE: usize = 400;
/// The pieces of one kind: one in so many of all, and one more.
const KINDS_AT_LEAST: usize = 20;

/// A piece of a file.
#[derive(Debug)]
pub struct CodePiece {
    /// The id of its rule.
    pub id: String,
    /// The name of its raw kind.
    pub kind: &'static str,
    /// Its file and line.
    pub place: String,
    /// Its text.
    pub text: String,
    /// Its text with `$A` in place of one of the names in it; none if it holds no name, or is one, or if another piece has
    /// this text.
    pub with_variable: Option<String>,
}

/// Files of one dialect that parse without an error, and pieces of them.
#[derive(Debug, Default)]
pub struct ChosenCode {
    /// The files.
    pub files: Vec<PathBuf>,
    /// The pieces, each of another text.
    pub pieces: Vec<CodePiece>,
}

/// Chooses up to `max_files` of the files, and up to `count` pieces of these.
pub fn choose(
    dialect: &'static Dialect,
    mut files: Vec<PathBuf>,
    (max_files, count): (usize, usize),
    chance: &mut Chance,
) -> ChosenCode {
    let (mut chosen, mut trees) = (ChosenCode::default(), Vec::new());
    while trees.len() < max_files && !files.is_empty() {
        let path = files.swap_remove(chance.below(files.len()));
        if let Some(file) = lowered(dialect, &path) {
            chosen.files.push(path);
            trees.push(file);
        }
    }
    let mut texts = BTreeSet::new();
    let mut of_kind: BTreeMap<&str, usize> = BTreeMap::new();
    for _ in 0..count * TRIES_PER_PIECE {
        let Some(file) = chance.pick(&trees) else { break };
        let Some(tree) = file.tree() else { continue };
        let Some(node) = tree.nodes().nth(chance.below(tree.nodes().len())) else { continue };
        let seen = of_kind.entry(node.raw_name()).or_default();
        if !may_be_pattern(node) || *seen > count / KINDS_AT_LEAST || !texts.insert(node.text().to_owned()) {
            continue;
        }
        *seen += 1;
        let line = file.source.position(node.start()).line;
        chosen.pieces.push(CodePiece {
            id: format!("piece-{:04}", chosen.pieces.len()),
            kind: node.raw_name(),
            place: format!("{}:{line}", file.source.path()),
            text: node.text().to_owned(),
            with_variable: with_variable(node, chance).filter(|text| texts.insert(text.clone())),
        });
        if chosen.pieces.len() == count {
            break;
        }
    }
    chosen
}

/// The tree of a file that the tolerant parser, which parses patterns too, reads without an error.
fn lowered(dialect: &'static Dialect, path: &Path) -> Option<Lowered> {
    let bytes = fs::read(path).ok().filter(|bytes| bytes.len() <= MAX_FILE_BYTES)?;
    let source = SourceFile::decode(RelPath::new(super::super::text_of(path)), &bytes).ok()?;
    let file = language::lower_tolerant(FileInput::of_dialect(source, dialect));
    file.problems.is_empty().then_some(file)
}

/// True for a named node of fitting size whose text is no metavariable and holds none, so that both tools read it as code.
fn may_be_pattern(node: Node<'_>) -> bool {
    let text = node.text();
    let expando = node.language().expando();
    node.is_named()
        && !node.is_extra()
        && node.kind() != Kind::Comment
        && node.parent().is_some()
        && (1..=MAX_PIECE_BYTES).contains(&text.len())
        && !text.chars().any(|c| c.is_control() && c != '\n' && c != '\t' || c == expando && c != '$')
        && !text.contains("$$")
        && !text.split('$').skip(1).any(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase() || c == '_'))
        // Only lawbook reads the tokens of macro calls as code.
        && node.ancestors().all(|around| around.raw_name() != "token_tree")
}

/// The text of a node with `$A` in place of one of the names below it.
fn with_variable(node: Node<'_>, chance: &mut Chance) -> Option<String> {
    let is_name = |below: &Node<'_>| {
        below.is_named_leaf()
            && below.raw_name().ends_with("identifier")
            && below.text().chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    let names: Vec<Node<'_>> = node.descendants().filter(is_name).filter(|below| below.text() != node.text()).collect();
    let name = chance.pick(&names)?.span();
    let (start, end) = ((name.start - node.start()) as usize, (name.end - node.start()) as usize);
    Some([node.text().get(..start)?, "$A", node.text().get(end..)?].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_the_same_for_the_same_seed_and_of_many_kinds() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.ts");
        let code = "// c\nfunction f(a: B) { return a.b(\"c\") + d[$E]; }\nclass G { h = 1; i() { f(this.h); } }\n";
        fs::write(&path, code).unwrap();
        fs::write(dir.path().join("b.ts"), "let = = 1").unwrap();
        let choose = |seed| {
            let files = vec![path.clone(), dir.path().join("b.ts")];
            choose(language::of_tag("ts").unwrap(), files, (5, 60), &mut Chance::new(seed))
        };
        let (one, two, other) = (choose(1), choose(1), choose(2));
        assert_eq!(one.files, std::slice::from_ref(&path));
        let texts = |chosen: &ChosenCode| chosen.pieces.iter().map(|piece| piece.text.clone()).collect::<Vec<_>>();
        assert_eq!(texts(&one), texts(&two));
        assert_ne!(texts(&one), texts(&other));
        let kinds: BTreeSet<_> = one.pieces.iter().map(|piece| piece.kind).collect();
        assert!(kinds.len() > 10, "{kinds:?}");
        assert!(one.pieces.iter().all(|piece| !piece.text.contains("$E") && !piece.text.contains("//")));
        let call = one.pieces.iter().find(|piece| piece.text == "f(this.h)").unwrap();
        assert!(matches!(call.with_variable.as_deref(), Some("$A(this.h)" | "f(this.$A)")), "{call:?}");
    }
}
