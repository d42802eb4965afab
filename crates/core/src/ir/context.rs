//! The inputs of the check of a file: its text, and its context, which comes from elsewhere.

use crate::date::Date;
use crate::ir::Dialect;
use crate::source::SourceFile;

/// The inputs of a check that are not in the text of the file: they come from its path, the configuration and other files
/// and are computed before the check. Rules see nothing else of other files.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FileContext {
    /// The dialect by which the file is parsed; none if this binary does not know its language.
    pub dialect: Option<&'static Dialect>,
    /// True if the whole file is test code.
    pub test: bool,
    /// True if the file is an example: code that nobody ships, for readers, for measurements or as an input of tests.
    pub example: bool,
    /// The limits of the suppressions in the file.
    pub suppressions: SuppressionLimits,
}

/// The limits of single suppressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SuppressionLimits {
    /// The fewest words of a reason.
    pub min_words: usize,
    /// The most days from today for which a suppression may hold.
    pub max_days: u32,
    /// The current day; none where no day is too far away.
    pub today: Option<Date>,
}

impl Default for SuppressionLimits {
    fn default() -> Self {
        Self { min_words: 3, max_days: 366, today: None }
    }
}

impl FileContext {
    /// The context of a file that is not test code.
    pub fn of(dialect: Option<&'static Dialect>) -> Self {
        Self { dialect, ..Self::default() }
    }

    /// The same context with `test` set.
    #[must_use]
    pub fn with_test(self, test: bool) -> Self {
        Self { test, ..self }
    }

    /// The same context with these limits of suppressions.
    #[must_use]
    pub fn with_suppressions(self, suppressions: SuppressionLimits) -> Self {
        Self { suppressions, ..self }
    }

    /// The same context with `example` set.
    #[must_use]
    pub fn with_example(self, example: bool) -> Self {
        Self { example, ..self }
    }
}

/// The input of a check: a file and its context. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct FileInput {
    /// Its text.
    pub source: SourceFile,
    /// The inputs that are not in its text.
    pub context: FileContext,
}

impl FileInput {
    /// A file with its context.
    pub fn new(source: SourceFile, context: FileContext) -> Self {
        Self { source, context }
    }

    /// A file that is parsed by the given dialect.
    pub fn of_dialect(source: SourceFile, dialect: &'static Dialect) -> Self {
        Self { source, context: FileContext::of(Some(dialect)) }
    }
}
