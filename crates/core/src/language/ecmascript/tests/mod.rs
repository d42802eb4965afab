//! Tests of TypeScript and JavaScript by topic, and their samples for the checklist of languages.

mod code;
mod definitions;
mod limits;
mod modules;
mod syntax;

pub(super) const SAMPLE: &str = r#"/** @file A module. */

import { imported } from "sample_module";

/** It is documented. */
export function documented(parameter) {
  imported("a string", 42, true);
  return parameter;
}

function hidden() {}

function branching(a, b) {
  for (const c of [1]) {
    if (a && b) {
      hidden();
    }
  }
}

async function waits(thing) {
  thing.act();
}

export class Thing {
  size = 1;
  act() {}
}

describe("tested", () => {
  in_test();
});
"#;

pub(super) const MORE_SAMPLES: &[(&str, &str)] = &[
    (
        "ts",
        r#"
namespace A {}
interface B { c: D }
enum E { F }
type G = H;
let i = (j) => k[0];
i = new L(-m) ? null : `${n}` / 2;
await o;
try { throw p } catch {}
switch (q) { case /r/: break }
s({ t: u });
@v class W {}
export * from "x";
"#,
    ),
    ("tsx", "a = <b c=\"d\" /> ? e : f / g;"),
    ("js", "a = <b /> / c;"),
];
