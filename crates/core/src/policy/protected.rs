//! The files that agents may not edit, or not without a word: those of `[[protected]]`, and those that are protected
//! without it.

use crate::glob::{GlobSyntax, PathGlobs};
use crate::path::RelPath;
use crate::settings::{ProtectedAction, SettingsLayer};

/// A file or folder that is protected without a setting: edits of it are refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefaultProtection {
    /// Its path, with `/`.
    pub path: String,
    /// True if the path counts from any folder, false if it counts from the root.
    pub is_at_any_depth: bool,
    /// The reason, as a clause: `it is the law`.
    pub reason: String,
}

/// The entry or the default that protects a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Protection {
    /// The answer to an edit of it.
    pub action: ProtectedAction,
    /// The reason, if there is one.
    pub reason: Option<String>,
    /// The place of the entry in the settings, such as `lawbook.toml:3`; none without one.
    pub place: Option<String>,
}

/// All protected files of a project.
#[derive(Debug)]
pub struct Protections {
    entries: Vec<ProtectedEntry>,
    layers: Vec<SettingsLayer>,
    chains: Vec<Vec<usize>>,
}

#[derive(Debug)]
struct ProtectedEntry {
    /// The number of its layer; none for one without a setting.
    layer: Option<usize>,
    base: RelPath,
    files: Named,
    protection: Protection,
}

/// The files that an entry names.
#[derive(Debug)]
enum Named {
    Globs(PathGlobs),
    /// A path, or all below it; with slashes around it.
    Path {
        path: String,
        is_at_any_depth: bool,
        ignores_case: bool,
    },
}

impl Named {
    fn names(&self, seen: &str) -> bool {
        match self {
            Self::Globs(globs) => globs.first_match(seen).is_some(),
            Self::Path { path, is_at_any_depth, ignores_case } => {
                let mut seen = format!("/{seen}/");
                if *ignores_case {
                    seen = seen.to_lowercase();
                }
                if *is_at_any_depth { seen.contains(path) } else { seen.starts_with(path) }
            }
        }
    }
}

impl Protections {
    /// The protections of the settings of a project, whose layers are sorted by their folders. With `ignores_case`, paths
    /// are compared as a file system does that ignores the case of letters.
    pub fn new(layers: &[SettingsLayer], defaults: Vec<DefaultProtection>, ignores_case: bool) -> Self {
        // Globs that cannot be parsed are refused where they are read.
        let globs = |globs: &[&str]| {
            PathGlobs::new(globs.iter().map(|glob| (*glob, ignores_case)), GlobSyntax::Lawbook).unwrap_or_default()
        };
        let folded = |path: String| if ignores_case { path.to_lowercase() } else { path };
        let default = |default: DefaultProtection| ProtectedEntry {
            layer: None,
            base: RelPath::root(),
            files: Named::Path {
                path: folded(format!("/{}/", default.path)),
                is_at_any_depth: default.is_at_any_depth,
                ignores_case,
            },
            protection: Protection { action: ProtectedAction::Deny, reason: Some(default.reason), place: None },
        };
        let mut entries: Vec<ProtectedEntry> = defaults.into_iter().map(default).collect();
        for (number, layer) in layers.iter().enumerate() {
            entries.extend(layer.settings.protected.iter().map(|given| ProtectedEntry {
                layer: Some(number),
                base: layer.base.clone(),
                files: Named::Globs(globs(&given.files.iter().map(|(glob, _)| glob.as_str()).collect::<Vec<_>>())),
                protection: Protection {
                    action: given.action,
                    reason: given.reason.clone(),
                    place: Some(layer.settings.place(given.span)),
                },
            }));
        }
        Self { entries, layers: layers.to_vec(), chains: SettingsLayer::chains(layers) }
    }

    /// The protection of a file: the last entry that names it or a folder above it, of the settings that hold for its
    /// folder; those of inner folders come last.
    pub fn find(&self, path: &RelPath) -> Option<&Protection> {
        let nearest = SettingsLayer::nearest(&self.layers, path);
        let holds = |entry: &&ProtectedEntry| match entry.layer {
            None => true,
            Some(layer) => {
                self.chains.get(nearest).is_some_and(|chain| chain.contains(&layer))
                    && self.layers[layer].folder.holds(path.as_str())
            }
        };
        let names = |entry: &&ProtectedEntry| {
            let seen = entry.base.below(path.as_str());
            seen.is_some_and(|seen| entry.files.names(seen))
        };
        self.entries.iter().rev().filter(holds).find(names).map(|entry| &entry.protection)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    fn layer(folder: &str, text: &str) -> SettingsLayer {
        let settings = Settings::parse("lawbook.toml", text).unwrap();
        if folder.is_empty() {
            SettingsLayer::topmost(settings)
        } else {
            SettingsLayer::nested(RelPath::new(folder), settings)
        }
    }

    fn entry(files: &str, action: &str) -> String {
        format!("[[protected]]\nfiles = [{files}]\naction = \"{action}\"\n")
    }

    /// Asserts the answer to an edit of each path, with `lawbook.toml` and `law` protected without a setting.
    #[track_caller]
    fn check(layers: &[SettingsLayer], ignores_case: bool, expected: &[(&str, Option<ProtectedAction>)]) {
        let default = |path: &str, is_at_any_depth: bool| DefaultProtection {
            path: path.to_owned(),
            is_at_any_depth,
            reason: "it is the law".to_owned(),
        };
        let defaults = vec![default("lawbook.toml", true), default("law", false)];
        let protections = Protections::new(layers, defaults, ignores_case);
        for (path, action) in expected {
            let found = protections.find(&RelPath::new(*path));
            assert_eq!(found.map(|found| found.action), *action, "{path}");
        }
    }

    const DENY: Option<ProtectedAction> = Some(ProtectedAction::Deny);
    const ASK: Option<ProtectedAction> = Some(ProtectedAction::Ask);
    const REMIND: Option<ProtectedAction> = Some(ProtectedAction::Remind);

    #[test]
    fn the_law_is_protected_without_a_setting() {
        let expected = [
            ("lawbook.toml", DENY),
            ("a/lawbook.toml", DENY),
            ("law/a.md", DENY),
            ("law", DENY),
            ("a/law/a.md", None),
            ("law.md", None),
        ];
        check(&[layer("", "")], false, &expected);
        check(&[layer("", "")], false, &[("Lawbook.toml", None)]);
        check(&[layer("", "")], true, &[("Lawbook.TOML", DENY), ("LAW/a.md", DENY)]);
    }

    #[test]
    fn a_later_entry_goes_over_an_earlier_one_and_both_over_the_default() {
        let text =
            entry("\"db/**\", \"!db/seed\"", "deny") + &entry("\"law/drafts\"", "remind") + &entry("\"db/a\"", "ask");
        let expected = [
            ("db/b/c.sql", DENY),
            ("db/seed/a.sql", None),
            ("db/a/x.sql", ASK),
            ("law/drafts/a.md", REMIND),
            ("law/a.md", DENY),
            ("src/db.ts", None),
        ];
        check(&[layer("", &text)], false, &expected);
    }

    #[test]
    fn entries_of_a_folder_hold_there() {
        let nested = entry("\"gen\"", "remind") + &entry("\"keys\"", "deny");
        let layers = [layer("", &entry("\"gen\"", "deny")), layer("web", &nested), layer("x", "root = true\n")];
        let expected = [
            ("gen/a.ts", DENY),
            ("web/gen/a.ts", REMIND),
            ("web/keys/a", DENY),
            ("keys/a", None),
            ("x/gen/a.ts", None),
            ("x/lawbook.toml", DENY),
        ];
        check(&layers, false, &expected);
    }
}
