//! Conversion of an edit of the text of an embedded tree to an edit of its host.

use super::Embedding;
use crate::ir::Tree;
use crate::span::Span;

const LINE_ENDS: [char; 2] = ['\n', '\r'];

impl Tree {
    /// The edit of the host that has the effect of an edit of the tree's text: prefixes are added before new lines. None
    /// if no edit of the host has that effect.
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
            // The host needs the last line end before the closing fence, so it is removed only with its whole line.
            if !starts_line || !text.is_empty() {
                return None;
            }
            if !line_prefix.is_empty() {
                edited.start = line_start_before(host, span.start);
            }
        } else if starts_line && !line_prefix.is_empty() {
            // The prefix of this line is shorter than those of the others, so the host would take white space at the start
            // of the new text for a part of the prefix.
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

/// The offset at which the line of an offset in a text starts.
fn line_start_before(text: &str, offset: u32) -> u32 {
    let before = text.get(..offset as usize).unwrap_or_default();
    before.rfind(['\n', '\r']).map_or(0, |end| end as u32 + 1)
}

/// The text with `prefix` before each line but the first. No prefix is added after its last line end if it `ends_text`.
/// None if it has a lone CR, which ends no line of the host.
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
