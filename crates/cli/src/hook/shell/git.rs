//! The effects of git's commands.

use super::{Extent, ShellReading};

/// The options of `git commit` that take a value in the same word or the next one.
const COMMIT_VALUES: &[char] = &['m', 'F', 'C', 'c', 't'];

/// The options of git itself that take a value in the next word.
const GLOBAL_VALUES: &[&str] = &["-C", "-c", "--git-dir", "--work-tree", "--namespace", "--config-env", "--exec-path"];

/// True if a text sets where git's hooks are, or what they run.
pub(super) fn is_about_hooks(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.contains("core.hookspath")
        || text.contains("core.worktree")
        || text.trim_start_matches(['\'', '"']).starts_with("hook.")
}

/// Reads the arguments of git.
pub(super) fn read(reading: &mut ShellReading, args: &[&str]) {
    let before = reading.folder.clone();
    let mut rest = args;
    while let Some((first, others)) = rest.split_first() {
        if !first.starts_with('-') {
            break;
        }
        if GLOBAL_VALUES.contains(first) {
            let value = others.first().copied().unwrap_or_default();
            match *first {
                "-c" | "--config-env" if is_about_hooks(value) => {
                    reading.bypass("it sets another folder for git's hooks");
                }
                "-C" => reading.change_folder(value),
                _ => {}
            }
            rest = others.get(1..).unwrap_or_default();
        } else {
            if first.strip_prefix("--config-env=").is_some_and(is_about_hooks) {
                reading.bypass("it sets another folder for git's hooks");
            }
            rest = others;
        }
    }
    if let Some((command, args)) = rest.split_first() {
        read_command(reading, command, args);
    }
    reading.folder = before;
}

fn read_command(reading: &mut ShellReading, command: &str, args: &[&str]) {
    // A long option may be cut, as long as no other one begins like that.
    let is_no_verify = |arg: &&str| arg.len() >= "--no-v".len() && "--no-verify".starts_with(*arg);
    let end = args.iter().position(|arg| *arg == "--").unwrap_or(args.len());
    let options = &args[..end];
    let paths = paths_of(args);
    match command {
        "commit" if leaves_out_hooks(options) => {
            reading.bypass("`git commit --no-verify` leaves out git's hooks");
        }
        "push" | "merge" | "rebase" | "am" | "pull" if options.iter().any(is_no_verify) => {
            reading.bypass(format!("`git {command} --no-verify` leaves out git's hooks"));
        }
        "config" => {
            if let Some(how) = config(args) {
                reading.bypass(how);
            }
        }
        "checkout" | "restore" => {
            let is_of_paths = command == "restore" || end < args.len();
            // Without `--` a word may be a branch; one that is no path writes nothing.
            let is_new_branch = options.iter().any(|arg| matches!(*arg, "-b" | "-B" | "--orphan"));
            if is_of_paths || !is_new_branch {
                reading.write_all(&paths, Extent::File);
            }
        }
        "rm" => {
            let extent = if options.contains(&"--cached") { Extent::File } else { Extent::Tree };
            reading.write_all(&paths, extent);
        }
        "mv" => {
            reading.write_all(&paths, Extent::Tree);
            if let Some((target, sources)) = paths.split_last() {
                for source in sources {
                    let name = source.rsplit('/').next().unwrap_or(source);
                    reading.write(&format!("{}/{name}", target.trim_end_matches('/')), Extent::InFolder);
                }
            }
        }
        "update-index"
            if options
                .iter()
                .any(|arg| matches!(*arg, "--assume-unchanged" | "--skip-worktree" | "--force-remove")) =>
        {
            reading.write_all(&paths, Extent::Tree);
        }
        _ => {}
    }
}

/// The words of a command that may be paths.
fn paths_of<'a>(args: &[&'a str]) -> Vec<&'a str> {
    let mut paths = Vec::new();
    let mut words = args.iter();
    while let Some(word) = words.next() {
        match *word {
            "--" => {
                paths.extend(words.by_ref().copied());
            }
            "-s" | "--source" | "-b" | "-B" | "--orphan" | "--pathspec-from-file" | "--conflict" => drop(words.next()),
            word if word.starts_with('-') => {}
            word => paths.push(word),
        }
    }
    paths
}

/// True if the options of `git commit` leave out hooks.
fn leaves_out_hooks(options: &[&str]) -> bool {
    let mut words = options.iter();
    while let Some(word) = words.next() {
        if let Some(long) = word.strip_prefix("--") {
            if word.len() >= "--no-v".len() && "--no-verify".starts_with(word) {
                return true;
            }
            let takes_value = matches!(
                long,
                "message"
                    | "file"
                    | "reuse-message"
                    | "reedit-message"
                    | "template"
                    | "author"
                    | "date"
                    | "fixup"
                    | "squash"
                    | "trailer"
                    | "cleanup"
            );
            if takes_value {
                words.next();
            }
        } else if let Some(short) = word.strip_prefix('-') {
            for (at, c) in short.char_indices() {
                if c == 'n' {
                    return true;
                }
                if c == 'S' || c == 'u' {
                    break;
                }
                if COMMIT_VALUES.contains(&c) {
                    if at + c.len_utf8() == short.len() {
                        words.next();
                    }
                    break;
                }
            }
        }
    }
    false
}

/// The way in which `git config` changes where git's hooks are; none if it only reads, or is about something else.
fn config(args: &[&str]) -> Option<String> {
    let options: Vec<&str> = args.iter().filter(|arg| arg.starts_with('-')).copied().collect();
    let words: Vec<&str> = args.iter().filter(|arg| !arg.starts_with('-')).copied().collect();
    let is_reading = options.iter().any(|arg| arg.starts_with("--get") || matches!(*arg, "-l" | "--list"))
        || matches!(words.first(), Some(&"get" | &"list"));
    let is_removing = options.iter().any(|arg| arg.starts_with("--unset") || arg.starts_with("--remove"))
        || matches!(words.first(), Some(&"unset" | &"remove-section" | &"rename-section"));
    let is_of_section = options.contains(&"--remove-section") || options.contains(&"--rename-section");
    if (is_of_section || is_removing) && words.iter().any(|word| matches!(*word, "core" | "hook")) {
        return Some("`git config` removes the section of git's hooks".to_owned());
    }
    let about = words.iter().position(|word| is_about_hooks(word) || matches!(*word, "hook"))?;
    let has_value = words.len() > about + 1;
    let is_setting = (is_removing || has_value) && !is_reading;
    is_setting.then(|| format!("`git config {}` changes git's hooks", words[about]))
}
