//! Unified diffs, as `git apply` and `patch` read them.

use std::fmt::Write as _;

use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices, group_diff_ops};

/// Lines shown around each change.
const CONTEXT: usize = 3;

/// Adds the difference between two texts of a file.
pub(super) fn render(path: &str, before: &str, after: &str, diff: &mut String) {
    // A lone CR ends no line for the programs that read this.
    let old: Vec<&str> = before.split_inclusive('\n').collect();
    let new: Vec<&str> = after.split_inclusive('\n').collect();
    let _ = write!(diff, "--- {}\n+++ {}\n", name("a/", path), name("b/", path));
    for ops in group_diff_ops(capture_diff_slices(Algorithm::Myers, &old, &new), CONTEXT) {
        let (Some(first), Some(last)) = (ops.first(), ops.last()) else { continue };
        let range = |start: usize, end: usize| match end - start {
            // An empty range is named by the line before it.
            0 => format!("{start},0"),
            1 => (start + 1).to_string(),
            count => format!("{},{count}", start + 1),
        };
        let removed = range(first.old_range().start, last.old_range().end);
        let added = range(first.new_range().start, last.new_range().end);
        let _ = writeln!(diff, "@@ -{removed} +{added} @@");
        for op in &ops {
            hunk(op, &old, &new, diff);
        }
    }
}

fn hunk(op: &DiffOp, old: &[&str], new: &[&str], diff: &mut String) {
    let mut lines = |sign: char, lines: &[&str]| {
        for line in lines {
            diff.push(sign);
            diff.push_str(line);
            if !line.ends_with('\n') {
                diff.push_str("\n\\ No newline at end of file\n");
            }
        }
    };
    if op.tag() == DiffTag::Equal {
        return lines(' ', &old[op.old_range()]);
    }
    lines('-', &old[op.old_range()]);
    lines('+', &new[op.new_range()]);
}

/// The name in a header, quoted as git does where it holds what a header cannot.
fn name(side: &str, path: &str) -> String {
    let is_plain = |byte: u8| (b' '..=b'~').contains(&byte) && byte != b'"' && byte != b'\\';
    if path.bytes().all(is_plain) {
        // The tab tells a name with spaces from what may follow it.
        return format!("{side}{path}{}", if path.contains(' ') { "\t" } else { "" });
    }
    let mut quoted = format!("\"{side}");
    for byte in path.bytes() {
        if is_plain(byte) {
            quoted.push(char::from(byte));
        } else {
            let _ = write!(quoted, "\\{byte:03o}");
        }
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, before: &str, after: &str, expected: &str) {
        let mut diff = String::new();
        render(path, before, after, &mut diff);
        assert_eq!(diff, expected);
    }

    #[test]
    fn diffs_are_those_of_git() {
        check(
            "a.ts",
            "1\n2\n3\n4\n5\n6\n",
            "1\n2\n3\n4\nX\n6\n",
            "--- a/a.ts\n+++ b/a.ts\n@@ -2,5 +2,5 @@\n 2\n 3\n 4\n-5\n+X\n 6\n",
        );
        check("a.ts", "x\n", "", "--- a/a.ts\n+++ b/a.ts\n@@ -1 +0,0 @@\n-x\n");
        check(
            "a.ts",
            "a\r\nb",
            "a\r\nc\rd",
            "--- a/a.ts\n+++ b/a.ts\n@@ -1,2 +1,2 @@\n a\r\n-b\n\\ No newline at end of file\n+c\rd\n\\ No newline at end of file\n",
        );
    }

    #[test]
    fn odd_names_are_quoted() {
        assert_eq!(name("a/", "x y.ts"), "a/x y.ts\t");
        assert_eq!(name("a/", "é\"\\\n.ts"), "\"a/\\303\\251\\042\\134\\012.ts\"");
    }
}
