//! Modules that stand in files of their own and are declared in others, as in Rust: `mod a;`.

use crate::source::RelPath;

/// The paths at which files may stand that declare a file as a module of theirs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeclaringFiles {
    /// Where the conventions of the language put the file that declares it, of which at most one is there.
    pub owners: Vec<RelPath>,
    /// Further files that may declare it by its path.
    pub others: Vec<RelPath>,
}

/// The files that a text declares as modules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeclaredModules {
    /// True if the text itself is test code as a whole, and so are all modules below it.
    pub all_test: bool,
    /// The paths of modules that are declared for tests only, in order. A module may have several, of which one is
    /// there.
    pub tests: Vec<RelPath>,
    /// The paths of all other modules, in order.
    pub others: Vec<RelPath>,
}

impl DeclaredModules {
    /// True if the file is declared for tests only, false if it is declared in another way; none if it is not declared.
    pub fn declares_as_test(&self, path: &RelPath) -> Option<bool> {
        if self.others.binary_search(path).is_ok() {
            return Some(false);
        }
        self.tests.binary_search(path).is_ok().then_some(true)
    }
}
