//! The suppressions of a root: the comments for lawbook and for other tools, with the authors who committed them.

use lawbook_core::date::Date;
use lawbook_core::engine::Contexts;
use lawbook_core::facts::Marker;
use lawbook_core::language;
use lawbook_core::mistake::Mistake;
use lawbook_core::source::{RelPath, SourceFile};
use lawbook_core::suppression;
use lawbook_core::suppression::marker;

use crate::discover::DiskFile;
use crate::git::blame::{Blame, Origin, Origins};
use crate::law::Law;

/// The suppressions in the files and folders that a workspace was opened with.
#[derive(Debug)]
#[non_exhaustive]
pub struct MarkerList {
    /// The day that their expiry is measured against.
    pub today: Date,
    /// The suppressions, sorted by path and position.
    pub entries: Vec<ListedMarker>,
    /// Files that could not be read or parsed, each with the reason in words.
    pub unread: Vec<(RelPath, String)>,
    /// The number of malformed suppression comments of lawbook; they suppress nothing.
    pub malformed: usize,
    /// The number of files that were found.
    pub files: usize,
    /// The message of git if it failed, so that authors and days are missing.
    pub blame_error: Option<String>,
}

impl MarkerList {
    /// The number of entries without a reason.
    pub fn unreasoned(&self) -> usize {
        self.entries.iter().filter(|entry| entry.marker.reason.is_none()).count()
    }

    /// The number of entries that have expired.
    pub fn expired(&self) -> usize {
        self.entries.iter().filter(|entry| entry.is_expired(self.today)).count()
    }
}

/// A suppression and the file that it is in.
#[derive(Debug)]
#[non_exhaustive]
pub struct ListedMarker {
    /// The file.
    pub path: RelPath,
    /// Its text.
    pub source: SourceFile,
    /// The suppression.
    pub marker: Marker,
    /// The commit that added its line; `None` if the line is not committed.
    pub origin: Option<Origin>,
}

impl ListedMarker {
    /// True if its last day is before `today`.
    pub fn is_expired(&self, today: Date) -> bool {
        self.marker.until.is_some_and(|until| until < today)
    }

    /// The number of days from its commit to `today`, 0 for a commit of the future; `None` if it is not committed.
    pub fn age(&self, today: Date) -> Option<i64> {
        self.origin.as_ref().map(|origin| today.days_since(origin.day).max(0))
    }
}

/// The suppressions of one file, or the reason why it could not be read or parsed.
#[derive(Debug)]
enum FileMarkers {
    Read { entries: Vec<ListedMarker>, malformed: usize, blame_error: Option<String> },
    Unread(RelPath, String),
}

impl Law {
    /// Lists the suppressions in the files and folders that the workspace was opened with, those of lawbook and those
    /// of other tools. The files are read from the disk.
    pub fn markers(&self) -> MarkerList {
        let found = self.discover(&self.targets);
        let files = self.disk(found.files.iter().cloned());
        let blame = Blame::of(self.root());
        let mut list = MarkerList {
            today: self.today(),
            entries: Vec::new(),
            unread: found.errors.iter().map(|(path, _, detail)| (path.clone(), detail.clone())).collect(),
            malformed: 0,
            files: found.files.len(),
            blame_error: None,
        };
        let contexts = self.checker.contexts(&files);
        for markers in self.workers.each(&found.files, |file| self.file_markers(&contexts, blame.as_ref(), file)) {
            match markers {
                FileMarkers::Unread(path, reason) => list.unread.push((path, reason)),
                FileMarkers::Read { entries, malformed, blame_error } => {
                    list.entries.extend(entries);
                    list.malformed += malformed;
                    list.blame_error = list.blame_error.or(blame_error);
                }
            }
        }
        let key = |entry: &ListedMarker| (entry.path.clone(), entry.marker.span, entry.marker.tool.clone());
        list.entries.sort_by_cached_key(key);
        list.unread.sort();
        list
    }

    fn file_markers(&self, contexts: &Contexts<'_>, blame: Option<&Blame>, file: &DiskFile) -> FileMarkers {
        let source = match self.checker.read_text(&file.entry(), contexts.files()) {
            Ok(Some(source)) => source,
            Ok(None) => return FileMarkers::Read { entries: Vec::new(), malformed: 0, blame_error: None },
            Err(reason) => return FileMarkers::Unread(file.path.clone(), reason),
        };
        let input = contexts.input(source);
        if !marker::may_contain_markers(&input) {
            return FileMarkers::Read { entries: Vec::new(), malformed: 0, blame_error: None };
        }
        let lowered = language::lower(input);
        if lowered.tree().is_none() {
            let reason = lowered.problems.first().map_or("it has no tree", |problem| &problem.message);
            return FileMarkers::Unread(file.path.clone(), reason.to_owned());
        }
        let malformed = suppression::read(&lowered).malformed.len();
        let markers = marker::all(&lowered);
        if markers.is_empty() {
            return FileMarkers::Read { entries: Vec::new(), malformed, blame_error: None };
        }
        let source = &lowered.source;
        let (origins, blame_error) = match blame.map(|blame| blame.origins(&file.at, source)) {
            Some(Ok(origins)) => (origins, None),
            Some(Err(mistakes)) => (Origins::new(), mistakes.first().map(|mistake: &Mistake| mistake.message.clone())),
            None => (Origins::new(), None),
        };
        let entry = |marker: Marker| {
            let origin = origins.get(&source.lines().line(marker.span.start)).cloned();
            ListedMarker { path: file.path.clone(), source: source.clone(), marker, origin }
        };
        FileMarkers::Read { entries: markers.into_iter().map(entry).collect(), malformed, blame_error }
    }
}
