//! Code in fences of Markdown files: findings, suppressions, fingerprints and fixes have their places in the file.

use std::sync::Arc;

use super::{line, lines, rules, source};
use crate::date::Date;
use crate::diagnostic::{Diagnostic, Safety};
use crate::engine::{Concluded, Engine, FileOutcome, RunOptions};
use crate::fix::{self, Choice, FixRequest, Opened};
use crate::ir::{Dialect, Kind, Node};
use crate::pack::{Native, Pack};
use crate::plan::{Plan, Selection};
use crate::report::Report;
use crate::rule::{Cx, Interest, Literals, Rule};
use crate::settings::Settings;
use crate::source::{RelPath, SourceFile};

const FENCES: &str = "[files]\nfences = true\n";

const PAGES: &[(&str, &str)] = &[
    ("no-eval", "languages: [typescript]\nseverity: warning\nrule: {pattern: eval($A)}"),
    ("no-unwrap", "languages: [rust]\nseverity: warning\nrule: {pattern: $A.unwrap()}"),
    (
        "no-debugger",
        "languages: [typescript]\nseverity: warning\nrule: {kind: debugger_statement}\nfix: {title: t, template: '', safety: safe}",
    ),
    (
        "no-old",
        "languages: [typescript, rust]\nseverity: warning\nrule: {pattern: old($A)}\nfix: {title: t, template: \"fresh(\\n    $A,\\n)\", safety: safe}",
    ),
    ("no-fenced-test", "languages: [typescript]\nseverity: warning\nrule: {pattern: skip(), where: {test: true}}"),
];

/// Reports the number of trees of a file.
struct OfFile;

impl Rule for OfFile {
    fn interest(&self, _: &'static Dialect) -> Interest {
        Interest::file()
    }

    fn literals(&self, _: &'static Dialect) -> Literals {
        Literals::any(["whole"])
    }

    fn check_file(&self, cx: &mut Cx<'_>) {
        let message = format!("{} trees", cx.file().trees.len());
        cx.report(crate::diagnostic::Finding::new(crate::span::Span::default()).message(message));
    }
}

/// Takes ten steps for each call.
struct Slow;

impl Rule for Slow {
    fn interest(&self, _: &'static Dialect) -> Interest {
        Interest::kinds([Kind::Call])
    }

    fn check(&self, node: Node<'_>, cx: &mut Cx<'_>) {
        cx.steps().take(10);
        cx.report(crate::diagnostic::Finding::new(node.span()));
    }
}

fn natives() -> [Native; 2] {
    [Native::new("of-file", |_| Ok(OfFile)), Native::new("slow", |_| Ok(Slow))]
}

/// An engine that runs the rules of those names.
fn engine_with(ids: &[&str], settings: &str, options: RunOptions) -> Engine {
    let of_page = |id: &&str| match PAGES.iter().find(|(known, _)| known == id) {
        Some((_, head)) => {
            let text = format!("---\nsummary: It is {id}.\n{head}\n---\n");
            (format!("{id}.md"), format!("{id}.md"), Arc::from(text))
        }
        None if *id == "of-file" || *id == "slow" => {
            let text = format!("---\nsummary: It is {id}.\nlanguages: all\nseverity: warning\nnative: true\n---\n");
            (format!("{id}.md"), format!("{id}.md"), Arc::from(text))
        }
        None => rules::page(id),
    };
    let (pack, mistakes) = Pack::from_files("mine", ids.iter().map(of_page).collect());
    assert_eq!(mistakes, []);
    let natives = natives().into_iter().filter(|native| ids.contains(&&**native.id())).collect();
    let pack = Pack { extended: true, natives, paths: vec![RelPath::new("law/no-eval.md")], ..pack };
    let settings = Settings::parse("lawbook.toml", Arc::from(settings)).unwrap();
    Engine::new(Plan::new(&settings, vec![pack], &Selection::default()).unwrap(), options)
}

fn engine(ids: &[&str]) -> Engine {
    engine_with(ids, FENCES, RunOptions::new(Date::parse("2026-06-15").unwrap()))
}

fn report(engine: &Engine, text: &str) -> (SourceFile, Report) {
    let file = source("docs/a.md", text);
    let answer = engine.check_source(file.clone());
    (file, engine.merge(&[answer], &Concluded::default()))
}

/// Checks the findings in a Markdown text: `LINE:COLUMN RULE TEXT`.
#[track_caller]
fn check(ids: &[&str], text: &str, expected: &[&str]) {
    for text in [text.to_owned(), text.replace('\n', "\r\n")] {
        let (file, report) = report(&engine(ids), &text);
        let shown = |found: &Arc<Diagnostic>| {
            let at = file.position(found.span.start);
            let first_line = file.slice(found.span).lines().next().unwrap_or_default();
            format!("{}:{} {} {first_line}", at.line, at.column, found.rule)
        };
        assert_eq!(report.diagnostics.iter().map(shown).collect::<Vec<_>>(), expected, "{text}");
    }
}

/// Checks the text after all fixes.
#[track_caller]
fn check_fixed(ids: &[&str], text: &str, expected: &str) {
    for line_end in ["\n", "\r\n"] {
        let engine = engine(ids);
        let input = engine.input(source("docs/a.md", &text.replace('\n', line_end)));
        let outcome = fix::plan(
            &engine,
            FixRequest {
                files: vec![input],
                choice: Choice::AtLeast(Safety::Safe),
                known: Vec::new(),
                open: &mut |_| Opened::Refused,
            },
        );
        assert_eq!(outcome.rolled_back, [], "{text}");
        let after = outcome.files.first().and_then(|file| file.after.as_ref());
        let fixed = after.map_or(text.to_owned(), |file| file.text().to_string());
        assert_eq!(fixed.replace("\r\n", "\n"), expected, "{text}");
    }
}

#[test]
#[cfg(feature = "all-languages")]
fn findings_stand_where_the_code_stands_in_the_file() {
    check(
        &["no-eval", "no-unwrap"],
        "# 𐐀 é\n\n```ts\neval(a);\n```\n\n- 𐐀\n\n  ```ts\n  const b = `𐐀\n  c`; eval(`\n  d`);\n  ```\n\n> ~~~rust,no_run\n> fn é() {\n>     \
         a.unwrap();\n> }\n> ~~~\n\n    eval(no)\n\n```js\neval(no)\n```\n```\neval(no)\n```\n",
        &["4:1 no-eval eval(a)", "11:7 no-eval eval(`", "17:7 no-unwrap a.unwrap()"],
    );
}

#[test]
#[cfg(feature = "all-languages")]
fn every_tree_has_its_own_rules_and_relations() {
    check(
        &["no-call"],
        "```ts\na();\n```\n```rust\nb!();\nfn c() { d() }\n```\n```tsx\n<e f={g()}/>\n```\n",
        &["2:1 no-call a()", "6:10 no-call d()", "9:7 no-call g()"],
    );
    check(&["no-eval"], "```ts\neval(\n```\n```ts\na)\n```\n```ts\neval(b)\n```\n", &["8:1 no-eval eval(b)"]);
}

#[test]
fn the_test_code_of_a_block_and_of_a_file_is_known() {
    let block = "```ts\nskip();\nit('a', () => { skip(); });\n```\n";
    check(&["no-fenced-test"], block, &["3:17 no-fenced-test skip()"]);
    let engine = engine_with(
        &["no-fenced-test"],
        "[files]\nfences = true\ntests = [\"docs/**\"]",
        RunOptions::new(Date::parse("2026-06-15").unwrap()),
    );
    assert_eq!(report(&engine, block).1.diagnostics.len(), 2);
}

#[test]
fn suppressions_hold_in_their_block() {
    let none: &[&str] = &[];
    for place in ["", "  ", "> "] {
        let block = |code: &str| {
            let code: String = code.split_inclusive('\n').flat_map(|line| [&*place, line]).collect();
            format!("{place}```ts\n{code}{place}```\n")
        };
        check(&["no-eval"], &block("eval(a); // lawbook-ignore no-eval: the format wants it\n"), none);
        check(&["no-eval"], &block("// lawbook-ignore no-eval: the format wants it\n\n// more\neval(\n  a);\n"), none);
        check(&["no-eval"], &block("/* why\n * lawbook-ignore no-eval: the format wants it */ eval(a);\n"), none);
        let start = block("// lawbook-ignore-start no-eval: the format wants it\neval(a);\n// lawbook-ignore-end\n");
        check(&["no-eval"], &start, none);
        let file = block("// b\n// lawbook-ignore-file no-eval: the format wants it\neval(a);\n");
        let column = place.len() + 1;
        check(&["no-eval"], &format!("{file}\n{}", block("eval(a);\n")), &[&format!("8:{column} no-eval eval(a)")]);
        // A comment at the end of a block has no effect after it.
        let last = format!("{}\n{}", block("// lawbook-ignore no-eval: the format wants it\n"), block("eval(a);\n"));
        let unused = format!("2:{} unused-suppression no-eval", column + 18);
        check(&["no-eval"], &last, &[&unused, &format!("6:{column} no-eval eval(a)")]);
    }
}

#[test]
fn a_region_ends_with_its_block() {
    let text = "```ts\n// lawbook-ignore-start no-eval: the format wants it\n```\n```ts\neval(a);\n// lawbook-ignore-end no-eval\n```\n";
    let expected = [
        "2:4 malformed-suppression lawbook-ignore-start no-eval: the format wants it",
        "5:1 no-eval eval(a)",
        "6:4 malformed-suppression lawbook-ignore-end no-eval",
    ];
    check(&["no-eval"], text, &expected);
}

#[test]
fn identity_is_that_of_the_code_whatever_stands_around() {
    let code = "describe('a', () => {\n  function b() { return [eval(`1\n2`), old(c)]; }\n});\n";
    let alone = engine(&["no-eval", "no-old"]).check_source(source("a.ts", code));
    let known: Vec<_> = alone.diagnostics().map(|found| (found.symbol.clone(), found.fingerprint.clone())).collect();
    assert_eq!(known[0].0, "describe(\"a\").b");
    for place in ["", "> ", "   "] {
        let code: String = code.split_inclusive('\n').flat_map(|line| [&*place, line]).collect();
        for before in ["", "text\n\n", "```ts\nf();\n```\n\n"] {
            let text = format!("{before}{place}```ts\n{code}{place}```\n\nmore\n");
            let (_, report) = report(&engine(&["no-eval", "no-old"]), &text);
            let found = report.diagnostics.iter().map(|found| (found.symbol.clone(), found.fingerprint.clone()));
            assert_eq!(found.collect::<Vec<_>>(), known, "{text}");
        }
    }
}

#[test]
#[cfg(feature = "all-languages")]
fn fixes_are_made_in_the_block() {
    check_fixed(
        &["no-old", "no-debugger"],
        "a\n\n> - 𐐀\n>\n>   ```ts\n>   debugger;\n>   const a = [\n>     old(b),\n>   ];\n>   debugger;\n>   ```\n",
        "a\n\n> - 𐐀\n>\n>   ```ts\n>   const a = [\n>     fresh(\n>         b,\n>     ),\n>   ];\n>   ```\n",
    );
    check_fixed(
        &["no-old", "no-debugger"],
        "```ts\ndebugger;\nf();\n```\n  ```rust\n  fn a() {\n    old(1);\n  }\n  ```\n",
        "```ts\nf();\n```\n  ```rust\n  fn a() {\n    fresh(\n        1,\n    );\n  }\n  ```\n",
    );
    // Fingerprints in other blocks do not change.
    check_fixed(
        &["no-debugger"],
        "> ```ts\n> a; debugger;\n> ```\n> ```ts\n> `\n> b`\n> ```\n",
        "> ```ts\n> a;\n> ```\n> ```ts\n> `\n> b`\n> ```\n",
    );
}

#[test]
fn what_does_not_parse_is_checked_as_far_as_it_goes() {
    check(&["no-eval"], "```ts\nlet a = ;\neval(b);\n...\n```\n", &["3:1 no-eval eval(b)"]);
    let (_, report) = report(&engine(&["no-call"]), &format!("```js\n{}\n```\n", "(".repeat(100_000)));
    let found = lines(&report);
    let [one] = &found[..] else { panic!("{found:?}") };
    assert!(one.starts_with("docs/a.md 6 unchecked-file: not checked: "), "{one}");
}

#[test]
#[cfg(feature = "all-languages")]
fn a_rule_looks_at_a_file_once() {
    let (_, report) = report(&engine(&["of-file"]), "```ts\nwhole;\n```\n```rust\nfn whole() {}\n```\n```ts\na\n```\n");
    assert_eq!(lines(&report), ["docs/a.md 0 of-file: 4 trees"]);
}

#[test]
fn all_blocks_share_the_budget_of_the_file() {
    let options = RunOptions { steps: 50, ..RunOptions::new(Date::parse("2026-06-15").unwrap()) };
    let engine = engine_with(&["slow"], FENCES, options);
    let (_, report) = report(&engine, &"```ts\na();\n```\n".repeat(20));
    let (named, found): (Vec<_>, Vec<_>) = report.diagnostics.iter().partition(|found| &*found.rule != "slow");
    assert_eq!(named.len(), 1, "{:?}", named.iter().map(|found| line(found)).collect::<Vec<_>>());
    assert!((2..=6).contains(&found.len()), "{}", found.len());
}

#[test]
fn only_the_settings_make_markdown_a_file_to_be_checked() {
    let text = "eval(b)\n\n```ts\neval(a)\n```\n";
    let options = || RunOptions::new(Date::parse("2026-06-15").unwrap());
    let (off, on) = (engine_with(&["no-eval"], "", options()), engine(&["no-eval"]));
    let outcome = |engine: &Engine, path: &str, text: &str| engine.check_source(source(path, text)).outcome();
    assert_eq!(outcome(&off, "docs/a.md", text), FileOutcome::Unsupported);
    assert_eq!(outcome(&on, "docs/a.md", text), FileOutcome::Checked { strict: true, tolerant: false });
    assert_eq!(outcome(&on, "docs/a.markdown", text), FileOutcome::Checked { strict: true, tolerant: false });
    // Only the code is searched.
    assert_eq!(outcome(&on, "docs/a.md", "eval(b)\n\n```ts\na\n```\n```py\neval(a)\n```\n"), FileOutcome::Prefiltered);
    assert_eq!(outcome(&on, "docs/a.txt", text), FileOutcome::Unsupported);
    // Code in rule pages violates rules on purpose.
    assert_eq!(outcome(&on, "law/no-eval.md", text), FileOutcome::Unsupported);
}
