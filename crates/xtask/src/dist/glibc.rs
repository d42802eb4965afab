//! The C library that a program asks for.

use std::path::Path;
use std::process::Command;

/// The newest glibc that a program may need: that of manylinux2014.
const NEWEST: (u32, u32) = (2, 17);

/// The newest version of glibc that a program needs.
///
/// # Errors
/// It is newer than it may be, or cannot be found out: GNU's `readelf` is needed.
pub fn check(program: &Path) -> Result<String, String> {
    let mut readelf = Command::new("readelf");
    readelf.args(["--version-info", "--wide"]).arg(program).env("LC_ALL", "C");
    let output = readelf.output().map_err(|error| format!("readelf could not be started: {error}"))?;
    if !output.status.success() {
        return Err(format!("readelf failed: {}", String::from_utf8_lossy(&output.stderr).trim_end()));
    }
    let newest = newest_of(&String::from_utf8_lossy(&output.stdout))
        .ok_or_else(|| format!("{} names no version of glibc", program.display()))?;
    let text = format!("{}.{}", newest.0, newest.1);
    if newest > NEWEST {
        return Err(format!(
            "{} needs glibc {text}; the newest that it may need is {}.{}",
            program.display(),
            NEWEST.0,
            NEWEST.1
        ));
    }
    Ok(text)
}

/// The newest version of glibc in what readelf prints of the versions that a program needs.
fn newest_of(printed: &str) -> Option<(u32, u32)> {
    let versions = printed.split("GLIBC_").skip(1).filter_map(|rest| {
        let version = rest.split_whitespace().next()?;
        let mut numbers = version.split('.').map(str::parse);
        Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
    });
    versions.max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        let printed = "  0x0010:   Name: GLIBC_2.2.5  Flags: none  Version: 9\n  0x0020:   Name: GLIBC_2.17  Flags: none\n  \
                       0x0030:   Name: GLIBC_2.9  Flags: none  Version: 7\n";
        assert_eq!(newest_of(printed), Some((2, 17)));
        assert_eq!(newest_of("No version information found in this file.\n"), None);
    }
}
