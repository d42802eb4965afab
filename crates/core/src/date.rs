//! Calendar dates, for suppressions that expire. The current day is passed in: core reads no clock.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A day of the proleptic Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Date {
    year: i32,
    month: u8,
    day: u8,
}

impl Date {
    /// Parses `YYYY-MM-DD`; none for another form or a day that does not exist.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, rest) = text.split_once('-')?;
        let (month, day) = rest.split_once('-')?;
        let digits = |part: &str, len: usize| part.len() == len && part.bytes().all(|byte| byte.is_ascii_digit());
        if !(digits(year, 4) && digits(month, 2) && digits(day, 2)) {
            return None;
        }
        let (year, month, day): (i32, u8, u8) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
        ((1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day)).then_some(Self { year, month, day })
    }

    /// The day in UTC that is `seconds` seconds after 1970-01-01T00:00.
    pub fn from_unix_seconds(seconds: i64) -> Self {
        // Howard Hinnant's `civil_from_days`: years start in March, so that the leap day is the last of its year.
        let days = seconds.div_euclid(86_400) + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let to_u8 = |number: i64| u8::try_from(number).unwrap_or(1);
        let day = to_u8(day_of_year - (153 * shifted_month + 2) / 5 + 1);
        let month = to_u8(if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 });
        let year = (year_of_era + era * 400) as i32 + i32::from(month <= 2);
        Self { year, month, day }
    }
}

impl Date {
    /// The number of days from `earlier` to this day; negative if `earlier` is the later one.
    pub fn days_since(self, earlier: Self) -> i64 {
        self.day_number() - earlier.day_number()
    }

    /// The number of days since a fixed day in the past; only differences of such numbers mean something.
    fn day_number(self) -> i64 {
        // The inverse of `civil_from_days`: years start in March here too.
        let (year, month) = (i64::from(self.year) - i64::from(self.month <= 2), i64::from(self.month));
        let month = if month > 2 { month - 3 } else { month + 9 };
        let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
        year * 365 + leap_days + (153 * month + 2) / 5 + i64::from(self.day)
    }
}

fn days_in(year: i32, month: u8) -> u8 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_parse(text: &str, valid: bool) {
        assert_eq!(Date::parse(text).map(|date| date.to_string()).as_deref() == Some(text), valid, "{text}");
    }

    #[test]
    fn only_days_that_exist_are_read() {
        check_parse("2026-11-22", true);
        check_parse("2024-02-29", true);
        check_parse("2026-02-29", false);
        check_parse("2026-13-01", false);
        check_parse("2026-1-01", false);
        check_parse("tomorrow", false);
        assert!(Date::parse("2026-01-31") < Date::parse("2026-02-01"));
    }

    #[test]
    fn days_are_counted_over_leap_years() {
        for days in [0, 1, 58, 59, 60, 365, 366, 11_016, 11_017, 20_000, -1, -400] {
            let date = Date::from_unix_seconds(days * 86_400);
            assert_eq!(date.days_since(Date::from_unix_seconds(0)), days, "{date}");
        }
    }

    #[test]
    fn seconds_become_days() {
        let shown = |seconds| Date::from_unix_seconds(seconds).to_string();
        assert_eq!(shown(0), "1970-01-01");
        assert_eq!(shown(951_782_400), "2000-02-29");
        assert_eq!(shown(-1), "1969-12-31");
        assert_eq!(shown(1_795_305_600), "2026-11-22");
    }
}
