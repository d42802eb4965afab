//! The JSON of version 1: own types, so that what programs read changes only on purpose.
//!
//! [`ReportV1`] is what `lawbook check --format json` prints, [`SuppressionListV1`] what `lawbook suppressions --format
//! json` prints. A field that is added is no new version; one that is removed or means something else is.
//!
//! ```no_run
//! use lawbook_workspace::report::v1::ReportV1;
//! use lawbook_workspace::{Opening, Request, Workspace};
//!
//! # fn main() -> Result<(), Vec<lawbook_core::mistake::Mistake>> {
//! let workspace = Workspace::open("project".as_ref(), Opening::default())?;
//! let run = workspace.run(&Request::opened())?;
//! let report = ReportV1::new(&run.report, ".", &|_| String::new());
//! let json = serde_json::to_string(&report).unwrap_or_default();
//! # Ok(())
//! # }
//! ```

mod diagnostic;
mod parts;
mod report;
mod suppressions;

pub use diagnostic::{CaptureV1, CapturedV1, CapturesV1, DiagnosticV1, EditV1, FileChangeV1, FixV1, RelatedV1};
pub use parts::{PositionV1, RangeV1, SpanV1, ToolV1};
pub use report::{
    DegradedV1, ReportHeadV1, ReportTailV1, ReportV1, ReportedRuleV1, RolledBackV1, SkippedRuleV1, SkippedV1,
    SummaryV1, UnwrittenV1,
};
pub use suppressions::{SuppressionListV1, SuppressionSummaryV1, SuppressionV1, UnreadV1};
