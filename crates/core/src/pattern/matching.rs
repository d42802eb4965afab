//! Matching of a node against the goals of a pattern. It recurses only on the depth of the pattern, which is limited.

use crate::budget::Steps;
use crate::ir::{Node, RawKind};
use crate::pattern::env::Env;
use crate::pattern::{Goal, GoalKind, literals};

/// The result of comparing one goal with one candidate node.
#[derive(Clone, Copy, PartialEq, Eq)]
enum GoalMatch {
    /// The candidate matches the goal.
    Match,
    /// The candidate does not match but may be skipped (a comment, a token): the next candidate is tried.
    Skip,
    /// The candidate does not match and cannot be skipped.
    Differ,
}

struct Matching<'m> {
    goals: &'m [Goal],
    env: &'m mut Env,
    steps: &'m Steps,
}

/// True if the node matches the first goal. The caller must undo the captures of a failed attempt.
pub(super) fn matches_root(goals: &[Goal], node: Node<'_>, env: &mut Env, steps: &Steps) -> bool {
    let mut matching = Matching { goals, env, steps };
    match goals.first().map(|goal| &goal.kind) {
        // A pattern that is only a metavariable also matches comments.
        Some(GoalKind::One { var, any_token }) => matching.match_variable(*var, *any_token, node),
        Some(_) => matching.match_goal(0, node) == GoalMatch::Match,
        None => false,
    }
}

/// True if the kinds are equal. ERROR in a pattern matches any kind.
fn fits(goal: RawKind, candidate: Node<'_>) -> bool {
    goal == candidate.raw() || goal == RawKind::ERROR
}

impl<'t> Matching<'_> {
    fn match_goal(&mut self, goal: usize, candidate: Node<'t>) -> GoalMatch {
        let goals = self.goals;
        if !self.steps.take(1) {
            return GoalMatch::Differ;
        }
        let met = match &goals[goal].kind {
            // The text of a token is its kind. A word that the parser inserted as MISSING is not in the code.
            GoalKind::Token(kind) if fits(*kind, candidate) => {
                !candidate.is_missing() || !literals::is_word(candidate.raw_name())
            }
            GoalKind::Leaf(kind, text) if fits(*kind, candidate) && **text == *candidate.text() => true,
            GoalKind::Token(_) | GoalKind::Leaf(..) if candidate.is_extra() || !candidate.is_named() => {
                return GoalMatch::Skip;
            }
            GoalKind::Token(_) | GoalKind::Leaf(..) => false,
            GoalKind::One { .. } | GoalKind::Many { .. } if candidate.is_extra() => return GoalMatch::Skip,
            GoalKind::One { var, any_token } => self.match_variable(*var, *any_token, candidate),
            GoalKind::Many { .. } => true,
            GoalKind::Inner(kind) => fits(*kind, candidate) && self.match_children(goal, candidate),
        };
        if met { GoalMatch::Match } else { GoalMatch::Differ }
    }

    fn match_variable(&mut self, var: Option<crate::pattern::VarId>, any_token: bool, candidate: Node<'t>) -> bool {
        if !any_token && !candidate.is_named() {
            return false;
        }
        var.is_none_or(|var| self.env.capture_one(var, candidate, self.steps))
    }

    /// True if the children of `parent` match the goals below `goal` in order.
    fn match_children(&mut self, goal: usize, parent: Node<'t>) -> bool {
        let goals = self.goals;
        let end = goals[goal].end;
        let mut goal = goal + 1;
        let mut rest = parent.children_with_tokens();
        let Some(mut candidate) = rest.next() else { return false };
        // The loop does not run for a goal without children: the parser inserted all of them as MISSING.
        while goal < end {
            if let GoalKind::Many { var } = goals[goal].kind {
                let first = candidate;
                let mut count = 0;
                goal = goals[goal].end;
                // Tokens of the pattern directly after a list are optional, and the list does not include them.
                let mut tokens = 0;
                while goal < end && matches!(goals[goal].kind, GoalKind::Token(_)) {
                    goal = goals[goal].end;
                    tokens += 1;
                }
                if goal == end {
                    count = 1 + rest.count() as u32;
                    return self.capture_list(var, first, count, tokens);
                }
                if matches!(goals[goal].kind, GoalKind::Many { .. }) {
                    // Of two adjacent lists, the first captures exactly one node.
                    let Some(next) = rest.next() else { return false };
                    candidate = next;
                    if !self.capture_list(var, first, 1, tokens) {
                        return false;
                    }
                    continue;
                }
                // The list ends before the first candidate that matches the goal after it. If that goal captures the
                // variable of the list, the list must be captured first, so the goal is matched again below.
                let next_captures_var = var.is_some_and(|var| self.captures_variable(goal, var));
                loop {
                    let mark = self.env.mark();
                    let result = self.match_goal(goal, candidate);
                    if result == GoalMatch::Match && !next_captures_var {
                        break;
                    }
                    self.env.rollback(mark);
                    if result == GoalMatch::Match {
                        break;
                    }
                    let Some(next) = rest.next() else { return false };
                    candidate = next;
                    count += 1;
                }
                if !self.capture_list(var, first, count, tokens) {
                    return false;
                }
                if !next_captures_var {
                    goal = goals[goal].end;
                    if goal < end {
                        let Some(next) = rest.next() else { return false };
                        candidate = next;
                    }
                    continue;
                }
            }
            loop {
                match self.match_goal(goal, candidate) {
                    GoalMatch::Match => break,
                    GoalMatch::Differ => return false,
                    GoalMatch::Skip => {
                        let Some(next) = rest.next() else { return false };
                        candidate = next;
                    }
                }
            }
            goal = goals[goal].end;
            if goal < end {
                let Some(next) = rest.next() else { return false };
                candidate = next;
            }
        }
        // Candidates after the last goal are ignored.
        true
    }

    /// True if the goal or one below it captures `var`.
    fn captures_variable(&self, goal: usize, var: crate::pattern::VarId) -> bool {
        self.goals[goal..self.goals[goal].end].iter().any(|goal| match &goal.kind {
            GoalKind::One { var: other, .. } | GoalKind::Many { var: other } => *other == Some(var),
            _ => false,
        })
    }

    /// Captures a list of `count` siblings without the last `tokens` of them.
    fn capture_list(&mut self, var: Option<crate::pattern::VarId>, first: Node<'t>, count: u32, tokens: u32) -> bool {
        !self.steps.exhausted()
            && var.is_none_or(|var| self.env.capture_many(var, first, count.saturating_sub(tokens), self.steps))
    }
}
