//! The mistakes of a law whose files an editor holds: all of them at once, each at its file.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lawbook_core::mistake::{Mistake, MistakeList};

use crate::existing;
use crate::law::Law;
use crate::law_paths::{LawPaths, is_config};
use crate::law_source::LawSource;
use crate::law_tree::{BufferTree, LawTree, PathKind};
use crate::opening::Opening;
use crate::paths;

/// The mistakes of a law, and its places.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LawMistakes {
    /// The places of the law; what could not be read is in it too.
    pub paths: LawPaths,
    /// True if there is a `lawbook.toml` for the root.
    pub is_configured: bool,
    /// All mistakes: those of settings, of pages, and of rules that cannot run.
    pub mistakes: Vec<PlacedMistake>,
    /// Settings and pages that work and have an effect, or none, that their authors may not expect. Empty if there is a
    /// mistake that no rule can run with.
    pub notes: Vec<PlacedMistake>,
}

/// A mistake with the file that it is in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlacedMistake {
    /// The absolute path of the file that the place of the mistake is in; `None` if it has no place, or none in a file.
    pub at: Option<PathBuf>,
    /// The mistake. The text of its place is that of the buffer, where there is one.
    pub mistake: Mistake,
}

/// Reads the law of the root around `target` with texts that are not saved yet, and returns all mistakes in it. `target` is a
/// file or folder, relative to `cwd`, and need not exist; `opening.paths` are not used. `buffers` are files of the law with
/// their texts, by paths relative to `cwd`: settings, pages, rules of ast-grep, also new ones. The settings of folders below
/// the root are read where they hold for the target or are among the buffers.
///
/// # Errors
/// The working directory cannot be read.
pub fn law_mistakes(
    cwd: &Path,
    target: &Path,
    buffers: impl IntoIterator<Item = (PathBuf, Arc<str>)>,
    opening: &Opening,
) -> Result<LawMistakes, MistakeList> {
    let cwd = paths::working_directory(cwd)?;
    Ok(read(&cwd, target, buffers, opening, &BTreeSet::new()))
}

/// The same with the settings of more folders below the root.
pub(crate) fn read(
    cwd: &Path,
    target: &Path,
    buffers: impl IntoIterator<Item = (PathBuf, Arc<str>)>,
    opening: &Opening,
    nested: &BTreeSet<PathBuf>,
) -> LawMistakes {
    // A rule that cannot run is a mistake here, and not a finding of each file.
    let opening = Opening { strict_rules: true, ..opening.clone() };
    let targets = [paths::locate_virtual(cwd, target)];
    let buffers = BufferTree::new(LawTree::of_disk(cwd), buffers.into_iter().map(|(at, text)| (cwd.join(at), text)));
    let mut nested = nested.clone();
    nested.extend(buffers.paths().filter(|at| is_config(at)).cloned());
    let tree = LawTree::Buffers(Arc::new(buffers));
    let source = LawSource { cwd, targets: &targets, opening: &opening, root: None };
    let (root, inputs) = source.inputs(&tree, &nested);
    let paths = LawPaths::new(root.root(), &inputs.places);
    let is_configured = inputs.layers.iter().any(|layer| !layer.settings.path.is_empty());
    let placed = |mistake: Mistake| {
        let place = mistake.place.as_ref();
        let at = place.map(|place| existing::plain(&cwd.join(&*place.path)));
        PlacedMistake { at: at.filter(|at| tree.kind(at) != PathKind::Missing), mistake }
    };
    let (mistakes, notes) = match Law::new(cwd, root, tree.clone(), targets.to_vec(), inputs, &opening) {
        Ok(law) => (Vec::new(), law.plan().placed_notes().to_vec()),
        Err(mistakes) => (mistakes, Vec::new()),
    };
    LawMistakes {
        paths,
        is_configured,
        mistakes: mistakes.into_iter().map(placed).collect(),
        notes: notes.into_iter().map(placed).collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const PAGE: &str = "---\nsummary: No x.\nlanguages: [rust]\nseverity: error\nrule: {pattern: x()}\n---\nWhy.\n";

    /// Checks what is wrong in a law on the disk below buffers: for each mistake and note the path below the root, the
    /// underlined text, and the message.
    #[track_caller]
    fn check(files: &[(&str, &str)], buffers: &[(&str, &str)], target: &str, expected: &[(&str, &str, &str)]) {
        let folder = tempfile::tempdir().unwrap();
        let cwd = folder.path().canonicalize().unwrap();
        for (path, text) in files {
            fs::create_dir_all(cwd.join(path).parent().unwrap()).unwrap();
            fs::write(cwd.join(path), text).unwrap();
        }
        let buffers = buffers.iter().map(|(path, text)| (PathBuf::from(path), Arc::from(*text)));
        let found = law_mistakes(&cwd, Path::new(target), buffers, &Opening::default()).unwrap();
        let shown = |placed: &PlacedMistake| {
            let at = placed.at.as_ref().map_or("-", |at| at.strip_prefix(&cwd).unwrap().to_str().unwrap());
            let place = placed.mistake.place.as_ref();
            let text = place.map_or("-", |place| &place.text[place.span.range()]);
            (at.to_owned(), text.to_owned(), placed.mistake.message.clone())
        };
        let shown: Vec<_> = found.mistakes.iter().chain(&found.notes).map(shown).collect();
        let shown: Vec<(&str, &str, &str)> =
            shown.iter().map(|(at, text, message)| (&**at, &**text, &**message)).collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn mistakes_are_those_of_the_buffers() {
        let right = ("lawbook.toml", "extends = [\"./law\"]\n");
        let page = ("law/no-x.md", PAGE);
        check(&[right, page], &[], "a.rs", &[]);
        // A mistake on the disk that the buffer corrects, and one that it makes.
        check(&[("lawbook.toml", "extend = []\n"), page], &[right], "a.rs", &[]);
        let unknown = [("lawbook.toml", "extend", "unknown key `extend`")];
        check(&[right, page], &[("lawbook.toml", "extend = []\n")], "a.rs", &unknown);
        // Those of settings and pages together.
        let broken = PAGE.replace("severity", "sevrity");
        let settings = ("lawbook.toml", "extends = [\"./law\"]\n[rules]\nno-y = \"off\"\n");
        let both =
            [("lawbook.toml", "no-y", "unknown rule `no-y`"), ("law/no-x.md", "sevrity", "unknown key `sevrity`")];
        check(&[settings, page], &[("law/no-x.md", &broken)], "a.rs", &both);
    }

    #[test]
    fn files_of_the_law_may_be_in_memory_alone() {
        let settings = ("lawbook.toml", "extends = [\"./law\"]\n");
        check(&[], &[settings, ("law/no-x.md", PAGE)], "src/a.rs", &[]);
        check(&[settings], &[("law/no-x.md", PAGE)], "law/no-x.md", &[]);
        let empty = PAGE.replace("{pattern: x()}", "{pattrn: x()}");
        let unknown = [("law/no-x.md", "pattrn", "unknown key of a rule object `pattrn`")];
        check(&[], &[settings, ("law/no-x.md", &empty)], "src/a.rs", &unknown);
        let rule = ("law/r.yml", "id: r\nlanguage: rust\nrule: {knd: x}\n");
        check(&[settings, rule], &[], "a.rs", &[("law/r.yml", "knd", "unknown key of a rule object `knd`")]);
        check(&[settings, rule], &[("law/r.yml", "id: r\nlanguage: rust\nrule: {pattern: x()}\n")], "a.rs", &[]);
    }

    #[test]
    fn settings_of_folders_below_count_where_they_hold_or_are_open() {
        let files = [("lawbook.toml", ""), ("a/lawbook.toml", "[rules]\nx = 1\n"), ("b/lawbook.toml", "[rule]\n")];
        let type_of_x = "x: expected a level or a table, found a whole number";
        check(&files, &[], "c.rs", &[]);
        check(&files, &[], "a/deep/c.rs", &[("a/lawbook.toml", "1", type_of_x)]);
        let buffer = ("b/lawbook.toml", "[rulse]\n");
        check(&files, &[buffer], "c.rs", &[("b/lawbook.toml", "rulse", "unknown key `rulse`")]);
    }

    #[test]
    fn settings_without_effect_are_noted_at_their_place() {
        let page = PAGE.replace("severity: error", "severity: error\noptions: {most: {default: 1, doc: The most.}}");
        let page = page.replace("{pattern: x()}", "{node: call, where: {arguments: {gt: {option: most}}}}");
        let settings = "extends = [\"./law\"]\n[rules]\nno-x = { level = \"off\", most = 2 }\n";
        let files = [("lawbook.toml", settings), ("law/no-x.md", &*page)];
        check(&files, &[], "a.rs", &[("lawbook.toml", "most", "`most` does nothing, because `no-x` is off")]);
    }

    #[cfg(unix)]
    #[test]
    fn a_linked_file_has_the_text_of_its_target() {
        let folder = tempfile::tempdir().unwrap();
        let cwd = folder.path().canonicalize().unwrap();
        fs::write(cwd.join("real.toml"), "").unwrap();
        std::os::unix::fs::symlink("real.toml", cwd.join("lawbook.toml")).unwrap();
        for opened in ["real.toml", "lawbook.toml"] {
            let buffers = [(PathBuf::from(opened), Arc::from("[rulse]\n"))];
            let found = law_mistakes(&cwd, Path::new("a.rs"), buffers, &Opening::default()).unwrap();
            assert_eq!(found.mistakes.len(), 1, "{opened}");
        }
    }
}
