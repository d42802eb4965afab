//! The text that a file must hold for a pattern to match in it.

use crate::ir::Dialect;
use crate::literals::NeededTexts;
use crate::pattern::{GoalKind, Pattern};

impl Pattern {
    /// The most telling text that every match holds.
    pub(crate) fn needed(&self, dialect: &'static Dialect) -> Option<NeededTexts> {
        let mut after_list = false;
        NeededTexts::all(self.goals.iter().map(|goal| match &goal.kind {
            GoalKind::Leaf(kind, text) => {
                after_list = false;
                // Between a string's escapes or a template's holes a text may touch anything.
                let is_name = dialect.vocabulary().is_word_kind(*kind);
                if is_name { NeededTexts::word(text) } else { NeededTexts::text(text) }
            }
            // Right after a list a token need not be there.
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

/// Whether the text of a token is one that a match must have for it: signs may be made up by the parser.
pub(super) fn is_word(token: &str) -> bool {
    token.len() > 1 && token.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
