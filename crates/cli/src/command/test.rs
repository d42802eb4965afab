//! `lawbook test`: pages against their own blocks.

use lawbook_core::mistake::Mistake;
use lawbook_core::pack::{Native, Pack, PageEntry};
use lawbook_core::rule::page::Page;

use crate::args::TestArgs;
use crate::command::{CommandResult, Context, Verdict};
use crate::text::{Style, Text};
use crate::workspace::checker;
use crate::workspace::clock;
use crate::workspace::config;
use crate::workspace::mistakes::mistake_with_help;
use crate::workspace::packs;
use crate::workspace::root_of;

/// Tests the pages that the arguments name, or those of the folders in `extends`.
pub(crate) fn run(given: Vec<Pack>, args: &TestArgs, context: &mut Context<'_>) -> CommandResult {
    let built_in = packs::built_in();
    let (tested, natives) = {
        let cwd = context.cwd()?;
        let (root, paths) = root_of(cwd, &[])?;
        let mut mistakes = Vec::new();
        let tested: Vec<Pack> = if args.paths.is_empty() {
            if !root.configured {
                return Err(nothing_to_test());
            }
            let settings = config::read_settings(&paths, &mut mistakes);
            packs::of_extends(&settings, &paths, &mut mistakes)
        } else {
            args.paths.iter().filter_map(|path| packs::of_path(cwd, path, &paths, &mut mistakes)).collect()
        };
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        if tested.is_empty() {
            return Err(nothing_to_test());
        }
        let natives = given.into_iter().flat_map(|pack| pack.natives).chain(built_in.natives.iter().cloned());
        (tested, natives.collect::<Vec<_>>())
    };
    let mut text = context.output.text();
    let (mut pages, mut failures, mut stale) = (0, 0, Vec::new());
    let today = clock::today();
    for pack in tested {
        let natives: Vec<Native> = pack.natives.iter().chain(&natives).cloned().collect();
        for entry in &pack.pages {
            pages += 1;
            let page = entry.page();
            if is_stale(&built_in, page) {
                stale.push(format!("`{}`", page.id));
            }
            for (line, message) in checker::test_page(page, &natives, today)? {
                failures += 1;
                render(&page.path, line, &message, &mut text);
            }
        }
    }
    let count = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let verdict = if failures == 0 { Verdict::Clean } else { Verdict::Findings };
    if failures == 0 {
        text.paint(Style::Good, &format!("{} held", count(pages, "page")));
    } else {
        text.paint(Style::Error, &count(failures, "failure")).add(" in ").add(&count(pages, "page"));
    }
    text.end_line();
    context.answer(&text)?;
    if !stale.is_empty() {
        let ids = stale.join(", ");
        context.output.note(format_args!(
            "other commands of this build have an earlier text of {ids}: run `cargo xtask rulesets` and build again"
        ));
    }
    Ok(verdict)
}

/// True for the source of a built-in page that has changed since the index was written from which this program was
/// built.
fn is_stale(built_in: &Pack, page: &Page) -> bool {
    let same = built_in.pages.iter().find(|entry| entry.id == page.id).map(PageEntry::page);
    same.is_some_and(|built_in| page.path.ends_with(&*built_in.path) && page.text != built_in.text)
}

fn render(path: &str, line: u32, message: &str, text: &mut Text) {
    text.paint(Style::Strong, &format!("{path}:{line}")).add(": ").add_lines(message).end_line();
}

fn nothing_to_test() -> Vec<Mistake> {
    let help = "name a page or a folder of pages, or put a folder into `extends` of lawbook.toml";
    vec![mistake_with_help("there are no pages to test", help)]
}
