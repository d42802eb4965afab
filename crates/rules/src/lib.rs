//! The native rules: those that need Rust code. Each has one file, `src/<topic>/<snake_id>.rs`, with a struct of the
//! rule's name in camel case, which is deserialised from the rule's options. Its page is `rulesets/<topic>/<id>.md`
//! with `native: true`. The knowledge that several of them share has a file beside the topics.

mod skip_decorator;
mod test_runner;
mod ticket;

use lawbook_core::pack::Native;

include!(concat!(env!("OUT_DIR"), "/registry.rs"));

/// The code behind the built-in pages that say `native: true`.
pub fn natives() -> Vec<Native> {
    registered()
}
