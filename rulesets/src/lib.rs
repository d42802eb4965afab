//! The built-in pack: rule pages and presets, checked and written into one index by `cargo xtask rulesets`.

pub mod index;
#[allow(dead_code, reason = "the build script reads the lines; here only tests do")]
mod lines;

use lawbook_core::pack::Pack;

use lines::{PageLine, RuleLine};

/// The name of the built-in pack.
pub const NAME: &str = "lawbook";

include!(concat!(env!("OUT_DIR"), "/index.rs"));

/// The built-in pack. A page is decoded when it is first asked for; nothing is parsed.
pub fn pack() -> Pack {
    let mut pack = Pack::new(NAME);
    (pack.pages, pack.presets) = index::read(PAGES, RULES);
    pack.built_in = true;
    pack
}

#[cfg(test)]
mod tests {
    use lawbook_core::rule::engine_ids;
    use lawbook_core::rule::page::{Body, Page};

    use super::*;

    #[test]
    fn every_page_is_decoded_as_it_was_written() {
        let pack = pack();
        assert!(pack.built_in);
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
    fn presets_list_known_rules_and_each_of_them_once() {
        let pack = pack();
        let names: Vec<&str> = pack.presets.iter().map(|preset| &*preset.name).collect();
        assert_eq!(names, ["agents", "recommended"]);
        let rules = pack.presets.iter().flat_map(|preset| &preset.rules);
        let mut listed: Vec<&str> = rules.map(|rule| &*rule.name).collect();
        assert!(listed.iter().all(|rule| pack.pages.iter().any(|entry| *entry.id == **rule)));
        let all = listed.len();
        listed.sort_unstable();
        listed.dedup();
        assert_eq!(listed.len(), all, "a preset holds only what it adds");
    }
}
