//! The tool `suppressions`: the list of `lawbook suppressions`.

use std::ops::Range;
use std::path::PathBuf;

use lawbook_core::mistake::MistakeList;
use lawbook_workspace::Workspace;
use lawbook_workspace::report::v1::SuppressionListV1;
use serde_json::{Value, json};

use super::schema::{answer as answer_schema, count, count_or_null, flag, list, object, text, text_or_null, texts};
use super::subject::{PATHS, hold};
use super::{CURSOR, as_command, notes_in_words};
use crate::args::LawArgs;
use crate::command::{opening, suppressions};
use crate::mcp::{Argument, Call, McpTool, PageRequest, ToolAnswer};

/// Files and folders; globs are those of a check.
const FILES: Argument =
    Argument { doc: "Files and folders below the folder that is served; without any, all of it.", ..PATHS };

pub(super) const TOOL: McpTool = McpTool {
    name: "suppressions",
    title: "List suppressions",
    description: "Lists every comment and attribute that suppresses findings, of lawbook and of other tools (`eslint-disable`, \
        `@ts-ignore`, `#[allow]`, …), with the reason that it gives, who has committed it and how long ago, and whether it \
        has expired.",
    arguments: &[FILES, CURSOR],
    output,
    answer,
};

/// The most suppressions of a page.
const MAX_SUPPRESSIONS: usize = 30;

fn output() -> Value {
    let suppression = object(
        &[
            ("tool", text("The tool that reads it.")),
            ("directive", text("The directive of the tool.")),
            ("rules", texts("The rules that it names; empty for all.")),
            ("reach", text("The code that it covers, such as `line` or `file`.")),
            ("reason", text_or_null("The reason that it gives.")),
            ("owner", text_or_null("The person or team responsible for it.")),
            ("ticket", text_or_null("The ticket that it names.")),
            ("until", text_or_null("Its last day.")),
            ("expired", flag("True if that day is over.")),
            ("path", text("The file, relative to the folder that is served.")),
            ("line", count("Its line, from 1 on.")),
            ("author", text_or_null("Who has committed it.")),
            ("committed", text_or_null("The day of that commit.")),
            ("ageDays", count_or_null("The days since that commit.")),
        ],
        &[],
    );
    answer_schema(&[
        ("summary", text("The counts in a line.")),
        ("expired", count("Those that have expired, on all pages.")),
        ("unreasoned", count("Those without a reason.")),
        ("suppressions", list(&suppression, "The suppressions of this page, by path and line.")),
        ("notes", texts("What else there is to know about the list.")),
    ])
}

fn answer(call: &Call<'_>) -> Result<ToolAnswer, MistakeList> {
    let paths = call.arguments.texts(FILES.name);
    hold(call, paths.iter().copied())?;
    let ((law, found), notes) = as_command(call, "", |context| {
        let opening = opening(call.packs.to_vec(), &LawArgs::default()).with_paths(paths.iter().map(PathBuf::from));
        let law = Workspace::open(context.cwd()?, opening)?.whole_law()?;
        let found = law.markers();
        suppressions::note(&found, context);
        Ok((law, found))
    })?;
    let root = law.paths().shown_root();
    let listed = SuppressionListV1::new(&found, &root);
    let told = listed.suppressions.iter().map(|one| {
        json!({
            "tool": one.tool,
            "directive": one.directive,
            "rules": one.rules,
            "reach": one.reach,
            "reason": one.reason,
            "owner": one.owner,
            "ticket": one.ticket,
            "until": one.until,
            "expired": one.expired,
            "path": law.paths().shown(one.path),
            "line": one.range.start.line,
            "author": one.author,
            "committed": one.committed,
            "ageDays": one.age_days,
        })
    });
    let all: Vec<Value> = told.collect();
    let state: String = all.iter().map(Value::to_string).collect();
    let request = PageRequest { arguments: call.arguments, tool: TOOL.name, total: all.len(), most: MAX_SUPPRESSIONS };
    let mut size = |range: Range<usize>| all[range].iter().map(|one| one.to_string().len()).sum();
    let page = request.page(&state, &mut size).map_err(|mistake| vec![mistake])?;
    let summary = suppressions::summary_in_words(&found);
    let mut text = format!("{summary}\n");
    text.extend(page.in_words("suppressions", TOOL.name).map(|place| place + "\n"));
    text.push_str(&notes_in_words(&notes));
    text.push_str(suppressions::lines(&found, page.items.clone(), law.paths()).as_str());
    let mut structured = json!({
        "summary": summary,
        "expired": found.expired(),
        "unreasoned": found.unreasoned(),
        "suppressions": &all[page.items.clone()],
        "notes": notes,
    });
    page.add_to(&mut structured);
    Ok(ToolAnswer { text, structured })
}
