//! The output formats of the report.

mod support;

use serde_json::Value;
use support::Project;
use support::schema::check_schema;

fn project() -> Project {
    Project::with_law().file("src/a.ts", "debugger\nvar a = 1\n")
}

#[test]
fn the_schema_has_every_reason_of_a_skipped_file() {
    let schema: Value = serde_json::from_str(include_str!("../schema/report-v1.json")).unwrap();
    let listed: Vec<&str> = schema["definitions"]["skipped"]["properties"]["reason"]["enum"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap())
        .collect();
    assert_eq!(listed, lawbook_core::report::SkipReason::ALL.map(lawbook_core::report::SkipReason::name));
}

#[test]
fn json_follows_the_committed_schema() {
    let ran = project().file("b.ts", b"\xff\xfe\xff".as_slice()).file("big.ts", " ".repeat(3000)).run(&[
        "check",
        "--format",
        "json",
        "--max-file-size",
        "2K",
    ]);
    let schema: Value = serde_json::from_str(include_str!("../schema/report-v1.json")).unwrap();
    let report = ran.exits(1).json();
    check_schema(&schema, &report);
    assert_eq!(report["summary"]["errors"], 2);
    assert_eq!(report["skipped"][0]["path"], "big.ts");
    let found = &report["diagnostics"][1];
    assert_eq!((&found["rule"], &found["severity"]), (&Value::from("no-debugger"), &Value::from("warning")));
    assert_eq!(found["range"]["start"], serde_json::json!({"line": 1, "column": 1}));
    assert_eq!(found["verify"], "lawbook check --rule no-debugger --max-file-size 2048 src/a.ts");
    assert_eq!(report["diagnostics"][2]["fixes"][0]["edits"][0]["text"], "let a = 1");
}

#[test]
fn agents_get_plain_lines_the_worst_first() {
    let ran = project().run(&["check", "--format", "agent"]);
    let expected = "\
src/a.ts error no-var: Declare with const or let.
  2:1 | var a = 1
    fix (unsafe): replace `var a = 1` at 2:1-2:10 with `let a = 1`
  why: A `var` is visible in the whole function.
src/a.ts warning no-debugger: Leave no breakpoint behind.
  1:1 | debugger
  do: Delete the statement.
  why: A breakpoint stops whoever runs the code next.
lawbook: 1 error, 1 warning in 1 file (3 more of no known language); 1 fixable with `--fix --unsafe-fixes`; verify: lawbook check
";
    assert_eq!(ran.exits(1).stdout, expected);
}

#[test]
fn agents_get_a_line_when_all_is_clean() {
    let ran = Project::with_law().file("a.ts", "let a = 1;\n").run(&["check", "--format", "agent", "a.ts"]);
    assert_eq!(ran.exits(0).stdout, "lawbook: no findings in 1 file; verify: lawbook check a.ts\n");
}

#[test]
fn the_report_for_agents_has_a_budget_in_which_every_rule_and_error_shows() {
    let project = Project::with_law().file("a.ts", "debugger\n".repeat(500)).file("b.ts", "var a = 1\n");
    let ran = project.run(&["check", "--format", "agent"]);
    assert!(ran.stdout.len() <= 8_000, "{}", ran.stdout.len());
    assert!(ran.stdout.starts_with("b.ts error no-var"), "{}", ran.stdout);
    ran.shows("a.ts warning no-debugger: ").shows("lawbook: 1 error, 500 warnings in 2 files");
    ran.shows(" left out for the budget of 2000 tokens: no-debugger ")
        .shows("`lawbook check --rule no-debugger` shows");
    let small = project.run(&["check", "--format", "agent", "--budget", "100"]);
    assert!(small.stdout.len() <= 800, "{}", small.stdout);
    small.shows("b.ts error no-var").shows("  1:1 | debugger\n").shows("no-debugger 499");
    let large = project.run(&["check", "--format", "agent", "--budget", "20000"]);
    assert!(!large.stdout.contains("left out"), "{}", large.stdout);
}

#[test]
fn a_table_by_rule_ends_a_long_report_and_comes_on_request() {
    let project = Project::with_law().file("a.ts", "debugger\n".repeat(60)).file("b.ts", "var a = 1\n");
    let table = "60 no-debugger warning in 1 file\n 1 no-var      error in 1 file\n";
    project.run(&["check"]).shows(table);
    assert!(!project.run(&["check", "b.ts"]).stdout.contains(" in 1 file\n\n1 no-var"));
    project.run(&["check", "b.ts", "--statistics"]).shows("1 no-var error in 1 file\n");
    project.run(&["check", "--format", "agent", "--statistics"]).shows(table);
    project.run(&["check", "--format", "json", "--statistics"]).says(table);
}

#[test]
fn an_agent_is_recognised_and_the_format_is_noted() {
    let ran = project().run_with(".", &["check"], &[("CLAUDECODE", "1")], "");
    ran.shows("verify: lawbook check").says("format `agent`, because CLAUDECODE is set");
    assert_eq!(ran.notes().count(), 1);
    let ran = project().run_with(".", &["check", "--format", "json"], &[("CLAUDECODE", "1")], "");
    ran.notes_nothing();
}

#[test]
fn people_get_excerpts() {
    let ran = project().run(&["check", "src"]);
    let expected = "\
src/a.ts:1:1: warning: Leave no breakpoint behind. [no-debugger]
  1 | debugger
    | ^^^^^^^^
  help: Delete the statement.

src/a.ts:2:1: error: Declare with const or let. [no-var]
  2 | var a = 1
    | ^^^^^^^^^
";
    assert!(ran.exits(1).stdout.starts_with(expected), "{}", ran.stdout);
    ran.shows("\n1 error, 1 warning in 1 file; 1 fixable with `--fix --unsafe-fixes`\n").is_harmless();
}

#[test]
fn colours_come_on_request_only() {
    let escape = "\u{1b}[";
    assert!(!project().run(&["check"]).stdout.contains(escape));
    assert!(project().run(&["check", "--color", "always"]).stdout.contains(escape));
    assert!(project().run_with(".", &["check"], &[("FORCE_COLOR", "1")], "").stdout.contains(escape));
    let variables = [("FORCE_COLOR", "1"), ("NO_COLOR", "1")];
    assert!(!project().run_with(".", &["check"], &variables, "").stdout.contains(escape));
}

#[test]
fn a_report_goes_to_a_file() {
    let project = project();
    let ran = project.run(&["check", "--format", "json", "--output-file", "out.json"]);
    assert_eq!(ran.exits(1).says("out.json").stdout, "");
    assert!(project.read("out.json").starts_with("{\"version\":1,"));
    project.run(&["check", "--output-file", "no/such/folder"]).exits(2);
}

#[test]
#[cfg(unix)]
fn control_characters_reach_no_terminal() {
    let project = Project::with_law()
        .file("a\u{1b}[31m\n\u{202e}.ts", "var a = 1 // \u{1b}]0;x\u{7} \u{9b} \u{202e}\n")
        .file("lawbook.toml", "extends = [\"./law\"]\n");
    for format in ["pretty", "agent", "json"] {
        project.run(&["check", "--format", format]).exits(1).is_harmless();
    }
    project.run(&["check", "--format", "pretty"]).shows("a\\u{1b}[31m\\u{a}\\u{202e}.ts:1:1");
    project.run(&["check", "--rule", "\u{1b}[31m"]).exits(2).is_harmless();
    project.run(&["check", "--\u{1b}[31m"]).exits(2).is_harmless();
    let project = project.file("lawbook.toml", "x\u{1b}\u{202e} = 1\n");
    project.run(&["check"]).exits(2).is_harmless();
}

#[test]
fn timings_are_printed_apart_from_the_report() {
    let ran = project().run(&["check", "--timings", "--format", "json"]);
    ran.exits(1).says("discover ").says("check ");
    ran.json();
}

#[test]
#[cfg(unix)]
fn a_closed_pipe_is_no_error() {
    let project = Project::with_law().file("a.ts", "debugger\n".repeat(20_000));
    let mut command = std::process::Command::new("sh");
    let script = format!("'{}' check --format pretty | head -n 1", env!("CARGO_BIN_EXE_lawbook"));
    command.args(["-c", &script]).current_dir(project.path("."));
    support::run(command, "").notes_nothing();
}

#[test]
fn the_step_of_a_page_is_filled_in_and_said_once_where_it_is_the_same() {
    let page = |step: &str| {
        format!(
            "---\nsummary: No old calls.\nlanguages: [typescript]\nseverity: error\nrule: {{ pattern: old($X) }}\n{step}---\n\
             Why.\n\n## Help\nCall something else. There is more.\n"
        )
    };
    let report = |step: &str| {
        let project = Project::new().file("lawbook.toml", "extends = [\"./law\"]\n").file("law/no-old.md", page(step));
        let project = project.file("a.ts", "old(a);\nold(b);\n").file("b.ts", "old(a);\n");
        let json = project.run(&["check", "--format", "json"]).json();
        let steps: Vec<String> =
            json["diagnostics"].as_array().unwrap().iter().map(|one| one["do"].as_str().unwrap().to_owned()).collect();
        (steps, project.run(&["check", "--format", "agent"]).stdout)
    };
    let (steps, agent) = report("do: \"Call `next($X)`.\"\n");
    assert_eq!(steps, ["Call `next(a)`.", "Call `next(b)`.", "Call `next(a)`."]);
    assert!(
        agent.contains("  1:1 | old(a);\n    do: Call `next(a)`.\n  2:1 | old(b);\n    do: Call `next(b)`.\n"),
        "{agent}"
    );
    assert!(agent.contains("\n  help: Call something else. There is more.\n"), "{agent}");
    assert_eq!((agent.matches("do: ").count(), agent.matches("help: ").count()), (2, 1), "{agent}");
    let (steps, agent) = report("do: Call `next`.\n");
    assert_eq!(steps, ["Call `next`.", "Call `next`.", "Call `next`."]);
    assert!(agent.contains("  2:1 | old(b);\n  do: Call `next`.\n"), "{agent}");
    let (steps, agent) = report("");
    assert_eq!(steps, ["Call something else.", "Call something else.", "Call something else."]);
    assert!(agent.contains("  do: Call something else. There is more.\n"), "{agent}");
}
