//! The commands other than `check`.

mod support;

use support::{NO_DEBUGGER, Project};

#[test]
fn explain_prints_the_page() {
    let ran = Project::with_law().run(&["explain", "no-debugger"]);
    ran.exits(0)
        .shows("no-debugger: Leave no breakpoint behind.")
        .shows("A breakpoint stops whoever runs the code next.")
        .shows("Delete the statement.")
        .shows("Bad (ts)\n    debugger // error\n")
        .shows("Good (ts)");
    Project::with_law().run(&["explain", "law/no-debugger"]).exits(0);
}

#[test]
fn explain_offers_the_nearest_name() {
    Project::with_law().run(&["explain", "no-debuger"]).exits(2).says("did you mean `no-debugger`?");
}

#[test]
fn rules_are_listed_with_what_set_them() {
    let project = Project::with_law().file("lawbook.toml", "extends = [\"./law\"]\n[rules]\nno-debugger = \"off\"\n");
    let ran = project.run(&["rules"]);
    ran.exits(0).shows("off     no-debugger").shows("lawbook.toml:3").shows("error   no-var");
    let list = project.run(&["rules", "--format", "json"]).exits(0).json();
    let levels: Vec<(&str, &str)> = list["rules"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|rule| rule["pack"] == "law")
        .map(|rule| (rule["id"].as_str().unwrap(), rule["level"].as_str().unwrap()))
        .collect();
    assert_eq!(levels, [("no-debugger", "off"), ("no-var", "error")]);
}

#[test]
fn rules_are_listed_for_one_file() {
    let project = Project::with_law().file("lawbook.toml", "extends = [\"./law\"]\n[files]\nexclude = [\"dist/**\"]\n");
    project.run(&["rules", "--for", "src/new.ts"]).exits(0).shows("warning no-debugger").shows("error   no-var");
    project.run(&["rules", "--for", "dist/a.ts"]).exits(0).shows("0 rules run on dist/a.ts");
}

#[test]
fn opinions_are_on_only_with_their_preset() {
    let project = Project::new().file("lawbook.toml", "extends = [\"recommended\"]\n").file("a.ts", "let a: any;\n");
    project.run(&["check"]).exits(0).shows("no findings");
    let project = project.file("lawbook.toml", "extends = [\"recommended\", \"agents\"]\n");
    project.run(&["check"]).exits(0).shows("[no-explicit-any]");
    project.run(&["rules"]).exits(0).shows("no-unwrap").shows("no-focused-test");
}

#[test]
fn init_writes_a_configuration_that_works_and_never_overwrites() {
    let project = Project::new().file("a.ts", "let b = 2;\n");
    project.run(&["init", "--yes"]).exits(0).shows("lawbook check");
    let written = project.read("lawbook.toml");
    project.run(&["check"]).exits(0);
    project.run(&["init", "--yes"]).exits(0).shows("Already set up: nothing to write.\n");
    assert_eq!(project.read("lawbook.toml"), written);
    let project = Project::new().file("lawbook.toml", written.replace("# tests =", "tests ="));
    project.run(&["config", "explain", "tests/a.py"]).exits(0).shows("yes, by `tests/**` (lawbook.toml:");
}

#[test]
fn pages_are_tested() {
    let project = Project::with_law();
    project.run(&["test", "law/no-debugger.md"]).exits(0).shows("1 page passed");
    let weak = NO_DEBUGGER.split("## Good").next().unwrap();
    let project = project.file("law/no-debugger.md", weak);
    project.run(&["test"]).exits(1).shows("law/no-debugger.md:").shows("in 2 pages");
    project.file("law/bad.md", "no head").run(&["test"]).exits(2).says("law/bad.md");
    Project::new().run(&["test"]).exits(2).says("no pages to test");
    Project::new().file("law/a.txt", "").run(&["test", "law"]).exits(2).says("`law` holds no rule");
    let page = NO_DEBUGGER.replace("debugger", "forbidden()");
    let project = Project::new().file("rulesets/security/no-eval.md", &page).file("law/no-eval.md", &page);
    let ran = project.run(&["test", "rulesets/security/no-eval.md"]);
    ran.exits(0).says("an earlier text of `no-eval`: run `cargo xtask rulesets`");
    assert_eq!(project.run(&["test", "law/no-eval.md"]).exits(0).stderr, "");
}

#[test]
fn a_rule_of_ast_grep_for_a_language_that_is_not_read_is_not_tested() {
    let rule = "id: no-foo\nlanguage: go\nrule: { pattern: foo }\n";
    let line = "the rule `no-foo` of ast-grep does not run: this binary does not read `go` (it reads ";
    let project = Project::with_law().file("law/r.yml", rule).file("a.ts", "let a\n");
    project.run(&["test"]).exits(0).shows("2 pages passed").says(line);
    project.run(&["check"]).exits(0).says(line);
    project.run(&["rules"]).exits(0).shows("(does not run)").says(line);
    project.run(&["test", "law/r.yml"]).exits(2).says("no pages to test").says("does not read `go`");
    // A mistake in such a file is one.
    project.file("law/r.yml", "id: [a]\n").run(&["test"]).exits(2).says("law/r.yml");
}

#[test]
fn what_is_wrong_in_several_dialects_is_told_once() {
    let page = NO_DEBUGGER.replace("const a = 1;\n```\n```js", "const a = 1;\ndebugger;\n```\n```js");
    let project = Project::with_law().file("law/no-debugger.md", &page);
    let ran = project.run(&["test", "law/no-debugger.md"]);
    ran.exits(1).shows("Leave no breakpoint behind. (as typescript, tsx, javascript)\n1 failure in 1 page");
}

#[test]
fn two_marks_of_one_finding_are_told_as_such() {
    let page = NO_DEBUGGER.replacen("debugger // error\n", "debugger // error\n// ^^^ error\n", 1);
    let project = Project::with_law().file("law/no-debugger.md", &page);
    let ran = project.run(&["test", "law/no-debugger.md"]);
    ran.exits(1).shows("2 marks name 1 finding here");
    let page = NO_DEBUGGER.replacen("debugger // error\n", "a(); debugger // error\n//   ^^^ error\n", 1);
    let ran = project.file("law/no-debugger.md", &page).run(&["test", "law/no-debugger.md"]);
    ran.exits(1).shows("2 marks name 1 finding here: each mark stands for a finding of its own");
    assert!(!ran.stdout.contains("found none"), "{ran:?}");
}

#[test]
fn the_rules_of_a_file_that_is_not_read_are_said_to_be_none() {
    let project = Project::with_law();
    let ran = project.run(&["rules", "--for", "x.go"]);
    ran.exits(0).shows("no rules run on x.go: no language that is read has its extension");
    project.run(&["rules", "--for", "x.py"]).exits(0).shows("0 rules run on x.py");
    project.run(&["rules", "--for", "x.ts"]).exits(0).shows("2 rules run on x.ts");
}

#[test]
fn a_tree_is_printed_as_text_and_as_json() {
    let project = Project::new().file("a.ts", "let a = 1;\n").file("b.txt", "fn main() {}");
    project
        .run(&["inspect", "a.ts"])
        .exits(0)
        .shows("typescript (strict parser)\nprogram module 1:1-2:1")
        .shows("name: identifier identifier 1:5-1:6 \"a\"");
    let tree = project.run(&["inspect", "a.ts", "--format", "json"]).exits(0).json();
    assert_eq!(tree["trees"][0]["nodes"][0]["raw"], "program");
    project.run(&["inspect", "b.txt"]).exits(2).says("--language");
    project.run(&["inspect", "b.txt", "--language", "rust"]).exits(0).shows("function_item function");
    project.run(&["inspect", "b.txt", "--language", "rusty"]).exits(2).says("rust");
    project.run(&["inspect", "gone.ts"]).exits(2);
}

#[test]
fn the_configuration_of_a_file_is_explained() {
    let settings = "extends = [\"./law\"]\n[files]\nexclude = [\"dist/**\"]\n[rules]\nno-debugger = \"info\"\n";
    let project = Project::with_law().file("lawbook.toml", settings);
    project
        .run(&["config", "explain", "dist/a.test.tsx"])
        .exits(0)
        .shows("excluded   yes, by `dist/**` (lawbook.toml:3)")
        .shows("test file  yes, by `**/*.test.*` (the default)")
        .shows("dialect    tsx")
        .shows("settings   lawbook.toml");
    project
        .run(&["config", "explain", "a.ts"])
        .exits(0)
        .shows("excluded   no")
        .shows("protected  no")
        .shows("info    no-debugger  (lawbook.toml:5)");
}

#[test]
fn the_protection_of_a_file_is_explained() {
    let settings = "extends = [\"./law\"]\n[[protected]]\nfiles = [\"db\"]\naction = \"ask\"\nreason = \"live\"\n";
    let project = Project::with_law().file("lawbook.toml", settings);
    let shows = |path: &str, line: &str| {
        project.run(&["config", "explain", path]).exits(0).shows(line);
    };
    shows("db/a.ts", "protected  ask (lawbook.toml:2)");
    shows("a.ts", "protected  no");
    shows("web/lawbook.toml", "protected  deny: it says which rules hold here");
    shows("law/new.md", "protected  deny: its pages are the rules that hold here");
}

#[test]
fn help_and_version_are_answers() {
    let project = Project::new();
    project.run(&["--help"]).exits(0).shows("Checks files and folders");
    project.run(&["--version"]).exits(0).shows("lawbook ");
    project.run(&[]).exits(2).says("Usage");
}
