//! The capabilities of the client that the server uses. Only what the server asks for is read, so that a capability that a
//! client spells wrongly costs that one and not the session.

use lawbook_core::source::ColumnUnit;
use serde_json::Value;

/// The capabilities of the client.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a capability of its own")]
pub(crate) struct ClientFeatures {
    /// The unit of columns that the server has chosen of those offered.
    pub(crate) unit: ColumnUnit,
    /// It asks for diagnostics; to another one they are sent.
    pub(crate) pulls: bool,
    /// It asks for diagnostics again when it is told to.
    pub(crate) refreshes_diagnostics: bool,
    /// It asks for code lenses again when it is told to.
    pub(crate) refreshes_lenses: bool,
    /// It shows further places of a diagnostic.
    pub(crate) related_information: bool,
    /// It shows the address of a rule's documentation.
    pub(crate) code_description: bool,
    /// It watches files that the server names.
    pub(crate) watches: bool,
    /// It takes a folder and a glob below it as the files to watch.
    pub(crate) relative_patterns: bool,
    /// It answers questions for settings.
    pub(crate) configures: bool,
    /// It registers for changes of settings.
    pub(crate) registers_configuration: bool,
    /// It applies edits that name the version of a document, and changes of files.
    pub(crate) document_changes: bool,
    /// It applies edits with places for the cursor.
    pub(crate) snippet_edits: bool,
    /// It creates, renames and deletes files as a part of an edit.
    pub(crate) file_changes: bool,
    /// It shows a document at a place when asked.
    pub(crate) shows_documents: bool,
    /// It asks for the edit of a code action when that is chosen.
    pub(crate) resolves_edits: bool,
    /// It takes the command of a code action, too, when that is chosen.
    pub(crate) resolves_commands: bool,
    /// It takes code actions that are more than commands.
    pub(crate) action_literals: bool,
    /// It shows Markdown.
    pub(crate) markdown: bool,
}

impl ClientFeatures {
    /// Reads the `capabilities` of the client.
    pub(crate) fn of(capabilities: &Value) -> Self {
        let at = |path: &str| capabilities.pointer(path);
        let says = |path: &str| at(path).and_then(Value::as_bool).unwrap_or(false);
        let lists = |path: &str, wanted: &str| {
            at(path).and_then(Value::as_array).is_some_and(|all| all.iter().any(|one| one == wanted))
        };
        let of_diagnostics = |key: &str| {
            says(&format!("/textDocument/diagnostic/{key}")) || says(&format!("/textDocument/publishDiagnostics/{key}"))
        };
        let file_changes = ["create", "rename", "delete"];
        Self {
            unit: unit(at("/general/positionEncodings")),
            pulls: at("/textDocument/diagnostic").is_some_and(Value::is_object),
            // The first name is that of the protocol; the second stands in types that clients are made from.
            refreshes_diagnostics: says("/workspace/diagnostics/refreshSupport")
                || says("/workspace/diagnostic/refreshSupport"),
            refreshes_lenses: says("/workspace/codeLens/refreshSupport"),
            related_information: of_diagnostics("relatedInformation"),
            code_description: of_diagnostics("codeDescriptionSupport"),
            watches: says("/workspace/didChangeWatchedFiles/dynamicRegistration"),
            relative_patterns: says("/workspace/didChangeWatchedFiles/relativePatternSupport"),
            configures: says("/workspace/configuration"),
            registers_configuration: says("/workspace/didChangeConfiguration/dynamicRegistration"),
            document_changes: says("/workspace/workspaceEdit/documentChanges"),
            snippet_edits: says("/workspace/workspaceEdit/snippetEditSupport"),
            file_changes: file_changes
                .iter()
                .all(|wanted| lists("/workspace/workspaceEdit/resourceOperations", wanted)),
            shows_documents: says("/window/showDocument/support"),
            resolves_edits: lists("/textDocument/codeAction/resolveSupport/properties", "edit"),
            resolves_commands: lists("/textDocument/codeAction/resolveSupport/properties", "command"),
            action_literals: at("/textDocument/codeAction/codeActionLiteralSupport").is_some_and(Value::is_object),
            markdown: lists("/textDocument/hover/contentFormat", "markdown"),
        }
    }

    /// The name of the unit of columns in the protocol.
    pub(crate) fn encoding(&self) -> &'static str {
        name(self.unit)
    }
}

fn name(unit: ColumnUnit) -> &'static str {
    match unit {
        ColumnUnit::Utf8 => "utf-8",
        ColumnUnit::Utf16 => "utf-16",
        ColumnUnit::Utf32 => "utf-32",
    }
}

/// The first of the server's units, the cheapest first, that the client offers; UTF-16 if it offers none.
fn unit(offered: Option<&Value>) -> ColumnUnit {
    let offered = offered.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let units = [ColumnUnit::Utf8, ColumnUnit::Utf16, ColumnUnit::Utf32];
    units.into_iter().find(|unit| offered.iter().any(|one| one == name(*unit))).unwrap_or(ColumnUnit::Utf16)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_cheapest_offered_unit_is_chosen() {
        let check = |offered: Value, expected: &str| {
            let features = ClientFeatures::of(&json!({ "general": { "positionEncodings": offered } }));
            assert_eq!(features.encoding(), expected);
        };
        check(json!(["utf-16", "utf-8"]), "utf-8");
        check(json!(["utf-32", "utf-16"]), "utf-16");
        check(json!(["utf-32"]), "utf-32");
        check(json!(["utf-7"]), "utf-16");
        check(json!("utf-8"), "utf-16");
        assert_eq!(ClientFeatures::of(&Value::Null).encoding(), "utf-16");
    }

    #[test]
    fn one_wrong_capability_costs_no_other() {
        let features = ClientFeatures::of(&json!({
            "textDocument": { "diagnostic": {}, "codeAction": 7 },
            "workspace": { "configuration": "yes", "workspaceEdit": { "documentChanges": true } }
        }));
        assert!(features.pulls && features.document_changes && !features.configures && !features.resolves_edits);
    }
}
