//! Edits of a file with a known effect on its findings.

use crate::chance::Chance;
use crate::history::oracle::ReportedFinding;

/// Splits a text between top-level statements; the concatenated parts are the text.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut at = 0;
    let mut closed = false;
    let mut lines = text.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        at += line.len();
        let is_border = line.trim().is_empty() && closed && lines.peek().is_some_and(|next| starts_statement(next));
        if is_border {
            parts.push(&text[start..at]);
            start = at;
        }
        closed = line.starts_with('}') && line.trim_end().len() <= 3;
    }
    parts.push(&text[start..]);
    parts
}

/// True if a line starts a top-level statement.
fn starts_statement(line: &str) -> bool {
    let words =
        ["export ", "function ", "const ", "class ", "type ", "interface ", "describe(", "pub ", "fn ", "impl "];
    words.iter().any(|word| line.starts_with(word))
}

/// Adds a line of code before a statement.
pub fn add_line(text: &str, number: usize, rust: bool, chance: &mut Chance) -> Option<String> {
    let line = if rust { "const TOUCHED" } else { "const touched" };
    let line = if rust { format!("{line}_{number}: u8 = 1;\n\n") } else { format!("{line}_{number} = 1;\n\n") };
    insert(text, &line, chance)
}

/// Adds a function with findings; equal names make equal functions. The lines of others differ, since an equal line in
/// another function counts as moved.
pub fn add_findings(text: &str, name: &str, rust: bool, chance: &mut Chance) -> Option<String> {
    // On the first line too: with its name aside it would be the line of any other of these functions, and that of one
    // that is gone counts as renamed.
    let mark: u32 = name.bytes().map(u32::from).sum();
    let function = if rust {
        format!("fn {name}(value: Option<u8>) {{\n    dbg!(value, {mark});\n    of(value, {mark}).unwrap();\n}}\n\n")
    } else {
        format!(
            "const {name} = function (value: any, by = {mark}) {{\n  console.log(value, {mark});\n  if (value) {{\n    \
             eval(value + {mark});\n  }}\n}};\n\n"
        )
    };
    insert(text, &function, chance)
}

/// Adds lines at the start of a block: inside of whatever spans that block.
pub fn edit_inside(text: &str, number: usize, rust: bool, chance: &mut Chance) -> Option<String> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let opens_block = |line: &str| {
        let line = line.trim();
        let is_other = ["switch", "match", "class ", "import", "export {", "//", "*", "}"].iter();
        (line.ends_with(") {") || line.ends_with("=> {")) && !is_other.copied().any(|other| line.starts_with(other))
    };
    let blocks: Vec<usize> = (0..lines.len()).filter(|at| opens_block(lines[*at])).collect();
    let at = *chance.pick(&blocks)?;
    let count = 1 + chance.below(3);
    let added: String =
        (0..count)
            .map(|line| {
                if rust {
                    format!("let touched_{number}_{line} = 1;\n")
                } else {
                    format!("touched({number}, {line});\n")
                }
            })
            .collect();
    Some([&lines[..=at], &[&added], &lines[at + 1..]].concat().concat())
}

/// The starts of lines that define something, up to its name.
const HEADS: [&str; 12] = [
    "function ",
    "export function ",
    "class ",
    "export class ",
    "const ",
    "fn ",
    "pub fn ",
    "impl ",
    "mod ",
    "describe(\"",
    "export async function ",
    "async function ",
];

/// Gives a definition at the top of a file, or a suite of tests, another name where it is defined. All overloads of a
/// function get it.
pub fn rename_definition(text: &str, number: usize, chance: &mut Chance) -> Option<String> {
    let mut defined: Vec<(&str, &str)> = Vec::new();
    for line in text.lines() {
        for (head, name) in HEADS.iter().filter_map(|head| Some((*head, name_after(line, head)?))) {
            let rest = &line[head.len()..];
            let is_value = head == "const " && !rest.contains("=> {") && !rest.contains("function");
            let is_generic = head == "impl " && !rest.trim_end().ends_with('{') && rest.contains('<');
            if line.trim_end().ends_with('{') && !is_value && !is_generic {
                defined.push((head, name));
            }
        }
    }
    let (head, name) = *chance.pick(&defined)?;
    // The same place may be renamed again.
    let renamed = text.split_inclusive('\n').map(|line| {
        let is_defined = name_after(line, head) == Some(name);
        let rest = is_defined.then(|| &line[head.len() + name.len()..]);
        rest.map_or_else(|| line.to_owned(), |rest| format!("{head}renamed_{number}{rest}"))
    });
    Some(renamed.collect())
}

/// The name behind the head of a definition.
fn name_after<'l>(line: &'l str, head: &str) -> Option<&'l str> {
    let rest = line.strip_prefix(head)?;
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    rest.get(..end).filter(|name| !name.is_empty())
}

/// Takes a statement out of a text and puts it at the end of another one.
pub fn move_out(from: &str, to: &str, chance: &mut Chance) -> Option<(String, String)> {
    let parts = parts(from);
    if parts.len() < 4 {
        return None;
    }
    let at = 1 + chance.below(parts.len() - 2);
    let left = [&parts[..at], &parts[at + 1..]].concat().concat();
    let gap = if to.ends_with('\n') { "\n" } else { "\n\n" };
    Some((left, format!("{to}{gap}{}", parts[at])))
}

fn insert(text: &str, added: &str, chance: &mut Chance) -> Option<String> {
    let parts = parts(text);
    if parts.len() < 2 {
        return None;
    }
    let at = 1 + chance.below(parts.len() - 1);
    Some([&parts[..at], &[added], &parts[at..]].concat().concat())
}

/// Exchanges two statements that follow each other.
pub fn swap(text: &str, chance: &mut Chance) -> Option<String> {
    let mut parts = parts(text);
    // The first holds the imports, and the last may lack its line end.
    if parts.len() < 4 {
        return None;
    }
    let at = 1 + chance.below(parts.len() - 3);
    parts.swap(at, at + 1);
    Some(parts.concat())
}

/// Indents a statement once more.
pub fn indent(text: &str, chance: &mut Chance) -> Option<String> {
    let parts = parts(text);
    let plain: Vec<usize> = (0..parts.len())
        .filter(|at| !parts[*at].contains(['`', '\'', '"']) && !parts[*at].contains("/*") && !parts[*at].contains("//"))
        .collect();
    let at = *chance.pick(&plain)?;
    let lines = parts[at].split_inclusive('\n');
    let indented: String =
        lines.map(|line| if line.trim().is_empty() { line.to_owned() } else { format!("  {line}") }).collect();
    Some([&parts[..at], &[&indented], &parts[at + 1..]].concat().concat())
}

/// The code that replaces a finding of a rule when it is fixed; none for rules that are not fixed here.
fn replacement(rule: &str) -> Option<&'static str> {
    Some(match rule {
        "no-explicit-any" => "unknown",
        "no-debug-output" => "void 0",
        "no-eval" => "String(1)",
        "todo-without-ticket" => "",
        _ => return None,
    })
}

/// Fixes up to `most` of the findings of a text.
pub fn fix(text: &str, found: &[ReportedFinding], most: usize, chance: &mut Chance) -> Option<String> {
    let mut fixable: Vec<&ReportedFinding> = found.iter().filter(|found| replacement(&found.rule).is_some()).collect();
    let mut text = text.to_owned();
    let mut taken: Vec<&ReportedFinding> = Vec::new();
    for _ in 0..most.min(fixable.len()) {
        let one = fixable.swap_remove(chance.below(fixable.len()));
        if taken.iter().all(|other| one.end <= other.start || other.end <= one.start) {
            taken.push(one);
        }
    }
    taken.sort_by_key(|found| std::cmp::Reverse(found.start));
    for found in &taken {
        let new = if found.rule == "todo-without-ticket" {
            text.get(found.start..found.end)?.replace("TODO", "Note").replace("FIXME", "Note").replace("HACK", "Note")
        } else {
            replacement(&found.rule)?.to_owned()
        };
        text.replace_range(found.start..found.end, &new);
    }
    (!taken.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "import a\n\nexport function f() {\n  b\n}\n\nconst c = () => {\n  d\n}\n\nfunction g() {\n}\n";

    #[test]
    fn parts_are_statements_and_make_the_text_again() {
        let parts = parts(TEXT);
        assert_eq!(parts.concat(), TEXT);
        assert_eq!(parts.len(), 3, "{parts:?}");
    }

    #[test]
    fn edits_keep_what_they_do_not_mean() {
        let mut chance = Chance::new(1);
        let added = add_line(TEXT, 7, false, &mut chance).unwrap();
        assert_eq!(added.replace("const touched_7 = 1;\n\n", ""), TEXT);
        let indented = indent(TEXT, &mut chance).unwrap();
        let flat = |text: &str| text.lines().map(str::trim).collect::<Vec<_>>().join("\n");
        assert_eq!(flat(&indented), flat(TEXT));
    }

    #[test]
    fn a_renamed_definition_gets_its_name_in_all_overloads() {
        let text = "export function f(a: A): A;\nexport function f(a: B): B;\nexport function f(a) {\n  f(a)\n}\nfunction ff();\n";
        let renamed = rename_definition(text, 7, &mut Chance::new(1)).unwrap();
        assert_eq!(renamed, text.replace("export function f", "export function renamed_7"));
    }
}
