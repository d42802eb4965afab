//! One rule written as a page and one written in Rust, over a string.
#![allow(clippy::print_stdout, clippy::wildcard_imports)]
use lawbook_core::{date::Date, diagnostic::Finding, engine::*, ir::*, pack::*, plan::*};
use lawbook_core::{rule::*, settings::Settings, source::*};
use std::{error::Error, sync::Arc};

struct NoLongNames;
impl Rule for NoLongNames {
    fn interest(&self, _: &'static Dialect) -> Interest {
        Interest::kinds([Kind::Identifier])
    }
    fn check(&self, node: Node<'_>, cx: &mut Cx<'_>) {
        if node.text().len() > 12 {
            cx.report(Finding::new(node.span()));
        }
    }
}

const PAGE: &str =
    "---\nsummary: No eval.\nlanguages: all\nseverity: error\nrule: {node: call, where: {callee: eval}}\n---";
const NATIVE: &str = "---\nsummary: A long name.\nlanguages: all\nseverity: warning\nnative: true\n---";

fn main() -> Result<(), Box<dyn Error>> {
    let page = |id: &str, text: &str| (format!("{id}.md"), format!("{id}.md"), Arc::from(text));
    let (pack, mistakes) = Pack::from_files("mine", vec![page("no-eval", PAGE), page("no-long-names", NATIVE)]);
    assert!(mistakes.is_empty(), "{mistakes:?}");
    let natives = vec![Native::new("no-long-names", |_| Ok(NoLongNames))];
    let pack = Pack { extended: true, natives, ..pack };
    let plan =
        Plan::new(&Settings::default(), vec![pack], &Selection::default()).map_err(|found| format!("{found:?}"))?;
    let engine = Engine::new(plan, RunOptions::new(Date::from_unix_seconds(0)));
    let source = SourceFile::new(RelPath::new("a.js"), "eval(anUnusuallyLongName)")?;
    let report = engine.merge(&[engine.check_source(source)], &Concluded::default());
    for found in report.diagnostics {
        println!("{}..{} {} {}: {}", found.span.start, found.span.end, found.severity, found.rule, found.message);
    }
    Ok(())
}
