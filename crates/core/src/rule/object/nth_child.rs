//! `nthChild`: a node's place among its named siblings, counted as `:nth-child` of CSS counts.

use std::sync::OnceLock;

use crate::ir::Node;
use crate::pattern::VarId;
use crate::rule::object::{Search, Term};

/// `nthChild` of a rule object.
#[derive(Debug)]
pub(crate) struct NthChild {
    /// Its number among the relations of its rule.
    pub(super) number: usize,
    pub(super) position: Position,
    /// Only siblings that match are counted.
    pub(super) of_rule: Option<Term>,
    /// Counted from the last one.
    pub(super) reverse: bool,
    /// What the rule binds, found out when it is first asked.
    pub(super) vars: OnceLock<Box<[VarId]>>,
}

/// `An+B`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) step: i64,
    pub(super) offset: i64,
}

impl Position {
    /// Reads `An+B`, its white space ignored; the error is what is wrong.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        if let Some(strange) = compact.chars().find(|c| !matches!(c, '+' | '-' | 'n' | 'N' | '0'..='9')) {
            return Err(format!("`{strange}` has no place in a position"));
        }
        let wrong = || format!("`{text}` is no position: write a number or `An+B`");
        let number = |digits: &str| digits.parse::<i32>().map(i64::from).map_err(|_| wrong());
        let Some((step, offset)) = compact.split_once(['n', 'N']) else {
            return Ok(Self { step: 0, offset: number(&compact)? });
        };
        let step = match step {
            "" | "+" => 1,
            "-" => -1,
            digits => number(digits)?,
        };
        let offset = match offset {
            "" => 0,
            signed if signed.starts_with(['+', '-']) => number(signed)?,
            _ => return Err(wrong()),
        };
        Ok(Self { step, offset })
    }

    /// Whether the 1-based place `index` is meant.
    fn holds(self, index: i64) -> bool {
        let beyond = index - self.offset;
        if self.step == 0 { beyond == 0 } else { beyond % self.step == 0 && beyond / self.step >= 0 }
    }
}

impl NthChild {
    fn variables(&self, utils: &[Term]) -> &[VarId] {
        self.vars.get_or_init(|| self.of_rule.as_ref().map(|rule| rule.variables(utils)).unwrap_or_default())
    }

    pub(super) fn matches<'t>(&self, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        if !node.is_named() {
            return false;
        }
        let Some(parent) = node.parent() else { return false };
        let rule = self.of_rule.as_ref();
        let found = if search.remembers(node.tree(), self.number, |utils| self.variables(utils))
            && let Ok(found) = search.place(self.number, rule, parent, node)
        {
            found
                .is_some_and(|(index, count)| self.position.holds(if self.reverse { count + 1 - index } else { index }))
        } else {
            let left = search.steps.left();
            let found = self.counts(parent, node, search);
            search.spend(node.tree(), self.number, left);
            found
        };
        // Of the siblings that were looked at, only the node itself binds what its rule captures.
        found && rule.is_none_or(|rule| rule.matches(node, search))
    }

    /// Whether the place is right, counted from the first sibling on.
    fn counts<'t>(&self, parent: Node<'t>, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
        if let Some(rule) = &self.of_rule
            && !search.probe(rule, node)
        {
            return false;
        }
        let mut index = 1;
        let mut met = false;
        for sibling in parent.children_with_tokens() {
            if search.steps.exhausted() {
                return false;
            }
            if sibling == node {
                met = true;
                if self.reverse {
                    continue;
                }
                break;
            }
            if met != self.reverse || !sibling.is_named() {
                continue;
            }
            if self.of_rule.as_ref().is_none_or(|rule| search.probe(rule, sibling)) {
                index += 1;
            }
        }
        self.position.holds(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_places(text: &str, expected: &[i64]) {
        let position = Position::parse(text).unwrap();
        let found: Vec<i64> = (1..=7).filter(|index| position.holds(*index)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn positions_mean_what_they_mean_in_css() {
        check_places("3", &[3]);
        check_places("+3", &[3]);
        check_places("n", &[1, 2, 3, 4, 5, 6, 7]);
        check_places("2n", &[2, 4, 6]);
        check_places("2N + 1", &[1, 3, 5, 7]);
        check_places("-n+3", &[1, 2, 3]);
        check_places("3n - 1", &[2, 5]);
        check_places("n+5", &[5, 6, 7]);
        check_places("-2", &[]);
        check_places("0n+2", &[2]);
    }

    #[test]
    fn other_positions_are_refused() {
        for text in ["", "-", "odd", "2n3", "n+", "nn", "1 + 1", "--n", "n+-1", "99999999999"] {
            assert!(Position::parse(text).is_err(), "{text}");
        }
    }
}
