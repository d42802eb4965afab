//! The commands that services read in the log of a job, and text that holds none.

/// What starts a command anywhere in a line, for GitHub Actions and Azure Pipelines.
const STARTS: [&str; 2] = ["##vso[", "##["];

/// What starts a command of GitHub Actions at the start of a line.
const AT_LINE_START: &str = "::";

/// The same text in which nothing is a command: the sign that would make one is visible as an escape.
pub(crate) fn without_commands(text: &str) -> String {
    let lowercase = text.to_ascii_lowercase();
    let mut written = String::with_capacity(text.len());
    let mut is_line_start = true;
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if let Some(start) = STARTS.iter().find(|start| lowercase[at..].starts_with(*start)) {
            written.push_str(&text[at..at + start.len() - 1]);
            written.push_str("\\u{5b}");
            (at, is_line_start) = (at + start.len(), false);
            continue;
        }
        if is_line_start && text[at..].starts_with(AT_LINE_START) {
            written.push_str("\\u{3a}");
        } else {
            written.push(c);
        }
        is_line_start = c == '\n' || (is_line_start && c.is_whitespace());
        at += c.len_utf8();
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(without_commands(text), expected);
    }

    #[test]
    fn text_holds_no_command() {
        check("  1 | // ##vso[task.x a=b]b ##VSO[x]é\n", "  1 | // ##vso\\u{5b}task.x a=b]b ##VSO\\u{5b}x]é\n");
        check("##[error]x.ts: ##[group]", "##\\u{5b}error]x.ts: ##\\u{5b}group]");
        check("a::b\n \t::add-mask::x\n::endgroup::", "a::b\n \t\\u{3a}:add-mask::x\n\\u{3a}:endgroup::");
        check("é # [a] #[test] std::fs", "é # [a] #[test] std::fs");
    }
}
