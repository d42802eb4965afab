//! Every place where a file tells a tool to ignore something: lawbook's own comments, those of other tools, attributes.

#[cfg(test)]
mod tests;
mod tools;

use std::collections::BTreeMap;

use crate::budget;
use crate::facts::{Marker, MarkerReach};
use crate::ir::{AttributeMarkers, CommentSyntax, Dialect, FileInput, Kind, Language, Lowered, Node, Tree};
use crate::language;
use crate::span::Span;
use crate::suppression::DIRECTIVE;

/// lawbook itself, as a tool.
pub const LAWBOOK: &str = "lawbook";
/// ast-grep, whose comments hold for the rules that are written for it.
pub const AST_GREP: &str = "ast-grep";

/// The names of all tools other than lawbook, whose markers are known here.
pub fn tools() -> impl Iterator<Item = &'static str> {
    let attributes = language::all().iter().filter_map(|language| attributes_of(*language));
    tools::ALL.iter().map(|tool| tool.name).chain(attributes.map(|attributes| attributes.tool))
}

/// The texts of which a file of the dialect holds one if it holds a marker of another tool. They may stand anywhere.
pub fn literals(dialect: &'static Dialect) -> impl Iterator<Item = &'static str> {
    let of_attributes = attributes_of(dialect.language).map_or(&[][..], |attributes| attributes.literals);
    tools::of_language(dialect.language).flat_map(|tool| tool.literals).chain(of_attributes).copied()
}

/// The attributes of a language that are markers.
fn attributes_of(language: &dyn Language) -> Option<&'static AttributeMarkers> {
    language.syntax().attribute_markers.as_ref()
}

/// The markers of other tools in a file, in order of place.
pub fn read(file: &Lowered) -> Vec<Marker> {
    let text = file.source.text();
    let holds = |dialect| literals(dialect).any(|literal| text.contains(literal));
    if !file.trees.iter().any(|tree| holds(tree.dialect())) {
        return Vec::new();
    }
    let first_code = file.trees.iter().map(|tree| first_code(file, tree)).collect();
    let mut reader = Reader { file, first_code, found: Vec::new(), ends: BTreeMap::new(), last_above: None };
    for comment in &file.comments {
        reader.read_comment(file.comment_node(comment));
    }
    // Only a comment can open a region that no other one ends.
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

/// Whether a marker of any tool may stand in a file, by its text alone.
pub fn may_contain_markers(input: &FileInput) -> bool {
    let text = input.source.text();
    let mut dialects = input.context.dialect.into_iter().flat_map(language::dialects_in);
    let of_others = |dialect| literals(dialect).any(|literal| text.contains(literal));
    text.contains(DIRECTIVE) || text.contains(super::ast_grep::DIRECTIVE) || dialects.any(of_others)
}

/// Every marker of a file, lawbook's own among them, in order of place.
pub fn all(file: &Lowered) -> Vec<Marker> {
    let mut found = read(file);
    found.extend(super::ast_grep::read(file).into_iter().map(super::ast_grep::Ignore::marker));
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
            span: own.span,
            owner: own.owner,
            ticket: own.ticket,
            until: own.until,
        });
    }
    found.sort_by_key(|marker| marker.span);
    found
}

/// A directive in a comment or an attribute, before its surroundings are looked at.
#[derive(Debug)]
struct Candidate {
    tool: &'static str,
    directive: String,
    rules: Vec<String>,
    reason: Option<String>,
    reach: MarkerReach,
    span: Span,
    /// The line on which a comment above would end.
    top: u32,
    above: Above,
}

/// Whether the comment above can be a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Above {
    Any,
    /// What stands above the directive of a whole file is about the file, but that it is generated says enough.
    Generated,
    Never,
}

/// How many comments on top of each other can be one reason.
const MOST_ABOVE: usize = 20;

struct Reader<'f> {
    file: &'f Lowered,
    /// Of each tree, where its code starts.
    first_code: Vec<u32>,
    found: Vec<Marker>,
    /// Where each tool is told for the last time to look again.
    ends: BTreeMap<&'static str, u32>,
    /// The line above which comments were read last, with what they say: many markers may stand on one line.
    last_above: Option<(u32, Option<String>)>,
}

impl Reader<'_> {
    fn read_comment(&mut self, node: Node<'_>) {
        let raw = node.text();
        budget::count(1);
        budget::count_text(raw.len());
        let is_named = |tool: &&tools::Tool| tool.literals.iter().any(|text| raw.contains(text));
        for tool in tools::of_language(node.language()).filter(is_named) {
            let position = self.position(node);
            let comment = tools::Comment::new(node, position);
            let mut directives = tools::Directives::default();
            (tool.read)(&comment, &mut directives);
            let place = |at: u32| node.part(0..at as usize).end;
            let end = place(comment.end());
            // Comments come in order of place.
            self.ends.extend(directives.ends.last().map(|end| (tool.name, place(*end))));
            for one in directives.found {
                let top = self.file.source.lines().line(node.start());
                let above = match (position, one.reach) {
                    (CommentPosition::AfterCode, _) => Above::Never,
                    (_, MarkerReach::File) | (CommentPosition::First, MarkerReach::Region) => Above::Generated,
                    _ => Above::Any,
                };
                self.add(Candidate {
                    tool: tool.name,
                    directive: one.name,
                    rules: one.rules,
                    reason: one.reason,
                    reach: one.reach,
                    span: Span::new(place(one.start), end),
                    top,
                    above,
                });
            }
        }
    }

    fn read_attribute(&mut self, node: Node<'_>, attributes: &AttributeMarkers) {
        let lines = self.file.source.lines();
        for one in (attributes.read)(node) {
            let reason = one.reasons.iter().find_map(|reason| worded(&tools::folded(reason)));
            self.add(Candidate {
                tool: attributes.tool,
                directive: one.directive,
                rules: one.rules,
                reason: reason.or_else(|| self.beside(node)),
                reach: if one.of_file { MarkerReach::File } else { MarkerReach::Region },
                span: node.span(),
                top: lines.line(first_of_stack(self.file, node).start()),
                above: Above::Any,
            });
        }
    }

    fn add(&mut self, candidate: Candidate) {
        let reason = candidate.reason.or_else(|| match candidate.above {
            Above::Any => self.above(candidate.top),
            Above::Generated => self.above(candidate.top).filter(|text| is_about_generated(text)),
            Above::Never => None,
        });
        self.found.push(Marker {
            reason,
            tool: candidate.tool.to_owned(),
            directive: candidate.directive,
            rules: candidate.rules,
            reach: candidate.reach,
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

    /// What the comments say that end on the line before `line` and have no code beside them.
    fn above(&mut self, line: u32) -> Option<String> {
        if self.last_above.as_ref().is_none_or(|(known, _)| *known != line) {
            self.last_above = Some((line, self.read_above(line)));
        }
        self.last_above.as_ref().and_then(|(_, text)| text.clone())
    }

    fn read_above(&self, line: u32) -> Option<String> {
        let lines = self.file.source.lines();
        let mut at = self.file.comments.partition_point(|other| other.span.start < lines.start(line));
        let mut parts = Vec::new();
        let mut next = line;
        // Reasons are short, and what lies further up is told of something else.
        while let Some(before) = at.checked_sub(1).filter(|_| parts.len() < MOST_ABOVE) {
            let node = self.file.comment_node(&self.file.comments[before]);
            let last = lines.line(node.part(0..node.text().trim_end().len()).end);
            if last + 1 != next || self.position(node) == CommentPosition::AfterCode {
                break;
            }
            let Some(text) = prose(node) else { break };
            parts.push(text);
            next = lines.line(node.start());
            at = before;
        }
        parts.reverse();
        worded(&parts.join(" "))
    }

    /// What a comment says that follows on the same line.
    fn beside(&self, node: Node<'_>) -> Option<String> {
        let lines = self.file.source.lines();
        let at = self.file.comments.partition_point(|other| other.span.start < node.end());
        let comment = self.file.comment_node(self.file.comments.get(at)?);
        let same_line = lines.line(comment.start()) == lines.line(node.end());
        if same_line { worded(&prose(comment)?) } else { None }
    }

    /// The markers in comments, now that all are read.
    fn finish_comments(&mut self) -> Vec<Marker> {
        // What is never turned on again is off up to the end of the file.
        for marker in &mut self.found {
            let last_end = self.ends.get(marker.tool.as_str()).is_some_and(|end| *end > marker.span.start);
            if marker.reach == MarkerReach::Region && !last_end {
                marker.reach = MarkerReach::File;
            }
        }
        std::mem::take(&mut self.found)
    }
}

/// How many attributes on top of each other are looked at.
const MAX_STACKED_ATTRIBUTES: usize = 16;

/// The first of the attributes that stand on each other, line by line, with this one among them.
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

/// Where a comment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CommentPosition {
    /// Before all code of its tree.
    First,
    /// On lines of its own.
    BeforeCode,
    /// Behind code of its line.
    AfterCode,
}

/// Where the first byte of a tree's text stands that is neither white space, comment nor the line that names an
/// interpreter.
fn first_code(file: &Lowered, tree: &Tree) -> u32 {
    let extent = tree.extent();
    let rest = |at: u32| tree.slice(Span::new(at, extent.end));
    let text = rest(extent.start);
    let mut at = tree.place_after(extent.start, text.len() - text.trim_start_matches('\u{feff}').len());
    let text = rest(at);
    if text.starts_with("#!") && !opens_with_attribute(tree) {
        at = tree.place_after(at, text.find('\n').unwrap_or(text.len()));
    }
    let first = file.comments.partition_point(|comment| comment.span.start < extent.start);
    for comment in &file.comments[first..] {
        if comment.span.start >= extent.end || !tree.slice(Span::new(at, comment.span.start)).trim().is_empty() {
            break;
        }
        at = at.max(comment.span.end);
    }
    let text = rest(at);
    tree.place_after(at, text.len() - text.trim_start().len())
}

/// Whether the first node of a tree is an attribute.
fn opens_with_attribute(tree: &Tree) -> bool {
    tree.root().children().next().is_some_and(|first| first.kind() == Kind::Attribute)
}

/// The text of a comment that is for people and not for a tool or a page of documentation.
fn prose(node: Node<'_>) -> Option<String> {
    let (raw, signs) = (node.text(), node.language().syntax().comments);
    // Documentation, licences and directives of parsers have signs of their own.
    let is_plain = CommentSyntax::exact(signs, raw) == CommentSyntax::plain(signs, raw);
    let comment = tools::Comment::new(node, CommentPosition::BeforeCode);
    let is_directive = raw.contains(DIRECTIVE)
        || tools::of_language(node.language()).any(|tool| {
            let mut directives = tools::Directives::default();
            (tool.read)(&comment, &mut directives);
            !directives.found.is_empty()
        });
    (is_plain && !is_directive).then(|| tools::folded(comment.inner()))
}

/// Whether it says that nobody wrote the code by hand.
fn is_about_generated(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.contains("generated") || text.contains("do not edit")
}

/// Bytes of a reason that are kept: one comment may be the reason of many markers.
const MAX_REASON_BYTES: usize = 1024;

/// The text as a reason, if it says anything: a placeholder does not, nor do signs.
fn worded(text: &str) -> Option<String> {
    let text = text.trim();
    let letters = text.chars().filter(|c| c.is_alphabetic()).take(3).count();
    let is_placeholder = text.starts_with('<') && text.ends_with('>') || text.eq_ignore_ascii_case("todo");
    let kept = text.get(..text.floor_char_boundary(MAX_REASON_BYTES)).unwrap_or_default();
    (letters >= 3 && !is_placeholder).then(|| kept.to_owned())
}
