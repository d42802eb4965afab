//! The shared kinds of the raw kinds in the Rust grammar.

use crate::ir::{Kind, Node};

/// A pattern is a parameter where it stands directly between the bars of a closure.
const PATTERN_KINDS: &[Kind] = &[Kind::Parameter, Kind::Other];
/// A function is a method inside an impl or a trait.
const FUNCTION_KINDS: &[Kind] = &[Kind::Function, Kind::Method];

/// The shared kinds by raw kind.
pub(super) const TABLE: &[(&str, &[Kind])] = &[
    ("array_expression", &[Kind::Array]),
    ("array_type", &[Kind::Type]),
    ("abstract_type", &[Kind::Type]),
    ("assignment_expression", &[Kind::Assignment]),
    ("associated_type", &[Kind::TypeAlias]),
    ("attribute_item", &[Kind::Attribute]),
    ("await_expression", &[Kind::Await]),
    ("binary_expression", &[Kind::Binary]),
    ("block", &[Kind::Block]),
    ("block_comment", &[Kind::Comment]),
    ("boolean_literal", &[Kind::Boolean]),
    ("bounded_type", &[Kind::Type]),
    ("bracketed_type", &[Kind::Type]),
    ("break_expression", &[Kind::Jump]),
    ("call_expression", &[Kind::Call]),
    ("captured_pattern", PATTERN_KINDS),
    ("closure_expression", &[Kind::Lambda]),
    ("compound_assignment_expr", &[Kind::Assignment]),
    ("const_item", &[Kind::Variable]),
    ("continue_expression", &[Kind::Jump]),
    ("dynamic_type", &[Kind::Type]),
    ("enum_item", &[Kind::Enum]),
    ("extern_crate_declaration", &[Kind::Import]),
    ("field_declaration", &[Kind::Field]),
    ("field_expression", &[Kind::Member]),
    ("field_identifier", &[Kind::Identifier]),
    ("field_initializer", &[Kind::Pair]),
    ("float_literal", &[Kind::Number]),
    ("for_expression", &[Kind::Loop]),
    ("function_item", FUNCTION_KINDS),
    ("function_signature_item", FUNCTION_KINDS),
    ("function_type", &[Kind::Type]),
    ("generic_type", &[Kind::Type]),
    ("identifier", &[Kind::Identifier, Kind::Parameter]),
    ("if_expression", &[Kind::If]),
    ("index_expression", &[Kind::Index]),
    ("inner_attribute_item", &[Kind::Attribute]),
    ("integer_literal", &[Kind::Number]),
    ("let_declaration", &[Kind::Variable]),
    ("line_comment", &[Kind::Comment]),
    ("loop_expression", &[Kind::Loop]),
    ("macro_definition", &[Kind::Macro]),
    ("macro_invocation", &[Kind::Macro]),
    ("match_arm", &[Kind::Case]),
    ("match_expression", &[Kind::Match]),
    ("mod_item", &[Kind::Module]),
    ("mut_pattern", PATTERN_KINDS),
    ("never_type", &[Kind::Type]),
    ("parameter", &[Kind::Parameter]),
    ("pointer_type", &[Kind::Type]),
    ("primitive_type", &[Kind::Type]),
    ("qualified_type", &[Kind::Type]),
    ("raw_string_literal", &[Kind::String]),
    ("ref_pattern", PATTERN_KINDS),
    ("reference_expression", &[Kind::Unary]),
    ("reference_pattern", PATTERN_KINDS),
    ("reference_type", &[Kind::Type]),
    ("return_expression", &[Kind::Return]),
    ("scoped_identifier", &[Kind::Member]),
    ("scoped_type_identifier", &[Kind::Type]),
    ("self_parameter", &[Kind::Parameter]),
    ("shorthand_field_identifier", &[Kind::Identifier]),
    ("shorthand_field_initializer", &[Kind::Pair]),
    ("slice_pattern", PATTERN_KINDS),
    ("source_file", &[Kind::Module]),
    ("static_item", &[Kind::Variable]),
    ("string_literal", &[Kind::String]),
    ("struct_expression", &[Kind::Object]),
    ("struct_item", &[Kind::Class]),
    ("struct_pattern", PATTERN_KINDS),
    ("trait_item", &[Kind::Interface]),
    ("try_block", &[Kind::Try]),
    ("try_expression", &[Kind::Try]),
    ("tuple_expression", &[Kind::Array]),
    ("tuple_pattern", PATTERN_KINDS),
    ("tuple_struct_pattern", PATTERN_KINDS),
    ("tuple_type", &[Kind::Type]),
    ("type_identifier", &[Kind::Type, Kind::Identifier]),
    ("type_item", &[Kind::TypeAlias]),
    ("unary_expression", &[Kind::Unary]),
    ("union_item", &[Kind::Class]),
    ("unit_type", &[Kind::Type]),
    ("use_declaration", &[Kind::Import]),
    ("variadic_parameter", &[Kind::Parameter]),
    ("while_expression", &[Kind::Loop]),
];

/// Decides the kind of a node whose raw kind has several kinds in the table.
pub(super) fn refine(node: Node<'_>) -> Kind {
    let parent = node.parent();
    let parent_name = parent.map_or("", Node::raw_name);
    match node.raw_name() {
        "function_item" | "function_signature_item" => {
            let owner = parent.filter(|_| parent_name == "declaration_list").and_then(Node::parent);
            match owner.map_or("", Node::raw_name) {
                "impl_item" | "trait_item" => Kind::Method,
                _ => Kind::Function,
            }
        }
        "type_identifier" if node.field() == Some("name") && !matches!(parent_name, "scoped_type_identifier") => {
            // The name of a struct expression is a use of the type.
            if parent_name == "struct_expression" { Kind::Type } else { Kind::Identifier }
        }
        "type_identifier" => Kind::Type,
        _ if parent_name == "closure_parameters" => Kind::Parameter,
        "identifier" => Kind::Identifier,
        _ => Kind::Other,
    }
}

/// Raw kinds whose nodes are one word each.
pub(super) const WORD_KINDS: &[&str] = &[
    "crate",
    "field_identifier",
    "identifier",
    "primitive_type",
    "self",
    "shorthand_field_identifier",
    "super",
    "type_identifier",
];

/// Keywords that every node of a raw kind holds; [`crate::ir::Language::keywords`] says which may be listed.
pub(super) const KEYWORDS: &[(&str, &str)] = &[
    ("async_block", "async"),
    ("break_expression", "break"),
    ("continue_expression", "continue"),
    ("enum_item", "enum"),
    ("for_expression", "for"),
    ("function_item", "fn"),
    ("if_expression", "if"),
    ("impl_item", "impl"),
    ("let_declaration", "let"),
    ("loop_expression", "loop"),
    ("macro_definition", "macro_rules"),
    ("match_expression", "match"),
    ("mod_item", "mod"),
    ("return_expression", "return"),
    ("static_item", "static"),
    ("struct_item", "struct"),
    ("trait_item", "trait"),
    ("unsafe_block", "unsafe"),
    ("use_declaration", "use"),
    ("while_expression", "while"),
];
