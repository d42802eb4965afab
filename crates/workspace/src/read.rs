//! Reads files that were found before: regular ones only, never through a link, and never more than is asked for.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// A buffer that stays for the next file is no longer than this; one huge file must not keep its memory.
const KEPT: usize = 1 << 20;

thread_local! {
    /// What the files of this thread are read into, so that each costs no fresh memory.
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Reads a file, and one byte more than `most` when it has more; `size` is its length when it was found.
///
/// # Errors
/// It cannot be opened or read, or is no regular file.
pub(crate) fn whole(at: &Path, size: u64, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let filled = fill(&mut bytes, at, size, most)?;
    bytes.truncate(filled);
    Ok(bytes)
}

/// The same for bytes that are only looked at.
///
/// # Errors
/// The same.
pub(crate) fn with<R>(at: &Path, size: u64, most: u64, look: impl FnOnce(&[u8]) -> R) -> io::Result<R> {
    BUFFER.with(|buffer| {
        // Whoever looks may read another file; it then has a buffer of its own.
        let mut bytes = buffer.take();
        let result = fill(&mut bytes, at, size, most).map(|filled| look(&bytes[..filled]));
        if bytes.len() <= KEPT {
            buffer.replace(bytes);
        }
        result
    })
}

/// Fills the start of `bytes`, which only grows; how many it is.
fn fill(bytes: &mut Vec<u8>, at: &Path, size: u64, most: u64) -> io::Result<usize> {
    let (mut file, length) = open(at)?;
    // A file may grow while it is read; one byte over the limit is enough to know.
    let most = usize::try_from(most).unwrap_or(usize::MAX).saturating_add(1);
    let expected = usize::try_from(length.max(size)).unwrap_or(usize::MAX);
    let mut room = expected.saturating_add(1).min(most);
    let mut filled = 0;
    loop {
        if bytes.len() < room {
            bytes.resize(room, 0);
        }
        match file.read(&mut bytes[filled..room]) {
            Ok(0) => return Ok(filled),
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        // All that it had when it was opened, which spares asking whether there is more.
        if filled as u64 == length || filled == most {
            return Ok(filled);
        }
        if filled == room {
            room = room.saturating_mul(2).min(most);
        }
    }
}

/// Opens a regular file, and its length. What stands there now may be something else than what was found: a pipe must
/// not be waited for, and a link must not lead elsewhere.
fn open(at: &Path) -> io::Result<(File, u64)> {
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.custom_flags(libc::O_NONBLOCK | libc::O_NOFOLLOW);
    }
    #[cfg(not(unix))]
    let is_link = at.symlink_metadata()?.is_symlink();
    #[cfg(unix)]
    let is_link = false;
    let file = options.open(at)?;
    let opened = file.metadata()?;
    if opened.is_file() && !is_link {
        return Ok((file, opened.len()));
    }
    Err(io::Error::other("something else took its place while it was opened"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn what_is_no_file_any_more_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("a.ts");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert!(whole(&pipe, 1, 10).is_err());
        let (file, link) = (folder.path().join("b.ts"), folder.path().join("c.ts"));
        std::fs::write(&file, "let a").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        assert!(whole(&link, 1, 10).is_err());
    }

    #[test]
    fn a_file_is_read_to_its_end_or_one_byte_over_the_limit() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("b.ts");
        std::fs::write(&file, "let a").unwrap();
        for found in [0, 1, 5, 9] {
            assert_eq!(whole(&file, found, 10).unwrap(), b"let a", "found with {found} bytes");
            assert_eq!(whole(&file, found, 3).unwrap(), b"let ", "found with {found} bytes");
        }
        assert!(whole(&folder.path().join("none.ts"), 1, 10).is_err());
    }

    #[test]
    fn a_buffer_that_was_used_before_shows_nothing_of_it() {
        let folder = tempfile::tempdir().unwrap();
        for text in ["let long = 1", "let a", ""] {
            let file = folder.path().join("a.ts");
            std::fs::write(&file, text).unwrap();
            let seen = with(&file, text.len() as u64, 100, <[u8]>::to_vec).unwrap();
            assert_eq!(seen, text.as_bytes());
        }
    }
}
