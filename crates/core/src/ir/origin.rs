//! The origin of code: files that programs write, vendored files, and code of macros. No fix changes these.

use crate::ir::{Lowered, Node};
use crate::span::Span;

/// The folder of installed packages.
const PACKAGES_FOLDER: &str = "node_modules";

/// Folders with code of others.
const VENDOR_FOLDERS: &[&str] =
    &[".yarn", "bower_components", "flow-typed", PACKAGES_FOLDER, "third-party", "third_party", "vendor", "vendored"];

/// The last part but one of the names of bundles: `a.min.js`.
const BUNDLE_NAMES: &[&str] = &["bundle", "min"];

/// The words by which a comment marks a file as generated.
const GENERATED_MARKS: &[&str] = &["@generated", "DO NOT EDIT"];

/// The bytes of a file in which such a comment must start.
const GENERATED_HEAD_BYTES: usize = 1024;

/// True if a folder of this name holds code of others. Its files are not changed.
pub fn is_vendor_folder(name: &str) -> bool {
    VENDOR_FOLDERS.contains(&name)
}

/// True if a folder of this name holds installed packages.
pub fn is_packages_folder(name: &str) -> bool {
    name == PACKAGES_FOLDER
}

/// True if a line is longer than 5,000 bytes and less than 7 % of the text is white space.
pub fn is_minified(text: &str) -> bool {
    has_long_line(text.as_bytes()) && text.bytes().filter(u8::is_ascii_whitespace).count() * 100 < text.len() * 7
}

/// The most bytes of a line that somebody may have written.
const MAX_LINE_BYTES: usize = 5000;

/// True if a line is longer than [`MAX_LINE_BYTES`]. Looks for the last end of a line in each stretch of that length, so
/// that most bytes of a file are passed over.
fn has_long_line(text: &[u8]) -> bool {
    let mut line = 0;
    while let Some(stretch) = text.get(line..=line + MAX_LINE_BYTES) {
        match stretch.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')) {
            Some(end) => line += end + 1,
            None => return true,
        }
    }
    false
}

/// True if a text may belong to a generated file: [`Lowered::is_generated`] is false for all others.
pub fn may_be_generated(text: &str) -> bool {
    let head = &text[..text.floor_char_boundary(GENERATED_HEAD_BYTES)];
    GENERATED_MARKS.iter().any(|mark| head.contains(mark))
}

impl Lowered {
    /// True if a comment in the first 1 KiB marks the file as generated: `@generated`, `DO NOT EDIT`.
    pub fn is_generated(&self) -> bool {
        let text = self.source.text();
        if !may_be_generated(text) {
            return false;
        }
        let head = text.floor_char_boundary(GENERATED_HEAD_BYTES);
        self.comments.iter().take_while(|comment| (comment.span.start as usize) < head).any(|comment| {
            let end = (comment.span.end as usize).min(head);
            let comment = text.get(comment.span.start as usize..end).unwrap_or_default();
            GENERATED_MARKS.iter().any(|mark| comment.contains(mark))
        })
    }

    /// The reason why no fix may make an edit that replaces `whole` and changes only `span` in it, worded to follow a colon;
    /// none if one may.
    pub(crate) fn refusal_of_edit(&self, whole: Span, span: Span) -> Option<&'static str> {
        let host = self.host_tables()?;
        if !host.is_handwritten(self) {
            return Some("the file is generated, minified or vendored");
        }
        let tree = self.tree_around(span)?;
        let macro_code = self.tables.get(tree.number() as usize)?.macro_code(tree);
        let after = macro_code.partition_point(|code| code.end < span.start);
        let touched = macro_code[after..].iter().take_while(|code| code.start <= span.end);
        let is_within = |code: &Span| !span.is_empty() && code.contains(span) && *code != span;
        let changes = |code: &Span| is_within(code) || (cuts(*code, span) && !whole.contains(*code));
        touched.into_iter().any(changes).then_some("only the macro around it knows what the code means")
    }

    /// True if a node is in code whose meaning only a macro knows: the arguments of a macro call that may be read in any way,
    /// although they look like expressions.
    pub fn is_macro_code(&self, node: Node<'_>) -> bool {
        let Some((tree, tables)) = self.tables(node) else { return false };
        let macro_code = tables.macro_code(tree);
        let after = macro_code.partition_point(|code| code.end <= node.start());
        macro_code.get(after).is_some_and(|code| code.contains(node.span()))
    }

    /// True for a file that is generated, minified or the code of others.
    pub(in crate::ir) fn is_made_by_a_program(&self) -> bool {
        let path = self.source.path().as_str();
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
        folders.split('/').any(is_vendor_folder)
            || is_bundle(name)
            || is_minified(self.source.text())
            || self.is_generated()
    }
}

/// True for the name of a file like `a.min.js`.
fn is_bundle(name: &str) -> bool {
    let mut parts = name.rsplit('.').skip(1);
    parts.next().is_some_and(|part| BUNDLE_NAMES.contains(&part)) && parts.next().is_some()
}

/// True if a span starts or ends in the middle of code.
fn cuts(code: Span, span: Span) -> bool {
    [span.start, span.end].into_iter().any(|at| code.start < at && at < code.end)
}

#[cfg(test)]
#[cfg(feature = "ecmascript")]
mod tests {
    use super::*;
    use crate::source::{RelPath, SourceFile};

    fn lowered(path: &str, text: &str) -> Lowered {
        crate::language::lower(SourceFile::new(RelPath::new(path), text).unwrap())
    }

    #[track_caller]
    fn check_generated(text: &str, expected: bool) {
        assert_eq!(lowered("a.ts", text).is_generated(), expected, "{text:.40}");
    }

    #[test]
    fn generated_files_have_a_mark_in_a_comment_at_the_top() {
        check_generated("// @generated by x\nlet a = 1;", true);
        check_generated("/* Code made by x. DO NOT EDIT. */", true);
        check_generated("let a = '@generated';", false);
        check_generated(&format!("{}// @generated", "let a = 1;\n".repeat(200)), false);
    }

    #[test]
    fn minified_files_have_a_long_line_and_little_white_space() {
        assert!(is_minified(&"a=1;".repeat(2000)));
        assert!(!is_minified(&"a = 1; ".repeat(2000)));
        assert!(!is_minified(&"a=1;\n".repeat(2000)));
        assert!(is_minified(&format!("// a\n{}\n// b\n", "a=1;".repeat(2000))));
        assert!(is_minified(&"a".repeat(5001)) && !is_minified(&"a".repeat(5000)));
        assert!(!is_minified(&format!("{}\r", "a".repeat(4999)).repeat(3)));
    }

    #[track_caller]
    fn check_origin(path: &str, text: &str, is_handwritten: bool) {
        let refusal = lowered(path, text).refusal_of_edit(Span::new(0, 1), Span::new(0, 1));
        assert_eq!(refusal.is_none(), is_handwritten, "{path}: {refusal:?}");
    }

    #[test]
    fn what_people_do_not_write_is_not_changed() {
        for path in [
            ".yarn/releases/yarn-9.cjs",
            "web/vendor/jquery.js",
            "third_party/a/b.ts",
            "node_modules/a.js",
            "lib/a.min.js",
            "a.bundle.mjs",
        ] {
            check_origin(path, "a;", false);
        }
        for path in ["a.js", "min.js", "src/vendors.ts", "admin.js", "a.minimum.ts", "vendor.ts"] {
            check_origin(path, "a;", true);
        }
        check_origin("a.ts", "// Code generated by x. DO NOT EDIT.\na;", false);
        check_origin("a.js", &"a=1;".repeat(2000), false);
    }

    #[track_caller]
    #[cfg(feature = "rust")]
    fn check_macro(text: &str, may_be_changed: bool) {
        let at = text.find('@').unwrap();
        let file = lowered("a.rs", &text.replace('@', " "));
        let span = Span::new(at as u32, at as u32 + 1);
        let refusal = file.refusal_of_edit(span, span);
        assert_eq!(refusal.is_none(), may_be_changed, "{text}: {refusal:?}");
    }

    #[test]
    #[cfg(feature = "rust")]
    fn the_arguments_of_macros_that_are_not_known_are_not_changed() {
        check_macro("fn f() { pairs! { Row { a:@a } } }", false);
        check_macro("fn f() { my::log!(g(@)); }", false);
        check_macro("fn f() { json!({ \"a\": println!(\"{}\", b@) }) }", false);
        check_macro("fn f() { println!(\"{}\", Row { a:@a }); }", true);
        check_macro("fn f() { std::assert_eq!(a,@b); ::core::matches!(a,b); }", true);
        check_macro("fn f() { vec![a,@b] }", true);
        check_macro("fn f() { vec![a, my!(b@c)] }", false);
        check_macro("macro_rules! vec { () => {} }\nfn f() { vec![a,@b] }", false);
        check_macro("fn f() { pairs!(a)@; }", true);
        check_macro("fn f() { my! {@} }", false);
    }
}
