//! The margin of the limits: the depth at which strict lowering overflows a stack without the limits.

use std::env;
use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::thread;

use lawbook_core::ir::Dialect;
use lawbook_core::language;
use lawbook_core::language::limits::{self, bound};
use lawbook_core::source::{RelPath, SourceFile};

use crate::hostile::shapes::{HostileShape, SHAPES};
use crate::hostile::text_of;

/// The deepest nesting that is tried.
const MAX_DEPTH: usize = 10_000;

/// One shape of one language at one depth, lowered on a stack of its own.
#[derive(Clone, Copy, Debug)]
pub struct Probe<'a> {
    /// The number of the shape.
    pub shape: usize,
    /// The extension of the language.
    pub extension: &'a str,
    /// The number of repetitions.
    pub depth: usize,
    /// The stack, in KiB.
    pub stack: usize,
}

impl Probe<'_> {
    fn source(self) -> Result<(SourceFile, &'static Dialect), String> {
        let shape = SHAPES.get(self.shape).ok_or("no such shape")?;
        let text = text_of(shape, self.depth, true).ok_or("it cannot be closed")?;
        let path = RelPath::new(format!("a.{}", self.extension));
        let dialect = language::of_path(&path).ok_or("no language")?;
        Ok((SourceFile::new(path, text).map_err(|error| error.to_string())?, dialect))
    }

    /// Lowers it in this process, which aborts when the stack overflows.
    pub fn lower(self) -> Result<(), String> {
        let (source, dialect) = self.source()?;
        let lower = || drop(dialect.language.lower_strict(source.into(), dialect));
        let thread = thread::Builder::new().stack_size(self.stack << 10).spawn(lower);
        thread.map_err(|error| error.to_string())?.join().map_err(|_| "it panicked".to_owned())
    }

    /// Returns whether another process lowers it without overflowing the stack.
    fn fits_stack(self) -> Result<bool, String> {
        let program = env::current_exe().map_err(|error| format!("no path of this program: {error}"))?;
        let numbers = [self.shape, self.depth, self.stack].map(|number| number.to_string());
        let status = Command::new(program)
            .args(["hostile-probe", &numbers[0], self.extension, &numbers[1], &numbers[2]])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .map_err(|error| format!("cannot be started: {error}"))?;
        Ok(status.success())
    }

    /// The stack in KiB that is estimated for it from counts of bytes. The unclosed text is counted, which takes at least
    /// as much stack.
    fn bound(self) -> Result<Option<usize>, String> {
        let (source, dialect) = self.source()?;
        if dialect.language.stack_units("").is_none() {
            return Ok(None);
        }
        let shape = SHAPES.get(self.shape).ok_or("no such shape")?;
        let open = text_of(shape, self.depth, false).unwrap_or_else(|| source.text().to_string());
        Ok(Some((bound::units(open.as_bytes()) * bound::STACK_UNIT_BYTES) >> 10))
    }

    /// Returns whether the scan lets the strict parser read it.
    fn passes_scan(self) -> Result<bool, String> {
        let (source, dialect) = self.source()?;
        Ok(dialect.language.depth(dialect, source.text()).strict_ok)
    }
}

/// The greatest depth up to [`MAX_DEPTH`] for which `holds` is true, found by bisection: it must be true for all
/// smaller ones. The result may be 4 % too small.
fn deepest(holds: impl Fn(usize) -> Result<bool, String>) -> Result<usize, String> {
    let (mut good, mut bad) = (0, MAX_DEPTH + 1);
    while bad - good > 1 {
        let middle = if bad > MAX_DEPTH { (good.max(64) * 4).min(MAX_DEPTH) } else { good.midpoint(bad) };
        if bad <= MAX_DEPTH && bad - good <= good / 25 {
            break;
        }
        if holds(middle)? { good = middle } else { bad = middle }
    }
    Ok(good)
}

/// Returns a table of shapes, and true if all of its margins are at least 2. The columns of the table:
///
/// * `holds`: the greatest depth that a stack of `stack` KiB holds;
/// * `passed`: the greatest depth that the scan lets the strict parser read;
/// * `scan`: the margin of the scan, which is `holds` for the stack that strict parsers get, divided by `passed`;
/// * `counts`: the margin of the counts of bytes: the stack estimated for `holds`, divided by `stack`.
pub fn table(
    extensions: &[String],
    stack: usize,
    wanted: impl Fn(&HostileShape) -> bool,
) -> Result<(String, bool), String> {
    let mut rows = Vec::new();
    for (number, shape) in SHAPES.iter().enumerate().filter(|(_, shape)| wanted(shape)) {
        for extension in shape.1.split(' ').filter(|extension| extensions.iter().any(|wanted| wanted == extension)) {
            let probe = |depth| Probe { shape: number, extension, depth, stack };
            let held = deepest(|depth| probe(depth).fits_stack())?;
            // A shape that overflows at no depth needs no bound.
            if held < MAX_DEPTH {
                let passed = deepest(|depth| probe(depth).passes_scan())?;
                let scanned = held * (limits::STRICT_STACK_BYTES >> 10) * 100 / (stack * passed.max(1));
                let counted = probe(held).bound()?.map(|counted| counted * 100 / stack);
                rows.push(OverflowRow { held, passed, scanned, counted, name: format!("{} {extension}", shape.0) });
            }
        }
    }
    rows.sort_by_key(|row| row.scanned.min(row.counted.unwrap_or(usize::MAX)));
    let mut text = format!("on {stack} KiB; shapes not listed hold {MAX_DEPTH} levels\n");
    let _ = writeln!(text, "  holds  passed   scan  counts");
    for row in &rows {
        let counted = row.counted.map(times).unwrap_or_default();
        let _ = writeln!(text, "{:7} {:7} {:>6} {counted:>7}  {}", row.held, row.passed, times(row.scanned), row.name);
    }
    Ok((text, rows.iter().all(|row| row.scanned >= 200 && row.counted.is_none_or(|counted| counted >= 200))))
}

/// A row of the table; margins in hundredths.
struct OverflowRow {
    held: usize,
    passed: usize,
    scanned: usize,
    counted: Option<usize>,
    name: String,
}

fn times(hundredths: usize) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deepest_is_found_to_a_few_hundredths() {
        for limit in [0, 1, 63, 64, 999, 5_432] {
            let found = deepest(|depth| Ok(depth <= limit)).unwrap();
            assert!(found <= limit && limit - found <= limit / 25, "{found} of {limit}");
        }
        assert_eq!(deepest(|_| Ok(true)), Ok(MAX_DEPTH));
    }
}
