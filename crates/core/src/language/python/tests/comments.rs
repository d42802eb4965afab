//! Long runs of comments, which the grammar gets as one.

use crate::language::checks::lower;

/// The nodes of a tree by depth and kind, with one comment for several beside each other, and the texts of all comments.
fn outline(code: &str) -> (Vec<String>, Vec<String>) {
    let file = lower("python", code);
    assert!(file.problems.is_empty(), "{:?} in {code}", file.problems);
    let (mut nodes, mut comments) = (Vec::new(), Vec::new());
    for node in file.tree().unwrap().nodes() {
        let line = format!("{} {}", node.ancestors().count(), node.raw_name());
        if node.raw_name() == "comment" {
            comments.push(node.text().to_owned());
            if nodes.last() == Some(&line) {
                continue;
            }
        }
        nodes.push(line);
    }
    assert_eq!(file.comments.len(), comments.len());
    (nodes, comments)
}

/// Checks that a long run of this line gives the tree of a short one. A `§` in the code stands for the run.
#[track_caller]
fn check_run(code: &str, line: &str) {
    let of = |count: usize| {
        let run: String = (0..count).map(|number| line.replace('N', &number.to_string())).collect();
        outline(&code.replace('§', &run))
    };
    let ((short, few), (long, many)) = (of(5), of(500));
    assert_eq!(short, long, "{code} {line}");
    assert_eq!(many.len(), few.len() / 5 * 500, "{code} {line}");
    let shown = |comment: &String| comment.trim_end().to_owned();
    let comment = |number: usize| line.replace('N', &number.to_string()).trim().to_owned();
    assert_eq!(many.first().map(shown), Some(comment(0)), "{code} {line}");
    assert_eq!(many.last().map(shown), Some(comment(499)), "{code} {line}");
    // Each ends where one that is not joined ends.
    assert_eq!(few.last().map(|last| last.ends_with('\r')), many.last().map(|last| last.ends_with('\r')));
}

#[test]
fn a_long_run_gives_the_tree_of_a_short_one() {
    for line in ["# N\n", "# N\r\n", "#N\n\n", "#é N\n  \n\n"] {
        for code in ["§", "a = 1\n§", "§a = 1\n", "if a:\n    b\n§c\n", "if a:\n§    b\nelse:\n    c\n", "f(\n§1)\n"]
        {
            check_run(code, line);
        }
    }
    for code in
        ["if a:\n    b\n§c\n", "if a:\n    b\n§    c\n", "if a:\n§    b\n", "class A:\n    b = 1\n§\n    c = 2\n"]
    {
        check_run(code, "    # N\n");
        check_run(code, "  # N\n");
    }
}

#[test]
fn a_run_in_a_string_stays_a_string() {
    let run = "# a\n".repeat(500);
    for code in [
        format!("a = \"\"\"\n{run}\"\"\"\n"),
        format!("a = \"\"\"\n{run}# b \"\"\" # c\n{run}"),
        format!("a = \"b \\\n# c\"\n{run}"),
        format!("a = f'''\n{run}{{b}}'''\n"),
    ] {
        let file = lower("python", &code);
        assert!(file.problems.is_empty(), "{:?}", file.problems);
        let strings = file.tree().unwrap().nodes().filter(|node| node.raw_name() == "string").count();
        assert_eq!(strings, 1);
    }
}

#[test]
fn a_megabyte_of_comment_lines_is_parsed() {
    for line in ["# a\n", "# a\n\n"] {
        let code = format!("a = 1\n{}b = 2\n", line.repeat((1 << 20) / line.len()));
        let file = lower("python", &code);
        assert!(file.problems.is_empty(), "{:?}", file.problems);
        assert_eq!(file.comments.len(), (1 << 20) / line.len());
    }
}
