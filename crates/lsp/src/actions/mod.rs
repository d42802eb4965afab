//! Code actions: what an editor offers to do about findings. Those whose edit takes a check or a plan of the law have it
//! only once they are chosen, where the client can ask for it then.

mod fix_all;
mod quick_fix;
mod suppress;
mod turn_off;
mod workspace_edit;

use gen_lsp_types as lsp;
use lawbook_core::diagnostic::{Diagnostic, Safety};
use lawbook_workspace::OffReach;
use lsp_server::{ErrorCode, ResponseError};
use serde_json::{Value, json};

use crate::check::{CheckedBy, CheckedDocument, Shared};
use crate::client::error;

/// The kind of an action about one finding.
pub(crate) const QUICK_FIX_KIND: &str = "quickfix";

/// The kind of the action that applies all safe fixes of a document.
pub(crate) const FIX_ALL_KIND: &str = "source.fixAll.lawbook";

/// The most findings for which suppressions are tried before one is chosen: what cannot be made is not offered, and a
/// client that cannot ask for edits later needs them.
const MAX_EAGER_FINDINGS: usize = 3;

/// A document with its findings, and the client that gets actions for it.
#[derive(Clone, Copy)]
struct ActionPlace<'a> {
    shared: &'a Shared,
    checked: &'a CheckedDocument,
    by: &'a CheckedBy,
}

/// A finding, and what the client has of it.
#[derive(Clone, Copy)]
struct ShownFinding<'a> {
    found: &'a Diagnostic,
    item: &'a lsp::Diagnostic,
}

/// An action without its edit, as `data` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ActionName {
    /// The fix of this number.
    Fix(usize),
    FixAll,
    Suppress,
    TurnOff(OffReach),
}

impl ActionName {
    fn in_data(self) -> String {
        match self {
            Self::Fix(number) => format!("fix-{number}"),
            Self::FixAll => "fix-all".to_owned(),
            Self::Suppress => "suppress".to_owned(),
            Self::TurnOff(OffReach::File) => "off-in-file".to_owned(),
            Self::TurnOff(OffReach::Folder) => "off-in-folder".to_owned(),
            Self::TurnOff(_) => "off".to_owned(),
        }
    }

    fn of_data(name: &str) -> Option<Self> {
        Some(match name {
            "fix-all" => Self::FixAll,
            "suppress" => Self::Suppress,
            "off-in-file" => Self::TurnOff(OffReach::File),
            "off-in-folder" => Self::TurnOff(OffReach::Folder),
            "off" => Self::TurnOff(OffReach::Root),
            _ => Self::Fix(name.strip_prefix("fix-")?.parse().ok()?),
        })
    }
}

/// The actions at a range of a document, and for the findings that the client names.
pub(crate) fn list(shared: &Shared, checked: &CheckedDocument, params: &lsp::CodeActionParams) -> Value {
    let Some(by) = checked.by.as_ref().filter(|_| shared.features.action_literals) else { return json!([]) };
    let place = ActionPlace { shared, checked, by };
    let is_wanted = |kind: &str| is_wanted(params.context.only.as_deref(), kind);
    let is_invoked = params.context.trigger_kind != Some(lsp::CodeActionTriggerKind::Automatic);
    let mut actions = Vec::new();
    if is_wanted(QUICK_FIX_KIND) {
        let findings = place.findings(params);
        for finding in &findings {
            actions.extend(quick_fix::all(place, *finding));
        }
        for (finding, number) in findings.iter().zip(0..) {
            // In a text of several lines, for example, no comment can stand.
            if number < MAX_EAGER_FINDINGS && suppress::edit(place, finding.found).is_none() {
                continue;
            }
            let is_made = shared.features.resolves_edits || is_invoked && number < MAX_EAGER_FINDINGS;
            actions.extend(suppress::offer(place, *finding).filter(|_| is_made).and_then(|action| place.made(action)));
        }
        // Nobody looks at these unless they are asked for.
        for finding in findings.iter().take(1).filter(|_| is_invoked) {
            actions.extend(turn_off::offers(place, *finding).into_iter().filter_map(|action| place.made(action)));
        }
    }
    if is_wanted(FIX_ALL_KIND) {
        actions.extend(fix_all::offer(place).and_then(|action| place.made(action)));
    }
    Value::Array(actions.into_iter().map(|action| action.json).collect())
}

/// True if a client that wants actions of some kinds alone wants this one.
fn is_wanted(only: Option<&[lsp::CodeActionKind]>, kind: &str) -> bool {
    let Some(only) = only.filter(|only| !only.is_empty()) else { return true };
    only.iter().any(|wanted| {
        let wanted = String::from(wanted.clone());
        wanted.is_empty() || kind.strip_prefix(&wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}

/// An action as the client gets it.
struct OfferedAction<'a> {
    json: Value,
    /// The name and the finding that its edit is made from; none if it has its edit.
    lacks: Option<(ActionName, Option<&'a Diagnostic>)>,
}

impl<'a> ActionPlace<'a> {
    /// The findings that touch a range, the nearest first, then the others that the client names.
    fn findings(self, params: &lsp::CodeActionParams) -> Vec<ShownFinding<'a>> {
        let range = self.checked.document.text.span(params.range);
        // Findings that say the same may have one fingerprint, so the range counts too.
        let fingerprint = |item: &lsp::Diagnostic| item.data.as_ref().and_then(|data| data.get("fingerprint")).cloned();
        let named: Vec<(Option<Value>, lsp::Range)> =
            params.context.diagnostics.iter().map(|item| (fingerprint(item), item.range)).collect();
        let (mut touched, mut others) = (Vec::new(), Vec::new());
        for finding in self.all() {
            let span = finding.found.span;
            if span.start <= range.end && range.start <= span.end {
                touched.push(finding);
            } else if named.contains(&(Some(json!(finding.found.fingerprint)), finding.item.range)) {
                others.push(finding);
            }
        }
        touched.sort_by_key(|finding| finding.found.span.len());
        touched.extend(others);
        touched
    }

    /// The findings of the document.
    fn all(self) -> impl Iterator<Item = ShownFinding<'a>> {
        let own = self.by.report.diagnostics.iter().filter(|found| found.path == self.by.file.path);
        own.zip(&self.checked.items).map(|(found, item)| ShownFinding { found, item })
    }

    /// An action whose edit is made when it is chosen.
    fn later(
        self,
        (title, kind): (String, &str),
        name: ActionName,
        finding: Option<ShownFinding<'a>>,
    ) -> OfferedAction<'a> {
        let mut data = json!({ "uri": self.checked.document.uri, "action": name.in_data() });
        let mut json = json!({ "title": title, "kind": kind });
        if let Some(ShownFinding { found, item }) = finding {
            data["fingerprint"] = json!(found.fingerprint);
            data["start"] = json!(found.span.start);
            json["diagnostics"] = json!([item]);
        }
        json["data"] = data;
        OfferedAction { json, lacks: Some((name, finding.map(|finding| finding.found))) }
    }

    /// The action for a client: with its edit if the client cannot ask for it later. None if there is no edit.
    fn made(self, action: OfferedAction<'a>) -> Option<OfferedAction<'a>> {
        let OfferedAction { mut json, lacks } = action;
        if let Some((name, found)) = lacks.filter(|_| !self.shared.features.resolves_edits) {
            json["edit"] = self.edit(name, found)?;
        }
        Some(OfferedAction { json, lacks })
    }

    /// The edit of an action; none if there is none any more.
    fn edit(self, name: ActionName, found: Option<&Diagnostic>) -> Option<Value> {
        match (name, found) {
            (ActionName::FixAll, _) => fix_all::edit(self),
            (ActionName::Fix(number), Some(found)) => quick_fix::edit(self, found.fixes.get(number)?),
            (ActionName::Suppress, Some(found)) => suppress::edit(self, found),
            (ActionName::TurnOff(reach), Some(found)) => turn_off::edit(self, found, reach),
            (_, None) => None,
        }
    }
}

/// The address of the document that an action is about.
pub(crate) fn document_of(action: &lsp::CodeAction) -> Result<lsp::Uri, ResponseError> {
    let uri = action.data.as_ref().and_then(|data| data.get("uri")?.as_str());
    uri.map(lsp::Uri::from)
        .ok_or_else(|| error(ErrorCode::InvalidParams, "the action is not one of lawbook: its `data` lacks `uri`"))
}

/// An action with its edit.
pub(crate) fn resolve(
    shared: &Shared,
    checked: &CheckedDocument,
    action: &lsp::CodeAction,
) -> Result<Value, ResponseError> {
    let data = action.data.clone().unwrap_or_default();
    let name = data.get("action").and_then(Value::as_str).and_then(ActionName::of_data);
    let name = name.ok_or_else(|| error(ErrorCode::InvalidParams, "the action is not one of lawbook"))?;
    let gone = || error(ErrorCode::ContentModified, "the finding is not there any more");
    let by = checked.by.as_ref().ok_or_else(gone)?;
    let place = ActionPlace { shared, checked, by };
    let is_same = |found: &Diagnostic| data.get("fingerprint").is_some_and(|wanted| *wanted == *found.fingerprint);
    let same: Vec<&Diagnostic> = place.all().map(|finding| finding.found).filter(|found| is_same(found)).collect();
    let is_there = |found: &&Diagnostic| data.get("start") == Some(&json!(found.span.start));
    // Of several with one fingerprint, a place that has moved does not say which.
    let found = match &same[..] {
        [one] => Some(*one),
        several => several.iter().copied().find(is_there),
    };
    if found.is_none() && name != ActionName::FixAll {
        return Err(gone());
    }
    let edit = place.edit(name, found).ok_or_else(|| {
        let why = match name {
            ActionName::Suppress => "no comment at this place suppresses the finding",
            ActionName::TurnOff(_) => "no edit of `lawbook.toml` turns the rule off here",
            ActionName::Fix(_) | ActionName::FixAll => "there is nothing to fix any more",
        };
        error(ErrorCode::RequestFailed, why)
    })?;
    let mut resolved = json!(action);
    resolved["edit"] = edit;
    if name == ActionName::Suppress {
        suppress::add_command(place, &mut resolved);
    }
    Ok(resolved)
}

/// A word behind the title of a fix that is not safe.
fn caution(safety: Safety) -> &'static str {
    match safety {
        Safety::Safe => "",
        Safety::Unsafe => " (unsafe: read it)",
        Safety::Manual => " (to be completed)",
    }
}
