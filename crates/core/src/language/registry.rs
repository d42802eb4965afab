//! The languages that a program adds to those of the cargo features.

use std::fmt;
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::ir::{Dialect, Language};

/// All languages: those of the cargo features and those that were added. Set by the first call of [`all`].
static ALL: OnceLock<Vec<&'static dyn Language>> = OnceLock::new();

/// The languages that were added so far.
static ADDED: Mutex<Vec<&'static dyn Language>> = Mutex::new(Vec::new());

/// All languages, those of `built_in` first. After the first call none can be added.
pub(super) fn all(built_in: &[&'static dyn Language]) -> &'static [&'static dyn Language] {
    ALL.get_or_init(|| {
        let added = ADDED.lock().unwrap_or_else(PoisonError::into_inner);
        built_in.iter().chain(&*added).copied().collect()
    })
}

/// Adds a language for as long as the program runs. `built_in` are the languages of the cargo features.
pub(super) fn add(language: &'static dyn Language, built_in: &[&'static dyn Language]) -> Result<(), RegisterError> {
    // `all` waits for this lock, so that a language is either among them or refused.
    let mut added = ADDED.lock().unwrap_or_else(PoisonError::into_inner);
    if ALL.get().is_some() {
        return Err(RegisterError::TooLate);
    }
    let others: Vec<&'static dyn Language> = built_in.iter().chain(&*added).copied().collect();
    if let Some(taken) = taken_name(language, &others) {
        return Err(RegisterError::Taken(taken.to_owned()));
    }
    added.push(language);
    Ok(())
}

/// A name, extension or tag of the language that another one has.
fn taken_name(language: &'static dyn Language, others: &[&'static dyn Language]) -> Option<&'static str> {
    let of_languages = |pick: fn(&Dialect) -> &'static [&'static str]| {
        others.iter().flat_map(|other| other.dialects()).flat_map(move |dialect| pick(dialect))
    };
    let is_name = |name: &str| others.iter().any(|other| other.name() == name);
    let is_dialect = |name: &str| others.iter().flat_map(|other| other.dialects()).any(|dialect| dialect.name == name);
    if is_name(language.name()) {
        return Some(language.name());
    }
    let lists: [fn(&Dialect) -> &'static [&'static str]; 3] =
        [|dialect| dialect.extensions, |dialect| dialect.tags, |dialect| dialect.ast_grep_names];
    language.dialects().iter().find_map(|dialect| {
        let taken = |pick: &fn(&Dialect) -> &'static [&'static str]| {
            pick(dialect).iter().copied().find(|name| of_languages(*pick).any(|other| other == name))
        };
        if is_dialect(dialect.name) { Some(dialect.name) } else { lists.iter().find_map(taken) }
    })
}

/// The reason why a language could not be added.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegisterError {
    /// A page, a setting or a file was read before, and another language could change its meaning.
    TooLate,
    /// Another language has this name, or a dialect with this name, extension or tag.
    Taken(String),
}

impl fmt::Display for RegisterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLate => f.write_str("languages are in use already: add yours before anything else is done"),
            Self::Taken(name) => write!(f, "another language has the name, extension or tag `{name}`"),
        }
    }
}

impl std::error::Error for RegisterError {}

#[cfg(test)]
mod tests {
    #[cfg(feature = "ecmascript")]
    use super::*;

    #[test]
    #[cfg(feature = "ecmascript")]
    fn a_language_is_refused_when_its_names_are_taken_or_languages_are_in_use() {
        let [typescript, rest @ ..] = crate::language::all() else { panic!("there is no language") };
        assert_eq!(taken_name(*typescript, &[*typescript]), Some(typescript.name()));
        assert_eq!(taken_name(*typescript, rest), None);
        assert_eq!(add(*typescript, &[]), Err(RegisterError::TooLate));
    }
}
