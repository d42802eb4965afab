//! The law and the settings of the editor: what is watched, and what follows from a change.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use gen_lsp_types as lsp;
use lawbook_workspace::{CONFIG_NAME, Law, LawPaths, WatchedFiles};
use serde_json::{Value, json};

use crate::check::CheckedDocument;
use crate::client::{MessageLevel, Question};
use crate::open::OpenDocument;
use crate::pool::guarded;
use crate::preferences::{RunMoment, SECTION};
use crate::roots::{OpenFolder, Roots};
use crate::server::{LawReading, Server, ThreadEvent};
use crate::{law_files, uri};

impl Server {
    /// Asks the client for its settings, and to watch the files of the law.
    pub(super) fn introduce(&mut self) {
        let features = self.shared.features.clone();
        if features.registers_configuration {
            let registration = json!({
                "id": "lawbook-configuration", "method": "workspace/didChangeConfiguration",
                "registerOptions": { "section": SECTION }
            });
            self.client.ask(Question::Other, "client/registerCapability", json!({ "registrations": [registration] }));
        }
        if features.watches {
            let watcher = json!({ "globPattern": format!("**/{CONFIG_NAME}") });
            self.register_watchers("lawbook-settings", &[watcher]);
        }
        if features.configures {
            self.ask_for_configuration();
        }
    }

    fn register_watchers(&mut self, id: &str, watchers: &[Value]) {
        let registration = json!({
            "id": id, "method": "workspace/didChangeWatchedFiles", "registerOptions": { "watchers": watchers }
        });
        self.client.ask(Question::Watching, "client/registerCapability", json!({ "registrations": [registration] }));
    }

    /// Has the client watch the files of the laws of the open roots, and reads laws that were not known before.
    pub(super) fn watch_laws(&mut self) {
        let laws: Vec<Arc<Law>> = self.shared.roots.all().iter().map(|root| root.workspace.law()).collect();
        let is_known =
            laws.len() == self.laws_seen.len() && laws.iter().zip(&self.laws_seen).all(|(a, b)| Arc::ptr_eq(a, b));
        if is_known {
            return;
        }
        if laws.len() != self.laws_seen.len() {
            self.read_laws();
        }
        self.laws_seen = laws;
        if !self.shared.features.watches {
            return;
        }
        let mut new = Vec::new();
        for law in &self.laws_seen {
            let watched = law.law_paths().watched();
            new.extend(watched.into_iter().filter(|files| self.watched.insert(files.clone())));
        }
        let is_relative = self.shared.features.relative_patterns;
        let watchers: Vec<Value> =
            new.iter().filter_map(|files| watcher(&self.shared.roots, files, is_relative)).collect();
        if !watchers.is_empty() {
            let id = format!("lawbook-law-{}", self.watched.len());
            self.register_watchers(&id, &watchers);
        }
    }

    /// Searches all laws for mistakes, for the files that are not open.
    pub(super) fn read_laws(&mut self) {
        if self.reading_of_laws != LawReading::Done {
            self.reading_of_laws = LawReading::RunningInVain;
            return;
        }
        self.reading_of_laws = LawReading::Running;
        let files: BTreeSet<PathBuf> = self.shared.open().keys().map(|path| path.to_path_buf()).collect();
        let (shared, events) = (self.shared.clone(), self.events.0.clone());
        let is_on = self.preferences.enable;
        self.pool.run_slow(move || {
            let buffers = shared.law_buffers();
            let files = if is_on { files } else { BTreeSet::new() };
            let found = guarded(|| law_files::of_all(&shared.features, &shared.roots, &files, &buffers));
            drop(events.send(ThreadEvent::LawsRead(found)));
        });
    }

    pub(super) fn send_of_laws(&mut self, found: Result<BTreeMap<String, Vec<lsp::Diagnostic>>, String>) {
        let is_again = self.reading_of_laws == LawReading::RunningInVain;
        self.reading_of_laws = LawReading::Done;
        if is_again {
            return self.read_laws();
        }
        let found = found.unwrap_or_else(|panic| {
            self.report_panic(None, &panic);
            BTreeMap::new()
        });
        let found: BTreeMap<_, _> =
            found.into_iter().filter(|(uri, _)| !self.documents.contains_key(uri.as_str())).collect();
        for uri in self.sent_of_laws.keys().filter(|uri| !found.contains_key(*uri)) {
            self.publish(uri, None, &[]);
        }
        for (uri, items) in found.iter().filter(|(uri, items)| self.sent_of_laws.get(*uri) != Some(*items)) {
            self.publish(uri, None, items);
        }
        self.sent_of_laws = found;
    }

    fn ask_for_configuration(&mut self) {
        let params = json!({ "items": [{ "section": SECTION }] });
        self.client.ask(Question::Configuration, "workspace/configuration", params);
    }

    pub(super) fn change_configuration(&mut self, params: &Value) {
        if self.shared.features.configures {
            return self.ask_for_configuration();
        }
        let given = params.get("settings").unwrap_or(&Value::Null).clone();
        self.set_preferences(&given);
    }

    pub(super) fn set_preferences(&mut self, given: &Value) {
        let mut preferences = self.first_preferences;
        let mistakes = preferences.read(given);
        self.show_preference_mistakes(&mistakes);
        if preferences == self.preferences {
            return;
        }
        self.preferences = preferences;
        if preferences.run == RunMoment::OnType {
            self.documents.values_mut().for_each(OpenDocument::check_present_text);
        }
        self.law_changed();
    }

    pub(super) fn show_preference_mistakes(&self, mistakes: &[String]) {
        for mistake in mistakes {
            self.client.show(MessageLevel::Warning, &format!("lawbook: {mistake}"));
        }
    }

    pub(super) fn change_folders(&mut self, params: &lsp::DidChangeWorkspaceFoldersParams) {
        let path = |folder: &lsp::WorkspaceFolder| uri::to_path(&folder.uri.0);
        let removed: Vec<PathBuf> = params.event.removed.iter().filter_map(path).collect();
        let mut folders = self.shared.roots.folders();
        folders.retain(|folder| !removed.contains(&folder.named));
        folders.extend(params.event.added.iter().filter_map(path).map(OpenFolder::new));
        self.shared.roots.set_folders(folders);
        self.law_changed();
    }

    /// Takes files that were changed, each with whether it has come or gone.
    pub(super) fn files_changed<'u>(&mut self, files: impl Iterator<Item = (&'u str, bool)>) {
        let laws: Vec<LawPaths> = self.shared.roots.all().iter().map(|root| root.workspace.law().law_paths()).collect();
        let (mut is_of_law, mut are_roots_changed) = (false, false);
        for (uri, is_new_or_gone) in files {
            let Some(path) = uri::to_real_path(uri) else { continue };
            let is_config = path.ends_with(CONFIG_NAME);
            let is_ignore = path.file_name().is_some_and(|name| name == ".gitignore");
            // A folder may hold settings.
            let is_folder = || path.is_dir() || self.shared.roots.has_documents_below(&path);
            are_roots_changed |= is_new_or_gone && (is_config || is_folder());
            is_of_law |= is_config || is_ignore || laws.iter().any(|law| law.holds(&path));
        }
        if are_roots_changed {
            self.shared.roots.search_anew();
        } else if is_of_law {
            self.shared.roots.mark_stale();
        }
        if are_roots_changed || is_of_law {
            self.law_changed();
        }
    }

    /// Has everything checked again that was checked by the law before.
    pub(super) fn law_changed(&mut self) {
        self.generation += 1;
        self.shown_mistakes.clear();
        self.read_laws();
        let features = &self.shared.features;
        if features.refreshes_lenses {
            self.client.ask(Question::Other, "workspace/codeLens/refresh", Value::Null);
        }
        if features.pulls && features.refreshes_diagnostics {
            self.client.ask(Question::Other, "workspace/diagnostic/refresh", Value::Null);
        }
        let uris: Vec<Arc<str>> = self.documents.keys().cloned().collect();
        for uri in &uris {
            self.push(uri);
        }
    }

    /// Shows the first mistake in the law, once until the law is changed.
    pub(super) fn show_law_mistakes(&mut self, checked: &CheckedDocument) {
        let first = checked.mistakes.as_ref().and_then(|mistakes| mistakes.first());
        let holds = if checked.by.is_some() { "the law before it holds" } else { "nothing is checked" };
        let Some(mistake) = first else { return };
        let more = checked.mistakes.as_ref().map_or(0, |mistakes| mistakes.len() - 1);
        let more = if more == 0 { String::new() } else { format!(" (and {more} more)") };
        let message = format!("lawbook: {holds}, because of a mistake in the law: {mistake}{more}");
        if self.shown_mistakes.insert(message.clone()) {
            self.client.show(MessageLevel::Error, &message);
            // A law that cannot be read opens no root, which would have its files searched for mistakes.
            self.read_laws();
        }
    }
}

/// Files to watch as the protocol has them; none for a folder whose name is not Unicode.
fn watcher(roots: &Roots, files: &WatchedFiles, is_relative: bool) -> Option<Value> {
    let WatchedFiles { folder, glob, .. } = files;
    if is_relative {
        return Some(json!({ "globPattern": { "baseUri": roots.uri_of(folder)?, "pattern": glob } }));
    }
    let folder = folder.to_str()?.replace(std::path::MAIN_SEPARATOR, "/");
    Some(json!({ "globPattern": format!("{folder}/{glob}") }))
}
