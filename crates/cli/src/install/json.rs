//! JSON with comments as text: where its values stand, and edits that keep every other byte.
//!
//! An edit can be taken back exactly, without a record of it elsewhere: where an item is put into a container that was
//! empty, blank lines in front of it tell that container from one that came with the item (see [`ContainerOrigin`]).

use std::ops::Range;

use serde_json::{Map, Value};

/// The most containers inside of each other.
const MAX_DEPTH: usize = 64;

/// The byte order mark.
const BOM: &str = "\u{feff}";

/// A value with its place in the text.
#[derive(Clone, Debug)]
pub(crate) struct JsonNode {
    /// Its bytes.
    pub(crate) span: Range<usize>,
    pub(crate) kind: NodeKind,
}

/// The kinds of values.
#[derive(Clone, Debug)]
pub(crate) enum NodeKind {
    Object(Vec<JsonMember>),
    Array(Vec<JsonNode>),
    /// A string, a number, a boolean or null.
    Scalar(Value),
}

/// A member of an object.
#[derive(Clone, Debug)]
pub(crate) struct JsonMember {
    pub(crate) name: String,
    /// The offset of its name.
    pub(crate) start: usize,
    pub(crate) value: JsonNode,
}

/// A mistake in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct JsonFault {
    /// The offset, in bytes.
    pub(crate) at: usize,
    /// A clause.
    pub(crate) message: String,
}

/// A step from a container to an item in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum JsonStep {
    /// The member of an object.
    Name(String),
    /// The item of an array.
    Index(usize),
}

/// The origin of the container that an item is put into. Its value is the number of blank lines in front of the item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContainerOrigin {
    /// It came with its first item, and goes with its last.
    WithItem = 0,
    /// It was there before, and stays.
    Before = 1,
    /// The text had no value at all.
    Nothing = 2,
}

impl ContainerOrigin {
    fn blank_lines(self) -> usize {
        self as usize
    }
}

/// Parses a text; `None` if it has no value, but blanks and comments only.
pub(crate) fn parse(text: &str) -> Result<Option<JsonNode>, JsonFault> {
    let mut parser = JsonParser { text, at: if text.starts_with(BOM) { BOM.len() } else { 0 }, depth: 0 };
    parser.skip_trivia()?;
    if parser.at == text.len() {
        return Ok(None);
    }
    let root = parser.value()?;
    parser.skip_trivia()?;
    if parser.at < text.len() {
        return Err(parser.fault("the value ends before this"));
    }
    Ok(Some(root))
}

impl JsonNode {
    /// The value without its place.
    pub(crate) fn to_value(&self) -> Value {
        match &self.kind {
            NodeKind::Scalar(value) => value.clone(),
            NodeKind::Array(items) => items.iter().map(Self::to_value).collect(),
            NodeKind::Object(members) => {
                let members = members.iter().map(|member| (member.name.clone(), member.value.to_value()));
                Value::Object(members.collect::<Map<String, Value>>())
            }
        }
    }

    /// The member of an object with this name.
    pub(crate) fn member(&self, name: &str) -> Option<&JsonMember> {
        match &self.kind {
            NodeKind::Object(members) => members.iter().find(|member| member.name == name),
            _ => None,
        }
    }

    /// The node at the end of some steps.
    pub(crate) fn at(&self, steps: &[JsonStep]) -> Option<&Self> {
        steps.iter().try_fold(self, |node, step| match (step, &node.kind) {
            (JsonStep::Name(name), _) => node.member(name).map(|member| &member.value),
            (JsonStep::Index(index), NodeKind::Array(items)) => items.get(*index),
            _ => None,
        })
    }

    /// The spans of the items of a container; with their names, those of members.
    fn items(&self) -> Vec<Range<usize>> {
        match &self.kind {
            NodeKind::Object(members) => members.iter().map(|member| member.start..member.value.span.end).collect(),
            NodeKind::Array(items) => items.iter().map(|item| item.span.clone()).collect(),
            NodeKind::Scalar(_) => Vec::new(),
        }
    }

    /// The number of the item that a step leads to.
    fn position(&self, step: &JsonStep) -> Option<usize> {
        match (step, &self.kind) {
            (JsonStep::Name(name), NodeKind::Object(members)) => members.iter().position(|member| member.name == *name),
            (JsonStep::Index(index), NodeKind::Array(items)) => (*index < items.len()).then_some(*index),
            _ => None,
        }
    }
}

/// Adds a member or an item, whose `name` is `None`, behind the last of a container.
pub(crate) fn insert(
    text: &str,
    container: &JsonNode,
    name: Option<&str>,
    value: &Value,
    origin: ContainerOrigin,
) -> String {
    let style = Style::of(text);
    let outer = line_indent(text, container.span.start);
    let items = container.items();
    let indent = match items.first() {
        Some(first) if is_first_on_line(text, first.start) => line_indent(text, first.start).to_owned(),
        _ => format!("{outer}{}", style.indent),
    };
    let mut item = style.newline.repeat(1 + origin.blank_lines());
    item.push_str(&indent);
    if let Some(name) = name {
        item.push_str(&Value::from(name).to_string());
        item.push_str(": ");
    }
    render(value, &style, &indent, &mut item);
    let mut new = text.to_owned();
    let Some(last) = items.last() else {
        item.push_str(style.newline);
        item.push_str(outer);
        new.insert_str(container.span.start + 1, &item);
        return new;
    };
    if let Some(comma) = comma_after(text, last.end) {
        item.push(',');
        new.insert_str(end_of_comments(text, comma + 1), &item);
    } else {
        new.insert_str(end_of_comments(text, last.end), &item);
        new.insert(last.end, ',');
    }
    new
}

/// A whole text with one value.
pub(crate) fn document(value: &Value) -> String {
    let mut text = String::new();
    render(value, &Style::of(""), "", &mut text);
    text + "\n"
}

/// Puts an object with one member into a text that has no value, in front of its comments.
pub(crate) fn insert_root(text: &str, name: &str, value: &Value) -> String {
    let start = if text.starts_with(BOM) { BOM.len() } else { 0 };
    let empty = format!("{}{{}}{}", &text[..start], &text[start..]);
    let root = JsonNode { span: start..start + 2, kind: NodeKind::Object(Vec::new()) };
    insert(&empty, &root, Some(name), value, ContainerOrigin::Nothing)
}

/// Removes the item at the end of some steps, and the containers that came with it and are empty then. `None` means
/// that nothing is left.
pub(crate) fn remove(text: &str, root: &JsonNode, steps: &[JsonStep]) -> Option<String> {
    let (last, above) = steps.split_last()?;
    let container = root.at(above)?;
    let items = container.items();
    let index = container.position(last)?;
    let item = items.get(index)?;
    let blanks = &text[..item.start][text[..item.start].trim_end().len()..];
    if items.len() > 1 {
        return Some(remove_one(text, container, &items, index));
    }
    let blank_lines = blanks.matches('\n').count().saturating_sub(1);
    if blank_lines == ContainerOrigin::WithItem.blank_lines() {
        return remove(text, root, above);
    }
    if above.is_empty() && blank_lines >= ContainerOrigin::Nothing.blank_lines() {
        return Some(format!("{}{}", &text[..root.span.start], &text[root.span.end..]));
    }
    let start = item.start - blanks.len();
    let mut end = comma_after(text, item.end).map_or(item.end, |comma| comma + 1);
    let ended = format!("{}{}", Style::of(text).newline, line_indent(text, container.span.start));
    if text[end..].starts_with(&ended) {
        end += ended.len();
    }
    Some(format!("{}{}", &text[..start], &text[end..]))
}

/// Removes one of several items with the comma that came with it.
fn remove_one(text: &str, container: &JsonNode, items: &[Range<usize>], index: usize) -> String {
    let item = &items[index];
    let start = text[..item.start].trim_end().len();
    let mut new = text.to_owned();
    let comma = comma_after(text, item.end);
    if let Some(comma) = comma {
        new.remove(comma);
    }
    // The text behind a comment of one line stays below it.
    let before = index.checked_sub(1).map_or(container.span.start + 1, |before| items[before].end);
    let is_followed = text[item.end..].trim_start_matches([' ', '\t', ',']).starts_with(['\r', '\n']);
    let needs_line = !is_followed && ends_in_line_comment(text, before..start);
    new.replace_range(start..item.end, if needs_line { "\n" } else { "" });
    if comma.is_none()
        && let Some(before) = index.checked_sub(1).and_then(|before| comma_after(text, items[before].end))
    {
        new.remove(before);
    }
    new
}

/// True if the bytes between two items end in a comment that reaches up to the end of its line.
fn ends_in_line_comment(text: &str, between: Range<usize>) -> bool {
    let mut parser = JsonParser { text, at: between.start, depth: 0 };
    let mut is_line = false;
    while parser.at < between.end {
        let blanks = parser.rest().len() - parser.rest().trim_start_matches([' ', '\t', '\r', '\n', ',']).len();
        parser.at += blanks;
        is_line = parser.at < between.end && parser.rest().starts_with("//");
        if !matches!(parser.skip_comment(), Ok(true)) {
            break;
        }
    }
    is_line && parser.at == between.end
}

/// The line ends and the indentation of a text.
#[derive(Debug)]
struct Style {
    newline: &'static str,
    indent: String,
}

impl Style {
    fn of(text: &str) -> Self {
        let newline = match text.split_once('\n') {
            Some((first, _)) if first.ends_with('\r') => "\r\n",
            _ => "\n",
        };
        let indented = text.lines().map(|line| (line, line.trim_start_matches([' ', '\t'])));
        let indents = indented.filter(|(line, rest)| rest.starts_with('"') && rest.len() < line.len());
        let shortest = indents.map(|(line, rest)| &line[..line.len() - rest.len()]).min_by_key(|indent| indent.len());
        Self { newline, indent: shortest.unwrap_or("  ").to_owned() }
    }
}

/// Writes a value over several lines.
fn render(value: &Value, style: &Style, indent: &str, text: &mut String) {
    let inner = format!("{indent}{}", style.indent);
    let each = |is_first: bool, text: &mut String| {
        if !is_first {
            text.push(',');
        }
        text.push_str(style.newline);
        text.push_str(&inner);
    };
    match value {
        Value::Array(items) if !items.is_empty() => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                each(index == 0, text);
                render(item, style, &inner, text);
            }
            text.push_str(style.newline);
            text.push_str(indent);
            text.push(']');
        }
        Value::Object(members) if !members.is_empty() => {
            text.push('{');
            for (index, (name, member)) in members.iter().enumerate() {
                each(index == 0, text);
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push_str(": ");
                render(member, style, &inner, text);
            }
            text.push_str(style.newline);
            text.push_str(indent);
            text.push('}');
        }
        _ => text.push_str(&value.to_string()),
    }
}

/// The blanks at the start of the line of an offset.
fn line_indent(text: &str, at: usize) -> &str {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let line = text[start..].strip_prefix(BOM).unwrap_or(&text[start..]);
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

fn is_first_on_line(text: &str, at: usize) -> bool {
    let before = text[..at].trim_end_matches([' ', '\t']);
    before.ends_with('\n')
}

/// The offset of the comma that follows an offset, behind blanks and comments.
fn comma_after(text: &str, at: usize) -> Option<usize> {
    let mut parser = JsonParser { text, at, depth: 0 };
    parser.skip_trivia().ok()?;
    text[parser.at..].starts_with(',').then_some(parser.at)
}

/// The end of the comments that start on the line of an offset; the offset itself if there are none.
fn end_of_comments(text: &str, at: usize) -> usize {
    let mut parser = JsonParser { text, at, depth: 0 };
    let mut end = at;
    loop {
        parser.at += text[parser.at..].len() - text[parser.at..].trim_start_matches([' ', '\t']).len();
        match parser.skip_comment() {
            Ok(true) => end = parser.at,
            _ => return end,
        }
    }
}

#[derive(Debug)]
struct JsonParser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl JsonParser<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn fault(&self, message: &str) -> JsonFault {
        JsonFault { at: self.at, message: message.to_owned() }
    }

    fn skip_trivia(&mut self) -> Result<(), JsonFault> {
        loop {
            self.at += self.rest().len() - self.rest().trim_start_matches([' ', '\t', '\r', '\n']).len();
            if !self.skip_comment()? {
                return Ok(());
            }
        }
    }

    /// Skips one comment, without the end of its line; false if there is none.
    fn skip_comment(&mut self) -> Result<bool, JsonFault> {
        if self.rest().starts_with("//") {
            let length = self.rest().find(['\r', '\n']).unwrap_or(self.rest().len());
            self.at += length;
            return Ok(true);
        }
        if self.rest().starts_with("/*") {
            // The `*` of the start is not that of the end: `/*/` is open.
            let Some(length) = self.rest()[2..].find("*/") else { return Err(self.fault("this comment has no end")) };
            self.at += length + 4;
            return Ok(true);
        }
        Ok(false)
    }

    fn value(&mut self) -> Result<JsonNode, JsonFault> {
        let start = self.at;
        let kind = match self.rest().chars().next() {
            Some('{') => self.object()?,
            Some('[') => self.array()?,
            Some('"') => NodeKind::Scalar(Value::String(self.string()?)),
            Some(_) => self.word()?,
            None => return Err(self.fault("a value is missing here")),
        };
        Ok(JsonNode { span: start..self.at, kind })
    }

    /// A number, a boolean or null.
    fn word(&mut self) -> Result<NodeKind, JsonFault> {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        let length = self.rest().find(|c| !is_part(c)).unwrap_or(self.rest().len());
        let word = &self.rest()[..length];
        let value = serde_json::from_str(word).map_err(|_| self.fault("this is no JSON value"))?;
        self.at += length;
        Ok(NodeKind::Scalar(value))
    }

    fn string(&mut self) -> Result<String, JsonFault> {
        let mut is_escaped = false;
        let end = self.rest().char_indices().skip(1).find_map(|(at, c)| match c {
            _ if is_escaped => {
                is_escaped = false;
                None
            }
            '\\' => {
                is_escaped = true;
                None
            }
            '"' | '\n' => Some((at, c)),
            _ => None,
        });
        let Some((end, '"')) = end else { return Err(self.fault("this string has no end")) };
        let string = serde_json::from_str(&self.rest()[..=end]).map_err(|_| self.fault("this is no JSON string"))?;
        self.at += end + 1;
        Ok(string)
    }

    fn enter(&mut self) -> Result<(), JsonFault> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.fault("too many values inside of each other"));
        }
        self.at += 1;
        self.skip_trivia()
    }

    fn object(&mut self) -> Result<NodeKind, JsonFault> {
        self.enter()?;
        let mut members: Vec<JsonMember> = Vec::new();
        while !self.rest().starts_with('}') {
            let start = self.at;
            if !self.rest().starts_with('"') {
                return Err(self.fault("a name in quotes, or `}`, is missing here"));
            }
            let name = self.string()?;
            if members.iter().any(|member| member.name == name) {
                return Err(JsonFault { at: start, message: format!("`{name}` is there twice") });
            }
            self.skip_trivia()?;
            if !self.rest().starts_with(':') {
                return Err(self.fault("`:` is missing here"));
            }
            self.at += 1;
            self.skip_trivia()?;
            let value = self.value()?;
            members.push(JsonMember { name, start, value });
            self.separator('}')?;
        }
        self.at += 1;
        self.depth -= 1;
        Ok(NodeKind::Object(members))
    }

    fn array(&mut self) -> Result<NodeKind, JsonFault> {
        self.enter()?;
        let mut items = Vec::new();
        while !self.rest().starts_with(']') {
            items.push(self.value()?);
            self.separator(']')?;
        }
        self.at += 1;
        self.depth -= 1;
        Ok(NodeKind::Array(items))
    }

    /// The comma behind an item, which may be missing behind the last.
    fn separator(&mut self, end: char) -> Result<(), JsonFault> {
        self.skip_trivia()?;
        if self.rest().starts_with(',') {
            self.at += 1;
            return self.skip_trivia();
        }
        if self.rest().starts_with(end) { Ok(()) } else { Err(self.fault(&format!("`,` or `{end}` is missing here"))) }
    }
}
