//! Modules in files of their own: which file declares one, and which of them are declared for tests only.

use memchr::memmem;

use crate::ir::{DeclaredModules, DeclaringFiles};
use crate::source::RelPath;

use super::strict::lexer::{Token, TokenKind, lex};

/// The names of files, without `.rs`, whose modules stand beside them.
const FOLDER_OWNERS: [&str; 3] = ["mod", "lib", "main"];

/// The folders above a file whose owners may declare it by its path.
const MAX_FOLDERS_ABOVE: usize = 6;

/// The bytes before a declaration in which its attributes are looked for.
const MAX_ATTRIBUTE_BYTES: usize = 1024;

/// The parts of a name before a `_` that may be the name of a file that declares it by its path.
const MAX_NAME_PARTS: usize = 3;

/// The files that may declare the file at a path as a module. A crate's own file is declared by none.
pub(super) fn declaring_files(path: &RelPath) -> DeclaringFiles {
    let mut found = DeclaringFiles::default();
    let (folder, name) = split(path.as_str());
    let Some(stem) = name.strip_suffix(".rs") else { return found };
    let holder = match stem {
        "lib" | "main" => return found,
        "mod" => match folder {
            None => return found,
            Some(folder) => split(folder).0,
        },
        _ => folder,
    };
    let file = |folder: Option<&str>, stem: &str| match folder {
        Some(folder) => RelPath::new(format!("{folder}/{stem}.rs")),
        None => RelPath::new(format!("{stem}.rs")),
    };
    found.owners.extend(FOLDER_OWNERS.map(|stem| file(holder, stem)));
    found.owners.extend(holder.map(|folder| RelPath::new(format!("{folder}.rs"))));
    if holder != folder {
        found.others.extend(FOLDER_OWNERS[1..].iter().map(|stem| file(folder, stem)));
    }
    let mut above = holder;
    for _ in 0..MAX_FOLDERS_ABOVE {
        let Some(folder) = above else { break };
        above = split(folder).0;
        found.others.extend(FOLDER_OWNERS.map(|stem| file(above, stem)));
    }
    let parts = stem.rmatch_indices('_').take(MAX_NAME_PARTS).filter(|(at, _)| *at > 0);
    found.others.extend(parts.map(|(at, _)| file(folder, &stem[..at])));
    found
}

/// The folder of a path, none at the top, and the name after it.
fn split(path: &str) -> (Option<&str>, &str) {
    path.rsplit_once('/').map_or((None, path), |(folder, name)| (Some(folder), name))
}

/// True if a text may declare modules for tests only: a `mod name;` with a condition about tests near before it, or
/// inside of braces, which may have one.
pub(super) fn may_declare_tests(text: &str) -> bool {
    let bytes = text.as_bytes();
    let has = |bytes: &[u8], word: &str| memmem::find(bytes, word.as_bytes()).is_some();
    if !has(bytes, "test") {
        return false;
    }
    let of_file = has(bytes, "![cfg");
    memmem::find_iter(bytes, "mod").any(|at| {
        let (before, after) = (&bytes[..at], &bytes[at + "mod".len()..]);
        if before.last().is_some_and(|byte| is_name_byte(*byte)) || !declares(after) {
            return false;
        }
        let line = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let is_inner = matches!(before.get(line), Some(b' ' | b'\t')) || before[line..].contains(&b'{');
        let near = &before[before.len().saturating_sub(MAX_ATTRIBUTE_BYTES)..];
        of_file || is_inner || (has(near, "cfg") && has(near, "test"))
    })
}

/// True if the bytes after `mod` are a name and a semicolon.
fn declares(after: &[u8]) -> bool {
    let name = after.trim_ascii_start();
    let rest = name.iter().position(|byte| !(is_name_byte(*byte) || *byte == b'#')).map_or(&[][..], |end| &name[end..]);
    name.len() < after.len() && rest.len() < name.len() && rest.trim_ascii_start().first() == Some(&b';')
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

/// The modules that the file at a path declares in other files.
pub(super) fn declared_modules(path: &RelPath, text: &str) -> DeclaredModules {
    let (folder, name) = split(path.as_str());
    let stem = name.strip_suffix(".rs").unwrap_or(name);
    let beside = folder.unwrap_or_default();
    let below = if FOLDER_OWNERS.contains(&stem) { beside.to_owned() } else { joined(beside, stem) };
    let from = if text.starts_with('\u{FEFF}') { 3 } else { 0 };
    // A first line `#!…` that is no attribute is for the shell.
    let code = &text[from..];
    let is_script = code.strip_prefix("#!").is_some_and(|after| !after.trim_start().starts_with('['));
    let from = from + if is_script { code.find('\n').unwrap_or(code.len()) } else { 0 };
    let (tokens, _) = lex(text, from as u32);
    let mut reader = ModuleReader { text, tokens: &tokens, at: 0, found: DeclaredModules::default() };
    reader.read(&below, beside);
    let mut found = reader.found;
    found.tests.sort_unstable();
    found.others.sort_unstable();
    found
}

/// Goes through the tokens of a file from module to module; what stands in other items is passed over.
struct ModuleReader<'t> {
    text: &'t str,
    tokens: &'t [Token],
    at: usize,
    found: DeclaredModules,
}

/// A module around the current token.
struct OpenModule {
    /// The index of its closing bracket.
    end: usize,
    /// The length of the path of the folder of its modules.
    folder: usize,
    is_test: bool,
}

/// The attributes above an item.
#[derive(Clone, Copy, Default)]
struct Attributes<'t> {
    is_test: bool,
    path: Option<&'t str>,
}

impl<'t> ModuleReader<'t> {
    /// Reads the whole text. Its modules stand in the folder `below`; paths in attributes start from `beside`.
    fn read(&mut self, below: &str, beside: &str) {
        let mut folder = below.to_owned();
        let mut open: Vec<OpenModule> = Vec::new();
        let mut attributes = Attributes::default();
        while let Some(token) = self.tokens.get(self.at).copied() {
            if open.last().is_some_and(|module| module.end == self.at) {
                let closed = open.pop().map_or(0, |module| module.folder);
                folder.truncate(closed);
                attributes = Attributes::default();
            } else if token.byte == b'#' && token.kind == TokenKind::Punct {
                let inner = self.byte(1) == b'!';
                let list = self.at + 1 + usize::from(inner);
                if self.tokens.get(list).is_some_and(|list| list.byte == b'[') {
                    let end = self.mate(list);
                    if !inner {
                        attributes.read(self, list + 1, end);
                    } else if self.is_test_condition(list + 1, end) {
                        match open.last_mut() {
                            Some(module) => module.is_test = true,
                            None => self.found.all_test = true,
                        }
                    }
                    self.at = end;
                }
            } else if self.word(0) == Some("pub") {
                if self.byte(1) == b'(' {
                    self.at = self.mate(self.at + 1);
                }
            } else if self.word(0) == Some("mod")
                && let Some(name) = self.word(1)
            {
                let name = name.strip_prefix("r#").unwrap_or(name);
                let is_test = attributes.is_test || open.last().is_some_and(|module| module.is_test);
                match self.byte(2) {
                    b';' => {
                        let of_path = attributes
                            .path
                            .and_then(|path| resolved(if open.is_empty() { beside } else { &folder }, path));
                        self.declare(name, &folder, of_path, is_test);
                        self.at += 2;
                    }
                    b'{' => {
                        open.push(OpenModule { end: self.mate(self.at + 2), folder: folder.len(), is_test });
                        folder = joined(&folder, attributes.path.unwrap_or(name));
                        self.at += 2;
                    }
                    _ => {}
                }
                attributes = Attributes::default();
            } else {
                attributes = Attributes::default();
                if token.kind == TokenKind::Open {
                    self.at = self.mate(self.at);
                }
            }
            self.at += 1;
        }
    }

    fn declare(&mut self, name: &str, folder: &str, of_path: Option<String>, is_test: bool) {
        let found = if is_test { &mut self.found.tests } else { &mut self.found.others };
        match of_path {
            Some(path) => found.push(RelPath::new(path)),
            None => found.extend(
                [format!("{name}.rs"), format!("{name}/mod.rs")].map(|file| RelPath::new(joined(folder, &file))),
            ),
        }
    }

    /// The first byte of the token so many places ahead.
    fn byte(&self, ahead: usize) -> u8 {
        self.tokens.get(self.at + ahead).map_or(0, |token| token.byte)
    }

    /// The word so many places ahead.
    fn word(&self, ahead: usize) -> Option<&'t str> {
        self.word_at(self.at + ahead)
    }

    fn word_at(&self, at: usize) -> Option<&'t str> {
        let token = self.tokens.get(at).filter(|token| token.kind == TokenKind::Ident)?;
        self.text.get(token.start as usize..token.end as usize)
    }

    /// The index of the partner of the bracket at an index, or the index itself.
    fn mate(&self, at: usize) -> usize {
        self.tokens.get(at).map_or(at, |token| (token.mate as usize).max(at))
    }

    /// True if the tokens of an attribute are a `cfg` that holds only in tests.
    fn is_test_condition(&self, first: usize, end: usize) -> bool {
        if self.word_at(first) != Some("cfg") {
            return false;
        }
        let mut at = first + 2;
        while at < end {
            if self.word_at(at) == Some("test") && self.tokens.get(at + 1).is_none_or(|next| next.byte != b'=') {
                return true;
            }
            let next = self.tokens.get(at + 1).is_some_and(|next| next.byte == b'(');
            // The parts of `all(…)` are looked at as they come, those of other conditions are not.
            at += match self.word_at(at) {
                Some("all") if next => 2,
                Some(_) if next => self.mate(at + 1) + 1 - at,
                _ => 1,
            };
        }
        false
    }
}

impl<'t> Attributes<'t> {
    /// Takes in the attribute whose tokens stand from `first` to `end`.
    fn read(&mut self, reader: &ModuleReader<'t>, first: usize, end: usize) {
        self.is_test |= reader.is_test_condition(first, end);
        if reader.word_at(first) == Some("path")
            && let Some(value) = reader.tokens.get(first + 2).filter(|_| first + 2 < end)
        {
            let text = reader.text.get(value.start as usize..value.end as usize).unwrap_or_default();
            self.path = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        }
    }
}

/// A path below a folder.
fn joined(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}

/// The path of `path` from a folder, with `.` and `..` resolved; none if it lies outside of the root.
fn resolved(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    if path.starts_with('/') {
        return None;
    }
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The modules that a file declares: those for tests, and behind `|` all others.
    #[track_caller]
    fn check_declared(path: &str, text: &str, expected: &str) {
        let found = declared_modules(&RelPath::new(path), text);
        assert!(may_declare_tests(text) || (found.tests.is_empty() && !found.all_test), "{text}");
        let list = |paths: &[RelPath]| {
            let files = paths.iter().filter(|path| !path.as_str().ends_with("/mod.rs"));
            files.map(RelPath::as_str).collect::<Vec<_>>().join(" ")
        };
        let all = if found.all_test { "all: " } else { "" };
        assert_eq!(format!("{all}{}|{}", list(&found.tests), list(&found.others)), expected, "{text}");
    }

    #[test]
    fn modules_stand_below_the_file_that_declares_them() {
        check_declared("src/a.rs", "mod b; pub(crate) mod c; mod d { mod e; }", "|src/a/b.rs src/a/c.rs src/a/d/e.rs");
        check_declared("src/lib.rs", "#[cfg(test)] mod b;", "src/b.rs|");
        check_declared("src/a/mod.rs", "#[cfg(test)]\npub(in a::b)\nmod r#type;", "src/a/type.rs|");
        check_declared("lib.rs", "#[path = \"x/../y/z.rs\"] #[cfg(test)] mod b;", "y/z.rs|");
        check_declared("src/a.rs", "#[cfg(test)] #[path = \"a_checks.rs\"] mod b;", "src/a_checks.rs|");
        check_declared("a.rs", "#[path = \"../b.rs\"] mod b;", "|a/b.rs");
        let found = declared_modules(&RelPath::new("src/lib.rs"), "mod b;");
        assert_eq!(found.others, ["src/b.rs", "src/b/mod.rs"].map(RelPath::new));
    }

    #[test]
    fn a_module_is_for_tests_if_its_condition_requires_them() {
        check_declared("lib.rs", "#[cfg(all(unix, test))] mod a; #[cfg(not(test))] mod b;", "a.rs|b.rs");
        check_declared("lib.rs", "#[cfg(any(test, unix))] mod a; #[cfg(feature = \"test\")] mod b;", "|a.rs b.rs");
        check_declared("lib.rs", "#[cfg(all(not(test), unix))] mod a; #[cfg(all(a, all(test)))] mod b;", "b.rs|a.rs");
        check_declared("lib.rs", "#[cfg(test)] use x; mod a; #[cfg(test)] fn f() {} mod b;", "|a.rs b.rs");
        check_declared("lib.rs", "#[cfg(test)] mod a { mod b; pub mod c { mod d; } } mod e;", "a/b.rs a/c/d.rs|e.rs");
        check_declared("lib.rs", "mod a { #![cfg(test)] mod b; } mod c;", "a/b.rs|c.rs");
        check_declared("lib.rs", "#![cfg(test)] mod a;", "all: |a.rs");
    }

    #[test]
    fn text_that_is_no_declaration_declares_nothing() {
        check_declared("lib.rs", "// mod a;\nconst B: &str = \"mod b;\"; fn c() { mod d; } m! { mod e; }", "|");
        check_declared("lib.rs", "#!/usr/bin/env run\n#[cfg(test)] // note\n/* mod x; */ mod a;", "a.rs|");
        check_declared("lib.rs", "mod", "|");
        check_declared("lib.rs", "#[path] #[path = ] mod a; } mod b {", "|a.rs");
    }

    #[test]
    fn a_text_is_read_if_a_condition_stands_near_a_declaration() {
        let far = format!("#[cfg(test)] use a;\n{}mod b;", "use c;\n".repeat(200));
        for (text, expected) in [
            ("#[cfg(test)]\nmod a;", true),
            ("#[cfg(test)] mod a { fn b() {} }\nmod\n    c ;", true),
            ("mod a; #[cfg(test)] mod b { fn c() {} }", false),
            ("// test\nmod a;", false),
            ("// test\nm! {\n    mod a;\n}", true),
            ("#![cfg(test)]\nfn a() {} mod b;", true),
            ("modest; #[cfg(test)] fn a() {}", false),
            ("#[cfg(unix)] mod a;", false),
            (far.as_str(), false),
        ] {
            assert_eq!(may_declare_tests(text), expected, "{text}");
        }
    }

    /// The files that may declare a file.
    #[track_caller]
    fn check_declaring(path: &str, owners: &[&str], others: &[&str]) {
        let found = declaring_files(&RelPath::new(path));
        let list = |paths: &[RelPath]| paths.iter().map(|path| path.as_str().to_owned()).collect::<Vec<_>>();
        assert_eq!(
            (list(&found.owners), list(&found.others)),
            (
                owners.iter().map(|path| (*path).to_owned()).collect(),
                others.iter().map(|path| (*path).to_owned()).collect(),
            ),
            "{path}"
        );
    }

    #[test]
    fn the_owners_of_a_file_stand_in_its_folder_and_beside_it() {
        let above = ["mod.rs", "lib.rs", "main.rs"];
        check_declaring("a/b.rs", &["a/mod.rs", "a/lib.rs", "a/main.rs", "a.rs"], &above);
        check_declaring("a/mod.rs", &above, &["a/lib.rs", "a/main.rs"]);
        check_declaring("b_c_d.rs", &above, &["b_c.rs", "b.rs"]);
        check_declaring("mod.rs", &[], &[]);
        check_declaring("a/lib.rs", &[], &[]);
    }
}
