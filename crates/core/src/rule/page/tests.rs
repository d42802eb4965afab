//! Pages and ast-grep rules, good and bad, through a few checks.

use std::sync::Arc;

use crate::rule::page::{Block, Body, Claims, OptionValue, Page, Scope};

/// A valid head, so that a case writes only what it tests.
const HEAD: &str = "summary: No eval.\nlanguages: [typescript]\nseverity: error\nrule:\n  pattern: eval($X)\n";

fn page(head: &str, body: &str) -> String {
    format!("---\n{head}---\n{body}")
}

fn parse(text: &str, topic: &str, id: &str) -> Result<Page, Vec<String>> {
    let mistakes = |mistakes: Vec<crate::mistake::Mistake>| mistakes.iter().map(ToString::to_string).collect();
    Page::parse("a.md", id, topic, Arc::from(text)).map_err(mistakes)
}

fn check_mistakes(text: &str, expected: &[&str]) {
    let found = parse(text, "t", "no-eval").err().unwrap_or_default();
    assert_eq!(found, expected, "{text}");
}

/// A page with this head after `summary`, valid otherwise.
fn check_head_mistakes(head: &str, expected: &[&str]) {
    check_mistakes(&page(&format!("summary: No eval.\n{head}"), "Why.\n"), expected);
}

fn check_head(head: &str, check: impl Fn(&Page)) {
    let head = format!("summary: No eval.\n{head}");
    check(&parse(&page(&head, "Why.\n"), "t", "no-eval").unwrap_or_else(|mistakes| panic!("{head}\n{mistakes:#?}")));
}

/// Blocks shown as `role tag [project] {info} code`.
fn check_blocks(body: &str, expected: &[&str]) {
    let text = page(HEAD, body);
    let page = parse(&text, "t", "no-eval").unwrap_or_else(|mistakes| panic!("{body}\n{mistakes:#?}"));
    let show = |block: &Block| {
        assert_eq!(&text[block.span.range()], block.code);
        let info: Vec<_> = block.info.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let project = block.project.as_ref().map(|project| format!(" [{project}]")).unwrap_or_default();
        format!("{:?} {}{project} {{{}}} {:?}", block.role, block.tag, info.join(" "), block.code)
    };
    assert_eq!(page.blocks.iter().map(show).collect::<Vec<_>>(), expected, "{body}");
}

#[test]
#[cfg(feature = "ecmascript")]
fn a_page_is_read_whole() {
    let text = page(
        "summary: At most {max} lines.\nmessage: $N has more than {max} lines.\nlanguages: [javascript, typescript]\n\
         severity: off\nconfidence: medium\nsuppressible: false\nformerly: [long-function]\ntags: [size]\n\
         url: https://example.org\nfiles: [src/**, {glob: '*.X', caseInsensitive: true}]\nignores: ['gen/**']\n\
         metadata: {owner: us}\noptions:\n  max: {default: 60, doc: The most lines.}\n  names: {default: [a], doc: N.}\n\
         rule:\n  node: function\n  where: { name: { in: { option: names } }, lines: { gt: { option: max } } }\n",
        "Long functions\nhide bugs.\n\nMore.\n\n## Help\nSplit\n\n- it\n```ts\nx\n```\n## Options\n`max`: more.\n## Good\n~~~ts\nok\n~~~\n",
    );
    let page = parse(&text, "size", "no-eval").unwrap();
    assert_eq!((&*page.id, &*page.topic, &*page.summary), ("no-eval", "size", "At most {max} lines."));
    assert_eq!(page.message, "$N has more than {max} lines.");
    assert_eq!(page.claims, Claims::Dialects(["typescript", "tsx", "javascript"].map(str::to_owned).to_vec()));
    assert_eq!((page.severity, page.suppressible), (None, false));
    assert_eq!(&*page.formerly[0], "long-function");
    assert_eq!(page.default_options()["names"], OptionValue::List(vec!["a".to_owned()]));
    assert_eq!(page.files.iter().map(|glob| glob.case_insensitive).collect::<Vec<_>>(), [false, true]);
    assert_eq!(page.why, "Long functions\nhide bugs.");
    assert_eq!(page.help, "Split\n\n- it\n```ts\nx\n```");
    assert_eq!(page.options_text, "`max`: more.");
    let Body::Declarative(variants) = &page.body else { panic!("{:?}", page.body) };
    assert_eq!(&text[variants[0].rule.get("node").unwrap().span.range()], "function");
}

#[test]
fn a_byte_order_mark_and_crlf_are_no_hindrance() {
    let text = format!("\u{FEFF}{}", page(HEAD, "Why.\n\n## Bad\n```ts\neval(1)\n```\n").replace('\n', "\r\n"));
    let page = parse(&text, "t", "no-eval").unwrap();
    assert_eq!((&*page.why, &*page.blocks[0].code), ("Why.", "eval(1)\r\n"));
    assert_eq!(&text[page.blocks[0].span.range()], "eval(1)\r\n");
}

#[test]
fn the_head_is_a_closed_set() {
    check_mistakes(
        "Hello\n",
        &["a.md:1:1: expected a rule page, which starts with a head between two lines `---` (only README.md may be \
         another kind of page here)"],
    );
    check_mistakes(
        "---\nsummary: x\n",
        &["a.md:1:1: the head that opens here is never closed (write `---` on a line of its own below the last key)"],
    );
    check_mistakes(
        &page(&format!("{HEAD}severty: x\n"), "Why.\n"),
        &["a.md:7:1: unknown key `severty` (did you mean `severity`?)"],
    );
    check_mistakes(
        &page("", ""),
        &[
            "a.md:2:1: the head is empty (write `summary`, `languages`, `severity` and `rule` between the two lines `---`)",
        ],
    );
    check_mistakes(
        &page("a: [\n", "Why.\n"),
        &["a.md:2:4: this `[` is never closed (write the `]`, or put a value that contains `[` in quotes)"],
    );
    check_mistakes(
        &page("tags: [a]\n", "Why.\n"),
        &[
            "a.md:2:1: the key `summary` is missing",
            "a.md:2:1: the key `languages` is missing",
            "a.md:2:1: the key `severity` is missing",
            "a.md:2:1: one of the keys `rule`, `rules` and `native` is missing (say what it finds, such as `rule: { pattern: eval($X) }`)",
        ],
    );
}

#[test]
#[cfg(feature = "all-languages")]
fn what_is_wrong_in_a_head_hides_nothing_of_its_rule() {
    let with = |rule: &str| format!("languages: [rust, typescript]\nseverity: wrong\nrule: {rule}\n");
    let level = "a.md:4:11: unknown severity `wrong`";
    let check = |rule: &str, expected: &[&str]| {
        let found = parse(&page(&format!("summary: No eval.\n{}", with(rule)), "Why.\n"), "t", "no-eval").unwrap_err();
        let (of_level, others): (Vec<&str>, Vec<&str>) =
            found.iter().map(|mistake| mistake.split(" (").next().unwrap()).partition(|mistake| *mistake == level);
        assert_eq!((of_level.len(), &others[..]), (1, expected), "{rule}");
    };
    check("{node: call}", &[]);
    // Once for all languages.
    check("{node: cal}", &["a.md:5:14: unknown kind `cal`"]);
    // A part that has a mistake already is not read again.
    check("{node: call}\nfix: {templat: x}", &["a.md:6:7: unknown key `templat`"]);
    check("{matches: u}\nutil: {u: {node: call}}", &["a.md:6:1: unknown key `util`"]);
}

#[test]
fn ids_are_kebab_case() {
    for (id, good) in [("no-eval", true), ("a1-b2", true), ("No-eval", false), ("no_eval", false), ("1-a", false)] {
        assert_eq!(parse(&page(HEAD, "Why.\n"), "t", id).is_ok(), good, "{id}");
    }
}

#[test]
#[cfg(feature = "all-languages")]
fn languages_are_known_and_disjoint() {
    let with = |languages: &str| format!("languages: {languages}\nseverity: error\nrule: {{node: call}}\n");
    check_head_mistakes(
        &with("[typscript]"),
        &["a.md:3:13: unknown language `typscript` (did you mean `typescript`?)"],
    );
    check_head_mistakes(&with("[tsx]"), &["a.md:3:13: unknown language `tsx` (did you mean `typescript`?)"]);
    check_head_mistakes(
        &with("rust"),
        &["a.md:3:12: languages: expected a list of languages or `all`, found a string (put it in brackets: `[rust]`)"],
    );
    check_head_mistakes(&with("[rust, rust]"), &["a.md:3:19: the language `rust` stands twice (keep one of them)"]);
    check_head_mistakes(&with("[rust, all]"), &["a.md:3:19: `all` stands alone (write `languages: all`)"]);
    check_head_mistakes(
        &with("[]"),
        &["a.md:3:12: languages: expected at least one (name some, such as `[typescript]`, or write `languages: all`)"],
    );
    check_head(&with("[ruby, rust]"), |page| {
        assert_eq!(page.claims.lacking().collect::<Vec<_>>(), ["ruby"]);
        assert_eq!(page.claims.families(), ["rust"]);
    });
    check_head(&with("all"), |page| assert_eq!(page.claims, Claims::All));
}

#[test]
fn a_rule_for_all_languages_speaks_no_grammar() {
    let with = |rule: &str| format!("languages: all\nseverity: error\nrule: {rule}\n");
    let help = "but the rule is for all languages (use `node` and `where`, or name the languages)";
    check_head_mistakes(&with("{kind: call}"), &[&format!("a.md:5:8: `kind` speaks of one grammar, {help}")]);
    check_head_mistakes(
        &with("{node: call, has: {pattern: x}}"),
        &[&format!("a.md:5:26: `pattern` speaks of one grammar, {help}")],
    );
    check_head_mistakes(
        &with("{any: [{node: call, inside: {field: x, node: if}}]}"),
        &[&format!("a.md:5:36: `field` speaks of one grammar, {help}")],
    );
    check_head_mistakes(
        &with("{matches: u}\nutils: {kind: {node: call}, u: {kind: x}}"),
        &[&format!("a.md:6:33: `kind` speaks of one grammar, {help}")],
    );
    check_head(&with("{node: call, where: {kind: x}}"), |_| {});
}

#[test]
fn levels_scopes_and_kinds_of_body() {
    let base = "languages: [rust]\nseverity: error\n";
    check_head_mistakes(
        "languages: [rust]\nseverity: hint\nrule: {node: call}\n",
        &["a.md:4:11: unknown severity `hint` (did you mean `info`?)"],
    );
    check_head_mistakes(
        "languages: [rust]\nseverity: warn\nrule: {node: call}\nconfidence: hgh\n",
        &[
            "a.md:4:11: unknown severity `warn` (did you mean `warning`?)",
            "a.md:6:13: unknown confidence `hgh` (did you mean `high`?)",
        ],
    );
    check_head_mistakes(
        &format!("{base}rule: {{node: call}}\nnative: true\n"),
        &[
            "a.md:6:1: a page has only one of `rule`, `rules` and `native` (keep one: `rules` lists an item with `languages` and `rule` for each language)",
        ],
    );
    check_head_mistakes(&format!("{base}native: false\n"), &["a.md:5:9: `native` can only be `true` (leave it out)"]);
    check_head_mistakes(
        &format!("{base}rule: foo\n"),
        &[
            "a.md:5:7: rule: expected a mapping, found a string (say what it finds, such as `rule: { pattern: eval($X) }`)",
        ],
    );
    check_head_mistakes(
        &format!("{base}native: true\nfix: x\n"),
        &["a.md:6:6: `fix` needs a `rule` or `rules` (say what the rule finds, such as `rule: { pattern: eval($X) }`)"],
    );
    check_head_mistakes(
        &format!("{base}rule: {{node: call}}\ntransform: {{A: b}}\nrewriters: []\n"),
        &["a.md:6:1: `transform` is not supported yet", "a.md:7:1: `rewriters` is not supported yet"],
    );
}

#[test]
fn a_scope_beyond_one_file_needs_code() {
    let base = "languages: [rust]\nseverity: error\n";
    for (written, scope) in [("file", Scope::File), ("project", Scope::Project), ("change", Scope::Change)] {
        check_head(&format!("{base}native: true\nscope: {written}\n"), |page| assert_eq!(page.scope, scope));
    }
    let help = "leave `scope` out, or write the rule in Rust and say `native: true` here";
    for scope in ["project", "change"] {
        check_head_mistakes(
            &format!("{base}rule: {{node: call}}\nscope: {scope}\n"),
            &[&format!("a.md:6:8: `scope: {scope}` needs code, and this page has none ({help})")],
        );
    }
    let help = "write `scope: project` for rules about all files, `scope: change` for rules about a change";
    for body in ["rule: {node: call}", "native: true"] {
        check_head_mistakes(
            &format!("{base}{body}\nscope: repository\n"),
            &[&format!("a.md:6:8: there is no scope `repository` ({help})")],
        );
    }
    check_head_mistakes(
        &format!("{base}native: true\nscope: files\n"),
        &["a.md:6:8: unknown scope `files` (did you mean `file`?)"],
    );
}

#[test]
fn variants_share_the_languages() {
    let with = |rules: &str| format!("languages: [typescript, rust]\nseverity: error\nfix: f\nrules:\n{rules}");
    check_head(
        &with(
            "- {languages: [rust], rule: {node: call}, message: m}\n- {languages: [typescript], rule: {node: new}, fix: g}\n",
        ),
        |page| {
            let Body::Declarative(variants) = &page.body else { panic!() };
            assert_eq!(variants[0].message.as_deref(), Some("m"));
            let fixes: Vec<_> = variants.iter().map(|v| v.fix.as_ref().unwrap().as_str().unwrap()).collect();
            assert_eq!(fixes, ["f", "g"]);
        },
    );
    check_head_mistakes(
        &with("- {languages: [rust], rule: {node: call}}\n"),
        &[
            "a.md:6:1: no item of `rules` is for `typescript`, which `languages` names (write an item for `typescript`, or take it out of `languages`)",
        ],
    );
    check_head_mistakes(
        &with(
            "- {languages: [rust, typescript], rule: {node: call}}\n- {languages: [rust, javascript], rule: {node: new}}\n",
        ),
        &[
            "a.md:8:15: `javascript` is not among the page's `languages` (add `javascript` to `languages` of the page, or take it out here)",
            "a.md:8:15: another item of `rules` is for `rust` too (keep it in one of them)",
        ],
    );
    check_head_mistakes(
        &with("- {languages: [rust], rul: {node: a}}\n"),
        &["a.md:7:23: unknown key `rul` (did you mean `rule`?)"],
    );
    check_head_mistakes(
        "languages: all\nseverity: error\nrules: [{languages: [rust], rule: {node: a}}]\n",
        &["a.md:5:1: `rules` needs languages by name (a rule for `languages: all` has one `rule`)"],
    );
}

#[test]
fn options_have_types_and_words() {
    let with = |rest: &str| format!("languages: [rust]\nseverity: error\nrule: {{node: call}}\n{rest}");
    check_head_mistakes(
        &with("options:\n  max: {default: 1.5, doc: x}\n  Min: {default: 1}\n  level: {default: a, doc: b}\n"),
        &[
            "a.md:7:18: default: expected a boolean, a whole number, a string or a list of strings, found a number",
            "a.md:8:3: `Min` cannot be an option's name (lower-case words with `_` between them)",
            "a.md:8:8: the key `doc` is missing",
            "a.md:9:3: `level` cannot be an option: settings use it for the rule's level",
        ],
    );
    let max = "options: {max: {default: 1, doc: d}}\n";
    check_head_mistakes(
        &with(&format!("{max}message: more than {{mx}}, not {{ x }} or {{max}}\n")),
        &["a.md:7:10: unknown option `mx` (did you mean `max`?)"],
    );
    check_head_mistakes(
        &with(&format!("{max}constraints: {{A: {{regex: {{option: mix}}}}}}\n")),
        &["a.md:7:35: unknown option `mix` (did you mean `max`?)"],
    );
}

#[test]
fn fixes_globs_and_earlier_ids_have_shapes() {
    let with = |rest: &str| format!("languages: [rust]\nseverity: error\nrule: {{node: call}}\n{rest}");
    check_head(&with("fix: ''\n"), |_| {});
    check_head(&with("fix:\n- {template: a, title: A, safety: manual}\n"), |_| {});
    check_head_mistakes(
        &with("fix: {templat: a, safety: sure}\n"),
        &[
            "a.md:6:7: unknown key `templat` (did you mean `template`?)",
            "a.md:6:27: unknown safety `sure` (expected one of: manual, safe, unsafe)",
        ],
    );
    check_head_mistakes(&with("fix: [{template: a}]\n"), &["a.md:6:7: the key `title` is missing"]);
    check_head_mistakes(
        &with("fix: 3\n"),
        &["a.md:6:6: fix: expected a template, a mapping or a list of mappings, found a whole number"],
    );
    check_head_mistakes(
        &with("files: ['src/[', ./a]\nignores: {glob: x}\n"),
        &[
            "a.md:6:9: the glob `src/[` matches nothing: unclosed character class; missing ']'",
            "a.md:7:10: ignores: expected a list, found a mapping (put `- ` before each item, or brackets around all)",
        ],
    );
    check_head_mistakes(
        &with("formerly: [no-eval, No, a, a]\nsuppressible: no\ntags: x\n"),
        &[
            "a.md:7:15: suppressible: expected `true` or `false`, found a string (write `false`, without quotes)",
            "a.md:6:12: `no-eval` is the page's own id",
            "a.md:6:21: `No` cannot be a rule's id: expected lower-case words with hyphens",
            "a.md:6:28: `a` stands twice",
            "a.md:8:7: tags: expected a list of strings, found a string (put it in brackets: `[x]`)",
        ],
    );
}

#[test]
fn engine_pages_have_no_rule() {
    let text = page("summary: S.\nlanguages: all\nseverity: error\n", "Why.\n");
    assert!(matches!(parse(&text, "engine", "parse-error").unwrap().body, Body::Engine));
    let missing = "a.md:2:1: one of the keys `rule`, `rules` and `native` is missing (say what it finds, such as `rule: { pattern: eval($X) }`)";
    assert_eq!(parse(&text, "engine", "other").unwrap_err(), [missing]);
    assert_eq!(parse(&text, "t", "parse-error").unwrap_err(), [missing]);
    let narrow = text.replace("all", "[rust]");
    let expected = ["a.md:2:1: a page of the engine is for `languages: all`"];
    assert_eq!(parse(&narrow, "engine", "parse-error").unwrap_err(), expected);
}

#[test]
fn blocks_are_read_with_their_info() {
    check_blocks(
        "Why.\n## Bad\ntext\n```ts title=\"src/a b.ts\" errors=\"3,7\"\none\n\ntwo\n```\n### P\n````ts\n```\n````\n```toml title=\"lawbook.toml\"\n```\n## Fixed\n~~~~ tsx fix=2\nx\n~~~\n~~~~\n## Good\n```ts\n```\n",
        &[
            "Bad ts {errors=3,7 title=src/a b.ts} \"one\\n\\ntwo\\n\"",
            "Bad ts [P] {} \"```\\n\"",
            "Bad toml [P] {title=lawbook.toml} \"\"",
            "Fixed tsx {fix=2} \"x\\n~~~\\n\"",
            "Good ts {} \"\"",
        ],
    );
}

#[test]
fn prose_has_known_headings() {
    let with = |body: &str| page(HEAD, body);
    check_mistakes(
        &with("# T\nWhy.\n## Bads\n## Help\n## Help\n"),
        &[
            "a.md:8:1: a page has no `#` heading (its name is its file's; headings start with `##`)",
            "a.md:10:1: unknown heading `Bads` (did you mean `Bad`?)",
            "a.md:12:1: the heading `Help` stands twice",
        ],
    );
    check_mistakes(&with("\n## Help\nx\n"), &[]);
    check_mistakes(
        &with("Why.\n## Bad\n```ts\nx\n"),
        &["a.md:10:1: this block is not closed (write ``` on a line of its own below its code)"],
    );
}

#[test]
#[cfg(feature = "all-languages")]
fn blocks_have_known_info() {
    let with = |info: &str| page(HEAD, &format!("Why.\n## Bad\n```{info}\nx\n```\n"));
    check_mistakes(&with(""), &["a.md:10:1: a block that is a test needs a language (for example `ts`)"]);
    check_mistakes(&with("tz"), &["a.md:10:1: unknown language of a block `tz` (did you mean `ts`?)"]);
    check_mistakes(
        &with("rust"),
        &[
            "a.md:10:1: a block of `rust`, which the page does not claim (name its language under `languages`, or take the block out)",
        ],
    );
    let head = "summary: No eval.\nlanguages: all\nseverity: error\nrule: { node: call }\n";
    let for_all = |tag: &str| page(head, &format!("Why.\n## Bad\n```{tag}\nx\n```\n"));
    check_mistakes(&for_all("ruby"), &[]);
    check_mistakes(&for_all("tz"), &["a.md:9:1: unknown language of a block `tz` (did you mean `ts`?)"]);
    check_mistakes(
        &with("ts titl=aa fix=1 errors=0 x"),
        &[
            "a.md:10:7: unknown key `titl` (did you mean `title`?)",
            "a.md:10:15: only a block under `## Fixed` has `fix`",
            "a.md:10:21: expected line numbers such as \"3,7\", found `0`",
            "a.md:10:30: expected `key=value`, found `x` (the keys are title, errors, fix)",
        ],
    );
    check_mistakes(&with("ts title=a.tsx"), &["a.md:10:1: the block is `ts`, but `a.tsx` is a file of tsx"]);
    check_mistakes(
        &with("ts title=../a.ts"),
        &["a.md:10:7: `../a.ts` cannot be a block's file name (a path below the root, with `/` between its parts)"],
    );
    check_mistakes(
        &with("toml title=lawbook.toml"),
        &[
            "a.md:10:1: a file of another language needs a project (put the blocks that belong together under one `###` heading)",
        ],
    );
    check_mistakes(
        &page(HEAD, "Why.\n## Good\n```ts errors=1\n```\n"),
        &["a.md:10:7: only a block under `## Bad` has `errors`"],
    );
}

fn check_ast_grep(text: &str, ids: &[&str], expected: &[&str]) -> Vec<Page> {
    let (pages, mistakes) = Page::parse_ast_grep("r.yml", Arc::from(text));
    assert_eq!(mistakes.iter().map(ToString::to_string).collect::<Vec<_>>(), expected, "{text}");
    assert_eq!(pages.iter().map(|page| &*page.id).collect::<Vec<_>>(), ids, "{text}");
    pages
}

#[test]
fn ast_grep_rules_are_read() {
    let text = "id: a\nlanguage: TypeScript\nmessage: |\n  Bad $A\n  thing\nnote: Do.\nseverity: warning\nrule: {pattern: $A}\nfix: ''\nlabels: {A: {style: primary}}\n---\nid: my_rule\nlanguage: Rb\nrule:\n  kind: x\n";
    let pages = check_ast_grep(text, &["a", "my_rule"], &[]);
    assert_eq!((&*pages[0].summary, &*pages[0].message, &*pages[0].help), ("Bad $A", "Bad $A\nthing", "Do."));
    assert_eq!(pages[0].claims, Claims::Dialects(vec!["typescript".to_owned()]));
    assert_eq!(pages[0].severity, Some(crate::diagnostic::Severity::Warning));
    assert!(pages[0].ast_grep);
    assert_eq!(pages[1].severity, Some(crate::diagnostic::Severity::Info));
    assert_eq!((&*pages[1].message, pages[1].claims.lacking().next()), ("my_rule", Some("ruby")));
}

#[test]
fn ast_grep_rules_have_known_keys() {
    check_ast_grep(
        "id: a\nlanguage: Tsx\nrule: {kind: x}\nsevrity: error\n",
        &[],
        &["r.yml:4:1: unknown key `sevrity` (did you mean `severity`?)"],
    );
    check_ast_grep(
        "id: a b\nlanguage: [ts]\n",
        &[],
        &[
            "r.yml:1:5: `a b` cannot be a rule's id (a suppression could not name it: it holds white space, `,`, `:` or `/`)",
            "r.yml:2:11: language: expected a string, found a list (write it without the brackets)",
            "r.yml:1:1: the key `rule` is missing",
        ],
    );
    check_ast_grep(
        "id: a\nlanguage: tpescript\nrule: {kind: x}\n---\nid: b\nlanguage: js\nrule: {kind: x}\n",
        &["b"],
        &["r.yml:2:11: unknown language `tpescript` (did you mean `typescript`?)"],
    );
    check_ast_grep("", &[], &["r.yml:1:1: expected an ast-grep rule, found nothing"]);
    check_ast_grep(
        "id: a\nlanguage: ts\nrule: {kind: x}\ntransform: {B: c}\nfix: {template: x, safety: safe}\n",
        &[],
        &[
            "r.yml:4:1: `transform` is not supported yet",
            "r.yml:5:20: unknown key `safety` (expected one of: expandEnd, expandStart, template, title)",
        ],
    );
    check_ast_grep(
        "a: [",
        &[],
        &["r.yml:1:4: this `[` is never closed (write the `]`, or put a value that contains `[` in quotes)"],
    );
}

#[test]
fn odd_pages_never_panic() {
    let good =
        page(HEAD, "Why.\n## Bad\n```ts title=\"é.ts\" errors=\"1\"\neval(1) // error\n```\n## Fixed\n~~~ts fix=2\n");
    for cut in good.char_indices().map(|(at, _)| at) {
        let _ = parse(&good[..cut], "t", "a");
        let _ = parse(&good[cut..], "t", "a");
        let _ = parse(&format!("{}é{}", &good[..cut], &good[cut..]), "t", "a");
    }
}
