//! The context of a file: what its check takes from its path, the settings and other files.

use crate::engine::Engine;
use crate::ir::{FileContext, FileInput};
use crate::source::{Files, MemoryFiles, RelPath, SourceFile};

impl Engine {
    /// The context of a file: the one value through which the rest of the project reaches its check. `files` is where
    /// that comes from; the language and the test code by `[files]` need the path alone.
    pub fn context(&self, path: &RelPath, files: &dyn Files) -> FileContext {
        let _ = files;
        FileContext::of(self.plan.dialect(path)).with_test(self.plan.is_test(path))
    }

    /// A file that stands alone, as this engine checks it.
    pub fn input(&self, source: SourceFile) -> FileInput {
        let context = self.context(source.path(), &MemoryFiles::default());
        FileInput::new(source, context)
    }
}
