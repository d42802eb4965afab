//! The ids of the kinds and fields of the grammar.

use crate::ir::Vocabulary;
use std::sync::OnceLock;

macro_rules! ids {
    ($(#[doc = $doc:literal])* $table:ident by $lookup:ident: $($name:ident = $text:literal,)* ; $($plain:ident)*) => {
        $(#[doc = $doc])*
        #[derive(Debug)]
        pub(super) struct $table {
            $(pub(super) $name: u16,)*
            $(pub(super) $plain: u16,)*
        }

        impl $table {
            fn new(vocabulary: &Vocabulary) -> Self {
                let number = |name| vocabulary.$lookup(name).map_or(0, |found| found.0);
                Self {
                    $($name: number($text),)*
                    $($plain: number(stringify!($plain)),)*
                }
            }
        }
    };
}

ids! {
    /// The ids of named kinds.
    RustKinds by kind:
    crate_ = "crate", self_ = "self", super_ = "super", ;
    abstract_type arguments array_expression array_type assignment_expression associated_type async_block attribute
    attribute_item await_expression base_field_initializer binary_expression block block_comment boolean_literal
    bounded_type bracketed_type break_expression call_expression captured_pattern char_literal closure_expression
    closure_parameters compound_assignment_expr const_block const_item const_parameter continue_expression
    declaration_list doc_comment dynamic_type else_clause empty_statement enum_item enum_variant enum_variant_list
    escape_sequence expression_statement extern_crate_declaration extern_modifier field_declaration
    field_declaration_list field_expression field_identifier field_initializer field_initializer_list field_pattern
    float_literal for_expression for_lifetimes foreign_mod_item fragment_specifier frontmatter function_item function_modifiers
    function_signature_item function_type generic_function generic_pattern generic_type generic_type_with_turbofish
    higher_ranked_trait_bound identifier if_expression impl_item index_expression inner_attribute_item
    inner_doc_comment_marker integer_literal label let_chain let_condition let_declaration lifetime lifetime_parameter
    line_comment loop_expression macro_definition macro_invocation macro_rule match_arm match_block match_expression
    match_pattern metavariable mod_item mut_pattern mutable_specifier negative_literal never_type or_pattern
    ordered_field_declaration_list outer_doc_comment_marker parameter parameters parenthesized_expression pointer_type
    primitive_type qualified_type range_expression range_pattern raw_string_literal ref_pattern reference_expression
    reference_pattern reference_type remaining_field_pattern removed_trait_bound return_expression scoped_identifier
    scoped_type_identifier scoped_use_list self_parameter shebang shorthand_field_identifier
    shorthand_field_initializer slice_pattern source_file static_item string_content string_literal struct_expression
    struct_item struct_pattern token_binding_pattern token_repetition token_repetition_pattern token_tree
    token_tree_pattern trait_bounds trait_item try_block try_expression tuple_expression tuple_pattern
    tuple_struct_pattern tuple_type type_arguments type_binding type_cast_expression type_identifier type_item
    type_parameter type_parameters unary_expression union_item unit_expression unit_type unsafe_block use_as_clause
    use_bounds use_declaration use_list use_wildcard variadic_parameter visibility_modifier where_clause
    where_predicate while_expression yield_expression
}

ids! {
    /// The ids of fields.
    RustFields by field:
    macro_ = "macro", trait_ = "trait", type_ = "type", ;
    alias alternative argument arguments body bounds condition consequence default_type doc element field function
    inner left length list name outer parameters path pattern return_type right type_arguments
    type_parameters value
}

/// The ids of the grammar.
#[derive(Debug)]
pub(super) struct RustIds {
    pub(super) kind: RustKinds,
    pub(super) field: RustFields,
}

/// The ids of Rust's grammar, looked up once.
pub(super) fn ids() -> &'static RustIds {
    static IDS: OnceLock<RustIds> = OnceLock::new();
    IDS.get_or_init(|| {
        let rust: &'static crate::ir::Dialect = &super::super::RUST;
        let vocabulary = rust.vocabulary();
        RustIds { kind: RustKinds::new(vocabulary), field: RustFields::new(vocabulary) }
    })
}
