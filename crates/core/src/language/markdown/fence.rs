//! The opening and closing lines of a fenced code block.

/// The opening line of a fenced code block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CodeFence<'l> {
    sign: char,
    length: usize,
    /// The number of spaces before it.
    pub(super) indent: usize,
    /// The info string: the tag and attributes.
    pub(crate) info: &'l str,
    /// The byte in the line at which the info string starts.
    pub(crate) info_at: usize,
}

impl<'l> CodeFence<'l> {
    /// Parses the opening line of a block; none for another line.
    pub(crate) fn open(line: &'l str) -> Option<Self> {
        let body = line.trim_start_matches(' ');
        let indent = line.len() - body.len();
        let sign = body.chars().next().filter(|sign| matches!(sign, '`' | '~'))?;
        let length = body.chars().take_while(|c| *c == sign).count();
        let rest = body.get(length..)?;
        let info = rest.trim();
        if indent > 3 || length < 3 || (sign == '`' && info.contains('`')) {
            return None;
        }
        let info_at = indent + length + (rest.len() - rest.trim_start().len());
        Some(Self { sign, length, indent, info, info_at })
    }

    /// True for a line that closes the block.
    pub(crate) fn closes(&self, line: &str) -> bool {
        let body = line.trim_start_matches(' ');
        let signs = body.trim_end();
        line.len() - body.len() <= 3 && signs.len() >= self.length && signs.chars().all(|c| c == self.sign)
    }
}

/// The line that starts at a byte, without its line break; none at the end of the text.
pub(crate) fn line_at(text: &str, at: usize) -> Option<&str> {
    let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
    let end = rest.find('\n').unwrap_or(rest.len());
    rest.get(..end).map(|line| line.strip_suffix('\r').unwrap_or(line))
}

/// The first byte of the line after the one that starts at a byte.
pub(crate) fn next_line(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |end| at + end + 1)
}
