//! Wrong inputs, and what is said about each: the place, what is wrong, and what to write instead.

#![allow(clippy::unwrap_used)]

mod support;

use support::Project;
use support::schema::check_schema;

/// An input with its place (`line:column`, empty for an input that is in no file), a part of the message, and a part of the
/// help.
struct WrongInput {
    input: String,
    place: &'static str,
    message: &'static str,
    help: &'static str,
}

/// The inputs of a section of `wrong_inputs.txt`.
fn inputs(section: &str) -> Vec<WrongInput> {
    let all = include_str!("wrong_inputs.txt");
    let rest = all.split_once(&format!("\n# {section}\n")).unwrap().1;
    let lines: Vec<&str> = rest.split("\n# ").next().unwrap().lines().filter(|line| !line.is_empty()).collect();
    let inputs = lines.chunks(2).map(|pair| {
        let parts: Vec<&str> = pair[1].split('|').collect();
        // A message may hold the sign too: the place is the first part and the help the last.
        let (place, help) = (parts[0].trim(), parts[parts.len() - 1].trim());
        let message = pair[1].split_once('|').unwrap().1.rsplit_once('|').unwrap().0.trim();
        WrongInput { input: unescaped(pair[0].strip_prefix("> ").unwrap()), place, message, help }
    });
    inputs.collect()
}

fn unescaped(text: &str) -> String {
    let mut result = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        result.push(match c {
            '\\' => match chars.next().unwrap() {
                'n' => '\n',
                't' => '\t',
                other => other,
            },
            other => other,
        });
    }
    result
}

const BODY: &str = "Why.

## Bad
```ts
eval(x); // error
```

## Good
```ts
f(x);
```
";

fn check(project: &Project, args: &[&str], file: &str, wrong: &WrongInput) -> Option<String> {
    let WrongInput { input, place, message, help } = wrong;
    let ran = project.run(args);
    let said = folded(&ran.stderr);
    let place = if place.is_empty() { String::new() } else { format!("[{file}:{place}]") };
    let holds =
        ran.code == 2 && ran.stdout.is_empty() && [&*place, message, help].iter().all(|part| said.contains(part));
    (!holds).then(|| format!("{input:?}\n  expected {place} {message} | {help}\n  found {} {said}\n", ran.code))
}

/// The text on one line, without the lines that a mistake is drawn with and the breaks of long lines.
fn folded(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().filter(|word| *word != "│").collect();
    words.join(" ").replace("no- config", "no-config")
}

#[track_caller]
fn check_all(results: impl Iterator<Item = Option<String>>) {
    let failed: Vec<String> = results.flatten().collect();
    assert!(failed.is_empty(), "{} are not answered as expected:\n{}", failed.len(), failed.join("\n"));
}

fn check_page(text: &str, input: &WrongInput) -> Option<String> {
    let project = Project::new().file("law/r.md", text);
    check(&project, &["test", "law/r.md"], "law/r.md", input)
}

#[test]
fn heads() {
    let page =
        |lines: &str| format!("---\nsummary: No eval.\nlanguages: [typescript]\nseverity: error\n{lines}---\n{BODY}");
    check_all(inputs("heads").iter().map(|wrong| check_page(&page(&wrong.input), wrong)));
}

#[test]
fn pages() {
    let page =
        |text: &str| if text.ends_with("---\n") && text.len() > 10 { format!("{text}{BODY}") } else { text.to_owned() };
    check_all(inputs("pages").iter().map(|wrong| check_page(&page(&wrong.input), wrong)));
}

fn configured(text: &str) -> Project {
    Project::new().file("a.ts", "f(x);\n").file("lawbook.toml", text)
}

const RIGHT: &str = "extends = [\"recommended\"]\n";

#[test]
fn configurations() {
    let inputs = inputs("configurations");
    let check = |wrong: &WrongInput| check(&configured(&wrong.input), &["check", "a.ts"], "lawbook.toml", wrong);
    check_all(inputs.iter().map(check));
}

#[test]
fn arguments() {
    let project = configured(RIGHT);
    let words = |wrong: &'static WrongInput| wrong.input.split(' ').collect::<Vec<_>>();
    let inputs: &'static [WrongInput] = inputs("arguments").leak();
    check_all(inputs.iter().map(|wrong| check(&project, &words(wrong), "", wrong)));
}

#[test]
fn programs_and_agents_get_the_same_mistakes() {
    let schema = serde_json::from_str(include_str!("../schema/mistakes-v1.json")).unwrap();
    let configurations = inputs("configurations");
    let texts = configurations.iter().map(|wrong| (&*wrong.input, vec!["check", "a.ts"], wrong));
    let arguments = inputs("arguments");
    // Not where `--format` is what is wrong.
    let of_check =
        arguments.iter().filter(|wrong| wrong.input.starts_with("check ") && !wrong.input.contains("--format"));
    let arguments = of_check.map(|wrong| (RIGHT, wrong.input.split(' ').collect(), wrong));
    for (text, args, WrongInput { place, message, .. }) in texts.chain(arguments) {
        let project = configured(text);
        let with_format = |format| [&args[..1], &["--format", format], &args[1..]].concat();
        let ran = project.run(&with_format("json"));
        let answer = ran.exits(2).json();
        if args.contains(&"--diff") {
            // A diff has no format, which is a mistake of its own.
            continue;
        }
        check_schema(&schema, &answer);
        let mistakes = answer["mistakes"].as_array().unwrap();
        let is_it = |mistake: &serde_json::Value| {
            let start = &mistake["range"]["start"];
            let found = if start.is_null() { String::new() } else { format!("{}:{}", start["line"], start["column"]) };
            found == *place && mistake["message"].as_str().unwrap().contains(message)
        };
        assert!(mistakes.iter().any(is_it), "{args:?}: no {place} {message} in {answer}");
        let ran = project.run(&with_format("agent"));
        assert_eq!((ran.code, ran.stdout.lines().count()), (2, mistakes.len()), "{ran:?}");
    }
}

#[test]
fn a_format_is_found_among_wrong_arguments() {
    let project = configured(RIGHT);
    for args in [&["check", "--bogus", "--format=json"][..], &["bogus", "--format", "json"], &["--format=json"]] {
        let ran = project.run(args);
        assert!(!ran.exits(2).json()["mistakes"].as_array().unwrap().is_empty(), "{ran:?}");
    }
    // Nothing behind `--` is an option.
    project.run(&["check", "--bogus", "--", "--format=json"]).exits(2).says("unknown option `--bogus`");
    let ran = project.run_with(".", &["check", "--bogus"], &[("AI_AGENT", "1")], "");
    assert!(ran.code == 2 && ran.stdout.starts_with("unknown option `--bogus` ("), "{ran:?}");
}

#[test]
fn a_pattern_in_small_letters_is_named_where_nothing_is_found() {
    let page = |pattern: &str| {
        let head =
            format!("summary: No eval.\nlanguages: [typescript]\nseverity: error\nrule: {{ pattern: {pattern} }}\n");
        format!("---\n{head}---\n{BODY}")
    };
    let hint = "`$x` in a pattern is a name of the code: metavariables are in capitals";
    let project = Project::new().file("law/r.md", page("eval($x)")).file("law/s.md", page("evil($X)"));
    project.run(&["test", "law/r.md"]).exits(1).shows(hint);
    let ran = project.run(&["test", "law/s.md"]);
    assert!(ran.exits(1).stdout.contains("found none") && !ran.stdout.contains("capitals"), "{ran:?}");
}

#[test]
fn a_pattern_in_the_signs_of_another_tool_is_named_where_nothing_is_found() {
    let head = "summary: No eval.\nlanguages: [typescript]\nseverity: error\nrule: { pattern: '`eval($x)`' }\n";
    let project = Project::new().file("law/r.md", format!("---\n{head}---\n{BODY}"));
    project.run(&["test", "law/r.md"]).exits(1).shows("in a pattern is the code itself: write the code without them");
}

#[test]
fn a_fix_that_never_holds_is_a_failure_of_its_page() {
    let page = |fix: &str| {
        let head = "summary: No eval.\nlanguages: [typescript]\nseverity: error\nrule: { pattern: eval($X) }\n";
        Project::new().file("law/r.md", format!("---\n{head}fix: {fix}\n---\n{BODY}"))
    };
    for fix in ["\"f(\"", "{ template: \"eval($X)\", safety: safe }", "{ template: \"if ($X\", safety: manual }"] {
        page(fix).run(&["test", "law/r.md"]).exits(1).shows("law/r.md:11: a fix of this bad block does not hold");
    }
    page("f($X)").run(&["test", "law/r.md"]).exits(0);
    page("{ template: f($X), safety: manual }").run(&["test", "law/r.md"]).exits(0);
}
