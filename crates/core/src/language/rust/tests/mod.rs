//! Tests of Rust by topic, and its samples for the checklist of languages.

mod code;
mod definitions;
mod limits;
mod modules;
mod syntax;

pub(super) const SAMPLE: &str = r#"//! A module.

use sample_module::imported;

/// It is documented.
pub fn documented(parameter: u8) -> u8 {
    imported("a string", 42, true);
    parameter
}

fn hidden() {}

fn branching(a: bool, b: bool) {
    for _ in 0..3 {
        if a && b {
            hidden();
        }
    }
}

async fn waits(thing: Thing) {
    thing.act();
}

pub struct Thing {
    size: u8,
}

impl Thing {
    fn act(&self) {}
}

#[test]
fn tested() {
    in_test();
}
"#;

pub(super) const MORE_SAMPLES: &[(&str, &str)] = &[(
    "rust",
    "
enum A { B }
trait C { fn d(); }
type E = F;
fn g(h: I) -> J {
    let k = |l| m::n;
    k = [1, 2][0];
    o.await?;
    loop { break; }
    match -p { q => return R { s: t } }
    u!(v + w < !x / y)
}
",
)];
