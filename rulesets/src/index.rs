//! The compiled index of the built-in pages: what the build script writes and the loader reads.

use lawbook_core::settings::Preset;
use std::ops::Range;

use serde::{Deserialize, Serialize};

/// The pack in one piece; the pages are decoded one by one when they are asked for.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Index<'b> {
    /// The pages, sorted by id.
    #[serde(borrow)]
    pub entries: Vec<IndexEntry<'b>>,
    /// The presets, sorted by name.
    pub presets: Vec<Preset>,
    /// The encoded pages, one after the other.
    pub pages: &'b [u8],
}

/// One page of the index.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct IndexEntry<'b> {
    /// The page's id.
    pub id: &'b str,
    /// Its earlier ids.
    #[serde(borrow)]
    pub formerly: Vec<&'b str>,
    /// Its bytes in [`Index::pages`].
    pub bytes: Range<u32>,
}
