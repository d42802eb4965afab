//! The view of rules on a project: the facts of its files by path.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::facts::Facts;
use crate::path::RelPath;
use crate::span::Span;

/// The facts of one file, for rules about the whole project. They depend only on the file and the plan, so they can be
/// cached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    /// The lists of facts that some rule of the plan needs; the others are empty.
    pub facts: Facts,
    /// The facts that rules collected themselves, by the number of the rule instance in the plan, ascending.
    pub collected: Vec<(u32, Vec<RuleFact>)>,
}

impl FileFacts {
    /// The number of facts, without those that rules collected themselves.
    pub(crate) fn len(&self) -> usize {
        let Facts { imports, exports, definitions, references, tests, attributes, suppressions } = &self.facts;
        let (given, named) = (imports.len() + exports.len(), definitions.len() + references.len());
        given + named + tests.len() + attributes.len() + suppressions.len()
    }

    /// The facts that the rule instance with this number collected.
    pub fn collected_by(&self, instance: u32) -> &[RuleFact] {
        let at = self.collected.binary_search_by_key(&instance, |(number, _)| *number);
        at.map_or(&[], |at| &self.collected[at].1)
    }
}

/// A fact that a rule defines itself: its `collect` creates it from one file, its `conclude` reads the facts of all files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleFact {
    /// The name that the rule gives to facts like this one.
    pub key: String,
    /// Its value.
    pub value: String,
    /// Its place in the file.
    pub span: Span,
}

/// The files of a project, each with its facts if it was parsed. It must contain all files of the project: with a part of
/// them, rules would report wrong findings, such as an unused export.
#[derive(Clone, Debug, Default)]
pub struct ProjectView {
    files: BTreeMap<RelPath, Option<Arc<FileFacts>>>,
}

impl ProjectView {
    /// Adds a file or replaces its facts. A file that was not parsed has no facts.
    pub fn insert(&mut self, path: RelPath, facts: Option<Arc<FileFacts>>) {
        self.files.insert(path, facts);
    }

    /// Removes a file.
    pub fn remove(&mut self, path: &RelPath) {
        self.files.remove(path);
    }

    /// True if the project has the file, parsed or not.
    pub fn contains(&self, path: &RelPath) -> bool {
        self.files.contains_key(path)
    }

    /// The facts of a file; none if there is no such file or it was not parsed.
    pub fn facts(&self, path: &RelPath) -> Option<&FileFacts> {
        self.files.get(path)?.as_deref()
    }

    /// All files, ordered by the bytes of their paths. Rules iterate over them through their context, which counts steps.
    pub(crate) fn files(&self) -> impl ExactSizeIterator<Item = (&RelPath, Option<&FileFacts>)> {
        self.files.iter().map(|(path, facts)| (path, facts.as_deref()))
    }
}
