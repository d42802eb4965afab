//! The loop of the server: it takes messages in their order, keeps the open documents, and leaves all work that takes
//! time to threads, whose results come back as events.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_channel::{Receiver, Sender, select, unbounded};
use gen_lsp_types as lsp;
use lawbook_core::mistake::MistakeList;
use lawbook_core::pack::Pack;
use lawbook_workspace::{BASELINE_FOLDER, CONFIG_NAME};
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response, ResponseError};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::check::{self, CheckedDocument, Shared};
use crate::client::{ClientSide, MessageLevel, Question, error};
use crate::document::{Document, DocumentText};
use crate::lifecycle::{Introduction, folder_of_uri};
use crate::open::{OpenDocument, WaitingPull};
use crate::pool::{Pool, guarded};
use crate::preferences::{Preferences, RunMoment, SECTION};
use crate::roots::Roots;
use crate::{actions, commands, folder, hover, lens, uri};

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
        outcome: Result<Option<CheckedDocument>, String>,
    },
    /// The answer of a request.
    Answered { id: RequestId, answer: RequestAnswer },
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
    shown_mistakes: Option<String>,
    /// The folders whose files the client watches for the server.
    watched: BTreeSet<PathBuf>,
    is_shut_down: bool,
}

impl Server {
    pub(crate) fn new(sender: Sender<Message>, introduction: Introduction, packs: Vec<Pack>) -> Self {
        let Introduction { features, preferences, mistakes, folders } = introduction;
        let roots = Roots::new(packs);
        roots.set_folders(folders);
        let server = Self {
            client: ClientSide::new(sender),
            shared: Arc::new(Shared { features, roots }),
            first_preferences: preferences,
            preferences,
            documents: HashMap::new(),
            pool: Pool::start(),
            events: unbounded(),
            in_flight: HashMap::new(),
            generation: 0,
            shown_mistakes: None,
            watched: BTreeSet::new(),
            is_shut_down: false,
        };
        server.show_preference_mistakes(&mistakes);
        server
    }

    /// Serves until the client exits or goes away, and returns the exit code.
    pub(crate) fn run(mut self, messages: &Receiver<Message>) -> u8 {
        let events = self.events.1.clone();
        loop {
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
                self.answer_later(id, move |flag| actions::list(&shared, &*check(flag)?, &params));
                Ok(())
            }
            "codeAction/resolve" => {
                let action: lsp::CodeAction = read(params)?;
                let uri = actions::document_of(&action)?;
                let check = self.checked_for(&uri)?;
                let shared = self.shared.clone();
                self.answer_later(id, move |flag| actions::resolve(&shared, &*check(flag)?, action));
                Ok(())
            }
            "textDocument/hover" => {
                let params: lsp::HoverParams = read(params)?;
                let place = params.text_document_position_params;
                let check = self.checked_for(&place.text_document.uri)?;
                let shared = self.shared.clone();
                self.answer_later(id, move |flag| hover::at(&shared, &*check(flag)?, place.position));
                Ok(())
            }
            "textDocument/codeLens" => {
                let params: lsp::CodeLensParams = read(params)?;
                let document = self.document_at(&params.text_document.uri)?;
                let shared = self.shared.clone();
                self.answer_later(id, move |_| lens::of(&shared, &document));
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
            "textDocument/didChange" => self.change(read(params)?)?,
            "textDocument/didSave" => self.save(read(params)?),
            "textDocument/didClose" => self.close(read(params)?),
            "$/cancelRequest" => self.cancel(&params)?,
            "workspace/didChangeConfiguration" => self.change_configuration(&params),
            "workspace/didChangeWorkspaceFolders" => self.change_folders(read(params)?),
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
            ThreadEvent::Checked { uri, document, generation, outcome } => {
                self.end_check(&uri, &document, generation, outcome);
            }
        }
    }

    // Documents.

    fn open(&mut self, params: lsp::DidOpenTextDocumentParams) {
        let item = params.text_document;
        let uri: Arc<str> = Arc::from(item.uri.0);
        let is_too_long = self.is_too_long(&uri, item.text.len());
        let text = if is_too_long { String::new() } else { item.text };
        let document = Document {
            uri: uri.clone(),
            version: Some(item.version),
            language_id: Arc::from(String::from(item.language_id)),
            text: DocumentText::new(text, self.shared.features.unit),
        };
        let opened = OpenDocument::new(document, is_too_long);
        if let Some(before) = self.documents.insert(uri.clone(), opened) {
            before.cancel();
            self.answer_empty(before.waiting);
        }
        self.push(&uri);
    }

    /// True for a text above the size that is checked. It is not kept.
    fn is_too_long(&self, uri: &str, length: usize) -> bool {
        let most = self.shared.roots.opening().max_file_size;
        let is_too_long = length as u64 > most;
        if is_too_long {
            let message = format!("`{uri}` is not checked: it has {length} bytes, and at most {most} are");
            self.client.log(MessageLevel::Warning, &message);
        }
        is_too_long
    }

    fn change(&mut self, params: lsp::DidChangeTextDocumentParams) -> Result<(), ResponseError> {
        let uri = &params.text_document.text_document_identifier.uri.0;
        let is_checked = self.preferences.run == RunMoment::OnType;
        let Some(open) = self.documents.get_mut(uri.as_str()) else {
            return Err(error(ErrorCode::InvalidParams, format!("`{uri}` is not open")));
        };
        let is_whole = |change: &lsp::TextDocumentContentChangeEvent| {
            matches!(change, lsp::TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(_))
        };
        // Of a text that was not kept, a part cannot be changed.
        let first_known = if open.is_too_long { params.content_changes.iter().rposition(is_whole) } else { Some(0) };
        let Some(first_known) = first_known else { return Ok(()) };
        let text = open.document.text.changed(&params.content_changes[first_known..]);
        let document =
            Document { version: Some(params.text_document.version), text, ..Document::clone(&open.document) };
        let (uri, length) = (document.uri.clone(), document.text.text.len());
        if self.is_too_long(&uri, length) {
            let text = DocumentText::new("", self.shared.features.unit);
            let opened = OpenDocument::new(Document { text, ..document }, true);
            if let Some(before) = self.documents.insert(uri.clone(), opened) {
                before.cancel();
                self.answer_empty(before.waiting);
            }
        } else if let Some(open) = self.documents.get_mut(&uri) {
            open.is_too_long = false;
            open.change(document, is_checked);
        }
        self.push(&uri);
        Ok(())
    }

    fn save(&mut self, params: lsp::DidSaveTextDocumentParams) {
        let uri = params.text_document.uri.0;
        if let Some(open) = self.documents.get_mut(uri.as_str()) {
            open.check_present_text();
        }
        self.files_changed([(uri.as_str(), false)].into_iter());
        self.push(&uri);
    }

    fn close(&mut self, params: lsp::DidCloseTextDocumentParams) {
        let uri = params.text_document.uri.0;
        let Some(closed) = self.documents.remove(uri.as_str()) else { return };
        closed.cancel();
        self.answer_empty(closed.waiting);
        if !self.shared.features.pulls {
            self.client.notify("textDocument/publishDiagnostics", json!({ "uri": uri, "diagnostics": [] }));
        }
        let folders: Vec<PathBuf> =
            self.documents.keys().filter_map(|uri| Some(uri::to_path(uri)?.parent()?.canonicalize().ok()?)).collect();
        self.shared.roots.keep(|folder| folders.iter().any(|needed| needed == folder));
    }

    /// The document at an address: an open one, or the file there.
    fn document_at(&self, uri: &lsp::Uri) -> Result<Arc<Document>, ResponseError> {
        if let Some(open) = self.documents.get(uri.0.as_str()) {
            return Ok(open.document.clone());
        }
        let missing = |why: String| error(ErrorCode::InvalidParams, format!("`{}` is not open, and {why}", uri.0));
        let path = uri::to_path(&uri.0).ok_or_else(|| missing("it is no file".to_owned()))?;
        let text = std::fs::read(&path).map_err(|failed| missing(format!("it cannot be read: {failed}")))?;
        let text = String::from_utf8(text).map_err(|_| missing("it is not UTF-8".to_owned()))?;
        Ok(Arc::new(Document {
            uri: Arc::from(uri.0.as_str()),
            version: None,
            language_id: Arc::from(""),
            text: DocumentText::new(text, self.shared.features.unit),
        }))
    }

    /// The check of the present text of a document: the one that is done, or one that the calling thread does.
    fn checked_for(
        &self,
        uri: &lsp::Uri,
    ) -> Result<
        impl FnOnce(&Arc<AtomicBool>) -> Result<Arc<CheckedDocument>, ResponseError> + Send + 'static,
        ResponseError,
    > {
        let document = self.document_at(uri)?;
        let open = self.documents.get(uri.0.as_str());
        let known = open.and_then(|open| open.checked(self.generation)).cloned();
        let known = known.filter(|known| Arc::ptr_eq(&known.document, &document));
        let (shared, preferences) = (self.shared.clone(), self.preferences);
        Ok(move |flag: &Arc<AtomicBool>| match known {
            Some(known) => Ok(known),
            None => check::check(&shared, preferences, document, flag)
                .map(Arc::new)
                .ok_or_else(|| error(ErrorCode::RequestCanceled, "cancelled")),
        })
    }

    // Checks.

    /// Checks a document now if its diagnostics are sent, or if somebody waits for them.
    fn push(&mut self, uri: &str) {
        let is_wanted = |open: &OpenDocument| !self.shared.features.pulls || !open.waiting.is_empty();
        if self.documents.get(uri).is_some_and(is_wanted) {
            self.begin_check(uri);
        }
    }

    fn begin_check(&mut self, uri: &str) {
        let generation = self.generation;
        let Some(open) = self.documents.get_mut(uri) else { return };
        if open.is_too_long {
            let waiting = std::mem::take(&mut open.waiting);
            return self.answer_empty(waiting);
        }
        if open.checked(generation).is_some() {
            return self.deliver(uri);
        }
        let Some(flag) = open.begin() else { return };
        let document = open.subject.clone();
        let (uri, events) = (document.uri.clone(), self.events.0.clone());
        let (shared, preferences) = (self.shared.clone(), self.preferences);
        self.pool.run_fast(move || {
            let outcome = guarded(|| check::check(&shared, preferences, document.clone(), &flag));
            drop(events.send(ThreadEvent::Checked { uri, document, generation, outcome }));
        });
    }

    fn end_check(
        &mut self,
        uri: &str,
        document: &Arc<Document>,
        generation: u64,
        outcome: Result<Option<CheckedDocument>, String>,
    ) {
        let checked = match outcome {
            Ok(checked) => checked.map(Arc::new),
            Err(panic) => {
                let message = format!("`{uri}` is not checked: lawbook has made a mistake of its own: {panic}");
                self.client.log(MessageLevel::Error, &message);
                if let Some(open) = self.documents.get_mut(uri) {
                    open.end(None, generation);
                    for WaitingPull { id, .. } in std::mem::take(&mut open.waiting) {
                        self.client.answer(id, Err(error(ErrorCode::InternalError, message.clone())));
                    }
                }
                return;
            }
        };
        if let Some(checked) = &checked {
            self.show_law_mistakes(checked.mistakes.as_ref());
        }
        let mut by = generation;
        if checked.as_ref().is_some_and(|checked| checked.is_law_changed) && generation == self.generation {
            // This check was by the law as it is now; those of other documents were not.
            by += 1;
            self.law_changed();
        }
        let Some(open) = self.documents.get_mut(uri) else { return };
        open.end(checked, by);
        let is_of_now = Arc::ptr_eq(&open.subject, document) && open.checked(self.generation).is_some();
        if is_of_now {
            self.deliver(uri);
            self.watch_pages();
        } else {
            self.push(uri);
        }
    }

    /// Sends the diagnostics of a document to those who wait for them, and to a client that does not ask.
    fn deliver(&mut self, uri: &str) {
        let generation = self.generation;
        let Some(open) = self.documents.get_mut(uri) else { return };
        let Some(checked) = open.checked(generation).cloned() else { return };
        for WaitingPull { id, previous } in std::mem::take(&mut open.waiting) {
            self.client.answer(id, Ok(document_report(&checked, previous.as_deref())));
        }
        if !self.shared.features.pulls {
            let params = json!({ "uri": uri, "version": checked.document.version, "diagnostics": checked.items });
            self.client.notify("textDocument/publishDiagnostics", params);
        }
    }

    fn answer_empty(&self, waiting: Vec<WaitingPull>) {
        for WaitingPull { id, .. } in waiting {
            self.client.answer(id, Ok(json!({ "kind": "full", "items": [] })));
        }
    }

    fn pull(&mut self, id: RequestId, params: lsp::DocumentDiagnosticParams) -> Result<(), ResponseError> {
        let uri = params.text_document.uri;
        let previous = params.previous_result_id;
        if let Some(open) = self.documents.get_mut(uri.0.as_str()) {
            open.waiting.push(WaitingPull { id, previous });
            self.begin_check(&uri.0);
            return Ok(());
        }
        let check = self.checked_for(&uri)?;
        self.answer_later(id, move |flag| Ok(document_report(&*check(flag)?, previous.as_deref())));
        Ok(())
    }

    fn pull_all(&mut self, id: RequestId, params: lsp::WorkspaceDiagnosticParams) {
        let open: Vec<Arc<Document>> = self.documents.values().map(|open| open.document.clone()).collect();
        let task = folder::WorkspacePull {
            shared: self.shared.clone(),
            preferences: self.preferences,
            open,
            params,
            client: self.client.sender(),
        };
        self.answer_slowly(id, move |flag| task.run(flag));
    }

    // Requests on threads.

    /// Answers a request by a thread for what a person waits for.
    fn answer_later(&mut self, id: RequestId, work: impl FnOnce(&Arc<AtomicBool>) -> RequestAnswer + Send + 'static) {
        let job = self.job(id, work);
        self.pool.run_fast(job);
    }

    /// Answers a request by the thread for work over many files.
    fn answer_slowly(&mut self, id: RequestId, work: impl FnOnce(&Arc<AtomicBool>) -> RequestAnswer + Send + 'static) {
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

    fn cancel(&mut self, params: &Value) -> Result<(), ResponseError> {
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

    fn execute(&mut self, id: RequestId, params: lsp::ExecuteCommandParams) -> Result<(), ResponseError> {
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
                let place = commands::reason_place(arguments)?;
                if self.shared.features.shows_documents {
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

    // Law and settings.

    /// What follows the introduction: the client is asked for its settings, and to watch the files of the law.
    fn introduce(&mut self) {
        let features = self.shared.features.clone();
        if features.registers_configuration {
            let registration = json!({
                "id": "lawbook-configuration", "method": "workspace/didChangeConfiguration",
                "registerOptions": { "section": SECTION }
            });
            self.client.ask(Question::Other, "client/registerCapability", json!({ "registrations": [registration] }));
        }
        if features.watches {
            let baseline = format!("{BASELINE_FOLDER}/**");
            let globs = [CONFIG_NAME, ".gitignore", &baseline];
            let watchers: Vec<Value> =
                globs.iter().map(|glob| json!({ "globPattern": format!("**/{glob}") })).collect();
            self.register_watchers("lawbook-law", &watchers);
        }
        if features.configures {
            self.ask_for_configuration();
        }
    }

    fn register_watchers(&mut self, id: &str, watchers: &[Value]) {
        let registration = json!({
            "id": id, "method": "workspace/didChangeWatchedFiles", "registerOptions": { "watchers": watchers }
        });
        self.client.ask(Question::Watching, "client/registerCapability", json!({ "registrations": [registration] }));
    }

    /// Has the client watch the folders of pages that the open roots extend.
    fn watch_pages(&mut self) {
        if !self.shared.features.watches {
            return;
        }
        let mut new = Vec::new();
        for root in self.shared.roots.all() {
            let law = root.workspace.law();
            for place in law.page_places() {
                if self.watched.insert(place.clone()) {
                    new.push(place.clone());
                }
            }
        }
        for place in new {
            let Some(glob) = place.to_str() else { continue };
            let glob = if place.is_dir() { format!("{glob}/**") } else { glob.to_owned() };
            let id = format!("lawbook-pages-{}", self.watched.len());
            self.register_watchers(&id, &[json!({ "globPattern": glob })]);
        }
    }

    fn ask_for_configuration(&mut self) {
        let params = json!({ "items": [{ "section": SECTION }] });
        self.client.ask(Question::Configuration, "workspace/configuration", params);
    }

    fn change_configuration(&mut self, params: &Value) {
        if self.shared.features.configures {
            return self.ask_for_configuration();
        }
        let given = params.get("settings").unwrap_or(&Value::Null).clone();
        self.set_preferences(&given);
    }

    fn set_preferences(&mut self, given: &Value) {
        let mut preferences = self.first_preferences;
        let mistakes = preferences.read(given);
        self.show_preference_mistakes(&mistakes);
        if preferences == self.preferences {
            return;
        }
        self.preferences = preferences;
        if preferences.run == RunMoment::OnType {
            self.documents.values_mut().for_each(OpenDocument::check_present_text);
        }
        self.law_changed();
    }

    fn show_preference_mistakes(&self, mistakes: &[String]) {
        for mistake in mistakes {
            self.client.show(MessageLevel::Warning, &format!("lawbook: {mistake}"));
        }
    }

    fn change_folders(&mut self, params: lsp::DidChangeWorkspaceFoldersParams) {
        let path = |folder: &lsp::WorkspaceFolder| folder_of_uri(&folder.uri.0);
        let removed: Vec<PathBuf> = params.event.removed.iter().filter_map(path).collect();
        let mut folders = self.shared.roots.folders();
        folders.retain(|folder| !removed.contains(folder));
        folders.extend(params.event.added.iter().filter_map(path));
        self.shared.roots.set_folders(folders);
        self.law_changed();
    }

    /// Takes files that were changed, each with whether it has come or gone.
    fn files_changed<'u>(&mut self, files: impl Iterator<Item = (&'u str, bool)>) {
        let (mut is_of_law, mut are_roots_changed) = (false, false);
        for (uri, is_new_or_gone) in files {
            let Some(path) = uri::to_path(uri) else { continue };
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            are_roots_changed |= is_new_or_gone && (name == CONFIG_NAME || path.extension().is_none());
            is_of_law |= self.may_be_of_law(&path, name);
        }
        if are_roots_changed {
            self.shared.roots.close_all();
        } else if is_of_law {
            self.shared.roots.mark_stale();
        }
        if are_roots_changed || is_of_law {
            self.law_changed();
        }
    }

    /// True if the law may differ after a change of this file.
    fn may_be_of_law(&self, path: &Path, name: &str) -> bool {
        let is_in_baseline =
            || path.parent().is_some_and(|folder| folder.ancestors().any(|at| at.ends_with(BASELINE_FOLDER)));
        let is_page = || {
            let roots = self.shared.roots.all();
            roots.iter().any(|root| root.workspace.law().page_places().iter().any(|place| path.starts_with(place)))
        };
        name == CONFIG_NAME || name == ".gitignore" || is_in_baseline() || is_page()
    }

    /// Has everything checked again that was checked by the law before.
    fn law_changed(&mut self) {
        self.generation += 1;
        let features = &self.shared.features;
        if features.refreshes_lenses {
            self.client.ask(Question::Other, "workspace/codeLens/refresh", Value::Null);
        }
        if features.pulls {
            if features.refreshes_diagnostics {
                self.client.ask(Question::Other, "workspace/diagnostic/refresh", Value::Null);
            }
            let waiting: Vec<Arc<str>> = self.documents.keys().cloned().collect();
            waiting.iter().for_each(|uri| self.push(uri));
            return;
        }
        let all: Vec<Arc<str>> = self.documents.keys().cloned().collect();
        all.iter().for_each(|uri| self.push(uri));
    }

    /// Shows mistakes in the law, for which nothing can be found, once.
    fn show_law_mistakes(&mut self, mistakes: Option<&MistakeList>) {
        let shown = mistakes.and_then(|mistakes| mistakes.first()).map(ToString::to_string);
        if shown != self.shown_mistakes {
            if let Some(mistake) = &shown {
                self.client.show(MessageLevel::Error, &format!("lawbook: the law has a mistake: {mistake}"));
            }
            self.shown_mistakes = shown;
        }
    }
}

/// The report of a document for a client that has the result called `previous`.
fn document_report(checked: &CheckedDocument, previous: Option<&str>) -> Value {
    if previous == Some(checked.result_id.as_str()) {
        return json!({ "kind": "unchanged", "resultId": checked.result_id });
    }
    json!({ "kind": "full", "resultId": checked.result_id, "items": checked.items })
}

/// Reads the parameters of a message.
fn read<T: DeserializeOwned>(params: Value) -> Result<T, ResponseError> {
    serde_json::from_value(params).map_err(|wrong| error(ErrorCode::InvalidParams, wrong.to_string()))
}
