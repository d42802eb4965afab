//! The built-in pack: rule pages and presets, checked when this crate is built and compiled into one index.

mod index;

use std::sync::Arc;

use lawbook_core::pack::{Pack, PageEntry};
use lawbook_core::rule::page::Page;

use index::Index;

/// The name of the built-in pack.
pub const NAME: &str = "lawbook";

static INDEX: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/index.postcard"));

/// The built-in pack. A page is decoded when it is first asked for; nothing is parsed.
pub fn pack() -> Pack {
    let index = index();
    let pages = index.pages;
    let entry = |entry: &index::IndexEntry<'static>| {
        let (id, range) = (entry.id, entry.bytes.start as usize..entry.bytes.end as usize);
        let formerly = entry.formerly.iter().map(|id| Arc::from(*id)).collect();
        PageEntry::deferred(id, formerly, move || decode(id, pages.get(range.clone()).unwrap_or_default()))
    };
    Pack {
        name: Arc::from(NAME),
        pages: index.entries.iter().map(entry).collect(),
        presets: index.presets,
        built_in: true,
        ..Pack::default()
    }
}

/// The ids of the built-in pages, sorted.
pub fn ids() -> Vec<&'static str> {
    index().entries.iter().map(|entry| entry.id).collect()
}

/// The build script decodes what it wrote, so that neither of these can fail in a binary that was built.
fn index() -> Index<'static> {
    postcard::from_bytes(INDEX).unwrap_or_default()
}

fn decode(id: &str, bytes: &[u8]) -> Page {
    postcard::from_bytes(bytes).unwrap_or_else(|_| Page::empty(id))
}

#[cfg(test)]
mod tests {
    use lawbook_core::rule::engine_ids;
    use lawbook_core::rule::page::Body;

    use super::*;

    #[test]
    fn every_page_is_decoded_as_it_was_written() {
        let pack = pack();
        assert!(pack.built_in);
        assert_eq!(pack.pages.iter().map(|entry| &*entry.id).collect::<Vec<_>>(), ids());
        for entry in &pack.pages {
            let page = entry.page();
            assert_eq!(page.id, entry.id);
            let again = Page::parse(&page.path, &page.id, &page.topic, page.text.clone()).unwrap();
            assert_eq!(format!("{again:?}"), format!("{page:?}"));
        }
    }

    #[test]
    fn the_engine_has_all_its_pages() {
        let pack = pack();
        let engine = pack.pages.iter().filter(|entry| matches!(entry.page().body, Body::Engine));
        let mut expected = engine_ids::ALL.to_vec();
        expected.sort_unstable();
        assert_eq!(engine.map(|entry| &*entry.id).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn recommended_lists_known_rules() {
        let pack = pack();
        let recommended = pack.presets.iter().find(|preset| &*preset.name == "recommended").unwrap();
        assert!(recommended.rules.iter().all(|rule| ids().contains(&&*rule.name)));
        assert!(recommended.rules.len() >= 2);
    }
}
