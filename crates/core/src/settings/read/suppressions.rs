//! Reads `[suppressions]`: the limits of suppressions in all files, of a rule, in a folder.

use crate::data::reader::{self, Table};
use crate::data::{Data, Value};
use crate::mistake::Mistakes;
use crate::settings::read::{is_rule_name, some_globs};
use crate::settings::{Budget, SuppressionSettings};

pub(super) fn read(value: &Value, mistakes: &mut Mistakes) -> SuppressionSettings {
    let mut settings = SuppressionSettings::default();
    let Some(table) = Table::open("suppressions", value, &["max", "budgets"], mistakes) else { return settings };
    if let Some(max) = table.get("max").and_then(|entry| number(&entry.value, mistakes)) {
        settings.budgets.push(Budget { rule: None, files: Vec::new(), max });
    }
    let budgets = table.get("budgets").and_then(|entry| reader::list("budgets", &entry.value, mistakes));
    for item in budgets.unwrap_or_default() {
        settings.budgets.extend(budget(item, mistakes));
    }
    settings
}

fn budget(item: &Value, mistakes: &mut Mistakes) -> Option<Budget> {
    let table = Table::open("budgets", item, &["rule", "files", "max"], mistakes)?;
    let max = table.required("max", mistakes).and_then(|entry| number(&entry.value, mistakes));
    let rule = table.get("rule").map(|entry| {
        let name = reader::string("rule", &entry.value, mistakes)?;
        if !is_rule_name(name) {
            mistakes.add(entry.value.span, format!("`{name}` cannot name a rule: expected `id` or `pack/id`"));
            return None;
        }
        Some((name.to_owned(), entry.value.span))
    });
    let files = table.get("files").map(|entry| some_globs("files", &entry.value, mistakes));
    if let (None, None, Some(max)) = (&rule, &files, max) {
        let help = format!("for all of the project write `max = {max}` under `[suppressions]`");
        mistakes.add_with_help(item.span, "a budget is of a `rule`, in `files`, or both; this one is of neither", help);
        return None;
    }
    let rule = match rule {
        Some(rule) => Some(rule?),
        None => None,
    };
    Some(Budget { rule, files: files.unwrap_or_default(), max: max? })
}

fn number(value: &Value, mistakes: &mut Mistakes) -> Option<usize> {
    let number = match value.data {
        Data::Int(number) => usize::try_from(number).ok(),
        _ => None,
    };
    if number.is_none() {
        reader::expected("max", "a whole number from 0 on", value, mistakes);
    }
    number
}

#[cfg(test)]
mod tests {
    use crate::settings::Settings;

    fn check(text: &str, expected: &[&str]) {
        let found = Settings::parse("", text).err().unwrap_or_default();
        let shown: Vec<String> = found.iter().map(ToString::to_string).collect();
        let shown: Vec<&str> = shown.iter().map(|mistake| mistake.trim_start_matches(':')).collect();
        assert_eq!(shown, expected, "{text}");
    }

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
                "2:7: max: expected a whole number from 0 on, found a whole number",
            ],
        );
        check(
            "[suppressions]\nmax = \"3\"\nbudgets = 1\n",
            &[
                "2:7: max: expected a whole number from 0 on, found a string",
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
                "5:9: files: expected at least one glob",
            ],
        );
    }
}
