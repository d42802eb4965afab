//! Settings that are a program of lawbook as a whole.

use lawbook_core::mistake::Mistake;

use super::{Agent, HookCommand, KeptEntry, Rewritten};

/// The file with the program in it.
pub(super) fn install(
    agent: &Agent,
    program: fn(&[String]) -> String,
    shown: &str,
    old: Option<&str>,
    command: &HookCommand,
) -> Result<Rewritten, Mistake> {
    let new = program(&command.words(agent.name));
    match old {
        Some(old) if old != new && !is_own(agent, program, old) => {
            if is_changed(old) {
                return Ok(Rewritten { text: Some(old.to_owned()), kept: vec![kept()] });
            }
            let message = format!("{shown} is there already and is not of lawbook");
            Err(Mistake::new(message).with_help("move it to another name, then run it again"))
        }
        _ => Ok(Rewritten { text: Some(new), kept: Vec::new() }),
    }
}

/// The file without the program: none.
pub(super) fn uninstall(agent: &Agent, program: fn(&[String]) -> String, old: &str) -> Result<Rewritten, Mistake> {
    if is_own(agent, program, old) {
        return Ok(Rewritten { text: None, kept: Vec::new() });
    }
    let kept = if is_changed(old) { vec![kept()] } else { Vec::new() };
    Ok(Rewritten { text: Some(old.to_owned()), kept })
}

/// True if `lawbook install` has written the text, with any command.
fn is_own(agent: &Agent, program: fn(&[String]) -> String, text: &str) -> bool {
    words(text).is_some_and(|words| {
        let line: Vec<String> = words.iter().map(|word| super::hook_command::quoted(word)).collect();
        HookCommand::parse(&line.join(" "), agent.name).is_some() && program(&words) == text
    })
}

/// The words of the command in the program.
fn words(text: &str) -> Option<Vec<String>> {
    let start = text.find("= [")? + 2;
    let end = text[start..].find("]\n")? + start + 1;
    serde_json::from_str(&text[start..end]).ok()
}

/// True if the text was once written by `lawbook install`.
fn is_changed(text: &str) -> bool {
    text.contains("`lawbook install ")
}

fn kept() -> KeptEntry {
    KeptEntry { line: 1, event: "all events".to_owned() }
}
