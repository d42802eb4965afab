//! The state of a conversation between the calls of its hooks: one small file, which is deleted some time after the last
//! call.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use lawbook_core::diagnostic::Diagnostic;
use lawbook_workspace::{Repository, digest, write_file};

use crate::environment::Environment;

/// The name of the folder with these files.
const FOLDER_NAME: &str = "lawbook";

/// The version of the form of the file. One of another version is made anew.
const VERSION: u32 = 1;

/// The most bytes of a file that are read.
const MAX_BYTES: u64 = 8 << 20;

/// The most findings that are kept.
const MAX_FINDINGS: usize = 50_000;

/// The time after which the file of a conversation is deleted, and that for the marks of single events.
const MAX_AGE: Duration = Duration::from_hours(14 * 24);
const MAX_AGE_OF_MARKS: Duration = Duration::from_hours(1);

/// The time after which a conversation without an id has ended.
const MAX_IDLE: Duration = Duration::from_hours(8);

/// The time in which a second event that is the same as one before is taken for a repetition.
const REPETITION: Duration = Duration::from_secs(10);

/// The name of the file that is locked.
const LOCK_NAME: &str = "lock";

/// The number of attempts to lock the folder, and the time between two of them.
const LOCK_ATTEMPTS: u32 = 200;
const LOCK_PAUSE: Duration = Duration::from_millis(2);

/// The ending of the names of files of conversations, and of those of marks.
const STATE_ENDING: &str = ".json";
const MARK_ENDING: &str = ".mark";

/// The findings of files: by path and fingerprint, how often each is there.
pub(crate) type KnownFindings = BTreeMap<String, BTreeMap<String, u32>>;

/// The state of a conversation between its hooks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ConversationState {
    version: u32,
    /// The commit that was checked out at the first event; none before the first commit.
    pub(crate) head: Option<String>,
    /// True once the state at the first event is known.
    pub(crate) is_started: bool,
    /// The findings at the first event in the files that differed from that commit then.
    pub(crate) known: KnownFindings,
    /// The tests that had been lost then.
    pub(crate) lost: BTreeSet<String>,
    /// The files that no check looked at then, for their place, their mark or their size.
    pub(crate) left_out: BTreeSet<String>,
    /// True if git's hook ran lawbook then.
    pub(crate) had_git_hook: bool,
    /// The findings that were reported after edits.
    pub(crate) reported: KnownFindings,
    /// The rules whose laws were told.
    pub(crate) rules: BTreeSet<String>,
    /// The paths about which a reminder was given.
    pub(crate) reminded: BTreeSet<String>,
    /// A digest of what was said at the last stop.
    pub(crate) said: Option<String>,
    /// The stops at which the agent was made to go on: in this turn, and in all.
    pub(crate) stops_in_turn: u32,
    pub(crate) stops: u32,
}

/// The file of a conversation.
#[derive(Clone, Debug)]
pub(crate) struct StateFile {
    folder: PathBuf,
    at: PathBuf,
}

/// The state that was read, and whether it had to be made anew because the file could not be understood.
#[derive(Debug, Default)]
pub(crate) struct ReadState {
    pub(crate) state: ConversationState,
    pub(crate) is_damaged: bool,
}

impl StateFile {
    /// The file of a conversation about a root. Any text is an id; without one, the conversation is that of the root. None
    /// if there is no place for it.
    pub(crate) fn of(
        conversation: Option<&str>,
        root: &Path,
        repository: Option<&Repository>,
        environment: &Environment,
    ) -> Option<Self> {
        let of_user = || Some(environment.state_home.as_ref()?.join(FOLDER_NAME));
        let of_git = repository.map(|repository| repository.folder().join(FOLDER_NAME));
        let folder =
            of_git.filter(|folder| is_usable(folder)).or_else(|| of_user().filter(|folder| is_usable(folder)))?;
        let id = conversation.map(str::trim).filter(|id| !id.is_empty()).unwrap_or_default();
        let name = digest([id.as_bytes(), b"\0", root.as_os_str().as_encoded_bytes()].concat().as_slice());
        Some(Self { at: folder.join(name + STATE_ENDING), folder })
    }

    /// Reads the state; that of a new conversation if there is none.
    pub(crate) fn read(&self) -> ReadState {
        let text = File::open(&self.at).and_then(|file| {
            let mut text = String::new();
            file.take(MAX_BYTES).read_to_string(&mut text).map(|_| text)
        });
        match text {
            Ok(text) => match serde_json::from_str::<ConversationState>(&text) {
                Ok(state) if state.version == VERSION => ReadState { state, is_damaged: false },
                _ => ReadState { state: ConversationState::default(), is_damaged: true },
            },
            Err(error) => {
                ReadState { state: ConversationState::default(), is_damaged: error.kind() != io::ErrorKind::NotFound }
            }
        }
    }

    /// Changes the state. Another hook may have changed it since it was read, so `change` is applied to what is there now. A
    /// state that cannot be written is lost: then something is said twice.
    pub(crate) fn update(&self, change: impl FnOnce(&mut ConversationState)) {
        let _lock = lock(&self.folder);
        let mut state = self.read().state;
        let before = state.clone();
        change(&mut state);
        if state != before {
            state.version = VERSION;
            state.bound();
            if let Ok(text) = serde_json::to_string(&state) {
                let _ = write_file(&self.at, text.as_bytes());
            }
        }
        if before.version == 0 {
            self.prune();
        }
    }

    /// True if no hook has written the state for so long that the conversation has ended.
    pub(crate) fn is_idle(&self) -> bool {
        age(&self.at).is_some_and(|age| age > MAX_IDLE)
    }

    /// Forgets the conversation.
    pub(crate) fn remove(&self) {
        let _ = fs::remove_file(&self.at);
    }

    /// Marks an event, by a text that is the same for the hooks of all agents. Returns true if another hook has answered
    /// it a moment ago.
    pub(crate) fn is_repetition(&self, event: &str, who: &Who<'_>) -> bool {
        let at = self.folder.join(digest(event.as_bytes()) + MARK_ENDING);
        let text = serde_json::to_string(who).unwrap_or_default();
        match OpenOptions::new().write(true).create_new(true).open(&at) {
            Ok(mut file) => {
                let _ = file.write_all(text.as_bytes());
                // A long conversation makes many marks, so old ones go now and then.
                if at.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"0")) {
                    self.prune();
                }
                false
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let is_recent = age(&at).is_some_and(|age| age < REPETITION);
                let other = fs::read_to_string(&at).unwrap_or_default();
                if is_recent && who.repeats(&other) {
                    return true;
                }
                let _ = fs::write(&at, text);
                false
            }
            Err(_) => false,
        }
    }

    /// Deletes the files of conversations that have ended long ago.
    fn prune(&self) {
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let max = match () {
                () if name.ends_with(STATE_ENDING) => MAX_AGE,
                () if name.ends_with(MARK_ENDING) => MAX_AGE_OF_MARKS,
                () => continue,
            };
            if age(&entry.path()).is_some_and(|age| age > max) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// The hook that answers an event.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Who<'a> {
    pub(crate) agent: &'a str,
    pub(crate) conversation: &'a str,
    pub(crate) call: Option<&'a str>,
}

impl Who<'_> {
    /// True if an event that another hook has answered is this one: it came from another agent, or from the same call.
    fn repeats(&self, other: &str) -> bool {
        let Ok(other) = serde_json::from_str::<serde_json::Value>(other) else {
            // The other hook is just writing it.
            return true;
        };
        let is_same = |key: &str, value: &str| other.get(key).and_then(serde_json::Value::as_str) == Some(value);
        !is_same("agent", self.agent)
            || is_same("conversation", self.conversation) && self.call.is_some_and(|call| is_same("call", call))
    }
}

impl ConversationState {
    /// Leaves out what is too much to be kept.
    fn bound(&mut self) {
        for findings in [&mut self.known, &mut self.reported] {
            let mut left = MAX_FINDINGS;
            findings.retain(|_, of_file| {
                let count = of_file.len();
                let fits = count <= left;
                left = left.saturating_sub(count);
                fits
            });
        }
        while self.reminded.len() > MAX_FINDINGS {
            self.reminded.pop_last();
        }
    }
}

/// Adds findings to known ones.
pub(crate) fn add_findings<'f>(known: &mut KnownFindings, findings: impl IntoIterator<Item = &'f Diagnostic>) {
    for found in findings {
        let of_file = known.entry(found.path.as_str().to_owned()).or_default();
        *of_file.entry(found.fingerprint.clone()).or_default() += 1;
    }
}

/// For each finding, true if it is among known ones; each of these counts once.
pub(crate) fn are_known<'f>(
    known: &[&'f KnownFindings],
    findings: impl IntoIterator<Item = &'f Diagnostic>,
) -> Vec<bool> {
    let mut left: BTreeMap<(&'f str, &'f str), u32> = BTreeMap::new();
    for (path, of_file) in known.iter().flat_map(|known| known.iter()) {
        for (fingerprint, count) in of_file {
            *left.entry((path, fingerprint)).or_default() += count;
        }
    }
    let take = |found: &'f Diagnostic| {
        let count = left.get_mut(&(found.path.as_str(), &*found.fingerprint));
        count.filter(|count| **count > 0).map(|count| *count -= 1).is_some()
    };
    findings.into_iter().map(take).collect()
}

/// True if files can be written in a folder, which is made if it is not there.
fn is_usable(folder: &Path) -> bool {
    fs::create_dir_all(folder).is_ok() && lock_file(folder).is_ok()
}

/// The file whose lock is that of the folder.
fn lock_file(folder: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).open(folder.join(LOCK_NAME))
}

/// The time since a file was written.
fn age(at: &Path) -> Option<Duration> {
    SystemTime::now().duration_since(at.symlink_metadata().ok()?.modified().ok()?).ok()
}

/// The lock of a folder, held until it is dropped. Where there are no locks, or another hook holds it for long, none: the
/// file is whole in any case, since it is written in one step.
fn lock(folder: &Path) -> Option<File> {
    let file = lock_file(folder).ok()?;
    for _ in 0..LOCK_ATTEMPTS {
        match file.try_lock() {
            Ok(()) => return Some(file),
            Err(fs::TryLockError::WouldBlock) => thread::sleep(LOCK_PAUSE),
            Err(fs::TryLockError::Error(_)) => return None,
        }
    }
    None
}
