//! The built-in pages: each holds on its own blocks, and the preset names what exists.

use lawbook_core::date::Date;
use lawbook_core::testing::run_page;

#[test]
fn every_built_in_page_holds_on_its_blocks() {
    let today = Date::from_unix_seconds(0);
    let mut wrong = Vec::new();
    for entry in &lawbook_rulesets::pack().pages {
        match run_page(entry.page(), lawbook_rules::natives(), today) {
            Ok(failures) => wrong.extend(failures.iter().map(ToString::to_string)),
            Err(mistakes) => wrong.extend(mistakes.iter().map(ToString::to_string)),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
