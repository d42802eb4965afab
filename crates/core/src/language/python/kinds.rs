//! The shared kinds of the raw kinds in the Python grammar.

use crate::ir::{Kind, Node};

/// A pattern is a parameter where it stands directly between the parentheses of a callable.
const PATTERN_KINDS: &[Kind] = &[Kind::Parameter, Kind::Other];

/// The shared kinds by raw kind.
pub(super) const TABLE: &[(&str, &[Kind])] = &[
    ("assignment", &[Kind::Assignment, Kind::Variable, Kind::Field]),
    ("attribute", &[Kind::Member]),
    ("augmented_assignment", &[Kind::Assignment]),
    ("await", &[Kind::Await]),
    ("binary_operator", &[Kind::Binary]),
    ("block", &[Kind::Block]),
    ("boolean_operator", &[Kind::Binary]),
    ("break_statement", &[Kind::Jump]),
    ("call", &[Kind::Call, Kind::Import]),
    ("case_clause", &[Kind::Case]),
    ("class_definition", &[Kind::Class]),
    ("comment", &[Kind::Comment]),
    ("comparison_operator", &[Kind::Binary]),
    ("conditional_expression", &[Kind::Conditional]),
    ("continue_statement", &[Kind::Jump]),
    ("decorator", &[Kind::Attribute]),
    ("default_parameter", &[Kind::Parameter]),
    ("dictionary", &[Kind::Object]),
    ("dictionary_splat_pattern", PATTERN_KINDS),
    ("elif_clause", &[Kind::If]),
    ("except_clause", &[Kind::Catch]),
    ("false", &[Kind::Boolean]),
    ("float", &[Kind::Number]),
    ("for_statement", &[Kind::Loop]),
    ("function_definition", &[Kind::Function, Kind::Method]),
    ("future_import_statement", &[Kind::Import]),
    ("identifier", &[Kind::Identifier, Kind::Parameter]),
    ("if_statement", &[Kind::If]),
    ("import_from_statement", &[Kind::Import]),
    ("import_statement", &[Kind::Import]),
    ("integer", &[Kind::Number]),
    ("keyword_argument", &[Kind::Pair]),
    ("lambda", &[Kind::Lambda]),
    ("list", &[Kind::Array]),
    ("list_splat_pattern", PATTERN_KINDS),
    ("match_statement", &[Kind::Match]),
    ("module", &[Kind::Module]),
    ("named_expression", &[Kind::Assignment]),
    ("none", &[Kind::Null]),
    ("not_operator", &[Kind::Unary]),
    ("pair", &[Kind::Pair]),
    ("raise_statement", &[Kind::Throw]),
    ("return_statement", &[Kind::Return]),
    ("set", &[Kind::Array]),
    ("string", &[Kind::String, Kind::Template]),
    ("subscript", &[Kind::Index]),
    ("true", &[Kind::Boolean]),
    ("try_statement", &[Kind::Try]),
    ("tuple", &[Kind::Array]),
    ("tuple_pattern", PATTERN_KINDS),
    ("type", &[Kind::Type]),
    ("type_alias_statement", &[Kind::TypeAlias]),
    ("typed_default_parameter", &[Kind::Parameter]),
    ("typed_parameter", &[Kind::Parameter]),
    ("unary_operator", &[Kind::Unary]),
    ("while_statement", &[Kind::Loop]),
];

/// Decides the kind of a node whose raw kind has several kinds in the table.
pub(super) fn refine(node: Node<'_>) -> Kind {
    match node.raw_name() {
        "assignment" => assignment(node),
        "call" if is_module_call(node) => Kind::Import,
        "call" => Kind::Call,
        "function_definition" if owner(node).is_some_and(is_class) => Kind::Method,
        "function_definition" => Kind::Function,
        "string" if node.children().any(|part| part.raw_name() == "interpolation") => Kind::Template,
        "string" => Kind::String,
        name => {
            let is_parameter = matches!(node.parent().map_or("", Node::raw_name), "parameters" | "lambda_parameters");
            match name {
                _ if is_parameter => Kind::Parameter,
                "identifier" => Kind::Identifier,
                _ => Kind::Other,
            }
        }
    }
}

/// The kind of an assignment: directly in a class it declares a field, directly in a module or with a type a variable.
/// Elsewhere only the whole function shows whether it declares or changes a variable, so it stays an assignment.
fn assignment(node: Node<'_>) -> Kind {
    let target = node.child_by_field("left").map_or("", Node::raw_name);
    let Some(statement) = node.parent().filter(|parent| parent.raw_name() == "expression_statement") else {
        return Kind::Assignment;
    };
    if matches!(target, "attribute" | "subscript") {
        return Kind::Assignment;
    }
    match owner(statement) {
        Some(owner) if is_class(owner) => Kind::Field,
        Some(owner) if owner.raw_name() == "module" => Kind::Variable,
        _ if node.child_by_field("type").is_some() => Kind::Variable,
        _ => Kind::Assignment,
    }
}

/// The module, or the owner of the block, that directly holds a statement. Decorators do not count.
pub(super) fn owner(statement: Node<'_>) -> Option<Node<'_>> {
    let parent = statement.parent()?;
    match parent.raw_name() {
        "block" => parent.parent(),
        "decorated_definition" => owner(parent),
        _ => Some(parent),
    }
}

pub(super) fn is_class(node: Node<'_>) -> bool {
    node.raw_name() == "class_definition"
}

/// True for `__import__("m")` or `importlib.import_module("m")`.
fn is_module_call(call: Node<'_>) -> bool {
    let Some(function) = call.child_by_field("function") else { return false };
    let imports = match function.raw_name() {
        "identifier" => matches!(function.text(), "__import__" | "import_module"),
        "attribute" => function.text() == "importlib.import_module",
        _ => false,
    };
    let first = || call.child_by_field("arguments")?.children().find(|argument| !argument.is_extra());
    imports && first().is_some_and(|first| first.raw_name() == "string")
}

/// Keywords that every node of a raw kind holds; [`crate::ir::Language::keywords`] says which may be listed.
pub(super) const KEYWORDS: &[(&str, &str)] = &[
    ("assert_statement", "assert"),
    ("await", "await"),
    ("break_statement", "break"),
    ("class_definition", "class"),
    ("continue_statement", "continue"),
    ("delete_statement", "del"),
    ("elif_clause", "elif"),
    ("except_clause", "except"),
    ("finally_clause", "finally"),
    ("for_statement", "for"),
    ("function_definition", "def"),
    ("global_statement", "global"),
    ("if_statement", "if"),
    ("import_from_statement", "import"),
    ("import_statement", "import"),
    ("lambda", "lambda"),
    ("match_statement", "match"),
    ("nonlocal_statement", "nonlocal"),
    ("pass_statement", "pass"),
    ("raise_statement", "raise"),
    ("return_statement", "return"),
    ("try_statement", "try"),
    ("while_statement", "while"),
    ("with_statement", "with"),
    ("yield", "yield"),
];
