//! Tests of single lists.

use super::IgnoreList;

/// Asserts what a list does with paths; one that ends in `/` is a folder.
#[track_caller]
fn check(list: &[u8], ignored: &[&str], others: &[&str]) {
    let parsed = IgnoreList::parse(list);
    let is_ignored = |path: &str| {
        let folder = path.strip_suffix('/');
        parsed.ignores(folder.unwrap_or(path).as_bytes(), folder.is_some()) == Some(true)
    };
    let shown = String::from_utf8_lossy(list);
    for path in ignored {
        assert!(is_ignored(path), "{shown:?} ignores {path}");
    }
    for path in others {
        assert!(!is_ignored(path), "{shown:?} does not ignore {path}");
    }
}

#[test]
fn a_pattern_without_a_slash_matches_at_any_depth_and_one_with_a_slash_from_the_folder() {
    check(b"a\n*.log\n", &["a", "b/a", "x.log", "b/x.log"], &["ab", "a/b"]);
    check(b"/a\nb/c\n/*.log\n", &["a", "b/c", "x.log"], &["b/a", "x/b/c", "b/x.log"]);
    check(b"a/\n/b/\n", &["a/", "x/a/", "b/"], &["a", "b", "x/b/"]);
}

#[test]
fn the_last_pattern_that_matches_decides() {
    check(b"*.log\n!a.log\n", &["b.log"], &["a.log"]);
    check(b"!a.log\n*.log\n", &["a.log"], &[]);
    check(b"*\n!*/\n!*.rs\n", &["a.c"], &["a.rs", "a/"]);
    check(b"[ab]x\n!ax\n", &["bx"], &["ax"]);
}

#[test]
fn braces_are_plain_text() {
    check(b"{src,lib}\n*.{a,b}\n", &["{src,lib}", "x.{a,b}"], &["src", "lib", "x.a"]);
    let nested = [b"{a,".repeat(20_000), b"}".repeat(20_000), b"\nb\n".to_vec()].concat();
    check(&nested, &["b"], &["a"]);
}

#[test]
fn lines_are_read_as_git_reads_them() {
    check(b"\xef\xbb\xbfa\r\n#b\n\\#c\n\\!d\n", &["a", "#c", "!d"], &["#b", "b", "c"]);
    check(b"a  \nb\\ \nc\t\n\n   \n/\n!\n", &["a", "b ", "c\t"], &["b", "c", " ", "x"]);
    check(b"a\xffb\nc\nd\0e", &["c", "d"], &["a", "d\0e"]);
    check(b"[a\nb\\\n[[:nosuch:]]\nc", &["c"], &["a", "[a", "b", "b\\"]);
}

#[test]
fn a_long_list_is_parsed_and_asked_in_linear_time() {
    let lines: Vec<String> =
        (0..60_000).map(|number| format!("/some/folder{number}/x\n*.e{number}\nname{number}")).collect();
    let list = IgnoreList::parse(lines.join("\n").as_bytes());
    for number in 0..60_000 {
        assert_eq!(list.ignores(format!("a/b/name{number}").as_bytes(), false), Some(true));
    }
    assert_eq!(list.ignores(b"a/b/c", false), None);
}
