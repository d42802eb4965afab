//! Globs of several files of settings: those of each file hold for the paths of its folder only.

use crate::glob::{GlobSyntax, PathGlobs};
use crate::plan::layers;
use crate::settings::{FileSettings, SettingsLayer};
use crate::source::RelPath;
use crate::span::Span;

/// The globs of several files of settings. Those of an inner file come after those of the files above it, and the last
/// that matches a path decides about it.
#[derive(Clone, Debug, Default)]
pub struct ScopedGlobs {
    parts: Vec<GlobScope>,
}

/// The globs of one file of settings.
#[derive(Clone, Debug)]
pub(super) struct GlobScope {
    /// The number of its layer.
    layer: usize,
    /// The folder whose paths they hold for.
    folder: RelPath,
    /// The folder that they are relative to.
    base: RelPath,
    /// The folders below in which the file does not hold.
    except: Vec<RelPath>,
    globs: PathGlobs,
    /// The number of globs in the parts before.
    first: usize,
}

impl GlobScope {
    /// The globs of a layer, among the layers of a project and the chains of those that hold together.
    pub(super) fn new(layers: &[SettingsLayer], chains: &[Vec<usize>], layer: usize, globs: PathGlobs) -> Self {
        Self {
            layer,
            folder: layers[layer].folder.clone(),
            base: layers[layer].base.clone(),
            except: layers::exceptions(layers, chains, layer),
            globs,
            first: 0,
        }
    }

    /// The path as the globs see it; none if they do not hold for it.
    fn seen<'p>(&self, path: &'p str) -> Option<&'p str> {
        let lies_in = |folder: &RelPath| path == folder.as_str() || folder.holds(path);
        if !self.folder.holds(path) || self.except.iter().any(lies_in) {
            return None;
        }
        self.base.below(path)
    }

    /// A number of all globs as one of these; 0 for a glob of a part before.
    fn own(&self, number: usize) -> usize {
        number.saturating_sub(self.first)
    }
}

impl ScopedGlobs {
    pub(super) fn new(parts: Vec<GlobScope>) -> Self {
        let mut first = 0;
        let mut kept: Vec<GlobScope> = parts.into_iter().filter(|part| !part.globs.is_empty()).collect();
        for part in &mut kept {
            part.first = first;
            first += part.globs.len();
        }
        Self { parts: kept }
    }

    /// The globs under a key of `[files]` in settings that are not planned: those of the topmost file, or the default, and
    /// those of files below that give the key. Globs that cannot be parsed match nothing.
    pub fn of_settings(
        settings: &[SettingsLayer],
        key: &str,
        list: impl Fn(&FileSettings) -> &[(String, Span)],
    ) -> Self {
        let chains = SettingsLayer::chains(settings);
        let part = |(at, layer): (usize, &SettingsLayer)| {
            let is_given = chains[at].len() == 1 || layer.settings.files.gives(key);
            let globs = list(&layer.settings.files).iter().map(|(glob, _)| (glob.as_str(), false));
            let globs = PathGlobs::new(globs, GlobSyntax::Lawbook).unwrap_or_default();
            is_given.then(|| GlobScope::new(settings, &chains, at, globs))
        };
        Self::new(settings.iter().enumerate().filter_map(part).collect())
    }

    /// The number of the layer of the globs of [`ScopedGlobs::with_last`].
    pub const OF_CALLER: usize = usize::MAX;

    /// The same with globs of the caller behind all others. They are relative to the root.
    #[must_use]
    pub fn with_last(mut self, globs: PathGlobs) -> Self {
        let first = self.parts.last().map_or(0, |part| part.first + part.globs.len());
        let (folder, base) = (RelPath::root(), RelPath::root());
        if !globs.is_empty() {
            self.parts.push(GlobScope { layer: Self::OF_CALLER, folder, base, except: Vec::new(), globs, first });
        }
        self
    }

    /// True if there is no glob.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// True if the globs match the path or a folder above it.
    pub fn matches(&self, path: &RelPath) -> bool {
        self.find_with_parents(path.as_str()).is_some()
    }

    /// The text of the glob by which the globs match the path, itself or by a folder above it.
    pub fn match_with_parents(&self, path: &str) -> Option<&str> {
        self.find_with_parents(path).map(|(_, glob)| glob)
    }

    /// The glob by which the globs match the path, itself or by a folder above it, with the number of its layer.
    pub fn find_with_parents(&self, path: &str) -> Option<(usize, &str)> {
        if self.parts.iter().any(|part| part.globs.takes_back()) {
            let ends = path.match_indices('/').map(|(end, _)| (end, true)).chain([(path.len(), false)]);
            let number = ends
                .fold(0, |number, (end, is_folder)| self.deciding(&path[..end], is_folder, number).unwrap_or(number));
            return if number == 0 || self.is_taking_back(number) { None } else { self.place(number) };
        }
        self.parts.iter().rev().find_map(|part| Some((part.layer, part.globs.first_match(part.seen(path)?)?)))
    }

    /// The number of the last glob that matches a file or folder; see [`PathGlobs::deciding`].
    pub fn deciding(&self, path: &str, is_folder: bool, after: usize) -> Option<usize> {
        let later = self.parts.iter().rev().filter(|part| part.first + part.globs.len() > after);
        let mut found = later
            .filter_map(|part| Some(part.first + part.globs.deciding(part.seen(path)?, is_folder, part.own(after))?));
        found.next()
    }

    /// True if the glob with a number of [`ScopedGlobs::deciding`] takes back what it matches.
    pub fn is_taking_back(&self, number: usize) -> bool {
        self.part_of(number).is_some_and(|part| part.globs.is_taking_back(part.own(number)))
    }

    /// True if a glob after the one with the number `after` may take back something below a folder; see
    /// [`PathGlobs::may_take_back_below`].
    pub fn may_take_back_below(&self, folder: &str, after: usize, by_name: bool) -> bool {
        self.parts.iter().any(|part| {
            part.seen(folder).is_some_and(|seen| part.globs.may_take_back_below(seen, part.own(after), by_name))
        })
    }

    /// The layer and the text of the glob with a number of [`ScopedGlobs::deciding`].
    pub fn place(&self, number: usize) -> Option<(usize, &str)> {
        let part = self.part_of(number)?;
        Some((part.layer, part.globs.text(part.own(number))?))
    }

    fn part_of(&self, number: usize) -> Option<&GlobScope> {
        self.parts.iter().rfind(|part| part.first < number)
    }
}
