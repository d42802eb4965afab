//! The languages, and how a file becomes trees.
//!
//! Each language is a folder here and one line in `BUILT_IN`; what a tree asks of it is [`crate::ir::Language`].

#[cfg(test)]
pub(crate) mod checks;
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

pub use known::{USUAL_COMMENTS, lacking, lacking_named};
pub use registry::RegisterError;
pub use stack::with_room;

use crate::ir::{DegradedItem, Dialect, FileContext, FileInput, Language, Lowered, Problem, ProblemKind, Refusal};
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

/// Every dialect of every language; a dialect's place here never changes while the program runs.
pub fn dialects() -> impl Iterator<Item = &'static Dialect> {
    all().iter().flat_map(|language| language.dialects().iter().copied())
}

/// The language that a rule page calls `name`.
pub fn named(name: &str) -> Option<&'static dyn Language> {
    all().iter().copied().find(|language| language.name() == name)
}

/// The dialect of a file by its extension.
pub fn of_path(path: &RelPath) -> Option<&'static Dialect> {
    let extension = path.extension()?;
    dialects().find(|dialect| dialect.extensions.contains(&extension))
}

/// The dialect that a fenced code block calls `tag` (`ts`, `tsx`, `rust`, …).
pub fn of_tag(tag: &str) -> Option<&'static Dialect> {
    dialects().find(|dialect| dialect.tags.contains(&tag))
}

/// The dialects of files of which only the code that is embedded in them is checked, and that only where the settings
/// say so.
pub fn hosts() -> impl Iterator<Item = &'static Dialect> {
    [&markdown::MARKDOWN].into_iter()
}

/// Every dialect that a file can be read as; a dialect's place here never changes while the program runs.
pub fn dialects_and_hosts() -> impl Iterator<Item = &'static Dialect> {
    dialects().chain(hosts())
}

/// The dialects whose code a file of this one may hold, its own first.
pub fn dialects_in(dialect: &'static Dialect) -> impl Iterator<Item = &'static Dialect> {
    let embedded = dialects().filter(move |other| dialect.language.is_host() && *other != dialect);
    std::iter::once(dialect).chain(embedded)
}

/// The host that a file is by its extension.
pub fn host_of_path(path: &RelPath) -> Option<&'static Dialect> {
    let extension = path.extension()?;
    hosts().find(|dialect| dialect.extensions.contains(&extension))
}

/// A file that is read as its extension says.
impl From<SourceFile> for FileInput {
    fn from(source: SourceFile) -> Self {
        let context = FileContext::of(of_path(source.path()));
        Self { source, context }
    }
}

/// Makes the trees of a file. Never fails: what could not be done is in [`Lowered::problems`] and
/// [`Lowered::degraded`].
///
/// What the strict parser may recurse into is bounded first: by counts of the text's bytes where they are few enough,
/// otherwise by a scan of its tokens. What the parser refuses goes to the tolerant one.
pub fn lower(input: impl Into<FileInput>) -> Lowered {
    let input = input.into();
    let language = input.context.dialect.map(|dialect| dialect.language);
    let lowered = lower_host(input);
    if language.is_some_and(Language::is_host) { embedded::lower(lowered) } else { lowered }
}

/// The tree of a file, without what is embedded in it.
fn lower_host(input: FileInput) -> Lowered {
    let Some(dialect) = input.context.dialect else { return tolerant::lower(input) };
    let language = dialect.language;
    let units = language.stack_units(input.source.text());
    let unscanned = units
        .and_then(|units| stack::with_stack(stack::of_units(units), || language.lower_strict(input.clone(), dialect)));
    match unscanned {
        // What nests deeper than this counts as deep only if the scan says so too: it knows lists and chains.
        Some(Ok(lowered)) if lowered.trees.iter().all(|tree| tree.depth() <= limits::STRICT_NESTING) => lowered,
        unscanned => lower_scanned(input, dialect, unscanned),
    }
}

/// The trees of a file that the scan has to look at, with what its strict parser said where it has been asked already.
fn lower_scanned(input: FileInput, dialect: &'static Dialect, unscanned: Option<Result<Lowered, Refusal>>) -> Lowered {
    let language = dialect.language;
    let depth = language.depth(dialect, input.source.text());
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
    let (reason, limit) = if depth.strict_ok {
        match unscanned.unwrap_or_else(|| lower_strict_of(input.clone(), dialect)) {
            Ok(lowered) => return lowered,
            Err(refusal) => (refusal.reason, None),
        }
    } else {
        let limit = limits::problem(&depth, ProblemKind::NestingLimit);
        ("it nests too deep for the strict parser".to_owned(), Some(limit))
    };
    let whole = DegradedItem { span: Span::new(0, input.source.text().len() as u32), reason };
    let mut lowered = tolerant::lower(input).with_degraded(vec![whole]);
    lowered.problems.extend(limit);
    lowered
}

/// The trees of a file by the tolerant parser, whatever a strict one would say.
pub fn lower_tolerant(input: impl Into<FileInput>) -> Lowered {
    tolerant::lower(input.into())
}

/// The trees of a file by its language's strict parser; the reason when there is none or it refuses the file.
///
/// # Errors
/// Why the strict parser has no tree for the file.
pub fn lower_strict(input: impl Into<FileInput>) -> Result<Lowered, Refusal> {
    let input = input.into();
    let Some(dialect) = input.context.dialect else { return Err(Refusal { reason: "no language".to_owned() }) };
    lower_strict_of(input, dialect)
}

/// The trees of a file that the scan passed on.
fn lower_strict_of(input: FileInput, dialect: &'static Dialect) -> Result<Lowered, Refusal> {
    stack::with_stack(limits::STACK, || dialect.language.lower_strict(input, dialect))
        .unwrap_or_else(|| Err(Refusal { reason: "there is no memory for the strict parser's stack".to_owned() }))
}
