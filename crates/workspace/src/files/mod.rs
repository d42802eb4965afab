//! Where the contents of files come from: the disk, git's index, a commit. Open buffers lie over any of them.

mod disk;
mod snapshot;

pub(crate) use disk::DiskFiles;
pub(crate) use snapshot::{Blobs, GitFiles, Snapshot};
