//! Resolution of names: what a name stands for, by its declaration, its import or, where it has neither, as a global name.

mod imports;
mod resolved;
mod scopes;
mod table;
mod target;
#[cfg(test)]
mod tests;

use crate::ir::view::{Call, ImportView};
use crate::ir::{Kind, Lowered, ModuleSyntax, Node};

pub use resolved::Resolved;
use table::NameTable;
pub use target::Target;
use target::{calling, global_name};

/// The thing that a reference, or the callee of a call, construction or macro call, names. None for what is no name (`f().x`).
///
/// Scopes are respected, and so are other names for a thing: after `const { log: l } = console` the target of `l("x")` is
/// `console.log`. A call by a method of the function (`f.call(a)`) or by a function that calls it (`Reflect.apply(f)`)
/// has the function as its target.
pub fn target(file: &Lowered, node: Node<'_>) -> Option<Target> {
    let target = NameTable::of_node(file, node)?.follow(node)?;
    match called(target, node) {
        Called::Target(target) => Some(target),
        Called::Argument(called) => {
            let target = NameTable::of_node(file, node)?.follow(called)?;
            Some(target.simplified(node.language().syntax()))
        }
    }
}

/// The [`target`] of a node if it passes a test. What is in scope is looked up only if something that the node may name
/// passes it, so this is the way to ask about many nodes.
pub fn target_if(file: &Lowered, node: Node<'_>, passes: impl Fn(&Target) -> bool) -> Option<Target> {
    let table = NameTable::of_node(file, node)?;
    let may_pass = |guess: Target| match called(guess, node) {
        Called::Target(target) => passes(&target),
        Called::Argument(called) => {
            let syntax = node.language().syntax();
            let guesses = table.guesses(called);
            guesses.is_none_or(|guesses| guesses.into_iter().any(|guess| passes(&guess.simplified(syntax))))
        }
    };
    if table.guesses(node).is_some_and(|guesses| !guesses.into_iter().any(may_pass)) && !passes(&Target::Local) {
        return None;
    }
    target(file, node).filter(passes)
}

/// The [`target`] of a node if its first part may be one that passes a test. `may_start` gets the name in the file at which
/// the node's reference starts, and the [text](Target::text) of what that name alone may stand for. The quickest way to ask
/// about many nodes of which few have such names. The start of `f.call.call(g)` is that of `f`, although its target is `g`.
pub fn target_with_start(file: &Lowered, node: Node<'_>, may_start: impl Fn(&str, &str) -> bool) -> Option<Target> {
    let table = NameTable::of_node(file, node)?;
    let may_be = match table.start(node) {
        TargetStart::None => false,
        TargetStart::Name(name) => may_start(name, name),
        TargetStart::Renamed(name, heads) => heads.texts.iter().any(|text| may_start(name, text)),
        TargetStart::Unknown => true,
    };
    if may_be { target(file, node) } else { None }
}

/// The part of a target that is known without a look at what is in scope.
pub(crate) enum TargetStart<'t> {
    /// It has none.
    None,
    /// It is a global name that begins with this one, or local.
    Name(&'t str),
    /// The target of this name of the file begins as one of these, unless it is local.
    Renamed(&'t str, &'t Heads),
    Unknown,
}

/// The targets that a name may have, without its members.
#[derive(Debug, Default)]
pub(crate) struct Heads {
    pub(in crate::names) targets: Vec<Target>,
    /// True if a member may be of another kind: those of a module may be global names.
    pub(in crate::names) is_open: bool,
    /// Their texts.
    pub(crate) texts: Vec<Box<str>>,
    /// True if one of them is imported.
    pub(crate) is_import: bool,
}

/// The start of the target of a node; each is found once.
pub(crate) fn start<'t>(file: &'t Lowered, node: Node<'t>) -> TargetStart<'t> {
    NameTable::of_node(file, node).map_or(TargetStart::Unknown, |table| table.start(node))
}

/// The text of the target of a node that has [`TargetStart::Name`], if it is a global name; none if the target is an
/// argument of the call. [`target_if`] gives the same answer, but copies each part of the name; this one rules out most nodes.
pub(crate) fn global_text(node: Node<'_>) -> Option<String> {
    let syntax = node.language().syntax();
    let mut path = Vec::new();
    let (root, _) = node.language().views().reference(node, Some(&mut path))?;
    let is_call = Call::cast(node).is_some();
    let callers = if is_call { calling(path.iter().map(|part| &**part), &syntax.globals) } else { 0 };
    if callers > 1 {
        return None;
    }
    let members = path[callers..].iter().rev().map(|part| &**part);
    Some(global_name(std::iter::once(root.text()).chain(members), syntax))
}

/// The thing that a node calls.
enum Called<'t> {
    Target(Target),
    /// The target of this argument.
    Argument(Node<'t>),
}

/// The thing that is called by a node that names a target: the function whose method is called, or that a function is given to call.
fn called(target: Target, node: Node<'_>) -> Called<'_> {
    let syntax = node.language().syntax();
    let globals = &syntax.globals;
    let mut target = target.simplified(syntax);
    let Some(call) = Call::cast(node) else { return Called::Target(target) };
    if let Target::Global(parts) = &target
        && globals.appliers.iter().any(|applier| applier == parts)
        && let Some(called) = call.arguments().first()
    {
        return Called::Argument(*called);
    }
    if let Some(parts) = target.parts_mut() {
        match calling(parts.iter().skip(1).rev().map(String::as_str), globals) {
            0 => {}
            1 => drop(parts.pop()),
            // The function is the first argument: `f.call.bind(g)` binds the method `call` to `g`, whatever `f` is.
            _ => return call.arguments().first().map_or(Called::Target(target), |called| Called::Argument(*called)),
        }
    }
    Called::Target(target)
}

/// Resolves a node to the imported module or member that it refers to: `b()` after `import { a as b } from "m"` is the
/// member `a` of `m`. None if the node is no reference or refers to something that is not imported. If paths of the
/// language need no import ([`ModuleSyntax::paths_are_resolved`]), a path that starts at no declared name is resolved too.
pub fn resolve(file: &Lowered, node: Node<'_>) -> Option<Resolved> {
    let table = NameTable::of_node(file, node)?;
    let syntax = &node.language().syntax().modules;
    if !syntax.paths_are_resolved && !table.has_imports() {
        return None;
    }
    match table.follow(node)? {
        Target::Imported(resolved) => Some(resolved),
        Target::Global(mut parts) if syntax.paths_are_resolved && parts.len() > 1 => {
            let module = parts.remove(0);
            Some(Resolved { module, path: parts })
        }
        _ => None,
    }
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
    let Some(table) = NameTable::of_node(file, node) else { return false };
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
