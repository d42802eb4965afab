//! The settings of one file and the folder that they hold for.

use crate::settings::Settings;
use crate::source::RelPath;

/// One `lawbook.toml` among those of a project. It holds for the files of its folder, together with the files above it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SettingsLayer {
    /// The folder whose files it holds for; the root for the topmost file.
    pub folder: RelPath,
    /// The folder that its globs are relative to: the same one, unless the file was named by the user.
    pub base: RelPath,
    /// True if no file above it holds for its folder.
    pub is_topmost: bool,
    /// The settings.
    pub settings: Settings,
}

impl SettingsLayer {
    /// The settings that hold for the whole project.
    pub fn topmost(settings: Settings) -> Self {
        Self { folder: RelPath::root(), base: RelPath::root(), is_topmost: true, settings }
    }

    /// The settings of a file in a folder below the root.
    pub fn nested(folder: RelPath, settings: Settings) -> Self {
        Self { base: folder.clone(), folder, is_topmost: settings.root, settings }
    }

    /// The same with globs that are relative to another folder.
    #[must_use]
    pub fn with_base(self, base: RelPath) -> Self {
        Self { base, ..self }
    }

    /// For each layer, the numbers of those that hold for its folder, the outermost first and itself last. Layers are
    /// sorted by their folders, so that each stands behind those above it.
    pub fn chains(layers: &[Self]) -> Vec<Vec<usize>> {
        let mut chains: Vec<Vec<usize>> = Vec::new();
        for (at, layer) in layers.iter().enumerate() {
            let above = layers[..at].iter().rposition(|other| other.folder.holds(layer.folder.as_str()));
            let mut chain = match above {
                Some(above) if !layer.is_topmost => chains[above].clone(),
                _ => Vec::new(),
            };
            chain.push(at);
            chains.push(chain);
        }
        chains
    }

    /// By folder, the outermost first, the kinds of files that are left out there (`generated`, `minified`, `vendored`).
    pub fn skipped_kinds(layers: &[Self]) -> Vec<(&RelPath, Vec<&str>)> {
        let kinds = |chain: &Vec<usize>| {
            let chain = chain.iter().map(|above| &layers[*above].settings.files).enumerate();
            let given = chain.filter(|(at, files)| *at == 0 || files.gives("skip"));
            given.flat_map(|(_, files)| &files.skip).map(|(kind, _)| &**kind).collect()
        };
        layers.iter().zip(&Self::chains(layers)).map(|(layer, chain)| (&layer.folder, kinds(chain))).collect()
    }

    /// The number of the layer that is nearest to a path.
    pub fn nearest(layers: &[Self], path: &RelPath) -> usize {
        layers.iter().rposition(|layer| layer.folder.holds(path.as_str())).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layer_inherits_from_those_above_it_up_to_a_topmost_one() {
        let layer = |folder: &str, is_topmost: bool| SettingsLayer {
            is_topmost,
            ..SettingsLayer::nested(RelPath::new(folder), Settings::default())
        };
        let layers =
            [layer("", true), layer("a", false), layer("a/b", true), layer("a/b/c", false), layer("ab", false)];
        assert_eq!(SettingsLayer::chains(&layers), [vec![0], vec![0, 1], vec![2], vec![2, 3], vec![0, 4]]);
        let nearest = |path: &str| SettingsLayer::nearest(&layers, &RelPath::new(path));
        let paths = ["x.ts", "a/x.ts", "a/b/x.ts", "a/b/c/d/x.ts", "ab/x.ts", "abc/x.ts"];
        assert_eq!(paths.map(nearest), [0, 1, 2, 3, 4, 0]);
    }
}
