//! A tool as data: what clients are told about it, and what answers a call.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use lawbook_core::mistake::MistakeList;
use lawbook_core::pack::Pack;
use lawbook_workspace::{Progress, Request};
use rmcp::model::{JsonObject, Tool as DescribedTool, ToolAnnotations};
use serde_json::Value;

use crate::mcp::arguments::{self, Argument, Arguments};
use crate::mcp::folder::ServedFolder;

/// A tool. All of them only read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct McpTool {
    pub(crate) name: &'static str,
    /// The name for people.
    pub(crate) title: &'static str,
    /// The purpose of the tool and its answer, for agents.
    pub(crate) description: &'static str,
    pub(crate) arguments: &'static [Argument],
    /// The JSON Schema of the structured answer; an object.
    pub(crate) output: fn() -> Value,
    /// Answers a call. The mistakes say what is wrong with its arguments, or why there is no answer.
    pub(crate) answer: fn(&Call<'_>) -> Result<ToolAnswer, MistakeList>,
}

/// A call of a tool.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) folder: &'a ServedFolder,
    /// The packs that are added to the built-in one.
    pub(crate) packs: &'a [Pack],
    pub(crate) arguments: &'a Arguments,
    pub(crate) watch: &'a Watch,
}

/// The flag that cancels a call, and its progress.
#[derive(Clone, Debug, Default)]
pub(crate) struct Watch {
    /// Set when the client has taken the call back, or is gone.
    pub(crate) cancelled: Arc<AtomicBool>,
    /// The files that are checked so far.
    pub(crate) progress: Arc<Progress>,
}

/// The answer of a tool: the same in words and as data.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ToolAnswer {
    /// Lines that an agent can act on, the most important first.
    pub(crate) text: String,
    pub(crate) structured: Value,
}

impl McpTool {
    /// The tool as clients see it.
    pub(super) fn described(&self) -> DescribedTool {
        let annotations = ToolAnnotations::from_raw(None, Some(true), Some(false), Some(true), Some(false));
        DescribedTool::new(self.name, self.description, object(arguments::schema(self.arguments)))
            .with_title(self.title)
            .with_raw_output_schema(Arc::new(object((self.output)())))
            .with_annotations(annotations)
    }
}

fn object(value: Value) -> JsonObject {
    match value {
        Value::Object(object) => object,
        _ => JsonObject::new(),
    }
}

impl Watch {
    /// A request that ends soon after the call is taken back, and says how far it is.
    pub(crate) fn over(&self, request: Request) -> Request {
        request.cancelled_by(self.cancelled.clone()).with_progress(self.progress.clone())
    }
}
