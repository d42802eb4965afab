//! The paragraph for coding agents, in the files that they read at the start of a conversation.

/// The first and the last line, by which the paragraph is found again.
const START: &str = "<!-- lawbook: what agents are told -->";
const END: &str = "<!-- /lawbook -->";

/// The paragraph between its lines.
fn paragraph() -> String {
    format!(
        "{START}\n## lawbook\n\nlawbook checks this repository. Before you say that work is done, run `lawbook check --changed` and fix what it \
         reports; `lawbook explain RULE` says why a rule is there and what to do. Suppress a finding only where the report \
         says that it may be, with a reason. `lawbook.toml`, `.lawbook/` and the hooks that run lawbook are changed by \
         people.\n{END}\n"
    )
}

/// The text with the paragraph at its end; `None` if it has one, or speaks of lawbook in its own words.
pub(crate) fn with_paragraph(old: Option<&str>) -> Option<String> {
    let Some(old) = old.filter(|old| !old.trim().is_empty()) else { return Some(paragraph()) };
    if old.contains("lawbook") {
        return None;
    }
    let gap = if old.ends_with("\n\n") {
        ""
    } else if old.ends_with('\n') {
        "\n"
    } else {
        "\n\n"
    };
    let added = format!("{gap}{}", paragraph());
    let added = if old.contains("\r\n") { added.replace('\n', "\r\n") } else { added };
    Some(format!("{old}{added}"))
}

/// True if a file of an agent reads `AGENTS.md` too: by a line that is an import and nothing else.
pub(crate) fn imports_agents_file(text: &str) -> bool {
    let mut is_code = false;
    text.lines().any(|line| {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        }
        !is_code && matches!(line.trim(), "@AGENTS.md" | "@./AGENTS.md" | "@../AGENTS.md")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_paragraph_is_added_once() {
        for (old, start) in
            [(None, START), (Some(""), START), (Some("# A\n"), "# A\n\n<!--"), (Some("# A"), "# A\n\n<!--")]
        {
            let new = with_paragraph(old).unwrap();
            assert!(new.starts_with(start) && new.ends_with(&format!("{END}\n")), "{new}");
            assert_eq!(with_paragraph(Some(&new)), None);
        }
        let new = with_paragraph(Some("a\r\nb\r\n")).unwrap();
        assert_eq!(new.matches('\n').count(), new.matches("\r\n").count());
        assert_eq!(with_paragraph(Some("Run `npx lawbook check`.\n")), None);
    }

    #[test]
    fn an_import_stands_alone_on_its_line() {
        assert!(imports_agents_file("# A\n@AGENTS.md\n"));
        for text in ["see @AGENTS.md", "`@AGENTS.md`", "```\n@AGENTS.md\n```\n", "[x](AGENTS.md)"] {
            assert!(!imports_agents_file(text), "{text}");
        }
    }
}
