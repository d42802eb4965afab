//! Writing and reading the index of the built-in pages and presets, `rulesets/index.txt`.
//!
//! A page is one line, and so is each rule of a preset, so that branches which add rules seldom touch the same line:
//!
//! ```text
//! page <id> <earlier ids, with commas> <Page>
//! rule <preset> <rule> <RuleSetting>
//! ```
//!
//! Fields are separated by tabs. The last one is the value in postcard, as hexadecimal digits. The build script makes
//! byte strings of them, and a page is decoded when it is first needed.

use std::fmt::Write as _;
use std::sync::Arc;

use lawbook_core::data::{Data, Entry, Value};
use lawbook_core::pack::{Pack, PageEntry};
use lawbook_core::rule::page::Page;
use lawbook_core::settings::{Preset, RuleSetting};
use lawbook_core::span::Span;

use crate::lines::{PageLine, RuleLine};

const HEADER: &str = "# Written by `cargo xtask rulesets`. After a merge conflict, run it again.\n";

const STALE: &str = "rulesets/index.txt is not as this build writes it: run `cargo xtask rulesets`";

/// Writes the index of a pack.
///
/// # Errors
/// A value that postcard cannot hold.
pub fn write(pack: &Pack) -> Result<String, postcard::Error> {
    let mut index = HEADER.to_owned();
    for entry in &pack.pages {
        let page = entry.page();
        let bytes = postcard::to_stdvec(&**page)?;
        let _ = writeln!(index, "page\t{}\t{}\t{}", page.id, page.formerly.join(","), to_hex(&bytes));
    }
    for preset in &pack.presets {
        for rule in &preset.rules {
            // Without places: one more rule moves all below it, and the text that they point into is not kept.
            let mut placeless = rule.clone();
            placeless.span = Span::empty(0);
            placeless.options = rule.options.iter().map(without_places).collect();
            let bytes = postcard::to_stdvec(&placeless)?;
            let _ = writeln!(index, "rule\t{}\t{}\t{}", preset.name, rule.name, to_hex(&bytes));
        }
    }
    Ok(index)
}

/// The pages and the presets of the lines of an index, both in its order.
pub(crate) fn read(
    pages: &'static [PageLine<&'static [u8]>],
    rules: &[RuleLine<&[u8]>],
) -> (Vec<PageEntry>, Vec<Preset>) {
    let page = |(id, formerly, page): &PageLine<&'static [u8]>| {
        let (id, page) = (*id, *page);
        let formerly = formerly.split(',').filter(|id| !id.is_empty()).map(Arc::from).collect();
        PageEntry::deferred(id, formerly, move || decode_page(id, page))
    };
    let mut presets = Vec::<Preset>::new();
    for (preset, rule) in rules {
        let rule = postcard::from_bytes::<RuleSetting>(rule).ok();
        debug_assert!(rule.is_some(), "{STALE}");
        match presets.last_mut().filter(|last| *last.name == **preset) {
            Some(last) => last.rules.extend(rule),
            None => presets.push(Preset::new(*preset, rule.into_iter().collect())),
        }
    }
    (pages.iter().map(page).collect(), presets)
}

/// The page of a line. A test decodes every line of the committed index, so the empty page is never seen in a release.
fn decode_page(id: &str, bytes: &[u8]) -> Page {
    let page = postcard::from_bytes(bytes).ok();
    debug_assert!(page.is_some(), "{STALE}");
    page.unwrap_or_else(|| Page::empty(id))
}

fn without_places(entry: &Entry) -> Entry {
    Entry { key: entry.key.clone(), key_span: Span::empty(0), value: without_place(&entry.value) }
}

fn without_place(value: &Value) -> Value {
    let data = match &value.data {
        Data::List(items) => Data::List(items.iter().map(without_place).collect()),
        Data::Map(entries) => Data::Map(entries.iter().map(without_places).collect()),
        scalar => scalar.clone(),
    };
    Value { span: Span::empty(0), data }
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines;

    const PAGE: &str = "---\nsummary: S.\nlanguages: [rust]\nseverity: error\nformerly: [old-a, older-a]\n\
                        rule: {node: call}\n---\nWhy – with \\ and\ta tab.\n";

    fn pack(preset: &str) -> Pack {
        let file = |path: &str, text: &str| (path.to_owned(), format!("rulesets/{path}"), Arc::from(text));
        let files =
            vec![file("size/a.md", PAGE), file("size/b.md", &PAGE.replace("-a", "-b")), file("presets/p.toml", preset)];
        let (pack, mistakes) = Pack::from_files("lawbook", files);
        assert_eq!(mistakes.iter().map(ToString::to_string).collect::<Vec<_>>(), Vec::<String>::new());
        pack
    }

    /// Reads an index as a build does.
    fn read_text(index: &str) -> (Vec<PageEntry>, Vec<Preset>) {
        let (pages, rules) = lines::read(index.to_owned().leak()).unwrap();
        let pages: Vec<PageLine<&[u8]>> =
            pages.into_iter().map(|(id, formerly, page)| (id, formerly, &*page.leak())).collect();
        let rules: Vec<RuleLine<&[u8]>> = rules.iter().map(|(preset, rule)| (*preset, &**rule)).collect();
        read(pages.leak(), &rules)
    }

    #[test]
    fn what_is_written_is_read_again() {
        let written = pack("[rules]\na = 'error'\nb = { level = 'off', max = [1, 2] }\n");
        let index = write(&written).unwrap();
        assert_eq!(index.lines().count(), 5);
        let (pages, presets) = read_text(&index);
        assert_eq!(pages.len(), written.pages.len());
        for (read, written) in pages.iter().zip(&written.pages) {
            assert_eq!((&read.id, &read.formerly), (&written.id, &written.formerly));
            assert_eq!(format!("{:?}", read.page()), format!("{:?}", written.page()));
        }
        let mut again = Pack::new("lawbook");
        (again.pages, again.presets) = (pages, presets);
        assert_eq!(write(&again).unwrap(), index);
    }

    #[test]
    fn every_byte_is_read_as_it_was_written() {
        let bytes: Vec<u8> = (0..=u8::MAX).collect();
        let line = |hex: &str| format!("page\ta\t\t{hex}\n");
        assert_eq!(lines::read(line(&to_hex(&bytes)).leak()).unwrap().0, [("a", "", bytes)]);
        for broken in [line("0"), line("0g"), "<<<<<<< a\n".to_owned(), "page\ta\n".to_owned()] {
            assert!(lines::read(broken.clone().leak()).is_none(), "{broken}");
        }
    }

    #[test]
    fn one_more_rule_is_one_more_line() {
        let one = write(&pack("[rules]\nb = { level = 'off', max = 1 }\n")).unwrap();
        let two = write(&pack("[rules]\na = 'error'\nb = { level = 'off', max = 1 }\n")).unwrap();
        let added: Vec<&str> = two.lines().filter(|line| !one.lines().any(|known| known == *line)).collect();
        assert_eq!(added.len(), 1, "{added:?}");
        assert!(added[0].starts_with("rule\tp\ta\t"));
    }
}
