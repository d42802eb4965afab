//! A small HTTP service that checks what is posted to it, with the law of one folder.
//!
//! ```text
//! cargo run --example http_service -- path/to/project &
//! curl --data-binary @src/a.ts http://127.0.0.1:8080/src/a.ts
//! ```
//!
//! The answer is the report as JSON, version 1. The folder's `lawbook.toml` and rules are read again when they change.

use std::io;
use std::path::Path;
use std::sync::Arc;

use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path as UrlPath, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use lawbook_workspace::core::source::RelPath;
use lawbook_workspace::report::v1::ReportV1;
use lawbook_workspace::{Opening, Request, Workspace};
use tokio::net::TcpListener;

/// Checks a text as if it stood in the file `path` of the folder.
fn check(workspace: &Workspace, path: &str, text: &[u8]) -> Response {
    match workspace.run(&Request::text(RelPath::new(path), text).with_reload()) {
        Ok(run) => Json(ReportV1::new(&run.report, ".", &|_| String::new())).into_response(),
        Err(mistakes) => (StatusCode::INTERNAL_SERVER_ERROR, mistakes.to_string()).into_response(),
    }
}

/// The routes of the service. A check takes processor time, so it runs on a thread for blocking work.
fn service(workspace: Workspace) -> Router {
    let handle = async |State(workspace): State<Arc<Workspace>>, UrlPath(path): UrlPath<String>, text: Bytes| {
        let checked = tokio::task::spawn_blocking(move || check(&workspace, &path, &text));
        checked.await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
    };
    Router::new().route("/{*path}", post(handle)).with_state(Arc::new(workspace))
}

/// Opens the folder and serves it on the address until the process ends.
async fn serve(folder: &Path, listener: TcpListener) -> io::Result<()> {
    let workspace = Workspace::open(folder, Opening::default()).map_err(io::Error::other)?;
    axum::serve(listener, service(workspace)).await
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let folder = std::env::args_os().nth(1).unwrap_or_else(|| ".".into());
    serve(folder.as_ref(), TcpListener::bind("127.0.0.1:8080").await?).await
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpStream;

    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_text_is_posted_and_its_report_comes_back() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let folder = std::env::temp_dir();
        tokio::spawn(async move { serve(&folder, listener).await });
        let head = "POST /src/a.ts HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 9\r\n\r\n";
        client.write_all(format!("{head}debugger;").as_bytes()).unwrap();
        let mut answer = String::new();
        tokio::task::block_in_place(|| client.read_to_string(&mut answer)).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
        assert!(answer.contains("\"checked\":1"), "{answer}");
    }
}
