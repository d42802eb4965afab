//! Tests a rule page against its own blocks: findings in bad blocks are exactly those that are marked, there are none
//! in good blocks, and fixing a bad block gives the fixed block.

mod fixed;
mod marks;
mod run;

pub use run::run_page;

#[cfg(test)]
mod languages;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use crate::data::{Data, Value};
use crate::diagnostic::Diagnostic;
use crate::ir::{CommentSyntax, Dialect, FileInput};
use crate::language;
use crate::lines::split_lines;
use crate::rule::object::foreign_sign;
use crate::rule::page::{Block, BlockRole, Body, Claims, Page};
use crate::rule::template;
use crate::settings::Settings;
use crate::source::{LineIndex, RelPath, SourceFile};
use fixed::BadAbove;
use marks::{ExpectedFinding, MarkedCode};

/// Runs the rule under test over the files of one project, with its `lawbook.toml` if it has one, and returns all
/// findings.
pub type RunRule<'r> = dyn Fn(&[FileInput], Option<&Settings>) -> Vec<Arc<Diagnostic>> + 'r;

/// A block that fails, or a block that is missing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Failure {
    /// The path of the page, as messages show it.
    pub path: Arc<str>,
    /// The 1-based line of the page.
    pub line: u32,
    /// The problem, in one sentence without a full stop.
    pub message: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.message)
    }
}

/// Checks every block of a page, and that there are enough blocks. Pages of the engine and ast-grep rules have no
/// blocks.
pub fn check_page(page: &Page, run: &RunRule<'_>) -> Vec<Failure> {
    if page.ast_grep || matches!(page.body, Body::Engine) {
        return Vec::new();
    }
    let mut checker = PageChecker::new(page, run);
    let units = checker.units();
    let mut bad = BadAbove::default();
    for unit in &units {
        match unit.role {
            BlockRole::Fixed => checker.check_fixed(unit, &bad),
            BlockRole::Bad | BlockRole::Good => checker.check_unit(unit),
        }
        if unit.role == BlockRole::Bad {
            bad.add(unit);
        }
    }
    checker.check_fixes(&units);
    checker.check_strength(&units);
    let mut failures = checker.failures;
    failures.sort();
    failures.dedup();
    failures
}

/// Blocks that are run together: a single block, or the blocks of one project.
struct Unit<'p> {
    role: BlockRole,
    project: Option<&'p str>,
    files: Vec<BlockFile<'p>>,
    paths: HashSet<RelPath>,
    settings: Option<Settings>,
}

/// A block as a file.
struct BlockFile<'p> {
    block: &'p Block,
    path: RelPath,
    dialect: Option<&'static Dialect>,
    marked: MarkedCode,
}

impl BlockFile<'_> {
    /// The file for the engine, with marks replaced by spaces.
    fn input(&self) -> Option<FileInput> {
        input(self.path.clone(), &self.marked.code, self.dialect)
    }
}

/// The comment syntaxes of a block.
fn comments_of(dialect: Option<&'static Dialect>) -> &'static [CommentSyntax] {
    dialect.map_or(language::COMMON_COMMENT_SIGNS, |dialect| dialect.language.syntax().comments)
}

/// The input for a file of a unit; none only for a text of 4 GiB or more.
fn input(path: RelPath, code: &str, dialect: Option<&'static Dialect>) -> Option<FileInput> {
    let source = SourceFile::new(path, code).ok()?;
    Some(match dialect {
        Some(dialect) => FileInput::of_dialect(source, dialect),
        None => source.into(),
    })
}

/// Checks one page, and collects its failures.
struct PageChecker<'p> {
    page: &'p Page,
    run: &'p RunRule<'p>,
    lines: LineIndex,
    failures: Vec<Failure>,
}

impl<'p> PageChecker<'p> {
    fn new(page: &'p Page, run: &'p RunRule<'p>) -> Self {
        Self { page, run, lines: LineIndex::new(&page.text), failures: Vec::new() }
    }

    fn fail(&mut self, line: u32, message: impl Into<String>) {
        self.failures.push(Failure { path: self.page.path.clone(), line, message: message.into() });
    }

    /// The line in the page of a 1-based line of a block; line 0 is the opening line of the block.
    fn line(&self, block: &Block, line: u32) -> u32 {
        self.lines.line(block.span.start) + line - 1
    }

    /// Groups the blocks of the page into units, with their marks parsed.
    fn units(&mut self) -> Vec<Unit<'p>> {
        let mut units: Vec<Unit<'p>> = Vec::new();
        let page = self.page;
        for block in &page.blocks {
            let project = block.project.as_deref();
            let joins = |unit: &Unit<'_>| project.is_some() && unit.project == project && unit.role == block.role;
            if !units.last().is_some_and(joins) {
                let (files, paths) = (Vec::new(), HashSet::new());
                units.push(Unit { role: block.role, project, files, paths, settings: None });
            }
            if let Some(unit) = units.last_mut() {
                self.add(unit, block);
            }
        }
        units
    }

    fn add(&mut self, unit: &mut Unit<'p>, block: &'p Block) {
        let title = block.info.get("title");
        if title.is_some_and(|title| title == "lawbook.toml") {
            // Padded with empty lines, so that mistakes have the line numbers of the page.
            let text = "\n".repeat(self.line(block, 1).saturating_sub(1) as usize) + &block.code;
            match Settings::parse(&self.page.path, Arc::from(text.as_str())) {
                Ok(settings) => unit.settings = Some(settings),
                Err(mistakes) => {
                    let lines = LineIndex::new(&text);
                    for mistake in mistakes {
                        let at = mistake.place.as_ref().map_or(0, |place| place.span.start);
                        self.fail(lines.line(at), mistake.message);
                    }
                }
            }
            return;
        }
        let dialect = language::of_tag(&block.tag);
        if dialect.is_none() && unit.project.is_none() {
            // The block is of a language that this binary lacks.
            return;
        }
        let path = RelPath::new(title.cloned().unwrap_or_else(|| format!("block.{}", block.tag)));
        if !unit.paths.insert(path.clone()) {
            let message = format!("two blocks of one project are the file `{path}`: give each its own `title`");
            return self.fail(self.line(block, 0), message);
        }
        let mut marked = marks::read(&block.code, comments_of(dialect));
        for line in block.info.get("errors").into_iter().flat_map(|lines| lines.split(',')) {
            marked.marks.extend(line.trim().parse().ok().map(ExpectedFinding::on));
        }
        if block.role != BlockRole::Bad {
            let name = if block.role == BlockRole::Good { "good" } else { "fixed" };
            for mark in marked.marks.drain(..) {
                self.fail(self.line(block, mark.line), format!("a {name} block cannot expect a finding"));
            }
        }
        unit.files.push(BlockFile { block, path, dialect, marked });
    }

    fn check_unit(&mut self, unit: &Unit<'p>) {
        let Some(first) = unit.files.first() else { return };
        if unit.role == BlockRole::Bad && unit.files.iter().all(|file| file.marked.marks.is_empty()) {
            let sign = comments_of(first.dialect).first().map_or("", |syntax| syntax.open);
            let message = format!("a bad block needs a mark: end the line of each finding with `{sign} error`");
            self.fail(self.line(first.block, 0), message);
        }
        if !unit.files.iter().all(|file| self.parses(file)) {
            return;
        }
        let sources: Vec<_> = unit.files.iter().filter_map(BlockFile::input).collect();
        let found = (self.run)(&sources, unit.settings.as_ref());
        let own = self.compare(&unit.files, &found);
        for stray in found.iter().filter(|diagnostic| !unit.paths.contains(&diagnostic.path)) {
            let message = format!("finding in `{}`, which is no block: {}", stray.path, stray.message);
            self.fail(self.line(first.block, 0), message);
        }
        match (unit.files.as_slice(), unit.project) {
            ([file], None) => self.check_elsewhere(file, own),
            _ => own.into_iter().for_each(|(line, message)| self.fail(line, message)),
        }
    }

    /// Returns whether a block parses in its language, and adds a failure if not.
    fn parses(&mut self, file: &BlockFile<'_>) -> bool {
        let Some(input) = file.input().filter(|input| input.context.dialect.is_some()) else { return true };
        let lowered = language::lower(input);
        let problems = lowered.problems;
        if let Some(problem) = problems.first() {
            let line = self.line(file.block, lowered.source.position(problem.span.start).line);
            self.fail(line, format!("the block does not parse as {}: {}", file.block.tag, problem.message));
        }
        problems.is_empty()
    }

    /// Runs a block in every other claimed dialect of its family that parses it, and adds what is wrong there and in its
    /// own dialect, each once with the dialects.
    fn check_elsewhere(&mut self, file: &BlockFile<'_>, wrong: Vec<(u32, String)>) {
        let Some(own) = file.dialect else {
            return wrong.into_iter().for_each(|(line, message)| self.fail(line, message));
        };
        let mut wrong: Vec<(u32, String, Vec<&str>)> =
            wrong.into_iter().map(|(line, message)| (line, message, vec![own.name])).collect();
        let others = |dialect: &&'static Dialect| *dialect != own && dialect.language.family() == own.language.family();
        let dialects: Vec<_> = self.page.claims.dialects().filter(others).collect();
        for dialect in dialects {
            let path = with_extension(&file.path, dialect.extensions.first().copied().unwrap_or(dialect.name));
            let Some(input) = input(path.clone(), &file.marked.code, Some(dialect)) else { continue };
            if !self.is_for(&path) || !language::lower(input.clone()).problems.is_empty() {
                continue;
            }
            let found = (self.run)(&[input], None);
            let renamed = BlockFile { block: file.block, path, dialect: Some(dialect), marked: file.marked.clone() };
            for (line, message) in self.compare(&[renamed], &found) {
                match wrong.iter_mut().find(|(at, known, _)| (*at, known.as_str()) == (line, message.as_str())) {
                    Some((.., dialects)) if dialects.last() == Some(&dialect.name) => {}
                    Some((.., dialects)) => dialects.push(dialect.name),
                    None => wrong.push((line, message, vec![dialect.name])),
                }
            }
        }
        for (line, message, dialects) in wrong {
            let is_own_alone = dialects == [own.name];
            self.fail(line, if is_own_alone { message } else { format!("{message} (as {})", dialects.join(", ")) });
        }
    }

    /// True if the rule runs on a file, by `files` and `ignores` of the page.
    fn is_for(&self, path: &RelPath) -> bool {
        self.page.path_filter().is_ok_and(|filter| filter.matches(path))
    }

    /// Compares findings with marks: every finding must have a mark, and every mark a finding. Returns what is wrong, by
    /// line of the page.
    fn compare(&self, files: &[BlockFile<'_>], found: &[Arc<Diagnostic>]) -> Vec<(u32, String)> {
        let mut wrong = Vec::new();
        let mut by_path: HashMap<&RelPath, Vec<&Diagnostic>> = HashMap::new();
        for diagnostic in found {
            by_path.entry(&diagnostic.path).or_default().push(diagnostic);
        }
        for file in files {
            let Some(FileInput { source, .. }) = file.input() else { continue };
            let of_file = by_path.get(&file.path).into_iter().flatten();
            let findings = of_file.map(|diagnostic| {
                let at = source.position(diagnostic.span.start);
                let own = *diagnostic.rule == *self.page.id || diagnostic.rule.ends_with(&format!("/{}", self.page.id));
                let message = if own {
                    diagnostic.message.clone()
                } else {
                    format!("{}: {}", diagnostic.rule, diagnostic.message)
                };
                marks::ActualFinding { line: at.line, column: at.column, message }
            });
            let findings: Vec<marks::ActualFinding> = findings.collect();
            let mismatches = marks::compare(&file.marked.marks, &findings);
            let left_out = !mismatches.is_empty() && file.block.role == BlockRole::Bad && !self.is_for(&file.path);
            if left_out {
                let message = format!("`files` and `ignores` of the page leave `{}` out: give it a `title`", file.path);
                wrong.push((self.line(file.block, 0), message));
                continue;
            }
            for (line, message) in mismatches {
                let good = file.block.role == BlockRole::Good;
                let message = match message.strip_prefix("finding not marked: ") {
                    Some(rest) if good => format!("finding in a good block: {rest}"),
                    // Code may hold such names, so that they are named only where the rule finds nothing.
                    _ if findings.is_empty() => format!("{message}{}", self.hint_at_patterns()),
                    _ => message,
                };
                wrong.push((self.line(file.block, line), message));
            }
        }
        wrong
    }

    /// A hint that a name in small letters in a pattern of the page is no metavariable, or that a sign of another tool means
    /// nothing in it; empty if there are none.
    fn hint_at_patterns(&self) -> String {
        let Body::Declarative(variants) = &self.page.body else { return String::new() };
        let (mut names, mut foreign) = (Vec::new(), None);
        for variant in variants {
            pattern_texts(&variant.rule, &mut |key, text| {
                if key == "regex" {
                    let is_fenced = text.len() > 2 && text.starts_with('/') && text.ends_with('/');
                    foreign = foreign.or(is_fenced.then_some(("/…/", "the regular expression without them")));
                    return;
                }
                names.extend(template::small_mentions(text).map(str::to_owned));
                foreign = foreign.or_else(|| foreign_sign(text));
            });
        }
        match (foreign, names.first()) {
            (Some((sign @ "/…/", meant)), _) => {
                format!(" (`{sign}` in a regular expression are signs of the text: write {meant})")
            }
            (Some((sign, meant)), _) => format!(" (`{sign}` in a pattern is the code itself: write {meant})"),
            (None, Some(name)) => {
                format!(" (`{name}` in a pattern is a name of the code: metavariables are in capitals)")
            }
            (None, None) => String::new(),
        }
    }

    /// Adds failures for language families without a bad or a good block.
    fn check_strength(&mut self, units: &[Unit<'_>]) {
        let claims = &self.page.claims;
        let has = |role: BlockRole, family: &str| {
            let dialects = units.iter().filter(|unit| unit.role == role).flat_map(|unit| &unit.files);
            let mut dialects = dialects.filter_map(|file| file.dialect).filter(|dialect| claims.includes(dialect.name));
            dialects.any(|dialect| dialect.language.family() == family)
        };
        let families = claims.families();
        if self.page.why.is_empty() {
            self.fail(1, "the page does not say why: write a paragraph below the head");
        }
        let line = split_lines(&self.page.text).position(|line| line.starts_with("languages"));
        let line = line.map_or(1, |at| at as u32 + 1);
        if *claims == Claims::All {
            let proved = |family: &&&str| has(BlockRole::Bad, family) && has(BlockRole::Good, family);
            let count = families.iter().filter(proved).count();
            if count < families.len().min(2) {
                let message = format!(
                    "`languages: all` needs a bad and a good block in two families of languages, found them in {count}"
                );
                self.fail(line, message);
            }
            return;
        }
        for family in families {
            for (role, name) in [(BlockRole::Bad, "bad"), (BlockRole::Good, "good")] {
                if !has(role, family) {
                    self.fail(line, format!("the page needs a {name} block of {}", languages_of(claims, family)));
                }
            }
        }
    }
}

/// The names of the claimed languages of a family, for messages.
fn languages_of(claims: &Claims, family: &str) -> String {
    let mut names: Vec<&str> = claims
        .dialects()
        .filter(|dialect| dialect.language.family() == family)
        .map(|dialect| dialect.language.name())
        .collect();
    names.dedup();
    names.join(" or ")
}

/// The same path with another extension.
fn with_extension(path: &RelPath, extension: &str) -> RelPath {
    let stem = match path.extension() {
        Some(old) => path.as_str().strip_suffix(old).unwrap_or(path.as_str()).trim_end_matches('.'),
        None => path.as_str(),
    };
    RelPath::new(format!("{stem}.{extension}"))
}

/// The first 1-based line in which two texts differ, ignoring white space at line ends, with both lines.
fn first_difference(left: &str, right: &str) -> Option<(u32, String, String)> {
    let (mut left, mut right) = (split_lines(left.trim_end()), split_lines(right.trim_end()));
    let mut at = 0;
    loop {
        at += 1;
        let (a, b) = (left.next(), right.next());
        if a.is_none() && b.is_none() {
            return None;
        }
        let shown = |line: Option<&str>| line.map_or("nothing".to_owned(), |line| format!("`{}`", line.trim_end()));
        if a.map(str::trim_end) != b.map(str::trim_end) {
            return Some((at, shown(a), shown(b)));
        }
    }
}

/// Calls `take` with the key and the text of each pattern and regular expression in a rule object.
fn pattern_texts(value: &Value, take: &mut dyn FnMut(&str, &str)) {
    match &value.data {
        Data::List(items) => items.iter().for_each(|item| pattern_texts(item, take)),
        Data::Map(entries) => {
            for entry in entries {
                match entry.value.as_str() {
                    Some(text) if ["pattern", "context", "regex"].contains(&&*entry.key) => take(&entry.key, text),
                    _ => pattern_texts(&entry.value, take),
                }
            }
        }
        _ => {}
    }
}
