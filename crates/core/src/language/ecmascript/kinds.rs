//! The shared kinds of the raw kinds in the TypeScript and JavaScript grammars.

use crate::ir::{Kind, Node};

/// A pattern is a parameter where JavaScript's grammar puts it directly between the parentheses of a function.
const PATTERN_KINDS: &[Kind] = &[Kind::Parameter, Kind::Other];

/// The shared kinds by raw kind, for all three grammars: not every grammar has every raw kind.
pub(super) const TABLE: &[(&str, &[Kind])] = &[
    ("abstract_class_declaration", &[Kind::Class]),
    ("abstract_method_signature", &[Kind::Method]),
    ("array", &[Kind::Array]),
    ("array_pattern", PATTERN_KINDS),
    ("array_type", &[Kind::Type]),
    ("arrow_function", &[Kind::Lambda]),
    ("assignment_expression", &[Kind::Assignment]),
    ("assignment_pattern", PATTERN_KINDS),
    ("augmented_assignment_expression", &[Kind::Assignment]),
    ("await_expression", &[Kind::Await]),
    ("binary_expression", &[Kind::Binary]),
    ("break_statement", &[Kind::Jump]),
    ("call_expression", &[Kind::Call, Kind::Import]),
    ("catch_clause", &[Kind::Catch]),
    ("class", &[Kind::Class]),
    ("class_declaration", &[Kind::Class]),
    ("comment", &[Kind::Comment]),
    ("conditional_type", &[Kind::Type]),
    ("constructor_type", &[Kind::Type]),
    ("continue_statement", &[Kind::Jump]),
    ("decorator", &[Kind::Attribute]),
    ("do_statement", &[Kind::Loop]),
    ("enum_declaration", &[Kind::Enum]),
    ("existential_type", &[Kind::Type]),
    ("export_statement", &[Kind::Export]),
    ("false", &[Kind::Boolean]),
    ("field_definition", &[Kind::Field]),
    ("for_in_statement", &[Kind::Loop]),
    ("for_statement", &[Kind::Loop]),
    ("function_declaration", &[Kind::Function]),
    ("function_expression", &[Kind::Lambda]),
    ("function_signature", &[Kind::Function]),
    ("function_type", &[Kind::Type]),
    ("generator_function", &[Kind::Lambda]),
    ("generator_function_declaration", &[Kind::Function]),
    ("generic_type", &[Kind::Type]),
    ("html_comment", &[Kind::Comment]),
    ("identifier", &[Kind::Identifier, Kind::Parameter]),
    ("if_statement", &[Kind::If]),
    ("import_alias", &[Kind::Import]),
    ("import_statement", &[Kind::Import]),
    ("index_type_query", &[Kind::Type]),
    ("infer_type", &[Kind::Type]),
    ("interface_declaration", &[Kind::Interface]),
    ("internal_module", &[Kind::Module]),
    ("intersection_type", &[Kind::Type]),
    ("jsx_attribute", &[Kind::Jsx]),
    ("jsx_element", &[Kind::Jsx]),
    ("jsx_self_closing_element", &[Kind::Jsx]),
    ("literal_type", &[Kind::Type]),
    ("lookup_type", &[Kind::Type]),
    ("member_expression", &[Kind::Member]),
    ("method_definition", &[Kind::Method]),
    ("method_signature", &[Kind::Method]),
    ("module", &[Kind::Module]),
    ("nested_identifier", &[Kind::Member]),
    ("nested_type_identifier", &[Kind::Type]),
    ("new_expression", &[Kind::New]),
    ("null", &[Kind::Null]),
    ("number", &[Kind::Number]),
    ("object", &[Kind::Object]),
    ("object_pattern", PATTERN_KINDS),
    ("object_type", &[Kind::Type]),
    ("optional_parameter", &[Kind::Parameter]),
    ("optional_type", &[Kind::Type]),
    ("pair", &[Kind::Pair]),
    ("parenthesized_type", &[Kind::Type]),
    ("predefined_type", &[Kind::Type]),
    ("private_property_identifier", &[Kind::Identifier]),
    ("program", &[Kind::Module]),
    ("property_identifier", &[Kind::Identifier]),
    ("property_signature", &[Kind::Field]),
    ("public_field_definition", &[Kind::Field]),
    ("readonly_type", &[Kind::Type]),
    ("regex", &[Kind::Regex]),
    ("required_parameter", &[Kind::Parameter]),
    ("rest_pattern", PATTERN_KINDS),
    ("rest_type", &[Kind::Type]),
    ("return_statement", &[Kind::Return]),
    ("shorthand_property_identifier", &[Kind::Identifier]),
    ("shorthand_property_identifier_pattern", &[Kind::Identifier]),
    ("statement_block", &[Kind::Block]),
    ("statement_identifier", &[Kind::Identifier]),
    ("string", &[Kind::String]),
    ("subscript_expression", &[Kind::Index]),
    ("switch_case", &[Kind::Case]),
    ("switch_default", &[Kind::Case]),
    ("switch_statement", &[Kind::Match]),
    ("template_literal_type", &[Kind::Type]),
    ("template_string", &[Kind::Template]),
    ("ternary_expression", &[Kind::Conditional]),
    ("this_type", &[Kind::Type]),
    ("throw_statement", &[Kind::Throw]),
    ("true", &[Kind::Boolean]),
    ("try_statement", &[Kind::Try]),
    ("tuple_type", &[Kind::Type]),
    ("type_alias_declaration", &[Kind::TypeAlias]),
    ("type_identifier", &[Kind::Type, Kind::Identifier]),
    ("type_query", &[Kind::Type]),
    ("unary_expression", &[Kind::Unary]),
    ("undefined", &[Kind::Null]),
    ("union_type", &[Kind::Type]),
    ("update_expression", &[Kind::Unary]),
    ("variable_declarator", &[Kind::Variable]),
    ("while_statement", &[Kind::Loop]),
];

/// Decides the kind of a node whose raw kind has several kinds in the table.
pub(super) fn refine(node: Node<'_>) -> Kind {
    match node.raw_name() {
        "call_expression" if is_module_call(node) => Kind::Import,
        "call_expression" => Kind::Call,
        "type_identifier" => match node.parent().map_or("", Node::raw_name) {
            // A use of a name, not a definition.
            "generic_type" | "nested_type_identifier" => Kind::Type,
            _ if node.field() == Some("name") => Kind::Identifier,
            _ => Kind::Type,
        },
        name => {
            let parent = node.parent().map_or("", Node::raw_name);
            let is_only_parameter = parent == "arrow_function" && node.field() == Some("parameter");
            match name {
                _ if is_only_parameter || parent == "formal_parameters" => Kind::Parameter,
                "identifier" => Kind::Identifier,
                _ => Kind::Other,
            }
        }
    }
}

/// True for `import("m")` and `require("m")`.
fn is_module_call(call: Node<'_>) -> bool {
    let Some(function) = call.children_with_tokens().next() else { return false };
    match function.raw_name() {
        "import" => true,
        "identifier" if function.text() == "require" => {
            let arguments = call.children().nth(1).filter(|arguments| arguments.raw_name() == "arguments");
            let first = arguments.and_then(|arguments| arguments.children().next());
            first.is_some_and(|first| matches!(first.raw_name(), "string" | "template_string"))
        }
        _ => false,
    }
}

/// Raw kinds whose nodes are one word each.
pub(super) const WORD_KINDS: &[&str] = &[
    "identifier",
    "predefined_type",
    "private_property_identifier",
    "property_identifier",
    "shorthand_property_identifier",
    "statement_identifier",
    "super",
    "this",
    "type_identifier",
];

/// Keywords that every node of a raw kind holds; [`crate::ir::Language::keywords`] says which may be listed.
pub(super) const KEYWORDS: &[(&str, &str)] = &[
    ("abstract_class_declaration", "abstract"),
    ("as_expression", "as"),
    ("await_expression", "await"),
    ("break_statement", "break"),
    ("catch_clause", "catch"),
    ("class_declaration", "class"),
    ("continue_statement", "continue"),
    ("debugger_statement", "debugger"),
    ("do_statement", "do"),
    ("else_clause", "else"),
    ("enum_declaration", "enum"),
    ("export_statement", "export"),
    ("finally_clause", "finally"),
    ("for_in_statement", "for"),
    ("for_statement", "for"),
    ("function_declaration", "function"),
    ("function_expression", "function"),
    ("generator_function", "function"),
    ("generator_function_declaration", "function"),
    ("if_statement", "if"),
    ("import_statement", "import"),
    ("interface_declaration", "interface"),
    ("new_expression", "new"),
    ("return_statement", "return"),
    ("satisfies_expression", "satisfies"),
    ("switch_statement", "switch"),
    ("throw_statement", "throw"),
    ("try_statement", "try"),
    ("type_alias_declaration", "type"),
    ("while_statement", "while"),
];
