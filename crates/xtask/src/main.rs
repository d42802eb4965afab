//! Chores of this repository: `cargo xtask <chore>`.

mod differential;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Chores of this repository.
#[derive(Debug, Parser)]
#[command(name = "xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Debug, Subcommand)]
enum Chore {
    /// Lower real code by both parsers and compare the trees.
    Differential(differential::Differential),
}

fn main() -> ExitCode {
    match Arguments::parse().chore {
        Chore::Differential(chore) => chore.run(),
    }
}
