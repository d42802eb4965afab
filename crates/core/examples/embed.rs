//! One rule written as a page and one written in Rust, over a string.

use std::sync::Arc;

use lawbook_core::date::Date;
use lawbook_core::diagnostic::Finding;
use lawbook_core::engine::{Engine, RunOptions};
use lawbook_core::ir::{Kind, Node};
use lawbook_core::language::Dialect;
use lawbook_core::pack::{Native, Pack};
use lawbook_core::plan::{Plan, Selection};
use lawbook_core::rule::{Cx, Interest, Rule};
use lawbook_core::settings::Settings;
use lawbook_core::source::{RelPath, SourceFile};

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
const LITERATE: &str =
    "---\nsummary: No eval.\nlanguages: [javascript]\nseverity: error\nrule: { pattern: eval($X) }\n---\n";
const NATIVE: &str = "---\nsummary: Short names.\nlanguages: all\nseverity: warning\nnative: true\n---\n";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let page = |id: &str, text: &str| (format!("{id}.md"), format!("{id}.md"), Arc::from(text));
    let (mut pack, _) = Pack::from_files("mine", vec![page("no-eval", LITERATE), page("no-long-names", NATIVE)]);
    pack.extended = true;
    pack.natives = vec![Native { id: "no-long-names", build: |_| Ok(Box::new(NoLongNames)) }];
    let plan =
        Plan::new(&Settings::default(), vec![pack], &Selection::default()).map_err(|found| format!("{found:?}"))?;
    let engine = Engine::new(plan, RunOptions { today: Date::from_unix_seconds(0), parse_all: false, prefilter: true });
    let file =
        engine.lower(SourceFile::new(RelPath::new("a.js"), "eval(anUnusuallyLongName)").map_err(|e| format!("{e:?}"))?);
    for found in engine.conclude(vec![engine.check(&file)]).diagnostics {
        println!("{}..{} {} {}: {}", found.span.start, found.span.end, found.severity, found.rule, found.message);
    }
    Ok(())
}
