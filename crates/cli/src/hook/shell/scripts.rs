//! Scripts in command lines: a file that a script writes is named in it, near a word that writes.

use super::{Extent, Reading, plain_args};

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

/// Words of scripts by which they write, move or delete a file.
const WRITING: &[&str] = &[
    "'w'",
    "\"w\"",
    "'a'",
    "\"a\"",
    "'wb'",
    "\"wb\"",
    "'w+'",
    "\"w+\"",
    "'r+'",
    "\"r+\"",
    "write_text",
    "write_bytes",
    "writeFile",
    "appendFile",
    "createWriteStream",
    "copyFile",
    "unlink",
    "rmSync",
    "rename",
    "os.remove",
    "os.replace",
    "shutil.",
    "rmtree",
    "truncate",
    "File.write",
    "FileUtils",
    "file_put_contents",
    "Set-Content",
    "Add-Content",
    "Out-File",
    "Remove-Item",
    "Move-Item",
    "mode='w",
    "mode=\"w",
    "Deno.write",
    "Bun.write",
    "Deno.remove",
];

/// Reads the scripts of a command.
pub(super) fn read(reading: &mut Reading, name: &str, args: &[&str], documents: &[String]) {
    let base = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    let Some((_, options)) = INTERPRETERS.iter().find(|(known, _)| *known == name || *known == base) else { return };
    let given = args.windows(2).filter(|pair| options.contains(&pair[0])).map(|pair| pair[1]);
    let is_piped = plain_args(args).is_empty() || args.contains(&"-");
    let piped = documents.iter().filter(|_| is_piped).map(String::as_str);
    for script in given.chain(piped) {
        if WRITING.iter().any(|word| script.contains(word)) {
            quoted_parts(script).into_iter().for_each(|path| reading.write(path, Extent::File));
        }
    }
}

/// The texts in quotes of a script.
fn quoted_parts(script: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = script;
    while let Some(start) = rest.find(['\'', '"', '`']) {
        let quote = rest[start..].chars().next().unwrap_or('"');
        let after = &rest[start + 1..];
        let Some(end) = after.find(quote) else { break };
        let part = &after[..end];
        if !part.is_empty() && !part.contains('\n') {
            parts.push(part);
        }
        rest = &after[end + 1..];
    }
    parts
}
