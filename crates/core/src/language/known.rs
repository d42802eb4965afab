//! Languages that rule files may name, those of this binary and those that it lacks: a rule for one that it lacks is
//! skipped with a word, it is no mistake.

use super::{all, dialects};
use crate::ir::CommentSyntax;

/// A language by its name in pages, with its other names in ast-grep rules.
struct Known(&'static str, &'static [&'static str]);

const KNOWN: &[Known] = &[
    Known("bash", &[]),
    Known("c", &[]),
    Known("cpp", &["c++", "cc"]),
    Known("csharp", &["cs"]),
    Known("css", &[]),
    Known("dart", &[]),
    Known("elixir", &["ex"]),
    Known("go", &["golang"]),
    Known("haskell", &["hs"]),
    Known("hcl", &[]),
    Known("html", &[]),
    Known("java", &[]),
    Known("javascript", &["js", "jsx"]),
    Known("json", &[]),
    Known("kotlin", &["kt"]),
    Known("lua", &[]),
    Known("nix", &[]),
    Known("php", &[]),
    Known("python", &["py"]),
    Known("ruby", &["rb"]),
    Known("rust", &["rs"]),
    Known("scala", &[]),
    Known("solidity", &["sol"]),
    Known("svelte", &[]),
    Known("swift", &[]),
    Known("tsx", &[]),
    Known("typescript", &["ts"]),
    Known("vue", &[]),
    Known("yaml", &["yml"]),
    Known("zig", &[]),
];

/// The names of known languages that are neither a language nor a dialect of this binary.
pub fn lacking() -> impl Iterator<Item = &'static str> {
    lacking_languages().map(|known| known.0)
}

/// The known language that this binary lacks and ast-grep rules call `name`, in lower case.
pub fn lacking_named(name: &str) -> Option<&'static str> {
    lacking_languages().find(|known| known.0 == name || known.1.contains(&name)).map(|known| known.0)
}

fn lacking_languages() -> impl Iterator<Item = &'static Known> {
    KNOWN.iter().filter(|known| {
        all().iter().all(|language| language.name() != known.0) && dialects().all(|dialect| dialect.name != known.0)
    })
}

/// The usual signs of comments, for files whose language this binary lacks.
pub const USUAL_COMMENTS: &[CommentSyntax] = &[
    CommentSyntax::line("//"),
    CommentSyntax::block("/*", "*/").within("{", "}"),
    CommentSyntax::line("#"),
    CommentSyntax::line("--"),
    CommentSyntax::block("<!--", "-->"),
];
