//! The wildcards of a `.gitignore`, with git's meaning: bytes are compared, `{` and `}` are plain text, `*` and `?` stop
//! at a `/`, and `**` between slashes stands for any number of folders.

/// A pattern with wildcards.
#[derive(Debug)]
pub(super) struct Wildcards(Vec<PatternToken>);

/// A part of a pattern.
#[derive(Debug, PartialEq, Eq)]
enum PatternToken {
    /// This byte.
    Byte(u8),
    /// `?`: any byte but `/`.
    Any,
    /// `[…]`: a byte of a set, never `/`.
    Class(Box<ByteSet>),
    /// `*`: any bytes but `/`.
    Star,
    /// `**/` where a name could start: any number of whole folders.
    Folders,
    /// `**` at the end: anything.
    Rest,
}

/// A set of bytes, one bit for each.
#[derive(Debug, Default, PartialEq, Eq)]
struct ByteSet([u64; 4]);

impl ByteSet {
    fn insert(&mut self, byte: u8) {
        self.0[usize::from(byte >> 6)] |= 1 << (byte & 63);
    }

    fn contains(&self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6)] & (1 << (byte & 63)) != 0
    }

    fn remove(&mut self, byte: u8) {
        self.0[usize::from(byte >> 6)] &= !(1 << (byte & 63));
    }

    fn invert(&mut self) {
        self.0 = self.0.map(|bits| !bits);
    }
}

/// A parsed pattern by what it takes to match it.
#[derive(Debug)]
pub(super) enum Parsed {
    /// A text without wildcards.
    Plain(Vec<u8>),
    /// `*` and then a text without wildcards and slashes.
    Ending(Vec<u8>),
    /// Any other pattern.
    Wild(Wildcards),
}

/// Parses a pattern; `None` for one that never matches: a class or an escape that does not end, or an unknown `[:class:]`.
pub(super) fn parse(pattern: &[u8]) -> Option<Parsed> {
    if !pattern.iter().any(|byte| matches!(byte, b'\\' | b'?' | b'[' | b'*')) {
        return Some(Parsed::Plain(pattern.to_vec()));
    }
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(byte) = pattern.get(at) {
        match byte {
            b'\\' => {
                at += 1;
                tokens.push(PatternToken::Byte(*pattern.get(at)?));
            }
            b'?' => tokens.push(PatternToken::Any),
            b'[' => {
                let (class, end) = parse_class(pattern, at + 1)?;
                tokens.push(PatternToken::Class(Box::new(class)));
                at = end;
            }
            b'*' => {
                let start = at;
                while pattern.get(at + 1) == Some(&b'*') {
                    at += 1;
                }
                let rest = &pattern[at + 1..];
                let starts_name =
                    matches!(tokens.last(), None | Some(PatternToken::Byte(b'/') | PatternToken::Folders));
                match rest {
                    _ if at == start || !starts_name => tokens.push(PatternToken::Star),
                    [] => tokens.push(PatternToken::Rest),
                    [b'/', ..] => {
                        tokens.push(PatternToken::Folders);
                        at += 1;
                    }
                    // Git gives only the plain slash the meaning "or no folder at all".
                    [b'\\', b'/', ..] => {
                        tokens.extend([PatternToken::Star, PatternToken::Byte(b'/'), PatternToken::Folders]);
                        at += 2;
                    }
                    _ => tokens.push(PatternToken::Star),
                }
            }
            plain => tokens.push(PatternToken::Byte(*plain)),
        }
        at += 1;
    }
    let plain = |tokens: &[PatternToken]| -> Option<Vec<u8>> {
        tokens.iter().map(|token| if let PatternToken::Byte(byte) = token { Some(*byte) } else { None }).collect()
    };
    if let Some(text) = plain(&tokens) {
        return Some(Parsed::Plain(text));
    }
    match &tokens[..] {
        [PatternToken::Star, rest @ ..] => match plain(rest) {
            Some(text) if !text.contains(&b'/') => Some(Parsed::Ending(text)),
            _ => Some(Parsed::Wild(Wildcards(tokens))),
        },
        _ => Some(Parsed::Wild(Wildcards(tokens))),
    }
}

/// The pattern of `*` and then this text.
pub(super) fn ending(text: &[u8]) -> Wildcards {
    Wildcards([PatternToken::Star].into_iter().chain(text.iter().copied().map(PatternToken::Byte)).collect())
}

/// Parses a class from behind its `[`; returns the set and the index of the `]` that ends it.
fn parse_class(pattern: &[u8], mut at: usize) -> Option<(ByteSet, usize)> {
    let mut set = ByteSet::default();
    let is_negated = matches!(pattern.get(at), Some(b'!' | b'^'));
    at += usize::from(is_negated);
    // The byte before, which a `-` makes the start of a range.
    let mut before: Option<u8> = None;
    let mut is_first = true;
    loop {
        let byte = *pattern.get(at)?;
        if byte == b']' && !is_first {
            break;
        }
        is_first = false;
        let next = pattern.get(at + 1).copied();
        if byte == b'\\' {
            at += 1;
            let escaped = *pattern.get(at)?;
            set.insert(escaped);
            before = Some(escaped);
        } else if let (b'-', Some(start), Some(mut end)) = (byte, before, next.filter(|next| *next != b']')) {
            at += 1;
            if end == b'\\' {
                at += 1;
                end = *pattern.get(at)?;
            }
            (start..=end).for_each(|byte| set.insert(byte));
            before = None;
        } else if byte == b'[' && next == Some(b':') {
            let name = at + 2;
            let length = pattern[name..].iter().position(|byte| *byte == b']')?;
            if let Some(class) = pattern[name..name + length].strip_suffix(b":") {
                let is_member = named_class(class)?;
                (0..=u8::MAX).filter(is_member).for_each(|byte| set.insert(byte));
                at = name + length;
                before = None;
            } else {
                set.insert(b'[');
                before = Some(b'[');
            }
        } else {
            set.insert(byte);
            before = Some(byte);
        }
        at += 1;
    }
    if is_negated {
        set.invert();
    }
    set.remove(b'/');
    Some((set, at))
}

/// The bytes of a named class such as `[:alpha:]`.
fn named_class(name: &[u8]) -> Option<fn(&u8) -> bool> {
    Some(match name {
        b"alnum" => u8::is_ascii_alphanumeric,
        b"alpha" => u8::is_ascii_alphabetic,
        b"blank" => |byte| matches!(byte, b' ' | b'\t'),
        b"cntrl" => u8::is_ascii_control,
        b"digit" => u8::is_ascii_digit,
        b"graph" => u8::is_ascii_graphic,
        b"lower" => u8::is_ascii_lowercase,
        b"print" => |byte| byte.is_ascii_graphic() || *byte == b' ',
        b"punct" => u8::is_ascii_punctuation,
        b"space" => |byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'),
        b"upper" => u8::is_ascii_uppercase,
        b"xdigit" => u8::is_ascii_hexdigit,
        _ => return None,
    })
}

impl Wildcards {
    /// True if the pattern matches the whole text. The cost is at most the product of both lengths: a mismatch goes back
    /// to the last `*`, and from the end of a name to the last `**/`, never to an earlier one.
    pub(super) fn matches(&self, text: &[u8]) -> bool {
        let tokens = &self.0;
        let (mut token, mut at) = (0, 0);
        // Where to go on when the rest does not match: the token behind the wildcard, and the text that it has not taken.
        let mut star: Option<(usize, usize)> = None;
        let mut folders: Option<(usize, usize)> = None;
        loop {
            let is_match = match tokens.get(token) {
                Some(PatternToken::Rest) => return true,
                Some(PatternToken::Star) => {
                    token += 1;
                    star = Some((token, at));
                    continue;
                }
                Some(PatternToken::Folders) => {
                    token += 1;
                    (star, folders) = (None, Some((token, at)));
                    continue;
                }
                None if at == text.len() => return true,
                None => false,
                Some(PatternToken::Byte(byte)) => text.get(at) == Some(byte),
                Some(PatternToken::Any) => text.get(at).is_some_and(|byte| *byte != b'/'),
                Some(PatternToken::Class(class)) => text.get(at).is_some_and(|byte| class.contains(*byte)),
            };
            if is_match {
                (token, at) = (token + 1, at + 1);
            } else if let Some((behind, taken)) =
                star.filter(|(_, taken)| text.get(*taken).is_some_and(|byte| *byte != b'/'))
            {
                star = Some((behind, taken + 1));
                (token, at) = (behind, taken + 1);
            } else if let Some((behind, taken)) = folders
                && let Some(slash) = text[taken..].iter().position(|byte| *byte == b'/')
            {
                (star, folders) = (None, Some((behind, taken + slash + 1)));
                (token, at) = (behind, taken + slash + 1);
            } else {
                return false;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, matching: &[&str], others: &[&str]) {
        let parsed = parse(pattern.as_bytes());
        let is_match = |text: &str| match &parsed {
            Some(Parsed::Plain(plain)) => plain == text.as_bytes(),
            Some(Parsed::Ending(ending)) => !text.contains('/') && text.as_bytes().ends_with(ending),
            Some(Parsed::Wild(wild)) => wild.matches(text.as_bytes()),
            None => false,
        };
        for text in matching {
            assert!(is_match(text), "{pattern} matches {text}");
        }
        for text in others {
            assert!(!is_match(text), "{pattern} does not match {text}");
        }
    }

    #[test]
    fn stars_stop_at_slashes_and_pairs_of_stars_stand_for_folders() {
        check("*.log", &["a.log", ".log"], &["a.logs", "b/a.log"]);
        check("a/*/c", &["a/b/c"], &["a/c", "a/b/b/c"]);
        check("a/**/c", &["a/c", "a/b/c", "a/b/b/c"], &["ac", "a/bc", "a/c/d"]);
        check("**/c/*.rs", &["c/a.rs", "a/b/c/a.rs"], &["c/a/b.rs", "ac/a.rs"]);
        check("a/**", &["a/b", "a/b/c"], &["a", "ab"]);
        check("**/a*b*c/**/d", &["aXbXc/d", "x/abc/y/d"], &["x/ab/c/d", "abc/dd"]);
        check("a**b", &["ab", "axxb"], &["a/b"]);
        check("**\\/c", &["a/c", "a/b/c"], &["c"]);
    }

    #[test]
    fn classes_hold_bytes_ranges_and_named_classes() {
        check("[a-c]x", &["ax", "cx"], &["dx", "-x"]);
        check("[]-]", &["]", "-"], &["a"]);
        check("[!a]", &["b", "]"], &["a", "/"]);
        check("a[^b]c", &["axc"], &["abc", "a/c"]);
        check("[[:digit:]_]", &["3", "_"], &["a", ":"]);
        check("[[:x]", &["[", ":", "x"], &["y"]);
        check("[\\]]", &["]"], &["\\"]);
        check("[a-", &[], &["a", "[a-"]);
        check("[[:nosuch:]]", &[], &["n", "["]);
        check("a\\", &[], &["a", "a\\"]);
    }

    #[test]
    fn braces_are_plain_text() {
        check("{a,b}", &["{a,b}"], &["a", "b"]);
        check("*.{a,b}", &["x.{a,b}"], &["x.a"]);
        check(&format!("{}*", "{a,".repeat(20_000)), &[&format!("{}x", "{a,".repeat(20_000))], &["a"]);
    }

    #[test]
    fn many_stars_cost_no_more_than_the_product_of_both_lengths() {
        let pattern = format!("**/{}b", "*a".repeat(2_000));
        let text = format!("{}/{}", "a".repeat(2_000), "a".repeat(20_000));
        check(&pattern, &[], &[&text]);
    }
}
