//! Unified diffs, as `git apply` and `patch` read them.

use std::fmt::Write as _;
use std::ops::Range;

use imara_diff::{Algorithm, Diff, Hunk, InternedInput};

/// The number of unchanged lines shown before and after each change.
const CONTEXT_LINES: usize = 3;

/// A file on one side of a diff: its path and text; `None` if it does not exist there.
pub(crate) type Side<'a> = Option<(&'a str, &'a str)>;

/// Adds the unified diff of a file that is changed, created, renamed or deleted.
pub(crate) fn render(before: Side<'_>, after: Side<'_>, diff: &mut String) {
    let named = |prefix: &str, side: Side<'_>| side.map_or("/dev/null".to_owned(), |(path, _)| name(prefix, path));
    let (old_name, new_name) = (named("a/", before), named("b/", after));
    if let (Some((from, _)), Some((to, _))) = (before, after)
        && from != to
    {
        let _ = writeln!(
            diff,
            "diff --git {old_name} {new_name}\nrename from {}\nrename to {}",
            name("", from),
            name("", to)
        );
    }
    let (before, after) = (before.map_or("", |(_, text)| text), after.map_or("", |(_, text)| text));
    if before == after {
        return;
    }

    // A lone CR does not end a line for the programs that read diffs.
    let old: Vec<&str> = before.split_inclusive('\n').collect();
    let new: Vec<&str> = after.split_inclusive('\n').collect();
    let mut input: InternedInput<&str> = InternedInput::default();
    input.update_before(old.iter().copied());
    input.update_after(new.iter().copied());
    let mut found = Diff::compute(Algorithm::Histogram, &input);
    found.postprocess_lines(&input);
    let changes: Vec<Hunk> = found.hunks().collect();
    let _ = write!(diff, "--- {old_name}\n+++ {new_name}\n");
    // Changes whose context lines touch or overlap share a hunk.
    let is_near = |a: &Hunk, b: &Hunk| (b.before.start - a.before.end) as usize <= 2 * CONTEXT_LINES;
    for near in changes.chunk_by(is_near) {
        hunk(near, &old, &new, diff);
    }
}

/// Adds one hunk with some changes.
fn hunk(changes: &[Hunk], old: &[&str], new: &[&str], diff: &mut String) {
    let (Some(first), Some(last)) = (changes.first(), changes.last()) else { return };
    let leading = CONTEXT_LINES.min(first.before.start as usize);
    let trailing = CONTEXT_LINES.min(old.len() - last.before.end as usize);
    let range = |start: u32, end: u32| {
        let (start, end) = (start as usize - leading, end as usize + trailing);
        match end - start {
            // An empty range is written as the number of the line before it.
            0 => format!("{start},0"),
            1 => (start + 1).to_string(),
            count => format!("{},{count}", start + 1),
        }
    };
    let removed = range(first.before.start, last.before.end);
    let added = range(first.after.start, last.after.end);
    let _ = writeln!(diff, "@@ -{removed} +{added} @@");
    let mut at = first.before.start as usize - leading;
    for change in changes {
        let (before, after) = (as_range(&change.before), as_range(&change.after));
        lines(' ', &old[at..before.start], diff);
        at = before.end;
        lines('-', &old[before], diff);
        lines('+', &new[after], diff);
    }
    lines(' ', &old[at..at + trailing], diff);
}

fn as_range(lines: &Range<u32>) -> Range<usize> {
    lines.start as usize..lines.end as usize
}

fn lines(sign: char, lines: &[&str], diff: &mut String) {
    for line in lines {
        diff.push(sign);
        diff.push_str(line);
        if !line.ends_with('\n') {
            diff.push_str("\n\\ No newline at end of file\n");
        }
    }
}

/// The path of a file for a header, quoted as git does if it contains control characters, quotes or backslashes, or is
/// not ASCII.
fn name(side: &str, path: &str) -> String {
    let is_plain = |byte: u8| (b' '..=b'~').contains(&byte) && byte != b'"' && byte != b'\\';
    if path.bytes().all(is_plain) {
        // A tab marks the end of a name with spaces.
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
        render(Some((path, before)), Some((path, after)), &mut diff);
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
    fn changes_whose_context_meets_are_one_hunk() {
        let text = |a: &str, b: &str| format!("1\n{a}2\n3\n4\n5\n6\n7\n{b}8\n");
        check(
            "a.ts",
            &text("", "x\n"),
            &text("y\n", ""),
            "--- a/a.ts\n+++ b/a.ts\n@@ -1,9 +1,9 @@\n 1\n+y\n 2\n 3\n 4\n 5\n 6\n 7\n-x\n 8\n",
        );
        check(
            "a.ts",
            &text("", "7b\nx\n"),
            &text("y\n", "7b\n"),
            "--- a/a.ts\n+++ b/a.ts\n@@ -1,4 +1,5 @@\n 1\n+y\n 2\n 3\n 4\n@@ -6,5 +7,4 @@\n 6\n 7\n 7b\n-x\n 8\n",
        );
    }

    #[track_caller]
    fn check_sides(before: Side<'_>, after: Side<'_>, expected: &str) {
        let mut diff = String::new();
        render(before, after, &mut diff);
        assert_eq!(diff, expected);
    }

    #[test]
    fn created_renamed_and_deleted_files_are_shown_as_git_shows_them() {
        check_sides(None, Some(("a.ts", "x\n")), "--- /dev/null\n+++ b/a.ts\n@@ -0,0 +1 @@\n+x\n");
        check_sides(Some(("a.ts", "x\n")), None, "--- a/a.ts\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n");
        let renamed = "diff --git a/a.ts b/b.ts\nrename from a.ts\nrename to b.ts\n";
        check_sides(Some(("a.ts", "x\n")), Some(("b.ts", "x\n")), renamed);
        let edited = format!("{renamed}--- a/a.ts\n+++ b/b.ts\n@@ -1 +1 @@\n-x\n+y\n");
        check_sides(Some(("a.ts", "x\n")), Some(("b.ts", "y\n")), &edited);
    }

    #[test]
    fn odd_names_are_quoted() {
        assert_eq!(name("a/", "x y.ts"), "a/x y.ts\t");
        assert_eq!(name("a/", "é\"\\\n.ts"), "\"a/\\303\\251\\042\\134\\012.ts\"");
    }
}
