//! The law of a run: which `lawbook.toml` and pages hold for which files, and what a run says of them.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod support;

use std::fs;

use support::git::{check, commit, found, git, lawbook, repository};
use support::{NO_DEBUGGER, Project};

/// A page whose rule reports calls of this function.
fn page(function: &str) -> String {
    format!(
        "---\nsummary: Do not call it.\nlanguages: [typescript, javascript]\nseverity: error\n\
         rule: {{ node: call, where: {{ callee: {function} }} }}\n---\nWhy.\n"
    )
}

/// Asserts the findings of a check as `path rule`.
#[track_caller]
fn finds(project: &Project, cwd: &str, args: &[&str], expected: &[&str]) {
    let mut all = vec!["check", "--format", "json"];
    all.extend(args);
    let ran = project.run_with(cwd, &all, &[], "foo()\nbar()\neval(x)\n");
    assert_ne!(ran.code, 2, "{ran:?}");
    let text = if ran.stdout.starts_with('{') { &ran.stdout } else { &ran.stderr };
    let report: serde_json::Value = serde_json::from_str(&text[text.find('{').unwrap()..]).unwrap();
    let word = |found: &serde_json::Value, key: &str| found[key].as_str().unwrap().to_owned();
    let found = report["diagnostics"].as_array().unwrap().iter();
    let found: Vec<String> = found.map(|found| format!("{} {}", word(found, "path"), word(found, "rule"))).collect();
    assert_eq!(found, expected, "{args:?} in {cwd}");
}

/// A project whose folder `web` has a configuration and a law of its own.
fn nested(web: &str) -> Project {
    let code = "foo()\nbar()\neval(x)\n";
    Project::new()
        .file("lawbook.toml", "extends = [\"recommended\", \"./law\"]\n")
        .file("law/no-foo.md", page("foo"))
        .file("web/lawbook.toml", web)
        .file("web/law/no-bar.md", page("bar"))
        .file("web/a.ts", code)
        .file("web/gen/a.ts", code)
        .file("lib/a.ts", code)
}

#[test]
fn a_nested_file_says_what_differs_below_its_folder() {
    let lib = ["lib/a.ts no-foo", "lib/a.ts no-eval"];
    let project = nested("extends = [\"./law\"]\n[files]\nexclude = [\"gen/**\"]\n[rules]\nno-eval = \"off\"\n");
    let web = ["web/a.ts no-foo", "web/a.ts no-bar"];
    finds(&project, ".", &[], &[lib, web].concat());
    finds(&project, "web", &[], &web);
    finds(&project, ".", &["web/a.ts"], &web);
    finds(&project, ".", &["--stdin-filename", "web/new.ts"], &["web/new.ts no-foo", "web/new.ts no-bar"]);
    finds(&project, ".", &["--rule", "no-bar"], &["web/a.ts no-bar"]);
    finds(&project, ".", &["--pack", "web/law"], &["web/a.ts no-bar"]);
    let project = nested("root = true\nextends = [\"./law\"]\n[files]\nexclude = [\"gen/**\"]\n");
    finds(&project, ".", &[], &[&lib[..], &["web/a.ts no-bar"]].concat());
    finds(&project, "web", &[], &["a.ts no-bar"]);
    let project = nested("root = true\n[files]\nexclude = [\"gen/**\"]\n");
    finds(&project, ".", &[], &[&lib[..], &["web/a.ts no-eval"]].concat());
}

#[test]
fn the_nearest_file_wins_over_the_overrides_above_it() {
    let above = "extends = [\"recommended\"]\n[[overrides]]\nfiles = [\"**/*.ts\"]\nrules = { no-eval = \"off\" }\n";
    let project = Project::new().file("lawbook.toml", above).file("a/b/c.ts", "eval(x)\n").file("a/d.ts", "eval(x)\n");
    finds(&project, ".", &[], &[]);
    let project = project.file("a/lawbook.toml", "[rules]\nno-eval = \"warning\"\n");
    finds(&project, ".", &[], &["a/b/c.ts no-eval", "a/d.ts no-eval"]);
    let override_below = "[[overrides]]\nfiles = [\"*.ts\"]\nrules = { no-eval = \"off\" }\n";
    let project = project.file("a/b/lawbook.toml", override_below);
    finds(&project, ".", &[], &["a/d.ts no-eval"]);
}

#[test]
fn an_option_of_a_nested_file_holds_in_its_folder() {
    let above = "extends = []\n[rules]\nmax-function-lines = { level = \"error\", max = 2 }\n";
    let long = "function f() {\n  a();\n  b();\n  c();\n}\n";
    let project = Project::new().file("lawbook.toml", above).file("a.ts", long).file("web/a.ts", long);
    finds(&project, ".", &[], &["a.ts max-function-lines", "web/a.ts max-function-lines"]);
    let project = project.file("web/lawbook.toml", "[rules]\nmax-function-lines = { max = 9 }\n");
    finds(&project, ".", &[], &["a.ts max-function-lines"]);
    let project = project.file("lawbook.toml", "[rules]\nmax-function-lines = \"off\"\n");
    let ran = project.run(&["check"]);
    ran.exits(0).says("web/lawbook.toml:2: `max` does nothing, because `max-function-lines` is off");
}

#[test]
fn an_empty_extends_in_a_nested_file_is_a_mistake() {
    nested("extends = []\n").run(&["check"]).exits(2).says("web/lawbook.toml:1:1").says("root = true");
    nested("root = true\nextends = []\n").run(&["check"]).exits(1);
    nested("extends = [\"./none\"]\n").run(&["check"]).exits(2).says("web/lawbook.toml:1:12");
}

#[test]
fn rules_of_one_name_in_two_folders_are_told_apart() {
    let project = nested("extends = [\"./law\"]\n")
        .file("lib/law/no-bar.md", page("bar"))
        .file("lib/lawbook.toml", "extends = [\"./law\"]\n")
        .file("web/gen/a.ts", "// lawbook-ignore no-bar: the folder of the file says which rule is meant\nbar()\n");
    let lib = ["lib/a.ts no-foo", "lib/a.ts lib/law/no-bar", "lib/a.ts no-eval"];
    let web = ["web/a.ts no-foo", "web/a.ts web/law/no-bar", "web/a.ts no-eval"];
    finds(&project, ".", &[], &[lib, web].concat());
    finds(&project, ".", &["--rule", "web/law/no-bar"], &["web/a.ts no-bar"]);
    let project = project.file("web/lawbook.toml", "extends = [\"./law\"]\n[rules]\n\"web/law/no-bar\" = \"off\"\n");
    finds(&project, ".", &["web/a.ts"], &["web/a.ts no-foo", "web/a.ts no-eval"]);
    project.run(&["explain", "web/law/no-bar"]).exits(0).shows("off");
}

#[test]
fn the_commands_about_the_law_name_the_file_that_decides() {
    let project = nested("extends = [\"./law\"]\n[rules]\nno-eval = \"off\"\n");
    let ran = project.run(&["config", "explain", "web/a.ts"]);
    ran.exits(0).shows("lawbook.toml, web/lawbook.toml").shows("(web/lawbook.toml:3)");
    project.run(&["rules"]).exits(0).shows("in web: pack web/law");
    project.run(&["explain", "no-bar"]).exits(0).shows("error in web");
    project.run(&["explain", "no-eval"]).exits(0).shows("off in web, from web/lawbook.toml:3");
    project.run(&["rules", "--for", "web/a.ts"]).exits(0).shows("no-bar");
}

#[test]
fn without_extends_the_usual_preset_is_on() {
    for settings in ["", "[rules]\nno-empty-catch = \"off\"\n", "[files]\nexclude = [\"out\"]\n"] {
        let project = Project::new().file("lawbook.toml", settings).file("a.ts", "eval(x)\n");
        finds(&project, ".", &[], &["a.ts no-eval"]);
    }
    let project = Project::new().file("lawbook.toml", "extends = []\n[rules]\nno-eval = \"info\"\n");
    let project = project.file("a.ts", "eval(x)\ndebugger\n");
    finds(&project, ".", &[], &["a.ts no-eval"]);
}

#[test]
fn the_search_never_leaves_the_repository() {
    let outer = Project::new().file("lawbook.toml", "extends = []\n").file("repo/src/a.ts", "eval(x)\n");
    fs::create_dir(outer.path("repo/.git")).unwrap();
    finds(&outer, "repo", &[], &["src/a.ts no-eval"]);
    finds(&outer, "repo/src", &[], &["src/a.ts no-eval"]);
    fs::remove_dir(outer.path("repo/.git")).unwrap();
    outer.run_with("repo", &["check"], &[], "").exits(2).says("no rule is on");
}

#[test]
fn a_configuration_that_is_no_file_is_refused_and_one_of_another_name_is_named() {
    let project = Project::new().file("a.ts", "eval(x)\n");
    for name in [".lawbook.toml", "lawbook.json", "lawbook.yml"] {
        let project = Project::new().file("a.ts", "eval(x)\n").file(name, "{}");
        project.run(&["check"]).exits(1).says(&format!("`{name}` is not read"));
        // In folders below too, however the run comes to them.
        let project = Project::new().file("lawbook.toml", "").file("sub/deep/a.ts", "eval(x)\n");
        let project = project.file(&format!("sub/{name}"), "{}");
        for args in [&["check"][..], &["check", "sub"], &["check", "sub/deep/a.ts"]] {
            let line = format!("`sub/{name}` is not read");
            assert_eq!(project.run(args).exits(1).stderr.matches(&line).count(), 1, "{args:?}");
        }
    }
    fs::create_dir(project.path("lawbook.toml")).unwrap();
    project.run(&["check"]).exits(2).says("is a folder");
    fs::remove_dir(project.path("lawbook.toml")).unwrap();
    #[cfg(unix)]
    for target in ["/dev/null", "nowhere", "../x"] {
        for place in ["lawbook.toml", "sub/lawbook.toml"] {
            let project = Project::new().file("sub/a.ts", "eval(x)\n");
            std::os::unix::fs::symlink(target, project.path(place)).unwrap();
            project.run(&["check"]).exits(2).says(place);
        }
    }
}

#[test]
fn a_nested_file_may_extend_a_folder_above_it_and_nothing_above_the_root() {
    let project = Project::new().file("lawbook.toml", "extends = []\n[rules]\nno-empty-catch = \"error\"\n");
    let project = project.file("law/no-bar.md", page("bar")).file("web/a.ts", "bar()\n").file("a.ts", "bar()\n");
    let project = project.file("web/lawbook.toml", "extends = [\"../law\"]\n");
    finds(&project, ".", &[], &["web/a.ts no-bar"]);
    finds(&project, "web", &[], &["web/a.ts no-bar"]);
    for above in ["../../law", "../../../etc", "./../../x"] {
        let project = Project::new().file("lawbook.toml", "").file("web/a.ts", "bar()\n");
        let project = project.file("web/lawbook.toml", format!("extends = [\"{above}\"]\n"));
        project.run(&["check"]).exits(2).says(&format!("`{above}` leaves the root"));
    }
}

#[test]
fn a_named_configuration_replaces_the_search() {
    let project = nested("nonsense")
        .file("cfg/mine.toml", "extends = [\"./law\"]\n[files]\nexclude = [\"skip/**\"]\n")
        .file("cfg/law/no-bar.md", page("bar"))
        .file("cfg/skip/a.ts", "bar()\n");
    let expected = ["lib/a.ts no-bar", "web/a.ts no-bar", "web/gen/a.ts no-bar"];
    finds(&project, ".", &["--config", "cfg/mine.toml"], &expected);
    project.run(&["check", "--config", "cfg/none.toml"]).exits(2).says("cfg/none.toml");
    project.run(&["check", "--config", "cfg/mine.toml", "--no-config"]).exits(2);
    let elsewhere = Project::new().file("a.toml", "extends = [\"./law\"]\n").file("law/no-bar.md", page("bar"));
    let config = elsewhere.path("a.toml");
    finds(&project, "lib", &["--config", config.to_str().unwrap()], &["a.ts no-bar"]);
}

#[test]
fn a_rule_that_cannot_run_is_a_finding_and_stops_no_other_rule() {
    let broken = "---\nsumary: S.\nlanguages: [rust]\nseverity: error\nrule: {node: call}\n---\n";
    let kotlin = "---\nsummary: S.\nlanguages: [kotlin]\nseverity: error\nrule: {kind: call}\n---\n";
    let kind = "---\nsummary: S.\nlanguages: [rust]\nseverity: error\nrule: {kind: no_such}\n---\n";
    let native = "---\nsummary: S.\nlanguages: [rust]\nseverity: error\nnative: true\n---\n";
    for (text, line) in [(broken, 2), (kotlin, 3), (kind, 5), (native, 5), ("No head.\n", 1)] {
        let project = Project::with_law().file("law/bad-page.md", text).file("a.ts", "debugger\n");
        let ran = project.run(&["check", "--format", "json"]);
        let found = ran.exits(1).findings();
        assert!(found.contains(&("a.ts".to_owned(), "no-debugger".to_owned())), "{found:?}");
        assert!(found.contains(&("law/bad-page.md".to_owned(), "refused-rule".to_owned())), "{found:?}");
        let report = ran.json();
        let refused = report["diagnostics"].as_array().unwrap().iter().find(|found| found["rule"] == "refused-rule");
        assert_eq!(refused.unwrap()["range"]["start"]["line"], line, "{report}");
        project.run(&["check", "--strict-rules"]).exits(2).says("law/bad-page.md");
        project.run(&["test", "law/bad-page.md"]).exits(2).says("law/bad-page.md");
        project.run(&["check", "--rule", "bad-page"]).exits(2);
        project.run(&["check", "--rule", "no-var"]).exits(0);
        project.run(&["baseline", "create"]).exits(2).says("law/bad-page.md");
        let alone = Project::new().file("law/bad-page.md", text).file("a.ts", "debugger\n");
        alone.run(&["check", "--no-config", "--rules", "law"]).exits(2).says("bad-page.md").says("no rule is on");
    }
}

#[test]
fn a_rule_of_ast_grep_that_cannot_run_is_skipped() {
    let project = Project::with_law()
        .file("lawbook.toml", "extends = [\"./law\", \"./yml\"]\n")
        .file("yml/a.yml", "id: a\nlanguage: kotlin\nrule: {kind: x}\n")
        .file("yml/b.yml", "id: b\nlanguage: ts\nrule: {pattern: foo()}\n")
        .file("a.ts", "foo()\n");
    let ran = project.run(&["check", "--format", "json"]);
    ran.exits(0).says("`a`");
    assert_eq!(ran.json()["rules_skipped"][0]["rule"], "a");
    assert_eq!(ran.findings(), [("a.ts".to_owned(), "b".to_owned())]);
    project.run(&["check", "--strict-rules"]).exits(2);
}

#[test]
fn a_value_with_which_a_rule_cannot_run_is_a_mistake_at_its_place() {
    for (rule, value) in [
        ("todo-without-ticket", "{ level = \"error\", ticket = \"(\" }"),
        ("max-function-lines", "{ max = -3 }"),
        ("no-own", "{ name = \"[\" }"),
    ] {
        let own = "---\nsummary: S.\nlanguages: all\nseverity: error\noptions: {name: {default: x, doc: D.}}\n\
                   rule: {node: call, regex: {option: name}}\n---\nWhy.\n";
        let settings = format!("extends = [\"agents\", \"./law\"]\n[rules]\n{rule} = {value}\n");
        let project = Project::new().file("lawbook.toml", &settings).file("law/no-own.md", own).file("a.ts", "x\n");
        project.run(&["check"]).exits(2).says("lawbook.toml:3:").says(rule);
        let project = project.file("lawbook.toml", "extends = [\"agents\", \"./law\"]\n");
        let project = project
            .file("sub/lawbook.toml", format!("[[overrides]]\nfiles = [\"*.ts\"]\nrules = {{ {rule} = {value} }}\n"));
        project.run(&["check"]).exits(2).says("sub/lawbook.toml:3:").says(rule);
    }
}

#[test]
fn a_folder_counts_once_and_one_without_rules_is_refused() {
    let project = Project::with_law().file("a.ts", "debugger\n").file("empty/README.md", "").file("t.txt", "");
    for args in [&["--rules", "law"][..], &["--rules", "law/no-debugger.md"], &["--rules", "law", "--rules", "./law/"]]
    {
        finds(&project, ".", args, &["a.ts no-debugger"]);
    }
    for args in [&["--rules", "empty"][..], &["--rules", "t.txt"], &["--rules", "a.ts"], &["--rules", "none"]] {
        project.run(&[&["check"], args].concat()).exits(2);
    }
    for path in ["empty", "t.txt", "a.ts", "empty/README.md"] {
        project.run(&["test", path]).exits(2);
    }
    for entry in ["./empty", "./t.txt", "./law/no-debugger.md"] {
        let project = Project::with_law().file("empty/README.md", "").file("t.txt", "");
        let project = project.file("lawbook.toml", format!("extends = [\"recommended\", \"{entry}\"]\n"));
        project.run(&["check"]).exits(2).says("lawbook.toml:1:27");
    }
    let project = Project::with_law().file("law/a.MD", NO_DEBUGGER).file("law/b.markdown", NO_DEBUGGER);
    project.run(&["check"]).says("`law/a.MD` is not read").says("`law/b.markdown` is not read");
}

#[test]
fn a_page_with_the_id_of_a_built_in_rule_replaces_it_with_a_note() {
    let project = Project::new().file("law/no-eval.md", page("foo")).file("a.ts", "eval(x)\n");
    let project = project.file("lawbook.toml", "extends = [\"recommended\", \"./law\"]\n");
    finds(&project, ".", &[], &["a.ts lawbook/no-eval"]);
    let project = project.file("lawbook.toml", "extends = [\"./law\"]\n");
    project.run(&["check"]).exits(0).says("`law/no-eval.md` takes the place of the built-in rule `no-eval`");
    project.run(&["explain", "no-eval"]).says("takes the place").shows("pack         law");
}

#[test]
fn the_hint_at_the_end_works_as_it_is_printed() {
    let project = Project::with_law().file("mine/no-foo.md", page("foo")).file("a.ts", "foo()\n");
    let ran = project.run(&["check", "--rules", "mine"]);
    ran.exits(1).shows("`lawbook explain --rules mine no-foo` says why.");
    project.run(&["explain", "--rules", "mine", "no-foo"]).exits(0).shows("no-foo");
}

#[test]
fn what_the_settings_take_away_is_said() {
    let says = |settings: &str, said: &[&str]| {
        let project = Project::new().file("lawbook.toml", settings).file("a.ts", "let a;\n");
        let ran = project.run(&["check"]);
        for said in said {
            ran.exits(0).says(said);
        }
        ran
    };
    says("[rules]\nno-eval = \"off\"\n", &["law: 8 rules on", "off: no-eval (lawbook.toml:2)"]);
    says("[rules]\nno-eval = \"info\"\n", &["lower: no-eval (lawbook.toml:2, info for error)"]);
    says("[[overrides]]\nfiles = [\"**\"]\nrules = { no-eval = \"off\" }\n", &["off: no-eval in `**` (lawbook.toml:3"]);
    says("[files]\ntests = [\"**\"]\n", &["`tests` (lawbook.toml:2)"]);
    says("[rules]\nunused-suppression = \"off\"\n", &["off: unused-suppression"]);
    says("[rules]\nmax-function-lines = { max = 900 }\n", &["with options: max-function-lines (lawbook.toml:2)"]);
    says(
        "[suppressions]\nmin_words = 1\nmax_days = 900\n",
        &["looser: `min_words = 1` (lawbook.toml), `max_days = 900` (lawbook.toml)"],
    );
    says("extends = []\n[rules]\nno-eval = \"error\"\n", &["1 rule on", "the preset `recommended` (lawbook.toml:1)"]);
    let project =
        Project::new().file("lawbook.toml", "").file("src/lawbook.toml", "root = true\n").file("src/a.ts", "");
    project.run(&["check"]).exits(0).says("set apart: `root` (src/lawbook.toml:1)");
    let page = page("foo").replacen("severity: error", "severity: off", 1);
    let project = Project::new().file("lawbook.toml", "extends = [\"recommended\", \"./law\"]\n");
    let project = project.file("law/no-foo.md", page).file("a.ts", "let a;\n");
    project.run(&["check"]).exits(0).says("off: no-foo (its page in `law`)");
    let ran = says("extends = [\"recommended\"]\n[rules]\nno-unwrap = \"error\"\n", &[]);
    assert!(!ran.stderr.contains("law:"), "{}", ran.stderr);
}

#[test]
fn a_staged_check_reads_the_law_of_the_index() {
    let weaker = [
        ("lawbook.toml", "extends = [\"./law\"]\n[rules]\nno-debugger = \"off\"\n"),
        ("lawbook.toml", "extends = []\n"),
        ("law/no-debugger.md", ""),
        ("src/lawbook.toml", "[rules]\nno-debugger = \"off\"\n"),
    ];
    for (path, text) in weaker {
        let project = repository(&[("src/a.ts", "let a\n")]).file("src/a.ts", "debugger\n");
        git(&project, &["add", "src/a.ts"]);
        let project = if text.is_empty() {
            fs::remove_file(project.path(path)).unwrap();
            project
        } else {
            project.file(path, text)
        };
        assert_eq!(found(&project, &["--staged"]), ["src/a.ts no-debugger"], "{path} is not staged");
        git(&project, &["add", "--all"]);
        let ran = lawbook(&project, &["check", "--staged", "--format", "json"], &[]);
        if ran.code != 2 {
            assert_eq!(
                ran.findings_in_code(),
                [("src/a.ts".to_owned(), "no-debugger".to_owned())],
                "by the law before"
            );
            assert_eq!(ran.weakened(), [path]);
            ran.says(&format!("the law differs from HEAD: {path}"));
            assert_eq!(ran.json()["law_changed"][0], path);
        }
    }
}

#[test]
fn a_staged_check_reads_the_baseline_of_the_index() {
    let project = repository(&[("src/a.ts", "let a\n")]).file("src/a.ts", "debugger\n");
    git(&project, &["add", "src/a.ts"]);
    lawbook(&project, &["baseline", "create"], &[]).exits(0);
    assert_eq!(found(&project, &["--staged"]), ["src/a.ts no-debugger"]);
    check(&project, &["--staged"]).says("not in git's index, so not read: .lawbook/baseline/src/baseline.txt");
    git(&project, &["add", "--all"]);
    let accepted = ["--staged", "--accept-law", "goes with the new parser"];
    assert_eq!(found(&project, &accepted), [".lawbook/baseline/src/baseline.txt weakened-law"]);
    check(&project, &["--staged"]).says("the law differs from HEAD: .lawbook/baseline/src/baseline.txt");
    // Nobody is asked to take back what is accepted.
    let back = "Take this part of the change back";
    for format in ["pretty", "agent", "junit"] {
        let shown = |args: &[&str]| lawbook(&project, &[&["check", "--format", format], args].concat(), &[]).stdout;
        let (refused, accepted) = (shown(&["--staged"]), shown(&accepted));
        assert!(refused.contains(back) && !accepted.contains(back), "{accepted}");
        assert!(accepted.contains("Accepted for this run: goes with the new parser"), "{accepted}");
    }
    fs::remove_dir_all(project.path(".lawbook")).unwrap();
    assert_eq!(found(&project, &accepted), [".lawbook/baseline/src/baseline.txt weakened-law"], "the index has it");
}

#[test]
fn changes_of_the_law_since_a_base_are_named() {
    let project = repository(&[("src/a.ts", "let a\n")]);
    assert!(!check(&project, &["--changed"]).stderr.contains("differs"));
    let project = project.file("law/no-foo.md", page("foo")).file("src/lawbook.toml", "[files]\nexclude = [\"x\"]\n");
    fs::remove_file(project.path("law/no-var.md")).unwrap();
    let said = "the law differs from HEAD: law/no-foo.md, law/no-var.md, src/lawbook.toml";
    check(&project, &["--changed"]).says(said);
    commit(&project, "second");
    check(&project, &["--since", "HEAD~1"]).says(&said.replace("HEAD", "HEAD~1"));
    assert!(!check(&project, &["--changed"]).stderr.contains("differs"));
    fs::remove_file(project.path("lawbook.toml")).unwrap();
    check(&project, &["--changed"]).says("lawbook.toml");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("mine.txt", project.path("lawbook.toml")).unwrap();
        let project = project.file("mine.txt", "extends = [\"./law\"]\n");
        commit(&project, "third");
        assert!(!check(&project, &["--changed"]).stderr.contains("differs"));
        let project = project.file("mine.txt", "extends = [\"./law\"]\n[rules]\nno-foo = \"off\"\n");
        check(&project, &["--changed"]).says("the law differs from HEAD: mine.txt");
        git(&project, &["add", "--all"]);
        check(&project, &["--staged"]).says("the law differs from HEAD: mine.txt");
    }
}

#[test]
fn a_preset_of_a_folder_turns_no_rule_off_without_a_note() {
    let project = Project::new()
        .file("lawbook.toml", "extends = [\"recommended\", \"./law\", \"soft\"]\n")
        .file("law/presets/soft.toml", "[rules]\nno-eval = \"off\"\n")
        .file("law/no-foo.md", page("foo"))
        .file("a.ts", "eval(x)\n");
    project.run(&["check"]).exits(0).says("off: no-eval (lawbook.toml:1)");
}

#[test]
fn a_page_with_a_language_that_this_binary_lacks_runs_on_the_others() {
    let page = page("foo").replace("typescript, javascript", "typescript, php");
    assert!(page.contains("php"), "{page}");
    let project = Project::with_law().file("law/no-foo.md", page).file("a.ts", "foo()\n");
    let ran = project.run(&["check"]);
    ran.says("the rule `no-foo` runs on some of its languages only: this binary does not read `php`");
    assert!(ran.stdout.contains("[no-foo]") && !ran.stdout.contains("php"), "{ran:?}");
}

#[test]
#[cfg(unix)]
fn a_link_to_no_configuration_is_named() {
    let project = Project::new().file("a.ts", "foo()\n");
    std::os::unix::fs::symlink("nowhere.toml", project.path("lawbook.toml")).unwrap();
    project.run(&["check"]).exits(2).says("`lawbook.toml` is a symbolic link that leads nowhere");
    project.run(&["check", "--no-config"]).exits(0);
}
