//! The reports that a check writes: one to standard output or `--output-file`, others to files of their own.

use std::path::{Path, PathBuf};

use lawbook_core::mistake::Mistake;

use super::targets::{is_same_file, real_target};
use crate::args::CheckArgs;
use crate::command::Context;
use crate::environment::CiService;
use crate::report::{AGENT, AZURE, Format, GITHUB, PRETTY, UNIX};

/// A report to write.
#[derive(Clone, Debug)]
pub(super) struct ReportOutput {
    pub(super) format: Format,
    /// The file as the user has named it; none for standard output.
    pub(super) file: Option<PathBuf>,
}

/// Takes `-` as the file of the report for standard output, as in `--format json=-`.
pub(super) fn take_sign_of_output(args: &mut CheckArgs) {
    args.output_file.take_if(|file| file.as_os_str() == "-");
}

/// The files of the reports, as the user has named them.
pub(super) fn files(args: &CheckArgs) -> impl Iterator<Item = &Path> {
    let of_formats = args.format.iter().filter_map(|choice| choice.path.as_ref());
    args.output_file.iter().chain(of_formats).map(|path| &**path)
}

/// Refuses two reports to one place.
pub(super) fn refuse_same_places(args: &CheckArgs, context: &Context<'_>) -> Result<(), Vec<Mistake>> {
    let mut without_file = args.format.iter().filter(|choice| choice.path.is_none()).map(|choice| choice.format.name);
    if let (Some(first), Some(second)) = (without_file.next(), without_file.next()) {
        let message = format!("`{first}` and `{second}` cannot both be written to standard output");
        let help = format!("write all but one to files: `--format {first} --format {second}=PATH`");
        return Err(vec![Mistake::new(message).with_help(help)]);
    }
    let files: Vec<&Path> = files(args).collect();
    for (number, file) in files.iter().enumerate() {
        if files[..number].iter().any(|other| is_same_place(other, file, context)) {
            let message = format!("two reports cannot be written to one file, `{}`", file.display());
            return Err(vec![Mistake::new(message).with_help("give each a file of its own")]);
        }
        // One report is always written to standard output, unless it has a file.
        if args.output_file.is_none() && is_standard_output(file, context) {
            let message = format!("`{}` is standard output, where a report is written already", file.display());
            let help = "`--format FORMAT` without a file writes that format to standard output";
            return Err(vec![Mistake::new(message).with_help(help)]);
        }
    }
    Ok(())
}

/// The paths by which systems name the standard output of a process.
const STANDARD_OUTPUT: [&str; 3] = ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];

/// True for a path of standard output, and for the file that it is redirected to.
pub(super) fn is_standard_output(file: &Path, context: &Context<'_>) -> bool {
    let at = context.at(file);
    let is_named = |at: &Path| STANDARD_OUTPUT.iter().any(|name| at == Path::new(name));
    if is_named(&at) || at.read_link().is_ok_and(|to| is_named(&to)) {
        return true;
    }
    context.environment.is_own_process && at.is_file() && is_same_file(&at, Path::new(STANDARD_OUTPUT[0]))
}

/// True if two paths lead to one file, which need not exist. What is no file may be written twice, such as a pipe.
fn is_same_place(one: &Path, other: &Path, context: &Context<'_>) -> bool {
    if [one, other].into_iter().all(|file| is_standard_output(file, context)) {
        return true;
    }
    let (one, other) = (real_target(&context.at(one)), real_target(&context.at(other)));
    let may_be_shared = one.exists() && !one.is_file();
    (one == other || is_same_file(&one, &other)) && !may_be_shared
}

/// The formats that may stand on standard error between notes, where standard output has the fixed text.
const BESIDE_FIXED_TEXT: [Format; 3] = [PRETTY, AGENT, UNIX];

/// True if the answer is the text of standard input with its fixes, so that the report is on standard error.
fn answers_with_text(args: &CheckArgs) -> bool {
    args.stdin_filename.is_some() && args.fix.choice().is_some() && !args.fix.diff
}

/// Refuses a format for programs on standard error, which notes and a report for people share.
pub(super) fn refuse_on_stderr(args: &CheckArgs) -> Result<(), Vec<Mistake>> {
    if !answers_with_text(args) || args.output_file.is_some() {
        return Ok(());
    }
    let shown = args.format.iter().find(|choice| choice.path.is_none()).map(|choice| choice.format.name);
    let Some(name) = shown.filter(|name| BESIDE_FIXED_TEXT.iter().all(|format| format.name != *name)) else {
        return Ok(());
    };
    let message = format!("`--format {name}` needs a file here: the fixed text is on standard output");
    Err(vec![Mistake::new(message).with_help(format!("write it to a file: `--format {name}=PATH`"))])
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
    let of_service = context.environment.ci.filter(|_| !answers_with_text(args) || args.output_file.is_some());
    let (variable, format) = match (context.environment.agent, of_service) {
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
