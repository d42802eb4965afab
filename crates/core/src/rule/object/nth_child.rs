//! `nthChild`: a node's position among its named siblings, with the meaning of `:nth-child` in CSS.

use std::sync::OnceLock;

use crate::ir::Node;
use crate::pattern::VarId;
use crate::rule::object::{Search, Term};

/// `nthChild` of a rule object.
#[derive(Debug)]
pub(crate) struct NthChild {
    /// The number of its answers in the memo, counted together with the relations of the rule.
    pub(super) number: usize,
    pub(super) position: NthPosition,
    /// `ofRule`: only siblings that match it are counted.
    pub(super) of_rule: Option<Term>,
    /// True if positions are counted from the last sibling.
    pub(super) reverse: bool,
    /// The metavariables of `of_rule`, computed when first used.
    pub(super) vars: OnceLock<Box<[VarId]>>,
}

/// A position such as `2n+1`: every `step`-th sibling, beginning with number `offset`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NthPosition {
    pub(super) step: i64,
    pub(super) offset: i64,
}

impl NthPosition {
    /// Parses `An+B`; white space is ignored. The error is a message.
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

    /// True if the position includes the 1-based `index`.
    fn includes(self, index: i64) -> bool {
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
        let found = if search.may_use_tables(node.tree(), self.number, |utils| self.variables(utils))
            && let Ok(found) = search.sibling_position(self.number, rule, parent, node)
        {
            found.is_some_and(|(index, count)| {
                self.position.includes(if self.reverse { count + 1 - index } else { index })
            })
        } else {
            let left = search.steps.left();
            let found = self.count_siblings(parent, node, search);
            search.add_search_steps(node.tree(), self.number, left);
            found
        };
        // Siblings are only probed; the captures of `ofRule` are those at the node itself.
        found && rule.is_none_or(|rule| rule.matches(node, search))
    }

    /// Counts the siblings without tables, and returns whether the node's position is included.
    fn count_siblings<'t>(&self, parent: Node<'t>, node: Node<'t>, search: &mut Search<'t, '_>) -> bool {
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
        self.position.includes(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_places(text: &str, expected: &[i64]) {
        let position = NthPosition::parse(text).unwrap();
        let found: Vec<i64> = (1..=7).filter(|index| position.includes(*index)).collect();
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
            assert!(NthPosition::parse(text).is_err(), "{text}");
        }
    }
}
