//! `[files] fences`: the code in Markdown files, with every command.

#![allow(clippy::unwrap_used, reason = "a report that is not as it should be fails its test")]

mod support;

use serde_json::Value;
use support::git::{check_with, git, repository};
use support::{Project, Ran};

const FENCES: &str = "extends = [\"./law\"]\n[files]\nfences = true\n";

/// A page whose rule has a fix of several lines.
const NO_OLD: &str = "---
summary: Call the new one.
languages: [typescript]
severity: warning
rule: { pattern: old($A) }
fix: { template: \"fresh(\\n  $A,\\n)\", safety: safe }
---
The old one is slow.

## Bad
```ts
old(1); // error
```

## Good
```ts
fresh(1);
```
";

const NONE: [&str; 0] = [];

/// A project with `fences = true`.
fn project() -> Project {
    Project::with_law().file("law/no-old.md", NO_OLD).file("lawbook.toml", FENCES)
}

/// The findings of a run as `path:line:column rule`.
#[track_caller]
fn lines(ran: &Ran) -> Vec<String> {
    assert_ne!(ran.code, 2, "{ran:?}");
    let report = ran.json();
    let line = |found: &Value| {
        let start = &found["range"]["start"];
        let (path, rule) = (found["path"].as_str().unwrap(), found["rule"].as_str().unwrap());
        format!("{path}:{}:{} {rule}", start["line"], start["column"])
    };
    report["diagnostics"].as_array().unwrap().iter().map(line).collect()
}

/// The findings of a check; asserts that they are the same with and without the prefilter.
#[track_caller]
fn found(project: &Project, args: &[&str]) -> Vec<String> {
    let run = |more: &[&str]| lines(&project.run(&[&["check", "--format", "json"], args, more].concat()));
    let found = run(&[]);
    assert_eq!(run(&["--no-prefilter"]), found);
    found
}

/// The findings of a check of standard input as the file `name`.
#[track_caller]
fn found_in_text(project: &Project, name: &str, text: &str) -> Vec<String> {
    lines(&project.run_with(".", &["check", "--format", "json", "--stdin-filename", name], &[], text))
}

/// The findings of a check in a repository.
#[track_caller]
fn found_in_change(project: &Project, args: &[&str]) -> Vec<String> {
    lines(&check_with(project, args, &[]))
}

#[test]
fn fences_are_checked_only_where_the_settings_say_so() {
    let text = "# A\n\n```ts\ndebugger;\n```\n";
    let off = Project::with_law().file("docs/a.md", text).file("b.ts", "debugger;\n");
    assert_eq!(found(&off, &[]), ["b.ts:1:1 no-debugger"]);
    off.run(&["check", "docs/a.md"]).exits(2).says("nothing was checked in `docs/a.md`");
    off.run_with(".", &["check", "--stdin-filename", "docs/a.md"], &[], text).exits(2).says("nothing was checked");
    off.run(&["config", "explain", "docs/a.md"]).exits(0).shows("none: no rule looks at it");
    let on = off.file("lawbook.toml", FENCES);
    assert_eq!(found(&on, &[]), ["b.ts:1:1 no-debugger", "docs/a.md:4:1 no-debugger"]);
    assert_eq!(found(&on, &["docs/a.md"]), ["docs/a.md:4:1 no-debugger"]);
    assert_eq!(found_in_text(&on, "docs/a.md", text), ["docs/a.md:4:1 no-debugger"]);
    on.run(&["config", "explain", "docs/a.md"]).exits(0).shows("dialect    markdown");
    on.run(&["rules", "--for", "docs/a.md"]).exits(0).shows("no-debugger");
}

#[test]
fn findings_stand_where_the_code_stands_in_the_file() {
    let text = "- é\n\n  ```ts\n  let a; debugger;\n  ```\n\n> ```js\n> if (a) {\n>   debugger;\n> }\n> ```\n";
    let project = project().file("README.md", text).file("notes.markdown", "~~~typescript\nvar a = 1\n~~~\n");
    let expected =
        ["README.md:4:10 no-debugger", "README.md:9:5 no-debugger", "notes.markdown:2:1 no-var"].map(str::to_owned);
    assert_eq!(found(&project, &[]), expected);
    project.run(&["check"]).exits(1).shows("README.md:4:10").shows("  let a; debugger;");
}

#[test]
fn a_fix_is_written_with_the_prefix_of_its_block() {
    let text =
        "1. One\n\n   ```ts\n   if (a) {\n     old(b);\n   }\n   ```\n\n2. Two: old(c)\n\n> ```ts\n> old(d);\n> ```\n";
    let fixed = "1. One\n\n   ```ts\n   if (a) {\n     fresh(\n       b,\n     );\n   }\n   ```\n\n2. Two: old(c)\n\n> ```ts\n> fresh(\n>   d,\n> );\n> ```\n";
    let project = project().file("README.md", text);
    project.run(&["check", "--diff"]).exits(1).shows("+     fresh(\n").shows("+>   d,\n");
    assert_eq!(project.read("README.md"), text);
    project.run(&["check", "--fix"]).exits(0).says("fixed 2 findings in 1 file");
    assert_eq!(project.read("README.md"), fixed);
}

#[test]
fn a_suppression_holds_in_its_block() {
    let text = "```ts\ndebugger; // lawbook-ignore no-debugger: shows what it does\n```\n\n```ts\ndebugger;\n```\n\n\
                ```js\n// eslint-disable-next-line no-debugger -- the same\nlet a;\n```\n";
    let project = project().file("a.md", text);
    assert_eq!(found(&project, &[]), ["a.md:6:1 no-debugger"]);
    let list = project.run(&["suppressions", "--format", "json"]).exits(0).json();
    let tools: Vec<&str> =
        list["suppressions"].as_array().unwrap().iter().map(|one| one["tool"].as_str().unwrap()).collect();
    assert_eq!((tools, &list["unread"]), (vec!["lawbook", "eslint"], &serde_json::json!([])));
}

#[test]
fn a_block_that_does_not_parse_is_no_finding() {
    let project = project().file("a.md", "```ts\nlet a = ;\ndebugger;\n...\n```\n");
    assert_eq!(found(&project, &[]), ["a.md:3:1 no-debugger"]);
}

#[test]
fn a_known_finding_stays_known_when_text_moves_it() {
    let project = project().file("a.md", "```ts\ndebugger;\n```\n");
    project.run(&["baseline", "create"]).exits(0);
    let project = project.file("a.md", "# A\n\n- b\n\n  ```ts\n  let c;\n  debugger;\n  ```\n");
    assert_eq!(found(&project, &[]), NONE);
}

#[test]
fn a_change_holds_markdown_too() {
    let project = repository(&[("lawbook.toml", FENCES), ("a.md", "```ts\ndebugger;\n```\n")]);
    let project = project.file("a.md", "# A\n\n```ts\ndebugger;\nvar a = 1\n```\n").file("b.md", "debugger\n");
    assert_eq!(found_in_change(&project, &["--changed"]), ["a.md:5:1 no-var"]);
    assert_eq!(found_in_change(&project, &["--staged"]), NONE);
    git(&project, &["add", "--all"]);
    assert_eq!(found_in_change(&project, &["--staged"]), ["a.md:5:1 no-var"]);
    assert_eq!(found_in_change(&project, &["--staged", "--all"]).len(), 2);
}

/// The pages of loaded packs show wrong code on purpose, so they are not checked. A README beside them is.
#[test]
fn the_pages_of_loaded_packs_are_skipped_by_every_command() {
    let text = "```ts\nold(1);\n```\n";
    let wrong = NO_OLD.replace("old(1); // error", "old(1); debugger; // error");
    let project = repository(&[("lawbook.toml", FENCES)])
        .file("law/no-old.md", &wrong)
        .file("law/README.md", text)
        .file("unloaded/no-old.md", text);
    let expected = ["law/README.md:2:1 no-old", "unloaded/no-old.md:2:1 no-old"];
    let page = "law/no-old.md";
    assert_eq!(found(&project, &[]), expected);
    assert_eq!(found(&project, &["law"]), expected[..1]);
    project.run(&["check", page, "law/no-debugger.md"]).exits(2).says("nothing was checked in `law/no-old.md`");
    project.run_with(".", &["check", "--stdin-filename", page], &[], &wrong).exits(2).says("nothing was checked");
    assert_eq!(found_in_text(&project, "law/README.md", text), expected[..1]);
    assert_eq!(found_in_change(&project, &["--changed"]), expected);
    git(&project, &["add", "--all"]);
    assert_eq!(found_in_change(&project, &["--staged"]), expected);
    assert_eq!(found_in_change(&project, &["--since=HEAD", "--all"]), expected);
    project.run(&["suppressions"]).exits(0);
    project.run(&["baseline", "create"]).exits(0);
    assert_eq!(found(&project, &[]), NONE);
    project.run(&["check", "--fix", "--no-baseline"]).exits(0).says("fixed 2 findings in 2 files");
    assert_eq!(project.read(page), wrong);
    assert_eq!(project.read("law/README.md"), "```ts\nfresh(\n  1,\n);\n```\n");
}

#[test]
fn a_page_that_is_named_with_rules_is_left_out() {
    let text = "```ts\nold(1);\n```\n";
    let project = Project::new()
        .file("lawbook.toml", "[files]\nfences = true\n")
        .file("more/no-old.md", NO_OLD)
        .file("more/a.md", text)
        .file("b.md", text);
    assert_eq!(found(&project, &["--rules", "more/no-old.md"]), ["b.md:2:1 no-old", "more/a.md:2:1 no-old"]);
}

#[cfg(unix)]
#[test]
fn a_page_is_left_out_under_the_name_of_a_link_too() {
    let project = project().file("shared/no-old.md", NO_OLD).file("a.md", "```ts\nold(1);\n```\n");
    std::fs::remove_file(project.path("law/no-old.md")).unwrap();
    std::os::unix::fs::symlink("../shared/no-old.md", project.path("law/no-old.md")).unwrap();
    assert_eq!(found(&project, &[]), ["a.md:2:1 no-old"]);
    project.run(&["check", "law/no-old.md", "shared"]).exits(2).says("nothing was checked");
}

#[test]
fn the_tree_of_a_block_can_be_looked_at() {
    let project = Project::new().file("a.md", "# A\n\n> ```ts\n> f();\n> ```\n");
    let file = project.run(&["inspect", "a.md", "--format", "json"]).exits(0).json();
    let dialects: Vec<&str> =
        file["trees"].as_array().unwrap().iter().map(|tree| tree["dialect"].as_str().unwrap()).collect();
    assert_eq!(dialects, ["markdown", "typescript"]);
}
