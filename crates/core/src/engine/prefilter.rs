//! The stage `prefilter`: files are left out whose text alone shows that no rule can find anything there.

use crate::engine::Engine;
use crate::ir::Dialect;
use crate::language;
use crate::plan::{Levels, Scan};
use crate::rule::engine_ids;
use crate::source::{RelPath, SourceFile};

/// The rules that can find something in a file, for each dialect that is in it.
#[derive(Debug)]
pub(super) struct FileScan {
    dialect: &'static Dialect,
    host: Scan,
    /// Of the code of other dialects in the file.
    embedded: Vec<(&'static Dialect, Scan)>,
}

impl FileScan {
    /// Those that can find something in trees of a dialect.
    pub(super) fn of(&self, dialect: &'static Dialect) -> Option<&Scan> {
        if dialect == self.dialect {
            return Some(&self.host);
        }
        self.embedded.iter().find(|(known, _)| *known == dialect).map(|(_, scan)| scan)
    }

    fn any(&self, holds: impl Fn(&Scan) -> bool) -> bool {
        holds(&self.host) || self.embedded.iter().any(|(_, scan)| holds(scan))
    }

    /// True when something can be found in the file.
    pub(super) fn is_wanted(&self) -> bool {
        self.any(|scan| scan.wanted)
    }

    /// True when the file may hold a comment that suppresses.
    pub(super) fn has_comments(&self) -> bool {
        self.any(|scan| scan.comments)
    }

    /// Every instance that is on, which the path alone decides.
    pub(super) fn into_levels(self) -> Levels {
        self.host.levels
    }
}

impl Engine {
    /// True when a file of this path must be read: a rule looks for something in it, or takes its facts.
    pub fn must_read(&self, path: &RelPath, dialect: &'static Dialect) -> bool {
        language::dialects_in(dialect).any(|dialect| self.must_read_for(path, dialect))
    }

    fn must_read_for(&self, path: &RelPath, dialect: &'static Dialect) -> bool {
        if self.options.parse_all || self.plan.needs_facts(dialect) {
            return true;
        }
        if !self.plan.suppressions_count(dialect) {
            return false;
        }
        let levels = self.plan.levels(path);
        let is_on = |id: &&str| {
            let mut instances = self.plan.instances().iter().zip(&*levels);
            instances.any(|(instance, level)| level.is_some() && **self.plan.rules()[instance.rule].page_id() == **id)
        };
        self.plan.prefilter(dialect).has_rules(&levels) || engine_ids::SUPPRESSION_RULES.iter().any(is_on)
    }

    /// The rules that can find something in a text; one of them is reason enough to parse it.
    pub(super) fn prefilter(&self, source: &SourceFile, dialect: &'static Dialect) -> FileScan {
        let host = self.scan(source.path(), source.text(), dialect);
        // What embedded code holds is searched for in the code alone, of each dialect once.
        let mut code: Vec<(&'static Dialect, String)> = Vec::new();
        for piece in dialect.language.embedded(source.text()) {
            let text = piece.text(source.text());
            match code.iter_mut().find(|(known, _)| *known == piece.dialect) {
                Some((_, all)) => all.extend(["\n", &text]),
                None => code.push((piece.dialect, text)),
            }
        }
        let embedded = code.into_iter().map(|(dialect, text)| (dialect, self.scan(source.path(), &text, dialect)));
        FileScan { dialect, host, embedded: embedded.collect() }
    }

    fn scan(&self, path: &RelPath, text: &str, dialect: &'static Dialect) -> Scan {
        let count = self.plan.suppressions_count(dialect);
        let mut scan = self.plan.prefilter(dialect).scan(text, self.plan.levels(path), count);
        scan.wanted |= self.options.parse_all || self.plan.needs_facts(dialect);
        scan
    }
}
