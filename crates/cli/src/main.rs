//! The `lawbook` program: the command line with the built-in rules only.

use std::process::ExitCode;

/// On this target the `override` feature of mimalloc replaces the allocation functions of the C library, also for the C
/// code of the parsers, and `System` calls those functions. `MiMalloc` would pass an alignment with every allocation,
/// which takes twice as long.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[global_allocator]
static ALLOCATOR: std::alloc::System = std::alloc::System;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
use mimalloc as _;

/// With the `override` feature, mimalloc also serves the C code of the parsers, which allocates more often than the
/// Rust code.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    lawbook::run(Vec::new(), std::env::args_os())
}
