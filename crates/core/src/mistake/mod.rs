//! Mistakes: errors in a rule page, in a configuration file, or in a name given by the user. A mistake is shown with its
//! location in that text and is never a finding.

mod belongs;
mod names;

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use crate::lines::LineIndex;
use crate::span::Span;
use names::{expected, help_for, sorted};

pub use names::unknown_name_help;
pub(crate) use names::{is_near, short_name_help};

/// One mistake in a rule page or a configuration file.
///
/// Clients show the file, line and column and underline the text. All mistakes of a run are shown at once.
/// `Display` gives one line, `path:line:column: message (help)`, with 1-based lines and 1-based columns in characters.
/// The crate `lawbook` draws them as its command line does (`lawbook::render_mistakes`). A program without that crate
/// has in [`Mistake::place`] what a renderer such as miette takes: the name and the text of the file, and a span in bytes.
///
/// ```
/// use lawbook_core::mistake::Mistake;
///
/// let mistake = Mistake::new("unknown rule `no-evil`").with_help("did you mean `no-eval`?");
/// assert_eq!(mistake.to_string(), "unknown rule `no-evil` (did you mean `no-eval`?)");
/// ```
///
/// The line of a mistake, underlined:
///
/// ```
/// use lawbook_core::mistake::Mistake;
/// use lawbook_core::source::LineIndex;
/// use lawbook_core::span::Span;
///
/// let mistake = Mistake::new("unknown key `sevrity`").with_place("a.md", "---\nsevrity: error\n", Span::new(4, 11));
/// let place = mistake.place.as_ref().expect("it was just given");
/// let lines = LineIndex::new(&place.text);
/// let start = lines.position(&place.text, place.span.start);
/// let line = &place.text[lines.span(&place.text, start.line).range()];
/// let (before, width) = (start.column as usize - 1, place.span.len() as usize);
/// let drawn = format!("{mistake}\n{line}\n{}{}", " ".repeat(before), "^".repeat(width));
/// assert_eq!(drawn, "a.md:2:1: unknown key `sevrity`\nsevrity: error\n^^^^^^^");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mistake {
    /// The file and the bytes in it; none for a mistake that is in no file.
    pub place: Option<SourceLocation>,
    /// The mistake in one sentence without a full stop.
    pub message: String,
    /// The expected input or the next thing to do, for example the known name that is most similar.
    pub help: Option<String>,
    /// The names that could stand here, sorted, if they are known and at most [`MAX_EXPECTED_NAMES`].
    pub expected: Vec<String>,
}

/// The most names that are listed as expected.
pub const MAX_EXPECTED_NAMES: usize = 60;

/// The location of a mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceLocation {
    /// The path of the file, as it is shown to the user.
    pub path: Arc<str>,
    /// The whole text of the file.
    pub text: Arc<str>,
    /// The bytes to underline.
    pub span: Span,
}

impl Mistake {
    /// A mistake that is in no file; `message` is one sentence without a full stop.
    pub fn new(message: impl Into<String>) -> Self {
        Self { place: None, message: message.into(), help: None, expected: Vec::new() }
    }

    /// The mistake that `name` is not among the `known` names, of which it suggests one. `what` is the noun for the name in
    /// the message: `key`, `rule`.
    pub fn unknown<'a>(what: &str, name: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let known = sorted(known);
        let help = help_for(name, &known);
        let expected = expected(&known);
        Self { help: Some(help), expected, ..Self::new(format!("unknown {what} `{name}`")) }
    }

    /// The same mistake with what was expected, or what to do next.
    #[must_use]
    pub fn with_help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// The same mistake with help, if there is any.
    #[must_use]
    pub(crate) fn with_optional_help(self, help: Option<String>) -> Self {
        Self { help, ..self }
    }

    /// The same mistake at `span`, in bytes, of the file that is shown as `path` and whose whole text is `text`.
    #[must_use]
    pub fn with_place(self, path: impl Into<Arc<str>>, text: impl Into<Arc<str>>, span: Span) -> Self {
        Self { place: Some(SourceLocation { path: path.into(), text: text.into(), span }), ..self }
    }

    /// The message and, in parentheses, what helps, without the place.
    pub fn in_words(&self) -> String {
        match &self.help {
            Some(help) => format!("{} ({help})", self.message),
            None => self.message.clone(),
        }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, &mut None)
    }
}

impl Mistake {
    /// Writes the mistake as one line. `lines` are those of the text of the mistake before, which is mostly the same text.
    fn write(&self, f: &mut fmt::Formatter<'_>, lines: &mut Option<(Arc<str>, LineIndex)>) -> fmt::Result {
        if let Some(place) = &self.place {
            let (_, lines) = match lines.take() {
                Some((text, index)) if Arc::ptr_eq(&text, &place.text) => lines.insert((text, index)),
                _ => lines.insert((place.text.clone(), LineIndex::new(&place.text))),
            };
            let at = lines.position(&place.text, place.span.start);
            write!(f, "{}:{}:{}: ", place.path, at.line, at.column)?;
        }
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, " ({help})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Mistake {}

/// All mistakes that were found together, as one error. `Display` gives a line for each; `Debug` gives the same, because a
/// `main` that returns the error prints that.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct MistakeList(Vec<Mistake>);

impl MistakeList {
    /// The mistakes, in the order in which they were found.
    pub fn as_slice(&self) -> &[Mistake] {
        &self.0
    }

    /// The mistakes as a vector.
    pub fn into_vec(self) -> Vec<Mistake> {
        self.0
    }
}

impl std::ops::Deref for MistakeList {
    type Target = [Mistake];

    fn deref(&self) -> &[Mistake] {
        &self.0
    }
}

impl From<Mistake> for MistakeList {
    fn from(mistake: Mistake) -> Self {
        Self(vec![mistake])
    }
}

impl From<Vec<Mistake>> for MistakeList {
    fn from(mistakes: Vec<Mistake>) -> Self {
        Self(mistakes)
    }
}

impl IntoIterator for MistakeList {
    type Item = Mistake;
    type IntoIter = std::vec::IntoIter<Mistake>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl fmt::Display for MistakeList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = None;
        for (number, mistake) in self.0.iter().enumerate() {
            f.write_str(if number == 0 { "" } else { "\n" })?;
            mistake.write(f, &mut lines)?;
        }
        Ok(())
    }
}

impl fmt::Debug for MistakeList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for MistakeList {}

/// The mistakes found so far in a text that is being read.
#[derive(Debug)]
pub struct Mistakes {
    path: Arc<str>,
    text: Arc<str>,
    found: Vec<Mistake>,
    /// The span, message and help of each, to find duplicates among many.
    known: HashSet<(Span, String, Option<String>)>,
    /// The number of mistakes that were added, duplicates included.
    added: usize,
}

impl Mistakes {
    /// An empty list for `text`, which is shown to the user as `path`.
    pub fn new(path: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        Self { path: path.into(), text: text.into(), found: Vec::new(), known: HashSet::new(), added: 0 }
    }

    /// Adds a mistake at `span`.
    pub fn add(&mut self, span: Span, message: impl Into<String>) {
        self.push(span, message.into(), None, Vec::new());
    }

    /// Adds a mistake at `span` with a text that helps to correct it.
    pub fn add_with_help(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.push(span, message.into(), Some(help.into()), Vec::new());
    }

    /// Adds the mistake that `name` is not among the `known` names, and suggests the most similar one. `what` is the
    /// noun for the name in the message: `key`, `rule`.
    pub fn add_unknown<'a>(&mut self, span: Span, what: &str, name: &str, known: impl IntoIterator<Item = &'a str>) {
        let Mistake { message, help, expected, .. } = Mistake::unknown(what, name, known);
        self.push(span, message, help, expected);
    }

    /// True if there is a mistake at exactly this place.
    pub fn has_at(&self, span: Span) -> bool {
        self.known.iter().any(|(known, ..)| *known == span)
    }

    /// True if a mistake at exactly this place says that `name` is meant.
    pub(crate) fn suggests(&self, span: Span, name: &str) -> bool {
        let meant = format!("did you mean `{name}`?");
        self.known.iter().any(|(known, _, help)| *known == span && help.as_ref() == Some(&meant))
    }

    /// Adds a mistake at `span`, in place of its own place.
    pub(crate) fn add_mistake(&mut self, span: Span, mistake: Mistake) {
        self.push(span, mistake.message, mistake.help, mistake.expected);
    }

    /// True if there is no mistake.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The number of mistakes.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// The number of mistakes that were added, with those that were there already: a rule is compiled for each of its
    /// dialects, and what is wrong in all of them is one mistake.
    pub fn added(&self) -> usize {
        self.added
    }

    /// The path of the text being read.
    pub fn path(&self) -> &Arc<str> {
        &self.path
    }

    /// The text being read.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// The mistakes in the order in which they were added, without duplicates.
    pub fn into_vec(self) -> Vec<Mistake> {
        self.found
    }

    fn push(&mut self, span: Span, message: String, help: Option<String>, expected: Vec<String>) {
        self.added += 1;
        if self.known.insert((span, message.clone(), help.clone())) {
            let place = SourceLocation { path: self.path.clone(), text: self.text.clone(), span };
            self.found.push(Mistake { place: (span != Span::NOWHERE).then_some(place), message, help, expected });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_one_error_with_a_line_each() {
        let placed = Mistake::new("unknown key `b`").with_place("a.toml", "a = 1\nb = 2\n", Span::new(6, 7));
        let list = MistakeList::from(vec![placed.with_help("delete it"), Mistake::new("unknown rule `c`")]);
        assert_eq!(list.as_slice().len(), 2);
        let error: Box<dyn std::error::Error + Send + Sync> = list.into();
        assert_eq!(error.to_string(), "a.toml:2:1: unknown key `b` (delete it)\nunknown rule `c`");
    }

    #[test]
    fn a_mistake_says_file_line_and_column() {
        let mut mistakes = Mistakes::new("a.md", "one\ntwo three");
        mistakes.add_unknown(Span::new(8, 13), "key", "three", ["tree"]);
        let shown: Vec<String> = mistakes.into_vec().iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["a.md:2:5: unknown key `three` (did you mean `tree`?)"]);
    }
}
