//! What other tools take from a comment: the grammar of each, as the tool itself reads it.

use std::cell::OnceCell;

use crate::facts::MarkerReach;
use crate::suppression::marker::{Stands, worded};

/// How one tool is told to look away by comments.
pub(super) struct Form {
    pub(super) tool: &'static str,
    /// The languages that it checks; all when empty.
    languages: &'static [&'static str],
    /// Each of its comments holds one of these.
    pub(super) literals: &'static [&'static str],
    /// Notes what the comment says to the tool.
    pub(super) read: fn(&Comment<'_>, &mut Heard),
}

const ECMASCRIPT: &[&str] = &["typescript", "javascript"];
const PYTHON: &[&str] = &["python"];

/// The forms of all tools.
pub(super) const FORMS: &[Form] = &[
    Form { tool: "eslint", languages: ECMASCRIPT, literals: &["eslint-disable", "eslint-enable"], read: eslint },
    Form { tool: "oxlint", languages: ECMASCRIPT, literals: &["oxlint-disable", "oxlint-enable"], read: oxlint },
    Form {
        tool: "typescript",
        languages: ECMASCRIPT,
        literals: &["@ts-ignore", "@ts-expect-error", "@ts-nocheck"],
        read: typescript,
    },
    Form { tool: "biome", languages: ECMASCRIPT, literals: &["biome-ignore"], read: biome },
    Form { tool: "deno", languages: ECMASCRIPT, literals: &["deno-lint-ignore"], read: deno },
    Form { tool: "istanbul", languages: ECMASCRIPT, literals: &["istanbul"], read: |c, h| coverage("istanbul", c, h) },
    Form { tool: "c8", languages: ECMASCRIPT, literals: &["c8 ignore"], read: |c, h| coverage("c8", c, h) },
    Form { tool: "v8", languages: ECMASCRIPT, literals: &["v8 ignore"], read: |c, h| coverage("v8", c, h) },
    Form { tool: "flake8", languages: PYTHON, literals: &["noqa", "NOQA", "NoQA"], read: flake8 },
    Form { tool: "mypy", languages: PYTHON, literals: &["type:"], read: |c, h| type_ignore("type", c, h) },
    Form { tool: "pyright", languages: PYTHON, literals: &["pyright:"], read: |c, h| type_ignore("pyright", c, h) },
    Form { tool: "pylint", languages: PYTHON, literals: &["pylint:"], read: pylint },
    Form { tool: "coverage", languages: PYTHON, literals: &["pragma", "PRAGMA"], read: no_cover },
    Form { tool: "golangci-lint", languages: &["go"], literals: &["nolint"], read: nolint },
    Form { tool: "semgrep", languages: &[], literals: &["nosem"], read: semgrep },
];

/// The forms that count in a language.
pub(super) fn forms(language: &str) -> impl Iterator<Item = &'static Form> {
    FORMS.iter().filter(move |form| form.languages.is_empty() || form.languages.contains(&language))
}

/// What a comment says to one tool.
#[derive(Debug, Default)]
pub(super) struct Heard {
    pub(super) directives: Vec<Directive>,
    /// Offsets at which the tool is told to look again.
    pub(super) ends: Vec<u32>,
}

/// One directive; its place is an offset in the comment.
#[derive(Debug)]
pub(super) struct Directive {
    pub(super) start: u32,
    pub(super) name: String,
    pub(super) rules: Vec<String>,
    pub(super) reason: Option<String>,
    pub(super) reach: MarkerReach,
}

/// A comment as tools see it.
pub(super) struct Comment<'c> {
    raw: &'c str,
    inner: &'c str,
    is_block: bool,
    stands: Stands,
}

impl<'c> Comment<'c> {
    pub(super) fn new(raw: &'c str, stands: Stands) -> Self {
        let raw = raw.trim_end();
        let block = raw.strip_prefix("/*").map(|rest| rest.strip_suffix("*/").unwrap_or(rest));
        let line = || raw.strip_prefix("//").or_else(|| raw.strip_prefix('#')).unwrap_or(raw);
        Self { raw, inner: block.unwrap_or_else(line), is_block: block.is_some(), stands }
    }

    /// The text between the signs.
    pub(super) fn inner(&self) -> &'c str {
        self.inner
    }

    /// Where its text ends.
    pub(super) fn end(&self) -> u32 {
        self.offset(self.inner) + self.inner.trim_end().len() as u32
    }

    /// Where a part of it starts.
    fn offset(&self, part: &str) -> u32 {
        (part.as_ptr() as usize - self.raw.as_ptr() as usize) as u32
    }

    /// How far a directive reaches that holds for its own line behind code and else for what follows.
    fn here_or_next(&self) -> MarkerReach {
        if self.stands == Stands::AfterCode { MarkerReach::Line } else { MarkerReach::NextLine }
    }

    fn directive(&self, at: &str, name: &str, reach: MarkerReach) -> Directive {
        let (start, name) = (self.offset(at), name.to_owned());
        Directive { start, name, rules: Vec::new(), reason: None, reach }
    }
}

/// `ESLint` knows `-line` and `-next-line` in every comment, the others in blocks only.
fn eslint(comment: &Comment<'_>, heard: &mut Heard) {
    disable("eslint", comment.is_block, comment, heard);
}

/// oxlint knows all of them in every comment.
fn oxlint(comment: &Comment<'_>, heard: &mut Heard) {
    disable("oxlint", true, comment, heard);
}

fn disable(tool: &str, takes_regions: bool, comment: &Comment<'_>, heard: &mut Heard) {
    let said = comment.inner.trim_start();
    let Some(verb) = said.strip_prefix(tool) else { return };
    let (name, rest) = split_word(said);
    let reach = match name.strip_prefix(tool) {
        Some("-disable-next-line") => MarkerReach::NextLine,
        Some("-disable-line") if !comment.inner.contains('\n') => MarkerReach::Line,
        Some("-disable") if takes_regions => MarkerReach::Region,
        Some("-enable") if takes_regions => {
            heard.ends.push(comment.offset(verb));
            return;
        }
        _ => return,
    };
    let (rules, reason) = match dashes(rest) {
        Some((rules, reason)) => (rules, worded(&folded(reason))),
        None => (rest, None),
    };
    let rules = rules.trim().trim_end_matches("--").split(',').map(str::trim);
    let rules = rules.filter(|rule| !rule.is_empty()).map(folded).collect();
    heard.directives.push(Directive { rules, reason, ..comment.directive(said, name, reach) });
}

/// Around the first two or more dashes that stand alone.
fn dashes(text: &str) -> Option<(&str, &str)> {
    let mut from = 0;
    while let Some(at) = text[from..].find("--").map(|at| from + at) {
        let end = at + text[at..].len() - text[at..].trim_start_matches('-').len();
        let alone = text[..at].ends_with(char::is_whitespace) && text[end..].starts_with(char::is_whitespace);
        if alone {
            return Some((&text[..at], &text[end..]));
        }
        from = end;
    }
    None
}

/// In a block the last line counts; a pragma of the file is a line comment before all code.
fn typescript(comment: &Comment<'_>, heard: &mut Heard) {
    let line = if comment.is_block {
        let last = comment.inner.rsplit('\n').next().unwrap_or_default();
        last.trim_start().trim_start_matches(['/', '*'])
    } else {
        comment.inner.strip_prefix('/').unwrap_or(comment.inner)
    };
    let said = line.trim_start();
    let end = said.find(|c: char| !(c.is_alphanumeric() || matches!(c, '@' | '-' | '_'))).unwrap_or(said.len());
    let (name, rest) = said.split_at(end);
    let reach = match name {
        "@ts-ignore" | "@ts-expect-error" => MarkerReach::NextLine,
        "@ts-nocheck" if !comment.is_block && comment.stands == Stands::First => MarkerReach::File,
        _ => return,
    };
    let mut rest = unpunctuated(rest);
    let mut rules = Vec::new();
    while let Some(code) = error_code(rest) {
        rules.push(code.to_owned());
        rest = unpunctuated(&rest[code.len()..]);
    }
    let reason = worded(&folded(rest));
    heard.directives.push(Directive { rules, reason, ..comment.directive(said, name, reach) });
}

/// `TS2345` at the start.
fn error_code(text: &str) -> Option<&str> {
    let digits = text.strip_prefix("TS")?;
    let len = digits.bytes().take_while(u8::is_ascii_digit).count();
    (len > 0).then(|| &text[..2 + len])
}

fn unpunctuated(text: &str) -> &str {
    text.trim_start_matches(|c: char| c.is_whitespace() || ":;,.-–—()[]".contains(c))
}

/// Biome reads each line of a comment.
fn biome(comment: &Comment<'_>, heard: &mut Heard) {
    for line in comment.inner.lines() {
        let said = line.trim_start_matches(|c: char| c.is_whitespace() || "/*!".contains(c));
        let (name, rest) = split_word(said);
        let reach = match name.trim_end_matches(':') {
            "biome-ignore" => MarkerReach::NextLine,
            "biome-ignore-all" => MarkerReach::File,
            "biome-ignore-start" => MarkerReach::Region,
            "biome-ignore-end" => {
                heard.ends.push(comment.offset(said));
                continue;
            }
            _ => continue,
        };
        let (rules, reason) = match rest.split_once(':') {
            Some((rules, reason)) => (rules, worded(&folded(reason))),
            None => (rest, None),
        };
        let rules = rules.split_whitespace().map(str::to_owned).collect();
        let name = name.trim_end_matches(':');
        heard.directives.push(Directive { rules, reason, ..comment.directive(said, name, reach) });
    }
}

/// deno lint reads line comments only.
fn deno(comment: &Comment<'_>, heard: &mut Heard) {
    let said = comment.inner.trim_start();
    let (name, rest) = split_word(said);
    let reach = match name {
        "deno-lint-ignore" => MarkerReach::NextLine,
        "deno-lint-ignore-file" => MarkerReach::File,
        _ => return,
    };
    if comment.is_block {
        return;
    }
    let (rules, reason) = match rest.split_once("--") {
        Some((rules, reason)) => (rules, worded(reason)),
        None => (rest, None),
    };
    let rules = rules.split([',', ' ', '\t']).filter(|rule| !rule.is_empty()).map(str::to_owned).collect();
    heard.directives.push(Directive { rules, reason, ..comment.directive(said, name, reach) });
}

/// `istanbul ignore next`, `c8 ignore start`, `v8 ignore next 3`; c8 and v8 read blocks only.
fn coverage(tool: &str, comment: &Comment<'_>, heard: &mut Heard) {
    let said = comment.inner.trim_start();
    let Some(rest) = said.strip_prefix(tool).map(str::trim_start) else { return };
    let Some(rest) = rest.strip_prefix("ignore").filter(|rest| rest.starts_with(char::is_whitespace)) else { return };
    if tool != "istanbul" && !comment.is_block {
        return;
    }
    let rest = rest.trim_start();
    let word = &rest[..rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len())];
    let reach = match word {
        "next" | "if" | "else" => MarkerReach::NextLine,
        "file" => MarkerReach::File,
        "start" if tool != "istanbul" => MarkerReach::Region,
        "stop" if tool != "istanbul" => {
            heard.ends.push(comment.offset(said));
            return;
        }
        _ => return,
    };
    let rest = unpunctuated(&rest[word.len()..]).trim_start_matches(|c: char| c.is_ascii_digit());
    // What keeps a minifier from dropping the comment says nothing to people.
    let rest = rest.replace("@preserve", " ").replace("@license", " ");
    let reason = worded(&folded(unpunctuated(&rest)));
    let name = format!("{tool} ignore {word}");
    heard.directives.push(Directive { reason, ..comment.directive(said, &name, reach) });
}

/// The parts of a comment that each start with a `#`, as Python's tools take them.
struct Hashed<'c> {
    parts: Vec<&'c str>,
    /// What the first part says that holds no directive, found out when a directive gives no reason.
    aside: OnceCell<Option<String>>,
}

impl<'c> Hashed<'c> {
    fn of(comment: &Comment<'c>) -> Self {
        let inner = if comment.is_block { "" } else { comment.inner };
        Self { parts: inner.split('#').map(str::trim).collect(), aside: OnceCell::new() }
    }

    /// What a part says after its directive, else what the parts say that hold none.
    fn said_around(&self, rest: &str) -> Option<String> {
        let directives = ["noqa", "type:", "pyright:", "pylint:", "pragma", "nosem", "ruff:", "flake8:"];
        let holds_one = |part: &str| {
            directives.iter().any(|sign| part.get(..sign.len()).is_some_and(|start| start.eq_ignore_ascii_case(sign)))
        };
        let aside = || self.parts.iter().filter(|part| !holds_one(part)).find_map(|part| worded(part));
        worded(&folded(unpunctuated(rest))).or_else(|| self.aside.get_or_init(aside).clone())
    }
}

/// `noqa`, `noqa: E501,F401`; `ruff: noqa` and `flake8: noqa` for the file.
fn flake8(comment: &Comment<'_>, heard: &mut Heard) {
    let hashed = Hashed::of(comment);
    for part in &hashed.parts {
        let of_file = ["ruff:", "flake8:"].iter().find_map(|tool| part.strip_prefix(tool)).map(str::trim_start);
        let said = of_file.unwrap_or(part);
        let Some(rest) = ["noqa", "NOQA", "NoQA"].iter().find_map(|word| said.strip_prefix(word)) else { continue };
        if rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_')) {
            continue;
        }
        let (rules, rest) = rest.strip_prefix(':').map_or((Vec::new(), rest), codes);
        let reach = if of_file.is_some() { MarkerReach::File } else { MarkerReach::Line };
        let reason = hashed.said_around(rest);
        heard.directives.push(Directive { rules, reason, ..comment.directive(part, "noqa", reach) });
    }
}

/// Codes such as `E501`, and what follows them.
fn codes(text: &str) -> (Vec<String>, &str) {
    let mut rest = text.trim_start();
    let mut codes = Vec::new();
    loop {
        let letters = rest.bytes().take_while(u8::is_ascii_uppercase).count();
        let digits = rest[letters..].bytes().take_while(u8::is_ascii_digit).count();
        if letters == 0 || digits == 0 {
            return (codes, rest);
        }
        codes.push(rest[..letters + digits].to_owned());
        rest = rest[letters + digits..].trim_start_matches([',', ' ', '\t']);
    }
}

/// `type: ignore`, `pyright: ignore[codes]`; before all code it holds for the file.
fn type_ignore(tool: &str, comment: &Comment<'_>, heard: &mut Heard) {
    let hashed = Hashed::of(comment);
    for part in &hashed.parts {
        let Some(rest) = part.strip_prefix(tool).and_then(|rest| rest.strip_prefix(':')) else { continue };
        let Some(rest) = rest.trim_start().strip_prefix("ignore") else { continue };
        if rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_')) {
            continue;
        }
        let listed = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        let rules = listed.map_or("", |(rules, _)| rules).split(',').map(str::trim);
        let rules = rules.filter(|rule| !rule.is_empty()).map(str::to_owned).collect();
        let rest = listed.map_or(rest, |(_, rest)| rest);
        let reach = if comment.stands == Stands::First { MarkerReach::File } else { MarkerReach::Line };
        let name = format!("{tool}: ignore");
        let reason = hashed.said_around(rest);
        heard.directives.push(Directive { rules, reason, ..comment.directive(part, &name, reach) });
    }
}

/// `pylint: disable=a,b`, `disable-next`, `skip-file`.
fn pylint(comment: &Comment<'_>, heard: &mut Heard) {
    let hashed = Hashed::of(comment);
    for part in &hashed.parts {
        let Some(said) = part.strip_prefix("pylint:").map(str::trim_start) else { continue };
        let (word, rest) = said.split_at(said.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(said.len()));
        let reach = match (word, comment.stands) {
            ("disable", Stands::AfterCode) => MarkerReach::Line,
            ("disable", Stands::First) | ("skip-file", _) => MarkerReach::File,
            ("disable", Stands::BeforeCode) => MarkerReach::Region,
            ("disable-next", _) => MarkerReach::NextLine,
            ("enable", _) => {
                heard.ends.push(comment.offset(part));
                continue;
            }
            _ => continue,
        };
        let mut rest = rest.trim_start().strip_prefix('=').unwrap_or(rest).trim_start();
        let mut rules = Vec::new();
        loop {
            let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_'))).unwrap_or(rest.len());
            rules.extend((end > 0).then(|| rest[..end].to_owned()));
            let after = rest[end..].trim_start();
            let Some(next) = after.strip_prefix(',') else { break };
            rest = next.trim_start();
        }
        let used = rules.last().map_or(0, |last| rest.find(last.as_str()).unwrap_or(0) + last.len());
        let name = format!("pylint: {word}");
        let reason = hashed.said_around(rest.get(used..).unwrap_or_default());
        heard.directives.push(Directive { rules, reason, ..comment.directive(part, &name, reach) });
    }
}

/// `pragma: no cover`.
fn no_cover(comment: &Comment<'_>, heard: &mut Heard) {
    let hashed = Hashed::of(comment);
    for part in &hashed.parts {
        let after =
            |text: &'_ str, words: [&str; 2]| words.iter().find_map(|word| text.strip_prefix(word)).map(str::len);
        let Some(len) = after(part, ["pragma", "PRAGMA"]) else { continue };
        let rest = &part[part.len() - len..];
        let rest = rest.strip_prefix(':').unwrap_or(rest).trim_start();
        let Some(len) = after(rest, ["no", "NO"]) else { continue };
        let rest = rest[rest.len() - len..].trim_start();
        let Some(len) = after(rest, ["cover", "COVER"]) else { continue };
        let rest = &rest[rest.len() - len..];
        if rest.starts_with(char::is_alphanumeric) {
            continue;
        }
        let reason = hashed.said_around(rest);
        heard.directives.push(Directive { reason, ..comment.directive(part, "pragma: no cover", MarkerReach::Line) });
    }
}

/// `//nolint:a,b // reason`.
fn nolint(comment: &Comment<'_>, heard: &mut Heard) {
    let said = comment.inner.trim_start();
    let Some(rest) = said.strip_prefix("nolint").filter(|_| !comment.is_block) else { return };
    if rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_')) {
        return;
    }
    let (list, reason) = rest.split_once("//").unwrap_or((rest, ""));
    let rules = list.strip_prefix(':').unwrap_or_default().split(',').map(str::trim);
    let rules = rules.filter(|rule| !rule.is_empty()).map(str::to_owned).collect();
    let reach = if comment.stands == Stands::First { MarkerReach::File } else { comment.here_or_next() };
    heard.directives.push(Directive { rules, reason: worded(reason), ..comment.directive(said, "nolint", reach) });
}

/// `nosemgrep`, `nosemgrep: rule, rule`, at the start of a comment or after a sign of one.
fn semgrep(comment: &Comment<'_>, heard: &mut Heard) {
    let starts = comment.inner.match_indices("nosem").find(|(at, _)| {
        let before = comment.inner[..*at].trim_end();
        before.is_empty() || before.ends_with("//") || before.ends_with('#')
    });
    let Some((at, _)) = starts else { return };
    let said = &comment.inner[at..];
    let name = if said.starts_with("nosemgrep") { "nosemgrep" } else { "nosem" };
    let rest = &said[name.len()..];
    if rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.')) {
        return;
    }
    let (mut rules, mut reason) = (Vec::new(), rest);
    if let Some(mut list) = rest.strip_prefix(':') {
        loop {
            list = list.trim_start();
            let end = list.find(|c: char| !(c.is_alphanumeric() || "-_./".contains(c))).unwrap_or(list.len());
            rules.extend((end > 0).then(|| list[..end].to_owned()));
            reason = &list[end..];
            let Some(next) = reason.trim_start().strip_prefix(',') else { break };
            list = next;
        }
    }
    let before = comment.inner[..at].trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '/' | '#'));
    let reason = worded(&folded(unpunctuated(reason.trim_start_matches(['/', '#', ' '])))).or_else(|| worded(before));
    heard.directives.push(Directive { rules, reason, ..comment.directive(said, name, comment.here_or_next()) });
}

/// The first word and what follows it.
fn split_word(text: &str) -> (&str, &str) {
    text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()))
}

/// A text of several lines on one, without the stars of a block.
pub(super) fn folded(text: &str) -> String {
    let lines = text.lines().map(|line| line.trim().trim_start_matches('*').trim());
    lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}
