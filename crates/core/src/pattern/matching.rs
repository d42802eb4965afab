//! Whether a node meets the goals of a pattern: recursion on the pattern's depth, loops over the code.

use crate::budget::Steps;
use crate::ir::{Node, RawKind};
use crate::pattern::env::Env;
use crate::pattern::{Goal, Shape, literals};

/// What comparing one goal with one candidate says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Match,
    /// The candidate may be passed over: the goal has not been met yet.
    Pass,
    Differ,
}

struct Matching<'m> {
    goals: &'m [Goal],
    env: &'m mut Env,
    steps: &'m Steps,
}

/// Whether the node meets the first goal. Bindings of a failed attempt are left for the caller to undo.
pub(super) fn matches_root(goals: &[Goal], node: Node<'_>, env: &mut Env, steps: &Steps) -> bool {
    let mut matching = Matching { goals, env, steps };
    match goals.first().map(|goal| &goal.shape) {
        // Alone, a metavariable stands for the candidate itself, be it a comment.
        Some(Shape::One { var, any_token }) => matching.hole(*var, *any_token, node),
        Some(_) => matching.one(0, node) == Verdict::Match,
        None => false,
    }
}

/// ERROR in a pattern matches any kind.
fn fits(goal: RawKind, candidate: Node<'_>) -> bool {
    goal == candidate.raw() || goal == RawKind::ERROR
}

impl<'t> Matching<'_> {
    fn one(&mut self, goal: usize, candidate: Node<'t>) -> Verdict {
        let goals = self.goals;
        if !self.steps.take(1) {
            return Verdict::Differ;
        }
        let met = match &goals[goal].shape {
            // The text of a token is its kind; a word that the parser made up is not there.
            Shape::Token(kind) if fits(*kind, candidate) => {
                !candidate.is_missing() || !literals::is_word(candidate.raw_name())
            }
            Shape::Leaf(kind, text) if fits(*kind, candidate) && **text == *candidate.text() => true,
            Shape::Token(_) | Shape::Leaf(..) if candidate.is_extra() || !candidate.is_named() => {
                return Verdict::Pass;
            }
            Shape::Token(_) | Shape::Leaf(..) => false,
            Shape::One { .. } | Shape::Many { .. } if candidate.is_extra() => return Verdict::Pass,
            Shape::One { var, any_token } => self.hole(*var, *any_token, candidate),
            Shape::Many { .. } => true,
            Shape::Inner(kind) => fits(*kind, candidate) && self.inside(goal, candidate),
        };
        if met { Verdict::Match } else { Verdict::Differ }
    }

    fn hole(&mut self, var: Option<crate::pattern::VarId>, any_token: bool, candidate: Node<'t>) -> bool {
        if !any_token && !candidate.is_named() {
            return false;
        }
        var.is_none_or(|var| self.env.bind_one(var, candidate, self.steps))
    }

    /// Whether the children of `parent` meet the goals below `goal` one after the other.
    fn inside(&mut self, goal: usize, parent: Node<'t>) -> bool {
        let goals = self.goals;
        let end = goals[goal].end;
        let mut goal = goal + 1;
        let mut rest = parent.children_with_tokens();
        let Some(mut candidate) = rest.next() else { return false };
        // A goal whose children were all made up by the parser has none left.
        while goal < end {
            if let Shape::Many { var } = goals[goal].shape {
                let first = candidate;
                let mut count = 0;
                goal = goals[goal].end;
                // Tokens right after a list need not be there, and are not part of it when they are.
                let mut tokens = 0;
                while goal < end && matches!(goals[goal].shape, Shape::Token(_)) {
                    goal = goals[goal].end;
                    tokens += 1;
                }
                if goal == end {
                    count = 1 + rest.count() as u32;
                    return self.list(var, first, count, tokens);
                }
                if matches!(goals[goal].shape, Shape::Many { .. }) {
                    // Two lists in a row: the first one takes one.
                    let Some(next) = rest.next() else { return false };
                    candidate = next;
                    if !self.list(var, first, 1, tokens) {
                        return false;
                    }
                    continue;
                }
                // The list ends before the first candidate that meets the goal after it.
                let binds_itself = var.is_some_and(|var| self.binds(goal, var));
                loop {
                    let mark = self.env.mark();
                    let verdict = self.one(goal, candidate);
                    if verdict == Verdict::Match && !binds_itself {
                        break;
                    }
                    self.env.back_to(mark);
                    if verdict == Verdict::Match {
                        break;
                    }
                    let Some(next) = rest.next() else { return false };
                    candidate = next;
                    count += 1;
                }
                if !self.list(var, first, count, tokens) {
                    return false;
                }
                if !binds_itself {
                    goal = goals[goal].end;
                    if goal < end {
                        let Some(next) = rest.next() else { return false };
                        candidate = next;
                    }
                    continue;
                }
            }
            loop {
                match self.one(goal, candidate) {
                    Verdict::Match => break,
                    Verdict::Differ => return false,
                    Verdict::Pass => {
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
        // What follows the last goal does not matter.
        true
    }

    /// Whether the goal, or one below it, binds `var`, so that the order of binding matters.
    fn binds(&self, goal: usize, var: crate::pattern::VarId) -> bool {
        self.goals[goal..self.goals[goal].end].iter().any(|goal| match &goal.shape {
            Shape::One { var: other, .. } | Shape::Many { var: other } => *other == Some(var),
            _ => false,
        })
    }

    /// Binds a list of `count` siblings without the last `tokens` of them.
    fn list(&mut self, var: Option<crate::pattern::VarId>, first: Node<'t>, count: u32, tokens: u32) -> bool {
        !self.steps.exhausted()
            && var.is_none_or(|var| self.env.bind_many(var, first, count.saturating_sub(tokens), self.steps))
    }
}
