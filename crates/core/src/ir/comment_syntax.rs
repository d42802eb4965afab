//! The syntax of comments as a language describes it, and splitting of comments by it.

/// One way to write a comment. A language lists every sign that its tools distinguish: Rust has `//`, `///`, `//!` and
/// the block comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommentSyntax {
    /// The sign that opens it.
    pub open: &'static str,
    /// The sign that closes it; none for a comment up to the end of the line.
    pub close: Option<&'static str>,
    /// True for documentation. A sign that repeats the last character of a shorter one (`///`) is no documentation if the
    /// character is repeated once more (`////`).
    pub doc: bool,
    /// Signs that may surround the comment and are not code: the braces of `{/* … */}` between elements of JSX.
    pub around: Option<(&'static str, &'static str)>,
}

impl CommentSyntax {
    /// A comment up to the end of its line.
    pub const fn line(open: &'static str) -> Self {
        Self { open, close: None, doc: false, around: None }
    }

    /// A comment between two signs.
    pub const fn block(open: &'static str, close: &'static str) -> Self {
        Self { open, close: Some(close), doc: false, around: None }
    }

    /// The same syntax for documentation.
    #[must_use]
    pub const fn documenting(self) -> Self {
        Self { doc: true, ..self }
    }

    /// The same syntax, with signs that may surround the comment.
    #[must_use]
    pub const fn within(self, before: &'static str, after: &'static str) -> Self {
        Self { around: Some((before, after)), ..self }
    }

    /// The syntax with the longest opening sign that fits the comment: `///` rather than `//`.
    pub(crate) fn exact(all: &'static [Self], comment: &str) -> Option<&'static Self> {
        all.iter().filter(|syntax| syntax.fits(comment)).max_by_key(|syntax| syntax.open.len())
    }

    /// The syntax with the shortest opening sign that fits the comment: `//` rather than `///`.
    pub(crate) fn plain(all: &'static [Self], comment: &str) -> Option<&'static Self> {
        all.iter().filter(|syntax| syntax.fits(comment)).min_by_key(|syntax| syntax.open.len())
    }

    /// True if the opening sign does not start with that of another syntax of `all`.
    pub(crate) fn is_plain_among(&self, all: &[Self]) -> bool {
        all.iter().all(|other| other.open == self.open || !self.open.starts_with(other.open))
    }

    /// True for a character of the signs of `all` whose opening sign has the same first character as this one. Such
    /// characters may precede the words in each line of a comment: the `*` in a block comment.
    pub(crate) fn is_sign_among(&self, all: &[Self], c: char) -> bool {
        let mut family = all.iter().filter(|other| other.open.as_bytes().first() == self.open.as_bytes().first());
        family.any(|other| other.open.contains(c) || other.close.is_some_and(|close| close.contains(c)))
    }

    /// True if the comment starts with the opening sign. Opening and closing sign must not overlap: `/**/` is not an empty
    /// `/** */`.
    fn fits(&self, comment: &str) -> bool {
        let closing = self.close.map_or(0, str::len);
        comment.starts_with(self.open) && (closing == 0 || comment.len() >= self.open.len() + closing)
    }

    /// The text of a comment without the signs of this syntax.
    pub(crate) fn inner<'c>(&self, comment: &'c str) -> &'c str {
        let comment = comment.trim_end();
        let inner = comment.strip_prefix(self.open).unwrap_or(comment);
        self.close.and_then(|close| inner.strip_suffix(close)).unwrap_or(inner)
    }

    /// True if the comment, which has this syntax, is documentation.
    pub(crate) fn documents(&self, comment: &str) -> bool {
        let mut end = self.open.chars().rev();
        let (last, before) = (end.next(), end.next());
        let next = comment.strip_prefix(self.open).and_then(|rest| rest.chars().next());
        self.doc && !(last == before && next == last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNS: &[CommentSyntax] = &[
        CommentSyntax::line("//"),
        CommentSyntax::line("///").documenting(),
        CommentSyntax::line("//!").documenting(),
        CommentSyntax::block("/*", "*/"),
        CommentSyntax::block("/**", "*/").documenting(),
    ];

    /// Checks the sign and the text of a comment, and whether it is documentation.
    #[track_caller]
    fn check(comment: &str, sign: &str, inner: &str, doc: bool) {
        let syntax = CommentSyntax::exact(SIGNS, comment).unwrap();
        assert_eq!((syntax.open, syntax.inner(comment), syntax.documents(comment)), (sign, inner, doc), "{comment}");
    }

    #[test]
    fn the_exact_syntax_has_the_longest_sign_that_fits() {
        check("// a ", "//", " a", false);
        check("/// a", "///", " a", true);
        check("//!! a", "//!", "! a", true);
        check("/* a */", "/*", " a ", false);
        check("/** a */", "/**", " a ", true);
        check("/** a", "/**", " a", true);
    }

    #[test]
    fn a_sign_that_repeats_its_character_once_more_documents_nothing() {
        check("//// a", "///", "/ a", false);
        check("/*** a */", "/**", "* a ", false);
        check("/**/", "/*", "", false);
    }

    #[test]
    fn plain_signs_start_with_no_other_sign() {
        let plain: Vec<_> = SIGNS.iter().filter(|syntax| syntax.is_plain_among(SIGNS)).map(|s| s.open).collect();
        assert_eq!(plain, ["//", "/*"]);
        assert_eq!(CommentSyntax::plain(SIGNS, "/// a").map(|syntax| syntax.open), Some("//"));
        assert_eq!(CommentSyntax::plain(SIGNS, "# a"), None);
    }

    #[test]
    fn signs_before_words_are_those_of_comments_that_begin_alike() {
        let with_dashes = [SIGNS, &[CommentSyntax::block("<!--", "-->")]].concat();
        let is_sign = |c| SIGNS[0].is_sign_among(&with_dashes, c);
        assert!("/*!".chars().all(is_sign));
        assert!(!is_sign('-'));
    }
}
