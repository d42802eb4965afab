//! Reads `[suppressions]`: the limits of suppressions in all files, of a rule, in a folder.

use crate::data::reader::{self, Table};
use crate::data::{Data, Value};
use crate::mistake::Mistakes;
use crate::settings::read::{is_rule_name, some_globs};
use crate::settings::{Budget, SuppressionSettings};

pub(super) fn read(value: &Value, mistakes: &mut Mistakes) -> SuppressionSettings {
    let mut settings = SuppressionSettings::default();
    let Some(table) = Table::open("suppressions", value, &["max", "min_words", "max_days", "budgets"], mistakes) else {
        return settings;
    };
    if let Some(entry) = table.get("max")
        && let Some(max) = number("max", &entry.value, 0, mistakes)
    {
        settings.budgets.push(Budget { rule: None, files: Vec::new(), max, span: entry.value.span });
    }
    if let Some(words) = table.get("min_words").and_then(|entry| number("min_words", &entry.value, 1, mistakes)) {
        settings.min_words = Some(words);
    }
    if let Some(days) = table.get("max_days").and_then(|entry| number("max_days", &entry.value, 1, mistakes)) {
        settings.max_days = Some(u32::try_from(days).unwrap_or(u32::MAX));
    }
    let budgets = table.get("budgets").and_then(|entry| budgets(&entry.value, mistakes));
    for item in budgets.unwrap_or_default() {
        settings.budgets.extend(budget(item, mistakes));
    }
    settings
}

fn budget(item: &Value, mistakes: &mut Mistakes) -> Option<Budget> {
    let table = Table::open("budgets", item, &["rule", "files", "max"], mistakes)?;
    let max = table
        .required("max", mistakes)
        .and_then(|entry| Some((number("max", &entry.value, 0, mistakes)?, entry.value.span)));
    let rule = table.get("rule").map(|entry| {
        let name = reader::string("rule", &entry.value, mistakes)?;
        if !is_rule_name(name) {
            mistakes.add(entry.value.span, format!("`{name}` cannot name a rule: expected `id` or `pack/id`"));
            return None;
        }
        Some((name.to_owned(), entry.value.span))
    });
    let files = table.get("files").map(|entry| some_globs("files", &entry.value, mistakes));
    if ["rule", "files"].iter().any(|key| table.is_misspelt(key, mistakes)) {
        return None;
    }
    if let (None, None, Some((max, _))) = (&rule, &files, max) {
        let help = format!("for all of the project write `max = {max}` under `[suppressions]`");
        mistakes.add_with_help(item.span, "a budget is of a `rule`, in `files`, or both; this one is of neither", help);
        return None;
    }
    let rule = match rule {
        Some(rule) => Some(rule?),
        None => None,
    };
    let (max, span) = max?;
    Some(Budget { rule, files: files.unwrap_or_default(), max, span })
}

/// The items of `budgets`.
fn budgets<'v>(value: &'v Value, mistakes: &mut Mistakes) -> Option<&'v [Value]> {
    let written = mistakes.text().get(value.span.range()).unwrap_or_default();
    if value.as_map().is_some() && written.starts_with('{') {
        let help = "write `[[suppressions.budgets]]` above the keys of each, or brackets around it";
        mistakes.add_with_help(value.span, "budgets: expected a list, found a mapping", help);
        return None;
    }
    reader::list("budgets", value, mistakes)
}

/// A whole number that is not below `least`.
fn number(key: &str, value: &Value, least: usize, mistakes: &mut Mistakes) -> Option<usize> {
    let expected = format!("a whole number from {least} on");
    let Data::Int(written) = value.data else {
        if key == "max" && value.as_map().is_some() {
            let help = "limits of single rules are `[[suppressions.budgets]]`, each with `rule` and `max`";
            mistakes.add_with_help(value.span, format!("max: expected {expected}, found a mapping"), help);
        } else {
            reader::expected(key, &expected, value, mistakes);
        }
        return None;
    };
    let number = usize::try_from(written).ok().filter(|number| *number >= least);
    if number.is_none() {
        mistakes.add(value.span, format!("{key}: expected {expected}, found {written}"));
    }
    number
}

#[cfg(test)]
mod tests {
    use crate::settings::Settings;
    use crate::settings::read::testing::check;

    #[test]
    fn budgets_are_read_whole() {
        let text = "[suppressions]\nmax = 40\n[[suppressions.budgets]]\nrule = \"x\"\nfiles = [\"a/**\"]\nmax = 0\n";
        let budgets = Settings::parse("", text).unwrap().suppressions.budgets;
        let shown: Vec<_> = budgets
            .iter()
            .map(|budget| (budget.rule.as_ref().map(|(name, _)| name.as_str()), budget.files.len(), budget.max))
            .collect();
        assert_eq!(shown, [(None, 0, 40), (Some("x"), 1, 0)]);
    }

    #[test]
    fn every_mistake_is_shown() {
        check(
            "[suppressions]\nmax = -1\nbudget = []\n",
            &[
                "3:1: unknown key `budget` (did you mean `budgets`?)",
                "2:7: max: expected a whole number from 0 on, found -1",
            ],
        );
        check(
            "[suppressions]\nmin_words = 0\nmax_days = -3\n",
            &[
                "2:13: min_words: expected a whole number from 1 on, found 0",
                "3:12: max_days: expected a whole number from 1 on, found -3",
            ],
        );
        check(
            "[suppressions]\nmax = \"3\"\nbudgets = 1\n",
            &[
                "2:7: max: expected a whole number from 0 on, found a string (write it without quotes and without a unit: `3`)",
                "3:11: budgets: expected a list, found a whole number",
            ],
        );
        check(
            "[[suppressions.budgets]]\nmax = 3\n[[suppressions.budgets]]\nrule = \"a//c\"\nfiles = []\n",
            &[
                "1:1: a budget is of a `rule`, in `files`, or both; this one is of neither (for all of the project write \
             `max = 3` under `[suppressions]`)",
                "3:1: the key `max` is missing",
                "4:8: `a//c` cannot name a rule: expected `id` or `pack/id`",
                "5:9: files: expected at least one glob (name the files that it is about: `files = [\"src/**\"]`)",
            ],
        );
    }
}
