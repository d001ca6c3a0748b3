//! Days: when a page was seen.

use std::fmt;

/// A day, counted from 1970-01-01, which is 1; no day is before all days. Two bytes, good until 2149.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(u16);

impl Day {
    /// The day is not known.
    pub const NONE: Day = Day(0);

    /// The day that a date begins with: `2016-11-21`, `2016-11-21T06:00:00Z`, `20161121…`. None for
    /// anything else.
    pub fn of(date: &str) -> Option<Day> {
        let digits = |from: usize, to: usize| -> Option<u32> {
            let part = date.get(from..to)?;
            part.bytes().all(|c| c.is_ascii_digit()).then(|| part.parse().ok())?
        };
        let dashed = date.get(4..5) == Some("-") && date.get(7..8) == Some("-");
        let (month, day) = if dashed { ((5, 7), (8, 10)) } else { ((4, 6), (6, 8)) };
        let (year, month, day) = (digits(0, 4)?, digits(month.0, month.1)?, digits(day.0, day.1)?);
        let is_date = (1970..2149).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_of(year, month)).contains(&day);
        if !is_date {
            return None;
        }
        let before = days_before(year) + (1..month).map(|m| days_of(year, m)).sum::<u32>();
        u16::try_from(before + day).ok().map(Day)
    }

    /// Its number; 0 if it is not known.
    pub fn number(self) -> u16 {
        self.0
    }

    /// The day of this number.
    pub fn from_number(number: u16) -> Day {
        Day(number)
    }

    /// It is known.
    pub fn is_known(self) -> bool {
        self.0 != 0
    }

    /// Days from `earlier` to this day; 0 if one of them is not known or it is not earlier.
    pub fn since(self, earlier: Day) -> u32 {
        if earlier.is_known() { u32::from(self.0.saturating_sub(earlier.0)) } else { 0 }
    }

    /// The earlier of two, if both are known; otherwise the one that is.
    #[must_use]
    pub fn earlier(self, other: Day) -> Day {
        match (self.is_known(), other.is_known()) {
            (true, true) => self.min(other),
            _ => self.max(other),
        }
    }
}

/// As `2016-11-21`; `-` if it is not known.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.is_known() {
            return f.pad("-");
        }
        let mut left = u32::from(self.0);
        let mut year = 1970;
        while left > days_before(year + 1) - days_before(year) {
            left -= days_before(year + 1) - days_before(year);
            year += 1;
        }
        let mut month = 1;
        while left > days_of(year, month) {
            left -= days_of(year, month);
            month += 1;
        }
        f.pad(&format!("{year:04}-{month:02}-{left:02}"))
    }
}

fn is_leap(year: u32) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn days_of(year: u32, month: u32) -> u32 {
    match month {
        2 => 28 + u32::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970 to the start of `year`.
fn days_before(year: u32) -> u32 {
    let leaps = |year: u32| (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400;
    365 * (year - 1970) + leaps(year) - leaps(1970)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_days_and_days_dates() {
        assert_eq!(Day::of("1970-01-01"), Some(Day(1)));
        assert_eq!(Day::of("2016-11-21T06:00:00Z"), Some(Day(17_127)));
        assert_eq!(Day::of("20161121060000"), Some(Day(17_127)));
        for number in (1..=65_000).step_by(13) {
            let day = Day(number);
            assert_eq!(Day::of(&day.to_string()), Some(day), "{day}");
        }
        for wrong in
            ["", "2016", "2016-13-01", "2015-02-29", "21.11.2016", "2016-11-2x", "1969-12-31"]
        {
            assert_eq!(Day::of(wrong), None, "{wrong}");
        }
        assert_eq!(Day::NONE.to_string(), "-");
        assert_eq!(Day::NONE.earlier(Day(7)), Day(7));
    }
}
