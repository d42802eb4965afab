//! The code that metavariables matched: places in a text that all captures of a file share. The captures of nested
//! findings hold the same code many times, which is copied only where a report writes it.

use std::fmt;
use std::sync::Arc;

use crate::ir::Node;
use crate::span::Span;

/// The code that a metavariable matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Capture {
    /// One node.
    One(CapturedNode),
    /// A list of nodes, for `$$$NAME`.
    Many(CapturedNodes),
}

impl Capture {
    /// The number of nodes.
    pub fn node_count(&self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Many(nodes) => nodes.places.len(),
        }
    }

    /// The length in bytes of the texts of all nodes, which a report writes.
    pub fn text_len(&self) -> usize {
        match self {
            Self::One(node) => node.place.own.len() as usize,
            Self::Many(nodes) => nodes.places.iter().map(|place| place.own.len() as usize).sum(),
        }
    }
}

/// The text and location of a captured node.
#[derive(Clone)]
pub struct CapturedNode {
    /// The text that it is a part of.
    whole: Arc<str>,
    place: CapturedPlace,
}

/// The place of one captured node.
#[derive(Clone, Copy)]
struct CapturedPlace {
    /// Its bytes in the text that it is a part of.
    own: Span,
    /// Its bytes in the file.
    span: Span,
}

impl CapturedPlace {
    fn of(node: Node<'_>) -> Self {
        Self { own: node.tree().own_span(node.span()), span: node.span() }
    }
}

impl CapturedNode {
    /// A node of this text at these bytes of the file.
    pub fn new(text: impl Into<Arc<str>>, span: Span) -> Self {
        let whole = text.into();
        let own = Span::new(0, u32::try_from(whole.len()).unwrap_or(u32::MAX));
        Self { whole, place: CapturedPlace { own, span } }
    }

    /// A node of a tree.
    pub fn of(node: Node<'_>) -> Self {
        Self { whole: node.tree().shared_text().clone(), place: CapturedPlace::of(node) }
    }

    /// Its text.
    pub fn text(&self) -> &str {
        self.whole.get(self.place.own.range()).unwrap_or_default()
    }

    /// Its bytes in the file.
    pub fn span(&self) -> Span {
        self.place.span
    }
}

impl PartialEq for CapturedNode {
    fn eq(&self, other: &Self) -> bool {
        self.span() == other.span() && self.text() == other.text()
    }
}

impl Eq for CapturedNode {}

impl fmt::Debug for CapturedNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CapturedNode").field("text", &self.text()).field("span", &self.span()).finish()
    }
}

/// A list of captured nodes.
#[derive(Clone, Default)]
pub struct CapturedNodes {
    /// The text that they are parts of.
    whole: Arc<str>,
    places: Box<[CapturedPlace]>,
}

impl CapturedNodes {
    /// Nodes of one tree.
    pub fn of<'t>(nodes: impl IntoIterator<Item = Node<'t>>) -> Self {
        let mut whole = None;
        let places = nodes.into_iter().map(|node| {
            whole.get_or_insert_with(|| node.tree().shared_text().clone());
            CapturedPlace::of(node)
        });
        let places = places.collect();
        Self { whole: whole.unwrap_or_default(), places }
    }

    /// The text and the bytes in the file of each node.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, Span)> {
        self.places.iter().map(|place| (self.whole.get(place.own.range()).unwrap_or_default(), place.span))
    }
}

impl PartialEq for CapturedNodes {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for CapturedNodes {}

impl fmt::Debug for CapturedNodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
