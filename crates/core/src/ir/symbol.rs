//! Symbol paths: the definitions and titled tests around a node, such as `Class.method`, without the file.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use crate::ir::{Lowered, Node, Tree};

/// The maximum number of segments in a symbol path. Of more, the outermost ones and the innermost one are shown.
const MAX_SYMBOL_SEGMENTS: u32 = 64;

/// The length in bytes at which a segment is cut, and the length of the outermost segments after which only the innermost
/// one is added. The title of a test may be as long as a file, and every finding in the test has it in its path.
const MAX_SYMBOL_SEGMENT_BYTES: usize = 1024;

/// The symbol path of a node: the enclosing definitions and titled tests from the outside in, including the node itself
/// if it is one (`Class.method`, `describe("a").it("b")`). A local variable is included only if it holds a callable, a
/// class or an object, so that a finding keeps its path when a local name changes.
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

/// Like [`path`], but computes the paths of the whole tree on first use, which is faster for many nodes.
pub fn path_in(file: &Lowered, node: Node<'_>) -> String {
    file.tables(node).map_or_else(|| path(node), |(tree, tables)| tables.symbols(tree).path(node))
}

/// The innermost definition of a symbol path.
pub(crate) fn innermost(symbol: &str) -> &str {
    segments(symbol).last().unwrap_or_default()
}

/// The segments of a symbol path from the outside in. A title in quotes, as in `it("v1.x")`, is one segment.
pub(crate) fn segments(symbol: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(symbol);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = segment_end(text);
        rest = text.get(end + 1..);
        Some(&text[..end])
    })
}

/// The length of the first segment of a symbol path.
fn segment_end(path: &str) -> usize {
    let dot = path.find('.').unwrap_or(path.len());
    let Some(title) = path.find("(\"").map(|open| open + 2).filter(|title| *title < dot) else { return dot };
    let inside = &path[title..];
    let is_end = |end: &usize| inside[*end..].is_empty() || inside[*end..].starts_with('.');
    // A long title is cut, and then its end is the sign for that.
    let mut ends = inside.match_indices("\")").map(|(at, end)| at + end.len()).filter(is_end);
    let mut cuts = inside.match_indices('…').map(|(at, cut)| at + cut.len()).filter(is_end);
    let end = ends.next().into_iter().chain(cuts.next()).min();
    end.map_or(path.len(), |end| title + end)
}

/// The symbol paths of all definitions and titled tests of a file.
pub fn defined_in(file: &Lowered) -> HashSet<String> {
    let mut all = HashSet::new();
    for tree in &file.trees {
        let symbols = SymbolPaths::of(tree);
        all.extend(symbols.paths.iter().map(SymbolPath::to_string));
        all.extend(tree.nodes().filter(|node| segment(*node, *node).is_some()).map(|node| symbols.path(node)));
    }
    all
}

/// The symbol paths of a tree, computed in one pass.
#[derive(Debug)]
pub(crate) struct SymbolPaths {
    /// For each node, the index in `paths` of the path for the nodes inside it.
    numbers: Vec<u32>,
    paths: Vec<SymbolPath>,
}

impl SymbolPaths {
    pub(crate) fn of(tree: &Tree) -> Self {
        let mut symbols = Self { numbers: Vec::with_capacity(tree.len()), paths: vec![SymbolPath::default()] };
        for node in tree.nodes() {
            let around = symbols.around(node);
            // The segment that a node adds is the same for all nodes inside it, so the root can stand for them.
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

    /// The index of the path around a node.
    fn around(&self, node: Node<'_>) -> u32 {
        node.parent().map_or(0, |parent| self.numbers[parent.id().0 as usize])
    }

    fn path(&self, node: Node<'_>) -> String {
        self.paths[self.around(node) as usize].with(segment(node, node).as_deref()).to_string()
    }
}

/// The segment that `node` adds to the symbol path of `target`, which is the node itself or inside it.
pub(crate) fn segment<'t>(node: Node<'t>, target: Node<'t>) -> Option<Cow<'t, str>> {
    if node.is_named() { node.language().views().symbol(node, target) } else { None }
}

/// A symbol path that can be extended at its inner end.
#[derive(Clone, Debug, Default)]
pub(crate) struct SymbolPath {
    /// The outermost segments, joined by `.`.
    stem: String,
    /// The number of segments in `stem`, less than [`MAX_SYMBOL_SEGMENTS`].
    count: u32,
    /// The innermost segment if it is not in `stem`.
    last: Option<String>,
    /// True if there are further segments between `stem` and `last`.
    is_cut: bool,
}

impl SymbolPath {
    /// The path with one more segment if there is one.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dot_in_a_title_separates_no_segments() {
        let check = |path: &str, expected: &[&str]| assert_eq!(segments(path).collect::<Vec<_>>(), expected, "{path}");
        check("A.b", &["A", "b"]);
        check("", &[""]);
        check("describe(\"a\").it(\"v1.x\")", &["describe(\"a\")", "it(\"v1.x\")"]);
        check("it(\"a.b\").c", &["it(\"a.b\")", "c"]);
        check("it(\"calls f(\"x.y\").z\").c", &["it(\"calls f(\"x.y\")", "z\")", "c"]);
        check("it(\"a.b….it(\"c\")", &["it(\"a.b…", "it(\"c\")"]);
        assert_eq!(innermost("A.it(\"1.2\")"), "it(\"1.2\")");
    }
}
