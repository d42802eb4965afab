//! Symbol paths: the enclosing definitions and titled tests of a place, never the file.

use std::borrow::Cow;
use std::fmt;

use crate::ir::Node;

/// More segments than this are shown as the outermost ones and the innermost one.
const MOST: u32 = 64;

/// The path of the place: enclosing definitions and titled tests from the outside in, `node` included when it is one
/// (`Class.method`, `describe("a").it("b")`). Variables of a function count only where they hold a callable, a class or
/// an object, so that a finding keeps its path when a local name changes.
pub fn path(node: Node<'_>) -> String {
    let places = std::iter::once(node).chain(node.ancestors());
    let mut segments: Vec<_> = places.filter_map(|place| segment(place, node)).collect();
    segments.reverse();
    segments.iter().fold(Path::default(), |path, segment| path.with(Some(segment))).to_string()
}

/// What a node adds to the path of `asked`, which is the node or lies in it.
pub(crate) fn segment<'t>(node: Node<'t>, asked: Node<'t>) -> Option<Cow<'t, str>> {
    if node.is_named() { node.language().views().symbol(node, asked) } else { None }
}

/// A path that can be gone on with.
#[derive(Clone, Debug, Default)]
pub(crate) struct Path {
    /// The outermost segments, one fewer than may be shown.
    stem: String,
    /// The innermost one, when it is not among these.
    last: Option<String>,
    count: u32,
}

impl Path {
    /// The path with one more segment, or as it is.
    pub(crate) fn with(&self, segment: Option<&str>) -> Self {
        let mut path = self.clone();
        let Some(segment) = segment else { return path };
        path.count += 1;
        if path.count < MOST {
            if path.count > 1 {
                path.stem.push('.');
            }
            path.stem.push_str(segment);
        } else {
            path.last = Some(segment.to_owned());
        }
        path
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.stem)?;
        if self.count > MOST {
            f.write_str(".…")?;
        }
        self.last.as_ref().map_or(Ok(()), |last| write!(f, ".{last}"))
    }
}
