//! The JSON formats of version 1. They have types of their own, so that a change of an internal type does not change
//! what programs read.
//!
//! `lawbook check --format json` prints a [`ReportV1`], `lawbook suppressions --format json` a [`SuppressionListV1`], and a
//! command that could not run a [`MistakeListV1`].
//! Fields may be added without a new version; removing a field or changing its meaning needs a new version.
//!
//! ```no_run
//! use lawbook_workspace::report::v1::ReportV1;
//! use lawbook_workspace::{Opening, Request, Workspace};
//!
//! # fn main() -> Result<(), lawbook_core::mistake::MistakeList> {
//! let workspace = Workspace::open("project".as_ref(), Opening::default())?;
//! let run = workspace.run(&Request::opened())?;
//! let report = ReportV1::new(&run.report, ".", &|_| String::new());
//! let json = serde_json::to_string(&report).unwrap_or_default();
//! # Ok(())
//! # }
//! ```

mod diagnostic;
mod mistakes;
mod parts;
mod report;
mod suppressions;

pub use diagnostic::{
    CaptureV1, CapturedV1, CapturesV1, DiagnosticV1, EditV1, FileChangeV1, FixV1, MeasureV1, RelatedV1,
};
pub use mistakes::{MistakeListV1, MistakeV1};
pub use parts::{PositionV1, RangeV1, SpanV1, ToolV1};
pub use report::{
    DegradedV1, LanguageCountV1, NewlySuppressedV1, RelaxedV1, ReportHeadV1, ReportTailV1, ReportV1, ReportedRuleV1,
    RolledBackV1, SkippedRuleV1, SkippedV1, SummaryV1, UnwrittenV1,
};
pub use suppressions::{SuppressionListV1, SuppressionSummaryV1, SuppressionV1, UnreadV1};
