//! Tests of the front door: its mistakes, its results, and the files that it does not change.

use serde::Deserialize;

use super::*;
use crate::diagnostic::{Finding, Severity};
use crate::ir::{Dialect, Kind, Node};
use crate::pack::Pack;
use crate::plan::Selection;
use crate::rule::options::OptionReader;
use crate::rule::{Cx, Interest, Rule};
use crate::settings::Level;

const NO_EVAL: &str = "---\nsummary: No eval.\nlanguages: all\nseverity: error\n\
                       rule: {node: call, where: {callee: eval}}\n---\nWhy.\n";

/// Finds identifiers that are longer than its option says.
#[derive(Debug, Deserialize)]
struct LongNames {
    max: usize,
}

impl Rule for LongNames {
    fn interest(&self, _: &'static Dialect) -> Interest {
        Interest::kinds([Kind::Identifier])
    }

    fn check(&self, node: Node<'_>, cx: &mut Cx<'_>) {
        if node.text().len() > self.max {
            cx.report(Finding::new(node.span()));
        }
    }
}

/// The page of [`LongNames`] with these options.
fn long_names(options: &str) -> String {
    format!(
        "---\nsummary: A short name.\nlanguages: all\nseverity: warning\nnative: true\noptions: {options}\n---\nWhy.\n"
    )
}

fn build_with(options: &str) -> Result<Lawbook, String> {
    let builder = Lawbook::builder().rule("long-names", long_names(options), OptionReader::read::<LongNames>);
    builder.build().map_err(|mistakes| mistakes.to_string())
}

fn mistakes(builder: LawbookBuilder) -> String {
    builder.build().map(drop).unwrap_err().to_string()
}

#[test]
fn a_lawbook_is_shared_between_threads() {
    fn check<T: Clone + Send + Sync + 'static>() {}
    check::<Lawbook>();
    check::<LocatedDiagnostic>();
}

#[test]
fn a_page_and_its_code_must_have_the_same_options() {
    let help = " (the options in the head of the page and those that its code reads must be the same)";
    let refused = |options: &str| build_with(options).map(drop).unwrap_err();
    assert!(build_with("{max: {default: 12, doc: D.}}").is_ok());
    assert_eq!(
        refused("{max: {default: 12, doc: D.}, min: {default: 1, doc: D.}}"),
        format!(
            "long-names.md:6:40: `long-names`: the page declares the option `min`, which its code does not read{help}"
        )
    );
    assert_eq!(
        refused("{maximum: {default: 12, doc: D.}}"),
        format!(
            "long-names.md:6:1: `long-names`: its code reads the option `max`, which the page does not declare{help}"
        )
    );
    assert_eq!(
        refused("{max: {default: 'x', doc: D.}}"),
        format!(
            "long-names.md:6:11: `long-names`: option `max`: expected a whole number, 0 or greater, found the text `x`{help}"
        )
    );
    let unread = Lawbook::builder()
        .rule("long-names", long_names("{max: {default: 12, doc: D.}}"), |_| Ok(LongNames { max: 1 }));
    assert_eq!(
        mistakes(unread),
        format!(
            "long-names.md:6:11: `long-names`: the page declares the option `max`, which its code does not read{help}"
        )
    );
}

#[test]
fn a_value_of_the_settings_that_does_not_fit_is_no_mistake_of_the_page() {
    let page = long_names("{max: {default: 12, doc: D.}}");
    let builder = Lawbook::builder().rule("long-names", page, OptionReader::read::<LongNames>);
    let refused = mistakes(builder.option("long-names", "max", -1));
    assert_eq!(
        refused,
        "`long-names`: option `max`: expected a whole number, 0 or greater, found -1 (its page says what it takes)"
    );
}

#[test]
fn all_mistakes_are_shown_at_once() {
    let builder = Lawbook::builder()
        .page("broken", "no head")
        .page("README", NO_EVAL)
        .rule("no-eval", NO_EVAL, |_| Ok(LongNames { max: 1 }))
        .settings("extends = [\"./law\", \"strict\"]\n[rules]\nno-evil = \"off\"\n[filez]\n")
        .extends("lenient")
        .level("no-evel", Severity::Info)
        .select(Selection::of_rules(["no-vale"]));
    let shown = mistakes(builder);
    let expected = [
        "lawbook.toml:4:2: unknown key `filez` (did you mean `files`?)",
        "broken.md:1:1: expected a rule page, which starts with a head between two lines `---` (only README.md may be another kind of page here)",
        "README.md:1:1: `README` cannot be a rule's id, which is the file's name (lower-case words with hyphens between them, such as `no-default-export`)",
        "no-eval.md:1:1: the page of `no-eval` does not say `native: true`, so its code would never run (write `native: true` in its head, or give the page alone)",
        "lawbook.toml:1:12: the folder `./law` was not given (the program that builds the lawbook gives the files of each folder)",
        "lawbook.toml:1:21: unknown preset `strict` (none is declared here; a folder of pages starts with `./`: `./strict`)",
        "unknown preset `lenient` (none is declared here; a folder of pages starts with `./`: `./lenient`)",
        "lawbook.toml:3:1: unknown rule `no-evil` (did you mean `no-eval`?)",
        "unknown rule `no-evel` (did you mean `no-eval`?)",
        "unknown rule `no-vale` (did you mean `no-eval`?)",
    ];
    assert_eq!(shown.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn what_the_program_sets_is_over_the_settings() {
    let lawbook = Lawbook::builder()
        .page("security/no-eval", NO_EVAL)
        .settings("[rules]\nno-eval = \"info\"\n")
        .level("no-eval", Level::Off)
        .build()
        .unwrap();
    let page = lawbook.explain("own/no-eval").unwrap();
    assert_eq!((page.level, &*page.level_origin), (None, "the program"));
    assert!(lawbook.explain("no-evil").is_none());
}

#[test]
fn presets_and_folders_come_with_packs() {
    let files = [("no-eval.md", NO_EVAL), ("presets/strict.toml", "[rules]\nno-eval = \"warning\"\n")];
    let of_folder = Lawbook::builder().folder("./law", files).settings("extends = [\"./law/\"]\n").build().unwrap();
    assert_eq!(of_folder.explain("law/no-eval").unwrap().level, Some(Severity::Error));
    let files = files.map(|(path, text)| (path.to_owned(), format!("x/{path}"), text.into()));
    let (pack, _) = Pack::from_files("x", files.to_vec());
    let off = Lawbook::builder().pack(pack.clone()).build().unwrap();
    assert_eq!(off.explain("no-eval").unwrap().level, None);
    let on = Lawbook::builder().pack(pack).extends("strict").build().unwrap();
    assert_eq!(on.explain("no-eval").unwrap().level, Some(Severity::Warning));
}

#[test]
fn an_explanation_is_the_page_for_people() {
    let page = "---\nsummary: A short function.\nlanguages: all\nseverity: warning\n\
                options: {max: {default: 60, doc: Lines that are enough.}}\n\
                rule: {node: callable, where: {lines: {gt: {option: max}}}}\n---\nWhy.\n\n## Help\nSplit it.\n";
    let lawbook = Lawbook::builder().page("short", page).option("short", "max", 20).build().unwrap();
    let expected = "short: A short function.\n\nlevel        warning, from the program\npack         own\n\
                    languages    all\nconfidence   high\n\nWhy\nWhy.\n\nHelp\nSplit it.\n\nOptions\n  max (whole number, 60 \
                    unless set): Lines that are enough.\n    set to 20\n";
    assert_eq!(lawbook.explain("short").unwrap().to_string(), expected);
}

#[cfg(feature = "ecmascript")]
mod with_a_language {
    use super::*;
    use crate::date::Date;
    use crate::diagnostic::{Edit, FileChange, Fix};
    use crate::rule::{ProjectCx, RuleNeeds};
    use crate::source::{ColumnUnit, MemoryFiles, Position};
    use crate::span::Span;

    fn lawbook() -> LawbookBuilder {
        Lawbook::builder().page("no-eval", NO_EVAL)
    }

    fn shown(lawbook: &Lawbook, path: &str, text: &str) -> Vec<String> {
        lawbook.check(path, text).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn findings_say_lines_and_columns_in_every_unit() {
        let found = lawbook().build().unwrap().check("./a.ts", "let a;\n'\u{10400}é'; eval(b)\n");
        let [one] = &found[..] else { panic!("{found:?}") };
        assert_eq!(one.to_string(), "a.ts:2:7: error: No eval. [no-eval]");
        let at = |column| Position { line: 2, column };
        assert_eq!(one.range(ColumnUnit::Utf32), at(7)..at(14));
        assert_eq!(one.range(ColumnUnit::Utf16), at(8)..at(15));
        assert_eq!(one.range(ColumnUnit::Utf8), at(11)..at(18));
        assert_eq!((one.text(), one.severity), ("eval(b)", Severity::Error));
        assert_eq!(one.diagnostic().to_string(), "a.ts: error: No eval. [no-eval]");
    }

    #[test]
    fn paths_of_no_language_and_excluded_ones_give_nothing() {
        for exclude in ["dist/**", "dist", "dist/*.ts", "**/dist/"] {
            let settings = format!("[files]\nexclude = [\"{exclude}\"]\n");
            let lawbook = lawbook().settings(settings).build().unwrap();
            assert_eq!(shown(&lawbook, "a.ts", "eval(b)").len(), 1);
            assert_eq!(shown(&lawbook, "a.txt", "eval(b)").len(), 0);
            assert_eq!(shown(&lawbook, "dist/a.ts", "eval(b)").len(), 0, "{exclude}");
            let bytes = |path: &str| (RelPath::new(path), b"eval(b)".to_vec());
            let report = lawbook.check_files(&["a.ts", "dist/a.ts"].map(bytes).into_iter().collect::<MemoryFiles>());
            let found: Vec<_> = report.located().map(|found| found.to_string()).collect();
            assert_eq!(found, ["a.ts:1:1: error: No eval. [no-eval]"], "{exclude}");
            assert_eq!(report.summary.files, 1);
        }
    }

    #[test]
    fn suppressions_end_on_the_day_that_is_given() {
        let text = "// lawbook-ignore no-eval until=2027-01-31: the format wants it\neval(b)\n";
        assert_eq!(shown(&lawbook().build().unwrap(), "a.ts", text).len(), 0);
        let later = lawbook().today(Date::parse("2027-02-01").unwrap()).build().unwrap();
        let expected = ["a.ts:1:4: error: ", "a.ts:2:1: error: No eval. [no-eval]"];
        let found = shown(&later, "a.ts", text);
        assert!(
            found.len() == 2 && found.iter().zip(expected).all(|(found, start)| found.starts_with(start)),
            "{found:?}"
        );
    }

    #[test]
    fn a_rule_is_made_for_each_set_of_options_and_captures_what_it_needs() {
        let page = long_names("{max: {default: 3, doc: D.}}");
        let settings = "[[overrides]]\nfiles = [\"b/**\"]\nrules = { long-names = { max = 5 } }\n";
        let more = 1;
        let lawbook = Lawbook::builder()
            .rule("long-names", page, move |options| {
                let read = options.read::<LongNames>()?;
                Ok(LongNames { max: read.max + more })
            })
            .settings(settings)
            .build()
            .unwrap();
        assert_eq!(shown(&lawbook, "a.ts", "abcd; abcde; abcdefg").len(), 2);
        assert_eq!(shown(&lawbook, "b/a.ts", "abcd; abcde; abcdefg").len(), 1);
    }

    /// Finds `old`: a safe fix renames the file too, an unsafe one the word alone; `bad` has one that does not hold.
    struct Old;

    impl Rule for Old {
        fn interest(&self, _: &'static Dialect) -> Interest {
            Interest::kinds([Kind::Identifier])
        }

        fn check(&self, node: Node<'_>, cx: &mut Cx<'_>) {
            let edit = |text: &str| vec![Edit::new(node.span(), text)];
            let rename = FileChange::Rename { from: RelPath::new("a.ts"), to: RelPath::new("b.ts") };
            let finding = Finding::new(node.span());
            match node.text() {
                "old" => {
                    let moving = Fix::of_files("Move", Safety::Safe, edit("now"), vec![rename]);
                    cx.report(finding.fix(moving).fix(Fix::new("Rename", Safety::Unsafe, edit("now"))));
                }
                "bad" => {
                    cx.report(finding.fix(Fix::new("Break", Safety::Safe, edit("("))));
                }
                _ => {}
            }
        }
    }

    #[test]
    fn fixes_stay_within_the_text_and_hold() {
        let page = "---\nsummary: Old.\nlanguages: all\nseverity: warning\nnative: true\n---\nWhy.\n";
        let lawbook = Lawbook::builder()
            .rule("no-old", page, |_| Ok(Old))
            .settings("[files]\nexclude = [\"dist/**\"]\n")
            .build()
            .unwrap();
        let safe = lawbook.fix("a.ts", "old; bad;\n");
        assert_eq!((&*safe.text, safe.applied.len(), safe.rolled_back.len()), ("old; bad;\n", 0, 1));
        let all = lawbook.fix_up_to("a.ts", "old; bad;\n", Safety::Unsafe);
        assert_eq!((&*all.text, all.applied.len(), all.rolled_back.len()), ("now; bad;\n", 1, 1));
        assert_eq!((&*all.applied[0].title, &*all.rolled_back[0].rule), ("Rename", "no-old"));
        assert_eq!(&*lawbook.fix_up_to("dist/a.ts", "old", Safety::Unsafe).text, "old");
        assert_eq!(&*lawbook.fix_up_to("a.txt", "old", Safety::Unsafe).text, "old");
    }

    /// Finds every file but the first one.
    struct SecondFile;

    impl Rule for SecondFile {
        fn interest(&self, _: &'static Dialect) -> Interest {
            Interest::none()
        }

        fn needs(&self) -> RuleNeeds {
            RuleNeeds::project([])
        }

        fn conclude(&self, _: &crate::facts::ProjectView, cx: &mut ProjectCx<'_>) {
            for (path, _) in cx.files().skip(1) {
                cx.report(Finding::new(Span::empty(0)).at_path(path.clone()));
            }
        }
    }

    #[test]
    fn rules_about_all_files_are_asked_for_files_together() {
        let page = "---\nsummary: One.\nlanguages: all\nseverity: warning\nscope: project\nnative: true\n---\nWhy.\n";
        let lawbook = Lawbook::builder().rule("second-file", page, |_| Ok(SecondFile)).build().unwrap();
        assert_eq!(shown(&lawbook, "a.ts", "a").len(), 0);
        let files: MemoryFiles = ["a.ts", "b.ts"].map(|path| (RelPath::new(path), b"a".to_vec())).into_iter().collect();
        let found: Vec<_> = lawbook.check_files(&files).located().map(|found| found.to_string()).collect();
        assert_eq!(found, ["b.ts:1:1: warning: One. [second-file]"]);
    }
}

#[test]
#[cfg(feature = "ecmascript")]
fn a_message_shows_the_first_line_of_a_capture() {
    let page = |rule: &str| {
        format!(
            "---\nsummary: Long.\nmessage: '`$NAME` is long'\nlanguages: [javascript]\nseverity: error\nrule: {rule}\n---\nWhy.\n"
        )
    };
    let message = |rule: &str, text: &str| {
        let lawbook = Lawbook::builder().page("r", page(rule)).build().unwrap();
        lawbook.check("a.js", text).into_iter().next().unwrap().message.clone()
    };
    let whole = "{ node: callable, pattern: $NAME }";
    assert_eq!(message(whole, "function f(a) {\n  b();\n}\n"), "`function f(a) {…` is long");
    let long = format!("function f() {{ {} }}", "b(); ".repeat(100));
    assert_eq!(message(whole, &long), format!("`{}…` is long", long[..80].trim_end()));
    let name = "{ node: callable, has: { field: name, pattern: $NAME } }";
    assert_eq!(message(name, "function f(a) {\n  b();\n}\n"), "`f` is long");
}
