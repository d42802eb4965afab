//! The count of a rule at a finding, and the highest count that it allows.

use std::fmt;
use std::sync::Arc;

/// A count with its limit: `275 lines, 100 allowed`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Measure {
    /// The count.
    pub value: u32,
    /// The highest count that the rule allows.
    pub limit: u32,
    /// The things that are counted, such as `lines` or `nesting`.
    pub unit: Arc<str>,
}

impl Measure {
    /// A count, the highest count that is allowed, and what is counted.
    pub fn new(value: u32, limit: u32, unit: impl Into<Arc<str>>) -> Self {
        Self { value, limit, unit: unit.into() }
    }

    /// True if the count is higher than it was. Counts of different things are not compared.
    pub fn has_grown_from(&self, before: u32, unit: &str) -> bool {
        *self.unit == *unit && self.value > before
    }

    /// A count of this unit in words: `275 lines`, `nesting 7`.
    pub fn in_words(&self, value: u32) -> String {
        let unit = &self.unit;
        if value == 1 && unit.ends_with('s') {
            return format!("1 {}", &unit[..unit.len() - 1]);
        }
        if unit.ends_with('s') { format!("{value} {unit}") } else { format!("{unit} {value}") }
    }

    /// True if a message has both numbers already.
    pub fn is_said_in(&self, message: &str) -> bool {
        let mut numbers = message.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse::<u32>().ok());
        let mut other = numbers.clone();
        numbers.any(|number| number == self.value) && other.any(|number| number == self.limit)
    }
}

/// `275 lines, 100 allowed`.
impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {} allowed", self.in_words(self.value), self.limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_in_words() {
        assert_eq!(Measure::new(275, 100, "lines").to_string(), "275 lines, 100 allowed");
        assert_eq!(Measure::new(1, 0, "parameters").to_string(), "1 parameter, 0 allowed");
        assert_eq!(Measure::new(7, 4, "nesting").to_string(), "nesting 7, 4 allowed");
    }

    #[test]
    fn a_message_with_both_numbers_says_it() {
        let measure = Measure::new(275, 100, "lines");
        assert!(measure.is_said_in("`f` has 275 lines of code, 175 more than 100"));
        assert!(!measure.is_said_in("a function of more than 100 lines"));
        assert!(!measure.is_said_in("2751 of 100"));
    }

    #[test]
    fn only_counts_of_one_thing_are_compared() {
        let measure = Measure::new(275, 100, "lines");
        assert!(measure.has_grown_from(274, "lines") && !measure.has_grown_from(275, "lines"));
        assert!(!measure.has_grown_from(5, "statements"));
    }
}
