//! `lawbook suppressions`: every place where a file tells a tool to look away, lawbook or another one.

mod json;
mod text;

use lawbook_core::date::Date;
use lawbook_core::facts::Marker;
use lawbook_core::language;
use lawbook_core::mistake::Mistake;
use lawbook_core::pack::Pack;
use lawbook_core::source::{Files, RelPath, SourceFile};
use lawbook_core::suppression;
use lawbook_core::suppression::marker;

use crate::args::{LawArgs, SuppressionsArgs, SuppressionsFormat};
use crate::command::{CommandResult, Context, Verdict, opening};
use crate::workspace::clock;
use crate::workspace::discover::DiskFile;
use crate::workspace::git::blame::{Blame, Origin, Origins};
use crate::workspace::mistakes::mistake;
use crate::workspace::{Opening, Workspace};

/// Lists what stands under the paths.
pub(crate) fn run(packs: Vec<Pack>, args: &SuppressionsArgs, context: &mut Context<'_>) -> CommandResult {
    let opening = Opening { paths: args.paths.clone(), today: args.today, ..opening(packs, &LawArgs::default()) };
    let workspace = Workspace::open(context.cwd()?, opening)?;
    let today = args.today.unwrap_or_else(clock::today);
    let found = workspace.discover(workspace.targets());
    let files = workspace.disk(found.files.iter().cloned());
    let blame = Blame::of(workspace.root());
    let mut list =
        MarkerList { today, entries: Vec::new(), unread: Vec::new(), malformed: 0, files: found.files.len() };
    let troubles = found.troubles.iter().map(|(path, _, detail)| (path.clone(), detail.clone()));
    list.unread.extend(troubles);
    let mut complaint = None;
    for outcome in workspace.workers().each(&found.files, |file| look(&workspace, &files, blame.as_ref(), file)) {
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
struct MarkerList {
    today: Date,
    /// By path and place.
    entries: Vec<ListedMarker>,
    /// Files that could not be looked into, and why.
    unread: Vec<(RelPath, String)>,
    /// Comments that were meant for lawbook and silence nothing.
    malformed: usize,
    files: usize,
}

impl MarkerList {
    fn unreasoned(&self) -> usize {
        self.entries.iter().filter(|entry| entry.marker.reason.is_none()).count()
    }

    fn expired(&self) -> usize {
        self.entries.iter().filter(|entry| entry.is_expired(self.today)).count()
    }
}

/// One suppression.
#[derive(Debug)]
struct ListedMarker {
    path: RelPath,
    source: SourceFile,
    marker: Marker,
    /// None where the line is not committed.
    origin: Option<Origin>,
}

impl ListedMarker {
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
    Read { entries: Vec<ListedMarker>, malformed: usize, trouble: Option<String> },
    Unread(RelPath, String),
}

fn look(workspace: &Workspace, files: &dyn Files, blame: Option<&Blame>, file: &DiskFile) -> Looked {
    let source = match workspace.checker().read_text(&file.entry(), files) {
        Ok(source) => source,
        Err(reason) => return Looked::Unread(file.path.clone(), reason),
    };
    let nothing = Looked::Read { entries: Vec::new(), malformed: 0, trouble: None };
    let input = workspace.checker().input(source, files);
    if !marker::may_contain_markers(&input) {
        return nothing;
    }
    let lowered = language::lower(input);
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
        ListedMarker { path: file.path.clone(), source: source.clone(), marker, origin }
    };
    Looked::Read { entries: markers.into_iter().map(entry).collect(), malformed, trouble }
}
