//! Places that deletions would take all code out of: a block, a branch, a case, a file. What is left of one says nothing, and
//! to delete all but the last statement would be no better, so such deletions are refused together.

use std::collections::{HashMap, HashSet};

use crate::diagnostic::Edit;
use crate::ir::{Kind, Lowered, Node, Tree};
use crate::source::RelPath;
use crate::span::Span;

/// The reason for which a fix that leaves such a place is refused.
pub(crate) const EMPTY_BLOCK: &str = "it would leave an empty block";

/// The numbers of the fixes that together delete all code of a place. Several edits may have the number of one fix.
pub(crate) fn emptying<'e, 'f>(
    edits: impl Iterator<Item = (usize, &'e RelPath, &'e Edit)>,
    file: impl Fn(&RelPath) -> Option<&'f Lowered>,
) -> HashSet<usize> {
    /// A place in a file, and what is deleted in it.
    struct Emptied {
        fixes: Vec<usize>,
        /// The starts of the nodes.
        deleted: HashSet<u32>,
        all: usize,
    }
    let mut places: HashMap<(&RelPath, u32, u32), Emptied> = HashMap::new();
    let mut emptying = HashSet::new();
    for (number, path, edit) in edits {
        let Some(tree) = file(path).and_then(|file| file.tree_around(edit.span)) else { continue };
        let Some(deleted) = deleted_code(tree, edit) else { continue };
        if is_only_code(deleted) {
            emptying.insert(number);
            continue;
        }
        let Some(place) = place_of(deleted) else { continue };
        let says_something = |node: &Node<'_>| says_something(*node, place, deleted);
        let emptied = places.entry((path, tree.number(), place.start())).or_insert_with(|| Emptied {
            fixes: Vec::new(),
            deleted: HashSet::new(),
            all: place.children().filter(says_something).count(),
        });
        emptied.fixes.push(number);
        emptied.deleted.extend(tree.outermost_in(code_span(tree, edit)).filter(says_something).map(Node::start));
    }
    let emptied = places.into_values().filter(|place| !place.deleted.is_empty() && place.deleted.len() >= place.all);
    emptying.extend(emptied.flat_map(|place| place.fixes));
    emptying
}

/// The block in which an edit deletes code; none for an edit that writes something or deletes no code of a block.
pub(crate) fn block_of_deletion<'t>(tree: &'t Tree, edit: &Edit) -> Option<Node<'t>> {
    deleted_code(tree, edit)?.parent().filter(|parent| parent.kind() == Kind::Block)
}

/// True for a node that is neither a comment nor a bare token.
pub(crate) fn is_code(node: &Node<'_>) -> bool {
    node.is_named() && node.kind() != Kind::Comment
}

/// The first code that a deletion takes out.
fn deleted_code<'t>(tree: &'t Tree, edit: &Edit) -> Option<Node<'t>> {
    tree.outermost_in(code_span(tree, edit)).find(is_code).filter(|_| edit.is_deletion())
}

/// The span of an edit without the white space at its ends. Where a block has no brackets, it starts with its first
/// statement, and the line of that begins before it.
fn code_span(tree: &Tree, edit: &Edit) -> Span {
    let text = tree.slice(edit.span);
    let start = edit.span.start + (text.len() - text.trim_start().len()) as u32;
    Span::new(start, start + text.trim().len() as u32)
}

/// The node that holds code as one of several statements.
fn place_of(deleted: Node<'_>) -> Option<Node<'_>> {
    deleted.parent().filter(|parent| matches!(parent.kind(), Kind::Block | Kind::Module | Kind::Case))
}

/// The fields of code that something runs, where there is no list of it.
const BODY_FIELDS: [&str; 2] = ["body", "consequence"];

/// True for code that is the whole body of what holds it, without a block of its own: `if (a) b();`, `else b();`, `a: b();`.
fn is_only_code(deleted: Node<'_>) -> bool {
    let Some(parent) = deleted.parent().filter(|parent| !is_list(*parent)) else { return false };
    if deleted.kind() == Kind::Block {
        return !matches!(parent.kind(), Kind::Block | Kind::Module);
    }
    if matches!(parent.kind(), Kind::If | Kind::Loop | Kind::Lambda | Kind::Function | Kind::Method | Kind::Try) {
        return deleted.field().is_some_and(|field| BODY_FIELDS.contains(&field));
    }
    // A clause of its own node, such as that of `else`, and a label.
    let is_clause = || parent.parent().is_some_and(|around| matches!(around.kind(), Kind::If | Kind::Loop | Kind::Try));
    let is_labelled = || deleted.field() == Some(BODY_FIELDS[0]);
    parent.kind() == Kind::Other && (is_clause() && parent.children().filter(is_code).count() == 1 || is_labelled())
}

/// True for a node whose children are a list in brackets.
fn is_list(node: Node<'_>) -> bool {
    let first = node.children_with_tokens().next();
    first.is_some_and(|first| matches!(first.text(), "{" | "(" | "[" | "<"))
}

/// True for code of a place that is reason enough to keep it: not a string before all else, which is documentation or a
/// directive, in a file not an import, and in a case neither what it is about nor the jump at its end.
fn says_something(node: Node<'_>, place: Node<'_>, deleted: Node<'_>) -> bool {
    let is_string = |node: &Node<'_>| node.kind() == Kind::String;
    let is_lone_string = || {
        let is_of_string = node.kind() == Kind::Other && node.children().filter(is_code).all(|child| is_string(&child));
        is_string(&node) || is_of_string && node.children().any(|child| is_string(&child))
    };
    let is_first_string = || node.start() < deleted.start() && is_lone_string();
    is_code(&node)
        && match place.kind() {
            Kind::Module => node.kind() != Kind::Import && !is_first_string(),
            Kind::Case => node.field() == deleted.field() && (node == deleted || node.kind() != Kind::Jump),
            _ => !is_first_string(),
        }
}
