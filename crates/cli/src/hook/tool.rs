//! The work of a tool call: which files it edits, or which command it runs.
//!
//! A name means the same in every agent that has it, and some agents run the hooks of others with tool names of their
//! own, so there is one list. What an edit is follows from the keys of the input, which differ in their spelling only.

use std::borrow::Cow;
use std::collections::HashSet;
use std::path::PathBuf;

use serde_json::{Map, Value};

use crate::hook::event::{Action, AgentEdit, OldText, ReplacedPiece};
use crate::hook::patch;
use crate::hook::payload::{text, value};

/// The tools that edit files, in lower case.
const EDITORS: &[&str] = &[
    "apply_patch",
    "applypatch",
    "create",
    "create_file",
    "delete",
    "delete_file",
    "edit",
    "edit_file",
    "editnotebook",
    "multiedit",
    "notebookedit",
    "patch",
    "replace",
    "search_replace",
    "str_replace",
    "str_replace_based_edit_tool",
    "str_replace_editor",
    "strreplace",
    "write",
    "write_file",
];

/// The tools that run a command line, in lower case.
const SHELLS: &[&str] = &[
    "bash",
    "exec_command",
    "execute",
    "local_shell",
    "powershell",
    "run_shell_command",
    "run_terminal_cmd",
    "shell",
    "shell_command",
];

/// The words in the names of other tools, such as those of MCP servers, that write what their path names.
const WRITING_WORDS: &[&str] = &[
    "append",
    "create",
    "delete",
    "edit",
    "insert",
    "modify",
    "move",
    "overwrite",
    "patch",
    "put",
    "remove",
    "rename",
    "replace",
    "save",
    "update",
    "write",
];

/// The words in the names of tools whose path is no file.
const FOLDER_WORDS: &[&str] = &["dir", "directories", "directory", "folder", "folders"];

const PATHS: &[&str] = &[
    "file_path",
    "filePath",
    "path",
    "notebook_path",
    "notebookPath",
    "target_notebook",
    "target_file",
    "targetFile",
    "filepath",
    "filename",
    "file",
    "relative_path",
    "relativePath",
    "absolute_path",
    "absolutePath",
    "pathInProject",
    "source",
    "destination",
    "old_path",
    "oldPath",
    "new_path",
    "newPath",
];

/// The work of the call of a tool; before it, `response` is `None`. A call that failed does nothing. The error is a clause
/// without a full stop: a call that must edit a file, but does not say which.
pub(crate) fn action(name: &str, input: &Value, response: Option<&Value>) -> Result<Action, String> {
    let (input, response) = (unpacked(input), response.map(unpacked));
    let has_failed = response.as_deref().is_some_and(has_failed);
    let lowercase = name.to_lowercase();
    if SHELLS.contains(&&*lowercase) {
        let command = command(&input).ok_or_else(|| format!("the call of `{name}` has no `command`"))?;
        // Models also run `apply_patch` by a shell. Any other command may have written files even if it failed.
        let edits = if response.is_some() && !has_failed && command.contains("apply_patch") {
            patch::file_edits(&command)
        } else {
            Vec::new()
        };
        return Ok(if edits.is_empty() { Action::Shell(command) } else { Action::Edit(edits) });
    }
    let is_editor = EDITORS.contains(&&*lowercase);
    if has_failed || !is_editor && !is_writer(name) {
        return Ok(Action::Other);
    }
    let edits = match patch_in(&input) {
        Some(patch) => patch::file_edits(patch),
        None => match input.as_object() {
            // An editor of several commands has one that only shows the file.
            Some(fields) if text(fields, &["command"]) == Some("view") => return Ok(Action::Other),
            Some(fields) if is_editor => edit_of(fields, response.as_deref()).into_iter().collect(),
            Some(fields) => written_paths(fields),
            None => Vec::new(),
        },
    };
    match edits.is_empty() {
        false => Ok(Action::Edit(edits)),
        true if is_editor => Err(format!("the call of `{name}` names no file")),
        true => Ok(Action::Other),
    }
}

/// The work of several calls in one event: all edits, or else all commands.
pub(crate) fn joined(actions: impl IntoIterator<Item = Action>) -> Action {
    let (mut edits, mut commands) = (Vec::new(), Vec::new());
    for action in actions {
        match action {
            Action::Edit(files) => edits.extend(files),
            Action::Shell(command) => commands.push(command),
            Action::Other => {}
        }
    }
    match (edits.is_empty(), commands.is_empty()) {
        (false, _) => Action::Edit(edits),
        (true, false) => Action::Shell(commands.join("\n")),
        (true, true) => Action::Other,
    }
}

/// A value that may be written as the text of its JSON.
fn unpacked(value: &Value) -> Cow<'_, Value> {
    let parsed = value.as_str().filter(|text| text.trim_start().starts_with('{'));
    let parsed = parsed.and_then(|text| serde_json::from_str(text).ok());
    parsed.map_or(Cow::Borrowed(value), Cow::Owned)
}

/// True if a response says that the call failed, or that its edit waits for somebody.
fn has_failed(response: &Value) -> bool {
    let Some(fields) = response.as_object() else {
        let text = response.as_str().unwrap_or_default().trim_start();
        return text.starts_with("<tool_use_error>") || text.starts_with("Error:");
    };
    let is = |names: &[&str], expected: bool| value(fields, names).and_then(Value::as_bool) == Some(expected);
    let is_success = |names: &[&str]| text(fields, names).is_none_or(|text| text == "success");
    let has_error = match fields.get("error") {
        None | Some(Value::Null | Value::Bool(false)) => false,
        Some(Value::String(text)) => !text.is_empty(),
        Some(_) => true,
    };
    has_error
        || is(&["is_error", "isError"], true)
        || is(&["success"], false)
        || is(&["staged"], true)
        || !is_success(&["result_type", "resultType"])
        || matches!(text(fields, &["status"]), Some("error" | "failed"))
}

/// The command line of a shell, which may be a list of words.
fn command(input: &Value) -> Option<String> {
    let command = match input {
        Value::Object(fields) => value(fields, &["command", "cmd", "script"])?,
        other => other,
    };
    match command {
        Value::String(command) => Some(command.clone()),
        Value::Array(words) => Some(words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")),
        _ => None,
    }
}

/// The patch that an input is or holds.
fn patch_in(input: &Value) -> Option<&str> {
    let text = match input {
        Value::Object(fields) => text(fields, &["command", "input", "patch", "patchText", "patch_text", "diff"]),
        other => other.as_str(),
    };
    text.filter(|text| patch::is_in(text))
}

/// True if a tool that is not in the lists seems to write the file that its input names.
fn is_writer(name: &str) -> bool {
    let words = words(name);
    let verb = |word: &str| WRITING_WORDS.contains(&word.trim_end_matches("files").trim_end_matches("file"));
    words.iter().any(|word| verb(word)) && !words.iter().any(|word| FOLDER_WORDS.contains(&&**word))
}

/// The words of a name in lower case, parted by signs and by capitals.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lowercase = false;
    for c in name.chars() {
        let starts = !c.is_alphanumeric() || (c.is_uppercase() && was_lowercase);
        if starts {
            words.push(String::new());
        }
        if let (true, Some(word)) = (c.is_alphanumeric(), words.last_mut()) {
            word.extend(c.to_lowercase());
        }
        was_lowercase = c.is_lowercase();
    }
    words
}

/// The paths that the input of another tool names.
fn written_paths(fields: &Map<String, Value>) -> Vec<AgentEdit> {
    let named = PATHS.iter().filter_map(|name| text(fields, &[name]));
    let listed = ["files", "paths", "file_paths"].into_iter().filter_map(|name| fields.get(name)?.as_array()).flatten();
    let listed = listed.filter_map(|item| item.as_str().or_else(|| text(item.as_object()?, PATHS)));
    let mut seen = HashSet::new();
    let paths = named.chain(listed).filter(|path| !path.is_empty() && !path.contains("://") && seen.insert(*path));
    paths.map(|path| AgentEdit { path: PathBuf::from(path), old: OldText::Unknown }).collect()
}

/// The edit of the file that the input of an editor names.
fn edit_of(fields: &Map<String, Value>, response: Option<&Value>) -> Option<AgentEdit> {
    let path = text(fields, PATHS).filter(|path| !path.is_empty())?;
    let old = response.and_then(old_in_response).unwrap_or_else(|| pieces(fields));
    Some(AgentEdit { path: PathBuf::from(path), old })
}

/// The old text that the response of a tool has: at its top, or in what the tool shows of it.
fn old_in_response(response: &Value) -> Option<OldText> {
    let shown = ["/returnDisplay", "/filediff", "/metadata", "/metadata/filediff"].map(|at| response.pointer(at));
    let places = std::iter::once(Some(response)).chain(shown).flatten().filter_map(Value::as_object);
    places.into_iter().find_map(|fields| {
        let is_new = text(fields, &["type"]) == Some("create")
            || fields.get("isNewFile") == Some(&Value::Bool(true))
            || fields.get("exists") == Some(&Value::Bool(false));
        if is_new {
            return Some(OldText::Whole(None));
        }
        let old = text(fields, &["originalFile", "original_file", "originalContent", "before"]);
        old.map(|old| OldText::Whole(Some(old.to_owned())))
    })
}

/// The pieces that the input of an editor replaces.
fn pieces(fields: &Map<String, Value>) -> OldText {
    let lists = ["edits", "changes", "replacements"].into_iter();
    let list = lists.filter_map(|name| fields.get(name)?.as_array()).find(|list| !list.is_empty());
    let pieces: Option<Vec<ReplacedPiece>> = match list {
        Some(list) => list.iter().map(|item| piece(item.as_object()?)).collect(),
        None => piece(fields).map(|piece| vec![piece]),
    };
    pieces.map_or(OldText::Unknown, OldText::Pieces)
}

/// One replacement. One that inserts or deletes has none: the place of nothing cannot be found again, and an empty old
/// text also stands for that of a whole file.
fn piece(fields: &Map<String, Value>) -> Option<ReplacedPiece> {
    let old = text(fields, &["old_string", "oldString", "old_str", "oldStr", "oldText", "old_text"])?;
    let new = text(fields, &["new_string", "newString", "new_str", "newStr", "newText", "new_text"])?;
    if old.is_empty() || new.is_empty() {
        return None;
    }
    let flags = value(fields, &["replace_all", "replaceAll", "change_all", "changeAll", "allow_multiple"]);
    let is_everywhere = flags.and_then(Value::as_bool).unwrap_or(false)
        || value(fields, &["expected_replacements"]).and_then(Value::as_u64).is_some_and(|count| count > 1);
    Some(ReplacedPiece { old: old.to_owned(), new: new.to_owned(), is_everywhere })
}
