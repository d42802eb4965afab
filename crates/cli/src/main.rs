//! The `lawbook` binary: the library, with no rules beside the built-in ones.

use std::process::ExitCode;

/// Here mimalloc's `override` feature puts it in the place of the C library's functions, for the C code of the parsers
/// too, and `System` calls those. `MiMalloc` would ask for an alignment each time, which takes twice as long.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[global_allocator]
static ALLOCATOR: std::alloc::System = std::alloc::System;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
use mimalloc as _;

/// With its `override` feature it serves the C code of the parsers too, which asks for memory more often than ours.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    lawbook::run(Vec::new(), std::env::args_os())
}
