//! Which formats are written, and where.

mod support;

use support::Project;

fn project() -> Project {
    Project::with_law().file("src/a.ts", "debugger\nvar a = 1\n")
}

#[test]
fn each_format_with_a_file_is_written_beside_the_one_that_is_shown() {
    let project = project().file("out/old.json", "old");
    let formats = ["--format", "agent", "--format", "json=out/old.json", "--format", "pretty=out/people.txt"];
    let ran = project.run(&[&["check", "src"], formats.as_slice()].concat());
    ran.exits(1).shows("src/a.ts error no-var").says("the report is in out/old.json").says("out/people.txt");
    assert_eq!(project.read("out/old.json"), project.run(&["check", "src", "--format", "json"]).stdout);
    assert_eq!(project.read("out/people.txt"), project.run(&["check", "src"]).stdout);
    let ran = project.run(&[&["check", "src"], formats.as_slice(), &["--output-file", "out/agent.txt"]].concat());
    assert_eq!(ran.exits(1).stdout, "");
    assert!(project.read("out/agent.txt").starts_with("src/a.ts error no-var"));
}

#[test]
fn with_files_only_the_default_format_is_shown() {
    let ran = project().run(&["check", "--format", "json=out.json"]);
    ran.exits(1).shows("  1 | debugger\n").says("the report is in out.json");
    let ran = project().run_with(".", &["check", "--format", "json=out.json"], &[("CLAUDECODE", "1")], "");
    ran.exits(1).shows("; verify: lawbook check").says("format `agent`");
}

#[test]
fn paths_are_seen_from_the_working_directory() {
    let project = project();
    project.run_with("src", &["check", "--format", "json=a.json"], &[], "").exits(1);
    assert!(project.read("src/a.json").starts_with("{\"version\":1,"));
    project.run(&["check", "--format", "json=no/such/out.json"]).exits(2).says("`no/such/out.json` cannot be written");
}

#[test]
fn a_file_is_no_answer_for_mistakes() {
    let ran = project().run(&["check", "--format", "json=out.json", "--rule", "no-such"]);
    assert!(ran.exits(2).stdout.is_empty() && ran.stderr.contains("no-such"), "{ran:?}");
}

#[test]
fn fixed_text_is_the_answer_and_files_are_written_too() {
    let args = ["check", "--stdin-filename", "src/b.ts", "--fix", "--unsafe-fixes", "--format", "json=out.json"];
    let project = project();
    let ran = project.run_with(".", &args, &[], "var a = 1\n");
    assert_eq!(ran.exits(0).stdout, "let a = 1\n");
    assert!(project.read("out.json").contains("\"fixed\":1"));
}

#[test]
fn a_table_is_printed_apart_only_where_no_report_has_it() {
    let table = "1 no-debugger warning in 1 file\n";
    project().run(&["check", "--format", "json", "--statistics"]).says(table);
    let ran = project().run(&["check", "--format", "json=out.json", "--statistics"]);
    assert!(!ran.shows(table).stderr.contains(table), "{ran:?}");
}
