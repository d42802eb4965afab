//! The notices of the file system, gathered until it is quiet. Nothing here looks at a file.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, ModifyKind};
use notify::{Event, EventKind};

/// The time without a notice after which a change is taken to be over.
const QUIET_TIME: Duration = Duration::from_millis(50);

/// The longest time for which notices are gathered: whoever writes on and on sees what is there so far.
const MAX_GATHERING_TIME: Duration = Duration::from_millis(300);

/// The most paths that are gathered. Of more, none is worth a look of its own.
const MAX_PATHS: usize = 10_000;

/// A notice of the file system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Notice {
    /// Something about a path has changed.
    Changed {
        path: PathBuf,
        /// True if it may be another file or folder from now on: created, removed or renamed.
        is_moved: bool,
    },
    /// Notices were lost: anything may have changed.
    Lost,
}

/// The notices in an event of the watcher. That files are read is none: each run reads them.
pub(super) fn of_event(event: notify::Result<Event>) -> Vec<Notice> {
    let Ok(event) = event else { return vec![Notice::Lost] };
    if event.need_rescan() {
        return vec![Notice::Lost];
    }
    let is_moved = match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write))
        | EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Metadata(_) | ModifyKind::Other) => false,
        EventKind::Access(_) => return Vec::new(),
        EventKind::Modify(ModifyKind::Name(_) | ModifyKind::Any)
        | EventKind::Create(_)
        | EventKind::Remove(_)
        | EventKind::Any
        | EventKind::Other => true,
    };
    event.paths.into_iter().map(|path| Notice::Changed { path, is_moved }).collect()
}

/// The notices of one change.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Gathered {
    /// The paths about which something has changed.
    pub(super) paths: BTreeSet<PathBuf>,
    /// Those of them that may be another file or folder from now on.
    pub(super) moved: BTreeSet<PathBuf>,
    /// True if anything may have changed.
    pub(super) is_lost: bool,
}

impl Gathered {
    fn add(&mut self, notice: Notice) {
        match notice {
            Notice::Lost => self.is_lost = true,
            Notice::Changed { .. } if self.is_lost => {}
            Notice::Changed { path, is_moved } => {
                if is_moved {
                    self.moved.insert(path.clone());
                }
                self.paths.insert(path);
                self.is_lost = self.paths.len() > MAX_PATHS;
            }
        }
        if self.is_lost {
            self.lose();
        }
    }

    /// Takes all that was gathered for too little: anything may have changed.
    pub(super) fn lose(&mut self) {
        *self = Self { is_lost: true, ..Self::default() };
    }

    /// True if a folder, or one above it, may be another one from now on.
    pub(super) fn has_moved(&self, folder: &Path) -> bool {
        self.is_lost || folder.ancestors().any(|at| self.moved.contains(at))
    }
}

/// Gathers notices from the first one until there is none for a moment. `next` waits for one for at most the given time.
pub(super) fn gather(
    first: Notice,
    next: &mut dyn FnMut(Duration) -> Option<Notice>,
    now: &mut dyn FnMut() -> Instant,
) -> Gathered {
    let mut gathered = Gathered::default();
    gathered.add(first);
    let end = now() + MAX_GATHERING_TIME;
    loop {
        let wait = QUIET_TIME.min(end.saturating_duration_since(now()));
        match next(wait) {
            Some(notice) if !wait.is_zero() => gathered.add(notice),
            Some(notice) => {
                gathered.add(notice);
                return gathered;
            }
            None => return gathered,
        }
    }
}

#[cfg(test)]
mod tests {
    use notify::event::{CreateKind, DataChange, Flag, RemoveKind, RenameMode};

    use super::*;

    fn changed(path: &str) -> Notice {
        Notice::Changed { path: PathBuf::from(path), is_moved: false }
    }

    /// Gathers notices that come at these milliseconds, and returns how many were gathered.
    fn gathered_of(times: &[u64]) -> usize {
        let start = Instant::now();
        let clock = std::cell::Cell::new(0);
        let mut coming = times.iter().enumerate();
        let mut next = |wait: Duration| {
            let until = clock.get() + u64::try_from(wait.as_millis()).unwrap();
            let (number, at) = coming.clone().next()?;
            if *at > until {
                clock.set(until);
                return None;
            }
            coming.next();
            clock.set((*at).max(clock.get()));
            Some(changed(&number.to_string()))
        };
        let gathered = gather(changed("first"), &mut next, &mut || start + Duration::from_millis(clock.get()));
        gathered.paths.len() - 1
    }

    #[test]
    fn notices_are_gathered_until_it_is_quiet_and_not_for_ever() {
        assert_eq!(gathered_of(&[]), 0);
        assert_eq!(gathered_of(&[1, 2, 40]), 3);
        assert_eq!(gathered_of(&[40, 80, 200]), 2);
        let steady: Vec<u64> = (1..100).map(|number| number * 20).collect();
        assert!((14..=16).contains(&gathered_of(&steady)));
    }

    #[test]
    fn reading_is_no_change_and_lost_notices_are_anything() {
        let event = |kind| of_event(Ok(Event::new(kind).add_path("/a".into())));
        for kind in [AccessKind::Open(AccessMode::Any), AccessKind::Close(AccessMode::Read), AccessKind::Read] {
            assert_eq!(event(EventKind::Access(kind)), []);
        }
        let write = EventKind::Access(AccessKind::Close(AccessMode::Write));
        for kind in [write, EventKind::Modify(ModifyKind::Data(DataChange::Any))] {
            assert_eq!(event(kind), [changed("/a")]);
        }
        let rename = EventKind::Modify(ModifyKind::Name(RenameMode::From));
        for kind in [rename, EventKind::Create(CreateKind::Folder), EventKind::Remove(RemoveKind::File)] {
            assert_eq!(event(kind), [Notice::Changed { path: "/a".into(), is_moved: true }]);
        }
        assert_eq!(of_event(Ok(Event::new(EventKind::Other).set_flag(Flag::Rescan))), [Notice::Lost]);
        assert_eq!(of_event(Err(notify::Error::generic("gone"))), [Notice::Lost]);
    }

    #[test]
    fn what_is_gathered_is_bounded() {
        let mut gathered = Gathered::default();
        for number in 0..=MAX_PATHS {
            gathered.add(changed(&number.to_string()));
        }
        gathered.add(changed("more"));
        assert_eq!(gathered, Gathered { is_lost: true, ..Gathered::default() });
        assert!(gathered.has_moved(Path::new("/any")));
    }

    #[test]
    fn a_folder_moves_with_those_above_it() {
        let mut gathered = Gathered::default();
        gathered.add(Notice::Changed { path: "/a/b".into(), is_moved: true });
        gathered.add(changed("/c"));
        for (folder, expected) in [("/a/b", true), ("/a/b/c", true), ("/a", false), ("/a/bc", false), ("/c", false)] {
            assert_eq!(gathered.has_moved(Path::new(folder)), expected, "{folder}");
        }
    }
}
