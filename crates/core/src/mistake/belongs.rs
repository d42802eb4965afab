//! Known names in a place where they mean nothing, and the place that they belong to.

/// The keys of a rule object.
const OF_RULE_OBJECT: &[&str] = &[
    "all", "any", "follows", "has", "inside", "kind", "matches", "node", "not", "nthChild", "pattern", "precedes",
    "regex", "where",
];

/// The keys of `where` that are the name of nothing else.
const OF_WHERE: &[&str] = &[
    "arguments",
    "async",
    "attributes",
    "callee",
    "cognitive",
    "cyclomatic",
    "documented",
    "dynamic",
    "example",
    "explained",
    "exported",
    "extends",
    "generator",
    "implements",
    "import",
    "lines",
    "marker",
    "members",
    "mutable",
    "name",
    "names",
    "nesting",
    "parameters",
    "raw",
    "receiver",
    "reexport",
    "source",
    "statements",
    "style",
    "symbol",
    "target",
    "test",
    "text",
    "trailing",
    "type_only",
    "value",
];

const OF_COMPARISON: &[&str] = &["eq", "ge", "gt", "in", "le", "lt", "ne", "regex"];

const OF_FIX: &[&str] = &["at", "expandEnd", "expandStart", "safety", "template"];

const OF_HEAD: &[&str] = &[
    "confidence",
    "exceptions",
    "files",
    "formerly",
    "ignores",
    "languages",
    "message",
    "metadata",
    "options",
    "severity",
    "summary",
    "suppressible",
    "tags",
    "url",
];

/// `exclude`, and what other tools call it.
const EXCLUDE: &[&str] = &[
    "exclude",
    "excludes",
    "excluded",
    "exclude_files",
    "extend-exclude",
    "extend_exclude",
    "ignore",
    "ignorePatterns",
    "ignore_patterns",
    "ignored",
    "ignores",
];

const OF_FILES: &[&str] = &["examples", "fences", "skip", "tests"];
const OF_SUPPRESSIONS: &[&str] = &["budgets", "max", "max_days", "min_words"];

/// A group of names, with a name beside which they are known to be misplaced.
struct Misplaced {
    names: &'static [&'static str],
    /// Names of which one is known at the wrong place.
    beside: &'static [&'static str],
    /// The advice, with `NAME` for the name.
    advice: &'static str,
}

const MISPLACED: &[Misplaced] = &[
    Misplaced {
        names: OF_RULE_OBJECT,
        beside: &["constraints"],
        advice: "it belongs into the rule object: `rule: { NAME: … }`",
    },
    Misplaced {
        names: OF_FIX,
        beside: &["constraints"],
        advice: "it belongs into the fix: `fix: { template: …, NAME: … }`",
    },
    Misplaced {
        names: &["stopBy", "field"],
        beside: &["constraints"],
        advice: "it belongs into `inside` or `has` of the rule object",
    },
    Misplaced {
        names: &["default", "doc"],
        beside: &["summary"],
        advice: "it belongs below the name of an option: `options: { max: { default: 3, doc: … } }`",
    },
    Misplaced {
        names: OF_COMPARISON,
        beside: &["cyclomatic"],
        advice: "write it behind the key that it compares: `lines: { NAME: … }`, `name: { NAME: … }`",
    },
    Misplaced {
        names: OF_RULE_OBJECT,
        beside: &["cyclomatic"],
        advice: "it belongs into the rule object, beside `where`",
    },
    Misplaced { names: OF_WHERE, beside: &["nthChild"], advice: "it belongs into `where`: `where: { NAME: … }`" },
    Misplaced { names: OF_COMPARISON, beside: &["nthChild"], advice: "it belongs into `where`, behind a key" },
    Misplaced { names: OF_HEAD, beside: &["nthChild"], advice: "it belongs into the head, beside `rule`" },
    Misplaced {
        names: EXCLUDE,
        beside: &["suppressions"],
        advice: "leave files out with `exclude`, which belongs under `[files]`",
    },
    Misplaced { names: OF_FILES, beside: &["suppressions"], advice: "it belongs under `[files]`" },
    Misplaced { names: OF_SUPPRESSIONS, beside: &["overrides"], advice: "it belongs under `[suppressions]`" },
    Misplaced {
        names: &["extends", "root"],
        beside: &["fences", "min_words"],
        advice: "it belongs at the top of the file, above the first `[…]`",
    },
    Misplaced {
        names: &["files", "rules", "overrides", "suppressions"],
        beside: &["fences", "min_words"],
        advice: "it is a table of its own, not below this one",
    },
];

/// The advice for a name that means something in another place than among the `known` names.
pub(super) fn belongs(name: &str, known: &[&str]) -> Option<String> {
    let is_here = |group: &&Misplaced| group.beside.iter().any(|beside| known.contains(beside));
    let found = MISPLACED.iter().filter(is_here).find(|group| group.names.contains(&name))?;
    Some(found.advice.replace("NAME", name))
}
