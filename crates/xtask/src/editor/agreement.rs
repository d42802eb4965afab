//! The server and the command line over a corpus: each file has the same findings in both.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::corpus;
use crate::editor::client::{LspClient, ServerCommand, uri_of};
use crate::editor::differential::{self, language_of};
use crate::editor::findings::{self, FindingLines};
use crate::editor::law;
use crate::editor::peers::write;
use crate::editor::text::{LspEncoding, edited};
use crate::editor::{EditorOutcome, files_of};
use crate::places::WorkspaceFolders;

/// The extensions of the files that are compared.
const EXTENSIONS: [&str; 9] = ["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "rs", "py"];

/// Of so many files one is fixed.
const FILES_PER_FIXED: usize = 4;

/// The most differences that are described.
const MAX_FAILURES: usize = 20;

/// Opens every so many files of the corpora, and compares.
pub fn run(places: &WorkspaceFolders, lawbook: &Path, every: usize) -> Result<EditorOutcome, String> {
    let folder = places.e2e().join("editor").join("agreement");
    let _ = fs::remove_dir_all(&folder);
    law::set_up(places, &folder)?;
    let folders: Vec<PathBuf> =
        corpus::npm_folders(places)?.into_iter().chain(corpus::crate_folders(places)?).collect();
    let mut texts = BTreeMap::new();
    for (number, from) in folders.iter().enumerate() {
        for path in files_of(std::slice::from_ref(from), &EXTENSIONS).into_iter().step_by(every.max(1)) {
            // A file that is no UTF-8 reaches a server only as an editor has decoded it.
            let (Ok(below), Ok(text)) = (path.strip_prefix(from), fs::read_to_string(&path)) else { continue };
            let name = format!("{number}/{}", below.to_string_lossy().replace('\\', "/"));
            write(&folder.join(&name), &text)?;
            texts.insert(name, text);
        }
    }
    compare(lawbook, &folder, &texts)
}

/// Compares the findings of these files of a project: of the command line, of each opened document, and of all files.
fn compare(lawbook: &Path, folder: &Path, texts: &BTreeMap<String, String>) -> Result<EditorOutcome, String> {
    let report = report_of(lawbook, folder, &[])?;
    let expected = findings::by_path(&report, LspEncoding::Utf16, |path| texts.get(path).cloned());
    let command = ServerCommand::lawbook(lawbook, folder);
    let capabilities = differential::capabilities(&["utf-16"]);
    let mut client = LspClient::open(&command, folder, &capabilities, &Value::Null)?;
    let mut outcome = EditorOutcome::default();
    let of_workspace = workspace_findings(&mut client, &folder.canonicalize().unwrap_or(folder.to_path_buf()))?;
    let (mut count, mut fixed) = (0, 0);
    for (number, (path, text)) in texts.iter().enumerate() {
        let none = FindingLines::new();
        let fresh = expected.get(path).unwrap_or(&none);
        count += fresh.len();
        let uri = uri_of(&folder.join(path));
        client.did_open(&uri, language_of(path), 1, text);
        let opened = findings::of_server(&client.pull(&uri)?["items"]);
        client.notify("textDocument/didClose", &json!({ "textDocument": { "uri": uri } }));
        for (title, seen) in [("opened", &opened), ("of all files", of_workspace.get(path).unwrap_or(&none))] {
            let difference = findings::differences(fresh, seen);
            outcome.failures.extend(difference.map(|difference| format!("{path}, {title}: {difference}")));
        }
        if number % FILES_PER_FIXED == 0 {
            let text = with_findings_to_fix(path, text);
            let difference = difference_of_fixes(lawbook, folder, &mut client, (path, &text))?;
            outcome.failures.extend(difference.map(|difference| format!("{path}, fixed: {difference}")));
            fixed += 1;
        }
        if outcome.failures.len() >= MAX_FAILURES {
            outcome.failures.push("the other files were not compared".to_owned());
            break;
        }
    }
    client.shut_down()?;
    let _ = writeln!(
        outcome.text,
        "{} files, {count} findings compared, opened and of all files; {fixed} files fixed",
        texts.len()
    );
    Ok(outcome)
}

/// The text with findings that have safe fixes: behind some of the statements, where they may stand or break the text.
fn with_findings_to_fix(path: &str, text: &str) -> String {
    let added = match path.rsplit('.').next() {
        Some("rs") => "dbg!();\n",
        Some("py") => "breakpoint()\n",
        _ => "debugger;\n",
    };
    let mut changed = String::new();
    for (number, line) in text.split_inclusive('\n').enumerate() {
        changed.push_str(line);
        if number % 20 == 7 && line.ends_with(";\n") {
            changed.push_str(added);
        }
    }
    changed
}

/// Compares the text after the action that fixes a document with that of `check --fix`; none if both are equal.
fn difference_of_fixes(
    lawbook: &Path,
    folder: &Path,
    client: &mut LspClient,
    (path, text): (&str, &str),
) -> Result<Option<String>, String> {
    let uri = uri_of(&folder.join(path));
    client.did_open(&uri, language_of(path), 1, text);
    let end = json!({ "line": u32::MAX >> 1, "character": 0 });
    let params = json!({
        "textDocument": { "uri": uri },
        "range": { "start": { "line": 0, "character": 0 }, "end": end },
        "context": { "diagnostics": [], "only": ["source.fixAll.lawbook"] },
    });
    let actions = client.request("textDocument/codeAction", &params)?.ok("codeAction")?;
    let mut action = actions[0].clone();
    if action.is_object() && action["edit"].is_null() {
        action = client.request("codeAction/resolve", &action)?.ok("codeAction/resolve")?;
    }
    client.notify("textDocument/didClose", &json!({ "textDocument": { "uri": uri } }));
    let changes = action["edit"]["documentChanges"].as_array().cloned().unwrap_or_default();
    let edits = changes.iter().find(|change| change["textDocument"]["uri"] == uri.as_str());
    let seen = edits.and_then(|change| edited(text, &change["edits"], LspEncoding::Utf16));
    let seen = seen.unwrap_or_else(|| text.to_owned());
    let fresh = findings::fixed_by_fresh_process(lawbook, folder, path, text)?;
    let first = fresh.lines().zip(seen.lines()).position(|(one, other)| one != other);
    Ok((fresh != seen).then(|| {
        let lines = |text: &str| text.lines().count();
        format!("line {first:?} differs; {} lines of the command line, {} of the server", lines(&fresh), lines(&seen))
    }))
}

/// The report of a check of a folder, with more arguments.
pub fn report_of(lawbook: &Path, folder: &Path, args: &[&str]) -> Result<Value, String> {
    let output = Command::new(lawbook)
        .args(["check", "--format", "json"])
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("lawbook could not be started: {error}"))?;
    if !matches!(output.status.code(), Some(0 | 1)) {
        let text = String::from_utf8_lossy(&output.stdout);
        return Err(format!("lawbook check in {} ended with {}: {text}", folder.display(), output.status));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("lawbook's JSON: {error}"))
}

/// The findings of all files by path, as the server gives them at once. Files without findings are left out.
pub fn workspace_findings(client: &mut LspClient, folder: &Path) -> Result<BTreeMap<String, FindingLines>, String> {
    let method = "workspace/diagnostic";
    let report = client.request(method, &json!({ "previousResultIds": [] }))?.ok(method)?;
    let prefix = format!("{}/", uri_of(folder));
    let mut findings = BTreeMap::new();
    for one in report["items"].as_array().into_iter().flatten() {
        let uri = one["uri"].as_str().unwrap_or_default();
        let path = uri.strip_prefix(&prefix).map(unescape).ok_or_else(|| format!("{uri} is not below {prefix}"))?;
        let lines = findings::of_server(&one["items"]);
        if !lines.is_empty() && findings.insert(path, lines).is_some() {
            return Err(format!("{uri} has two reports"));
        }
    }
    Ok(findings)
}

/// A path of a URI without its escapes.
fn unescape(path: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = path.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped = after.get(..2).filter(|_| *first == b'%');
        let byte = escaped.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone() {
        assert_eq!(unescape("a%20b/%C3%BC%.ts"), "a b/ü%.ts");
    }
}
