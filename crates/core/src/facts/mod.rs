//! Facts: data about each file for rules about the whole project, with spans, in the order of the file.

mod change;
mod project;
mod set;

pub use change::{ChangeView, ChangedFile, FileVersion};
pub use project::{FileFacts, ProjectView, RuleFact};
use serde::{Deserialize, Serialize};
pub use set::{FactKind, FactSet};

use crate::date::Date;
use crate::ir::Kind;
use crate::ir::view::Metrics;
use crate::span::Span;

/// The facts of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Its imports.
    pub imports: Vec<ImportFact>,
    /// Its exported names.
    pub exports: Vec<ExportFact>,
    /// Its definitions.
    pub definitions: Vec<DefinitionFact>,
    /// Its uses of imported names.
    pub references: Vec<ReferenceFact>,
    /// Its tests that have a title or a name.
    pub tests: Vec<TestFact>,
    /// Its attributes and decorators.
    pub attributes: Vec<AttributeFact>,
    /// Its suppressions, for lawbook and for other tools.
    pub suppressions: Vec<Marker>,
}

/// One import of one module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportFact {
    /// The module or path, as written.
    pub source: String,
    /// The imported names; empty for an import only for side effects.
    pub names: Vec<ImportedName>,
    /// True if only types are imported.
    pub type_only: bool,
    /// True if the import is a call that runs when it is reached: `import("m")`.
    pub dynamic: bool,
    /// True if the imported names are also exported.
    pub reexport: bool,
    /// The span of the statement or call.
    pub span: Span,
}

/// One name of an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedName {
    /// The name in the module, also `default` or `*`.
    pub name: String,
    /// The name in this file; none if the import declares no name.
    pub local: Option<String>,
}

/// One exported name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportFact {
    /// The name that other files see, also `default` or `*`.
    pub name: String,
    /// The module that it comes from; none if it is defined in this file.
    pub source: Option<String>,
    /// True if it is only a type.
    pub type_only: bool,
    /// The span of the export statement or the definition.
    pub span: Span,
}

/// One definition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefinitionFact {
    /// Its kind.
    #[serde(with = "kind_name")]
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// Its symbol path.
    pub symbol: String,
    /// True if code outside the file can use it.
    pub exported: bool,
    /// True if it is a test or lies in one.
    pub test: bool,
    /// Its span.
    pub span: Span,
    /// The span of its name.
    pub name_span: Span,
    /// Its metrics, if it is a callable.
    pub metrics: Option<Metrics>,
}

/// A use of an imported name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferenceFact {
    /// The module; in Rust the whole path that the local name stands for.
    pub module: String,
    /// The members after the module, the outermost first: `b` and `c` of `a.b.c` if `a` is the module.
    pub path: Vec<String>,
    /// The span of the use.
    pub span: Span,
}

/// A test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestFact {
    /// Its symbol path (`describe("a").it("b")`).
    pub symbol: String,
    /// Its span.
    pub span: Span,
    /// The number of assertions in it.
    pub assertions: u32,
    /// True if it is left out of runs: by an attribute, a decorator, the function that it is given to, or a call in it.
    pub skipped: bool,
    /// A digest of its code without white space, title and what leaves it out.
    pub body: u64,
}

/// An attribute or decorator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributeFact {
    /// Its name.
    pub name: String,
    /// Its span.
    pub span: Span,
}

/// A suppression of lawbook or of another tool: a comment or attribute that makes the tool ignore findings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marker {
    /// The name of the tool: `lawbook`, `ast-grep` or one of `suppression::marker::tools`.
    pub tool: String,
    /// The keyword of the tool: `eslint-disable-next-line`, `@ts-ignore`, `#[allow]`.
    pub directive: String,
    /// The rules that it names; empty if it suppresses all rules or the tool has only one.
    pub rules: Vec<String>,
    /// The reason, written where the syntax of the tool has a place for it, or else in a comment directly above.
    pub reason: Option<String>,
    /// The code that it covers.
    pub reach: MarkerReach,
    /// The byte where the directive stands that ends its region; only of a region between two directives.
    pub region_end: Option<u32>,
    /// The span of the directive up to the end of the comment's text, or of the attribute.
    pub span: Span,
    /// The person or team that is responsible for it; only in lawbook's suppressions.
    pub owner: Option<String>,
    /// The ticket for its removal; only in lawbook's suppressions.
    pub ticket: Option<String>,
    /// The last day on which it is valid; only in lawbook's suppressions.
    pub until: Option<Date>,
}

/// The code that a marker covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MarkerReach {
    /// Its own line, or the statement that ends there.
    Line,
    /// The code after it: a line, a statement or a node, depending on the tool.
    NextLine,
    /// The whole file, or the rest of the file after it.
    File,
    /// The code up to the directive that ends it, or the item with the attribute.
    Region,
}

impl MarkerReach {
    /// The name in lists of suppressions.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::NextLine => "next-line",
            Self::File => "file",
            Self::Region => "region",
        }
    }
}

/// Serialisation of a kind by its name.
mod kind_name {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::ir::Kind;

    // serde requires this signature.
    #[allow(clippy::trivially_copy_pass_by_ref)]
    pub(super) fn serialize<S: Serializer>(kind: &Kind, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(kind.name())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Kind, D::Error> {
        let name = std::borrow::Cow::<'de, str>::deserialize(from)?;
        let kind = Kind::ALL.iter().copied().find(|kind| kind.name() == name);
        kind.ok_or_else(|| D::Error::custom(format!("there is no kind `{name}`")))
    }
}
