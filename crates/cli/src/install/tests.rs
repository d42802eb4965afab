//! Settings of many forms, with the hooks put in and taken back.

use std::path::Path;

use serde_json::Value;

use super::agents::{AGENTS, Agent, SettingsFile, SettingsForm};
use super::{HookCommand, json};

/// Settings in JSON as people write them, in forms that are kept byte for byte. `HOOKS` stands for the name of the member
/// with the events.
const JSON_TEXTS: &[&str] = &[
    "",
    "\n",
    "  \n\n",
    "{}",
    "{}\n",
    "{ }",
    "{\n}\n",
    "{\n\n\n}\n",
    "\u{feff}{}\n",
    "\u{feff}",
    "\u{feff}{\"a\": 1}",
    "// only a comment",
    "/* a */ // b\n",
    "{\"a\":1}",
    "{\"a\": 1}\n",
    "{\"a\": 1,}\n",
    "{\n  \"a\": 1\n}\n",
    "{\n  \"a\": 1,\n}\n",
    "{\n\t\"a\": {\n\t\t\"b\": [1, 2]\n\t}\n}",
    "{\r\n    \"a\": 1,\r\n    \"b\": 2\r\n}\r\n",
    "{\r\n}\r\n",
    "// head\n{\n  // above\n  \"a\": 1, // beside\n  // below\n}\n// foot\n",
    "{\n  \"a\": 1 // beside\n}\n",
    "{\n  \"a\": 1 /* beside */ , // and more\n  // below\n}\n",
    "{ /* nothing */ }\n",
    "{\n  // nothing yet\n}\n",
    "{\"version\": 1}\n",
    "{\n  \"version\": 1\n}\n",
    "{\n  \"version\": 1,\n  \"HOOKS\": {}\n}\n",
    "{\"HOOKS\": {}}\n",
    "{\"HOOKS\":{}, \"a\": \"// no comment\"}\n",
    "{\n  \"HOOKS\": {\n  }\n}\n",
    "{\n  \"HOOKS\": { /* none */ },\n}\n",
    "{\n  \"HOOKS\": {\n    // none\n  },\n  \"z\": null\n}\n",
    "{\n  \"HOOKS\": {\n    \"Notification\": [{\"hooks\": [{\"type\": \"command\", \"command\": \"say\"}]}]\n  }\n}\n",
    "{\n  \"HOOKS\": {\n    \"Stop\": [], \"stop\": [ ], \"AfterAgent\": [\n\n    ]\n  }\n}\n",
    "{\n  \"HOOKS\": {\n    \"PreToolUse\": [\n      {\n        \"matcher\": \"Bash\",\n        \"hooks\": [{\"type\": \"command\", \"command\": \"./guard.sh\"}]\n      }, // mine\n    ],\n    \"preToolUse\": [{\"command\": \"./guard.sh\"}],\n    \"BeforeTool\": [ {\"hooks\": [ {\"command\": \"x\"} ] } ]\n  }\n}\n",
    "{\n \"permissions\": {\"allow\": [\"Bash(ls \\\"*\\\")\", \"é\\u00e9\\n\"]},\n \"n\": [-1.5e3, true, null, {}]\n}",
    "    {\n      \"a\": 1\n    }\n",
];

fn commands() -> [HookCommand; 3] {
    [
        HookCommand::new(None, false),
        HookCommand::new(None, true),
        HookCommand::new(Some(Path::new("/opt/my tools/lawbook")), false),
    ]
}

/// The files with settings in JSON, with the text for the member that holds the events.
fn json_files() -> impl Iterator<Item = (&'static Agent, &'static SettingsFile, &'static str)> {
    let files = AGENTS.iter().flat_map(|agent| agent.files.iter().map(move |file| (*agent, file)));
    files.filter_map(|(agent, file)| match file.form {
        SettingsForm::Json { events, .. } => Some((agent, file, events.unwrap_or("hooks"))),
        _ => None,
    })
}

fn install(agent: &Agent, file: &SettingsFile, old: Option<&str>, command: &HookCommand) -> String {
    let rewritten = agent.install(file, "x", old, command).unwrap_or_else(|mistake| panic!("{old:?}: {mistake:?}"));
    assert_eq!(rewritten.kept, [], "{old:?}");
    rewritten.text.unwrap()
}

fn uninstall(agent: &Agent, file: &SettingsFile, old: &str) -> Option<String> {
    let rewritten = agent.uninstall(file, "x", old).unwrap();
    assert_eq!(rewritten.kept, [], "{old:?}");
    rewritten.text
}

/// The value of a text without the entries that run lawbook.
fn value(text: &str) -> Value {
    json::parse(text).unwrap().map_or(Value::Null, |root| root.to_value())
}

#[test]
fn json_is_kept_byte_for_byte_and_taken_back() {
    for (agent, file, events) in json_files() {
        for text in JSON_TEXTS {
            let old = text.replace("HOOKS", events);
            let [plain, closed, absolute] = commands();
            let installed = install(agent, file, Some(&old), &plain);
            assert_eq!(install(agent, file, Some(&installed), &plain), installed, "{}: {old:?}", agent.name);
            let changed = install(agent, file, Some(&installed), &closed);
            assert!(changed.contains("--fail-closed"), "{changed}");
            assert_eq!(install(agent, file, Some(&changed), &plain), installed);
            let moved = install(agent, file, Some(&installed), &absolute);
            for new in [&installed, &changed, &moved] {
                for event in agent.events {
                    assert!(new.contains(&format!("\"{}\"", event.name)), "{new}");
                }
                if !old.contains("\r\n") {
                    assert!(!new.contains('\r'), "{new:?}");
                }
                let back = uninstall(agent, file, new);
                assert_eq!(back.as_deref(), Some(old.as_str()), "{}: {new}", agent.name);
            }
            // The entries from before are still there, in the same order.
            let kept = installed.bytes().collect::<Vec<u8>>();
            let mut rest = kept.iter();
            assert!(old.bytes().all(|byte| rest.any(|kept| *kept == byte)), "{installed}");
        }
    }
}

/// Texts of settings in forms that nobody has thought of: blanks, comments and commas wherever they may stand.
struct SettingsTexts {
    state: u64,
    newline: &'static str,
}

impl SettingsTexts {
    fn below(&mut self, count: usize) -> usize {
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.state >> 33).unwrap() % count
    }

    fn blanks(&mut self) -> String {
        let newline = self.newline;
        let pieces = [" ", "\t", "/*/ , { */", "\n", "\n  ", "// c \" } ,\n", "/* a\n // b */"];
        (0..self.below(3)).map(|_| pieces[self.below(pieces.len())].replace('\n', newline)).collect()
    }

    fn items(&mut self, ends: [char; 2], items: Vec<String>) -> String {
        let count = items.len();
        let mut text = ends[0].to_string();
        for (index, item) in items.into_iter().enumerate() {
            text += &self.blanks();
            text += &item;
            text += &self.blanks();
            if index + 1 < count || self.below(4) == 0 {
                text.push(',');
            }
        }
        text + &self.blanks() + &ends[1].to_string()
    }

    fn object(&mut self, names: &[&str]) -> String {
        let count = self.below(names.len() + 1);
        let mut members = Vec::new();
        for name in &names[..count] {
            let value = match *name {
                "HOOKS" => self.object(&["Stop", "stop", "BeforeTool"]),
                "Stop" | "stop" | "BeforeTool" => {
                    let entries = (0..self.below(3)).map(|_| self.object(&["matcher"])).collect();
                    self.items(['[', ']'], entries)
                }
                _ => ["1.5", "\"a // \\\" {\"", "{}", "[ 1, ]"][self.below(4)].to_owned(),
            };
            members.push(format!("\"{name}\"{}:{}{value}", self.blanks(), self.blanks()));
        }
        self.items(['{', '}'], members)
    }

    fn next(&mut self) -> String {
        self.newline = ["\n", "\r\n"][self.below(2)];
        let names = [["a", "HOOKS", "b"], ["HOOKS", "a", "b"], ["a", "b", "HOOKS"]][self.below(3)];
        let bom = ["", "", "", "\u{feff}"][self.below(4)];
        format!("{bom}{}{}{}", self.blanks(), self.object(&names), self.blanks())
    }
}

#[test]
fn json_of_any_form_is_taken_back() {
    let mut texts = SettingsTexts { state: 7, newline: "\n" };
    let command = &commands()[0];
    for (agent, file, events) in json_files() {
        for _ in 0..300 {
            let old = texts.next().replace("HOOKS", events);
            let installed = install(agent, file, Some(&old), command);
            assert_eq!(install(agent, file, Some(&installed), command), installed, "{old:?}");
            assert_eq!(uninstall(agent, file, &installed).as_deref(), Some(old.as_str()), "{installed}");
        }
    }
}

#[test]
fn a_file_of_lawbook_alone_is_made_and_deleted() {
    for agent in AGENTS {
        let file = &agent.files[0];
        for command in commands() {
            let made = install(agent, file, None, &command);
            assert!(made.ends_with('\n') && !made.ends_with("\n\n"), "{made}");
            assert_eq!(install(agent, file, Some(&made), &command), made, "{}", agent.name);
            assert_eq!(uninstall(agent, file, &made), None, "{}", agent.name);
        }
    }
}

#[test]
fn formatted_anew_the_entries_are_still_found() {
    for (agent, file, events) in json_files() {
        let old = format!("{{\"a\": 1, \"{events}\": {{\"Other\": [1]}}}}");
        let installed = install(agent, file, Some(&old), &commands()[0]);
        for formatted in [value(&installed).to_string(), serde_json::to_string_pretty(&value(&installed)).unwrap()] {
            assert_eq!(install(agent, file, Some(&formatted), &commands()[0]), formatted);
            let back = uninstall(agent, file, &formatted).unwrap();
            assert_eq!(value(&back), value(&old), "{back}");
        }
    }
}

#[test]
fn entries_of_the_user_beside_ours_stay() {
    for (agent, file, _) in json_files() {
        let installed = install(agent, file, None, &commands()[0]);
        // An item in front of ours, one behind, and one in our own entry.
        let event = agent.events[1].name;
        let list = format!("\"{event}\": [");
        let before = installed.replacen(&list, &format!("{list} {{\"command\": \"mine\"}}, // first\n"), 1);
        let back = uninstall(agent, file, &before).unwrap();
        let member = |text: &str| value(text).to_string();
        assert!(member(&back).contains(&format!("\"{event}\":[{{\"command\":\"mine\"}}]")), "{back}");
        assert!(!back.contains("lawbook"), "{back}");
        let inside = "\"hooks\": [\n";
        if let Some(at) = installed.find("\"type\"").and_then(|at| installed[..at].rfind(inside)) {
            let mut shared = installed.clone();
            shared.insert_str(at + inside.len(), "{\"command\": \"mine\"},\n");
            let back = uninstall(agent, file, &shared).unwrap();
            assert!(member(&back).contains("\"hooks\":[{\"command\":\"mine\"}]"), "{back}");
            assert!(!back.contains("lawbook"), "{back}");
        }
    }
}

#[test]
fn an_entry_that_the_user_has_changed_is_kept_and_named() {
    for (agent, file, _) in json_files() {
        let plain = &commands()[0];
        let installed = install(agent, file, None, plain);
        let line = plain.line(agent.name);
        // Another command around it is not ours any more.
        let changed = installed.replacen(&line, &format!("nice {line}"), 1);
        let again = agent.install(file, "x", Some(&changed), plain).unwrap();
        assert_eq!(again.text.as_deref(), Some(changed.as_str()));
        assert_eq!(again.kept.len(), 1, "{changed}");
        assert_eq!(again.kept[0].event, agent.events[0].name);
        assert!(changed.lines().nth(again.kept[0].line - 1).unwrap().contains("nice"));
        let without = agent.uninstall(file, "x", &changed).unwrap();
        assert_eq!(without.kept.len(), 1);
        assert_eq!(without.text.unwrap().matches("lawbook hook").count(), 1);
        // Other tools or another time limit: kept, and taken out on request.
        let limited = installed.replacen(": 60", ": 5", 1);
        let again = agent.install(file, "x", Some(&limited), plain).unwrap();
        assert_eq!((again.text.as_deref(), again.kept.len()), (Some(limited.as_str()), 1));
        assert!(!uninstall(agent, file, &limited).unwrap_or_default().contains("lawbook"));
    }
}

#[test]
fn a_broken_file_is_refused_with_the_place() {
    for (text, expected) in [
        ("{", "x:1:2: a name in quotes"),
        ("{\n  \"a\": 1\n  \"b\": 2\n}", "x:3:3: `,` or `}` is missing here"),
        ("{\"a\": }", "x:1:7: this is no JSON value"),
        ("{\"a\": 'b'}", "x:1:7: this is no JSON value"),
        ("{\"a\": 1} {}", "x:1:10: the value ends before this"),
        ("[]", "x:1:1: this is no object"),
        ("\"a\"", "x:1:1: this is no object"),
        ("{\"a\": \"b\n\"}", "x:1:7: this string has no end"),
        ("{\"a\": 1 /* }", "x:1:9: this comment has no end"),
        ("{\"é\": 1, \"a\" 2}", "x:1:14: `:` is missing here"),
        ("{\"hooks\": {}, \"hooks\": {}}", "x:1:15: `hooks` is there twice"),
        ("{\"hooks\": []}", "x:1:11: `hooks` is an object in these settings"),
        ("{\"hooks\": {\"Stop\": {}}}", "x:1:20: `Stop` is a list in these settings"),
        ("{\"a\": \"\\q\"}", "x:1:7: this is no JSON string"),
        ("<<<<<<< HEAD\n{}", "x:1:1: this is no JSON value"),
    ] {
        let agent = AGENTS.iter().find(|agent| agent.name == "claude-code").unwrap();
        let refused = agent.install(&agent.files[0], "x", Some(text), &commands()[0]).unwrap_err();
        assert!(refused.message.starts_with(expected), "{text:?}: {}", refused.message);
    }
    let deep = format!("{}{}", "{\"a\":".repeat(100_000), "1");
    let agent = AGENTS[0];
    assert!(agent.install(&agent.files[0], "x", Some(&deep), &commands()[0]).is_err());
}

/// Settings of Codex in TOML that have hooks already.
const TOML_TEXTS: &[&str] = &[
    "[[hooks.Stop]]\n\n[[hooks.Stop.hooks]]\ntype = \"command\"\ncommand = \"say done\"\n",
    "model = \"o5\" # mine\n\n[hooks]\n\n[[hooks.PreToolUse]]\nmatcher = 'x'\nhooks = []\n",
    "model = \"o5\"\n[[hooks.PreToolUse]]\nmatcher = 'x'\n[[hooks.PreToolUse.hooks]]\ncommand = 'y'\n[profiles.a]\nx = 1",
    "\r\n[hooks.state]\r\nx = 1\r\n[[hooks.Notification]]\r\nmatcher = \"\"\r\n\r\n\r\n",
    "# only\n[features]\nhooks = true\n[[hooks.A]]\n[projects.\"/a b\"]\ntrust_level = \"trusted\"\n\n# end\n",
];

#[test]
fn toml_is_kept_byte_for_byte_and_taken_back() {
    let agent = AGENTS.iter().find(|agent| agent.name == "codex").unwrap();
    let file = &agent.files[1];
    for text in TOML_TEXTS {
        assert!(file.has_hooks(text), "{text}");
        let [plain, closed, absolute] = commands();
        let installed = install(agent, file, Some(text), &plain);
        let document: toml_edit::DocumentMut = installed.parse().unwrap();
        for event in agent.events {
            let groups = document["hooks"][event.name].as_array_of_tables().unwrap();
            let last = groups.iter().last().unwrap();
            assert_eq!(last.get("matcher").and_then(toml_edit::Item::as_str), event.matcher);
            let handler = last["hooks"].as_array_of_tables().unwrap().get(0).unwrap();
            assert_eq!(handler["command"].as_str(), Some("lawbook hook codex"));
        }
        assert_eq!(install(agent, file, Some(&installed), &plain), installed);
        for command in [closed, absolute] {
            let changed = install(agent, file, Some(&installed), &command);
            assert_ne!(changed, installed);
            assert_eq!(uninstall(agent, file, &changed).as_deref(), Some(*text));
            assert_eq!(install(agent, file, Some(&changed), &plain), installed);
        }
        assert_eq!(uninstall(agent, file, &installed).as_deref(), Some(*text));
        let limited = installed.replacen("timeout = 60", "timeout = 5", 1);
        let again = agent.install(file, "x", Some(&limited), &plain).unwrap();
        assert_eq!((again.text.as_deref(), again.kept.len()), (Some(limited.as_str()), 1));
        assert!(!uninstall(agent, file, &limited).unwrap().contains("lawbook"));
    }
    for (text, expected) in [
        ("[hooks]\nStop = [{ hooks = [] }]\n", "x writes its hooks in one line"),
        ("hooks = { A = [] }\n", "x writes its hooks in one line"),
        ("a = \n", "x:1:"),
    ] {
        let refused = agent.install(file, "x", Some(text), &commands()[0]).unwrap_err();
        assert!(refused.message.starts_with(expected), "{text:?}: {}", refused.message);
    }
}

#[test]
fn a_plugin_that_is_not_ours_is_left_alone() {
    let agent = AGENTS.iter().find(|agent| agent.name == "opencode").unwrap();
    let file = &agent.files[0];
    let [plain, closed, absolute] = commands();
    let own = install(agent, file, None, &plain);
    assert_eq!(install(agent, file, Some(&install(agent, file, None, &absolute)), &plain), own);
    assert!(
        install(agent, file, Some(&own), &closed).contains("[\"lawbook\", \"hook\", \"opencode\", \"--fail-closed\"]")
    );
    let refused = agent.install(file, "x", Some("export const A = 1\n"), &plain).unwrap_err();
    assert!(refused.message.contains("is not of lawbook"));
    assert_eq!(uninstall(agent, file, "export const A = 1\n").as_deref(), Some("export const A = 1\n"));
    let changed = own.replace("catch {", "catch (error) {");
    for kept in
        [agent.install(file, "x", Some(&changed), &plain).unwrap(), agent.uninstall(file, "x", &changed).unwrap()]
    {
        assert_eq!((kept.text.as_deref(), kept.kept.len()), (Some(changed.as_str()), 1));
    }
}
