//! `docs/ir-exceptions.md`, the page of the grammars' known defects: the differences of two trees that are accepted.

use std::fs;
use std::path::Path;

use lawbook_core::language;

/// A class of differences: dialect, context, and the raw kinds in the tolerant and in the strict tree (`–` for none).
pub type DifferenceKey = (&'static str, &'static str, String, String);

/// The parsed page.
#[derive(Debug)]
pub struct Exceptions {
    sets: Vec<RawKindSet>,
    rows: Vec<ExceptionRow>,
}

/// A named set of raw kinds of one language.
#[derive(Debug)]
struct RawKindSet {
    name: String,
    language: String,
    kinds: Vec<String>,
}

/// One defect.
#[derive(Debug)]
struct ExceptionRow {
    language: String,
    context: String,
    tolerant: String,
    strict: String,
    #[cfg_attr(not(test), allow(dead_code, reason = "the test of the page reads it"))]
    example: String,
}

impl Exceptions {
    /// Reads the page.
    ///
    /// # Errors
    /// The line that has not the form of its table.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        Self::parse(&text).map_err(|(line, reason)| format!("{}:{line}: {reason}", path.display()))
    }

    fn parse(text: &str) -> Result<Self, (usize, String)> {
        let (mut sets, mut rows) = (Vec::new(), Vec::new());
        let mut table = String::new();
        for (number, line) in (1..).zip(text.lines()) {
            let Some(cells) = cells(line) else {
                table.clear();
                continue;
            };
            let fail = |reason: &str| Err((number, reason.to_owned()));
            if table.is_empty() {
                table = cells.join("|");
            } else if cells.iter().all(|cell| cell.starts_with("---")) {
            } else if table == "set|language|raw kinds" {
                let [name, language, kinds] = cells.try_into().map_err(|_| (number, "expected 3 cells".to_owned()))?;
                let kinds = kinds.split_whitespace().map(|kind| kind.trim_matches('`').to_owned()).collect();
                sets.push(RawKindSet { name, language, kinds });
            } else if table == "language|context|tolerant / strict|example|why" {
                let [language, context, kinds, example, _] =
                    cells.try_into().map_err(|_| (number, "expected 5 cells".to_owned()))?;
                let Some((tolerant, strict)) = kinds.split_once(" / ") else {
                    return fail("expected `kind / kind`, as the trees have them");
                };
                rows.push(ExceptionRow {
                    language,
                    context,
                    tolerant: tolerant.to_owned(),
                    strict: strict.to_owned(),
                    example: example.replace("\\n", "\n").replace("\\r", "\r"),
                });
            }
        }
        if rows.is_empty() { Err((1, "expected a table of defects".to_owned())) } else { Ok(Self { sets, rows }) }
    }

    /// True if a row names the difference.
    pub fn covers(&self, key: &DifferenceKey) -> bool {
        self.rows.iter().any(|row| self.row_covers(row, key))
    }

    fn row_covers(&self, row: &ExceptionRow, (dialect, context, tolerant, strict): &DifferenceKey) -> bool {
        let language = language::dialects().find(|known| known.name == *dialect).map(|known| known.language.name());
        let fits = |cell: &str, kind: &str| {
            let in_set = |set: &RawKindSet| {
                set.name == cell && set.language == row.language && set.kinds.iter().any(|known| known == kind)
            };
            if cell.starts_with('@') { self.sets.iter().any(in_set) } else { cell == kind }
        };
        language == Some(row.language.as_str())
            && fits(&row.context, context)
            && fits(&row.tolerant, tolerant)
            && fits(&row.strict, strict)
    }
}

/// The cells of a line of a table, without backticks; none for another line.
fn cells(line: &str) -> Option<Vec<String>> {
    let line = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    let whole = line.replace("\\|", "\0");
    Some(whole.split('|').map(|cell| code(cell.trim()).replace('\0', "|")).collect())
}

/// The text of a cell without the backticks around it.
fn code(cell: &str) -> &str {
    let ticks = cell.len() - cell.trim_start_matches('`').len();
    let fence = &cell[..ticks];
    let inner = cell.strip_prefix(fence).and_then(|rest| rest.strip_suffix(fence)).unwrap_or(cell);
    match (ticks, inner.contains(fence)) {
        (0, _) | (_, true) => cell,
        (1, _) => inner,
        _ => inner.trim(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::differential::differences;
    use lawbook_core::source::{RelPath, SourceFile};

    fn page() -> Exceptions {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        Exceptions::read(&root.join("docs/ir-exceptions.md")).unwrap()
    }

    #[test]
    fn every_defect_shows_in_its_example_and_nothing_else_does() {
        let page = page();
        let mut failures = Vec::new();
        for row in &page.rows {
            let extension = language::dialects().find(|known| known.name == row.language).unwrap().extensions[0];
            let path = RelPath::new(format!("example.{extension}"));
            match differences(&SourceFile::new(path, row.example.as_str()).unwrap()) {
                Err(reason) => failures.push(format!("{}: {reason}", row.example)),
                Ok(found) => {
                    if !found.iter().any(|key| page.row_covers(row, key)) {
                        failures.push(format!(
                            "{}: not {} {} / {}: {found:?}",
                            row.example, row.context, row.tolerant, row.strict
                        ));
                    }
                    failures
                        .extend(found.iter().filter(|key| !page.covers(key)).map(|key| format!("unlisted: {key:?}")));
                }
            }
        }
        assert!(failures.is_empty(), "{}", failures.join("\n"));
    }

    #[test]
    fn every_word_of_the_page_is_a_kind_or_a_set_that_it_defines() {
        let page = page();
        for row in &page.rows {
            let dialects = || language::dialects().filter(|known| known.language.name() == row.language);
            let known = |word: &str| {
                word == "–"
                    || dialects().any(|dialect| {
                        dialect.vocabulary().kind(word).or_else(|| dialect.vocabulary().token(word)).is_some()
                    })
            };
            for word in [&row.context, &row.tolerant, &row.strict] {
                let set = page.sets.iter().find(|set| set.name == *word && set.language == row.language);
                assert!(set.map_or_else(|| known(word), |set| set.kinds.iter().all(|kind| known(kind))), "{word}");
            }
        }
    }

    #[test]
    fn a_cell_may_hold_bars_and_code() {
        assert_eq!(cells("| a | `b \\| c` | `` f`d` `` | `e` f |").unwrap(), ["a", "b | c", "f`d`", "`e` f"]);
        assert_eq!(Exceptions::parse("text").unwrap_err().1, "expected a table of defects");
        let text = "|language|context|tolerant / strict|example|why|\n|---|---|---|---|---|\n|rust|a|b|c|d|";
        assert_eq!(
            Exceptions::parse(text).unwrap_err(),
            (3, "expected `kind / kind`, as the trees have them".to_owned())
        );
    }
}
