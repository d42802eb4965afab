//! Two hundred rules on common kinds, which find next to nothing, so that the time is that of matching.

use std::fmt::Write as _;

use crate::tools::BenchLanguage;

/// The most frequent kinds of a language's files.
fn kinds(language: BenchLanguage) -> &'static [&'static str] {
    match language {
        BenchLanguage::TypeScript => &[
            "call_expression",
            "member_expression",
            "identifier",
            "string",
            "arguments",
            "statement_block",
            "expression_statement",
            "lexical_declaration",
            "variable_declarator",
            "property_identifier",
            "object",
            "pair",
            "arrow_function",
            "formal_parameters",
            "return_statement",
            "if_statement",
            "binary_expression",
            "type_annotation",
            "function_declaration",
            "method_definition",
            "import_statement",
            "export_statement",
            "assignment_expression",
            "array",
            "unary_expression",
            "class_declaration",
            "new_expression",
            "await_expression",
            "template_string",
            "interface_declaration",
            "required_parameter",
            "type_identifier",
            "parenthesized_expression",
            "for_in_statement",
            "try_statement",
            "throw_statement",
            "spread_element",
            "property_signature",
            "union_type",
            "generic_type",
        ],
        BenchLanguage::Rust => &[
            "call_expression",
            "field_expression",
            "identifier",
            "string_literal",
            "arguments",
            "block",
            "expression_statement",
            "let_declaration",
            "field_identifier",
            "function_item",
            "impl_item",
            "struct_item",
            "parameter",
            "parameters",
            "return_expression",
            "if_expression",
            "binary_expression",
            "type_identifier",
            "reference_type",
            "reference_expression",
            "match_expression",
            "match_arm",
            "match_pattern",
            "use_declaration",
            "scoped_identifier",
            "scoped_type_identifier",
            "generic_type",
            "macro_invocation",
            "token_tree",
            "attribute_item",
            "closure_expression",
            "assignment_expression",
            "unary_expression",
            "try_expression",
            "tuple_struct_pattern",
            "enum_variant",
            "field_declaration",
            "integer_literal",
            "visibility_modifier",
            "await_expression",
        ],
    }
}

/// The rules as one ast-grep file: for each kind one with `regex`, one with `has`, one with `inside`, one that combines
/// them, and one pattern.
pub fn rules(language: BenchLanguage) -> String {
    let (function, name) = match language {
        BenchLanguage::TypeScript => ("function_declaration", "TypeScript"),
        BenchLanguage::Rust => ("function_item", "Rust"),
    };
    let patterns = ["$A($A)", "$A($B, $B)", "$A($B, $A)", "$A == $A"];
    let mut text = String::new();
    for (number, kind) in kinds(language).iter().enumerate() {
        // It requires no text, so that the pre-filter leaves no rule out.
        let rare = format!("'^[q-z][0-9]{{{}}}$'", number + 3);
        let objects = [
            format!("{{ kind: {kind}, regex: {rare} }}"),
            format!("{{ kind: {kind}, has: {{ kind: identifier, regex: {rare} }} }}"),
            format!(
                "{{ kind: {kind}, inside: {{ kind: {function}, has: {{ field: name, regex: {rare} }}, stopBy: end }} }}"
            ),
            format!("{{ all: [{{ kind: {kind} }}, {{ not: {{ has: {{ kind: identifier }} }} }}], regex: {rare} }}"),
            format!("{{ pattern: '{}', regex: {rare} }}", patterns[number % patterns.len()]),
        ];
        for (sort, object) in objects.iter().enumerate() {
            let _ = writeln!(
                text,
                "---\nid: many-{number}-{sort}\nlanguage: {name}\nseverity: info\nmessage: rare\nrule: {object}"
            );
        }
    }
    text.replacen("---\n", "", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_two_hundred() {
        for language in BenchLanguage::ALL {
            assert_eq!(rules(language).matches("\nid: ").count() + 1, 200);
        }
    }
}
