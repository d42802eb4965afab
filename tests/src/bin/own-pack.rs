//! A team's own binary: lawbook with a pack of two rules, whose fixes change several files together.

use std::process::ExitCode;

use lawbook::core::diagnostic::Finding;
use lawbook::core::diagnostic::{Edit, FileChange, Fix, Safety};
use lawbook::core::ir::Dialect;
use lawbook::core::ir::{Kind, Node};
use lawbook::core::pack::Pack;
use lawbook::core::rule::{Cx, Interest, Rule};
use lawbook::core::source::RelPath;
use lawbook::core::span::Span;

const PAGE: &str = "---
summary: Call it by its new name.
languages: [typescript]
severity: warning
native: true
---
The old name goes away.
";

/// Finds `oldName`; its fix renames it and exports the new name from `names.ts`.
struct NoOldName;

impl Rule for NoOldName {
    fn interest(&self, _: &'static Dialect) -> Interest {
        Interest::kinds([Kind::Identifier])
    }

    fn check(&self, node: Node<'_>, cx: &mut Cx<'_>) {
        if node.text() != "oldName" {
            return;
        }
        let own = Edit::new(node.span(), "newName");
        let export = "export function newName() {}\n";
        let other = Edit::new(Span::empty(0), export).at_path(RelPath::new("names.ts"));
        let fix = Fix::new("Rename it", Safety::Safe, vec![own, other]);
        cx.report(Finding::new(node.span()).fix(fix));
    }
}

/// Finds `oldFile`; its fix renames it and its file, creates a file and deletes another.
struct NoOldFile;

impl Rule for NoOldFile {
    fn interest(&self, _: &'static Dialect) -> Interest {
        Interest::kinds([Kind::Identifier])
    }

    fn check(&self, node: Node<'_>, cx: &mut Cx<'_>) {
        if node.text() != "oldFile" {
            return;
        }
        let edit = Edit::new(node.span(), "newFile");
        let from = cx.file().source.path().clone();
        let files = vec![
            FileChange::Rename { from, to: RelPath::new("moved/new.ts") },
            FileChange::Create {
                path: RelPath::new("made/index.ts"),
                text: "export * from '../moved/new';\n".to_owned(),
            },
            FileChange::Delete { path: RelPath::new("gone.ts") },
        ];
        let fix = Fix::of_files("Move it", Safety::Unsafe, vec![edit], files);
        cx.report(Finding::new(node.span()).fix(fix));
    }
}

fn main() -> ExitCode {
    let pages = ["names/no-old-file", "names/no-old-name"].map(|id| (id, PAGE));
    let (pack, mistakes) = Pack::from_pages("own", pages);
    debug_assert!(mistakes.is_empty(), "{mistakes:?}");
    let pack = pack.with_native("no-old-file", |_| Ok(NoOldFile)).with_native("no-old-name", |_| Ok(NoOldName));
    let pack = pack.with_all_on();
    lawbook::run(vec![pack], std::env::args_os())
}
