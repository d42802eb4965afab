//! Test calls of the runners that share `describe` and `it`.

use crate::ir::{Kind, Node};

/// Functions that take a test, a group of tests or a fixture.
const TEST_FUNCTIONS: &[&str] = &[
    "describe",
    "it",
    "test",
    "suite",
    "context",
    "specify",
    "bench",
    "before",
    "beforeEach",
    "beforeAll",
    "after",
    "afterEach",
    "afterAll",
    "fdescribe",
    "xdescribe",
    "fit",
    "xit",
    "xtest",
];

/// Members of these functions: `it.only`, `test.describe`.
const TEST_MODIFIERS: &[&str] = &[
    "only",
    "skip",
    "ignore",
    "test",
    "bench",
    "each",
    "for",
    "todo",
    "fails",
    "failing",
    "fixme",
    "slow",
    "concurrent",
    "sequential",
    "serial",
    "parallel",
    "shuffle",
    "if",
    "runIf",
    "skipIf",
    "describe",
    "step",
    "beforeEach",
    "beforeAll",
    "afterEach",
    "afterAll",
];

/// The functions and members of which each leaves out a test.
const SKIPPING_FUNCTIONS: &[&str] = &["xdescribe", "xit", "xtest"];
const SKIPPING_MODIFIERS: &[&str] = &["skip", "ignore", "todo", "fixme"];

/// The most links in the callee of a test call. A longer chain is no test: all of its calls together would take
/// quadratic time.
const MAX_CALLEE_LINKS: usize = 64;

/// True for a test call that leaves its test out: `it.skip(…)`, `xit(…)`, `it.skipIf(true)(…)`.
pub(super) fn is_skipped(node: Node<'_>) -> bool {
    let mut callee = node.child_by_field("function");
    let mut condition = None;
    for _ in 0..MAX_CALLEE_LINKS {
        let Some(link) = callee else { return false };
        callee = match link.raw_name() {
            "identifier" => return SKIPPING_FUNCTIONS.contains(&link.text()),
            "member_expression" => {
                let modifier = link.child_by_field("property").map_or("", Node::text);
                let is_true = condition.is_some_and(|condition: &str| condition == "(true)");
                if SKIPPING_MODIFIERS.contains(&modifier) || modifier == "skipIf" && is_true {
                    return true;
                }
                condition = None;
                link.child_by_field("object")
            }
            "call_expression" => {
                condition = link.child_by_field("arguments").filter(|list| list.text_len() < 16).map(Node::text);
                link.child_by_field("function")
            }
            _ => return false,
        };
    }
    false
}

/// The function of a test call (`describe`, `it`, …) and its title; none for another call.
pub(super) fn test_call(node: Node<'_>) -> Option<(&str, Option<Node<'_>>)> {
    if node.raw_name() != "call_expression" {
        return None;
    }
    let mut callee = node.child_by_field("function")?;
    let mut described = false;
    let mut links = 0;
    let mut first_member = "";
    let word = loop {
        links += 1;
        if links > MAX_CALLEE_LINKS {
            return None;
        }
        match callee.raw_name() {
            "identifier" => break callee.text(),
            "member_expression" => {
                let modifier = callee.child_by_field("property")?.text();
                if !TEST_MODIFIERS.contains(&modifier) {
                    return None;
                }
                described |= modifier == "describe";
                first_member = modifier;
                callee = callee.child_by_field("object")?;
            }
            // `it.each(table)("…", f)`
            "call_expression" => callee = callee.child_by_field("function")?,
            _ => return None,
        }
    };
    // Deno's runner is a member of its global object: `Deno.test(…)`, also with one object.
    let is_deno = word == "Deno" && matches!(first_member, "test" | "bench");
    if !is_deno && !TEST_FUNCTIONS.contains(&word) {
        return None;
    }
    let word = if is_deno { first_member } else { word };
    let arguments = node.child_by_field("arguments").filter(|list| list.raw_name() == "arguments")?;
    let mut title = None;
    let mut runs = false;
    for (at, argument) in arguments.children().filter(|argument| !argument.is_extra()).enumerate() {
        match argument.kind() {
            Kind::String | Kind::Template if at == 0 => title = Some(argument),
            Kind::Lambda => runs = true,
            Kind::Object if is_deno => runs = true,
            _ => {}
        }
    }
    let word = if described { "describe" } else { word };
    (runs || title.is_some()).then_some((word, title))
}
