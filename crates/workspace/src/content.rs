//! Files that are left out for their content.

use lawbook_core::ir;
use lawbook_core::language;
use lawbook_core::report::SkipReason;
use lawbook_core::source::SourceFile;

use crate::filter::SkipKinds;

/// The reason for which the content of a file leaves it out, if the settings skip that kind.
pub(crate) fn content_reason(skip: SkipKinds, source: &SourceFile) -> Option<SkipReason> {
    if skip.minified && ir::is_minified(source.text()) {
        return Some(SkipReason::Minified);
    }
    (skip.generated && is_generated(source)).then_some(SkipReason::Generated)
}

/// True if a comment at the top of a file marks it as generated.
fn is_generated(source: &SourceFile) -> bool {
    ir::may_be_generated(source.text()) && language::lower(source.clone()).is_generated()
}

/// True for the few lines that git-lfs stores in the repository in place of a file.
pub(crate) fn is_lfs_pointer(bytes: &[u8]) -> bool {
    bytes.len() < 1024 && bytes.starts_with(b"version https://git-lfs.github.com/spec/")
}
