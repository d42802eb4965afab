//! The report in SARIF: valid for the official schema, within the limits of GitHub, and with places that others find again.
//!
//! The schema is that of OASIS as the crate serde-sarif 0.8.0 has it, whose licence lies beside it.

#![allow(clippy::unwrap_used)]

mod support;

use serde_json::{Value, json};
use support::git::git;
use support::official_schema::mistakes;
use support::{Project, Ran};

/// A page with everything that a rule can say about itself.
const NO_OLD: &str = "---
summary: No old calls.
languages: [typescript]
severity: info
confidence: medium
tags: [api, security]
url: https://example.com/no-old
exceptions: In a wrapper, it is right.
rule: { pattern: old($$$A) }
message: \"`old($$$A)` is [old](1)\"
fix: \"new($$$A)\"
---
It is gone in the next version.

## Help
Call `new`. It takes the same.

## Bad
```ts
old(a); // error
```

## Good
```ts
new(a);
```
";

fn project() -> Project {
    Project::with_law()
        .file("law/no-old.md", NO_OLD)
        .file("src/a b%#.ts", "\u{feff}debugger; old('𐐀'); old(1);\r\nfunction f() {\r\n\tvar a = 1\r\n}\r\n")
}

#[track_caller]
fn checked(ran: &Ran) -> Value {
    let log = ran.json();
    let schema: Value = serde_json::from_str(include_str!("schema/sarif-2.1.0.json")).unwrap();
    assert_eq!(mistakes(&schema, &log), [""; 0]);
    log
}

fn results(log: &Value) -> &[Value] {
    log["runs"][0]["results"].as_array().unwrap()
}

#[test]
fn the_official_schema_holds_and_the_worst_comes_first() {
    let ran = project().run(&["check", "--format", "sarif"]);
    let log = checked(ran.exits(1).is_harmless());
    let levels: Vec<&str> = results(&log).iter().map(|found| found["level"].as_str().unwrap()).collect();
    assert_eq!(levels, ["error", "warning", "note", "note"]);
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "utf16CodeUnits");
    assert_eq!(run["automationDetails"]["id"], "lawbook/");
    assert_eq!(run["tool"]["driver"]["semanticVersion"], env!("CARGO_PKG_VERSION"));
    for found in results(&log) {
        let index = usize::try_from(found["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], found["ruleId"]);
        let uri = &found["locations"][0]["physicalLocation"]["artifactLocation"];
        assert_eq!(*uri, json!({"uri": "src/a%20b%25%23.ts", "uriBaseId": "%SRCROOT%"}));
    }
}

#[test]
fn a_clean_run_is_valid_too() {
    let ran = Project::with_law().file("a.ts", "let a = 1;\n").run(&["check", "--format", "sarif"]);
    assert_eq!(results(&checked(ran.exits(0))), [Value::Null; 0]);
}

#[test]
fn a_rule_says_what_its_page_says() {
    let log = checked(&project().run(&["check", "--format", "sarif"]));
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    let rule = rules.iter().find(|rule| rule["id"] == "no-old").unwrap();
    let expected = json!({
        "id": "no-old",
        "shortDescription": {"text": "No old calls."},
        "fullDescription": {"text": "It is gone in the next version."},
        "help": {
            "text": "Call `new`. It takes the same.",
            "markdown": "It is gone in the next version.\n\n## Help\n\nCall `new`. It takes the same.\n\n## Exceptions\n\nIn a wrapper, it is right.\n\n[Documentation](https://example.com/no-old)",
        },
        "helpUri": "https://example.com/no-old",
        "defaultConfiguration": {"level": "note"},
        "properties": {"tags": ["api", "security"], "precision": "medium", "problem.severity": "recommendation"},
    });
    assert_eq!(*rule, expected);
}

#[test]
fn columns_are_utf16_units_without_the_byte_order_mark() {
    let log = checked(&project().run(&["check", "--format", "sarif"]));
    let regions: Vec<&Value> =
        results(&log).iter().map(|found| &found["locations"][0]["physicalLocation"]["region"]).collect();
    let region = |line: u32, start: u32, end: u32| json!({"startLine": line, "startColumn": start, "endLine": line, "endColumn": end});
    assert_eq!(regions, [&region(3, 2, 11), &region(1, 1, 9), &region(1, 11, 20), &region(1, 22, 28)]);
    let fix = &results(&log)[2]["fixes"][0];
    assert_eq!(fix["properties"]["safety"], "unsafe");
    let change = &fix["artifactChanges"][0];
    assert_eq!(change["artifactLocation"]["uri"], "src/a%20b%25%23.ts");
    let replacement = json!({"deletedRegion": region(1, 11, 20), "insertedContent": {"text": "new('𐐀')"}});
    assert_eq!(change["replacements"], json!([replacement]));
}

#[test]
fn quoted_code_makes_no_link_in_a_message() {
    let log = checked(&project().run(&["check", "--format", "sarif"]));
    assert_eq!(results(&log)[3]["message"]["text"], "`old(1)` is \\[old\\](1)");
}

#[test]
fn equal_lines_have_hashes_with_counts() {
    let ran = Project::with_law().file("a.ts", "debugger\n".repeat(200)).run(&["check", "--format", "sarif"]);
    let log = checked(&ran);
    let hash =
        |number: usize| results(&log)[number]["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap();
    let first = hash(0).strip_suffix(":1").unwrap();
    assert_eq!([hash(1), hash(100)], [format!("{first}:2"), format!("{first}:101")]);
    assert_eq!(results(&log)[0]["partialFingerprints"]["lawbook/v1"].as_str().unwrap().len(), 34);
}

#[test]
fn addresses_count_from_the_top_of_the_repository() {
    let project = Project::new()
        .file("pkg/x/lawbook.toml", "extends = [\"./law\"]\n")
        .file("pkg/x/law/no-debugger.md", support::NO_DEBUGGER)
        .file("pkg/x/src/a.ts", "debugger\n");
    git(&project, &["init", "--quiet"]);
    for folder in ["pkg/x", "pkg/x/src"] {
        let log = checked(&project.run_with(folder, &["check", "--format", "sarif"], &[], ""));
        let uri = &results(&log)[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        assert_eq!(
            (uri.as_str(), &log["runs"][0]["automationDetails"]["id"]),
            (Some("pkg/x/src/a.ts"), &json!("lawbook/pkg/x/"))
        );
    }
}

#[test]
fn what_was_not_checked_is_notified() {
    let project = Project::with_law().file("a.ts", b"\xff\xfe\xff".as_slice()).file("big.ts", " ".repeat(3000));
    let log = checked(&project.run(&["check", ".", "big.ts", "--format", "sarif", "--max-file-size", "2K"]));
    let notifications = log["runs"][0]["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
    let ids: Vec<&Value> = notifications.iter().map(|one| &one["descriptor"]["id"]).collect();
    assert_eq!(ids, ["unchecked-file", "narrowed", "left-out"]);
    let region = &results(&log)[0]["locations"][0]["physicalLocation"]["region"];
    assert_eq!(*region, json!({"startLine": 1}));
}

#[test]
fn the_worst_are_kept_within_the_limits_of_github() {
    let project = Project::with_law().file("a.ts", "debugger\n".repeat(25_010)).file("z.ts", "var a = 1\n");
    let log = checked(&project.run(&["check", "--format", "sarif"]));
    assert_eq!((results(&log).len(), &results(&log)[0]["ruleId"]), (25_000, &json!("no-var")));
    let notifications = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    let text = notifications[0]["message"]["text"].as_str().unwrap();
    assert!(text.contains("only the worst 25000 of 25011 findings"), "{text}");
}

#[test]
fn suppressed_findings_are_counted_and_results_on_request_only() {
    let text = "debugger // lawbook-ignore no-debugger: the format wants it\ndebugger\n";
    let project = Project::with_law().file("a.ts", text).file("b.ts", text.lines().next().unwrap());
    let log = checked(&project.run(&["check", "--format", "sarif"]));
    assert_eq!((results(&log).len(), &log["runs"][0]["properties"]["suppressed"]), (1, &json!(2)));
    assert!(results(&log)[0].get("suppressions").is_none());
    let log = checked(&project.run(&["check", "--format", "sarif-suppressed"]));
    let said: Vec<(&Value, &Value, &Value)> = results(&log)
        .iter()
        .map(|found| {
            let place = &found["locations"][0]["physicalLocation"];
            (&place["artifactLocation"]["uri"], &place["region"]["endColumn"], &found["suppressions"])
        })
        .collect();
    let suppressed = json!([{"kind": "inSource", "justification": "the format wants it"}]);
    let (a, b, end) = (json!("a.ts"), json!("b.ts"), json!(9));
    assert_eq!(said, [(&a, &end, &json!([])), (&a, &end, &suppressed), (&b, &end, &suppressed)]);
    assert!(results(&log)[2]["partialFingerprints"]["primaryLocationLineHash"].is_string());
}
