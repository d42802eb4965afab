//! The sources of file contents: the disk, git's index, and commits. The texts of open buffers override those of the
//! disk.

mod disk;
mod snapshot;

pub(crate) use disk::DiskFiles;
pub(crate) use snapshot::{Blobs, GitFiles, Snapshot};
