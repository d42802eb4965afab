//! The names that embedding lawbook and writing a rule take: `use lawbook_core::prelude::*`.
//!
//! ```
//! use lawbook_core::prelude::*;
//!
//! let lawbook = Lawbook::builder().build()?;
//! assert!(lawbook.check("a.txt", "no rules, no findings").is_empty());
//! # Ok::<(), MistakeList>(())
//! ```

pub use crate::diagnostic::{Edit, Finding, Fix, Safety, Severity};
pub use crate::ir::view::{Call, Callable, CommentNode, Definition, LiteralNode};
pub use crate::ir::{Dialect, Kind, Node};
pub use crate::lawbook::Lawbook;
pub use crate::mistake::MistakeList;
pub use crate::report::LocatedDiagnostic;
pub use crate::rule::options::OptionReader;
pub use crate::rule::{Cx, Interest, Literals, Rule};
pub use crate::settings::Level;
pub use crate::source::ColumnUnit;
pub use crate::span::Span;
