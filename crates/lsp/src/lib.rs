//! The language server of lawbook.
