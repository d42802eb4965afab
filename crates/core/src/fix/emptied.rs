//! Blocks that fixes would take all code out of. What is left of one says nothing, and to delete all but the last statement
//! would be no better, so such fixes are refused together.

use std::collections::{HashMap, HashSet};

use crate::diagnostic::Edit;
use crate::fix::proof::FixCandidate;
use crate::ir::{Kind, Lowered, Node, Tree};
use crate::source::RelPath;

/// The reason for which a fix that leaves such a block is refused.
pub(super) const EMPTY_BLOCK: &str = "it would leave an empty block";

/// The numbers of the candidates that together delete all code of a block.
pub(super) fn emptying<'f>(
    candidates: &[FixCandidate],
    file: impl Fn(&RelPath) -> Option<&'f Lowered>,
) -> HashSet<usize> {
    /// A block of a file, and what is deleted in it.
    struct Emptied {
        candidates: Vec<usize>,
        /// The starts of the nodes.
        deleted: HashSet<u32>,
        all: usize,
    }
    let mut blocks: HashMap<(&RelPath, u32, u32), Emptied> = HashMap::new();
    for (number, candidate) in candidates.iter().enumerate() {
        let edits = candidate.whole_edits.iter().flat_map(|(path, edits)| edits.iter().map(move |edit| (path, edit)));
        for (path, edit) in edits {
            let Some(tree) = file(path).and_then(|file| file.tree_around(edit.span)) else { continue };
            let Some(block) = block_of_deletion(tree, edit) else { continue };
            let emptied = blocks.entry((path, tree.number(), block.start())).or_insert_with(|| Emptied {
                candidates: Vec::new(),
                deleted: HashSet::new(),
                all: block.children().filter(is_code).count(),
            });
            emptied.candidates.push(number);
            emptied.deleted.extend(tree.outermost_in(edit.span).filter(is_code).map(Node::start));
        }
    }
    let emptied = blocks.into_values().filter(|block| block.deleted.len() >= block.all);
    emptied.flat_map(|block| block.candidates).collect()
}

/// The block in which an edit deletes code; none for an edit that writes something or deletes no code of a block.
pub(super) fn block_of_deletion<'t>(tree: &'t Tree, edit: &Edit) -> Option<Node<'t>> {
    let deleted = tree.outermost_in(edit.span).find(is_code).filter(|_| edit.is_deletion())?;
    deleted.parent().filter(|parent| parent.kind() == Kind::Block)
}

/// True for a node that is neither a comment nor a bare token.
pub(super) fn is_code(node: &Node<'_>) -> bool {
    node.is_named() && node.kind() != Kind::Comment
}
