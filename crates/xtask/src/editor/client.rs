//! A synchronous client of language servers over stdio.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// The time that an answer may take before it counts as missing.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);

/// The program of a server, and the folder that it starts in.
#[derive(Clone, Debug)]
pub struct ServerCommand {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<String>,
    /// Its working directory.
    pub folder: PathBuf,
}

impl ServerCommand {
    /// A command with these arguments.
    pub fn new(program: &Path, args: &[&str], folder: &Path) -> Self {
        let args = args.iter().map(|arg| (*arg).to_owned()).collect();
        Self { program: program.to_path_buf(), args, folder: folder.to_path_buf() }
    }

    /// The command of lawbook's own server.
    pub fn lawbook(lawbook: &Path, folder: &Path) -> Self {
        Self::new(lawbook, &["lsp"], folder)
    }
}

/// A message of the server, and when its last byte was read.
#[derive(Clone, Debug)]
pub struct ReceivedMessage {
    /// The moment.
    pub at: Instant,
    /// The message.
    pub message: Value,
}

/// The answer to a request.
#[derive(Clone, Debug)]
pub struct LspAnswer {
    /// The moment at which it was complete.
    pub at: Instant,
    /// The result, or the error object.
    pub result: Result<Value, Value>,
}

impl LspAnswer {
    /// The result; an error names the method.
    pub fn ok(self, method: &str) -> Result<Value, String> {
        self.result.map_err(|error| format!("{method}: {error}"))
    }

    /// The code of the error; none for a result.
    pub fn code(&self) -> Option<i64> {
        self.result.as_ref().err()?.get("code")?.as_i64()
    }
}

/// A running server with its client's end of the pipes.
#[derive(Debug)]
pub struct LspClient {
    child: Child,
    /// None after it was closed.
    stdin: Arc<Mutex<Option<ChildStdin>>>,
    received: Receiver<ReceivedMessage>,
    /// Messages that nobody has waited for yet.
    backlog: VecDeque<ReceivedMessage>,
    next_id: i64,
    /// The result of `initialize`, null before it.
    pub initialized: Value,
    /// The most recent lines of standard error.
    stderr: Arc<Mutex<VecDeque<String>>>,
}

impl LspClient {
    /// Starts a server. Requests of the server for the configuration are answered with these settings, all other ones
    /// with null.
    pub fn start(command: &ServerCommand, settings: &Value) -> Result<Self, String> {
        let mut child = Command::new(&command.program)
            .args(&command.args)
            .current_dir(&command.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{} could not be started: {error}", command.program.display()))?;
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(stdout), Some(stderr)) = (stdout, stderr) else { return Err("a server without pipes".to_owned()) };
        let stdin = Arc::new(Mutex::new(stdin));
        let (sender, received) = mpsc::channel();
        let (settings, answers) = (settings.clone(), Arc::clone(&stdin));
        thread::spawn(move || read_messages(BufReader::new(stdout), &sender, &answers, &settings));
        let lines = Arc::new(Mutex::new(VecDeque::new()));
        let kept = Arc::clone(&lines);
        thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                kept.push_back(line);
                if kept.len() > 20 {
                    kept.pop_front();
                }
            }
        });
        let backlog = VecDeque::new();
        Ok(Self { child, stdin, received, backlog, next_id: 1, initialized: Value::Null, stderr: lines })
    }

    /// Starts a server and makes the handshake for a folder with these capabilities and options.
    pub fn open(command: &ServerCommand, root: &Path, capabilities: &Value, options: &Value) -> Result<Self, String> {
        let mut client = Self::start(command, &Value::Null)?;
        client.initialize(root, capabilities, options)?;
        Ok(client)
    }

    /// Makes the handshake.
    pub fn initialize(&mut self, root: &Path, capabilities: &Value, options: &Value) -> Result<(), String> {
        let uri = uri_of(root);
        let params = json!({
            "processId": std::process::id(),
            "clientInfo": { "name": "xtask" },
            "rootUri": uri,
            "workspaceFolders": [{ "uri": uri, "name": "root" }],
            "capabilities": capabilities,
            "initializationOptions": options,
        });
        self.initialized = self.request("initialize", &params)?.ok("initialize")?;
        self.notify("initialized", &json!({}));
        Ok(())
    }

    /// The process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// One of the server's capabilities; null if it has none of the name.
    pub fn capability(&self, name: &str) -> &Value {
        &self.initialized["capabilities"][name]
    }

    /// Writes bytes as they are. A server that is gone shows by what is read from it, so that errors are dropped.
    pub fn send_bytes(&self, bytes: &[u8]) {
        write_to(&self.stdin, bytes);
    }

    /// Sends a message.
    pub fn send(&self, message: &Value) {
        write_to(&self.stdin, &frame(message.to_string().as_bytes()));
    }

    /// Sends a notification.
    pub fn notify(&self, method: &str, params: &Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Sends a request and returns its id.
    pub fn ask(&mut self, method: &str, params: &Value) -> i64 {
        let id = self.next_id;
        self.next_id += 1;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        id
    }

    /// Sends a request and waits for its answer.
    pub fn request(&mut self, method: &str, params: &Value) -> Result<LspAnswer, String> {
        let id = self.ask(method, params);
        self.answer(&json!(id), ANSWER_TIMEOUT).map_err(|error| format!("{method}: {error}"))
    }

    /// Waits for the answer to a request.
    pub fn answer(&mut self, id: &Value, timeout: Duration) -> Result<LspAnswer, String> {
        let is_answer = |message: &Value| message.get("method").is_none() && message.get("id") == Some(id);
        let ReceivedMessage { at, mut message } = self.wait(timeout, is_answer)?;
        let result = match message.get_mut("error") {
            Some(error) => Err(error.take()),
            None => Ok(message["result"].take()),
        };
        Ok(LspAnswer { at, result })
    }

    /// Waits for a message and takes it out. Messages that come before it stay.
    pub fn wait(&mut self, timeout: Duration, is_it: impl Fn(&Value) -> bool) -> Result<ReceivedMessage, String> {
        if let Some(at) = self.backlog.iter().position(|kept| is_it(&kept.message)) {
            return self.backlog.remove(at).ok_or_else(|| "no message".to_owned());
        }
        let end = Instant::now() + timeout;
        loop {
            match self.received.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(received) if is_it(&received.message) => return Ok(received),
                Ok(received) => self.backlog.push_back(received),
                Err(RecvTimeoutError::Timeout) => return Err(format!("no answer in {} s", timeout.as_secs_f32())),
                Err(RecvTimeoutError::Disconnected) => {
                    // Standard error may come a moment later.
                    thread::sleep(Duration::from_millis(50));
                    return Err(format!("the server has closed its output{}", self.last_words()));
                }
            }
        }
    }

    /// Takes all messages that were received until now.
    pub fn drain(&mut self) -> Vec<Value> {
        let mut drained: Vec<Value> = self.backlog.drain(..).map(|kept| kept.message).collect();
        while let Ok(received) = self.received.try_recv() {
            drained.push(received.message);
        }
        drained
    }

    /// The last lines of standard error, each after a line end.
    pub fn last_words(&self) -> String {
        let lines = self.stderr.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().flat_map(|line| ["\n    ", line.as_str()]).collect()
    }

    /// Opens a document.
    pub fn did_open(&self, uri: &str, language: &str, version: i64, text: &str) {
        let document = json!({ "uri": uri, "languageId": language, "version": version, "text": text });
        self.notify("textDocument/didOpen", &json!({ "textDocument": document }));
    }

    /// Pulls the diagnostics of a document; the result is the report.
    pub fn pull(&mut self, uri: &str) -> Result<Value, String> {
        let method = "textDocument/diagnostic";
        self.request(method, &json!({ "textDocument": { "uri": uri } }))?.ok(method)
    }

    /// Closes the server's standard input.
    pub fn close_stdin(&self) {
        self.stdin.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// Waits for the end of the process.
    pub fn exit_status(&mut self, timeout: Duration) -> Option<ExitStatus> {
        let end = Instant::now() + timeout;
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            if Instant::now() >= end {
                return None;
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Ends the server as the protocol says; an error if its exit code is not 0.
    pub fn shut_down(&mut self) -> Result<(), String> {
        self.request("shutdown", &Value::Null)?.ok("shutdown")?;
        self.notify("exit", &Value::Null);
        match self.exit_status(Duration::from_secs(5)) {
            Some(status) if status.success() => Ok(()),
            Some(status) => Err(format!("after shutdown and exit: {status}{}", self.last_words())),
            None => Err("runs 5 s after exit".to_owned()),
        }
    }

    /// The memory that the process holds, in KiB; none where the system does not say.
    pub fn resident_memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.trim().trim_end_matches("kB").trim().parse().ok()
    }
}

impl Drop for LspClient {
    fn drop(&mut self) {
        // Already ended, or nothing is left to ask of it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The bytes of a message with its header.
pub fn frame(body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// The address of a file, with everything encoded that a path of a URI cannot hold.
pub fn uri_of(path: &Path) -> String {
    let mut uri = "file://".to_owned();
    let text = path.to_string_lossy().replace('\\', "/");
    if !text.starts_with('/') {
        uri.push('/');
    }
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

fn write_to(stdin: &Mutex<Option<ChildStdin>>, bytes: &[u8]) {
    let mut stdin = stdin.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(pipe) = stdin.as_mut() {
        let written = pipe.write_all(bytes).and_then(|()| pipe.flush());
        drop(written);
    }
}

/// Reads messages until the output ends. Requests of the server are answered at once, since a server may wait for that.
fn read_messages(
    mut output: impl BufRead,
    sender: &Sender<ReceivedMessage>,
    stdin: &Mutex<Option<ChildStdin>>,
    settings: &Value,
) {
    while let Some(body) = read_body(&mut output) {
        let at = Instant::now();
        let message = serde_json::from_slice(&body)
            .unwrap_or_else(|error| json!({ "unreadable": format!("{error}: {}", String::from_utf8_lossy(&body)) }));
        if let (Some(id), Some(method)) = (message.get("id"), message.get("method").and_then(Value::as_str)) {
            let items = message["params"]["items"].as_array().map_or(0, Vec::len);
            let result = match method {
                "workspace/configuration" => Value::Array(vec![settings.clone(); items]),
                "window/showDocument" => json!({ "success": true }),
                "workspace/applyEdit" => json!({ "applied": true }),
                _ => Value::Null,
            };
            let answer = json!({ "jsonrpc": "2.0", "id": id, "result": result });
            write_to(stdin, &frame(answer.to_string().as_bytes()));
        }
        // A log is of no use here, and would only fill the backlog.
        let is_log = message.get("method").and_then(Value::as_str) == Some("window/logMessage");
        if !is_log && sender.send(ReceivedMessage { at, message }).is_err() {
            return;
        }
    }
}

/// Reads the body of one message; none at the end of the output.
fn read_body(output: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut length = None;
    let mut line = String::new();
    loop {
        line.clear();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let header = line.trim_end();
        if header.is_empty() {
            break;
        }
        if let Some((name, value)) = header.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok();
        }
    }
    let mut body = vec![0; length?];
    output.read_exact(&mut body).ok()?;
    Some(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_read_as_it_was_written() {
        let mut bytes = frame(b"{\"a\":1}");
        bytes.extend(frame("\"é\"".as_bytes()));
        let mut output = BufReader::new(bytes.as_slice());
        assert_eq!(read_body(&mut output).as_deref(), Some(&b"{\"a\":1}"[..]));
        assert_eq!(read_body(&mut output).as_deref(), Some("\"é\"".as_bytes()));
        assert_eq!(read_body(&mut output), None);
    }

    #[test]
    fn addresses_hold_any_name() {
        assert_eq!(uri_of(Path::new("/a b/ü#?.ts")), "file:///a%20b/%C3%BC%23%3F.ts");
        assert_eq!(uri_of(Path::new("C:\\a\\b.ts")), "file:///C%3A/a/b.ts");
    }
}
