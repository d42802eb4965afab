//! The stage `prefilter`: finds the files in which no rule can find anything, by their text alone.

use crate::engine::Engine;
use crate::ir::Dialect;
use crate::language;
use crate::plan::{Levels, PrefilterResult};
use crate::rule::engine_ids;
use crate::source::{RelPath, SourceFile};

/// The outcome of the pre-filter for a file, for each dialect in it.
#[derive(Debug)]
pub(super) struct FilePrefilterResult {
    dialect: &'static Dialect,
    host: PrefilterResult,
    /// The outcomes for the embedded code, by dialect.
    embedded: Vec<(&'static Dialect, PrefilterResult)>,
}

impl FilePrefilterResult {
    /// The outcome for trees of a dialect.
    pub(super) fn of(&self, dialect: &'static Dialect) -> Option<&PrefilterResult> {
        if dialect == self.dialect {
            return Some(&self.host);
        }
        self.embedded.iter().find(|(known, _)| *known == dialect).map(|(_, filtered)| filtered)
    }

    fn any(&self, holds: impl Fn(&PrefilterResult) -> bool) -> bool {
        holds(&self.host) || self.embedded.iter().any(|(_, filtered)| holds(filtered))
    }

    /// True if something may be found in the file.
    pub(super) fn must_parse(&self) -> bool {
        self.any(|filtered| filtered.must_parse)
    }

    /// True if the file may contain a suppression.
    pub(super) fn may_have_suppressions(&self) -> bool {
        self.any(|filtered| filtered.may_suppress)
    }

    /// The levels of all instances, which depend on the path alone.
    pub(super) fn into_levels(self) -> Levels {
        self.host.levels
    }
}

impl Engine {
    /// True if the file with this path has to be read: a rule runs on it, or needs its facts. If not, the file counts
    /// as prefiltered.
    pub fn must_read(&self, path: &RelPath, dialect: &'static Dialect) -> bool {
        language::dialects_in(dialect).any(|dialect| self.must_read_for(path, dialect))
    }

    fn must_read_for(&self, path: &RelPath, dialect: &'static Dialect) -> bool {
        if self.options.parse_all || self.plan.needs_facts(dialect) {
            return true;
        }
        if !self.plan.suppressions_matter(dialect) {
            return false;
        }
        let levels = self.plan.levels(path);
        let is_on = |id: &&str| {
            let mut instances = self.plan.instances().iter().zip(&*levels);
            instances.any(|(instance, level)| level.is_some() && **self.plan.rules()[instance.rule].page_id() == **id)
        };
        self.plan.prefilter(dialect).any_enabled(&levels) || engine_ids::SUPPRESSION_RULES.iter().any(is_on)
    }

    /// Decides which rules can find something in a text, and so if it has to be parsed.
    pub(super) fn prefilter(&self, source: &SourceFile, dialect: &'static Dialect) -> FilePrefilterResult {
        let host = self.prefilter_text(source.path(), source.text(), dialect);
        // Embedded code is searched by itself, all code of one dialect at once.
        let mut code: Vec<(&'static Dialect, String)> = Vec::new();
        for piece in dialect.language.embedded(source.text()) {
            let text = piece.text(source.text());
            match code.iter_mut().find(|(other, _)| *other == piece.dialect) {
                Some((_, all)) => all.extend(["\n", &text]),
                None => code.push((piece.dialect, text)),
            }
        }
        let embedded =
            code.into_iter().map(|(dialect, text)| (dialect, self.prefilter_text(source.path(), &text, dialect)));
        FilePrefilterResult { dialect, host, embedded: embedded.collect() }
    }

    fn prefilter_text(&self, path: &RelPath, text: &str, dialect: &'static Dialect) -> PrefilterResult {
        let suppressions_matter = self.plan.suppressions_matter(dialect);
        let mut filtered = self.plan.prefilter(dialect).apply(text, self.plan.levels(path), suppressions_matter);
        filtered.must_parse |= self.options.parse_all || self.plan.needs_facts(dialect);
        filtered
    }
}
