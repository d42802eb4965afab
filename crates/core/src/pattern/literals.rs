//! The text that a file must hold for a pattern to match in it.

use crate::ir::Dialect;
use crate::literals::Needed;
use crate::pattern::{Pattern, Shape};

impl Pattern {
    /// The most telling text that every match holds.
    pub(crate) fn needed(&self, dialect: &'static Dialect) -> Option<Needed> {
        let mut after_list = false;
        Needed::all(self.goals.iter().map(|goal| match &goal.shape {
            Shape::Leaf(kind, text) => {
                after_list = false;
                // Between a string's escapes or a template's holes a text may touch anything.
                let is_name = dialect.vocabulary().is_word_kind(*kind);
                if is_name { Needed::word(text) } else { Needed::text(text) }
            }
            // Right after a list a token need not be there.
            Shape::Token(kind) if !after_list => {
                let text = dialect.vocabulary().kind_name(*kind);
                if is_word(text) { Needed::word(text) } else { None }
            }
            shape => {
                after_list = matches!(shape, Shape::Many { .. }) || (after_list && matches!(shape, Shape::Token(_)));
                None
            }
        }))
    }
}

/// Whether the text of a token is one that a match must have for it: signs may be made up by the parser.
pub(super) fn is_word(token: &str) -> bool {
    token.len() > 1 && token.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
