//! The registry of languages, and the lowering of files to trees.
//!
//! Each language is a folder here and one line in `BUILT_IN`; what a tree asks of it is [`crate::ir::Language`].

#[cfg(test)]
pub(crate) mod checks;
mod coverage;
#[cfg(feature = "ecmascript")]
mod ecmascript;
mod embedded;
mod known;
pub mod limits;
pub(crate) mod markdown;
#[cfg(feature = "python")]
mod python;
mod registry;
mod stack;
#[cfg(feature = "rust")]
mod rust;
#[cfg(test)]
mod tests;
pub(crate) mod tolerant;

use coverage::Uncovered;
pub use known::{COMMON_COMMENT_SIGNS, unsupported_named, unsupported_names};
pub use registry::RegisterError;
pub use stack::with_worker_stack;

use crate::ir::{
    DegradedItem, Depth, Dialect, FileContext, FileInput, Language, Lowered, Problem, ProblemKind, Refusal,
};
use crate::mistake::Mistake;
use crate::source::{RelPath, SourceFile};
use crate::span::Span;

/// The languages of the cargo features.
const BUILT_IN: &[&dyn Language] = &[
    #[cfg(feature = "rust")]
    &rust::Rust,
    #[cfg(feature = "ecmascript")]
    &ecmascript::TYPESCRIPT,
    #[cfg(feature = "ecmascript")]
    &ecmascript::JAVASCRIPT,
    #[cfg(feature = "python")]
    &python::Python,
];

/// Every language of this program: those of the cargo features, and those that [`register`] has added.
pub fn all() -> &'static [&'static dyn Language] {
    registry::all(BUILT_IN)
}

/// Adds a language of the program's own, for as long as it runs. It must be added before anything else is done with this
/// library: pages, settings and files are read by the languages that there are, and so there are no more of them once
/// one of these has been read. `examples/own_language.rs` adds one with a grammar and a table of kinds.
///
/// # Errors
/// Languages are in use already, or another one has a name, an extension or a tag of this one.
pub fn register(language: &'static dyn Language) -> Result<(), RegisterError> {
    registry::add(language, BUILT_IN)
}

/// The mistake of a program that has no language, so that nothing can be found by it.
pub fn missing() -> Option<Mistake> {
    let help = "turn on a feature of `lawbook-core`: `rust`, `ecmascript`, `python` or `all-languages`";
    all().is_empty().then(|| Mistake::new("this program has no language to check").with_help(help))
}

/// Every dialect of every language, always in the same order.
pub fn dialects() -> impl Iterator<Item = &'static Dialect> {
    all().iter().flat_map(|language| language.dialects().iter().copied())
}

/// The language that a rule page calls `name`.
pub fn named(name: &str) -> Option<&'static dyn Language> {
    all().iter().copied().find(|language| language.name() == name)
}

/// The dialect of a file, by its extension.
pub fn of_path(path: &RelPath) -> Option<&'static Dialect> {
    let extension = path.extension()?;
    dialects().find(|dialect| dialect.extensions.iter().any(|known| known.eq_ignore_ascii_case(extension)))
}

/// The dialect that a fenced code block calls `tag` (`ts`, `tsx`, `rust`, …).
pub fn of_tag(tag: &str) -> Option<&'static Dialect> {
    dialects().find(|dialect| dialect.tags.contains(&tag))
}

/// The host dialects: of their files only the embedded code is checked, and only if the settings ask for it.
pub fn hosts() -> impl Iterator<Item = &'static Dialect> {
    [&markdown::MARKDOWN].into_iter()
}

/// Every dialect that a file can be read as, hosts included, always in the same order.
pub fn dialects_and_hosts() -> impl Iterator<Item = &'static Dialect> {
    dialects().chain(hosts())
}

/// The dialects whose code a file of this dialect may hold, this one first.
pub fn dialects_in(dialect: &'static Dialect) -> impl Iterator<Item = &'static Dialect> {
    let embedded = dialects().filter(move |other| dialect.language.is_host() && *other != dialect);
    std::iter::once(dialect).chain(embedded)
}

/// The host dialect of a file, by its extension.
pub fn host_of_path(path: &RelPath) -> Option<&'static Dialect> {
    let extension = path.extension()?;
    hosts().find(|dialect| dialect.extensions.contains(&extension))
}

/// A file that is read as its extension requires.
impl From<SourceFile> for FileInput {
    fn from(source: SourceFile) -> Self {
        let context = FileContext::of(of_path(source.path()));
        Self { source, context }
    }
}

/// Parses a file into its trees. Never fails: what could not be done is in [`Lowered::problems`] and
/// [`Lowered::degraded`].
///
/// The recursion of the strict parser is bounded first: by counts of the text's bytes if these are low enough,
/// otherwise by a scan of its tokens. A text that the strict parser refuses is parsed by the tolerant one.
pub fn lower(input: impl Into<FileInput>) -> Lowered {
    let input = input.into();
    let language = input.context.dialect.map(|dialect| dialect.language);
    let lowered = lower_without_embedded(input);
    if language.is_some_and(Language::is_host) { embedded::lower(lowered) } else { lowered }
}

/// Lowers a file without the code that is embedded in it.
fn lower_without_embedded(input: FileInput) -> Lowered {
    let Some(dialect) = input.context.dialect else { return tolerant::lower(input) };
    let language = dialect.language;
    let units = language.stack_units(input.source.text());
    let unscanned = units
        .and_then(|units| stack::with_stack(stack::bytes_for_units(units), || coverage::lower(input.clone(), dialect)));
    match unscanned {
        // A deeper tree goes to the scan, which knows lists and chains and may still accept it.
        Some(Ok(lowered)) if lowered.trees.iter().all(|tree| tree.depth() <= limits::MAX_STRICT_NESTING) => lowered,
        unscanned => lower_with_scan(input, dialect, unscanned),
    }
}

/// Lowers a file whose text needs a depth scan; `unscanned` is the result of its strict parser if that ran already.
fn lower_with_scan(
    input: FileInput,
    dialect: &'static Dialect,
    unscanned: Option<Result<Lowered, Uncovered>>,
) -> Lowered {
    let language = dialect.language;
    let depth = depth(dialect, input.source.text());
    if !depth.tolerant_ok {
        return Lowered::new(input, Vec::new(), Vec::new(), vec![limits::problem(&depth, ProblemKind::TooDeep)]);
    }
    if depth.tokens > language.max_tokens() {
        let message = format!("it has more than {} tokens, too many to parse", language.max_tokens());
        let problem = Problem { kind: ProblemKind::OverBudget, span: Span::default(), message };
        return Lowered::new(input, Vec::new(), Vec::new(), vec![problem]);
    }
    if !language.has_strict() {
        return tolerant::lower(input);
    }
    let (reason, error, limit) = if depth.strict_ok {
        match unscanned.unwrap_or_else(|| lower_strict_scanned(input.clone(), dialect)) {
            Ok(lowered) => return lowered,
            Err(Uncovered { refusal, error }) => (refusal.reason, error, None),
        }
    } else {
        let limit = limits::problem(&depth, ProblemKind::NestingLimit);
        ("it nests too deep for the strict parser".to_owned(), None, Some(limit))
    };
    let whole = DegradedItem { span: Span::new(0, input.source.text().len() as u32), reason };
    let mut lowered = tolerant::lower(input).with_degraded(vec![whole]);
    if lowered.problems.is_empty() {
        lowered.problems.extend(error);
    }
    lowered.problems.extend(limit);
    lowered
}

/// The result of the scan of a file's text. A byte order mark is no part of the code, so a `#!` line may follow it.
fn depth(dialect: &'static Dialect, text: &str) -> Depth {
    let code = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let depth = dialect.language.depth(dialect, code);
    Depth { at: depth.at + (text.len() - code.len()) as u32, ..depth }
}

/// Lowers a file by the tolerant parser, even if its language has a strict one.
pub fn lower_tolerant(input: impl Into<FileInput>) -> Lowered {
    tolerant::lower(input.into())
}

/// Lowers a file by the strict parser of its language alone.
///
/// # Errors
/// A [`Refusal`] if the language has no strict parser, or if this refuses the file.
pub fn lower_strict(input: impl Into<FileInput>) -> Result<Lowered, Refusal> {
    let input = input.into();
    let Some(dialect) = input.context.dialect else { return Err(Refusal { reason: "no language".to_owned() }) };
    lower_strict_scanned(input, dialect).map_err(|uncovered| uncovered.refusal)
}

/// Lowers a file by its strict parser, with the stack that every text accepted by the scan fits into.
fn lower_strict_scanned(input: FileInput, dialect: &'static Dialect) -> Result<Lowered, Uncovered> {
    stack::with_stack(limits::STRICT_STACK_BYTES, || coverage::lower(input, dialect)).unwrap_or_else(|| {
        Err(Refusal { reason: "there is no memory for the strict parser's stack".to_owned() }.into())
    })
}
