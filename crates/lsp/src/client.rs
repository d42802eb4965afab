//! The other side of the connection: what the server sends to it.

use std::cell::Cell;
use std::collections::HashMap;

use crossbeam_channel::Sender;
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response, ResponseError};
use serde::Serialize;
use serde_json::{Value, json};

/// A question of the server that the client has not answered yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// For the settings of the editor.
    Configuration,
    /// For reports of changed files.
    Watching,
    /// One whose answer changes nothing.
    Other,
}

/// The level of a message to the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MessageLevel {
    Error = 1,
    Warning = 2,
    Info = 3,
}

/// The client, as the server talks to it.
#[derive(Debug)]
pub(crate) struct ClientSide {
    sender: Sender<Message>,
    last_id: i32,
    questions: HashMap<RequestId, Question>,
    is_gone: Cell<bool>,
}

impl ClientSide {
    pub(crate) fn new(sender: Sender<Message>) -> Self {
        Self { sender, last_id: 0, questions: HashMap::new(), is_gone: Cell::new(false) }
    }

    /// Sends a notification.
    pub(crate) fn notify(&self, method: &str, params: impl Serialize) {
        self.send(notification(method, params));
    }

    /// A sender of messages for another thread.
    pub(crate) fn sender(&self) -> Sender<Message> {
        self.sender.clone()
    }

    /// Asks the client something.
    pub(crate) fn ask(&mut self, question: Question, method: &str, params: impl Serialize) {
        self.last_id = self.last_id.wrapping_add(1);
        let id = RequestId::from(self.last_id);
        self.questions.insert(id.clone(), question);
        let params = serde_json::to_value(params).unwrap_or_default();
        self.send(Message::Request(Request { id, method: method.to_owned(), params }));
    }

    /// The question that a response answers; none if it answers no open one.
    pub(crate) fn answered(&mut self, response: &Response) -> Option<Question> {
        self.questions.remove(&response.id)
    }

    /// Answers a request.
    pub(crate) fn answer(&self, id: RequestId, result: Result<Value, ResponseError>) {
        self.send(Message::Response(Response { id, response_result: result }));
    }

    /// Writes a line into the log of the client.
    pub(crate) fn log(&self, level: MessageLevel, message: &str) {
        self.notify("window/logMessage", json!({ "type": level as i32, "message": message }));
    }

    /// Shows a message to the user.
    pub(crate) fn show(&self, level: MessageLevel, message: &str) {
        self.notify("window/showMessage", json!({ "type": level as i32, "message": message }));
    }

    /// True once a message could not be sent: nobody reads any more.
    pub(crate) fn is_gone(&self) -> bool {
        self.is_gone.get()
    }

    fn send(&self, message: Message) {
        if self.sender.send(message).is_err() {
            self.is_gone.set(true);
        }
    }
}

/// Sends a notification from any thread.
pub(crate) fn notify(sender: &Sender<Message>, method: &str, params: impl Serialize) {
    // The loop of the server ends once nobody reads any more.
    drop(sender.send(notification(method, params)));
}

fn notification(method: &str, params: impl Serialize) -> Message {
    let params = serde_json::to_value(params).unwrap_or_default();
    Message::Notification(Notification { method: method.to_owned(), params })
}

/// An error as an answer.
pub(crate) fn error(code: ErrorCode, message: impl Into<String>) -> ResponseError {
    ResponseError { code: code as i32, message: message.into(), data: None }
}
