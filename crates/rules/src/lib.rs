//! The native rules: those that need Rust code. Each has one file, `src/<topic>/<snake_id>.rs`, with a struct of the
//! rule's name in camel case, which is deserialised from the rule's options. Its page is `rulesets/<topic>/<id>.md`
//! with `native: true`.

use lawbook_core::pack::Native;
use lawbook_core::rule::Rule;
use lawbook_core::rule::options;
use lawbook_core::rule::page::Options;
use serde::de::DeserializeOwned;

include!(concat!(env!("OUT_DIR"), "/registry.rs"));

/// The rules of the built-in pages with `native: true`.
pub fn natives() -> &'static [Native] {
    NATIVES
}

/// Makes a rule from the values of its options.
fn build<R: Rule + DeserializeOwned + 'static>(values: &Options) -> Result<Box<dyn Rule>, String> {
    Ok(Box::new(options::deserialize::<R>(values)?))
}
