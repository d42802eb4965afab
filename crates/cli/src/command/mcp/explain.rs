//! The tool `explain`: the page of a rule, as `lawbook explain` prints it.

use std::ops::Range;

use lawbook_core::diagnostic::Severity;
use lawbook_core::mistake::MistakeList;
use lawbook_core::plan::PlannedRule;
use lawbook_workspace::Workspace;
use serde_json::{Value, json};

use super::schema::{answer as answer_schema, flag, list, object, one_of, text};
use super::{CURSOR, as_command, notes_in_words};
use crate::args::LawArgs;
use crate::command::{explain, law, opening};
use crate::mcp::{Argument, ArgumentKind, Call, McpTool, PageRequest, ToolAnswer};
use crate::text::Text;

const RULE: Argument =
    Argument::new("rule", ArgumentKind::Text, "The id of the rule, as in findings and in `rules_for_path`.").required();

pub(super) const TOOL: McpTool = McpTool {
    name: "explain",
    title: "Explain a rule",
    description: "Gives the page of a rule: what it forbids, why, what to write instead, when an exception is right, \
        examples of bad and good code, and its options.",
    arguments: &[RULE, CURSOR],
    output,
    answer,
};

/// The most lines of a page.
const MAX_LINES: usize = 200;

fn output() -> Value {
    let rule = object(
        &[
            ("id", text("The id.")),
            ("summary", text("What it asks for, in a sentence.")),
            ("level", one_of(&["error", "warning", "info", "off"], "Its level.")),
            ("setBy", text("What has set the level.")),
            ("suppressible", flag("True if a comment with a reason may suppress a finding.")),
        ],
        &[],
    );
    answer_schema(&[
        ("rules", list(&rule, "The rules with this name.")),
        ("page", text("The lines of this page of the answer: `total` counts lines.")),
    ])
}

fn answer(call: &Call<'_>) -> Result<ToolAnswer, MistakeList> {
    let id = call.arguments.text(RULE.name).unwrap_or_default();
    let ((told, text), notes) = as_command(call, "", |context| {
        let opening = opening(call.packs.to_vec(), &LawArgs::default());
        let law = Workspace::open(context.cwd()?, opening)?.whole_law()?;
        let found = explain::rules_named(&law, id, context)?;
        let told = |rule: &&PlannedRule| {
            let (level, origin) = law::level_somewhere(&law, rule);
            json!({
                "id": &*rule.id,
                "summary": rule.page().summary,
                "level": level.map_or("off", Severity::name),
                "setBy": origin,
                "suppressible": rule.page().suppressible,
            })
        };
        let told: Vec<Value> = found.iter().map(told).collect();
        let mut text = Text::new(false);
        for (number, rule) in found.into_iter().enumerate() {
            if number > 0 {
                text.end_line();
            }
            explain::explain(&law, rule, &mut text);
        }
        Ok((told, text))
    })?;
    let lines: Vec<&str> = text.as_str().split_inclusive('\n').collect();
    let request = PageRequest { arguments: call.arguments, tool: TOOL.name, total: lines.len(), most: MAX_LINES };
    let mut size = |range: Range<usize>| lines[range].iter().map(|line| line.len()).sum();
    let page = request.page(text.as_str(), &mut size).map_err(|mistake| vec![mistake])?;
    let shown: String = lines[page.items.clone()].concat();
    let place = page.in_words("lines", TOOL.name).map_or_else(String::new, |place| place + "\n");
    let mut structured = json!({ "rules": told, "page": shown });
    page.add_to(&mut structured);
    Ok(ToolAnswer { text: format!("{place}{}{shown}", notes_in_words(&notes)), structured })
}
