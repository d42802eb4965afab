//! The `lawbook` binary: the library, with no rules beside the built-in ones.

use std::process::ExitCode;

fn main() -> ExitCode {
    lawbook::run(Vec::new(), std::env::args_os())
}
