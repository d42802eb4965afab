//! `lawbook schema`: prints a JSON Schema, draft 7, of what lawbook reads or writes.

use crate::args::{SchemaArgs, SchemaSubject};
use crate::command::{CommandOutcome, CommandResult, Context};

/// Prints the schema.
pub(crate) fn run(args: &SchemaArgs, context: &mut Context<'_>) -> CommandResult {
    let schema = match args.what {
        SchemaSubject::Config => include_str!("../../schema/config-v1.json"),
        SchemaSubject::Page => include_str!("../../schema/page-v1.json"),
        SchemaSubject::Report => include_str!("../../schema/report-v1.json"),
        SchemaSubject::Mistakes => include_str!("../../schema/mistakes-v1.json"),
        SchemaSubject::Suppressions => include_str!("../../schema/suppressions-v1.json"),
        SchemaSubject::Doctor => include_str!("../../schema/doctor-v1.json"),
    };
    context.print_bytes(schema.as_bytes())?;
    Ok(CommandOutcome::Clean)
}
