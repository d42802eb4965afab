//! Parses the prose of a page: its sections, and the fenced blocks that are tests.

use std::collections::BTreeMap;

use crate::language::markdown::{CodeFence, line_at, next_line};
use crate::mistake::Mistakes;
use crate::rule::page::{Block, BlockRole};
use crate::span::Span;

/// The part of a page below its head.
#[derive(Debug, Default)]
pub(super) struct Prose {
    /// The first paragraph, with its line breaks.
    pub why: String,
    /// The text under `## Help`.
    pub help: String,
    /// The text under `## Options`.
    pub options: String,
    /// The fenced blocks under `## Bad`, `## Good` and `## Fixed`.
    pub blocks: Vec<Block>,
}

const SECTIONS: &[&str] = &["Help", "Bad", "Good", "Fixed", "Options"];
const INFO_KEYS: &[&str] = &["title", "errors", "fix"];

/// The section that the reader is in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Why,
    Help,
    Options,
    Blocks(BlockRole),
    /// Under an unknown heading, which was added as a mistake; its lines are ignored.
    Unknown,
}

/// Parses `mistakes.text()` from byte `from` on.
pub(super) fn read(from: u32, mistakes: &mut Mistakes) -> Prose {
    let text = mistakes.text().clone();
    let mut reader = ProseReader {
        mistakes,
        prose: Prose::default(),
        section: Section::Why,
        seen: Vec::new(),
        project: None,
        why_ended: false,
        above: None,
    };
    let mut at = from as usize;
    while let Some(line) = line_at(&text, at) {
        if let Some(fence) = CodeFence::open(line) {
            at = reader.fenced(&text, at, &fence);
        } else {
            reader.line(line, at as u32);
            at = next_line(&text, at);
        }
    }
    let mut prose = reader.prose;
    for part in [&mut prose.why, &mut prose.help, &mut prose.options] {
        *part = part.trim().to_owned();
    }
    prose
}

struct ProseReader<'m> {
    mistakes: &'m mut Mistakes,
    prose: Prose,
    section: Section,
    seen: Vec<&'static str>,
    project: Option<String>,
    why_ended: bool,
    /// The line before, if it was text.
    above: Option<(String, Span)>,
}

impl ProseReader<'_> {
    fn line(&mut self, line: &str, at: u32) {
        self.check_underlined(line);
        self.above = Some((line.trim().to_owned(), Span::new(at, at + line.trim_end().len() as u32)));
        if let Some((level, title)) = heading(line) {
            let span = Span::new(at, at + line.trim_end().len() as u32);
            match level {
                1 => self.mistakes.add_with_help(
                    span,
                    "a page has no `#` heading",
                    "its name is its file's; headings start with `##`",
                ),
                2 => return self.enter(title, span),
                _ if SECTIONS.contains(&title) && !matches!(self.section, Section::Blocks(_)) => {
                    let message = format!("`{title}` is a heading of level 2");
                    self.mistakes.add_with_help(span, message, format!("write `## {title}`"));
                }
                3 if matches!(self.section, Section::Blocks(_)) => {
                    self.project = Some(title.to_owned());
                    return;
                }
                _ => {}
            }
        }
        self.check_emphasized(line, at);
        self.text(line);
    }

    /// Adds a mistake for a line such as `**Bad**`, which is meant as the heading of blocks.
    fn check_emphasized(&mut self, line: &str, at: u32) {
        let line = line.trim();
        let title = line.trim_matches(['*', '_', ':', ' ']);
        let role = ["Bad", "Good", "Fixed"].into_iter().find(|role| role.eq_ignore_ascii_case(title));
        if let Some(role) = role.filter(|_| title.len() < line.len() && line.starts_with(['*', '_'])) {
            let span = Span::new(at, at + line.len() as u32);
            self.mistakes.add_with_help(span, format!("`{line}` is no heading"), format!("write `## {role}`"));
        }
    }

    /// Adds a mistake if the line underlines the name of a section, which makes a heading of it in Markdown, but not here.
    fn check_underlined(&mut self, line: &str) {
        let line = line.trim();
        let underlines = !line.is_empty() && (line.bytes().all(|b| b == b'-') || line.bytes().all(|b| b == b'='));
        let Some((title, span)) = self.above.as_ref().filter(|_| underlines) else { return };
        if let Some(section) = SECTIONS.iter().find(|section| section.eq_ignore_ascii_case(title)) {
            let message = format!("`{title}` with a line below it is no heading here");
            self.mistakes.add_with_help(*span, message, format!("write `## {section}`"));
        }
    }

    fn text(&mut self, line: &str) {
        match self.section {
            Section::Why => {
                self.why_ended |= line.trim().is_empty() && !self.prose.why.is_empty();
                if !self.why_ended && !line.trim().is_empty() {
                    add_line(&mut self.prose.why, line.trim());
                }
            }
            Section::Help => add_line(&mut self.prose.help, line),
            Section::Options => add_line(&mut self.prose.options, line),
            Section::Blocks(_) | Section::Unknown => {}
        }
    }

    fn enter(&mut self, title: &str, span: Span) {
        self.project = None;
        let Some(known) = SECTIONS.iter().find(|known| **known == title) else {
            match section_of(title) {
                Some(section) => {
                    let help = format!("write `## {section}`; a `###` heading below it names its blocks");
                    self.mistakes.add_with_help(span, format!("unknown heading `{title}`"), help);
                }
                None => self.mistakes.add_unknown(span, "heading", title, SECTIONS.iter().copied()),
            }
            self.section = Section::Unknown;
            return;
        };
        self.section = match *known {
            "Bad" => Section::Blocks(BlockRole::Bad),
            "Good" => Section::Blocks(BlockRole::Good),
            "Fixed" => Section::Blocks(BlockRole::Fixed),
            "Options" => Section::Options,
            _ => Section::Help,
        };
        let once = matches!(self.section, Section::Help | Section::Options);
        if once && self.seen.contains(known) {
            self.mistakes.add(span, format!("the heading `{known}` stands twice"));
        }
        self.seen.push(known);
    }

    /// Reads the block whose opening line starts at byte `at`; returns the byte after its closing line.
    fn fenced(&mut self, text: &str, at: usize, fence: &CodeFence<'_>) -> usize {
        let start = next_line(text, at);
        let mut end = start;
        loop {
            match line_at(text, end) {
                None => {
                    let span = Span::new(at as u32, (at + fence.info_at) as u32);
                    let fence = text.get(at..at + fence.info_at).unwrap_or_default().trim();
                    let help = format!("write {fence} on a line of its own below its code");
                    self.mistakes.add_with_help(span, "this block is not closed", help);
                    return text.len();
                }
                Some(line) if fence.closes(line) => break,
                Some(line) if matches!(self.section, Section::Blocks(_)) && is_section(line) => {
                    let span = Span::new(at as u32, (at + fence.info_at) as u32);
                    let message = format!("this block is not closed before `{}`", line.trim());
                    let sign = text.get(at..at + fence.info_at).unwrap_or_default().trim();
                    let help = format!("write {sign} on a line of its own below its code");
                    self.mistakes.add_with_help(span, message, help);
                    return end;
                }
                Some(_) => end = next_line(text, end),
            }
        }
        let after = next_line(text, end);
        if let Section::Blocks(role) = self.section {
            let code = text.get(start..end).unwrap_or_default().to_owned();
            self.block(role, fence, at as u32, code, Span::new(start as u32, end as u32));
        } else {
            let whole = text.get(at..after).unwrap_or_default();
            for line in whole.lines() {
                self.text(line);
            }
        }
        after
    }

    fn block(&mut self, role: BlockRole, fence: &CodeFence<'_>, at: u32, code: String, span: Span) {
        let info_at = at + fence.info_at as u32;
        let tag: String = fence.info.split_whitespace().next().unwrap_or_default().to_owned();
        if tag.is_empty() || tag.contains('=') {
            let span = Span::new(at, info_at + tag.len() as u32);
            self.mistakes.add_with_help(span, "a block that is a test needs a language", "for example `ts`");
            return;
        }
        if let Some(plain) = tag.strip_suffix([',', ';']) {
            let span = Span::new(info_at, info_at + tag.len() as u32);
            let help = format!("write `{plain}`, then a space and the keys, without commas");
            self.mistakes.add_with_help(span, format!("`{tag}` is no language of a block"), help);
            return;
        }
        let rest = fence.info.get(tag.len()..).unwrap_or_default();
        let info = self.info(role, rest, info_at + tag.len() as u32);
        self.prose.blocks.push(Block { role, tag, info, code, span, project: self.project.clone() });
    }

    /// Parses the rest of an info string, such as `title="src/a.ts" errors="3,7" fix=2`.
    fn info(&mut self, role: BlockRole, text: &str, base: u32) -> BTreeMap<String, String> {
        let mut info = BTreeMap::new();
        let mut at = 0;
        while let Some(word) = next_word(text, at) {
            let span = Span::new(base + word.start as u32, base + word.end as u32);
            at = word.end;
            let written = text.get(word).unwrap_or_default();
            let Some((key, value)) = written.split_once('=') else {
                self.mistakes.add_with_help(
                    span,
                    format!("expected `key=value`, found `{written}`"),
                    format!("the keys are {}", INFO_KEYS.join(", ")),
                );
                continue;
            };
            let value = value.trim_matches('"');
            match key {
                "title" if valid_title(value) => {}
                "title" => self.mistakes.add_with_help(
                    span,
                    format!("`{value}` cannot be a block's file name"),
                    "a path below the root, with `/` between its parts",
                ),
                "errors" if role != BlockRole::Bad => {
                    self.mistakes.add(span, "only a block under `## Bad` has `errors`");
                }
                "errors" => self.check_errors(value, span),
                "fix" if role != BlockRole::Fixed => {
                    self.mistakes.add(span, "only a block under `## Fixed` has `fix`");
                }
                "fix" if value.parse::<u32>().is_ok_and(|number| number > 0) => {}
                "fix" => self.mistakes.add(span, format!("expected the number of a fix, found `{value}`")),
                _ => self.mistakes.add_unknown(span, "key", key, INFO_KEYS.iter().copied()),
            }
            if info.insert(key.to_owned(), value.to_owned()).is_some() {
                self.mistakes.add(span, format!("the key `{key}` stands twice"));
            }
        }
        info
    }

    fn check_errors(&mut self, value: &str, span: Span) {
        let good = |number: &str| number.trim().parse::<u32>().is_ok_and(|line| line > 0);
        if !value.split(',').all(good) {
            let message = format!("expected line numbers such as \"3,7\", found `{value}`");
            self.mistakes.add(span, message);
        }
    }
}

fn add_line(part: &mut String, line: &str) {
    if !part.is_empty() {
        part.push('\n');
    }
    part.push_str(line.trim_end());
}

/// The section that a title of several words, or with a sign at its end, names: `Bad examples`, `Good:`.
fn section_of(title: &str) -> Option<&'static str> {
    let mut words = title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.find_map(|word| SECTIONS.iter().find(|section| section.eq_ignore_ascii_case(word)).copied())
}

/// True for the heading of a section.
fn is_section(line: &str) -> bool {
    heading(line).is_some_and(|(level, title)| level == 2 && SECTIONS.contains(&title))
}

/// The level and title of a heading line.
fn heading(line: &str) -> Option<(usize, &str)> {
    let level = line.bytes().take_while(|byte| *byte == b'#').count();
    let rest = line.get(level..)?;
    ((1..=6).contains(&level) && (rest.is_empty() || rest.starts_with([' ', '\t'])))
        .then(|| (level, rest.trim().trim_end_matches('#').trim_end()))
}

/// The next word of an info string. White space in double quotes does not end a word.
fn next_word(text: &str, from: usize) -> Option<std::ops::Range<usize>> {
    let rest = text.get(from..)?;
    let start = from + rest.find(|c: char| !c.is_whitespace())?;
    let mut quoted = false;
    let end = text.get(start..)?.char_indices().find_map(|(at, c)| {
        quoted ^= c == '"';
        (c.is_whitespace() && !quoted).then_some(start + at)
    });
    Some(start..end.unwrap_or(text.len()))
}

fn valid_title(title: &str) -> bool {
    !title.is_empty()
        && !title.contains('\\')
        && title.split('/').all(|part| !part.is_empty() && part != "." && part != "..")
}
