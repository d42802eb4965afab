//! The fenced code blocks of a Markdown text by the rules of `CommonMark`, inside of block quotes and lists too.
//!
//! The text is read line by line, with a stack of the open containers (quotes and list items) and the innermost open
//! block (a paragraph, fenced code or HTML). Nothing else of Markdown matters for where a fence may open.

use super::fence::CodeFence;
use crate::span::Span;

/// A fenced block of code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CodeBlock<'t> {
    /// The info string: the text behind the opening fence.
    pub(super) info: &'t str,
    /// The spans of its code, without the indentation and the quote signs of its lines; adjacent ones are joined.
    pub(super) segments: Vec<Span>,
    /// The text before the code in each of its lines: quote signs and indentation.
    pub(super) line_prefix: String,
}

impl<'t> CodeBlock<'t> {
    /// The tag of the language, without attributes (`rust,no_run`, `ts{1,3}`).
    pub(super) fn tag(&self) -> &'t str {
        let end = self.info.find(|c: char| c.is_whitespace() || matches!(c, ',' | '{' | ':' | '(' | '['));
        &self.info[..end.unwrap_or(self.info.len())]
    }
}

/// The fenced blocks of a text, in order. One without a closing fence ends with its container.
pub(super) fn fenced(text: &str) -> Vec<CodeBlock<'_>> {
    let mut parser = BlockParser { containers: Vec::new(), leaf: Leaf::None, blocks: Vec::new() };
    let mut start = text.len() - text.trim_start_matches('\u{FEFF}').len();
    while start < text.len() {
        let line = Line::at(text, start);
        parser.read(line);
        start = line.next;
    }
    parser.end_leaf();
    parser.blocks
}

/// A line of the text; it ends with LF, CRLF or a lone CR.
#[derive(Clone, Copy)]
struct Line<'t> {
    text: &'t str,
    start: usize,
    /// The start of the next line.
    next: usize,
}

impl<'t> Line<'t> {
    fn at(text: &'t str, start: usize) -> Self {
        let bytes = text.as_bytes();
        let end = memchr::memchr2(b'\n', b'\r', &bytes[start..]).map_or(bytes.len(), |end| start + end);
        let is_crlf = bytes.get(end..end + 2) == Some(b"\r\n");
        Self { text: &text[start..end], start, next: (end + 1 + usize::from(is_crlf)).min(bytes.len()) }
    }
}

/// The most open containers. Deeper ones are read as text, so that the time for a line is bounded by its length.
const MAX_CONTAINERS: usize = 100;

/// A block that holds other blocks.
#[derive(Clone, Copy, Debug)]
enum Container {
    Quote,
    /// A list item, with the columns from its start to its content.
    Item(usize),
}

/// The innermost open block.
enum Leaf<'t> {
    /// None of those below.
    None,
    Paragraph,
    Code(CodeFence<'t>, CodeBlock<'t>),
    /// HTML up to a line that holds one of these texts.
    Html(&'static [&'static str]),
}

/// A parser at the start of a line, with the open blocks.
struct BlockParser<'t> {
    containers: Vec<Container>,
    leaf: Leaf<'t>,
    blocks: Vec<CodeBlock<'t>>,
}

impl<'t> BlockParser<'t> {
    fn read(&mut self, line: Line<'t>) {
        let mut cursor = Cursor { line: line.text, at: 0, column: 0, pending_columns: 0 };
        let continued = self.containers.iter().take_while(|container| container.continues_on(&mut cursor)).count();
        let all_continue = continued == self.containers.len();
        let is_paragraph = matches!(self.leaf, Leaf::Paragraph);
        match &mut self.leaf {
            Leaf::Code(fence, _)
                if all_continue && cursor.indent() < INDENTED_CODE_COLUMNS && fence.closes(cursor.body()) =>
            {
                return self.end_leaf();
            }
            Leaf::Code(fence, block) if all_continue => {
                cursor.skip(fence.indent);
                return block.push(Span::new((line.start + cursor.at) as u32, line.next as u32));
            }
            Leaf::Html(ends) if all_continue => {
                if holds_any(cursor.rest(), ends) {
                    self.leaf = Leaf::None;
                }
                return;
            }
            // Lazy continuation: a paragraph continues without the signs of its containers.
            Leaf::Paragraph if !all_continue && !cursor.is_blank() && !cursor.starts_block() => return,
            _ => {}
        }
        if !all_continue {
            self.containers.truncate(continued);
            self.end_leaf();
        }
        let mut interrupts = is_paragraph && all_continue;
        while self.containers.len() < MAX_CONTAINERS
            && let Some(container) = cursor.take_container(interrupts)
        {
            self.end_leaf();
            self.containers.push(container);
            interrupts = false;
        }
        let leaf = self.leaf_at(&cursor, interrupts);
        self.end_leaf();
        self.leaf = leaf;
    }

    /// The innermost block that the rest of a line opens or continues.
    fn leaf_at(&self, cursor: &Cursor<'t>, continues: bool) -> Leaf<'t> {
        let body = cursor.body();
        if cursor.is_blank() {
            return Leaf::None;
        }
        if cursor.indent() >= INDENTED_CODE_COLUMNS {
            return if continues { Leaf::Paragraph } else { Leaf::None };
        }
        if let Some(mut fence) = CodeFence::open(body) {
            fence.indent = cursor.indent();
            let line_prefix = self.line_prefix(fence.indent);
            let block = CodeBlock { info: fence.info, segments: Vec::new(), line_prefix };
            return Leaf::Code(fence, block);
        }
        match html_end(body) {
            Some(ends) if holds_any(body, ends) => Leaf::None,
            Some(ends) => Leaf::Html(ends),
            None if is_heading(body) || is_thematic_break(body) => Leaf::None,
            None => Leaf::Paragraph,
        }
    }

    /// The text before a line's content in all open containers, with `indent` spaces in the innermost one.
    fn line_prefix(&self, indent: usize) -> String {
        let mut prefix = String::new();
        for container in &self.containers {
            match container {
                Container::Quote => prefix.push_str("> "),
                Container::Item(width) => prefix.extend(std::iter::repeat_n(' ', *width)),
            }
        }
        prefix.extend(std::iter::repeat_n(' ', indent));
        prefix
    }

    fn end_leaf(&mut self) {
        if let Leaf::Code(_, block) = std::mem::replace(&mut self.leaf, Leaf::None) {
            self.blocks.push(block);
        }
    }
}

impl CodeBlock<'_> {
    fn push(&mut self, line: Span) {
        match self.segments.last_mut() {
            Some(last) if last.end == line.start => last.end = line.end,
            _ => self.segments.push(line),
        }
    }
}

impl Container {
    /// True if the container continues in the line; passes its sign or indentation.
    fn continues_on(self, cursor: &mut Cursor<'_>) -> bool {
        match self {
            Self::Quote => cursor.take_quote_sign(),
            Self::Item(width) => {
                let continues = cursor.indent() >= width || cursor.is_blank();
                if continues {
                    cursor.skip(width);
                }
                continues
            }
        }
    }
}

/// A place in a line, with its column.
struct Cursor<'t> {
    line: &'t str,
    at: usize,
    column: usize,
    /// Columns of a tab before the place that are not yet passed. In code they are lost.
    pending_columns: usize,
}

/// A tab reaches to the next column that is a multiple of this.
const TAB_COLUMNS: usize = 4;

/// A line that is indented by so many columns is code, and opens no other block.
const INDENTED_CODE_COLUMNS: usize = 4;

impl<'t> Cursor<'t> {
    fn rest(&self) -> &'t str {
        &self.line[self.at..]
    }

    /// The rest of the line without leading white space.
    fn body(&self) -> &'t str {
        self.rest().trim_start_matches([' ', '\t'])
    }

    fn is_blank(&self) -> bool {
        self.body().is_empty()
    }

    /// The columns of white space at the place.
    fn indent(&self) -> usize {
        let mut column = self.column;
        for byte in self.rest().bytes() {
            match byte {
                b' ' => column += 1,
                b'\t' => column += TAB_COLUMNS - column % TAB_COLUMNS,
                _ => break,
            }
        }
        column - self.column + self.pending_columns
    }

    /// Passes up to so many columns of white space.
    fn skip(&mut self, columns: usize) {
        let paid = columns.min(self.pending_columns);
        self.pending_columns -= paid;
        let mut left = columns - paid;
        while left > 0 {
            let width = match self.rest().bytes().next() {
                Some(b' ') => 1,
                Some(b'\t') => TAB_COLUMNS - self.column % TAB_COLUMNS,
                _ => return,
            };
            self.pass(1, width);
            self.pending_columns = width.saturating_sub(left);
            left = left.saturating_sub(width);
        }
    }

    fn pass(&mut self, bytes: usize, columns: usize) {
        self.at += bytes;
        self.column += columns;
    }

    /// Passes the sign of a quote, if there is one, with the space behind it.
    fn take_quote_sign(&mut self) -> bool {
        let indent = self.indent();
        let is_quote = indent < INDENTED_CODE_COLUMNS && self.body().starts_with('>');
        if is_quote {
            self.skip(indent);
            self.pass(1, 1);
            self.skip(1);
        }
        is_quote
    }

    /// Passes the sign of a quote or a list item that opens here. `interrupts` is true if it would end a paragraph.
    fn take_container(&mut self, interrupts: bool) -> Option<Container> {
        if self.take_quote_sign() {
            return Some(Container::Quote);
        }
        let (indent, body) = (self.indent(), self.body());
        let sign =
            item_sign(body, interrupts).filter(|_| indent < INDENTED_CODE_COLUMNS && !is_thematic_break(body))?;
        self.skip(indent);
        self.pass(sign, sign);
        let spaces = self.indent();
        // Deeper indentation is indented code in the item.
        let gap = if self.is_blank() || spaces > INDENTED_CODE_COLUMNS { 1 } else { spaces };
        self.skip(gap);
        Some(Container::Item(indent + sign + gap))
    }

    /// True if a block starts here that ends a paragraph.
    fn starts_block(&self) -> bool {
        let body = self.body();
        self.indent() < INDENTED_CODE_COLUMNS
            && (body.starts_with('>')
                || item_sign(body, true).is_some()
                || CodeFence::open(body).is_some()
                || is_heading(body)
                || is_thematic_break(body)
                || html_end(body).is_some())
    }
}

/// The length of the sign of a list item. Only an item with content ends a paragraph, and of ordered ones only one with
/// number 1.
fn item_sign(body: &str, interrupts: bool) -> Option<usize> {
    let digits = body.bytes().take_while(u8::is_ascii_digit).count();
    let sign = match (digits, body.as_bytes().get(digits)?) {
        (0, b'-' | b'+' | b'*') => 1,
        (1..=9, b'.' | b')') => digits + 1,
        _ => return None,
    };
    let (number, rest) = (&body[..digits], &body[sign..]);
    let is_first = number.is_empty() || number == "1";
    let fits = !interrupts || (is_first && !rest.trim().is_empty());
    ((rest.is_empty() || rest.starts_with([' ', '\t'])) && fits).then_some(sign)
}

/// True for a heading and for the underline of one.
fn is_heading(body: &str) -> bool {
    let level = body.bytes().take_while(|byte| *byte == b'#').count();
    let is_underline = || body.trim_end().bytes().all(|byte| byte == b'=');
    ((1..=6).contains(&level) && (level == body.len() || body[level..].starts_with([' ', '\t']))) || is_underline()
}

/// True for a thematic break: `---`, `* * *`.
fn is_thematic_break(body: &str) -> bool {
    let Some(sign @ ('-' | '_' | '*')) = body.chars().next() else { return false };
    let is_part = |c: char| c == sign || c == ' ' || c == '\t';
    body.chars().all(is_part) && body.chars().filter(|c| *c == sign).nth(2).is_some()
}

/// The texts that end the HTML block which a line opens; none if it opens none that could hold a fence.
fn html_end(body: &str) -> Option<&'static [&'static str]> {
    const VERBATIM: [&str; 4] = ["script", "pre", "style", "textarea"];
    let tag = body.strip_prefix('<')?;
    if tag.starts_with("!--") {
        return Some(&["-->"]);
    }
    let name = &tag[..tag.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(tag.len())];
    let ends = tag[name.len()..].is_empty() || tag[name.len()..].starts_with([' ', '\t', '>']);
    let is_verbatim = ends && VERBATIM.iter().any(|known| known.eq_ignore_ascii_case(name));
    is_verbatim.then_some(&["</script>", "</pre>", "</style>", "</textarea>"])
}

fn holds_any(text: &str, ends: &[&str]) -> bool {
    let text = text.to_ascii_lowercase();
    ends.iter().any(|end| text.contains(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the blocks of a text: of each the info string, the code, and what its further lines start with.
    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str, &str)]) {
        let blocks = fenced(text);
        let code = |block: &CodeBlock<'_>| block.segments.iter().map(|span| &text[span.range()]).collect::<String>();
        let found: Vec<_> = blocks.iter().map(|block| (block.info, code(block), &*block.line_prefix)).collect();
        let expected: Vec<_> =
            expected.iter().map(|(info, code, prefix)| (*info, (*code).to_owned(), *prefix)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn fences_are_of_three_signs_or_more_and_end_with_as_many() {
        check("```ts\na\n```\nb\n", &[("ts", "a\n", "")]);
        check("~~~~ rust x\n~~~\n```\n~~~~~ \n", &[("rust x", "~~~\n```\n", "")]);
        check("````\n```\n``` ts\n````", &[("", "```\n``` ts\n", "")]);
        check("``` a`b\nno\n```\nts\n", &[("", "ts\n", "")]);
        check("``\nno\n``\n", &[]);
        check("text\n```ts\nopen to the end", &[("ts", "open to the end", "")]);
        check("```ts\n```\n", &[("ts", "", "")]);
    }

    #[test]
    fn indentation_of_the_fence_is_taken_from_its_lines() {
        check("  ```ts\n  a\n   b\n c\n\n  ```", &[("ts", "a\n b\nc\n\n", "  ")]);
        check("    ```ts\n    a\n    ```\n", &[]);
        check("text\n    ```ts\n", &[]);
        check("```ts\n\ta\n    ```\n ```", &[("ts", "\ta\n    ```\n", "")]);
    }

    #[test]
    fn quotes_and_lists_may_hold_fences() {
        check("> ```ts\n> a\n>  b\n>\n>c\n> ```\n", &[("ts", "a\n b\n\nc\n", "> ")]);
        check("- text\n\n  ```ts\n  a\n\n    b\n  ```\n", &[("ts", "a\n\n  b\n", "  ")]);
        check("10. ```ts\n    a\n    ```\n", &[("ts", "a\n", "    ")]);
        check("> 1. x\n>\n>    ```ts\n>    a\n>    ```\n", &[("ts", "a\n", ">    ")]);
        check("- > ```ts\n  > a\n  > ```\n", &[("ts", "a\n", "  > ")]);
        check("-\t```ts\n\ta\n\t```\n", &[("ts", "a\n", "    ")]);
        check("-     ```ts\n", &[]);
    }

    #[test]
    fn a_fence_ends_with_its_container() {
        check("> ```ts\n> a\nb\n```js\nc\n```\n", &[("ts", "a\n", "> "), ("js", "c\n", "")]);
        check("- ```ts\n  a\nb\n", &[("ts", "a\n", "  ")]);
        check("- ```ts\n  a\n- ```js\n  b\n", &[("ts", "a\n", "  "), ("js", "b\n", "  ")]);
    }

    #[test]
    fn paragraphs_continue_lazily_and_only_some_blocks_end_them() {
        check("10. a\nlazy\n    ```ts\n    b\n    ```\n", &[("ts", "b\n", "    ")]);
        check("a\n2. ```ts\n   b\n", &[]);
        check("a\n1. ```ts\n   b\n", &[("ts", "b\n", "   ")]);
        check("> a\n```ts\nb\n```\n", &[("ts", "b\n", "")]);
        check("# a\n2. ```ts\n   b\n", &[("ts", "b\n", "   ")]);
    }

    #[test]
    fn nothing_in_comments_and_verbatim_elements_is_a_fence() {
        check("<!--\n```ts\na\n```\n-->\n```js\nb\n```\n", &[("js", "b\n", "")]);
        check("<pre>\n```ts\n</PRE>\n```js\nb\n```\n", &[("js", "b\n", "")]);
        check("<!-- a -->\n```ts\nb\n```\n<preview>\n```js\n```\n", &[("ts", "b\n", ""), ("js", "", "")]);
        check("* * *\n- - -\n***\n```ts\na\n```\n", &[("ts", "a\n", "")]);
    }

    #[test]
    fn every_line_end_ends_a_line() {
        check("\u{FEFF}```ts\r\na\r\nb\r\n```\r\n", &[("ts", "a\r\nb\r\n", "")]);
        check("> ```ts\r> a\r> b\r> ```", &[("ts", "a\rb\r", "> ")]);
    }

    #[test]
    fn lines_without_a_prefix_are_one_piece() {
        let segments = |text| fenced(text).remove(0).segments;
        assert_eq!(segments("```ts\na\r\n\n  b\n```"), [Span::new(6, 14)]);
        assert_eq!(segments("> ```ts\n> a\n> b\n"), [Span::new(10, 12), Span::new(14, 16)]);
    }

    #[test]
    fn the_tag_is_the_first_word() {
        let tag = |info| CodeBlock { info, segments: Vec::new(), line_prefix: String::new() }.tag();
        assert_eq!(["rust,no_run", "ts{1,3}", "ts title=\"a\"", "c++", ""].map(tag), ["rust", "ts", "ts", "c++", ""]);
    }

    #[test]
    fn nesting_is_read_up_to_a_bound() {
        let nested = |depth: usize| format!("{}```ts\n{}a\n", "> ".repeat(depth), "> ".repeat(depth));
        check(&nested(MAX_CONTAINERS), &[("ts", "a\n", &"> ".repeat(MAX_CONTAINERS))]);
        check(&nested(MAX_CONTAINERS + 1), &[]);
    }
}
