//! Regular expressions of rules, built when they are first asked: building costs more than checking a small file.

use std::sync::OnceLock;

use regex::Regex;

/// A regular expression that is known to be right.
#[derive(Debug)]
pub(crate) struct Expression {
    text: String,
    built: OnceLock<Option<Regex>>,
}

/// Up to this length, and without counted repetitions, an expression is never too large to be built.
const SURELY_SMALL: usize = 200;

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn new(text: &str) -> Result<Self, String> {
        let reason = |error: String| error.rsplit("error: ").next().unwrap_or(&error).trim().to_owned();
        let expression = Self { text: text.to_owned(), built: OnceLock::new() };
        if text.len() > SURELY_SMALL || text.contains('{') {
            let built = Regex::new(text).map_err(|error| reason(error.to_string()))?;
            expression.built.get_or_init(|| Some(built));
        } else {
            regex_syntax::parse(text).map_err(|error| reason(error.to_string()))?;
        }
        Ok(expression)
    }

    /// The expression as written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether it is found in the text.
    pub(super) fn is_match(&self, text: &str) -> bool {
        self.built.get_or_init(|| Regex::new(&self.text).ok()).as_ref().is_some_and(|regex| regex.is_match(text))
    }
}
