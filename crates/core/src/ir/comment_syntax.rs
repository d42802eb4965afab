//! The signs that make a comment, as a language lists them, and a comment's text taken apart by them.

/// One way to write a comment. A language lists each sign that its tools tell apart: Rust has `//`, `///` and `//!`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommentSyntax {
    /// The sign that opens it.
    pub open: &'static str,
    /// The sign that closes it; none for a comment that ends with its line.
    pub close: Option<&'static str>,
    /// True if it documents code. A sign that lengthens another one by its own character (`///`) is no documentation
    /// when it is lengthened once more (`////`).
    pub doc: bool,
    /// Signs around it that are no code: the braces of `{/* … */}` between elements of JSX.
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

    /// The same, for documentation.
    #[must_use]
    pub const fn documenting(self) -> Self {
        Self { doc: true, ..self }
    }

    /// The same, which may also stand between these signs.
    #[must_use]
    pub const fn within(self, before: &'static str, after: &'static str) -> Self {
        Self { around: Some((before, after)), ..self }
    }

    /// The most exact of `all` that a comment is written in: `///` rather than `//`.
    pub(crate) fn exact(all: &'static [Self], comment: &str) -> Option<&'static Self> {
        all.iter().filter(|syntax| syntax.fits(comment)).max_by_key(|syntax| syntax.open.len())
    }

    /// The plainest of `all` that a comment is written in: `//` rather than `///`.
    pub(crate) fn plain(all: &'static [Self], comment: &str) -> Option<&'static Self> {
        all.iter().filter(|syntax| syntax.fits(comment)).min_by_key(|syntax| syntax.open.len())
    }

    /// True if no other one of `all` opens with a part of its sign.
    pub(crate) fn is_plain_among(&self, all: &[Self]) -> bool {
        all.iter().all(|other| other.open == self.open || !self.open.starts_with(other.open))
    }

    /// True for a character of this sign, or of one of `all` that begins like it. Such characters may stand before the
    /// words of each line of a comment.
    pub(crate) fn is_sign_among(&self, all: &[Self], c: char) -> bool {
        let mut family = all.iter().filter(|other| other.open.as_bytes().first() == self.open.as_bytes().first());
        family.any(|other| other.open.contains(c) || other.close.is_some_and(|close| close.contains(c)))
    }

    /// True for a comment that opens with the sign. Two signs must not overlap (`/**/` is no `/**`).
    fn fits(&self, comment: &str) -> bool {
        let closing = self.close.map_or(0, str::len);
        comment.starts_with(self.open) && (closing == 0 || comment.len() >= self.open.len() + closing)
    }

    /// A comment without this syntax's signs.
    pub(crate) fn inner<'c>(&self, comment: &'c str) -> &'c str {
        let comment = comment.trim_end();
        let inner = comment.strip_prefix(self.open).unwrap_or(comment);
        self.close.and_then(|close| inner.strip_suffix(close)).unwrap_or(inner)
    }

    /// True if a comment in this syntax is documentation.
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

    /// The text and the sign of a comment, and whether it is documentation.
    #[track_caller]
    fn check(comment: &str, sign: &str, inner: &str, doc: bool) {
        let syntax = CommentSyntax::exact(SIGNS, comment).unwrap();
        assert_eq!((syntax.open, syntax.inner(comment), syntax.documents(comment)), (sign, inner, doc), "{comment}");
    }

    #[test]
    fn the_longest_sign_that_fits_is_the_comments_own() {
        check("// a ", "//", " a", false);
        check("/// a", "///", " a", true);
        check("//!! a", "//!", "! a", true);
        check("/* a */", "/*", " a ", false);
        check("/** a */", "/**", " a ", true);
        check("/** a", "/**", " a", true);
    }

    #[test]
    fn a_sign_that_is_lengthened_once_more_documents_nothing() {
        check("//// a", "///", "/ a", false);
        check("/*** a */", "/**", "* a ", false);
        check("/**/", "/*", "", false);
    }

    #[test]
    fn plain_signs_lengthen_no_other() {
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
