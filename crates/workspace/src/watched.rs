//! The places on the disk on which the answer of a run depends, for programs that wait for a change of them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::baseline::BASELINE_FOLDER;
use crate::git;
use crate::gitignore::GITIGNORE_NAME;
use crate::law::Law;
use crate::root::CONFIG_NAME;
use crate::run::Run;

/// The places on the disk on which the answer of a run depends, by absolute path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct WatchedPlaces {
    /// The folders that were searched, without those that are left out.
    pub folders: BTreeSet<PathBuf>,
    /// The files and folders of the law, whether they exist or not: settings, pages, the baseline, `.gitignore` files above.
    pub law: BTreeSet<PathBuf>,
    /// The folders in which these are, or would be.
    pub law_folders: BTreeSet<PathBuf>,
}

impl Run {
    /// The places on which the answer depends, if the run was about files that a search has found on the disk.
    pub fn watched(&self) -> WatchedPlaces {
        let law = self.law.places_of_law();
        let mut law_folders = BTreeSet::new();
        for place in &law {
            law_folders.extend(place.ancestors().skip(1).find(|folder| folder.is_dir()).map(Path::to_owned));
            add_folders(place, &mut law_folders);
        }
        WatchedPlaces { folders: self.folders.iter().cloned().collect(), law, law_folders }
    }
}

impl Law {
    /// The absolute paths of the files and folders that make the law and the search what they are.
    fn places_of_law(&self) -> BTreeSet<PathBuf> {
        let of_pages = self.places.packs.iter().chain(&self.places.extended);
        let mut places: BTreeSet<PathBuf> = self.places.configs.iter().chain(of_pages).cloned().collect();
        places.insert(self.root().join(BASELINE_FOLDER));
        let top = git::top_above(self.root()).unwrap_or(self.root());
        for target in self.targets.iter().map(PathBuf::as_path).chain([self.root(), &self.cwd]) {
            for folder in target.ancestors().take_while(|folder| folder.starts_with(top)) {
                if folder != target || folder.is_dir() {
                    places.extend([CONFIG_NAME, GITIGNORE_NAME].map(|name| folder.join(name)));
                }
            }
            if !target.is_dir() {
                places.insert(target.to_owned());
            }
        }
        places
    }
}

/// Adds a folder and those in it, as pages are searched: without those whose names begin with a dot, and through no link.
fn add_folders(folder: &Path, folders: &mut BTreeSet<PathBuf>) {
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        let below = entries.filter_map(Result::ok).filter(|entry| {
            !entry.file_name().as_encoded_bytes().starts_with(b".") && entry.file_type().is_ok_and(|kind| kind.is_dir())
        });
        open.extend(below.map(|entry| entry.path()));
        folders.insert(folder);
    }
}
