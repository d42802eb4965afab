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
