//! `ast-grep-ignore` comments, with the meaning that ast-grep gives them. They suppress findings of ast-grep rules
//! only.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::MarkerReach;
use crate::ir::directive::line_at;
use crate::ir::{Lowered, Node};
use crate::span::Span;
use crate::suppression::example::Examples;

/// The word that every such comment contains.
pub use crate::literals::directives::AST_GREP_SUPPRESSION as DIRECTIVE;

/// An `ast-grep-ignore` comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignore {
    /// The ids that it names; none if it applies to every rule.
    pub rules: Option<BTreeSet<String>>,
    /// The comment.
    pub span: Span,
    /// It suppresses findings that start in this span.
    pub scope: Span,
    /// The code that it covers, in words.
    pub(super) reach: MarkerReach,
    /// The text behind the ids, where a reason may stand.
    pub(super) remark: String,
}

/// Parses the `ast-grep-ignore` comments of a file. If several cover one line, the last one wins.
pub fn read(file: &Lowered) -> Vec<Ignore> {
    if !file.source.text().contains(DIRECTIVE) {
        return Vec::new();
    }
    let lines = file.source.lines();
    let examples = Examples::of(file);
    let mut of_file = None;
    let mut of_lines = BTreeMap::new();
    for comment in &file.comments {
        let node = file.comment_node(comment);
        let Some((before, rest)) = node.text().split_once(DIRECTIVE) else { continue };
        // In the middle of a sentence the word is no directive.
        if before.contains(char::is_alphabetic) {
            continue;
        }
        let is_quoted =
            line_at(node, before.len()).is_some_and(|line| line.words().is_none_or(|words| words.starts_with('`')));
        if is_quoted || examples.contain(node.part_span(0..before.len()).end) {
            continue;
        }
        let (span, (rules, remark)) = (node.span(), named(rest));
        let line = lines.line(node.start());
        let before = node.prev_sibling().filter(|before| lines.line(before.end()) == line);
        // Alone in the first line, before an empty line, it covers the file.
        let is_far = |next: Node<'_>| lines.line(next.start()) >= 3;
        if line == 1 && before.is_none() && node.next_sibling().is_none_or(is_far) {
            let is_all = rules.is_none();
            of_file = Some(Ignore { rules, span, scope: Span::new(0, u32::MAX), reach: MarkerReach::File, remark });
            if is_all {
                break;
            }
            continue;
        }
        // After a statement of several lines it covers the line where that starts.
        let (meant, reach) = match before {
            Some(before) => (lines.line(before.start()), MarkerReach::Line),
            None => (line + 1, MarkerReach::NextLine),
        };
        if meant <= lines.count() {
            let scope = lines.span(file.source.text(), meant);
            of_lines.insert(meant, Ignore { rules, span, scope, reach, remark });
        }
    }
    of_file.into_iter().chain(of_lines.into_values()).collect()
}

/// The ids after the colon, none without a colon; and the remark behind the last one.
fn named(rest: &str) -> (Option<BTreeSet<String>>, String) {
    let Some((_, rules)) = rest.trim().split_once(':') else { return (None, rest.to_owned()) };
    // After an id and white space there is a remark, or the end of the comment.
    let ids = rules.split(',').filter_map(|rule| rule.trim_start().split(' ').next());
    let last = rules.rsplit(',').next().unwrap_or_default().trim_start();
    let remark = last.split_once(char::is_whitespace).map_or("", |(_, remark)| remark);
    (Some(ids.map(str::to_owned).collect()), remark.to_owned())
}

impl Ignore {
    /// True if it applies to the rule with this id.
    pub fn applies_to(&self, id: &str) -> bool {
        self.rules.as_ref().is_none_or(|rules| rules.contains(id))
    }
}

#[cfg(test)]
#[cfg(feature = "ecmascript")]
mod tests {
    use super::*;
    use crate::source::{RelPath, SourceFile};

    /// The ids of each comment and the text that it covers.
    #[track_caller]
    fn check(path: &str, code: &str, expected: &[(&str, &str)]) {
        let file = crate::language::lower(SourceFile::new(RelPath::new(path), code).unwrap());
        let found = read(&file);
        let shown: Vec<(String, &str)> = found
            .iter()
            .map(|one| {
                let rules = one.rules.as_ref().map(|rules| rules.iter().cloned().collect::<Vec<_>>().join(","));
                let scope = if one.scope.end == u32::MAX { "FILE" } else { file.source.slice(one.scope) };
                (rules.unwrap_or_else(|| "*".to_owned()), scope)
            })
            .collect();
        let shown: Vec<(&str, &str)> = shown.iter().map(|(rules, scope)| (rules.as_str(), *scope)).collect();
        assert_eq!(shown, expected, "{code}");
    }

    #[test]
    #[cfg(feature = "all-languages")]
    fn alone_it_means_the_next_line_and_behind_code_that_code() {
        check("a.ts", "a\n// ast-grep-ignore\nb\nc", &[("*", "b")]);
        check("a.ts", "a\n// ast-grep-ignore: x, y\n\nc", &[("x,y", "")]);
        check("a.ts", "a // ast-grep-ignore: x because\nb", &[("x", "a // ast-grep-ignore: x because")]);
        check("a.ts", "f(\n  1\n) // ast-grep-ignore\nb", &[("*", "f(")]);
        check("a.ts", "a\n/* ast-grep-ignore: x */\nb", &[("x", "b")]);
        check("a.ts", "a\n// - ast-grep-ignore x\nb", &[("*", "b")]);
        check("a.ts", "a\n// see ast-grep-ignore\nb", &[]);
        check("a.ts", "a\n'// ast-grep-ignore'\nb", &[]);
        check("a.rs", "fn a() {\n    // ast-grep-ignore\n    b()\n}", &[("*", "    b()")]);
        check("a.tsx", "a = <p>\n{/* ast-grep-ignore: x */}\n<b/></p>", &[("x", "{/* ast-grep-ignore: x */}")]);
    }

    #[test]
    fn in_the_first_line_before_an_empty_one_it_means_the_file() {
        check(
            "a.ts",
            "// ast-grep-ignore: x\n\na\nb // ast-grep-ignore",
            &[("x", "FILE"), ("*", "b // ast-grep-ignore")],
        );
        check("a.ts", "// ast-grep-ignore\n\na\nb // ast-grep-ignore", &[("*", "FILE")]);
        check("a.ts", "// ast-grep-ignore: x\na", &[("x", "a")]);
        check("a.ts", "// ast-grep-ignore", &[("*", "FILE")]);
    }

    #[test]
    fn of_two_that_mean_a_line_the_last_one_holds() {
        check("a.ts", "a\n// ast-grep-ignore: x\nb // ast-grep-ignore: y", &[("y", "b // ast-grep-ignore: y")]);
    }
}
