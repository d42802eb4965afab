//! Names of languages that rule files may use, whether this binary supports them or not: a rule for an unsupported
//! language is skipped with a note, an unknown name is a mistake.

use super::{all, dialects};
use crate::ir::CommentSyntax;

/// The name of a language in pages, and its other names in ast-grep rules.
struct KnownLanguage(&'static str, &'static [&'static str]);

const KNOWN_LANGUAGES: &[KnownLanguage] = &[
    KnownLanguage("bash", &[]),
    KnownLanguage("c", &[]),
    KnownLanguage("cpp", &["c++", "cc"]),
    KnownLanguage("csharp", &["cs"]),
    KnownLanguage("css", &[]),
    KnownLanguage("dart", &[]),
    KnownLanguage("elixir", &["ex"]),
    KnownLanguage("go", &["golang"]),
    KnownLanguage("haskell", &["hs"]),
    KnownLanguage("hcl", &[]),
    KnownLanguage("html", &[]),
    KnownLanguage("java", &[]),
    KnownLanguage("javascript", &["js", "jsx"]),
    KnownLanguage("json", &[]),
    KnownLanguage("kotlin", &["kt"]),
    KnownLanguage("lua", &[]),
    KnownLanguage("nix", &[]),
    KnownLanguage("php", &[]),
    KnownLanguage("python", &["py"]),
    KnownLanguage("ruby", &["rb"]),
    KnownLanguage("rust", &["rs"]),
    KnownLanguage("scala", &[]),
    KnownLanguage("solidity", &["sol"]),
    KnownLanguage("svelte", &[]),
    KnownLanguage("swift", &[]),
    KnownLanguage("tsx", &[]),
    KnownLanguage("typescript", &["ts"]),
    KnownLanguage("vue", &[]),
    KnownLanguage("yaml", &["yml"]),
    KnownLanguage("zig", &[]),
];

/// The names of the listed languages that are neither a language nor a dialect of this binary.
pub fn unsupported_names() -> impl Iterator<Item = &'static str> {
    unsupported_languages().map(|known| known.0)
}

/// The listed language that this binary does not support and that ast-grep rules call `name`, in lower case.
pub fn unsupported_named(name: &str) -> Option<&'static str> {
    unsupported_languages().find(|known| known.0 == name || known.1.contains(&name)).map(|known| known.0)
}

fn unsupported_languages() -> impl Iterator<Item = &'static KnownLanguage> {
    KNOWN_LANGUAGES.iter().filter(|known| {
        all().iter().all(|language| language.name() != known.0) && dialects().all(|dialect| dialect.name != known.0)
    })
}

/// The common signs of comments, for files whose language this binary does not support.
pub const COMMON_COMMENT_SIGNS: &[CommentSyntax] = &[
    CommentSyntax::line("//"),
    CommentSyntax::block("/*", "*/").within("{", "}"),
    CommentSyntax::line("#"),
    CommentSyntax::line("--"),
    CommentSyntax::block("<!--", "-->"),
];
