//! A `lawbook` program with one additional native rule.

use std::process::ExitCode;

use lawbook::core::pack::Pack;
use lawbook::core::prelude::*;

const PAGE: &str = "---
summary: A comment says more than its marker.
languages: all
severity: warning
native: true
---
A comment of a few characters tells the next reader nothing.
";

struct NoTinyComment;

impl Rule for NoTinyComment {
    fn interest(&self, _: &'static Dialect) -> Interest {
        Interest::kinds([Kind::Comment])
    }

    fn check(&self, node: Node<'_>, cx: &mut Cx<'_>) {
        if node.text().trim_matches(['/', '*', '#', ' ']).len() < 3 {
            cx.report(Finding::new(node.span()));
        }
    }
}

#[allow(clippy::print_stderr, reason = "a program says what is wrong with it")]
fn main() -> ExitCode {
    let (pack, mistakes) = Pack::from_pages("ours", [("style/no-tiny-comment", PAGE)]);
    if !mistakes.is_empty() {
        eprint!("{}", lawbook::render_mistakes(&mistakes, false));
        return ExitCode::from(2);
    }
    // Its rules are on without being named in a `lawbook.toml`.
    let pack = pack.with_native("no-tiny-comment", |_| Ok(NoTinyComment)).with_all_on();
    lawbook::run(vec![pack], std::env::args_os())
}
