//! The arguments of `lawbook doctor`.

use clap::{Args, ValueEnum};

/// The arguments of `lawbook doctor`.
#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// How the answer is written.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = DoctorFormat::Pretty)]
    pub(crate) format: DoctorFormat,
}

/// The formats of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DoctorFormat {
    /// For people.
    Pretty,
    /// For programs; `lawbook schema doctor` describes it.
    Json,
}
