//! Checks fixed blocks: applying fixes to a bad block until there are none left must give the fixed block below it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::fix::{self, Choice, FixRequest, Opened, Verifier};
use crate::ir::{FileInput, Lowered};
use crate::language;
use crate::rule::page::{BlockRole, Body};
use crate::settings::Settings;
use crate::source::{RelPath, SourceFile};
use crate::testing::{BlockFile, PageChecker, RunRule, Unit, first_difference, input};

/// The texts of a unit's files.
type FileTexts = BTreeMap<RelPath, String>;

impl<'p> PageChecker<'p> {
    /// Checks the fixed blocks of `unit` against the nearest bad ones above it.
    pub(super) fn check_fixed(&mut self, unit: &Unit<'p>, above: &BadAbove<'_, 'p>) {
        let Some(first) = unit.files.first() else { return };
        let first_line = self.line(first.block, 0);
        let Some(bad) = above.nearest(unit) else {
            return self.fail(first_line, "there is no bad block above that this one could fix");
        };
        let number = first.block.info.get("fix").and_then(|number| number.parse().ok()).unwrap_or(1);
        let texts = match self.apply_fixes(bad, number) {
            Ok(texts) => texts,
            Err(message) => return self.fail(first_line, message),
        };
        for (path, _) in texts.iter().filter(|(path, _)| !bad.paths.contains(*path)) {
            if !unit.paths.contains(path) {
                self.fail(
                    first_line,
                    format!("fixing the bad project creates `{path}`: add a fixed block with this title"),
                );
            }
        }
        let only_path = if let [only] = bad.files.as_slice() { Some(&only.path) } else { None };
        for file in &unit.files {
            let text = texts.get_key_value(&file.path);
            if let Some((path, text)) = text.or_else(|| texts.get_key_value(only_path?)) {
                self.check_text(file, path, text);
                continue;
            }
            let is_deleted = bad.paths.contains(&file.path);
            let what = if is_deleted { "fixing the bad project deletes" } else { "the bad project above has no file" };
            self.fail(self.line(file.block, 0), format!("{what} `{}`", file.path));
        }
    }

    /// Checks that the fix of a page without fixed blocks can hold: of the bad blocks with a fix, at least one must.
    pub(super) fn check_fixes(&mut self, units: &[Unit<'p>]) {
        let Body::Declarative(variants) = &self.page.body else { return };
        let has_fix = variants.iter().any(|variant| variant.fix.is_some());
        if !has_fix || !self.failures.is_empty() || units.iter().any(|unit| unit.role == BlockRole::Fixed) {
            return;
        }
        let mut failed = None;
        for unit in units.iter().filter(|unit| unit.role == BlockRole::Bad && unit.project.is_none()) {
            match self.apply_fixes(unit, 1) {
                Ok(_) => return,
                Err(message) => failed = failed.or_else(|| Some((self.line(unit.files.first()?.block, 0), message))),
            }
        }
        if let Some((line, message)) = failed {
            self.fail(line, message.replace("the bad block above", "this bad block"));
        }
    }

    /// Compares the text of the file at `path` after fixing with its fixed block.
    fn check_text(&mut self, fixed: &BlockFile<'_>, path: &RelPath, text: &str) {
        if let Some((line, expected, found)) = first_difference(&fixed.marked.code, text) {
            let message = format!("fixing the bad block gives {found} here, not {expected}");
            return self.fail(self.line(fixed.block, line), message);
        }
        let Some(input) = input(path.clone(), text, fixed.dialect) else { return };
        let lowered = language::lower(input);
        if let Some(problem) = lowered.problems.first() {
            let line = self.line(fixed.block, lowered.source.position(problem.span.start).line);
            self.fail(line, format!("the fixed code does not parse: {}", problem.message));
        }
    }

    /// Applies the fixes with this 1-based number to a unit until there are none left, each verified, and returns the
    /// texts.
    fn apply_fixes(&self, unit: &Unit<'_>, number: usize) -> Result<FileTexts, String> {
        let mut texts: FileTexts =
            unit.files.iter().map(|file| (file.path.clone(), file.marked.clean.clone())).collect();
        let files = unit.files.iter().filter_map(|file| input(file.path.clone(), texts.get(&file.path)?, file.dialect));
        let verifier = RuleUnderTest { run: self.run, settings: unit.settings.as_ref() };
        let outcome = fix::plan(
            &verifier,
            FixRequest {
                files: files.collect(),
                choice: Choice::Number(number),
                known: Vec::new(),
                open: &mut |_| Opened::Absent,
            },
        );
        if let Some(rolled_back) = outcome.rolled_back.first() {
            return Err(format!("a fix of the bad block above does not hold: {}", rolled_back.reason));
        }
        if !outcome.undoing.is_empty() || !outcome.unfinished.is_empty() {
            return Err("the fixes do not come to an end".to_owned());
        }
        if outcome.applied.is_empty() {
            return Err(match number {
                1 => "no finding of the bad block above has a fix".to_owned(),
                _ => format!("no finding of the bad block above has a fix number {number}"),
            });
        }
        for file in outcome.files {
            if let Some(before) = file.before {
                texts.remove(before.path());
            }
            if let Some(after) = file.after {
                texts.insert(after.path().clone(), after.text().to_string());
            }
        }
        Ok(texts)
    }
}

/// The rule under test, for verifying its fixes.
struct RuleUnderTest<'r> {
    run: &'r RunRule<'r>,
    settings: Option<&'r Settings>,
}

impl Verifier for RuleUnderTest<'_> {
    fn input(&self, source: SourceFile) -> FileInput {
        source.into()
    }

    fn lower(&self, input: FileInput) -> Lowered {
        language::lower(input)
    }

    fn check(&self, files: &[&Lowered]) -> Vec<Arc<Diagnostic>> {
        let inputs: Vec<FileInput> = files.iter().map(|file| file.input()).collect();
        (self.run)(&inputs, self.settings)
    }
}

/// The bad units above a place of a page, by what a fixed unit can belong to them for.
#[derive(Default)]
pub(super) struct BadAbove<'u, 'p> {
    by_project: HashMap<&'p str, &'u Unit<'p>>,
    by_path: HashMap<&'u RelPath, &'u Unit<'p>>,
    by_tag: HashMap<&'p str, &'u Unit<'p>>,
    last: Option<&'u Unit<'p>>,
}

impl<'u, 'p> BadAbove<'u, 'p> {
    /// Adds the next bad unit.
    pub(super) fn add(&mut self, unit: &'u Unit<'p>) {
        self.by_project.extend(unit.project.map(|project| (project, unit)));
        for file in &unit.files {
            self.by_path.insert(&file.path, unit);
            self.by_tag.insert(&file.block.tag, unit);
        }
        self.last = Some(unit);
    }

    /// The nearest bad unit that a fixed unit can belong to: of the same project, or with a file of the same name or tag;
    /// without such a one, the last.
    fn nearest(&self, unit: &Unit<'p>) -> Option<&'u Unit<'p>> {
        let fitting = match (unit.project, &unit.files[..]) {
            (Some(project), _) => self.by_project.get(project),
            (None, [file]) if file.block.info.contains_key("title") => self.by_path.get(&file.path),
            (None, [file]) => self.by_tag.get(&*file.block.tag),
            // Only a project has several files.
            (None, _) => None,
        };
        fitting.copied().or(self.last)
    }
}
