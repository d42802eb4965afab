//! Markers: the suppression comments and attributes of all tools (`eslint-disable`, `noqa`, `#[allow]`, …), and
//! lawbook's own.
//!
//! The module `tools` parses the directives in one comment; this file adds what surrounds the comment: its position
//! before or after code, a reason in a neighboring comment, and the end of a region.

#[cfg(test)]
mod tests;
pub(in crate::suppression) mod tools;

use std::collections::BTreeMap;

use crate::budget;
use crate::facts::{Marker, MarkerReach};
use crate::ir::{
    AttributeMarkers, CommentSyntax, Dialect, FileInput, Kind, Language, Lowered, Node, SuppressionLimits, Tree,
};
use crate::language;
use crate::lines::LINE_ENDS;
use crate::span::Span;
use crate::suppression::DIRECTIVE;
use crate::suppression::example::{Examples, is_quoted};
use crate::suppression::reason;
use crate::suppression::reason::prose::{as_reason, is_about_generated, is_prose};
use tools::code_directives::has_code_directive;

/// The name of lawbook itself, as a tool.
pub const LAWBOOK: &str = "lawbook";
/// The name of ast-grep, whose comments suppress findings of ast-grep rules.
pub const AST_GREP: &str = "ast-grep";

/// The names of all tools other than lawbook whose markers are parsed.
pub fn tools() -> impl Iterator<Item = &'static str> {
    let attributes = language::all().iter().filter_map(|language| attributes_of(*language));
    let in_comments = tools::ALL.iter().map(|tool| tool.name).chain([AST_GREP]);
    in_comments.chain(attributes.map(|attributes| attributes.tool))
}

/// Texts of which a file of the dialect contains at least one, anywhere, if it contains a marker of another tool.
pub fn literals(dialect: &'static Dialect) -> impl Iterator<Item = &'static str> {
    let of_attributes = attributes_of(dialect.language).map_or(&[][..], |attributes| attributes.literals);
    let of_tools = tools::of_language(dialect.language).flat_map(|tool| tool.literals);
    of_tools.chain(of_attributes).chain([&super::ast_grep::DIRECTIVE]).copied()
}

/// The attributes of a language that are markers (`#[allow]`), if it has any.
fn attributes_of(language: &dyn Language) -> Option<&'static AttributeMarkers> {
    language.syntax().attribute_markers.as_ref()
}

/// Parses the markers of other tools in a file, sorted by place.
pub fn read(file: &Lowered) -> Vec<Marker> {
    let text = file.source.text();
    let holds = |dialect| literals(dialect).any(|literal| text.contains(literal));
    if !file.trees.iter().any(|tree| holds(tree.dialect())) {
        return Vec::new();
    }
    let first_code = file.trees.iter().map(|tree| first_code(file, tree)).collect();
    let mut reader = MarkerReader {
        file,
        first_code,
        examples: Examples::of(file),
        found: Vec::new(),
        ends: BTreeMap::new(),
        last_reason_above: None,
        last_reason_beside: None,
    };
    for comment in &file.comments {
        reader.read_comment(file.comment_node(comment));
    }
    for ignore in super::ast_grep::read(file) {
        reader.add_ast_grep(ignore);
    }
    // Regions of comments are completed before attributes are read, which have regions of their own.
    let mut found = reader.finish_comments();
    for tree in &file.trees {
        let Some(attributes) = attributes_of(tree.dialect().language) else { continue };
        for node in tree.nodes().filter(|node| node.kind() == Kind::Attribute) {
            reader.read_attribute(node, attributes);
        }
    }
    found.append(&mut reader.found);
    found.sort_by_key(|marker| marker.span);
    found
}

/// True if a comment is about the code in one line, its own or the next: it suppresses findings of lawbook or another tool
/// there, or tells a formatter to leave it alone.
pub(crate) fn is_about_a_line(comment: Node<'_>, after_code: bool, limits: &SuppressionLimits) -> bool {
    let raw = comment.text();
    if raw.contains(super::ast_grep::DIRECTIVE) || raw.contains(DIRECTIVE) && super::covers_a_line(comment, limits) {
        return true;
    }
    let position = if after_code { CommentPosition::AfterCode } else { CommentPosition::BeforeCode };
    let of_tools = tools::ToolComment::new(comment, position);
    let is_of = |tool: &tools::Tool| {
        let mut directives = tools::Directives::default();
        (tool.read)(&of_tools, &mut directives);
        directives.found.iter().any(|one| matches!(one.reach, MarkerReach::Line | MarkerReach::NextLine))
    };
    let is_named = |tool: &&tools::Tool| tool.literals.iter().any(|text| raw.contains(text));
    tools::of_language(comment.language()).filter(is_named).any(is_of) || has_code_directive(&of_tools)
}

/// True if a file may contain a marker of any tool, by its text alone.
pub fn may_contain_markers(input: &FileInput) -> bool {
    let text = input.source.text();
    let mut dialects = input.context.dialect.into_iter().flat_map(language::dialects_in);
    let of_others = |dialect| literals(dialect).any(|literal| text.contains(literal));
    super::may_suppress(text) || dialects.any(of_others)
}

/// Parses all markers of a file, with lawbook's own suppressions, sorted by place.
pub fn all(file: &Lowered) -> Vec<Marker> {
    let mut found = read(file);
    for own in super::read(file).valid {
        let text = file.source.slice(own.span);
        let word = text.find(|c: char| c.is_whitespace() || c == ':').unwrap_or(text.len());
        let reach = match &text[..word] {
            "lawbook-ignore-file" => MarkerReach::File,
            "lawbook-ignore-start" => MarkerReach::Region,
            _ if own.scope.start <= own.span.start && !own.scope.is_empty() => MarkerReach::Line,
            _ => MarkerReach::NextLine,
        };
        found.push(Marker {
            tool: LAWBOOK.to_owned(),
            directive: text[..word].to_owned(),
            rules: own.rules.into_iter().map(|(name, _)| name).collect(),
            reason: Some(own.reason),
            reach,
            region_end: (reach == MarkerReach::Region).then_some(own.scope.end),
            span: own.span,
            owner: own.owner,
            ticket: own.ticket,
            until: own.until,
        });
    }
    found.sort_by_key(|marker| marker.span);
    found
}

/// A directive in a comment or an attribute, before a reason is searched in the comments around it.
#[derive(Debug)]
struct MarkerCandidate {
    tool: &'static str,
    directive: String,
    rules: Vec<String>,
    reason: Option<String>,
    reach: MarkerReach,
    span: Span,
    /// The 1-based first line of the comment, or of the attributes above each other: a comment above ends on the line
    /// before.
    first_line: u32,
    reason_above: ReasonAbove,
}

/// The comments above a marker that can be its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ReasonAbove {
    /// Any comment.
    Any,
    /// Only one that says that the file is generated. A comment above a directive for the whole file is usually about
    /// the file, not about the directive.
    Generated,
    /// None, since the directive follows code.
    Never,
}

/// The most consecutive comments that are joined to one reason.
const MAX_REASON_COMMENTS: usize = 20;

/// Collects the markers of one file.
struct MarkerReader<'f> {
    file: &'f Lowered,
    /// By tree, the byte where its code starts.
    first_code: Vec<u32>,
    examples: Examples,
    found: Vec<Marker>,
    /// By tool, the bytes of the directives that end a region (`eslint-enable`), ascending.
    ends: BTreeMap<&'static str, Vec<u32>>,
    /// The last line above which comments were read, and their text. Cached, since one line may have many markers.
    last_reason_above: Option<(u32, Option<String>)>,
    /// The index of the last comment that was read beside an attribute, and its text. Cached for the same reason.
    last_reason_beside: Option<(usize, Option<String>)>,
}

impl MarkerReader<'_> {
    fn read_comment(&mut self, node: Node<'_>) {
        let raw = node.text();
        budget::count(1);
        budget::count_text(raw.len());
        let is_named = |tool: &&tools::Tool| tool.literals.iter().any(|text| raw.contains(text));
        for tool in tools::of_language(node.language()).filter(is_named) {
            let position = self.position(node);
            let comment = tools::ToolComment::new(node, position);
            let mut directives = tools::Directives::default();
            (tool.read)(&comment, &mut directives);
            let place = |at: u32| node.part_span(0..at as usize).end;
            let end = place(comment.end());
            let is_text = |at: u32| self.examples.contain(place(at)) || is_quoted(node, at as usize);
            directives.found.retain(|one| !is_text(one.start));
            directives.ends.retain(|at| !is_text(*at));
            self.ends.entry(tool.name).or_default().extend(directives.ends.iter().map(|end| place(*end)));
            for one in directives.found {
                let first_line = self.file.source.lines().line(node.start());
                let reason_above = match (position, one.reach) {
                    (CommentPosition::AfterCode, _) => ReasonAbove::Never,
                    (_, MarkerReach::File) | (CommentPosition::First, MarkerReach::Region) => ReasonAbove::Generated,
                    _ => ReasonAbove::Any,
                };
                self.add(MarkerCandidate {
                    tool: tool.name,
                    directive: one.name,
                    rules: one.rules,
                    reason: one.reason,
                    reach: one.reach,
                    span: Span::new(place(one.start), end),
                    first_line,
                    reason_above,
                });
            }
        }
    }

    fn add_ast_grep(&mut self, ignore: super::ast_grep::Ignore) {
        let line = self.file.source.lines().line(ignore.span.start);
        self.add(MarkerCandidate {
            tool: AST_GREP,
            directive: super::ast_grep::DIRECTIVE.to_owned(),
            rules: ignore.rules.into_iter().flatten().collect(),
            reason: as_reason(&ignore.remark),
            reach: ignore.reach,
            span: ignore.span,
            first_line: line,
            reason_above: match ignore.reach {
                MarkerReach::Line => ReasonAbove::Never,
                MarkerReach::File => ReasonAbove::Generated,
                MarkerReach::NextLine | MarkerReach::Region => ReasonAbove::Any,
            },
        });
    }

    fn read_attribute(&mut self, node: Node<'_>, attributes: &AttributeMarkers) {
        let lines = self.file.source.lines();
        for one in (attributes.read)(node) {
            let reason = one.reasons.iter().find_map(|reason| as_reason(&tools::folded(reason)));
            let reason = reason.or_else(|| self.reason_beside(node));
            self.add(MarkerCandidate {
                tool: attributes.tool,
                directive: one.directive,
                rules: one.rules,
                reason,
                reach: if one.of_file { MarkerReach::File } else { MarkerReach::Region },
                span: node.span(),
                first_line: lines.line(first_of_stack(self.file, node).start()),
                reason_above: ReasonAbove::Any,
            });
        }
    }

    fn add(&mut self, candidate: MarkerCandidate) {
        let min_words = self.file.context.suppressions.min_words;
        let says_why = |text: &String| {
            budget::count_text(text.len());
            let named =
                candidate.rules.iter().map(String::as_str).chain([candidate.tool, candidate.directive.as_str()]);
            reason::fault(text, named, min_words).is_none()
        };
        let reason = candidate.reason.filter(says_why).or_else(|| match candidate.reason_above {
            ReasonAbove::Any => self.reason_above(candidate.first_line).filter(says_why),
            // That code is generated is said in one word.
            ReasonAbove::Generated => self.reason_above(candidate.first_line).filter(|text| is_about_generated(text)),
            ReasonAbove::Never => None,
        });
        self.found.push(Marker {
            reason,
            tool: candidate.tool.to_owned(),
            directive: candidate.directive,
            rules: candidate.rules,
            reach: candidate.reach,
            region_end: None,
            span: candidate.span,
            owner: None,
            ticket: None,
            until: None,
        });
    }

    fn position(&self, comment: Node<'_>) -> CommentPosition {
        if super::stands_after_code(self.file, comment) {
            CommentPosition::AfterCode
        } else if self.first_code.get(comment.tree().number() as usize).is_some_and(|first| comment.start() < *first) {
            CommentPosition::First
        } else {
            CommentPosition::BeforeCode
        }
    }

    /// The text of the comments that end on the line before `line` and have no code before them.
    fn reason_above(&mut self, line: u32) -> Option<String> {
        if self.last_reason_above.as_ref().is_none_or(|(known, _)| *known != line) {
            self.last_reason_above = Some((line, self.read_reason_above(line)));
        }
        self.last_reason_above.as_ref().and_then(|(_, text)| text.clone())
    }

    fn read_reason_above(&self, line: u32) -> Option<String> {
        let lines = self.file.source.lines();
        let mut at = self.file.comments.partition_point(|other| other.span.start < lines.start(line));
        let mut parts = Vec::new();
        let mut next = line;
        // Reasons are short; comments further up are about something else.
        while let Some(before) = at.checked_sub(1).filter(|_| parts.len() < MAX_REASON_COMMENTS) {
            let node = self.file.comment_node(&self.file.comments[before]);
            let last = lines.line(node.part_span(0..node.text().trim_end().len()).end);
            if last + 1 != next || self.position(node) == CommentPosition::AfterCode {
                break;
            }
            let Some(text) = comment_text(node) else { break };
            if is_prose(&text) {
                parts.push(text);
            }
            next = lines.line(node.start());
            at = before;
        }
        parts.reverse();
        as_reason(&parts.join(" "))
    }

    /// The text of a comment that follows on the same line.
    fn reason_beside(&mut self, node: Node<'_>) -> Option<String> {
        let lines = self.file.source.lines();
        let at = self.file.comments.partition_point(|other| other.span.start < node.end());
        let comment = self.file.comment_node(self.file.comments.get(at)?);
        if lines.line(comment.start()) != lines.line(node.end()) {
            return None;
        }
        if self.last_reason_beside.as_ref().is_none_or(|(known, _)| *known != at) {
            self.last_reason_beside =
                Some((at, comment_text(comment).filter(|text| is_prose(text)).and_then(|text| as_reason(&text))));
        }
        self.last_reason_beside.as_ref().and_then(|(_, text)| text.clone())
    }

    /// Returns the markers in comments, once all are read.
    fn finish_comments(&mut self) -> Vec<Marker> {
        // A region without an end extends to the end of the file.
        for marker in &mut self.found {
            if marker.reach == MarkerReach::Region {
                let ends = self.ends.get(marker.tool.as_str()).map_or(&[][..], Vec::as_slice);
                marker.region_end = ends.get(ends.partition_point(|end| *end <= marker.span.start)).copied();
                if marker.region_end.is_none() {
                    marker.reach = MarkerReach::File;
                }
            }
        }
        std::mem::take(&mut self.found)
    }
}

/// The most attributes above each other that are followed.
const MAX_STACKED_ATTRIBUTES: usize = 16;

/// The first of the attributes on consecutive lines that this one belongs to.
fn first_of_stack<'t>(file: &Lowered, node: Node<'t>) -> Node<'t> {
    let lines = file.source.lines();
    let mut first = node;
    for before in node.prev_siblings().take(MAX_STACKED_ATTRIBUTES) {
        if before.kind() != Kind::Attribute || lines.line(before.end()) + 1 < lines.line(first.start()) {
            break;
        }
        first = before;
    }
    first
}

/// The position of a comment relative to code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CommentPosition {
    /// Before all code of its tree.
    First,
    /// On lines of its own, after the first code.
    BeforeCode,
    /// After code on its line.
    AfterCode,
}

/// The byte where the code of a tree starts: after a byte order mark, a `#!` line, comments and white space.
pub(super) fn first_code(file: &Lowered, tree: &Tree) -> u32 {
    let extent = tree.span();
    let rest = |at: u32| tree.slice(Span::new(at, extent.end));
    let text = rest(extent.start);
    let mut at = tree.offset_after(extent.start, text.len() - text.trim_start_matches('\u{feff}').len());
    let text = rest(at);
    if text.starts_with("#!") && !opens_with_attribute(tree) {
        at = tree.offset_after(at, text.find(LINE_ENDS).unwrap_or(text.len()));
    }
    let first = file.comments.partition_point(|comment| comment.span.start < extent.start);
    for comment in &file.comments[first..] {
        if comment.span.start >= extent.end || !tree.slice(Span::new(at, comment.span.start)).trim().is_empty() {
            break;
        }
        at = at.max(comment.span.end);
    }
    let text = rest(at);
    tree.offset_after(at, text.len() - text.trim_start().len())
}

/// True if the first node of a tree is an attribute: `#![…]` is one, although it begins with `#!`.
fn opens_with_attribute(tree: &Tree) -> bool {
    tree.root().children().next().is_some_and(|first| first.kind() == Kind::Attribute)
}

/// The text of a comment that may be a reason; none if it is documentation or contains a marker.
fn comment_text(node: Node<'_>) -> Option<String> {
    let (raw, signs) = (node.text(), node.language().syntax().comments);
    // Documentation, licenses and directives of parsers have comment signs of their own.
    let is_plain = CommentSyntax::exact(signs, raw) == CommentSyntax::plain(signs, raw);
    let comment = tools::ToolComment::new(node, CommentPosition::BeforeCode);
    let is_directive = raw.contains(DIRECTIVE)
        || super::directive::directives(node).next().is_some()
        || tools::of_language(node.language()).any(|tool| {
            let mut directives = tools::Directives::default();
            (tool.read)(&comment, &mut directives);
            !directives.found.is_empty()
        });
    (is_plain && !is_directive).then(|| tools::folded(comment.inner()))
}
