//! The words of a command line for a POSIX shell: its simple commands, each with its words and the files that it is
//! redirected to. Nothing is expanded, and what is unclear stays as it is written.

/// One simple command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SimpleCommand {
    /// The variables that are set for it.
    pub(super) variables: Vec<(String, String)>,
    /// Its words, the name of the program first.
    pub(super) words: Vec<String>,
    /// The files that it writes by redirection.
    pub(super) writes: Vec<String>,
    /// The texts of its here-documents.
    pub(super) documents: Vec<String>,
}

/// The most commands in commands that are read.
const MAX_DEPTH: usize = 8;

/// The most bytes of a command line that are read.
const MAX_BYTES: usize = 1 << 20;

/// The simple commands of a text, those in `$(…)`, in back quotes and in groups too.
pub(super) fn commands(text: &str) -> Vec<SimpleCommand> {
    let mut found = Vec::new();
    let text = &text[..text.floor_char_boundary(MAX_BYTES)];
    read(text, 0, &mut found);
    found
}

fn read(text: &str, depth: usize, found: &mut Vec<SimpleCommand>) {
    if depth > MAX_DEPTH {
        return;
    }
    let mut reader = WordReader { text, at: 0, depth, command: SimpleCommand::default(), documents: Vec::new(), found };
    reader.read();
}

struct WordReader<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
    command: SimpleCommand,
    /// The here-documents whose texts follow at the end of the line: the number of the command in `found`, or none for the
    /// open one, the end, and true if tabs are left out.
    documents: Vec<(Option<usize>, String, bool)>,
    found: &'t mut Vec<SimpleCommand>,
}

impl WordReader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn take(&mut self, sign: &str) -> bool {
        let is_next = self.rest().starts_with(sign);
        if is_next {
            self.at += sign.len();
        }
        is_next
    }

    fn read(&mut self) {
        while let Some(c) = self.peek() {
            match c {
                '\n' => {
                    self.next();
                    self.end();
                    self.read_documents();
                }
                c if c.is_whitespace() => drop(self.next()),
                '\\' if self.rest().starts_with("\\\n") => self.at += 2,
                '&' if self.rest().starts_with("&>") => self.redirection(),
                ';' | '|' | '(' | ')' | '&' => {
                    self.next();
                    self.end();
                }
                '#' => {
                    while self.peek().is_some_and(|c| c != '\n') {
                        self.next();
                    }
                }
                '<' | '>' => self.redirection(),
                _ => self.add_word(),
            }
        }
        self.end();
    }

    /// Ends the open command.
    fn end(&mut self) {
        let command = std::mem::take(&mut self.command);
        let number = self.found.len();
        // Those of the open command are the last ones.
        for (of, ..) in self.documents.iter_mut().rev().take_while(|(of, ..)| of.is_none()) {
            *of = Some(number);
        }
        self.found.push(command);
    }

    fn add_word(&mut self) {
        let start = self.at;
        let (word, is_quoted) = self.word();
        if self.at == start {
            // A sign that begins no word.
            self.next();
            return;
        }
        // The number in front of a redirection is no word.
        let is_number = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
        if is_number && !is_quoted && self.rest().starts_with(['<', '>']) {
            return;
        }
        if self.command.words.is_empty() {
            if let Some((name, value)) = assignment(&word) {
                self.command.variables.push((name.to_owned(), value.to_owned()));
                return;
            }
            let is_keyword = matches!(
                &*word,
                "if" | "then"
                    | "else"
                    | "elif"
                    | "fi"
                    | "do"
                    | "done"
                    | "while"
                    | "until"
                    | "for"
                    | "case"
                    | "esac"
                    | "{"
                    | "}"
                    | "!"
                    | "time"
                    | "function"
            );
            if is_keyword && !is_quoted {
                return;
            }
        }
        self.command.words.push(word);
    }

    fn redirection(&mut self) {
        if self.take("<<<") {
            self.skip_blanks();
            let (word, _) = self.word();
            self.command.documents.push(word);
            return;
        }
        if self.take("<<") {
            let without_tabs = self.take("-");
            let end = self.document_end();
            self.documents.push((None, end, without_tabs));
            return;
        }
        if self.take("<(") || self.take(">(") {
            self.substitution();
            return;
        }
        let writes = if self.take("<>") {
            true
        } else if self.take("<") {
            false
        } else {
            let _ = self.take("&>>") || self.take("&>") || self.take(">>") || self.take(">|") || self.take(">");
            true
        };
        if self.take("&") {
            // Another descriptor, or a file for both of them.
            let (word, _) = self.word();
            if writes && !word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
                self.command.writes.push(word);
            }
            return;
        }
        self.skip_blanks();
        let (word, _) = self.word();
        if writes && !word.is_empty() {
            self.command.writes.push(word);
        }
    }

    fn skip_blanks(&mut self) {
        while self.peek().is_some_and(|c| c == ' ' || c == '\t') {
            self.next();
        }
    }

    /// Reads a word without its quotes; the second value is true if any part was quoted.
    fn word(&mut self) -> (String, bool) {
        let (mut word, mut is_quoted) = (String::new(), false);
        while let Some(c) = self.peek() {
            match c {
                c if c.is_whitespace() => break,
                ';' | '|' | '&' | '<' | '>' | '(' | ')' => break,
                '\'' => {
                    self.next();
                    is_quoted = true;
                    while let Some(c) = self.next().filter(|c| *c != '\'') {
                        word.push(c);
                    }
                }
                '"' => {
                    self.next();
                    is_quoted = true;
                    self.double_quoted(&mut word);
                }
                '\\' => {
                    self.next();
                    match self.next() {
                        Some('\n') | None => {}
                        Some(c) => word.push(c),
                    }
                }
                '$' if self.rest().starts_with("$'") => {
                    self.at += 1;
                }
                '$' if self.rest().starts_with("$(") => {
                    self.at += 2;
                    self.substitution();
                    word.push_str("$()");
                }
                '`' => {
                    self.next();
                    self.back_quoted();
                    word.push_str("$()");
                }
                c => {
                    self.next();
                    word.push(c);
                }
            }
        }
        (word, is_quoted)
    }

    fn double_quoted(&mut self, word: &mut String) {
        while let Some(c) = self.next() {
            match c {
                '"' => return,
                '\\' => match self.next() {
                    Some('\n') | None => {}
                    Some(c @ ('"' | '\\' | '$' | '`')) => word.push(c),
                    Some(c) => word.extend(['\\', c]),
                },
                '$' if self.peek() == Some('(') => {
                    self.next();
                    self.substitution();
                    word.push_str("$()");
                }
                '`' => {
                    self.back_quoted();
                    word.push_str("$()");
                }
                c => word.push(c),
            }
        }
    }

    /// Reads the commands up to the `)` that ends them.
    fn substitution(&mut self) {
        let start = self.at;
        let mut open = 1;
        let mut quote = None;
        let mut ends: Vec<String> = Vec::new();
        while let Some(c) = self.next() {
            match (quote, c) {
                (None, '<') if self.rest().starts_with('<') && !self.rest().starts_with("<<") => {
                    self.next();
                    self.take("-");
                    ends.push(self.document_end());
                }
                (None, '\n') => {
                    for end in std::mem::take(&mut ends) {
                        while self.line().is_some_and(|line| line.trim_start_matches('\t') != end) {}
                    }
                }
                (Some('\''), '\'') | (Some('"'), '"') => quote = None,
                (Some('\''), _) => {}
                (_, '\\') => drop(self.next()),
                (None, '\'' | '"') => quote = Some(c),
                (None, '(') => open += 1,
                (None, ')') => {
                    open -= 1;
                    if open == 0 {
                        break;
                    }
                }
                _ => {}
            }
        }
        let inner = self.text[start..self.at].strip_suffix(')').unwrap_or(&self.text[start..self.at]);
        read(inner, self.depth + 1, self.found);
    }

    fn back_quoted(&mut self) {
        let start = self.at;
        while let Some(c) = self.next().filter(|c| *c != '`') {
            if c == '\\' {
                self.next();
            }
        }
        let inner = self.text[start..self.at].strip_suffix('`').unwrap_or(&self.text[start..self.at]);
        read(inner, self.depth + 1, self.found);
    }

    /// The next line, without its end; none at the end of the text.
    fn line(&mut self) -> Option<String> {
        if self.at >= self.text.len() {
            return None;
        }
        let line = self.rest().split('\n').next().unwrap_or_default().to_owned();
        self.at = (self.at + line.len() + 1).min(self.text.len());
        Some(line)
    }

    /// Reads the word that ends a here-document, without its quotes. Shells expand nothing in it, so the commands of a
    /// substitution there are none.
    fn document_end(&mut self) -> String {
        self.skip_blanks();
        let mut end = String::new();
        let mut quote = None;
        while let Some(c) = self.peek() {
            match quote {
                _ if c == '\n' => break,
                Some(open) if c == open => quote = None,
                Some(_) => end.push(c),
                None => match c {
                    '\'' | '"' => quote = Some(c),
                    '$' if self.rest().starts_with("$'") => {}
                    '\\' => {
                        self.next();
                        match self.peek() {
                            Some('\n') | None => break,
                            Some(c) => end.push(c),
                        }
                    }
                    c if c.is_whitespace() || ";|&<>()".contains(c) => break,
                    c => end.push(c),
                },
            }
            self.next();
        }
        end
    }

    /// Reads the here-documents that begin at this line.
    fn read_documents(&mut self) {
        for (of, end, without_tabs) in std::mem::take(&mut self.documents) {
            let mut document = String::new();
            while let Some(line) = self.line() {
                let shown = if without_tabs { line.trim_start_matches('\t') } else { &line };
                if shown == end {
                    break;
                }
                document.push_str(&line);
                document.push('\n');
            }
            if let Some(command) = of.and_then(|of| self.found.get_mut(of)) {
                command.documents.push(document);
            }
        }
    }
}

/// The name and the value of a word that sets a variable.
pub(super) fn assignment(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once('=')?;
    let name = name.strip_suffix('+').unwrap_or(name);
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    (is_name && !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit())).then_some((name, value))
}
