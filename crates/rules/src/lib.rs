//! Rules that need code. One file each, `src/<topic>/<snake_id>.rs`, with a struct of the rule's name in camel case: the
//! struct, deserialised, is its options. Its page is `rulesets/<topic>/<id>.md` with `native: true`.

use lawbook_core::pack::Native;

include!(concat!(env!("OUT_DIR"), "/registry.rs"));

/// The code behind the built-in pages that say `native: true`.
pub fn natives() -> Vec<Native> {
    registered()
}
