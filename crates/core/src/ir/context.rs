//! What the check of a file takes from elsewhere than its text.

use crate::ir::Dialect;
use crate::source::SourceFile;

/// What the check of one file takes from its path, its configuration and other files, made before the check: rules see
/// nothing else of other files.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FileContext {
    /// The dialect that the file is read as; none for a language that this binary lacks.
    pub dialect: Option<&'static Dialect>,
    /// Whether all of the file is test code.
    pub test: bool,
}

impl FileContext {
    /// The context of a file of a dialect that is no test code.
    pub fn of(dialect: Option<&'static Dialect>) -> Self {
        Self { dialect, ..Self::default() }
    }

    /// The same for a file of tests, or not.
    #[must_use]
    pub fn with_test(self, test: bool) -> Self {
        Self { test, ..self }
    }
}

/// A file as it is handed to a check. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct FileInput {
    /// Its text.
    pub source: SourceFile,
    /// What the check takes from elsewhere.
    pub context: FileContext,
}

impl FileInput {
    /// A file with its context.
    pub fn new(source: SourceFile, context: FileContext) -> Self {
        Self { source, context }
    }

    /// A file that is read as a dialect.
    pub fn of_dialect(source: SourceFile, dialect: &'static Dialect) -> Self {
        Self { source, context: FileContext::of(Some(dialect)) }
    }
}
