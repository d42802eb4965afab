//! What one file tells the project: plain data with spans, in the order of the file.

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
    /// What it takes from elsewhere.
    pub imports: Vec<ImportFact>,
    /// What it gives to others.
    pub exports: Vec<ExportFact>,
    /// What it defines.
    pub definitions: Vec<DefinitionFact>,
    /// Where it uses what it imported.
    pub references: Vec<ReferenceFact>,
    /// Its tests that have a title or a name.
    pub tests: Vec<TestFact>,
    /// Its attributes and decorators.
    pub attributes: Vec<AttributeFact>,
    /// Where it tells a tool to look away, lawbook and others.
    pub suppressions: Vec<Marker>,
}

/// One import of one module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportFact {
    /// The module or path.
    pub source: String,
    /// The names that are taken from it; none when it is run for its effects.
    pub names: Vec<ImportedName>,
    /// Whether only types are taken.
    pub type_only: bool,
    /// Whether it is a call that runs when it is reached.
    pub dynamic: bool,
    /// Whether it is given on to others.
    pub reexport: bool,
    /// The statement or call.
    pub span: Span,
}

/// One name of an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedName {
    /// What the module calls it; `default` and `*` are names too.
    pub name: String,
    /// What this file calls it, if anything.
    pub local: Option<String>,
}

/// One exported name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportFact {
    /// The name that others see; `default` and `*` are names too.
    pub name: String,
    /// The module that it comes from, when it is not of this file.
    pub source: Option<String>,
    /// Whether it is only a type.
    pub type_only: bool,
    /// The export statement or the definition.
    pub span: Span,
}

/// One definition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefinitionFact {
    /// What it is.
    #[serde(with = "kind_name")]
    pub kind: Kind,
    /// What it is called.
    pub name: String,
    /// Its symbol path.
    pub symbol: String,
    /// Whether others can use it.
    pub exported: bool,
    /// Whether it is, or lies in, a test.
    pub test: bool,
    /// All of it.
    pub span: Span,
    /// Its name.
    pub name_span: Span,
    /// The numbers of a callable.
    pub metrics: Option<Metrics>,
}

/// A use of something that was imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferenceFact {
    /// The module (of Rust the whole path that was bound).
    pub module: String,
    /// The members from the module inwards.
    pub path: Vec<String>,
    /// Where.
    pub span: Span,
}

/// A test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestFact {
    /// Its symbol path (`describe("a").it("b")`).
    pub symbol: String,
    /// All of it.
    pub span: Span,
}

/// An attribute or decorator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributeFact {
    /// Its name.
    pub name: String,
    /// All of it.
    pub span: Span,
}

/// One place where a file tells a tool to look away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marker {
    /// The tool: one of `suppression::marker::tools`, or lawbook or ast-grep.
    pub tool: String,
    /// The tool's word for it: `eslint-disable-next-line`, `@ts-ignore`, `#[allow]`.
    pub directive: String,
    /// The rules that it names; none where it means all, or the tool's only one.
    pub rules: Vec<String>,
    /// Why: what stands where the tool lets a reason stand, else the comment directly above it.
    pub reason: Option<String>,
    /// How far it reaches.
    pub reach: MarkerReach,
    /// The directive up to the end of its comment's text, or the attribute.
    pub span: Span,
    /// Who answers for it; only lawbook's own say so.
    pub owner: Option<String>,
    /// Where it is to be resolved; only lawbook's own say so.
    pub ticket: Option<String>,
    /// The last day on which it holds; only lawbook's own say so.
    pub until: Option<Date>,
}

/// How far a marker reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MarkerReach {
    /// Its own line, or the statement that ends there.
    Line,
    /// The code after it: a line, a statement or a node, as the tool has it.
    NextLine,
    /// The whole file, or all of it from there on.
    File,
    /// Up to the directive that ends it, or the item that the attribute stands on.
    Region,
}

impl MarkerReach {
    /// The name in lists.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::NextLine => "next-line",
            Self::File => "file",
            Self::Region => "region",
        }
    }
}

/// A kind is written by its name.
mod kind_name {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::ir::Kind;

    // The signature is serde's.
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
