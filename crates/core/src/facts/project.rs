//! A project as rules see it: the facts of its files by path, as data.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::facts::Facts;
use crate::path::RelPath;
use crate::span::Span;

/// The facts of one file, for rules about all files. They depend on nothing but the file and the plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    /// The lists that some rule of the plan takes; the others are empty.
    pub facts: Facts,
    /// The facts that rules collected themselves, by the number of their instance in the plan, ascending.
    pub collected: Vec<(u32, Vec<RuleFact>)>,
}

impl FileFacts {
    /// The number of facts, without those that rules collected themselves.
    pub(crate) fn len(&self) -> usize {
        let Facts { imports, exports, definitions, references, tests, attributes, suppressions } = &self.facts;
        let (given, named) = (imports.len() + exports.len(), definitions.len() + references.len());
        given + named + tests.len() + attributes.len() + suppressions.len()
    }

    /// The facts that the instance of this number collected.
    pub fn collected_by(&self, instance: u32) -> &[RuleFact] {
        let at = self.collected.binary_search_by_key(&instance, |(number, _)| *number);
        at.map_or(&[], |at| &self.collected[at].1)
    }
}

/// A fact of a rule's own: its `collect` makes it of one file, its `conclude` reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleFact {
    /// The name that the rule gives to facts like this one.
    pub key: String,
    /// Its value.
    pub value: String,
    /// Its place in the file.
    pub span: Span,
}

/// The files of a project, each with its facts if it has any. It must hold the whole project: rules
/// would report what is not so of a part.
#[derive(Clone, Debug, Default)]
pub struct ProjectView {
    files: BTreeMap<RelPath, Option<Arc<FileFacts>>>,
}

impl ProjectView {
    /// Adds a file or replaces its facts; one that was not parsed has none.
    pub fn insert(&mut self, path: RelPath, facts: Option<Arc<FileFacts>>) {
        self.files.insert(path, facts);
    }

    /// Takes out a file that is gone.
    pub fn remove(&mut self, path: &RelPath) {
        self.files.remove(path);
    }

    /// True when there is such a file, parsed or not.
    pub fn contains(&self, path: &RelPath) -> bool {
        self.files.contains_key(path)
    }

    /// The facts of a file; none when there is no such file or it was not parsed.
    pub fn facts(&self, path: &RelPath) -> Option<&FileFacts> {
        self.files.get(path)?.as_deref()
    }

    /// Every file, in the order of the paths' bytes. Rules go through them by their context, which counts that.
    pub(crate) fn files(&self) -> impl ExactSizeIterator<Item = (&RelPath, Option<&FileFacts>)> {
        self.files.iter().map(|(path, facts)| (path, facts.as_deref()))
    }
}
