//! The reference of `lawbook.toml`: every key has an example, and every example gives what stands below it.

#![allow(clippy::unwrap_used)]
#![cfg(unix)]

mod support;

use std::collections::BTreeSet;
use std::env;
use std::path::Path;
use std::process::Command;

use lawbook_core::settings::Settings;
use support::Project;

const REFERENCE: &str = include_str!("../../../docs/configuration.md");

/// A heading with the blocks below it.
struct ReferenceSection {
    level: usize,
    title: &'static str,
    blocks: Vec<FencedBlock>,
}

/// A fenced block: the words behind the fence, and its lines.
struct FencedBlock {
    info: &'static str,
    text: String,
}

fn sections() -> Vec<ReferenceSection> {
    let mut sections: Vec<ReferenceSection> = Vec::new();
    let mut open: Option<(&str, FencedBlock)> = None;
    for line in REFERENCE.lines() {
        match &mut open {
            Some((fence, _)) if line == *fence => {
                sections.last_mut().unwrap().blocks.push(open.take().unwrap().1);
            }
            Some((_, block)) => block.text.extend([line, "\n"]),
            None if line.starts_with("```") || line.starts_with("~~~") => {
                open = Some((&line[..3], FencedBlock { info: &line[3..], text: String::new() }));
            }
            None if line.starts_with('#') => {
                let (signs, title) = line.split_once(' ').unwrap();
                sections.push(ReferenceSection { level: signs.len(), title, blocks: Vec::new() });
            }
            None => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    sections
}

/// The words between backticks.
fn quoted(title: &str) -> impl Iterator<Item = &str> {
    title.split('`').skip(1).step_by(2)
}

/// The keys that a table may have, as the reader lists them when it meets an unknown one.
fn accepted_keys(header: &str) -> BTreeSet<String> {
    let mistakes = Settings::parse("lawbook.toml", format!("{header}\nno-such-key = 1\n")).unwrap_err();
    let unknown = mistakes.iter().find(|mistake| mistake.message == "unknown key `no-such-key`").unwrap();
    unknown.expected.iter().cloned().collect()
}

#[test]
fn every_key_has_an_example_that_uses_it() {
    let mut missing = Vec::new();
    let tables = ["[files]", "[[overrides]]", "[law]", "[suppressions]", "[[suppressions.budgets]]", "[[protected]]"];
    let tables = tables.into_iter().chain([""]);
    for header in tables {
        // A budget is shown where its table is.
        let parent = header.replace("[[suppressions.budgets]]", "[suppressions]");
        let table_name = header.trim_matches(['[', ']']);
        let table_name = if header.is_empty() { String::new() } else { format!("{table_name}.") };
        for key in accepted_keys(header) {
            let mut table = "";
            let has_example = sections().iter().any(|section| {
                if section.level == 2 {
                    table = section.title;
                }
                let names_table = parent.is_empty() || quoted(table).any(|name| name == parent);
                let uses_key = section.blocks.iter().filter(|block| block.info.starts_with("toml")).any(|block| {
                    let mut open = "";
                    block.text.lines().any(|line| {
                        if line.starts_with('[') {
                            open = line;
                        }
                        let is_set = open == header && line.starts_with(&format!("{key} ="));
                        is_set || line.trim_matches(['[', ']']) == format!("{table_name}{key}")
                    })
                });
                names_table && uses_key && section.blocks.iter().any(|block| block.info == "console")
            });
            if !has_example {
                missing.push(format!("{header} {key}"));
            }
        }
    }
    assert_eq!(missing, [""; 0]);
}

#[test]
fn every_example_gives_what_stands_below_it() {
    let mut count = 0;
    for section in sections() {
        let mut project = Project::new();
        for block in section.blocks {
            match block.info.split_once(' ') {
                Some((_, path)) => project = project.file(path, &block.text),
                None if block.info == "toml" => project = project.file("lawbook.toml", &block.text),
                None => {
                    assert_eq!(block.info, "console", "{}", section.title);
                    check_console(&project, section.title, &block.text);
                    count += 1;
                }
            }
        }
    }
    assert!(count > 15, "{count}");
}

/// Runs the lines of a console that start with `$`, and compares what both streams give with the lines below.
#[track_caller]
fn check_console(project: &Project, title: &str, console: &str) {
    let commands = console.lines().filter_map(|line| line.strip_prefix("$ "));
    let shown = commands.map(|command| format!("$ {command}\n{}", output(project, command)));
    let found: String = shown.collect();
    assert!(found == console, "{title}\nexpected:\n{console}\nfound:\n{found}");
}

/// The output of a line of a shell, in the order of printing.
fn output(project: &Project, line: &str) -> String {
    let programs = Path::new(env!("CARGO_BIN_EXE_lawbook")).parent().unwrap();
    let path =
        env::join_paths([programs.to_owned()].into_iter().chain(env::split_paths(&env::var_os("PATH").unwrap())));
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{{ {line}\n}} 2>&1")]).current_dir(project.path(".")).env_clear();
    command.env("PATH", path.unwrap()).envs([
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_SYSTEM", "/dev/null"),
        ("GIT_AUTHOR_NAME", "A"),
        ("GIT_AUTHOR_EMAIL", "a@example.com"),
        ("GIT_COMMITTER_NAME", "A"),
        ("GIT_COMMITTER_EMAIL", "a@example.com"),
    ]);
    support::run(command, "").stdout
}
