//! Edits of documents and files as the protocol has them, in the form that the client takes.

use std::path::Path;

use lawbook_core::span::Span;
use serde_json::{Value, json};

use crate::document::{Document, DocumentText};
use crate::features::ClientFeatures;
use crate::uri;

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

    /// Edits of a file with this text; none for a path that has no address.
    pub(super) fn of_file(
        features: &ClientFeatures,
        at: &Path,
        text: &str,
        edits: impl IntoIterator<Item = (Span, String)>,
    ) -> Option<Self> {
        let text = DocumentText::new(text, features.unit);
        let edits = edits.into_iter().map(|(span, new)| text_edit(&text, span, &new)).collect();
        Some(Self { uri: uri::of_path(at)?, version: None, edits })
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
    json!({ "range": text.range(span), "newText": new })
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
    if !file_changes.is_empty() && !(features.file_changes && features.document_changes) {
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
pub(super) fn creation(at: &Path, text: &str) -> Option<[Value; 2]> {
    let uri = uri::of_path(at)?;
    let start = json!({ "line": 0, "character": 0 });
    let edit = json!({ "range": { "start": start, "end": start }, "newText": text });
    let document = json!({ "uri": uri, "version": null });
    Some([json!({ "kind": "create", "uri": uri }), json!({ "textDocument": document, "edits": [edit] })])
}
