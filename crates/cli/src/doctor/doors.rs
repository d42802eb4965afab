//! Files that run lawbook: that the result of a line counts.

use lawbook_core::policy::weakened::DoorLines;

use super::Observation;

/// The lines of a file whose result does not count, with what to do; a file in which one counts has none. Where another
/// file judges too, nothing is broken by it.
pub(super) fn uncounted(shown: &str, lines: &DoorLines, fix: &str, is_judged_elsewhere: bool) -> Vec<Observation> {
    if lines.counted > 0 {
        return Vec::new();
    }
    if lines.uncounted.is_empty() {
        let message = format!("{shown} names lawbook, and no line of it runs `lawbook check`");
        return vec![
            Observation::note(message).with_fix("let it run `lawbook check`, if no program that it runs does"),
        ];
    }
    let seen = |line: &lawbook_core::policy::weakened::UncountedLine| {
        let message = format!("{shown}:{} names lawbook, and its result does not count: {}", line.line, line.reason);
        if is_judged_elsewhere { Observation::note(message).with_fix(fix) } else { Observation::broken(message, fix) }
    };
    lines.uncounted.iter().map(seen).collect()
}
