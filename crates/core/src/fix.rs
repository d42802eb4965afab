//! Repairs: edits against the text that was seen.

use serde::{Deserialize, Serialize};

use crate::source::RelPath;
use crate::span::Span;

/// Whether a fix may be applied unseen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Safety {
    /// Meaning and intent stay.
    Safe,
    /// Probably right, to be asked for.
    #[default]
    Unsafe,
    /// A sketch for a person to finish.
    Manual,
}

impl Safety {
    /// The name in pages and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
            Self::Manual => "manual",
        }
    }
}

/// One way to mend a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    title: String,
    safety: Safety,
    edits: Vec<Edit>,
}

impl Fix {
    /// A fix of edits that are sorted here; none when there is no edit or two of them overlap.
    pub fn new(title: impl Into<String>, safety: Safety, mut edits: Vec<Edit>) -> Option<Self> {
        edits.sort_by(|a, b| (&a.path, a.span).cmp(&(&b.path, b.span)));
        let disjoint =
            edits.windows(2).all(|pair| pair[0].path != pair[1].path || pair[0].span.end <= pair[1].span.start);
        (disjoint && !edits.is_empty()).then(|| Self { title: title.into(), safety, edits })
    }

    /// What it does, as a heading.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Whether it may be applied unseen.
    pub fn safety(&self) -> Safety {
        self.safety
    }

    /// Its edits, sorted and disjoint.
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }
}

/// A text in place of a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The file; the finding's own when none.
    pub path: Option<RelPath>,
    /// The bytes to replace.
    pub span: Span,
    /// What takes their place.
    pub text: String,
}

/// `text` with edits of one file applied, which must be sorted and disjoint.
pub fn apply(text: &str, edits: &[Edit]) -> String {
    let mut result = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        result.push_str(text.get(at..edit.span.start as usize).unwrap_or_default());
        result.push_str(&edit.text);
        at = edit.span.end as usize;
    }
    result.push_str(text.get(at..).unwrap_or_default());
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: u32, end: u32, text: &str) -> Edit {
        Edit { path: None, span: Span::new(start, end), text: text.to_owned() }
    }

    #[test]
    fn edits_are_sorted_and_must_be_disjoint() {
        let fix = Fix::new("t", Safety::Safe, vec![edit(4, 5, "E"), edit(0, 1, "A")]).unwrap();
        assert_eq!(apply("abcdef", fix.edits()), "AbcdEf");
        assert_eq!(Fix::new("t", Safety::Safe, vec![edit(0, 3, ""), edit(2, 5, "")]), None);
        assert_eq!(Fix::new("t", Safety::Safe, Vec::new()), None);
    }
}
