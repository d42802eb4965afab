//! Patches in the envelope that the tool `apply_patch` takes.
//!
//! ```text
//! *** Begin Patch
//! *** Update File: src/a.rs
//! *** Move to: src/b.rs
//! @@ fn main
//!  context
//! -removed
//! +added
//! *** End Patch
//! ```
//!
//! The grammar stands in `codex-rs/apply-patch/src/parser.rs` of `openai/codex`, which takes white space around markers
//! and text around the envelope; so does this.

use std::path::PathBuf;

use crate::hook::event::{AgentEdit, OldText, ReplacedPiece};

const BEGIN: &str = "*** Begin Patch";
const END: &str = "*** End Patch";

/// True if a text holds a patch.
pub(crate) fn is_in(text: &str) -> bool {
    text.contains(BEGIN)
}

/// The files that the first patch in a text edits. A moved file is two: the one that is gone, and the one that is there
/// now, whose old text is that of the first.
pub(crate) fn file_edits(text: &str) -> Vec<AgentEdit> {
    let lines = text.lines().skip_while(|line| line.trim() != BEGIN).skip(1);
    let mut edits = Vec::new();
    let mut update: Option<Update> = None;
    for line in lines {
        let marker = line.trim();
        if marker == END {
            break;
        }
        if let Some(path) = marker.strip_prefix("*** Move to: ") {
            if let Some(update) = &mut update {
                update.moved_to = Some(PathBuf::from(path));
            }
        } else if let Some((kind, path)) = file_of(marker) {
            edits.extend(update.take().into_iter().flat_map(Update::into_edits));
            let path = PathBuf::from(path);
            match kind {
                PatchedFile::Add => edits.push(AgentEdit { path, old: OldText::Whole(None) }),
                PatchedFile::Delete => edits.push(AgentEdit { path, old: OldText::Unknown }),
                PatchedFile::Update => update = Some(Update::new(path)),
            }
        } else if let Some(update) = &mut update {
            update.add_line(line);
        }
    }
    edits.extend(update.into_iter().flat_map(Update::into_edits));
    edits
}

enum PatchedFile {
    Add,
    Delete,
    Update,
}

/// The change that a marker begins, and the path of the file.
fn file_of(marker: &str) -> Option<(PatchedFile, &str)> {
    let kinds = [
        ("*** Add File: ", PatchedFile::Add),
        ("*** Delete File: ", PatchedFile::Delete),
        ("*** Update File: ", PatchedFile::Update),
    ];
    kinds.into_iter().find_map(|(start, kind)| Some((kind, marker.strip_prefix(start)?)))
}

/// The changes of one file, as far as they were read.
struct Update {
    path: PathBuf,
    moved_to: Option<PathBuf>,
    pieces: Vec<ReplacedPiece>,
    /// The piece that the next line belongs to.
    open: Option<ReplacedPiece>,
}

impl Update {
    fn new(path: PathBuf) -> Self {
        Self { path, moved_to: None, pieces: Vec::new(), open: None }
    }

    fn add_line(&mut self, line: &str) {
        if line.starts_with("@@") || line.trim() == "*** End of File" {
            self.pieces.extend(self.open.take());
            return;
        }
        let (sign, text) = match line.chars().next() {
            Some(sign @ (' ' | '-' | '+')) => (sign, &line[1..]),
            // Models leave the blank before an empty line out.
            None => (' ', ""),
            Some(_) => return,
        };
        let empty = || ReplacedPiece { old: String::new(), new: String::new(), is_everywhere: false };
        let piece = self.open.get_or_insert_with(empty);
        let add = |to: &mut String| {
            to.push_str(text);
            to.push('\n');
        };
        if sign != '+' {
            add(&mut piece.old);
        }
        if sign != '-' {
            add(&mut piece.new);
        }
    }

    fn into_edits(mut self) -> Vec<AgentEdit> {
        self.pieces.extend(self.open.take());
        // The place of a piece without a new text cannot be found again.
        let is_reversible = self.pieces.iter().all(|piece| !piece.new.is_empty());
        let old = if is_reversible { OldText::Pieces(self.pieces) } else { OldText::Unknown };
        match self.moved_to {
            None => vec![AgentEdit { path: self.path, old }],
            Some(path) => vec![AgentEdit { path: self.path, old: OldText::Unknown }, AgentEdit { path, old }],
        }
    }
}
