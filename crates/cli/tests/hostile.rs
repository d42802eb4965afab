//! Files and folders made to hang, kill or fool a run: each is named, none is passed over in silence.
#![cfg(unix)]

mod support;

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::net::UnixListener;

use support::{Project, Ran};

fn check(project: &Project, args: &[&str]) -> Ran {
    let mut all = vec!["check", "--format", "json"];
    all.extend(args);
    project.run(&all)
}

/// Asserts that the file is a finding of the engine's with this text.
#[track_caller]
fn check_unchecked(project: &Project, args: &[&str], path: &str, text: &str) {
    let ran = check(project, args);
    assert!(ran.exits(1).findings().contains(&(path.to_owned(), "unchecked-file".to_owned())), "{ran:?}");
    ran.shows(text);
}

#[test]
fn too_deep_files_are_findings() {
    let deep = |open: &str, close: &str| format!("var a = 1; x={}a{};", open.repeat(100_000), close.repeat(100_000));
    let project =
        Project::with_law().file("a.ts", deep("(", ")")).file("b.js", deep("a+", "")).file("c.ts", "var a = 1");
    check_unchecked(&project, &["--stack-size", "512K"], "a.ts", "it nests deeper than");
    check_unchecked(&project, &["--stack-size", "512K"], "b.js", "chains of more than");
    assert!(check(&project, &[]).findings().contains(&("c.ts".to_owned(), "no-var".to_owned())));
}

#[test]
fn nests_that_only_tolerant_parsers_take_are_noted() {
    let project = Project::with_law().file("a.ts", format!("x={}a{};", "(".repeat(1000), ")".repeat(1000)));
    let ran = check(&project, &["--stack-size", "512K", "--parse-all"]);
    assert_eq!(ran.exits(0).findings(), [("a.ts".to_owned(), "nesting-limit".to_owned())]);
}

#[test]
fn every_shape_is_answered_on_a_small_stack() {
    let mut project = Project::with_law();
    for (number, open) in
        ["(", "[", "{", "`${", "f(", "a+", "!", "a=>", "a?b:", "[(]", ")", "\"", "A<"].iter().enumerate()
    {
        for count in [190, 2400, 9900, 100_000] {
            project = project.file(&format!("{number}-{count}.ts"), format!("x={}", open.repeat(count)));
        }
    }
    for (number, open) in ["(", "{", "A<", "&", "|a|", "if a {", "#[a]", "m!(", "/*", "(]"].iter().enumerate() {
        for count in [190, 2400, 100_000] {
            project = project.file(&format!("{number}-{count}.rs"), format!("fn f() {{ let x={}", open.repeat(count)));
        }
    }
    let ran = check(&project, &["--stack-size", "512K", "--parse-all"]);
    assert!(ran.exits(1).findings().len() > 40);
}

#[test]
fn sockets_devices_and_pipes_are_never_read() {
    let project = Project::with_law();
    let _socket = UnixListener::bind(project.path("socket.ts")).unwrap();
    support::make_pipe(&project.path("pipe.ts"));
    symlink("/dev/zero", project.path("zero.ts")).unwrap();
    check(&project, &[]).exits(0);
    check_unchecked(&project, &["socket.ts"], "socket.ts", "a socket");
    check_unchecked(&project, &["pipe.ts"], "pipe.ts", "a named pipe");
    check_unchecked(&project, &["zero.ts"], "zero.ts", "out of the root");
}

#[test]
fn links_lead_round_and_out_in_vain() {
    let outside = Project::new().file("secret.ts", "var a = 1\n");
    let project = Project::with_law().file("a.ts", "var a = 1\n");
    symlink(".", project.path("loop")).unwrap();
    symlink("b.ts", project.path("b.ts")).unwrap();
    symlink(outside.path(""), project.path("out")).unwrap();
    assert_eq!(check(&project, &[]).exits(1).findings().len(), 1);
}

#[test]
fn what_may_not_be_read_is_a_finding() {
    let project = Project::with_law().file("a.ts", "var a = 1\n").file("folder/b.ts", "var a = 1\n");
    let (file, folder) = (project.path("a.ts"), project.path("folder"));
    fs::set_permissions(&file, Permissions::from_mode(0o0)).unwrap();
    fs::set_permissions(&folder, Permissions::from_mode(0o0)).unwrap();
    // Nothing is hidden from root.
    if fs::read(&file).is_err() {
        check_unchecked(&project, &[], "a.ts", "permission denied");
        check_unchecked(&project, &[], "folder", "permission denied");
    }
    fs::set_permissions(&folder, Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn names_as_long_as_the_system_allows_are_answered() {
    let name = format!("{}.ts", "n".repeat(240));
    let folder = "f".repeat(200);
    let project = Project::with_law().file(&format!("{folder}/{folder}/{folder}/{name}"), "var a = 1\n");
    assert_eq!(check(&project, &[]).exits(1).findings().len(), 1);
}

#[test]
fn other_encodings_are_read_or_named() {
    let utf16: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain("var a = 1\n".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let project = Project::with_law()
        .file("latin.ts", b"var caf\xe9 = 1\n".as_slice())
        .file("nul.ts", b"\0var a = 1\n\0".as_slice())
        .file("utf16.ts", utf16);
    let found = check(&project, &[]).exits(1).findings();
    for (path, rule) in [("latin.ts", "unchecked-file"), ("nul.ts", "parse-error"), ("utf16.ts", "no-var")] {
        assert!(found.contains(&(path.to_owned(), rule.to_owned())), "{path}: {found:?}");
    }
}

#[test]
fn large_files_and_long_lines_are_answered() {
    let line = format!("x = [{}];var a = 1", "1,".repeat(1_000_000));
    let project = Project::with_law().file("line.js", line);
    assert_eq!(check(&project, &[]).exits(1).findings(), [("line.js".to_owned(), "no-var".to_owned())]);
    fs::File::create(project.path("big.js")).unwrap().set_len(100 << 20).unwrap();
    let report = check(&project, &[]).json();
    assert_eq!(report["skipped"][0]["path"], "big.js");
    assert_eq!(report["skipped"][0]["reason"], "too-large");
}

#[test]
fn names_that_are_no_text_are_findings() {
    use std::os::unix::ffi::OsStrExt as _;
    let project = Project::with_law();
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.ts");
    // Some file systems refuse such names themselves.
    if fs::write(project.path("").join(name), "var a = 1\n").is_ok() {
        let ran = check(&project, &[]);
        ran.exits(1).shows("name");
        assert!(ran.findings().iter().any(|(_, rule)| rule == "unchecked-file"), "{ran:?}");
    }
}

#[test]
fn many_findings_on_one_line_each_have_their_column() {
    let project = Project::with_law().file("line.js", "debugger;".repeat(40_000));
    let report = check(&project, &[]).json();
    let found = report["diagnostics"].as_array().unwrap();
    assert_eq!(found.len(), 40_000);
    assert_eq!(found[39_999]["range"]["start"]["column"], 9 * 39_999 + 1);
}

#[test]
fn what_aborted_a_parser_is_answered() {
    let project = Project::with_law()
        .file("readonly.ts", format!("type X = {}A[];", "readonly ".repeat(100_000)))
        .file("at.js", "@".repeat(100_000))
        .file("pointer.rs", format!("type X = {}A;", "*const ".repeat(1_000)))
        .file("tuple.rs", format!("fn f() {{ a{}; }}", ".0".repeat(100_000)))
        .file("name.rs", format!("fn f() {{ let {}b = c; }}", "a@".repeat(1_000)));
    check(&project, &["--stack-size", "512K", "--parse-all"]).exits(1);
}
