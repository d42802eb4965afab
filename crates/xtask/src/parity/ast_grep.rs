//! Running ast-grep, and reading its stream of JSON as findings.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use super::compare::{ParityCapture, ParityFinding, Piece};
use super::stage::{self, Stage};

/// The name under which ast-grep keeps nodes matched by relational rules among the captures of many nodes;
/// no metavariable can have it, for those are upper case.
const SECONDARY: &str = "secondary";

/// The findings of ast-grep, and what its trees say of the files.
#[derive(Debug, Default)]
pub struct AstGrepFindings {
    /// Findings of the rules.
    pub findings: Vec<ParityFinding>,
    /// First and last byte of each of Rust's token trees, by file.
    pub token_trees: BTreeMap<String, Vec<(usize, usize)>>,
    /// Files with an `ERROR` node.
    pub broken: BTreeSet<String>,
}

/// Runs ast-grep on these files and adds its findings.
pub fn scan(
    binary: &Path,
    stage: &Stage,
    cwd: &Path,
    files: &[PathBuf],
    found: &mut AstGrepFindings,
) -> Result<(), String> {
    let mut command = Command::new(binary);
    command
        .args(["scan", "--json=stream", "--no-ignore", "hidden", "--config"])
        .arg(stage.project_file())
        .arg("--")
        .args(files)
        .current_dir(cwd);
    read(&String::from_utf8_lossy(&super::answer_of("ast-grep", &mut command)?), found)
}

/// Adds the findings of a stream: one JSON object a line.
fn read(stream: &str, found: &mut AstGrepFindings) -> Result<(), String> {
    for line in stream.lines().filter(|line| !line.is_empty()) {
        let matched: AstGrepMatch =
            serde_json::from_str(line).map_err(|error| format!("ast-grep's JSON: {error}: {line}"))?;
        let path = matched.file.replace('\\', "/");
        if stage::is_error_rule(&matched.rule_id) {
            found.broken.insert(path);
        } else if stage::is_token_tree_rule(&matched.rule_id) {
            let AstGrepBytes { start, end } = matched.range.byte_offset;
            found.token_trees.entry(path).or_default().push((start, end));
        } else {
            found.findings.push(matched.finding(path));
        }
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AstGrepMatch {
    rule_id: String,
    file: String,
    range: AstGrepRange,
    #[serde(default)]
    meta_variables: AstGrepMetaVariables,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AstGrepRange {
    byte_offset: AstGrepBytes,
}

#[derive(Clone, Copy, Deserialize)]
struct AstGrepBytes {
    start: usize,
    end: usize,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct AstGrepMetaVariables {
    single: BTreeMap<String, AstGrepNode>,
    multi: BTreeMap<String, Vec<AstGrepNode>>,
    transformed: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct AstGrepNode {
    text: String,
    range: AstGrepRange,
}

impl AstGrepMatch {
    fn finding(self, path: String) -> ParityFinding {
        let AstGrepMetaVariables { single, multi, transformed } = self.meta_variables;
        let mut captures: BTreeMap<String, ParityCapture> = BTreeMap::new();
        captures.extend(single.into_iter().map(|(name, node)| (name, ParityCapture::Single(node.piece()))));
        let multi = multi.into_iter().filter(|(name, _)| name != SECONDARY);
        captures.extend(multi.map(|(name, nodes)| {
            let pieces = nodes.into_iter().map(AstGrepNode::piece).collect();
            (name, ParityCapture::Multi(pieces))
        }));
        captures.extend(transformed.into_iter().map(|(name, text)| (name, ParityCapture::Text(text))));
        let AstGrepBytes { start, end } = self.range.byte_offset;
        ParityFinding { rule: self.rule_id, path, start, end, captures }
    }
}

impl AstGrepNode {
    fn piece(self) -> Piece {
        let AstGrepBytes { start, end } = self.range.byte_offset;
        Piece { text: self.text, start, end }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_becomes_findings_and_broken_files() {
        let stream = concat!(
            r#"{"text":"f(é, b)","range":{"byteOffset":{"start":33,"end":41},"start":{"line":0,"column":29}},"file":"/s/a.ts","#,
            r#""metaVariables":{"single":{"A":{"text":"é","range":{"byteOffset":{"start":35,"end":37}}}},"#,
            r#""multi":{"REST":[{"text":"b","range":{"byteOffset":{"start":39,"end":40}}}],"secondary":[{"text":"x","range":{"byteOffset":{"start":1,"end":2}}}]},"#,
            r#""transformed":{"B":"É"}},"ruleId":"r","severity":"hint"}"#,
            "\n",
            r#"{"text":"=","range":{"byteOffset":{"start":1,"end":2}},"file":"/s/b.ts","ruleId":"parity-error-node-tsx"}"#,
            "\n",
        );
        let mut found = AstGrepFindings::default();
        read(stream, &mut found).unwrap();
        assert_eq!(found.broken, BTreeSet::from(["/s/b.ts".to_owned()]));
        let piece = |text: &str, start, end| Piece { text: text.into(), start, end };
        let captures = BTreeMap::from([
            ("A".to_owned(), ParityCapture::Single(piece("é", 35, 37))),
            ("B".to_owned(), ParityCapture::Text("É".into())),
            ("REST".to_owned(), ParityCapture::Multi(vec![piece("b", 39, 40)])),
        ]);
        assert_eq!(
            found.findings,
            [ParityFinding { rule: "r".into(), path: "/s/a.ts".into(), start: 33, end: 41, captures }]
        );
    }

    #[test]
    fn what_is_not_json_is_an_error() {
        assert!(read("oops", &mut AstGrepFindings::default()).unwrap_err().contains("oops"));
    }
}
