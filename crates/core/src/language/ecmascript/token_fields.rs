//! The fields that tokens have in the TypeScript and JavaScript grammars.

use crate::ir::TokenField;

const fn every(parent: &'static str, field: &'static str) -> TokenField {
    TokenField { parent, token: None, field }
}

const fn one(parent: &'static str, token: &'static str, field: &'static str) -> TokenField {
    TokenField { parent, token: Some(token), field }
}

/// The fields by node and token, for all three grammars: not every grammar has every token.
pub(super) const TABLE: &[TokenField] = &[
    every("binary_expression", "operator"),
    every("augmented_assignment_expression", "operator"),
    every("unary_expression", "operator"),
    every("update_expression", "operator"),
    one("lexical_declaration", "let", "kind"),
    one("lexical_declaration", "const", "kind"),
    one("using_declaration", "using", "kind"),
    one("using_declaration", "await", "kind"),
    one("for_in_statement", "var", "kind"),
    one("for_in_statement", "let", "kind"),
    one("for_in_statement", "const", "kind"),
    one("for_in_statement", "using", "kind"),
    one("for_in_statement", "in", "operator"),
    one("for_in_statement", "of", "operator"),
    one("index_signature", "-", "sign"),
    one("index_signature", "+", "sign"),
];
