//! The hook as a program for `sh`: a block between two marks, alone or at the start of a script of the user.

use std::ops::Range;

use lawbook_core::mistake::Mistake;

use super::{CHECK, HOOK_NAME, hook_lines, program_in};
use crate::install::{KeptEntry, Rewritten, line_of};

const FIRST_LINE: &str =
    "# >>> lawbook: `lawbook install git` wrote these lines, `lawbook uninstall git` deletes them\n";
const LAST_LINE: &str = "# <<< lawbook\n";
const SHEBANG: &str = "#!/bin/sh\n";

/// The lines between the marks and the marks, for `lawbook` on the `PATH` or a program at an absolute path.
fn block(program: Option<&str>) -> String {
    let lines = hook_lines(program);
    format!(
        "{FIRST_LINE}if {}; then\n  {} || exit\nelse\n  {}\n  exit 1\nfi\n{LAST_LINE}",
        lines.is_there, lines.check, lines.say_missing
    )
}

/// The bytes of the block in a script, with the end of its last line.
pub(super) fn lines_of_block(text: &str) -> Option<Range<usize>> {
    let start = text.find("# >>> lawbook")?;
    let is_line_start = start == 0 || text[..start].ends_with('\n');
    let last = text[start..].find(LAST_LINE.trim_end()).map(|last| start + last)?;
    let end = text[last..].find('\n').map_or(text.len(), |end| last + end + 1);
    is_line_start.then_some(start..end)
}

/// The script with the block in it, at its start: before whatever ends it.
///
/// # Errors
/// It is no script for `sh`. The help has the line to add.
pub(crate) fn extend(shown: &str, old: Option<&str>, program: Option<&str>) -> Result<Rewritten, Mistake> {
    let new_block = block(program);
    let Some(old) = old else {
        return Ok(Rewritten { text: Some(format!("{SHEBANG}{new_block}")), kept: Vec::new() });
    };
    if let Some(range) = lines_of_block(old) {
        let found = &old[range.clone()];
        if !is_own(found) {
            return Ok(Rewritten { text: Some(old.to_owned()), kept: vec![kept(old, range.start)] });
        }
        let text = if found.ends_with('\n') { new_block.as_str() } else { new_block.trim_end() };
        return Ok(Rewritten {
            text: Some(format!("{}{text}{}", &old[..range.start], &old[range.end..])),
            kept: Vec::new(),
        });
    }
    if let Some(reason) = not_for_sh(old) {
        let help = format!("let it run `{CHECK}`, and fail when that fails");
        return Err(Mistake::new(format!("{shown} is not changed: {reason}")).with_help(help));
    }
    let at = end_of_head(old);
    let text = if old[..at].is_empty() || old[..at].ends_with('\n') {
        format!("{}{new_block}{}", &old[..at], &old[at..])
    } else {
        // The head is the whole file, and its last line has no end: neither has that of the block.
        format!("{old}\n{}", new_block.trim_end())
    };
    Ok(Rewritten { text: Some(text), kept: Vec::new() })
}

/// The script without the block; no text if nothing else was in it.
pub(crate) fn remove_block(old: &str) -> Rewritten {
    let Some(range) = lines_of_block(old) else { return Rewritten { text: Some(old.to_owned()), kept: Vec::new() } };
    let found = &old[range.clone()];
    if !is_own(found) {
        return Rewritten { text: Some(old.to_owned()), kept: vec![kept(old, range.start)] };
    }
    let mut before = &old[..range.start];
    if !found.ends_with('\n') {
        before = before.strip_suffix('\n').unwrap_or(before);
    }
    let rest = format!("{before}{}", &old[range.end..]);
    Rewritten { text: Some(rest).filter(|rest| rest != SHEBANG), kept: Vec::new() }
}

fn kept(text: &str, at: usize) -> KeptEntry {
    KeptEntry { line: line_of(text, at), event: HOOK_NAME.to_owned() }
}

/// True if `lawbook install` has written the block, with any program.
fn is_own(found: &str) -> bool {
    let found = found.trim_end();
    program_in(found)
        .is_some_and(|program| [block(None), block(Some(&program))].iter().any(|own| own.trim_end() == found))
}

/// True for a script that `sh` runs line by line.
pub(crate) fn is_for_sh(text: &str) -> bool {
    not_for_sh(text).is_none()
}

/// The reason why a text is no script that `sh` runs line by line.
fn not_for_sh(text: &str) -> Option<String> {
    /// The shells that understand the block.
    const SHELLS: [&str; 7] = ["sh", "bash", "dash", "ash", "zsh", "ksh", "busybox"];
    if text.contains('\0') {
        return Some("it is no text".to_owned());
    }
    if text.contains("\r\n") {
        return Some("its lines end in CRLF, which `sh` does not run".to_owned());
    }
    let shebang = text.lines().next().and_then(|line| line.strip_prefix("#!"))?;
    let mut names = shebang.split_whitespace().map(|word| word.rsplit('/').next().unwrap_or(word));
    let shell = names.find(|name| *name != "env" && !name.starts_with('-') && !name.contains('='));
    match shell {
        Some(shell) if SHELLS.contains(&shell) => None,
        Some(other) => Some(format!("it is a program for `{other}`")),
        None => Some("its first line names no program".to_owned()),
    }
}

/// The end of the first line with `#!` and of the comments below it.
fn end_of_head(text: &str) -> usize {
    let is_head = |line: &&str| line.starts_with('#');
    text.split_inclusive('\n').take_while(is_head).map(str::len).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Scripts of users that are extended, with the number of lines above the block.
    const SCRIPTS: &[(&str, usize)] = &[
        ("#!/bin/sh\nnpm test\n", 1),
        ("#!/bin/sh\nexec ./other \"$@\"\n", 1),
        ("#!/bin/sh\nexit 0\n", 1),
        ("#!/usr/bin/env bash\n# Copyright\n#\n\nset -e\nnpm test", 3),
        ("#!/usr/bin/env -S bash -e\nx\n", 1),
        ("#! /bin/dash\n\n\n", 1),
        ("npm test\n", 0),
        ("", 0),
        ("#!/bin/sh", 1),
        ("#!/bin/sh\n", 1),
        ("#!/bin/sh\n# only comments\n", 2),
        ("#!/bin/sh\n# only comments", 2),
        ("#!/bin/bash\ncat <<'X'\n# >> lawbook\nX\n", 1),
        ("#!/bin/zsh\nif x; then\n  exit 1\nfi\n", 1),
        ("#!/bin/sh\n\tset -u\n: é\n", 1),
    ];

    #[test]
    fn a_block_is_put_in_and_taken_back() {
        for (script, line) in SCRIPTS {
            for program in [None, Some("/opt/my tools/lawbook")] {
                let extended = extend("x", Some(script), program).unwrap();
                assert_eq!(extended.kept, []);
                let text = extended.text.unwrap();
                let block = lines_of_block(&text).unwrap();
                assert_eq!(text[..block.start].lines().count(), *line, "{text}");
                assert_eq!(extend("x", Some(&text), program).unwrap().text.as_deref(), Some(text.as_str()), "{script}");
                let other = extend("x", Some(&text), Some("/bin/lawbook")).unwrap().text.unwrap();
                for text in [&text, &other] {
                    let back = remove_block(text).text;
                    // A script of one line that does nothing is not told from one that was made for the block.
                    let expected = Some(*script).filter(|script| *script != SHEBANG);
                    assert_eq!(back.as_deref(), expected, "{script:?}");
                }
            }
        }
    }

    #[test]
    fn a_script_of_its_own_is_deleted_as_a_whole() {
        let text = extend("x", None, None).unwrap().text.unwrap();
        assert!(text.starts_with("#!/bin/sh\n# >>> lawbook"), "{text}");
        assert_eq!(remove_block(&text).text, None);
        let longer = format!("{text}npm test\n");
        assert_eq!(remove_block(&longer).text.as_deref(), Some("#!/bin/sh\nnpm test\n"));
    }

    #[test]
    fn what_is_not_for_sh_is_refused_with_the_line_to_add() {
        for (script, reason) in [
            ("#!/usr/bin/env python3\nprint()\n", "a program for `python3`"),
            ("#!/usr/bin/env node\n", "a program for `node`"),
            ("#!/usr/bin/perl -w\n", "a program for `perl`"),
            ("#!/bin/sh\r\nx\r\n", "CRLF"),
            ("\u{7f}ELF\0\0", "no text"),
            ("#!\nx\n", "names no program"),
        ] {
            let refused = extend("hook", Some(script), None).unwrap_err();
            assert!(refused.message.contains(reason), "{}", refused.message);
            assert!(refused.help.unwrap().contains("`lawbook check --staged`"));
        }
    }

    #[test]
    fn a_block_that_the_user_has_changed_is_kept() {
        let own = extend("x", None, None).unwrap().text.unwrap();
        let changed = own.replace("check --staged", "check --staged --fail-level warning");
        for kept in [extend("x", Some(&changed), None).unwrap(), remove_block(&changed)] {
            assert_eq!(kept.text.as_deref(), Some(changed.as_str()));
            assert_eq!(kept.kept, [KeptEntry { line: 2, event: "pre-commit".to_owned() }]);
        }
    }
}
