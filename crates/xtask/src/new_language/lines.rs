//! The lines of a new language in the files that list all of them.

use super::NewLanguage;

/// Returns the text of a file with the lines of a language, or the part that it should have and has not.
type ListEdit = fn(&str, &NewLanguage) -> Result<String, String>;

/// The files that list languages, below the root, each with its edit.
pub(super) const EDITS: &[(&str, ListEdit)] = &[
    ("Cargo.toml", workspace_manifest),
    ("crates/core/Cargo.toml", core_manifest),
    ("crates/core/src/language/mod.rs", modules),
    ("crates/xtask/src/hostile/shapes.rs", hostile_shapes),
    ("tests/tests/cost/shapes.rs", cost_shapes),
    ("docs/design/tree.md", parsers),
];

fn workspace_manifest(text: &str, language: &NewLanguage) -> Result<String, String> {
    let NewLanguage { grammar, version, .. } = language;
    if text.contains(&format!("\n{grammar} = ")) {
        return Ok(text.to_owned());
    }
    let text = insert_sorted(text, "tree-sitter-", &format!("{grammar} = \"={version}\"\n"))?;
    let profile = format!("[profile.dev.package.{grammar}]\n");
    insert_sorted(&text, "[profile.dev.package.tree-sitter", &format!("{profile}opt-level = 2\n"))
}

fn core_manifest(text: &str, language: &NewLanguage) -> Result<String, String> {
    let NewLanguage { name, grammar, .. } = language;
    let text = insert_after(text, "all-languages = [", &format!("\"{name}\", "))?;
    let text = insert_before(&text, "\n[dependencies]\n", &format!("{name} = [\"dep:{grammar}\"]\n"))?;
    if text.contains(&format!("\n{grammar} = ")) {
        return Ok(text);
    }
    insert_sorted(&text, "tree-sitter-", &format!("{grammar} = {{ workspace = true, optional = true }}\n"))
}

fn modules(text: &str, language: &NewLanguage) -> Result<String, String> {
    let (name, type_name) = (&language.name, language.type_name());
    let text =
        insert_before(text, "\n#[cfg(test)]\nmod tests;\n", &format!("\n#[cfg(feature = \"{name}\")]\nmod {name};"))?;
    let line = format!("    #[cfg(feature = \"{name}\")]\n    &{name}::{type_name},\n");
    insert_before(&text, "];\n\n/// Every language of this program", &line)
}

fn hostile_shapes(text: &str, language: &NewLanguage) -> Result<String, String> {
    let (constant, extension, type_name) = (language.constant(), &language.extension, language.type_name());
    let all = text.split("const ALL: &str = \"").nth(1).and_then(|rest| rest.split('"').next());
    let all = all.ok_or("it has no list `ALL` of extensions")?;
    let text = insert_after(text, &format!("const ALL: &str = \"{all}"), &format!(" {extension}"))?;
    let line = format!("const {constant}: &str = \"{extension}\";\n");
    let text = insert_before(&text, "\npub(super) const SHAPES", &line)?;
    let shapes = format!(
        "    // {type_name}.\n    (\"parens\", {constant}, \"\", \"(\", \"a\", \")\", \"\"),\n    \
         (\"words\", {constant}, \"\", \"a \", \"\", \"\", \"\"),\n"
    );
    insert_at_end_of_list(&text, &shapes)
}

fn cost_shapes(text: &str, language: &NewLanguage) -> Result<String, String> {
    let (constant, extension, type_name) = (language.constant(), &language.extension, language.type_name());
    let line = format!("const {constant}: &[&str] = &[\"{extension}\"];\n");
    let text = insert_before(text, "\nconst fn flat(", &line)?;
    let shapes = format!(
        "    // {type_name}.\n    flat(\"comments\", {constant}, [\"\", \"// TODO a\\n\", \"\", \"\", \"\"]),\n"
    );
    insert_at_end_of_list(&text, &shapes)
}

fn parsers(text: &str, language: &NewLanguage) -> Result<String, String> {
    let head = "| language | strict parser | tolerant parser |\n";
    let start = text.find(head).ok_or_else(|| format!("it has no table {head:?}"))?;
    let length = text[start..].find("|\n\n").ok_or("its table of parsers does not end")? + "|\n".len();
    let row = format!("| `{}` | none | {} |\n", language.name, language.grammar);
    Ok([&text[..start + length], &row, &text[start + length..]].concat())
}

/// Inserts lines among those that begin with `prefix`, before the first that is greater.
fn insert_sorted(text: &str, prefix: &str, lines: &str) -> Result<String, String> {
    let starts = || {
        let lines = text.split_inclusive('\n').scan(0, |at, line| {
            let start = *at;
            *at += line.len();
            Some((start, line))
        });
        lines.filter(|(_, line)| line.starts_with(prefix))
    };
    if let Some((at, _)) = starts().find(|(_, line)| *line > lines) {
        return Ok([&text[..at], lines, &text[at..]].concat());
    }
    // The entry of the last one ends at the next blank line or section.
    let (last, line) = starts().last().ok_or_else(|| format!("no line begins with {prefix:?}"))?;
    let rest = &text[last + line.len()..];
    let entry = if line.starts_with('[') { rest.find('\n').map_or(rest.len(), |end| end + 1) } else { 0 };
    let at = last + line.len() + entry;
    Ok([&text[..at], lines, &text[at..]].concat())
}

fn insert_before(text: &str, anchor: &str, lines: &str) -> Result<String, String> {
    let at = text.find(anchor).ok_or_else(|| format!("it has no {anchor:?}"))?;
    Ok([&text[..at], lines, &text[at..]].concat())
}

fn insert_after(text: &str, anchor: &str, added: &str) -> Result<String, String> {
    let at = text.find(anchor).ok_or_else(|| format!("it has no {anchor:?}"))? + anchor.len();
    Ok([&text[..at], added, &text[at..]].concat())
}

/// Inserts lines before the end of the last list of a file.
fn insert_at_end_of_list(text: &str, lines: &str) -> Result<String, String> {
    let at = text.rfind("\n];\n").ok_or("it has no list at its end")? + 1;
    Ok([&text[..at], lines, &text[at..]].concat())
}
