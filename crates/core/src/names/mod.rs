//! Resolution of names to the modules that they are imported from. Inner declarations that hide an import are respected.

mod resolved;
mod scopes;
mod table;

use std::borrow::Cow;

use crate::ir::view::{Call, ImportView};
use crate::ir::{Kind, Lowered, ModuleSyntax, Node};

pub use resolved::Resolved;
use table::ImportTable;

/// Resolves a node to the imported module or member that it refers to: `b()` after `import { a as b } from "m"` is the
/// member `a` of `m`. None if the node is no reference or refers to something that is not imported. If paths of the
/// language need no import ([`ModuleSyntax::paths_are_resolved`]), a path that starts at no declared name is resolved too.
pub fn resolve(file: &Lowered, node: Node<'_>) -> Option<Resolved> {
    let language = node.language();
    let (views, syntax) = (language.views(), &language.syntax().modules);
    let mut path = Vec::new();
    let (root, namespace) = views.reference(node, Some(&mut path))?;
    path.reverse();
    let path = path.into_iter().map(Cow::into_owned);
    if root.kind() == Kind::Import {
        let source = views.import(root)?.source?;
        return Some(Resolved { module: syntax.bare(&source).to_owned(), path: path.collect() });
    }
    let table = ImportTable::of_node(file, node)?;
    if let Some(import) = table.lookup(root, namespace) {
        let path = import.member.iter().cloned().chain(path).collect();
        return Some(Resolved { module: import.module.clone(), path });
    }
    let mut path = path.peekable();
    (syntax.paths_are_resolved && path.peek().is_some() && !table.declares(root, namespace))
        .then(|| Resolved { module: root.text().to_owned(), path: path.collect() })
}

/// True if the node is an import of `module` or refers to something imported from it (`import: m` of a rule page).
pub fn refers_to_import(file: &Lowered, node: Node<'_>, module: &str) -> bool {
    let language = node.language();
    let syntax = &language.syntax().modules;
    if matches!(node.kind(), Kind::Import | Kind::Export)
        && let Some(import) = language.views().import(node)
    {
        return imported(&import, syntax).any(|imported| imported.is_of(module, syntax));
    }
    let Some(table) = ImportTable::of_node(file, node) else { return false };
    if !syntax.nested && !table.imports(syntax.bare(module)) {
        return false;
    }
    resolve(file, node).is_some_and(|resolved| resolved.is_of(module, syntax))
}

/// The modules that an import names, and its names if modules of the language can be members of modules.
fn imported(import: &ImportView<'_>, syntax: &ModuleSyntax) -> impl Iterator<Item = Resolved> {
    let resolved = |source: &str, path| Resolved { module: syntax.bare(source).to_owned(), path };
    let sources = import.sources().into_iter().map(move |source| resolved(&source, Vec::new()));
    let members = import.source.iter().filter(|_| syntax.nested).flat_map(move |source| {
        import.items.iter().map(move |item| resolved(source, vec![item.name.clone().into_owned()]))
    });
    sources.chain(members)
}

/// True if the node is a call, construction or macro call of `wanted`: the text of a callee (`a.b`), or `m#x`, the member
/// `x` of the module `m`, whatever its name is in the file.
pub fn calls(file: &Lowered, node: Node<'_>, wanted: &str) -> bool {
    let Some(call) = Call::cast(node) else { return false };
    let Some((module, member)) = wanted.split_once('#') else {
        return call.callee_text().is_some_and(|callee| callee == wanted);
    };
    let syntax = &node.language().syntax().modules;
    resolve(file, node).is_some_and(|resolved| resolved.is_member(module, member, syntax))
}
