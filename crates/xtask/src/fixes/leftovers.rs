//! The things that fixes lose or leave behind in a file: comments that are gone, blank lines that are doubled, blocks that are empty.

use std::collections::BTreeMap;

use lawbook_core::ir::{Kind, Lowered, Tree};
use lawbook_core::language;
use lawbook_core::source::{RelPath, SourceFile};

/// The things that a file has lost or has more of than before, in words that follow its path.
pub fn unwanted(path: &str, old: &str, new: &str) -> Vec<String> {
    let lower = |text: &str| SourceFile::new(RelPath::new(path), text).ok().map(language::lower);
    let (Some(before), Some(after)) = (lower(old), lower(new)) else { return Vec::new() };
    let mut found = Vec::new();
    let kept = comments(&after);
    for (comment, count) in comments(&before) {
        if kept.get(&comment).copied().unwrap_or_default() < count {
            found.push(format!("has lost the comment `{comment}`"));
        }
    }
    if doubled_blank_lines(new) > doubled_blank_lines(old) {
        found.push("has more doubled blank lines".to_owned());
    }
    if empty_blocks(&after) > empty_blocks(&before) {
        found.push("has more empty blocks".to_owned());
    }
    found
}

/// The numbers of equal comments, whose lines may be indented in other ways.
fn comments(file: &Lowered) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for comment in &file.comments {
        let lines: Vec<&str> = file.source.slice(comment.span).lines().map(str::trim).collect();
        *counts.entry(lines.join(" ")).or_default() += 1;
    }
    counts
}

fn doubled_blank_lines(text: &str) -> usize {
    let lines: Vec<&str> = text.lines().collect();
    lines.windows(2).filter(|pair| pair.iter().all(|line| line.trim().is_empty())).count()
}

/// The number of blocks without code.
fn empty_blocks(file: &Lowered) -> usize {
    let blocks = file.trees.iter().flat_map(Tree::nodes).filter(|node| node.kind() == Kind::Block);
    blocks.filter(|block| block.children().all(|child| child.kind() == Kind::Comment)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(old: &str, new: &str, expected: &[&str]) {
        assert_eq!(unwanted("a.ts", old, new), expected, "{old}");
    }

    #[test]
    fn what_is_lost_or_left_over_is_found() {
        check("// a\nb();\n", "b();\n", &["has lost the comment `// a`"]);
        check("/* a\n  b */\nc(d);\n", "/* a\n    b */\nc();\n", &[]);
        check("a;\n\nb;\n\nc;\n", "a;\n\n\nc;\n", &["has more doubled blank lines"]);
        check("if (a) { b(); }\n", "if (a) { }\n", &["has more empty blocks"]);
        check("function f() { b(); }\n", "function f() { }\n", &["has more empty blocks"]);
    }
}
