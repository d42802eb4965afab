//! The sources that tools are run on: their size, and copies of them up to a given size.

use std::fs;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use crate::tools::BenchLanguage;

/// The size of a corpus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// The number of files.
    pub files: usize,
    /// The number of their bytes.
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
pub fn files(paths: &[PathBuf], language: BenchLanguage) -> Result<Vec<(PathBuf, u64)>, String> {
    let mut files = Vec::new();
    for path in paths {
        for entry in WalkBuilder::new(path).hidden(false).require_git(false).build() {
            let entry = entry.map_err(|error| format!("{}: {error}", path.display()))?;
            let extension = entry.path().extension().and_then(|extension| extension.to_str());
            let is_git = entry.path().components().any(|part| part.as_os_str() == ".git");
            let is_file = entry.file_type().is_some_and(|kind| kind.is_file()) || entry.depth() == 0;
            if is_file && !is_git && extension.is_some_and(|extension| language.extensions().contains(&extension)) {
                let metadata = entry.metadata().map_err(|error| format!("{}: {error}", path.display()))?;
                files.push((entry.into_path(), metadata.len()));
            }
        }
    }
    Ok(files)
}

/// The size of the files of a language below these paths.
pub fn size(paths: &[PathBuf], language: BenchLanguage) -> Result<Size, String> {
    let files = files(paths, language)?;
    Ok(Size { files: files.len(), bytes: files.iter().map(|(_, bytes)| bytes).sum() })
}

/// Copies the files into `folder` again and again until they hold `bytes` bytes; returns the size in the end.
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
        assert_eq!(size(&paths, BenchLanguage::TypeScript).unwrap(), Size { files: 2, bytes: 10 });
        assert_eq!(size(&paths, BenchLanguage::Rust).unwrap(), Size { files: 1, bytes: 5 });
    }

    #[test]
    fn a_corpus_grows_to_its_size() {
        let (dir, grown) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(dir.path().join("a.rs"), "12345").unwrap();
        let files = files(&[dir.path().to_path_buf()], BenchLanguage::Rust).unwrap();
        assert_eq!(grow(&files, grown.path(), 12).unwrap(), Size { files: 3, bytes: 15 });
        assert_eq!(size(&[grown.path().to_path_buf()], BenchLanguage::Rust).unwrap(), Size { files: 3, bytes: 15 });
    }
}
