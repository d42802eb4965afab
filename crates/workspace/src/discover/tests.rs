//! The search compared with git, and what it does with lists that it must not read.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use super::*;

/// A source of numbers that look random and are the same in every run.
struct PatternChance(u64);

impl PatternChance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % end
    }

    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }
}

const NAMES: &[&str] = &["a", "b", "ab", "a.b", "{a}", "{a,b}", "x y", "\u{e9}", "[", "-", "a*", "#a", "!b", "_1"];

const PARTS: &[&str] = &[
    "a",
    "b",
    "ab",
    ".b",
    "{",
    "}",
    ",",
    " ",
    "*",
    "*",
    "?",
    "**",
    "/",
    "/",
    "**/",
    "/**",
    "[ab]",
    "[!a]",
    "[^b]",
    "[a-z]",
    "[]-]",
    "[[:alpha:]]",
    "[[:digit:]_]",
    "\\*",
    "\\[",
    "\\{",
    "\\ ",
    "[",
    "]",
    "\u{e9}",
    "-",
    "_",
    "1",
    "[{]",
    "[\\]]",
];

fn pattern(chance: &mut PatternChance) -> String {
    loop {
        let mut line = String::from(chance.of(&["", "", "", "!", "/", "#", "\\#", "\\!"]));
        for _ in 0..=chance.below(4) {
            line.push_str(if chance.below(3) == 0 { chance.of(NAMES) } else { chance.of(PARTS) });
        }
        line.push_str(chance.of(&["", "", "", "/", " ", "\r"]));
        // Versions of git differ about `**` behind a part of a name.
        let body = line.trim_start_matches('!');
        if !body.match_indices("**").any(|(at, _)| at > 0 && body.as_bytes()[at - 1] != b'/') {
            return line;
        }
    }
}

/// All files below a folder that are no list and not in git's own folder, relative to it.
fn files_below(root: &Path) -> BTreeSet<String> {
    let mut files = BTreeSet::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.file_name() == ".git" {
                continue;
            }
            if entry.file_type().unwrap().is_dir() {
                open.push(entry.path());
            } else {
                files.insert(entry.path().strip_prefix(root).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    files
}

/// The files that git does not ignore.
fn not_ignored_by_git(root: &Path) -> BTreeSet<String> {
    let mut files = files_below(root);
    let mut git = Command::new("git");
    git.args(["check-ignore", "--no-index", "--stdin", "-z"]).current_dir(root);
    git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    let mut child = git.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let input = files.iter().map(String::as_str).collect::<Vec<_>>().join("\0");
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let ignored = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    for file in ignored.split('\0') {
        files.remove(file);
    }
    files
}

fn found_below(paths: &RootPaths, target: &Path) -> (BTreeSet<String>, Vec<(String, String)>) {
    let found = discover(paths, &FileFilter::default(), &[target.to_owned()], 2);
    let files = found.unsupported.iter().map(|path| path.as_str().to_owned()).collect();
    (files, found.errors.into_iter().map(|(path, _, why)| (path.as_str().to_owned(), why)).collect())
}

fn root() -> (tempfile::TempDir, RootPaths) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let paths = RootPaths::new(root.clone(), &root);
    (folder, paths)
}

#[test]
fn the_files_found_are_those_that_git_does_not_ignore() {
    let (_folder, paths) = root();
    let root = paths.root();
    assert!(Command::new("git").args(["init", "--quiet"]).current_dir(root).status().unwrap().success());
    let mut chance = PatternChance(7);
    for _ in 0..150 {
        let folders: Vec<String> =
            (0..6).map(|_| (0..chance.below(4)).map(|_| chance.of(NAMES)).collect::<Vec<_>>().join("/")).collect();
        for folder in &folders {
            let at = root.join(folder);
            if fs::create_dir_all(&at).is_ok() {
                (0..4).for_each(|_| drop(fs::write(at.join(chance.of(NAMES)), "")));
            }
        }
        let mut lists = Vec::new();
        for folder in ["", &folders[0], &folders[1]] {
            let lines: Vec<String> = (0..chance.below(6)).map(|_| pattern(&mut chance)).collect();
            if root.join(folder).is_dir() {
                fs::write(root.join(folder).join(".gitignore"), lines.join("\n")).unwrap();
                lists.push((folder, lines));
            }
        }
        let (found, errors) = found_below(&paths, root);
        assert_eq!((found, errors), (not_ignored_by_git(root), Vec::new()), "{lists:#?}");
        let (_, first) = (fs::remove_file(root.join(".gitignore")), folders[0].split('/').next().unwrap_or_default());
        for name in fs::read_dir(root).unwrap().map(|entry| entry.unwrap().file_name()) {
            if name != ".git" && (name == *first || chance.below(2) == 0) {
                let at = root.join(name);
                drop(fs::remove_dir_all(&at).or_else(|_| fs::remove_file(&at)));
            }
        }
    }
}

fn write(root: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let at = root.join(path);
        fs::create_dir_all(at.parent().unwrap()).unwrap();
        fs::write(at, text).unwrap();
    }
}

#[track_caller]
fn check_found(paths: &RootPaths, target: &str, expected: &[&str], expected_errors: &[&str]) {
    let (mut found, errors) = found_below(paths, &paths.root().join(target));
    found.retain(|file| !file.ends_with(".gitignore"));
    assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), expected);
    assert_eq!(errors.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>(), expected_errors);
    assert!(
        errors.iter().all(|(_, why)| why.starts_with("it is not searched, because its `.gitignore`")),
        "{errors:?}"
    );
}

#[test]
fn lists_above_a_folder_count_up_to_the_top_of_the_repository() {
    let (_folder, outer) = root();
    write(outer.root(), &[(".gitignore", "*"), ("r/.gitignore", "out"), ("r/p/.gitignore", "/b"), ("r/p/q/x", "")]);
    write(outer.root(), &[("r/p/q/out/x", ""), ("r/p/q/b/x", ""), ("r/p/b/x", "")]);
    let root = outer.root().join("r/p");
    let paths = RootPaths::new(root.clone(), &root);
    // Without a repository, nothing above the root is read.
    check_found(&paths, "", &["q/b/x", "q/out/x", "q/x"], &[]);
    fs::create_dir(outer.root().join("r/.git")).unwrap();
    check_found(&paths, "", &["q/b/x", "q/x"], &[]);
    check_found(&paths, "q", &["q/b/x", "q/x"], &[]);
    // A named folder is searched although a list names it.
    check_found(&paths, "b", &["b/x"], &[]);
    // A repository that ignores the root, or a folder that holds it, is not that of the root.
    fs::remove_dir(outer.root().join("r/.git")).unwrap();
    fs::create_dir(outer.root().join(".git")).unwrap();
    check_found(&paths, "", &["q/b/x", "q/out/x", "q/x"], &[]);
    write(outer.root(), &[(".gitignore", "x/"), ("r/.gitignore", "p\nq")]);
    check_found(&paths, "", &["q/b/x", "q/out/x", "q/x"], &[]);
    write(outer.root(), &[("r/.gitignore", "/p/q/b")]);
    check_found(&paths, "", &["q/out/x", "q/x"], &[]);
}

#[test]
#[cfg(unix)]
fn lists_that_are_no_plain_files_are_not_read_and_their_folders_not_searched() {
    let (_folder, outer) = root();
    write(outer.root(), &[("list", "a"), ("r/s/a/x", ""), ("r/s/b/x", "")]);
    let root = outer.root().join("r");
    fs::create_dir(root.join(".git")).unwrap();
    let paths = RootPaths::new(root.clone(), &root.join("s"));
    let list = root.join(".gitignore");
    let make: [&dyn Fn(); 5] = [
        &|| std::os::unix::fs::symlink("../list", &list).unwrap(),
        &|| std::os::unix::fs::symlink("/dev/zero", &list).unwrap(),
        &|| assert!(Command::new("mkfifo").arg(&list).status().unwrap().success()),
        &|| fs::write(&list, "a\n".repeat(1 << 20)).unwrap(),
        &|| fs::create_dir(&list).unwrap(),
    ];
    for make in make {
        make();
        for target in ["", "s", "s/a"] {
            check_found(&paths, target, &[], &["."]);
        }
        drop(fs::remove_file(&list).or_else(|_| fs::remove_dir(&list)));
    }
    check_found(&paths, "s", &["s/a/x", "s/b/x"], &[]);
    std::os::unix::fs::symlink("x", root.join("s/a/.gitignore")).unwrap();
    check_found(&paths, "", &["s/b/x"], &["s/a"]);
}
