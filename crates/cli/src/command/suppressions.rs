//! `lawbook suppressions`: every place where a file tells a tool to look away, lawbook or another one.

mod json;
mod text;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use lawbook_core::date::Date;
use lawbook_core::facts::Marker;
use lawbook_core::language;
use lawbook_core::mistake::Mistake;
use lawbook_core::pack::Pack;
use lawbook_core::source::{RelPath, SourceFile};
use lawbook_core::suppression;
use lawbook_core::suppression::marker;

use crate::args::{LawArgs, SuppressionsArgs, SuppressionsFormat};
use crate::command::{Context, Outcome, Verdict, opening};
use crate::discover::Found;
use crate::environment::Environment;
use crate::git::blame::{Blame, Origin, Origins};
use crate::mistakes::mistake;
use crate::workspace::{Opening, Workspace};

/// Lists what stands under the paths.
pub(crate) fn run(packs: Vec<Pack>, args: &SuppressionsArgs, context: &mut Context<'_>) -> Outcome {
    let opening = Opening { paths: args.paths.clone(), today: args.today, ..opening(packs, &LawArgs::default()) };
    let workspace = Workspace::open(context.cwd()?, opening)?;
    let today = args.today.unwrap_or_else(Environment::today);
    let found = workspace.discover();
    let blame = Blame::of(workspace.root());
    let mut list = List { today, entries: Vec::new(), unread: Vec::new(), malformed: 0, files: found.files.len() };
    let troubles = found.troubles.iter().map(|(path, _, detail)| (path.clone(), detail.clone()));
    list.unread.extend(troubles);
    let mut complaint = None;
    for outcome in each(&found.files, workspace.threads(), |file| look(&workspace, blame.as_ref(), file)) {
        match outcome {
            Looked::Unread(path, reason) => list.unread.push((path, reason)),
            Looked::Read { entries, malformed, trouble } => {
                list.entries.extend(entries);
                list.malformed += malformed;
                complaint = complaint.or(trouble);
            }
        }
    }
    list.entries
        .sort_by(|a, b| (&a.path, a.marker.span, &a.marker.tool).cmp(&(&b.path, b.marker.span, &b.marker.tool)));
    list.unread.sort();
    if let Some(complaint) = complaint {
        context.output.note(format_args!("some authors and ages are missing: {complaint}"));
    }
    let shown = match args.format {
        SuppressionsFormat::Text => text::render(&list, workspace.paths(), context.output.text()),
        SuppressionsFormat::Json => json::render(&list, workspace.paths())
            .map_err(|error| vec![mistake(format!("the list cannot be written as JSON: {error}"))])?,
    };
    context.answer(&shown)?;
    Ok(Verdict::Clean)
}

/// The answer.
#[derive(Debug)]
struct List {
    today: Date,
    /// By path and place.
    entries: Vec<Entry>,
    /// Files that could not be looked into, and why.
    unread: Vec<(RelPath, String)>,
    /// Comments that were meant for lawbook and silence nothing.
    malformed: usize,
    files: usize,
}

impl List {
    fn unreasoned(&self) -> usize {
        self.entries.iter().filter(|entry| entry.marker.reason.is_none()).count()
    }

    fn expired(&self) -> usize {
        self.entries.iter().filter(|entry| entry.is_expired(self.today)).count()
    }
}

/// One suppression.
#[derive(Debug)]
struct Entry {
    path: RelPath,
    source: SourceFile,
    marker: Marker,
    /// None where the line is not committed.
    origin: Option<Origin>,
}

impl Entry {
    fn is_expired(&self, today: Date) -> bool {
        self.marker.until.is_some_and(|until| until < today)
    }

    /// In days; a commit of the future has none.
    fn age(&self, today: Date) -> Option<i64> {
        self.origin.as_ref().map(|origin| today.days_since(origin.day).max(0))
    }
}

/// What became of one file.
#[derive(Debug)]
enum Looked {
    Read { entries: Vec<Entry>, malformed: usize, trouble: Option<String> },
    Unread(RelPath, String),
}

fn look(workspace: &Workspace, blame: Option<&Blame>, file: &Found) -> Looked {
    let source = match workspace.checker().read_text(file) {
        Ok(source) => source,
        Err(reason) => return Looked::Unread(file.path.clone(), reason),
    };
    let nothing = Looked::Read { entries: Vec::new(), malformed: 0, trouble: None };
    if !marker::may_stand_in(&source) {
        return nothing;
    }
    let lowered = language::lower(source);
    if lowered.tree().is_none() {
        let reason = lowered.problems.first().map_or("it has no tree", |problem| &problem.message);
        return Looked::Unread(file.path.clone(), reason.to_owned());
    }
    let malformed = suppression::read(&lowered).malformed.len();
    let markers = marker::all(&lowered);
    if markers.is_empty() {
        return if malformed > 0 { Looked::Read { entries: Vec::new(), malformed, trouble: None } } else { nothing };
    }
    let source = &lowered.source;
    let (origins, trouble) = match blame.map(|blame| blame.origins(&file.at, source)) {
        Some(Ok(origins)) => (origins, None),
        Some(Err(mistakes)) => (Origins::new(), mistakes.first().map(|mistake: &Mistake| mistake.message.clone())),
        None => (Origins::new(), None),
    };
    let entry = |marker: Marker| {
        let origin = origins.get(&source.lines().line(marker.span.start)).cloned();
        Entry { path: file.path.clone(), source: source.clone(), marker, origin }
    };
    Looked::Read { entries: markers.into_iter().map(entry).collect(), malformed, trouble }
}

/// What is made of each file, in any order, by several threads: git is waited for most of the time.
fn each<T: Send>(files: &[Found], threads: usize, make: impl Fn(&Found) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let made = Mutex::new(Vec::with_capacity(files.len()));
    let work = || {
        while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let one = make(file);
            made.lock().unwrap_or_else(PoisonError::into_inner).push(one);
        }
    };
    thread::scope(|scope| {
        // A thread that cannot be started is one fewer; this one works too.
        for _ in 1..threads.min(files.len()) {
            let _ = thread::Builder::new().stack_size(8 << 20).spawn_scoped(scope, work);
        }
        work();
    });
    made.into_inner().unwrap_or_else(PoisonError::into_inner)
}
