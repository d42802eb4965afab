//! Edits of documents and files as the protocol has them, in the form that the client takes.

use std::path::Path;

use lawbook_core::span::Span;
use serde_json::{Value, json};

use crate::check::Shared;
use crate::document::{Document, DocumentText};
use crate::features::ClientFeatures;

/// The edits of one file.
pub(super) struct FileEdits {
    uri: String,
    /// The version of the open document; none if it is unknown.
    version: Option<i32>,
    edits: Vec<Value>,
}

impl FileEdits {
    /// Edits of an open document.
    pub(super) fn of_document(document: &Document, edits: impl IntoIterator<Item = (Span, String)>) -> Self {
        let edits = edits.into_iter().map(|(span, text)| text_edit(&document.text, span, &text)).collect();
        Self { uri: document.uri.to_string(), version: document.version, edits }
    }

    /// Edits of this text of a file; none for a path that has no address, and for an open document with another text.
    pub(super) fn of_file(
        shared: &Shared,
        at: &Path,
        text: &str,
        edits: impl IntoIterator<Item = (Span, String)>,
    ) -> Option<Self> {
        if let Some(document) = shared.open().get(at) {
            return (*document.text.text == *text).then(|| Self::of_document(document, edits));
        }
        let text = DocumentText::new(text, shared.features.unit);
        let edits = edits.into_iter().map(|(span, new)| text_edit(&text, span, &new)).collect();
        Some(Self { uri: shared.roots.uri_of(at)?, version: None, edits })
    }

    /// One edit that the client shows with a place to write at: `text` with the part `place` selected.
    pub(super) fn snippet(document: &Document, at: u32, text: &str, place: Span) -> Self {
        let range = document.text.range(Span::empty(at));
        let (before, rest) = text.split_at(place.start as usize);
        let (selected, after) = rest.split_at(place.len() as usize);
        let value = format!("{}${{1:{}}}{}", escaped(before), escaped(selected), escaped(after));
        let edit = json!({ "range": range, "snippet": { "kind": "snippet", "value": value } });
        Self { uri: document.uri.to_string(), version: document.version, edits: vec![edit] }
    }

    fn json(self) -> Value {
        json!({ "textDocument": { "uri": self.uri, "version": self.version }, "edits": self.edits })
    }
}

fn text_edit(text: &DocumentText, span: Span, new: &str) -> Value {
    if let Some((span, new)) = before_last_line_end(&text.text, span, new) {
        return json!({ "range": text.range(span), "newText": new });
    }
    json!({ "range": text.range(span), "newText": new })
}

/// The same edit in front of the last line end, if it appends whole lines. Editors whose buffers are lists of lines have no
/// line behind that line end: Neovim would leave an empty one there.
fn before_last_line_end(text: &str, span: Span, new: &str) -> Option<(Span, String)> {
    let end = if text.ends_with("\r\n") { "\r\n" } else { "\n" };
    let whole_lines = new.strip_suffix(end)?;
    let before = text.strip_suffix(end)?;
    let is_at_end = span.is_empty() && span.start as usize == text.len();
    is_at_end.then(|| (Span::empty(span.start - (text.len() - before.len()) as u32), format!("{end}{whole_lines}")))
}

/// A text as a part of a snippet.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '$' | '}' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// The edits and file changes of one action, in order. None if the client cannot make them.
pub(super) fn workspace_edit(
    features: &ClientFeatures,
    edits: Vec<FileEdits>,
    file_changes: Vec<Value>,
) -> Option<Value> {
    let takes_file_changes = features.file_changes && features.document_changes;
    if !file_changes.is_empty() && !takes_file_changes {
        return None;
    }
    if features.document_changes {
        let edits = edits.into_iter().map(FileEdits::json);
        let changes: Vec<Value> = edits.chain(file_changes).collect();
        return Some(json!({ "documentChanges": changes }));
    }
    let changes: serde_json::Map<String, Value> =
        edits.into_iter().map(|file| (file.uri, Value::Array(file.edits))).collect();
    Some(json!({ "changes": changes }))
}

/// The creation of a file with a text; none for a path that has no address.
pub(super) fn creation(shared: &Shared, at: &Path, text: &str) -> Option<[Value; 2]> {
    let uri = shared.roots.uri_of(at)?;
    let start = json!({ "line": 0, "character": 0 });
    let edit = json!({ "range": { "start": start, "end": start }, "newText": text });
    let document = json!({ "uri": uri, "version": null });
    Some([json!({ "kind": "create", "uri": uri }), json!({ "textDocument": document, "edits": [edit] })])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_appended_in_front_of_the_last_line_end() {
        let check = |text: &str, at: u32, new: &str, expected: Option<(u32, &str)>| {
            let edit = before_last_line_end(text, Span::empty(at), new);
            assert_eq!(edit, expected.map(|(at, new)| (Span::empty(at), new.to_owned())), "{text:?} {new:?}");
        };
        check("a\n", 2, "\nb\n", Some((1, "\n\nb")));
        check("a\r\n", 3, "b\r\n", Some((1, "\r\nb")));
        // In the middle, behind a line that does not end, and half a line.
        check("a\nc\n", 2, "b\n", None);
        check("a", 1, "\nb\n", None);
        check("a\n", 2, "b", None);
        check("", 0, "b\n", None);
        assert_eq!(before_last_line_end("a\n", Span::new(1, 2), "b\n"), None);
    }
}
