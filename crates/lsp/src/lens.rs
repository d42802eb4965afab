//! Code lenses of rule pages: at each block, whether the rule does there what the page says.

use std::path::Path;
use std::sync::Arc;

use gen_lsp_types as lsp;
use lawbook_core::rule::page::BlockRole;
use lawbook_workspace::{TestedBlock, TestedPage, test_page};
use serde_json::{Value, json};

use crate::check::Shared;
use crate::commands::RUN_PAGE;
use crate::document::Document;
use crate::uri;

/// The lenses of a document; none unless it is a rule page with blocks.
pub(crate) fn of(shared: &Shared, document: &Document) -> Value {
    let Some(tested) = tested(shared, document) else { return json!([]) };
    let lens = |line: u32, title: String| {
        let start = lsp::Position { line: line.saturating_sub(1), character: 0 };
        let command = json!({ "title": title, "command": RUN_PAGE, "arguments": [document.uri] });
        json!({ "range": lsp::Range { start, end: start }, "command": command })
    };
    let blocks = tested.blocks.iter().map(|block| lens(block.line, title(&tested, block)));
    let whole = (!tested.blocks.is_empty()).then(|| lens(1, format!("Run {}", blocks_in_words(tested.blocks.len()))));
    Value::Array(whole.into_iter().chain(blocks).collect())
}

/// A number of blocks in words.
pub(crate) fn blocks_in_words(count: usize) -> String {
    if count == 1 { "1 block".to_owned() } else { format!("{count} blocks") }
}

/// The title of the lens of a block.
fn title(tested: &TestedPage, block: &TestedBlock) -> String {
    let role = match block.role {
        BlockRole::Bad => "bad",
        BlockRole::Good => "good",
        BlockRole::Fixed => "fixed",
    };
    let mut failures = tested.failures_in(block);
    match (failures.next(), failures.count()) {
        (None, _) => format!("✓ {role}"),
        (Some(first), 0) => format!("✗ {role}, line {}: {}", first.line, first.message),
        (Some(first), more) => format!("✗ {role}, line {}: {} (and {more} more)", first.line, first.message),
    }
}

/// The blocks of a document with their results; none if it is no rule page of its root.
pub(crate) fn tested(shared: &Shared, document: &Document) -> Option<TestedPage> {
    let path =
        uri::to_path(&document.uri).filter(|path| path.extension().is_some_and(|extension| extension == "md"))?;
    is_page(shared, &path, &document.text.text).then(|| {
        let folder = path.parent().unwrap_or(&path);
        test_page(folder, &path, Arc::clone(&document.text.text), shared.roots.packs())
    })
}

/// True for a page of the law, and for a text that begins like one in a folder without a law.
fn is_page(shared: &Shared, path: &Path, text: &str) -> bool {
    let is_of_law = || {
        let placed = shared.roots.place(path).ok()?;
        Some(placed.root.workspace.law().law_paths().holds(path))
    };
    let head = text.trim_start_matches('\u{FEFF}');
    head.starts_with("---") && (head.contains("\nsummary:") || is_of_law().unwrap_or(false))
}
