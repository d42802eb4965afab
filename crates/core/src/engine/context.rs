//! The context of a file: the values from its path, the settings and other files that its check depends on.

use crate::engine::Engine;
use crate::ir::{FileContext, FileInput};
use crate::source::{Files, MemoryFiles, RelPath, SourceFile};

impl Engine {
    /// The context of a file. A check depends on the rest of the project only through this value. `files` gives access
    /// to other files; at present the path alone decides on the dialect and on `[files] tests`.
    pub fn context(&self, path: &RelPath, files: &dyn Files) -> FileContext {
        let _ = files;
        FileContext::of(self.plan.dialect(path)).with_test(self.plan.is_test(path))
    }

    /// The input for a file that needs no other files as context.
    pub fn input(&self, source: SourceFile) -> FileInput {
        let context = self.context(source.path(), &MemoryFiles::default());
        FileInput::new(source, context)
    }
}
