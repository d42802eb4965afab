//! The files that reports may be written to: none of the law or of git, and none with code. A report from before is removed
//! where a run has none to put in its place.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use lawbook_core::language;
use lawbook_core::mistake::Mistake;
use lawbook_core::source::RelPath;
use lawbook_workspace::{CONFIG_NAME, Law};

use super::outputs;
use crate::args::{CheckArgs, LawArgs};
use crate::command::Context;
use crate::report::Format;

/// The folder with the baseline, and that of git.
const OWN_FOLDERS: [(&str, &str); 2] = [(".lawbook", "it belongs to the law"), (".git", "it belongs to git")];

/// The most links that lead from one to the next.
const MAX_LINKS: usize = 40;

/// Refuses reports in files whose content is not a report's to replace. Those of the settings are looked at by
/// [`refuse_of_law`].
pub(super) fn refuse(args: &CheckArgs, context: &Context<'_>) -> Result<(), Vec<Mistake>> {
    refuse_for(args, |file| reason(file, Some(&args.law), context))
}

/// Refuses reports among the pages that the settings extend, and in Markdown files where their code is checked.
pub(super) fn refuse_of_law(law: &Law, args: &CheckArgs, context: &Context<'_>) -> Result<(), Vec<Mistake>> {
    let has_fences = law.layers().iter().any(|layer| layer.settings.files.fences);
    refuse_for(args, |file| {
        let real = real_target(&context.at(file));
        let is_of_law = law.page_places().iter().any(|place| is_among_pages(&real, place, law.root()));
        let is_checked = || has_fences && real.is_file() && language::host_of_path(&name_of(&real)).is_some();
        if is_of_law { Some("it is among the pages of the law") } else { is_checked().then_some(IS_CODE) }
    })
}

fn refuse_for(args: &CheckArgs, reason: impl Fn(&Path) -> Option<&'static str>) -> Result<(), Vec<Mistake>> {
    let refused = outputs::files(args).filter_map(|file| {
        let message = format!("no report is written to `{}`: {}", file.display(), reason(file)?);
        Some(Mistake::new(message).with_help("choose another path for the report"))
    });
    let refused: Vec<Mistake> = refused.collect();
    if refused.is_empty() { Ok(()) } else { Err(refused) }
}

const IS_CODE: &str = "it is a file with code";

/// The reason for which no report is written to a file, whatever the settings are.
fn reason(file: &Path, law: Option<&LawArgs>, context: &Context<'_>) -> Option<&'static str> {
    let real = real_target(&context.at(file));
    let is_named = |name: &str| real.file_name().is_some_and(|own| own.eq_ignore_ascii_case(name));
    if is_named(CONFIG_NAME) {
        return Some("it holds settings of the law");
    }
    let of_folder = |(name, reason): (&str, &'static str)| {
        real.components().any(|part| part.as_os_str().eq_ignore_ascii_case(name)).then_some(reason)
    };
    if let Some(reason) = OWN_FOLDERS.into_iter().find_map(of_folder) {
        return Some(reason);
    }
    if let Some(law) = law {
        let given = |path: &PathBuf| real_target(&context.at(path));
        if law.config.as_ref().map(given).is_some_and(|config| config == real || is_same_file(&config, &real)) {
            return Some("it holds settings of the law");
        }
        let cwd = context.environment.cwd.as_deref().unwrap_or(Path::new(""));
        if law.rules.iter().map(given).any(|place| is_among_pages(&real, &place, cwd)) {
            return Some("it is among the pages of the law");
        }
    }
    (real.is_file() && language::of_path(&name_of(&real)).is_some()).then_some(IS_CODE)
}

/// True for a file in a folder of pages. Where that is the folder of the whole project, only what a page could be is among them.
fn is_among_pages(real: &Path, place: &Path, project: &Path) -> bool {
    let place = place.canonicalize().unwrap_or_else(|_| place.to_owned());
    real.starts_with(&place) && (real == place || has_name_of_page(real) || !project.starts_with(&place))
}

/// The extensions of pages, of rules of other tools, and of settings.
const PAGE_EXTENSIONS: [&str; 4] = ["md", "yml", "yaml", "toml"];

fn has_name_of_page(file: &Path) -> bool {
    file.extension().is_some_and(|own| PAGE_EXTENSIONS.iter().any(|known| own.eq_ignore_ascii_case(known)))
}

fn name_of(file: &Path) -> RelPath {
    RelPath::new(file.file_name().unwrap_or_default().to_string_lossy())
}

/// The file that is written under a path, without symbolic links. It need not exist, and then a link to it is followed too.
pub(super) fn real_target(at: &Path) -> PathBuf {
    let mut at = at.to_owned();
    for _ in 0..MAX_LINKS {
        if let Ok(real) = at.canonicalize() {
            return real;
        }
        let folder = at.parent().unwrap_or(Path::new("")).to_owned();
        let Ok(to) = at.read_link() else {
            let name = at.file_name().unwrap_or_default().to_owned();
            return folder.canonicalize().map_or(at, |folder| folder.join(name));
        };
        at = folder.join(to);
    }
    at
}

/// True if both paths lead to one file that exists, also by two names of their own.
#[cfg(unix)]
pub(super) fn is_same_file(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let id = |at: &Path| at.metadata().ok().map(|metadata| (metadata.dev(), metadata.ino()));
    id(one).is_some_and(|one| Some(one) == id(other))
}

/// True if both paths lead to one file that exists.
#[cfg(not(unix))]
pub(super) fn is_same_file(one: &Path, other: &Path) -> bool {
    one.canonicalize().is_ok_and(|one| other.canonicalize().is_ok_and(|other| one == other))
}

/// Removes the reports from before of a run that could not run: what reads them would take them for its own.
pub(super) fn remove_old(args: &CheckArgs, context: &mut Context<'_>) {
    let files: Vec<PathBuf> = outputs::files(args).map(Path::to_owned).collect();
    for file in files {
        remove_report(&file, Some(&args.law), context);
    }
}

/// The same for arguments that cannot be parsed, which are read here in a simple way. What another argument names too stays.
pub(crate) fn remove_old_of_unread(args: &[OsString], context: &mut Context<'_>) {
    let words: Vec<&str> = args.iter().skip(1).map(|word| word.to_str().unwrap_or_default()).collect();
    let words = &words[..words.iter().position(|word| *word == "--").unwrap_or(words.len())];
    if !words.contains(&"check") {
        return;
    }
    let value = |at: usize, option: &str| match words[at].strip_prefix(option) {
        Some("") => words.get(at + 1).map(|value| (at + 1, *value)),
        Some(rest) => rest.strip_prefix('=').map(|value| (at, value)),
        None => None,
    };
    for at in 0..words.len() {
        let of_format = value(at, "--format").and_then(|(at, value)| {
            let (name, path) = value.split_once('=')?;
            Format::named(name).map(|_| (at, path))
        });
        let Some((own, path)) = of_format.or_else(|| value(at, "--output-file")) else { continue };
        let is_named_too = words.iter().enumerate().any(|(other, word)| {
            other != own && (*word == path || word.split_once('=').is_some_and(|(_, value)| value == path))
        });
        if !matches!(path, "" | "-") && !is_named_too {
            remove_report(Path::new(path), None, context);
        }
    }
}

/// What a report in Markdown starts with.
const MARKDOWN_START: &[u8] = b"**lawbook**: ";

/// Removes a report, if it is one for all that is known: where the settings were not read, a page looks like any file.
fn remove_report(file: &Path, law: Option<&LawArgs>, context: &mut Context<'_>) {
    let real = real_target(&context.at(file));
    if is_of_process(&context.at(file)) || outputs::is_standard_output(file, context) {
        return;
    }
    if !real.is_file() || reason(file, law, context).is_some() || (has_name_of_page(&real) && !is_markdown(&real)) {
        return;
    }
    match fs::remove_file(&real) {
        Ok(()) => context.output.note(format_args!("removed {}: it was the report of another run", file.display())),
        Err(error) => {
            let shown = file.display();
            context.output.warn(format_args!("{shown} is the report of another run, and cannot be removed: {error}"));
        }
    }
}

/// The folders in which systems name the streams of a process. What these lead to is no report of another run.
const STREAM_FOLDERS: [&str; 2] = ["/dev", "/proc"];

/// True for a stream of the process, and for a link to one.
fn is_of_process(at: &Path) -> bool {
    let is_stream = |at: &Path| STREAM_FOLDERS.iter().any(|folder| at.starts_with(folder));
    is_stream(at) || at.read_link().is_ok_and(|to| is_stream(&to))
}

fn is_markdown(file: &Path) -> bool {
    let mut start = Vec::new();
    let read = File::open(file).and_then(|file| file.take(MARKDOWN_START.len() as u64).read_to_end(&mut start));
    read.is_ok() && start == MARKDOWN_START
}
