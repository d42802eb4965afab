//! The tool `rules_for_path`: the rules that hold for a file, as `lawbook rules --for` lists them.

use std::ops::Range;
use std::path::Path;

use lawbook_core::mistake::MistakeList;
use lawbook_workspace::Workspace;
use serde_json::{Value, json};

use super::schema::{answer as answer_schema, list, object, one_of, text, text_or_null, texts};
use super::subject::hold;
use super::{CURSOR, as_command, notes_in_words};
use crate::args::LawArgs;
use crate::command::{law, opening, rules};
use crate::mcp::{Argument, ArgumentKind, Call, McpTool, PageRequest, ToolAnswer};

const PATH: Argument =
    Argument::new("path", ArgumentKind::Text, "The file, relative to the folder that is served. It need not exist.")
        .required();

pub(super) const TOOL: McpTool = McpTool {
    name: "rules_for_path",
    title: "Rules for a file",
    description: "Lists the rules that hold for a file, with the level of each, its options, and the line of the settings \
        that has set it. Call it before writing in a file, or to learn why a finding is there or is not.",
    arguments: &[PATH, CURSOR],
    output,
    answer,
};

/// The most rules of a page.
const MAX_RULES: usize = 40;

fn output() -> Value {
    let rule = object(
        &[
            ("id", text("The id, for `explain`.")),
            ("level", one_of(&["error", "warning", "info", "off"], "Its level for the file.")),
            ("summary", text("What it asks for, in a sentence.")),
            ("setBy", text("What has set the level.")),
            ("pack", text("Where the rule comes from.")),
            ("options", json!({ "type": "object", "additionalProperties": {}, "description": "Its options by name." })),
        ],
        &[],
    );
    answer_schema(&[
        ("path", text("The file.")),
        ("excludedBy", text_or_null("The glob that leaves the file out of every check, so that no rule runs on it.")),
        ("rules", list(&rule, "The rules of this page.")),
        ("notes", texts("What else there is to know about the rules.")),
    ])
}

fn answer(call: &Call<'_>) -> Result<ToolAnswer, MistakeList> {
    let typed = call.arguments.text(PATH.name).unwrap_or_default();
    hold(call, std::iter::once(typed))?;
    let ((law, path), notes) = as_command(call, "", |context| {
        let opening = opening(call.packs.to_vec(), &LawArgs::default());
        let (workspace, path) = Workspace::open_for_file(context.cwd()?, Path::new(typed), opening)?;
        let law = workspace.whole_law()?;
        law::note(&law, &mut context.output);
        law::note_refused(&law, &mut context.output);
        Ok((law, path))
    })?;
    let excluded_by = law.excluding_glob(path.as_str());
    let on = rules::on_file(&law, &path);
    let all: Vec<Value> = on.iter().map(rules::ListedRule::as_told).collect();
    let state: String = all.iter().map(Value::to_string).collect();
    let request = PageRequest { arguments: call.arguments, tool: TOOL.name, total: all.len(), most: MAX_RULES };
    let mut size = |range: Range<usize>| all[range].iter().map(|rule| rule.to_string().len()).sum();
    let page = request.page(&state, &mut size).map_err(|mistake| vec![mistake])?;
    let shown = law.paths().shown(path.as_str());
    let mut text = match excluded_by {
        Some(glob) => format!("no rule runs on {shown}: the settings leave it out (`{glob}`)\n"),
        None => format!("{}\n", rules::count_in_words(&on, Path::new(&shown))),
    };
    text.extend(page.in_words("rules", TOOL.name).map(|place| place + "\n"));
    text.push_str(&notes_in_words(&notes));
    text.push_str(rules::lines(&on[page.items.clone()]).as_str());
    let mut structured = json!({
        "path": shown,
        "excludedBy": excluded_by,
        "rules": &all[page.items.clone()],
        "notes": notes,
    });
    page.add_to(&mut structured);
    Ok(ToolAnswer { text, structured })
}
