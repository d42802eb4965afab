//! The words that say nothing about the code by themselves.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Words of grammar, and those that point elsewhere.
const GRAMMAR: &str = "a above all also always am an and any are as at be because been being below but by can could cuz \
    did do does don't done else etc ever for from had has have here i if in is it it's its just may me might must my na \
    never no none not nothing now of off on one only or our really see shall should so some something soon still that \
    that's the then there these they this those to too up us very was we were what whatever when where which who why \
    will with won't would yes yet you your";

/// Words that ask to be let through.
const EXCUSES: &str = "allow allowed allowing applicable applies apply asap bypass correct deliberate deliberately \
    exception exempt exempted expected false fine good hack intended intentional intentionally keep known later leave \
    legit necessary need needed needs noise noisy ok okay please positive positives purpose purposely reason reasons \
    relevant required requires right safe shut silence silenced skip skipped suppress suppressed suppresses suppressing \
    suppression trust valid want wanted work works wrong";

/// Words about checks in general.
const CHECKS: &str = "biome change check checker checks clippy code comment disable disabled disabling error errors eslint \
    fix fixed fixes ignore ignored ignores ignoring issue issues lawbook line lint linter linters linting lints oxlint \
    problem problems rule rules stuff thing things warning warnings";

/// Words that hold a place until somebody writes a reason.
const PLACEHOLDERS: &str = "add adipiscing amet asd bar baz bla blah consectetur description dolor dummy elit example \
    explain explanation fill fixme foo insert ipsum justification lorem placeholder qux sit tbd temp temporarily \
    temporary text tmp todo wip word words write xxx";

static FILLERS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let lists = [GRAMMAR, EXCUSES, CHECKS, PLACEHOLDERS];
    lists.into_iter().flat_map(str::split_whitespace).collect()
});

/// True for a word, in lower case, that says nothing by itself.
pub(super) fn contain(word: &str) -> bool {
    FILLERS.contains(word)
}
