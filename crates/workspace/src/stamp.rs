//! The state of a file by its metadata.

use std::fs::Metadata;

/// The state of a file by its metadata: its place on the disk, its size, its permissions and its times. Of a file whose state
/// is the same, the content is too, unless it was written twice within one tick of the clock of the file system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FileStamp {
    /// The device and the number of the file on it.
    id: (u64, u64),
    size: u64,
    mode: u32,
    /// The time of the last change of its content, in seconds and nanoseconds.
    modified: (i64, i64),
    /// The time of the last change of its content or its metadata.
    changed: (i64, i64),
}

impl FileStamp {
    /// The state of a file with these metadata.
    #[cfg(unix)]
    pub(crate) fn of(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        Self {
            id: (metadata.dev(), metadata.ino()),
            size: metadata.size(),
            mode: metadata.mode(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }

    /// The state of a file with these metadata.
    #[cfg(not(unix))]
    pub(crate) fn of(metadata: &Metadata) -> Self {
        let time = |time: std::io::Result<std::time::SystemTime>| {
            let since = time.ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
            Some((i64::try_from(since.as_secs()).ok()?, i64::from(since.subsec_nanos())))
        };
        Self {
            size: metadata.len(),
            mode: u32::from(metadata.permissions().readonly()),
            modified: time(metadata.modified()).unwrap_or_default(),
            changed: time(metadata.created()).unwrap_or_default(),
            ..Self::default()
        }
    }
}
