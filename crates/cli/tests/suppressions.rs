//! Suppression comments: what they suppress, the suppression budget, and `lawbook suppressions`.

#![allow(clippy::unwrap_used, reason = "a list that is not as it should be fails its test")]

mod support;

use std::fs;

use serde_json::Value;
use support::schema::check_schema;
use support::{NO_DEBUGGER, Project, Ran};

const NO_FOO: &str =
    "id: no-foo\nlanguage: ts\nrule: {pattern: foo()}\n---\nid: no-bar\nlanguage: ts\nrule: {pattern: bar()}\n";

/// A project with a page and with two rules written for ast-grep.
fn project() -> Project {
    Project::new()
        .file("lawbook.toml", "extends = ['./law', './sg']\n")
        .file("law/no-debugger.md", NO_DEBUGGER)
        .file("sg/rules.yml", NO_FOO)
}

/// The findings of a check as `path:line rule`; asserts that they are the same with and without the prefilter.
#[track_caller]
fn found(project: &Project, args: &[&str]) -> Vec<String> {
    let run = |more: &[&str]| {
        let ran = project.run(&[&["check", "--format", "json", "--today", "2026-01-31"], args, more].concat());
        assert_ne!(ran.code, 2, "{ran:?}");
        lines(&ran)
    };
    let found = run(&[]);
    assert_eq!(run(&["--no-prefilter"]), found);
    found
}

fn lines(ran: &Ran) -> Vec<String> {
    let report = ran.json();
    let line = |found: &Value| {
        let line = &found["range"]["start"]["line"];
        format!("{}:{line} {}", found["path"].as_str().unwrap(), found["rule"].as_str().unwrap())
    };
    report["diagnostics"].as_array().unwrap().iter().map(line).collect()
}

#[test]
fn comments_of_ast_grep_suppress_the_rules_written_for_it() {
    let code = "\n// ast-grep-ignore\nfoo(); bar(); debugger\nfoo(); bar(); // ast-grep-ignore: no-foo\n\
                foo(\n); // ast-grep-ignore: no-foo because\n// ast-grep-ignore: no-bar\nfoo();\n";
    let project = project().file("a.ts", code);
    assert_eq!(
        found(&project, &[]),
        ["a.ts:2 malformed-suppression", "a.ts:3 no-debugger", "a.ts:4 no-bar", "a.ts:8 no-foo"]
    );
    assert_eq!(project.run(&["check", "--format", "json"]).json()["summary"]["suppressed"], 4);
    let project = project
        .file("a.ts", "// ast-grep-ignore: no-foo\n\nfoo()\nbar()\n")
        .file("b.ts", "// ast-grep-ignore\n\nfoo()\nbar()\n");
    assert_eq!(found(&project, &[]), ["a.ts:4 no-bar", "b.ts:1 malformed-suppression"]);
}

#[test]
fn where_no_rule_looks_there_is_nothing_to_suppress() {
    let wrong = "// lawbook-ignore no-foo\nfoo();\n";
    let sg = Project::new().file("lawbook.toml", "extends = ['./sg']\n").file("sg/rules.yml", NO_FOO);
    let project = sg.file("a.ts", wrong).file("b.tsx", wrong).file("c.rs", wrong);
    assert_eq!(found(&project, &[]), ["a.ts:1 malformed-suppression", "a.ts:2 no-foo"]);
    assert_eq!(found(&project, &["--parse-all"]), ["a.ts:1 malformed-suppression", "a.ts:2 no-foo"]);
    let project = project.file("lawbook.toml", "extends = ['./sg']\n[suppressions]\nmax = 0\n");
    let malformed = |file: &str| format!("{file}:1 malformed-suppression");
    assert_eq!(
        found(&project, &[]),
        [malformed("a.ts"), "a.ts:2 no-foo".to_owned(), malformed("b.tsx"), malformed("c.rs")]
    );
}

#[test]
fn no_comment_suppresses_a_rule_that_is_not_suppressible() {
    let page = NO_DEBUGGER.replace("severity: warning\n", "severity: warning\nsuppressible: false\n");
    let project = project().file("law/no-debugger.md", page);
    for (comment, line) in [
        ("debugger // lawbook-ignore no-debugger: the format wants it", 1),
        ("// lawbook-ignore no-debugger: the format wants it\ndebugger", 2),
        ("// lawbook-ignore law/no-debugger: the format wants it\ndebugger", 2),
        ("/* lawbook-ignore-file no-debugger: the format wants it */\ndebugger", 2),
        ("// lawbook-ignore-start no-debugger: the format wants it\ndebugger\n// lawbook-ignore-end no-debugger", 2),
        ("// ast-grep-ignore: no-debugger\ndebugger", 2),
        ("// ast-grep-ignore\n\ndebugger", 3),
        ("debugger // ast-grep-ignore", 1),
        ("// eslint-disable-next-line\ndebugger", 2),
    ] {
        let project = Project::new()
            .file("lawbook.toml", project.read("lawbook.toml"))
            .file("law/no-debugger.md", project.read("law/no-debugger.md"))
            .file("sg/rules.yml", NO_FOO)
            .file("a.ts", comment);
        let found = found(&project, &["--pack", "law"]);
        assert!(found.contains(&format!("a.ts:{line} no-debugger")), "{comment}: {found:?}");
        let says = project.run(&["check"]).stdout.contains("cannot be suppressed by a comment");
        assert_eq!(says, comment.contains("lawbook-ignore"), "{comment}");
    }
}

fn with_budget(budget: &str) -> Project {
    let one = "debugger // lawbook-ignore no-debugger: the format wants it\n";
    project()
        .file("lawbook.toml", format!("extends = ['./law', './sg']\n[rules]\nmalformed-suppression = 'off'\n{budget}"))
        .file("src/a.ts", one.repeat(2))
        .file("src/b.ts", format!("{one}foo() // ast-grep-ignore: no-foo\n"))
        .file("c.ts", format!("{one}bar() // ast-grep-ignore\nnone() // ast-grep-ignore: no-bar\n"))
}

#[track_caller]
fn check_budget(budget: &str, args: &[&str], expected: &[&str], message: &str) {
    let project = with_budget(budget);
    assert_eq!(found(&project, args), expected, "{budget}");
    let ran = project.run(&[&["check", "--format", "json"], args].concat());
    let report = ran.json();
    for found in report["diagnostics"].as_array().unwrap() {
        assert_eq!((&found["message"], &found["severity"]), (&Value::from(message), &Value::from("error")));
    }
}

#[test]
fn a_budget_reports_the_ones_beyond_it() {
    let over = "suppression-budget";
    check_budget("[suppressions]\nmax = 7\n", &[], &[], "");
    check_budget(
        "[suppressions]\nmax = 5\n",
        &[],
        &[&format!("src/b.ts:1 {over}"), &format!("src/b.ts:2 {over}")],
        "there are 7 suppressions, and 5 may be (lawbook.toml:5)",
    );
    let of_rule = "[[suppressions.budgets]]\nrule = 'no-debugger'\nmax = 3\n";
    check_budget(
        of_rule,
        &[],
        &[&format!("src/b.ts:1 {over}")],
        "there are 4 suppressions of `no-debugger`, and 3 may be (lawbook.toml:6)",
    );
    let of_folder = "[[suppressions.budgets]]\nfiles = ['src/**', 'lib/**']\nmax = 2\n";
    let message = "there are 3 suppressions in `src/**`, `lib/**`, and 2 may be";
    check_budget(of_folder, &["src/a.ts", "c.ts"], &[], message);
    let of_both = "[[suppressions.budgets]]\nrule = 'no-bar'\nfiles = ['c.ts']\nmax = 1\n";
    check_budget(
        of_both,
        &[],
        &[&format!("c.ts:3 {over}")],
        "there are 2 suppressions of `no-bar` in `c.ts`, and 1 may be (lawbook.toml:7)",
    );
}

#[test]
fn a_limited_run_counts_its_own_comments_and_no_comment_suppresses_a_budget() {
    let budget = "[suppressions]\nmax = 3\n";
    check_budget(budget, &["src/a.ts"], &[], "");
    check_budget(budget, &["--rule", "no-debugger"], &[], "");
    // ast-grep comments are read only for rules that run.
    let alone = ["--rule", "suppression-budget"];
    let message = "there are 4 suppressions, and 3 may be (lawbook.toml:5)";
    check_budget(budget, &alone, &["src/b.ts:1 suppression-budget"], message);
    let ran = with_budget(budget).run(&["check", "--format", "json", "src", "c.ts"]);
    assert_eq!(ran.json()["diagnostics"][0]["verify"], "lawbook check src c.ts");
    let project = with_budget("[suppressions]\nmax = 0\n")
        .file("src/a.ts", "// lawbook-ignore-file suppression-budget: the format wants it\n");
    let found = found(&project, &["src/a.ts", "src/b.ts"]);
    assert_eq!(
        found,
        ["src/a.ts:1 unused-suppression", "src/b.ts:1 suppression-budget", "src/b.ts:2 suppression-budget"]
    );
}

#[test]
fn expired_and_unused_suppressions_are_not_counted() {
    let project = with_budget("[suppressions]\nmax = 0\n").file(
        "src/a.ts",
        "debugger // lawbook-ignore no-debugger until=2026-01-30: the format wants it\nx // lawbook-ignore no-such: the format wants it\n",
    );
    let expected = ["src/a.ts:1 expired-suppression", "src/a.ts:1 no-debugger", "src/a.ts:2 unused-suppression"];
    let mut found = found(&project, &["src/a.ts"]);
    found.sort();
    assert_eq!(found, expected);
}

#[test]
fn a_budget_names_known_suppressible_rules() {
    let says = |budget: &str, text: &str| {
        with_budget(budget).run(&["check"]).exits(2).says(text);
    };
    says("[[suppressions.budgets]]\nrule = 'no-debuger'\nmax = 1\n", "unknown rule `no-debuger`");
    says("[[suppressions.budgets]]\nrule = 'no-debuger'\nmax = 1\n", "did you mean `no-debugger`?");
    says("[[suppressions.budgets]]\nrule = 'unchecked-file'\nmax = 1\n", "no comment can suppress `unchecked-file`");
    says("[suppressions]\nmax = true\n", "expected a whole number from 0 on");
}

const LISTED: &str =
    "a // lawbook-ignore x owner=@me ticket=T-1 until=2026-01-30: the format wants it\n// @ts-ignore\nb\n";

/// Runs git without the settings of the machine.
#[track_caller]
fn git(project: &Project, args: &[&str]) {
    let mut command = std::process::Command::new("git");
    command.args(args).current_dir(project.path(".")).env("GIT_CONFIG_GLOBAL", "/dev/null");
    for (name, value) in [("AUTHOR", "Ada"), ("COMMITTER", "Bob")] {
        command.env(format!("GIT_{name}_NAME"), value).env(format!("GIT_{name}_EMAIL"), "x@example.com");
        command.env(format!("GIT_{name}_DATE"), "2026-01-01T12:00:00Z");
    }
    let ran = support::run(command, "");
    assert_eq!(ran.code, 0, "{ran:?}");
}

fn list(project: &Project, args: &[&str]) -> Ran {
    let path = std::env::var("PATH").unwrap();
    let args = [&["suppressions", "--today", "2026-01-31"], args].concat();
    project.run_with(".", &args, &[("PATH", &path)], "")
}

#[test]
fn all_are_listed_for_people() {
    let project = Project::new().file("src/a.ts", LISTED).file("b.rs", "#[allow(dead_code, a::b)]\nfn f() {}\n");
    let expected = "\
b.rs:1      rust        #[allow] dead_code, a::b  -  no reason
src/a.ts:1  lawbook     lawbook-ignore x          -  owner=@me  ticket=T-1  until=2026-01-30 (expired)  the format wants it
src/a.ts:2  typescript  @ts-ignore                -  no reason
3 suppressions in 2 of 2 files; 1 expired; 2 without a reason
";
    assert_eq!(list(&project, &[]).exits(0).stdout, expected);
    list(&project, &["b.rs"]).exits(0).shows("1 suppression in 1 of 1 file; 1 without a reason\n");
    list(&project, &["no-such"]).exits(2);
}

#[test]
fn everything_that_is_left_out_is_reported() {
    let project = Project::new().file("a.ts", b"\xff\xfe\xff".as_slice()).file("b.ts", "// lawbook-ignore\n");
    let ran = list(&project, &[]);
    ran.exits(0).shows("a.ts  not searched: it is neither UTF-8").shows("1 malformed one left out");
    let list = list(&project, &["--format", "json"]).json();
    assert_eq!((&list["unread"][0]["path"], &list["summary"]["malformed"]), (&Value::from("a.ts"), &Value::from(1)));
}

#[test]
fn age_and_author_come_from_git_line_by_line() {
    let project = Project::new().file("a b/ä.ts", LISTED).file("gone.ts", "x\n");
    git(&project, &["init", "--quiet"]);
    // Before the first commit no line has an author.
    list(&project, &[]).exits(0).shows("ä.ts:2  typescript  @ts-ignore        -  no reason");
    git(&project, &["add", "--all"]);
    git(&project, &["commit", "--quiet", "-m", "first"]);
    let project =
        project.file("a b/ä.ts", format!("new // @ts-expect-error\n// @ts-ignore\n{LISTED}")).file("c.ts", LISTED);
    let ran = list(&project, &[]);
    ran.exits(0).shows("a b/ä.ts:2  typescript  @ts-ignore        -             no reason");
    ran.shows("a b/ä.ts:4  typescript  @ts-ignore        Ada, 30 days  no reason");
    ran.shows("c.ts:2      typescript  @ts-ignore        -             no reason");
    assert_eq!(ran.stderr, "");
    let schema: Value = serde_json::from_str(include_str!("../schema/suppressions-v1.json")).unwrap();
    let listed = list(&project, &["--format", "json"]).json();
    check_schema(&schema, &listed);
    let own = &listed["suppressions"][1];
    assert_eq!(own["committed"], Value::Null, "{own}");
    let own = listed["suppressions"].as_array().unwrap().iter().find(|one| one["owner"] == "@me").unwrap();
    assert_eq!((&own["author"], &own["committed"]), (&Value::from("Ada"), &Value::from("2026-01-01")));
    assert_eq!((&own["age_days"], &own["expired"], &own["until"]), (&30.into(), &true.into(), &"2026-01-30".into()));
}

#[test]
#[cfg(unix)]
fn blame_runs_no_program_that_a_repository_names() {
    let project = Project::new().file("a.ts", LISTED).file(".gitattributes", "*.ts filter=evil diff=evil\n");
    git(&project, &["init", "--quiet"]);
    git(&project, &["add", "--all"]);
    git(&project, &["commit", "--quiet", "-m", "first"]);
    let touch = format!("touch '{}'; cat", project.path("ran").display());
    for setting in ["filter.evil.clean", "filter.evil.smudge", "diff.evil.textconv", "core.fsmonitor", "core.pager"] {
        git(&project, &["config", setting, &touch]);
    }
    let project = project.file("a.ts", format!("{LISTED}more\n"));
    list(&project, &[]).exits(0).shows("Ada, 30 days");
    assert!(!project.path("ran").exists());
}

#[test]
fn without_git_the_list_has_no_authors_and_a_note_says_so() {
    let project = Project::new().file("a.ts", LISTED);
    git(&project, &["init", "--quiet"]);
    git(&project, &["add", "--all"]);
    git(&project, &["commit", "--quiet", "-m", "first"]);
    let ran = project.run_with(".", &["suppressions"], &[("PATH", "/no/such")], "");
    ran.exits(0).shows("2 suppressions").says("some authors and ages are missing: git cannot be started");
}

/// A committed project whose suppressions are Ada's, by the name that `.mailmap` gives her.
fn committed() -> Project {
    let project = Project::new().file("a.ts", LISTED).file(".mailmap", "Ada Lovelace <x@example.com>\n");
    git(&project, &["init", "--quiet"]);
    git(&project, &["add", "--all"]);
    git(&project, &["commit", "--quiet", "-m", "first"]);
    project
}

#[test]
#[cfg(unix)]
fn settings_of_a_repository_do_not_steer_blame() {
    for (name, value) in [
        ("blame.ignoreRevsFile", "/no/such/file"),
        ("blame.ignoreRevsFile", "/dev/zero"),
        ("blame.ignoreRevsFile", "pipe"),
        ("i18n.logOutputEncoding", "UTF-16"),
        ("i18n.commitEncoding", "UTF-16"),
        ("mailmap.file", "pipe"),
        ("mailmap.blob", "HEAD:a.ts"),
        ("core.attributesFile", "pipe"),
        ("diff.algorithm", "no-such"),
        ("diff.orderFile", "pipe"),
        ("blame.date", "no-such"),
    ] {
        let project = committed();
        support::make_pipe(&project.path("pipe"));
        git(&project, &["config", name, value]);
        let begin = std::time::Instant::now();
        let ran = list(&project, &["a.ts"]);
        ran.exits(0).shows("Ada Lovelace, 30 days  no reason");
        assert_eq!(ran.stderr, "", "{name} = {value}");
        assert!(begin.elapsed().as_secs() < 3, "{name} = {value} took {:?}", begin.elapsed());
    }
}

#[test]
#[cfg(unix)]
fn files_that_git_reads_in_the_working_tree_do_not_hang_blame() {
    for name in [".mailmap", ".gitattributes", ".gitignore"] {
        let project = committed();
        let _ = fs::remove_file(project.path(name));
        support::make_pipe(&project.path(name));
        let begin = std::time::Instant::now();
        list(&project, &["a.ts"]).exits(0).shows("Ada Lovelace, 30 days  no reason");
        assert!(begin.elapsed().as_secs() < 3, "{name} took {:?}", begin.elapsed());
    }
}

#[test]
fn no_control_character_reaches_a_terminal() {
    let project =
        Project::new().file("a.ts", "// @ts-ignore \u{1b}[31m red \u{202e}\nb // eslint-disable-line \u{9b}x\n");
    for format in ["text", "json"] {
        list(&project, &["--format", format]).exits(0).is_harmless();
    }
}

const PAGE_WITH_EXCEPTIONS: &str = "---\nsummary: No alert.\nlanguages: [typescript, javascript]\nseverity: error\n\
    exceptions: The page has no other way to tell.\nrule: { pattern: alert($X) }\n---\nWhy.\n\n## Bad\n```ts\n\
    alert(1); // error\n```\n\n## Good\n```ts\na();\n```\n";

/// A committed project with a page that has exceptions and one that has none.
fn committed_law(config: &str, files: &[(&str, &str)]) -> Project {
    let mut project = project().file("law/no-alert.md", PAGE_WITH_EXCEPTIONS);
    project = project.file("lawbook.toml", format!("extends = ['./law', './sg']\n{config}"));
    for (path, text) in files {
        project = project.file(path, text);
    }
    git(&project, &["init", "--quiet"]);
    git(&project, &["add", "--all"]);
    git(&project, &["commit", "--quiet", "-m", "first"]);
    project
}

/// Checks the level of the one new suppression that a text adds.
#[track_caller]
fn check_new(config: &str, text: &str, level: Option<&str>) {
    let project = committed_law(config, &[("a.ts", "b();\n")]).file("a.ts", text);
    let report = project.run(&["check", "--changed", "--format", "json", "--today", "2026-01-31"]).json();
    let new: Vec<&Value> =
        report["diagnostics"].as_array().unwrap().iter().filter(|found| found["rule"] == "new-suppression").collect();
    let levels: Vec<&str> = new.iter().map(|found| found["severity"].as_str().unwrap()).collect();
    assert_eq!(levels, level.into_iter().collect::<Vec<_>>(), "{config} {text}: {report}");
}

#[test]
fn a_suppression_that_a_change_adds_is_named_with_the_level_it_deserves() {
    let right = "alert(1); // lawbook-ignore no-alert: the shell has no dialog\n";
    let wrong = "debugger; // lawbook-ignore no-debugger: the shell has no dialog\n";
    let agents = "[rules]\nnew-suppression = 'error'\n";
    check_new("", "b();\n\n", None);
    check_new("", right, Some("info"));
    check_new("", wrong, Some("warning"));
    check_new(agents, right, Some("info"));
    check_new(agents, wrong, Some("error"));
    check_new(agents, "// @ts-ignore the types of the shell lag\nb();\n", Some("error"));
    check_new(&format!("{agents}[suppressions]\nmax = 0\n"), right, Some("error"));
    check_new("", "// lawbook-ignore-file new-suppression: the shell has no dialog\nb();\n", Some("warning"));
    check_new("", "debugger; // lawbook-ignore no-debugger: ok\n", None);
    check_new("", "foo(); // ast-grep-ignore: no-foo\n", Some("warning"));
}

/// Checks the lines of the suppressions that a change from the one text to the other adds.
#[track_caller]
fn check_new_lines(before: &str, now: &str, lines: &[u64]) {
    let project = committed_law("", &[("a.ts", before)]).file("a.ts", now);
    let report = project.run(&["check", "--changed", "--format", "json"]).json();
    let found = report["diagnostics"].as_array().unwrap().iter().filter(|found| found["rule"] == "new-suppression");
    let found: Vec<u64> = found.map(|found| found["range"]["start"]["line"].as_u64().unwrap()).collect();
    assert_eq!(found, lines, "{now}: {report}");
}

#[test]
fn of_equal_suppressions_the_one_on_a_changed_line_is_new() {
    let one = |name: &str| format!("test('{name}', () => {{\n  // eslint-disable-next-line no-x\n  b();\n}});\n");
    let (a, b, c) = (one("a"), one("b"), one("c"));
    check_new_lines(&b, &format!("{a}{b}"), &[2]);
    check_new_lines(&b, &format!("{b}{c}"), &[6]);
    check_new_lines(&format!("{a}{c}"), &format!("{a}{b}{c}"), &[6]);
    check_new_lines(&format!("{a}{b}"), &format!("{b}{a}"), &[]);
    check_new_lines(&format!("{a}{b}"), &b, &[]);
}

#[test]
fn new_suppressions_are_known_to_no_baseline_and_stand_on_any_line() {
    let text = "alert(1); // lawbook-ignore no-alert: the shell has no dialog\n";
    let project = committed_law("", &[("a.ts", "b();\n")]).file("a.ts", text);
    project.run(&["baseline", "create"]).exits(0);
    for mode in [&["--changed"][..], &["--changed", "--lines-only"], &["--since", "HEAD"]] {
        let report = project.run(&[&["check", "--format", "json"], mode].concat()).json();
        assert_eq!(report["diagnostics"][0]["rule"], "new-suppression", "{mode:?}: {report}");
    }
    assert_eq!(project.run(&["check", "--format", "json"]).json()["diagnostics"], Value::Array(Vec::new()));
}

/// Checks the comment that a report prints for the finding in a text.
#[track_caller]
fn check_printed(path: &str, text: &str, expected: &str) {
    let project = project().file("law/no-alert.md", PAGE_WITH_EXCEPTIONS).file(path, text);
    let (agent, pretty) = (project.run(&["check", "--format", "agent"]), project.run(&["check", "--format", "pretty"]));
    let says = format!("not if: The page has no other way to tell. Then {expected}\n");
    for ran in [agent, pretty] {
        assert_eq!(ran.stdout.matches(&says).count(), 1, "{says}: {}", ran.stdout);
    }
}

#[test]
fn the_comment_to_write_fits_its_place_and_suppresses() {
    let above = "above the line: // lawbook-ignore no-alert: REASON";
    check_printed("a.ts", "alert(1);\nalert(2);\n", above);
    check_printed("a.tsx", "const a = (\n  <p\n    onClick={() => alert(1)}\n  />\n);\n", above);
    check_printed("a.tsx", "const a = (\n  <p>\n    {f(() => {\n      alert(1);\n    })}\n  </p>\n);\n", above);
    let bracketed = "above the line: {/* lawbook-ignore no-alert: REASON */}";
    check_printed("a.tsx", "const a = (\n  <p>\n    {alert(1)}\n  </p>\n);\n", bracketed);
    check_printed("a.tsx", "const a = (\n  <p>\n    words and {alert(1)}\n  </p>\n);\n", bracketed);
    check_printed("a.ts", "const a = `b\n${alert(1)}`;\n", "behind the line: /* lawbook-ignore no-alert: REASON */");
}

/// Checks the text that `--fix` makes of a text.
#[track_caller]
fn check_fixed(path: &str, text: &str, expected: &str) {
    let project = project().file(path, text);
    project.run(&["check", "--fix"]);
    assert_eq!(project.read(path), expected, "{text}");
}

#[test]
fn unused_suppressions_are_deleted_by_a_safe_fix() {
    let one = "lawbook-ignore no-debugger: the format wants it";
    check_fixed("a.ts", &format!("// {one}\nb();\n"), "b();\n");
    check_fixed("a.ts", &format!("b(); // {one}\nc();\n"), "b();\nc();\n");
    check_fixed("a.tsx", &format!("a = <p>\n  {{/* {one} */}}\n  <b/></p>;\n"), "a = <p>\n  <b/></p>;\n");
    check_fixed("a.ts", &format!("/*\n * Of b.\n * {one}\n */\nb();\n"), "/*\n * Of b.\n */\nb();\n");
    check_fixed("a.ts", &format!("/* {one} */\nb();\n\n// {one}\nc();\n"), "b();\n\nc();\n");
    let region = "// lawbook-ignore-start no-debugger: the format wants it\nb();\n// lawbook-ignore-end no-debugger\n";
    check_fixed("a.ts", region, "b();\n");
    // Only the rule that finds nothing is taken from a list.
    for (list, rest) in [
        ("no-debugger, no-foo", "no-debugger"),
        ("no-foo, no-debugger", "no-debugger"),
        ("no-foo, no-debugger, no-bar", "no-debugger"),
        ("no-foo, no-bar, no-debugger until=2026-02-01", "no-debugger until=2026-02-01"),
    ] {
        let written = |list: &str| format!("debugger; // lawbook-ignore {list}: the format wants it\n");
        let project = project().file("a.ts", written(list));
        project.run(&["check", "--fix", "--today", "2026-01-31"]);
        assert_eq!(project.read("a.ts"), written(rest), "{list}");
    }
    // A suppression that suppresses something stays, and so does a name that may be a typing error.
    for text in [format!("debugger; // {one}\n"), one.replace("no-debugger", "no-debuger") + "\n"] {
        let text = if text.starts_with("debugger") { text } else { format!("// {text}b();\n") };
        check_fixed("a.ts", &text, &text);
    }
}

#[test]
fn a_page_says_when_to_suppress_and_a_list_of_tools_names_known_ones() {
    let project = project().file("law/no-alert.md", PAGE_WITH_EXCEPTIONS).file("a.ts", "alert(1);\n");
    let explained = project.run(&["explain", "no-alert"]).stdout;
    assert!(explained.contains("Exceptions\nThe page has no other way to tell."), "{explained}");
    assert!(explained.contains("`// lawbook-ignore no-alert: REASON`"), "{explained}");
    let rule = &project.run(&["check", "--format", "json"]).json()["rules"][0];
    assert_eq!(
        (&rule["exceptions"], &rule["suppressible"]),
        (&"The page has no other way to tell.".into(), &true.into())
    );
    let wrong = PAGE_WITH_EXCEPTIONS.replace("exceptions:", "suppressible: false\nexceptions:");
    let refused = project.file("law/no-alert.md", wrong).run(&["check"]);
    assert!(refused.exits(1).stdout.contains("has no `exceptions`"), "{refused:?}");
    let config = "[rules]\nno-unreasoned-suppression = { tools = ['eslint', 'eslintt'] }\n";
    let project = Project::new().file("lawbook.toml", config);
    project.run(&["check"]).exits(2).says("no tool is called `eslintt`");
}

#[test]
fn a_suppression_with_a_reason_as_short_as_the_settings_allow_keeps_its_code() {
    let page = "---\nsummary: No log.\nlanguages: [typescript]\nseverity: error\nrule:\n  kind: expression_statement\n  \
                has: { pattern: log($$$) }\nfix: { template: '', safety: safe }\n---\nWhy.\n";
    let text = "// lawbook-ignore no-foo: protocol\nlog(foo());\ng();\n";
    let project = project().file("law/no-log.md", page).file("a.ts", text);
    let project = project.file("lawbook.toml", "extends = ['./law', './sg']\n[suppressions]\nmin_words = 1\n");
    let ran = project.run(&["check", "--fix"]);
    assert_eq!(project.read("a.ts"), text, "{ran:?}");
    // A fix that was just refused is not offered again.
    ran.says("the comment above would be left to other code");
    assert!(!ran.stdout.contains("fixable"), "{ran:?}");
    // One that would delete a comment is never offered.
    let commented = project.file("a.ts", "log(/* words */ 1);\n");
    let ran = commented.run(&["check", "--format", "json"]);
    assert_eq!(ran.json()["summary"]["fixable"], 0, "{ran:?}");
}

#[test]
fn a_list_with_a_name_that_is_used_loses_only_the_others() {
    let list = "debugger; // lawbook-ignore no-debugger, no-foo: the format wants it\n";
    let project = project().file("a.ts", list);
    let message = |project: &Project| {
        let report = project.run(&["check", "--format", "json"]).json();
        report["diagnostics"][0]["message"].as_str().unwrap().to_owned()
    };
    assert_eq!(message(&project), "`no-foo` finds nothing here; delete its name from this suppression");
    let project = project.file("a.ts", list.replace("debugger;", "b();"));
    assert_eq!(message(&project), "`no-debugger` finds nothing here; delete this suppression");
    // A name that two packs have.
    let project = project.file("web/law/no-debugger.md", NO_DEBUGGER);
    let project = project.file("lawbook.toml", "extends = ['./law', './web/law']\n");
    let project = project.file("a.ts", "b(); // lawbook-ignore no-debugger: the format wants it\n");
    let several = "`no-debugger` is a rule of several packs: write `law/no-debugger` or `web/law/no-debugger`";
    assert_eq!(message(&project), several);
    // A name that is like no other, where there are many.
    let project = project.file("lawbook.toml", "extends = ['recommended']\n");
    let project = project.file("a.ts", "b(); // lawbook-ignore zzzzzzzzzz: the format wants it\n");
    assert!(message(&project).len() < 400, "{}", message(&project));
}
