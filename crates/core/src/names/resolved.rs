//! The target of a resolved name, and its comparison with the modules and members that a rule page names.

use crate::ir::ModuleSyntax;

/// The target of a resolved name: a module and the path of a member in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The module as written, without an idle prefix ([`ModuleSyntax::idle_prefixes`]). If modules are members of modules,
    /// this may be only the start of its name, and the rest is in `path`.
    pub module: String,
    /// The members after the module, the outermost first, also `default`.
    pub path: Vec<String>,
}

impl Resolved {
    /// True if the target is `module` or a member of it. If modules are members of modules, `a::b::c` is in `a` and in
    /// `a::b`.
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
                // `module` ends inside this part: the import named more than one level at once (`use a::b`).
                None => return part.strip_prefix(rest).is_some_and(|left| left.starts_with(syntax.separator)),
            }
        }
        false
    }

    /// True if the target is exactly the member (`exec`, `promises.readFile`) of the module.
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
        // `m` itself is the same as its member `default`, and `m.default.x` the same as `m.x`.
        let whole = matches!(wanted[..], [name] if is_whole(name)) && path.is_empty();
        let through_whole = path.len() > 1 && is_whole(path[0]) && path[1..] == wanted[..];
        self.module == module && (path == wanted || whole || through_whole)
    }
}
