//! The tool `fix_preview`: what `lawbook check --fix` would write, as a diff.

use std::fmt::Write as _;
use std::ops::Range;

use lawbook_core::mistake::MistakeList;
use lawbook_workspace::{Fixes, RootPaths};
use serde_json::{Value, json};

use super::schema::{answer as answer_schema, count, list, object, text, texts};
use super::subject::{CHANGED, CalledCheck, PATH_OF_TEXT, PATHS, RULES, SINCE, TEXT};
use super::{CURSOR, as_command, notes_in_words};
use crate::command::check::{Checked, check_as_asked};
use crate::mcp::{Argument, ArgumentKind, Call, McpTool, PageRequest, ToolAnswer};
use crate::report::DEFAULT_BUDGET;
use crate::text::{counted, visible};

/// The argument that asks for all fixes.
const UNSAFE: Argument = Argument::new(
    "unsafe",
    ArgumentKind::Flag,
    "Also the fixes that may change what the code means; without it, only those that keep it.",
);

pub(super) const TOOL: McpTool = McpTool {
    name: "fix_preview",
    title: "Preview fixes",
    description: "Shows as a unified diff what the fixes of the rules would write, each proved in memory: the file still \
        parses, the finding is gone and no new one has come. It writes nothing; `lawbook check --fix` with the same paths \
        does, or apply the diff. Fixes that were rolled back are named with the reason.",
    arguments: &[PATHS, CHANGED, SINCE, TEXT, PATH_OF_TEXT, UNSAFE, RULES, CURSOR],
    output,
    answer,
};

/// The most hunks of a page.
const MAX_HUNKS: usize = 40;

/// The most bytes of a hunk; of a longer one only the place is shown.
const MAX_HUNK_BYTES: usize = 16_000;

/// The most fixes that are named because they were rolled back.
const MAX_ROLLED_BACK: usize = 8;

fn output() -> Value {
    let rolled_back = object(
        &[
            ("rule", text("The rule of the finding.")),
            ("path", text("The file.")),
            ("line", count("The line of the finding, from 1 on.")),
            ("reason", text("Why its fix does not hold.")),
        ],
        &[],
    );
    answer_schema(&[
        ("summary", text("What would be written, in a line.")),
        ("fixes", count("The fixes that would be applied.")),
        ("files", texts("The files of the hunks of this page.")),
        ("diff", text("The hunks of this page, as a unified diff with paths from the folder that is served.")),
        ("rolledBack", list(&rolled_back, "Fixes that do not hold, the first of them.")),
        ("notes", texts("What else there is to know about the run.")),
    ])
}

fn answer(call: &Call<'_>) -> Result<ToolAnswer, MistakeList> {
    let is_unsafe = call.arguments.flag(UNSAFE.name);
    let options: &[&str] = if is_unsafe { &["--diff", "--unsafe-fixes"] } else { &["--diff"] };
    let subject = CalledCheck::of(call, options)?;
    let (mut checked, notes) = as_command(call, &subject.text, |context| {
        check_as_asked(call.packs.to_vec(), &subject.args, |request| call.watch.over(request), context)
    })?;
    let fixes = checked.run.fixes.take().unwrap_or_default();
    let paths = checked.run.law.paths();
    let hunks = hunks(&fixes, paths);
    let state: String = hunks.iter().flat_map(|hunk| [&*hunk.head, &*hunk.text]).collect();
    let request = PageRequest { arguments: call.arguments, tool: TOOL.name, total: hunks.len(), most: MAX_HUNKS };
    let mut size = |range: Range<usize>| diff_of(&hunks[range]).len();
    let page = request.page(&state, &mut size).map_err(|mistake| vec![mistake])?;
    let diff = diff_of(&hunks[page.items.clone()]);
    let summary = in_words(&checked, &fixes, &subject, is_unsafe);
    let rolled_back = fixes.rolled_back.iter().take(MAX_ROLLED_BACK).map(|fix| {
        let path = paths.shown(fix.path.as_str());
        json!({ "rule": &*fix.rule, "path": path, "line": fix.line_after, "reason": fix.reason })
    });
    let rolled_back: Vec<Value> = rolled_back.collect();
    let mut files: Vec<&str> = hunks[page.items.clone()].iter().map(|hunk| hunk.path.as_str()).collect();
    files.dedup();
    let mut text = format!("{summary}\n");
    if let Some(place) = page.in_words("hunks", TOOL.name) {
        let _ = writeln!(text, "{place}");
    }
    text.push_str(&notes_in_words(&notes));
    text.push_str(&visible(&diff));
    let mut structured = json!({
        "summary": summary,
        "fixes": fixes.applied.len(),
        "files": files,
        "diff": diff,
        "rolledBack": rolled_back,
        "notes": notes,
    });
    page.add_to(&mut structured);
    Ok(ToolAnswer { text, structured })
}

/// A hunk of a diff, with the lines that name its file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct PreviewHunk {
    /// The file as it would be called, or as it was if it would be gone.
    path: String,
    head: String,
    text: String,
}

/// The hunks of all files.
fn hunks(fixes: &Fixes, paths: &RootPaths) -> Vec<PreviewHunk> {
    let mut found = Vec::new();
    for file in &fixes.files {
        let mut one = Fixes::default();
        one.files.push(file.clone());
        let side = file.after.as_ref().or(file.before.as_ref());
        let path = side.map_or_else(String::new, |side| paths.shown(side.path().as_str()));
        split(&path, &one.diff(paths), &mut found);
    }
    found
}

/// Adds the hunks of the diff of one file. Lines of code begin with a sign there, so that `@@` begins a hunk.
fn split(path: &str, diff: &str, hunks: &mut Vec<PreviewHunk>) {
    let first = hunks.len();
    let mut head = String::new();
    for line in diff.split_inclusive('\n') {
        if line.starts_with("@@ ") {
            hunks.push(PreviewHunk { path: path.to_owned(), head: head.clone(), text: line.to_owned() });
        } else if hunks.len() == first {
            head.push_str(line);
        } else if let Some(hunk) = hunks.last_mut() {
            hunk.text.push_str(line);
        }
    }
    if hunks.len() == first && !head.is_empty() {
        hunks.push(PreviewHunk { path: path.to_owned(), head, text: String::new() });
    }
    for hunk in hunks.iter_mut().skip(first).filter(|hunk| hunk.text.len() > MAX_HUNK_BYTES) {
        let place = hunk.text.lines().next().unwrap_or_default();
        hunk.text = format!(
            "{place} (not shown: {} bytes; `lawbook check --diff` prints those of a file, and of a `text` give fewer lines)\n",
            hunk.text.len()
        );
    }
}

/// Hunks as a diff: each file is named once.
fn diff_of(hunks: &[PreviewHunk]) -> String {
    let mut diff = String::new();
    for (number, hunk) in hunks.iter().enumerate() {
        if number == 0 || hunks[number - 1].head != hunk.head {
            diff.push_str(&hunk.head);
        }
        diff.push_str(&hunk.text);
    }
    diff
}

/// The summary: what would be written, and the command that writes it.
fn in_words(checked: &Checked, fixes: &Fixes, subject: &CalledCheck, is_unsafe: bool) -> String {
    let mut words = if fixes.applied.is_empty() {
        "lawbook: no fix would be written".to_owned()
    } else {
        let (count, files) = (counted_fixes(fixes.applied.len()), counted(fixes.files.len(), "file"));
        format!("lawbook: {count} in {files} would be written, and nothing was")
    };
    let is_text = subject.args.stdin_filename.is_some();
    if !fixes.applied.is_empty() && !is_text {
        let more = if is_unsafe { " --unsafe-fixes" } else { "" };
        let view = checked.view(DEFAULT_BUDGET);
        let _ = write!(words, "; `{} --fix{more}` writes this", view.verify.for_run());
    }
    if !fixes.rolled_back.is_empty() {
        let _ =
            write!(words, "; {} rolled back, since the result does not hold", counted_fixes(fixes.rolled_back.len()));
    }
    let left = checked.run.report.summary.fixable_unsafe;
    if !is_unsafe && left > 0 {
        let _ = write!(words, "; {left} more with `unsafe: true`");
    }
    words
}

fn counted_fixes(count: usize) -> String {
    if count == 1 { "1 fix".to_owned() } else { format!("{count} fixes") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hunks_are_split_where_they_begin_and_put_together_again() {
        let one = "--- a/a.ts\n+++ b/a.ts\n@@ -1 +1 @@\n---- a/x\n+++ b/x\n@@ -9 +9 @@\n-@@ y\n+@@ z\n";
        let other = "--- a/b.ts\n+++ b/b.ts\n@@ -1 +1 @@\n-c\n+d\n";
        let renamed = "diff --git a/c.ts b/d.ts\nrename from c.ts\nrename to d.ts\n";
        let mut hunks = Vec::new();
        for diff in [one, other, renamed] {
            split("a.ts", diff, &mut hunks);
        }
        assert_eq!(hunks.len(), 4);
        assert_eq!(diff_of(&hunks), format!("{one}{other}{renamed}"));
        assert!(diff_of(&hunks[1..2]).starts_with("--- a/a.ts\n+++ b/a.ts\n@@ -9"));
        hunks.clear();
        split("a.ts", &format!("--- a/a.ts\n+++ b/a.ts\n@@ -1 +1 @@\n-{}\n", "x".repeat(MAX_HUNK_BYTES)), &mut hunks);
        assert!(hunks[0].text.starts_with("@@ -1 +1 @@ (not shown: 16014 bytes;"), "{}", hunks[0].text);
    }
}
