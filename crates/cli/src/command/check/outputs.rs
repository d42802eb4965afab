//! The reports that a check writes: one to standard output or `--output-file`, others to files of their own.

use std::path::{Path, PathBuf};

use lawbook_core::mistake::Mistake;

use crate::args::CheckArgs;
use crate::command::Context;
use crate::environment::CiService;
use crate::report::{AGENT, AZURE, Format, GITHUB, PRETTY};

/// A report to write.
#[derive(Clone, Debug)]
pub(super) struct ReportOutput {
    pub(super) format: Format,
    /// The file as the user has named it; none for standard output.
    pub(super) file: Option<PathBuf>,
}

/// Refuses two reports to one place.
pub(super) fn refuse_same_places(args: &CheckArgs, context: &Context<'_>) -> Result<(), Vec<Mistake>> {
    let mut without_file = args.format.iter().filter(|choice| choice.path.is_none()).map(|choice| choice.format.name);
    if let (Some(first), Some(second)) = (without_file.next(), without_file.next()) {
        let message = format!("`{first}` and `{second}` cannot both be written to standard output");
        let help = format!("write all but one to files: `--format {first} --format {second}=PATH`");
        return Err(vec![Mistake::new(message).with_help(help)]);
    }
    let files: Vec<&Path> = args
        .output_file
        .iter()
        .chain(args.format.iter().filter_map(|choice| choice.path.as_ref()))
        .map(|path| &**path)
        .collect();
    for (number, file) in files.iter().enumerate() {
        if files[..number].iter().any(|other| is_same_place(other, file, context)) {
            let message = format!("two reports cannot be written to one file, `{}`", file.display());
            return Err(vec![Mistake::new(message).with_help("give each a file of its own")]);
        }
    }
    Ok(())
}

/// True if two paths lead to one file, which need not exist. What is no file may be written twice, such as a pipe.
fn is_same_place(one: &Path, other: &Path, context: &Context<'_>) -> bool {
    let real = |path: &Path| {
        let at = context.at(path);
        at.canonicalize().or_else(|_| {
            let folder = at.parent().unwrap_or(Path::new("")).canonicalize()?;
            Ok::<_, std::io::Error>(folder.join(at.file_name().unwrap_or_default()))
        })
    };
    match (real(one), real(other)) {
        (Ok(one), Ok(other)) => one == other && (!one.exists() || one.is_file()),
        _ => one == other,
    }
}

/// The reports to write. The one without a file of its own comes last: if a file cannot be written, nothing is shown but
/// that mistake.
pub(super) fn of(args: &CheckArgs, context: &mut Context<'_>) -> Vec<ReportOutput> {
    let shown = args.format.iter().find(|choice| choice.path.is_none()).map(|choice| choice.format);
    let last =
        ReportOutput { format: shown.unwrap_or_else(|| default_format(args, context)), file: args.output_file.clone() };
    let with_files = args.format.iter().filter(|choice| choice.path.is_some());
    let others = with_files.map(|choice| ReportOutput { format: choice.format, file: choice.path.clone() });
    others.chain([last]).collect()
}

/// The format of the report if `--format` gives none for standard output: that of the agent that runs the command, else that
/// of the service.
fn default_format(args: &CheckArgs, context: &mut Context<'_>) -> Format {
    let (variable, format) = match (context.environment.agent, context.environment.ci) {
        (Some(variable), _) => (variable, AGENT),
        (None, Some((variable, CiService::GitHub))) => (variable, GITHUB),
        (None, Some((variable, CiService::Azure))) => (variable, AZURE),
        (None, Some((_, CiService::GitLab))) => {
            // GitLab reads nothing from the log.
            if args.format.iter().all(|choice| choice.format.name != GITLAB_REPORT.0) {
                let (format, file) = GITLAB_REPORT;
                context.output.note(format_args!("`--format {format}={file}` writes the report for merge requests"));
            }
            return PRETTY;
        }
        (None, None) => return PRETTY,
    };
    context.output.note(format_args!("format `{}`, because {variable} is set; --format chooses another", format.name));
    format
}

/// The format that GitLab reads from an artifact, and the usual name of the file.
const GITLAB_REPORT: (&str, &str) = ("gitlab", "gl-code-quality-report.json");
