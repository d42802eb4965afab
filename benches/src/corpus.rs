//! The source that tools are run on: how much there is, and copies of it to a given size.

use std::fs;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use crate::tools::Language;

/// How much there is to look at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Files.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
}

impl Size {
    /// Its bytes in millions.
    #[allow(clippy::cast_precision_loss, reason = "two decimals are shown")]
    pub fn megabytes(self) -> f64 {
        self.bytes as f64 / 1_000_000.0
    }
}

/// The files of a language below these paths with their lengths, as the tools walk them: ignore files count.
pub fn files(paths: &[PathBuf], language: Language) -> Result<Vec<(PathBuf, u64)>, String> {
    let mut files = Vec::new();
    for path in paths {
        for entry in WalkBuilder::new(path).hidden(false).require_git(false).build() {
            let entry = entry.map_err(|error| format!("{}: {error}", path.display()))?;
            let end = entry.path().extension().and_then(|end| end.to_str());
            let is_git = entry.path().components().any(|part| part.as_os_str() == ".git");
            let is_file = entry.file_type().is_some_and(|sort| sort.is_file()) || entry.depth() == 0;
            if is_file && !is_git && end.is_some_and(|end| language.extensions().contains(&end)) {
                let metadata = entry.metadata().map_err(|error| format!("{}: {error}", path.display()))?;
                files.push((entry.into_path(), metadata.len()));
            }
        }
    }
    Ok(files)
}

/// How much of a language stands below these paths.
pub fn size(paths: &[PathBuf], language: Language) -> Result<Size, String> {
    let files = files(paths, language)?;
    Ok(Size { files: files.len(), bytes: files.iter().map(|(_, bytes)| bytes).sum() })
}

/// Fills `folder` with the files again and again until they hold that many bytes; how much it is in the end.
pub fn grow(files: &[(PathBuf, u64)], folder: &Path, bytes: u64) -> Result<Size, String> {
    let mut size = Size::default();
    let failed = |error| format!("{}: {error}", folder.display());
    for (number, (file, length)) in files.iter().cycle().enumerate() {
        if size.bytes >= bytes || files.iter().all(|(_, length)| *length == 0) {
            break;
        }
        let place = folder.join((number / files.len()).to_string()).join((number % 97).to_string());
        fs::create_dir_all(&place).map_err(failed)?;
        let name = format!("{number}.{}", file.extension().and_then(|end| end.to_str()).unwrap_or_default());
        fs::copy(file, place.join(name)).map_err(failed)?;
        size = Size { files: size.files + 1, bytes: size.bytes + length };
    }
    Ok(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_the_language_count() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["a.ts", "b.mts", "c.tsx", "d.rs"] {
            fs::write(dir.path().join(name), "12345").unwrap();
        }
        let paths = [dir.path().to_path_buf()];
        assert_eq!(size(&paths, Language::TypeScript).unwrap(), Size { files: 2, bytes: 10 });
        assert_eq!(size(&paths, Language::Rust).unwrap(), Size { files: 1, bytes: 5 });
    }

    #[test]
    fn a_corpus_grows_to_its_size() {
        let (dir, grown) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(dir.path().join("a.rs"), "12345").unwrap();
        let files = files(&[dir.path().to_path_buf()], Language::Rust).unwrap();
        assert_eq!(grow(&files, grown.path(), 12).unwrap(), Size { files: 3, bytes: 15 });
        assert_eq!(size(&[grown.path().to_path_buf()], Language::Rust).unwrap(), Size { files: 3, bytes: 15 });
    }
}
