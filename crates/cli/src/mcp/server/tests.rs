//! The server over streams in memory, with tools that do what no real one should.

use std::path::Path;
use std::sync::atomic::AtomicUsize;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream, ReadHalf, WriteHalf};

use super::*;
use crate::mcp::{Argument, ArgumentKind};

/// The calls of `wait` that have seen that they were taken back.
static ENDED: AtomicUsize = AtomicUsize::new(0);

const TOOLS: &[McpTool] = &[
    McpTool {
        name: "echo",
        title: "Echo",
        description: "Says it again.",
        arguments: &[Argument::new("text", ArgumentKind::Text, "what to say").required()],
        output: || json!({ "type": "object" }),
        answer: |call| {
            let text = call.arguments.text("text").unwrap_or_default().to_owned();
            Ok(ToolAnswer { structured: json!({ "text": text }), text })
        },
    },
    McpTool {
        name: "fall",
        title: "Fall",
        description: "Panics.",
        arguments: &[],
        output: || json!({ "type": "object" }),
        answer: |call| {
            assert!(call.packs.len() > 99, "on purpose");
            Err(vec![Mistake::new("never")].into())
        },
    },
    McpTool {
        name: "wait",
        title: "Wait",
        description: "Waits until it is cancelled.",
        arguments: &[],
        output: || json!({ "type": "object" }),
        answer: |call| {
            while !call.watch.cancelled.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(2));
            }
            ENDED.fetch_add(1, Ordering::Relaxed);
            Err(vec![Mistake::new("cancelled")].into())
        },
    },
];

/// A client of a server in this process.
struct Client {
    reader: BufReader<ReadHalf<DuplexStream>>,
    writer: WriteHalf<DuplexStream>,
    served: tokio::task::JoinHandle<Result<(), String>>,
}

impl Client {
    fn start() -> Self {
        let (own, of_server) = tokio::io::duplex(1 << 16);
        let folder = ServedFolder::open(&std::env::temp_dir(), Path::new(".")).unwrap();
        let (reader, writer) = tokio::io::split(of_server);
        let served = tokio::spawn(McpServer::new(TOOLS, "Use them.", folder, Vec::new()).run(reader, writer));
        let (reader, writer) = tokio::io::split(own);
        Self { reader: BufReader::new(reader), writer, served }
    }

    async fn send(&mut self, message: Value) {
        self.writer.write_all(format!("{message}\n").as_bytes()).await.unwrap();
    }

    async fn call(&mut self, id: u32, tool: &str, arguments: Value) {
        let meta = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
            "io.modelcontextprotocol/clientCapabilities": {},
        });
        let params = json!({ "name": tool, "arguments": arguments, "_meta": meta });
        self.send(json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params })).await;
    }

    async fn next(&mut self) -> Value {
        let mut line = String::new();
        self.reader.read_line(&mut line).await.unwrap();
        serde_json::from_str(&line).unwrap()
    }

    /// Ends the input of the server, and asserts that it ends too.
    async fn end(mut self) {
        self.writer.shutdown().await.unwrap();
        assert_eq!(self.served.await.unwrap(), Ok(()));
    }
}

fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(Duration::from_mins(1), test).await.unwrap() });
}

#[test]
fn a_panic_costs_one_answer() {
    run(async {
        let mut client = Client::start();
        client.call(1, "fall", json!({})).await;
        let answer = client.next().await;
        assert_eq!((&answer["id"], &answer["result"]["isError"]), (&json!(1), &json!(true)), "{answer}");
        client.call(2, "echo", json!({ "text": "still here" })).await;
        assert_eq!(client.next().await["result"]["structuredContent"]["text"], "still here");
        client.end().await;
    });
}

#[test]
fn a_call_that_waits_keeps_no_other_waiting_and_can_be_taken_back() {
    run(async {
        let mut client = Client::start();
        client.call(1, "wait", json!({})).await;
        client.call(2, "echo", json!({ "text": "first" })).await;
        assert_eq!(client.next().await["id"], 2);
        let cancel = json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": 1 } });
        client.send(cancel).await;
        while ENDED.load(Ordering::Relaxed) == 0 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        client.call(3, "echo", json!({ "text": "then" })).await;
        assert_eq!(client.next().await["id"], 3, "a call that was taken back has no answer");
        client.end().await;
    });
}

#[test]
fn what_comes_before_the_first_request_ends_nothing() {
    run(async {
        let mut client = Client::start();
        client.send(json!({ "jsonrpc": "2.0", "method": "notifications/initialized" })).await;
        client.send(json!({ "jsonrpc": "2.0", "id": 7, "result": {} })).await;
        client.send(json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" })).await;
        let answer = client.next().await;
        assert!(answer["error"]["message"].as_str().unwrap().contains("_meta"), "{answer}");
        client.send(json!({ "jsonrpc": "2.0", "method": "notifications/initialized" })).await;
        client.call(2, "echo", json!({ "text": "on" })).await;
        assert_eq!(client.next().await["id"], 2);
        client.end().await;
    });
}
