//! `lawbook check --watch`: checks once, and again what changes, until the user ends it.

#[cfg(feature = "watch")]
mod delta;
#[cfg(feature = "watch")]
mod folders;
#[cfg(feature = "watch")]
mod notices;
#[cfg(feature = "watch")]
mod scene;
#[cfg(feature = "watch")]
mod session;
#[cfg(feature = "watch")]
mod show;

use lawbook_core::mistake::Mistake;
use lawbook_core::pack::Pack;

use crate::args::CheckArgs;
use crate::command::{CommandResult, Context};

/// Runs the command.
#[cfg(feature = "watch")]
pub(super) fn run(packs: Vec<Pack>, args: &CheckArgs, context: &mut Context<'_>) -> CommandResult {
    refuse(args, context)?;
    session::run(packs, args, context)
}

/// Says that this build has no watcher.
#[cfg(not(feature = "watch"))]
pub(super) fn run(_: Vec<Pack>, args: &CheckArgs, context: &mut Context<'_>) -> CommandResult {
    refuse(args, context)?;
    let missing = Mistake::new("this build of lawbook cannot watch: it was made without the feature `watch`");
    Err(missing.with_help("build it with that feature, or run `lawbook check` again after each change").into())
}

/// The formats that may be printed again and again: a report of each follows that of the run before.
const FORMATS: [&str; 4] = ["pretty", "agent", "unix", "json"];

/// Refuses what cannot be said of a run that goes on.
fn refuse(args: &CheckArgs, context: &mut Context<'_>) -> Result<(), Vec<Mistake>> {
    if !context.environment.is_own_process {
        let message = "`--watch` needs a process of its own";
        return Err(vec![Mistake::new(message).with_help("run the program `lawbook`")]);
    }
    let shown = super::outputs::of(args, context);
    let Some(other) = shown.iter().find(|output| output.file.is_none() && !FORMATS.contains(&output.format.name))
    else {
        return Ok(());
    };
    let name = other.format.name;
    let message = format!("`--format {name}` cannot be printed again and again, as `--watch` would");
    let help = format!("write it to a file: `--format {name}=PATH`; to be seen are {}", FORMATS.join(", "));
    Err(vec![Mistake::new(message).with_help(help)])
}
