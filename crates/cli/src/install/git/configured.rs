//! The hook as a section of the configuration of a repository, for git from version 2.54 on.
//!
//! Source: <https://git-scm.com/docs/git-hook>. `hook.NAME.event` may be there several times, of `hook.NAME.command` the
//! last counts. Such hooks run before the program in the folder of hooks, so they need no place in it.

use super::{HOOK_NAME, hook_lines, program_in};
use crate::install::{KeptEntry, Rewritten, line_of};

/// The first line of the section.
const HEADER: &str = "[hook \"lawbook\"]\n";

fn section(program: Option<&str>) -> String {
    let lines = hook_lines(program);
    let command = format!("{} || {{ {}; exit 1; }}; {}", lines.is_there, lines.say_missing, lines.check);
    let command = command.replace('\\', r"\\").replace('"', "\\\"");
    format!("{HEADER}\tevent = {HOOK_NAME}\n\tcommand = \"{command}\"\n")
}

/// The configuration with the section at its end.
pub(crate) fn add_section(old: &str, program: Option<&str>) -> Rewritten {
    let section = section(program);
    let Some(start) = old.find(HEADER) else {
        let text = if old.is_empty() || old.ends_with('\n') {
            format!("{old}{section}")
        } else {
            format!("{old}\n{}", section.trim_end())
        };
        return Rewritten { text: Some(text), kept: Vec::new() };
    };
    match own_section(&old[start..]) {
        Some(own) => {
            let section = if own.ends_with('\n') { section.as_str() } else { section.trim_end() };
            let text = format!("{}{section}{}", &old[..start], &old[start + own.len()..]);
            Rewritten { text: Some(text), kept: Vec::new() }
        }
        None => Rewritten { text: Some(old.to_owned()), kept: vec![kept(old, start)] },
    }
}

/// The configuration without the section.
pub(crate) fn remove_section(old: &str) -> Rewritten {
    let unchanged = Rewritten { text: Some(old.to_owned()), kept: Vec::new() };
    let Some(start) = old.find(HEADER) else { return unchanged };
    let Some(own) = own_section(&old[start..]) else {
        return Rewritten { kept: vec![kept(old, start)], ..unchanged };
    };
    let mut before = &old[..start];
    if !own.ends_with('\n') {
        before = before.strip_suffix('\n').unwrap_or(before);
    }
    Rewritten { text: Some(format!("{before}{}", &old[start + own.len()..])), kept: Vec::new() }
}

fn kept(text: &str, at: usize) -> KeptEntry {
    KeptEntry { line: line_of(text, at), event: HOOK_NAME.to_owned() }
}

/// The section that a text starts with, if `lawbook install` has written it.
fn own_section(text: &str) -> Option<&str> {
    let lines = text.split_inclusive('\n').enumerate();
    let length =
        lines.take_while(|(index, line)| *index == 0 || line.starts_with(['\t', ' '])).map(|(_, line)| line.len());
    let found = &text[..length.sum()];
    let program = program_in(&found.replace("\\\"", "\"").replace(r"\\", "\\"))?;
    let is_own = [section(None), section(Some(&program))].iter().any(|own| own.trim_end() == found.trim_end());
    is_own.then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CORE: &str = "[core]\n\trepositoryformatversion = 0\n";

    #[test]
    fn the_section_is_added_and_taken_back() {
        for old in ["", CORE, "[core]\n\tbare = false", "[core]\n# end\n\n", "[user]\n\tname = \"[hook]\"\n"] {
            for program in [None, Some("/opt/my tools/law\"book")] {
                let added = add_section(old, program).text.unwrap();
                assert_eq!(add_section(&added, program).text.as_deref(), Some(added.as_str()));
                let other = add_section(&added, Some("/bin/lawbook")).text.unwrap();
                for text in [&added, &other] {
                    assert_eq!(remove_section(text).text.as_deref(), Some(old), "{text}");
                }
                let followed = format!("{}\n[branch \"main\"]\n\tmerge = x\n", added.trim_end());
                let rest = format!(
                    "{}[branch \"main\"]\n\tmerge = x\n",
                    if old.is_empty() || old.ends_with('\n') { old.to_owned() } else { format!("{old}\n") }
                );
                assert_eq!(remove_section(&followed).text, Some(rest));
            }
        }
    }

    #[test]
    fn a_section_that_the_user_has_changed_is_kept() {
        let changed = format!("{CORE}[hook \"lawbook\"]\n\tevent = pre-push\n\tcommand = lawbook check\n");
        for kept in [add_section(&changed, None), remove_section(&changed)] {
            assert_eq!(kept.text.as_deref(), Some(changed.as_str()));
            assert_eq!(kept.kept, [KeptEntry { line: 3, event: "pre-commit".to_owned() }]);
        }
    }
}
