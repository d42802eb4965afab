//! The tool `check`: the findings of `lawbook check`, page by page, the worst first.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use lawbook_core::diagnostic::Diagnostic;
use lawbook_core::mistake::{Mistake, MistakeList};
use lawbook_workspace::report::v1::DiagnosticV1;
use serde_json::{Map, Value, json};

use super::schema::{answer as answer_schema, count, flag, list, object, one_of, text, texts};
use super::subject::{CHANGED, CalledCheck, PATH_OF_TEXT, PATHS, RULES, SINCE, STAGED, TEXT};
use super::{CURSOR, as_command, notes_in_words};
use crate::command::check::{Checked, check_as_asked};
use crate::mcp::{Call, McpTool, PageRequest, ToolAnswer};
use crate::report::{self, AGENT, DEFAULT_BUDGET};
use crate::text::Text;

pub(super) const TOOL: McpTool = McpTool {
    name: "check",
    title: "Check code",
    description: "Checks code against the rules of the repository and returns the findings, the worst first: what is \
        wrong, where, and what to do. Without arguments it checks the whole folder; `changed: true` is what to call \
        after an edit. `passes` is true if nothing is an error. It writes nothing.",
    arguments: &[PATHS, CHANGED, STAGED, SINCE, TEXT, PATH_OF_TEXT, RULES, CURSOR],
    output,
    answer,
};

/// The most findings of a page.
const MAX_FINDINGS: usize = 20;

fn output() -> Value {
    let fix = object(
        &[("title", text("What it does.")), ("safety", one_of(&["safe", "unsafe"], "`safe` keeps the meaning."))],
        &[],
    );
    let finding = object(
        &[
            ("rule", text("The id of the rule.")),
            ("severity", one_of(&["error", "warning", "info"], "An error fails the check.")),
            ("path", text("The file, relative to the folder that is served; `.` for the project as a whole.")),
            ("line", count("The line where it starts, from 1 on.")),
            ("column", count("The column where it starts, in characters from 1 on.")),
            ("endLine", count("The line where it ends.")),
            ("endColumn", count("The column behind its last character.")),
            ("message", text("What is wrong.")),
            ("do", text("The step against this finding, where it is another one than that of the rule.")),
            ("fixes", list(&fix, "The fixes that `fix_preview` can show, the best first.")),
            ("fingerprint", text("Identifies the finding within its file, wherever its lines move.")),
        ],
        &["do"],
    );
    let rule = object(
        &[
            ("id", text("The id.")),
            ("do", text("The step against its findings.")),
            ("exceptions", text("When it is right to suppress a finding.")),
            ("suppressWith", text("The comment for that, with the reason to fill in.")),
        ],
        &["exceptions", "suppressWith"],
    );
    answer_schema(&[
        ("summary", text("The outcome in a line, and the command that checks again.")),
        ("passes", flag("True if no finding is an error.")),
        ("errors", count("Findings that are errors, on all pages.")),
        ("warnings", count("Findings that are warnings.")),
        ("infos", count("Findings that are infos.")),
        ("files", count("The files that were checked.")),
        ("suppressed", count("Findings that comments suppress.")),
        ("known", count("Findings that the baseline has, or that were there before the change.")),
        ("notes", texts("What else there is to know about the run.")),
        ("findings", list(&finding, "The findings of this page, the worst first.")),
        ("rules", list(&rule, "The rules of these findings.")),
    ])
}

fn answer(call: &Call<'_>) -> Result<ToolAnswer, MistakeList> {
    let subject = CalledCheck::of(call, &[])?;
    let (mut checked, notes) = as_command(call, &subject.text, |context| {
        check_as_asked(call.packs.to_vec(), &subject.args, |request| call.watch.over(request), context)
    })?;
    let all = std::mem::take(&mut checked.run.report.diagnostics);
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by_key(|at| Reverse(all[*at].severity));
    let state: String = all.iter().map(|found| identity(found)).collect();
    let request = PageRequest { arguments: call.arguments, tool: TOOL.name, total: all.len(), most: MAX_FINDINGS };
    let mut size = |range: Range<usize>| {
        show(&mut checked, &all, &order[range.clone()]);
        if report::leaves_out(checked.view(DEFAULT_BUDGET)) {
            return usize::MAX;
        }
        findings(&checked, &all, &order[range]).to_string().len()
    };
    let page = request.page(&state, &mut size).map_err(|mistake| vec![mistake])?;
    let shown = &order[page.items.clone()];
    show(&mut checked, &all, shown);
    let (summary, body) = in_words(&checked)?;
    let place = page.in_words("findings", TOOL.name).map_or_else(String::new, |place| place + "\n");
    let text = format!("{summary}\n{place}{}{body}", notes_in_words(&notes));
    let counts = &checked.run.report.summary;
    let mut structured = json!({
        "summary": summary,
        "passes": counts.errors == 0,
        "errors": counts.errors,
        "warnings": counts.warnings,
        "infos": counts.infos,
        "files": counts.checked + counts.prefiltered,
        "suppressed": counts.suppressed,
        "known": counts.known,
        "notes": notes,
        "findings": findings(&checked, &all, shown),
        "rules": rules(&checked, &all, shown),
    });
    page.add_to(&mut structured);
    Ok(ToolAnswer { text, structured })
}

/// A text that differs between findings, and for one finding before and after an edit.
fn identity(found: &Diagnostic) -> String {
    let Diagnostic { rule, severity, path, span, message, fingerprint, .. } = found;
    format!("{rule} {severity} {path} {} {} {message} {fingerprint}\n", span.start, span.end)
}

/// Has the report show some findings alone, in its order.
fn show(checked: &mut Checked, all: &[Arc<Diagnostic>], numbers: &[usize]) {
    let mut numbers = numbers.to_vec();
    numbers.sort_unstable();
    checked.run.report.diagnostics = numbers.iter().map(|at| all[*at].clone()).collect();
}

/// The report for agents: its last line, which is the outcome, and what stands above it.
fn in_words(checked: &Checked) -> Result<(String, String), Vec<Mistake>> {
    let text = AGENT
        .render(checked.view(DEFAULT_BUDGET), Text::new(false))
        .map_err(|error| vec![Mistake::new(format!("the report cannot be written: {error}"))])?;
    let text = text.as_str().trim_end();
    let (body, summary) = text.rsplit_once('\n').map_or(("", text), |(body, summary)| (body, summary));
    Ok((summary.to_owned(), if body.is_empty() { String::new() } else { format!("{body}\n") }))
}

fn findings(checked: &Checked, all: &[Arc<Diagnostic>], numbers: &[usize]) -> Value {
    let (report, paths) = (&checked.run.report, checked.run.law.paths());
    let mut steps: BTreeMap<&str, &str> = BTreeMap::new();
    let mut findings = Vec::with_capacity(numbers.len());
    for found in numbers.iter().map(|at| &all[*at]) {
        let v1 = DiagnosticV1::new(report, found, String::new());
        let fixes = v1.fixes.iter().map(|fix| json!({ "title": fix.title, "safety": fix.safety }));
        let mut finding = json!({
            "rule": v1.rule,
            "severity": v1.severity,
            "path": paths.shown(found.path.as_str()),
            "line": v1.range.start.line,
            "column": v1.range.start.column,
            "endLine": v1.range.end.line,
            "endColumn": v1.range.end.column,
            "message": v1.message,
        });
        // The step of the first finding of a rule is said with the rule.
        let step = report.step_of(found);
        if *steps.entry(&found.rule).or_insert(step) != step {
            finding["do"] = step.into();
        }
        finding["fixes"] = fixes.collect();
        finding["fingerprint"] = v1.fingerprint.into();
        findings.push(finding);
    }
    findings.into()
}

/// The rules of some findings, each once.
fn rules(checked: &Checked, all: &[Arc<Diagnostic>], numbers: &[usize]) -> Value {
    let report = &checked.run.report;
    let mut rules: BTreeMap<&str, Value> = BTreeMap::new();
    for found in numbers.iter().map(|at| &all[*at]) {
        let Some(rule) = report.rules.get(&found.rule).filter(|_| !rules.contains_key(&*found.rule)) else { continue };
        let mut said = Map::new();
        said.insert("id".to_owned(), (*found.rule).into());
        said.insert("do".to_owned(), report.step_of(found).into());
        if let Some(exceptions) = rule.page.exceptions.as_deref().filter(|_| rule.page.may_be_wrong()) {
            said.insert("exceptions".to_owned(), exceptions.into());
            if let Some((_, comment)) = report.suppression_comment(found) {
                said.insert("suppressWith".to_owned(), comment.into());
            }
        }
        rules.insert(&found.rule, Value::Object(said));
    }
    rules.into_values().collect()
}
