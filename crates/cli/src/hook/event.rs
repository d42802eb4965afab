//! The events of coding agents in one form for all agents, and the answers to them.

use std::path::PathBuf;

/// An event that an agent reports to its hooks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Event {
    /// The agent's id of the conversation.
    pub(crate) conversation: Option<String>,
    /// The agent's id of the tool call, which is the same for all hooks that the call starts.
    pub(crate) call: Option<String>,
    /// The working directory of the agent; that of the process if the event does not say.
    pub(crate) cwd: Option<PathBuf>,
    /// The moment of the conversation.
    pub(crate) moment: Moment,
}

/// The moment of a conversation at which a hook is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// The conversation starts or goes on.
    Start,
    /// Before a tool runs.
    Before(Action),
    /// After a tool has run.
    After(Action),
    /// The agent wants to end its turn.
    Stop {
        /// True if a hook has already made it go on in this turn.
        is_repeated: bool,
    },
    /// A moment without an answer.
    Other,
}

/// The work of a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Edits files.
    Edit(Vec<AgentEdit>),
    /// Runs a command line in a shell.
    Shell(String),
    /// Anything else.
    Other,
}

/// The edit of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AgentEdit {
    /// The path as the agent writes it: absolute, or relative to the working directory of the event.
    pub(crate) path: PathBuf,
    /// The text before the edit, as far as the event has it.
    pub(crate) old: OldText,
}

/// The text of a file before its edit, as far as an event has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum OldText {
    /// The whole text; `None` if there was no file.
    Whole(Option<String>),
    /// The pieces that were replaced, in the order of their replacement: the text before the edit follows from the one
    /// after it.
    Pieces(Vec<ReplacedPiece>),
    /// Nothing.
    Unknown,
}

/// A piece of a text that was replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReplacedPiece {
    pub(crate) old: String,
    pub(crate) new: String,
    /// True if all pieces with this text were replaced.
    pub(crate) is_everywhere: bool,
}

/// The answer to an event, for any agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum HookAnswer {
    /// Nothing to say.
    Nothing,
    /// Text that the model reads; the action goes on.
    Context(String),
    /// Before a tool runs: it must not, for this reason. The model reads it.
    Deny(String),
    /// Before a tool runs: the user decides, given this reason. An agent that cannot ask refuses.
    Ask(String),
    /// After an edit: the findings that it brought. The model reads them and fixes them.
    Findings(String),
    /// At the end of a turn: the work that is left. The agent goes on with it.
    GoOn(String),
    /// Nothing was decided, for this reason, and the action goes on. The user reads it, and the model where it can.
    Failed(String),
}
