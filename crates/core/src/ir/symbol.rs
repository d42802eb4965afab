//! Symbol paths: the enclosing definitions and titled tests of a place, never the file.

use std::borrow::Cow;
use std::fmt;

use crate::ir::{Lowered, Node, Tree};

/// More segments than this are shown as the outermost ones and the innermost one.
const MAX_SYMBOL_SEGMENTS: u32 = 64;

/// Bytes of the outermost segments beyond which only the innermost one is added, and those of one segment beyond which
/// it is cut: the title of a test may be half of a file, and every finding in the test bears it.
const MAX_SYMBOL_SEGMENT_BYTES: usize = 1024;

/// The path of the place: enclosing definitions and titled tests from the outside in, `node` included when it is one
/// (`Class.method`, `describe("a").it("b")`). Variables of a function count only where they hold a callable, a class or
/// an object, so that a finding keeps its path when a local name changes.
pub fn path(node: Node<'_>) -> String {
    let places = std::iter::once(node).chain(node.ancestors());
    let mut segments: Vec<_> = places.filter_map(|place| segment(place, node)).collect();
    segments.reverse();
    let mut path = SymbolPath::default();
    for segment in &segments {
        path.push(segment);
    }
    path.to_string()
}

/// The same for a node of a file, whose whole tree is looked through once: each of many nodes may be asked.
pub fn path_in(file: &Lowered, node: Node<'_>) -> String {
    file.tables(node).map_or_else(|| path(node), |(tree, tables)| tables.symbols(tree).path(node))
}

/// The symbol paths of a tree, made in one pass.
#[derive(Debug)]
pub(crate) struct SymbolPaths {
    /// By node, the number of the path of what lies in it.
    numbers: Vec<u32>,
    paths: Vec<SymbolPath>,
}

impl SymbolPaths {
    pub(crate) fn of(tree: &Tree) -> Self {
        let mut symbols = Self { numbers: Vec::with_capacity(tree.len()), paths: vec![SymbolPath::default()] };
        for node in tree.nodes() {
            let around = symbols.around(node);
            // What a node adds to the paths of others is the same for all of them.
            symbols.numbers.push(match segment(node, tree.root()) {
                None => around,
                Some(segment) => {
                    symbols.paths.push(symbols.paths[around as usize].with(Some(&segment)));
                    symbols.paths.len() as u32 - 1
                }
            });
        }
        symbols
    }

    /// The number of the path around a node.
    fn around(&self, node: Node<'_>) -> u32 {
        node.parent().map_or(0, |parent| self.numbers[parent.id().0 as usize])
    }

    fn path(&self, node: Node<'_>) -> String {
        self.paths[self.around(node) as usize].with(segment(node, node).as_deref()).to_string()
    }
}

/// What a node adds to the path of `asked`, which is the node or lies in it.
pub(crate) fn segment<'t>(node: Node<'t>, asked: Node<'t>) -> Option<Cow<'t, str>> {
    if node.is_named() { node.language().views().symbol(node, asked) } else { None }
}

/// A path that can be gone on with.
#[derive(Clone, Debug, Default)]
pub(crate) struct SymbolPath {
    /// The outermost segments.
    stem: String,
    /// How many these are: one fewer than may be shown.
    count: u32,
    /// The innermost one, when it is not among these.
    last: Option<String>,
    /// Whether others are between the two.
    is_cut: bool,
}

impl SymbolPath {
    /// The path with one more segment, or as it is.
    pub(crate) fn with(&self, segment: Option<&str>) -> Self {
        let mut path = self.clone();
        if let Some(segment) = segment {
            path.push(segment);
        }
        path
    }

    fn push(&mut self, segment: &str) {
        let shown = segment.get(..segment.floor_char_boundary(MAX_SYMBOL_SEGMENT_BYTES)).unwrap_or_default();
        let end = if shown.len() < segment.len() { "…" } else { "" };
        if self.last.is_none() && self.count + 1 < MAX_SYMBOL_SEGMENTS && self.stem.len() < MAX_SYMBOL_SEGMENT_BYTES {
            let dot = if self.count > 0 { "." } else { "" };
            self.stem.extend([dot, shown, end]);
            self.count += 1;
        } else {
            self.is_cut |= self.last.replace(format!("{shown}{end}")).is_some();
        }
    }
}

impl fmt::Display for SymbolPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.stem)?;
        if self.is_cut {
            f.write_str(".…")?;
        }
        self.last.as_ref().map_or(Ok(()), |last| write!(f, ".{last}"))
    }
}
