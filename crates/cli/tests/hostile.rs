//! Files and folders made to hang, crash or deceive a run: each is reported, and none is skipped silently.
#![cfg(unix)]

mod support;

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::net::UnixListener;
use std::process::Command;

use support::{Project, Ran};

fn check(project: &Project, args: &[&str]) -> Ran {
    let mut all = vec!["check", "--format", "json"];
    all.extend(args);
    project.run(&all)
}

/// A project with a law that leaves out no file for its text: one long line is not minified here.
fn whole_law() -> Project {
    Project::with_law().file("lawbook.toml", "extends = [\"./law\"]\n[files]\nskip = []\n")
}

/// Asserts that the file is reported as an `unchecked-file` with this text.
#[track_caller]
fn check_unchecked(project: &Project, args: &[&str], path: &str, text: &str) {
    let ran = check(project, args);
    assert!(ran.exits(1).findings().contains(&(path.to_owned(), "unchecked-file".to_owned())), "{ran:?}");
    ran.shows(text);
}

#[test]
fn too_deep_files_are_findings() {
    let deep = |open: &str, close: &str| format!("var a = 1; x={}a{};", open.repeat(100_000), close.repeat(100_000));
    let project = whole_law().file("a.ts", deep("(", ")")).file("b.js", deep("a+", "")).file("c.ts", "var a = 1");
    check_unchecked(&project, &["--stack-size", "480K"], "a.ts", "it nests deeper than");
    check_unchecked(&project, &["--stack-size", "480K"], "b.js", "chains of more than");
    assert!(check(&project, &[]).findings().contains(&("c.ts".to_owned(), "no-var".to_owned())));
}

#[test]
fn nests_that_only_tolerant_parsers_take_are_noted() {
    let project = Project::with_law().file("a.ts", format!("x={}a{};", "(".repeat(1000), ")".repeat(1000)));
    let ran = check(&project, &["--stack-size", "480K", "--parse-all"]);
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
    let ran = check(&project, &["--stack-size", "480K", "--parse-all"]);
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
fn links_to_folders_are_not_followed() {
    let outside = Project::new().file("secret.ts", "var a = 1\n");
    let project = Project::with_law().file("a.ts", "var a = 1\n");
    symlink(".", project.path("loop")).unwrap();
    symlink("b.ts", project.path("b.ts")).unwrap();
    symlink(outside.path(""), project.path("out")).unwrap();
    assert_eq!(check(&project, &[]).exits(1).findings().len(), 1);
}

#[test]
fn an_unreadable_file_is_a_finding() {
    let project = Project::with_law().file("a.ts", "var a = 1\n").file("folder/b.ts", "var a = 1\n");
    let (file, folder) = (project.path("a.ts"), project.path("folder"));
    fs::set_permissions(&file, Permissions::from_mode(0o0)).unwrap();
    fs::set_permissions(&folder, Permissions::from_mode(0o0)).unwrap();
    // The superuser can read every file.
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
fn paths_longer_than_the_system_opens_are_findings() {
    let project = Project::with_law().file("a.ts", "var a = 1\n");
    // 25 nested folders, each created from within the one before: the path has 5,000 bytes.
    let script = "name=$(printf 'f%.0s' $(seq 200)); for i in $(seq 25); do mkdir $name && cd -P ./$name; done; \
                  echo 'var a = 1' > b.ts";
    let mut command = Command::new("sh");
    command.args(["-c", script]).current_dir(project.path(""));
    support::run(command, "");
    let ran = check(&project, &[]);
    let found = ran.exits(1).findings();
    assert!(found.contains(&("a.ts".to_owned(), "no-var".to_owned())), "{found:?}");
    let unchecked: Vec<_> = found.iter().filter(|(_, rule)| rule == "unchecked-file").collect();
    assert!(matches!(unchecked[..], [(path, _)] if path.len() > 3_000), "{unchecked:?}");
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
fn lines_of_ten_megabytes_are_checked() {
    let words = "some words of a text that is one line, ".repeat(10);
    let count = (10 << 20) / words.len();
    let project = Project::with_law()
        .file("line.ts", format!("x = [{}];var a = 1", format!("\"{words}\",").repeat(count)))
        .file("line.rs", format!("fn f() {{ {} }}", format!("g(\"{words}\");").repeat(count)))
        .file("broken.rs", format!("fn f() {{ {} }} fn", format!("g(\"{words}\");").repeat(count)));
    let ran = check(&project, &["--parse-all", "--max-file-size", "20M"]);
    let expected = [("broken.rs", "parse-error"), ("line.ts", "no-var")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(ran.exits(1).findings(), expected);
    assert_eq!(ran.json()["summary"]["checked"], 3);
    project.run(&["check", "--max-file-size", "20M", "--format", "pretty"]).exits(1).shows("line.ts:1:");
}

#[test]
fn files_of_a_hundred_megabytes_are_left_out_or_checked_or_named() {
    let project = whole_law();
    fs::File::create(project.path("big.js")).unwrap().set_len(100 << 20).unwrap();
    let report = check(&project, &[]).json();
    assert_eq!(report["skipped"][0]["path"], "big.js");
    assert_eq!(report["skipped"][0]["reason"], "too-large");
    let admitted = ["--parse-all", "--max-file-size", "200M"];
    check_unchecked(&project, &admitted, "big.js", "too many to parse");
    let project = project.file("big.js", format!("x = '{}';var a = 1", "a".repeat(100 << 20)));
    assert_eq!(check(&project, &admitted).exits(1).findings(), [("big.js".to_owned(), "no-var".to_owned())]);
}

#[test]
fn a_flood_of_suppressions_is_counted_and_not_listed() {
    for (name, line, rule) in [
        ("a.ts", "// lawbook-ignore-file no-debugger: the format wants it\n", "unused-suppression"),
        ("a.js", "// lawbook-ignore\n", "malformed-suppression"),
        ("a.ts", "// lawbook-ignore no-debugger until=2001-01-01: the format wants it\n", "expired-suppression"),
    ] {
        let project = Project::with_law().file(name, format!("{}var a = 1\n", line.repeat(5_000)));
        let report = check(&project, &[]).json();
        let found = report["diagnostics"].as_array().unwrap();
        let of_rule: Vec<_> = found.iter().filter(|found| found["rule"] == rule).collect();
        assert_eq!(of_rule.len(), 1_001, "{rule}");
        let last = of_rule.last().unwrap();
        assert!(last["message"].as_str().unwrap().starts_with("4000 more of these"), "{last}");
        assert_eq!(last["range"]["start"]["line"], 1_001);
        assert_eq!(found.iter().filter(|found| found["rule"] == "no-var").count(), 1);
    }
}

#[test]
fn names_that_are_no_text_are_findings() {
    use std::os::unix::ffi::OsStrExt as _;
    let project = Project::with_law();
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.ts");
    // Some file systems refuse such names.
    if fs::write(project.path("").join(name), "var a = 1\n").is_ok() {
        let ran = check(&project, &[]);
        ran.exits(1).shows("name");
        assert!(ran.findings().iter().any(|(_, rule)| rule == "unchecked-file"), "{ran:?}");
    }
}

#[test]
fn many_findings_on_one_line_each_have_their_column() {
    let project = whole_law().file("line.js", "debugger;".repeat(40_000));
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
    check(&project, &["--stack-size", "480K", "--parse-all"]).exits(1);
}

#[test]
fn no_control_character_of_an_input_is_printed() {
    // ESC, an OSC title, C1 controls, DEL, direction overrides and isolates.
    let nasty = "\u{1b}[31m\u{1b}]0;x\u{7}\u{9b}2J\u{7f}\u{202e}\u{2066}\r";
    let project = Project::with_law()
        .file(&format!("{nasty}.ts"), format!("var a = 1 // {nasty}\n"))
        .file(&format!("{nasty}/b.ts"), format!("{nasty}; debugger; '{nasty}'\n"))
        .file(&format!("{nasty}.rs"), format!("fn {nasty}"))
        .file("c.ts", format!("// lawbook-ignore {nasty}: {nasty}\n/* lawbook-ignore no-var{nasty} */ var a = 1"))
        .file("d.ts", [nasty.as_bytes(), b"\xff"].concat());
    symlink("/dev/zero", project.path(&format!("{nasty}zero.ts"))).unwrap();
    for format in ["pretty", "agent", "json"] {
        project.run(&["check", "--parse-all", "--format", format]).exits(1).is_harmless();
        project.run(&["check", "--format", format, &format!("{nasty}.ts"), nasty]).is_harmless();
        project.run(&["check", "--format", format, &format!("{nasty}absent")]).is_harmless();
    }
    project.run(&["inspect", &format!("{nasty}.ts")]).is_harmless();
    project.run(&["explain", nasty]).exits(2).is_harmless();
}

/// Asserts that an input has a finding of this rule: `no-var`, or one of the engine.
#[track_caller]
fn check_answer(name: &str, text: impl AsRef<[u8]>, rule: &str) {
    let project = whole_law().file(name, text);
    assert_eq!(check(&project, &[]).exits(1).findings(), [(name.to_owned(), rule.to_owned())]);
}

/// Inputs on which other tools abort, hang, or exit with 0 without a check, one per line.
#[test]
fn what_stops_other_tools_is_answered() {
    let nest = |open: &str, close: &str, count| format!("x={}a{};var a = 1", open.repeat(count), close.repeat(count));
    check_answer("parens.js", nest("(", ")", 5_000), "unchecked-file");
    check_answer("parens.js", nest("(", ")", 100_000), "unchecked-file");
    check_answer("unclosed.js", format!("var a = 1;x={}", "(".repeat(50_000)), "unchecked-file");
    check_answer("sum.js", nest("a+", "", 50_000), "unchecked-file");
    check_answer("arms.js", format!("{}{{}}var a = 1", "if(a){b()}else ".repeat(10_000)), "unchecked-file");
    check_answer("blocks.js", format!("{}{}var a = 1", "{".repeat(20_000), "}".repeat(20_000)), "unchecked-file");
    check_answer("templates.js", nest("`${", "}`", 20_000), "unchecked-file");
    check_answer("elements.jsx", nest("<a>", "</a>", 10_000), "unchecked-file");
    check_answer("array.js", format!("x=[{}];var a = 1", "1,".repeat(5 << 19)), "no-var");
    check_answer("latin.js", b"var a = 1 // caf\xe9".as_slice(), "unchecked-file");
    let utf16 = std::iter::once(0xFEFF_u16).chain("var a = 1".encode_utf16());
    check_answer("utf16.js", utf16.flat_map(u16::to_le_bytes).collect::<Vec<u8>>(), "no-var");
    check_answer("escape.js", "/* \u{1b}[31m */ var a = 1", "no-var");
    check_answer("\u{1b}[31m.js", "var a = 1", "no-var");
}

#[test]
fn a_link_to_the_folder_above_gives_nothing_of_it() {
    let project = Project::new()
        .file("outside.ts", "var a = 1\n")
        .file("root/a.ts", "var a = 1\n")
        .file("root/lawbook.toml", "extends = [\"./law\"]\n")
        .file("root/law/no-var.md", support::NO_VAR);
    symlink("..", project.path("root/up")).unwrap();
    symlink(".", project.path("root/loop")).unwrap();
    let ran = project.run_with("root", &["check", "--format", "json"], &[], "");
    assert_eq!(ran.exits(1).findings(), [("a.ts".to_owned(), "no-var".to_owned())]);
}

/// Writes files of zeros of this size, of which the disk stores nothing.
fn write_zeros(project: &Project, folder: &str, names: impl Iterator<Item = String>, size: u64) -> std::io::Result<()> {
    fs::create_dir_all(project.path(folder))?;
    for name in names {
        fs::File::create(project.path(folder).join(name))?.set_len(size)?;
    }
    Ok(())
}

#[test]
fn the_files_of_a_law_are_bounded_together() {
    let project = Project::new().file("a.ts", "var a = 1\n");
    write_zeros(&project, "law", (0..5).map(|number| format!("p{number}.md")), 15 << 20).unwrap();
    let said = "the pages of all rules have more than 64 MiB";
    project.run(&["check", "--no-config", "--rules", "law"]).exits(2).says(said);
    project.run(&["test", "law"]).exits(2).says(said);
    let project = Project::with_law().file("a.ts", "debugger\n");
    write_zeros(&project, ".lawbook/baseline", (0..5).map(|number| format!("b{number}.txt")), 60 << 20).unwrap();
    project.run(&["check"]).exits(2).says("more than 256 MiB together");
    let many = "\"a\",".repeat(260_000);
    let project = Project::with_law().file("lawbook.toml", format!("[files]\nexclude = [{many}]\n"));
    project.run(&["check"]).exits(2).says("too many globs");
    let wild = format!("\"{}\",", "?".repeat(10_000)).repeat(100);
    let project = Project::with_law().file("lawbook.toml", format!("[files]\nexclude = [{wild}]\n"));
    project.run(&["check"]).exits(2).says("too many globs");
}

#[test]
fn messages_and_fixes_of_many_small_files_are_bounded() {
    let rule = format!(
        "id: x\nlanguage: ts\nseverity: warning\nmessage: \"{}\"\nrule: {{ pattern: f($A) }}\nfix: \"{}\"\n",
        "$A ".repeat(400),
        "g($A); ".repeat(400)
    );
    let project = Project::new().file("x.yml", rule);
    let project = project.file("a.ts", format!("{}'{}'{}", "f(".repeat(100), "x".repeat(300), ")".repeat(100)));
    let ran = project.run(&["check", "--no-config", "--rules", "x.yml", "--format", "json"]);
    assert!(ran.exits(1).findings().contains(&("a.ts".to_owned(), "unchecked-file".to_owned())), "{ran:?}");
    let text: usize = ran.json()["diagnostics"].as_array().unwrap().iter().map(|found| found.to_string().len()).sum();
    assert!(text < 2 << 20, "{text} bytes for a file of 700");
}
