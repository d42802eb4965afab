//! The addresses of files for links in terminals.

use std::fmt::Write as _;
use std::path::Path;

/// What the address of a file is made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileLinks {
    /// The name of this machine, by which a terminal knows that the file is not on another one; may be empty.
    pub(crate) host: String,
}

impl FileLinks {
    /// The address of a line of a file, 1-based, or of the file: `file://host/a/b.ts#3`. Terminals and editors that know
    /// lines read them there. None for a path that is not absolute or not Unicode.
    pub(crate) fn address(&self, path: &Path, line: Option<u32>) -> Option<String> {
        let path = path.to_str().filter(|_| path.is_absolute())?;
        // Elsewhere a backslash is a sign of the name.
        let path = if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() };
        let mut address = format!("file://{}", self.host);
        if !path.starts_with('/') {
            address.push('/');
        }
        for byte in path.bytes() {
            if byte.is_ascii_alphanumeric() || b"/-._~:".contains(&byte) {
                address.push(char::from(byte));
            } else {
                // Writing to a string cannot fail.
                let _ = write!(address, "%{byte:02X}");
            }
        }
        if let Some(line) = line {
            let _ = write!(address, "#{line}");
        }
        Some(address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn an_address_holds_no_sign_that_could_end_it() {
        let links = FileLinks { host: "box".to_owned() };
        let address = |path: &str, line| links.address(Path::new(path), line);
        assert_eq!(address("/a/b.ts", Some(3)).as_deref(), Some("file://box/a/b.ts#3"));
        assert_eq!(address("/a b/[id]#\u{1b}é.ts", None).as_deref(), Some("file://box/a%20b/%5Bid%5D%23%1B%C3%A9.ts"));
        assert_eq!(address("/a\\b/c\\.ts", None).as_deref(), Some("file://box/a%5Cb/c%5C.ts"));
        assert_eq!(address("a.ts", None), None);
    }
}
