//! The text that a file must contain for a pattern to match in it.

use crate::ir::Dialect;
use crate::literals::NeededTexts;
use crate::pattern::{GoalKind, Pattern};

impl Pattern {
    /// The text, contained in every match, that rules out most files.
    pub(crate) fn needed(&self, dialect: &'static Dialect) -> Option<NeededTexts> {
        let mut after_list = false;
        NeededTexts::all(self.goals.iter().map(|goal| match &goal.kind {
            GoalKind::Leaf(kind, text) => {
                after_list = false;
                // A text between the escapes of a string or the holes of a template may be followed by any character.
                let is_name = dialect.vocabulary().is_word_kind(*kind);
                if is_name { NeededTexts::word(text) } else { NeededTexts::text(text) }
            }
            // A token directly after a list is optional.
            GoalKind::Token(kind) if !after_list => {
                let text = dialect.vocabulary().kind_name(*kind);
                if is_word(text) { NeededTexts::word(text) } else { None }
            }
            kind => {
                after_list =
                    matches!(kind, GoalKind::Many { .. }) || (after_list && matches!(kind, GoalKind::Token(_)));
                None
            }
        }))
    }
}

/// True if the text of a token is a word, which must be in the text of a match. The parser may insert other tokens as
/// MISSING nodes.
pub(super) fn is_word(token: &str) -> bool {
    token.len() > 1 && token.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
