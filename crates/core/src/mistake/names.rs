//! Help for names that are not known: words of other tools, and names that are spelled alike.

use crate::mistake::MAX_EXPECTED_NAMES;
use crate::mistake::belongs::belongs;

/// The help for a `name` that is not among the `known` ones: a known name, or all of them if they are few.
pub fn unknown_name_help<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    help_for(name, &sorted(known))
}

/// The most names that the help of a finding lists.
const MAX_NAMES_IN_FINDINGS: usize = 10;

/// The same help for the message of a finding, with the first of many names only; `rest` says where to find the others.
pub(crate) fn short_name_help<'a>(name: &str, known: impl IntoIterator<Item = &'a str>, rest: &str) -> String {
    let known = sorted(known);
    let help = help_for(name, &known);
    if known.len() > MAX_NAMES_IN_FINDINGS && help == one_of(&known) {
        return format!("{}, …; {rest}", one_of(&known[..MAX_NAMES_IN_FINDINGS]));
    }
    help
}

fn one_of(known: &[&str]) -> String {
    format!("expected one of: {}", known.join(", "))
}

pub(super) fn sorted<'a>(known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut known: Vec<&str> = known.into_iter().collect();
    known.sort_unstable();
    known.dedup();
    known
}

pub(super) fn expected(known: &[&str]) -> Vec<String> {
    if known.len() > MAX_EXPECTED_NAMES { Vec::new() } else { known.iter().map(|name| (*name).to_owned()).collect() }
}

pub(super) fn help_for(name: &str, known: &[&str]) -> String {
    if let Some((key, rest)) = name.split_once(':')
        && known.contains(&key)
    {
        return match rest {
            "" => format!("did you mean `{key}`?"),
            rest => format!("write a space after the colon: `{key}: {rest}`"),
        };
    }
    if let Some((word, rest)) = name.split_once(' ')
        && known.contains(&word)
    {
        let value = rest.trim_start_matches([' ', '=', ':']);
        return format!("write a `:` after the key: `{word}: {value}`");
    }
    if let Some((.., advice)) = ADVICE.iter().find(|(word, beside, _)| *word == name && known.contains(beside)) {
        return (*advice).to_owned();
    }
    if let Some(place) = belongs(name, known) {
        return place;
    }
    if name.contains('-') && known.contains(&"rules") && known.contains(&"extends") {
        return format!("write it under `[rules]` if `{name}` is a rule: `{name} = \"error\"`, or `[rules.{name}]`");
    }
    if name.contains(" - ") {
        // YAML reads lines that are indented deeper as the rest of the text above them.
        return "begin each `- ` of a list in the same column".to_owned();
    }
    if let Some(advice) = advice_for_several(name, known) {
        return advice;
    }
    // The packs of other tools are none here, and their rules often have the same names.
    if let Some((_, id)) = name.rsplit_once('/')
        && let Some(best) = known.iter().find(|known| **known == id).copied().or_else(|| nearest(id, known))
    {
        return format!("did you mean `{best}`?");
    }
    // An option `--x` is not meant with `--no-x`, but who asks for `eval` means the rule about it.
    let forbidding = format!("no-{name}");
    if known.contains(&&*forbidding) {
        return format!("did you mean `{forbidding}`?");
    }
    if let Some(best) = synonym(name, known).or_else(|| nearest(name, known)).or_else(|| same_words(name, known)) {
        return format!("did you mean `{best}`?");
    }
    match known.len() {
        0 => "none is declared here".to_owned(),
        1..=MAX_EXPECTED_NAMES => one_of(known),
        count => format!("none of the {count} known names is near"),
    }
}

/// Help for a text that is meant as several names: a list with commas, or a wildcard.
fn advice_for_several(name: &str, known: &[&str]) -> Option<String> {
    let parts: Vec<&str> = name.split([',', ' ', '|']).map(str::trim).filter(|part| !part.is_empty()).collect();
    if parts.len() > 1 && parts.iter().all(|part| known.contains(part)) {
        let parts: Vec<String> = parts.iter().map(|part| format!("`{part}`")).collect();
        return Some(format!("name each by itself: {}", parts.join(", ")));
    }
    let (before, after) = name.split_once('*')?;
    let meant: Vec<&str> =
        known.iter().filter(|name| name.starts_with(before) && name.ends_with(after)).copied().collect();
    let names = if meant.is_empty() || meant.len() > MAX_EXPECTED_NAMES { known } else { meant.as_slice() };
    let names = if names.len() > MAX_EXPECTED_NAMES { String::new() } else { format!(": {}", names.join(", ")) };
    Some(format!("a `*` stands for no names here; name each by itself{names}"))
}

/// Words of other tools and of everyday speech, each with the words that lawbook may have for it. They are looked up before
/// similar spellings, which would suggest something that only looks alike.
const SYNONYMS: &[(&str, &[&str])] = &[
    ("warn", &["warning"]),
    ("err", &["error"]),
    ("fatal", &["error"]),
    ("critical", &["error"]),
    ("deny", &["error"]),
    ("hint", &["info"]),
    ("note", &["info", "help"]),
    ("notice", &["info"]),
    ("information", &["info"]),
    ("none", &["off", "not"]),
    ("allow", &["off"]),
    ("disabled", &["off"]),
    ("never", &["off"]),
    ("description", &["summary"]),
    ("title", &["summary"]),
    ("name", &["summary"]),
    ("language", &["languages"]),
    ("lang", &["languages"]),
    ("level", &["severity"]),
    ("severity", &["level"]),
    ("langs", &["languages"]),
    ("include", &["files"]),
    ("includes", &["files"]),
    ("paths", &["files"]),
    ("exclude", &["ignores"]),
    ("excludes", &["ignores", "exclude"]),
    ("ignore", &["exclude", "ignores"]),
    ("ignores", &["exclude"]),
    ("ignored", &["exclude"]),
    ("ignorePatterns", &["exclude"]),
    ("patterns", &["all", "pattern"]),
    ("pattern-either", &["any"]),
    ("pattern-not", &["not"]),
    ("pattern-inside", &["inside"]),
    ("pattern-not-inside", &["not"]),
    ("pattern-regex", &["regex"]),
    ("either", &["any"]),
    ("oneOf", &["any"]),
    ("contains", &["has"]),
    ("descendant", &["has"]),
    ("child", &["has"]),
    ("children", &["has"]),
    ("within", &["inside"]),
    ("ancestor", &["inside"]),
    ("parent", &["inside"]),
    ("before", &["precedes"]),
    ("after", &["follows"]),
    ("replace", &["template"]),
    ("replacement", &["template"]),
    ("rewrite", &["fix", "template"]),
    ("autofix", &["fix"]),
    ("suggestion", &["fix"]),
    ("preset", &["extends"]),
    ("presets", &["extends"]),
    ("packs", &["extends"]),
    ("use", &["extends", "import"]),
    ("high", &["error"]),
    ("medium", &["warning"]),
    ("low", &["info"]),
    ("on", &["warning"]),
    ("limit", &["max"]),
    ("maximum", &["max"]),
    ("msg", &["message"]),
    ("explanation", &["message"]),
    ("type", &["node", "kind"]),
    ("from", &["source"]),
    ("superclass", &["extends"]),
    ("superClass", &["extends"]),
    ("base", &["extends"]),
    ("decorators", &["attributes"]),
    ("annotations", &["attributes"]),
    ("value", &["default"]),
    ("description", &["doc"]),
    ("doc", &["summary"]),
    ("globs", &["files"]),
    ("path", &["files", "source"]),
    ("aliases", &["formerly"]),
    ("and", &["all"]),
    ("or", &["any"]),
    ("func", &["function"]),
    ("fn", &["function"]),
    ("closure", &["lambda"]),
    ("struct", &["class"]),
    ("trait", &["interface"]),
    ("complexity", &["cyclomatic"]),
    ("loc", &["lines"]),
    ("length", &["lines"]),
    ("params", &["parameters"]),
    ("args", &["arguments", "parameters"]),
    ("public", &["exported"]),
    ("pub", &["exported"]),
    ("module", &["source"]),
    ("greater", &["gt"]),
    (">", &["gt"]),
    (">=", &["ge"]),
    ("gte", &["ge"]),
    ("<", &["lt"]),
    ("<=", &["le"]),
    ("lte", &["le"]),
    ("equals", &["eq"]),
    ("==", &["eq"]),
    ("!=", &["ne"]),
    ("neq", &["ne"]),
    ("matches", &["regex"]),
    ("Fix", &["Fixed"]),
    ("Fixes", &["Fixed"]),
    ("After", &["Fixed"]),
    ("methods", &["members"]),
    ("fields", &["members"]),
    ("over", &["gt"]),
    ("above", &["gt"]),
    ("more", &["gt"]),
    ("under", &["lt"]),
    ("below", &["lt"]),
    ("less", &["lt"]),
    ("fewer", &["lt"]),
    ("is", &["eq"]),
    ("equal", &["eq"]),
    ("isnt", &["ne"]),
    ("is_not", &["ne"]),
    ("oneof", &["in"]),
    ("one_of", &["in"]),
    ("greater_than", &["gt"]),
    ("greaterThan", &["gt"]),
    ("more_than", &["gt"]),
    ("less_than", &["lt"]),
    ("lessThan", &["lt"]),
    ("fewer_than", &["lt"]),
    ("at_least", &["ge"]),
    ("at_most", &["le"]),
    ("function", &["callee"]),
    ("disable", &["off"]),
    ("precededBy", &["follows"]),
    ("preceded_by", &["follows"]),
    ("followedBy", &["precedes"]),
    ("followed_by", &["precedes"]),
    ("all", &["recommended"]),
    ("default", &["recommended"]),
    ("override", &["overrides"]),
];

/// Words that have no equal here, and what to do instead, each with a known name beside which it means that.
const ADVICE: &[(&str, &str, &str)] = &[
    (
        "include",
        "exclude",
        "every file is checked: leave some out with `exclude`, or name those to check on the command line",
    ),
    ("includes", "exclude", "every file is checked: leave some out with `exclude`"),
    ("id", "summary", "the name of the file without its extension is the id"),
    ("note", "summary", "write it below the head, under `## Help`"),
    ("help", "summary", "write it below the head, under `## Help`"),
    ("why", "summary", "write it below the head, as its first paragraph"),
    ("examples", "summary", "write code blocks below the head, under `## Bad` and `## Good`"),
    ("$schema", "extends", "leave it out: an editor finds the schema by the name of the file"),
    ("plugins", "extends", "list folders of rule pages in `extends`"),
    ("include", "suppressions", "every file is checked: leave some out with `exclude` under `[files]`"),
    ("patterns", "summary", "write it as a rule object: `rule: { all: … }`"),
    ("pattern-either", "summary", "write it as a rule object: `rule: { any: … }`"),
    ("pattern-regex", "summary", "write it as a rule object: `rule: { regex: … }`"),
    ("patterns", "language", "write it as a rule object: `rule: { all: … }`"),
    ("pattern-either", "language", "write it as a rule object: `rule: { any: … }`"),
    ("pattern-regex", "language", "write it as a rule object: `rule: { regex: … }`"),
    ("tool", "extends", "write what stands below it at the top of the file, without a table around it"),
    ("lint", "extends", "write what stands below it at the top of the file, without a table around it"),
    ("lawbook", "extends", "write what stands below it at the top of the file, without a table around it"),
    ("not", "cyclomatic", "write it behind the key: `callee: { not: eval }`"),
    ("any", "cyclomatic", "put rules with a `where` each under `any` of the rule object"),
    ("all", "cyclomatic", "the keys of `where` must all hold: write them beside each other"),
    ("startsWith", "regex", "write a regular expression: `regex: '^word'`"),
    ("endsWith", "regex", "write a regular expression: `regex: 'word$'`"),
    ("contains", "ge", "write a regular expression: `regex: 'word'`"),
    ("includes", "ge", "write a regular expression: `regex: 'word'`"),
    ("like", "ge", "write a regular expression: `regex: '^word'`"),
    ("max", "ge", "write `{ gt: 3 }` for what has more than 3, `{ le: 3 }` for what has not"),
    ("min", "ge", "write `{ lt: 3 }` for what has fewer than 3, `{ ge: 3 }` for what has not"),
    ("reason", "level", "write it in a comment behind the setting: `ID = \"off\" # …`"),
    ("because", "level", "write it in a comment behind the setting: `ID = \"off\" # …`"),
    ("comment", "level", "write it in a comment behind the setting: `ID = \"off\" # …`"),
    ("files", "level", "write `[[overrides]]` with `files` and `rules` for levels of some files"),
    ("paths", "level", "write `[[overrides]]` with `files` and `rules` for levels of some files"),
    ("include", "level", "write `[[overrides]]` with `files` and `rules` for levels of some files"),
    ("exclude", "level", "write `[[overrides]]` with `files` and `rules` for levels of some files"),
    ("ignores", "level", "write `[[overrides]]` with `files` and `rules` for levels of some files"),
    ("ignore", "level", "write `[[overrides]]` with `files` and `rules` for levels of some files"),
    ("type", "doc", "leave it out: the default says the type"),
    ("enabled", "level", "write `level = \"off\"`, or a level that is on"),
    ("disabled", "level", "write `level = \"off\"`, or a level that is on"),
    ("options", "level", "write the options beside `level`, without a table around them"),
    ("length", "ge", "a list is compared by its length: write the comparison itself, `{ gt: 3 }`"),
    ("count", "ge", "a list is compared by its length: write the comparison itself, `{ gt: 3 }`"),
    ("size", "ge", "a list is compared by its length: write the comparison itself, `{ gt: 3 }`"),
    ("selector", "nthChild", "say which node in the keys of a rule object, such as `kind: call_expression`"),
    ("query", "nthChild", "say which node in the keys of a rule object, such as `kind: call_expression`"),
    ("notInside", "nthChild", "write `not: { inside: … }`"),
    ("not-inside", "nthChild", "write `not: { inside: … }`"),
    ("not_inside", "nthChild", "write `not: { inside: … }`"),
    ("notHas", "nthChild", "write `not: { has: … }`"),
    ("not_has", "nthChild", "write `not: { has: … }`"),
    ("flags", "ge", "write them at the start of the expression: `regex: '(?i)word'`"),
    ("any", "ge", "write the values as a list: `in: [a, b]`"),
    ("safe", "template", "write `safety: safe`, and the code under `template`"),
    ("unsafe", "template", "write `safety: unsafe`, and the code under `template`"),
    ("replacement", "template", "write the code under `template`"),
    ("enabled", "summary", "a page that is not to run has `severity: off`"),
    ("disabled", "summary", "a page that is not to run has `severity: off`"),
    ("fixable", "summary", "leave it out: a page with `fix` has a fix"),
    ("References", "Bad", "write them into the text under `## Help`, or as `url` in the head"),
    ("Example", "Bad", "code blocks stand under `## Bad` and `## Good`"),
    ("Examples", "Bad", "code blocks stand under `## Bad` and `## Good`"),
    ("Wrong", "Bad", "code that is forbidden stands under `## Bad`"),
    ("Incorrect", "Bad", "code that is forbidden stands under `## Bad`"),
    ("Invalid", "Bad", "code that is forbidden stands under `## Bad`"),
    ("Correct", "Good", "code that is right stands under `## Good`"),
    ("Valid", "Good", "code that is right stands under `## Good`"),
    ("Why", "Bad", "the reason is the first paragraph below the head, without a heading"),
    ("metavariable-regex", "nthChild", "write `constraints: { X: { regex: … } }` beside `rule`"),
    ("metavariable-pattern", "nthChild", "write `constraints: { X: { pattern: … } }` beside `rule`"),
    ("focus-metavariable", "nthChild", "write the rule of the node itself, and what is around it under `inside`"),
    ("severity", "suppressions", "set levels under `[rules]`: `ID = \"error\"`"),
];

/// The known name that has the meaning of `name`.
fn synonym<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let lowercase = name.to_lowercase();
    let words = SYNONYMS.iter().filter(|(word, _)| *word == name || *word == lowercase);
    let mut meant = words.flat_map(|(_, meant)| meant.iter());
    meant.find_map(|meant| known.iter().find(|name| *name == meant).copied())
}

/// The known name with the smallest edit distance to `name`, unless the distance is large for the name's length.
fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let limit = (name.chars().count() / 3).clamp(1, 4);
    let lowercase = |text: &str| -> Vec<char> { text.to_lowercase().chars().collect() };
    let name = lowercase(name);
    known
        .iter()
        .map(|candidate| (lowercase(candidate), *candidate))
        // The distance is at least the difference of the lengths, and a name may be as long as a file.
        .filter(|(chars, _)| chars.len().abs_diff(name.len()) <= limit)
        .filter(|(chars, _)| !is_opposite(&name, chars))
        .map(|(chars, candidate)| (edit_distance(&name, &chars), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Words that say nothing about what a name means.
const IDLE_WORDS: &[&str] = &["no", "not", "the", "a", "of", "in", "per", "is", "use", "used", "require", "prefer"];

/// The words of a name, in small letters and without the `s` of the plural.
fn words_of(name: &str) -> Vec<String> {
    let mut spaced = String::new();
    let mut was_small = false;
    for c in name.chars() {
        if c.is_uppercase() && was_small {
            spaced.push(' ');
        }
        was_small = c.is_lowercase();
        spaced.extend(c.to_lowercase());
    }
    // The `no` of an option turns it round.
    let is_option = name.starts_with('-');
    let words = spaced.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let words = words.filter(|word| is_option || !IDLE_WORDS.contains(word));
    words.map(|word| word.strip_suffix('s').filter(|rest| rest.len() > 2).unwrap_or(word).to_owned()).collect()
}

/// The known name that has the same words as `name`, or all but a few of them.
fn same_words<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    const MAX_WORDS: usize = 8;
    let words = words_of(name);
    if words.is_empty() || words.len() > MAX_WORDS {
        return None;
    }
    let candidates = known.iter().filter_map(|candidate| {
        let others = words_of(candidate);
        let shared = others.iter().filter(|word| words.contains(word)).count();
        let is_whole = shared == others.len() || shared == words.len();
        let left = words.len().abs_diff(others.len());
        // One short word in common, such as `max`, says too little.
        let says_much = shared > 1
            || (shared == 1 && left <= 1 && others.iter().any(|word| word.len() > 3 && words.contains(word)));
        let is_same_direction =
            candidate.starts_with("no-") == name.starts_with("no-") || shared > 0 && !candidate.starts_with('-');
        (is_whole && (says_much || (shared == 1 && words.len() == 1)) && is_same_direction).then_some((
            shared,
            std::cmp::Reverse(left),
            *candidate,
        ))
    });
    let best = candidates.max_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then_with(|| b.2.cmp(a.2)))?;
    Some(best.2)
}

/// True if one name is at most `limit` edits away from the other.
pub(crate) fn is_near(name: &str, other: &str, limit: usize) -> bool {
    let chars = |text: &str| -> Vec<char> { text.chars().collect() };
    name.len().abs_diff(other.len()) <= limit && edit_distance(&chars(name), &chars(other)) <= limit
}

/// True if one name is the other behind a `no-`: what is spelled alike and means the contrary.
fn is_opposite(name: &[char], other: &[char]) -> bool {
    let bare = |name: &[char]| -> String { name.iter().collect::<String>().trim_start_matches('-').to_owned() };
    let (name, other) = (bare(name), bare(other));
    let negates = |longer: &str, shorter: &str| longer.strip_prefix("no-").is_some_and(|rest| rest == shorter);
    negates(&name, &other) || negates(&other, &name)
}

/// The edit distance in characters (optimal string alignment: swapping two neighbours is one edit).
fn edit_distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut next = vec![i + 1];
        for j in 0..b.len() {
            let mut cost = (row[j] + usize::from(a[i] != b[j])).min(row[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                cost = cost.min(before[j - 1] + 1);
            }
            next.push(cost);
        }
        before = std::mem::replace(&mut row, next);
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_help(name: &str, known: &[&str], expected: &str) {
        assert_eq!(unknown_name_help(name, known.iter().copied()), expected);
    }

    #[test]
    fn the_most_similar_name_is_suggested() {
        check_help("severty", &["summary", "severity"], "did you mean `severity`?");
        check_help("Callable", &["callable"], "did you mean `callable`?");
        check_help("xyz", &["summary", "severity"], "expected one of: severity, summary");
        check_help("titel", &["title", "template"], "did you mean `title`?");
        check_help("xyz", &[], "none is declared here");
        check_help("summary:x", &["summary"], "write a space after the colon: `summary: x`");
    }

    #[test]
    fn words_of_other_tools_come_before_similar_spellings() {
        check_help("warn", &["error", "warning", "off"], "did you mean `warning`?");
        check_help("Warn", &["error", "warning", "off"], "did you mean `warning`?");
        check_help("ignore", &["exclude", "minified"], "did you mean `exclude`?");
        check_help("gte", &["gt", "ge"], "did you mean `ge`?");
        let few: Vec<String> = (0..MAX_EXPECTED_NAMES).map(|number| format!("word{number:02}long")).collect();
        assert!(unknown_name_help("x", few.iter().map(String::as_str)).starts_with("expected one of: word00long, "));
    }
}
