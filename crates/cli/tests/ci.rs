//! The formats for the logs of services, and which format is chosen where one runs the command.

#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use support::git::git;
use support::{NO_DEBUGGER, Project};

fn project() -> Project {
    Project::with_law().file("src/a,b:c%d.ts", "debugger\nfunction f() {\n\tvar a = 1\n}\n")
}

const GITHUB: &[(&str, &str)] = &[("GITHUB_ACTIONS", "true"), ("CI", "true")];

#[test]
fn github_gets_commands_and_people_get_the_report() {
    let ran = project().run(&["check", "--format", "github"]);
    let commands = "\
::group::lawbook: annotations
::error file=src/a%2Cb%3Ac%25d.ts,line=3,endLine=3,col=2,endColumn=11,title=lawbook%3A no-var::Declare with const or let.
::warning file=src/a%2Cb%3Ac%25d.ts,line=1,endLine=1,col=1,endColumn=9,title=lawbook%3A no-debugger::Leave no breakpoint behind.%0ADelete the statement.
::endgroup::
";
    let people = project().run(&["check", "--format", "pretty"]);
    assert_eq!(ran.exits(1).stdout, format!("{commands}{}", people.stdout));
    let clean = Project::with_law().file("a.ts", "let a = 1;\n").run(&["check", "a.ts", "--format", "github"]);
    assert_eq!(clean.exits(0).stdout, "no findings in 1 file\n");
}

#[test]
fn a_finding_of_several_lines_has_no_columns() {
    let page = NO_DEBUGGER.replace("pattern: debugger", "kind: function_declaration");
    let project = Project::with_law().file("law/no-debugger.md", page).file("a.ts", "\n function f() {\n}\n");
    let ran = project.run(&["check", "--format", "github"]);
    ran.shows("::warning file=a.ts,line=2,endLine=3,title=lawbook%3A no-debugger::");
}

#[test]
fn ten_of_a_level_are_annotated_and_all_are_shown() {
    let project = Project::with_law().file("a.ts", "debugger\n".repeat(34)).file("z.ts", "var a = 1\n".repeat(2));
    for (format, command) in [("github", "::warning "), ("azure", "##vso[task.logissue type=warning;")] {
        let ran = project.run(&["check", "--format", format]);
        assert_eq!(ran.stdout.matches(command).count(), 10, "{}", ran.stdout);
        ran.shows("lawbook: 24 warnings ").shows("a.ts:34:1: warning: ").shows("\n2 errors, 34 warnings in 2 files");
        assert!(ran.stdout.find("z.ts") < ran.stdout.find("a.ts"), "{}", ran.stdout);
    }
}

#[test]
fn azure_gets_commands_and_people_get_the_report() {
    let project = project().file("src/x];y.ts", "debugger\n");
    let ran = project.run(&["check", "--format", "azure"]);
    let commands = "\
##[group]lawbook: issues
##vso[task.logissue type=error;sourcepath=src/a,b:c%d.ts;linenumber=3;columnnumber=2;code=no-var;]Declare with const or let.
##vso[task.logissue type=warning;sourcepath=src/a,b:c%d.ts;linenumber=1;columnnumber=1;code=no-debugger;]Leave no breakpoint behind.
##vso[task.logissue type=warning;sourcepath=src/x%5D%3By.ts;linenumber=1;columnnumber=1;code=no-debugger;]Leave no breakpoint behind.
##[endgroup]
";
    assert_eq!(ran.exits(1).stdout, format!("{commands}{}", project.run(&["check", "--format", "pretty"]).stdout));
}

#[test]
fn code_that_is_shown_gives_the_service_no_command() {
    let line = "var a = 1 // ##vso[task.setvariable variable=PATH]x ##[add-path]x\n";
    let project = Project::with_law().file("a.ts", line);
    let azure = project.run(&["check", "--format", "azure"]);
    azure.shows("// ##vso\\u{5b}task.setvariable");
    let github = project.run(&["check", "--format", "github"]);
    let (before, shown) = github.stdout.split_once("::stop-commands::").unwrap();
    let (word, shown) = shown.split_once('\n').unwrap();
    let (shown, after) = shown.split_once(&format!("::{word}::\n")).unwrap();
    assert!(shown.contains("##[add-path]") && !before.contains("##[add") && after.is_empty(), "{github:?}");
    let other = project.file("b.ts", "debugger\n").run(&["check", "--format", "github"]);
    assert!(!other.stdout.contains(word), "the word depends on the report");
}

#[test]
fn paths_count_from_the_top_of_the_repository() {
    let project = Project::new()
        .file("pkg/x/lawbook.toml", "extends = [\"./law\"]\n")
        .file("pkg/x/law/no-debugger.md", NO_DEBUGGER)
        .file("pkg/x/src/a.ts", "debugger\n");
    git(&project, &["init", "--quiet"]);
    for folder in ["pkg/x", "pkg/x/src"] {
        project
            .run_with(folder, &["check", "--format", "github"], &[], "")
            .shows("::warning file=pkg/x/src/a.ts,line=1");
        project.run_with(folder, &["check", "--format", "azure"], &[], "").shows(";sourcepath=pkg/x/src/a.ts;line");
    }
}

#[test]
fn the_service_that_runs_the_command_chooses_the_format() {
    let project = project();
    let chosen =
        |variables: &[(&str, &str)], args: &[&str]| project.run_with(".", &[&["check"], args].concat(), variables, "");
    chosen(GITHUB, &[]).says("format `github`, because GITHUB_ACTIONS is set").shows("::error file=");
    chosen(&[("TF_BUILD", "True")], &[]).says("format `azure`, because TF_BUILD is set").shows("##vso[task.logissue ");
    let gitlab = chosen(&[("GITLAB_CI", "true")], &[]);
    gitlab.says("`--format gitlab=gl-code-quality-report.json` writes the report").shows("  3 |");
    chosen(&[("GITLAB_CI", "true"), ("TF_BUILD", "True")], &[]).says("format `azure`, because TF_BUILD is set");
    let both = chosen(&[("GITHUB_ACTIONS", "true"), ("CLAUDECODE", "1")], &[]);
    both.says("format `agent`").shows("verify: lawbook check");
    for variables in [&[("GITHUB_ACTIONS", "false")], &[("GITHUB_ACTIONS", "")], &[("CI", "true")]] {
        let ran = chosen(variables, &[]);
        ran.notes_nothing();
        assert!(ran.stdout.starts_with("src/"), "{ran:?}");
    }
    chosen(GITHUB, &["--format", "json"]).notes_nothing();
    let with_file = chosen(&[("GITLAB_CI", "true")], &["--format", "gitlab=out.json"]);
    assert_eq!(with_file.notes().collect::<Vec<_>>(), ["lawbook: the report is in out.json"]);
}

#[test]
fn the_summary_of_a_step_grows_with_each_run() {
    let project = project().file("summary.md", "# Before");
    let at = project.path("summary.md");
    let variables = [("GITHUB_ACTIONS", "true"), ("GITHUB_STEP_SUMMARY", at.to_str().unwrap())];
    project.run_with(".", &["check"], &variables, "").exits(1);
    let summary = project.read("summary.md");
    assert!(summary.starts_with("# Before\n\n**lawbook**: 1 error, 1 warning in 1 file"), "{summary}");
    assert!(summary.contains("\n| error | `src/a,b:c%d.ts:3` | "), "{summary}");
    project.run_with(".", &["check", "--format", "json"], &variables, "").exits(1);
    assert_eq!(project.read("summary.md"), summary);
    project.run_with(".", &["check"], &variables, "").exits(1);
    assert_eq!(project.read("summary.md").matches("**lawbook**").count(), 2);
}

#[test]
fn the_summary_of_a_step_stays_below_its_limit() {
    let project = Project::with_law().file("a.ts", "debugger\n".repeat(30_000)).file("z.ts", "var a = 1\n");
    let project = project.file("summary.md", "x".repeat(1000));
    let at = project.path("summary.md");
    let variables = [("GITHUB_STEP_SUMMARY", at.to_str().unwrap())];
    project.run_with(".", &["check", "--format", "github=log.txt"], &variables, "").exits(1);
    let summary = project.read("summary.md");
    assert!(summary.len() <= 1 << 20 && summary.len() > 1 << 19, "{}", summary.len());
    assert!(summary.find("z.ts") < summary.find("a.ts") && summary.contains("Not shown for lack of room: "));
    // A summary without room, or that cannot be written, is no reason to fail.
    let project = project.file("summary.md", "x".repeat(1 << 20));
    project.run_with(".", &["check", "--format", "github=log.txt"], &variables, "").exits(1);
    assert_eq!(project.read("summary.md").len(), 1 << 20);
    let gone = [("GITHUB_STEP_SUMMARY", "/no/such/summary.md")];
    project.run_with(".", &["check", "--format", "github=log.txt"], &gone, "").exits(1).says("summary of the step");
}

/// A page whose message quotes code.
const NO_MARK: &str = "---
summary: Leave no mark.
languages: [typescript]
severity: error
message: \"`$A` is ] ; 100%25 :: , ##vso[x] %3B\\n::warning::x\"
rule: { pattern: 'mark($A)' }
---
A mark is for tests.

## Help
Delete it.
";

/// Names with the signs of both formats.
const NAMES: [&str; 10] = [
    "a b.ts",
    "100%25.ts",
    "it's \"q\".ts",
    "x]y;z,w.ts",
    "s::t.ts",
    "𐐀.ts",
    "new\nline.ts",
    "%AZP25%3B.ts",
    "a=b,file=c.ts",
    "##vso[x]#h?&.ts",
];

/// A command as the service reads it: its name, its properties, and the text behind it.
type Read = (String, Vec<(String, String)>, String);

/// Reads a command in the way of the program that runs jobs: `between` separates properties; escapes are replaced one after
/// the other, the last one last.
fn read(command: &str, text: &str, between: char, [of_property, of_text]: [&[(&str, &str)]; 2]) -> Read {
    let unescaped = |text: &str, escapes: &[(&str, &str)]| {
        escapes.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
    };
    let (name, properties) = command.split_once(' ').unwrap();
    let properties = properties.split(between).filter(|part| !part.is_empty()).map(|part| {
        let (name, value) = part.split_once('=').unwrap();
        (name.to_owned(), unescaped(value, of_property))
    });
    (name.to_owned(), properties.collect(), unescaped(text, of_text))
}

/// Files with these names, each with two findings: the first behind an astral character in a file with a byte order mark.
fn marked(names: &[&str]) -> Project {
    let project = Project::new().file("lawbook.toml", "extends = [\"./law\"]\n").file("law/no-mark.md", NO_MARK);
    names.iter().fold(project, |project, name| project.file(name, "\u{feff}'𐐀'; mark(1);\r\n\tmark(2)\n"))
}

#[track_caller]
fn check_read(format: &str, [path, line, column]: [&str; 3], names: &[&str], all: &[Read]) {
    assert_eq!(all.len(), 10, "{format}");
    let mut names = names.to_vec();
    names.sort_unstable();
    for (number, (_, properties, text)) in all.iter().enumerate() {
        let property = |name: &str| {
            let found = properties.iter().find(|(known, _)| known == name);
            found.map_or_else(|| panic!("{format}: no {name} in {properties:?}"), |(_, value)| value.clone())
        };
        let (at, value) = if number % 2 == 0 { (("1", "7"), 1) } else { (("2", "2"), 2) };
        assert_eq!(
            (property(path), property(line), property(column)),
            (names[number / 2].into(), at.0.into(), at.1.into())
        );
        let message = format!("`{value}` is ] ; 100%25 :: , ##vso[x] %3B\n::warning::x");
        assert!(text.starts_with(&message), "{format}: {text:?}");
    }
}

#[test]
fn github_reads_names_and_messages_as_they_are() {
    let of_text = [("%0D", "\r"), ("%0A", "\n"), ("%25", "%")];
    let of_property = [("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")];
    for names in NAMES.chunks(5) {
        let ran = marked(names).run(&["check", "--format", "github"]);
        let commands = ran.stdout.lines().filter_map(|line| line.strip_prefix("::")?.split_once("::"));
        let commands = commands.filter(|(command, _)| command.starts_with("error "));
        let all: Vec<Read> =
            commands.map(|(command, text)| read(command, text, ',', [&of_property, &of_text])).collect();
        check_read("github", ["file", "line", "col"], names, &all);
        ran.is_harmless();
    }
}

#[test]
fn azure_reads_names_and_messages_as_they_are() {
    let escapes = [("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%AZP25", "%")];
    for names in NAMES.chunks(5) {
        let ran = marked(names).run(&["check", "--format", "azure"]);
        // A command may start anywhere in a line.
        let commands = ran.stdout.lines().filter_map(|line| line.split_once("##vso[")?.1.split_once(']'));
        let all: Vec<Read> = commands.map(|(command, text)| read(command, text, ';', [&escapes, &escapes])).collect();
        assert!(all.iter().all(|(name, ..)| name == "task.logissue"), "{all:?}");
        check_read("azure", ["sourcepath", "linenumber", "columnnumber"], names, &all);
        ran.is_harmless();
    }
}
