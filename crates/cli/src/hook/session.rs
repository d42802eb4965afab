//! The surroundings of a hook: the event, the folder and the repository that it is about, and the state of its
//! conversation.

use std::path::{Path, PathBuf};

use lawbook_core::mistake::MistakeList;
use lawbook_core::pack::Pack;
use lawbook_core::source::RelPath;
use lawbook_workspace::{BaselineMode, ChangeSelection, Opening, ReportScope, Repository, Request, Run, Workspace};

use crate::environment::Environment;
use crate::hook::event::{Event, Moment};
use crate::hook::installed::PROGRAM;
use crate::hook::state::{StateFile, Who, add_findings};

/// An event with everything that its answer depends on.
pub(crate) struct Session<'a> {
    pub(crate) event: &'a Event,
    /// The name of the agent.
    pub(crate) agent: &'a str,
    pub(crate) environment: &'a Environment,
    packs: Vec<Pack>,
    /// The working directory of the agent.
    pub(crate) cwd: PathBuf,
}

/// A folder whose law holds for files of an event, with the state of the conversation about it.
pub(crate) struct EventPlace {
    /// The working directory of the agent, or the top of the repository that the files are in.
    pub(crate) folder: PathBuf,
    pub(crate) repository: Option<Repository>,
    /// None where no state can be kept.
    pub(crate) state: Option<StateFile>,
}

impl EventPlace {
    /// True if the hook of git in the folder of the repository runs lawbook.
    pub(crate) fn has_git_hook(&self) -> bool {
        let Some(repository) = &self.repository else { return false };
        let text = std::fs::read(repository.common().join("hooks/pre-commit")).unwrap_or_default();
        String::from_utf8_lossy(&text).contains(PROGRAM)
    }
}

impl<'a> Session<'a> {
    /// The session of an event. `process` is the working directory of the process.
    pub(crate) fn new(
        event: &'a Event,
        agent: &'a str,
        environment: &'a Environment,
        packs: Vec<Pack>,
        process: &Path,
    ) -> Self {
        let named = event.cwd.as_ref().and_then(|cwd| process.join(cwd).canonicalize().ok());
        let cwd = named.filter(|cwd| cwd.is_dir()).unwrap_or_else(|| process.to_owned());
        Self { event, agent, environment, packs, cwd }
    }

    /// The place of the working directory.
    pub(crate) fn place(&self) -> EventPlace {
        self.place_of(self.cwd.clone())
    }

    fn place_of(&self, folder: PathBuf) -> EventPlace {
        let repository = Repository::around(&folder, self.environment.git_dir.as_deref());
        let root = repository.as_ref().map_or(&*folder, Repository::top);
        let state = StateFile::of(self.event.conversation.as_deref(), root, repository.as_ref(), self.environment);
        EventPlace { folder, repository, state }
    }

    /// The places of some files, each with the numbers of its files. A file that lies in no repository and not below the
    /// working directory is in none of them.
    pub(crate) fn places_of(&self, files: &[PathBuf]) -> Vec<(EventPlace, Vec<usize>)> {
        let mut found: Vec<(PathBuf, Vec<usize>)> = Vec::new();
        for (number, file) in files.iter().enumerate() {
            let at = plain(&self.cwd.join(file));
            // Without symbolic links, since the working directory has none either.
            let Some(above) = at.ancestors().skip(1).find_map(|folder| folder.canonicalize().ok()) else { continue };
            let top = Repository::around(&above, None).map(|found| found.top().to_owned());
            let folder = match top {
                Some(top) if self.cwd.starts_with(&top) => self.cwd.clone(),
                Some(top) => top,
                None if above.starts_with(&self.cwd) => self.cwd.clone(),
                None => continue,
            };
            match found.iter_mut().find(|(known, _)| *known == folder) {
                Some((_, numbers)) => numbers.push(number),
                None => found.push((folder, vec![number])),
            }
        }
        found.into_iter().map(|(folder, numbers)| (self.place_of(folder), numbers)).collect()
    }

    /// The workspace of a place for some files, with their paths below its root.
    pub(crate) fn open(
        &self,
        place: &EventPlace,
        files: &[PathBuf],
    ) -> Result<(Workspace, Vec<Option<RelPath>>), MistakeList> {
        let files: Vec<PathBuf> = files.iter().map(|file| self.cwd.join(file)).collect();
        Workspace::open_for_files(&place.folder, &files, self.opening())
    }

    /// The options of a workspace. All files are parsed, so that an edit that breaks one is reported.
    fn opening(&self) -> Opening {
        let mut opening = Opening::default().with_packs(self.packs.clone());
        opening.parse_all = true;
        opening
    }

    /// Keeps what is there at the first event of the conversation: the commit, and the findings in the files that differ
    /// from it. Those are not charged to the agent.
    pub(crate) fn start(&self, place: &EventPlace) -> Result<(), MistakeList> {
        let Some(file) = &place.state else { return Ok(()) };
        let has_id = self.event.conversation.as_ref().is_some_and(|id| !id.trim().is_empty());
        if !has_id && (self.event.moment == Moment::Start || file.is_idle()) {
            // Without an id nothing else says that this is another conversation.
            file.remove();
        }
        if file.read().state.is_started {
            return Ok(());
        }
        let head = place.repository.as_ref().and_then(Repository::head);
        let run = match &place.repository {
            Some(_) => Some(self.present_change(place, head.clone())?),
            None => None,
        };
        file.update(|state| {
            if state.is_started {
                return;
            }
            (state.is_started, state.head) = (true, head);
            state.had_git_hook = place.has_git_hook();
            if let Some(run) = &run {
                add_findings(&mut state.known, run.report.diagnostics.iter().map(AsRef::as_ref));
                let skipped = run.report.skipped.iter().filter(|skipped| skipped.is_requested);
                state.left_out.extend(skipped.map(|skipped| skipped.path.to_string()));
                state.lost.extend(run.lost_tests.iter().map(|test| format!("{} {}", test.path, test.symbol)));
            }
        });
        Ok(())
    }

    /// All findings in the files that differ from the commit that is checked out. What a merge in progress brings is among
    /// them.
    fn present_change(&self, place: &EventPlace, head: Option<String>) -> Result<Run, MistakeList> {
        let request = Request::change(ChangeSelection::From(head)).with_scope(ReportScope::All);
        let request = request.with_baseline(BaselineMode::Ignore).with_tests_compared();
        Workspace::open(&place.folder, self.opening())?.run(&request)
    }

    /// The findings of everything that is new since the first event of the conversation, whose commit this is.
    pub(crate) fn since(&self, place: &EventPlace, head: Option<String>) -> Result<Run, MistakeList> {
        let request = Request::change(ChangeSelection::From(head)).with_tests_compared();
        Workspace::open(&place.folder, self.opening())?.run(&request)
    }

    /// True if the hook of another agent has answered this event a moment ago. `what` says what the event is about, in words
    /// that are the same for all agents.
    pub(crate) fn is_repetition(&self, place: &EventPlace, what: &str) -> bool {
        let who = Who {
            agent: self.agent,
            conversation: self.event.conversation.as_deref().unwrap_or_default(),
            call: self.event.call.as_deref(),
        };
        place.state.as_ref().is_some_and(|state| state.is_repetition(what, &who))
    }
}

/// A path without `.` and `..`.
pub(crate) fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => drop(plain.pop()),
            part => plain.push(part),
        }
    }
    plain
}
