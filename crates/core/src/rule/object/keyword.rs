//! Keywords that every node of a raw kind contains.

use crate::ir::Dialect;

/// The keyword that every node of a raw kind contains, if the language names one.
pub(super) fn of(raw: &str, dialect: &'static Dialect) -> Option<&'static str> {
    dialect.language.keywords().iter().find(|(kind, _)| *kind == raw).map(|(_, keyword)| *keyword)
}

#[cfg(test)]
mod tests {
    use crate::language;

    #[test]
    fn every_kind_and_keyword_is_one_of_its_grammar() {
        for language in language::all() {
            let family = language::all().iter().filter(|other| other.family() == language.family());
            let dialects: Vec<_> = family.flat_map(|other| other.dialects()).collect();
            for (kind, keyword) in language.keywords() {
                let knows = dialects.iter().any(|dialect| {
                    let vocabulary = dialect.vocabulary();
                    let is_token = |text: &str| vocabulary.token(text).is_some();
                    vocabulary.kind(kind).is_some() && (is_token(keyword) || is_token(&format!("{keyword}!")))
                });
                assert!(knows, "{} has no {kind} with {keyword}", language.name());
            }
        }
    }
}
