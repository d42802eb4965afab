//! The messages on standard input and output. Input that is no message is answered with an error, and reading goes on:
//! one bad message of a client must not end its session.

use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use serde_json::{Value, json};

/// The most bytes of one message. A longer one is read to its end and refused.
const MAX_MESSAGE_BYTES: u64 = 256 << 20;

/// The most bytes of one line of a header.
const MAX_HEADER_BYTES: u64 = 8 << 10;

/// The most messages that are read before the first of them is worked on.
const MAX_WAITING_MESSAGES: usize = 256;

/// The threads that read and write. Dropping their connection ends them.
#[derive(Debug)]
pub(crate) struct IoThreads {
    writer: JoinHandle<()>,
}

impl IoThreads {
    /// Waits until all messages are written. The reader is not waited for, since it may read from a client that sends
    /// nothing more.
    pub(crate) fn finish(self) {
        drop(self.writer.join());
    }
}

/// A connection over streams. It ends when the input ends.
pub(crate) fn connect(
    input: impl Read + Send + 'static,
    output: impl Write + Send + 'static,
) -> (Connection, IoThreads) {
    let output = Arc::new(Mutex::new(BufWriter::new(output)));
    let (incoming, receiver) = bounded(MAX_WAITING_MESSAGES);
    let (sender, outgoing) = unbounded();
    let errors = output.clone();
    thread::spawn(move || read_all(BufReader::new(input), &incoming, &errors));
    let writer = thread::spawn(move || write_all(&outgoing, &output));
    (Connection { sender, receiver }, IoThreads { writer })
}

type SharedOutput<W> = Mutex<BufWriter<W>>;

fn write_all(messages: &Receiver<Message>, output: &SharedOutput<impl Write>) {
    for message in messages {
        let mut output = output.lock().unwrap_or_else(PoisonError::into_inner);
        if message.write(&mut *output).is_err() {
            return;
        }
    }
}

/// Writes an error that belongs to no request that could be read.
fn refuse(output: &SharedOutput<impl Write>, id: &Value, code: ErrorCode, message: &str) -> io::Result<()> {
    let error = json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code as i32, "message": message } });
    let text = error.to_string();
    let mut output = output.lock().unwrap_or_else(PoisonError::into_inner);
    write!(output, "Content-Length: {}\r\n\r\n{text}", text.len())?;
    output.flush()
}

fn read_all(mut input: impl BufRead, messages: &Sender<Message>, output: &SharedOutput<impl Write>) {
    loop {
        let read = match read_body(&mut input) {
            Ok(None) | Err(_) => return,
            Ok(Some(Ok(body))) => parse(&body),
            Ok(Some(Err(refused))) => Err(refused),
        };
        let is_open = match read {
            Ok(message) => message.is_none_or(|message| messages.send(message).is_ok()),
            Err(Refused { id, code, message }) => refuse(output, &id, code, &message).is_ok(),
        };
        if !is_open {
            return;
        }
    }
}

/// Input that is no message of the protocol.
#[derive(Debug)]
struct Refused {
    /// The id of the request, as it was sent; null if there is none.
    id: Value,
    code: ErrorCode,
    message: String,
}

impl Refused {
    fn unreadable(message: impl Into<String>) -> Self {
        Self { id: Value::Null, code: ErrorCode::ParseError, message: message.into() }
    }
}

/// Reads the next body; `None` at the end of the input. Lines before a header are passed over, so that a wrong length
/// costs the messages that it covers and no more.
fn read_body(input: &mut impl BufRead) -> io::Result<Option<Result<Vec<u8>, Refused>>> {
    let mut length = None;
    let mut has_lines = false;
    loop {
        let mut line = Vec::new();
        if input.by_ref().take(MAX_HEADER_BYTES).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim();
        if line.is_empty() {
            match (length, has_lines) {
                (Some(length), _) => return read_length(input, length).map(Some),
                (None, true) => return Ok(Some(Err(Refused::unreadable("a header lacks its `Content-Length`")))),
                (None, false) => continue,
            }
        }
        has_lines = true;
        // A wrong length may have cut off the line that the header stands on.
        let name = b"content-length:";
        let start = line.as_bytes().windows(name.len()).position(|part| part.eq_ignore_ascii_case(name));
        if let Some(start) = start {
            length = line.get(start + name.len()..).and_then(|value| value.trim().parse::<u64>().ok());
        }
    }
}

fn read_length(input: &mut impl BufRead, length: u64) -> io::Result<Result<Vec<u8>, Refused>> {
    if length > MAX_MESSAGE_BYTES {
        let skipped = io::copy(&mut input.by_ref().take(length), &mut io::sink())?;
        if skipped < length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let most = MAX_MESSAGE_BYTES >> 20;
        return Ok(Err(Refused::unreadable(format!("a message of {length} bytes: at most {most} MiB are read"))));
    }
    let mut body = Vec::new();
    input.by_ref().take(length).read_to_end(&mut body)?;
    if (body.len() as u64) < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Ok(body))
}

/// Reads a message; `None` for a response that is none: an answer to it would be answered too.
fn parse(body: &[u8]) -> Result<Option<Message>, Refused> {
    // A client whose strings are UTF-16 may send half of a pair, which no string of Rust can hold.
    let value: serde_json::Result<Value> =
        serde_json::from_slice(body).or_else(|_| serde_json::from_slice(&without_lone_surrogates(body)));
    let value = value.map_err(|error| Refused::unreadable(format!("the message is no JSON: {error}")))?;
    let invalid = |id: &Value, message: &str| Refused {
        id: id.clone(),
        code: ErrorCode::InvalidRequest,
        message: message.to_owned(),
    };
    let Value::Object(mut fields) = value else {
        return Err(invalid(&Value::Null, "a message is one JSON object; batches are not part of this protocol"));
    };
    let id = fields.remove("id");
    let shown = id.clone().unwrap_or_default();
    let params = fields.remove("params").unwrap_or_default();
    let method = match fields.remove("method") {
        Some(Value::String(method)) => method,
        Some(_) => return Err(invalid(&shown, "the `method` of a message is a string")),
        None if fields.contains_key("result") || fields.contains_key("error") => {
            fields.insert("id".to_owned(), shown);
            let response: Option<Response> = serde_json::from_value(Value::Object(fields)).ok();
            return Ok(response.map(Message::Response));
        }
        None => return Err(invalid(&shown, "a message has a `method`, a `result` or an `error`")),
    };
    let Some(id) = id else { return Ok(Some(Message::Notification(Notification { method, params }))) };
    let id: RequestId = serde_json::from_value(id)
        .map_err(|_| invalid(&shown, "the `id` of a request is a string or an integer of 32 bits"))?;
    if !matches!(params, Value::Null | Value::Object(_) | Value::Array(_)) {
        return Err(invalid(&shown, "the `params` of a request are an object or an array"));
    }
    Ok(Some(Message::Request(Request { id, method, params })))
}

/// JSON in which escapes of half a pair are those of U+FFFD, which is one unit of UTF-16 too.
fn without_lone_surrogates(json: &[u8]) -> Vec<u8> {
    let unit = |at: usize| {
        let digits = json.get(at..at + 6)?.strip_prefix(b"\\u")?;
        u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    let mut fixed = Vec::with_capacity(json.len());
    let mut at = 0;
    while let Some(byte) = json.get(at) {
        let length = match (byte, unit(at)) {
            (b'\\', Some(0xD800..=0xDBFF)) if matches!(unit(at + 6), Some(0xDC00..=0xDFFF)) => 12,
            (b'\\', Some(0xD800..=0xDFFF)) => {
                fixed.extend(b"\\uFFFD");
                at += 6;
                continue;
            }
            (b'\\', _) => 2,
            _ => 1,
        };
        let end = (at + length).min(json.len());
        fixed.extend(&json[at..end]);
        at = end;
    }
    fixed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    /// A reader's view of what was written.
    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Asserts that `input` is refused with this code, or passed over, and that the message after it is read.
    #[track_caller]
    fn check_survived(input: &str, code: Option<i32>) {
        let good = framed(r#"{"jsonrpc":"2.0","id":7,"method":"good"}"#);
        let written = Written::default();
        let (connection, _) = connect(io::Cursor::new(format!("{input}{good}").into_bytes()), written.clone());
        let methods: Vec<String> = connection
            .receiver
            .iter()
            .map(|message| match message {
                Message::Request(request) => request.method,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(methods, ["good"], "{input}");
        let answer = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        match code {
            Some(code) => assert!(answer.contains(&format!("\"code\":{code}")), "{input}: {answer}"),
            None => assert_eq!(answer, "", "{input}"),
        }
    }

    #[test]
    fn a_bad_message_costs_itself_only() {
        check_survived("", None);
        check_survived("\r\n\n", None);
        check_survived(&framed("{"), Some(-32700));
        check_survived(&framed("\u{0}"), Some(-32700));
        check_survived(&framed("[]"), Some(-32600));
        check_survived(&framed("7"), Some(-32600));
        check_survived(&framed("{}"), Some(-32600));
        check_survived(&framed(r#"{"id":1.5,"method":"a"}"#), Some(-32600));
        check_survived(&framed(r#"{"id":99999999999,"method":"a"}"#), Some(-32600));
        check_survived(&framed(r#"{"id":{},"method":"a"}"#), Some(-32600));
        check_survived(&framed(r#"{"id":1,"method":["a"]}"#), Some(-32600));
        check_survived(&framed(r#"{"id":1,"method":"a","params":"b"}"#), Some(-32600));
        check_survived(&framed(r#"{"id":null,"result":1}"#), None);
        check_survived(&framed(r#"{"id":null,"error":{"code":"x"}}"#), None);
        check_survived("Content-Type: x\r\n\r\n", Some(-32700));
        check_survived("Content-Length: many\r\n\r\n", Some(-32700));
        check_survived("Content-Length: -1\r\n\r\n", Some(-32700));
        check_survived(&format!("Content-Type: x\r\n{}", framed("{")), Some(-32700));
        check_survived("content-length:1\n\n{", Some(-32700));
    }

    #[test]
    fn half_of_a_pair_is_a_character_of_its_own() {
        for (sent, read) in [
            (r#""a\ud800b""#, "a\u{FFFD}b"),
            (r#""\udc00\ud83d\ude00\ud83d""#, "\u{FFFD}\u{1F600}\u{FFFD}"),
            (r#""\\ud800\ud800""#, "\\ud800\u{FFFD}"),
            (r#""\ud800\n\\""#, "\u{FFFD}\n\\"),
        ] {
            let body = format!(r#"{{"method":"m","params":[{sent}]}}"#);
            let Ok(Some(Message::Notification(read_message))) = parse(body.as_bytes()) else { panic!("{sent}") };
            assert_eq!(read_message.params[0], *read, "{sent}");
        }
        assert!(parse(br#"{"method":"\ud8"}"#).is_err() && parse(b"{\"method\":\"\\").is_err());
    }

    #[test]
    fn a_length_that_is_too_short_costs_the_rest_of_its_message() {
        check_survived("Content-Length: 3\r\n\r\n{}  garbage", Some(-32600));
    }
}
