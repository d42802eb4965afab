//! The target of a name, a module with the path of a member in it, and its comparison with what a page writes.

use crate::ir::ModuleSyntax;

/// A module with the path of a member in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The module as it was written, without a prefix that changes nothing; where modules are members of each other,
    /// perhaps only the start of its name.
    pub module: String,
    /// The members from the module inwards; `default` is one too.
    pub path: Vec<String>,
}

impl Resolved {
    /// True if it is `module`, or in it where modules are members of each other.
    pub(super) fn is_of(&self, module: &str, syntax: &ModuleSyntax) -> bool {
        let module = syntax.bare(module);
        if !syntax.nested {
            return self.module == module;
        }
        let mut rest = module;
        for part in std::iter::once(&self.module).chain(&self.path) {
            match rest.strip_prefix(part.as_str()) {
                Some("") => return true,
                Some(left) => match left.strip_prefix(syntax.separator) {
                    Some(left) => rest = left,
                    None => return false,
                },
                // A path ends inside of what was bound as one.
                None => return part.strip_prefix(rest).is_some_and(|left| left.starts_with(syntax.separator)),
            }
        }
        false
    }

    /// True if it is exactly this member of the module (`exec`, `promises.readFile`).
    pub(super) fn is_member(&self, module: &str, member: &str, syntax: &ModuleSyntax) -> bool {
        let module = syntax.bare(module);
        if syntax.nested {
            let parts = std::iter::once(&*self.module).chain(self.path.iter().map(String::as_str));
            let found = parts.flat_map(|part| part.split(syntax.separator));
            return found.eq(module.split(syntax.separator).chain(member.split('.')));
        }
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        let wanted: Vec<&str> = member.split('.').collect();
        let is_whole = |name: &str| syntax.default_member == Some(name);
        // A module without a member of that name is that member itself.
        let whole = matches!(wanted[..], [name] if is_whole(name)) && path.is_empty();
        let through_whole = path.len() > 1 && is_whole(path[0]) && path[1..] == wanted[..];
        self.module == module && (path == wanted || whole || through_whole)
    }
}
