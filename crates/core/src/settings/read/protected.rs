//! Reads `[[protected]]`: the files that agents may not edit, or not without a word.

use crate::data::Value;
use crate::data::reader::{self, Table};
use crate::mistake::Mistakes;
use crate::settings::read::some_globs;
use crate::settings::{ProtectedAction, ProtectedFiles};

const ACTIONS: [(&str, ProtectedAction); 3] = {
    let [deny, ask, remind] = [ProtectedAction::Deny, ProtectedAction::Ask, ProtectedAction::Remind];
    [(deny.name(), deny), (ask.name(), ask), (remind.name(), remind)]
};

pub(super) fn read(value: &Value, mistakes: &mut Mistakes) -> Vec<ProtectedFiles> {
    if value.as_map().is_some() {
        let help = "write `[[protected]]` above the keys of each entry: `files`, `action` and `reason`";
        mistakes.add_with_help(value.span, "protected: expected a list, found a mapping", help);
        return Vec::new();
    }
    let items = reader::list("protected", value, mistakes).unwrap_or_default();
    items.iter().filter_map(|item| entry(item, mistakes)).collect()
}

fn entry(item: &Value, mistakes: &mut Mistakes) -> Option<ProtectedFiles> {
    let table = Table::open("protected", item, &["files", "action", "reason"], mistakes)?;
    let files = table.required("files", mistakes).map(|entry| some_globs("files", &entry.value, mistakes));
    let action = table.required("action", mistakes);
    let action = action.and_then(|entry| reader::one_of("action", &entry.value, &ACTIONS, mistakes));
    let reason = table.get("reason").and_then(|entry| reader::string("reason", &entry.value, mistakes));
    let reason = reason.map(|reason| reason.trim().to_owned());
    Some(ProtectedFiles { files: files?, action: action?, reason, span: table.span })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;
    use crate::settings::read::testing::check;

    #[test]
    fn entries_are_read_whole() {
        let text = "[[protected]]\nfiles = [\"db/**\", \"!db/seed\"]\naction = \"ask\"\nreason = \"live data\"\n\
                    [[protected]]\nfiles = [\"x\"]\naction = \"remind\"\n";
        let found = Settings::parse("", text).unwrap().protected;
        let shown: Vec<_> = found.iter().map(|one| (one.files.len(), one.action, one.reason.as_deref())).collect();
        assert_eq!(shown, [(2, ProtectedAction::Ask, Some("live data")), (1, ProtectedAction::Remind, None)]);
    }

    #[test]
    fn every_mistake_is_shown() {
        let action = "files = [\"a\"]\naction = \"deny\"\n";
        check(&format!("[[protected]]\n{action}"), &[]);
        check(
            &format!("[protected]\n{action}"),
            &[
                "1:1: protected: expected a list, found a mapping (write `[[protected]]` above the keys of each entry: `files`, `action` and `reason`)",
            ],
        );
        check(
            &format!("[[protected]]\n{action}reason = \" \"\npath = 1\n"),
            &[
                "5:1: unknown key `path` (did you mean `files`?)",
                "4:10: reason: expected some text, found none (write it, or leave `reason` out)",
            ],
        );
        check(
            "[[protected]]\nfiles = []\naction = \"refuse\"\n",
            &[
                "2:9: files: expected at least one glob (name the files that it is about: `files = [\"src/**\"]`)",
                "3:10: unknown action `refuse` (expected one of: ask, deny, remind)",
            ],
        );
        check("[[protected]]\n", &["1:1: the key `files` is missing", "1:1: the key `action` is missing"]);
    }
}
