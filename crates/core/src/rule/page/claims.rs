//! The dialects that a page, a variant or an ast-grep rule is for.

use crate::data::reader;
use crate::data::{Data, Value};
use crate::ir::Dialect;
use crate::language;
use crate::mistake::{Mistakes, unknown_name_help};
use crate::rule::page::Claims;

/// Reads `languages` of a page or a variant.
pub(super) fn read(value: &Value, mistakes: &mut Mistakes) -> Option<Claims> {
    if value.as_str() == Some("all") {
        return Some(Claims::All);
    }
    if let Some(name) = value.as_str() {
        let message = "languages: expected a list of languages or `all`, found a string";
        let help = match name.trim() {
            "*" | "any" | "every" | "All" | "ALL" => "write `languages: all`".to_owned(),
            name => match dialect_called(name) {
                Some(dialect) => format!("put it in brackets: `[{}]`", dialect.language.name()),
                None if name.contains([',', ' ']) => {
                    let names: Vec<&str> = name.split([',', ' ']).filter(|name| !name.is_empty()).collect();
                    format!("put them in brackets: `[{}]`", names.join(", "))
                }
                None if dialects_of_language(name).is_empty() => unknown_name_help(name, names()),
                None => format!("put it in brackets: `[{name}]`"),
            },
        };
        mistakes.add_with_help(value.span, message, help);
        return None;
    }
    if !matches!(value.data, Data::List(_)) {
        reader::expected("languages", "a list of languages or `all`", value, mistakes);
        return None;
    }
    let mut named = Vec::new();
    for (name, span) in reader::strings("languages", value, mistakes) {
        let dialects = dialects_of_language(name);
        if name == "all" {
            mistakes.add_with_help(span, "`all` stands alone", "write `languages: all`");
        } else if dialects.is_empty() {
            let help = match dialect_called(name) {
                Some(dialect) => format!("did you mean `{}`?", dialect.language.name()),
                None if matches!(name, "*" | "any" | "every") => "write `languages: all`".to_owned(),
                None => unknown_name_help(name, names()),
            };
            mistakes.add_with_help(span, format!("unknown language `{name}`"), help);
        } else if dialects.iter().any(|dialect| named.contains(dialect)) {
            mistakes.add_with_help(span, format!("the language `{name}` stands twice"), "keep one of them");
        } else {
            named.extend(dialects);
        }
    }
    if value.as_list().is_some_and(<[Value]>::is_empty) {
        let help = "name some, such as `[typescript]`, or write `languages: all`";
        mistakes.add_with_help(value.span, "languages: expected at least one", help);
    }
    (!named.is_empty()).then(|| sorted(named))
}

/// Reads `language` of an ast-grep rule, which is one dialect.
pub(super) fn read_ast_grep(value: &Value, mistakes: &mut Mistakes) -> Option<Claims> {
    let name = reader::string("language", value, mistakes)?;
    let lower = name.to_lowercase();
    if let Some(dialect) = language::dialects().find(|dialect| dialect.ast_grep_names.contains(&lower.as_str())) {
        return Some(Claims::Dialects(vec![dialect.name.to_owned()]));
    }
    if let Some(name) = language::unsupported_named(&lower) {
        return Some(Claims::Dialects(vec![name.to_owned()]));
    }
    let known = language::dialects().flat_map(|dialect| dialect.ast_grep_names.iter().copied());
    mistakes.add_unknown(value.span, "language", name, known.chain(language::unsupported_names()));
    None
}

/// The names of a language's dialects; for a language that this binary lacks, its own name.
fn dialects_of_language(name: &str) -> Vec<&str> {
    match language::named(name) {
        Some(language) => language.dialects().iter().map(|dialect| dialect.name).collect(),
        None => language::unsupported_names().filter(|known| *known == name).collect(),
    }
}

/// The dialect that has this name or extension.
fn dialect_called(name: &str) -> Option<&'static Dialect> {
    let name = name.to_lowercase();
    language::dialects().find(|dialect| dialect.name == name || dialect.tags.iter().any(|tag| **tag == name))
}

fn names() -> impl Iterator<Item = &'static str> {
    language::all().iter().map(|language| language.name()).chain(language::unsupported_names()).chain(["all"])
}

fn sorted(mut names: Vec<&str>) -> Claims {
    let order = |name: &str| language::dialects().position(|dialect| dialect.name == name).unwrap_or(usize::MAX);
    names.sort_by_key(|name| (order(name), (*name).to_owned()));
    Claims::Dialects(names.into_iter().map(str::to_owned).collect())
}

impl Claims {
    /// The claimed dialects that this binary has.
    pub fn dialects(&self) -> impl Iterator<Item = &'static Dialect> {
        language::dialects().filter(|dialect| self.includes(dialect.name))
    }

    /// The claimed languages and dialects that this binary lacks.
    pub fn lacking(&self) -> impl Iterator<Item = &str> {
        let names = match self {
            Self::All => &[][..],
            Self::Dialects(names) => names,
        };
        names.iter().map(String::as_str).filter(|name| language::dialects().all(|dialect| dialect.name != *name))
    }

    /// The families of the claimed languages that this binary has, each once.
    pub fn families(&self) -> Vec<&'static str> {
        let mut families: Vec<_> = self.dialects().map(|dialect| dialect.language.family()).collect();
        families.sort_unstable();
        families.dedup();
        families
    }
}
