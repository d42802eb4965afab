//! The paths that one source file names, read from its tokens, so that those in macros are read too.
//!
//! `crate::…`, `self::…`, `super::…` and paths that start at a module declared beside them are resolved; other paths
//! lead out of the crate or to something imported. Items under `#[cfg(test)]` are read only for the files that they
//! declare. Doc comments are no code.

use std::collections::BTreeSet;
use std::str::FromStr;

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};

/// The names of the modules around and of a module, the outermost first; empty for the root of the crate.
pub(super) type ModulePath = Vec<String>;

/// The imports of a source file.
#[derive(Debug, Default)]
pub(super) struct FileImports {
    /// The modules whose text is in files of their own.
    pub children: Vec<ChildModule>,
    /// The paths that code names.
    pub references: Vec<FileReference>,
    /// The number of lines with code.
    pub code_lines: usize,
}

/// A `mod name;`.
#[derive(Debug)]
pub(super) struct ChildModule {
    pub path: ModulePath,
    pub line: usize,
    pub is_test: bool,
}

/// A path of the crate, and the line that names it.
#[derive(Debug)]
pub(super) struct FileReference {
    /// The path from the root of the crate on.
    pub to: Vec<String>,
    pub line: usize,
}

/// Reads the file that is the module; all of it is test code if `is_test`.
pub(super) fn read(text: &str, module: &[String], is_test: bool) -> Result<FileImports, String> {
    let tokens = TokenStream::from_str(text).map_err(|error| {
        let at = error.span().start();
        format!("{}:{}: {error}", at.line, at.column + 1)
    })?;
    let mut reader = TokenReader {
        module: module.to_vec(),
        siblings: BTreeSet::new(),
        is_test,
        lines: BTreeSet::new(),
        found: FileImports::default(),
    };
    reader.module_body(tokens);
    Ok(FileImports { code_lines: reader.lines.len(), ..reader.found })
}

struct TokenReader {
    module: ModulePath,
    /// The modules that the current one declares.
    siblings: BTreeSet<String>,
    is_test: bool,
    /// The lines with code.
    lines: BTreeSet<usize>,
    found: FileImports,
}

impl TokenReader {
    fn module_body(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let declared = tokens.windows(2).filter(|pair| is_word(&pair[0], "mod")).filter_map(|pair| word(&pair[1]));
        let outer = (std::mem::replace(&mut self.siblings, declared.collect()), self.is_test);
        self.tokens(&tokens);
        (self.siblings, self.is_test) = outer;
    }

    fn tokens(&mut self, tokens: &[TokenTree]) {
        let mut at = 0;
        while at < tokens.len() {
            at = self
                .attributes(tokens, at)
                .or_else(|| self.child(tokens, at))
                .or_else(|| self.path(tokens, at))
                .unwrap_or_else(|| {
                    self.plain(&tokens[at]);
                    at + 1
                });
        }
    }

    /// Reads attributes, with the item below them if it is test code; returns the token after them.
    fn attributes(&mut self, tokens: &[TokenTree], start: usize) -> Option<usize> {
        let mut at = start;
        let mut attributes = Vec::new();
        let is_inner = tokens.get(start + 1).is_some_and(|token| is_punct(token, '!'));
        while let Some((attribute, next)) = attribute(tokens, at, is_inner) {
            at = next;
            attributes.push(attribute);
        }
        let is_test = attributes.iter().any(|attribute| marks_test(attribute));
        if let Some(end) = item_end(tokens, at).filter(|_| is_test && !is_inner) {
            let outer = std::mem::replace(&mut self.is_test, true);
            self.tokens(&tokens[at..end]);
            self.is_test = outer;
            return Some(end);
        }
        // An inner attribute is for all that follows in the module.
        self.is_test |= is_test && is_inner;
        for attribute in
            attributes.iter().filter(|attribute| !attribute.first().is_some_and(|name| is_word(name, "doc")))
        {
            self.tokens(attribute);
            self.written_paths(attribute);
        }
        (at > start).then_some(at)
    }

    /// Reads paths in string literals of an attribute, such as `#[serde(with = "crate::…")]`.
    fn written_paths(&mut self, tokens: &[TokenTree]) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.written_paths(&content(group)),
                TokenTree::Literal(literal) => {
                    let text = literal.to_string();
                    let path = text.trim_matches('"');
                    if path.starts_with("crate::") {
                        let path = path.split("::").map(str::to_owned).collect();
                        self.reference(path, literal.span().start().line);
                    }
                }
                TokenTree::Ident(_) | TokenTree::Punct(_) => {}
            }
        }
    }

    /// Reads `mod name;` or `mod name { … }`.
    fn child(&mut self, tokens: &[TokenTree], at: usize) -> Option<usize> {
        let [keyword, name, body, ..] = tokens.get(at..)? else { return None };
        let name = word(name).filter(|_| is_word(keyword, "mod"))?;
        let line = keyword.span().start().line;
        match body {
            TokenTree::Group(body) if body.delimiter() == Delimiter::Brace => {
                self.module.push(name);
                self.module_body(body.stream());
                self.module.pop();
            }
            TokenTree::Punct(end) if end.as_char() == ';' => {
                let path = self.module.iter().cloned().chain([name]).collect();
                self.found.children.push(ChildModule { path, line, is_test: self.is_test });
            }
            _ => return None,
        }
        self.line_of(keyword);
        self.line_of(body);
        Some(at + 3)
    }

    /// Reads a path that starts at a token, with everything in its braces; returns the token after it.
    fn path(&mut self, tokens: &[TokenTree], at: usize) -> Option<usize> {
        let start = word(&tokens[at])?;
        let is_start = matches!(&*start, "crate" | "self" | "super") || self.siblings.contains(&start);
        let goes_on = at.checked_sub(2).is_some_and(|before| is_separator(tokens, before));
        if !is_start || goes_on || !is_separator(tokens, at + 1) {
            return None;
        }
        let mut leaves = Vec::new();
        let end = leaves_of(tokens, at, &[], &mut leaves);
        for (path, line) in leaves {
            self.reference(path, line);
        }
        for token in &tokens[at..end] {
            self.lines_of(token);
        }
        Some(end)
    }

    fn reference(&mut self, path: Vec<String>, line: usize) {
        let mut path = path.into_iter().peekable();
        let mut to = self.module.clone();
        if path.next_if(|word| word == "crate").is_some() {
            to.clear();
        }
        while let Some(word) = path.next_if(|word| word == "self" || word == "super") {
            if word == "super" {
                to.pop();
            }
        }
        if !self.is_test {
            self.found.references.push(FileReference { to: to.into_iter().chain(path).collect(), line });
        }
    }

    /// Reads a token that begins no attribute, module or path.
    fn plain(&mut self, token: &TokenTree) {
        self.line_of(token);
        if let TokenTree::Group(group) = token {
            self.tokens(&content(group));
        }
    }

    /// Counts the lines on which a token starts and ends.
    fn line_of(&mut self, token: &TokenTree) {
        if !self.is_test {
            match token {
                TokenTree::Literal(_) => self.lines.extend(token.span().start().line..=token.span().end().line),
                _ => self.lines.extend([token.span().start().line, token.span().end().line]),
            }
        }
    }

    /// Counts the lines of a token and of everything in it.
    fn lines_of(&mut self, token: &TokenTree) {
        self.line_of(token);
        if let TokenTree::Group(group) = token {
            for token in content(group) {
                self.lines_of(&token);
            }
        }
    }
}

/// Reads the path at a token, or the paths if it ends in braces; returns the token after it.
fn leaves_of(tokens: &[TokenTree], start: usize, prefix: &[String], leaves: &mut Vec<(Vec<String>, usize)>) -> usize {
    let mut path = prefix.to_vec();
    let mut at = start;
    let mut line = 0;
    loop {
        match tokens.get(at) {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                for part in content(group).split(|token| is_punct(token, ',')).filter(|part| !part.is_empty()) {
                    leaves_of(part, 0, &path, leaves);
                }
                return at + 1;
            }
            Some(token) => {
                line = token.span().start().line;
                match word(token) {
                    Some(word) if word == "self" && !path.is_empty() => {}
                    Some(word) => path.push(word),
                    None if is_punct(token, '*') => {}
                    // The types of a generic call, `::<`.
                    None => break,
                }
                at += 1;
            }
            None => break,
        }
        if !is_separator(tokens, at) {
            break;
        }
        at += 2;
    }
    leaves.push((path, line));
    at
}

/// The content of the attribute at a token, and the token after it.
fn attribute(tokens: &[TokenTree], start: usize, is_inner: bool) -> Option<(Vec<TokenTree>, usize)> {
    tokens.get(start).filter(|token| is_punct(token, '#'))?;
    let at = start + 1 + usize::from(is_inner);
    match tokens.get(at)? {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => Some((content(group), at + 1)),
        _ => None,
    }
}

/// True for `#[test]`, and for a `#[cfg(…)]` that holds in tests only.
fn marks_test(attribute: &[TokenTree]) -> bool {
    match attribute {
        [name] => is_word(name, "test"),
        [name, TokenTree::Group(condition)] if is_word(name, "cfg") => holds_in_tests_only(&content(condition)),
        _ => false,
    }
}

fn holds_in_tests_only(condition: &[TokenTree]) -> bool {
    match condition {
        [name] => is_word(name, "test"),
        [name, TokenTree::Group(parts)] => {
            let parts = content(parts);
            let mut parts = parts.split(|token| is_punct(token, ',')).filter(|part| !part.is_empty());
            (is_word(name, "all") && parts.any(holds_in_tests_only))
                || (is_word(name, "any") && parts.all(holds_in_tests_only))
        }
        _ => false,
    }
}

/// The token after the item at a token; none if it is no item but, for example, a field.
fn item_end(tokens: &[TokenTree], start: usize) -> Option<usize> {
    const BEFORE: &[&str] = &["pub", "default", "unsafe", "async", "extern"];
    let rest = tokens.get(start..)?;
    let mut words = rest.iter().filter_map(word).skip_while(|word| BEFORE.contains(&&**word));
    let ends_at_brace = match &*words.next()? {
        "const" => matches!(&*words.next()?, "fn" | "unsafe" | "async" | "extern"),
        "use" | "static" | "type" | "let" => false,
        "fn" | "impl" | "trait" | "struct" | "enum" | "union" | "mod" | "macro_rules" => true,
        _ => return None,
    };
    let is_end = |token: &TokenTree| match token {
        TokenTree::Group(group) => ends_at_brace && group.delimiter() == Delimiter::Brace,
        token => is_punct(token, ';'),
    };
    Some(start + rest.iter().position(is_end)? + 1)
}

fn content(group: &Group) -> Vec<TokenTree> {
    group.stream().into_iter().collect()
}

fn word(token: &TokenTree) -> Option<String> {
    match token {
        TokenTree::Ident(word) => Some(word.to_string().trim_start_matches("r#").to_owned()),
        _ => None,
    }
}

fn is_word(token: &TokenTree, expected: &str) -> bool {
    matches!(token, TokenTree::Ident(word) if word == expected)
}

fn is_punct(token: &TokenTree, expected: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == expected)
}

fn is_separator(tokens: &[TokenTree], at: usize) -> bool {
    match tokens.get(at..at + 2) {
        Some([TokenTree::Punct(first), second]) => {
            first.as_char() == ':' && first.spacing() == Spacing::Joint && is_punct(second, ':')
        }
        _ => false,
    }
}
