//! The line that opens a fenced block, and the one that closes it.

/// The line that opens a fenced block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fence<'l> {
    sign: char,
    length: usize,
    /// How many spaces stand before it.
    pub(super) indent: usize,
    /// The info string: the tag, and what else is said of the block.
    pub(crate) info: &'l str,
    /// Where the info string starts in the line.
    pub(crate) info_at: usize,
}

impl<'l> Fence<'l> {
    /// The fence that a line opens.
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

    /// Whether a line closes it.
    pub(crate) fn closes(&self, line: &str) -> bool {
        let body = line.trim_start_matches(' ');
        let signs = body.trim_end();
        line.len() - body.len() <= 3 && signs.len() >= self.length && signs.chars().all(|c| c == self.sign)
    }
}

/// The line that starts at a byte, without its end; none at the end of the text.
pub(crate) fn line_at(text: &str, at: usize) -> Option<&str> {
    let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
    let end = rest.find('\n').unwrap_or(rest.len());
    rest.get(..end).map(|line| line.strip_suffix('\r').unwrap_or(line))
}

/// The first byte of the line after the one that starts at a byte.
pub(crate) fn next_line(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |end| at + end + 1)
}
