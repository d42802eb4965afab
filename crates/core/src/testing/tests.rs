//! Tests of pages that pass and pages that fail, with a rule that finds a word in the text.

use std::sync::Arc;

use crate::date::Date;
use crate::diagnostic::{Confidence, Diagnostic, Edit, Finding, Fix, Safety, Severity};
use crate::facts::{ChangeView, ProjectView};
use crate::ir::{Dialect, FileInput};
use crate::pack::Native;
use crate::rule::page::{Page, Scope};
use crate::rule::{Interest, ProjectCx, Rule, RuleNeeds};
use crate::settings::Settings;
use crate::span::Span;
use crate::testing::{check_page, run_page};

/// Finds `eval`, with two fixes: to `safe`, and to `evaleval`, which never ends.
fn find_eval(files: &[FileInput], settings: Option<&Settings>) -> Vec<Arc<Diagnostic>> {
    if settings.is_some_and(|settings| !settings.rules.is_empty()) {
        return Vec::new();
    }
    let fix = |span: Span, text: &str| Fix::new(text, Safety::Unsafe, vec![Edit::new(span, text)]).unwrap();
    let of_file = |FileInput { source: file, .. }: &FileInput| {
        let found = file.text().match_indices("eval").map(|(at, _)| {
            let span = Span::new(at as u32, at as u32 + 4);
            Diagnostic {
                rule: Arc::from("no-eval"),
                severity: Severity::Error,
                confidence: Confidence::High,
                message: format!("eval in {}", file.path()),
                path: file.path().clone(),
                span,
                step: None,
                measure: None,
                captures: Vec::new(),
                related: Vec::new(),
                fixes: vec![fix(span, "safe"), fix(span, "evaleval")],
                fingerprint: String::new(),
                subject_fingerprint: String::new(),
                is_about_definition: false,
                symbol: String::new(),
            }
        });
        found.map(Arc::new).collect::<Vec<_>>()
    };
    files.iter().flat_map(of_file).collect()
}

fn check_with(head: &str, body: &str, expected: &[&str]) {
    let text = format!("---\nsummary: S.\n{head}severity: error\nrule: {{node: call}}\n---\nWhy.\n{body}");
    let page = Page::parse("p.md", "no-eval", "t", Arc::from(text.as_str())).unwrap_or_else(|mistakes| {
        panic!("{text}\n{:#?}", mistakes.iter().map(ToString::to_string).collect::<Vec<_>>())
    });
    let failures: Vec<String> = check_page(&page, &find_eval).iter().map(ToString::to_string).collect();
    assert_eq!(failures, expected, "{body}");
}

const GOOD: &str = "## Good\n```ts\nok();\n```\n";

/// Checks a page whose prose starts at line 7; a good block is added.
fn check(body: &str, expected: &[&str]) {
    check_with("languages: [typescript, javascript]\n", &format!("{body}{GOOD}"), expected);
}

#[test]
fn marks_and_findings_agree() {
    check(
        "## Bad\n```ts\neval(1); // error\neval(eval(2)); // error // error\n  eval(3);\n//^^^ error: eval in\n```\n",
        &[],
    );
    check("## Bad\n```ts errors=\"1,2,2\"\neval(1);\neval(eval(2));\n```\n", &[]);
    check("## Bad\n```tsx\nconst a = <b>{eval(1)}</b>; {/* error */}\n```\n", &[]);
}

#[test]
#[cfg(feature = "ecmascript")]
fn mismatches_are_reported_with_their_lines() {
    check(
        "## Bad\n```ts\nok(); // error\neval(1);\n```\n",
        &[
            "p.md:10: expected a finding here, found none (as typescript, tsx, javascript)",
            "p.md:11: finding not marked: eval in block.js (as javascript)",
            "p.md:11: finding not marked: eval in block.ts",
            "p.md:11: finding not marked: eval in block.tsx (as tsx)",
        ],
    );
    check("## Bad\n```ts\nlet a: any = eval(1); // error: block.ts\n```\n", &[]);
    check(
        "## Bad\n```ts\nlet a = <any>eval(1); // error: evil\n```\n",
        &["p.md:10: expected a message that holds `evil`, found: eval in block.ts"],
    );
    check(
        "## Bad\n```js\neval(1);\n```\n## Good\n```js\n  eval(2);\n  ok(); // error\n```\n",
        &[
            "p.md:9: a bad block needs a mark: end the line of each finding with `// error`",
            "p.md:10: finding not marked: eval in block.js",
            "p.md:10: finding not marked: eval in block.ts (as typescript)",
            "p.md:10: finding not marked: eval in block.tsx (as tsx)",
            "p.md:14: finding in a good block: eval in block.js",
            "p.md:14: finding in a good block: eval in block.ts (as typescript)",
            "p.md:14: finding in a good block: eval in block.tsx (as tsx)",
            "p.md:15: a good block cannot expect a finding",
        ],
    );
}

#[test]
#[cfg(feature = "ecmascript")]
fn a_block_parses_as_what_it_says() {
    check(
        "## Bad\n```ts\neval(1); // error\nlet = ;\n```\n",
        &["p.md:11: the block does not parse as ts: unexpected `=`"],
    );
    check(
        "## Bad\n```tsx\n<a>{eval(1)}</a>; {/* error: .tsx */}\n```\n",
        &["p.md:10: expected a message that holds `.tsx`, found: eval in block.js (as javascript)"],
    );
}

#[test]
fn a_page_is_weak_without_a_reason() {
    let text = "---\nsummary: S.\nlanguages: [rust]\nseverity: error\nrule: {node: call}\n---\n## Bad\n```rust\n\
                fn f() { eval(1); } // error\n```\n## Good\n```rust\nfn f() {}\n```\n";
    let page = Page::parse("p.md", "no-eval", "t", Arc::from(text)).unwrap();
    let failures = check_page(&page, &find_eval);
    let shown: Vec<String> = failures.iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["p.md:1: the page does not say why: write a paragraph below the head"]);
}

#[test]
#[cfg(feature = "all-languages")]
fn a_page_is_weak_without_a_bad_and_a_good_block_of_each_family() {
    let bad = "## Bad\n```js\neval(1); // error\n```\n";
    check_with(
        "languages: [typescript, javascript, rust]\n",
        bad,
        &[
            "p.md:3: the page needs a bad block of rust",
            "p.md:3: the page needs a good block of rust",
            "p.md:3: the page needs a good block of typescript or javascript",
        ],
    );
    check_with(
        "languages: all\n",
        &format!("{bad}{GOOD}"),
        &["p.md:3: `languages: all` needs a bad and a good block in two families of languages, found them in 1"],
    );
    let rust = "## Bad\n```rust\nfn f() { eval(1); } // error\n```\n## Good\n```rust\nfn f() {}\n```\n";
    check_with("languages: all\n", &format!("{bad}{GOOD}{rust}"), &[]);
    check_with("languages: [ruby, rust]\n", &format!("## Bad\n```ruby\nx = 1\n```\n{rust}"), &[]);
}

#[test]
#[cfg(feature = "ecmascript")]
fn globs_of_the_page_hold_for_blocks() {
    let head = "languages: [typescript, javascript]\nfiles: ['**/*.ts']\nignores: ['gen/**']\n";
    let run = |page: &Page, files: &[FileInput]| {
        let filter = page.path_filter().unwrap();
        let kept: Vec<_> = files.iter().filter(|file| filter.matches(file.source.path())).cloned().collect();
        find_eval(&kept, None)
    };
    let text = format!(
        "---\nsummary: S.\n{head}severity: error\nrule: {{node: call}}\n---\nWhy.\n## Bad\n```ts\neval(1); // error\n```\n\
         ```ts title=\"gen/a.ts\"\neval(1); // error\n```\n{GOOD}"
    );
    let page = Page::parse("p.md", "no-eval", "t", Arc::from(text.as_str())).unwrap();
    let failures = check_page(&page, &|files, _| run(&page, files));
    let shown: Vec<String> = failures.iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["p.md:14: `files` and `ignores` of the page leave `gen/a.ts` out: give it a `title`"]);
}

#[test]
#[cfg(feature = "ecmascript")]
fn fixes_are_applied_until_none_are_left() {
    let bad = "## Bad\n```ts\neval(1);   // error\n  eval(2);\n//^^^ error\n```\n";
    check(&format!("{bad}## Fixed\n```ts\nsafe(1);\n  safe(2);\n```\n"), &[]);
    check(
        &format!("{bad}## Fixed\n```ts\nsafe(1);\nsave(2);\n```\n"),
        &["p.md:17: fixing the bad block gives `  safe(2);` here, not `save(2);`"],
    );
    check(
        &format!("{bad}## Fixed\n```ts\nsafe(1);\n```\n"),
        &["p.md:17: fixing the bad block gives `  safe(2);` here, not nothing"],
    );
    check(
        &format!("{bad}## Fixed\n```ts fix=3\nsafe(1);\n```\n"),
        &["p.md:15: no finding of the bad block above has a fix number 3"],
    );
    check(
        "## Fixed\n```ts\nsafe(1);\n```\n## Bad\n```ts\neval(1); // error\n```\n",
        &["p.md:9: there is no bad block above that this one could fix"],
    );
}

#[test]
#[cfg(feature = "ecmascript")]
fn a_fix_must_remove_its_finding() {
    let grow = |files: &[FileInput], _: Option<&Settings>| {
        let mut found = find_eval(&files[..1], None);
        found.truncate(1);
        for diagnostic in &mut found {
            let edit = Edit::new(Span::empty(diagnostic.span.start), "x;");
            Arc::make_mut(diagnostic).fixes = Fix::new("grow", Safety::Safe, vec![edit]).into_iter().collect();
        }
        found
    };
    let text = format!(
        "---\nsummary: S.\nlanguages: [typescript]\nseverity: error\nrule: {{node: call}}\n---\nWhy.\n## Bad\n```ts\n\
         eval(1); // error\n```\n## Fixed\n```ts\nx\n```\n{GOOD}"
    );
    let page = Page::parse("p.md", "no-eval", "t", Arc::from(text.as_str())).unwrap();
    let shown: Vec<String> = check_page(&page, &grow).iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["p.md:13: a fix of the bad block above does not hold: `no-eval` would still find it"]);
}

#[test]
fn blocks_of_one_heading_are_one_project() {
    let bad = "## Bad\n### P\n```ts title=\"a.ts\"\neval(1); // error\n```\n```js title=\"b.js\"\nok();\n```\n```json title=\"package.json\"\n{}\n```\n";
    check(bad, &[]);
    check(
        &format!("{bad}## Fixed\n### P\n```ts title=\"a.ts\"\nsafe(1);\n```\n```js title=\"b.js\"\nok()\n```\n"),
        &["p.md:25: fixing the bad block gives `ok();` here, not `ok()`"],
    );
    let twice = "## Bad\n### P\n```ts\neval(1); // error\n```\n```ts\nok();\n```\n";
    check(twice, &["p.md:13: two blocks of one project are the file `block.ts`: give each its own `title`"]);
    let off = "### Off\n```toml title=\"lawbook.toml\"\n[rules]\nno-eval = \"off\"\n```\n```ts\neval(1);\n```\n";
    check(&format!("## Bad\n```ts\neval(1); // error\n```\n## Good\n{off}"), &[]);
    check(
        &format!("## Bad\n```ts\neval(1); // error\n```\n## Good\n{}", off.replace("\"off\"", "1")),
        &[
            "p.md:16: no-eval: expected a level or a table, found a whole number",
            "p.md:19: finding in a good block: eval in block.ts",
        ],
    );
}

/// Reports every file but the first, and every file that the change adds.
struct SecondFile {
    scope: Scope,
}

impl Rule for SecondFile {
    fn interest(&self, _: &'static Dialect) -> Interest {
        Interest::none()
    }

    fn needs(&self) -> RuleNeeds {
        RuleNeeds { scope: self.scope, ..RuleNeeds::default() }
    }

    fn conclude(&self, _: &ProjectView, cx: &mut ProjectCx<'_>) {
        for (path, _) in cx.files().skip(1) {
            cx.report(Finding::new(Span::empty(0)).at_path(path.clone()));
        }
    }

    fn check_change(&self, view: &ChangeView, cx: &mut ProjectCx<'_>) {
        for file in view.files.iter().skip(1).filter(|file| file.before.is_none()) {
            cx.report(Finding::new(Span::empty(0)).at_path(file.path.clone()));
        }
    }
}

#[test]
fn rules_over_all_files_and_over_a_change_see_the_blocks_of_one_heading() {
    let natives = [
        Native::new("second-file", |_| Ok(SecondFile { scope: Scope::Project })),
        Native::new("second-file", |_| Ok(SecondFile { scope: Scope::Change })),
    ];
    let Some(language) = crate::language::all().first() else { return };
    let (name, sign) = (language.name(), language.syntax().comments[0].open);
    let tag = language.dialects()[0].extensions[0];
    let code = if name == "rust" { "const A: u8 = 1;" } else { "a" };
    for (scope, native) in ["project", "change"].into_iter().zip(natives) {
        let failures = |mark: &str| {
            let text = format!(
                "---\nsummary: S.\nlanguages: [{name}]\nseverity: error\nscope: {scope}\nnative: true\n---\nWhy.\n\
                 ## Bad\n### Two\n```{tag} title=\"a.{tag}\"\n{code}\n```\n```{tag} title=\"b.{tag}\"\n{code}{mark}\n```\n\
                 ## Good\n```{tag}\n\n```\n"
            );
            let page = Page::parse("p.md", "second-file", "t", text).unwrap();
            let found = run_page(&page, std::slice::from_ref(&native), Date::from_unix_seconds(0)).unwrap();
            found.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(failures(&format!(" {sign} error")), [""; 0]);
        assert_eq!(failures("").len(), 2);
    }
}

#[test]
#[cfg(feature = "ecmascript")]
fn mistakes_in_the_settings_of_a_block_have_the_lines_of_the_page() {
    let text = "---\nsummary: S.\nlanguages: [typescript]\nseverity: error\noptions: { max: { default: 1, doc: D. } }\n\
                rule: { node: number, nthChild: { position: { option: max } } }\n---\nWhy.\n## Bad\n### P\n\
                ```toml title=\"lawbook.toml\"\n[rules]\nno-number = { mux = 1 }\n```\n```ts\n1 // error\n```\n";
    let page = Page::parse("p.md", "no-number", "t", text).unwrap();
    let mistakes = run_page(&page, &[], Date::from_unix_seconds(0)).unwrap_err();
    let shown: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["p.md:13:15: unknown option `mux` of `no-number` (did you mean `max`?)"]);
}
