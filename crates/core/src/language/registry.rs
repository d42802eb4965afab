//! The languages that a program adds to those of the cargo features.

use std::fmt;
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::ir::{Dialect, Language};

/// Those of the features and those that were added, once something has asked for them.
static ALL: OnceLock<Vec<&'static dyn Language>> = OnceLock::new();

/// Those that were added so far.
static ADDED: Mutex<Vec<&'static dyn Language>> = Mutex::new(Vec::new());

/// All languages, of which `built_in` come first. No more can be added from the first call on.
pub(super) fn all(built_in: &[&'static dyn Language]) -> &'static [&'static dyn Language] {
    ALL.get_or_init(|| {
        let added = ADDED.lock().unwrap_or_else(PoisonError::into_inner);
        built_in.iter().chain(&*added).copied().collect()
    })
}

/// Adds a language for as long as the program runs. `built_in` are those that are there without it.
pub(super) fn add(language: &'static dyn Language, built_in: &[&'static dyn Language]) -> Result<(), RegisterError> {
    // `all` waits for this lock, so that a language is either among them or refused.
    let mut added = ADDED.lock().unwrap_or_else(PoisonError::into_inner);
    if ALL.get().is_some() {
        return Err(RegisterError::TooLate);
    }
    let known: Vec<&'static dyn Language> = built_in.iter().chain(&*added).copied().collect();
    if let Some(taken) = taken_name(language, &known) {
        return Err(RegisterError::Taken(taken.to_owned()));
    }
    added.push(language);
    Ok(())
}

/// A name, extension or tag of the language that another one has.
fn taken_name(language: &'static dyn Language, known: &[&'static dyn Language]) -> Option<&'static str> {
    let of_languages = |pick: fn(&Dialect) -> &'static [&'static str]| {
        known.iter().flat_map(|known| known.dialects()).flat_map(move |dialect| pick(dialect))
    };
    let is_name = |name: &str| known.iter().any(|known| known.name() == name);
    let is_dialect = |name: &str| known.iter().flat_map(|known| known.dialects()).any(|known| known.name == name);
    if is_name(language.name()) {
        return Some(language.name());
    }
    let lists: [fn(&Dialect) -> &'static [&'static str]; 3] =
        [|dialect| dialect.extensions, |dialect| dialect.tags, |dialect| dialect.ast_grep_names];
    language.dialects().iter().find_map(|dialect| {
        let taken = |pick: &fn(&Dialect) -> &'static [&'static str]| {
            pick(dialect).iter().copied().find(|name| of_languages(*pick).any(|known| known == name))
        };
        if is_dialect(dialect.name) { Some(dialect.name) } else { lists.iter().find_map(taken) }
    })
}

/// Why a language could not be added.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegisterError {
    /// A page, a setting or a file has been read already, and what they mean must not change.
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
