//! Suppressions in every form: what they cover, and what is malformed.

use super::*;
use crate::source::{RelPath, SourceFile};

fn read_text(path: &str, text: &str) -> (Lowered, Suppressions) {
    let file = crate::language::lower(SourceFile::new(RelPath::new(path), text).unwrap());
    let found = read(&file);
    (file, found)
}

/// Checks that the one suppression of `text` names `rules` and covers exactly `scope`.
fn check_scope(path: &str, text: &str, rules: &[&str], scope: &str) {
    let (file, found) = read_text(path, text);
    assert_eq!(found.malformed, [], "{text}");
    let [one] = &found.valid[..] else { panic!("{found:?}") };
    assert_eq!(one.rules.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), rules, "{text}");
    assert_eq!(file.source.slice(one.scope), scope, "{text}");
    for (name, span) in &one.rules {
        assert_eq!(file.source.slice(*span), name);
    }
}

fn check_malformed(text: &str, expected: &str) {
    let (_, found) = read_text("a.ts", text);
    assert_eq!(found.valid, [], "{text}");
    let messages: Vec<_> = found.malformed.iter().map(|malformed| malformed.message.as_str()).collect();
    assert!(matches!(messages[..], [message] if message.contains(expected)), "{text}: {messages:?}");
}

#[test]
#[cfg(feature = "all-languages")]
fn a_trailing_comment_means_its_line_and_one_alone_the_next_line_with_code() {
    check_scope(
        "a.ts",
        "a();\nb(); // lawbook-ignore x: the format wants it\nc();",
        &["x"],
        "b(); // lawbook-ignore x: the format wants it",
    );
    check_scope("a.ts", "// lawbook-ignore x, p/y: the format wants it\n\n// more\nb();\nc();", &["x", "p/y"], "b();");
    check_scope("a.rs", "fn a() {\n    /* lawbook-ignore x: the format wants it */\n    b()\n}", &["x"], "    b()");
    check_scope("a.tsx", "a = <p>\n{/* lawbook-ignore x: the format wants it */}\n<b/></p>", &["x"], "<b/></p>");
    check_scope("a.ts", "b();\n// lawbook-ignore x: nothing follows this line", &["x"], "");
}

#[test]
fn a_line_of_a_block_comment_counts() {
    check_scope("a.ts", "/*\n * why this\n * lawbook-ignore x: the format wants it\n */\nb();", &["x"], "b();");
}

#[test]
#[cfg(feature = "all-languages")]
fn a_line_ends_at_a_lone_cr_too() {
    check_scope("a.ts", "/* why\r * lawbook-ignore x: the format wants it\r */\rb();\rc();", &["x"], "b();");
    check_scope("a.ts", "/* why\r\n * lawbook-ignore x: the format wants it\r\n */\r\nb();\r\nc();", &["x"], "b();");
    check_scope(
        "a.ts",
        "a(); /* lawbook-ignore x: the format wants it\rmore */\rb();",
        &["x"],
        "a(); /* lawbook-ignore x: the format wants it",
    );
    check_scope("a.rs", "/* why\r lawbook-ignore x: the format wants it */\rfn b() {}", &["x"], "fn b() {}");
    check_malformed("/* why\r * lawbook-ignore x\r */\rb();", "gives no reason");
    for end in ["\u{2028}", "\u{2029}", "\u{b}", "\u{c}", "\u{85}"] {
        check_scope(
            "a.ts",
            &format!("/* why{end} * lawbook-ignore x: the format wants it{end} */\nb();"),
            &["x"],
            "b();",
        );
    }
    let start = "/*\rlawbook-ignore-start x: the format wants it\r*/\ra();\r/*\rlawbook-ignore-end x\r*/\rb();";
    check_scope("a.ts", start, &["x"], "\r*/\ra();\r/*\r");
}

#[test]
fn start_and_end_reach_from_one_to_the_other() {
    let text = "// lawbook-ignore-start x: the format wants it\na();\n// lawbook-ignore-end x\nb();";
    check_scope("a.ts", text, &["x"], "\na();\n// ");
    check_malformed("// lawbook-ignore-start x: the format wants it\na();", "without a `lawbook-ignore-end`");
    check_malformed("// lawbook-ignore-end x\na();", "without a `lawbook-ignore-start`");
}

#[test]
fn settings_are_read() {
    let (_, found) = read_text(
        "a.ts",
        "// lawbook-ignore x until=2026-01-31 owner=@me ticket=https://t/1: the format: wants it\nb();",
    );
    let one = &found.valid[0];
    assert_eq!(one.until, Date::parse("2026-01-31"));
    assert_eq!(one.owner.as_deref(), Some("@me"));
    assert_eq!(one.ticket.as_deref(), Some("https://t/1"));
    assert_eq!(one.reason, "the format: wants it");
}

#[test]
fn malformed_ones_suppress_nothing() {
    check_malformed("// lawbook-ignore\nb();", "names no rule");
    check_malformed("// lawbook-ignore: because\nb();", "names no rule");
    check_malformed("// lawbook-ignore x\nb();", "gives no reason");
    check_malformed("// lawbook-ignore x:\nb();", "gives no reason");
    check_malformed("// lawbook-ignore x until=soon: the format wants it\nb();", "is no date");
    check_malformed("// lawbook-ignore x by=me: the format wants it\nb();", "unknown setting `by`");
    check_malformed("// lawbook-ignore x (really): the format wants it\nb();", "`(really)` is no rule");
    check_malformed("// lawbook-ignore-line x: the format wants it\nb();", "is no directive");
}

#[test]
fn settings_in_the_reason_are_malformed() {
    for (reason, setting) in [
        ("the format wants it until=2026-12-01", "until=2026-12-01"),
        ("the format wants it (until=2026-12-01)", "until=2026-12-01"),
        ("until=2026-12-01, as the format wants it", "until=2026-12-01"),
        ("the format wants it, Until = 2026-12-01", "until=2026-12-01"),
        ("the format wants it until =2026-12-01", "until=2026-12-01"),
        ("the format wants it owner=@me", "owner=@me"),
        ("the format wants it [ticket=https://t/1]", "ticket=https://t/1"),
    ] {
        let right =
            format!("`{setting}` stands in the reason, where it sets nothing; write `lawbook-ignore x {setting}:");
        check_malformed(&format!("// lawbook-ignore x: {reason}\nb();"), &right);
    }
    check_malformed("// lawbook-ignore x 2026-12-01: the format wants it\nb();", "write `until=2026-12-01` before");
    for reason in ["the format wants `owner=me` in it", "holds until = is read", "the owner == me check fails"] {
        assert_eq!(read_text("a.ts", &format!("// lawbook-ignore x: {reason}\nb();")).1.valid.len(), 1, "{reason}");
    }
}

#[test]
fn other_comments_and_strings_are_left_alone() {
    let (_, found) = read_text("a.ts", "const a = '// lawbook-ignore x'; // see lawbook-ignore\n/* b */");
    assert_eq!(found, Suppressions::default());
}

/// Checks that a text has no suppression, and nothing that is meant as one.
#[track_caller]
fn check_text(path: &str, text: &str) {
    assert_eq!(read_text(path, text).1, Suppressions::default(), "{text}");
}

#[test]
#[cfg(feature = "all-languages")]
fn examples_in_comments_are_text() {
    let one = "lawbook-ignore x: the format wants it";
    check_text("a.rs", &format!("/// ```\n/// // {one}\n/// ```\nfn a() {{}}"));
    check_text("a.rs", &format!("/// ```\n/// {one}\n/// ```\nfn a() {{}}"));
    check_text("a.rs", &format!("//! ~~~rust\n//! {one}\n//! ~~~\nfn a() {{}}"));
    check_text("a.rs", &format!("/** Example:\n * ````\n * {one}\n * ```\n * {one}\n */\nfn a() {{}}"));
    check_text("a.rs", &format!("///     {one}\nfn a() {{}}"));
    check_text("a.ts", &format!("/**\n * @example\n * {one}\n * @deco()\n * // {one}\n */\na;"));
    check_text("a.ts", &format!("/**\n * // {one}\n */\na;"));
    check_text("a.ts", &format!("/*\n  // {one}\n  a();\n*/\nb;"));
    check_text("a.ts", &format!("// // {one}\na;"));
    check_text("a.ts", &format!("// ```\n// {one}\n// ```\na;"));
    check_text("a.py", &format!("# # {one}\na"));
    check_text("a.py", &format!("# ```\n# {one}\n# ```\na"));
    check_text("a.ts", "// lawbook ignores files that git does\n// lawbook ignore files and folders\na;");
}

#[test]
#[cfg(feature = "all-languages")]
fn a_directive_beside_an_example_counts() {
    let one = "lawbook-ignore x: the format wants it";
    check_scope("a.rs", &format!("/// ```\n/// a\n/// ```\n/// {one}\nfn a() {{}}"), &["x"], "fn a() {}");
    check_scope("a.rs", &format!("/// ```\n/// a\n\n// {one}\nfn a() {{}}"), &["x"], "fn a() {}");
    check_scope("a.ts", &format!("/**\n * @example a()\n * @returns b\n * {one}\n */\na;"), &["x"], "a;");
    check_scope("a.ts", &format!("// ```a``` is code\n// {one}\na;"), &["x"], "a;");
    check_scope("a.ts", &format!("/****\n ** {one}\n **/\na;"), &["x"], "a;");
    check_scope("a.py", &format!("## {one}\na"), &["x"], "a");
}

#[test]
#[cfg(feature = "all-languages")]
fn what_is_meant_as_a_suppression_says_the_right_form() {
    let right = "write `lawbook-ignore x: REASON`";
    for wrong in [
        "Lawbook-Ignore x: the format wants it",
        "LAWBOOK-IGNORE x: the format wants it",
        "@lawbook-ignore x: the format wants it",
        "lawbook-disable x: the format wants it",
        "lawbook-disable-next-line x -- the format wants it",
        "lawbook-disable-line x",
        "lawbook ignore x: the format wants it",
        "lawbook:ignore x",
        "lawbook-ignore-next-line x: the format wants it",
        "lawbook-ignore x -- the format wants it",
        "lawbook-ignore x the format wants it",
    ] {
        check_malformed(&format!("// {wrong}\nb();"), right);
        let python = read_text("a.py", &format!("b()  # {wrong}\n")).1;
        assert!(python.valid.is_empty() && python.malformed.len() == 1, "{wrong}: {python:?}");
    }
    check_malformed("// lawbook-ignore x, y -- needed\nb();", "write `lawbook-ignore x, y: REASON`");
    check_malformed("// lawbook-enable x\nb();", "write `lawbook-ignore-end x`");
}

#[test]
fn a_reason_that_says_nothing_suppresses_nothing() {
    check_malformed("// lawbook-ignore x: no\nb();", "its reason has 1 word, and at least 3 are needed");
    check_malformed("// lawbook-ignore x: todo: fix later\nb();", "its reason says nothing");
    check_malformed("// lawbook-ignore no-eval: no eval in here\nb();", "its reason only repeats");
    check_malformed("// lawbook-ignore x: \u{200b}\nb();", "gives no reason");
    check_malformed("// lawbook-ignore x: const old = call(1);\nb();", "is code or a directive");
}

#[test]
fn a_suppression_of_the_file_stands_above_its_code() {
    check_scope_of_file("/* a */ // lawbook-ignore-file x: the format wants it\nb();");
    check_scope_of_file("#!/usr/bin/env node\n\n/* lawbook-ignore-file x: the format wants it */ b();");
    check_malformed("b();\n// lawbook-ignore-file x: the format wants it", "move it to the top");
    check_malformed("b(); // lawbook-ignore-file x: the format wants it", "move it to the top");
    check_malformed("'use strict';\n/* lawbook-ignore-file x: the format wants it */", "move it to the top");
}

#[track_caller]
fn check_scope_of_file(text: &str) {
    let (_, found) = read_text("a.ts", text);
    assert!(found.malformed.is_empty() && found.valid[0].scope == Span::new(0, u32::MAX), "{text}: {found:?}");
}

#[test]
fn days_are_limited() {
    let source = SourceFile::new(
        RelPath::new("a.ts"),
        "// lawbook-ignore x until=2999-01-01: the format wants it\na;\n\
         // lawbook-ignore x until=2027-01-01: the format wants it\na;\n",
    );
    let today = Date::parse("2026-06-01");
    let limits = Limits { today, ..Limits::default() };
    let context = crate::ir::FileContext::of(crate::language::of_path(&RelPath::new("a.ts"))).with_suppressions(limits);
    let found = read(&crate::language::lower(crate::ir::FileInput::new(source.unwrap(), context)));
    assert_eq!((found.valid.len(), found.malformed.len()), (1, 1));
    assert!(found.malformed[0].message.contains("at most 366 are allowed"), "{:?}", found.malformed);
}

/// Checks the text without its one suppression.
#[track_caller]
fn check_removal(path: &str, text: &str, expected: &str) {
    let (_, found) = read_text(path, text);
    let [one] = &found.valid[..] else { panic!("{text}: {found:?}") };
    let mut rest = text.to_owned();
    for span in one.removal.iter().rev() {
        rest.replace_range(span.start as usize..span.end as usize, "");
    }
    assert_eq!(rest, expected, "{text}");
}

#[test]
#[cfg(feature = "all-languages")]
fn what_is_deleted_with_a_suppression() {
    let one = "lawbook-ignore x: the format wants it";
    check_removal("a.ts", &format!("a;\n// {one}\nb;\n"), "a;\nb;\n");
    check_removal("a.ts", &format!("a; // {one}\nb;\n"), "a;\nb;\n");
    check_removal("a.ts", &format!("a; /* {one} */ b;\n"), "a;  b;\n");
    check_removal("a.ts", &format!("/* {one} */ b;\n"), "b;\n");
    check_removal("a.ts", &format!("/*\n * why\n * {one}\n */\nb;\n"), "/*\n * why\n */\nb;\n");
    check_removal("a.ts", &format!("/*\r\n * {one}\r\n */\r\nb;\r\n"), "b;\r\n");
    check_removal("a.ts", &format!("/* why\n * {one} */\nb;\n"), &format!("/* why\n * {one} */\nb;\n"));
    check_removal("a.py", &format!("a  # {one}\nb\n"), "a\nb\n");
    check_removal("a.tsx", &format!("a = <p>\n  {{/* {one} */}}\n  <b/></p>\n"), "a = <p>\n  <b/></p>\n");
    let region = "a;\n// lawbook-ignore-start x: the format wants it\nb;\n// lawbook-ignore-end x\nc;\n";
    check_removal("a.ts", region, "a;\nb;\nc;\n");
}
