//! The edit of a `lawbook.toml` that turns a rule off where it finds something, tried by planning the law with it.

use std::path::PathBuf;
use std::sync::Arc;

use lawbook_core::diagnostic::Severity;
use lawbook_core::settings::SettingsLayer;
use lawbook_core::settings::edit::{globs_of_file, globs_of_folder, turn_off};
use lawbook_core::source::RelPath;
use lawbook_core::span::Span;

use crate::law::Law;
use crate::law_source::LawSource;
use crate::law_tree::{BufferTree, LawTree};
use crate::root::CONFIG_NAME;
use crate::text_edits::TextEdit;

/// The files for which a rule is turned off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OffReach {
    /// One file.
    File,
    /// All files in the folder of one file.
    Folder,
    /// All files of the root.
    Root,
}

/// An edit of a `lawbook.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConfigEdit {
    /// The absolute path of the file.
    pub at: PathBuf,
    /// True if there is no such file yet: the text of the edit is the whole file.
    pub is_new: bool,
    /// The text that the edit is of; empty for a new file.
    pub before: Arc<str>,
    /// The edit.
    pub edit: TextEdit,
}

impl LawSource<'_> {
    /// The edit that turns a rule off for a file, or for more; none if it is off there or if no edit can do it. `buffers` are
    /// files of the law with texts that are not saved.
    pub(crate) fn turn_off(
        &self,
        law: &Law,
        (path, rule): (&RelPath, &str),
        reach: OffReach,
        buffers: &[(PathBuf, Arc<str>)],
    ) -> Option<ConfigEdit> {
        let read = |more: Option<(PathBuf, Arc<str>)>| {
            let texts = buffers.iter().cloned().chain(more);
            let tree = LawTree::Buffers(Arc::new(BufferTree::new(LawTree::of_disk(self.cwd), texts)));
            self.read(&tree, &law.places.nested).ok()
        };
        let before = read(None)?;
        let levels = levels_on(&before, path);
        let at = before.plan().find_in(path, rule)?;
        let (page_id, pack) = (before.plan().rules()[at].page_id().clone(), before.plan().rules()[at].pack.clone());
        let page = before.plan().rules()[at].page().clone();
        let qualified = format!("{pack}/{page_id}");
        let names: Vec<&str> =
            [rule, &qualified, &page_id].into_iter().chain(page.formerly.iter().map(|name| &**name)).collect();
        levels[at]?;
        let layers = before.layers();
        let nearest = SettingsLayer::nearest(layers, path);
        let chain = SettingsLayer::chains(layers).swap_remove(nearest);
        // The settings above go last: those that are nearer hold against them.
        let order: Vec<usize> = match reach {
            OffReach::Root => chain,
            OffReach::File | OffReach::Folder => vec![nearest],
        };
        for layer in order {
            let config = before.config_of(layer)?;
            let (text, is_new) = match buffers.iter().find(|(at, _)| *at == config) {
                Some((_, text)) => (text.clone(), false),
                None => match &layers[layer].settings {
                    settings if settings.path.is_empty() => (Arc::from(NEW_SETTINGS), true),
                    settings => (settings.text.clone(), false),
                },
            };
            let globs = globs(&layers[layer], path, reach);
            let is_right = |edited: &str| {
                let Some(after) = read(Some((config.clone(), edited.into()))) else { return false };
                let is_same = |(number, (old, new)): (usize, (&Option<Severity>, &Option<Severity>))| {
                    if number == at { new.is_none() } else { old == new }
                };
                let now = levels_on(&after, path);
                now.len() == levels.len() && levels.iter().zip(&now).enumerate().all(is_same)
            };
            for edit in turn_off(&text, &names, globs.as_deref()) {
                let edited = edit.applied(&text);
                if is_right(&edited) {
                    let (before, edit) = if is_new {
                        (Arc::from(""), TextEdit::new(Span::empty(0), edited))
                    } else {
                        (text, TextEdit::new(edit.span, edit.text))
                    };
                    return Some(ConfigEdit { at: config, is_new, before, edit });
                }
            }
        }
        None
    }
}

/// The text of a new file of settings, which changes nothing.
const NEW_SETTINGS: &str = "extends = [\"recommended\"]\n";

impl Law {
    /// The absolute path of the settings of a layer; that of a new file if there are none.
    fn config_of(&self, layer: usize) -> Option<PathBuf> {
        if self.places.is_searched {
            return Some(self.root().join(self.layers()[layer].folder.as_str()).join(CONFIG_NAME));
        }
        self.places.configs.first().cloned()
    }
}

/// The globs of the files for which a rule is turned off; none for all files of the settings.
fn globs(layer: &SettingsLayer, path: &RelPath, reach: OffReach) -> Option<Vec<String>> {
    let below = layer.base.below(path.as_str())?;
    match reach {
        OffReach::Root => None,
        OffReach::File => Some(globs_of_file(below)),
        OffReach::Folder => below.rsplit_once('/').map(|(folder, _)| globs_of_folder(folder)),
    }
}

/// The levels of all rules on a file.
fn levels_on(law: &Law, path: &RelPath) -> Vec<Option<Severity>> {
    law.plan().rules().iter().map(|rule| law.plan().level_on(path, rule).0).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::opening::Opening;
    use crate::workspace::Workspace;

    const PAGE: &str = "---\nsummary: No x.\nlanguages: [rust]\nseverity: error\nrule: {pattern: x()}\n---\nWhy.\n";
    const BLOCK: &str = "\n[[overrides]]\nfiles = [\"src/a.rs\"]\nrules = { no-x = \"off\" }\n";

    /// Turns `no-x` off for a file of a project with this `lawbook.toml`, and checks which file is written with which text.
    #[track_caller]
    fn check(configs: &[(&str, &str)], path: &str, reach: OffReach, expected: Option<(&str, &str)>) {
        let folder = tempfile::tempdir().unwrap();
        let cwd = folder.path().canonicalize().unwrap();
        let write = |path: &str, text: &str| {
            fs::create_dir_all(cwd.join(path).parent().unwrap()).unwrap();
            fs::write(cwd.join(path), text).unwrap();
        };
        write("law/no-x.md", PAGE);
        for (path, text) in configs {
            write(path, text);
        }
        let opening = || Opening::default().with_rules(configs.is_empty().then(|| PathBuf::from("law")));
        let (workspace, path) = Workspace::open_for_file(&cwd, Path::new(path), opening()).unwrap();
        let found = workspace.turn_off(&path, "no-x", reach, &[]);
        let shown = found.as_ref().map(|found| {
            let text = fs::read_to_string(&found.at).unwrap_or_default();
            assert_eq!(found.is_new, !found.at.exists());
            let edited = TextEdit::apply_all(std::slice::from_ref(&found.edit), &text);
            (found.at.strip_prefix(&cwd).unwrap().to_str().unwrap().to_owned(), edited)
        });
        assert_eq!(shown.as_ref().map(|(path, text)| (&**path, &**text)), expected);
        let Some((config, text)) = shown else { return };
        write(&config, &text);
        let after = Workspace::open_for_file(&cwd, Path::new(path.as_str()), opening()).unwrap().0.law();
        assert!(after.plan().is_off_on(&path, "no-x"));
        let is_off_beside = after.plan().is_off_on(&RelPath::new("src/beside.rs"), "no-x");
        assert_eq!(is_off_beside, reach != OffReach::File);
        assert_eq!(after.plan().is_off_on(&RelPath::new("elsewhere/a.rs"), "no-x"), reach == OffReach::Root);
    }

    #[test]
    fn a_rule_is_off_for_a_file_a_folder_or_the_root() {
        let base = "extends = [\"./law\"] # law\n";
        let configs = [("lawbook.toml", base)];
        let file = format!("{base}{BLOCK}");
        check(&configs, "src/a.rs", OffReach::File, Some(("lawbook.toml", &file)));
        let folder = file.replace("a.rs", "**");
        check(&configs, "src/a.rs", OffReach::Folder, Some(("lawbook.toml", &folder)));
        let root = format!("{base}\n[rules]\nno-x = \"off\"\n");
        check(&configs, "src/a.rs", OffReach::Root, Some(("lawbook.toml", &root)));
        check(&[("lawbook.toml", &file)], "src/a.rs", OffReach::File, None);
    }

    #[test]
    fn an_override_that_something_goes_over_is_not_extended() {
        let base = "extends = [\"./law\"]\n";
        let other = BLOCK.replace("a.rs", "b.rs");
        let back = "\n[[overrides]]\nfiles = [\"src/a.rs\", \"src/c.rs\"]\nrules = { no-x = \"warning\" }\n";
        let text = format!("{base}{other}{back}");
        let expected = format!("{text}{BLOCK}");
        check(&[("lawbook.toml", &text)], "src/a.rs", OffReach::File, Some(("lawbook.toml", &expected)));
        let expected = format!("{base}{}{back}", other.replace("\"src/b.rs\"", "\"src/b.rs\", \"src/d.rs\""));
        check(&[("lawbook.toml", &text)], "src/d.rs", OffReach::File, Some(("lawbook.toml", &expected)));
    }

    #[test]
    fn an_override_goes_over_what_would_be_off_everywhere() {
        let text = "extends = [\"./law\"]\n\n[[overrides]]\nfiles = [\"src/**\"]\nrules = { no-x = \"warning\" }\n";
        let expected = format!("{text}{}", BLOCK.replace("src/a.rs", "**"));
        check(&[("lawbook.toml", text)], "src/a.rs", OffReach::Root, Some(("lawbook.toml", &expected)));
    }

    #[test]
    fn the_nearest_settings_are_edited() {
        let configs = [("lawbook.toml", "extends = [\"./law\"]\n"), ("src/lawbook.toml", "")];
        let block = "[[overrides]]\nfiles = [\"a.rs\", \"!*/**\"]\nrules = { no-x = \"off\" }\n";
        check(&configs, "src/a.rs", OffReach::File, Some(("src/lawbook.toml", block)));
    }

    #[test]
    fn unsaved_settings_are_those_that_are_edited() {
        let folder = tempfile::tempdir().unwrap();
        let cwd = folder.path().canonicalize().unwrap();
        fs::create_dir(cwd.join("law")).unwrap();
        fs::write(cwd.join("law/no-x.md"), PAGE).unwrap();
        fs::write(cwd.join("lawbook.toml"), "extends = [\"./law\"]\n").unwrap();
        let (workspace, path) = Workspace::open_for_file(&cwd, Path::new("src/a.rs"), Opening::default()).unwrap();
        let text = "# unsaved\nextends = [\"./law\"]\n";
        let buffers = [(cwd.join("lawbook.toml"), Arc::from(text))];
        let found = workspace.turn_off(&path, "no-x", OffReach::File, &buffers).unwrap();
        assert_eq!(found.edit.span.start as usize, text.len());
        let off = format!("{text}{BLOCK}");
        assert!(workspace.turn_off(&path, "no-x", OffReach::File, &[(cwd.join("lawbook.toml"), off.into())]).is_none());
    }
}
