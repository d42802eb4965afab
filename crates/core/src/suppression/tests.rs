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
    check_scope("a.ts", "a();\nb(); // lawbook-ignore x: the format wants it\nc();", &["x"], "b(); // lawbook-ignore x: the format wants it");
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
    check_scope("a.ts", "a(); /* lawbook-ignore x: the format wants it\rmore */\rb();", &["x"], "a(); /* lawbook-ignore x: the format wants it");
    check_scope("a.rs", "/* why\r lawbook-ignore x: the format wants it */\rfn b() {}", &["x"], "fn b() {}");
    check_malformed("/* why\r * lawbook-ignore x\r */\rb();", "gives no reason");
    for end in ["\u{2028}", "\u{2029}", "\u{b}", "\u{c}", "\u{85}"] {
        check_scope("a.ts", &format!("/* why{end} * lawbook-ignore x: the format wants it{end} */\nb();"), &["x"], "b();");
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
    let (_, found) =
        read_text("a.ts", "// lawbook-ignore x until=2026-01-31 owner=@me ticket=https://t/1: the format: wants it\nb();");
    let one = &found.valid[0];
    assert_eq!(one.until, Date::parse("2026-01-31"));
    assert_eq!(one.owner.as_deref(), Some("@me"));
    assert_eq!(one.ticket.as_deref(), Some("https://t/1"));
    assert_eq!(one.reason, "why: so");
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
fn other_comments_and_strings_are_left_alone() {
    let (_, found) = read_text("a.ts", "const a = '// lawbook-ignore x'; // see lawbook-ignore\n/* b */");
    assert_eq!(found, Suppressions::default());
}
