//! The effects of a command line on files and on the hooks, as far as its text shows them.
//!
//! It is read as a person reads it, not run: a name in a variable stays unknown. What is missed here is found by the check
//! at the end of the turn, so what is unclear passes.

mod git;
mod scripts;
mod words;

use std::collections::BTreeSet;

use words::{SimpleCommand, assignment, commands};

/// The effects of a command line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Effects {
    /// The paths that it writes, moves or deletes, as they are written, each with the folder that the commands before it have
    /// changed to.
    pub(crate) writes: BTreeSet<Written>,
    /// The ways in which it goes around the hooks or accepts findings, as clauses: "`--no-verify` leaves out git's hooks".
    pub(crate) bypasses: BTreeSet<String>,
}

/// A path that a command line writes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Written {
    /// The folder that `cd` has changed to; empty if there was none.
    pub(crate) folder: String,
    /// The path as it is written; it may hold wildcards.
    pub(crate) path: String,
    pub(crate) extent: Extent,
}

/// The files that a command line writes at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Extent {
    /// The file.
    File,
    /// The file, or the folder with all that is below it.
    Tree,
    /// The file, if the path without its last part is a folder.
    InFolder,
}

/// Programs that run the command behind them.
const WRAPPERS: &[&str] = &[
    "sudo", "doas", "env", "command", "exec", "nohup", "nice", "ionice", "time", "timeout", "stdbuf", "setsid",
    "xargs", "builtin", "npx", "pnpx", "bunx", "uvx",
];

/// Managers of packages that run a program of a package: `pnpm exec lawbook`.
const RUNNERS: &[&str] = &["npm", "pnpm", "yarn", "bun", "uv", "poetry", "mise", "hatch", "rye"];

/// Shells, whose `-c` is a command line.
const SHELLS: &[&str] = &["sh", "bash", "zsh", "dash", "ksh", "fish"];

/// The effects of a command line.
pub(crate) fn effects(text: &str) -> Effects {
    let mut reading = ShellReading::default();
    reading.read(text, 0);
    reading.effects
}

/// The most command lines in command lines that are read.
const MAX_DEPTH: usize = 6;

/// The most bytes of the path of a folder, which is kept with each path that is written there. Systems take none that is
/// longer.
const MAX_FOLDER_BYTES: usize = 4096;

/// A folder of which nothing is known.
const UNKNOWN_FOLDER: &str = "~";

/// The most folders, and the most names, of one `find` that are read: each name may be in each folder.
const MAX_FIND_WORDS: usize = 64;

#[derive(Default)]
struct ShellReading {
    effects: Effects,
    folder: String,
    depth: usize,
}

impl ShellReading {
    fn read(&mut self, text: &str, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        for command in commands(text) {
            self.depth = depth;
            self.command(&command);
        }
    }

    fn write(&mut self, path: &str, extent: Extent) {
        let is_path = !path.is_empty() && !path.starts_with('-') && path != "/dev/null";
        if is_path {
            for path in alternatives(path) {
                self.effects.writes.insert(Written { folder: self.folder.clone(), path, extent });
            }
        }
    }

    fn write_all(&mut self, paths: &[&str], extent: Extent) {
        for path in paths {
            self.write(path, extent);
        }
    }

    fn bypass(&mut self, how: impl Into<String>) {
        self.effects.bypasses.insert(how.into());
    }

    fn command(&mut self, command: &SimpleCommand) {
        for path in &command.writes {
            self.write(path, Extent::File);
        }
        let (variables, words) = unwrapped(command);
        let name = words.first().map_or("", |word| program(word));
        for (variable, value) in &variables {
            self.variable(variable, value, name);
        }
        let Some((_, args)) = words.split_first() else { return };
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        match name {
            "cd" | "pushd" => self.change_folder(args.first().copied().unwrap_or(UNKNOWN_FOLDER)),
            "export" | "declare" | "typeset" | "setenv" => {
                for (variable, value) in args.iter().filter_map(|arg| assignment(arg)) {
                    self.variable(variable, value, "");
                }
            }
            "git" => git::read(self, &args),
            "lawbook" => self.lawbook(&args),
            "cargo" => {
                if let Some(at) = args.iter().position(|arg| *arg == "--").filter(|_| args.first() == Some(&"run")) {
                    self.lawbook(&args[at + 1..]);
                }
            }
            "pre-commit" | "prek" | "lefthook" | "husky" if args.first() == Some(&"uninstall") => {
                self.bypass(format!("`{name} uninstall` removes git's hooks"));
            }
            "eval" => self.read(&args.join(" "), self.depth + 1),
            name if SHELLS.contains(&name) => self.shell(&args, command),
            name => {
                self.files(name, &args);
                scripts::read(self, name, &args, &command.documents);
            }
        }
    }

    fn change_folder(&mut self, to: &str) {
        if to.starts_with(['/', '~']) || self.folder.is_empty() {
            to.clone_into(&mut self.folder);
        } else if self.folder.len() + to.len() < MAX_FOLDER_BYTES {
            self.folder = format!("{}/{to}", self.folder);
        } else {
            UNKNOWN_FOLDER.clone_into(&mut self.folder);
        }
    }

    /// Reads the command line of a shell, or its script on standard input.
    fn shell(&mut self, args: &[&str], command: &SimpleCommand) {
        let folder = self.folder.clone();
        let depth = self.depth + 1;
        let is_command = |arg: &&&str| arg.starts_with('-') && !arg.starts_with("--") && arg.ends_with('c');
        if let Some(at) = args.iter().position(|arg| is_command(&arg)) {
            self.read(args.get(at + 1).copied().unwrap_or_default(), depth);
        }
        for document in &command.documents {
            self.read(document, depth);
        }
        self.folder = folder;
    }

    /// Variables that go around the hooks.
    fn variable(&mut self, name: &str, value: &str, program: &str) {
        let is_off = matches!(value, "0" | "false");
        let is_of_commit = matches!(program, "git" | "pre-commit" | "prek" | "lefthook" | "");
        match name {
            "LAWBOOK_ACCEPT_LAW" => self.bypass("`LAWBOOK_ACCEPT_LAW` accepts a weakened law"),
            "HUSKY" | "LEFTHOOK" | "HK" if is_off && is_of_commit => {
                self.bypass(format!("`{name}={value}` leaves out git's hooks"));
            }
            "HUSKY_SKIP_HOOKS" | "SKIP_SIMPLE_GIT_HOOKS" if !is_off && is_of_commit => {
                self.bypass(format!("`{name}` leaves out git's hooks"));
            }
            "SKIP" if is_of_commit && (!program.is_empty() || value.contains("lawbook")) && !value.is_empty() => {
                self.bypass("`SKIP` leaves out git's hooks");
            }
            "LEFTHOOK_EXCLUDE" | "PREK_SKIP" | "HK_SKIP_HOOK" if is_of_commit => {
                self.bypass(format!("`{name}` leaves out git's hooks"));
            }
            name if name.starts_with("GIT_CONFIG_") && git::is_about_hooks(value) => {
                self.bypass("it sets another folder for git's hooks");
            }
            _ => {}
        }
    }

    fn lawbook(&mut self, args: &[&str]) {
        if args.iter().any(|arg| matches!(*arg, "--help" | "-h")) {
            return;
        }
        if args.iter().any(|arg| *arg == "--accept-law" || arg.starts_with("--accept-law=")) {
            self.bypass("`--accept-law` accepts a weakened law");
        }
        let words: Vec<&str> = args.iter().copied().filter(|arg| !arg.starts_with('-')).collect();
        // An option before the command may have a value.
        if words.iter().take(2).any(|word| *word == "uninstall") {
            self.bypass("`lawbook uninstall` removes the hooks");
        }
        if words.windows(2).take(2).any(|pair| pair == ["baseline", "create"]) {
            self.bypass("`lawbook baseline create` accepts the present findings");
        }
        if words.iter().take(2).any(|word| *word == "init") && args.contains(&"--baseline") {
            self.bypass("`lawbook init --baseline` accepts the present findings");
        }
    }

    /// Programs that write the files that they are given.
    fn files(&mut self, name: &str, args: &[&str]) {
        let plain: Vec<&str> = plain_args(args);
        let has = |long: &str, short: char| has_option(args, long, short);
        match name {
            "tee" | "sponge" | "truncate" | "touch" | "unlink" | "chmod" | "chown" | "chattr" | "ed" | "ex" | "vi"
            | "vim" | "nvim" => {
                self.write_all(&plain, Extent::File);
            }
            "rm" | "rmdir" | "shred" | "trash" | "Remove-Item" | "del" => {
                let is_tree = has("recursive", 'r') || has("recursive", 'R') || name == "trash";
                let extent = if is_tree { Extent::Tree } else { Extent::File };
                self.write_all(&plain, extent);
            }
            "mv" | "move" | "rename" | "Move-Item" => {
                self.write_all(&plain, Extent::Tree);
                self.destination(&plain, args);
            }
            "cp" | "install" | "ln" | "rsync" | "scp" | "copy" | "Copy-Item" => self.destination(&plain, args),
            "sed" | "gsed" if has("in-place", 'i') || args.iter().any(|arg| arg.starts_with("--in-place")) => {
                self.write_all(&plain, Extent::File);
            }
            "perl" | "ruby" if args.iter().any(|arg| is_cluster_with(arg, 'i')) => {
                self.write_all(&plain, Extent::File);
            }
            "awk" | "gawk" if args.windows(2).any(|pair| pair == ["-i", "inplace"]) => {
                self.write_all(&plain, Extent::File);
            }
            "dd" => {
                for path in args.iter().filter_map(|arg| arg.strip_prefix("of=")) {
                    self.write(path, Extent::File);
                }
            }
            "curl" | "wget" => {
                for pair in
                    args.windows(2).filter(|pair| matches!(pair[0], "-o" | "-O" | "--output" | "--output-document"))
                {
                    self.write(pair[1], Extent::File);
                }
            }
            "find" => {
                let is_deleting = args.contains(&"-delete")
                    || args
                        .windows(2)
                        .any(|pair| matches!(pair[0], "-exec" | "-execdir") && matches!(pair[1], "rm" | "mv" | "sed"));
                let folders = args.iter().take_while(|arg| !arg.starts_with(['-', '(', '!'])).take(MAX_FIND_WORDS);
                // A name limits what is deleted.
                let named =
                    args.windows(2).filter(|pair| matches!(pair[0], "-name" | "-path" | "-iname" | "-wholename"));
                let named: Vec<&str> = named.map(|pair| pair[1]).take(MAX_FIND_WORDS).collect();
                if is_deleting {
                    for folder in folders {
                        match named.as_slice() {
                            [] => self.write(folder, Extent::Tree),
                            names => {
                                for name in names {
                                    // The file may be in any folder below.
                                    self.write(&format!("{folder}/**/{name}"), Extent::File);
                                }
                            }
                        }
                    }
                }
            }
            "patch" => {
                self.write_all(&plain[..plain.len().min(1)], Extent::File);
            }
            "Set-Content" | "Add-Content" | "Out-File" | "Clear-Content" => {
                let named = args.windows(2).find(|pair| matches!(pair[0], "-Path" | "-FilePath" | "-LiteralPath"));
                let path = named.map(|pair| pair[1]).or_else(|| plain.first().copied());
                if let Some(path) = path {
                    self.write(path, Extent::File);
                }
            }
            _ => {}
        }
    }

    /// The file, or the files in the folder, that a copy or a move writes.
    fn destination(&mut self, plain: &[&str], args: &[&str]) {
        let named = args.windows(2).find(|pair| matches!(pair[0], "-t" | "--target-directory")).map(|pair| pair[1]);
        let named = named.or_else(|| args.iter().find_map(|arg| arg.strip_prefix("--target-directory=")));
        let (target, sources) = match (named, plain.split_last()) {
            (Some(named), _) => (named, plain),
            (None, Some((last, sources))) => (*last, sources),
            (None, None) => return,
        };
        self.write(target, Extent::File);
        for source in sources {
            let name = source.trim_end_matches('/').rsplit('/').next().unwrap_or(source);
            self.write(&format!("{}/{name}", target.trim_end_matches('/')), Extent::InFolder);
        }
    }
}

/// The words that one with alternatives stands for: `a.b` and `a.c` of `a.{b,c}`.
fn alternatives(word: &str) -> Vec<String> {
    let parts = word.split_once('{').and_then(|(before, rest)| {
        let (inside, after) = rest.split_once('}')?;
        (inside.contains(',') && !inside.contains('{') && !before.ends_with('$')).then_some((before, inside, after))
    });
    let Some((before, inside, after)) = parts else { return vec![word.to_owned()] };
    inside.split(',').map(|part| format!("{before}{part}{after}")).collect()
}

/// The variables and words of a command without the programs that only run it.
fn unwrapped(command: &SimpleCommand) -> (Vec<(String, String)>, &[String]) {
    let mut variables = command.variables.clone();
    let mut words = command.words.as_slice();
    while let Some((first, rest)) = words.split_first() {
        let name = program(first);
        if RUNNERS.contains(&name) {
            let is_of_runner = |word: &String| word.starts_with('-') || matches!(&**word, "exec" | "run" | "x" | "dlx");
            let at = rest.iter().position(|word| !is_of_runner(word)).unwrap_or(rest.len());
            if rest[at..].first().is_some_and(|word| program(word) == "lawbook") {
                words = &rest[at..];
            }
            break;
        }
        if !WRAPPERS.contains(&name) {
            break;
        }
        words = rest;
        while let Some((word, rest)) = words.split_first() {
            let takes_value =
                word == "-u" && name == "env" || matches!(&**word, "-n" | "-I" | "-P" | "-L") && name == "xargs";
            if let Some((variable, value)) = assignment(word).filter(|_| name == "env") {
                variables.push((variable.to_owned(), value.to_owned()));
            } else if !(takes_value || word.starts_with('-') || word.starts_with(|c: char| c.is_ascii_digit())) {
                break;
            }
            words = if takes_value { rest.get(1..).unwrap_or_default() } else { rest };
        }
    }
    (variables, words)
}

/// The name of a program without its folder and its ending.
fn program(word: &str) -> &str {
    let name = word.rsplit(['/', '\\']).next().unwrap_or(word);
    name.strip_suffix(".exe").unwrap_or(name)
}

/// The arguments that are no options. Behind `--` all are plain.
fn plain_args<'a>(args: &[&'a str]) -> Vec<&'a str> {
    let end = args.iter().position(|arg| *arg == "--").unwrap_or(args.len());
    let before = args[..end].iter().filter(|arg| !arg.starts_with('-'));
    before.chain(args.iter().skip(end + 1)).copied().collect()
}

/// True if an option is given, in its long form or among short ones.
fn has_option(args: &[&str], long: &str, short: char) -> bool {
    args.iter().any(|arg| arg.strip_prefix("--") == Some(long) || is_cluster_with(arg, short))
}

/// True for short options, written together, that hold one.
fn is_cluster_with(arg: &str, short: char) -> bool {
    arg.strip_prefix('-').is_some_and(|options| !options.starts_with('-') && options.contains(short))
}

#[cfg(test)]
mod tests;
