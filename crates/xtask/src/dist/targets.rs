//! The platforms that there are files for.

use std::env::consts::{ARCH, OS};

/// A platform that releases are built for.
#[derive(Debug, PartialEq, Eq)]
pub struct DistTarget {
    /// The name that Rust has for it.
    pub triple: &'static str,
    /// What the wheel promises (`--compatibility` of maturin).
    pub compatibility: &'static str,
    /// True if zig links the program.
    pub zig: bool,
    /// What npm calls it.
    pub npm: NpmPlatform,
}

/// A platform in the words of npm.
#[derive(Debug, PartialEq, Eq)]
pub struct NpmPlatform {
    /// `process.platform` of Node.js.
    pub os: &'static str,
    /// `process.arch` of Node.js.
    pub cpu: &'static str,
    /// The C library, where there are several.
    pub libc: Option<&'static str>,
}

impl DistTarget {
    /// The name of its package on npm. `packaging/npm/lawbook.js` puts the same name together.
    pub fn package(&self) -> String {
        let NpmPlatform { os, cpu, libc } = self.npm;
        let suffix = match libc {
            Some("glibc") => "-gnu",
            Some(_) => "-musl",
            None => "",
        };
        format!("@lawbook/{os}-{cpu}{suffix}")
    }

    /// The file name of the program.
    pub fn program(&self) -> &'static str {
        if self.npm.os == "win32" { "lawbook.exe" } else { "lawbook" }
    }
}

/// Every platform, as the matrix of `.github/workflows/release.yml` has them.
pub const ALL: [DistTarget; 8] = [
    linux("x86_64-unknown-linux-gnu", "manylinux2014", "x64", "glibc"),
    linux("x86_64-unknown-linux-musl", "musllinux_1_2", "x64", "musl"),
    linux("aarch64-unknown-linux-gnu", "manylinux2014", "arm64", "glibc"),
    linux("aarch64-unknown-linux-musl", "musllinux_1_2", "arm64", "musl"),
    native("x86_64-apple-darwin", "darwin", "x64"),
    native("aarch64-apple-darwin", "darwin", "arm64"),
    native("x86_64-pc-windows-msvc", "win32", "x64"),
    native("aarch64-pc-windows-msvc", "win32", "arm64"),
];

/// A platform whose program zig links, so that it runs with older C libraries than the one that it was built beside.
const fn linux(triple: &'static str, compatibility: &'static str, cpu: &'static str, libc: &'static str) -> DistTarget {
    DistTarget { triple, compatibility, zig: true, npm: NpmPlatform { os: "linux", cpu, libc: Some(libc) } }
}

/// A platform whose program its own tools link.
const fn native(triple: &'static str, os: &'static str, cpu: &'static str) -> DistTarget {
    DistTarget { triple, compatibility: "pypi", zig: false, npm: NpmPlatform { os, cpu, libc: None } }
}

/// The target with this name, for the command line.
pub fn named(triple: &str) -> Result<&'static DistTarget, String> {
    ALL.iter().find(|target| target.triple == triple).ok_or_else(|| {
        let names: Vec<&str> = ALL.iter().map(|target| target.triple).collect();
        format!("there are: {}", names.join(", "))
    })
}

/// The target of this machine.
pub fn here() -> Result<&'static DistTarget, String> {
    let rest = match OS {
        "linux" if cfg!(target_env = "musl") => "unknown-linux-musl",
        "linux" => "unknown-linux-gnu",
        "macos" => "apple-darwin",
        "windows" => "pc-windows-msvc",
        _ => return Err(format!("there are no files for {OS}")),
    };
    named(&format!("{ARCH}-{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::fs;
    use std::path::Path;

    fn read(path: &str) -> String {
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)).unwrap()
    }

    #[test]
    fn the_release_workflow_builds_every_target() {
        let workflow = read(".github/workflows/release.yml");
        let built: Vec<&str> = workflow.lines().filter_map(|line| line.trim().strip_prefix("- target: ")).collect();
        assert_eq!(built, ALL.map(|target| target.triple));
    }

    #[test]
    fn packages_are_named_as_the_starter_looks_for_them() {
        let starter = read("packaging/npm/lawbook.js");
        assert!(starter.contains("`@lawbook/${process.platform}-${process.arch}`"));
        assert_eq!(named("x86_64-unknown-linux-musl").unwrap().package(), "@lawbook/linux-x64-musl");
        assert_eq!(named("aarch64-apple-darwin").unwrap().package(), "@lawbook/darwin-arm64");
        assert_eq!(named("x86_64-pc-windows-msvc").unwrap().program(), "lawbook.exe");
        assert!(named("riscv64").unwrap_err().contains("x86_64-unknown-linux-gnu"));
    }
}
