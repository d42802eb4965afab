//! The settings of the editor: which documents are checked, and when. What is found in them is decided by `lawbook.toml`
//! alone.

use serde_json::{Map, Value};

/// The section of the editor's settings.
pub(crate) const SECTION: &str = "lawbook";

/// The moment at which a document is checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum RunMoment {
    /// After each change.
    #[default]
    OnType,
    /// As it is opened and as it is saved.
    OnSave,
}

/// The settings of the editor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Preferences {
    /// False to find nothing at all.
    pub(crate) enable: bool,
    /// The moment at which a document is checked.
    pub(crate) run: RunMoment,
    /// True to check documents for which there is no `lawbook.toml`, by the preset of the command line.
    pub(crate) without_configuration: bool,
    /// True to offer diagnostics of all files of the workspace.
    pub(crate) workspace_diagnostics: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self { enable: true, run: RunMoment::OnType, without_configuration: false, workspace_diagnostics: true }
    }
}

/// The name of each setting, and how it is read. False for a value of the wrong type.
type SettingReader = fn(&mut Preferences, &Value) -> bool;

/// The settings, what each takes, and how it is read.
const READERS: [(&str, &str, SettingReader); 4] = [
    ("enable", "`true` or `false`", |read, value| set(&mut read.enable, value.as_bool())),
    ("run", "`onType` or `onSave`", |read, value| set(&mut read.run, moment(value))),
    ("withoutConfiguration", "`true` or `false`", |read, value| set(&mut read.without_configuration, value.as_bool())),
    ("workspaceDiagnostics", "`true` or `false`", |read, value| set(&mut read.workspace_diagnostics, value.as_bool())),
];

/// Settings that belong to clients: where the program is, and what they log.
const OF_CLIENTS: [&str; 2] = ["path", "trace"];

fn set<T>(place: &mut T, value: Option<T>) -> bool {
    value.map(|value| *place = value).is_some()
}

fn moment(value: &Value) -> Option<RunMoment> {
    match value.as_str()? {
        "onType" => Some(RunMoment::OnType),
        "onSave" => Some(RunMoment::OnSave),
        _ => None,
    }
}

impl Preferences {
    /// Reads the settings that the client gives over these, which stay where it gives none. Returns the mistakes, a
    /// sentence each. They may stand below `settings` or below the name of the section, as clients nest them.
    pub(crate) fn read(&mut self, given: &Value) -> Vec<String> {
        let Some(fields) = given.as_object() else {
            // Lua writes a table without entries as a list.
            return if given.is_null() || given.as_array().is_some_and(Vec::is_empty) {
                Vec::new()
            } else {
                vec![format!("the settings are an object, not `{given}`")]
            };
        };
        for nested in [SECTION, "settings"] {
            if let Some(inner) = fields.get(nested).filter(|inner| inner.is_object() || inner.is_array()) {
                return self.read(inner);
            }
        }
        self.read_fields(fields)
    }

    fn read_fields(&mut self, fields: &Map<String, Value>) -> Vec<String> {
        let mut mistakes = Vec::new();
        for (key, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
            match READERS.iter().find(|(name, ..)| name == key) {
                Some((_, takes, read)) => {
                    if !read(self, value) {
                        mistakes.push(format!("the setting `{key}` takes {takes}, not `{value}`"));
                    }
                }
                None if OF_CLIENTS.contains(&key.as_str()) => {}
                None => {
                    let names = READERS.map(|(name, ..)| format!("`{name}`")).join(", ");
                    mistakes.push(format!("there is no setting `{key}`: the settings are {names}"));
                }
            }
        }
        mistakes
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn settings_are_read_wherever_clients_put_them() {
        let given = json!({ "enable": false, "run": "onSave", "withoutConfiguration": true, "workspaceDiagnostics": false, "path": "x" });
        for given in [
            given.clone(),
            json!({ "settings": given }),
            json!({ "lawbook": given }),
            json!({ "settings": { "lawbook": given } }),
        ] {
            let mut read = Preferences::default();
            assert_eq!(read.read(&given), Vec::<String>::new());
            let expected = Preferences {
                enable: false,
                run: RunMoment::OnSave,
                without_configuration: true,
                workspace_diagnostics: false,
            };
            assert_eq!(read, expected, "{given}");
        }
    }

    #[test]
    fn a_wrong_setting_is_named_and_costs_no_other() {
        let mut read = Preferences::default();
        let mistakes =
            read.read(&json!({ "enabled": false, "run": "never", "enable": false, "workspaceDiagnostics": null }));
        assert!(
            mistakes[0].contains("no setting `enabled`") && mistakes[1].contains("`onType` or `onSave`"),
            "{mistakes:?}"
        );
        assert!(!read.enable && read.workspace_diagnostics && mistakes.len() == 2);
        assert_eq!(read.read(&json!(7)).len(), 1);
        assert_eq!(read.read(&json!([7])).len(), 1);
        assert_eq!(read.read(&Value::Null).len(), 0);
        assert_eq!(read.read(&json!({ "lawbook": [] })).len(), 0);
    }
}
