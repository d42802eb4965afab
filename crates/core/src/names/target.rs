//! The thing that a name stands for, whatever it is called and however it is written.

use std::borrow::Cow;

use crate::ir::{GlobalSyntax, Syntax};
use crate::names::Resolved;
use crate::names::table::outermost_first;

/// The thing that a name in a file stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Target {
    /// A name that the file neither declares nor imports, outermost part first: `["console", "log"]`, `["eval"]`; in Rust
    /// `["println"]`. It is without the names of the global object (`globalThis.`), and a member of a module whose members
    /// are global as well ([`crate::ir::GlobalSyntax::modules`]) is one too.
    Global(Vec<String>),
    /// A module or a member of one.
    Imported(Resolved),
    /// A declaration of this file that is neither an import nor another name of one of the above.
    Local,
}

impl Target {
    /// True for the global name of these parts, outermost first.
    pub fn is_global(&self, name: &[&str]) -> bool {
        matches!(self, Self::Global(parts) if parts == name)
    }

    /// The target as text: `console.log` for a global name, `m#a.b` for a member of the module `m`, `m` for the module;
    /// none for a declaration of the file. Where modules are members of modules, a member is written as its whole path
    /// (`os.path.join`). Members of a default export are written as those of the module.
    pub fn text(&self, syntax: &Syntax) -> Option<String> {
        let resolved = match self {
            Self::Global(parts) => return Some(global_name(parts.iter().map(String::as_str), syntax)),
            Self::Imported(resolved) => resolved,
            Self::Local => return None,
        };
        let (modules, mut path) = (&syntax.modules, &resolved.path[..]);
        if path.len() > 1 && modules.default_member == path.first().map(String::as_str) {
            path = &path[1..];
        }
        let members = path.join(if modules.nested { modules.separator } else { "." });
        let between = if modules.nested { modules.separator } else { "#" };
        let module = resolved.module.as_str();
        Some(if members.is_empty() { module.to_owned() } else { [module, between, &members].concat() })
    }

    /// The member of the target at the end of a path that has the last part first.
    pub(super) fn with_members(mut self, path: Vec<Cow<'_, str>>) -> Self {
        if let Some(parts) = self.parts_mut() {
            parts.extend(outermost_first(path));
        }
        self
    }

    /// The target without what does not change it: names of the global object, modules of global names.
    pub(super) fn simplified(self, syntax: &Syntax) -> Self {
        match self {
            Self::Global(mut parts) => {
                let is_object = |part: &String| syntax.globals.objects.contains(&part.as_str());
                let objects = parts.iter().take_while(|part| is_object(part)).count();
                parts.drain(..objects.min(parts.len() - 1));
                Self::Global(parts)
            }
            Self::Imported(resolved) => match global_member(&resolved, syntax) {
                Some(parts) => Self::Global(parts),
                None => Self::Imported(resolved),
            },
            Self::Local => Self::Local,
        }
    }

    /// The parts of the name, of which the last may be a method of the function that the ones before it name.
    pub(super) fn parts_mut(&mut self) -> Option<&mut Vec<String>> {
        match self {
            Self::Global(parts) => Some(parts),
            Self::Imported(resolved) => Some(&mut resolved.path),
            Self::Local => None,
        }
    }
}

/// The text of a global name with these parts, outermost first.
pub(super) fn global_name<'p>(parts: impl Iterator<Item = &'p str>, syntax: &Syntax) -> String {
    let mut text = String::new();
    for (number, part) in parts.enumerate() {
        if number > 0 {
            text.push_str(syntax.names.separator);
        }
        text.push_str(part);
    }
    text
}

/// The number of methods that call a function (`call`, `bind`) at the end of a name: 1 for `f.call`, 2 for `f.call.bind`. The
/// path has the last part first.
pub(super) fn calling<'p>(path: impl Iterator<Item = &'p str>, globals: &GlobalSyntax) -> usize {
    path.take_while(|part| globals.callers.contains(part)).count()
}

/// The global name that a member of a module is.
fn global_member(resolved: &Resolved, syntax: &Syntax) -> Option<Vec<String>> {
    let (globals, modules) = (&syntax.globals, &syntax.modules);
    if modules.paths_are_resolved {
        let parts = resolved.module.split(modules.separator).chain(resolved.path.iter().map(String::as_str));
        let mut parts = parts.map(str::to_owned);
        let in_object = parts.next().is_some_and(|first| globals.objects.contains(&first.as_str()));
        let parts: Vec<String> = parts.collect();
        return (in_object && !parts.is_empty()).then_some(parts);
    }
    let module = globals.modules.iter().find(|module| module.name == resolved.module)?;
    let is_default = |part: &&String| modules.default_member == Some(part.as_str());
    let mut path = &resolved.path[resolved.path.iter().take_while(is_default).count()..];
    // The whole module may also be a member of itself: `test` of `node:test`.
    if path.first().is_some_and(|first| module.whole.last() == Some(&first.as_str())) {
        path = &path[1..];
    }
    let parts: Vec<String> = module.whole.iter().map(|part| (*part).to_owned()).chain(path.iter().cloned()).collect();
    (!parts.is_empty()).then_some(parts)
}
