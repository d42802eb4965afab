//! Reads `[law]`: who may accept a weaker law.

use crate::data::Value;
use crate::data::reader::{self, Table};
use crate::mistake::Mistakes;
use crate::settings::{AcceptedBy, LawSettings};

const ACCEPTED_BY: &[(&str, AcceptedBy)] = &[("command", AcceptedBy::Command), ("trailer", AcceptedBy::Trailer)];

pub(super) fn read(value: &Value, mistakes: &mut Mistakes) -> LawSettings {
    let Some(table) = Table::open("law", value, &["accept"], mistakes) else { return LawSettings::default() };
    let Some(entry) = table.get("accept") else { return LawSettings::default() };
    let accept = reader::one_of("accept", &entry.value, ACCEPTED_BY, mistakes);
    LawSettings { accept: accept.unwrap_or_default(), accept_at: Some(entry.key_span) }
}
