//! The addresses of documents: `file` addresses and the paths that they name.

use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// The signs that are encoded in a path: all but those that no client encodes.
const ENCODED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':');

/// The absolute path of a `file` address; none for another scheme, another machine, or an address that is not UTF-8.
pub(crate) fn to_path(uri: &str) -> Option<PathBuf> {
    let (scheme, rest) = uri.split_once(':')?;
    if !scheme.eq_ignore_ascii_case("file") {
        return None;
    }
    let rest = rest.split(['?', '#']).next()?;
    let path = match rest.strip_prefix("//") {
        Some(with_host) => {
            let at = with_host.find('/')?;
            let (host, path) = with_host.split_at(at);
            if !host.is_empty() && !host.eq_ignore_ascii_case("localhost") {
                return None;
            }
            path
        }
        None => rest,
    };
    let path = percent_decode_str(path).decode_utf8().ok()?;
    let path = without_slash_before_drive(&path, cfg!(windows));
    let path = PathBuf::from(path);
    (path.is_absolute() && !path.as_os_str().as_encoded_bytes().contains(&0)).then_some(path)
}

/// `/c:/a` as `c:/a` where paths begin with a drive.
fn without_slash_before_drive(path: &str, has_drives: bool) -> &str {
    let is_drive = |rest: &str| {
        let mut signs = rest.chars();
        signs.next().is_some_and(|drive| drive.is_ascii_alphabetic()) && signs.next() == Some(':')
    };
    path.strip_prefix('/').filter(|rest| has_drives && is_drive(rest)).unwrap_or(path)
}

/// The path of a `file` address in a folder without symbolic links, as the paths of roots have none.
pub(crate) fn to_real_path(uri: &str) -> Option<PathBuf> {
    let path = to_path(uri)?;
    match (path.parent().and_then(|folder| folder.canonicalize().ok()), path.file_name()) {
        (Some(folder), Some(name)) => Some(folder.join(name)),
        _ => Some(path),
    }
}

/// The `file` address of an absolute path; none for a name that is not Unicode.
pub(crate) fn of_path(path: &Path) -> Option<String> {
    let path = path.to_str()?;
    let path = if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() };
    let slash = if path.starts_with('/') { "" } else { "/" };
    Some(format!("file://{slash}{}", utf8_percent_encode(&path, ENCODED)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn addresses_and_paths() {
        for (uri, path) in [
            ("file:///a/b.ts", "/a/b.ts"),
            ("file:///a%20b/%5Bid%5D/%C3%A9%23.ts", "/a b/[id]/é#.ts"),
            ("file:///c:/a.ts", "/c:/a.ts"),
        ] {
            assert_eq!(to_path(uri).as_deref(), Some(Path::new(path)), "{uri}");
            assert_eq!(of_path(Path::new(path)).as_deref(), Some(uri));
        }
        for uri in ["file://localhost/a%2Bb+c.ts", "FILE:/a%2Bb%2bc.ts", "file:///a+b+c.ts#L1", "file:///a+b+c.ts?q"] {
            assert_eq!(to_path(uri).as_deref(), Some(Path::new("/a+b+c.ts")), "{uri}");
        }
        for uri in ["untitled:Untitled-1", "a.ts", "file://other/a.ts", "file:///%FF", "file:a.ts", "file:///a%00b", ""]
        {
            assert_eq!(to_path(uri), None, "{uri}");
        }
    }

    #[test]
    fn drives_have_no_slash_before_them() {
        assert_eq!(without_slash_before_drive("/c:/a", true), "c:/a");
        assert_eq!(without_slash_before_drive("/c:/a", false), "/c:/a");
        assert_eq!(without_slash_before_drive("/cc/a", true), "/cc/a");
    }
}
