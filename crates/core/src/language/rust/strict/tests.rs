//! Snippets of every syntax.
