//! The time from a keystroke to the diagnostics of the text after it, beside other language servers in one run.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::editor::EditorOutcome;
use crate::editor::client::{ANSWER_TIMEOUT, LspClient, frame, uri_of};
use crate::editor::edits::EditScript;
use crate::editor::peers::{MeasuredServer, write};
use crate::editor::text::LspEncoding;

/// The times of lawbook that 99 of 100 edits keep, in milliseconds: with a text that its strict parser reads, and with a
/// broken one.
pub const TARGETS: [f64; 2] = [20.0, 40.0];

/// A server with the document open in it.
struct OpenServer {
    name: &'static str,
    folder: PathBuf,
    client: LspClient,
    uri: String,
    encoding: LspEncoding,
    /// True if it takes only whole texts.
    takes_whole: bool,
    pulls: bool,
    opened: Duration,
    answers: usize,
    findings: usize,
    missed: usize,
}

/// Types a script into each of the servers, one after the other for each edit. `slack` is the factor by which lawbook may
/// miss its targets. The script is typed a number of times, and the shortest time of an edit counts: other work on the
/// machine makes it longer in one of them.
pub fn measure(
    script: &EditScript,
    servers: &[MeasuredServer],
    (times, slack): (usize, f64),
) -> Result<EditorOutcome, String> {
    let mut shortest = vec![vec![f64::INFINITY; script.edits.len()]; servers.len()];
    let mut open = type_all(script, servers, &mut shortest)?;
    for _ in 1..times {
        // Those from before end first.
        open.clear();
        open = type_all(script, servers, &mut shortest)?;
    }
    let mut outcome = EditorOutcome::default();
    let lines = [&script.start, &script.text_after(script.edits.len())].map(|text| text.lines().count());
    let _ = writeln!(
        outcome.text,
        "{}: {} edits, {} to {} lines, {} whole and {} broken",
        script.name,
        script.edits.len(),
        lines[0],
        lines[1],
        script.holding(),
        script.edits.len() - script.holding()
    );
    let _ = writeln!(
        outcome.text,
        "{:<16} {:>8} | whole: {:>7} {:>7} {:>7} {:>7} | broken: {:>7} {:>7} {:>7} {:>7} | {:>8} {:>8}",
        "ms", "open", "p50", "p90", "p99", "max", "p50", "p90", "p99", "max", "findings", "MiB"
    );
    for (server, times) in open.iter().zip(&shortest) {
        server.report((script, times), &mut outcome, slack)?;
    }
    Ok(outcome)
}

/// Types a script once, and keeps the times that are shorter.
fn type_all(
    script: &EditScript,
    servers: &[MeasuredServer],
    shortest: &mut [Vec<f64>],
) -> Result<Vec<OpenServer>, String> {
    let mut open = Vec::new();
    for server in servers {
        open.push(OpenServer::open(server, script)?);
    }
    let mut text = script.start.clone();
    let count = open.len();
    for (number, edit) in script.edits.iter().enumerate() {
        let before = text.clone();
        edit.change.apply(&mut text);
        // Each of them is the first one equally often.
        for turn in 0..count {
            let at = (number + turn) % count;
            let server = &mut open[at];
            let change = if server.takes_whole {
                json!({ "text": text })
            } else {
                edit.change.content_change(&before, server.encoding)
            };
            let time = server.edit(i64::try_from(number).unwrap_or(i64::MAX - 2) + 2, &change)?;
            shortest[at][number] = shortest[at][number].min(time);
        }
    }
    Ok(open)
}

impl OpenServer {
    fn open(server: &MeasuredServer, script: &EditScript) -> Result<Self, String> {
        let capabilities = json!({
            "general": { "positionEncodings": ["utf-8", "utf-16"] },
            "workspace": { "configuration": true, "workspaceFolders": true },
            "textDocument": {
                "diagnostic": { "dynamicRegistration": false },
                "publishDiagnostics": { "versionSupport": true },
                "codeAction": { "dataSupport": true, "isPreferredSupport": true },
            },
        });
        let folder = server.command.folder.clone();
        let client = LspClient::open(&server.command, &folder, &capabilities, &Value::Null)
            .map_err(|error| format!("{}: {error}", server.name))?;
        let sync = client.capability("textDocumentSync");
        let takes_whole = *sync == json!(1) || sync["change"] == json!(1);
        let pulls = client.capability("diagnosticProvider").is_object();
        let encoding = LspEncoding::named(client.capability("positionEncoding").as_str());
        let uri = uri_of(&folder.join(&script.name));
        let is_rust = Path::new(&script.name).extension().is_some_and(|extension| extension == "rs");
        let begin = Instant::now();
        client.did_open(&uri, if is_rust { "rust" } else { "typescript" }, 1, &script.start);
        let mut opened = Self {
            name: server.name,
            folder,
            client,
            uri,
            encoding,
            takes_whole,
            pulls,
            opened: Duration::ZERO,
            answers: 0,
            findings: 0,
            missed: 0,
        };
        if opened.pulls {
            opened.client.pull(&opened.uri).map_err(|error| format!("{}: {error}", opened.name))?;
        } else {
            opened.published(1)?;
        }
        opened.opened = begin.elapsed();
        Ok(opened)
    }

    /// Sends one change, waits for the diagnostics of the text after it, and returns the time in milliseconds.
    fn edit(&mut self, version: i64, change: &Value) -> Result<f64, String> {
        let changed = json!({
            "jsonrpc": "2.0",
            "method": "textDocument/didChange",
            "params": {
                "textDocument": { "uri": self.uri, "version": version },
                "contentChanges": [change],
            },
        });
        let changed = frame(changed.to_string().as_bytes());
        self.client.drain();
        let begin = Instant::now();
        self.client.send_bytes(&changed);
        let received = if self.pulls {
            let id = self.client.ask("textDocument/diagnostic", &json!({ "textDocument": { "uri": self.uri } }));
            self.client.answer(&json!(id), ANSWER_TIMEOUT).and_then(|answer| {
                let at = answer.at;
                let report = answer.ok("textDocument/diagnostic")?;
                Ok((at, report["items"].as_array().map_or(0, Vec::len)))
            })
        } else {
            self.published(version)
        };
        match received {
            Ok((at, findings)) => {
                self.answers += 1;
                self.findings += findings;
                Ok(at.saturating_duration_since(begin).as_secs_f64() * 1000.0)
            }
            Err(error) if self.missed >= 3 => Err(format!("{}: {error}", self.name)),
            Err(_) => {
                self.missed += 1;
                Ok(begin.elapsed().as_secs_f64() * 1000.0)
            }
        }
    }

    /// Waits until the diagnostics of a version are published; a server that names no version publishes once for each.
    fn published(&mut self, version: i64) -> Result<(Instant, usize), String> {
        let uri = self.uri.clone();
        let received = self.client.wait(ANSWER_TIMEOUT, |message| {
            let params = &message["params"];
            message["method"] == "textDocument/publishDiagnostics"
                && params["uri"] == uri.as_str()
                && params["version"].as_i64().is_none_or(|published| published >= version)
        });
        let received = received.map_err(|error| format!("{}: {error}", self.name))?;
        let items = &received.message["params"]["diagnostics"];
        Ok((received.at, items.as_array().map_or(0, Vec::len)))
    }

    /// Adds the line of the server, and the targets of lawbook that were missed.
    #[expect(clippy::cast_precision_loss, reason = "mebibytes are for people")]
    fn report(
        &self,
        (script, times): (&EditScript, &[f64]),
        outcome: &mut EditorOutcome,
        slack: f64,
    ) -> Result<(), String> {
        let memory = self.client.resident_memory().unwrap_or_default();
        let [whole, broken] = [true, false].map(|holds| {
            let of_state = script.edits.iter().zip(times).filter(|(edit, _)| edit.holds == holds);
            let mut times: Vec<f64> = of_state.map(|(_, time)| *time).collect();
            times.sort_by(f64::total_cmp);
            [50, 90, 99, 100].map(|share| percentile(&times, share))
        });
        let cells = |values: [f64; 4]| values.map(|value| format!("{value:>7.1}")).join(" ");
        let _ = writeln!(
            outcome.text,
            "{:<16} {:>8.1} |        {} |         {} | {:>8} {:>8.1}",
            self.name,
            self.opened.as_secs_f64() * 1000.0,
            cells(whole),
            cells(broken),
            self.findings / self.answers.max(1),
            memory as f64 / 1024.0
        );
        let file = &script.name;
        if self.missed > 0 {
            outcome.failures.push(format!("{file}: {}: {} edits without an answer", self.name, self.missed));
        }
        if self.name.starts_with("lawbook") {
            for (state, values, target) in [("whole", whole, TARGETS[0]), ("broken", broken, TARGETS[1])] {
                if values[2] > target * slack {
                    self.keep_slowest(script, times, state == "whole")?;
                    outcome.failures.push(format!(
                        "{file}: 99 of 100 edits of a {state} text take up to {:.1} ms, not {:.1}",
                        values[2],
                        target * slack
                    ));
                }
            }
        }
        Ok(())
    }

    /// Writes the text that took longest beside the folder of the server, so that it can be checked alone.
    fn keep_slowest(&self, script: &EditScript, times: &[f64], holds: bool) -> Result<(), String> {
        let of_state = times.iter().enumerate().filter(|(number, _)| script.edits[*number].holds == holds);
        let Some((number, time)) = of_state.max_by(|one, other| one.1.total_cmp(other.1)) else { return Ok(()) };
        let state = if holds { "whole" } else { "broken" };
        let path = self.folder.with_file_name("slowest").join(format!("{state}-{time:.0}ms-{}", script.name));
        write(&path, &script.text_after(number + 1))
    }
}

/// The value below or at which a share of sorted values lies, in percent; 0 of no values.
fn percentile(sorted: &[f64], share: usize) -> f64 {
    let rank = (sorted.len() * share).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_of_the_list() {
        let values: Vec<f64> = (1..=200).map(f64::from).collect();
        let shown = |values: &[f64], share| format!("{}", percentile(values, share));
        assert_eq!([50, 99, 100].map(|share| shown(&values, share)), ["100", "198", "200"]);
        assert_eq!(shown(&[], 99), "0");
    }
}
