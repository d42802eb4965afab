//! The arguments that `check` and `fix_preview` share, as those of `lawbook check`.

use std::ffi::OsString;

use lawbook_core::mistake::{Mistake, MistakeList};

use crate::args::{CheckArgs, Cli, Command, usage};
use crate::command::parse;
use crate::mcp::{Argument, ArgumentKind, Call};

pub(super) const PATHS: Argument = Argument::new(
    "paths",
    ArgumentKind::Texts,
    "Files, folders and globs below the folder that is served; without any, all of it.",
);
pub(super) const TEXT: Argument = Argument::new(
    "text",
    ArgumentKind::Text,
    "A text in place of a file on the disk, to be looked at before it is written; with `path`.",
);
pub(super) const PATH_OF_TEXT: Argument = Argument::new(
    "path",
    ArgumentKind::Text,
    "The file that `text` is to be: it decides on language, settings and rules, and need not exist.",
);
pub(super) const CHANGED: Argument = Argument::new(
    "changed",
    ArgumentKind::Flag,
    "Only what the working tree brings since the last commit (HEAD), and only findings that are new.",
);
pub(super) const STAGED: Argument = Argument::new(
    "staged",
    ArgumentKind::Flag,
    "Only what the next commit brings: the files in git's index, and only findings that are new.",
);
pub(super) const SINCE: Argument = Argument::new(
    "since",
    ArgumentKind::Text,
    "A branch, tag or commit: only what is new since this branch has left it.",
);
pub(super) const RULES: Argument =
    Argument::new("rules", ArgumentKind::Texts, "Ids of rules: only these run, even if they are off.");

/// The files or the text that a call is about.
#[derive(Clone, Debug)]
pub(super) struct CalledCheck {
    /// The arguments of `lawbook check`.
    pub(super) args: Box<CheckArgs>,
    /// The text on standard input; empty unless it is looked at.
    pub(super) text: String,
}

impl CalledCheck {
    /// Reads what a call is about. `options` are more words of the command line.
    ///
    /// # Errors
    /// Arguments that contradict each other, and paths that leave the folder.
    pub(super) fn of(call: &Call<'_>, options: &[&str]) -> Result<Self, MistakeList> {
        let arguments = call.arguments;
        let (paths, text, path) = (arguments.texts(PATHS.name), arguments.text(TEXT.name), arguments.text("path"));
        let since = arguments.text(SINCE.name);
        let (changed, staged) = (arguments.flag(CHANGED.name), arguments.flag(STAGED.name));
        let changes = usize::from(changed) + usize::from(staged) + usize::from(since.is_some());
        let contradiction = match (text, path) {
            _ if changes > 1 => Some(("`changed`, `staged` and `since` are three changes", "give one of them")),
            (Some(_), None) => Some(("`text` has no `path`", "`path` says which file the text is to be")),
            (None, Some(_)) => Some(("`path` has no `text`", "`paths` names files on the disk")),
            (Some(_), _) if !paths.is_empty() => Some(("`text` and `paths` are both given", "leave one of them out")),
            (Some(_), _) if changes > 0 => {
                Some(("a text is no change", "leave out `changed`, `staged` and `since`, or `text` and `path`"))
            }
            _ => None,
        };
        if let Some((message, help)) = contradiction {
            return Err(vec![Mistake::new(message).with_help(help)].into());
        }
        hold(call, paths.iter().copied().chain(path))?;
        let mut words: Vec<OsString> = ["lawbook", "check"].iter().chain(options).map(Into::into).collect();
        words.extend(
            [(changed, "--changed"), (staged, "--staged")].iter().filter(|(is, _)| *is).map(|(_, word)| word.into()),
        );
        words.extend(since.map(|since| format!("--since={since}").into()));
        words.extend(path.map(|path| format!("--stdin-filename={path}").into()));
        words.extend(arguments.texts(RULES.name).iter().map(|rule| format!("--rule={rule}").into()));
        words.push("--".into());
        words.extend(paths.iter().map(Into::into));
        let args = match parse(&words) {
            Ok(Cli { command: Command::Check(args), .. }) => args,
            Ok(_) => return Err(vec![Mistake::new("these arguments are no check")].into()),
            Err(error) => return Err(vec![usage::mistake(&error, &words)].into()),
        };
        Ok(Self { args, text: text.unwrap_or_default().to_owned() })
    }
}

/// Refuses paths that leave the folder that is served.
pub(super) fn hold<'p>(call: &Call<'_>, paths: impl Iterator<Item = &'p str>) -> Result<(), MistakeList> {
    let refused: Vec<Mistake> = paths.filter_map(|path| call.folder.hold(path).err()).collect();
    if refused.is_empty() { Ok(()) } else { Err(refused.into()) }
}
