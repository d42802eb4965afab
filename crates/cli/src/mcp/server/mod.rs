//! The server: answers a client on two streams until the first of them ends. Calls are answered at the same time, each on a
//! thread of its own, so that a long one keeps no other waiting.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use lawbook_core::mistake::{Mistake, MistakeList, unknown_name_help};
use lawbook_core::pack::Pack;
use rmcp::model::{
    CallToolRequestMethod, CallToolRequestParams, CallToolResponse, CallToolResult, ConstString as _, ContentBlock,
    CustomRequest, CustomResult, Implementation, ListToolsResult, PaginatedRequestParams, ProgressNotificationParam,
    ServerCapabilities, ServerConfig,
};
use rmcp::service::{RequestContext, ServerInitializeError};
use rmcp::{ErrorData, RoleServer, ServerHandler, ServiceExt as _};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Semaphore;

use crate::mcp::arguments::Arguments;
use crate::mcp::folder::ServedFolder;
use crate::mcp::tool::{Call, McpTool, ToolAnswer, Watch};
use crate::mcp::transport::StdioLines;
use crate::text::visible;

/// The most calls that run at one time; others wait. Each uses all cores where it can.
const MAX_RUNNING: usize = 4;

/// The time between two notes on how far a call is.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(250);

/// The most mistakes that an answer names.
const MAX_MISTAKES: usize = 20;

/// A server of some tools.
#[derive(Clone, Debug)]
pub(crate) struct McpServer {
    tools: &'static [McpTool],
    /// The text about the server that clients give to their models.
    instructions: &'static str,
    folder: Arc<ServedFolder>,
    packs: Arc<[Pack]>,
    running: Arc<Semaphore>,
}

/// Answers the client on the standard streams of this process, until standard input ends.
///
/// # Errors
/// The streams cannot be used, or the client begins with something else than the protocol says.
pub(crate) fn serve(
    tools: &'static [McpTool],
    instructions: &'static str,
    folder: ServedFolder,
    packs: Vec<Pack>,
) -> Result<(), Mistake> {
    let refuse = |error: &dyn std::fmt::Display| Mistake::new(format!("the client cannot be served: {error}"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| refuse(&error))?;
    let server = McpServer::new(tools, instructions, folder, packs);
    let ended = runtime.block_on(server.run(tokio::io::stdin(), tokio::io::stdout()));
    // A call that still runs ends with the process.
    runtime.shutdown_background();
    ended.map_err(|error| refuse(&error))
}

impl McpServer {
    fn new(tools: &'static [McpTool], instructions: &'static str, folder: ServedFolder, packs: Vec<Pack>) -> Self {
        let running = Arc::new(Semaphore::new(MAX_RUNNING));
        Self { tools, instructions, folder: Arc::new(folder), packs: packs.into(), running }
    }

    /// Answers the messages of one stream on the other.
    async fn run<R, W>(self, reader: R, writer: W) -> Result<(), String>
    where
        R: AsyncRead + Send + Unpin + 'static,
        W: AsyncWrite + Send + Unpin + 'static,
    {
        match self.serve(StdioLines::new(reader, writer)).await {
            Ok(running) => running.waiting().await.map(|_| ()).map_err(|error| error.to_string()),
            // A client that says nothing has been served.
            Err(ServerInitializeError::ConnectionClosed(_)) => Ok(()),
            Err(error) => Err(visible(&error.to_string())),
        }
    }

    /// Runs a tool, and tells the client how far it is if the client wants to know.
    async fn call(
        &self,
        tool: &'static McpTool,
        arguments: Arguments,
        context: &RequestContext<RoleServer>,
    ) -> CallToolResult {
        let turn = tokio::select! {
            turn = self.running.clone().acquire_owned() => turn,
            () = context.ct.cancelled() => return failed("the call was cancelled"),
        };
        let watch = Watch::default();
        let (folder, packs, of_task) = (self.folder.clone(), self.packs.clone(), watch.clone());
        let mut task = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let call = Call { folder: &folder, packs: &packs, arguments: &arguments, watch: &of_task };
            (tool.answer)(&call)
        });
        let token = context.meta.get_progress_token();
        let mut ticks = tokio::time::interval(PROGRESS_INTERVAL);
        let mut said = 0;
        let answer = loop {
            tokio::select! {
                answer = &mut task => break answer,
                () = context.ct.cancelled() => {
                    // The run ends by itself soon after; nobody waits for what it would have said.
                    watch.cancelled.store(true, Ordering::Relaxed);
                    return failed("the call was cancelled");
                }
                _ = ticks.tick() => {
                    let done = watch.progress.done();
                    if let Some(token) = token.clone().filter(|_| done > said) {
                        said = done;
                        // The numbers of files are far below those that a float cannot hold.
                        #[allow(clippy::cast_precision_loss, reason = "the protocol counts in floats")]
                        let progress = ProgressNotificationParam::new(token, done as f64)
                            .with_total(watch.progress.files() as f64)
                            .with_message("files checked");
                        // A client that is gone needs no note.
                        let _ = context.peer.notify_progress(progress).await;
                    }
                }
            }
        };
        match answer {
            Ok(Ok(answer)) => succeeded(answer),
            Ok(Err(mistakes)) => refused(&mistakes),
            Err(error) => {
                let help = "this is a fault of lawbook; other calls, and other arguments, may work";
                failed(&format!("`{}` failed: {error} ({help})", tool.name))
            }
        }
    }
}

impl ServerHandler for McpServer {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(Implementation::new("lawbook", env!("CARGO_PKG_VERSION")).with_title("lawbook"))
            .with_instructions(self.instructions)
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        if request.is_some_and(|request| request.cursor.is_some()) {
            return Err(ErrorData::invalid_params("all tools are on one page: leave out the cursor", None));
        }
        Ok(ListToolsResult::with_all_items(self.tools.iter().map(McpTool::described).collect()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let Some(tool) = self.tools.iter().find(|tool| tool.name == request.name) else {
            let help = unknown_name_help(&request.name, self.tools.iter().map(|tool| tool.name));
            return Err(ErrorData::invalid_params(format!("unknown tool `{}` ({help})", request.name), None));
        };
        let result = match Arguments::read(tool.arguments, request.arguments.unwrap_or_default()) {
            Ok(arguments) => self.call(tool, arguments, &context).await,
            Err(mistakes) => refused(&mistakes.into()),
        };
        Ok(result.into())
    }

    /// A request of a method that is not known, or with parameters that its method does not have.
    async fn on_custom_request(
        &self,
        request: CustomRequest,
        _: RequestContext<RoleServer>,
    ) -> Result<CustomResult, ErrorData> {
        if request.method == CallToolRequestMethod::VALUE {
            let message = "a call has the `name` of a tool, a string, and its `arguments`, an object";
            return Err(ErrorData::invalid_params(message, None));
        }
        Err(ErrorData::new(rmcp::model::ErrorCode::METHOD_NOT_FOUND, request.method, None))
    }
}

fn succeeded(answer: ToolAnswer) -> CallToolResult {
    let mut result = CallToolResult::success(vec![ContentBlock::text(answer.text)]);
    result.structured_content = Some(answer.structured);
    result
}

/// An answer that says what is wrong, a line each.
fn refused(mistakes: &MistakeList) -> CallToolResult {
    let one_line = |mistake: &Mistake| mistake.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
    let all = mistakes.as_slice();
    let mut lines: Vec<String> = all.iter().take(MAX_MISTAKES).map(one_line).collect();
    if let Some(more) = all.len().checked_sub(MAX_MISTAKES).filter(|more| *more > 0) {
        lines.push(format!("… and {more} more"));
    }
    failed(&lines.join("\n"))
}

fn failed(why: &str) -> CallToolResult {
    CallToolResult::error(vec![ContentBlock::text(visible(why))])
}

#[cfg(test)]
mod tests;
