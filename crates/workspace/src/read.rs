//! Reads files that a search has found: only regular files, never through a symbolic link, and never more bytes than
//! the caller allows.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// The maximum size of a buffer that is kept for the next file, in bytes. A larger one is freed.
const MAX_KEPT_BUFFER_BYTES: usize = 1 << 20;

thread_local! {
    /// The buffer that the files of this thread are read into, so that most reads allocate no memory.
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Reads a file of at most `max_bytes`; of a larger file, the first `max_bytes + 1` bytes. `size` is its size when it
/// was found, in bytes.
///
/// # Errors
/// The file cannot be opened or read, or is not a regular file.
pub(crate) fn whole(at: &Path, size: u64, max_bytes: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let filled = fill(&mut bytes, at, size, max_bytes)?;
    bytes.truncate(filled);
    Ok(bytes)
}

/// Reads a file as [`whole`] does, and calls `use_bytes` with the bytes in a buffer that is used again for other files.
///
/// # Errors
/// Those of [`whole`].
pub(crate) fn with_bytes<R>(at: &Path, size: u64, max_bytes: u64, use_bytes: impl FnOnce(&[u8]) -> R) -> io::Result<R> {
    BUFFER.with(|buffer| {
        // The callback may read another file: while the buffer is taken out, that read gets one of its own.
        let mut bytes = buffer.take();
        let result = fill(&mut bytes, at, size, max_bytes).map(|filled| use_bytes(&bytes[..filled]));
        if bytes.len() <= MAX_KEPT_BUFFER_BYTES {
            buffer.replace(bytes);
        }
        result
    })
}

/// Reads a file into the start of `bytes`, which grows as needed and never shrinks, and returns the number of bytes.
fn fill(bytes: &mut Vec<u8>, at: &Path, size: u64, max_bytes: u64) -> io::Result<usize> {
    let (mut file, length) = open(at)?;
    // The file may have grown since it was found. One byte over the limit proves that it is too large.
    let max_bytes = usize::try_from(max_bytes).unwrap_or(usize::MAX).saturating_add(1);
    let expected = usize::try_from(length.max(size)).unwrap_or(usize::MAX);
    let mut room = expected.saturating_add(1).min(max_bytes);
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
        // The size at opening is reached: this saves the read that would return 0 at the end of the file.
        if filled as u64 == length || filled == max_bytes {
            return Ok(filled);
        }
        if filled == room {
            room = room.saturating_mul(2).min(max_bytes);
        }
    }
}

/// Opens a regular file and returns it with its size in bytes. The path may have been replaced since the search: a pipe
/// must not block the run, and a symbolic link must not be followed.
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
    Err(io::Error::other("it was replaced by something other than a file"))
}

/// The bytes with LF in place of CRLF.
pub(crate) fn with_plain_line_ends(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(bytes.len());
    for (at, byte) in bytes.iter().enumerate() {
        if *byte != b'\r' || bytes.get(at + 1) != Some(&b'\n') {
            plain.push(*byte);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_path_that_is_no_longer_a_regular_file_is_not_read() {
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
    fn a_reused_buffer_shows_no_bytes_of_the_file_before() {
        let folder = tempfile::tempdir().unwrap();
        for text in ["let long = 1", "let a", ""] {
            let file = folder.path().join("a.ts");
            std::fs::write(&file, text).unwrap();
            let seen = with_bytes(&file, text.len() as u64, 100, <[u8]>::to_vec).unwrap();
            assert_eq!(seen, text.as_bytes());
        }
    }
}
