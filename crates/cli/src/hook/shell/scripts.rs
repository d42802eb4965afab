//! Scripts in command lines: a file that a script writes is named in it, near a word that writes.

use super::{Extent, ShellReading, plain_args};

/// The programs that run a script of an argument or of standard input, and the options before an argument with one.
const INTERPRETERS: &[(&str, &[&str])] = &[
    ("python", &["-c"]),
    ("python3", &["-c"]),
    ("node", &["-e", "--eval", "-p", "--print"]),
    ("deno", &["eval"]),
    ("bun", &["-e", "--eval"]),
    ("ruby", &["-e"]),
    ("perl", &["-e", "-E", "-pe", "-ne"]),
    ("php", &["-r"]),
    ("pwsh", &["-c", "-Command"]),
    ("powershell", &["-c", "-Command"]),
];

/// Parts of the names of functions that write, move or delete the file that they are given.
const WRITING: &[&str] = &[
    "write",
    "append",
    "unlink",
    "remove",
    "rename",
    "replace",
    "rmtree",
    "rmsync",
    "truncate",
    "touch",
    "put_contents",
    "set-content",
    "add-content",
    "move",
    "rm_f",
    "rm_rf",
    "delete",
];

/// The same of functions that write the last file that they are given.
const COPYING: &[&str] = &["copy", "cp"];

/// Methods of a path that write, move or delete it.
const WRITING_METHODS: &[&str] =
    &[".write_text", ".write_bytes", ".unlink", ".rename", ".replace", ".touch", ".delete", ".symlink_to"];

/// The modes in which a file is opened to be written.
const MODES: &[&str] = &["'w", "\"w", "'a", "\"a", "'x", "\"x", "'r+", "\"r+", "'>", "\">"];

/// The most bytes of a script around a path that are read to see what is done with it.
const MAX_AROUND: usize = 200;

/// Reads the scripts of a command.
pub(super) fn read(reading: &mut ShellReading, name: &str, args: &[&str], documents: &[String]) {
    let base = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    let Some((_, options)) = INTERPRETERS.iter().find(|(known, _)| *known == name || *known == base) else { return };
    let given = args.windows(2).filter(|pair| options.contains(&pair[0])).map(|pair| pair[1]);
    let is_piped = plain_args(args).is_empty() || args.contains(&"-");
    let piped = documents.iter().filter(|_| is_piped).map(String::as_str);
    for script in given.chain(piped) {
        let may_write = may_write(script);
        for (start, end) in quoted_parts(script) {
            if is_written(script, start, end, may_write) {
                reading.write(&script[start..end], Extent::File);
            }
        }
    }
}

/// True if a text holds one of these words.
fn has(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// True if a script writes any file.
fn may_write(script: &str) -> bool {
    let lowercase = script.to_ascii_lowercase();
    has(&lowercase, WRITING) || has(&lowercase, COPYING) || has(script, MODES)
}

/// True if a script writes the path that stands in quotes at these places. `may_write` is true if it writes any file.
fn is_written(script: &str, start: usize, end: usize, may_write: bool) -> bool {
    let from = script.floor_char_boundary(start.saturating_sub(MAX_AROUND));
    let to = script.floor_char_boundary((end + MAX_AROUND).min(script.len()));
    let (before, after) = (&script[from..start - 1], script.get(end + 1..to).unwrap_or_default());
    let Some(function) = function_around(before) else {
        // The path has a name of its own: what is done with that is anywhere.
        return may_write && before.trim_end().ends_with('=');
    };
    let function = function.to_ascii_lowercase();
    let inside = after.split(')').next().unwrap_or_default();
    if has(&function, WRITING) {
        return true;
    }
    if has(&function, COPYING) {
        return inside.trim().is_empty();
    }
    let behind = after[inside.len()..].trim_start_matches(')');
    has(inside, MODES) || WRITING_METHODS.iter().any(|method| behind.starts_with(method)) || {
        let is_opened = behind.starts_with(".open");
        is_opened && has(behind.split(')').next().unwrap_or_default(), MODES)
    }
}

/// The name of the function whose arguments begin in a text and are not ended.
fn function_around(before: &str) -> Option<&str> {
    let mut open = 0;
    for (at, c) in before.char_indices().rev() {
        match c {
            ')' => open += 1,
            '(' if open > 0 => open -= 1,
            '(' => {
                let is_of_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | ':' | '-');
                let name = before[..at].trim_end();
                let start = name.rfind(|c| !is_of_name(c)).map_or(0, |at| at + 1);
                return Some(name.get(start..).unwrap_or_default());
            }
            ';' | '\n' | '{' => return None,
            _ => {}
        }
    }
    None
}

/// The places of the texts in quotes of a script.
fn quoted_parts(script: &str) -> Vec<(usize, usize)> {
    let mut parts = Vec::new();
    let mut from = 0;
    while let Some(start) = script[from..].find(['\'', '"', '`']).map(|at| from + at) {
        let quote = script[start..].chars().next().unwrap_or('"');
        let Some(end) = script[start + 1..].find(quote).map(|at| start + 1 + at) else { break };
        if end > start + 1 && !script[start + 1..end].contains('\n') {
            parts.push((start + 1, end));
        }
        from = end + 1;
    }
    parts
}
