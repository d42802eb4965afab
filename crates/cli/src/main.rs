//! The `lawbook` binary: the library, with no rules beside the built-in ones.

use std::process::ExitCode;

/// With its `override` feature it serves the C code of the parsers too, which asks for memory more often than ours.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    lawbook::run(Vec::new(), std::env::args_os())
}
