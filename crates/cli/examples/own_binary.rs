//! A `lawbook` program with one additional native rule.

use std::process::ExitCode;
use std::sync::Arc;

use lawbook::core::diagnostic::Finding;
use lawbook::core::ir::{Dialect, Kind, Node};
use lawbook::core::pack::Pack;
use lawbook::core::rule::{Cx, Interest, Rule};

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

fn main() -> ExitCode {
    let file = ("style/no-tiny-comment.md".to_owned(), "no-tiny-comment.md".to_owned(), Arc::from(PAGE));
    let (pack, mistakes) = Pack::from_files("ours", vec![file]);
    debug_assert!(mistakes.is_empty(), "{mistakes:?}");
    // Its rules are on without being named in a `lawbook.toml`.
    let pack = pack.with_native("no-tiny-comment", |_| Ok(NoTinyComment)).with_all_on();
    lawbook::run(vec![pack], std::env::args_os())
}
