//! Turns the lines of `index.txt` into byte strings, so that the program decodes no text when it starts.
#![allow(clippy::disallowed_methods, reason = "a build script reads the folder it is made from")]

#[path = "src/lines.rs"]
mod lines;

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=index.txt");
    let index: &'static str = fs::read_to_string("index.txt")?.leak();
    let (pages, rules) = lines::read(index).unwrap_or_else(|| {
        // The command that writes it anew is built with this crate.
        println!("cargo:warning=rulesets/index.txt is broken: run `cargo xtask rulesets`");
        Default::default()
    });
    let mut source = "static PAGES: &[PageLine<&[u8]>] = &[\n".to_owned();
    for (id, formerly, page) in &pages {
        writeln!(source, "    ({id:?}, {formerly:?}, b\"{}\"),", page.escape_ascii()).map_err(io::Error::other)?;
    }
    source.push_str("];\nstatic RULES: &[RuleLine<&[u8]>] = &[\n");
    for (preset, rule) in &rules {
        writeln!(source, "    ({preset:?}, b\"{}\"),", rule.escape_ascii()).map_err(io::Error::other)?;
    }
    source.push_str("];\n");
    let folder = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::write(Path::new(&folder).join("index.rs"), source)
}
