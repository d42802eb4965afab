//! Metavariables: the syntax of `$A`, `$_`, `$$A`, `$$$` and `$$$A`, and the numbering of their names.

use crate::ir::Language;
use std::sync::Arc;

/// The number of a metavariable among the [`Variables`] of its rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VarId(pub(crate) u32);

/// The metavariables of one rule. `$A` and `$$$A` are two different ones.
#[derive(Clone, Debug, Default)]
pub struct Variables {
    /// The name of each metavariable, and whether it is of the form `$$$NAME`.
    names: Vec<(Arc<str>, bool)>,
}

impl Variables {
    /// The number of a metavariable, which is added if it is new. `many` is true for `$$$NAME`.
    pub fn intern(&mut self, name: &str, many: bool) -> VarId {
        self.get(name, many).unwrap_or_else(|| {
            self.names.push((name.into(), many));
            VarId(self.names.len() as u32 - 1)
        })
    }

    /// The number of a metavariable, if the rule has it. `many` is true for `$$$NAME`.
    pub fn get(&self, name: &str, many: bool) -> Option<VarId> {
        self.names.iter().position(|(known, list)| &**known == name && *list == many).map(|at| VarId(at as u32))
    }

    /// True if the rule has `$NAME` or `$$$NAME`.
    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|(known, _)| &**known == name)
    }

    /// All metavariables with their names, in the order in which they were added. The flag is true for `$$$NAME`.
    pub fn iter(&self) -> impl Iterator<Item = (VarId, &Arc<str>, bool)> {
        self.names.iter().enumerate().map(|(at, (name, many))| (VarId(at as u32), name, *many))
    }

    /// The names of all metavariables, without sigils.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|(name, _)| &**name)
    }
}

/// A metavariable in the text of a pattern; its name is none if it captures nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Metavariable<'s> {
    /// `$A`, `$_`; with `any_token`, `$$A`, `$$_`.
    One { name: Option<&'s str>, any_token: bool },
    /// `$$$`, `$$$A`.
    Many { name: Option<&'s str> },
}

/// Parses a text that is a metavariable as a whole; `sigil` is the language's expando.
pub(super) fn read(text: &str, sigil: char) -> Option<Metavariable<'_>> {
    let sigils = text.chars().take(3).take_while(|c| *c == sigil).count();
    let name = &text[sigils * sigil.len_utf8()..];
    if !name.chars().all(is_name_char) {
        return None;
    }
    let captured = (!name.is_empty() && !name.starts_with('_')).then_some(name);
    match sigils {
        3 => Some(Metavariable::Many { name: captured }),
        1 | 2 if name.starts_with(is_name_start) => Some(Metavariable::One { name: captured, any_token: sigils == 2 }),
        _ => None,
    }
}

/// True if the name of a metavariable can contain the character.
pub(crate) fn is_name_char(c: char) -> bool {
    is_name_start(c) || c.is_ascii_digit()
}

/// True if the name of a metavariable can start with the character.
pub(crate) fn is_name_start(c: char) -> bool {
    c.is_ascii_uppercase() || c == '_'
}

/// The pattern with each `$` of a metavariable replaced by the language's expando, so that the grammar parses the
/// metavariable as a name.
pub(super) fn with_expando(source: &str, language: &dyn Language) -> String {
    let expando = language.expando();
    let mut result = String::with_capacity(source.len());
    let mut pending = 0;
    for c in source.chars().map(Some).chain([None]) {
        if c == Some('$') {
            pending += 1;
            continue;
        }
        let replaced = pending == 3 || c.is_some_and(is_name_start);
        let sigil = if replaced { expando } else { '$' };
        result.extend(std::iter::repeat_n(sigil, pending));
        pending = 0;
        result.extend(c);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_read(text: &str, expected: Option<Metavariable<'_>>) {
        assert_eq!(read(text, '$'), expected, "{text}");
    }

    #[test]
    fn the_forms_of_a_metavariable() {
        let one = |name, any_token| Some(Metavariable::One { name, any_token });
        check_read("$A", one(Some("A"), false));
        check_read("$A_1", one(Some("A_1"), false));
        check_read("$_", one(None, false));
        check_read("$_A", one(None, false));
        check_read("$$A", one(Some("A"), true));
        check_read("$$_", one(None, true));
        check_read("$$$", Some(Metavariable::Many { name: None }));
        check_read("$$$_", Some(Metavariable::Many { name: None }));
        check_read("$$$A", Some(Metavariable::Many { name: Some("A") }));
        for none in ["", "$", "$$", "A", "$a", "$1", "$Ab", "$$$a", "$$$$", "$A b"] {
            check_read(none, None);
        }
    }

    #[test]
    #[cfg(feature = "rust")]
    fn only_the_sigils_of_metavariables_are_rewritten() {
        let rust = crate::language::named("rust").unwrap();
        let check = |source: &str, expected: &str| assert_eq!(with_expando(source, rust), expected);
        check("f($A, $$$B)", "f(µA, µµµB)");
        check("f($$$)", "f(µµµ)");
        check("$$$", "µµµ");
        check("macro $x:expr $$A", "macro $x:expr µµA");
        check("cost $ $5 $", "cost $ $5 $");
    }
}
