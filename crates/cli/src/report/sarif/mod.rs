//! The report in SARIF 2.1.0, for GitHub code scanning and other services and viewers.
//!
//! GitHub ignores the mark of suppressed results and shows them as open alerts. So they are written on request only.

mod line_hash;
mod log;
mod rules;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use lawbook_core::diagnostic::{Diagnostic, Edit, Fix, Severity};
use lawbook_core::rule::engine_ids;
use lawbook_core::source::{ColumnUnit, Encoding, RelPath};
use lawbook_core::span::Span;
use lawbook_workspace::CONFIG_NAME;

use crate::report::gaps::gaps;
use crate::report::places::Places;
use crate::report::sarif::log::{
    ArtifactChange, ArtifactLocation, AutomationDetails, Content, Counts, Descriptor, Driver, Fingerprints,
    FixProperties, Invocation, Location, Log, LogicalLocation, Notification, PhysicalLocation, Region, Replacement,
    SarifFix, SarifMessage, SarifResult, SarifRun, SarifSuppression, SarifTool, SourceRoot, UriBaseIds,
};
use crate::report::{ReportView, unsaid_measure};
use crate::text::{Text, counted};

/// The most results of a run that GitHub takes; it refuses a file with more.
const MAX_RESULTS: usize = 25_000;

/// The most results of a run that GitHub keeps, by level.
const MAX_KEPT_RESULTS: usize = 5_000;

/// The most locations of a result that GitHub takes, its own one included.
const MAX_LOCATIONS: usize = 1_000;

/// The base of all addresses.
const SOURCE_ROOT: &str = "%SRCROOT%";

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Renders the report on one line, the worst findings first.
///
/// # Errors
/// A value cannot be serialized as JSON.
pub(super) fn render(view: ReportView<'_>) -> Result<Text, serde_json::Error> {
    log_of(view, &view.worst_first(), false)
}

/// The same with the suppressed findings behind the others, marked and with the reasons.
///
/// # Errors
/// A value cannot be serialized as JSON.
pub(super) fn render_with_suppressed(view: ReportView<'_>) -> Result<Text, serde_json::Error> {
    let mut suppressed: Vec<&Diagnostic> = view.report.suppressed.iter().map(|found| &**found).collect();
    suppressed.sort_by_key(|found| std::cmp::Reverse(found.severity));
    let all = [view.worst_first(), suppressed].concat();
    log_of(view, &all, true)
}

/// The findings as SARIF; those behind the ones that are shown are suppressed.
fn log_of(view: ReportView<'_>, found: &[&Diagnostic], has_suppressed: bool) -> Result<Text, serde_json::Error> {
    let kept = &found[..found.len().min(MAX_RESULTS)];
    let shown = view.report.diagnostics.len();
    let indexes: HashMap<&str, usize> =
        view.report.rules.keys().enumerate().map(|(index, id)| (&**id, index)).collect();
    let mut writer = Writer { view, places: Places::new(view, ColumnUnit::Utf16) };
    let regions: Vec<Region> = kept.iter().map(|found| writer.region(&found.path, found.span)).collect();
    let hashes = line_hashes(view, kept, &regions);
    let mut results = Vec::with_capacity(kept.len());
    for (number, (found, region)) in kept.iter().zip(&regions).enumerate() {
        let is_suppressed = number >= shown;
        let suppression =
            || SarifSuppression { kind: "inSource", justification: view.report.suppression_reason(found) };
        // What is suppressed is not to be fixed.
        let fixes = found.fixes.iter().filter(|_| !is_suppressed).filter_map(|fix| writer.fix(found, fix)).collect();
        results.push(SarifResult {
            rule_id: &found.rule,
            rule_index: indexes.get(&*found.rule).copied(),
            level: rules::level(found.severity),
            message: message_of(found),
            locations: [Location {
                id: None,
                place: physical(address(view, &found.path), *region),
                logical_locations: logical(&found.symbol),
                message: None,
            }],
            partial_fingerprints: Fingerprints {
                line_hash: hashes.get(&found.path).and_then(|lines| lines.get(&region.start_line).cloned()),
                own: &found.fingerprint,
            },
            related_locations: writer.related(found),
            fixes,
            suppressions: has_suppressed.then(|| is_suppressed.then(suppression).into_iter().collect()),
        });
    }
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [SarifRun {
            tool: SarifTool {
                driver: Driver {
                    name: "lawbook",
                    version: env!("CARGO_PKG_VERSION"),
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    information_uri: env!("CARGO_PKG_REPOSITORY"),
                    rules: rules::rules(view.report),
                },
            },
            invocations: [Invocation {
                execution_successful: true,
                tool_execution_notifications: writer.notifications(found),
            }],
            // Runs over several roots of a repository are kept apart.
            automation_details: AutomationDetails { id: format!("lawbook/{}", view.root_in_repository()) },
            original_uri_base_ids: UriBaseIds {
                source_root: SourceRoot { description: text_of("The top of the repository.") },
            },
            column_kind: "utf16CodeUnits",
            results,
            properties: Counts { suppressed: view.report.summary.suppressed, known: view.report.summary.known },
        }],
    };
    Text::json(&log)
}

/// The hashes of the lines where findings start, by file.
fn line_hashes<'a>(
    view: ReportView<'a>,
    found: &[&'a Diagnostic],
    regions: &[Region],
) -> BTreeMap<&'a RelPath, BTreeMap<u32, String>> {
    let mut lines: BTreeMap<&RelPath, BTreeSet<u32>> = BTreeMap::new();
    for (found, region) in found.iter().zip(regions) {
        lines.entry(&found.path).or_default().insert(region.start_line);
    }
    let of = |(path, lines)| {
        // GitHub reads a file as UTF-8 and would compute another hash.
        let source = view.report.source(path).filter(|source| source.encoding() == Encoding::Utf8)?;
        Some((path, line_hash::of_lines(source.text(), lines)))
    };
    lines.into_iter().filter_map(of).collect()
}

/// Writes the parts of results that have places.
struct Writer<'a> {
    view: ReportView<'a>,
    places: Places<'a>,
}

impl<'a> Writer<'a> {
    /// The region of a span; in a file without text its first line, since GitHub wants one.
    fn region(&mut self, path: &'a RelPath, span: Span) -> Region {
        let Some(range) = self.places.find(path, span) else {
            return Region { start_line: 1, start_column: None, end_line: None, end_column: None };
        };
        Region {
            start_line: range.start.line,
            start_column: Some(range.start.column),
            end_line: Some(range.end.line),
            end_column: Some(range.end.column),
        }
    }

    /// The places that explain a finding.
    fn related(&mut self, found: &'a Diagnostic) -> Vec<Location<'a>> {
        let mut locations = Vec::new();
        for (number, related) in found.related.iter().take(MAX_LOCATIONS - 1).enumerate() {
            let path = related.path.as_ref().unwrap_or(&found.path);
            let region = self.region(path, related.span);
            locations.push(Location {
                id: Some(number + 1),
                place: physical(address(self.view, path), region),
                logical_locations: Vec::new(),
                message: Some(SarifMessage { text: without_links(Cow::Borrowed(&related.message)) }),
            });
        }
        locations
    }

    /// A fix as replacements; none if it creates, renames or deletes files, for which SARIF has no words, or if the text of a
    /// file is not known.
    fn fix(&mut self, found: &'a Diagnostic, fix: &'a Fix) -> Option<SarifFix<'a>> {
        if !fix.files().is_empty() {
            return None;
        }
        let mut by_file: BTreeMap<&RelPath, Vec<Replacement<'a>>> = BTreeMap::new();
        for edit in fix.edits() {
            let path = edit.path.as_ref().unwrap_or(&found.path);
            by_file.entry(path).or_default().push(self.replacement(path, edit)?);
        }
        let changes = by_file.into_iter().map(|(path, replacements)| ArtifactChange {
            artifact_location: artifact(address(self.view, path)),
            replacements,
        });
        Some(SarifFix {
            description: SarifMessage { text: without_links(Cow::Borrowed(fix.title())) },
            artifact_changes: changes.collect(),
            properties: FixProperties { safety: fix.safety().name() },
        })
    }

    fn replacement(&mut self, path: &'a RelPath, edit: &'a Edit) -> Option<Replacement<'a>> {
        let range = self.places.find_exactly(path, edit.span)?;
        Some(Replacement {
            deleted_region: Region {
                start_line: range.start.line,
                start_column: Some(range.start.column),
                end_line: Some(range.end.line),
                end_column: Some(range.end.column),
            },
            inserted_content: (!edit.text.is_empty()).then_some(Content { text: &edit.text }),
        })
    }

    /// What the results do not say: files that were not checked, and results that are left out for a limit.
    fn notifications(&mut self, found: &[&'a Diagnostic]) -> Vec<Notification> {
        let mut notifications = Vec::new();
        let count = found.len();
        if count > MAX_RESULTS {
            let words =
                format!("only the worst {MAX_RESULTS} of {count} findings are here, since GitHub takes no more");
            notifications.push(notification("cut", Severity::Warning, words, None));
        } else if count > MAX_KEPT_RESULTS {
            let words = format!("GitHub keeps the worst {MAX_KEPT_RESULTS} of the {count} findings");
            notifications.push(notification("cut", Severity::Info, words, None));
        }
        let cut = found.iter().filter(|found| found.related.len() >= MAX_LOCATIONS).count();
        if cut > 0 {
            let words = format!("{} have more than {MAX_LOCATIONS} locations, which are cut", counted(cut, "finding"));
            notifications.push(notification("cut", Severity::Info, words, None));
        }
        let is_unchecked =
            |found: &&&Diagnostic| [engine_ids::UNCHECKED_FILE, engine_ids::INTERNAL_ERROR].contains(&&*found.rule);
        for found in found.iter().filter(is_unchecked) {
            let place = Some((address(self.view, &found.path), 1));
            notifications.push(notification(&found.rule, found.severity, found.message.clone(), place));
        }
        for gap in gaps(self.view) {
            let place = (!gap.path.is_root()).then(|| (address(self.view, &gap.path), gap.line));
            notifications.push(notification(gap.kind, Severity::Info, gap.words, place));
        }
        let left_out = self.view.report.skipped.iter().filter(|skipped| !skipped.is_requested).count();
        if left_out > 0 {
            let words = format!("{} left out on purpose", counted(left_out, "path"));
            notifications.push(notification("left-out", Severity::Info, words, None));
        }
        notifications
    }
}

fn notification(id: &str, severity: Severity, words: String, place: Option<(String, u32)>) -> Notification {
    let location = |(uri, line)| Location {
        id: None,
        place: physical(uri, Region { start_line: line, start_column: None, end_line: None, end_column: None }),
        logical_locations: Vec::new(),
        message: None,
    };
    Notification {
        descriptor: Descriptor { id: id.to_owned() },
        level: rules::level(severity),
        message: SarifMessage { text: without_links(Cow::Owned(words)) },
        locations: place.into_iter().map(location).collect(),
    }
}

fn text_of(text: &'static str) -> SarifMessage<'static> {
    SarifMessage { text: Cow::Borrowed(text) }
}

fn message_of(found: &Diagnostic) -> SarifMessage<'_> {
    let text = match unsaid_measure(found) {
        Some(measure) => Cow::Owned(format!("{} ({measure})", found.message)),
        None => Cow::Borrowed(found.message.as_str()),
    };
    SarifMessage { text: without_links(text) }
}

/// A text in which no `[…](…)` is a link: code that is quoted may look like one.
fn without_links(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.contains("](") {
        return text;
    }
    Cow::Owned(text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]"))
}

fn logical(symbol: &str) -> Vec<LogicalLocation<'_>> {
    if symbol.is_empty() { Vec::new() } else { vec![LogicalLocation { fully_qualified_name: symbol }] }
}

fn physical(uri: String, region: Region) -> PhysicalLocation {
    PhysicalLocation { artifact_location: artifact(uri), region: Some(region) }
}

fn artifact(uri: String) -> ArtifactLocation {
    ArtifactLocation { uri, uri_base_id: SOURCE_ROOT }
}

/// The address of a file below the top of the repository. What is about the project as a whole stands at its settings, since
/// GitHub refuses results without a file.
fn address(view: ReportView<'_>, path: &RelPath) -> String {
    let settings = || RelPath::new(CONFIG_NAME);
    let path = if path.is_root() { view.in_repository(&settings()) } else { view.in_repository(path) };
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/') {
            uri.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_code_is_no_link() {
        assert_eq!(without_links("a[0] \\ {b}".into()), "a[0] \\ {b}");
        assert_eq!(without_links("`[x](1)` in `a[0]`".into()), "`\\[x\\](1)` in `a\\[0\\]`");
        assert_eq!(without_links(r"\[x](1)".into()), r"\\\[x\](1)");
    }
}
