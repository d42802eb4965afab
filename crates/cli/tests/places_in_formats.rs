//! One set of files through all formats: the place of each finding is the one that a plain search in the bytes of its file
//! gives, in the unit that the format counts in, and its path and message are there again after reading.
#![cfg(unix)]

mod support;

use std::collections::BTreeMap;

use serde_json::Value;
use support::marked_files::{
    MARK, NAMES, NOTE, ReadPlace, check, content_with, decoded, in_log, in_xml, number, on_terminal, plain, project,
    properties, ran, unescaped,
};
use support::{Project, text};

#[test]
fn json_counts_characters() {
    let (project, all) = project();
    let report = ran(&project, "json").json();
    let found = report["diagnostics"].as_array().unwrap();
    let said = found.iter().map(|found| {
        let start = &found["range"]["start"];
        (text(&found["path"]), number(&start["line"]), number(&start["column"]), text(&found["message"]))
    });
    check("json", &all, said.collect(), |found| {
        (found.path.clone(), found.start.line, found.start.columns[2], found.message.clone())
    });
    let ends = found.iter().map(|found| {
        let end = &found["range"]["end"];
        (text(&found["path"]), number(&end["line"]), number(&end["column"]), text(&found["message"]))
    });
    check("json, ends", &all, ends.collect(), |found| {
        (found.path.clone(), found.end.line, found.end.columns[2], found.message.clone())
    });
}

/// The findings in lines `path:line:column: level: message [rule]` with these paths, whatever the paths hold.
fn lines_said(stdout: &str, paths: &[String]) -> Vec<ReadPlace> {
    let said = stdout.lines().filter_map(|line| {
        let path =
            paths.iter().find(|path| line.strip_prefix(path.as_str()).is_some_and(|rest| rest.starts_with(':')))?;
        let mut parts = line[path.len() + 1..].splitn(3, ':');
        let (at, column, rest) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?);
        let (_, message) = rest.trim_start().split_once(": ")?;
        Some((path.clone(), at, column, message.rsplit_once(" [")?.0.to_owned()))
    });
    said.collect()
}

fn paths_on_terminal() -> Vec<String> {
    NAMES.iter().map(|name| on_terminal(name)).collect()
}

#[test]
fn people_get_characters_and_editors_bytes() {
    let (project, all) = project();
    let said = lines_said(&ran(&project, "pretty").stdout, &paths_on_terminal());
    check("pretty", &all, said, |found| {
        (on_terminal(&found.path), found.start.line, found.start.columns[2], found.message.clone())
    });
    let said = lines_said(&ran(&project, "unix").stdout, &paths_on_terminal());
    check("unix", &all, said, |found| {
        (on_terminal(&found.path), found.start.git_line, found.start.git_columns[0], found.message.clone())
    });
}

#[test]
fn agents_get_characters() {
    let (project, all) = project();
    let args = ["check", ".", "--format", "agent", "--budget", "1000000"];
    let ran = project.run(&args);
    let mut said: Vec<ReadPlace> = Vec::new();
    let mut path = String::new();
    for line in ran.exits(1).is_harmless().stdout.lines() {
        let place = line.strip_prefix("  ").and_then(|line| line.split_once(" | ")).and_then(|(place, _)| {
            let (line, column) = place.split_once(':')?;
            Some((line.parse().ok()?, column.parse().ok()?))
        });
        if let Some((line, column)) = place {
            said.push((path.clone(), line, column, String::new()));
        } else if let Some(message) = line.strip_prefix("    `") {
            said.last_mut().unwrap().3 = format!("`{message}");
        } else if let Some(known) = paths_on_terminal().into_iter().find(|path| line.starts_with(&format!("{path} "))) {
            path = known;
        }
    }
    check("agent", &all, said, |found| {
        (on_terminal(&found.path), found.start.line, found.start.columns[2], found.message.clone())
    });
}

#[test]
fn gitlab_gets_lines_and_fingerprints_that_are_unlike() {
    let (project, all) = project();
    let report = ran(&project, "gitlab").json();
    let issues = report.as_array().unwrap();
    let said = issues.iter().map(|issue| {
        let location = &issue["location"];
        (text(&location["path"]), number(&location["lines"]["begin"]), 0, text(&issue["description"]))
    });
    check("gitlab", &all, said.collect(), |found| (found.path.clone(), found.start.git_line, 0, found.message.clone()));
    let ends = issues.iter().map(|issue| {
        let location = &issue["location"];
        (text(&location["path"]), number(&location["lines"]["end"]), 0, text(&issue["description"]))
    });
    check("gitlab, ends", &all, ends.collect(), |found| {
        (found.path.clone(), found.end.git_line, 0, found.message.clone())
    });
    let mut fingerprints: Vec<String> = issues.iter().map(|issue| text(&issue["fingerprint"])).collect();
    fingerprints.sort();
    fingerprints.dedup();
    assert_eq!(fingerprints.len(), all.len());
}

#[test]
fn fingerprints_for_gitlab_stay_where_lines_move() {
    let fingerprints = |content: String| {
        let project = Project::new().file("lawbook.toml", "extends = [\"./law\"]\n").file("law/mark.md", MARK);
        let report = ran(&project.file("a.ts", content), "gitlab").json();
        report.as_array().unwrap().iter().map(|issue| text(&issue["fingerprint"])).collect::<Vec<_>>()
    };
    let before = fingerprints("MARK_1;\nMARK_1;\nfunction f() { MARK_1; }\n".to_owned());
    let after = fingerprints("// one\n\nMARK_1;\n  /* two */ MARK_1;\n\n\nfunction f() {\n  MARK_1;\n}\n".to_owned());
    assert_eq!(before, after);
}

/// The value of an attribute; empty if it is not there.
fn attribute(node: roxmltree::Node<'_, '_>, name: &str) -> String {
    node.attribute(name).unwrap_or_default().to_owned()
}

#[test]
fn checkstyle_gets_units_of_utf16() {
    let (project, all) = project();
    let ran = ran(&project, "checkstyle");
    let document = roxmltree::Document::parse(&ran.stdout).unwrap();
    let errors = document.descendants().filter(|node| node.has_tag_name("error"));
    let said = errors.map(|node| {
        let path = attribute(node.parent().unwrap(), "name");
        let at = |name| attribute(node, name).parse().unwrap();
        assert!(["lawbook.mark", "lawbook.note"].contains(&&*attribute(node, "source")), "{node:?}");
        (path, at("line"), at("column"), attribute(node, "message"))
    });
    check("checkstyle", &all, said.collect(), |found| {
        (in_xml(&found.path), found.start.git_line, found.start.git_columns[1], found.message.clone())
    });
}

#[test]
fn junit_gets_a_failure_for_each_finding() {
    let (project, all) = project();
    let ran = ran(&project, "junit");
    let document = roxmltree::Document::parse(&ran.stdout).unwrap();
    let failures = document.descendants().filter(|node| node.has_tag_name("failure"));
    let mut names = BTreeMap::new();
    let said = failures.map(|node| {
        let case = node.parent().unwrap();
        let suite = case.parent().unwrap();
        let path = attribute(case, "file");
        assert_eq!((attribute(suite, "name"), attribute(case, "classname")), (path.clone(), path.clone()));
        *names.entry((path.clone(), attribute(case, "name"))).or_insert(0) += 1;
        let line: u32 = attribute(case, "line").parse().unwrap();
        let start = format!("{path}:{line}:");
        let body = node.text().unwrap();
        let rest = body.strip_prefix(&start).unwrap_or_else(|| panic!("{start:?} {body:?}"));
        let column = rest.split(':').next().unwrap().parse().unwrap();
        (path, line, column, attribute(node, "message"))
    });
    check("junit", &all, said.collect(), |found| {
        (in_xml(&found.path), found.start.git_line, found.start.git_columns[2], found.message.clone())
    });
    assert!(names.values().all(|count| *count == 1), "{names:?}");
    let root = document.root_element();
    let count = |name: &str| document.descendants().filter(|node| node.has_tag_name(name)).count().to_string();
    assert_eq!((attribute(root, "tests"), attribute(root, "failures")), (count("testcase"), count("failure")));
    for suite in root.children().filter(|node| node.has_tag_name("testsuite")) {
        let cases = suite.children().filter(|node| node.has_tag_name("testcase")).count();
        assert_eq!(attribute(suite, "tests"), cases.to_string());
    }
}

#[test]
fn reviewdog_gets_bytes_of_the_stored_line() {
    let (project, all) = project();
    let result = ran(&project, "rdjson").json();
    let lines = ran(&project, "rdjsonl").stdout;
    let of_lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.lines().all(|line| line.len() < 64 << 10));
    for (name, diagnostics) in [("rdjson", result["diagnostics"].as_array().unwrap()), ("rdjsonl", &of_lines)] {
        for end in ["start", "end"] {
            let said = diagnostics.iter().map(|found| {
                let at = &found["location"]["range"][end];
                (text(&found["location"]["path"]), number(&at["line"]), number(&at["column"]), text(&found["message"]))
            });
            check(name, &all, said.collect(), |found| {
                let at = if end == "start" { &found.start } else { &found.end };
                (found.path.clone(), at.git_line, at.raw_column, found.message.clone())
            });
        }
    }
}

#[test]
fn sarif_gets_units_of_utf16() {
    let (project, all) = project();
    let log = ran(&project, "sarif").json();
    assert_eq!(log["runs"][0]["columnKind"], "utf16CodeUnits");
    let results = log["runs"][0]["results"].as_array().unwrap();
    for end in ["start", "end"] {
        let said = results.iter().map(|result| {
            let place = &result["locations"][0]["physicalLocation"];
            let at = |what: &str| number(&place["region"][format!("{end}{what}")]);
            let path = decoded(place["artifactLocation"]["uri"].as_str().unwrap());
            // Brackets are escaped, since they may be links.
            let message = text(&result["message"]["text"]).replace("\\[", "[").replace("\\]", "]");
            (path, at("Line"), at("Column"), message)
        });
        check("sarif", &all, said.collect(), |found| {
            let at = if end == "start" { &found.start } else { &found.end };
            (found.path.clone(), at.git_line, at.git_columns[1], found.message.clone())
        });
    }
}

/// What a format for logs says of each file alone: a log takes ten annotations of a kind.
fn said_of_each_file(format: &str, read: impl Fn(&str) -> Option<ReadPlace>) -> Vec<ReadPlace> {
    let project = project().0;
    let of_file = |name: &&str| {
        let ran = project.run(&["check", &format!("./{name}"), "--format", format]);
        ran.exits(1).is_harmless();
        ran.stdout.lines().filter_map(&read).collect::<Vec<ReadPlace>>()
    };
    NAMES.iter().flat_map(of_file).collect()
}

#[test]
fn commands_for_github_are_undone_as_its_runner_does() {
    const IN_DATA: [(&str, &str); 3] = [("%25", "%"), ("%0D", "\r"), ("%0A", "\n")];
    const IN_PROPERTY: [(&str, &str); 5] = [("%25", "%"), ("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ",")];
    let all = project().1;
    for end in [false, true] {
        let said = said_of_each_file("github", |line| {
            let command = line.strip_prefix("::error ").or_else(|| line.strip_prefix("::warning "))?;
            let (properties_text, data) = command.split_once("::").unwrap();
            let of = properties(properties_text, ',', |value| unescaped(value, &IN_PROPERTY));
            let number = |name: &str| of.get(name).map_or(0, |value| value.parse().unwrap());
            let (line, column) = if end { ("endLine", "endColumn") } else { ("line", "col") };
            let message = unescaped(data, &IN_DATA);
            let path = of.get("file").cloned().unwrap_or_default();
            Some((path, number(line), number(column), message.split('\n').next().unwrap().to_owned()))
        });
        check("github", &all, said, |found| {
            let at = if end { &found.end } else { &found.start };
            // Columns are said of ranges in one line.
            let column = if found.start.git_line == found.end.git_line { at.git_columns[1] } else { 0 };
            let (path, line, column) = in_log(&found.path, at.git_line, column);
            (path, line, column, found.message.clone())
        });
    }
}

#[test]
fn commands_for_azure_are_undone_as_its_agent_does() {
    const ESCAPES: [(&str, &str); 5] = [("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%AZP25", "%")];
    let all = project().1;
    let said = said_of_each_file("azure", |line| {
        let (properties_text, data) = line.strip_prefix("##vso[task.logissue ")?.split_once(']').unwrap();
        let of = properties(properties_text, ';', |value| unescaped(value, &ESCAPES));
        let number = |name: &str| of.get(name).map_or(0, |value| value.parse().unwrap());
        let path = of.get("sourcepath").cloned().unwrap_or_default();
        Some((path, number("linenumber"), number("columnnumber"), unescaped(data, &ESCAPES)))
    });
    check("azure", &all, said, |found| {
        let (path, line, column) = in_log(&found.path, found.start.git_line, found.start.git_columns[1]);
        (path, line, column, found.message.clone())
    });
}

#[test]
fn suggestions_for_reviewdog_are_what_fixes_write() {
    // A file with a line that long gets no fixes.
    let mut content = content_with("");
    let project = project().0.file("short.ts", &content);
    let result = ran(&project, "rdjson").json();
    let found = result["diagnostics"].as_array().unwrap().iter();
    let suggestions = found
        .filter(|found| found["location"]["path"] == "short.ts")
        .flat_map(|found| found["suggestions"].as_array().into_iter().flatten());
    let offset = |at: &Value| {
        let before: usize = content.split_inclusive('\n').take(number(&at["line"]) as usize - 1).map(str::len).sum();
        before + number(&at["column"]) as usize - 1
    };
    let range = |suggestion: &Value| offset(&suggestion["range"]["start"])..offset(&suggestion["range"]["end"]);
    let mut edits: Vec<_> = suggestions.map(|suggestion| (range(suggestion), text(&suggestion["text"]))).collect();
    assert_eq!(edits.len(), 4);
    edits.sort_by_key(|(range, _)| range.start);
    for (range, text) in edits.iter().rev() {
        content.replace_range(range.clone(), text);
    }
    project.run(&["check", "--fix", "--unsafe-fixes", "short.ts"]);
    assert_eq!(project.read("short.ts"), content);
}

#[test]
fn markdown_has_a_row_for_each_finding() {
    let (project, all) = project();
    let stdout = ran(&project, "markdown").stdout;
    let rows: Vec<&str> =
        stdout.lines().filter(|line| line.starts_with("| error") || line.starts_with("| warn")).collect();
    assert!(rows.iter().all(|row| row.matches('|').count() == 5), "{stdout}");
    let first_warning = rows.iter().position(|row| row.starts_with("| warn")).unwrap();
    assert!(rows[first_warning..].iter().all(|row| row.starts_with("| warn")), "{stdout}");
    assert_eq!(rows.len(), all.len());
    let said = rows.iter().map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let (path, line) =
            plain(cells[2]).rsplit_once(':').map(|(path, line)| (path.to_owned(), line.to_owned())).unwrap();
        (path, line.parse().unwrap(), 0, plain(cells[3]))
    });
    check("markdown", &all, said.collect(), |found| {
        (on_terminal(&found.path).replace('`', ""), found.start.git_line, 0, found.message.replace('`', ""))
    });
}

#[test]
fn what_is_empty_or_behind_the_last_line_has_a_line_that_is_there() {
    let page = NOTE.replace("  all: [{ kind: identifier, regex: '^NOTE_' }, { pattern: $A }]", "  kind: program");
    let page = page.replace("`$A` is a note", "a program").replace("fix: \"done('𐐀|`\\\\n')\"\n", "");
    let mut project = Project::new().file("lawbook.toml", "extends = [\"./law\"]\n").file("law/program.md", page);
    let files = [
        // The text, and the line and column in bytes of its program without and with a byte order mark.
        ("empty.ts", "", (1, 1), 1),
        ("lines.ts", "\n\n", (2, 1), 1),
        ("returns.ts", "\r\n\r\n", (2, 1), 1),
        ("mark.ts", "\u{feff}", (1, 1), 4),
    ];
    for (name, text, ..) in files {
        project = project.file(name, text);
    }
    let unix = project.run(&["check", ".", "--format", "unix"]);
    let rdjson = project.run(&["check", ".", "--format", "rdjson"]).json();
    for (name, _, (line, column), raw_column) in files {
        unix.shows(&format!("{name}:{line}:{column}: warning: a program"));
        let found = rdjson["diagnostics"].as_array().unwrap().iter();
        let found: Vec<&Value> = found.filter(|found| found["location"]["path"] == name).collect();
        let at = serde_json::json!({ "line": line, "column": raw_column });
        assert_eq!(found[0]["location"]["range"], serde_json::json!({ "start": at, "end": at }), "{name}");
    }
}

#[test]
fn a_comment_on_github_has_room_for_the_table_and_the_worst_are_in_it() {
    let project = Project::new()
        .file("lawbook.toml", "extends = [\"./law\"]\n")
        .file("law/mark.md", MARK)
        .file("law/note.md", NOTE)
        .file("a.ts", "NOTE_1;\n".repeat(2_000))
        .file("z.ts", "MARK_1;\n".repeat(90));
    let ran = project.run(&["check", ".", "--format", "markdown"]);
    ran.exits(1).shows("\nNot shown for lack of room: ");
    assert!(ran.stdout.len() <= 65_536 && ran.stdout.len() > 64_000, "{}", ran.stdout.len());
    assert_eq!(ran.stdout.matches("| error |").count(), 90);
    let notes = ran.stdout.matches("| warning |").count();
    ran.shows(&format!("room: {} warnings.\n", 2_000 - notes));
}

/// A text as UTF-16 with a byte order mark.
fn utf16(text: &str) -> Vec<u8> {
    [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

#[test]
fn a_file_in_utf16_has_no_hash_and_no_columns_of_bytes() {
    let project = Project::with_law().file("a.ts", utf16("'é𐐀';\n var a = 1\n")).file("b.ts", "var a = 1\n");
    let sarif = project.run(&["check", "--format", "sarif"]).exits(1).json();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let hashes: Vec<bool> =
        results.iter().map(|one| one["partialFingerprints"]["primaryLocationLineHash"].is_string()).collect();
    assert_eq!(hashes, [false, true], "{sarif}");
    assert_eq!(results[0]["locations"][0]["physicalLocation"]["region"]["startColumn"], 2);
    let found = project.run(&["check", "--format", "rdjson"]).exits(1).json()["diagnostics"].clone();
    assert_eq!(found[0]["location"]["range"], serde_json::json!({"start": {"line": 2}, "end": {"line": 2}}));
    assert!(found[0]["suggestions"].is_null(), "{found}");
    assert_eq!(found[1]["location"]["range"]["start"]["column"], 1);
    // Offsets are those of the text in UTF-8.
    let json = project.run(&["check", "--format", "json"]).json();
    assert_eq!(json["diagnostics"][0]["span"]["start"], "'é𐐀';\n ".len());
}
