//! Snippets whose two trees must be equal.
