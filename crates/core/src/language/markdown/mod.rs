//! Markdown as a host: a file is one node, with its fenced code blocks embedded.

mod blocks;
mod fence;

pub(crate) use fence::{CodeFence, line_at, next_line};

use crate::ir::view::Views;
use crate::ir::{
    Dialect, Embedded, FileInput, Flags, Kind, Language, Lowered, Node, ParserKind, RawKind, Refusal, Syntax,
    TreeBuilder,
};
use crate::language;
use crate::span::Span;

/// The host language Markdown. No rules are written for it.
#[derive(Debug)]
struct Markdown;

/// The dialect of Markdown files, which are read only if the settings ask for it.
pub(super) static MARKDOWN: Dialect = Dialect::without_grammar("markdown", &Markdown, &["md", "markdown"]);

/// The raw kind of the one node.
const DOCUMENT: &str = "document";

impl Language for Markdown {
    fn name(&self) -> &'static str {
        "markdown"
    }

    fn dialects(&self) -> &'static [&'static Dialect] {
        static DIALECTS: &[&Dialect] = &[&MARKDOWN];
        DIALECTS
    }

    fn syntax(&self) -> &'static Syntax {
        &Syntax::PLAIN
    }

    fn kinds(&self) -> &'static [(&'static str, &'static [Kind])] {
        &[(DOCUMENT, &[Kind::Module])]
    }

    fn kinds_beyond_grammar(&self) -> &'static [&'static str] {
        &[DOCUMENT]
    }

    fn refine(&self, _: Node<'_>) -> Kind {
        Kind::Module
    }

    fn has_strict(&self) -> bool {
        true
    }

    fn stack_units(&self, _: &str) -> Option<usize> {
        Some(0)
    }

    fn lower_strict(&self, input: FileInput, dialect: &'static Dialect) -> Result<Lowered, Refusal> {
        let text = input.source.text().clone();
        let kind = dialect.vocabulary().kind(DOCUMENT).unwrap_or(RawKind::ERROR);
        let whole = Span::new(0, text.len() as u32);
        let mut builder = TreeBuilder::new(text, dialect, ParserKind::Strict, 1);
        builder.leaf(kind.0, 0, Flags::of(Flags::NAMED | Flags::OPAQUE), whole);
        Ok(Lowered::new(input, vec![builder.finish()], Vec::new(), Vec::new()))
    }

    fn is_host(&self) -> bool {
        true
    }

    /// The fenced code blocks whose tag names a dialect.
    fn embedded(&self, text: &str) -> Vec<Embedded> {
        let blocks = blocks::fenced(text).into_iter();
        let known = blocks.filter_map(|block| {
            let dialect = language::of_tag(&block.tag().to_ascii_lowercase())?;
            Some(Embedded { dialect, segments: block.segments, line_prefix: block.line_prefix })
        });
        known.collect()
    }

    // The checklist of languages skips hosts, so no sample is needed.
    #[cfg(test)]
    fn sample(&self) -> &'static str {
        ""
    }

    fn views(&self) -> &'static dyn Views {
        struct NoViews;
        impl Views for NoViews {}
        &NoViews
    }
}
