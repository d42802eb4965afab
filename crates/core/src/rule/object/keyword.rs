//! Keywords that every node of a raw kind holds, where the grammar makes that sure.

use crate::language::Dialect;

/// Family, kind, keyword. None that ends its node: the parser makes up such a one when it is missing.
const KEYWORDS: &[(&str, &[(&str, &str)])] = &[
    (
        "ecmascript",
        &[
            ("abstract_class_declaration", "abstract"),
            ("as_expression", "as"),
            ("await_expression", "await"),
            ("catch_clause", "catch"),
            ("class_declaration", "class"),
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
            ("satisfies_expression", "satisfies"),
            ("switch_statement", "switch"),
            ("throw_statement", "throw"),
            ("try_statement", "try"),
            ("type_alias_declaration", "type"),
            ("while_statement", "while"),
        ],
    ),
    (
        "rust",
        &[
            ("async_block", "async"),
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
            ("static_item", "static"),
            ("struct_item", "struct"),
            ("trait_item", "trait"),
            ("unsafe_block", "unsafe"),
            ("use_declaration", "use"),
            ("while_expression", "while"),
        ],
    ),
];

/// The keyword of a raw kind, if it has one for sure.
pub(super) fn of(raw: &str, dialect: &'static Dialect) -> Option<&'static str> {
    let family = dialect.language.family();
    let (_, kinds) = KEYWORDS.iter().find(|(known, _)| *known == family)?;
    kinds.iter().find(|(kind, _)| *kind == raw).map(|(_, keyword)| *keyword)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language;

    #[test]
    fn every_kind_and_keyword_is_one_of_its_grammar() {
        for (family, kinds) in KEYWORDS {
            let dialects: Vec<_> =
                language::dialects().filter(|dialect| dialect.language.family() == *family).collect();
            for (kind, keyword) in *kinds {
                let holds = |dialect: &&&'static Dialect| {
                    let vocabulary = dialect.vocabulary();
                    let sign = format!("{keyword}!");
                    vocabulary.kind(kind).is_some()
                        && (vocabulary.token(keyword).is_some() || vocabulary.token(&sign).is_some())
                };
                assert!(dialects.iter().any(|dialect| holds(&dialect)), "{family} has no {kind} with {keyword}");
            }
        }
    }
}
