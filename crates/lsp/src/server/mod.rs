//! The loop of the server: it takes messages in their order, keeps the open documents, and leaves all work that takes
//! time to threads, whose results come back as events.

mod checks;
mod documents;
mod law;
mod tasks;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_channel::{Receiver, Sender, select, unbounded};
use gen_lsp_types as lsp;
use lawbook_core::pack::Pack;
use lawbook_workspace::{Law, WatchedFiles};
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response, ResponseError};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::check::{CheckedDocument, Shared};
use crate::client::{ClientSide, MessageLevel, Question, error};
use crate::document::Document;
use crate::lifecycle::Introduction;
use crate::open::OpenDocument;
use crate::pool::{Pool, guarded};
use crate::preferences::Preferences;
use crate::roots::Roots;
use crate::{actions, hover, lens};

/// The result of a request, as it is answered.
pub(crate) type RequestAnswer = Result<Value, ResponseError>;

/// A result of a thread.
#[derive(Debug)]
enum ThreadEvent {
    /// A check of a document has ended.
    Checked {
        uri: Arc<str>,
        document: Arc<Document>,
        generation: u64,
        /// The result, none if it was cancelled; or the message of a panic.
        outcome: Result<Option<Arc<CheckedDocument>>, String>,
    },
    /// The answer of a request.
    Answered { id: RequestId, answer: RequestAnswer },
    /// The diagnostics of the files of all laws, by address; or the message of a panic.
    LawsRead(Result<BTreeMap<String, Vec<lsp::Diagnostic>>, String>),
}

/// The state of the search for mistakes in all laws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LawReading {
    Done,
    Running,
    /// It runs, and is to run again, because something has changed meanwhile.
    RunningInVain,
}

/// The server of one client.
#[derive(Debug)]
pub(crate) struct Server {
    client: ClientSide,
    shared: Arc<Shared>,
    /// The settings that came with the introduction; later ones are read over them.
    first_preferences: Preferences,
    preferences: Preferences,
    documents: HashMap<Arc<str>, OpenDocument>,
    pool: Pool,
    events: (Sender<ThreadEvent>, Receiver<ThreadEvent>),
    /// The requests that threads work on, with the flags that cancel them.
    in_flight: HashMap<RequestId, Arc<AtomicBool>>,
    /// Counts the changes of law and settings: a check is by one of them.
    generation: u64,
    /// The mistakes in the law that the user has seen.
    shown_mistakes: BTreeSet<String>,
    /// The files that the client watches for the server.
    watched: BTreeSet<WatchedFiles>,
    /// The files of laws that diagnostics were sent for although they are not open.
    sent_of_laws: BTreeMap<String, Vec<lsp::Diagnostic>>,
    reading_of_laws: LawReading,
    /// The laws of the open roots after the last check: while they are the same, there is nothing new to watch.
    laws_seen: Vec<Arc<Law>>,
    is_shut_down: bool,
}

impl Server {
    pub(crate) fn new(sender: Sender<Message>, introduction: Introduction, packs: Vec<Pack>) -> Self {
        let Introduction { features, preferences, mistakes, folders } = introduction;
        let roots = Roots::new(packs);
        roots.set_folders(folders);
        let server = Self {
            client: ClientSide::new(sender),
            shared: Arc::new(Shared::new(features, roots)),
            first_preferences: preferences,
            preferences,
            documents: HashMap::new(),
            pool: Pool::start(),
            events: unbounded(),
            in_flight: HashMap::new(),
            generation: 0,
            shown_mistakes: BTreeSet::new(),
            watched: BTreeSet::new(),
            sent_of_laws: BTreeMap::new(),
            reading_of_laws: LawReading::Done,
            laws_seen: Vec::new(),
            is_shut_down: false,
        };
        server.show_preference_mistakes(&mistakes);
        server
    }

    /// Serves until the client exits or goes away, and returns the exit code.
    pub(crate) fn run(mut self, messages: &Receiver<Message>) -> u8 {
        let events = self.events.1.clone();
        while !self.client.is_gone() {
            // A message that makes the server panic costs its own answer.
            select! {
                recv(messages) -> message => match message {
                    Ok(Message::Notification(notification)) if notification.method == "exit" => break,
                    Ok(message) => {
                        let id = match &message {
                            Message::Request(request) => Some(request.id.clone()),
                            _ => None,
                        };
                        if let Err(panic) = guarded(|| self.take(message)) {
                            self.report_panic(id, &panic);
                        }
                    }
                    Err(_) => break,
                },
                recv(events) -> event => if let Ok(event) = event
                    && let Err(panic) = guarded(|| self.take_event(event))
                {
                    self.report_panic(None, &panic);
                },
            }
        }
        self.cancel_all();
        u8::from(!self.is_shut_down)
    }

    fn report_panic(&self, id: Option<RequestId>, panic: &str) {
        let message = format!("lawbook has made a mistake of its own: {panic}");
        self.client.log(MessageLevel::Error, &message);
        if let Some(id) = id {
            self.client.answer(id, Err(error(ErrorCode::InternalError, message)));
        }
    }

    fn cancel_all(&self) {
        self.documents.values().for_each(OpenDocument::cancel);
        self.in_flight.values().for_each(|flag| flag.store(true, Ordering::Relaxed));
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Request(request) => {
                let id = request.id.clone();
                if let Err(refused) = self.take_request(request) {
                    self.client.answer(id, Err(refused));
                }
            }
            Message::Notification(notification) => {
                let method = notification.method.clone();
                if let Err(refused) = self.take_notification(notification) {
                    self.client.log(MessageLevel::Warning, &format!("`{method}` is not taken: {}", refused.message));
                }
            }
            Message::Response(response) => self.take_response(response),
        }
    }

    /// Takes a request. An error is its answer.
    fn take_request(&mut self, request: Request) -> Result<(), ResponseError> {
        let Request { id, method, params } = request;
        if self.is_shut_down {
            return Err(error(ErrorCode::InvalidRequest, format!("`{method}` after `shutdown`")));
        }
        if self.in_flight.contains_key(&id) {
            return Err(error(
                ErrorCode::InvalidRequest,
                format!("the id {id} is that of a request without an answer yet"),
            ));
        }
        match method.as_str() {
            "initialize" => Err(error(ErrorCode::InvalidRequest, "the session is initialized already")),
            "shutdown" => {
                self.is_shut_down = true;
                self.cancel_all();
                self.client.answer(id, Ok(Value::Null));
                Ok(())
            }
            "textDocument/diagnostic" => self.pull(id, read(params)?),
            "workspace/diagnostic" => {
                self.pull_all(id, read(params)?);
                Ok(())
            }
            "textDocument/codeAction" => {
                let params: lsp::CodeActionParams = read(params)?;
                let check = self.checked_for(&params.text_document.uri)?;
                let shared = self.shared.clone();
                self.answer_later(id, move |flag| Ok(actions::list(&shared, &*check(flag)?, &params)));
                Ok(())
            }
            "codeAction/resolve" => {
                let action: lsp::CodeAction = read(params)?;
                let uri = actions::document_of(&action)?;
                let check = self.checked_for(&uri)?;
                let shared = self.shared.clone();
                self.answer_later(id, move |flag| actions::resolve(&shared, &*check(flag)?, &action));
                Ok(())
            }
            "textDocument/hover" => {
                let params: lsp::HoverParams = read(params)?;
                let place = params.text_document_position_params;
                let check = self.checked_for(&place.text_document.uri)?;
                let shared = self.shared.clone();
                self.answer_later(id, move |flag| Ok(hover::at(&shared, &*check(flag)?, place.position)));
                Ok(())
            }
            "textDocument/codeLens" => {
                let params: lsp::CodeLensParams = read(params)?;
                let document = self.document_at(&params.text_document.uri)?;
                let shared = self.shared.clone();
                self.answer_later(id, move |_| Ok(lens::of(&shared, &document)));
                Ok(())
            }
            "workspace/executeCommand" => {
                let params: lsp::ExecuteCommandParams = read(params)?;
                self.execute(id, params)
            }
            _ => Err(error(ErrorCode::MethodNotFound, format!("there is no method `{method}`"))),
        }
    }

    fn take_notification(&mut self, notification: Notification) -> Result<(), ResponseError> {
        let Notification { method, params } = notification;
        if self.is_shut_down {
            return Ok(());
        }
        match method.as_str() {
            "initialized" => self.introduce(),
            "textDocument/didOpen" => self.open(read(params)?),
            "textDocument/didChange" => self.change(&read(params)?)?,
            "textDocument/didSave" => self.save(&read(params)?),
            "textDocument/didClose" => self.close(read(params)?),
            "$/cancelRequest" => self.cancel(&params)?,
            "workspace/didChangeConfiguration" => self.change_configuration(&params),
            "workspace/didChangeWorkspaceFolders" => self.change_folders(&read(params)?),
            "workspace/didChangeWatchedFiles" => {
                let params: lsp::DidChangeWatchedFilesParams = read(params)?;
                let changes = params.changes.iter();
                self.files_changed(
                    changes.map(|change| (change.uri.0.as_str(), !matches!(change.kind, lsp::FileChangeType::Changed))),
                );
            }
            "workspace/didRenameFiles" => {
                let params: lsp::RenameFilesParams = read(params)?;
                let uris = params.files.iter().flat_map(|file| [file.old_uri.0.as_str(), file.new_uri.0.as_str()]);
                self.files_changed(uris.map(|uri| (uri, true)));
            }
            "workspace/didCreateFiles" => {
                let params: lsp::CreateFilesParams = read(params)?;
                self.files_changed(params.files.iter().map(|file| (file.uri.0.as_str(), true)));
            }
            "workspace/didDeleteFiles" => {
                let params: lsp::DeleteFilesParams = read(params)?;
                self.files_changed(params.files.iter().map(|file| (file.uri.0.as_str(), true)));
            }
            // Whatever else the client says needs no answer.
            _ => {}
        }
        Ok(())
    }

    fn take_response(&mut self, response: Response) {
        let question = self.client.answered(&response);
        match (question, response.response_result) {
            (Some(Question::Configuration), Ok(value)) => {
                let given = value.as_array().and_then(|all| all.first()).unwrap_or(&Value::Null);
                self.set_preferences(given);
            }
            (Some(Question::Watching), Ok(_)) => self.shared.roots.set_watched(),
            _ => {}
        }
    }

    fn take_event(&mut self, event: ThreadEvent) {
        match event {
            ThreadEvent::Answered { id, answer } => {
                // One that was cancelled has its answer.
                if self.in_flight.remove(&id).is_some() {
                    self.client.answer(id, answer);
                }
            }
            ThreadEvent::LawsRead(found) => self.send_of_laws(found),
            ThreadEvent::Checked { uri, document, generation, outcome } => {
                self.end_check(&uri, &document, generation, outcome);
            }
        }
    }
}

/// Reads the parameters of a message.
fn read<T: DeserializeOwned>(params: Value) -> Result<T, ResponseError> {
    serde_json::from_value(params).map_err(|wrong| error(ErrorCode::InvalidParams, wrong.to_string()))
}
