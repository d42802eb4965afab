//! A team's own binary: lawbook with a pack of two rules, whose fixes change several files together.

use std::process::ExitCode;
use std::sync::Arc;

use lawbook::core::diagnostic::Finding;
use lawbook::core::diagnostic::{Edit, FileChange, Fix, Safety};
use lawbook::core::ir::Dialect;
use lawbook::core::ir::{Kind, Node};
use lawbook::core::pack::{Native, Pack, PageEntry};
use lawbook::core::rule::page::Page;
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
        let own = Edit { path: None, span: node.span(), text: "newName".to_owned() };
        let names = Some(RelPath::new("names.ts"));
        let export = "export function newName() {}\n".to_owned();
        let other = Edit { path: names, span: Span::empty(0), text: export };
        let fix = Fix::new("Rename it", Safety::Safe, vec![own, other]);
        cx.report(fix.into_iter().fold(Finding::new(node.span()), Finding::fix));
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
        let edit = Edit { path: None, span: node.span(), text: "newFile".to_owned() };
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
        cx.report(fix.into_iter().fold(Finding::new(node.span()), Finding::fix));
    }
}

fn main() -> ExitCode {
    let page = |id: &str| Page::parse(&format!("{id}.md"), id, "names", Arc::from(PAGE));
    let pages = ["no-old-file", "no-old-name"].iter().flat_map(|id| page(id)).map(PageEntry::ready).collect();
    let natives = vec![Native::new("no-old-file", |_| Ok(NoOldFile)), Native::new("no-old-name", |_| Ok(NoOldName))];
    let pack = Pack { name: "own".into(), pages, natives, extended: true, ..Pack::default() };
    lawbook::run(vec![pack], std::env::args_os())
}
