//! An edit of an embedded tree's text, as one of its host's.

use super::Embedding;
use crate::ir::Tree;
use crate::span::Span;

const LINE_ENDS: [char; 2] = ['\n', '\r'];

impl Tree {
    /// What an edit of its text is in the text of its host; none when the host cannot say what the edit does.
    pub(crate) fn edit_in_host(&self, host: &str, span: Span, text: String) -> Option<(Span, String)> {
        let Some(Embedding { host_span, line_prefix }) = self.embedding.as_deref() else { return Some((span, text)) };
        if !host_span.contains(span) {
            return None;
        }
        let before = self.text_before(span.start);
        let starts_line = before.is_empty() || before.ends_with(LINE_ENDS);
        let ends_text = span.end == host_span.end;
        let mut edited = span;
        if ends_text && self.slice(span).ends_with(LINE_ENDS) && !text.ends_with(LINE_ENDS) {
            // The end of the last line belongs to the host too: it goes only with the whole line.
            if !starts_line || !text.is_empty() {
                return None;
            }
            if !line_prefix.is_empty() {
                edited.start = line_start_before(host, span.start);
            }
        } else if starts_line && !line_prefix.is_empty() {
            // A line that is indented less than the others would lose white space that stands first in it now.
            let first = if text.is_empty() { host.get(span.end as usize..)? } else { &text };
            let prefix = (span.start - line_start_before(host, span.start)) as usize;
            if prefix < line_prefix.len() && first.starts_with([' ', '\t']) {
                return None;
            }
        }
        let text = if line_prefix.is_empty() { text } else { prefixed(&text, line_prefix, ends_text)? };
        Some((edited, text))
    }
}

/// Where the line of a place in a text starts.
fn line_start_before(text: &str, offset: u32) -> u32 {
    let before = text.get(..offset as usize).unwrap_or_default();
    before.rfind(['\n', '\r']).map_or(0, |end| end as u32 + 1)
}

/// The text with `prefix` before each line but the first; nothing follows its last line end when it `ends_text`.
fn prefixed(text: &str, prefix: &str, ends_text: bool) -> Option<String> {
    let mut result = String::with_capacity(text.len());
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let content = line.trim_end_matches('\n');
        let content = content.strip_suffix('\r').unwrap_or(content);
        if content.contains('\r') {
            return None;
        }
        if number > 0 {
            let is_blank = content.is_empty() && line.ends_with('\n');
            result.push_str(if is_blank { prefix.trim_end() } else { prefix });
        }
        result.push_str(line);
    }
    if text.ends_with('\n') && !ends_text {
        result.push_str(prefix);
    }
    Some(result)
}
