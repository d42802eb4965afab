//! The built-in pages: their index is current, and each holds on its own blocks.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use lawbook_core::date::Date;
use lawbook_core::testing::run_page;
use xtask::rulesets::{INDEX, make_index};

#[test]
fn the_index_of_the_built_in_pages_is_current() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let current = make_index(root).unwrap_or_else(|mistakes| panic!("{}", mistakes.join("\n")));
    let committed = fs::read_to_string(root.join(INDEX)).unwrap().replace("\r\n", "\n");
    let (made, found): (BTreeSet<&str>, BTreeSet<&str>) = (current.lines().collect(), committed.lines().collect());
    let stale: BTreeSet<String> =
        made.symmetric_difference(&found).map(|line| line.split('\t').take(2).collect::<Vec<_>>().join(" ")).collect();
    assert!(current == committed, "{INDEX} is stale: run `cargo xtask rulesets` (differs: {stale:?})");
}

#[test]
fn every_built_in_page_holds_on_its_blocks() {
    let today = Date::from_unix_seconds(0);
    let mut wrong = Vec::new();
    for entry in &lawbook_rulesets::pack().pages {
        match run_page(entry.page(), &lawbook_rules::natives(), today) {
            Ok(failures) => wrong.extend(failures.iter().map(ToString::to_string)),
            Err(mistakes) => wrong.extend(mistakes.iter().map(ToString::to_string)),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
