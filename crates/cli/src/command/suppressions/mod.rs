//! `lawbook suppressions`: lists every suppression, of lawbook and of other tools.

mod text;

#[cfg(feature = "mcp")]
use std::ops::Range;

use lawbook_core::mistake::Mistake;
use lawbook_core::pack::Pack;
#[cfg(feature = "mcp")]
use lawbook_workspace::RootPaths;
use lawbook_workspace::report::v1::SuppressionListV1;
use lawbook_workspace::{MarkerList, Workspace};

use crate::args::{LawArgs, SuppressionsArgs, SuppressionsFormat};
use crate::command::{CommandOutcome, CommandResult, Context, opening};
use crate::text::Text;

/// Lists the suppressions in the files that the arguments name.
pub(crate) fn run(packs: Vec<Pack>, args: &SuppressionsArgs, context: &mut Context<'_>) -> CommandResult {
    let mut opening = opening(packs, &LawArgs::default()).with_paths(args.paths.clone());
    opening.today = args.today;
    let law = Workspace::open(context.cwd()?, opening)?.whole_law()?;
    let list = law.markers();
    note(&list, context);
    let shown = match args.format {
        SuppressionsFormat::Text => text::render(&list, law.paths(), context.output.text()),
        SuppressionsFormat::Json => Text::json(&SuppressionListV1::new(&list, &law.paths().shown_root()))
            .map_err(|error| vec![Mistake::new(format!("the list cannot be written as JSON: {error}"))])?,
    };
    context.answer(&shown)?;
    Ok(CommandOutcome::Clean)
}

/// Notes what is missing in a list.
pub(super) fn note(list: &MarkerList, context: &mut Context<'_>) {
    if let Some(error) = &list.blame_error {
        context.output.note(format_args!("some authors and ages are missing: {error}"));
    }
}

/// The counts of a list in a line.
#[cfg(feature = "mcp")]
pub(super) fn summary_in_words(list: &MarkerList) -> String {
    text::summary_in_words(list)
}

/// Some entries of a list, a line each.
#[cfg(feature = "mcp")]
pub(super) fn lines(list: &MarkerList, entries: Range<usize>, paths: &RootPaths) -> Text {
    let mut text = Text::new(false);
    text::rows(list.entries.get(entries).unwrap_or_default(), list, paths, &mut text);
    text
}
