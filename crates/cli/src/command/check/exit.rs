//! The exit code of a check, and the lines that say why it is not what the findings alone explain.

use lawbook_core::diagnostic::Severity;
use lawbook_core::report::Report;

use crate::args::CheckArgs;
use crate::command::{CommandOutcome, Context};
use crate::text::counted;

/// The outcome of a check before `--exit-zero`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Exit {
    is_failure: bool,
    /// The reasons for a failure that the level of the findings alone does not explain.
    reasons: Vec<String>,
}

impl Exit {
    /// The outcome by a report with all of its findings, `--fail-level`, `--max-warnings` and `--fail-stale`.
    pub(super) fn of(report: &Report, args: &CheckArgs) -> Self {
        let level = args.fail_level.severity();
        let mut reasons = Vec::new();
        let has_at = |level: Severity| report.diagnostics.iter().any(|found| found.severity >= level);
        let is_at_level = has_at(level);
        if is_at_level && !has_at(Severity::Error) {
            reasons.push(format!("there are findings at level {level} (--fail-level {level})"));
        }
        if let Some(max) = args.max_warnings.filter(|max| report.summary.warnings > *max) {
            let warnings = counted(report.summary.warnings, "warning");
            reasons.push(format!("{warnings}, and --max-warnings allows {max}"));
        }
        if args.fail_stale && report.summary.stale > 0 {
            reasons.push("the baseline has stale entries (--fail-stale)".to_owned());
        }
        // If fixes could not be written, the run fails even if no other finding is left.
        Self { is_failure: is_at_level || !reasons.is_empty() || !report.unwritten.is_empty(), reasons }
    }

    /// The outcome of a diff: there are changes or not.
    pub(super) fn of_diff(diff: &str) -> Self {
        Self { is_failure: !diff.is_empty(), reasons: Vec::new() }
    }

    /// The outcome after `--exit-zero`.
    #[cfg(feature = "watch")]
    pub(super) fn outcome(&self, args: &CheckArgs) -> CommandOutcome {
        if self.is_failure && !args.outcome.exit_zero { CommandOutcome::Findings } else { CommandOutcome::Clean }
    }

    /// Says what the findings that are shown do not explain, and returns the outcome.
    pub(super) fn conclude(self, has_shown: bool, args: &CheckArgs, context: &mut Context<'_>) -> CommandOutcome {
        match (self.is_failure, args.outcome.exit_zero) {
            (false, _) => CommandOutcome::Clean,
            (true, false) => {
                for reason in &self.reasons {
                    if has_shown {
                        context.output.note(format_args!("exit code 1: {reason}"));
                    } else {
                        context.output.warn(format_args!("exit code 1: {reason}"));
                    }
                }
                if self.reasons.is_empty() && !has_shown && args.outcome.min_level.is_some() {
                    context.output.warn(format_args!("exit code 1: there are findings below --min-level"));
                }
                CommandOutcome::Findings
            }
            (true, true) => {
                context.output.warn(format_args!("exit code 0 instead of 1 (--exit-zero)"));
                CommandOutcome::Clean
            }
        }
    }
}
