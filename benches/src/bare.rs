//! The least that a checker must do: walk, read and parse with the same parsers on as many threads, and drop the trees.

use std::fs;
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::corpus;
use crate::tools::BenchLanguage;

/// Parses every file of the language and returns the number of their bytes.
pub fn run(language: BenchLanguage, paths: &[PathBuf]) -> Result<usize, String> {
    let mut files = corpus::files(paths, language)?;
    files.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    let (next, total) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut allocator = oxc_allocator::Allocator::default();
                while let Some((path, _)) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let Ok(text) = fs::read_to_string(path) else { continue };
                    match language {
                        BenchLanguage::Rust => parse_rust(&text),
                        BenchLanguage::TypeScript => parse_typescript(&text, &mut allocator),
                    }
                    total.fetch_add(text.len(), Ordering::Relaxed);
                }
            });
        }
    });
    Ok(total.into_inner())
}

fn parse_rust(text: &str) {
    if let Ok(tokens) = text.parse::<proc_macro2::TokenStream>() {
        drop(syn::parse2::<syn::File>(tokens));
    }
    proc_macro2::extra::invalidate_current_thread_spans();
}

fn parse_typescript(text: &str, allocator: &mut oxc_allocator::Allocator) {
    drop(oxc_parser::Parser::new(allocator, text, oxc_span::SourceType::ts()).parse());
    allocator.reset();
}
