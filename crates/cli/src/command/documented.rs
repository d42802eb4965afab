//! The commands that documents show are commands that there are.

#![allow(clippy::unwrap_used, reason = "a test that cannot read the project has failed")]

use std::fs;
use std::path::{Path, PathBuf};

use clap::CommandFactory as _;
use clap::error::ErrorKind;

use super::parse;
use crate::args::Cli;

/// The documents and scripts that show commands.
fn documents() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().parent().unwrap();
    let mut documents = vec![root.join("README.md"), root.join("CONTRIBUTING.md")];
    let mut folders = vec![root.join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                documents.push(path);
            }
        }
    }
    documents
}

/// The commands in a document: lines of blocks, and what stands between backticks.
fn commands(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut is_in_block = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") || line.starts_with("~~~") {
            is_in_block = !is_in_block;
        } else if is_in_block && line.trim_start_matches("$ ").starts_with("lawbook ") {
            found.push(line.trim_start_matches("$ "));
        } else if is_in_block {
            let begins = line.match_indices("lawbook ").map(|(at, _)| at);
            let mut begins = begins.filter(|at| line[..*at].ends_with([' ', '"', '(']) || *at == 0);
            // A line of output, and the name of the product in a sentence, have no word of a command behind it.
            found.extend(begins.find(|at| is_command(&line[*at..])).map(|at| {
                // A string of JSON ends with its quote.
                let end = line[..at].ends_with('"').then(|| line[at..].find('"')).flatten();
                &line[at..end.map_or(line.len(), |end| at + end)]
            }));
        } else {
            found.extend(line.split('`').skip(1).step_by(2).filter(|code| is_command(code)));
        }
    }
    found
}

/// True for a command that there is; a sentence that begins with the name of the program is none.
fn is_command(text: &str) -> bool {
    let mut words = text.split_whitespace();
    words.next() == Some("lawbook")
        && words.next().is_some_and(|word| Cli::command().get_subcommands().any(|command| command.get_name() == word))
}

/// The words of a command up to the end of it, as a shell reads them; none where one of them is a placeholder.
fn words(command: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    for c in command.chars() {
        let is_quoted = quote.is_some();
        match c {
            '"' | '\'' if !is_quoted => quote = Some(c),
            _ if quote == Some(c) => quote = None,
            '|' | ';' | '>' | '#' | '&' | ')' | ',' if !is_quoted => break,
            _ if c.is_whitespace() && !is_quoted => words.push(std::mem::take(&mut word)),
            _ => word.push(c),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    let is_placeholder = |word: &String| {
        let is_of_capitals = word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase() || c == '_' || c == '-');
        is_of_capitals && !word.starts_with('-') || word.contains(['…', '[', '<', '{'])
    };
    (!words.iter().any(is_placeholder)).then_some(words)
}

#[test]
fn every_command_in_a_document_is_one_that_there_is() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        for command in commands(&text) {
            let Some(words) = words(command) else { continue };
            count += 1;
            let args: Vec<_> = words.iter().map(Into::into).collect();
            // `lawbook hook` alone names the command.
            let is_name = |error: &clap::Error| error.kind() == ErrorKind::MissingRequiredArgument && words.len() == 2;
            if let Err(error) = parse(&args)
                && !is_name(&error)
            {
                let why = error.to_string();
                wrong.push(format!("{}: {command}\n  {}", document.display(), why.lines().next().unwrap_or_default()));
            }
        }
    }
    assert!(count > 60, "{count}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
