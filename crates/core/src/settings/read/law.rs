//! Reads `[law]`: who may accept a weaker law.

use crate::data::Value;
use crate::data::reader::{self, Table};
use crate::mistake::Mistakes;
use crate::settings::{AcceptedBy, LawSettings};

const ACCEPTED_BY: &[(&str, AcceptedBy)] = &[("command", AcceptedBy::Command), ("trailer", AcceptedBy::Trailer)];

pub(super) fn read(value: &Value, mistakes: &mut Mistakes) -> LawSettings {
    let Some(table) = Table::open("law", value, &["accept"], mistakes) else { return LawSettings::default() };
    let Some(entry) = table.get("accept") else { return LawSettings::default() };
    let accept = reader::string("accept", &entry.value, mistakes).and_then(|name| {
        let known = ACCEPTED_BY.iter().find(|(known, _)| *known == name);
        if known.is_none() {
            mistakes.add_unknown(
                entry.value.span,
                "value of `accept`",
                name,
                ACCEPTED_BY.iter().map(|(name, _)| *name),
            );
        }
        known.map(|(_, accept)| *accept)
    });
    LawSettings { accept: accept.unwrap_or_default(), accept_at: Some(entry.key_span) }
}
