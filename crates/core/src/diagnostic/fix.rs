//! Fixes as data: edits of texts, changes of files (create, rename, delete), and their safety.

use serde::{Deserialize, Serialize};

use crate::diagnostic::edges;
use crate::ir::{Lowered, Tree};
use crate::source::{RelPath, SourceFile};
use crate::span::Span;

/// The safety of a fix: whether it can be applied without review.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Safety {
    /// The fix keeps the meaning and intent of the code.
    Safe,
    /// The fix is probably right and is applied only on request.
    #[default]
    Unsafe,
    /// The fix is a sketch that a person has to complete; it is never applied.
    Manual,
}

impl Safety {
    /// All of them, from safe to manual.
    pub const ALL: [Self; 3] = [Self::Safe, Self::Unsafe, Self::Manual];

    /// The name in pages and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
            Self::Manual => "manual",
        }
    }
}

/// A change that removes a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    title: String,
    safety: Safety,
    edits: Vec<Edit>,
    files: Vec<FileChange>,
}

impl Fix {
    /// A fix of edits, in any order. None if there is no edit or two of them overlap.
    pub fn new(title: impl Into<String>, safety: Safety, mut edits: Vec<Edit>) -> Option<Self> {
        edits.sort_by(|a, b| (&a.path, a.span).cmp(&(&b.path, b.span)));
        let disjoint =
            edits.windows(2).all(|pair| pair[0].path != pair[1].path || pair[0].span.end <= pair[1].span.start);
        (disjoint && !edits.is_empty()).then(|| Self { title: title.into(), safety, edits, files: Vec::new() })
    }

    /// A fix that creates, renames or deletes files after making the edits. None if there is no file change, if two file
    /// changes are about the same path, if an edit is in a file that is created or deleted, or if edits overlap.
    pub fn of_files(
        title: impl Into<String>,
        safety: Safety,
        edits: Vec<Edit>,
        files: Vec<FileChange>,
    ) -> Option<Self> {
        let mut paths: Vec<&RelPath> = files.iter().flat_map(FileChange::paths).collect();
        paths.sort_unstable();
        let distinct = paths.windows(2).all(|pair| pair[0] != pair[1]);
        let is_allowed = |edit: &Edit| !files.iter().any(|change| change.excludes_edits_of(edit.path.as_ref()));
        if files.is_empty() || !distinct || !edits.iter().all(is_allowed) {
            return None;
        }
        let title = title.into();
        if edits.is_empty() {
            return Some(Self { title, safety, edits, files });
        }
        Some(Self { files, ..Self::new(title, safety, edits)? })
    }

    /// A short description of what it does.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Its safety.
    pub fn safety(&self) -> Safety {
        self.safety
    }

    /// Its edits, sorted and disjoint.
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }

    /// Its file changes; the edits are made before them.
    pub fn files(&self) -> &[FileChange] {
        &self.files
    }

    /// The files that it edits, renames or deletes, without the file of the finding.
    pub(crate) fn other_files(&self) -> impl Iterator<Item = &RelPath> {
        let edited = self.edits.iter().filter_map(|edit| edit.path.as_ref());
        edited.chain(self.files.iter().filter_map(FileChange::source))
    }

    /// Converts a fix of the text of an embedded tree to a fix of its host. None if the host cannot be edited in that way,
    /// see [`Tree::edit_in_host`].
    pub(crate) fn in_host(mut self, tree: &Tree, host: &SourceFile) -> Option<Self> {
        for edit in &mut self.edits {
            if edit.is_in(host.path()) {
                let (span, text) = tree.edit_in_host(host.text(), edit.span, edit.text.clone())?;
                // Prefixes before new lines move what stands after them.
                if text != edit.text {
                    edit.kept.clear();
                }
                (edit.span, edit.text) = (span, text);
            }
        }
        let is_apart = |pair: &[Edit]| pair[0].path != pair[1].path || pair[0].span.end <= pair[1].span.start;
        self.edits.windows(2).all(is_apart).then_some(self)
    }

    /// The same fix of the text of a tree, with a space wherever the new text would become one token with the code beside
    /// it.
    #[must_use]
    pub(crate) fn apart_from_neighbors(mut self, tree: &Tree, path: &RelPath) -> Self {
        for edit in self.edits.iter_mut().filter(|edit| edit.is_in(path)) {
            edges::set_apart(edit, tree);
        }
        self
    }

    /// The reason why no fix may make these edits in the file of the finding; none if one may.
    pub(crate) fn refusal(&self, file: &Lowered) -> Option<&'static str> {
        let mut own = self.edits.iter().filter(|edit| edit.is_in(file.source.path()));
        own.find_map(|edit| file.refusal_of_edit(edit.span, edit.narrowed(file.source.text()).span))
    }

    /// The same fix with its safety lowered to `safety` if it is higher.
    #[must_use]
    pub(crate) fn at_most(self, safety: Safety) -> Self {
        Self { safety: self.safety.max(safety), ..self }
    }

    /// True if it deletes a comment in the file of the finding. Only a person can decide whether that is still needed, so
    /// no such fix is offered.
    pub(crate) fn deletes_comment(&self, file: &Lowered) -> bool {
        self.edits.iter().any(|edit| edit.is_in(file.source.path()) && edit.deletes_comment(file))
    }

    /// The same fix, marked unsafe if it deletes a file: only a person can decide whether that is still needed.
    #[must_use]
    pub(crate) fn respecting_files(self) -> Self {
        let deletes_file = self.files.iter().any(|change| matches!(change, FileChange::Delete { .. }));
        if deletes_file { self.at_most(Safety::Unsafe) } else { self }
    }
}

/// A change that creates, renames or deletes a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileChange {
    /// Creates a file.
    Create {
        /// Its path, at which there must be no file.
        path: RelPath,
        /// Its text.
        text: String,
    },
    /// Renames a file. Edits of the same fix use the old path.
    Rename {
        /// The old path.
        from: RelPath,
        /// The new path, at which there must be no file.
        to: RelPath,
    },
    /// Deletes a file.
    Delete {
        /// Its path.
        path: RelPath,
    },
}

impl FileChange {
    /// All paths that it mentions.
    pub fn paths(&self) -> impl Iterator<Item = &RelPath> {
        [self.source(), self.target()].into_iter().flatten()
    }

    /// The path at which there must be a file; none for a creation.
    pub fn source(&self) -> Option<&RelPath> {
        match self {
            Self::Create { .. } => None,
            Self::Rename { from: path, .. } | Self::Delete { path } => Some(path),
        }
    }

    /// The path at which there must be no file; none for a deletion.
    pub fn target(&self) -> Option<&RelPath> {
        match self {
            Self::Create { path, .. } | Self::Rename { to: path, .. } => Some(path),
            Self::Delete { .. } => None,
        }
    }

    /// True if a fix with this change must not also edit the file at the path.
    fn excludes_edits_of(&self, edited: Option<&RelPath>) -> bool {
        match self {
            Self::Create { path, .. } | Self::Delete { path } | Self::Rename { to: path, .. } => edited == Some(path),
        }
    }
}

/// An edit: the replacement of a span by a text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Edit {
    /// The file; none for the file of the finding.
    pub path: Option<RelPath>,
    /// The bytes to replace.
    pub span: Span,
    /// The new text.
    pub text: String,
    /// The code that the new text takes over; the proof asks that it stays what it was.
    pub(crate) kept: Vec<KeptCode>,
}

/// A node that the new text of an edit takes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeptCode {
    /// Its bytes in the file.
    pub(crate) old: Span,
    /// Its bytes in the new text of the edit.
    pub(crate) new: Span,
}

impl Edit {
    /// `text` in place of the bytes of `span`, in the file of the finding.
    pub fn new(span: Span, text: impl Into<String>) -> Self {
        Self { path: None, span, text: text.into(), kept: Vec::new() }
    }

    /// The same, where the new text takes over the node with the span `old` at the byte `at` of the new text. A fix is
    /// rolled back if it would become another kind of node there.
    #[must_use]
    pub fn keeping(mut self, old: Span, at: usize) -> Self {
        let at = at as u32;
        self.kept.push(KeptCode { old, new: Span::new(at, at + old.len()) });
        self
    }

    /// True if the edit, of a finding in the file at `path`, is an edit of that file.
    pub(crate) fn is_in(&self, path: &RelPath) -> bool {
        self.path.as_ref().is_none_or(|own| own == path)
    }

    /// True if it deletes code and puts nothing in its place.
    pub(crate) fn is_deletion(&self) -> bool {
        !self.span.is_empty() && self.text.trim().is_empty()
    }

    /// The same in another file.
    #[must_use]
    pub fn at_path(self, path: RelPath) -> Self {
        Self { path: Some(path), ..self }
    }

    /// The same change without the common start and end of old and new text, so that it collides with fewer other edits.
    pub(crate) fn narrowed(&self, text: &str) -> Self {
        let old = text.get(self.span.range()).unwrap_or_default();
        let is_equal = |(a, b): &(char, char)| a == b;
        let len = |pairs: &mut dyn Iterator<Item = (char, char)>| pairs.map(|(c, _)| c.len_utf8()).sum::<usize>();
        let before = len(&mut old.chars().zip(self.text.chars()).take_while(is_equal));
        let (old, new) = (&old[before..], &self.text[before..]);
        let after = len(&mut old.chars().rev().zip(new.chars().rev()).take_while(is_equal));
        let start = self.span.start + before as u32;
        let span = Span::new(start, start + (old.len() - after) as u32);
        Self { path: self.path.clone(), span, text: new[..new.len() - after].to_owned(), kept: Vec::new() }
    }

    /// True if the edit removes or cuts a comment of the file that the new text does not contain.
    pub(crate) fn deletes_comment(&self, file: &Lowered) -> bool {
        let edit = self.narrowed(file.source.text());
        let is_kept = |comment: Span| self.kept.iter().any(|kept| kept.old.contains(comment));
        let after = file.comments.partition_point(|comment| comment.span.end <= edit.span.start);
        let touched = file.comments[after..].iter().take_while(|comment| comment.span.start < edit.span.end);
        touched.into_iter().any(|comment| {
            let is_whole = edit.span.contains(comment.span);
            !(is_whole && edit.text.contains(file.source.slice(comment.span)) || is_kept(comment.span))
        })
    }

    /// True if not both edits of a file can be made: they overlap or start at the same offset.
    pub(crate) fn collides(&self, other: &Self) -> bool {
        let (a, b) = (self.span, other.span);
        a.start == b.start || (a.start < b.end && b.start < a.end)
    }
}

/// Applies the edits of one file to its text; they must be sorted and disjoint.
pub fn apply(text: &str, edits: &[Edit]) -> String {
    let mut result = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        result.push_str(text.get(at..edit.span.start as usize).unwrap_or_default());
        result.push_str(&edit.text);
        at = edit.span.end as usize;
    }
    result.push_str(text.get(at..).unwrap_or_default());
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: u32, end: u32, text: &str) -> Edit {
        Edit::new(Span::new(start, end), text)
    }

    fn check_narrowed(text: &str, edited: Edit, expected: Edit) {
        assert_eq!(edited.narrowed(text), expected, "{text}");
        assert_eq!(apply(text, &[edited]), apply(text, &[expected]));
    }

    #[test]
    fn a_narrowed_edit_leaves_out_text_that_stays() {
        check_narrowed("it.only(a)", edit(0, 10, "it(a)"), edit(2, 7, ""));
        check_narrowed("'fs'", edit(0, 4, "'node:fs'"), edit(1, 1, "node:"));
        check_narrowed("aaa", edit(0, 3, "aa"), edit(2, 3, ""));
        check_narrowed("aé", edit(0, 3, "aè"), edit(1, 3, "è"));
        check_narrowed("ab", edit(0, 2, "ab"), edit(2, 2, ""));
    }

    #[test]
    #[cfg(feature = "ecmascript")]
    fn a_fix_that_deletes_a_comment_is_recognized() {
        let file = SourceFile::new(RelPath::new("a.ts"), "f(/* why */ a); // end").unwrap();
        let file = crate::language::lower(file);
        let deletes = |edits| Fix::new("t", Safety::Safe, edits).unwrap().deletes_comment(&file);
        assert!(deletes(vec![edit(0, 14, "a")]));
        assert!(!deletes(vec![edit(0, 14, "g(/* why */ a)")]));
        assert!(deletes(vec![edit(0, 15, "")]) && deletes(vec![edit(15, 22, "")]));
        assert!(!deletes(vec![edit(0, 1, "g")]));
    }

    #[test]
    fn file_changes_and_edits_of_a_fix_must_be_compatible() {
        let path = |path: &str| RelPath::new(path);
        let create = |name: &str| FileChange::Create { path: path(name), text: String::new() };
        let rename = |from: &str, to: &str| FileChange::Rename { from: path(from), to: path(to) };
        let delete = |name: &str| FileChange::Delete { path: path(name) };
        let of = |name: &str| Edit { path: Some(path(name)), ..edit(0, 1, "A") };
        let is_fix = |edits, files| Fix::of_files("t", Safety::Safe, edits, files).is_some();
        assert!(is_fix(vec![], vec![create("a"), rename("b", "c"), delete("d")]));
        assert!(is_fix(vec![of("b"), of("e")], vec![rename("b", "c")]), "a renamed file may be edited");
        assert!(!is_fix(vec![], vec![]));
        assert!(!is_fix(vec![], vec![create("a"), delete("a")]));
        assert!(!is_fix(vec![], vec![rename("a", "b"), rename("b", "c")]));
        assert!(!is_fix(vec![of("a")], vec![create("a")]));
        assert!(!is_fix(vec![of("a")], vec![delete("a")]));
        assert!(!is_fix(vec![of("c")], vec![rename("b", "c")]));
        assert!(!is_fix(vec![edit(0, 3, ""), edit(2, 5, "")], vec![create("a")]));
    }

    #[test]
    fn edits_are_sorted_and_must_be_disjoint() {
        let fix = Fix::new("t", Safety::Safe, vec![edit(4, 5, "E"), edit(0, 1, "A")]).unwrap();
        assert_eq!(apply("abcdef", fix.edits()), "AbcdEf");
        assert_eq!(Fix::new("t", Safety::Safe, vec![edit(0, 3, ""), edit(2, 5, "")]), None);
        assert_eq!(Fix::new("t", Safety::Safe, Vec::new()), None);
    }
}
