//! All mistakes of a run are shown at once: in the settings, in the pages, and in the references between them.

mod support;

use support::Project;

#[test]
fn mistakes_in_settings_and_pages_are_shown_together() {
    let page = "---\nsummary: A.\nlanguages: [rust]\nseverity: error\nrule: { kind: call_expresion }\n---\nWhy.\n";
    let broken = "---\nsumary: A.\nlanguages: [rust]\nseverity: error\nrule: { kind: call_expression }\n---\nWhy.\n";
    let settings =
        "extends = [\"recomended\", \"./law\"]\n[rules]\nno-unwarp = \"error\"\nbroken = \"error\"\n[filez]\n";
    let run = Project::new()
        .file("lawbook.toml", settings)
        .file("law/no-call.md", page)
        .file("law/broken.md", broken)
        .file("a.rs", "fn main() {}\n")
        .run(&["check"]);
    assert_eq!((run.code, &*run.stdout), (2, ""));
    for said in [
        "unknown key `filez`",
        "did you mean `files`?",
        "unknown preset `recomended`",
        "did you mean `recommended`?",
        "unknown rule `no-unwarp`",
        "did you mean `no-unwrap`?",
        "unknown key `sumary`",
        "`call_expresion`",
    ] {
        assert!(run.stderr.contains(said), "{said} is missing in:\n{}", run.stderr);
    }
    assert!(!run.stderr.contains("unknown rule `broken`"), "{}", run.stderr);
}

#[test]
fn agents_get_a_line_for_each_mistake_of_any_command() {
    let project = Project::with_law();
    for args in [&["explain", "nope"][..], &["suppressions", "nope"], &["baseline", "create", "nope"], &["rules", "-x"]]
    {
        let ran = project.run_with(".", args, &[("CLAUDECODE", "1")], "");
        assert!(!ran.stderr.contains('×') && ran.stdout.lines().count() == 1, "{args:?}: {ran:?}");
        assert_eq!(ran.code, 2, "{args:?}: {ran:?}");
    }
}

#[test]
fn an_unknown_name_is_listed_with_what_is_expected() {
    for (config, args) in [
        ("extends = ['./law']\n[rules]\nno-va = 'error'\n", &["check"][..]),
        ("extends = ['./law', 'recomended']\n", &["check"]),
        ("extends = ['./law']\n[rules]\nmax-function-lines = { maxx = 3 }\n", &["check"]),
        ("extends = ['./law']\n", &["check", "--rule", "law/no-va", "--pack", "law"]),
        ("extends = ['./law']\n", &["check", "--pack", "lwa"]),
    ] {
        let project = Project::with_law().file("lawbook.toml", config);
        let report = project.run(&[args, &["--format", "json"]].concat()).json();
        let mistake = &report["mistakes"][0];
        let names = mistake["expected"].as_array().map_or(0, Vec::len);
        let count_is_too_large = mistake["message"].as_str().unwrap().contains("unknown rule");
        assert!(names > 0 || count_is_too_large, "{config}: {report}");
    }
}

#[test]
fn all_mistakes_of_a_page_are_shown_at_once() {
    let page = "---\nsummary: No var.\nlanguages: [typescript, javascript]\nseverity: wrning\nconfidnce: high\n\
                rule: { node: cal, where: { calee: x } }\n---\nWhy.\n";
    let project = Project::new().file("law/no-x.md", page).file("lawbook.toml", "extends = ['./law']\n");
    let ran = project.run(&["test", "law"]);
    for said in ["`wrning`", "`confidnce`", "`cal`", "`calee`"] {
        assert_eq!(ran.stderr.matches(said).count(), 1, "{said}: {ran:?}");
    }
    // A folder without rules is named beside the other mistakes, and one that is not there with the nearest.
    let config = "extends = ['./empty', './lwa']\n[rules]\nno-evil = 'error'\n[fils]\n";
    let project = project.file("empty/a.txt", "").file("lawbook.toml", config);
    let ran = project.run(&["check"]);
    ran.exits(2).says("holds no rule").says("unknown key `fils`").says("did you mean `./law`?");
}
