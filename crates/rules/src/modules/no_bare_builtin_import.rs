//! An import of a Node module without `node:`.

use std::cell::OnceCell;

use lawbook_core::diagnostic::{Edit, Finding, Fix, Safety};
use lawbook_core::ir::{Dialect, Kind, Node, view};
use lawbook_core::rule::{Cx, Interest, Literals, Nodes, Rule};
use lawbook_core::span::Span;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(crate) struct NoBareBuiltinImport {}

/// Modules that only Node has: no bundler replaces them.
const NODE_ONLY: [&str; 35] = [
    "_http_agent",
    "_http_client",
    "_http_common",
    "_http_incoming",
    "_http_outgoing",
    "_http_server",
    "_tls_common",
    "_tls_wrap",
    "async_hooks",
    "child_process",
    "cluster",
    "dgram",
    "diagnostics_channel",
    "dns",
    "dns/promises",
    "fs",
    "fs/promises",
    "http2",
    "inspector",
    "inspector/promises",
    "module",
    "net",
    "perf_hooks",
    "readline",
    "readline/promises",
    "repl",
    "stream/promises",
    "timers/promises",
    "tls",
    "trace_events",
    "util/types",
    "v8",
    "vm",
    "wasi",
    "worker_threads",
];

/// Modules that bundlers and npm packages replace in browsers, found by the plain name.
const REPLACEABLE: [&str; 32] = [
    "_stream_duplex",
    "_stream_passthrough",
    "_stream_readable",
    "_stream_transform",
    "_stream_wrap",
    "_stream_writable",
    "assert",
    "assert/strict",
    "buffer",
    "console",
    "constants",
    "crypto",
    "domain",
    "events",
    "http",
    "https",
    "os",
    "path",
    "path/posix",
    "path/win32",
    "process",
    "querystring",
    "stream",
    "stream/consumers",
    "stream/web",
    "string_decoder",
    "sys",
    "timers",
    "tty",
    "url",
    "util",
    "zlib",
];

impl Rule for NoBareBuiltinImport {
    fn interest(&self, _: &'static Dialect) -> Interest {
        Interest::kinds([Kind::Import, Kind::Export])
    }

    fn literals(&self, _: &'static Dialect) -> Literals {
        Literals::any(NODE_ONLY.into_iter().chain(REPLACEABLE))
    }

    fn check_each(&self, nodes: Nodes<'_>, cx: &mut Cx<'_>) {
        let has_mocks = OnceCell::new();
        for node in nodes {
            if cx.exhausted() {
                return;
            }
            let Some(source) = source_text(node, cx) else { continue };
            let text = cx.text(source);
            let Some(name) = text.get(1..text.len().saturating_sub(1)) else { continue };
            let is_node_only = NODE_ONLY.contains(&name);
            if !is_node_only && !REPLACEABLE.contains(&name) {
                continue;
            }
            // Mocks of modules in tests are found by the name as written in the import.
            let is_replaced =
                *has_mocks.get_or_init(|| cx.source_text().contains("mock")) || view::is_in_test(cx.file(), node);
            let safety = if is_node_only && !is_replaced { Safety::Safe } else { Safety::Unsafe };
            let edit = Edit::new(Span::empty(source.start() + 1), "node:");
            let message = format!("`{name}` is a module of Node and lacks `node:`");
            let fix = Fix::new(format!("Write `node:{name}`"), safety, vec![edit]);
            cx.report(Finding::new(source.span()).message(message).fix(fix));
        }
    }
}

/// The text that names the module of an import, an export, `import(…)` or `require(…)`: a string, or a template without
/// holes.
fn source_text<'t>(node: Node<'t>, cx: &Cx<'_>) -> Option<Node<'t>> {
    let clause = cx.child_of_raw_kind(node, "import_require_clause").unwrap_or(node);
    let source = cx.child_by_field(clause, "source").or_else(|| {
        let arguments = cx.child_by_field(node, "arguments")?;
        let mut arguments = cx.children(arguments).filter(|child| child.kind() != Kind::Comment);
        arguments.next().filter(|_| arguments.next().is_none())
    })?;
    let is_text = match source.raw_name() {
        "string" => true,
        "template_string" => cx.child_of_raw_kind(source, "template_substitution").is_none(),
        _ => false,
    };
    is_text.then_some(source)
}
