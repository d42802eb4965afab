//! A client of `lawbook mcp` that writes and reads plain lines of JSON-RPC.

#![allow(clippy::unwrap_used, clippy::panic, clippy::needless_pass_by_value)]

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

use super::Project;

/// The revision without a handshake.
pub const STATELESS: &str = "2026-07-28";

/// The time after which a server that says nothing has failed.
const MCP_PATIENCE: Duration = Duration::from_mins(1);

/// A running server.
#[derive(Debug)]
pub struct McpProcess {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<Value>,
    /// The revision whose requests say by themselves which one they speak; none after a handshake.
    stateless: bool,
    id: u64,
}

impl McpProcess {
    /// A server in the folder of a project, for a client of the stateless revision.
    pub fn start(project: &Project) -> Self {
        Self::start_in(project, ".", &[])
    }

    /// The same in a folder below, with more arguments.
    pub fn start_in(project: &Project, cwd: &str, args: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lawbook"));
        command.arg("mcp").args(args).current_dir(project.path(cwd)).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in stdout.lines() {
                let line = line.unwrap();
                let value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
                if sender.send(value).is_err() {
                    break;
                }
            }
        });
        let stdin = child.stdin.take();
        Self { child, stdin, lines, stateless: true, id: 0 }
    }

    /// Begins a session as older clients do, and returns the answer.
    pub fn initialize(&mut self, version: &str) -> Value {
        self.stateless = false;
        let client = json!({ "name": "test", "version": "1" });
        let params = json!({ "protocolVersion": version, "capabilities": {}, "clientInfo": client });
        let answer = self.request("initialize", params);
        self.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        answer
    }

    /// Writes a message.
    pub fn send(&mut self, message: &Value) {
        self.write(&message.to_string());
    }

    /// Writes a line.
    pub fn write(&mut self, line: &str) {
        let stdin = self.stdin.as_mut().unwrap();
        stdin.write_all(format!("{line}\n").as_bytes()).unwrap();
        stdin.flush().unwrap();
    }

    /// Writes a request and returns its id.
    pub fn ask(&mut self, method: &str, mut params: Value) -> u64 {
        self.id += 1;
        if self.stateless {
            let meta = json!({
                "io.modelcontextprotocol/protocolVersion": STATELESS,
                "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
                "io.modelcontextprotocol/clientCapabilities": {},
            });
            for (name, value) in meta.as_object().unwrap() {
                params["_meta"][name] = value.clone();
            }
        }
        self.send(&json!({ "jsonrpc": "2.0", "id": self.id, "method": method, "params": params }));
        self.id
    }

    /// The next message.
    pub fn next(&mut self) -> Value {
        self.lines.recv_timeout(MCP_PATIENCE).unwrap()
    }

    /// The answer to a request; notifications before it are dropped.
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.ask(method, params);
        loop {
            let message = self.next();
            if message["id"] == id {
                return message;
            }
        }
    }

    /// The result of a call.
    #[track_caller]
    pub fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let answer = self.request("tools/call", json!({ "name": tool, "arguments": arguments }));
        assert!(answer["result"].is_object(), "{answer}");
        answer["result"].clone()
    }

    /// The structured answer of a call that succeeds.
    #[track_caller]
    pub fn data(&mut self, tool: &str, arguments: Value) -> Value {
        let result = self.call(tool, arguments);
        assert_eq!(result["isError"], false, "{result}");
        result["structuredContent"].clone()
    }

    /// The text of a call that fails.
    #[track_caller]
    pub fn refusal(&mut self, tool: &str, arguments: Value) -> String {
        let result = self.call(tool, arguments);
        assert_eq!(result["isError"], true, "{result}");
        result["content"][0]["text"].as_str().unwrap().to_owned()
    }

    /// Ends the input, and asserts that the server ends by itself and says nothing more than answers.
    pub fn end(mut self) -> Vec<Value> {
        self.stdin = None;
        let rest = self.lines.iter().collect();
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
        rest
    }
}
