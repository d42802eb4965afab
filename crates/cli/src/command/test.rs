//! `lawbook test`: pages against their own blocks.

use lawbook_core::mistake::Mistake;
use lawbook_core::pack::{Native, Pack};

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
        (tested, given.into_iter().chain([packs::built_in()]).flat_map(|pack| pack.natives).collect::<Vec<_>>())
    };
    let mut text = context.output.text();
    let (mut pages, mut failures) = (0, 0);
    let today = clock::today();
    for pack in tested {
        let natives: Vec<Native> = pack.natives.iter().chain(&natives).copied().collect();
        for entry in &pack.pages {
            pages += 1;
            let page = entry.page();
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
    Ok(verdict)
}

fn render(path: &str, line: u32, message: &str, text: &mut Text) {
    text.paint(Style::Strong, &format!("{path}:{line}")).add(": ").add_lines(message).end_line();
}

fn nothing_to_test() -> Vec<Mistake> {
    let help = "name a page or a folder of pages, or put a folder into `extends` of lawbook.toml";
    vec![mistake_with_help("there are no pages to test", help)]
}
