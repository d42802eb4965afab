//! Requests that threads answer, and their cancellation.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use gen_lsp_types as lsp;
use lsp_server::{ErrorCode, RequestId, ResponseError};
use serde_json::Value;

use crate::client::{Question, error};
use crate::commands;
use crate::pool::guarded;
use crate::server::{RequestAnswer, Server, ThreadEvent, read};

impl Server {
    /// Answers a request by a thread for what a person waits for.
    pub(super) fn answer_later(
        &mut self,
        id: RequestId,
        work: impl FnOnce(&Arc<AtomicBool>) -> RequestAnswer + Send + 'static,
    ) {
        let job = self.job(id, work);
        self.pool.run_fast(job);
    }

    /// Answers a request by the thread for work over many files.
    pub(super) fn answer_slowly(
        &mut self,
        id: RequestId,
        work: impl FnOnce(&Arc<AtomicBool>) -> RequestAnswer + Send + 'static,
    ) {
        let job = self.job(id, work);
        self.pool.run_slow(job);
    }

    fn job(
        &mut self,
        id: RequestId,
        work: impl FnOnce(&Arc<AtomicBool>) -> RequestAnswer + Send + 'static,
    ) -> impl FnOnce() + Send + 'static {
        let flag = Arc::new(AtomicBool::new(false));
        self.in_flight.insert(id.clone(), flag.clone());
        let events = self.events.0.clone();
        move || {
            let panicked = |panic: String| {
                Err(error(ErrorCode::InternalError, format!("lawbook has made a mistake of its own: {panic}")))
            };
            let answer = guarded(|| work(&flag)).unwrap_or_else(panicked);
            drop(events.send(ThreadEvent::Answered { id, answer }));
        }
    }

    pub(super) fn cancel(&mut self, params: &Value) -> Result<(), ResponseError> {
        let id: RequestId = read(params.get("id").cloned().unwrap_or_default())?;
        let cancelled = || Err(error(ErrorCode::RequestCanceled, "cancelled"));
        if let Some(flag) = self.in_flight.remove(&id) {
            flag.store(true, Ordering::Relaxed);
            self.client.answer(id, cancelled());
            return Ok(());
        }
        for open in self.documents.values_mut() {
            let Some(at) = open.waiting.iter().position(|pull| pull.id == id) else { continue };
            open.waiting.remove(at);
            if open.waiting.is_empty() && self.shared.features.pulls {
                open.cancel();
            }
            self.client.answer(id, cancelled());
            break;
        }
        Ok(())
    }

    pub(super) fn execute(&mut self, id: RequestId, params: lsp::ExecuteCommandParams) -> Result<(), ResponseError> {
        let arguments = params.arguments.unwrap_or_default();
        match params.command.as_str() {
            commands::RUN_PAGE => {
                let uri: lsp::Uri = read(arguments.into_iter().next().unwrap_or_default())?;
                let document = self.document_at(&uri)?;
                let (shared, client) = (self.shared.clone(), self.client.sender());
                self.answer_slowly(id, move |_| commands::run_page(&shared, &document, &client));
                Ok(())
            }
            commands::SHOW_REASON => {
                let document = |uri: &str| self.documents.get(uri).map(|open| open.document.clone());
                let place = commands::reason_place(arguments, document)?;
                if self.shared.features.shows_documents && !place.is_null() {
                    self.client.ask(Question::Other, "window/showDocument", place);
                }
                self.client.answer(id, Ok(Value::Null));
                Ok(())
            }
            unknown => {
                let names = commands::NAMES.map(|name| format!("`{name}`")).join(", ");
                let message = format!("there is no command `{unknown}`: the commands are {names}");
                Err(error(ErrorCode::InvalidParams, message))
            }
        }
    }
}
